//! Attributes of objects without their types.

use crate::framework::model::{Field, Value};
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

pub(super) fn id(object: &Raw) -> &str {
    object.get("id").as_str().unwrap_or_default()
}
