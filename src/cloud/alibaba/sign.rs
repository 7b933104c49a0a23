//! ACS3-HMAC-SHA256, as the help page "V3 request structure & signature" describes it.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use crate::cloud::credentials::Credentials;

/// What is signed, for a `POST /`.
pub(super) struct ToSign<'a> {
    /// Sorted by name and percent-encoded.
    pub(super) query: &'a str,
    /// With lower-case names: `host`, `content-type` if there is a body, and all `x-acs-*`.
    pub(super) headers: &'a [(&'a str, &'a str)],
    pub(super) body: &'a [u8],
}

/// The value of the `Authorization` header.
pub(super) fn authorization(credentials: &Credentials, to_sign: &ToSign<'_>) -> String {
    let (canonical, signed_headers) = canonical_request(to_sign);
    let string_to_sign = format!("{ALGORITHM}\n{}", sha256(canonical.as_bytes()));
    // The plain secret is the key: nothing is derived from date, region or service.
    let secret = credentials.secret().expose_secret().as_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(string_to_sign.as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    format!("{ALGORITHM} Credential={},SignedHeaders={signed_headers},Signature={signature}", credentials.id())
}

/// The SHA-256 of `data`, as `x-acs-content-sha256` carries that of the body.
pub(super) fn sha256(data: &[u8]) -> String {
    hex::encode(Sha256::digest(data))
}

/// The canonical request and the list of headers it covers.
fn canonical_request(to_sign: &ToSign<'_>) -> (String, String) {
    let mut headers = to_sign.headers.to_vec();
    headers.sort_unstable();
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    (format!("POST\n/\n{}\n{lines}\n{names}\n{}", to_sign.query, sha256(to_sign.body)), names)
}

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::alibaba::query::query;

    struct Vector {
        id: &'static str,
        nonce: &'static str,
        action: &'static str,
        token: Option<&'static str>,
        /// Headers that only the SDK signs.
        more: &'static [(&'static str, &'static str)],
        query: Vec<(&'static str, &'static str)>,
        body: &'static str,
        signed_headers: &'static str,
        canonical: &'static str,
        signature: &'static str,
    }

    fn check(vector: &Vector) {
        let payload = sha256(vector.body.as_bytes());
        let mut headers = vec![
            ("host", "vpc.ap-southeast-1.aliyuncs.com"),
            ("x-acs-action", vector.action),
            ("x-acs-content-sha256", payload.as_str()),
            ("x-acs-date", "2026-01-15T08:30:00Z"),
            ("x-acs-signature-nonce", vector.nonce),
            ("x-acs-version", "2016-04-28"),
        ];
        headers.extend(vector.token.map(|token| ("x-acs-security-token", token)));
        headers.extend_from_slice(vector.more);
        let pairs = vector.query.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        let query = query(&pairs.collect());
        let to_sign = ToSign { query: &query, headers: &headers, body: vector.body.as_bytes() };

        let (canonical, names) = canonical_request(&to_sign);
        assert_eq!(names, vector.signed_headers);
        assert_eq!(sha256(canonical.as_bytes()), vector.canonical);
        let credentials = Credentials::new(vector.id, "testsecret");
        assert_eq!(
            authorization(&credentials, &to_sign),
            format!(
                "ACS3-HMAC-SHA256 Credential={},SignedHeaders={},Signature={}",
                vector.id, vector.signed_headers, vector.signature
            )
        );
    }

    /// The query of a ModifySslVpnClientCert.
    fn rename(name: &'static str) -> Vec<(&'static str, &'static str)> {
        vec![
            ("SslVpnClientCertId", "vsc-t4n0abc123def456ghi78"),
            ("RegionId", "ap-southeast-1"),
            ("Name", name),
            ("ClientToken", "client-token-0001"),
        ]
    }

    /// What the official Python SDK (tea_openapi 0.4.6) signs.
    const V1: Vector = Vector {
        id: "testid",
        nonce: "d2c1b0a9-0000-4000-8000-000000000001",
        action: "ModifySslVpnClientCert",
        token: None,
        more: &[],
        query: Vec::new(),
        body: "",
        signed_headers: "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version",
        canonical: "d6f8df9fb4282a163cd1cecfdcc8ddaaf3aaddd161a527430bb161cef702a850",
        signature: "afca7658481d42113964ae0fe856416571f8c856133a23383ef5b854441b1177",
    };

    #[test]
    fn the_documented_example_agrees() {
        let query = "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai";
        let payload = sha256(b"");
        assert_eq!(payload, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let headers = [
            ("host", "ecs.cn-shanghai.aliyuncs.com"),
            ("x-acs-action", "RunInstances"),
            ("x-acs-content-sha256", payload.as_str()),
            ("x-acs-date", "2023-10-26T10:22:32Z"),
            ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
            ("x-acs-version", "2014-05-26"),
        ];
        let to_sign = ToSign { query, headers: &headers, body: b"" };

        assert_eq!(
            sha256(canonical_request(&to_sign).0.as_bytes()),
            "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
        );
        assert_eq!(
            authorization(&Credentials::new("YourAccessKeyId", "YourAccessKeySecret"), &to_sign),
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;\
             x-acs-signature-nonce;x-acs-version,\
             Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
        );
    }

    #[test]
    fn the_sdks_plain_signature_agrees() {
        check(&Vector { query: rename("cert1"), ..V1 });
    }

    #[test]
    fn a_security_token_and_an_awkward_name_are_signed() {
        check(&Vector {
            id: "STS.testid",
            nonce: "d2c1b0a9-0000-4000-8000-000000000002",
            token: Some("CAIS-test/token+value=="),
            query: rename("测试 cert*~+=&/1"),
            signed_headers: "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-security-token;\
                             x-acs-signature-nonce;x-acs-version",
            canonical: "1811ec3fbffb9734d5db9de1772fcd026c5beffbb234714a82cfa48943f38ba4",
            signature: "f034882f7c90d8ae924b50a7f4e7fdb61e3bf8bb0a3f9fc59346c726fa6c8606",
            ..V1
        });
    }

    #[test]
    fn every_header_the_sdk_signs_may_be_signed() {
        check(&Vector {
            more: &[
                ("accept", "application/json"),
                ("user-agent", "test-agent/1.0"),
                ("x-acs-credentials-provider", "static_ak"),
            ],
            query: rename("cert1"),
            signed_headers: "accept;host;user-agent;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;\
                             x-acs-signature-nonce;x-acs-version",
            canonical: "44999335c47cb12dde15b23f7cc72a9f270ebfd40ac793c5f9253d3613752a8b",
            signature: "97e7901a9a1745288550f3e072e51c8e04af1147986f7c398be29a40a10846b1",
            ..V1
        });
        check(&Vector {
            id: "STS.testid",
            nonce: "d2c1b0a9-0000-4000-8000-000000000002",
            token: Some("CAIS-test/token+value=="),
            more: &[
                ("accept", "application/json"),
                ("user-agent", "test-agent/1.0"),
                ("x-acs-accesskey-id", "STS.testid"),
                ("x-acs-credentials-provider", "static_sts"),
            ],
            query: rename("测试 cert*~+=&/1"),
            signed_headers: "accept;host;user-agent;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;\
                             x-acs-credentials-provider;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version",
            canonical: "7a5bb51c4ef45704a6a2e302d2c1cef5f2ace6bfb6736375b696693f3ffe9e5a",
            signature: "fd28947cd295a57b6dc561331bb2854df88927334e26aedc507d2ed2cf569ec0",
            ..V1
        });
    }

    #[test]
    fn a_form_body_is_signed_as_it_is() {
        let body = "TunnelOptionsSpecification.1.CustomerGatewayId=cgw-1&TunnelOptionsSpecification.1.EnableDpd=True&\
                    TunnelOptionsSpecification.1.Role=master&\
                    TunnelOptionsSpecification.1.TunnelIkeConfig.IkeLifetime=86400&\
                    TunnelOptionsSpecification.1.TunnelIkeConfig.IkeVersion=ikev2&\
                    TunnelOptionsSpecification.1.TunnelIkeConfig.Psk=p%40ss+w%C3%B6rd&\
                    TunnelOptionsSpecification.2.CustomerGatewayId=cgw-2&\
                    TunnelOptionsSpecification.2.EnableDpd=False&TunnelOptionsSpecification.2.Role=slave";
        assert_eq!(sha256(body.as_bytes()), "442e8f16c634faf19b6d58da48a81c5a0f71364bd8447293fded2f768f96fd29");
        check(&Vector {
            nonce: "d2c1b0a9-0000-4000-8000-000000000003",
            action: "CreateVpnConnection",
            more: &[
                ("accept", "application/json"),
                ("content-type", "application/x-www-form-urlencoded"),
                ("user-agent", "test-agent/1.0"),
                ("x-acs-credentials-provider", "static_ak"),
            ],
            query: vec![
                ("AutoConfigRoute", "False"),
                ("ClientToken", "tok-2"),
                ("EffectImmediately", "True"),
                ("LocalSubnet", "10.0.0.0/8,172.16.0.0/12"),
                ("Name", "dual"),
                ("RegionId", "ap-southeast-1"),
                ("RemoteSubnet", "192.168.0.0/16"),
                ("Tags.1.Key", "env"),
                ("Tags.1.Value", "a b"),
                ("VpnGatewayId", "vpn-t4n0abc"),
            ],
            body,
            signed_headers: "accept;content-type;host;user-agent;x-acs-action;x-acs-content-sha256;\
                             x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version",
            canonical: "a29105a605b5154d05c8fa6c55c410145924e99206c4013de8cade864f8f5199",
            signature: "5eba16bb1fa674469c10963056c3718bfabb0bc6a02335a9a7923e25f0fe7023",
            ..V1
        });
    }

    /// Requests to STS as the signer of the official Python SDK (tea_openapi 0.4.6) signs them, with what it leaves out of the signature left
    /// out. In policies it writes a space as `+` into the address, and signs `%20`: that is what is sent here, too.
    #[test]
    fn requests_to_sts_are_signed_as_the_sdk_signs_them() {
        const TOKEN: Option<&str> = Some("CAIS-test/token+value==");
        let role = [("RoleArn", "acs:ram::1234567890123456:role/adminrole"), ("RoleSessionName", "alice")];
        let policy = r#"{"Version": "1", "Statement": [{"Action": ["vpc:*"], "Effect": "Allow", "Resource": ["*"]}]}"#;
        let more = [("DurationSeconds", "900"), ("ExternalId", "ext:1/a"), ("Policy", policy)];
        for (number, id, action, token, params, canonical, signature) in [
            (
                41,
                "testid",
                "GetCallerIdentity",
                None,
                vec![],
                "b40697d76dc0d335a2030a9419ccfb042191dc74acf2a3c6fc8e73a7557f2d8c",
                "25e6907aead0bc18344b27b0b279469a9dc3fe1da935187481f96c2b772dd632",
            ),
            (
                41,
                "STS.testid",
                "GetCallerIdentity",
                TOKEN,
                vec![],
                "3d3356c7bc1970d26b41af72bf7ab59193dc2656bccfe48ba9522a48eb6b6c1e",
                "fa0092cb11e85e989d048e1eb977cb65c7d2d497e125c351937af11c896e48fd",
            ),
            (
                42,
                "testid",
                "AssumeRole",
                None,
                [&role[..], &[("DurationSeconds", "3600")]].concat(),
                "a9a34160686669dbec92e75fe82c829ef91aac33d0ac34cd5ede7d83950566ab",
                "4852d5eed3b69f430ed1634299315a64f6e9e32e8ebfd28b6888a3454fab282f",
            ),
            (
                43,
                "STS.testid",
                "AssumeRole",
                TOKEN,
                [&role[..], &more].concat(),
                "b346e7e4043197819cd1ae4d62718e16300e78e8705181bdeffa656e3c74c47d",
                "b70368847acc99e3f3e9a352e0994ddf5baab52d70496a723e8b467b9ff9eea3",
            ),
        ] {
            let (payload, nonce) = (sha256(b""), format!("d2c1b0a9-0000-4000-8000-0000000000{number}"));
            let mut headers = vec![
                ("host", "sts.cn-hangzhou.aliyuncs.com"),
                ("x-acs-action", action),
                ("x-acs-content-sha256", payload.as_str()),
                ("x-acs-date", "2026-01-15T08:30:00Z"),
                ("x-acs-signature-nonce", nonce.as_str()),
                ("x-acs-version", "2015-04-01"),
            ];
            headers.extend(token.map(|token| ("x-acs-security-token", token)));
            let pairs = params.iter().map(|(name, value)| (name.to_string(), value.to_string()));
            let query = query(&pairs.collect());
            let to_sign = ToSign { query: &query, headers: &headers, body: b"" };
            assert_eq!(sha256(canonical_request(&to_sign).0.as_bytes()), canonical, "{id} {action}");
            let authorization = authorization(&Credentials::new(id, "testsecret"), &to_sign);
            assert!(authorization.ends_with(&format!(",Signature={signature}")), "{id} {action}: {authorization}");
        }
    }
}
