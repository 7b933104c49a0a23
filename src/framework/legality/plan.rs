//! The rules for PlanResourceChange.

use super::{NULL, Violation, Walk, attribute_step, carried, conformity, member};
use crate::framework::path::{Path, Step};
use crate::framework::raw::Raw;
use crate::framework::schema::{Attribute, AttributeKind, Block, BlockNesting, NestedBlock, Nesting, Object, Schema};
use crate::framework::types::Type;

/// The rules for `planned_state`, in core's order: write-only attributes null, conforming to the schema, and nothing planned that
/// contradicts the configuration (objchange `AssertPlanValid`).
pub fn check_plan(schema: &Schema, prior: &Raw, config: &Raw, planned: &Raw) -> Vec<Violation> {
    let found = conformity::write_only(schema, planned, "planned value for write-only attribute is not null");
    if !found.is_empty() {
        return found;
    }
    let found = conformity::check(schema, planned);
    if !found.is_empty() {
        return found;
    }
    let mut walk = Walk::default();
    walk.plan_block(&schema.block, prior, config, planned);
    walk.found
}

/// The rule for `requires_replace`: each path exists in the prior or the planned value. Nothing is looked at on create.
pub fn check_requires_replace(schema: &Schema, prior: &Raw, planned: &Raw, paths: &[Path]) -> Vec<Violation> {
    if prior.is_null() {
        return Vec::new();
    }
    let ty = schema.ty();
    let nowhere = |path: &&Path| !leads(ty, prior, path.steps()) && !leads(ty, planned, path.steps());
    let message = "\"requires replacement\" for a non-existent attribute path";
    paths.iter().filter(nowhere).map(|path| Violation { path: path.clone(), message: message.into() }).collect()
}

fn leads(ty: &Type, value: &Raw, steps: &[Step]) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return true;
    };
    let unknown = value.is_unknown();
    match (ty, value, step) {
        (_, Raw::Typed(own, value), _) => leads(own, value, steps),
        (Type::Object(types), object, Step::Attribute(name)) => {
            types.get(&**name).is_some_and(|ty| !object.is_null() && leads(ty, member(object, name), rest))
        }
        (Type::Map(ty), map, Step::Key(key)) => {
            let value = if unknown { Some(map) } else { map.at(&Path::root().key(key.clone())) };
            value.is_some_and(|value| leads(ty, value, rest))
        }
        (Type::List(_) | Type::Tuple(_), list, Step::Index(index)) => {
            let index = usize::try_from(*index).unwrap_or(usize::MAX);
            let ty = match ty {
                Type::List(ty) => Some(&**ty),
                Type::Tuple(types) => types.get(index),
                _ => None,
            };
            let value = if unknown { Some(list) } else { list.elements().get(index) };
            ty.zip(value).is_some_and(|(ty, value)| leads(ty, value, rest))
        }
        (Type::Dynamic, Raw::Unknown(_), _) => true,
        _ => false,
    }
}

impl Walk {
    fn plan_block(&mut self, block: &Block, prior: &Raw, config: &Raw, planned: &Raw) {
        if !self.plan_presence(config, planned) {
            return;
        }
        self.plan_attributes(&block.attributes, prior, config, planned);
        for nested in &block.blocks {
            self.inside(Some(Step::Attribute(nested.name.clone())), |walk| {
                let [prior, config, planned] = [prior, config, planned].map(|o| member(o, &nested.name));
                if planned == config && !(planned.is_null() && repeats(nested.nesting)) {
                    return;
                }
                let [prior, config, planned] = [prior, config, planned].map(|v| carried::opened(nested, v));
                walk.plan_nested_block(nested, &prior, &config, &planned);
            });
        }
    }

    /// Whether there are two objects to compare; what contradicts is reported.
    fn plan_presence(&mut self, config: &Raw, planned: &Raw) -> bool {
        match (config.is_null(), planned.is_null()) {
            (false, true) => self.report("planned for absence but config wants existence"),
            (true, false) => self.report("planned for existence but config wants absence"),
            (present, _) => return !present,
        }
        false
    }

    fn plan_nested_block(&mut self, nested: &NestedBlock, prior: &Raw, config: &Raw, planned: &Raw) {
        if config.is_unknown() {
            return self.report("planned value for unknown dynamic block");
        }
        if planned.is_unknown() {
            return self.report(
                "attribute representing nested block must not be unknown itself; set nested attribute values to unknown instead",
            );
        }
        if planned.is_null() && repeats(nested.nesting) {
            let kind = match nested.nesting {
                BlockNesting::Map => "map",
                BlockNesting::Set => "set",
                _ => "list",
            };
            return self.report(format!(
                "attribute representing a {kind} of nested blocks must be empty to indicate no blocks, not null"
            ));
        }
        match nested.nesting {
            BlockNesting::Single | BlockNesting::Group => self.plan_block(&nested.block, prior, config, planned),
            BlockNesting::List => self.plan_list_block(&nested.block, prior, config, planned),
            BlockNesting::Map => self.plan_map_block(&nested.block, prior, config, planned),
            // Elements have no identity to be matched by: whether they agree shows only after apply.
            BlockNesting::Set => {
                for element in planned.elements() {
                    self.plan_known_element(element);
                }
            }
        }
    }

    fn plan_list_block(&mut self, block: &Block, prior: &Raw, config: &Raw, planned: &Raw) {
        let (count, wanted) = (planned.elements().len(), config.elements().len());
        if count != wanted {
            return self.report(format!("block count in plan ({count}) disagrees with count in config ({wanted})"));
        }
        for (i, (config, planned)) in config.elements().iter().zip(planned.elements()).enumerate() {
            let prior = prior.elements().get(i).unwrap_or(NULL);
            self.inside(index(i), |walk| {
                if walk.plan_known_element(planned) {
                    walk.plan_block(block, prior, config, planned);
                }
            });
        }
    }

    fn plan_map_block(&mut self, block: &Block, prior: &Raw, config: &Raw, planned: &Raw) {
        let (Raw::Map(planned), Raw::Map(wanted)) = (planned, config) else {
            return;
        };
        for (key, planned) in planned {
            let Some(config) = wanted.get(key) else {
                self.report(format!("block key {key:?} from plan is not present in config"));
                continue;
            };
            self.inside(Some(Step::Key(key.clone())), |walk| {
                if walk.plan_known_element(planned) {
                    walk.plan_block(block, prior.get(key), config, planned);
                }
            });
        }
        for key in wanted.keys().filter(|key| !planned.contains_key(*key)) {
            self.report(format!("block key {key:?} from config is not present in plan"));
        }
    }

    fn plan_known_element(&mut self, element: &Raw) -> bool {
        let known = !element.is_unknown();
        if !known {
            self.report(
                "element representing nested block must not be unknown itself; set nested attribute values to unknown instead",
            );
        }
        known
    }

    fn plan_attributes(&mut self, attributes: &[Attribute], prior: &Raw, config: &Raw, planned: &Raw) {
        for attribute in attributes {
            let [prior, config, planned] = [prior, config, planned].map(|o| member(o, &attribute.name));
            self.inside(attribute_step(attribute), |walk| walk.plan_attribute(attribute, prior, config, planned));
        }
    }

    fn plan_attribute(&mut self, attribute: &Attribute, prior: &Raw, config: &Raw, planned: &Raw) {
        let accepted = planned == config;
        // A spelling that means the same as the configured one may be kept.
        let kept = planned == prior && !prior.is_null() && !config.is_null();
        // Null was checked already, for the whole object.
        let withheld = attribute.write_only;
        let filled = attribute.computed && (!attribute.optional || config.is_null());
        if accepted || kept || withheld || filled {
            return;
        }
        if config.is_null() && !planned.is_null() {
            return self.report("planned value for a non-computed attribute");
        }
        if let AttributeKind::Nested(nesting, object) = &attribute.kind {
            return self.plan_nested(*nesting, object, prior, config, planned);
        }
        self.report(if prior.is_null() {
            "planned value does not match config value"
        } else {
            "planned value does not match config value nor prior value"
        });
    }

    fn plan_nested(&mut self, nesting: Nesting, object: &Object, prior: &Raw, config: &Raw, planned: &Raw) {
        if !self.plan_presence(config, planned) {
            return;
        }
        if planned.is_unknown() {
            return self.report("planned unknown for configured value");
        }
        let attributes = &object.attributes;
        match nesting {
            Nesting::Single => self.plan_attributes(attributes, prior, config, planned),
            Nesting::List => {
                if self.plan_count(config, planned) {
                    for (i, (config, planned)) in config.elements().iter().zip(planned.elements()).enumerate() {
                        let prior = prior.elements().get(i).unwrap_or(NULL);
                        self.inside(index(i), |walk| walk.plan_attributes(attributes, prior, config, planned));
                    }
                }
            }
            Nesting::Map => {
                if self.plan_count(config, planned)
                    && let (Raw::Map(config), Raw::Map(planned)) = (config, planned)
                {
                    for (key, planned) in planned {
                        match config.get(key) {
                            Some(config) => self.inside(Some(Step::Key(key.clone())), |walk| {
                                walk.plan_attributes(attributes, prior.get(key), config, planned);
                            }),
                            None => self.report(format!("map key {key:?} from plan is not present in config")),
                        }
                    }
                }
            }
            Nesting::Set => {
                self.plan_count(config, planned);
            }
        }
    }

    fn plan_count(&mut self, config: &Raw, planned: &Raw) -> bool {
        let (count, wanted) = (Count::of(planned), Count::of(config));
        let agree = match (count, wanted) {
            (Count::Exactly(count), Count::Exactly(wanted)) => count == wanted,
            // Elements with unknowns may turn out to be the same one.
            (Count::Between(low, high), Count::Exactly(wanted)) => (low..=high).contains(&wanted),
            (Count::Exactly(count), Count::Between(low, high)) => (low..=high).contains(&count),
            (Count::Between(..), Count::Between(..)) => true,
            (Count::Exactly(_) | Count::Between(..), Count::Unknown) | (Count::Unknown, _) => false,
        };
        if !agree {
            self.report("count in plan disagrees with count in config");
        }
        agree
    }
}

/// How many elements a collection has.
#[derive(Clone, Copy)]
enum Count {
    Exactly(usize),
    Between(usize, usize),
    Unknown,
}

impl Count {
    fn of(value: &Raw) -> Self {
        match value {
            Raw::Unknown(_) => Self::Unknown,
            Raw::Set(elements) if !value.is_wholly_known() => Self::Between(1, elements.len()),
            Raw::Map(members) => Self::Exactly(members.len()),
            value => Self::Exactly(value.elements().len()),
        }
    }
}

fn repeats(nesting: BlockNesting) -> bool {
    matches!(nesting, BlockNesting::List | BlockNesting::Set | BlockNesting::Map)
}

fn index(i: usize) -> Option<Step> {
    Some(Step::Index(i64::try_from(i).unwrap_or(i64::MAX)))
}
