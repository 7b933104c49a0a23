//! Every optional attribute of every kind, empty: public modules hand the defaults of all their variables through. It is as if they were
//! left out.

use serde_json::{Map, Value as Json};

use crate::cell::{self, Cell, Start, Verb};
use crate::faults::Effect;
use crate::record::Record;
use crate::terraform::{self, Saved};
use crate::world::World;

#[test]
fn what_is_empty_is_as_if_it_were_left_out() {
    let records = crate::records();
    let wrong = crate::in_parallel(&records, |record| {
        let empties: Vec<_> = terraform::empties(record.type_name)
            .into_iter()
            .filter(|(name, _)| record.config().get(name).is_none_or(Json::is_null))
            .collect();
        assert!(!empties.is_empty(), "{} has optional attributes", record.type_name);
        let mut wrong = Vec::new();
        let usual = cell::run(0, changed(record, record.config()));
        for (name, empty) in &empties {
            let config = with(record.config(), [(name, empty)]);
            let made = cell::run(0, made(record, &config));
            let (writes, changed) = cell::run(0, changed(record, &config));
            let other = (writes != usual.0).then(|| format!("calls {writes:?} after an import"));
            for found in made.into_iter().chain(changed).chain(other) {
                wrong.push(format!("{}{} {name} = {empty}: {found}", record.type_name, record.form));
            }
        }
        let all = with(record.config(), empties.iter().map(|(name, empty)| (name, empty)));
        let found = cell::run(0, made(record, &all));
        wrong.extend(found.map(|found| format!("{}{} with all of them: {found}", record.type_name, record.form)));
        wrong
    });
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is wrong after an object was made with this configuration.
async fn made(record: &Record, config: &Json) -> Option<String> {
    let made = record.verbs.iter().find(|made| made.verb == Verb::Create)?;
    let start = Start { config, ..record.start(made) };
    let cell = Cell::start(&start).await;
    let found = cell.terraform.validate(&cell.config).await;
    if found.has_errors() {
        return Some(format!("is refused: {found}"));
    }
    let there = World::of(&cell.mock);
    let outcome = cell.terraform.put(Saved::default(), &cell.config).await;
    if outcome.failed() {
        return Some(format!("cannot be made: {}", outcome.diagnostics));
    }
    let object = made.object.as_ref()?;
    let new = cell.calm().await.since(&there);
    let of_kind = || new.iter().filter(|(key, _)| key.kind == record.key.kind);
    if !of_kind().any(|(key, found)| record.is_like(object, key, found).is_ok()) {
        let differences: Vec<_> =
            of_kind().filter_map(|(key, found)| record.is_like(object, key, found).err()).collect();
        return Some(format!("is made otherwise: {}", differences.join("; ")));
    }
    stays(&cell, outcome.saved).await
}

/// The calls that change an imported object which gets this configuration, and what is wrong after them.
async fn changed(record: &Record, config: &Json) -> (Vec<String>, Option<String>) {
    let made = record.verbs.iter().find(|made| made.verb == Verb::Create).expect("every kind is created");
    let (seed, saved) = record.created();
    let cell = Cell::start(&Start { config, seed, saved: saved.clone(), ..record.start(made) }).await;
    let imported = cell.terraform.import(&saved).await;
    if imported.failed() {
        return (Vec::new(), Some(format!("cannot be imported: {}", imported.diagnostics)));
    }
    cell.mock.clear_calls();
    let outcome = cell.terraform.put(imported.saved, &cell.config).await;
    if outcome.failed() {
        return (Vec::new(), Some(format!("cannot be applied after an import: {}", outcome.diagnostics)));
    }
    let calls = cell.mock.calls().into_iter().map(|call| call.action);
    let writes = calls.filter(|action| !matches!(Effect::of(action), Effect::Reads)).collect();
    cell.calm().await;
    (writes, stays(&cell, outcome.saved).await)
}

/// What a refresh and a plan say of an object of which nothing changed.
async fn stays(cell: &Cell, saved: Saved) -> Option<String> {
    let refreshed = cell.terraform.read(saved.clone()).await.saved;
    let drift = terraform::different("a refresh", &saved.state, &refreshed.state);
    drift.err().or(cell.terraform.changes(&refreshed, &cell.config).await.err())
}

fn with<'a>(config: &'a Json, values: impl IntoIterator<Item = (&'a String, &'a Json)>) -> Json {
    let members: &Map<_, _> = config.as_object().expect("a configuration is an object");
    let members = members.iter().chain(values).map(|(name, value)| (name.clone(), value.clone()));
    Json::Object(members.collect())
}
