//! The data sources `cloudvpn_tencent_connections` and `cloudvpn_tencent_connection`: tunnels that are there, with no key.

use std::collections::BTreeMap;

use crate::cloud::tencent::Filter;
use crate::framework::context::Context;
use crate::framework::data_source::DataSource;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{List, Map, Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::resource::Resource;
use crate::framework::validators::Rule;
use crate::framework::view::{One, Shown, Sought, View};
use crate::provider::lookup::Lookup;

use super::super::super::{errors, tags};
use super::super::managed;
use super::super::region_of;
use super::super::values::said;
use super::{Connection, Data};

/// Tunnels on Tencent Cloud (VPC API 2017-03-12): all of a region, or those that pass every filter.
///
/// Where nothing passes, the list is empty. Pre-shared keys are not shown. The resource `local_file` writes such a list to a file.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = tags::sought_have_values)]
pub(crate) struct Connections {
    /// Region of the tunnels; by default the provider's.
    #[attr(optional, computed, chars(1..=64))]
    region: Value<String>,
    /// Only tunnels with one of these ids; those that do not exist are left out, and an empty set gives an empty list. API member
    /// `VpnConnectionIds`.
    #[attr(optional, each(prefix("vpnx-")))]
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
    connections: Value<List<View<Connection>>>,
}

impl Shown for Connection {
    // `tags_all` are the tags; which of them somebody's configuration says is not to be seen from outside.
    const HIDDEN: &'static [&'static str] = &["pre_shared_key_wo_version", "tags", "timeouts"];
}

impl Sought for Connection {
    const ABOUT: &'static str = "A tunnel on Tencent Cloud (VPC API 2017-03-12), by its id or its name.\n\n\
        It is an error if there is no such tunnel, or more than one with the name: `gateway_id` says which is meant. The data source \
        `cloudvpn_tencent_connections` takes any number. The pre-shared key is not shown.";
    const BY: &'static [&'static str] = &["id", "region", "name", "gateway_id"];
    const RULES: &'static [Rule] = &[Rule::ExactlyOneOf(&["id", "name"])];
}

impl DataSource for Connections {
    type Data = Data;

    const TYPE: &'static str = "cloudvpn_tencent_connections";

    async fn read(cx: &Context<Data>, config: Self) -> Result<Self, Diagnostics> {
        let region = region_of(cx, &config.region)?;
        let found = config.found(cx, &region, "ids").await?;
        let connections = found.into_iter().map(|tunnel| Value::Known(View(tunnel))).collect();
        Ok(Self { region: region.into(), connections: Value::Known(connections), ..config })
    }
}

impl DataSource for One<Connection> {
    type Data = Data;

    const TYPE: &'static str = <Connection as Resource>::TYPE;

    async fn read(cx: &Context<Data>, Self(sought): Self) -> Result<Self, Diagnostics> {
        let region = region_of(cx, &sought.region)?;
        let lookup = Lookup {
            kind: "tunnel",
            region: &region,
            id: sought.id.as_deref(),
            name: sought.name.as_deref(),
            among: ("gateway_id", sought.gateway_id.as_deref()),
            plural: Connections::TYPE,
        };
        let filters = Connections {
            ids: sought.id.known().map(|id| [id.clone()].into_iter().collect()).into(),
            name: sought.name.clone(),
            gateway_id: sought.gateway_id.clone(),
            ..Connections::default()
        };
        let found = filters.found(cx, &region, lookup.by()).await?;
        Ok(Self(lookup.the_one(found, |tunnel| [tunnel.id.as_deref(), tunnel.gateway_id.as_deref()])?))
    }
}

impl Connections {
    /// The tunnels that pass all filters, each once, ordered by id. `by` is the attribute that has the ids.
    async fn found(&self, cx: &Context<Data>, region: &str, by: &'static str) -> Result<Vec<Connection>, Diagnostics> {
        let tencent = &cx.provider().tencent;
        let (client, ctx) = (tencent.client()?, super::super::ctx(cx));
        // Ids and filters exclude each other (`InvalidParameter.Coexist`).
        let listed = match self.ids.known() {
            Some(ids) => client.connections_of(&ctx, region, ids.known().map(String::as_str)).await,
            None => client.connections(&ctx, region, &self.filters()).await,
        };
        let listed = match listed {
            // One of the ways to say that the gateway of a filter does not exist.
            Err(error) if error.is_not_found() => Vec::new(),
            listed => listed.map_err(|error| failed(&error, by))?,
        };
        // A tunnel that is made or deleted between two pages moves others: they may be on both.
        let mut found = BTreeMap::new();
        for actual in &listed {
            let tunnel = managed::observed::<Connection>(tencent, region, actual, &unconfigured());
            if let Some(id) = said(&tunnel.id).filter(|_| self.takes(&tunnel)) {
                found.insert(id, tunnel);
            }
        }
        Ok(found.into_values().collect())
    }

    fn filters(&self) -> Vec<Filter> {
        let filters = [
            ("vpn-connection-name", &self.name),
            ("vpn-gateway-id", &self.gateway_id),
            ("customer-gateway-id", &self.customer_gateway_id),
            ("vpc-id", &self.vpc_id),
        ];
        filters.into_iter().filter_map(|(name, value)| Some(Filter::new(name, value.as_deref()?))).collect()
    }

    /// All filters but the ids. Those that the service applied are applied again: with ids it applied none, and it does not say whether it
    /// looks for whole names.
    fn takes(&self, tunnel: &Connection) -> bool {
        let filters = [
            (&self.name, &tunnel.name),
            (&self.gateway_id, &tunnel.gateway_id),
            (&self.customer_gateway_id, &tunnel.customer_gateway_id),
            (&self.vpc_id, &tunnel.vpc_id),
        ];
        filters.into_iter().all(|(wanted, actual)| wanted.is_null() || wanted == actual)
            && tags::pass(&self.tags, &tunnel.tags_all)
    }
}

/// What nobody configured, seen for the first time. Without policies there is an empty set of them, not none, so that one can go over it.
fn unconfigured() -> Connection {
    Connection { security_policies: Value::Known(Set::default()), ..Connection::default() }
}

fn failed(error: &crate::cloud::Error, by: &'static str) -> Diagnostic {
    errors::diagnostic("Reading tunnels failed", error, |code| match code {
        "InvalidParameterValue.Malformed" => Some(Path::from(by)),
        "InvalidVpnGatewayId.Malformed" => Some(Path::from("gateway_id")),
        _ => None,
    })
}
