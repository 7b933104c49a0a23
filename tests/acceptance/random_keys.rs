//! `cloudvpn_pre_shared_key`: both ends of a tunnel take a key in one apply that is stored nowhere.

use serde_json::Value;

use crate::harness::{Workspace, hcl};

fn configuration(length: &str, version: u32) -> String {
    format!(
        r#"
ephemeral "cloudvpn_pre_shared_key" "key" {{
{length}
}}
resource "cloudvpn_tencent_connection" "here" {{
  name                      = "here"
  vpc_id                    = "vpc-mock0001"
  gateway_id                = "vpngw-mock0001"
  customer_gateway_id       = "cgw-mock0001"
  route_type                = "StaticRoute"
  pre_shared_key_wo         = ephemeral.cloudvpn_pre_shared_key.key.value
  pre_shared_key_wo_version = {version}
}}
resource "cloudvpn_alibaba_customer_gateway" "peer" {{
  name       = "peer"
  ip_address = "203.0.113.99"
}}
resource "cloudvpn_alibaba_connection" "there" {{
  name         = "there"
  gateway_id   = "vpn-mock0001"
  local_cidrs  = ["10.0.0.0/16"]
  remote_cidrs = ["192.168.10.0/24"]
  tunnels = {{
    master = {{
      customer_gateway_id       = cloudvpn_alibaba_customer_gateway.peer.id
      pre_shared_key_wo         = ephemeral.cloudvpn_pre_shared_key.key.value
      pre_shared_key_wo_version = {version}
    }}
    slave = {{
      customer_gateway_id       = cloudvpn_alibaba_customer_gateway.peer.id
      pre_shared_key_wo         = ephemeral.cloudvpn_pre_shared_key.key.value
      pre_shared_key_wo_version = {version}
    }}
  }}
}}
"#
    )
}

/// The keys that the services have.
fn keys(of: &Value, found: &mut Vec<String>) {
    match of {
        Value::Object(members) => members.iter().for_each(|(name, value)| match value {
            Value::String(key) if ["PreShareKey", "Psk"].contains(&name.as_str()) => found.push(key.clone()),
            value => keys(value, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
        _ => {}
    }
}

fn key(ws: &Workspace) -> String {
    let mut found = Vec::new();
    keys(&ws.mock.state(), &mut found);
    found.retain(|key| !key.is_empty());
    assert_eq!(found.len(), 3, "{found:?}");
    found.dedup();
    assert_eq!(found.len(), 1, "both ends have the same: {found:?}");
    found.remove(0)
}

#[test]
fn both_ends_have_the_key_and_no_file_has_it() {
    let ws = Workspace::new();
    ws.write(hcl([configuration("", 1)])).apply();
    let first = key(&ws);
    assert_eq!(first.len(), 48);
    assert!(first.starts_with(|c: char| c.is_ascii_alphabetic()), "{first}");
    assert!(first.chars().all(|c| c.is_ascii_alphanumeric()), "{first}");
    ws.assert_nowhere(&first);
    assert!(ws.plan_is_empty(), "another key at each plan is no change");

    ws.write(hcl([configuration("  length = 20", 2)])).apply();
    let second = key(&ws);
    assert_eq!(second.len(), 20);
    assert_ne!(first, second);
    ws.assert_nowhere(&second);
    assert!(ws.plan_is_empty());
    ws.destroy();
}

#[test]
fn a_length_that_not_all_take_is_refused() {
    let ws = Workspace::new();
    for length in [15, 65] {
        let diagnostics = ws.write(hcl([configuration(&format!("  length = {length}"), 1)])).validate();
        assert!(diagnostics.error().is_at("length"), "{diagnostics}");
    }
}
