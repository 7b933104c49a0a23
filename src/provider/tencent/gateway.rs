//! `cloudvpn_tencent_gateway`: a VPN gateway on Tencent Cloud (VPC API 2017-03-12).

use jiff::Timestamp;

use crate::cloud;
use crate::cloud::tencent::{CreateVpnGateway, GatewayChange, VpnGateway};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{Map, Model, Value};
use crate::framework::path::Path;
use crate::framework::resource::Plan;
use crate::framework::timeouts::Timeouts;
use crate::provider::region;

use super::super::managed::{Managed, Obstacle};
use super::super::tags::Tags;
use super::checks::{free_asn, name_in_bytes};
use super::values::{said, text, told};
use super::{Api, Tencent, new_tags, shown_tags};

mod billing;
mod data;
mod outlook;
mod rules;

use billing::Prepaid;

/// A VPN gateway: the end of tunnels on Tencent Cloud, in a VPC or for a Cloud Connect Network.
///
/// It costs money as soon as it is there. Name, AS number, connections and bandwidth change in place, the bandwidth within 5 to 100 Mbps
/// or within 200 to 1000 Mbps; another band needs another gateway. A prepaid gateway becomes pay-as-you-go in place, but not the other
/// way round.
///
/// A gateway that still has tunnels is not deleted, nor is one that is attached to a Cloud Connect Network, or prepaid and not expired: a
/// plan that would delete or replace such a one is an error. Detach it in an apply of its own, where this configuration attaches it, too.
#[derive(Clone, Debug, Default, Model)]
#[model(requires(prepaid, charge_type))]
#[model(rule = rules::vpc_by_type, rule = rules::connections_by_type, rule = rules::prepaid_by_charge_type)]
pub(crate) struct Gateway {
    /// Id of the gateway, such as `vpngw-kfldykuz`. API member `VpnGatewayId`.
    #[attr(computed, prefix("vpngw-"))]
    id: Value<String>,
    /// Region of the gateway.
    ///
    /// By default the provider's.
    #[attr(optional, computed, replace, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// Name of the gateway. API member `VpnGatewayName`.
    #[attr(required, chars(1..), custom("at most 60 bytes long", name_in_bytes))]
    name: Value<String>,
    /// `IPSEC` or `SSL` for a gateway in a VPC, `CCN` or `SSL_CCN` for a Cloud Connect Network. API member `Type`.
    #[attr(name = "type", optional, computed, replace, initial = "IPSEC", one_of("IPSEC", "SSL", "CCN", "SSL_CCN"))]
    kind: Value<String>,
    /// VPC of the gateway; none for the types `CCN` and `SSL_CCN`. API member `VpcId`.
    #[attr(optional, replace, prefix("vpc-"))]
    vpc_id: Value<String>,
    /// Bandwidth to the internet in Mbps. API member `InternetMaxBandwidthOut`.
    ///
    /// It changes in place, up and down, within 5 to 100 and within 200 to 1000. 3000 is possible for new gateways only.
    #[attr(optional, computed, initial = 5, custom("5, 10, 20, 50, 100, 200, 500, 1000 or 3000", rules::bandwidth))]
    bandwidth_mbps: Value<i64>,
    /// `POSTPAID_BY_HOUR` or `PREPAID`. API member `InstanceChargeType`.
    ///
    /// From `PREPAID` it changes in place, which takes effect when the prepaid time is over; to `PREPAID` it needs another gateway.
    #[attr(optional, computed, initial = "POSTPAID_BY_HOUR", one_of("POSTPAID_BY_HOUR", "PREPAID"))]
    charge_type: Value<String>,
    /// For how long a gateway is paid in advance, with `charge_type = "PREPAID"`. API member `InstanceChargePrepaid`.
    #[attr(optional, computed)]
    prepaid: Value<Prepaid>,
    /// How many clients can connect to a gateway of type `SSL` or `SSL_CCN`. API member `MaxConnection`.
    ///
    /// Left out, 5.
    #[attr(optional, computed, custom("5, 10, 20, 50, 100, 200, 500 or 1000", rules::connections))]
    max_connections: Value<i64>,
    /// AS number of the gateway, for tunnels with BGP; by default the service's. API member `BgpAsn`.
    ///
    /// Changed later only for accounts that Tencent Cloud permits to.
    #[attr(optional, computed, range(1..=4_294_967_295), custom("none of 45090, 58835 and 139341", free_asn))]
    bgp_asn: Value<i64>,
    /// Zone of the gateway, such as `ap-guangzhou-3`. API member `Zone`.
    ///
    /// Left out, the service picks one.
    #[attr(optional, computed, replace, chars(1..=64))]
    zone: Value<String>,
    /// Dedicated cluster of the gateway. API member `CdcId`.
    ///
    /// Left out, none.
    #[attr(optional, computed, replace, chars(1..=64))]
    cdc_id: Value<String>,
    /// Tags of this gateway, beside the provider's `default_tags`. A tag that is null removes a default.
    #[attr(optional)]
    tags: Value<Map<String>>,
    /// All tags of the gateway.
    #[attr(computed)]
    tags_all: Value<Map<String>>,
    /// Public address of the gateway. API member `PublicIpAddress`.
    #[attr(computed)]
    public_ip_address: Value<String>,
    /// `PENDING`, `AVAILABLE`, `DELETING`, or `PENDING_ERROR` or `DELETING_ERROR` where that failed. API member `State`.
    #[attr(computed)]
    state: Value<String>,
    /// `NORMAL`, or `PROTECTIVELY_ISOLATED` where payment is overdue. API member `RestrictState`.
    #[attr(computed)]
    restrict_state: Value<String>,
    /// Version of the gateway, such as `4.0`. API member `Version`.
    #[attr(computed)]
    version: Value<String>,
    /// Cloud Connect Network that the gateway is attached to. API member `NetworkInstanceId`.
    #[attr(computed)]
    ccn_id: Value<String>,
    /// When a prepaid gateway expires, as the service writes it. API member `ExpiredTime`.
    #[attr(computed)]
    expires_at: Value<String>,
    /// `PREPAID_TO_POSTPAID` where a prepaid gateway becomes pay-as-you-go when it expires. API member `NewPurchasePlan`.
    #[attr(computed)]
    new_purchase_plan: Value<String>,
    /// When the gateway was created, as the service writes it. API member `CreatedTime`.
    #[attr(computed)]
    created_at: Value<String>,
    /// Whether the public address is blocked. API member `IsAddressBlocked`.
    #[attr(computed)]
    address_blocked: Value<bool>,
    /// How long operations may take; 10 minutes each by default.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

impl Managed for Gateway {
    type Side = Tencent;
    type Actual = VpnGateway;
    type Change = GatewayChange;

    const TYPE: &'static str = "cloudvpn_tencent_gateway";
    const KIND: &'static str = "VPN gateway";
    const PREFIX: &'static str = "vpngw-";
    const OCCUPIES: &'static [&'static str] = &["vpc_id"];
    const RESTING: &'static [(&'static str, &'static [&'static str])] =
        &[("state", &["AVAILABLE"]), ("restrict_state", &["NORMAL"])];
    const CAN_BE_KEPT: bool = true;
    // A renewal costs money, and for how many months it was the service does not show.
    const ACCEPTED_IS_MADE: bool = true;

    fn refine(plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        rules::refine(plan)
    }

    fn foresee(plan: &Plan<Self>, replaced: &[Path]) -> Diagnostics {
        outlook::foresee(plan, replaced)
    }

    fn obstacle(&self, now: Timestamp) -> Option<Obstacle> {
        outlook::obstacle(self, now)
    }

    fn observed(actual: &VpnGateway, before: &Self) -> Self {
        let charge_type = billing::charge_type(actual, &before.charge_type);
        Self {
            id: told(text(&actual.vpn_gateway_id), &before.id),
            name: told(text(&actual.vpn_gateway_name), &before.name),
            kind: told(text(&actual.kind), &before.kind),
            // None is as good an answer as any: gateways for a network have none.
            vpc_id: actual.vpc_id.as_ref().map_or_else(|| before.vpc_id.clone(), |_| text(&actual.vpc_id)),
            bandwidth_mbps: told(actual.internet_max_bandwidth_out.into(), &before.bandwidth_mbps),
            prepaid: Prepaid::observed(actual, &charge_type, &before.prepaid),
            charge_type,
            max_connections: number(actual.max_connection, &before.max_connections),
            bgp_asn: number(actual.bgp_asn, &before.bgp_asn),
            zone: told(text(&actual.zone), &before.zone),
            cdc_id: told(text(&actual.cdc_id), &before.cdc_id),
            public_ip_address: told(text(&actual.public_ip_address), &before.public_ip_address),
            state: text(&actual.state.as_ref().map(|state| state.to_uppercase())),
            restrict_state: text(&actual.restrict_state),
            version: told(text(&actual.version), &before.version),
            ccn_id: text(&actual.network_instance_id),
            expires_at: text(&actual.expired_time),
            new_purchase_plan: text(&actual.new_purchase_plan),
            created_at: told(text(&actual.created_time), &before.created_at),
            address_blocked: actual.is_address_blocked.into(),
            ..before.clone()
        }
    }

    fn tags(actual: &VpnGateway) -> Tags {
        shown_tags(&actual.tag_set)
    }

    fn change(&self, planned: &Self, _config: &Self) -> Option<GatewayChange> {
        billing::change(self, planned)
    }

    async fn make(api: &Api<'_>, planned: &Self, _config: &Self) -> cloud::Result<String> {
        let request = CreateVpnGateway {
            vpc_id: said(&planned.vpc_id).unwrap_or_default(),
            vpn_gateway_name: said(&planned.name).unwrap_or_default(),
            internet_max_bandwidth_out: said(&planned.bandwidth_mbps).unwrap_or_default(),
            instance_charge_type: said(&planned.charge_type),
            instance_charge_prepaid: planned.prepaid.known().and_then(Prepaid::request),
            zone: said(&planned.zone),
            kind: said(&planned.kind),
            tags: new_tags(&planned.tags_all),
            cdc_id: said(&planned.cdc_id),
            max_connection: said(&planned.max_connections),
            bgp_asn: said(&planned.bgp_asn),
        };
        api.client.create_gateway(&api.ctx, &api.region, &request).await
    }

    async fn ready(api: &Api<'_>, id: &str, _object: &Self, _turn: ()) -> cloud::Result<VpnGateway> {
        api.client.wait_gateway(&api.ctx, &api.region, id).await
    }

    async fn find(api: &Api<'_>, id: &str, _state: &Self) -> cloud::Result<Option<VpnGateway>> {
        api.client.gateway(&api.ctx, &api.region, id).await
    }

    async fn modify(api: &Api<'_>, change: &GatewayChange) -> cloud::Result<()> {
        api.client.change_gateway(&api.ctx, &api.region, change).await
    }

    async fn remove(api: &Api<'_>, id: &str, _state: &Self, _turn: ()) -> cloud::Result<()> {
        api.client.delete_gateway(&api.ctx, &api.region, id).await
    }

    /// VPC API 2017-03-12, business error codes.
    fn attribute(code: &str) -> Option<Path> {
        Some(Path::from(match code {
            "InvalidParameterValue.TooLong" => "name",
            "InvalidVpcId.Malformed"
            | "InvalidVpcId.NotFound"
            | "UnsupportedOperation.VpnGwVpcIdMustHave"
            | "UnsupportedOperation.VpnGwVpcIdNotHave" => "vpc_id",
            "UnsupportedOperation.VpnUnsupportedBgp" | "UnsupportedOperation.VpnUnsupportedModifyBgpAsn" => "bgp_asn",
            "UnsupportedOperation.VpnUnsupportedModifyBandwidth" => "bandwidth_mbps",
            "UnsupportedOperation.BillingFailed" | "UnsupportedOperation.InsufficientFunds" => "charge_type",
            _ => return None,
        }))
    }
}

/// A number of which the service writes 0 for none.
fn number(actual: Option<i64>, before: &Value<i64>) -> Value<i64> {
    actual.or_else(|| said(before)).filter(|number| *number != 0).into()
}

#[cfg(test)]
mod tests;
