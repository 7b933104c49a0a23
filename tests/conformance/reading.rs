//! Data sources, functions.

use serde_json::json;

use crate::workspace::Workspace;

#[test]
fn a_data_source_is_read_while_planning_or_during_apply() {
    let workspace = Workspace::new();
    let state = workspace.applied(
        r#"
        resource "conformance_kinds" "k" {}
        data "conformance_echo" "now" {
          value = { a = [1, "x"] }
          texts = ["a", "b"]
        }
        data "conformance_echo" "later" { value = conformance_kinds.k.id }
        "#,
    );
    assert_eq!((&state["now"]["result"], &state["now"]["count_of_texts"]), (&json!({"a": [1, "x"]}), &json!(2)));
    assert_eq!(state["later"]["result"], "kinds");
}

#[test]
fn functions_take_and_give_values_of_any_type() {
    let workspace = Workspace::new();
    workspace.applied(
        r#"
        resource "conformance_kinds" "k" { any = provider::conformance::same(9223372036854775809) }
        output "types" { value = provider::conformance::describe("/", "s", true, 1, tolist(["a"]), { a = 1 }) }
        output "nothing" { value = provider::conformance::describe("/") }
        output "same" { value = provider::conformance::same({ a = [1, null], b = "x" }) }
        # OpenTofu calls no function with a null of no type.
        output "null" { value = provider::conformance::same(tostring(null)) == null }
        output "later" { value = provider::conformance::describe("/", conformance_kinds.k.id) }
        "#,
    );
    assert_eq!(workspace.output("types"), "string/bool/number/list of string/object");
    assert_eq!(workspace.output("nothing"), "");
    assert_eq!(workspace.output("same"), json!({"a": [1, null], "b": "x"}));
    assert_eq!(workspace.output("null"), true);
    assert_eq!(workspace.output("later"), "string");
}

#[test]
fn a_function_blames_its_argument() {
    let workspace = Workspace::new();
    workspace.write(r#"output "types" { value = provider::conformance::describe("", 1) }"#);
    let said = workspace.plan_fails();
    assert!(said.contains("separator") && said.contains("The separator is empty."), "{said}");
}
