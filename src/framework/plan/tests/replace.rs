//! When a plan replaces an object.

use super::*;

#[test]
fn a_difference_that_cannot_be_made_in_place_asks_for_replacement() {
    let value = |a: &str, b: &str| object([("a", a.into()), ("b", b.into())]);
    let block = block_of([replacing("a"), optional("b")]);
    assert_eq!(replaced(&block, &value("1", "1"), &value("2", "1")), ["a"]);
    assert!(replaced(&block, &value("1", "1"), &value("1", "2")).is_empty());
    assert!(replaced(&block, &Raw::Null, &value("1", "1")).is_empty());
    assert!(replaced(&block, &value("1", "1"), &Raw::Null).is_empty());
    let open = object([("a", Raw::unknown()), ("b", "1".into())]);
    assert_eq!(replaced(&block, &value("1", "1"), &open), ["a"]);
}

#[test]
fn nested_attributes_are_named_by_their_path() {
    let inner = || [replacing("a"), optional("b")];
    let block = block_of([
        both_of("single", Nesting::Single, inner()),
        both_of("list", Nesting::List, inner()),
        both_of("map", Nesting::Map, inner()),
        both_of("set", Nesting::Set, inner()),
    ]);
    let value = |a: &str| {
        let element = |a: &str| object([("a", a.into()), ("b", a.into())]);
        object([
            ("single", element(a)),
            ("list", Raw::List(vec![element("1"), element(a)])),
            ("map", object([("k", element(a)), ("l", element("1"))])),
            ("set", Raw::set([element(a)])),
        ])
    };
    assert_eq!(replaced(&block, &value("1"), &value("2")), ["single.a", "list[1].a", "map[\"k\"].a"]);
}

#[test]
fn a_whole_nested_attribute_can_ask_for_replacement() {
    let set = Attribute { replace: true, ..both_of("set", Nesting::Set, [optional("a")]) };
    let value = |a: &str| object([("set", Raw::set([object([("a", a.into())])]))]);
    assert_eq!(replaced(&block_of([set]), &value("1"), &value("2")), ["set"]);
}

#[test]
fn only_elements_on_both_sides_are_compared() {
    let block = block_of([both_of("list", Nesting::List, [replacing("a")])]);
    let value =
        |names: &[&str]| object([("list", Raw::List(names.iter().map(|n| object([("a", Raw::from(*n))])).collect()))]);
    assert!(replaced(&block, &value(&["1"]), &value(&["1", "2"])).is_empty());
    assert!(replaced(&block, &value(&["1", "2"]), &value(&["1"])).is_empty());
}

#[test]
fn attributes_of_blocks_ask_for_replacement() {
    let inner = || Block { attributes: vec![replacing("a")], ..Block::default() };
    let nested = |name: &'static str, nesting| NestedBlock {
        name: name.into(),
        block: inner(),
        nesting,
        min_items: 0,
        max_items: 0,
    };
    let block = Block {
        blocks: vec![
            nested("one", BlockNesting::Single),
            nested("many", BlockNesting::List),
            nested("keyed", BlockNesting::Map),
        ],
        ..Block::default()
    };
    let value = |a: &str| {
        let element = object([("a", a.into())]);
        object([
            ("one", element.clone()),
            ("many", Raw::List(vec![element.clone()])),
            ("keyed", object([("k", element)])),
        ])
    };
    assert_eq!(replaced(&block, &value("1"), &value("2")), ["one.a", "many[0].a", "keyed[\"k\"].a"]);
}

/// Terraform refuses a path with a key ("non-existent attribute path") where the value is an object.
#[test]
fn a_map_of_blocks_with_values_of_any_type_has_attributes() {
    let any = Attribute { kind: AttributeKind::Plain(Type::Dynamic), ..replacing("a") };
    let inner = Block { attributes: vec![any], ..Block::default() };
    let nested = NestedBlock { name: "b".into(), block: inner, nesting: BlockNesting::Map, min_items: 0, max_items: 0 };
    let block = Block { blocks: vec![nested], ..Block::default() };
    let value = |a: &str| {
        let ty = Type::object([("k", Type::object([("a", Type::String)]))]);
        let keyed = object([("k", object([("a", a.into())]))]);
        object([("b", Raw::Typed(Box::new(ty), Box::new(keyed)))])
    };
    assert_eq!(replaced(&block, &value("1"), &value("2")), ["b.k.a"]);
}

#[test]
fn nobody_can_see_that_a_write_only_value_changed() {
    let secret = Attribute { write_only: true, ..replacing("s") };
    let value = |s: Raw| object([("s", s)]);
    assert!(replaced(&block_of([secret]), &value(Raw::Null), &value("x".into())).is_empty());
}

fn replacing(name: &'static str) -> Attribute {
    Attribute { replace: true, ..optional(name) }
}

fn replaced(block: &Block, prior: &Raw, planned: &Raw) -> Vec<String> {
    requires_replace(block, prior, planned).iter().map(ToString::to_string).collect()
}
