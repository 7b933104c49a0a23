//! Values on the wire: Terraform's msgpack and JSON forms, both read with the type that the schema gives.

use super::raw::Raw;
use super::server::DynamicValue;
use super::types::Type;

pub use error::{DecodeError, EncodeError};

mod error;
pub mod json;
pub mod msgpack;
mod text;

/// Reads a value of a protocol field: its msgpack, else its JSON; null where there is neither.
///
/// # Errors
/// Bytes that are not one value of the type.
pub fn decode_dynamic(value: &DynamicValue, ty: &Type) -> Result<Raw, DecodeError> {
    if !value.msgpack.is_empty() {
        return msgpack::decode(&value.msgpack, ty);
    }
    if !value.json.is_empty() {
        return json::decode(&value.json, ty);
    }
    Ok(Raw::Null)
}

/// Writes a value for a protocol field: msgpack only, since JSON cannot say unknown.
///
/// # Errors
/// A value that does not fit the type.
pub fn encode_dynamic(value: &Raw, ty: &Type) -> Result<DynamicValue, EncodeError> {
    Ok(DynamicValue { msgpack: msgpack::encode(value, ty)?.into(), json: bytes::Bytes::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn msgpack_comes_before_json_and_neither_is_null() {
        let both = DynamicValue { msgpack: vec![0xc3].into(), json: b"false"[..].into() };
        assert_eq!(decode_dynamic(&both, &Type::Bool), Ok(Raw::from(true)));
        let json = DynamicValue { json: b"false"[..].into(), ..DynamicValue::default() };
        assert_eq!(decode_dynamic(&json, &Type::Bool), Ok(Raw::from(false)));
        assert_eq!(decode_dynamic(&DynamicValue::default(), &Type::Bool), Ok(Raw::Null));
    }

    #[test]
    fn what_is_written_is_msgpack() {
        let written = encode_dynamic(&Raw::Null, &Type::Bool).unwrap();
        assert_eq!(written, DynamicValue { msgpack: vec![0xc0].into(), ..DynamicValue::default() });
    }
}
