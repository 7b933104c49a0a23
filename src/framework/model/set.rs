//! Terraform's sets.

use super::{AttributeKind, Field, ModelError, Nesting, Raw, Type, Validator, Value, collection, each};

/// A set: no order, equal elements once. Equality is that of sets.
#[derive(Clone, Debug)]
pub struct Set<T>(Vec<Value<T>>);

impl<T> Set<T> {
    pub fn iter(&self) -> std::slice::Iter<'_, Value<T>> {
        self.0.iter()
    }

    /// The elements that are known.
    pub fn known(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(Value::known)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Field> PartialEq for Set<T> {
    fn eq(&self, other: &Self) -> bool {
        self.to_raw() == other.to_raw()
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Self(elements.into_iter().map(Value::Known).collect())
    }
}

impl<T> FromIterator<Value<T>> for Set<T> {
    fn from_iter<I: IntoIterator<Item = Value<T>>>(elements: I) -> Self {
        Self(elements.into_iter().collect())
    }
}

impl<T: Field> Field for Set<T> {
    fn kind() -> AttributeKind {
        collection(T::kind(), Nesting::Set, Type::set)
    }

    fn validators() -> Vec<Validator> {
        each(T::validators())
    }

    fn from_raw(raw: &Raw) -> Result<Self, ModelError> {
        match raw {
            Raw::Set(es) => es.iter().map(Value::from_raw).collect::<Result<_, _>>().map(Self),
            _ => Err(ModelError::expected("a set")),
        }
    }

    fn to_raw(&self) -> Raw {
        Raw::set(self.0.iter().map(Value::to_raw))
    }
}
