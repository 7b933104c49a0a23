//! STS 2018-08-13, so far as keys come from it.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::cloud::answer::{self, Answer};
use crate::cloud::caller::{Call, Verdict};
use crate::cloud::credentials::{
    Chain, Credentials, Fetched, Fetching, Identity, Role, Sources, WebIdentity, compact, unusable,
};
use crate::cloud::endpoint::Endpoint;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::retry::Effect;
use crate::cloud::tencent::client::{STS, judge, signed};
use crate::cloud::tencent::endpoint;
use crate::cloud::tencent::legacy::long;
use crate::cloud::transport::Reply;

pub(super) async fn assume(cx: Fetching<'_>, key: &Credentials, role: &Role) -> Result<Fetched> {
    let request = AssumeRole {
        role_arn: &role.arn,
        role_session_name: role.session_name.as_deref().unwrap_or(SESSION),
        duration_seconds: seconds(role.duration),
        // "Policy: ... must be URL-encoded."
        policy: role.policy.as_deref().map(|policy| url_encoded(&compact(policy))),
        external_id: role.external_id.as_deref(),
        source_identity: role.source_identity.as_deref(),
    };
    let reply = send(cx, "AssumeRole", &key.clone().into(), written(&request), None).await?;
    assumed(&reply)
}

/// Without a signature: the header says so.
pub(super) async fn assume_with_web_identity(
    cx: Fetching<'_>,
    identity: &WebIdentity,
    token: &SecretString,
) -> Result<Fetched> {
    let request = AssumeRoleWithWebIdentity {
        provider_id: &identity.provider,
        web_identity_token: token.expose_secret(),
        role_arn: &identity.role_arn,
        role_session_name: identity.session_name.as_deref().unwrap_or(SESSION),
        duration_seconds: seconds(identity.duration),
    };
    let reply = send(cx, "AssumeRoleWithWebIdentity", &Chain::unsigned(), written(&request), Some(token)).await?;
    assumed(&reply)
}

pub(super) async fn identity(cx: Fetching<'_>, key: &Credentials) -> Result<Identity> {
    let reply = send(cx, "GetCallerIdentity", &key.clone().into(), Bytes::from_static(b"{}"), None).await?;
    let answer: Enveloped<CallerIdentity> =
        answer::from_slice(&reply.body).map_err(|_| nothing("GetCallerIdentity"))?;
    let caller = answer.response;
    Ok(Identity {
        account_id: caller.account_id,
        kind: caller.type_,
        principal_id: caller.principal_id,
        user_id: caller.user_id,
        arn: caller.arn,
    })
}

async fn send(
    cx: Fetching<'_>,
    action: &'static str,
    keys: &Chain,
    body: Bytes,
    token: Option<&SecretString>,
) -> Result<Reply> {
    let env = &cx.sources.environment;
    // It is the same service everywhere: it needs a region, and takes any, but in the spelling of API 3.0.
    let region = cx.sources.region.clone().or_else(|| env.get("TKE_REGION")).unwrap_or_else(|| ANY_REGION.to_owned());
    let region = long(&region);
    let url = address(cx.sources, region)?;
    let secrets = token.into_iter().collect();
    let call = Call { action, region, effect: Effect::Read, rate: None, secrets, keys };
    let sign = |key: &Credentials| {
        let mut request = signed(key, &url, STS, action, region, &body)?;
        if token.is_some() {
            request.headers.insert(AUTHORIZATION, HeaderValue::from_static("SKIP"));
        }
        Ok(request)
    };
    cx.caller.call(cx.ctx, &call, &sign, &judged).await
}

/// Two internal errors speak of the role, and stay.
fn judged(reply: &Reply) -> Verdict {
    let mut verdict = judge(reply, Effect::Read);
    if let Some(fault) = &mut verdict.fault
        && matches!(fault.code.as_deref(), Some("InternalError.GetRoleError" | "InternalError.IllegalRole"))
    {
        fault.class = Class::Auth;
    }
    verdict
}

/// Where STS is: where somebody says, or beside the other services.
pub(super) fn address(sources: &Sources, region: &str) -> Result<Url> {
    if let Some(endpoint) = &sources.sts_endpoint {
        return Ok(endpoint.url().clone());
    }
    match sources.environment.get(ENDPOINT).map(|text| text.parse::<Endpoint>()) {
        Some(Ok(endpoint)) => Ok(endpoint.url().clone()),
        Some(Err(error)) => Err(unusable(format!("{ENDPOINT} is not usable: {error}."))),
        None => Ok(endpoint::address(sources.endpoint.as_ref(), "sts", region)),
    }
}

fn seconds(duration: Option<Duration>) -> u64 {
    duration.unwrap_or(DEFAULT_DURATION).as_secs()
}

fn written(request: &impl Serialize) -> Bytes {
    Bytes::from(serde_json::to_vec(request).expect("texts and numbers make JSON"))
}

/// Percent-encodes all but letters, digits and `-_.~`.
fn url_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn assumed(reply: &Reply) -> Result<Fetched> {
    let answer: Enveloped<Assumed> = answer::from_slice(&reply.body).map_err(|_| nothing("STS"))?;
    let Assumed { credentials, expired_time } = answer.response;
    let key = credentials.and_then(|given| {
        let id = given.tmp_secret_id.filter(|id| !id.is_empty())?;
        Some(Credentials::new(id, given.tmp_secret_key?).with_token(given.token?))
    });
    key.map(|key| Fetched::until(key, expired_time, reply)).ok_or_else(|| nothing("STS"))
}

fn nothing(what: &str) -> Error {
    Error::new(Class::Fatal, format!("the answer of {what} is not what is documented"))
}

/// What can be done about an error of STS (its API reference, error codes of the actions).
pub(super) fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "ResourceNotFound.RoleNotFound" | "InternalError.GetRoleError" | "InternalError.IllegalRole" => {
            "Check the name of the role, and the account (uin) in its ARN."
        }
        "InvalidParameter.OverTimeError" => {
            "duration is over the longest session that the role allows: shorten it, or let the role allow more."
        }
        "InvalidParameter.WebIdentityTokenError" => {
            "CAM does not take the token: check that it is not over, that it comes from the issuer of the provider provider_id, that its audience \
             (aud) is one of the provider's, and that the role trusts the provider. A file with it is read again at each attempt."
        }
        "InvalidParameter.StrategyFormatError" | "InvalidParameter.StrategyInvalid" => {
            "policy is no policy: compare it with one of CAM's own."
        }
        "InvalidParameter.PolicyTooLong" | "InvalidParameter.ExtendStrategyOverSize" => "policy is too long.",
        "UnauthorizedOperation" | "InvalidParameter.AccessKeyNotSupport" => {
            "Either the caller may not call sts:AssumeRole on the role, or the role does not trust the caller; a wrong external_id looks the same."
        }
        "FailedOperation.TempKeyNotAllowed" => "The role takes permanent keys only.",
        _ => return None,
    })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AssumeRole<'a> {
    role_arn: &'a str,
    role_session_name: &'a str,
    duration_seconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_identity: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AssumeRoleWithWebIdentity<'a> {
    provider_id: &'a str,
    web_identity_token: &'a str,
    role_arn: &'a str,
    role_session_name: &'a str,
    duration_seconds: u64,
}

/// An answer's `Response`.
#[derive(Default)]
struct Enveloped<T> {
    response: T,
}

impl<T: Answer> Answer for Enveloped<T> {
    fn member(&mut self, name: &str) -> Option<answer::Slot<'_>> {
        (name == "Response").then_some(answer::Slot::Object(&mut self.response))
    }
}

#[derive(Default, Answer)]
struct Assumed {
    credentials: Option<GivenKey>,
    expired_time: Option<i64>,
}

#[derive(Default, Answer)]
struct GivenKey {
    token: Option<SecretString>,
    tmp_secret_id: Option<String>,
    tmp_secret_key: Option<SecretString>,
}

#[derive(Default, Answer)]
struct CallerIdentity {
    arn: String,
    account_id: String,
    user_id: String,
    principal_id: String,
    #[member("Type")]
    type_: String,
}

const ENDPOINT: &str = "CLOUDVPN_TENCENT_STS_ENDPOINT";
const SESSION: &str = "terraform";
const ANY_REGION: &str = "ap-guangzhou";
const DEFAULT_DURATION: Duration = Duration::from_secs(7200);
