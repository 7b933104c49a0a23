//! Tencent API 2.0 (`/v2/index.php`), retired by its owner: another view of the objects of API 3.0.
//!
//! Names, values and ids are translated on the way in and out; the store holds what API 3.0 shows.

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::api::{Head, Refusal};
use crate::calls::Cloud;
use crate::check::{Field, Kind, Violation};
use crate::faults::TaskFault;
use crate::server::{Received, Reply};
use crate::store::Members;
use crate::tencent::{self, Context, members};
use crate::world::Shared;

mod connections;
mod gateways;
mod ids;
mod listing;
mod parameters;
mod replays;
mod request;
mod signature;
mod tasks;
mod values;

pub(crate) use replays::Replays;
pub(crate) use tasks::LEGACY_TASKS;

/// Where API 2.0 lives on its host.
pub(crate) const PATH: &str = "/v2/index.php";

/// An action of API 2.0.
#[derive(Debug)]
struct Action {
    name: &'static str,
    fields: &'static [Field],
    run: fn(&mut Request<'_>, &Members) -> Result<Members, Refusal>,
}

/// What an action works with.
struct Request<'a> {
    /// The objects of the region, as API 3.0 works with them.
    context: Context<'a>,
}

/// The business parameters keep the names they were sent with.
pub(crate) fn head(received: &Received) -> Head {
    let pairs = request::decoded(received);
    let common = |name: &str| request::text(&pairs, name).to_owned();
    let (action, region) = (common("Action"), common("Region"));
    let business = pairs.into_iter().filter(|(name, _)| !request::COMMON.contains(&name.as_str()));
    let params = business.map(|(name, value)| (name, Value::from(value))).collect();
    Head { cloud: Cloud::TencentLegacy, action, region, params: Value::Object(params) }
}

pub(crate) fn perform(
    shared: &Shared,
    received: &Received,
    head: &Head,
    request_id: &str,
    task: Option<&TaskFault>,
) -> Result<Members, Refusal> {
    let pairs = request::pairs(received)?;
    let common = request::Common::read(&pairs)?;
    let mut world = shared.world();
    let secret = world.accounts.tencent.secret(common.secret_id);
    let secret = secret.ok_or_else(|| Refusal::new("4104", "the SecretId does not exist"))?;
    let now = jiff::Timestamp::now().as_second();
    if now.abs_diff(common.timestamp) > MAX_SKEW_SECONDS {
        let off = now.abs_diff(common.timestamp);
        let message = format!("the timestamp is {off} s off, at most {MAX_SKEW_SECONDS} are allowed");
        return Err(Refusal::new("4200", message));
    }
    let host = received.header("host");
    if !signature::is_valid(received.method.as_str(), host, &pairs, &common, secret) {
        return Err(Refusal::new("4100", "the signature does not match the request"));
    }

    let oldest = now - MAX_SKEW_SECONDS.cast_signed();
    if !world.replays.admit(common.timestamp, common.nonce, oldest) {
        return Err(Refusal::new("4500", "a request with this Nonce and Timestamp has been here"));
    }
    let caller = tencent::identify(&world, common.secret_id, common.token).map_err(|Refusal { code, message }| {
        let number = if code == "AuthFailure.TokenFailure" { "4105" } else { "4104" };
        Refusal::new(number, message)
    })?;
    let region = request::long_region(&head.region)?;
    let action = action(&head.action)?;
    if !world.rates.admit((Cloud::TencentLegacy, &caller.account), action.name, region, PER_SECOND) {
        let message = format!("{} was called too often in {}", action.name, head.region);
        return Err(Refusal::new("4400", message));
    }
    tencent::permission(&caller, "vpc", action.name).map_err(|refusal| Refusal::new("4102", refusal.message))?;
    let params = parameters::members(action.fields, &pairs)?;
    let is_text = world.switches.legacy_code_text;
    let now = Instant::now();
    let (options, owner) = (&shared.options, caller.owner(tencent::CLOUD));
    let context = Context { world: &mut world, options, caller: &caller, owner: &owner, region, request_id, task, now };
    let mut answer = (action.run)(&mut Request { context }, &params)?;
    if is_text {
        answer.insert("code".to_owned(), json!("0"));
    }
    Ok(answer)
}

/// `{"code": 0, ...}`, or `{"code": 5000, "message": ..., "codeDesc": ...}` for an error (API 2.0, "Returned results").
/// Slashes are escaped, as in the samples.
pub(crate) fn render(result: Result<Members, Refusal>) -> Reply {
    let body = match result {
        Ok(mut members) => {
            members.entry("code").or_insert_with(|| json!(0));
            members.insert("message".to_owned(), json!(""));
            members.insert("codeDesc".to_owned(), json!("Success"));
            Value::Object(members)
        }
        Err(Refusal { code, message, .. }) => {
            let message = format!("({MODULE}){message}");
            match code.parse::<u64>() {
                Ok(number) => json!({"code": number, "message": message}),
                Err(_) => json!({"code": number_of(&code), "message": message, "codeDesc": code}),
            }
        }
    };
    Reply::new(200, "application/json", body.to_string().replace('/', r"\/"))
}

/// A parameter is missing or not what it should be.
fn illegal(message: impl Into<String>) -> Refusal {
    Refusal::new("4000", message)
}

fn action(name: &str) -> Result<&'static Action, Refusal> {
    if name.is_empty() {
        return Err(illegal("Action is missing"));
    }
    let mut actions = ACTIONS.iter().copied().flatten();
    let known = actions.find(|action| action.name == name);
    known.ok_or_else(|| illegal(format!("there is no action {name}, or this mock does not serve it")))
}

/// The number for a symbolic code. The pages do not pair them; this goes by what the numbers mean (API 2.0, "Error codes").
fn number_of(code: &str) -> u64 {
    match code {
        _ if code.ends_with(".NotFound") => 5000,
        _ if code.ends_with("LimitExceeded") => 4400,
        _ if code.starts_with("Invalid") => 4000,
        _ if code.starts_with("AuthFailure") => 4100,
        "InternalError" => 6000,
        "ServiceUnavailable" => 6200,
        _ => 5100,
    }
}

/// How a parameter that breaks a rule is refused: only names of tunnels have a code of their own.
fn broken(violation: Violation) -> Refusal {
    let Violation { kind, path, detail } = violation;
    let code = match (path.as_str(), kind) {
        ("vpnConnName", Kind::Empty | Kind::TooLong) => "InvalidVpnConnName",
        _ => "4000",
    };
    Refusal::new(code, format!("`{path}` {detail}"))
}

/// A refusal of API 3.0's rules in the words of API 2.0, whose codes are far fewer.
fn translated(refusal: Refusal) -> Refusal {
    let code = match refusal.code.as_ref() {
        "UnsupportedOperation.InvalidState" => "InvalidVpnGwState",
        "ResourceNotFound" => "5000",
        _ => "4000",
    };
    Refusal::new(code, refusal.message)
}

fn data(value: Value) -> Members {
    Members::from_iter([("data".to_owned(), value)])
}

/// Five minutes either way; older pages allowed two hours (API 2.0, "Error codes").
const MAX_SKEW_SECONDS: u64 = 300;

/// No page documents a limit; this is what API 3.0 allows on the same objects.
const PER_SECOND: u32 = 100;

/// The number that leads every message. Which one a service has is not documented.
const MODULE: u32 = 100_215;

static ACTIONS: &[&[Action]] = &[connections::ACTIONS, gateways::ACTIONS, tasks::ACTIONS];

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(result: Result<Members, Refusal>) -> Value {
        serde_json::from_slice(&render(result).body).unwrap()
    }

    #[test]
    fn numbers_and_names_of_errors_are_paired() {
        for (code, number) in [
            ("InvalidVpc.NotFound", 5000),
            ("InvalidVpnConnState", 4000),
            ("VpnConnLimitExceeded", 4400),
            ("RequestLimitExceeded", 4400),
            ("ActionLocked", 5100),
        ] {
            let body = rendered(Err(Refusal::new(code, "why")));
            assert_eq!(body, json!({"code": number, "codeDesc": code, "message": "(100215)why"}));
        }
        assert_eq!(rendered(Err(illegal("why"))), json!({"code": 4000, "message": "(100215)why"}));
    }

    #[test]
    fn success_has_the_code_zero_and_escaped_slashes() {
        let reply = render(Ok(data(json!("10.0.0.0/8"))));
        assert!(String::from_utf8_lossy(&reply.body).contains(r#""data":"10.0.0.0\/8""#));
        let body = rendered(Ok(data(json!("10.0.0.0/8"))));
        assert_eq!(body, json!({"code": 0, "message": "", "codeDesc": "Success", "data": "10.0.0.0/8"}));
        let text = Members::from_iter([("code".to_owned(), json!("0"))]);
        assert_eq!(rendered(Ok(text))["code"], "0");
    }
}
