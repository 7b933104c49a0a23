//! How far SSL servers and clients are, which the API tells in numbers (VPC API 2017-03-12, SslVpnSever, SslVpnClient).

use std::fmt;

use crate::cloud::error::{Class, Error, Result};
use crate::cloud::wait::Poll;

/// `State` of an SSL server or client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SslState {
    Creating,
    CreateFailed,
    Updating,
    UpdateFailed,
    Destroying,
    DestroyFailed,
    Connected,
    /// 7, the service's own word for it.
    Unknown,
    /// A number that is not documented.
    Other(i64),
}

/// `CertStatus` of an SSL client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertStatus {
    Creating,
    Normal,
    Disabled,
    Expired,
    Error,
    /// A number that is not documented.
    Other(i64),
}

impl SslState {
    /// Whether the service gave up a change, and which one.
    fn failure(self) -> Option<&'static str> {
        match self {
            Self::CreateFailed => Some("creating"),
            Self::UpdateFailed => Some("changing"),
            Self::DestroyFailed => Some("deleting"),
            _ => None,
        }
    }

    /// Whether `object`, the one called `id` in this state, can be used. That the service gave up is an error.
    pub(super) fn settled<T>(state: Option<i64>, id: &str, object: T) -> Result<Poll<T>> {
        match state.map(Self::from) {
            Some(Self::Connected | Self::Unknown) => Ok(Poll::Ready(object)),
            Some(state) if state.failure().is_some() => Err(state.given_up(id)),
            state => Ok(Poll::Pending(state.map_or_else(|| "no state".to_owned(), |state| state.to_string()))),
        }
    }

    /// What to say of an object that is there although it is being deleted.
    pub(super) fn leaving(state: Option<i64>, id: &str) -> Result<String> {
        match state.map(Self::from) {
            Some(Self::DestroyFailed) => Err(Self::DestroyFailed.given_up(id)),
            state => Ok(state.map_or_else(|| "no state".to_owned(), |state| state.to_string())),
        }
    }

    fn given_up(self, id: &str) -> Error {
        let what = self.failure().unwrap_or("changing");
        Error::new(Class::Fatal, format!("the service gave up {what} {id}: its state is {self}"))
    }
}

impl From<i64> for SslState {
    fn from(number: i64) -> Self {
        match number {
            0 => Self::Creating,
            1 => Self::CreateFailed,
            2 => Self::Updating,
            3 => Self::UpdateFailed,
            4 => Self::Destroying,
            5 => Self::DestroyFailed,
            6 => Self::Connected,
            7 => Self::Unknown,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for SslState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Creating => "creating",
            Self::CreateFailed => "create_failed",
            Self::Updating => "updating",
            Self::UpdateFailed => "update_failed",
            Self::Destroying => "destroying",
            Self::DestroyFailed => "destroy_failed",
            Self::Connected => "connected",
            Self::Unknown => "unknown",
            Self::Other(number) => return number.fmt(f),
        })
    }
}

impl From<i64> for CertStatus {
    fn from(number: i64) -> Self {
        match number {
            0 => Self::Creating,
            1 => Self::Normal,
            2 => Self::Disabled,
            3 => Self::Expired,
            4 => Self::Error,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for CertStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Creating => "creating",
            Self::Normal => "normal",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Error => "error",
            Self::Other(number) => return number.fmt(f),
        })
    }
}
