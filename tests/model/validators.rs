//! Validators.

use cloudvpn::framework::model::{List, Map, Model, Secret, Set, Value};
use cloudvpn::framework::number::Number;
use cloudvpn::framework::raw::Raw;
use cloudvpn::framework::validators::Finding;

use super::{LIFETIME, VERSIONS, attribute};

/// Every validator, on an attribute of its name.
#[derive(Clone, Debug, Default, Model)]
struct Checked {
    /// .
    #[attr(required, chars(1..=60))]
    chars: Value<String>,
    /// .
    #[attr(required, chars(..=60))]
    chars_at_most: Value<String>,
    /// .
    #[attr(required, chars(8..))]
    chars_at_least: Value<Secret>,
    /// .
    #[attr(required, range(60..=LIFETIME))]
    range: Value<i64>,
    /// .
    #[attr(required, range(-2560..))]
    range_at_least: Value<Number>,
    /// .
    #[attr(required, range(..=-1))]
    range_at_most: Value<Number>,
    /// .
    #[attr(required, items(1..=10))]
    items: Value<Set<String>>,
    /// .
    #[attr(required, one_of("a", "b"))]
    one_of: Value<String>,
    /// .
    #[attr(required, one_of(VERSIONS))]
    one_of_constant: Value<String>,
    /// .
    #[attr(required, discouraged(values("MD5", "SHA1"), "it is broken."), discouraged(WEAK, "it is weak."))]
    discouraged: Value<String>,
    /// .
    #[attr(required, prefix("vpnx-"))]
    prefix: Value<String>,
    /// .
    #[attr(required, not_prefix("http://", "https://"))]
    not_prefix: Value<String>,
    /// .
    #[attr(required, ip)]
    ip: Value<String>,
    /// .
    #[attr(required, ipv4)]
    ipv4: Value<String>,
    /// .
    #[attr(required, cidr)]
    cidr: Value<String>,
    /// .
    #[attr(required, ipv4_cidr)]
    ipv4_cidr: Value<String>,
    /// .
    #[attr(required, duration)]
    duration: Value<String>,
    /// .
    #[attr(required, each(prefix("a"), chars(1..=2)), items(1..))]
    each: Value<Map<String>>,
    /// .
    #[attr(optional, each(range(1..=2)))]
    each_number: Value<List<i64>>,
    /// .
    #[attr(optional, each(each(ipv4)))]
    each_each: Value<List<List<String>>>,
    /// .
    #[attr(required, custom("an even number", even), range(0..))]
    custom: Value<i64>,
}

fn even(value: &Raw) -> Result<(), Finding> {
    match value.as_i64() {
        Some(number) if number % 2 != 0 => Err(Finding::error("Odd number", "It has to be even.")),
        _ => Ok(()),
    }
}

#[test]
fn every_validator_word_gives_its_validator() {
    let all: Vec<_> = Checked::object()
        .attributes
        .iter()
        .map(|a| format!("{}: {}", a.name, validators::<Checked>(&a.name).join("; ")))
        .collect();
    insta::assert_snapshot!(all.join("\n"), @r#"
    chars: 1 to 60 characters long
    chars_at_most: at most 60 characters long
    chars_at_least: at least 8 characters long
    range: a whole number; between 60 and 86400
    range_at_least: at least -2560
    range_at_most: at most -1
    items: 1 to 10 elements
    one_of: one of "a", "b"
    one_of_constant: one of "IKEV1", "IKEV2"
    discouraged: better not "MD5", "SHA1"; better not "DES"
    prefix: an id that begins with "vpnx-"
    not_prefix: a text that does not begin with "http://", "https://"
    ip: an IP address such as 192.0.2.1 or 2001:db8::1
    ipv4: an IPv4 address such as 192.0.2.1
    cidr: a range in CIDR notation such as 10.0.0.0/24 or 2001:db8::/32
    ipv4_cidr: an IPv4 range in CIDR notation such as 10.0.0.0/24
    duration: a duration such as "90s", "10m" or "1h30m"
    each: an id that begins with "a" (each); 1 to 2 characters long (each); at least 1 element
    each_number: a whole number (each); between 1 and 2 (each)
    each_each: an IPv4 address such as 192.0.2.1 (each) (each)
    custom: a whole number; an even number; at least 0
    "#);
}

#[test]
fn validators_check_with_the_arguments_given() {
    let ok = |name, value: Raw| {
        let attribute = attribute::<Checked>(name);
        attribute.validators.iter().all(|v| v.check(&value, false).is_ok())
    };
    assert!(ok("range", LIFETIME.into()) && !ok("range", (LIFETIME + 1).into()) && !ok("range", 59.into()));
    assert!(ok("custom", 2.into()) && !ok("custom", 3.into()) && !ok("custom", (-2).into()));
    assert!(ok("range_at_least", i64::MAX.into()) && !ok("range_at_least", (-2561).into()));
    let addresses = |text: &str| Raw::List(vec![Raw::List(vec![text.into()])]);
    assert!(ok("each_each", addresses("192.0.2.1")) && !ok("each_each", addresses("192.0.2.256")));
}

fn validators<M: Model>(name: &str) -> Vec<String> {
    attribute::<M>(name).validators.iter().map(ToString::to_string).collect()
}

const WEAK: &[&str] = &["DES"];
