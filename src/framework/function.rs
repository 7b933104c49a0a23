//! Provider functions (Terraform 1.8 and later): pure, in unconfigured processes, without network.

use super::raw::Raw;
use super::types::Type;

/// A function.
pub trait Function: Send + Sync + 'static {
    /// Without the provider's prefix.
    fn name(&self) -> &'static str;

    fn signature(&self) -> Signature;

    /// The arguments have the types of the signature; those of a variadic parameter follow the others.
    fn call(&self, arguments: Vec<Raw>) -> Result<Raw, FunctionError>;
}

/// What a function takes and gives.
#[derive(Clone, Debug)]
pub struct Signature {
    pub parameters: Vec<Parameter>,
    pub variadic: Option<Parameter>,
    pub returns: Type,
    pub summary: &'static str,
    /// Markdown.
    pub description: &'static str,
    pub deprecated: Option<&'static str>,
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: &'static str,
    pub ty: Type,
    /// Otherwise Terraform refuses null before the call.
    pub allow_null: bool,
    /// Otherwise Terraform does not call while anything is unknown.
    pub allow_unknown: bool,
    /// Markdown.
    pub description: &'static str,
}

/// A failed function call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    pub text: String,
    /// 0-based index of the argument to blame.
    pub argument: Option<i64>,
}
