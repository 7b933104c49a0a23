//! The signature of API 2.0, verified (API 2.0, "Signature").

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::request::Common;

/// Whether the signature of a request is right.
///
/// `host` is the name that the client used, with its port if it has one.
pub(super) fn is_valid(
    method: &str,
    host: &str,
    pairs: &[(String, String)],
    common: &Common<'_>,
    secret_key: &str,
) -> bool {
    // The old SDKs leave values that begin with @ out of what they sign in a POST; what the service did about it is unknown.
    let ways: &[Skip] = if method == "POST" { &[Skip::Nothing, Skip::AtSigns] } else { &[Skip::Nothing] };
    ways.iter().any(|skip| {
        let source = source(method, host, pairs, *skip);
        sign(common.method, secret_key, &source).as_bytes().ct_eq(common.signature.as_bytes()).into()
    })
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Skip {
    Nothing,
    AtSigns,
}

/// What is signed: method, host, path and the parameters in the order of their names' bytes, values as they are.
fn source(method: &str, host: &str, pairs: &[(String, String)], skip: Skip) -> String {
    let signed =
        |(name, value): &&(String, String)| name != "Signature" && !(skip == Skip::AtSigns && value.starts_with('@'));
    let mut pairs: Vec<_> = pairs.iter().filter(signed).collect();
    pairs.sort();
    let parameters: Vec<_> = pairs.iter().map(|(name, value)| format!("{}={value}", name.replace('_', "."))).collect();
    format!("{method}{host}{}?{}", super::PATH, parameters.join("&"))
}

/// `HmacSHA256` selects SHA-256; anything else, or nothing, means SHA-1.
fn sign(method: &str, secret_key: &str, source: &str) -> String {
    const ANY_KEY: &str = "HMAC takes keys of any length";
    let (key, source) = (secret_key.as_bytes(), source.as_bytes());
    if method == "HmacSHA256" {
        let mac = Hmac::<Sha256>::new_from_slice(key).expect(ANY_KEY);
        STANDARD.encode(mac.chain_update(source).finalize().into_bytes())
    } else {
        let mac = Hmac::<Sha1>::new_from_slice(key).expect(ANY_KEY);
        STANDARD.encode(mac.chain_update(source).finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests;
