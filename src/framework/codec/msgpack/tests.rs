//! Bytes as Terraform 1.11 writes them, broken bytes, and round trips.

use proptest::prelude::*;

use super::*;
use crate::framework::codec::DecodeError;
use crate::framework::legality::testing::{arb_type, arb_value};
use crate::framework::number::Number;
use crate::framework::path::Path;
use crate::framework::raw::{Raw, Refinement};
use crate::framework::types::Type;

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex.split_whitespace().collect::<String>()).unwrap()
}

fn number(text: &str) -> Raw {
    Raw::Number(text.parse().unwrap())
}

fn failure(hex: &str, ty: &Type) -> String {
    decode(&bytes(hex), ty).unwrap_err().to_string()
}

/// Refinements are left out of `==`: look at them one by one.
fn refinement(hex: &str, ty: &Type) -> Refinement {
    match decode(&bytes(hex), ty).unwrap() {
        Raw::Unknown(refinement) => *refinement,
        other => panic!("{other:?}"),
    }
}

/// The configuration in a PlanResourceChange of Terraform 1.11.4.
const REAL_OBJECT: &str = "
    8e a3626c6b 90  a364796e 92c408226e756d626572220c  a26964 c0  a36c7374 c0
    a26d70 86 a161cd012c a162fb a163ce00011170 a164cf000000012a05f200
              a165b43138343436373434303733373039353531363135 a166a3302e31
    a46e616d65 c7090c8201c202a47072652d  a46e657374 c0  a36e756d c7070c8201c2039200c3
    a26f63 c0  a36f7074 d40000  a6736563726574 c0  a373676c c0  a27374 d40000  a2776f c0";

fn real_type() -> Type {
    let inner = || Type::object([("a", Type::String)]);
    Type::object([
        ("blk", Type::list(inner())),
        ("dyn", Type::Dynamic),
        ("id", Type::String),
        ("lst", Type::list(Type::String)),
        ("mp", Type::map(Type::Number)),
        ("name", Type::String),
        ("nest", inner()),
        ("num", Type::Number),
        ("oc", Type::String),
        ("opt", Type::String),
        ("secret", Type::String),
        ("sgl", inner()),
        ("st", Type::set(Type::String)),
        ("wo", Type::String),
    ])
}

#[test]
fn a_real_object_is_read_and_written_back_byte_for_byte() {
    let value = decode(&bytes(REAL_OBJECT), &real_type()).unwrap();
    let expected = Raw::object([
        ("blk", Raw::List(vec![])),
        ("dyn", Raw::Typed(Box::new(Type::Number), Box::new(Raw::from(12)))),
        (
            "mp",
            Raw::object([
                ("a", Raw::from(300)),
                ("b", Raw::from(-5)),
                ("c", Raw::from(70_000)),
                ("d", Raw::from(5_000_000_000)),
                ("e", number("18446744073709551615")),
                ("f", number("0.1")),
            ]),
        ),
        ("name", Raw::unknown()),
        ("num", Raw::unknown()),
        ("opt", Raw::unknown()),
        ("st", Raw::unknown()),
        ("id", Raw::Null),
        ("lst", Raw::Null),
        ("nest", Raw::Null),
        ("oc", Raw::Null),
        ("secret", Raw::Null),
        ("sgl", Raw::Null),
        ("wo", Raw::Null),
    ]);
    assert_eq!(value, expected);
    assert_eq!(encode(&value, &real_type()).unwrap(), bytes(REAL_OBJECT));
}

#[test]
fn values_have_terraforms_bytes() {
    let typed = |ty: Type, value| Raw::Typed(Box::new(ty), Box::new(value));
    let table = [
        (Type::String, Raw::Null, "c0"),
        (Type::String, Raw::unknown(), "d40000"),
        (Type::String, Raw::from("a"), "a161"),
        (Type::Bool, Raw::from(true), "c3"),
        (Type::Bool, Raw::from(false), "c2"),
        (Type::Number, Raw::from(300), "cd012c"),
        (Type::Number, Raw::from(-5), "fb"),
        (Type::Number, Raw::from(5_000_000_000), "cf000000012a05f200"),
        (Type::Number, number("0.1"), "a3302e31"),
        (Type::Number, number("18446744073709551615"), "b43138343436373434303733373039353531363135"),
        (Type::list(Type::String), Raw::List(vec![]), "90"),
        (Type::set(Type::String), Raw::set(["b".into(), "a".into()]), "92a161a162"),
        (Type::Tuple(vec![Type::Bool, Type::String]), Raw::List(vec![true.into(), "a".into()]), "92c3a161"),
        (Type::map(Type::Bool), Raw::object([("b", true.into()), ("a", Raw::Null)]), "82a161c0a162c3"),
        (Type::object([("a", Type::Bool)]), Raw::object([("a", Raw::Null)]), "81a161c0"),
        (Type::Dynamic, Raw::Null, "c0"),
        (Type::Dynamic, Raw::unknown(), "d40000"),
        (Type::Dynamic, typed(Type::Number, Raw::from(12)), "92c408226e756d626572220c"),
        (Type::Dynamic, typed(Type::Number, Raw::Null), "92c408226e756d62657222c0"),
        (Type::Dynamic, typed(Type::Number, Raw::unknown()), "92c408226e756d62657222d40000"),
    ];
    for (ty, value, hex) in table {
        assert_eq!(hex::encode(encode(&value, &ty).unwrap()), hex, "{ty}");
        assert_eq!(decode(&bytes(hex), &ty).unwrap(), value, "{hex}");
    }
}

#[test]
fn other_spellings_are_read() {
    let table = [
        (Type::Number, "d1ffff", Raw::from(-1)),
        (Type::Number, "cf0000000000000001", Raw::from(1)),
        (Type::Number, "cfffffffffffffffff", number("18446744073709551615")),
        (Type::Number, "cb4004000000000000", number("2.5")),
        (Type::Number, "cb3fb999999999999a", number("0.1")),
        (Type::Number, "ca40200000", number("2.5")),
        (Type::Number, "a3316533", Raw::from(1000)),
        (Type::String, "c40161", Raw::from("a")),
        (Type::String, "d90161", Raw::from("a")),
        (Type::String, "db0000000161", Raw::from("a")),
        (Type::list(Type::Bool), "dd00000001c3", Raw::List(vec![true.into()])),
        (Type::set(Type::String), "93a162a161a162", Raw::set(["a".into(), "b".into()])),
        (Type::object([("a", Type::Bool), ("b", Type::Bool)]), "82a162c3a161c2", {
            Raw::object([("a", false.into()), ("b", true.into())])
        }),
    ];
    for (ty, hex, value) in table {
        assert_eq!(decode(&bytes(hex), &ty).unwrap(), value, "{hex}");
    }
    let typed = decode(&bytes("92a822 6e756d626572 220c"), &Type::Dynamic).unwrap();
    assert_eq!(typed, Raw::Typed(Box::new(Type::Number), Box::new(Raw::from(12))));
}

#[test]
fn strings_are_composed_in_both_directions() {
    let composed = bytes("a5636166c3a9");
    assert_eq!(decode(&bytes("a663616665cc81"), &Type::String).unwrap(), Raw::from("caf\u{e9}"));
    assert_eq!(encode(&Raw::from("cafe\u{301}"), &Type::String).unwrap(), composed);
    let map = Type::map(Type::Bool);
    assert_eq!(decode(&bytes("81a365cc81c3"), &map).unwrap(), Raw::object([("\u{e9}", true.into())]));
}

#[test]
fn refinements_are_read_and_written() {
    let name = refinement("c7090c8201c202a47072652d", &Type::String);
    assert!(name.not_null);
    assert_eq!(name.prefix.as_deref(), Some("pre-"));
    let num = refinement("c7070c8201c2039200c3", &Type::Number);
    assert_eq!(num.lower, Some((Number::from(0_i64), true)));
    assert_eq!(num.upper, None);
    let list = refinement("c7050c8205010602", &Type::list(Type::Bool));
    assert_eq!((list.min_length, list.max_length, list.not_null), (Some(1), Some(2), false));
    for (hex, ty) in [
        ("c7030c8101c2", Type::Bool),
        ("c7090c8201c202a47072652d", Type::String),
        ("c7070c8201c2039200c3", Type::Number),
        ("c7080c820392 00 c3 0492 07 c2", Type::Number),
        ("c7050c8205010602", Type::list(Type::Bool)),
    ] {
        let mut hex = bytes(hex);
        hex[1] = u8::try_from(hex.len() - 3).unwrap();
        let value = decode(&hex, &ty).unwrap();
        assert_eq!(encode(&value, &ty).unwrap(), hex);
    }
}

#[test]
fn odd_unknowns_are_read_as_terraform_does() {
    // At most one byte of payload: unknown whatever the code. Unknown keys and trailing bytes are passed over.
    for hex in ["d40000", "d40c05", "d47f00", "c70000", "c7000c", "c7040c 81 07 c000", "c7050c 81 63 9200 00"] {
        assert!(decode(&bytes(hex), &Type::String).unwrap().is_unknown(), "{hex}");
    }
    let skipped = refinement("c7190c 82 07 82a161 9201d40000 c4026162 cb4004000000000000 01c2", &Type::Bool);
    assert!(skipped.not_null);
}

#[test]
fn a_refinement_that_says_null_is_null() {
    assert_eq!(decode(&bytes("c7030c8101c3"), &Type::String).unwrap(), Raw::Null);
}

#[test]
fn refinements_of_any_type_are_dropped() {
    assert!(!refinement("c7030c8101c2", &Type::Dynamic).not_null);
    let not_null = Raw::Unknown(Box::new(Refinement { not_null: true, ..Refinement::default() }));
    assert_eq!(encode(&not_null, &Type::Dynamic).unwrap(), bytes("d40000"));
    let wrong_kind = Raw::Unknown(Box::new(Refinement { prefix: Some("a".into()), ..Refinement::default() }));
    assert_eq!(encode(&wrong_kind, &Type::Number).unwrap(), bytes("d40000"));
}

#[test]
fn a_long_prefix_is_cut_between_characters() {
    let prefix = Some("\u{e9}".repeat(300) + "!");
    let value = Raw::Unknown(Box::new(Refinement { prefix, ..Refinement::default() }));
    let cut = refinement(&hex::encode(encode(&value, &Type::String).unwrap()), &Type::String);
    assert_eq!(cut.prefix.unwrap(), "\u{e9}".repeat(128));
}

#[test]
fn malformed_bytes_are_refused() {
    let object = Type::object([("a", Type::Bool), ("b", Type::Bool)]);
    let list = Type::list(Type::String);
    let table = [
        (&Type::String, "", "the value is cut short"),
        (&Type::String, "c1", "string is required"),
        (&Type::String, "01", "string is required"),
        (&Type::String, "a2c3", "the value is cut short"),
        (&Type::String, "a1ff", "not valid UTF-8"),
        (&Type::String, "dbffffffff", "the value is cut short"),
        (&Type::String, "a161a1", "bytes follow the value"),
        (&Type::Bool, "01", "bool is required"),
        (&Type::Number, "a178", "number is required"),
        (&Type::Number, "a430783130", "number is required"),
        (&Type::Number, "b5316539323233333732303336383534373735383038", "number is required"),
        (&Type::Number, "c3", "number is required"),
        (&Type::Number, "cd01", "number is required"),
        (&Type::Number, "cb7ff0000000000000", "a finite number is required"),
        (&Type::Number, "cb7ff8000000000000", "a finite number is required"),
        (&Type::Number, "ca7f800000", "a finite number is required"),
        (&list, "a161", "list is required"),
        (&list, "ddffffffff", "the value is cut short"),
        (&list, "9201a161", "[0]: string is required"),
        (&Type::map(Type::Bool), "dfffffffff", "the value is cut short"),
        (&Type::map(Type::Bool), "8101c3", "a map key has to be a string"),
        (&Type::map(Type::Bool), "82a161c3a161c3", "[\"a\"]: given twice"),
        (&object, "81a161c3", "attribute \"b\" is missing"),
        (&object, "83a161c3a162c3a163c3", "unsupported attribute \"c\""),
        (&object, "82a161c3a161c3", "a: given twice"),
        (&object, "82a16101", "a: bool is required"),
        (&Type::Tuple(vec![Type::Bool]), "92c3c3", "a tuple of 1 elements is required (2 given)"),
        (&Type::Dynamic, "a161", "a value of any type has to come with its type"),
        (&Type::Dynamic, "9100", "a value of any type has to come with its type"),
        (&Type::Dynamic, "92a92264796e616d69632200", "a value of any type has to come with its type"),
        (&Type::Dynamic, "92a122c0", "invalid type constraint"),
        (&Type::String, "d5000000", "unsupported extension type 0 with 2 bytes"),
        (&Type::String, "c8040100", "an extension of 1025 bytes is too long"),
        (&Type::String, "c9ffffffff0c", "an extension of 4294967295 bytes is too long"),
        (&Type::String, "c70a0c8101", "the value is cut short"),
        (&Type::Number, "c7040c8102a161", "a refinement of an unknown value does not apply to a number"),
        (&list, "c7030c8105ff", "malformed refinement of an unknown value"),
        (&Type::Bool, "c7030c81a1c2", "malformed refinement of an unknown value"),
        (&Type::Bool, "c7030c8107c1", "malformed msgpack"),
    ];
    for (ty, hex, message) in table {
        assert_eq!(failure(hex, ty), message, "{hex}");
    }
}

#[test]
fn an_error_names_the_attribute() {
    let ty = Type::object([("ike", Type::list(Type::object([("lifetime_seconds", Type::Number)])))]);
    let value = Raw::object([("ike", Raw::List(vec![Raw::object([("lifetime_seconds", Raw::from("secret"))])]))]);
    let text = Type::object([("ike", Type::list(Type::object([("lifetime_seconds", Type::String)])))]);
    let error = decode(&encode(&value, &text).unwrap(), &ty).unwrap_err();
    assert_eq!(error.to_string(), "ike[0].lifetime_seconds: number is required");
    assert_eq!(error.path, Path::from("ike").index(0).attribute("lifetime_seconds"));
    assert_eq!(encode(&value, &ty).unwrap_err().to_string(), "ike[0].lifetime_seconds: number is required");
}

#[test]
fn an_error_inside_a_set_points_at_the_set() {
    let ty = Type::object([("s", Type::set(Type::object([("a", Type::Bool)])))]);
    assert_eq!(failure("81a1739181a16101", &ty), "s: bool is required");
}

#[test]
fn what_does_not_fit_its_type_is_not_written() {
    let object = Type::object([("a", Type::Bool)]);
    let table = [
        (Raw::from("a"), Type::Number, "number is required"),
        (Raw::List(vec![]), Type::set(Type::Bool), "set is required"),
        (Raw::set([]), Type::list(Type::Bool), "list is required"),
        (Raw::List(vec![]), Type::Tuple(vec![Type::Bool]), "a tuple of 1 elements is required (0 given)"),
        (Raw::object([("b", Raw::Null)]), object.clone(), "unsupported attribute \"b\""),
        (Raw::Map([].into()), object.clone(), "attribute \"a\" is missing"),
        (Raw::object([("a", Raw::from(1))]), object, "a: bool is required"),
        (Raw::from("a"), Type::Dynamic, "a value of any type has to come with its type"),
        (
            Raw::Typed(Box::new(Type::Dynamic), Box::new(Raw::Null)),
            Type::Dynamic,
            "a value of any type has to come with its type",
        ),
        (Raw::Typed(Box::new(Type::Bool), Box::new(true.into())), Type::Bool, "bool is required"),
    ];
    for (value, ty, message) in table {
        assert_eq!(encode(&value, &ty).unwrap_err().to_string(), message);
    }
}

#[test]
fn nesting_has_a_limit() {
    // Each level of the dynamic pseudo-type brings a list of values of any type.
    let level = bytes("92c412 5b226c697374222c2264796e616d6963225d 91");
    let deep = level.repeat(10_000);
    let error: DecodeError = decode(&deep, &Type::Dynamic).unwrap_err();
    assert_eq!(error.message, "nested more than 64 levels deep");
    let deep = (0..200).fold(Type::Bool, |ty, _| Type::list(ty));
    assert!(decode(&[&[0x91; 200][..], &[0xc3]].concat(), &deep).is_err());
    let value = (0..200).fold(Raw::from(true), |value, _| Raw::List(vec![value]));
    assert!(encode(&value, &deep).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_of_any_type_survives_a_round_trip(
        (ty, value) in arb_type().prop_flat_map(|ty| { let value = arb_value(&ty); (Just(ty), value) })
    ) {
        let bytes = encode(&value, &ty).unwrap();
        let read = decode(&bytes, &ty).unwrap();
        prop_assert_eq!(&read, &value);
        // Equality leaves refinements out, bytes do not.
        prop_assert_eq!(encode(&read, &ty).unwrap(), bytes);
    }

    #[test]
    fn random_bytes_never_panic(ty in arb_type(), bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = decode(&bytes, &ty);
    }

    #[test]
    fn mutated_values_never_panic(
        (ty, value) in arb_type().prop_flat_map(|ty| { let value = arb_value(&ty); (Just(ty), value) }),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<proptest::sample::Index>(),
    ) {
        let mut bytes = encode(&value, &ty).unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        // Whatever could be read can be written.
        if let Ok(value) = decode(&bytes, &ty) {
            prop_assert!(encode(&value, &ty).is_ok());
        }
        let _ = decode(&bytes[..cut.index(bytes.len())], &ty);
    }
}
