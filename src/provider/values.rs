//! Between models and what the clouds' APIs take and give.

use secrecy::{ExposeSecret, SecretString};

use crate::framework::model::{Secret, Value};

/// A known value, for a request.
pub(super) fn said<T: Clone>(value: &Value<T>) -> Option<T> {
    value.known().cloned()
}

/// A text of an answer; the service writes the empty text for none.
pub(super) fn text(value: &Option<String>) -> Value<String> {
    value.clone().filter(|text| !text.is_empty()).into()
}

/// A secret of an answer; the service writes the empty text for none.
pub(super) fn secret(secret: &Option<SecretString>) -> Value<Secret> {
    secret.as_ref().map(ExposeSecret::expose_secret).filter(|text| !text.is_empty()).map(Secret::new).into()
}

/// What the service says, or what was known before if it says nothing.
pub(super) fn told<T: Clone>(actual: Value<T>, before: &Value<T>) -> Value<T> {
    match actual {
        Value::Known(_) => actual,
        _ => before.known().cloned().into(),
    }
}

/// The planned value, if it is known and another one than before.
pub(super) fn changed<T: Clone + PartialEq>(before: &Value<T>, planned: &Value<T>) -> Option<T> {
    planned.known().filter(|planned| before.known() != Some(planned)).cloned()
}
