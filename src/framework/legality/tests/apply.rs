//! The rules for what was applied, stored, or planned a second time.

use super::*;
use crate::framework::raw::Refinement;

/// What is wrong with `{a = new}` after `{a = planned}`.
fn apply(schema: &Schema, planned: Raw, new: Raw) -> String {
    shown(&check_apply(schema, &a(planned), &a(new)))
}

#[test]
fn an_object_stays_there() {
    let schema = of(&text("a", OPTIONAL));
    let table = [
        (Raw::Null, Raw::Null, ""),
        (a("x"), a("x"), ""),
        (a("x"), Raw::Null, "Root object was present, but now absent"),
        (Raw::Null, a("x"), "Root object was absent, but now present"),
    ];
    for (planned, new, message) in table {
        assert_eq!(shown(&check_apply(&schema, &planned, &new)), message);
    }
}

#[test]
fn what_was_known_stays() {
    let unknown = Raw::unknown();
    let strings = || Type::list(Type::String);
    let table = [
        (Type::String, Raw::from("x"), Raw::from("x"), ""),
        (Type::String, unknown.clone(), Raw::from("x"), ""),
        (Type::String, unknown.clone(), Raw::Null, ""),
        (Type::String, Raw::from("x"), Raw::from("y"), "a: was one value, but now another"),
        (Type::String, Raw::from("x"), Raw::Null, "a: was set, but now null"),
        (Type::String, Raw::Null, Raw::from("x"), "a: was null, but now is not"),
        (Type::Number, number("1.0"), number("1"), ""),
        (Type::Number, number("1"), number("2"), "a: was one value, but now another"),
        (strings(), list(["x".into(), unknown.clone()]), list(["x".into(), "y".into()]), ""),
        (strings(), list(["x".into()]), list(["y".into()]), "a[0]: was one value, but now another"),
        (strings(), list(["x".into()]), list([]), "a: element 0 has vanished"),
        (strings(), list([]), list(["x".into()]), "a: new element 0 has appeared"),
        (strings(), list([]), Raw::Null, "a: was set, but now null"),
        (Type::map(Type::Bool), Raw::object([("k", Raw::from(true))]), Raw::object([("l", Raw::from(true))]), {
            "a: element \"k\" has vanished; a: new element \"l\" has appeared"
        }),
        (
            Type::object([("o", Type::Bool)]),
            Raw::object([("o", Raw::from(true))]),
            Raw::object([("o", Raw::from(false))]),
            { "a.o: was one value, but now another" },
        ),
        (Type::Tuple(vec![Type::Bool]), list([Raw::from(true)]), list([Raw::from(false)]), {
            "a[0]: was one value, but now another"
        }),
    ];
    for (ty, planned, new, message) in table {
        assert_eq!(apply(&of(&plain(BOTH, ty.clone())), planned, new), message, "{ty}");
    }
}

#[test]
fn elements_of_sets_correlate() {
    let strings = || of(&plain(BOTH, Type::set(Type::String)));
    let planned =
        |elements: &[&str]| Raw::set(elements.iter().map(|e| if e.is_empty() { Raw::unknown() } else { (*e).into() }));
    let table = [
        (&["x", ""][..], &["x", "y"][..], ""),
        // What was unknown may turn out to be what is there already.
        (&["x", ""], &["x"], ""),
        (&["x"], &["y"], "a: planned set element does not correlate with any element in actual"),
        (&["x"], &["x", "y"], {
            "a: actual set element does not correlate with any element in plan; a: length changed from 1 to 2"
        }),
        (&[""], &["x", "y"], "a: length changed from 1 to 2"),
    ];
    for (before, now, message) in table {
        assert_eq!(apply(&strings(), planned(before), planned(now)), message, "{before:?} {now:?}");
    }
    let objects = of(&nested(Nesting::Set, OPTIONAL));
    assert_eq!(apply(&objects, Raw::set([oc_unknown("x")]), Raw::set([oc("x", "made")])), "");
    assert_eq!(
        apply(&objects, Raw::set([oc_unknown("x")]), Raw::set([oc("y", "made")])),
        "a: planned set element does not correlate with any element in actual"
    );
}

#[test]
fn any_types_keep_their_type() {
    let schema = of(&plain(BOTH, Type::Dynamic));
    let table = [
        (Raw::unknown(), any(Type::Number, 1), ""),
        (Raw::Null, any(Type::Number, 1), ""),
        (any(Type::Number, Raw::unknown()), any(Type::Number, 1), ""),
        (any(Type::Number, Raw::unknown()), any(Type::String, "1"), "a: wrong final value type: number required"),
        (any(Type::Number, 1), any(Type::Number, 2), "a: was one value, but now another"),
        (any(Type::Number, 1), Raw::Null, "a: wrong final value type: number required"),
        (any(Type::list(Type::Dynamic), list([])), any(Type::list(Type::Bool), list([])), ""),
    ];
    for (planned, new, message) in table {
        assert_eq!(apply(&schema, planned, new), message);
    }
}

#[test]
fn refinements_are_promises() {
    let plain_of = |ty| of(&plain(BOTH, ty));
    let none = Refinement::default;
    let (low, high) = (Some((1_i64.into(), false)), Some((3_i64.into(), true)));
    let broken = "a: final value does not conform to planning placeholder";
    let table = [
        (Type::String, Refinement { not_null: true, ..none() }, Raw::from("x"), ""),
        (Type::String, Refinement { not_null: true, ..none() }, Raw::Null, broken),
        (Type::String, Refinement { prefix: Some("vpn-".into()), ..none() }, Raw::from("vpn-1"), ""),
        (Type::String, Refinement { prefix: Some("vpn-".into()), ..none() }, Raw::from("cgw-1"), broken),
        (Type::String, Refinement { prefix: Some("vpn-".into()), ..none() }, Raw::Null, ""),
        (Type::Number, Refinement { lower: low.clone(), ..none() }, Raw::from(2), ""),
        (Type::Number, Refinement { lower: low, ..none() }, Raw::from(1), broken),
        (Type::Number, Refinement { upper: high.clone(), ..none() }, Raw::from(3), ""),
        (Type::Number, Refinement { upper: high, ..none() }, Raw::from(4), broken),
        (Type::list(Type::Bool), Refinement { min_length: Some(1), ..none() }, list([]), broken),
        (Type::list(Type::Bool), Refinement { max_length: Some(0), ..none() }, list([true.into()]), broken),
        (Type::list(Type::Bool), Refinement { min_length: Some(1), ..none() }, list([true.into()]), ""),
        (Type::map(Type::Bool), Refinement { min_length: Some(1), ..none() }, Raw::Map([].into()), broken),
    ];
    for (ty, refinement, new, message) in table {
        let case = format!("{ty} {refinement:?}");
        assert_eq!(apply(&plain_of(ty), Raw::Unknown(Box::new(refinement)), new), message, "{case}");
    }
}

#[test]
fn blocks_keep_their_number() {
    let map = |key: &'static str, value: Raw| Raw::object([(key, value)]);
    let table = [
        (BlockNesting::List, list([oc_unknown("x")]), list([oc("x", "made")]), ""),
        (BlockNesting::List, list([oc("x", "")]), list([]), "a: block count changed from 1 to 0"),
        (BlockNesting::List, list([oc("x", "")]), list([oc("y", "")]), "a[0].o: was one value, but now another"),
        (BlockNesting::List, Raw::unknown(), list([oc("y", "")]), ""),
        (BlockNesting::Map, map("k", oc("x", "")), map("l", oc("x", "")), {
            "a: block key \"k\" has vanished; a: new block key \"l\" has appeared"
        }),
        (BlockNesting::Map, map("k", oc_unknown("x")), map("k", oc("x", "made")), ""),
        (BlockNesting::Set, Raw::set([oc_unknown("x")]), Raw::set([oc("x", "made")]), ""),
        (BlockNesting::Set, Raw::set([oc("x", "")]), Raw::set([oc("y", "")]), {
            "a: planned set element does not correlate with any element in actual"
        }),
        (BlockNesting::Set, Raw::set([oc_unknown("x")]), Raw::set([oc("x", "1"), oc("x", "2")]), {
            "a: block set length changed from 1 to 2"
        }),
        (BlockNesting::Single, oc_unknown("x"), oc("x", "made"), ""),
        (BlockNesting::Single, oc("x", ""), Raw::Null, "a: was present, but now absent"),
        (BlockNesting::Single, Raw::Null, oc("x", ""), "a: was absent, but now present"),
        (BlockNesting::Single, Raw::unknown(), Raw::Null, ""),
        (BlockNesting::Group, oc("x", ""), oc("y", ""), "a.o: was one value, but now another"),
    ];
    for (nesting, planned, new, message) in table {
        assert_eq!(apply(&within(&block(nesting)), planned, new), message, "{nesting:?}");
    }
}

#[test]
fn what_is_stored_is_known_conforming_and_without_write_only_values() {
    let unknown = "unknown where only a plan may be";
    let table = [
        (of(&text("a", BOTH)), Raw::from("x"), String::new()),
        (of(&text("a", BOTH)), Raw::unknown(), format!("a: {unknown}")),
        (of(&plain(BOTH, Type::list(Type::Bool))), list([true.into(), Raw::unknown()]), format!("a[1]: {unknown}")),
        (of(&plain(BOTH, Type::Dynamic)), any(Type::Bool, Raw::unknown()), format!("a: {unknown}")),
        (of(&nested(Nesting::Set, BOTH)), Raw::set([oc_unknown("x")]), format!("a: {unknown}")),
        (within(&block(BlockNesting::List)), list([oc_unknown("x")]), format!("a[0].c: {unknown}")),
        (of(&text("a", BOTH)), Raw::from(1), "a: string required".into()),
        (of(&secret("a")), Raw::Null, String::new()),
        (of(&secret("a")), Raw::from("x"), "a: value of a write-only attribute is not null".into()),
    ];
    for (schema, new, message) in table {
        assert_eq!(shown(&check_state(&schema, &a(new.clone()))), message);
        assert_eq!(shown(&check_apply(&schema, &a(new.clone()), &a(new))), message);
    }
    assert_eq!(check_state(&of(&secret("a")), &Raw::Null), []);
}

#[test]
fn a_second_plan_only_fills_in() {
    let schema = of(&plain(BOTH, Type::list(Type::String)));
    let check = |first: Raw, second: Raw| shown(&check_final_plan(&schema, &a(first), &a(second)));
    let unknown = Raw::unknown;
    assert_eq!(check(unknown(), unknown()), "");
    assert_eq!(check(unknown(), list([unknown()])), "");
    assert_eq!(check(list([unknown()]), list(["x".into()])), "");
    assert_eq!(check(list(["x".into()]), list(["y".into()])), "a[0]: was one value, but now another");
    assert_eq!(check(list(["x".into()]), unknown()), "a: was known, but now unknown");
}
