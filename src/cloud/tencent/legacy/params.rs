use serde_json::Value;

use crate::cloud::tencent::legacy::sign::Params;

/// A request as the flat parameters that API 2.0 takes: elements of lists as `name.0`, members of
/// objects as `name.member`, what is null not at all.
pub(crate) fn flatten(request: &Value) -> Params {
    let mut params = Params::new();
    add(&mut params, String::new(), request);
    params
}

fn add(params: &mut Params, name: String, value: &Value) {
    let member = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
    match value {
        Value::Null => {}
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, value)| add(params, member(&index.to_string()), value));
        }
        Value::Object(members) => members.iter().for_each(|(part, value)| add(params, member(part), value)),
        Value::String(text) => drop(params.insert(name, text.clone())),
        Value::Number(_) | Value::Bool(_) => drop(params.insert(name, value.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_and_objects_are_flattened_at_every_depth() {
        let params = flatten(&json!({
            "a": [{"b": ["x", "y"]}, {"c": 7}], "IKESet": {"dhGroupName": "group2", "absent": null}, "empty": [],
        }));
        let pairs: Vec<_> = params.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(pairs, ["IKESet.dhGroupName=group2", "a.0.b.0=x", "a.0.b.1=y", "a.1.c=7"]);
    }
}
