//! SSL clients: what it takes to make, read, enable, disable, download and delete one safely.

use futures_util::future;
use secrecy::ExposeSecret;

use crate::cloud::adopt::{Candidate, Creation, Wanted};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::listing::Page;
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::describe::{Asked, Describe};
use crate::cloud::tencent::ssl_state::{CertStatus, SslState};
use crate::cloud::tencent::tagged::Tagged;
use crate::cloud::tencent::tasks::{Stage, Worked};
use crate::cloud::tencent::vpc::{
    CreateVpnGatewaySslClient, CreateVpnGatewaySslClientAnswer, DeleteVpnGatewaySslClient,
    DescribeVpnGatewaySslClients, DescribeVpnGatewaySslClientsAnswer, DisableVpnGatewaySslClientCert,
    DownloadVpnGatewaySslClientCert, EnableVpnGatewaySslClientCert, Filter, SslClientConfig, SslVpnClient, Tag,
};

impl Client {
    /// Asks for an SSL client and gives its id; it is not ready yet. One whose create had an unknown
    /// outcome is known by its server and its name, and by not having been there before.
    pub async fn create_ssl_client(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &CreateVpnGatewaySslClient,
    ) -> Result<String> {
        let creation = Creating { client: self, region, request };
        self.made(ctx, &creation, |answer| {
            let id = answer.ssl_vpn_client_id.or_else(|| answer.ssl_vpn_client_ids.into_iter().next());
            let id = id.filter(|id| !id.is_empty())?;
            self.making::<CreateVpnGatewaySslClient>(&id, answer.task_id);
            Some(id)
        })
        .await
    }

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
        let read = ids.into_iter().map(|id| self.inner.ssl_clients.now_with_tags(self, ctx, region, id));
        Ok(future::try_join_all(read).await?.into_iter().flatten().collect())
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

    /// Enables or disables the certificate of an SSL client and follows the task to its end. One that
    /// is so already is fine.
    pub async fn enable_ssl_client(&self, ctx: &Ctx, region: &str, id: &str, enabled: bool) -> Result<()> {
        let ssl_vpn_client_id = id.to_owned();
        let failed = if enabled {
            match self.call(ctx, region, &EnableVpnGatewaySslClientCert { ssl_vpn_client_id }).await {
                Ok(answer) => {
                    return self.finish::<EnableVpnGatewaySslClientCert>(ctx, region, answer.task_id).await;
                }
                Err(error) => error,
            }
        } else {
            match self.call(ctx, region, &DisableVpnGatewaySslClientCert { ssl_vpn_client_id }).await {
                Ok(answer) => {
                    return self.finish::<DisableVpnGatewaySslClientCert>(ctx, region, answer.task_id).await;
                }
                Err(error) => error,
            }
        };
        // One code says that there is nothing to do and that nothing can be done.
        if !failed.code().is_some_and(|code| ALREADY_OR_ABNORMAL.contains(&code)) {
            return Err(failed);
        }
        let client = self.inner.ssl_clients.now(self, ctx, region, id).await?;
        let status = client.and_then(|client| client.cert_status).map(CertStatus::from);
        match (status, enabled) {
            (Some(CertStatus::Normal), true) | (Some(CertStatus::Disabled), false) => Ok(()),
            (Some(status), _) => Err(failed.noting(&format!("the certificate is {status}"))),
            (None, _) => Err(failed),
        }
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
            configs = serde_json::from_str(text.expose_secret()).unwrap_or_default();
        }
        let its = |config: &SslClientConfig| config.ssl_vpn_client_id.as_deref().is_none_or(|of| of == id);
        configs.into_iter().find(its).map(Some).ok_or_else(|| {
            let message = format!("the answer has no configuration of {id}");
            Error::new(Class::Fatal, message).about(DownloadVpnGatewaySslClientCert::NAME, region)
        })
    }

    /// Deletes an SSL client and waits until the service clearly says that it does not exist; one that
    /// is gone already is fine.
    pub async fn delete_ssl_client(&self, ctx: &Ctx, region: &str, id: &str) -> Result<()> {
        let request = DeleteVpnGatewaySslClient { ssl_vpn_client_id: id.to_owned() };
        let task = match self.call(ctx, region, &request).await {
            Ok(answer) => answer.task_id,
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => return Err(error),
        };
        self.gone::<_, DeleteVpnGatewaySslClient>(ctx, region, &self.inner.ssl_clients, id, task).await
    }
}

/// A create, as the adoption sees it. Clients of one server with different names cannot be taken for each other, so that their creates do
/// not wait for each other.
struct Creating<'a> {
    client: &'a Client,
    region: &'a str,
    request: &'a CreateVpnGatewaySslClient,
}

impl Creation for Creating<'_> {
    type Answer = CreateVpnGatewaySslClientAnswer;
    const ACTION: &'static str = CreateVpnGatewaySslClient::NAME;

    fn wanted(&self) -> Wanted<'_> {
        let name = self.request.ssl_vpn_client_name.as_deref();
        let place = format!("named {:?} of {}", name.unwrap_or_default(), self.request.ssl_vpn_server_id);
        Wanted { region: self.region, name, kind: "SSL client", place }
    }

    async fn send(&self, ctx: &Ctx) -> Result<CreateVpnGatewaySslClientAnswer> {
        self.client.call(ctx, self.region, self.request).await
    }

    async fn listed(&self, ctx: &Ctx) -> Result<Vec<Candidate>> {
        let Self { client, region, request } = self;
        let name = request.ssl_vpn_client_name.as_deref();
        let listed = client.clients_of_server(ctx, region, &request.ssl_vpn_server_id, name).await?;
        let candidates = listed.into_iter().filter_map(|client| {
            let matches = client.name.as_deref() == name;
            Some(Candidate { id: client.ssl_vpn_client_id?, matches })
        });
        Ok(candidates.collect())
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

const ALREADY_OR_ABNORMAL: &[&str] = &[
    "UnsupportedOperation.SSLClientCertAlreadyEnableOrCertAbnormal",
    "UnsupportedOperation.SSLClientCertAlreadyDisableOrCertAbnormal",
];

#[cfg(test)]
mod tests;
