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
