//! VPN gateways on Alibaba Cloud, from creation to deletion.

use std::collections::BTreeMap;

use cloudvpn_mock::{Fault, When};
use serde_json::{Value, json};

use crate::alibaba::{error, objects, params, patch, tokens};
use crate::harness::{Resource, Workspace, hcl};

const TYPE: &str = "cloudvpn_alibaba_gateway";
const KIND: &str = "vpn_gateways";

/// Among the subnets of the mock's small world, with what is required and nothing else.
pub(crate) fn gateway(name: &str) -> Resource {
    Resource::new(TYPE, name)
        .with("name", &format!("{name:?}"))
        .with("vpc_id", "\"vpc-mock0001\"")
        .with("vswitch_id", "\"vsw-mock0001\"")
        .with("disaster_recovery_vswitch_id", "\"vsw-mock0002\"")
        .with("bandwidth_mbps", "10")
}

/// What the mock has beside its small world, by id.
fn gateways(ws: &Workspace) -> BTreeMap<String, Value> {
    objects(ws, KIND).into_iter().filter(|(id, _)| !id.starts_with("vpn-mock")).collect()
}

fn made(ws: &Workspace, name: &str) -> Value {
    let id = ws.id(name);
    gateways(ws).remove(&id).unwrap_or_else(|| panic!("{id} is not in the mock"))
}

fn with_default_tags(blocks: &str) -> String {
    let provider = "provider \"cloudvpn\" {\n  alibaba { default_tags = { team = \"net\" } }\n}\n".to_owned();
    hcl([provider, blocks.to_owned()])
}

#[test]
fn a_gateway_is_made_with_what_was_configured() {
    let ws = Workspace::new();
    let all = "description = \"to the office\"\nauto_propagate = true\nssl_enabled = true\nssl_max_connections = 20\n\
               ipsec_enabled = true\nnetwork_type = \"public\"\nvpn_type = \"Normal\"\nresource_group_id = \"rg-own\"\n\
               tags = { env = \"prod\" }";
    ws.write(hcl([gateway("gw").with("name", "\"g-1.x_y\"").changed(all)]));
    let plan = ws.plan();
    assert_eq!(plan.after("gw")["region"], "cn-hangzhou");
    assert_eq!(plan.after("gw")["charge_type"], "POSTPAY");
    for attribute in ["id", "status", "public_ip_address", "created_at", "gateway_type"] {
        assert_eq!(plan.after_unknown("gw")[attribute], true, "{attribute}");
    }
    ws.apply();

    let id = ws.id("gw");
    let mut sent = params(&ws, "CreateVpnGateway").remove(0);
    // The mock keeps parameters as they were decoded: numbers and flags are texts.
    for value in sent.as_object_mut().unwrap().values_mut() {
        *value = json!(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    assert_eq!(
        sent,
        json!({
            "Name": "g-1.x_y", "VpcId": "vpc-mock0001", "VSwitchId": "vsw-mock0001",
            "DisasterRecoveryVSwitchId": "vsw-mock0002", "Bandwidth": "10", "EnableSsl": "true", "SslConnections": "20",
            "EnableIpsec": "true", "NetworkType": "public", "VpnType": "Normal", "InstanceChargeType": "POSTPAY",
            "AutoPay": "true", "ResourceGroupId": "rg-own",
        })
    );
    assert_eq!(ws.calls("ModifyVpnGatewayAttribute").len(), 1);
    assert_eq!(ws.calls("TagResources").len(), 1);
    let made = made(&ws, "gw");
    assert_eq!((&made["Description"], &made["AutoPropagate"]), (&json!("to the office"), &json!(true)));
    assert_eq!(made["Tags"]["Tag"], json!([{"Key": "env", "Value": "prod"}]));

    let state = ws.state("gw").unwrap();
    for (attribute, expected) in [
        ("name", json!("g-1.x_y")),
        ("description", json!("to the office")),
        ("bandwidth_mbps", json!(10)),
        ("ssl_enabled", json!(true)),
        ("ssl_max_connections", json!(20)),
        ("ipsec_enabled", json!(true)),
        ("charge_type", json!("POSTPAY")),
        ("auto_propagate", json!(true)),
        ("resource_group_id", json!("rg-own")),
        ("status", json!("active")),
        ("business_status", json!("Normal")),
        ("tags", json!({"env": "prod"})),
        ("tags_all", json!({"env": "prod"})),
        ("public_ip_address", made["InternetIp"].clone()),
        ("gateway_type", made["GatewayType"].clone()),
    ] {
        assert_eq!(state[attribute], expected, "{attribute}");
    }
    let time: jiff::Timestamp = state["created_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(Some(time.as_millisecond()), made["CreateTime"].as_i64());
    ws.assert_state_is_fresh();

    ws.destroy();
    assert!(gateways(&ws).is_empty());
    assert_eq!(params(&ws, "DeleteVpnGateway"), [json!({ "VpnGatewayId": id })]);
}

#[test]
fn what_is_left_out_costs_no_call() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("gw")])).apply_that_leaves_a_difference("only what apply calls is counted", &[]);
    let calls = ws.mock.calls();
    assert_eq!(calls[0].action, "CreateVpnGateway");
    assert!(calls[1..].iter().all(|call| call.action == "DescribeVpnGateway"), "{calls:?}");
    let state = ws.state("gw").unwrap();
    assert_eq!((&state["description"], &state["tags"]), (&Value::Null, &Value::Null));
    assert_eq!((&state["ssl_enabled"], &state["network_type"]), (&json!(false), &json!("public")));
    assert!(ws.plan_is_empty());
}

#[test]
fn each_change_is_one_call_with_what_changed() {
    let ws = Workspace::new();
    let base = "description = \"a\"\nauto_propagate = false\nresource_group_id = \"rg-a\"";
    ws.write(hcl([gateway("gw").changed(base)])).apply();
    let id = ws.id("gw");
    for (changes, action, sent) in [
        ("name = \"renamed\"", Some("ModifyVpnGatewayAttribute"), json!({"Name": "renamed"})),
        ("name = \"renamed\"\ndescription = \"b\"", Some("ModifyVpnGatewayAttribute"), json!({"Description": "b"})),
        (
            "name = \"renamed\"\ndescription = \"b\"\nauto_propagate = true",
            Some("ModifyVpnGatewayAttribute"),
            json!({"AutoPropagate": "true"}),
        ),
        // The API cannot remove the description: it stays. Propagation goes off.
        (
            "name = \"renamed\"\ndescription =\nauto_propagate =",
            Some("ModifyVpnGatewayAttribute"),
            json!({"AutoPropagate": "false"}),
        ),
        (
            "name = \"renamed\"\ndescription =\nauto_propagate =\nresource_group_id = \"rg-b\"",
            Some("MoveVpnResourceGroup"),
            json!({"NewResourceGroupId": "rg-b", "ResourceType": "VpnGateway"}),
        ),
        (
            "name = \"renamed\"\ndescription =\nauto_propagate =\ntimeouts = { create = \"1m\" }\nresource_group_id = \"rg-b\"",
            None,
            Value::Null,
        ),
    ] {
        ws.mock.clear_calls();
        ws.write(hcl([gateway("gw").changed(base).changed(changes)])).apply();
        let writes: Vec<_> = ws.mock.calls().into_iter().filter(|call| !call.action.starts_with("Describe")).collect();
        assert_eq!(writes.iter().map(|call| &*call.action).collect::<Vec<_>>(), Vec::from_iter(action), "{changes}");
        if let Some(action) = action {
            let mut expected = sent.clone();
            expected[if action == "MoveVpnResourceGroup" { "InstanceId" } else { "VpnGatewayId" }] = json!(id);
            let mut sent = params(&ws, action).remove(0);
            if let Some(flag) = sent.get_mut("AutoPropagate") {
                *flag = json!(flag.as_str().map_or_else(|| flag.to_string(), str::to_owned));
            }
            assert_eq!(sent, expected, "{changes}");
        }
        ws.assert_state_is_fresh();
    }
    assert_eq!(ws.id("gw"), id);
    let state = ws.state("gw").unwrap();
    assert_eq!((&state["description"], &state["auto_propagate"]), (&json!("b"), &json!(false)));
    assert_eq!(made(&ws, "gw")["ResourceGroupId"], "rg-b");
}

#[test]
fn tags_change_by_themselves_and_have_defaults() {
    let ws = Workspace::new();
    let tagged = |tags: &str| with_default_tags(&gateway("gw").changed(tags).to_string());
    ws.write(tagged("tags = { a = \"1\", b = \"2\" }")).apply();
    assert_eq!(ws.state("gw").unwrap()["tags_all"], json!({ "team": "net", "a": "1", "b": "2" }));
    ws.mock.clear_calls();
    ws.write(tagged("tags = { a = \"3\" }")).apply();
    let id = ws.id("gw");
    let resource = |rest: Value| {
        let mut all = json!({"ResourceType": "VPNGATEWAY", "ResourceId": [id]});
        all.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        all
    };
    assert_eq!(params(&ws, "UnTagResources"), [resource(json!({"TagKey": ["b"]}))]);
    assert_eq!(params(&ws, "TagResources"), [resource(json!({"Tag": [{"Key": "a", "Value": "3"}]}))]);
    assert!(ws.calls("ModifyVpnGatewayAttribute").is_empty());
    ws.write(tagged("tags = { team = null }")).apply();
    assert_eq!(made(&ws, "gw")["Tags"]["Tag"], json!([]));
}

#[test]
fn what_the_api_cannot_change_asks_for_another_gateway() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("gw")])).apply();
    let old = ws.id("gw");
    for changes in [
        "bandwidth_mbps = 20",
        "vpc_id = \"vpc-other\"",
        "vswitch_id = \"vsw-mock0002\"",
        "disaster_recovery_vswitch_id = \"vsw-mock0001\"",
        "network_type = \"private\"\nbandwidth_mbps = 200",
        "vpn_type = \"NationalStandard\"",
        "ipsec_enabled = false",
        "ssl_enabled = true",
        "charge_type = \"PREPAY\"\nperiod_months = 1",
        "region = \"cn-beijing\"",
    ] {
        assert!(ws.write(hcl([gateway("gw").changed(changes)])).plan().replaces("gw"), "{changes}");
    }
    ws.write(hcl([gateway("gw").changed("bandwidth_mbps = 20")])).apply();
    assert_ne!(ws.id("gw"), old);
    assert_eq!(Vec::from_iter(gateways(&ws).into_keys()), [ws.id("gw")]);
}

#[test]
fn a_gateway_is_imported_by_its_id_with_or_without_its_region() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("gw").changed("description = \"x\"\nssl_enabled = true\ntags = { a = \"1\" }")])).apply();
    let (id, before) = (ws.id("gw"), ws.state("gw").unwrap());
    for import_id in [id.clone(), format!("cn-hangzhou/{id}")] {
        ws.run(&["state", "rm", &format!("{TYPE}.gw")]);
        ws.import(&format!("{TYPE}.gw"), &import_id);
        assert_eq!(ws.state("gw").unwrap(), before);
        assert!(ws.plan_is_empty());
    }
    let said = ws.import_fails(&format!("{TYPE}.gw"), "cgw-1");
    assert!(said.contains("vpn-xxxxxxxx"), "{said}");
}

#[test]
fn changes_from_outside_are_planned_back_and_a_lost_gateway_is_made_again() {
    let ws = Workspace::new();
    let lines = "description = \"x\"\nauto_propagate = true\nnetwork_type = \"public\"\ntags = { a = \"1\" }";
    let configured = || gateway("gw").changed(lines);
    ws.write(hcl([configured()])).apply();
    let id = ws.id("gw");
    let by_hand = json!({
        "Name": "by-hand", "Description": "y", "AutoPropagate": false, "Tags": {"Tag": [{"Key": "x", "Value": "y"}]},
    });
    patch(&ws, KIND, &id, by_hand);
    let plan = ws.plan();
    assert_eq!(plan.actions("gw"), ["update"]);
    assert_eq!(plan.change("gw")["before"]["name"], "by-hand");
    ws.apply();
    let made = made(&ws, "gw");
    assert_eq!(
        (&made["Name"], &made["Description"], &made["AutoPropagate"]),
        (&json!("gw"), &json!("x"), &json!(true))
    );
    assert_eq!(made["Tags"]["Tag"], json!([{"Key": "a", "Value": "1"}]));
    assert_eq!(ws.id("gw"), id);
    patch(&ws, KIND, &id, json!({"NetworkType": "Public"}));
    assert!(ws.plan_is_empty(), "capitals do not matter");

    patch(&ws, KIND, &id, Value::Null);
    assert_eq!(ws.plan().actions("gw"), ["create"]);
    ws.apply();
    assert_ne!(ws.id("gw"), id);
    // One that vanishes between the plan and its deletion is no error.
    ws.mock.fault("DeleteVpnGateway", 1, error("InvalidVpnGatewayInstanceId.NotFound"));
    patch(&ws, KIND, &ws.id("gw"), Value::Null);
    ws.destroy();
}

#[test]
fn a_subscription_is_paid_for_and_not_deleted_before_its_end() {
    let ws = Workspace::new();
    let prepaid = |more: &str| gateway("gw").changed("charge_type = \"PREPAY\"\nperiod_months = 3").changed(more);
    ws.write(hcl([prepaid("")])).apply();
    let sent = params(&ws, "CreateVpnGateway").remove(0);
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    assert_eq!((plain(&sent["Period"]), plain(&sent["AutoPay"])), ("3".to_owned(), "true".to_owned()));
    let (id, state) = (ws.id("gw"), ws.state("gw").unwrap());
    assert_eq!((&state["charge_type"], &state["period_months"]), (&json!("PREPAY"), &json!(3)));

    // The order is over: neither paying it or not nor another period is a change any more.
    for later in ["auto_pay = false", "period_months = 6"] {
        ws.mock.clear_calls();
        ws.write(hcl([prepaid(later)])).apply();
        assert!(ws.mock.calls().iter().all(|call| call.action.starts_with("Describe")), "{later}");
    }
    assert_eq!((ws.id("gw"), &ws.state("gw").unwrap()["period_months"]), (id.clone(), &json!(6)));

    ws.write(hcl([prepaid("")]));
    ws.run(&["state", "rm", &format!("{TYPE}.gw")]);
    ws.import(&format!("{TYPE}.gw"), &id);
    assert_eq!(ws.plan().actions("gw"), ["update"], "an import does not know the order");
    ws.apply();
    assert_eq!(ws.id("gw"), id);

    let diagnostics = ws.write(hcl([""])).plan_fails();
    assert_eq!(diagnostics.error().summary, "The VPN gateway cannot be deleted");
    // The state does not tell, but the service does.
    ws.write(hcl([prepaid("charge_type = \"POSTPAY\"\nperiod_months =")]));
    ws.mock.fault("DeleteVpnGateway", 1, error("ForbiddenRelease"));
    patch(&ws, KIND, &id, json!({"ChargeType": "PostpayByFlow"}));
    let diagnostics = ws.write(hcl([""])).apply_fails();
    let refused = diagnostics.error();
    assert_eq!(refused.summary, "Deleting the VPN gateway failed");
    for says in ["ForbiddenRelease", "subscription", "it stays", "removed block"] {
        assert!(refused.detail.contains(says), "{diagnostics}");
    }
    assert_eq!(ws.id("gw"), id);
    assert!(gateways(&ws).contains_key(&id) && !ws.is_tainted("gw"));
}

#[test]
fn an_order_that_is_not_paid_is_an_error_at_once() {
    let ws = Workspace::new();
    let unpaid = gateway("gw").changed("charge_type = \"PREPAY\"\nperiod_months = 1\nauto_pay = false");
    let diagnostics = ws.write(hcl([unpaid])).apply_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Creating the VPN gateway failed");
    for says in ["not paid for", "Pay the order", "terraform untaint"] {
        assert!(error.detail.contains(says), "{diagnostics}");
    }
    assert_eq!(ws.calls("DescribeVpnGateway").len(), 1);
    assert!(ws.is_tainted("gw"));
}

#[test]
fn a_gateway_without_a_name_has_its_id_for_one() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("gw").without("name")])).apply();
    assert_eq!(ws.state("gw").unwrap()["name"], ws.id("gw"));
    assert!(params(&ws, "CreateVpnGateway")[0].get("Name").is_none());
}

#[test]
fn one_that_is_still_used_is_not_deleted() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("gw")]));
    let import = format!("import {{\n  to = {TYPE}.gw\n  id = \"vpn-mock0001\"\n}}\n");
    ws.write(hcl([import, gateway("gw").changed("name = \"vpn-mock0001\"\nssl_enabled = true").to_string()])).apply();
    let diagnostics = ws.write(hcl([""])).apply_fails();
    let refused = diagnostics.error();
    assert!(refused.detail.contains("DependencyViolation.SslVpnServer"), "{diagnostics}");
    assert!(refused.detail.contains("delete them first"), "{diagnostics}");
    assert_eq!(ws.calls("DeleteVpnGateway").len(), 1);
    assert_eq!(ws.id("gw"), "vpn-mock0001");
}

#[test]
fn what_was_done_before_a_failure_is_in_the_state() {
    let ws = Workspace::new();
    // Tags are another call: a gateway that does not get them is there nevertheless.
    let configured = || gateway("gw").changed("tags = { a = \"1\" }");
    ws.mock.fault("TagResources", 1, error("Forbidden.RAM"));
    let diagnostics = ws.write(hcl([configured()])).apply_fails();
    assert_eq!(diagnostics.error().summary, "Changing the VPN gateway's tags failed");
    assert!(ws.is_tainted("gw"));
    let state = ws.state("gw").unwrap();
    assert_eq!((&state["tags"], &state["status"]), (&Value::Null, &json!("active")));
    ws.run(&["untaint", &format!("{TYPE}.gw")]);
    ws.apply();
    assert_eq!(made(&ws, "gw")["Tags"]["Tag"], json!([{"Key": "a", "Value": "1"}]));

    // One half of a change fails.
    ws.mock.fault("ModifyVpnGatewayAttribute", 1, error("InvalidName"));
    let diagnostics = ws.write(hcl([gateway("gw").changed("name = \"new\"\ntags = { a = \"2\" }")])).apply_fails();
    let refused = diagnostics.error();
    assert_eq!(refused.summary, "Changing the VPN gateway failed");
    assert!(refused.is_at("name") && refused.detail.contains("begins with a letter"), "{diagnostics}");
    let state = ws.state("gw").unwrap();
    assert_eq!((&state["name"], &state["tags"]), (&json!("gw"), &json!({"a": "2"})));
    ws.mock.clear_calls();
    ws.apply();
    assert!(ws.calls("TagResources").is_empty());
    assert_eq!(ws.calls("ModifyVpnGatewayAttribute").len(), 1);
}

#[test]
fn an_answer_that_is_lost_makes_no_second_gateway() {
    let ws = Workspace::new();
    ws.mock.fault("CreateVpnGateway", 1, Fault::Drop(When::After));
    ws.write(hcl([gateway("gw")])).apply();
    let calls = ws.calls("CreateVpnGateway");
    let tokens = tokens(&calls);
    assert_eq!(tokens.len(), 2);
    assert_eq!(tokens[0], tokens[1]);
    assert_eq!(Vec::from_iter(gateways(&ws).into_keys()), [ws.id("gw")]);
}

#[test]
fn mistakes_are_found_before_anything_is_asked() {
    let ws = Workspace::new();
    for (changes, at, says) in [
        ("name = \"a\"", "name", "2 to 100 characters"),
        ("name = \"1a\"", "name", "Latin letter"),
        ("name = \"a b\"", "name", "hyphens"),
        ("description = \"http://x\"", "description", "http://"),
        ("vpc_id = \"vsw-1\"", "vpc_id", "vpc-"),
        ("vswitch_id = \"vpc-1\"", "vswitch_id", "vsw-"),
        ("bandwidth_mbps = 15", "bandwidth_mbps", "1000"),
        ("network_type = \"private\"", "bandwidth_mbps", "200 or 1000"),
        ("network_type = \"intranet\"", "network_type", "private"),
        ("vpn_type = \"normal\"", "vpn_type", "Normal"),
        ("charge_type = \"PrePaid\"", "charge_type", "PREPAY"),
        ("charge_type = \"PREPAY\"", "", "period_months"),
        ("charge_type = \"PREPAY\"\nperiod_months = 10", "period_months", "12"),
        ("period_months = 1", "period_months", "subscriptions only"),
        ("auto_pay = false", "auto_pay", "subscriptions only"),
        ("ssl_max_connections = 5", "ssl_max_connections", "ssl_enabled = true"),
        ("ssl_enabled = true\nssl_max_connections = 6", "ssl_max_connections", "1000"),
        ("resource_group_id = \"group\"", "resource_group_id", "rg-"),
        ("tags = { aliyun = \"x\" }", "tags", "aliyun"),
    ] {
        let diagnostics = ws.write(hcl([gateway("gw").changed(changes)])).validate();
        let error = diagnostics.error();
        assert!(error.is_at(at), "{changes}:\n{diagnostics}");
        assert!(error.detail.contains(says), "{changes}:\n{diagnostics}");
    }
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn data_sources_find_gateways_by_everything_and_one_by_its_name() {
    let ws = Workspace::new();
    let blocks = format!(
        "{}{}{}",
        gateway("aa").changed("tags = { site = \"a\" }\nssl_enabled = true"),
        gateway("bb"),
        r#"
data "cloudvpn_alibaba_gateway" "by_name" { name = cloudvpn_alibaba_gateway.aa.name }
data "cloudvpn_alibaba_gateway" "by_id" { id = cloudvpn_alibaba_gateway.bb.id }
data "cloudvpn_alibaba_gateways" "some" {
  ids = [cloudvpn_alibaba_gateway.aa.id, cloudvpn_alibaba_gateway.bb.id, "vpn-nowhere"]
}
data "cloudvpn_alibaba_gateways" "tagged" {
  tags       = { site = "a" }
  depends_on = [cloudvpn_alibaba_gateway.aa, cloudvpn_alibaba_gateway.bb]
}
data "cloudvpn_alibaba_gateways" "without_ssl" {
  vpc_id      = "vpc-mock0001"
  status      = "active"
  ssl_enabled = false
  depends_on  = [cloudvpn_alibaba_gateway.aa, cloudvpn_alibaba_gateway.bb]
}
data "cloudvpn_alibaba_gateways" "none" { vpc_id = "vpc-other" }
output "found" {
  value = {
    by_name     = data.cloudvpn_alibaba_gateway.by_name.tags_all.site
    by_id       = data.cloudvpn_alibaba_gateway.by_id.name
    some        = toset(data.cloudvpn_alibaba_gateways.some.gateways[*].name)
    tagged      = data.cloudvpn_alibaba_gateways.tagged.gateways[*].name
    without_ssl = data.cloudvpn_alibaba_gateways.without_ssl.gateways[*].name
    none        = data.cloudvpn_alibaba_gateways.none.gateways[*].name
  }
}
"#,
    );
    ws.write(hcl([blocks])).apply();
    let found: Value = serde_json::from_str(&ws.run(&["output", "-json", "found"]).stdout).unwrap();
    assert_eq!(
        found,
        json!({"by_name": "a", "by_id": "bb", "some": ["aa", "bb"], "tagged": ["aa"], "without_ssl": ["bb"], "none": []})
    );
    let lost = "data \"cloudvpn_alibaba_gateway\" \"lost\" { name = \"nowhere\" }\n";
    let diagnostics = ws.write(hcl([lost])).plan_fails();
    assert_eq!(diagnostics.error().summary, "No such VPN gateway");
}
