//! Routes of VPN gateways, from creation to deletion.

use std::collections::BTreeMap;

use cloudvpn_mock::{Fault, Switches, TENCENT_REGION, When};
use serde_json::{Value, json};

use crate::harness::{Resource, Workspace, hcl, tunnel};

const TYPE: &str = "cloudvpn_tencent_gateway_route";

fn route(name: &str) -> Resource {
    Resource::new(TYPE, name)
        .with("gateway_id", "\"vpngw-mock0001\"")
        .with("destination_cidr", "\"192.168.10.0/24\"")
        .with("next_hop_id", "cloudvpn_tencent_connection.t.id")
}

/// A tunnel without policies, so that it can be routed to, and these routes.
fn routes(routes: impl IntoIterator<Item = Resource>) -> String {
    let tunnel = tunnel("t").with("route_type", "\"StaticRoute\"");
    hcl([tunnel].into_iter().chain(routes))
}

/// A workspace with the tunnel, and no calls recorded yet.
fn with_tunnel() -> Workspace {
    let ws = Workspace::new();
    ws.write(routes([])).apply();
    ws.mock.clear_calls();
    ws
}

fn table(ws: &Workspace) -> BTreeMap<String, Value> {
    let mut state = ws.mock.state();
    let all = state["tencent"][TENCENT_REGION]["vpn_gateway_routes"].take();
    serde_json::from_value(all).unwrap()
}

fn change_outside(ws: &Workspace, id: &str, patch: Value) {
    ws.mock.patch_state(&json!({"tencent": {TENCENT_REGION: {"vpn_gateway_routes": {id: patch}}}})).unwrap();
}

fn params(ws: &Workspace, action: &str) -> Vec<Value> {
    ws.calls(action).into_iter().map(|call| call.params).collect()
}

#[test]
fn a_route_is_made_with_what_was_configured_and_what_was_planned() {
    let ws = with_tunnel();
    ws.write(routes([route("r").with("description", "\"office\"")])).apply();
    let sent = json!({
        "DestinationCidrBlock": "192.168.10.0/24", "InstanceType": "VPNCONN", "InstanceId": ws.id("t"),
        "Priority": 0, "Status": "ENABLE", "Description": "office",
    });
    let sent = json!({ "VpnGatewayId": "vpngw-mock0001", "Routes": [sent] });
    assert_eq!(params(&ws, "CreateVpnGatewayRoutes"), [sent]);
    let (id, made) = table(&ws).pop_first().unwrap();
    let state = ws.state("r").unwrap();
    let expected = json!({
        "id": id, "region": "ap-guangzhou", "gateway_id": "vpngw-mock0001", "destination_cidr": "192.168.10.0/24",
        "next_hop_type": "VPNCONN", "next_hop_id": ws.id("t"), "priority": 0, "enabled": true,
        "description": "office", "type": made["Type"], "created_at": state["created_at"],
        "updated_at": state["updated_at"], "timeouts": null,
    });
    assert_eq!(state, expected);
    ws.mock.clear_calls();
    ws.write(routes([])).apply();
    let sent = json!({ "VpnGatewayId": "vpngw-mock0001", "RouteIds": [id] });
    assert_eq!(params(&ws, "DeleteVpnGatewayRoutes"), [sent]);
    assert!(table(&ws).is_empty());
}

#[test]
fn a_route_may_lead_into_a_network() {
    let ws = Workspace::any_parent();
    let into_network = route("r").changed("next_hop_type = \"CCN\"\nnext_hop_id = \"ccn-mock0001\"\npriority = 100");
    ws.write(hcl([into_network])).apply();
    let sent = &params(&ws, "CreateVpnGatewayRoutes")[0]["Routes"][0];
    let kind = (&sent["InstanceType"], &sent["InstanceId"], &sent["Priority"]);
    assert_eq!(kind, (&json!("CCN"), &json!("ccn-mock0001"), &json!(100)));
    ws.destroy();
}

#[test]
fn each_change_is_sent_by_itself() {
    let ws = with_tunnel();
    ws.write(routes([route("r")])).apply();
    let id = ws.id("r");
    for (changes, sent) in [
        ("enabled = false", json!({ "Status": "DISABLE" })),
        ("enabled = false\ndescription = \"spare\"", json!({ "Description": "spare" })),
        ("description = \"office\"", json!({ "Status": "ENABLE", "Description": "office" })),
        // What is left out stays, except for the description: it can be removed.
        ("", json!({ "Description": "" })),
    ] {
        let enabled = if changes.contains("enabled") { "" } else { "\nenabled = true" };
        ws.mock.clear_calls();
        ws.write(routes([route("r").changed(&format!("{changes}{enabled}"))])).apply();
        let mut sent = sent;
        sent["RouteId"] = json!(id);
        let sent = json!({ "VpnGatewayId": "vpngw-mock0001", "Routes": [sent] });
        assert_eq!(params(&ws, "ModifyVpnGatewayRoutes"), [sent], "{changes}");
        ws.assert_state_is_fresh();
    }
    ws.mock.clear_calls();
    ws.write(routes([route("r").with("timeouts", "{ create = \"1m\" }")])).apply();
    assert!(ws.calls("ModifyVpnGatewayRoutes").is_empty());
    assert_eq!(ws.id("r"), id);
}

#[test]
fn another_range_hop_or_priority_replaces() {
    let ws = with_tunnel();
    ws.write(routes([route("r")])).apply();
    let old = ws.id("r");
    for changes in [
        "destination_cidr = \"192.168.11.0/24\"",
        "next_hop_id = \"vpnx-other001\"",
        "next_hop_type = \"CCN\"\nnext_hop_id = \"ccn-mock0001\"",
        "priority = 100",
        "gateway_id = \"vpngw-other001\"",
        "region = \"ap-shanghai\"",
    ] {
        assert!(ws.write(routes([route("r").changed(changes)])).plan().replaces("r"), "{changes}");
    }
    ws.write(routes([route("r").with("priority", "100")])).apply();
    assert_ne!(ws.id("r"), old);
    assert_eq!(Vec::from_iter(table(&ws).into_keys()), [ws.id("r")]);
}

#[test]
fn spellings_of_one_ipv6_range_are_no_difference() {
    let ws = with_tunnel();
    let to = |range: &str| routes([route("r").with("destination_cidr", &format!("{range:?}"))]);
    ws.write(to("2001:DB8:0::/32")).apply();
    let id = ws.id("r");
    assert_eq!(table(&ws)[&id]["DestinationCidrBlock"], "2001:db8::/32");
    change_outside(&ws, &id, json!({ "DestinationCidrBlock": "2001:0db8::/32" }));
    assert!(ws.plan_is_empty());
    ws.assert_state_is_fresh();

    ws.mock.clear_calls();
    ws.write(to("2001:db8::/32"));
    assert!(ws.plan_is_empty());
    ws.apply();
    assert_eq!((ws.id("r"), &ws.state("r").unwrap()["destination_cidr"]), (id, &json!("2001:DB8:0::/32")));
    assert!(ws.mock.calls().iter().all(|call| call.action.starts_with("Describe")), "{:?}", ws.mock.calls());
    assert!(ws.write(to("2001:db9::/32")).plan().replaces("r"));
    assert!(ws.write(to("2001:db8::/33")).plan().replaces("r"));
}

#[test]
fn routes_that_come_together_share_calls() {
    const MANY: usize = 30;
    let ws = with_tunnel();
    let many = || {
        route("r")
            .with("count", &MANY.to_string())
            .with("destination_cidr", r#""192.168.${count.index}.0/24""#)
            .with("enabled", "var.enabled")
    };
    let variable = "variable \"enabled\" {\n  type = bool\n}\n";
    let configuration = format!("{}\n{variable}", routes([many()]));
    // What comes during a call shares the next one: calls take long enough for that, however slow this machine is.
    for action in ["CreateVpnGatewayRoutes", "ModifyVpnGatewayRoutes", "DeleteVpnGatewayRoutes"] {
        ws.mock.fault(action, u64::MAX, Fault::DelayMs(100));
    }
    ws.var("enabled", "true").write(configuration).apply();
    assert_eq!(table(&ws).len(), MANY);
    let calls = |action: &str| ws.calls(action).len();
    assert!(calls("CreateVpnGatewayRoutes") <= MANY / 2, "{}", calls("CreateVpnGatewayRoutes"));
    ws.var("enabled", "false").apply();
    assert!(table(&ws).values().all(|route| route["Status"] == "DISABLE"));
    assert!(calls("ModifyVpnGatewayRoutes") <= MANY / 2, "{}", calls("ModifyVpnGatewayRoutes"));
    ws.write(routes([])).apply();
    assert!(table(&ws).is_empty());
    assert!(calls("DeleteVpnGatewayRoutes") <= MANY / 2, "{}", calls("DeleteVpnGatewayRoutes"));
}

#[test]
fn one_that_is_refused_takes_no_other_with_it() {
    let ws = with_tunnel();
    ws.write(routes([route("theirs")])).apply();
    ws.run(&["state", "rm", &format!("{TYPE}.theirs")]);
    let others = ["a", "b"].map(|name| {
        route(name).with("destination_cidr", &format!("\"10.{}.0.0/16\"", name.len() + 8 + usize::from(name == "b")))
    });
    let all = [route("r")].into_iter().chain(others);
    let diagnostics = ws.write(routes(all)).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Creating the route failed");
    assert!(error.detail.contains("import it") && error.code.contains("destination_cidr"), "{diagnostics}");
    assert!(ws.state("r").is_none() && ws.state("a").is_some() && ws.state("b").is_some());
    assert_eq!(table(&ws).len(), 3);
}

#[test]
fn a_change_that_fails_leaves_the_state_as_it_was() {
    let ws = with_tunnel();
    ws.write(routes([route("r")])).apply();
    ws.mock.fault("ModifyVpnGatewayRoutes", 1, Fault::Error("UnauthorizedOperation".to_owned()));
    let diagnostics = ws.write(routes([route("r").with("enabled", "false")])).apply_fails();
    assert_eq!(diagnostics.error().summary, "Changing the route failed");
    assert_eq!(ws.state("r").unwrap()["enabled"], true);
    ws.apply();
    assert_eq!(ws.state("r").unwrap()["enabled"], false);
}

#[test]
fn imported_by_both_ids_or_with_a_region() {
    let ws = with_tunnel();
    ws.write(routes([route("r").with("description", "\"office\"")])).apply();
    let id = ws.id("r");
    let address = format!("{TYPE}.r");
    for import_id in [format!("vpngw-mock0001/{id}"), format!("ap-guangzhou/vpngw-mock0001/{id}")] {
        let before = ws.state("r").unwrap();
        ws.run(&["state", "rm", &address]);
        ws.import(&address, &import_id);
        assert_eq!(ws.state("r").unwrap(), before);
        assert!(ws.plan_is_empty());
    }
    let said = ws.import_fails(&address, &id);
    assert!(said.contains("vpngw-xxxxxxxx/vpnr-xxxxxxxx"), "{said}");
}

#[test]
fn changes_from_outside_are_planned_back_and_what_is_gone_is_made_again() {
    let ws = with_tunnel();
    ws.write(routes([route("r").changed("enabled = true\ndescription = \"office\"")])).apply();
    let id = ws.id("r");
    change_outside(&ws, &id, json!({ "Status": "DISABLE", "Description": "by hand" }));
    let plan = ws.plan();
    assert_eq!(plan.actions("r"), ["update"]);
    assert_eq!(plan.change("r")["before"]["description"], "by hand");
    ws.apply();
    assert_eq!((&table(&ws)[&id]["Status"], &table(&ws)[&id]["Description"]), (&json!("ENABLE"), &json!("office")));

    change_outside(&ws, &id, Value::Null);
    assert_eq!(ws.plan().actions("r"), ["create"]);
    ws.apply();
    assert_ne!(ws.id("r"), id);
    ws.mock.switches(Switches { unknown_id_not_found: true, ..Switches::default() });
    ws.mock.fault("DeleteVpnGatewayRoutes", 1, Fault::Error("ResourceNotFound".to_owned()));
    ws.write(routes([])).apply();
}

#[test]
fn routes_of_a_gateway_that_is_gone_are_gone() {
    let ws = Workspace::any_parent();
    ws.write(hcl([route("r").changed("next_hop_type = \"CCN\"\nnext_hop_id = \"ccn-mock0001\"")])).apply();
    ws.mock.fault("DescribeVpnGatewayRoutes", u64::MAX, Fault::Error("ResourceNotFound".to_owned()));
    assert_eq!(ws.plan().actions("r"), ["create"]);
}

#[test]
fn a_create_whose_answer_is_lost_makes_exactly_one() {
    for fault in [Fault::Drop(When::After), Fault::Truncate(true)] {
        let ws = with_tunnel();
        ws.mock.fault("CreateVpnGatewayRoutes", 1, fault.clone());
        ws.write(routes([route("r")])).apply();
        assert_eq!(Vec::from_iter(table(&ws).into_keys()), [ws.id("r")], "{fault:?}");
        assert_eq!(ws.calls("CreateVpnGatewayRoutes").len(), 1, "{fault:?}");
    }
}

#[test]
fn mistakes_are_found_before_any_call() {
    let ws = Workspace::new();
    let route = |name: &str| route(name).with("next_hop_id", "\"vpnx-mock0001\"");
    for (changes, attribute, said) in [
        ("gateway_id =", "", "gateway_id"),
        ("gateway_id = \"cgw-1\"", "gateway_id", "vpngw-"),
        ("destination_cidr = \"192.168.10.0\"", "destination_cidr", "CIDR"),
        ("next_hop_type = \"vpnconn\"", "next_hop_type", "Did you mean \"VPNCONN\""),
        ("next_hop_id = \"ccn-mock0001\"", "next_hop_id", "vpnx-"),
        ("next_hop_type = \"CCN\"", "next_hop_id", "ccn-"),
        ("priority = 50", "priority", "neither 0 nor 100"),
    ] {
        let diagnostics = ws.write(hcl([route("r").changed(changes)])).validate();
        let error = diagnostics.error();
        let text = format!("{} {}", error.summary, error.detail);
        assert!(text.contains(said), "{changes}: {diagnostics}");
        assert!(error.code.contains(attribute), "{changes}: {diagnostics}");
    }
    assert!(ws.mock.calls().is_empty());
}

fn data(kind: &str, name: &str, by: &str) -> String {
    format!("data \"cloudvpn_tencent_{kind}\" {name:?} {{\n{by}\n}}\n")
}

#[test]
fn routes_are_found_by_each_filter() {
    let ws = with_tunnel();
    let made = || {
        let ranges = ["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"];
        let routes = ranges.into_iter().enumerate();
        routes.map(|(i, range)| route(&format!("r{i}")).with("destination_cidr", &format!("{range:?}")))
    };
    ws.write(routes(made())).apply();
    let ids: Vec<_> = (0..3).map(|i| ws.id(&format!("r{i}"))).collect();
    let of_gateway = |filters: &str| format!("gateway_id = \"vpngw-mock0001\"\n{filters}");
    let by_ids = of_gateway(&format!("ids = [{:?}, \"vpnr-nowhere1\", {:?}]", ids[2], ids[0]));
    let cases = [
        ("all", of_gateway(""), vec![0, 1, 2]),
        ("range", of_gateway("destination_cidr = \"10.2.0.0/16\""), vec![1]),
        ("hop", of_gateway(&format!("next_hop_id = {:?}\nnext_hop_type = \"VPNCONN\"", ws.id("t"))), vec![0, 1, 2]),
        ("network", of_gateway("next_hop_type = \"CCN\""), vec![]),
        ("ids", by_ids, vec![0, 2]),
        ("no_ids", of_gateway("ids = []"), vec![]),
        ("no_gateway", "gateway_id = \"vpngw-nowhere1\"".to_owned(), vec![]),
    ];
    let sources = cases.iter().map(|(name, by, _)| data("gateway_routes", name, by)).collect::<String>();
    let one = [
        data("gateway_route", "by_range", &of_gateway("destination_cidr = \"10.2.0.0/16\"")),
        data("gateway_route", "by_id", &of_gateway(&format!("id = {:?}", ids[1]))),
    ];
    ws.write(format!("{}\n{sources}\n{}", routes(made()), one.concat())).apply();
    for (name, _, expected) in cases {
        let found = ws.state(name).unwrap()["routes"].take();
        let found: Vec<_> = found.as_array().unwrap().iter().map(|g| g["id"].as_str().unwrap().to_owned()).collect();
        let mut expected: Vec<_> = expected.into_iter().map(|i: usize| ids[i].clone()).collect();
        expected.sort();
        assert_eq!(found, expected, "{name}");
    }
    let mut expected = ws.state("r1").unwrap();
    expected.as_object_mut().unwrap().remove("timeouts");
    assert_eq!(ws.state("by_range").unwrap(), expected);
    assert_eq!(ws.state("by_id").unwrap(), expected);

    let nowhere = data("gateway_route", "none", &of_gateway("destination_cidr = \"10.9.0.0/16\""));
    let diagnostics = ws.write(hcl([nowhere])).plan_fails();
    assert!(diagnostics.error().detail.contains("has no route with destination_cidr 10.9.0.0/16"), "{diagnostics}");
    let without = data("gateway_route", "none", "destination_cidr = \"10.9.0.0/16\"");
    assert!(ws.write(hcl([without])).validate().error().detail.contains("gateway_id"));
}

#[test]
fn a_refresh_of_three_hundred_costs_few_calls() {
    const MANY: usize = 300;
    let ws = Workspace::any_parent();
    let range = r#""10.${floor(count.index / 250)}.${count.index % 250}.0/24""#;
    let into_network = route("r").changed("next_hop_type = \"CCN\"\nnext_hop_id = \"ccn-mock0001\"");
    ws.write(hcl([into_network.with("count", &MANY.to_string()).with("destination_cidr", range)])).apply();
    assert_eq!(table(&ws).len(), MANY);
    let calls = ws.refresh();
    assert!(calls.iter().all(|call| call.action == "DescribeVpnGatewayRoutes"));
    assert!(calls.len() <= 8, "{} calls", calls.len());
}
