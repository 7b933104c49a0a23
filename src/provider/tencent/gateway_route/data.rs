//! The data sources `cloudvpn_tencent_gateway_routes` and `cloudvpn_tencent_gateway_route`: routes of a VPN gateway.

use crate::cloud;
use crate::cloud::tencent::VpnGatewayRoute;
use crate::framework::model::{Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::validators::Rule;
use crate::framework::view::{Shown, Sought, Views};
use crate::provider::found::{Found, Single, all_same};
use crate::provider::region;

use super::super::{Api, filters};
use super::GatewayRoute;

/// Routes of a VPN gateway on Tencent Cloud (VPC API 2017-03-12): all of them, or those that pass every filter.
///
/// Where nothing passes, the list is empty, and also where there is no such gateway.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct GatewayRoutes {
    /// Region of the gateway; by default the provider's.
    #[attr(optional, computed, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// VPN gateway whose routes are sought. API member `VpnGatewayId`.
    #[attr(required, prefix("vpngw-"))]
    gateway_id: Value<String>,
    /// Only routes with one of these ids; those that do not exist are left out, and an empty set gives an empty list. The API has no such
    /// filter.
    #[attr(optional)]
    ids: Value<Set<String>>,
    /// Only routes to exactly this range. API filter `DestinationCidr`.
    #[attr(optional, cidr)]
    destination_cidr: Value<String>,
    /// Only routes with a next hop of this kind: `VPNCONN` or `CCN`. API filter `InstanceType`.
    #[attr(optional, one_of("VPNCONN", "CCN"))]
    next_hop_type: Value<String>,
    /// Only routes to this tunnel or Cloud Connect Network. API filter `InstanceId`.
    #[attr(optional, chars(1..))]
    next_hop_id: Value<String>,
    /// The routes, ordered by id.
    #[attr(computed)]
    routes: Value<Views<GatewayRoute>>,
}

impl Shown for GatewayRoute {
    const HIDDEN: &'static [&'static str] = &["timeouts"];
}

impl Sought for GatewayRoute {
    const ABOUT: &'static str = "A route of a VPN gateway on Tencent Cloud (VPC API 2017-03-12), by its id or the range that it leads to.\n\n\
        It is an error if there is no such route, or more than one to the range: `next_hop_id` says which is meant. `gateway_id` is \
        required. The data source `cloudvpn_tencent_gateway_routes` takes any number.";
    const BY: &'static [&'static str] = &["id", "region", "gateway_id", "destination_cidr", "next_hop_id"];
    const RULES: &'static [Rule] =
        &[Rule::AtLeastOneOf(&["gateway_id"]), Rule::ExactlyOneOf(&["id", "destination_cidr"])];
}

impl Found for GatewayRoutes {
    type Kind = GatewayRoute;

    const TYPE: &'static str = "cloudvpn_tencent_gateway_routes";
    const KINDS: &'static str = "routes";
    const OBJECTS: &'static str = "routes";

    async fn listed(&self, api: &Api<'_>, _ids: Option<&[String]>) -> cloud::Result<Vec<VpnGatewayRoute>> {
        let filters = filters([
            ("DestinationCidr", &self.destination_cidr),
            ("InstanceType", &self.next_hop_type),
            ("InstanceId", &self.next_hop_id),
        ]);
        let gateway = self.gateway_id.as_deref().unwrap_or_default();
        api.client.gateway_routes(&api.ctx, &api.region, gateway, &filters).await
    }

    fn takes(&self, route: &GatewayRoute) -> bool {
        all_same(&[
            (&self.destination_cidr, &route.destination_cidr),
            (&self.next_hop_type, &route.next_hop_type),
            (&self.next_hop_id, &route.next_hop_id),
        ])
    }

    fn attribute(code: &str, _by: &'static str) -> Option<Path> {
        (code == "InvalidParameterValue.Malformed").then(|| Path::from("gateway_id"))
    }
}

impl Single for GatewayRoute {
    type Many = GatewayRoutes;

    const NAME: &'static str = "destination_cidr";
    const AMONG: &'static str = "next_hop_id";

    fn filters(&self) -> GatewayRoutes {
        GatewayRoutes {
            gateway_id: self.gateway_id.clone(),
            destination_cidr: self.destination_cidr.clone(),
            next_hop_id: self.next_hop_id.clone(),
            ..GatewayRoutes::default()
        }
    }
}
