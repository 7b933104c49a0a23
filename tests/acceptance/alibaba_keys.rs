//! The key of a certificate is handed out and left nowhere.

use std::fs;

use crate::alibaba::{cert, made};
use crate::harness::{Workspace, hcl, tunnel};

/// A certificate, its key, and a use of the key: as the pre-shared key of a tunnel, which is write-only.
fn configuration(ephemeral: &str) -> String {
    let ephemeral = format!("ephemeral \"cloudvpn_alibaba_ssl_client_cert\" \"key\" {{\n{ephemeral}}}\n");
    let key = "ephemeral.cloudvpn_alibaba_ssl_client_cert.key.private_key";
    let user = tunnel("user").changed("pre_shared_key =").with("pre_shared_key_wo", key);
    hcl([cert("c").to_string(), ephemeral, user.with("pre_shared_key_wo_version", "1").to_string()])
}

/// Saves a plan, for the scan. Terraform 1.11 cannot show one as JSON that has conditions on ephemeral resources: it crashes.
fn plan(ws: &Workspace) {
    let output = ws.run(&["plan", "-no-color", "-out=plan.bin"]);
    assert_eq!(output.code, Some(0), "{}{}", output.stdout, output.stderr);
}

const ID: &str = "  id = cloudvpn_alibaba_ssl_client_cert.c.id\n";

const CONDITIONS: &str = r#"
  lifecycle {
    postcondition {
      condition     = startswith(self.private_key, "-----BEGIN RSA PRIVATE KEY-----") || startswith(self.private_key, "-----BEGIN PRIVATE KEY-----")
      error_message = "no key"
    }
    postcondition {
      condition     = startswith(self.ca_certificate, "-----BEGIN CERTIFICATE-----") && startswith(self.certificate, "-----BEGIN CERTIFICATE-----")
      error_message = "no certificates"
    }
    postcondition {
      condition     = strcontains(self.client_config, "${self.id}.key") && contains(["c", "renamed"], self.name) && self.status == "normal"
      error_message = "no configuration"
    }
    postcondition {
      condition     = self.region == "cn-hangzhou" && timecmp(self.expires_at, plantimestamp()) > 0
      error_message = "no region or end"
    }
  }
"#;

#[test]
fn the_key_can_be_used_and_is_in_no_plan_state_output_or_log() {
    let ws = Workspace::new();
    let log = ws.trace();
    // The id is not known before the certificate is there: the key is asked for then. OpenTofu would show its conditions nulls until then.
    ws.write(configuration(ID));
    plan(&ws);
    ws.apply();
    ws.write(configuration(&format!("{ID}{CONDITIONS}")));
    let made = made(&ws, "c");
    let key = made["ClientKey"].as_str().expect("the mock has made a key");
    assert_eq!(ws.tunnel("user")["PreShareKey"], key, "the key arrives where it is used");
    plan(&ws);
    ws.write(configuration(&format!("{ID}{CONDITIONS}")).replace("name = \"c\"", "name = \"renamed\""));
    ws.apply();

    let text = fs::read_to_string(log).unwrap();
    for expected in ["OpenEphemeralResource", "DescribeSslVpnClientCert", "ModifySslVpnClientCert"] {
        assert!(text.contains(expected), "the log has no {expected}");
    }
    // Line by line: what is quoted has its line breaks escaped.
    let secret_lines = key.lines().filter(|line| !line.starts_with("-----")).filter(|line| line.len() > 20);
    assert!(secret_lines.clone().count() > 5);
    for line in secret_lines {
        ws.assert_nowhere(line);
    }
    ws.assert_nowhere("resolv-retry infinite");
    ws.assert_nowhere(cloudvpn_mock::ALIBABA_ACCESS_KEY_SECRET);
}

#[test]
fn a_certificate_that_is_not_there_has_no_key() {
    let ws = Workspace::new();
    ws.write(configuration("  id = \"vsc-nowhere\"\n"));
    let diagnostics = ws.plan_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Certificate not found");
    assert!(error.is_at("id") && error.detail.contains("cn-hangzhou"), "{diagnostics}");
    ws.write(configuration("  id = \"vss-mock0001\"\n"));
    assert!(ws.validate().error().is_at("id"));
}

#[test]
fn a_region_says_where_the_certificate_is() {
    let ws = Workspace::any_parent();
    let there = |line: &str| configuration(&format!("{ID}{line}"));
    let text = there("  region = \"cn-beijing\"\n");
    let text = text.replacen("ssl_server_id =", "region = \"cn-beijing\"\n  ssl_server_id =", 1);
    ws.write(&text).apply();
    assert_eq!(ws.state("c").unwrap()["region"], "cn-beijing");
    ws.no_env("ALIBABA_CLOUD_REGION");
    assert!(ws.plan_is_empty());
    ws.write(text.replacen("  region = \"cn-beijing\"\n}", "}", 1));
    assert_eq!(ws.plan_fails().error().summary, "Missing region");
}
