//! What the other end of a connection on Alibaba Cloud has to be configured with.

use std::fs;

use serde_json::json;

use crate::alibaba::{connection, error, with_ends};
use crate::harness::{Resource, Workspace, hcl, tunnel};

const KEY: &str = "Sw0rdfish-not-to-be-seen";
const TYPE: &str = "cloudvpn_alibaba_peer_configuration";

fn peer(block: &str, lines: &str) -> String {
    format!("{block} \"{TYPE}\" \"p\" {{\n{lines}\n}}\n")
}

/// A connection whose key is nowhere.
fn keyed() -> [String; 2] {
    let variable = "variable \"key\" {\n  type = string\n  ephemeral = true\n  sensitive = true\n}\n".to_owned();
    let lines = "pre_shared_key =\npre_shared_key_wo = var.key\npre_shared_key_wo_version = 1";
    [variable, connection("c").changed(lines).to_string()]
}

fn dual() -> Resource {
    let tunnel = |n: u32| format!("{{ customer_gateway_id = \"cgw-mock000{n}\", pre_shared_key = \"key-of-{n}\" }}");
    connection("c")
        .changed("customer_gateway_id =\npre_shared_key =\ngateway_id = \"vpn-dual001\"")
        .with("tunnels", &format!("{{ master = {}, slave = {} }}", tunnel(1), tunnel(2)))
}

fn written(ws: &Workspace, blocks: impl IntoIterator<Item = String>) {
    ws.write(hcl(blocks)).apply();
}

#[test]
fn the_data_source_shows_a_tunnel_from_the_other_side() {
    let ws = with_ends();
    let id = "connection_id = cloudvpn_alibaba_connection.c.id";
    written(&ws, [connection("c").to_string(), peer("data", id)]);
    let seen = ws.state("p").unwrap();
    assert_eq!((&seen["local"], &seen["region"]), (&json!("198.51.100.1"), &json!("cn-hangzhou")));
    assert_eq!(seen["local_cidrs"], json!(["192.168.0.0/16"]));
    assert_eq!(seen["remote_cidrs"], json!(["10.0.0.0/16"]));
    assert_eq!(seen["pre_shared_key"], "a-pre-shared-key");
    assert_eq!(
        (&seen["ike"]["encryption_algorithm"], &seen["ipsec"]["lifetime_seconds"]),
        (&json!("aes256"), &json!(86400))
    );
    assert_eq!((&seen["tunnels"], &seen["bgp"]), (&json!([]), &json!([])));
    assert_eq!(ws.calls("DownloadVpnConnectionConfig").len(), 2, "one by the apply, one by the empty plan");
    let shown = ws.run(&["show", "-no-color"]).stdout;
    assert!(shown.contains("(sensitive value)") && !shown.contains("a-pre-shared-key"), "{shown}");
}

#[test]
fn the_data_source_shows_both_tunnels() {
    let ws = with_ends();
    written(&ws, [dual().to_string(), peer("data", "connection_id = cloudvpn_alibaba_connection.c.id")]);
    let seen = ws.state("p").unwrap();
    let tunnels = seen["tunnels"].as_array().unwrap();
    let ids = ws.state("c").unwrap()["tunnels"].take();
    let slave = tunnels.iter().find(|tunnel| tunnel["id"] == ids["slave"]["id"]).unwrap();
    assert_eq!((&slave["pre_shared_key"], &slave["local"]), (&json!("key-of-2"), &json!("198.51.100.2")));
    assert_eq!(tunnels.len(), 2);
    assert!(seen["ike"].is_null() && seen["pre_shared_key"].is_null());
}

#[test]
fn the_ephemeral_key_can_be_used_and_is_in_no_plan_state_output_or_log() {
    let ws = with_ends();
    let log = ws.trace();
    let ephemeral = peer("ephemeral", "connection_id = cloudvpn_alibaba_connection.c.id");
    let key = format!("ephemeral.{TYPE}.p.pre_shared_key");
    let user = tunnel("user").changed("pre_shared_key =").with("pre_shared_key_wo", &key);
    let user = user.with("pre_shared_key_wo_version", "1").to_string();
    ws.var("key", KEY).write(hcl(keyed().into_iter().chain([ephemeral, user])));
    let output = ws.run(&["plan", "-no-color", "-out=plan.bin"]);
    assert_eq!(output.code, Some(0), "{}{}", output.stdout, output.stderr);
    ws.apply();
    assert_eq!(ws.tunnel("user")["PreShareKey"], KEY, "the key arrives where it is used");
    let text = fs::read_to_string(log).unwrap();
    assert!(text.contains("OpenEphemeralResource") && text.contains("DownloadVpnConnectionConfig"));
    ws.assert_nowhere(KEY);
}

#[test]
fn a_connection_that_is_not_there_has_no_configuration() {
    let ws = with_ends();
    for block in ["data", "ephemeral"] {
        let diagnostics = ws.write(hcl([peer(block, "connection_id = \"vco-nowhere\"")])).plan_fails();
        let missing = diagnostics.error();
        assert_eq!(missing.summary, "Connection not found", "{block}");
        assert!(missing.is_at("connection_id") && missing.detail.contains("cn-hangzhou"), "{diagnostics}");
        ws.mock.fault("DownloadVpnConnectionConfig", 1, error("Forbidden.RAM"));
        let diagnostics = ws.plan_fails();
        assert_eq!(diagnostics.error().summary, "Reading the peer's configuration failed", "{block}");
        let diagnostics = ws.write(hcl([peer(block, "connection_id = \"vpnx-1\"")])).validate();
        assert!(diagnostics.error().is_at("connection_id"), "{diagnostics}");
    }
}
