//! What core proposes.

use super::*;

fn proposed(schema: &Schema, prior: Raw, config: Raw) -> Raw {
    let prior = if prior.is_null() { Raw::Null } else { a(prior) };
    proposed_new(schema, &prior, &a(config)).get("a").clone()
}

#[test]
fn attributes_come_from_the_configuration_unless_only_computed() {
    let x = || Raw::from("x");
    let old = || Raw::from("old");
    let table = [
        (OPTIONAL, Raw::Null, x(), x()),
        (OPTIONAL, old(), x(), x()),
        (OPTIONAL, old(), Raw::unknown(), Raw::unknown()),
        (OPTIONAL, old(), Raw::Null, Raw::Null),
        (COMPUTED, Raw::Null, Raw::Null, Raw::Null),
        (COMPUTED, old(), Raw::Null, old()),
        (BOTH, old(), Raw::Null, old()),
        (BOTH, old(), x(), x()),
    ];
    for (flags, prior, config, expected) in table {
        assert_eq!(proposed(&of(&text("a", flags)), prior, config), expected, "{flags:?}");
    }
    assert_eq!(proposed(&of(&secret("a")), Raw::Null, x()), x(), "write-only attributes are still in it");
    assert_eq!(proposed_new(&of(&secret("a")), &a("old"), &Raw::Null), Raw::Null);
}

#[test]
fn nested_attributes_are_merged_element_by_element() {
    let map = |value: Raw| Raw::object([("k", value)]);
    let table = [
        (Nesting::Single, oc("x", "old"), oc("y", ""), oc("y", "old")),
        (Nesting::Single, Raw::Null, oc("y", ""), oc("y", "")),
        (Nesting::List, list([oc("x", "old")]), list([oc("y", ""), oc("z", "")]), list([oc("y", "old"), oc("z", "")])),
        (Nesting::Map, map(oc("x", "old")), map(oc("y", "")), map(oc("y", "old"))),
        (Nesting::Map, map(oc("x", "old")), Raw::object([("l", oc("y", ""))]), Raw::object([("l", oc("y", ""))])),
        (Nesting::Set, Raw::set([oc("x", "old")]), Raw::set([oc("x", "")]), Raw::set([oc("x", "old")])),
        (Nesting::Set, Raw::set([oc("x", "old")]), Raw::set([oc("y", "")]), Raw::set([oc("y", "")])),
        (Nesting::List, list([oc("x", "old")]), Raw::unknown(), Raw::unknown()),
    ];
    for (nesting, prior, config, expected) in table {
        assert_eq!(proposed(&of(&nested(nesting, OPTIONAL)), prior, config), expected, "{nesting:?}");
    }
}

#[test]
fn computed_nested_attributes_stay_unless_their_configuration_was_removed() {
    let schema = of(&nested(Nesting::Single, BOTH));
    assert_eq!(proposed(&schema, oc("", "old"), Raw::Null), oc("", "old"));
    assert_eq!(proposed(&schema, oc("was configured", "old"), Raw::Null), Raw::Null);
    let only = of(&nested(Nesting::List, COMPUTED));
    assert_eq!(proposed(&only, list([oc("x", "old")]), Raw::Null), list([oc("x", "old")]));
}

#[test]
fn blocks_are_merged_element_by_element() {
    let map = |value: Raw| Raw::object([("k", value)]);
    let table = [
        (BlockNesting::Single, oc("x", "old"), oc("y", ""), oc("y", "old")),
        (BlockNesting::Single, oc("x", "old"), Raw::Null, Raw::Null),
        (BlockNesting::Group, oc("x", "old"), oc("", ""), oc("", "old")),
        (BlockNesting::List, list([oc("x", "old")]), list([oc("y", "")]), list([oc("y", "old")])),
        (BlockNesting::List, list([oc("x", "old")]), list([]), list([])),
        (BlockNesting::List, list([oc("x", "old")]), Raw::unknown(), Raw::unknown()),
        (BlockNesting::Map, map(oc("x", "old")), map(oc("y", "")), map(oc("y", "old"))),
        (BlockNesting::Set, Raw::set([oc("x", "old")]), Raw::set([oc("x", "")]), Raw::set([oc("x", "old")])),
    ];
    for (nesting, prior, config, expected) in table {
        assert_eq!(proposed(&within(&block(nesting)), prior, config), expected, "{nesting:?}");
    }
}

#[test]
fn a_list_of_blocks_with_any_types_stays_a_tuple() {
    let schema = within(&block_of(BlockNesting::List, vec![plain(OPTIONAL, Type::Dynamic), text("c", BOTH)]));
    let tuple = |ty: Type| Type::Tuple(vec![Type::object([("a", ty), ("c", Type::String)])]);
    let element = |value: Raw, c: Raw| list([Raw::object([("a", value), ("c", c)])]);
    let prior = any(tuple(Type::String), element("x".into(), "old".into()));
    let config = any(tuple(Type::Number), element(1.into(), Raw::Null));
    let expected = any(tuple(Type::Number), element(1.into(), "old".into()));
    assert_eq!(proposed(&schema, prior, config), expected);
}
