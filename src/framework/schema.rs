//! Schemas: what a configuration may contain, what Terraform is told of it, and what the framework itself needs to know
//! (defaults, replacement, validators), which never leaves the process.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::raw::Raw;
use super::types::Type;
use super::validators::{Rule, Validator};

pub use check::{SchemaError, SchemaKind};

mod check;

/// The schema of a resource, data source, provider configuration ...
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Stored with the state; a state of an older version goes through the resource's upgrade.
    pub version: i64,
    pub block: Block,
    /// Made once: every value that comes or goes is read or written by it.
    ty: OnceLock<Type>,
}

/// An object of attributes and nested blocks.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub attributes: Vec<Attribute>,
    pub blocks: Vec<NestedBlock>,
    /// Markdown; becomes the page's introduction in docs/.
    pub description: Cow<'static, str>,
    /// Why not to use it any more, and what instead.
    pub deprecated: Option<Cow<'static, str>>,
    /// Rules over several attributes of this object.
    pub rules: Vec<Rule>,
}

/// One attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    pub name: Cow<'static, str>,
    pub kind: AttributeKind,
    /// Markdown; from the doc comment of the field.
    pub description: Cow<'static, str>,
    pub required: bool,
    pub optional: bool,
    pub computed: bool,
    pub sensitive: bool,
    /// Only in the configuration: null in every plan and state (Terraform 1.11 and later).
    pub write_only: bool,
    pub deprecated: Option<Cow<'static, str>>,
    /// A change of this attribute needs a new object.
    pub replace: bool,
    /// A computed attribute that an update may change: unknown in the plan of any update. Others keep their prior value,
    /// unless the resource's plan hook says otherwise.
    pub volatile: bool,
    /// Planned where the configuration is null, on create and on update.
    pub default: Option<Raw>,
    /// Planned where the configuration is null and there is no prior object: what a new object gets. An existing one keeps what it
    /// has.
    pub initial: Option<Raw>,
    /// Planned where the configuration of an object had a value and has none any more. Without it, what it has stays where the attribute is
    /// computed.
    pub removed: Option<Raw>,
    /// No read shows it: null in the state of what was imported, and what stands there only the configuration of an apply can have said.
    pub unread: bool,
    pub validators: Vec<Validator>,
}

/// What an attribute holds.
#[derive(Clone, Debug)]
pub enum AttributeKind {
    Plain(Type),
    Nested(Nesting, Object),
}

/// The attributes of a nested object.
#[derive(Clone, Debug, Default)]
pub struct Object {
    pub attributes: Vec<Attribute>,
    pub rules: Vec<Rule>,
}

/// How nested attributes repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    Single,
    List,
    Set,
    Map,
}

/// A nested block type, `timeouts { ... }` without the equals sign. New schemas use nested attributes.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    pub name: Cow<'static, str>,
    pub block: Block,
    pub nesting: BlockNesting,
    /// 0 or 1 for `Single`, 0 for `Map` and `Group`.
    pub min_items: i64,
    /// 0 is no limit for `List` and `Set`; equal to `min_items` for `Single`.
    pub max_items: i64,
}

/// How nested blocks repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockNesting {
    Single,
    List,
    Set,
    Map,
    /// As `Single`, but never null: an absent block is an object of nulls.
    Group,
}

impl Schema {
    pub fn new(version: i64, block: Block) -> Self {
        Self { version, block, ty: OnceLock::new() }
    }

    /// The type of the whole object on the wire, as the block was when this was first asked for.
    pub fn ty(&self) -> &Type {
        self.ty.get_or_init(|| self.block.ty())
    }
}

impl Block {
    /// The implied type: one member for each attribute and each nested block type.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|a| (a.name.to_string(), a.ty()));
        let blocks = self.blocks.iter().map(|b| (b.name.to_string(), b.ty()));
        Type::object(attributes.chain(blocks))
    }

    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }
}

impl Object {
    pub fn ty(&self) -> Type {
        Type::object(self.attributes.iter().map(|a| (a.name.to_string(), a.ty())))
    }
}

impl Attribute {
    /// An attribute with no flag set; at least one of required, optional and computed has to follow.
    pub fn new(name: impl Into<Cow<'static, str>>, kind: AttributeKind) -> Self {
        Self {
            name: name.into(),
            kind,
            description: Cow::Borrowed(""),
            required: false,
            optional: false,
            computed: false,
            sensitive: false,
            write_only: false,
            deprecated: None,
            replace: false,
            volatile: false,
            default: None,
            initial: None,
            removed: None,
            unread: false,
            validators: Vec::new(),
        }
    }

    pub fn ty(&self) -> Type {
        self.kind.ty()
    }
}

impl AttributeKind {
    pub fn ty(&self) -> Type {
        match self {
            Self::Plain(ty) => ty.clone(),
            Self::Nested(Nesting::Single, object) => object.ty(),
            Self::Nested(Nesting::List, object) => Type::list(object.ty()),
            Self::Nested(Nesting::Set, object) => Type::set(object.ty()),
            Self::Nested(Nesting::Map, object) => Type::map(object.ty()),
        }
    }
}

impl NestedBlock {
    pub fn ty(&self) -> Type {
        let object = self.block.ty();
        match self.nesting {
            BlockNesting::Single | BlockNesting::Group => object,
            // Elements of different types travel as a tuple or an object under the dynamic pseudo-type.
            BlockNesting::List | BlockNesting::Map if has_dynamic(&object) => Type::Dynamic,
            BlockNesting::List => Type::list(object),
            BlockNesting::Set => Type::set(object),
            BlockNesting::Map => Type::map(object),
        }
    }
}

/// Whether a value of this type may bring types of its own.
pub fn has_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::String | Type::Number | Type::Bool => false,
        Type::List(e) | Type::Set(e) | Type::Map(e) => has_dynamic(e),
        Type::Tuple(es) => es.iter().any(has_dynamic),
        Type::Object(attrs) => attrs.values().any(has_dynamic),
    }
}
