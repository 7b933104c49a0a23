//! The two signatures of RPC requests, verified on the bytes received: ACS3-HMAC-SHA256 (help page "V3 request structure and
//! signature") and HMAC-SHA1 (help page "V2 request structure and signature").

use std::borrow::Cow;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use subtle::ConstantTimeEq;

use super::errors;
use super::request::Request;
use crate::api::Refusal;
use crate::server::Received;

mod v1;
mod v3;

/// What a valid signature says.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Signed<'a> {
    pub(super) access_key_id: Cow<'a, str>,
    /// Must not come twice.
    pub(super) nonce: Cow<'a, str>,
    pub(super) security_token: Cow<'a, str>,
}

/// Verifies a request's signature: v3 when it has the header Authorization, v1 otherwise.
///
/// `now` is in Unix seconds; `secret` finds the secret of a key id.
///
/// # Errors
/// IncompleteSignature, InvalidAccessKeyId.NotFound, InvalidTimeStamp.Format, InvalidTimeStamp.Expired, SignatureDoesNotMatch.
pub(super) fn verify<'a, 'k>(
    received: &'a Received,
    request: &'a Request,
    now: i64,
    secret: impl FnOnce(&str) -> Option<&'k str>,
) -> Result<Signed<'a>, Refusal> {
    if is_v3(received) {
        v3::verify(received, request, now, secret)
    } else {
        v1::verify(received, request, now, secret)
    }
}

/// Whether a request is to be verified by signature v3.
pub(super) fn is_v3(received: &Received) -> bool {
    received.headers.contains_key("authorization")
}

fn incomplete(message: impl AsRef<str>) -> Refusal {
    errors::refusal("IncompleteSignature", message)
}

fn secret_of<'k>(id: &str, secret: impl FnOnce(&str) -> Option<&'k str>) -> Result<&'k str, Refusal> {
    secret(id).ok_or_else(|| errors::documented("InvalidAccessKeyId.NotFound"))
}

/// Checks a time in the form `2026-01-15T08:30:00Z` against the clock.
fn timestamp(text: &str, now: i64) -> Result<(), Refusal> {
    let shape = text.len() == "2026-01-15T08:30:00Z".len() && text.as_bytes()[10] == b'T';
    let time = text.strip_suffix('Z').filter(|_| shape).and_then(|text| text.parse::<DateTime>().ok());
    let time = time.and_then(|time| time.to_zoned(TimeZone::UTC).ok());
    let time = time.ok_or_else(|| errors::documented("InvalidTimeStamp.Format"))?;
    if now.abs_diff(time.timestamp().as_second()) > MAX_SKEW_SECONDS {
        return Err(errors::documented("InvalidTimeStamp.Expired"));
    }
    Ok(())
}

/// Compares signatures; the refusal tells what the server signed, as the cloud does.
fn compare(expected: &str, given: &str, string_to_sign: &str) -> Result<(), Refusal> {
    if expected.as_bytes().ct_eq(given.as_bytes()).into() {
        return Ok(());
    }
    let message =
        format!("Specified signature is not matched with our calculation. server string to sign is:{string_to_sign}");
    Err(errors::refusal("SignatureDoesNotMatch", message))
}

/// `name=value` pairs, encoded, in the order of their names, joined by `&`.
fn canonical_query<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_unstable();
    let mut query = String::new();
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        encode(name, &mut query);
        query.push('=');
        encode(value, &mut query);
    }
    query
}

/// Percent-encodes all but the unreserved characters of RFC 3986, section 2.3.
fn encode(text: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(char::from(HEX[usize::from(byte >> 4)]));
            into.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

/// Fifteen minutes either way ("V2 request structure and signature", Timestamp).
pub(super) const MAX_SKEW_SECONDS: u64 = 15 * 60;

#[cfg(test)]
mod tests;
