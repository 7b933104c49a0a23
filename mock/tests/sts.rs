//! Tencent's accounts and STS: who calls, roles, temporary keys and what they may do.

mod support;

use std::time::Duration;

use cloudvpn_mock::{Mock, Switches, TENCENT_REGION, TENCENT_SECRET_ID, TENCENT_SECRET_KEY};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use support::*;

/// A key: its id, its secret, its token if it has one.
type Key = (String, String, String);

fn key(id: &str, secret: &str) -> Key {
    (id.to_owned(), secret.to_owned(), String::new())
}

fn own() -> Key {
    key(TENCENT_SECRET_ID, TENCENT_SECRET_KEY)
}

fn user() -> Key {
    key("AKIDmockuser0000000000000000000000", "mock-user-secret-key")
}

fn other() -> Key {
    key("AKIDother0000000000000000000000000", "other-secret-key")
}

fn request_of(mock: &Mock, (id, secret, token): &Key, action: &str, params: Value) -> RequestBuilder {
    let request = signed_by(mock, (id, secret), action, TENCENT_REGION, params);
    if token.is_empty() { request } else { request.header("x-tc-token", token) }
}

async fn by(mock: &Mock, key: &Key, action: &str, params: Value) -> Value {
    let response = request_of(mock, key, action, params).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json::<Value>().await.unwrap()["Response"].take()
}

/// The code of what is refused, `ok` else.
async fn outcome(mock: &Mock, key: &Key, action: &str, params: Value) -> String {
    by(mock, key, action, params).await["Error"]["Code"].as_str().unwrap_or("ok").to_owned()
}

fn role(changes: Value) -> Value {
    with(json!({"RoleArn": ROLE, "RoleSessionName": "test"}), changes)
}

async fn assumed(mock: &Mock, by_key: &Key, params: Value) -> Key {
    let answer = by(mock, by_key, "AssumeRole", params).await;
    let [id, secret, token] = ["TmpSecretId", "TmpSecretKey", "Token"]
        .map(|name| answer["Credentials"][name].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned());
    (id, secret, token)
}

#[tokio::test]
async fn a_caller_is_told_who_it_is() {
    let mock = instant();
    let session = assumed(&mock, &user(), role(json!({}))).await;
    for (key, expected) in [
        (
            own(),
            json!([
                "CAMUser",
                "100000000001",
                "100000000001",
                "100000000001",
                "qcs::cam:100000000001:uin/100000000001"
            ]),
        ),
        (
            user(),
            json!([
                "CAMUser",
                "100000000001",
                "100000000011",
                "100000000011",
                "qcs::cam:100000000001:uin/100000000011"
            ]),
        ),
        (
            other(),
            json!([
                "CAMUser",
                "100000000002",
                "100000000002",
                "100000000002",
                "qcs::cam:100000000002:uin/100000000002"
            ]),
        ),
        (
            session,
            json!([
                "CAMRole",
                "100000000001",
                "4611686018427000001:test",
                "100000000011",
                "qcs::sts:100000000001:assumed-role/4611686018427000001"
            ]),
        ),
    ] {
        let answer = by(&mock, &key, "GetCallerIdentity", json!({})).await;
        let told: Vec<_> = ["Type", "AccountId", "UserId", "PrincipalId", "Arn"].map(|name| &answer[name]).into();
        assert_eq!(json!(told), expected, "{answer}");
    }
}

#[tokio::test]
async fn accounts_have_objects_of_their_own() {
    let mock = instant();
    let gateway = json!({"CustomerGatewayName": "theirs", "IpAddress": "198.51.100.1"});
    assert_eq!(
        outcome(&mock, &own(), "CreateCustomerGateway", gateway.clone()).await,
        "UnsupportedOperation.RecordExists"
    );
    let made = by(&mock, &other(), "CreateCustomerGateway", gateway).await;
    let id = made["CustomerGateway"]["CustomerGatewayId"].as_str().unwrap();
    let listed = async |key: &Key| by(&mock, key, "DescribeCustomerGateways", json!({})).await["TotalCount"].take();
    assert_eq!((listed(&own()).await, listed(&other()).await), (json!(3), json!(1)));
    let delete = json!({"CustomerGatewayId": id});
    assert_eq!(outcome(&mock, &own(), "DeleteCustomerGateway", delete.clone()).await, "ResourceNotFound");
    assert!(mock.state()["tencent/100000000002"]["ap-guangzhou"]["customer_gateways"][id].is_object());
    // The role of the other account is a caller of that account.
    let partner = json!({"RoleArn": PARTNER, "ExternalId": "mock-external-id"});
    let session = assumed(&mock, &own(), role(partner)).await;
    assert_eq!(listed(&session).await, 1);
    assert_eq!(outcome(&mock, &session, "DeleteCustomerGateway", delete).await, "ok");
}

#[tokio::test]
async fn a_role_is_given_to_whom_it_trusts() {
    let mock = instant();
    let session = assumed(&mock, &own(), role(json!({}))).await;
    let partner = |external: &str| role(json!({"RoleArn": PARTNER, "ExternalId": external}));
    for (key, params, expected) in [
        (own(), role(json!({})), "ok"),
        (user(), role(json!({})), "ok"),
        (own(), role(json!({"RoleArn": "qcs::cam::uin/100000000001:role/4611686018427000001"})), "ok"),
        (other(), role(json!({})), "UnauthorizedOperation"),
        (own(), partner("mock-external-id"), "ok"),
        (own(), partner("another"), "UnauthorizedOperation"),
        (own(), role(json!({"RoleArn": PARTNER})), "UnauthorizedOperation"),
        // Chained: the role's session is of the account that is trusted.
        (session.clone(), partner("mock-external-id"), "ok"),
        (own(), role(json!({"RoleArn": "qcs::cam::uin/100000000001:roleName/none"})), "ResourceNotFound.RoleNotFound"),
        (own(), role(json!({"RoleArn": "qcs::cam::uin/100000000009:roleName/mock"})), "ResourceNotFound.RoleNotFound"),
        (own(), role(json!({"RoleArn": "acs:ram::1:role/mock"})), "InvalidParameter.ParamError"),
        (own(), role(json!({"RoleSessionName": "a"})), "InvalidParameter.ParamError"),
        (own(), role(json!({"RoleSessionName": "a b"})), "InvalidParameter.ParamError"),
        (own(), role(json!({"RoleSessionName": null})), "MissingParameter"),
        (own(), role(json!({"ExternalId": "x"})), "InvalidParameter.ParamError"),
        (own(), role(json!({"DurationSeconds": 43201})), "InvalidParameter.OverTimeError"),
        (own(), role(json!({"DurationSeconds": "3600"})), "InvalidParameter.OverTimeError"),
        (own(), role(json!({"TokenCode": "123456"})), "InvalidParameter.TempCodeNotAvaliable"),
        (own(), role(json!({"Durations": 1})), "UnknownParameter"),
    ] {
        assert_eq!(outcome(&mock, &key, "AssumeRole", params.clone()).await, expected, "{} {params}", key.0);
    }
    let patch = json!({"accounts": {"tencent": {"100000000001": {"roles": {"mock": {"max_seconds": 3600}}}}}});
    mock.patch_state(&patch).unwrap();
    let code = outcome(&mock, &own(), "AssumeRole", role(json!({"DurationSeconds": 3601}))).await;
    assert_eq!(code, "InvalidParameter.OverTimeError");
}

#[tokio::test]
async fn a_temporary_key_needs_its_token_and_ends() {
    let mock = instant();
    let before = jiff::Timestamp::now().as_second();
    let answer = by(&mock, &own(), "AssumeRole", role(json!({"DurationSeconds": 3600}))).await;
    let after = jiff::Timestamp::now().as_second();
    let ends = answer["ExpiredTime"].as_i64().unwrap();
    assert!((before + 3600..=after + 3600).contains(&ends), "{answer}");
    assert_eq!(answer["Expiration"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second(), ends);

    let (id, secret, token) = assumed(&mock, &own(), role(json!({"DurationSeconds": 3600}))).await;
    let another = assumed(&mock, &own(), role(json!({}))).await;
    let describe = async |token: &str| {
        outcome(&mock, &(id.clone(), secret.clone(), token.to_owned()), "DescribeVpnGateways", json!({})).await
    };
    assert_eq!(describe(&token).await, "ok");
    for wrong in ["", "wrong", &another.2, "mock-token"] {
        assert_eq!(describe(wrong).await, "AuthFailure.TokenFailure", "{wrong}");
    }
    mock.age_keys(Duration::from_secs(3590));
    assert_eq!(describe(&token).await, "ok");
    mock.age_keys(Duration::from_secs(10));
    assert_eq!(describe(&token).await, "AuthFailure.TokenFailure");
    let lasting = &another;
    assert_eq!(outcome(&mock, lasting, "DescribeVpnGateways", json!({})).await, "ok");
    mock.end_keys();
    assert_eq!(outcome(&mock, lasting, "DescribeVpnGateways", json!({})).await, "AuthFailure.TokenFailure");
    mock.switches(Switches { ended_keys_unknown: true, ..Switches::default() });
    assert_eq!(describe(&token).await, "AuthFailure.SecretIdNotFound");
}

#[tokio::test]
async fn what_a_policy_does_not_allow_is_refused() {
    let mock = instant();
    let encoded = |policy: Value| form_urlencoded::byte_serialize(policy.to_string().as_bytes()).collect::<String>();
    let read = json!({"version": "2.0", "statement": [
        {"effect": "allow", "action": ["name/vpc:Describe*"], "resource": ["*"]},
        {"effect": "deny", "action": "vpc:DescribeCustomerGateways", "resource": "*"},
    ]});
    let session = assumed(&mock, &own(), role(json!({"Policy": encoded(read.clone())}))).await;
    for (action, params, expected) in [
        ("DescribeVpnGateways", json!({}), "ok"),
        ("DescribeCustomerGateways", json!({}), "UnauthorizedOperation"),
        ("CreateVpnConnection", tunnel(), "UnauthorizedOperation"),
        ("AssumeRole", role(json!({})), "UnauthorizedOperation"),
        ("GetCallerIdentity", json!({}), "ok"),
    ] {
        assert_eq!(outcome(&mock, &session, action, params).await, expected, "{action}");
    }
    let with_principal = json!({"version": "2.0", "statement": [
        {"effect": "allow", "action": "*", "resource": "*", "principal": {"qcs": "*"}}]});
    for policy in [read.to_string(), encoded(json!({"version": "2.0"})), "rubbish".to_owned(), encoded(with_principal)]
    {
        let code = outcome(&mock, &own(), "AssumeRole", role(json!({"Policy": policy}))).await;
        assert_eq!(code, "InvalidParameter.StrategyFormatError", "{policy}");
    }
    // Users and roles have policies of their own; a session's cannot widen them.
    let own_policies = json!({"users": {"mock": {"policy": read}}, "roles": {"mock": {"policy": read}}});
    mock.patch_state(&json!({"accounts": {"tencent": {"100000000001": own_policies}}})).unwrap();
    assert_eq!(outcome(&mock, &user(), "CreateVpnConnection", tunnel()).await, "UnauthorizedOperation");
    assert_eq!(outcome(&mock, &user(), "DescribeVpnGateways", json!({})).await, "ok");
    let all = json!({"version": "2.0", "statement": [{"effect": "allow", "action": "*", "resource": "*"}]});
    let session = assumed(&mock, &own(), role(json!({"Policy": encoded(all)}))).await;
    assert_eq!(outcome(&mock, &session, "CreateVpnConnection", tunnel()).await, "UnauthorizedOperation");
}

#[tokio::test]
async fn keys_can_be_disabled_and_taken_away() {
    let mock = instant();
    let keys =
        |change: Value| json!({"accounts": {"tencent": {"100000000001": {"keys": {TENCENT_SECRET_ID: change}}}}});
    let identity = async || outcome(&mock, &own(), "GetCallerIdentity", json!({})).await;
    mock.patch_state(&keys(json!({"inactive": true}))).unwrap();
    assert_eq!(identity().await, "AuthFailure.InvalidSecretId");
    mock.patch_state(&keys(Value::Null)).unwrap();
    assert_eq!(identity().await, "AuthFailure.SecretIdNotFound");
    for unreadable in [
        json!({"accounts": {"tencent": {"1": {"key": {}}}}}),
        json!({"accounts": {"aws": {}}}),
        json!({"accounts": {"tencent": {"1": {"roles": {"r": {"id": "1", "trust": {}}}}}}}),
        json!({"tencent/100000000009": {}}),
        json!({"tencent/100000000002": {"ap-guangzhou": {"things": {}}}}),
    ] {
        assert!(mock.patch_state(&unreadable).is_err(), "{unreadable}");
    }
}

const ROLE: &str = "qcs::cam::uin/100000000001:roleName/mock";
const PARTNER: &str = "qcs::cam::uin/100000000002:roleName/partner";
