//! Keys stay where they belong.

use std::fs;

use crate::harness::{Workspace, hcl, tunnel};

const SECRET: &str = "Sw0rdfish-not-to-be-seen";

fn write_only() -> String {
    let variable = "variable \"key\" {\n  type = string\n  ephemeral = true\n  sensitive = true\n}\n".to_owned();
    let tunnel = tunnel("t").changed("pre_shared_key =\npre_shared_key_wo = var.key\npre_shared_key_wo_version = 1");
    hcl([variable, tunnel.to_string()])
}

#[test]
fn a_key_given_write_only_is_in_no_plan_state_output_or_log() {
    let ws = Workspace::new();
    let log = ws.trace();
    ws.var("key", SECRET).write(write_only());
    ws.plan();
    ws.apply();
    assert_eq!(ws.tunnel("t")["PreShareKey"], SECRET, "the service has got it");
    ws.var("key", "Another-key-not-to-be-seen").write(write_only().replace("wo_version = 1", "wo_version = 2"));
    ws.plan();
    ws.apply();
    assert_eq!(ws.tunnel("t")["PreShareKey"], "Another-key-not-to-be-seen");
    // A refused change shows what was asked for nowhere.
    ws.mock.fault("ModifyVpnConnectionAttribute", 1, cloudvpn_mock::Fault::Error("InvalidParameterValue".to_owned()));
    ws.write(write_only().replace("wo_version = 1", "wo_version = 3")).apply_fails();

    let text = fs::read_to_string(log).unwrap();
    for expected in ["ModifyVpnConnectionAttribute", "CreateVpnConnection", "PlanResourceChange"] {
        assert!(text.contains(expected), "the log has no {expected}");
    }
    for secret in [SECRET, "Another-key-not-to-be-seen", cloudvpn_mock::TENCENT_SECRET_KEY] {
        ws.assert_nowhere(secret);
    }
    assert!(ws.dir().join("terraform.tfstate.backup").is_file());
}

#[test]
fn a_plain_key_is_in_plan_and_state_and_the_provider_logs_it_nowhere() {
    let ws = Workspace::new();
    let log = ws.trace();
    let variable = "variable \"key\" {\n  type = string\n}\n".to_owned();
    ws.var("key", SECRET).write(hcl([variable, tunnel("t").with("pre_shared_key", "var.key").to_string()]));
    let plan = ws.plan();
    assert_eq!(plan.change("t")["after_sensitive"]["pre_shared_key"], true);
    let shown = ws.run(&["plan", "-no-color"]).stdout;
    assert!(shown.contains("pre_shared_key") && shown.contains("(sensitive value)"), "{shown}");
    assert!(!shown.contains(SECRET));
    ws.apply();
    // This also shows that the search finds what there is.
    let places = ws.places_of(SECRET);
    assert!(places.contains(&"terraform.tfstate".to_owned()), "{places:?}");
    assert!(places.contains(&"plan.bin".to_owned()), "{places:?}");
    let text = fs::read_to_string(log).unwrap();
    let ours = text.lines().filter(|line| line.contains("provider.terraform-provider-cloudvpn"));
    assert!(ours.clone().count() > 0, "the provider logs");
    assert!(ours.clone().all(|line| !line.contains(SECRET)));
}

#[test]
fn wrong_credentials_say_what_to_do() {
    let ws = Workspace::new();
    ws.env("TENCENTCLOUD_SECRET_KEY", "Wrong-key-not-to-be-seen").write(hcl([tunnel("t")]));
    let diagnostics = ws.apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Creating the tunnel failed");
    assert!(error.detail.contains("AuthFailure.SignatureFailure"), "{}", error.detail);
    assert!(error.detail.contains("secret key does not belong to the secret id"), "{}", error.detail);
    assert!(ws.state("t").is_none());
    ws.assert_nowhere("Wrong-key-not-to-be-seen");
}
