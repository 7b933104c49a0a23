//! The calls a mock has seen, with secrets blotted out.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One API call, as `GET /_mock/calls` shows it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Call {
    /// Counts from 1; goes on counting when calls are forgotten.
    pub seq: u64,
    /// The API family the call was for.
    pub cloud: Cloud,
    /// The action's name, empty when the request named none.
    pub action: String,
    /// The region, empty when the request named none.
    pub region: String,
    /// The decoded business parameters; secrets are `"***"`.
    pub params: Value,
    /// `ok`, an API error code, or the fault injected (`http:502`, `drop:before`, `drop:after`, `garbage`, `html`, `truncate`,
    /// `answer:...`, `task:failed`, `task:lost`).
    pub outcome: String,
    /// The request id in the answer.
    pub request_id: String,
    /// Milliseconds since the mock started.
    pub at_ms: u64,
    /// The members of the answer that hold a secret, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
}

/// An API family.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// Tencent API 3.0.
    Tencent,
    /// Tencent API 2.0.
    TencentLegacy,
    /// Alibaba RPC.
    Alibaba,
    /// The metadata services of both clouds' instances.
    Metadata,
}

impl Cloud {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Tencent => "tencent",
            Self::TencentLegacy => "tencent-legacy",
            Self::Alibaba => "alibaba",
            Self::Metadata => "metadata",
        }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Default)]
pub(crate) struct CallLog {
    calls: Vec<Call>,
    last: u64,
}

impl CallLog {
    /// Numbers the call, blots out its secrets and keeps it.
    pub(crate) fn push(&mut self, mut call: Call) -> &Call {
        self.last += 1;
        call.seq = self.last;
        redact(&mut call.params);
        self.calls.push(call);
        self.calls.last().expect("a call was just pushed")
    }

    pub(crate) fn all(&self) -> &[Call] {
        &self.calls
    }

    pub(crate) fn clear(&mut self) {
        self.calls.clear();
    }
}

/// The names of the members of an answer that hold a secret, each once.
pub(crate) fn secrets_in(answer: &[u8]) -> Vec<String> {
    let mut found = BTreeSet::new();
    if let Ok(answer) = serde_json::from_slice(answer) {
        find_secrets(&answer, &mut found);
    }
    found.into_iter().collect()
}

fn find_secrets(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if is_secret(name) && value.as_str().is_some_and(|text| !text.is_empty()) {
                    found.insert(name.clone());
                }
                find_secrets(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| find_secrets(item, found)),
        Value::String(text) => {
            if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
                find_secrets(&inner, found);
            }
        }
        _ => {}
    }
}

/// Replaces every secret in `params` by `"***"`, also inside texts that are themselves JSON (Alibaba's IkeConfig).
///
/// Refused calls are kept too, so names and texts are whatever a client sent: what is neither a word nor JSON and names a secret
/// is replaced as a whole.
pub(crate) fn redact(params: &mut Value) {
    match params {
        Value::Object(members) => *members = std::mem::take(members).into_iter().map(redacted).collect(),
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::String(text) => {
            let json = text.trim_matches(|letter: char| letter.is_whitespace() || letter == BYTE_ORDER_MARK);
            match serde_json::from_str(json) {
                Ok(mut inner @ (Value::Object(_) | Value::Array(_) | Value::String(_))) => {
                    redact(&mut inner);
                    *text = inner.to_string();
                }
                _ if may_hold_a_secret(text) => BLOT.clone_into(text),
                _ => {}
            }
        }
        _ => {}
    }
}

/// A member without its secrets. Flat names such as `IKESet.preSharedKey` and `preSharedKey.0` are secret by any segment.
fn redacted((name, mut value): (String, Value)) -> (String, Value) {
    // A body that was taken for a form is all name and no value.
    if may_hold_a_secret(&name) {
        return (BLOT.to_owned(), Value::from(BLOT));
    }
    if name.split('.').any(is_secret) {
        value = Value::from(BLOT);
    } else {
        redact(&mut value);
    }
    (name, value)
}

fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|secret| name.trim().eq_ignore_ascii_case(secret))
}

/// Whether a text is more than a word and names a secret, so that the secret itself may follow.
fn may_hold_a_secret(text: &str) -> bool {
    let is_word = text.trim().chars().all(|letter| letter.is_alphanumeric() || ".-_".contains(letter));
    !is_word && {
        let lower = unescaped(text).to_ascii_lowercase();
        SECRETS.iter().any(|secret| lower.contains(&secret.to_ascii_lowercase()))
    }
}

/// The text with JSON's `\u0073` as the character it stands for, however often the backslash is itself escaped.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let escape = part.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        plain.truncate(plain.trim_end_matches('\\').len());
        plain.extend(escape);
        plain.push_str(if escape.is_some() { &part[4..] } else { part });
    }
    plain
}

const BLOT: &str = "***";
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Members that are secret in one of the APIs: pre-shared keys, keys of BGP sessions, session tokens, key material.
const SECRETS: &[&str] = &[
    "PreShareKey",
    "PreSharedKey",
    "preSharedKey",
    "Psk",
    "SecretKey",
    "TmpSecretKey",
    "AccessKeySecret",
    "SecurityToken",
    "Token",
    "TokenCode",
    "SamlToken",
    "SamlData",
    "SAMLAssertion",
    "WebIdentityToken",
    "OIDCToken",
    "SslVpnKey",
    "ClientKey",
    "AuthKey",
    "Password",
    "Signature",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_blotted_out_at_every_depth() {
        let mut params = json!({
            "VpnConnectionName": "a",
            "PreShareKey": "hush",
            "Nested": [{"Psk": "hush"}],
            "IkeConfig": "{\"Psk\":\"hush\",\"IkeMode\":\"main\"}",
            "Cut": "{\"Psk\":\"hush",
            "Tags": [{"Key": "k", "Value": "v"}],
        });
        redact(&mut params);
        assert!(!params.to_string().contains("hush"));
        assert_eq!(params["PreShareKey"], "***");
        assert_eq!(params["Tags"][0]["Key"], "k");
        assert_eq!(params["VpnConnectionName"], "a");
    }

    #[test]
    fn texts_that_name_a_secret_are_blotted_out_and_words_are_not() {
        for hidden in [
            "Psk=hush",
            "the Psk hush",
            " {\"Psk\":\"hush\"}\n",
            "\u{feff}[{\"Psk\":\"hush\"}]",
            "\"{\\\"Psk\\\":\\\"hush\\\"}\"",
            "{\"Ike\":\"{\\\"Psk\\\":\\\"hush\\\"}\"}",
            "{\"Ps\\u006b\":\"hush\"",
            "\"{\\\"P\\\\u0073\\\\u006B\\\":\\\"hush",
            "{'psk':'hush'}",
            "{\"A\":{\"Psk\":\"hush\"},\"A\":1}",
            "<Psk>hush</Psk>",
        ] {
            let mut params = json!({ "Text": hidden, hidden: "hush" });
            redact(&mut params);
            assert!(!params.to_string().contains("hush"), "{hidden}: {params}");
        }
        let shown = json!({"VpnConnectionName": "office-psk_2", "Description": "one of \"ours\", a b", "Tag": "Password", "Port": "1194"});
        let mut params = shown.clone();
        redact(&mut params);
        assert_eq!(params, shown);
    }

    #[test]
    fn a_name_is_secret_by_any_of_its_segments() {
        for name in ["preSharedKey.0", "IKESet.psk", "Psk ", "PSK"] {
            let mut params = json!({ name: "hush" });
            redact(&mut params);
            assert_eq!(params, json!({ name: "***" }));
        }
        let kept = json!({"NextToken": "1", "Tag.1.Key": "Psk", "10.0.0.0/24": ["192.168.0.0/16"]});
        let mut params = kept.clone();
        redact(&mut params);
        assert_eq!(params, kept);
    }

    #[test]
    fn secrets_of_an_answer_are_named_at_every_depth() {
        let answer = json!({
            "VpnConnections": [{"IkeConfig": {"Psk": "hush", "IkeMode": "main"}}, {"IkeConfig": {"Psk": "hush"}}],
            "SslClientConfigsSet": "[{\"SslVpnKey\":\"hush\"}]",
            "AuthKey": "",
            "ClientKey": null,
        });
        assert_eq!(secrets_in(answer.to_string().as_bytes()), ["Psk", "SslVpnKey"]);
        assert!(secrets_in(b"<html>Psk</html>").is_empty());
    }

    #[test]
    fn numbering_goes_on_after_calls_are_forgotten() {
        let call = Call {
            seq: 0,
            cloud: Cloud::Tencent,
            action: String::new(),
            region: String::new(),
            params: Value::Null,
            outcome: "ok".to_owned(),
            request_id: String::new(),
            at_ms: 0,
            secrets: Vec::new(),
        };
        let mut log = CallLog::default();
        log.push(call.clone());
        log.clear();
        assert!(log.all().is_empty());
        assert_eq!(log.push(call).seq, 2);
    }
}
