//! The data sources `cloudvpn_tencent_connections` and `cloudvpn_tencent_connection`: tunnels that are there, with no key.

use crate::cloud;
use crate::cloud::tencent::{Filter, VpnConnection};
use crate::framework::model::{Map, Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::validators::Rule;
use crate::framework::view::{Shown, Sought, Views};
use crate::provider::found::{Found, Single, all_same};
use crate::provider::region;
use crate::provider::tags;

use super::super::{Api, filters};
use super::Connection;

/// Tunnels on Tencent Cloud (VPC API 2017-03-12): all of a region, or those that pass every filter.
///
/// Where nothing passes, the list is empty. Pre-shared keys are not shown. The resource `local_file` writes such a list to a file.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = tags::sought_have_values)]
pub(crate) struct Connections {
    /// Region of the tunnels; by default the provider's.
    #[attr(optional, computed, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// Only tunnels with one of these ids; those that do not exist are left out, and an empty set gives an empty list. API member
    /// `VpnConnectionIds`.
    #[attr(optional)]
    ids: Value<Set<String>>,
    /// Only tunnels with exactly this name. API filter `vpn-connection-name`.
    #[attr(optional, chars(1..=60))]
    name: Value<String>,
    /// Only tunnels of this VPN gateway. API filter `vpn-gateway-id`.
    #[attr(optional, prefix("vpngw-"))]
    gateway_id: Value<String>,
    /// Only tunnels to this customer gateway. API filter `customer-gateway-id`.
    #[attr(optional, prefix("cgw-"))]
    customer_gateway_id: Value<String>,
    /// Only tunnels of this VPC. API filter `vpc-id`.
    #[attr(optional, prefix("vpc-"))]
    vpc_id: Value<String>,
    /// Only tunnels with all of these tags. The API has no such filter: with this one alone, the whole region is listed.
    #[attr(optional)]
    tags: Value<Map<String>>,
    /// The tunnels, ordered by id.
    #[attr(computed)]
    connections: Value<Views<Connection>>,
}

impl Shown for Connection {
    // `tags_all` are the tags; which of them somebody's configuration says is not to be seen from outside.
    const HIDDEN: &'static [&'static str] = &["allow_weak_algorithms", "pre_shared_key_wo_version", "tags", "timeouts"];
}

impl Sought for Connection {
    const ABOUT: &'static str = "A tunnel on Tencent Cloud (VPC API 2017-03-12), by its id or its name.\n\n\
        It is an error if there is no such tunnel, or more than one with the name: `gateway_id` says which is meant. The data source \
        `cloudvpn_tencent_connections` takes any number. The pre-shared key is not shown.";
    const BY: &'static [&'static str] = &["id", "region", "name", "gateway_id"];
    const RULES: &'static [Rule] = &[Rule::ExactlyOneOf(&["id", "name"])];
}

impl Found for Connections {
    type Kind = Connection;

    const TYPE: &'static str = "cloudvpn_tencent_connections";
    const KINDS: &'static str = "tunnels";
    const OBJECTS: &'static str = "connections";

    async fn listed(&self, api: &Api<'_>, ids: Option<&[String]>) -> cloud::Result<Vec<VpnConnection>> {
        // Ids and filters exclude each other (`InvalidParameter.Coexist`).
        match ids {
            Some(ids) => api.client.connections_of(&api.ctx, &api.region, ids.iter().map(String::as_str)).await,
            None => api.client.connections(&api.ctx, &api.region, &self.filters()).await,
        }
    }

    fn takes(&self, tunnel: &Connection) -> bool {
        all_same(&[
            (&self.name, &tunnel.name),
            (&self.gateway_id, &tunnel.gateway_id),
            (&self.customer_gateway_id, &tunnel.customer_gateway_id),
            (&self.vpc_id, &tunnel.vpc_id),
        ])
    }

    /// Without policies there is an empty set of them, not none, so that one can go over it.
    fn unconfigured() -> Connection {
        Connection { security_policies: Value::Known(Set::default()), ..Connection::default() }
    }

    fn attribute(code: &str, by: &'static str) -> Option<Path> {
        match code {
            "InvalidParameterValue.Malformed" => Some(Path::from(by)),
            "InvalidVpnGatewayId.Malformed" => Some(Path::from("gateway_id")),
            _ => None,
        }
    }
}

impl Single for Connection {
    type Many = Connections;

    const AMONG: &'static str = "gateway_id";

    fn filters(&self) -> Connections {
        Connections { name: self.name.clone(), gateway_id: self.gateway_id.clone(), ..Connections::default() }
    }
}

impl Connections {
    fn filters(&self) -> Vec<Filter> {
        filters([
            ("vpn-connection-name", &self.name),
            ("vpn-gateway-id", &self.gateway_id),
            ("customer-gateway-id", &self.customer_gateway_id),
            ("vpc-id", &self.vpc_id),
        ])
    }
}
