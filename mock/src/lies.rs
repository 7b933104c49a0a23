//! Answers that are JSON of the right kind and do not say what is so.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::store::Members;

/// What is wrong with an answer whose call was done.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lie {
    /// No id is in it, neither of what was made nor in the rows of a list; ids of tasks stay.
    WithoutIds,
    /// Lists have no rows; counts are as they were.
    WithoutRows,
    /// Lists have no rows, and there is no count.
    WithoutCount,
    /// Rows are as many as they were, with every member null.
    NullRows,
    /// One member, the same for the same number, is gone, null, of another type or another text.
    Mutated(u64),
}

impl Lie {
    pub(crate) fn name(self) -> String {
        match self {
            Self::WithoutIds => "without_ids".to_owned(),
            Self::WithoutRows => "without_rows".to_owned(),
            Self::WithoutCount => "without_count".to_owned(),
            Self::NullRows => "null_rows".to_owned(),
            Self::Mutated(seed) => format!("mutated:{seed}"),
        }
    }

    /// What `answer` becomes.
    pub(crate) fn told(self, mut answer: Members) -> Members {
        match self {
            Self::WithoutIds => without(&mut answer, &is_id),
            Self::WithoutRows => in_list(&mut answer, &mut Vec::clear),
            Self::WithoutCount => {
                without(&mut answer, &|name| name.eq_ignore_ascii_case("TotalCount"));
                in_list(&mut answer, &mut Vec::clear);
            }
            Self::NullRows => in_list(&mut answer, &mut |rows| {
                rows.iter_mut().filter_map(Value::as_object_mut).for_each(|row| {
                    row.values_mut().for_each(|member| *member = Value::Null);
                });
            }),
            Self::Mutated(seed) => mutate(&mut answer, seed),
        }
        answer
    }
}

/// `VpnGatewayId`, `vpnConnId`, `CustomerGatewayIds`; an answer's own id and that of a task are none.
fn is_id(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    (name.ends_with("id") || name.ends_with("ids")) && !name.contains("request") && !name.contains("task")
}

fn without(members: &mut Map<String, Value>, named: &dyn Fn(&str) -> bool) {
    members.retain(|name, _| !named(name));
    for value in members.values_mut() {
        match value {
            Value::Object(inner) => without(inner, named),
            Value::Array(items) => {
                items.iter_mut().filter_map(Value::as_object_mut).for_each(|row| without(row, named))
            }
            _ => {}
        }
    }
}

/// The rows of an answer that lists objects. One that is itself an object, and names it, may have lists of its own, which are no rows.
fn in_list(answer: &mut Members, change: &mut dyn FnMut(&mut Vec<Value>)) {
    if !answer.keys().any(|name| is_id(name)) {
        answer.values_mut().for_each(|value| in_lists(value, change));
    }
}

/// The outermost lists of objects: Tencent's are members of the answer, Alibaba's of a member.
fn in_lists(value: &mut Value, change: &mut dyn FnMut(&mut Vec<Value>)) {
    match value {
        Value::Array(rows) if rows.first().is_some_and(Value::is_object) => change(rows),
        Value::Object(members) => members.values_mut().for_each(|value| in_lists(value, change)),
        _ => {}
    }
}

fn mutate(answer: &mut Members, seed: u64) {
    let mut all = Vec::new();
    let whole = Value::Object(std::mem::take(answer));
    pointers(&whole, String::new(), &mut all);
    let mut whole = whole;
    if !all.is_empty() {
        let pointer = &all[usize::try_from(seed / 7).unwrap_or_default() % all.len()];
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer to a member begins with a slash");
        let name = name.replace("~1", "/").replace("~0", "~");
        match (seed % 7, whole.pointer_mut(parent)) {
            (0, Some(Value::Object(members))) => drop(members.remove(&name)),
            (1, _) => put(&mut whole, pointer, Value::Null),
            (2, _) => put(&mut whole, pointer, json!({})),
            (3, _) => put(&mut whole, pointer, json!([])),
            (4, _) => put(&mut whole, pointer, json!(-1)),
            (5, _) => put(&mut whole, pointer, json!("")),
            _ => put(&mut whole, pointer, json!("another")),
        }
    }
    if let Value::Object(members) = whole {
        *answer = members;
    }
}

fn put(whole: &mut Value, pointer: &str, value: Value) {
    if let Some(place) = whole.pointer_mut(pointer) {
        *place = value;
    }
}

/// Every place inside a value (RFC 6901).
fn pointers(value: &Value, here: String, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let there = format!("{here}/{}", name.replace('~', "~0").replace('/', "~1"));
                all.push(there.clone());
                pointers(value, there, all);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let there = format!("{here}/{at}");
                all.push(there.clone());
                pointers(item, there, all);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lie: Lie) -> Value {
        let answer = json!({
            "TotalCount": 1, "TaskId": 7, "VpnGateway": {"VpnGatewayId": "vpngw-1", "VpnGatewayName": "a"},
            "Set": {"Row": [{"Id": "a", "Names": ["x"]}]}, "Names": ["y"],
        });
        Value::Object(lie.told(answer.as_object().unwrap().clone()))
    }

    #[test]
    fn each_lie_leaves_the_rest_as_it_was() {
        for (lie, told) in [
            (
                Lie::WithoutIds,
                json!({"TotalCount": 1, "TaskId": 7, "VpnGateway": {"VpnGatewayName": "a"},
                    "Set": {"Row": [{"Names": ["x"]}]}, "Names": ["y"]}),
            ),
            (
                Lie::WithoutRows,
                json!({"TotalCount": 1, "TaskId": 7, "VpnGateway": {"VpnGatewayId": "vpngw-1", "VpnGatewayName": "a"},
                    "Set": {"Row": []}, "Names": ["y"]}),
            ),
            (
                Lie::WithoutCount,
                json!({"TaskId": 7, "VpnGateway": {"VpnGatewayId": "vpngw-1", "VpnGatewayName": "a"},
                    "Set": {"Row": []}, "Names": ["y"]}),
            ),
            (
                Lie::NullRows,
                json!({"TotalCount": 1, "TaskId": 7, "VpnGateway": {"VpnGatewayId": "vpngw-1", "VpnGatewayName": "a"},
                    "Set": {"Row": [{"Id": null, "Names": null}]}, "Names": ["y"]}),
            ),
        ] {
            assert_eq!(self::told(lie), told, "{lie:?}");
        }
    }

    #[test]
    fn the_lists_of_one_object_are_no_rows() {
        let answer = json!({"VpnGatewayId": "vpn-1", "Tags": {"Tag": [{"Key": "a", "Value": "b"}]}});
        for lie in [Lie::WithoutRows, Lie::WithoutCount, Lie::NullRows] {
            let told = lie.told(answer.as_object().unwrap().clone());
            assert_eq!(Value::Object(told), answer, "{lie:?}");
        }
    }

    #[test]
    fn a_mutation_changes_one_place_and_the_same_one_for_the_same_number() {
        let whole = told(Lie::Mutated(0));
        for seed in 0..200 {
            let once = told(Lie::Mutated(seed));
            assert_eq!(once, told(Lie::Mutated(seed)));
            // An empty list may stand where there was one with rows, never two changes.
            assert!(once.as_object().unwrap().len() >= whole.as_object().unwrap().len() - 1, "{seed}");
        }
    }
}
