//! A value as Terraform has it: unknown, null or known.

use super::{Field, ModelError, Raw};

/// A value as Terraform sees it: not known yet, not set, or there.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value<T> {
    /// Known only after apply.
    Unknown,
    #[default]
    Null,
    Known(T),
}

impl<T> Value<T> {
    /// The value, if it is there.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    pub fn known_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// The value, if it is there; null and unknown are both `None`.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    pub fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    pub fn as_ref(&self) -> Value<&T> {
        match self {
            Self::Unknown => Value::Unknown,
            Self::Null => Value::Null,
            Self::Known(value) => Value::Known(value),
        }
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Value<U> {
        match self {
            Self::Unknown => Value::Unknown,
            Self::Null => Value::Null,
            Self::Known(value) => Value::Known(f(value)),
        }
    }

    /// Itself when set (known or not), else the other.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.is_null() { other } else { self }
    }

    /// Takes the value out and leaves null.
    #[must_use]
    pub fn take(&mut self) -> Self {
        std::mem::take(self)
    }
}

impl<T: std::ops::Deref> Value<T> {
    /// `Value<String>` to `Option<&str>`, and the like.
    pub fn as_deref(&self) -> Option<&T::Target> {
        self.known().map(|v| &**v)
    }
}

impl<T: Field> Value<T> {
    pub fn from_raw(raw: &Raw) -> Result<Self, ModelError> {
        match raw {
            Raw::Null => Ok(Self::Null),
            Raw::Unknown(_) => Ok(Self::Unknown),
            known => T::from_raw(known).map(Self::Known),
        }
    }

    pub fn to_raw(&self) -> Raw {
        match self {
            Self::Unknown => Raw::unknown(),
            Self::Null => Raw::Null,
            Self::Known(value) => value.to_raw(),
        }
    }
}

impl<T> From<T> for Value<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Value<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

impl From<&str> for Value<String> {
    fn from(value: &str) -> Self {
        Self::Known(value.to_owned())
    }
}
