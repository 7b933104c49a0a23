//! The metadata services of instances, and the credentials URI.

mod support;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use cloudvpn_mock::{Cloud, Fault, Mock, Options};
use reqwest::Method;
use serde_json::{Value, json};
use support::{alibaba, client, signed_by};

fn with_metadata() -> Mock {
    let metadata = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    Mock::start(Options { metadata, ..Options::default() }).unwrap()
}

/// Status and body of a request with one header, if any.
async fn ask(mock: &Mock, method: &str, path: &str, header: Option<(&str, &str)>) -> (u16, String) {
    let url = format!("{}{path}", mock.metadata_url().unwrap());
    let request = client().request(method.parse::<Method>().unwrap(), url);
    let request = header.into_iter().fold(request, |request, (name, value)| request.header(name, value));
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn token(mock: &Mock, ttl: &str) -> (u16, String) {
    ask(mock, "PUT", "/latest/api/token", Some((TTL, ttl))).await
}

async fn json_of(mock: &Mock, path: &str, header: Option<(&str, &str)>) -> Value {
    let (status, body) = ask(mock, "GET", path, header).await;
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_str(&body).unwrap()
}

const TTL: &str = "X-aliyun-ecs-metadata-token-ttl-seconds";
const TOKEN: &str = "X-aliyun-ecs-metadata-token";
const ALIBABA: &str = "/latest/meta-data/ram/security-credentials/";
const TENCENT: &str = "/latest/meta-data/cam/security-credentials/";

#[tokio::test]
async fn an_ecs_instance_gets_a_key_of_its_role() {
    let mock = with_metadata();
    let (status, session) = token(&mock, "21600").await;
    assert_eq!(status, 200);
    let header = Some((TOKEN, session.as_str()));
    assert_eq!(ask(&mock, "GET", ALIBABA, header).await, (200, "mock".to_owned()));
    // The Go library's addresses end in a question mark.
    let key = json_of(&mock, &format!("{ALIBABA}mock?"), header).await;
    assert_eq!(key["Code"], "Success");
    assert!(key["LastUpdated"].is_string(), "{key}");
    let text = |name: &str| key[name].as_str().unwrap().to_owned();
    let ends = text("Expiration").parse::<jiff::Timestamp>().unwrap().as_second();
    let left = ends - jiff::Timestamp::now().as_second();
    assert!((21590..=21600).contains(&left), "{left}");
    let request = alibaba::V3 {
        version: "2015-04-01",
        key_id: text("AccessKeyId"),
        secret: text("AccessKeySecret"),
        token: Some(text("SecurityToken")),
        ..alibaba::V3::new("GetCallerIdentity", &[])
    };
    assert_eq!(request.send(&mock).await.1["Arn"], "acs:ram::1000000000000001:assumed-role/mock/i-mock0001");
    assert_eq!(ask(&mock, "GET", "/latest/meta-data/region-id", header).await, (200, "cn-hangzhou".to_owned()));
    assert_eq!(ask(&mock, "GET", &format!("{ALIBABA}another"), header).await.0, 404);

    let seen: Vec<_> = mock.calls().into_iter().filter(|call| call.cloud == Cloud::Metadata).collect();
    let names: Vec<_> = seen.iter().map(|call| (call.action.as_str(), call.outcome.as_str())).collect();
    let expected = [
        ("alibaba/token", "ok"),
        ("alibaba/role", "ok"),
        ("alibaba/key", "ok"),
        ("alibaba/region", "ok"),
        ("alibaba/key", "http:404"),
    ];
    assert_eq!(names, expected);
    assert_eq!((&seen[0].params["Ttl"], &seen[1].params["Session"]), (&json!("21600"), &json!("good")));
    let all = json!(seen).to_string();
    assert!(!all.contains(&session) && !all.contains(&text("AccessKeySecret")), "{all}");
}

#[tokio::test]
async fn a_session_of_the_metadata_service_is_checked() {
    let mock = with_metadata();
    for (ttl, expected) in [("1", 200), ("21600", 200), ("0", 400), ("21601", 400), ("x", 400), ("", 400)] {
        assert_eq!(token(&mock, ttl).await.0, expected, "{ttl}");
    }
    assert_eq!(ask(&mock, "GET", "/latest/api/token", None).await.0, 405);
    assert_eq!(ask(&mock, "PUT", ALIBABA, None).await.0, 405);
    assert_eq!(ask(&mock, "GET", "/latest/nothing", None).await.0, 404);
    // Without a session, as long as the instance is not hardened; a wrong one is never good.
    assert_eq!(ask(&mock, "GET", ALIBABA, None).await.0, 200);
    assert_eq!(ask(&mock, "GET", ALIBABA, Some((TOKEN, "wrong"))).await.0, 401);
    let options = |name: &str, value: Value| json!({"alibaba_options": {name: value}});
    mock.patch_metadata(&options("http_tokens", json!("required"))).unwrap();
    assert_eq!(ask(&mock, "GET", ALIBABA, None).await.0, 403);
    let (_, session) = token(&mock, "60").await;
    assert_eq!(ask(&mock, "GET", ALIBABA, Some((TOKEN, &session))).await.0, 200);
    mock.patch_metadata(&options("http_endpoint", json!("disabled"))).unwrap();
    assert_eq!(token(&mock, "60").await.0, 403);
    assert!(mock.patch_metadata(&options("http_tokens", json!("perhaps"))).is_err());
}

#[tokio::test]
async fn an_answer_that_has_too_far_to_go_does_not_arrive() {
    let mock = with_metadata();
    mock.patch_metadata(&json!({"alibaba_options": {"hops": 2}})).unwrap();
    let url = format!("{}/latest/api/token", mock.metadata_url().unwrap());
    let request = client().put(url).header(TTL, "60").timeout(Duration::from_millis(300));
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(mock.calls()[0].outcome, "lost");
    mock.patch_metadata(&json!({"alibaba_options": {"hop_limit": 2}})).unwrap();
    assert_eq!(token(&mock, "60").await.0, 200);
}

#[tokio::test]
async fn a_cvm_instance_gets_a_key_of_its_role() {
    let mock = with_metadata();
    assert_eq!(ask(&mock, "GET", TENCENT, None).await, (200, "mock".to_owned()));
    let key = json_of(&mock, &format!("{TENCENT}mock"), None).await;
    let text = |name: &str| key[name].as_str().unwrap_or_else(|| panic!("{key}")).to_owned();
    assert_eq!(text("Code"), "Success");
    let ends = text("Expiration").parse::<jiff::Timestamp>().unwrap().as_second();
    assert_eq!(key["ExpiredTime"], ends);
    let (id, secret) = (text("TmpSecretId"), text("TmpSecretKey"));
    let request = signed_by(&mock, (&id, &secret), "GetCallerIdentity", "ap-guangzhou", json!({}));
    let answer: Value = request.header("x-tc-token", text("Token")).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["Response"]["UserId"], "4611686018427000001:ins-mock0001");
    assert_eq!(ask(&mock, "GET", "/latest/meta-data/placement/region", None).await, (200, "ap-guangzhou".to_owned()));
    assert_eq!(ask(&mock, "GET", &format!("{TENCENT}another"), None).await.0, 404);
}

#[tokio::test]
async fn a_uri_gives_out_a_key() {
    let mock = with_metadata();
    let key = json_of(&mock, "/credentials?for=me", None).await;
    assert_eq!(key["Code"], "Success");
    let members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["AccessKeyId", "AccessKeySecret", "Code", "Expiration", "SecurityToken"]);
    mock.patch_metadata(&json!({"uri": {"role": null}})).unwrap();
    assert_eq!(ask(&mock, "GET", "/credentials", None).await.0, 404);
}

#[tokio::test]
async fn roles_come_and_go_and_keys_are_renewed_before_they_end() {
    let mock = with_metadata();
    for (service, path, id) in [("alibaba", ALIBABA, "AccessKeyId"), ("tencent", TENCENT, "TmpSecretId")] {
        mock.patch_metadata(&json!({service: {"role": null}})).unwrap();
        assert_eq!(ask(&mock, "GET", path, None).await.0, 404, "{service}");
        assert_eq!(ask(&mock, "GET", &format!("{path}mock"), None).await.0, 404, "{service}");
        mock.patch_metadata(&json!({service: {"role": "mock", "key_seconds": 3600}})).unwrap();
        let key = async || json_of(&mock, &format!("{path}mock"), None).await[id].as_str().unwrap().to_owned();
        let first = key().await;
        assert_eq!(key().await, first, "{service}: one key, for as long as it is good");
        mock.age_keys(Duration::from_secs(2900));
        assert_eq!(key().await, first, "{service}");
        mock.age_keys(Duration::from_secs(200));
        let second = key().await;
        assert_ne!(second, first, "{service}: a new key before the old one ends");
        mock.end_keys();
        assert_ne!(key().await, second, "{service}");
        // A role of this name that the account does not have.
        mock.patch_metadata(&json!({service: {"role": "none"}})).unwrap();
        assert_eq!(ask(&mock, "GET", &format!("{path}none"), None).await.0, 404, "{service}");
        assert!(mock.patch_metadata(&json!({service: {"rolle": "x"}})).is_err());
    }
}

#[tokio::test]
async fn faults_hit_the_metadata_services_as_well() {
    let mock = with_metadata();
    mock.fault("alibaba/role", 1, Fault::Http(502));
    assert_eq!(ask(&mock, "GET", ALIBABA, None).await.0, 502);
    assert_eq!(ask(&mock, "GET", ALIBABA, None).await.0, 200);
    mock.fault("tencent/key", 1, Fault::Error("Fail".to_owned()));
    assert_eq!(json_of(&mock, &format!("{TENCENT}mock"), None).await, json!({"Code": "Fail"}));
    mock.fault("uri/key", 1, Fault::Html(true));
    assert!(ask(&mock, "GET", "/credentials", None).await.1.starts_with("<html>"));
    let outcomes: Vec<_> = mock.calls().into_iter().map(|call| call.outcome).collect();
    assert_eq!(outcomes, ["http:502", "ok", "Fail", "html"]);
}

#[tokio::test]
async fn the_services_can_be_slow_and_are_shown_in_the_state() {
    let mock = with_metadata();
    mock.patch_metadata(&json!({"tencent": {"delay_ms": 60_000}})).unwrap();
    let url = format!("{}{TENCENT}", mock.metadata_url().unwrap());
    assert!(client().get(url).timeout(Duration::from_millis(300)).send().await.unwrap_err().is_timeout());
    assert_eq!(mock.state()["metadata"]["tencent"]["delay_ms"], 60_000);
    mock.patch_state(&json!({"metadata": {"tencent": {"delay_ms": 0}}})).unwrap();
    assert_eq!(ask(&mock, "GET", TENCENT, None).await.0, 200);
    assert!(
        mock.env()
            .iter()
            .any(|(name, url)| name == "CLOUDVPN_METADATA_ENDPOINT" && Some(url) == mock.metadata_url().as_ref())
    );
    assert!(support::instant().metadata_url().is_none());
}
