//! Random texts for keys and tokens.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// So many letters and digits.
pub(crate) fn letters(count: usize) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    bytes(count).into_iter().map(|byte| char::from(ALPHABET[usize::from(byte) % 62])).collect()
}

/// So many bytes in base64, with `+`, `/` and `=` as tokens have them.
pub(crate) fn base64(count: usize) -> String {
    STANDARD.encode(bytes(count))
}

fn bytes(count: usize) -> Vec<u8> {
    // The first bytes of a version 4 UUID are random, some of the later ones tell its version.
    let uuids = std::iter::repeat_with(|| uuid::Uuid::new_v4().into_bytes());
    uuids.flat_map(|uuid| uuid.into_iter().take(6)).take(count).collect()
}
