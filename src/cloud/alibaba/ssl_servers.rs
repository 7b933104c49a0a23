//! SSL servers: requests and answers of the VPC API 2016-04-28, and what it takes to make, read,
//! change and delete one safely.
//!
//! In answers every member may be absent.

use serde::Serialize;

use crate::cloud::adopt::{Candidate, Comparison, Likeness};
use crate::cloud::alibaba::client::{Client, Empty, action};
use crate::cloud::alibaba::creates::{Makes, said, seconds};
use crate::cloud::alibaba::describe::{Describe, Described, Paging};
use crate::cloud::alibaba::token::ClientToken;
use crate::cloud::alibaba::turns::Turn;
use crate::cloud::answer::Answer;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::Result;
use crate::cloud::listing::Page;
use crate::cloud::wait::{self, Poll};

/// Asks for an SSL server of a VPN gateway. Asynchronous: the gateway is busy for a while.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateSslVpnServer {
    /// A gateway with SSL enabled.
    pub vpn_gateway_id: String,
    #[serde(flatten)]
    pub settings: SslVpnServerSettings,
    pub client_token: ClientToken,
}

/// Changes an SSL server. Asynchronous, unless only the name changes.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifySslVpnServer {
    pub ssl_vpn_server_id: String,
    #[serde(flatten)]
    pub settings: SslVpnServerSettings,
    pub client_token: ClientToken,
}

/// What can be said about an SSL server when it is made, and later. What is left out stays as it is,
/// or gets the service's default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SslVpnServerSettings {
    /// 1 to 100 characters, not beginning with `http://` or `https://`.
    pub name: Option<String>,
    /// CIDR range of the clients' addresses, /16 to /29. Every server has one.
    pub client_ip_pool: Option<String>,
    /// Up to 5 CIDR ranges that clients reach, /8 to /32, joined by commas. Every server has one.
    pub local_subnet: Option<String>,
    /// `TCP` or `UDP`; `TCP` by default.
    pub proto: Option<String>,
    /// `AES-128-CBC`, `AES-192-CBC`, `AES-256-CBC` or `none`; `AES-128-CBC` by default.
    pub cipher: Option<String>,
    /// 1 to 65535 but for some; 1194 by default.
    pub port: Option<i64>,
    /// False by default.
    pub compress: Option<bool>,
    /// False by default; needs an IDaaS instance.
    pub enable_multi_factor_auth: Option<bool>,
    #[serde(rename = "IDaaSInstanceId")]
    pub idaas_instance_id: Option<String>,
    #[serde(rename = "IDaaSRegionId")]
    pub idaas_region_id: Option<String>,
    /// Of instances of EIAM 2.0.
    #[serde(rename = "IDaaSApplicationId")]
    pub idaas_application_id: Option<String>,
}

/// Deletes an SSL server and its certificates. Asynchronous: its VPN gateway is busy for a while.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteSslVpnServer {
    pub ssl_vpn_server_id: String,
    pub client_token: ClientToken,
}

/// Asks for a page of the SSL servers of a region that pass all filters. There is no action that reads one.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeSslVpnServers {
    pub ssl_vpn_server_id: Option<String>,
    pub vpn_gateway_id: Option<String>,
    pub name: Option<String>,
    #[serde(flatten)]
    pub(crate) paging: Paging,
}

/// One page of SSL servers.
#[derive(Clone, Debug, Default, Answer)]
pub struct DescribeSslVpnServersAnswer {
    /// How many there are, on all pages.
    pub total_count: Option<i64>,
    /// None when the answer has no such member: that says nothing, unlike an empty list.
    #[member(rows)]
    pub ssl_vpn_servers: Option<Vec<SslVpnServer>>,
}

/// An SSL server as the service describes it.
#[derive(Clone, Debug, Default, Answer)]
pub struct SslVpnServer {
    pub ssl_vpn_server_id: Option<String>,
    pub vpn_gateway_id: Option<String>,
    pub name: Option<String>,
    pub client_ip_pool: Option<String>,
    /// Joined by commas.
    pub local_subnet: Option<String>,
    pub proto: Option<String>,
    pub cipher: Option<String>,
    pub port: Option<i64>,
    pub compress: Option<bool>,
    /// Clients that are connected.
    pub connections: Option<i64>,
    pub max_connections: Option<i64>,
    pub internet_ip: Option<String>,
    /// Unix time in milliseconds.
    pub create_time: Option<i64>,
    pub enable_multi_factor_auth: Option<bool>,
    #[member("IDaaSInstanceId")]
    pub idaas_instance_id: Option<String>,
    #[member("IDaaSRegionId")]
    pub idaas_region_id: Option<String>,
    #[member("IDaaSApplicationId")]
    pub idaas_application_id: Option<String>,
    /// That of its VPN gateway.
    pub resource_group_id: Option<String>,
}

/// What a create or a change answers.
#[derive(Clone, Debug, Default, Answer)]
pub struct SslVpnServerAnswer {
    pub ssl_vpn_server_id: Option<String>,
}

impl Client {
    /// Asks for an SSL server and gives its id, while holding the turn of its VPN gateway. Wait with [`Client::wait_ssl_server`]
    /// afterwards.
    pub async fn create_ssl_server(&self, ctx: &Ctx, region: &str, request: &CreateSslVpnServer) -> Result<String> {
        self.made(ctx, region, request).await
    }

    /// The SSL server `id`, or none when the service clearly says that there is none.
    ///
    /// A process that reads many lists them instead of asking for each; what is seen may be a few seconds old, though never older than
    /// this client's last write in the region.
    pub async fn ssl_server(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<SslVpnServer>> {
        self.inner.ssl_servers.read(&Described::by(self), ctx, region, id).await
    }

    /// All SSL servers of a region that pass the filters.
    pub async fn ssl_servers(
        &self,
        ctx: &Ctx,
        region: &str,
        filters: &DescribeSslVpnServers,
    ) -> Result<Vec<SslVpnServer>> {
        self.all(ctx, region, filters).await
    }

    /// Changes an SSL server, while holding the turn of its VPN gateway. Wait with [`Client::wait_ssl_server`] afterwards.
    pub async fn modify_ssl_server(&self, ctx: &Ctx, region: &str, request: &ModifySslVpnServer) -> Result<()> {
        self.call(ctx, region, request).await.map(drop)
    }

    /// Waits until the VPN gateway has done with the SSL server `id`, which was written in this turn, and gives the server. It has no state
    /// of its own.
    pub async fn wait_ssl_server(&self, ctx: &Ctx, region: &str, turn: Turn, id: &str) -> Result<SslVpnServer> {
        turn.end(ctx, "SSL server").await?;
        wait::until_it_is(ctx, id, "listed", || async {
            Ok(self.inner.ssl_servers.listed(&Described::by(self), ctx, region, id).await?.map(Poll::Ready))
        })
        .await
    }

    /// Deletes an SSL server to the end, its certificates with it, in the turn of its VPN gateway; one that is gone already is fine.
    pub async fn delete_ssl_server(&self, ctx: &Ctx, region: &str, turn: Turn, id: &str) -> Result<()> {
        let request = DeleteSslVpnServer { ssl_vpn_server_id: id.to_owned(), client_token: ClientToken::new() };
        if !self.removed(ctx, region, &request, GONE).await? {
            return Ok(());
        }
        turn.end_of_deletion(ctx, "deletion of an SSL server").await?;
        wait::until_gone(ctx, id, || async {
            let server = self.inner.ssl_servers.now(&Described::by(self), ctx, region, id).await?;
            Ok(server.map(|_| "still there".to_owned()))
        })
        .await
    }
}

impl Makes for CreateSslVpnServer {
    const KIND: &'static str = "SSL server";
    const PREFIX: Option<&'static str> = Some("vss-");

    fn name(&self) -> Option<&str> {
        said(&self.settings.name)
    }

    fn place(&self) -> String {
        format!("on {}", self.vpn_gateway_id)
    }

    fn id(&self, answer: SslVpnServerAnswer) -> Option<String> {
        answer.ssl_vpn_server_id
    }

    async fn there(&self, client: &Client, ctx: &Ctx, region: &str) -> Result<Vec<Candidate>> {
        let filters = DescribeSslVpnServers { vpn_gateway_id: Some(self.vpn_gateway_id.clone()), ..Default::default() };
        let candidates = client.ssl_servers(ctx, region, &filters).await?.into_iter().filter_map(|server| {
            let (likeness, created) = (likeness(self, &server), seconds(server.create_time));
            Some(Candidate { id: server.ssl_vpn_server_id?, name: server.name, likeness, created })
        });
        Ok(candidates.collect())
    }
}

/// Whether `server` is what was asked for. It has no tags.
fn likeness(request: &CreateSslVpnServer, server: &SslVpnServer) -> Likeness {
    let sent = &request.settings;
    let mut comparison = Comparison::new(false);
    comparison
        .text("name", sent.name.as_deref(), server.name.as_deref())
        .word("range of clients", said(&sent.client_ip_pool), server.client_ip_pool.as_deref())
        .ranges("ranges in the cloud", sent.local_subnet.as_deref(), server.local_subnet.as_deref())
        .word("protocol", said(&sent.proto), server.proto.as_deref())
        .word("encryption algorithm", said(&sent.cipher), server.cipher.as_deref())
        .value("port", sent.port, server.port)
        .value("compression", sent.compress, server.compress)
        .value("multi-factor authentication", sent.enable_multi_factor_auth, server.enable_multi_factor_auth)
        .word("IDaaS", said(&sent.idaas_instance_id), server.idaas_instance_id.as_deref())
        .word("IDaaS", said(&sent.idaas_region_id), server.idaas_region_id.as_deref())
        .word("IDaaS", said(&sent.idaas_application_id), server.idaas_application_id.as_deref());
    comparison.likeness()
}

impl Describe for DescribeSslVpnServers {
    type Item = SslVpnServer;

    fn at(self, paging: Paging) -> Self {
        Self { paging, ..self }
    }

    fn page(answer: DescribeSslVpnServersAnswer) -> Page<SslVpnServer> {
        Page { items: answer.ssl_vpn_servers, total: answer.total_count }
    }

    fn id(server: &SslVpnServer) -> Option<&str> {
        server.ssl_vpn_server_id.as_deref()
    }

    async fn one(client: &Client, ctx: &Ctx, region: &str, id: &str) -> Result<Option<SslVpnServer>> {
        let request = Self { ssl_vpn_server_id: Some(id.to_owned()), ..Self::default() };
        client.listed_alone(ctx, region, &request, id, GONE).await
    }
}

action!(CreateSslVpnServer, CreateOnce => SslVpnServerAnswer);

action!(ModifySslVpnServer, Write => SslVpnServerAnswer);

action!(DeleteSslVpnServer, Delete => Empty);

action!(DescribeSslVpnServers, Read => DescribeSslVpnServersAnswer);

const GONE: &[&str] = &["InvalidSslVpnServerId.NotFound"];

#[cfg(test)]
mod tests;
