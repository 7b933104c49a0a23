use cloudvpn_derive::Model;

struct Value<T>(T);

#[derive(Model)]
struct Ranges {
    /// Empty.
    #[attr(required, chars(5..=1))]
    empty: Value<String>,
    /// Empty, below zero.
    #[attr(required, range(-1..=-5))]
    negative: Value<i64>,
    /// No negative lengths.
    #[attr(required, chars(-1..=5))]
    length: Value<String>,
    /// Without its end.
    #[attr(required, range(1..60))]
    exclusive: Value<i64>,
    /// Everything.
    #[attr(required, range(..))]
    all: Value<i64>,
    /// No range.
    #[attr(required, chars(60))]
    number: Value<String>,
    /// Two numbers.
    #[attr(required, chars(1, 60))]
    numbers: Value<String>,
}

fn main() {}
