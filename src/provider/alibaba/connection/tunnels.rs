//! The two tunnels of a connection (VPC API 2016-04-28, TunnelOptionsSpecification).

use secrecy::SecretString;

use crate::cloud::alibaba::{self, IkeConfig, TunnelOptions};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{Model, Secret, Value};
use crate::framework::path::Path;
use crate::provider::key;
use crate::provider::values::{changed, said, text, told};

use super::proposal::{self, Ike, Ipsec};
use super::routing::{Dpd, NatTraversal, TunnelBgp};
use super::rules;

/// Two tunnels, of VPN gateways that have two.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(consistent = rules::same_asn, rule = rules::own_ranges)]
pub(super) struct Tunnels {
    /// The tunnel that traffic takes. API member `TunnelOptionsSpecification`, with `Role` `master`.
    #[attr(required)]
    pub(super) master: Value<Tunnel>,
    /// The tunnel that traffic takes when the other one is down. API member `TunnelOptionsSpecification`, with `Role` `slave`.
    #[attr(required)]
    pub(super) slave: Value<Tunnel>,
}

/// One of two tunnels.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(at_most_one_of(pre_shared_key, pre_shared_key_wo), requires(pre_shared_key_wo_version, pre_shared_key_wo))]
#[model(rule = rules::key_from_one_side)]
pub(super) struct Tunnel {
    /// Customer gateway at the other end. API member `CustomerGatewayId`.
    #[attr(required, prefix("cgw-"))]
    pub(super) customer_gateway_id: Value<String>,
    /// Pre-shared key, kept in the state. Better use `pre_shared_key_wo`. API member `Psk`.
    #[attr(optional, sensitive, chars(1..=100), custom("printable, without spaces", proposal::printable))]
    pub(super) pre_shared_key: Value<Secret>,
    /// Pre-shared key that is in no plan and no state. Needs Terraform 1.11 or later. API member `Psk`.
    #[attr(optional, sensitive, write_only, chars(1..=100), custom("printable, without spaces", proposal::printable))]
    pub(super) pre_shared_key_wo: Value<Secret>,
    /// Version of `pre_shared_key_wo`: the key is sent when this number changes. Without a
    /// version, each plan compares the key with the service's, in one more call for each connection, and another one is a change.
    /// A key that differs at each run, as from an ephemeral resource that makes one up, needs a version.
    #[attr(optional)]
    pub(super) pre_shared_key_wo_version: Value<i64>,
    /// Whether the service makes up the key of a new tunnel, which is then in no plan and no state: the ephemeral resource
    /// `cloudvpn_alibaba_peer_configuration` hands it out. Without it, a new tunnel that has no key is an error, since a misspelt one
    /// looks like none. A tunnel that is there keeps its key.
    #[attr(optional)]
    pub(super) generate_pre_shared_key: Value<bool>,
    /// Phase 1 proposal. API member `TunnelIkeConfig`.
    #[attr(optional, computed)]
    pub(super) ike: Value<Ike>,
    /// Phase 2 proposal. API member `TunnelIpsecConfig`.
    #[attr(optional, computed)]
    pub(super) ipsec: Value<Ipsec>,
    /// Dead peer detection.
    #[attr(optional, computed)]
    pub(super) dpd: Value<Dpd>,
    /// NAT traversal.
    #[attr(optional, computed)]
    pub(super) nat_traversal: Value<NatTraversal>,
    /// BGP over the tunnel, with `tunnels_bgp_enabled`. API member `TunnelBgpConfig`.
    #[attr(optional, computed)]
    pub(super) bgp: Value<TunnelBgp>,
    /// Certificate of the authority that the other side's certificate comes from, PEM; for VPN gateways of the type `NationalStandard`. API
    /// member `RemoteCaCertificate`.
    ///
    /// Left out, it stays what it is: the API cannot remove it.
    #[attr(optional, computed, chars(1..))]
    pub(super) remote_ca_certificate: Value<String>,
    /// Id of the tunnel, such as `tun-opsqc4d97wni27****`. API member `TunnelId`.
    #[attr(computed)]
    pub(super) id: Value<String>,
    /// This side's public address. API member `InternetIp`.
    #[attr(computed)]
    pub(super) public_ip_address: Value<String>,
    /// `active` when nothing is being done to the tunnel. API member `State`.
    #[attr(computed)]
    pub(super) state: Value<String>,
    /// How far the tunnel has come: `ike_sa_not_established`, `ike_sa_established`, `ipsec_sa_not_established` or `ipsec_sa_established`. API
    /// member `Status`.
    #[attr(computed)]
    pub(super) status: Value<String>,
    /// Zone of this side. API member `ZoneNo`.
    #[attr(computed)]
    pub(super) zone: Value<String>,
}

impl Tunnels {
    /// For a new connection.
    pub(super) fn options(&self, config: &Value<Self>) -> Vec<TunnelOptions> {
        let config = config.known().cloned().unwrap_or_default();
        let each = self.each().into_iter().zip(config.each());
        each.filter_map(|((role, tunnel), (_, config))| Some(tunnel.known()?.options(role, config.known()))).collect()
    }

    /// What leads from these tunnels to the plan: those that change, and what of them. With BGP that is switched on, each says all of it that
    /// is known: whether the service kept it is not documented.
    pub(super) fn changes(&self, planned: &Self, config: &Value<Self>, bgp_comes_on: bool) -> Vec<TunnelOptions> {
        let config = config.known().cloned().unwrap_or_default();
        let each = self.each().into_iter().zip(planned.each()).zip(config.each());
        let changes = each.filter_map(|(((role, prior), (_, planned)), (_, config))| {
            let Some(prior) = prior.known() else { return Some(planned.known()?.options(role, config.known())) };
            let change = prior.change(planned.known()?, config.known(), bgp_comes_on)?;
            Some(TunnelOptions { tunnel_id: said(&prior.id), role: role.to_owned(), ..change })
        });
        changes.collect()
    }

    /// An empty list says that there is a single tunnel, an absent one nothing.
    pub(super) fn observed(actual: &alibaba::VpnConnection, before: &Value<Self>) -> Value<Self> {
        let before = before.known().cloned().unwrap_or_default();
        if actual.tunnel_options_specification.is_none() {
            return if before == Self::default() { Value::Null } else { Value::Known(before) };
        }
        let [(master, old_master), (slave, old_slave)] = before.each();
        let tunnels = Self {
            master: actual.tunnel(master).map(|tunnel| Tunnel::observed(tunnel, old_master)).into(),
            slave: actual.tunnel(slave).map(|tunnel| Tunnel::observed(tunnel, old_slave)).into(),
        };
        if tunnels == Self::default() { Value::Null } else { Value::Known(tunnels) }
    }

    /// As [`Bgp::require_addresses`](super::routing::Bgp::require_addresses), for both.
    pub(super) fn require_addresses(
        switched: bool,
        prior: &Value<Self>,
        config: &Value<Self>,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(config) = config.known() else { return };
        let prior = prior.known().cloned().unwrap_or_default();
        for ((role, prior), (_, config)) in prior.each().into_iter().zip(config.each()) {
            let Some(config) = config.known() else { continue };
            let before = prior.known().map_or(&Value::Null, |prior| &prior.bgp);
            let path = Path::of(["tunnels", role, "bgp"]);
            TunnelBgp::require_addresses(switched, before, &config.bgp, &path, diagnostics);
        }
    }

    /// Leaves to the service what the changes of each tunnel may change.
    pub(super) fn plan(switched: bool, prior: &Value<Self>, config: &Value<Self>, planned: &mut Value<Self>) {
        let (Some(prior), Some(config), Some(planned)) = (prior.known(), config.known(), planned.known_mut()) else {
            return;
        };
        Tunnel::plan(switched, &prior.master, &config.master, &mut planned.master);
        Tunnel::plan(switched, &prior.slave, &config.slave, &mut planned.slave);
    }

    fn each(&self) -> [(&'static str, &Value<Tunnel>); 2] {
        [("master", &self.master), ("slave", &self.slave)]
    }
}

impl Tunnel {
    fn options(&self, role: &str, config: Option<&Self>) -> TunnelOptions {
        let write_only = config.map_or(&Value::Null, |config| &config.pre_shared_key_wo);
        TunnelOptions {
            tunnel_id: None,
            role: role.to_owned(),
            customer_gateway_id: said(&self.customer_gateway_id),
            enable_dpd: self.dpd.known().and_then(|dpd| said(&dpd.enabled)),
            enable_nat_traversal: self.nat_traversal.known().and_then(|nat| said(&nat.enabled)),
            remote_ca_certificate: said(&self.remote_ca_certificate),
            tunnel_ike_config: ike_config(&self.ike, key::of_new(&self.key(), write_only)),
            tunnel_ipsec_config: self.ipsec.known().map(Ipsec::config),
            tunnel_bgp_config: self.bgp.known().map(TunnelBgp::config),
        }
    }

    fn change(&self, planned: &Self, config: Option<&Self>, bgp_comes_on: bool) -> Option<TunnelOptions> {
        // What the plan leaves to the service is no change by itself.
        let settled = planned.settled(self).unwrap_or_else(|_| planned.clone());
        let write_only = config.map_or(&Value::Null, |config| &config.pre_shared_key_wo);
        let psk = key::changed(&self.key(), &planned.key(), write_only);
        let options = TunnelOptions {
            customer_gateway_id: changed(&self.customer_gateway_id, &planned.customer_gateway_id),
            enable_dpd: changed(&self.dpd, &planned.dpd).and_then(|dpd| said(&dpd.enabled)),
            enable_nat_traversal: changed(&self.nat_traversal, &planned.nat_traversal)
                .and_then(|nat| said(&nat.enabled)),
            remote_ca_certificate: changed(&self.remote_ca_certificate, &planned.remote_ca_certificate),
            tunnel_ike_config: changed_ike(&self.ike, &planned.ike, &settled.ike, psk, &planned.pre_shared_key),
            tunnel_ipsec_config: changed(&self.ipsec, &settled.ipsec)
                .and_then(|_| planned.ipsec.known())
                .map(Ipsec::config),
            tunnel_bgp_config: (bgp_comes_on || changed(&self.bgp, &settled.bgp).is_some())
                .then(|| planned.bgp.known().map(TunnelBgp::config))
                .flatten(),
            ..TunnelOptions::default()
        };
        options.says_something().then_some(options)
    }

    fn observed(actual: &alibaba::Tunnel, before: &Value<Self>) -> Self {
        let before = before.known().cloned().unwrap_or_default();
        let ike = actual.tunnel_ike_config.as_ref();
        let psk = ike.and_then(|ike| ike.psk.clone());
        Self {
            customer_gateway_id: told(text(&actual.customer_gateway_id), &before.customer_gateway_id),
            pre_shared_key: key::observed(&psk, &before.pre_shared_key),
            pre_shared_key_wo: Value::Null,
            pre_shared_key_wo_version: before.pre_shared_key_wo_version,
            generate_pre_shared_key: before.generate_pre_shared_key,
            ike: Ike::observed(ike, &before.ike),
            ipsec: Ipsec::observed(actual.tunnel_ipsec_config.as_ref(), &before.ipsec),
            dpd: Dpd::observed(actual.enable_dpd, &before.dpd),
            nat_traversal: NatTraversal::observed(actual.enable_nat_traversal, &before.nat_traversal),
            bgp: TunnelBgp::observed(actual.tunnel_bgp_config.as_ref(), &before.bgp),
            remote_ca_certificate: observed_pem(&actual.remote_ca_certificate, &before.remote_ca_certificate),
            id: told(text(&actual.tunnel_id), &before.id),
            public_ip_address: told(text(&actual.internet_ip), &before.public_ip_address),
            state: text(&actual.state),
            status: text(&actual.status),
            // Not in listings.
            zone: told(text(&actual.zone_no), &before.zone),
        }
    }

    fn plan(switched: bool, prior: &Value<Self>, config: &Value<Self>, planned: &mut Value<Self>) {
        let (Some(prior), Some(config), Some(planned)) = (prior.known(), config.known(), planned.known_mut()) else {
            return;
        };
        TunnelBgp::plan(switched, &prior.bgp, &config.bgp, &mut planned.bgp);
        if planned.customer_gateway_id != prior.customer_gateway_id {
            Ike::plan_another_gateway(&config.ike, &mut planned.ike);
            if let Some(bgp) = planned.bgp.known_mut() {
                bgp.plan_another_gateway();
            }
        }
    }

    fn key(&self) -> key::Stored<'_> {
        key::Stored { key: &self.pre_shared_key, version: &self.pre_shared_key_wo_version }
    }
}

/// Phase 1 of a new tunnel: a key needs it even where there is nothing else to say.
pub(super) fn ike_config(ike: &Value<Ike>, psk: Option<SecretString>) -> Option<IkeConfig> {
    match (ike.known(), psk) {
        (None, None) => None,
        (ike, psk) => Some(ike.cloned().unwrap_or_default().config(psk)),
    }
}

/// Phase 1 where it or its key changes, whole. Without a key in it, the service's client says the one that is there.
pub(super) fn changed_ike(
    prior: &Value<Ike>,
    planned: &Value<Ike>,
    settled: &Value<Ike>,
    psk: Option<SecretString>,
    stored: &Value<Secret>,
) -> Option<IkeConfig> {
    if psk.is_none() && changed(prior, settled).is_none() {
        return None;
    }
    let psk = psk.or_else(|| stored.known().map(|key| SecretString::from(key.expose())));
    ike_config(planned, psk)
}

/// A certificate may come back with other ends of lines.
pub(super) fn observed_pem(actual: &Option<String>, before: &Value<String>) -> Value<String> {
    let lines =
        |pem: &str| pem.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect::<Vec<_>>();
    match (actual.as_deref().filter(|pem| !pem.is_empty()), before.as_deref()) {
        (Some(actual), Some(before)) if lines(actual) == lines(before) => before.into(),
        (actual, _) => actual.map(str::to_owned).into(),
    }
}
