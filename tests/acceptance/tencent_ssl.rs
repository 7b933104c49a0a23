//! What the tests of SSL servers and SSL clients on Tencent Cloud share.

use std::collections::BTreeMap;

use cloudvpn_mock::{Options, TENCENT_REGION};
use serde_json::{Value, json};

use crate::harness::{Resource, Workspace, options};

pub(crate) const SERVER: &str = "cloudvpn_tencent_ssl_server";
pub(crate) const CLIENT: &str = "cloudvpn_tencent_ssl_client";
pub(crate) const GATEWAY: &str = "vpngw-mockssl1";

/// The mock's small world, and VPN gateways that SSL servers can be on.
pub(crate) fn world() -> Workspace {
    with(options())
}

pub(crate) fn with(options: Options) -> Workspace {
    let ws = Workspace::with(options);
    let gateway = |id: &str| {
        json!({
            "VpnGatewayId": id, "VpnGatewayName": id, "VpcId": "vpc-mock0001", "Type": "SSL", "State": "AVAILABLE",
            "PublicIpAddress": "198.18.9.9", "Version": "4.0", "MaxConnection": 5, "RestrictState": "NORMAL",
            "InstanceChargeType": "POSTPAID_BY_HOUR", "InternetMaxBandwidthOut": 5, "TagSet": [],
        })
    };
    let other = "vpngw-mockssl2";
    patch(&ws, "vpn_gateways", json!({ GATEWAY: gateway(GATEWAY), other: gateway(other) }));
    ws
}

pub(crate) fn server(name: &str) -> Resource {
    Resource::new(SERVER, name)
        .with("name", &format!("{name:?}"))
        .with("gateway_id", &format!("{GATEWAY:?}"))
        .with("local_cidrs", "[\"10.0.1.0/24\"]")
        .with("client_cidr", "\"10.8.0.0/16\"")
}

/// A client of the server `s`.
pub(crate) fn client(name: &str) -> Resource {
    Resource::new(CLIENT, name).with("name", &format!("{name:?}")).with("ssl_server_id", &format!("{SERVER}.s.id"))
}

/// Changes the mock's objects of a kind, by id.
pub(crate) fn patch(ws: &Workspace, kind: &str, objects: Value) {
    ws.mock.patch_state(&json!({"tencent": {TENCENT_REGION: {kind: objects}}})).unwrap();
}

pub(crate) fn servers(ws: &Workspace) -> BTreeMap<String, Value> {
    objects(ws, "ssl_vpn_servers")
}

pub(crate) fn clients(ws: &Workspace) -> BTreeMap<String, Value> {
    objects(ws, "ssl_vpn_clients")
}

fn objects(ws: &Workspace, kind: &str) -> BTreeMap<String, Value> {
    let mut state = ws.mock.state();
    serde_json::from_value(state["tencent"][TENCENT_REGION][kind].take()).unwrap_or_default()
}

/// The parameters of all calls of an action.
pub(crate) fn params(ws: &Workspace, action: &str) -> Vec<Value> {
    ws.calls(action).into_iter().map(|call| call.params).collect()
}

pub(crate) const TAG_READ: &str = "DescribeResourceTagsByResourceIds";
