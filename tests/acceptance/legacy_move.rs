//! The way off API 2.0: a `moved` block makes a tunnel one of API 3.0, without touching it.

use serde_json::Value;

use crate::harness::{Workspace, hcl, legacy_tunnel, tunnel};

const MOVED: &str =
    "moved {\n  from = cloudvpn_tencent_legacy_connection.old\n  to = cloudvpn_tencent_connection.new\n}\n";

/// Applies `old` over API 2.0 and then moves it to `new`, which has to find nothing to do.
fn moves(old: &str, new: &str) -> (Workspace, Value) {
    let ws = Workspace::new();
    let name = "name = \"office\"\n";
    ws.write(hcl([legacy_tunnel("old").changed(name).changed(old)])).apply();
    let (id, before) = (ws.id("old"), ws.tunnel("old"));
    ws.mock.clear_calls();

    ws.write(hcl([MOVED.to_owned(), tunnel("new").changed(name).changed(new).to_string()]));
    let plan = ws.plan();
    assert_eq!(plan.actions("new"), ["no-op"], "{}", plan.change("new"));
    // Without a refresh too there is no difference in any value. Terraform calls it an update nevertheless, since a move drops its record
    // of which values are sensitive.
    let plan = ws.plan_with(&["-refresh=false"]);
    assert_eq!(plan.change("new")["before"], plan.change("new")["after"]);
    ws.apply();
    assert_eq!(ws.id("new"), id);
    assert_eq!(ws.tunnel("new"), before);
    let changes = ["ModifyVpnConnectionAttribute", "ModifyVpnConnEx", "CreateVpnConnection", "ModifyResourceTags"];
    assert!(changes.iter().all(|action| ws.calls(action).is_empty()));
    let state = ws.state("new").unwrap();
    (ws, state)
}

const POLICIES: &str = r#"security_policies = [{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.1.0/24"] }]"#;

#[test]
fn the_plan_after_a_move_is_empty() {
    let (ws, state) = moves(&format!("remote_cidrs =\n{POLICIES}"), POLICIES);
    assert_eq!(state["ike"]["encryption_algorithm"], "AES-CBC-256");
    assert_eq!(state["state"], "AVAILABLE");
    ws.destroy();
    assert!(ws.tunnels().is_empty());
}

#[test]
fn words_regions_and_key_versions_are_translated() {
    let key = "pre_shared_key =\npre_shared_key_wo = \"secret-not-in-any-state\"\npre_shared_key_wo_version = 7\n";
    let old = format!(
        "{key}remote_cidrs =\n{POLICIES}\n{}",
        r#"
        region = "gz"
        ike = { encryption_algorithm = "aes-cbc-128", integrity_algorithm = "sha", exchange_mode = "aggressive", dh_group = "group5", local_identity = { fqdn = "Here.example.com" } }
        ipsec = { encryption_algorithm = "aes-cbc-192", integrity_algorithm = "sha", pfs_dh_group = "dh-group5" }
        timeouts = { update = "7m" }
        "#
    );
    let new = format!(
        "{key}{POLICIES}\n{}",
        r#"
        region = "ap-guangzhou"
        ike = { version = "IKEV1", encryption_algorithm = "AES-CBC-128", integrity_algorithm = "SHA", exchange_mode = "AGGRESSIVE", dh_group = "GROUP5", local_identity = { fqdn = "Here.example.com" } }
        ipsec = { encryption_algorithm = "AES-CBC-192", integrity_algorithm = "SHA1", pfs_dh_group = "DH-GROUP5" }
        timeouts = { update = "7m" }
        "#
    );
    let (_, state) = moves(&old, &new);
    assert_eq!(state["pre_shared_key_wo_version"], 7);
}

#[test]
fn ranges_that_may_talk_to_the_whole_vpc_become_a_policy_of_its_range() {
    let ws = Workspace::new();
    ws.write(hcl([legacy_tunnel("old")])).apply();
    let (id, before) = (ws.id("old"), ws.tunnel("old"));
    ws.mock.clear_calls();

    // The state of the old one does not have the policy: the read that comes with the plan brings it.
    let policies = r#"security_policies = [{ local_cidr = "10.0.0.0/16", remote_cidrs = ["192.168.0.0/16"] }]"#;
    let new = tunnel("new").with("name", "\"old\"").changed(policies);
    ws.write(hcl([MOVED.to_owned(), new.to_string()]));
    let plan = ws.plan();
    assert_eq!(plan.actions("new"), ["no-op"], "{}", plan.change("new"));
    ws.apply();
    assert_eq!((ws.id("new"), ws.tunnel("new")), (id, before));
    assert!(ws.calls("ModifyVpnConnectionAttribute").is_empty());
}

#[test]
fn other_resources_cannot_be_moved_here() {
    let ws = Workspace::new();
    ws.write(hcl(["resource \"terraform_data\" \"old\" {}\n"])).apply();
    let moved = MOVED.replace("cloudvpn_tencent_legacy_connection", "terraform_data");
    ws.write(hcl([moved, tunnel("new").to_string()]));
    assert!(ws.plan_fails().error().detail.contains("cannot become a cloudvpn_tencent_connection"));
}
