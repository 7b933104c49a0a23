//! What data sources show: objects of a resource, by the resource's own model.
//!
//! A data source has its own schema, in which everything but what is sought by is computed. It is derived here, so that a data source says
//! only what it is found by and how, and shows a new attribute of its resource by itself.

use super::model::{Model, ModelError};
use super::raw::Raw;
use super::schema::{Attribute, AttributeKind, Block, NestedBlock, Nesting, Object};
use super::validators::Rule;

/// A resource's model that data sources show.
pub trait Shown: Model {
    /// Attributes that say how to manage an object and not what it is. Those that are sensitive or write-only are never shown, at any
    /// depth, whether they stand here or not.
    const HIDDEN: &'static [&'static str];
}

/// An object as an element of a data source: every attribute is computed. Nested blocks are not shown.
#[derive(Clone, Debug, Default)]
pub struct View<M>(pub M);

/// A resource's model of which a data source shows a single object.
pub trait Sought: Shown {
    /// What the data source is for, Markdown.
    const ABOUT: &'static str;

    /// What the object can be sought by. These attributes are optional and keep their validators.
    const BY: &'static [&'static str];

    /// Rules between the attributes of [`Self::BY`].
    const RULES: &'static [Rule];
}

impl<M: Shown> Model for View<M> {
    const DESCRIPTION: &'static str = M::DESCRIPTION;

    fn object() -> Object {
        Object { attributes: shown(M::object(), M::HIDDEN, &[]), rules: Vec::new() }
    }

    fn blocks() -> Vec<NestedBlock> {
        Vec::new()
    }

    fn from_raw(raw: &Raw) -> Result<Self, ModelError> {
        M::from_raw(raw).map(Self)
    }

    fn to_raw(&self) -> Raw {
        let mut raw = self.0.to_raw();
        fit(&Self::object().attributes, &mut raw);
        raw
    }
}

/// The schema of a data source that is an object itself: a [`View`], with the attributes that the object is sought by.
pub fn one<M: Sought>() -> Block {
    let attributes = shown(M::object(), M::HIDDEN, M::BY);
    let (description, rules) = (M::ABOUT.into(), M::RULES.to_vec());
    Block { attributes, blocks: Vec::new(), description, deprecated: None, rules }
}

/// Leaves of a value what the schema has.
pub fn fit(attributes: &[Attribute], value: &mut Raw) {
    let Raw::Map(members) = value else { return };
    members.retain(|name, _| attributes.iter().any(|attribute| attribute.name == name.as_str()));
    for attribute in attributes {
        let (AttributeKind::Nested(nesting, object), Some(value)) =
            (&attribute.kind, members.get_mut(attribute.name.as_ref()))
        else {
            continue;
        };
        let fit = |value: &mut Raw| fit(&object.attributes, value);
        match (nesting, value) {
            (Nesting::Single, value) => fit(value),
            (Nesting::Map, Raw::Map(members)) => members.values_mut().for_each(fit),
            (_, Raw::List(elements)) => elements.iter_mut().for_each(fit),
            (_, value @ Raw::Set(_)) => {
                let Raw::Set(mut elements) = std::mem::take(value) else { continue };
                elements.iter_mut().for_each(fit);
                // Without what is left out, two elements may be the same.
                *value = Raw::set(elements);
            }
            _ => {}
        }
    }
}

/// What is shown of an object; `by` are the attributes that it is sought by.
fn shown(object: Object, hidden: &[&str], by: &[&str]) -> Vec<Attribute> {
    let mut shown = Vec::new();
    for attribute in object.attributes {
        if !is_public(&attribute) || hidden.contains(&attribute.name.as_ref()) {
            continue;
        }
        shown.push(match by.contains(&attribute.name.as_ref()) {
            true => {
                let Attribute { kind, validators, .. } = attribute.clone();
                Attribute { optional: true, kind, validators, ..computed(attribute) }
            }
            false => computed(attribute),
        });
    }
    shown
}

fn is_public(attribute: &Attribute) -> bool {
    !attribute.sensitive && !attribute.write_only
}

/// The same attribute, nothing of it to be configured.
fn computed(attribute: Attribute) -> Attribute {
    let kind = match attribute.kind {
        AttributeKind::Nested(nesting, object) => {
            let attributes = object.attributes.into_iter().filter(is_public).map(computed).collect();
            AttributeKind::Nested(nesting, Object { attributes, rules: Vec::new() })
        }
        plain => plain,
    };
    Attribute {
        computed: true,
        description: attribute.description,
        deprecated: attribute.deprecated,
        ..Attribute::new(attribute.name, kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::model::{List, Map, Secret, Set, Value};
    use crate::framework::schema::{Schema, SchemaKind};

    /// A door.
    #[derive(Clone, Debug, Default, Model)]
    #[model(at_least_one_of(id, name))]
    struct Door {
        /// Id.
        #[attr(computed, prefix("door-"))]
        id: Value<String>,
        /// Name.
        #[attr(optional, computed, initial = "front", chars(1..=9))]
        name: Value<String>,
        /// Code.
        #[attr(required, sensitive, replace)]
        code: Value<Secret>,
        /// Code that is not kept.
        #[attr(optional, write_only)]
        code_wo: Value<Secret>,
        /// Version of the code.
        #[attr(optional)]
        code_version: Value<i64>,
        /// Locks.
        #[attr(required, items(1..=3))]
        locks: Value<Set<Lock>>,
        /// Locks in a row.
        #[attr(optional)]
        row: Value<List<Lock>>,
        /// Locks by colour.
        #[attr(optional)]
        by_colour: Value<Map<Lock>>,
        /// The best lock.
        #[attr(optional, computed)]
        best: Value<Lock>,
    }

    /// A lock.
    #[derive(Clone, Debug, Default, PartialEq, Model)]
    struct Lock {
        /// Make.
        #[attr(required, one_of("good", "bad"))]
        make: Value<String>,
        /// Key.
        #[attr(optional, sensitive)]
        key: Value<String>,
    }

    impl Shown for Door {
        const HIDDEN: &'static [&'static str] = &["code_version"];
    }

    impl Sought for Door {
        const ABOUT: &'static str = "Finds a door.";
        const BY: &'static [&'static str] = &["id", "name"];
        const RULES: &'static [Rule] = &[Rule::ExactlyOneOf(&["id", "name"])];
    }

    fn lock(key: &str) -> Lock {
        Lock { make: "good".into(), key: key.into() }
    }

    fn door() -> Door {
        Door {
            id: "door-1".into(),
            code: Value::Known(Secret::new("1234")),
            code_version: 7.into(),
            locks: Value::Known([lock("a"), lock("b")].into_iter().collect()),
            row: Value::Known(vec![Value::Known(lock("a"))]),
            by_colour: Value::Known([("red".to_owned(), Value::Known(lock("a")))].into()),
            best: Value::Known(lock("a")),
            ..Door::default()
        }
    }

    fn names(object: &Object) -> Vec<&str> {
        object.attributes.iter().map(|a| a.name.as_ref()).collect()
    }

    fn assert_only_computed(object: &Object) {
        assert!(object.rules.is_empty());
        for attribute in &object.attributes {
            let Attribute { required, optional, computed, replace, validators, .. } = attribute;
            assert!(*computed && !required && !optional && !replace && validators.is_empty(), "{}", attribute.name);
            assert!(attribute.default.is_none() && attribute.initial.is_none(), "{}", attribute.name);
            if let AttributeKind::Nested(_, object) = &attribute.kind {
                assert_eq!(names(object), ["make"]);
                assert_only_computed(object);
            }
        }
    }

    #[test]
    fn a_view_is_computed_throughout_and_has_nothing_sensitive() {
        let object = View::<Door>::object();
        assert_eq!(names(&object), ["id", "name", "locks", "row", "by_colour", "best"]);
        assert_only_computed(&object);
    }

    #[test]
    fn one_can_be_sought_by_what_the_model_says() {
        let block = one::<Door>();
        assert_eq!((&*block.description, block.rules.len()), ("Finds a door.", 1));
        let (by, rest): (Vec<_>, Vec<_>) = block.attributes.iter().cloned().partition(|a| a.optional);
        assert_eq!(by.iter().map(|a| (&*a.name, a.validators.len())).collect::<Vec<_>>(), [("id", 1), ("name", 1)]);
        assert!(by.iter().all(|a| a.computed && a.initial.is_none()));
        assert_only_computed(&Object { attributes: rest, rules: Vec::new() });
        let schema = Schema::new(0, block);
        assert!(schema.check(SchemaKind::DataSource).is_empty());
    }

    #[test]
    fn values_have_what_the_schema_has() {
        let good = || Raw::object([("make", Raw::from("good"))]);
        let expected = Raw::object([
            ("id", Raw::from("door-1")),
            ("name", Raw::Null),
            // The keys were all that made them two.
            ("locks", Raw::set([good()])),
            ("row", Raw::List(vec![good()])),
            ("by_colour", Raw::object([("red", good())])),
            ("best", good()),
        ]);
        assert_eq!(View(door()).to_raw(), expected);
        assert_eq!(View::<Door>::from_raw(&expected).unwrap().0.id.as_deref(), Some("door-1"));
        let mut shown = door().to_raw();
        fit(&one::<Door>().attributes, &mut shown);
        assert_eq!(shown, expected);
    }
}
