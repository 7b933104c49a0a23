//! Changes made outside of Terraform, and answers that prove nothing.

use cloudvpn_mock::{Fault, FaultRule, Switches};
use serde_json::{Value, json};

use crate::harness::{Workspace, hcl, tunnel};

#[test]
fn a_tunnel_deleted_outside_is_created_again() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    let old = ws.id("t");
    ws.change_outside(&old, Value::Null);
    assert_eq!(ws.plan().actions("t"), ["create"]);
    ws.apply();
    assert_ne!(ws.id("t"), old);

    // The other way in which the service says that there is no such tunnel.
    ws.mock.switches(Switches { unknown_id_not_found: true, ..Switches::default() });
    ws.change_outside(&ws.id("t"), Value::Null);
    assert_eq!(ws.plan().actions("t"), ["create"]);
}

#[test]
fn attributes_changed_outside_are_planned_back() {
    let ws = Workspace::any_parent();
    const POLICIES: &str = r#"security_policies = [{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.1.0/24"] }]"#;
    let policy = |remote: &str| json!([{ "LocalCidrBlock": "10.0.1.0/24", "RemoteCidrBlock": [remote] }]);
    let cases = [
        ("name", "", json!({ "VpnConnectionName": "by hand" }), "VpnConnectionName", json!("name")),
        ("plainkey", r#"pre_shared_key = "k1""#, json!({ "PreShareKey": "by hand" }), "PreShareKey", json!("k1")),
        (
            "policies",
            POLICIES,
            json!({ "SecurityPolicyDatabaseSet": policy("192.168.9.0/24") }),
            "SecurityPolicyDatabaseSet",
            policy("192.168.1.0/24"),
        ),
        (
            "newpolicies",
            "",
            json!({ "SecurityPolicyDatabaseSet": policy("192.168.9.0/24") }),
            "SecurityPolicyDatabaseSet",
            json!([]),
        ),
        (
            "negotiation",
            r#"negotiation = "passive""#,
            json!({ "NegotiationType": "active" }),
            "NegotiationType",
            json!("passive"),
        ),
        ("dpd", "dpd = { enabled = true }", json!({ "DpdEnable": 0 }), "DpdEnable", json!(1)),
        ("gateway", "", json!({ "CustomerGatewayId": "cgw-byhand" }), "CustomerGatewayId", json!("cgw-gateway")),
    ];
    let ike = tunnel("ike").changed("customer_gateway_id = \"cgw-ike\"\nike = { dh_group = \"GROUP20\" }");
    let tunnels = cases.iter().map(|(name, attributes, ..)| {
        tunnel(name).with("customer_gateway_id", &format!("\"cgw-{name}\"")).changed(attributes)
    });
    ws.write(hcl(tunnels.chain([ike]))).apply();
    ws.mock.clear_calls();
    for (name, _, change, ..) in &cases {
        ws.change_outside(&ws.id(name), change.clone());
    }
    ws.change_outside(
        &ws.id("ike"),
        json!({ "IKEOptionsSpecification": { "DhGroupName": "GROUP1", "IKEVersion": "IKEV1" } }),
    );

    let plan = ws.plan();
    for (name, ..) in &cases {
        assert_eq!(plan.actions(name), ["update"], "{name}");
    }
    assert_eq!(plan.change("ike")["before"]["ike"]["dh_group"], "GROUP1");
    assert_eq!(plan.after("ike")["ike"]["dh_group"], "GROUP20");
    ws.apply();
    for (name, _, _, member, value) in &cases {
        assert_eq!(ws.tunnel(name)[*member], *value, "{name}");
        assert_eq!(ws.modifications(&ws.id(name)).len(), 1, "{name}");
    }
    let ike = &ws.tunnel("ike")["IKEOptionsSpecification"];
    assert_eq!(ike["DhGroupName"], "GROUP20");
    assert_eq!(ike["IKEVersion"], "IKEV1", "nobody configured the version");
}

#[test]
fn a_key_given_write_only_with_a_version_is_not_compared() {
    let ws = Workspace::new();
    let keyed = tunnel("t").changed("pre_shared_key =\npre_shared_key_wo = \"k\"\npre_shared_key_wo_version = 1");
    ws.write(hcl([keyed])).apply();
    ws.change_outside(&ws.id("t"), json!({ "PreShareKey": "by hand" }));
    assert!(ws.plan_is_empty());
    assert!(ws.state("t").unwrap()["pre_shared_key"].is_null());
}

#[test]
fn a_failing_refresh_keeps_the_tunnel_in_the_state() {
    let ws = Workspace::new();
    // Nothing here gets better by asking again.
    let provider = "provider \"cloudvpn\" {\n  max_retries = 1\n}\n".to_owned();
    ws.write(hcl([provider, tunnel("t").to_string()])).apply();
    let id = ws.id("t");
    for (fault, said) in [
        (Fault::Error("AuthFailure.SignatureFailure".to_owned()), "AuthFailure.SignatureFailure"),
        (Fault::Error("UnauthorizedOperation".to_owned()), "UnauthorizedOperation"),
        (Fault::Error("InternalError".to_owned()), "InternalError"),
        (Fault::Http(404), "404"),
        (Fault::Http(502), "502"),
        (Fault::Garbage(true), "DescribeVpnConnections"),
        (Fault::Html(true), "DescribeVpnConnections"),
        (Fault::Truncate(true), "DescribeVpnConnections"),
    ] {
        ws.mock.clear_faults();
        ws.mock.fault_rule(FaultRule { action: "*".to_owned(), times: None, skip: 0, fault: fault.clone() });
        let diagnostics = ws.apply_fails();
        let error = diagnostics.error();
        assert_eq!(error.summary, "Reading the tunnel failed", "{fault:?}");
        assert!(error.detail.contains(said), "{fault:?}: {}", error.detail);
        assert_eq!(ws.id("t"), id, "{fault:?}");
    }
    ws.mock.clear_faults();
    assert!(ws.plan_is_empty());
}
