//! Write-only values reach the provider and nothing else: not the plan, not the state.

use serde_json::{Value, json};

use crate::workspace::Workspace;

#[test]
fn write_only_values_of_every_depth_reach_the_provider_and_no_plan_or_state() {
    let workspace = Workspace::new();
    let config = config(1);
    let after = workspace.planned(&config)["s"]["after"].clone();
    assert_no_secret(&after, "plan");
    let state = workspace.applied(&config);
    assert_eq!(state["s"]["lengths"], LENGTHS);
    assert_no_secret(&workspace.state(), "state");
    assert_eq!(state["s"]["single"], json!({"value_wo": null, "plain": "p"}));

    let state = workspace.applied(&self::config(2).replace("\"hush-0\"", "\"hush-longer\""));
    assert_eq!(state["s"]["lengths"], LENGTHS.replacen('6', "11", 1));
    assert_no_secret(&workspace.state(), "state");
}

#[test]
fn a_changed_write_only_value_alone_is_no_change() {
    let workspace = Workspace::new();
    workspace.applied(&config(1));
    let changes = workspace.planned(&config(1).replace("\"hush-0\"", "\"another\""));
    assert_eq!(changes["s"]["actions"], json!(["no-op"]));
    let changes = workspace.planned(&config(2));
    assert_eq!(changes["s"]["actions"], json!(["update"]));
}

#[test]
fn a_replacement_may_be_asked_for_at_a_write_only_attribute() {
    let workspace = Workspace::new();
    let config = |generation, secret: &str| {
        format!("resource \"conformance_secret\" \"s\" {{\n {secret}\n generation = {generation}\n}}")
    };
    let secret = "string_wo = \"hush\"";
    workspace.applied(&config(1, secret));
    // Not needed any more, until a new one is made.
    workspace.applied(&config(1, ""));
    let change = &workspace.planned(&config(2, secret))["s"];
    assert_eq!((&change["actions"], &change["replace_paths"]), (&json!(["delete", "create"]), &json!([["string_wo"]])));
    workspace.write(&config(2, ""));
    let said = workspace.plan_fails();
    assert!(said.contains("Secret missing"), "{said}");
}

#[test]
fn an_ephemeral_value_can_be_written() {
    let workspace = Workspace::new();
    let state = workspace.applied(
        r#"
        ephemeral "conformance_token" "t" { name = "me" }
        resource "conformance_secret" "s" {
          string_wo = ephemeral.conformance_token.t.token
          version   = 1
        }"#,
    );
    assert_eq!(state["s"]["lengths"], "11 0");
    assert!(!workspace.state().to_string().contains("token-of-me"));
}

#[test]
fn an_object_with_write_only_attributes_can_be_imported() {
    let workspace = Workspace::new();
    workspace.write("resource \"conformance_secret\" \"s\" {\n string_wo = \"hush\"\n version = 1\n}");
    workspace.succeeds(&["import", "conformance_secret.s", "an-id"]);
    let state = workspace.attributes();
    assert_eq!((&state["s"]["id"], &state["s"]["string_wo"]), (&json!("an-id"), &Value::Null));
    workspace.apply();
    assert_eq!(workspace.attributes()["s"]["lengths"], "4 0");
}

#[test]
fn a_state_of_an_older_version_is_upgraded() {
    let workspace = Workspace::new();
    let config = "resource \"conformance_secret\" \"s\" {\n string_wo = \"hush\"\n}";
    workspace.applied(config);
    workspace.change_state(|instance| {
        instance["schema_version"] = 1.into();
        instance["attributes"] = json!({"id": "old", "label": "labelled", "of_no_meaning": [1]});
    });
    let changes = workspace.planned(config);
    assert_eq!(changes["s"]["actions"], json!(["no-op"]));
    let state = workspace.applied(config);
    assert_eq!(state["s"]["name"], "labelled of 1");
    assert_eq!(state["s"]["entry"], json!([]));
}

#[test]
fn a_state_of_this_version_may_lack_attributes_and_have_others() {
    let workspace = Workspace::new();
    let config = "resource \"conformance_blocks\" \"b\" {}";
    workspace.applied(config);
    workspace.change_state(|instance| instance["attributes"] = json!({"id": "blocks", "removed_since": {"a": 1}}));
    let state = workspace.applied(config);
    assert_eq!(state["b"]["list"], json!([]));
}

#[test]
fn an_object_of_another_type_can_be_moved_here() {
    let workspace = Workspace::new();
    workspace.applied("resource \"conformance_planning\" \"p\" {\n name = \"moving\"\n}");
    let state = workspace.applied(
        r#"
        resource "conformance_secret" "s" { string_wo = "hush" }
        moved {
          from = conformance_planning.p
          to   = conformance_secret.s
        }"#,
    );
    assert_eq!((&state["s"]["id"], &state["s"]["name"]), (&json!("moving"), &json!("moving")));

    let workspace = Workspace::new();
    workspace.applied("resource \"conformance_kinds\" \"k\" {}");
    workspace.write(
        r#"
        resource "conformance_secret" "s" { string_wo = "hush" }
        moved {
          from = conformance_kinds.k
          to   = conformance_secret.s
        }"#,
    );
    let said = workspace.plan_fails();
    assert!(said.contains("Not that one"), "{said}");
}

fn assert_no_secret(value: &Value, what: &str) {
    let text = value.to_string();
    assert!(!text.contains("hush") && !text.contains("from the cloud"), "a secret is in the {what}: {text}");
}

fn config(version: u32) -> String {
    format!(
        r#"resource "conformance_secret" "s" {{
             version   = {version}
             string_wo = "hush-0"
             list_wo   = ["hush-00", "hush-000"]
             object_wo = {{ value = "hush-1111" }}
             single    = {{ value_wo = "hush-22222", plain = "p" }}
             map       = {{ a = {{ value_wo = "hush-333333", plain = "p" }} }}
             entry {{
               value_wo = "hush-4444444"
               pair     = {{ value_wo = "hush-55555555", plain = "p" }}
             }}
           }}"#
    )
}

const LENGTHS: &str = "6 7 8 9 10 11 12 13";
