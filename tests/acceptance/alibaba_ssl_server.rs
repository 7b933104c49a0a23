//! SSL servers, from creation to deletion.

use std::collections::BTreeMap;

use cloudvpn_mock::{Fault, When};
use serde_json::{Value, json};

use crate::alibaba::{cert, error, objects, params, patch, tokens};
use crate::harness::{Resource, Workspace, hcl};

const TYPE: &str = "cloudvpn_alibaba_ssl_server";
const KIND: &str = "ssl_vpn_servers";

fn server(name: &str) -> Resource {
    Resource::new(TYPE, name)
        .with("name", &format!("{name:?}"))
        .with("gateway_id", "\"vpn-mock0001\"")
        .with("client_cidr", "\"192.168.250.0/24\"")
        .with("local_cidrs", "[\"10.0.0.0/16\"]")
}

/// What the mock has beside its small world, by id.
fn made(ws: &Workspace) -> BTreeMap<String, Value> {
    objects(ws, KIND).into_iter().filter(|(id, _)| id != "vss-mock0001").collect()
}

#[test]
fn a_server_is_made_with_strong_defaults_that_the_plan_shows() {
    let ws = Workspace::new();
    ws.write(hcl([server("s")]));
    let plan = ws.plan();
    let after = plan.after("s");
    assert_eq!((&after["protocol"], &after["port"]), (&json!("UDP"), &json!(1194)));
    assert_eq!((&after["encryption_algorithm"], &after["compression_enabled"]), (&json!("AES-256-CBC"), &json!(false)));
    ws.apply();
    let sent = json!({
        "VpnGatewayId": "vpn-mock0001", "Name": "s", "ClientIpPool": "192.168.250.0/24", "LocalSubnet": "10.0.0.0/16",
        "Proto": "UDP", "Cipher": "AES-256-CBC", "Port": "1194", "Compress": "false",
    });
    assert_eq!(params(&ws, "CreateSslVpnServer"), [sent]);
    assert_eq!(params(&ws, "DescribeSslVpnServers").len(), 2, "one after the create, one for the empty plan");
    let (id, row) = made(&ws).pop_first().unwrap();
    let state = ws.state("s").unwrap();
    assert_eq!((&state["id"], &state["region"]), (&json!(id), &json!("cn-hangzhou")));
    assert_eq!((&state["public_ip_address"], &state["mfa"]["enabled"]), (&row["InternetIp"], &json!(false)));
    ws.assert_state_is_fresh();
    ws.destroy();
    assert!(made(&ws).is_empty());
    assert_eq!(params(&ws, "DeleteSslVpnServer"), [json!({ "SslVpnServerId": id })]);
}

#[test]
fn each_change_is_one_call() {
    let ws = Workspace::new();
    ws.write(hcl([server("s")])).apply();
    let id = ws.id("s");
    let instance = r#"mfa = { enabled = true, idaas_instance_id = "idaas-1", idaas_region_id = "cn-hangzhou" }"#;
    for (changes, sent) in [
        ("name = \"renamed\"", Some(json!({ "Name": "renamed" }))),
        (
            "client_cidr = \"192.168.251.0/24\"",
            Some(json!({ "Name": "s", "ClientIpPool": "192.168.251.0/24", "Compress": "false" })),
        ),
        (
            "local_cidrs = [\"172.16.0.0/12\", \"10.0.0.0/16\"]",
            Some(
                json!({ "ClientIpPool": "192.168.250.0/24", "LocalSubnet": "10.0.0.0/16,172.16.0.0/12", "Compress": "false" }),
            ),
        ),
        (
            "protocol = \"TCP\"\nport = 8443\nencryption_algorithm = \"AES-128-CBC\"",
            Some(json!({
                "LocalSubnet": "10.0.0.0/16", "Proto": "TCP", "Port": "8443", "Cipher": "AES-128-CBC", "Compress": "false",
            })),
        ),
        // What is no longer said stays.
        ("", None),
        ("compression_enabled = true", Some(json!({ "Compress": "true" }))),
        (
            instance,
            Some(json!({
                "EnableMultiFactorAuth": "true", "IDaaSInstanceId": "idaas-1", "IDaaSRegionId": "cn-hangzhou", "Compress": "false",
            })),
        ),
        ("mfa = { enabled = false }", Some(json!({ "EnableMultiFactorAuth": "false", "Compress": "false" }))),
        ("timeouts = { update = \"5m\" }", None),
    ] {
        ws.mock.clear_calls();
        ws.write(hcl([server("s").changed(changes)])).apply();
        let sent = sent.map(|mut sent| {
            sent["SslVpnServerId"] = json!(id);
            sent
        });
        assert_eq!(params(&ws, "ModifySslVpnServer"), Vec::from_iter(sent), "{changes}");
        ws.assert_state_is_fresh();
    }
    assert_eq!(ws.id("s"), id);
}

#[test]
fn another_gateway_or_region_replaces() {
    let ws = Workspace::new();
    ws.write(hcl([server("s")])).apply();
    for changes in ["gateway_id = \"vpn-other001\"", "region = \"cn-beijing\""] {
        assert!(ws.write(hcl([server("s").changed(changes)])).plan().replaces("s"), "{changes}");
    }
}

#[test]
fn writes_to_one_gateway_wait_for_each_other() {
    let ws = Workspace::new();
    let dependent = || cert("c").with("ssl_server_id", &format!("{TYPE}.a.id"));
    let servers = || ["a", "b", "c2"].map(|name| server(name).to_string());
    ws.write(hcl(servers().into_iter().chain([cert("k").to_string(), dependent().to_string()]))).apply();
    for action in ["CreateSslVpnServer", "CreateSslVpnClientCert"] {
        assert!(ws.calls(action).iter().all(|call| call.outcome == "ok"), "{action} was refused");
    }
    ws.destroy();
    for action in ["DeleteSslVpnServer", "DeleteSslVpnClientCert"] {
        assert!(ws.calls(action).iter().all(|call| call.outcome == "ok"), "{action} was refused");
    }
}

#[test]
fn imported_by_its_id_or_with_a_region() {
    let ws = Workspace::new();
    ws.write(hcl([server("s").changed("protocol = \"TCP\"\ncompression_enabled = true")])).apply();
    let (id, before) = (ws.id("s"), ws.state("s").unwrap());
    ws.run(&["state", "rm", &format!("{TYPE}.s")]);
    ws.import(&format!("{TYPE}.s"), &id);
    assert_eq!(ws.state("s").unwrap(), before);
    assert!(ws.plan_is_empty());
    ws.run(&["state", "rm", &format!("{TYPE}.s")]);
    ws.import(&format!("{TYPE}.s"), &format!("cn-hangzhou/{id}"));
    assert_eq!(ws.state("s").unwrap(), before);
    let said = ws.import_fails(&format!("{TYPE}.s2"), "vsc-1");
    assert!(said.contains("vss-") || said.contains("does not exist"), "{said}");
}

#[test]
fn changes_from_outside_are_planned_back_and_one_deleted_is_made_again() {
    let ws = Workspace::new();
    ws.write(hcl([server("s").with("port", "1194")])).apply();
    let id = ws.id("s");
    patch(&ws, KIND, &id, json!({ "Name": "by hand", "Port": 1200, "LocalSubnet": "10.0.0.0/16,10.128.0.0/16" }));
    let plan = ws.plan();
    assert_eq!(plan.actions("s"), ["update"]);
    assert_eq!(plan.change("s")["before"]["name"], "by hand");
    ws.apply();
    let row = &made(&ws)[&id];
    assert_eq!((&row["Name"], &row["Port"], &row["LocalSubnet"]), (&json!("s"), &json!(1194), &json!("10.0.0.0/16")));

    patch(&ws, KIND, &id, Value::Null);
    assert_eq!(ws.plan().actions("s"), ["create"]);
    ws.mock.fault("DescribeSslVpnServers", 1, error("InvalidSslVpnServerId.NotFound"));
    assert_eq!(ws.plan().actions("s"), ["create"]);
    for code in ["InvalidAccessKeyId.NotFound", "InvalidRegionId.NotFound", "Forbidden"] {
        ws.mock.fault("DescribeSslVpnServers", 1, error(code));
        assert!(ws.plan_fails().error().detail.contains(code));
    }
    ws.apply();
    assert_ne!(ws.id("s"), id);
    // Gone between the refresh and the deletion.
    ws.mock.fault("DeleteSslVpnServer", 1, error("InvalidSslVpnServerId.NotFound"));
    ws.destroy();
}

#[test]
fn lost_answers_and_conflicts_make_nothing_twice() {
    for fault in
        [Fault::Drop(When::After), Fault::Truncate(true), error("VpnGateway.Configuring"), error("Throttling.User")]
    {
        let ws = Workspace::new();
        let actions = ["CreateSslVpnServer", "ModifySslVpnServer", "DeleteSslVpnServer"];
        for action in actions {
            ws.mock.fault(action, 1, fault.clone());
        }
        ws.write(hcl([server("s")])).apply();
        assert_eq!(Vec::from_iter(made(&ws).into_keys()), [ws.id("s")], "{fault:?}");
        ws.write(hcl([server("s").with("port", "1200")])).apply();
        ws.destroy();
        assert!(made(&ws).is_empty());
        for action in actions {
            let mut tokens = tokens(&ws.calls(action));
            assert_eq!(tokens.len(), 2, "{action}");
            tokens.dedup();
            assert_eq!(tokens.len(), 1, "repetitions of {action} keep their token");
        }
    }
}

#[test]
fn what_was_made_before_a_failure_is_in_the_state() {
    let ws = Workspace::new();
    ws.mock.fault("DescribeVpnGateway", 1, error("Forbidden.RAM"));
    let diagnostics = ws.write(hcl([server("s")])).apply_fails();
    assert_eq!(diagnostics.error().summary, "Creating the SSL server failed");
    assert_eq!(Vec::from_iter(made(&ws).into_keys()), [ws.id("s")]);
    assert!(ws.is_tainted("s"));
    ws.apply();
    assert_eq!(Vec::from_iter(made(&ws).into_keys()), [ws.id("s")]);

    ws.mock.fault("ModifySslVpnServer", 1, error("InvalidName"));
    let diagnostics = ws.write(hcl([server("s").with("name", "\"renamed\"")])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Changing the SSL server failed");
    assert!(error.is_at("name"), "{diagnostics}");
    assert_eq!(ws.state("s").unwrap()["name"], "s");
}

#[test]
fn mistakes_are_found_before_any_call() {
    let ws = Workspace::new();
    let long = format!("name = \"{}\"", "n".repeat(101));
    for (changes, attribute, said) in [
        (long.as_str(), "name", "101"),
        ("name = \"HTTP://x\"", "name", "http://"),
        ("gateway_id =", "", "gateway_id"),
        ("gateway_id = \"vpngw-1\"", "gateway_id", "vpn-"),
        ("client_cidr = \"192.168.250.0/30\"", "client_cidr", "/16 to /29"),
        ("client_cidr = \"192.0.0.0/8\"", "client_cidr", "/16 to /29"),
        ("client_cidr = \"100.64.1.0/24\"", "client_cidr", "100.64.0.0/10"),
        ("client_cidr = \"10.0.1.0/24\"", "client_cidr", "overlaps 10.0.0.0/16"),
        ("local_cidrs = []", "local_cidrs", "1 to 5"),
        ("local_cidrs = [\"96.0.0.0/4\"]", "local_cidrs", "/8 to /32"),
        ("local_cidrs = [\"127.0.0.0/8\"]", "local_cidrs", "127.0.0.0/8"),
        ("protocol = \"udp\"", "protocol", "UDP"),
        ("encryption_algorithm = \"AES-256-GCM\"", "encryption_algorithm", "AES-256-CBC"),
        ("port = 443", "port", "443"),
        ("mfa = { enabled = true, idaas_region_id = \"cn-hangzhou\" }", "mfa", "idaas_instance_id"),
        ("mfa = {}", "mfa", "enabled"),
        ("connections = 1", "connections", "Read-only"),
    ] {
        let diagnostics = ws.write(hcl([server("s").changed(changes)])).validate();
        let error = diagnostics.error();
        let text = format!("{} {}", error.summary, error.detail);
        assert!(text.contains(said), "{changes}: {diagnostics}");
        assert!(error.code.contains(attribute), "{changes}: {diagnostics}");
    }
    let diagnostics = ws.write(hcl([server("s").with("encryption_algorithm", "\"none\"")])).validate();
    assert_eq!(diagnostics.0[0].summary, "Weak algorithm");
    assert!(ws.mock.calls().is_empty());
}
