//! Checks of configuration values.
/// placeholder
#[derive(Clone, Debug)]
pub struct Validator;
/// placeholder
#[derive(Clone, Debug)]
pub struct Rule;
