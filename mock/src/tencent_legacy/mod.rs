//! Tencent API 2.0 (`/v2/index.php`): recognised, recorded and refused; its actions are not served yet.

use serde_json::{Value, json};

use crate::api::{Head, Refusal};
use crate::calls::Cloud;
use crate::server::{Received, Reply};
use crate::store::Members;

/// Where API 2.0 lives on its host.
pub(crate) const PATH: &str = "/v2/index.php";

pub(crate) fn head(received: &Received) -> Head {
    let mut params = Members::new();
    let body = received.body.as_deref().unwrap_or_default();
    for part in [received.query.as_bytes(), body] {
        params.extend(form_urlencoded::parse(part).map(|(name, value)| (name.into_owned(), Value::from(value))));
    }
    let mut common = |name: &str| match params.remove(name) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let (action, region) = (common("Action"), common("Region"));
    for name in ["Timestamp", "Nonce", "SecretId", "Signature", "SignatureMethod", "Token", "RequestClient"] {
        params.remove(name);
    }
    Head { cloud: Cloud::TencentLegacy, action, region, params: Value::Object(params) }
}

pub(crate) fn perform() -> Result<Members, Refusal> {
    Err(Refusal::new("NotServed", "this mock does not serve API 2.0 yet"))
}

/// `{"code": 0, ...}`, or `{"code": 4000, "message": ..., "codeDesc": ...}` for an error (API 2.0, "Returned results").
pub(crate) fn render(result: Result<Members, Refusal>) -> Reply {
    let body = match result {
        Ok(mut members) => {
            members.insert("code".to_owned(), json!(0));
            members.insert("message".to_owned(), json!(""));
            members.insert("codeDesc".to_owned(), json!("Success"));
            Value::Object(members)
        }
        Err(refusal) => {
            // A test may inject the number itself.
            let code: i64 = refusal.code.parse().unwrap_or(4000);
            json!({"code": code, "message": refusal.message, "codeDesc": refusal.code})
        }
    };
    Reply::json(200, &body)
}
