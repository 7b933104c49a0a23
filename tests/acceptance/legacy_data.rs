//! API 2.0: tunnels that are only looked at.

use serde_json::json;

use crate::harness::{Workspace, hcl, legacy_tunnel};

fn data(kind: &str, name: &str, by: &str) -> String {
    format!("data \"cloudvpn_tencent_legacy_{kind}\" {name:?} {{\n{by}\n}}\n")
}

#[test]
fn tunnels_are_found_by_each_filter() {
    let ws = Workspace::new();
    let made = || [legacy_tunnel("a"), legacy_tunnel("b").changed(OTHER)].map(|tunnel| tunnel.to_string());
    ws.write(hcl(made())).apply();
    let (a, b) = (ws.id("a"), ws.id("b"));
    let ids = format!("ids = [{b:?}, \"vpnx-nowhere1\"]");
    let cases = [
        ("all", "", vec![&a, &b]),
        ("ids", ids.as_str(), vec![&b]),
        ("no_ids", "ids = []", vec![]),
        ("name", "name = \"a\"", vec![&a]),
        ("gateway", "gateway_id = \"vpngw-mock0001\"", vec![&a, &b]),
        ("no_gateway", "gateway_id = \"vpngw-nowhere1\"", vec![]),
        ("vpc", "vpc_id = \"vpc-mock0001\"", vec![&a, &b]),
        ("customer_gateway", "customer_gateway_id = \"cgw-mock0002\"", vec![&b]),
        ("short", "region = \"gz\"\nname = \"b\"", vec![&b]),
    ];
    let sources = cases.iter().map(|(name, by, _)| data("connections", name, by));
    let one = [
        data("connection", "by_id", &format!("id = {a:?}")),
        data("connection", "by_name", "name = \"a\"\ngateway_id = \"vpngw-mock0001\""),
    ];
    ws.mock.clear_calls();
    ws.write(hcl(made().into_iter().chain(sources).chain(one))).apply();
    for (name, _, expected) in cases {
        let found = ws.state(name).unwrap()["connections"].take();
        let found: Vec<_> = found.as_array().unwrap().iter().map(|g| g["id"].as_str().unwrap().to_owned()).collect();
        let mut expected: Vec<_> = expected.into_iter().cloned().collect();
        expected.sort();
        assert_eq!(found, expected, "{name}");
    }
    assert_eq!(ws.state("short").unwrap()["region"], "gz");
    let sent = ws.calls("DescribeVpnConn");
    assert!(sent.iter().any(|call| call.params["vpcId"] == "vpc-mock0001"));
    assert!(sent.iter().any(|call| call.params["vpnGwId"] == "vpngw-mock0001"));

    let mut expected = ws.state("a").unwrap();
    for hidden in
        ["allow_weak_algorithms", "pre_shared_key", "pre_shared_key_wo", "pre_shared_key_wo_version", "timeouts"]
    {
        expected.as_object_mut().unwrap().remove(hidden);
    }
    assert_eq!(ws.state("by_id").unwrap(), expected);
    assert_eq!(ws.state("by_name").unwrap(), expected);

    for (by, said) in [
        ("name = \"nobody\"", "has no tunnel named \"nobody\""),
        ("id = \"vpnx-nowhere1\"", "has no tunnel vpnx-nowhere1"),
    ] {
        let diagnostics = ws.write(hcl([data("connection", "none", by)])).plan_fails();
        assert!(diagnostics.error().detail.contains(said), "{diagnostics}");
    }
}

#[test]
fn the_key_is_nowhere() {
    const KEY: &str = "A-key-that-nobody-is-to-see";
    let ws = Workspace::new();
    ws.write(hcl([legacy_tunnel("t").with("pre_shared_key", "\"another key\"")])).apply();
    let id = ws.id("t");
    ws.change_outside(&id, json!({ "PreShareKey": KEY }));
    ws.run(&["state", "rm", "cloudvpn_tencent_legacy_connection.t"]);
    let log = ws.trace();
    ws.write(hcl([data("connections", "all", ""), data("connection", "one", &format!("id = {id:?}"))])).apply();
    assert!(log.exists());
    ws.assert_nowhere(KEY);
}

const OTHER: &str = "customer_gateway_id = \"cgw-mock0002\"\nremote_cidrs = [\"172.16.0.0/12\"]";
