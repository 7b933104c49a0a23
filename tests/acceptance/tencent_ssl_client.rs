//! SSL clients on Tencent Cloud, from creation to deletion.

use cloudvpn_mock::{Fault, Options, Switches, TaskFault, When};
use serde_json::{Value, json};

use crate::harness::{Workspace, hcl, options};
use crate::tencent_ssl::*;

fn failing(ws: &Workspace, action: &str) {
    ws.mock.fault(action, 1, Fault::Task(TaskFault::Failed("no address left".to_owned())));
}

fn change_outside(ws: &Workspace, id: &str, changes: Value) {
    patch(ws, "ssl_vpn_clients", json!({ id: changes }));
}

fn with_server(clients: impl IntoIterator<Item = String>) -> String {
    hcl([server("s").to_string()].into_iter().chain(clients))
}

#[test]
fn a_client_is_made_with_what_was_configured() {
    let ws = world();
    ws.write(with_server([client("c").with("tags", "{ team = \"net\" }").to_string()])).apply();
    let sent = json!({
        "SslVpnServerId": ws.id("s"), "SslVpnClientName": "c", "Tags": [{ "Key": "team", "Value": "net" }],
    });
    assert_eq!(params(&ws, "CreateVpnGatewaySslClient"), [sent]);
    let (id, made) = clients(&ws).pop_first().unwrap();
    let expected = json!({
        "id": id, "region": "ap-guangzhou", "name": "c", "ssl_server_id": ws.id("s"), "enabled": true,
        "tags": { "team": "net" }, "tags_all": { "team": "net" }, "certificate_status": "normal",
        "valid_from": made["CertBeginTime"], "expires_at": made["CertEndTime"], "state": "connected",
        "vpc_id": "vpc-mock0001", "timeouts": null,
    });
    assert_eq!(ws.state("c").unwrap(), expected);
    ws.assert_state_is_fresh();
    ws.destroy();
    assert!(clients(&ws).is_empty());
    assert_eq!(params(&ws, "DeleteVpnGatewaySslClient"), [json!({ "SslVpnClientId": id })]);
}

#[test]
fn a_certificate_is_disabled_and_enabled_in_place() {
    let ws = world();
    let switched = |on: &str| with_server([client("c").changed(on).to_string()]);
    ws.write(switched("enabled = false")).apply();
    let id = ws.id("c");
    let it = || json!({ "SslVpnClientId": id });
    assert_eq!(params(&ws, "DisableVpnGatewaySslClientCert"), [it()]);
    assert_eq!(ws.state("c").unwrap()["certificate_status"], "disabled");
    ws.assert_state_is_fresh();

    ws.mock.clear_calls();
    // Without a word it is enabled.
    ws.write(switched("")).apply();
    assert_eq!(params(&ws, "EnableVpnGatewaySslClientCert"), [it()]);
    ws.write(switched("enabled = false\ntags = { a = \"1\" }")).apply();
    assert_eq!(params(&ws, "DisableVpnGatewaySslClientCert"), [it()]);
    assert_eq!(clients(&ws)[&id]["CertStatus"], 2);

    change_outside(&ws, &id, json!({ "CertStatus": 1 }));
    assert_eq!(ws.plan().actions("c"), ["update"]);
    ws.apply();
    assert_eq!((clients(&ws)[&id]["CertStatus"].clone(), ws.id("c")), (json!(2), id));
}

#[test]
fn another_name_server_or_region_replaces() {
    let ws = world();
    let other = server("other").with("gateway_id", "\"vpngw-mockssl2\"").to_string();
    let config = |changes: &str| with_server([other.clone(), client("c").changed(changes).to_string()]);
    ws.write(config("")).apply();
    let old = ws.id("c");
    for changes in ["name = \"renamed\"", &format!("ssl_server_id = {SERVER}.other.id"), "region = \"ap-shanghai\""] {
        assert!(ws.write(config(changes)).plan().replaces("c"), "{changes}");
    }
    ws.write(config("name = \"renamed\"")).apply();
    assert_ne!(ws.id("c"), old);
    assert_eq!(Vec::from_iter(clients(&ws).into_keys()), [ws.id("c")]);
}

#[test]
fn tags_change_by_themselves_and_are_read_where_there_are_some() {
    let ws = world();
    let provider = "provider \"cloudvpn\" {\n  tencent { default_tags = { team = \"net\" } }\n}\n".to_owned();
    let tagged = |tags: &str| with_server([provider.clone(), client("c").changed(tags).to_string()]);
    ws.write(tagged("tags = { a = \"1\", b = \"2\" }")).apply();
    assert_eq!(ws.state("c").unwrap()["tags_all"], json!({ "team": "net", "a": "1", "b": "2" }));
    ws.write(tagged("tags = { a = \"3\" }")).apply();
    let sent = json!({
        "Resource": format!("qcs::vpc:ap-guangzhou:uin/:vpnc/{}", ws.id("c")),
        "ReplaceTags": [{ "TagKey": "a", "TagValue": "3" }], "DeleteTags": [{ "TagKey": "b" }],
    });
    assert_eq!(params(&ws, "ModifyResourceTags"), [sent]);
    assert!(ws.calls("EnableVpnGatewaySslClientCert").is_empty());
    change_outside(&ws, &ws.id("c"), json!({ "TagSet": [{ "Key": "a", "Value": "by hand" }] }));
    assert_eq!(ws.plan().change("c")["before"]["tags_all"], json!({ "a": "by hand" }));

    ws.mock.fault("ModifyResourceTags", 1, Fault::Error("UnauthorizedOperation".to_owned()));
    let diagnostics = ws.write(tagged("enabled = false\ntags = { a = \"4\" }")).apply_fails();
    assert_eq!(diagnostics.error().summary, "Changing the SSL client's tags failed");
    let state = ws.state("c").unwrap();
    assert_eq!((&state["enabled"], &state["tags_all"]), (&json!(false), &json!({ "a": "by hand" })));
    ws.mock.clear_calls();
    ws.apply();
    assert!(ws.calls("DisableVpnGatewaySslClientCert").is_empty());
}

#[test]
fn imported_by_its_id_or_with_a_region() {
    let ws = world();
    let configured = || with_server([client("c").changed("enabled = false\ntags = { a = \"1\" }").to_string()]);
    ws.write(configured()).apply();
    let (id, before, address) = (ws.id("c"), ws.state("c").unwrap(), format!("{CLIENT}.c"));
    ws.run(&["state", "rm", &address]);
    ws.import(&address, &id);
    assert_eq!(ws.state("c").unwrap(), before);
    assert!(ws.plan_is_empty());

    ws.run(&["state", "rm", &address]);
    let block = format!("import {{\n  to = {address}\n  id = \"ap-guangzhou/{id}\"\n}}\n");
    ws.write(format!("{}{block}", configured()));
    assert_eq!(ws.plan().actions("c"), ["no-op"]);
    ws.apply();
    ws.run(&["state", "rm", &address]);
    ws.write(configured());
    let said = ws.import_fails(&address, "vpns-mock0001");
    assert!(said.contains("vpnc-xxxxxxxx"), "{said}");
}

#[test]
fn one_deleted_outside_is_made_again() {
    let ws = world();
    ws.write(with_server([client("c").to_string()])).apply();
    let old = ws.id("c");
    change_outside(&ws, &old, Value::Null);
    assert_eq!(ws.plan().actions("c"), ["create"]);
    ws.mock.switches(Switches { unknown_id_not_found: true, ..Switches::default() });
    assert_eq!(ws.plan().actions("c"), ["create"]);
    ws.apply();
    assert_ne!(ws.id("c"), old);
    // Gone between the refresh and the deletion.
    let gone = Fault::Error("UnsupportedOperation.SslVpnClientIdNotFound".to_owned());
    ws.mock.fault("DeleteVpnGatewaySslClient", 1, gone);
    change_outside(&ws, &ws.id("c"), Value::Null);
    ws.destroy();
}

#[test]
fn a_certificate_that_does_not_last_is_warned_about() {
    let ws = world();
    ws.write(with_server([client("c").to_string()])).apply();
    assert!(ws.plan().diagnostics.0.is_empty());
    let id = ws.id("c");
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * 20);
    let soon = jiff::tz::Offset::constant(8).to_datetime(soon).strftime("%Y-%m-%d %H:%M:%S").to_string();
    for (end, summary, status) in [
        (soon.as_str(), "Certificate expires soon", "normal"),
        ("2020-01-01 00:00:00", "Certificate has expired", "expired"),
    ] {
        change_outside(&ws, &id, json!({ "CertEndTime": end }));
        let plan = ws.plan();
        let [warning] = plan.diagnostics.warnings()[..] else { panic!("{}", plan.diagnostics) };
        assert_eq!(warning.summary, summary);
        assert!(warning.detail.contains(&id) && warning.detail.contains(end), "{}", plan.diagnostics);
        // That it expired is no reason to do something, nor to think that it was disabled.
        assert!(ws.plan_is_empty());
        ws.apply();
        let state = ws.state("c").unwrap();
        assert_eq!((&state["certificate_status"], &state["enabled"]), (&json!(status), &json!(true)));
    }
    let diagnostics = ws.write(with_server([client("c").with("enabled", "false").to_string()])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Changing the SSL client failed");
    assert!(error.detail.contains("the certificate is expired") && error.code.contains("enabled"), "{diagnostics}");
}

#[test]
fn mistakes_are_found_before_any_call() {
    let ws = world();
    let long = format!("name = \"{}\"", "n".repeat(61));
    for (changes, attribute, said) in [
        ("name =", "", "name"),
        ("name = \"\"", "name", "at least 1"),
        (long.as_str(), "name", "61"),
        ("ssl_server_id = \"vss-1\"", "ssl_server_id", "vpns-"),
        ("enabled = \"maybe\"", "enabled", "bool"),
    ] {
        let diagnostics = ws.write(with_server([client("c").changed(changes).to_string()])).validate();
        let error = diagnostics.error();
        let text = format!("{} {}", error.summary, error.detail);
        assert!(text.contains(said), "{changes}: {diagnostics}");
        assert!(error.code.contains(attribute), "{changes}: {diagnostics}");
    }
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn a_task_that_fails_is_an_error_that_says_so() {
    let ws = world();
    failing(&ws, "CreateVpnGatewaySslClient");
    let diagnostics = ws.write(with_server([client("c").to_string()])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Creating the SSL client failed");
    assert!(error.detail.contains("failed: no address left"), "{diagnostics}");
    let broken = ws.id("c");
    assert!(ws.is_tainted("c"));
    ws.apply();
    assert_ne!(ws.id("c"), broken);
    assert_eq!(Vec::from_iter(clients(&ws).into_keys()), [ws.id("c")]);

    failing(&ws, "DisableVpnGatewaySslClientCert");
    let diagnostics = ws.write(with_server([client("c").with("enabled", "false").to_string()])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Changing the SSL client failed");
    assert!(error.detail.contains("failed: no address left"), "{diagnostics}");
    assert_eq!(ws.state("c").unwrap()["enabled"], true);
    ws.apply();

    failing(&ws, "DeleteVpnGatewaySslClient");
    let diagnostics = ws.write(with_server([])).apply_fails();
    assert_eq!(diagnostics.error().summary, "Deleting the SSL client failed");
    assert!(ws.state("c").is_some());
    ws.destroy();
}

#[test]
fn a_create_whose_answer_is_lost_makes_exactly_one() {
    for fault in [Fault::Drop(When::After), Fault::Truncate(true)] {
        let ws = world();
        ws.mock.fault("CreateVpnGatewaySslClient", 1, fault.clone());
        ws.write(with_server([client("c").to_string(), client("d").to_string()])).apply();
        let mut made = [ws.id("c"), ws.id("d")];
        made.sort();
        assert_eq!(Vec::from_iter(clients(&ws).into_keys()), made, "{fault:?}");
        assert!(ws.calls("CreateVpnGatewaySslClient").len() <= 2, "{fault:?}");
    }
}

/// As many clients as `count` says.
fn many(count: usize, changes: &str) -> String {
    let each = client("c").with("count", &count.to_string()).with("name", "\"c-${count.index}\"");
    with_server([each.changed(changes).to_string()])
}

/// How many calls a refresh costs: those that list clients, and those that read tags.
fn refresh(ws: &Workspace) -> (usize, usize) {
    let calls = ws.refresh();
    let count = |action: &str| calls.iter().filter(|call| call.action == action).count();
    (count("DescribeVpnGatewaySslClients"), count(TAG_READ))
}

#[test]
fn what_comes_together_is_made_and_deleted_together() {
    const MANY: usize = 60;
    let ws = with(Options { any_parent: true, ..options() });
    let calls = |action: &str| ws.calls(action).len();
    // What comes during a call shares the next one: calls take long enough for that, however slow this machine is.
    let take_time = |action: &str| ws.mock.fault(action, u64::MAX, Fault::DelayMs(200));
    ["CreateVpnGatewaySslClient", "DescribeVpcTaskResult"].iter().for_each(|action| take_time(action));
    ws.write(many(MANY, "")).apply();
    assert_eq!(clients(&ws).len(), MANY);
    // Terraform works on ten at a time; the API is asked for one at a time, for each server, and for all that wait meanwhile.
    for action in ["CreateVpnGatewaySslClient", "DescribeVpcTaskResult"] {
        assert!(calls(action) <= MANY / 2, "{action}: {} calls", calls(action));
    }
    let (reads, tag_reads) = refresh(&ws);
    assert!(reads <= 6 && tag_reads == 0, "{reads} and {tag_reads} calls");

    take_time("DeleteVpnGatewaySslClient");
    ws.destroy();
    assert!(clients(&ws).is_empty());
    assert!(calls("DeleteVpnGatewaySslClient") <= MANY / 2, "{} calls", calls("DeleteVpnGatewaySslClient"));
}

#[test]
fn a_refresh_of_three_hundred_with_tags_costs_few_calls() {
    const MANY: usize = 300;
    let ws = with(Options { any_parent: true, ..options() });
    ws.write(many(MANY, "tags = { team = \"net\" }")).apply();
    assert_eq!(clients(&ws).len(), MANY);
    let (reads, tag_reads) = refresh(&ws);
    // The tag service takes fifty at a time.
    assert!(reads <= 8 && tag_reads <= 10, "{reads} and {tag_reads} calls");
}
