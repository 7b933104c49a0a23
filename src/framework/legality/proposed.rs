//! What Terraform core proposes before it asks for a plan (objchange `ProposedNew`).

use std::collections::BTreeMap;

use super::{NULL, as_block, carried, member, objects};
use crate::framework::raw::Raw;
use crate::framework::schema::{Attribute, AttributeKind, Block, BlockNesting, NestedBlock, Nesting, Object, Schema};

/// `proposed_new_state`: the configuration, with the prior values of computed attributes that it leaves unset. Write-only attributes are
/// still in it. Null for a null configuration, which means destroy.
pub fn proposed_new(schema: &Schema, prior: &Raw, config: &Raw) -> Raw {
    if config.is_null() { Raw::Null } else { propose_block(&schema.block, prior, config) }
}

fn propose_block(block: &Block, prior: &Raw, config: &Raw) -> Raw {
    let empty;
    let prior = match prior {
        Raw::Null if config.is_null() => return Raw::Null,
        Raw::Null => {
            empty = empty_block(block);
            &empty
        }
        prior => prior,
    };
    if config.is_null() || config.is_unknown() {
        return prior.clone();
    }
    let mut members = propose_attributes(&block.attributes, prior, config);
    for nested in &block.blocks {
        let [prior, config] = [prior, config].map(|object| carried::opened(nested, member(object, &nested.name)));
        let value = propose_nested_block(nested, &prior, &config);
        members.insert(nested.name.to_string(), carried::closed(nested, value));
    }
    Raw::Map(members)
}

/// What an empty block of configuration is read as.
fn empty_block(block: &Block) -> Raw {
    let attributes = block.attributes.iter().map(|a| (a.name.to_string(), Raw::Null));
    let blocks = block.blocks.iter().map(|nested| {
        let empty = match nested.nesting {
            BlockNesting::Single => Raw::Null,
            BlockNesting::Group => empty_block(&nested.block),
            BlockNesting::List => Raw::List(Vec::new()),
            BlockNesting::Set => Raw::Set(Vec::new()),
            BlockNesting::Map => Raw::Map(BTreeMap::new()),
        };
        (nested.name.to_string(), carried::closed(nested, empty))
    });
    Raw::Map(attributes.chain(blocks).collect())
}

fn propose_nested_block(nested: &NestedBlock, prior: &Raw, config: &Raw) -> Raw {
    match nested.nesting {
        // Unknown as a whole: from a `dynamic` over something unknown.
        _ if config.is_unknown() => config.clone(),
        BlockNesting::Single if config.is_null() => Raw::Null,
        nesting => propose_elements(nesting, Inner::Block(&nested.block), prior, config),
    }
}

fn propose_attributes(attributes: &[Attribute], prior: &Raw, config: &Raw) -> BTreeMap<String, Raw> {
    let propose = |attribute: &Attribute| {
        let [prior, config] = [prior, config].map(|object| member(object, &attribute.name));
        (attribute.name.to_string(), propose_attribute(attribute, prior, config))
    };
    attributes.iter().map(propose).collect()
}

fn propose_attribute(attribute: &Attribute, prior: &Raw, config: &Raw) -> Raw {
    if attribute.computed && config.is_null() {
        // What only a configuration can have set was removed from it.
        let removed = match &attribute.kind {
            AttributeKind::Nested(nesting, object) => attribute.optional && configured(*nesting, object, prior),
            AttributeKind::Plain(_) => false,
        };
        return if removed { config.clone() } else { prior.clone() };
    }
    match &attribute.kind {
        AttributeKind::Nested(nesting, object) if !config.is_null() && !config.is_unknown() => {
            propose_elements(as_block(*nesting), Inner::Object(object), prior, config)
        }
        _ => config.clone(),
    }
}

/// Whether anything in it can only have come from a configuration.
fn configured(nesting: Nesting, object: &Object, prior: &Raw) -> bool {
    objects(as_block(nesting), prior).iter().any(|(_, element)| {
        object.attributes.iter().any(|attribute| {
            let value = member(element, &attribute.name);
            let inside = match &attribute.kind {
                AttributeKind::Nested(nesting, object) => configured(*nesting, object, value),
                AttributeKind::Plain(_) => false,
            };
            !value.is_null() && (!attribute.computed || inside)
        })
    })
}

/// What an element of a nested block or attribute is made of.
#[derive(Clone, Copy)]
enum Inner<'a> {
    Block(&'a Block),
    Object(&'a Object),
}

impl Inner<'_> {
    fn propose(self, prior: &Raw, config: &Raw) -> Raw {
        match self {
            Self::Block(block) => propose_block(block, prior, config),
            Self::Object(_) if config.is_null() => Raw::Null,
            Self::Object(object) => Raw::Map(propose_attributes(&object.attributes, prior, config)),
        }
    }
}

fn propose_elements(nesting: BlockNesting, inner: Inner<'_>, prior: &Raw, config: &Raw) -> Raw {
    match (nesting, config) {
        (BlockNesting::Single | BlockNesting::Group, config) => inner.propose(prior, config),
        (BlockNesting::List, Raw::List(elements)) => {
            // An element that was not there before is taken as it is.
            let propose = |(i, config): (usize, &Raw)| match prior.elements().get(i) {
                Some(prior) => inner.propose(prior, config),
                None => config.clone(),
            };
            Raw::List(elements.iter().enumerate().map(propose).collect())
        }
        (BlockNesting::Map, Raw::Map(members)) => {
            let propose = |(key, config): (&String, &Raw)| match prior {
                Raw::Map(before) if before.contains_key(key) => (key.clone(), inner.propose(&before[key], config)),
                _ => (key.clone(), config.clone()),
            };
            Raw::Map(members.iter().map(propose).collect())
        }
        (BlockNesting::Set, Raw::Set(elements)) => {
            let mut left: Vec<_> = prior.elements().iter().collect();
            Raw::set(elements.iter().map(|config| {
                let found = left.iter().position(|prior| may_come_from(inner, prior, config));
                let prior = found.map_or(NULL, |i| left.remove(i));
                inner.propose(prior, config)
            }))
        }
        (_, config) => config.clone(),
    }
}

/// Whether a prior element may have come from this configuration: it differs only where the configuration is null and the
/// attribute computed.
fn may_come_from(inner: Inner<'_>, prior: &Raw, config: &Raw) -> bool {
    if prior == config {
        return true;
    }
    let (attributes, blocks): (&[_], &[_]) = match inner {
        Inner::Block(block) => (&block.attributes, &block.blocks),
        Inner::Object(object) => (&object.attributes, &[]),
    };
    let attribute = |attribute: &Attribute| {
        let [prior, config] = [prior, config].map(|object| member(object, &attribute.name));
        match &attribute.kind {
            _ if prior == config => true,
            AttributeKind::Nested(nesting, object) => {
                all_may_come_from(as_block(*nesting), Inner::Object(object), prior, config)
            }
            AttributeKind::Plain(_) => attribute.computed && config.is_null(),
        }
    };
    let block = |nested: &NestedBlock| {
        let [prior, config] = [prior, config].map(|object| member(object, &nested.name));
        prior == config || all_may_come_from(nested.nesting, Inner::Block(&nested.block), prior, config)
    };
    attributes.iter().all(attribute) && blocks.iter().all(block)
}

fn all_may_come_from(nesting: BlockNesting, inner: Inner<'_>, prior: &Raw, config: &Raw) -> bool {
    // Sets inside of sets cannot be matched: they have to be equal, and these are not.
    if nesting == BlockNesting::Set {
        return false;
    }
    let (before, now) = (objects(nesting, prior), objects(nesting, config));
    let at = |step| now.iter().find(|(other, _)| *other == step).map(|(_, element)| *element);
    before.into_iter().all(|(step, prior)| at(step).is_some_and(|config| may_come_from(inner, prior, config)))
}
