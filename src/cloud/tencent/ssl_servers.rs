//! SSL servers: what it takes to make, read, change and delete one safely.

use std::collections::HashSet;

use crate::cloud::adopt::{self, Candidate, Comparison, Creation, Likeness, Repeats, Wanted, beijing};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::listing::Page;
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::describe::{Asked, Describe};
use crate::cloud::tencent::ssl_state::SslState;
use crate::cloud::tencent::tagged::Tagged;
use crate::cloud::tencent::tasks::{Stage, Worked};
use crate::cloud::tencent::vpc::{
    CreateVpnGatewaySslServer, DeleteVpnGatewaySslServer, DescribeVpnGatewaySslServers,
    DescribeVpnGatewaySslServersAnswer, Filter, ModifyVpnGatewaySslServer, SslVpnServer, Tag, pairs,
};
use crate::cloud::wait::{self, Poll};

impl Client {
    /// Asks for an SSL server and gives its id; it is not ready yet.
    pub async fn create_ssl_server(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &CreateVpnGatewaySslServer,
    ) -> Result<String> {
        self.made(ctx, &Creating { client: self, region, request }).await
    }

    /// The SSL server `id`, or none when the service clearly says that there is none. With its tags
    /// only where `tags` asks for them: that costs further calls.
    ///
    /// Reads that come together share their calls; what is seen may be a few seconds old, though
    /// never older than this client's last write in the region.
    pub async fn ssl_server(&self, ctx: &Ctx, region: &str, id: &str, tags: bool) -> Result<Option<SslVpnServer>> {
        self.inner.ssl_servers.read(self, ctx, region, id, tags).await
    }

    /// All SSL servers of a region that match `filters`, on all pages, with their tags.
    pub async fn ssl_servers(&self, ctx: &Ctx, region: &str, filters: &[Filter]) -> Result<Vec<SslVpnServer>> {
        self.all_with_tags::<DescribeVpnGatewaySslServers>(ctx, region, filters).await
    }

    /// The SSL servers with these ids as they are now, as far as they exist, with their tags.
    pub async fn ssl_servers_of(
        &self,
        ctx: &Ctx,
        region: &str,
        ids: impl IntoIterator<Item = &str>,
    ) -> Result<Vec<SslVpnServer>> {
        self.inner.ssl_servers.these(self, ctx, region, ids).await
    }

    /// Changes an SSL server and follows the task to its end. Wait with
    /// [`Client::wait_ssl_server`] afterwards.
    pub async fn modify_ssl_server(&self, ctx: &Ctx, region: &str, request: &ModifyVpnGatewaySslServer) -> Result<()> {
        let (id, secrets) = (&request.ssl_vpn_server_id, request.secrets());
        let answer = self.call(ctx, region, request).await?;
        self.finish::<ModifyVpnGatewaySslServer>(ctx, region, id, answer.task_id, &secrets).await
    }

    /// Waits until the SSL server `id` is made, or as it was before a change, and gives what it then
    /// is, without tags. That the service gave up is an error.
    pub async fn wait_ssl_server(&self, ctx: &Ctx, region: &str, id: &str) -> Result<SslVpnServer> {
        self.idle(ctx, region, &self.inner.ssl_servers, id).await
    }

    /// Deletes an SSL server and waits until the service clearly says that it does not exist; one that
    /// is gone already is fine.
    ///
    /// It would take its clients with it, or be refused: which, is not documented. They are looked for
    /// first, and named. Those that are on their way out are waited for.
    pub async fn delete_ssl_server(&self, ctx: &Ctx, region: &str, id: &str) -> Result<()> {
        let request = DeleteVpnGatewaySslServer { ssl_vpn_server_id: id.to_owned() };
        self.wait_no_ssl_clients(ctx, region, id).await?;
        let task = match self.call(ctx, region, &request).await {
            Ok(answer) => answer.task_id,
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => return Err(error),
        };
        self.gone::<_, DeleteVpnGatewaySslServer>(ctx, region, &self.inner.ssl_servers, id, task).await
    }

    async fn wait_no_ssl_clients(&self, ctx: &Ctx, region: &str, id: &str) -> Result<()> {
        wait::until(ctx, &format!("the SSL clients of {id} to be deleted"), || async {
            let clients = self.clients_of_server(ctx, region, id, None).await?;
            let leaving = |state: Option<i64>| state.map(SslState::from) == Some(SslState::Destroying);
            let staying = clients.iter().filter(|client| !leaving(client.state));
            let staying: Vec<_> = staying.filter_map(|client| client.ssl_vpn_client_id.as_deref()).collect();
            if !staying.is_empty() {
                let message = format!("{id} still has SSL clients: {}", staying.join(", "));
                let error = Error::new(Class::Conflict, message).hinting(Some(STILL_USED.into()));
                return Err(error.about(DeleteVpnGatewaySslServer::NAME, region));
            }
            Ok(if clients.is_empty() { Poll::Ready(()) } else { Poll::Pending(SslState::Destroying.to_string()) })
        })
        .await
    }
}

/// A create, as the adoption sees it.
struct Creating<'a> {
    client: &'a Client,
    region: &'a str,
    request: &'a CreateVpnGatewaySslServer,
}

impl Creation for Creating<'_> {
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            action: CreateVpnGatewaySslServer::NAME,
            region: self.region,
            name: Some(&self.request.ssl_vpn_server_name),
            kind: "SSL server",
            place: format!("on {}", self.request.vpn_gateway_id),
            print: adopt::print(self.request),
            repeats: Repeats::Refused,
            prefix: Some("vpns-"),
        }
    }

    async fn send(&self, ctx: &Ctx) -> Result<Option<String>> {
        let Self { client, region, request } = self;
        let answer = client.call(ctx, region, *request).await?;
        let id = answer.ssl_vpn_server_id.filter(|id| !id.is_empty());
        if let Some(id) = &id {
            self.client.making(id, answer.task_id, self.request);
        }
        Ok(id)
    }

    async fn listed(&self, ctx: &Ctx) -> Result<Vec<Candidate>> {
        let there = self
            .client
            .with_their_tags::<DescribeVpnGatewaySslServers>(ctx, self.region, self.there(ctx).await?)
            .await?;
        let candidates = there.into_iter().filter_map(|server| {
            let likeness = likeness(self.request, &server);
            let created = server.create_time.as_deref().and_then(beijing);
            Some(Candidate { id: server.ssl_vpn_server_id?, name: server.ssl_vpn_server_name, likeness, created })
        });
        Ok(candidates.collect())
    }

    /// Whose tags they have costs further calls, and is not the question.
    async fn before(&self, ctx: &Ctx) -> Result<Option<HashSet<String>>> {
        Ok(Some(self.there(ctx).await?.into_iter().filter_map(|server| server.ssl_vpn_server_id).collect()))
    }
}

impl Creating<'_> {
    async fn there(&self, ctx: &Ctx) -> Result<Vec<SslVpnServer>> {
        let filters = [Filter::new("vpn-gateway-id", &self.request.vpn_gateway_id)];
        match self.client.all::<DescribeVpnGatewaySslServers>(ctx, self.region, &filters).await {
            // An unknown id gives an empty list or this; the API reference lists both.
            Err(error) if error.is_not_found() => Ok(Vec::new()),
            listed => listed,
        }
    }
}

/// Whether `server` is what was asked for.
fn likeness(request: &CreateVpnGatewaySslServer, server: &SslVpnServer) -> Likeness {
    let state = server.state.map(SslState::from);
    let mut comparison = Comparison::new(state == Some(SslState::Creating));
    comparison
        .is("it is being deleted", state != Some(SslState::Destroying), false)
        .is("name", server.ssl_vpn_server_name.as_ref() == Some(&request.ssl_vpn_server_name), false)
        .is("tags, which could not be read", server.tag_set.is_some(), false)
        .tags(pairs(request.tags.as_deref()), server.tag_set.as_deref().map(|tags| pairs(Some(tags))))
        .all("ranges in the cloud", Some(&request.local_address), server.local_address.as_ref())
        .word("range of clients", Some(&request.remote_address), server.remote_address.as_deref())
        .word("protocol", request.ssl_vpn_protocol.as_deref(), server.ssl_vpn_protocol.as_deref())
        .number("port", request.ssl_vpn_port, server.ssl_vpn_port, 0)
        .word("integrity algorithm", request.integrity_algorithm.as_deref(), server.integrity_algorithm.as_deref())
        .word("encryption algorithm", request.encrypt_algorithm.as_deref(), server.encrypt_algorithm.as_deref())
        .value("compression", request.compress, server.compress)
        .value("single sign-on", request.sso_enabled, server.sso_enabled)
        .value("access policies", request.access_policy_enabled, server.access_policy_enabled)
        .options("name servers", request.dns_servers.as_ref(), server.dns_servers.as_ref());
    comparison.likeness()
}

impl Describe for DescribeVpnGatewaySslServers {
    type Item = SslVpnServer;

    fn asking(Asked { ids, filters, offset, limit }: Asked) -> Self {
        Self { ssl_vpn_server_ids: ids, filters, offset, limit }
    }

    fn page(answer: DescribeVpnGatewaySslServersAnswer) -> Page<SslVpnServer> {
        Page { items: answer.ssl_vpn_server_set, total: answer.total_count }
    }

    fn id(server: &SslVpnServer) -> Option<&str> {
        server.ssl_vpn_server_id.as_deref()
    }
}

impl Tagged for DescribeVpnGatewaySslServers {
    const KIND: &'static str = "vpns";

    fn tag(server: &mut SslVpnServer, tags: Vec<Tag>) {
        server.tag_set = Some(tags);
    }
}

impl Worked for DescribeVpnGatewaySslServers {
    fn stage(server: &SslVpnServer) -> Stage {
        SslState::stage(server.state)
    }
}

const STILL_USED: &str = "An SSL server cannot be deleted while it has clients: delete them first.";

#[cfg(test)]
pub(in crate::cloud::tencent) mod tests;
