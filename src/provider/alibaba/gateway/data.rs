//! The data sources `cloudvpn_alibaba_gateways` and `cloudvpn_alibaba_gateway`: VPN gateways that are there.

use crate::cloud;
use crate::cloud::alibaba::{DescribeVpnGateways, VpnGateway};
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
use super::Gateway;

/// VPN gateways on Alibaba Cloud (VPC API 2016-04-28): all of a region, or those that pass every filter.
///
/// Where nothing passes, the list is empty.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = tags::sought_have_values)]
pub(crate) struct Gateways {
    /// Region of the VPN gateways; by default the provider's.
    #[attr(optional, computed, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// Only VPN gateways with one of these ids; those that do not exist are left out, and an empty set gives an empty list. API member
    /// `VpnGatewayId`.
    #[attr(optional)]
    ids: Value<Set<String>>,
    /// Only VPN gateways with exactly this name. The API has no such filter: with this one alone, the whole region is listed.
    #[attr(optional, chars(2..=100))]
    name: Value<String>,
    /// Only VPN gateways of this VPC. API member `VpcId`.
    #[attr(optional, prefix("vpc-"))]
    vpc_id: Value<String>,
    /// Only VPN gateways in this state. API member `Status`.
    #[attr(optional, one_of("init", "provisioning", "active", "updating", "deleting"))]
    status: Value<String>,
    /// Only VPN gateways that are paid for (`Normal`), or that are not (`FinancialLocked`). API member `BusinessStatus`.
    #[attr(optional, one_of("Normal", "FinancialLocked"))]
    business_status: Value<String>,
    /// Only VPN gateways of this type: `Traditional` or `Enhanced.SiteToSite`. API member `GatewayType`.
    #[attr(optional, chars(1..))]
    gateway_type: Value<String>,
    /// Only VPN gateways with SSL, or only those without. The API has no such filter.
    #[attr(optional)]
    ssl_enabled: Value<bool>,
    /// Only VPN gateways of this resource group. API member `ResourceGroupId`.
    #[attr(optional, prefix("rg-"))]
    resource_group_id: Value<String>,
    /// Only VPN gateways with all of these tags. API member `Tag`.
    #[attr(optional, items(..=20))]
    tags: Value<Map<String>>,
    /// The VPN gateways, ordered by id.
    #[attr(computed)]
    gateways: Value<Views<Gateway>>,
}

impl Shown for Gateway {
    // `tags_all` are the tags; which of them somebody's configuration says is not to be seen from outside, and what was ordered neither.
    const HIDDEN: &'static [&'static str] = &["auto_pay", "period_months", "tags", "timeouts"];
}

impl Sought for Gateway {
    const ABOUT: &'static str = "A VPN gateway on Alibaba Cloud (VPC API 2016-04-28), by its id or its name.\n\n\
        It is an error if there is no such VPN gateway, or more than one with the name: `vpc_id` says which is meant. The data source \
        `cloudvpn_alibaba_gateways` takes any number.";
    const BY: &'static [&'static str] = &["id", "region", "name", "vpc_id"];
    const RULES: &'static [Rule] = &[Rule::ExactlyOneOf(&["id", "name"])];
}

impl Found for Gateways {
    type Kind = Gateway;

    const TYPE: &'static str = "cloudvpn_alibaba_gateways";
    const KINDS: &'static str = "VPN gateways";
    const OBJECTS: &'static str = "gateways";

    async fn listed(&self, api: &Api<'_>, ids: Option<&[String]>) -> cloud::Result<Vec<VpnGateway>> {
        if let Some(ids) = ids {
            return cloud::read_each(ids, |id| api.client.vpn_gateway(&api.ctx, &api.region, id)).await;
        }
        let filters = DescribeVpnGateways {
            vpc_id: said(&self.vpc_id),
            status: said(&self.status),
            business_status: said(&self.business_status),
            gateway_type: said(&self.gateway_type),
            resource_group_id: said(&self.resource_group_id),
            tag: tag_list(&self.tags),
            ..DescribeVpnGateways::default()
        };
        api.client.vpn_gateways(&api.ctx, &api.region, &filters).await
    }

    fn takes(&self, gateway: &Gateway) -> bool {
        let ssl = self.ssl_enabled.is_null() || self.ssl_enabled == gateway.ssl_enabled;
        ssl && all_same(&[
            (&self.name, &gateway.name),
            (&self.vpc_id, &gateway.vpc_id),
            (&self.status, &gateway.status),
            (&self.business_status, &gateway.business_status),
            (&self.gateway_type, &gateway.gateway_type),
            (&self.resource_group_id, &gateway.resource_group_id),
        ])
    }

    fn attribute(code: &str, _by: &'static str) -> Option<Path> {
        (code == "InvalidRegionId.NotFound").then(|| Path::from("region"))
    }
}

impl Single for Gateway {
    type Many = Gateways;

    const AMONG: &'static str = "vpc_id";

    fn filters(&self) -> Gateways {
        Gateways { name: self.name.clone(), vpc_id: self.vpc_id.clone(), ..Gateways::default() }
    }
}
