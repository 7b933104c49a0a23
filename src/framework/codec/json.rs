//! The JSON form of values: of stored states, and accepted wherever a value may come as JSON (go-cty's `cty/json`). Unknown cannot
//! be expressed.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::error::{DecodeError, Fault};
use super::text::normalized;
use crate::framework::raw::Raw;
use crate::framework::schema::{Block, BlockNesting, NestedBlock, Schema};
use crate::framework::types::{MAX_DEPTH, Type};

/// Reads a value that has exactly the type. Numbers may have any precision, and may be strings.
///
/// # Errors
/// What is not JSON, or not of the type. The error names the attribute, never a value.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Raw, DecodeError> {
    Ok(Mode::Strict.value(&parse(bytes)?, ty, 0)?)
}

/// Reads a stored object that an older version of the schema may have written: attributes missing from the JSON are null, blocks that
/// repeat are empty, and members that the schema no longer has are left out.
///
/// # Errors
/// As [`decode`], for what is there and in the schema.
pub fn decode_state(bytes: &[u8], schema: &Schema) -> Result<Raw, DecodeError> {
    decode_state_value(&parse(bytes)?, schema)
}

/// [`decode_state`] of JSON that has been parsed, and perhaps been changed by an upgrade.
///
/// # Errors
/// As [`decode_state`].
pub fn decode_state_value(json: &Json, schema: &Schema) -> Result<Raw, DecodeError> {
    if json.is_null() {
        return Ok(Raw::Null);
    }
    Ok(block(json, &schema.block, 0)?)
}

fn parse(bytes: &[u8]) -> Result<Json, Fault> {
    // The parser stops at 128 levels itself, and its messages tell the place, not the text.
    serde_json::from_slice(bytes).map_err(|e| Fault::new(format!("not JSON: {e}")))
}

/// What to do about members of an object that are missing, or too many.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Strict,
    Lenient,
}

impl Mode {
    fn value(self, json: &Json, ty: &Type, depth: usize) -> Result<Raw, Fault> {
        if depth > MAX_DEPTH {
            return Err(Fault::too_deep());
        }
        match (ty, json) {
            (_, Json::Null) => Ok(Raw::Null),
            (Type::String, Json::String(text)) => Ok(Raw::String(normalized(text).into_owned())),
            (Type::Number, Json::Number(number)) => number_of(number.as_str()),
            (Type::Number, Json::String(text)) => number_of(text),
            (Type::Bool, Json::Bool(value)) => Ok(Raw::Bool(*value)),
            (Type::Dynamic, Json::Object(parts)) => self.typed(parts, depth),
            (Type::List(ty), Json::Array(elements)) => self.elements(elements, ty, depth).map(Raw::List),
            (Type::Set(ty), Json::Array(elements)) => {
                self.elements(elements, ty, depth).map(Raw::set).map_err(Fault::in_set)
            }
            (Type::Tuple(types), Json::Array(elements)) => self.tuple(elements, types, depth),
            (Type::Map(ty), Json::Object(members)) => self.map(members, ty, depth),
            (Type::Object(types), Json::Object(members)) => self.object(members, types, depth),
            (ty, _) => Err(Fault::required(ty)),
        }
    }

    fn elements(self, elements: &[Json], ty: &Type, depth: usize) -> Result<Vec<Raw>, Fault> {
        let element = |(i, json)| self.value(json, ty, depth + 1).map_err(|e| e.in_index(i));
        elements.iter().enumerate().map(element).collect()
    }

    fn tuple(self, elements: &[Json], types: &[Type], depth: usize) -> Result<Raw, Fault> {
        if elements.len() != types.len() {
            return Err(Fault::tuple_of(types.len(), elements.len()));
        }
        let element = |(i, (json, ty))| self.value(json, ty, depth + 1).map_err(|e| e.in_index(i));
        elements.iter().zip(types).enumerate().map(element).collect::<Result<_, _>>().map(Raw::List)
    }

    fn map(self, members: &Members, ty: &Type, depth: usize) -> Result<Raw, Fault> {
        let mut map = BTreeMap::new();
        for (key, json) in members {
            let value = self.value(json, ty, depth + 1).map_err(|e| e.in_key(key))?;
            if map.insert(normalized(key).into_owned(), value).is_some() {
                return Err(Fault::twice().in_key(key));
            }
        }
        Ok(Raw::Map(map))
    }

    fn object(self, members: &Members, types: &BTreeMap<String, Type>, depth: usize) -> Result<Raw, Fault> {
        if self == Self::Strict {
            if let Some(name) = members.keys().find(|name| !types.contains_key(*name)) {
                return Err(Fault::unsupported(name));
            }
            if let Some(name) = types.keys().find(|name| !members.contains_key(*name)) {
                return Err(Fault::missing(name));
            }
        }
        let member = |(name, ty): (&String, &Type)| {
            let json = members.get(name).unwrap_or(&Json::Null);
            let value = self.value(json, ty, depth + 1).map_err(|e| e.in_attribute(name))?;
            Ok((name.clone(), value))
        };
        types.iter().map(member).collect::<Result<Vec<_>, _>>().map(Raw::object)
    }

    /// `{"value": ..., "type": ...}`
    fn typed(self, parts: &Members, depth: usize) -> Result<Raw, Fault> {
        let (Some(value), Some(ty), 2) = (parts.get("value"), parts.get("type"), parts.len()) else {
            return Err(Fault::untyped());
        };
        let ty = Type::from_json(ty).map_err(|_| Fault::new("invalid type constraint"))?;
        if ty == Type::Dynamic {
            return Err(Fault::untyped());
        }
        // The type came along with the value: there is nothing to be lenient about.
        let value = Self::Strict.value(value, &ty, depth + 1)?;
        Ok(Raw::Typed(Box::new(ty), Box::new(value)))
    }
}

type Members = serde_json::Map<String, Json>;

fn number_of(text: &str) -> Result<Raw, Fault> {
    text.parse().map(Raw::Number).map_err(|_| Fault::required(&Type::Number))
}

fn block(json: &Json, block: &Block, depth: usize) -> Result<Raw, Fault> {
    if depth > MAX_DEPTH {
        return Err(Fault::too_deep());
    }
    let Json::Object(members) = json else {
        return Err(Fault::new("object is required"));
    };
    let member = |name: &str| members.get(name).unwrap_or(&Json::Null);
    let mut object = BTreeMap::new();
    for attribute in &block.attributes {
        let name = &*attribute.name;
        let value = Mode::Lenient.value(member(name), &attribute.ty(), depth + 1).map_err(|e| e.in_attribute(name))?;
        object.insert(name.to_owned(), value);
    }
    for nested in &block.blocks {
        let name = &*nested.name;
        let value = nested_block(member(name), nested, depth + 1).map_err(|e| e.in_attribute(name))?;
        object.insert(name.to_owned(), value);
    }
    Ok(Raw::Map(object))
}

fn nested_block(json: &Json, nested: &NestedBlock, depth: usize) -> Result<Raw, Fault> {
    let ty = nested.ty();
    match (nested.nesting, json) {
        (BlockNesting::Single, Json::Null) => Ok(Raw::Null),
        (BlockNesting::Group, Json::Null) => block(&Json::Object(Members::new()), &nested.block, depth),
        (BlockNesting::Single | BlockNesting::Group, json) => block(json, &nested.block, depth),
        (BlockNesting::List, Json::Null) if ty == Type::Dynamic => {
            Ok(Raw::Typed(Box::new(Type::Tuple(Vec::new())), Box::new(Raw::List(Vec::new()))))
        }
        (BlockNesting::Map, Json::Null) if ty == Type::Dynamic => {
            Ok(Raw::Typed(Box::new(Type::Object(BTreeMap::new())), Box::new(Raw::Map(BTreeMap::new()))))
        }
        (BlockNesting::List | BlockNesting::Map, json) if ty == Type::Dynamic => {
            Mode::Lenient.value(json, &Type::Dynamic, depth)
        }
        (BlockNesting::List, Json::Null) => Ok(Raw::List(Vec::new())),
        (BlockNesting::Set, Json::Null) => Ok(Raw::set([])),
        (BlockNesting::Map, Json::Null) => Ok(Raw::Map(BTreeMap::new())),
        (BlockNesting::List, Json::Array(elements)) => blocks(elements, nested, depth).map(Raw::List),
        (BlockNesting::Set, Json::Array(elements)) => {
            blocks(elements, nested, depth).map(Raw::set).map_err(Fault::in_set)
        }
        (BlockNesting::Map, Json::Object(members)) => {
            let mut map = BTreeMap::new();
            for (key, json) in members {
                let value = block(json, &nested.block, depth + 1).map_err(|e| e.in_key(key))?;
                map.insert(normalized(key).into_owned(), value);
            }
            Ok(Raw::Map(map))
        }
        _ => Err(Fault::required(&ty)),
    }
}

fn blocks(elements: &[Json], nested: &NestedBlock, depth: usize) -> Result<Vec<Raw>, Fault> {
    let element = |(i, json)| block(json, &nested.block, depth + 1).map_err(|e| e.in_index(i));
    elements.iter().enumerate().map(element).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::framework::legality::testing::{arb_type, arb_value};
    use crate::framework::schema::{Attribute, AttributeKind, Nesting, Object};

    fn number(text: &str) -> Raw {
        Raw::Number(text.parse().unwrap())
    }

    fn failure(json: &str, ty: &Type) -> String {
        decode(json.as_bytes(), ty).unwrap_err().to_string()
    }

    #[test]
    fn values_are_read_by_their_type() {
        let table = [
            (Type::String, "null", Raw::Null),
            (Type::String, r#""cafe\u0301""#, Raw::from("caf\u{e9}")),
            (Type::Bool, "true", Raw::from(true)),
            (Type::Number, "12", Raw::from(12)),
            (Type::Number, "1e3", Raw::from(1000)),
            (Type::Number, r#""0.1""#, number("0.1")),
            (Type::Number, "9007199254740993", number("9007199254740993")),
            (Type::Number, "0.30000000000000004441", number("0.30000000000000004441")),
            (Type::Number, "123456789012345678901234567890", number("123456789012345678901234567890")),
            (Type::list(Type::Bool), "[true, null]", Raw::List(vec![true.into(), Raw::Null])),
            (Type::set(Type::String), r#"["b", "a", "b"]"#, Raw::set(["a".into(), "b".into()])),
            (Type::Tuple(vec![Type::Bool]), "[true]", Raw::List(vec![true.into()])),
            (Type::map(Type::Bool), r#"{"e\u0301": true}"#, Raw::object([("\u{e9}", Raw::from(true))])),
            (Type::object([("a", Type::Bool)]), r#"{"a": null}"#, Raw::object([("a", Raw::Null)])),
            (Type::Dynamic, "null", Raw::Null),
            (Type::Dynamic, r#"{"value": 12, "type": "number"}"#, {
                Raw::Typed(Box::new(Type::Number), Box::new(Raw::from(12)))
            }),
        ];
        for (ty, json, value) in table {
            assert_eq!(decode(json.as_bytes(), &ty), Ok(value), "{json}");
        }
    }

    #[test]
    fn malformed_json_is_refused() {
        let object = Type::object([("a", Type::Bool)]);
        let table = [
            (&Type::String, "", "not JSON: EOF while parsing a value at line 1 column 0"),
            (&Type::String, r#""a" 1"#, "not JSON: trailing characters at line 1 column 5"),
            (&Type::String, "1", "string is required"),
            (&Type::Bool, r#""true""#, "bool is required"),
            (&Type::Number, r#""hunter2""#, "number is required"),
            (&Type::Number, "1e99999999", "number is required"),
            (&Type::Number, "1e9223372036854775808", "number is required"),
            (&Type::Number, r#""-1.5e9223372036854775809""#, "number is required"),
            (&Type::list(Type::Bool), "[1]", "[0]: bool is required"),
            (&Type::map(Type::Bool), r#"{"k": 1}"#, "[\"k\"]: bool is required"),
            (&Type::set(object.clone()), r#"[{"a": 1}]"#, "bool is required"),
            (&Type::Tuple(vec![Type::Bool]), "[]", "a tuple of 1 elements is required (0 given)"),
            (&object, "{}", "attribute \"a\" is missing"),
            (&object, r#"{"a": true, "b": 1}"#, "unsupported attribute \"b\""),
            (&object, r#"{"a": 1}"#, "a: bool is required"),
            (&Type::Dynamic, "12", "any type is required"),
            (&Type::Dynamic, r#"{"value": 12}"#, "a value of any type has to come with its type"),
            (&Type::Dynamic, r#"{"value": 12, "type": "dynamic"}"#, "a value of any type has to come with its type"),
            (&Type::Dynamic, r#"{"value": 12, "type": "text"}"#, "invalid type constraint"),
            (&Type::map(Type::Bool), "{\"\u{e9}\": true, \"e\u{301}\": true}", "[\"\u{e9}\"]: given twice"),
        ];
        for (ty, json, message) in table {
            assert_eq!(failure(json, ty), message, "{json}");
        }
        assert!(decode("[".repeat(100_000).as_bytes(), &Type::Dynamic).is_err());
    }

    fn attribute(name: &'static str, kind: AttributeKind) -> Attribute {
        Attribute { optional: true, ..Attribute::new(name, kind) }
    }

    fn text() -> Vec<Attribute> {
        vec![attribute("a", AttributeKind::Plain(Type::String))]
    }

    fn nested(name: &'static str, nesting: BlockNesting, attributes: Vec<Attribute>) -> NestedBlock {
        let block = Block { attributes, ..Block::default() };
        NestedBlock { name: name.into(), block, nesting, min_items: 0, max_items: 0 }
    }

    fn schema() -> Schema {
        let any = || vec![attribute("d", AttributeKind::Plain(Type::Dynamic))];
        let attributes = vec![
            attribute("text", AttributeKind::Plain(Type::String)),
            attribute("nest", AttributeKind::Nested(Nesting::List, Object { attributes: text(), ..Object::default() })),
        ];
        let blocks = vec![
            nested("any_list", BlockNesting::List, any()),
            nested("any_map", BlockNesting::Map, any()),
            nested("group", BlockNesting::Group, text()),
            nested("list", BlockNesting::List, text()),
            nested("map", BlockNesting::Map, text()),
            nested("set", BlockNesting::Set, text()),
            nested("single", BlockNesting::Single, text()),
        ];
        Schema::new(1, Block { attributes, blocks, ..Block::default() })
    }

    #[test]
    fn what_an_old_state_lacks_is_null_and_blocks_are_empty() {
        let typed = |ty: Type, value: Raw| Raw::Typed(Box::new(ty), Box::new(value));
        let expected = Raw::object([
            ("text", Raw::Null),
            ("nest", Raw::Null),
            ("any_list", typed(Type::Tuple(vec![]), Raw::List(vec![]))),
            ("any_map", typed(Type::Object(BTreeMap::new()), Raw::Map(BTreeMap::new()))),
            ("group", Raw::object([("a", Raw::Null)])),
            ("list", Raw::List(vec![])),
            ("map", Raw::Map(BTreeMap::new())),
            ("set", Raw::set([])),
            ("single", Raw::Null),
        ]);
        let state = decode_state(br#" { "gone": [1, 2], "list": null } "#, &schema()).unwrap();
        assert_eq!(state, expected);
        assert!(super::super::msgpack::encode(&state, schema().ty()).is_ok());
        assert_eq!(decode_state(b"null", &schema()), Ok(Raw::Null));
    }

    #[test]
    fn what_an_old_state_has_is_read_at_every_depth() {
        let one = || Raw::object([("a", Raw::from("x"))]);
        let json = br#"{
            "text": "t", "nest": [{"gone": 1}, {"a": "x"}],
            "any_list": {"value": [{"d": 1}], "type": ["tuple", [["object", {"d": "number"}]]]},
            "group": {"a": "x"}, "list": [{"a": "x", "gone": 1}, {}], "map": {"k": {"a": "x"}}, "set": [{"a": "x"}],
            "single": {"a": "x"}
        }"#;
        let state = decode_state(json, &schema()).unwrap();
        let none = Raw::object([("a", Raw::Null)]);
        assert_eq!(state.get("nest"), &Raw::List(vec![none.clone(), one()]));
        assert_eq!(state.get("group"), &one());
        assert_eq!(state.get("list"), &Raw::List(vec![one(), none]));
        assert_eq!(state.get("map"), &Raw::object([("k", one())]));
        assert_eq!(state.get("set"), &Raw::set([one()]));
        assert_eq!(state.get("single"), &one());
        let ty = Type::Tuple(vec![Type::object([("d", Type::Number)])]);
        let any = Raw::List(vec![Raw::object([("d", Raw::from(1))])]);
        assert_eq!(state.get("any_list"), &Raw::Typed(Box::new(ty), Box::new(any)));
    }

    #[test]
    fn an_old_state_with_a_wrong_kind_is_refused_with_its_path() {
        for (json, message) in [
            (&b"[]"[..], "object is required"),
            (br#"{"text": 1}"#, "text: string is required"),
            (br#"{"list": {}}"#, "list: list is required"),
            (br#"{"list": [{"a": 1}]}"#, "list[0].a: string is required"),
            (br#"{"set": [{"a": 1}]}"#, "set: string is required"),
            (br#"{"map": {"k": 1}}"#, "map[\"k\"]: object is required"),
            (br#"{"nest": [{"a": 1}]}"#, "nest[0].a: string is required"),
        ] {
            assert_eq!(decode_state(json, &schema()).unwrap_err().to_string(), message);
        }
    }

    /// What Terraform stores of a known value.
    fn stored(value: &Raw) -> Json {
        match value {
            Raw::Null | Raw::Unknown(_) => Json::Null,
            Raw::Bool(value) => json!(value),
            Raw::Number(number) => serde_json::from_str(&number.to_string()).unwrap(),
            Raw::String(text) => json!(text),
            Raw::List(elements) | Raw::Set(elements) => elements.iter().map(stored).collect(),
            Raw::Map(members) => members.iter().map(|(name, value)| (name.clone(), stored(value))).collect(),
            Raw::Typed(ty, value) => json!({"value": stored(value), "type": ty.to_json()}),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_known_value_survives_its_json(
            (ty, value) in arb_type().prop_flat_map(|ty| { let value = arb_value(&ty); (Just(ty), value) })
        ) {
            let value = value.unknown_to_null();
            prop_assert_eq!(decode(stored(&value).to_string().as_bytes(), &ty), Ok(value));
        }

        #[test]
        fn random_text_never_panics(ty in arb_type(), text in "[\\[\\]{}\",:a-c0-9.e \\-]{0,40}") {
            let _ = decode(text.as_bytes(), &ty);
        }
    }
}
