//! `cloudvpn_alibaba_ssl_client_cert`: a client certificate of an SSL server on Alibaba Cloud (VPC API 2016-04-28), and its ephemeral
//! resource, which hands out the key.

use jiff::Timestamp;

use crate::cloud::alibaba::{
    ClientToken, CreateSslVpnClientCert, DeleteSslVpnClientCert, ModifySslVpnClientCert, SslVpnClientCert,
};
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Model, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::resource::{Change, Create, Plan, Resource};
use crate::framework::timeouts::Timeouts;
use crate::framework::validators::Finding;

use super::super::settings::ctx;
use super::super::values::{changed, completed, said, text, told};
use super::super::{Data, errors};
use super::CLOUD;

pub(crate) use ephemeral::EphemeralSslClientCert;

mod ephemeral;

/// A certificate with which a client connects to an SSL server of a VPN gateway on Alibaba Cloud.
///
/// The service makes the certificate and its private key. Neither is stored in the state: the ephemeral resource of the same name hands
/// them out. A certificate is valid for about three years and cannot be renewed, only replaced. Deleting one disconnects all clients of
/// the SSL server for a moment.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct SslClientCert {
    /// Id of the certificate, such as `vsc-bp1n8wcf134yl0osrcg98`. API member `SslVpnClientCertId`.
    #[attr(computed)]
    id: Value<String>,
    /// Region of the certificate; by default the provider's.
    #[attr(optional, computed, replace, chars(1..=64))]
    region: Value<String>,
    /// Name of the certificate, in any language. API member `Name`.
    // The API page of 2024-07-11 says 1 to 100 characters and nothing about the first one. Its older edition, and providers made after it,
    // say 2 to 128, beginning with a letter; names of that time may be in a state, and are only looked at in the configuration.
    #[attr(required, chars(1..=100), custom("a text that does not begin with http:// or https://", no_address))]
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

impl Resource for SslClientCert {
    type Data = Data;

    const TYPE: &'static str = TYPE;
    const IDENTITY: &'static [(&'static str, bool)] = &[("region", false), ("id", true)];

    async fn plan(cx: &Context<Data>, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        if plan.is_new() {
            cx.provider().alibaba.settings.plan_region(&mut plan.planned.region, &plan.config.region)?;
        }
        Ok(())
    }

    async fn create(cx: &Context<Data>, new: Create<Self>) -> Result<Self, Diagnostics> {
        let mut planned = new.planned;
        let (client, ctx) = (cx.provider().alibaba.client()?, ctx(cx));
        let region = CLOUD.region(&planned.region)?.to_owned();
        let failed = |error| failed("Creating the certificate failed", &error);

        let request = CreateSslVpnClientCert {
            ssl_vpn_server_id: said(&planned.ssl_server_id).unwrap_or_default(),
            name: said(&planned.name).unwrap_or_default(),
            client_token: ClientToken::new(),
        };
        let _turn = client.gateway_turn(&ctx, &region, &request.ssl_vpn_server_id).await.map_err(failed)?;
        let id = client.create_ssl_client_cert(&ctx, &region, &request).await.map_err(failed)?;
        tracing::info!(id, "the certificate is being created");
        planned.id = id.as_str().into();
        cx.save(&planned);
        let actual = client.wait_ssl_client_cert(&ctx, &region, &id).await.map_err(failed)?;
        completed(&planned, &Self::observed(&region, &actual, &planned))
    }

    async fn read(cx: &Context<Data>, state: Self) -> Result<Option<Self>, Diagnostics> {
        let region = CLOUD.region(&state.region)?;
        let id = state.id.as_deref().unwrap_or_default();
        let found = cx.provider().alibaba.client()?.listed_ssl_client_cert(&ctx(cx), region, id).await;
        let Some(actual) = found.map_err(|error| failed("Reading the certificate failed", &error))? else {
            return Ok(None);
        };
        let observed = Self::observed(region, &actual, &state);
        if let Some(warning) = observed.expiry() {
            cx.warn(warning);
        }
        Ok(Some(observed))
    }

    async fn update(cx: &Context<Data>, change: Change<Self>) -> Result<Self, Diagnostics> {
        let Change { prior, planned, .. } = change;
        // The name is all that can change in place.
        let Some(name) = changed(&prior.name, &planned.name) else { return completed(&planned, &prior) };
        let (client, ctx) = (cx.provider().alibaba.client()?, ctx(cx));
        let region = CLOUD.region(&prior.region)?;
        let failed = |error| failed("Changing the certificate failed", &error);

        let request = ModifySslVpnClientCert {
            ssl_vpn_client_cert_id: said(&prior.id).unwrap_or_default(),
            name,
            client_token: ClientToken::new(),
        };
        let server = prior.ssl_server_id.as_deref().unwrap_or_default();
        let _turn = client.gateway_turn(&ctx, region, server).await.map_err(failed)?;
        let actual = client.rename_ssl_client_cert(&ctx, region, &request).await.map_err(failed)?;
        completed(&planned, &Self::observed(region, &actual, &planned))
    }

    async fn delete(cx: &Context<Data>, state: Self) -> Result<(), Diagnostics> {
        let (client, ctx) = (cx.provider().alibaba.client()?, ctx(cx));
        let region = CLOUD.region(&state.region)?;
        let failed = |error| failed("Deleting the certificate failed", &error);

        let request = DeleteSslVpnClientCert {
            ssl_vpn_client_cert_id: said(&state.id).unwrap_or_default(),
            client_token: ClientToken::new(),
        };
        let server = state.ssl_server_id.as_deref().unwrap_or_default();
        let _turn = client.gateway_turn(&ctx, region, server).await.map_err(failed)?;
        client.delete_ssl_client_cert(&ctx, region, &request).await.map_err(failed)?;
        let id = &request.ssl_vpn_client_cert_id;
        client.wait_ssl_client_cert_deleted(&ctx, region, id).await.map_err(failed)?;
        Ok(())
    }

    async fn import(cx: &Context<Data>, id: &str) -> Result<Self, Diagnostics> {
        let (region, [id]) = cx.provider().alibaba.settings.import_id(id, ["vsc-"])?;
        Ok(Self { id: id.into(), region: region.into(), ..Self::default() })
    }
}

impl SslClientCert {
    /// The certificate as the service describes it. `before` stands where the service says nothing.
    fn observed(region: &str, actual: &SslVpnClientCert, before: &Self) -> Self {
        Self {
            id: told(text(&actual.ssl_vpn_client_cert_id), &before.id),
            region: region.into(),
            name: told(text(&actual.name), &before.name),
            ssl_server_id: told(text(&actual.ssl_vpn_server_id), &before.ssl_server_id),
            resource_group_id: text(&actual.resource_group_id),
            status: text(&actual.status),
            created_at: time(actual.create_time),
            expires_at: time(actual.end_time),
            timeouts: before.timeouts.clone(),
        }
    }

    /// What to say about a certificate that does not last: nobody else tells the user.
    fn expiry(&self) -> Option<Diagnostic> {
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

/// RFC 3339, from Unix milliseconds.
fn time(ms: Option<i64>) -> Value<String> {
    ms.and_then(|ms| Timestamp::from_millisecond(ms).ok()).map(|time| time.to_string()).into()
}

fn failed(summary: &str, error: &crate::cloud::Error) -> Diagnostic {
    errors::diagnostic(summary, error, attribute)
}

/// The attribute that an error code is about (VPC API 2016-04-28, error codes of the actions).
fn attribute(code: &str) -> Option<Path> {
    Some(Path::from(match code {
        "InvalidName" => "name",
        "InvalidSslVpnServerId.NotFound" => "ssl_server_id",
        "InvalidRegionId.NotFound" => "region",
        _ => return None,
    }))
}

/// The page does not say whether capitals matter; such a name is no use either way.
fn no_address(name: &Raw) -> Result<(), Finding> {
    let name = name.as_str().unwrap_or_default().to_ascii_lowercase();
    match ["http://", "https://"].into_iter().find(|start| name.starts_with(start)) {
        Some(start) => Err(Finding::error("Wrong beginning", format!("It must not begin with {start}."))),
        None => Ok(()),
    }
}

const TYPE: &str = "cloudvpn_alibaba_ssl_client_cert";

#[cfg(test)]
mod tests;
