//! Tunnels: what it takes to make, read, change and delete one safely.

use crate::cloud::adopt::{self, Candidate, Comparison, Creation, Likeness, Repeats, Wanted, beijing};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::Result;
use crate::cloud::listing::Page;
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::describe::{Asked, Describe, Described};
use crate::cloud::tencent::gateways::{broken, seen_by};
use crate::cloud::tencent::vpc::{
    CreateVpnConnection, DeleteVpnConnection, DescribeVpnConnections, DescribeVpnConnectionsAnswer, Filter,
    ModifyVpnConnectionAttribute, SecurityPolicyDatabase, VpnConnection, pairs, said,
};
use crate::cloud::wait::{self, Poll};

impl Client {
    /// Asks for a tunnel and gives its id; the tunnel itself is not ready yet.
    ///
    /// No VPN action takes a client token, so that a create must not be repeated when its outcome
    /// is unknown:
    ///
    /// - The tunnels that exist between the two gateways are listed before the create, and never
    ///   adopted.
    /// - After a failure of unknown outcome, a tunnel between the two gateways that is proven to be this create's is the one: its id is
    ///   given. When none shows up within five seconds, the create is sent again.
    /// - An answer with an empty id is looked up in the same way, but for as long as the operation
    ///   may take.
    ///
    /// An error with [`is_ambiguous`](crate::cloud::Error::is_ambiguous) means that there may be a tunnel that could not be
    /// found.
    pub async fn create_connection(&self, ctx: &Ctx, region: &str, request: &CreateVpnConnection) -> Result<String> {
        self.made(ctx, &Creating { client: self, region, request }).await
    }

    /// The tunnel `id`, or none when the service clearly says that there is no such tunnel. An
    /// answer that says neither is an error: nothing must be dropped from anyone's records on a
    /// guess.
    ///
    /// Reads that come together share their calls; what is seen may be a few seconds old, though
    /// never older than this client's last write in the region.
    pub async fn connection(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnConnection>> {
        self.inner.tunnels.read(&Described::by(self), ctx, region, id).await
    }

    /// All tunnels of a region that match `filters`, on all pages.
    pub async fn connections(&self, ctx: &Ctx, region: &str, filters: &[Filter]) -> Result<Vec<VpnConnection>> {
        self.all::<DescribeVpnConnections>(ctx, region, filters).await
    }

    /// The tunnels with these ids as they are now, as far as they exist: a call for each hundred, and one for each id that is not
    /// returned, so as to know that it is not there.
    pub async fn connections_of(
        &self,
        ctx: &Ctx,
        region: &str,
        ids: impl IntoIterator<Item = &str>,
    ) -> Result<Vec<VpnConnection>> {
        self.inner.tunnels.these(&Described::by(self), ctx, region, ids).await
    }

    /// The ids of the tunnels that match a filter and are not on their way out: what keeps a gateway from being deleted.
    pub(super) async fn staying_connections(&self, ctx: &Ctx, region: &str, filter: Filter) -> Result<Vec<String>> {
        let tunnels = match self.connections(ctx, region, &[filter]).await {
            // An unknown id gives an empty list or this; the API reference lists both.
            Err(error) if error.is_not_found() => Vec::new(),
            tunnels => tunnels?,
        };
        let stays = |tunnel: &VpnConnection| state(tunnel) != "DELETING";
        Ok(tunnels.into_iter().filter(stays).filter_map(|tunnel| tunnel.vpn_connection_id).collect())
    }

    /// Changes a tunnel. Wait with [`Client::wait_available`] afterwards.
    ///
    /// One that is busy is waited for. One that has failed refuses changes with the same codes: it is an error, as in
    /// [`Client::wait_available`].
    pub async fn modify_connection(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &ModifyVpnConnectionAttribute,
    ) -> Result<()> {
        match self.call_unless(ctx, region, request, INVALID_STATE).await {
            Err(error) if error.is_any_of(INVALID_STATE) => {
                self.wait_available(ctx, region, &request.vpn_connection_id).await?;
                self.call(ctx, region, request).await.map(drop)
            }
            changed => changed.map(drop),
        }
    }

    /// Asks for a tunnel to be deleted; one that is gone already is fine. Wait with
    /// [`Client::wait_deleted`] afterwards.
    pub async fn delete_connection(&self, ctx: &Ctx, region: &str, request: &DeleteVpnConnection) -> Result<()> {
        match self.call(ctx, region, request).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    /// Waits until the tunnel `id` is `AVAILABLE` and gives what it then is.
    ///
    /// A tunnel that is not listed yet may take half a minute to show up; one that vanishes is
    /// an error of class [`NotFound`](crate::cloud::Class::NotFound), one that has failed of class [`Fatal`](crate::cloud::Class::Fatal).
    pub async fn wait_available(&self, ctx: &Ctx, region: &str, id: &str) -> Result<VpnConnection> {
        let available = wait::until_it_is(ctx, id, "AVAILABLE", || async {
            let Some(tunnel) = self.current(ctx, region, id).await? else { return Ok(None) };
            match state(&tunnel) {
                state if state == "AVAILABLE" => Ok(Some(Poll::Ready(tunnel))),
                failed if failed.ends_with("_ERROR") => Err(broken("tunnel", id, &failed)),
                pending => Ok(Some(Poll::Pending(pending))),
            }
        });
        available.await.map_err(|error| seen_by(error, DescribeVpnConnections::NAME, region))
    }

    /// Waits until the service clearly says that the tunnel `id` does not exist. One whose deletion has failed is an error of class
    /// [`Fatal`](crate::cloud::Class::Fatal).
    pub async fn wait_deleted(&self, ctx: &Ctx, region: &str, id: &str) -> Result<()> {
        self.inner.sightings.going(region, id);
        let deleted = wait::until_gone(ctx, id, || async {
            let Some(tunnel) = self.current(ctx, region, id).await? else { return Ok(None) };
            match state(&tunnel) {
                // Another failure is what the tunnel may have been deleted for.
                failed if failed == "DELETING_ERROR" => Err(broken("tunnel", id, &failed)),
                state => Ok(Some(state)),
            }
        });
        deleted.await.map_err(|error| seen_by(error, DescribeVpnConnections::NAME, region))
    }

    async fn current(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnConnection>> {
        self.inner.tunnels.now(&Described::by(self), ctx, region, id).await
    }
}

/// A create, as the adoption sees it.
struct Creating<'a> {
    client: &'a Client,
    region: &'a str,
    request: &'a CreateVpnConnection,
}

impl Creation for Creating<'_> {
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            action: CreateVpnConnection::NAME,
            region: self.region,
            name: Some(&self.request.vpn_connection_name),
            kind: "tunnel",
            place: format!("between {} and {}", self.request.vpn_gateway_id, self.request.customer_gateway_id),
            print: adopt::print(self.request),
            repeats: Repeats::Refused,
            prefix: Some("vpnx-"),
        }
    }

    async fn send(&self, ctx: &Ctx) -> Result<Option<String>> {
        let answer = self.client.call(ctx, self.region, self.request).await?;
        Ok(answer.vpn_connection.and_then(|tunnel| tunnel.vpn_connection_id))
    }

    async fn listed(&self, ctx: &Ctx) -> Result<Vec<Candidate>> {
        let CreateVpnConnection { vpn_gateway_id, customer_gateway_id, .. } = self.request;
        let listed = self.client.between(ctx, self.region, vpn_gateway_id, customer_gateway_id).await?;
        let candidates = listed.into_iter().filter_map(|tunnel| {
            let likeness = likeness(self.request, &tunnel);
            let created = tunnel.created_time.as_deref().and_then(beijing);
            Some(Candidate { id: tunnel.vpn_connection_id?, name: tunnel.vpn_connection_name, likeness, created })
        });
        Ok(candidates.collect())
    }
}

/// Whether `tunnel` is what was asked for. While it is `PENDING`, flags may be -1, lists empty and the route type `STATIC` (VPC API
/// 2017-03-12, the sample of CreateVpnConnection).
fn likeness(request: &CreateVpnConnection, tunnel: &VpnConnection) -> Likeness {
    let state = state(tunnel);
    let settling = state == "PENDING";
    let route_type = tunnel.route_type.as_deref();
    let policies = |policies: &[SecurityPolicyDatabase]| {
        let sorted = policies.iter().cloned().map(|mut policy| {
            policy.remote_cidr_block.sort_unstable();
            policy
        });
        sorted.collect::<Vec<_>>()
    };
    // A tunnel that is routed shows a policy from everywhere to everywhere, which nobody asked for.
    let shown = match &tunnel.security_policy_database_set[..] {
        [one] if request.security_policy_databases.is_none() && leads_everywhere(one) => &[],
        shown => shown,
    };
    let wanted = request.security_policy_databases.as_deref().unwrap_or_default();
    let mut comparison = Comparison::new(settling);
    comparison
        .is("it is being deleted", state != "DELETING", false)
        .is("name", tunnel.vpn_connection_name.as_ref() == Some(&request.vpn_connection_name), false)
        .key(request.pre_share_key.as_ref(), tunnel.pre_share_key.as_ref())
        .tags(pairs(request.tags.as_deref()), Some(pairs(Some(&tunnel.tag_set))))
        .word("VPC", said(&request.vpc_id), tunnel.vpc_id.as_deref())
        .all("security policies", Some(policies(wanted)), Some(policies(shown)))
        .options("IKE", request.ike_options_specification.as_ref(), tunnel.ike_options_specification.as_ref())
        .options("IPsec", request.ipsec_options_specification.as_ref(), tunnel.ipsec_options_specification.as_ref())
        .is(
            "route type",
            request.route_type.is_none()
                || route_type.is_none()
                || request
                    .route_type
                    .as_deref()
                    .is_some_and(|sent| sent.eq_ignore_ascii_case(route_type.unwrap_or_default())),
            route_type == Some("STATIC"),
        )
        .word("negotiation type", request.negotiation_type.as_deref(), tunnel.negotiation_type.as_deref())
        .number("dead peer detection", request.dpd_enable, tunnel.dpd_enable, -1)
        .number("dead peer detection", request.dpd_timeout, tunnel.dpd_timeout, 0)
        .word("dead peer detection", request.dpd_action.as_deref(), tunnel.dpd_action.as_deref())
        .value("health check", request.enable_health_check, tunnel.enable_health_check)
        .word("health check", said(&request.health_check_local_ip), tunnel.health_check_local_ip.as_deref())
        .word("health check", said(&request.health_check_remote_ip), tunnel.health_check_remote_ip.as_deref())
        .options("health check", request.health_check_config.as_ref(), tunnel.health_check_config.as_ref())
        .options("BGP", request.bgp_config.as_ref(), tunnel.bgp_config.as_ref());
    comparison.likeness()
}

fn leads_everywhere(policy: &SecurityPolicyDatabase) -> bool {
    const EVERYWHERE: &str = "0.0.0.0/0";
    policy.local_cidr_block == EVERYWHERE && policy.remote_cidr_block == [EVERYWHERE]
}

/// The state in capitals, as the reference spells it. Of tunnels it lists `PENDING`, `AVAILABLE` and `DELETING`; those that end in `_ERROR`
/// are known from gateways.
fn state(tunnel: &VpnConnection) -> String {
    tunnel.state.as_deref().map_or_else(|| "unknown".to_owned(), str::to_ascii_uppercase)
}

impl Describe for DescribeVpnConnections {
    type Item = VpnConnection;

    fn asking(Asked { ids, filters, offset, limit }: Asked) -> Self {
        Self { vpn_connection_ids: ids, filters, offset, limit }
    }

    fn page(answer: DescribeVpnConnectionsAnswer) -> Page<VpnConnection> {
        Page { items: answer.vpn_connection_set, total: answer.total_count }
    }

    fn id(tunnel: &VpnConnection) -> Option<&str> {
        tunnel.vpn_connection_id.as_deref()
    }
}

/// What a change is refused with in a state that does not permit it (VPC API 2017-03-12, ModifyVpnConnectionAttribute).
const INVALID_STATE: &[&str] = &["UnsupportedOperation.VpnConnInvalidState", "UnsupportedOperation.InvalidState"];

#[cfg(test)]
mod tests;
