//! Plans in which computed values settle.

use super::*;

#[test]
fn what_was_planned_stays_and_what_was_open_is_taken() {
    let planned = object([
        ("known", "p".into()),
        ("open", Raw::unknown()),
        ("list", Raw::List(vec![object([("a", "p".into()), ("id", Raw::unknown())])])),
        ("set", Raw::set([object([("a", "p".into()), ("id", Raw::unknown())])])),
        ("known_set", Raw::set(["p".into()])),
    ]);
    let element = || object([("a", "q".into()), ("id", "1".into())]);
    let actual = object([
        ("known", "q".into()),
        ("open", "1".into()),
        ("list", Raw::List(vec![element()])),
        ("set", Raw::set([element()])),
        ("known_set", Raw::set(["q".into()])),
    ]);
    let expected = object([
        ("known", "p".into()),
        ("open", "1".into()),
        ("list", Raw::List(vec![object([("a", "p".into()), ("id", "1".into())])])),
        ("set", Raw::set([element()])),
        ("known_set", Raw::set(["p".into()])),
    ]);
    assert_eq!(settled(&planned, &actual), expected);
}

#[test]
fn nothing_unknown_is_left_where_the_service_has_something_else() {
    let element = |id: Raw| object([("a", "p".into()), ("id", id)]);
    let planned = Raw::List(vec![element(Raw::unknown()), element(Raw::unknown())]);
    let expected = Raw::List(vec![element("1".into()), element(Raw::Null)]);
    assert_eq!(settled(&planned, &Raw::List(vec![element("1".into())])), expected);
    assert_eq!(settled(&element(Raw::unknown()), &Raw::Null), element(Raw::Null));
    let typed = |value| Raw::Typed(Box::new(Type::String), Box::new(value));
    assert_eq!(settled(&typed(Raw::unknown()), &typed("1".into())), typed("1".into()));
}
