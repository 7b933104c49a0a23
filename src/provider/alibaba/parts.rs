//! What kinds of Alibaba Cloud have in common: names, times, tags, resource groups, lists of ranges.

use jiff::Timestamp;

use crate::cloud;
use crate::cloud::alibaba::{Action, Tag, is_reserved};
use crate::framework::map::map;
use crate::framework::model::{Map, Set, Value};
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;
use crate::provider::tags::{self, Tags};
use crate::provider::values::text;

use super::Api;

/// RFC 3339, from Unix milliseconds.
pub(super) fn time(ms: Option<i64>) -> Value<String> {
    ms.and_then(|ms| Timestamp::from_millisecond(ms).ok()).map(|time| time.to_string()).into()
}

/// A text that may have been emptied; what was known before where the service does not mention it.
pub(super) fn mentioned(actual: &Option<String>, before: &Value<String>) -> Value<String> {
    match actual {
        Some(_) => text(actual),
        None => before.known().cloned().into(),
    }
}

/// For names and descriptions. The page does not say whether capitals matter; such a name is no use either way.
pub(super) fn no_address(name: &Raw) -> Result<(), Finding> {
    let name = name.as_str().unwrap_or_default().to_ascii_lowercase();
    match ["http://", "https://"].into_iter().find(|start| name.starts_with(start)) {
        Some(start) => Err(Finding::error("Wrong beginning", format!("It must not begin with {start}."))),
        None => Ok(()),
    }
}

/// Tags as TagResources takes them.
pub(in crate::provider) fn tags(tags: &Raw) -> Result<(), Finding> {
    check_tags(tags, 128)
}

/// Tags as creates take them, with shorter keys.
pub(super) fn short_tags(tags: &Raw) -> Result<(), Finding> {
    check_tags(tags, 64)
}

fn check_tags(tags: &Raw, longest_key: usize) -> Result<(), Finding> {
    let Raw::Map(tags) = tags else { return Ok(()) };
    // One that is null removes a default.
    let count = tags.values().filter(|value| !value.is_null()).count();
    if count > 20 {
        let detail = format!("An object has at most 20 tags; these are {count}.");
        return Err(Finding::error("Too many tags", detail));
    }
    for (key, value) in tags {
        let length = key.chars().count();
        if length == 0 || length > longest_key {
            let detail = format!("The key {key:?} has {length} characters; 1 to {longest_key} are allowed.");
            return Err(Finding::error("Wrong length", detail));
        }
        let value = value.as_str().unwrap_or_default();
        if value.chars().count() > 128 {
            let detail = format!("The value of {key:?} has more than 128 characters.");
            return Err(Finding::error("Wrong length", detail));
        }
        for text in [key.as_str(), value] {
            if is_reserved(text) || text.contains("http://") || text.contains("https://") {
                let detail = format!(
                    "{text:?} is not allowed: keys and values neither begin with \"aliyun\" or \"acs:\" nor have \"http://\" or \
                     \"https://\" in them."
                );
                return Err(Finding::error("Reserved text", detail));
            }
        }
    }
    Ok(())
}

/// What an answer tells of tags. Those of the service itself are nobody's to set or remove.
pub(super) fn tag_map<'a>(tags: impl IntoIterator<Item = &'a Tag>) -> Tags {
    let own = tags.into_iter().filter(|tag| !is_reserved(&tag.key));
    map(own.map(|tag| (tag.key.clone(), tag.value.clone())))
}

/// Tags for a request.
pub(super) fn tag_list(tags: &Value<Map<String>>) -> Vec<Tag> {
    tags::known(tags).into_iter().map(|(key, value)| Tag { key, value }).collect()
}

/// Ranges as the API takes them, joined by commas.
pub(super) fn joined(ranges: &Value<Set<String>>) -> Option<String> {
    Some(ranges.known()?.known().map(String::as_str).collect::<Vec<_>>().join(","))
}

/// The same the other way.
pub(super) fn split(ranges: &Option<String>) -> Value<Set<String>> {
    let Some(ranges) = ranges.as_deref().filter(|ranges| !ranges.is_empty()) else { return Value::Null };
    Value::Known(ranges.split(',').map(|range| range.trim().to_owned()).collect())
}

/// What it takes to change an object that is in a resource group: its own action does not move it.
#[derive(Debug)]
pub(crate) struct Regrouping<A> {
    id: String,
    pub(super) attributes: Option<A>,
    pub(super) resource_group_id: Option<String>,
}

impl<A: Action> Regrouping<A> {
    /// None where there is nothing to change.
    pub(super) fn new(id: String, attributes: Option<A>, resource_group_id: Option<String>) -> Option<Self> {
        let is_any = attributes.is_some() || resource_group_id.is_some();
        is_any.then_some(Self { id, attributes, resource_group_id })
    }

    pub(super) async fn send(&self, api: &Api<'_>) -> cloud::Result<()> {
        if let Some(group) = &self.resource_group_id {
            api.client.move_to_resource_group(&api.ctx, &api.region, &self.id, group).await?;
        }
        if let Some(attributes) = &self.attributes {
            api.client.call(&api.ctx, &api.region, attributes).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_rfc_3339() {
        assert_eq!(time(Some(1_552_550_980_000)), Value::from("2019-03-14T08:09:40Z"));
        assert_eq!(time(None), Value::Null);
    }

    #[test]
    fn an_emptied_text_is_none_and_one_that_is_not_mentioned_stays() {
        for (actual, seen) in [(Some("new"), "new".into()), (Some(""), Value::Null), (None, "old".into())] {
            assert_eq!(mentioned(&actual.map(str::to_owned), &"old".into()), seen, "{actual:?}");
        }
        assert_eq!(mentioned(&None, &Value::Unknown), Value::Null);
    }

    #[test]
    fn a_name_is_no_address_in_capitals_either() {
        for (name, allowed) in
            [("http://x", false), ("HTTPS://x", false), ("https", true), ("x http://", true), ("名字", true)]
        {
            assert_eq!(no_address(&Raw::from(name)).is_ok(), allowed, "{name}");
        }
    }

    #[test]
    fn tags_of_the_service_itself_are_not_shown() {
        let tag = |key: &str| Tag { key: key.to_owned(), value: "x".to_owned() };
        let shown = tag_map(&[tag("acs:ros:stackId"), tag("aliyun-k"), tag("team")]);
        assert_eq!(Vec::from_iter(shown.into_keys()), ["team"]);
    }

    #[test]
    fn tags_have_limits() {
        let tag = |key: &str, value: &str| Raw::object([(key.to_owned(), Raw::from(value))]);
        for (key, value, fits, fits_short) in [
            ("team", "net", true, true),
            ("team", "", true, true),
            (&"k".repeat(64), &"v".repeat(128), true, true),
            (&"k".repeat(65), "", true, false),
            (&"k".repeat(129), "", false, false),
            ("", "x", false, false),
            ("k", &"v".repeat(129), false, false),
            ("aliyun-k", "", false, false),
            ("k", "acs:v", false, false),
            ("k", "see https://x", false, false),
        ] {
            assert_eq!(tags(&tag(key, value)).is_ok(), fits, "{key} = {value}");
            assert_eq!(short_tags(&tag(key, value)).is_ok(), fits_short, "{key} = {value}");
        }
        let many = |count: usize| Raw::object((0..count).map(|i| (i.to_string(), Raw::from("x"))));
        assert!(tags(&many(20)).is_ok() && tags(&many(21)).is_err());
        let removed = (0..21).map(|i| (i.to_string(), if i == 0 { Raw::Null } else { Raw::from("x") }));
        assert!(tags(&Raw::object(removed)).is_ok());
    }

    #[test]
    fn ranges_are_joined_and_split() {
        let ranges = split(&Some("10.0.0.0/8, 172.16.0.0/12".into()));
        assert_eq!(joined(&ranges).as_deref(), Some("10.0.0.0/8,172.16.0.0/12"));
        assert_eq!((split(&None), joined(&Value::Null)), (Value::Null, None));
    }
}
