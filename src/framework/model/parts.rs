//! What derived code is put together of. There is much of it, a piece for each attribute: the pieces are calls, and what they call is
//! compiled once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Field, ModelError, Value};
use crate::framework::raw::Raw;
use crate::framework::schema::{Attribute, AttributeKind};
use crate::framework::validators::Validator;

/// The attributes of an object, one after the other.
#[derive(Debug)]
pub struct Attributes(Vec<Attribute>);

/// A flag of an [`Attribute`], by the name of its field.
#[derive(Clone, Copy, Debug)]
#[expect(non_camel_case_types, reason = "the words of #[attr(...)], which are the names of fields")]
pub enum Flag {
    required,
    optional,
    computed,
    sensitive,
    write_only,
    replace,
    volatile,
    unread,
}

impl Attributes {
    pub fn with_capacity(attributes: usize) -> Self {
        Self(Vec::with_capacity(attributes))
    }

    /// The next attribute. What follows is about this one.
    pub fn add<T: Field>(&mut self, name: &'static str, description: &'static str, flags: &[Flag]) {
        self.push(name, description, flags, T::kind, T::validators);
    }

    #[inline(never)]
    fn push(
        &mut self,
        name: &'static str,
        description: &'static str,
        flags: &[Flag],
        kind: fn() -> AttributeKind,
        validators: fn() -> Vec<Validator>,
    ) {
        let mut attribute =
            Attribute { description: description.into(), validators: validators(), ..Attribute::new(name, kind()) };
        for flag in flags {
            let field = match flag {
                Flag::required => &mut attribute.required,
                Flag::optional => &mut attribute.optional,
                Flag::computed => &mut attribute.computed,
                Flag::sensitive => &mut attribute.sensitive,
                Flag::write_only => &mut attribute.write_only,
                Flag::replace => &mut attribute.replace,
                Flag::volatile => &mut attribute.volatile,
                Flag::unread => &mut attribute.unread,
            };
            *field = true;
        }
        self.0.push(attribute);
    }

    #[inline(never)]
    pub fn deprecated(&mut self, why: &'static str) {
        self.edit(|attribute| attribute.deprecated = Some(Cow::Borrowed(why)));
    }

    #[inline(never)]
    pub fn default(&mut self, value: Raw) {
        self.edit(|attribute| attribute.default = Some(value));
    }

    #[inline(never)]
    pub fn initial(&mut self, value: Raw) {
        self.edit(|attribute| attribute.initial = Some(value));
    }

    #[inline(never)]
    pub fn removed(&mut self, value: Raw) {
        self.edit(|attribute| attribute.removed = Some(value));
    }

    #[inline(never)]
    pub fn validator(&mut self, validator: Validator) {
        self.edit(|attribute| attribute.validators.push(validator));
    }

    fn edit(&mut self, change: impl FnOnce(&mut Attribute)) {
        if let Some(attribute) = self.0.last_mut() {
            change(attribute);
        }
    }

    pub fn finish(self) -> Vec<Attribute> {
        self.0
    }
}

/// An object being taken apart. Keeps the first error, so that the members need not be looked at one by one.
#[derive(Debug)]
pub struct Reading<'a> {
    object: &'a Raw,
    error: Option<ModelError>,
}

impl<'a> Reading<'a> {
    pub fn new(object: &'a Raw) -> Self {
        let error = (!matches!(object, Raw::Map(_))).then(|| ModelError::expected("an object"));
        Self { object, error }
    }

    /// A member; null where it cannot be read.
    #[inline(never)]
    pub fn member<T: Field>(&mut self, name: &'static str) -> Value<T> {
        match Value::from_raw(self.object.get(name)) {
            Ok(value) => value,
            Err(error) => {
                self.failed(name, error);
                Value::Null
            }
        }
    }

    #[inline(never)]
    fn failed(&mut self, name: &'static str, error: ModelError) {
        self.error.get_or_insert_with(|| error.in_member(name));
    }

    /// # Errors
    /// The first member that could not be read, or that this is no object.
    pub fn finish(self) -> Result<(), ModelError> {
        self.error.map_or(Ok(()), Err)
    }
}

/// An object being put together.
#[derive(Debug, Default)]
pub struct Members(BTreeMap<String, Raw>);

impl Members {
    #[inline(never)]
    pub fn add<T: Field>(&mut self, name: &'static str, value: &Value<T>) {
        self.put(name, value.to_raw());
    }

    #[inline(never)]
    fn put(&mut self, name: &'static str, value: Raw) {
        self.0.insert(name.to_owned(), value);
    }

    pub fn finish(self) -> Raw {
        Raw::Map(self.0)
    }
}
