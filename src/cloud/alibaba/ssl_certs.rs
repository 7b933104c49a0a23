//! SSL client certificates: requests and answers of the VPC API 2016-04-28, and what it takes to
//! make, read, rename and delete one safely.
//!
//! In answers every member may be absent.

use std::time::Duration;

use secrecy::SecretString;
use serde::Serialize;
use tokio::time::Instant;

use crate::cloud::adopt::{Candidate, Comparison, Likeness};
use crate::cloud::alibaba::client::{Client, Empty, action};
use crate::cloud::alibaba::creates::{Makes, said, seconds};
use crate::cloud::alibaba::describe::{Describe, Described, Paging};
use crate::cloud::alibaba::token::ClientToken;
use crate::cloud::alibaba::turns::Turn;
use crate::cloud::answer::Answer;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Result};
use crate::cloud::listing::Page;
use crate::cloud::wait::{self, Poll};

/// Asks for a certificate of an SSL server. Its key is in no answer but that of
/// [`DescribeSslVpnClientCert`].
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateSslVpnClientCert {
    pub ssl_vpn_server_id: String,
    /// 1 to 100 characters, not beginning with `http://` or `https://`. Without it, the name is empty or the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub client_token: ClientToken,
}

/// Asks for one certificate, with its key: only for whoever needs that.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeSslVpnClientCert {
    pub ssl_vpn_client_cert_id: String,
}

/// Renames a certificate: nothing else about it can change.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifySslVpnClientCert {
    pub ssl_vpn_client_cert_id: String,
    /// 1 to 100 characters, not beginning with `http://` or `https://`.
    pub name: String,
    pub client_token: ClientToken,
}

/// Deletes a certificate, which disconnects every client of its SSL server. Asynchronous: the VPN
/// gateway is busy for a while.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeleteSslVpnClientCert {
    ssl_vpn_client_cert_id: String,
    client_token: ClientToken,
}

/// A certificate as the service describes it.
#[derive(Clone, Debug, Default, Answer)]
pub struct SslVpnClientCert {
    pub ssl_vpn_client_cert_id: Option<String>,
    pub ssl_vpn_server_id: Option<String>,
    pub name: Option<String>,
    /// That of the SSL server.
    pub resource_group_id: Option<String>,
    /// `normal`, `expiring-soon` (a week or less is left) or `expired`.
    pub status: Option<String>,
    /// Unix time in milliseconds.
    pub create_time: Option<i64>,
    /// Unix time in milliseconds.
    pub end_time: Option<i64>,
    /// PEM, of the authority that signed the certificate.
    pub ca_cert: Option<String>,
    /// PEM.
    pub client_cert: Option<String>,
    /// PEM.
    pub client_key: Option<SecretString>,
    /// An OpenVPN profile that names the other three as files.
    pub client_config: Option<SecretString>,
}

/// What a create or a change answers.
#[derive(Clone, Debug, Default, Answer)]
pub struct SslVpnClientCertAnswer {
    pub ssl_vpn_client_cert_id: Option<String>,
}

impl Client {
    /// Makes a certificate and gives its id. Wait with [`Client::wait_ssl_client_cert`] afterwards.
    ///
    /// Its client token makes repetitions give the first one's answer, so that a call of unknown
    /// outcome is repeated like any other. An error with [`is_ambiguous`](crate::cloud::Error::is_ambiguous) means that there
    /// may be a certificate nevertheless.
    pub async fn create_ssl_client_cert(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &CreateSslVpnClientCert,
    ) -> Result<String> {
        self.made(ctx, region, request).await
    }

    /// The certificate `id` without its key, or none when the service clearly says that there is no
    /// such certificate.
    ///
    /// A process that reads many certificates lists them instead of asking for each; what is seen may
    /// be a few seconds old, though never older than this client's last write in the region.
    pub async fn listed_ssl_client_cert(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<SslVpnClientCert>> {
        self.inner.certs.read(&Described::by(self), ctx, region, id).await
    }

    /// All certificates that match the filters of `request`, without their keys.
    pub async fn ssl_client_certs(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &DescribeSslVpnClientCerts,
    ) -> Result<Vec<SslVpnClientCert>> {
        self.all(ctx, region, request).await
    }

    /// The certificate `id` with its key, or none when the service clearly says that there is no
    /// such certificate. An answer that says neither is an error: nothing must be dropped from
    /// anyone's records on a guess.
    pub async fn ssl_client_cert(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<SslVpnClientCert>> {
        let request = DescribeSslVpnClientCert { ssl_vpn_client_cert_id: id.to_owned() };
        self.single(ctx, region, &request, id, |cert| cert.ssl_vpn_client_cert_id.as_deref(), GONE).await
    }

    /// Renames a certificate. Wait with [`Client::wait_ssl_client_cert`] afterwards.
    pub async fn rename_ssl_client_cert(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &ModifySslVpnClientCert,
    ) -> Result<()> {
        self.call(ctx, region, request).await.map(drop)
    }

    /// Deletes a certificate to the end, in the turn of its VPN gateway; one that is gone already is fine.
    pub async fn delete_ssl_client_cert(&self, ctx: &Ctx, region: &str, turn: Turn, id: &str) -> Result<()> {
        let request =
            DeleteSslVpnClientCert { ssl_vpn_client_cert_id: id.to_owned(), client_token: ClientToken::new() };
        if !self.removed(ctx, region, &request, GONE).await? {
            return Ok(());
        }
        self.inner.sightings.going(region, id);
        // Where the gateway is not known, or nobody may ask for it, the certificate itself has to tell that the next write may come.
        let _turn = match turn.is_of_gateway() {
            true => match turn.deleted(ctx, "deletion of a certificate").await {
                Err(error) if error.class() == Class::Auth => {
                    tracing::debug!(id, "the VPN gateway of the certificate cannot be asked for: {error}");
                    Some(turn)
                }
                ended => {
                    ended?;
                    drop(turn);
                    None
                }
            },
            false => Some(turn),
        };
        wait::until_gone(ctx, id, || async {
            let cert = self.ssl_client_cert_now(ctx, region, id).await?;
            Ok(cert.map(|cert| cert.status.unwrap_or_else(|| "unknown".to_owned())))
        })
        .await
    }

    /// Waits until the certificate `id` is in one of its documented states and has its name, and gives it.
    ///
    /// The state is `normal` for a new one; but one that is short-lived, or made long ago by a call that
    /// is repeated now, must not be waited for in vain. Another name is waited out for half a minute
    /// at most: should the service write the name in another way, that is for the caller to see.
    pub async fn wait_ssl_client_cert(
        &self,
        ctx: &Ctx,
        region: &str,
        id: &str,
        name: Option<&str>,
    ) -> Result<SslVpnClientCert> {
        let started = Instant::now();
        wait::until_it_is(ctx, id, "normal", || async {
            let cert = self.ssl_client_cert_now(ctx, region, id).await?;
            let late = started.elapsed() >= RENAMING;
            Ok(cert.map(|cert| match name.is_none() || cert.name.as_deref() == name || late {
                true => settled(cert),
                false => Poll::Pending("the old name".to_owned()),
            }))
        })
        .await
    }

    /// Without its key, as it is now.
    async fn ssl_client_cert_now(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<SslVpnClientCert>> {
        self.inner.certs.now(&Described::by(self), ctx, region, id).await
    }
}

impl Makes for CreateSslVpnClientCert {
    const KIND: &'static str = "certificate";
    const PREFIX: Option<&'static str> = Some("vsc-");

    fn name(&self) -> Option<&str> {
        said(&self.name)
    }

    fn place(&self) -> String {
        format!("of {}", self.ssl_vpn_server_id)
    }

    fn id(&self, answer: SslVpnClientCertAnswer) -> Option<String> {
        answer.ssl_vpn_client_cert_id
    }

    async fn there(&self, client: &Client, ctx: &Ctx, region: &str) -> Result<Vec<Candidate>> {
        let filters =
            DescribeSslVpnClientCerts { ssl_vpn_server_id: Some(self.ssl_vpn_server_id.clone()), ..Default::default() };
        let candidates = client.ssl_client_certs(ctx, region, &filters).await?.into_iter().filter_map(|cert| {
            // The server and the name are all that a certificate has. It has no tags.
            let mut comparison = Comparison::new(false);
            let shown = cert.name.as_deref().unwrap_or_default();
            let is_named = match self.name() {
                Some(name) => shown == name,
                None => shown.is_empty() || cert.ssl_vpn_client_cert_id.as_deref() == Some(shown),
            };
            comparison.is("name", is_named, false).word(
                "SSL server",
                Some(&self.ssl_vpn_server_id),
                cert.ssl_vpn_server_id.as_deref(),
            );
            let (likeness, created): (Likeness, _) = (comparison.likeness(), seconds(cert.create_time));
            Some(Candidate { id: cert.ssl_vpn_client_cert_id?, name: cert.name, likeness, created })
        });
        Ok(candidates.collect())
    }
}

impl Describe for DescribeSslVpnClientCerts {
    type Item = SslVpnClientCert;

    fn at(self, paging: Paging) -> Self {
        Self { paging, ..self }
    }

    fn page(answer: DescribeSslVpnClientCertsAnswer) -> Page<SslVpnClientCert> {
        Page { items: answer.ssl_vpn_client_cert_keys, total: answer.total_count }
    }

    fn id(cert: &SslVpnClientCert) -> Option<&str> {
        cert.ssl_vpn_client_cert_id.as_deref()
    }

    /// Not by the action that describes a single one: its answer has the key, which nobody asked for, and takes a permission of its own.
    async fn one(client: &Client, ctx: &Ctx, region: &str, id: &str) -> Result<Option<SslVpnClientCert>> {
        let request = Self { ssl_vpn_client_cert_id: Some(id.to_owned()), ..Self::default() };
        client.listed_alone(ctx, region, &request, id, GONE).await
    }
}

action!(CreateSslVpnClientCert, CreateOnce => SslVpnClientCertAnswer);

action!(DescribeSslVpnClientCert, Read => SslVpnClientCert);

action!(ModifySslVpnClientCert, Write => SslVpnClientCertAnswer);

action!(DeleteSslVpnClientCert, Delete => Empty);

/// Asks for a page of the certificates of a region, without keys.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeSslVpnClientCerts {
    pub ssl_vpn_client_cert_id: Option<String>,
    pub ssl_vpn_server_id: Option<String>,
    pub name: Option<String>,
    #[serde(flatten)]
    pub(crate) paging: Paging,
}

#[derive(Default, Answer)]
pub struct DescribeSslVpnClientCertsAnswer {
    total_count: Option<i64>,
    #[member(rows)]
    ssl_vpn_client_cert_keys: Option<Vec<SslVpnClientCert>>,
}

action!(DescribeSslVpnClientCerts, Read => DescribeSslVpnClientCertsAnswer);

fn settled(cert: SslVpnClientCert) -> Poll<SslVpnClientCert> {
    match cert.status.as_deref() {
        Some("normal" | "expiring-soon" | "expired") => Poll::Ready(cert),
        status => Poll::Pending(status.unwrap_or("unknown").to_owned()),
    }
}

/// That a certificate does not exist: the action that shows one with its key has another code for it than Modify and Delete. Of a listing,
/// an empty one is to be expected.
const GONE: &[&str] = &["InvalidInstanceId.NotFound", "InvalidSslVpnClientCertId.NotFound"];

/// How long the old name may still be shown.
const RENAMING: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests;
