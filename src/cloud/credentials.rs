//! Where keys come from, and how long they are good for.
//!
//! A [`Chain`] finds a source when the first call needs a key, gets the key from it, and gets another one before that is over. What is the
//! same for both clouds is here; what each cloud has of its own (variables, files, its STS, its metadata service) is its [`Authority`].
//!
//! ```text
//! chain       the life of a key: found, fetched once for all, renewed, replaced when it is refused
//! sources     what somebody configured, and what was found
//! fetch       from a source to a key, step by step
//! files       profiles: what can be read of JSON and ini files
//! metadata    what is asked for keys without a signature: metadata services, a URI
//! ```

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

pub use chain::Chain;
use chain::called_off;
pub use environment::Environment;
pub use sources::{Base, Identity, InstanceRole, Role, Sources, Token, WebIdentity};

pub(crate) use fetch::{Authority, Fetched, Fetching, compact, failed, unusable};
pub(crate) use sources::{Found, Look, Origin, Source, first_of};

mod chain;
mod environment;
mod fetch;
pub(crate) mod files;
pub(crate) mod metadata;
mod sources;
#[cfg(test)]
mod tests;

/// An API key: an identifier, its secret, and for temporary keys the token that goes with them.
#[derive(Clone)]
pub struct Credentials {
    id: String,
    secret: SecretString,
    token: Option<SecretString>,
}

impl Credentials {
    /// A permanent key.
    pub fn new(id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        Self { id: id.into(), secret: secret.into(), token: None }
    }

    /// Makes this a temporary key, which is valid only together with `token`.
    pub fn with_token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn secret(&self) -> &SecretString {
        &self.secret
    }

    pub(crate) fn token(&self) -> Option<&SecretString> {
        self.token.as_ref()
    }

    /// What of it must not be shown.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        std::iter::once(&self.secret).chain(&self.token)
    }

    /// Whether it is the same key.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let exposed = |key: &Self| key.token.as_ref().map(|token| token.expose_secret().to_owned());
        self.id == other.id
            && self.secret.expose_secret() == other.secret.expose_secret()
            && exposed(self) == exposed(other)
    }
}

/// Whether `text` is a JSON object.
pub fn is_json_object(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.is_object())
}

/// Whether a key may be asked for at this address; if not, why.
///
/// # Errors
///
/// If the answer may come from somebody else.
pub fn is_key_uri(text: &str) -> Result<(), &'static str> {
    metadata::uri(text).map(drop)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Enough of the identifier to tell two keys apart, nothing of the secrets.
        let start: String = self.id.chars().take(6).collect();
        f.debug_struct("Credentials")
            .field("id", &format_args!("{start}..."))
            .field("secret", &format_args!("[redacted]"))
            .field("token", &self.token.as_ref().map(|_| format_args!("[redacted]")))
            .finish()
    }
}
