//! The vectors of the documentation and those that the official SDKs' own signing code gives.

use bytes::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};

use super::*;

const EXAMPLE: &str = "2026-01-15T08:30:00Z";
const SPECIAL: &str = "测试 cert*~+=&/1";
const SPECIAL_ENCODED: &str = "%E6%B5%8B%E8%AF%95%20cert%2A~%2B%3D%26%2F1";
const SDK_HEADERS: &str = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";

fn received(method: &str, query: &str, headers: &[(&str, &str)], body: &str) -> Received {
    let headers = headers
        .iter()
        .map(|(name, value)| (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap()));
    Received {
        method: method.parse().unwrap(),
        path: "/".to_owned(),
        query: query.to_owned(),
        headers: HeaderMap::from_iter(headers),
        body: Some(Bytes::copy_from_slice(body.as_bytes())),
    }
}

fn seconds(time: &str) -> i64 {
    time.parse::<jiff::Timestamp>().unwrap().as_second()
}

/// The code with which a request is refused, or nothing.
fn code(received: &Received, now: i64, id: &str, secret: &str) -> Option<String> {
    let request = Request::read(received);
    let result = verify(received, &request, now, |given| (given == id).then_some(secret));
    result.err().map(|refusal| refusal.code.into_owned())
}

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

struct V1<'a> {
    method: &'a str,
    time: &'a str,
    secret: &'a str,
    query: Vec<(&'a str, &'a str)>,
    form: Vec<(&'a str, &'a str)>,
    signature: &'a str,
}

impl V1<'_> {
    fn received(&self, method: &str, signature: &str) -> Received {
        let mut query = self.query.clone();
        query.extend([("SignatureMethod", "HMAC-SHA1"), ("SignatureVersion", "1.0"), ("Timestamp", self.time)]);
        query.push(("Signature", signature));
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        received(method, &form(&query), &headers, &form(&self.form))
    }

    fn id(&self) -> &str {
        self.query.iter().find(|(name, _)| *name == "AccessKeyId").unwrap().1
    }

    fn code(&self, received: &Received) -> Option<String> {
        code(received, seconds(self.time), self.id(), self.secret)
    }
}

fn v1_vectors() -> Vec<V1<'static>> {
    let regions = vec![
        ("AccessKeyId", "testid"),
        ("Action", "DescribeRegions"),
        ("Version", "2014-05-26"),
        ("Format", "XML"),
        ("SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"),
    ];
    let hosts = vec![
        ("AccessKeyId", "testid"),
        ("Action", "DescribeDedicatedHosts"),
        ("Version", "2014-05-26"),
        ("Format", "JSON"),
        ("RegionId", "cn-beijing"),
        ("SignatureNonce", "edb2b34af0af9a6d14deaf7c1a5315eb"),
    ];
    let documented = |method, time, query: &Vec<_>, signature| V1 {
        method,
        time,
        secret: "testsecret",
        query: query.clone(),
        form: vec![],
        signature,
    };
    let modify = [("Action", "ModifySslVpnClientCert"), ("Version", "2016-04-28")];
    let business = [("RegionId", "ap-southeast-1"), ("SslVpnClientCertId", "vsc-t4n0abc123def456ghi78")];
    let key = [("AccessKeyId", "testid"), ("Name", "cert1")];
    let temporary = [("AccessKeyId", "STS.testid"), ("SecurityToken", "CAIS-test/token+value=="), ("Name", SPECIAL)];
    let token = [("ClientToken", "client-token-0001")];
    let sdk = |method, query: Vec<_>, form: Vec<_>, signature| V1 {
        method,
        time: EXAMPLE,
        secret: "testsecret",
        query,
        form,
        signature,
    };
    let legacy = [("Format", "JSON"), ("SignatureType", "")];
    vec![
        documented("GET", "2016-02-23T12:46:24Z", &regions, "OLeaidS1JvxuMvnyHOwuJ+uX5qY="),
        documented("POST", "2016-02-23T12:46:24Z", &regions, "MxbnVAM4w6sft9xjVpe/GCKueuk="),
        documented("GET", "2023-03-13T08:34:30Z", &hosts, "9NaGiOspFP5UPcwX8Iwt2YJXXuk="),
        documented("POST", "2023-03-13T08:34:30Z", &hosts, "ZvQ9xGiFnquSJRvj+WE6kdSpTwU="),
        sdk(
            "POST",
            [&modify[..], &business, &key, &token, &[("Format", "json"), nonce("11")]].concat(),
            vec![],
            "4pJ1MvD+FhxJP1aOV/AcJH048Io=",
        ),
        sdk(
            "POST",
            [&modify[..], &business, &temporary, &token, &[("Format", "json"), nonce("12")]].concat(),
            vec![],
            "0oPqL191cqiOTLGHol701oVF2zk=",
        ),
        sdk(
            "POST",
            [&modify[..], &business, &key, &token, &legacy, &[nonce("21")]].concat(),
            vec![],
            "B8nWHWzTTH5pd+tvMEpQtkCOgMI=",
        ),
        sdk(
            "GET",
            [&modify[..], &business, &temporary, &token, &legacy, &[nonce("22")]].concat(),
            vec![],
            "UweL2YI0d77nneEhsnetoxZcQm4=",
        ),
        sdk(
            "POST",
            [&modify[..], &key[..1], &legacy, &[nonce("23")]].concat(),
            [&business[..], &key[1..]].concat(),
            "mOvhRBkSnvaAbV15hNKYvHF7IA8=",
        ),
    ]
}

/// A nonce of the SDK vectors by its last two digits.
fn nonce(number: &str) -> (&'static str, &'static str) {
    const NONCES: &[&str] = &[
        "d2c1b0a9-0000-4000-8000-000000000011",
        "d2c1b0a9-0000-4000-8000-000000000012",
        "d2c1b0a9-0000-4000-8000-000000000021",
        "d2c1b0a9-0000-4000-8000-000000000022",
        "d2c1b0a9-0000-4000-8000-000000000023",
    ];
    ("SignatureNonce", NONCES.iter().find(|nonce| nonce.ends_with(number)).unwrap())
}

#[test]
fn v1_vectors_verify_and_only_with_their_method() {
    for vector in v1_vectors() {
        let signature = vector.signature;
        let received = vector.received(vector.method, signature);
        assert_eq!(vector.code(&received), None, "{signature}");
        let other = vector.received(if vector.method == "GET" { "POST" } else { "GET" }, signature);
        assert_eq!(vector.code(&other).as_deref(), Some("SignatureDoesNotMatch"), "{signature}");
        let tampered = vector.received(vector.method, &signature.replace('=', "A"));
        assert_eq!(vector.code(&tampered).as_deref(), Some("SignatureDoesNotMatch"), "{signature}");
    }
}

/// AssumeRole as the SDK of credentials (alibabacloud_credentials) sends it, and our own computation. It writes the space in a policy as `+`
/// into what it signs, which is not the rule: that signature is refused.
#[test]
fn v1_vectors_of_assume_role_verify() {
    const ROLE: [(&str, &str); 7] = [
        ("Action", "AssumeRole"),
        ("Format", "JSON"),
        ("Version", "2015-04-01"),
        ("DurationSeconds", "1800"),
        ("RoleArn", "acs:ram::1234567890123456:role/adminrole"),
        ("RoleSessionName", "alice"),
        ("SignatureNonce", "d2c1b0a9-0000-4000-8000-000000000031"),
    ];
    const POLICY: &str = r#"{"Version":"1","Statement":[{"Action":["vpc:*"],"Effect":"Allow","Resource":["*"]}]}"#;
    let temporary =
        [("AccessKeyId", "STS.testid"), ("ExternalId", "abcd1234"), ("SecurityToken", "CAIS-test/token+value==")];
    let testid = ("AccessKeyId", "testid");
    let vectors: [(&[_], _, _); 4] = [
        (&[testid], "oqA2taC5TFf05EEk1JPMC1r5OFI=", "a4BNt3EuRq+4A4pTzdA+JS9rJ2c="),
        (&temporary, "HUwsx1eUl9chtRnWdulVyHLNIY8=", "Gt+hEpxReNoIPBtW42k+4S6lcPM="),
        (&[testid, ("Policy", POLICY)], "3BUT0L+aJNasTiwxB1ilimn7pWE=", "WqzeAWjcH2iO9phsCqBhgQFyduc="),
        (&[testid, ("Policy", r#"{"Version": "1"}"#)], "zDXlBdzxYN7BSNLDuoeUfg2C5sE=", "G0gecDxwB8HZOT1lA/2Q9IalgXg="),
    ];
    let vector = |more: &[(&'static str, &'static str)], method, signature| V1 {
        method,
        time: EXAMPLE,
        secret: "testsecret",
        query: [&ROLE[..], more].concat(),
        form: vec![],
        signature,
    };
    for (more, get, post) in vectors {
        for vector in [vector(more, "GET", get), vector(more, "POST", post)] {
            assert_eq!(vector.code(&vector.received(vector.method, vector.signature)), None, "{more:?}");
        }
    }
    let (more, ..) = vectors[3];
    for (method, signature) in [("GET", "q45IfBwE+6Z3hW+QFeCJY9o5oIY="), ("POST", "3EyJ/eocRHSQMpcAtPejbgx0aW0=")] {
        let sdk = vector(more, method, signature);
        assert_eq!(sdk.code(&sdk.received(method, signature)).as_deref(), Some("SignatureDoesNotMatch"));
    }
}

#[test]
fn v1_string_to_sign_is_the_sdks() {
    let vectors = v1_vectors();
    let string_of = |at: usize| {
        let received = vectors[at].received("POST", "");
        v1::string_to_sign("POST", &Request::read(&received))
    };
    let expected = "POST&%2F&AccessKeyId%3Dtestid%26Action%3DModifySslVpnClientCert%26ClientToken%3Dclient-token-0001\
        %26Format%3Djson%26Name%3Dcert1%26RegionId%3Dap-southeast-1%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce\
        %3Dd2c1b0a9-0000-4000-8000-000000000011%26SignatureVersion%3D1.0%26SslVpnClientCertId\
        %3Dvsc-t4n0abc123def456ghi78%26Timestamp%3D2026-01-15T08%253A30%253A00Z%26Version%3D2016-04-28";
    assert_eq!(string_of(4), expected);
    let name = "Name%3D%25E6%25B5%258B%25E8%25AF%2595%2520cert%252A~%252B%253D%2526%252F1";
    assert!(string_of(5).contains(name));
}

#[test]
fn v1_parameters_of_the_signature_are_needed() {
    let vector = &v1_vectors()[0];
    let whole = vector.received("GET", vector.signature);
    for name in ["AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp", "Signature"] {
        let pairs: Vec<_> = form_urlencoded::parse(whole.query.as_bytes()).into_owned().collect();
        let rest = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs.iter().filter(|(known, _)| known != name))
            .finish();
        assert_eq!(vector.code(&received("GET", &rest, &[], "")).as_deref(), Some("IncompleteSignature"), "{name}");
    }
    let method = whole.query.replace("HMAC-SHA1", "HMAC-MD5");
    assert_eq!(vector.code(&received("GET", &method, &[], "")).as_deref(), Some("IncompleteSignature"));
}

struct V3<'a> {
    query: String,
    headers: Vec<(&'a str, &'a str)>,
    id: &'a str,
    secret: &'a str,
    time: &'a str,
    signed_headers: String,
    body: &'a str,
    /// The hash of the canonical request.
    hash: &'a str,
    signature: &'a str,
}

impl V3<'_> {
    fn received(&self) -> Received {
        let authorization = format!(
            "ACS3-HMAC-SHA256 Credential={},SignedHeaders={},Signature={}",
            self.id, self.signed_headers, self.signature
        );
        let body_hash = v3::sha256(self.body.as_bytes());
        let mut headers = self.headers.clone();
        headers.extend([("x-acs-date", self.time), ("x-acs-content-sha256", &*body_hash)]);
        headers.push(("authorization", &*authorization));
        received("POST", &self.query, &headers, self.body)
    }

    fn code(&self, received: &Received) -> Option<String> {
        code(received, seconds(self.time), self.id, self.secret)
    }
}

fn v3_vectors() -> Vec<V3<'static>> {
    let modify = |name: &str| {
        format!(
            "ClientToken=client-token-0001&Name={name}&RegionId=ap-southeast-1\
             &SslVpnClientCertId=vsc-t4n0abc123def456ghi78"
        )
    };
    let host = ("host", "vpc.ap-southeast-1.aliyuncs.com");
    let to = |action| [host, ("x-acs-action", action), ("x-acs-version", "2016-04-28")];
    let modify_headers = to("ModifySslVpnClientCert");
    let nonce = |at: usize| {
        const NONCES: [&str; 3] = [
            "d2c1b0a9-0000-4000-8000-000000000001",
            "d2c1b0a9-0000-4000-8000-000000000002",
            "d2c1b0a9-0000-4000-8000-000000000003",
        ];
        ("x-acs-signature-nonce", NONCES[at - 1])
    };
    let token = ("x-acs-security-token", "CAIS-test/token+value==");
    let run = [("accept", "application/json"), ("user-agent", "test-agent/1.0")];
    let key = ("x-acs-credentials-provider", "static_ak");
    let temporary = [("x-acs-credentials-provider", "static_sts"), ("x-acs-accesskey-id", "STS.testid"), token];
    let run_headers = "accept;host;user-agent;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;\
        x-acs-signature-nonce;x-acs-version";
    let sdk = |query, headers, id, signed_headers: &str, hash, signature| V3 {
        query,
        headers,
        id,
        secret: "testsecret",
        time: EXAMPLE,
        signed_headers: signed_headers.to_owned(),
        body: "",
        hash,
        signature,
    };
    vec![
        V3 {
            query: "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai".to_owned(),
            headers: vec![
                ("host", "ecs.cn-shanghai.aliyuncs.com"),
                ("x-acs-action", "RunInstances"),
                ("x-acs-version", "2014-05-26"),
                ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
            ],
            id: "YourAccessKeyId",
            secret: "YourAccessKeySecret",
            time: "2023-10-26T10:22:32Z",
            signed_headers: SDK_HEADERS.to_owned(),
            body: "",
            hash: "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259",
            signature: "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
        },
        sdk(
            modify("cert1"),
            [&modify_headers[..], &[nonce(1)]].concat(),
            "testid",
            SDK_HEADERS,
            "d6f8df9fb4282a163cd1cecfdcc8ddaaf3aaddd161a527430bb161cef702a850",
            "afca7658481d42113964ae0fe856416571f8c856133a23383ef5b854441b1177",
        ),
        sdk(
            modify(SPECIAL_ENCODED),
            [&modify_headers[..], &[nonce(2), token]].concat(),
            "STS.testid",
            &SDK_HEADERS.replace("x-acs-date;", "x-acs-date;x-acs-security-token;"),
            "1811ec3fbffb9734d5db9de1772fcd026c5beffbb234714a82cfa48943f38ba4",
            "f034882f7c90d8ae924b50a7f4e7fdb61e3bf8bb0a3f9fc59346c726fa6c8606",
        ),
        sdk(
            modify("cert1"),
            [&modify_headers[..], &run, &[key, nonce(1)]].concat(),
            "testid",
            run_headers,
            "44999335c47cb12dde15b23f7cc72a9f270ebfd40ac793c5f9253d3613752a8b",
            "97e7901a9a1745288550f3e072e51c8e04af1147986f7c398be29a40a10846b1",
        ),
        sdk(
            modify(SPECIAL_ENCODED),
            [&modify_headers[..], &run, &temporary, &[nonce(2)]].concat(),
            "STS.testid",
            &run_headers
                .replace("x-acs-action", "x-acs-accesskey-id;x-acs-action")
                .replace("x-acs-date;", "x-acs-date;x-acs-security-token;"),
            "7a5bb51c4ef45704a6a2e302d2c1cef5f2ace6bfb6736375b696693f3ffe9e5a",
            "fd28947cd295a57b6dc561331bb2854df88927334e26aedc507d2ed2cf569ec0",
        ),
        V3 {
            // As it travels: a space is a plus sign here, and signed as %20.
            query: "AutoConfigRoute=False&ClientToken=tok-2&EffectImmediately=True\
                &LocalSubnet=10.0.0.0%2F8%2C172.16.0.0%2F12&Name=dual&RegionId=ap-southeast-1\
                &RemoteSubnet=192.168.0.0%2F16&Tags.1.Key=env&Tags.1.Value=a+b&VpnGatewayId=vpn-t4n0abc"
                .to_owned(),
            headers: [
                &to("CreateVpnConnection")[..],
                &run,
                &[key, nonce(3), ("content-type", "application/x-www-form-urlencoded")],
            ]
            .concat(),
            id: "testid",
            secret: "testsecret",
            time: EXAMPLE,
            signed_headers: run_headers.replace("accept;", "accept;content-type;"),
            body: FORM,
            hash: "a29105a605b5154d05c8fa6c55c410145924e99206c4013de8cade864f8f5199",
            signature: "5eba16bb1fa674469c10963056c3718bfabb0bc6a02335a9a7923e25f0fe7023",
        },
    ]
}

const FORM: &str = "TunnelOptionsSpecification.1.CustomerGatewayId=cgw-1&TunnelOptionsSpecification.1.EnableDpd=True\
    &TunnelOptionsSpecification.1.Role=master&TunnelOptionsSpecification.1.TunnelIkeConfig.IkeLifetime=86400\
    &TunnelOptionsSpecification.1.TunnelIkeConfig.IkeVersion=ikev2\
    &TunnelOptionsSpecification.1.TunnelIkeConfig.Psk=p%40ss+w%C3%B6rd&TunnelOptionsSpecification.2.CustomerGatewayId=cgw-2\
    &TunnelOptionsSpecification.2.EnableDpd=False&TunnelOptionsSpecification.2.Role=slave";

#[test]
fn v3_vectors_verify() {
    for vector in v3_vectors() {
        let received = vector.received();
        let body_hash = v3::sha256(vector.body.as_bytes());
        let request = Request::read(&received);
        let canonical =
            v3::canonical_request("POST", &request, &received.headers, &vector.signed_headers, &body_hash).unwrap();
        assert_eq!(v3::sha256(canonical.as_bytes()), vector.hash, "{canonical}");
        assert_eq!(vector.code(&received), None, "{canonical}");
    }
    let body_hash = "442e8f16c634faf19b6d58da48a81c5a0f71364bd8447293fded2f768f96fd29";
    assert_eq!(v3::sha256(FORM.as_bytes()), body_hash);
}

#[test]
fn v3_covers_method_query_headers_and_body() {
    for vector in v3_vectors() {
        let tampered = |change: fn(&mut Received)| {
            let mut received = vector.received();
            change(&mut received);
            vector.code(&received)
        };
        let mismatch = Some("SignatureDoesNotMatch".to_owned());
        assert_eq!(tampered(|received| received.method = "GET".parse().unwrap()), mismatch);
        assert_eq!(tampered(|received| received.query.push('1')), mismatch);
        assert_eq!(tampered(|received| received.body = Some(Bytes::from_static(b"a=b"))), mismatch);
        let code = tampered(|received| {
            received.headers.insert("x-acs-action", HeaderValue::from_static("DescribeVpnGateways"));
        });
        assert_eq!(code, mismatch);
        let code = tampered(|received| {
            received.headers.insert("x-acs-extra", HeaderValue::from_static("unsigned"));
        });
        assert_eq!(code.as_deref(), Some("IncompleteSignature"));
        for name in ["x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256", "x-acs-version", "host"] {
            let mut received = vector.received();
            received.headers.remove(name);
            assert_eq!(vector.code(&received).as_deref(), Some("IncompleteSignature"), "{name}");
        }
    }
}

#[test]
fn clocks_may_be_fifteen_minutes_off() {
    let (v1, v3) = (&v1_vectors()[0], &v3_vectors()[0]);
    for (off, expected) in
        [(-900, None), (900, None), (-901, Some("InvalidTimeStamp.Expired")), (901, Some("InvalidTimeStamp.Expired"))]
    {
        let received = v1.received("GET", v1.signature);
        assert_eq!(code(&received, seconds(v1.time) + off, v1.id(), v1.secret).as_deref(), expected, "{off}");
        assert_eq!(code(&v3.received(), seconds(v3.time) + off, v3.id, v3.secret).as_deref(), expected, "{off}");
    }
}

#[test]
fn times_have_one_form() {
    let now = seconds(EXAMPLE);
    assert!(timestamp(EXAMPLE, now).is_ok());
    for bad in [
        "",
        "2026-01-15 08:30:00Z",
        "2026-01-15T08:30:00",
        "1768465800",
        "2026-13-15T08:30:00Z",
        "2026-01-15T083000.00Z",
    ] {
        let code = timestamp(bad, now).unwrap_err().code;
        assert_eq!(code, "InvalidTimeStamp.Format", "{bad}");
    }
}

#[test]
fn unknown_keys_are_told_before_signatures() {
    let vector = &v3_vectors()[1];
    let code = code(&vector.received(), seconds(EXAMPLE), "another", vector.secret);
    assert_eq!(code.as_deref(), Some("InvalidAccessKeyId.NotFound"));
}
