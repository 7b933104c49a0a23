//! IPsec tunnels: AddVpnConnEx, DescribeVpnConn, ModifyVpnConnEx, DeleteVpnConn, ResetVpnConnSA (API 2.0).

use serde_json::{Value, json};

use super::gateways::{existing, given};
use super::listing::{self, DIRECTION, LIMIT, OFFSET};
use super::parameters::{self, POLICIES};
use super::{Action, Request, data, ids, illegal, members, tasks, translated, values};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, optional};
use crate::faults::TaskFault;
use crate::store::{Members, Object, Then, text};
use crate::tencent::{self, CONNECTIONS, CUSTOMER_GATEWAYS, GATEWAYS, VPCS};

pub(super) static ACTIONS: &[Action] = &[
    Action { name: "AddVpnConnEx", fields: parameters::ADD, run: add },
    Action { name: "DescribeVpnConn", fields: DESCRIBE, run: describe },
    Action { name: "ModifyVpnConnEx", fields: parameters::MODIFY, run: modify },
    Action { name: "DeleteVpnConn", fields: parameters::ONE, run: delete },
    Action { name: "ResetVpnConnSA", fields: parameters::ONE, run: reset },
];

/// The answer has no id yet: it is 0.
fn add(request: &mut Request<'_>, params: &Members) -> Result<Members, Refusal> {
    let (vpc_id, gateway_id) = parents(request, params)?;
    let user_gateway_id = existing(request, CUSTOMER_GATEWAYS, text(params, "userGwId"), "InvalidUserGw.NotFound")?;
    let policies = policies(request, &vpc_id, params)?;
    let mut ike = values::default_ike();
    let mut ipsec = values::default_ipsec();
    let sent = options(&Members::new(), params)?;
    ike.extend(sent.0);
    ipsec.extend(sent.1);
    let planned = members(json!({
        "VpcId": vpc_id,
        "VpnGatewayId": gateway_id,
        "CustomerGatewayId": user_gateway_id,
        "VpnConnectionName": text(params, "vpnConnName"),
        "PreShareKey": text(params, "preSharedKey"),
        "SecurityPolicyDatabases": policies,
        "IKEOptionsSpecification": ike,
        "IPSECOptionsSpecification": ipsec,
    }));
    let tunnel = tencent::planned(&request.context, &planned).map_err(translated)?;
    let id = text(&tunnel, "VpnConnectionId").to_owned();
    let subnets = remote_ranges(&tunnel);
    let place = request.context.place(CONNECTIONS);
    request.context.world.store.insert(place, &id, tunnel);
    let done = match request.context.task {
        Some(TaskFault::Failed(_)) => json!({"State": CREATION_FAILED}),
        _ => json!({"State": AVAILABLE, "NetStatus": "AVAILABLE"}),
    };
    settle(request, &id, Then::Set(members(done)));
    Ok(data(json!({
        "vpnGwId": gateway_id,
        "userGwId": user_gateway_id,
        "vpnConnId": 0,
        "taskId": tasks::start(request, &id),
        "vpnConnStatus": 0,
        "preSharedKey": text(params, "preSharedKey"),
        "userGwSubnetList": subnets,
    })))
}

fn describe(request: &mut Request<'_>, params: &Members) -> Result<Members, Refusal> {
    let context = &request.context;
    let vpc = given(request, VPCS, params, "vpcId", "InvalidVpc.NotFound")?;
    let gateway = given(request, GATEWAYS, params, "vpnGwId", "InvalidVpnGw.NotFound")?;
    let id = match params.get("vpnConnId").and_then(Value::as_str) {
        None => None,
        Some(id) => match ids::find(context, CONNECTIONS, id) {
            Some(tunnel) => Some(tunnel.id.clone()),
            None if context.world.switches.legacy_unknown_id_empty => Some(id.to_owned()),
            // The page has the code twice, the second time for tunnels.
            None => return Err(Refusal::new("InvalidVpnGw.NotFound", format!("the tunnel {id} does not exist"))),
        },
    };
    let takes = |tunnel: &Object| {
        vpc.as_deref().is_none_or(|vpc| tunnel.text("VpcId") == vpc)
            && gateway.as_deref().is_none_or(|gateway| tunnel.text("VpnGatewayId") == gateway)
            && id.as_deref().is_none_or(|id| tunnel.id == id)
            && listing::contains(tunnel, "VpnConnectionName", params, "vpnConnName")
    };
    let view = |tunnel: &Object| view(request, tunnel);
    let (total, page) = listing::page(request, CONNECTIONS, "VpnConnectionName", params, takes, view)?;
    Ok(listing::answer(total, page))
}

fn modify(request: &mut Request<'_>, params: &Members) -> Result<Members, Refusal> {
    // The same code for a gateway and a tunnel that do not exist.
    let before = of_gateway(request, params, "InvalidVpnGw.NotFound")?;
    at_rest(&before, &[AVAILABLE, CHANGE_FAILED, DELETION_FAILED])?;
    let policies = policies(request, text(&before, "VpcId"), params)?;
    let (ike, ipsec) = options(&before, params)?;
    let mut change = members(json!({
        "SecurityPolicyDatabases": policies,
        "IKEOptionsSpecification": ike,
        "IPSECOptionsSpecification": ipsec,
    }));
    for (parameter, member) in [("vpnConnName", "VpnConnectionName"), ("preSharedKey", "PreShareKey")] {
        if let Some(value) = params.get(parameter) {
            change.insert(member.to_owned(), value.clone());
        }
    }
    let after = tencent::changed(&request.context, &before, &change).map_err(translated)?;
    let id = text(&before, "VpnConnectionId").to_owned();
    let answer = json!({
        "vpnGwId": text(&after, "VpnGatewayId"),
        "vpcConnId": id,
        "vpcConnStatus": 2,
        "preSharedKey": text(&after, "PreShareKey"),
        "userGwSubnetList": remote_ranges(&after),
        "userGwId": ids::number(text(&after, "CustomerGatewayId")),
    });
    let (shown, then) = match request.context.task {
        Some(TaskFault::Failed(_)) => (before, CHANGE_FAILED),
        _ => (after, AVAILABLE),
    };
    let place = request.context.place(CONNECTIONS);
    if let Some(object) = request.context.world.store.get_mut(place, &id) {
        object.members = shown;
        object.members.insert("State".to_owned(), json!("PENDING"));
    }
    settle(request, &id, Then::Set(members(json!({ "State": then }))));
    let mut answer = members(answer);
    answer.insert("taskId".to_owned(), json!(tasks::start(request, &id)));
    Ok(data(Value::Object(answer)))
}

fn delete(request: &mut Request<'_>, params: &Members) -> Result<Members, Refusal> {
    let tunnel = of_gateway(request, params, "InvalidVpnConn.NotFound")?;
    at_rest(&tunnel, &[AVAILABLE, CREATION_FAILED, CHANGE_FAILED, DELETION_FAILED])?;
    let id = text(&tunnel, "VpnConnectionId");
    begin(request, id, "DELETING");
    match request.context.task {
        Some(TaskFault::Failed(_)) => {
            settle(request, id, Then::Set(members(json!({"State": DELETION_FAILED}))));
        }
        _ => tencent::settle_gone(&mut request.context, id),
    }
    Ok(data(json!({
        "vpnGwId": text(&tunnel, "VpnGatewayId"),
        "vpcConnId": id,
        "taskId": tasks::start(request, id),
        "state": 4,
    })))
}

/// Without a task.
fn reset(request: &mut Request<'_>, params: &Members) -> Result<Members, Refusal> {
    let tunnel = of_gateway(request, params, "InvalidVpnGw.NotFound")?;
    at_rest(&tunnel, &[AVAILABLE])?;
    let id = text(&tunnel, "VpnConnectionId");
    begin(request, id, "PENDING");
    settle(request, id, Then::Set(members(json!({"State": AVAILABLE}))));
    Ok(Members::new())
}

/// A tunnel as DescribeVpnConn shows it.
fn view(request: &Request<'_>, tunnel: &Object) -> Value {
    let context = &request.context;
    let (vpc_id, gateway_id) = (tunnel.text("VpcId"), tunnel.text("VpnGatewayId"));
    let user_gateway_id = tunnel.text("CustomerGatewayId");
    let of = |kind, id, member| context.get(kind, id).map_or("", |object| object.text(member));
    let ike = values::to_legacy(values::IKE, tunnel.members.get("IKEOptionsSpecification"));
    let mut ipsec = values::to_legacy(values::IPSEC, tunnel.members.get("IPSECOptionsSpecification"));
    ipsec.insert("encapMode".to_owned(), json!("tunnel"));
    ipsec.insert("securityProto".to_owned(), json!("ESP"));
    // Arrays says the page's table, objects its sample.
    let option_set =
        |set: Members| if context.world.switches.legacy_arrays { json!([set]) } else { Value::Object(set) };
    json!({
        "vpcId": ids::compound(context.region, vpc_id),
        "unVpcId": vpc_id,
        "vpcName": of(VPCS, vpc_id, "VpcName"),
        "vpcCidrBlock": of(VPCS, vpc_id, "CidrBlock"),
        "vpnGwId": ids::number(gateway_id),
        "unVpnGwId": gateway_id,
        "vpnGwName": of(GATEWAYS, gateway_id, "VpnGatewayName"),
        "vpnGwAddress": of(GATEWAYS, gateway_id, "PublicIpAddress"),
        "vpnConnId": ids::number(&tunnel.id),
        "unVpnConnId": tunnel.id,
        "vpnConnName": tunnel.text("VpnConnectionName"),
        "userGwId": ids::number(user_gateway_id),
        "unUserGwId": user_gateway_id,
        "userGwName": of(CUSTOMER_GATEWAYS, user_gateway_id, "CustomerGatewayName"),
        "userGwAddress": of(CUSTOMER_GATEWAYS, user_gateway_id, "IpAddress"),
        "vpcConnStatus": status(tunnel),
        "netStatus": tunnel.text("NetStatus").to_lowercase(),
        "preSharedKey": tunnel.text("PreShareKey"),
        "remoteSlaIp": "169.254.112.2",
        "sourceCidr": local_ranges(&tunnel.members),
        "destinationCidr": remote_ranges(&tunnel.members),
        "vpnProto": "ip-sec",
        "createTime": tunnel.text("CreatedTime"),
        "IKEArr": option_set(ike),
        "IPSECArr": option_set(ipsec),
    })
}

/// 0 being created, 1 creation failed, 2 being changed, 3 change failed, 4 being deleted, 5 deletion failed, 6 running.
fn status(tunnel: &Object) -> u8 {
    match tunnel.text("State") {
        // Only a tunnel that has never been up is not connected.
        "PENDING" if tunnel.text("NetStatus") == "UNAVAILABLE" => 0,
        "PENDING" => 2,
        "DELETING" => 4,
        CREATION_FAILED => 1,
        CHANGE_FAILED => 3,
        DELETION_FAILED => 5,
        _ => 6,
    }
}

/// The VPC and the VPN gateway that a request names, which must be in it.
fn parents(request: &Request<'_>, params: &Members) -> Result<(String, String), Refusal> {
    let vpc_id = existing(request, VPCS, text(params, "vpcId"), "InvalidVpc.NotFound")?;
    let gateway_id = existing(request, GATEWAYS, text(params, "vpnGwId"), "InvalidVpnGw.NotFound")?;
    match request.context.get(GATEWAYS, &gateway_id) {
        Some(gateway) if gateway.text("VpcId") != vpc_id && !request.context.options.any_parent => {
            Err(Refusal::new("InvalidVpnGw.NotFound", format!("{gateway_id} is not in the VPC {vpc_id}")))
        }
        _ => Ok((vpc_id, gateway_id)),
    }
}

/// The tunnel that a request names, which must be one of the gateway.
fn of_gateway(request: &Request<'_>, params: &Members, not_found: &'static str) -> Result<Members, Refusal> {
    let (_, gateway_id) = parents(request, params)?;
    let id = text(params, "vpnConnId");
    let tunnel = ids::find(&request.context, CONNECTIONS, id);
    let tunnel = tunnel.filter(|tunnel| tunnel.text("VpnGatewayId") == gateway_id);
    let tunnel = tunnel.ok_or_else(|| Refusal::new(not_found, format!("the tunnel {id} does not exist")))?;
    Ok(tunnel.members.clone())
}

/// A tunnel in another state is busy, or never came to be. That one whose change or deletion has failed can be changed and
/// deleted again, and one whose creation has failed deleted, is not documented, but there would be no way out.
fn at_rest(tunnel: &Members, states: &[&str]) -> Result<(), Refusal> {
    if states.contains(&text(tunnel, "State")) {
        return Ok(());
    }
    let (id, state) = (text(tunnel, "VpnConnectionId"), text(tunnel, "State"));
    Err(Refusal::new("InvalidVpnConnState", format!("the tunnel {id} is {state}")))
}

/// The policies of a request in the shape of API 3.0; one of the two parameters must be there.
fn policies(request: &Request<'_>, vpc_id: &str, params: &Members) -> Result<Value, Refusal> {
    match (params.get("userGwCidrBlock"), params.get(POLICIES)) {
        (None, None) => Err(illegal("either `userGwCidrBlock` or `spdAcl` is required")),
        (Some(_), Some(_)) => Err(illegal("`userGwCidrBlock` and `spdAcl` exclude each other")),
        (None, Some(policies)) => Ok(policies.clone()),
        // The pages only say that these ranges may talk to the VPC. That API 3.0 shows them as one policy from the whole
        // range of the VPC is inferred.
        (Some(ranges), None) => {
            let vpc = request.context.get(VPCS, vpc_id);
            let local = vpc.map_or("", |vpc| vpc.text("CidrBlock"));
            let local = if local.is_empty() { "0.0.0.0/0" } else { local };
            Ok(json!([{"LocalCidrBlock": local, "RemoteCidrBlock": ranges}]))
        }
    }
}

/// The option sets of a request in the words of API 3.0. Members left out are not in them: they keep their values.
fn options(before: &Members, params: &Members) -> Result<(Members, Members), Refusal> {
    let nothing = Members::new();
    let sent = |set: &str| params.get(set).and_then(Value::as_object).unwrap_or(&nothing);
    let ike = values::to_v3(values::IKE, sent("IKESet"));
    let ipsec = values::to_v3(values::IPSEC, sent("IPsecSet"));
    let had = |name: &str| before.get("IKEOptionsSpecification").and_then(|ike| ike[name].as_str()).unwrap_or_default();
    let address = ike.get("RemoteAddress").and_then(Value::as_str).unwrap_or_else(|| had("RemoteAddress"));
    // Unlike localAddress, it has no documented default.
    if ike.get("RemoteIdentity") == Some(&json!("ADDRESS")) && address.is_empty() {
        return Err(illegal("`IKESet.remoteAddress` is required with remoteIdentity address"));
    }
    Ok((ike, ipsec))
}

fn local_ranges(tunnel: &Members) -> Vec<&Value> {
    let policies = tunnel.get("SecurityPolicyDatabaseSet").and_then(Value::as_array);
    policies.into_iter().flatten().map(|policy| &policy["LocalCidrBlock"]).collect()
}

/// Every range of the customer once, in the order of the policies.
fn remote_ranges(tunnel: &Members) -> Vec<Value> {
    let mut ranges: Vec<Value> = Vec::new();
    let policies = tunnel.get("SecurityPolicyDatabaseSet").and_then(Value::as_array);
    for range in policies.into_iter().flatten().filter_map(|policy| policy["RemoteCidrBlock"].as_array()).flatten() {
        if !ranges.contains(range) {
            ranges.push(range.clone());
        }
    }
    ranges
}

fn begin(request: &mut Request<'_>, id: &str, state: &str) {
    request.context.set(CONNECTIONS, id, members(json!({"State": state})));
}

fn settle(request: &mut Request<'_>, id: &str, then: Then) {
    request.context.settle(CONNECTIONS, id, then);
}

static DESCRIBE: &[Field] = &[
    optional("vpcId", Shape::Text(&[Rule::NotEmpty])),
    optional("vpnGwId", Shape::Text(&[Rule::NotEmpty])),
    optional("vpnConnId", Shape::Text(&[Rule::NotEmpty])),
    optional("vpnConnName", Shape::Text(&[])),
    OFFSET,
    LIMIT,
    optional("orderField", Shape::Text(&[Rule::OneOf(&["createTime", "vpnConnName"])])),
    DIRECTION,
];

const AVAILABLE: &str = "AVAILABLE";

// States that API 3.0 documents for gateways; for tunnels only API 2.0 has such.
const CREATION_FAILED: &str = "PENDING_ERROR";
const CHANGE_FAILED: &str = "UPDATING_ERROR";
const DELETION_FAILED: &str = "DELETING_ERROR";
