//! A client with a signer of its own, for requests to a mock.

#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod alibaba;

use std::sync::LazyLock;

use cloudvpn_mock::{Mock, Options, TENCENT_REGION, TENCENT_SECRET_ID, TENCENT_SECRET_KEY};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(crate) mod legacy;
pub(crate) mod tls;

/// A mock whose changes settle at once.
pub(crate) fn instant() -> Mock {
    Mock::start(Options { settle: std::time::Duration::ZERO, ..Options::default() }).unwrap()
}

/// A mock whose changes stay pending for longer than any test runs.
pub(crate) fn never_settling() -> Mock {
    Mock::start(Options { settle: std::time::Duration::from_secs(3600), ..Options::default() }).unwrap()
}

/// One client for all tests: making one is slow. It keeps no connections, because each test has a runtime of its own.
pub(crate) fn client() -> &'static Client {
    static CLIENT: LazyLock<Client> = LazyLock::new(|| Client::builder().pool_max_idle_per_host(0).build().unwrap());
    &CLIENT
}

/// Calls an action and gives what is inside `Response`.
pub(crate) async fn call(mock: &Mock, action: &str, params: Value) -> Value {
    let response = request(mock, action, params).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    let mut body: Value = response.json().await.unwrap();
    assert!(body["Response"]["RequestId"].as_str().is_some_and(|id| id.len() == 36), "{body}");
    body["Response"].take()
}

/// Calls an action that must succeed.
pub(crate) async fn ok(mock: &Mock, action: &str, params: Value) -> Value {
    let response = call(mock, action, params).await;
    assert!(response.get("Error").is_none(), "{action}: {response}");
    response
}

/// Calls an action that must fail, and gives the code.
pub(crate) async fn code(mock: &Mock, action: &str, params: Value) -> String {
    let response = call(mock, action, params).await;
    response["Error"]["Code"].as_str().unwrap_or_else(|| panic!("{action} succeeded: {response}")).to_owned()
}

/// A signed request to the service that has the action.
pub(crate) fn request(mock: &Mock, action: &str, params: Value) -> RequestBuilder {
    signed(mock, action, TENCENT_REGION, params)
}

pub(crate) fn signed(mock: &Mock, action: &str, region: &str, params: Value) -> RequestBuilder {
    signed_by(mock, (TENCENT_SECRET_ID, TENCENT_SECRET_KEY), action, region, params)
}

/// A request signed by a key of one's own: its id and its secret.
pub(crate) fn signed_by(mock: &Mock, key: (&str, &str), action: &str, region: &str, params: Value) -> RequestBuilder {
    let (service, version) = match action {
        "GetCallerIdentity" | "AssumeRole" => ("sts", "2018-08-13"),
        action if action.contains("Tag") => ("tag", "2018-08-13"),
        _ => ("vpc", "2017-03-12"),
    };
    let body = params.to_string();
    let host = mock.url().strip_prefix("http://").unwrap().to_owned();
    let now = jiff::Timestamp::now();
    let canonical =
        format!("POST\n/\n\ncontent-type:application/json\nhost:{host}\n\ncontent-type;host\n{}", sha256(&body));
    let authorization = authorization_by(key, service, now, "content-type;host", &canonical);
    client()
        .post(mock.url())
        .header("content-type", "application/json")
        .header("x-tc-action", action)
        .header("x-tc-version", version)
        .header("x-tc-region", region)
        .header("x-tc-timestamp", now.as_second().to_string())
        .header("authorization", authorization)
        .body(body)
}

pub(crate) fn authorization(service: &str, now: jiff::Timestamp, signed_headers: &str, canonical: &str) -> String {
    authorization_by((TENCENT_SECRET_ID, TENCENT_SECRET_KEY), service, now, signed_headers, canonical)
}

fn authorization_by(
    (id, secret): (&str, &str),
    service: &str,
    now: jiff::Timestamp,
    signed_headers: &str,
    canonical: &str,
) -> String {
    let date = now.strftime("%Y-%m-%d").to_string();
    let scope = format!("{date}/{service}/tc3_request");
    let to_sign = format!("TC3-HMAC-SHA256\n{}\n{scope}\n{}", now.as_second(), sha256(canonical));
    let key = hmac(format!("TC3{secret}").as_bytes(), &date);
    let key = hmac(&hmac(&key, service), "tc3_request");
    let signature = hex::encode(hmac(&key, &to_sign));
    format!("TC3-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={signed_headers}, Signature={signature}")
}

/// The parameters of a tunnel with policies, between the first gateways of the small world.
pub(crate) fn tunnel() -> Value {
    json!({
        "VpnGatewayId": "vpngw-mock0001",
        "CustomerGatewayId": "cgw-mock0001",
        "VpcId": "vpc-mock0001",
        "VpnConnectionName": "office",
        "PreShareKey": "hush-hush",
        "SecurityPolicyDatabases": [
            {"LocalCidrBlock": "10.0.1.0/24", "RemoteCidrBlock": ["192.168.1.0/24", "192.168.2.0/24"]},
            {"LocalCidrBlock": "10.0.2.0/24", "RemoteCidrBlock": ["192.168.3.0/24"]},
        ],
    })
}

/// `value` with members changed; `null` removes.
pub(crate) fn with(mut value: Value, changes: Value) -> Value {
    for (name, change) in changes.as_object().unwrap() {
        if change.is_null() {
            value.as_object_mut().unwrap().remove(name);
        } else {
            value[name] = change.clone();
        }
    }
    value
}

/// Creates the tunnel and gives its id.
pub(crate) async fn created(mock: &Mock, params: Value) -> String {
    let response = ok(mock, "CreateVpnConnection", params).await;
    response["VpnConnection"]["VpnConnectionId"].as_str().unwrap().to_owned()
}

/// The tunnel with this id, as DescribeVpnConnections shows it.
pub(crate) async fn described(mock: &Mock, id: &str) -> Value {
    let mut response = ok(mock, "DescribeVpnConnections", json!({"VpnConnectionIds": [id]})).await;
    assert_eq!(response["TotalCount"], 1, "{response}");
    response["VpnConnectionSet"][0].take()
}

pub(crate) fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
