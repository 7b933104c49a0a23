//! Attributes of objects without their types.

use crate::framework::model::{Field, Value};
use crate::framework::path::{Path, Step};
use crate::framework::raw::Raw;

/// The attribute of an object that fits its schema; null where it has none of this name.
pub(super) fn member<T: Field>(object: &Raw, name: &str) -> Value<T> {
    Value::from_raw(object.get(name)).unwrap_or_default()
}

pub(super) fn put(object: &mut Raw, name: &str, value: Raw) {
    if let Raw::Map(members) = object {
        members.insert(name.to_owned(), value);
    }
}

/// Puts a value at a path of attributes that leads to an object.
pub(super) fn put_at(object: &mut Raw, path: &Path, value: Raw) {
    let (Some((Step::Attribute(name), parents)), place) = (path.steps().split_last(), object) else { return };
    let place = parents.iter().try_fold(place, |place, step| match (step, place) {
        (Step::Attribute(name), Raw::Map(members)) => members.get_mut(name.as_ref()),
        _ => None,
    });
    if let Some(place) = place {
        put(place, name, value);
    }
}

pub(super) fn id(object: &Raw) -> &str {
    object.get("id").as_str().unwrap_or_default()
}
