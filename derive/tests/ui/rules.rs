use cloudvpn_derive::Model;

struct Value<T>(T);

fn check() {}

#[derive(Model)]
#[model(exactly_one_of(key, kye), at_most_one_of(key, key), at_least_one_of(key))]
#[model(requires(key, name, key), rule = check(), rule(check), requires)]
struct Rules {
    /// A key.
    #[attr(optional)]
    key: Value<String>,
    /// A name.
    #[attr(optional)]
    name: Value<String>,
}

fn main() {}
