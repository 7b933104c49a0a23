//! The requests under `/_mock/`: unsigned, for tests.

use std::collections::BTreeMap;
use std::time::Duration;

use hyper::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::faults::FaultRule;
use crate::oidc;
use crate::server::Reply;
use crate::world::Shared;

/// Answers the control request for `what`, the path after `/_mock/`.
pub(crate) fn answer(shared: &Shared, method: &Method, what: &str, body: &[u8]) -> Reply {
    match perform(shared, method, what, body) {
        Ok(value) => Reply::json(200, &value),
        Err(Refusal { status, error }) => Reply::json(status, &json!({ "error": error })),
    }
}

fn perform(shared: &Shared, method: &Method, what: &str, body: &[u8]) -> Result<Value, Refusal> {
    let mut world = shared.world();
    let done = json!({});
    Ok(match (what, method.as_str()) {
        ("calls", "GET") => json!(world.calls.all()),
        ("calls", "DELETE") => {
            world.calls.clear();
            done
        }
        ("state", "GET") => world.to_json(),
        ("state", "PUT") => {
            world.replace(&parse(body)?)?;
            done
        }
        ("state", "PATCH") => {
            world.patch(&parse(body)?)?;
            done
        }
        ("faults", "GET") => json!(world.faults.all()),
        ("faults", "POST") => {
            let rule: FaultRule = parse(body)?;
            rule.check()?;
            world.faults.add(rule);
            done
        }
        ("faults", "DELETE") => {
            world.faults.clear();
            done
        }
        ("rates", "GET") => json!(world.rates.changed()),
        ("rates", "POST") => {
            world.rates.change(parse::<BTreeMap<String, u32>>(body)?);
            done
        }
        ("rates", "DELETE") => {
            world.rates.reset();
            done
        }
        ("switches", "GET") => json!(world.switches),
        ("switches", "POST") => {
            world.switches = world.switches.with(&parse(body)?)?;
            json!(world.switches)
        }
        ("metadata", "GET") => json!(world.metadata),
        ("metadata", "POST") => {
            world.patch_metadata(&parse(body)?)?;
            json!(world.metadata)
        }
        ("keys", "GET") => world.accounts.sessions(),
        ("keys", "POST") => {
            world.accounts.age(Duration::from_secs(parse::<Age>(body)?.age_seconds));
            done
        }
        ("keys", "DELETE") => {
            world.accounts.end_sessions();
            done
        }
        ("tokens", "POST") => {
            let token = parse::<oidc::Order>(body)?.sign();
            json!({ "token": token.map_err(|error| error.to_string())? })
        }
        ("jwks", "GET") => json!(oidc::key_set().map_err(|error| error.to_string())?),
        ("calls" | "state" | "faults" | "rates" | "switches" | "keys" | "tokens" | "jwks" | "metadata", _) => {
            return Err(Refusal { status: 405, error: format!("{method} is not possible on /_mock/{what}") });
        }
        _ => {
            return Err(Refusal { status: 404, error: format!("there is no /_mock/{what}") });
        }
    })
}

/// How much older temporary keys get.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Age {
    age_seconds: u64,
}

struct Refusal {
    status: u16,
    error: String,
}

impl From<String> for Refusal {
    fn from(error: String) -> Self {
        Self { status: 400, error }
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal { status: 400, error: format!("the body: {error}") })
}
