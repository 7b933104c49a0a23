//! Ctrl-C.
#![cfg(unix)]

use std::thread;
use std::time::{Duration, Instant};

use cloudvpn_mock::Options;
use serde_json::json;

use crate::harness::{Running, Workspace, hcl, legacy_tunnel, options, tunnel};

/// Far below what Terraform or the test would wait for the tunnel.
const SOON: Duration = Duration::from_secs(20);

#[test]
fn ctrl_c_during_a_create_keeps_the_id_and_ends_soon() {
    let ws = Workspace::with(Options { settle: Duration::from_secs(3600), ..options() });
    ws.write(hcl([tunnel("t")]));
    let running =
        apply_until(&ws, || ws.mock.calls().iter().skip_while(|call| call.action != "CreateVpnConnection").count() > 1);
    let interrupted = Instant::now();
    running.interrupt();
    let output = running.wait();
    assert!(interrupted.elapsed() < SOON, "it took {:?}", interrupted.elapsed());
    assert_eq!(output.code, Some(1), "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("Gracefully shutting down"), "{}", output.stdout);
    assert!(output.stderr.contains("terraform untaint"), "{}", output.stderr);

    // The tunnel is known, so that nothing is made twice.
    let id = ws.id("t");
    assert!(ws.tunnels().into_keys().eq([id.clone()]));
    ws.change_outside(&id, json!({ "State": "AVAILABLE", "NetStatus": "AVAILABLE" }));
    assert!(ws.plan().replaces("t"));
}

#[test]
fn ctrl_c_during_a_create_over_api_2_0_keeps_the_id() {
    let ws = Workspace::with(Options { settle: Duration::from_secs(3600), ..options() });
    ws.write(hcl([legacy_tunnel("t")]));
    // The create gives no id: the tunnel is looked for, and its task is asked for after that.
    let running = apply_until(&ws, || !ws.calls("DescribeVpcTaskResult").is_empty());
    let interrupted = Instant::now();
    running.interrupt();
    let output = running.wait();
    assert!(interrupted.elapsed() < SOON, "it took {:?}", interrupted.elapsed());
    assert_eq!(output.code, Some(1), "{}{}", output.stdout, output.stderr);
    assert!(ws.tunnels().into_keys().eq([ws.id("t")]));
    assert!(output.stderr.contains("terraform untaint") && ws.is_tainted("t"), "{}", output.stderr);
}

#[test]
fn ctrl_c_during_a_change_keeps_the_tunnel() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    let id = ws.id("t");
    ws.mock.clear_calls();
    // The change is done, its answer does not come.
    ws.mock.fault("ModifyVpnConnectionAttribute", 1, cloudvpn_mock::Fault::DelayMs(3_600_000));
    ws.write(hcl([tunnel("t").with("name", "\"renamed\"")]));
    let running = apply_until(&ws, || !ws.calls("ModifyVpnConnectionAttribute").is_empty());
    running.interrupt();
    let output = running.wait();
    assert_eq!(output.code, Some(1), "{}{}", output.stdout, output.stderr);
    assert_eq!(ws.id("t"), id);
    assert!(!ws.is_tainted("t"));
    // The change had been made; the next plan sees that by itself.
    ws.apply();
    assert_eq!(ws.tunnel("t")["VpnConnectionName"], "renamed");
}

#[test]
fn ctrl_c_before_a_create_is_answered_says_that_there_may_be_a_tunnel() {
    let ws = Workspace::new();
    ws.mock.fault("CreateVpnConnection", 1, cloudvpn_mock::Fault::DelayMs(3_600_000));
    ws.write(hcl([tunnel("t")]));
    let running = apply_until(&ws, || !ws.calls("CreateVpnConnection").is_empty());
    running.interrupt();
    let output = running.wait();
    assert_eq!(output.code, Some(1), "{}{}", output.stdout, output.stderr);
    assert!(output.stderr.contains("the request may have been executed"), "{}", output.stderr);
    // Making another one is refused by the service, and the error says what may be the matter.
    let diagnostics = ws.apply_fails();
    assert!(diagnostics.error().detail.contains("look whether there already is one"), "{diagnostics}");
    assert_eq!(ws.tunnels().len(), 1);
}

/// Starts an apply and gives it once `it_is_time`.
fn apply_until(ws: &Workspace, it_is_time: impl Fn() -> bool) -> Running {
    let running = ws.start(&["apply", "-auto-approve", "-no-color"]);
    let deadline = Instant::now() + Duration::from_secs(60);
    while !it_is_time() {
        assert!(Instant::now() < deadline, "the apply never came so far: {:?}", ws.mock.calls());
        thread::sleep(Duration::from_millis(10));
    }
    running
}
