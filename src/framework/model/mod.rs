//! Typed values: a struct with `#[derive(Model)]` is the schema of an object, its documentation and its codec.

use std::collections::BTreeMap;
use std::fmt;

use super::number::Number;
use super::path::Path;
use super::plan;
use super::raw::Raw;
use super::schema::{AttributeKind, Block, NestedBlock, Nesting, Object};
use super::types::Type;
use super::validators::Validator;

pub use cloudvpn_derive::Model;
pub use parts::{Attributes, Flag, Members, Reading};
pub use secret::Secret;
pub use set::Set;
pub use value::Value;

mod parts;
mod secret;
mod set;
mod value;

/// A list whose elements may be null or unknown, one by one.
pub type List<T> = Vec<Value<T>>;

/// A map whose values may be null or unknown, one by one.
pub type Map<T> = BTreeMap<String, Value<T>>;

/// An object: derived, or made of a derived one as [`super::view`] does; never written by hand.
pub trait Model: Sized {
    /// The doc comment of the struct, Markdown.
    const DESCRIPTION: &'static str;

    /// Attributes and the rules between them.
    fn object() -> Object;

    /// Nested blocks; only at the root of a schema and inside blocks.
    fn blocks() -> Vec<NestedBlock>;

    /// Takes an object apart. A member that is absent counts as null.
    fn from_raw(raw: &Raw) -> Result<Self, ModelError>;

    fn to_raw(&self) -> Raw;

    /// This plan with its unknown values replaced by what they became; see [`plan::settled`].
    ///
    /// # Errors
    /// `actual` does not fit the model, which a value of the model's own making always does.
    fn settled(&self, actual: &Self) -> Result<Self, ModelError> {
        Self::from_raw(&plan::settled(&self.to_raw(), &actual.to_raw()))
    }

    /// Attributes and blocks together.
    fn block() -> Block {
        let Object { attributes, rules } = Self::object();
        Block { attributes, blocks: Self::blocks(), description: Self::DESCRIPTION.into(), deprecated: None, rules }
    }
}

/// What may stand in a `Value<T>`: a type of the schema with its codec.
pub trait Field: Sized {
    fn kind() -> AttributeKind;

    /// Checks that come with the type itself, such as whole numbers for `i64`.
    fn validators() -> Vec<Validator> {
        Vec::new()
    }

    /// Called with known values only.
    fn from_raw(raw: &Raw) -> Result<Self, ModelError>;

    fn to_raw(&self) -> Raw;
}

/// A value that does not fit its field. Says where and what was expected, never the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {expected} is required")]
pub struct ModelError {
    pub path: Path,
    pub expected: &'static str,
}

impl ModelError {
    pub fn expected(expected: &'static str) -> Self {
        Self { path: Path::root(), expected }
    }

    /// The same error seen from the object that holds the member `name`.
    #[must_use]
    pub fn in_member(self, name: &'static str) -> Self {
        let path = std::iter::once(super::path::Step::Attribute(name.into())).chain(self.path.steps().iter().cloned());
        Self { path: path.collect(), ..self }
    }
}

impl<M: Model> Field for M {
    fn kind() -> AttributeKind {
        AttributeKind::Nested(Nesting::Single, M::object())
    }

    fn from_raw(raw: &Raw) -> Result<Self, ModelError> {
        match raw {
            Raw::Map(_) => M::from_raw(raw),
            _ => Err(ModelError::expected("an object")),
        }
    }

    fn to_raw(&self) -> Raw {
        M::to_raw(self)
    }
}

impl Field for String {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::String)
    }

    fn from_raw(raw: &Raw) -> Result<Self, ModelError> {
        raw.as_str().map(Self::from).ok_or_else(|| ModelError::expected("a string"))
    }

    fn to_raw(&self) -> Raw {
        Raw::String(self.clone())
    }
}

impl Field for bool {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::Bool)
    }

    fn from_raw(raw: &Raw) -> Result<Self, ModelError> {
        match raw {
            Raw::Bool(value) => Ok(*value),
            _ => Err(ModelError::expected("a bool")),
        }
    }

    fn to_raw(&self) -> Raw {
        Raw::Bool(*self)
    }
}

impl Field for Number {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::Number)
    }

    fn from_raw(raw: &Raw) -> Result<Self, ModelError> {
        match raw {
            Raw::Number(value) => Ok(value.clone()),
            _ => Err(ModelError::expected("a number")),
        }
    }

    fn to_raw(&self) -> Raw {
        Raw::Number(self.clone())
    }
}

impl Field for i64 {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::Number)
    }

    fn validators() -> Vec<Validator> {
        vec![Validator::Integer]
    }

    fn from_raw(raw: &Raw) -> Result<Self, ModelError> {
        raw.as_i64().ok_or_else(|| ModelError::expected("a whole number"))
    }

    fn to_raw(&self) -> Raw {
        Raw::from(*self)
    }
}

/// The dynamic pseudo-type.
impl Field for Raw {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::Dynamic)
    }

    fn from_raw(raw: &Raw) -> Result<Self, ModelError> {
        Ok(raw.clone())
    }

    fn to_raw(&self) -> Raw {
        self.clone()
    }
}

impl<T: Field> Field for List<T> {
    fn kind() -> AttributeKind {
        collection(T::kind(), Nesting::List, Type::list)
    }

    fn validators() -> Vec<Validator> {
        each(T::validators())
    }

    fn from_raw(raw: &Raw) -> Result<Self, ModelError> {
        match raw {
            Raw::List(es) => es.iter().map(Value::from_raw).collect(),
            _ => Err(ModelError::expected("a list")),
        }
    }

    fn to_raw(&self) -> Raw {
        Raw::List(self.iter().map(Value::to_raw).collect())
    }
}

impl<T: Field> Field for Map<T> {
    fn kind() -> AttributeKind {
        collection(T::kind(), Nesting::Map, Type::map)
    }

    fn validators() -> Vec<Validator> {
        each(T::validators())
    }

    fn from_raw(raw: &Raw) -> Result<Self, ModelError> {
        match raw {
            Raw::Map(ms) => ms.iter().map(|(k, v)| Ok((k.clone(), Value::from_raw(v)?))).collect(),
            _ => Err(ModelError::expected("a map")),
        }
    }

    fn to_raw(&self) -> Raw {
        Raw::Map(self.iter().map(|(k, v)| (k.clone(), v.to_raw())).collect())
    }
}

/// The kind of a collection of elements of some kind.
fn collection(element: AttributeKind, nesting: Nesting, ty: impl Fn(Type) -> Type) -> AttributeKind {
    match element {
        AttributeKind::Nested(Nesting::Single, object) => AttributeKind::Nested(nesting, object),
        // A collection of collections of objects has no nested form in protocol 6: it is a plain type.
        element => AttributeKind::Plain(ty(element.ty())),
    }
}

fn each(validators: Vec<Validator>) -> Vec<Validator> {
    validators.into_iter().map(|v| Validator::Each(Box::new(v))).collect()
}

impl<T: fmt::Debug> fmt::Debug for Value<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("unknown"),
            Self::Null => f.write_str("null"),
            Self::Known(value) => value.fmt(f),
        }
    }
}
