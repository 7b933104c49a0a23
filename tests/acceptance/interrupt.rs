//! Ctrl-C, and the signals of systems that do not want to wait.
#![cfg(unix)]

use std::thread;
use std::time::{Duration, Instant};

use cloudvpn_mock::{Fault, Options};
use serde_json::json;

use crate::alibaba_customer_gateway;
use crate::harness::{Resource, Running, Workspace, hcl, legacy_tunnel, options, tunnel};

/// Far below what Terraform or the test would wait for the tunnel.
const SOON: Duration = Duration::from_secs(20);

/// What a create is answered after.
const LATE: Fault = Fault::DelayMs(8_000);

const NEVER: Fault = Fault::DelayMs(3_600_000);

/// Something of each cloud, and the action that makes it.
fn kinds() -> [(Resource, &'static str); 2] {
    [(tunnel("t"), "CreateVpnConnection"), (alibaba_customer_gateway::gateway("t"), "CreateCustomerGateway")]
}

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
    ws.mock.fault("ModifyVpnConnectionAttribute", 1, NEVER);
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
fn ctrl_c_before_a_create_is_answered_still_finds_what_was_made() {
    thread::scope(|scope| {
        for (resource, action) in kinds() {
            scope.spawn(move || {
                let ws = Workspace::new();
                ws.mock.fault(action, 1, NEVER);
                ws.write(hcl([resource]));
                let running = apply_until(&ws, || !ws.calls(action).is_empty());
                running.interrupt();
                let output = running.wait();
                let printed = format!("{action}: {}{}", output.stdout, output.stderr);
                assert_eq!(output.code, Some(1), "{printed}");
                // What was just asked for is looked for, so that it is known: nothing is made twice.
                assert!(ws.mock.state().to_string().contains(&ws.id("t")), "{printed}");
                ws.mock.clear_calls();
                let again = ws.run(&["apply", "-auto-approve", "-no-color"]);
                assert_eq!(again.code, Some(0), "{printed}{}{}", again.stdout, again.stderr);
                // One that may not be whole is replaced, and another is not made beside it.
                let made = ws.calls(action).iter().filter(|call| call.outcome == "ok").count();
                let gone = ws.mock.calls().iter().filter(|call| call.action.starts_with("Delete")).count();
                assert_eq!(made, gone, "{printed}{:?}", ws.mock.calls());
            });
        }
    });
}

#[test]
fn a_signal_during_a_create_that_is_answered_late_keeps_the_id() {
    thread::scope(|scope| {
        for signal in [libc::SIGTERM, libc::SIGINT] {
            for (resource, action) in kinds() {
                scope.spawn(move || {
                    let ws = Workspace::new();
                    ws.mock.fault(action, 1, LATE);
                    ws.write(hcl([resource]));
                    let running = apply_until(&ws, || !ws.calls(action).is_empty());
                    running.signal(signal);
                    let output = running.wait();
                    let printed = format!("{action}, signal {signal}: {}{}", output.stdout, output.stderr);
                    assert_eq!(output.code, Some(1), "{printed}");
                    assert!(output.stdout.contains("Gracefully shutting down"), "{printed}");
                    assert!(ws.mock.state().to_string().contains(&ws.id("t")), "{printed}");
                    // It was the last thing that was asked for, but for what waits for it and reads it.
                    let calls = ws.mock.calls();
                    let after: Vec<_> = calls.iter().skip_while(|call| call.action != action).skip(1).collect();
                    assert!(after.iter().all(|call| call.action.starts_with("Describe")), "{printed}{after:?}");
                });
            }
        }
    });
}

#[test]
fn a_second_signal_ends_the_provider_with_terraform() {
    thread::scope(|scope| {
        for (resource, action) in kinds() {
            scope.spawn(move || {
                let ws = Workspace::new();
                ws.mock.fault(action, 1, NEVER);
                ws.write(hcl([resource]));
                let running = apply_until(&ws, || !ws.calls(action).is_empty());
                running.signal(libc::SIGTERM);
                wait_until(&ws, || running.printed().contains("Gracefully shutting down"));
                let again = Instant::now();
                running.signal(libc::SIGTERM);
                let group = running.group();
                let output = running.wait();
                assert_eq!(output.code, Some(1), "{}{}", output.stdout, output.stderr);
                // SAFETY: kill(2) reads its arguments only, and signal 0 reaches nobody.
                wait_until(&ws, || unsafe { libc::kill(-group, 0) } != 0);
                assert!(again.elapsed() < SOON, "it took {:?}", again.elapsed());
            });
        }
    });
}

/// Starts an apply and gives it once `it_is_time`.
fn apply_until(ws: &Workspace, it_is_time: impl Fn() -> bool) -> Running {
    let running = ws.start(&["apply", "-auto-approve", "-no-color"]);
    wait_until(ws, it_is_time);
    running
}

fn wait_until(ws: &Workspace, it_is_time: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !it_is_time() {
        assert!(Instant::now() < deadline, "the apply never came so far: {:?}", ws.mock.calls());
        thread::sleep(Duration::from_millis(10));
    }
}
