//! IPsec tunnels: CreateVpnConnection, DescribeVpnConnections, ModifyVpnConnectionAttribute, DeleteVpnConnection,
//! ResetVpnConnection, GenerateVpnConnectionDefaultHealthCheckIp (VPC API 2017-03-12).

use serde_json::{Value, json};

use super::connection_rules::{self as rules, Call};
use super::listing::{self, Listing};
use super::{
    Action, CONNECTIONS, Context, GATEWAYS, ROUTES, VPC, connection_shape as shape, members, not_found, tags, tasks,
    times,
};
use crate::api::Refusal;
use crate::store::{Members, Object, Then, text};
use crate::world::Switches;

pub(super) static ACTIONS: &[Action] = &[
    Action { name: "CreateVpnConnection", service: &VPC, per_second: 100, fields: shape::CREATE, run: create },
    Action { name: "DescribeVpnConnections", service: &VPC, per_second: 100, fields: LISTING.fields, run: describe },
    Action { name: "ModifyVpnConnectionAttribute", service: &VPC, per_second: 100, fields: shape::MODIFY, run: modify },
    Action { name: "DeleteVpnConnection", service: &VPC, per_second: 100, fields: shape::OF_GATEWAY, run: delete },
    Action { name: "ResetVpnConnection", service: &VPC, per_second: 100, fields: shape::OF_GATEWAY, run: reset },
    Action {
        name: "GenerateVpnConnectionDefaultHealthCheckIp",
        service: &VPC,
        per_second: 100,
        fields: shape::GENERATE_IPS,
        run: generate_health_check_ips,
    },
];

fn create(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let tunnel = planned(context, params)?;
    let id = text(&tunnel, "VpnConnectionId").to_owned();
    let answer = creation_answer(tunnel.clone(), context.world.switches);
    let place = context.place(CONNECTIONS);
    context.world.store.insert(place, &id, tunnel);
    let done = match tasks::fails(context) {
        true => json!({"State": "PENDING_ERROR"}),
        false => json!({"State": "AVAILABLE", "NetStatus": "AVAILABLE"}),
    };
    context.settle(CONNECTIONS, &id, Then::Set(members(done)));
    tasks::start(context, &id);
    Ok(Members::from_iter([("VpnConnection".to_owned(), Value::Object(answer))]))
}

/// The tunnel that a request would create, with an id, pending, not in the store.
pub(crate) fn planned(context: &Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let gateway_id = text(params, "VpnGatewayId");
    let customer_gateway_id = text(params, "CustomerGatewayId");
    let parents = rules::parents(context, gateway_id, customer_gateway_id)?;
    rules::vpc(context, &parents, params.get("VpcId").and_then(Value::as_str).unwrap_or_default())?;

    let mut tunnel = defaults(&parents);
    let id = super::new_id("vpnx-");
    tunnel.insert("VpnConnectionId".to_owned(), json!(id));
    for member in ["VpnGatewayId", "CustomerGatewayId", "VpcId", "RouteType"] {
        copy(params, &mut tunnel, member);
    }
    tunnel.insert("TagSet".to_owned(), tags::at_creation(params)?);
    rules::route_type(&tunnel, params)?;
    change(&mut tunnel, params);
    rules::tunnel(context, Call::Create, &mut tunnel, &parents, params)?;
    Ok(tunnel)
}

fn describe(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let switches = context.world.switches;
    listing::list(context, &LISTING, params, |tunnel| view(tunnel, switches))
}

fn modify(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "VpnConnectionId");
    let before = available(context, id, "UnsupportedOperation.VpnConnInvalidState")?;
    let tunnel = changed(context, &before, params)?;
    let place = context.place(CONNECTIONS);
    if let Some(object) = context.world.store.get_mut(place, id) {
        object.members = tunnel;
    }
    context.settle(CONNECTIONS, id, Then::Set(members(json!({"State": "AVAILABLE"}))));
    Ok(Members::new())
}

/// What a request would make of the tunnel `before`: changed and pending.
pub(crate) fn changed(context: &Context<'_>, before: &Members, params: &Members) -> Result<Members, Refusal> {
    let mut tunnel = before.clone();
    copy(params, &mut tunnel, "CustomerGatewayId");
    let gateway_id = text(&tunnel, "VpnGatewayId");
    let parents = rules::parents(context, gateway_id, text(&tunnel, "CustomerGatewayId"))?;
    rules::customer_gateway_change(context, before, &mut tunnel, &parents)?;
    rules::bgp_change(&tunnel, params)?;
    change(&mut tunnel, params);
    rules::tunnel(context, Call::Modify, &mut tunnel, &parents, params)?;
    // Undocumented: how a tunnel looks while it is reconfigured. That it is not available is what the error codes tell.
    tunnel.insert("State".to_owned(), json!("PENDING"));
    Ok(tunnel)
}

fn delete(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "VpnConnectionId");
    let tunnel = at_rest(context, id, "UnsupportedOperation.DeleteVpnConnInvalidState", &DELETABLE)?;
    of_gateway(&tunnel, params)?;
    context.set(CONNECTIONS, id, members(json!({"State": "DELETING"})));
    if tasks::fails(context) {
        context.settle(CONNECTIONS, id, Then::Set(members(json!({"State": "DELETING_ERROR"}))));
    } else {
        settle_gone(context, id);
    }
    tasks::start(context, id);
    Ok(Members::new())
}

fn reset(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "VpnConnectionId");
    let tunnel = available(context, id, "UnsupportedOperation.VpnConnInvalidState")?;
    of_gateway(&tunnel, params)?;
    context.set(CONNECTIONS, id, members(json!({"State": "PENDING"})));
    context.settle(CONNECTIONS, id, Then::Set(members(json!({"State": "AVAILABLE"}))));
    Ok(Members::new())
}

fn generate_health_check_ips(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let gateway_id = text(params, "VpnGatewayId");
    if context.get(GATEWAYS, gateway_id).is_none() && !context.options.any_parent {
        return Err(not_found("VPN gateway", gateway_id));
    }
    let (local, remote) = rules::free_health_check_ips(context);
    Ok(Members::from_iter([
        ("HealthCheckLocalIp".to_owned(), json!(local.to_string())),
        ("HealthCheckRemoteIp".to_owned(), json!(remote.to_string())),
    ]))
}

/// Orders that a tunnel and its routes go. That the routes do is not documented; they would lead nowhere.
pub(crate) fn settle_gone(context: &mut Context<'_>, id: &str) {
    context.settle(CONNECTIONS, id, Then::Gone);
    context.settle_gone(ROUTES, "InstanceId", id);
}

/// What a tunnel has when its creator says nothing (VPC API 2017-03-12, IKEOptionsSpecification,
/// IPSECOptionsSpecification, CreateVpnConnection). DpdAction has two documented defaults; this is the one in the text.
fn defaults(parents: &rules::Parents) -> Members {
    members(json!({
        "VpnConnectionName": "",
        "VpcId": "",
        "PreShareKey": "",
        "VpnProto": "IPSEC",
        "EncryptProto": "IKE",
        "RouteType": "STATIC",
        "CreatedTime": times::now(),
        "State": "PENDING",
        "NetStatus": "UNAVAILABLE",
        "SecurityPolicyDatabaseSet": [],
        "IKEOptionsSpecification": {
            "PropoEncryAlgorithm": "3DES-CBC",
            "PropoAuthenAlgorithm": "SHA",
            "ExchangeMode": "MAIN",
            "LocalIdentity": "ADDRESS",
            "RemoteIdentity": "ADDRESS",
            "LocalAddress": parents.gateway_ip,
            "RemoteAddress": parents.customer_gateway_ip,
            "LocalFqdnName": "",
            "RemoteFqdnName": "",
            "DhGroupName": "GROUP1",
            "IKESaLifetimeSeconds": 86400,
            "IKEVersion": "IKEV1",
        },
        "IPSECOptionsSpecification": {
            "EncryptAlgorithm": "AES-CBC-128",
            "IntegrityAlgorith": "SHA1",
            "IPSECSaLifetimeSeconds": 14400,
            "PfsDhGroup": "NULL",
            "IPSECSaLifetimeTraffic": 4_096_000_000_u64,
        },
        "EnableHealthCheck": false,
        "HealthCheckLocalIp": "0.0.0.0",
        "HealthCheckRemoteIp": "0.0.0.0",
        "DpdEnable": 0,
        "DpdTimeout": "30",
        "DpdAction": "clear",
        "TagSet": [],
        "NegotiationType": "active",
    }))
}

/// Puts the attributes of a request into a tunnel.
///
/// The list of policies is replaced. For the option objects the documents do not say whether members left out keep their
/// values; here they do, so that a client that sends everything and one that sends what changed both get what they mean.
fn change(tunnel: &mut Members, params: &Members) {
    for member in [
        "VpnConnectionName",
        "PreShareKey",
        "EnableHealthCheck",
        "HealthCheckLocalIp",
        "HealthCheckRemoteIp",
        "NegotiationType",
        "DpdEnable",
        "DpdTimeout",
        "DpdAction",
    ] {
        copy(params, tunnel, member);
    }
    if let Some(policies) = params.get("SecurityPolicyDatabases") {
        tunnel.insert("SecurityPolicyDatabaseSet".to_owned(), policies.clone());
    }
    for member in ["IKEOptionsSpecification", "IPSECOptionsSpecification", "BgpConfig", "HealthCheckConfig"] {
        let Some(Value::Object(sent)) = params.get(member) else {
            continue;
        };
        let kept = tunnel.entry(member).or_insert_with(|| json!({}));
        for (name, value) in sent {
            let name = if name == CORRECT_SPELLING { SPELLING } else { name };
            kept[name] = value.clone();
        }
    }
}

/// A tunnel as DescribeVpnConnections shows it: policies in an order of the service's own, here one step on.
fn view(tunnel: &Object, switches: Switches) -> Value {
    let mut members = tunnel.members.clone();
    if let Some(Value::Array(policies)) = members.get_mut("SecurityPolicyDatabaseSet") {
        for policy in policies.iter_mut() {
            if let Some(Value::Array(ranges)) = policy.get_mut("RemoteCidrBlock") {
                rotate(ranges);
            }
        }
        rotate(policies);
    }
    if switches.dpd_timeout_empty {
        members.insert("DpdTimeout".to_owned(), json!(""));
    }
    spell(&mut members, switches);
    Value::Object(members)
}

/// The acknowledgement of a creation, like the documented sample: no time of creation, policies or tags yet.
fn creation_answer(mut tunnel: Members, switches: Switches) -> Members {
    tunnel.insert("CreatedTime".to_owned(), json!("0000-00-00 00:00:00"));
    tunnel.insert("SecurityPolicyDatabaseSet".to_owned(), json!([]));
    tunnel.insert("TagSet".to_owned(), json!([]));
    if switches.empty_create_id {
        tunnel.insert("VpnConnectionId".to_owned(), json!(""));
    }
    if switches.create_dpd_minus_one {
        tunnel.insert("DpdEnable".to_owned(), json!(-1));
    }
    spell(&mut tunnel, switches);
    tunnel
}

fn spell(tunnel: &mut Members, switches: Switches) {
    if switches.both_integrity_spellings
        && let Some(ipsec) = tunnel.get_mut("IPSECOptionsSpecification")
    {
        ipsec[CORRECT_SPELLING] = ipsec[SPELLING].clone();
    }
}

/// The members of a tunnel that is there and available; otherwise `code` says that it is not available.
fn available(context: &Context<'_>, id: &str, code: &'static str) -> Result<Members, Refusal> {
    at_rest(context, id, code, &["AVAILABLE"])
}

/// The same for one in any of these states.
fn at_rest(context: &Context<'_>, id: &str, code: &'static str, states: &[&str]) -> Result<Members, Refusal> {
    let tunnel = context.get(CONNECTIONS, id).ok_or_else(|| not_found("tunnel", id))?;
    match tunnel.text("State") {
        state if states.contains(&state) => Ok(tunnel.members.clone()),
        state => Err(Refusal::new(code, format!("the tunnel {id} is {state}"))),
    }
}

fn of_gateway(tunnel: &Members, params: &Members) -> Result<(), Refusal> {
    let gateway_id = text(params, "VpnGatewayId");
    if text(tunnel, "VpnGatewayId") == gateway_id {
        return Ok(());
    }
    let id = text(params, "VpnConnectionId");
    Err(Refusal::new("UnsupportedOperation.RecordNotExists", format!("the gateway {gateway_id} has no tunnel {id}")))
}

fn copy(from: &Members, to: &mut Members, member: &str) {
    if let Some(value) = from.get(member) {
        to.insert(member.to_owned(), value.clone());
    }
}

fn rotate(items: &mut [Value]) {
    if !items.is_empty() {
        items.rotate_left(1);
    }
}

/// A tunnel whose creation, change or deletion has failed can be deleted: "created, updated or destroyed" it is not
/// (DeleteVpnConnection, DeleteVpnConnInvalidState), and there would be no other way out.
const DELETABLE: [&str; 4] = ["AVAILABLE", "PENDING_ERROR", "UPDATING_ERROR", "DELETING_ERROR"];

/// The member as the API spells it, and as English does.
const SPELLING: &str = "IntegrityAlgorith";
const CORRECT_SPELLING: &str = "IntegrityAlgorithm";

static LISTING: Listing = Listing {
    kind: CONNECTIONS,
    what: "tunnel",
    ids: "VpnConnectionIds",
    owner: None,
    fields: listing::fields!("VpnConnectionIds", "vpnx-"),
    filters: &[
        ("vpc-id", "VpcId"),
        ("vpn-gateway-id", "VpnGatewayId"),
        ("customer-gateway-id", "CustomerGatewayId"),
        ("vpn-connection-name", "VpnConnectionName"),
        ("vpn-connection-id", "VpnConnectionId"),
    ],
    set: "VpnConnectionSet",
};

/// How many tunnels a customer gateway has.
pub(crate) fn count_of_customer_gateway(context: &Context<'_>, id: &str) -> usize {
    let tunnels = context.world.store.list(context.place(CONNECTIONS));
    tunnels.filter(|tunnel| tunnel.text("CustomerGatewayId") == id).count()
}
