//! The checks Terraform runs over every schema it loads.
/// placeholder
#[derive(Debug)]
pub struct SchemaError;
impl std::fmt::Display for SchemaError {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}
impl super::Schema {
    pub fn check(&self, _: SchemaKind) -> Vec<SchemaError> {
        vec![]
    }
}
pub enum SchemaKind {
    Resource,
    DataSource,
    Ephemeral,
    Provider,
}
