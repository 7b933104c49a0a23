//! HMAC-SHA1 over all parameters of query and form.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::{Signed, canonical_query, compare, encode, incomplete, secret_of, timestamp};
use crate::alibaba::request::Request;
use crate::api::Refusal;
use crate::server::Received;

pub(super) fn verify<'a, 'k>(
    received: &Received,
    request: &'a Request,
    now: i64,
    secret: impl FnOnce(&str) -> Option<&'k str>,
) -> Result<Signed<'a>, Refusal> {
    let needed = |name: &str| match request.value(name) {
        "" => Err(incomplete(format!("{name} is missing"))),
        value => Ok(value),
    };
    let access_key_id = needed("AccessKeyId")?;
    let given = needed("Signature")?;
    let nonce = needed("SignatureNonce")?;
    let time = needed("Timestamp")?;
    for (name, expected) in [("SignatureMethod", "HMAC-SHA1"), ("SignatureVersion", "1.0")] {
        if needed(name)? != expected {
            return Err(incomplete(format!("{name} must be {expected}")));
        }
    }
    if !request.value("SignatureType").is_empty() {
        return Err(incomplete("only keys sign here: SignatureType must be empty"));
    }
    let secret = secret_of(access_key_id, secret)?;
    timestamp(time, now)?;
    let string_to_sign = string_to_sign(received.method.as_str(), request);
    compare(&signature(secret, &string_to_sign), given, &string_to_sign)?;
    let security_token = request.value("SecurityToken").into();
    Ok(Signed { access_key_id: access_key_id.into(), nonce: nonce.into(), security_token })
}

pub(super) fn string_to_sign(method: &str, request: &Request) -> String {
    let mut text = format!("{method}&%2F&");
    encode(&canonical_query(request.pairs().filter(|(name, _)| *name != "Signature")), &mut text);
    text
}

pub(super) fn signature(secret: &str, string_to_sign: &str) -> String {
    let key = format!("{secret}&");
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(string_to_sign.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
