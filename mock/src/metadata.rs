//! The metadata services of the clouds' instances, and an address that gives out a key, all on a port of their own.
//!
//! Alibaba's has sessions (the tokens of a hardened instance), Tencent's has none. The key of an instance is that of its role; a new one
//! takes its place some time before it ends.

use std::collections::HashMap;
use std::time::Duration;

use hyper::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::accounts::{ALIBABA_ACCOUNT, Session, TENCENT_ACCOUNT};
use crate::api;
use crate::calls::{Call, Cloud, secrets_in};
use crate::faults::{Fault, When};
use crate::options::{ALIBABA_REGION, TENCENT_REGION};
use crate::server::{Cut, Received, Reply};
use crate::world::{Shared, World};
use crate::{alibaba, tencent};

/// How the services behave: the body of `POST /_mock/metadata`, and the member `metadata` of the state document.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Metadata {
    alibaba: Instance,
    tencent: Instance,
    /// What gives out a key at `/credentials`.
    uri: Instance,
    /// ModifyInstanceMetadataOptions (ECS API 2014-05-26), and how far the client is away.
    alibaba_options: Options,
}

impl Default for Metadata {
    fn default() -> Self {
        let instance = |account: &str, region: &str| Instance {
            account: account.to_owned(),
            role: Some("mock".to_owned()),
            region: region.to_owned(),
            key_seconds: 21600,
            delay_ms: 0,
        };
        Self {
            alibaba: instance(ALIBABA_ACCOUNT, ALIBABA_REGION),
            tencent: instance(TENCENT_ACCOUNT, TENCENT_REGION),
            uri: instance(ALIBABA_ACCOUNT, ALIBABA_REGION),
            alibaba_options: Options { http_endpoint: Use::Enabled, http_tokens: Use::Optional, hop_limit: 1, hops: 1 },
        }
    }
}

/// An instance as its metadata service sees it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Instance {
    account: String,
    /// The role's name; there is none attached without one.
    role: Option<String>,
    region: String,
    /// How long a key of the role lasts.
    key_seconds: u64,
    /// Before each answer.
    delay_ms: u64,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Options {
    http_endpoint: Use,
    http_tokens: Use,
    /// How many hops the answer to the request for a session lives.
    hop_limit: u32,
    hops: u32,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Use {
    Enabled,
    Disabled,
    Optional,
    Required,
}

/// What the services remember.
#[derive(Default)]
pub(crate) struct Memory {
    /// Sessions of Alibaba's service, and when they end.
    sessions: HashMap<String, Instant>,
    /// The key that each service has in force: its id, by the service and the role.
    keys: HashMap<(Service, String), String>,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Service {
    Alibaba,
    Tencent,
    Uri,
}

/// Answers a request to the port of the metadata services.
pub(crate) async fn answer(shared: &Shared, received: &Received) -> Result<Reply, Cut> {
    let started = shared.world().started.elapsed();
    let (service, question) = question(received);
    let action = question.action(service);
    let fault = shared.world().faults.take(&action);
    let (reply, delay_ms, session) = {
        let mut world = shared.world();
        let (session, lost) = (session(&world, received), lost(&world, service, &question, received));
        let is_done = !matches!(
            fault,
            Some(
                Fault::Error(_)
                    | Fault::Quote(_)
                    | Fault::Http(_)
                    | Fault::Garbage(_)
                    | Fault::Html(_)
                    | Fault::Drop(When::Before)
            )
        );
        let reply = match &fault {
            Some(Fault::Error(code) | Fault::Quote(code)) => Some(Reply::json(200, &json!({ "Code": code }))),
            _ if lost || !is_done => None,
            _ => Some(reply(&mut world, service, &question, received)),
        };
        (reply, instance(&world.metadata, service).delay_ms, session)
    };
    let outcome = match (&fault, &reply) {
        (Some(fault), _) if !matches!(fault, Fault::DelayMs(_)) => fault.to_string(),
        (_, Some(reply)) if reply.status == 200 => "ok".to_owned(),
        (_, Some(reply)) => format!("http:{}", reply.status),
        (_, None) => "lost".to_owned(),
    };
    let ttl = received.header(TTL);
    let call = Call {
        seq: 0,
        cloud: Cloud::Metadata,
        action,
        region: String::new(),
        params: json!({
            "Method": received.method.as_str(), "Path": received.path, "Host": received.header("host"),
            "Session": session, "Ttl": ttl,
        }),
        outcome,
        request_id: String::new(),
        at_ms: u64::try_from(started.as_millis()).unwrap_or(u64::MAX),
        secrets: reply.as_ref().map(|reply| secrets_in(&reply.body)).unwrap_or_default(),
    };
    api::record(shared, call);
    if reply.is_none() && fault.is_none() {
        // Nobody answers, until the client gives up.
        sleep(NO_ANSWER).await;
    }
    api::deliver(fault, reply, shared.options.latency + Duration::from_millis(delay_ms)).await
}

/// What is asked for.
#[derive(Debug, Eq, PartialEq)]
enum Question {
    /// A session of Alibaba's service.
    Token,
    Role,
    /// A key of the role of this name.
    Key(String),
    Region,
    Unknown,
}

impl Question {
    /// The name of the request among the calls, such as `alibaba/key`.
    fn action(&self, service: Service) -> String {
        let service = match service {
            Service::Alibaba => "alibaba",
            Service::Tencent => "tencent",
            Service::Uri => "uri",
        };
        let what = match self {
            Self::Token => "token",
            Self::Role => "role",
            Self::Key(_) => "key",
            Self::Region => "region",
            Self::Unknown => "unknown",
        };
        format!("{service}/{what}")
    }
}

fn question(received: &Received) -> (Service, Question) {
    let path = received.path.as_str();
    let role = |name: &str| match name.trim_start_matches('/') {
        "" => Question::Role,
        name => Question::Key(name.to_owned()),
    };
    if let Some(name) = path.strip_prefix("/latest/meta-data/ram/security-credentials") {
        return (Service::Alibaba, role(name));
    }
    if let Some(name) = path.strip_prefix("/latest/meta-data/cam/security-credentials") {
        return (Service::Tencent, role(name));
    }
    match path {
        "/latest/api/token" => (Service::Alibaba, Question::Token),
        "/latest/meta-data/region-id" => (Service::Alibaba, Question::Region),
        "/latest/meta-data/placement/region" => (Service::Tencent, Question::Region),
        "/credentials" => (Service::Uri, Question::Key(String::new())),
        _ => (Service::Alibaba, Question::Unknown),
    }
}

/// Whether the answer dies on its way: that to the request for a session lives as many hops as the instance allows.
fn lost(world: &World, service: Service, question: &Question, received: &Received) -> bool {
    let Options { hop_limit, hops, .. } = world.metadata.alibaba_options;
    service == Service::Alibaba && *question == Question::Token && received.method == Method::PUT && hops > hop_limit
}

/// Whether the request has a session of Alibaba's service, and whether that is one.
fn session(world: &World, received: &Received) -> &'static str {
    match received.header(TOKEN) {
        "" => "none",
        token if world.instances.sessions.get(token).is_some_and(|ends| *ends > Instant::now()) => "good",
        _ => "bad",
    }
}

fn reply(world: &mut World, service: Service, question: &Question, received: &Received) -> Reply {
    let expected = if *question == Question::Token { Method::PUT } else { Method::GET };
    if received.method != expected {
        return text(405, "Method Not Allowed");
    }
    if service == Service::Alibaba {
        let Options { http_endpoint, http_tokens, .. } = world.metadata.alibaba_options;
        let session = session(world, received);
        match (question, session) {
            _ if http_endpoint == Use::Disabled => return text(403, "Forbidden"),
            (Question::Token, _) => {}
            (_, "none") if http_tokens == Use::Required => return text(403, "Forbidden"),
            (_, "bad") => return text(401, "Unauthorized"),
            _ => {}
        }
    }
    let instance = instance(&world.metadata, service).clone();
    let attached = instance.role.as_deref().unwrap_or_default();
    match question {
        Question::Token => token(world, received),
        Question::Region => text(200, &instance.region),
        Question::Role if !attached.is_empty() => text(200, attached),
        Question::Key(name) if !attached.is_empty() && (service == Service::Uri || name == attached) => {
            key(world, service, &instance, attached).unwrap_or_else(|| text(404, "Not Found"))
        }
        _ => text(404, "Not Found"),
    }
}

fn token(world: &mut World, received: &Received) -> Reply {
    let seconds = received.header(TTL).parse::<u64>().ok().filter(|seconds| (1..=21600).contains(seconds));
    let Some(seconds) = seconds else {
        return text(400, "Bad Request");
    };
    let token = crate::secrets::base64(32);
    world.instances.sessions.insert(token.clone(), Instant::now() + Duration::from_secs(seconds));
    text(200, &token)
}

/// The key in force, or a new one when there is none or it is near its end. None without such a role.
fn key(world: &mut World, service: Service, instance: &Instance, role: &str) -> Option<Reply> {
    let now = Instant::now();
    let place = (service, format!("{}/{role}", instance.account));
    let directory = if service == Service::Tencent { &mut world.accounts.tencent } else { &mut world.accounts.alibaba };
    directory.role(&instance.account, |name, _| name == role)?;
    let renew = Duration::from_secs((instance.key_seconds / 2).min(RENEWED_SECONDS));
    let known = world.instances.keys.get(&place).cloned();
    let fresh = |session: &&Session| session.ends.is_none_or(|ends| ends > now + renew);
    let known = known.filter(|id| directory.session(&instance.account, id).as_ref().is_some_and(fresh));
    let id = known.unwrap_or_else(|| {
        let ends = Some(now + Duration::from_secs(instance.key_seconds));
        let (id, session) = match service {
            Service::Tencent => tencent::temporary_key(role, "ins-mock0001", ends),
            Service::Alibaba | Service::Uri => alibaba::temporary_key(role, "i-mock0001", ends),
        };
        directory.open(&instance.account, id.clone(), session);
        id
    });
    let session = directory.session(&instance.account, &id)?;
    let left = session.ends.map_or(0, |ends| ends.saturating_duration_since(now).as_secs());
    let wall = jiff::Timestamp::now().as_second();
    let ends = wall.saturating_add(left.cast_signed());
    let time = |seconds: i64| jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string();
    let answer = match service {
        Service::Tencent => json!({
            "TmpSecretId": id, "TmpSecretKey": session.secret, "ExpiredTime": ends, "Expiration": time(ends),
            "Token": session.token, "Code": "Success",
        }),
        Service::Alibaba | Service::Uri => {
            let mut answer = json!({
                "AccessKeyId": id, "AccessKeySecret": session.secret, "Expiration": time(ends),
                "SecurityToken": session.token, "Code": "Success",
            });
            if service == Service::Alibaba {
                answer["LastUpdated"] = Value::from(time(wall));
            }
            answer
        }
    };
    world.instances.keys.insert(place, id);
    Some(Reply::json(200, &answer))
}

fn instance(metadata: &Metadata, service: Service) -> &Instance {
    match service {
        Service::Alibaba => &metadata.alibaba,
        Service::Tencent => &metadata.tencent,
        Service::Uri => &metadata.uri,
    }
}

fn text(status: u16, text: &str) -> Reply {
    Reply::new(status, "text/plain", text.to_owned())
}

/// Headers of Alibaba's service ("Use instance metadata", security hardening mode).
const TOKEN: &str = "x-aliyun-ecs-metadata-token";
const TTL: &str = "x-aliyun-ecs-metadata-token-ttl-seconds";
/// A new key is there ten minutes before the old one ends. How long before the clouds do it is not documented.
const RENEWED_SECONDS: u64 = 600;
/// Longer than a client waits.
const NO_ANSWER: Duration = Duration::from_secs(60);
