//! Parameters of APIs that take forms or queries: a request as a flat list of names and texts.

use std::collections::BTreeMap;

use serde_json::Value;

/// Parameters by their flattened names. A `BTreeMap` keeps them in byte order, which is the order of
/// signatures.
pub(crate) type Params = BTreeMap<String, String>;

/// A request as flat parameters: elements of lists as `name.N`, counted from `first`, members of
/// objects as `name.member`, what is null not at all.
pub(crate) fn flatten(request: &Value, first: usize) -> Params {
    let mut params = Params::new();
    add(&mut params, String::new(), request, first);
    params
}

fn add(params: &mut Params, name: String, value: &Value, first: usize) {
    let member = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
    match value {
        Value::Null => {}
        Value::Array(elements) => {
            (first..).zip(elements).for_each(|(number, value)| add(params, member(&number.to_string()), value, first));
        }
        Value::Object(members) => members.iter().for_each(|(part, value)| add(params, member(part), value, first)),
        Value::String(text) => drop(params.insert(name, text.clone())),
        Value::Number(_) | Value::Bool(_) => drop(params.insert(name, value.to_string())),
    }
}

/// A request without its null members, at any depth: what nobody said is not sent.
pub(crate) fn without_nulls(request: Value) -> Value {
    match request {
        Value::Object(members) => {
            let present = members.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(present.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(without_nulls).collect()),
        scalar => scalar,
    }
}

/// What is written of a request.
#[cfg(test)]
pub(crate) fn written(request: &impl serde::Serialize) -> Value {
    without_nulls(serde_json::to_value(request).unwrap())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn flat(request: &Value, first: usize) -> Vec<String> {
        flatten(request, first).iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn lists_and_objects_are_flattened_at_every_depth() {
        let request = json!({
            "a": [{"b": ["x", "y"]}, {"c": 7}], "IKESet": {"dhGroupName": "group2", "absent": null}, "empty": [],
        });
        assert_eq!(flat(&request, 0), ["IKESet.dhGroupName=group2", "a.0.b.0=x", "a.0.b.1=y", "a.1.c=7"]);
        assert_eq!(flat(&request, 1), ["IKESet.dhGroupName=group2", "a.1.b.1=x", "a.1.b.2=y", "a.2.c=7"]);
    }

    #[test]
    fn null_members_are_left_out_at_every_depth() {
        let request = json!({"a": null, "b": {"c": null, "d": 0}, "e": [{"f": null, "g": ""}], "h": [], "i": false});
        let expected = json!({"b": {"d": 0}, "e": [{"g": ""}], "h": [], "i": false});
        assert_eq!(without_nulls(request), expected);
    }

    #[test]
    fn flags_and_empty_texts_are_sent() {
        assert_eq!(flat(&json!({"Compress": false, "Name": ""}), 1), ["Compress=false", "Name="]);
    }
}
