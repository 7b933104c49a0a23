//! API 2.0: every change ends in a task, well, badly or not at all.

use std::time::Duration;

use cloudvpn_mock::{Fault, Options, TaskFault};
use serde_json::json;

use crate::harness::{Workspace, hcl, legacy_tunnel, options};

fn failed() -> Fault {
    Fault::Task(TaskFault::Failed("no address left in the pool".to_owned()))
}

#[test]
fn a_failed_create_shows_the_tasks_message_and_keeps_what_it_left() {
    let ws = Workspace::new();
    ws.mock.fault("AddVpnConnEx", 1, failed());
    ws.write(hcl([legacy_tunnel("t")]));
    let diagnostics = ws.apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Creating the tunnel failed");
    assert!(error.detail.contains("no address left in the pool"), "{diagnostics}");
    assert!(error.detail.contains("AddVpnConnEx"), "{diagnostics}");
    // It is of no use.
    assert!(!error.detail.contains("untaint") && ws.is_tainted("t"), "{diagnostics}");
    // It is replaced by one that works.
    ws.apply();
    assert_eq!(ws.tunnels().len(), 1);
}

#[test]
fn a_failed_change_shows_the_tasks_message_and_is_tried_again() {
    let ws = Workspace::new();
    ws.write(hcl([legacy_tunnel("t")])).apply();
    ws.mock.fault("ModifyVpnConnEx", 1, failed());
    ws.write(hcl([legacy_tunnel("t").with("name", "\"renamed\"")]));
    let diagnostics = ws.apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Changing the tunnel failed");
    assert!(error.detail.contains("no address left in the pool"), "{diagnostics}");
    assert_eq!(ws.state("t").unwrap()["name"], "t");
    assert!(!ws.is_tainted("t"));

    ws.apply();
    assert_eq!(ws.state("t").unwrap()["status"], "running");
    assert_eq!(ws.tunnel("t")["VpnConnectionName"], "renamed");
}

#[test]
fn a_failed_delete_shows_the_tasks_message_and_keeps_the_tunnel() {
    let ws = Workspace::new();
    ws.write(hcl([legacy_tunnel("t")])).apply();
    ws.mock.fault("DeleteVpnConn", 1, failed());
    ws.write(hcl([""]));
    let diagnostics = ws.apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Deleting the tunnel failed");
    assert!(error.detail.contains("no address left in the pool"), "{diagnostics}");
    assert!(ws.state("t").is_some());
    ws.apply();
    assert!(ws.tunnels().is_empty());
}

#[test]
fn a_vanished_task_leaves_the_decision_to_the_tunnel() {
    let ws = Workspace::new();
    for action in ["AddVpnConnEx", "ModifyVpnConnEx", "DeleteVpnConn"] {
        ws.mock.fault(action, 1, Fault::Task(TaskFault::Lost));
    }
    ws.write(hcl([legacy_tunnel("t")])).apply();
    ws.write(hcl([legacy_tunnel("t").with("name", "\"renamed\"")])).apply();
    assert_eq!(ws.state("t").unwrap()["status"], "running");
    ws.destroy();
    assert!(ws.tunnels().is_empty());
}

#[test]
fn a_create_that_takes_too_long_leaves_a_tunnel_to_be_replaced() {
    let ws = Workspace::with(Options { settle: Duration::from_secs(3600), ..options() });
    ws.write(hcl([legacy_tunnel("t").with("timeouts", r#"{ create = "5s" }"#)]));
    let diagnostics = ws.apply_fails();
    let error = diagnostics.error();
    assert!(error.detail.contains("gave up waiting for task"), "{diagnostics}");
    assert!(error.detail.contains("of AddVpnConnEx"), "{diagnostics}");
    assert!(ws.is_tainted("t"));
    ws.change_outside(&ws.id("t"), json!({ "State": "AVAILABLE", "NetStatus": "AVAILABLE" }));
    assert!(ws.plan().replaces("t"));
}

#[test]
fn a_busy_tunnel_and_a_throttled_account_are_waited_out() {
    let ws = Workspace::new();
    for (action, code) in [
        ("AddVpnConnEx", "RequestLimitExceeded"),
        ("ModifyVpnConnEx", "ActionLocked"),
        ("DeleteVpnConn", "InvalidVpnConnState"),
        ("DescribeVpcTaskResult", "4400"),
        ("DescribeVpnConn", "4500"),
    ] {
        ws.mock.fault(action, 2, Fault::Error(code.to_owned()));
    }
    ws.write(hcl([legacy_tunnel("t")])).apply();
    ws.write(hcl([legacy_tunnel("t").with("name", "\"renamed\"")])).apply();
    ws.destroy();
}
