use cloudvpn_derive::Model;

struct Value<T>(T);

#[derive(Model)]
#[model(exactly_one(a, b))]
struct Words {
    /// A slip.
    #[attr(requierd)]
    unknown: Value<String>,
    /// Twice in one attribute, and in two.
    #[attr(required, required, chars(1..))]
    #[attr(chars(..=2))]
    twice: Value<String>,
    /// No list of words.
    #[attr(required chars(1..))]
    comma: Value<String>,
    /// A path.
    #[attr(required, chars::max(1))]
    path: Value<String>,
}

fn main() {}
