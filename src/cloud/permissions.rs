//! What credentials have to permit: for each kind of object the actions that are called for it, by their own declarations.
//!
//! Both clouds name the permission for an action by the service and the action. Which actions a kind needs stands in `permissions.rs` of
//! its cloud; tests hold that against what a kind calls in its whole life.

use std::fmt;

use crate::cloud::retry::Effect;

/// The permission to call an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    service: &'static str,
    action: &'static str,
    reads: bool,
}

/// What is called for objects of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// To read them: a refresh, an import, data sources.
    pub read: &'static [Permission],
    /// Beside that, to say in a plan what other objects would meet. Where it is not permitted, nothing is said.
    pub plan: &'static [Permission],
    /// Beside that, to make, change and delete them.
    pub write: &'static [Permission],
}

impl Permission {
    pub(super) const fn new(service: &'static str, action: &'static str, effect: Effect) -> Self {
        Self { service, action, reads: matches!(effect, Effect::Read) }
    }

    /// The action's name.
    pub const fn action(&self) -> &'static str {
        self.action
    }

    /// Whether the action changes nothing.
    pub const fn reads(&self) -> bool {
        self.reads
    }
}

/// As policies of both clouds have it: `vpc:DescribeVpnGateways`.
impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.action)
    }
}
