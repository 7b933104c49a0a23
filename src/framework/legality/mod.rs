//! What Terraform core demands of a provider's answers, as checkers that know nothing of how the answers came about.
//!
//! Terraform runs these rules over every response and blames the provider ("Provider produced invalid plan", "... inconsistent
//! result after apply"), at times after it has lost the object from the state. Here they run over every response in debug
//! builds, and in tests. Sources: hashicorp/terraform `internal/plans/objchange`, `internal/terraform/node_resource_abstract_instance.go`.

use std::fmt;

use super::path::{Path, Step};
use super::raw::Raw;
use super::schema::{Attribute, BlockNesting, Nesting, Schema};

pub use plan::{check_plan, check_requires_replace};
pub use proposed::proposed_new;

pub(super) mod carried;
mod compatible;
mod conformity;
mod plan;
mod proposed;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

/// A rule that an answer breaks. Never shows a value: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub path: Path,
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_root() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

/// The rules for what ApplyResourceChange returns without an error: conforming to the schema, known, write-only attributes null, and
/// every value that the plan knew unchanged.
pub fn check_apply(schema: &Schema, planned: &Raw, new: &Raw) -> Vec<Violation> {
    let found = check_state(schema, new);
    if found.is_empty() { compatible::object(schema, planned, new) } else { found }
}

/// The rules for what is stored without a plan: the answers of Read, Import, Upgrade and Move.
pub fn check_state(schema: &Schema, new: &Raw) -> Vec<Violation> {
    let found = conformity::check(schema, new);
    if !found.is_empty() {
        return found;
    }
    let mut found = conformity::write_only(schema, new, "value of a write-only attribute is not null");
    found.append(&mut conformity::unknown(schema, new));
    found
}

/// The rules between the plan that was shown and the one made again during apply: what was known stays, what was unknown becomes
/// something that it could be.
pub fn check_final_plan(schema: &Schema, first_planned: &Raw, second_planned: &Raw) -> Vec<Violation> {
    compatible::object(schema, first_planned, second_planned)
}

/// A walk through values: where it is, and what it found.
#[derive(Default)]
struct Walk {
    steps: Vec<Step>,
    found: Vec<Violation>,
}

impl Walk {
    fn report(&mut self, message: impl Into<String>) {
        self.found.push(Violation { path: self.steps.iter().cloned().collect(), message: message.into() });
    }

    /// Goes one step down; no step leads to an element of a set.
    fn inside(&mut self, step: Option<Step>, visit: impl FnOnce(&mut Self)) {
        let depth = self.steps.len();
        self.steps.extend(step);
        visit(self);
        self.steps.truncate(depth);
    }
}

const NULL: &Raw = &Raw::Null;

/// A part of an object, as cty's `GetAttr` on unknowns: everything in an unknown object is unknown, everything in a null one is null.
fn member<'a>(object: &'a Raw, name: &str) -> &'a Raw {
    match object {
        Raw::Unknown(_) => object,
        Raw::Typed(_, inner) => member(inner, name),
        object => object.get(name),
    }
}

/// The objects in a value of some nesting, each with the step that leads to it. Empty for what is null or unknown.
fn objects(nesting: BlockNesting, value: &Raw) -> Vec<(Option<Step>, &Raw)> {
    match (nesting, value) {
        (_, Raw::Null | Raw::Unknown(_)) => Vec::new(),
        (BlockNesting::Single | BlockNesting::Group, object) => vec![(None, object)],
        (BlockNesting::Map, Raw::Map(members)) => {
            members.iter().map(|(key, object)| (Some(Step::Key(key.clone())), object)).collect()
        }
        (BlockNesting::Set, set) => set.elements().iter().map(|object| (None, object)).collect(),
        (_, list) => list.elements().iter().zip(0..).map(|(object, i)| (Some(Step::Index(i)), object)).collect(),
    }
}

fn attribute_step(attribute: &Attribute) -> Option<Step> {
    Some(Step::Attribute(attribute.name.clone()))
}

/// Nested attributes repeat as blocks do.
fn as_block(nesting: Nesting) -> BlockNesting {
    match nesting {
        Nesting::Single => BlockNesting::Single,
        Nesting::List => BlockNesting::List,
        Nesting::Set => BlockNesting::Set,
        Nesting::Map => BlockNesting::Map,
    }
}
