//! The rules for plans.

use super::*;

/// What is wrong with planning `{a = planned}`.
fn plan(schema: &Schema, prior: Raw, config: Raw, planned: Raw) -> String {
    let prior = if prior.is_null() { Raw::Null } else { a(prior) };
    shown(&check_plan(schema, &prior, &a(config), &a(planned)))
}

#[test]
fn a_plan_is_there_when_the_configuration_is() {
    let schema = of(&text("a", OPTIONAL));
    let table = [
        (Raw::Null, Raw::Null, ""),
        (a("x"), a("x"), ""),
        (a("x"), Raw::Null, "planned for absence but config wants existence"),
        (Raw::Null, a("x"), "planned for existence but config wants absence"),
    ];
    for (config, planned, message) in table {
        assert_eq!(shown(&check_plan(&schema, &a("old"), &config, &planned)), message);
    }
}

#[test]
fn attributes_are_planned_as_configured() {
    let not_computed = "a: planned value for a non-computed attribute";
    let not_config = "a: planned value does not match config value";
    let neither = "a: planned value does not match config value nor prior value";
    let [x, y, old, null] = ["x", "y", "old", ""].map(|t| if t.is_empty() { Raw::Null } else { t.into() });
    let unknown = Raw::unknown();
    let table = [
        (OPTIONAL, &null, &x, &x, ""),
        (OPTIONAL, &old, &x, &old, ""),
        (OPTIONAL, &old, &unknown, &unknown, ""),
        (OPTIONAL, &null, &x, &y, not_config),
        (OPTIONAL, &old, &x, &y, neither),
        (OPTIONAL, &null, &x, &null, not_config),
        (OPTIONAL, &null, &x, &unknown, not_config),
        (OPTIONAL, &old, &unknown, &y, neither),
        (OPTIONAL, &old, &null, &old, not_computed),
        (OPTIONAL, &null, &null, &unknown, not_computed),
        (BOTH, &old, &x, &x, ""),
        (BOTH, &old, &x, &old, ""),
        (BOTH, &old, &x, &y, neither),
        (BOTH, &old, &null, &y, ""),
        (BOTH, &old, &null, &unknown, ""),
        (BOTH, &old, &null, &null, ""),
        (COMPUTED, &old, &null, &y, ""),
        (COMPUTED, &null, &null, &unknown, ""),
    ];
    for (flags, prior, config, planned, message) in table {
        let schema = of(&text("a", flags));
        let case = format!("{flags:?} {prior:?} {config:?} {planned:?}");
        assert_eq!(plan(&schema, prior.clone(), config.clone(), planned.clone()), message, "{case}");
    }
}

#[test]
fn numbers_are_equal_whatever_their_spelling_and_null_is_not_empty() {
    let schema = of(&plain(OPTIONAL, Type::Number));
    assert_eq!(plan(&schema, Raw::Null, number("1.50"), number("1.5")), "");
    assert_eq!(plan(&schema, Raw::Null, number("1e3"), number("1000")), "");
    let message = "a: planned value does not match config value";
    assert_eq!(plan(&schema, Raw::Null, number("0.1"), number("0.1000000000000000055511151231257827")), message);
    let schema = of(&plain(OPTIONAL, Type::list(Type::String)));
    assert_eq!(plan(&schema, Raw::Null, list([]), Raw::Null), message);
    let message = "a: planned value for a non-computed attribute";
    assert_eq!(plan(&schema, Raw::Null, Raw::Null, list([])), message);
}

#[test]
fn refinements_do_not_matter_in_a_plan() {
    use crate::framework::raw::Refinement;
    let refined = Raw::Unknown(Box::new(Refinement { not_null: true, ..Refinement::default() }));
    assert_eq!(plan(&of(&text("a", OPTIONAL)), Raw::Null, Raw::unknown(), refined), "");
}

#[test]
fn write_only_attributes_are_null_at_every_depth() {
    let message = "planned value for write-only attribute is not null";
    assert_eq!(plan(&of(&secret("a")), Raw::Null, "x".into(), Raw::Null), "");
    assert_eq!(plan(&of(&secret("a")), Raw::Null, "x".into(), "x".into()), format!("a: {message}"));
    assert_eq!(plan(&of(&secret("a")), Raw::Null, "x".into(), Raw::unknown()), format!("a: {message}"));
    let object = || Object { attributes: vec![secret("w")], ..Object::default() };
    let w = |value: Raw| Raw::object([("w", value)]);
    let in_list = of(&attribute("a", OPTIONAL, AttributeKind::Nested(Nesting::List, object())));
    let planned = list([w(Raw::Null), w("x".into())]);
    let config = list([w("x".into()), w("x".into())]);
    assert_eq!(plan(&in_list, Raw::Null, config.clone(), planned.clone()), format!("a[1].w: {message}"));
    let in_block = within(&block_of(BlockNesting::List, vec![secret("w")]));
    assert_eq!(plan(&in_block, Raw::Null, config, planned), format!("a[1].w: {message}"));
    let in_map = of(&attribute("a", OPTIONAL, AttributeKind::Nested(Nesting::Map, object())));
    let map = |value: &str| Raw::object([("k", w(value.into()))]);
    assert_eq!(plan(&in_map, Raw::Null, map("x"), map("x")), format!("a[\"k\"].w: {message}"));
}

#[test]
fn plans_have_the_type_of_the_schema() {
    let object = nested(Nesting::Set, OPTIONAL);
    let table = [
        (of(&text("a", BOTH)), Raw::from(1), "a: string required"),
        (of(&plain(BOTH, Type::list(Type::Bool))), list(["x".into()]), "a[0]: bool required"),
        (of(&plain(BOTH, Type::set(Type::Bool))), list([]), "a: set of bool required"),
        (of(&plain(BOTH, Type::Dynamic)), "x".into(), "a: any type required"),
        (of(&plain(BOTH, Type::Dynamic)), any(Type::Bool, "x"), "a: bool required"),
        (of(&plain(BOTH, Type::Tuple(vec![Type::Bool]))), list([]), "a: tuple required"),
        (of(&nested(Nesting::Single, BOTH)), Raw::object([("o", Raw::Null)]), "a: attribute \"c\" is required"),
        (of(&object), Raw::set([Raw::object([("o", true.into()), ("c", Raw::Null)])]), "a: string required"),
    ];
    for (schema, planned, message) in table {
        assert_eq!(plan(&schema, Raw::Null, Raw::Null, planned), message);
    }
    let extra = Raw::object([("a", Raw::Null), ("b", Raw::Null)]);
    let schema = of(&text("a", OPTIONAL));
    assert_eq!(shown(&check_plan(&schema, &Raw::Null, &a(Raw::Null), &extra)), "unsupported attribute \"b\"");
}

#[test]
fn configured_nested_attributes_keep_their_shape() {
    let map = |key: &'static str, value: Raw| Raw::object([(key, value)]);
    let count = "a: count in plan disagrees with count in config";
    let table = [
        (Nesting::Single, oc("x", ""), oc_unknown("x"), ""),
        (Nesting::Single, oc("x", ""), Raw::Null, "a: planned for absence but config wants existence"),
        (Nesting::Single, oc("x", ""), Raw::unknown(), "a: planned unknown for configured value"),
        (Nesting::Single, oc("x", ""), oc("y", ""), "a.o: planned value does not match config value"),
        (Nesting::Single, Raw::Null, oc("x", ""), "a: planned value for a non-computed attribute"),
        (Nesting::Single, Raw::unknown(), oc("x", ""), {
            "a.o: planned value does not match config value; a.c: planned value does not match config value"
        }),
        (Nesting::List, list([oc("x", "")]), list([oc_unknown("x")]), ""),
        (Nesting::List, list([oc("x", "")]), list([]), count),
        (Nesting::List, list([]), Raw::Null, "a: planned for absence but config wants existence"),
        (Nesting::List, list([oc("x", "")]), list([oc("y", "")]), "a[0].o: planned value does not match config value"),
        (Nesting::List, Raw::unknown(), list([]), count),
        (Nesting::Map, map("k", oc("x", "")), map("k", oc("x", "y")), ""),
        (
            Nesting::Map,
            map("k", oc("x", "")),
            map("l", oc("x", "")),
            "a: map key \"l\" from plan is not present in config",
        ),
        (Nesting::Map, map("k", oc("x", "")), Raw::Map([].into()), count),
        (Nesting::Map, map("k", oc("x", "")), map("k", oc("", "")), {
            "a[\"k\"].o: planned value does not match config value"
        }),
        // Elements of sets cannot be matched: only their number counts.
        (Nesting::Set, Raw::set([oc("x", "")]), Raw::set([oc("y", "z")]), ""),
        (Nesting::Set, Raw::set([oc("x", "")]), Raw::set([oc("x", ""), oc("y", "")]), count),
        (Nesting::Set, Raw::set([oc("x", ""), oc("y", "")]), Raw::set([oc_unknown("x"), oc_unknown("y")]), ""),
        (Nesting::Set, Raw::set([oc("x", ""), oc("y", "")]), Raw::set([oc_unknown("x")]), count),
    ];
    for (nesting, config, planned, message) in table {
        assert_eq!(plan(&of(&nested(nesting, OPTIONAL)), Raw::Null, config, planned), message, "{nesting:?}");
    }
}

#[test]
fn a_prior_spelling_inside_nested_attributes_may_be_kept() {
    let schema = of(&nested(Nesting::List, OPTIONAL));
    let planned = list([oc("old", "")]);
    assert_eq!(plan(&schema, list([oc("old", "z")]), list([oc("x", "")]), planned), "");
}

#[test]
fn blocks_keep_their_number_and_are_never_null() {
    let map = |key: &'static str, value: Raw| Raw::object([(key, value)]);
    let unknown = "a: attribute representing nested block must not be unknown itself; set nested attribute values to unknown instead";
    let null = |kind| {
        format!("a: attribute representing a {kind} of nested blocks must be empty to indicate no blocks, not null")
    };
    let element = "must not be unknown itself; set nested attribute values to unknown instead";
    let table = [
        (BlockNesting::List, list([oc("x", "")]), list([oc_unknown("x")]), String::new()),
        (BlockNesting::List, list([]), Raw::Null, null("list")),
        (BlockNesting::List, Raw::Null, Raw::Null, null("list")),
        (BlockNesting::List, list([]), Raw::unknown(), unknown.into()),
        (BlockNesting::List, list([oc("x", "")]), list([]), {
            "a: block count in plan (0) disagrees with count in config (1)".into()
        }),
        (BlockNesting::List, list([oc("x", "")]), list([Raw::unknown()]), {
            format!("a[0]: element representing nested block {element}")
        }),
        (BlockNesting::List, list([oc("x", "")]), list([oc("y", "")]), {
            "a[0].o: planned value does not match config value".into()
        }),
        (BlockNesting::List, Raw::unknown(), Raw::unknown(), String::new()),
        (BlockNesting::List, Raw::unknown(), list([]), "a: planned value for unknown dynamic block".into()),
        (BlockNesting::Map, map("k", oc("x", "")), map("k", oc_unknown("x")), String::new()),
        (BlockNesting::Map, Raw::Map([].into()), Raw::Null, null("map")),
        (BlockNesting::Map, Raw::Map([].into()), map("k", oc("x", "")), {
            "a: block key \"k\" from plan is not present in config".into()
        }),
        (BlockNesting::Map, map("k", oc("x", "")), Raw::Map([].into()), {
            "a: block key \"k\" from config is not present in plan".into()
        }),
        (BlockNesting::Set, Raw::set([oc("x", "")]), Raw::set([oc("y", ""), oc("z", "")]), String::new()),
        (BlockNesting::Set, Raw::set([]), Raw::Null, null("set")),
        (BlockNesting::Set, Raw::set([oc("x", "")]), Raw::set([Raw::unknown()]), {
            format!("a: element representing nested block {element}")
        }),
        (BlockNesting::Single, oc("x", ""), oc_unknown("x"), String::new()),
        (BlockNesting::Single, oc("x", ""), Raw::Null, "a: planned for absence but config wants existence".into()),
        (BlockNesting::Single, Raw::Null, oc("x", ""), "a: planned for existence but config wants absence".into()),
        (BlockNesting::Group, oc("", ""), oc("y", ""), "a.o: planned value for a non-computed attribute".into()),
    ];
    for (nesting, config, planned, message) in table {
        assert_eq!(plan(&within(&block(nesting)), Raw::Null, config, planned), message, "{nesting:?}");
    }
}

#[test]
fn any_types_are_compared_with_their_type() {
    let schema = of(&plain(OPTIONAL, Type::Dynamic));
    let message = "a: planned value does not match config value";
    assert_eq!(plan(&schema, Raw::Null, any(Type::Number, 1), any(Type::Number, 1)), "");
    assert_eq!(plan(&schema, Raw::Null, any(Type::Number, 1), any(Type::String, "1")), message);
    assert_eq!(plan(&schema, Raw::Null, any(Type::Number, Raw::unknown()), Raw::unknown()), message);
    let blocks = within(&block_of(BlockNesting::List, vec![plain(OPTIONAL, Type::Dynamic)]));
    let tuple = |ty| Type::Tuple(vec![Type::object([("a", ty)])]);
    let config = any(tuple(Type::Number), list([a(1)]));
    assert_eq!(plan(&blocks, Raw::Null, config.clone(), config.clone()), "");
    let planned = any(tuple(Type::String), list([a("1")]));
    assert_eq!(plan(&blocks, Raw::Null, config, planned), "a[0].a: planned value does not match config value");
}

#[test]
fn replacement_is_for_paths_that_exist() {
    let attributes = vec![text("t", OPTIONAL), nested(Nesting::Single, BOTH), {
        Attribute { name: "m".into(), ..plain(OPTIONAL, Type::map(Type::String)) }
    }];
    let schema = schema(attributes, vec![]);
    let object = |nest: Raw| Raw::object([("t", Raw::Null), ("a", nest), ("m", Raw::object([("k", Raw::from("x"))]))]);
    let check = |prior: &Raw, planned: &Raw, path: Path| check_requires_replace(&schema, prior, planned, &[path]).len();
    let (null, set, unknown) = (object(Raw::Null), object(oc("x", "")), object(Raw::unknown()));
    let table = [
        (&null, &null, Path::from("t"), 0),
        (&null, &null, Path::from("nowhere"), 1),
        (&null, &null, Path::from("a"), 0),
        (&null, &null, Path::of(["a", "o"]), 1),
        (&null, &set, Path::of(["a", "o"]), 0),
        (&set, &null, Path::of(["a", "o"]), 0),
        (&null, &unknown, Path::of(["a", "o"]), 0),
        (&null, &unknown, Path::of(["a", "nowhere"]), 1),
        (&null, &null, Path::from("m").key("k"), 0),
        (&null, &null, Path::from("m").key("l"), 1),
        (&null, &null, Path::from("t").index(0), 1),
        (&Raw::Null, &null, Path::from("nowhere"), 0),
    ];
    for (prior, planned, path, count) in table {
        assert_eq!(check(prior, planned, path.clone()), count, "{path}");
    }
}

#[test]
fn messages_hold_no_values() {
    let schema = of(&Attribute { sensitive: true, ..text("a", OPTIONAL) });
    let shown = plan(&schema, "hunter1".into(), "hunter2".into(), "hunter3".into());
    assert!(!shown.is_empty() && !shown.contains("hunter"), "{shown}");
}
