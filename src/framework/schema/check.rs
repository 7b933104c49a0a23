//! The checks Terraform runs over every schema it loads.
/// placeholder
#[derive(Debug)]
pub struct SchemaError;
