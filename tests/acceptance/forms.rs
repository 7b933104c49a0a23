//! The forms in which the clouds write the same value: none of them is a difference, whatever kind it is about.

use cloudvpn_mock::{Forms, Switches, TENCENT_REGION};
use serde_json::{Value, json};

use crate::harness::{Workspace, hcl};

/// Every kind, with what the answers write in several ways: numbers, booleans, and what is not there.
pub(crate) const EVERYTHING: &str = r#"
resource "cloudvpn_tencent_gateway" "plain" {
  name   = "plain"
  vpc_id = "vpc-mock0001"
}

resource "cloudvpn_tencent_gateway" "paid" {
  name        = "paid"
  vpc_id      = "vpc-mock0001"
  bgp_asn     = 64600
  charge_type = "PREPAID"
  prepaid     = { period_months = 1, renew_flag = "NOTIFY_AND_MANUAL_RENEW" }
}

resource "cloudvpn_tencent_gateway" "ssl" {
  name            = "ssl"
  type            = "SSL"
  vpc_id          = "vpc-mock0001"
  max_connections = 10
}

resource "cloudvpn_tencent_customer_gateway" "branch" {
  name       = "branch"
  ip_address = "203.0.113.10"
}

resource "cloudvpn_tencent_customer_gateway" "dynamic" {
  name       = "dynamic"
  ip_address = "203.0.113.11"
  bgp_asn    = 65010
}

resource "cloudvpn_tencent_connection" "policies" {
  name                = "policies"
  vpc_id              = "vpc-mock0001"
  gateway_id          = cloudvpn_tencent_gateway.plain.id
  customer_gateway_id = cloudvpn_tencent_customer_gateway.branch.id
  pre_shared_key      = "a key of policies"
  dpd                 = { enabled = true, timeout_seconds = 55 }
  security_policies   = [{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.1.0/24", "192.168.2.0/24"] }]
}

resource "cloudvpn_tencent_connection" "routed" {
  name                = "routed"
  vpc_id              = "vpc-mock0001"
  gateway_id          = cloudvpn_tencent_gateway.plain.id
  customer_gateway_id = cloudvpn_tencent_customer_gateway.dynamic.id
  pre_shared_key      = "a key of routes"
  route_type          = "StaticRoute"
  health_check        = { enabled = true }
}

resource "cloudvpn_tencent_gateway_route" "r" {
  gateway_id       = cloudvpn_tencent_gateway.plain.id
  destination_cidr = "192.168.3.0/24"
  next_hop_type    = "VPNCONN"
  next_hop_id      = cloudvpn_tencent_connection.routed.id
}

resource "cloudvpn_tencent_connection" "bgp" {
  name                = "bgp"
  vpc_id              = "vpc-mock0001"
  gateway_id          = cloudvpn_tencent_gateway.paid.id
  customer_gateway_id = cloudvpn_tencent_customer_gateway.dynamic.id
  pre_shared_key      = "a key of bgp"
  route_type          = "Bgp"
  bgp                 = { tunnel_cidr = "169.254.30.0/30", local_ip = "169.254.30.1", remote_ip = "169.254.30.2" }
}

resource "cloudvpn_tencent_legacy_connection" "old" {
  name                = "old"
  vpc_id              = "vpc-mock0001"
  gateway_id          = "vpngw-mock0001"
  customer_gateway_id = "cgw-mock0003"
  pre_shared_key      = "a key of old"
  remote_cidrs        = ["192.168.4.0/24"]
}

resource "cloudvpn_tencent_ssl_server" "s" {
  name        = "s"
  gateway_id  = cloudvpn_tencent_gateway.ssl.id
  local_cidrs = ["10.0.1.0/24"]
  client_cidr = "10.8.0.0/16"
}

resource "cloudvpn_tencent_ssl_client" "c" {
  name          = "c"
  ssl_server_id = cloudvpn_tencent_ssl_server.s.id
}

resource "cloudvpn_alibaba_gateway" "one" {
  name           = "one"
  vpc_id         = "vpc-mock0001"
  vswitch_id     = "vsw-mock0001"
  bandwidth_mbps = 10
}

resource "cloudvpn_alibaba_gateway" "two" {
  name                         = "two"
  vpc_id                       = "vpc-mock0001"
  vswitch_id                   = "vsw-mock0001"
  disaster_recovery_vswitch_id = "vsw-mock0002"
  bandwidth_mbps               = 10
  ssl_enabled                  = true
  auto_propagate               = true
}

resource "cloudvpn_alibaba_customer_gateway" "a" {
  ip_address = "203.0.113.12"
  bgp_asn    = 65020
}

resource "cloudvpn_alibaba_customer_gateway" "b" {
  name       = "b"
  ip_address = "203.0.113.13"
}

resource "cloudvpn_alibaba_connection" "single" {
  gateway_id          = cloudvpn_alibaba_gateway.one.id
  customer_gateway_id = cloudvpn_alibaba_customer_gateway.a.id
  local_cidrs         = ["10.0.0.0/16"]
  remote_cidrs        = ["192.168.0.0/16"]
  pre_shared_key      = "a-key-of-single"
  dpd                 = { enabled = false }
  bgp                 = { enabled = true, local_asn = 65001, tunnel_cidr = "169.254.31.0/30", local_ip = "169.254.31.1" }
  health_check        = { enabled = true, local_ip = "10.0.0.1", remote_ip = "192.168.0.1", interval_seconds = 5, retries = 4 }
}

resource "cloudvpn_alibaba_connection" "dual" {
  gateway_id          = cloudvpn_alibaba_gateway.two.id
  local_cidrs         = ["10.0.0.0/16"]
  remote_cidrs        = ["192.168.0.0/16"]
  tunnels_bgp_enabled = true
  tunnels = {
    master = {
      customer_gateway_id = cloudvpn_alibaba_customer_gateway.a.id
      pre_shared_key      = "a-key-of-master"
      nat_traversal       = { enabled = false }
      bgp                 = { local_asn = 65001, tunnel_cidr = "169.254.32.0/30", local_ip = "169.254.32.1" }
    }
    slave = {
      customer_gateway_id = cloudvpn_alibaba_customer_gateway.a.id
      pre_shared_key      = "a-key-of-slave"
      bgp                 = { local_asn = 65001, tunnel_cidr = "169.254.33.0/30", local_ip = "169.254.33.1" }
    }
  }
}

resource "cloudvpn_alibaba_connection" "plain" {
  gateway_id   = cloudvpn_alibaba_gateway.two.id
  local_cidrs  = ["10.0.0.0/16"]
  remote_cidrs = ["172.16.0.0/16"]
  tunnels = {
    master = { customer_gateway_id = cloudvpn_alibaba_customer_gateway.a.id, pre_shared_key = "a-key-of-plain" }
    slave  = { customer_gateway_id = cloudvpn_alibaba_customer_gateway.b.id, pre_shared_key = "a-key-of-plain" }
  }
}

resource "cloudvpn_alibaba_route_entry" "r" {
  gateway_id       = cloudvpn_alibaba_gateway.two.id
  next_hop_id      = cloudvpn_alibaba_connection.dual.id
  destination_cidr = "192.168.7.0/24"
}

resource "cloudvpn_alibaba_ssl_server" "s" {
  gateway_id  = cloudvpn_alibaba_gateway.two.id
  client_cidr = "192.168.250.0/24"
  local_cidrs = ["10.0.0.0/16"]
}

resource "cloudvpn_alibaba_ssl_client_cert" "c" {
  name          = "c"
  ssl_server_id = cloudvpn_alibaba_ssl_server.s.id
}
"#;

const FORMS: [Forms; 6] =
    [Forms::AsTheyAre, Forms::Texts, Forms::Scalars, Forms::FlagsAsNumbers, Forms::EmptyIsAbsent, Forms::EmptyIsNull];

/// What the documents say where something else was seen.
fn documented() -> Switches {
    Switches {
        postpaid_renew_flag_empty: true,
        default_gateway_asn: true,
        bandwidth_only_rises: true,
        ssl_protocol_refused: true,
        unique_probe_targets: true,
        tunnel_texts: true,
        publish_route_source_refused: true,
        default_ikev1: true,
        row_speaks_for_tunnels: true,
        tunnels_bgp_off: true,
        ..Switches::default()
    }
}

/// Both pictures of the clouds, in each form.
fn pictures() -> Vec<Switches> {
    let with = |switches: Switches| FORMS.map(|forms| Switches { forms, ..switches });
    let pictures = [Switches::default(), documented()].into_iter().flat_map(with);
    pictures.chain([Switches { dpd_timeout_empty: true, ..Switches::default() }]).collect()
}

fn is_fresh(ws: &Workspace, how: &dyn std::fmt::Debug) {
    assert!(ws.plan_is_empty(), "a difference with {how:?}:\n{}", ws.run(&["plan", "-no-color"]).stdout);
}

#[test]
fn no_form_of_an_answer_is_a_difference() {
    let ws = Workspace::new();
    ws.write(hcl([EVERYTHING])).apply();
    for switches in pictures() {
        ws.mock.switches(switches);
        is_fresh(&ws, &switches);
        // Nor in what nobody configures, such as a status.
        ws.assert_state_is_fresh();
    }
}

/// What is made while answers have one form is no other thing when they have another.
#[test]
fn what_is_made_under_one_form_stays_under_the_others() {
    for forms in [Forms::Texts, Forms::Scalars, Forms::EmptyIsAbsent] {
        let ws = Workspace::new();
        for switches in [documented(), Switches::default()] {
            ws.mock.switches(Switches { forms, ..switches });
            ws.write(hcl([EVERYTHING])).apply();
            ws.mock.switches(Switches { forms: Forms::AsTheyAre, ..switches });
            is_fresh(&ws, &switches);
            ws.assert_state_is_fresh();
            ws.mock.switches(Switches { forms, ..switches });
            unlock(&ws);
            ws.destroy();
        }
    }
}

/// A member that is absent, null, empty or nought where it means nothing, or that has another type.
#[test]
fn members_that_say_nothing_are_no_difference() {
    let ws = Workspace::new();
    ws.write(hcl([EVERYTHING])).apply();
    let places = [
        (
            "vpn_gateways",
            "cloudvpn_tencent_gateway.plain",
            "RenewFlag",
            vec![Value::Null, json!(""), json!("NOTIFY_AND_MANUAL_RENEW")],
        ),
        (
            "vpn_gateways",
            "cloudvpn_tencent_gateway.plain",
            "BgpAsn",
            vec![Value::Null, json!(""), json!(0), json!("0")],
        ),
        ("vpn_gateways", "cloudvpn_tencent_gateway.plain", "MaxConnection", vec![Value::Null, json!(""), json!(0)]),
        ("vpn_gateways", "cloudvpn_tencent_gateway.paid", "RenewFlag", vec![Value::Null, json!("")]),
        ("vpn_gateways", "cloudvpn_tencent_gateway.paid", "BgpAsn", vec![Value::Null, json!(""), json!("64600")]),
        ("vpn_gateways", "cloudvpn_tencent_gateway.paid", "InternetMaxBandwidthOut", vec![Value::Null, json!("5")]),
        (
            "customer_gateways",
            "cloudvpn_tencent_customer_gateway.branch",
            "BgpAsn",
            vec![Value::Null, json!(""), json!(0), json!("0")],
        ),
        (
            "customer_gateways",
            "cloudvpn_tencent_customer_gateway.dynamic",
            "BgpAsn",
            vec![Value::Null, json!(""), json!("65010")],
        ),
        (
            "vpn_connections",
            "cloudvpn_tencent_connection.policies",
            "DpdTimeout",
            vec![Value::Null, json!(""), json!(55)],
        ),
        (
            "vpn_connections",
            "cloudvpn_tencent_connection.policies",
            "DpdEnable",
            vec![Value::Null, json!(-1), json!("1"), json!(true)],
        ),
        (
            "vpn_connections",
            "cloudvpn_tencent_connection.routed",
            "DpdTimeout",
            vec![Value::Null, json!(""), json!(30)],
        ),
        ("vpn_connections", "cloudvpn_tencent_connection.routed", "DpdAction", vec![Value::Null, json!("")]),
        ("vpn_connections", "cloudvpn_tencent_connection.routed", "NegotiationType", vec![Value::Null, json!("")]),
        ("vpn_connections", "cloudvpn_tencent_connection.policies", "HealthCheckConfig", vec![json!({}), Value::Null]),
    ];
    let places = places.map(|(kind, address, member, forms)| (kind, id_of(&ws, address), member, forms));
    let most = places.iter().map(|(.., forms)| forms.len()).max().unwrap_or_default();
    let as_made = ws.mock.state();
    for at in 0..most {
        for (kind, id, member, forms) in &places {
            let Some(form) = forms.get(at) else { continue };
            let patch = json!({"tencent": {TENCENT_REGION: {*kind: {id: {*member: form}}}}});
            ws.mock.patch_state(&patch).unwrap();
        }
        is_fresh(&ws, &at);
        ws.mock.set_state(&as_made).unwrap();
    }
}

fn id_of(ws: &Workspace, address: &str) -> String {
    let shown = ws.run(&["state", "show", "-no-color", address]).stdout;
    let id = shown.lines().filter_map(|line| line.trim().strip_prefix("id ")).next().unwrap_or_default();
    id.trim_start_matches([' ', '=']).trim_matches('"').to_owned()
}

/// What was paid for is over, so that it can be deleted.
pub(crate) fn unlock(ws: &Workspace) {
    let id = id_of(ws, "cloudvpn_tencent_gateway.paid");
    let over = json!({"vpn_gateways": {id: {"ExpiredTime": "2020-01-01 00:00:00"}}});
    ws.mock.patch_state(&json!({"tencent": {TENCENT_REGION: over}})).unwrap();
}
