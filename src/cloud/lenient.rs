//! For `deserialize_with`: members whose type differs between a cloud's pages, its SDKs and its
//! answers.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An integer that may be written as a number or as a string. Empty and other text counts as
/// absent: a member that nobody asked about must not make the whole answer unreadable.
pub(crate) fn int<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(match Option::<Value>::deserialize(deserializer)? {
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(Value::Bool(flag)) => Some(flag.into()),
        _ => None,
    })
}

/// A flag that may be written as a boolean, as 0 or 1, or as text.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match Option::<Value>::deserialize(deserializer)? {
        Some(Value::Bool(flag)) => Some(flag),
        Some(Value::Number(number)) => number.as_i64().map(|number| number != 0),
        Some(Value::String(text)) => match text.as_str() {
            "true" | "True" | "1" => Some(true),
            "false" | "False" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    })
}

/// A string that may be written as a number.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Option::<Value>::deserialize(deserializer)? {
        Some(Value::String(text)) => Some(text),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    })
}

/// A list that may be null.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default())
}

/// An object that may come as a list of one.
pub(crate) fn one<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let value = match Value::deserialize(deserializer)? {
        Value::Array(elements) => elements.into_iter().next().unwrap_or_default(),
        other => other,
    };
    // The text of an error could quote a value, which may be a key.
    Option::deserialize(value).map_err(|_| D::Error::custom("an object of another shape was expected"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Debug, PartialEq, Default)]
    #[serde(default)]
    struct Row {
        #[serde(deserialize_with = "int")]
        int: Option<i64>,
        #[serde(deserialize_with = "flag")]
        flag: Option<bool>,
        #[serde(deserialize_with = "text")]
        text: Option<String>,
        #[serde(deserialize_with = "list")]
        list: Vec<String>,
        #[serde(deserialize_with = "one")]
        one: Option<One>,
    }

    #[derive(Deserialize, Debug, PartialEq)]
    struct One {
        a: i64,
    }

    fn row(json: &str) -> Row {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn numbers_strings_nulls_and_absence_are_all_read() {
        assert_eq!(row("{}"), Row::default());
        assert_eq!(row(r#"{"int":null,"flag":null,"text":null,"list":null}"#), Row::default());
        let expected = Row { int: Some(30), flag: Some(true), text: Some("65000".into()), list: vec![], one: None };
        assert_eq!(row(r#"{"int":30,"flag":true,"text":"65000"}"#), expected);
        assert_eq!(row(r#"{"int":"30","flag":1,"text":65000,"list":[]}"#), expected);
        assert_eq!(row(r#"{"int":"","flag":"","text":{}}"#), Row::default());
        assert_eq!(row(r#"{"int":4294967295}"#).int, Some(4_294_967_295));
        assert_eq!(row(r#"{"int":-1}"#).int, Some(-1));
    }

    #[test]
    fn an_object_may_be_a_list_of_one() {
        for (json, expected) in [
            (r#"{"one":{"a":1}}"#, Some(One { a: 1 })),
            (r#"{"one":[{"a":2}]}"#, Some(One { a: 2 })),
            (r#"{"one":[]}"#, None),
            (r#"{"one":null}"#, None),
        ] {
            assert_eq!(row(json).one, expected, "{json}");
        }
        let error = serde_json::from_str::<Row>(r#"{"one":{"a":"hidden"}}"#).unwrap_err();
        assert!(!error.to_string().contains("hidden"), "{error}");
    }
}
