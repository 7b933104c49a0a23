//! Destination routes of VPN gateways on Alibaba Cloud, from creation to deletion.

use std::collections::BTreeMap;

use cloudvpn_mock::{ALIBABA_REGION, Fault, When};
use serde_json::{Value, json};

use crate::alibaba::{error, objects, params, tokens};
use crate::harness::{Resource, Workspace, hcl};

const TYPE: &str = "cloudvpn_alibaba_route_entry";
const KIND: &str = "vpn_route_entries";

/// On the gateway of the mock's small world, with what is required and nothing else.
fn entry(name: &str) -> Resource {
    Resource::new(TYPE, name)
        .with("gateway_id", "\"vpn-mock0001\"")
        .with("next_hop_id", "\"vco-mock0001\"")
        .with("destination_cidr", "\"192.168.0.0/16\"")
}

/// A small world with connections, and a second gateway that has one.
fn world() -> Workspace {
    let ws = Workspace::new();
    let connection =
        |id: &str, gateway: &str| json!({"VpnConnectionId": id, "VpnGatewayId": gateway, "State": "active"});
    let mut gateway = ws.mock.state()["alibaba"][ALIBABA_REGION]["vpn_gateways"]["vpn-mock0001"].take();
    gateway["VpnGatewayId"] = json!("vpn-mock0002");
    let patch = json!({"alibaba": {ALIBABA_REGION: {
        "vpn_gateways": {"vpn-mock0002": gateway},
        "vpn_connections": {
            "vco-mock0001": connection("vco-mock0001", "vpn-mock0001"),
            "vco-mock0002": connection("vco-mock0002", "vpn-mock0001"),
            "vco-mock0003": connection("vco-mock0003", "vpn-mock0002"),
        },
    }}});
    ws.mock.patch_state(&patch).unwrap();
    ws.mock.clear_calls();
    ws
}

fn entries(ws: &Workspace) -> BTreeMap<String, Value> {
    objects(ws, KIND)
}

/// The only entry in the mock.
fn made(ws: &Workspace) -> Value {
    let entries = entries(ws);
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries.into_values().next().unwrap()
}

/// Changes all entries outside of Terraform; null deletes them.
fn change_outside(ws: &Workspace, patch: Value) {
    let all: serde_json::Map<_, _> = entries(ws).into_keys().map(|key| (key, patch.clone())).collect();
    ws.mock.patch_state(&json!({"alibaba": {ALIBABA_REGION: {KIND: all}}})).unwrap();
}

/// What calls wrote, in order.
fn writes(ws: &Workspace) -> Vec<String> {
    let calls = ws.mock.calls().into_iter().map(|call| call.action);
    calls.filter(|action| !action.starts_with("Describe")).collect()
}

/// Parameters, all as texts.
fn sent(ws: &Workspace, action: &str) -> Vec<Value> {
    let mut all = params(ws, action);
    for value in all.iter_mut().flat_map(|params| params.as_object_mut().unwrap().values_mut()) {
        *value = json!(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    all
}

#[test]
fn an_entry_is_made_with_what_was_configured() {
    let ws = world();
    ws.write(hcl([entry("r").changed("weight = 0\npublished = false\ndescription = \"to the office\"")]));
    let plan = ws.plan();
    assert_eq!(plan.after("r")["id"], "vpn-mock0001/vco-mock0001/192.168.0.0/16");
    assert_eq!(plan.after_unknown("r")["state"], true);
    ws.apply();
    let key = json!({"VpnGatewayId": "vpn-mock0001", "NextHop": "vco-mock0001", "RouteDest": "192.168.0.0/16"});
    let with = |rest: Value| {
        let mut all = key.clone();
        all.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        all
    };
    let expected = with(json!({"Weight": "0", "PublishVpc": "false", "Description": "to the office"}));
    assert_eq!(sent(&ws, "CreateVpnRouteEntry"), [expected]);
    assert_eq!(writes(&ws), ["CreateVpnRouteEntry"]);
    let mut state = ws.state("r").unwrap();
    let time: jiff::Timestamp = state["created_at"].take().as_str().unwrap().parse().unwrap();
    assert_eq!(Some(time.as_millisecond()), made(&ws)["CreateTime"].as_i64());
    let expected = json!({
        "id": "vpn-mock0001/vco-mock0001/192.168.0.0/16", "region": "cn-hangzhou", "gateway_id": "vpn-mock0001",
        "next_hop_id": "vco-mock0001", "destination_cidr": "192.168.0.0/16", "weight": 0, "published": false,
        "description": "to the office", "state": "normal", "type": "custom", "created_at": null, "timeouts": null,
    });
    assert_eq!(state, expected);
    ws.assert_state_is_fresh();
    ws.destroy();
    assert!(entries(&ws).is_empty());
    assert_eq!(sent(&ws, "DeleteVpnRouteEntry"), [with(json!({"Weight": "0"}))]);
}

#[test]
fn an_entry_has_full_weight_and_is_published_unless_it_says_otherwise() {
    let ws = world();
    ws.write(hcl([entry("r")])).apply();
    assert_eq!(sent(&ws, "CreateVpnRouteEntry")[0]["Weight"], "100");
    assert_eq!(sent(&ws, "CreateVpnRouteEntry")[0]["PublishVpc"], "true");
    let state = ws.state("r").unwrap();
    assert_eq!((&state["published"], &state["state"]), (&json!(true), &json!("published")));
}

#[test]
fn weight_and_publication_change_in_place() {
    let ws = world();
    ws.write(hcl([entry("r")])).apply();
    let key = json!({"VpnGatewayId": "vpn-mock0001", "NextHop": "vco-mock0001", "RouteDest": "192.168.0.0/16"});
    for (changes, expected) in [
        ("weight = 0", vec![("ModifyVpnRouteEntryWeight", json!({"Weight": "100", "NewWeight": "0"}))]),
        (
            "weight = 0\npublished = false",
            vec![("PublishVpnRouteEntry", json!({"PublishVpc": "false", "RouteType": "dbr"}))],
        ),
        (
            "weight = 100\npublished = true",
            vec![
                ("ModifyVpnRouteEntryWeight", json!({"Weight": "0", "NewWeight": "100"})),
                ("PublishVpnRouteEntry", json!({"PublishVpc": "true", "RouteType": "dbr"})),
            ],
        ),
        ("timeouts = { create = \"1m\" }", vec![]),
    ] {
        ws.mock.clear_calls();
        ws.write(hcl([entry("r").changed(changes)]));
        assert_eq!(ws.plan().actions("r"), ["update"], "{changes}");
        ws.apply();
        assert_eq!(writes(&ws), expected.iter().map(|(action, _)| *action).collect::<Vec<_>>(), "{changes}");
        for (action, rest) in expected {
            let mut all = key.clone();
            all.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            assert_eq!(sent(&ws, action), [all], "{changes}");
        }
        let calls = ws.mock.calls();
        assert!(calls.iter().all(|call| call.outcome == "ok"), "{calls:?}");
        ws.assert_state_is_fresh();
    }
}

#[test]
fn entries_of_one_gateway_are_written_one_after_the_other() {
    let ws = world();
    let many = |changes: &str| {
        let range = "destination_cidr = \"192.168.${count.index}.0/24\"\ncount = 6";
        hcl([entry("r").changed(range).changed(changes)])
    };
    ws.write(many("")).apply();
    assert_eq!(entries(&ws).len(), 6);
    ws.write(many("weight = 0")).apply();
    ws.destroy();
    assert!(entries(&ws).is_empty());
    let calls = ws.mock.calls();
    assert!(calls.iter().all(|call| call.outcome != "VpnGateway.Configuring"), "{calls:?}");
}

#[test]
fn other_ends_replace() {
    let ws = world();
    ws.write(hcl([entry("r").changed("description = \"x\"")])).apply();
    for changes in [
        "next_hop_id = \"vco-mock0002\"",
        "destination_cidr = \"192.168.0.0/17\"",
        "gateway_id = \"vpn-mock0002\"\nnext_hop_id = \"vco-mock0003\"",
        "description = \"y\"",
        "region = \"cn-beijing\"",
    ] {
        let plan = ws.write(hcl([entry("r").changed("description = \"x\"").changed(changes)])).plan();
        assert!(plan.replaces("r"), "{changes}");
    }
    ws.write(hcl([entry("r").changed("description = \"x\"\nnext_hop_id = \"vco-mock0002\"")])).apply();
    assert_eq!(made(&ws)["NextHop"], "vco-mock0002");
}

#[test]
fn an_entry_is_imported_by_its_id_with_or_without_its_region() {
    let ws = world();
    ws.write(hcl([entry("r").changed("weight = 0")])).apply();
    let (id, before, address) = (ws.id("r"), ws.state("r").unwrap(), format!("{TYPE}.r"));
    for import_id in [id.clone(), format!("cn-hangzhou/{id}")] {
        ws.run(&["state", "rm", &address]);
        ws.import(&address, &import_id);
        assert_eq!(ws.state("r").unwrap(), before);
        assert!(ws.plan_is_empty());
    }
    ws.run(&["state", "rm", &address]);
    for wrong in ["vpn-1/vco-1", "vpn-1/vco-1/10.0.0.0", "vpn-1:vco-1:10.0.0.0/8", "vco-1/vpn-1/10.0.0.0/8"] {
        let said = ws.import_fails(&address, wrong);
        assert!(said.contains("Invalid import id"), "{wrong}: {said}");
    }
    let said = ws.import_fails(&address, "vpn-mock0001/vco-mock0001/10.9.0.0/16");
    assert!(said.contains("Cannot import non-existent remote object"), "{said}");
}

#[test]
fn changes_from_outside_are_planned_back_and_a_lost_entry_is_made_again() {
    let ws = world();
    ws.write(hcl([entry("r").changed("weight = 100\npublished = true")])).apply();
    change_outside(&ws, json!({"Weight": 0, "State": "normal"}));
    let plan = ws.plan();
    assert_eq!(plan.actions("r"), ["update"]);
    assert_eq!(plan.change("r")["before"]["published"], false);
    ws.apply();
    let entry = made(&ws);
    assert_eq!((&entry["Weight"], &entry["State"]), (&json!(100), &json!("published")));

    change_outside(&ws, Value::Null);
    assert_eq!(ws.plan().actions("r"), ["create"]);
    ws.apply();
    // Gone between the plan and its deletion, or with its gateway: no error.
    ws.mock.fault("DeleteVpnRouteEntry", 1, error("InvalidRouteEntry.NotFound"));
    ws.destroy();
}

#[test]
fn an_entry_that_has_another_weight_by_now_is_changed_and_deleted_all_the_same() {
    let ws = world();
    ws.write(hcl([entry("r")])).apply();
    // As after a plan that is applied later.
    change_outside(&ws, json!({"Weight": 0}));
    ws.write(hcl([entry("r").changed("weight = 0\npublished = false")])).apply_with(&["-refresh=false"]);
    let entry = made(&ws);
    assert_eq!((&entry["Weight"], &entry["State"]), (&json!(0), &json!("normal")));
    ws.assert_state_is_fresh();

    change_outside(&ws, json!({"Weight": 100}));
    ws.run(&["destroy", "-auto-approve", "-refresh=false"]);
    assert!(entries(&ws).is_empty());
}

#[test]
fn a_wrong_region_or_a_lack_of_permission_never_empties_the_state() {
    let ws = world();
    ws.write(hcl([entry("r")])).apply();
    for code in ["InvalidRegionId.NotFound", "Forbidden"] {
        ws.mock.fault("DescribeVpnRouteEntries", 1, error(code));
        let diagnostics = ws.plan_fails();
        assert!(diagnostics.error().detail.contains(code), "{diagnostics}");
    }
    ws.mock.fault("DescribeVpnRouteEntries", 2, error("InvalidVpnGatewayInstanceId.NotFound"));
    assert_eq!(ws.plan().actions("r"), ["create"], "without its gateway there is no entry");
}

#[test]
fn failures_leave_what_is_there_in_the_state() {
    let ws = world();
    ws.mock.fault("CreateVpnRouteEntry", 1, error("InvalidVpnGatewayInstanceId.NotFound"));
    let diagnostics = ws.write(hcl([entry("r")])).apply_fails();
    let refused = diagnostics.error();
    assert_eq!(refused.summary, "Creating the route entry failed");
    assert!(refused.is_at("gateway_id"), "{diagnostics}");
    assert!(ws.state("r").is_none());
    ws.mock.fault("CreateVpnRouteEntry", 1, error("InvalidRouteEntry.AlreadyExist"));
    let diagnostics = ws.apply_fails();
    assert!(diagnostics.error().is_at("destination_cidr"), "{diagnostics}");
    assert!(diagnostics.error().detail.contains("import that one"), "{diagnostics}");

    // One that is made and cannot be looked at is tainted, not lost.
    ws.mock.fault("DescribeVpnGateway", 1, error("Forbidden.RAM"));
    ws.apply_fails();
    assert!(ws.is_tainted("r"));
    ws.run(&["untaint", &format!("{TYPE}.r")]);
    ws.apply();

    ws.mock.fault("PublishVpnRouteEntry", 1, error("VpnGateway.FinancialLocked"));
    let diagnostics = ws.write(hcl([entry("r").changed("weight = 0\npublished = false")])).apply_fails();
    assert_eq!(diagnostics.error().summary, "Changing the route entry failed");
    let state = ws.state("r").unwrap();
    assert_eq!((&state["weight"], &state["published"]), (&json!(0), &json!(true)));
    ws.mock.clear_calls();
    ws.apply_with(&["-refresh=false"]);
    assert_eq!(writes(&ws), ["PublishVpnRouteEntry"], "the other half was done");
}

#[test]
fn an_answer_that_is_lost_is_asked_for_again() {
    let ws = world();
    ws.mock.fault("CreateVpnRouteEntry", 1, Fault::Drop(When::After));
    ws.write(hcl([entry("r")])).apply();
    let tokens = tokens(&ws.calls("CreateVpnRouteEntry"));
    assert!(tokens.len() >= 2 && tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
    assert_eq!(entries(&ws).len(), 1);
}

#[test]
fn mistakes_are_found_before_anything_is_asked() {
    let ws = world();
    for (changes, at, says) in [
        ("gateway_id = \"vpngw-1\"", "gateway_id", "vpn-"),
        ("next_hop_id = \"cgw-1\"", "next_hop_id", "vco-"),
        ("destination_cidr = \"2001:db8::/32\"", "destination_cidr", "IPv4"),
        ("weight = 50", "weight", "0 or 100"),
        ("description = \"http://x\"", "description", "http://"),
    ] {
        let diagnostics = ws.write(hcl([entry("r").changed(changes)])).validate();
        let error = diagnostics.error();
        assert!(error.is_at(at), "{changes}:\n{diagnostics}");
        assert!(error.detail.contains(says), "{changes}:\n{diagnostics}");
    }
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn data_sources_find_entries_by_everything_and_one_by_where_it_leads() {
    let ws = world();
    let blocks = format!(
        "{}{}{}",
        entry("a"),
        entry("b").changed("next_hop_id = \"vco-mock0002\"\nweight = 0\npublished = false"),
        r#"
data "cloudvpn_alibaba_route_entries" "all" {
  gateway_id = "vpn-mock0001"
  depends_on = [cloudvpn_alibaba_route_entry.a, cloudvpn_alibaba_route_entry.b]
}
data "cloudvpn_alibaba_route_entries" "normal" {
  gateway_id = "vpn-mock0001"
  state      = "normal"
  depends_on = [cloudvpn_alibaba_route_entry.a, cloudvpn_alibaba_route_entry.b]
}
data "cloudvpn_alibaba_route_entries" "learned" {
  gateway_id = "vpn-mock0001"
  type       = "bgp"
}
data "cloudvpn_alibaba_route_entries" "nowhere" { gateway_id = "vpn-nowhere" }
data "cloudvpn_alibaba_route_entry" "by_id" { id = cloudvpn_alibaba_route_entry.b.id }
data "cloudvpn_alibaba_route_entry" "by_ends" {
  gateway_id       = "vpn-mock0001"
  destination_cidr = cloudvpn_alibaba_route_entry.a.destination_cidr
  next_hop_id      = cloudvpn_alibaba_route_entry.a.next_hop_id
}
output "found" {
  value = {
    all     = data.cloudvpn_alibaba_route_entries.all.route_entries[*].next_hop_id
    normal  = data.cloudvpn_alibaba_route_entries.normal.route_entries[*].weight
    learned = data.cloudvpn_alibaba_route_entries.learned.route_entries
    nowhere = data.cloudvpn_alibaba_route_entries.nowhere.route_entries
    by_id   = data.cloudvpn_alibaba_route_entry.by_id.published
    by_ends = data.cloudvpn_alibaba_route_entry.by_ends.weight
  }
}
"#,
    );
    ws.write(hcl([blocks])).apply();
    let found: Value = serde_json::from_str(&ws.run(&["output", "-json", "found"]).stdout).unwrap();
    assert_eq!(
        found,
        json!({
            "all": ["vco-mock0001", "vco-mock0002"], "normal": [0], "learned": [], "nowhere": [], "by_id": false,
            "by_ends": 100,
        })
    );
    let either = "data \"cloudvpn_alibaba_route_entry\" \"x\" {\n  gateway_id = \"vpn-mock0001\"\n  \
                  destination_cidr = \"192.168.0.0/16\"\n}\n";
    let both = [
        either.to_owned(),
        entry("a").to_string(),
        entry("b").changed("next_hop_id = \"vco-mock0002\"\nweight = 0\npublished = false").to_string(),
    ];
    let diagnostics = ws.write(hcl(both)).plan_fails();
    let error = diagnostics.error();
    assert!(error.is_at("destination_cidr") && error.detail.contains("set next_hop_id as well"), "{diagnostics}");
}

#[test]
fn a_refresh_of_many_lists_the_table_and_not_each_entry() {
    const MANY: usize = 60;
    let ws = world();
    ws.mock.patch_state(&json!({"switches": {"no_gateway_conflicts": true}})).unwrap();
    let many = "count = 60\ndestination_cidr = \"192.168.${count.index}.0/24\"";
    ws.write(hcl([entry("r").changed(many)])).apply();
    assert_eq!(entries(&ws).len(), MANY);
    let calls = ws.refresh();
    assert!(calls.iter().all(|call| call.action == "DescribeVpnRouteEntries"), "{calls:?}");
    assert!(calls.len() <= 12, "{} calls", calls.len());
}

#[test]
fn a_whole_site_comes_and_goes_with_no_write_refused() {
    let ws = Workspace::new();
    let site = r#"
resource "cloudvpn_alibaba_gateway" "hub" {
  name                         = "hub"
  description                  = "of all offices"
  vpc_id                       = "vpc-mock0001"
  vswitch_id                   = "vsw-mock0001"
  disaster_recovery_vswitch_id = "vsw-mock0002"
  bandwidth_mbps               = 10
  ssl_enabled                  = true
}
resource "cloudvpn_alibaba_customer_gateway" "office" {
  count      = 2
  ip_address = "198.51.100.${count.index + 10}"
}
resource "cloudvpn_alibaba_connection" "office" {
  name         = "office"
  gateway_id   = cloudvpn_alibaba_gateway.hub.id
  local_cidrs  = ["10.0.0.0/16"]
  remote_cidrs = ["192.168.0.0/16"]
  tunnels = {
    master = { customer_gateway_id = cloudvpn_alibaba_customer_gateway.office[0].id, pre_shared_key = "key-1" }
    slave  = { customer_gateway_id = cloudvpn_alibaba_customer_gateway.office[1].id, pre_shared_key = "key-2" }
  }
}
resource "cloudvpn_alibaba_route_entry" "office" {
  count            = 3
  gateway_id       = cloudvpn_alibaba_gateway.hub.id
  next_hop_id      = cloudvpn_alibaba_connection.office.id
  destination_cidr = "192.168.${count.index}.0/24"
}
resource "cloudvpn_alibaba_ssl_server" "people" {
  gateway_id  = cloudvpn_alibaba_gateway.hub.id
  client_cidr = "172.31.0.0/24"
  local_cidrs = ["10.0.0.0/16"]
}
"#;
    ws.write(hcl([site])).apply();
    assert_eq!(entries(&ws).len(), 3);
    ws.assert_state_is_fresh();
    ws.destroy();
    assert!(entries(&ws).is_empty() && objects(&ws, "customer_gateways").is_empty());
    assert_eq!(Vec::from_iter(objects(&ws, "vpn_gateways").into_keys()), ["vpn-mock0001"]);
    let calls = ws.mock.calls();
    assert!(calls.iter().all(|call| call.outcome == "ok" || call.outcome.ends_with(".NotFound")), "{calls:?}");
}
