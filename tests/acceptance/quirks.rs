//! Habits of the real service that must not show as differences.

use std::collections::BTreeSet;

use cloudvpn_mock::Switches;
use serde_json::json;

use crate::harness::{Workspace, hcl, tunnel};

/// One of each thing that the service spells or orders in its own way.
fn particular() -> String {
    hcl([tunnel("t").changed(
        r#"
        security_policies = [{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.1.0/24", "192.168.2.0/24", "192.168.3.0/24"] }, { local_cidr = "10.0.2.0/24", remote_cidrs = ["192.168.4.0/24"] }, { local_cidr = "10.0.3.0/24", remote_cidrs = ["192.168.5.0/24"] }]
        dpd = { enabled = true, timeout_seconds = 55 }
        ipsec = { integrity_algorithm = "SHA-384" }
        "#,
    )])
}

#[test]
fn the_services_own_order_of_policies_and_its_textual_numbers_are_no_difference() {
    let ws = Workspace::new();
    ws.write(particular()).apply();
    let seen = ws.tunnel("t");
    assert_eq!(seen["DpdTimeout"], "55", "the mock gives this number as text");
    let locals: BTreeSet<_> = ws.state("t").unwrap()["security_policies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|policy| policy["local_cidr"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(locals, ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"].map(str::to_owned).into());
    // Nothing else was needed to settle on this.
    assert!(ws.calls("ModifyVpnConnectionAttribute").is_empty());
}

#[test]
fn two_spellings_of_integrity_are_no_difference() {
    let ws = Workspace::new();
    ws.mock.switches(Switches { both_integrity_spellings: true, ..Switches::default() });
    ws.write(particular()).apply();
    assert_eq!(ws.state("t").unwrap()["ipsec"]["integrity_algorithm"], "SHA-384");
    ws.write(particular().replace("SHA-384", "SHA-512")).apply();
    let id = ws.id("t");
    assert_eq!(ws.modifications(&id)[0]["IPSECOptionsSpecification"]["IntegrityAlgorith"], "SHA-512");
}

#[test]
fn an_empty_id_in_the_answer_to_a_create_is_looked_up() {
    let ws = Workspace::new();
    ws.mock.switches(Switches { empty_create_id: true, create_dpd_minus_one: true, ..Switches::default() });
    ws.write(particular()).apply();
    assert_eq!(ws.calls("CreateVpnConnection").len(), 1);
    assert_eq!(Vec::from_iter(ws.tunnels().into_keys()), [ws.id("t")]);
    assert_eq!(ws.state("t").unwrap()["dpd"], json!({ "enabled": true, "timeout_seconds": 55, "action": "clear" }));
}

#[test]
fn what_nobody_configured_takes_the_services_word() {
    let ws = Workspace::new();
    ws.mock.switches(Switches { create_dpd_minus_one: true, ..Switches::default() });
    ws.write(hcl([tunnel("t")])).apply();
    let state = ws.state("t").unwrap();
    assert_eq!(state["dpd"], json!({ "enabled": false, "timeout_seconds": 30, "action": "clear" }));
    assert_eq!(state["negotiation"], "active");
    assert_eq!(state["ike"]["local_identity"], json!({ "address": "203.0.113.1", "fqdn": null }));
}
