//! Decoding and encoding.

use cloudvpn::framework::model::{Model, Secret, Set, Value};
use cloudvpn::framework::raw::Raw;
use proptest::prelude::*;

use super::{Ike, Policy, Tunnel, policy};

#[test]
fn absent_members_are_null_and_other_members_are_left_out() {
    let tunnel = Tunnel::from_raw(&Raw::object([("name", Raw::from("a")), ("no_such", true.into())])).unwrap();
    assert_eq!(tunnel, Tunnel { name: "a".into(), ..Tunnel::default() });
    let Raw::Map(members) = tunnel.to_raw() else { panic!("not an object") };
    assert_eq!(members.len(), 9);
    assert_eq!(members.values().filter(|m| m.is_null()).count(), 8);
}

#[test]
fn errors_say_where_and_what_is_wanted_and_never_the_value() {
    let error = |name: &'static str, value: Raw| {
        let object = Raw::object([("name", Raw::from("a")), (name, value)]);
        Tunnel::from_raw(&object).unwrap_err().to_string()
    };
    assert_eq!(
        error("ike", Raw::object([("lifetime_seconds", Raw::from("hunter2"))])),
        "ike.lifetime_seconds: a whole number is required"
    );
    assert_eq!(error("key_wo", 7.into()), "key_wo: a string is required");
    assert_eq!(error("ike", "hunter2".into()), "ike: an object is required");
    assert_eq!(error("list", policy("a")), "list: a list is required");
}

#[test]
fn what_is_no_object_is_an_error() {
    for raw in [Raw::Null, Raw::unknown(), Raw::from("a"), Raw::List(Vec::new())] {
        assert_eq!(Tunnel::from_raw(&raw).unwrap_err().expected, "an object", "{raw:?}");
    }
}

fn value<T: Clone + std::fmt::Debug + 'static>(
    known: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Value<T>> {
    prop_oneof![1 => Just(Value::Unknown), 1 => Just(Value::Null), 4 => known.prop_map(Value::Known)]
}

fn policies() -> impl Strategy<Value = Policy> {
    let remote = proptest::collection::vec(value(".{0,3}"), 0..3);
    (value("[a-c]{0,2}"), value(remote)).prop_map(|(local, remote)| Policy { local, remote })
}

fn tunnels() -> impl Strategy<Value = Tunnel> {
    let ike = (value(".{0,4}"), value(any::<i64>()))
        .prop_map(|(version, lifetime_seconds)| Ike { version, lifetime_seconds });
    let list = proptest::collection::vec(value(policies()), 0..3);
    let set = proptest::collection::vec(value(policies()), 0..3).prop_map(Set::from_iter);
    let map = proptest::collection::btree_map(".{0,3}", value(policies()), 0..3);
    let key = value(".{0,4}".prop_map(Secret::new));
    (value(".{0,4}"), key, value(ike), value(list), value(set), value(map))
        .prop_map(|(name, key, ike, list, set, map)| Tunnel { name, key, ike, list, set, map, ..Tunnel::default() })
}

proptest! {
    #[test]
    fn what_is_encoded_decodes_to_the_same(tunnel in tunnels()) {
        prop_assert_eq!(Tunnel::from_raw(&tunnel.to_raw()).unwrap(), tunnel);
    }
}
