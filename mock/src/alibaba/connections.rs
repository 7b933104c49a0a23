//! IPsec connections: CreateVpnConnection, DescribeVpnConnection, DescribeVpnConnections, ModifyVpnConnectionAttribute,
//! DeleteVpnConnection, DownloadVpnConnectionConfig (VPC API 2016-04-28).
//!
//! The gateway decides whether a connection has one tunnel, with options of its own, or two.

use serde_json::{Value, json};

use super::connection_options::{self as options, Gateway, TUNNELS};
use super::connection_shape as shape;
use super::listing::{self, Listing, PAGE_NUMBER, PAGE_SIZE, TEXT};
use super::tasks::{ACTIVE, DELETING, UPDATING};
use super::{Action, CONNECTIONS, Context, GATEWAYS, PBR_ROUTES, ROUTES, errors, members, rules, tags, tasks};
use crate::api::Refusal;
use crate::check::{Shape, optional, required};
use crate::seed::ALIBABA_GROUP;
use crate::store::{Members, Object, Then, text};

pub(super) static ACTIONS: &[Action] = &[
    Action {
        name: "CreateVpnConnection",
        fields: &[
            required("VpnGatewayId", TEXT),
            required("LocalSubnet", TEXT),
            required("RemoteSubnet", TEXT),
            optional("CustomerGatewayId", TEXT),
            optional("Name", TEXT),
            optional("EffectImmediately", Shape::Bool),
            optional("AutoConfigRoute", Shape::Bool),
            optional("EnableDpd", Shape::Bool),
            optional("EnableNatTraversal", Shape::Bool),
            optional("IkeConfig", TEXT),
            optional("IpsecConfig", TEXT),
            optional("HealthCheckConfig", TEXT),
            optional("BgpConfig", TEXT),
            optional("RemoteCaCertificate", TEXT),
            optional("EnableTunnelsBgp", Shape::Bool),
            TUNNELS,
            tags::AT_CREATION,
            optional("DryRun", Shape::Bool),
        ],
        writes: true,
        run: create,
    },
    Action {
        name: "DescribeVpnConnection",
        fields: &[required("VpnConnectionId", TEXT)],
        writes: false,
        run: describe,
    },
    Action {
        name: "DescribeVpnConnections",
        fields: &[
            optional("VpnConnectionId", TEXT),
            optional("VpnGatewayId", TEXT),
            optional("CustomerGatewayId", TEXT),
            optional("ResourceGroupId", TEXT),
            tags::FILTER,
            PAGE_NUMBER,
            PAGE_SIZE,
        ],
        writes: false,
        run: list,
    },
    Action {
        name: "ModifyVpnConnectionAttribute",
        fields: &[
            required("VpnConnectionId", TEXT),
            optional("LocalSubnet", TEXT),
            optional("RemoteSubnet", TEXT),
            optional("Name", TEXT),
            optional("EffectImmediately", Shape::Bool),
            optional("AutoConfigRoute", Shape::Bool),
            optional("EnableDpd", Shape::Bool),
            optional("EnableNatTraversal", Shape::Bool),
            optional("IkeConfig", TEXT),
            optional("IpsecConfig", TEXT),
            optional("HealthCheckConfig", TEXT),
            optional("BgpConfig", TEXT),
            optional("RemoteCaCertificate", TEXT),
            optional("EnableTunnelsBgp", Shape::Bool),
            TUNNELS,
            optional("DryRun", Shape::Bool),
        ],
        writes: true,
        run: modify,
    },
    Action { name: "DeleteVpnConnection", fields: &[required("VpnConnectionId", TEXT)], writes: true, run: delete },
    Action {
        name: "DownloadVpnConnectionConfig",
        fields: &[required("VpnConnectionId", TEXT)],
        writes: false,
        run: download,
    },
];

/// A connection that must be there.
pub(super) fn find<'c>(context: &'c Context<'_>, id: &str) -> Result<&'c Object, Refusal> {
    context.get(CONNECTIONS, id).ok_or_else(|| errors::documented("InvalidVpnConnectionInstanceId.NotFound"))
}

/// The customer gateways of a connection: one, or one of each tunnel.
pub(super) fn customers(connection: &Members) -> impl Iterator<Item = &str> {
    let of_tunnels = tunnels(connection).filter_map(|tunnel| tunnel["CustomerGatewayId"].as_str());
    std::iter::once(text(connection, "CustomerGatewayId")).chain(of_tunnels).filter(|id| !id.is_empty())
}

/// The two tunnels of a connection that has two.
pub(super) fn tunnels(connection: &Members) -> impl Iterator<Item = &Value> {
    let tunnels = connection.get("TunnelOptionsSpecification").and_then(|tunnels| tunnels["TunnelOptions"].as_array());
    tunnels.into_iter().flatten()
}

/// Asynchronous: the connection is `updating`, then `active`.
fn create(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let gateway_id = text(params, "VpnGatewayId");
    let known = context.get(GATEWAYS, gateway_id);
    if known.is_none() && !context.options.any_parent {
        return Err(errors::documented("InvalidVpnGatewayInstanceId.NotFound"));
    }
    let of_gateway = |name: &str, default: &str| match known.map(|gateway| gateway.text(name)).unwrap_or_default() {
        "" => default.to_owned(),
        value => value.to_owned(),
    };
    let id = super::new_id("vco-");
    let mut connection = members(json!({
        "VpnConnectionId": id,
        "VpnGatewayId": gateway_id,
        "Name": text(params, "Name"),
        "CreateTime": super::now_ms(),
        "EffectImmediately": false,
        "EnableDpd": true,
        "EnableNatTraversal": true,
        "EnableTunnelsBgp": false,
        "CrossAccountAuthorized": false,
        "InternetIp": of_gateway("InternetIp", options::ASSUMED_ADDRESSES[0]),
        "NetworkType": of_gateway("NetworkType", "public"),
        "Spec": of_gateway("Spec", "10M"),
        "AttachType": "VPNGW",
        "AttachInstanceId": "",
        "RemoteCaCertificate": "",
        "ResourceGroupId": of_gateway("ResourceGroupId", ALIBABA_GROUP),
        "State": UPDATING,
        "Status": "ike_sa_not_established",
        "Tags": tags::at_creation(params)?,
    }));
    connection.extend(super::select(params, &["CustomerGatewayId"]));
    let gateway = Gateway::of(context, gateway_id, params.contains_key(TUNNELS.name));
    apply(context, &mut connection, &gateway, params)?;
    if !context.options.any_parent && context.list(CONNECTIONS).any(|other| is_same(&other.members, &connection)) {
        return Err(errors::documented("InvalidVpnConnection.AlreadyExists"));
    }
    tasks::ready(context, gateway_id)?;
    rules::dry_run(params)?;
    let answer = super::select(&connection, &["VpnConnectionId", "Name", "CreateTime"]);
    context.insert(CONNECTIONS, &id, connection);
    let settled = json!({"State": ACTIVE, "Status": "ipsec_sa_established"});
    context.when_settled(CONNECTIONS, &id, Then::Set(members(settled)));
    tasks::start(context, gateway_id);
    Ok(answer)
}

fn describe(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let switches = context.world.switches;
    Ok(shape::single(&find(context, text(params, "VpnConnectionId"))?.members, switches))
}

fn list(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let listing = Listing {
        kind: CONNECTIONS,
        filters: &["VpnConnectionId", "VpnGatewayId", "ResourceGroupId"],
        set: ("VpnConnections", "VpnConnection"),
    };
    let customer = text(params, "CustomerGatewayId");
    let switches = context.world.switches;
    let takes = |connection: &Object| {
        let of_customer = customer.is_empty() || customers(&connection.members).any(|used| used == customer);
        of_customer && tags::takes(connection, params)
    };
    Ok(listing::list(context, &listing, params, takes, |connection| shape::row(&connection.members, switches)))
}

/// Asynchronous. What is left out stays as it is, down to the members of options and of tunnels.
fn modify(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "VpnConnectionId");
    let mut connection = find(context, id)?.members.clone();
    let gateway_id = text(&connection, "VpnGatewayId").to_owned();
    let gateway = Gateway::of(context, &gateway_id, tunnels(&connection).next().is_some());
    apply(context, &mut connection, &gateway, params)?;
    tasks::not_locked(context, &gateway_id)?;
    tasks::not_busy(context, &gateway_id)?;
    rules::dry_run(params)?;
    let answer = shape::modified(&connection);
    connection.insert("State".to_owned(), json!(UPDATING));
    context.insert(CONNECTIONS, id, connection);
    context.when_settled(CONNECTIONS, id, Then::Set(members(json!({"State": ACTIVE}))));
    tasks::start(context, &gateway_id);
    Ok(answer)
}

/// Asynchronous: the connection is `deleting`, then it is gone, and the routes to it with it.
fn delete(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "VpnConnectionId");
    let gateway_id = find(context, id)?.text("VpnGatewayId").to_owned();
    tasks::not_busy(context, &gateway_id)?;
    for kind in [ROUTES, PBR_ROUTES] {
        let routes: Vec<_> =
            context.list(kind).filter(|route| route.text("NextHop") == id).map(|route| route.id.clone()).collect();
        for route in routes {
            context.when_settled(kind, &route, Then::Gone);
        }
    }
    if let Some(connection) = context.get_mut(CONNECTIONS, id) {
        connection.members.insert("State".to_owned(), json!(DELETING));
    }
    context.when_settled(CONNECTIONS, id, Then::Gone);
    tasks::start(context, &gateway_id);
    Ok(Members::new())
}

fn download(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let connection = find(context, text(params, "VpnConnectionId"))?;
    Ok(Members::from_iter([("VpnConnectionConfig".to_owned(), shape::of_the_peer(&connection.members))]))
}

/// Applies what a request says to a connection, and checks the whole.
fn apply(context: &Context<'_>, connection: &mut Members, gateway: &Gateway, params: &Members) -> Result<(), Refusal> {
    rules::name_and_description(params)?;
    for name in ["LocalSubnet", "RemoteSubnet"] {
        if params.contains_key(name) && rules::networks(text(params, name), MAX_NETWORKS).is_none() {
            return Err(errors::documented(format!("IllegalParam.{name}")));
        }
    }
    if !gateway.national && params.contains_key("RemoteCaCertificate") {
        return Err(rules::invalid("RemoteCaCertificate is for gateways of the type NationalStandard"));
    }
    connection.extend(super::select(params, PLAIN));
    if gateway.two_tunnels {
        options::two_tunnels(context, connection, gateway, params)
    } else {
        options::one_tunnel(context, connection, gateway, params)
    }
}

/// Whether two connections protect the same networks between the same gateways.
fn is_same(one: &Members, other: &Members) -> bool {
    let same = |name| one.get(name) == other.get(name);
    ["VpnGatewayId", "LocalSubnet", "RemoteSubnet"].into_iter().all(same) && customers(one).eq(customers(other))
}

/// Members that are parameters of the same name and shape.
const PLAIN: &[&str] = &[
    "LocalSubnet",
    "RemoteSubnet",
    "Name",
    "EffectImmediately",
    "EnableDpd",
    "EnableNatTraversal",
    "EnableTunnelsBgp",
    "RemoteCaCertificate",
];
/// In LocalSubnet, and in RemoteSubnet.
const MAX_NETWORKS: usize = 10;
