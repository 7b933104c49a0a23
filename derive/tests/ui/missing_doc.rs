use cloudvpn_derive::Model;

struct Value<T>(T);

#[derive(Model)]
struct Undocumented {
    #[attr(required)]
    nothing: Value<String>,
    ///
    #[attr(required)]
    empty: Value<String>,
}

fn main() {}
