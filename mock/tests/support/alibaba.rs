//! Alibaba's two signatures, for requests to a mock.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cloudvpn_mock::{ALIBABA_ACCESS_KEY_ID, ALIBABA_ACCESS_KEY_SECRET, ALIBABA_REGION, Mock};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::Sha256;

use super::{client, sha256};

/// A request of signature v3, to be changed before it is sent.
pub(crate) struct V3 {
    pub(crate) method: Method,
    pub(crate) action: String,
    pub(crate) version: &'static str,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) form: Vec<(String, String)>,
    /// A body of another kind in place of the form: its content type, and what it holds.
    pub(crate) body: Option<(&'static str, &'static str)>,
    pub(crate) key_id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
    pub(crate) accept: Option<&'static str>,
    pub(crate) time: Timestamp,
    pub(crate) nonce: String,
}

impl V3 {
    /// A POST with the parameters in the query, in the region of the small world.
    pub(crate) fn new(action: &str, params: &[(&str, &str)]) -> Self {
        let region = [("RegionId", ALIBABA_REGION)];
        let region = region.into_iter().filter(|_| params.iter().all(|(name, _)| *name != "RegionId"));
        Self {
            method: Method::POST,
            action: action.to_owned(),
            version: "2016-04-28",
            query: owned(region.chain(params.iter().copied())),
            form: Vec::new(),
            body: None,
            key_id: ALIBABA_ACCESS_KEY_ID.to_owned(),
            secret: ALIBABA_ACCESS_KEY_SECRET.to_owned(),
            token: None,
            accept: None,
            time: Timestamp::now(),
            nonce: uuid::Uuid::new_v4().to_string(),
        }
    }

    pub(crate) fn signed(&self, mock: &Mock) -> RequestBuilder {
        let host = mock.url().replace("http://", "");
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.form.iter().map(|(n, v)| (n, v)))
            .finish();
        let (media, body) = self.body.map_or((FORM, form), |(media, body)| (media, body.to_owned()));
        let mut headers = vec![
            ("x-acs-action", self.action.clone()),
            ("x-acs-content-sha256", sha256(&body)),
            ("x-acs-date", time(self.time)),
            ("x-acs-signature-nonce", self.nonce.clone()),
            ("x-acs-version", self.version.to_owned()),
        ];
        headers.extend(self.token.clone().map(|token| ("x-acs-security-token", token)));
        headers.extend(self.accept.map(|accept| ("accept", accept.to_owned())));
        if !body.is_empty() && !media.is_empty() {
            headers.push(("content-type", media.to_owned()));
        }
        let mut signed = headers.clone();
        signed.push(("host", host));
        signed.sort();
        let names = signed.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let lines: String = signed.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let query = encoded(&self.query);
        let canonical = format!("{}\n/\n{query}\n{lines}\n{names}\n{}", self.method, sha256(&body));
        let to_sign = format!("ACS3-HMAC-SHA256\n{}", sha256(&canonical));
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap();
        mac.update(to_sign.as_bytes());
        let signature = hex::encode(mac.finalize().into_bytes());
        let key_id = &self.key_id;
        let authorization = format!("ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}");
        let request = client().request(self.method.clone(), format!("{}/?{query}", mock.url()));
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        request.header("authorization", authorization).body(body)
    }

    pub(crate) async fn send(&self, mock: &Mock) -> (u16, Value) {
        answer(self.signed(mock)).await
    }
}

/// A request of signature v1.
pub(crate) fn v1(mock: &Mock, method: Method, query: &[(&str, &str)], form: &[(&str, &str)]) -> RequestBuilder {
    let (now, nonce) = (time(Timestamp::now()), uuid::Uuid::new_v4().to_string());
    let common = [
        ("AccessKeyId", ALIBABA_ACCESS_KEY_ID),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureNonce", &nonce),
        ("SignatureType", ""),
        ("SignatureVersion", "1.0"),
        ("Timestamp", &now),
        ("Version", "2016-04-28"),
    ];
    let common = common.into_iter().filter(|(name, _)| query.iter().all(|(given, _)| given != name));
    let mut query = owned(query.iter().copied().chain(common));
    let form = owned(form.iter().copied());
    let to_sign = format!("{method}&%2F&{}", encode(&encoded(&[query.clone(), form.clone()].concat())));
    let mut mac = Hmac::<Sha1>::new_from_slice(format!("{ALIBABA_ACCESS_KEY_SECRET}&").as_bytes()).unwrap();
    mac.update(to_sign.as_bytes());
    query.push(("Signature".to_owned(), STANDARD.encode(mac.finalize().into_bytes())));
    let request = client().request(method, format!("{}/?{}", mock.url(), encoded(&query)));
    if form.is_empty() {
        return request;
    }
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    request.header("content-type", FORM).body(body)
}

/// Calls an action that must succeed.
pub(crate) async fn ok(mock: &Mock, action: &str, params: &[(&str, &str)]) -> Value {
    let (status, body) = V3::new(action, params).send(mock).await;
    assert_eq!(status, 200, "{action}: {body}");
    body
}

/// Calls an action that must fail, and gives status and code.
pub(crate) async fn refused(mock: &Mock, action: &str, params: &[(&str, &str)]) -> (u16, String) {
    code(V3::new(action, params).signed(mock)).await
}

pub(crate) async fn code(request: RequestBuilder) -> (u16, String) {
    let (status, body) = answer(request).await;
    for name in ["Message", "HostId", "Recommend"] {
        assert!(body[name].as_str().is_some_and(|text| !text.is_empty()), "{name}: {body}");
    }
    (status, body["Code"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned())
}

pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    let id = body["RequestId"].as_str().unwrap_or_default();
    assert!(id.len() == 36 && id == id.to_uppercase(), "{body}");
    (status, body)
}

/// Creates a certificate on the server of the small world and gives its id.
pub(crate) async fn created(mock: &Mock, name: &str) -> String {
    let answer = ok(mock, "CreateSslVpnClientCert", &[("SslVpnServerId", "vss-mock0001"), ("Name", name)]).await;
    answer["SslVpnClientCertId"].as_str().unwrap().to_owned()
}

/// Makes a change under way happen now.
pub(crate) fn settle(mock: &Mock, kind: &str, id: &str) {
    let now = json!({kind: {id: {"_next": {"in_ms": 0}}}});
    mock.patch_state(&json!({"alibaba": {ALIBABA_REGION: now}})).unwrap();
}

/// Changes members of an object by a merge patch.
pub(crate) fn patch(mock: &Mock, kind: &str, id: &str, members: Value) {
    mock.patch_state(&json!({"alibaba": {ALIBABA_REGION: {kind: {id: members}}}})).unwrap();
}

/// The text member of an answer.
pub(crate) fn text(answer: &Value, member: &str) -> String {
    answer[member].as_str().unwrap_or_else(|| panic!("{member}: {answer}")).to_owned()
}

/// `params` with some replaced; an empty value removes.
pub(crate) fn having<'a>(params: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = params.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes.iter().filter(|(_, value)| !value.is_empty())).copied().collect()
}

/// A single-tunnel gateway for the tests of its children.
pub(crate) async fn single_tunnel_gateway(mock: &Mock) -> String {
    let params = [("VpcId", "vpc-mock0001"), ("Bandwidth", "10"), ("VSwitchId", "vsw-mock0001"), ("EnableSsl", "true")];
    text(&ok(mock, "CreateVpnGateway", &params).await, "VpnGatewayId")
}

pub(crate) async fn customer_gateway(mock: &Mock, address: &str) -> String {
    let params = [("IpAddress", address), ("Asn", "65010")];
    text(&ok(mock, "CreateCustomerGateway", &params).await, "CustomerGatewayId")
}

/// The parameters of a connection with two tunnels on the gateway of the small world.
pub(crate) fn two_tunnels(customers: &[String; 2]) -> Vec<(&'static str, &str)> {
    vec![
        ("VpnGatewayId", "vpn-mock0001"),
        ("LocalSubnet", "10.0.0.0/16"),
        ("RemoteSubnet", "192.168.0.0/16,172.16.0.0/12"),
        ("TunnelOptionsSpecification.1.Role", "master"),
        ("TunnelOptionsSpecification.1.CustomerGatewayId", &customers[0]),
        ("TunnelOptionsSpecification.1.TunnelIkeConfig.Psk", "hush-hush-1"),
        ("TunnelOptionsSpecification.2.Role", "slave"),
        ("TunnelOptionsSpecification.2.CustomerGatewayId", &customers[1]),
    ]
}

/// The customer gateways of [`two_tunnels`].
pub(crate) async fn two_customers(mock: &Mock) -> [String; 2] {
    [customer_gateway(mock, "198.51.100.1").await, customer_gateway(mock, "198.51.100.2").await]
}

/// Creates a connection and gives its id.
pub(crate) async fn connected(mock: &Mock, params: &[(&str, &str)]) -> String {
    text(&ok(mock, "CreateVpnConnection", params).await, "VpnConnectionId")
}

/// The connection as DescribeVpnConnection shows it.
pub(crate) async fn connection(mock: &Mock, id: &str) -> Value {
    ok(mock, "DescribeVpnConnection", &[("VpnConnectionId", id)]).await
}

pub(crate) const BUSY: (u16, &str) = (400, "VpnGateway.Configuring");
pub(crate) const INVALID: (u16, &str) = (400, "InvalidParameter");

/// Calls an action that must fail with this status and code.
pub(crate) async fn refuses(mock: &Mock, action: &str, params: &[(&str, &str)], expected: (u16, &str)) {
    let (status, code) = refused(mock, action, params).await;
    assert_eq!((status, code.as_str()), expected, "{action} {params:?}");
}

fn owned<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn encoded(pairs: &[(String, String)]) -> String {
    let mut pairs = pairs.to_vec();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}

/// From a form encoder to RFC 3986, as the documentation of the signature tells.
fn encode(text: &str) -> String {
    let form: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    form.replace('+', "%20").replace('*', "%2A").replace("%7E", "~")
}

fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

const FORM: &str = "application/x-www-form-urlencoded";
