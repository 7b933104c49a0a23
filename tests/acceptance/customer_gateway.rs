//! Customer gateways, from creation to deletion.

use std::collections::BTreeMap;

use cloudvpn_mock::{Fault, FaultRule, Switches, TENCENT_REGION, When};
use serde_json::{Value, json};

use crate::harness::{Resource, Workspace, hcl, tunnel};

const TYPE: &str = "cloudvpn_tencent_customer_gateway";

fn gateway(name: &str) -> Resource {
    Resource::new(TYPE, name).with("name", &format!("{name:?}")).with("ip_address", "\"203.0.113.99\"")
}

/// What the mock has beside its small world, by id.
fn gateways(ws: &Workspace) -> BTreeMap<String, Value> {
    let mut state = ws.mock.state();
    let all = state["tencent"][TENCENT_REGION]["customer_gateways"].take();
    let all: BTreeMap<String, Value> = serde_json::from_value(all).unwrap();
    all.into_iter().filter(|(id, _)| !id.starts_with("cgw-mock")).collect()
}

fn change_outside(ws: &Workspace, id: &str, patch: Value) {
    let patch = json!({"tencent": {TENCENT_REGION: {"customer_gateways": {id: patch}}}});
    ws.mock.patch_state(&patch).unwrap();
}

fn params(ws: &Workspace, action: &str) -> Vec<Value> {
    ws.calls(action).into_iter().map(|call| call.params).collect()
}

#[test]
fn a_customer_gateway_is_made_with_what_was_configured() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g").changed("bgp_asn = 65010\ntags = { team = \"net\" }")])).apply();
    let tags = json!([{ "Key": "team", "Value": "net" }]);
    let sent = json!({
        "CustomerGatewayName": "g", "IpAddress": "203.0.113.99", "BgpAsn": 65010, "Tags": tags,
    });
    assert_eq!(params(&ws, "CreateCustomerGateway"), [sent]);
    let (id, made) = gateways(&ws).pop_first().unwrap();
    let mut state = ws.state("g").unwrap();
    assert_eq!(state["created_at"].take(), made["CreatedTime"]);
    let expected = json!({
        "id": id, "region": "ap-guangzhou", "name": "g", "ip_address": "203.0.113.99", "bgp_asn": 65010,
        "tags": { "team": "net" }, "tags_all": { "team": "net" }, "created_at": null, "timeouts": null,
    });
    assert_eq!(state, expected);
    ws.assert_state_is_fresh();
    ws.destroy();
    assert!(gateways(&ws).is_empty());
    assert_eq!(params(&ws, "DeleteCustomerGateway"), [json!({ "CustomerGatewayId": id })]);
}

#[test]
fn what_is_left_out_is_not_sent() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g")])).apply();
    let sent = json!({ "CustomerGatewayName": "g", "IpAddress": "203.0.113.99" });
    assert_eq!(params(&ws, "CreateCustomerGateway"), [sent]);
    assert!(ws.state("g").unwrap()["bgp_asn"].is_null());
}

#[test]
fn each_change_is_sent_with_the_name_and_nothing_else() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g")])).apply();
    let id = ws.id("g");
    for (changes, sent) in [
        ("name = \"renamed\"", Some(json!({ "CustomerGatewayName": "renamed" }))),
        ("name = \"renamed\"\nbgp_asn = 65010", Some(json!({ "CustomerGatewayName": "renamed", "BgpAsn": 65010 }))),
        (
            "name = \"both\"\nbgp_asn = 4294967295",
            Some(json!({ "CustomerGatewayName": "both", "BgpAsn": 4_294_967_295_u64 })),
        ),
        // The API cannot remove the number: it stays.
        ("name = \"both\"", None),
        ("name = \"both\"\ntimeouts = { create = \"1m\" }", None),
    ] {
        ws.mock.clear_calls();
        ws.write(hcl([gateway("g").changed(changes)])).apply();
        let sent = sent.map(|mut sent| {
            sent["CustomerGatewayId"] = json!(id);
            sent
        });
        assert_eq!(params(&ws, "ModifyCustomerGatewayAttribute"), Vec::from_iter(sent), "{changes}");
        assert!(ws.calls("ModifyResourceTags").is_empty());
        ws.assert_state_is_fresh();
    }
    assert_eq!(ws.id("g"), id);
    assert_eq!(ws.state("g").unwrap()["bgp_asn"], 4_294_967_295_u64);
}

#[test]
fn tags_change_by_themselves() {
    let ws = Workspace::new();
    let provider = "provider \"cloudvpn\" {\n  tencent { default_tags = { team = \"net\" } }\n}\n".to_owned();
    let tagged = |tags: &str| hcl([provider.clone(), gateway("g").changed(tags).to_string()]);
    ws.write(tagged("tags = { a = \"1\", b = \"2\" }")).apply();
    assert_eq!(ws.state("g").unwrap()["tags_all"], json!({ "team": "net", "a": "1", "b": "2" }));
    ws.write(tagged("tags = { a = \"3\" }")).apply();
    let sent = json!({
        "Resource": format!("qcs::vpc:ap-guangzhou:uin/:cgw/{}", ws.id("g")),
        "ReplaceTags": [{ "TagKey": "a", "TagValue": "3" }], "DeleteTags": [{ "TagKey": "b" }],
    });
    assert_eq!(params(&ws, "ModifyResourceTags"), [sent]);
    assert!(ws.calls("ModifyCustomerGatewayAttribute").is_empty());
    ws.write(tagged("")).apply();
    assert_eq!(gateways(&ws)[&ws.id("g")]["TagSet"], json!([{ "Key": "team", "Value": "net" }]));
}

#[test]
fn what_was_changed_before_a_failure_is_in_the_state() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g")])).apply();
    let changed = || hcl([gateway("g").changed("name = \"renamed\"\ntags = { a = \"1\" }")]);
    ws.mock.fault("ModifyResourceTags", 1, Fault::Error("UnauthorizedOperation".to_owned()));
    let diagnostics = ws.write(changed()).apply_fails();
    assert_eq!(diagnostics.error().summary, "Changing the customer gateway's tags failed");
    let state = ws.state("g").unwrap();
    assert_eq!((&state["name"], &state["tags"]), (&json!("renamed"), &Value::Null));
    ws.mock.clear_calls();
    ws.apply();
    assert!(ws.calls("ModifyCustomerGatewayAttribute").is_empty());
    assert_eq!(ws.calls("ModifyResourceTags").len(), 1);

    ws.mock.fault(
        "ModifyCustomerGatewayAttribute",
        1,
        Fault::Error("UnsupportedOperation.VpnUnsupportedModifyBgpAsn".to_owned()),
    );
    let diagnostics = ws.write(hcl([gateway("g").changed("bgp_asn = 65010")])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Changing the customer gateway failed");
    assert!(error.detail.contains("Only accounts that Tencent Cloud permits"), "{diagnostics}");
    assert!(ws.state("g").unwrap()["bgp_asn"].is_null());
}

#[test]
fn another_address_or_region_replaces() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g")])).apply();
    let old = ws.id("g");
    for changes in ["ip_address = \"203.0.113.98\"", "region = \"ap-shanghai\""] {
        assert!(ws.write(hcl([gateway("g").changed(changes)])).plan().replaces("g"), "{changes}");
    }
    ws.write(hcl([gateway("g").changed("ip_address = \"203.0.113.98\"")])).apply();
    assert_ne!(ws.id("g"), old);
    assert_eq!(Vec::from_iter(gateways(&ws).into_keys()), [ws.id("g")]);
}

#[test]
fn spellings_of_one_ipv6_address_are_no_difference() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g").with("ip_address", "\"2001:DB8:0::1\"")])).apply();
    let id = ws.id("g");
    assert_eq!(gateways(&ws)[&id]["IpAddress"], "2001:db8::1");
    change_outside(&ws, &id, json!({ "IpAddress": "2001:0db8:0:0::1" }));
    assert!(ws.plan_is_empty());
    ws.assert_state_is_fresh();

    // Nor is one in the configuration a reason for another gateway, or for a call.
    ws.mock.clear_calls();
    ws.write(hcl([gateway("g").with("ip_address", "\"2001:db8::1\"")]));
    assert!(ws.plan_is_empty());
    ws.apply();
    assert_eq!((ws.id("g"), &ws.state("g").unwrap()["ip_address"]), (id.clone(), &json!("2001:DB8:0::1")));
    assert!(ws.mock.calls().iter().all(|call| call.action.starts_with("Describe")), "{:?}", ws.mock.calls());
    ws.assert_state_is_fresh();
    assert!(ws.write(hcl([gateway("g").with("ip_address", "\"2001:db8::2\"")])).plan().replaces("g"));

    // An address that is not known yet may be another one.
    let later = "resource \"terraform_data\" \"later\" {\n  input = \"2001:db8::1\"\n}\n".to_owned();
    let unknown = gateway("g").with("ip_address", "terraform_data.later.output");
    assert!(ws.write(hcl([later, unknown.to_string()])).plan().replaces("g"));
}

#[test]
fn a_tunnel_leads_to_one_with_an_ipv6_address() {
    let ws = Workspace::new();
    let to_it = |name: &str| {
        let tunnel = tunnel("t").changed(&format!("customer_gateway_id = {TYPE}.g.id\nname = {name:?}"));
        hcl([gateway("g").with("ip_address", "\"2001:db8::7\""), tunnel])
    };
    ws.write(to_it("a")).apply();
    assert_eq!(ws.state("t").unwrap()["ike"]["remote_identity"]["address"], "2001:db8::7");
    assert!(ws.plan_is_empty());
    ws.write(to_it("b")).apply();
    ws.assert_state_is_fresh();
}

#[test]
fn imported_by_its_id_or_with_a_region() {
    let ws = Workspace::new();
    let described = || gateway("g").changed("name = \"cgw-mock0002\"\nip_address = \"198.51.100.2\"");
    ws.write(hcl([described()]));
    ws.import(&format!("{TYPE}.g"), "cgw-mock0002");
    assert_eq!(ws.state("g").unwrap()["bgp_asn"], 65002);
    assert!(ws.plan_is_empty());

    let elsewhere = json!({
        "CustomerGatewayId": "cgw-far00001", "CustomerGatewayName": "far", "IpAddress": "203.0.113.7", "BgpAsn": 0,
        "CreatedTime": "2020-02-02 02:02:02", "TagSet": [{ "Key": "a", "Value": "1" }],
    });
    ws.mock
        .patch_state(&json!({"tencent": {"ap-shanghai": {"customer_gateways": {"cgw-far00001": elsewhere}}}}))
        .unwrap();
    let far = gateway("far").changed("ip_address = \"203.0.113.7\"\nregion = \"ap-shanghai\"\ntags = { a = \"1\" }");
    let block = format!("import {{\n  to = {TYPE}.far\n  id = \"ap-shanghai/cgw-far00001\"\n}}\n");
    ws.write(hcl([block, described().to_string(), far.to_string()]));
    assert_eq!(ws.plan().actions("far"), ["no-op"]);
    ws.apply();
    let said = ws.import_fails(&format!("{TYPE}.g"), "vpnx-mock0001");
    assert!(said.contains("cgw-xxxxxxxx"), "{said}");
}

#[test]
fn changes_from_outside_are_planned_back() {
    let ws = Workspace::new();
    let configured = || gateway("g").changed("bgp_asn = 65010\ntags = { a = \"1\" }");
    ws.write(hcl([configured()])).apply();
    let id = ws.id("g");
    let patch = json!({ "CustomerGatewayName": "by hand", "BgpAsn": 65011, "TagSet": [{ "Key": "x", "Value": "y" }] });
    change_outside(&ws, &id, patch);
    let plan = ws.plan();
    assert_eq!(plan.actions("g"), ["update"]);
    assert_eq!(plan.change("g")["before"]["name"], "by hand");
    ws.apply();
    let gateway = &gateways(&ws)[&id];
    assert_eq!((&gateway["CustomerGatewayName"], &gateway["BgpAsn"]), (&json!("g"), &json!(65010)));
    assert_eq!(gateway["TagSet"], json!([{ "Key": "a", "Value": "1" }]));
    change_outside(&ws, &id, json!({ "BgpAsn": 0 }));
    assert!(ws.plan().change("g")["before"]["bgp_asn"].is_null());
}

#[test]
fn one_deleted_outside_is_made_again() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g")])).apply();
    let old = ws.id("g");
    change_outside(&ws, &old, Value::Null);
    assert_eq!(ws.plan().actions("g"), ["create"]);
    ws.mock.switches(Switches { unknown_id_not_found: true, ..Switches::default() });
    assert_eq!(ws.plan().actions("g"), ["create"]);
    ws.apply();
    assert_ne!(ws.id("g"), old);
    // Gone between the refresh and the deletion.
    ws.mock.fault_rule(FaultRule {
        action: "DeleteCustomerGateway".to_owned(),
        times: Some(1),
        skip: 0,
        fault: Fault::Error("UnsupportedOperation.RecordNotExists".to_owned()),
    });
    ws.destroy();
}

#[test]
fn mistakes_are_found_before_any_call() {
    let ws = Workspace::new();
    let long = format!("name = \"{}\"", "n".repeat(61));
    for (changes, attribute, said) in [
        ("name =", "", "name"),
        ("name = \"\"", "name", "1 to 60"),
        (long.as_str(), "name", "61"),
        ("ip_address =", "", "ip_address"),
        ("ip_address = \"203.0.113\"", "ip_address", "is not an IP address"),
        ("ip_address = \"203.0.113.0/24\"", "ip_address", "is not an IP address"),
        ("ip_address = \"127.0.0.1\"", "ip_address", "127.0.0.1"),
        ("ip_address = \"169.254.0.1\"", "ip_address", "169.254.0.1"),
        ("ip_address = \"0.1.2.3\"", "ip_address", "0.1.2.3"),
        ("ip_address = \"239.0.0.1\"", "ip_address", "239.0.0.1"),
        ("ip_address = \"::1\"", "ip_address", "::1"),
        ("bgp_asn = 4294967296", "bgp_asn", "between 1 and 4294967295"),
        ("bgp_asn = 45090", "bgp_asn", "45090"),
        ("bgp_asn = 1.5", "bgp_asn", "whole number"),
    ] {
        let diagnostics = ws.write(hcl([gateway("g").changed(changes)])).validate();
        let error = diagnostics.error();
        let text = format!("{} {}", error.summary, error.detail);
        assert!(text.contains(said), "{changes}: {diagnostics}");
        assert!(error.code.contains(attribute), "{changes}: {diagnostics}");
    }
    assert!(ws.write(hcl([gateway("g").with("bgp_asn", "4294967295")])).validate().0.is_empty());
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn a_create_whose_answer_is_lost_makes_exactly_one() {
    for fault in [Fault::Drop(When::After), Fault::Truncate(true)] {
        let ws = Workspace::new();
        ws.mock.fault("CreateCustomerGateway", 1, fault.clone());
        ws.write(hcl([gateway("g")])).apply();
        assert_eq!(Vec::from_iter(gateways(&ws).into_keys()), [ws.id("g")], "{fault:?}");
        assert_eq!(ws.calls("CreateCustomerGateway").len(), 1, "{fault:?}");
    }
    let ws = Workspace::new();
    ws.mock.switches(Switches { empty_create_id: true, ..Switches::default() });
    ws.write(hcl([gateway("g")])).apply();
    assert_eq!(Vec::from_iter(gateways(&ws).into_keys()), [ws.id("g")]);
}

#[test]
fn one_that_was_there_before_is_not_adopted() {
    let ws = Workspace::any_parent();
    let there = json!({ "CustomerGatewayId": "cgw-theirs01", "CustomerGatewayName": "g", "IpAddress": "203.0.113.99", "BgpAsn": 0 });
    change_outside(&ws, "cgw-theirs01", there);
    ws.mock.fault("CreateCustomerGateway", 1, Fault::Drop(When::After));
    ws.write(hcl([gateway("g")])).apply();
    assert_ne!(ws.id("g"), "cgw-theirs01");
    assert_eq!(gateways(&ws).len(), 2);

    let strict = Workspace::new();
    let there = json!({ "CustomerGatewayId": "cgw-theirs01", "CustomerGatewayName": "g", "IpAddress": "203.0.113.99" });
    change_outside(&strict, "cgw-theirs01", there);
    let diagnostics = strict.write(hcl([gateway("g")])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Creating the customer gateway failed");
    assert!(error.detail.contains("UnsupportedOperation.RecordExists"), "{diagnostics}");
    assert!(error.detail.contains("import it"), "{diagnostics}");
    assert!(error.code.contains("ip_address"), "{diagnostics}");
}

#[test]
fn one_with_tunnels_is_refused_by_name_and_deleted_after_them() {
    let ws = Workspace::new();
    let to_it = || tunnel("t").with("customer_gateway_id", &format!("{TYPE}.g.id"));
    ws.write(hcl([gateway("g"), to_it()])).apply();
    assert_eq!(ws.tunnel("t")["CustomerGatewayId"], ws.id("g"));

    // A tunnel that Terraform does not know keeps it.
    let (id, theirs) = ("vpnx-theirs01", ws.tunnel("t"));
    ws.change_outside(id, theirs);
    ws.change_outside(id, json!({ "VpnConnectionId": id }));
    let diagnostics = ws.write(hcl([""])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Deleting the customer gateway failed");
    assert!(error.detail.contains(&format!("{} still has tunnels: {id}", ws.id("g"))), "{diagnostics}");
    assert!(error.detail.contains("delete them first"), "{diagnostics}");
    assert!(ws.state("t").is_none() && ws.calls("DeleteCustomerGateway").is_empty());

    // One on its way out is waited for, and it takes a moment after that.
    ws.mock.fault("DeleteCustomerGateway", 1, Fault::Error("ResourceInUse".to_owned()));
    ws.change_outside(id, json!({ "State": "DELETING", "_next": { "in_ms": 300, "gone": true } }));
    ws.destroy();
    assert!(ws.calls("DeleteCustomerGateway").len() > 1);
    assert!(gateways(&ws).is_empty() && ws.tunnels().is_empty());
}

#[test]
fn one_with_tunnels_gets_another_address_when_the_new_one_is_made_first() {
    let ws = Workspace::new();
    let to_it = || tunnel("t").with("customer_gateway_id", &format!("{TYPE}.g.id"));
    ws.write(hcl([gateway("g"), to_it()])).apply();
    let (old, tunnel) = (ws.id("g"), ws.id("t"));
    let elsewhere = || gateway("g").with("ip_address", "\"203.0.113.98\"");
    let diagnostics = ws.write(hcl([elsewhere(), to_it()])).apply_fails();
    let error = diagnostics.error();
    assert!(error.detail.contains(&format!("{old} still has tunnels: {tunnel}")), "{diagnostics}");
    assert!(error.detail.contains("create_before_destroy"), "{diagnostics}");

    ws.mock.clear_calls();
    ws.write(hcl([elsewhere().with("lifecycle", "{ create_before_destroy = true }"), to_it()])).apply();
    let writes = ws.mock.calls().into_iter().filter(|call| !call.action.starts_with("Describe"));
    let writes: Vec<_> = writes.map(|call| call.action).collect();
    assert_eq!(writes, ["CreateCustomerGateway", "ModifyVpnConnectionAttribute", "DeleteCustomerGateway"]);
    assert_eq!((ws.id("t"), &ws.tunnel("t")["CustomerGatewayId"]), (tunnel, &json!(ws.id("g"))));
    assert_eq!(Vec::from_iter(gateways(&ws).into_keys()), [ws.id("g")]);
}

#[test]
fn a_refresh_of_three_hundred_costs_few_calls() {
    const MANY: usize = 300;
    let ws = Workspace::any_parent();
    let address = r#""198.18.${floor(count.index / 250)}.${count.index % 250 + 1}""#;
    ws.write(hcl([gateway("g").with("count", &MANY.to_string()).with("ip_address", address)])).apply();
    assert_eq!(gateways(&ws).len(), MANY);
    let calls = ws.refresh();
    assert!(calls.iter().all(|call| call.action == "DescribeCustomerGateways"));
    assert!(calls.len() <= 8, "{} calls", calls.len());
}
