//! API 2.0: changes in place, each one call that carries the change and what the API demands of every call.

use serde_json::{Value, json};

use crate::cases::{self, Case, case};
use crate::harness::{Workspace, hcl, legacy_tunnel};

/// Changes all tunnels and looks at the calls that changed each.
fn check(cases: &[Case]) -> Workspace {
    let sent = |ws: &Workspace, id: &str| {
        let calls = ws.calls("ModifyVpnConnEx").into_iter().map(|call| call.params);
        calls.filter(|params| params["vpnConnId"] == id).collect()
    };
    let whole = |sent: &mut Value, id: &str| {
        sent["vpnConnId"] = json!(id);
        sent["vpcId"] = json!("vpc-mock0001");
        sent["vpnGwId"] = json!("vpngw-mock0001");
        if sent.get("spdAcl").is_none() && sent.get("userGwCidrBlock.0").is_none() {
            sent["userGwCidrBlock.0"] = json!("192.168.0.0/16");
        }
    };
    let ws = cases::check(cases, legacy_tunnel, sent, whole);
    assert!(ws.calls("AddVpnConnEx").is_empty());
    assert_eq!(ws.calls("DescribeVpcTaskResult").is_empty(), ws.calls("ModifyVpnConnEx").is_empty());
    ws
}

/// Phase 1 as it is created, as parameters.
fn ike(changes: Value) -> Value {
    let mut ike = json!({
        "IKESet.propoEncryAlgorithm": "aes-cbc-256", "IKESet.propoAuthenAlgorithm": "sha", "IKESet.exchangeMode": "main",
        "IKESet.dhGroupName": "group14", "IKESet.ikeSaLifetimeSeconds": "86400", "IKESet.encryptAlgorithm": "aes-cbc-256",
    });
    ike.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    ike
}

/// Phase 2 as it is created, as parameters.
fn ipsec(changes: Value) -> Value {
    let mut ipsec = json!({
        "IPsecSet.integrityAlgorith": "sha", "IPsecSet.pfsDhGroup": "dh-group14", "IPsecSet.ipsecSaLifetimeSeconds": "3600",
        "IPsecSet.ipsecSaLifetimeTraffic": "1843200",
    });
    ipsec.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    ipsec
}

#[test]
fn a_name_is_sent_with_the_ranges() {
    check(&[case("name", "", r#"name = "renamed""#, json!({ "vpnConnName": "renamed" }))]);
}

#[test]
fn a_key_is_sent_when_it_changed() {
    const WRITE_ONLY: &str = "pre_shared_key =\npre_shared_key_wo = \"one\"\npre_shared_key_wo_version = 1";
    let key = || json!({ "preSharedKey": "***" });
    let ws = check(&[
        case("plain", r#"pre_shared_key = "one""#, r#"pre_shared_key = "@two &=+""#, key()),
        case("rotated", WRITE_ONLY, "pre_shared_key_wo = \"two\"\npre_shared_key_wo_version = 2", key()),
        case("same_version", WRITE_ONLY, r#"pre_shared_key_wo = "two""#, None),
        case(
            "to_write_only_unchanged",
            r#"pre_shared_key = "one""#,
            "pre_shared_key =\npre_shared_key_wo = \"one\"",
            None,
        ),
    ]);
    for (name, key) in [("plain", "@two &=+"), ("rotated", "two"), ("same_version", "one")] {
        assert_eq!(ws.tunnel(name)["PreShareKey"], key, "{name}");
    }
}

#[test]
fn ranges_are_sent_in_the_form_that_is_configured() {
    const POLICIES: &str =
        "remote_cidrs =\nsecurity_policies = [{ local_cidr = \"10.0.1.0/24\", remote_cidrs = [\"192.168.1.0/24\"] }]";
    let ws = check(&[
        case(
            "more",
            "",
            r#"remote_cidrs = ["192.168.0.0/16", "172.16.0.0/12"]"#,
            json!({ "userGwCidrBlock.0": "172.16.0.0/12", "userGwCidrBlock.1": "192.168.0.0/16" }),
        ),
        case("to_policies", "", POLICIES, json!({ "spdAcl": r#"{"10.0.1.0/24":["192.168.1.0/24"]}"# })),
        case(
            "from_policies",
            "remote_cidrs =\nsecurity_policies = [{ local_cidr = \"10.0.2.0/24\", remote_cidrs = [\"192.168.2.0/24\"] }]",
            "security_policies =\nremote_cidrs = [\"192.168.0.0/16\"]",
            json!({ "userGwCidrBlock.0": "192.168.0.0/16" }),
        ),
        case(
            "policies_kept",
            "remote_cidrs =\nsecurity_policies = [{ local_cidr = \"10.0.3.0/24\", remote_cidrs = [\"192.168.3.0/24\"] }]",
            "name = \"kept\"",
            json!({ "vpnConnName": "kept", "spdAcl": r#"{"10.0.3.0/24":["192.168.3.0/24"]}"# }),
        ),
    ]);
    assert!(ws.state("from_policies").unwrap()["security_policies"].is_null());
}

#[test]
fn a_changed_proposal_is_sent_whole() {
    let ws = Workspace::new();
    let tunnel = legacy_tunnel("t").with(
        "ike",
        r#"{ local_identity = { fqdn = "here.example.com" }, remote_identity = { fqdn = "there.example.com" } }"#,
    );
    ws.write(hcl([&tunnel])).apply();
    let identities = json!({
        "IKESet.localIdentity": "fqdn", "IKESet.localFqdnName": "here.example.com",
        "IKESet.remoteIdentity": "fqdn", "IKESet.remoteFqdnName": "there.example.com",
    });
    let common = json!({
        "vpcId": "vpc-mock0001", "vpnGwId": "vpngw-mock0001", "vpnConnId": ws.id("t"), "userGwCidrBlock.0": "192.168.0.0/16",
    });
    let mut tunnel = tunnel;
    let with = |mut of: Value, more: &[&Value]| {
        more.iter().for_each(|more| of.as_object_mut().unwrap().extend(more.as_object().unwrap().clone()));
        of
    };
    let other = json!({
        "IKESet.localIdentity": "fqdn", "IKESet.localFqdnName": "here.example.com", "IKESet.remoteIdentity": "address",
        "IKESet.remoteAddress": "192.0.2.9", "IKESet.exchangeMode": "aggressive", "IKESet.ikeSaLifetimeSeconds": "7200",
    });
    let phase_1 = with(ike(json!({})), &[&other]);
    for (attribute, expression, expected) in [
        (
            "ike",
            r#"{ local_identity = { fqdn = "here.example.com" }, remote_identity = { fqdn = "there.example.com" }, lifetime_seconds = 7200 }"#,
            with(ike(json!({ "IKESet.ikeSaLifetimeSeconds": "7200" })), &[&identities]),
        ),
        (
            "ike",
            r#"{ local_identity = { fqdn = "here.example.com" }, remote_identity = { address = "192.0.2.9" }, lifetime_seconds = 7200, exchange_mode = "aggressive" }"#,
            phase_1.clone(),
        ),
        ("ipsec", "{ pfs_dh_group = \"dh-group5\" }", ipsec(json!({ "IPsecSet.pfsDhGroup": "dh-group5" }))),
        (
            "ipsec",
            "{ pfs_dh_group = \"dh-group5\", lifetime_kilobytes = 4000000 }",
            ipsec(json!({ "IPsecSet.pfsDhGroup": "dh-group5", "IPsecSet.ipsecSaLifetimeTraffic": "4000000" })),
        ),
        (
            "ipsec",
            "{ pfs_dh_group = \"dh-group5\", lifetime_kilobytes = 4000000, encryption_algorithm = \"aes-cbc-128\" }",
            with(
                ipsec(json!({ "IPsecSet.pfsDhGroup": "dh-group5", "IPsecSet.ipsecSaLifetimeTraffic": "4000000" })),
                &[&phase_1, &json!({ "IKESet.encryptAlgorithm": "aes-cbc-128" })],
            ),
        ),
    ] {
        ws.mock.clear_calls();
        tunnel = tunnel.with(attribute, expression);
        ws.write(hcl([&tunnel])).apply();
        let calls: Vec<_> = ws.calls("ModifyVpnConnEx").into_iter().map(|call| call.params).collect();
        assert_eq!(calls, [with(expected, &[&common])], "{expression}");
    }
    assert_eq!(ws.tunnel("t")["IPSECOptionsSpecification"]["EncryptAlgorithm"], "AES-CBC-128");
}

#[test]
fn timeouts_and_another_spelling_of_the_region_call_nothing() {
    let ws = check(&[
        case("timeouts", "", r#"timeouts = { update = "3m" }"#, None),
        case("region", r#"region = "gz""#, r#"region = "ap-guangzhou""#, None),
        case("back", r#"region = "ap-guangzhou""#, r#"region = "gz""#, None),
    ]);
    assert_eq!(ws.state("region").unwrap()["region"], "ap-guangzhou");
    assert_eq!(ws.state("back").unwrap()["region"], "gz");
}

#[test]
fn what_cannot_change_in_place_is_replaced() {
    let ws = Workspace::any_parent();
    ws.write(hcl([legacy_tunnel("t")])).apply();
    for change in [
        "customer_gateway_id = \"cgw-mock0002\"",
        "gateway_id = \"vpngw-other001\"",
        "vpc_id = \"vpc-other001\"",
        "region = \"sh\"",
    ] {
        ws.write(hcl([legacy_tunnel("t").changed(change)]));
        assert!(ws.plan().replaces("t"), "{change}");
    }
}
