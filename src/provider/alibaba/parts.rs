//! What kinds of Alibaba Cloud have in common: names, times, lists of ranges.

use futures_util::future;
use jiff::Timestamp;

use crate::cloud;
use crate::framework::model::{Set, Value};
use crate::framework::raw::Raw;
use crate::framework::validators::Finding;

/// RFC 3339, from Unix milliseconds.
pub(super) fn time(ms: Option<i64>) -> Value<String> {
    ms.and_then(|ms| Timestamp::from_millisecond(ms).ok()).map(|time| time.to_string()).into()
}

/// For names and descriptions. The page does not say whether capitals matter; such a name is no use either way.
pub(super) fn no_address(name: &Raw) -> Result<(), Finding> {
    let name = name.as_str().unwrap_or_default().to_ascii_lowercase();
    match ["http://", "https://"].into_iter().find(|start| name.starts_with(start)) {
        Some(start) => Err(Finding::error("Wrong beginning", format!("It must not begin with {start}."))),
        None => Ok(()),
    }
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

/// The objects with these ids that exist. Reads that come together share their calls, where they can.
pub(super) async fn read_each<'a, T, F>(ids: &'a [String], read: impl Fn(&'a str) -> F) -> cloud::Result<Vec<T>>
where
    F: Future<Output = cloud::Result<Option<T>>>,
{
    let objects = future::try_join_all(ids.iter().map(|id| read(id))).await?;
    Ok(objects.into_iter().flatten().collect())
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
    fn a_name_is_no_address_in_capitals_either() {
        for (name, allowed) in
            [("http://x", false), ("HTTPS://x", false), ("https", true), ("x http://", true), ("名字", true)]
        {
            assert_eq!(no_address(&Raw::from(name)).is_ok(), allowed, "{name}");
        }
    }

    #[test]
    fn ranges_are_joined_and_split() {
        let ranges = split(&Some("10.0.0.0/8, 172.16.0.0/12".into()));
        assert_eq!(joined(&ranges).as_deref(), Some("10.0.0.0/8,172.16.0.0/12"));
        assert_eq!((split(&None), joined(&Value::Null)), (Value::Null, None));
    }
}
