//! Moving in: official configuration and state, `cloudvpn-migrate`, a plan without a change, an apply without a call that writes.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cloudvpn_migrate::{source, table};
use serde_json::{Value, json};

use crate::harness::Workspace;
use crate::official_moves::{with_official_providers, writes};
use crate::official_states::{After, PRIVATE_KEY, attributes};

/// Cases of the command that need nothing but this provider, and configurations for what these do not have, by name.
fn cases() -> Vec<(String, Vec<(PathBuf, String)>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrate/tests/cases");
    let of_the_command = crate::migrate::WHOLE.iter().map(|name| {
        let files = source::read(&directory.join(name)).unwrap();
        ((*name).to_owned(), files.into_iter().map(|file| (file.path, file.text)).collect())
    });
    let more =
        MORE.iter().map(|(name, text)| ((*name).to_owned(), vec![(PathBuf::from("main.tf"), (*text).to_owned())]));
    of_the_command.chain(more).collect()
}

const MORE: &[(&str, &str)] = &[
    (
        "tencent_routes",
        r#"
resource "tencentcloud_vpn_gateway" "bgp" {
  name    = "bgp"
  vpc_id  = "vpc-mock0001"
  bgp_asn = 64551
}
resource "tencentcloud_vpn_customer_gateway" "office" {
  for_each          = { bgp = "203.0.113.10", static = "203.0.113.11" }
  name              = each.key
  public_ip_address = each.value
  bgp_asn           = each.key == "bgp" ? 65010 : null
}
resource "tencentcloud_vpn_connection" "bgp" {
  name                = "bgp"
  vpc_id              = "vpc-mock0001"
  vpn_gateway_id      = tencentcloud_vpn_gateway.bgp.id
  customer_gateway_id = tencentcloud_vpn_customer_gateway.office["bgp"].id
  pre_share_key       = "a-key-of-bgp"
  route_type          = "Bgp"
  bgp_config {
    tunnel_cidr   = "169.254.128.0/30"
    local_bgp_ip  = "169.254.128.1"
    remote_bgp_ip = "169.254.128.2"
  }
}
resource "tencentcloud_vpn_connection" "static" {
  name                = "static"
  vpc_id              = "vpc-mock0001"
  vpn_gateway_id      = tencentcloud_vpn_gateway.bgp.id
  customer_gateway_id = tencentcloud_vpn_customer_gateway.office["static"].id
  pre_share_key       = "a-key-of-static"
  route_type          = "StaticRoute"
  ike_local_identity  = "FQDN"
  ike_local_fqdn_name = "gw.example.com"
  ike_remote_identity  = "FQDN"
  ike_remote_fqdn_name = "office.example.com"
  enable_health_check    = true
  health_check_local_ip  = "169.254.130.1"
  health_check_remote_ip = "169.254.130.2"
  health_check_config {
    probe_type      = "NQA"
    probe_interval  = 5000
    probe_threshold = 3
    probe_timeout   = 150
  }
}
resource "tencentcloud_vpn_gateway_route" "r" {
  count                  = 2
  vpn_gateway_id         = tencentcloud_vpn_gateway.bgp.id
  destination_cidr_block = "192.168.${count.index}.0/24"
  instance_type          = "VPNCONN"
  instance_id            = tencentcloud_vpn_connection.static.id
  priority               = 100 * count.index
  status                 = count.index == 0 ? "ENABLE" : "DISABLE"
}
"#,
    ),
    (
        "tencent_ccn",
        r#"
resource "tencentcloud_vpn_gateway" "ccn" {
  name = "ccn"
  type = "CCN"
}
resource "tencentcloud_vpn_customer_gateway" "office" {
  name              = "office"
  public_ip_address = "203.0.113.10"
}
resource "tencentcloud_vpn_connection" "ccn" {
  name                = "ccn"
  vpn_gateway_id      = tencentcloud_vpn_gateway.ccn.id
  customer_gateway_id = tencentcloud_vpn_customer_gateway.office.id
  pre_share_key       = "a-key-of-ccn"
  route_type          = "STATIC"
  security_group_policy {
    local_cidr_block  = "10.0.0.0/16"
    remote_cidr_block = ["192.168.10.0/24"]
  }
}
"#,
    ),
    (
        "prepaid",
        r#"
resource "tencentcloud_vpn_gateway" "paid" {
  name               = "paid"
  vpc_id             = "vpc-mock0001"
  charge_type        = "PREPAID"
  prepaid_period     = 2
  prepaid_renew_flag = "NOTIFY_AND_MANUAL_RENEW"
}
resource "alicloud_vpn_gateway" "paid" {
  vpn_gateway_name             = "paid"
  vpc_id                       = "vpc-mock0001"
  vswitch_id                   = "vsw-mock0001"
  disaster_recovery_vswitch_id = "vsw-mock0002"
  bandwidth                    = 10
  payment_type                 = "Subscription"
  period                       = 2
  auto_pay                     = true
}
"#,
    ),
];

fn write(ws: &Workspace, files: &[(PathBuf, String)]) {
    for (path, text) in files {
        let path = ws.dir().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// What the command makes of the configuration that is there, written over it.
fn migrate(ws: &Workspace) {
    cloudvpn_migrate::migrate(&ws.dir()).unwrap().write(&ws.dir()).unwrap();
}

/// Without what says that something was there before.
fn without_moves(ws: &Workspace) {
    for file in source::read(&ws.dir()).unwrap() {
        let mut text = file.text.clone();
        let blocks = file.body.blocks().filter(|block| ["moved", "removed"].contains(&block.ident.as_str()));
        let mut places: Vec<_> = blocks.filter_map(source::place).collect();
        places.reverse();
        places.into_iter().for_each(|place| text.replace_range(place, ""));
        fs::write(ws.dir().join(file.path), text).unwrap();
    }
}

/// Our state as the official providers would have it; gives the types in it. Their outputs are not asked for: the plan is of resources.
fn officially(ours: &Value, after: After) -> (Value, BTreeSet<&'static str>) {
    let (mut state, mut types) = (ours.clone(), BTreeSet::new());
    let resources = state["resources"].as_array_mut().unwrap();
    resources.retain(|resource| resource["mode"] == "managed");
    for resource in resources {
        let kind = table::kinds().find(|kind| !kind.data && resource["type"] == kind.here);
        let Some(kind) = kind else { continue };
        types.insert(kind.there);
        let official = match kind.cloud {
            table::Cloud::Tencent => "tencentcloudstack/tencentcloud",
            table::Cloud::Alibaba => "aliyun/alicloud",
        };
        let provider = resource["provider"].as_str().unwrap().replace("cloudvpn/cloudvpn", official);
        resource["provider"] = json!(provider);
        resource["type"] = json!(kind.there);
        for instance in resource["instances"].as_array_mut().unwrap() {
            let mut other = json!({
                "attributes": attributes(kind.there, &instance["attributes"], after), "private": "bnVsbA==", "schema_version": 0,
                "sensitive_attributes": [],
            });
            if let Some(key) = instance.get("index_key") {
                other["index_key"] = key.clone();
            }
            *instance = other;
        }
    }
    (state, types)
}

/// Keys that are configured are write-only from now on.
fn with_write_only_keys(ws: &Workspace) {
    for file in source::read(&ws.dir()).unwrap() {
        let line = |line: &str| match line.split_once('=') {
            Some((name, value)) if name.trim() == "pre_shared_key" => {
                format!("pre_shared_key_wo = {value}\npre_shared_key_wo_version = 1\n")
            }
            _ => format!("{line}\n"),
        };
        let text: String = file.text.lines().map(line).collect();
        fs::write(ws.dir().join(file.path), text).unwrap();
    }
}

/// Every case as it is after a create, a refresh and an import there. What is only in the state comes into it (how it is paid for, what no answer
/// has) or leaves it (a key that is write-only from now on); whatever else would change fails. Gives the official types.
fn moves_in(of: impl Fn(&str) -> bool, write_only: bool) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    for (name, files) in cases().into_iter().filter(|(name, _)| of(name)) {
        let ws = Workspace::any_parent();
        write(&ws, &files);
        migrate(&ws);
        without_moves(&ws);
        ws.run(&["get"]);
        ws.apply();
        with_official_providers(&ws);
        let file = ws.dir().join("terraform.tfstate");
        let ours: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        for after in After::ALL {
            let (theirs, types) = officially(&ours, after);
            seen.extend(types);
            fs::write(&file, theirs.to_string()).unwrap();
            write(&ws, &files);
            migrate(&ws);
            if write_only {
                with_write_only_keys(&ws);
            }
            ws.mock.clear_calls();
            let plan = ws.plan();
            for resource in plan.shown["resource_changes"].as_array().into_iter().flatten() {
                let (address, change) = (&resource["address"], &resource["change"]);
                let says = format!("{name} {after:?} {address}: {change:#}\n{}", plan.diagnostics);
                assert!(!resource["previous_address"].is_null(), "{says}");
                match change["actions"][0].as_str().unwrap() {
                    "no-op" => {}
                    "update" => {
                        let before = change["before"].as_object().unwrap();
                        let other = before.iter().filter(|(member, value)| change["after"][*member] != **value);
                        let other: Vec<_> = other.map(|(member, _)| member.as_str()).collect();
                        let mut in_state = vec!["auto_pay", "period_months", "prepaid"];
                        in_state.extend(KEYS.into_iter().filter(|_| write_only));
                        in_state.extend(UNREAD.into_iter().filter(|_| after == After::Import));
                        assert!(other.iter().all(|member| in_state.contains(member)), "{other:?} {says}");
                    }
                    _ => panic!("{says}"),
                }
            }
            ws.apply();
            assert!(writes(&ws).is_empty(), "{name} {after:?}: {:?}", writes(&ws));
            ws.assert_state_is_fresh();
            let state = fs::read_to_string(&file).unwrap();
            let key = PRIVATE_KEY.lines().last().unwrap();
            assert!(!state.contains(key) && !state.contains("tencentcloud_") && !state.contains("alicloud_"), "{name}");
        }
    }
    seen
}

/// What is in no answer, and hence in no state after an import there.
const UNREAD: [&str; 2] = ["auto_configure_routes", "timeouts"];

/// Where keys are that are write-only from now on: in `tunnels`, those of each tunnel.
const KEYS: [&str; 3] = ["pre_shared_key", "pre_shared_key_wo_version", "tunnels"];

#[test]
fn every_official_type_moves_in_by_the_command_without_a_change() {
    let seen = moves_in(|_| true, false);
    let all: BTreeSet<_> = table::kinds().filter(|kind| !kind.data).map(|kind| kind.there).collect();
    assert_eq!(seen, all);
}

#[test]
fn keys_that_become_write_only_on_the_way_are_not_sent() {
    let seen = moves_in(|name| ["tencent_routes", "counts", "alibaba_dual", "alibaba_single"].contains(&name), true);
    for there in ["tencentcloud_vpn_connection", "alicloud_vpn_connection"] {
        assert!(seen.contains(there), "{seen:?}");
    }
}
