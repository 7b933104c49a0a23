//! Alibaba Cloud's VPC API 2016-04-28, RPC style: VPN gateways and all that belongs to them; and STS 2015-04-01.
//!
//! A request comes with signature v3 (headers `x-acs-*`) or v1 (parameters `Action` and `Signature`); its parameters are in the
//! query, in a form body, or in both. Each kind of object has a file with its table of [`Action`]s.

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::accounts::{Caller, KeyTrouble};
use crate::api::{Head, Refusal, has_form};
use crate::calls::Cloud;
use crate::check::{self, Field, Kind, Violation};
use crate::options::Options;
use crate::server::{Received, Reply};
use crate::store::{Members, Object, Place, Then, text};
use crate::world::{Shared, World};

use self::memory::Answered;
use self::request::Request;

pub(crate) use self::memory::Memory;
pub(crate) use self::sts::temporary_key;

mod certificates;
mod connection_options;
mod connection_shape;
mod connections;
mod customer_gateways;
mod errors;
mod gateways;
mod listing;
mod memory;
mod profile;
mod regions;
mod request;
mod routes;
mod rules;
mod signature;
mod ssl_servers;
mod sts;
mod tags;
mod tasks;
mod xml;

/// An action of the service.
#[derive(Debug)]
struct Action {
    name: &'static str,
    /// Parameters beside `RegionId` and, for a write, `ClientToken`.
    fields: &'static [Field],
    /// Whether it takes a `ClientToken`.
    writes: bool,
    run: fn(&mut Context<'_>, &Members) -> Result<Members, Refusal>,
}

/// What an action works with.
struct Context<'a> {
    world: &'a mut World,
    options: &'a Options,
    caller: &'a Caller,
    /// Whose objects these are: the name that the store keeps them under.
    owner: &'a str,
    region: &'a str,
    now: Instant,
}

impl<'a> Context<'a> {
    fn place(&self, kind: &'a str) -> Place<'a> {
        Place { owner: self.owner, region: self.region, kind }
    }

    fn get(&self, kind: &str, id: &str) -> Option<&Object> {
        self.world.store.get(Place { owner: self.owner, region: self.region, kind }, id)
    }

    fn get_mut(&mut self, kind: &str, id: &str) -> Option<&mut Object> {
        self.world.store.get_mut(Place { owner: self.owner, region: self.region, kind }, id)
    }

    fn list<'c>(&'c self, kind: &'c str) -> impl Iterator<Item = &'c Object> {
        self.world.store.list(Place { owner: self.owner, region: self.region, kind })
    }

    fn insert(&mut self, kind: &str, id: &str, members: Members) {
        self.world.store.insert(Place { owner: self.owner, region: self.region, kind }, id, members);
    }

    /// Orders a change of an object for when changes settle.
    fn when_settled(&mut self, kind: &str, id: &str, then: Then) {
        let place = Place { owner: self.owner, region: self.region, kind };
        self.world.store.schedule(place, id, self.now + self.options.settle, then);
    }
}

/// Whether a request for `/` is Alibaba's: signature v3 has its headers, v1 its parameters. Tencent's old signature has most of these, too,
/// and a `SecretId`.
pub(crate) fn is_for(received: &Received) -> bool {
    if !received.header("x-tc-action").is_empty() {
        return false;
    }
    let has_header =
        received.headers.contains_key("x-acs-action") || received.header("authorization").starts_with("ACS3");
    has_header || {
        let request = Request::read(received);
        let has = |name: &str| !request.value(name).is_empty();
        !has("SecretId") && ["Action", "AccessKeyId", "Signature"].into_iter().any(has)
    }
}

pub(crate) fn head(received: &Received) -> Head {
    let request = Request::read(received);
    let params = request.params();
    Head {
        cloud: Cloud::Alibaba,
        action: named(received, &request, "Action", "x-acs-action").to_owned(),
        region: text(&params, "RegionId").to_owned(),
        params: Value::Object(params),
    }
}

pub(crate) fn perform(shared: &Shared, received: &Received, head: &Head, request_id: &str) -> Result<Members, Refusal> {
    if received.body.is_none() {
        return Err(errors::refusal("InvalidParameter", "the body is longer than 10 MB"));
    }
    if received.path != "/" || !["GET", "POST"].contains(&received.method.as_str()) {
        return Err(errors::documented("InvalidAction.NotFound"));
    }
    if !received.body.as_deref().unwrap_or_default().is_empty() && !has_form(received) {
        let message = "the body must be application/x-www-form-urlencoded";
        return Err(errors::refusal("InvalidParameter.Format", message));
    }
    let request = Request::read(received);
    let format = request.value("Format");
    if !["", "JSON", "XML"].iter().any(|known| known.eq_ignore_ascii_case(format)) {
        return Err(errors::refusal("InvalidParameter", "Format must be JSON or XML"));
    }
    if head.action.is_empty() {
        return Err(missing("Action"));
    }
    let mut world = shared.world();
    let caller = caller(&mut world, received, &request, &head.action)?;
    let service = service(received, &request)?;
    let action = service.actions.iter().copied().flatten().find(|action| action.name == head.action);
    let action = action.ok_or_else(|| errors::documented("InvalidAction.NotFound"))?;
    if service.regional {
        regions::check(&world, &caller.owner(CLOUD), &head.region)?;
    }
    if !world.rates.admit((Cloud::Alibaba, &caller.account), action.name, &head.region, service.per_second) {
        return Err(errors::documented("Throttling.User"));
    }
    if !UNRESTRICTED.contains(&action.name) && !caller.may(&format!("{}:{}", service.prefix, action.name)) {
        return Err(errors::documented(service.forbidden));
    }
    run(shared, &mut world, (service, action), &caller, head, &request, request_id)
}

/// A service, told from the other by its version.
struct Service {
    version: &'static str,
    /// Before the names of its actions in policies.
    prefix: &'static str,
    /// Its host, and its name in the recommendations of errors.
    host: &'static str,
    product: &'static str,
    /// Whether requests must name a region.
    regional: bool,
    /// Calls of an action per second and account; 0 without a documented limit: there is none until a test sets one.
    per_second: u32,
    /// The code for what the caller may not do.
    forbidden: &'static str,
    /// The codes of broken rules.
    refusal: fn(Violation) -> Refusal,
    actions: &'static [&'static [Action]],
}

static VPC: Service = Service {
    version: "2016-04-28",
    prefix: "vpc",
    host: "vpc.aliyuncs.com",
    product: "Vpc",
    regional: true,
    per_second: 0,
    forbidden: "Forbidden.RAM",
    refusal,
    actions: ACTIONS,
};

fn service(received: &Received, request: &Request) -> Result<&'static Service, Refusal> {
    match named(received, request, "Version", "x-acs-version") {
        "" => Err(missing("Version")),
        version => {
            let mut services = [&VPC, &sts::SERVICE].into_iter();
            services.find(|known| known.version == version).ok_or_else(|| errors::documented("InvalidVersion"))
        }
    }
}

/// Success is the members with their RequestId; an error has RequestId, HostId, Code, Message and Recommend.
pub(crate) fn render(
    shared: &Shared,
    received: &Received,
    action: &str,
    result: Result<Members, Refusal>,
    request_id: &str,
) -> Reply {
    let (status, root, members) = match result {
        Ok(mut members) => {
            request::or_insert(&mut members, REQUEST_ID, request_id);
            (200, format!("{action}Response"), members)
        }
        Err(Refusal { code, message }) => {
            let Service { host, product, .. } = service(received, &Request::read(received)).unwrap_or(&VPC);
            let recommend =
                format!("https://api.aliyun.com/troubleshoot?q={code}&product={product}&requestId={request_id}");
            let members = Members::from_iter([
                (REQUEST_ID.to_owned(), json!(request_id)),
                ("HostId".to_owned(), json!(host)),
                ("Code".to_owned(), json!(code)),
                ("Message".to_owned(), json!(message)),
                ("Recommend".to_owned(), json!(recommend)),
            ]);
            let later = errors::is_throttling(&code) && shared.world().switches.throttling_429;
            (if later { 429 } else { errors::status(&code) }, "Error".to_owned(), members)
        }
    };
    let reply = if Request::read(received).wants_xml(received) {
        Reply::new(status, "text/xml;charset=utf-8", xml::document(&root, &members))
    } else {
        Reply::json(status, &Value::Object(members))
    };
    // "x-acs-retry-after": milliseconds, which the newer SDKs obey.
    let retry_after_ms = (status == 429).then_some(RETRY_AFTER_MS);
    Reply { retry_after_ms, ..reply }
}

/// The refusal for a code that a test injects.
pub(crate) fn injected(code: String) -> Refusal {
    let message = errors::message(&code).unwrap_or("injected by a test");
    Refusal::new(code, message)
}

/// The RequestId of an answer that is not this request's own: a write repeated with its ClientToken.
pub(crate) fn request_id_of(members: &Members) -> Option<&str> {
    members.get(REQUEST_ID).and_then(Value::as_str)
}

/// Checks the parameters and runs the action, or repeats the answer that the ClientToken had before.
fn run(
    shared: &Shared,
    world: &mut World,
    (service, action): (&'static Service, &'static Action),
    caller: &Caller,
    head: &Head,
    request: &Request,
    request_id: &str,
) -> Result<Members, Refusal> {
    if let Some(list) = request.miscounted() {
        return Err(errors::refusal(
            "InvalidParameter",
            format!("the elements of {list} must count from 1 without gaps"),
        ));
    }
    let mut params = request.given();
    params.remove("RegionId");
    check::from_texts(action.fields, &mut params);
    let client_token = if action.writes { params.remove("ClientToken") } else { None };
    let client_token = client_token.as_ref().map(client_token_text).transpose()?;
    check::check(action.fields, &params).map_err(service.refusal)?;
    let owner = caller.owner(CLOUD);
    let here = (owner.as_str(), head.region.as_str());
    if let Some(client_token) = client_token {
        match world.alibaba.answered(here, client_token, action.name, &params) {
            Answered::Never => {}
            Answered::Same(answer) => return Ok(answer),
            Answered::Other => return Err(errors::documented("IdempotentParameterMismatch")),
        }
    }
    let (options, region, now) = (&shared.options, head.region.as_str(), Instant::now());
    let mut context = Context { world: &mut *world, options, caller, owner: &owner, region, now };
    let mut answer = (action.run)(&mut context, &params)?;
    if let Some(client_token) = client_token {
        answer.insert(REQUEST_ID.to_owned(), json!(request_id));
        world.alibaba.remember(here, client_token, action.name, params, &answer);
    }
    Ok(answer)
}

/// At most 64 ASCII characters ("ModifySslVpnClientCert", ClientToken).
fn client_token_text(value: &Value) -> Result<&str, Refusal> {
    let valid = value.as_str().filter(|text| text.is_ascii() && text.len() <= 64);
    valid.ok_or_else(|| errors::refusal("InvalidParameter.Format", "ClientToken must be at most 64 ASCII characters"))
}

/// What names the action and the version: headers with signature v3, parameters with v1, whose SDKs send the headers as well.
fn named<'a>(received: &'a Received, request: &'a Request, parameter: &str, header: &str) -> &'a str {
    let (parameter, header) = (request.value(parameter), received.header(header));
    let (first, second) = if signature::is_v3(received) { (header, parameter) } else { (parameter, header) };
    if first.is_empty() { second } else { first }
}

/// Who sent a request: verifies its signature, its nonce and its token. An action that needs no key has none of these.
fn caller(world: &mut World, received: &Received, request: &Request, action: &str) -> Result<Caller, Refusal> {
    if ANONYMOUS.contains(&action) {
        let is_signed = signature::is_v3(received)
            || ["AccessKeyId", "Signature"].iter().any(|name| !request.value(name).is_empty());
        if is_signed {
            return Err(errors::refusal("IncompleteSignature", format!("{action} is not signed")));
        }
        return Ok(Caller::nobody());
    }
    let now = jiff::Timestamp::now().as_second();
    let signed = signature::verify(received, request, now, |id| world.accounts.alibaba.secret(id))?;
    if !world.alibaba.is_new_nonce(&signed.access_key_id, &signed.nonce) {
        return Err(errors::documented("SignatureNonceUsed"));
    }
    let caller = world.accounts.alibaba.caller(&signed.access_key_id, &signed.security_token, &world.tokens);
    let ended_is_unknown = world.switches.ended_keys_unknown;
    caller.map_err(|trouble| {
        errors::documented(match trouble {
            KeyTrouble::Ended if ended_is_unknown => "InvalidAccessKeyId.NotFound",
            KeyTrouble::Unknown => "InvalidAccessKeyId.NotFound",
            KeyTrouble::Inactive => "InvalidAccessKeyId.Inactive",
            KeyTrouble::TokenMissing => "MissingSecurityToken",
            KeyTrouble::TokenUnknown => "InvalidSecurityToken.Malformed",
            KeyTrouble::TokenOfAnother => "InvalidSecurityToken.MismatchWithAccessKey",
            KeyTrouble::Ended => "InvalidSecurityToken.Expired",
        })
    })
}

fn missing(parameter: &str) -> Refusal {
    errors::refusal(format!("Missing{parameter}"), format!("{parameter} is mandatory for this action."))
}

/// Indices count from 1 in names of parameters, from 0 in a violation.
fn refusal(Violation { kind, path, detail }: Violation) -> Refusal {
    let counted =
        |segment: &str| segment.parse::<usize>().map_or_else(|_| segment.to_owned(), |at| (at + 1).to_string());
    let path = path.split('.').map(counted).collect::<Vec<_>>().join(".");
    match kind {
        Kind::Missing => missing(&path),
        Kind::Type | Kind::Malformed => errors::refusal("InvalidParameter.Format", format!("{path} {detail}")),
        _ => errors::refusal("InvalidParameter", format!("{path} {detail}")),
    }
}

/// The members of an object literal.
fn members(literal: Value) -> Members {
    match literal {
        Value::Object(members) => members,
        _ => Members::new(),
    }
}

/// These members of an object, as far as it has them.
fn select(from: &Members, names: &[&str]) -> Members {
    names.iter().filter_map(|name| Some(((*name).to_owned(), from.get(*name)?.clone()))).collect()
}

/// Unix time in milliseconds, as in CreateTime and EndTime.
fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// A new identifier: the prefix and 21 of `[a-z0-9]`, as in `vsc-bp1n8wcf134yl0osrcg98`.
fn new_id(prefix: &str) -> String {
    const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let random = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
    let bytes = random.iter().flat_map(|uuid| uuid.as_bytes().iter().rev().take(8).chain(&uuid.as_bytes()[..4]));
    prefix.chars().chain(bytes.take(21).map(|byte| char::from(ALPHABET[usize::from(*byte) % 36]))).collect()
}

const CLOUD: &str = "alibaba";
/// Actions that need no key.
const ANONYMOUS: &[&str] = &["AssumeRoleWithOIDC"];
/// Actions that no policy restricts.
const UNRESTRICTED: &[&str] = &["AssumeRoleWithOIDC", "GetCallerIdentity"];
const REQUEST_ID: &str = "RequestId";
const RETRY_AFTER_MS: u64 = 100;

const VPCS: &str = "vpcs";
const VSWITCHES: &str = "vswitches";
const GATEWAYS: &str = "vpn_gateways";
const CUSTOMER_GATEWAYS: &str = "customer_gateways";
const CONNECTIONS: &str = "vpn_connections";
const ROUTES: &str = "vpn_route_entries";
const PBR_ROUTES: &str = "vpn_pbr_route_entries";
const SERVERS: &str = "ssl_vpn_servers";
const CERTIFICATES: &str = "ssl_vpn_client_certs";
/// The authority of each SSL server, with the same id.
const AUTHORITIES: &str = "ssl_vpn_cas";

/// The kinds of objects of this cloud.
pub(crate) const KINDS: &[&str] = &[
    VPCS,
    VSWITCHES,
    GATEWAYS,
    CUSTOMER_GATEWAYS,
    CONNECTIONS,
    ROUTES,
    PBR_ROUTES,
    SERVERS,
    CERTIFICATES,
    AUTHORITIES,
];

static ACTIONS: &[&[Action]] = &[
    certificates::ACTIONS,
    connections::ACTIONS,
    customer_gateways::ACTIONS,
    gateways::ACTIONS,
    routes::ACTIONS,
    ssl_servers::ACTIONS,
    tags::ACTIONS,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_shaped_like_the_documented_one() {
        let (one, other) = (new_id("vsc-"), new_id("vsc-"));
        assert_ne!(one, other);
        assert_eq!(one.len(), "vsc-bp1n8wcf134yl0osrcg98".len());
        assert!(one[4..].chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit()));
    }
}
