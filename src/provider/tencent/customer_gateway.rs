//! `cloudvpn_tencent_customer_gateway`: the other end of tunnels, as Tencent Cloud knows it (VPC API 2017-03-12).

use std::net::IpAddr;

use crate::cloud;
use crate::cloud::tencent::{self, CreateCustomerGateway, ModifyCustomerGatewayAttribute};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{Map, Model, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::timeouts::Timeouts;
use crate::framework::validators::Finding;
use crate::provider::region;

use super::super::foresight::StillUsed;
use super::super::managed::Managed;
use super::super::tags::Tags;
use super::checks::free_asn;
use super::values::{changed, said, text, told};
use super::{Api, Connection, Tencent, filters, new_tags, shown_tags};

mod data;

/// The other end of tunnels: a VPN device somewhere else, with its public address.
///
/// It costs nothing, and does nothing by itself: a `cloudvpn_tencent_connection` leads from a VPN gateway to it. Name and AS number
/// change in place, with one `ModifyCustomerGatewayAttribute` call; another address needs another customer gateway.
///
/// One that still has tunnels is not deleted. To change the address of one that tunnels lead to, give it a `lifecycle` block with
/// `create_before_destroy = true`: the new one is made, the tunnels move to it (on VPN gateways of version 4.0 and later), and the old one is
/// deleted. Or give the tunnels one with `replace_triggered_by` and the id of the customer gateway: they are deleted first, and made anew. A
/// plan without either would fail, and warns of it.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct CustomerGateway {
    /// Id of the customer gateway, such as `cgw-f4rtfjzn`. API member `CustomerGatewayId`.
    #[attr(computed, prefix("cgw-"))]
    id: Value<String>,
    /// Region of the customer gateway.
    ///
    /// By default the provider's.
    #[attr(optional, computed, replace, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// Name of the customer gateway. API member `CustomerGatewayName`.
    #[attr(required, chars(1..=60))]
    name: Value<String>,
    /// Public IPv4 or IPv6 address of the VPN device. API member `IpAddress`.
    ///
    /// Another address needs another customer gateway, another spelling of the same one changes nothing.
    #[attr(
        required,
        replace,
        ip,
        custom("the IP address of a host, neither loopback nor link-local nor multicast", peer)
    )]
    ip_address: Value<String>,
    /// AS number of the VPN device, for tunnels with BGP. API member `BgpAsn`.
    ///
    /// Changed later only for accounts that Tencent Cloud permits to. Left out, it stays what it is: the API cannot remove it.
    #[attr(optional, computed, range(1..=4_294_967_295), custom("none of 45090, 58835 and 139341", free_asn))]
    bgp_asn: Value<i64>,
    /// Tags of this customer gateway, beside the provider's `default_tags`. A tag that is null removes a default.
    #[attr(optional)]
    tags: Value<Map<String>>,
    /// All tags of the customer gateway.
    #[attr(computed)]
    tags_all: Value<Map<String>>,
    /// When the customer gateway was created, as the service writes it. API member `CreatedTime`.
    #[attr(computed)]
    created_at: Value<String>,
    /// How long operations may take; 10 minutes each by default.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

impl Managed for CustomerGateway {
    type Side = Tencent;
    type Actual = tencent::CustomerGateway;
    type Change = ModifyCustomerGatewayAttribute;

    const TYPE: &'static str = "cloudvpn_tencent_customer_gateway";
    const KIND: &'static str = "customer gateway";
    const PREFIX: &'static str = "cgw-";
    const OCCUPIES: &'static [&'static str] = &["ip_address"];

    fn observed(actual: &tencent::CustomerGateway, before: &Self) -> Self {
        Self {
            id: told(text(&actual.customer_gateway_id), &before.id),
            name: told(text(&actual.customer_gateway_name), &before.name),
            ip_address: told(text(&actual.ip_address), &before.ip_address),
            // 0 for none.
            bgp_asn: actual.bgp_asn.or_else(|| said(&before.bgp_asn)).filter(|asn| *asn != 0).into(),
            created_at: told(text(&actual.created_time), &before.created_at),
            ..before.clone()
        }
    }

    fn tags(actual: &tencent::CustomerGateway) -> Tags {
        shown_tags(&actual.tag_set)
    }

    fn change(&self, planned: &Self, _config: &Self) -> Option<ModifyCustomerGatewayAttribute> {
        let request = ModifyCustomerGatewayAttribute {
            customer_gateway_id: said(&self.id).unwrap_or_default(),
            // Every call has to say it.
            customer_gateway_name: said(&planned.name).unwrap_or_default(),
            bgp_asn: changed(&self.bgp_asn, &planned.bgp_asn),
        };
        (request.bgp_asn.is_some() || self.name != planned.name).then_some(request)
    }

    async fn make(api: &Api<'_>, planned: &Self, _config: &Self) -> cloud::Result<String> {
        let request = CreateCustomerGateway {
            customer_gateway_name: said(&planned.name).unwrap_or_default(),
            ip_address: said(&planned.ip_address).unwrap_or_default(),
            tags: new_tags(&planned.tags_all),
            bgp_asn: said(&planned.bgp_asn),
        };
        api.client.create_customer_gateway(&api.ctx, &api.region, &request).await
    }

    async fn ready(api: &Api<'_>, id: &str, _object: &Self, _turn: ()) -> cloud::Result<tencent::CustomerGateway> {
        api.client.wait_customer_gateway(&api.ctx, &api.region, id).await
    }

    async fn existing(api: &Api<'_>, planned: &Self) -> cloud::Result<Vec<String>> {
        let filters = filters([("ip-address", &planned.ip_address)]);
        let there = api.client.customer_gateways(&api.ctx, &api.region, &filters).await?;
        Ok(there.into_iter().filter_map(|gateway| gateway.customer_gateway_id).collect())
    }

    async fn find(api: &Api<'_>, id: &str, _state: &Self) -> cloud::Result<Option<tencent::CustomerGateway>> {
        api.client.customer_gateway(&api.ctx, &api.region, id).await
    }

    async fn modify(api: &Api<'_>, change: &ModifyCustomerGatewayAttribute) -> cloud::Result<()> {
        api.client.modify_customer_gateway(&api.ctx, &api.region, change).await
    }

    async fn remove(api: &Api<'_>, id: &str, _state: &Self, _turn: ()) -> cloud::Result<()> {
        api.client.delete_customer_gateway(&api.ctx, &api.region, id).await
    }

    async fn examine(api: &Api<'_>, prior: &Self, _planned: &Self, replaced: &[Path]) -> cloud::Result<Diagnostics> {
        let filters = filters([("customer-gateway-id", &prior.id)]);
        let tunnels = api.client.connections(&api.ctx, &api.region, &filters).await?;
        let still = StillUsed {
            id: prior.id.as_deref().unwrap_or_default(),
            path: &replaced[0],
            moving: tunnels.into_iter().filter_map(|tunnel| tunnel.vpn_connection_id).collect(),
            replaced: Vec::new(),
            alone: None,
            type_name: Connection::TYPE,
            own_type: Self::TYPE,
        };
        Ok(still.warning().map_or_else(Diagnostics::new, Diagnostics::from))
    }

    /// VPC API 2017-03-12, business error codes.
    fn attribute(code: &str) -> Option<Path> {
        Some(Path::from(match code {
            "InvalidParameterValue.TooLong" => "name",
            "InvalidParameterValue.Duplicate" | "UnsupportedOperation.RecordExists" => "ip_address",
            "UnsupportedOperation.VpnUnsupportedBgp" | "UnsupportedOperation.VpnUnsupportedModifyBgpAsn" => "bgp_asn",
            _ => return None,
        }))
    }
}

/// Loopback, link-local, `0.x` and 224 and above are refused (product documentation, "Creating a Customer Gateway").
fn peer(value: &Raw) -> Result<(), Finding> {
    let text = value.as_str().unwrap_or_default();
    // What is no address is said already.
    let Ok(address) = text.parse::<IpAddr>() else { return Ok(()) };
    let impossible = match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_link_local() || matches!(v4.octets()[0], 0 | 224..),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unspecified() || v6.is_multicast() || v6.is_unicast_link_local(),
    };
    if impossible {
        let detail = format!("{text:?} is not the address of a host that Tencent Cloud could reach.");
        return Err(Finding::error("Not the address of a peer", detail));
    }
    Ok(())
}
