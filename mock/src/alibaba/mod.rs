//! Alibaba's RPC APIs: recognised, recorded and refused; their actions are not served yet.

use serde_json::{Value, json};

use crate::api::{Head, Refusal};
use crate::calls::Cloud;
use crate::server::{Received, Reply};
use crate::store::Members;

/// Whether a request for `/` is Alibaba's: signature v3 has its headers, v1 its parameters.
pub(crate) fn is_for(received: &Received) -> bool {
    if !received.header("x-tc-action").is_empty() {
        return false;
    }
    let has_header =
        received.headers.contains_key("x-acs-action") || received.header("authorization").starts_with("ACS3");
    has_header || {
        let params = params(received);
        params.contains_key("Action") && params.contains_key("Signature")
    }
}

pub(crate) fn head(received: &Received) -> Head {
    let mut params = params(received);
    let mut common = |name: &str| match params.remove(name) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let mut action = common("Action");
    if action.is_empty() {
        action = received.header("x-acs-action").to_owned();
    }
    let region = match params.get("RegionId") {
        Some(Value::String(text)) => text.clone(),
        _ => String::new(),
    };
    for name in COMMON {
        params.remove(*name);
    }
    Head { cloud: Cloud::Alibaba, action, region, params: Value::Object(params) }
}

pub(crate) fn perform() -> Result<Members, Refusal> {
    let message = "this mock does not serve Alibaba's actions yet";
    Err(Refusal { status: 404, ..Refusal::new("InvalidAction.NotFound", message) })
}

/// Success is the members with their RequestId; an error has RequestId, HostId, Code, Message and Recommend.
pub(crate) fn render(result: Result<Members, Refusal>, request_id: &str, action: &str) -> Reply {
    match result {
        Ok(mut members) => {
            members.insert("RequestId".to_owned(), request_id.into());
            Reply::json(200, &Value::Object(members))
        }
        Err(Refusal { code, message, status }) => {
            let recommend = format!("https://api.aliyun.com/troubleshoot?q={code}&product=Vpc&requestId={request_id}");
            let body = json!({
                "RequestId": request_id,
                "HostId": "vpc.aliyuncs.com",
                "Code": code,
                "Message": format!("{message} ({action})"),
                "Recommend": recommend,
            });
            Reply::json(status, &body)
        }
    }
}

fn params(received: &Received) -> Members {
    let body = received.body.as_deref().unwrap_or_default();
    let is_form = received.header("content-type").starts_with("application/x-www-form-urlencoded");
    let parts = [received.query.as_bytes(), if is_form { body } else { b"" }];
    let pairs = parts.into_iter().flat_map(form_urlencoded::parse);
    pairs.map(|(name, value)| (name.into_owned(), Value::from(value))).collect()
}

/// Parameters of signature v1 that are no business of the action.
const COMMON: &[&str] = &[
    "Version",
    "Format",
    "AccessKeyId",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureVersion",
    "SignatureType",
    "Timestamp",
];
