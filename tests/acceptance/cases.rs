//! Tunnels that are created together and changed together, each in place and by one call.

use serde_json::Value;

use crate::harness::{Resource, Workspace, hcl};

/// A tunnel that is created, then changed. Attributes are lines of `NAME = EXPRESSION`.
pub(crate) struct Case {
    name: &'static str,
    created: &'static str,
    changed: &'static str,
    /// The parameters beside those that every call has; none if no call is to be made.
    sent: Option<Value>,
}

pub(crate) fn case(
    name: &'static str,
    created: &'static str,
    changed: &'static str,
    sent: impl Into<Option<Value>>,
) -> Case {
    Case { name, created, changed, sent: sent.into() }
}

/// Creates all tunnels, changes all, and looks at the calls that changed each: `sent` gives those of an id, `whole` adds to a case's
/// parameters what every call has.
pub(crate) fn check(
    cases: &[Case],
    tunnel: impl Fn(&str) -> Resource,
    sent: impl Fn(&Workspace, &str) -> Vec<Value>,
    whole: impl Fn(&mut Value, &str),
) -> Workspace {
    let ws = Workspace::any_parent();
    let created = |case: &Case| {
        let gateway = format!("\"cgw-{}\"", case.name.replace('_', ""));
        tunnel(case.name).with("customer_gateway_id", &gateway).changed(case.created)
    };
    ws.write(hcl(cases.iter().map(created))).apply();
    let ids: Vec<_> = cases.iter().map(|case| ws.id(case.name)).collect();
    ws.mock.clear_calls();

    ws.write(hcl(cases.iter().map(|case| created(case).changed(case.changed)))).apply();
    for (case, id) in cases.iter().zip(ids) {
        assert_eq!(ws.id(case.name), id, "{} was replaced", case.name);
        let mut expected = case.sent.clone();
        expected.iter_mut().for_each(|expected| whole(expected, &id));
        assert_eq!(sent(&ws, &id), Vec::from_iter(expected), "{}", case.name);
    }
    ws
}
