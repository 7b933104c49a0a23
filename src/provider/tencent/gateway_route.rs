//! `cloudvpn_tencent_gateway_route`: a route of a VPN gateway on Tencent Cloud (VPC API 2017-03-12).

use crate::cloud;
use crate::cloud::tencent::{VpnGatewayRoute, VpnGatewayRouteModify};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{Model, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::timeouts::Timeouts;
use crate::framework::validators::Finding;
use crate::provider::region;

use super::super::managed::Managed;
use super::super::settings::Settings;
use super::values::{changed, said, text, told};
use super::{Api, Tencent};

mod data;

/// A route of a VPN gateway: where traffic to a range goes, into which tunnel.
///
/// Whether it is enabled, and its description, change in place; everything else needs another route. Routes of one gateway that are made,
/// changed or deleted together share calls, and the whole table is read at once. A route is gone with its tunnel or its gateway.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = next_hop_by_type)]
pub(crate) struct GatewayRoute {
    /// Id of the route, such as `vpnr-m4qxhqvt`. API member `RouteId`.
    #[attr(computed, prefix("vpnr-"))]
    id: Value<String>,
    /// Region of the gateway.
    ///
    /// By default the provider's.
    #[attr(optional, computed, replace, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// VPN gateway that has the route. API member `VpnGatewayId`.
    #[attr(required, replace, prefix("vpngw-"))]
    gateway_id: Value<String>,
    /// Range that the route leads to. API member `DestinationCidrBlock`.
    ///
    /// Another range needs another route, another spelling of the same one changes nothing.
    #[attr(required, replace, cidr)]
    destination_cidr: Value<String>,
    /// Kind of the next hop: `VPNCONN` (a tunnel) or `CCN` (a Cloud Connect Network). API member `InstanceType`.
    #[attr(optional, computed, replace, initial = "VPNCONN", one_of("VPNCONN", "CCN"))]
    next_hop_type: Value<String>,
    /// Tunnel or Cloud Connect Network that the traffic goes to. API member `InstanceId`.
    #[attr(required, replace, chars(1..))]
    next_hop_id: Value<String>,
    /// 0 or, for a route that is used when there is no other, 100. API member `Priority`.
    #[attr(optional, computed, replace, initial = 0, custom("0 or 100", priority))]
    priority: Value<i64>,
    /// Whether the route is used. API member `Status`.
    ///
    /// Left out, a new one is, and an existing one stays as it is.
    #[attr(optional, computed, initial = true, removed = true)]
    enabled: Value<bool>,
    /// What the route is for. API member `Description`.
    ///
    /// Removing it is sent.
    #[attr(optional, chars(1..))]
    description: Value<String>,
    /// Where the route comes from: `VPC`, `CCN`, `Static` or `BGP`. API member `Type`.
    #[attr(name = "type", computed)]
    kind: Value<String>,
    /// When the route was created, as the service writes it; null right after that. API member `CreateTime`.
    #[attr(computed)]
    created_at: Value<String>,
    /// When the route was changed, as the service writes it. API member `UpdateTime`.
    #[attr(computed, volatile)]
    updated_at: Value<String>,
    /// How long operations may take; 10 minutes each by default.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

impl Managed for GatewayRoute {
    type Side = Tencent;
    type Actual = VpnGatewayRoute;
    /// The gateway, and what changes of its route.
    type Change = (String, VpnGatewayRouteModify);

    const TYPE: &'static str = "cloudvpn_tencent_gateway_route";
    const KIND: &'static str = "route";
    const PREFIX: &'static str = "vpnr-";
    const OCCUPIES: &'static [&'static str] = &["gateway_id", "next_hop_id", "destination_cidr"];
    const IDENTITY: &'static [(&'static str, bool)] = &[("region", false), ("gateway_id", true), ("id", true)];

    fn observed(actual: &VpnGatewayRoute, before: &Self) -> Self {
        let enabled = actual.status.as_deref().map(|status| status.eq_ignore_ascii_case(ENABLED));
        Self {
            id: told(text(&actual.route_id), &before.id),
            gateway_id: told(text(&actual.vpn_gateway_id), &before.gateway_id),
            destination_cidr: told(text(&actual.destination_cidr_block), &before.destination_cidr),
            next_hop_type: told(text(&actual.instance_type), &before.next_hop_type),
            next_hop_id: told(text(&actual.instance_id), &before.next_hop_id),
            priority: told(actual.priority.into(), &before.priority),
            enabled: told(enabled.into(), &before.enabled),
            // An empty description is none; no word about it is none either way.
            description: match &actual.description {
                Some(_) => text(&actual.description),
                None => said(&before.description).into(),
            },
            kind: told(text(&actual.kind), &before.kind),
            created_at: told(time(&actual.create_time), &before.created_at),
            updated_at: told(time(&actual.update_time), &before.updated_at),
            ..before.clone()
        }
    }

    fn change(&self, planned: &Self, _config: &Self) -> Option<(String, VpnGatewayRouteModify)> {
        let description = (self.description != planned.description).then(|| said(&planned.description));
        let change = VpnGatewayRouteModify {
            route_id: said(&self.id).unwrap_or_default(),
            status: changed(&self.enabled, &planned.enabled).map(status),
            description: description.map(Option::unwrap_or_default),
        };
        let something = change.status.is_some() || change.description.is_some();
        something.then(|| (said(&self.gateway_id).unwrap_or_default(), change))
    }

    async fn make(api: &Api<'_>, planned: &Self, _config: &Self) -> cloud::Result<String> {
        let route = VpnGatewayRoute {
            // In the usual spelling, which the table can be searched for.
            destination_cidr_block: said(&planned.destination_cidr),
            instance_type: said(&planned.next_hop_type),
            instance_id: said(&planned.next_hop_id),
            priority: said(&planned.priority),
            status: said(&planned.enabled).map(status),
            description: said(&planned.description),
            ..VpnGatewayRoute::default()
        };
        api.client.create_gateway_route(&api.ctx, &api.region, planned.gateway(), route).await
    }

    async fn ready(api: &Api<'_>, id: &str, object: &Self, _turn: ()) -> cloud::Result<VpnGatewayRoute> {
        api.client.wait_gateway_route(&api.ctx, &api.region, object.gateway(), id).await
    }

    async fn existing(api: &Api<'_>, planned: &Self) -> cloud::Result<Vec<String>> {
        let there = api.client.gateway_routes(&api.ctx, &api.region, planned.gateway(), &[]).await?;
        let to_same = |route: &VpnGatewayRoute| {
            route.destination_cidr_block.as_deref() == planned.destination_cidr.as_deref()
                && route.instance_id.as_deref() == planned.next_hop_id.as_deref()
        };
        Ok(there.into_iter().filter(to_same).filter_map(|route| route.route_id).collect())
    }

    fn import_id(&self, id: &str) -> String {
        format!("{}/{id}", self.gateway())
    }

    async fn find(api: &Api<'_>, id: &str, state: &Self) -> cloud::Result<Option<VpnGatewayRoute>> {
        api.client.gateway_route(&api.ctx, &api.region, state.gateway(), id).await
    }

    async fn modify(api: &Api<'_>, (gateway, change): &Self::Change) -> cloud::Result<()> {
        api.client.modify_gateway_route(&api.ctx, &api.region, gateway, change.clone()).await
    }

    async fn remove(api: &Api<'_>, id: &str, state: &Self, _turn: ()) -> cloud::Result<()> {
        api.client.delete_gateway_route(&api.ctx, &api.region, state.gateway(), id).await
    }

    fn stub(settings: &Settings, id: &str) -> Result<Self, Diagnostics> {
        let (region, [gateway, id]) = settings.import_id(id, ["vpngw-", Self::PREFIX])?;
        Ok(Self { id: id.into(), region: region.into(), gateway_id: gateway.into(), ..Self::default() })
    }

    /// VPC API 2017-03-12, business error codes.
    fn attribute(code: &str) -> Option<Path> {
        Some(Path::from(match code {
            "InvalidParameterValue.VpnGatewayRouteDuplicate"
            | "UnsupportedOperation.VpnUnsupportedRouteEcmpForCvmVpn" => "destination_cidr",
            "LimitExceeded.VpnGatewayRoutesLimitExceeded" => "gateway_id",
            _ => return None,
        }))
    }
}

impl GatewayRoute {
    fn gateway(&self) -> &str {
        self.gateway_id.as_deref().unwrap_or_default()
    }
}

fn status(enabled: bool) -> String {
    if enabled { ENABLED } else { "DISABLE" }.to_owned()
}

/// Zeros stand for no time yet.
fn time(time: &Option<String>) -> Value<String> {
    text(&time.clone().filter(|time| !time.starts_with("0000")))
}

/// The kind of a next hop is to be seen in its id.
fn next_hop_by_type(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let (kind, id) = (object.get("next_hop_type"), object.get("next_hop_id").as_str());
    let kind = if kind.is_null() { Some("VPNCONN") } else { kind.as_str() };
    let (Some(kind), Some(id)) = (kind, id) else { return };
    let prefix = match kind {
        "VPNCONN" => "vpnx-",
        "CCN" => "ccn-",
        _ => return,
    };
    if !id.starts_with(prefix) {
        let detail = format!("{id:?} does not begin with {prefix:?}, as ids of the type {kind} do.");
        diagnostics.error(path.attribute("next_hop_id"), "Not an id of a next hop", detail);
    }
}

fn priority(value: &Raw) -> Result<(), Finding> {
    match value.as_i64() {
        Some(priority) if !matches!(priority, 0 | 100) => {
            Err(Finding::error("Not offered", format!("{priority} is neither 0 nor 100.")))
        }
        _ => Ok(()),
    }
}

const ENABLED: &str = "ENABLE";

#[cfg(test)]
mod tests {
    use super::*;

    fn actual() -> VpnGatewayRoute {
        VpnGatewayRoute {
            route_id: Some("vpnr-1".into()),
            vpn_gateway_id: Some("vpngw-1".into()),
            destination_cidr_block: Some("10.0.0.0/24".into()),
            instance_type: Some("VPNCONN".into()),
            instance_id: Some("vpnx-1".into()),
            priority: Some(0),
            status: Some("ENABLE".into()),
            description: Some("office".into()),
            kind: Some("Static".into()),
            create_time: Some("0000-00-00 00:00:00".into()),
            ..Default::default()
        }
    }

    fn state() -> GatewayRoute {
        GatewayRoute::observed(&actual(), &GatewayRoute::default())
    }

    fn sent(change: impl FnOnce(&mut GatewayRoute)) -> Option<(Option<String>, Option<String>)> {
        let mut planned = state();
        change(&mut planned);
        let (gateway, change) = state().change(&planned, &GatewayRoute::default())?;
        assert_eq!((gateway.as_str(), change.route_id.as_str()), ("vpngw-1", "vpnr-1"));
        Some((change.status, change.description))
    }

    #[test]
    fn only_what_changed_is_sent() {
        assert_eq!(sent(|_| {}), None);
        assert_eq!(sent(|route| route.enabled = false.into()), Some((Some("DISABLE".into()), None)));
        assert_eq!(sent(|route| route.description = "home".into()), Some((None, Some("home".into()))));
        assert_eq!(sent(|route| route.description = Value::Null), Some((None, Some(String::new()))));
    }

    #[test]
    fn what_the_service_does_not_say_stays() {
        let silent = VpnGatewayRoute { description: None, status: None, ..actual() };
        let seen = GatewayRoute::observed(&silent, &state());
        assert_eq!((seen.description.as_deref(), seen.enabled), (Some("office"), true.into()));
        let none = GatewayRoute::observed(&VpnGatewayRoute { description: Some(String::new()), ..actual() }, &state());
        assert!(none.description.is_null() && none.created_at.is_null());
    }
}
