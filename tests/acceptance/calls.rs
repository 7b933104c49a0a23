//! How many API calls an operation costs. Nothing here is about time.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use cloudvpn_mock::{Call, Fault, Options};
use serde_json::{Value, json};

use crate::harness::{Resource, Workspace, hcl, options, tunnel};

/// `count` tunnels, each to a gateway of its own.
fn tunnels(name: &str, count: usize) -> Resource {
    tunnel(name)
        .with("count", &count.to_string())
        .with("name", &format!("\"{name}-${{count.index}}\""))
        .with("customer_gateway_id", &format!("\"cgw-{name}-${{count.index}}\""))
}

/// The ids of all instances of the resource, in the order of the state.
fn ids(ws: &Workspace, name: &str) -> Vec<String> {
    let state = fs::read_to_string(ws.dir().join("terraform.tfstate")).unwrap();
    let state: Value = serde_json::from_str(&state).unwrap();
    let resources = state["resources"].as_array().unwrap();
    let instances = resources
        .iter()
        .filter(|resource| resource["name"] == name && resource["type"] == "cloudvpn_tencent_connection");
    let instances = instances.flat_map(|resource| resource["instances"].as_array().unwrap());
    instances.map(|instance| instance["attributes"]["id"].as_str().unwrap().to_owned()).collect()
}

fn actions(calls: &[Call]) -> BTreeSet<&str> {
    calls.iter().map(|call| call.action.as_str()).collect()
}

/// Asks for tunnels by their ids.
fn by_ids(call: &Call) -> bool {
    call.params["VpnConnectionIds"].is_array()
}

/// Looks for tunnels between two gateways: what precedes a create.
fn filtered(call: &Call) -> bool {
    call.params["Filters"].is_array()
}

/// The service takes its time to describe tunnels. What is asked for meanwhile shares the next call, so that it does not matter how fast
/// this machine comes to ask.
fn take_time(ws: &Workspace) {
    ws.mock.fault("DescribeVpnConnections", u64::MAX, Fault::DelayMs(TIME_MS));
}

/// More would let more come together, but after 300 ms the provider does not hold up the next call any longer.
const TIME_MS: u64 = 200;

/// The calls in few words.
fn brief(calls: &[Call]) -> Vec<String> {
    let what = |call: &Call| match (call.params["VpnConnectionIds"].as_array(), &call.params["Offset"]) {
        (Some(ids), _) => format!("{} of {} ids", call.action, ids.len()),
        (None, offset) => format!("{} from {offset}", call.action),
    };
    calls.iter().map(|call| format!("{}: {} at {} ms", call.region, what(call), call.at_ms)).collect()
}

/// What a refresh of so many tunnels may cost.
fn allowed(count: usize) -> usize {
    count / 100 + 5
}

#[test]
fn a_refresh_costs_its_pages_and_five() {
    let ws = Workspace::any_parent();
    for count in [30, 120, 250] {
        ws.write(hcl([tunnels("t", count)])).apply_that_leaves_a_difference("the refresh is what is tested", &[]);
        let calls = ws.refresh();
        assert_eq!(actions(&calls), BTreeSet::from(["DescribeVpnConnections"]));
        assert!(calls.len() <= allowed(count), "{count} tunnels: {} calls: {:#?}", calls.len(), brief(&calls));
    }
}

#[test]
fn a_small_refresh_asks_for_its_own_tunnels_only() {
    let ws = Workspace::any_parent();
    ws.write(hcl([tunnels("t", 5)])).apply();
    let calls = ws.refresh();
    assert!(calls.iter().all(by_ids), "{:#?}", brief(&calls));
    let asked = calls.iter().flat_map(|call| call.params["VpnConnectionIds"].as_array().unwrap().clone());
    assert_eq!(asked.count(), 5);
}

#[test]
fn twenty_creates_share_the_calls_that_wait() {
    let ws = Workspace::any_parent();
    take_time(&ws);
    ws.write(hcl([tunnels("t", 20)]))
        .apply_that_leaves_a_difference("the apply is what is tested", &["-parallelism=20"]);
    let calls = ws.mock.calls();
    assert_eq!(calls.iter().filter(|call| call.action == "CreateVpnConnection").count(), 20);
    // Each for itself would look once before and once after.
    assert!(calls.iter().filter(|call| by_ids(call)).count() < 20, "{:#?}", brief(&calls));
    assert!(calls.iter().filter(|call| filtered(call)).count() < 20, "{:#?}", brief(&calls));
    assert_eq!(ids(&ws, "t").len(), 20);
}

#[test]
fn thirty_tunnels_being_made_cost_one_call_a_tick() {
    // Each takes a second: by itself, that is five polls.
    let ws = Workspace::with(Options { settle: Duration::from_secs(1), any_parent: true, ..options() });
    take_time(&ws);
    ws.write(hcl([tunnels("t", 30)]))
        .apply_that_leaves_a_difference("the apply is what is tested", &["-parallelism=30"]);
    let calls = ws.mock.calls();
    // Instead of 150.
    assert!(calls.iter().filter(|call| by_ids(call)).count() <= 30, "{:#?}", brief(&calls));
}

#[test]
fn twenty_updates_are_twenty_modifications_and_shared_polls() {
    let ws = Workspace::any_parent();
    ws.write(hcl([tunnels("t", 20)])).apply();
    ws.mock.clear_calls();
    take_time(&ws);
    ws.write(hcl([tunnels("t", 20).with("name", "\"renamed-${count.index}\"")]))
        .apply_that_leaves_a_difference("the apply is what is tested", &["-refresh=false"]);
    let calls = ws.mock.calls();
    let modifications = calls.iter().filter(|call| call.action == "ModifyVpnConnectionAttribute");
    let modified: Vec<_> = modifications.map(|call| call.params["VpnConnectionId"].as_str().unwrap()).collect();
    assert_eq!((modified.len(), modified.iter().collect::<BTreeSet<_>>().len()), (20, 20));
    assert_eq!(actions(&calls), BTreeSet::from(["DescribeVpnConnections", "ModifyVpnConnectionAttribute"]));
    let polls: Vec<_> = calls.iter().filter(|call| call.action == "DescribeVpnConnections").collect();
    assert!(polls.iter().all(|call| by_ids(call)));
    // Each for itself would look once at least.
    assert!(polls.len() < 20, "{:#?}", brief(&calls));
}

#[test]
fn tunnels_missing_outside_cost_a_call_each_and_the_others_nothing() {
    let ws = Workspace::any_parent();
    ws.write(hcl([tunnels("t", 120)])).apply();
    let ids = ids(&ws, "t");
    let gone: BTreeSet<_> = ids.iter().step_by(40).cloned().collect();
    gone.iter().for_each(|id| ws.change_outside(id, Value::Null));

    let (plan, calls) = ws.while_fresh(|| ws.plan());
    let changes = plan.shown["resource_changes"].as_array().unwrap();
    let created = changes.iter().filter(|change| change["change"]["actions"] == json!(["create"])).count();
    assert_eq!(created, gone.len());
    // Each may be asked for in a batch first, and then for itself.
    assert!(calls.len() <= allowed(120) + 2 * gone.len(), "{} calls: {:#?}", calls.len(), brief(&calls));
    let calls = ws.mock.calls();
    for id in &gone {
        let alone = |call: &&Call| call.params["VpnConnectionIds"] == json!([id]);
        assert_eq!(
            calls.iter().filter(alone).count(),
            1,
            "{id} counts as gone on the word of a list: {:#?}",
            brief(&calls)
        );
    }
}

#[test]
fn a_write_between_reads_is_seen_by_the_reads_after_it() {
    let ws = Workspace::any_parent();
    let later = |name: &str| tunnels("later", 40).with("name", &format!("\"{name}-${{terraform_data.t.output}}\""));
    let data = "resource \"terraform_data\" \"t\" {\n  input = length(cloudvpn_tencent_connection.t)\n}\n";
    let text = |name: &str, count| hcl([tunnels("t", count).to_string(), data.to_owned(), later(name).to_string()]);
    ws.write(text("a", 40)).apply();
    // Reads, writes and reads of new tunnels in one run; the harness checks that nothing is left to do.
    ws.write(text("b", 45)).apply();
    ws.assert_state_is_fresh();
    assert_eq!(ids(&ws, "t").len(), 45);
}

#[test]
fn configurations_side_by_side_see_each_others_writes() {
    let ws = Workspace::any_parent();
    let providers =
        "provider \"cloudvpn\" {}\nprovider \"cloudvpn\" {\n  alias = \"other\"\n  max_retries = 3\n}\n".to_owned();
    let text = |name: &str| {
        let other = tunnels("other", 30).with("provider", "cloudvpn.other");
        let names = format!("\"{name}-${{count.index}}\"");
        hcl([providers.clone(), tunnels("t", 30).with("name", &names).to_string(), other.to_string()])
    };
    ws.write(text("a")).apply();
    ws.write(text("b")).apply();
    ws.assert_state_is_fresh();
    let calls = ws.refresh();
    // Both configurations, each in a process of its own, list what both made.
    assert!(calls.len() <= 2 * allowed(60), "{} calls: {:#?}", calls.len(), brief(&calls));
}

#[test]
fn regions_are_refreshed_apart() {
    let ws = Workspace::any_parent();
    let south = tunnels("south", 60).with("region", "\"ap-guangzhou\"");
    let north = tunnels("north", 60).with("region", "\"ap-beijing\"");
    ws.write(hcl([south, north])).apply();
    let calls = ws.refresh();
    let regions: BTreeSet<_> = calls.iter().map(|call| call.region.as_str()).collect();
    assert_eq!(regions, BTreeSet::from(["ap-beijing", "ap-guangzhou"]));
    for region in regions {
        let count = calls.iter().filter(|call| call.region == region).count();
        assert!(count <= allowed(60), "{region}: {count} calls: {:#?}", brief(&calls));
    }
}

/// These APIs have no lists of ids, but pages of 50.
#[test]
fn a_refresh_without_lists_of_ids_lists_everything() {
    let count = 60;
    let legacy = Resource::new("cloudvpn_tencent_legacy_connection", "l")
        .with("count", &count.to_string())
        .with("name", "\"l-${count.index}\"")
        .with("vpc_id", "\"vpc-mock0001\"")
        .with("gateway_id", "\"vpngw-mock0001\"")
        .with("customer_gateway_id", "\"cgw-l-${count.index}\"")
        .with("pre_shared_key", "\"a pre-shared key\"")
        .with("remote_cidrs", "[\"192.168.0.0/24\"]");
    let certs = Resource::new("cloudvpn_alibaba_ssl_client_cert", "c")
        .with("count", &count.to_string())
        .with("name", "\"c-${count.index}\"")
        .with("ssl_server_id", "\"vss-mock0001\"");
    let ws = Workspace::any_parent();
    ws.write(hcl([legacy, certs])).apply();

    let calls = ws.refresh();
    for (action, id) in [("DescribeVpnConn", "vpnConnId"), ("DescribeSslVpnClientCerts", "SslVpnClientCertId")] {
        let of = calls.iter().filter(|call| call.action == action);
        let (ones, pages): (Vec<_>, Vec<_>) = of.partition(|call| !call.params[id].is_null());
        assert_eq!(pages.len(), 2, "{action}: {:#?}", brief(&calls));
        assert!(ones.len() <= 20, "{action}: {} of {count} asked for alone", ones.len());
    }
}

#[test]
fn routes_of_one_gateway_cost_a_listing_for_each_call_that_makes_some() {
    let ws = Workspace::any_parent();
    let routes = Resource::new("cloudvpn_tencent_gateway_route", "r")
        .with("count", "60")
        .with("gateway_id", "\"vpngw-mock0001\"")
        .with("destination_cidr", "\"192.168.${count.index}.0/24\"")
        .with("next_hop_id", "\"vpnx-mock0001\"");
    ws.write(hcl([routes])).apply_that_leaves_a_difference("the apply is what is tested", &[]);
    let made = ws.calls("CreateVpnGatewayRoutes").len();
    let listed = ws.calls("DescribeVpnGatewayRoutes").len();
    // What is there before the first is looked at, too.
    assert!(listed <= made + 2, "{listed} listings for {made} creates");
    assert!(ws.mock.calls().iter().all(|call| call.outcome == "ok"));
}

#[test]
fn deleted_ssl_clients_are_not_asked_for_one_by_one() {
    let ws = Workspace::any_parent();
    let server = Resource::new("cloudvpn_tencent_ssl_server", "s")
        .with("name", "\"s\"")
        .with("gateway_id", "\"vpngw-mockssl1\"")
        .with("local_cidrs", "[\"10.0.1.0/24\"]")
        .with("client_cidr", "\"10.8.0.0/16\"");
    let clients = Resource::new("cloudvpn_tencent_ssl_client", "c")
        .with("count", "40")
        .with("name", "\"c-${count.index}\"")
        .with("ssl_server_id", "cloudvpn_tencent_ssl_server.s.id");
    ws.write(hcl([server.clone(), clients])).apply();
    ws.mock.clear_calls();
    ws.mock.fault("DescribeVpnGatewaySslClients", u64::MAX, Fault::DelayMs(TIME_MS));
    ws.write(hcl([server])).apply_that_leaves_a_difference("the apply is what is tested", &["-refresh=false"]);
    let calls = ws.calls("DescribeVpnGatewaySslClients");
    assert!(calls.len() < 20, "{} calls for 40 clients", calls.len());
}
