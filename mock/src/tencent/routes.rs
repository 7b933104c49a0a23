//! Routes of VPN gateways: CreateVpnGatewayRoutes, DescribeVpnGatewayRoutes, ModifyVpnGatewayRoutes, DeleteVpnGatewayRoutes,
//! DescribeVpnGatewayCcnRoutes, ModifyVpnGatewayCcnRoutes (VPC API 2017-03-12). Each call does all it says or nothing; what it
//! does is there with the answer.

use std::collections::HashSet;

use ipnet::IpNet;
use serde_json::{Value, json};

use super::gateways::{self, ID, is_ccn, is_version_4};
use super::listing::{self, FILTERS, LIMIT, Listing, OFFSET};
use super::{Action, CCN_ROUTES, CONNECTIONS, Context, GATEWAYS, ROUTES, VPC, members, not_found, times};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, optional, required};
use crate::store::{Members, Object, text};

pub(super) static ACTIONS: &[Action] = &[
    Action { name: "CreateVpnGatewayRoutes", service: &VPC, per_second: 20, fields: CREATE, run: create },
    Action { name: "DescribeVpnGatewayRoutes", service: &VPC, per_second: 20, fields: LISTING.fields, run: describe },
    Action { name: "ModifyVpnGatewayRoutes", service: &VPC, per_second: 20, fields: MODIFY, run: modify },
    Action { name: "DeleteVpnGatewayRoutes", service: &VPC, per_second: 20, fields: DELETE, run: delete },
    Action {
        name: "DescribeVpnGatewayCcnRoutes",
        service: &VPC,
        per_second: 20,
        fields: CCN_LISTING.fields,
        run: describe_ccn,
    },
    Action { name: "ModifyVpnGatewayCcnRoutes", service: &VPC, per_second: 20, fields: MODIFY_CCN, run: modify_ccn },
];

fn create(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let gateway_id = text(params, "VpnGatewayId");
    gateways::parent(context, gateway_id)?;
    let sent = entries(params, "Routes")?;
    let mut routes = Vec::new();
    for route in sent {
        destination(route)?;
        next_hop(context, gateway_id, route)?;
        let created = times::now();
        routes.push(members(json!({
            "VpnGatewayId": gateway_id,
            "RouteId": super::new_id("vpnr-"),
            "DestinationCidrBlock": route["DestinationCidrBlock"],
            "InstanceType": route["InstanceType"],
            "InstanceId": route["InstanceId"],
            "Priority": route["Priority"],
            "Status": route["Status"],
            "Type": "Static",
            "CreateTime": created,
            "UpdateTime": created,
            "Description": route["Description"].as_str().unwrap_or_default(),
        })));
    }
    let known: Vec<_> = of_gateway(context, gateway_id).map(|route| route.members.clone()).collect();
    if known.len() + routes.len() > MAX_ROUTES {
        let message = format!("a gateway has at most {MAX_ROUTES} routes");
        return Err(Refusal::new("LimitExceeded.VpnGatewayRoutesLimitExceeded", message));
    }
    for (at, route) in routes.iter().enumerate() {
        let others = || known.iter().chain(&routes[..at]);
        if others().any(|other| to_same(route, other) && text(route, "InstanceId") == text(other, "InstanceId")) {
            let to = text(route, "DestinationCidrBlock");
            let message = format!("there is a route to {to} by {} already", text(route, "InstanceId"));
            return Err(Refusal::new("InvalidParameterValue.VpnGatewayRouteDuplicate", message));
        }
        shared_load(context, gateway_id, route, others())?;
    }
    for route in &routes {
        context.world.store.insert(context.place(ROUTES), text(route, "RouteId"), route.clone());
    }
    let answer: Vec<_> = routes.into_iter().map(created_view).collect();
    Ok(members(json!({"Routes": answer})))
}

fn describe(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    parent_of_list(context, params)?;
    listing::list(context, &LISTING, params, |route| Value::Object(view(&route.members)))
}

fn modify(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let gateway_id = text(params, "VpnGatewayId");
    gateways::parent(context, gateway_id)?;
    let mut routes = Vec::new();
    for change in entries(params, "Routes")? {
        let id = change["RouteId"].as_str().unwrap_or_default();
        let mut route = existing(context, ROUTES, gateway_id, id, "UnsupportedOperation.RecordNotExists")?.clone();
        for name in ["Status", "Description"] {
            if let Some(value) = change.get(name) {
                route.insert(name.to_owned(), value.clone());
            }
        }
        route.insert("UpdateTime".to_owned(), json!(times::now()));
        let others = of_gateway(context, gateway_id).filter(|other| other.id != id);
        shared_load(context, gateway_id, &route, others.map(|other| &other.members))?;
        routes.push(route);
    }
    for route in &routes {
        context.set(ROUTES, text(route, "RouteId"), route.clone());
    }
    Ok(members(json!({"Routes": routes.iter().map(view).collect::<Vec<_>>()})))
}

fn delete(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let gateway_id = text(params, "VpnGatewayId");
    gateways::parent(context, gateway_id)?;
    let ids = entries(params, "RouteIds")?;
    let ids: HashSet<_> = ids.iter().filter_map(Value::as_str).collect();
    for id in &ids {
        existing(context, ROUTES, gateway_id, id, "ResourceNotFound")?;
    }
    for id in ids {
        context.world.store.remove(context.place(ROUTES), id);
    }
    Ok(Members::new())
}

/// What a gateway learns from its CCN. Here it learns what the state document says.
fn describe_ccn(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    parent_of_list(context, params)?;
    listing::list(context, &CCN_LISTING, params, |route| Value::Object(view(&route.members)))
}

fn modify_ccn(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let gateway_id = text(params, "VpnGatewayId");
    gateways::parent(context, gateway_id)?;
    let changes = entries(params, "Routes")?;
    for change in changes {
        let id = change["RouteId"].as_str().unwrap_or_default();
        existing(context, CCN_ROUTES, gateway_id, id, "ResourceNotFound")?;
    }
    for change in changes.iter().filter_map(Value::as_object) {
        context.set(CCN_ROUTES, text(change, "RouteId"), change.clone());
    }
    Ok(Members::new())
}

/// A gateway that is not available shows its routes, too.
fn parent_of_list(context: &Context<'_>, params: &Members) -> Result<(), Refusal> {
    if !context.options.any_parent {
        gateways::existing(context, text(params, "VpnGatewayId"))?;
    }
    Ok(())
}

/// A range of IPv4 or IPv6 addresses. The reference does not say which a route takes; gateways carry both (CreateVpnGateway, IpStack).
fn destination(route: &Value) -> Result<(), Refusal> {
    let text = route["DestinationCidrBlock"].as_str().unwrap_or_default();
    match text.parse::<IpNet>() {
        Ok(_) => Ok(()),
        Err(_) => Err(Refusal::new("InvalidParameterValue.Malformed", format!("{text} is no range of addresses"))),
    }
}

/// A tunnel of the gateway, or the CCN that a gateway of one of the CCN types is attached to. There are no CCNs here: for a
/// gateway that is attached to none any will do.
fn next_hop(context: &Context<'_>, gateway_id: &str, route: &Value) -> Result<(), Refusal> {
    let id = route["InstanceId"].as_str().unwrap_or_default();
    let is_tunnel = route["InstanceType"] == VPNCONN;
    let prefix = if is_tunnel { "vpnx-" } else { "ccn-" };
    if id.strip_prefix(prefix).is_none_or(str::is_empty) {
        let message = format!("`InstanceId` must be an identifier that starts with {prefix}");
        return Err(Refusal::new("InvalidParameterValue.Malformed", message));
    }
    if context.options.any_parent {
        return Ok(());
    }
    if is_tunnel {
        let tunnel = context.get(CONNECTIONS, id).filter(|tunnel| tunnel.text("VpnGatewayId") == gateway_id);
        let tunnel = tunnel.ok_or_else(|| not_found("tunnel", id))?;
        return match tunnel.text("State") {
            "DELETING" => Err(Refusal::new("UnsupportedOperation", format!("the tunnel {id} is being deleted"))),
            _ => Ok(()),
        };
    }
    let gateway = gateways::existing(context, gateway_id)?;
    if !is_ccn(gateway.text("Type")) {
        let message = format!("the VPN gateway {gateway_id} belongs to no CCN");
        return Err(Refusal::new("UnsupportedOperation", message));
    }
    match gateway.text("NetworkInstanceId") {
        "" => Ok(()),
        ccn if ccn == id => Ok(()),
        _ => Err(not_found("CCN", id)),
    }
}

/// Several ways of one priority to one range share the load. Gateways before version 4.0 cannot do that.
fn shared_load<'a>(
    context: &Context<'_>,
    gateway_id: &str,
    route: &Members,
    mut others: impl Iterator<Item = &'a Members>,
) -> Result<(), Refusal> {
    let version = context.get(GATEWAYS, gateway_id).map_or("", |gateway| gateway.text("Version"));
    let enabled = |route: &Members| text(route, "Status") == ENABLE;
    if version.is_empty() || is_version_4(version) || !enabled(route) {
        return Ok(());
    }
    if others.any(|other| enabled(other) && to_same(route, other) && route.get("Priority") == other.get("Priority")) {
        let message = format!("a VPN gateway of version {version} has one route of a priority to a range");
        return Err(Refusal::new("UnsupportedOperation.VpnUnsupportedRouteEcmpForCvmVpn", message));
    }
    Ok(())
}

/// Whether both lead to the same range; bits behind the prefix do not matter.
fn to_same(one: &Members, other: &Members) -> bool {
    let range = |route: &Members| text(route, "DestinationCidrBlock").parse().map(|range: IpNet| range.trunc()).ok();
    range(one) == range(other)
}

fn of_gateway<'a>(context: &'a Context<'_>, gateway_id: &'a str) -> impl Iterator<Item = &'a Object> {
    let routes = context.world.store.list(context.place(ROUTES));
    routes.filter(move |route| route.text("VpnGatewayId") == gateway_id)
}

fn existing<'a>(
    context: &'a Context<'_>,
    kind: &str,
    gateway_id: &str,
    id: &str,
    code: &'static str,
) -> Result<&'a Members, Refusal> {
    let route = context.get(kind, id).filter(|route| route.text("VpnGatewayId") == gateway_id);
    let missing = || Refusal::new(code, format!("the VPN gateway {gateway_id} has no route {id}"));
    route.map(|route| &route.members).ok_or_else(missing)
}

/// The entries of a list that must have some.
fn entries<'a>(params: &'a Members, name: &str) -> Result<&'a [Value], Refusal> {
    let entries = params.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if entries.is_empty() {
        return Err(Refusal::new("MissingParameter", format!("`{name}` must not be empty")));
    }
    Ok(entries)
}

/// Without the gateway, which is not in the structure.
fn view(route: &Members) -> Members {
    let mut route = route.clone();
    route.remove("VpnGatewayId");
    route
}

/// Right after creation there are no times yet.
fn created_view(route: Members) -> Members {
    let mut route = view(&route);
    for name in ["CreateTime", "UpdateTime"] {
        route.insert(name.to_owned(), json!(times::NEVER));
    }
    route
}

const VPNCONN: &str = "VPNCONN";
const ENABLE: &str = "ENABLE";
const STATUS: Shape = Shape::Text(&[Rule::OneOf(&[ENABLE, "DISABLE"])]);
const ROUTE_ID: Shape = Shape::Text(&[Rule::Id("vpnr-")]);

/// Default quota of the product.
const MAX_ROUTES: usize = 1000;

static CREATE: &[Field] =
    &[required("VpnGatewayId", ID), required("Routes", Shape::List(&Shape::Object(ROUTE), usize::MAX))];

/// VpnGatewayRoute goes both ways: members that only answers need may be sent, and are ignored.
static ROUTE: &[Field] = &[
    required("DestinationCidrBlock", Shape::Text(&[])),
    required("InstanceType", Shape::Text(&[Rule::OneOf(&[VPNCONN, "CCN"])])),
    required("InstanceId", Shape::Text(&[])),
    required("Priority", Shape::IntOneOf(&[0, 100])),
    required("Status", STATUS),
    optional("RouteId", Shape::Text(&[])),
    optional("Type", Shape::Text(&[])),
    optional("CreateTime", Shape::Text(&[])),
    optional("UpdateTime", Shape::Text(&[])),
    optional("Description", Shape::Text(&[])),
];

static MODIFY: &[Field] = &[
    required("VpnGatewayId", ID),
    required(
        "Routes",
        Shape::List(
            &Shape::Object(&[
                required("RouteId", ROUTE_ID),
                optional("Status", STATUS),
                optional("Description", Shape::Text(&[])),
            ]),
            usize::MAX,
        ),
    ),
];

static DELETE: &[Field] = &[required("VpnGatewayId", ID), required("RouteIds", Shape::List(&ROUTE_ID, usize::MAX))];

static MODIFY_CCN: &[Field] = &[
    required("VpnGatewayId", ID),
    required(
        "Routes",
        Shape::List(
            &Shape::Object(&[
                required("RouteId", Shape::Text(&[Rule::NotEmpty])),
                optional("Status", STATUS),
                optional("DestinationCidrBlock", Shape::Text(&[Rule::Cidr])),
            ]),
            usize::MAX,
        ),
    ),
];

static LISTING: Listing = Listing {
    kind: ROUTES,
    what: "route",
    ids: "",
    owner: Some("VpnGatewayId"),
    fields: &[required("VpnGatewayId", ID), FILTERS, OFFSET, LIMIT],
    filters: &[
        ("DestinationCidr", "DestinationCidrBlock"),
        ("InstanceId", "InstanceId"),
        ("InstanceType", "InstanceType"),
    ],
    set: "Routes",
};

static CCN_LISTING: Listing = Listing {
    kind: CCN_ROUTES,
    what: "route",
    ids: "",
    owner: Some("VpnGatewayId"),
    fields: &[required("VpnGatewayId", ID), OFFSET, LIMIT],
    filters: &[],
    set: "RouteSet",
};
