//! `tags` and `tags_all`: what a resource says itself, and that together with the provider's `default_tags`. Tags that match the provider's
//! `ignore_tags` belong to others: they are neither shown nor touched. And `tags` of data sources, which filter.

use std::collections::BTreeMap;

use crate::framework::diagnostics::Diagnostics;
use crate::framework::map::map;
use crate::framework::model::{Map, Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;

/// Tags by key.
pub(super) type Tags = BTreeMap<String, String>;

/// What the provider's block says about the tags of all resources of a cloud.
pub(super) struct Policy {
    pub(super) defaults: Value<Map<String>>,
    ignored: Value<Ignored>,
}

/// Which tags are left alone.
#[derive(Clone, Debug, Default, Model)]
#[model(rule = ignores_something)]
pub(super) struct Ignored {
    /// Keys of tags that are left alone.
    #[attr(optional, each(chars(1..=128)))]
    keys: Value<Set<String>>,
    /// Beginnings of keys of tags that are left alone.
    #[attr(optional, each(chars(1..=128)))]
    key_prefixes: Value<Set<String>>,
}

fn ignores_something(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    if object.get("keys").is_null() && object.get("key_prefixes").is_null() {
        let detail = "This ignores nothing: write keys, key_prefixes or both, or leave the block out.";
        diagnostics.error(path.clone(), "Nothing to ignore", detail);
    }
}

impl Policy {
    pub(super) fn new(defaults: Value<Map<String>>, ignored: Value<Ignored>) -> Self {
        Self { defaults, ignored }
    }

    /// Of a provider block that is not known yet.
    pub(super) fn unknown() -> Self {
        Self::new(Value::Unknown, Value::Unknown)
    }

    /// Whether the tag with this key belongs to others, as far as that is known.
    pub(super) fn ignores(&self, key: &str) -> bool {
        self.ignored.known().is_some_and(|Ignored { keys, key_prefixes }| {
            let mut keys = keys.known().into_iter().flat_map(Set::known);
            let mut prefixes = key_prefixes.known().into_iter().flat_map(Set::known);
            keys.any(|ignored| ignored == key) || prefixes.any(|prefix| key.starts_with(prefix.as_str()))
        })
    }

    fn all_known(&self) -> bool {
        let known = |set: &Value<Set<String>>| {
            !set.is_unknown() && set.known().is_none_or(|set| set.iter().all(|value| !value.is_unknown()))
        };
        match &self.ignored {
            Value::Unknown => false,
            Value::Null => true,
            Value::Known(ignored) => known(&ignored.keys) && known(&ignored.key_prefixes),
        }
    }

    /// The tags of the service that are shown.
    pub(super) fn shown(&self, mut actual: Tags) -> Tags {
        actual.retain(|key, _| !self.ignores(key));
        actual
    }

    /// The first of a map's keys that is ignored.
    pub(super) fn ignored_key<'a>(&self, tags: &'a Value<Map<String>>) -> Option<&'a str> {
        let tags = tags.known()?;
        tags.iter().find(|(key, value)| !value.is_null() && self.ignores(key)).map(|(key, _)| key.as_str())
    }

    /// What the object is going to have. Unknown as soon as anything about it is: a value that is not known yet may be null, and no tag
    /// then.
    pub(super) fn all(&self, own: &Value<Map<String>>) -> Value<Map<String>> {
        if !self.all_known() {
            return Value::Unknown;
        }
        match all(&self.defaults, own) {
            Value::Known(mut all) => {
                all.retain(|key, _| !self.ignores(key));
                Value::Known(all)
            }
            unknown => unknown,
        }
    }

    /// What the resource itself says, as far as the service's answer can tell. That is not what came from a default, even if that default
    /// is another one by now or gone: such a tag is nothing that the resource said, and follows the defaults. `before` and `before_all`
    /// are `tags` and `tags_all` as they were known.
    pub(super) fn own(
        &self,
        before: &Value<Map<String>>,
        before_all: &Value<Map<String>>,
        actual: &Tags,
    ) -> Value<Map<String>> {
        let none = Map::new();
        let defaults = self.defaults.known().unwrap_or(&none);
        let said = before.known().unwrap_or(&none);
        let by_default = |key: &String, value: &String| match before_all.known() {
            Some(all) => all.contains_key(key) || defaults.contains_key(key),
            None => defaults.get(key).and_then(Value::as_deref) == Some(value),
        };
        let mut own = Map::new();
        for (key, value) in actual {
            if said.contains_key(key) || !by_default(key, value) {
                own.insert(key.clone(), Value::from(value.as_str()));
            }
        }
        // A tag that says "not this default" cannot be seen in the answer, nor one that is ignored.
        let unseen = |(key, value): &(&String, &Value<String>)| {
            self.ignores(key) || (value.is_null() && !actual.contains_key(*key))
        };
        own.extend(said.iter().filter(unseen).map(|(k, v)| (k.clone(), v.clone())));
        match before {
            Value::Known(_) => Value::Known(own),
            _ if own.is_empty() => Value::Null,
            _ => Value::Known(own),
        }
    }

    /// What leads from one set of tags to another: what to set, and which keys to remove.
    pub(super) fn difference(&self, before: &Tags, after: &Tags) -> (Tags, Vec<String>) {
        let set = after.iter().filter(|(k, v)| before.get(*k) != Some(v)).map(|(k, v)| (k.clone(), v.clone()));
        let remove = before.keys().filter(|k| !after.contains_key(*k) && !self.ignores(k)).cloned().collect();
        (map(set), remove)
    }
}

fn all(defaults: &Value<Map<String>>, own: &Value<Map<String>>) -> Value<Map<String>> {
    if defaults.is_unknown() || own.is_unknown() {
        return Value::Unknown;
    }
    let mut all = defaults.known().cloned().unwrap_or_default();
    all.extend(own.known().cloned().unwrap_or_default());
    // A null value is no tag: it removes a default.
    all.retain(|_, value| !value.is_null());
    if all.values().any(Value::is_unknown) { Value::Unknown } else { Value::Known(all) }
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

/// Whether an object has all tags that a data source seeks.
pub(super) fn pass(sought: &Value<Map<String>>, actual: &Tags) -> bool {
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

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    fn policy(defaults: &[(&str, &str)]) -> Policy {
        Policy::new(value(&tags(defaults)), Value::Null)
    }

    fn ignoring(keys: &[&str], prefixes: &[&str]) -> Policy {
        let set = |texts: &[&str]| Value::Known(texts.iter().copied().map(Value::from).collect());
        let ignored = Ignored { keys: set(keys), key_prefixes: set(prefixes) };
        Policy::new(Value::Null, Value::Known(ignored))
    }

    #[test]
    fn own_tags_win_over_defaults() {
        let defaults = policy(&[("team", "net"), ("env", "dev")]);
        let own = value(&tags(&[("env", "prod")]));
        assert_eq!(known(&defaults.all(&own)), tags(&[("team", "net"), ("env", "prod")]));
        assert!(Policy::unknown().all(&own).is_unknown());
        // It may turn out to be null, and then there is no such tag.
        let open = |key: &str| Value::Known(Map::from([(key.to_owned(), Value::Unknown)]));
        let open_default = Policy::new(open("team"), Value::Null);
        assert!(defaults.all(&open("team")).is_unknown() && open_default.all(&own).is_unknown());
        let open_default = Policy::new(open("env"), Value::Null);
        assert_eq!(known(&open_default.all(&own)), tags(&[("env", "prod")]));
    }

    #[test]
    fn defaults_are_not_mistaken_for_own_tags() {
        let dev = [("env", "dev")];
        let (null, empty) = (Value::Null, Value::Known(Map::new()));
        for (defaults, before, before_all, actual, own) in [
            // Another default, a default that is gone, one that somebody changed, one that is new.
            (&[("env", "prod")][..], &null, value(&tags(&dev)), &dev[..], null.clone()),
            (&[], &null, value(&tags(&dev)), &dev, null.clone()),
            (&[], &empty, value(&tags(&dev)), &dev, empty.clone()),
            (&dev, &null, value(&tags(&dev)), &[("env", "other")], null.clone()),
            (&dev, &null, value(&tags(&[])), &[("env", "other")], null.clone()),
            // What the resource repeats, and what was added by somebody else.
            (&dev, &value(&tags(&dev)), value(&tags(&dev)), &dev, value(&tags(&dev))),
            (&dev, &null, value(&tags(&dev)), &[("env", "dev"), ("a", "b")], value(&tags(&[("a", "b")]))),
            // An import knows nothing of before.
            (&dev, &null, null.clone(), &dev, null.clone()),
            (&dev, &null, null.clone(), &[("env", "other")], value(&tags(&[("env", "other")]))),
            (&dev, &empty, null.clone(), &[], empty.clone()),
        ] {
            let found = policy(defaults).own(before, &before_all, &tags(actual));
            assert_eq!(found, own, "{defaults:?} {before:?} {before_all:?} {actual:?}");
        }
    }

    #[test]
    fn what_is_ignored_is_neither_shown_nor_touched() {
        let policy = ignoring(&["owner"], &["cost-"]);
        let actual = tags(&[("owner", "x"), ("cost-center", "7"), ("cost", "8")]);
        let shown = policy.shown(actual.clone());
        assert_eq!(shown, tags(&[("cost", "8")]));
        let before = value(&tags(&[("owner", "me")]));
        assert_eq!(known(&policy.own(&before, &Value::Null, &shown)), tags(&[("owner", "me"), ("cost", "8")]));
        assert_eq!(policy.all(&before), Value::Known(Map::new()));
        assert_eq!(policy.ignored_key(&before), Some("owner"));
        // It was not known to be ignored when the state was read.
        assert_eq!(policy.difference(&actual, &tags(&[])), (tags(&[]), vec!["cost".to_owned()]));
        let open = Ignored { keys: Value::Unknown, ..Ignored::default() };
        assert!(Policy::new(Value::Null, Value::Known(open)).all(&before).is_unknown());
    }

    #[test]
    fn an_object_passes_that_has_all_tags_sought() {
        let actual = tags(&[("team", "net"), ("env", "dev")]);
        for (sought, passes) in [
            (tags(&[]), true),
            (tags(&[("team", "net")]), true),
            (tags(&[("team", "net"), ("env", "dev")]), true),
            (tags(&[("team", "net"), ("env", "prod")]), false),
            (tags(&[("site", "")]), false),
        ] {
            assert_eq!(pass(&value(&sought), &actual), passes, "{sought:?}");
        }
        assert!(pass(&Value::Null, &Tags::new()));
    }

    #[test]
    fn only_differences_are_sent() {
        let (before, after) = (tags(&[("a", "1"), ("b", "2")]), tags(&[("a", "1"), ("c", "3")]));
        let (set, remove) = policy(&[]).difference(&before, &after);
        assert_eq!((set, remove), (tags(&[("c", "3")]), vec!["b".to_owned()]));
    }
}
