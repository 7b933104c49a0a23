//! STS 2015-04-01, so far as keys come from it.

use std::collections::BTreeMap;
use std::mem;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};

use crate::cloud::alibaba::client::{judge, signed};
use crate::cloud::alibaba::credentials::instance::GivenKey;
use crate::cloud::alibaba::query::query;
use crate::cloud::alibaba::token::unique;
use crate::cloud::answer::{self, Answer};
use crate::cloud::caller::Call;
use crate::cloud::clock;
use crate::cloud::credentials::{
    Chain, Credentials, Fetched, Fetching, Identity, Role, Sources, WebIdentity, compact, unusable,
};
use crate::cloud::endpoint::{Endpoint, is_label, known};
use crate::cloud::error::Result;
use crate::cloud::params::Params;
use crate::cloud::retry::Effect;
use crate::cloud::transport::{Reply, Request};

pub(super) async fn assume(cx: Fetching<'_>, key: &Credentials, role: &Role) -> Result<Fetched> {
    let Role { arn, session_name, duration, external_id, policy, source_identity } = role;
    let optional = [("ExternalId", external_id.clone()), ("SourceIdentity", source_identity.clone())];
    let params = params(arn, session_name, *duration, policy).chain(set(optional)).collect();
    let reply = send(cx, "AssumeRole", &key.clone().into(), params, None).await?;
    assumed(&reply)
}

/// Without a signature, and with the token in the body: addresses are logged on the way.
pub(super) async fn assume_with_oidc(
    cx: Fetching<'_>,
    identity: &WebIdentity,
    token: &SecretString,
) -> Result<Fetched> {
    let WebIdentity { role_arn, provider, session_name, duration, policy, .. } = identity;
    let more = [("OIDCProviderArn", provider.clone()), ("OIDCToken", token.expose_secret().to_owned())];
    let more = more.map(|(name, value)| (name.to_owned(), value));
    let params = params(role_arn, session_name, *duration, policy).chain(more).collect();
    let reply = send(cx, "AssumeRoleWithOIDC", &Chain::unsigned(), params, Some(token)).await?;
    assumed(&reply)
}

pub(super) async fn identity(cx: Fetching<'_>, key: &Credentials) -> Result<Identity> {
    let reply = send(cx, "GetCallerIdentity", &key.clone().into(), Params::new(), None).await?;
    let caller: CallerIdentity = answer::from_slice(&reply.body).map_err(|_| nothing("GetCallerIdentity"))?;
    Ok(Identity {
        account_id: caller.account_id,
        kind: caller.identity_type,
        principal_id: caller.principal_id,
        user_id: if caller.user_id.is_empty() { caller.role_id } else { caller.user_id },
        arn: caller.arn,
    })
}

/// What the actions that assume a role have in common.
fn params(
    arn: &str,
    session_name: &Option<String>,
    duration: Option<Duration>,
    policy: &Option<String>,
) -> impl Iterator<Item = (String, String)> {
    let seconds = duration.unwrap_or(DEFAULT_DURATION).as_secs().to_string();
    let session_name = session_name.clone().unwrap_or_else(|| "terraform".to_owned());
    set([
        ("RoleArn", Some(arn.to_owned())),
        ("RoleSessionName", Some(session_name)),
        ("DurationSeconds", Some(seconds)),
        // Signers of some SDKs write a space in it in another way than the service.
        ("Policy", policy.as_deref().map(compact)),
    ])
}

fn set<const N: usize>(params: [(&str, Option<String>); N]) -> impl Iterator<Item = (String, String)> {
    params.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)))
}

async fn send(
    cx: Fetching<'_>,
    action: &'static str,
    keys: &Chain,
    mut params: Params,
    token: Option<&SecretString>,
) -> Result<Reply> {
    let region = cx.sources.region.as_deref().unwrap_or_default();
    let mut url = address(cx.sources)?;
    let secrets = token.into_iter().collect();
    let call = Call { action, region, effect: Effect::Read, rate: None, secrets, keys };
    let body = if token.is_some() { Bytes::from(query(&mem::take(&mut params))) } else { Bytes::new() };
    url.set_query(Some(&query(&params)));
    let sign = |key: &Credentials| match token {
        None => signed(key, &url, action, VERSION, &body),
        Some(_) => Ok(unsigned(&url, action, &body)),
    };
    cx.caller.call(cx.ctx, &call, &sign, &judge).await
}

/// A call that carries no signature, in the form of RPC requests, as the credentials library of the SDK for Go sends it.
fn unsigned(url: &Url, action: &'static str, body: &Bytes) -> Request {
    let now = Timestamp::from_second(clock::unix_now()).unwrap_or(Timestamp::UNIX_EPOCH).to_string();
    let common = [
        ("Action", action.to_owned()),
        ("Format", "JSON".to_owned()),
        ("SignatureNonce", unique("")),
        ("Timestamp", now),
        ("Version", VERSION.to_owned()),
    ];
    let mut url = url.clone();
    url.set_query(Some(&query(&BTreeMap::from(common.map(|(name, value)| (name.to_owned(), value))))));
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    Request { method: Method::POST, url, headers, body: body.clone() }
}

/// Where STS is for `sources`: where somebody says, beside the other services of an unusual place, in the region that a variable names, in
/// that of the provider, and else at the one address for all regions.
pub(super) fn address(sources: &Sources) -> Result<Url> {
    let env = &sources.environment;
    if let Some(endpoint) = &sources.sts_endpoint {
        return Ok(endpoint.url().clone());
    }
    if let Some((name, text)) = env.first(&["CLOUDVPN_ALIBABA_STS_ENDPOINT", "ALIBABA_CLOUD_STS_ENDPOINT"]) {
        let endpoint = text.parse::<Endpoint>();
        return match endpoint {
            Ok(endpoint) => Ok(endpoint.url().clone()),
            Err(error) => Err(unusable(format!("{name} is not usable: {error}."))),
        };
    }
    if let Some(endpoint) = &sources.endpoint {
        return Ok(neighbour(endpoint.url()));
    }
    let within = env.says("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
    if let Some(region) = env.get("ALIBABA_CLOUD_STS_REGION").filter(|region| is_label(region)) {
        let host = if within { "sts-vpc" } else { "sts" };
        return Ok(known(&format!("https://{host}.{region}.aliyuncs.com/")));
    }
    Ok(match &sources.region {
        Some(region) if is_label(region) && !region.is_empty() && !WITHOUT_STS.contains(&region.as_str()) => {
            known(&format!("https://sts.{region}.aliyuncs.com/"))
        }
        _ => known("https://sts.aliyuncs.com/"),
    })
}

/// A host that begins with the label `vpc`, or with `vpc-vpc` for those who call from within the cloud, is that of one service; any other
/// one, a mock's for example, serves all.
fn neighbour(url: &Url) -> Url {
    let mut url = url.clone();
    let host = url.host_str().and_then(|host| match host.split_once('.')? {
        ("vpc", rest) => Some(format!("sts.{rest}")),
        ("vpc-vpc", rest) => Some(format!("sts-vpc.{rest}")),
        _ => None,
    });
    if let Some(host) = host {
        url.set_host(Some(&host)).expect("a label for another leaves a host name");
    }
    url
}

fn assumed(reply: &Reply) -> Result<Fetched> {
    let answer: Assumed = answer::from_slice(&reply.body).map_err(|_| nothing("STS"))?;
    answer.credentials.and_then(|given| given.fetched(reply)).ok_or_else(|| nothing("STS"))
}

fn nothing(what: &str) -> crate::cloud::Error {
    crate::cloud::Error::new(crate::cloud::Class::Fatal, format!("the answer of {what} is not what is documented"))
}

/// What can be done about an error of STS (its error pages).
pub(super) fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "AuthenticationFail.OIDCToken.AudienceNotMatch" => {
            "The token is for another audience (its member aud) than the client ids that the OIDC provider has in RAM: ask its issuer for a \
             token for one of these, or add the audience to the provider."
        }
        "AuthenticationFail.OIDCToken.Expired" => {
            "The token is over. A file with it is read again at each attempt: whoever writes it has to replace it in time."
        }
        "AuthenticationFail.OIDCToken.Invalid" | "AuthenticationFail.OIDCToken.InvalidSignature" => {
            "RAM does not take the token: check that it comes from the issuer of the OIDC provider, and the fingerprints of its certificates."
        }
        "AuthenticationFail.OIDCToken.HttpsUrlInvalid" => {
            "RAM cannot reach the issuer of the OIDC provider at its address."
        }
        "AuthenticationFail.NoPermission" => {
            "There is no such OIDC provider, or the role's trust policy does not take this token: compare oidc:iss, oidc:aud and oidc:sub in it \
             with the token's."
        }
        "EntityNotExist.Role" => "Check the name of the role, and the account in its ARN.",
        "NoPermission" => {
            "Either the caller may not call sts:AssumeRole on the role, or the role's trust policy does not name the caller; a wrong external_id \
             looks the same. The key of an account itself cannot assume roles: take that of a RAM user."
        }
        "InvalidParameter.DurationSeconds" => {
            "duration is from 15 minutes to the longest session of the role, which is 1 hour unless somebody allowed more."
        }
        "InvalidParameter.PolicyGrammar" => "policy is no policy: compare it with one of RAM's own.",
        "InvalidParameter.PolicySize" => "policy is too long: it has at most 2048 characters.",
        _ => return None,
    })
}

#[derive(Default, Answer)]
struct Assumed {
    credentials: Option<GivenKey>,
}

#[derive(Default, Answer)]
struct CallerIdentity {
    identity_type: String,
    account_id: String,
    principal_id: String,
    user_id: String,
    role_id: String,
    arn: String,
}

const VERSION: &str = "2015-04-01";
const DEFAULT_DURATION: Duration = Duration::from_secs(3600);
/// Regions whose calls go to the one address for all (product metadata in the SDK `alibabacloud-sts20150401` 1.2.0).
const WITHOUT_STS: &[&str] = &[
    "ap-northeast-2-pop",
    "ap-south-1",
    "ap-southeast-2",
    "cn-beijing-finance-pop",
    "cn-beijing-gov-1",
    "cn-fujian",
    "cn-hongkong-finance-pop",
    "cn-wuhan",
    "cn-zhangbei",
    "eu-west-1-oxs",
    "rus-west-1-pop",
];
