use std::error::Error as StdError;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use std::{io, iter};

use bytes::{Bytes, BytesMut};
use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, Method, Url};
use rustls::{ClientConfig, RootCertStore, crypto};
use serde::de::IgnoredAny;

use crate::cloud::error::{Class, Error};

/// One pooled HTTP client for all calls of a process, built when the first call needs it.
///
/// Nothing is built, read from disk or resolved before: most provider processes only answer with
/// their schema.
#[derive(Debug, Default)]
pub(crate) struct Transport {
    tls: OnceLock<Client>,
    plain: OnceLock<Client>,
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
}

impl Transport {
    /// Sends `request` and reads the whole answer, whatever its status.
    pub(crate) async fn send(&self, request: Request) -> Result<Reply, SendFailure> {
        let client = self.client(&request.url).map_err(|error| SendFailure {
            message: format!("cannot set up HTTP: {}", describe(&error)),
            status: None,
            sent: false,
            permanent: true,
        })?;
        let answer =
            client.request(request.method, request.url).headers(request.headers).body(request.body).send().await;
        let mut answer = answer.map_err(|error| unanswered(&error))?;

        let status = answer.status().as_u16();
        let headers = std::mem::take(answer.headers_mut());
        let mut body = BytesMut::new();
        loop {
            match answer.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > LARGEST_BODY => {
                    return Err(SendFailure {
                        message: format!("the answer is larger than {LARGEST_BODY} bytes"),
                        status: Some(status),
                        sent: true,
                        permanent: true,
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
                    });
                }
            }
        }
        Ok(Reply { status, headers, body: body.freeze() })
    }

    fn client(&self, url: &Url) -> Result<Client, reqwest::Error> {
        let (slot, build): (_, fn(&Url) -> _) = match url.scheme() {
            "http" => (&self.plain, build_plain),
            _ => (&self.tls, |_| build_tls()),
        };
        if let Some(client) = slot.get() {
            return Ok(client.clone());
        }
        // Two first calls may both build; one client is kept.
        let client = build(url)?;
        Ok(slot.get_or_init(|| client).clone())
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

/// A client with the system's root certificates, or with Mozilla's where the system has none:
/// minimal containers.
fn build_tls() -> Result<Client, reqwest::Error> {
    builder().build().or_else(|error| {
        tracing::debug!("using the bundled root certificates: {}", describe(&error));
        bundled_roots().build()
    })
}

fn bundled_roots() -> ClientBuilder {
    let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has suites for all versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    builder().tls_backend_preconfigured(config)
}

/// A client for `http://`, which reads no root certificates. A mock on this machine is not behind
/// the proxy.
fn build_plain(url: &Url) -> Result<Client, reqwest::Error> {
    let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let builder = builder().tls_certs_only([]);
    let builder = if loopback { builder.no_proxy() } else { builder };
    builder.build()
}

fn builder() -> ClientBuilder {
    Client::builder()
        .user_agent(USER_AGENT)
        .tcp_nodelay(true)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        // A signature holds for one address; and retrying is the caller's business.
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
}

fn unanswered(error: &reqwest::Error) -> SendFailure {
    let sent = !error.is_connect() && !error.is_builder();
    let host = error.url().and_then(Url::host_str).unwrap_or("the service");
    let message = match sent {
        false => format!("cannot connect to {host}: {}", describe(error)),
        true => format!("the connection failed before the answer came: {}", describe(error)),
    };
    SendFailure { message, status: None, sent, permanent: error.is_builder() || is_mistrusted(error) }
}

/// Whether the other side is not the one to talk to: a certificate that does not hold, or no TLS at all.
fn is_mistrusted(error: &reqwest::Error) -> bool {
    let mut causes = iter::successors(error.source(), |&cause| cause.source());
    causes.any(|mut cause| {
        // The source of an I/O error is not the error that it wraps, but the source of that.
        while let Some(wrapped) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            cause = wrapped;
        }
        let tls = cause.downcast_ref::<rustls::Error>();
        tls.is_some_and(|tls| matches!(tls, rustls::Error::InvalidCertificate(_) | rustls::Error::InvalidMessage(_)))
    })
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

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// A page of 100 tunnels is some hundred KB.
const LARGEST_BODY: usize = 32 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_roots_make_a_client() {
        assert!(webpki_roots::TLS_SERVER_ROOTS.len() > 50);
        bundled_roots().build().unwrap();
    }

    #[test]
    fn a_tls_client_can_be_built_whatever_roots_the_system_has() {
        build_tls().unwrap();
    }

    #[test]
    fn plain_http_needs_no_roots() {
        build_plain(&Url::parse("http://127.0.0.1:8080").unwrap()).unwrap();
    }

    #[test]
    fn the_date_header_is_read() {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, "Tue, 14 Nov 2023 22:13:20 GMT".parse().unwrap());
        let reply = Reply { status: 200, headers, body: Bytes::new() };

        assert_eq!(reply.date(), Some(1_700_000_000));
    }

    #[test]
    fn a_body_is_described_and_never_shown() {
        for (body, kind) in [
            ("", "an empty body"),
            ("<html>secret</html>", "19 bytes of HTML or XML instead of JSON"),
            ("{\"secret\":", "10 bytes of broken or cut JSON"),
            ("{\"secret\":1}", "12 bytes of other JSON"),
            ("secret", "6 bytes that are not JSON"),
        ] {
            let body = Bytes::from_static(body.as_bytes());
            assert_eq!(Reply { status: 200, headers: HeaderMap::new(), body }.describe_body(), kind);
        }
    }
}
