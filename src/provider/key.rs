//! Pre-shared keys: in the state where the user chose `pre_shared_key`, nowhere with `pre_shared_key_wo`.

use secrecy::{ExposeSecret, SecretString};

use crate::framework::model::{Secret, Value};
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;

/// What a state or a plan tells about the key.
pub(super) struct Stored<'a> {
    pub(super) key: &'a Value<Secret>,
    pub(super) version: &'a Value<i64>,
}

/// For every key that somebody writes; nothing of it is shown. A file ends in a newline, which is no part of the key in it. One of several
/// lines, such as a certificate's key, is meant as it is.
pub(super) fn no_newline(key: &Raw) -> Result<(), Finding> {
    let key = key.as_str().unwrap_or_default();
    let line = key.trim_end_matches(['\n', '\r']);
    if line == key || line.contains('\n') {
        return Ok(());
    }
    let detail = "It ends in a newline, which is no part of a key: a file has one at its end, and file() reads it along. Write \
                  trimspace(file(...)).";
    Err(Finding::error("Newline at the end of a key", detail))
}

/// The key of a new tunnel.
pub(super) fn of_new(planned: &Stored<'_>, write_only: &Value<Secret>) -> Option<SecretString> {
    exposed(planned.key).or_else(|| exposed(write_only))
}

/// The key to send: another one than the object has, as far as that is known. Of a key that `prior` does not have, only a version tells.
pub(super) fn changed(prior: &Stored<'_>, planned: &Stored<'_>, write_only: &Value<Secret>) -> Option<SecretString> {
    let (key, is_another) = match planned.key.known() {
        Some(key) => (key, true),
        None => (write_only.known()?, prior.version != planned.version),
    };
    let send = prior.key.known().map_or(is_another, |before| before != key);
    send.then(|| SecretString::from(key.expose()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_sent_only_where_it_may_be_another_one() {
        let secret = |key: &str| if key.is_empty() { Value::Null } else { Value::from(Secret::new(key)) };
        let version = |version: i64| if version == 0 { Value::Null } else { version.into() };
        for ((prior, before), (planned, after), write_only, sent) in [
            // In the state.
            (("a", 0), ("a", 0), "", None),
            (("a", 0), ("b", 0), "", Some("b")),
            (("", 0), ("b", 0), "", Some("b")),
            (("a", 0), ("", 0), "", None),
            // From the state to write-only and back, and what the service is known to have.
            (("a", 0), ("", 1), "a", None),
            (("a", 0), ("", 1), "b", Some("b")),
            (("a", 0), ("", 0), "b", Some("b")),
            (("a", 1), ("", 2), "a", None),
            (("a", 1), ("a", 0), "", None),
            // Nobody knows what it is.
            (("", 0), ("", 1), "b", Some("b")),
            (("", 1), ("", 2), "b", Some("b")),
            (("", 1), ("", 1), "b", None),
            (("", 0), ("", 0), "b", None),
        ] {
            let (key, key_after) = (secret(prior), secret(planned));
            let (before, after) = (version(before), version(after));
            let stored = Stored { key: &key, version: &before };
            let then = Stored { key: &key_after, version: &after };
            let found = changed(&stored, &then, &secret(write_only));
            let found = found.as_ref().map(ExposeSecret::expose_secret);
            assert_eq!(found, sent, "{prior:?} {before:?} {planned:?} {after:?} {write_only:?}");
        }
    }
}
