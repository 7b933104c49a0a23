//! Terraform for Rust: values, schemas, models, planning, validation and the traits a provider implements. Knows no cloud and no
//! protobuf.

pub mod absent;
pub mod action;
pub mod codec;
pub mod context;
pub mod data_source;
pub mod diagnostics;
pub mod ephemeral;
pub mod function;

pub mod legality;
pub mod list;
pub mod map;
pub mod model;
pub mod number;
pub mod path;
pub mod plan;
pub mod private;
pub mod provider;
pub mod raw;
pub mod resource;
pub mod schema;
pub mod server;
pub mod spelling;
pub mod timeouts;
pub mod types;
pub mod validate;
pub mod validators;
pub mod view;
pub mod withdrawn;

mod erased;
mod typed;
