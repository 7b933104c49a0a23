//! Between the model and the API: what is asked for, and what is seen.

use crate::cloud::tencent::{CreateVpnConnection, ModifyVpnConnectionAttribute, VpnConnection};
use crate::framework::model::{Model, Value};

use super::super::values::{changed, said, text, told};
use super::super::{key, new_tags};
use super::Connection;
use super::proposal::{Ike, Ipsec};
use super::routing::{self, Bgp, Dpd, HealthCheck, Probe};

impl Connection {
    /// `self` is the plan: what is unknown in it is left to the service.
    pub(super) fn create_request(&self, config: &Self) -> CreateVpnConnection {
        let dpd = self.dpd.known().cloned().unwrap_or_default();
        let health_check = self.health_check.known().cloned().unwrap_or_default();
        CreateVpnConnection {
            vpc_id: said(&self.vpc_id),
            vpn_gateway_id: said(&self.gateway_id).unwrap_or_default(),
            customer_gateway_id: said(&self.customer_gateway_id).unwrap_or_default(),
            vpn_connection_name: said(&self.name).unwrap_or_default(),
            pre_share_key: key::of_new(&self.key(), &config.pre_shared_key_wo),
            security_policy_databases: routing::databases(&self.security_policies),
            ike_options_specification: self.ike.known().map(Ike::specification),
            ipsec_options_specification: self.ipsec.known().map(Ipsec::specification),
            tags: new_tags(&self.tags_all),
            enable_health_check: said(&health_check.enabled),
            health_check_local_ip: said(&health_check.local_ip),
            health_check_remote_ip: said(&health_check.remote_ip),
            route_type: said(&self.route_type),
            negotiation_type: said(&self.negotiation),
            dpd_enable: said(&dpd.enabled).map(i64::from),
            dpd_timeout: said(&dpd.timeout_seconds),
            dpd_action: said(&dpd.action),
            bgp_config: self.bgp.known().map(Bgp::config),
            health_check_config: health_check.probe.known().map(Probe::config),
        }
    }

    /// What leads from this state to the plan; `None` if the API has nothing to do. Only what changed is in it.
    pub(super) fn modify_request(&self, planned: &Self, config: &Self) -> Option<ModifyVpnConnectionAttribute> {
        let (dpd, dpd_before) = (planned.dpd.known(), self.dpd.known());
        let (check, check_before) = (planned.health_check.known(), self.health_check.known());
        // A changed member of an object that may not have been there before.
        macro_rules! of {
            ($after:expr, $before:expr, $member:ident) => {
                $after.and_then(|after| changed($before.map_or(&Value::Null, |before| &before.$member), &after.$member))
            };
        }
        // What the plan leaves to the service is no change by itself.
        let settled = planned.settled(self).unwrap_or_else(|_| planned.clone());
        let policies_changed = self.security_policies != planned.security_policies;
        let request = ModifyVpnConnectionAttribute {
            vpn_connection_id: said(&self.id).unwrap_or_default(),
            vpn_connection_name: changed(&self.name, &planned.name),
            pre_share_key: key::changed(&self.key(), &planned.key(), &config.pre_shared_key_wo),
            // Removing the policies means sending that there are none.
            security_policy_databases: policies_changed
                .then(|| routing::databases(&planned.security_policies).unwrap_or_default()),
            ike_options_specification: changed(&self.ike, &settled.ike)
                .and_then(|_| planned.ike.known())
                .map(Ike::specification),
            ipsec_options_specification: changed(&self.ipsec, &settled.ipsec)
                .and_then(|_| planned.ipsec.known())
                .map(Ipsec::specification),
            enable_health_check: of!(check, check_before, enabled),
            health_check_local_ip: of!(check, check_before, local_ip),
            health_check_remote_ip: of!(check, check_before, remote_ip),
            negotiation_type: changed(&self.negotiation, &planned.negotiation),
            dpd_enable: of!(dpd, dpd_before, enabled).map(i64::from),
            dpd_timeout: of!(dpd, dpd_before, timeout_seconds),
            dpd_action: of!(dpd, dpd_before, action),
            customer_gateway_id: changed(&self.customer_gateway_id, &planned.customer_gateway_id),
            health_check_config: of!(check, check_before, probe).map(|probe: Probe| probe.config()),
            bgp_config: changed(&self.bgp, &planned.bgp).map(|bgp| bgp.config()),
        };
        request.says_something().then_some(request)
    }

    fn key(&self) -> key::Stored<'_> {
        key::Stored { key: &self.pre_shared_key, version: &self.pre_shared_key_wo_version }
    }
}

/// The tunnel as the service describes it. `before` is what was known: it decides between spellings that mean the same, and stands where
/// the service says nothing.
pub(super) fn observed(actual: &VpnConnection, before: &Connection) -> Connection {
    Connection {
        id: told(text(&actual.vpn_connection_id), &before.id),
        region: before.region.clone(),
        name: told(text(&actual.vpn_connection_name), &before.name),
        // Empty for gateways of a Cloud Connect Network.
        vpc_id: text(&actual.vpc_id),
        gateway_id: told(text(&actual.vpn_gateway_id), &before.gateway_id),
        customer_gateway_id: told(text(&actual.customer_gateway_id), &before.customer_gateway_id),
        pre_shared_key: key::observed(&actual.pre_share_key, &before.pre_shared_key),
        pre_shared_key_wo: Value::Null,
        pre_shared_key_wo_version: before.pre_shared_key_wo_version,
        security_policies: routing::observed_policies(actual, &before.security_policies),
        ike: actual.ike_options_specification.as_ref().map(Ike::observed).into(),
        ipsec: actual.ipsec_options_specification.as_ref().map(Ipsec::observed).into(),
        dpd: Dpd::observed(actual, &before.dpd),
        health_check: HealthCheck::observed(actual, &before.health_check),
        negotiation: told(text(&actual.negotiation_type), &before.negotiation),
        route_type: observed_route_type(actual, &before.route_type),
        bgp: Bgp::observed(actual),
        tags: before.tags.clone(),
        tags_all: before.tags_all.clone(),
        state: text(&actual.state),
        net_status: text(&actual.net_status),
        created_at: text(&actual.created_time),
        allow_weak_algorithms: before.allow_weak_algorithms,
        timeouts: before.timeouts.clone(),
    }
}

/// `STATIC` is an older word: with security policies it means `Policy`, without them `StaticRoute`.
fn observed_route_type(actual: &VpnConnection, before: &Value<String>) -> Value<String> {
    let meaning = |word: &str| match word {
        "STATIC" if actual.security_policy_database_set.is_empty() => "StaticRoute".to_owned(),
        "STATIC" => "Policy".to_owned(),
        other => other.to_owned(),
    };
    match (actual.route_type.as_deref().filter(|word| !word.is_empty()), before.as_deref()) {
        (Some(actual), Some(before)) if meaning(actual) == meaning(before) => before.into(),
        (Some(actual), _) => actual.into(),
        (None, before) => before.map(str::to_owned).into(),
    }
}
