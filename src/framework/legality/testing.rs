//! Proptest strategies: types, values, schemas that pass their check, and the values that Terraform may send for them.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::{NULL, as_block, carried, member};
use crate::framework::number::Number;
use crate::framework::raw::{Raw, Refinement};
use crate::framework::schema::{Attribute, AttributeKind, Block, BlockNesting, NestedBlock, Nesting, Object, Schema};
use crate::framework::types::Type;

/// Any type, up to three levels deep.
pub(crate) fn arb_type() -> BoxedStrategy<Type> {
    types(prop_oneof![4 => primitive(), 1 => Just(Type::Dynamic)].boxed(), 3)
}

/// Any value of a type, with nulls and unknowns at every depth.
pub(crate) fn arb_value(ty: &Type) -> BoxedStrategy<Raw> {
    value(ty, true)
}

/// A resource's schema with everything that is legal.
pub(crate) fn arb_schema() -> BoxedStrategy<Schema> {
    arb_block(2, Inside::default()).prop_map(|block| Schema::new(0, block)).boxed()
}

/// A configuration that passes Terraform's validation: required attributes set, computed ones not, perhaps unknown, whole
/// blocks too.
pub(crate) fn arb_config(schema: &Schema) -> BoxedStrategy<Raw> {
    block_value(&schema.block, Role::Config)
}

/// A stored object: known, write-only attributes null.
pub(crate) fn arb_prior(schema: &Schema) -> BoxedStrategy<Raw> {
    block_value(&schema.block, Role::Prior)
}

/// The value with write-only attributes null at every depth.
pub(crate) fn withheld(schema: &Schema, value: &Raw) -> Raw {
    withhold_block(&schema.block, value)
}

/// What an apply may make of a plan: every unknown replaced by something that keeps its promises.
pub(crate) fn completed(schema: &Schema, planned: &Raw) -> Raw {
    withheld(schema, &complete_block(&schema.block, planned))
}

fn primitive() -> BoxedStrategy<Type> {
    prop_oneof![Just(Type::String), Just(Type::Number), Just(Type::Bool)].boxed()
}

fn types(leaf: BoxedStrategy<Type>, depth: u32) -> BoxedStrategy<Type> {
    leaf.prop_recursive(depth, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            vec(inner.clone(), 0..3).prop_map(Type::Tuple),
            btree_map("[a-c]", inner, 0..3).prop_map(Type::Object),
        ]
    })
    .boxed()
}

fn value(ty: &Type, unknowns: bool) -> BoxedStrategy<Raw> {
    let typed_null = match ty {
        Type::Dynamic => types(primitive(), 1).prop_map(|own| typed(own, Raw::Null)).boxed(),
        _ => Just(Raw::Null).boxed(),
    };
    let present = present(ty, unknowns);
    if unknowns {
        prop_oneof![8 => present, 1 => Just(Raw::Null), 1 => typed_null, 2 => unknown(ty)].boxed()
    } else {
        prop_oneof![8 => present, 1 => Just(Raw::Null), 1 => typed_null].boxed()
    }
}

/// Neither null nor unknown itself.
fn present(ty: &Type, unknowns: bool) -> BoxedStrategy<Raw> {
    match ty {
        Type::String => text().prop_map(Raw::String).boxed(),
        Type::Number => number().prop_map(Raw::Number).boxed(),
        Type::Bool => any::<bool>().prop_map(Raw::Bool).boxed(),
        Type::Dynamic => types(primitive(), 1)
            .prop_flat_map(move |own| present(&own, unknowns).prop_map(move |value| typed(own.clone(), value)))
            .boxed(),
        Type::List(ty) => vec(value(ty, unknowns), 0..3).prop_map(Raw::List).boxed(),
        Type::Set(ty) => vec(value(ty, unknowns), 0..3).prop_map(Raw::set).boxed(),
        Type::Map(ty) => btree_map("[a-c]", value(ty, unknowns), 0..3).prop_map(Raw::Map).boxed(),
        Type::Tuple(types) => {
            types.iter().map(|ty| value(ty, unknowns)).collect::<Vec<_>>().prop_map(Raw::List).boxed()
        }
        Type::Object(types) => members(types.iter().map(|(name, ty)| (name.clone(), value(ty, unknowns)))),
    }
}

fn members(members: impl Iterator<Item = (String, BoxedStrategy<Raw>)>) -> BoxedStrategy<Raw> {
    let (names, values): (Vec<_>, Vec<_>) = members.unzip();
    values.prop_map(move |values| Raw::Map(names.iter().cloned().zip(values).collect())).boxed()
}

fn unknown(ty: &Type) -> BoxedStrategy<Raw> {
    let refinement = match ty {
        Type::String => (any::<bool>(), proptest::option::of("[a-c]{1,3}"))
            .prop_map(|(not_null, prefix)| Refinement { not_null, prefix, ..Refinement::default() })
            .boxed(),
        Type::Number => (any::<bool>(), proptest::option::of(number()))
            .prop_map(|(not_null, bound)| {
                let lower = bound.map(|n| (n, true));
                Refinement { not_null, upper: lower.clone(), lower, ..Refinement::default() }
            })
            .boxed(),
        Type::List(_) | Type::Map(_) => (any::<bool>(), proptest::option::of(0_u64..3))
            .prop_map(|(not_null, length)| Refinement {
                not_null,
                min_length: length,
                max_length: length,
                ..Refinement::default()
            })
            .boxed(),
        Type::Dynamic => Just(Refinement::default()).boxed(),
        _ => any::<bool>().prop_map(|not_null| Refinement { not_null, ..Refinement::default() }).boxed(),
    };
    let plain = refinement.prop_map(|refinement| Raw::Unknown(Box::new(refinement)));
    if *ty != Type::Dynamic {
        return plain.boxed();
    }
    let typed = types(primitive(), 1).prop_map(|own| typed(own, Raw::unknown()));
    prop_oneof![plain, typed].boxed()
}

fn text() -> BoxedStrategy<String> {
    prop_oneof![3 => "[ab]{0,2}", 1 => "\\PC{0,4}".prop_map(|text| text.nfc().collect())].boxed()
}

fn number() -> BoxedStrategy<Number> {
    let parse = |text: String| text.parse().expect("digits with an optional point are a number");
    prop_oneof![
        3 => (-3_i64..300).prop_map(Number::from),
        1 => any::<i64>().prop_map(Number::from),
        1 => any::<u64>().prop_map(Number::from),
        1 => "-?[1-9][0-9]{0,30}\\.[0-9]{1,30}".prop_map(parse),
    ]
    .boxed()
}

fn typed(own: Type, value: Raw) -> Raw {
    Raw::Typed(Box::new(own), Box::new(value))
}

/// What an attribute stands in, as far as it limits the attribute.
#[derive(Clone, Copy, Default)]
struct Inside {
    set: bool,
    repeated: bool,
    computed: bool,
    write_only: bool,
}

fn arb_block(depth: u32, inside: Inside) -> BoxedStrategy<Block> {
    let blocks = if depth == 0 { 0..1 } else { 0..3 };
    let nesting = prop_oneof![
        Just(BlockNesting::Single),
        Just(BlockNesting::List),
        Just(BlockNesting::Set),
        Just(BlockNesting::Map),
        Just(BlockNesting::Group),
    ];
    let nested = nesting.prop_flat_map(move |nesting| {
        let inside = Inside { set: inside.set || nesting == BlockNesting::Set, ..inside };
        arb_block(depth.saturating_sub(1), inside).prop_map(move |block| NestedBlock {
            name: "".into(),
            block,
            nesting,
            min_items: 0,
            max_items: 0,
        })
    });
    (arb_attributes(depth, inside), vec(nested, blocks))
        .prop_map(|(attributes, mut blocks)| {
            for (i, nested) in blocks.iter_mut().enumerate() {
                nested.name = format!("b{i}").into();
            }
            Block { attributes, blocks, ..Block::default() }
        })
        .boxed()
}

fn arb_attributes(depth: u32, inside: Inside) -> BoxedStrategy<Vec<Attribute>> {
    vec(arb_attribute(depth, inside), 0..4)
        .prop_map(|mut attributes| {
            for (i, attribute) in attributes.iter_mut().enumerate() {
                attribute.name = format!("a{i}").into();
            }
            attributes
        })
        .boxed()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flags {
    Required,
    Optional,
    Computed,
    OptionalComputed,
    WriteOnly { required: bool },
}

fn arb_attribute(depth: u32, inside: Inside) -> BoxedStrategy<Attribute> {
    let secret = any::<bool>().prop_map(|required| Flags::WriteOnly { required });
    let open = prop_oneof![
        Just(Flags::Required),
        Just(Flags::Optional),
        Just(Flags::Computed),
        Just(Flags::OptionalComputed),
    ];
    let flags = match inside {
        Inside { write_only: true, .. } => secret.boxed(),
        Inside { set: true, .. } | Inside { computed: true, .. } => open.boxed(),
        _ => prop_oneof![4 => open, 1 => secret].boxed(),
    };
    let nests = if depth == 0 { Just(false).boxed() } else { prop::bool::weighted(0.4).boxed() };
    (flags, nests, any::<[bool; 4]>())
        .prop_flat_map(move |(flags, nests, [sensitive, replace, volatile, default])| {
            let computed = matches!(flags, Flags::Computed | Flags::OptionalComputed);
            let attribute = Attribute {
                required: matches!(flags, Flags::Required | Flags::WriteOnly { required: true }),
                optional: matches!(
                    flags,
                    Flags::Optional | Flags::OptionalComputed | Flags::WriteOnly { required: false }
                ),
                computed,
                write_only: matches!(flags, Flags::WriteOnly { .. }),
                sensitive,
                replace,
                volatile: computed && volatile,
                ..Attribute::new("", AttributeKind::Plain(Type::String))
            };
            if nests {
                return arb_nested(depth, inside, attribute);
            }
            let dynamic = !inside.set && !inside.repeated;
            let default = default && flags == Flags::OptionalComputed;
            arb_plain_type(dynamic)
                .prop_flat_map(move |ty| {
                    let default = if default { present(&ty, false).prop_map(Some).boxed() } else { Just(None).boxed() };
                    let attribute = Attribute { kind: AttributeKind::Plain(ty), ..attribute.clone() };
                    default.prop_map(move |default| {
                        let default = default.filter(Raw::is_wholly_known);
                        Attribute { default, ..attribute.clone() }
                    })
                })
                .boxed()
        })
        .boxed()
}

fn arb_nested(depth: u32, inside: Inside, attribute: Attribute) -> BoxedStrategy<Attribute> {
    let nesting = prop_oneof![Just(Nesting::Single), Just(Nesting::List), Just(Nesting::Set), Just(Nesting::Map)];
    // All in a write-only attribute is write-only, which nothing in a set can be.
    let nesting = nesting.prop_map({
        let write_only = attribute.write_only;
        move |nesting| if write_only && nesting == Nesting::Set { Nesting::List } else { nesting }
    });
    nesting
        .prop_flat_map(move |nesting| {
            let inside = Inside {
                set: inside.set || nesting == Nesting::Set,
                repeated: inside.repeated || nesting != Nesting::Single,
                computed: inside.computed || attribute.computed,
                write_only: inside.write_only || attribute.write_only,
            };
            let attribute = attribute.clone();
            arb_attributes(depth - 1, inside).prop_map(move |attributes| {
                let kind = AttributeKind::Nested(nesting, Object { attributes, ..Object::default() });
                Attribute { kind, ..attribute.clone() }
            })
        })
        .boxed()
}

fn arb_plain_type(dynamic: bool) -> BoxedStrategy<Type> {
    let fixed = types(primitive(), 2);
    if !dynamic {
        return fixed;
    }
    let with = prop_oneof![
        Just(Type::Dynamic),
        Just(Type::object([("d", Type::Dynamic), ("s", Type::String)])),
        Just(Type::Tuple(vec![Type::Dynamic])),
    ];
    prop_oneof![6 => fixed, 1 => with].boxed()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Config,
    Prior,
}

fn block_value(block: &Block, role: Role) -> BoxedStrategy<Raw> {
    let attributes = block.attributes.iter().map(|a| (a.name.to_string(), attribute_value(a, role)));
    let blocks = block.blocks.iter().map(|nested| (nested.name.to_string(), nested_block_value(nested, role)));
    members(attributes.chain(blocks))
}

fn nested_block_value(nested: &NestedBlock, role: Role) -> BoxedStrategy<Raw> {
    let closing = nested.clone();
    let known = repeated(nested.nesting, block_value(&nested.block, role));
    let known = known.prop_map(move |value| carried::closed(&closing, value));
    match nested.nesting {
        BlockNesting::Single => prop_oneof![3 => known, 1 => Just(Raw::Null)].boxed(),
        BlockNesting::Group => known.boxed(),
        _ if role == Role::Config => prop_oneof![8 => known, 1 => Just(Raw::unknown())].boxed(),
        _ => known.boxed(),
    }
}

fn attribute_value(attribute: &Attribute, role: Role) -> BoxedStrategy<Raw> {
    match role {
        Role::Config if attribute.computed && !attribute.optional => return Just(Raw::Null).boxed(),
        Role::Prior if attribute.write_only => return Just(Raw::Null).boxed(),
        _ => {}
    }
    let unknowns = role == Role::Config;
    let (present, unknown) = match &attribute.kind {
        AttributeKind::Plain(ty) => (present(ty, unknowns), unknown(ty)),
        AttributeKind::Nested(nesting, object) => {
            let element = members(object.attributes.iter().map(|a| (a.name.to_string(), attribute_value(a, role))));
            let element = match nesting {
                Nesting::Single => element,
                _ if unknowns => prop_oneof![12 => element, 1 => Just(Raw::unknown())].boxed(),
                _ => element,
            };
            (repeated(as_block(*nesting), element), Just(Raw::unknown()).boxed())
        }
    };
    match (attribute.required, unknowns) {
        (true, true) => prop_oneof![6 => present, 1 => unknown].boxed(),
        (true, false) => present,
        (false, true) => prop_oneof![4 => present, 4 => Just(Raw::Null), 1 => unknown].boxed(),
        (false, false) => prop_oneof![2 => present, 1 => Just(Raw::Null)].boxed(),
    }
}

fn repeated(nesting: BlockNesting, element: BoxedStrategy<Raw>) -> BoxedStrategy<Raw> {
    match nesting {
        BlockNesting::Single | BlockNesting::Group => element,
        BlockNesting::List => vec(element, 0..3).prop_map(Raw::List).boxed(),
        BlockNesting::Set => vec(element, 0..3).prop_map(Raw::set).boxed(),
        BlockNesting::Map => btree_map("[a-c]", element, 0..3).prop_map(Raw::Map).boxed(),
    }
}

fn withhold_block(block: &Block, object: &Raw) -> Raw {
    let Raw::Map(_) = object else {
        return object.clone();
    };
    let Raw::Map(mut members) = withhold_attributes(&block.attributes, object) else {
        return Raw::Null;
    };
    for nested in &block.blocks {
        let value = carried::opened(nested, member(object, &nested.name));
        let value = each(nested.nesting, &value, |object| withhold_block(&nested.block, object));
        members.insert(nested.name.to_string(), carried::closed(nested, value));
    }
    Raw::Map(members)
}

fn withhold_attributes(attributes: &[Attribute], object: &Raw) -> Raw {
    let Raw::Map(_) = object else {
        return object.clone();
    };
    let withhold = |attribute: &Attribute| {
        let value = member(object, &attribute.name);
        let value = match &attribute.kind {
            _ if attribute.write_only => Raw::Null,
            AttributeKind::Plain(_) => value.clone(),
            AttributeKind::Nested(nesting, inner) => {
                each(as_block(*nesting), value, |object| withhold_attributes(&inner.attributes, object))
            }
        };
        (attribute.name.to_string(), value)
    };
    Raw::Map(attributes.iter().map(withhold).collect())
}

fn each(nesting: BlockNesting, value: &Raw, change: impl Fn(&Raw) -> Raw) -> Raw {
    match (nesting, value) {
        (_, Raw::Null | Raw::Unknown(_)) => value.clone(),
        (BlockNesting::Single | BlockNesting::Group, object) => change(object),
        (_, Raw::List(elements)) => Raw::List(elements.iter().map(change).collect()),
        (_, Raw::Set(elements)) => Raw::set(elements.iter().map(change)),
        (_, Raw::Map(members)) => Raw::Map(members.iter().map(|(k, v)| (k.clone(), change(v))).collect()),
        (_, other) => other.clone(),
    }
}

fn complete_block(block: &Block, object: &Raw) -> Raw {
    let Raw::Map(_) = object else {
        return object.clone();
    };
    let attributes = block.attributes.iter().map(|attribute| {
        let value = complete(&attribute.ty(), member(object, &attribute.name));
        (attribute.name.to_string(), value)
    });
    let blocks = block.blocks.iter().map(|nested| {
        let value = carried::opened(nested, member(object, &nested.name));
        let value = match (&*value, nested.nesting) {
            // A `dynamic` block over nothing.
            (Raw::Unknown(_), BlockNesting::List) => Raw::List(Vec::new()),
            (Raw::Unknown(_), BlockNesting::Set) => Raw::set([]),
            (Raw::Unknown(_), BlockNesting::Map) => Raw::Map(BTreeMap::new()),
            (Raw::Unknown(_), BlockNesting::Single | BlockNesting::Group) => Raw::Null,
            (value, nesting) => each(nesting, value, |object| complete_block(&nested.block, object)),
        };
        (nested.name.to_string(), carried::closed(nested, value))
    });
    Raw::Map(attributes.chain(blocks).collect())
}

fn complete(ty: &Type, value: &Raw) -> Raw {
    match (ty, value) {
        (_, Raw::Unknown(refinement)) => made_up(ty, refinement),
        (_, Raw::Typed(own, value)) => typed((**own).clone(), complete(own, value)),
        (Type::List(ty), Raw::List(elements)) => Raw::List(elements.iter().map(|e| complete(ty, e)).collect()),
        (Type::Set(ty), Raw::Set(elements)) => Raw::set(elements.iter().map(|e| complete(ty, e))),
        (Type::Tuple(types), Raw::List(elements)) => {
            Raw::List(types.iter().zip(elements).map(|(ty, e)| complete(ty, e)).collect())
        }
        (Type::Map(ty), Raw::Map(members)) => {
            Raw::Map(members.iter().map(|(k, v)| (k.clone(), complete(ty, v))).collect())
        }
        (Type::Object(types), object @ Raw::Map(_)) => {
            Raw::Map(types.iter().map(|(name, ty)| (name.clone(), complete(ty, member(object, name)))).collect())
        }
        (_, known) => known.clone(),
    }
}

fn made_up(ty: &Type, refinement: &Refinement) -> Raw {
    let elements = refinement.min_length.unwrap_or(0);
    let unknown = Refinement::default();
    match ty {
        Type::String => Raw::String(refinement.prefix.clone().unwrap_or_default()),
        Type::Number => Raw::Number(refinement.lower.clone().map_or_else(|| Number::from(1_i64), |(n, _)| n)),
        Type::Bool => Raw::Bool(true),
        Type::Dynamic => typed(Type::String, "made up".into()),
        Type::List(ty) => Raw::List((0..elements).map(|_| made_up(ty, &unknown)).collect()),
        Type::Set(_) => Raw::set([]),
        Type::Map(ty) => Raw::Map((0..elements).map(|i| (i.to_string(), made_up(ty, &unknown))).collect()),
        Type::Tuple(types) => Raw::List(types.iter().map(|ty| made_up(ty, &unknown)).collect()),
        Type::Object(types) => {
            let members: BTreeMap<_, _> =
                types.iter().map(|(name, ty)| (name.clone(), made_up(ty, &unknown))).collect();
            Raw::Map(members)
        }
    }
}

/// Prior or nothing: half of all plans create.
pub(crate) fn arb_maybe_prior(schema: &Schema) -> BoxedStrategy<Raw> {
    prop_oneof![Just(NULL.clone()), arb_prior(schema)].boxed()
}
