//! Actions, which Terraform has since 1.14 and OpenTofu has not.

use serde_json::Value;

use crate::workspace::Workspace;

/// A directory for a Terraform that has actions; says plainly if the one at hand has none.
fn workspace() -> Option<Workspace> {
    let workspace = Workspace::new();
    let text = workspace.succeeds(&["version"]);
    let line = text.lines().next().unwrap_or_default();
    let version = line.strip_prefix("Terraform v").unwrap_or_default();
    let mut numbers = version.split(['.', '-']).map_while(|number| number.parse::<u32>().ok());
    let has_actions = (numbers.next(), numbers.next()) >= (Some(1), Some(14));
    if !has_actions {
        eprintln!("skipped: actions need Terraform 1.14 or later, this is {line}");
    }
    has_actions.then_some(workspace)
}

/// An action, and a resource that triggers it when it is made; the text may name another resource.
fn triggered(config: &str) -> String {
    format!(
        r#"
        resource "terraform_data" "other" {{ input = "known later" }}
        resource "terraform_data" "t" {{
          lifecycle {{
            action_trigger {{
              events  = [after_create]
              actions = [action.conformance_note.n]
            }}
          }}
        }}
        {}"#,
        action(config)
    )
}

fn action(config: &str) -> String {
    format!("action \"conformance_note\" \"n\" {{\n config {{\n {config}\n }}\n}}")
}

const INVOKE: &[&str] = &["apply", "-auto-approve", "-invoke=action.conformance_note.n", "-json"];
const APPLY: &[&str] = &["apply", "-auto-approve", "-json"];

/// Runs a command, which ends with `code`: all that it tells.
fn told(workspace: &Workspace, args: &[&str], code: i32) -> String {
    let output = workspace.run(args);
    assert_eq!(output.code, Some(code), "{args:?}:\n{}{}", output.stdout, output.stderr);
    output.stdout
}

/// The diagnostic that says it.
fn diagnostic(told: &str, what: &str) -> Value {
    let lines = told.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut diagnostics = lines.map(|mut line| line["diagnostic"].take());
    let found = diagnostics.find(|diagnostic| diagnostic.to_string().contains(what));
    found.unwrap_or_else(|| panic!("no diagnostic with {what:?} in:\n{told}"))
}

#[test]
fn an_action_runs_when_asked_for_and_by_a_trigger() {
    let Some(workspace) = workspace() else { return };
    let config = "text = \"hello\"\n secret_wo = \"hush\"";
    for (blocks, args) in [(action(config), INVOKE), (triggered(config), APPLY)] {
        workspace.write(&blocks);
        let told = told(&workspace, args, 0);
        assert_eq!(diagnostic(&told, "Will be said")["severity"], "warning");
        assert!(told.contains("saying: hello") && told.contains("a secret of 4 bytes"), "{told}");
        assert!(!told.contains("hush"), "{told}");
    }
}

#[test]
fn what_an_action_gets_may_be_known_only_when_it_runs() {
    let Some(workspace) = workspace() else { return };
    workspace.write(&triggered("text = terraform_data.other.output"));
    let told = told(&workspace, APPLY, 0);
    assert!(told.contains("What, is not known yet."), "{told}");
    assert!(told.contains("saying: known later"), "{told}");
}

#[test]
fn an_action_that_cannot_run_or_fails_says_so() {
    let Some(workspace) = workspace() else { return };
    for (text, summary, began) in [
        ("more than twenty characters", "Wrong length", false),
        ("unplannable", "Cannot be said", false),
        ("too loud", "Too loud", true),
    ] {
        let config = format!("text = {text:?}");
        for (blocks, args) in [(action(&config), INVOKE), (triggered(&config), APPLY)] {
            workspace.write(&blocks);
            let told = told(&workspace, args, 1);
            let error = diagnostic(&told, summary);
            assert_eq!(error["severity"], "error");
            // What is said after validation, Terraform shows at the trigger or nowhere.
            let code = error["snippet"]["code"].as_str().unwrap_or_default();
            assert!(summary != "Wrong length" || code.contains("text ="), "{error}");
            assert_eq!(told.contains("saying: "), began, "{told}");
        }
    }
}

#[test]
fn an_action_that_panics_is_an_error() {
    let Some(workspace) = workspace() else { return };
    workspace.write(&action("text = \"too many\""));
    let told = told(&workspace, INVOKE, 1);
    assert_eq!(diagnostic(&told, "The provider crashed")["severity"], "error");
}
