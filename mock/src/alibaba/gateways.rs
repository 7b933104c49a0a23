//! VPN gateways: CreateVpnGateway, DescribeVpnGateway, DescribeVpnGateways, ModifyVpnGatewayAttribute, DeleteVpnGateway,
//! MoveVpnResourceGroup (VPC API 2016-04-28).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::listing::{self, Listing, PAGE_NUMBER, PAGE_SIZE, TEXT};
use super::tasks::{self, ACTIVE, DELETING, INIT, PROVISIONING, UPDATING};
use super::{
    Action, CERTIFICATES, CONNECTIONS, CUSTOMER_GATEWAYS, Context, GATEWAYS, SERVERS, VPCS, VSWITCHES,
    connection_options as options, connections, errors, members, missing, rules, tags,
};
use crate::api::Refusal;
use crate::check::{Rule, Shape, optional, required};
use crate::seed::ALIBABA_GROUP;
use crate::store::{Members, NEXT, Object, Then, text};

pub(super) static ACTIONS: &[Action] = &[
    Action {
        name: "CreateVpnGateway",
        fields: &[
            required("VpcId", TEXT),
            required("Bandwidth", Shape::Int(0, i64::MAX)),
            optional("VSwitchId", TEXT),
            optional("DisasterRecoveryVSwitchId", TEXT),
            optional("Name", TEXT),
            optional("NetworkType", Shape::Text(&[Rule::OneOf(&["public", "private"])])),
            optional("VpnType", Shape::Text(&[Rule::OneOf(&["Normal", "NationalStandard"])])),
            optional("EnableIpsec", Shape::Bool),
            optional("EnableSsl", Shape::Bool),
            optional("SslConnections", Shape::Int(0, i64::MAX)),
            optional("InstanceChargeType", Shape::Text(&[Rule::OneOf(&["PREPAY", "POSTPAY"])])),
            optional("Period", Shape::Int(1, 36)),
            optional("AutoPay", Shape::Bool),
            optional("ResourceGroupId", TEXT),
        ],
        writes: true,
        run: create,
    },
    Action {
        name: "DescribeVpnGateway",
        fields: &[required("VpnGatewayId", TEXT), optional("IncludeReservationData", Shape::Bool)],
        writes: false,
        run: describe,
    },
    Action {
        name: "DescribeVpnGateways",
        fields: &[
            optional("VpnGatewayId", TEXT),
            optional("VpcId", TEXT),
            optional("Status", Shape::Text(&[Rule::OneOf(&[INIT, PROVISIONING, ACTIVE, UPDATING, DELETING])])),
            optional("BusinessStatus", Shape::Text(&[Rule::OneOf(&["Normal", "FinancialLocked"])])),
            optional("GatewayType", TEXT),
            optional("ResourceGroupId", TEXT),
            tags::FILTER,
            optional("IncludeReservationData", Shape::Bool),
            PAGE_NUMBER,
            PAGE_SIZE,
        ],
        writes: false,
        run: list,
    },
    Action {
        name: "ModifyVpnGatewayAttribute",
        fields: &[
            required("VpnGatewayId", TEXT),
            optional("Name", TEXT),
            optional("Description", TEXT),
            optional("AutoPropagate", Shape::Bool),
        ],
        writes: true,
        run: modify,
    },
    Action { name: "DeleteVpnGateway", fields: &[required("VpnGatewayId", TEXT)], writes: true, run: delete },
    Action {
        name: "MoveVpnResourceGroup",
        fields: &[required("InstanceId", TEXT), required("NewResourceGroupId", TEXT), required("ResourceType", TEXT)],
        writes: false,
        run: move_group,
    },
];

/// Asynchronous: the gateway is `init`, then `provisioning`, then `active`. An order that nobody pays makes no gateway.
fn create(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    name(params)?;
    rules_of_creation(params)?;
    place(context, params)?;
    let id = super::new_id("vpn-");
    let name = match text(params, "Name") {
        "" => id.as_str(),
        name => name,
    };
    let order_id = u64::from(uuid::Uuid::new_v4().as_fields().0) + 200_000_000_000;
    let answer = members(json!({"VpnGatewayId": id, "Name": name, "OrderId": order_id}));
    if text(params, "InstanceChargeType") == "PREPAY" && !flag(params, "AutoPay", false) {
        return Ok(answer);
    }
    let gateway = gateway(params, &id, name);
    context.insert(GATEWAYS, &id, gateway);
    let half = context.options.settle / 2;
    let last = json!({"in_ms": half.as_millis() as u64, "set": {"Status": ACTIVE}});
    let then = Then::Set(members(json!({"Status": PROVISIONING, NEXT: last})));
    context.world.store.schedule(context.place(GATEWAYS), &id, context.now + half, then);
    Ok(answer)
}

fn describe(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "VpnGatewayId");
    if context.get(GATEWAYS, id).is_none()
        && let Some(gateway) = assumed(context).iter().find(|gateway| gateway.id == id)
    {
        return Ok(view(gateway, params));
    }
    Ok(view(find(context, id)?, params))
}

fn list(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let listing = Listing {
        kind: GATEWAYS,
        filters: &["VpnGatewayId", "VpcId", "Status", "BusinessStatus", "GatewayType", "ResourceGroupId"],
        set: ("VpnGateways", "VpnGateway"),
    };
    let takes = |gateway: &Object| tags::takes(gateway, params);
    let assumed = assumed(context);
    let all = context.list(GATEWAYS).chain(&assumed);
    Ok(listing::among(all, &listing, params, takes, |gateway| view(gateway, params)))
}

/// With `--any-parent`, the gateways that are not there and were written to, or have something: whoever has made a connection waits until
/// its gateway is `active` again. They always are.
fn assumed(context: &Context<'_>) -> Vec<Object> {
    if !context.options.any_parent {
        return Vec::new();
    }
    let children = [CONNECTIONS, SERVERS].into_iter().flat_map(|kind| context.list(kind));
    let ids = children.map(|child| child.text("VpnGatewayId"));
    let ids: BTreeSet<_> = ids.chain(context.world.alibaba.assumed((context.owner, context.region))).collect();
    let absent = ids.into_iter().filter(|id| !id.is_empty() && context.get(GATEWAYS, id).is_none());
    let absent = absent.map(|id| {
        let mut gateway = gateway(&members(json!({"Bandwidth": 10})), id, id);
        let [first, second] = options::ASSUMED_ADDRESSES;
        gateway.extend(members(json!({"Status": ACTIVE, "CreateTime": 0, "InternetIp": first})));
        // It has as many tunnels in a connection as its connections have.
        let mut own = context.list(CONNECTIONS).filter(|connection| connection.text("VpnGatewayId") == id);
        if own.any(|connection| connections::tunnels(&connection.members).next().is_some()) {
            let dual = json!({"DisasterRecoveryVSwitchId": "vsw-assumed2", "DisasterRecoveryInternetIp": second});
            gateway.extend(members(dual));
        }
        Object::loose(id, gateway)
    });
    absent.collect()
}

/// Asynchronous, whatever changes.
fn modify(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "VpnGatewayId");
    name(params)?;
    rules::description(params)?;
    find(context, id)?;
    tasks::not_busy(context, id)?;
    tasks::start(context, id);
    let gateway = context.get_mut(GATEWAYS, id).ok_or_else(not_found)?;
    gateway.members.extend(super::select(params, &["Name", "Description", "AutoPropagate"]));
    Ok(super::select(&gateway.members, MODIFIED))
}

/// Asynchronous: the gateway is `deleting`, then it is gone.
fn delete(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "VpnGatewayId");
    let gateway = find(context, id)?;
    tasks::not_busy(context, id)?;
    let has = |kind| context.list(kind).any(|child| child.text("VpnGatewayId") == id);
    if has(CONNECTIONS) {
        return Err(errors::documented("DependencyViolation.VpnConnection"));
    }
    if has(SERVERS) {
        return Err(errors::documented("DependencyViolation.SslVpnServer"));
    }
    let end = gateway.members.get("EndTime").and_then(Value::as_i64).unwrap_or_default();
    if gateway.text("ChargeType") == "Prepay" && end > super::now_ms() {
        return Err(errors::documented("ForbiddenRelease"));
    }
    let gateway = context.get_mut(GATEWAYS, id).ok_or_else(not_found)?;
    gateway.members.insert("Status".to_owned(), json!(DELETING));
    context.when_settled(GATEWAYS, id, Then::Gone);
    Ok(Members::new())
}

/// A gateway takes its SSL servers, their certificates and its connections along.
fn move_group(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let (id, group) = (text(params, "InstanceId"), json!(text(params, "NewResourceGroupId")));
    let mut moved = Vec::new();
    match text(params, "ResourceType").to_lowercase().as_str() {
        "vpngateway" => {
            find(context, id)?;
            tasks::not_busy(context, id)?;
            moved.push((GATEWAYS, id.to_owned()));
            for kind in [CONNECTIONS, SERVERS] {
                let children = context.list(kind).filter(|child| child.text("VpnGatewayId") == id);
                moved.extend(children.map(|child| (kind, child.id.clone())));
            }
            let certificates = context.list(CERTIFICATES).filter(|certificate| {
                moved.iter().any(|(kind, id)| *kind == SERVERS && certificate.text("SslVpnServerId") == id)
            });
            let certificates: Vec<_> = certificates.map(|certificate| (CERTIFICATES, certificate.id.clone())).collect();
            moved.extend(certificates);
        }
        "customergateway" => {
            let known = context.get(CUSTOMER_GATEWAYS, id);
            known.ok_or_else(|| errors::documented("InvalidCustomerGatewayInstanceId.NotFound"))?;
            moved.push((CUSTOMER_GATEWAYS, id.to_owned()));
        }
        // Connections to transit routers: there are none here.
        "vpnattachment" => return Err(errors::documented("InvalidVpnConnectionInstanceId.NotFound")),
        other => return Err(rules::invalid(format!("there is no ResourceType {other}"))),
    }
    for (kind, id) in moved {
        if let Some(object) = context.get_mut(kind, &id) {
            object.members.insert("ResourceGroupId".to_owned(), group.clone());
        }
    }
    Ok(Members::new())
}

fn find<'c>(context: &'c Context<'_>, id: &str) -> Result<&'c Object, Refusal> {
    context.get(GATEWAYS, id).ok_or_else(not_found)
}

fn not_found() -> Refusal {
    errors::documented("InvalidVpnGatewayInstanceId.NotFound")
}

/// 2 to 100 characters: a Latin letter, then letters, digits, `_`, `-` and `.`.
fn name(params: &Members) -> Result<(), Refusal> {
    let name = text(params, "Name");
    let known = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
    let valid = (2..=100).contains(&name.len()) && name.starts_with(|letter: char| letter.is_ascii_alphabetic());
    if params.contains_key("Name") && !(valid && name.chars().all(known)) {
        return Err(errors::documented("InvalidName"));
    }
    Ok(())
}

/// The numbers that the service sells. Public bandwidths are those of both sites together.
fn rules_of_creation(params: &Members) -> Result<(), Refusal> {
    let number = |name: &str| params.get(name).and_then(Value::as_i64);
    let bandwidths = if text(params, "NetworkType") == "private" { PRIVATE_BANDWIDTHS } else { PUBLIC_BANDWIDTHS };
    for (name, values) in [("Bandwidth", bandwidths), ("SslConnections", SSL_CONNECTIONS), ("Period", PERIODS)] {
        if let Some(value) = number(name)
            && !values.contains(&value)
        {
            return Err(rules::invalid(format!("{name} must be one of {values:?}, not {value}")));
        }
    }
    if text(params, "InstanceChargeType") == "PREPAY" && !params.contains_key("Period") {
        return Err(missing("Period"));
    }
    Ok(())
}

/// The VPC and the vSwitches: two of them, in different zones where the VPC has several, make a dual-tunnel gateway.
fn place(context: &Context<'_>, params: &Members) -> Result<(), Refusal> {
    let [vpc, first, second] = ["VpcId", "VSwitchId", "DisasterRecoveryVSwitchId"].map(|name| text(params, name));
    if !second.is_empty() && first.is_empty() {
        return Err(missing("VSwitchId"));
    }
    if context.options.any_parent {
        return Ok(());
    }
    if context.get(VPCS, vpc).is_none() {
        return Err(errors::documented("InvalidVpcId.NotFound"));
    }
    let in_vpc = |vswitch: &&Object| vswitch.text("VpcId") == vpc;
    let mut zones = Vec::new();
    for id in [first, second].into_iter().filter(|id| !id.is_empty()) {
        let vswitch = context.get(VSWITCHES, id).filter(in_vpc);
        zones.push(vswitch.ok_or_else(|| errors::documented("InvalidVSwitchId.NotFound"))?.text("ZoneId"));
    }
    let has_other = context.list(VSWITCHES).filter(in_vpc).any(|vswitch| !zones.contains(&vswitch.text("ZoneId")));
    if zones.len() == 2 && zones[0] == zones[1] && has_other {
        return Err(rules::invalid("the vSwitches must be in different zones"));
    }
    Ok(())
}

fn gateway(params: &Members, id: &str, name: &str) -> Members {
    let (ssl, public) = (flag(params, "EnableSsl", false), text(params, "NetworkType") != "private");
    let dual = params.contains_key("DisasterRecoveryVSwitchId");
    let prepaid = text(params, "InstanceChargeType") == "PREPAY";
    let months = params.get("Period").and_then(Value::as_i64).unwrap_or_default();
    let created = super::now_ms();
    let or = |name: &str, default: &str| match text(params, name) {
        "" => default.to_owned(),
        value => value.to_owned(),
    };
    let able = |on: bool| if on { "enable" } else { "disable" };
    let connections = if ssl { params.get("SslConnections").and_then(Value::as_i64).unwrap_or(5) } else { 0 };
    let mut gateway = members(json!({
        "VpnGatewayId": id,
        "Name": name,
        "Description": "",
        "VpcId": text(params, "VpcId"),
        "VSwitchId": text(params, "VSwitchId"),
        "InternetIp": address(public),
        "Status": INIT,
        "BusinessStatus": "Normal",
        "Spec": format!("{}M", params["Bandwidth"]),
        "IpsecVpn": able(flag(params, "EnableIpsec", true)),
        "SslVpn": able(ssl),
        "SslMaxConnections": connections,
        "EnableBgp": false,
        "AutoPropagate": false,
        "NetworkType": or("NetworkType", "public"),
        "VpnType": or("VpnType", "Normal"),
        "GatewayType": "Traditional",
        "ChargeType": if prepaid { "Prepay" } else { "PostpayByFlow" },
        "ResourceGroupId": or("ResourceGroupId", ALIBABA_GROUP),
        "CreateTime": created,
        "EndTime": if prepaid { created + months * MONTH_MS } else { END_MS },
        "Tag": "{\"VpnEnableBgp\":\"true\",\"VisuallySsl\":\"true\"}",
        "Tags": {"Tag": []},
        "EniInstanceIds": {"EniInstanceId": []},
    }));
    if dual {
        gateway.insert("DisasterRecoveryVSwitchId".to_owned(), params["DisasterRecoveryVSwitchId"].clone());
        gateway.insert("DisasterRecoveryInternetIp".to_owned(), json!(address(public)));
    }
    // A single-tunnel gateway serves SSL clients at its InternetIp.
    if dual && ssl && public {
        gateway.insert("SslVpnInternetIp".to_owned(), json!(address(public)));
    }
    gateway
}

/// An address of the range for benchmarks (RFC 2544), or a private one.
fn address(public: bool) -> String {
    let [first, second, third, ..] = uuid::Uuid::new_v4().into_bytes();
    let host = third % 254 + 1;
    if public { format!("198.{}.{second}.{host}", 18 + (first & 1)) } else { format!("10.{first}.{second}.{host}") }
}

fn view(gateway: &Object, params: &Members) -> Members {
    let mut row = gateway.members.clone();
    if !flag(params, "IncludeReservationData", false) {
        row.remove("ReservationData");
    }
    row
}

fn flag(params: &Members, name: &str, default: bool) -> bool {
    params.get(name).and_then(Value::as_bool).unwrap_or(default)
}

const PUBLIC_BANDWIDTHS: &[i64] = &[5, 10, 20, 50, 100, 200, 500, 1000];
const PRIVATE_BANDWIDTHS: &[i64] = &[200, 1000];
const SSL_CONNECTIONS: &[i64] = &[5, 10, 20, 50, 100, 200, 500, 1000];
const PERIODS: &[i64] = &[1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 24, 36];
const MONTH_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// The end of a gateway that is paid by use: the far future.
const END_MS: i64 = 4_102_415_999_000;

/// What ModifyVpnGatewayAttribute answers of a gateway.
const MODIFIED: &[&str] = &[
    "VpnGatewayId",
    "Name",
    "Description",
    "AutoPropagate",
    "Spec",
    "Status",
    "BusinessStatus",
    "VpcId",
    "VSwitchId",
    "InternetIp",
    "DisasterRecoveryVSwitchId",
    "DisasterRecoveryInternetIp",
    "SslVpnInternetIp",
    "EnableBgp",
    "CreateTime",
    "EndTime",
    "ResourceGroupId",
];
