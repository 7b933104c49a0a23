//! `cloudvpn_alibaba_connection`: an IPsec connection of a VPN gateway on Alibaba Cloud (VPC API 2016-04-28).

use std::borrow::Cow;

use crate::cloud::alibaba::{DescribeVpnConnections, ModifyVpnConnectionAttribute, Turn, VpnConnection};
use crate::cloud::{self, Class};
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Model, Secret, Set, Value};
use crate::framework::path::Path;
use crate::framework::resource::Plan;
use crate::framework::timeouts::Timeouts;
use crate::provider::region;

use super::super::managed::{Managed, Write};
use super::super::tags::Tags;
use super::super::values::{changed, said};
use super::parts::{no_address, short_tags, split, tag_map};
use super::{Alibaba, Api};

pub(crate) use peer::PeerConfiguration;

mod data;
mod peer;
mod proposal;
mod routing;
mod rules;
mod tunnels;
mod wire;

use proposal::{Ike, Ipsec};
use routing::{Bgp, Dpd, HealthCheck, NatTraversal};
use tunnels::Tunnels;

/// An IPsec connection between a VPN gateway on Alibaba Cloud and customer gateways: one tunnel, or two.
///
/// The VPN gateway decides how many, when it is made: a plan that asks for another number at a VPN gateway that stays is an error. For one, set
/// `customer_gateway_id` and, beside it, `ike`, `ipsec` and the other groups; for two, set `tunnels`, where each has its own. Without a
/// pre-shared key the service makes one up, of two tunnels only where `generate_pre_shared_key` says so; the ephemeral resource
/// `cloudvpn_alibaba_peer_configuration` hands it out.
///
/// A change is one `ModifyVpnConnectionAttribute` call with what changed and nothing else; of `ike`, `ipsec`, `bgp` and `health_check`,
/// which the API takes as one member each, everything is sent when anything changed. Options for IKE and IPsec that are left out get strong
/// values when the connection is created; one that was imported keeps its own. A write waits for others to the same VPN gateway, and
/// until the gateway is active again.
#[derive(Clone, Debug, Default, Model)]
#[model(exactly_one_of(customer_gateway_id, tunnels))]
#[model(at_most_one_of(pre_shared_key, pre_shared_key_wo), requires(pre_shared_key_wo_version, pre_shared_key_wo))]
#[model(requires(tunnels_bgp_enabled, tunnels))]
#[model(rule = rules::tunnels_have_their_own, rule = rules::ends_are_apart, consistent = rules::one_range_with_version_1)]
pub(crate) struct Connection {
    /// Id of the connection, such as `vco-bp1bbi27hojx80nck4uhz`. API member `VpnConnectionId`.
    #[attr(computed, prefix("vco-"))]
    id: Value<String>,
    /// Region of the connection.
    ///
    /// By default the provider's.
    #[attr(optional, computed, replace, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// Name of the connection, in any language. API member `Name`.
    ///
    /// Left out, the service decides.
    #[attr(optional, computed, chars(1..=100))]
    #[attr(custom("a text that does not begin with http:// or https://", no_address))]
    name: Value<String>,
    /// VPN gateway that ends the tunnels. API member `VpnGatewayId`.
    #[attr(required, replace, prefix("vpn-"))]
    gateway_id: Value<String>,
    /// Customer gateway at the other end, of a connection with one tunnel. API member `CustomerGatewayId`.
    #[attr(optional, replace, prefix("cgw-"))]
    customer_gateway_id: Value<String>,
    /// Ranges on the VPC's side. `0.0.0.0/0` here and in `remote_cidrs` lets routes decide; otherwise it is traffic between these ranges
    /// that goes through the tunnel. API member `LocalSubnet`.
    #[attr(required, items(1..=10), each(ipv4_cidr))]
    local_cidrs: Value<Set<String>>,
    /// Ranges on the customer's side. API member `RemoteSubnet`.
    #[attr(required, items(1..=10), each(ipv4_cidr))]
    remote_cidrs: Value<Set<String>>,
    /// Whether to negotiate at once, and not only when there is traffic. API member `EffectImmediately`.
    #[attr(optional, computed, initial = false, removed = false)]
    effect_immediately: Value<bool>,
    /// Whether the VPN gateway gets routes for the ranges. The service does not tell: an imported connection has none of the two until
    /// somebody sets it. API member `AutoConfigRoute`.
    #[attr(optional, computed, initial = true, removed = true, unread)]
    auto_configure_routes: Value<bool>,
    /// Pre-shared key, kept in the state. Better use `pre_shared_key_wo`. API member `Psk`.
    #[attr(optional, sensitive, chars(1..=100), custom("printable, without spaces", proposal::printable))]
    pre_shared_key: Value<Secret>,
    /// Pre-shared key that is in no plan and no state. Needs Terraform 1.11 or later. API member `Psk`.
    #[attr(optional, sensitive, write_only, chars(1..=100), custom("printable, without spaces", proposal::printable))]
    pre_shared_key_wo: Value<Secret>,
    /// Version of `pre_shared_key_wo`: the key is sent when this number changes. Without a
    /// version, each plan compares the key with the service's, in one more call for each connection, and another one is a change.
    /// A key that differs at each run, as from an ephemeral resource that makes one up, needs a version.
    #[attr(optional)]
    pre_shared_key_wo_version: Value<i64>,
    /// Phase 1 proposal. API member `IkeConfig`.
    #[attr(optional, computed)]
    ike: Value<Ike>,
    /// Phase 2 proposal. API member `IpsecConfig`.
    #[attr(optional, computed)]
    ipsec: Value<Ipsec>,
    /// Dead peer detection.
    #[attr(optional, computed)]
    dpd: Value<Dpd>,
    /// NAT traversal.
    #[attr(optional, computed)]
    nat_traversal: Value<NatTraversal>,
    /// BGP over the tunnel. API member `BgpConfig`.
    ///
    /// Left out, a new connection has none.
    #[attr(optional, computed)]
    bgp: Value<Bgp>,
    /// Probes through the tunnel. API member `HealthCheckConfig`.
    ///
    /// Left out, a new connection has none.
    #[attr(optional, computed)]
    health_check: Value<HealthCheck>,
    /// Both tunnels, of a VPN gateway that has two. API member `TunnelOptionsSpecification`.
    #[attr(optional)]
    tunnels: Value<Tunnels>,
    /// BGP over both tunnels. API member `EnableTunnelsBgp`.
    ///
    /// Left out, there is none.
    #[attr(optional, computed, removed = false)]
    tunnels_bgp_enabled: Value<bool>,
    /// Certificate of the authority that the other side's certificate comes from, PEM; for VPN gateways of the type `NationalStandard`. API
    /// member `RemoteCaCertificate`.
    ///
    /// Left out, it stays what it is: the API cannot remove it.
    #[attr(optional, computed, chars(1..))]
    remote_ca_certificate: Value<String>,
    /// Whether weak algorithms are meant: they bring no warning then. Nothing of this is sent.
    #[attr(optional)]
    allow_weak_algorithms: Value<bool>,
    /// Tags of this connection, beside the provider's `default_tags`. A tag that is null removes a default.
    #[attr(optional, custom("at most 20, with keys of 1 to 64 and values of up to 128 characters", short_tags))]
    tags: Value<Map<String>>,
    /// All tags of the connection.
    #[attr(computed)]
    tags_all: Value<Map<String>>,
    /// `active` when nothing is being done to the connection. API member `State`.
    #[attr(computed)]
    state: Value<String>,
    /// How far the tunnel has come: `ike_sa_not_established`, `ike_sa_established`, `ipsec_sa_not_established` or `ipsec_sa_established`; of
    /// two tunnels the one that has come furthest, where the service does not say it of both. API member `Status`.
    #[attr(computed)]
    status: Value<String>,
    /// This side's public address. API member `InternetIp`.
    #[attr(computed)]
    public_ip_address: Value<String>,
    /// What the connection belongs to: `VPNGW` for a VPN gateway. API member `AttachType`.
    #[attr(computed)]
    attach_type: Value<String>,
    /// Resource group of the connection, which is that of its VPN gateway. API member `ResourceGroupId`.
    #[attr(computed)]
    resource_group_id: Value<String>,
    /// When the connection was created, as in `2026-01-02T03:04:05Z`. API member `CreateTime`.
    #[attr(computed)]
    created_at: Value<String>,
    /// How long operations may take; 10 minutes each by default.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

impl Managed for Connection {
    type Side = Alibaba;
    type Actual = VpnConnection;
    type Change = ModifyVpnConnectionAttribute;

    const TYPE: &'static str = "cloudvpn_alibaba_connection";
    const KIND: &'static str = "connection";
    const PREFIX: &'static str = "vco-";
    const OCCUPIES: &'static [&'static str] = &["gateway_id", "customer_gateway_id"];
    const RESTING: &'static [(&'static str, &'static [&'static str])] = &[("state", &["active"])];

    fn refine(plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        let Plan { prior, config, planned, .. } = plan;
        planned.leave_out_the_other_kind(config);
        config.bgp_has_addresses(prior.as_ref())?;
        let Some(prior) = prior else { return rules::new_tunnels(&config.to_raw()) };
        Bgp::plan(&prior.bgp, &config.bgp, &mut planned.bgp);
        HealthCheck::plan(&prior.health_check, &mut planned.health_check);
        let switched = prior.tunnels_bgp_enabled != planned.tunnels_bgp_enabled;
        Tunnels::plan(switched, &prior.tunnels, &config.tunnels, &mut planned.tunnels);
        Ok(())
    }

    /// Another number of tunnels takes a VPN gateway that has as many: the one that stays has not.
    fn foresee(plan: &Plan<Self>, replaced: &[Path]) -> Diagnostics {
        let Plan { prior: Some(prior), config, planned, .. } = plan else { return Diagnostics::new() };
        let stays = prior.gateway_id == planned.gateway_id && prior.region == planned.region;
        if !stays || replaced.is_empty() || config.tunnels.is_unknown() {
            return Diagnostics::new();
        }
        wrong_number(prior.gateway(), prior.tunnels.is_known(), config)
    }

    async fn examine(api: &Api<'_>, prior: &Self, planned: &Self, _replaced: &[Path]) -> cloud::Result<Diagnostics> {
        let moved = changed(&prior.gateway_id, &planned.gateway_id);
        let (Some(id), false) = (moved, planned.tunnels.is_unknown()) else { return Ok(Diagnostics::new()) };
        let gateway = api.client.vpn_gateway(&api.ctx, &api.region, &id).await?;
        let Some(gateway) = gateway else { return Ok(Diagnostics::new()) };
        if gateway.ipsec_vpn.as_deref() == Some("disable") {
            let detail = format!(
                "{id} was made without IPsec: this connection would be deleted, and then be refused. Nothing was done. Name a VPN gateway \
                 with ipsec_enabled = true."
            );
            return Ok(Diagnostic::error("VPN gateway has no IPsec", detail).at("gateway_id").into());
        }
        Ok(wrong_number(&id, gateway.has_two_tunnels(), planned))
    }

    fn observed(actual: &VpnConnection, before: &Self) -> Self {
        wire::observed(actual, before)
    }

    fn tags(actual: &VpnConnection) -> Tags {
        tag_map(actual.tags())
    }

    /// VPC API 2016-04-28, error codes of the actions.
    fn attribute(code: &str) -> Option<Path> {
        Some(Path::from(match code {
            "InvalidName" => "name",
            "InvalidVpnGatewayInstanceId.NotFound" => "gateway_id",
            "InvalidCustomerGatewayInstanceId.NotFound" => "customer_gateway_id",
            "IllegalParam.LocalSubnet" => "local_cidrs",
            "IllegalParam.RemoteSubnet" | "InvalidVpnConnection.AlreadyExists" => "remote_cidrs",
            "InvalidRegionId.NotFound" => "region",
            _ => return None,
        }))
    }

    fn change(&self, planned: &Self, config: &Self) -> Option<ModifyVpnConnectionAttribute> {
        self.modify_request(planned, config)
    }

    async fn turn(api: &Api<'_>, connection: &Self, _write: Write) -> cloud::Result<Turn> {
        api.client.turn(&api.ctx, &api.region, connection.gateway()).await
    }

    async fn make(api: &Api<'_>, planned: &Self, config: &Self) -> cloud::Result<String> {
        let made = api.client.create_vpn_connection(&api.ctx, &api.region, &planned.create_request(config)).await;
        match made {
            Err(error) if error.class() == Class::Invalid => Err(planned.refused(api, error).await),
            made => made,
        }
    }

    async fn ready(api: &Api<'_>, id: &str, connection: &Self, turn: Turn) -> cloud::Result<VpnConnection> {
        // Of a connection with one tunnel, listings leave out whether BGP is on.
        let whole = !connection.tunnels.is_known();
        api.client.wait_vpn_connection(&api.ctx, &api.region, turn, id, whole).await
    }

    async fn existing(api: &Api<'_>, planned: &Self) -> cloud::Result<Vec<String>> {
        let between = DescribeVpnConnections {
            vpn_gateway_id: said(&planned.gateway_id),
            customer_gateway_id: said(&planned.customer_gateway_id),
            ..DescribeVpnConnections::default()
        };
        let there = api.client.vpn_connections(&api.ctx, &api.region, &between).await?;
        let for_same = |connection: &VpnConnection| {
            split(&connection.local_subnet) == planned.local_cidrs
                && split(&connection.remote_subnet) == planned.remote_cidrs
        };
        Ok(there.into_iter().filter(for_same).filter_map(|connection| connection.vpn_connection_id).collect())
    }

    async fn find(api: &Api<'_>, id: &str, state: &Self) -> cloud::Result<Option<VpnConnection>> {
        // Of an imported connection nothing is known yet of what listings leave out, and that BGP is still on is one of these things.
        if state.gateway_id.is_known() && !Bgp::is_on(&state.bgp) {
            let found = api.client.vpn_connection(&api.ctx, &api.region, id).await?;
            if found.as_ref().is_none_or(|found| !state.may_have_bgp_by_now(found)) {
                return Ok(found);
            }
        }
        api.client.whole_vpn_connection(&api.ctx, &api.region, id).await
    }

    /// Listings have none.
    async fn find_with_keys(api: &Api<'_>, id: &str, _state: &Self) -> cloud::Result<Option<VpnConnection>> {
        api.client.whole_vpn_connection(&api.ctx, &api.region, id).await
    }

    async fn modify(api: &Api<'_>, change: &ModifyVpnConnectionAttribute) -> cloud::Result<()> {
        api.client.modify_vpn_connection(&api.ctx, &api.region, change).await
    }

    async fn remove(api: &Api<'_>, id: &str, _state: &Self, turn: Turn) -> cloud::Result<()> {
        api.client.delete_vpn_connection(&api.ctx, &api.region, turn, id).await
    }
}

/// The error of a connection that is replaced at a VPN gateway which has another number of tunnels.
fn wrong_number(gateway: &str, has_two: bool, wanted: &Connection) -> Diagnostics {
    let Some(Mismatch { path, has, instead }) = mismatch(has_two, wanted) else { return Diagnostics::new() };
    let detail = format!(
        "The connections of {gateway} have {has} each, which a VPN gateway is made with: this connection would be deleted, and then be \
         refused. Nothing was done. {instead}, or let it end at another VPN gateway."
    );
    Diagnostic::error("Wrong number of tunnels for this VPN gateway", detail).at(path).into()
}

/// What a connection says that its VPN gateway is not made for.
struct Mismatch {
    path: &'static str,
    has: &'static str,
    instead: &'static str,
}

fn mismatch(has_two: bool, wanted: &Connection) -> Option<Mismatch> {
    let (path, has, instead) = match (has_two, !wanted.tunnels.is_null()) {
        (true, false) => ("customer_gateway_id", "two tunnels", "Set tunnels, with a master and a slave"),
        (false, true) => ("tunnels", "one tunnel", "Set customer_gateway_id, and ike and the like beside it"),
        _ => return None,
    };
    Some(Mismatch { path, has, instead })
}

impl Connection {
    /// The service says of no parameter that it is for another kind of VPN gateway. That it could not be looked for adds nothing to its refusal.
    async fn refused(&self, api: &Api<'_>, error: cloud::Error) -> cloud::Error {
        let gateway = api.client.vpn_gateway(&api.ctx, &api.region, self.gateway()).await.ok().flatten();
        let Some(Mismatch { path, has, instead }) =
            gateway.and_then(|gateway| mismatch(gateway.has_two_tunnels(), self))
        else {
            return error;
        };
        let id = self.gateway();
        let hint = format!(
            "The connections of {id} have {has} each, and {path} is for others. {instead}, or let it end at another VPN gateway."
        );
        error.hinting(Cow::Owned(hint))
    }

    fn gateway(&self) -> &str {
        self.gateway_id.as_deref().unwrap_or_default()
    }

    /// Whether BGP, which was not on, may be, by what a listing tells of it.
    fn may_have_bgp_by_now(&self, row: &VpnConnection) -> bool {
        let bgp = row.vpn_bgp_config.as_ref().filter(|bgp| bgp.enable_bgp.is_none());
        bgp.is_some() && self.tunnels.is_null() && Bgp::observed(bgp, &self.bgp) != self.bgp
    }

    /// Of BGP that this configuration switches on, or moves to another range. What is not known yet may be anything.
    fn bgp_has_addresses(&self, prior: Option<&Self>) -> Result<(), Diagnostics> {
        let none = Self::default();
        let prior = prior.unwrap_or(&none);
        let mut diagnostics = Diagnostics::new();
        if Bgp::is_on(&self.bgp) {
            let switched = !Bgp::is_on(&prior.bgp);
            Bgp::require_addresses(switched, &prior.bgp, &self.bgp, &Path::from("bgp"), &mut diagnostics);
        }
        let on = Value::Known(true);
        // It stays on where nobody says anything.
        if self.tunnels_bgp_enabled.or(prior.tunnels_bgp_enabled) == on {
            let switched = prior.tunnels_bgp_enabled != on;
            Tunnels::require_addresses(switched, &prior.tunnels, &self.tunnels, &mut diagnostics);
        }
        diagnostics.into_result().map(drop)
    }

    /// A connection with two tunnels has none of what describes a single one, and the other way round. It is open while nobody knows yet
    /// how many there are.
    fn leave_out_the_other_kind(&mut self, config: &Self) {
        fn leave<T>(planned: &mut Value<T>, config: &Value<T>, open: bool) {
            if config.is_null() {
                *planned = if open { Value::Unknown } else { Value::Null };
            }
        }
        let open = config.tunnels.is_unknown();
        if open || config.tunnels.is_null() {
            leave(&mut self.tunnels_bgp_enabled, &config.tunnels_bgp_enabled, open);
        }
        if config.tunnels.is_null() {
            return;
        }
        leave(&mut self.ike, &config.ike, open);
        leave(&mut self.ipsec, &config.ipsec, open);
        leave(&mut self.dpd, &config.dpd, open);
        leave(&mut self.nat_traversal, &config.nat_traversal, open);
        leave(&mut self.bgp, &config.bgp, open);
        leave(&mut self.health_check, &config.health_check, open);
        leave(&mut self.remote_ca_certificate, &config.remote_ca_certificate, open);
    }
}

#[cfg(test)]
mod tests;
