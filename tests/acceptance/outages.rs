//! When a service cannot be reached, or is gone for a while.

use std::net::TcpListener;

use cloudvpn_mock::{Fault, FaultRule};

use crate::harness::{Workspace, hcl, tunnel};

const TUNNELS: &str = "data \"cloudvpn_tencent_connections\" \"d\" {}\n";

#[test]
fn a_service_that_was_never_reached_is_said_soon() {
    let ws = Workspace::new();
    // A port on which nobody listens any more.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for endpoint in [format!("http://127.0.0.1:{port}"), "http://nowhere.invalid".to_owned()] {
        ws.env("CLOUDVPN_TENCENT_ENDPOINT", &endpoint).write(hcl([TUNNELS]));
        let diagnostics = ws.plan_fails();
        let detail = &diagnostics.error().detail;
        assert!(detail.contains("cannot connect to") && detail.contains("it was never reached"), "{diagnostics}");
        assert!(detail.contains("endpoint, if one is configured"), "{diagnostics}");
    }
}

#[test]
fn an_outage_of_any_length_does_not_cost_the_retries() {
    let ws = Workspace::new();
    let provider = "provider \"cloudvpn\" {\n  max_retries = 0\n}\n".to_owned();
    // Some seconds of it while the new tunnel is waited for.
    let fault = Fault::Http(503);
    ws.mock.fault_rule(FaultRule { action: "DescribeVpnConnections".to_owned(), times: Some(6), skip: 1, fault });
    ws.write(hcl([provider, tunnel("t").to_string()])).apply();
    assert!(!ws.is_tainted("t"));
}

#[test]
fn a_malformed_proxy_is_an_error_that_names_the_variable() {
    let ws = Workspace::new();
    ws.env("HTTPS_PROXY", "http://user:hidden@proxy:port").write(hcl([TUNNELS]));
    let diagnostics = ws.plan_fails();
    assert!(diagnostics.error().detail.contains("HTTPS_PROXY"), "{diagnostics}");
    assert!(!diagnostics.to_string().contains("hidden"), "{diagnostics}");
}
