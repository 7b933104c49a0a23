//! The ephemeral resource `cloudvpn_tencent_ssl_client`, which hands out what a client connects with.

use crate::cloud::tencent::SslClientConfig;
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::ephemeral::{EphemeralResource, Opened};
use crate::framework::model::{Model, Secret, Value};
use crate::provider::managed::Managed;
use crate::provider::region;
use crate::provider::tencent::Api;
use crate::provider::values::{secret, text};
use crate::provider::{Data, errors};

use super::{SslClient, TYPE};

/// What a client needs to connect to an SSL server on Tencent Cloud: a certificate and its private key, read when they are needed and
/// never stored. Needs Terraform 1.10 or later.
///
/// A certificate that is disabled is not handed out.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct EphemeralSslClient {
    /// Id of the SSL client, such as `vpnc-5bs7jf5q`. API member `SslVpnClientId`.
    #[attr(required, prefix("vpnc-"))]
    id: Value<String>,
    /// Region of the SSL client; by default the provider's.
    #[attr(optional, computed, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// Certificate of the authority that signed the server's and the client's certificate, PEM. API member `SslVpnRootCert`.
    #[attr(computed)]
    ca_certificate: Value<String>,
    /// Certificate of the client, PEM. API member `SslVpnCert`.
    #[attr(computed)]
    certificate: Value<String>,
    /// Private key of the certificate, PEM. API member `SslVpnKey`.
    #[attr(computed, sensitive)]
    private_key: Value<Secret>,
    /// Configuration for OpenVPN. API member `SslVpnClientConfiguration`.
    #[attr(computed, sensitive)]
    client_config: Value<Secret>,
}

impl EphemeralResource for EphemeralSslClient {
    type Data = Data;

    const TYPE: &'static str = TYPE;

    async fn open(cx: &Context<Data>, config: Self) -> Result<Opened<Self>, Diagnostics> {
        let api = Api::looking(cx, &config.region)?;
        let (region, id) = (&api.region, config.id.as_deref().unwrap_or_default());

        let found = api.client.download_ssl_client(&api.ctx, region, id).await;
        let failed = |error| {
            errors::diagnostic("Reading the SSL client's certificate failed", &error, <SslClient as Managed>::attribute)
        };
        let actual = found.map_err(failed)?.ok_or_else(|| {
            let detail =
                format!("There is no SSL client {id} in {region}. An SSL client is visible in its own region only.");
            Diagnostic::error("SSL client not found", detail).at("id")
        })?;
        let result = Self::observed(region, id, &actual);
        if result.private_key.is_null() {
            let detail = format!("The service gives no private key for {id}.");
            return Err(Diagnostic::error("No private key", detail).at("id").into());
        }
        Ok(Opened { result, renew_at: None })
    }
}

impl EphemeralSslClient {
    fn observed(region: &str, id: &str, actual: &SslClientConfig) -> Self {
        Self {
            id: id.into(),
            region: region.into(),
            ca_certificate: text(&actual.ssl_vpn_root_cert),
            certificate: text(&actual.ssl_vpn_cert),
            private_key: secret(&actual.ssl_vpn_key),
            client_config: secret(&actual.ssl_vpn_client_configuration),
        }
    }
}
