//! What means the same is no difference: other spellings of ranges and documented values, and values that are empty.

use serde_json::json;

use crate::harness::{Resource, Workspace, hcl, legacy_tunnel, tunnel};

/// Calls that write, since the log was cleared.
fn writes(ws: &Workspace) -> Vec<String> {
    let reads = |action: &str| action.starts_with("Describe") || action.starts_with("Get");
    ws.mock.calls().into_iter().map(|call| call.action).filter(|action| !reads(action)).collect()
}

fn policies(local: &str, remote: &str) -> String {
    format!("[{{ local_cidr = {local:?}, remote_cidrs = [{remote:?}] }}]")
}

#[test]
fn ranges_are_networks_whatever_their_host_bits() {
    let ws = Workspace::new();
    let all = |last: u8| {
        let tunnel = tunnel("t")
            .with("security_policies", &policies(&format!("10.0.0.{last}/24"), &format!("172.16.{last}.0/16")));
        let routed = self::tunnel("routed")
            .with("route_type", "\"StaticRoute\"")
            .with("customer_gateway_id", "\"cgw-mock0002\"");
        let route = Resource::new("cloudvpn_tencent_gateway_route", "r")
            .with("gateway_id", "\"vpngw-mock0001\"")
            .with("destination_cidr", &format!("\"192.168.7.{last}/24\""))
            .with("next_hop_id", "cloudvpn_tencent_connection.routed.id");
        let legacy = legacy_tunnel("l")
            .with("customer_gateway_id", "\"cgw-mock0003\"")
            .with("remote_cidrs", &format!("[\"192.168.{last}.1/16\"]"));
        let peer = Resource::new("cloudvpn_alibaba_customer_gateway", "p").with("ip_address", "\"198.51.100.9\"");
        let connection = Resource::new("cloudvpn_alibaba_connection", "c")
            .with("gateway_id", "cloudvpn_alibaba_gateway.g.id")
            .with("customer_gateway_id", "cloudvpn_alibaba_customer_gateway.p.id")
            .with("local_cidrs", &format!("[\"10.{last}.0.0/8\"]"))
            .with("remote_cidrs", &format!("[\"192.168.{last}.0/16\"]"));
        let gateway = Resource::new("cloudvpn_alibaba_gateway", "g")
            .with("vpc_id", "\"vpc-mock0001\"")
            .with("vswitch_id", "\"vsw-mock0001\"")
            .with("bandwidth_mbps", "10");
        let entry = Resource::new("cloudvpn_alibaba_route_entry", "e")
            .with("gateway_id", "cloudvpn_alibaba_gateway.g.id")
            .with("next_hop_id", "cloudvpn_alibaba_connection.c.id")
            .with("destination_cidr", &format!("\"192.168.9.{last}/24\""));
        hcl([tunnel, routed, route, legacy, peer, connection, gateway, entry])
    };
    let warnings = ws.write(all(5)).apply();
    let warned = warnings.warnings().iter().filter(|warning| warning.summary.contains("Host bits")).count();
    assert!(warned >= 6, "{warnings}");
    ws.mock.clear_calls();
    for last in [0, 9, 5] {
        ws.write(all(last));
        assert!(ws.plan_is_empty(), "{last}");
    }
    assert_eq!(writes(&ws), [""; 0]);
    ws.destroy();
}

#[test]
fn a_documented_value_in_other_capitals_is_no_difference() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    let id = ws.id("t");
    let ike = ws.tunnel("t")["IKEOptionsSpecification"].clone();
    assert_eq!(ike["IKEVersion"], "IKEV2", "{ike}");
    let mut other = ike.clone();
    other["IKEVersion"] = json!("ikev2");
    ws.change_outside(&id, json!({ "IKEOptionsSpecification": other }));
    ws.mock.clear_calls();
    assert!(ws.plan_is_empty());
    ws.apply();
    assert_eq!(writes(&ws), [""; 0]);
}

#[test]
fn empty_values_of_a_module_change_nothing() {
    // What people write, kind by kind: the defaults of their modules' variables.
    let empties = [
        ("vpc_id", "\"vpc-mock0001\""),
        ("security_policies", "[]"),
        ("negotiation", "\"\""),
        ("route_type", "\"\""),
        ("ike", "{ version = \"\", encryption_algorithm = null, local_identity = { address = null, fqdn = \"\" } }"),
        ("ipsec", "{}"),
        ("bgp", "{ tunnel_cidr = \"\", local_ip = \"\", remote_ip = \"\" }"),
        ("health_check", "{ enabled = null, local_ip = \"\" }"),
        ("dpd", "{ enabled = null }"),
        ("tags", "{}"),
        ("pre_shared_key_wo", "\"\""),
        ("region", "\"\""),
        ("timeouts", "{}"),
    ];
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    let made = ws.calls("CreateVpnConnection").pop().unwrap().params;
    let id = ws.id("t");
    ws.mock.clear_calls();

    let filled = empties.iter().fold(tunnel("t"), |tunnel, (name, value)| tunnel.with(name, value));
    ws.write(hcl([&filled])).apply();
    assert_eq!((ws.id("t"), writes(&ws)), (id.clone(), vec![]));

    // After an import.
    ws.run(&["state", "rm", "cloudvpn_tencent_connection.t"]);
    ws.import("cloudvpn_tencent_connection.t", &id);
    ws.apply_with(&[]);
    assert_eq!((ws.id("t"), writes(&ws)), (id, vec![]));

    // A new one is made as if they were left out.
    ws.destroy();
    ws.mock.clear_calls();
    ws.write(hcl([&filled])).apply();
    assert_eq!(ws.calls("CreateVpnConnection").pop().unwrap().params, made);
    ws.destroy();
}

#[test]
fn an_empty_region_is_the_environments() {
    let ws = Workspace::new();
    let provider =
        "provider \"cloudvpn\" {\n  tencent {\n    region = \"\"\n    token = \"\"\n    default_tags = {}\n  }\n}\n";
    ws.write(hcl([provider.to_owned(), tunnel("t").to_string()])).apply();
    assert_eq!(ws.state("t").unwrap()["region"], "ap-guangzhou");
    ws.destroy();
}
