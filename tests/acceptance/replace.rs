//! What needs a new tunnel.

use serde_json::json;

use crate::harness::{Workspace, hcl, tunnel};

#[test]
fn only_what_the_api_cannot_change_replaces_the_tunnel() {
    let ws = Workspace::any_parent();
    let cases = [
        ("gateway_id", r#""vpngw-other001""#),
        ("vpc_id", r#""vpc-other001""#),
        ("region", r#""ap-shanghai""#),
        ("route_type", r#""StaticRoute""#),
        ("customer_gateway_id", r#""cgw-other001""#),
        ("name", r#""renamed""#),
        ("pre_shared_key", r#""another""#),
        ("security_policies", r#"[{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.1.0/24"] }]"#),
        ("ike", r#"{ version = "IKEV1", dh_group = "GROUP21", local_identity = { fqdn = "a.example.com" } }"#),
        ("ipsec", r#"{ pfs_dh_group = "DH-GROUP21" }"#),
        ("dpd", r#"{ enabled = true, action = "restart", timeout_seconds = 60 }"#),
        ("health_check", "{ enabled = true }"),
        ("negotiation", r#""passive""#),
        ("tags", r#"{ a = "1" }"#),
        ("timeouts", r#"{ create = "1m" }"#),
    ];
    let named = |attribute: &str| {
        let gateway = format!("\"cgw-{}\"", attribute.replace('_', ""));
        tunnel(attribute).with("customer_gateway_id", &gateway)
    };
    ws.write(hcl(cases.iter().map(|(attribute, _)| named(attribute)))).apply();
    ws.write(hcl(cases.iter().map(|(attribute, value)| named(attribute).with(attribute, value))));
    let plan = ws.plan();
    for (attribute, _) in cases {
        if ["gateway_id", "vpc_id", "region", "route_type"].contains(&attribute) {
            assert!(plan.replaces(attribute), "{attribute}: {:?}", plan.actions(attribute));
            assert_eq!(plan.change(attribute)["replace_paths"], json!([[attribute]]));
        } else {
            assert_eq!(plan.actions(attribute), ["update"], "{attribute}");
        }
    }
}

#[test]
fn a_replaced_tunnel_is_deleted_and_made_again() {
    let ws = Workspace::any_parent();
    ws.write(hcl([tunnel("t")])).apply();
    let old = ws.id("t");
    ws.write(hcl([tunnel("t").with("gateway_id", "\"vpngw-other001\"")])).apply();
    assert_ne!(ws.id("t"), old);
    assert_eq!(Vec::from_iter(ws.tunnels().into_keys()), [ws.id("t")]);
}

#[test]
fn leaving_out_what_replaces_keeps_the_tunnel() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t").with("region", "\"ap-guangzhou\"").with("route_type", "\"STATIC\"")])).apply();
    let old = ws.id("t");
    ws.write(hcl([tunnel("t").without("vpc_id")])).apply();
    assert_eq!(ws.id("t"), old);
}

#[test]
fn a_required_value_that_turns_out_null_is_refused_and_the_tunnel_stays() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    let variable = "variable \"given\" {\n  type    = string\n  default = null\n}\n".to_owned();
    ws.mock.clear_calls();
    for attribute in ["name", "gateway_id", "customer_gateway_id"] {
        let diagnostics =
            ws.write(hcl([variable.clone(), tunnel("t").with(attribute, "var.given").to_string()])).apply_fails();
        let error = diagnostics.error();
        assert_eq!(error.summary, "Missing attribute", "{diagnostics}");
        assert!(error.code.contains(attribute) && error.detail.contains("null"), "{diagnostics}");
    }
    assert!(ws.calls("DeleteVpnConnection").is_empty() && ws.calls("ModifyVpnConnectionAttribute").is_empty());
    assert_eq!(ws.tunnels().len(), 1);
}
