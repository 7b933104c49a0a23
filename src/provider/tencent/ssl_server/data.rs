//! The data sources `cloudvpn_tencent_ssl_servers` and `cloudvpn_tencent_ssl_server`: SSL servers that are there.

use crate::cloud;
use crate::cloud::tencent::{Filter, SslVpnServer};
use crate::framework::model::{Map, Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::validators::Rule;
use crate::framework::view::{Shown, Sought, Views};
use crate::provider::found::{Found, Single, all_same};
use crate::provider::region;
use crate::provider::tags;

use super::super::{Api, filters};
use super::SslServer;

/// SSL servers on Tencent Cloud (VPC API 2017-03-12): all of a region, or those that pass every filter.
///
/// Where nothing passes, the list is empty. Tags are read by another service, in one more call for each fifty SSL servers.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = tags::sought_have_values)]
pub(crate) struct SslServers {
    /// Region of the SSL servers; by default the provider's.
    #[attr(optional, computed, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// Only SSL servers with one of these ids; those that do not exist are left out, and an empty set gives an empty list. API member
    /// `SslVpnServerIds`.
    #[attr(optional)]
    ids: Value<Set<String>>,
    /// Only SSL servers with exactly this name. API filter `ssl-vpn-server-name`.
    #[attr(optional, chars(1..=60))]
    name: Value<String>,
    /// Only SSL servers of this VPN gateway. API filter `vpn-gateway-id`.
    #[attr(optional, prefix("vpngw-"))]
    gateway_id: Value<String>,
    /// Only SSL servers of this VPC. API filter `vpc-id`.
    #[attr(optional, prefix("vpc-"))]
    vpc_id: Value<String>,
    /// Only SSL servers with all of these tags. The API has no such filter: with this one alone, the whole region is listed.
    #[attr(optional)]
    tags: Value<Map<String>>,
    /// The SSL servers, ordered by id.
    #[attr(computed)]
    ssl_servers: Value<Views<SslServer>>,
}

impl Shown for SslServer {
    // `tags_all` are the tags; which of them somebody's configuration says is not to be seen from outside.
    const HIDDEN: &'static [&'static str] = &["allow_weak_algorithms", "tags", "timeouts"];
}

impl Sought for SslServer {
    const ABOUT: &'static str = "An SSL server on Tencent Cloud (VPC API 2017-03-12), by its id or its name.\n\n\
        It is an error if there is no such SSL server, or more than one with the name: `gateway_id` says which is meant. The data source \
        `cloudvpn_tencent_ssl_servers` takes any number.";
    const BY: &'static [&'static str] = &["id", "region", "name", "gateway_id"];
    const RULES: &'static [Rule] = &[Rule::ExactlyOneOf(&["id", "name"])];
}

impl Found for SslServers {
    type Kind = SslServer;

    const TYPE: &'static str = "cloudvpn_tencent_ssl_servers";
    const KINDS: &'static str = "SSL servers";
    const OBJECTS: &'static str = "ssl_servers";

    async fn listed(&self, api: &Api<'_>, ids: Option<&[String]>) -> cloud::Result<Vec<SslVpnServer>> {
        // Ids and filters exclude each other (`InvalidParameter.Coexist`).
        match ids {
            Some(ids) => api.client.ssl_servers_of(&api.ctx, &api.region, ids.iter().map(String::as_str)).await,
            None => api.client.ssl_servers(&api.ctx, &api.region, &self.filters()).await,
        }
    }

    fn takes(&self, server: &SslServer) -> bool {
        all_same(&[(&self.name, &server.name), (&self.gateway_id, &server.gateway_id), (&self.vpc_id, &server.vpc_id)])
    }

    fn attribute(code: &str, by: &'static str) -> Option<Path> {
        (code == "InvalidParameterValue.Malformed").then(|| Path::from(by))
    }
}

impl Single for SslServer {
    type Many = SslServers;

    const AMONG: &'static str = "gateway_id";

    fn filters(&self) -> SslServers {
        SslServers { name: self.name.clone(), gateway_id: self.gateway_id.clone(), ..SslServers::default() }
    }
}

impl SslServers {
    fn filters(&self) -> Vec<Filter> {
        filters([("ssl-vpn-server-name", &self.name), ("vpn-gateway-id", &self.gateway_id), ("vpc-id", &self.vpc_id)])
    }
}
