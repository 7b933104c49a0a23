//! The msgpack form of values (Terraform's "object wire format", as go-cty's `cty/msgpack` writes and reads it).

pub use decode::decode;
pub use encode::encode;

mod decode;
mod encode;
#[cfg(test)]
mod tests;

/// The extension code of an unknown value with refinements; every other unknown is code 0 with one zero byte.
const REFINED: i8 = 12;

/// The longest refinement payload that is accepted, in bytes.
const MAX_REFINEMENT: usize = 1024;

/// Keys of the refinement map.
mod key {
    pub(super) const NULLNESS: i64 = 1;
    pub(super) const PREFIX: i64 = 2;
    pub(super) const LOWER: i64 = 3;
    pub(super) const UPPER: i64 = 4;
    pub(super) const MIN_LENGTH: i64 = 5;
    pub(super) const MAX_LENGTH: i64 = 6;
}
