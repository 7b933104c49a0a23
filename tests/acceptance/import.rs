//! Tunnels that exist come under Terraform's care.

use serde_json::{Value, json};

use crate::harness::{Workspace, hcl, tunnel};

const WEAK: &str = "vpnx-weak0001";

/// A mock with a tunnel that somebody made with the service's own defaults.
fn with_weak_tunnel(region: &str) -> Workspace {
    let ws = Workspace::new();
    let tunnel = json!({
        "VpnConnectionId": WEAK, "VpnConnectionName": "old", "VpcId": "vpc-mock0001", "VpnGatewayId": "vpngw-mock0001",
        "CustomerGatewayId": "cgw-mock0001", "PreShareKey": "a key nobody knows", "VpnProto": "IPSEC", "EncryptProto": "IKE",
        "RouteType": "STATIC", "CreatedTime": "2020-02-02 02:02:02", "State": "AVAILABLE", "NetStatus": "AVAILABLE",
        "SecurityPolicyDatabaseSet": [{ "LocalCidrBlock": "10.0.1.0/24", "RemoteCidrBlock": ["192.168.1.0/24"] }],
        "IKEOptionsSpecification": {
            "PropoEncryAlgorithm": "3DES-CBC", "PropoAuthenAlgorithm": "MD5", "ExchangeMode": "MAIN", "LocalIdentity": "ADDRESS",
            "RemoteIdentity": "ADDRESS", "LocalAddress": "203.0.113.1", "RemoteAddress": "198.51.100.1", "LocalFqdnName": "",
            "RemoteFqdnName": "", "DhGroupName": "GROUP1", "IKESaLifetimeSeconds": 86400, "IKEVersion": "IKEV1",
        },
        "IPSECOptionsSpecification": {
            "EncryptAlgorithm": "DES-CBC", "IntegrityAlgorith": "MD5", "IPSECSaLifetimeSeconds": 14400, "PfsDhGroup": "NULL",
            "IPSECSaLifetimeTraffic": 4_096_000_000_u64,
        },
        "EnableHealthCheck": false, "HealthCheckLocalIp": "0.0.0.0", "HealthCheckRemoteIp": "0.0.0.0",
        "DpdEnable": 0, "DpdTimeout": "30", "DpdAction": "clear", "NegotiationType": "active",
        "TagSet": [{ "Key": "team", "Value": "net" }],
    });
    let patch = json!({ "tencent": { region: { "vpn_connections": { WEAK: tunnel } } } });
    ws.mock.patch_state(&patch).unwrap();
    ws
}

/// What describes that tunnel and nothing of its algorithms.
const DESCRIPTION: &str = r#"
    name = "old"
    pre_shared_key =
    pre_shared_key_wo = "a key nobody knows"
    security_policies = [{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.1.0/24"] }]
    tags = { team = "net" }
    "#;

fn assert_keeps_its_algorithms(state: &Value) {
    assert_eq!(state["ike"]["encryption_algorithm"], "3DES-CBC");
    assert_eq!(state["ike"]["version"], "IKEV1");
    assert_eq!(state["ipsec"]["pfs_dh_group"], "NULL");
    assert!(state["pre_shared_key"].is_null());
}

#[test]
fn an_imported_tunnel_keeps_its_own_algorithms() {
    let ws = with_weak_tunnel("ap-guangzhou");
    ws.write(hcl([tunnel("t").changed(DESCRIPTION)]));
    ws.import("cloudvpn_tencent_connection.t", WEAK);
    assert_keeps_its_algorithms(&ws.state("t").unwrap());
    assert!(ws.plan_is_empty());
    assert_eq!(ws.places_of("a key nobody knows"), ["main.tf"]);

    // It can be changed like any other, and keeps what nobody mentions.
    ws.write(hcl([tunnel("t").changed(DESCRIPTION).with("ike", r#"{ dh_group = "GROUP14" }"#)])).apply();
    let ike = &ws.modifications(WEAK)[0]["IKEOptionsSpecification"];
    assert_eq!((&ike["DhGroupName"], &ike["PropoEncryAlgorithm"]), (&json!("GROUP14"), &json!("3DES-CBC")));
    ws.destroy();
}

#[test]
fn a_region_in_front_of_the_id_says_where_the_tunnel_is() {
    let ws = with_weak_tunnel("ap-shanghai");
    ws.write(hcl([tunnel("t").changed(DESCRIPTION).with("region", "\"ap-shanghai\"")]));
    ws.import("cloudvpn_tencent_connection.t", &format!("ap-shanghai/{WEAK}"));
    assert_eq!(ws.state("t").unwrap()["region"], "ap-shanghai");
    assert!(ws.plan_is_empty());
    // Without a region in the configuration the tunnel stays where it is.
    ws.write(hcl([tunnel("t").changed(DESCRIPTION)]));
    assert!(ws.plan_is_empty());
}

#[test]
fn an_import_block_imports() {
    let ws = with_weak_tunnel("ap-guangzhou");
    let import = format!("import {{\n  to = cloudvpn_tencent_connection.t\n  id = {WEAK:?}\n}}\n");
    ws.write(hcl([import, tunnel("t").changed(DESCRIPTION).to_string()]));
    let plan = ws.plan();
    assert_eq!(plan.actions("t"), ["no-op"]);
    assert_eq!(plan.change("t")["importing"]["id"], WEAK);
    ws.apply();
    assert_keeps_its_algorithms(&ws.state("t").unwrap());
    assert!(ws.calls("ModifyVpnConnectionAttribute").is_empty());
}

#[test]
fn a_plain_key_in_the_configuration_is_sent_after_an_import() {
    let ws = with_weak_tunnel("ap-guangzhou");
    ws.write(hcl([tunnel("t").changed(DESCRIPTION).changed("pre_shared_key_wo =\npre_shared_key = \"ours\"")]));
    ws.import("cloudvpn_tencent_connection.t", WEAK);
    ws.apply();
    assert_eq!(ws.modifications(WEAK), [json!({ "VpnConnectionId": WEAK, "PreShareKey": "***" })]);
    assert_eq!(ws.tunnel("t")["PreShareKey"], "ours");
}

#[test]
fn the_key_that_an_imported_tunnel_has_is_taken_into_the_state_and_not_sent() {
    let ws = with_weak_tunnel("ap-guangzhou");
    let keyed =
        tunnel("t").changed(DESCRIPTION).changed("pre_shared_key_wo =\npre_shared_key = \"a key nobody knows\"");
    ws.write(hcl([keyed.clone()]));
    ws.import("cloudvpn_tencent_connection.t", WEAK);
    ws.apply();
    assert_eq!(ws.state("t").unwrap()["pre_shared_key"], "a key nobody knows");
    assert!(ws.calls("ModifyVpnConnectionAttribute").is_empty());
    assert!(ws.plan_is_empty());

    // Beside another change it is left out.
    ws.run(&["state", "rm", "cloudvpn_tencent_connection.t"]);
    ws.write(hcl([keyed.changed("name = \"new\"")]));
    ws.import("cloudvpn_tencent_connection.t", WEAK);
    ws.apply();
    assert_eq!(ws.modifications(WEAK), [json!({ "VpnConnectionId": WEAK, "VpnConnectionName": "new" })]);
}

#[test]
fn an_import_id_of_another_form_is_refused_with_the_form() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")]));
    for id in
        ["vpngw-mock0001", "vpnx-", "ap-guangzhou/vpngw-mock0001", "/vpnx-weak0001", "a/b/vpnx-weak0001", "vpnx-weak 1"]
    {
        let said = ws.import_fails("cloudvpn_tencent_connection.t", id);
        assert!(said.contains("Invalid import id"), "{id}: {said}");
        assert!(said.contains("vpnx-xxxxxxxx") && said.contains("REGION/vpnx-xxxxxxxx"), "{id}: {said}");
    }
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn a_tunnel_that_does_not_exist_cannot_be_imported() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")]));
    let said = ws.import_fails("cloudvpn_tencent_connection.t", "vpnx-nowhere1");
    assert!(said.contains("Cannot import non-existent remote object"), "{said}");
    assert!(ws.state("t").is_none());
}

#[test]
fn default_tags_of_an_imported_tunnel_are_not_its_own() {
    let ws = with_weak_tunnel("ap-guangzhou");
    let provider = "provider \"cloudvpn\" {\n  tencent { default_tags = { team = \"net\" } }\n}\n".to_owned();
    ws.write(hcl([provider, tunnel("t").changed(DESCRIPTION).without("tags").to_string()]));
    ws.import("cloudvpn_tencent_connection.t", WEAK);
    assert!(ws.plan_is_empty());
    assert!(ws.state("t").unwrap()["tags"].is_null());
}
