//! Tests of `absent.rs`.

use super::*;
use crate::framework::legality;
use crate::framework::plan;
use crate::framework::schema::Schema;
use crate::framework::types::Type;

fn plain(name: &'static str, ty: Type, computed: bool) -> Attribute {
    Attribute { optional: true, computed, ..Attribute::new(name, AttributeKind::Plain(ty)) }
}

fn number(name: &'static str, min: i64) -> Attribute {
    let validators = vec![Validator::Range { min, max: 10 }];
    Attribute { validators, ..plain(name, Type::Number, false) }
}

fn nested(name: &'static str, nesting: Nesting, computed: bool, attributes: Vec<Attribute>) -> Attribute {
    let object = Object { attributes, rules: Vec::new() };
    Attribute { optional: true, computed, ..Attribute::new(name, AttributeKind::Nested(nesting, object)) }
}

fn required(name: &'static str) -> Attribute {
    Attribute { required: true, ..Attribute::new(name, AttributeKind::Plain(Type::String)) }
}

/// Every way in which an attribute can be optional.
fn schema() -> Schema {
    let members = |computed| {
        vec![
            plain("text", Type::String, computed),
            number("some", 1),
            nested("deep", Nesting::Single, computed, vec![plain("text", Type::String, computed)]),
            // One that the service fills in whole, if nobody else does.
            nested("whole", Nesting::Single, computed, vec![plain("text", Type::String, false)]),
        ]
    };
    let list = Type::List(Box::new(Type::String));
    let initial = Some(Raw::from("strong"));
    let attributes = vec![
        required("name"),
        Attribute { computed: true, ..Attribute::new("id", AttributeKind::Plain(Type::String)) },
        plain("text", Type::String, false),
        plain("known", Type::String, true),
        Attribute { initial: initial.clone(), ..plain("strong", Type::String, true) },
        Attribute { default: initial, ..plain("usual", Type::String, true) },
        Attribute { replace: true, ..plain("fixed", Type::String, false) },
        plain("list", list.clone(), false),
        plain("listed", list, true),
        plain("tags", Type::Map(Box::new(Type::String)), false),
        number("none", 0),
        number("some", 1),
        nested("object", Nesting::Single, false, members(false)),
        nested("filled", Nesting::Single, true, members(true)),
        nested("several", Nesting::List, false, members(true)),
        nested("strict", Nesting::Single, false, vec![required("text")]),
    ];
    Schema::new(0, Block { attributes, ..Block::default() })
}

/// An empty value of each optional attribute, but for 0 where it is a number like others.
fn empties() -> Vec<(&'static str, Raw)> {
    let text = || Raw::from("");
    let object = |text: Raw, some: Raw, deep: Raw| {
        Raw::object([("text", text), ("some", some), ("deep", deep.clone()), ("whole", deep)])
    };
    let nothing = || object(Raw::Null, Raw::Null, Raw::Null);
    let hollow = || object(Raw::from(""), Raw::from(0), Raw::object([("text", Raw::from(""))]));
    let mut empties: Vec<_> =
        ["text", "known", "strong", "usual", "fixed"].into_iter().map(|name| (name, text())).collect();
    empties.extend(["list", "listed", "several"].map(|name| (name, Raw::List(Vec::new()))));
    empties.push(("tags", Raw::object::<String>([])));
    empties.push(("some", Raw::from(0)));
    empties.extend([text(), Raw::Null].map(|text| ("strict", Raw::object([("text", text)]))));
    for name in ["object", "filled"] {
        empties.extend([(name, nothing()), (name, hollow())]);
    }
    empties
}

fn with(base: &Raw, name: &str, value: Raw) -> Raw {
    let Raw::Map(mut members) = base.clone() else { panic!("an object") };
    members.insert(name.to_owned(), value);
    Raw::Map(members)
}

fn config(schema: &Schema) -> Raw {
    let members = schema.block.attributes.iter().map(|attribute| {
        let value = if attribute.name == "name" { Raw::from("n") } else { Raw::Null };
        (attribute.name.to_string(), value)
    });
    Raw::object(members)
}

/// The plan and, once the service has made `unknown` of what is open, the state.
fn applied(schema: &Schema, prior: &Raw, config: &Raw) -> (Raw, Raw, Raw) {
    let block = &schema.block;
    let [was, said] = [prior, config].map(|value| without_empty(block, value));
    let draft = plan::planned(block, &was, &said);
    let mut wanted = draft.clone();
    let planned = planned(block, draft.clone(), config, prior);
    assert_eq!(format!("{:?}", legality::check_plan(schema, prior, config, &planned)), "[]", "{config:?}");
    let Raw::Map(members) = &mut wanted else { panic!("an object") };
    *members = match without_empty(block, &planned) {
        Raw::Map(members) => members,
        _ => panic!("an object"),
    };
    members.extend(
        planned_without(block, &draft, config).map(|(attribute, value)| (attribute.name.to_string(), value.clone())),
    );
    let made = plan::settled(&wanted, &service(block));
    let state = kept(block, made, &planned);
    assert_eq!(format!("{:?}", legality::check_apply(schema, &planned, &state)), "[]", "{config:?}");
    (planned, wanted, state)
}

/// An object as the service has it.
fn service(block: &Block) -> Raw {
    let inner = Raw::object([
        ("text", Raw::from("theirs")),
        ("some", Raw::Null),
        ("deep", Raw::object([("text", Raw::from("theirs"))])),
        ("whole", Raw::object([("text", Raw::from("theirs"))])),
    ]);
    Raw::object(block.attributes.iter().map(|attribute| {
        let value = match attribute.name.as_ref() {
            "name" => Raw::from("n"),
            "strong" | "usual" => Raw::from("strong"),
            "listed" => Raw::List(vec![Raw::from("theirs")]),
            "filled" => inner.clone(),
            _ if attribute.computed => Raw::from("theirs"),
            _ => Raw::Null,
        };
        (attribute.name.to_string(), value)
    }))
}

#[test]
fn what_is_empty_is_asked_for_as_if_it_were_left_out() {
    let schema = schema();
    let (_, plain, _) = applied(&schema, &Raw::Null, &config(&schema));
    for (name, empty) in empties() {
        let (_, wanted, _) = applied(&schema, &Raw::Null, &with(&config(&schema), name, empty.clone()));
        let open = |value: &Raw| if value.is_null() { Raw::unknown() } else { value.clone() };
        // An object that is written has members of its own that are open, where one left out is open as a whole.
        if name == "filled" {
            let object = wanted.get(name);
            assert!(object.is_unknown() || object.get("text").is_unknown(), "{empty:?}");
            continue;
        }
        assert_eq!(open(wanted.get(name)), open(plain.get(name)), "{name} {empty:?}");
    }
}

#[test]
fn what_is_empty_plans_nothing_for_what_is_there() {
    let schema = schema();
    for (name, empty) in empties() {
        let config = with(&config(&schema), name, empty.clone());
        // After an import: nothing is known of how it was written.
        let imported = service(&schema.block);
        let (planned, wanted, state) = applied(&schema, &imported, &config);
        let [was, asked] = [&imported, &wanted].map(|value| without_empty(&schema.block, value));
        assert_eq!(was, asked, "{name} {empty:?}");
        assert!(plan::requires_replace(&schema.block, &was, &asked).is_empty(), "{name}");
        // After that, or after a create, nothing at all: neither in the plan nor by a refresh.
        for state in [state, applied(&schema, &Raw::Null, &config).2] {
            assert_eq!(applied(&schema, &state, &config).0, state, "{name} {empty:?} {planned:?}");
            let refreshed = kept(&schema.block, service(&schema.block), &state);
            assert_eq!(refreshed, state, "{name} {empty:?}");
        }
    }
}

#[test]
fn a_value_that_becomes_empty_is_removed_as_if_it_were_left_out() {
    let schema = schema();
    let before = with(&service(&schema.block), "text", Raw::from("old"));
    let (planned, wanted, _) = applied(&schema, &before, &with(&config(&schema), "text", Raw::from("")));
    assert_eq!((planned.get("text"), wanted.get("text")), (&Raw::from(""), &Raw::Null));
    let before = with(&service(&schema.block), "fixed", Raw::from("old"));
    let (_, wanted, _) = applied(&schema, &before, &with(&config(&schema), "fixed", Raw::from("")));
    assert_eq!(plan::requires_replace(&schema.block, &before, &wanted).len(), 1);
}

#[test]
fn values_that_are_not_empty_are_left_as_they_are() {
    let schema = schema();
    let members = [("text", Raw::unknown()), ("some", Raw::Null), ("deep", Raw::Null), ("whole", Raw::Null)];
    let object = Raw::object(members);
    for (name, value) in [
        ("none", Raw::from(0)),
        ("some", Raw::from(1)),
        ("name", Raw::from("")),
        ("text", Raw::unknown()),
        ("list", Raw::List(vec![Raw::from("")])),
        ("tags", Raw::object([("k", Raw::from(""))])),
        ("object", object),
    ] {
        let config = with(&config(&schema), name, value);
        assert_eq!(without_empty(&schema.block, &config), config, "{name}");
    }
}

#[test]
fn a_data_source_shows_what_it_found() {
    let schema = schema();
    let config = with(&with(&config(&schema), "known", Raw::from("")), "text", Raw::from(""));
    let state = found(&schema.block, service(&schema.block), &config);
    assert_eq!((state.get("known"), state.get("text")), (&Raw::from("theirs"), &Raw::from("")));
}

#[test]
fn a_data_source_that_looks_for_no_ids_finds_none() {
    let schema = schema();
    let none = with(&config(&schema), "list", Raw::List(Vec::new()));
    let config = with(&none, "text", Raw::from(""));
    assert_eq!(without_empty_texts(&schema.block, &config), none);
}
