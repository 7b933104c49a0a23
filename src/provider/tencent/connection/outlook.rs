//! What a plan for a tunnel is bound to meet, of what one read of its gateway tells.

use crate::cloud;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::Value;

use super::super::{Api, filters};

use super::super::values::{changed, said};
use super::Connection;
use super::routing::BGP;

/// One that moves, or is routed in another way, is deleted before it is refused.
pub(super) async fn examine(api: &Api<'_>, prior: &Connection, planned: &Connection) -> cloud::Result<Diagnostics> {
    let moved = changed(&prior.gateway_id, &planned.gateway_id);
    if let Some(id) = &moved {
        let gateway = api.client.gateway(&api.ctx, &api.region, id).await?;
        let kind = gateway.and_then(|gateway| gateway.kind);
        if let Some(kind @ ("SSL" | "SSL_CCN")) = kind.as_deref() {
            let detail = format!(
                "{id} is of type {kind}, which has no tunnels: this one would be deleted, and then be refused. Nothing was done. Name a \
                 VPN gateway of type IPSEC or CCN."
            );
            return Ok(Diagnostic::error("VPN gateway has no tunnels", detail).at("gateway_id").into());
        }
    }
    let rerouted = changed(&prior.route_type, &planned.route_type).and_then(|_| said(&planned.gateway_id));
    let (Some(gateway), Some(route_type)) = (moved.or(rerouted), said(&planned.route_type)) else {
        return Ok(Diagnostics::new());
    };
    let filters = filters([("vpn-gateway-id", &Value::from(gateway.as_str()))]);
    let tunnels = api.client.connections(&api.ctx, &api.region, &filters).await?;
    let dynamic = route_type == BGP;
    let others = tunnels.into_iter().filter(|other| {
        let is_other = other.vpn_connection_id.as_deref() != prior.id.as_deref();
        is_other && other.route_type.as_deref().is_some_and(|its| (its == BGP) != dynamic)
    });
    let others: Vec<_> = others.filter_map(|other| other.vpn_connection_id).collect();
    Ok(if others.is_empty() { Diagnostics::new() } else { apart(&gateway, &others, dynamic).into() })
}

/// VPC API 2017-03-12, `UnsupportedOperation.VpnConnRouteTypeMixed`. The others may change in the same apply, which nobody can tell here.
fn apart(gateway: &str, others: &[String], dynamic: bool) -> Diagnostic {
    let (do_they, have_to) = if dynamic { ("without", "uses") } else { ("with", "stops using") };
    let detail = format!(
        "{gateway} has tunnels {do_they} BGP: {}. A VPN gateway has tunnels either with BGP or without: unless each of these {have_to} it in \
         this apply as well, this tunnel is deleted, and the new one is refused. A VPN gateway of its own is the way out.",
        others.join(", ")
    );
    Diagnostic::warning("Tunnels with and without BGP", detail).at("route_type")
}
