//! `cloudvpn_tencent_connection`: an IPsec tunnel on Tencent Cloud (VPC API 2017-03-12).

use crate::cloud;
use crate::cloud::tencent::{DeleteVpnConnection, ModifyVpnConnectionAttribute, VpnConnection};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{Map, Model, Secret, Set, Value};
use crate::framework::path::Path;
use crate::framework::resource::{Plan, Source};
use crate::framework::timeouts::Timeouts;
use crate::provider::region;

use super::super::managed::{self, Managed};
use super::super::tags::Tags;
use super::parts::SecurityPolicy;
use super::values::said;
use super::{Api, LegacyConnection, Tencent, key, policies, shown_tags};

mod data;
mod moved;
mod outlook;
mod proposal;
mod routing;
mod wire;

use proposal::{Ike, Ipsec};
use routing::{Bgp, Dpd, HealthCheck};

/// An IPsec tunnel between a VPN gateway on Tencent Cloud and a customer gateway.
///
/// A change is sent as one `ModifyVpnConnectionAttribute` call with the members that changed and no others; of `ike` and `ipsec`, which
/// the API takes as one member each, everything is sent when anything changed. Options for IKE and IPsec that are left out get strong
/// values when the tunnel is created; a tunnel that was imported keeps its own.
#[derive(Clone, Debug, Default, Model)]
#[model(exactly_one_of(pre_shared_key, pre_shared_key_wo), requires(pre_shared_key_wo_version, pre_shared_key_wo))]
#[model(rule = routing::no_health_check_with_policies, rule = routing::bgp_needs_its_route_type)]
#[model(rule = routing::no_policies_where_routes_decide, rule = policies::are_possible)]
pub(crate) struct Connection {
    /// Id of the tunnel, such as `vpnx-f49l6u0z`. API member `VpnConnectionId`.
    #[attr(computed, prefix("vpnx-"))]
    id: Value<String>,
    /// Region of the tunnel.
    ///
    /// By default the provider's.
    #[attr(optional, computed, replace, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// Name of the tunnel. API member `VpnConnectionName`.
    #[attr(required, chars(1..=60))]
    name: Value<String>,
    /// VPC of the VPN gateway; none for gateways of a Cloud Connect Network. API member `VpcId`.
    #[attr(optional, computed, replace, prefix("vpc-"))]
    vpc_id: Value<String>,
    /// VPN gateway that ends the tunnel. API member `VpnGatewayId`.
    #[attr(required, replace, prefix("vpngw-"))]
    gateway_id: Value<String>,
    /// Customer gateway at the other end. API member `CustomerGatewayId`.
    ///
    /// Changes in place on gateways of version 4.0 and later.
    #[attr(required, prefix("cgw-"))]
    customer_gateway_id: Value<String>,
    /// Pre-shared key, kept in the state. Better use `pre_shared_key_wo`. API member `PreShareKey`.
    #[attr(optional, sensitive, chars(1..), custom("without a newline at its end", key::no_newline))]
    pre_shared_key: Value<Secret>,
    /// Pre-shared key that is in no plan and no state. Needs Terraform 1.11 or later. API member `PreShareKey`.
    #[attr(optional, sensitive, write_only, chars(1..), custom("without a newline at its end", key::no_newline))]
    pre_shared_key_wo: Value<Secret>,
    /// Version of `pre_shared_key_wo`: the key is sent when this number changes. Without a
    /// version, each plan compares the key with the service's, and another one is a change. A key that differs at each run, as
    /// from an ephemeral resource that makes one up, needs a version.
    #[attr(optional)]
    pre_shared_key_wo_version: Value<i64>,
    /// Which traffic goes through the tunnel (security policy database). Without it, routes decide. API member `SecurityPolicyDatabases`.
    ///
    /// Not possible together with the route types `StaticRoute` and `Bgp`. Removing it is sent.
    #[attr(optional, items(0..=10))]
    security_policies: Value<Set<SecurityPolicy>>,
    /// Phase 1 proposal. API member `IKEOptionsSpecification`.
    #[attr(optional, computed)]
    ike: Value<Ike>,
    /// Phase 2 proposal. API member `IPSECOptionsSpecification`.
    #[attr(optional, computed)]
    ipsec: Value<Ipsec>,
    /// Dead peer detection.
    #[attr(optional, computed)]
    dpd: Value<Dpd>,
    /// Probes through the tunnel.
    ///
    /// Left out, a new tunnel has none. Not possible together with `security_policies`, except one from `0.0.0.0/0` to `0.0.0.0/0`.
    #[attr(optional, computed)]
    health_check: Value<HealthCheck>,
    /// Who negotiates: `active` (this side), `passive` (the other), `flowTrigger` (this side, when there is traffic). API member
    /// `NegotiationType`.
    ///
    /// Left out, the service takes `active`.
    #[attr(optional, computed, one_of("active", "passive", "flowTrigger"))]
    negotiation: Value<String>,
    /// How traffic finds the tunnel. API member `RouteType`.
    ///
    /// `StaticRoute`: by routes of the gateway (`cloudvpn_tencent_gateway_route`); `Policy`: by `security_policies`, whose ranges decide; `Bgp`: by
    /// routes that the two ends tell each other over `bgp`. A tunnel with BGP and others cannot be on one gateway. Left out, the service takes
    /// `STATIC`: by `security_policies` where there are any, else by routes.
    #[attr(optional, computed, replace, one_of("STATIC", "StaticRoute", "Policy", "Bgp"))]
    route_type: Value<String>,
    /// BGP over the tunnel, with `route_type = "Bgp"`. API member `BgpConfig`.
    #[attr(optional, computed)]
    bgp: Value<Bgp>,
    /// Whether weak algorithms are meant: they bring no warning then. Nothing of this is sent.
    #[attr(optional)]
    allow_weak_algorithms: Value<bool>,
    /// Tags of this tunnel, beside the provider's `default_tags`. A tag that is null removes a default.
    #[attr(optional)]
    tags: Value<Map<String>>,
    /// All tags of the tunnel.
    #[attr(computed)]
    tags_all: Value<Map<String>>,
    /// `PENDING`, `AVAILABLE` or `DELETING`. API member `State`.
    #[attr(computed)]
    state: Value<String>,
    /// `AVAILABLE` when the tunnel is connected. API member `NetStatus`.
    #[attr(computed)]
    net_status: Value<String>,
    /// When the tunnel was created, as the service writes it. API member `CreatedTime`.
    #[attr(computed)]
    created_at: Value<String>,
    /// How long operations may take; 10 minutes each by default.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

impl Managed for Connection {
    type Side = Tencent;
    type Actual = VpnConnection;
    type Change = ModifyVpnConnectionAttribute;

    const TYPE: &'static str = "cloudvpn_tencent_connection";
    const KIND: &'static str = "tunnel";
    const PREFIX: &'static str = "vpnx-";
    const OCCUPIES: &'static [&'static str] = &["gateway_id", "customer_gateway_id"];
    const RESTING: &'static [(&'static str, &'static [&'static str])] = &[("state", &["AVAILABLE"])];

    fn refine(plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        routing::new_bgp_needs_its_route_type(plan)?;
        let Plan { prior: Some(prior), config, planned, .. } = plan else { return Ok(()) };
        Dpd::plan(&prior.dpd, &config.dpd, &mut planned.dpd);
        HealthCheck::plan(&prior.health_check, &config.health_check, &mut planned.health_check);
        if planned.customer_gateway_id != prior.customer_gateway_id {
            Ike::plan_another_gateway(&config.ike, &mut planned.ike);
        }
        Ok(())
    }

    fn observed(actual: &VpnConnection, before: &Self) -> Self {
        wire::observed(actual, before)
    }

    fn tags(actual: &VpnConnection) -> Tags {
        shown_tags(&actual.tag_set)
    }

    fn change(&self, planned: &Self, config: &Self) -> Option<ModifyVpnConnectionAttribute> {
        self.modify_request(planned, config)
    }

    async fn make(api: &Api<'_>, planned: &Self, config: &Self) -> cloud::Result<String> {
        api.client.create_connection(&api.ctx, &api.region, &planned.create_request(config)).await
    }

    async fn ready(api: &Api<'_>, id: &str, _object: &Self, _turn: ()) -> cloud::Result<VpnConnection> {
        api.client.wait_available(&api.ctx, &api.region, id).await
    }

    async fn existing(api: &Api<'_>, planned: &Self) -> cloud::Result<Vec<String>> {
        let end = |id: &Value<String>| said(id).unwrap_or_default();
        let (gateway, peer) = (end(&planned.gateway_id), end(&planned.customer_gateway_id));
        let between = api.client.between(&api.ctx, &api.region, &gateway, &peer).await?;
        Ok(between.into_iter().filter_map(|tunnel| tunnel.vpn_connection_id).collect())
    }

    async fn examine(api: &Api<'_>, prior: &Self, planned: &Self, _replaced: &[Path]) -> cloud::Result<Diagnostics> {
        outlook::examine(api, prior, planned).await
    }

    async fn find(api: &Api<'_>, id: &str, _state: &Self) -> cloud::Result<Option<VpnConnection>> {
        api.client.connection(&api.ctx, &api.region, id).await
    }

    async fn modify(api: &Api<'_>, change: &ModifyVpnConnectionAttribute) -> cloud::Result<()> {
        api.client.modify_connection(&api.ctx, &api.region, change).await
    }

    async fn remove(api: &Api<'_>, id: &str, state: &Self, _turn: ()) -> cloud::Result<()> {
        let request = DeleteVpnConnection {
            vpn_gateway_id: said(&state.gateway_id).unwrap_or_default(),
            vpn_connection_id: id.to_owned(),
        };
        api.client.delete_connection(&api.ctx, &api.region, &request).await?;
        api.client.wait_deleted(&api.ctx, &api.region, &request.vpn_connection_id).await
    }

    /// VPC API 2017-03-12, business error codes.
    fn attribute(code: &str) -> Option<Path> {
        Some(Path::from(match code {
            "InvalidParameterValue.TooLong" => "name",
            "InvalidParameterValue.VpnConnHealthCheckIpConflict"
            | "UnsupportedOperation.VpnConnCidrNotSupportedHealthCheck" => "health_check",
            "InvalidParameterValue.VpcCidrConflict"
            | "InvalidParameterValue.VpnConnCidrConflict"
            | "InvalidParameterValue.VpnConnSpdCidrConflict"
            | "UnsupportedOperation.VpnConnSPDOverlap" => "security_policies",
            "InvalidParameterValue.VpnConnBgpTunnelCidrConflict"
            | "InvalidParameterValue.VpnConnBgpTunnelCidrMask"
            | "InvalidParameterValue.VpnConnBgpTunnelCidrNotSupported"
            | "UnsupportedOperation.VpnUnsupportedBgp"
            | "UnsupportedOperation.VpnUnsupportedBgpAsnEqual" => "bgp",
            "UnsupportedOperation.VpnUnsupportedUsrGwNotExistBgpAsn" => "customer_gateway_id",
            "UnsupportedOperation.VpnUnsupportedNotExistBgpAsn" => "gateway_id",
            "UnsupportedOperation.VpnConnRouteTypeMixed" => "route_type",
            "InvalidVpcId.Malformed"
            | "InvalidVpcId.NotFound"
            | "UnsupportedOperation.VpnGwVpcIdMustHave"
            | "UnsupportedOperation.VpnGwVpcIdNotHave" => "vpc_id",
            "InvalidVpnGatewayId.Malformed" | "InvalidVpnGatewayId.NotFound" => "gateway_id",
            _ => return None,
        }))
    }

    /// From the resource of API 2.0: both APIs know a tunnel by the same id.
    fn moved(source: &Source) -> Result<Self, Diagnostics> {
        match managed::of_source::<LegacyConnection>(source)? {
            Some(legacy) => Ok(legacy.into()),
            None => Err(source.refused(Self::TYPE).into()),
        }
    }
}

#[cfg(test)]
mod tests;
