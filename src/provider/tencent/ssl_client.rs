//! `cloudvpn_tencent_ssl_client`: who may connect to an SSL server on Tencent Cloud (VPC API 2017-03-12), and its ephemeral resource, which
//! hands out the key.

use jiff::Timestamp;

use crate::cloud;
use crate::cloud::tencent::{CertStatus, NewSslClient, SslState, SslVpnClient};
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Model, Value};
use crate::framework::path::Path;
use crate::framework::resource::Plan;
use crate::framework::timeouts::Timeouts;
use crate::provider::region;

use super::super::managed::Managed;
use super::super::tags::Tags;
use super::checks::name_in_bytes;
use super::parts::time;
use super::ssl::tags_matter;
use super::values::{changed, said, text, told};
use super::{Api, Tencent, filters, new_tags, shown_tags};

pub(crate) use ephemeral::EphemeralSslClient;

mod data;
mod ephemeral;

/// A client of an SSL server: a certificate with which somebody may connect to it.
///
/// The service makes the certificate and its private key. Neither is stored in the state: the ephemeral resource of the same name hands
/// them out. A certificate can be disabled for a while; one that expired, or soon will, is warned about when it is refreshed.
///
/// What Terraform asks for at the same time for one SSL server is made, switched and deleted in one call.
///
/// The API shows tags by another service only. They are read where there are any to keep, or where `tags` is set, were it to `{}`: that
/// costs one more call for each fifty clients that are refreshed.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct SslClient {
    /// Id of the SSL client, such as `vpnc-5bs7jf5q`. API member `SslVpnClientId`.
    #[attr(computed, prefix("vpnc-"))]
    id: Value<String>,
    /// Region of the SSL client.
    ///
    /// By default the provider's.
    #[attr(optional, computed, replace, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// Name of the SSL client, at most 60 bytes in UTF-8. API member `SslVpnClientName`.
    #[attr(required, replace, chars(1..), custom("at most 60 bytes long", name_in_bytes))]
    name: Value<String>,
    /// SSL server to which the certificate admits. API member `SslVpnServerId`.
    #[attr(required, replace, prefix("vpns-"))]
    ssl_server_id: Value<String>,
    /// Whether the certificate admits its holder. API actions `EnableVpnGatewaySslClientCert` and `DisableVpnGatewaySslClientCert`.
    #[attr(optional, computed, default = true)]
    enabled: Value<bool>,
    /// Tags of this SSL client, beside the provider's `default_tags`. A tag that is null removes a default.
    #[attr(optional)]
    tags: Value<Map<String>>,
    /// All tags of the SSL client.
    #[attr(computed)]
    tags_all: Value<Map<String>>,
    /// `normal`, `disabled`, `expired`, `creating` or `error`. API member `CertStatus`, a number from 0 to 4 there.
    #[attr(computed)]
    certificate_status: Value<String>,
    /// When the certificate begins to be valid, as the service writes it. API member `CertBeginTime`.
    #[attr(computed)]
    valid_from: Value<String>,
    /// When the certificate expires, as the service writes it. API member `CertEndTime`.
    #[attr(computed)]
    expires_at: Value<String>,
    /// `connected` when it works, or `creating`, `create_failed`, `updating`, `update_failed`, `destroying`, `destroy_failed` or
    /// `unknown`. API member `State`, a number from 0 to 7 there.
    #[attr(computed)]
    state: Value<String>,
    /// VPC of the SSL server's VPN gateway. API member `VpcId`.
    #[attr(computed)]
    vpc_id: Value<String>,
    /// How long operations may take; 10 minutes each by default.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

/// Whether a certificate is to admit its holder.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Switch {
    server: String,
    id: String,
    on: bool,
}

impl Managed for SslClient {
    type Side = Tencent;
    type Actual = SslVpnClient;
    type Change = Switch;

    const TYPE: &'static str = TYPE;
    const KIND: &'static str = "SSL client";
    const PREFIX: &'static str = "vpnc-";
    const OCCUPIES: &'static [&'static str] = &["ssl_server_id", "name"];
    const RESTING: &'static [(&'static str, &'static [&'static str])] = &[("state", &["connected"])];

    fn refine(plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        let Some(prior) = &plan.prior else { return Ok(()) };
        if prior.enabled != plan.planned.enabled {
            plan.planned.certificate_status = Value::Unknown;
        }
        Ok(())
    }

    fn observed(actual: &SslVpnClient, before: &Self) -> Self {
        let status = actual.cert_status.map(CertStatus::from);
        let enabled = match status {
            Some(CertStatus::Disabled) => Some(false),
            Some(CertStatus::Normal) => Some(true),
            // What cannot be used any more was neither enabled nor disabled by that.
            _ => said(&before.enabled).or(Some(true)),
        };
        Self {
            id: told(text(&actual.ssl_vpn_client_id), &before.id),
            name: told(text(&actual.name), &before.name),
            ssl_server_id: told(text(&actual.ssl_vpn_server_id), &before.ssl_server_id),
            enabled: enabled.into(),
            certificate_status: status.map(|status| status.to_string()).into(),
            valid_from: told(text(&actual.cert_begin_time), &before.valid_from),
            expires_at: told(text(&actual.cert_end_time), &before.expires_at),
            state: actual.state.map(|number| SslState::from(number).to_string()).into(),
            vpc_id: told(text(&actual.vpc_id), &before.vpc_id),
            ..before.clone()
        }
    }

    fn tags(actual: &SslVpnClient) -> Tags {
        shown_tags(actual.tag_set.as_deref().unwrap_or_default())
    }

    fn change(&self, planned: &Self, _config: &Self) -> Option<Switch> {
        let on = changed(&self.enabled, &planned.enabled)?;
        Some(Switch { server: self.server().to_owned(), id: said(&self.id)?, on })
    }

    async fn make(api: &Api<'_>, planned: &Self, _config: &Self) -> cloud::Result<String> {
        let new = NewSslClient { name: said(&planned.name).unwrap_or_default(), tags: new_tags(&planned.tags_all) };
        api.client.create_ssl_client(&api.ctx, &api.region, planned.server(), new).await
    }

    /// The API makes certificates that are enabled: one that is not to be is disabled as soon as it is there.
    async fn ready(api: &Api<'_>, id: &str, object: &Self, _turn: ()) -> cloud::Result<SslVpnClient> {
        let client = api.client.wait_ssl_client(&api.ctx, &api.region, id).await?;
        let is_on = client.cert_status.map(CertStatus::from) == Some(CertStatus::Normal);
        if !is_on || object.enabled != Value::Known(false) {
            return Ok(client);
        }
        api.client.enable_ssl_client(&api.ctx, &api.region, object.server(), id, false).await?;
        api.client.wait_ssl_client(&api.ctx, &api.region, id).await
    }

    async fn existing(api: &Api<'_>, planned: &Self) -> cloud::Result<Vec<String>> {
        let filters = filters([("ssl-vpn-server-id", &planned.ssl_server_id), ("ssl-vpn-client-name", &planned.name)]);
        let there = api.client.ssl_clients(&api.ctx, &api.region, &filters).await?;
        let namesakes = there.into_iter().filter(|client| client.name.as_deref() == planned.name.as_deref());
        Ok(namesakes.filter_map(|client| client.ssl_vpn_client_id).collect())
    }

    async fn find(api: &Api<'_>, id: &str, state: &Self) -> cloud::Result<Option<SslVpnClient>> {
        api.client.ssl_client(&api.ctx, &api.region, id, tags_matter(&state.tags, &state.tags_all)).await
    }

    async fn modify(api: &Api<'_>, change: &Switch) -> cloud::Result<()> {
        api.client.enable_ssl_client(&api.ctx, &api.region, &change.server, &change.id, change.on).await
    }

    async fn remove(api: &Api<'_>, id: &str, state: &Self, _turn: ()) -> cloud::Result<()> {
        api.client.delete_ssl_client(&api.ctx, &api.region, state.server(), id).await
    }

    fn notice(&self) -> Option<Diagnostic> {
        self.expiry(Timestamp::now())
    }

    /// VPC API 2017-03-12, error codes of the actions.
    fn attribute(code: &str) -> Option<Path> {
        Some(Path::from(match code {
            "InvalidParameterValue.TooLong" | "UnsupportedOperation.RecordExists" => "name",
            "LimitExceeded.SslVpnClientLimitExceeded" => "ssl_server_id",
            "UnsupportedOperation.SSLClientCertAlreadyEnableOrCertAbnormal"
            | "UnsupportedOperation.SSLClientCertAlreadyDisableOrCertAbnormal" => "enabled",
            _ => return None,
        }))
    }
}

impl SslClient {
    fn server(&self) -> &str {
        self.ssl_server_id.as_deref().unwrap_or_default()
    }

    /// What to say about a certificate that does not last: nobody else tells the user.
    fn expiry(&self, now: Timestamp) -> Option<Diagnostic> {
        let ends = self.expires_at.as_deref().and_then(time);
        let expired = self.certificate_status == Value::from(CertStatus::Expired.to_string());
        let summary = match ends.map(|ends| ends.as_second() - now.as_second()) {
            _ if expired => "Certificate has expired",
            Some(..=0) => "Certificate has expired",
            Some(left) if left <= SOON => "Certificate expires soon",
            _ => return None,
        };
        let detail = format!(
            "The certificate of {} expires at {}. Replace it, for example with -replace, and give the new one to its client.",
            self.id.as_deref().unwrap_or("this SSL client"),
            self.expires_at.as_deref().unwrap_or("an unknown time"),
        );
        Some(Diagnostic::warning(summary, detail))
    }
}

const TYPE: &str = "cloudvpn_tencent_ssl_client";

/// 30 days, in seconds.
const SOON: i64 = 30 * 24 * 60 * 60;

#[cfg(test)]
mod tests;
