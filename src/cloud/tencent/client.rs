//! The client of API 3.0: it writes, signs, sends and judges calls, and knows what was read lately.

use std::fmt;
use std::mem;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;

use crate::cloud::adopt::{self, Adoption, AnyCreation, Creates, Terms};
use crate::cloud::answer::{Answer, Slot};
use crate::cloud::batch::Reader;
use crate::cloud::caller::{Call, Caller, Fault, Verdict, Whose};
use crate::cloud::credentials::{Chain, Credentials};
use crate::cloud::ctx::Ctx;
use crate::cloud::endpoint::{Endpoint, host};
use crate::cloud::error::{Class, Result};
use crate::cloud::params::without_nulls;
use crate::cloud::retry::{Effect, Policy};
use crate::cloud::sightings::{self, Sightings};
use crate::cloud::tencent::between::Between;
use crate::cloud::tencent::describe::Described;
use crate::cloud::tencent::gateway_routes::Routes;
use crate::cloud::tencent::sign::{ToSign, authorization};
use crate::cloud::tencent::ssl_client_writes::SslClientWrites;
use crate::cloud::tencent::tagged::Reading;
use crate::cloud::tencent::tasks::{Tasks, UNSUPPORTED};
use crate::cloud::tencent::vpc::{
    DescribeCustomerGateways, DescribeVpnConnections, DescribeVpnGatewaySslClients, DescribeVpnGatewaySslServers,
    DescribeVpnGateways,
};
use crate::cloud::tencent::{endpoint, errors};
use crate::cloud::transport::{Reply, Request, Transport, USER_AGENT, header, secret_header};
use crate::cloud::{answer, clock};

/// A client of Tencent Cloud's API 3.0 for all regions. Cheap to make and to clone: the HTTP client
/// is built by the first call.
#[derive(Clone)]
pub struct Client {
    pub(super) inner: Arc<Inner>,
}

/// What a [`Client`] needs to know.
#[derive(Clone, Debug)]
pub struct Config<E = Endpoint> {
    /// Gives the key of each call.
    pub credentials: Chain,
    /// None: `vpc.tencentcloudapi.com`, or the regional host for Finance regions; for API 2.0
    /// `vpc.api.qcloud.com`.
    pub endpoint: Option<E>,
    /// How often a call is repeated that failed for itself. What may pass is waited for as long as an operation may take.
    pub max_retries: u32,
    /// Calls per second at most, for each action and region. None: each action's documented limit; where there is none, what the service takes.
    pub requests_per_second: Option<NonZeroU32>,
    pub transport: Transport,
}

/// An action of the API: a request that knows its name and how it may be repeated.
pub trait Action: Serialize + Sync {
    /// The members of the answer's `Response`.
    type Answer: Answer + Default + Send;
    /// As in `X-TC-Action`.
    const NAME: &'static str;
    /// The service that offers it.
    const SERVICE: Service;
    /// What repeating it does.
    const EFFECT: Effect;
    /// The documented number of calls per second.
    const RATE: u32;

    /// What must not appear in an error, even if the service quotes it.
    fn secrets(&self) -> Vec<&SecretString> {
        Vec::new()
    }
}

/// Says of a request to the VPC service which action it is: what repeating it does, its documented number of calls per second, and its
/// answer. A request has its action's name.
macro_rules! action {
    ($request:ident, $effect:ident, $rate:literal => $answer:ty) => {
        impl $crate::cloud::tencent::client::Action for $request {
            type Answer = $answer;
            const NAME: &'static str = stringify!($request);
            const SERVICE: $crate::cloud::tencent::client::Service = $crate::cloud::tencent::client::VPC;
            const EFFECT: $crate::cloud::retry::Effect = $crate::cloud::retry::Effect::$effect;
            const RATE: u32 = $rate;
        }
    };
}
pub(super) use action;

/// A service of the cloud: the label in its host name and in signatures, and the version of its
/// API.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    name: &'static str,
    version: &'static str,
}

impl Service {
    /// The label in its host name, which is its name in policies, too.
    pub(super) const fn name(self) -> &'static str {
        self.name
    }
}

pub(crate) const VPC: Service = Service { name: "vpc", version: "2017-03-12" };
pub(crate) const TAG: Service = Service { name: "tag", version: "2018-08-13" };
pub(super) const STS: Service = Service { name: "sts", version: "2018-08-13" };

pub(super) struct Inner {
    credentials: Chain,
    endpoint: Option<Endpoint>,
    pub(super) caller: Caller,
    pub(super) sightings: Sightings,
    creates: Creates,
    pub(super) between: Reader<Between>,
    pub(super) tunnels: Reader<Described<DescribeVpnConnections>>,
    pub(super) customer_gateways: Reader<Described<DescribeCustomerGateways>>,
    pub(super) gateways: Reader<Described<DescribeVpnGateways>>,
    pub(super) routes: Routes,
    pub(super) ssl_client_writes: SslClientWrites,
    pub(super) ssl_clients: Reading<DescribeVpnGatewaySslClients>,
    pub(super) ssl_servers: Reading<DescribeVpnGatewaySslServers>,
    pub(super) tasks: Tasks,
    pub(super) adoption_window: Duration,
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
                between: Reader::default(),
                tunnels: Reader::default(),
                customer_gateways: Reader::default(),
                gateways: Reader::default(),
                routes: Routes::default(),
                ssl_client_writes: SslClientWrites::default(),
                ssl_clients: Reading::default(),
                ssl_servers: Reading::default(),
                tasks: Tasks::default(),
                adoption_window,
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
        self.call_unless(ctx, region, request, &[]).await
    }

    /// Waits until a call would be sent at once: what is to go with it can come until then.
    pub(super) async fn room<A: Action>(&self, ctx: &Ctx, region: &str) {
        self.inner.caller.room(ctx, A::NAME, region, NonZeroU32::new(A::RATE)).await;
    }

    /// The same as [`Client::call`], but of conflicts with one of `codes` only the first is waited out. The second ends the call, as an error of class
    /// [`Class::Fatal`], so that the caller can look at what is in the way.
    pub(super) async fn call_unless<A: Action>(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &A,
        codes: &[&str],
    ) -> Result<A::Answer> {
        let call = Call {
            action: A::NAME,
            region,
            effect: A::EFFECT,
            rate: NonZeroU32::new(A::RATE),
            secrets: request.secrets(),
            keys: &self.inner.credentials,
        };
        let mut answer = A::Answer::default();
        Box::pin(self.send(ctx, call, A::SERVICE, serde_json::to_value(request), codes, &mut answer)).await?;
        Ok(answer)
    }

    /// What calls of all actions have in common: all but their types.
    async fn send<'a>(
        &'a self,
        ctx: &Ctx,
        call: Call<'a>,
        service: Service,
        request: serde_json::Result<Value>,
        codes: &[&str],
        answer: &mut (dyn Answer + Send),
    ) -> Result<()> {
        let body = body(request).map_err(|error| call.unwritable(&error))?;
        let (action, region, effect) = (call.action, call.region, call.effect);
        let url = endpoint::address(self.inner.endpoint.as_ref(), service.name, region);
        let sign = |key: &Credentials| signed(key, &url, service, action, region, &body);
        let again = AtomicBool::new(false);
        let judge = |reply: &Reply| {
            let mut verdict = judge(reply, effect);
            let listed = |fault: &&mut Fault| fault.code.as_deref().is_some_and(|code| codes.contains(&code));
            if let Some(fault) = verdict.fault.as_mut().filter(listed)
                && again.swap(true, Ordering::Relaxed)
            {
                fault.class = Class::Fatal;
            }
            verdict
        };

        let writes = effect != Effect::Read;
        if writes {
            self.written(region);
        }
        let ids: Vec<_> = sightings::ids_in(&String::from_utf8_lossy(&body)).map(str::to_owned).collect();
        let mut refused_idle = false;
        let reply = loop {
            let send = || self.inner.caller.call(ctx, &call, &sign, &judge);
            let sent = self.inner.sightings.call(ctx, &call, &ids, send).await;
            let refused = match sent {
                Err(error) if writes && error.is_any_of(&[UNSUPPORTED]) => error,
                sent => break sent,
            };
            match self.were_busy(ctx, region, &ids).await {
                Ok(true) => {}
                // They may have become idle between the refusal and the look, but not twice.
                Ok(false) if !mem::replace(&mut refused_idle, true) => {}
                Err(error) if matches!(error.class(), Class::Cancelled | Class::Timeout) => break Err(error),
                Ok(false) | Err(_) => break Err(refused),
            }
        };
        if writes {
            self.written(region);
        }
        let reply = reply?;
        answer::read(&reply.body, Slot::Object(&mut Envelope(answer)))
            .map_err(|error| call.unexpected_shape(&error, judge(&reply).request_id))
    }

    /// Writes and signs a call as [`Client::call`] does, sends nothing and gives the length of the body: for benches.
    #[doc(hidden)]
    pub fn signed_length<A: Action>(&self, region: &str, request: &A) -> Option<usize> {
        let url = endpoint::address(self.inner.endpoint.as_ref(), A::SERVICE.name, region);
        let body = body(serde_json::to_value(request)).ok()?;
        let signed = signed(self.inner.credentials.fixed()?, &url, A::SERVICE, A::NAME, region, &body).ok()?;
        Some(signed.body.len())
    }

    /// What was listed of the region is history, whatever kind of object was written: they depend on each other.
    fn written(&self, region: &str) {
        self.inner.tunnels.written(region);
        self.inner.customer_gateways.written(region);
        self.inner.gateways.written(region);
        self.inner.routes.written(region);
        self.inner.ssl_clients.written(region);
        self.inner.ssl_servers.written(region);
    }

    /// Creates what `creation` wants, exactly once, and gives its id.
    ///
    /// No VPN action takes a client token, so that a create must not be repeated when its outcome
    /// is unknown: the objects that are in the same place are listed before, and an object is adopted on proof only, see [`Adoption`].
    ///
    /// An error with [`is_ambiguous`](crate::cloud::Error::is_ambiguous) means that there may be an
    /// object that could not be found.
    pub(super) async fn made(&self, ctx: &Ctx, creation: &dyn AnyCreation) -> Result<String> {
        Adoption::begin(ctx, creation, self.terms()).await?.make(ctx).await
    }

    pub(super) fn terms(&self) -> Terms<'_> {
        let Inner { creates, caller, adoption_window, .. } = &*self.inner;
        Terms { creates, clock: caller.clock(), window: *adoption_window, max_retries: caller.max_retries() }
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

impl<E> Default for Config<E> {
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

/// The body of a call.
fn body(request: serde_json::Result<Value>) -> serde_json::Result<Bytes> {
    Ok(Bytes::from(serde_json::to_vec(&without_nulls(request?))?))
}

pub(super) fn signed(
    credentials: &Credentials,
    url: &Url,
    service: Service,
    action: &'static str,
    region: &str,
    body: &Bytes,
) -> Result<Request> {
    let host = host(url);
    let timestamp = clock::unix_now();
    let authorization = authorization(
        credentials,
        &ToSign { service: service.name, host: &host, content_type: JSON, extra: &[], body, timestamp },
    );

    let mut headers = HeaderMap::with_capacity(10);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(HOST, header("host", &host)?);
    headers.insert(AUTHORIZATION, secret_header("secret id", &authorization)?);
    headers.insert(X_TC_ACTION, HeaderValue::from_static(action));
    headers.insert(X_TC_VERSION, HeaderValue::from_static(service.version));
    headers.insert(X_TC_TIMESTAMP, HeaderValue::from(timestamp));
    headers.insert(X_TC_REGION, header("region", region)?);
    headers.insert(X_TC_LANGUAGE, HeaderValue::from_static("en-US"));
    headers.insert(X_TC_REQUEST_CLIENT, HeaderValue::from_static(USER_AGENT));
    if let Some(token) = credentials.token() {
        headers.insert(X_TC_TOKEN, secret_header("token", token.expose_secret())?);
    }
    Ok(Request { method: Method::POST, url: url.clone(), headers, body: body.clone() })
}

/// API errors come with HTTP 200; everything else is the network between here and the API.
pub(super) fn judge(reply: &Reply, effect: Effect) -> Verdict {
    if reply.status != 200 {
        return Verdict { request_id: None, fault: Some(Fault::http(reply)) };
    }
    let Ok(head) = answer::from_slice::<Head>(&reply.body) else {
        return Verdict { request_id: None, fault: Some(Fault::garbage(reply)) };
    };
    if let Some(response) = head.response {
        let fault = response.error.map(|error| api_fault(reply, error.code, error.message, effect));
        return Verdict { request_id: response.request_id, fault };
    }
    // The gateway in front of the API may still answer in the format of API 2.0.
    let fault = match head.code {
        Some(code) if code != "0" => {
            api_fault(reply, head.code_desc.unwrap_or(code), head.message.unwrap_or_default(), effect)
        }
        _ => Fault::garbage(reply),
    };
    Verdict { request_id: None, fault: Some(fault) }
}

fn api_fault(reply: &Reply, code: String, message: String, effect: Effect) -> Fault {
    let hint = match code.as_str() {
        "AuthFailure.SignatureExpire" => clock::skew(reply, ALLOWED_SKEW),
        _ => None,
    };
    Fault {
        class: errors::classify(&code, effect),
        whose: match &*code {
            "AuthFailure.SignatureExpire" => Whose::Clock,
            code if errors::is_of_key(code) => Whose::Key,
            code if errors::is_unavailable(code) => Whose::Service,
            _ => Whose::Call,
        },
        may_have_run: errors::may_have_run(&code),
        hint: hint.map(Into::into).or_else(|| errors::hint(&code).map(Into::into)),
        message: if message.is_empty() { "no message".to_owned() } else { message },
        code: Some(code),
        retry_after: reply.retry_after(),
    }
}

/// The members of an answer are those of its `Response`.
struct Envelope<'a>(&'a mut dyn Answer);

impl Answer for Envelope<'_> {
    fn member(&mut self, name: &str) -> Option<Slot<'_>> {
        (name == "Response").then_some(Slot::Object(&mut *self.0))
    }
}

/// What every answer has in common, in the format of API 3.0 or of the gateway.
#[derive(Default, Answer)]
#[answer(camelCase)]
struct Head {
    #[member("Response")]
    response: Option<HeadResponse>,
    code: Option<String>,
    message: Option<String>,
    code_desc: Option<String>,
}

#[derive(Default, Answer)]
struct HeadResponse {
    error: Option<ApiError>,
    request_id: Option<String>,
}

#[derive(Default, Answer)]
struct ApiError {
    code: String,
    message: String,
}

/// "The difference between X-TC-Timestamp and the server's time must be below 5 minutes."
pub(super) const ALLOWED_SKEW: Duration = Duration::from_secs(300);

/// Without a charset: the documentation asks to sign exactly what is sent, in lower case.
const JSON: &str = "application/json";

const X_TC_ACTION: HeaderName = HeaderName::from_static("x-tc-action");
const X_TC_VERSION: HeaderName = HeaderName::from_static("x-tc-version");
const X_TC_TIMESTAMP: HeaderName = HeaderName::from_static("x-tc-timestamp");
const X_TC_REGION: HeaderName = HeaderName::from_static("x-tc-region");
const X_TC_LANGUAGE: HeaderName = HeaderName::from_static("x-tc-language");
const X_TC_REQUEST_CLIENT: HeaderName = HeaderName::from_static("x-tc-requestclient");
const X_TC_TOKEN: HeaderName = HeaderName::from_static("x-tc-token");

#[cfg(test)]
pub(super) mod tests;
