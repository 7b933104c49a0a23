//! What Terraform is told of a change before it happens.

use serde_json::json;

use crate::workspace::Workspace;

#[test]
fn a_new_object_shows_defaults_and_initial_values() {
    let workspace = Workspace::new();
    let config = r#"resource "conformance_planning" "p" { name = "p" }"#;
    let change = &workspace.planned(config)["p"];
    let after = &change["after"];
    assert_eq!((&after["tier"], &after["level"]), (&json!("standard"), &json!(7)));
    assert_eq!(after["options"], json!({"cipher": "strong"}));
    assert_eq!((&after["rules"], &after["timeouts"]), (&json!(null), &json!(null)));
    let unknown = &change["after_unknown"];
    assert_eq!(unknown["options"], json!({"token": true}));
    for name in ["id", "revision", "any", "seconds"] {
        assert_eq!(unknown[name], true, "{name}");
    }
    workspace.applied(config);
}

#[test]
fn a_default_comes_back_and_an_initial_value_does_not() {
    let workspace = Workspace::new();
    let state = workspace.applied(
        r#"resource "conformance_planning" "p" {
             name    = "p"
             tier    = "premium"
             level   = 9
             options = { cipher = "weak" }
           }"#,
    );
    assert_eq!(state["p"]["tier"], "premium");
    let state = workspace.applied(r#"resource "conformance_planning" "p" { name = "p" }"#);
    assert_eq!(state["p"]["tier"], "standard");
    assert_eq!(state["p"]["level"], 9);
    assert_eq!(state["p"]["options"], json!({"cipher": "weak", "token": "token"}));
}

#[test]
fn a_computed_value_of_any_type_changes_its_type_and_private_data_is_kept() {
    let workspace = Workspace::new();
    let config = |level| format!("resource \"conformance_planning\" \"p\" {{\n name = \"p\"\n level = {level}\n}}");
    let state = workspace.applied(&config(1));
    assert_eq!((&state["p"]["any"], &state["p"]["revision"]), (&json!(true), &json!(1)));
    let change = &workspace.planned(&config(2))["p"];
    assert_eq!((&change["after_unknown"]["any"], &change["after_unknown"]["id"]), (&json!(true), &json!(null)));
    let state = workspace.applied(&config(2));
    assert_eq!((&state["p"]["any"], &state["p"]["revision"]), (&json!(2), &json!(2)));
    // A refresh in between does not lose it.
    workspace.succeeds(&["apply", "-refresh-only", "-auto-approve"]);
    assert_eq!(workspace.applied(&config(3))["p"]["revision"], 3);
}

#[test]
fn elements_of_sets_get_their_defaults_one_by_one() {
    let workspace = Workspace::new();
    let state = workspace.applied(
        r#"resource "conformance_planning" "p" {
             name  = "p"
             rules = [{ key = "a" }, { key = "b", weight = 1 }, { key = "a", weight = 2 }]
             steps = [{ key = "a" }, { key = "b", weight = 1 }]
             rule { key = "a" }
             rule {
               key    = "b"
               weight = 1
             }
           }"#,
    );
    let rule = |key: &str, weight: i64| json!({"key": key, "weight": weight, "label": "none"});
    let sorted = |value: &serde_json::Value| {
        let mut texts: Vec<_> = value.as_array().into_iter().flatten().map(ToString::to_string).collect();
        texts.sort();
        texts
    };
    assert_eq!(sorted(&state["p"]["rules"]), sorted(&json!([rule("a", 10), rule("a", 2), rule("b", 1)])));
    assert_eq!(state["p"]["steps"], json!([rule("a", 10), rule("b", 1)]));
    assert_eq!(sorted(&state["p"]["rule"]), sorted(&json!([rule("a", 10), rule("b", 1)])));

    // Another order is no change; another value is one, to that element only.
    let state = workspace.applied(
        r#"resource "conformance_planning" "p" {
             name  = "p"
             rules = [{ key = "b", label = "l" }, { key = "a" }]
             rule { key = "c" }
           }"#,
    );
    let labelled = json!({"key": "b", "weight": 10, "label": "l"});
    assert_eq!(sorted(&state["p"]["rules"]), sorted(&json!([rule("a", 10), labelled])));
    assert_eq!(state["p"]["rule"], json!([rule("c", 10)]));
}

/// The Go framework fails here with "Duplicate Set Element".
#[test]
fn elements_that_a_default_makes_the_same_are_one() {
    let workspace = Workspace::new();
    let state = workspace.applied(
        r#"resource "conformance_planning" "p" {
             name  = "p"
             rules = [{ key = "a" }, { key = "a", weight = 10 }]
             rule { key = "a" }
             rule {
               key    = "a"
               weight = 10
             }
           }"#,
    );
    let rule = json!([{"key": "a", "weight": 10, "label": "none"}]);
    assert_eq!((&state["p"]["rules"], &state["p"]["rule"]), (&rule, &rule));
}

#[test]
fn a_change_that_needs_a_new_object_replaces_it() {
    let workspace = Workspace::new();
    let config =
        |zone: &str| format!("resource \"conformance_planning\" \"p\" {{\n name = \"p\"\n zone = \"{zone}\"\n}}");
    workspace.applied(&config("a"));
    let change = &workspace.planned(&config("b"))["p"];
    assert_eq!(change["actions"], json!(["delete", "create"]));
    assert_eq!(change["replace_paths"], json!([["zone"]]));
    assert_eq!(change["after_unknown"]["id"], true);
    assert_eq!(workspace.applied(&config("b"))["p"]["revision"], 1);
}

#[test]
fn timeouts_are_kept_and_reach_the_operation() {
    let workspace = Workspace::new();
    let config = |timeouts: &str| format!("resource \"conformance_planning\" \"p\" {{\n name = \"p\"\n {timeouts}\n}}");
    let state = workspace.applied(&config(""));
    assert_eq!((&state["p"]["timeouts"], &state["p"]["seconds"]), (&json!(null), &json!(60)));
    let state = workspace.applied(&config("timeouts = { update = \"120s\" }"));
    assert_eq!(state["p"]["timeouts"]["update"], "120s");
    assert_eq!(state["p"]["seconds"], 120);
}

#[test]
fn an_imported_object_is_read_and_then_changed() {
    let workspace = Workspace::new();
    workspace.write("resource \"conformance_planning\" \"p\" {\n name = \"imported\"\n}");
    workspace.succeeds(&["import", "conformance_planning.p", "imported"]);
    assert_eq!(workspace.attributes()["p"]["id"], "imported");
    workspace.apply();
    assert_eq!(workspace.attributes()["p"]["tier"], "standard");
}
