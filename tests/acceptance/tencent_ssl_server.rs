//! SSL servers on Tencent Cloud, from creation to deletion.

use std::time::Duration;

use cloudvpn_mock::{Fault, FaultRule, Options, Switches, TaskFault, When};
use serde_json::{Value, json};

use crate::harness::{Workspace, hcl, options};
use crate::tencent_ssl::*;

fn failing(ws: &Workspace, action: &str) {
    ws.mock.fault(action, 1, Fault::Task(TaskFault::Failed("no address left".to_owned())));
}

fn change_outside(ws: &Workspace, id: &str, changes: Value) {
    patch(ws, "ssl_vpn_servers", json!({ id: changes }));
}

#[test]
fn a_server_is_made_with_what_was_configured() {
    let ws = world();
    let configured = server("s").changed(
        r#"
        protocol = "UDP"
        port = 1194
        encryption_algorithm = "AES-256-GCM"
        integrity_algorithm = "SHA512"
        compression_enabled = false
        sso_enabled = false
        access_policy_enabled = true
        dns_servers = { primary = "10.0.0.2", secondary = "10.0.0.3" }
        tags = { team = "net" }
        "#,
    );
    ws.write(hcl([configured])).apply();
    let sent = json!({
        "VpnGatewayId": GATEWAY, "SslVpnServerName": "s", "LocalAddress": ["10.0.1.0/24"],
        "RemoteAddress": "10.8.0.0/16", "SslVpnProtocol": "UDP", "SslVpnPort": 1194, "IntegrityAlgorithm": "SHA512",
        "EncryptAlgorithm": "AES-256-GCM", "Compress": false, "SsoEnabled": false, "AccessPolicyEnabled": true,
        "Tags": [{ "Key": "team", "Value": "net" }],
        "DnsServers": { "PrimaryDns": "10.0.0.2", "SecondaryDns": "10.0.0.3" },
    });
    assert_eq!(params(&ws, "CreateVpnGatewaySslServer"), [sent]);
    let (id, made) = servers(&ws).pop_first().unwrap();
    let mut state = ws.state("s").unwrap();
    assert_eq!(state["created_at"].take(), made["CreateTime"]);
    assert!(state["max_connections"].take().is_u64());
    let expected = json!({
        "id": id, "region": "ap-guangzhou", "name": "s", "gateway_id": GATEWAY, "local_cidrs": ["10.0.1.0/24"],
        "client_cidr": "10.8.0.0/16", "protocol": "UDP", "port": 1194, "encryption_algorithm": "AES-256-GCM",
        "integrity_algorithm": "SHA512", "compression_enabled": false, "sso_enabled": false, "saml_metadata": null,
        "access_policy_enabled": true, "dns_servers": { "primary": "10.0.0.2", "secondary": "10.0.0.3" },
        "tags": { "team": "net" }, "tags_all": { "team": "net" }, "vpc_id": "vpc-mock0001",
        "public_ip_address": "198.18.9.9", "max_connections": null, "state": "connected", "created_at": null,
        "timeouts": null, "allow_weak_algorithms": null,
    });
    assert_eq!(state, expected);
    ws.assert_state_is_fresh();
    ws.destroy();
    assert!(servers(&ws).is_empty());
    assert_eq!(params(&ws, "DeleteVpnGatewaySslServer"), [json!({ "SslVpnServerId": id })]);
}

#[test]
fn algorithms_that_are_left_out_are_strong_and_the_rest_is_the_services() {
    let ws = world();
    ws.write(hcl([server("s")]));
    let plan = ws.plan();
    let planned = &plan.change("s")["after"];
    assert_eq!(
        (&planned["encryption_algorithm"], &planned["integrity_algorithm"]),
        (&json!("AES-256-CBC"), &json!("SHA256"))
    );
    ws.apply();
    let sent = json!({
        "VpnGatewayId": GATEWAY, "SslVpnServerName": "s", "LocalAddress": ["10.0.1.0/24"],
        "RemoteAddress": "10.8.0.0/16", "IntegrityAlgorithm": "SHA256", "EncryptAlgorithm": "AES-256-CBC",
    });
    assert_eq!(params(&ws, "CreateVpnGatewaySslServer"), [sent]);
    let state = ws.state("s").unwrap();
    assert_eq!((&state["protocol"], &state["compression_enabled"]), (&json!("UDP"), &json!(false)));
    assert!(state["port"].is_u64() && state["dns_servers"].is_null(), "{state}");
    // What has no tags is not asked for them.
    assert!(ws.calls(TAG_READ).is_empty());
}

#[test]
fn each_change_is_sent_alone_and_in_place() {
    let ws = world();
    ws.write(hcl([server("s").with("port", "1194")])).apply();
    let id = ws.id("s");
    let mut now = server("s").with("port", "1194");
    for (changes, sent) in [
        ("name = \"renamed\"", Some(json!({ "SslVpnServerName": "renamed" }))),
        (
            "local_cidrs = [\"10.0.2.0/24\", \"10.0.1.0/24\"]",
            Some(json!({ "LocalAddress": ["10.0.1.0/24", "10.0.2.0/24"] })),
        ),
        ("local_cidrs = [\"10.0.1.0/24\", \"10.0.2.0/24\"]", None),
        ("client_cidr = \"10.9.0.0/16\"", Some(json!({ "RemoteAddress": "10.9.0.0/16" }))),
        ("port = 443", Some(json!({ "SslVpnPort": 443 }))),
        ("encryption_algorithm = \"AES-192-GCM\"", Some(json!({ "EncryptAlgorithm": "AES-192-GCM" }))),
        ("integrity_algorithm = \"SHA384\"", Some(json!({ "IntegrityAlgorithm": "SHA384" }))),
        ("dns_servers = { primary = \"10.0.0.2\" }", Some(json!({ "DnsServers": { "PrimaryDns": "10.0.0.2" } }))),
        // Left out, they stay.
        ("dns_servers =", None),
        ("timeouts = { update = \"5m\" }", None),
        ("sso_enabled = true\nsaml_metadata = \"<idp/>\"", Some(json!({ "SsoEnabled": true, "SamlData": "***" }))),
        ("saml_metadata = \"<other/>\"", Some(json!({ "SamlData": "***" }))),
        ("sso_enabled = false\nsaml_metadata =", Some(json!({ "SsoEnabled": false }))),
    ] {
        now = now.changed(changes);
        ws.mock.clear_calls();
        ws.write(hcl([&now])).apply();
        let mut modified = params(&ws, "ModifyVpnGatewaySslServer");
        for request in &mut modified {
            if let Some(ranges) = request["LocalAddress"].as_array_mut() {
                ranges.sort_by_key(|range| range.to_string());
            }
            if request.get("SamlData").is_some() {
                request["SamlData"] = json!("***");
            }
            request.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        }
        let sent = sent.map(|mut sent| {
            sent["SslVpnServerId"] = json!(id);
            sent
        });
        assert_eq!(modified, Vec::from_iter(sent), "{changes}");
        assert!(ws.calls("ModifyResourceTags").is_empty() && ws.calls(TAG_READ).is_empty());
        ws.assert_state_is_fresh();
    }
    assert_eq!(ws.id("s"), id);
}

#[test]
fn what_the_api_cannot_change_replaces() {
    let ws = world();
    ws.write(hcl([server("s")])).apply();
    for changes in ["gateway_id = \"vpngw-mockssl2\"", "access_policy_enabled = true", "region = \"ap-shanghai\""] {
        assert!(ws.write(hcl([server("s").changed(changes)])).plan().replaces("s"), "{changes}");
    }
    let old = ws.id("s");
    ws.write(hcl([server("s").changed("gateway_id = \"vpngw-mockssl2\"")])).apply();
    assert_ne!(ws.id("s"), old);
    assert_eq!(Vec::from_iter(servers(&ws).into_keys()), [ws.id("s")]);
}

#[test]
fn tags_change_by_themselves_and_are_read_where_there_are_some() {
    let ws = world();
    let provider = "provider \"cloudvpn\" {\n  tencent { default_tags = { team = \"net\" } }\n}\n".to_owned();
    let tagged = |tags: &str| hcl([provider.clone(), server("s").changed(tags).to_string()]);
    ws.write(tagged("tags = { a = \"1\", b = \"2\" }")).apply();
    assert_eq!(ws.state("s").unwrap()["tags_all"], json!({ "team": "net", "a": "1", "b": "2" }));
    ws.write(tagged("tags = { a = \"3\" }")).apply();
    let sent = json!({
        "Resource": format!("qcs::vpc:ap-guangzhou:uin/:vpns/{}", ws.id("s")),
        "ReplaceTags": [{ "TagKey": "a", "TagValue": "3" }], "DeleteTags": [{ "TagKey": "b" }],
    });
    assert_eq!(params(&ws, "ModifyResourceTags"), [sent]);
    assert!(ws.calls("ModifyVpnGatewaySslServer").is_empty() && !ws.calls(TAG_READ).is_empty());

    change_outside(&ws, &ws.id("s"), json!({ "TagSet": [{ "Key": "a", "Value": "by hand" }] }));
    let plan = ws.plan();
    assert_eq!(plan.change("s")["before"]["tags_all"], json!({ "a": "by hand" }));
    assert_eq!(plan.change("s")["after"]["tags_all"], json!({ "a": "3", "team": "net" }));
    ws.apply();
    ws.write(hcl([server("s")])).apply();
    assert_eq!(servers(&ws)[&ws.id("s")]["TagSet"], json!([]));

    // From now on nobody asks: the configuration says nothing of tags.
    ws.mock.clear_calls();
    change_outside(&ws, &ws.id("s"), json!({ "TagSet": [{ "Key": "x", "Value": "y" }] }));
    assert!(ws.plan_is_empty() && ws.calls(TAG_READ).is_empty());
    ws.write(hcl([server("s").with("tags", "{}")])).apply();
    assert!(ws.plan_is_empty() && ws.calls(TAG_READ).is_empty());
}

#[test]
fn imported_by_its_id_or_with_a_region() {
    let ws = world();
    let configured = || server("s").changed("tags = { a = \"1\" }\ndns_servers = { primary = \"10.0.0.2\" }");
    ws.write(hcl([configured()])).apply();
    let (id, before) = (ws.id("s"), ws.state("s").unwrap());
    ws.run(&["state", "rm", &format!("{SERVER}.s")]);
    ws.import(&format!("{SERVER}.s"), &id);
    assert_eq!(ws.state("s").unwrap(), before);
    assert!(ws.plan_is_empty());

    ws.run(&["state", "rm", &format!("{SERVER}.s")]);
    let block = format!("import {{\n  to = {SERVER}.s\n  id = \"ap-guangzhou/{id}\"\n}}\n");
    ws.write(hcl([block, configured().to_string()]));
    assert_eq!(ws.plan().actions("s"), ["no-op"]);
    ws.apply();
    let said = ws.import_fails(&format!("{SERVER}.t"), "vpngw-mock0001");
    assert!(said.contains("vpns-xxxxxxxx") || said.contains("does not exist"), "{said}");
}

#[test]
fn changes_from_outside_are_planned_back() {
    let ws = world();
    let configured = || server("s").changed("port = 1194\ndns_servers = { primary = \"10.0.0.2\" }");
    ws.write(hcl([configured()])).apply();
    let id = ws.id("s");
    let patch = json!({
        "SslVpnServerName": "by hand", "LocalAddress": ["10.0.9.0/24"], "RemoteAddress": "10.7.0.0/16",
        "SslVpnPort": 443, "EncryptAlgorithm": "AES-128-CBC", "IntegrityAlgorithm": "SHA1",
        "DnsServers": { "PrimaryDns": "10.0.0.9", "SecondaryDns": "" },
    });
    change_outside(&ws, &id, patch);
    let plan = ws.plan();
    assert_eq!(plan.actions("s"), ["update"]);
    let before = &plan.change("s")["before"];
    assert_eq!((&before["name"], &before["port"]), (&json!("by hand"), &json!(443)));
    assert_eq!(before["dns_servers"], json!({ "primary": "10.0.0.9", "secondary": null }));
    ws.apply();
    let server = &servers(&ws)[&id];
    assert_eq!((&server["SslVpnServerName"], &server["RemoteAddress"]), (&json!("s"), &json!("10.8.0.0/16")));
    assert_eq!((&server["SslVpnPort"], &server["LocalAddress"]), (&json!(1194), &json!(["10.0.1.0/24"])));
    // Strong values are for new servers: what is left out stays as somebody else has it.
    assert_eq!(server["EncryptAlgorithm"], "AES-128-CBC");
}

#[test]
fn one_deleted_outside_is_made_again() {
    let ws = world();
    ws.write(hcl([server("s").with("tags", "{ a = \"1\" }")])).apply();
    let old = ws.id("s");
    change_outside(&ws, &old, Value::Null);
    assert_eq!(ws.plan().actions("s"), ["create"]);
    ws.mock.switches(Switches { unknown_id_not_found: true, ..Switches::default() });
    assert_eq!(ws.plan().actions("s"), ["create"]);
    ws.apply();
    assert_ne!(ws.id("s"), old);
    // Gone between the refresh and the deletion.
    ws.mock.fault("DeleteVpnGatewaySslServer", 1, Fault::Error("ResourceNotFound".to_owned()));
    ws.destroy();
}

#[test]
fn mistakes_are_found_before_any_call() {
    let ws = world();
    let long = format!("name = \"{}\"", "隧".repeat(21));
    for (changes, attribute, said) in [
        ("name =", "", "name"),
        ("name = \"\"", "name", "at least 1"),
        (long.as_str(), "name", "63"),
        ("gateway_id = \"vpn-1\"", "gateway_id", "vpngw-"),
        ("local_cidrs = []", "local_cidrs", "1 to 100"),
        ("client_cidr = \"10.0.1.128/25\"", "client_cidr", "overlaps with 10.0.1.0/24"),
        ("client_cidr = \"10.0.0.0/8\"", "client_cidr", "overlaps"),
        ("protocol = \"TCP\"", "protocol", "UDP"),
        ("port = 65536", "port", "between 1 and 65535"),
        ("port = 4500", "port", "refuses 4500"),
        ("encryption_algorithm = \"AES-CBC-256\"", "encryption_algorithm", "AES-256-CBC"),
        ("integrity_algorithm = \"MD5\"", "integrity_algorithm", "SHA256"),
        ("saml_metadata = \"<a/>\"", "saml_metadata", "sso_enabled"),
        ("saml_metadata = \"<a/>\"\nsso_enabled = false", "saml_metadata", "sso_enabled"),
        ("dns_servers = { primary = \"dns\" }", "dns_servers", "IP address"),
    ] {
        let diagnostics = ws.write(hcl([server("s").changed(changes)])).validate();
        let error = diagnostics.error();
        let text = format!("{} {}", error.summary, error.detail);
        assert!(text.contains(said), "{changes}: {diagnostics}");
        assert!(error.code.contains(attribute) || error.detail.contains(attribute), "{changes}: {diagnostics}");
    }
    for (changes, warned) in
        [("integrity_algorithm = \"SHA1\"", "SHA-1"), ("compression_enabled = true", "not supported")]
    {
        let diagnostics = ws.write(hcl([server("s").changed(changes)])).validate();
        let [warning] = diagnostics.warnings()[..] else { panic!("{changes}: {diagnostics}") };
        assert!(warning.detail.contains(warned), "{changes}: {diagnostics}");
    }
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn a_task_that_fails_is_an_error_that_says_so() {
    let ws = world();
    failing(&ws, "CreateVpnGatewaySslServer");
    let diagnostics = ws.write(hcl([server("s")])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Creating the SSL server failed");
    assert!(error.detail.contains("failed: no address left"), "{diagnostics}");
    // It is there, and replaced.
    let broken = ws.id("s");
    assert!(ws.is_tainted("s"));
    ws.apply();
    assert_ne!(ws.id("s"), broken);
    assert_eq!(Vec::from_iter(servers(&ws).into_keys()), [ws.id("s")]);

    failing(&ws, "ModifyVpnGatewaySslServer");
    let changed = || server("s").changed("name = \"renamed\"\ntags = { a = \"1\" }");
    let diagnostics = ws.write(hcl([changed()])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Changing the SSL server failed");
    assert!(error.detail.contains("failed: no address left"), "{diagnostics}");
    let state = ws.state("s").unwrap();
    assert_eq!((&state["name"], &state["tags"]), (&json!("s"), &json!({ "a": "1" })));
    ws.mock.clear_calls();
    ws.apply();
    assert_eq!(ws.calls("ModifyVpnGatewaySslServer").len(), 1);
    assert!(ws.calls("ModifyResourceTags").is_empty());

    failing(&ws, "DeleteVpnGatewaySslServer");
    let diagnostics = ws.write(hcl([""])).apply_fails();
    assert_eq!(diagnostics.error().summary, "Deleting the SSL server failed");
    assert!(ws.state("s").is_some());
    ws.destroy();
}

#[test]
fn tags_that_fail_leave_the_change_in_the_state() {
    let ws = world();
    ws.write(hcl([server("s")])).apply();
    ws.mock.fault("ModifyResourceTags", 1, Fault::Error("UnauthorizedOperation".to_owned()));
    let changed = || hcl([server("s").changed("name = \"renamed\"\ntags = { a = \"1\" }")]);
    let diagnostics = ws.write(changed()).apply_fails();
    assert_eq!(diagnostics.error().summary, "Changing the SSL server's tags failed");
    let state = ws.state("s").unwrap();
    assert_eq!((&state["name"], &state["tags"]), (&json!("renamed"), &Value::Null));
    ws.mock.clear_calls();
    ws.apply();
    assert!(ws.calls("ModifyVpnGatewaySslServer").is_empty());
    assert_eq!(ws.calls("ModifyResourceTags").len(), 1);
}

#[test]
fn a_task_that_nobody_knows_leaves_the_word_to_the_state() {
    let ws = world();
    for action in ["CreateVpnGatewaySslServer", "ModifyVpnGatewaySslServer", "DeleteVpnGatewaySslServer"] {
        ws.mock.fault(action, 1, Fault::Task(TaskFault::Lost));
    }
    ws.write(hcl([server("s")])).apply();
    ws.write(hcl([server("s").with("name", "\"renamed\"")])).apply();
    ws.destroy();
}

#[test]
fn a_create_whose_answer_is_lost_makes_exactly_one() {
    for fault in [Fault::Drop(When::After), Fault::Truncate(true)] {
        let ws = world();
        ws.mock.fault("CreateVpnGatewaySslServer", 1, fault.clone());
        ws.write(hcl([server("s")])).apply();
        assert_eq!(Vec::from_iter(servers(&ws).into_keys()), [ws.id("s")], "{fault:?}");
        assert_eq!(ws.calls("CreateVpnGatewaySslServer").len(), 1, "{fault:?}");
    }
}

#[test]
fn a_gateway_that_has_one_is_refused_and_the_one_there_not_adopted() {
    let ws = world();
    ws.write(hcl([server("s")])).apply();
    let theirs = ws.id("s");
    ws.run(&["state", "rm", &format!("{SERVER}.s")]);
    let diagnostics = ws.apply_fails();
    assert_eq!(diagnostics.error().summary, "Creating the SSL server failed");
    assert_eq!(Vec::from_iter(servers(&ws).into_keys()), [theirs]);
    assert!(ws.state("s").is_none());
}

#[test]
fn a_server_with_clients_is_refused_by_name_and_deleted_after_them() {
    let ws = world();
    ws.write(hcl([server("s"), client("c")])).apply();
    // A client that Terraform does not know keeps it.
    let (id, mut theirs) = ("vpnc-theirs01", clients(&ws)[&ws.id("c")].clone());
    theirs["SslVpnClientId"] = json!(id);
    patch(&ws, "ssl_vpn_clients", json!({ id: theirs }));
    let diagnostics = ws.write(hcl([""])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Deleting the SSL server failed");
    assert!(error.detail.contains(&format!("{} still has SSL clients: {id}", ws.id("s"))), "{diagnostics}");
    assert!(error.detail.contains("delete them first"), "{diagnostics}");
    assert!(ws.state("c").is_none() && ws.calls("DeleteVpnGatewaySslServer").is_empty());

    // One on its way out is waited for.
    patch(&ws, "ssl_vpn_clients", json!({ id: { "State": "4", "_next": { "in_ms": 300, "gone": true } } }));
    ws.destroy();
    assert!(clients(&ws).is_empty() && servers(&ws).is_empty());
}

#[test]
fn the_attribute_that_an_error_is_about_is_pointed_at() {
    let ws = world();
    for (code, attribute, said) in [
        ("InvalidParameterValue.CidrConflict", "client_cidr", "must not overlap"),
        ("InvalidParameterValue.CidrNotInSslVpnVpc", "local_cidrs", "inside the gateway's VPC"),
        ("UnsupportedOperation.VersionNotSupported", "gateway_id", "version 4.0"),
        ("LimitExceeded.SslVpnClientLimitExceeded", "client_cidr", "no address left"),
    ] {
        ws.mock.fault_rule(FaultRule {
            action: "CreateVpnGatewaySslServer".to_owned(),
            times: Some(1),
            skip: 0,
            fault: Fault::Error(code.to_owned()),
        });
        let diagnostics = ws.write(hcl([server("s")])).apply_fails();
        let error = diagnostics.error();
        assert!(error.code.contains(attribute) && error.detail.contains(said), "{code}: {diagnostics}");
    }
}

#[test]
fn what_a_lost_answer_set_going_is_waited_for() {
    // Long enough for the repetition to come meanwhile.
    let ws = with(Options { settle: Duration::from_millis(2_500), ..options() });
    let both = |port: u16, enabled: bool| {
        let client = client("c").with("enabled", &enabled.to_string());
        hcl([server("s").with("port", &port.to_string()), client])
    };
    ws.write(both(1194, true)).apply();
    for action in [
        "ModifyVpnGatewaySslServer",
        "DisableVpnGatewaySslClientCert",
        "DeleteVpnGatewaySslClient",
        "DeleteVpnGatewaySslServer",
    ] {
        ws.mock.fault(action, 1, Fault::Drop(When::After));
    }
    // The service refuses the repetition as long as it does what it was asked for.
    ws.write(both(1195, false)).apply();
    let of_server = ws.calls("ModifyVpnGatewaySslServer");
    assert!(of_server.iter().any(|call| call.outcome == "UnsupportedOperation"), "{of_server:?}");
    ws.destroy();
    assert!(clients(&ws).is_empty() && servers(&ws).is_empty());
}

#[test]
fn what_is_to_be_on_something_busy_waits_for_it() {
    let ws = world();
    ws.write(hcl([server("s")])).apply();
    let busy = json!({ "State": 2, "_next": { "in_ms": 1500, "set": { "State": 6 } } });
    change_outside(&ws, &ws.id("s"), busy);
    ws.write(hcl([server("s"), client("c"), client("d")]));
    ws.apply_that_leaves_a_difference("the server was busy when it was refreshed", &[]);
    assert_eq!(clients(&ws).len(), 2);

    let pending = json!({ "State": "PENDING", "_next": { "in_ms": 1500, "set": { "State": "AVAILABLE" } } });
    patch(&ws, "vpn_gateways", json!({ "vpngw-mockssl2": pending }));
    let other = server("o").with("gateway_id", "\"vpngw-mockssl2\"");
    ws.write(hcl([server("s"), client("c"), client("d"), other])).apply();
    assert_eq!(servers(&ws).len(), 2);
}
