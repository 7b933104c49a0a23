//! What certificates belong to: SSL servers and VPN gateways. They come from the state document.

use serde_json::{Value, json};

use super::listing::{self, Listing, PAGE_NUMBER, PAGE_SIZE, TEXT};
use super::{Action, Context, GATEWAYS, SERVERS, errors};
use crate::api::Refusal;
use crate::check::{Rule, Shape, optional, required};
use crate::store::{Members, Object, Then, text};

pub(super) static ACTIONS: &[Action] = &[
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
        run: describe_servers,
    },
    Action {
        name: "DescribeVpnGateway",
        fields: &[required("VpnGatewayId", TEXT), optional("IncludeReservationData", Shape::Bool)],
        writes: false,
        run: describe_gateway,
    },
    Action {
        name: "DescribeVpnGateways",
        fields: &[
            optional("VpnGatewayId", TEXT),
            optional("VpcId", TEXT),
            optional("Status", Shape::Text(&[Rule::OneOf(STATUSES)])),
            optional("BusinessStatus", Shape::Text(&[Rule::OneOf(&["Normal", "FinancialLocked"])])),
            optional("GatewayType", TEXT),
            optional("ResourceGroupId", TEXT),
            optional("Tag", Shape::List(&Shape::Object(&[required("Key", TEXT), optional("Value", TEXT)]), 20)),
            optional("IncludeReservationData", Shape::Bool),
            PAGE_NUMBER,
            PAGE_SIZE,
        ],
        writes: false,
        run: describe_gateways,
    },
];

/// The VPN gateway of an SSL server, empty when one of them is not there.
pub(super) fn gateway_of(context: &Context<'_>, server_id: &str) -> String {
    let gateway = context.get(SERVERS, server_id).and_then(|server| context.get(GATEWAYS, server.text("VpnGatewayId")));
    gateway.map(|gateway| gateway.id.clone()).unwrap_or_default()
}

/// A gateway that works on something takes no other write (VPC API 2016-04-28, "DeleteSslVpnClientCert").
pub(super) fn not_busy(context: &Context<'_>, gateway_id: &str) -> Result<(), Refusal> {
    let status = context.get(GATEWAYS, gateway_id).map(|gateway| gateway.text("Status")).unwrap_or_default();
    if status.is_empty() || status == ACTIVE || context.world.switches.no_gateway_conflicts {
        return Ok(());
    }
    Err(errors::documented("VpnGateway.Configuring"))
}

/// The gateway works on a change until it settles.
pub(super) fn start_task(context: &mut Context<'_>, gateway_id: &str) {
    let place = context.place(GATEWAYS);
    let Some(gateway) = context.world.store.get_mut(place, gateway_id) else {
        return;
    };
    gateway.members.insert("Status".to_owned(), json!(UPDATING));
    let then = Then::Set(Members::from_iter([("Status".to_owned(), json!(ACTIVE))]));
    let at = context.now + context.options.settle;
    context.world.store.schedule(place, gateway_id, at, then);
}

fn describe_servers(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let listing = Listing {
        kind: SERVERS,
        filters: &["SslVpnServerId", "VpnGatewayId", "Name", "ResourceGroupId"],
        set: ("SslVpnServers", "SslVpnServer"),
    };
    Ok(listing::list(context, &listing, params, |_| true, view))
}

fn describe_gateway(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let gateway = context.get(GATEWAYS, text(params, "VpnGatewayId"));
    gateway.map(view).ok_or_else(|| errors::documented("InvalidVpnGatewayInstanceId.NotFound"))
}

fn describe_gateways(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let listing = Listing {
        kind: GATEWAYS,
        filters: &["VpnGatewayId", "VpcId", "Status", "BusinessStatus", "GatewayType", "ResourceGroupId"],
        set: ("VpnGateways", "VpnGateway"),
    };
    let wanted = params.get("Tag").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let takes = |gateway: &Object| wanted.iter().all(|tag| has_tag(gateway, tag));
    Ok(listing::list(context, &listing, params, takes, view))
}

/// A tag without a value asks for the key alone.
fn has_tag(gateway: &Object, wanted: &Value) -> bool {
    let tags = gateway.members.get("Tags").and_then(|tags| tags["Tag"].as_array()).map(Vec::as_slice);
    let value = &wanted["Value"];
    tags.unwrap_or_default()
        .iter()
        .any(|tag| tag["Key"] == wanted["Key"] && (value.is_null() || tag["Value"] == *value))
}

fn view(object: &Object) -> Members {
    object.members.clone()
}

const ACTIVE: &str = "active";
const UPDATING: &str = "updating";
const STATUSES: &[&str] = &["init", "provisioning", ACTIVE, UPDATING, "deleting"];
