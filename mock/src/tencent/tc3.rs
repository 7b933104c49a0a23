//! TC3-HMAC-SHA256, verified on the bytes received (API 3.0, "Signature v3").

use hmac::{Hmac, KeyInit, Mac};
use hyper::HeaderMap;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::api::Refusal;
use crate::server::Received;

/// What a valid signature says.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Signed {
    pub(super) secret_id: String,
    pub(super) service: String,
}

/// Verifies a request's signature.
///
/// `now` is in Unix seconds; `secret_key` finds the key of an id.
///
/// # Errors
/// `AuthFailure.*`; `MissingParameter` or `InvalidParameter` for the timestamp.
pub(super) fn verify<'k>(
    received: &Received,
    now: i64,
    secret_key: impl FnOnce(&str) -> Option<&'k str>,
) -> Result<Signed, Refusal> {
    let invalid = |message: &str| Refusal::new("AuthFailure.InvalidAuthorization", message);
    let authorization = Authorization::parse(received.header("authorization"))
        .ok_or_else(|| invalid("the header Authorization is missing or not of the form of TC3-HMAC-SHA256"))?;
    let secret_key = secret_key(authorization.secret_id)
        .ok_or_else(|| Refusal::new("AuthFailure.SecretIdNotFound", "the SecretId does not exist"))?;

    let timestamp = received.header("x-tc-timestamp");
    if timestamp.is_empty() {
        return Err(Refusal::new("MissingParameter", "the header X-TC-Timestamp is missing"));
    }
    let seconds: i64 =
        timestamp.parse().map_err(|_| Refusal::new("InvalidParameter", "X-TC-Timestamp is no number"))?;
    if now.abs_diff(seconds) > MAX_SKEW_SECONDS {
        let message =
            format!("the timestamp is {} s off, at most {MAX_SKEW_SECONDS} are allowed", now.abs_diff(seconds));
        return Err(Refusal::new("AuthFailure.SignatureExpire", message));
    }

    let failure = |message: &str| Refusal::new("AuthFailure.SignatureFailure", message);
    if date(seconds).as_deref() != Some(authorization.date) {
        return Err(failure("the date in the credential scope is not the day of X-TC-Timestamp"));
    }
    for needed in ["content-type", "host"] {
        if !authorization.signed_headers.split(';').any(|name| name == needed) {
            return Err(failure(&format!("the header {needed} is not signed")));
        }
    }
    let payload_hash = if received.header("x-tc-content-sha256") == UNSIGNED_PAYLOAD {
        sha256(UNSIGNED_PAYLOAD.as_bytes())
    } else {
        sha256(received.body.as_deref().unwrap_or_default())
    };
    // The document wants values in lower case; the official SDKs sign them as they are. Both are accepted.
    for spelling in [Spelling::Lower, Spelling::AsSent] {
        let request = canonical_request(
            received.method.as_str(),
            &received.query,
            &received.headers,
            authorization.signed_headers,
            spelling,
            &payload_hash,
        )
        .ok_or_else(|| failure("a signed header is missing"))?;
        let expected = signature(secret_key, &authorization, timestamp, &request);
        if expected.as_bytes().ct_eq(authorization.signature.as_bytes()).into() {
            let [secret_id, service] = [authorization.secret_id, authorization.service].map(str::to_owned);
            return Ok(Signed { secret_id, service });
        }
    }
    Err(failure("the signature does not match the request"))
}

/// The header Authorization, taken apart.
#[derive(Debug)]
struct Authorization<'a> {
    secret_id: &'a str,
    date: &'a str,
    service: &'a str,
    /// Lower-case names joined by `;`, as they were signed.
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let mut parts = header.strip_prefix("TC3-HMAC-SHA256 ")?.split(',').map(str::trim);
        let credential = parts.next()?.strip_prefix("Credential=")?;
        let signed_headers = parts.next()?.strip_prefix("SignedHeaders=")?;
        let signature = parts.next()?.strip_prefix("Signature=")?;
        if parts.next().is_some() {
            return None;
        }
        let mut scope = credential.split('/');
        let (secret_id, date, service, end) = (scope.next()?, scope.next()?, scope.next()?, scope.next()?);
        let whole = scope.next().is_none() && end == SCOPE_END;
        let lower = !signed_headers.contains(|letter: char| letter.is_ascii_uppercase());
        let sorted = signed_headers.split(';').is_sorted();
        (whole && lower && sorted).then_some(Self { secret_id, date, service, signed_headers, signature })
    }
}

#[derive(Clone, Copy)]
enum Spelling {
    Lower,
    AsSent,
}

fn canonical_request(
    method: &str,
    query: &str,
    headers: &HeaderMap,
    signed_headers: &str,
    spelling: Spelling,
    payload_hash: &str,
) -> Option<String> {
    let query = if method == "GET" { query } else { "" };
    let mut request = format!("{method}\n/\n{query}\n");
    for name in signed_headers.split(';') {
        let value = headers.get(name)?.to_str().ok()?.trim();
        request.push_str(name);
        request.push(':');
        match spelling {
            Spelling::Lower => request.push_str(&value.to_lowercase()),
            Spelling::AsSent => request.push_str(value),
        }
        request.push('\n');
    }
    request.push('\n');
    request.push_str(signed_headers);
    request.push('\n');
    request.push_str(payload_hash);
    Some(request)
}

fn signature(secret_key: &str, authorization: &Authorization<'_>, timestamp: &str, canonical_request: &str) -> String {
    let Authorization { date, service, .. } = authorization;
    let hash = sha256(canonical_request.as_bytes());
    let string_to_sign = format!("TC3-HMAC-SHA256\n{timestamp}\n{date}/{service}/{SCOPE_END}\n{hash}");
    let [.., key] = keys(secret_key, date, service);
    hex::encode(hmac(&key, string_to_sign.as_bytes()))
}

/// The derived keys, by date, service and for signing.
fn keys(secret_key: &str, date: &str, service: &str) -> [[u8; 32]; 3] {
    let by_date = hmac(format!("TC3{secret_key}").as_bytes(), date.as_bytes());
    let by_service = hmac(&by_date, service.as_bytes());
    [by_date, by_service, hmac(&by_service, SCOPE_END.as_bytes())]
}

/// The UTC day of a timestamp.
fn date(seconds: i64) -> Option<String> {
    let timestamp = jiff::Timestamp::from_second(seconds).ok()?;
    Some(timestamp.strftime("%Y-%m-%d").to_string())
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

const SCOPE_END: &str = "tc3_request";
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// Five minutes either way (API 3.0, "Common error codes").
const MAX_SKEW_SECONDS: u64 = 300;

#[cfg(test)]
mod tests;
