use cloudvpn_derive::Model;

struct Value<T>(T);

#[derive(Model)]
struct Planned {
    /// The plan cannot deviate from a configuration alone.
    #[attr(optional, default = "a")]
    not_computed: Value<String>,
    /// Nor can it deviate where there is no configuration.
    #[attr(computed, initial = "a")]
    not_optional: Value<String>,
    /// One of them.
    #[attr(optional, computed, default = "a", initial = "b")]
    both: Value<String>,
    /// Known, always.
    #[attr(required, volatile)]
    known: Value<String>,
    /// Of other types.
    #[attr(optional, computed, default = 5)]
    text: Value<String>,
    /// .
    #[attr(optional, computed, initial = "5")]
    number: Value<i64>,
    /// .
    #[attr(optional, computed, initial = -1)]
    truth: Value<bool>,
}

fn main() {}
