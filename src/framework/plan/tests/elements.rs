//! Plans of what lists, sets and maps hold.

use super::*;

#[test]
fn elements_of_lists_are_paired_by_index_and_those_of_maps_by_key() {
    let inner = || [optional("a"), computed("id")];
    let attributes = || [both_of("list", Nesting::List, inner()), both_of("map", Nesting::Map, inner())];
    let prior = object([
        ("list", Raw::List(vec![element("x", "1".into()), element("y", "2".into())])),
        ("map", object([("k", element("x", "1".into())), ("gone", element("y", "2".into()))])),
    ]);
    let config = object([
        ("list", Raw::List(vec![element("y", Raw::Null), element("x", Raw::Null), element("z", Raw::Null)])),
        ("map", object([("k", element("y", Raw::Null)), ("new", element("x", Raw::Null))])),
    ]);
    let expected = object([
        ("list", Raw::List(vec![element("y", "1".into()), element("x", "2".into()), element("z", Raw::unknown())])),
        ("map", object([("k", element("y", "1".into())), ("new", element("x", Raw::unknown()))])),
    ]);
    assert_eq!(plan(attributes(), prior, config), expected);
}

#[test]
fn an_unknown_or_null_element_stays_what_it_is() {
    let list = both_of("list", Nesting::List, [optional("a")]);
    let config = object([("list", Raw::List(vec![Raw::unknown(), Raw::Null]))]);
    assert_eq!(plan([list], Raw::Null, config.clone()), config);
}

#[test]
fn elements_of_sets_are_paired_by_what_is_configured() {
    let prior = [element("x", "1".into()), element("y", "2".into())];
    let planned = in_set([optional("a"), computed("id")], prior, [element("y", Raw::Null), element("z", Raw::Null)]);
    assert_eq!(planned, Raw::set([element("y", "2".into()), element("z", Raw::unknown())]));
}

#[test]
fn an_element_that_leaves_more_open_does_not_take_the_partner_of_another() {
    // In the order of a set, null comes first: it must not take "1", which only the second can have.
    let prior = [element("x", "1".into()), element("x", "2".into())];
    let config = [element("x", Raw::Null), element("x", "1".into())];
    assert_eq!(in_set([optional("a"), both("id")], prior.clone(), config), Raw::set(prior));
}

#[test]
fn partners_are_found_even_when_others_have_to_move() {
    let value = |a: &str, b: &str| object([("a", Raw::from(a)), ("b", Raw::from(b))]);
    let prior = [value("1", "1"), value("1", "2")];
    let config = [object([("a", "1".into()), ("b", Raw::Null)]), object([("a", Raw::Null), ("b", "1".into())])];
    assert_eq!(in_set([both("a"), both("b")], prior.clone(), config), Raw::set(prior));
}

#[test]
fn what_is_computed_deep_inside_does_not_part_an_element_from_its_partner() {
    let inner = |id: Raw| Raw::List(vec![element("x", id)]);
    let outer = |id: Raw| object([("a", "y".into()), ("list", inner(id))]);
    let attributes = [optional("a"), both_of("list", Nesting::List, [optional("a"), computed("id")])];
    let planned = in_set(attributes, [outer("1".into())], [outer(Raw::Null)]);
    assert_eq!(planned, Raw::set([outer("1".into())]));
}

#[test]
fn nothing_changes_in_a_set_with_defaults_of_which_nothing_changed() {
    let with_default = || [optional("a"), Attribute { default: Some("d".into()), ..both("id") }];
    let config = || [element("x", Raw::Null), element("x", "2".into()), element("y", Raw::Null)];
    let state = [element("x", "d".into()), element("x", "2".into()), element("y", "d".into())];
    assert_eq!(in_set(with_default(), [], config()), Raw::set(state.clone()));
    assert_eq!(in_set(with_default(), state.clone(), config()), Raw::set(state));
}

/// Terraform wants as many elements planned as there are in the configuration ("count in plan disagrees with count in config").
#[test]
fn elements_that_a_default_makes_the_same_are_both_planned() {
    let with_default = || [optional("a"), Attribute { default: Some("d".into()), ..both("id") }];
    let config = || [element("x", Raw::Null), element("x", "d".into())];
    let planned = in_set(with_default(), [], config());
    assert_eq!(planned, Raw::set([element("x", "d".into()), element("x", Raw::unknown())]));
    let mut wanted = object([("set", planned)]);
    with_defaults_in_sets(&block_of([both_of("set", Nesting::Set, with_default())]), &mut wanted);
    assert_eq!(wanted.get("set"), &Raw::set([element("x", "d".into())]));
    // And once they became one, that is no change.
    let state = [element("x", "d".into())];
    assert_eq!(in_set(with_default(), state.clone(), config()), Raw::set(state));
}

/// Once it is known, it may turn out to be the older one, which keeps what it has.
#[test]
fn an_element_that_is_not_known_yet_is_not_promised_an_initial_value() {
    let attributes = || [optional("a"), Attribute { initial: Some("i".into()), ..both("id") }];
    let config = |a: Raw| [object([("a", a), ("id", Raw::Null)])];
    let planned = |a| in_set(attributes(), [element("x", "1".into())], config(a)).elements()[0].get("id").clone();
    assert_eq!(planned(Raw::unknown()), Raw::unknown());
    assert_eq!(planned("x".into()), "1".into());
    assert_eq!(planned("y".into()), "i".into());
}

#[test]
fn set_blocks_are_filled_as_sets_are() {
    let inner = Block { attributes: vec![optional("a"), computed("id")], ..Block::default() };
    let nested = NestedBlock { name: "b".into(), block: inner, nesting: BlockNesting::Set, min_items: 0, max_items: 0 };
    let block = Block { blocks: vec![nested], ..Block::default() };
    let value = |elements: [Raw; 2]| object([("b", Raw::set(elements))]);
    let prior = value([element("x", "1".into()), element("y", "2".into())]);
    let config = value([element("z", Raw::Null), element("x", Raw::Null)]);
    assert_eq!(planned(&block, &prior, &config), value([element("x", "1".into()), element("z", Raw::unknown())]));
}

#[test]
fn blocks_inside_tell_elements_of_a_set_apart() {
    let block_of = |name: &'static str, nesting, attributes, blocks| NestedBlock {
        name: name.into(),
        block: Block { attributes, blocks, ..Block::default() },
        nesting,
        min_items: 0,
        max_items: 0,
    };
    let inner = block_of("i", BlockNesting::Single, vec![optional("a")], vec![]);
    let outer = block_of("o", BlockNesting::Set, vec![computed("id")], vec![inner]);
    let block = Block { blocks: vec![outer], ..Block::default() };
    let value = |a: &str, id: Raw| object([("id", id), ("i", object([("a", a.into())]))]);
    let prior = object([("o", Raw::set([value("x", "1".into()), value("y", "2".into())]))]);
    let config = object([("o", Raw::set([value("y", Raw::Null), value("z", Raw::Null)]))]);
    let expected = object([("o", Raw::set([value("y", "2".into()), value("z", Raw::unknown())]))]);
    assert_eq!(planned(&block, &prior, &config), expected);
}

/// A list of blocks with a value of any type inside travels as a tuple, whose type has to tell of what is filled in.
#[test]
fn a_value_of_any_type_that_is_kept_brings_its_type_along() {
    let any = |flags: Attribute| Attribute { kind: AttributeKind::Plain(Type::Dynamic), ..flags };
    let inner = Block { attributes: vec![optional("a"), any(computed("id"))], ..Block::default() };
    let nested =
        NestedBlock { name: "b".into(), block: inner, nesting: BlockNesting::List, min_items: 0, max_items: 0 };
    let block = Block { blocks: vec![nested], ..Block::default() };
    let value = |id: Type, element: Raw| {
        let ty = Type::Tuple(vec![Type::object([("a", Type::String), ("id", id)])]);
        object([("b", Raw::Typed(Box::new(ty), Box::new(Raw::List(vec![element]))))])
    };
    let prior = value(Type::Bool, element("x", true.into()));
    let config = value(Type::Dynamic, element("y", Raw::Null));
    assert_eq!(planned(&block, &prior, &config), value(Type::Bool, element("y", true.into())));
    assert_eq!(planned(&block, &Raw::Null, &config), value(Type::Dynamic, element("y", Raw::unknown())));
}

fn element(a: &str, id: Raw) -> Raw {
    object([("a", a.into()), ("id", id)])
}

/// What a set nested attribute is planned as.
fn in_set<const N: usize>(attributes: [Attribute; 2], prior: impl IntoIterator<Item = Raw>, config: [Raw; N]) -> Raw {
    let set = both_of("set", Nesting::Set, attributes);
    let mut prior = object([("set", Raw::set(prior))]);
    if prior.get("set").elements().is_empty() {
        prior = Raw::Null;
    }
    plan([set], prior, object([("set", Raw::set(config))])).get("set").clone()
}
