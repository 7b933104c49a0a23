//! `moved` from `cloudvpn_tencent_legacy_connection`: the way off API 2.0 without touching the tunnel. The translation of its words is
//! here and nowhere else.

use std::collections::BTreeMap;

use crate::cloud::tencent::legacy;
use crate::framework::model::Value;

use super::super::legacy_connection::{self, LegacyConnection};
use super::{Connection, Ike, Ipsec};

impl From<LegacyConnection> for Connection {
    /// What API 3.0 alone knows stays open: the read that follows a move fills it in. So do the ranges of `remote_cidrs`, for which API
    /// 3.0 has its own form.
    fn from(tunnel: LegacyConnection) -> Self {
        Self {
            id: tunnel.id,
            region: tunnel.region.map(|region| legacy::long(&region).to_owned()),
            name: tunnel.name,
            vpc_id: tunnel.vpc_id,
            gateway_id: tunnel.gateway_id,
            customer_gateway_id: tunnel.customer_gateway_id,
            pre_shared_key: tunnel.pre_shared_key,
            pre_shared_key_wo: Value::Null,
            pre_shared_key_wo_version: tunnel.pre_shared_key_wo_version,
            security_policies: tunnel.security_policies,
            allow_weak_algorithms: tunnel.allow_weak_algorithms,
            ike: tunnel.ike.map(Ike::from),
            ipsec: tunnel.ipsec.map(Ipsec::from),
            tags_all: Value::Known(BTreeMap::new()),
            state: state(&tunnel.status),
            net_status: upper(tunnel.net_status),
            created_at: tunnel.created_at,
            timeouts: tunnel.timeouts,
            ..Self::default()
        }
    }
}

impl From<legacy_connection::Ike> for Ike {
    fn from(ike: legacy_connection::Ike) -> Self {
        Self {
            // API 2.0 knows no versions, but the exchange modes that only IKEv1 has (RFC 2409).
            version: "IKEV1".into(),
            encryption_algorithm: upper(ike.encryption_algorithm),
            integrity_algorithm: upper(ike.integrity_algorithm),
            exchange_mode: upper(ike.exchange_mode),
            dh_group: upper(ike.dh_group),
            lifetime_seconds: ike.lifetime_seconds,
            local_identity: ike.local_identity,
            remote_identity: ike.remote_identity,
        }
    }
}

impl From<legacy_connection::Ipsec> for Ipsec {
    fn from(ipsec: legacy_connection::Ipsec) -> Self {
        Self {
            encryption_algorithm: upper(ipsec.encryption_algorithm),
            // In phase 2, and there only, API 3.0 says SHA1.
            integrity_algorithm: match ipsec.integrity_algorithm.as_deref() {
                Some("sha") => "SHA1".into(),
                _ => upper(ipsec.integrity_algorithm),
            },
            pfs_dh_group: upper(ipsec.pfs_dh_group),
            lifetime_seconds: ipsec.lifetime_seconds,
            lifetime_kilobytes: ipsec.lifetime_kilobytes,
        }
    }
}

/// API 2.0 writes its words in lower case, API 3.0 the same ones in upper case.
fn upper(word: Value<String>) -> Value<String> {
    word.map(|word| word.to_ascii_uppercase())
}

/// API 3.0 has no states for failures; the next read tells what it makes of them.
fn state(status: &Value<String>) -> Value<String> {
    match status.as_deref() {
        Some("creating" | "modifying") => "PENDING".into(),
        Some("running") => "AVAILABLE".into(),
        Some("deleting") => "DELETING".into(),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use crate::framework::resource::Source;
    use crate::provider::managed::Managed;

    use super::*;

    fn source(provider_address: &str, type_name: &str) -> Source {
        Source {
            provider_address: provider_address.to_owned(),
            type_name: type_name.to_owned(),
            schema_version: 0,
            state: json!({
                "id": "vpnx-1", "region": "gz", "name": "office", "vpc_id": "vpc-1", "gateway_id": "vpngw-1",
                "customer_gateway_id": "cgw-1", "pre_shared_key_wo_version": 3, "remote_cidrs": null,
                "security_policies": [{"local_cidr": "10.0.1.0/24", "remote_cidrs": ["172.16.0.0/16"]}],
                "ike": {
                    "encryption_algorithm": "3des-cbc", "integrity_algorithm": "sha", "exchange_mode": "aggressive",
                    "dh_group": "group2", "lifetime_seconds": 3600, "local_identity": {"fqdn": "Here.Example", "address": null},
                    "remote_identity": null,
                },
                "ipsec": {
                    "encryption_algorithm": "null", "integrity_algorithm": "sha", "pfs_dh_group": "dh-group5",
                    "lifetime_seconds": 3600, "lifetime_kilobytes": 2560,
                },
                "status": "running", "net_status": "available", "created_at": "2015-11-06 11:20:39", "timeouts": {"create": "1h"},
            }),
        }
    }

    const LEGACY: &str = "cloudvpn_tencent_legacy_connection";

    #[test]
    fn values_are_translated() {
        let moved = Connection::moved(&source("registry.opentofu.org/cloudvpn/cloudvpn", LEGACY)).unwrap();

        assert_eq!((moved.id.as_deref(), moved.region.as_deref()), (Some("vpnx-1"), Some("ap-guangzhou")));
        assert_eq!(moved.pre_shared_key_wo_version, 3.into());
        assert_eq!((moved.state, moved.net_status), ("AVAILABLE".into(), "AVAILABLE".into()));
        let (ike, ipsec) = (moved.ike.into_known().unwrap(), moved.ipsec.into_known().unwrap());
        let words = [
            ike.version,
            ike.encryption_algorithm,
            ike.integrity_algorithm,
            ike.exchange_mode,
            ike.dh_group,
            ipsec.encryption_algorithm,
            ipsec.integrity_algorithm,
            ipsec.pfs_dh_group,
        ];
        let words = words.map(|word| word.into_known().unwrap());
        assert_eq!(words, ["IKEV1", "3DES-CBC", "SHA", "AGGRESSIVE", "GROUP2", "NULL", "SHA1", "DH-GROUP5"]);
        assert_eq!(ike.local_identity.into_known().unwrap().fqdn.as_deref(), Some("Here.Example"));
        assert_eq!(moved.security_policies.into_known().unwrap().len(), 1);
    }

    #[test]
    fn other_types_are_refused_and_the_address_of_ours_is_any() {
        let error = Connection::moved(&source("registry.terraform.io/cloudvpn/cloudvpn", "cloudvpn_tencent_gateway"));
        assert!(error.unwrap_err().to_string().contains("Move not supported"));
        for address in ["mirror.example/acme/cloudvpn", "cloudvpn"] {
            assert_eq!(Connection::moved(&source(address, LEGACY)).unwrap().id.as_deref(), Some("vpnx-1"), "{address}");
        }
    }

    #[test]
    fn a_state_of_another_version_or_shape_is_an_error() {
        let ours = || source("registry.terraform.io/cloudvpn/cloudvpn", LEGACY);
        let newer = Source { schema_version: 7, ..ours() };
        assert!(Connection::moved(&newer).unwrap_err().to_string().contains("version 7"));
        let mut broken = ours();
        broken.state["ike"]["lifetime_seconds"] = Json::from("hidden");
        let error = Connection::moved(&broken).unwrap_err().to_string();
        assert!(error.contains("ike.lifetime_seconds") && !error.contains("hidden"), "{error}");
    }
}
