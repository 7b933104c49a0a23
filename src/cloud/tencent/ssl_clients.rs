//! SSL clients: what it takes to read, wait for and download one safely. Writes are in `ssl_client_writes`.

use secrecy::ExposeSecret;

use crate::cloud::answer;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::listing::Page;
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::describe::{Asked, Describe};
use crate::cloud::tencent::ssl_state::{CertStatus, SslState};
use crate::cloud::tencent::tagged::Tagged;
use crate::cloud::tencent::tasks::{Stage, Worked};
use crate::cloud::tencent::vpc::{
    DescribeVpnGatewaySslClients, DescribeVpnGatewaySslClientsAnswer, DownloadVpnGatewaySslClientCert, Filter,
    SslClientConfig, SslVpnClient, Tag,
};

impl Client {
    /// The SSL client `id`, or none when the service clearly says that there is none. With its tags
    /// only where `tags` asks for them: that costs further calls.
    ///
    /// Reads that come together share their calls; what is seen may be a few seconds old, though
    /// never older than this client's last write in the region.
    pub async fn ssl_client(&self, ctx: &Ctx, region: &str, id: &str, tags: bool) -> Result<Option<SslVpnClient>> {
        self.inner.ssl_clients.read(self, ctx, region, id, tags).await
    }

    /// All SSL clients of a region that match `filters`, on all pages, with their tags.
    pub async fn ssl_clients(&self, ctx: &Ctx, region: &str, filters: &[Filter]) -> Result<Vec<SslVpnClient>> {
        self.all_with_tags::<DescribeVpnGatewaySslClients>(ctx, region, filters).await
    }

    /// The SSL clients with these ids as they are now, as far as they exist, with their tags.
    pub async fn ssl_clients_of(
        &self,
        ctx: &Ctx,
        region: &str,
        ids: impl IntoIterator<Item = &str>,
    ) -> Result<Vec<SslVpnClient>> {
        self.inner.ssl_clients.these(self, ctx, region, ids).await
    }

    /// The SSL clients of a server, without tags; those with a name, or all.
    pub(super) async fn clients_of_server(
        &self,
        ctx: &Ctx,
        region: &str,
        server: &str,
        name: Option<&str>,
    ) -> Result<Vec<SslVpnClient>> {
        let name = name.map(|name| Filter::new("ssl-vpn-client-name", name));
        let filters: Vec<_> = [Filter::new("ssl-vpn-server-id", server)].into_iter().chain(name).collect();
        match self.all::<DescribeVpnGatewaySslClients>(ctx, region, &filters).await {
            // An unknown id gives an empty list or this; the API reference lists both.
            Err(error) if error.is_not_found() => Ok(Vec::new()),
            listed => listed,
        }
    }

    /// Waits until the SSL client `id` is made, or as it was before a change, and gives what it then
    /// is, without tags. That the service gave up is an error.
    pub async fn wait_ssl_client(&self, ctx: &Ctx, region: &str, id: &str) -> Result<SslVpnClient> {
        self.idle(ctx, region, &self.inner.ssl_clients, id).await
    }

    /// What the SSL client `id` needs to connect, with its private key; none when the service clearly
    /// says that there is no such client.
    pub async fn download_ssl_client(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<SslClientConfig>> {
        let request = DownloadVpnGatewaySslClientCert { ssl_vpn_client_id: id.to_owned() };
        let answer = match self.call(ctx, region, &request).await {
            Err(error) if error.is_not_found() => return Ok(None),
            answer => answer?,
        };
        let mut configs = answer.ssl_client_config;
        if let (true, Some(text)) = (configs.is_empty(), answer.ssl_client_configs_set) {
            // What is wrong with the text is not said: it could quote the key.
            configs = answer::from_slice(text.expose_secret().as_bytes()).unwrap_or_default();
        }
        let its = |config: &SslClientConfig| config.ssl_vpn_client_id.as_deref().is_none_or(|of| of == id);
        configs.into_iter().find(its).map(Some).ok_or_else(|| {
            let message = format!("the answer has no configuration of {id}");
            Error::new(Class::Fatal, message).about(DownloadVpnGatewaySslClientCert::NAME, region)
        })
    }
}

impl Describe for DescribeVpnGatewaySslClients {
    type Item = SslVpnClient;

    fn asking(Asked { ids, filters, offset, limit }: Asked) -> Self {
        Self { ssl_vpn_client_ids: ids, filters, offset, limit }
    }

    fn page(answer: DescribeVpnGatewaySslClientsAnswer) -> Page<SslVpnClient> {
        Page { items: answer.ssl_vpn_client_set, total: answer.total_count }
    }

    fn id(client: &SslVpnClient) -> Option<&str> {
        client.ssl_vpn_client_id.as_deref()
    }
}

impl Tagged for DescribeVpnGatewaySslClients {
    const KIND: &'static str = "vpnc";

    fn tag(client: &mut SslVpnClient, tags: Vec<Tag>) {
        client.tag_set = Some(tags);
    }
}

impl Worked for DescribeVpnGatewaySslClients {
    fn stage(client: &SslVpnClient) -> Stage {
        match client.cert_status.map(CertStatus::from) {
            Some(CertStatus::Creating) => Stage::Busy("making the certificate".to_owned()),
            _ => SslState::stage(client.state),
        }
    }
}

#[cfg(test)]
mod tests;
