//! Tencent API 3.0: services `vpc` 2017-03-12, `tag` and `sts` 2018-08-13.
//!
//! Each kind of object has a file with its table of [`Action`]s: their parameters, rate limits and what they do.

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::accounts::{Caller, KeyTrouble};
use crate::api::{Head, Refusal};
use crate::calls::Cloud;
use crate::check::{self, Field, Kind, Violation};
use crate::faults::TaskFault;
use crate::options::Options;
use crate::server::{Received, Reply};
use crate::store::{Members, Object, Place, Then};
use crate::world::{Shared, World};

mod connection_rules;
mod connection_shape;
mod connections;
mod customer_gateways;
mod gateway_changes;
mod gateways;
mod listing;
mod peers;
mod routes;
mod ssl_clients;
mod ssl_servers;
mod ssl_states;
mod sts;
mod tags;
mod tasks;
mod tc3;
mod times;

pub(crate) use connections::{changed, count_of_customer_gateway, planned, settle_gone};
pub(crate) use sts::temporary_key;

/// An action of a service.
#[derive(Debug)]
pub(super) struct Action {
    name: &'static str,
    service: &'static Service,
    /// The documented limit in calls per second, per account and region.
    per_second: u32,
    fields: &'static [Field],
    run: fn(&mut Context<'_>, &Members) -> Result<Members, Refusal>,
}

#[derive(Debug)]
pub(super) struct Service {
    name: &'static str,
    version: &'static str,
    /// Whether requests must name a region.
    regional: bool,
}

pub(super) const VPC: Service = Service { name: "vpc", version: "2017-03-12", regional: true };
pub(super) const TAG: Service = Service { name: "tag", version: "2018-08-13", regional: false };
pub(super) const STS: Service = Service { name: "sts", version: "2018-08-13", regional: true };

/// What an action works with.
pub(super) struct Context<'a> {
    pub(super) world: &'a mut World,
    pub(super) options: &'a Options,
    pub(super) caller: &'a Caller,
    /// Whose objects these are: the name that the store keeps them under.
    pub(super) owner: &'a str,
    pub(super) region: &'a str,
    pub(super) request_id: &'a str,
    /// What a test wants to go wrong with the task of this request.
    pub(super) task: Option<&'a TaskFault>,
    pub(super) now: Instant,
}

impl<'a> Context<'a> {
    pub(super) fn place(&self, kind: &'a str) -> Place<'a> {
        Place { owner: self.owner, region: self.region, kind }
    }

    pub(super) fn get(&self, kind: &str, id: &str) -> Option<&Object> {
        self.world.store.get(Place { owner: self.owner, region: self.region, kind }, id)
    }

    /// Gives members of an object new values at once.
    pub(super) fn set(&mut self, kind: &'static str, id: &str, members: Members) {
        let place = self.place(kind);
        if let Some(object) = self.world.store.get_mut(place, id) {
            object.members.extend(members);
        }
    }

    /// Orders what happens to an object once it has settled.
    pub(super) fn settle(&mut self, kind: &'static str, id: &str, then: Then) {
        let at = self.now + self.options.settle;
        self.world.store.schedule(self.place(kind), id, at, then);
        // Without any time to settle, the change is there with the answer.
        self.world.store.settle(self.now);
    }

    /// Orders that objects go once what they belong to has settled: those with this value in the member.
    pub(super) fn settle_gone(&mut self, kind: &'static str, member: &str, value: &str) {
        let belong = self.world.store.list(self.place(kind)).filter(|object| object.text(member) == value);
        let ids: Vec<_> = belong.map(|object| object.id.clone()).collect();
        for id in ids {
            self.settle(kind, &id, Then::Gone);
        }
    }
}

pub(crate) fn head(received: &Received) -> Head {
    let (mut action, mut region) =
        (received.header("x-tc-action").to_owned(), received.header("x-tc-region").to_owned());
    if is_signed_in_parameters(received) {
        (action, region) = (parameter(received, "Action"), parameter(received, "Region"));
    }
    let params = params(received).unwrap_or_default();
    Head { cloud: Cloud::Tencent, action, region, params: Value::Object(params) }
}

pub(crate) fn perform(
    shared: &Shared,
    received: &Received,
    head: &Head,
    request_id: &str,
    task: Option<&TaskFault>,
) -> Result<Members, Refusal> {
    if received.body.is_none() || received.query.len() > MAX_QUERY {
        return Err(Refusal::new("RequestSizeLimitExceeded", "at most 10 MB in a body and 32 KB in a URL"));
    }
    if received.path != "/" {
        return Err(Refusal::new("InvalidRequest", "the path of API 3.0 is /"));
    }
    if is_signed_in_parameters(received) {
        let message = "only TC3-HMAC-SHA256 is served, in the header Authorization";
        return Err(Refusal::new("AuthFailure.InvalidAuthorization", message));
    }
    if head.action.is_empty() {
        return Err(Refusal::new("InvalidAction", "the header X-TC-Action is missing"));
    }
    let mut world = shared.world();
    let (service, caller) = caller(&world, received, &head.action)?;
    let action = action(&service, &head.action, received.header("x-tc-version"))?;
    region(action, received)?;
    let mut params = params(received)?;
    if received.method == "GET" {
        check::from_texts(action.fields, &mut params);
    }

    let account = (Cloud::Tencent, caller.account.as_str());
    if !world.rates.admit(account, action.name, &head.region, action.per_second) {
        let message = format!("{} was called too often in {}", action.name, head.region);
        return Err(Refusal::new("RequestLimitExceeded", message));
    }
    if !UNRESTRICTED.contains(&action.name) {
        permission(&caller, action.service.name, action.name)?;
    }
    check::check(action.fields, &params).map_err(|violation| refusal(action, violation))?;
    let (options, region, now) = (&shared.options, head.region.as_str(), Instant::now());
    let owner = caller.owner(CLOUD);
    let mut context =
        Context { world: &mut world, options, caller: &caller, owner: &owner, region, request_id, task, now };
    (action.run)(&mut context, &params)
}

/// Status 200 always; members or an error inside `Response`, with the RequestId.
pub(crate) fn render(result: Result<Members, Refusal>, request_id: &str) -> Reply {
    let mut response = result.unwrap_or_else(|Refusal { code, message, .. }| {
        Members::from_iter([("Error".to_owned(), json!({"Code": code, "Message": message}))])
    });
    response.insert("RequestId".to_owned(), request_id.into());
    Reply::json(200, &json!({ "Response": response }))
}

/// The business parameters: a JSON body, or flat names in the query of a GET request.
fn params(received: &Received) -> Result<Members, Refusal> {
    if received.method == "GET" {
        let pairs: Vec<_> = form_urlencoded::parse(received.query.as_bytes()).collect();
        return Ok(check::unflatten(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))));
    }
    if received.method != "POST" {
        return Err(Refusal::new("UnsupportedProtocol", "requests are GET or POST"));
    }
    let content_type = received.header("content-type");
    if !content_type.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json")) {
        return Err(Refusal::new("UnsupportedProtocol", "the body of a POST request must be application/json"));
    }
    let body = received.body.as_deref().unwrap_or_default();
    serde_json::from_slice(body).map_err(|_| Refusal::new("InvalidParameter", "the body is no JSON object"))
}

/// Whether a request has the signature of before TC3-HMAC-SHA256, which is among the parameters.
fn is_signed_in_parameters(received: &Received) -> bool {
    received.header("x-tc-action").is_empty() && !parameter(received, "SecretId").is_empty()
}

/// A parameter in the query or in a form.
fn parameter(received: &Received, name: &str) -> String {
    let body = received.body.as_deref().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(received.query.as_bytes()).chain(form_urlencoded::parse(body));
    pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// The service that a request is for, and who sent it.
fn caller(world: &World, received: &Received, action: &str) -> Result<(String, Caller), Refusal> {
    let is_signed = received.header("authorization") != UNSIGNED;
    if is_signed == ANONYMOUS.contains(&action) {
        let message =
            format!("{action} has the Authorization {}", if is_signed { UNSIGNED } else { "TC3-HMAC-SHA256" });
        return Err(Refusal::new("AuthFailure.InvalidAuthorization", message));
    }
    let token = received.header("x-tc-token");
    if !is_signed {
        if !token.is_empty() {
            let message = format!("{action} needs no key, and X-TC-Token belongs to one");
            return Err(Refusal::new("AuthFailure.InvalidAuthorization", message));
        }
        return Ok((STS.name.to_owned(), Caller::nobody()));
    }
    let now = jiff::Timestamp::now().as_second();
    let signed = tc3::verify(received, now, |id| world.accounts.tencent.secret(id))?;
    let caller = identify(world, &signed.secret_id, token)?;
    Ok((signed.service, caller))
}

/// Who calls with a key and a token. A temporary key that is over may look unknown as well, by the switch.
pub(crate) fn identify(world: &World, secret_id: &str, token: &str) -> Result<Caller, Refusal> {
    let trouble = match world.accounts.tencent.caller(secret_id, token, &world.tokens) {
        Ok(caller) => return Ok(caller),
        Err(KeyTrouble::Ended) if world.switches.ended_keys_unknown => KeyTrouble::Unknown,
        Err(trouble) => trouble,
    };
    Err(match trouble {
        KeyTrouble::Unknown => Refusal::new("AuthFailure.SecretIdNotFound", "the SecretId does not exist"),
        KeyTrouble::Inactive => Refusal::new("AuthFailure.InvalidSecretId", "the SecretId is disabled"),
        KeyTrouble::TokenMissing => Refusal::new("AuthFailure.TokenFailure", "the token of this SecretId is missing"),
        KeyTrouble::TokenUnknown | KeyTrouble::TokenOfAnother | KeyTrouble::Ended => {
            Refusal::new("AuthFailure.TokenFailure", "the token is unknown or has expired")
        }
    })
}

/// Whether the caller may do this.
pub(crate) fn permission(caller: &Caller, service: &str, action: &str) -> Result<(), Refusal> {
    let name = format!("{service}:{action}");
    if caller.may(&name) {
        return Ok(());
    }
    Err(Refusal::new("UnauthorizedOperation", format!("no policy of the caller allows {name}, or one denies it")))
}

fn action(service: &str, name: &str, version: &str) -> Result<&'static Action, Refusal> {
    let Some(known) = [&VPC, &TAG, &STS].into_iter().find(|known| known.name == service) else {
        return Err(Refusal::new("NoSuchProduct", format!("there is no service {service} here")));
    };
    if version != known.version {
        return Err(Refusal::new("NoSuchVersion", format!("{service} has version {}, not {version}", known.version)));
    }
    let mut actions = ACTIONS.iter().copied().flatten();
    actions.find(|action| action.name == name && action.service.name == service).ok_or_else(|| {
        Refusal::new("InvalidAction", format!("{service} has no action {name}, or this mock does not serve it"))
    })
}

/// Finance regions are only reached through their own host names (VPC API 2017-03-12, "API Description"). Requests to other
/// names, such as this machine's, have no region in them to compare.
fn region(action: &Action, received: &Received) -> Result<(), Refusal> {
    let region = received.header("x-tc-region");
    if region.is_empty() {
        if action.service.regional {
            return Err(Refusal::new("MissingParameter", "the header X-TC-Region is missing"));
        }
        return Ok(());
    }
    let host = received.header("host");
    let host = host.split(':').next().unwrap_or_default();
    if !host.ends_with(".tencentcloudapi.com") {
        return Ok(());
    }
    let in_host = host.split('.').find(|label| label.ends_with("-fsi"));
    let finance = region.ends_with("-fsi").then_some(region);
    if in_host == finance {
        return Ok(());
    }
    Err(Refusal::new("UnsupportedRegion", format!("{region} is not served by {host}")))
}

/// The codes of broken rules (VPC API 2017-03-12, "Error Codes"). Only a few actions list one for a range, and one has its
/// own for filters of another shape.
fn refusal(action: &Action, Violation { kind, path, detail }: Violation) -> Refusal {
    let code = match kind {
        Kind::Unknown => "UnknownParameter",
        Kind::Missing => "MissingParameter",
        _ if action.service.name == STS.name => sts::code(&path),
        Kind::Range if HAVE_RANGE_CODE.contains(&action.name) => "InvalidParameterValue.Range",
        Kind::Type if action.name == "DescribeVpnGateways" && path.starts_with("Filters.") => {
            if path.contains(".Values") {
                "InvalidParameter.FilterValuesNotList"
            } else {
                "InvalidParameter.FilterNotDict"
            }
        }
        Kind::Type => "InvalidParameter",
        Kind::Empty => "InvalidParameterValue.Empty",
        Kind::TooLong => "InvalidParameterValue.TooLong",
        Kind::Malformed => "InvalidParameterValue.Malformed",
        Kind::Value | Kind::Range => "InvalidParameterValue",
        Kind::TooMany => "InvalidParameterValue.LimitExceeded",
    };
    Refusal::new(code, format!("`{path}` {detail}"))
}

pub(super) fn not_found(what: &str, id: &str) -> Refusal {
    Refusal::new("ResourceNotFound", format!("the {what} {id} does not exist"))
}

/// A new identifier: the prefix and eight of `[a-z0-9]`.
pub(super) fn new_id(prefix: &str) -> String {
    const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let random = uuid::Uuid::new_v4();
    let letters = random.as_bytes().iter().rev().take(8).map(|byte| char::from(ALPHABET[usize::from(*byte) % 36]));
    prefix.chars().chain(letters).collect()
}

/// A new number of a task.
pub(super) fn new_number() -> u32 {
    let random = uuid::Uuid::new_v4();
    let [.., a, b, c, d] = *random.as_bytes();
    u32::from_be_bytes([a & 0x7f, b, c, d]).max(1)
}

/// The members of an object made here.
pub(super) fn members(object: Value) -> Members {
    match object {
        Value::Object(members) => members,
        _ => unreachable!("only literals of objects are given"),
    }
}

pub(crate) const CLOUD: &str = "tencent";
/// The Authorization of a request without a signature (STS API 2018-08-13, as the official SDKs send it).
const UNSIGNED: &str = "SKIP";
/// Actions that need no key.
const ANONYMOUS: &[&str] = &["AssumeRoleWithWebIdentity"];
/// Actions that no policy restricts.
const UNRESTRICTED: &[&str] = &["AssumeRoleWithWebIdentity", "GetCallerIdentity"];

/// Actions with InvalidParameterValue.Range among their error codes.
const HAVE_RANGE_CODE: &[&str] =
    &["DescribeVpnGateways", "DescribeVpnGatewayCcnRoutes", "DescribeVpnGatewayRoutes", "DescribeVpnGatewaySslServers"];

/// The longest query of a GET request, in bytes (API 3.0, "Signature v3").
const MAX_QUERY: usize = 32 << 10;

pub(super) const VPCS: &str = "vpcs";
pub(super) const GATEWAYS: &str = "vpn_gateways";
pub(super) const CUSTOMER_GATEWAYS: &str = "customer_gateways";
pub(super) const CONNECTIONS: &str = "vpn_connections";
pub(super) const ROUTES: &str = "vpn_gateway_routes";
pub(super) const CCN_ROUTES: &str = "vpn_gateway_ccn_routes";
pub(super) const SSL_SERVERS: &str = "ssl_vpn_servers";
pub(super) const SSL_CLIENTS: &str = "ssl_vpn_clients";
pub(super) const AUTHORITIES: &str = "ssl_vpn_cas";
pub(super) const TASKS: &str = "tasks";

static ACTIONS: &[&[Action]] = &[
    connections::ACTIONS,
    gateways::ACTIONS,
    gateway_changes::ACTIONS,
    customer_gateways::ACTIONS,
    peers::ACTIONS,
    routes::ACTIONS,
    ssl_servers::ACTIONS,
    ssl_clients::ACTIONS,
    tasks::ACTIONS,
    tags::ACTIONS,
    sts::ACTIONS,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_eight_letters_and_differ() {
        let (one, other) = (new_id("vpnx-"), new_id("vpnx-"));
        assert_ne!(one, other);
        let letters = one.strip_prefix("vpnx-").unwrap();
        assert_eq!(letters.len(), 8);
        assert!(letters.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit()));
    }

    #[test]
    fn limits_are_the_documented_ones() {
        for (name, per_second) in [
            ("CreateVpnConnection", 100),
            ("DescribeVpnConnections", 100),
            ("ModifyVpnConnectionAttribute", 100),
            ("DeleteVpnConnection", 100),
            ("DescribeVpnGateways", 300),
            ("CreateVpnGateway", 100),
            ("DeleteVpnGateway", 20),
            ("CreateCustomerGateway", 100),
            ("DescribeCustomerGateways", 100),
            ("ModifyCustomerGatewayAttribute", 100),
            ("DeleteCustomerGateway", 100),
            ("CreateVpnGatewayRoutes", 20),
            ("DescribeVpnGatewayRoutes", 20),
            ("ModifyVpnGatewayRoutes", 20),
            ("DeleteVpnGatewayRoutes", 20),
            ("CreateVpnGatewaySslServer", 20),
            ("DescribeVpcTaskResult", 20),
            ("ModifyResourceTags", 20),
            ("TagResources", 20),
            ("UnTagResources", 20),
            ("DescribeResourceTagsByResourceIds", 100),
        ] {
            let action = ACTIONS.iter().copied().flatten().find(|action| action.name == name).unwrap();
            assert_eq!(action.per_second, per_second, "{name}");
        }
    }

    #[test]
    fn actions_belong_to_their_service_and_version() {
        let code = |service, name, version| action(service, name, version).unwrap_err().code;
        assert!(action("vpc", "DescribeVpnConnections", "2017-03-12").is_ok());
        assert_eq!(code("cvm", "DescribeVpnConnections", "2017-03-12"), "NoSuchProduct");
        assert_eq!(code("vpc", "DescribeVpnConnections", "2018-08-13"), "NoSuchVersion");
        assert_eq!(code("tag", "DescribeVpnConnections", "2018-08-13"), "InvalidAction");
        assert_eq!(code("vpc", "ModifyResourceTags", "2017-03-12"), "InvalidAction");
    }
}
