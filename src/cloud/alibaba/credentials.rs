//! Where keys of Alibaba Cloud come from: the sources that its SDKs, its CLI and its official provider know, each read as they read it.

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

/// The chain of credentials of Alibaba Cloud.
pub fn chain(sources: Sources, max_retries: u32, transport: Transport) -> Chain {
    Chain::new(&Ram, sources, Caller::new(Policy::new(max_retries), None, transport))
}

struct Ram;

impl Authority for Ram {
    fn name(&self) -> &'static str {
        "Alibaba Cloud"
    }

    fn find(&self, sources: &Sources) -> Result<Found> {
        let env = &sources.environment;
        let Some(base) = &sources.base else {
            return first_of(
                self.name(),
                &[
                    ("environment", &|| from_environment(env)),
                    ("OIDC", &|| oidc(env)),
                    ("profile", &|| profile::usual(sources)),
                    ("URI", &|| uri(env)),
                    ("instance role", &|| instance_role(env)),
                ],
            );
        };
        Ok(Found::Origin(match base {
            Base::Key(key) => Origin::new("the provider block", Source::Key(key.clone())),
            Base::Profile(name) => profile::named(sources, name)?,
            Base::WebIdentity(identity) => Origin::new("assume_role_with_oidc", Source::WebIdentity(identity.clone())),
            Base::InstanceRole(role) => instance_role_of(env, "instance_role", role.clone())?,
            Base::Uri(text) => uri_of("credentials_uri", text)?,
        }))
    }

    fn roles(&self, sources: &Sources) -> Result<Vec<Role>> {
        // ALIBABA_CLOUD_ROLE_ARN is not one of them: webhooks set it in pods, for OIDC.
        let env = &sources.environment;
        let Some(arn) = env.get("ALICLOUD_ASSUME_ROLE_ARN") else { return Ok(Vec::new()) };
        let duration = seconds(env, "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION")?;
        let session_name = env.get("ALICLOUD_ASSUME_ROLE_SESSION_NAME");
        Ok(vec![Role { arn, session_name, duration, ..Role::default() }])
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
        Box::pin(sts::assume_with_oidc(cx, identity, token))
    }

    fn with_token(&self) -> &'static str {
        "AssumeRoleWithOIDC"
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

/// A key that stands in variables. Those of two families belong to two keys.
fn from_environment(env: &Environment) -> Result<Look> {
    let begun = |[id, secret, _]: &&[&'static str; 3]| env.has(id) || env.has(secret);
    let Some([id, secret, token]) = FAMILIES.iter().find(begun) else {
        let ids: Vec<_> = FAMILIES.iter().map(|[id, ..]| *id).collect();
        return Ok(Look::Absent(format!("{} and {} are not set", ids[..ids.len() - 1].join(", "), ids[ids.len() - 1])));
    };
    let key = match (env.get(id), env.get(secret)) {
        (Some(id), Some(secret)) => Credentials::new(id, secret),
        (given, _) => return Err(half(env, given.is_some(), [id, secret])),
    };
    let key = match env.get(token) {
        Some(token) => key.with_token(token),
        None => key,
    };
    Ok(Look::present(format!("the environment ({id})"), Source::Key(key)))
}

/// The error of a key of which one half is missing.
fn half(env: &Environment, has_id: bool, [id, secret]: [&str; 2]) -> crate::cloud::Error {
    let (given, missing, part) = if has_id { (id, secret, 1) } else { (secret, id, 0) };
    let other = FAMILIES.iter().map(|family| family[part]).find(|name| env.has(name));
    let other = other.map_or(String::new(), |other| {
        format!(" {other} is set, but variables of different kinds belong to different keys.")
    });
    let detail = format!("{given} is set, {missing} is not.{other} Set both, or neither");
    unusable(detail).headed("Incomplete credentials")
}

/// The variables that `ack-pod-identity-webhook` sets in pods (RRSA). One that is missing makes it another program's.
fn oidc(env: &Environment) -> Result<Look> {
    let [role_arn, provider, file] = OIDC.map(|name| env.get(name));
    let (Some(role_arn), Some(provider), Some(file)) = (role_arn, provider, file) else {
        return Ok(Look::Absent(missing_of(env, &OIDC)));
    };
    let identity = WebIdentity {
        role_arn,
        provider,
        token: Token::File(env.path(&file)),
        session_name: env.get("ALIBABA_CLOUD_ROLE_SESSION_NAME"),
        duration: None,
        policy: None,
    };
    Ok(Look::present("OIDC, from the environment", Source::WebIdentity(identity)))
}

/// Which of `names` are not set, and which are.
fn missing_of(env: &Environment, names: &[&str]) -> String {
    let (set, missing): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| env.has(name));
    let verb = |names: &[&str]| if names.len() == 1 { "is" } else { "are" };
    let set = if set.is_empty() { String::new() } else { format!(" ({} {})", set.join(", "), verb(&set)) };
    format!("{} {} not set{set}", missing.join(", "), verb(&missing))
}

fn uri(env: &Environment) -> Result<Look> {
    Ok(match env.get(URI) {
        Some(text) => Look::Present(uri_of(URI, &text)?),
        None => Look::Absent(format!("{URI} is not set")),
    })
}

fn uri_of(label: &str, text: &str) -> Result<Origin> {
    let url = metadata::uri(text).map_err(|why| unusable(format!("{label} cannot be used: {why}.")))?;
    Ok(Origin::new(label, Source::Uri(url)))
}

fn instance_role(env: &Environment) -> Result<Look> {
    if env.says(NO_METADATA) {
        return Ok(Look::Absent(format!("{NO_METADATA} is set")));
    }
    Ok(match env.get(INSTANCE) {
        Some(name) => {
            let role = InstanceRole { name: Some(name), allow_imds_v1: false };
            Look::Present(instance_role_of(env, INSTANCE, role)?)
        }
        None => Look::Absent(format!(
            "not tried; the metadata service of an ECS instance is asked only where instance_role {{}} in the provider block or {INSTANCE} \
             says so"
        )),
    })
}

/// Metadata, unless this machine's administrator has it switched off.
fn instance_role_of(env: &Environment, label: &str, mut role: InstanceRole) -> Result<Origin> {
    if env.says(NO_METADATA) {
        return Err(unusable(format!("{label} asks for the instance's role, and {NO_METADATA} forbids it.")));
    }
    role.allow_imds_v1 &= !env.says("ALIBABA_CLOUD_IMDSV1_DISABLED");
    if let Some(name) = &role.name {
        instance::checked(name).map_err(|_| unusable(format!("{label} has no name of a role: {name:?}.")))?;
    }
    Ok(Origin::new(format!("the instance's role ({label})"), Source::InstanceRole(role)))
}

fn seconds(env: &Environment, name: &str) -> Result<Option<std::time::Duration>> {
    let Some(text) = env.get(name) else { return Ok(None) };
    let seconds = text.parse().map_err(|_| unusable(format!("{name} is no number of seconds.")))?;
    Ok(Some(std::time::Duration::from_secs(seconds)))
}

/// The variables of a key: those of the SDKs, of the official provider, and of the CLI.
const FAMILIES: &[[&str; 3]] = &[
    ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"],
    ["ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"],
    ["ALIBABACLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_SECURITY_TOKEN"],
];
const OIDC: [&str; 3] = ["ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"];
const URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";
const INSTANCE: &str = "ALIBABA_CLOUD_ECS_METADATA";
const NO_METADATA: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
