//! Changes in place: one call that carries the change and nothing else.

use serde_json::{Value, json};

use crate::cases::{self, Case, case};
use crate::harness::{Workspace, hcl, tunnel};

/// Changes all tunnels and looks at the calls that changed each.
fn check(cases: &[Case]) -> Workspace {
    let whole = |sent: &mut Value, id: &str| sent["VpnConnectionId"] = json!(id);
    let ws = cases::check(cases, tunnel, |ws, id| ws.modifications(id), whole);
    assert!(ws.calls("ModifyResourceTags").is_empty());
    assert!(ws.calls("CreateVpnConnection").is_empty());
    ws.assert_state_is_fresh();
    ws
}

#[test]
fn a_name_a_negotiation_or_a_gateway_is_sent_alone() {
    check(&[
        case("name", "", r#"name = "renamed""#, json!({ "VpnConnectionName": "renamed" })),
        case("negotiation", "", r#"negotiation = "passive""#, json!({ "NegotiationType": "passive" })),
        case("gateway", "", r#"customer_gateway_id = "cgw-mock0002""#, json!({ "CustomerGatewayId": "cgw-mock0002" })),
    ]);
}

#[test]
fn the_other_sides_default_identity_follows_its_gateway() {
    let ike = |members: Value| {
        let mut ike = json!({
            "IKEVersion": "IKEV2", "PropoEncryAlgorithm": "AES-CBC-256", "PropoAuthenAlgorithm": "SHA-256", "ExchangeMode": "MAIN",
            "DhGroupName": "GROUP14", "IKESaLifetimeSeconds": 7200, "LocalIdentity": "ADDRESS", "LocalAddress": "203.0.113.1",
        });
        merge(&mut ike, members);
        json!({ "CustomerGatewayId": "cgw-mock0003", "IKEOptionsSpecification": ike })
    };
    let ws = check(&[
        // The address of the gateway that the tunnel leaves must not be sent.
        case(
            "default",
            "",
            "customer_gateway_id = \"cgw-mock0003\"\nike = { lifetime_seconds = 7200 }",
            ike(json!({})),
        ),
        case(
            "configured",
            r#"ike = { remote_identity = { address = "192.0.2.9" } }"#,
            "customer_gateway_id = \"cgw-mock0003\"\nike = { lifetime_seconds = 7200, remote_identity = { address = \"192.0.2.9\" } }",
            ike(json!({ "RemoteIdentity": "ADDRESS", "RemoteAddress": "192.0.2.9" })),
        ),
        case(
            "name",
            r#"ike = { lifetime_seconds = 7200, remote_identity = { fqdn = "there.example.com" } }"#,
            "customer_gateway_id = \"cgw-mock0003\"\nike = { lifetime_seconds = 7200 }",
            json!({ "CustomerGatewayId": "cgw-mock0003" }),
        ),
    ]);
    let identity = |name: &str| ws.state(name).unwrap()["ike"]["remote_identity"].clone();
    assert_eq!(identity("default")["address"], "198.51.100.3");
    assert_eq!(identity("configured")["address"], "192.0.2.9");
    assert_eq!(identity("name")["fqdn"], "there.example.com");
}

#[test]
fn several_changes_are_one_call() {
    let changed = r#"
        name = "renamed"
        pre_shared_key = "another key"
        negotiation = "flowTrigger"
        customer_gateway_id = "cgw-mock0003"
        dpd = { enabled = true, timeout_seconds = 31 }
        security_policies = [{ local_cidr = "10.1.0.0/16", remote_cidrs = ["172.16.0.0/12"] }]
        "#;
    let sent = json!({
        "VpnConnectionName": "renamed", "PreShareKey": "***", "NegotiationType": "flowTrigger", "CustomerGatewayId": "cgw-mock0003",
        "DpdEnable": 1, "DpdTimeout": "31",
        "SecurityPolicyDatabases": [{ "LocalCidrBlock": "10.1.0.0/16", "RemoteCidrBlock": ["172.16.0.0/12"] }],
    });
    check(&[case("all", "", changed, sent)]);
}

#[test]
fn a_key_is_sent_when_it_changed() {
    const WRITE_ONLY: &str = "pre_shared_key =\npre_shared_key_wo = \"one\"\npre_shared_key_wo_version = 1";
    let key = || json!({ "PreShareKey": "***" });
    let ws = check(&[
        case("plain", r#"pre_shared_key = "one""#, r#"pre_shared_key = "two""#, key()),
        case("rotated", WRITE_ONLY, "pre_shared_key_wo = \"two\"\npre_shared_key_wo_version = 2", key()),
        case("only_the_version", WRITE_ONLY, "pre_shared_key_wo_version = 2", key()),
        case("same_version", WRITE_ONLY, r#"pre_shared_key_wo = "two""#, None),
        case("to_write_only", r#"pre_shared_key = "one""#, "pre_shared_key =\npre_shared_key_wo = \"two\"", key()),
        case(
            "to_write_only_unchanged",
            r#"pre_shared_key = "one""#,
            "pre_shared_key =\npre_shared_key_wo = \"one\"",
            None,
        ),
        case(
            "from_write_only",
            WRITE_ONLY,
            "pre_shared_key = \"two\"\npre_shared_key_wo =\npre_shared_key_wo_version =",
            key(),
        ),
    ]);
    for (name, key) in [
        ("plain", "two"),
        ("rotated", "two"),
        ("same_version", "one"),
        ("to_write_only", "two"),
        ("from_write_only", "two"),
    ] {
        assert_eq!(ws.tunnel(name)["PreShareKey"], key, "{name}");
    }
    assert!(ws.state("to_write_only").unwrap()["pre_shared_key"].is_null());
}

#[test]
fn security_policies_are_replaced_as_a_whole_and_removing_them_is_sent() {
    const TWO: &str = r#"security_policies = [{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.1.0/24", "192.168.2.0/24"] }, { local_cidr = "10.0.2.0/24", remote_cidrs = ["192.168.3.0/24"] }]"#;
    const OTHER_ORDER: &str = r#"security_policies = [{ local_cidr = "10.0.2.0/24", remote_cidrs = ["192.168.3.0/24"] }, { local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.2.0/24", "192.168.1.0/24"] }]"#;
    const ONE: &str = r#"security_policies = [{ local_cidr = "10.0.2.0/24", remote_cidrs = ["192.168.4.0/24"] }]"#;
    let one = || json!({ "SecurityPolicyDatabases": [{ "LocalCidrBlock": "10.0.2.0/24", "RemoteCidrBlock": ["192.168.4.0/24"] }] });
    let none = || json!({ "SecurityPolicyDatabases": [] });
    check(&[
        case("changed", TWO, ONE, one()),
        case("added", "", ONE, one()),
        case("removed", TWO, "security_policies =", none()),
        case("emptied", TWO, "security_policies = []", none()),
        case("other_order", TWO, OTHER_ORDER, None),
    ]);
}

#[test]
fn a_member_of_ike_or_ipsec_sends_that_object_alone() {
    let ike = |members: Value| {
        let mut ike = json!({
            "IKEVersion": "IKEV2", "PropoEncryAlgorithm": "AES-CBC-256", "PropoAuthenAlgorithm": "SHA-256", "ExchangeMode": "MAIN",
            "DhGroupName": "GROUP14", "IKESaLifetimeSeconds": 86400,
            "LocalIdentity": "ADDRESS", "LocalAddress": "203.0.113.1", "RemoteIdentity": "ADDRESS", "RemoteAddress": "198.51.100.254",
        });
        merge(&mut ike, members);
        json!({ "IKEOptionsSpecification": ike })
    };
    let ipsec = |members: Value| {
        let mut ipsec = json!({
            "EncryptAlgorithm": "AES-CBC-256", "IntegrityAlgorith": "SHA-256", "PfsDhGroup": "DH-GROUP14",
            "IPSECSaLifetimeSeconds": 3600, "IPSECSaLifetimeTraffic": 4_096_000_000_u64,
        });
        merge(&mut ipsec, members);
        json!({ "IPSECOptionsSpecification": ipsec })
    };
    check(&[
        case("version", "", r#"ike = { version = "IKEV1" }"#, ike(json!({ "IKEVersion": "IKEV1" }))),
        case(
            "encryption",
            "",
            r#"ike = { encryption_algorithm = "AES256GCM128" }"#,
            ike(json!({ "PropoEncryAlgorithm": "AES256GCM128" })),
        ),
        case(
            "integrity",
            "",
            r#"ike = { integrity_algorithm = "SHA-512" }"#,
            ike(json!({ "PropoAuthenAlgorithm": "SHA-512" })),
        ),
        case(
            "exchange",
            "",
            r#"ike = { version = "IKEV1", exchange_mode = "AGGRESSIVE" }"#,
            ike(json!({ "IKEVersion": "IKEV1", "ExchangeMode": "AGGRESSIVE" })),
        ),
        case("group", "", r#"ike = { dh_group = "GROUP21" }"#, ike(json!({ "DhGroupName": "GROUP21" }))),
        case("lifetime", "", "ike = { lifetime_seconds = 604800 }", ike(json!({ "IKESaLifetimeSeconds": 604800 }))),
        case("ike_left_out", "ike = { version = \"IKEV2\" }", "ike =", None),
        case(
            "phase2",
            "",
            r#"ipsec = { encryption_algorithm = "AES-CBC-128" }"#,
            ipsec(json!({ "EncryptAlgorithm": "AES-CBC-128" })),
        ),
        case(
            "phase2_integrity",
            "",
            r#"ipsec = { integrity_algorithm = "SM3" }"#,
            ipsec(json!({ "IntegrityAlgorith": "SM3" })),
        ),
        case("pfs", "", r#"ipsec = { pfs_dh_group = "DH-GROUP19" }"#, ipsec(json!({ "PfsDhGroup": "DH-GROUP19" }))),
        case(
            "phase2_lifetime",
            "",
            "ipsec = { lifetime_seconds = 180 }",
            ipsec(json!({ "IPSECSaLifetimeSeconds": 180 })),
        ),
        case("traffic", "", "ipsec = { lifetime_kilobytes = 2560 }", ipsec(json!({ "IPSECSaLifetimeTraffic": 2560 }))),
        case("ipsec_left_out", "ipsec = { lifetime_seconds = 180 }", "ipsec =", None),
    ]);
}

#[test]
fn each_identity_changes_on_its_own() {
    let sent = |local: [&str; 3], remote: [&str; 3]| {
        let mut ike = json!({
            "IKEVersion": "IKEV2", "PropoEncryAlgorithm": "AES-CBC-256", "PropoAuthenAlgorithm": "SHA-256", "ExchangeMode": "MAIN",
            "DhGroupName": "GROUP14", "IKESaLifetimeSeconds": 86400, "LocalIdentity": local[0], "RemoteIdentity": remote[0],
        });
        ike[local[1]] = json!(local[2]);
        ike[remote[1]] = json!(remote[2]);
        json!({ "IKEOptionsSpecification": ike })
    };
    let here = ["FQDN", "LocalFqdnName", "here.example.com"];
    let there = ["FQDN", "RemoteFqdnName", "there.example.com"];
    let own_address = ["ADDRESS", "LocalAddress", "203.0.113.1"];
    let their_address = ["ADDRESS", "RemoteAddress", "198.51.100.254"];
    check(&[
        case("local", "", r#"ike = { local_identity = { fqdn = "here.example.com" } }"#, sent(here, their_address)),
        case("remote", "", r#"ike = { remote_identity = { fqdn = "there.example.com" } }"#, sent(own_address, there)),
        case(
            "remote_beside_a_name",
            r#"ike = { local_identity = { fqdn = "here.example.com" }, remote_identity = { address = "192.0.2.1" } }"#,
            r#"ike = { local_identity = { fqdn = "here.example.com" }, remote_identity = { address = "192.0.2.2" } }"#,
            sent(here, ["ADDRESS", "RemoteAddress", "192.0.2.2"]),
        ),
        case(
            "local_to_address",
            r#"ike = { local_identity = { fqdn = "here.example.com" }, remote_identity = { fqdn = "there.example.com" } }"#,
            r#"ike = { local_identity = { address = "192.0.2.3" }, remote_identity = { fqdn = "there.example.com" } }"#,
            sent(["ADDRESS", "LocalAddress", "192.0.2.3"], there),
        ),
        case("left_out", r#"ike = { local_identity = { fqdn = "here.example.com" } }"#, "ike = {}", None),
    ]);
}

#[test]
fn members_of_dpd_are_sent_one_by_one() {
    const ALL: &str = r#"dpd = { enabled = true, timeout_seconds = 40, action = "restart" }"#;
    check(&[
        case("on", "", "dpd = { enabled = true }", json!({ "DpdEnable": 1 })),
        case(
            "off",
            ALL,
            r#"dpd = { enabled = false, timeout_seconds = 40, action = "restart" }"#,
            json!({ "DpdEnable": 0 }),
        ),
        case("timeout", "", "dpd = { timeout_seconds = 45 }", json!({ "DpdTimeout": "45" })),
        case("action", "", r#"dpd = { action = "restart" }"#, json!({ "DpdAction": "restart" })),
        case("left_out", ALL, "dpd =", json!({ "DpdEnable": 0 })),
    ]);
}

#[test]
fn members_of_health_check_are_sent_one_by_one() {
    const ON: &str = r#"health_check = { enabled = true, local_ip = "169.254.130.1", remote_ip = "169.254.130.2" }"#;
    check(&[
        case("on", "", "health_check = { enabled = true }", json!({ "EnableHealthCheck": true })),
        case(
            "off",
            "health_check = { enabled = true }",
            "health_check = { enabled = false }",
            json!({ "EnableHealthCheck": false }),
        ),
        case(
            "local",
            ON,
            r#"health_check = { enabled = true, local_ip = "169.254.140.1", remote_ip = "169.254.130.2" }"#,
            json!({ "HealthCheckLocalIp": "169.254.140.1" }),
        ),
        case(
            "remote",
            "health_check = { enabled = true, local_ip = \"169.254.150.1\", remote_ip = \"169.254.150.2\" }",
            r#"health_check = { enabled = true, local_ip = "169.254.150.1", remote_ip = "169.254.150.3" }"#,
            json!({ "HealthCheckRemoteIp": "169.254.150.3" }),
        ),
        case(
            "probe",
            "health_check = { enabled = true }",
            "health_check = { enabled = true, probe = { threshold = 5 } }",
            json!({ "HealthCheckConfig": { "ProbeType": "NQA", "ProbeInterval": 5000, "ProbeThreshold": 5, "ProbeTimeout": 150 } }),
        ),
        case("left_out", "health_check = { enabled = true }", "health_check =", json!({ "EnableHealthCheck": false })),
    ]);
}

#[test]
fn bgp_changes_in_place() {
    check(&[case(
        "bgp",
        "route_type = \"Bgp\"\nbgp = { tunnel_cidr = \"169.254.128.0/30\", local_ip = \"169.254.128.1\", remote_ip = \"169.254.128.2\" }",
        r#"bgp = { tunnel_cidr = "169.254.129.0/30", local_ip = "169.254.129.1", remote_ip = "169.254.129.2" }"#,
        json!({ "BgpConfig": { "TunnelCidr": "169.254.129.0/30", "LocalBgpIp": "169.254.129.1", "RemoteBgpIp": "169.254.129.2" } }),
    )]);
}

#[test]
fn timeouts_alone_call_nothing() {
    let ws = check(&[
        case("added", "", r#"timeouts = { update = "3m" }"#, None),
        case("changed", r#"timeouts = { create = "1m" }"#, r#"timeouts = { create = "2m" }"#, None),
        case("removed", r#"timeouts = { create = "1m" }"#, "timeouts =", None),
    ]);
    assert_eq!(ws.state("changed").unwrap()["timeouts"]["create"], "2m");
}

#[test]
fn values_that_become_known_during_apply_are_sent_if_they_changed() {
    let ws = Workspace::any_parent();
    let configuration = |text: &str, range: &str, trigger: u32| {
        let data = format!(
            "resource \"terraform_data\" \"later\" {{\n  triggers_replace = {trigger}\n  input = {{ text = {text:?}, range = {range:?} }}\n}}\n"
        );
        let changed = tunnel("changed").changed(
            r#"
            name = terraform_data.later.output.text
            security_policies = [{ local_cidr = "10.0.1.0/24", remote_cidrs = [terraform_data.later.output.range, "192.168.7.0/24"] }]
            ike = { local_identity = { fqdn = terraform_data.later.output.text } }
            tags = { a = terraform_data.later.output.text }
            "#,
        );
        // Unknown while planning, and then what it was before.
        let same = tunnel("same").changed(
            r#"
            customer_gateway_id = "cgw-same"
            name = length(terraform_data.later.output.text) > 0 ? "same" : "other"
            negotiation = length(terraform_data.later.output.text) > 0 ? "passive" : "active"
            tags = { a = length(terraform_data.later.output.text) > 0 ? "1" : "2" }
            "#,
        );
        hcl([data, changed.to_string(), same.to_string()])
    };
    ws.write(configuration("one", "192.168.1.0/24", 1)).apply();
    let id = ws.id("changed");
    ws.mock.clear_calls();

    ws.write(configuration("two", "192.168.2.0/24", 2));
    let plan = ws.plan();
    assert_eq!(plan.actions("changed"), ["update"]);
    assert_eq!(plan.after_unknown("changed")["name"], true);
    ws.apply();
    let sent = ws.modifications(&id);
    assert_eq!(sent.len(), 1);
    let members: Vec<_> = sent[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["IKEOptionsSpecification", "SecurityPolicyDatabases", "VpnConnectionId", "VpnConnectionName"]);
    assert_eq!(sent[0]["IKEOptionsSpecification"]["LocalFqdnName"], "two");
    assert!(ws.modifications(&ws.id("same")).is_empty());
    assert_eq!(ws.calls("ModifyResourceTags").len(), 1);
}

fn merge(into: &mut Value, members: Value) {
    for (name, value) in members.as_object().expect("members are an object") {
        into[name] = value.clone();
    }
}
