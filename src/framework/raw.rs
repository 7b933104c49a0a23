//! Untyped values: what a value is before a schema or a model gives it meaning.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use super::map::map;
use super::number::Number;
use super::path::{Path, Step};
use super::types::Type;

/// A value of any type. Which type it is stands in the schema, not here: a list and a tuple look the same, so do a map and an
/// object.
///
/// `Debug` shows the shape only, never text: a value may hold a secret.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Raw {
    #[default]
    Null,
    /// Not known before apply.
    /// In a box: few values are unknown, and every value is as large as the largest kind.
    Unknown(Box<Refinement>),
    Bool(bool),
    Number(Number),
    /// In Unicode normalisation form C, as Terraform keeps strings.
    String(String),
    /// A list or a tuple.
    List(Vec<Self>),
    /// A set: sorted, known elements once. Made by [`Raw::set`].
    Set(Vec<Self>),
    /// A map or an object.
    Map(BTreeMap<String, Self>),
    /// A value under the dynamic pseudo-type, with the type it brings along.
    Typed(Box<Type>, Box<Self>),
}

/// What is known of an unknown value. A hint for the reader; comparisons leave it out of account, as Terraform's checks of plans do.
///
/// `Debug` shows which parts of the value are known, not what they are: the value may turn out to be a secret.
#[derive(Clone, Default)]
pub struct Refinement {
    pub not_null: bool,
    pub prefix: Option<String>,
    /// The bound, and whether it is included.
    pub lower: Option<(Number, bool)>,
    pub upper: Option<(Number, bool)>,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
}

impl Raw {
    /// A plain unknown.
    pub fn unknown() -> Self {
        Self::Unknown(Box::default())
    }

    pub fn set(elements: impl IntoIterator<Item = Self>) -> Self {
        let mut elements: Vec<_> = elements.into_iter().collect();
        elements.sort();
        // Two unknown elements may turn out different: only what is wholly known can be the same element.
        elements.dedup_by(|a, b| a == b && a.is_wholly_known());
        Self::Set(elements)
    }

    pub fn object<K: Into<String>>(members: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(map(members.into_iter().map(|(name, value)| (name.into(), value))))
    }

    pub fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Typed(_, value) => value.is_null(),
            _ => false,
        }
    }

    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Typed(_, value) => value.is_unknown(),
            _ => false,
        }
    }

    /// Neither itself nor anything inside is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::List(es) | Self::Set(es) => es.iter().all(Self::is_wholly_known),
            Self::Map(ms) => ms.values().all(Self::is_wholly_known),
            Self::Typed(_, value) => value.is_wholly_known(),
            _ => true,
        }
    }

    /// The member of an object; null where there is none.
    pub fn get(&self, name: &str) -> &Self {
        const NULL: &Raw = &Raw::Null;
        match self {
            Self::Map(members) => members.get(name).unwrap_or(NULL),
            _ => NULL,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The elements of a list or a set, or nothing.
    pub fn elements(&self) -> &[Self] {
        match self {
            Self::List(es) | Self::Set(es) => es,
            _ => &[],
        }
    }

    /// The value at a path; `None` where the path leads nowhere.
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.steps().iter().try_fold(self, |value, step| match (step, value) {
            (Step::Attribute(name), Self::Map(members)) => members.get(name.as_ref()),
            (Step::Key(key), Self::Map(members)) => members.get(key),
            (Step::Index(index), Self::List(es)) => es.get(usize::try_from(*index).ok()?),
            (_, Self::Typed(_, inner)) => inner.at(&Path::from_iter([step.clone()])),
            _ => None,
        })
    }

    /// The same value with every unknown inside replaced by null: what may be stored after an operation that was cut short.
    #[must_use]
    pub fn unknown_to_null(self) -> Self {
        match self {
            Self::Unknown(_) => Self::Null,
            Self::List(es) => Self::List(es.into_iter().map(Self::unknown_to_null).collect()),
            Self::Set(es) => Self::set(es.into_iter().map(Self::unknown_to_null)),
            Self::Map(ms) => Self::Map(map(ms.into_iter().map(|(k, v)| (k, v.unknown_to_null())))),
            Self::Typed(ty, value) => Self::Typed(ty, Box::new(value.unknown_to_null())),
            known => known,
        }
    }
}

impl From<&str> for Raw {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Raw {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Raw {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Raw {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl From<Number> for Raw {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Unknown(_) => f.write_str("unknown"),
            Self::Bool(_) => f.write_str("bool"),
            Self::Number(_) => f.write_str("number"),
            Self::String(_) => f.write_str("string"),
            Self::List(es) => f.debug_list().entries(es).finish(),
            Self::Set(es) => f.debug_set().entries(es).finish(),
            Self::Map(ms) => f.debug_map().entries(ms).finish(),
            Self::Typed(ty, value) => write!(f, "{value:?} as {ty}"),
        }
    }
}

impl fmt::Debug for Refinement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refinement")
            .field("not_null", &self.not_null)
            .field("prefix", &self.prefix.is_some())
            .field("lower", &self.lower.is_some())
            .field("upper", &self.upper.is_some())
            .field("min_length", &self.min_length)
            .field("max_length", &self.max_length)
            .finish()
    }
}

impl PartialEq for Refinement {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Refinement {}

impl PartialOrd for Refinement {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Refinement {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_have_no_order_and_no_twins() {
        assert_eq!(Raw::set(["b".into(), "a".into(), "b".into()]), Raw::set(["a".into(), "b".into()]));
        assert_eq!(Raw::set([Raw::unknown(), Raw::unknown()]).elements().len(), 2);
    }

    #[test]
    fn debug_shows_no_text() {
        let value = Raw::object([("psk", Raw::from("hunter2")), ("n", Raw::from(7))]);
        assert_eq!(format!("{value:?}"), r#"{"n": number, "psk": string}"#);
        let lower = Some((Number::from(4_711_i64), true));
        let known = Refinement { not_null: true, prefix: Some("hunter2".into()), lower, ..Refinement::default() };
        let shown = format!("{known:?}");
        assert!(shown.contains("not_null: true") && shown.contains("prefix: true"), "{shown}");
        assert!(!shown.contains("hunter2") && !shown.contains("4711"), "{shown}");
    }

    #[test]
    fn a_path_finds_its_value() {
        let value = Raw::object([("a", Raw::List(vec![Raw::object([("b", Raw::from(true))])]))]);
        assert_eq!(value.at(&Path::from("a").index(0).attribute("b")), Some(&Raw::Bool(true)));
        assert_eq!(value.at(&Path::from("a").index(1)), None);
    }
}
