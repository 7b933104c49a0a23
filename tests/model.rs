//! What `#[derive(Model)]` makes of a struct.

use cloudvpn::framework::model::{List, Map, Model, Set, Value};
use cloudvpn::framework::raw::Raw;

#[derive(Clone, Debug, Default, PartialEq, Model)]
struct Ike {
    /// Lifetime.
    #[attr(optional, computed, initial = 86_400, range(60..=604_800))]
    lifetime_seconds: Value<i64>,
}

/// A tunnel.
///
/// More.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[model(at_least_one_of(name, ike))]
struct Tunnel {
    /// Name.
    #[attr(required, chars(1..=60))]
    name: Value<String>,
    /// IKE.
    #[attr(optional, computed)]
    ike: Value<Ike>,
    /// Health checks.
    #[attr(optional, items(..=2))]
    checks: Value<List<Ike>>,
    /// Tags.
    #[attr(optional, each(chars(..=128)))]
    tags: Value<Map<String>>,
    /// Ids.
    #[attr(computed, volatile)]
    ids: Value<Set<String>>,
}

#[test]
fn round_trip() {
    let raw = Raw::object([
        ("name", Raw::from("a")),
        ("ike", Raw::object([("lifetime_seconds", Raw::from(60))])),
        ("checks", Raw::Null),
        ("tags", Raw::object([("k", Raw::from("v"))])),
        ("ids", Raw::unknown()),
    ]);
    assert_eq!(Tunnel::from_raw(&raw).unwrap().to_raw(), raw);
    println!("{:#?}", Tunnel::block());
}
