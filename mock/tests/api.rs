//! What all actions have in common: signatures, envelopes, routing data, limits.

mod support;

use cloudvpn_mock::{Mock, Options};
use jiff::{SignedDuration, Timestamp};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use support::*;

const DESCRIBE: &str = "DescribeVpnConnections";

#[tokio::test]
async fn a_signed_request_is_answered_and_a_tampered_one_is_not() {
    let mock = instant();
    ok(&mock, DESCRIBE, json!({})).await;
    let tampered = request(&mock, DESCRIBE, json!({})).body(r#"{"Limit":1}"#);
    assert_eq!(error(tampered).await, "AuthFailure.SignatureFailure");
    let host = request(&mock, DESCRIBE, json!({})).header("host", "vpc.tencentcloudapi.com");
    assert_eq!(error(host).await, "AuthFailure.SignatureFailure");
    let unsigned = client().post(mock.url()).header("x-tc-action", DESCRIBE).body("{}");
    assert_eq!(error(unsigned).await, "AuthFailure.InvalidAuthorization");
}

#[tokio::test]
async fn clocks_may_be_five_minutes_off() {
    let mock = instant();
    for (minutes, expected) in
        [(-4, None), (4, None), (-6, Some("AuthFailure.SignatureExpire")), (6, Some("AuthFailure.SignatureExpire"))]
    {
        let now = Timestamp::now() + SignedDuration::from_mins(minutes);
        let response = send(signed_at(&mock, now, "vpc", DESCRIBE, "2017-03-12")).await;
        assert_eq!(response["Error"]["Code"].as_str(), expected, "{minutes}");
    }
}

#[tokio::test]
async fn routing_data_is_checked() {
    let mock = instant();
    let now = Timestamp::now();
    let code = async |service, action, version| error(signed_at(&mock, now, service, action, version)).await;
    assert_eq!(code("vpc", "DescribeNothing", "2017-03-12").await, "InvalidAction");
    assert_eq!(code("tag", DESCRIBE, "2018-08-13").await, "InvalidAction");
    assert_eq!(code("vpc", DESCRIBE, "2018-08-13").await, "NoSuchVersion");
    assert_eq!(code("cvm", DESCRIBE, "2017-03-12").await, "NoSuchProduct");
    assert_eq!(error(client().post(mock.url()).body("{}")).await, "InvalidAction");
    assert_eq!(error(signed(&mock, DESCRIBE, "", json!({}))).await, "MissingParameter");
    // The tag service is the same everywhere: without a region the request gets as far as its resource.
    let tags = json!({"Resource": "x", "DeleteTags": [{"TagKey": "a"}]});
    let code = error(signed(&mock, "ModifyResourceTags", "", tags)).await;
    assert_eq!(code, "InvalidParameterValue.ResourceDescriptionError");
    assert_eq!(error(request(&mock, DESCRIBE, json!([]))).await, "InvalidParameter");
}

#[tokio::test]
async fn finance_regions_need_their_host() {
    let mock = instant();
    for (region, host, expected) in [
        ("ap-shanghai-fsi", "vpc.ap-shanghai-fsi.tencentcloudapi.com", None),
        ("ap-shanghai-fsi", "vpc.tencentcloudapi.com", Some("UnsupportedRegion")),
        ("ap-shanghai-fsi", "vpc.ap-shenzhen-fsi.tencentcloudapi.com", Some("UnsupportedRegion")),
        ("ap-guangzhou", "vpc.ap-shanghai-fsi.tencentcloudapi.com", Some("UnsupportedRegion")),
        ("ap-guangzhou", "vpc.ap-guangzhou.tencentcloudapi.com", None),
    ] {
        let now = Timestamp::now();
        let canonical =
            format!("POST\n/\n\ncontent-type:application/json\nhost:{host}\n\ncontent-type;host\n{}", sha256("{}"));
        let request = headers(&mock, now, "POST", DESCRIBE, "2017-03-12", region)
            .header("content-type", "application/json")
            .header("host", host)
            .header("authorization", authorization("vpc", now, "content-type;host", &canonical))
            .body("{}");
        assert_eq!(send(request).await["Error"]["Code"].as_str(), expected, "{region} {host}");
    }
}

#[tokio::test]
async fn tokens_must_be_known() {
    let mock = instant();
    let code = async |token: &str| {
        send(request(&mock, DESCRIBE, json!({})).header("x-tc-token", token)).await["Error"]["Code"].take()
    };
    assert_eq!(code("mock-token").await, Value::Null);
    assert_eq!(code("other").await, "AuthFailure.TokenFailure");
    mock.patch_state(&json!({"tokens": ["other"]})).unwrap();
    assert_eq!(code("other").await, Value::Null);
    assert_eq!(code("mock-token").await, "AuthFailure.TokenFailure");
}

#[tokio::test]
async fn requests_in_the_url_are_served() {
    let mock = instant();
    created(&mock, tunnel()).await;
    let query = "Filters.0.Name=vpn-connection-name&Filters.0.Values.0=office&Limit=5";
    let now = Timestamp::now();
    let host = mock.url().replace("http://", "");
    let content_type = "application/x-www-form-urlencoded";
    let canonical =
        format!("GET\n/\n{query}\ncontent-type:{content_type}\nhost:{host}\n\ncontent-type;host\n{}", sha256(""));
    let request = |query: &str| {
        headers(&mock, now, "GET", DESCRIBE, "2017-03-12", "ap-guangzhou")
            .header("content-type", content_type)
            .header("authorization", authorization("vpc", now, "content-type;host", &canonical))
            .query(&form(query))
    };
    let response = send(request(query)).await;
    assert_eq!(response["TotalCount"], 1, "{response}");
    assert_eq!(error(request("Limit=6")).await, "AuthFailure.SignatureFailure");
}

#[tokio::test]
async fn the_signature_among_the_parameters_is_refused_as_tencents() {
    let mock = instant();
    let old = "Action=DescribeVpnGateways&Region=ap-guangzhou&SecretId=AKIDx&Signature=x&Version=2017-03-12";
    let get = client().get(mock.url()).query(&form(old));
    let content_type = "application/x-www-form-urlencoded";
    let post = client().post(mock.url()).header("content-type", content_type).body(old);
    for request in [get, post] {
        assert_eq!(error(request).await, "AuthFailure.InvalidAuthorization");
        let calls = mock.calls();
        let call = calls.last().unwrap();
        assert_eq!((call.action.as_str(), call.region.as_str()), ("DescribeVpnGateways", "ap-guangzhou"));
        assert_eq!(serde_json::to_value(call).unwrap()["cloud"], "tencent");
    }
}

#[tokio::test]
async fn any_header_may_be_signed_beside_the_two() {
    let mock = instant();
    let now = Timestamp::now();
    let host = mock.url().replace("http://", "");
    let names = "content-type;host;x-tc-action;x-tc-timestamp";
    let canonical = format!(
        "POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:{host}\nx-tc-action:describevpnconnections\n\
         x-tc-timestamp:{}\n\n{names}\n{}",
        now.as_second(),
        sha256("{}")
    );
    let request = headers(&mock, now, "POST", DESCRIBE, "2017-03-12", "ap-guangzhou")
        .header("content-type", "application/json; charset=utf-8")
        .header("authorization", authorization("vpc", now, names, &canonical))
        .body("{}");
    assert_eq!(send(request).await["TotalCount"], 0);
}

#[tokio::test]
async fn limits_are_per_action_and_region() {
    let mock = Mock::start(Options::default()).unwrap();
    mock.rates([(DESCRIBE, 1)]);
    ok(&mock, DESCRIBE, json!({})).await;
    let mut codes = Vec::new();
    for _ in 0..50 {
        codes.push(send(request(&mock, DESCRIBE, json!({}))).await["Error"]["Code"].take());
    }
    assert!(codes.iter().any(|code| code == "RequestLimitExceeded"), "{codes:?}");
    assert_eq!(send(signed(&mock, DESCRIBE, "ap-beijing", json!({}))).await["TotalCount"], 0);
    ok(&mock, "DescribeVpnGateways", json!({})).await;
    mock.rates([("*", 0), (DESCRIBE, 0)]);
    for _ in 0..20 {
        ok(&mock, DESCRIBE, json!({})).await;
    }
}

#[tokio::test]
async fn other_clouds_are_told_that_they_are_not_served() {
    let mock = instant();
    let legacy = client().post(format!("{}/v2/index.php", mock.url()));
    let legacy = legacy.header("content-type", "application/x-www-form-urlencoded");
    let legacy = legacy.body("Action=ModifyVpnConnEx&Region=gz&Signature=s&vpnConnId=vpnx-1&preSharedKey=hush");
    let response = legacy.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let body: Value = response.json().await.unwrap();
    assert_eq!((&body["code"], &body["codeDesc"]), (&json!(4000), &Value::Null));

    let calls = mock.calls();
    let seen: Vec<_> =
        calls.iter().map(|call| (call.cloud.to_string(), call.action.as_str(), call.region.as_str())).collect();
    assert_eq!(seen, [("tencent-legacy".to_owned(), "ModifyVpnConnEx", "gz")]);
    assert_eq!(calls[0].params, json!({"vpnConnId": "vpnx-1", "preSharedKey": "***"}));
}

async fn send(request: RequestBuilder) -> Value {
    request.send().await.unwrap().json::<Value>().await.unwrap()["Response"].take()
}

async fn error(request: RequestBuilder) -> String {
    let response = send(request).await;
    response["Error"]["Code"].as_str().unwrap_or_else(|| panic!("{response}")).to_owned()
}

fn signed_at(mock: &Mock, now: Timestamp, service: &str, action: &str, version: &str) -> RequestBuilder {
    let host = mock.url().replace("http://", "");
    let canonical =
        format!("POST\n/\n\ncontent-type:application/json\nhost:{host}\n\ncontent-type;host\n{}", sha256("{}"));
    headers(mock, now, "POST", action, version, "ap-guangzhou")
        .header("content-type", "application/json")
        .header("authorization", authorization(service, now, "content-type;host", &canonical))
        .body("{}")
}

fn headers(mock: &Mock, now: Timestamp, method: &str, action: &str, version: &str, region: &str) -> RequestBuilder {
    client()
        .request(method.parse().unwrap(), mock.url())
        .header("x-tc-action", action)
        .header("x-tc-version", version)
        .header("x-tc-region", region)
        .header("x-tc-timestamp", now.as_second().to_string())
}

fn form(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}
