//! The documented worked examples and vectors made with the official Python SDK's signer.

use bytes::Bytes;
use hyper::Method;
use hyper::header::{HeaderName, HeaderValue};

use super::*;

const ID: &str = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE";
const KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";

struct Vector {
    timestamp: i64,
    date: &'static str,
    service: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    signed_headers: &'static str,
    body: &'static str,
    payload_hash: &'static str,
    /// Empty when it was not published.
    canonical_hash: &'static str,
    signature: &'static str,
}

impl Vector {
    fn received(&self) -> Received {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let authorization = format!(
            "TC3-HMAC-SHA256 Credential={ID}/{}/{}/tc3_request, SignedHeaders={}, Signature={}",
            self.date, self.service, self.signed_headers, self.signature
        );
        headers.insert("authorization", authorization.parse().unwrap());
        headers.insert("x-tc-timestamp", self.timestamp.to_string().parse().unwrap());
        Received {
            method: Method::POST,
            path: "/".to_owned(),
            query: String::new(),
            headers,
            body: Some(Bytes::from_static(self.body.as_bytes())),
        }
    }

    fn canonical_hash(&self) -> String {
        let received = self.received();
        let hash = sha256(self.body.as_bytes());
        let request = canonical_request("POST", "", &received.headers, self.signed_headers, Spelling::Lower, &hash);
        sha256(request.unwrap().as_bytes())
    }

    fn verify(&self) -> Result<Signed, Refusal> {
        verify(&self.received(), self.timestamp, keys_of_the_example)
    }
}

fn keys_of_the_example(id: &str) -> Option<&'static str> {
    (id == ID).then_some(KEY)
}

fn example() -> Vector {
    Vector {
        timestamp: 1_551_113_065,
        date: "2019-02-25",
        service: "cvm",
        headers: vec![
            ("content-type", "application/json; charset=utf-8"),
            ("host", "cvm.tencentcloudapi.com"),
            ("x-tc-action", "DescribeInstances"),
        ],
        signed_headers: "content-type;host",
        body: r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#,
        payload_hash: "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064",
        canonical_hash: "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
        signature: "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
    }
}

fn vpc(
    timestamp: i64,
    date: &'static str,
    host: &'static str,
    body: &'static str,
    hashes: [&'static str; 2],
    signature: &'static str,
) -> Vector {
    let [payload_hash, canonical_hash] = hashes;
    Vector {
        timestamp,
        date,
        service: "vpc",
        headers: vec![("content-type", "application/json"), ("host", host), ("x-tc-token", "TOKENEXAMPLE")],
        signed_headers: "content-type;host",
        body,
        payload_hash,
        canonical_hash,
        signature,
    }
}

fn vectors() -> Vec<Vector> {
    const HOST: &str = "vpc.tencentcloudapi.com";
    const FINANCE: &str = "vpc.ap-shanghai-fsi.tencentcloudapi.com";
    const ESCAPED: &str = r#"{"VpnConnectionId": "vpnx-f49l6u0z", "VpnConnectionName": "\u96a7\u9053-\u4e3b"}"#;
    const RAW: &str = r#"{"VpnConnectionId":"vpnx-f49l6u0z","VpnConnectionName":"隧道-主"}"#;
    const ESCAPED_HASH: &str = "777ff12edcd2bd5d43aef380bf1da5bc4c4671232333ccc14719ad2563af7512";
    const RAW_HASH: &str = "f6511ab59a86adc70f000fced74b96279bd201e7df5a909584803943f8a75335";
    vec![
        example(),
        Vector {
            signed_headers: "content-type;host;x-tc-action",
            canonical_hash: "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84",
            signature: "644be983de9a8a3f00db8eadaba61467c3b429e2215758ba897b738ca469fd26",
            ..example()
        },
        vpc(
            1_700_000_000,
            "2023-11-14",
            HOST,
            r#"{"VpnConnectionId": "vpnx-abc123x", "VpnConnectionName": "test-abc", "PreShareKey": "qwer12ty", "EnableHealthCheck": false}"#,
            [
                "7de92dd00c75417c47eb52c1616d538fe6e9350cb417b1ae743dfb23caf09684",
                "7398660dd1a9d4ee5f95fe4a7eb596136948b8c95c6c5b5854cebbf787b1fb14",
            ],
            "d3d2e6025e4d0de2ffd3307b8a019b1082afdb36b0ed89c57643b2124455783a",
        ),
        vpc(
            1_700_000_000,
            "2023-11-14",
            HOST,
            r#"{"VpnConnectionId":"vpnx-abc123x","VpnConnectionName":"test-abc","PreShareKey":"qwer12ty","EnableHealthCheck":false}"#,
            ["13906f5ba2fb8bce98787c19ee5fce099335017d3c66239141f7c272cd57f051", ""],
            "fd7c1fef8f0ce5411952f6bc34b43892332f40575bb545f2a193fc29c3324728",
        ),
        vpc(
            1_700_000_000,
            "2023-11-14",
            FINANCE,
            r#"{"VpnConnectionId": "vpnx-f49l6u0z", "SecurityPolicyDatabases": [{"LocalCidrBlock": "10.0.0.0/24", "RemoteCidrBlock": ["172.123.0.0/16", "192.168.1.0/24"]}]}"#,
            [
                "cf1651e09da4837619064cff0db53ca88c7bcb2b9fe46c31331e298729cdf570",
                "48b60f0f5d0d647999696b2fa79f5ae31b5cefadf89efa67e57eff258c40f13a",
            ],
            "6d284c245d737724054eba1313b7749c5d797eca513e18c4d0303d36fb5ccd29",
        ),
        vpc(
            1_700_000_000,
            "2023-11-14",
            FINANCE,
            r#"{"VpnConnectionId":"vpnx-f49l6u0z","SecurityPolicyDatabases":[{"LocalCidrBlock":"10.0.0.0/24","RemoteCidrBlock":["172.123.0.0/16","192.168.1.0/24"]}]}"#,
            ["2dab5c0de4b24aa52baadb372959afd25c094053d50a8a6480d656dc005bbf99", ""],
            "ebaceed79424b2479f828a7fd306ba7fb77c83e528b50c66bda7256bb7df2c0a",
        ),
        vpc(
            1_709_251_199,
            "2024-02-29",
            HOST,
            ESCAPED,
            [ESCAPED_HASH, "2c2ac7bb5f8b1e89bdd9cd107207666bb84179494436c7a7918556a2aa456d23"],
            "8c2b98dafaa10d067ff20e4731181e4ff2bcb21cd128d37a2cd70fd73ee63fd7",
        ),
        vpc(
            1_709_251_199,
            "2024-02-29",
            HOST,
            RAW,
            [RAW_HASH, ""],
            "4dd4ac35269ffe03c2d4f01d918ec837ad9bc946a42653110643da3cc0193b3c",
        ),
        vpc(
            1_709_251_200,
            "2024-03-01",
            HOST,
            ESCAPED,
            [ESCAPED_HASH, ""],
            "def880359d564d42581fab1b60ac135f770b4f52f3c3db8a9a48176af8c9a0cd",
        ),
        vpc(
            1_709_251_200,
            "2024-03-01",
            HOST,
            RAW,
            [RAW_HASH, ""],
            "a2e99916137b2e210bbf88b847d87e8176c935c1d8493d9bef001c2e80d1866e",
        ),
    ]
}

#[test]
fn every_vector_verifies_and_every_step_matches() {
    for vector in vectors() {
        assert_eq!(sha256(vector.body.as_bytes()), vector.payload_hash, "{}", vector.body);
        if !vector.canonical_hash.is_empty() {
            assert_eq!(vector.canonical_hash(), vector.canonical_hash, "{}", vector.body);
        }
        let signed = vector.verify().unwrap();
        assert_eq!((signed.secret_id.as_str(), signed.service.as_str()), (ID, vector.service), "{}", vector.body);
    }
}

#[test]
fn the_derived_keys_are_those_of_the_worked_example() {
    assert_eq!(
        keys(KEY, "2019-02-25", "cvm").map(hex::encode),
        [
            "d1308c81fe71cfd4e06437bbc067b2b8a3d2d8c0e375d547f15c41d5214b395a",
            "3c7cb7c7795393edc14fd2e0e6434a518564b4504b88e94f5d11bf59ba3e7050",
            "ac658d5dde49e9bfdd14e04e062f66b05d9f637d44b8a8d845327d4a77f666b1",
        ]
    );
}

#[test]
fn the_hashes_of_the_international_example_are_reproduced() {
    let vector =
        Vector { body: r#"{"Limit": 1, "Filters": [{"Values": ["unnamed"], "Name": "instance-name"}]}"#, ..example() };
    let payload_hash = "99d58dfbc6745f6747f36bfca17dee5e6881dc0428a0a36f96199342bc5b4907";
    assert_eq!(sha256(vector.body.as_bytes()), payload_hash);
    assert_eq!(vector.canonical_hash(), "2815843035062fffda5fd6f2a44ea8a34818b0dc46f024b8b3786976a3adda7a");
}

#[test]
fn each_fault_of_a_signature_has_its_code() {
    let code = |change: &dyn Fn(&mut Received), now: i64| {
        let mut received = example().received();
        change(&mut received);
        verify(&received, now, keys_of_the_example).unwrap_err().code
    };
    let now = example().timestamp;
    let authorization = |from: &'static str, to: &'static str| {
        move |received: &mut Received| {
            let header = received.header("authorization").replace(from, to);
            received.headers.insert("authorization", header.parse().unwrap());
        }
    };
    let body = |received: &mut Received| received.body = Some(Bytes::from_static(b"{}"));
    assert_eq!(code(&body, now), "AuthFailure.SignatureFailure");
    assert_eq!(code(&authorization("=72e4", "=72e5"), now), "AuthFailure.SignatureFailure");
    assert_eq!(code(&authorization("2019-02-25", "2019-02-26"), now), "AuthFailure.SignatureFailure");
    assert_eq!(code(&authorization("/cvm/", "/vpc/"), now), "AuthFailure.SignatureFailure");
    assert_eq!(code(&authorization("content-type;host", "content-type"), now), "AuthFailure.SignatureFailure");
    assert_eq!(code(&authorization("type;host", "type;host;x-tc-nothing"), now), "AuthFailure.SignatureFailure");
    assert_eq!(code(&authorization("AKIDz", "AKIDy"), now), "AuthFailure.SecretIdNotFound");
    assert_eq!(code(&authorization("TC3-HMAC-SHA256", "TC3"), now), "AuthFailure.InvalidAuthorization");
    assert_eq!(code(&authorization("/tc3_request", ""), now), "AuthFailure.InvalidAuthorization");
    assert_eq!(code(&|_| {}, now + 301), "AuthFailure.SignatureExpire");
    assert_eq!(code(&|_| {}, now - 301), "AuthFailure.SignatureExpire");
    let no_timestamp = |received: &mut Received| drop(received.headers.remove("x-tc-timestamp"));
    assert_eq!(code(&no_timestamp, now), "MissingParameter");
    assert!(verify(&example().received(), now + 300, keys_of_the_example).is_ok());
}

#[test]
fn values_signed_as_they_are_verify_too() {
    for spelling in [Spelling::Lower, Spelling::AsSent] {
        let mut received = example().received();
        received.headers.insert("content-type", HeaderValue::from_static("Application/JSON"));
        let hash = sha256(received.body.as_deref().unwrap());
        sign(&mut received, spelling, &hash);
        assert!(verify(&received, example().timestamp, keys_of_the_example).is_ok());
    }
}

#[test]
fn an_unsigned_payload_may_be_any() {
    let mut received = example().received();
    received.headers.insert("x-tc-content-sha256", HeaderValue::from_static("UNSIGNED-PAYLOAD"));
    sign(&mut received, Spelling::Lower, &sha256(b"UNSIGNED-PAYLOAD"));
    received.body = Some(Bytes::from_static(b"anything"));
    assert!(verify(&received, example().timestamp, keys_of_the_example).is_ok());
}

/// Replaces the signature of the worked example by one over the headers as they are now.
fn sign(received: &mut Received, spelling: Spelling, payload_hash: &str) {
    let header = received.header("authorization").to_owned();
    let authorization = Authorization::parse(&header).unwrap();
    let request =
        canonical_request("POST", "", &received.headers, authorization.signed_headers, spelling, payload_hash).unwrap();
    let signature = signature(KEY, &authorization, received.header("x-tc-timestamp"), &request);
    let header = header.replace(authorization.signature, &signature);
    received.headers.insert("authorization", header.parse().unwrap());
}
