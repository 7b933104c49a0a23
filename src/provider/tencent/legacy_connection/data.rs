//! The data sources `cloudvpn_tencent_legacy_connections` and `cloudvpn_tencent_legacy_connection`: tunnels over API 2.0, with no key.

use crate::cloud;
use crate::cloud::tencent::legacy::{DescribeVpnConn, VpnConn};
use crate::framework::model::{Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::validators::Rule;
use crate::framework::view::{Shown, Sought, Views};
use crate::provider::found::{Found, Single, all_same};
use crate::provider::region;

use super::super::LegacyApi;
use super::super::values::said;
use super::LegacyConnection;
use crate::provider::managed::Managed;

/// Tunnels on Tencent Cloud, over the retired API 2.0: all of a region, or those that pass every filter.
///
/// Where nothing passes, the list is empty. Pre-shared keys are not shown. On Tencent Cloud's public cloud use
/// `cloudvpn_tencent_connections`.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct LegacyConnections {
    /// Region of the tunnels, as a short code (`gz`) or a long name (`ap-guangzhou`); by default the provider's.
    #[attr(optional, computed, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// Only tunnels with one of these ids; those that do not exist are left out, and an empty set gives an empty list. API member
    /// `vpnConnId`.
    #[attr(optional)]
    ids: Value<Set<String>>,
    /// Only tunnels with exactly this name. The API has no such filter.
    #[attr(optional, chars(1..=60))]
    name: Value<String>,
    /// Only tunnels of this VPC. API member `vpcId`.
    #[attr(optional, prefix("vpc-"))]
    vpc_id: Value<String>,
    /// Only tunnels of this VPN gateway. API member `vpnGwId`.
    #[attr(optional, prefix("vpngw-"))]
    gateway_id: Value<String>,
    /// Only tunnels to this customer gateway. The API has no such filter.
    #[attr(optional, prefix("cgw-"))]
    customer_gateway_id: Value<String>,
    /// The tunnels, ordered by id.
    #[attr(computed)]
    connections: Value<Views<LegacyConnection>>,
}

impl Shown for LegacyConnection {
    const HIDDEN: &'static [&'static str] = &["allow_weak_algorithms", "pre_shared_key_wo_version", "timeouts"];
}

impl Sought for LegacyConnection {
    const ABOUT: &'static str = "A tunnel on Tencent Cloud, over the retired API 2.0, by its id or its name.\n\n\
        It is an error if there is no such tunnel, or more than one with the name: `gateway_id` says which is meant. The data source \
        `cloudvpn_tencent_legacy_connections` takes any number. The pre-shared key is not shown.";
    const BY: &'static [&'static str] = &["id", "region", "name", "gateway_id"];
    const RULES: &'static [Rule] = &[Rule::ExactlyOneOf(&["id", "name"])];
}

impl Found for LegacyConnections {
    type Kind = LegacyConnection;

    const TYPE: &'static str = "cloudvpn_tencent_legacy_connections";
    const KINDS: &'static str = "tunnels";
    const OBJECTS: &'static str = "connections";

    async fn listed(&self, api: &LegacyApi<'_>, ids: Option<&[String]>) -> cloud::Result<Vec<VpnConn>> {
        if let Some(ids) = ids {
            return api.client.connections_of(&api.ctx, &api.region, ids).await;
        }
        let like =
            DescribeVpnConn { vpc_id: said(&self.vpc_id), vpn_gw_id: said(&self.gateway_id), ..Default::default() };
        api.client.connections(&api.ctx, &api.region, &like).await
    }

    fn takes(&self, tunnel: &LegacyConnection) -> bool {
        all_same(&[
            (&self.name, &tunnel.name),
            (&self.vpc_id, &tunnel.vpc_id),
            (&self.gateway_id, &tunnel.gateway_id),
            (&self.customer_gateway_id, &tunnel.customer_gateway_id),
        ])
    }

    fn attribute(code: &str, _by: &'static str) -> Option<Path> {
        <LegacyConnection as Managed>::attribute(code)
    }
}

impl Single for LegacyConnection {
    type Many = LegacyConnections;

    const AMONG: &'static str = "gateway_id";

    fn filters(&self) -> LegacyConnections {
        LegacyConnections {
            name: self.name.clone(),
            gateway_id: self.gateway_id.clone(),
            ..LegacyConnections::default()
        }
    }
}
