//! Faults that tests order in advance.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::lies::Lie;

/// A fault and the calls it applies to; the body of `POST /_mock/faults`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// An action's name, or `*` for every API call.
    pub action: String,
    /// How many calls it hits; every one until the faults are deleted when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// How many matching calls pass before the first one is hit.
    #[serde(default)]
    pub skip: u64,
    /// What goes wrong.
    pub fault: Fault,
}

/// What goes wrong.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// `{"error":"InternalError"}`: an API error with this code in the cloud's own shape; nothing is done.
    Error(String),
    /// `{"http":502}`: an answer with this status and a text body; nothing is done.
    Http(u16),
    /// `{"drop":"before"}`, `{"drop":"after"}`: the connection is cut.
    Drop(When),
    /// `{"delay_ms":3000}`: the call is done at once, the answer comes this much later.
    DelayMs(u64),
    /// `{"garbage":true}`: status 200 and a body that is no JSON; nothing is done.
    Garbage(bool),
    /// `{"truncate":true}`: the call is done, half of the answer arrives, then the connection is cut.
    Truncate(bool),
    /// `{"html":true}`: status 200 and an HTML page, as a proxy would give; nothing is done.
    Html(bool),
    /// `{"answer":"without_ids"}`: the call is done, and the answer says something else.
    Answer(Lie),
    /// `{"quote":"InvalidParameter"}`: an API error whose message is the request as it came; nothing is done.
    Quote(String),
    /// `{"task":"lost"}`, `{"task":{"failed":"no address left"}}`: the call is done, its task goes wrong (Tencent's two APIs).
    Task(TaskFault),
}

/// What goes wrong with the task that a call starts.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskFault {
    /// It ends in failure with this message; what it should have changed is as before, in an error state.
    Failed(String),
    /// It is done, but nobody knows it: asking for its result gives an error.
    Lost,
}

/// When a connection is cut.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Before anything is done.
    Before,
    /// When the call is done, instead of an answer.
    After,
}

impl FaultRule {
    /// What is wrong with a rule that says nothing, or something else than it does.
    pub(crate) fn check(&self) -> Result<(), String> {
        let wrong = |what: &str| Err(what.to_owned());
        match self.fault {
            _ if self.times == Some(0) => wrong("`times` is how many calls the fault hits, 1 at least"),
            Fault::Http(status) if !(200..=599).contains(&status) => wrong("`http` is a status from 200 to 599"),
            Fault::Garbage(false) => wrong("`garbage` is true"),
            Fault::Truncate(false) => wrong("`truncate` is true"),
            Fault::Html(false) => wrong("`html` is true"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(code) => f.write_str(code),
            Self::Http(status) => write!(f, "http:{status}"),
            Self::Drop(When::Before) => f.write_str("drop:before"),
            Self::Drop(When::After) => f.write_str("drop:after"),
            Self::DelayMs(ms) => write!(f, "delay_ms:{ms}"),
            Self::Garbage(_) => f.write_str("garbage"),
            Self::Truncate(_) => f.write_str("truncate"),
            Self::Html(_) => f.write_str("html"),
            Self::Answer(lie) => write!(f, "answer:{}", lie.name()),
            Self::Quote(code) => write!(f, "quote:{code}"),
            Self::Task(TaskFault::Failed(_)) => f.write_str("task:failed"),
            Self::Task(TaskFault::Lost) => f.write_str("task:lost"),
        }
    }
}

#[derive(Default)]
pub(crate) struct Faults(Vec<FaultRule>);

impl Faults {
    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.0.push(rule);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn all(&self) -> &[FaultRule] {
        &self.0
    }

    /// The fault for a call that arrives now: the oldest rule that applies, which is used up by one.
    pub(crate) fn take(&mut self, action: &str) -> Option<Fault> {
        let matches = |rule: &FaultRule| rule.action == "*" || rule.action == action;
        let mut hit = None;
        for (at, rule) in self.0.iter_mut().enumerate().filter(|(_, rule)| matches(rule)) {
            if rule.skip > 0 {
                rule.skip -= 1;
            } else {
                hit = Some(at);
                break;
            }
        }
        let rule = &mut self.0[hit?];
        let fault = rule.fault.clone();
        if let Some(times) = &mut rule.times {
            *times = times.saturating_sub(1);
        }
        self.0.retain(|rule| rule.times != Some(0));
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(value: serde_json::Value) -> FaultRule {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_fault_is_used_up_after_its_times() {
        let mut faults = Faults::default();
        faults.add(rule(json!({"action": "A", "times": 2, "fault": {"http": 502}})));
        assert_eq!(faults.take("B"), None);
        assert_eq!(faults.take("A"), Some(Fault::Http(502)));
        assert_eq!(faults.take("A"), Some(Fault::Http(502)));
        assert_eq!(faults.take("A"), None);
        assert!(faults.all().is_empty());
    }

    #[test]
    fn a_fault_without_times_stays_and_star_matches_all() {
        let mut faults = Faults::default();
        faults.add(rule(json!({"action": "*", "fault": {"drop": "after"}})));
        for action in ["A", "B", "C"] {
            assert_eq!(faults.take(action), Some(Fault::Drop(When::After)));
        }
    }

    #[test]
    fn skipped_calls_pass() {
        let mut faults = Faults::default();
        faults.add(rule(json!({"action": "A", "times": 1, "skip": 1, "fault": {"garbage": true}})));
        assert_eq!(faults.take("A"), None);
        assert_eq!(faults.take("A"), Some(Fault::Garbage(true)));
    }

    #[test]
    fn unknown_faults_and_members_are_refused() {
        for bad in [
            json!({"action": "A", "fault": {"nonsense": 1}}),
            json!({"action": "A", "fault": {"drop": "during"}}),
            json!({"action": "A", "fault": {"task": "late"}}),
            json!({"action": "A", "tmies": 1, "fault": {"http": 502}}),
        ] {
            assert!(serde_json::from_value::<FaultRule>(bad).is_err());
        }
    }

    #[test]
    fn faults_that_would_not_do_what_they_say_are_refused() {
        for fault in [json!({"http": 199}), json!({"http": 600}), json!({"garbage": false}), json!({"html": false})] {
            assert!(rule(json!({"action": "A", "fault": fault})).check().is_err(), "{fault}");
        }
        assert!(rule(json!({"action": "A", "times": 0, "fault": {"http": 502}})).check().is_err());
        assert!(rule(json!({"action": "A", "times": 1, "fault": {"http": 502}})).check().is_ok());
    }
}
