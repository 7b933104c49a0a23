//! What gives a key to whoever asks: the metadata services of the clouds, and an address that somebody runs for that.
//!
//! Whoever answers there chooses the account that everything is made in. So nothing of it goes through a proxy, no redirect is followed, and
//! little is believed.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use tokio::time::Instant;

use crate::cloud::credentials::{Fetching, called_off};
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::transport::{Reply, Request};

/// One request.
pub(crate) struct Question<'a> {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// One header of its own, where there is one.
    pub(crate) header: Option<(&'static str, &'a str)>,
    pub(crate) patience: Duration,
}

impl<'a> Question<'a> {
    /// A `GET` as the metadata services want it, which answer at once where there is one.
    pub(crate) fn get(url: Url) -> Self {
        Self { method: Method::GET, url, header: None, patience: PATIENCE }
    }

    pub(crate) fn with(self, name: &'static str, value: &'a str) -> Self {
        Self { header: Some((name, value)), ..self }
    }
}

/// Asks, and gives the answer, whatever its status, unless that tells of a failure that passes.
///
/// Where nobody answers there is no such service, so that it is asked a few times only. What answered once, now or for an earlier key, and
/// fails, is waited for as long as the operation waits for a service, with growing pauses.
pub(crate) async fn ask(cx: &Fetching<'_>, question: &Question<'_>) -> Result<Reply> {
    let mut headers = HeaderMap::new();
    if let Some((name, value)) = question.header {
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| Error::new(Class::Auth, "the session token that it gave cannot be sent back"))?;
        value.set_sensitive(true);
        headers.insert(HeaderName::from_static(name), value);
    }
    let host = question.url.host_str().unwrap_or_default().to_owned();
    let begun = Instant::now();
    let mut is_there = cx.renews;
    let mut attempts = 0;
    loop {
        let (method, url) = (question.method.clone(), question.url.clone());
        let request = Request { method, url, headers: headers.clone(), body: Bytes::new() };
        let sending = tokio::time::timeout(question.patience, cx.caller.transport().ask(request, LARGEST));
        let failure = match cx.ctx.run(sending).await {
            Err(interrupt) => return Err(called_off(interrupt)),
            Ok(Err(_elapsed)) => {
                let within = question.patience.as_secs();
                Error::new(Class::Transient, format!("no answer from {host} within {within} s"))
            }
            Ok(Ok(Err(failed))) => {
                let class = if failed.permanent { Class::Auth } else { Class::Transient };
                Error::new(class, format!("no answer from {host}: {}", failed.message))
            }
            Ok(Ok(Ok(reply))) if reply.status >= 500 || reply.status == 429 => {
                is_there = true;
                Error::new(Class::Transient, format!("{host} answered with HTTP {}", reply.status))
            }
            Ok(Ok(Ok(reply))) => return Ok(reply),
        };
        attempts += 1;
        let waited_out = cx.ctx.outage_limit().is_some_and(|limit| begun.elapsed() >= limit);
        let passes = is_there && failure.class() == Class::Transient && !waited_out;
        if attempts >= ATTEMPTS && !passes {
            let hint = (!is_there).then(|| SILENT.into());
            return Err(failure.hinting(hint));
        }
        let pause = (FIRST_PAUSE * (1 << attempts.min(10))).min(LONGEST_PAUSE);
        cx.ctx.sleep(pause).await.map_err(|interrupt| called_off(interrupt).noting(&failure.to_string()))?;
    }
}

/// The answer's body, if it is a success.
pub(crate) fn body(reply: Reply, what: &str) -> Result<Reply> {
    match reply.status {
        200 => Ok(reply),
        status => Err(Error::new(Class::Auth, format!("{what}: HTTP {status}, with {}", reply.describe_body()))),
    }
}

/// A role's name, which becomes a part of a path: one line of few kinds of characters.
pub(crate) fn role_name(body: &[u8], more: &str, longest: usize) -> Result<String> {
    let name = std::str::from_utf8(body).unwrap_or_default().trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || more.contains(c);
    // A path's own dots lead elsewhere.
    let leads_away = name.chars().all(|c| c == '.');
    if name.is_empty() || leads_away || name.len() > longest || !name.chars().all(fits) {
        let message = "what came where the name of a role was expected is none: something else answers at this address";
        return Err(Error::new(Class::Auth, message));
    }
    Ok(name.to_owned())
}

/// The address of a metadata service; where tests and the mock have another one, that.
#[cfg_attr(not(debug_assertions), expect(unused_variables, reason = "a release has no other address"))]
pub(crate) fn address(cx: &Fetching<'_>, real: &str) -> Result<Url> {
    // Never in a release: whoever sets a variable must not choose who is asked.
    #[cfg(debug_assertions)]
    if let Some(other) = cx.sources.environment.get("CLOUDVPN_METADATA_ENDPOINT") {
        let unusable = |_| Error::new(Class::Auth, "CLOUDVPN_METADATA_ENDPOINT is no address");
        return Url::parse(&other).map_err(unusable);
    }
    Ok(Url::parse(real).expect("the address of a metadata service is one"))
}

/// Whether a key may be asked for at `text`: over HTTPS, or from this machine.
pub(crate) fn uri(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "it is no address")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it has a user name or a password in it");
    }
    let loopback = || {
        let host = url.host_str().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if loopback() => Ok(url),
        "http" => Err("over http, a key may be asked for on this machine only"),
        _ => Err("it is neither https nor http"),
    }
}

/// The address that the host of `url` has on this machine's own link, which routers do not lead beyond. A name that resolves to another one
/// is somebody else's.
pub(crate) async fn on_this_link(url: Url) -> Result<Url> {
    let host = url.host_str().unwrap_or_default().to_owned();
    if cfg!(debug_assertions) && host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()) {
        return Ok(url);
    }
    let found = tokio::net::lookup_host((host.as_str(), url.port_or_known_default().unwrap_or(80))).await;
    let addresses: Vec<_> = found.map(Iterator::collect).unwrap_or_default();
    let Some(address) = addresses.iter().map(SocketAddr::ip).find(is_link_local) else {
        let message = match addresses.first() {
            Some(other) => {
                format!("{host} is {} here, and not an address in 169.254.0.0/16: it was not asked", other.ip())
            }
            None => format!(
                "{host} has no address here: this machine is no instance of the cloud, or does not use its name servers"
            ),
        };
        return Err(Error::new(Class::Auth, message));
    };
    let mut url = url;
    url.set_ip_host(address).expect("http has a host");
    Ok(url)
}

fn is_link_local(address: &IpAddr) -> bool {
    matches!(address, IpAddr::V4(address) if address.is_link_local())
}

/// From inside a container an answer takes one hop more than an instance allows by default: Alibaba Cloud's `HttpPutResponseHopLimit`.
const SILENT: &str = "Is this machine an instance of the cloud, or does something on the way keep the question from the service? In a \
                      container, the instance's hop limit for answers (HttpPutResponseHopLimit) has to be 2 or more.";
/// The metadata services are on the same machine, or nearly: where nothing comes, there is none.
const PATIENCE: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const LARGEST: usize = 64 << 10;
