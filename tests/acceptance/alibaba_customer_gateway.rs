//! Customer gateways on Alibaba Cloud, from creation to deletion.

use std::collections::BTreeMap;

use cloudvpn_mock::{Fault, When};
use serde_json::{Value, json};

use crate::alibaba::{error, objects, params, patch, tokens};
use crate::harness::{Resource, Workspace, hcl};

const TYPE: &str = "cloudvpn_alibaba_customer_gateway";
const KIND: &str = "customer_gateways";
const KEY: &str = "first-bgp-key-5up3r";
const OTHER_KEY: &str = "other-bgp-key-5up3r";

/// With what is required and nothing else.
pub(crate) fn gateway(name: &str) -> Resource {
    Resource::new(TYPE, name).with("ip_address", "\"198.51.100.99\"")
}

fn gateways(ws: &Workspace) -> BTreeMap<String, Value> {
    objects(ws, KIND)
}

fn made(ws: &Workspace, name: &str) -> Value {
    let id = ws.id(name);
    gateways(ws).remove(&id).unwrap_or_else(|| panic!("{id} is not in the mock"))
}

#[test]
fn a_customer_gateway_is_made_with_what_was_configured() {
    let ws = Workspace::new();
    let all = "name = \"办公室\"\ndescription = \"behind the office's router\"\nbgp_asn = 4200000000\n\
               resource_group_id = \"rg-own\"\ntags = { team = \"net\" }";
    ws.write(hcl([gateway("g").changed(all)])).apply_that_leaves_a_difference("only what apply calls is counted", &[]);
    let calls = ws.mock.calls();
    assert_eq!(
        calls.iter().map(|call| &*call.action).collect::<Vec<_>>(),
        ["CreateCustomerGateway", "DescribeCustomerGateway"]
    );
    let sent = json!({
        "IpAddress": "198.51.100.99", "Name": "办公室", "Description": "behind the office's router", "Asn": "4200000000",
        "ResourceGroupId": "rg-own", "Tags": [{"Key": "team", "Value": "net"}],
    });
    assert_eq!(params(&ws, "CreateCustomerGateway"), [sent]);
    let made = made(&ws, "g");
    let mut state = ws.state("g").unwrap();
    let time: jiff::Timestamp = state["created_at"].take().as_str().unwrap().parse().unwrap();
    assert_eq!(Some(time.as_millisecond()), made["CreateTime"].as_i64());
    let id = ws.id("g");
    let expected = json!({
        "id": id, "region": "cn-hangzhou", "ip_address": "198.51.100.99", "name": "办公室",
        "description": "behind the office's router", "bgp_asn": 4_200_000_000_u64, "bgp_auth_key": null,
        "bgp_auth_key_wo": null, "bgp_auth_key_wo_version": null, "resource_group_id": "rg-own",
        "tags": { "team": "net" }, "tags_all": { "team": "net" }, "created_at": null, "timeouts": null,
    });
    assert_eq!(state, expected);
    assert!(ws.plan_is_empty());
    ws.assert_state_is_fresh();
    ws.destroy();
    assert!(gateways(&ws).is_empty());
    assert_eq!(params(&ws, "DeleteCustomerGateway"), [json!({ "CustomerGatewayId": id })]);
}

#[test]
fn what_is_left_out_is_not_sent() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g")])).apply();
    assert_eq!(params(&ws, "CreateCustomerGateway"), [json!({ "IpAddress": "198.51.100.99" })]);
    let state = ws.state("g").unwrap();
    assert_eq!((&state["bgp_asn"], &state["description"]), (&Value::Null, &Value::Null));
}

#[test]
fn each_change_is_one_call_with_what_changed() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g").changed("description = \"a\"\nname = \"a\"")])).apply();
    let id = ws.id("g");
    for (changes, action, sent) in [
        ("name = \"b\"\ndescription = \"a\"", Some("ModifyCustomerGatewayAttribute"), json!({"Name": "b"})),
        ("name = \"b\"\ndescription = \"b\"", Some("ModifyCustomerGatewayAttribute"), json!({"Description": "b"})),
        // The API can remove neither: they stay.
        ("", None, Value::Null),
        (
            "resource_group_id = \"rg-b\"",
            Some("MoveVpnResourceGroup"),
            json!({"NewResourceGroupId": "rg-b", "ResourceType": "CustomerGateway"}),
        ),
        ("timeouts = { create = \"1m\" }", None, Value::Null),
    ] {
        ws.mock.clear_calls();
        ws.write(hcl([gateway("g").changed(changes)])).apply();
        let writes: Vec<_> = ws.mock.calls().into_iter().filter(|call| !call.action.starts_with("Describe")).collect();
        assert_eq!(writes.iter().map(|call| &*call.action).collect::<Vec<_>>(), Vec::from_iter(action), "{changes}");
        if let Some(action) = action {
            let mut expected = sent.clone();
            expected[if action == "MoveVpnResourceGroup" { "InstanceId" } else { "CustomerGatewayId" }] = json!(id);
            assert_eq!(params(&ws, action), [expected], "{changes}");
        }
        ws.assert_state_is_fresh();
    }
    assert_eq!(ws.id("g"), id);
    assert_eq!(ws.state("g").unwrap()["description"], "b");
}

#[test]
fn tags_change_by_themselves_and_have_defaults() {
    let ws = Workspace::new();
    let provider = "provider \"cloudvpn\" {\n  alibaba { default_tags = { team = \"net\" } }\n}\n".to_owned();
    let tagged = |tags: &str| hcl([provider.clone(), gateway("g").changed(tags).to_string()]);
    ws.write(tagged("tags = { a = \"1\", b = \"2\" }")).apply();
    assert_eq!(ws.state("g").unwrap()["tags_all"], json!({ "team": "net", "a": "1", "b": "2" }));
    assert!(ws.calls("TagResources").is_empty(), "a create takes tags");
    ws.write(tagged("tags = { a = \"3\" }")).apply();
    let id = ws.id("g");
    let resource = |rest: Value| {
        let mut all = json!({"ResourceType": "CUSTOMERGATEWAY", "ResourceId": [id]});
        all.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        all
    };
    assert_eq!(params(&ws, "UnTagResources"), [resource(json!({"TagKey": ["b"]}))]);
    assert_eq!(params(&ws, "TagResources"), [resource(json!({"Tag": [{"Key": "a", "Value": "3"}]}))]);
    assert!(ws.calls("ModifyCustomerGatewayAttribute").is_empty());
    ws.write(tagged("")).apply();
    assert_eq!(made(&ws, "g")["Tags"]["Tag"], json!([{"Key": "team", "Value": "net"}]));
}

#[test]
fn a_key_in_the_configuration_is_in_the_state_and_in_no_output_or_log() {
    let ws = Workspace::new();
    let log = ws.trace();
    let keyed = |key: &str| hcl([gateway("g").with("bgp_auth_key", &format!("{key:?}"))]);
    ws.write(keyed(KEY)).apply();
    assert_eq!(ws.state("g").unwrap()["bgp_auth_key"], KEY);
    assert_eq!(made(&ws, "g")["AuthKey"], KEY);
    ws.write(keyed(OTHER_KEY)).apply();
    assert_eq!(made(&ws, "g")["AuthKey"], OTHER_KEY);
    assert_eq!(ws.calls("ModifyCustomerGatewayAttribute").len(), 1);
    // Changed outside, it is set again.
    patch(&ws, KIND, &ws.id("g"), json!({"AuthKey": "by-hand"}));
    assert_eq!(ws.plan().actions("g"), ["update"]);
    ws.apply();
    assert_eq!(made(&ws, "g")["AuthKey"], OTHER_KEY);
    assert!(!std::fs::read_to_string(log).unwrap().contains(OTHER_KEY));
}

#[test]
fn a_write_only_key_is_nowhere() {
    let ws = Workspace::new();
    let keyed = |key: &str, version: u32| {
        let config = format!("bgp_auth_key_wo = var.key\nbgp_auth_key_wo_version = {version}");
        ws.var("key", key);
        hcl(["variable \"key\" {\n  ephemeral = true\n}\n".to_owned(), gateway("g").changed(&config).to_string()])
    };
    ws.write(keyed(KEY, 1)).apply();
    assert_eq!(made(&ws, "g")["AuthKey"], KEY);
    // Another value is not to be seen; another version is.
    ws.write(keyed(OTHER_KEY, 1));
    assert!(ws.plan_is_empty());
    ws.write(keyed(OTHER_KEY, 2)).apply();
    assert_eq!(made(&ws, "g")["AuthKey"], OTHER_KEY);
    assert_eq!(ws.state("g").unwrap()["bgp_auth_key"], Value::Null);
    ws.assert_nowhere(KEY);
    ws.assert_nowhere(OTHER_KEY);

    // From the state into nowhere, and a key for one that has none.
    ws.write(hcl([gateway("g")])).apply();
    assert_eq!(made(&ws, "g")["AuthKey"], OTHER_KEY, "the API cannot remove it");
    ws.mock.clear_calls();
    ws.write(keyed(KEY, 1)).apply();
    assert_eq!(made(&ws, "g")["AuthKey"], KEY);
}

#[test]
fn a_key_that_is_refused_is_not_shown() {
    let ws = Workspace::new();
    ws.mock.fault("CreateCustomerGateway", 1, error("InvalidAuthKey"));
    ws.write(hcl([gateway("g").with("bgp_auth_key", &format!("{KEY:?}"))])).apply_fails();
    assert!(ws.state("g").is_none());
    assert!(!ws.places_of(KEY).contains(&"output".to_owned()));
}

#[test]
fn another_address_as_number_or_region_replaces() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g").changed("bgp_asn = 65010")])).apply();
    let old = ws.id("g");
    for changes in ["ip_address = \"198.51.100.98\"", "bgp_asn = 65011", "region = \"cn-beijing\""] {
        let plan = ws.write(hcl([gateway("g").changed("bgp_asn = 65010").changed(changes)])).plan();
        assert!(plan.replaces("g"), "{changes}");
    }
    // Left out, it stays.
    ws.write(hcl([gateway("g")]));
    assert!(ws.plan_is_empty());
    ws.write(hcl([gateway("g").changed("bgp_asn = 65011")])).apply();
    assert_ne!(ws.id("g"), old);
    assert_eq!(Vec::from_iter(gateways(&ws).into_keys()), [ws.id("g")]);
}

#[test]
fn a_customer_gateway_is_imported_by_its_id_with_or_without_its_region() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g").changed("name = \"x\"\nbgp_asn = 65010\ntags = { a = \"1\" }")])).apply();
    let (id, before) = (ws.id("g"), ws.state("g").unwrap());
    let address = format!("{TYPE}.g");
    for import_id in [id.clone(), format!("cn-hangzhou/{id}")] {
        ws.run(&["state", "rm", &address]);
        ws.import(&address, &import_id);
        assert_eq!(ws.state("g").unwrap(), before);
        assert!(ws.plan_is_empty());
    }
    let said = ws.import_fails(&address, "vpn-1");
    assert!(said.contains("cgw-xxxxxxxx"), "{said}");
    ws.run(&["state", "rm", &address]);
    let said = ws.import_fails(&address, "cgw-nowhere");
    assert!(said.contains("Cannot import non-existent remote object"), "{said}");
}

#[test]
fn changes_from_outside_are_planned_back_and_a_lost_one_is_made_again() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g").changed("name = \"x\"\ndescription = \"x\"\ntags = { a = \"1\" }")])).apply();
    let id = ws.id("g");
    let by_hand = json!({"Name": "y", "Description": "y", "Tags": {"Tag": [{"Key": "x", "Value": "y"}]}});
    patch(&ws, KIND, &id, by_hand);
    assert_eq!(ws.plan().actions("g"), ["update"]);
    ws.apply();
    let gateway = made(&ws, "g");
    assert_eq!((&gateway["Name"], &gateway["Description"]), (&json!("x"), &json!("x")));
    assert_eq!(gateway["Tags"]["Tag"], json!([{"Key": "a", "Value": "1"}]));

    patch(&ws, KIND, &id, Value::Null);
    assert_eq!(ws.plan().actions("g"), ["create"]);
    ws.apply();
    assert_ne!(ws.id("g"), id);
    patch(&ws, KIND, &ws.id("g"), Value::Null);
    ws.destroy();
}

#[test]
fn a_wrong_key_or_region_never_empties_the_state() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g")])).apply();
    let id = ws.id("g");
    for code in ["InvalidRegionId.NotFound", "InvalidAccessKeyId.NotFound", "Forbidden"] {
        ws.mock.fault("DescribeCustomerGateway", 1, error(code));
        let diagnostics = ws.plan_fails();
        assert!(diagnostics.error().detail.contains(code), "{diagnostics}");
    }
    assert_eq!(ws.id("g"), id);
}

#[test]
fn what_was_changed_before_a_failure_is_in_the_state() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g").changed("name = \"x\"")])).apply();
    ws.mock.fault("TagResources", 1, error("Forbidden.RAM"));
    let changed = gateway("g").changed("name = \"y\"\ntags = { a = \"1\" }");
    let diagnostics = ws.write(hcl([changed])).apply_fails();
    assert_eq!(diagnostics.error().summary, "Changing the customer gateway's tags failed");
    let state = ws.state("g").unwrap();
    assert_eq!((&state["name"], &state["tags"]), (&json!("y"), &Value::Null));
    ws.mock.clear_calls();
    ws.apply();
    assert!(ws.calls("ModifyCustomerGatewayAttribute").is_empty());
    assert_eq!(ws.calls("TagResources").len(), 1);

    ws.mock.fault("ModifyCustomerGatewayAttribute", 1, error("InvalidDescription"));
    let changed = gateway("g").changed("name = \"y\"\ntags = { a = \"1\" }\ndescription = \"z\"");
    let diagnostics = ws.write(hcl([changed])).apply_fails();
    let refused = diagnostics.error();
    assert_eq!(refused.summary, "Changing the customer gateway failed");
    assert!(refused.is_at("description") && refused.detail.contains("http://"), "{diagnostics}");
    assert_eq!(ws.state("g").unwrap()["description"], Value::Null);
}

#[test]
fn an_answer_that_is_lost_makes_no_second_customer_gateway() {
    let ws = Workspace::new();
    ws.mock.fault("CreateCustomerGateway", 1, Fault::Drop(When::After));
    ws.write(hcl([gateway("g")])).apply();
    let tokens = tokens(&ws.calls("CreateCustomerGateway"));
    assert_eq!(tokens.len(), 2);
    assert_eq!(tokens[0], tokens[1]);
    assert_eq!(gateways(&ws).len(), 1);
}

#[test]
fn an_address_that_is_taken_says_what_to_do() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g")])).apply();
    let diagnostics = ws.write(hcl([gateway("g"), gateway("h")])).apply_fails();
    let refused = diagnostics.error();
    assert!(refused.is_at("ip_address") && refused.detail.contains("import that one"), "{diagnostics}");
}

#[test]
fn one_that_is_still_used_is_not_deleted() {
    let ws = Workspace::new();
    ws.write(hcl([gateway("g")])).apply();
    ws.mock.fault("DeleteCustomerGateway", 1, error("DependencyViolation.VpnConnection"));
    let diagnostics = ws.write(hcl([""])).apply_fails();
    assert!(diagnostics.error().detail.contains("delete them first"), "{diagnostics}");
    assert_eq!(ws.calls("DeleteCustomerGateway").len(), 1);
    // A task on its way is waited for.
    ws.mock.fault("DeleteCustomerGateway", 2, error("VpnGateway.task.conflict"));
    ws.destroy();
    assert_eq!(ws.calls("DeleteCustomerGateway").len(), 4);
}

#[test]
fn mistakes_are_found_before_anything_is_asked() {
    let ws = Workspace::new();
    for (changes, at, says) in [
        ("ip_address = \"example.com\"", "ip_address", "IPv4"),
        ("ip_address = \"2001:db8::1\"", "ip_address", "IPv4"),
        ("ip_address = \"100.64.0.1\"", "ip_address", "reserved range"),
        ("ip_address = \"127.0.0.1\"", "ip_address", "reserved range"),
        ("ip_address = \"224.0.0.1\"", "ip_address", "reserved range"),
        ("name = \"https://x\"", "name", "https://"),
        ("description = \"HTTP://x\"", "description", "http://"),
        ("bgp_asn = 4294967296", "bgp_asn", "between 1 and 4294967295"),
        ("bgp_asn = 45104", "bgp_asn", "45104"),
        ("bgp_auth_key = \"with space\"", "bgp_auth_key", "neither space"),
        ("bgp_auth_key_wo_version = 1", "bgp_auth_key_wo_version", "bgp_auth_key_wo"),
        ("resource_group_id = \"group\"", "resource_group_id", "rg-"),
        ("tags = { k = \"acs:x\" }", "tags", "acs:"),
    ] {
        let diagnostics = ws.write(hcl([gateway("g").changed(changes)])).validate();
        let error = diagnostics.error();
        assert!(error.is_at(at), "{changes}:\n{diagnostics}");
        assert!(error.detail.contains(says), "{changes}:\n{diagnostics}");
    }
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn data_sources_find_customer_gateways_by_everything_and_show_no_key() {
    let ws = Workspace::new();
    let blocks = format!(
        "{}{}{}",
        gateway("a").changed(&format!("name = \"a\"\ntags = {{ site = \"a\" }}\nbgp_auth_key = {KEY:?}")),
        gateway("b").changed("name = \"b\"\nip_address = \"198.51.100.98\""),
        r#"
data "cloudvpn_alibaba_customer_gateway" "by_name" { name = cloudvpn_alibaba_customer_gateway.a.name }
data "cloudvpn_alibaba_customer_gateway" "by_id" { id = cloudvpn_alibaba_customer_gateway.b.id }
data "cloudvpn_alibaba_customer_gateways" "some" {
  ids = [cloudvpn_alibaba_customer_gateway.a.id, "cgw-nowhere"]
}
data "cloudvpn_alibaba_customer_gateways" "at" {
  ip_address = cloudvpn_alibaba_customer_gateway.b.ip_address
}
data "cloudvpn_alibaba_customer_gateways" "tagged" {
  tags       = { site = "a" }
  depends_on = [cloudvpn_alibaba_customer_gateway.a, cloudvpn_alibaba_customer_gateway.b]
}
output "found" {
  value = {
    by_name = data.cloudvpn_alibaba_customer_gateway.by_name
    by_id   = data.cloudvpn_alibaba_customer_gateway.by_id.name
    some    = data.cloudvpn_alibaba_customer_gateways.some.customer_gateways[*].name
    at      = data.cloudvpn_alibaba_customer_gateways.at.customer_gateways[*].name
    tagged  = data.cloudvpn_alibaba_customer_gateways.tagged.customer_gateways[*].name
  }
}
"#,
    );
    ws.write(hcl([blocks])).apply();
    let output = ws.run(&["output", "-json", "found"]).stdout;
    let found: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(found["by_name"]["tags_all"], json!({"site": "a"}));
    assert!(!output.contains("bgp_auth_key") && !output.contains(KEY), "{output}");
    for (name, expected) in
        [("by_id", json!("b")), ("some", json!(["a"])), ("at", json!(["b"])), ("tagged", json!(["a"]))]
    {
        assert_eq!(found[name], expected, "{name}");
    }
}

#[test]
fn a_refresh_of_three_hundred_costs_few_calls() {
    const MANY: usize = 300;
    let ws = Workspace::new();
    let address = "\"203.0.${floor(count.index / 250)}.${count.index % 250 + 1}\"";
    ws.write(hcl([gateway("g").with("count", &MANY.to_string()).with("ip_address", address)])).apply();
    assert_eq!(gateways(&ws).len(), MANY);
    // One by itself, then pages of fifty.
    let calls = ws.refresh();
    assert!(calls.len() <= 8, "{} calls", calls.len());
}

#[test]
fn a_replacement_before_the_old_one_is_gone_says_that_the_lifecycle_is_the_cause() {
    let ws = Workspace::new();
    let first = || gateway("g").with("bgp_asn", "65010");
    ws.write(hcl([with_lifecycle(first())])).apply();
    let diagnostics = ws.write(hcl([with_lifecycle(first().with("bgp_asn", "65011"))])).apply_fails();
    let detail = &diagnostics.error().detail;
    assert!(detail.contains("the lifecycle is the cause") && detail.contains("create_before_destroy"), "{diagnostics}");
    assert_eq!(gateways(&ws).len(), 1);
}

/// A block, which is no attribute.
fn with_lifecycle(resource: Resource) -> Resource {
    resource.with("lifecycle", "{ create_before_destroy = true }")
}
