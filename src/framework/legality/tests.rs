//! The rules one by one, and the property that core's own proposal breaks none.

mod apply;
mod plan;
mod proposed;

use proptest::prelude::*;

use super::testing::{arb_config, arb_maybe_prior, arb_prior, arb_schema, completed, withheld};
use super::*;
use crate::framework::codec::msgpack;
use crate::framework::schema::{AttributeKind, Block, NestedBlock, Object, SchemaKind};
use crate::framework::types::Type;

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_schemas_pass_their_check(schema in arb_schema()) {
        prop_assert_eq!(schema.check(SchemaKind::Resource), []);
    }

    #[test]
    fn the_proposal_without_write_only_values_is_a_legal_plan(
        (schema, prior, config) in arb_schema().prop_flat_map(|schema| {
            let values = (arb_maybe_prior(&schema), arb_config(&schema));
            (Just(schema), values).prop_map(|(schema, (prior, config))| (schema, prior, config))
        })
    ) {
        let planned = withheld(&schema, &proposed_new(&schema, &prior, &config));
        prop_assert_eq!(check_plan(&schema, &prior, &config, &planned), []);
        let new = completed(&schema, &planned);
        prop_assert_eq!(check_apply(&schema, &planned, &new), []);
        prop_assert_eq!(check_final_plan(&schema, &planned, &new), []);
    }

    #[test]
    fn what_was_applied_and_is_configured_the_same_needs_no_change(
        (schema, config) in arb_schema().prop_flat_map(|schema| {
            let config = arb_prior(&schema);
            (Just(schema), config)
        })
    ) {
        // A prior value is a legal configuration, but for what is only computed.
        let proposed = proposed_new(&schema, &config, &config);
        prop_assert_eq!(&proposed, &config);
    }

    #[test]
    fn values_of_schemas_survive_the_wire(
        (schema, config) in arb_schema().prop_flat_map(|schema| {
            let config = arb_config(&schema);
            (Just(schema), config)
        })
    ) {
        let bytes = msgpack::encode(&config, schema.ty()).unwrap();
        prop_assert_eq!(msgpack::decode(&bytes, schema.ty()).unwrap(), config);
    }
}

const OPTIONAL: [bool; 2] = [true, false];
const COMPUTED: [bool; 2] = [false, true];
const BOTH: [bool; 2] = [true, true];

fn attribute(name: &'static str, [optional, computed]: [bool; 2], kind: AttributeKind) -> Attribute {
    Attribute { optional, computed, ..Attribute::new(name, kind) }
}

fn text(name: &'static str, flags: [bool; 2]) -> Attribute {
    attribute(name, flags, AttributeKind::Plain(Type::String))
}

fn plain(flags: [bool; 2], ty: Type) -> Attribute {
    attribute("a", flags, AttributeKind::Plain(ty))
}

fn secret(name: &'static str) -> Attribute {
    Attribute { write_only: true, ..text(name, OPTIONAL) }
}

/// Nested attributes `o`, optional, and `c`, optional and computed.
fn nested(nesting: Nesting, flags: [bool; 2]) -> Attribute {
    let attributes = vec![text("o", OPTIONAL), text("c", BOTH)];
    attribute("a", flags, AttributeKind::Nested(nesting, Object { attributes, ..Object::default() }))
}

/// A block `a` with the attributes of [`nested`].
fn block(nesting: BlockNesting) -> NestedBlock {
    block_of(nesting, vec![text("o", OPTIONAL), text("c", BOTH)])
}

fn block_of(nesting: BlockNesting, attributes: Vec<Attribute>) -> NestedBlock {
    let block = Block { attributes, ..Block::default() };
    NestedBlock { name: "a".into(), block, nesting, min_items: 0, max_items: 0 }
}

fn schema(attributes: Vec<Attribute>, blocks: Vec<NestedBlock>) -> Schema {
    Schema::new(0, Block { attributes, blocks, ..Block::default() })
}

fn of(attribute: &Attribute) -> Schema {
    schema(vec![attribute.clone()], vec![])
}

fn within(block: &NestedBlock) -> Schema {
    schema(vec![], vec![block.clone()])
}

/// The object `{a = value}`.
fn a(value: impl Into<Raw>) -> Raw {
    Raw::object([("a", value.into())])
}

/// The object of [`nested`]; an empty text is null.
fn oc(o: &str, c: &str) -> Raw {
    let text = |text: &str| if text.is_empty() { Raw::Null } else { text.into() };
    Raw::object([("o", text(o)), ("c", text(c))])
}

/// The same with `c` unknown.
fn oc_unknown(o: &str) -> Raw {
    Raw::object([("o", Raw::from(o)), ("c", Raw::unknown())])
}

fn list(elements: impl IntoIterator<Item = Raw>) -> Raw {
    Raw::List(elements.into_iter().collect())
}

fn any(own: Type, value: impl Into<Raw>) -> Raw {
    Raw::Typed(Box::new(own), Box::new(value.into()))
}

fn number(text: &str) -> Raw {
    Raw::Number(text.parse().unwrap())
}

fn shown(violations: &[Violation]) -> String {
    violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
