//! Declarative checks of request parameters, the same for every cloud.
//!
//! A kind of object declares its [`Field`]s; [`check`] finds the first [`Violation`]; each cloud gives it a code.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde_json::Value;

use crate::store::Members;

/// A request parameter, or a member of one.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

pub(crate) const fn required(name: &'static str, shape: Shape) -> Field {
    Field { name, required: true, shape }
}

pub(crate) const fn optional(name: &'static str, shape: Shape) -> Field {
    Field { name, required: false, shape }
}

/// What a value looks like.
#[derive(Debug)]
pub(crate) enum Shape {
    Text(&'static [Rule]),
    /// An integer within these bounds, both included.
    Int(i64, i64),
    /// One of these integers.
    IntOneOf(&'static [i64]),
    Bool,
    /// A list of at most that many.
    List(&'static Self, usize),
    Object(&'static [Field]),
}

/// What a text must be.
#[derive(Debug)]
pub(crate) enum Rule {
    NotEmpty,
    /// At most that many characters.
    MaxChars(usize),
    /// At most that many bytes of UTF-8.
    MaxBytes(usize),
    OneOf(&'static [&'static str]),
    /// An identifier: this prefix and something after it.
    Id(&'static str),
    /// An IPv4 range with its prefix length; bits behind the prefix may be set.
    Cidr,
    Ip,
    /// A decimal number within these bounds.
    Number(i64, i64),
    /// So many of ASCII letters, digits and these.
    Word {
        min: usize,
        max: usize,
        also: &'static str,
    },
}

/// A rule that a request breaks.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Violation {
    pub(crate) kind: Kind,
    /// Where, such as `SecurityPolicyDatabases.0.LocalCidrBlock`.
    pub(crate) path: String,
    pub(crate) detail: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Unknown,
    Missing,
    /// Another JSON type than documented.
    Type,
    Empty,
    TooLong,
    Malformed,
    /// Not one of the values documented.
    Value,
    Range,
    TooMany,
}

/// Checks the members of a request.
///
/// # Errors
/// The first rule broken: unknown members first, then missing ones, then values in the order of `fields`.
pub(crate) fn check(fields: &'static [Field], members: &Members) -> Result<(), Violation> {
    object(fields, members, "")
}

/// Turns texts into the numbers and booleans that `fields` expect. Requests in a URL or a form know only texts.
pub(crate) fn from_texts(fields: &'static [Field], members: &mut Members) {
    for field in fields {
        if let Some(value) = members.get_mut(field.name) {
            value_from_texts(&field.shape, value);
        }
    }
}

/// Builds members from flat names: `Filters.0.Name`, `VpnConnectionIds.1`.
pub(crate) fn unflatten<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Members {
    let mut root = Members::new();
    for (name, value) in pairs {
        let mut at = &mut root;
        let mut segments = name.splitn(MAX_DEPTH, '.').peekable();
        while let Some(segment) = segments.next() {
            if segments.peek().is_none() {
                at.insert(segment.to_owned(), Value::from(value));
                break;
            }
            let next = at.entry(segment).or_insert_with(|| Value::Object(Members::new()));
            if !next.is_object() {
                *next = Value::Object(Members::new());
            }
            at = next.as_object_mut().expect("made an object above");
        }
    }
    root.into_iter().map(|(name, value)| (name, lists(value))).collect()
}

/// The first list whose elements do not count from 1 without gaps, among flat names that [`unflatten`] makes lists of.
pub(crate) fn miscounted<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut lists = BTreeMap::<&str, BTreeSet<&str>>::new();
    for name in names {
        for (dot, _) in name.match_indices('.').take(MAX_DEPTH - 1) {
            let index = name[dot + 1..].split('.').next().filter(|segment| segment.parse::<u32>().is_ok());
            if let Some(index) = index {
                lists.entry(&name[..dot]).or_default().insert(index);
            }
        }
    }
    let is_whole = |indices: &BTreeSet<&str>| (1..=indices.len()).all(|at| indices.contains(at.to_string().as_str()));
    lists.into_iter().find(|(_, indices)| !is_whole(indices)).map(|(list, _)| list)
}

fn object(fields: &'static [Field], members: &Members, path: &str) -> Result<(), Violation> {
    if let Some(name) = members.keys().find(|name| fields.iter().all(|field| field.name != name.as_str())) {
        return Err(violation(Kind::Unknown, join(path, name), "is not a parameter of this action"));
    }
    if let Some(field) = fields.iter().find(|field| field.required && !members.contains_key(field.name)) {
        return Err(violation(Kind::Missing, join(path, field.name), "is required"));
    }
    for field in fields {
        if let Some(member) = members.get(field.name) {
            value(&field.shape, member, &join(path, field.name))?;
        }
    }
    Ok(())
}

fn value(shape: &'static Shape, value: &Value, path: &str) -> Result<(), Violation> {
    let wrong_type = |expected: &str| violation(Kind::Type, path.to_owned(), format!("must be {expected}"));
    match shape {
        Shape::Text(rules) => {
            let text = value.as_str().ok_or_else(|| wrong_type("a string"))?;
            rules.iter().try_for_each(|rule| self::text(rule, text, path))
        }
        Shape::Int(min, max) => {
            let number = value.as_i64().ok_or_else(|| wrong_type("an integer"))?;
            within(number, *min, *max, path)
        }
        Shape::IntOneOf(values) => {
            let number = value.as_i64().ok_or_else(|| wrong_type("an integer"))?;
            if values.contains(&number) {
                return Ok(());
            }
            let values = values.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
            Err(violation(Kind::Value, path.to_owned(), format!("must be one of {values}, not {number}")))
        }
        Shape::Bool => value.as_bool().map(drop).ok_or_else(|| wrong_type("a boolean")),
        Shape::List(of, max) => {
            let items = value.as_array().ok_or_else(|| wrong_type("an array"))?;
            if items.len() > *max {
                return Err(violation(Kind::TooMany, path.to_owned(), format!("has more than {max} entries")));
            }
            items.iter().enumerate().try_for_each(|(at, item)| self::value(of, item, &format!("{path}.{at}")))
        }
        Shape::Object(fields) => object(fields, value.as_object().ok_or_else(|| wrong_type("an object"))?, path),
    }
}

fn text(rule: &Rule, text: &str, path: &str) -> Result<(), Violation> {
    let (kind, detail) = match rule {
        Rule::NotEmpty if text.is_empty() => (Kind::Empty, "must not be empty".to_owned()),
        Rule::MaxChars(max) if text.chars().count() > *max => {
            (Kind::TooLong, format!("is longer than {max} characters"))
        }
        Rule::MaxBytes(max) if text.len() > *max => (Kind::TooLong, format!("is longer than {max} bytes")),
        Rule::OneOf(values) if !values.contains(&text) => {
            (Kind::Value, format!("must be one of {}, not {text}", values.join(", ")))
        }
        Rule::Id(prefix) if text.strip_prefix(prefix).is_none_or(str::is_empty) => {
            (Kind::Malformed, format!("must be an identifier that starts with {prefix}"))
        }
        Rule::Word { min, max, also }
            if !(*min..=*max).contains(&text.len())
                || !text.chars().all(|letter| letter.is_ascii_alphanumeric() || also.contains(letter)) =>
        {
            (Kind::Malformed, format!("must be {min} to {max} letters, digits or of {also}"))
        }
        Rule::Cidr if text.parse::<Ipv4Net>().is_err() => (Kind::Malformed, format!("{text} is no IPv4 range")),
        Rule::Ip if text.parse::<Ipv4Addr>().is_err() => (Kind::Malformed, format!("{text} is no IPv4 address")),
        Rule::Number(min, max) => {
            let number =
                text.parse::<i64>().map_err(|_| violation(Kind::Malformed, path.to_owned(), "must be a number"))?;
            return within(number, *min, *max, path);
        }
        _ => return Ok(()),
    };
    Err(violation(kind, path.to_owned(), detail))
}

fn within(number: i64, min: i64, max: i64, path: &str) -> Result<(), Violation> {
    if (min..=max).contains(&number) {
        return Ok(());
    }
    Err(violation(Kind::Range, path.to_owned(), format!("must be {min} to {max}")))
}

fn violation(kind: Kind, path: String, detail: impl Into<String>) -> Violation {
    Violation { kind, path, detail: detail.into() }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn value_from_texts(shape: &'static Shape, value: &mut Value) {
    match (shape, &mut *value) {
        (Shape::Int(..) | Shape::IntOneOf(_), Value::String(text)) => {
            if let Ok(number) = text.parse::<i64>() {
                *value = number.into();
            }
        }
        (Shape::Bool, Value::String(text)) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => *value = true.into(),
            "false" | "0" => *value = false.into(),
            _ => {}
        },
        (Shape::List(of, _), Value::Array(items)) => items.iter_mut().for_each(|item| value_from_texts(of, item)),
        (Shape::Object(fields), Value::Object(members)) => from_texts(fields, members),
        _ => {}
    }
}

/// Objects whose names are all numbers are lists, in the order of the numbers.
fn lists(value: Value) -> Value {
    let Value::Object(members) = value else {
        return value;
    };
    let indices: Option<Vec<u32>> = members.keys().map(|name| name.parse().ok()).collect();
    let values = members.into_iter().map(|(name, value)| (name, lists(value)));
    let Some(indices) = indices else {
        return Value::Object(values.collect());
    };
    let mut items: Vec<_> = indices.into_iter().zip(values.map(|(_, value)| value)).collect();
    items.sort_by_key(|(index, _)| *index);
    Value::Array(items.into_iter().map(|(_, value)| value).collect())
}

/// How deep flat names nest; dots beyond are part of the last name. No API comes near, and no request can exhaust the stack.
const MAX_DEPTH: usize = 16;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    static FIELDS: &[Field] = &[
        optional("Session", Shape::Text(&[Rule::Word { min: 2, max: 4, also: ".@" }])),
        required("Id", Shape::Text(&[Rule::Id("x-")])),
        optional("Name", Shape::Text(&[Rule::NotEmpty, Rule::MaxChars(3)])),
        optional("Mode", Shape::Text(&[Rule::OneOf(&["A", "B"])])),
        optional("Seconds", Shape::Text(&[Rule::Number(30, 60)])),
        optional("Label", Shape::Text(&[Rule::MaxBytes(3)])),
        optional("Months", Shape::IntOneOf(&[1, 12])),
        optional("Count", Shape::Int(1, 5)),
        optional("On", Shape::Bool),
        optional("Ranges", Shape::List(&Shape::Text(&[Rule::Cidr]), 2)),
        optional("Peer", Shape::Object(&[required("Ip", Shape::Text(&[Rule::Ip]))])),
    ];

    fn broken(value: Value) -> Option<(Kind, String)> {
        check(FIELDS, value.as_object().unwrap()).err().map(|violation| (violation.kind, violation.path))
    }

    #[test]
    fn each_rule_is_kept() {
        for (value, kind, path) in [
            (json!({"Idd": "x-1"}), Kind::Unknown, "Idd"),
            (json!({}), Kind::Missing, "Id"),
            (json!({"Id": 1}), Kind::Type, "Id"),
            (json!({"Id": null}), Kind::Type, "Id"),
            (json!({"Id": "x-"}), Kind::Malformed, "Id"),
            (json!({"Id": "x-1", "Name": ""}), Kind::Empty, "Name"),
            (json!({"Id": "x-1", "Name": "éééé"}), Kind::TooLong, "Name"),
            (json!({"Id": "x-1", "Label": "éé"}), Kind::TooLong, "Label"),
            (json!({"Id": "x-1", "Session": "a"}), Kind::Malformed, "Session"),
            (json!({"Id": "x-1", "Session": "abcde"}), Kind::Malformed, "Session"),
            (json!({"Id": "x-1", "Session": "a b"}), Kind::Malformed, "Session"),
            (json!({"Id": "x-1", "Months": 2}), Kind::Value, "Months"),
            (json!({"Id": "x-1", "Months": "1"}), Kind::Type, "Months"),
            (json!({"Id": "x-1", "Mode": "C"}), Kind::Value, "Mode"),
            (json!({"Id": "x-1", "Seconds": "29"}), Kind::Range, "Seconds"),
            (json!({"Id": "x-1", "Seconds": "x"}), Kind::Malformed, "Seconds"),
            (json!({"Id": "x-1", "Count": 6}), Kind::Range, "Count"),
            (json!({"Id": "x-1", "Count": "5"}), Kind::Type, "Count"),
            (json!({"Id": "x-1", "Count": 1.5}), Kind::Type, "Count"),
            (json!({"Id": "x-1", "On": "true"}), Kind::Type, "On"),
            (json!({"Id": "x-1", "Ranges": ["10.0.0.0"]}), Kind::Malformed, "Ranges.0"),
            (json!({"Id": "x-1", "Ranges": ["10.0.0.0/8", "10.0.0.0/33"]}), Kind::Malformed, "Ranges.1"),
            (json!({"Id": "x-1", "Ranges": ["::/0"]}), Kind::Malformed, "Ranges.0"),
            (json!({"Id": "x-1", "Ranges": ["10.0.0.0/8", "11.0.0.0/8", "12.0.0.0/8"]}), Kind::TooMany, "Ranges"),
            (json!({"Id": "x-1", "Peer": {"Ip": "10.0.0.256"}}), Kind::Malformed, "Peer.Ip"),
            (json!({"Id": "x-1", "Peer": {"Ip": "10.0.0.1", "Port": 1}}), Kind::Unknown, "Peer.Port"),
            (json!({"Id": "x-1", "Peer": {}}), Kind::Missing, "Peer.Ip"),
        ] {
            assert_eq!(broken(value.clone()), Some((kind, path.to_owned())), "{value}");
        }
    }

    #[test]
    fn a_request_that_keeps_the_rules_passes() {
        let whole = json!({
            "Id": "x-1", "Name": "ééé", "Mode": "B", "Seconds": "60", "Count": 5, "On": false,
            "Label": "éa", "Months": 12, "Session": "a.@1",
            "Ranges": ["10.0.0.5/24", "0.0.0.0/0"], "Peer": {"Ip": "10.0.0.1"},
        });
        assert_eq!(broken(whole), None);
    }

    #[test]
    fn a_list_counts_from_one_without_gaps() {
        assert_eq!(miscounted(["Id", "Tag.2.Key", "Tag.1.Key", "Tag.1.Value", "Id.1", "1", "Tag.x", ".1"]), None);
        let all: Vec<_> = (1..=11).map(|at| format!("Tag.{at}.Key")).collect();
        assert_eq!(miscounted(all.iter().map(String::as_str)), None);
        for (names, list) in [
            (&["Id.0"][..], "Id"),
            (&["Id.2"], "Id"),
            (&["Id.01"], "Id"),
            (&["Id.+1"], "Id"),
            (&["Id.1", "Id.01"], "Id"),
            (&["Id.1", "Tag.1.Value.3"], "Tag.1.Value"),
            (&["Id.1", "Id.2", "Id.4"], "Id"),
        ] {
            assert_eq!(miscounted(names.iter().copied()), Some(list), "{names:?}");
        }
    }

    #[test]
    fn flat_names_become_lists_objects_and_typed_values() {
        let pairs = [
            ("Id", "x-1"),
            ("Ranges.1", "b"),
            ("Ranges.0", "a"),
            ("Peer.Ip", "10.0.0.1"),
            ("Count", "3"),
            ("On", "true"),
        ];
        let mut members = unflatten(pairs);
        from_texts(FIELDS, &mut members);
        let expected = json!({"Id": "x-1", "Ranges": ["a", "b"], "Peer": {"Ip": "10.0.0.1"}, "Count": 3, "On": true});
        assert_eq!(Value::Object(members), expected);
    }
}
