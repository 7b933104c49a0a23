//! What exists is never forgotten, whatever fails.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::workspace::Workspace;

#[test]
fn a_create_that_fails_half_way_leaves_a_tainted_object_without_unknowns() {
    let workspace = Workspace::new();
    workspace.write(&misfortune(r#"fail = "create""#));
    let said = workspace.apply_fails();
    assert!(said.contains("Create failed"), "{said}");
    let instance = &workspace.state()["resources"][0]["instances"][0];
    assert_eq!(instance["status"], "tainted");
    assert_eq!((&instance["attributes"]["id"], &instance["attributes"]["address"]), (&json!("made"), &json!(null)));
    let state = workspace.applied(&misfortune(""));
    assert_eq!(state["m"]["address"], "192.0.2.1");
}

#[test]
fn a_create_that_panics_leaves_what_it_saved() {
    let workspace = Workspace::new();
    workspace.write(&misfortune(r#"fail = "panic""#));
    let said = workspace.apply_fails();
    assert!(said.contains("The provider crashed"), "{said}");
    let instance = &workspace.state()["resources"][0]["instances"][0];
    assert_eq!((&instance["status"], &instance["attributes"]["id"]), (&json!("tainted"), &json!("made")));
}

#[test]
fn an_update_that_fails_keeps_what_was_done() {
    let workspace = Workspace::new();
    workspace.applied(&misfortune("size = 1"));
    workspace.write(&misfortune("size = 2\n fail = \"update\""));
    let said = workspace.apply_fails();
    assert!(said.contains("Update failed"), "{said}");
    let state = &workspace.attributes()["m"];
    assert_eq!((&state["size"], &state["fail"], &state["address"]), (&json!(2), &json!(null), &json!("192.0.2.1")));
}

#[test]
fn an_object_that_cannot_be_deleted_stays() {
    let workspace = Workspace::new();
    let file = workspace.path("file");
    fs::write(&file, "").unwrap();
    workspace.applied(&misfortune(&format!("file = {file:?}")));
    workspace.write("");
    let said = workspace.apply_fails();
    assert!(said.contains("Delete failed"), "{said}");
    assert_eq!(workspace.attributes()["m"]["id"], "made");
    fs::remove_file(file).unwrap();
    workspace.apply();
    assert!(workspace.attributes().is_empty());
}

#[test]
fn an_object_that_is_gone_is_made_again() {
    let workspace = Workspace::new();
    let file = workspace.path("gone");
    let config = misfortune(&format!("gone = {file:?}"));
    workspace.applied(&config);
    fs::write(&file, "").unwrap();
    assert_eq!(workspace.planned(&config)["m"]["actions"], json!(["create"]));
}

#[cfg(unix)]
#[test]
fn an_interrupted_create_ends_at_once_and_keeps_what_there_is() {
    let workspace = Workspace::new();
    let file = workspace.path("waiting");
    workspace.write(&misfortune(&format!("file = {file:?}\n fail = \"wait\"")));
    let apply = workspace.start(&["apply", "-auto-approve", "-no-color"]);
    let deadline = Instant::now() + Duration::from_secs(60);
    while !file.exists() {
        assert!(Instant::now() < deadline, "the create does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    apply.interrupt();
    let output = apply.wait();
    assert_eq!(output.code, Some(1), "{}", output.stdout);
    assert!(output.stderr.contains("Create was interrupted"), "{}", output.stderr);
    let instance = &workspace.state()["resources"][0]["instances"][0];
    assert_eq!((&instance["status"], &instance["attributes"]["id"]), (&json!("tainted"), &json!("made")));
}

fn misfortune(attributes: &str) -> String {
    format!("resource \"conformance_misfortune\" \"m\" {{\n {attributes}\n}}")
}
