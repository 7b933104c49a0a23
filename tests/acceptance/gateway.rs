//! VPN gateways, from creation to deletion.

use std::collections::BTreeMap;
use std::time::Duration;

use cloudvpn_mock::{Fault, Options, Switches, TENCENT_REGION, When};
use serde_json::{Value, json};

use crate::harness::{Resource, Workspace, hcl, options, tunnel};

const TYPE: &str = "cloudvpn_tencent_gateway";

fn gateway(name: &str) -> Resource {
    Resource::new(TYPE, name).with("name", &format!("{name:?}")).with("vpc_id", "\"vpc-mock0001\"")
}

fn prepaid(name: &str) -> Resource {
    gateway(name).with("charge_type", "\"PREPAID\"").with("prepaid", &months(3))
}

/// Payment in advance, and automatic renewal.
fn months(months: u32) -> String {
    format!("{{ period_months = {months}, renew_flag = \"NOTIFY_AND_AUTO_RENEW\" }}")
}

/// What the mock has beside its small world, by id.
fn gateways(ws: &Workspace) -> BTreeMap<String, Value> {
    let mut state = ws.mock.state();
    let all = state["tencent"][TENCENT_REGION]["vpn_gateways"].take();
    let all: BTreeMap<String, Value> = serde_json::from_value(all).unwrap();
    all.into_iter().filter(|(id, _)| !id.starts_with("vpngw-mock")).collect()
}

fn change_outside(ws: &Workspace, id: &str, patch: Value) {
    ws.mock.patch_state(&json!({"tencent": {TENCENT_REGION: {"vpn_gateways": {id: patch}}}})).unwrap();
}

fn params(ws: &Workspace, action: &str) -> Vec<Value> {
    ws.calls(action).into_iter().map(|call| call.params).collect()
}

/// The calls that write, in order.
fn writes(ws: &Workspace) -> Vec<String> {
    let calls = ws.mock.calls().into_iter().map(|call| call.action);
    calls.filter(|action| !action.starts_with("Describe")).collect()
}

#[test]
fn a_gateway_is_made_with_what_was_configured_and_what_was_planned() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g").changed("bgp_asn = 65010\ntags = { team = \"net\" }")]));
    let planned = ws.plan().change("g")["after"].clone();
    assert_eq!((&planned["type"], &planned["bandwidth_mbps"]), (&json!("IPSEC"), &json!(5)));
    assert_eq!((&planned["charge_type"], &planned["prepaid"]), (&json!("POSTPAID_BY_HOUR"), &Value::Null));
    ws.apply();
    let sent = json!({
        "VpnGatewayName": "g", "VpcId": "vpc-mock0001", "Type": "IPSEC", "InternetMaxBandwidthOut": 5,
        "InstanceChargeType": "POSTPAID_BY_HOUR", "BgpAsn": 65010, "Tags": [{ "Key": "team", "Value": "net" }],
    });
    assert_eq!(params(&ws, "CreateVpnGateway"), [sent]);
    let (id, made) = gateways(&ws).pop_first().unwrap();
    let state = ws.state("g").unwrap();
    assert_eq!((&state["id"], &state["region"]), (&json!(id), &json!("ap-guangzhou")));
    assert_eq!((&state["state"], &state["restrict_state"]), (&json!("AVAILABLE"), &json!("NORMAL")));
    for (attribute, member) in [
        ("public_ip_address", "PublicIpAddress"),
        ("version", "Version"),
        ("created_at", "CreatedTime"),
        ("address_blocked", "IsAddressBlocked"),
        ("bgp_asn", "BgpAsn"),
    ] {
        assert_eq!(state[attribute], made[member], "{attribute}");
    }
    assert_eq!((&state["tags"], &state["tags_all"]), (&json!({ "team": "net" }), &json!({ "team": "net" })));
    ws.assert_state_is_fresh();
    ws.destroy();
    assert!(gateways(&ws).is_empty());
    assert_eq!(params(&ws, "DeleteVpnGateway"), [json!({ "VpnGatewayId": id })]);
}

#[test]
fn gateways_of_other_kinds_say_what_they_need() {
    let ws = Workspace::new();
    let of_network = gateway("n").changed("vpc_id =\ntype = \"CCN\"");
    let ssl = gateway("s").changed("type = \"SSL\"\nmax_connections = 20\nbandwidth_mbps = 10");
    ws.write(hcl([of_network, ssl])).apply();
    let sent = params(&ws, "CreateVpnGateway");
    let named = |name: &str| sent.iter().find(|sent| sent["VpnGatewayName"] == name).unwrap();
    assert_eq!((&named("n")["VpcId"], &named("n")["Type"]), (&json!(""), &json!("CCN")));
    assert_eq!((&named("s")["MaxConnection"], &named("s")["InternetMaxBandwidthOut"]), (&json!(20), &json!(10)));
    assert!(ws.state("n").unwrap()["vpc_id"].is_null());
    ws.assert_state_is_fresh();
    ws.mock.clear_calls();
    ws.write(hcl([gateway("s").changed("type = \"SSL\"\nmax_connections = 50\nbandwidth_mbps = 10")])).apply();
    let sent = json!({ "VpnGatewayId": ws.id("s"), "MaxConnection": 50 });
    assert_eq!(params(&ws, "ModifyVpnGatewayAttribute"), [sent]);
}

#[test]
fn each_change_is_its_own_call() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g")])).apply();
    let id = ws.id("g");
    for (changes, action, sent) in [
        ("name = \"renamed\"", "ModifyVpnGatewayAttribute", json!({ "VpnGatewayName": "renamed" })),
        ("name = \"renamed\"\nbgp_asn = 65010", "ModifyVpnGatewayAttribute", json!({ "BgpAsn": 65010 })),
        (
            "name = \"renamed\"\nbandwidth_mbps = 100",
            "ResetVpnGatewayInternetMaxBandwidth",
            json!({ "InternetMaxBandwidthOut": 100 }),
        ),
    ] {
        ws.mock.clear_calls();
        ws.write(hcl([gateway("g").changed(changes)])).apply();
        let mut sent = sent;
        sent["VpnGatewayId"] = json!(id);
        assert_eq!(params(&ws, action), [sent], "{changes}");
        assert_eq!(writes(&ws), [action], "{changes}");
        ws.assert_state_is_fresh();
    }
    ws.mock.clear_calls();
    ws.write(hcl([gateway("g").changed("name = \"renamed\"\nbandwidth_mbps = 100\ntimeouts = { create = \"1m\" }")]));
    ws.apply();
    assert!(writes(&ws).is_empty());
    assert_eq!(ws.id("g"), id);
}

#[test]
fn another_band_type_or_vpc_replaces() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g").with("bandwidth_mbps", "100")])).apply();
    let old = ws.id("g");
    for changes in [
        "bandwidth_mbps = 200",
        "bandwidth_mbps = 100\ntype = \"SSL\"",
        "bandwidth_mbps = 100\nvpc_id = \"vpc-mock0002\"",
        &format!("bandwidth_mbps = 100\ncharge_type = \"PREPAID\"\nprepaid = {}", months(1)),
        "bandwidth_mbps = 100\nregion = \"ap-shanghai\"",
    ] {
        assert!(ws.write(hcl([gateway("g").changed(changes)])).plan().replaces("g"), "{changes}");
    }
    ws.write(hcl([gateway("g").with("bandwidth_mbps", "200")])).apply();
    assert_ne!(ws.id("g"), old);
    assert_eq!(Vec::from_iter(gateways(&ws).into_keys()), [ws.id("g")]);
}

#[test]
fn a_prepaid_gateway_is_renewed_and_turned_into_pay_as_you_go() {
    let ws = Workspace::new();
    ws.write(hcl([prepaid("g")])).apply();
    let sent = &params(&ws, "CreateVpnGateway")[0];
    let in_advance = json!({ "Period": 3, "RenewFlag": "NOTIFY_AND_AUTO_RENEW" });
    assert_eq!((&sent["InstanceChargeType"], &sent["InstanceChargePrepaid"]), (&json!("PREPAID"), &in_advance));
    let (id, expires) = (ws.id("g"), ws.state("g").unwrap()["expires_at"].clone());
    ws.assert_state_is_fresh();

    ws.mock.clear_calls();
    let flagged = "prepaid = { period_months = 3, renew_flag = \"NOTIFY_AND_MANUAL_RENEW\" }";
    ws.write(hcl([prepaid("g").changed(flagged)])).apply();
    let sent = json!({ "VpnGatewayIds": [id], "AutoRenewFlag": 0, "Type": "IPSEC" });
    assert_eq!(params(&ws, "SetVpnGatewaysRenewFlag"), [sent]);
    assert_eq!(writes(&ws), ["SetVpnGatewaysRenewFlag"]);

    ws.mock.clear_calls();
    let longer = || prepaid("g").changed("prepaid = { period_months = 6, renew_flag = \"NOTIFY_AND_MANUAL_RENEW\" }");
    ws.write(hcl([longer()])).apply();
    let in_advance = json!({ "Period": 6, "RenewFlag": "NOTIFY_AND_MANUAL_RENEW" });
    let sent = json!({ "VpnGatewayId": id, "InstanceChargePrepaid": in_advance });
    assert_eq!(params(&ws, "RenewVpnGateway"), [sent]);
    assert_eq!(writes(&ws), ["RenewVpnGateway"]);
    assert!(ws.state("g").unwrap()["expires_at"].as_str() > expires.as_str());
    ws.assert_state_is_fresh();

    // Tencent Cloud does not delete it before it expires.
    let diagnostics = ws.write(hcl([""])).plan_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "The VPN gateway cannot be deleted");
    assert!(error.detail.contains("prepaid until"), "{diagnostics}");

    ws.mock.clear_calls();
    ws.write(hcl([gateway("g").with("charge_type", "\"POSTPAID_BY_HOUR\"")])).apply();
    let sent = json!({ "VpnGatewayId": id, "InstanceChargeType": "POSTPAID_BY_HOUR" });
    assert_eq!(params(&ws, "ModifyVpnGatewayAttribute"), [sent]);
    assert_eq!((writes(&ws).len(), ws.id("g")), (1, id));
    assert!(ws.state("g").unwrap()["prepaid"].is_null());
    ws.assert_state_is_fresh();
}

#[test]
fn a_renewal_is_paid_once() {
    let ws = Workspace::new();
    ws.write(hcl([prepaid("g")])).apply();
    let longer = || hcl([prepaid("g").with("prepaid", &months(6))]);
    // Paid for, but the answer is lost: seen by when the gateway expires.
    ws.mock.fault("RenewVpnGateway", 1, Fault::Drop(When::After));
    ws.write(longer()).apply();
    assert_eq!(ws.calls("RenewVpnGateway").len(), 1);

    // Paid for, and then what follows fails.
    ws.mock.clear_calls();
    ws.write(hcl([prepaid("g").with("prepaid", &months(9))])).plan();
    let fault = Fault::Error("UnauthorizedOperation".to_owned());
    let after_refresh_and_renewal = 2;
    ws.mock.fault_rule(cloudvpn_mock::FaultRule {
        action: "DescribeVpnGateways".to_owned(),
        times: Some(1),
        skip: after_refresh_and_renewal,
        fault,
    });
    ws.apply_fails();
    ws.mock.clear_faults();
    assert_eq!(ws.calls("RenewVpnGateway").len(), 1);
    ws.apply();
    assert_eq!(ws.calls("RenewVpnGateway").len(), 1);
}

#[test]
fn tags_change_by_themselves_beside_the_defaults() {
    let ws = Workspace::new();
    let provider = "provider \"cloudvpn\" {\n  tencent { default_tags = { team = \"net\" } }\n}\n".to_owned();
    let tagged = |tags: &str| hcl([provider.clone(), gateway("g").changed(tags).to_string()]);
    ws.write(tagged("tags = { a = \"1\", b = \"2\" }")).apply();
    assert_eq!(ws.state("g").unwrap()["tags_all"], json!({ "team": "net", "a": "1", "b": "2" }));
    ws.mock.clear_calls();
    ws.write(tagged("tags = { a = \"3\" }")).apply();
    let sent = json!({
        "Resource": format!("qcs::vpc:ap-guangzhou:uin/:vpngw/{}", ws.id("g")),
        "ReplaceTags": [{ "TagKey": "a", "TagValue": "3" }], "DeleteTags": [{ "TagKey": "b" }],
    });
    assert_eq!(params(&ws, "ModifyResourceTags"), [sent]);
    assert_eq!(writes(&ws), ["ModifyResourceTags"]);
}

#[test]
fn what_was_changed_before_a_failure_is_in_the_state() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g")])).apply();
    ws.mock.fault("ModifyResourceTags", 1, Fault::Error("UnauthorizedOperation".to_owned()));
    let diagnostics = ws.write(hcl([gateway("g").changed("name = \"renamed\"\ntags = { a = \"1\" }")])).apply_fails();
    assert_eq!(diagnostics.error().summary, "Changing the VPN gateway's tags failed");
    let state = ws.state("g").unwrap();
    assert_eq!((&state["name"], &state["tags"]), (&json!("renamed"), &Value::Null));
    ws.mock.clear_calls();
    ws.apply();
    assert_eq!(writes(&ws), ["ModifyResourceTags"]);

    // The name is changed, the bandwidth is not.
    let code = "UnsupportedOperation.VpnUnsupportedModifyBandwidth";
    ws.mock.fault("ResetVpnGatewayInternetMaxBandwidth", 1, Fault::Error(code.to_owned()));
    ws.write(hcl([gateway("g").changed("name = \"again\"\nbandwidth_mbps = 10\ntags = { a = \"1\" }")]));
    let diagnostics = ws.apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Changing the VPN gateway failed");
    assert!(error.code.contains("bandwidth_mbps") && error.detail.contains("-replace"), "{diagnostics}");
    ws.mock.clear_calls();
    ws.apply();
    assert_eq!(writes(&ws), ["ResetVpnGatewayInternetMaxBandwidth"]);
}

#[test]
fn a_bandwidth_is_lowered_in_place_within_its_band() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g").with("bandwidth_mbps", "100")])).apply();
    let id = ws.id("g");
    ws.write(hcl([gateway("g").with("bandwidth_mbps", "5")])).apply();
    assert_eq!((ws.id("g"), &ws.state("g").unwrap()["bandwidth_mbps"]), (id, &json!(5)));
}

#[test]
fn imported_by_its_id_or_with_a_region() {
    let ws = Workspace::new();
    let described = || gateway("g").changed("name = \"vpngw-mock0001\"");
    ws.write(hcl([described()]));
    ws.import(&format!("{TYPE}.g"), "vpngw-mock0001");
    let state = ws.state("g").unwrap();
    assert_eq!((&state["bgp_asn"], &state["vpc_id"]), (&json!(64551), &json!("vpc-mock0001")));
    assert_eq!(ws.plan().actions("g"), ["no-op"]);
    ws.assert_state_is_fresh();
    let said = ws.import_fails(&format!("{TYPE}.g"), "cgw-mock0001");
    assert!(said.contains("vpngw-xxxxxxxx"), "{said}");
}

#[test]
fn an_import_of_a_prepaid_gateway_renews_nothing() {
    let ws = Workspace::new();
    ws.write(hcl([prepaid("g")])).apply();
    let id = ws.id("g");
    ws.run(&["state", "rm", &format!("{TYPE}.g")]);
    let block = format!("import {{\n  to = {TYPE}.g\n  id = \"ap-guangzhou/{id}\"\n}}\n");
    ws.mock.clear_calls();
    ws.write(hcl([block, prepaid("g").to_string()])).apply();
    assert!(writes(&ws).is_empty());
    assert_eq!(ws.state("g").unwrap()["prepaid"]["period_months"], 3);
}

#[test]
fn changes_from_outside_are_planned_back() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g").changed("bgp_asn = 65010\ntags = { a = \"1\" }")])).apply();
    let id = ws.id("g");
    let patch = json!({
        "VpnGatewayName": "by hand", "BgpAsn": 65011, "InternetMaxBandwidthOut": 50,
        "TagSet": [{ "Key": "x", "Value": "y" }],
    });
    change_outside(&ws, &id, patch);
    let plan = ws.plan();
    assert_eq!(plan.actions("g"), ["update"]);
    let before = &plan.change("g")["before"];
    assert_eq!((&before["name"], &before["bandwidth_mbps"]), (&json!("by hand"), &json!(50)));
    ws.apply();
    let gateway = &gateways(&ws)[&id];
    assert_eq!((&gateway["VpnGatewayName"], &gateway["BgpAsn"]), (&json!("g"), &json!(65010)));
    assert_eq!(gateway["TagSet"], json!([{ "Key": "a", "Value": "1" }]));
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
    ws.mock.fault("DeleteVpnGateway", 1, Fault::Error("ResourceNotFound".to_owned()));
    ws.destroy();
}

#[test]
fn one_that_is_still_being_made_is_deleted_when_it_is_made() {
    let ws = Workspace::with(Options { settle: Duration::from_secs(8), ..options() });
    let impatient = gateway("g").with("timeouts", "{ create = \"4s\" }");
    let diagnostics = ws.write(hcl([impatient])).apply_fails();
    assert!(diagnostics.error().detail.contains("gave up waiting"), "{diagnostics}");
    assert_eq!(gateways(&ws).len(), 1);
    ws.destroy();
    assert!(gateways(&ws).is_empty());
}

#[test]
fn mistakes_are_found_before_any_call() {
    let ws = Workspace::new();
    let long = format!("name = \"{}\"", "隧".repeat(21));
    let postpaid = format!("prepaid = {}", months(1));
    let ten = format!("charge_type = \"PREPAID\"\nprepaid = {}", months(10));
    let never = ten.replace("10", "1").replace("NOTIFY_AND_AUTO_RENEW", "NEVER");
    for (changes, attribute, said) in [
        ("name =", "", "name"),
        ("name = \"\"", "name", "at least 1"),
        (long.as_str(), "name", "63"),
        ("vpc_id =", "", "Set vpc_id"),
        ("vpc_id = \"subnet-1\"", "vpc_id", "vpc-"),
        ("type = \"CCN\"", "vpc_id", "in no VPC"),
        ("type = \"ipsec\"", "type", "Did you mean \"IPSEC\""),
        ("bandwidth_mbps = 15", "bandwidth_mbps", "15 is none of 5, 10"),
        ("charge_type = \"PRE_PAID\"", "charge_type", "Did you mean \"PREPAID\""),
        (postpaid.as_str(), "prepaid", "charge_type"),
        (ten.as_str(), "period_months", "10 is none of"),
        (never.as_str(), "renew_flag", "NOTIFY_AND_AUTO_RENEW"),
        ("charge_type = \"PREPAID\"", "charge_type", "set prepaid"),
        ("charge_type = \"PREPAID\"\nprepaid = {}", "prepaid", "period_months"),
        (
            "charge_type = \"PREPAID\"\nprepaid = { period = 12, renewflag = \"NOTIFY_AND_AUTO_RENEW\" }",
            "prepaid",
            "period_months",
        ),
        (
            "charge_type = \"PREPAID\"\nprepaid = { period_months = 12, renewflag = \"NOTIFY_AND_AUTO_RENEW\" }",
            "prepaid",
            "renew_flag",
        ),
        (
            "charge_type = \"PREPAID\"\nprepaid = { period_months = null, renew_flag = null }",
            "charge_type",
            "set prepaid",
        ),
        ("max_connections = 5", "max_connections", "type SSL or SSL_CCN"),
        ("type = \"SSL\"\nmax_connections = 7", "max_connections", "7 is none of"),
        ("bgp_asn = 58835", "bgp_asn", "58835"),
    ] {
        let diagnostics = ws.write(hcl([gateway("g").changed(changes)])).validate();
        let error = diagnostics.error();
        let text = format!("{} {}", error.summary, error.detail);
        assert!(text.contains(said), "{changes}: {diagnostics}");
        assert!(format!("{} {diagnostics}", error.code).contains(attribute), "{changes}: {diagnostics}");
    }
    // What is not known yet is not wrong.
    let unknown = "resource \"terraform_data\" \"later\" {\n  input = \"SSL\"\n}\n".to_owned();
    let open = gateway("g").changed("type = terraform_data.later.output\nmax_connections = 5");
    assert!(ws.write(hcl([unknown, open.to_string()])).validate().0.is_empty());
    let never = prepaid("g").with("prepaid", &months(1).replace("NOTIFY_AND_AUTO_RENEW", "NOT_NOTIFY_AND_NOT_RENEW"));
    assert!(ws.write(hcl([never])).plan_fails().error().summary.contains("new gateway"));
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn a_create_whose_answer_is_lost_makes_exactly_one() {
    for fault in [Fault::Drop(When::After), Fault::Truncate(true)] {
        let ws = Workspace::new();
        ws.mock.fault("CreateVpnGateway", 1, fault.clone());
        ws.write(hcl([gateway("g")])).apply();
        assert_eq!(Vec::from_iter(gateways(&ws).into_keys()), [ws.id("g")], "{fault:?}");
        assert_eq!(ws.calls("CreateVpnGateway").len(), 1, "{fault:?}");
    }
}

#[test]
fn one_with_tunnels_or_in_a_network_is_refused_and_deleted_after_them() {
    let ws = Workspace::new();
    let of_it = || tunnel("t").with("gateway_id", &format!("{TYPE}.g.id"));
    ws.write(hcl([gateway("g"), of_it()])).apply();
    let id = ws.id("g");
    assert_eq!(ws.tunnel("t")["VpnGatewayId"], id);
    let theirs = ws.tunnel("t");
    ws.change_outside("vpnx-theirs01", theirs);
    ws.change_outside("vpnx-theirs01", json!({ "VpnConnectionId": "vpnx-theirs01" }));
    let diagnostics = ws.write(hcl([""])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Deleting the VPN gateway failed");
    assert!(error.detail.contains(&format!("{id} still has tunnels: vpnx-theirs01")), "{diagnostics}");
    assert!(ws.state("t").is_none() && ws.calls("DeleteVpnGateway").is_empty());

    ws.change_outside("vpnx-theirs01", Value::Null);
    change_outside(&ws, &id, json!({ "NetworkInstanceId": "ccn-mock0001" }));
    let diagnostics = ws.apply_fails();
    assert!(diagnostics.error().detail.contains("attached to the Cloud Connect Network ccn-mock0001"), "{diagnostics}");
    assert_eq!(ws.id("g"), id);

    change_outside(&ws, &id, json!({ "NetworkInstanceId": "" }));
    ws.destroy();
    assert!(gateways(&ws).is_empty());
}

#[test]
fn a_gateway_that_fails_to_start_is_in_the_state_and_replaced() {
    let ws = Workspace::new();
    ws.mock.fault("DescribeVpnGateways", 1, Fault::Error("UnauthorizedOperation".to_owned()));
    ws.write(hcl([gateway("g")]));
    // The listing before the create.
    ws.apply_fails();
    assert!(ws.calls("CreateVpnGateway").is_empty());
    ws.mock.fault_rule(cloudvpn_mock::FaultRule {
        action: "DescribeVpnGateways".to_owned(),
        times: Some(1),
        skip: 1,
        fault: Fault::Error("UnauthorizedOperation".to_owned()),
    });
    ws.apply_fails();
    assert!(ws.is_tainted("g"));
    ws.apply();
    assert_eq!(Vec::from_iter(gateways(&ws).into_keys()), [ws.id("g")]);
}

fn many(name: &str, filters: &str) -> String {
    format!("data \"cloudvpn_tencent_gateways\" {name:?} {{\n{filters}\n}}\n")
}

fn one(name: &str, by: &str) -> String {
    format!("data \"{TYPE}\" {name:?} {{\n{by}\n}}\n")
}

#[test]
fn gateways_are_found_by_each_filter() {
    let ws = Workspace::new();
    let made = [
        gateway("a").changed("tags = { team = \"net\", site = \"south\" }"),
        gateway("b").changed("type = \"SSL\"\ntags = { team = \"net\" }"),
        gateway("c").changed("type = \"CCN\"\nvpc_id ="),
    ];
    ws.write(hcl(&made)).apply();
    let id = |name: &str| ws.id(name);
    let (a, b, c) = (id("a"), id("b"), id("c"));
    let address = ws.state("a").unwrap()["public_ip_address"].as_str().unwrap().to_owned();
    let ids = format!("ids = [{b:?}, {a:?}, \"vpngw-nowhere1\"]");
    let (by_address, by_zone) = (format!("public_ip_address = {address:?}"), "zone = \"nowhere\"".to_owned());
    let cases = [
        ("ids", ids.as_str(), vec![&a, &b]),
        ("no_ids", "ids = []", vec![]),
        ("name", "name = \"a\"", vec![&a]),
        ("type", "type = \"SSL\"", vec![&b]),
        ("network", "type = \"CCN\"\nname = \"c\"", vec![&c]),
        ("vpc", "vpc_id = \"vpc-mock0001\"\ntags = { team = \"net\" }", vec![&a, &b]),
        ("address", &by_address, vec![&a]),
        ("zone", &by_zone, vec![]),
        ("tags", "tags = { team = \"net\", site = \"south\" }", vec![&a]),
    ];
    let made = made.iter().map(Resource::to_string);
    ws.write(hcl(made.chain(cases.iter().map(|(name, filters, _)| many(name, filters))))).apply();
    for (name, _, expected) in cases {
        let found = ws.state(name).unwrap()["gateways"].take();
        let found: Vec<_> = found.as_array().unwrap().iter().map(|g| g["id"].as_str().unwrap().to_owned()).collect();
        let mut expected: Vec<_> = expected.into_iter().cloned().collect();
        expected.sort();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn one_gateway_is_shown_as_the_resource_has_it() {
    let ws = Workspace::new();
    let made = gateway("g").changed("tags = { team = \"net\" }").to_string();
    ws.write(hcl([&made])).apply();
    let by_id = one("by_id", &format!("id = {:?}", ws.id("g")));
    let by_name = one("by_name", "name = \"g\"\nvpc_id = \"vpc-mock0001\"");
    ws.write(hcl([made, by_id, by_name])).apply();
    let mut expected = ws.state("g").unwrap();
    for hidden in ["tags", "timeouts"] {
        expected.as_object_mut().unwrap().remove(hidden);
    }
    assert_eq!(ws.state("by_id").unwrap(), expected);
    assert_eq!(ws.state("by_name").unwrap(), expected);
    for (by, said) in [("name = \"nobody\"", "has no VPN gateway"), ("id = \"vpngw-nowhere1\"", "has no VPN gateway")] {
        let diagnostics = ws.write(hcl([one("none", by)])).plan_fails();
        assert!(diagnostics.error().detail.contains(said), "{diagnostics}");
    }
}

#[test]
fn a_refresh_of_three_hundred_costs_few_calls() {
    const MANY: usize = 300;
    let ws = Workspace::any_parent();
    ws.write(hcl([gateway("g").with("count", &MANY.to_string()).with("name", r#""g${count.index}""#)])).apply();
    assert_eq!(gateways(&ws).len(), MANY);
    let calls = ws.refresh();
    assert!(calls.iter().all(|call| call.action == "DescribeVpnGateways"));
    assert!(calls.len() <= 8, "{} calls", calls.len());
}

#[test]
fn what_failed_or_is_locked_is_said_by_every_refresh() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g")])).apply();
    let id = ws.id("g");
    for (patch, summary, says) in [
        (json!({ "State": "DELETING_ERROR" }), "The VPN gateway has failed", "state is DELETING_ERROR"),
        (json!({ "RestrictState": "PROTECTIVELY_ISOLATED" }), "The VPN gateway is locked", "overdue payment"),
    ] {
        change_outside(&ws, &id, patch);
        let plan = ws.plan();
        let [warning] = plan.diagnostics.warnings()[..] else {
            panic!("one warning was expected: {}", plan.diagnostics)
        };
        assert!(warning.summary == summary && warning.detail.contains(says), "{}", plan.diagnostics);
        change_outside(&ws, &id, json!({ "State": "AVAILABLE", "RestrictState": "NORMAL" }));
    }
    assert!(ws.plan().diagnostics.warnings().is_empty());
}
