//! What went wrong, and at which attribute. Never with a value: it may be a secret.

use std::borrow::Cow;
use std::fmt;

use crate::framework::path::{Path, Step};
use crate::framework::types::{MAX_DEPTH, Type};

/// Bytes that are not a value of the expected type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The attribute that could not be read.
    pub path: Path,
    pub message: Cow<'static, str>,
}

/// A value that does not fit the type it was to be written with: a mistake of the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeError {
    /// The attribute that could not be written.
    pub path: Path,
    pub message: Cow<'static, str>,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(f, &self.path, &self.message)
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display(f, &self.path, &self.message)
    }
}

impl std::error::Error for DecodeError {}
impl std::error::Error for EncodeError {}

impl From<Fault> for DecodeError {
    fn from(fault: Fault) -> Self {
        let (path, message) = fault.into_parts();
        Self { path, message }
    }
}

impl From<Fault> for EncodeError {
    fn from(fault: Fault) -> Self {
        let (path, message) = fault.into_parts();
        Self { path, message }
    }
}

/// An error on its way up: each level adds its step, so that the good case pays nothing for paths.
#[derive(Debug)]
pub(super) struct Fault {
    /// Innermost first.
    steps: Vec<Step>,
    message: Cow<'static, str>,
}

impl Fault {
    pub(super) fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self { steps: Vec::new(), message: message.into() }
    }

    pub(super) fn too_deep() -> Self {
        Self::new(format!("nested more than {MAX_DEPTH} levels deep"))
    }

    /// `list is required`, without telling what was there instead.
    pub(super) fn required(ty: &Type) -> Self {
        Self::new(match ty {
            Type::String => "string is required",
            Type::Number => "number is required",
            Type::Bool => "bool is required",
            Type::Dynamic => "any type is required",
            Type::List(_) => "list is required",
            Type::Set(_) => "set is required",
            Type::Map(_) => "map is required",
            Type::Tuple(_) => "tuple is required",
            Type::Object(_) => "object is required",
        })
    }

    pub(super) fn tuple_of(wanted: usize, given: usize) -> Self {
        Self::new(format!("a tuple of {wanted} elements is required ({given} given)"))
    }

    pub(super) fn untyped() -> Self {
        Self::new("a value of any type has to come with its type")
    }

    pub(super) fn twice() -> Self {
        Self::new("given twice")
    }

    pub(super) fn missing(name: &str) -> Self {
        Self::new(format!("attribute {name:?} is missing"))
    }

    pub(super) fn unsupported(name: &str) -> Self {
        // A real name is short; what is not comes from a broken peer.
        Self::new(format!("unsupported attribute {:?}", name.chars().take(60).collect::<String>()))
    }

    pub(super) fn in_attribute(self, name: &str) -> Self {
        self.inside(Step::Attribute(Cow::Owned(name.to_owned())))
    }

    pub(super) fn in_key(self, key: &str) -> Self {
        self.inside(Step::Key(key.to_owned()))
    }

    pub(super) fn in_index(self, index: usize) -> Self {
        self.inside(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)))
    }

    /// Elements of sets have no address: the path ends here.
    pub(super) fn in_set(mut self) -> Self {
        self.steps.clear();
        self
    }

    fn inside(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    fn into_parts(self) -> (Path, Cow<'static, str>) {
        (self.steps.into_iter().rev().collect(), self.message)
    }
}

fn display(f: &mut fmt::Formatter<'_>, path: &Path, message: &str) -> fmt::Result {
    if path.is_root() { f.write_str(message) } else { write!(f, "{path}: {message}") }
}
