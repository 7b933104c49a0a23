//! Pre-shared keys: in the state where the user chose `pre_shared_key`, nowhere with `pre_shared_key_wo`.

use secrecy::{ExposeSecret, SecretString};

use crate::framework::model::{Secret, Value};
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;

use super::values;

/// What a state or a plan tells about the key.
pub(super) struct Stored<'a> {
    pub(super) key: &'a Value<Secret>,
    pub(super) version: &'a Value<i64>,
}

/// For every key that somebody writes; nothing of it is shown. A file ends in a newline, which is no part of the key in it.
pub(super) fn one_line(key: &Raw) -> Result<(), Finding> {
    let key = key.as_str().unwrap_or_default();
    if key.ends_with(['\n', '\r']) {
        let detail = "It ends in a newline, which is no part of a key: a file has one at its end, and file() reads it along. Write \
                      trimspace(file(...)).";
        return Err(Finding::error("Newline at the end of a key", detail));
    }
    match key.contains(char::is_control) {
        true => Err(Finding::error(
            "Character not allowed",
            "A key is one line, without tabs and other control characters.",
        )),
        false => Ok(()),
    }
}

/// The key of a new tunnel.
pub(super) fn of_new(planned: &Stored<'_>, write_only: &Value<Secret>) -> Option<SecretString> {
    exposed(planned.key).or_else(|| exposed(write_only))
}

/// The key to send, if it may be another one than the tunnel has.
pub(super) fn changed(prior: &Stored<'_>, planned: &Stored<'_>, write_only: &Value<Secret>) -> Option<SecretString> {
    if let Some(key) = values::changed(prior.key, planned.key) {
        return Some(SecretString::from(key.expose()));
    }
    let key = write_only.known()?;
    let moved = prior.key.known().is_some_and(|before| before != key);
    let versioned = prior.version != planned.version;
    (versioned || moved).then(|| SecretString::from(key.expose()))
}

/// Services give the key in clear text. It goes into the state only where it is already.
pub(super) fn observed(actual: &Option<SecretString>, before: &Value<Secret>) -> Value<Secret> {
    let Some(before) = before.known() else { return Value::Null };
    match actual {
        Some(key) if !key.expose_secret().is_empty() => Value::Known(Secret::new(key.expose_secret())),
        _ => Value::Known(before.clone()),
    }
}

fn exposed(key: &Value<Secret>) -> Option<SecretString> {
    key.known().map(|key| SecretString::from(key.expose()))
}
