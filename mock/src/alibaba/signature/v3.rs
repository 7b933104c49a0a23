//! ACS3-HMAC-SHA256 over the method, the query, the headers the client lists and the hash of the body.

use hmac::{Hmac, KeyInit, Mac};
use hyper::HeaderMap;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Signed, canonical_query, compare, incomplete, secret_of, timestamp};
use crate::alibaba::errors;
use crate::alibaba::request::Request;
use crate::api::Refusal;
use crate::server::Received;

pub(super) fn verify<'a, 'k>(
    received: &'a Received,
    request: &Request,
    now: i64,
    secret: impl FnOnce(&str) -> Option<&'k str>,
) -> Result<Signed<'a>, Refusal> {
    let authorization = Authorization::parse(received.header("authorization"))
        .ok_or_else(|| incomplete("the header Authorization is not of the form of ACS3-HMAC-SHA256"))?;
    for name in NEEDED {
        if received.header(name).is_empty() {
            return Err(incomplete(format!("the header {name} is missing")));
        }
    }
    for name in received.headers.keys().map(hyper::header::HeaderName::as_str) {
        let must = name == "host" || name == "content-type" || name.starts_with("x-acs-");
        if must && !authorization.signed_headers.split(';').any(|signed| signed == name) {
            return Err(incomplete(format!("the header {name} is not signed")));
        }
    }
    let secret = secret_of(authorization.access_key_id, secret)?;
    timestamp(received.header("x-acs-date"), now)?;

    let body_hash = sha256(received.body.as_deref().unwrap_or_default());
    if !bool::from(body_hash.as_bytes().ct_eq(received.header("x-acs-content-sha256").as_bytes())) {
        return Err(errors::refusal("SignatureDoesNotMatch", "x-acs-content-sha256 is not the hash of the body"));
    }
    let canonical = canonical_request(
        received.method.as_str(),
        request,
        &received.headers,
        authorization.signed_headers,
        &body_hash,
    )
    .ok_or_else(|| incomplete("a signed header is missing"))?;
    let string_to_sign = format!("{ALGORITHM}\n{}", sha256(canonical.as_bytes()));
    compare(&signature(secret, &string_to_sign), authorization.signature, &string_to_sign)?;
    Ok(Signed {
        access_key_id: authorization.access_key_id.into(),
        nonce: received.header("x-acs-signature-nonce").into(),
        security_token: received.header("x-acs-security-token").into(),
    })
}

/// The header Authorization, taken apart.
#[derive(Debug)]
struct Authorization<'a> {
    access_key_id: &'a str,
    /// Lower-case names in order, joined by `;`, as they were signed.
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let mut parts = header.strip_prefix(ALGORITHM)?.strip_prefix(' ')?.split(',').map(str::trim);
        let access_key_id = parts.next()?.strip_prefix("Credential=")?;
        let signed_headers = parts.next()?.strip_prefix("SignedHeaders=")?;
        let signature = parts.next()?.strip_prefix("Signature=")?;
        let lower = !signed_headers.contains(|letter: char| letter.is_ascii_uppercase());
        let whole = parts.next().is_none() && !access_key_id.is_empty();
        (whole && lower && signed_headers.split(';').is_sorted()).then_some(Self {
            access_key_id,
            signed_headers,
            signature,
        })
    }
}

pub(super) fn canonical_request(
    method: &str,
    request: &Request,
    headers: &HeaderMap,
    signed_headers: &str,
    body_hash: &str,
) -> Option<String> {
    let query = canonical_query(request.query_pairs());
    let mut canonical = format!("{method}\n/\n{query}\n");
    for name in signed_headers.split(';') {
        let values = headers.get_all(name).iter().map(|value| std::str::from_utf8(value.as_bytes()).map(str::trim));
        let mut values: Vec<_> = values.collect::<Result<_, _>>().ok()?;
        if values.is_empty() {
            return None;
        }
        values.sort_unstable();
        canonical.extend([name, ":", &values.join(","), "\n"]);
    }
    canonical.extend(["\n", signed_headers, "\n", body_hash]);
    Some(canonical)
}

pub(super) fn signature(secret: &str, string_to_sign: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(string_to_sign.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub(super) const ALGORITHM: &str = "ACS3-HMAC-SHA256";

const NEEDED: &[&str] =
    &["host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"];
