//! Where the first key may come from, what was configured of that, and in which order the rest is tried.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

use crate::cloud::credentials::{Credentials, Environment};
use crate::cloud::endpoint::Endpoint;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::text;

/// What somebody configured of a cloud's credentials.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Where the first key comes from. None: the first source that is there.
    pub base: Option<Base>,
    /// The roles that are assumed on top of it, each with the key of the one before.
    pub roles: Vec<Role>,
    /// Where profiles are looked for; empty: in the cloud's usual places.
    pub files: Vec<String>,
    /// The region whose STS is asked, where that is not told otherwise.
    pub region: Option<String>,
    /// Where the cloud's other services are, if that is no ordinary place.
    pub endpoint: Option<Endpoint>,
    /// Where STS is.
    pub sts_endpoint: Option<Endpoint>,
    /// The only accounts that a key may belong to; empty: any.
    pub allowed_accounts: Vec<String>,
    /// Those that it must not belong to.
    pub forbidden_accounts: Vec<String>,
    pub environment: Environment,
}

/// Where a first key comes from. It is final: if it fails, nothing else is tried.
#[derive(Clone, Debug)]
pub enum Base {
    Key(Credentials),
    /// A profile of this name.
    Profile(String),
    WebIdentity(WebIdentity),
    InstanceRole(InstanceRole),
    /// An address that answers with a key.
    Uri(String),
}

/// A role that is assumed with a key.
#[derive(Clone, Debug, Default)]
pub struct Role {
    pub arn: String,
    pub session_name: Option<String>,
    /// None: what the service documents as its default.
    pub duration: Option<Duration>,
    pub external_id: Option<String>,
    /// What the session may do at most, as JSON.
    pub policy: Option<String>,
    pub source_identity: Option<String>,
}

/// A role that is assumed with a token of somebody whom the role trusts.
#[derive(Clone, Debug)]
pub struct WebIdentity {
    pub role_arn: String,
    /// The identity provider, as the cloud's RAM or CAM knows it.
    pub provider: String,
    pub token: Token,
    pub session_name: Option<String>,
    pub duration: Option<Duration>,
    pub policy: Option<String>,
}

/// A token of an identity provider.
#[derive(Clone, Debug)]
pub enum Token {
    Text(SecretString),
    /// A file that has it, read each time: whoever writes it replaces it before the token is over.
    File(PathBuf),
}

/// The role of the machine that this runs on.
#[derive(Clone, Debug, Default)]
pub struct InstanceRole {
    /// None: the metadata service is asked for it.
    pub name: Option<String>,
    /// Whether a metadata service is asked without a session token where it has none to give. Only Alibaba Cloud has them.
    pub allow_imds_v1: bool,
}

/// Who a key belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    pub account_id: String,
    /// What kind of principal it is, in the cloud's word.
    pub kind: String,
    pub principal_id: String,
    /// The user, or the session of a role.
    pub user_id: String,
    pub arn: String,
}

/// A source that was found.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// What it is called in errors, after "the key of".
    pub(crate) label: String,
    pub(crate) source: Source,
}

#[derive(Clone, Debug)]
pub(crate) enum Source {
    Key(Credentials),
    /// A key that another program keeps fresh: when it is over, in Unix seconds, and what renews it.
    Stored {
        key: Credentials,
        ends: Option<i64>,
        renew: String,
    },
    Role {
        of: Box<Origin>,
        role: Role,
    },
    WebIdentity(WebIdentity),
    InstanceRole(InstanceRole),
    Uri(Url),
}

/// What came of looking for a source.
pub(crate) enum Look {
    Present(Origin),
    /// Why there is none.
    Absent(String),
}

/// What came of looking for one after the other.
pub(crate) enum Found {
    Origin(Origin),
    /// The error that says why each of them is not there.
    Nothing(Error),
}

impl Origin {
    pub(crate) fn new(label: impl Into<String>, source: Source) -> Self {
        Self { label: label.into(), source }
    }

    /// The same with `roles` assumed on top of it, in order.
    pub(crate) fn assuming(self, roles: Vec<Role>) -> Self {
        roles
            .into_iter()
            .fold(self, |of, role| Self::new(format!("role {}", role.arn), Source::Role { of: Box::new(of), role }))
    }
}

impl Look {
    pub(crate) fn present(label: impl Into<String>, source: Source) -> Self {
        Self::Present(Origin::new(label, source))
    }
}

/// The first of `sources`, each with its name, that is there. One that is there and broken is an error: another one might be of another
/// account.
pub(crate) fn first_of(cloud: &str, sources: &[(&str, &dyn Fn() -> Result<Look>)]) -> Result<Found> {
    let mut tried = "Tried, in this order:".to_owned();
    for (name, look) in sources {
        match look()? {
            Look::Present(origin) => return Ok(Found::Origin(origin)),
            Look::Absent(why) => {
                tried.push_str(&format!("\n  - {name}: {}", text::shown(&why, text::MESSAGE)));
            }
        }
    }
    let error = Error::new(Class::Auth, format!("there are no credentials for {cloud}"));
    Ok(Found::Nothing(error.headed(format!("No credentials for {cloud}")).hinting(Some(tried.into()))))
}
