//! The data sources `cloudvpn_tencent_gateways` and `cloudvpn_tencent_gateway`: VPN gateways that are there.

use crate::cloud;
use crate::cloud::tencent::{Filter, VpnGateway};
use crate::framework::model::{Map, Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::validators::Rule;
use crate::framework::view::{Shown, Sought, Views};
use crate::provider::found::{Found, Single, all_same};
use crate::provider::region;
use crate::provider::tags;

use super::super::{Api, filters};
use super::Gateway;

/// VPN gateways on Tencent Cloud (VPC API 2017-03-12): all of a region, or those that pass every filter.
///
/// Where nothing passes, the list is empty. The resource `local_file` writes such a list to a file.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = tags::sought_have_values)]
pub(crate) struct Gateways {
    /// Region of the gateways; by default the provider's.
    #[attr(optional, computed, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// Only gateways with one of these ids; those that do not exist are left out, and an empty set gives an empty list. API member
    /// `VpnGatewayIds`.
    #[attr(optional)]
    ids: Value<Set<String>>,
    /// Only gateways with exactly this name. API filter `vpn-gateway-name`.
    #[attr(optional, chars(1..=60))]
    name: Value<String>,
    /// Only gateways of this VPC. API filter `vpc-id`.
    #[attr(optional, prefix("vpc-"))]
    vpc_id: Value<String>,
    /// Only gateways of this type: `IPSEC`, `SSL`, `CCN` or `SSL_CCN`. API filter `type`.
    #[attr(name = "type", optional, one_of("IPSEC", "SSL", "CCN", "SSL_CCN"))]
    kind: Value<String>,
    /// Only the gateway with this public address. API filter `public-ip-address`.
    #[attr(optional, ip)]
    public_ip_address: Value<String>,
    /// Only gateways in this zone. API filter `zone`.
    #[attr(optional, chars(1..=64))]
    zone: Value<String>,
    /// Only gateways with all of these tags. The API has no such filter: with this one alone, the whole region is listed.
    #[attr(optional)]
    tags: Value<Map<String>>,
    /// The gateways, ordered by id. For how many months a prepaid one was paid is not shown.
    #[attr(computed)]
    gateways: Value<Views<Gateway>>,
}

impl Shown for Gateway {
    // `tags_all` are the tags; which of them somebody's configuration says is not to be seen from outside.
    const HIDDEN: &'static [&'static str] = &["period_months", "tags", "timeouts"];
}

impl Sought for Gateway {
    const ABOUT: &'static str = "A VPN gateway on Tencent Cloud (VPC API 2017-03-12), by its id or its name.\n\n\
        It is an error if there is no such gateway, or more than one with the name: `vpc_id` says which is meant. The data source \
        `cloudvpn_tencent_gateways` takes any number.";
    const BY: &'static [&'static str] = &["id", "region", "name", "vpc_id"];
    const RULES: &'static [Rule] = &[Rule::ExactlyOneOf(&["id", "name"])];
}

impl Found for Gateways {
    type Kind = Gateway;

    const TYPE: &'static str = "cloudvpn_tencent_gateways";
    const KINDS: &'static str = "VPN gateways";
    const OBJECTS: &'static str = "gateways";

    async fn listed(&self, api: &Api<'_>, ids: Option<&[String]>) -> cloud::Result<Vec<VpnGateway>> {
        // Ids and filters exclude each other (`InvalidParameter.Coexist`).
        match ids {
            Some(ids) => api.client.gateways_of(&api.ctx, &api.region, ids.iter().map(String::as_str)).await,
            None => api.client.gateways(&api.ctx, &api.region, &self.filters()).await,
        }
    }

    fn takes(&self, gateway: &Gateway) -> bool {
        all_same(&[
            (&self.name, &gateway.name),
            (&self.vpc_id, &gateway.vpc_id),
            (&self.kind, &gateway.kind),
            (&self.public_ip_address, &gateway.public_ip_address),
            (&self.zone, &gateway.zone),
        ])
    }

    fn attribute(code: &str, by: &'static str) -> Option<Path> {
        match code {
            "InvalidParameterValue.Malformed" | "InvalidVpnGatewayId.Malformed" => Some(Path::from(by)),
            _ => None,
        }
    }
}

impl Single for Gateway {
    type Many = Gateways;

    const AMONG: &'static str = "vpc_id";

    fn filters(&self) -> Gateways {
        Gateways { name: self.name.clone(), vpc_id: self.vpc_id.clone(), ..Gateways::default() }
    }
}

impl Gateways {
    fn filters(&self) -> Vec<Filter> {
        filters([
            ("vpn-gateway-name", &self.name),
            ("vpc-id", &self.vpc_id),
            ("type", &self.kind),
            ("public-ip-address", &self.public_ip_address),
            ("zone", &self.zone),
        ])
    }
}
