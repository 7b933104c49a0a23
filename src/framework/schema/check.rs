//! The checks Terraform runs over every schema it loads (`configschema.Block.InternalValidate`; a failure makes every command
//! fail), and what else makes no sense.

use std::collections::BTreeSet;
use std::fmt;

use super::{Attribute, AttributeKind, Block, BlockNesting, NestedBlock, Nesting, Schema, has_dynamic};
use crate::framework::codec::msgpack;
use crate::framework::path::Path;
use crate::framework::types::Type;

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaKind {
    Provider,
    Resource,
    DataSource,
    Ephemeral,
    /// Its attributes stand in a `config` block of their own: no name is reserved.
    List,
    /// As [`SchemaKind::List`].
    Action,
}

/// A mistake in a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    /// The attribute or block.
    pub path: Path,
    pub message: String,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_root() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

impl std::error::Error for SchemaError {}

impl Schema {
    /// All mistakes in the schema; none in one that Terraform loads and the framework can serve.
    pub fn check(&self, kind: SchemaKind) -> Vec<SchemaError> {
        let mut check = Check { kind, errors: Vec::new() };
        if self.version < 0 {
            check.report(&Path::root(), "the version is negative");
        }
        let root = &self.block;
        let names = root.attributes.iter().map(|a| &a.name).chain(root.blocks.iter().map(|b| &b.name));
        for name in names.filter(|name| kind.reserved().contains(&&***name)) {
            check.report(&Path::root().attribute(name.clone()), "Terraform reserves the name");
        }
        check.block(&Path::root(), root, Around::default());
        check.errors
    }
}

impl SchemaKind {
    /// Whether its attributes can be write-only.
    fn takes_secrets(self) -> bool {
        matches!(self, Self::Resource | Self::Action)
    }

    /// Names that Terraform's meta-arguments hide at the root.
    fn reserved(self) -> &'static [&'static str] {
        match self {
            Self::Provider => {
                &["alias", "version", "count", "depends_on", "for_each", "source", "lifecycle", "locals", "_"]
            }
            Self::Resource => &[
                "count",
                "for_each",
                "provider",
                "depends_on",
                "lifecycle",
                "connection",
                "provisioner",
                "locals",
                "_",
            ],
            Self::DataSource | Self::Ephemeral => {
                &["count", "for_each", "provider", "depends_on", "lifecycle", "locals", "_"]
            }
            Self::List | Self::Action => &[],
        }
    }
}

/// What an attribute stands in.
#[derive(Clone, Copy, Default)]
struct Around {
    set: bool,
    /// Nested attributes that repeat: their elements cannot bring types of their own.
    repeated: bool,
    computed: bool,
    write_only: bool,
}

struct Check {
    kind: SchemaKind,
    errors: Vec<SchemaError>,
}

impl Check {
    fn report(&mut self, path: &Path, message: &str) {
        self.errors.push(SchemaError { path: path.clone(), message: message.into() });
    }

    fn block(&mut self, path: &Path, block: &Block, around: Around) {
        let mut names = BTreeSet::new();
        self.attributes(path, &block.attributes, &mut names, around);
        for nested in &block.blocks {
            let path = path.attribute(nested.name.clone());
            self.name(&path, &nested.name, &mut names);
            self.items(&path, nested);
            let around = Around { set: around.set || nested.nesting == BlockNesting::Set, ..around };
            self.block(&path, &nested.block, around);
        }
    }

    fn name<'a>(&mut self, path: &Path, name: &'a str, names: &mut BTreeSet<&'a str>) {
        if !is_name(name) {
            self.report(path, "a name has only a-z, 0-9 and _, and does not start with a digit");
        }
        if !names.insert(name) {
            self.report(path, "the name is used twice");
        }
    }

    fn items(&mut self, path: &Path, nested: &NestedBlock) {
        let (min, max) = (nested.min_items, nested.max_items);
        let message = match nested.nesting {
            _ if min < 0 || max < 0 => "the number of blocks is negative",
            BlockNesting::Single if min != max || max > 1 => {
                "a single block has 0 or 1 items, the same for both bounds"
            }
            BlockNesting::Map | BlockNesting::Group if min != 0 || max != 0 => "no bounds apply to this nesting",
            BlockNesting::List | BlockNesting::Set if max != 0 && min > max => "at least more blocks than at most",
            _ => return,
        };
        self.report(path, message);
    }

    fn attributes<'a>(
        &mut self,
        path: &Path,
        attributes: &'a [Attribute],
        names: &mut BTreeSet<&'a str>,
        around: Around,
    ) {
        for attribute in attributes {
            let path = path.attribute(attribute.name.clone());
            self.name(&path, &attribute.name, names);
            self.flags(&path, attribute, around);
            match &attribute.kind {
                AttributeKind::Plain(ty) => self.ty(&path, ty, around),
                AttributeKind::Nested(nesting, object) => {
                    let around = Around {
                        set: around.set || *nesting == Nesting::Set,
                        repeated: around.repeated || *nesting != Nesting::Single,
                        computed: around.computed || attribute.computed,
                        write_only: around.write_only || attribute.write_only,
                    };
                    self.attributes(&path, &object.attributes, &mut BTreeSet::new(), around);
                }
            }
        }
    }

    fn flags(&mut self, path: &Path, attribute: &Attribute, around: Around) {
        let Attribute { required, optional, computed, write_only, .. } = *attribute;
        let wrong = [
            (!required && !optional && !computed, "one of required, optional and computed has to be set"),
            (required && optional, "required and optional exclude each other"),
            (required && computed, "required and computed exclude each other"),
            (write_only && computed, "write-only and computed exclude each other"),
            (write_only && !self.kind.takes_secrets(), "only resources and actions have write-only attributes"),
            (write_only && around.set, "nothing write-only can be in a set"),
            (write_only && around.computed, "nothing write-only can be in a computed attribute"),
            (!write_only && around.write_only, "all in a write-only attribute is write-only"),
            (attribute.volatile && !computed, "only computed attributes can be volatile"),
            (attribute.default.is_some() && !(optional && computed), "a default needs optional and computed"),
        ];
        for (_, message) in wrong.into_iter().filter(|(wrong, _)| *wrong) {
            self.report(path, message);
        }
        let Some(default) = &attribute.default else {
            return;
        };
        if default.is_null() || !default.is_wholly_known() {
            self.report(path, "a default has to be known and not null");
        }
        if let Err(error) = msgpack::encode(default, &attribute.ty()) {
            self.report(path, &format!("the default does not fit: {error}"));
        }
    }

    fn ty(&mut self, path: &Path, ty: &Type, around: Around) {
        if has_dynamic(ty) && around.set {
            self.report(path, "nothing of any type can be in a set");
        } else if has_dynamic(ty) && around.repeated {
            self.report(path, "nothing of any type can be in nested attributes that repeat");
        } else if collects_dynamic(ty) {
            self.report(path, "the elements of a collection all have one type");
        }
    }
}

fn is_name(name: &str) -> bool {
    name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
        && name.bytes().next().is_some_and(|b| !b.is_ascii_digit())
}

fn collects_dynamic(ty: &Type) -> bool {
    match ty {
        Type::String | Type::Number | Type::Bool | Type::Dynamic => false,
        Type::List(e) | Type::Set(e) | Type::Map(e) => has_dynamic(e),
        Type::Tuple(es) => es.iter().any(collects_dynamic),
        Type::Object(attrs) => attrs.values().any(collects_dynamic),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::raw::Raw;
    use crate::framework::schema::Object;

    fn attribute(change: impl FnOnce(&mut Attribute)) -> Attribute {
        let mut attribute = Attribute::new("a", AttributeKind::Plain(Type::String));
        change(&mut attribute);
        attribute
    }

    fn optional(change: impl FnOnce(&mut Attribute)) -> Attribute {
        attribute(|a| {
            a.optional = true;
            change(a);
        })
    }

    fn nested(nesting: Nesting, inner: Attribute, change: impl FnOnce(&mut Attribute)) -> Attribute {
        optional(|a| {
            a.kind = AttributeKind::Nested(nesting, Object { attributes: vec![inner], ..Object::default() });
            change(a);
        })
    }

    fn block(nesting: BlockNesting, min_items: i64, max_items: i64, inner: Vec<Attribute>) -> NestedBlock {
        let block = Block { attributes: inner, ..Block::default() };
        NestedBlock { name: "b".into(), block, nesting, min_items, max_items }
    }

    fn errors(kind: SchemaKind, attributes: Vec<Attribute>, blocks: Vec<NestedBlock>) -> Vec<String> {
        let block = Block { attributes, blocks, ..Block::default() };
        Schema::new(0, block).check(kind).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn sensible_attributes_pass() {
        let any = |a: &mut Attribute| a.kind = AttributeKind::Plain(Type::Dynamic);
        for attribute in [
            optional(|_| ()),
            attribute(|a| a.required = true),
            attribute(|a| (a.computed, a.volatile) = (true, true)),
            optional(|a| (a.computed, a.default) = (true, Some("x".into()))),
            optional(|a| (a.write_only, a.sensitive) = (true, true)),
            optional(|a| a.deprecated = Some("use b".into())),
            optional(|a| a.replace = true),
            optional(any),
            optional(|a| a.kind = AttributeKind::Plain(Type::Tuple(vec![Type::Dynamic]))),
            nested(Nesting::Single, optional(any), |_| ()),
            nested(Nesting::Map, optional(|a| a.write_only = true), |_| ()),
        ] {
            assert_eq!(errors(SchemaKind::Resource, vec![attribute], vec![]), [""; 0]);
        }
    }

    #[test]
    fn senseless_attributes_are_reported() {
        let list_of_any = || AttributeKind::Plain(Type::list(Type::Dynamic));
        let any = || optional(|a| a.kind = AttributeKind::Plain(Type::Dynamic));
        let secret = || optional(|a| a.write_only = true);
        let table = [
            (attribute(|_| ()), "a: one of required, optional and computed has to be set"),
            (optional(|a| a.required = true), "a: required and optional exclude each other"),
            (attribute(|a| (a.required, a.computed) = (true, true)), "a: required and computed exclude each other"),
            (optional(|a| (a.write_only, a.computed) = (true, true)), "a: write-only and computed exclude each other"),
            (optional(|a| a.volatile = true), "a: only computed attributes can be volatile"),
            (optional(|a| a.default = Some("x".into())), "a: a default needs optional and computed"),
            (
                optional(|a| (a.computed, a.default) = (true, Some(Raw::from(1)))),
                "a: the default does not fit: string is required",
            ),
            (
                optional(|a| (a.computed, a.default) = (true, Some(Raw::unknown()))),
                "a: a default has to be known and not null",
            ),
            (optional(|a| a.name = "A".into()), "A: a name has only a-z, 0-9 and _, and does not start with a digit"),
            (optional(|a| a.name = "1a".into()), "1a: a name has only a-z, 0-9 and _, and does not start with a digit"),
            (
                optional(|a| a.name = "a-b".into()),
                "a-b: a name has only a-z, 0-9 and _, and does not start with a digit",
            ),
            (optional(|a| a.name = "count".into()), "count: Terraform reserves the name"),
            (optional(|a| a.kind = list_of_any()), "a: the elements of a collection all have one type"),
            (nested(Nesting::Set, any(), |_| ()), "a.a: nothing of any type can be in a set"),
            (nested(Nesting::List, any(), |_| ()), "a.a: nothing of any type can be in nested attributes that repeat"),
            (nested(Nesting::Set, secret(), |_| ()), "a.a: nothing write-only can be in a set"),
            (
                nested(Nesting::Single, secret(), |a| a.computed = true),
                "a.a: nothing write-only can be in a computed attribute",
            ),
            (
                nested(Nesting::Single, optional(|_| ()), |a| a.write_only = true),
                "a.a: all in a write-only attribute is write-only",
            ),
        ];
        for (attribute, message) in table {
            assert_eq!(errors(SchemaKind::Resource, vec![attribute], vec![]), [message]);
        }
    }

    #[test]
    fn names_are_used_once() {
        let twice = vec![optional(|_| ()), optional(|_| ())];
        assert_eq!(errors(SchemaKind::Resource, twice, vec![]), ["a: the name is used twice"]);
        let both = vec![optional(|a| a.name = "b".into())];
        let blocks = vec![block(BlockNesting::List, 0, 0, vec![])];
        assert_eq!(errors(SchemaKind::Resource, both, blocks), ["b: the name is used twice"]);
    }

    #[test]
    fn reserved_names_depend_on_the_kind() {
        let named = |kind, name: &'static str| errors(kind, vec![optional(|a| a.name = name.into())], vec![]).len();
        for (name, kinds) in [
            ("alias", &[SchemaKind::Provider][..]),
            ("version", &[SchemaKind::Provider]),
            ("connection", &[SchemaKind::Resource]),
            ("provider", &[SchemaKind::Resource, SchemaKind::DataSource, SchemaKind::Ephemeral]),
            ("count", &[SchemaKind::Provider, SchemaKind::Resource, SchemaKind::DataSource, SchemaKind::Ephemeral]),
        ] {
            for kind in [
                SchemaKind::Provider,
                SchemaKind::Resource,
                SchemaKind::DataSource,
                SchemaKind::Ephemeral,
                SchemaKind::List,
                SchemaKind::Action,
            ] {
                assert_eq!(named(kind, name), usize::from(kinds.contains(&kind)), "{name} {kind:?}");
            }
        }
        // Only the root is hidden.
        let inside = vec![block(BlockNesting::List, 0, 0, vec![optional(|a| a.name = "count".into())])];
        assert_eq!(errors(SchemaKind::Resource, vec![], inside), [""; 0]);
    }

    #[test]
    fn only_resources_and_actions_have_write_only_attributes() {
        let secret = || vec![optional(|a| a.write_only = true)];
        let refused = ["a: only resources and actions have write-only attributes"];
        for kind in [SchemaKind::Provider, SchemaKind::DataSource, SchemaKind::Ephemeral, SchemaKind::List] {
            assert_eq!(errors(kind, secret(), vec![]), refused, "{kind:?}");
        }
        for kind in [SchemaKind::Resource, SchemaKind::Action] {
            assert_eq!(errors(kind, secret(), vec![]), [""; 0], "{kind:?}");
        }
    }

    #[test]
    fn bounds_of_blocks_fit_their_nesting() {
        let single = "b: a single block has 0 or 1 items, the same for both bounds";
        let table = [
            (BlockNesting::Single, 0, 0, None),
            (BlockNesting::Single, 1, 1, None),
            (BlockNesting::Single, 0, 1, Some(single)),
            (BlockNesting::Single, 2, 2, Some(single)),
            (BlockNesting::Group, 0, 0, None),
            (BlockNesting::Group, 1, 1, Some("b: no bounds apply to this nesting")),
            (BlockNesting::Map, 0, 1, Some("b: no bounds apply to this nesting")),
            (BlockNesting::List, 2, 0, None),
            (BlockNesting::List, 2, 3, None),
            (BlockNesting::List, 3, 2, Some("b: at least more blocks than at most")),
            (BlockNesting::Set, 3, 2, Some("b: at least more blocks than at most")),
            (BlockNesting::Set, -1, 0, Some("b: the number of blocks is negative")),
        ];
        for (nesting, min, max, message) in table {
            let found = errors(SchemaKind::Resource, vec![], vec![block(nesting, min, max, vec![])]);
            assert_eq!(found, message.into_iter().collect::<Vec<_>>(), "{nesting:?} {min} {max}");
        }
    }

    #[test]
    fn sets_of_blocks_hold_nothing_of_any_type_and_nothing_write_only() {
        let any = || optional(|a| a.kind = AttributeKind::Plain(Type::Dynamic));
        let secret = || optional(|a| a.write_only = true);
        let set = |inner| vec![block(BlockNesting::Set, 0, 0, vec![inner])];
        assert_eq!(errors(SchemaKind::Resource, vec![], set(any())), ["b.a: nothing of any type can be in a set"]);
        assert_eq!(errors(SchemaKind::Resource, vec![], set(secret())), ["b.a: nothing write-only can be in a set"]);
        let list = vec![block(BlockNesting::List, 0, 0, vec![any()])];
        assert_eq!(errors(SchemaKind::Resource, vec![], list), [""; 0]);
    }

    #[test]
    fn a_version_is_not_negative() {
        let schema = Schema::new(-1, Block::default());
        assert_eq!(schema.check(SchemaKind::Resource)[0].to_string(), "the version is negative");
    }
}
