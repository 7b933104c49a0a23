//! When a service cannot be reached, or is gone for a while.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

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
fn a_certificate_that_is_not_trusted_is_said_soon_and_with_what_to_do() {
    let ws = Workspace::new();
    let (listener, tls) = (TcpListener::bind("127.0.0.1:0").unwrap(), untrusted());
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(AtomicUsize::new(0));
    thread::spawn({
        let asked = Arc::clone(&asked);
        move || {
            for mut client in listener.incoming().flatten() {
                asked.fetch_add(1, Ordering::Relaxed);
                let mut server = rustls::ServerConnection::new(Arc::clone(&tls)).unwrap();
                // The client breaks it off.
                let _ = server.complete_io(&mut client);
            }
        }
    });
    for cloud in ["tencent", "alibaba"] {
        asked.store(0, Ordering::Relaxed);
        ws.env(&format!("CLOUDVPN_{}_ENDPOINT", cloud.to_uppercase()), &format!("https://localhost:{port}"));
        ws.write(hcl([format!("data \"cloudvpn_{cloud}_customer_gateways\" \"d\" {{}}\n")]));
        let diagnostics = ws.plan_fails();
        let detail = &diagnostics.error().detail;
        assert!(detail.contains("certificate") && detail.contains("SSL_CERT_FILE"), "{diagnostics}");
        assert!(!detail.contains("CaUsedAsEndEntity"), "{diagnostics}");
        // It would be no other the next time.
        assert_eq!(asked.load(Ordering::Relaxed), 1, "{diagnostics}");
    }
}

/// A server's side of TLS, with a certificate that nobody knows.
fn untrusted() -> Arc<rustls::ServerConfig> {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(vec![own.cert.der().clone()], key).unwrap())
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
