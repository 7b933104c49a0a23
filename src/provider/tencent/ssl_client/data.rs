//! The data sources `cloudvpn_tencent_ssl_clients` and `cloudvpn_tencent_ssl_client`: SSL clients that are there.

use crate::cloud;
use crate::cloud::tencent::{Filter, SslVpnClient};
use crate::framework::model::{Map, Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::validators::Rule;
use crate::framework::view::{Shown, Sought, Views};
use crate::provider::found::{Found, Single, all_same};
use crate::provider::region;
use crate::provider::tags;

use super::super::{Api, filters};
use super::SslClient;

/// SSL clients on Tencent Cloud (VPC API 2017-03-12): all of a region, or those that pass every filter.
///
/// Where nothing passes, the list is empty. Tags are read by another service, in one more call for each fifty SSL clients.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = tags::sought_have_values)]
pub(crate) struct SslClients {
    /// Region of the SSL clients; by default the provider's.
    #[attr(optional, computed, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// Only SSL clients with one of these ids; those that do not exist are left out, and an empty set gives an empty list. API member
    /// `SslVpnClientIds`.
    #[attr(optional)]
    ids: Value<Set<String>>,
    /// Only SSL clients with exactly this name. API filter `ssl-vpn-client-name`.
    #[attr(optional, chars(1..=60))]
    name: Value<String>,
    /// Only SSL clients of this SSL server. API filter `ssl-vpn-server-id`.
    #[attr(optional, prefix("vpns-"))]
    ssl_server_id: Value<String>,
    /// Only SSL clients of this VPC. API filter `vpc-id`.
    #[attr(optional, prefix("vpc-"))]
    vpc_id: Value<String>,
    /// Only SSL clients with all of these tags. The API has no such filter: with this one alone, the whole region is listed.
    #[attr(optional)]
    tags: Value<Map<String>>,
    /// The SSL clients, ordered by id.
    #[attr(computed)]
    ssl_clients: Value<Views<SslClient>>,
}

impl Shown for SslClient {
    // `tags_all` are the tags; which of them somebody's configuration says is not to be seen from outside.
    const HIDDEN: &'static [&'static str] = &["tags", "timeouts"];
}

impl Sought for SslClient {
    const ABOUT: &'static str = "An SSL client on Tencent Cloud (VPC API 2017-03-12), by its id or its name.\n\n\
        It is an error if there is no such SSL client, or more than one with the name: `ssl_server_id` says which is meant. The data source \
        `cloudvpn_tencent_ssl_clients` takes any number.";
    const BY: &'static [&'static str] = &["id", "region", "name", "ssl_server_id"];
    const RULES: &'static [Rule] = &[Rule::ExactlyOneOf(&["id", "name"])];
}

impl Found for SslClients {
    type Kind = SslClient;

    const TYPE: &'static str = "cloudvpn_tencent_ssl_clients";
    const KINDS: &'static str = "SSL clients";
    const OBJECTS: &'static str = "ssl_clients";

    async fn listed(&self, api: &Api<'_>, ids: Option<&[String]>) -> cloud::Result<Vec<SslVpnClient>> {
        // Ids and filters exclude each other (`InvalidParameter.Coexist`).
        match ids {
            Some(ids) => api.client.ssl_clients_of(&api.ctx, &api.region, ids.iter().map(String::as_str)).await,
            None => api.client.ssl_clients(&api.ctx, &api.region, &self.filters()).await,
        }
    }

    fn takes(&self, client: &SslClient) -> bool {
        all_same(&[
            (&self.name, &client.name),
            (&self.ssl_server_id, &client.ssl_server_id),
            (&self.vpc_id, &client.vpc_id),
        ])
    }

    fn attribute(code: &str, by: &'static str) -> Option<Path> {
        (code == "InvalidParameterValue.Malformed").then(|| Path::from(by))
    }
}

impl Single for SslClient {
    type Many = SslClients;

    const AMONG: &'static str = "ssl_server_id";

    fn filters(&self) -> SslClients {
        SslClients { name: self.name.clone(), ssl_server_id: self.ssl_server_id.clone(), ..SslClients::default() }
    }
}

impl SslClients {
    fn filters(&self) -> Vec<Filter> {
        filters([
            ("ssl-vpn-client-name", &self.name),
            ("ssl-vpn-server-id", &self.ssl_server_id),
            ("vpc-id", &self.vpc_id),
        ])
    }
}
