//! `tags` and `tags_all`: what a resource says itself, and that together with the provider's `default_tags`. And `tags` of data sources,
//! which filter.

use std::collections::BTreeMap;

use crate::framework::diagnostics::Diagnostics;
use crate::framework::map::map;
use crate::framework::model::{Map, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;

/// Tags by key.
pub(super) type Tags = BTreeMap<String, String>;

/// What the object is going to have. Unknown as soon as anything about it is: a value that is not known yet may be null, and no tag then.
pub(super) fn all(defaults: &Value<Map<String>>, own: &Value<Map<String>>) -> Value<Map<String>> {
    if defaults.is_unknown() || own.is_unknown() {
        return Value::Unknown;
    }
    let mut all = defaults.known().cloned().unwrap_or_default();
    all.extend(own.known().cloned().unwrap_or_default());
    // A null value is no tag: it removes a default.
    all.retain(|_, value| !value.is_null());
    if all.values().any(Value::is_unknown) { Value::Unknown } else { Value::Known(all) }
}

/// What the resource itself says, as far as the service's answer can tell: all tags but the defaults, unless the resource repeats one.
pub(super) fn own(defaults: &Value<Map<String>>, before: &Value<Map<String>>, actual: &Tags) -> Value<Map<String>> {
    let none = Map::new();
    let defaults = defaults.known().unwrap_or(&none);
    let said = before.known().unwrap_or(&none);
    let mut own = Map::new();
    for (key, value) in actual {
        if said.contains_key(key) || defaults.get(key).and_then(Value::as_deref) != Some(value) {
            own.insert(key.clone(), Value::from(value.as_str()));
        }
    }
    // A tag that says "not this default" cannot be seen in the answer.
    own.extend(
        said.iter().filter(|(k, v)| v.is_null() && !actual.contains_key(*k)).map(|(k, v)| (k.clone(), v.clone())),
    );
    match before {
        Value::Known(_) => Value::Known(own),
        _ if own.is_empty() => Value::Null,
        _ => Value::Known(own),
    }
}

/// The tags that are known, as the service takes them.
pub(super) fn known(tags: &Value<Map<String>>) -> Tags {
    let tags = tags.known().into_iter().flatten();
    map(tags.filter_map(|(key, value)| Some((key.clone(), value.known()?.clone()))))
}

/// Tags of the service as a model's value.
pub(super) fn value(tags: &Tags) -> Value<Map<String>> {
    Value::Known(map(tags.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str())))))
}

/// What leads from one set of tags to another: what to set, and which keys to remove.
pub(super) fn difference(before: &Tags, after: &Tags) -> (Tags, Vec<String>) {
    let set = after.iter().filter(|(k, v)| before.get(*k) != Some(v)).map(|(k, v)| (k.clone(), v.clone()));
    let remove = before.keys().filter(|k| !after.contains_key(*k)).cloned().collect();
    (map(set), remove)
}

/// Whether an object has all tags that a data source seeks.
pub(super) fn pass(sought: &Value<Map<String>>, actual: &Value<Map<String>>) -> bool {
    let actual = known(actual);
    known(sought).iter().all(|(key, value)| actual.get(key) == Some(value))
}

/// A rule for data sources: a tag that is null could mean any value, or that the tag is not there.
pub(super) fn sought_have_values(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let Raw::Map(tags) = object.get("tags") else { return };
    for (key, _) in tags.iter().filter(|(_, value)| value.is_null()) {
        let detail = format!("The tag {key:?} is null. Give it the value that is sought, or leave it out.");
        diagnostics.error(path.attribute("tags").key(key), "Missing value", detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags<const N: usize>(pairs: [(&str, &str); N]) -> Tags {
        pairs.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
    }

    #[test]
    fn own_tags_win_over_defaults() {
        let defaults = value(&tags([("team", "net"), ("env", "dev")]));
        let own = value(&tags([("env", "prod")]));
        assert_eq!(known(&all(&defaults, &own)), tags([("team", "net"), ("env", "prod")]));
        assert!(all(&Value::Unknown, &own).is_unknown());
        // It may turn out to be null, and then there is no such tag.
        let open = |key: &str| Value::Known(Map::from([(key.to_owned(), Value::Unknown)]));
        assert!(all(&defaults, &open("team")).is_unknown() && all(&open("team"), &own).is_unknown());
        assert_eq!(known(&all(&open("env"), &own)), tags([("env", "prod")]));
    }

    #[test]
    fn defaults_are_not_mistaken_for_own_tags() {
        let defaults = value(&tags([("team", "net")]));
        assert_eq!(own(&defaults, &Value::Null, &tags([("team", "net")])), Value::Null);
        let repeated = value(&tags([("team", "net")]));
        assert_eq!(own(&defaults, &repeated, &tags([("team", "net")])), repeated);
        let changed = own(&defaults, &Value::Null, &tags([("team", "other")]));
        assert_eq!(known(&changed), tags([("team", "other")]));
        assert_eq!(own(&defaults, &Value::Known(Map::new()), &tags([])), Value::Known(Map::new()));
    }

    #[test]
    fn an_object_passes_that_has_all_tags_sought() {
        let actual = value(&tags([("team", "net"), ("env", "dev")]));
        for (sought, passes) in [
            (tags([]), true),
            (tags([("team", "net")]), true),
            (tags([("team", "net"), ("env", "dev")]), true),
            (tags([("team", "net"), ("env", "prod")]), false),
            (tags([("site", "")]), false),
        ] {
            assert_eq!(pass(&value(&sought), &actual), passes, "{sought:?}");
        }
        assert!(pass(&Value::Null, &Value::Null));
    }

    #[test]
    fn only_differences_are_sent() {
        let (set, remove) = difference(&tags([("a", "1"), ("b", "2")]), &tags([("a", "1"), ("c", "3")]));
        assert_eq!((set, remove), (tags([("c", "3")]), vec!["b".to_owned()]));
    }
}
