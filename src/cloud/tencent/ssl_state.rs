//! How far SSL servers and clients are, which the API tells in numbers (VPC API 2017-03-12, SslVpnSever, SslVpnClient).

use std::fmt;

use crate::cloud::tencent::tasks::Stage;

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
    /// What that means for an object in this `State`.
    pub(super) fn stage(state: Option<i64>) -> Stage {
        let Some(state) = state.map(Self::from) else { return Stage::Busy("no state".to_owned()) };
        match state {
            Self::Connected | Self::Unknown => Stage::Idle,
            Self::CreateFailed | Self::UpdateFailed | Self::DestroyFailed => Stage::GivenUp(state.to_string()),
            Self::Creating | Self::Updating | Self::Destroying | Self::Other(_) => Stage::Busy(state.to_string()),
        }
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
