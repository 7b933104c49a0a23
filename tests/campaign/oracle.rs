//! What has to hold after every cell, whatever went wrong.
//!
//! 1. Nothing is lost: what the operation made is in the state, or the error names it.
//! 2. Nothing is doubled: one create makes one object at most, and after another apply there is one.
//! 3. Nothing is taken: what others made is in no state, and is as it was.
//! 4. A read drops nothing that is there.
//! 5. After success, a refresh says the same and a plan is empty.
//! 6. A delete that succeeded left nothing.
//! 7. No secret is in a message or in the log.
//! 8. What passes is borne: the operation succeeds.
//! 9. Nothing is called that the policy of the kind does not permit.

use std::collections::BTreeSet;

use cloudvpn::framework::diagnostics::Diagnostics;
use cloudvpn::framework::raw::Raw;
use serde_json::Value as Json;

use crate::cell::{self, Cell, Verb};
use crate::faults::{Meanwhile, Step, Trouble};
use crate::kinds::{ANOTHER_KEY, PRE_SHARED_KEY};
use crate::logs::Logs;
use crate::permissions;
use crate::record::{Record, VerbRecord};
use crate::terraform::{Outcome, different};
use crate::world::{Key, World};

/// Runs a cell and says what does not hold.
pub(crate) fn judge(record: &Record, verb: &VerbRecord, step: &Step, trouble: &Trouble, seed: u64) -> Vec<String> {
    cell::run(seed, async {
        let (logs, _guard) = Logs::capture();
        let start = record.start(verb);
        let mut cell = Cell::start(&start).await;
        cell.arm(step, trouble, start.twin);
        let outcome = cell.perform(verb.verb, &start).await;
        let after = cell.calm().await;
        let mut case = Case { record, verb, trouble, before: World::from_state(start.seed), wrong: Vec::new() };
        case.check_secrets(&outcome.diagnostics, &logs);
        case.check_outcome(&outcome, &after);
        cell.again().await;
        case.check_again(&mut cell, outcome, &after).await;
        for action in permissions::not_permitted(record.type_name, &cell.mock.calls()) {
            case.wrong(format!("calls {action}, which its policy does not permit"));
        }
        case.wrong
    })
}

struct Case<'a> {
    record: &'a Record,
    verb: &'a VerbRecord,
    trouble: &'a Trouble,
    before: World,
    wrong: Vec<String>,
}

impl Case<'_> {
    fn wrong(&mut self, what: impl Into<String>) {
        self.wrong.push(what.into());
    }

    /// What somebody else made meanwhile.
    fn twin(&self) -> Option<&Key> {
        let (_, key) = self.record.twin.as_ref()?;
        matches!(self.trouble.meanwhile, Meanwhile::Twin).then_some(key)
    }

    fn check_secrets(&mut self, diagnostics: &Diagnostics, logs: &Logs) {
        let texts = [("an error", diagnostics.to_string()), ("the log", logs.text())];
        for (place, text) in texts {
            for secret in secrets() {
                if text.contains(&secret) {
                    self.wrong(format!("a secret is in {place}, as {secret:?}"));
                }
            }
        }
    }

    fn check_outcome(&mut self, outcome: &Outcome, after: &World) {
        let text = outcome.diagnostics.to_string();
        let is_told = self.tells_of_the_unknown(&text);
        if self.trouble.bearable && outcome.failed() {
            self.wrong(format!("not borne: {}", first_line(&text)));
        }
        for defect in ["Defect in the provider", "The provider crashed", "Invalid value from the provider"] {
            if text.contains(defect) {
                self.wrong(first_line(&text));
            }
        }
        self.check_others(after);
        let made = self.made(after);
        if made.len() > 1 {
            self.wrong(format!("doubled: {} objects were made", made.len()));
        }
        if self.twin().is_some_and(|twin| text_of(&outcome.saved.state).contains(&twin.id)) {
            self.wrong("taken: the state has what somebody else made");
        }
        let state = &outcome.saved.state;
        match self.verb.verb {
            Verb::Create => {
                for (key, object) in &made {
                    let names = self.record.names(key, object);
                    let named = |text: &str| names.iter().any(|name| text.contains(name.as_str()));
                    if !named(&text_of(state)) && !named(&text) && !is_told {
                        self.wrong(format!("lost: {} is neither in the state nor in: {}", key.id, first_line(&text)));
                    }
                }
                if !outcome.failed() && state.is_null() {
                    self.wrong("lost: a create without an error and without a state");
                }
            }
            Verb::Change(_) | Verb::Read | Verb::Import => {
                if !after.0.contains_key(&self.record.key) {
                    self.wrong("lost: the object is gone");
                } else if state.is_null() && !(self.verb.verb == Verb::Import && outcome.failed()) {
                    self.wrong("dropped: the object is there, the state is not");
                }
                if self.verb.verb == Verb::Import && self.trouble.bearable && state.is_null() {
                    self.wrong("not borne: nothing is imported");
                }
            }
            Verb::Delete => match (outcome.failed(), after.0.contains_key(&self.record.key)) {
                (false, true) => self.wrong("lost: deleted without an error, and still there"),
                (true, _) if state.is_null() => self.wrong("dropped: a delete failed and its state is gone"),
                _ => {}
            },
            Verb::ReadGone => {
                if outcome.failed() && state.is_null() {
                    self.wrong("dropped: a read failed and its state is gone");
                }
            }
        }
    }

    /// Whether there was no time to find out what became of a create, and the error says so.
    fn tells_of_the_unknown(&self, text: &str) -> bool {
        self.trouble.outlasts() && text.contains("Look in the console whether")
    }

    /// What was there before is as it was, but for what the operation changes when nothing goes wrong.
    fn check_others(&mut self, after: &World) {
        let own = |key: &Key| *key == self.record.key && self.verb.verb != Verb::Create;
        let changed = after.changed_since(&self.before).into_iter();
        let changed: Vec<_> = changed
            .filter(|(key, member)| !own(key) && !self.verb.moved.contains(&(key.clone(), member.clone())))
            .collect();
        for (key, member) in changed {
            self.wrong(format!("taken: {} {} is not as it was: {member}", key.kind, key.id));
        }
        if self.twin().is_some_and(|twin| !after.0.contains_key(twin)) {
            self.wrong("taken: what somebody else made is gone");
        }
    }

    /// The objects of this kind that the operation made.
    fn made(&self, after: &World) -> Vec<(Key, Json)> {
        let is_own = |key: &Key| key.kind == self.record.key.kind && self.twin() != Some(key);
        after.since(&self.before).into_iter().filter(|(key, _)| is_own(key)).collect()
    }

    /// The next run of Terraform, when nothing goes wrong any more.
    async fn check_again(&mut self, cell: &mut Cell, outcome: Outcome, after: &World) {
        let failed = outcome.failed();
        match self.verb.verb {
            Verb::Create | Verb::Change(_) => self.check_apply(cell, outcome, after, failed).await,
            Verb::Read | Verb::Import => {
                if !failed && !outcome.saved.state.is_null() {
                    self.check_stable(cell, outcome).await;
                }
            }
            Verb::Delete => {
                let read = cell.terraform.read(outcome.saved).await;
                let deleted = cell.terraform.delete(read.saved).await;
                let world = cell.calm().await;
                if deleted.failed() {
                    self.wrong(format!("deleting again: {}", first_line(&deleted.diagnostics.to_string())));
                } else if world.0.contains_key(&self.record.key) {
                    self.wrong("lost: deleted again, and still there");
                }
            }
            Verb::ReadGone => {
                let read = cell.terraform.read(outcome.saved).await;
                if read.failed() || !read.saved.state.is_null() {
                    self.wrong("what is gone stays in the state");
                }
            }
        }
    }

    async fn check_apply(&mut self, cell: &mut Cell, outcome: Outcome, after: &World, failed: bool) {
        let told = outcome.diagnostics.to_string();
        if failed && self.tells_of_the_unknown(&told) {
            // Somebody has to look, and to import what is there.
            return;
        }
        let outcome = if failed {
            let read = cell.terraform.read_if_there(outcome.saved).await;
            if read.failed() {
                return self.wrong(format!("reading again: {}", first_line(&read.diagnostics.to_string())));
            }
            cell.terraform.put(read.saved, &cell.config).await
        } else {
            outcome
        };
        let world = cell.calm().await;
        self.check_others(&world);
        let made = self.made(&world);
        let said =
            |key: &Key, object: &Json| self.record.names(key, object).iter().any(|name| told.contains(name.as_str()));
        if outcome.failed() {
            // Somebody has to decide about what the first error told of.
            let waits =
                failed && (self.twin().is_some() || self.made(after).iter().any(|(key, object)| said(key, object)));
            if !waits {
                self.wrong(format!("applying again: {}", first_line(&outcome.diagnostics.to_string())));
            }
            return;
        }
        let state = text_of(&outcome.saved.state);
        let held =
            |key: &Key, object: &Json| self.record.names(key, object).iter().any(|name| state.contains(name.as_str()));
        let own: Vec<_> = made.into_iter().filter(|(key, object)| held(key, object) || !said(key, object)).collect();
        if self.verb.verb == Verb::Create && own.len() != 1 {
            self.wrong(format!("doubled: after another apply there are {}", own.len()));
        }
        let object = match self.verb.verb {
            Verb::Create => own.first().cloned(),
            _ => world.0.get(&self.record.key).map(|object| (self.record.key.clone(), object.clone())),
        };
        if let (Some((key, found)), Some(wanted)) = (object, &self.verb.object)
            && let Err(members) = self.record.is_like(wanted, &key, &found)
        {
            self.wrong(format!("applied, and the object is not as configured: {members}"));
        }
        self.check_stable(cell, outcome).await;
    }

    /// A refresh gives the same, and a plan is empty.
    async fn check_stable(&mut self, cell: &mut Cell, mut outcome: Outcome) {
        if self.trouble.lies() {
            outcome = cell.terraform.read(outcome.saved).await;
            // A key that a read found gone comes back by an apply only: no refresh asks for keys.
            if self.verb.verb == Verb::Read && cell.terraform.changes(&outcome.saved, &cell.config).await.is_err() {
                outcome = cell.terraform.put(outcome.saved, &cell.config).await;
            }
        }
        let state = outcome.saved.state.clone();
        let read = cell.terraform.read(outcome.saved).await;
        if read.failed() {
            return self.wrong(format!("the refresh after success: {}", first_line(&read.diagnostics.to_string())));
        }
        if let Err(difference) = different("the refresh after success", &state, &read.saved.state) {
            return self.wrong(difference);
        }
        // What is imported lacks what no read tells.
        if self.verb.verb != Verb::Import
            && let Err(difference) = cell.terraform.changes(&read.saved, &cell.config).await
        {
            self.wrong(format!("after success {difference}"));
        }
    }
}

/// Every form in which a secret may be quoted.
fn secrets() -> BTreeSet<String> {
    let percent = |text: &str| {
        let byte = |byte: u8| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        };
        text.bytes().map(byte).collect::<String>()
    };
    let mut all = BTreeSet::from(["PRIVATE KEY".to_owned()]);
    let keys = [cloudvpn_mock::TENCENT_SECRET_KEY, cloudvpn_mock::ALIBABA_ACCESS_KEY_SECRET];
    for secret in [PRE_SHARED_KEY, ANOTHER_KEY].into_iter().chain(keys) {
        let once = percent(secret);
        all.extend([secret.to_owned(), secret.replace('/', "\\/"), percent(&once), once.to_lowercase(), once]);
        all.insert(secret.replace('&', "\\u0026"));
    }
    all
}

/// All texts of a value.
fn text_of(value: &Raw) -> String {
    match value {
        Raw::String(text) => format!("{text}\n"),
        Raw::List(items) | Raw::Set(items) => items.iter().map(text_of).collect(),
        Raw::Map(members) => members.values().map(text_of).collect(),
        _ => String::new(),
    }
}

fn first_line(text: &str) -> String {
    text.lines().find(|line| line.starts_with("error")).unwrap_or(text).chars().take(300).collect()
}
