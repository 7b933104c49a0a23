//! The calls a mock has seen, with secrets blotted out.

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
    /// `task:failed`, `task:lost`).
    pub outcome: String,
    /// The request id in the answer.
    pub request_id: String,
    /// Milliseconds since the mock started.
    pub at_ms: u64,
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
}

impl Cloud {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Tencent => "tencent",
            Self::TencentLegacy => "tencent-legacy",
            Self::Alibaba => "alibaba",
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

/// Replaces every secret in `params` by `"***"`, also inside texts that are themselves JSON objects (Alibaba's IkeConfig).
pub(crate) fn redact(params: &mut Value) {
    match params {
        Value::Object(members) => {
            for (name, value) in members {
                if SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret)) {
                    *value = Value::from(BLOT);
                } else {
                    redact(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::String(text) if text.starts_with('{') || text.starts_with('[') => {
            if let Ok(mut inner) = serde_json::from_str::<Value>(text) {
                redact(&mut inner);
                *text = inner.to_string();
            } else if names_a_secret(text) {
                BLOT.clone_into(text);
            }
        }
        _ => {}
    }
}

/// Whether a text that was to be JSON may hold a secret.
fn names_a_secret(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    SECRETS.iter().any(|secret| lower.contains(&secret.to_ascii_lowercase()))
}

const BLOT: &str = "***";

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
        };
        let mut log = CallLog::default();
        log.push(call.clone());
        log.clear();
        assert!(log.all().is_empty());
        assert_eq!(log.push(call).seq, 2);
    }
}
