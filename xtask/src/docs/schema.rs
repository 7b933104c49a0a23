//! The schema part of a page: attributes by kind, nested objects below, each with an anchor.

use std::fmt::Write as _;

use cloudvpn::framework::schema::{Attribute, AttributeKind, Block, BlockNesting, NestedBlock, Nesting, Object};
use cloudvpn::framework::types::Type;
use cloudvpn::framework::validators::Rule;

use super::value::{constraint, hcl, rule};

/// `## Schema` and everything below it.
pub(super) fn block(block: &Block) -> String {
    let level = Level { attributes: &block.attributes, blocks: &block.blocks, rules: &block.rules };
    let mut text = "## Schema\n\n".to_owned();
    if block
        .attributes
        .iter()
        .any(|attribute| section(attribute) < 2 && matches!(attribute.kind, AttributeKind::Nested(..)))
    {
        let _ = write!(text, "{MISSPELT}\n\n");
    }
    let mut nested = Vec::new();
    text.push_str(&level.sections("### ", "\n", &[], &mut nested));
    // Breadth first, as readers go down.
    let mut next = 0;
    while next < nested.len() {
        let path = nested[next].path.clone();
        let _ = write!(text, "<a id=\"{}\"></a>\n### Nested Schema for `{}`\n\n", nested[next].anchor, path.join("."));
        let level = nested[next].level;
        text.push_str(&level.sections("", ":\n", &path, &mut nested));
        next += 1;
    }
    text
}

/// What the language of configurations does with nested attributes.
const MISSPELT: &str = "\
~> Terraform refuses a misspelt attribute, but drops a misspelt member of a nested one (`{ ... }`) without a word: it counts as left out, and \
an object in which nothing else is set as well. The plan shows what became of it.";

/// A type in words.
pub(super) fn type_name(ty: &Type) -> String {
    match ty {
        Type::String => "String".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::Bool => "Boolean".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(element) => format!("List of {}", type_name(element)),
        Type::Set(element) => format!("Set of {}", type_name(element)),
        Type::Map(element) => format!("Map of {}", type_name(element)),
        Type::Tuple(elements) => format!("Tuple of {}", elements.iter().map(type_name).collect::<Vec<_>>().join(", ")),
        Type::Object(members) => {
            let members: Vec<_> = members.iter().map(|(name, ty)| format!("{name}: {}", type_name(ty))).collect();
            format!("Object {{ {} }}", members.join(", "))
        }
    }
}

/// The attributes of one object, wherever it stands.
#[derive(Clone, Copy)]
struct Level<'a> {
    attributes: &'a [Attribute],
    blocks: &'a [NestedBlock],
    rules: &'a [Rule],
}

/// An object that is shown further down.
struct Nested<'a> {
    path: Vec<String>,
    anchor: String,
    level: Level<'a>,
}

impl<'a> Level<'a> {
    /// The attributes by kind, then the rules between them. What is nested is added to `nested`.
    fn sections(&self, before: &str, after: &str, path: &[String], nested: &mut Vec<Nested<'a>>) -> String {
        let mut text = String::new();
        for (title, wanted) in [("Required", 0), ("Optional", 1), ("Read-Only", 2)] {
            let mut items = String::new();
            for attribute in self.attributes.iter().filter(|a| section(a) == wanted) {
                items.push_str(&item(attribute, path, nested));
            }
            for block in self.blocks.iter().filter(|b| usize::from(b.min_items == 0) == wanted) {
                items.push_str(&block_item(block, path, nested));
            }
            if !items.is_empty() {
                let _ = write!(text, "{before}{title}{after}\n{items}\n");
            }
        }
        let rules: Vec<_> = self.rules.iter().filter_map(rule).collect();
        if !rules.is_empty() {
            let _ = writeln!(text, "{before}Rules{after}");
            rules.iter().for_each(|rule| {
                let _ = writeln!(text, "- {rule}");
            });
            text.push('\n');
        }
        text
    }
}

/// 0 required, 1 optional, 2 read-only.
fn section(attribute: &Attribute) -> usize {
    match attribute {
        Attribute { required: true, .. } => 0,
        Attribute { optional: true, .. } => 1,
        _ => 2,
    }
}

fn item<'a>(attribute: &'a Attribute, path: &[String], nested: &mut Vec<Nested<'a>>) -> String {
    let (mut kind, object) = match &attribute.kind {
        AttributeKind::Plain(ty) => (type_name(ty), None),
        AttributeKind::Nested(nesting, object) => (nesting_name(*nesting).to_owned(), Some(object)),
    };
    if attribute.sensitive {
        kind.push_str(", Sensitive");
    }
    if attribute.write_only {
        kind.push_str(", Write-only");
    }
    if attribute.deprecated.is_some() {
        kind.push_str(", Deprecated");
    }
    let mut sentences = vec![attribute.description.split_whitespace().collect::<Vec<_>>().join(" ")];
    sentences.extend(notes(attribute));
    if let Some(Object { attributes, rules }) = object {
        let level = Level { attributes, blocks: &[], rules };
        sentences.push(below("nestedatt", path, &attribute.name, level, nested));
    }
    sentences.retain(|sentence| !sentence.is_empty());
    format!("- `{}` ({kind}) {}\n", attribute.name, sentences.join(" "))
}

/// What the schema knows of an attribute beside its type and description.
fn notes(attribute: &Attribute) -> Vec<String> {
    let mut notes: Vec<_> = attribute.validators.iter().filter_map(constraint).collect();
    if let Some(value) = &attribute.default {
        notes.push(format!("Default: `{}`.", hcl(value)));
    }
    if let Some(value) = &attribute.initial {
        notes.push(format!("A new object gets `{}`; an existing one keeps what it has.", hcl(value)));
    }
    if let Some(value) = &attribute.removed {
        notes.push(format!("Taken out of a configuration that had it, it becomes `{}`.", hcl(value)));
    }
    if attribute.replace {
        notes.push("A change replaces the object.".to_owned());
    }
    if let Some(deprecated) = &attribute.deprecated {
        notes.push(format!("Deprecated: {deprecated}"));
    }
    notes
}

fn block_item<'a>(nested_block: &'a NestedBlock, path: &[String], nested: &mut Vec<Nested<'a>>) -> String {
    let kind = match nested_block.nesting {
        BlockNesting::Single | BlockNesting::Group => "Block",
        BlockNesting::List => "Block List",
        BlockNesting::Set => "Block Set",
        BlockNesting::Map => "Block Map",
    };
    let Block { attributes, blocks, rules, description, .. } = &nested_block.block;
    let link = below("nestedblock", path, &nested_block.name, Level { attributes, blocks, rules }, nested);
    let description = description.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("- `{}` ({kind}) {}\n", nested_block.name, format!("{description} {link}").trim_start())
}

/// Puts an object off to further down; returns the link to it.
fn below<'a>(kind: &str, path: &[String], name: &str, level: Level<'a>, nested: &mut Vec<Nested<'a>>) -> String {
    let path: Vec<_> = path.iter().cloned().chain([name.to_owned()]).collect();
    let anchor = format!("{kind}--{}", path.join("--"));
    let link = format!("(see [below for nested schema](#{anchor}))");
    nested.push(Nested { path, anchor, level });
    link
}

fn nesting_name(nesting: Nesting) -> &'static str {
    match nesting {
        Nesting::Single => "Attributes",
        Nesting::List => "Attributes List",
        Nesting::Set => "Attributes Set",
        Nesting::Map => "Attributes Map",
    }
}

#[cfg(test)]
mod tests {
    use cloudvpn::framework::model::{List, Model, Value};

    use super::*;

    /// An identity.
    #[derive(Model)]
    #[model(exactly_one_of(address, fqdn))]
    struct Identity {
        /// An address.
        #[attr(optional, ip)]
        address: Value<String>,
        /// A name.
        #[attr(optional)]
        fqdn: Value<String>,
    }

    /// A tunnel.
    #[derive(Model)]
    struct Tunnel {
        /// Its name,
        /// on two lines.
        #[attr(required, chars(1..=60))]
        name: Value<String>,
        /// Its gateway.
        #[attr(required, replace)]
        gateway_id: Value<String>,
        /// Its key.
        #[attr(optional, sensitive, write_only)]
        key_wo: Value<String>,
        /// Its lifetime.
        #[attr(optional, computed, initial = 86_400, range(60..=604_800))]
        lifetime_seconds: Value<i64>,
        /// Its identities.
        #[attr(optional)]
        identities: Value<List<Identity>>,
        /// Its state.
        #[attr(computed)]
        state: Value<String>,
    }

    #[test]
    fn attributes_stand_in_their_section_with_all_that_is_known() {
        let expected = "\
## Schema

~> Terraform refuses a misspelt attribute, but drops a misspelt member of a nested one (`{ ... }`) without a word: it counts as left out, and an object in which nothing else is set as well. The plan \
shows what became of it.

### Required

- `name` (String) Its name, on two lines. Must be 1 to 60 characters long.
- `gateway_id` (String) Its gateway. A change replaces the object.

### Optional

- `key_wo` (String, Sensitive, Write-only) Its key.
- `lifetime_seconds` (Number) Its lifetime. Must be between 60 and 604800. A new object gets `86400`; an existing one keeps what it has.
- `identities` (Attributes List) Its identities. (see [below for nested schema](#nestedatt--identities))

### Read-Only

- `state` (String) Its state.

<a id=\"nestedatt--identities\"></a>
### Nested Schema for `identities`

Optional:

- `address` (String) An address. Must be an IP address such as 192.0.2.1 or 2001:db8::1.
- `fqdn` (String) A name.

Rules:

- Set exactly one of `address`, `fqdn`.

";
        assert_eq!(block(&Tunnel::block()), expected);
    }

    #[test]
    fn types_are_words() {
        assert_eq!(type_name(&Type::map(Type::list(Type::Bool))), "Map of List of Boolean");
        assert_eq!(type_name(&Type::object([("a", Type::Number)])), "Object { a: Number }");
    }
}
