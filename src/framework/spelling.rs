//! Spellings that mean the same.
//!
//! A range is a network whatever its host bits say, an address has many forms, and a value of a list of documented ones is the same in
//! other capitals. What an attribute's validators say of it tells which of these it is. Resources see the [usual] spelling, which they can
//! compare. Another spelling of what is there is no change: the plan keeps the one of the state, and a read the one that was known.

use std::net::IpAddr;

use ipnet::IpNet;

use super::map::map;
use super::raw::Raw;
use super::schema::{Attribute, AttributeKind, Block, Nesting, Object};
use super::validators::Validator;

/// `value` in the usual spelling, at every depth: ranges without host bits, addresses as RFC 5952 writes them, documented values as they
/// are documented.
pub fn usual(block: &Block, value: &Raw) -> Raw {
    of_members(&block.attributes, value)
}

/// `value` with each attribute that means the same in `known` as it is there.
///
/// In objects, members are looked at one by one; a list, set or map is the same as a whole or not at all.
pub fn kept(block: &Block, value: Raw, known: &Raw) -> Raw {
    members(&block.attributes, value, known)
}

fn members(attributes: &[Attribute], value: Raw, known: &Raw) -> Raw {
    match value {
        Raw::Map(mut values) if matches!(known, Raw::Map(_)) => {
            for attribute in attributes {
                if let Some(value) = values.get_mut(attribute.name.as_ref()) {
                    *value = self::attribute(attribute, std::mem::take(value), known.get(&attribute.name));
                }
            }
            Raw::Map(values)
        }
        value => value,
    }
}

fn attribute(attribute: &Attribute, value: Raw, known: &Raw) -> Raw {
    if value == *known || attribute.write_only || value.is_null() || known.is_null() {
        return value;
    }
    match &attribute.kind {
        AttributeKind::Nested(Nesting::Single, object) => members(&object.attributes, value, known),
        _ if value.is_wholly_known() && meaning(attribute, &value) == meaning(attribute, known) => known.clone(),
        _ => value,
    }
}

/// The usual spelling, which is one for all that mean the same.
fn meaning(attribute: &Attribute, value: &Raw) -> Raw {
    match &attribute.kind {
        AttributeKind::Plain(_) => {
            attribute.validators.iter().fold(value.clone(), |value, validator| plain(validator, value))
        }
        AttributeKind::Nested(Nesting::Single, object) => of_object(object, value),
        AttributeKind::Nested(_, object) => elements(value, |element| of_object(object, element)),
    }
}

fn of_object(object: &Object, value: &Raw) -> Raw {
    of_members(&object.attributes, value)
}

fn of_members(attributes: &[Attribute], value: &Raw) -> Raw {
    let Raw::Map(members) = value else { return value.clone() };
    let mut members = members.clone();
    for attribute in attributes {
        if let Some(value) = members.get_mut(attribute.name.as_ref()) {
            *value = meaning(attribute, value);
        }
    }
    Raw::Map(members)
}

fn plain(validator: &Validator, value: Raw) -> Raw {
    let meant = |text: &str| match validator {
        Validator::OneOf(values) => {
            values.iter().find(|value| value.eq_ignore_ascii_case(text.trim())).map(|value| (*value).to_owned())
        }
        Validator::Cidr | Validator::Ipv4Cidr => Some(text.trim().parse::<IpNet>().ok()?.trunc().to_string()),
        Validator::Ip | Validator::Ipv4 => Some(text.trim().parse::<IpAddr>().ok()?.to_string()),
        _ => None,
    };
    match (validator, &value) {
        (Validator::Each(inner), _) => elements(&value, |element| plain(inner, element.clone())),
        (_, Raw::String(text)) => meant(text).map_or(value, |text| Raw::from(&*text)),
        _ => value,
    }
}

fn elements(value: &Raw, of: impl Fn(&Raw) -> Raw) -> Raw {
    match value {
        Raw::List(elements) => Raw::List(elements.iter().map(of).collect()),
        Raw::Set(elements) => Raw::set(elements.iter().map(of)),
        Raw::Map(elements) => Raw::Map(map(elements.iter().map(|(key, element)| (key.clone(), of(element))))),
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::types::Type;

    fn attribute(name: &'static str, ty: Type, validator: Validator) -> Attribute {
        Attribute { optional: true, validators: vec![validator], ..Attribute::new(name, AttributeKind::Plain(ty)) }
    }

    /// An attribute of each kind, and a set of objects of them.
    fn block() -> Block {
        const VALUES: &[&str] = &["IKEV1", "IKEV2"];
        let set = Type::Set(Box::new(Type::String));
        let attributes = || {
            vec![
                attribute("range", Type::String, Validator::Ipv4Cidr),
                attribute("any_range", Type::String, Validator::Cidr),
                attribute("address", Type::String, Validator::Ip),
                attribute("value", Type::String, Validator::OneOf(VALUES)),
                attribute("ranges", set.clone(), Validator::Each(Box::new(Validator::Ipv4Cidr))),
                attribute("text", Type::String, Validator::Chars { min: 1, max: 9 }),
            ]
        };
        let nested = |name, nesting| {
            let object = Object { attributes: attributes(), rules: Vec::new() };
            Attribute { optional: true, ..Attribute::new(name, AttributeKind::Nested(nesting, object)) }
        };
        let mut all = attributes();
        all.extend([nested("object", Nesting::Single), nested("set", Nesting::Set), nested("list", Nesting::List)]);
        Block { attributes: all, ..Block::default() }
    }

    fn spellings() -> Vec<(&'static str, Raw, Raw)> {
        let ranges = |texts: &[&str]| Raw::set(texts.iter().map(|text| Raw::from(*text)));
        vec![
            ("range", "10.0.0.0/24".into(), "10.0.0.5/24".into()),
            ("any_range", "2001:db8::/32".into(), "2001:0db8:0:0::1/32".into()),
            ("address", "2001:db8::1".into(), "2001:DB8:0::1".into()),
            ("value", "IKEV2".into(), " ikev2".into()),
            ("ranges", ranges(&["10.0.0.0/24", "10.1.0.0/24"]), ranges(&["10.1.0.9/24", "10.0.0.1/24"])),
        ]
    }

    #[test]
    fn another_spelling_is_no_change_at_any_depth() {
        let block = block();
        for (name, known, other) in spellings() {
            let wraps: [fn(Raw) -> Raw; 4] = [
                |object| object,
                |object| Raw::object([("object", object)]),
                |object| Raw::object([("set", Raw::set([object]))]),
                |object| Raw::object([("list", Raw::List(vec![object]))]),
            ];
            for wrap in wraps {
                let [known, other] = [&known, &other].map(|value| wrap(Raw::object([(name, value.clone())])));
                assert_ne!(known, other);
                assert_eq!(kept(&block, other, &known), known, "{name}");
            }
        }
    }

    #[test]
    fn what_means_something_else_stays() {
        let block = block();
        for (name, known, other) in [
            ("range", Raw::from("10.0.0.0/24"), Raw::from("10.0.0.0/25")),
            ("value", "IKEV2".into(), "IKEV1".into()),
            ("text", "IKEV2".into(), "ikev2".into()),
            ("address", "192.0.2.1".into(), "not an address".into()),
            ("range", "10.0.0.0/24".into(), Raw::unknown()),
            ("range", "10.0.0.0/24".into(), Raw::Null),
            ("range", Raw::Null, "10.0.0.0/24".into()),
        ] {
            let [known, other] = [known, other].map(|value| Raw::object([(name, value)]));
            assert_eq!(kept(&block, other.clone(), &known), other, "{name}");
        }
    }
}
