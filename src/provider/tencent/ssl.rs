//! What SSL servers and SSL clients have in common.

use crate::framework::model::{Map, Value};

/// Whether tags have to be read, which costs calls of their own: where there are some to keep, where somebody says what they are, and
/// where nothing is known yet.
pub(super) fn tags_matter(own: &Value<Map<String>>, all: &Value<Map<String>>) -> bool {
    !own.is_null() || all.known().is_none_or(|all| !all.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_where_there_may_be_some_to_keep() {
        let none = || Value::Known(Map::new());
        let some = || Value::Known([("team".to_owned(), Value::from("net"))].into());
        for (own, all, expected) in [
            (Value::Null, none(), false),
            (Value::Null, some(), true),
            (some(), some(), true),
            (none(), none(), true),
            // An import.
            (Value::Null, Value::Null, true),
        ] {
            assert_eq!(tags_matter(&own, &all), expected, "{own:?} {all:?}");
        }
    }
}
