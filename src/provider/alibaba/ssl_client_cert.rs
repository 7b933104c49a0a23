//! `cloudvpn_alibaba_ssl_client_cert`: a client certificate of an SSL server on Alibaba Cloud (VPC API 2016-04-28), and its ephemeral
//! resource, which hands out the key.

use crate::cloud;
use crate::cloud::alibaba::{self, ClientToken, CreateSslVpnClientCert, ModifySslVpnClientCert, Turn};
use crate::framework::diagnostics::Diagnostic;
use crate::framework::model::{Model, Value};
use crate::framework::path::Path;
use crate::framework::timeouts::Timeouts;
use crate::provider::region;

use super::super::managed::{Managed, Write};
use super::super::values::{changed, said, text, told};
use super::parts::{mentioned, no_address, time};
use super::{Alibaba, Api};

pub(crate) use ephemeral::EphemeralSslClientCert;

mod data;
mod ephemeral;

/// A certificate with which a client connects to an SSL server of a VPN gateway on Alibaba Cloud.
///
/// The service makes the certificate and its private key. Neither is stored in the state: the ephemeral resource of the same name hands
/// them out. A certificate is valid for about three years and cannot be renewed, only replaced. Deleting one disconnects all clients of
/// the SSL server for a moment.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct SslClientCert {
    /// Id of the certificate, such as `vsc-bp1n8wcf134yl0osrcg98`. API member `SslVpnClientCertId`.
    #[attr(computed, prefix("vsc-"))]
    id: Value<String>,
    /// Region of the certificate.
    ///
    /// By default the provider's.
    #[attr(optional, computed, replace, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// Name of the certificate, in any language. API member `Name`.
    ///
    /// Left out, the service decides.
    // The API page of 2024-07-11 says 1 to 100 characters and nothing about the first one. Its older edition, and providers made after it,
    // say 2 to 128, beginning with a letter; names of that time may be in a state, and are only looked at in the configuration.
    #[attr(optional, computed, chars(1..=100), custom("a text that does not begin with http:// or https://", no_address))]
    name: Value<String>,
    /// SSL server to which the certificate admits. API member `SslVpnServerId`.
    #[attr(required, replace, prefix("vss-"))]
    ssl_server_id: Value<String>,
    /// Resource group of the certificate, which is that of its SSL server. API member `ResourceGroupId`.
    #[attr(computed)]
    resource_group_id: Value<String>,
    /// `normal`, `expiring-soon` (a week or less is left) or `expired`. API member `Status`.
    #[attr(computed)]
    status: Value<String>,
    /// When the certificate was created, as in `2026-01-02T03:04:05Z`. API member `CreateTime`.
    #[attr(computed)]
    created_at: Value<String>,
    /// When the certificate expires, as in `2029-01-01T03:04:05Z`. API member `EndTime`.
    #[attr(computed)]
    expires_at: Value<String>,
    /// How long operations may take; 10 minutes each by default.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

impl Managed for SslClientCert {
    type Side = Alibaba;
    type Actual = alibaba::SslVpnClientCert;
    type Change = ModifySslVpnClientCert;

    const TYPE: &'static str = TYPE;
    const KIND: &'static str = "certificate";
    const PREFIX: &'static str = "vsc-";
    const OCCUPIES: &'static [&'static str] = &["ssl_server_id"];

    fn observed(actual: &alibaba::SslVpnClientCert, before: &Self) -> Self {
        Self {
            id: told(text(&actual.ssl_vpn_client_cert_id), &before.id),
            name: mentioned(&actual.name, &before.name),
            ssl_server_id: told(text(&actual.ssl_vpn_server_id), &before.ssl_server_id),
            resource_group_id: text(&actual.resource_group_id),
            status: text(&actual.status),
            created_at: time(actual.create_time),
            expires_at: time(actual.end_time),
            ..before.clone()
        }
    }

    /// VPC API 2016-04-28, error codes of the actions.
    fn attribute(code: &str) -> Option<Path> {
        Some(Path::from(match code {
            "InvalidName" => "name",
            "InvalidSslVpnServerId.NotFound" => "ssl_server_id",
            "InvalidRegionId.NotFound" => "region",
            _ => return None,
        }))
    }

    /// The name is all that can change in place.
    fn change(&self, planned: &Self, _config: &Self) -> Option<ModifySslVpnClientCert> {
        Some(ModifySslVpnClientCert {
            ssl_vpn_client_cert_id: said(&self.id)?,
            name: changed(&self.name, &planned.name)?,
            client_token: ClientToken::new(),
        })
    }

    async fn turn(api: &Api<'_>, cert: &Self, write: Write) -> cloud::Result<Turn> {
        let server = cert.ssl_server_id.as_deref().unwrap_or_default();
        match write {
            Write::Create | Write::Change => api.client.shared_gateway_turn(&api.ctx, &api.region, server).await,
            Write::Delete => api.client.gateway_turn(&api.ctx, &api.region, server).await,
        }
    }

    async fn make(api: &Api<'_>, planned: &Self, _config: &Self) -> cloud::Result<String> {
        let request = CreateSslVpnClientCert {
            ssl_vpn_server_id: said(&planned.ssl_server_id).unwrap_or_default(),
            name: said(&planned.name),
            client_token: ClientToken::new(),
        };
        api.client.create_ssl_client_cert(&api.ctx, &api.region, &request).await
    }

    async fn ready(api: &Api<'_>, id: &str, cert: &Self, turn: Turn) -> cloud::Result<alibaba::SslVpnClientCert> {
        // The gateway does not work on a certificate that is made or renamed.
        drop(turn);
        let name = cert.name.as_deref();
        api.client.wait_ssl_client_cert(&api.ctx, &api.region, id, name).await
    }

    async fn find(api: &Api<'_>, id: &str, _state: &Self) -> cloud::Result<Option<alibaba::SslVpnClientCert>> {
        api.client.listed_ssl_client_cert(&api.ctx, &api.region, id).await
    }

    async fn modify(api: &Api<'_>, change: &ModifySslVpnClientCert) -> cloud::Result<()> {
        api.client.rename_ssl_client_cert(&api.ctx, &api.region, change).await
    }

    async fn remove(api: &Api<'_>, id: &str, _state: &Self, turn: Turn) -> cloud::Result<()> {
        api.client.delete_ssl_client_cert(&api.ctx, &api.region, turn, id).await
    }

    /// What to say about a certificate that does not last: nobody else tells the user.
    fn notice(&self) -> Option<Diagnostic> {
        let summary = match self.status.as_deref()? {
            "expiring-soon" => "Certificate expires soon",
            "expired" => "Certificate has expired",
            _ => return None,
        };
        let detail = format!(
            "{} expires at {}. A certificate cannot be renewed: replace it, for example with -replace, and give the new one to its client.",
            self.id.as_deref().unwrap_or("It"),
            self.expires_at.as_deref().unwrap_or("an unknown time"),
        );
        Some(Diagnostic::warning(summary, detail))
    }
}

const TYPE: &str = "cloudvpn_alibaba_ssl_client_cert";

#[cfg(test)]
mod tests;
