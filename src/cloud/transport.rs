//! HTTP: one request, one whole answer, over TLS, through a proxy or not.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use std::{env, fmt, fs, io, iter};

use bytes::{Bytes, BytesMut};
use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, Client, ClientBuilder, Method, NoProxy, Proxy, Url};
use rustls::{ClientConfig, RootCertStore, crypto};
use serde::de::IgnoredAny;

use crate::cloud::error::{Class, Error};
use crate::cloud::proxy;

/// One pooled HTTP client for all calls of a process, built when the first call needs it. Those that clone it share it.
///
/// Nothing is built, read from disk or resolved before: most provider processes only answer with
/// their schema.
#[derive(Clone, Debug, Default)]
pub struct Transport(Arc<Clients>);

/// How calls get to the services, where that is not as the environment says.
#[derive(Clone, Default)]
pub struct Network {
    /// A file with the certificates of the only authorities that are trusted.
    pub ca_bundle: Option<PathBuf>,
    /// The proxy for all calls. May have a password in it.
    pub proxy: Option<String>,
    /// The hosts that are called without it, as `NO_PROXY` names them.
    pub no_proxy: Option<String>,
    /// What follows our own name and version in `User-Agent`.
    pub user_agent: Option<String>,
}

#[derive(Debug, Default)]
struct Clients {
    network: Network,
    tls: OnceLock<Client>,
    plain: OnceLock<Client>,
    /// Without any proxy, for what gives keys to whoever asks.
    direct_tls: OnceLock<Client>,
    direct_plain: OnceLock<Client>,
}

/// A request that is ready to be sent. Has no `Debug`: its headers and body carry secrets.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An answer, read to its end.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Why there is no whole answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SendFailure {
    pub(crate) message: String,
    /// The status of an answer that ended too early.
    pub(crate) status: Option<u16>,
    /// Whether the service may have received the request.
    pub(crate) sent: bool,
    /// Whether the next attempt would fail in the same way.
    pub(crate) permanent: bool,
    /// What the user can do.
    pub(crate) hint: Option<&'static str>,
}

impl Transport {
    pub fn new(network: Network) -> Self {
        Self(Arc::new(Clients { network, ..Clients::default() }))
    }

    /// Sends `request` and reads the whole answer, whatever its status.
    pub(crate) async fn send(&self, request: Request) -> Result<Reply, SendFailure> {
        let client = self.client(&request.url).map_err(cannot_set_up)?;
        exchange(&client, request, LARGEST_BODY).await
    }

    /// The same without any proxy, whatever the environment says, for an answer of at most so many bytes.
    pub(crate) async fn ask(&self, request: Request, largest: usize) -> Result<Reply, SendFailure> {
        let plain = request.url.scheme() == "http";
        let slot = if plain { &self.0.direct_plain } else { &self.0.direct_tls };
        let client = match slot.get() {
            Some(client) => client,
            None => {
                let direct = Network { proxy: None, ..self.0.network.clone() };
                let client = if plain { direct.plain(true) } else { direct.tls(true) }.map_err(cannot_set_up)?;
                slot.get_or_init(|| client)
            }
        };
        exchange(client, request, largest).await
    }

    fn client(&self, url: &Url) -> Result<Client, String> {
        let Clients { network, tls, plain, .. } = &*self.0;
        let slot = if url.scheme() == "http" { plain } else { tls };
        if let Some(client) = slot.get() {
            return Ok(client.clone());
        }
        if network.proxy.is_none() {
            proxy::check(url)?;
        }
        // Two first calls may both build; one client is kept.
        let client = match url.scheme() {
            "http" => network.plain(proxy::is_loopback(url)),
            _ => network.tls(false),
        }?;
        Ok(slot.get_or_init(|| client).clone())
    }
}

fn cannot_set_up(message: String) -> SendFailure {
    let message = format!("cannot set up HTTP: {message}");
    SendFailure { message, status: None, sent: false, permanent: true, hint: None }
}

/// Sends `request` and reads the whole answer, whatever its status.
async fn exchange(client: &Client, request: Request, largest: usize) -> Result<Reply, SendFailure> {
    let answer = client.request(request.method, request.url).headers(request.headers).body(request.body).send().await;
    let mut answer = answer.map_err(|error| unanswered(&error))?;

    let status = answer.status().as_u16();
    let headers = std::mem::take(answer.headers_mut());
    let mut body = BytesMut::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > largest => {
                return Err(SendFailure {
                    message: format!("the answer is larger than {largest} bytes"),
                    status: Some(status),
                    sent: true,
                    permanent: true,
                    hint: None,
                });
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => {
                return Err(SendFailure {
                    message: format!("the answer broke off after {} bytes: {}", body.len(), describe(&error)),
                    status: Some(status),
                    sent: true,
                    permanent: false,
                    hint: None,
                });
            }
        }
    }
    Ok(Reply { status, headers, body: body.freeze() })
}

impl Request {
    /// The host and port that it goes to.
    pub(crate) fn host(&self) -> String {
        self.url.authority().to_owned()
    }
}

impl Reply {
    /// The service's clock, in Unix seconds.
    pub(crate) fn date(&self) -> Option<i64> {
        let date = self.headers.get(DATE)?.to_str().ok()?;
        Some(jiff::fmt::rfc2822::parse(date).ok()?.timestamp().as_second())
    }

    /// The delay the service asks for, where it gives one in seconds.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let seconds = self.headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
        Some(Duration::from_secs(seconds))
    }

    /// Says what kind of thing the body is, without showing any of it.
    pub(crate) fn describe_body(&self) -> String {
        let start = self.body.trim_ascii_start();
        match start.first() {
            None => "an empty body".to_owned(),
            Some(b'<') => format!("{} bytes of HTML or XML instead of JSON", self.body.len()),
            Some(b'{') if serde_json::from_slice::<IgnoredAny>(&self.body).is_ok() => {
                format!("{} bytes of other JSON", self.body.len())
            }
            Some(b'{') => format!("{} bytes of broken or cut JSON", self.body.len()),
            Some(_) => format!("{} bytes that are not JSON", self.body.len()),
        }
    }
}

/// The value of a header; an error that names `what` it was, where it cannot be one.
pub(crate) fn header(what: &str, value: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(value)
        .map_err(|_| Error::new(Class::Invalid, format!("the {what} has characters that cannot be sent in a header")))
}

/// Like [`header`], and not shown by `Debug`.
pub(crate) fn secret_header(what: &str, value: &str) -> Result<HeaderValue, Error> {
    let mut value = header(what, value)?;
    value.set_sensitive(true);
    Ok(value)
}

impl Network {
    /// A client with the system's root certificates, or with Mozilla's where the system has none: minimal containers. `direct`: without any
    /// proxy.
    fn tls(&self, direct: bool) -> Result<Client, String> {
        let told = |error: reqwest::Error| describe(&error);
        if let Some(path) = &self.ca_bundle {
            let unusable = |why: String| format!("custom_ca_bundle, {}: {why}", path.display());
            let pem = fs::read(path).map_err(|error| unusable(error.to_string()))?;
            let certificates = Certificate::from_pem_bundle(&pem).map_err(|_| unusable(NO_PEM.to_owned()))?;
            if certificates.is_empty() {
                return Err(unusable(NO_PEM.to_owned()));
            }
            return self.builder(direct)?.tls_certs_only(certificates).build().map_err(told);
        }
        self.builder(direct)?.build().or_else(|error| {
            // Whoever names certificates means those and no others.
            let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
            if ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().any(is_set) {
                return Err(told(error));
            }
            tracing::debug!("using the bundled root certificates: {}", describe(&error));
            self.bundled_roots(direct)?.build().map_err(told)
        })
    }

    /// A client for `http://`, which reads no root certificates.
    fn plain(&self, direct: bool) -> Result<Client, String> {
        self.builder(direct)?.tls_certs_only([]).build().map_err(|error| describe(&error))
    }

    fn bundled_roots(&self, direct: bool) -> Result<ClientBuilder, String> {
        let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let config = ClientConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has suites for all versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(self.builder(direct)?.tls_backend_preconfigured(config))
    }

    fn builder(&self, direct: bool) -> Result<ClientBuilder, String> {
        let agent = match &self.user_agent {
            Some(more) => HeaderValue::from_str(&format!("{USER_AGENT} {more}"))
                .map_err(|_| "TF_APPEND_USER_AGENT has characters that cannot be sent".to_owned())?,
            None => HeaderValue::from_static(USER_AGENT),
        };
        let builder = Client::builder();
        // What is sent and never acknowledged is no business of the keepalive's.
        #[cfg(target_os = "linux")]
        let builder = builder.tcp_user_timeout(KEEPALIVE * (KEEPALIVES + 1));
        let builder = builder
            .user_agent(agent)
            .tcp_nodelay(true)
            .connect_timeout(CONNECT_TIMEOUT)
            // Answers are waited for as long as an operation may take: a connection that is dead has to be found otherwise.
            .tcp_keepalive(KEEPALIVE)
            .tcp_keepalive_interval(KEEPALIVE)
            .tcp_keepalive_retries(KEEPALIVES)
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            // A signature holds for one address; and retrying is the caller's business.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        Ok(match &self.proxy {
            _ if direct => builder.no_proxy(),
            None => builder,
            Some(address) => {
                // What it says may be a password.
                let proxy = Proxy::all(address).map_err(|_| "http_proxy is no address of a proxy".to_owned())?;
                let exempt = self.no_proxy.as_deref().and_then(NoProxy::from_string);
                builder.no_proxy().proxy(proxy.no_proxy(exempt))
            }
        })
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network")
            .field("ca_bundle", &self.ca_bundle)
            .field("no_proxy", &self.no_proxy)
            .finish_non_exhaustive()
    }
}

fn unanswered(error: &reqwest::Error) -> SendFailure {
    let sent = !error.is_connect() && !error.is_builder();
    let host = error.url().and_then(Url::host_str).unwrap_or("the service");
    if let Some((what, hint)) = tls_error(error).and_then(mistrusted) {
        let message = format!("cannot connect to {host}: {what}");
        return SendFailure { message, status: None, sent, permanent: true, hint: Some(hint) };
    }
    let message = match sent {
        false => format!("cannot connect to {host}: {}", describe(error)),
        true => format!("the connection failed before the answer came: {}", describe(error)),
    };
    let hint = (!sent).then_some(UNREACHABLE);
    SendFailure { message, status: None, sent, permanent: error.is_builder(), hint }
}

/// The failure of TLS among the causes.
fn tls_error(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut causes = iter::successors(error.source(), |&cause| cause.source());
    causes.find_map(|mut cause| {
        // The source of an I/O error is not the error that it wraps, but the source of that.
        while let Some(wrapped) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            cause = wrapped;
        }
        cause.downcast_ref::<rustls::Error>()
    })
}

/// What is wrong with the other side, if it is not the one to talk to, and what to do: a certificate that does not hold, or no TLS at all.
fn mistrusted(error: &rustls::Error) -> Option<(String, &'static str)> {
    use rustls::CertificateError as Certificate;
    let certificate = match error {
        rustls::Error::InvalidCertificate(certificate) => certificate,
        rustls::Error::InvalidMessage(_) => return Some(("it does not speak TLS".to_owned(), NO_TLS)),
        rustls::Error::PeerIncompatible(_) => {
            return Some(("it speaks no version of TLS that is still safe".to_owned(), NO_TLS));
        }
        rustls::Error::NoCertificatesPresented => return Some(("it shows no TLS certificate".to_owned(), NO_TLS)),
        _ => return None,
    };
    let (what, hint) = match certificate {
        Certificate::UnknownIssuer => ("is signed by nobody whom this machine trusts", DISTRUST),
        Certificate::Expired | Certificate::ExpiredContext { .. } => ("has expired", CLOCK_OR_DISTRUST),
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => ("is not valid yet", CLOCK_OR_DISTRUST),
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => (
            "is for another name",
            "Check the endpoint and the proxy variables: something else answers under this name.",
        ),
        Certificate::Revoked => ("has been revoked", DISTRUST),
        Certificate::InvalidPurpose | Certificate::InvalidPurposeContext { .. } => {
            ("is not meant for servers", DISTRUST)
        }
        Certificate::BadSignature => ("has a signature that is wrong", DISTRUST),
        // webpki has more names than rustls passes on.
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            ("is that of a certificate authority and not of a server, as self-made ones often are", SELF_MADE)
        }
        _ => ("is not one that this machine accepts", DISTRUST),
    };
    Some((format!("its TLS certificate {what}"), hint))
}

/// The causes of `error`, outermost first, without the address: in some APIs the query carries the
/// signature.
fn describe(error: &reqwest::Error) -> String {
    let mut causes = Vec::<String>::new();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !causes.iter().any(|known| known.contains(&text)) {
            causes.push(text);
        }
        source = cause.source();
    }
    if causes.is_empty() { "no details".to_owned() } else { causes.join(": ") }
}

/// Name and version in `User-Agent` and in the clouds' own client labels.
pub(crate) const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// What to look at when there is no way to a service.
pub(crate) const UNREACHABLE: &str =
    "Check the name of the region, the network, the proxy variables and the endpoint, if one is configured.";
const NO_TLS: &str = "Check the endpoint, if one is configured: one that speaks plain HTTP is written with http://. Otherwise something in \
                      between answers in the service's place: check the proxy variables and the network.";
const DISTRUST: &str = "Where the network inspects TLS, or the endpoint has a certificate of one's own, its authority has to be known here: \
                        add its certificate to those of the system, or name a file that has it beside the others as SSL_CERT_FILE.";
const CLOCK_OR_DISTRUST: &str = "Check this machine's clock. Where the network inspects TLS, or the endpoint has a certificate of one's own, \
                                 that one has to be renewed; the authorities that are trusted are those of the system, or in the file that \
                                 SSL_CERT_FILE names.";
const SELF_MADE: &str = "Give the endpoint a certificate that an authority signed, which may be one of one's own: its certificate goes to \
                         those of the system, or into the file that SSL_CERT_FILE names. Where the network inspects TLS, ask who runs it.";

const NO_PEM: &str = "it has no certificates in PEM";

const KEEPALIVE: Duration = Duration::from_secs(15);
const KEEPALIVES: u32 = 4;
/// Long enough for a resolver whose first server is dead, which takes 5 s, and for two lost SYNs.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(6);
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// A page of 100 tunnels is some hundred KB.
const LARGEST_BODY: usize = 32 << 20;

#[cfg(test)]
mod tests;
