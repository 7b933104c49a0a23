//! Where keys of Tencent Cloud come from: the sources that its SDKs, its CLI and its official provider know, each read as they read it.

use std::time::Duration;

use futures_util::future::BoxFuture;
use secrecy::SecretString;

use crate::cloud::caller::Caller;
use crate::cloud::credentials::{
    Authority, Base, Chain, Credentials, Environment, Fetched, Fetching, Found, Identity, InstanceRole, Look, Origin,
    Role, Source, Sources, Token, WebIdentity, first_of, metadata, unusable,
};
use crate::cloud::error::Result;
use crate::cloud::retry::Policy;
use crate::cloud::transport::{Reply, Transport};

mod instance;
mod profile;
mod sts;
#[cfg(test)]
mod tests;

/// The chain of credentials of Tencent Cloud, for both of its APIs.
pub fn chain(sources: Sources, max_retries: u32, transport: Transport) -> Chain {
    Chain::new(&Cam, sources, Caller::new(Policy::new(max_retries), None, transport))
}

struct Cam;

impl Authority for Cam {
    fn name(&self) -> &'static str {
        "Tencent Cloud"
    }

    fn find(&self, sources: &Sources) -> Result<Found> {
        let env = &sources.environment;
        let Some(base) = &sources.base else {
            return first_of(
                self.name(),
                &[
                    ("environment", &|| from_environment(env)),
                    ("TKE pod identity", &|| pod_identity(env)),
                    ("profile", &|| profile::usual(sources)),
                    ("instance role", &|| instance_role(env)),
                ],
            );
        };
        Ok(Found::Origin(match base {
            Base::Key(key) => Origin::new("the provider block", Source::Key(key.clone())),
            Base::Profile(name) => profile::named(sources, name)?,
            Base::WebIdentity(identity) => {
                Origin::new("assume_role_with_web_identity", Source::WebIdentity(identity.clone()))
            }
            Base::InstanceRole(role) => instance_role_of("instance_role", role.clone())?,
            Base::Uri(text) => {
                let url = metadata::uri(text).map_err(|why| unusable(format!("the address cannot be used: {why}.")))?;
                Origin::new("credentials_uri", Source::Uri(url))
            }
        }))
    }

    fn roles(&self, sources: &Sources) -> Result<Vec<Role>> {
        let env = &sources.environment;
        let Some(arn) = env.get("TENCENTCLOUD_ASSUME_ROLE_ARN") else { return Ok(Vec::new()) };
        let duration = match env.get(DURATION) {
            None => None,
            Some(text) => match text.parse() {
                Ok(0) => None,
                Ok(seconds) => Some(Duration::from_secs(seconds)),
                Err(_) => return Err(unusable(format!("{DURATION} is no number of seconds."))),
            },
        };
        Ok(vec![Role {
            arn,
            session_name: env.get("TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME"),
            duration,
            external_id: env.get("TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID"),
            policy: env.get("TENCENTCLOUD_ASSUME_ROLE_POLICY"),
            source_identity: env.get("TENCENTCLOUD_ASSUME_ROLE_SOURCE_IDENTITY"),
        }])
    }

    fn assume<'a>(&'a self, cx: Fetching<'a>, key: &'a Credentials, role: &'a Role) -> BoxFuture<'a, Result<Fetched>> {
        Box::pin(sts::assume(cx, key, role))
    }

    fn assume_with_token<'a>(
        &'a self,
        cx: Fetching<'a>,
        identity: &'a WebIdentity,
        token: &'a SecretString,
    ) -> BoxFuture<'a, Result<Fetched>> {
        Box::pin(sts::assume_with_web_identity(cx, identity, token))
    }

    fn with_token(&self) -> &'static str {
        "AssumeRoleWithWebIdentity"
    }

    fn instance<'a>(&'a self, cx: Fetching<'a>, role: &'a InstanceRole) -> BoxFuture<'a, Result<Fetched>> {
        Box::pin(instance::key(cx, role))
    }

    fn key_of(&self, reply: &Reply) -> Option<Fetched> {
        instance::key_of(reply)
    }

    fn identity<'a>(&'a self, cx: Fetching<'a>, key: &'a Credentials) -> BoxFuture<'a, Result<Identity>> {
        Box::pin(sts::identity(cx, key))
    }

    fn hint(&self, code: &str) -> Option<&'static str> {
        sts::hint(code)
    }
}

/// A key that stands in variables. The CLI has another name for the token than the SDKs.
fn from_environment(env: &Environment) -> Result<Look> {
    let key = match (env.get(ID), env.get(KEY)) {
        (None, None) => return Ok(Look::Absent(format!("{ID} and {KEY} are not set"))),
        (Some(id), Some(key)) => Credentials::new(id, key),
        (given, _) => {
            let (given, missing) = if given.is_some() { (ID, KEY) } else { (KEY, ID) };
            let detail = format!("{given} is set, {missing} is not. Set both, or neither");
            return Err(unusable(detail).headed("Incomplete credentials"));
        }
    };
    let [token, other] = TOKENS.map(|name| env.get(name));
    let key = match (token, other) {
        (Some(token), Some(other)) if token != other => {
            let [token, other] = TOKENS;
            return Err(unusable(format!(
                "{token} and {other} are both set, to different tokens: only one belongs to {ID}."
            )));
        }
        (Some(token), _) | (None, Some(token)) => key.with_token(token),
        (None, None) => key,
    };
    Ok(Look::present(format!("the environment ({ID})"), Source::Key(key)))
}

/// The variables that TKE sets in pods. It comes before the node's role, which every pod of the node can ask for.
fn pod_identity(env: &Environment) -> Result<Look> {
    let [Some(_), Some(provider), Some(file), Some(role_arn)] = TKE.map(|name| env.get(name)) else {
        return Ok(Look::Absent(missing_of(env, &TKE)));
    };
    let token = Token::File(env.path(&file));
    let identity = WebIdentity { role_arn, provider, token, session_name: None, duration: None, policy: None };
    Ok(Look::present("TKE pod identity, from the environment", Source::WebIdentity(identity)))
}

/// Which of `names` are not set, and which are.
fn missing_of(env: &Environment, names: &[&str]) -> String {
    let (set, missing): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| env.has(name));
    let verb = |names: &[&str]| if names.len() == 1 { "is" } else { "are" };
    let set = if set.is_empty() { String::new() } else { format!(" ({} {})", set.join(", "), verb(&set)) };
    format!("{} {} not set{set}", missing.join(", "), verb(&missing))
}

fn instance_role(env: &Environment) -> Result<Look> {
    Ok(match env.get(INSTANCE) {
        Some(name) => {
            Look::Present(instance_role_of(INSTANCE, InstanceRole { name: Some(name), allow_imds_v1: false })?)
        }
        None => Look::Absent(format!(
            "not tried; the metadata service of a CVM instance is asked only where instance_role {{}} in the provider block or {INSTANCE} \
             says so"
        )),
    })
}

fn instance_role_of(label: &str, role: InstanceRole) -> Result<Origin> {
    if let Some(name) = &role.name {
        instance::checked(name.as_bytes())
            .map_err(|_| unusable(format!("{label} has no name of a role: {name:?}.")))?;
    }
    Ok(Origin::new(format!("the instance's role ({label})"), Source::InstanceRole(role)))
}

const ID: &str = "TENCENTCLOUD_SECRET_ID";
const KEY: &str = "TENCENTCLOUD_SECRET_KEY";
const TOKENS: [&str; 2] = ["TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_TOKEN"];
const TKE: [&str; 4] = ["TKE_REGION", "TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN"];
const INSTANCE: &str = "TENCENTCLOUD_CAM_ROLE_NAME";
const DURATION: &str = "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION";
