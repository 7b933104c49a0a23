//! API 2.0: the life of a tunnel, from its create to its end, by Terraform or outside of it.

use std::fs;

use cloudvpn_mock::{Fault, Switches};
use serde_json::{Value, json};

use crate::harness::{Workspace, hcl, legacy_tunnel};

const FULL: &str = r#"
    region = "gz"
    name = "office"
    remote_cidrs =
    security_policies = [{ local_cidr = "10.0.1.0/24", remote_cidrs = ["172.16.0.0/12", "192.168.1.0/24"] }, { local_cidr = "10.0.2.0/24", remote_cidrs = ["192.168.2.0/24"] }]
    ike = { encryption_algorithm = "aes-cbc-192", integrity_algorithm = "sha", exchange_mode = "aggressive", dh_group = "group5", lifetime_seconds = 3600, local_identity = { fqdn = "here.example.com" }, remote_identity = { address = "192.0.2.9" } }
    ipsec = { encryption_algorithm = "aes-cbc-128", integrity_algorithm = "sha", pfs_dh_group = "dh-group5", lifetime_seconds = 7200, lifetime_kilobytes = 1843200 }
    timeouts = { create = "5m", update = "5m", delete = "5m" }
    "#;

#[test]
fn a_tunnel_with_what_is_required_gets_strong_algorithms() {
    let ws = Workspace::new();
    ws.write(hcl([legacy_tunnel("t").without("name")]));
    let after = ws.plan().after("t").clone();
    assert_eq!(after["ike"]["encryption_algorithm"], "aes-cbc-256");
    assert_eq!(after["ipsec"]["pfs_dh_group"], "dh-group14");
    assert!(ws.apply().warnings().is_empty());
    let (state, tunnel) = (ws.state("t").unwrap(), ws.tunnel("t"));
    assert_eq!(tunnel["IKEOptionsSpecification"]["PropoEncryAlgorithm"], "AES-CBC-256");
    assert_eq!(tunnel["IKEOptionsSpecification"]["DhGroupName"], "GROUP14");
    assert_eq!(tunnel["IPSECOptionsSpecification"]["EncryptAlgorithm"], "AES-CBC-256");
    assert_eq!(tunnel["IPSECOptionsSpecification"]["PfsDhGroup"], "DH-GROUP14");
    assert_eq!((&state["status"], &state["region"]), (&json!("running"), &json!("ap-guangzhou")));
    assert_eq!(state["net_status"], "available");
    ws.destroy();
    assert!(ws.tunnels().is_empty());
}

#[test]
fn everything_can_be_said_and_is_read_back() {
    for switches in [
        Switches::default(),
        Switches { legacy_arrays: true, legacy_code_text: true, legacy_unknown_id_empty: true, ..Switches::default() },
    ] {
        let ws = Workspace::new();
        ws.mock.switches(switches);
        ws.write(hcl([legacy_tunnel("t").changed(FULL)])).apply();
        let params = &ws.calls("AddVpnConnEx")[0].params;
        assert_eq!(
            params["spdAcl"],
            r#"{"10.0.1.0/24":["172.16.0.0/12","192.168.1.0/24"],"10.0.2.0/24":["192.168.2.0/24"]}"#
        );
        assert_eq!(params["IKESet.remoteAddress"], "192.0.2.9");
        assert_eq!(params["IKESet.encryptAlgorithm"], "aes-cbc-128");
        assert_eq!(params["preSharedKey"], "***");
        assert_eq!(ws.calls("AddVpnConnEx")[0].region, "gz");
        let state = ws.state("t").unwrap();
        assert_eq!((&state["region"], &state["ipsec"]["integrity_algorithm"]), (&json!("gz"), &json!("sha")));
        ws.destroy();
        assert!(ws.tunnels().is_empty());
    }
}

#[test]
fn tunnels_between_the_same_gateways_are_not_mistaken_for_each_other() {
    let ws = Workspace::any_parent();
    let names = ["one", "two", "three"];
    let tunnels =
        || names.map(|name| legacy_tunnel(name).with("name", "\"twin\"").with("pre_shared_key", &format!("{name:?}")));
    ws.write(hcl(tunnels())).apply();
    for name in names {
        assert_eq!(ws.tunnel(name)["PreShareKey"], name);
    }
    assert_eq!(ws.tunnels().len(), 3);
    ws.destroy();
}

#[test]
fn a_create_of_unknown_outcome_is_found() {
    let ws = Workspace::new();
    ws.mock.fault("AddVpnConnEx", 1, Fault::Drop(cloudvpn_mock::When::After));
    ws.write(hcl([legacy_tunnel("t")])).apply();
    assert_eq!((ws.tunnels().len(), ws.calls("AddVpnConnEx").len()), (1, 1));
}

#[test]
fn a_tunnel_is_imported_by_its_three_ids() {
    let ws = Workspace::new();
    ws.write(hcl([legacy_tunnel("t").changed(FULL)])).apply();
    let id = format!("vpc-mock0001/vpngw-mock0001/{}", ws.id("t"));
    for (import, region) in [(format!("gz/{id}"), "gz"), (id.clone(), "ap-guangzhou")] {
        fs::remove_file(ws.dir().join("terraform.tfstate")).unwrap();
        ws.import("cloudvpn_tencent_legacy_connection.t", &import);
        let state = ws.state("t").unwrap();
        assert_eq!(state["region"], region);
        assert_eq!(state["ike"]["local_identity"]["fqdn"], "here.example.com");
        assert!(state["pre_shared_key"].is_null());
    }
    ws.write(hcl([legacy_tunnel("t").changed(FULL)]));
    ws.mock.clear_calls();
    ws.apply();
    let sent = ws.calls("ModifyVpnConnEx");
    // The key is not known from an import, nor is which ranges belong together.
    assert_eq!(sent.len(), 1);
    assert!(sent[0].params.get("IKESet.dhGroupName").is_none(), "{}", sent[0].params);
}

#[test]
fn an_imported_tunnel_that_the_configuration_describes_needs_nothing() {
    let ws = Workspace::new();
    ws.write(hcl([legacy_tunnel("t")])).apply();
    let id = format!("vpc-mock0001/vpngw-mock0001/{}", ws.id("t"));
    fs::remove_file(ws.dir().join("terraform.tfstate")).unwrap();
    ws.write(hcl([legacy_tunnel("t").changed("pre_shared_key =\npre_shared_key_wo = \"a pre-shared key\"")]));
    ws.import("cloudvpn_tencent_legacy_connection.t", &id);
    assert!(ws.plan_is_empty());
}

#[test]
fn an_import_id_of_another_form_is_refused_with_the_form() {
    let ws = Workspace::new();
    ws.write(hcl([legacy_tunnel("t")]));
    for id in ["vpnx-1", "vpngw-1/vpnx-1", "vpngw-1/vpc-1/vpnx-1", "/vpc-1/vpngw-1/vpnx-1", "gz/vpc-1/vpngw-1/vpnx-"] {
        let said = ws.import_fails("cloudvpn_tencent_legacy_connection.t", id);
        assert!(said.contains("REGION/vpc-xxxxxxxx/vpngw-xxxxxxxx/vpnx-xxxxxxxx"), "{id}: {said}");
    }
    let said = ws.import_fails("cloudvpn_tencent_legacy_connection.t", "vpc-mock0001/vpngw-mock0001/vpnx-nowhere1");
    assert!(said.contains("Cannot import non-existent remote object"), "{said}");
}

#[test]
fn what_changed_outside_is_planned_back() {
    let ws = Workspace::new();
    ws.write(hcl([legacy_tunnel("t").with("ike", r#"{ dh_group = "group14" }"#)])).apply();
    let id = ws.id("t");
    for (patch, attribute) in [
        (json!({ "VpnConnectionName": "by hand" }), "name"),
        (json!({ "PreShareKey": "by hand" }), "pre_shared_key"),
        (json!({ "IKEOptionsSpecification": { "DhGroupName": "GROUP2" } }), "ike"),
        (
            json!({ "SecurityPolicyDatabaseSet": [{ "LocalCidrBlock": "10.0.0.0/16", "RemoteCidrBlock": ["172.16.0.0/12"] }] }),
            "remote_cidrs",
        ),
    ] {
        ws.change_outside(&id, patch.clone());
        let plan = ws.plan();
        let change = plan.change("t");
        assert_eq!(plan.actions("t"), ["update"], "{patch}");
        assert_ne!(change["before"][attribute], change["after"][attribute], "{patch}");
        ws.apply();
    }
}

#[test]
fn a_tunnel_deleted_outside_is_created_again_or_needs_no_delete() {
    for unknown_id_empty in [false, true] {
        let ws = Workspace::new();
        ws.mock.switches(Switches { legacy_unknown_id_empty: unknown_id_empty, ..Switches::default() });
        ws.write(hcl([legacy_tunnel("t")])).apply();
        ws.change_outside(&ws.id("t"), Value::Null);
        assert_eq!(ws.plan().actions("t"), ["create"]);
        ws.apply();

        ws.change_outside(&ws.id("t"), Value::Null);
        let destroyed = ws.run(&["destroy", "-auto-approve", "-refresh=false", "-no-color"]);
        assert_eq!(destroyed.code, Some(0), "{}", destroyed.stderr);
    }
}

#[test]
fn a_missing_gateway_is_not_taken_for_a_missing_tunnel() {
    let ws = Workspace::new();
    ws.write(hcl([legacy_tunnel("t")])).apply();
    // The listing has the tunnel, whatever the question by its id is answered with.
    ws.mock.fault("DescribeVpnConn", 1, Fault::Error("InvalidVpnGw.NotFound".to_owned()));
    assert!(ws.plan_is_empty());
    ws.mock.fault("DescribeVpnConn", 2, Fault::Error("InvalidVpnGw.NotFound".to_owned()));
    let diagnostics = ws.plan_fails();
    assert_eq!(diagnostics.error().summary, "Reading the tunnel failed");

    ws.mock.fault("ModifyVpnConnEx", 1, Fault::Error("InvalidVpnGw.NotFound".to_owned()));
    ws.write(hcl([legacy_tunnel("t").with("name", "\"other\"")]));
    let diagnostics = ws.apply_fails();
    assert!(diagnostics.error().detail.contains("the tunnel exists"), "{diagnostics}");
    ws.change_outside(&ws.id("t"), Value::Null);
    let gone = ws.run(&["apply", "-auto-approve", "-refresh=false", "-no-color"]);
    assert_eq!(gone.code, Some(1));
    assert!(gone.stderr.contains("the tunnel no longer exists"), "{}", gone.stderr);
}

#[test]
fn a_key_given_write_only_is_nowhere() {
    const SECRET: &str = "@Sw0rdfish-not-to-be-seen";
    let ws = Workspace::new();
    let log = ws.trace();
    let variable = "variable \"key\" {\n  type = string\n  ephemeral = true\n  sensitive = true\n}\n".to_owned();
    let tunnel =
        legacy_tunnel("t").changed("pre_shared_key =\npre_shared_key_wo = var.key\npre_shared_key_wo_version = 1");
    ws.var("key", SECRET).write(hcl([variable.clone(), tunnel.to_string()]));
    ws.plan();
    ws.apply();
    assert_eq!(ws.tunnel("t")["PreShareKey"], SECRET, "the service has got it");
    // A failing task that quotes the key, and a refused change.
    ws.mock.fault("ModifyVpnConnEx", 1, Fault::Task(cloudvpn_mock::TaskFault::Failed(format!("bad key {SECRET}"))));
    let changed = tunnel.with("pre_shared_key_wo_version", "2");
    ws.write(hcl([variable, changed.to_string()]));
    let diagnostics = ws.apply_fails();
    assert!(diagnostics.error().detail.contains("bad key [redacted]"), "{diagnostics}");
    assert!(fs::read_to_string(log).unwrap().contains("ModifyVpnConnEx"));
    for secret in [SECRET, "Sw0rdfish-not-to-be-seen", cloudvpn_mock::TENCENT_SECRET_KEY] {
        ws.assert_nowhere(secret);
    }
}
