//! API 2.0: mistakes are found before anything is asked of the cloud, refusals shown where they belong.

use cloudvpn_mock::Fault;

use crate::harness::{Workspace, hcl, legacy_tunnel};

#[test]
fn mistakes_are_found_at_their_attribute() {
    let policies = |local: &str, remote: &str| {
        format!("remote_cidrs =\nsecurity_policies = [{{ local_cidr = {local:?}, remote_cidrs = [{remote:?}] }}]")
    };
    let twice = "remote_cidrs =\nsecurity_policies = [{ local_cidr = \"10.0.1.0/24\", remote_cidrs = [\"10.1.0.0/16\"] }, { local_cidr = \"10.0.1.0/24\", remote_cidrs = [\"10.2.0.0/16\"] }]";
    for (attributes, at, says) in [
        (format!("name = {:?}", "n".repeat(61)), "name", "1 to 60 characters"),
        ("vpc_id = \"x\"".to_owned(), "vpc_id", "vpc-"),
        ("gateway_id = \"x\"".to_owned(), "gateway_id", "vpngw-"),
        ("customer_gateway_id = \"x\"".to_owned(), "customer_gateway_id", "cgw-"),
        ("pre_shared_key =".to_owned(), "", "pre_shared_key_wo"),
        ("pre_shared_key_wo = \"two\"".to_owned(), "pre_shared_key_wo", "xactly one"),
        ("remote_cidrs =".to_owned(), "", "security_policies"),
        ("remote_cidrs = [\"10.0.0.1/33\"]".to_owned(), "remote_cidrs", "10.0.0.1/33"),
        (policies("10.0.0.0", "10.1.0.0/16"), "security_policies", "10.0.0.0"),
        (twice.to_owned(), "security_policies", "more than one policy"),
        ("ike = { encryption_algorithm = \"AES-CBC-128\" }".to_owned(), "ike.encryption_algorithm", "aes-cbc-128"),
        ("ike = { integrity_algorithm = \"sha-256\" }".to_owned(), "ike.integrity_algorithm", "sha"),
        ("ike = { dh_group = \"group15\" }".to_owned(), "ike.dh_group", "group14"),
        ("ike = { lifetime_seconds = 59 }".to_owned(), "ike.lifetime_seconds", "between 60 and 604800"),
        ("ipsec = { integrity_algorithm = \"sha1\" }".to_owned(), "ipsec.integrity_algorithm", "sha"),
        ("ipsec = { pfs_dh_group = \"group14\" }".to_owned(), "ipsec.pfs_dh_group", "dh-group14"),
        ("ipsec = { lifetime_seconds = 179 }".to_owned(), "ipsec.lifetime_seconds", "between 180 and 604800"),
        ("ipsec = { lifetime_kilobytes = 2559 }".to_owned(), "ipsec.lifetime_kilobytes", "2560"),
    ] {
        let ws = Workspace::new();
        ws.write(hcl([legacy_tunnel("t").changed(&attributes)]));
        let diagnostics = ws.validate();
        let error = diagnostics.error();
        assert!(error.is_at(at), "{attributes}\n{error}");
        assert!(error.to_string().contains(says), "{attributes}\n{error}");
        assert!(ws.mock.calls().is_empty());
    }
}

#[test]
fn weak_algorithms_are_accepted_with_a_warning_and_the_impossible_bound_is_not_enforced() {
    let ws = Workspace::new();
    ws.write(hcl([legacy_tunnel("t").changed(
        r#"
        ike = { encryption_algorithm = "3des-cbc", integrity_algorithm = "md5", dh_group = "group2" }
        ipsec = { encryption_algorithm = "null", integrity_algorithm = "md5", pfs_dh_group = "null", lifetime_kilobytes = 604801 }
        "#,
    )]));
    let diagnostics = ws.validate();
    let [warning] = diagnostics.warnings()[..] else { panic!("one warning was expected: {diagnostics}") };
    assert_eq!(warning.detail.matches("is accepted, but").count(), 6, "{diagnostics}");
    ws.apply();
    assert_eq!(ws.state("t").unwrap()["ipsec"]["lifetime_kilobytes"], 604_801);
}

#[test]
fn a_refusal_is_shown_where_it_belongs() {
    for (code, at) in [
        ("InvalidVpnConnName", "name"),
        ("InvalidVpc.NotFound", "vpc_id"),
        ("InvalidVpnGw.NotFound", "gateway_id"),
        ("InvalidUserGw.NotFound", "customer_gateway_id"),
        ("VpnConnLimitExceeded", ""),
    ] {
        let ws = Workspace::new();
        ws.mock.fault("AddVpnConnEx", 1, Fault::Error(code.to_owned()));
        ws.write(hcl([legacy_tunnel("t")]));
        let diagnostics = ws.apply_fails();
        let error = diagnostics.error();
        assert!(error.is_at(at), "{code}\n{error}");
        assert!(error.detail.contains(code) && error.detail.contains("AddVpnConnEx in ap-guangzhou"), "{error}");
        assert!(ws.state("t").is_none() && ws.tunnels().is_empty());
    }
}
