//! The query of an RPC call: sorted parameters, percent-encoded.

use crate::cloud::params::Params;

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
pub(super) fn query(params: &Params) -> String {
    let pairs: Vec<_> = params.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::params::flatten;

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(encode("测试 cert*~+=&/1"), "%E6%B5%8B%E8%AF%95%20cert%2A~%2B%3D%26%2F1");
        assert_eq!(encode("Az09-_.~"), "Az09-_.~");
    }

    #[test]
    fn parameters_are_sorted_and_lists_numbered_from_one() {
        let request = json!({"Tags": [{"Key": "env", "Value": "a b"}], "ResourceId": ["vsc-1", "vsc-2"], "Name": ""});
        assert_eq!(
            query(&flatten(&request, 1)),
            "Name=&ResourceId.1=vsc-1&ResourceId.2=vsc-2&Tags.1.Key=env&Tags.1.Value=a%20b"
        );
    }
}
