//! The data sources `cloudvpn_tencent_customer_gateways` and `cloudvpn_tencent_customer_gateway`: customer gateways that are there.

use crate::cloud;
use crate::cloud::tencent::{self, Filter};
use crate::framework::model::{Map, Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::validators::Rule;
use crate::framework::view::{Shown, Sought, Views};
use crate::provider::found::{Found, Single, all_same};
use crate::provider::region;
use crate::provider::tags;

use super::super::{Api, filters};
use super::CustomerGateway;

/// Customer gateways on Tencent Cloud (VPC API 2017-03-12): all of a region, or those that pass every filter.
///
/// Where nothing passes, the list is empty. The resource `local_file` writes such a list to a file.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = tags::sought_have_values)]
pub(crate) struct CustomerGateways {
    /// Region of the customer gateways; by default the provider's.
    #[attr(optional, computed, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// Only customer gateways with one of these ids; those that do not exist are left out, and an empty set gives an empty list. API
    /// member `CustomerGatewayIds`.
    #[attr(optional)]
    ids: Value<Set<String>>,
    /// Only customer gateways with exactly this name. API filter `customer-gateway-name`.
    #[attr(optional, chars(1..=60))]
    name: Value<String>,
    /// Only the customer gateway with this address, written as the service writes it. API filter `ip-address`.
    #[attr(optional, ip)]
    ip_address: Value<String>,
    /// Only customer gateways with all of these tags. The API has no such filter: with this one alone, the whole region is listed.
    #[attr(optional)]
    tags: Value<Map<String>>,
    /// The customer gateways, ordered by id.
    #[attr(computed)]
    customer_gateways: Value<Views<CustomerGateway>>,
}

impl Shown for CustomerGateway {
    // `tags_all` are the tags; which of them somebody's configuration says is not to be seen from outside.
    const HIDDEN: &'static [&'static str] = &["tags", "timeouts"];
}

impl Sought for CustomerGateway {
    const ABOUT: &'static str = "A customer gateway on Tencent Cloud (VPC API 2017-03-12), by its id or its name.\n\n\
        It is an error if there is no such customer gateway, or more than one with the name: `ip_address` says which is meant. The data \
        source `cloudvpn_tencent_customer_gateways` takes any number.";
    const BY: &'static [&'static str] = &["id", "region", "name", "ip_address"];
    const RULES: &'static [Rule] = &[Rule::ExactlyOneOf(&["id", "name"])];
}

impl Found for CustomerGateways {
    type Kind = CustomerGateway;

    const TYPE: &'static str = "cloudvpn_tencent_customer_gateways";
    const KINDS: &'static str = "customer gateways";
    const OBJECTS: &'static str = "customer_gateways";

    async fn listed(&self, api: &Api<'_>, ids: Option<&[String]>) -> cloud::Result<Vec<tencent::CustomerGateway>> {
        // Ids and filters exclude each other (`InvalidParameter.Coexist`).
        match ids {
            Some(ids) => api.client.customer_gateways_of(&api.ctx, &api.region, ids.iter().map(String::as_str)).await,
            None => api.client.customer_gateways(&api.ctx, &api.region, &self.filters()).await,
        }
    }

    fn takes(&self, gateway: &CustomerGateway) -> bool {
        all_same(&[(&self.name, &gateway.name), (&self.ip_address, &gateway.ip_address)])
    }

    fn attribute(code: &str, by: &'static str) -> Option<Path> {
        (code == "InvalidParameterValue.Malformed").then(|| Path::from(by))
    }
}

impl Single for CustomerGateway {
    type Many = CustomerGateways;

    const AMONG: &'static str = "ip_address";

    fn filters(&self) -> CustomerGateways {
        CustomerGateways { name: self.name.clone(), ip_address: self.ip_address.clone(), ..CustomerGateways::default() }
    }
}

impl CustomerGateways {
    fn filters(&self) -> Vec<Filter> {
        filters([("customer-gateway-name", &self.name), ("ip-address", &self.ip_address)])
    }
}
