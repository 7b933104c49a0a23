//! From a source to a key, step by step.

use std::time::Duration;

use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};

use crate::cloud::caller::Caller;
use crate::cloud::clock::unix_now;
use crate::cloud::credentials::metadata::{self, Question};
use crate::cloud::credentials::{
    Credentials, Found, Identity, InstanceRole, Origin, Role, Source, Sources, Token, WebIdentity, files,
};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::transport::Reply;

/// What a cloud has of its own to do with keys.
pub(crate) trait Authority: Send + Sync {
    /// What it is called.
    fn name(&self) -> &'static str;

    /// Looks for a source, without asking anybody but this machine.
    fn find(&self, sources: &Sources) -> Result<Found>;

    /// The roles that variables name, where the configuration has none.
    fn roles(&self, sources: &Sources) -> Result<Vec<Role>>;

    fn assume<'a>(&'a self, cx: Fetching<'a>, key: &'a Credentials, role: &'a Role) -> BoxFuture<'a, Result<Fetched>>;

    /// Assumes a role with a token of another identity provider: a call without a signature.
    fn assume_with_token<'a>(
        &'a self,
        cx: Fetching<'a>,
        identity: &'a WebIdentity,
        token: &'a SecretString,
    ) -> BoxFuture<'a, Result<Fetched>>;

    /// What the action of that is called.
    fn with_token(&self) -> &'static str;

    /// Asks the metadata service.
    fn instance<'a>(&'a self, cx: Fetching<'a>, role: &'a InstanceRole) -> BoxFuture<'a, Result<Fetched>>;

    /// Reads what an address answered that gives keys.
    fn key_of(&self, reply: &Reply) -> Option<Fetched>;

    /// Asks who the key belongs to.
    fn identity<'a>(&'a self, cx: Fetching<'a>, key: &'a Credentials) -> BoxFuture<'a, Result<Identity>>;

    /// What can be done about an error of its STS, where that is more than what holds for all services.
    fn hint(&self, code: &str) -> Option<&'static str>;
}

/// What is needed to get a key.
#[derive(Clone, Copy)]
pub(crate) struct Fetching<'a> {
    pub(crate) ctx: &'a Ctx,
    pub(crate) caller: &'a Caller,
    pub(crate) sources: &'a Sources,
    /// Whether there was a key from there before.
    pub(crate) renews: bool,
}

/// A key, as it came.
pub(crate) struct Fetched {
    pub(crate) key: Credentials,
    /// How long it is still good for; none where nobody said.
    pub(crate) lifetime: Option<Duration>,
}

impl Fetched {
    /// A key that ends at `ends`, in Unix seconds by the clock of whoever answered.
    pub(crate) fn until(key: Credentials, ends: Option<i64>, reply: &Reply) -> Self {
        let now = reply.date().unwrap_or_else(unix_now);
        let left = |ends: i64| Duration::from_secs(u64::try_from(ends.saturating_sub(now)).unwrap_or(0));
        Self { key, lifetime: ends.map(left) }
    }
}

/// Gets a key from `origin`.
pub(super) fn fetch<'a>(
    authority: &'a dyn Authority,
    cx: Fetching<'a>,
    origin: &'a Origin,
) -> BoxFuture<'a, Result<Fetched>> {
    Box::pin(async move {
        let label = &origin.label;
        match &origin.source {
            Source::Key(key) => Ok(Fetched { key: key.clone(), lifetime: None }),
            Source::Stored { key, ends, renew } => stored(label, key, *ends, renew),
            Source::Role { of, role } => {
                let base = fetch(authority, cx, of).await?;
                let step = || format!("AssumeRole of {} with the key of {}", role.arn, of.label);
                let assumed = authority.assume(cx, &base.key, role).await;
                assumed.map_err(|error| failed(authority, &step(), error))
            }
            Source::WebIdentity(identity) => {
                let step = || format!("{} of {} ({label})", authority.with_token(), identity.role_arn);
                with_token(authority, cx, identity, label).await.map_err(|error| failed(authority, &step(), error))
            }
            Source::InstanceRole(role) => {
                let given = authority.instance(cx, role).await;
                alive(given).map_err(|error| failed(authority, label, error))
            }
            Source::Uri(url) => {
                let question = Question { patience: URI_PATIENCE, ..Question::get(url.clone()) };
                let key = |reply| authority.key_of(&metadata::body(reply, "no key")?).ok_or_else(no_key);
                let given = metadata::ask(&cx, &question).await.and_then(key);
                alive(given).map_err(|error| failed(authority, label, error))
            }
        }
    })
}

fn stored(label: &str, key: &Credentials, ends: Option<i64>, renew: &str) -> Result<Fetched> {
    let left = ends.map(|ends| Duration::from_secs(u64::try_from(ends.saturating_sub(unix_now())).unwrap_or(0)));
    match left {
        Some(Duration::ZERO) => Err(unusable(format!("The key of {label} is over. {renew}"))),
        lifetime => Ok(Fetched { key: key.clone(), lifetime }),
    }
}

/// Calls with the token as it is now. A token that was refused is read once more: it may just have been replaced.
async fn with_token(
    authority: &dyn Authority,
    cx: Fetching<'_>,
    identity: &WebIdentity,
    label: &str,
) -> Result<Fetched> {
    let token = read(&identity.token, label)?;
    let refused = match authority.assume_with_token(cx, identity, &token).await {
        Err(error) if error.class() == Class::Auth => error,
        outcome => return outcome,
    };
    match read(&identity.token, label) {
        Ok(newer) if newer.expose_secret() != token.expose_secret() => {
            authority.assume_with_token(cx, identity, &newer).await
        }
        _ => Err(refused),
    }
}

/// The token, without the newline that files end in.
fn read(token: &Token, label: &str) -> Result<SecretString> {
    let text = match token {
        Token::Text(text) => text.expose_secret().to_owned(),
        Token::File(path) => files::text(path).map_err(|error| {
            unusable(format!("The token of {label} cannot be read from {}: {error}.", path.display()))
        })?,
    };
    let mut token = text.trim();
    // Terraform's official provider of Tencent Cloud has such files.
    let json: Option<serde_json::Value> = token.starts_with('{').then(|| serde_json::from_str(token).ok()).flatten();
    if let Some(inner) = json.as_ref().and_then(|json| json["web_identity_token"].as_str()) {
        token = inner.trim();
    }
    let parts = token.split('.').collect::<Vec<_>>();
    let is_part =
        |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_=".contains(&b));
    if parts.len() != 3 || token.len() > LONGEST_TOKEN || !parts.iter().all(is_part) {
        return Err(unusable(format!("What {label} has as its token is no JSON Web Token.")));
    }
    Ok(token.into())
}

/// A key that is good for anything.
fn alive(given: Result<Fetched>) -> Result<Fetched> {
    match given?.into_alive() {
        Some(fetched) => Ok(fetched),
        None => Err(Error::new(Class::Auth, "the key that it gave is over already")),
    }
}

impl Fetched {
    fn into_alive(self) -> Option<Self> {
        (self.lifetime != Some(Duration::ZERO)).then_some(self)
    }
}

/// What a failed step becomes: an error of the credentials, whatever the service said. It must not look like one of the call that needs the
/// key, whose object may be said to be gone.
pub(crate) fn failed(authority: &dyn Authority, step: &str, error: Error) -> Error {
    if error.is_of_credentials() {
        return error;
    }
    let class = match error.class() {
        class @ (Class::Cancelled | Class::Timeout | Class::Transient) => class,
        _ => Class::Auth,
    };
    let hint = error.code().and_then(|code| authority.hint(code)).map(str::to_owned);
    let hint = hint.or_else(|| error.hint().map(str::to_owned));
    let headline = format!("No key for {}", authority.name());
    Error::new(class, format!("{step}: {}", error.nowhere())).headed(headline).hinting(hint.map(Into::into))
}

/// The error of a source that is there and cannot be used.
pub(crate) fn unusable(what: String) -> Error {
    Error::new(Class::Auth, what.trim_end_matches('.')).headed("Unusable credentials".to_owned())
}

fn no_key() -> Error {
    Error::new(Class::Auth, "what it answered has no key in it")
}

/// JSON without the whitespace between its parts: some signers write a space in another way than the service.
pub(crate) fn compact(json: &str) -> String {
    let (mut compact, mut quoted, mut escaped) = (String::with_capacity(json.len()), false, false);
    for c in json.chars() {
        if quoted {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if c.is_ascii_whitespace() {
            continue;
        } else {
            quoted = c == '"';
        }
        compact.push(c);
    }
    compact
}

const URI_PATIENCE: Duration = Duration::from_secs(10);
/// AssumeRoleWithOIDC: 4 to 20000 characters.
const LONGEST_TOKEN: usize = 20_000;
