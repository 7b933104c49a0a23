//! Rules for one value alone: its type, write-only attributes, unknowns.

use super::{Violation, Walk, as_block, attribute_step, carried, member, objects};
use crate::framework::path::Step;
use crate::framework::raw::Raw;
use crate::framework::schema::{Attribute, AttributeKind, Block, Schema};
use crate::framework::types::Type;

/// The value has the schema's type.
pub(super) fn check(schema: &Schema, value: &Raw) -> Vec<Violation> {
    let mut walk = Walk::default();
    walk.conforms(schema.ty(), value);
    walk.found
}

/// Write-only attributes are null at every depth.
pub(super) fn write_only(schema: &Schema, value: &Raw, message: &'static str) -> Vec<Violation> {
    let mut walk = Walk::default();
    walk.block_withholds(&schema.block, value, message);
    walk.found
}

/// Nothing is unknown.
pub(super) fn unknown(schema: &Schema, value: &Raw) -> Vec<Violation> {
    let mut walk = Walk::default();
    walk.known(schema.ty(), value);
    walk.found
}

impl Walk {
    fn conforms(&mut self, ty: &Type, value: &Raw) {
        match (ty, value) {
            (_, Raw::Null | Raw::Unknown(_))
            | (Type::String, Raw::String(_))
            | (Type::Number, Raw::Number(_))
            | (Type::Bool, Raw::Bool(_)) => {}
            (Type::Dynamic, Raw::Typed(own, value)) if **own != Type::Dynamic => self.conforms(own, value),
            (Type::List(ty), Raw::List(elements)) => {
                for (i, element) in (0..).zip(elements) {
                    self.inside(Some(Step::Index(i)), |walk| walk.conforms(ty, element));
                }
            }
            (Type::Set(ty), Raw::Set(elements)) => {
                elements.iter().for_each(|element| self.inside_set(|walk| walk.conforms(ty, element)));
            }
            (Type::Tuple(types), Raw::List(elements)) if types.len() == elements.len() => {
                for (i, (ty, element)) in (0..).zip(types.iter().zip(elements)) {
                    self.inside(Some(Step::Index(i)), |walk| walk.conforms(ty, element));
                }
            }
            (Type::Map(ty), Raw::Map(members)) => {
                for (key, value) in members {
                    self.inside(Some(Step::Key(key.clone())), |walk| walk.conforms(ty, value));
                }
            }
            (Type::Object(types), Raw::Map(members)) => {
                for (name, ty) in types {
                    match members.get(name) {
                        Some(value) => self.inside(step(name), |walk| walk.conforms(ty, value)),
                        None => self.report(format!("attribute {name:?} is required")),
                    }
                }
                for name in members.keys().filter(|name| !types.contains_key(*name)) {
                    self.report(format!("unsupported attribute {name:?}"));
                }
            }
            (ty, _) => self.report(format!("{ty} required")),
        }
    }

    /// Whatever is found below is said once, of the set.
    fn inside_set(&mut self, visit: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        visit(&mut inner);
        for violation in inner.found {
            self.report(violation.message);
        }
    }

    fn block_withholds(&mut self, block: &Block, object: &Raw, message: &'static str) {
        self.attributes_withhold(&block.attributes, object, message);
        for nested in &block.blocks {
            self.inside(Some(Step::Attribute(nested.name.clone())), |walk| {
                let value = carried::opened(nested, member(object, &nested.name));
                for (step, object) in objects(nested.nesting, &value) {
                    walk.inside(step, |walk| walk.block_withholds(&nested.block, object, message));
                }
            });
        }
    }

    fn attributes_withhold(&mut self, attributes: &[Attribute], object: &Raw, message: &'static str) {
        if !matches!(object, Raw::Map(_)) {
            return;
        }
        for attribute in attributes {
            self.inside(attribute_step(attribute), |walk| {
                let value = member(object, &attribute.name);
                if attribute.write_only && !value.is_null() {
                    walk.report(message);
                } else if let AttributeKind::Nested(nesting, inner) = &attribute.kind {
                    for (step, object) in objects(as_block(*nesting), value) {
                        walk.inside(step, |walk| walk.attributes_withhold(&inner.attributes, object, message));
                    }
                }
            });
        }
    }

    fn known(&mut self, ty: &Type, value: &Raw) {
        match (ty, value) {
            (_, Raw::Unknown(_)) => self.report("unknown where only a plan may be"),
            (Type::Set(_), value) if !value.is_wholly_known() => self.report("unknown where only a plan may be"),
            (_, Raw::Typed(own, value)) => self.known(own, value),
            (Type::List(ty), Raw::List(elements)) => {
                for (i, element) in (0..).zip(elements) {
                    self.inside(Some(Step::Index(i)), |walk| walk.known(ty, element));
                }
            }
            (Type::Tuple(types), Raw::List(elements)) => {
                for (i, (ty, element)) in (0..).zip(types.iter().zip(elements)) {
                    self.inside(Some(Step::Index(i)), |walk| walk.known(ty, element));
                }
            }
            (Type::Map(ty), Raw::Map(members)) => {
                for (key, value) in members {
                    self.inside(Some(Step::Key(key.clone())), |walk| walk.known(ty, value));
                }
            }
            (Type::Object(types), Raw::Map(members)) => {
                for (name, value) in members {
                    if let Some(ty) = types.get(name) {
                        self.inside(step(name), |walk| walk.known(ty, value));
                    }
                }
            }
            _ => {}
        }
    }
}

fn step(name: &str) -> Option<Step> {
    Some(Step::Attribute(name.to_owned().into()))
}
