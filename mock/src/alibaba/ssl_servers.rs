//! SSL servers: CreateSslVpnServer, DescribeSslVpnServers, ModifySslVpnServer, DeleteSslVpnServer (VPC API 2016-04-28).

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::listing::{self, Listing, PAGE_NUMBER, PAGE_SIZE, TEXT};
use super::{
    AUTHORITIES, Action, CERTIFICATES, Context, GATEWAYS, PBR_ROUTES, ROUTES, SERVERS, VPCS, errors, members, missing,
    rules, tasks,
};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, optional, required};
use crate::seed::ALIBABA_GROUP;
use crate::store::{Members, Object, Then, text};

pub(super) static ACTIONS: &[Action] = &[
    Action {
        name: "CreateSslVpnServer",
        fields: &[
            required("VpnGatewayId", TEXT),
            required("ClientIpPool", TEXT),
            required("LocalSubnet", TEXT),
            optional("Name", TEXT),
            PROTO,
            CIPHER,
            PORT,
            optional("Compress", Shape::Bool),
            optional("EnableMultiFactorAuth", Shape::Bool),
            optional("IDaaSInstanceId", TEXT),
            optional("IDaaSRegionId", TEXT),
            optional("IDaaSApplicationId", TEXT),
            optional("DnsServers", TEXT),
            optional("DryRun", Shape::Bool),
        ],
        writes: true,
        run: create,
    },
    Action {
        name: "DescribeSslVpnServers",
        fields: &[
            optional("SslVpnServerId", TEXT),
            optional("VpnGatewayId", TEXT),
            optional("Name", TEXT),
            optional("ResourceGroupId", TEXT),
            PAGE_NUMBER,
            PAGE_SIZE,
        ],
        writes: false,
        run: list,
    },
    Action {
        name: "ModifySslVpnServer",
        fields: &[
            required("SslVpnServerId", TEXT),
            optional("ClientIpPool", TEXT),
            optional("LocalSubnet", TEXT),
            optional("Name", TEXT),
            PROTO,
            CIPHER,
            PORT,
            optional("Compress", Shape::Bool),
            optional("EnableMultiFactorAuth", Shape::Bool),
            optional("IDaaSInstanceId", TEXT),
            optional("IDaaSRegionId", TEXT),
            optional("IDaaSApplicationId", TEXT),
            optional("DnsServers", TEXT),
            optional("DryRun", Shape::Bool),
        ],
        writes: true,
        run: modify,
    },
    Action { name: "DeleteSslVpnServer", fields: &[required("SslVpnServerId", TEXT)], writes: true, run: delete },
];

/// The VPN gateway of an SSL server, empty when one of them is not there.
pub(super) fn gateway_of(context: &Context<'_>, server_id: &str) -> String {
    let gateway = context.get(SERVERS, server_id).and_then(|server| context.get(GATEWAYS, server.text("VpnGatewayId")));
    gateway.map(|gateway| gateway.id.clone()).unwrap_or_default()
}

/// Asynchronous: the server is there at once, and the gateway `updating`.
fn create(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    rules::name_and_description(params)?;
    let gateway_id = text(params, "VpnGatewayId");
    let id = super::new_id("vss-");
    let mut server = members(json!({
        "SslVpnServerId": id,
        "Name": "",
        "RegionId": context.region,
        "Proto": "TCP",
        "Cipher": "AES-128-CBC",
        "Port": 1194,
        "Compress": false,
        "Connections": 0,
        "EnableMultiFactorAuth": false,
        "CreateTime": super::now_ms(),
    }));
    server.extend(given(params));
    let gateway = context.get(GATEWAYS, gateway_id).map(|gateway| &gateway.members);
    let of_gateway = |name: &str| gateway.map(|gateway| text(gateway, name)).unwrap_or_default();
    let or = |text: &str, default: &str| if text.is_empty() { default.to_owned() } else { text.to_owned() };
    let internet_ip = or(of_gateway("SslVpnInternetIp"), of_gateway("InternetIp"));
    server.insert("InternetIp".to_owned(), json!(or(&internet_ip, "203.0.113.11")));
    server.insert("ResourceGroupId".to_owned(), json!(or(of_gateway("ResourceGroupId"), ALIBABA_GROUP)));
    let max = gateway.and_then(|gateway| gateway.get("SslMaxConnections")).and_then(Value::as_u64).unwrap_or(5);
    server.insert("MaxConnections".to_owned(), json!(max));

    check(context, &server)?;
    tasks::ready(context, gateway_id)?;
    if of_gateway("SslVpn") == "disable" {
        return Err(errors::documented("VpnGateway.SslVpnDisabled"));
    }
    rules::dry_run(params)?;
    let answer = super::select(&server, &["SslVpnServerId", "Name"]);
    context.insert(SERVERS, &id, server);
    tasks::start(context, gateway_id);
    Ok(answer)
}

fn list(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let listing = Listing {
        kind: SERVERS,
        filters: &["SslVpnServerId", "VpnGatewayId", "Name", "ResourceGroupId"],
        set: ("SslVpnServers", "SslVpnServer"),
    };
    Ok(listing::list(context, &listing, params, |_| true, |server| server.members.clone()))
}

/// Asynchronous, but for a name alone. What is left out stays as it is.
fn modify(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    rules::name_and_description(params)?;
    let id = text(params, "SslVpnServerId");
    let mut server = find(context, id)?.members.clone();
    let changes = given(params);
    let renamed_only = changes.iter().all(|(name, value)| name == "Name" || server.get(name) == Some(value));
    server.extend(changes);
    let gateway_id = gateway_of(context, id);
    check(context, &server)?;
    tasks::not_locked(context, &gateway_id)?;
    tasks::not_busy(context, &gateway_id)?;
    rules::dry_run(params)?;
    if !renamed_only {
        tasks::start(context, &gateway_id);
    }
    let mut answer = server.clone();
    answer.retain(|name, _| !["IDaaSRegionId", "DnsServers"].contains(&name.as_str()));
    context.insert(SERVERS, id, server);
    Ok(answer)
}

/// Asynchronous. The certificates of the server go with it.
fn delete(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "SslVpnServerId");
    find(context, id)?;
    let gateway_id = gateway_of(context, id);
    tasks::not_locked(context, &gateway_id)?;
    tasks::not_busy(context, &gateway_id)?;
    let certificates = context.list(CERTIFICATES).filter(|certificate| certificate.text("SslVpnServerId") == id);
    let certificates: Vec<_> = certificates.map(|certificate| certificate.id.clone()).collect();
    for certificate in certificates {
        context.when_settled(CERTIFICATES, &certificate, Then::Gone);
    }
    context.when_settled(AUTHORITIES, id, Then::Gone);
    context.when_settled(SERVERS, id, Then::Gone);
    tasks::start(context, &gateway_id);
    Ok(Members::new())
}

fn find<'c>(context: &'c Context<'_>, id: &str) -> Result<&'c Object, Refusal> {
    context.get(SERVERS, id).ok_or_else(|| errors::documented("InvalidSslVpnServerId.NotFound"))
}

/// The parameters that are members of a server.
fn given(params: &Members) -> Members {
    let mut given = params.clone();
    given.remove("DryRun");
    if given.contains_key("IDaaSApplicationId") {
        given.insert("IDaaSInstanceVersion".to_owned(), json!("EIAM 2.0"));
    }
    given
}

/// What a whole server must keep to.
fn check(context: &Context<'_>, server: &Members) -> Result<(), Refusal> {
    let port = server.get("Port").and_then(Value::as_i64).unwrap_or_default();
    if FORBIDDEN_PORTS.contains(&port) {
        return Err(rules::invalid(format!("Port must not be {port}")));
    }
    if server.get("EnableMultiFactorAuth") == Some(&json!(true)) {
        let needed = ["IDaaSInstanceId", "IDaaSRegionId"].into_iter().find(|name| text(server, name).is_empty());
        needed.map_or(Ok(()), |name| Err(missing(name)))?;
    }
    let local = rules::networks(text(server, "LocalSubnet"), 5).filter(|local| {
        local.iter().all(|network| network.prefix_len() >= 8 && !rules::lies_in(network, rules::is_reserved))
    });
    let local = local.ok_or_else(|| rules::invalid("LocalSubnet must be up to 5 ranges of /8 to /32"))?;
    let pool = rules::network(text(server, "ClientIpPool")).filter(|pool| (16..=29).contains(&pool.prefix_len()));
    let pool = pool.ok_or_else(|| rules::invalid("ClientIpPool must be a range of /16 to /29"))?;
    if rules::lies_in(&pool, rules::is_reserved) || rules::lies_in(&pool, rules::is_shared) {
        return Err(rules::invalid(format!("ClientIpPool must not be {pool}")));
    }
    let connections = server.get("MaxConnections").and_then(Value::as_u64).unwrap_or_default();
    let addresses = 1_u64 << (32 - pool.prefix_len());
    if addresses < connections * ADDRESSES_PER_CONNECTION {
        let message = format!("ClientIpPool has {addresses} addresses, too few for {connections} connections");
        return Err(rules::invalid(message));
    }
    if let Some(taken) = local.into_iter().chain(routed(context, server)).find(|taken| overlap(taken, &pool)) {
        return Err(rules::invalid(format!("ClientIpPool {pool} overlaps {taken}")));
    }
    Ok(())
}

/// The range of the gateway's VPC, and those that the gateway has published there.
fn routed(context: &Context<'_>, server: &Members) -> Vec<Ipv4Net> {
    let gateway_id = text(server, "VpnGatewayId");
    let vpc = context.get(GATEWAYS, gateway_id).and_then(|gateway| context.get(VPCS, gateway.text("VpcId")));
    let published = |route: &&Object| route.text("VpnInstanceId") == gateway_id && route.text("State") == "published";
    let routes = [ROUTES, PBR_ROUTES].into_iter().flat_map(|kind| context.list(kind).filter(published));
    let ranges = vpc.map(|vpc| vpc.text("CidrBlock")).into_iter().chain(routes.map(|route| route.text("RouteDest")));
    // A default route is no range that anybody lives in.
    ranges.filter_map(|range| range.parse().ok()).filter(|range: &Ipv4Net| range.prefix_len() > 0).collect()
}

fn overlap(one: &Ipv4Net, other: &Ipv4Net) -> bool {
    one.contains(other) || other.contains(one)
}

const PROTO: Field = optional("Proto", Shape::Text(&[Rule::OneOf(&["TCP", "UDP"])]));
const CIPHER: Field =
    optional("Cipher", Shape::Text(&[Rule::OneOf(&["AES-128-CBC", "AES-192-CBC", "AES-256-CBC", "none"])]));
const PORT: Field = optional("Port", Shape::Int(1, 65535));

const FORBIDDEN_PORTS: &[i64] = &[22, 2222, 22222, 9000, 9001, 9002, 7505, 80, 443, 53, 68, 123, 4510, 4560, 500, 4500];
/// "At least four times the number of connections" ("CreateSslVpnServer", ClientIpPool).
const ADDRESSES_PER_CONNECTION: u64 = 4;
