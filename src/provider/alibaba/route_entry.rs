//! `cloudvpn_alibaba_route_entry`: a destination route of a VPN gateway on Alibaba Cloud (VPC API 2016-04-28), and its data sources.

use ipnet::Ipv4Net;
use jiff::Timestamp;

use crate::cloud;
use crate::cloud::alibaba::{
    ClientToken, CreateVpnRouteEntry, Turn, VpnRouteEntry, VpnRouteEntryChange, VpnRouteEntryKey,
};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{Model, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::resource::Plan;
use crate::framework::timeouts::Timeouts;
use crate::framework::validators::Finding;
use crate::provider::region;

use super::super::managed::{Managed, Write};
use super::super::settings::{Settings, not_an_import_id};
use super::super::values::{changed, said, text, told};
use super::parts::{no_address, time};
use super::{Alibaba, Api};

mod data;

/// A destination route of a VPN gateway on Alibaba Cloud: what goes to a range leads through an IPsec connection.
///
/// Weight and publication change in place. Each write waits for others to the same gateway, of its connections and SSL servers as well, and
/// until the gateway is active again; routes of different gateways do not wait for each other.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct RouteEntry {
    /// Gateway, next hop and destination, joined by slashes: the API has no ids for route entries.
    #[attr(computed, prefix("vpn-"))]
    id: Value<String>,
    /// Region of the route entry.
    ///
    /// By default the provider's.
    #[attr(optional, computed, replace, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// VPN gateway of the route entry. API member `VpnGatewayId`.
    #[attr(required, replace, prefix("vpn-"))]
    gateway_id: Value<String>,
    /// IPsec connection through which it leads. API member `NextHop`.
    #[attr(required, replace, prefix("vco-"))]
    next_hop_id: Value<String>,
    /// Where it leads. API member `RouteDest`.
    #[attr(required, replace, ipv4_cidr)]
    destination_cidr: Value<String>,
    /// 100, or 0 for a standby, where two connections lead to the same range. API member `Weight`.
    #[attr(optional, computed, initial = 100, custom("0 or 100", weight))]
    weight: Value<i64>,
    /// Whether the system route table of the VPC has it. API member `PublishVpc`.
    #[attr(optional, computed, initial = true, removed = true)]
    published: Value<bool>,
    /// Description of the route entry. API member `Description`.
    ///
    /// It is given to a new route entry only, and not read back: after an import it is taken from the configuration, and nothing is sent.
    /// Taking it out of the configuration changes nothing.
    #[attr(optional, replace, unread, chars(1..=100))]
    #[attr(custom("a text that does not begin with http:// or https://", no_address))]
    description: Value<String>,
    /// `published`, or `normal` if the VPC's route table does not have it. API member `State`.
    #[attr(computed)]
    state: Value<String>,
    /// `custom`, or `bgp` for one that the gateway learned. API member `RouteEntryType`.
    #[attr(computed)]
    r#type: Value<String>,
    /// When the route entry was created, as in `2026-01-02T03:04:05Z`. API member `CreateTime`.
    #[attr(computed)]
    created_at: Value<String>,
    /// How long operations may take; 10 minutes each by default.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

impl Managed for RouteEntry {
    type Side = Alibaba;
    type Actual = VpnRouteEntry;
    type Change = VpnRouteEntryChange;

    const TYPE: &'static str = "cloudvpn_alibaba_route_entry";
    const KIND: &'static str = "route entry";
    const PREFIX: &'static str = "vpn-";
    const OCCUPIES: &'static [&'static str] = &["gateway_id", "next_hop_id", "destination_cidr"];
    const CHANGES_IN_STEPS: bool = true;

    fn observed(actual: &VpnRouteEntry, before: &Self) -> Self {
        let key = VpnRouteEntryKey::parse(&actual.id).unwrap_or_default();
        let state = text(&actual.state);
        let published = state.as_deref().map(|state| state == "published");
        Self {
            id: actual.id.as_str().into(),
            gateway_id: key.vpn_gateway_id.into(),
            next_hop_id: told(text(&actual.next_hop), &before.next_hop_id),
            destination_cidr: told(text(&actual.route_dest), &before.destination_cidr),
            weight: told(actual.weight.into(), &before.weight),
            published: told(published.into(), &before.published),
            state,
            r#type: told(text(&actual.route_entry_type), &before.r#type),
            created_at: told(time(actual.create_time), &before.created_at),
            ..before.clone()
        }
    }

    /// VPC API 2016-04-28, error codes of the actions.
    fn attribute(code: &str) -> Option<Path> {
        Some(Path::from(match code {
            "InvalidVpnGatewayInstanceId.NotFound" | "InvalidVpnInstanceId.NotFound" => "gateway_id",
            "InvalidVpnConnectionInstanceId.NotFound" | "InvalidNextHop.NotFound" => "next_hop_id",
            "InvalidRouteEntry.AlreadyExist" => "destination_cidr",
            "InvalidRegionId.NotFound" => "region",
            _ => return None,
        }))
    }

    fn refine(plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        let planned = &mut plan.planned;
        let parts = [&planned.gateway_id, &planned.next_hop_id, &planned.destination_cidr];
        if plan.prior.is_none() && parts.into_iter().all(Value::is_known) {
            planned.id = planned.key().to_string().into();
        }
        let Some(prior) = &plan.prior else { return Ok(()) };
        if prior.published != planned.published {
            // Another state comes of it.
            planned.state = Value::Unknown;
        }
        Ok(())
    }

    fn change(&self, planned: &Self, _config: &Self) -> Option<VpnRouteEntryChange> {
        let weight = changed(&self.weight, &planned.weight);
        let change = VpnRouteEntryChange {
            key: self.key(),
            weight: weight.map(|weight| (said(&self.weight).unwrap_or(WEIGHT), weight)),
            publish_vpc: changed(&self.published, &planned.published),
        };
        (change.weight.is_some() || change.publish_vpc.is_some()).then_some(change)
    }

    async fn turn(api: &Api<'_>, entry: &Self, _write: Write) -> cloud::Result<Turn> {
        let gateway = entry.gateway_id.as_deref().unwrap_or_default();
        api.client.turn(&api.ctx, &api.region, gateway).await
    }

    async fn make(api: &Api<'_>, planned: &Self, _config: &Self) -> cloud::Result<String> {
        let request = CreateVpnRouteEntry {
            key: planned.key(),
            weight: said(&planned.weight).unwrap_or(WEIGHT),
            publish_vpc: said(&planned.published).unwrap_or(true),
            description: said(&planned.description),
            client_token: ClientToken::new(),
        };
        api.client.create_route_entry(&api.ctx, &api.region, &request).await
    }

    async fn ready(api: &Api<'_>, _id: &str, entry: &Self, turn: Turn) -> cloud::Result<VpnRouteEntry> {
        let published = said(&entry.published).unwrap_or(true);
        api.client.wait_route_entry(&api.ctx, &api.region, turn, &entry.key(), published).await
    }

    async fn existing(_api: &Api<'_>, planned: &Self) -> cloud::Result<Vec<String>> {
        Ok(vec![planned.key().to_string()])
    }

    async fn find(api: &Api<'_>, _id: &str, state: &Self) -> cloud::Result<Option<VpnRouteEntry>> {
        api.client.route_entry(&api.ctx, &api.region, &state.key()).await
    }

    async fn modify(api: &Api<'_>, change: &VpnRouteEntryChange) -> cloud::Result<()> {
        api.client.change_route_entry(&api.ctx, &api.region, change).await
    }

    async fn remove(api: &Api<'_>, _id: &str, state: &Self, turn: Turn) -> cloud::Result<()> {
        let weight = said(&state.weight).unwrap_or(WEIGHT);
        let made = state.created_at.as_deref().and_then(|time| time.parse::<Timestamp>().ok());
        let made = made.map(|made| made.as_second());
        api.client.delete_route_entry(&api.ctx, &api.region, turn, &state.key(), weight, made).await
    }

    /// `vpn-.../vco-.../10.0.0.0/16`, of which the destination has a slash of its own.
    fn stub(settings: &Settings, id: &str) -> Result<Self, Diagnostics> {
        let (ids, destination) = destination_of(id).ok_or_else(|| {
            let why = "It names no destination at its end, and the API knows a route entry only by its gateway, next hop and destination.";
            not_an_import_id(id, Some(why), &format!("vpn-xxxxxxxx/vco-xxxxxxxx{END}"))
        })?;
        let (region, [gateway, next_hop]) = settings.import_id_before(ids, END, id, ["vpn-", "vco-"])?;
        let stub = Self {
            region: region.into(),
            gateway_id: gateway.into(),
            next_hop_id: next_hop.into(),
            destination_cidr: destination.to_string().into(),
            ..Self::default()
        };
        Ok(Self { id: stub.key().to_string().into(), ..stub })
    }
}

impl RouteEntry {
    fn key(&self) -> VpnRouteEntryKey {
        VpnRouteEntryKey {
            vpn_gateway_id: said(&self.gateway_id).unwrap_or_default(),
            next_hop: said(&self.next_hop_id).unwrap_or_default(),
            route_dest: said(&self.destination_cidr).unwrap_or_default(),
        }
    }
}

/// What stands before the destination, and that.
fn destination_of(id: &str) -> Option<(&str, Ipv4Net)> {
    let (address, _) = id.rsplit_once('/')?;
    let (ids, _) = address.rsplit_once('/')?;
    Some((ids, id[ids.len() + 1..].parse().ok()?))
}

/// CreateVpnRouteEntry, Weight.
fn weight(weight: &Raw) -> Result<(), Finding> {
    match weight.as_i64() {
        Some(0 | WEIGHT) => Ok(()),
        _ => Err(Finding::error("Unknown value", "It has to be 0 or 100.")),
    }
}

const WEIGHT: i64 = 100;

/// How import ids end.
const END: &str = "/10.0.0.0/16";

#[cfg(test)]
mod tests;
