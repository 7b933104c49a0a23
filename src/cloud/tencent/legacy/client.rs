//! The client of API 2.0: it writes, signs, sends and judges calls.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;

use crate::cloud::adopt::{Creates, Terms};
use crate::cloud::answer::{Answer, Slot};
use crate::cloud::batch::Reader;
use crate::cloud::caller::{Call, Caller, Fault, Verdict, Whose};
use crate::cloud::credentials::{Chain, Credentials};
use crate::cloud::ctx::Ctx;
use crate::cloud::endpoint::host;
use crate::cloud::error::Result;
use crate::cloud::retry::{Effect, Policy};
use crate::cloud::sightings::{self, Sightings};
use crate::cloud::tencent::client::{ALLOWED_SKEW, Config};
use crate::cloud::tencent::legacy::connections::Tunnels;
use crate::cloud::tencent::legacy::endpoint::Endpoint;
use crate::cloud::tencent::legacy::errors;
use crate::cloud::tencent::legacy::region;
use crate::cloud::tencent::legacy::sign;
use crate::cloud::transport::{Reply, Request, USER_AGENT, header};
use crate::cloud::{adopt, answer, clock, params};

/// A client of Tencent Cloud's API 2.0 for all regions. Cheap to make and to clone: the HTTP client
/// is built by the first call.
#[derive(Clone)]
pub struct Client {
    pub(super) inner: Arc<Inner>,
}

/// An action of the API: a request that knows its name and how it may be repeated.
pub trait Action: Serialize + Sync {
    /// The members of the answer, beside its `code`.
    type Answer: Answer + Default + Send;
    /// As in the parameter `Action`.
    const NAME: &'static str;
    /// What repeating it does.
    const EFFECT: Effect;

    /// What must not appear in an error, even if the service quotes it.
    fn secrets(&self) -> Vec<&SecretString> {
        Vec::new()
    }
}

pub(super) struct Inner {
    credentials: Chain,
    endpoint: Endpoint,
    pub(super) caller: Caller,
    pub(super) sightings: Sightings,
    pub(super) creates: Creates,
    pub(super) tunnels: Reader<Tunnels>,
    pub(super) adoption_window: Duration,
}

impl Client {
    /// A client; nothing is read, resolved or connected yet.
    pub fn new(config: Config<Endpoint>) -> Self {
        let policy = Policy::new(config.max_retries);
        Self::tuned(config, policy, adopt::WINDOW)
    }

    pub(super) fn tuned(config: Config<Endpoint>, policy: Policy, adoption_window: Duration) -> Self {
        Self {
            inner: Arc::new(Inner {
                credentials: config.credentials,
                endpoint: config.endpoint.unwrap_or_default(),
                sightings: Sightings::new(&policy),
                caller: Caller::new(policy, config.requests_per_second, config.transport),
                creates: Creates::default(),
                tunnels: Reader::default(),
                adoption_window,
            }),
        }
    }

    /// What this process saw a moment ago.
    pub(crate) fn sightings(&self) -> &Sightings {
        &self.inner.sightings
    }

    /// Makes one call in `region`, which may be spelt either way, and gives its answer. Repeats it by
    /// the class of its error, as [`Action::EFFECT`] permits.
    pub async fn call<A: Action>(&self, ctx: &Ctx, region: &str, request: &A) -> Result<A::Answer> {
        // That there is a limit is documented (code 4400), not which one.
        let keys = &self.inner.credentials;
        let call = Call { action: A::NAME, region, effect: A::EFFECT, rate: None, secrets: request.secrets(), keys };
        let mut answer = A::Answer::default();
        Box::pin(self.send(ctx, call, serde_json::to_value(request), &mut answer)).await?;
        Ok(answer)
    }

    /// What calls of all actions have in common: all but their types.
    async fn send<'a>(
        &'a self,
        ctx: &Ctx,
        call: Call<'a>,
        params: serde_json::Result<Value>,
        answer: &mut (dyn Answer + Send),
    ) -> Result<()> {
        let params = params.map_err(|error| call.unwritable(&error))?;
        let region = region::short(call.region);
        let mut params = params::flatten(&params, 0);
        let ids: Vec<_> = params.values().flat_map(|value| sightings::ids_in(value)).map(str::to_owned).collect();
        params.extend(
            [
                ("Action", call.action),
                ("Region", region),
                ("RequestClient", USER_AGENT),
                ("SignatureMethod", sign::METHOD),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let sign = |key: &Credentials| self.signed(key, params.clone());

        let send = || self.inner.caller.call(ctx, &call, &sign, &judge);
        let sent = self.inner.sightings.call(ctx, &call, &ids, send);
        let reply = self.inner.tunnels.around(call.effect, region, sent).await?;
        answer::read(&reply.body, Slot::Object(answer)).map_err(|error| call.unexpected_shape(&error, None))
    }

    pub(super) fn terms(&self) -> Terms<'_> {
        let Inner { creates, caller, adoption_window, .. } = &*self.inner;
        Terms { creates, clock: caller.clock(), window: *adoption_window, max_retries: caller.max_retries() }
    }

    /// The request as a form, with a nonce and a time of its own: the service refuses both when they
    /// come again.
    fn signed(&self, credentials: &Credentials, mut params: params::Params) -> Result<Request> {
        let url = self.inner.endpoint.url();
        let host = host(url);
        params.insert("SecretId".to_owned(), credentials.id().to_owned());
        if let Some(token) = credentials.token() {
            params.insert("Token".to_owned(), token.expose_secret().to_owned());
        }
        params.insert("Nonce".to_owned(), fastrand::u32(1..=i32::MAX as u32).to_string());
        params.insert("Timestamp".to_owned(), clock::unix_now().to_string());
        let source = sign::source(Method::POST.as_str(), &host, url.path(), &params);
        params.insert("Signature".to_owned(), sign::signature(credentials.secret(), &source));

        // A query is written as a form is (WHATWG URL, application/x-www-form-urlencoded).
        let mut form = url.clone();
        form.query_pairs_mut().extend_pairs(&params);
        let body = Bytes::from(form.query().unwrap_or_default().to_owned());
        let mut headers = HeaderMap::with_capacity(2);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert(HOST, header("host", &host)?);
        Ok(Request { method: Method::POST, url: url.clone(), headers, body })
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

/// API errors come with HTTP 200; everything else is the network between here and the API. There is
/// no request id in this API.
fn judge(reply: &Reply) -> Verdict {
    let fault = if reply.status == 200 {
        match answer::from_slice::<Head>(&reply.body) {
            Ok(Head { code: Some(0), .. }) => None,
            Ok(Head { code: Some(code), message, name }) => Some(api_fault(reply, code, message, name)),
            _ => Some(Fault::garbage(reply)),
        }
    } else {
        Some(Fault::http(reply))
    };
    Verdict { request_id: None, fault }
}

fn api_fault(reply: &Reply, code: i64, message: Option<String>, name: Option<String>) -> Fault {
    let name = name.filter(|name| !name.is_empty() && name != "Success");
    let known = name.as_deref();
    let clock = (code == SIGNATURE_EXPIRED).then(|| clock::skew(reply, ALLOWED_SKEW)).flatten();
    // The message starts with the number of the module that failed, in parentheses: it stays.
    let message = message.filter(|message| !message.is_empty()).unwrap_or_else(|| "no message".to_owned());
    Fault {
        class: errors::classify(code, known),
        whose: match code {
            SIGNATURE_EXPIRED => Whose::Clock,
            _ if errors::is_of_key(code, known) => Whose::Key,
            _ if known.is_some_and(|name| name == "AuthFailure.SignatureExpire") => Whose::Clock,
            _ if errors::is_unavailable(code, known) => Whose::Service,
            _ => Whose::Call,
        },
        may_have_run: errors::may_have_run(code, known),
        hint: clock.map(Into::into).or_else(|| errors::hint(code, known).map(Into::into)),
        message: if known.is_some() { format!("{message} (code {code})") } else { message },
        code: Some(name.unwrap_or_else(|| code.to_string())),
        retry_after: reply.retry_after(),
    }
}

/// What every answer has in common. The code is a number on most pages, a string on some.
#[derive(Default, Answer)]
#[answer(camelCase)]
struct Head {
    code: Option<i64>,
    message: Option<String>,
    #[member("codeDesc")]
    name: Option<String>,
}

/// "The request has expired: Timestamp and the server's time are too far apart."
const SIGNATURE_EXPIRED: i64 = 4200;

#[cfg(test)]
pub(super) mod tests;
