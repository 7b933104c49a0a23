use cloudvpn_derive::Model;

struct Value<T>(T);

struct Secret;
struct List<T>(T);

#[derive(Model)]
struct Types {
    /// Numbers have no length.
    #[attr(required, chars(1..=60))]
    number: Value<i64>,
    /// Strings have no bounds.
    #[attr(required, range(1..=60))]
    text: Value<Secret>,
    /// Strings have no elements.
    #[attr(required, items(1..=60))]
    items: Value<String>,
    /// The elements are addresses, not the list.
    #[attr(required, ip)]
    list: Value<List<String>>,
    /// A list of numbers.
    #[attr(required, each(ip))]
    numbers: Value<List<i64>>,
    /// Yes or no.
    #[attr(required, one_of("yes", "no"))]
    yes: Value<bool>,
}

fn main() {}
