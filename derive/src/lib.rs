//! `#[derive(Model)]`: one struct is a Terraform schema, its documentation and its state codec.
//!
//! ```text
//! /// An IPsec tunnel between a VPN gateway and a customer gateway.
//! #[derive(Clone, Debug, Default, Model)]
//! #[model(exactly_one_of(pre_shared_key, pre_shared_key_wo))]
//! pub struct Connection {
//!     /// Tunnel name.
//!     #[attr(required, chars(1..=60))]
//!     name: Value<String>,
//!     /// Phase 1 proposal.
//!     #[attr(optional, computed)]
//!     ike: Value<Ike>,
//!     // ...
//! }
//! ```
//!
//! The doc comment of the struct becomes `Model::DESCRIPTION`, that of a field the description of its attribute. Every field is a
//! `Value<T>` with a doc comment and `#[attr(...)]`, a list of these words, each at most once:
//!
//! | word | meaning |
//! | --- | --- |
//! | `required`, `optional`, `computed` | one of them at least; `required` stands alone |
//! | `sensitive`, `replace` | as in the schema |
//! | `write_only` | not with `computed` |
//! | `volatile` | with `computed` |
//! | `default = expr`, `initial = expr` | one of them, with `optional, computed`; anything that is `Into<Raw>`, whole numbers are `i64` |
//! | `removed = expr` | what it becomes when it is taken out of a configuration that had it; the same kind of value |
//! | `unread` | no read shows it: null in the state of what was imported |
//! | `deprecated = "why"` | |
//! | `name = "other"` | the attribute's name, where it is not the field's |
//! | `block`, `block(min = 0, max = 1)`, `block(group)` | a nested block instead of an attribute: a struct, or a `List`, `Set` or `Map` of one; beside it only `name` and `deprecated` |
//! | `chars(1..=60)`, `chars(..=60)`, `chars(1..)` | length of a string |
//! | `range(60..=604800)`, `range(-1..)` | bounds of a number |
//! | `items(1..=10)` | number of elements |
//! | `one_of("a", "b")`, `one_of(PATH)` | documented values; the path leads to a `&'static [&'static str]` |
//! | `discouraged(values("a"), "why")`, `discouraged(PATH, "why")` | values that get a warning; may be repeated |
//! | `prefix("vpnx-")`, `not_prefix("http://", "https://")` | how a string begins |
//! | `ip`, `ipv4`, `cidr`, `ipv4_cidr`, `duration` | what a string holds |
//! | `each(ip, chars(1..=60))` | validators of the elements of a collection |
//! | `custom("what is allowed", path)` | a `fn(&Raw) -> Result<(), Finding>`; may be repeated |
//!
//! Bounds may be constants. A validator or a planned value that does not fit the type of its field is an error, so far as the type
//! can be read: behind an alias it cannot.
//!
//! `#[model(...)]` on the struct holds rules over several fields, by the fields' names: `exactly_one_of(a, b)`, `at_most_one_of(a, b)`,
//! `at_least_one_of(a, b)`, `requires(a, b)` and `rule = path` to a `fn(&Raw, &Path, &mut Diagnostics)`, or `consistent = path` to one that
//! holds for plans as well, with what defaults and what is there add to the configuration.

//!
//! # `#[derive(Answer)]`: a struct is what a cloud answers
//!
//! ```text
//! #[derive(Clone, Debug, Default, Answer)]
//! pub struct VpnConnection {
//!     pub vpn_connection_id: Option<String>,
//!     #[member("Status", "BgpStatus")]
//!     pub status: Option<String>,
//!     #[member(rows)]
//!     pub tags: Option<Vec<Tag>>,
//!     // ...
//! }
//! ```
//!
//! A member is called as its field, in `PascalCase`, or as `#[answer(camelCase)]` on the struct says. `#[member(...)]` on a field holds
//! other names, in quotes; `rows` or `one` for what `Slot` calls so; or `skip` for a field that is not in the answer. Where requests have
//! the struct, too, `rename_all`, `rename` and `skip` of `#[serde(...)]` hold for both.

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

mod answer;
mod errors;
mod expand;
mod field;
mod rule;
mod structure;
mod validator;
mod words;

/// Implements `Model`; the grammar stands at the head of this crate.
#[proc_macro_derive(Model, attributes(attr, model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    structure::Structure::parse(&input).map_or_else(|e| e.into_compile_error(), |s| expand::model(&s)).into()
}

/// Implements `Answer`; the grammar stands at the head of this crate.
#[proc_macro_derive(Answer, attributes(answer, member, serde))]
pub fn derive_answer(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    answer::answer(&input).unwrap_or_else(|e| e.into_compile_error()).into()
}
