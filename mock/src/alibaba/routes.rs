//! Route entries of a VPN gateway: by destination (CreateVpnRouteEntry, DescribeVpnRouteEntries, PublishVpnRouteEntry,
//! ModifyVpnRouteEntryWeight, DeleteVpnRouteEntry) and by policy (CreateVpnPbrRouteEntry, DescribeVpnPbrRouteEntries,
//! ModifyVpnPbrRouteEntryAttribute, ModifyVpnPbrRouteEntryWeight, ModifyVpnPbrRouteEntryPriority, DeleteVpnPbrRouteEntry; VPC
//! API 2016-04-28).
//!
//! A route has no id of its own: its ranges, its next hop and, for most writes, its weight name it.

use serde_json::{Value, json};

use super::listing::{self, Listing, PAGE_NUMBER, PAGE_SIZE, TEXT};
use super::{Action, CONNECTIONS, Context, GATEWAYS, PBR_ROUTES, ROUTES, errors, members, missing, rules, tasks};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, optional, required};
use crate::store::{Members, Object, Then, text};

pub(super) static ACTIONS: &[Action] = &[
    Action {
        name: "CreateVpnRouteEntry",
        fields: &[
            GATEWAY,
            DESTINATION,
            NEXT_HOP,
            WEIGHT,
            PUBLISH,
            optional("Description", TEXT),
            OVERLAY,
            optional("DryRun", Shape::Bool),
        ],
        writes: true,
        run: create,
    },
    Action {
        name: "DescribeVpnRouteEntries",
        fields: &[
            GATEWAY,
            optional("RouteEntryType", Shape::Text(&[Rule::OneOf(&[CUSTOM, "bgp"])])),
            PAGE_NUMBER,
            PAGE_SIZE,
        ],
        writes: false,
        run: list,
    },
    Action {
        name: "PublishVpnRouteEntry",
        fields: &[
            GATEWAY,
            DESTINATION,
            NEXT_HOP,
            required("RouteType", Shape::Text(&[Rule::OneOf(&["dbr", "pbr"])])),
            PUBLISH,
            // Not on its page, but the official provider sends it.
            optional("RouteSource", TEXT),
        ],
        writes: true,
        run: publish,
    },
    Action {
        name: "ModifyVpnRouteEntryWeight",
        fields: &[GATEWAY, DESTINATION, NEXT_HOP, WEIGHT, NEW_WEIGHT, OVERLAY],
        writes: true,
        run: modify,
    },
    Action {
        name: "DeleteVpnRouteEntry",
        fields: &[GATEWAY, DESTINATION, NEXT_HOP, WEIGHT, OVERLAY],
        writes: true,
        run: delete,
    },
    Action {
        name: "CreateVpnPbrRouteEntry",
        fields: &[
            GATEWAY,
            SOURCE,
            DESTINATION,
            NEXT_HOP,
            WEIGHT,
            PUBLISH,
            optional("Priority", PRIORITY),
            optional("Description", TEXT),
            OVERLAY,
            optional("DryRun", Shape::Bool),
        ],
        writes: true,
        run: create_pbr,
    },
    Action {
        name: "DescribeVpnPbrRouteEntries",
        fields: &[GATEWAY, PAGE_NUMBER, PAGE_SIZE],
        writes: false,
        run: list_pbr,
    },
    Action {
        name: "ModifyVpnPbrRouteEntryAttribute",
        fields: &[
            GATEWAY,
            SOURCE,
            DESTINATION,
            NEXT_HOP,
            WEIGHT,
            required("Priority", PRIORITY),
            optional("NewWeight", WEIGHTS),
            optional("NewPriority", PRIORITY),
        ],
        writes: true,
        run: modify_pbr,
    },
    Action {
        name: "ModifyVpnPbrRouteEntryWeight",
        fields: &[
            GATEWAY,
            SOURCE,
            DESTINATION,
            NEXT_HOP,
            optional("Weight", WEIGHTS),
            NEW_WEIGHT,
            optional("Priority", PRIORITY),
            OVERLAY,
        ],
        writes: true,
        run: modify_pbr,
    },
    Action {
        name: "ModifyVpnPbrRouteEntryPriority",
        fields: &[
            GATEWAY,
            SOURCE,
            DESTINATION,
            NEXT_HOP,
            optional("Weight", WEIGHTS),
            optional("Priority", PRIORITY),
            required("NewPriority", PRIORITY),
        ],
        writes: true,
        run: modify_pbr,
    },
    Action {
        name: "DeleteVpnPbrRouteEntry",
        fields: &[GATEWAY, SOURCE, DESTINATION, NEXT_HOP, WEIGHT, optional("Priority", PRIORITY), OVERLAY],
        writes: true,
        run: delete_pbr,
    },
];

fn create(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    create_in(context, params, ROUTES)
}

fn create_pbr(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    create_in(context, params, PBR_ROUTES)
}

/// Asynchronous: the route is there at once, and the gateway `updating`.
fn create_in(context: &mut Context<'_>, params: &Members, kind: &'static str) -> Result<Members, Refusal> {
    rules::description(params)?;
    ranges(params)?;
    let gateway_id = text(params, "VpnGatewayId");
    tasks::ready(context, gateway_id)?;
    let next_hop = context.get(CONNECTIONS, text(params, "NextHop"));
    if next_hop.is_none_or(|next_hop| next_hop.text("VpnGatewayId") != gateway_id) && !context.options.any_parent {
        return Err(errors::documented("InvalidVpnConnectionInstanceId.NotFound"));
    }
    let mut route = super::select(params, &["RouteSource", "RouteDest", "NextHop", "Weight", "Description"]);
    route.extend(members(json!({
        "VpnInstanceId": gateway_id,
        "State": state(params),
        "OverlayMode": "Ipsec",
        "CreateTime": super::now_ms(),
    })));
    if kind == PBR_ROUTES {
        route.insert("Priority".to_owned(), params.get("Priority").cloned().unwrap_or_else(|| json!(10)));
    } else {
        route.insert("RouteEntryType".to_owned(), json!(CUSTOM));
    }
    let id = [gateway_id, text(params, "NextHop"), text(params, "RouteSource"), text(params, "RouteDest")].join(":");
    if context.get(kind, &id).is_some() {
        return Err(errors::documented("InvalidRouteEntry.AlreadyExist"));
    }
    rules::dry_run(params)?;
    let mut answer = route.clone();
    answer.remove("RouteEntryType");
    context.insert(kind, &id, route);
    tasks::start(context, gateway_id);
    Ok(answer)
}

fn list(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let wanted = match text(params, "RouteEntryType") {
        "" => CUSTOM,
        wanted => wanted,
    };
    let takes = |route: &Object| route.text("RouteEntryType") == wanted && of_gateway(route, params);
    let mut answer = list_of(context, params, ROUTES, ("VpnRouteEntries", "VpnRouteEntry"), takes)?;
    let count = json!({"RouteEntryType": wanted, "Source": "", "RouteCount": answer["TotalCount"]});
    answer.insert("VpnRouteCounts".to_owned(), json!({"VpnRouteCount": [count]}));
    Ok(answer)
}

fn list_pbr(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let takes = |route: &Object| of_gateway(route, params);
    list_of(context, params, PBR_ROUTES, ("VpnPbrRouteEntries", "VpnPbrRouteEntry"), takes)
}

/// Rows have no description.
fn list_of(
    context: &Context<'_>,
    params: &Members,
    kind: &'static str,
    set: (&'static str, &'static str),
    takes: impl Fn(&Object) -> bool,
) -> Result<Members, Refusal> {
    if context.get(GATEWAYS, text(params, "VpnGatewayId")).is_none() && !context.options.any_parent {
        return Err(errors::documented("InvalidVpnGatewayInstanceId.NotFound"));
    }
    let listing = Listing { kind, filters: &[], set };
    let optional: &[&str] = if kind == ROUTES { &["Source", "AsPath", "Community"] } else { &[] };
    Ok(listing::list(context, &listing, params, takes, |route| {
        let mut row = route.members.clone();
        row.retain(|name, _| !["Description", "OverlayMode"].contains(&name.as_str()));
        for name in optional.iter().chain(&["NextHopTunnelId"]) {
            super::request::or_insert(&mut row, name, "");
        }
        row
    }))
}

/// All policy routes of the destination and the next hop are meant, whatever source a request names.
fn publish(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    if params.contains_key("RouteSource") && context.world.switches.publish_route_source_refused {
        return Err(rules::invalid("RouteSource is not a parameter of this action"));
    }
    let mut params = params.clone();
    params.remove("RouteSource");
    let kind = if text(&params, "RouteType") == "pbr" { PBR_ROUTES } else { ROUTES };
    let changes = Members::from_iter([("State".to_owned(), json!(state(&params)))]);
    change(context, &params, kind, &changes)
}

fn modify(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    change(context, params, ROUTES, &new_values(params))
}

fn modify_pbr(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let changes = new_values(params);
    if changes.is_empty() {
        return Err(missing("NewWeight"));
    }
    change(context, params, PBR_ROUTES, &changes)
}

fn change(
    context: &mut Context<'_>,
    params: &Members,
    kind: &'static str,
    changes: &Members,
) -> Result<Members, Refusal> {
    for id in find(context, params, kind)? {
        if let Some(route) = context.get_mut(kind, &id) {
            route.members.extend(changes.clone());
        }
    }
    tasks::start(context, text(params, "VpnGatewayId"));
    Ok(Members::new())
}

fn delete(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    delete_in(context, params, ROUTES)
}

fn delete_pbr(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    delete_in(context, params, PBR_ROUTES)
}

/// Asynchronous: the route is there until the change settles.
fn delete_in(context: &mut Context<'_>, params: &Members, kind: &'static str) -> Result<Members, Refusal> {
    for id in find(context, params, kind)? {
        context.when_settled(kind, &id, Then::Gone);
    }
    tasks::start(context, text(params, "VpnGatewayId"));
    Ok(Members::new())
}

/// The routes that a write names by what they are now, on a gateway that takes writes.
fn find(context: &Context<'_>, params: &Members, kind: &'static str) -> Result<Vec<String>, Refusal> {
    ranges(params)?;
    tasks::ready(context, text(params, "VpnGatewayId"))?;
    let is_named = |route: &&Object| {
        let names = ["RouteSource", "RouteDest", "NextHop", "Weight", "Priority"];
        let same = |name: &&str| params.get(*name).is_none_or(|value| route.members.get(*name) == Some(value));
        of_gateway(route, params) && names.iter().all(same)
    };
    let found: Vec<_> = context.list(kind).filter(is_named).map(|route| route.id.clone()).collect();
    if found.is_empty() {
        return Err(errors::documented("InvalidRouteEntry.NotFound"));
    }
    Ok(found)
}

fn of_gateway(route: &Object, params: &Members) -> bool {
    route.text("VpnInstanceId") == text(params, "VpnGatewayId")
}

fn new_values(params: &Members) -> Members {
    let new = |name: &str| Some((name.to_owned(), params.get(&format!("New{name}"))?.clone()));
    ["Weight", "Priority"].into_iter().filter_map(new).collect()
}

/// Ranges without bits behind their prefix, and a weight of 0 or 100.
fn ranges(params: &Members) -> Result<(), Refusal> {
    for name in ["RouteSource", "RouteDest"] {
        if params.contains_key(name) && rules::network(text(params, name)).is_none() {
            return Err(rules::invalid(format!("{name} must be a range")));
        }
    }
    for name in ["Weight", "NewWeight"] {
        if params.get(name).and_then(Value::as_i64).is_some_and(|weight| ![0, 100].contains(&weight)) {
            return Err(rules::invalid(format!("{name} must be 0 or 100")));
        }
    }
    Ok(())
}

fn state(params: &Members) -> &'static str {
    if params.get("PublishVpc") == Some(&json!(true)) { "published" } else { "normal" }
}

const CUSTOM: &str = "custom";

const GATEWAY: Field = required("VpnGatewayId", TEXT);
const SOURCE: Field = required("RouteSource", TEXT);
const DESTINATION: Field = required("RouteDest", TEXT);
const NEXT_HOP: Field = required("NextHop", Shape::Text(&[Rule::Id("vco-")]));
const WEIGHT: Field = required("Weight", WEIGHTS);
const NEW_WEIGHT: Field = required("NewWeight", WEIGHTS);
const WEIGHTS: Shape = Shape::Int(0, 100);
/// The smaller one wins; 10 when left out.
const PRIORITY: Shape = Shape::Int(1, 100);
const PUBLISH: Field = required("PublishVpc", Shape::Bool);
const OVERLAY: Field = optional("OverlayMode", Shape::Text(&[Rule::OneOf(&["Ipsec"])]));
