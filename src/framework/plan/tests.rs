//! The rules one by one, and the property that no plan breaks one of Terraform's.

mod elements;
mod property;
mod replace;
mod settle;

use super::*;

#[test]
fn a_configured_value_wins() {
    let attribute = Attribute { default: Some("d".into()), volatile: true, ..both("a") };
    let config = object([("a", "c".into())]);
    assert_eq!(plan([attribute.clone()], Raw::Null, config.clone()), config);
    assert_eq!(plan([attribute], object([("a", "p".into())]), config.clone()), config);
}

#[test]
fn a_configured_value_may_be_unknown() {
    let config = object([("a", Raw::unknown())]);
    assert_eq!(plan([both("a")], object([("a", "p".into())]), config.clone()), config);
}

#[test]
fn a_default_is_planned_on_create_and_update() {
    let attribute = Attribute { default: Some("d".into()), ..both("a") };
    let config = object([("a", Raw::Null)]);
    for prior in [Raw::Null, object([("a", "p".into())]), object([("a", Raw::Null)])] {
        assert_eq!(plan([attribute.clone()], prior, config.clone()), object([("a", "d".into())]));
    }
}

#[test]
fn an_initial_value_is_planned_for_a_new_object_only() {
    let attribute = Attribute { initial: Some("i".into()), ..both("a") };
    let config = object([("a", Raw::Null)]);
    assert_eq!(plan([attribute.clone()], Raw::Null, config.clone()), object([("a", "i".into())]));
    let prior = object([("a", "p".into())]);
    assert_eq!(plan([attribute.clone()], prior.clone(), config.clone()), prior);
    // Stored by an older version, which did not know the attribute.
    let prior = object([("a", Raw::Null)]);
    assert_eq!(plan([attribute], prior.clone(), config), prior);
}

#[test]
fn initial_values_are_shown_for_a_nested_object_that_nobody_configured() {
    let inner = [
        Attribute { initial: Some("i".into()), ..both("initial") },
        Attribute { default: Some("d".into()), ..both("default") },
        both("decided"),
        optional("unset"),
    ];
    let nested = both_of("n", Nesting::Single, inner);
    let config = object([("n", Raw::Null)]);
    let planned = plan([nested], Raw::Null, config.clone());
    let expected =
        object([("initial", "i".into()), ("default", "d".into()), ("decided", Raw::unknown()), ("unset", Raw::Null)]);
    assert_eq!(planned.get("n"), &expected);
    let without = both_of("n", Nesting::Single, [both("decided")]);
    assert_eq!(plan([without], Raw::Null, config), object([("n", Raw::unknown())]));
}

#[test]
fn only_what_is_new_is_unknown() {
    let attributes = || [optional("a"), computed("id")];
    let config = object([("a", "x".into()), ("id", Raw::Null)]);
    assert_eq!(plan(attributes(), Raw::Null, config.clone()), object([("a", "x".into()), ("id", Raw::unknown())]));
    let prior = object([("a", "w".into()), ("id", "1".into())]);
    assert_eq!(plan(attributes(), prior, config), object([("a", "x".into()), ("id", "1".into())]));
}

#[test]
fn a_nested_object_that_is_new_in_an_old_object_has_unknowns() {
    let nested = both_of("n", Nesting::Single, [both("a"), computed("id")]);
    let prior = object([("n", Raw::Null)]);
    let config = object([("n", object([("a", "x".into()), ("id", Raw::Null)]))]);
    let planned = plan([nested], prior, config);
    assert_eq!(planned.get("n"), &object([("a", "x".into()), ("id", Raw::unknown())]));
}

#[test]
fn an_attribute_that_is_not_computed_goes_with_its_configuration() {
    let prior = object([("a", "x".into())]);
    let config = object([("a", Raw::Null)]);
    assert_eq!(plan([optional("a")], prior, config.clone()), config);
}

#[test]
fn a_computed_nested_object_keeps_what_it_was_when_its_configuration_goes() {
    let nested = both_of("n", Nesting::Single, [optional("a"), computed("id")]);
    let prior = object([("n", object([("a", "x".into()), ("id", "1".into())]))]);
    assert_eq!(plan([nested], prior.clone(), object([("n", Raw::Null)])), prior);
}

#[test]
fn null_and_empty_stay_apart() {
    let list = |name| Attribute { kind: AttributeKind::Plain(Type::list(Type::String)), ..optional(name) };
    let nested = |name, nesting| Attribute { computed: false, ..both_of(name, nesting, [optional("a")]) };
    let attributes = || {
        [
            list("plain_null"),
            list("plain_empty"),
            nested("null", Nesting::List),
            nested("list", Nesting::List),
            nested("set", Nesting::Set),
            nested("map", Nesting::Map),
        ]
    };
    let config = object([
        ("plain_null", Raw::Null),
        ("plain_empty", Raw::List(vec![])),
        ("null", Raw::Null),
        ("list", Raw::List(vec![])),
        ("set", Raw::set([])),
        ("map", object([])),
    ]);
    assert_eq!(plan(attributes(), Raw::Null, config.clone()), config);
    let prior = Raw::Map(config_of(&config, |value| if value.is_null() { Raw::List(vec![]) } else { Raw::Null }));
    assert_eq!(plan(attributes(), prior, config.clone()), config);
}

#[test]
fn what_is_volatile_is_open_in_an_update_and_in_nothing_else() {
    let volatile = |name| Attribute { volatile: true, ..computed(name) };
    let inner = || [optional("a"), volatile("v")];
    let nested = |name, nesting| both_of(name, nesting, inner());
    let attributes = || {
        [
            optional("a"),
            volatile("v"),
            Attribute { default: Some("d".into()), volatile: true, ..both("default") },
            nested("configured", Nesting::Single),
            nested("kept", Nesting::Single),
            nested("list", Nesting::List),
            nested("kept_set", Nesting::Set),
        ]
    };
    let element = |v: Raw| object([("a", "x".into()), ("v", v)]);
    let value = |a: &str, v: &Raw, kept: bool| {
        let kept = |value: Raw| if kept { value } else { Raw::Null };
        object([
            ("a", a.into()),
            ("v", v.clone()),
            ("default", kept("d".into())),
            ("configured", element(v.clone())),
            ("kept", kept(element(v.clone()))),
            ("list", Raw::List(vec![element(v.clone())])),
            ("kept_set", kept(Raw::set([element(v.clone())]))),
        ])
    };
    let prior = value("x", &"1".into(), true);
    assert_eq!(plan(attributes(), prior.clone(), value("x", &Raw::Null, false)), prior);
    assert_eq!(plan(attributes(), prior, value("y", &Raw::Null, false)), value("y", &Raw::unknown(), true));
}

#[test]
fn write_only_values_are_in_no_plan() {
    let secret = || Attribute { write_only: true, ..optional("s") };
    let nested = |name, nesting| both_of(name, nesting, [secret(), optional("a")]);
    let block = |name: &'static str, nesting| NestedBlock {
        name: name.into(),
        block: Block { attributes: vec![secret(), optional("a")], ..Block::default() },
        nesting,
        min_items: 0,
        max_items: 0,
    };
    let block = Block {
        attributes: vec![
            secret(),
            nested("single", Nesting::Single),
            nested("list", Nesting::List),
            nested("map", Nesting::Map),
            both_of("deep", Nesting::Single, [nested("list", Nesting::List)]),
        ],
        blocks: vec![block("block", BlockNesting::Single), block("blocks", BlockNesting::List)],
        ..Block::default()
    };
    let value = |s: Raw| {
        let inner = object([("s", s.clone()), ("a", "x".into())]);
        object([
            ("s", s),
            ("single", inner.clone()),
            ("list", Raw::List(vec![inner.clone()])),
            ("map", object([("k", inner.clone())])),
            ("deep", object([("list", Raw::List(vec![inner.clone()]))])),
            ("block", inner.clone()),
            ("blocks", Raw::List(vec![inner])),
        ])
    };
    assert_eq!(planned(&block, &Raw::Null, &value("hush".into())), value(Raw::Null));
    let mut state = value("hush".into());
    without_write_only(&block, &mut state);
    assert_eq!(state, value(Raw::Null));
    // A provider's answer may hold one even where there is no configuration.
    let leaked = planned(&block, &value("hush".into()), &object([("blocks", Raw::List(vec![]))]));
    assert_eq!(leaked.get("single"), value(Raw::Null).get("single"));
}

#[test]
fn a_dynamic_block_over_something_unknown_stays_unknown() {
    for nesting in [BlockNesting::List, BlockNesting::Set, BlockNesting::Map, BlockNesting::Single] {
        let inner = Block { attributes: vec![optional("a"), computed("id")], ..Block::default() };
        let nested = NestedBlock { name: "b".into(), block: inner, nesting, min_items: 0, max_items: 0 };
        let block = Block { blocks: vec![nested], ..Block::default() };
        let config = object([("b", Raw::unknown())]);
        assert_eq!(planned(&block, &Raw::Null, &config), config);
        assert_eq!(planned(&block, &object([("b", Raw::Null)]), &config), config);
    }
}

fn plan(attributes: impl Into<Vec<Attribute>>, prior: Raw, config: Raw) -> Raw {
    planned(&block_of(attributes), &prior, &config)
}

fn block_of(attributes: impl Into<Vec<Attribute>>) -> Block {
    Block { attributes: attributes.into(), ..Block::default() }
}

fn object<const N: usize>(members: [(&str, Raw); N]) -> Raw {
    Raw::object(members)
}

fn config_of(object: &Raw, of: impl Fn(&Raw) -> Raw) -> std::collections::BTreeMap<String, Raw> {
    match object {
        Raw::Map(members) => members.iter().map(|(name, value)| (name.clone(), of(value))).collect(),
        _ => panic!("an object"),
    }
}

fn text(name: &'static str) -> Attribute {
    Attribute::new(name, AttributeKind::Plain(Type::String))
}

fn optional(name: &'static str) -> Attribute {
    Attribute { optional: true, ..text(name) }
}

fn computed(name: &'static str) -> Attribute {
    Attribute { computed: true, ..text(name) }
}

fn both(name: &'static str) -> Attribute {
    Attribute { optional: true, ..computed(name) }
}

fn both_of(name: &'static str, nesting: Nesting, attributes: impl Into<Vec<Attribute>>) -> Attribute {
    let object = Object { attributes: attributes.into(), ..Object::default() };
    Attribute { kind: AttributeKind::Nested(nesting, object), ..both(name) }
}
