//! SSL client certificates from their first plan to their end.

use serde_json::{Value, json};

use crate::alibaba::{ADDRESS, cert, certs, change_outside, made, tokens};
use crate::harness::{Workspace, hcl};

const AWKWARD: &str = "测试 cert*~+=&/1";

#[test]
fn a_certificate_comes_and_goes() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c").with("timeouts", r#"{ create = "2m", update = "1h30m", delete = "90s" }"#)]));
    let plan = ws.plan();
    assert_eq!(plan.actions("c"), ["create"]);
    assert_eq!(plan.after("c")["region"], "cn-hangzhou");
    for attribute in ["id", "status", "created_at", "expires_at", "resource_group_id"] {
        assert_eq!(plan.after_unknown("c")[attribute], true, "{attribute}");
    }
    assert!(ws.apply().0.is_empty());

    let state = ws.state("c").unwrap();
    let made = made(&ws, "c");
    assert_eq!((&made["Name"], &made["SslVpnServerId"]), (&json!("c"), &json!("vss-mock0001")));
    assert_eq!((&state["name"], &state["status"]), (&json!("c"), &json!("normal")));
    assert_eq!(state["resource_group_id"], made["ResourceGroupId"]);
    for (attribute, member) in [("created_at", "CreateTime"), ("expires_at", "EndTime")] {
        let time: jiff::Timestamp = state[attribute].as_str().unwrap().parse().unwrap();
        assert_eq!(Some(time.as_millisecond()), made[member].as_i64(), "{attribute}");
    }
    let created = ws.calls("CreateSslVpnClientCert");
    assert_eq!(created.len(), 1);
    let token = &tokens(&created)[0];
    assert!(token.is_ascii() && token.len() <= 64, "{token}");
    ws.destroy();
    assert!(certs(&ws).is_empty());
    assert_eq!(ws.calls("DeleteSslVpnClientCert").len(), 1);
}

#[test]
fn a_renaming_is_one_call_with_the_name_and_a_token_of_its_own() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c")])).apply();
    let (id, before) = (ws.id("c"), ws.state("c").unwrap());
    let mut tokens_seen = tokens(&ws.calls("CreateSslVpnClientCert"));
    for name in ["branch office", AWKWARD, "x", &"名".repeat(100)] {
        ws.mock.clear_calls();
        ws.write(hcl([cert("c").with("name", &format!("{name:?}"))]));
        let plan = ws.plan();
        assert_eq!(plan.actions("c"), ["update"]);
        assert!(plan.after_unknown("c").as_object().unwrap().is_empty(), "{}", plan.after_unknown("c"));
        ws.apply();
        let calls = ws.calls("ModifySslVpnClientCert");
        let [call] = &calls[..] else { panic!("one call was expected: {calls:?}") };
        let token = tokens(&calls).remove(0);
        let sent = json!({"RegionId": "cn-hangzhou", "SslVpnClientCertId": id, "Name": name, "ClientToken": token});
        assert_eq!(call.params, sent);
        tokens_seen.push(token);
        assert_eq!(made(&ws, "c")["Name"], name);
        assert_eq!(ws.state("c").unwrap()["name"], name);
    }
    assert_eq!(ws.id("c"), id);
    assert_eq!(ws.state("c").unwrap()["created_at"], before["created_at"]);
    let count = tokens_seen.len();
    tokens_seen.sort_unstable();
    tokens_seen.dedup();
    assert_eq!(tokens_seen.len(), count, "each operation has a token of its own");
    ws.destroy();
}

#[test]
fn a_name_may_be_left_to_the_service_and_one_that_is_taken_out_stays() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c").without("name")]));
    assert_eq!(ws.plan().after_unknown("c")["name"], true);
    ws.apply();
    let calls = ws.calls("CreateSslVpnClientCert");
    assert_eq!(calls[0].params.get("Name"), None);
    assert!(ws.plan_is_empty());
    ws.write(hcl([cert("c").with("name", "\"office\"")])).apply();
    assert!(ws.write(hcl([cert("c").without("name")])).plan_is_empty());
    assert_eq!(ws.state("c").unwrap()["name"], "office");
    ws.destroy();
}

#[test]
fn other_timeouts_are_no_call() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c")])).apply();
    ws.mock.clear_calls();
    ws.write(hcl([cert("c").with("timeouts", r#"{ update = "1m" }"#)])).apply();
    assert!(ws.calls("ModifySslVpnClientCert").is_empty());
    assert_eq!(ws.state("c").unwrap()["timeouts"]["update"], "1m");
}

#[test]
fn awkward_names_survive_the_round_trip() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c").with("name", &format!("{AWKWARD:?}"))])).apply();
    assert_eq!(made(&ws, "c")["Name"], AWKWARD);
    assert_eq!(ws.state("c").unwrap()["name"], AWKWARD);
}

#[test]
fn another_server_or_region_is_another_certificate() {
    let ws = Workspace::any_parent();
    ws.write(hcl([cert("c")])).apply();
    let id = ws.id("c");
    for change in [("ssl_server_id", "\"vss-other\""), ("region", "\"cn-beijing\"")] {
        ws.write(hcl([cert("c").with(change.0, change.1)]));
        assert!(ws.plan().replaces("c"), "{change:?}");
    }
    ws.write(hcl([cert("c").with("ssl_server_id", "\"vss-other\"")])).apply();
    assert_ne!(ws.id("c"), id);
    assert_eq!(certs(&ws).len(), 1);
    assert_eq!(made(&ws, "c")["SslVpnServerId"], "vss-other");
}

#[test]
fn certificates_of_one_gateway_are_written_one_after_the_other() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c").changed("count = 6\nname = \"c-${count.index}\"")])).apply();
    assert_eq!(certs(&ws).len(), 6);
    ws.destroy();
    assert!(certs(&ws).is_empty());
    let calls = ws.mock.calls();
    assert!(calls.iter().all(|call| call.outcome != "VpnGateway.Configuring"), "{calls:?}");
}

#[test]
fn a_certificate_is_imported_by_its_id_with_or_without_its_region() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c")])).apply();
    let (id, before) = (ws.id("c"), ws.state("c").unwrap());
    for import_id in [id.clone(), format!("cn-hangzhou/{id}")] {
        ws.run(&["state", "rm", ADDRESS]);
        assert!(ws.state("c").is_none());
        ws.import(ADDRESS, &import_id);
        assert_eq!(ws.state("c").unwrap(), before);
        assert!(ws.plan_is_empty());
    }
    ws.run(&["state", "rm", ADDRESS]);
    let import = format!("import {{\n  to = {ADDRESS}\n  id = {id:?}\n}}\n");
    ws.write(hcl([import, cert("c").to_string()]));
    assert_eq!(ws.plan().change("c")["importing"]["id"], json!(id));
    ws.apply();
    assert_eq!(ws.state("c").unwrap(), before);
}

#[test]
fn an_import_id_of_another_form_is_refused_and_an_unknown_one_not_found() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c")]));
    for id in ["vss-mock0001", "vsc-", "a/b/vsc-1", "/vsc-1", "vsc-a b"] {
        let said = ws.import_fails(ADDRESS, id);
        assert!(said.contains("Invalid import id") && said.contains("REGION/vsc-xxxxxxxx"), "{id}: {said}");
    }
    assert!(ws.mock.calls().is_empty());
    let said = ws.import_fails(ADDRESS, "vsc-nowhere");
    assert!(said.contains("Cannot import non-existent remote object"), "{said}");
}

#[test]
fn a_name_of_the_older_rule_is_imported_and_kept_until_it_changes() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c")])).apply();
    let (id, long) = (ws.id("c"), "n".repeat(128));
    change_outside(&ws, &id, json!({"Name": long}));
    let plan = ws.plan();
    assert_eq!(plan.actions("c"), ["update"]);
    assert_eq!(plan.change("c")["before"]["name"], long);
    ws.apply();
    assert_eq!(made(&ws, "c")["Name"], "c");
}

#[test]
fn what_is_changed_outside_is_planned_back() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c")])).apply();
    let id = ws.id("c");
    change_outside(&ws, &id, json!({"Name": "by hand"}));
    assert_eq!(ws.plan().actions("c"), ["update"]);
    ws.apply();
    assert_eq!(made(&ws, "c")["Name"], "c");
    assert_eq!(ws.id("c"), id);
}

#[test]
fn a_certificate_deleted_outside_is_created_again() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c")])).apply();
    let old = ws.id("c");
    change_outside(&ws, &old, Value::Null);
    assert_eq!(ws.plan().actions("c"), ["create"]);
    ws.apply();
    assert_ne!(ws.id("c"), old);
    // One that vanishes between the plan and its deletion is no error.
    ws.mock.fault("DeleteSslVpnClientCert", 1, crate::alibaba::error("InvalidSslVpnClientCertId.NotFound"));
    change_outside(&ws, &ws.id("c"), Value::Null);
    ws.destroy();
}

#[test]
fn a_certificate_that_runs_out_is_warned_about_and_kept() {
    let ws = Workspace::new();
    ws.write(hcl([cert("c")])).apply();
    let id = ws.id("c");
    let now = jiff::Timestamp::now().as_millisecond();
    for (end, status) in [(now + 24 * 60 * 60 * 1000, "expiring-soon"), (now - 1000, "expired")] {
        change_outside(&ws, &id, json!({"EndTime": end}));
        let plan = ws.plan();
        assert_eq!(plan.actions("c"), ["no-op"]);
        let warnings = plan.diagnostics.warnings();
        assert_eq!(warnings.len(), 1, "{}", plan.diagnostics);
        assert!(warnings[0].detail.contains(&id) && warnings[0].detail.contains("-replace"), "{}", warnings[0]);
        assert_eq!(plan.change("c")["after"]["status"], status);
    }
}

#[test]
fn mistakes_are_found_before_anything_is_asked() {
    let ws = Workspace::new();
    for (attribute, value, says) in [
        ("name", "n".repeat(101), "1 to 100 characters"),
        ("name", "名".repeat(101), "1 to 100 characters"),
        ("name", "http://c".to_owned(), "http://"),
        ("name", "HTTPS://c".to_owned(), "https://"),
        ("ssl_server_id", "vsc-1".to_owned(), "vss-"),
        ("timeouts", String::new(), ""),
    ] {
        let (expression, at) = match attribute {
            "timeouts" => ("{ create = \"soon\" }".to_owned(), "timeouts.create"),
            _ => (format!("{value:?}"), attribute),
        };
        let diagnostics = ws.write(hcl([cert("c").with(attribute, &expression)])).validate();
        let error = diagnostics.error();
        assert!(error.is_at(at), "{attribute} = {expression}:\n{diagnostics}");
        assert!(error.detail.contains(says), "{attribute} = {expression}:\n{diagnostics}");
    }
    let diagnostics = ws.write(hcl([cert("c").without("ssl_server_id")])).validate();
    assert!(diagnostics.error().detail.contains("ssl_server_id"), "{diagnostics}");
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn without_any_region_the_plan_says_where_to_set_one() {
    let ws = Workspace::new();
    ws.no_env("ALIBABA_CLOUD_REGION").write(hcl([cert("c")]));
    let diagnostics = ws.plan_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Missing region");
    for way in ["region", "alibaba.region", "ALIBABA_CLOUD_REGION"] {
        assert!(error.detail.contains(way), "{}", error.detail);
    }
    ws.env("ALICLOUD_REGION", "cn-hangzhou").apply();
    let provider = "provider \"cloudvpn\" {\n  alibaba { region = \"cn-hangzhou\" }\n}\n".to_owned();
    ws.no_env("ALICLOUD_REGION").write(hcl([provider, cert("c").to_string()]));
    assert!(ws.plan_is_empty());
}

#[test]
fn half_a_key_or_none_says_what_is_missing() {
    let ws = Workspace::new();
    let provider = "provider \"cloudvpn\" {\n}\n".to_owned();
    ws.no_env("ALIBABA_CLOUD_ACCESS_KEY_SECRET").write(hcl([provider, cert("c").to_string()]));
    let diagnostics = ws.plan_fails();
    assert_eq!(diagnostics.error().summary, "Incomplete credentials");
    assert!(diagnostics.error().detail.contains("ALIBABA_CLOUD_ACCESS_KEY_SECRET is not"), "{diagnostics}");

    ws.no_env("ALIBABA_CLOUD_ACCESS_KEY_ID");
    assert_eq!(ws.plan().actions("c"), ["create"]);
    let diagnostics = ws.apply_fails();
    assert!(diagnostics.error().detail.contains("ALIBABA_CLOUD_ACCESS_KEY_ID"), "{diagnostics}");
    assert!(ws.mock.calls().is_empty());

    // The other family of variables does as well.
    ws.env("ALICLOUD_ACCESS_KEY", cloudvpn_mock::ALIBABA_ACCESS_KEY_ID);
    ws.env("ALICLOUD_SECRET_KEY", cloudvpn_mock::ALIBABA_ACCESS_KEY_SECRET);
    ws.apply();
}

#[test]
fn temporary_credentials_come_with_their_token() {
    let ws = Workspace::new();
    ws.env("ALIBABA_CLOUD_ACCESS_KEY_ID", cloudvpn_mock::ALIBABA_STS_ACCESS_KEY_ID);
    ws.env("ALIBABA_CLOUD_SECURITY_TOKEN", "mock-token").write(hcl([cert("c")])).apply();
    ws.assert_nowhere("mock-token");
    ws.destroy();
}
