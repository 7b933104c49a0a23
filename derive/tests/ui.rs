//! Mistakes in a model or an answer are told by the compiler, at the place of the mistake, all at once.
//!
//! These files need nothing but the macro: what they use of the framework does not come into being. That a right one compiles
//! is shown where the framework is, by the tests of the provider's crate.

#[test]
fn mistakes_are_told_where_they_stand() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
