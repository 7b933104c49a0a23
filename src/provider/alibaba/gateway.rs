//! `cloudvpn_alibaba_gateway`: a VPN gateway on Alibaba Cloud (VPC API 2016-04-28), and its data sources.

use std::time::Duration;

use jiff::Timestamp;

use crate::cloud;
use crate::cloud::alibaba::{
    ClientToken, CreateVpnGateway, DeleteVpnGateway, ModifyVpnGatewayAttribute, Turn, VpnGateway,
};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{Map, Model, Value};
use crate::framework::path::Path;
use crate::framework::resource::Plan;
use crate::framework::timeouts::Timeouts;
use crate::provider::region;

use super::super::managed::{Managed, Obstacle, Write};
use super::super::tags::Tags;
use super::super::values::{changed, said, text, told};
use super::parts::{Regrouping, mentioned, no_address, tag_map, tags, time};
use super::{Alibaba, Api};

mod billing;
mod data;
mod rules;

/// A VPN gateway on Alibaba Cloud, in a VPC: the near end of IPsec connections, and what SSL clients connect to.
///
/// Creating one takes minutes. Name, description, propagation of BGP routes, resource group and tags change in place; the API cannot change
/// anything else, so that all else needs another gateway, with other addresses. Each write waits for others to the same gateway, of its
/// connections, routes and SSL servers as well, and until the gateway is active again. One that still has connections or SSL servers is not
/// deleted, nor is a subscription that is still paid for: a plan that would delete or replace one is an error.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = rules::paid_in_advance, rule = rules::private_bandwidth, rule = rules::ssl_connections_need_ssl)]
pub(crate) struct Gateway {
    /// Id of the VPN gateway, such as `vpn-bp1q8bgx4xnkm2ogj0r2i`. API member `VpnGatewayId`.
    #[attr(computed, prefix("vpn-"))]
    id: Value<String>,
    /// Region of the VPN gateway.
    ///
    /// By default the provider's.
    #[attr(optional, computed, replace, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// Name of the VPN gateway; its id by default. API member `Name`.
    #[attr(optional, computed, chars(2..=100))]
    #[attr(custom("a Latin letter, then letters, digits, underscores, hyphens and periods", rules::gateway_name))]
    name: Value<String>,
    /// Description of the VPN gateway. API member `Description`.
    ///
    /// Left out, it stays what it is: the API cannot remove it.
    #[attr(optional, computed, chars(1..=100))]
    #[attr(custom("a text that does not begin with http:// or https://", no_address))]
    description: Value<String>,
    /// VPC of the VPN gateway. API member `VpcId`.
    #[attr(required, replace, prefix("vpc-"))]
    vpc_id: Value<String>,
    /// Bandwidth, in Mbit/s: 5, 10, 20, 50, 100, 200, 500 or 1000, of which not every region and site has each; a private gateway has 200 or
    /// 1000. API member `Bandwidth`.
    #[attr(required, replace, custom("5, 10, 20, 50, 100, 200, 500 or 1000", rules::bandwidth))]
    bandwidth_mbps: Value<i64>,
    /// vSwitch of the VPN gateway. Regions with two tunnels a connection need it; elsewhere the service picks one. API member `VSwitchId`.
    #[attr(optional, computed, replace, prefix("vsw-"))]
    vswitch_id: Value<String>,
    /// vSwitch of the second tunnels, in another zone than the first where the region has several. Regions with two tunnels a connection
    /// need it. API member `DisasterRecoveryVSwitchId`.
    ///
    /// Left out elsewhere, the gateway is in one zone.
    #[attr(optional, computed, replace, prefix("vsw-"))]
    disaster_recovery_vswitch_id: Value<String>,
    /// Whether its addresses are public or private. API member `NetworkType`.
    #[attr(optional, computed, replace, initial = "public", one_of("public", "private"))]
    network_type: Value<String>,
    /// Algorithms of the VPN gateway: `Normal`, or `NationalStandard` for SM. API member `VpnType`.
    #[attr(optional, computed, replace, initial = "Normal", one_of("Normal", "NationalStandard"))]
    vpn_type: Value<String>,
    /// Whether it has IPsec connections. API members `EnableIpsec` and `IpsecVpn`.
    #[attr(optional, computed, replace, initial = true)]
    ipsec_enabled: Value<bool>,
    /// Whether it has an SSL server. API members `EnableSsl` and `SslVpn`.
    #[attr(optional, computed, replace, initial = false)]
    ssl_enabled: Value<bool>,
    /// How many SSL clients can be connected at a time: 5, 10, 20, 50, 100, 200, 500 or 1000. Only with `ssl_enabled`. API members
    /// `SslConnections` and `SslMaxConnections`.
    #[attr(optional, computed, replace, custom("5, 10, 20, 50, 100, 200, 500 or 1000", rules::ssl_connections))]
    ssl_max_connections: Value<i64>,
    /// How it is paid for: `PREPAY`, a subscription, or `POSTPAY`, by use. API members `InstanceChargeType` and `ChargeType`.
    #[attr(optional, computed, replace, initial = "POSTPAY", one_of("PREPAY", "POSTPAY"))]
    charge_type: Value<String>,
    /// Months to pay for in advance: 1 to 9, 12, 24 or 36. Required with `PREPAY`, and only there. API member `Period`.
    ///
    /// It is about the order of a new gateway and is not read back. Another number later buys nothing and changes nothing: the API can
    /// neither extend a subscription nor shorten it, which is done in the console. It counts for the next gateway that is made.
    #[attr(optional, unread, custom("1 to 9, 12, 24 or 36", rules::period))]
    period_months: Value<i64>,
    /// Whether the order of a subscription is paid at once, which is the default: as long as an order is not paid, there is no gateway. Only
    /// with `PREPAY`, and only when the gateway is created; it is not read back. API member `AutoPay`.
    #[attr(optional, unread)]
    auto_pay: Value<bool>,
    /// Whether routes that the gateway learns by BGP go into the VPC's route table. API member `AutoPropagate`.
    ///
    /// Left out, the service decides.
    #[attr(optional, computed, removed = false)]
    auto_propagate: Value<bool>,
    /// Resource group of the VPN gateway and of what belongs to it; the account's default group by default. API member `ResourceGroupId`.
    #[attr(optional, computed, prefix("rg-"))]
    resource_group_id: Value<String>,
    /// Tags of this VPN gateway, beside the provider's `default_tags`. A tag that is null removes a default.
    #[attr(optional, custom("at most 20, with keys of 1 to 128 and values of up to 128 characters", tags))]
    tags: Value<Map<String>>,
    /// All tags of the VPN gateway.
    #[attr(computed)]
    tags_all: Value<Map<String>>,
    /// `init`, `provisioning`, `active`, `updating` or `deleting`. API member `Status`.
    #[attr(computed)]
    status: Value<String>,
    /// `Normal`, or `FinancialLocked` for an overdue payment. API member `BusinessStatus`.
    #[attr(computed)]
    business_status: Value<String>,
    /// Address of the VPN gateway; with two tunnels a connection, that of the first tunnels. API member `InternetIp`.
    #[attr(computed)]
    public_ip_address: Value<String>,
    /// Address of the second tunnels. API member `DisasterRecoveryInternetIp`.
    #[attr(computed)]
    disaster_recovery_public_ip_address: Value<String>,
    /// Address for SSL clients, where it is another one. API member `SslVpnInternetIp`.
    #[attr(computed)]
    ssl_public_ip_address: Value<String>,
    /// `Traditional` or `Enhanced.SiteToSite`. API member `GatewayType`.
    #[attr(computed)]
    gateway_type: Value<String>,
    /// When the VPN gateway was created, as in `2026-01-02T03:04:05Z`. API member `CreateTime`.
    #[attr(computed)]
    created_at: Value<String>,
    /// Until when it is paid for, as in `2027-01-02T03:04:05Z`. API member `EndTime`.
    #[attr(computed)]
    expires_at: Value<String>,
    /// How long operations may take; 20 minutes each by default.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

impl Managed for Gateway {
    type Side = Alibaba;
    type Actual = VpnGateway;
    type Change = Regrouping<ModifyVpnGatewayAttribute>;

    const TYPE: &'static str = "cloudvpn_alibaba_gateway";
    const KIND: &'static str = "VPN gateway";
    const PREFIX: &'static str = "vpn-";
    const OCCUPIES: &'static [&'static str] = &["vpc_id"];
    const RESTING: &'static [(&'static str, &'static [&'static str])] =
        &[("status", &["active"]), ("business_status", &["Normal"])];
    const TIMEOUT: Duration = Duration::from_secs(20 * 60);
    const CAN_BE_KEPT: bool = true;
    const MADE_WITH_TAGS: bool = false;
    const CHANGES_IN_STEPS: bool = true;

    fn observed(actual: &VpnGateway, before: &Self) -> Self {
        Self {
            id: told(text(&actual.vpn_gateway_id), &before.id),
            name: mentioned(&actual.name, &before.name),
            description: text(&actual.description),
            vpc_id: told(text(&actual.vpc_id), &before.vpc_id),
            bandwidth_mbps: told(bandwidth(&actual.spec), &before.bandwidth_mbps),
            vswitch_id: text(&actual.vswitch_id),
            disaster_recovery_vswitch_id: text(&actual.disaster_recovery_vswitch_id),
            network_type: told(network_type(&actual.network_type), &before.network_type),
            vpn_type: told(text(&actual.vpn_type), &before.vpn_type),
            ipsec_enabled: told(enabled(&actual.ipsec_vpn), &before.ipsec_enabled),
            ssl_enabled: told(enabled(&actual.ssl_vpn), &before.ssl_enabled),
            ssl_max_connections: told(actual.ssl_max_connections.into(), &before.ssl_max_connections),
            charge_type: told(charge_type(&actual.charge_type), &before.charge_type),
            auto_propagate: told(actual.auto_propagate.into(), &before.auto_propagate),
            resource_group_id: told(text(&actual.resource_group_id), &before.resource_group_id),
            status: text(&actual.status),
            business_status: text(&actual.business_status),
            public_ip_address: text(&actual.internet_ip),
            disaster_recovery_public_ip_address: text(&actual.disaster_recovery_internet_ip),
            ssl_public_ip_address: text(&actual.ssl_vpn_internet_ip),
            gateway_type: text(&actual.gateway_type),
            created_at: told(time(actual.create_time), &before.created_at),
            expires_at: time(actual.end_time.filter(|end| *end > 0)),
            ..before.clone()
        }
    }

    fn tags(actual: &VpnGateway) -> Tags {
        tag_map(actual.tags.iter().flatten())
    }

    /// VPC API 2016-04-28, error codes of the actions.
    fn attribute(code: &str) -> Option<Path> {
        Some(Path::from(match code {
            "InvalidName" => "name",
            "InvalidDescription" => "description",
            "InvalidVpcId.NotFound" => "vpc_id",
            "OperationFailed.SslNotSupport" => "ssl_enabled",
            "InvalidRegionId.NotFound" => "region",
            _ => return None,
        }))
    }

    fn foresee(plan: &Plan<Self>, replaced: &[Path]) -> Diagnostics {
        billing::foresee(plan, replaced)
    }

    fn obstacle(&self, now: Timestamp) -> Option<Obstacle> {
        billing::obstacle(self, now)
    }

    fn change(&self, planned: &Self, _config: &Self) -> Option<Self::Change> {
        let id = said(&self.id)?;
        let attributes = ModifyVpnGatewayAttribute {
            vpn_gateway_id: id.clone(),
            name: changed(&self.name, &planned.name),
            description: changed(&self.description, &planned.description),
            auto_propagate: changed(&self.auto_propagate, &planned.auto_propagate),
            client_token: ClientToken::new(),
        };
        Regrouping::new(id, says_anything(attributes), changed(&self.resource_group_id, &planned.resource_group_id))
    }

    /// Nobody knows a new one.
    async fn turn(api: &Api<'_>, gateway: &Self, _write: Write) -> cloud::Result<Turn> {
        let Some(id) = gateway.id.as_deref() else { return Ok(Turn::default()) };
        api.client.turn(&api.ctx, &api.region, id).await
    }

    async fn make(api: &Api<'_>, planned: &Self, _config: &Self) -> cloud::Result<String> {
        let request = CreateVpnGateway {
            vpc_id: said(&planned.vpc_id).unwrap_or_default(),
            bandwidth: said(&planned.bandwidth_mbps).unwrap_or_default(),
            vswitch_id: said(&planned.vswitch_id),
            disaster_recovery_vswitch_id: said(&planned.disaster_recovery_vswitch_id),
            name: said(&planned.name),
            network_type: said(&planned.network_type),
            vpn_type: said(&planned.vpn_type),
            enable_ipsec: said(&planned.ipsec_enabled),
            enable_ssl: said(&planned.ssl_enabled),
            ssl_connections: said(&planned.ssl_max_connections),
            instance_charge_type: said(&planned.charge_type),
            period: said(&planned.period_months),
            // The API's default is an order that somebody has to pay in the console.
            auto_pay: Some(said(&planned.auto_pay).unwrap_or(true)),
            resource_group_id: said(&planned.resource_group_id),
            client_token: ClientToken::new(),
        };
        api.client.create_vpn_gateway(&api.ctx, &api.region, &request).await
    }

    /// CreateVpnGateway takes neither description nor propagation: a new gateway gets them as soon as it can be changed.
    async fn ready(api: &Api<'_>, id: &str, gateway: &Self, _turn: Turn) -> cloud::Result<VpnGateway> {
        if gateway.auto_pay == Value::Known(false) {
            api.client.ordered_vpn_gateway(&api.ctx, &api.region, id).await?;
        }
        let actual = api.client.wait_vpn_gateway_active(&api.ctx, &api.region, id).await?;
        let lacking = ModifyVpnGatewayAttribute {
            vpn_gateway_id: id.to_owned(),
            name: None,
            description: changed(&text(&actual.description), &gateway.description),
            auto_propagate: changed(&actual.auto_propagate.into(), &gateway.auto_propagate),
            client_token: ClientToken::new(),
        };
        let Some(lacking) = says_anything(lacking) else { return Ok(actual) };
        api.client.modify_vpn_gateway(&api.ctx, &api.region, &lacking).await?;
        api.client.wait_vpn_gateway_active(&api.ctx, &api.region, id).await
    }

    async fn find(api: &Api<'_>, id: &str, _state: &Self) -> cloud::Result<Option<VpnGateway>> {
        api.client.vpn_gateway(&api.ctx, &api.region, id).await
    }

    async fn modify(api: &Api<'_>, change: &Self::Change) -> cloud::Result<()> {
        change.send(api).await
    }

    async fn remove(api: &Api<'_>, id: &str, _state: &Self, _turn: Turn) -> cloud::Result<()> {
        let request = DeleteVpnGateway { vpn_gateway_id: id.to_owned(), client_token: ClientToken::new() };
        api.client.delete_vpn_gateway(&api.ctx, &api.region, &request).await
    }
}

fn says_anything(request: ModifyVpnGatewayAttribute) -> Option<ModifyVpnGatewayAttribute> {
    (request.name.is_some() || request.description.is_some() || request.auto_propagate.is_some()).then_some(request)
}

/// `5M`, or `5`.
fn bandwidth(spec: &Option<String>) -> Value<i64> {
    spec.as_deref().and_then(|spec| spec.trim_end_matches('M').parse().ok()).into()
}

/// Capitals do not matter.
fn network_type(actual: &Option<String>) -> Value<String> {
    text(&actual.as_deref().map(str::to_ascii_lowercase))
}

fn enabled(switch: &Option<String>) -> Value<bool> {
    match switch.as_deref() {
        Some("enable") => true.into(),
        Some("disable") => false.into(),
        _ => Value::Null,
    }
}

/// `Prepay`, `PostpayByFlow` and `POSTPAY` have been seen.
fn charge_type(actual: &Option<String>) -> Value<String> {
    let actual = actual.as_deref().unwrap_or_default().to_ascii_uppercase();
    match ["PREPAY", "POSTPAY"].into_iter().find(|known| actual.starts_with(known)) {
        Some(known) => known.into(),
        None => Value::Null,
    }
}

#[cfg(test)]
mod tests;
