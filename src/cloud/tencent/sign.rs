//! TC3-HMAC-SHA256, as product 215's page "Signature v3" of the API reference describes it.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use crate::cloud::credentials::Credentials;

/// What is signed. Header values must be lower-case already: the documentation lower-cases them in
/// the canonical request, the official SDKs do not, and only for lower-case values do both agree.
pub(crate) struct ToSign<'a> {
    /// The signing service: the first label of the service's host, `vpc` or `tag`, for regional
    /// hosts too.
    pub(crate) service: &'a str,
    /// As sent, with the port when it is not the default one.
    pub(crate) host: &'a str,
    pub(crate) content_type: &'a str,
    /// Further headers to sign, with lower-case names.
    pub(crate) extra: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
    /// Unix seconds, the same as in `X-TC-Timestamp`.
    pub(crate) timestamp: i64,
}

/// The value of the `Authorization` header.
pub(crate) fn authorization(credentials: &Credentials, to_sign: &ToSign<'_>) -> String {
    let date = utc_date(to_sign.timestamp);
    let scope = format!("{date}/{}/tc3_request", to_sign.service);
    let (canonical, signed_headers) = canonical_request(to_sign);
    let string_to_sign =
        format!("{ALGORITHM}\n{}\n{scope}\n{}", to_sign.timestamp, hex::encode(Sha256::digest(canonical)),);
    let [.., key] = signing_keys(credentials, &date, to_sign.service);
    let signature = hex::encode(hmac_sha256(&key, string_to_sign.as_bytes()));
    format!(
        "{ALGORITHM} Credential={}/{scope}, SignedHeaders={signed_headers}, Signature={signature}",
        credentials.id(),
    )
}

/// The canonical request of a `POST /` and the list of headers it covers.
fn canonical_request(to_sign: &ToSign<'_>) -> (String, String) {
    let mut headers = vec![("content-type", to_sign.content_type), ("host", to_sign.host)];
    headers.extend_from_slice(to_sign.extra);
    headers.sort_unstable();
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let payload = hex::encode(Sha256::digest(to_sign.body));
    (format!("POST\n/\n\n{lines}\n{names}\n{payload}"), names)
}

/// The derived keys, for date, service and request; the last one signs.
fn signing_keys(credentials: &Credentials, date: &str, service: &str) -> [[u8; 32]; 3] {
    let secret = format!("TC3{}", credentials.secret().expose_secret());
    let date = hmac_sha256(secret.as_bytes(), date.as_bytes());
    let service = hmac_sha256(&date, service.as_bytes());
    let request = hmac_sha256(&service, b"tc3_request");
    [date, service, request]
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// `YYYY-MM-DD` in UTC. A clock outside of jiff's range (year 9999) gets a signature that the
/// service refuses as expired.
fn utc_date(timestamp: i64) -> String {
    let timestamp = Timestamp::from_second(timestamp).unwrap_or(Timestamp::UNIX_EPOCH);
    TimeZone::UTC.to_datetime(timestamp).date().to_string()
}

const ALGORITHM: &str = "TC3-HMAC-SHA256";

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> Credentials {
        Credentials::new("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")
    }

    fn sha256(data: impl AsRef<[u8]>) -> String {
        hex::encode(Sha256::digest(data))
    }

    fn signature(to_sign: &ToSign<'_>) -> String {
        let authorization = authorization(&credentials(), to_sign);
        authorization.rsplit_once("Signature=").unwrap().1.to_owned()
    }

    /// The worked example of the signature page.
    fn worked_example(body: &str) -> ToSign<'_> {
        ToSign {
            service: "cvm",
            host: "cvm.tencentcloudapi.com",
            content_type: "application/json; charset=utf-8",
            extra: &[],
            body: body.as_bytes(),
            timestamp: 1_551_113_065,
        }
    }

    const WORKED_BODY: &str =
        r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;

    #[test]
    fn the_documented_example_agrees_step_by_step() {
        let to_sign = worked_example(WORKED_BODY);

        assert_eq!(sha256(to_sign.body), "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064");
        assert_eq!(
            sha256(canonical_request(&to_sign).0),
            "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031"
        );
        let keys = signing_keys(&credentials(), "2019-02-25", "cvm").map(hex::encode);
        assert_eq!(
            keys,
            [
                "d1308c81fe71cfd4e06437bbc067b2b8a3d2d8c0e375d547f15c41d5214b395a",
                "3c7cb7c7795393edc14fd2e0e6434a518564b4504b88e94f5d11bf59ba3e7050",
                "ac658d5dde49e9bfdd14e04e062f66b05d9f637d44b8a8d845327d4a77f666b1",
            ]
        );
        assert_eq!(
            authorization(&credentials(), &to_sign),
            "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, \
             SignedHeaders=content-type;host, \
             Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
        );
    }

    #[test]
    fn the_documented_example_with_a_signed_action_agrees() {
        let to_sign = ToSign { extra: &[("x-tc-action", "describeinstances")], ..worked_example(WORKED_BODY) };

        let (canonical, names) = canonical_request(&to_sign);
        assert_eq!(names, "content-type;host;x-tc-action");
        assert_eq!(sha256(canonical), "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84");
        assert_eq!(signature(&to_sign), "644be983de9a8a3f00db8eadaba61467c3b429e2215758ba897b738ca469fd26");
    }

    #[test]
    fn the_international_example_agrees_up_to_its_masked_key() {
        let to_sign = worked_example(r#"{"Limit": 1, "Filters": [{"Values": ["unnamed"], "Name": "instance-name"}]}"#);

        assert_eq!(sha256(to_sign.body), "99d58dfbc6745f6747f36bfca17dee5e6881dc0428a0a36f96199342bc5b4907");
        assert_eq!(
            sha256(canonical_request(&to_sign).0),
            "2815843035062fffda5fd6f2a44ea8a34818b0dc46f024b8b3786976a3adda7a"
        );
    }

    struct Vector {
        body: &'static str,
        host: &'static str,
        timestamp: i64,
        payload: Option<&'static str>,
        canonical: Option<&'static str>,
        signature: &'static str,
    }

    /// What the signer of the official Python SDK (common 3.1.195) gives for
    /// ModifyVpnConnectionAttribute: bodies as that SDK writes them, and as we do.
    const SDK_VECTORS: &[Vector] = &[
        Vector {
            body: r#"{"VpnConnectionId": "vpnx-abc123x", "VpnConnectionName": "test-abc", "PreShareKey": "qwer12ty", "EnableHealthCheck": false}"#,
            host: "vpc.tencentcloudapi.com",
            timestamp: 1_700_000_000,
            payload: Some("7de92dd00c75417c47eb52c1616d538fe6e9350cb417b1ae743dfb23caf09684"),
            canonical: Some("7398660dd1a9d4ee5f95fe4a7eb596136948b8c95c6c5b5854cebbf787b1fb14"),
            signature: "d3d2e6025e4d0de2ffd3307b8a019b1082afdb36b0ed89c57643b2124455783a",
        },
        Vector {
            body: r#"{"VpnConnectionId":"vpnx-abc123x","VpnConnectionName":"test-abc","PreShareKey":"qwer12ty","EnableHealthCheck":false}"#,
            host: "vpc.tencentcloudapi.com",
            timestamp: 1_700_000_000,
            payload: Some("13906f5ba2fb8bce98787c19ee5fce099335017d3c66239141f7c272cd57f051"),
            canonical: None,
            signature: "fd7c1fef8f0ce5411952f6bc34b43892332f40575bb545f2a193fc29c3324728",
        },
        Vector {
            body: r#"{"VpnConnectionId": "vpnx-f49l6u0z", "SecurityPolicyDatabases": [{"LocalCidrBlock": "10.0.0.0/24", "RemoteCidrBlock": ["172.123.0.0/16", "192.168.1.0/24"]}]}"#,
            host: "vpc.ap-shanghai-fsi.tencentcloudapi.com",
            timestamp: 1_700_000_000,
            payload: Some("cf1651e09da4837619064cff0db53ca88c7bcb2b9fe46c31331e298729cdf570"),
            canonical: Some("48b60f0f5d0d647999696b2fa79f5ae31b5cefadf89efa67e57eff258c40f13a"),
            signature: "6d284c245d737724054eba1313b7749c5d797eca513e18c4d0303d36fb5ccd29",
        },
        Vector {
            body: r#"{"VpnConnectionId":"vpnx-f49l6u0z","SecurityPolicyDatabases":[{"LocalCidrBlock":"10.0.0.0/24","RemoteCidrBlock":["172.123.0.0/16","192.168.1.0/24"]}]}"#,
            host: "vpc.ap-shanghai-fsi.tencentcloudapi.com",
            timestamp: 1_700_000_000,
            payload: Some("2dab5c0de4b24aa52baadb372959afd25c094053d50a8a6480d656dc005bbf99"),
            canonical: None,
            signature: "ebaceed79424b2479f828a7fd306ba7fb77c83e528b50c66bda7256bb7df2c0a",
        },
        // The last second of a leap day, and the first one of the next day.
        Vector {
            body: SDK_UNICODE,
            host: "vpc.tencentcloudapi.com",
            timestamp: 1_709_251_199,
            payload: Some("777ff12edcd2bd5d43aef380bf1da5bc4c4671232333ccc14719ad2563af7512"),
            canonical: Some("2c2ac7bb5f8b1e89bdd9cd107207666bb84179494436c7a7918556a2aa456d23"),
            signature: "8c2b98dafaa10d067ff20e4731181e4ff2bcb21cd128d37a2cd70fd73ee63fd7",
        },
        Vector {
            body: COMPACT_UNICODE,
            host: "vpc.tencentcloudapi.com",
            timestamp: 1_709_251_199,
            payload: Some("f6511ab59a86adc70f000fced74b96279bd201e7df5a909584803943f8a75335"),
            canonical: None,
            signature: "4dd4ac35269ffe03c2d4f01d918ec837ad9bc946a42653110643da3cc0193b3c",
        },
        Vector {
            body: SDK_UNICODE,
            host: "vpc.tencentcloudapi.com",
            timestamp: 1_709_251_200,
            payload: None,
            canonical: None,
            signature: "def880359d564d42581fab1b60ac135f770b4f52f3c3db8a9a48176af8c9a0cd",
        },
        Vector {
            body: COMPACT_UNICODE,
            host: "vpc.tencentcloudapi.com",
            timestamp: 1_709_251_200,
            payload: None,
            canonical: None,
            signature: "a2e99916137b2e210bbf88b847d87e8176c935c1d8493d9bef001c2e80d1866e",
        },
    ];

    const SDK_UNICODE: &str = r#"{"VpnConnectionId": "vpnx-f49l6u0z", "VpnConnectionName": "\u96a7\u9053-\u4e3b"}"#;
    const COMPACT_UNICODE: &str = r#"{"VpnConnectionId":"vpnx-f49l6u0z","VpnConnectionName":"隧道-主"}"#;

    #[test]
    fn the_vectors_of_the_official_sdk_agree() {
        for vector in SDK_VECTORS {
            let to_sign = ToSign {
                service: "vpc",
                host: vector.host,
                content_type: "application/json",
                extra: &[],
                body: vector.body.as_bytes(),
                timestamp: vector.timestamp,
            };

            if let Some(payload) = vector.payload {
                assert_eq!(sha256(to_sign.body), payload, "{}", vector.body);
            }
            if let Some(canonical) = vector.canonical {
                assert_eq!(sha256(canonical_request(&to_sign).0), canonical, "{}", vector.body);
            }
            assert_eq!(signature(&to_sign), vector.signature, "{}", vector.body);
        }
    }

    #[test]
    fn an_impossible_clock_does_not_panic() {
        assert_eq!(utc_date(i64::MAX), "1970-01-01");
    }

    /// Requests to STS as the signer of the official Python SDK signs them: bodies as it writes them, and as we do.
    #[test]
    fn requests_to_sts_are_signed_as_the_sdk_signs_them() {
        let key = Credentials::new("AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA", "Gu5t9xGARNpq86cd98joQYCN3Cozk1qA");
        let assume = r#"{"RoleArn": "qcs::cam::uin/12345678:roleName/testRoleName", "RoleSessionName": "sess", "DurationSeconds": 3600}"#;
        let with_policy = r#"{"RoleArn": "qcs::cam::uin/12345678:roleName/testRoleName", "RoleSessionName": "sess", "DurationSeconds": 7200, "Policy": "%7B%22version%22%3A%222.0%22%7D", "ExternalId": "ext-1"}"#;
        let compact = |body: &str| body.replace(": ", ":").replace(", ", ",");
        for (body, signature) in [
            ("{}".to_owned(), "f4ad6b2b185d1224be0069589580cc86500606d9fc45b08d9b0fd76a77cdaead"),
            (assume.to_owned(), "2ab0fbe1a48a9b27e0763f38ce56c1bc61058457c2755ff808a33b25a46f9f98"),
            (compact(assume), "6b89a67e2fa6dfdd6fc00b83e9a3b61ca25cab0959c8888756a865654cfb04cd"),
            (with_policy.to_owned(), "5292445ac1b43fd096979f3bbe02a67cbe7354a09c346556a13f9d9785ecd353"),
            (compact(with_policy), "6168a53f7d8fcba565fe4ead0c01c75bbd3c301ee8131e921f316eaf715a943d"),
        ] {
            let to_sign = ToSign {
                service: "sts",
                host: "sts.tencentcloudapi.com",
                content_type: "application/json",
                extra: &[],
                body: body.as_bytes(),
                timestamp: 1_768_465_800,
            };
            let authorization = authorization(&key, &to_sign);
            assert!(authorization.ends_with(&format!("Signature={signature}")), "{body}: {authorization}");
        }
    }
}
