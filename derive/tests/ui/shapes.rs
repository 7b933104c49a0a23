use cloudvpn_derive::Model;

/// Either.
#[derive(Model)]
enum Either {
    One,
    Other,
}

/// A pair.
#[derive(Model)]
struct Pair(String, String);

/// Nothing.
#[derive(Model)]
struct Unit;

/// Anything.
#[derive(Model)]
struct Generic<T> {
    /// A value.
    #[attr(required)]
    value: T,
}

/// Borrowed.
#[derive(Model)]
struct Borrowed<'a> {
    /// A value.
    #[attr(required)]
    value: &'a str,
}

fn main() {}
