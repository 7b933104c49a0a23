use super::{path::Path, raw::Raw, schema::Schema};
pub struct Violation {
    pub path: Path,
    pub message: String,
}
pub fn check_plan(_: &Schema, _: &Raw, _: &Raw, _: &Raw) -> Vec<Violation> {
    vec![]
}
pub fn check_requires_replace(_: &Schema, _: &Raw, _: &Raw, _: &[Path]) -> Vec<Violation> {
    vec![]
}
pub fn check_apply(_: &Schema, _: &Raw, _: &Raw) -> Vec<Violation> {
    vec![]
}
pub fn check_state(_: &Schema, _: &Raw) -> Vec<Violation> {
    vec![]
}
