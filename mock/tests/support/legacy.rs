//! A signer of API 2.0 of its own.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cloudvpn_mock::{Mock, TENCENT_SECRET_ID, TENCENT_SECRET_KEY};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::RequestBuilder;
use serde_json::Value;

use super::client;

/// How a request is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How<'a> {
    pub(crate) method: &'a str,
    pub(crate) algorithm: &'a str,
    pub(crate) secret_id: &'a str,
    pub(crate) secret_key: &'a str,
    pub(crate) region: &'a str,
    pub(crate) skip_at_signs: bool,
}

pub(crate) const POST: How<'static> = How {
    method: "POST",
    algorithm: "HmacSHA256",
    secret_id: TENCENT_SECRET_ID,
    secret_key: TENCENT_SECRET_KEY,
    region: "gz",
    skip_at_signs: false,
};

/// Calls an action that must succeed.
pub(crate) async fn done(mock: &Mock, action: &str, params: &[(&str, &str)]) -> Value {
    let body = send(request(mock, POST, action, params)).await;
    assert_eq!(body["message"], "", "{action}: {body}");
    body
}

/// Calls an action that must fail, and gives the number and the name.
pub(crate) async fn refused(mock: &Mock, action: &str, params: &[(&str, &str)]) -> (u64, String) {
    error(request(mock, POST, action, params)).await
}

pub(crate) async fn error(request: RequestBuilder) -> (u64, String) {
    let body = send(request).await;
    let code = body["code"].as_u64().filter(|code| *code > 0).unwrap_or_else(|| panic!("success: {body}"));
    (code, body["codeDesc"].as_str().unwrap_or_default().to_owned())
}

/// The body, which has no request id.
pub(crate) async fn send(request: RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let body: Value = response.json().await.unwrap();
    assert!(body.as_object().unwrap().keys().all(|name| !name.to_lowercase().contains("request")), "{body}");
    body
}

pub(crate) fn request(mock: &Mock, how: How<'_>, action: &str, params: &[(&str, &str)]) -> RequestBuilder {
    let now = jiff::Timestamp::now().as_second().to_string();
    request_with(mock, how, action, params, &[("Timestamp", &now), ("Nonce", &nonce().to_string())])
}

pub(crate) fn nonce() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

pub(crate) fn request_with(
    mock: &Mock,
    how: How<'_>,
    action: &str,
    params: &[(&str, &str)],
    common: &[(&str, &str)],
) -> RequestBuilder {
    let who = [("Action", action), ("Region", how.region), ("SecretId", how.secret_id)];
    let mut params = [params, common, &who].concat();
    if !how.algorithm.is_empty() {
        params.push(("SignatureMethod", how.algorithm));
    }
    params.sort();
    let signed = params.iter().filter(|(_, value)| !(how.skip_at_signs && value.starts_with('@')));
    let joined: Vec<_> = signed.map(|(name, value)| format!("{name}={value}")).collect();
    let host = mock.url().strip_prefix("http://").unwrap().to_owned();
    let source = format!("{}{host}/v2/index.php?{}", how.method, joined.join("&"));
    let key = how.secret_key.as_bytes();
    let signature = if how.algorithm == "HmacSHA256" {
        let mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
        STANDARD.encode(mac.chain_update(source).finalize().into_bytes())
    } else {
        let mac = Hmac::<sha1::Sha1>::new_from_slice(key).unwrap();
        STANDARD.encode(mac.chain_update(source).finalize().into_bytes())
    };
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(&params).append_pair("Signature", &signature);
    let (url, form) = (format!("{}/v2/index.php", mock.url()), form.finish());
    if how.method == "GET" {
        return client().get(format!("{url}?{form}"));
    }
    client().post(url).header("content-type", "application/x-www-form-urlencoded").body(form)
}

/// The parameters of a tunnel between the first gateways of the small world.
pub(crate) const TUNNEL: &[(&str, &str)] = &[
    ("vpcId", "vpc-mock0001"),
    ("vpnGwId", "vpngw-mock0001"),
    ("userGwId", "cgw-mock0001"),
    ("vpnConnName", "office"),
    ("preSharedKey", "hush-hush"),
    ("userGwCidrBlock.0", "192.168.1.0/24"),
    ("userGwCidrBlock.1", "192.168.2.0/24"),
];

/// `params` with some replaced; an empty value removes.
pub(crate) fn having<'a>(params: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = params.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes.iter().filter(|(_, value)| !value.is_empty())).copied().collect()
}

/// Creates a tunnel on a mock whose changes settle at once, and gives its id.
pub(crate) async fn added(mock: &Mock, params: &[(&str, &str)]) -> String {
    done(mock, "AddVpnConnEx", params).await;
    let body = done(mock, "DescribeVpnConn", &[("limit", "1")]).await;
    body["data"][0]["unVpnConnId"].as_str().unwrap().to_owned()
}

/// The tunnel with this id.
pub(crate) async fn shown(mock: &Mock, id: &str) -> Value {
    let mut body = done(mock, "DescribeVpnConn", &[("vpnConnId", id)]).await;
    assert_eq!(body["totalCount"], 1, "{body}");
    body["data"][0].take()
}

/// The parameters that name a tunnel.
pub(crate) fn named(id: &str) -> Vec<(&str, &str)> {
    vec![("vpcId", "vpc-mock0001"), ("vpnGwId", "vpngw-mock0001"), ("vpnConnId", id)]
}
