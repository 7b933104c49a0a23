//! Numbers are texts of any precision: none is squeezed through a float.

use crate::workspace::Workspace;

#[test]
fn numbers_are_kept_digit_by_digit() {
    let workspace = Workspace::new();
    let (cents, googol) = (format!("0.01{}3", "0".repeat(153)), format!("1{}", "0".repeat(100)));
    for (expression, digits) in [
        // In Terraform's 512 bits, as in any binary float, this is not 0.01.
        ("1 - 0.99", cents.as_str()),
        ("0.1", "0.1"),
        ("9007199254740993", "9007199254740993"),
        ("18446744073709551616", "18446744073709551616"),
        ("340282346638528859811704183484516925440", "340282346638528859811704183484516925440"),
        ("1e100", googol.as_str()),
        ("-0.30000000000000004", "-0.30000000000000004"),
        ("1.1897314953572317650857593266280070162e+50", "118973149535723176508575932662800701620000000000000"),
    ] {
        let config = format!(
            r#"
            resource "conformance_kinds" "k" {{
              number = {expression}
              map    = {{ n = {expression} }}
              any    = {expression}
              single = {{ numbers = [{expression}] }}
            }}
            output "text" {{ value = tostring(conformance_kinds.k.number) }}
            output "equal" {{
              value = alltrue([for n in [
                conformance_kinds.k.map["n"], conformance_kinds.k.any, conformance_kinds.k.single.numbers[0]
              ] : n == conformance_kinds.k.number])
            }}"#
        );
        workspace.applied(&config);
        assert_eq!(workspace.output("equal"), true, "{expression}");
        assert_eq!(workspace.output("text"), digits, "{expression}");
    }
}

#[test]
fn the_same_number_in_another_spelling_is_no_change() {
    let workspace = Workspace::new();
    workspace.applied(r#"resource "conformance_kinds" "k" { number = 1000 }"#);
    let changes = workspace.planned(r#"resource "conformance_kinds" "k" { number = 1e3 }"#);
    assert_eq!(changes["k"]["actions"][0], "no-op");
    let changes = workspace.planned(r#"resource "conformance_kinds" "k" { number = 1000.0000000000000000000000001 }"#);
    assert_eq!(changes["k"]["actions"][0], "update");
}

#[test]
fn a_whole_number_is_asked_for_where_only_one_fits() {
    let workspace = Workspace::new();
    workspace.write(r#"resource "conformance_kinds" "k" { int = 1.5 }"#);
    let said = workspace.plan_fails();
    assert!(said.contains("whole number"), "{said}");
    workspace.write(r#"resource "conformance_kinds" "k" { int = 9223372036854775808 }"#);
    workspace.plan_fails();
}
