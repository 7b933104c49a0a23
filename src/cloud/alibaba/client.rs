//! The client of the VPC API 2016-04-28: it writes, signs, sends and judges calls, and knows what was read lately.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fmt, mem};

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;

use crate::cloud::adopt::{self, Creates};
use crate::cloud::alibaba::connections::DescribeVpnConnections;
use crate::cloud::alibaba::customer_gateways::DescribeCustomerGateways;
use crate::cloud::alibaba::describe::Described;
use crate::cloud::alibaba::gateways::DescribeVpnGateways;
use crate::cloud::alibaba::query::query;
use crate::cloud::alibaba::route_entries::RouteTable;
use crate::cloud::alibaba::sign::{ToSign, authorization, sha256};
use crate::cloud::alibaba::ssl_certs::DescribeSslVpnClientCerts;
use crate::cloud::alibaba::ssl_servers::DescribeSslVpnServers;
use crate::cloud::alibaba::token::unique;
use crate::cloud::alibaba::turns::Turns;
use crate::cloud::alibaba::{endpoint, errors};
use crate::cloud::answer::{Answer, Slot};
use crate::cloud::batch::Reader;
use crate::cloud::caller::{Call, Caller, Fault, Verdict, Whose};
use crate::cloud::credentials::{Chain, Credentials};
use crate::cloud::ctx::Ctx;
use crate::cloud::endpoint::{Endpoint, host};
use crate::cloud::error::{Class, Result};
use crate::cloud::retry::{Effect, Policy};
use crate::cloud::sightings::{self, Sightings};
use crate::cloud::transport::{Reply, Request, Transport, header, secret_header};
use crate::cloud::{answer, clock, params};

/// A client of Alibaba Cloud's VPC API for all regions. Cheap to make and to clone: the HTTP client
/// is built by the first call.
#[derive(Clone)]
pub struct Client {
    pub(super) inner: Arc<Inner>,
}

/// What a [`Client`] needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Gives the key of each call.
    pub credentials: Chain,
    /// None: `vpc.<region>.aliyuncs.com`. One that is given serves all regions.
    pub endpoint: Option<Endpoint>,
    /// How often a call is repeated that failed for itself. What may pass is waited for as long as an operation may take.
    pub max_retries: u32,
    /// Calls per second at most, for each action and region. None: what the service takes, since the limits of the actions are not
    /// published.
    pub requests_per_second: Option<NonZeroU32>,
    pub transport: Transport,
}

/// An action of the API: a request that knows its name and how it may be repeated.
pub trait Action: Serialize + Sync {
    /// The members of the answer.
    type Answer: Answer + Default + Send;
    /// As in `x-acs-action`.
    const NAME: &'static str;
    /// What repeating it does.
    const EFFECT: Effect;
    /// Whether the parameters travel in the body, as a form: keys do not belong into an address, and
    /// long parameters do not fit. The service takes both together.
    const FORM: bool = false;

    /// Its secrets, which no error may quote.
    fn secrets(&self) -> Vec<&SecretString> {
        Vec::new()
    }
}

/// What an action answers that has nothing to say.
#[derive(Clone, Debug, Default, Answer)]
pub struct Empty {}

/// Says of a request which action it is: what repeating it does, and its answer. A request has its action's name.
macro_rules! action {
    ($request:ident, $effect:ident => $answer:ty) => {
        impl $crate::cloud::alibaba::client::Action for $request {
            type Answer = $answer;
            const NAME: &'static str = stringify!($request);
            const EFFECT: $crate::cloud::retry::Effect = $crate::cloud::retry::Effect::$effect;
        }
    };
}
pub(super) use action;

pub(super) struct Inner {
    credentials: Chain,
    endpoint: Option<Endpoint>,
    pub(super) caller: Caller,
    pub(super) sightings: Sightings,
    pub(super) creates: Creates,
    pub(super) adoption_window: Duration,
    pub(super) turns: Turns,
    pub(super) certs: Reader<Described<DescribeSslVpnClientCerts>>,
    pub(super) connections: Reader<Described<DescribeVpnConnections>>,
    pub(super) customer_gateways: Reader<Described<DescribeCustomerGateways>>,
    pub(super) gateways: Reader<Described<DescribeVpnGateways>>,
    pub(super) route_entries: Reader<RouteTable>,
    pub(super) ssl_servers: Reader<Described<DescribeSslVpnServers>>,
    /// The VPN gateways of SSL servers, by region and server; none where that may not be asked.
    pub(super) server_gateways: Mutex<HashMap<String, Option<String>>>,
}

impl Client {
    /// A client; nothing is read, resolved or connected yet.
    pub fn new(config: Config) -> Self {
        let policy = Policy::new(config.max_retries);
        Self::tuned(config, policy, adopt::WINDOW)
    }

    fn tuned(config: Config, policy: Policy, adoption_window: Duration) -> Self {
        Self {
            inner: Arc::new(Inner {
                credentials: config.credentials,
                endpoint: config.endpoint,
                sightings: Sightings::new(&policy),
                caller: Caller::new(policy, config.requests_per_second, config.transport),
                creates: Creates::default(),
                adoption_window,
                turns: Turns::default(),
                certs: Reader::default(),
                connections: Reader::default(),
                customer_gateways: Reader::default(),
                gateways: Reader::default(),
                route_entries: Reader::default(),
                ssl_servers: Reader::default(),
                server_gateways: Mutex::default(),
            }),
        }
    }

    /// What this process saw a moment ago.
    pub(crate) fn sightings(&self) -> &Sightings {
        &self.inner.sightings
    }

    /// Makes one call in `region` and gives its answer. Repeats it by the class of its error, as
    /// [`Action::EFFECT`] permits.
    pub async fn call<A: Action>(&self, ctx: &Ctx, region: &str, request: &A) -> Result<A::Answer> {
        let keys = &self.inner.credentials;
        let call = Call { action: A::NAME, region, effect: A::EFFECT, rate: None, secrets: request.secrets(), keys };
        let mut answer = A::Answer::default();
        Box::pin(self.send(ctx, call, serde_json::to_value(request), A::FORM, &mut answer)).await?;
        Ok(answer)
    }

    /// What calls of all actions have in common: all but their types. The parameters of an [`Action::FORM`] are in the body.
    async fn send<'a>(
        &'a self,
        ctx: &Ctx,
        call: Call<'a>,
        request: serde_json::Result<Value>,
        form: bool,
        answer: &mut (dyn Answer + Send),
    ) -> Result<()> {
        let request = request.map_err(|error| call.unwritable(&error))?;
        let (action, region) = (call.action, call.region);
        let mut url = endpoint::address(self.inner.endpoint.as_ref(), region).map_err(|error| call.locate(error, 0))?;
        let mut params = params::flatten(&request, 1);
        let ids: Vec<_> = params.values().flat_map(|value| sightings::ids_in(value)).map(str::to_owned).collect();
        let body = if form { Bytes::from(query(&mem::take(&mut params))) } else { Bytes::new() };
        params.insert("RegionId".to_owned(), region.to_owned());
        url.set_query(Some(&query(&params)));
        let sign = |key: &Credentials| signed(key, &url, action, VERSION, &body);

        let writes = call.effect != Effect::Read;
        if writes {
            self.written(region);
        }
        let send = || self.inner.caller.call(ctx, &call, &sign, &judge);
        let reply = self.inner.sightings.call(ctx, &call, &ids, send).await;
        if writes {
            self.written(region);
        }
        let reply = reply?;
        answer::read(&reply.body, Slot::Object(answer))
            .map_err(|error| call.unexpected_shape(&error, judge(&reply).request_id))
    }

    /// What was listed of the region is history, whatever kind of object was written: they depend on each other.
    fn written(&self, region: &str) {
        self.inner.certs.written(region);
        self.inner.connections.written(region);
        self.inner.customer_gateways.written(region);
        self.inner.gateways.written(region);
        self.inner.route_entries.written(region);
        self.inner.ssl_servers.written(region);
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("credentials", &self.inner.credentials)
            .field("endpoint", &self.inner.endpoint)
            .finish_non_exhaustive()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            credentials: Chain::unsigned(),
            endpoint: None,
            max_retries: 8,
            requests_per_second: None,
            transport: Transport::default(),
        }
    }
}

/// Parameters travel in the query, as the official SDKs send them, and the body is empty; those of
/// an [`Action::FORM`] are in the body. Every attempt has its own time and nonce.
pub(super) fn signed(
    credentials: &Credentials,
    url: &Url,
    action: &'static str,
    version: &'static str,
    body: &Bytes,
) -> Result<Request> {
    let host = host(url);
    let payload = sha256(body);
    let now = Timestamp::from_second(clock::unix_now()).unwrap_or(Timestamp::UNIX_EPOCH);
    let (date, nonce) = (now.to_string(), unique(""));
    let mut to_sign = vec![
        ("host", host.as_str()),
        ("x-acs-action", action),
        ("x-acs-content-sha256", &payload),
        ("x-acs-date", &date),
        ("x-acs-signature-nonce", &nonce),
        ("x-acs-version", version),
    ];
    to_sign.extend((!body.is_empty()).then_some(("content-type", "application/x-www-form-urlencoded")));
    to_sign.extend(credentials.token().map(|token| ("x-acs-security-token", token.expose_secret())));
    let to_sign = ToSign { query: url.query().unwrap_or_default(), headers: &to_sign, body };

    let mut headers = HeaderMap::with_capacity(to_sign.headers.len() + 3);
    for (name, value) in to_sign.headers {
        let value = match *name {
            "x-acs-security-token" => secret_header("security token", value)?,
            name => header(name, value)?,
        };
        headers.insert(HeaderName::try_from(*name).expect("the names above are header names"), value);
    }
    // Left out for an empty body otherwise, and some gateways refuse a POST without it.
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(AUTHORIZATION, secret_header("access key id", &authorization(credentials, &to_sign))?);
    Ok(Request { method: Method::POST, url: url.clone(), headers, body: body.clone() })
}

/// Every answer of the API has a request id, every failure a code; the rest is the network between
/// here and the API.
pub(super) fn judge(reply: &Reply) -> Verdict {
    let head: Head = answer::from_slice(&reply.body).unwrap_or_default();
    let fault = match (head.code, &head.request_id) {
        // With DryRun, this is how the service says that all is well.
        (Some(code), _) if code == "DryRunOperation" => None,
        (Some(code), _) => Some(api_fault(reply, code, head.message.unwrap_or_default())),
        (None, Some(_)) if reply.status == 200 => None,
        (None, _) if reply.status == 200 => Some(Fault::garbage(reply)),
        (None, _) => Some(Fault::http(reply)),
    };
    Verdict { request_id: head.request_id, fault }
}

fn api_fault(reply: &Reply, code: String, mut message: String) -> Fault {
    let class = errors::classify(&code, reply.status);
    let hint = match code.as_str() {
        "InvalidTimeStamp.Expired" => clock::skew(reply, ALLOWED_SKEW),
        _ => None,
    };
    // What follows repeats the request, signature, token and all.
    if let Some(request) = message.find("server string to sign is") {
        message.truncate(message[..request].trim_end_matches([' ', ',']).len());
    }
    Fault {
        class,
        whose: match &*code {
            "InvalidTimeStamp.Expired" => Whose::Clock,
            code if errors::is_of_key(code, &message) => Whose::Key,
            code if errors::is_unavailable(code, reply.status) => Whose::Service,
            _ => Whose::Call,
        },
        may_have_run: class == Class::Transient,
        hint: hint.map(Into::into).or_else(|| errors::hint(&code).map(Into::into)),
        message: if message.is_empty() { "no message".to_owned() } else { message },
        code: Some(code),
        retry_after: retry_after(reply),
    }
}

/// The delay the service asks for, in milliseconds in its own header.
fn retry_after(reply: &Reply) -> Option<Duration> {
    let own = reply.headers.get("x-acs-retry-after").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    own.map(Duration::from_millis).or_else(|| reply.retry_after())
}

/// What answers have in common.
#[derive(Default, Answer)]
struct Head {
    request_id: Option<String>,
    code: Option<String>,
    message: Option<String>,
}

const VERSION: &str = "2016-04-28";

/// "The time stamp is accepted within 15 minutes."
const ALLOWED_SKEW: Duration = Duration::from_secs(900);

#[cfg(test)]
pub(super) mod tests;
