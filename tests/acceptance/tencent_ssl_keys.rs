//! The key of an SSL client on Tencent Cloud is handed out and left nowhere.

use std::fs;

use cloudvpn_mock::Fault;

use crate::harness::{Workspace, hcl, tunnel};
use crate::tencent_ssl::*;

/// A client, its key, and a use of the key: as the pre-shared key of a tunnel, which is write-only.
fn configuration(ephemeral: &str) -> String {
    let ephemeral = format!("ephemeral {CLIENT:?} \"key\" {{\n{ephemeral}}}\n");
    let key = format!("ephemeral.{CLIENT}.key.private_key");
    let user = tunnel("user").changed("pre_shared_key =").with("pre_shared_key_wo", &key);
    let user = user.with("pre_shared_key_wo_version", "1");
    hcl([server("s").to_string(), client("c").to_string(), ephemeral, user.to_string()])
}

fn id() -> String {
    format!("  id = {CLIENT}.c.id\n")
}

/// Saves a plan, for the scan. Terraform 1.11 cannot show one as JSON that has conditions on ephemeral resources: it crashes.
fn plan(ws: &Workspace) {
    let output = ws.run(&["plan", "-no-color", "-out=plan.bin"]);
    assert_eq!(output.code, Some(0), "{}{}", output.stdout, output.stderr);
}

const CONDITIONS: &str = r#"
  lifecycle {
    postcondition {
      condition     = strcontains(self.private_key, "PRIVATE KEY-----")
      error_message = "no key"
    }
    postcondition {
      condition     = startswith(self.ca_certificate, "-----BEGIN CERTIFICATE-----") && startswith(self.certificate, "-----BEGIN CERTIFICATE-----")
      error_message = "no certificates"
    }
    postcondition {
      condition     = strcontains(self.client_config, "remote 198.18.9.9") && self.region == "ap-guangzhou"
      error_message = "no configuration"
    }
  }
"#;

#[test]
fn the_key_can_be_used_and_is_in_no_plan_state_output_or_log() {
    let ws = world();
    let log = ws.trace();
    ws.write(configuration(&format!("{}{CONDITIONS}", id())));
    // The id is not known before the client is there: Terraform asks for the key then.
    plan(&ws);
    ws.apply();
    let key = ws.tunnel("user")["PreShareKey"].as_str().unwrap().to_owned();
    assert!(key.contains("PRIVATE KEY-----"), "the key arrives where it is used");
    plan(&ws);

    let text = fs::read_to_string(log).unwrap();
    for expected in ["OpenEphemeralResource", "DownloadVpnGatewaySslClientCert"] {
        assert!(text.contains(expected), "the log has no {expected}");
    }
    // Line by line: what is quoted has its line breaks escaped.
    let secret_lines = key.lines().filter(|line| !line.starts_with("-----")).filter(|line| line.len() > 20);
    assert!(secret_lines.clone().count() > 5);
    for line in secret_lines {
        ws.assert_nowhere(line);
    }
}

#[test]
fn a_client_that_is_not_there_or_disabled_has_no_key() {
    let ws = world();
    ws.write(configuration("  id = \"vpnc-nowhere1\"\n"));
    let diagnostics = ws.plan_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "SSL client not found");
    assert!(error.is_at("id") && error.detail.contains("ap-guangzhou"), "{diagnostics}");
    ws.write(configuration("  id = \"vpns-nowhere1\"\n"));
    assert!(ws.validate().error().is_at("id"));

    let disabled = "UnsupportedOperation.SSLClientCertDisableUnsupportedDownloadSSLClientCert";
    ws.mock.fault("DownloadVpnGatewaySslClientCert", 1, Fault::Error(disabled.to_owned()));
    let diagnostics = ws.write(configuration("  id = \"vpnc-nowhere1\"\n")).plan_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Reading the SSL client's certificate failed");
    assert!(error.detail.contains("enable it first"), "{diagnostics}");
}
