//! What a configuration said and says no more.
//!
//! An optional attribute that is computed as well keeps its value where the configuration leaves it out, and from the state alone nobody can
//! tell whether somebody took it out or nobody ever wrote it. So the names of what the configuration had, and no values, are kept beside the
//! state when something is applied. What was taken out since then becomes what the schema has for that (`removed`): what was switched on goes
//! off. Everything else stays what it is, which the plan says. What was imported has no such record, and nothing of it is switched off.

use serde_json::{Map as JsonMap, Value as Json};

use super::diagnostics::{Diagnostic, Diagnostics};
use super::map::map;
use super::path::{Path, Step};
use super::raw::Raw;
use super::schema::{Attribute, AttributeKind, Block, Nesting, Object};

/// The names of what a configuration has, of that whose removal could not be seen otherwise. The configuration is known.
pub fn record(block: &Block, config: &Raw) -> Json {
    Json::Object(names(&block.attributes, config, false))
}

/// Whether there is anything to record of a configuration, or to tell by whether there is a record.
pub fn matters(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let within = match &attribute.kind {
            AttributeKind::Nested(Nesting::Single, object) => matters(&object.attributes),
            _ => false,
        };
        within || keeps(attribute) || attribute.unread
    })
}

/// A configuration as if it said what became of what was taken out of it, and the attributes that nothing became of: they stay what they are
/// in `prior`, and are not what a new object would have.
pub fn said(block: &Block, record: &Json, prior: &Raw, config: Raw) -> (Raw, Vec<Path>) {
    let mut staying = Vec::new();
    if prior.is_null() {
        return (config, staying);
    }
    let said = members(&block.attributes, record, prior, config, &Path::root(), &mut staying);
    (said, staying)
}

/// What to say of the attributes that were taken out of the configuration and that are the same as before: those of `staying` which nothing
/// else changed, and those which no read shows, so that they only leave the state.
pub fn staying(block: &Block, staying: &[Path], prior: &Raw, planned: &Raw) -> Diagnostics {
    let stays = staying.iter().filter(|path| at(prior, path) == at(planned, path)).map(Path::to_string);
    let leaves = |attribute: &&Attribute| {
        attribute.unread && !prior.get(&attribute.name).is_null() && planned.get(&attribute.name).is_null()
    };
    let names: Vec<_> =
        stays.chain(block.attributes.iter().filter(leaves).map(|attribute| attribute.name.to_string())).collect();
    let mut warnings = Diagnostics::new();
    let (verb, what) = if names.len() == 1 { ("stays", "it") } else { ("stay", "them") };
    if !names.is_empty() {
        let detail = format!(
            "{} {verb} as before: to leave {what} out of the configuration changes nothing of an object that is there. Write the value that \
             is wanted instead. This is said until something else of the object is changed.",
            names.join(", ")
        );
        warnings.push(Diagnostic::warning("Left out, but not removed", detail));
    }
    warnings
}

/// What to say of an object that nobody's configuration made, of attributes that no read shows and that only another object could get: the
/// state takes them from the configuration.
pub fn learned(block: &Block, prior: &Raw, planned: &Raw) -> Diagnostics {
    let learns = |attribute: &&Attribute| {
        attribute.unread
            && attribute.replace
            && prior.get(&attribute.name).is_null()
            && !planned.get(&attribute.name).is_null()
    };
    let mut warnings = Diagnostics::new();
    for Attribute { name, .. } in block.attributes.iter().filter(learns) {
        let detail = format!(
            "No read shows {name}, so that nobody knows whether this object has it: the state takes it from the configuration, and nothing \
             is sent."
        );
        warnings.warning(Path::root().attribute(name.clone()), "Taken as it is written", detail);
    }
    warnings
}

fn names(attributes: &[Attribute], config: &Raw, within: bool) -> JsonMap<String, Json> {
    let named = attributes.iter().filter_map(|attribute| {
        let value = config.get(&attribute.name);
        if value.is_null() || attribute.write_only {
            return None;
        }
        let kept = keeps(attribute);
        let inner = match &attribute.kind {
            AttributeKind::Nested(Nesting::Single, object) => names(&object.attributes, value, within || kept),
            _ => JsonMap::new(),
        };
        (within || kept || !inner.is_empty()).then(|| (attribute.name.to_string(), Json::Object(inner)))
    });
    named.collect()
}

/// Whether an attribute keeps its value where the configuration leaves it out.
fn keeps(attribute: &Attribute) -> bool {
    attribute.optional && attribute.computed && attribute.default.is_none()
}

fn members(
    attributes: &[Attribute],
    record: &Json,
    prior: &Raw,
    config: Raw,
    path: &Path,
    staying: &mut Vec<Path>,
) -> Raw {
    let Raw::Map(mut members) = config else { return config };
    for attribute in attributes {
        let (Some(had), Some(value)) = (record.get(attribute.name.as_ref()), members.get_mut(attribute.name.as_ref()))
        else {
            continue;
        };
        let (prior, path) = (prior.get(&attribute.name), path.attribute(attribute.name.clone()));
        match &attribute.kind {
            AttributeKind::Nested(Nesting::Single, object) if matches!(value, Raw::Map(_)) => {
                *value = self::members(&object.attributes, had, prior, std::mem::take(value), &path, staying);
            }
            _ if !value.is_null() || !keeps(attribute) || prior.is_null() => {}
            _ => match removed(attribute, had, prior) {
                Some(becomes) => *value = becomes,
                None if is_initial(attribute, had, prior) => {}
                None => staying.push(path),
            },
        }
    }
    Raw::Map(members)
}

/// What becomes of an attribute that is taken out: null where it is that already. `None` if nothing does.
fn removed(attribute: &Attribute, had: &Json, prior: &Raw) -> Option<Raw> {
    if let Some(value) = &attribute.removed {
        return Some(if value == prior { Raw::Null } else { value.clone() });
    }
    let AttributeKind::Nested(Nesting::Single, object) = &attribute.kind else { return None };
    let becomes =
        |inner: &Attribute| had.get(inner.name.as_ref()).and_then(|had| removed(inner, had, prior.get(&inner.name)));
    let all: Vec<_> = object.attributes.iter().map(|inner| (inner.name.to_string(), becomes(inner))).collect();
    if all.iter().all(|(_, becomes)| becomes.is_none()) {
        return None;
    }
    let changes = all.iter().any(|(_, becomes)| becomes.as_ref().is_some_and(|becomes| !becomes.is_null()));
    Some(if changes {
        Raw::Map(map(all.into_iter().map(|(name, becomes)| (name, becomes.unwrap_or_default()))))
    } else {
        Raw::Null
    })
}

/// Whether what a configuration had of a value is what a new object would have without it.
fn is_initial(attribute: &Attribute, had: &Json, value: &Raw) -> bool {
    match &attribute.kind {
        _ if value.is_null() => true,
        AttributeKind::Nested(Nesting::Single, Object { attributes, .. }) => attributes
            .iter()
            .all(|inner| had.get(inner.name.as_ref()).is_none_or(|had| is_initial(inner, had, value.get(&inner.name)))),
        _ => attribute.initial.as_ref().or(attribute.default.as_ref()) == Some(value),
    }
}

fn at<'a>(value: &'a Raw, path: &Path) -> &'a Raw {
    path.steps().iter().fold(value, |value, step| match step {
        Step::Attribute(name) => value.get(name),
        Step::Key(_) | Step::Index(_) => &Raw::Null,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::types::Type;

    fn both(name: &'static str, kind: AttributeKind) -> Attribute {
        Attribute { optional: true, computed: true, ..Attribute::new(name, kind) }
    }

    fn text(name: &'static str) -> Attribute {
        both(name, AttributeKind::Plain(Type::String))
    }

    fn flag(name: &'static str, removed: bool) -> Attribute {
        Attribute { removed: Some(Raw::Bool(removed)), ..both(name, AttributeKind::Plain(Type::Bool)) }
    }

    fn object(name: &'static str, attributes: Vec<Attribute>) -> Attribute {
        both(name, AttributeKind::Nested(Nesting::Single, Object { attributes, rules: Vec::new() }))
    }

    fn block() -> Block {
        let enabled = || Attribute { required: true, optional: false, computed: false, ..flag("enabled", false) };
        let tunnel = Attribute { computed: false, ..object("tunnel", vec![flag("dpd", true), text("zone")]) };
        let attributes = vec![
            text("name"),
            Attribute { initial: Some("strong".into()), ..text("cipher") },
            flag("published", true),
            object("bgp", vec![enabled(), text("range")]),
            object("ike", vec![text("version"), Attribute { initial: Some("x".into()), ..text("mode") }]),
            tunnel,
            Attribute { computed: false, ..text("plain") },
        ];
        Block { attributes, ..Block::default() }
    }

    fn bgp(enabled: bool) -> (&'static str, Raw) {
        ("bgp", Raw::object([("enabled", Raw::Bool(enabled)), ("range", "r".into())]))
    }

    fn whole(members: impl IntoIterator<Item = (&'static str, Raw)>) -> Raw {
        let names = ["name", "cipher", "published", "bgp", "ike", "tunnel", "plain"];
        let mut all: Vec<_> = names.map(|name| (name, Raw::Null)).into();
        for (name, value) in members {
            all.iter_mut().filter(|(known, _)| *known == name).for_each(|(_, there)| *there = value.clone());
        }
        Raw::object(all)
    }

    #[test]
    fn a_record_has_names_of_what_keeps_its_value_and_no_values() {
        let tunnel = Raw::object([("dpd", Raw::Bool(true)), ("zone", Raw::Null)]);
        let config = whole([("name", "a".into()), bgp(true), ("tunnel", tunnel), ("plain", "p".into())]);
        let expected = serde_json::json!({"name": {}, "bgp": {"enabled": {}, "range": {}}, "tunnel": {"dpd": {}}});
        assert_eq!(record(&block(), &config), expected);
    }

    #[test]
    fn what_was_taken_out_goes_off_or_stays_and_is_named() {
        let block = block();
        let ike = |mode: &'static str| ("ike", Raw::object([("version", Raw::Null), ("mode", mode.into())]));
        let tunnel = |dpd: Raw, zone: Raw| ("tunnel", Raw::object([("dpd", dpd), ("zone", zone)]));
        let off = ("bgp", Raw::object([("enabled", Raw::Bool(false)), ("range", Raw::Null)]));
        for (had, now, said_now, staying) in [
            (vec![bgp(true)], vec![], vec![off], vec![]),
            (vec![bgp(false)], vec![], vec![], vec![]),
            (vec![bgp(true)], vec![bgp(true)], vec![bgp(true)], vec![]),
            (vec![("published", Raw::Bool(false))], vec![], vec![("published", Raw::Bool(true))], vec![]),
            (vec![("name", "a".into())], vec![], vec![], vec!["name"]),
            (vec![("name", "a".into())], vec![("name", Raw::unknown())], vec![("name", Raw::unknown())], vec![]),
            (vec![("cipher", "strong".into())], vec![], vec![], vec![]),
            (vec![("cipher", "weak".into())], vec![], vec![], vec!["cipher"]),
            (vec![ike("x")], vec![], vec![], vec![]),
            (vec![ike("y")], vec![], vec![], vec!["ike"]),
            (
                vec![tunnel(Raw::Bool(false), "z".into())],
                vec![tunnel(Raw::Null, Raw::Null)],
                vec![tunnel(Raw::Bool(true), Raw::Null)],
                vec!["tunnel.zone"],
            ),
            (vec![("plain", "p".into())], vec![], vec![], vec![]),
        ] {
            let before = whole(had);
            let record = record(&block, &before);
            let (said, stays) = said(&block, &record, &before, whole(now.clone()));
            assert_eq!(said, whole(said_now), "{now:?}");
            assert_eq!(stays.iter().map(Path::to_string).collect::<Vec<_>>(), staying, "{now:?}");
            // Nobody wrote it, or nobody knows who did: nothing becomes of it.
            let none = serde_json::json!({});
            assert_eq!(super::said(&block, &none, &before, whole(now.clone())), (whole(now), vec![]));
        }
    }

    #[test]
    fn what_stays_after_all_is_warned_about() {
        let hidden = Attribute { computed: false, unread: true, ..text("plain") };
        let mut block = block();
        block.attributes.last_mut().into_iter().for_each(|plain| *plain = hidden.clone());
        let (before, other) = (whole([("name", "a".into())]), whole([("name", "b".into())]));
        let names = [Path::from("name")];
        assert!(staying(&block, &names, &before, &other).is_empty());
        assert!(staying(&block, &[], &before, &before).is_empty());
        let said = |names: &[Path], before: &Raw, after: &Raw| {
            staying(&block, names, before, after).iter().next().unwrap().detail.clone()
        };
        assert!(said(&names, &before, &before).starts_with("name stays as before"));
        assert!(said(&[], &whole([("plain", "p".into())]), &whole([])).starts_with("plain stays"));
    }
}
