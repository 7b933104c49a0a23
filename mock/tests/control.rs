//! The requests under `/_mock/`.

mod support;

use std::time::{Duration, Instant};

use cloudvpn_mock::{Fault, FaultRule, Mock, MockHandle, Options, When};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::*;

const DESCRIBE: &str = "DescribeVpnConnections";

#[tokio::test]
async fn calls_are_recorded_without_secrets() {
    let mock = instant();
    created(&mock, tunnel()).await;
    code(&mock, "CreateVpnConnection", tunnel()).await;
    let unsigned = client().post(mock.url()).header("x-tc-action", DESCRIBE);
    unsigned.header("content-type", "application/json").body(r#"{"Limit":1}"#).send().await.unwrap();

    let (_, calls) = control(&mock, "GET", "calls", Value::Null).await;
    assert!(!calls.to_string().contains("hush"));
    let seen: Vec<_> =
        calls.as_array().unwrap().iter().map(|call| (call["seq"].as_u64().unwrap(), &call["outcome"])).collect();
    let outcomes = [json!("ok"), json!("InvalidParameterValue.Duplicate"), json!("AuthFailure.InvalidAuthorization")];
    assert_eq!(seen, [(1, &outcomes[0]), (2, &outcomes[1]), (3, &outcomes[2])]);
    let first = &calls[0];
    assert_eq!(first["cloud"], "tencent");
    assert_eq!(first["action"], "CreateVpnConnection");
    assert_eq!(first["region"], "ap-guangzhou");
    assert_eq!(first["params"], with(tunnel(), json!({"PreShareKey": "***"})));
    assert!(first["request_id"].is_string() && first["at_ms"].is_u64());

    assert_eq!(control(&mock, "DELETE", "calls", Value::Null).await.0, StatusCode::OK);
    assert!(mock.calls().is_empty());
}

#[tokio::test]
async fn temporary_keys_are_listed_without_secrets_and_ended() {
    let mock = instant();
    let params = json!({"RoleArn": "qcs::cam::uin/100000000001:roleName/mock", "RoleSessionName": "test"});
    let answer = ok(&mock, "AssumeRole", params).await;
    let of_tencent = async || {
        let (_, keys) = control(&mock, "GET", "keys", Value::Null).await;
        keys.as_array().unwrap().iter().find(|key| key["cloud"] == "tencent").cloned().unwrap()
    };
    let key = of_tencent().await;
    assert_eq!((&key["id"], &key["role"]), (&answer["Credentials"]["TmpSecretId"], &json!("mock")));
    assert_eq!((&key["account"], &key["name"]), (&json!("100000000001"), &json!("test")));
    assert_eq!(key.as_object().unwrap().len(), 6);
    assert_eq!(control(&mock, "POST", "keys", json!({"age_seconds": 7000})).await.0, StatusCode::OK);
    assert!((1..=200).contains(&of_tencent().await["seconds_left"].as_u64().unwrap()));
    assert_eq!(control(&mock, "POST", "keys", json!({"seconds": 1})).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(control(&mock, "DELETE", "keys", Value::Null).await.0, StatusCode::OK);
    assert_eq!(of_tencent().await["seconds_left"], 0);
    assert_eq!(control(&mock, "PUT", "keys", Value::Null).await.0, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn faults_hit_their_action_as_often_as_ordered() {
    let mock = instant();
    let order = json!({"action": DESCRIBE, "times": 2, "fault": {"error": "InternalError"}});
    assert_eq!(control(&mock, "POST", "faults", order).await.0, StatusCode::OK);
    assert_eq!(code(&mock, DESCRIBE, json!({})).await, "InternalError");
    ok(&mock, "DescribeVpnGateways", json!({})).await;
    assert_eq!(code(&mock, DESCRIBE, json!({})).await, "InternalError");
    ok(&mock, DESCRIBE, json!({})).await;

    let order = json!({"action": "*", "fault": {"http": 502}});
    control(&mock, "POST", "faults", order).await;
    for _ in 0..3 {
        assert_eq!(request(&mock, DESCRIBE, json!({})).send().await.unwrap().status(), 502);
    }
    control(&mock, "DELETE", "faults", Value::Null).await;
    ok(&mock, DESCRIBE, json!({})).await;
    assert_eq!(mock.calls()[4].outcome, "http:502");
}

#[tokio::test]
async fn a_connection_cut_before_leaves_nothing_and_one_cut_after_leaves_the_tunnel() {
    let mock = instant();
    let count = || mock.state()["tencent"]["ap-guangzhou"]["vpn_connections"].as_object().unwrap().len();
    mock.fault("CreateVpnConnection", 1, Fault::Drop(When::Before));
    assert!(request(&mock, "CreateVpnConnection", tunnel()).send().await.is_err());
    assert_eq!(count(), 0);
    mock.fault("CreateVpnConnection", 1, Fault::Drop(When::After));
    assert!(request(&mock, "CreateVpnConnection", tunnel()).send().await.is_err());
    assert_eq!(count(), 1);
    let outcomes: Vec<_> = mock.calls().into_iter().map(|call| call.outcome).collect();
    assert_eq!(outcomes, ["drop:before", "drop:after"]);
}

#[tokio::test]
async fn bodies_can_be_garbage_html_or_cut_short() {
    let mock = instant();
    for (fault, content_type) in [(Fault::Garbage(true), "application/json"), (Fault::Html(true), "text/html")] {
        mock.fault(DESCRIBE, 1, fault);
        let response = request(&mock, DESCRIBE, json!({})).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], content_type);
        assert!(serde_json::from_str::<Value>(&response.text().await.unwrap()).is_err());
    }
    mock.fault(DESCRIBE, 1, Fault::Truncate(true));
    let response = request(&mock, DESCRIBE, json!({})).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.text().await.is_err());
}

#[tokio::test]
async fn a_delayed_call_is_done_at_once() {
    let mock = instant();
    mock.fault("CreateVpnConnection", 1, Fault::DelayMs(3_600_000));
    let answer = tokio::spawn(request(&mock, "CreateVpnConnection", tunnel()).send());
    let deadline = Instant::now() + Duration::from_secs(30);
    while mock.calls().is_empty() {
        assert!(Instant::now() < deadline, "the call is not done");
        tokio::task::yield_now().await;
    }
    assert_eq!(mock.calls()[0].outcome, "ok");
    let response = ok(&mock, DESCRIBE, json!({})).await;
    assert_eq!(response["TotalCount"], 1);
    assert!(!answer.is_finished());

    mock.fault_rule(FaultRule { action: DESCRIBE.to_owned(), times: None, skip: 1, fault: Fault::DelayMs(100) });
    ok(&mock, DESCRIBE, json!({})).await;
    let started = Instant::now();
    ok(&mock, DESCRIBE, json!({})).await;
    assert!(started.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn latency_is_added_to_every_call() {
    let mock = Mock::start(Options { latency: Duration::from_millis(50), ..Options::default() }).unwrap();
    let started = Instant::now();
    ok(&mock, DESCRIBE, json!({})).await;
    assert!(started.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn the_state_can_be_read_replaced_and_patched() {
    let mock = instant();
    let id = created(&mock, tunnel()).await;
    let (_, mut state) = control(&mock, "GET", "state", Value::Null).await;
    let stored = &mut state["tencent"]["ap-guangzhou"]["vpn_connections"][&id];
    assert_eq!(stored["PreShareKey"], "hush-hush");
    stored["VpnConnectionName"] = json!("by hand");
    assert_eq!(control(&mock, "PUT", "state", state.clone()).await.0, StatusCode::OK);
    assert_eq!(described(&mock, &id).await["VpnConnectionName"], "by hand");

    let patch = json!({"tencent": {"ap-guangzhou": {"vpn_connections": {&id: {"DpdEnable": 1}}}}});
    assert_eq!(control(&mock, "PATCH", "state", patch).await.0, StatusCode::OK);
    assert_eq!(described(&mock, &id).await["DpdEnable"], 1);
    let patch = json!({"tencent": {"ap-guangzhou": {"vpn_connections": {&id: null}}}});
    control(&mock, "PATCH", "state", patch).await;
    assert_eq!(ok(&mock, DESCRIBE, json!({})).await["TotalCount"], 0);

    let seeded = Mock::start(Options { seed: Some(state.clone()), ..Options::default() }).unwrap();
    assert_eq!(described(&seeded, &id).await["VpnConnectionName"], "by hand");
    seeded.set_state(&json!({})).unwrap();
    assert_eq!(ok(&seeded, "DescribeVpnGateways", json!({})).await["TotalCount"], 0);
    assert!(Mock::start(Options { seed: Some(json!([])), ..Options::default() }).is_err());
}

#[tokio::test]
async fn a_kind_of_objects_that_no_cloud_has_is_refused() {
    let mock = instant();
    let before = mock.state();
    let misspelt = json!({"tencent": {"ap-guangzhou": {"vpn_conections": {}}}});
    for method in ["PUT", "PATCH"] {
        let (status, answer) = control(&mock, method, "state", misspelt.clone()).await;
        let error = answer["error"].as_str().unwrap_or_default();
        assert_eq!(status, StatusCode::BAD_REQUEST, "{method}");
        assert!(error.contains("tencent.ap-guangzhou.vpn_conections") && error.contains("vpn_connections"), "{error}");
    }
    assert_eq!(mock.state(), before);
    // Each cloud has kinds of its own.
    assert!(mock.set_state(&json!({"tencent": {"ap-guangzhou": {"vswitches": {}}}})).is_err());
    assert!(mock.set_state(&json!({"alibaba": {"cn-hangzhou": {"legacy_tasks": {}}}})).is_err());
    assert!(Mock::start(Options { seed: Some(misspelt), ..Options::default() }).is_err());
}

#[tokio::test]
async fn switches_and_rates_are_changed_over_http() {
    let mock = instant();
    let (status, switches) = control(&mock, "POST", "switches", json!({"empty_create_id": true})).await;
    assert_eq!((status, &switches["empty_create_id"]), (StatusCode::OK, &json!(true)));
    assert_eq!(ok(&mock, "CreateVpnConnection", tunnel()).await["VpnConnection"]["VpnConnectionId"], "");
    assert_eq!(control(&mock, "POST", "rates", json!({DESCRIBE: 1})).await.0, StatusCode::OK);
    let mut codes = Vec::new();
    for _ in 0..50 {
        codes.push(call(&mock, DESCRIBE, json!({})).await["Error"]["Code"].take());
    }
    assert!(codes.contains(&json!("RequestLimitExceeded")));
    control(&mock, "DELETE", "rates", Value::Null).await;
    ok(&mock, DESCRIBE, json!({})).await;
}

#[tokio::test]
async fn wrong_control_requests_are_refused_with_a_reason() {
    let mock = instant();
    for (method, what, body, expected) in [
        ("GET", "nothing", Value::Null, 404),
        ("PUT", "calls", Value::Null, 405),
        ("PUT", "state", json!({"tencent": 1}), 400),
        ("POST", "faults", json!({"action": "*", "fault": {"explode": true}}), 400),
        ("POST", "rates", json!({"A": "fast"}), 400),
        ("POST", "switches", json!({"nonsense": true}), 400),
    ] {
        let (status, answer) = control(&mock, method, what, body).await;
        assert_eq!(status, expected, "{method} {what}");
        assert!(answer["error"].is_string());
    }
}

#[test]
fn a_handle_brings_its_own_runtime_and_stops_when_dropped() {
    let mock = MockHandle::spawn(Options::default()).unwrap();
    let address = mock.url().replace("http://", "");
    assert!(std::net::TcpStream::connect(&address).is_ok());
    assert!(mock.env().contains(&("CLOUDVPN_TENCENT_ENDPOINT".to_owned(), mock.url())));
    drop(mock);
    let deadline = Instant::now() + Duration::from_secs(10);
    while std::net::TcpStream::connect(&address).is_ok() {
        assert!(Instant::now() < deadline, "still listening");
        std::thread::yield_now();
    }
}

#[test]
fn without_a_runtime_a_mock_says_so() {
    let error = Mock::start(Options::default()).err().unwrap();
    assert!(error.to_string().contains("MockHandle"));
}

async fn control(mock: &Mock, method: &str, what: &str, body: Value) -> (StatusCode, Value) {
    let method: Method = method.parse().unwrap();
    let request = client().request(method, format!("{}/_mock/{what}", mock.url()));
    let request = if body.is_null() { request } else { request.json(&body) };
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}
