//! Between the model and the API: what is asked for, and what is seen.

use crate::cloud::alibaba::{
    ClientToken, CreateVpnConnection, ModifyVpnConnectionAttribute, VpnConnection, VpnConnectionSettings,
};
use crate::framework::model::{Model, Value};
use crate::provider::key;
use crate::provider::values::{changed, said, text, told};

use super::super::parts::{joined, mentioned, split, tag_list, time};
use super::Connection;
use super::proposal::{Ike, Ipsec};
use super::routing::{Bgp, Dpd, HealthCheck, NatTraversal};
use super::tunnels::{Tunnels, changed_ike, ike_config, observed_pem};

impl Connection {
    /// `self` is the plan: what is unknown in it is left to the service.
    pub(super) fn create_request(&self, config: &Self) -> CreateVpnConnection {
        let psk = key::of_new(&self.key(), &config.pre_shared_key_wo);
        CreateVpnConnection {
            vpn_gateway_id: said(&self.gateway_id).unwrap_or_default(),
            customer_gateway_id: said(&self.customer_gateway_id),
            settings: VpnConnectionSettings {
                name: said(&self.name),
                local_subnet: joined(&self.local_cidrs),
                remote_subnet: joined(&self.remote_cidrs),
                effect_immediately: said(&self.effect_immediately),
                auto_config_route: said(&self.auto_configure_routes),
                enable_dpd: self.dpd.known().and_then(|dpd| said(&dpd.enabled)),
                enable_nat_traversal: self.nat_traversal.known().and_then(|nat| said(&nat.enabled)),
                ike_config: ike_config(&self.ike, psk),
                ipsec_config: self.ipsec.known().map(Ipsec::config),
                health_check_config: self.health_check.known().map(HealthCheck::config),
                bgp_config: self.bgp.known().map(Bgp::config),
                remote_ca_certificate: said(&self.remote_ca_certificate),
                enable_tunnels_bgp: said(&self.tunnels_bgp_enabled),
                tunnel_options_specification: self
                    .tunnels
                    .known()
                    .map(|tunnels| tunnels.options(&config.tunnels))
                    .unwrap_or_default(),
            },
            tags: tag_list(&self.tags_all),
            client_token: ClientToken::new(),
        }
    }

    /// What leads from this state to the plan; `None` if the API has nothing to do. Only what changed is in it.
    pub(super) fn modify_request(&self, planned: &Self, config: &Self) -> Option<ModifyVpnConnectionAttribute> {
        // What the plan leaves to the service is no change by itself.
        let settled = planned.settled(self).unwrap_or_else(|_| planned.clone());
        let psk = key::changed(&self.key(), &planned.key(), &config.pre_shared_key_wo);
        let comes_on = changed(&self.tunnels_bgp_enabled, &planned.tunnels_bgp_enabled) == Some(true);
        let settings = VpnConnectionSettings {
            name: changed(&self.name, &planned.name),
            local_subnet: joined(&changed(&self.local_cidrs, &planned.local_cidrs).into()),
            remote_subnet: joined(&changed(&self.remote_cidrs, &planned.remote_cidrs).into()),
            effect_immediately: changed(&self.effect_immediately, &planned.effect_immediately),
            auto_config_route: changed(&self.auto_configure_routes, &planned.auto_configure_routes),
            enable_dpd: changed(&self.dpd, &planned.dpd).and_then(|dpd| said(&dpd.enabled)),
            enable_nat_traversal: changed(&self.nat_traversal, &planned.nat_traversal)
                .and_then(|nat| said(&nat.enabled)),
            ike_config: changed_ike(&self.ike, &planned.ike, &settled.ike, psk, &planned.pre_shared_key),
            ipsec_config: changed(&self.ipsec, &settled.ipsec).and_then(|_| planned.ipsec.known()).map(Ipsec::config),
            health_check_config: changed(&self.health_check, &settled.health_check)
                .and_then(|_| planned.health_check.known())
                .map(HealthCheck::config),
            bgp_config: changed(&self.bgp, &settled.bgp).and_then(|_| planned.bgp.known()).map(Bgp::config),
            remote_ca_certificate: changed(&self.remote_ca_certificate, &planned.remote_ca_certificate),
            enable_tunnels_bgp: changed(&self.tunnels_bgp_enabled, &planned.tunnels_bgp_enabled),
            tunnel_options_specification: match (self.tunnels.known(), planned.tunnels.known()) {
                (Some(prior), Some(planned)) => prior.changes(planned, &config.tunnels, comes_on),
                _ => Vec::new(),
            },
        };
        settings.says_something().then(|| ModifyVpnConnectionAttribute {
            vpn_connection_id: said(&self.id).unwrap_or_default(),
            settings,
            client_token: ClientToken::new(),
        })
    }

    fn key(&self) -> key::Stored<'_> {
        key::Stored { key: &self.pre_shared_key, version: &self.pre_shared_key_wo_version }
    }
}

/// The connection as the service describes it. `before` is what was known: it decides between spellings that mean the same, and stands
/// where the service says nothing.
pub(super) fn observed(actual: &VpnConnection, before: &Connection) -> Connection {
    let tunnels = Tunnels::observed(actual, &before.tunnels);
    let seen = Connection {
        id: told(text(&actual.vpn_connection_id), &before.id),
        name: mentioned(&actual.name, &before.name),
        gateway_id: told(text(&actual.vpn_gateway_id), &before.gateway_id),
        local_cidrs: told(split(&actual.local_subnet), &before.local_cidrs),
        remote_cidrs: told(split(&actual.remote_subnet), &before.remote_cidrs),
        effect_immediately: told(actual.effect_immediately.into(), &before.effect_immediately),
        pre_shared_key_wo: Value::Null,
        state: text(&actual.state),
        status: actual.negotiated().map(str::to_owned).into(),
        public_ip_address: text(&actual.internet_ip),
        attach_type: text(&actual.attach_type),
        resource_group_id: text(&actual.resource_group_id),
        created_at: told(time(actual.create_time), &before.created_at),
        ..before.clone()
    };
    if tunnels.is_known() {
        // What it says of a single tunnel means nothing then.
        return Connection {
            tunnels,
            tunnels_bgp_enabled: told(actual.enable_tunnels_bgp.into(), &before.tunnels_bgp_enabled),
            customer_gateway_id: Value::Null,
            pre_shared_key: Value::Null,
            ike: Value::Null,
            ipsec: Value::Null,
            dpd: Value::Null,
            nat_traversal: Value::Null,
            bgp: Value::Null,
            health_check: Value::Null,
            remote_ca_certificate: Value::Null,
            ..seen
        };
    }
    let ike = actual.ike_config.as_ref();
    let psk = ike.and_then(|ike| ike.psk.clone());
    Connection {
        tunnels,
        tunnels_bgp_enabled: Value::Null,
        customer_gateway_id: told(text(&actual.customer_gateway_id), &before.customer_gateway_id),
        pre_shared_key: key::observed(&psk, &before.pre_shared_key),
        ike: Ike::observed(ike, &before.ike),
        ipsec: Ipsec::observed(actual.ipsec_config.as_ref(), &before.ipsec),
        dpd: Dpd::observed(actual.enable_dpd, &before.dpd),
        nat_traversal: NatTraversal::observed(actual.enable_nat_traversal, &before.nat_traversal),
        bgp: Bgp::observed(actual.vpn_bgp_config.as_ref(), &before.bgp),
        health_check: HealthCheck::observed(actual.vco_health_check.as_ref(), &before.health_check),
        remote_ca_certificate: observed_pem(&actual.remote_ca_certificate, &before.remote_ca_certificate),
        ..seen
    }
}
