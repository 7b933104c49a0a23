//! `cloudvpn_alibaba_customer_gateway`: the other end of IPsec connections, as Alibaba Cloud knows it (VPC API 2016-04-28), and its data
//! sources.

use crate::cloud;
use crate::cloud::alibaba::{
    self, ClientToken, CreateCustomerGateway, DeleteCustomerGateway, DescribeCustomerGateways, DescribeVpnConnections,
    ModifyCustomerGatewayAttribute, Turn, VpnConnection,
};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{Map, Model, Secret, Value};
use crate::framework::path::Path;
use crate::framework::timeouts::Timeouts;
use crate::provider::region;

use super::super::foresight::StillUsed;
use super::super::key;
use super::super::managed::Managed;
use super::super::tags::Tags;
use super::super::values::{changed, said, text, told};
use super::parts::{Regrouping, mentioned, no_address, short_tags, tag_list, tag_map, time};
use super::{Alibaba, Api, Connection};

mod data;
mod rules;

/// The other end of IPsec connections: a VPN device somewhere else, with its address.
///
/// It costs nothing, and does nothing by itself: a `cloudvpn_alibaba_connection` leads from a VPN gateway to it. Name, description, BGP key,
/// resource group and tags change in place; another address or AS number needs another customer gateway. An address has one customer
/// gateway in each region. One that still has connections is not deleted.
///
/// To change the address of one that the tunnels of connections lead to, give it a `lifecycle` block with `create_before_destroy = true`: the
/// new one is made, the tunnels move to it in place, and the old one is deleted. Or give the connections one with `replace_triggered_by` and
/// the id of the customer gateway: they are deleted first, and made anew. That is the only way to another AS number at the same address,
/// which has one customer gateway. A plan without either would fail, and warns of it. Connections with a single tunnel are replaced anyway.
///
/// Where another AS number replaces it at the same address, `create_before_destroy` cannot work, neither its own nor one that it inherits from what
/// depends on it: the address still has the old customer gateway then.
#[derive(Clone, Debug, Default, Model)]
#[model(at_most_one_of(bgp_auth_key, bgp_auth_key_wo), requires(bgp_auth_key_wo_version, bgp_auth_key_wo))]
pub(crate) struct CustomerGateway {
    /// Id of the customer gateway, such as `cgw-bp1pvpl9r9adju6l5o2x1`. API member `CustomerGatewayId`.
    #[attr(computed, prefix("cgw-"))]
    id: Value<String>,
    /// Region of the customer gateway.
    ///
    /// By default the provider's.
    #[attr(optional, computed, replace, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// IPv4 address of the VPN device, public or private. API member `IpAddress`.
    #[attr(required, replace, ipv4, custom("the address of a host, in no reserved range", rules::peer))]
    ip_address: Value<String>,
    /// Name of the customer gateway, in any language. API member `Name`.
    ///
    /// Left out, the service decides.
    #[attr(optional, computed, chars(1..=100))]
    #[attr(custom("a text that does not begin with http:// or https://", no_address))]
    name: Value<String>,
    /// Description of the customer gateway. API member `Description`.
    ///
    /// Left out, it stays what it is: the API cannot remove it.
    #[attr(optional, computed, chars(1..=100))]
    #[attr(custom("a text that does not begin with http:// or https://", no_address))]
    description: Value<String>,
    /// AS number of the VPN device, for connections with BGP. API member `Asn`.
    ///
    /// Left out, there is none.
    #[attr(optional, computed, replace, range(1..=4_294_967_295), custom("not 45104", rules::free_asn))]
    bgp_asn: Value<i64>,
    /// Key with which BGP peers know each other, kept in the state. Better use `bgp_auth_key_wo`. API member `AuthKey`.
    ///
    /// Left out, the key stays what it is: the API cannot remove it.
    #[attr(optional, sensitive, chars(1..=64), custom("ASCII without space and question mark", rules::bgp_key))]
    bgp_auth_key: Value<Secret>,
    /// The same key in no plan and no state. Needs Terraform 1.11 or later. API member `AuthKey`.
    #[attr(optional, sensitive, write_only, chars(1..=64))]
    #[attr(custom("ASCII without space and question mark", rules::bgp_key))]
    bgp_auth_key_wo: Value<Secret>,
    /// Version of `bgp_auth_key_wo`: the key is sent when this number changes. Without a version,
    /// each plan compares the key with the service's, and another one is a change. A key that differs at each run, as from an
    /// ephemeral resource that makes one up, needs a version.
    #[attr(optional)]
    bgp_auth_key_wo_version: Value<i64>,
    /// Resource group of the customer gateway; the account's default group by default. API member `ResourceGroupId`.
    #[attr(optional, computed, prefix("rg-"))]
    resource_group_id: Value<String>,
    /// Tags of this customer gateway, beside the provider's `default_tags`. A tag that is null removes a default.
    #[attr(optional, custom("at most 20, with keys of 1 to 64 and values of up to 128 characters", short_tags))]
    tags: Value<Map<String>>,
    /// All tags of the customer gateway.
    #[attr(computed)]
    tags_all: Value<Map<String>>,
    /// When the customer gateway was created, as in `2026-01-02T03:04:05Z`. API member `CreateTime`.
    #[attr(computed)]
    created_at: Value<String>,
    /// How long operations may take; 10 minutes each by default.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

impl Managed for CustomerGateway {
    type Side = Alibaba;
    type Actual = alibaba::CustomerGateway;
    type Change = Regrouping<ModifyCustomerGatewayAttribute>;

    const TYPE: &'static str = "cloudvpn_alibaba_customer_gateway";
    const KIND: &'static str = "customer gateway";
    const PREFIX: &'static str = "cgw-";
    const OCCUPIES: &'static [&'static str] = &["ip_address"];
    const CHANGES_IN_STEPS: bool = true;

    fn observed(actual: &alibaba::CustomerGateway, before: &Self) -> Self {
        Self {
            id: told(text(&actual.customer_gateway_id), &before.id),
            ip_address: told(text(&actual.ip_address), &before.ip_address),
            name: mentioned(&actual.name, &before.name),
            description: text(&actual.description),
            bgp_asn: told(actual.asn.filter(|asn| *asn != 0).into(), &before.bgp_asn),
            bgp_auth_key: key::observed(&actual.auth_key, &before.bgp_auth_key),
            resource_group_id: told(text(&actual.resource_group_id), &before.resource_group_id),
            created_at: told(time(actual.create_time), &before.created_at),
            ..before.clone()
        }
    }

    fn tags(actual: &alibaba::CustomerGateway) -> Tags {
        tag_map(actual.tags.iter().flatten())
    }

    /// VPC API 2016-04-28, error codes of the actions.
    fn attribute(code: &str) -> Option<Path> {
        Some(Path::from(match code {
            "InvalidIpAddress.WrongFormat" | "InvalidIpAddress.AlreadyExist" => "ip_address",
            "InvalidName" => "name",
            "InvalidDescription" => "description",
            "InvalidRegionId.NotFound" => "region",
            _ => return None,
        }))
    }

    fn change(&self, planned: &Self, config: &Self) -> Option<Self::Change> {
        let id = said(&self.id)?;
        let attributes = ModifyCustomerGatewayAttribute {
            customer_gateway_id: id.clone(),
            name: changed(&self.name, &planned.name),
            description: changed(&self.description, &planned.description),
            auth_key: key::changed(&self.key(), &planned.key(), &config.bgp_auth_key_wo),
            client_token: ClientToken::new(),
        };
        let says_anything =
            attributes.name.is_some() || attributes.description.is_some() || attributes.auth_key.is_some();
        let attributes = says_anything.then_some(attributes);
        Regrouping::new(id, attributes, changed(&self.resource_group_id, &planned.resource_group_id))
    }

    async fn make(api: &Api<'_>, planned: &Self, config: &Self) -> cloud::Result<String> {
        let request = CreateCustomerGateway {
            ip_address: said(&planned.ip_address).unwrap_or_default(),
            name: said(&planned.name),
            description: said(&planned.description),
            asn: said(&planned.bgp_asn),
            auth_key: key::of_new(&planned.key(), &config.bgp_auth_key_wo),
            resource_group_id: said(&planned.resource_group_id),
            tags: tag_list(&planned.tags_all),
            client_token: ClientToken::new(),
        };
        api.client.create_customer_gateway(&api.ctx, &api.region, &request).await
    }

    async fn ready(api: &Api<'_>, id: &str, _gateway: &Self, _turn: Turn) -> cloud::Result<alibaba::CustomerGateway> {
        api.client.wait_customer_gateway(&api.ctx, &api.region, id).await
    }

    async fn existing(api: &Api<'_>, planned: &Self) -> cloud::Result<Vec<String>> {
        let all = api.client.customer_gateways(&api.ctx, &api.region, &DescribeCustomerGateways::default()).await?;
        let here = |gateway: &alibaba::CustomerGateway| gateway.ip_address.as_deref() == planned.ip_address.as_deref();
        Ok(all.into_iter().filter(here).filter_map(|gateway| gateway.customer_gateway_id).collect())
    }

    async fn examine(api: &Api<'_>, prior: &Self, planned: &Self, replaced: &[Path]) -> cloud::Result<Diagnostics> {
        let id = prior.id.as_deref().unwrap_or_default();
        // Whether the filter of the listing knows the customer gateways of both tunnels is not documented.
        let all = api.client.vpn_connections(&api.ctx, &api.region, &DescribeVpnConnections::default()).await?;
        let (moving, along) = users(id, all);
        let stays = prior.region == planned.region && prior.ip_address == planned.ip_address;
        let still = StillUsed {
            id,
            path: &replaced[0],
            moving,
            replaced: along,
            alone: stays.then_some("An address has one customer gateway in each region"),
            type_name: Connection::TYPE,
            own_type: Self::TYPE,
        };
        Ok(still.warning().map_or_else(Diagnostics::new, Diagnostics::from))
    }

    async fn find(api: &Api<'_>, id: &str, _state: &Self) -> cloud::Result<Option<alibaba::CustomerGateway>> {
        api.client.customer_gateway(&api.ctx, &api.region, id).await
    }

    async fn modify(api: &Api<'_>, change: &Self::Change) -> cloud::Result<()> {
        change.send(api).await
    }

    async fn remove(api: &Api<'_>, id: &str, _state: &Self, _turn: Turn) -> cloud::Result<()> {
        let request = DeleteCustomerGateway { customer_gateway_id: id.to_owned(), client_token: ClientToken::new() };
        api.client.delete_customer_gateway(&api.ctx, &api.region, &request).await
    }
}

/// The connections that lead to this customer gateway: those that take another one in place, and those that do not.
fn users(id: &str, all: Vec<VpnConnection>) -> (Vec<String>, Vec<String>) {
    let leads_here = |connection: &VpnConnection| {
        let own = connection.customer_gateway_id.as_ref();
        let of_tunnels = connection.tunnel_options_specification.iter().flatten();
        own.into_iter().chain(of_tunnels.filter_map(|tunnel| tunnel.customer_gateway_id.as_ref())).any(|end| end == id)
    };
    let (two, one): (Vec<_>, Vec<_>) = all
        .into_iter()
        .filter(leads_here)
        .partition(|connection| connection.tunnel_options_specification.as_ref().is_some_and(|both| !both.is_empty()));
    let ids =
        |connections: Vec<VpnConnection>| connections.into_iter().filter_map(|one| one.vpn_connection_id).collect();
    (ids(two), ids(one))
}

impl CustomerGateway {
    fn key(&self) -> key::Stored<'_> {
        key::Stored { key: &self.bgp_auth_key, version: &self.bgp_auth_key_wo_version }
    }
}

#[cfg(test)]
mod tests;
