//! Values on the wire: Terraform's msgpack form, both read and written with the type the schema gives.

use super::raw::Raw;
use super::server::DynamicValue;
use super::types::Type;

pub use error::{DecodeError, EncodeError};

mod error;
pub mod msgpack;
mod text;

/// Writes a value for a protocol field: msgpack only, since JSON cannot say unknown.
///
/// # Errors
/// A value that does not fit the type.
pub fn encode_dynamic(value: &Raw, ty: &Type) -> Result<DynamicValue, EncodeError> {
    Ok(DynamicValue { msgpack: msgpack::encode(value, ty)?.into(), json: bytes::Bytes::new() })
}
