//! What the tests of Alibaba Cloud share.

use std::collections::BTreeMap;

use cloudvpn_mock::{ALIBABA_REGION, Call, Fault};
use serde_json::{Value, json};

use crate::harness::{Resource, Workspace};

pub(crate) const ADDRESS: &str = "cloudvpn_alibaba_ssl_client_cert.c";

/// A certificate of the SSL server in the mock's small world, with what is required and nothing else.
pub(crate) fn cert(name: &str) -> Resource {
    Resource::new("cloudvpn_alibaba_ssl_client_cert", name)
        .with("name", &format!("{name:?}"))
        .with("ssl_server_id", "\"vss-mock0001\"")
}

pub(crate) fn error(code: &str) -> Fault {
    Fault::Error(code.to_owned())
}

/// All objects of a kind in the mock, in the region of its small world, by id.
pub(crate) fn objects(ws: &Workspace, kind: &str) -> BTreeMap<String, Value> {
    let mut state = ws.mock.state();
    let objects = state["alibaba"][ALIBABA_REGION][kind].take();
    serde_json::from_value::<Option<_>>(objects).expect("the state of the mock has objects by id").unwrap_or_default()
}

/// Changes an object outside of Terraform by a merge patch; null deletes it.
pub(crate) fn patch(ws: &Workspace, kind: &str, id: &str, patch: Value) {
    let patch = json!({"alibaba": {ALIBABA_REGION: {kind: {id: patch}}}});
    ws.mock.patch_state(&patch).expect("a patch of one object leaves a state");
}

/// The parameters of all calls of an action, without region and client token.
pub(crate) fn params(ws: &Workspace, action: &str) -> Vec<Value> {
    let calls = ws.calls(action).into_iter().map(|call| call.params);
    let plain = calls.map(|mut params| {
        params
            .as_object_mut()
            .expect("parameters are an object")
            .retain(|name, _| !matches!(&**name, "RegionId" | "ClientToken"));
        params
    });
    plain.collect()
}

/// All certificates of the mock in the region of its small world, by id.
pub(crate) fn certs(ws: &Workspace) -> BTreeMap<String, Value> {
    objects(ws, "ssl_vpn_client_certs")
}

/// The certificate of this name as the mock has it.
pub(crate) fn made(ws: &Workspace, name: &str) -> Value {
    let id = ws.id(name);
    certs(ws).remove(&id).unwrap_or_else(|| panic!("{id} is not in the mock"))
}

/// Changes the certificate `id` outside of Terraform by a merge patch; null deletes it.
pub(crate) fn change_outside(ws: &Workspace, id: &str, patch: Value) {
    self::patch(ws, "ssl_vpn_client_certs", id, patch);
}

/// The client tokens of calls, each as often as it was sent.
pub(crate) fn tokens(calls: &[Call]) -> Vec<String> {
    let token = |call: &Call| call.params["ClientToken"].as_str().expect("a write has a client token").to_owned();
    calls.iter().map(token).collect()
}

pub(crate) fn outcomes(calls: &[Call]) -> Vec<&str> {
    calls.iter().map(|call| call.outcome.as_str()).collect()
}

/// A gateway with one tunnel a connection and another with two, and customer gateways with AS numbers 65001 to 65003, in a new mock.
pub(crate) fn with_ends() -> Workspace {
    let ws = Workspace::new();
    let mut gateway = objects(&ws, "vpn_gateways").remove("vpn-mock0001").expect("it is in the mock's small world");
    for (id, recovery) in [("vpn-single001", Value::Null), ("vpn-dual001", json!("vsw-mock0002"))] {
        gateway["VpnGatewayId"] = json!(id);
        gateway["DisasterRecoveryVSwitchId"] = recovery;
        patch(&ws, "vpn_gateways", id, gateway.clone());
    }
    for n in 1..=3 {
        let id = format!("cgw-mock000{n}");
        let peer = json!({
            "CustomerGatewayId": id, "Name": id, "Description": "", "IpAddress": format!("198.51.100.{n}"), "Asn": 65000 + n,
            "CreateTime": 1_552_550_980_000_i64, "Tags": { "Tag": [] },
        });
        patch(&ws, "customer_gateways", &id, peer);
    }
    ws
}

/// A connection with one tunnel in such a mock, with what is required and a key.
pub(crate) fn connection(name: &str) -> Resource {
    Resource::new("cloudvpn_alibaba_connection", name)
        .with("name", &format!("{name:?}"))
        .with("gateway_id", "\"vpn-single001\"")
        .with("customer_gateway_id", "\"cgw-mock0001\"")
        .with("local_cidrs", "[\"10.0.0.0/16\"]")
        .with("remote_cidrs", "[\"192.168.0.0/16\"]")
        .with("pre_shared_key", "\"a-pre-shared-key\"")
}

/// All connections of the mock by id.
pub(crate) fn connections(ws: &Workspace) -> BTreeMap<String, Value> {
    objects(ws, "vpn_connections")
}
