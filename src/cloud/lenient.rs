//! For `deserialize_with`: members whose type differs between a cloud's pages, its SDKs and its
//! answers.

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
    }

    fn row(json: &str) -> Row {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn numbers_strings_nulls_and_absence_are_all_read() {
        assert_eq!(row("{}"), Row::default());
        assert_eq!(row(r#"{"int":null,"flag":null,"text":null,"list":null}"#), Row::default());
        let expected = Row { int: Some(30), flag: Some(true), text: Some("65000".into()), list: vec![] };
        assert_eq!(row(r#"{"int":30,"flag":true,"text":"65000"}"#), expected);
        assert_eq!(row(r#"{"int":"30","flag":1,"text":65000,"list":[]}"#), expected);
        assert_eq!(row(r#"{"int":"","flag":"","text":{}}"#), Row::default());
        assert_eq!(row(r#"{"int":4294967295}"#).int, Some(4_294_967_295));
        assert_eq!(row(r#"{"int":-1}"#).int, Some(-1));
    }
}
