//! Tags: a service of their own, and the provider's default tags.

use serde_json::{Value, json};

use crate::forms::EVERYTHING;
use crate::harness::{Plan, Resource, Workspace, hcl, tunnel};

fn tags_of(ws: &Workspace) -> Value {
    let mut tags = json!({});
    for tag in ws.tunnel("t")["TagSet"].as_array().unwrap() {
        tags[tag["Key"].as_str().unwrap()] = tag["Value"].clone();
    }
    tags
}

/// The parameters of the only tag call, which are forgotten with all calls.
fn tag_call(ws: &Workspace) -> Value {
    let calls = ws.calls("ModifyResourceTags");
    let [call] = &calls[..] else { panic!("one call was expected: {calls:?}") };
    let params = call.params.clone();
    ws.mock.clear_calls();
    params
}

#[test]
fn tags_alone_modify_no_tunnel() {
    let ws = Workspace::new();
    let tagged = |tags: &str| hcl([tunnel("t").with("tags", tags)]);
    ws.write(tagged(r#"{ a = "1", b = "2" }"#)).apply();
    ws.mock.clear_calls();
    let resource = format!("qcs::vpc:ap-guangzhou:uin/:vpnx/{}", ws.id("t"));

    ws.write(tagged(r#"{ a = "1", b = "3", c = "4" }"#)).apply();
    assert!(ws.modifications(&ws.id("t")).is_empty());
    let set = json!([{ "TagKey": "b", "TagValue": "3" }, { "TagKey": "c", "TagValue": "4" }]);
    assert_eq!(tag_call(&ws), json!({ "Resource": resource, "ReplaceTags": set }));

    ws.write(hcl([tunnel("t")])).apply();
    let gone = json!([{ "TagKey": "a" }, { "TagKey": "b" }, { "TagKey": "c" }]);
    assert_eq!(tag_call(&ws), json!({ "Resource": resource, "DeleteTags": gone }));
    assert_eq!(tags_of(&ws), json!({}));
}

#[test]
fn tags_and_an_attribute_change_together() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    ws.write(hcl([tunnel("t").with("tags", r#"{ a = "1" }"#).with("name", "\"renamed\"")])).apply();
    let id = ws.id("t");
    assert_eq!(ws.modifications(&id), [json!({ "VpnConnectionId": id, "VpnConnectionName": "renamed" })]);
    assert_eq!(tag_call(&ws)["ReplaceTags"], json!([{ "TagKey": "a", "TagValue": "1" }]));
}

#[test]
fn default_tags_reach_every_tunnel_and_its_own_tags_win() {
    let ws = Workspace::new();
    let with_defaults = |defaults: &str, tags: &str| {
        let provider = format!("provider \"cloudvpn\" {{\n  tencent {{ default_tags = {defaults} }}\n}}\n");
        hcl([provider, tunnel("t").changed(tags).to_string()])
    };
    ws.write(with_defaults(r#"{ team = "net", env = "dev" }"#, r#"tags = { env = "prod" }"#)).apply();
    assert_eq!(tags_of(&ws), json!({ "team": "net", "env": "prod" }));
    let state = ws.state("t").unwrap();
    assert_eq!(state["tags"], json!({ "env": "prod" }));
    assert_eq!(state["tags_all"], json!({ "team": "net", "env": "prod" }));
    ws.mock.clear_calls();

    ws.write(with_defaults(r#"{ team = "ops", env = "dev" }"#, r#"tags = { env = "prod" }"#));
    let plan = ws.plan();
    assert_eq!(plan.actions("t"), ["update"]);
    assert_eq!(plan.after("t")["tags_all"], json!({ "team": "ops", "env": "prod" }));
    ws.apply();
    assert!(ws.modifications(&ws.id("t")).is_empty());
    assert_eq!(tag_call(&ws)["ReplaceTags"], json!([{ "TagKey": "team", "TagValue": "ops" }]));

    // What the tunnel repeats is its own; what it sets to null it does not want.
    ws.write(with_defaults(r#"{ team = "ops", env = "dev" }"#, r#"tags = { team = "ops", env = null }"#)).apply();
    assert_eq!(tags_of(&ws), json!({ "team": "ops" }));
    ws.write(with_defaults(r#"{ team = "ops" }"#, "tags =")).apply();
    assert_eq!(tags_of(&ws), json!({ "team": "ops" }));
}

#[test]
fn default_tags_are_checked_as_a_resources_own_are() {
    let ws = Workspace::new();
    let gateway = Resource::new("cloudvpn_alibaba_customer_gateway", "g").with("ip_address", "\"198.51.100.99\"");
    let with_defaults = |defaults: &str, tags: &str| {
        let provider = format!("provider \"cloudvpn\" {{\n  alibaba {{ default_tags = {defaults} }}\n}}\n");
        hcl([provider, gateway.clone().changed(tags).to_string()])
    };
    for (defaults, says) in
        [("{ \"acs:x\" = \"1\" }", "acs:x"), ("{ for i in range(21) : \"k${i}\" => \"v\" }", "at most 20")]
    {
        let diagnostics = ws.write(with_defaults(defaults, "")).validate();
        let error = diagnostics.error();
        assert!(error.is_at("alibaba.default_tags") && error.detail.contains(says), "{diagnostics}");
    }

    let (fifteen, six) = ("{ for i in range(15) : \"d${i}\" => \"v\" }", "{ for i in range(6) : \"k${i}\" => \"v\" }");
    let long = format!("{{ {} = \"v\" }}", "k".repeat(65));
    for (defaults, tags, says) in [
        (fifteen, &*format!("tags = {six}"), ["these are 21", "alibaba.default_tags"]),
        // A new customer gateway takes shorter keys than other objects.
        (&long, "tags = { a = \"b\" }", ["1 to 64", "alibaba.default_tags"]),
    ] {
        ws.write(with_defaults(defaults, tags));
        assert!(ws.validate().0.is_empty());
        let diagnostics = ws.plan_fails();
        let error = diagnostics.error();
        assert!(error.is_at("tags"), "{diagnostics}");
        for text in says {
            assert!(error.detail.contains(text), "{diagnostics}");
        }
    }
    let but_one = format!("tags = merge({six}, {{ d0 = null }})");
    ws.write(with_defaults(fifteen, &but_one)).apply();
    assert_eq!(ws.state("g").unwrap()["tags_all"].as_object().unwrap().len(), 20);
}

#[test]
fn tags_changed_outside_are_planned_back() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t").with("tags", r#"{ a = "1", b = "2" }"#)])).apply();
    ws.mock.clear_calls();
    ws.change_outside(&ws.id("t"), json!({ "TagSet": [{ "Key": "a", "Value": "9" }, { "Key": "x", "Value": "y" }] }));
    let plan = ws.plan();
    assert_eq!(plan.actions("t"), ["update"]);
    assert_eq!(plan.change("t")["before"]["tags"], json!({ "a": "9", "x": "y" }));
    ws.apply();
    assert_eq!(tags_of(&ws), json!({ "a": "1", "b": "2" }));
    assert!(ws.modifications(&ws.id("t")).is_empty());
}

#[test]
fn more_tags_than_fit_one_call_are_all_set() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")])).apply();
    ws.write(hcl([tunnel("t").with("tags", r#"{ for i in range(25) : "k${i}" => "v" }"#)])).apply();
    assert_eq!(tags_of(&ws).as_object().unwrap().len(), 25);
    assert_eq!(ws.calls("ModifyResourceTags").len(), 3);
}

#[test]
fn a_tag_that_turns_out_null_is_no_tag() {
    let ws = Workspace::any_parent();
    let with = |round: u32, tags: &str| {
        let later = format!("resource \"terraform_data\" \"t\" {{\n  triggers_replace = {round}\n}}\n");
        hcl([later, tunnel("t").with("tags", tags).to_string()])
    };
    // Not known in the plan, and null in the end.
    let open = "{ a = terraform_data.t.id == \"x\" ? \"a\" : null, b = \"1\" }";
    ws.write(with(1, open)).apply();
    assert_eq!(ws.state("t").unwrap()["tags_all"], json!({ "b": "1" }));
    ws.write(with(1, "{ a = \"x\", b = \"1\" }")).apply();
    ws.write(with(2, open)).apply();
    assert_eq!(ws.state("t").unwrap()["tags_all"], json!({ "b": "1" }));
}

/// Both blocks with these members, and a resource of every kind; with a lifecycle each if one is given.
fn everything(members: &str, lifecycle: &str) -> String {
    let blocks = ["tencent", "alibaba"].map(|block| format!("  {block} {{\n{members}\n  }}\n"));
    let untagged = ["legacy_connection", "gateway_route", "route_entry", "alibaba_ssl_server", "ssl_client_cert"];
    let resources = EVERYTHING.split("\n\n").map(|resource| match resource.trim_end().strip_suffix("\n}") {
        Some(open) if !untagged.iter().any(|kind| open.contains(&format!("{kind}\" "))) => {
            format!("{open}\n{lifecycle}\n}}\n")
        }
        _ => format!("{resource}\n"),
    });
    let resources: String = resources.collect();
    hcl([format!("provider \"cloudvpn\" {{\n{}}}", blocks.concat()), resources])
}

/// What a plan does to the objects that have tags: their names, `tags` and `tags_all` before and after.
fn tagged(plan: &Plan) -> Vec<(&str, &Value)> {
    let changes = plan.shown["resource_changes"].as_array().unwrap().iter();
    let changes = changes.filter(|change| change["mode"] == "managed");
    let changes = changes.filter(|change| change["change"]["after"].as_object().unwrap().contains_key("tags_all"));
    changes.map(|change| (change["address"].as_str().unwrap(), &change["change"])).collect()
}

#[test]
fn a_default_arrives_and_goes_on_every_kind_even_where_tags_are_ignored() {
    for lifecycle in ["", "lifecycle { ignore_changes = [tags] }"] {
        let ws = Workspace::new();
        ws.write(everything("default_tags = { env = \"dev\", team = \"net\" }", lifecycle)).apply();
        for defaults in [json!({ "env": "prod", "team": "net" }), json!({ "team": "net" })] {
            ws.write(everything(&format!("default_tags = {}", defaults.to_string().replace(':', "=")), lifecycle));
            let plan = ws.plan();
            let tagged = tagged(&plan);
            assert!(tagged.len() >= 10, "{tagged:?}");
            for (address, change) in tagged {
                assert_eq!(change["actions"], json!(["update"]), "{address}");
                assert_eq!(
                    (&change["before"]["tags"], &change["after"]["tags"]),
                    (&Value::Null, &Value::Null),
                    "{address}"
                );
                assert_eq!(change["after"]["tags_all"], defaults, "{address}");
            }
            ws.apply();
            assert!(ws.plan_is_empty());
        }
    }
}

#[test]
fn ignored_tags_of_others_stay_on_every_kind() {
    let ignoring = "ignore_tags {\n keys = [\"owner\"]\n key_prefixes = [\"cost-\"]\n }";
    let ws = Workspace::new();
    // Others set them: here a provider that says so for all.
    ws.write(everything("default_tags = { owner = \"x\", cost-center = \"7\", team = \"net\" }", "")).apply();
    let defaults = |team: &str| format!("default_tags = {{ team = \"{team}\" }}\n{ignoring}");
    ws.write(everything(&defaults("net"), ""));
    assert!(ws.plan_is_empty(), "{}", ws.run(&["plan", "-no-color"]).stdout);
    ws.write(everything(&defaults("ops"), "")).apply();
    // They are there all the same.
    ws.write(everything("default_tags = { owner = \"x\", cost-center = \"7\", team = \"ops\" }", ""));
    assert!(ws.plan_is_empty(), "{}", ws.run(&["plan", "-no-color"]).stdout);
}

#[test]
fn what_is_said_and_ignored_at_once_is_told() {
    let ws = Workspace::new();
    let block = |members: &str| format!("provider \"cloudvpn\" {{\n  tencent {{\n{members}\n  }}\n}}\n");
    let ignoring = "ignore_tags { keys = [\"owner\"] }";
    let owned = tunnel("t").with("tags", "{ owner = \"me\", team = \"net\" }").to_string();
    ws.write(hcl([block(ignoring), owned]));
    let warning = ws.plan().diagnostics;
    assert!(warning.to_string().contains("ignore_tags leaves the tag \"owner\" alone"), "{warning}");
    ws.apply();
    assert_eq!(tags_of(&ws), json!({ "team": "net" }));
    assert!(ws.plan_is_empty());

    ws.write(hcl([block(&format!("{ignoring}\ndefault_tags = {{ owner = \"me\" }}")), tunnel("t").to_string()]));
    let diagnostics = ws.plan_fails();
    assert!(diagnostics.error().is_at("tencent.default_tags"), "{diagnostics}");
    ws.write(hcl([block("ignore_tags { }"), tunnel("t").to_string()]));
    assert!(ws.validate().error().detail.contains("ignores nothing"));
    ws.write(hcl([tunnel("t")]));
}
