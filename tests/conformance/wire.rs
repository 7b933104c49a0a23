//! Values that are easily broken on the wire, and many of them at once.

use std::thread;

use serde_json::json;

use crate::workspace::Workspace;

#[test]
fn strings_of_any_normal_form_are_the_same() {
    let workspace = Workspace::new();
    let state = workspace
        .applied("resource \"conformance_kinds\" \"k\" {\n string = \"u\u{308}ber\"\n map = { \"u\u{308}\" = 1 }\n}");
    assert_eq!(state["k"]["string"], "\u{fc}ber");
    let changes = workspace
        .planned("resource \"conformance_kinds\" \"k\" {\n string = \"\u{fc}ber\"\n map = { \"\u{fc}\" = 1 }\n}");
    assert_eq!(changes["k"]["actions"], json!(["no-op"]));
}

#[test]
fn text_that_looks_like_something_else_stays_text() {
    let workspace = Workspace::new();
    let state = workspace.applied(
        r#"resource "conformance_kinds" "k" {
             string = "0x1F"
             list   = ["007", "1e3", "null", "true", " ", "$${x}", "\u0000\n\t"]
             any    = "12"
           }"#,
    );
    assert_eq!(state["k"]["list"], json!(["007", "1e3", "null", "true", " ", "${x}", "\u{0}\n\t"]));
    assert_eq!(state["k"]["any"], "12");
}

/// An unknown of which Terraform knows something: not null, how it begins, how many elements.
#[test]
fn unknown_values_with_refinements_are_read() {
    let workspace = Workspace::new();
    let state = workspace.applied(
        r#"
        resource "conformance_kinds" "first" {}
        resource "conformance_kinds" "k" {
          string = "prefix-${conformance_kinds.first.id}"
          list   = [for s in tolist([conformance_kinds.first.id]) : upper(s)]
          set    = toset([for s in ["a", "b"] : "${s}-${conformance_kinds.first.id}"])
          number = length(conformance_kinds.first.id) + 1
          map    = conformance_kinds.first.id == "kinds" ? { a = 1 } : { b = 2 }
          single = conformance_kinds.first.id == "kinds" ? { string = "yes" } : null
        }"#,
    );
    let k = &state["k"];
    assert_eq!((&k["string"], &k["list"], &k["number"]), (&json!("prefix-kinds"), &json!(["KINDS"]), &json!(6)));
    assert_eq!((&k["set"], &k["map"]), (&json!(["a-kinds", "b-kinds"]), &json!({"a": 1})));
    assert_eq!(k["single"]["string"], "yes");
}

#[test]
fn dynamic_blocks_over_something_unknown_are_planned_and_made() {
    let workspace = Workspace::new();
    let config = r#"
        resource "conformance_kinds" "first" {}
        resource "conformance_blocks" "b" {
          dynamic "list" {
            for_each = toset(split(",", conformance_kinds.first.id))
            content { string = list.value }
          }
          dynamic "set" {
            for_each = toset(split(",", conformance_kinds.first.id))
            content { string = set.value }
          }
        }"#;
    let change = &workspace.planned(config)["b"];
    assert_eq!(change["after_unknown"]["list"], true);
    assert_eq!(change["after_unknown"]["set"], true);
    let state = workspace.applied(config);
    assert_eq!(state["b"]["list"][0]["string"], "kinds");
    assert_eq!(state["b"]["set"][0]["string"], "kinds");
}

#[test]
fn the_configuration_of_the_provider_may_be_unknown() {
    let workspace = Workspace::new();
    let config = r#"
        provider "conformance" {}
        provider "conformance" {
          alias  = "later"
          prefix = "${conformance_kinds.first.id}-"
        }
        resource "conformance_kinds" "first" {}
        resource "conformance_kinds" "second" { provider = conformance.later }"#;
    assert_eq!(workspace.applied(config)["second"]["id"], "kinds-kinds");
}

#[test]
fn empty_and_null_collections_stay_apart() {
    let workspace = Workspace::new();
    let config = |value: &str| {
        let names = ["list", "set", "map", "single_list", "single_set", "single_map"];
        let lines: String = names
            .iter()
            .map(|name| {
                format!(
                    "  {name} = {}\n",
                    if value == "null" {
                        "null"
                    } else if name.ends_with("map") {
                        "{}"
                    } else {
                        "[]"
                    }
                )
            })
            .collect();
        format!(
            "resource \"conformance_kinds\" \"k\" {{\n{lines}  any = {value}\n  single = {{ leaves = {value} }}\n}}"
        )
    };
    for (value, expected) in [("[]", json!([])), ("null", json!(null)), ("[]", json!([]))] {
        let state = workspace.applied(&config(value));
        for name in ["list", "set", "single_list", "single_set", "any"] {
            assert_eq!(state["k"][name], expected, "{name}");
        }
        // An object in which nothing is set stays as it was written first: an empty list says no more than null.
        assert_eq!(state["k"]["single"]["leaves"], json!([]));
        assert_eq!(state["k"]["map"].is_null(), value == "null");
    }
}

/// tonic takes no more than 4 MiB unless it is told to.
#[test]
fn messages_above_4_mib_get_through() {
    let workspace = Workspace::new();
    let text = "0123456789abcdef".repeat(6 * 1024 * 1024 / 16);
    let state = workspace.applied(&format!("resource \"conformance_kinds\" \"k\" {{\n string = \"{text}\"\n}}"));
    assert_eq!(state["k"]["string"].as_str().map(str::len), Some(text.len()));
}

#[test]
fn ten_plans_at_once_succeed() {
    thread::scope(|scope| {
        let plans: Vec<_> = (0..10)
            .map(|i| {
                scope.spawn(move || {
                    let workspace = Workspace::new();
                    let config =
                        format!("resource \"conformance_planning\" \"p\" {{\n count = 5\n name = \"p{i}\"\n}}");
                    workspace.planned(&config)["p"]["actions"][0].clone()
                })
            })
            .collect();
        for plan in plans {
            assert_eq!(plan.join().unwrap(), "create");
        }
    });
}
