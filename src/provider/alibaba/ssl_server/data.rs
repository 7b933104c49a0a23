//! The data sources `cloudvpn_alibaba_ssl_servers` and `cloudvpn_alibaba_ssl_server`: SSL servers that are there.

use crate::cloud;
use crate::cloud::alibaba::{DescribeSslVpnServers, SslVpnServer};
use crate::framework::model::{Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::validators::Rule;
use crate::framework::view::{Shown, Sought, Views};
use crate::provider::found::{Found, Single, all_same};
use crate::provider::region;
use crate::provider::values::said;

use super::super::Api;
use super::SslServer;

/// SSL servers on Alibaba Cloud (VPC API 2016-04-28): all of a region, or those that pass every filter.
///
/// Where nothing passes, the list is empty.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct SslServers {
    /// Region of the SSL servers; by default the provider's.
    #[attr(optional, computed, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// Only SSL servers with one of these ids; those that do not exist are left out, and an empty set gives an empty list. API member
    /// `SslVpnServerId`.
    #[attr(optional)]
    ids: Value<Set<String>>,
    /// Only SSL servers with exactly this name. API member `Name`.
    #[attr(optional, chars(1..=100))]
    name: Value<String>,
    /// Only SSL servers of this VPN gateway. API member `VpnGatewayId`.
    #[attr(optional, prefix("vpn-"))]
    gateway_id: Value<String>,
    /// The SSL servers, ordered by id.
    #[attr(computed)]
    ssl_servers: Value<Views<SslServer>>,
}

impl Shown for SslServer {
    const HIDDEN: &'static [&'static str] = &["allow_weak_algorithms", "timeouts"];
}

impl Sought for SslServer {
    const ABOUT: &'static str = "An SSL server on Alibaba Cloud (VPC API 2016-04-28), by its id or its name.\n\n\
        It is an error if there is no such SSL server, or more than one with the name: `gateway_id` says which is meant. The data source \
        `cloudvpn_alibaba_ssl_servers` takes any number.";
    const BY: &'static [&'static str] = &["id", "region", "name", "gateway_id"];
    const RULES: &'static [Rule] = &[Rule::ExactlyOneOf(&["id", "name"])];
}

impl Found for SslServers {
    type Kind = SslServer;

    const TYPE: &'static str = "cloudvpn_alibaba_ssl_servers";
    const KINDS: &'static str = "SSL servers";
    const OBJECTS: &'static str = "ssl_servers";

    async fn listed(&self, api: &Api<'_>, ids: Option<&[String]>) -> cloud::Result<Vec<SslVpnServer>> {
        if let Some(ids) = ids {
            return cloud::read_each(ids, |id| api.client.ssl_server(&api.ctx, &api.region, id)).await;
        }
        let filters = DescribeSslVpnServers {
            vpn_gateway_id: said(&self.gateway_id),
            name: said(&self.name),
            ..DescribeSslVpnServers::default()
        };
        api.client.ssl_servers(&api.ctx, &api.region, &filters).await
    }

    fn takes(&self, server: &SslServer) -> bool {
        all_same(&[(&self.name, &server.name), (&self.gateway_id, &server.gateway_id)])
    }

    fn attribute(code: &str, _by: &'static str) -> Option<Path> {
        (code == "InvalidRegionId.NotFound").then(|| Path::from("region"))
    }
}

impl Single for SslServer {
    type Many = SslServers;

    const AMONG: &'static str = "gateway_id";

    fn filters(&self) -> SslServers {
        SslServers { name: self.name.clone(), gateway_id: self.gateway_id.clone(), ..SslServers::default() }
    }
}
