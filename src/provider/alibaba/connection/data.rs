//! The data sources `cloudvpn_alibaba_connections` and `cloudvpn_alibaba_connection`: connections that are there, with no key.

use crate::cloud;
use crate::cloud::alibaba::{DescribeVpnConnections, VpnConnection};
use crate::framework::model::{Map, Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::validators::Rule;
use crate::framework::view::{Shown, Sought, Views};
use crate::provider::found::{Found, Single, all_same};
use crate::provider::region;
use crate::provider::tags;
use crate::provider::values::said;

use super::super::Api;
use super::super::parts::tag_list;
use super::Connection;

/// IPsec connections on Alibaba Cloud (VPC API 2016-04-28): all of a region, or those that pass every filter.
///
/// Where nothing passes, the list is empty. Pre-shared keys are not shown. Where there are many, the service leaves out whether BGP is on
/// for a single tunnel, and the zones of two; the data source `cloudvpn_alibaba_connection` shows them for an id.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = tags::sought_have_values)]
pub(crate) struct Connections {
    /// Region of the connections; by default the provider's.
    #[attr(optional, computed, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// Only connections with one of these ids; those that do not exist are left out, and an empty set gives an empty list. API member
    /// `VpnConnectionId`.
    #[attr(optional)]
    ids: Value<Set<String>>,
    /// Only connections with exactly this name. The API has no such filter: with this one alone, the whole region is listed.
    #[attr(optional, chars(1..=100))]
    name: Value<String>,
    /// Only connections of this VPN gateway. API member `VpnGatewayId`.
    #[attr(optional, prefix("vpn-"))]
    gateway_id: Value<String>,
    /// Only connections to this customer gateway, with one tunnel or either of two. API member `CustomerGatewayId`.
    #[attr(optional, prefix("cgw-"))]
    customer_gateway_id: Value<String>,
    /// Only connections with all of these tags. API member `Tag`.
    #[attr(optional)]
    tags: Value<Map<String>>,
    /// The connections, ordered by id.
    #[attr(computed)]
    connections: Value<Views<Connection>>,
}

impl Shown for Connection {
    // `tags_all` are the tags; which of them somebody's configuration says is not to be seen from outside. The service does not tell about
    // routes.
    const HIDDEN: &'static [&'static str] = &[
        "allow_weak_algorithms",
        "auto_configure_routes",
        "generate_pre_shared_key",
        "pre_shared_key_wo_version",
        "tags",
        "timeouts",
    ];
}

impl Sought for Connection {
    const ABOUT: &'static str = "An IPsec connection on Alibaba Cloud (VPC API 2016-04-28), by its id or its name.\n\n\
        It is an error if there is no such connection, or more than one with the name: `gateway_id` says which is meant. The data source \
        `cloudvpn_alibaba_connections` takes any number. Pre-shared keys are not shown.";
    const BY: &'static [&'static str] = &["id", "region", "name", "gateway_id"];
    const RULES: &'static [Rule] = &[Rule::ExactlyOneOf(&["id", "name"])];
}

impl Found for Connections {
    type Kind = Connection;

    const TYPE: &'static str = "cloudvpn_alibaba_connections";
    const KINDS: &'static str = "connections";
    const OBJECTS: &'static str = "connections";

    async fn listed(&self, api: &Api<'_>, ids: Option<&[String]>) -> cloud::Result<Vec<VpnConnection>> {
        if let Some([id]) = ids {
            return Ok(api.client.whole_vpn_connection(&api.ctx, &api.region, id).await?.into_iter().collect());
        }
        if let Some(ids) = ids {
            return cloud::read_each(ids, |id| api.client.vpn_connection(&api.ctx, &api.region, id)).await;
        }
        let filters = DescribeVpnConnections {
            vpn_gateway_id: said(&self.gateway_id),
            customer_gateway_id: said(&self.customer_gateway_id),
            tag: tag_list(&self.tags),
            ..DescribeVpnConnections::default()
        };
        api.client.vpn_connections(&api.ctx, &api.region, &filters).await
    }

    fn takes(&self, connection: &Connection) -> bool {
        let wanted = &self.customer_gateway_id;
        all_same(&[(&self.name, &connection.name), (&self.gateway_id, &connection.gateway_id)])
            && (wanted.is_null() || connection.customer_gateways().any(|gateway| gateway == wanted))
    }

    fn attribute(code: &str, _by: &'static str) -> Option<Path> {
        (code == "InvalidRegionId.NotFound").then(|| Path::from("region"))
    }
}

impl Connection {
    fn customer_gateways(&self) -> impl Iterator<Item = &Value<String>> {
        let tunnels = self.tunnels.known().into_iter().flat_map(|tunnels| [&tunnels.master, &tunnels.slave]);
        let theirs = tunnels.filter_map(Value::known).map(|tunnel| &tunnel.customer_gateway_id);
        std::iter::once(&self.customer_gateway_id).chain(theirs)
    }
}

impl Single for Connection {
    type Many = Connections;

    const AMONG: &'static str = "gateway_id";

    fn filters(&self) -> Connections {
        Connections { name: self.name.clone(), gateway_id: self.gateway_id.clone(), ..Connections::default() }
    }
}
