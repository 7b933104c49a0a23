//! Parameters of the RPC style: a request as a flat list of names and texts.

use serde::Serialize;
use serde_json::Value;

/// The parameters of `request`: lists are numbered from 1 (`Tag.1.Key`), members of objects follow a
/// dot, nulls are left out. The empty text is sent; the service takes it as absent.
pub(super) fn flatten(request: &impl Serialize) -> serde_json::Result<Vec<(String, String)>> {
    let mut params = Vec::new();
    add(&mut params, String::new(), serde_json::to_value(request)?);
    Ok(params)
}

/// Percent-encodes as RFC 3986 and both signatures want it: letters, digits and `-_.~` stay.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(byte.into()),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// The query string, sorted by name: what is signed is also what is sent.
pub(super) fn query(mut params: Vec<(String, String)>) -> String {
    params.sort_unstable();
    let pairs: Vec<_> = params.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

fn add(params: &mut Vec<(String, String)>, name: String, value: Value) {
    let member = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    match value {
        Value::Null => {}
        Value::Object(members) => members.into_iter().for_each(|(key, value)| add(params, member(&key), value)),
        Value::Array(items) => {
            (1..).zip(items).for_each(|(number, value)| add(params, member(&number.to_string()), value));
        }
        Value::String(text) => params.push((name, text)),
        other => params.push((name, other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(encode("测试 cert*~+=&/1"), "%E6%B5%8B%E8%AF%95%20cert%2A~%2B%3D%26%2F1");
        assert_eq!(encode("Az09-_.~"), "Az09-_.~");
    }

    #[test]
    fn lists_are_numbered_from_one() {
        let request = json!({
            "Tags": [{"Key": "env", "Value": "a b"}], "ResourceId": ["vsc-1", "vsc-2"], "Port": 1194, "Compress": false,
            "Name": "", "ClientToken": null,
        });
        assert_eq!(
            query(flatten(&request).unwrap()),
            "Compress=false&Name=&Port=1194&ResourceId.1=vsc-1&ResourceId.2=vsc-2&Tags.1.Key=env&Tags.1.Value=a%20b"
        );
    }
}
