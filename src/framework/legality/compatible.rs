//! A later value completes an earlier one with unknowns: what was known stays (objchange `AssertObjectCompatible`).

use super::{Violation, Walk, attribute_step, carried, member};
use crate::framework::path::Step;
use crate::framework::raw::{Raw, Refinement};
use crate::framework::schema::{Block, BlockNesting, NestedBlock, Schema};
use crate::framework::types::Type;

pub(super) fn object(schema: &Schema, planned: &Raw, actual: &Raw) -> Vec<Violation> {
    let mut walk = Walk::default();
    walk.completes_block(&schema.block, planned, actual);
    walk.found
}

impl Walk {
    fn completes_block(&mut self, block: &Block, planned: &Raw, actual: &Raw) {
        let root = if self.steps.is_empty() { "Root object " } else { "" };
        match (planned.is_null(), actual.is_null()) {
            (true, true) => return,
            (true, false) => return self.report(format!("{root}was absent, but now present")),
            (false, true) => return self.report(format!("{root}was present, but now absent")),
            (false, false) => {}
        }
        for attribute in &block.attributes {
            let [planned, actual] = [planned, actual].map(|object| member(object, &attribute.name));
            if planned != actual || planned.is_unknown() {
                self.inside(attribute_step(attribute), |walk| walk.completes(&attribute.ty(), planned, actual));
            }
        }
        for nested in &block.blocks {
            let [planned, actual] = [planned, actual].map(|object| member(object, &nested.name));
            self.inside(Some(Step::Attribute(nested.name.clone())), |walk| {
                let [planned, actual] = [planned, actual].map(|value| carried::opened(nested, value));
                walk.completes_nested(nested, &planned, &actual);
            });
        }
    }

    fn completes_nested(&mut self, nested: &NestedBlock, planned: &Raw, actual: &Raw) {
        let block = &nested.block;
        match nested.nesting {
            // A block of a `dynamic` that was unknown may have come to nothing.
            BlockNesting::Single | BlockNesting::Group if planned.is_unknown() && actual.is_null() => {}
            BlockNesting::Single | BlockNesting::Group => self.completes_block(block, planned, actual),
            _ if [planned, actual].iter().any(|value| value.is_null() || value.is_unknown()) => {}
            BlockNesting::List => {
                let (before, now) = (planned.elements(), actual.elements());
                if before.len() != now.len() {
                    return self.report(format!("block count changed from {} to {}", before.len(), now.len()));
                }
                for (i, (planned, actual)) in (0..).zip(before.iter().zip(now)) {
                    self.inside(Some(Step::Index(i)), |walk| walk.completes_block(block, planned, actual));
                }
            }
            BlockNesting::Map => {
                let (Raw::Map(before), Raw::Map(now)) = (planned, actual) else {
                    return;
                };
                for (key, planned) in before {
                    match now.get(key) {
                        Some(actual) => self.inside(Some(Step::Key(key.clone())), |walk| {
                            walk.completes_block(block, planned, actual);
                        }),
                        None => self.report(format!("block key {key:?} has vanished")),
                    }
                }
                for key in now.keys().filter(|key| !before.contains_key(*key)) {
                    self.report(format!("new block key {key:?} has appeared"));
                }
            }
            BlockNesting::Set => {
                self.correlates(planned.elements(), actual.elements(), "block set length", |planned, actual| {
                    // One step keeps "Root object" out of messages that nobody sees.
                    let mut probe = Self { steps: vec![Step::Index(0)], found: Vec::new() };
                    probe.completes_block(block, planned, actual);
                    probe.found.is_empty()
                });
            }
        }
    }

    fn completes(&mut self, ty: &Type, planned: &Raw, actual: &Raw) {
        match (ty, planned, actual) {
            (Type::Dynamic, Raw::Typed(own, planned), Raw::Typed(other, actual)) if conforms(own, other) => {
                self.completes(own, planned, actual);
            }
            (Type::Dynamic, Raw::Typed(own, _), _) => self.report(format!("wrong final value type: {own} required")),
            // Without a type, anything goes.
            (Type::Dynamic, _, _) => {}
            (_, Raw::Unknown(refinement), actual) => {
                if !includes(refinement, actual) {
                    self.report("final value does not conform to planning placeholder");
                }
            }
            (_, Raw::Null, Raw::Null) => {}
            (_, Raw::Null, _) => self.report("was null, but now is not"),
            (_, _, Raw::Null) => self.report("was set, but now null"),
            (_, _, Raw::Unknown(_)) => self.report("was known, but now unknown"),
            (Type::List(ty), Raw::List(before), Raw::List(now)) => {
                self.completes_elements(before, now, |_| Some(&**ty));
            }
            (Type::Tuple(types), Raw::List(before), Raw::List(now)) => {
                self.completes_elements(before, now, |i| types.get(i));
            }
            (Type::Map(ty), Raw::Map(before), Raw::Map(now)) => {
                for (key, planned) in before {
                    match now.get(key) {
                        Some(actual) => self.inside(Some(Step::Key(key.clone())), |walk| {
                            walk.completes(ty, planned, actual);
                        }),
                        None => self.report(format!("element {key:?} has vanished")),
                    }
                }
                for key in now.keys().filter(|key| !before.contains_key(*key)) {
                    self.report(format!("new element {key:?} has appeared"));
                }
            }
            (Type::Object(types), planned, actual) => {
                for (name, ty) in types {
                    let [planned, actual] = [planned, actual].map(|object| member(object, name));
                    self.inside(Some(Step::Attribute(name.clone().into())), |walk| walk.completes(ty, planned, actual));
                }
            }
            (Type::Set(ty), planned, actual) => {
                self.correlates(planned.elements(), actual.elements(), "length", |planned, actual| {
                    let mut probe = Self::default();
                    probe.completes(ty, planned, actual);
                    probe.found.is_empty()
                });
            }
            (_, planned, actual) if planned == actual => {}
            _ => self.report("was one value, but now another"),
        }
    }

    fn completes_elements<'t>(&mut self, before: &[Raw], now: &[Raw], ty: impl Fn(usize) -> Option<&'t Type>) {
        for (i, planned) in before.iter().enumerate() {
            match (ty(i), now.get(i)) {
                (Some(ty), Some(actual)) => {
                    let step = Step::Index(i64::try_from(i).unwrap_or(i64::MAX));
                    self.inside(Some(step), |walk| walk.completes(ty, planned, actual));
                }
                _ => self.report(format!("element {i} has vanished")),
            }
        }
        for i in before.len()..now.len() {
            self.report(format!("new element {i} has appeared"));
        }
    }

    /// Elements of sets have no identity: each needs one on the other side that it could have become, or have come from.
    fn correlates(&mut self, before: &[Raw], now: &[Raw], length: &str, becomes: impl Fn(&Raw, &Raw) -> bool) {
        let mut matched = (vec![false; before.len()], vec![false; now.len()]);
        for (i, planned) in before.iter().enumerate() {
            for (j, actual) in now.iter().enumerate() {
                if !(matched.0[i] && matched.1[j]) && becomes(planned, actual) {
                    (matched.0[i], matched.1[j]) = (true, true);
                }
            }
        }
        if matched.0.contains(&false) {
            self.report("planned set element does not correlate with any element in actual");
        } else if matched.1.contains(&false) {
            self.report("actual set element does not correlate with any element in plan");
        }
        // Elements may turn out to be the same one, but never more.
        if before.len() < now.len() {
            self.report(format!("{length} changed from {} to {}", before.len(), now.len()));
        }
    }
}

/// Whether a value brings the type that was promised; what was promised as any type may be of any.
fn conforms(promised: &Type, actual: &Type) -> bool {
    match (promised, actual) {
        (Type::Dynamic, _) => true,
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Map(a), Type::Map(b)) => conforms(a, b),
        (Type::Tuple(a), Type::Tuple(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| conforms(a, b)),
        (Type::Object(a), Type::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| conforms(a, b)))
        }
        (a, b) => a == b,
    }
}

/// Whether an unknown with these refinements can have become this value.
fn includes(refinement: &Refinement, actual: &Raw) -> bool {
    let count = |len: usize| {
        let len = len as u64;
        refinement.min_length.is_none_or(|min| min <= len) && refinement.max_length.is_none_or(|max| len <= max)
    };
    match actual {
        Raw::Null => !refinement.not_null,
        Raw::String(text) => refinement.prefix.as_ref().is_none_or(|prefix| text.starts_with(prefix)),
        Raw::Number(n) => {
            let above = |(low, inclusive): &(_, bool)| n > low || (*inclusive && n == low);
            let below = |(high, inclusive): &(_, bool)| n < high || (*inclusive && n == high);
            refinement.lower.as_ref().is_none_or(above) && refinement.upper.as_ref().is_none_or(below)
        }
        Raw::Set(_) if !actual.is_wholly_known() => true,
        Raw::List(elements) | Raw::Set(elements) => count(elements.len()),
        Raw::Map(members) => count(members.len()),
        Raw::Unknown(_) | Raw::Bool(_) | Raw::Typed(..) => true,
    }
}
