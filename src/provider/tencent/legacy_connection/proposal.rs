//! Phase 1 and phase 2, with API 2.0's `IKESet` and `IPsecSet` (`IKEArr` and `IPSECArr` in answers).

use crate::cloud::tencent::legacy::{IkeSet, IpsecArr, IpsecSet};
use crate::framework::model::{Model, Value};

use super::super::parts::Identity;
use super::super::values::{said, text, told};

/// Phase 1 proposal (IKE). This API has no IKE version.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(in crate::provider::tencent) struct Ike {
    /// API member `propoEncryAlgorithm`.
    #[attr(optional, computed, initial = "aes-cbc-256")]
    #[attr(one_of("3des-cbc", "aes-cbc-128", "aes-cbc-192", "aes-cbc-256", "des-cbc"))]
    #[attr(discouraged(
        values("des-cbc", "3des-cbc"),
        "its 64-bit blocks can be attacked in practice. Use aes-cbc-256."
    ))]
    pub(in crate::provider::tencent) encryption_algorithm: Value<String>,
    /// API member `propoAuthenAlgorithm`.
    #[attr(optional, computed, initial = "sha", one_of("md5", "sha"))]
    #[attr(discouraged(values("md5"), "it is broken. Use sha."))]
    pub(in crate::provider::tencent) integrity_algorithm: Value<String>,
    /// API member `exchangeMode`.
    #[attr(optional, computed, initial = "main", one_of("main", "aggressive"))]
    pub(in crate::provider::tencent) exchange_mode: Value<String>,
    /// Diffie-Hellman group. API member `dhGroupName`.
    #[attr(optional, computed, initial = "group14", one_of("group1", "group2", "group5", "group14", "group24"))]
    #[attr(discouraged(values("group1", "group2"), "its modulus is too short. Use group14."))]
    pub(in crate::provider::tencent) dh_group: Value<String>,
    /// Lifetime of the IKE SA in seconds. API member `ikeSaLifetimeSeconds`.
    #[attr(optional, computed, initial = 86400, range(60..=604_800))]
    pub(in crate::provider::tencent) lifetime_seconds: Value<i64>,
    /// How this side identifies itself; by default with its public address. API members `localIdentity`, `localAddress`, `localFqdnName`.
    #[attr(optional, computed)]
    pub(in crate::provider::tencent) local_identity: Value<Identity>,
    /// How the other side identifies itself. API members `remoteIdentity`, `remoteAddress`, `remoteFqdnName`.
    ///
    /// Left out, with the customer gateway's address.
    #[attr(optional, computed)]
    pub(in crate::provider::tencent) remote_identity: Value<Identity>,
}

/// Phase 2 proposal (IPsec).
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(in crate::provider::tencent) struct Ipsec {
    /// API member `encryptAlgorithm`.
    #[attr(optional, computed, initial = "aes-cbc-256")]
    #[attr(one_of("3des-cbc", "aes-cbc-128", "aes-cbc-192", "aes-cbc-256", "des-cbc", "null"))]
    #[attr(discouraged(
        values("des-cbc", "3des-cbc"),
        "its 64-bit blocks can be attacked in practice. Use aes-cbc-256."
    ))]
    #[attr(discouraged(values("null"), "it encrypts nothing. Use aes-cbc-256."))]
    pub(in crate::provider::tencent) encryption_algorithm: Value<String>,
    /// API member `integrityAlgorith`, spelt so.
    #[attr(optional, computed, initial = "sha", one_of("md5", "sha"))]
    #[attr(discouraged(values("md5"), "it is broken. Use sha."))]
    pub(in crate::provider::tencent) integrity_algorithm: Value<String>,
    /// Diffie-Hellman group of perfect forward secrecy; `null` (in quotes) is none. API member `pfsDhGroup`.
    #[attr(optional, computed, initial = "dh-group14")]
    #[attr(one_of("null", "dh-group1", "dh-group2", "dh-group5", "dh-group14", "dh-group24"))]
    #[attr(discouraged(values("null"), "whoever learns one key can then read everything. Use dh-group14."))]
    #[attr(discouraged(values("dh-group1", "dh-group2"), "its modulus is too short. Use dh-group14."))]
    pub(in crate::provider::tencent) pfs_dh_group: Value<String>,
    /// Lifetime of the IPsec SA in seconds. API member `ipsecSaLifetimeSeconds`.
    #[attr(optional, computed, initial = 3600, range(180..=604_800))]
    pub(in crate::provider::tencent) lifetime_seconds: Value<i64>,
    /// Lifetime of the IPsec SA in kilobytes of traffic, 2560 or more. API member `ipsecSaLifetimeTraffic`.
    ///
    /// Left out, the service chooses: 1843200 in its samples.
    // The page ModifyVpnConnEx ends the range at 604800, which is the row of the seconds again: the samples of the same API show
    // 1843200. So there is no upper bound here.
    #[attr(optional, computed, range(2560..))]
    pub(in crate::provider::tencent) lifetime_kilobytes: Value<i64>,
}

impl Ike {
    /// All members that are known: whether the service keeps those left out is not documented. The encryption of phase 2 goes among
    /// them.
    pub(super) fn set(&self, ipsec: &Value<Ipsec>) -> IkeSet {
        let (local_identity, local_address, local_fqdn_name) = Identity::members(&self.local_identity);
        let (remote_identity, remote_address, remote_fqdn_name) = Identity::members(&self.remote_identity);
        let lower = |kind: Option<String>| kind.map(|kind| kind.to_ascii_lowercase());
        IkeSet {
            propo_encry_algorithm: said(&self.encryption_algorithm),
            propo_authen_algorithm: said(&self.integrity_algorithm),
            exchange_mode: said(&self.exchange_mode),
            local_identity: lower(local_identity),
            remote_identity: lower(remote_identity),
            local_address,
            remote_address,
            local_fqdn_name,
            remote_fqdn_name,
            dh_group_name: said(&self.dh_group),
            ike_sa_lifetime_seconds: said(&self.lifetime_seconds),
            encrypt_algorithm: ipsec.known().and_then(|ipsec| said(&ipsec.encryption_algorithm)),
        }
    }

    pub(super) fn observed(actual: &IkeSet, before: &Value<Self>) -> Self {
        let before = before.known().cloned().unwrap_or_default();
        Self {
            encryption_algorithm: told(text(&actual.propo_encry_algorithm), &before.encryption_algorithm),
            integrity_algorithm: told(integrity(&actual.propo_authen_algorithm), &before.integrity_algorithm),
            exchange_mode: told(text(&actual.exchange_mode), &before.exchange_mode),
            dh_group: told(text(&actual.dh_group_name), &before.dh_group),
            lifetime_seconds: told(actual.ike_sa_lifetime_seconds.into(), &before.lifetime_seconds),
            local_identity: Identity::observed(&actual.local_identity, &actual.local_address, &actual.local_fqdn_name),
            remote_identity: Identity::observed(
                &actual.remote_identity,
                &actual.remote_address,
                &actual.remote_fqdn_name,
            ),
        }
    }
}

impl Ipsec {
    /// All members that are known, but for the encryption: see [`Ike::set`].
    pub(super) fn set(&self) -> IpsecSet {
        IpsecSet {
            integrity_algorith: said(&self.integrity_algorithm),
            ipsec_sa_lifetime_seconds: said(&self.lifetime_seconds),
            ipsec_sa_lifetime_traffic: said(&self.lifetime_kilobytes),
            pfs_dh_group: said(&self.pfs_dh_group),
        }
    }

    pub(super) fn observed(actual: &IpsecArr, before: &Value<Self>) -> Self {
        let before = before.known().cloned().unwrap_or_default();
        Self {
            encryption_algorithm: told(text(&actual.encrypt_algorithm), &before.encryption_algorithm),
            integrity_algorithm: told(integrity(&actual.integrity_algorith), &before.integrity_algorithm),
            pfs_dh_group: told(text(&actual.pfs_dh_group), &before.pfs_dh_group),
            lifetime_seconds: told(actual.ipsec_sa_lifetime_seconds.into(), &before.lifetime_seconds),
            lifetime_kilobytes: told(actual.ipsec_sa_lifetime_traffic.into(), &before.lifetime_kilobytes),
        }
    }
}

/// Answers say `sha1` for what requests call `sha` (sample of DescribeVpnConn).
fn integrity(actual: &Option<String>) -> Value<String> {
    text(actual).map(|word| if word == "sha1" { "sha".to_owned() } else { word })
}
