use cloudvpn_derive::Model;

struct Value<T>(T);

#[derive(Model)]
struct Flags {
    /// No flag.
    #[attr(sensitive)]
    none: Value<String>,
    /// No attribute.
    nothing: Value<String>,
    /// Two that exclude each other.
    #[attr(required, optional)]
    either: Value<String>,
    /// Two more.
    #[attr(required, computed)]
    given: Value<String>,
    /// A value that cannot be stored.
    #[attr(optional, computed, write_only)]
    stored: Value<String>,
    /// A flag with an argument.
    #[attr(required(true))]
    argument: Value<String>,
}

fn main() {}
