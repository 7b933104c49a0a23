//! When the service refuses, hangs or vanishes in between.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use cloudvpn_mock::{Fault, FaultRule, Lie, Options, TaskFault, When};
use serde_json::json;

use crate::harness::{Diagnostics, Proxy, Workspace, hcl, options, tunnel};

fn error(code: &str) -> Fault {
    Fault::Error(code.to_owned())
}

#[test]
fn a_create_that_takes_too_long_leaves_a_tunnel_to_be_replaced() {
    let ws = Workspace::with(Options { settle: Duration::from_secs(3600), ..options() });
    ws.write(hcl([tunnel("t").with("timeouts", r#"{ create = "5s" }"#)]));
    let diagnostics = ws.apply_fails();
    let error = diagnostics.error();
    let id = ws.id("t");
    assert_eq!(error.summary, "Creating the tunnel failed");
    assert!(error.detail.contains(&format!("gave up waiting for {id} to become AVAILABLE after")), "{}", error.detail);
    assert!(error.detail.contains("PENDING"), "{}", error.detail);
    assert!(error.detail.contains("terraform untaint") && ws.is_tainted("t"), "{diagnostics}");

    // Once it is there, it can be deleted and made again; the new one settles by hand.
    ws.change_outside(&id, json!({ "State": "AVAILABLE", "NetStatus": "AVAILABLE" }));
    assert!(ws.plan().replaces("t"));
}

#[test]
fn a_look_that_makes_no_sense_says_nothing_against_what_was_made() {
    let ws = Workspace::new();
    ws.mock.fault("DescribeVpnConnections", u64::MAX, Fault::Answer(Lie::WithoutRows));
    let diagnostics = ws.write(hcl([tunnel("t")])).apply_fails();
    assert!(diagnostics.error().detail.contains("terraform untaint") && ws.is_tainted("t"), "{diagnostics}");
    assert!(ws.tunnels().contains_key(&ws.id("t")));
}

#[test]
fn a_create_that_is_answered_with_an_id_that_never_shows_up_names_what_it_made() {
    let ws = Workspace::new();
    let proxy = Proxy::before(&ws.mock.url());
    proxy.answers(|action, answer| {
        if action == "CreateVpnConnection" {
            answer["Response"]["VpnConnection"]["VpnConnectionId"] = json!("vpnx-nobodys1");
        }
    });
    ws.through(&proxy);
    let diagnostics = ws.write(hcl([tunnel("t")])).apply_fails();
    let made = ws.tunnels().into_keys().next().expect("the mock made one");
    let detail = &diagnostics.error().detail;
    for says in ["vpnx-nobodys1 did not show up", &made, "terraform state rm", &format!("id = \"{made}\"")] {
        assert!(detail.contains(says), "{says}: {detail}");
    }
}

#[test]
fn a_change_or_a_delete_that_takes_too_long_keeps_the_tunnel() {
    // A tunnel that settled quickly comes with its state to where nothing settles.
    let (quick, slow) = (Workspace::new(), Workspace::with(Options { settle: Duration::from_secs(3600), ..options() }));
    let limited = tunnel("t").with("timeouts", r#"{ update = "5s", delete = "5s" }"#);
    quick.write(hcl([&limited])).apply();
    let id = quick.id("t");
    slow.mock.set_state(&quick.mock.state()).unwrap();
    fs::copy(quick.dir().join("terraform.tfstate"), slow.dir().join("terraform.tfstate")).unwrap();

    let diagnostics = slow.write(hcl([limited.with("name", "\"renamed\"")])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Changing the tunnel failed");
    assert!(error.detail.contains(&format!("gave up waiting for {id} to become AVAILABLE after")), "{diagnostics}");
    assert_eq!(slow.id("t"), id);
    assert!(!slow.is_tainted("t"));

    slow.change_outside(&id, json!({ "State": "AVAILABLE" }));
    assert!(slow.plan_is_empty(), "the change had been made");
    let diagnostics = slow.write(hcl([""])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Deleting the tunnel failed");
    assert!(error.detail.contains(&format!("gave up waiting for {id} to be deleted after")), "{diagnostics}");
    assert!(error.detail.contains("DELETING"), "{diagnostics}");
    assert_eq!(slow.id("t"), id);
}

#[test]
fn a_tunnel_that_failed_is_an_error_long_before_the_time_is_over() {
    let ws = Workspace::new();
    let failed = |action: &str| ws.mock.fault(action, 1, Fault::Task(TaskFault::Failed("no address left".to_owned())));
    let fails = |configuration: String, summary: &str, state: &str| {
        let started = Instant::now();
        let diagnostics = ws.write(configuration).apply_fails();
        let error = diagnostics.error();
        assert_eq!(error.summary, summary);
        assert!(error.detail.contains(&format!("{} is {state}", ws.id("t"))), "{diagnostics}");
        assert!(error.detail.contains("console") && !error.detail.contains("timeout"), "{diagnostics}");
        // By default there are ten minutes.
        assert!(started.elapsed() < Duration::from_secs(120));
    };

    failed("CreateVpnConnection");
    fails(hcl([tunnel("t")]), "Creating the tunnel failed", "PENDING_ERROR");
    assert!(ws.is_tainted("t"));
    ws.apply();

    // As after a change that went wrong outside.
    ws.change_outside(&ws.id("t"), json!({ "State": "UPDATING_ERROR" }));
    fails(hcl([tunnel("t").with("name", "\"renamed\"")]), "Changing the tunnel failed", "UPDATING_ERROR");
    assert_eq!(ws.calls("ModifyVpnConnectionAttribute").len(), 2);
    assert!(!ws.is_tainted("t"));

    // It can be deleted all the same.
    failed("DeleteVpnConnection");
    fails(hcl([""]), "Deleting the tunnel failed", "DELETING_ERROR");
    ws.destroy();
    assert!(ws.tunnels().is_empty());
}

/// The create is done, then no wait can look at it.
fn made_and_not_seen(ws: &Workspace) -> Diagnostics {
    ws.mock.fault_rule(FaultRule {
        action: "DescribeVpnConnections".to_owned(),
        times: Some(1),
        skip: 1,
        fault: error("UnauthorizedOperation"),
    });
    ws.apply_fails()
}

#[test]
fn a_tainted_tunnel_is_replaced_by_the_next_apply() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")]));
    let diagnostics = made_and_not_seen(&ws);
    assert!(diagnostics.error().detail.contains("UnauthorizedOperation"), "{diagnostics}");
    let id = ws.id("t");
    assert!(ws.is_tainted("t"));
    ws.apply();
    assert_ne!(ws.id("t"), id);
    assert_eq!(Vec::from_iter(ws.tunnels().into_keys()), [ws.id("t")]);
}

#[test]
fn a_tunnel_that_was_made_and_not_seen_can_be_kept_as_the_error_says() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")]));
    let diagnostics = made_and_not_seen(&ws);
    let (id, error) = (ws.id("t"), diagnostics.error());
    assert!(error.detail.contains(&format!("{id} exists all the same")), "{diagnostics}");
    assert!(error.detail.contains("terraform untaint"), "{diagnostics}");
    ws.run(&["untaint", "cloudvpn_tencent_connection.t"]);
    assert!(!ws.plan().replaces("t"));
    ws.apply();
    assert_eq!(ws.id("t"), id);
}

#[test]
fn a_create_whose_answer_is_lost_makes_exactly_one_tunnel() {
    let lost = |fault: Fault| {
        let ws = Workspace::new();
        ws.mock.fault("CreateVpnConnection", 1, fault.clone());
        ws.write(hcl([tunnel("t")])).apply();
        assert_eq!(Vec::from_iter(ws.tunnels().into_keys()), [ws.id("t")], "{fault:?}");
        let executed = matches!(fault, Fault::Drop(When::After) | Fault::Truncate(true));
        assert_eq!(ws.calls("CreateVpnConnection").len(), if executed { 1 } else { 2 }, "{fault:?}");
    };
    // Together, since a create that was not executed is looked for in vain for a while.
    thread::scope(|scope| {
        for fault in [
            Fault::Drop(When::After),
            Fault::Truncate(true),
            Fault::Drop(When::Before),
            Fault::Http(502),
            Fault::Garbage(true),
        ] {
            scope.spawn(move || lost(fault));
        }
    });
}

#[test]
fn throttled_calls_are_repeated() {
    let ws = Workspace::new();
    for action in
        ["CreateVpnConnection", "DescribeVpnConnections", "ModifyVpnConnectionAttribute", "DeleteVpnConnection"]
    {
        ws.mock.fault(action, 2, error("RequestLimitExceeded"));
    }
    ws.write(hcl([tunnel("t")])).apply();
    let outcomes = |action: &str| ws.calls(action).into_iter().map(|call| call.outcome).collect::<Vec<_>>();
    let expected = ["RequestLimitExceeded", "RequestLimitExceeded", "ok"];
    assert_eq!(outcomes("CreateVpnConnection"), expected);
    ws.write(hcl([tunnel("t").with("name", "\"renamed\"")])).apply();
    assert_eq!(outcomes("ModifyVpnConnectionAttribute"), expected);
    ws.destroy();
    assert_eq!(outcomes("DeleteVpnConnection"), expected);
}

#[test]
fn throttling_without_end_says_what_to_do() {
    let ws = Workspace::new();
    let provider = "provider \"cloudvpn\" {\n  max_retries = 0\n}\n".to_owned();
    ws.mock.fault("CreateVpnConnection", 100, error("RequestLimitExceeded"));
    let limited = tunnel("t").with("timeouts", r#"{ create = "5s" }"#);
    let diagnostics = ws.write(hcl([provider, limited.to_string()])).apply_fails();
    let error = diagnostics.error();
    assert!(error.detail.contains("RequestLimitExceeded") && error.detail.contains("no time is left"), "{diagnostics}");
    assert!(error.detail.contains("requests_per_second") && error.detail.contains("longer timeout"), "{diagnostics}");
    assert!(ws.calls("CreateVpnConnection").len() > 1, "queueing is not failing");
    assert!(ws.state("t").is_none());
}

#[test]
fn a_flaky_service_is_asked_again() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    for fault in [
        Fault::Http(502),
        Fault::Garbage(true),
        Fault::Html(true),
        Fault::Drop(When::After),
        error("InternalError"),
        error("UnsupportedOperation.VpnConnInvalidState"),
    ] {
        ws.mock.fault("ModifyVpnConnectionAttribute", 1, fault);
    }
    ws.mock.fault("DescribeVpnConnections", 2, Fault::Http(503));
    ws.write(hcl([tunnel("t").with("name", "\"renamed\"")])).apply();
    assert_eq!(ws.tunnel("t")["VpnConnectionName"], "renamed");
}

#[test]
fn a_refused_change_points_at_the_attribute_it_is_about() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    let changed = tunnel("t").changed(
        r#"
        name = "renamed"
        negotiation = "passive"
        security_policies = [{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.1.0/24"] }]
        "#,
    );
    ws.write(hcl([changed]));
    for (code, attribute) in [
        ("InvalidParameterValue.TooLong", "name"),
        ("UnsupportedOperation.VpnConnSPDOverlap", "security_policies"),
        ("InvalidParameterValue", ""),
    ] {
        ws.mock.fault("ModifyVpnConnectionAttribute", 1, error(code));
        let diagnostics = ws.apply_fails();
        let error = diagnostics.error();
        assert_eq!(error.summary, "Changing the tunnel failed");
        assert!(error.detail.contains(code) && error.detail.contains("request id"), "{}", error.detail);
        assert!(error.is_at(attribute), "{code}: {diagnostics}");
        // What the service refused is not in the state.
        assert_eq!(ws.state("t").unwrap()["name"], "t");
        assert!(!ws.is_tainted("t"));
    }
    ws.apply();
}

#[test]
fn overlapping_policies_of_two_tunnels_are_refused_with_a_hint() {
    let ws = Workspace::new();
    const POLICIES: &str = r#"[{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.1.0/24"] }]"#;
    let first = tunnel("first").with("security_policies", POLICIES);
    ws.write(hcl([&first])).apply();
    let second = tunnel("second").with("security_policies", POLICIES).with("customer_gateway_id", "\"cgw-mock0002\"");
    let diagnostics = ws.write(hcl([&first, &second])).apply_fails();
    let error = diagnostics.error();
    assert!(error.is_at("security_policies") && error.block.contains("second"), "{diagnostics}");
    assert!(error.detail.contains("both their local and their remote ranges"), "{}", error.detail);
    assert!(ws.state("second").is_none());
    // A hub has one local range and many branches.
    const BRANCH: &str = r#"[{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.2.0/24"] }]"#;
    ws.write(hcl([&first, &second.with("security_policies", BRANCH)])).apply();
}

#[test]
fn when_only_one_of_modify_and_tags_fails_the_state_has_the_other() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t").with("tags", r#"{ a = "1" }"#)])).apply();
    ws.write(hcl([tunnel("t").changed("name = \"renamed\"\ntags = { a = \"2\" }")]));
    ws.mock.fault("ModifyResourceTags", 1, error("UnauthorizedOperation"));
    let diagnostics = ws.apply_fails();
    assert_eq!(diagnostics.error().summary, "Changing the tunnel's tags failed");
    assert!(diagnostics.error().is_at("tags"), "{diagnostics}");
    let state = ws.state("t").unwrap();
    assert_eq!((&state["name"], &state["tags"]), (&json!("renamed"), &json!({ "a": "1" })));
    ws.mock.clear_calls();
    ws.apply();
    assert!(ws.modifications(&ws.id("t")).is_empty());

    ws.write(hcl([tunnel("t").changed("name = \"again\"\ntags = { a = \"3\" }")]));
    ws.mock.fault("ModifyVpnConnectionAttribute", 1, error("InvalidParameterValue.TooLong"));
    let diagnostics = ws.apply_fails();
    assert!(diagnostics.error().is_at("name"), "{diagnostics}");
    let state = ws.state("t").unwrap();
    assert_eq!((&state["name"], &state["tags"]), (&json!("renamed"), &json!({ "a": "3" })));
    ws.mock.clear_calls();
    ws.apply();
    assert!(ws.calls("ModifyResourceTags").is_empty());
}

#[test]
fn a_refused_rotation_is_tried_again() {
    let ws = Workspace::new();
    let rotated = |version: u32| {
        let attributes =
            format!("pre_shared_key =\npre_shared_key_wo = \"k{version}\"\npre_shared_key_wo_version = {version}");
        hcl([tunnel("t").changed(&attributes)])
    };
    ws.write(rotated(1)).apply();
    ws.mock.fault("ModifyVpnConnectionAttribute", 1, error("InvalidParameterValue"));
    ws.write(rotated(2)).apply_fails();
    assert_eq!(ws.state("t").unwrap()["pre_shared_key_wo_version"], 1);
    ws.apply();
    assert_eq!(ws.tunnel("t")["PreShareKey"], "k2");
}

#[test]
fn a_tunnel_that_is_gone_already_is_deleted() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    ws.mock.fault("DeleteVpnConnection", 1, error("ResourceNotFound"));
    ws.mock.fault_rule(FaultRule {
        action: "DescribeVpnConnections".to_owned(),
        times: Some(1),
        skip: 1,
        fault: error("ResourceNotFound"),
    });
    ws.destroy();
    assert!(ws.state("t").is_none());
}

#[test]
fn a_tunnel_deleted_outside_is_destroyed_without_asking() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    ws.change_outside(&ws.id("t"), serde_json::Value::Null);
    let output = ws.run(&["destroy", "-auto-approve", "-refresh=false", "-no-color"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert_eq!(ws.calls("DeleteVpnConnection")[0].outcome, "ResourceNotFound");
    assert!(ws.state("t").is_none());
}

#[test]
fn a_delete_waits_until_the_tunnel_may_be_deleted() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    for code in ["UnsupportedOperation.DeleteVpnConnInvalidState", "UnsupportedOperation.MutexOperationTaskRunning"] {
        ws.mock.fault("DeleteVpnConnection", 1, error(code));
    }
    ws.destroy();
    assert_eq!(ws.calls("DeleteVpnConnection").len(), 3);
    assert!(ws.tunnels().is_empty());
}

#[test]
fn a_refused_delete_keeps_the_tunnel_in_the_state() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    let id = ws.id("t");
    ws.mock.fault("DeleteVpnConnection", 1, error("UnauthorizedOperation"));
    let diagnostics = ws.write(hcl([""])).apply_fails();
    assert_eq!(diagnostics.error().summary, "Deleting the tunnel failed");
    assert_eq!(ws.id("t"), id);
}

#[test]
fn the_documented_rate_is_kept() {
    let ws = Workspace::any_parent();
    ws.mock.rates([("CreateVpnConnection", 5)]);
    let provider = "provider \"cloudvpn\" {\n  requests_per_second = 5\n}\n".to_owned();
    let tunnels =
        tunnel("t").changed("count = 8\nname = \"t${count.index}\"\ncustomer_gateway_id = \"cgw-t${count.index}\"");
    ws.write(hcl([provider, tunnels.to_string()]))
        .apply_that_leaves_a_difference("the plan is not what this is about", &[]);
    let refused = ws.calls("CreateVpnConnection").into_iter().filter(|call| call.outcome != "ok").count();
    assert_eq!(refused, 0);
}
