//! Phase 1 and phase 2 (RFC 7296), with `IkeConfig` and `IpsecConfig` of VPC API 2016-04-28.

use secrecy::SecretString;

use crate::cloud::alibaba::{IkeConfig, IpsecConfig};
use crate::framework::model::{Model, Value};
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;
use crate::provider::values::{said, text, told};
use crate::provider::{ike, key};

use super::rules;

/// `sm4` is that of gateways of the type NationalStandard, as is `sm3`.
const ENCRYPTION: &[&str] = &["aes", "aes192", "aes256", "des", "3des", "sm4"];
const INTEGRITY: &[&str] = &["md5", "sha1", "sha256", "sha384", "sha512", "sm3"];
const DH_GROUPS: &[&str] = &["group1", "group2", "group5", "group14"];
const PFS_GROUPS: &[&str] = &["disabled", "group1", "group2", "group5", "group14"];

/// Phase 1 proposal (IKE).
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(consistent = ike::aggressive_mode_has_its_version, consistent = rules::names_need_aggressive_mode)]
#[model(consistent = rules::sm_algorithms_go_together)]
pub(super) struct Ike {
    /// API member `IkeVersion`.
    #[attr(optional, computed, initial = "ikev2", one_of("ikev1", "ikev2"))]
    pub(super) version: Value<String>,
    /// `sm4` is for VPN gateways of the type `NationalStandard`. API member `IkeEncAlg`.
    #[attr(optional, computed, initial = "aes256", one_of(ENCRYPTION))]
    #[attr(discouraged(values("des", "3des"), "its 64-bit blocks can be attacked in practice. Use aes256."))]
    pub(super) encryption_algorithm: Value<String>,
    /// `sm3` is for VPN gateways of the type `NationalStandard`. API member `IkeAuthAlg`.
    #[attr(optional, computed, initial = "sha256", one_of(INTEGRITY))]
    #[attr(discouraged(values("md5"), "it is broken. Use sha256."))]
    pub(super) integrity_algorithm: Value<String>,
    /// Exchange mode of IKEv1; `aggressive` where a side identifies itself with a domain name. API member `IkeMode`.
    #[attr(optional, computed, initial = "main", one_of("main", "aggressive"))]
    pub(super) exchange_mode: Value<String>,
    /// Diffie-Hellman group. API member `IkePfs`.
    #[attr(optional, computed, initial = "group14", one_of(DH_GROUPS))]
    #[attr(discouraged(values("group1", "group2"), "its modulus is too short. Use group14."))]
    pub(super) dh_group: Value<String>,
    /// Lifetime of the IKE SA in seconds. API member `IkeLifetime`.
    #[attr(optional, computed, initial = 86400, range(0..=86400))]
    pub(super) lifetime_seconds: Value<i64>,
    /// How this side identifies itself: an address or a domain name; by default its public address. API member `LocalId`.
    #[attr(optional, computed, chars(1..=100), custom("a text without spaces", no_space))]
    pub(super) local_identity: Value<String>,
    /// How the other side identifies itself: an address or a domain name; by default the customer gateway's address. API member `RemoteId`.
    #[attr(optional, computed, chars(1..=100), custom("a text without spaces", no_space))]
    pub(super) remote_identity: Value<String>,
}

/// Phase 2 proposal (IPsec).
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(consistent = rules::sm_algorithms_go_together)]
pub(super) struct Ipsec {
    /// `sm4` is for VPN gateways of the type `NationalStandard`. API member `IpsecEncAlg`.
    #[attr(optional, computed, initial = "aes256", one_of(ENCRYPTION))]
    #[attr(discouraged(values("des", "3des"), "its 64-bit blocks can be attacked in practice. Use aes256."))]
    pub(super) encryption_algorithm: Value<String>,
    /// `sm3` is for VPN gateways of the type `NationalStandard`. API member `IpsecAuthAlg`.
    #[attr(optional, computed, initial = "sha256", one_of(INTEGRITY))]
    #[attr(discouraged(values("md5"), "it is broken. Use sha256."))]
    pub(super) integrity_algorithm: Value<String>,
    /// Diffie-Hellman group of perfect forward secrecy; `disabled` is none. API member `IpsecPfs`.
    #[attr(optional, computed, initial = "group14", one_of(PFS_GROUPS))]
    #[attr(discouraged(values("disabled"), "whoever learns one key can then read everything. Use group14."))]
    #[attr(discouraged(values("group1", "group2"), "its modulus is too short. Use group14."))]
    pub(super) pfs_dh_group: Value<String>,
    /// Lifetime of the IPsec SA in seconds. API member `IpsecLifetime`.
    #[attr(optional, computed, initial = 86400, range(0..=86400))]
    pub(super) lifetime_seconds: Value<i64>,
}

impl Ike {
    /// With another customer gateway: the other side's identity is by default its gateway's address, which only the service knows. The
    /// old one, sent along, would keep the tunnel at the gateway that it left.
    pub(super) fn plan_another_gateway(config: &Value<Self>, planned: &mut Value<Self>) {
        let configured = config.known().is_some_and(|config| !config.remote_identity.is_null());
        if let Some(planned) = planned.known_mut().filter(|_| !configured) {
            planned.remote_identity = Value::Unknown;
        }
    }

    /// All members that are known, since those left out get defaults.
    pub(super) fn config(&self, psk: Option<SecretString>) -> IkeConfig {
        IkeConfig {
            psk,
            ike_version: said(&self.version),
            ike_mode: said(&self.exchange_mode),
            ike_enc_alg: said(&self.encryption_algorithm),
            ike_auth_alg: said(&self.integrity_algorithm),
            ike_pfs: said(&self.dh_group),
            ike_lifetime: said(&self.lifetime_seconds),
            local_id: said(&self.local_identity),
            remote_id: said(&self.remote_identity),
        }
    }

    pub(super) fn observed(actual: Option<&IkeConfig>, before: &Value<Self>) -> Value<Self> {
        let Some(actual) = actual else { return before.known().cloned().into() };
        let before = before.known().cloned().unwrap_or_default();
        let ike = Self {
            version: told(text(&actual.ike_version), &before.version),
            encryption_algorithm: told(text(&actual.ike_enc_alg), &before.encryption_algorithm),
            integrity_algorithm: told(text(&actual.ike_auth_alg), &before.integrity_algorithm),
            exchange_mode: told(text(&actual.ike_mode), &before.exchange_mode),
            dh_group: told(text(&actual.ike_pfs), &before.dh_group),
            lifetime_seconds: told(actual.ike_lifetime.into(), &before.lifetime_seconds),
            local_identity: told(text(&actual.local_id), &before.local_identity),
            remote_identity: told(text(&actual.remote_id), &before.remote_identity),
        };
        if ike == Self::default() { Value::Null } else { Value::Known(ike) }
    }
}

impl Ipsec {
    /// All members that are known, since those left out may get defaults.
    pub(super) fn config(&self) -> IpsecConfig {
        IpsecConfig {
            ipsec_enc_alg: said(&self.encryption_algorithm),
            ipsec_auth_alg: said(&self.integrity_algorithm),
            ipsec_pfs: said(&self.pfs_dh_group),
            ipsec_lifetime: said(&self.lifetime_seconds),
        }
    }

    pub(super) fn observed(actual: Option<&IpsecConfig>, before: &Value<Self>) -> Value<Self> {
        let Some(actual) = actual else { return before.known().cloned().into() };
        let before = before.known().cloned().unwrap_or_default();
        let ipsec = Self {
            encryption_algorithm: told(text(&actual.ipsec_enc_alg), &before.encryption_algorithm),
            integrity_algorithm: told(text(&actual.ipsec_auth_alg), &before.integrity_algorithm),
            pfs_dh_group: told(text(&actual.ipsec_pfs), &before.pfs_dh_group),
            lifetime_seconds: told(actual.ipsec_lifetime.into(), &before.lifetime_seconds),
        };
        if ipsec == Self::default() { Value::Null } else { Value::Known(ipsec) }
    }
}

/// For identities and keys.
pub(super) fn no_space(value: &Raw) -> Result<(), Finding> {
    match value.as_str().unwrap_or_default().contains(char::is_whitespace) {
        true => Err(Finding::error("Space in between", "It must not contain spaces.")),
        false => Ok(()),
    }
}

/// For keys; says nothing of the value.
pub(super) fn printable(key: &Raw) -> Result<(), Finding> {
    key::no_newline(key)?;
    match key.as_str().unwrap_or_default().chars().all(|c| c.is_ascii_graphic()) {
        true => Ok(()),
        false => {
            Err(Finding::error("Character not allowed", "It may have printable ASCII characters only, and no space."))
        }
    }
}
