//! The ephemeral resource `cloudvpn_alibaba_ssl_client_cert`, which hands out a certificate's private key.

use crate::cloud::alibaba::SslVpnClientCert;
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::ephemeral::{EphemeralResource, Opened};
use crate::framework::model::{Model, Secret, Value};
use crate::provider::alibaba::Api;
use crate::provider::managed::Managed;
use crate::provider::region;
use crate::provider::values::{secret, text};
use crate::provider::{Data, errors};

use super::{SslClientCert, TYPE, time};

/// What a client needs to connect to an SSL server on Alibaba Cloud: a certificate and its private key, read when they are needed and
/// never stored. Needs Terraform 1.10 or later.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct EphemeralSslClientCert {
    /// Id of the certificate, such as `vsc-bp1n8wcf134yl0osrcg98`. API member `SslVpnClientCertId`.
    #[attr(required, prefix("vsc-"))]
    id: Value<String>,
    /// Region of the certificate; by default the provider's.
    #[attr(optional, computed, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// Certificate of the authority that signed the server's and the client's certificate, PEM. API member `CaCert`.
    #[attr(computed)]
    ca_certificate: Value<String>,
    /// Certificate of the client, PEM. API member `ClientCert`.
    #[attr(computed)]
    certificate: Value<String>,
    /// Private key of the certificate, PEM. API member `ClientKey`.
    #[attr(computed, sensitive)]
    private_key: Value<Secret>,
    /// Configuration for OpenVPN. It names the other three as files: `ca.crt`, `ID.crt` and `ID.key`. API member `ClientConfig`.
    #[attr(computed, sensitive)]
    client_config: Value<Secret>,
    /// Name of the certificate. API member `Name`.
    #[attr(computed)]
    name: Value<String>,
    /// `normal`, `expiring-soon` (a week or less is left) or `expired`. API member `Status`.
    #[attr(computed)]
    status: Value<String>,
    /// When the certificate expires, as in `2029-01-01T03:04:05Z`. API member `EndTime`.
    #[attr(computed)]
    expires_at: Value<String>,
}

impl EphemeralResource for EphemeralSslClientCert {
    type Data = Data;

    const TYPE: &'static str = TYPE;

    async fn open(cx: &Context<Data>, config: Self) -> Result<Opened<Self>, Diagnostics> {
        let api = Api::looking(cx, &config.region)?;
        let (region, id) = (&api.region, config.id.as_deref().unwrap_or_default());

        let found = api.client.ssl_client_cert(&api.ctx, region, id).await;
        let failed =
            |error| errors::diagnostic("Reading the certificate failed", &error, <SslClientCert as Managed>::attribute);
        let actual = found.map_err(failed)?.ok_or_else(|| {
            let detail =
                format!("There is no certificate {id} in {region}. A certificate is visible in its own region only.");
            Diagnostic::error("Certificate not found", detail).at("id")
        })?;
        let result = Self::observed(region, id, &actual);
        if result.private_key.is_null() {
            let detail = format!("The service gives no private key for {id}.");
            return Err(Diagnostic::error("No private key", detail).at("id").into());
        }
        Ok(Opened { result, renew_at: None })
    }
}

impl EphemeralSslClientCert {
    fn observed(region: &str, id: &str, actual: &SslVpnClientCert) -> Self {
        Self {
            id: id.into(),
            region: region.into(),
            ca_certificate: text(&actual.ca_cert),
            certificate: text(&actual.client_cert),
            private_key: secret(&actual.client_key),
            client_config: secret(&actual.client_config),
            name: text(&actual.name),
            status: text(&actual.status),
            expires_at: time(actual.end_time),
        }
    }
}
