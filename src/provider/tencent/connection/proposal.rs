//! Phase 1 and phase 2 (RFC 7296), with VPC API 2017-03-12's `IKEOptionsSpecification` and `IPSECOptionsSpecification`.

use crate::cloud::tencent::{IkeOptionsSpecification, IpsecOptionsSpecification};
use crate::framework::model::{Model, Value};
use crate::provider::ike;

use super::super::parts::Identity;
use super::super::values::{said, text};

/// `PropoEncryAlgorithm`; the GCM ones need a gateway of version 4.0.
const IKE_ENCRYPTION: &[&str] = &[
    "3DES-CBC",
    "AES-CBC-128",
    "AES-CBC-192",
    "AES-CBC-256",
    "DES-CBC",
    "SM4",
    "AES128GCM128",
    "AES192GCM128",
    "AES256GCM128",
];
/// `EncryptAlgorithm`: the same, and no encryption.
const IPSEC_ENCRYPTION: &[&str] = &[
    "3DES-CBC",
    "AES-CBC-128",
    "AES-CBC-192",
    "AES-CBC-256",
    "DES-CBC",
    "SM4",
    "AES128GCM128",
    "AES192GCM128",
    "AES256GCM128",
    "NULL",
];
const DH_GROUPS: &[&str] =
    &["GROUP1", "GROUP2", "GROUP5", "GROUP14", "GROUP15", "GROUP16", "GROUP19", "GROUP20", "GROUP21", "GROUP24"];
const PFS_GROUPS: &[&str] = &[
    "NULL",
    "DH-GROUP1",
    "DH-GROUP2",
    "DH-GROUP5",
    "DH-GROUP14",
    "DH-GROUP15",
    "DH-GROUP16",
    "DH-GROUP19",
    "DH-GROUP20",
    "DH-GROUP21",
    "DH-GROUP24",
];

/// Phase 1 proposal (IKE).
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(consistent = ike::aggressive_mode_has_its_version)]
pub(super) struct Ike {
    /// API member `IKEVersion`.
    #[attr(optional, computed, initial = "IKEV2", one_of("IKEV1", "IKEV2"))]
    pub(super) version: Value<String>,
    /// API member `PropoEncryAlgorithm`.
    #[attr(optional, computed, initial = "AES-CBC-256", one_of(IKE_ENCRYPTION))]
    #[attr(discouraged(
        values("DES-CBC", "3DES-CBC"),
        "its 64-bit blocks can be attacked in practice. Use AES-CBC-256."
    ))]
    pub(super) encryption_algorithm: Value<String>,
    /// API member `PropoAuthenAlgorithm`.
    #[attr(optional, computed, initial = "SHA-256", one_of("MD5", "SHA", "SHA-256", "SHA-512"))]
    #[attr(discouraged(values("MD5"), "it is broken. Use SHA-256."))]
    pub(super) integrity_algorithm: Value<String>,
    /// Exchange mode of IKEv1. API member `ExchangeMode`.
    #[attr(optional, computed, initial = "MAIN", one_of("MAIN", "AGGRESSIVE"))]
    pub(super) exchange_mode: Value<String>,
    /// Diffie-Hellman group. API member `DhGroupName`.
    #[attr(optional, computed, initial = "GROUP14", one_of(DH_GROUPS))]
    #[attr(discouraged(values("GROUP1", "GROUP2"), "its modulus is too short. Use GROUP14 or higher."))]
    pub(super) dh_group: Value<String>,
    /// Lifetime of the IKE SA in seconds. API member `IKESaLifetimeSeconds`.
    #[attr(optional, computed, initial = 86400, range(60..=604_800))]
    pub(super) lifetime_seconds: Value<i64>,
    /// How this side identifies itself; by default with its public address. API members `LocalIdentity`, `LocalAddress`, `LocalFqdnName`.
    #[attr(optional, computed)]
    pub(super) local_identity: Value<Identity>,
    /// How the other side identifies itself. API members `RemoteIdentity`, `RemoteAddress`, `RemoteFqdnName`.
    ///
    /// Left out, with the customer gateway's address.
    #[attr(optional, computed)]
    pub(super) remote_identity: Value<Identity>,
}

/// Phase 2 proposal (IPsec).
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(super) struct Ipsec {
    /// API member `EncryptAlgorithm`.
    #[attr(optional, computed, initial = "AES-CBC-256", one_of(IPSEC_ENCRYPTION))]
    #[attr(discouraged(
        values("DES-CBC", "3DES-CBC"),
        "its 64-bit blocks can be attacked in practice. Use AES-CBC-256."
    ))]
    #[attr(discouraged(values("NULL"), "it encrypts nothing. Use AES-CBC-256."))]
    pub(super) encryption_algorithm: Value<String>,
    /// API member `IntegrityAlgorith`, spelt so.
    #[attr(optional, computed, initial = "SHA-256", one_of("MD5", "SHA1", "SHA-256", "SHA-384", "SHA-512", "SM3"))]
    #[attr(discouraged(values("MD5"), "it is broken. Use SHA-256."))]
    pub(super) integrity_algorithm: Value<String>,
    /// Diffie-Hellman group of perfect forward secrecy; `NULL` is none. API member `PfsDhGroup`.
    #[attr(optional, computed, initial = "DH-GROUP14", one_of(PFS_GROUPS))]
    #[attr(discouraged(values("NULL"), "whoever learns one key can then read everything. Use DH-GROUP14 or higher."))]
    #[attr(discouraged(values("DH-GROUP1", "DH-GROUP2"), "its modulus is too short. Use DH-GROUP14 or higher."))]
    pub(super) pfs_dh_group: Value<String>,
    /// Lifetime of the IPsec SA in seconds. API member `IPSECSaLifetimeSeconds`.
    #[attr(optional, computed, initial = 3600, range(180..=604_800))]
    pub(super) lifetime_seconds: Value<i64>,
    /// Lifetime of the IPsec SA in kilobytes of traffic. API member `IPSECSaLifetimeTraffic`.
    ///
    /// Left out, 4096000000 by the API's page.
    #[attr(optional, computed, range(2560..=4_294_967_295))]
    pub(super) lifetime_kilobytes: Value<i64>,
}

impl Ike {
    /// With another customer gateway: the other side's identity is by default its gateway's address, which only the service knows.
    /// Sending the old one along with some other change would fix the tunnel to the gateway that it left.
    pub(super) fn plan_another_gateway(config: &Value<Self>, planned: &mut Value<Self>) {
        let configured = config.known().is_some_and(|config| !config.remote_identity.is_null());
        let Some(planned) = planned.known_mut().filter(|_| !configured) else { return };
        if planned.remote_identity.known().is_some_and(|identity| !identity.address.is_null()) {
            planned.remote_identity = Value::Unknown;
        }
    }

    /// All members that are known: whether the service keeps those left out is not documented.
    pub(super) fn specification(&self) -> IkeOptionsSpecification {
        let (local_identity, local_address, local_fqdn_name) = Identity::members(&self.local_identity);
        let (remote_identity, remote_address, remote_fqdn_name) = Identity::members(&self.remote_identity);
        IkeOptionsSpecification {
            propo_encry_algorithm: said(&self.encryption_algorithm),
            propo_authen_algorithm: said(&self.integrity_algorithm),
            exchange_mode: said(&self.exchange_mode),
            local_identity,
            remote_identity,
            local_address,
            remote_address,
            local_fqdn_name,
            remote_fqdn_name,
            dh_group_name: said(&self.dh_group),
            ike_sa_lifetime_seconds: said(&self.lifetime_seconds),
            ike_version: said(&self.version),
        }
    }

    pub(super) fn observed(actual: &IkeOptionsSpecification) -> Self {
        Self {
            version: text(&actual.ike_version),
            encryption_algorithm: text(&actual.propo_encry_algorithm),
            integrity_algorithm: text(&actual.propo_authen_algorithm),
            exchange_mode: text(&actual.exchange_mode),
            dh_group: text(&actual.dh_group_name),
            lifetime_seconds: actual.ike_sa_lifetime_seconds.into(),
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
    /// All members that are known: whether the service keeps those left out is not documented.
    pub(super) fn specification(&self) -> IpsecOptionsSpecification {
        IpsecOptionsSpecification {
            encrypt_algorithm: said(&self.encryption_algorithm),
            integrity_algorithm: said(&self.integrity_algorithm),
            ipsec_sa_lifetime_seconds: said(&self.lifetime_seconds),
            pfs_dh_group: said(&self.pfs_dh_group),
            ipsec_sa_lifetime_traffic: said(&self.lifetime_kilobytes),
        }
    }

    pub(super) fn observed(actual: &IpsecOptionsSpecification) -> Self {
        Self {
            encryption_algorithm: text(&actual.encrypt_algorithm),
            integrity_algorithm: text(&actual.integrity_algorithm),
            pfs_dh_group: text(&actual.pfs_dh_group),
            lifetime_seconds: actual.ipsec_sa_lifetime_seconds.into(),
            lifetime_kilobytes: actual.ipsec_sa_lifetime_traffic.into(),
        }
    }
}
