//! Type constraints, as they stand in `Schema.Attribute.type` (plugin protocol 6, "object wire format").

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value as Json, json};

use super::map::map;

/// How deep types and values may nest: far above any real schema, far below what could exhaust the stack.
pub const MAX_DEPTH: usize = 64;

/// A Terraform type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    String,
    Number,
    Bool,
    /// The dynamic pseudo-type: a value brings its own type along.
    Dynamic,
    List(Box<Self>),
    Set(Box<Self>),
    Map(Box<Self>),
    Tuple(Vec<Self>),
    Object(BTreeMap<String, Self>),
}

impl Type {
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    pub fn set(element: Self) -> Self {
        Self::Set(Box::new(element))
    }

    pub fn map(element: Self) -> Self {
        Self::Map(Box::new(element))
    }

    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(map(attributes.into_iter().map(|(k, t)| (k.into(), t))))
    }

    /// The constraint as JSON: `"string"`, `["list","string"]`, `["object",{"a":"bool"}]`.
    pub fn to_json(&self) -> Json {
        match self {
            Self::String => json!("string"),
            Self::Number => json!("number"),
            Self::Bool => json!("bool"),
            Self::Dynamic => json!("dynamic"),
            Self::List(e) => json!(["list", e.to_json()]),
            Self::Set(e) => json!(["set", e.to_json()]),
            Self::Map(e) => json!(["map", e.to_json()]),
            Self::Tuple(es) => json!(["tuple", es.iter().map(Self::to_json).collect::<Vec<_>>()]),
            Self::Object(attrs) => {
                let mut json = serde_json::Map::new();
                json.extend(attrs.iter().map(|(k, t)| (k.clone(), t.to_json())));
                json!(["object", json])
            }
        }
    }

    /// The bytes of [`Type::to_json`], for a protocol field.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_json().to_string().into_bytes()
    }

    /// Reads a constraint. Optional attributes of objects (a third element) only matter to Terraform's own conversions and
    /// are ignored.
    pub fn from_json(json: &Json) -> Result<Self, TypeError> {
        Self::parse(json, 0)
    }

    /// [`Type::from_json`] on bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TypeError> {
        let json = serde_json::from_slice(bytes).map_err(|e| TypeError(format!("not JSON: {e}")))?;
        Self::from_json(&json)
    }

    fn parse(json: &Json, depth: usize) -> Result<Self, TypeError> {
        if depth > MAX_DEPTH {
            return Err(TypeError("nested too deeply".into()));
        }
        let unknown = || TypeError("unknown type".into());
        match json {
            Json::String(name) => match name.as_str() {
                "string" => Ok(Self::String),
                "number" => Ok(Self::Number),
                "bool" => Ok(Self::Bool),
                "dynamic" => Ok(Self::Dynamic),
                _ => Err(unknown()),
            },
            Json::Array(parts) => match parts.as_slice() {
                [Json::String(kind), of, rest @ ..] => match (kind.as_str(), of, rest) {
                    ("list", of, []) => Ok(Self::list(Self::parse(of, depth + 1)?)),
                    ("set", of, []) => Ok(Self::set(Self::parse(of, depth + 1)?)),
                    ("map", of, []) => Ok(Self::map(Self::parse(of, depth + 1)?)),
                    ("tuple", Json::Array(of), []) => {
                        of.iter().map(|t| Self::parse(t, depth + 1)).collect::<Result<_, _>>().map(Self::Tuple)
                    }
                    ("object", Json::Object(of), [] | [Json::Array(_)]) => {
                        let attributes = of.iter().map(|(k, t)| Ok((k.clone(), Self::parse(t, depth + 1)?)));
                        attributes.collect::<Result<Vec<_>, _>>().map(Self::object)
                    }
                    _ => Err(unknown()),
                },
                _ => Err(unknown()),
            },
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String => f.write_str("string"),
            Self::Number => f.write_str("number"),
            Self::Bool => f.write_str("bool"),
            Self::Dynamic => f.write_str("any type"),
            Self::List(e) => write!(f, "list of {e}"),
            Self::Set(e) => write!(f, "set of {e}"),
            Self::Map(e) => write!(f, "map of {e}"),
            Self::Tuple(_) => f.write_str("tuple"),
            Self::Object(_) => f.write_str("object"),
        }
    }
}

/// A type constraint that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("invalid type constraint: {0}")]
pub struct TypeError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_survives_a_round_trip() {
        for text in [
            r#""string""#,
            r#""number""#,
            r#""bool""#,
            r#""dynamic""#,
            r#"["list","string"]"#,
            r#"["set",["list","number"]]"#,
            r#"["map","bool"]"#,
            r#"["tuple",["string","number"]]"#,
            r#"["tuple",[]]"#,
            r#"["object",{"a":"string","b":["list","number"]}]"#,
        ] {
            let ty = Type::from_bytes(text.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(ty.to_bytes()).unwrap(), text);
        }
    }

    #[test]
    fn optional_attributes_are_plain_attributes_on_the_wire() {
        let ty = Type::from_bytes(br#"["object",{"a":"string","b":"number"},["b"]]"#).unwrap();
        assert_eq!(ty, Type::object([("a", Type::String), ("b", Type::Number)]));
    }

    #[test]
    fn malformed_types_are_refused() {
        for text in ["", "null", r#""text""#, r#"["list"]"#, r#"["list","x"]"#, r#"["object",[]]"#, "[]", "[1,2]"] {
            assert!(Type::from_bytes(text.as_bytes()).is_err(), "{text}");
        }
        // It may be a value in the wrong place.
        let error = Type::from_bytes(br#"["list","hunter2"]"#).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
        let deep = format!("{}\"string\"{}", r#"["list","#.repeat(100), "]".repeat(100));
        assert!(Type::from_bytes(deep.as_bytes()).is_err());
    }
}
