use cloudvpn_derive::Model;

struct Value<T>(T);

struct List<T>(T);

const OTHER: &[&str] = &["c"];

#[derive(Model)]
struct Arguments {
    /// Not a string.
    #[attr(required, one_of("1", 2))]
    one_of: Value<String>,
    /// One constant, or literals.
    #[attr(required, one_of("a", OTHER))]
    mixed: Value<String>,
    /// No values.
    #[attr(required, one_of())]
    none: Value<String>,
    /// No reason.
    #[attr(required, discouraged("DES"))]
    why: Value<String>,
    /// No list.
    #[attr(required, discouraged("DES", "it is weak"))]
    values: Value<String>,
    /// No function.
    #[attr(required, custom("even"))]
    custom: Value<i64>,
    /// No text.
    #[attr(required, prefix(1))]
    prefix: Value<String>,
    /// No argument wanted.
    #[attr(required, ip(4))]
    ip: Value<String>,
    /// Not a validator.
    #[attr(required, each(required))]
    each: Value<List<String>>,
    /// No value.
    #[attr(optional, computed, default)]
    default: Value<String>,
    /// No reason.
    #[attr(optional, deprecated)]
    deprecated: Value<String>,
    /// No text.
    #[attr(optional, name = 5)]
    name: Value<String>,
}

fn main() {}
