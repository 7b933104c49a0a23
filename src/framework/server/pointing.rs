//! Where a client is pointed to by a diagnostic.
//!
//! Terraform shows the line of an attribute, and of what is in a nested attribute nothing but the first line of the whole block, until 1.15 finds
//! that, too. It says its version only in ConfigureProvider, which comes after all of `terraform validate`. So a diagnostic leads to the
//! outermost attribute until a client has said that it is one of those, and names the member at the head of its summary in either case.

use std::sync::atomic::Ordering;

use super::super::path::{Path, Step};
use super::super::schema::{Block, SchemaKind};
use super::Session;

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointed {
    /// The part of it that the client finds.
    pub found: Path,
    /// Whether it is about a member of a nested attribute.
    pub is_member: bool,
}

impl Session {
    /// Where `path` leads in the configuration of a `kind` of thing.
    pub fn pointed(&self, kind: SchemaKind, type_name: &str, path: &Path) -> Pointed {
        let outermost = if path.steps().len() < 2 { path.clone() } else { self.outermost(kind, type_name, path) };
        let is_member = outermost != *path;
        let finds_members = self.state.finds_members.load(Ordering::Relaxed);
        Pointed { found: if finds_members { path.clone() } else { outermost }, is_member }
    }

    fn outermost(&self, kind: SchemaKind, type_name: &str, path: &Path) -> Path {
        let schema = match kind {
            SchemaKind::Provider => return outermost(&self.shared.provider.schema().block, path),
            SchemaKind::Resource => self.resource(type_name).map(|of| of.schema()),
            SchemaKind::DataSource => self.data_source(type_name).map(|of| of.schema()),
            SchemaKind::Ephemeral => self.ephemeral(type_name).map(|of| of.schema()),
            SchemaKind::List => self.list(type_name).map(|of| of.schema()),
            SchemaKind::Action => self.action(type_name).map(|of| of.schema()),
        };
        schema.map_or_else(|| path.clone(), |schema| outermost(&schema.block, path))
    }

    /// Learns from a client's version what it finds.
    pub(super) fn learn(&self, terraform_version: &str) {
        self.state.finds_members.store(finds_members(terraform_version), Ordering::Relaxed);
    }
}

/// Blocks, the attribute in the innermost of them, and which of its elements.
fn outermost(mut block: &Block, path: &Path) -> Path {
    let mut steps = path.steps().iter().peekable();
    let mut kept = Vec::new();
    while let Some(step) = steps.next() {
        kept.push(step.clone());
        while let Some(element) = steps.next_if(|step| !matches!(step, Step::Attribute(_))) {
            kept.push(element.clone());
        }
        let Step::Attribute(name) = step else { continue };
        match block.blocks.iter().find(|nested| nested.name == *name) {
            Some(nested) => block = &nested.block,
            None => break,
        }
    }
    kept.into_iter().collect()
}

fn finds_members(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().ok());
    let version = (numbers.next().flatten(), numbers.next().flatten());
    matches!(version, (Some(major), Some(minor)) if (major, minor) >= (1, 15))
}

#[cfg(test)]
mod tests {
    use super::super::super::schema::{Attribute, AttributeKind, BlockNesting, NestedBlock};
    use super::super::super::types::Type;
    use super::*;

    #[test]
    fn a_path_ends_at_the_outermost_attribute() {
        let attribute = || Attribute::new("ike", AttributeKind::Plain(Type::Dynamic));
        let inner = Block { attributes: vec![attribute()], ..Block::default() };
        let nested = |name: &'static str, nesting| NestedBlock {
            name: name.into(),
            block: inner.clone(),
            nesting,
            min_items: 0,
            max_items: 0,
        };
        let blocks = vec![nested("one", BlockNesting::Single), nested("many", BlockNesting::List)];
        let block = Block { attributes: vec![attribute()], blocks, ..Block::default() };
        let ike = Path::from("ike");
        for (path, expected) in [
            (ike.clone(), "ike"),
            (ike.attribute("version"), "ike"),
            (ike.attribute("identity").attribute("address"), "ike"),
            (ike.index(1).attribute("version"), "ike[1]"),
            (ike.key("a").attribute("version").index(0), "ike[\"a\"]"),
            (Path::of(["one", "ike", "version"]), "one.ike"),
            (Path::from("many").index(2).attribute("ike").attribute("version"), "many[2].ike"),
            (Path::from("many").index(2), "many[2]"),
        ] {
            assert_eq!(outermost(&block, &path).to_string(), expected, "{path}");
        }
    }

    #[test]
    fn the_version_tells_who_finds_members() {
        for (version, finds) in [
            ("1.11.4", false),
            ("1.14.9", false),
            ("1.15.0", true),
            ("1.15.0-dev", true),
            ("1.20.1", true),
            ("2.0.0", true),
            ("", false),
        ] {
            assert_eq!(finds_members(version), finds, "{version}");
        }
    }
}
