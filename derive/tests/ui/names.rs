use cloudvpn_derive::Model;

struct Value<T>(T);

#[derive(Model)]
struct Names {
    /// A type.
    #[attr(required)]
    r#type: Value<String>,
    /// Another type.
    #[attr(required, name = "type")]
    kind: Value<String>,
}

fn main() {}
