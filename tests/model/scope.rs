//! The derived code in a module that gives common names another meaning.

use cloudvpn::framework::model::Model;
use cloudvpn::framework::raw::Raw;

/// The derived code stands on its own: no name of the module it is in may change its meaning.
#[allow(dead_code, non_camel_case_types, unused_imports)]
mod a_scope_with_other_meanings {
    struct Vec;
    struct Raw;
    struct Option;
    struct Box;
    struct Result;
    struct Validator;
    struct Attribute;
    struct Cow;
    struct i64;
    struct usize;
    enum Other {
        Some,
        None,
        Ok,
        Err,
    }
    use Other::{Err, None, Ok, Some};
    mod std {}
    mod core {}
    mod cloudvpn {}

    /// Nothing.
    #[derive(::cloudvpn::framework::model::Model)]
    struct Empty {}

    /// Something.
    #[derive(::cloudvpn::framework::model::Model)]
    #[model(at_least_one_of(raw, self_))]
    pub(super) struct Scope {
        /// A field named as a parameter.
        #[attr(optional, computed, default = "a", chars(1..))]
        raw: ::cloudvpn::framework::model::Value<::std::string::String>,
        /// A struct.
        #[attr(block)]
        self_: ::cloudvpn::framework::model::Value<Empty>,
    }
}

#[test]
fn names_in_scope_do_not_change_the_derived_code() {
    use a_scope_with_other_meanings::Scope;
    let raw = Raw::object([("raw", Raw::from("a")), ("self_", Raw::object::<String>([]))]);
    assert_eq!(Scope::from_raw(&raw).unwrap().to_raw(), raw);
    assert_eq!(Scope::blocks()[0].block.attributes.len(), 0);
}
