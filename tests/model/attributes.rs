//! Attributes, their flags and planned values, and rules.

use cloudvpn::framework::diagnostics::Diagnostics;
use cloudvpn::framework::model::{List, Model, Value};
use cloudvpn::framework::path::Path;
use cloudvpn::framework::raw::Raw;
use cloudvpn::framework::schema::{AttributeKind, Nesting};
use cloudvpn::framework::types::Type;

use super::{LIFETIME, Policy, Tunnel, attribute};

#[test]
fn doc_comments_are_descriptions_with_their_paragraphs() {
    assert_eq!(
        Tunnel::DESCRIPTION,
        "A tunnel between a *VPN gateway*\nand a customer gateway.\n\n    terraform import ...\n\nSecond paragraph."
    );
    assert_eq!(Tunnel::block().description, Tunnel::DESCRIPTION);
    assert_eq!(attribute::<Tunnel>("name").description, "Name, `VpnConnectionName`.\n\nNeed not be unique.");
}

#[test]
fn attributes_stand_in_the_order_of_the_fields_under_their_names() {
    let names: Vec<_> = Tunnel::object().attributes.iter().map(|a| a.name.to_string()).collect();
    assert_eq!(names, ["name", "key_wo", "type", "ike", "list", "set", "map", "any", "created_at"]);
    assert!(Tunnel::blocks().is_empty());
}

#[test]
fn words_set_the_flags_they_name_and_no_other() {
    let flags = |name| {
        let a = attribute::<Tunnel>(name);
        let flags = [
            ("required", a.required),
            ("optional", a.optional),
            ("computed", a.computed),
            ("sensitive", a.sensitive),
            ("write_only", a.write_only),
            ("replace", a.replace),
            ("volatile", a.volatile),
            ("deprecated", a.deprecated.is_some()),
            ("default", a.default.is_some()),
            ("initial", a.initial.is_some()),
        ];
        flags.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(flags("name"), ["required"]);
    assert_eq!(flags("key_wo"), ["optional", "sensitive", "write_only", "replace"]);
    assert_eq!(flags("type"), ["optional", "deprecated"]);
    assert_eq!(flags("ike"), ["optional", "computed"]);
    assert_eq!(flags("created_at"), ["computed", "volatile"]);
    assert_eq!(attribute::<Tunnel>("type").deprecated.unwrap(), "has no effect");
}

#[test]
fn kinds_follow_the_types_of_the_fields() {
    assert!(matches!(attribute::<Tunnel>("name").kind, AttributeKind::Plain(Type::String)));
    assert!(matches!(attribute::<Tunnel>("key_wo").kind, AttributeKind::Plain(Type::String)));
    assert!(matches!(attribute::<Tunnel>("any").kind, AttributeKind::Plain(Type::Dynamic)));
    for (name, wanted) in
        [("ike", Nesting::Single), ("list", Nesting::List), ("set", Nesting::Set), ("map", Nesting::Map)]
    {
        match attribute::<Tunnel>(name).kind {
            AttributeKind::Nested(nesting, object) => {
                assert_eq!(nesting, wanted, "{name}");
                assert_eq!(object.attributes.len(), 2, "{name}");
                assert_eq!(object.rules.len(), usize::from(name != "ike"), "{name}");
            }
            AttributeKind::Plain(ty) => panic!("{name} is a plain {ty}"),
        }
    }
    assert_eq!(attribute::<Policy>("remote").ty(), Type::list(Type::String));
}

#[test]
fn rules_name_attributes() {
    let rules: Vec<_> = Tunnel::object().rules.iter().map(ToString::to_string).collect();
    assert_eq!(
        rules,
        [
            r#"exactly one of "key_wo", "type""#,
            r#"at most one of "key_wo", "type""#,
            r#"at least one of "name", "ike""#,
            r#""name" together with "type""#,
            "",
            ""
        ]
    );
    let mut diagnostics = Diagnostics::new();
    let object = Raw::object([("name", Raw::from("forbidden"))]);
    Tunnel::object().rules[4..].iter().for_each(|r| r.check(&object, &Path::root(), &mut diagnostics));
    assert_eq!(diagnostics.iter().map(|d| d.summary.to_string()).collect::<Vec<_>>(), ["Forbidden"]);
}

/// Planned values of every type.
#[derive(Clone, Debug, Default, Model)]
struct Planned {
    /// Text.
    #[attr(optional, computed, default = "a")]
    text: Value<String>,
    /// Truth.
    #[attr(optional, computed, default = true)]
    truth: Value<bool>,
    /// Whole number.
    #[attr(optional, computed, initial = 86_400)]
    whole: Value<i64>,
    /// Below zero.
    #[attr(optional, computed, initial = -1)]
    negative: Value<i64>,
    /// Constant.
    #[attr(optional, computed, initial = LIFETIME)]
    constant: Value<i64>,
    /// Computed by a call.
    #[attr(optional, computed, default = Raw::List(vec![Raw::from("a")]))]
    list: Value<List<String>>,
}

#[test]
fn planned_values_are_taken_over() {
    let default = |name| attribute::<Planned>(name).default;
    let initial = |name| attribute::<Planned>(name).initial;
    assert_eq!(default("text"), Some(Raw::from("a")));
    assert_eq!(initial("text"), None);
    assert_eq!(default("truth"), Some(Raw::from(true)));
    assert_eq!(default("list"), Some(Raw::List(vec!["a".into()])));
    assert_eq!(initial("whole"), Some(Raw::from(86_400)));
    assert_eq!(default("whole"), None);
    assert_eq!(initial("negative"), Some(Raw::from(-1)));
    assert_eq!(initial("constant"), Some(Raw::from(LIFETIME)));
}
