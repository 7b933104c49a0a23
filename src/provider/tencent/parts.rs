//! What kinds of Tencent Cloud have in common: policies and identities of tunnels in both APIs, times.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::framework::model::{Model, Set, Value};

use super::values::{said, text};

/// Traffic between a local range and remote ranges.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(super) struct SecurityPolicy {
    /// Range on the VPC's side, such as `10.0.0.0/24`. API member `LocalCidrBlock`.
    #[attr(required, ipv4_cidr)]
    pub(super) local_cidr: Value<String>,
    /// Ranges on the customer's side. API member `RemoteCidrBlock`.
    #[attr(required, items(1..=50), each(ipv4_cidr))]
    pub(super) remote_cidrs: Value<Set<String>>,
}

/// An identity: an address or a name.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(exactly_one_of(address, fqdn))]
pub(super) struct Identity {
    /// An IP address.
    #[attr(optional, ip)]
    pub(super) address: Value<String>,
    /// A fully qualified domain name.
    #[attr(optional, chars(1..=255))]
    pub(super) fqdn: Value<String>,
}

impl Identity {
    /// Kind, address and name, as API 3.0 takes them.
    pub(super) fn members(identity: &Value<Self>) -> (Option<String>, Option<String>, Option<String>) {
        let Some(identity) = identity.known() else { return (None, None, None) };
        match (said(&identity.address), said(&identity.fqdn)) {
            (None, Some(fqdn)) => (Some("FQDN".to_owned()), None, Some(fqdn)),
            (Some(address), _) => (Some("ADDRESS".to_owned()), Some(address), None),
            (None, None) => (None, None, None),
        }
    }

    /// The service may keep the member of the other kind: only the kind decides.
    pub(super) fn observed(kind: &Option<String>, address: &Option<String>, fqdn: &Option<String>) -> Value<Self> {
        let identity = match kind.as_deref() {
            Some(kind) if kind.eq_ignore_ascii_case("FQDN") => Self { fqdn: text(fqdn), address: Value::Null },
            _ => Self { address: text(address), fqdn: Value::Null },
        };
        if identity == Self::default() { Value::Null } else { Value::Known(identity) }
    }
}

/// A time of the service, which says no zone. It is China's by all that is known; elsewhere what depends on it comes half a day early or late.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    Offset::constant(8).to_timestamp(text.parse::<DateTime>().ok()?).ok()
}
