//! The data sources `cloudvpn_alibaba_route_entries` and `cloudvpn_alibaba_route_entry`: destination routes that are there.

use crate::cloud;
use crate::cloud::alibaba::{DescribeVpnRouteEntries, VpnRouteEntry, VpnRouteEntryKey};
use crate::framework::model::{Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::validators::Rule;
use crate::framework::view::{Shown, Sought, Views};
use crate::provider::found::{Found, Single, all_same};
use crate::provider::region;
use crate::provider::values::said;

use super::super::Api;
use super::RouteEntry;

/// Destination routes of a VPN gateway on Alibaba Cloud (VPC API 2016-04-28): all of them, or those that pass every filter.
///
/// Where nothing passes, or where there is no such gateway, the list is empty.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct RouteEntries {
    /// Region of the VPN gateway; by default the provider's.
    #[attr(optional, computed, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// VPN gateway whose route entries they are. API member `VpnGatewayId`.
    #[attr(required, prefix("vpn-"))]
    gateway_id: Value<String>,
    /// Only route entries with one of these ids; those that do not exist are left out, and an empty set gives an empty list.
    #[attr(optional)]
    ids: Value<Set<String>>,
    /// Those that were made (`custom`, the default), or those that the gateway learned (`bgp`). API member `RouteEntryType`.
    #[attr(optional, one_of("custom", "bgp"))]
    r#type: Value<String>,
    /// Only route entries through this IPsec connection. The API has no such filter.
    #[attr(optional, prefix("vco-"))]
    next_hop_id: Value<String>,
    /// Only route entries to exactly this range. The API has no such filter.
    #[attr(optional, ipv4_cidr)]
    destination_cidr: Value<String>,
    /// Only route entries in this state: `published`, or `normal` for those that the VPC's route table does not have. The API has no such
    /// filter.
    #[attr(optional, one_of("published", "normal"))]
    state: Value<String>,
    /// The route entries, ordered by id.
    #[attr(computed)]
    route_entries: Value<Views<RouteEntry>>,
}

impl Shown for RouteEntry {
    // The description is in no answer.
    const HIDDEN: &'static [&'static str] = &["description", "timeouts"];
}

impl Sought for RouteEntry {
    const ABOUT: &'static str = "A destination route of a VPN gateway on Alibaba Cloud (VPC API 2016-04-28), by its id, or by its \
        gateway and the range that it leads to.\n\n\
        It is an error if there is no such route entry, or more than one to the range: `next_hop_id` says which is meant. The data source \
        `cloudvpn_alibaba_route_entries` takes any number.";
    const BY: &'static [&'static str] = &["id", "region", "gateway_id", "destination_cidr", "next_hop_id"];
    const RULES: &'static [Rule] =
        &[Rule::ExactlyOneOf(&["id", "destination_cidr"]), Rule::Requires("destination_cidr", "gateway_id")];
}

impl Found for RouteEntries {
    type Kind = RouteEntry;

    const TYPE: &'static str = "cloudvpn_alibaba_route_entries";
    const KINDS: &'static str = "route entries";
    const OBJECTS: &'static str = "route_entries";

    async fn listed(&self, api: &Api<'_>, ids: Option<&[String]>) -> cloud::Result<Vec<VpnRouteEntry>> {
        // An id has its gateway in it.
        let of_id = || Some(VpnRouteEntryKey::parse(ids?.first()?)?.vpn_gateway_id);
        let Some(vpn_gateway_id) = said(&self.gateway_id).or_else(of_id) else { return Ok(Vec::new()) };
        let request = DescribeVpnRouteEntries {
            vpn_gateway_id,
            route_entry_type: said(&self.r#type),
            ..DescribeVpnRouteEntries::default()
        };
        api.client.route_entries(&api.ctx, &api.region, &request).await
    }

    fn takes(&self, entry: &RouteEntry) -> bool {
        all_same(&[
            (&self.next_hop_id, &entry.next_hop_id),
            (&self.destination_cidr, &entry.destination_cidr),
            (&self.state, &entry.state),
        ])
    }

    fn attribute(code: &str, _by: &'static str) -> Option<Path> {
        (code == "InvalidRegionId.NotFound").then(|| Path::from("region"))
    }
}

impl Single for RouteEntry {
    type Many = RouteEntries;

    const NAME: &'static str = "destination_cidr";
    const AMONG: &'static str = "next_hop_id";

    fn filters(&self) -> RouteEntries {
        RouteEntries {
            gateway_id: self.gateway_id.clone(),
            next_hop_id: self.next_hop_id.clone(),
            destination_cidr: self.destination_cidr.clone(),
            ..RouteEntries::default()
        }
    }
}
