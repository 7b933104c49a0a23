//! Every kind of attribute and block: unset, set, changed.

use serde_json::{Value, json};

use crate::workspace::Workspace;

#[test]
fn what_is_not_configured_is_null_and_blocks_are_empty() {
    let workspace = Workspace::new();
    let state = workspace.applied(
        r#"
        resource "conformance_kinds" "kinds" {}
        resource "conformance_blocks" "blocks" {}
        "#,
    );
    let set = |values: &Value| -> Vec<_> {
        let members = values.as_object().into_iter().flatten();
        members.filter(|(_, value)| !value.is_null()).map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(set(&state["kinds"]), ["id"]);
    let expected = json!({
        "id": "blocks", "one": null, "one_any": null, "list": [], "set": [], "map": {}, "group": {"number": null, "string": null},
    });
    assert_eq!(state["blocks"], expected);
}

#[test]
fn attributes_of_every_type_are_kept_and_changed() {
    let workspace = Workspace::new();
    let first = r#"
        resource "conformance_kinds" "k" {
          bool   = true
          string = "one"
          int    = 1
          number = 1.5
          list   = ["a", "b", "a"]
          set    = ["b", "a", "b"]
          map    = { a = 1, b = 0.1 }
          object = { string = "s", number = 1 }
          deep   = [{ a = { string = "s", number = 1 } }, {}]
        }"#;
    let state = workspace.applied(first);
    let expected = json!({
        "bool": true, "string": "one", "int": 1, "number": 1.5, "list": ["a", "b", "a"], "set": ["a", "b"],
        "map": {"a": 1, "b": 0.1}, "object": {"string": "s", "number": 1},
        "deep": [{"a": {"string": "s", "number": 1}}, {}],
    });
    assert_includes(&state["k"], &expected);

    let second = r#"
        resource "conformance_kinds" "k" {
          bool   = false
          string = ""
          int    = -9007199254740993
          number = 9223372036854775809
          list   = []
          set    = []
          map    = {}
          object = { string = null, number = 2 }
          deep   = [{}]
        }"#;
    let state = workspace.applied(second);
    let expected = json!({
        "bool": false, "string": "", "int": -9_007_199_254_740_993_i64, "number": 9_223_372_036_854_775_809_u64, "list": [], "set": [],
        "map": {}, "object": {"string": null, "number": 2}, "deep": [{}],
    });
    assert_includes(&state["k"], &expected);

    let state = workspace.applied(r#"resource "conformance_kinds" "k" {}"#);
    assert_includes(&state["k"], &json!({"list": null, "set": null, "map": null, "object": null, "string": null}));
}

#[test]
fn nested_attributes_of_every_nesting_are_kept_and_changed() {
    let workspace = Workspace::new();
    let first = r#"
        resource "conformance_kinds" "k" {
          single      = { string = "s", numbers = [1, 2.5], leaves = [{ string = "l" }] }
          single_list = [{ string = "b" }, { string = "a" }]
          single_set  = [{ string = "b" }, { string = "a" }, { string = "b" }]
          single_map  = { x = { string = "a" }, y = {} }
        }"#;
    let state = workspace.applied(first);
    let branch = |string: Value| json!({"string": string, "numbers": null, "leaves": null});
    let expected = json!({
        "single": {"string": "s", "numbers": [1, 2.5], "leaves": [{"string": "l", "number": null}]},
        "single_list": [branch("b".into()), branch("a".into())],
        "single_set": [branch("a".into()), branch("b".into())],
        "single_map": {"x": branch("a".into()), "y": branch(Value::Null)},
    });
    assert_includes(&state["k"], &expected);

    let second = r#"
        resource "conformance_kinds" "k" {
          single      = { string = "t", numbers = [], leaves = [] }
          single_list = []
          single_set  = [{ string = "c" }, { string = "a" }]
          single_map  = { y = { string = "b" } }
        }"#;
    let state = workspace.applied(second);
    let expected = json!({
        "single": {"string": "t", "numbers": [], "leaves": []},
        "single_list": [],
        "single_set": [branch("a".into()), branch("c".into())],
        "single_map": {"y": branch("b".into())},
    });
    assert_includes(&state["k"], &expected);
}

#[test]
fn blocks_of_every_nesting_are_kept_and_changed() {
    let workspace = Workspace::new();
    let first = r#"
        resource "conformance_blocks" "b" {
          one {
            string = "s"
            object = { string = "o" }
            leaf { number = 1 }
            leaf { number = 2 }
          }
          group { string = "g" }
          list { string = "b" }
          list { string = "a" }
          set { string = "b" }
          set { string = "a" }
          map "x" { string = "m" }
        }"#;
    let state = workspace.applied(first);
    let leaf = |string: Value, number: Value| json!({"string": string, "number": number});
    let twig = |string: &str| json!({"string": string, "object": null, "leaf": []});
    let expected = json!({
        "one": {
            "string": "s",
            "object": leaf("o".into(), Value::Null),
            "leaf": [leaf(Value::Null, 1.into()), leaf(Value::Null, 2.into())],
        },
        "group": leaf("g".into(), Value::Null),
        "list": [twig("b"), twig("a")],
        "set": [leaf("a".into(), Value::Null), leaf("b".into(), Value::Null)],
        "map": {"x": leaf("m".into(), Value::Null)},
    });
    assert_includes(&state["b"], &expected);

    let second = r#"
        resource "conformance_blocks" "b" {
          list { string = "a" }
          set { string = "c" }
          map "y" { number = 1 }
        }"#;
    let state = workspace.applied(second);
    let expected = json!({
        "one": null, "group": leaf(Value::Null, Value::Null), "list": [twig("a")],
        "set": [leaf("c".into(), Value::Null)], "map": {"y": leaf(Value::Null, 1.into())},
    });
    assert_includes(&state["b"], &expected);
}

#[test]
fn a_value_of_any_type_may_change_its_type() {
    let workspace = Workspace::new();
    let values = [
        (r#""text""#, json!("text")),
        ("true", json!(true)),
        ("0.1", json!(0.1)),
        (r#"["a", 1]"#, json!(["a", 1])),
        (r#"tolist(["a"])"#, json!(["a"])),
        (r#"{ a = { b = [null] } }"#, json!({"a": {"b": [null]}})),
        ("null", Value::Null),
    ];
    for (expression, expected) in values {
        let state = workspace.applied(&format!(
            r#"
            resource "conformance_kinds" "k" {{
              any        = {expression}
              single_any = {{ any = {expression}, string = "s" }}
            }}
            resource "conformance_blocks" "b" {{
              one_any {{ any = {expression} }}
            }}"#
        ));
        assert_eq!(state["k"]["any"], expected, "{expression}");
        assert_eq!(state["k"]["single_any"]["any"], expected, "{expression}");
        assert_eq!(state["b"]["one_any"]["any"], expected, "{expression}");
    }
}

#[test]
fn values_come_from_other_resources_and_variables() {
    let workspace = Workspace::new();
    let state = workspace.var("text", "given").applied(
        r#"
        variable "text" { type = string }
        resource "conformance_kinds" "first" { string = var.text }
        resource "conformance_kinds" "second" {
          string = conformance_kinds.first.id
          list   = [conformance_kinds.first.id, "-"]
          set    = [conformance_kinds.first.id, "kinds"]
          any    = conformance_kinds.first.id
          single = { string = conformance_kinds.first.id }
          single_set = [{ string = conformance_kinds.first.id }, { string = "kinds" }]
        }"#,
    );
    assert_eq!(state["first"]["string"], "given");
    // In the plan the elements of the sets were two; they turned out to be one.
    let branch = json!({"string": "kinds", "numbers": null, "leaves": null});
    let expected = json!({
        "string": "kinds", "list": ["kinds", "-"], "set": ["kinds"], "any": "kinds", "single": branch, "single_set": [branch],
    });
    assert_includes(&state["second"], &expected);
}

fn assert_includes(values: &Value, expected: &Value) {
    for (name, expected) in expected.as_object().into_iter().flatten() {
        assert_eq!(&values[name], expected, "{name}");
    }
}

#[test]
fn ephemeral_values_of_every_kind_are_what_was_configured() {
    let kinds = r#"
        bool        = true
        string      = "one"
        int         = -9007199254740993
        number      = 0.1
        any         = [true, "two"]
        list        = ["a", "b", "a"]
        set         = ["b", "a"]
        map         = { a = 1, b = 2.5 }
        object      = { string = "s", number = 1 }
        deep        = [{ a = { string = "s", number = 1 } }, {}]
        single      = { string = "s", numbers = [1, 2], leaves = [{ number = 3 }] }
        single_list = [{ numbers = [] }, {}]
        single_set  = [{ string = "in a set" }]
        single_map  = { k = { string = "in a map" } }
        single_any  = null
    "#;
    let leaf = |string: Value, number: Value| json!({"string": string, "number": number});
    let branch = |string: Value, numbers: Value| json!({"string": string, "numbers": numbers, "leaves": null});
    assert_opened(
        "kinds",
        kinds,
        &json!({
            "id": "opened", "bool": true, "string": "one", "int": -9_007_199_254_740_993_i64, "number": 0.1,
            "any": [true, "two"], "list": ["a", "b", "a"], "set": ["a", "b"], "map": {"a": 1, "b": 2.5},
            "object": leaf(json!("s"), json!(1)), "deep": [{"a": leaf(json!("s"), json!(1))}, {}],
            "single": {"string": "s", "numbers": [1, 2], "leaves": [leaf(Value::Null, json!(3))]},
            "single_list": [branch(Value::Null, json!([])), branch(Value::Null, Value::Null)],
            "single_set": [branch(json!("in a set"), Value::Null)],
            "single_map": {"k": branch(json!("in a map"), Value::Null)},
            "single_any": null,
        }),
    );

    let blocks = r#"
        group { string = "g" }
        set { number = 1 }
        set { number = 2 }
        map "k" { string = "m" }
    "#;
    assert_opened(
        "blocks",
        blocks,
        &json!({
            "id": "opened", "one": null, "one_any": null, "list": [],
            "group": leaf(json!("g"), Value::Null),
            "set": [leaf(Value::Null, json!(1)), leaf(Value::Null, json!(2))],
            "map": {"k": leaf(json!("m"), Value::Null)},
        }),
    );
}

/// Opens an ephemeral resource, and has Terraform compare it: an ephemeral value reaches write-only attributes only, and of those the
/// provider tells the length.
fn assert_opened(kind: &str, body: &str, expected: &Value) {
    let state = Workspace::new().applied(&format!(
        r#"
        ephemeral "conformance_{kind}" "e" {{
          {body}
        }}
        locals {{
          opened   = jsonencode(ephemeral.conformance_{kind}.e)
          expected = jsonencode(jsondecode({:?}))
        }}
        resource "conformance_secret" "s" {{
          string_wo = local.opened == local.expected ? "same" : "another: ${{local.opened}}"
          version   = 1
        }}"#,
        expected.to_string()
    ));
    assert_eq!(state["s"]["lengths"], "4 0", "{kind}: something else than {expected}");
}
