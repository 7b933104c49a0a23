//! Nested blocks.

use cloudvpn::framework::model::{List, Map, Model, Set, Value};
use cloudvpn::framework::raw::Raw;
use cloudvpn::framework::schema::{Block, BlockNesting, NestedBlock};

use super::{Policy, policy};

/// With blocks.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(at_least_one_of(id, rules))]
struct Blocks {
    /// Id.
    #[attr(computed)]
    id: Value<String>,
    /// Timeouts of the operations.
    #[attr(block)]
    timeouts: Value<Policy>,
    /// There.
    #[attr(block(min = 1))]
    there: Value<Policy>,
    /// Rules.
    #[attr(block(min = 1, max = 3), name = "rule", deprecated = "use attributes")]
    rules: Value<List<Outer>>,
    /// Sets.
    #[attr(block)]
    sets: Value<Set<Policy>>,
    /// Maps.
    #[attr(block)]
    maps: Value<Map<Policy>>,
    /// Group.
    #[attr(block(group))]
    group: Value<Policy>,
}

/// Blocks in blocks.
#[derive(Clone, Debug, Default, PartialEq, Model)]
struct Outer {
    /// Inner.
    #[attr(block(max = 2))]
    inner: Value<Vec<Value<Policy>>>,
}

#[test]
fn blocks_are_no_attributes() {
    let Block { attributes, blocks, rules, .. } = Blocks::block();
    assert_eq!(attributes.iter().map(|a| &*a.name).collect::<Vec<_>>(), ["id"]);
    assert_eq!(rules[0].to_string(), r#"at least one of "id", "rule""#);
    let shape: Vec<_> = blocks.iter().map(|b| (&*b.name, b.nesting, b.min_items, b.max_items)).collect();
    assert_eq!(
        shape,
        [
            ("timeouts", BlockNesting::Single, 0, 0),
            ("there", BlockNesting::Single, 1, 1),
            ("rule", BlockNesting::List, 1, 3),
            ("sets", BlockNesting::Set, 0, 0),
            ("maps", BlockNesting::Map, 0, 0),
            ("group", BlockNesting::Group, 0, 0),
        ]
    );
}

#[test]
fn a_block_has_the_content_of_its_struct_and_the_description_of_its_field() {
    let blocks = Blocks::blocks();
    let find = |name| blocks.iter().find(|b: &&NestedBlock| b.name == name).unwrap();
    let timeouts = &find("timeouts").block;
    assert_eq!(timeouts.description, "Timeouts of the operations.");
    assert_eq!(timeouts.attributes.len(), 2);
    assert_eq!(timeouts.rules.len(), 1);
    assert_eq!(timeouts.deprecated, None);
    let rule = &find("rule").block;
    assert_eq!(rule.deprecated.as_deref(), Some("use attributes"));
    assert_eq!(rule.blocks[0].name, "inner");
    assert_eq!((rule.blocks[0].nesting, rule.blocks[0].max_items), (BlockNesting::List, 2));
}

#[test]
fn blocks_go_through_the_codec() {
    let raw = Raw::object([
        ("id", Raw::unknown()),
        ("timeouts", Raw::Null),
        ("there", policy("a")),
        ("rule", Raw::List(vec![Raw::object([("inner", Raw::List(vec![policy("b")]))])])),
        ("sets", Raw::set([policy("c"), policy("d")])),
        ("maps", Raw::object([("k", policy("e"))])),
        ("group", Raw::object([("local", Raw::Null), ("remote", Raw::Null)])),
    ]);
    let blocks = Blocks::from_raw(&raw).unwrap();
    assert_eq!(blocks.sets.known().unwrap().len(), 2);
    assert_eq!(blocks.to_raw(), raw);
}
