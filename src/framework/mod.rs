//! Terraform for Rust: values, schemas, models, planning, validation and the traits a provider implements. Knows no cloud and no
//! protobuf.

pub mod codec;
pub mod diagnostics;
pub mod legality;
pub mod number;
pub mod path;
pub mod raw;
pub mod schema;
pub mod server;
pub mod types;
pub mod validators;
