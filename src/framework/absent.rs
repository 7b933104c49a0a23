//! Empty is absent: an optional attribute whose value is empty means the same as one that is left out.
//!
//! Modules hand the defaults of all their variables through: `description = ""`, `bgp_asn = 0`, `prepaid = { period_months = null }`,
//! `tags = {}`. What plans, validates and calls sees such values as null, so that none of it has to know of them. Terraform wants its
//! values back as it gave them, though: what was empty in a configuration is planned as it was written, and stays so in the state.
//!
//! Empty are `""`, a list, set or map without elements, the number 0 where the attribute's range leaves it out, and an object in which
//! nothing is set. Elements of sets are left as they are: only their values tell which is which.

use super::map::map;
use super::raw::Raw;
use super::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Object};
use super::validators::Validator;

/// `value` with null for each optional attribute that is empty, at every depth.
pub fn without_empty(block: &Block, value: &Raw) -> Raw {
    let Raw::Map(members) = value else { return value.clone() };
    let mut kept = members.clone();
    for attribute in &block.attributes {
        if let Some(value) = kept.get_mut(attribute.name.as_ref()) {
            *value = attribute_without_empty(attribute, value);
        }
    }
    for nested in &block.blocks {
        let Some(value) = kept.get_mut(nested.name.as_ref()) else { continue };
        *value = match nested.nesting {
            BlockNesting::Single | BlockNesting::Group => without_empty(&nested.block, value),
            BlockNesting::List | BlockNesting::Map => each(value, |element| without_empty(&nested.block, element)),
            BlockNesting::Set => continue,
        };
    }
    Raw::Map(kept)
}

/// A configuration that looks for something: a list without elements is not one that was left out, since nothing is in it.
pub fn without_empty_texts(block: &Block, config: &Raw) -> Raw {
    let Raw::Map(mut members) = without_empty(block, config) else { return config.clone() };
    for (name, value) in &mut members {
        let given = config.get(name);
        let collection = matches!(given, Raw::List(_) | Raw::Set(_)) && given.elements().is_empty();
        if collection {
            *value = given.clone();
        }
    }
    Raw::Map(members)
}

/// A plan that was made without empty values, as Terraform takes it: what is empty in `config` is planned as it stands there, and where
/// the configuration says nothing, what is empty in `prior` stays so. A computed attribute that keeps its prior value may do that beside an
/// empty one in the configuration.
pub fn planned(block: &Block, planned: Raw, config: &Raw, prior: &Raw) -> Raw {
    Forms { config: Some(config), known: prior, computed_too: true }.block(block, planned)
}

/// The attributes of a plan in whose configuration something is empty, as they were planned without that: Terraform's plan does not have
/// them, and the apply needs them.
pub fn planned_without<'a>(
    block: &'a Block,
    planned: &'a Raw,
    config: &'a Raw,
) -> impl Iterator<Item = (&'a Attribute, &'a Raw)> {
    let has_empty = |attribute: &&Attribute| {
        let config = config.get(&attribute.name);
        !attribute.write_only && attribute_without_empty(attribute, config) != *config
    };
    block.attributes.iter().filter(has_empty).map(|attribute| (attribute, planned.get(&attribute.name)))
}

/// `new` with what is empty in `known` as it was there, if `new` has nothing else to say of it. For an attribute that is computed nothing
/// that the service says is in the way: nobody asked for it.
pub fn kept(block: &Block, new: Raw, known: &Raw) -> Raw {
    Forms { config: None, known, computed_too: true }.block(block, new)
}

/// What a data source found, with the empty values of its configuration as they stand there.
pub fn found(block: &Block, found: Raw, config: &Raw) -> Raw {
    Forms { config: None, known: config, computed_too: false }.block(block, found)
}

/// Where empty values had their form.
#[derive(Clone, Copy)]
struct Forms<'a> {
    /// With a configuration, its form counts, and that of what was known only where it says nothing.
    config: Option<&'a Raw>,
    known: &'a Raw,
    /// Whether an empty value stays where the service says what a computed attribute is.
    computed_too: bool,
}

impl Forms<'_> {
    fn of(&self, name: &str) -> Forms<'_> {
        Forms { config: self.config.map(|config| config.get(name)), known: self.known.get(name), ..*self }
    }

    fn block(self, block: &Block, value: Raw) -> Raw {
        let Raw::Map(mut members) = value else { return value };
        for attribute in &block.attributes {
            if let Some(value) = members.get_mut(attribute.name.as_ref()) {
                *value = self.of(&attribute.name).attribute(attribute, std::mem::take(value));
            }
        }
        for nested in block.blocks.iter().filter(|nested| matches!(nested.nesting, BlockNesting::Single)) {
            if let Some(value) = members.get_mut(nested.name.as_ref()) {
                *value = self.of(&nested.name).block(&nested.block, std::mem::take(value));
            }
        }
        Raw::Map(members)
    }

    fn attribute(self, attribute: &Attribute, value: Raw) -> Raw {
        if attribute.write_only {
            return value;
        }
        match &attribute.kind {
            AttributeKind::Nested(Nesting::Single, object) => self.object(attribute, object, value),
            AttributeKind::Nested(Nesting::List | Nesting::Map, object) => self.elements(attribute, object, value),
            _ => self.plain(attribute, value),
        }
    }

    fn plain(self, attribute: &Attribute, value: Raw) -> Raw {
        let is_empty = |value: &Raw| is_empty(attribute, value);
        match self.config {
            Some(config) if is_empty(config) => {
                let stays = attribute.computed
                    && !self.known.is_null()
                    && value == attribute_without_empty(attribute, self.known);
                if stays { self.known.clone() } else { config.clone() }
            }
            Some(config) if config.is_null() && attribute.computed && value.is_null() && is_empty(self.known) => {
                self.known.clone()
            }
            None if is_empty(self.known) && (value.is_null() || (attribute.computed && self.computed_too)) => {
                self.known.clone()
            }
            _ => value,
        }
    }

    fn object(self, attribute: &Attribute, object: &Object, value: Raw) -> Raw {
        let form = self.config.unwrap_or(self.known);
        if matches!(form, Raw::Map(_)) && attribute_without_empty(attribute, form).is_null() {
            return self.unset(attribute, object, form, value);
        }
        match value {
            Raw::Map(_) => self.members(object, &value),
            Raw::Null if attribute.computed && form.is_null() && is_empty(attribute, self.known) => self.known.clone(),
            value => value,
        }
    }

    /// What became of an object in which nothing is set. Where Terraform lets all of its members be filled in, they are; else it is what is
    /// written there, unless the whole stays as it is.
    fn unset(self, attribute: &Attribute, object: &Object, form: &Raw, value: Raw) -> Raw {
        let stays = !self.known.is_null() && value == attribute_without_empty(attribute, self.known);
        if self.config.is_some() && stays {
            return self.known.clone();
        }
        if self.config.is_none() && !attribute.computed && !value.is_null() {
            return value;
        }
        if object.attributes.iter().any(|inner| !inner.computed && !inner.write_only) {
            return form.clone();
        }
        Raw::Map(map(object.attributes.iter().map(|inner| {
            let value = match &value {
                Raw::Unknown(_) if inner.computed => Raw::unknown(),
                value => value.get(&inner.name).clone(),
            };
            (inner.name.to_string(), self.of(&inner.name).attribute(inner, value))
        })))
    }

    fn members(self, object: &Object, value: &Raw) -> Raw {
        Raw::Map(map(object.attributes.iter().map(|inner| {
            (inner.name.to_string(), self.of(&inner.name).attribute(inner, value.get(&inner.name).clone()))
        })))
    }

    /// Elements are paired by their place, as Terraform does.
    fn elements(self, attribute: &Attribute, object: &Object, value: Raw) -> Raw {
        let restore = |form: Forms<'_>, value: Raw| match value {
            Raw::Map(_) => form.members(object, &value),
            value => value,
        };
        match value {
            Raw::List(elements) => {
                let at = |form: &'_ Raw, i: usize| form.elements().get(i).cloned().unwrap_or_default();
                Raw::List(
                    (0..)
                        .zip(elements)
                        .map(|(i, element)| {
                            let (config, known) = (self.config.map(|config| at(config, i)), at(self.known, i));
                            restore(Forms { config: config.as_ref(), known: &known, ..self }, element)
                        })
                        .collect(),
                )
            }
            Raw::Map(elements) => Raw::Map(map(elements.into_iter().map(|(key, element)| {
                let element = restore(self.of(&key), element);
                (key, element)
            }))),
            value => self.plain(attribute, value),
        }
    }
}

fn attribute_without_empty(attribute: &Attribute, value: &Raw) -> Raw {
    let value = match &attribute.kind {
        AttributeKind::Nested(Nesting::Single, object) => object_without_empty(object, value),
        AttributeKind::Nested(Nesting::List | Nesting::Map, object) => {
            each(value, |element| object_without_empty(object, element))
        }
        _ => value.clone(),
    };
    if is_empty(attribute, &value) { Raw::Null } else { value }
}

fn object_without_empty(object: &Object, value: &Raw) -> Raw {
    let Raw::Map(members) = value else { return value.clone() };
    let mut kept = members.clone();
    for attribute in &object.attributes {
        if let Some(value) = kept.get_mut(attribute.name.as_ref()) {
            *value = attribute_without_empty(attribute, value);
        }
    }
    Raw::Map(kept)
}

/// Whether a value says nothing of an attribute that may be left out.
fn is_empty(attribute: &Attribute, value: &Raw) -> bool {
    attribute.optional && says_nothing(attribute, value)
}

/// Whether a value is one that says nothing. In an object of such values, those of required members say nothing either.
fn says_nothing(attribute: &Attribute, value: &Raw) -> bool {
    match value {
        Raw::String(text) => text.is_empty(),
        Raw::Number(number) => number.as_i64() == Some(0) && excludes_zero(attribute),
        Raw::List(elements) | Raw::Set(elements) => elements.is_empty(),
        Raw::Map(members) => match &attribute.kind {
            AttributeKind::Nested(Nesting::Single, object) => object
                .attributes
                .iter()
                .all(|inner| members.get(inner.name.as_ref()).is_none_or(|m| m.is_null() || says_nothing(inner, m))),
            _ => members.is_empty(),
        },
        _ => false,
    }
}

fn excludes_zero(attribute: &Attribute) -> bool {
    let bounds = |validator: &Validator| match validator {
        Validator::Range { min, max } => Some((*min, *max)),
        _ => None,
    };
    let mut ranges = attribute.validators.iter().filter_map(bounds).peekable();
    ranges.peek().is_some() && ranges.all(|(min, max)| !(min..=max).contains(&0))
}

fn each(value: &Raw, of: impl Fn(&Raw) -> Raw) -> Raw {
    match value {
        Raw::List(elements) => Raw::List(elements.iter().map(of).collect()),
        Raw::Map(elements) => Raw::Map(map(elements.iter().map(|(key, element)| (key.clone(), of(element))))),
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests;
