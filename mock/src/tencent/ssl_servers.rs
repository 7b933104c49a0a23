//! SSL servers: CreateVpnGatewaySslServer, DescribeVpnGatewaySslServers, ModifyVpnGatewaySslServer, DeleteVpnGatewaySslServer
//! (VPC API 2017-03-12). All changes are asynchronous.

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::connection_shape::{NAME_BYTES, TAG};
use super::gateways::{self, is_ccn, is_ssl, is_version_4};
use super::listing::{self, Listing, VPN_GATEWAY_NAME};
use super::ssl_states::{self as states, Change};
use super::{
    AUTHORITIES, Action, Context, GATEWAYS, SSL_CLIENTS, SSL_SERVERS, VPC, VPCS, members, not_found, tags, tasks, times,
};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, optional, required};
use crate::store::{Members, Object, Then, text};

// Of SSL actions only the limit of CreateVpnGatewaySslServer is published; the others have the same.
pub(super) static ACTIONS: &[Action] = &[
    Action { name: "CreateVpnGatewaySslServer", service: &VPC, per_second: 20, fields: CREATE, run: create },
    Action {
        name: "DescribeVpnGatewaySslServers",
        service: &VPC,
        per_second: 20,
        fields: LISTING.fields,
        run: describe,
    },
    Action { name: "ModifyVpnGatewaySslServer", service: &VPC, per_second: 20, fields: MODIFY, run: modify },
    Action { name: "DeleteVpnGatewaySslServer", service: &VPC, per_second: 20, fields: DELETE, run: delete },
];

/// How many clients the addresses of a server are enough for, one of them being the server's own.
pub(super) fn capacity(server: &Members) -> usize {
    let pool = text(server, "RemoteAddress").parse::<Ipv4Net>();
    pool.map_or(usize::MAX, |pool| (1_usize << (32 - pool.prefix_len())).saturating_sub(3))
}

/// The clients of a server.
pub(super) fn clients<'a>(context: &'a Context<'_>, server_id: &'a str) -> impl Iterator<Item = &'a Object> {
    let clients = context.world.store.list(context.place(SSL_CLIENTS));
    clients.filter(move |client| client.text("SslVpnServerId") == server_id)
}

fn create(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let gateway_id = text(params, "VpnGatewayId");
    let gateway = gateways::parent(context, gateway_id)?;
    if gateway.is_some_and(|gateway| !is_ssl(gateway.text("Type"))) {
        return Err(Refusal::new("UnsupportedOperation", format!("the VPN gateway {gateway_id} has no SSL")));
    }
    if !context.options.any_parent && has_server(context, gateway_id) {
        return Err(Refusal::new("LimitExceeded", format!("the VPN gateway {gateway_id} has an SSL server already")));
    }
    let id = super::new_id("vpns-");
    let mut server = members(json!({
        "VpcId": gateway.map_or("", |gateway| gateway.text("VpcId")),
        "SslVpnServerId": id,
        "VpnGatewayId": gateway_id,
        "LocalAddress": [],
        "SslVpnProtocol": "UDP",
        // 1194 on older pages.
        "SslVpnPort": 9798,
        "EncryptAlgorithm": "AES-128-CBC",
        "IntegrityAlgorithm": "SHA1",
        "Compress": 0,
        "CreateTime": times::now(),
        "SsoEnabled": 0,
        "EiamApplicationId": "",
        "AccessPolicyEnabled": 0,
        "AccessPolicy": [],
        "SpName": "",
        "TagSet": tags::at_creation(params)?,
    }));
    server.extend(changes(params));
    check(context, &server, params)?;
    context.world.store.insert(context.place(SSL_SERVERS), &id, server);
    let task = states::begin(context, SSL_SERVERS, &[&id], Change::Create, &Members::new());
    Ok(members(json!({"TaskId": task, "SslVpnServerId": id})))
}

fn describe(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    listing::list(context, &LISTING, params, |server| view(context, server))
}

fn modify(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "SslVpnServerId");
    let server = existing(context, id)?;
    states::takes(server, Change::Update)?;
    // Clients that send all that they know send the protocol that the server has.
    let other =
        params.get("SslVpnProtocol").is_some_and(|protocol| server.members.get("SslVpnProtocol") != Some(protocol));
    if other || (params.contains_key("SslVpnProtocol") && context.world.switches.ssl_protocol_refused) {
        let message = "the protocol of an SSL server cannot be changed";
        return Err(Refusal::new("UnsupportedOperation.ParameterSslVpnProtocol", message));
    }
    let changes = changes(params);
    let mut after = server.members.clone();
    after.extend(changes.clone());
    check(context, &after, params)?;
    let there = clients(context, id).count();
    if there > capacity(&after) {
        let message = format!("{there} clients need more addresses than {}", text(&after, "RemoteAddress"));
        return Err(Refusal::new("LimitExceeded.SslVpnClientLimitExceeded", message));
    }
    let task = states::begin(context, SSL_SERVERS, &[id], Change::Update, &changes);
    Ok(members(json!({"TaskId": task})))
}

/// That a server with clients stays is not documented further than that UnsupportedOperation can happen.
fn delete(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "SslVpnServerId");
    states::takes(existing(context, id)?, Change::Destroy)?;
    let there = clients(context, id).count();
    if there > 0 {
        return Err(Refusal::new("UnsupportedOperation", format!("the SSL server {id} has {there} clients")));
    }
    let task = states::begin(context, SSL_SERVERS, &[id], Change::Destroy, &Members::new());
    if !tasks::fails(context) {
        context.settle(AUTHORITIES, id, Then::Gone);
    }
    Ok(members(json!({"TaskId": task})))
}

fn has_server(context: &Context<'_>, gateway_id: &str) -> bool {
    context.world.store.list(context.place(SSL_SERVERS)).any(|server| server.text("VpnGatewayId") == gateway_id)
}

fn existing<'a>(context: &'a Context<'_>, id: &str) -> Result<&'a Object, Refusal> {
    context.get(SSL_SERVERS, id).ok_or_else(|| not_found("SSL server", id))
}

/// What a request says, as it is shown: booleans are numbers.
fn changes(params: &Members) -> Members {
    let mut changes = Members::new();
    for (name, value) in params {
        let value = match (name.as_str(), value) {
            ("Compress" | "SsoEnabled" | "AccessPolicyEnabled", Value::Bool(on)) => json!(u8::from(*on)),
            (
                "SslVpnServerName" | "LocalAddress" | "RemoteAddress" | "SslVpnPort" | "IntegrityAlgorithm"
                | "EncryptAlgorithm" | "DnsServers",
                value,
            ) => value.clone(),
            _ => continue,
        };
        changes.insert(name.clone(), value);
    }
    if params.contains_key("SsoEnabled") {
        let application = if changes["SsoEnabled"] == 1 { super::new_id("app-") } else { String::new() };
        changes.insert("EiamApplicationId".to_owned(), json!(application));
    }
    changes
}

/// Checks a whole server, as it would be after the request.
fn check(context: &Context<'_>, server: &Members, params: &Members) -> Result<(), Refusal> {
    let unsupported = |message: &str| Err(Refusal::new("UnsupportedOperation", message));
    if server["Compress"] == 1 {
        return unsupported("`Compress` is not supported");
    }
    if params.contains_key("SamlData") && server["SsoEnabled"] != 1 {
        return unsupported("`SamlData` is for servers with SsoEnabled");
    }
    let gateway = context.get(GATEWAYS, text(server, "VpnGatewayId"));
    let version = gateway.map_or("", |gateway| gateway.text("Version"));
    let new = server["SsoEnabled"] == 1 || server["AccessPolicyEnabled"] == 1;
    if new && !version.is_empty() && !is_version_4(version) {
        let message = "`SsoEnabled` and `AccessPolicyEnabled` need a gateway of version 4.0";
        return Err(Refusal::new("UnsupportedOperation.VersionNotSupported", message));
    }
    let port = server["SslVpnPort"].as_u64().unwrap_or_default();
    if FORBIDDEN_PORTS.contains(&port) {
        return Err(Refusal::new("InvalidParameterValue", format!("`SslVpnPort`: {port} is reserved")));
    }
    ranges(context, gateway, server)
}

/// The ranges of the cloud are in the VPC, those of the clients in neither.
fn ranges(context: &Context<'_>, gateway: Option<&Object>, server: &Members) -> Result<(), Refusal> {
    let range = |value: &Value| value.as_str().and_then(|text| text.parse::<Ipv4Net>().ok());
    let locals = server["LocalAddress"].as_array().map(Vec::as_slice).unwrap_or_default();
    if locals.len() > MAX_LOCAL {
        return Err(Refusal::new("LimitExceeded", format!("a server has at most {MAX_LOCAL} local ranges")));
    }
    let locals: Vec<_> = locals.iter().filter_map(range).collect();
    // Its shape has been checked with the other parameters.
    let Some(remote) = range(&server["RemoteAddress"]) else { return Ok(()) };
    let overlap = |one: &Ipv4Net, other: &Ipv4Net| one.contains(other) || other.contains(one);
    if let Some(local) = locals.iter().find(|local| overlap(local, &remote)) {
        let ccn = gateway.is_some_and(|gateway| is_ccn(gateway.text("Type")));
        let code = if ccn { "SslCcnVpnServerCidrConflict" } else { "CidrConflict" };
        let message = format!("the ranges {local} and {remote} overlap");
        return Err(Refusal::new(format!("InvalidParameterValue.{code}"), message));
    }
    let vpc = context.get(VPCS, text(server, "VpcId")).and_then(|vpc| vpc.text("CidrBlock").parse::<Ipv4Net>().ok());
    let Some(vpc) = vpc else { return Ok(()) };
    if overlap(&vpc, &remote) {
        let message = format!("{remote} overlaps the range of the VPC");
        return Err(Refusal::new("InvalidParameterValue.VpcCidrConflict", message));
    }
    match locals.iter().find(|local| !vpc.contains(*local)) {
        None => Ok(()),
        Some(local) => {
            let message = format!("{local} is not in the VPC");
            Err(Refusal::new("InvalidParameterValue.CidrNotInSslVpnVpc", message))
        }
    }
}

/// With the address and the number of clients of its gateway, and without tags, which only the tag service shows.
fn view(context: &Context<'_>, server: &Object) -> Value {
    let mut members = server.members.clone();
    members.remove("TagSet");
    let gateway = context.get(GATEWAYS, server.text("VpnGatewayId"));
    let connections = gateway.and_then(|gateway| gateway.members.get("MaxConnection")).cloned();
    members.insert("MaxConnection".to_owned(), connections.unwrap_or_else(|| json!(5)));
    members.insert("WanIp".to_owned(), json!(gateway.map_or("", |gateway| gateway.text("PublicIpAddress"))));
    Value::Object(members)
}

/// Product page "Creating SSL VPN Server".
const FORBIDDEN_PORTS: [u64; 10] = [22, 36, 53, 68, 123, 500, 4500, 36000, 50051, 54000];
const MAX_LOCAL: usize = 100;

static CREATE: &[Field] = &[
    required("VpnGatewayId", gateways::ID),
    required("SslVpnServerName", NAME_BYTES),
    required("RemoteAddress", RANGE),
    optional("LocalAddress", RANGES),
    optional("SslVpnProtocol", Shape::Text(&[Rule::OneOf(&["UDP"])])),
    optional("SslVpnPort", PORT),
    optional("IntegrityAlgorithm", INTEGRITY),
    optional("EncryptAlgorithm", ENCRYPTION),
    optional("Compress", Shape::Bool),
    optional("SsoEnabled", Shape::Bool),
    optional("AccessPolicyEnabled", Shape::Bool),
    optional("SamlData", Shape::Text(&[])),
    optional("Tags", Shape::List(&Shape::Object(TAG), usize::MAX)),
    optional("DnsServers", DNS),
];

static MODIFY: &[Field] = &[
    required("SslVpnServerId", ID),
    optional("SslVpnServerName", NAME_BYTES),
    optional("LocalAddress", RANGES),
    optional("RemoteAddress", RANGE),
    // Refused with a code of its own.
    optional("SslVpnProtocol", Shape::Text(&[])),
    optional("SslVpnPort", PORT),
    optional("EncryptAlgorithm", ENCRYPTION),
    optional("IntegrityAlgorithm", INTEGRITY),
    optional("Compress", Shape::Bool),
    optional("SsoEnabled", Shape::Bool),
    optional("SamlData", Shape::Text(&[])),
    optional("DnsServers", DNS),
];

static DELETE: &[Field] = &[required("SslVpnServerId", ID)];

pub(super) const ID: Shape = Shape::Text(&[Rule::Id("vpns-")]);
const RANGE: Shape = Shape::Text(&[Rule::Cidr]);
// How many is a quota of the product, with another code.
const RANGES: Shape = Shape::List(&RANGE, usize::MAX);
const PORT: Shape = Shape::Int(1, 65535);
const INTEGRITY: Shape = Shape::Text(&[Rule::OneOf(&["SHA1", "SHA224", "SHA256", "SHA384", "SHA512"])]);
const ENCRYPTION: Shape = Shape::Text(&[Rule::OneOf(&[
    "AES-128-CBC",
    "AES-192-CBC",
    "AES-256-CBC",
    "AES-128-GCM",
    "AES-192-GCM",
    "AES-256-GCM",
])]);
const DNS: Shape = Shape::Object(&[
    optional("PrimaryDns", Shape::Text(&[Rule::Ip])),
    optional("SecondaryDns", Shape::Text(&[Rule::Ip])),
]);

static LISTING: Listing = Listing {
    kind: SSL_SERVERS,
    what: "SSL server",
    ids: "SslVpnServerIds",
    owner: None,
    fields: listing::fields!("SslVpnServerIds", "vpns-", optional("IsVpnPortal", Shape::Bool)),
    filters: &[
        ("vpc-id", "VpcId"),
        ("vpn-gateway-id", "VpnGatewayId"),
        ("vpn-gateway-name", VPN_GATEWAY_NAME),
        ("ssl-vpn-server-name", "SslVpnServerName"),
        ("ssl-vpn-server-id", "SslVpnServerId"),
    ],
    // Spelt like this by the API.
    set: "SslVpnSeverSet",
};
