use cloudvpn_derive::Model;

#[derive(Model)]
struct Plain {
    /// Not a value.
    #[attr(required)]
    name: String,
    /// Another wrapper.
    #[attr(optional)]
    maybe: Option<String>,
    /// No path at all.
    #[attr(optional)]
    pair: (String, String),
}

fn main() {}
