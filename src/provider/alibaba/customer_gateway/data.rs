//! The data sources `cloudvpn_alibaba_customer_gateways` and `cloudvpn_alibaba_customer_gateway`: customer gateways that are there, with no
//! key.

use crate::cloud;
use crate::cloud::alibaba::{self, DescribeCustomerGateways};
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
use super::CustomerGateway;

/// Customer gateways on Alibaba Cloud (VPC API 2016-04-28): all of a region, or those that pass every filter.
///
/// Where nothing passes, the list is empty. BGP keys are not shown.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = tags::sought_have_values)]
pub(crate) struct CustomerGateways {
    /// Region of the customer gateways; by default the provider's.
    #[attr(optional, computed, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// Only customer gateways with one of these ids; those that do not exist are left out, and an empty set gives an empty list. API member
    /// `CustomerGatewayId`.
    #[attr(optional)]
    ids: Value<Set<String>>,
    /// Only customer gateways with exactly this name. The API has no such filter: with this one alone, the whole region is listed.
    #[attr(optional, chars(1..=100))]
    name: Value<String>,
    /// Only the customer gateway with this address. The API has no such filter: with this one alone, the whole region is listed.
    #[attr(optional, ipv4)]
    ip_address: Value<String>,
    /// Only customer gateways of this resource group. API member `ResourceGroupId`.
    #[attr(optional, prefix("rg-"))]
    resource_group_id: Value<String>,
    /// Only customer gateways with all of these tags. API member `Tag`.
    #[attr(optional, items(..=20))]
    tags: Value<Map<String>>,
    /// The customer gateways, ordered by id.
    #[attr(computed)]
    customer_gateways: Value<Views<CustomerGateway>>,
}

impl Shown for CustomerGateway {
    // `tags_all` are the tags; which of them somebody's configuration says is not to be seen from outside.
    const HIDDEN: &'static [&'static str] = &["bgp_auth_key_wo_version", "tags", "timeouts"];
}

impl Sought for CustomerGateway {
    const ABOUT: &'static str = "A customer gateway on Alibaba Cloud (VPC API 2016-04-28), by its id or its name.\n\n\
        It is an error if there is no such customer gateway, or more than one with the name: `ip_address` says which is meant. The data \
        source `cloudvpn_alibaba_customer_gateways` takes any number. The BGP key is not shown.";
    const BY: &'static [&'static str] = &["id", "region", "name", "ip_address"];
    const RULES: &'static [Rule] = &[Rule::ExactlyOneOf(&["id", "name"])];
}

impl Found for CustomerGateways {
    type Kind = CustomerGateway;

    const TYPE: &'static str = "cloudvpn_alibaba_customer_gateways";
    const KINDS: &'static str = "customer gateways";
    const OBJECTS: &'static str = "customer_gateways";

    async fn listed(&self, api: &Api<'_>, ids: Option<&[String]>) -> cloud::Result<Vec<alibaba::CustomerGateway>> {
        if let Some(ids) = ids {
            return cloud::read_each(ids, |id| api.client.customer_gateway(&api.ctx, &api.region, id)).await;
        }
        let filters = DescribeCustomerGateways {
            resource_group_id: said(&self.resource_group_id),
            tag: tag_list(&self.tags),
            ..DescribeCustomerGateways::default()
        };
        api.client.customer_gateways(&api.ctx, &api.region, &filters).await
    }

    fn takes(&self, gateway: &CustomerGateway) -> bool {
        all_same(&[
            (&self.name, &gateway.name),
            (&self.ip_address, &gateway.ip_address),
            (&self.resource_group_id, &gateway.resource_group_id),
        ])
    }

    fn attribute(code: &str, _by: &'static str) -> Option<Path> {
        (code == "InvalidRegionId.NotFound").then(|| Path::from("region"))
    }
}

impl Single for CustomerGateway {
    type Many = CustomerGateways;

    const AMONG: &'static str = "ip_address";

    fn filters(&self) -> CustomerGateways {
        CustomerGateways { name: self.name.clone(), ip_address: self.ip_address.clone(), ..CustomerGateways::default() }
    }
}
