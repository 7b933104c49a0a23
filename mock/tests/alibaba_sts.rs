//! Alibaba's accounts and STS: who calls, roles, temporary keys and what they may do.

mod support;

use std::time::Duration;

use cloudvpn_mock::{ALIBABA_ACCESS_KEY_ID, ALIBABA_ACCESS_KEY_SECRET, Mock, Switches};
use serde_json::{Value, json};
use support::alibaba::*;
use support::instant;

/// A key: its id, its secret, its token if it has one.
type Key = (String, String, Option<String>);

fn key(id: &str, secret: &str) -> Key {
    (id.to_owned(), secret.to_owned(), None)
}

fn own() -> Key {
    key(ALIBABA_ACCESS_KEY_ID, ALIBABA_ACCESS_KEY_SECRET)
}

fn root() -> Key {
    key("LTAImockroot000000000000", "mock-root-access-key-secret")
}

fn other() -> Key {
    key("LTAIother000000000000000", "other-access-key-secret")
}

/// A request of STS, or of VPC for an action that STS does not have.
fn request_of((id, secret, token): &Key, action: &str, params: &[(&str, &str)]) -> V3 {
    let request = V3::new(action, params);
    let version = if STS.contains(&action) { "2015-04-01" } else { request.version };
    V3 { version, key_id: id.clone(), secret: secret.clone(), token: token.clone(), ..request }
}

async fn by(mock: &Mock, key: &Key, action: &str, params: &[(&str, &str)]) -> (u16, Value) {
    request_of(key, action, params).send(mock).await
}

/// Status and code of what is refused, 200 and `ok` else.
async fn outcome(mock: &Mock, key: &Key, action: &str, params: &[(&str, &str)]) -> (u16, String) {
    let (status, body) = by(mock, key, action, params).await;
    (status, body["Code"].as_str().unwrap_or("ok").to_owned())
}

fn role<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    having(&[("RoleArn", ROLE), ("RoleSessionName", "test")], changes)
}

async fn assumed(mock: &Mock, by_key: &Key, params: &[(&str, &str)]) -> Key {
    let (status, answer) = by(mock, by_key, "AssumeRole", params).await;
    assert_eq!(status, 200, "{answer}");
    let [id, secret, token] =
        ["AccessKeyId", "AccessKeySecret", "SecurityToken"].map(|name| text(&answer["Credentials"], name));
    assert!(id.starts_with("STS."), "{id}");
    (id, secret, Some(token))
}

#[tokio::test]
async fn a_caller_is_told_who_it_is() {
    let mock = instant();
    let session = assumed(&mock, &own(), &role(&[])).await;
    for (key, expected) in [
        (
            own(),
            json!({"IdentityType": "RAMUser", "AccountId": "1000000000000001", "PrincipalId": "200000000000000001",
                "UserId": "200000000000000001", "Arn": "acs:ram::1000000000000001:user/mock"}),
        ),
        (
            root(),
            json!({"IdentityType": "Account", "AccountId": "1000000000000001", "PrincipalId": "1000000000000001",
                "UserId": "1000000000000001", "Arn": "acs:ram::1000000000000001:root"}),
        ),
        (
            other(),
            json!({"IdentityType": "RAMUser", "AccountId": "1000000000000002", "PrincipalId": "200000000000000002",
                "UserId": "200000000000000002", "Arn": "acs:ram::1000000000000002:user/other"}),
        ),
        (
            session,
            json!({"IdentityType": "AssumedRoleUser", "AccountId": "1000000000000001",
                "PrincipalId": "300000000000000001:test", "RoleId": "300000000000000001",
                "Arn": "acs:ram::1000000000000001:assumed-role/mock/test"}),
        ),
    ] {
        let (status, mut answer) = by(&mock, &key, "GetCallerIdentity", &[]).await;
        answer.as_object_mut().unwrap().remove("RequestId");
        assert_eq!((status, answer), (200, expected));
    }
}

#[tokio::test]
async fn accounts_have_objects_of_their_own() {
    let mock = instant();
    let gateway = [("IpAddress", "198.51.100.7"), ("Name", "theirs"), ("ClientToken", "one")];
    let (_, theirs) = by(&mock, &other(), "CreateCustomerGateway", &gateway).await;
    let (_, ours) = by(&mock, &own(), "CreateCustomerGateway", &gateway).await;
    let id = text(&theirs, "CustomerGatewayId");
    assert_ne!(id, text(&ours, "CustomerGatewayId"));
    let describe = [("CustomerGatewayId", id.as_str())];
    assert_eq!(outcome(&mock, &other(), "DescribeCustomerGateway", &describe).await.0, 200);
    assert_ne!(outcome(&mock, &own(), "DescribeCustomerGateway", &describe).await.0, 200);
    assert!(mock.state()["alibaba/1000000000000002"]["cn-hangzhou"]["customer_gateways"][&id].is_object());
    let partner = role(&[("RoleArn", PARTNER), ("ExternalId", "mock-external-id")]);
    let session = assumed(&mock, &own(), &partner).await;
    assert_eq!(outcome(&mock, &session, "DescribeCustomerGateway", &describe).await.0, 200);
}

#[tokio::test]
async fn a_role_is_given_to_whom_it_trusts() {
    let mock = instant();
    let session = assumed(&mock, &own(), &role(&[])).await;
    let long = "x".repeat(2049);
    for (key, changes, expected) in [
        (own(), &[][..], (200, "ok")),
        (own(), &[("DurationSeconds", "900")], (200, "ok")),
        (root(), &[], (403, "NoPermission")),
        (other(), &[], (403, "NoPermission")),
        (own(), &[("RoleArn", PARTNER), ("ExternalId", "mock-external-id")], (200, "ok")),
        (own(), &[("RoleArn", PARTNER), ("ExternalId", "another")], (403, "NoPermission")),
        (own(), &[("RoleArn", PARTNER)], (403, "NoPermission")),
        // Chained: the role's session is of the account that is trusted.
        (session.clone(), &[("RoleArn", PARTNER), ("ExternalId", "mock-external-id")], (200, "ok")),
        (own(), &[("RoleArn", "acs:ram::1000000000000001:role/none")], (404, "EntityNotExist.Role")),
        (own(), &[("RoleArn", "acs:ram::1000000000000009:role/mock")], (404, "EntityNotExist.Role")),
        (own(), &[("RoleArn", "acs:ram::1000000000000001:user/mock")], (400, "InvalidParameter.RoleArn")),
        (own(), &[("RoleArn", "")], (400, "MissingRoleArn")),
        (own(), &[("RoleSessionName", "a")], (400, "InvalidParameter.RoleSessionName")),
        (own(), &[("RoleSessionName", "a=b")], (400, "InvalidParameter.RoleSessionName")),
        (own(), &[("DurationSeconds", "899")], (400, "InvalidParameter.DurationSeconds")),
        (own(), &[("DurationSeconds", "43201")], (400, "InvalidParameter.DurationSeconds")),
        (own(), &[("Policy", "{}")], (400, "InvalidParameter.PolicyGrammar")),
        (own(), &[("Policy", &long)], (400, "InvalidParameter.PolicySize")),
        (own(), &[("Duration", "900")], (400, "InvalidParameter")),
    ] {
        let (status, code) = outcome(&mock, &key, "AssumeRole", &role(changes)).await;
        assert_eq!((status, code.as_str()), expected, "{} {changes:?}", key.0);
    }
    let patch = json!({"accounts": {"alibaba": {"1000000000000001": {"roles": {"mock": {"max_seconds": 3600}}}}}});
    mock.patch_state(&patch).unwrap();
    let (_, code) = outcome(&mock, &own(), "AssumeRole", &role(&[("DurationSeconds", "3601")])).await;
    assert_eq!(code, "InvalidParameter.DurationSeconds");
}

#[tokio::test]
async fn the_answer_names_the_session_and_its_end() {
    let mock = instant();
    let before = jiff::Timestamp::now().as_second();
    let params = role(&[("DurationSeconds", "900"), ("SourceIdentity", "alice")]);
    let (_, answer) = by(&mock, &own(), "AssumeRole", &params).await;
    let after = jiff::Timestamp::now().as_second();
    let user = json!({"AssumedRoleId": "300000000000000001:test", "Arn": "acs:ram::1000000000000001:role/mock/test"});
    assert_eq!((&answer["AssumedRoleUser"], &answer["SourceIdentity"]), (&user, &json!("alice")));
    let ends = text(&answer["Credentials"], "Expiration");
    assert_eq!(ends.len(), "2026-01-15T09:30:00Z".len());
    let ends = ends.parse::<jiff::Timestamp>().unwrap().as_second();
    assert!((before + 900..=after + 900).contains(&ends));
    assert!(!json!(mock.calls()).to_string().contains(&text(&answer["Credentials"], "AccessKeySecret")));
}

#[tokio::test]
async fn a_temporary_key_needs_its_token_and_ends() {
    let mock = instant();
    let (id, secret, token) = assumed(&mock, &own(), &role(&[("DurationSeconds", "900")])).await;
    let another = assumed(&mock, &own(), &role(&[])).await;
    let with = async |token: Option<&str>| {
        let key = (id.clone(), secret.clone(), token.map(str::to_owned));
        outcome(&mock, &key, "DescribeVpnGateways", &[]).await.1
    };
    for (token, expected) in [
        (token.as_deref(), "ok"),
        (None, "MissingSecurityToken"),
        (Some("wrong"), "InvalidSecurityToken.Malformed"),
        (another.2.as_deref(), "InvalidSecurityToken.MismatchWithAccessKey"),
        (Some("mock-token"), "InvalidSecurityToken.MismatchWithAccessKey"),
    ] {
        assert_eq!(with(token).await, expected, "{token:?}");
    }
    mock.age_keys(Duration::from_secs(890));
    assert_eq!(with(token.as_deref()).await, "ok");
    mock.age_keys(Duration::from_secs(10));
    assert_eq!(with(token.as_deref()).await, "InvalidSecurityToken.Expired");
    assert_eq!(outcome(&mock, &another, "DescribeVpnGateways", &[]).await.1, "ok");
    mock.end_keys();
    assert_eq!(outcome(&mock, &another, "DescribeVpnGateways", &[]).await.1, "InvalidSecurityToken.Expired");
    mock.switches(Switches { ended_keys_unknown: true, ..Switches::default() });
    assert_eq!(with(token.as_deref()).await, "InvalidAccessKeyId.NotFound");
}

#[tokio::test]
async fn what_a_policy_does_not_allow_is_refused() {
    let mock = instant();
    let read = json!({"Version": "1", "Statement": [
        {"Effect": "Allow", "Action": ["vpc:Describe*"], "Resource": ["*"]},
        {"Effect": "Deny", "Action": "vpc:DescribeCustomerGateways", "Resource": "*"},
    ]});
    let session = assumed(&mock, &own(), &role(&[("Policy", &read.to_string())])).await;
    for (action, params, expected) in [
        ("DescribeVpnGateways", vec![], "ok"),
        ("DescribeCustomerGateways", vec![], "Forbidden.RAM"),
        ("CreateCustomerGateway", vec![("IpAddress", "198.51.100.7")], "Forbidden.RAM"),
        ("AssumeRole", role(&[]), "NoPermission"),
        ("GetCallerIdentity", vec![], "ok"),
    ] {
        let (status, code) = outcome(&mock, &session, action, &params).await;
        assert_eq!((status, code.as_str()), (if expected == "ok" { 200 } else { 403 }, expected), "{action}");
    }
    let own_policies = json!({"users": {"mock": {"policy": read}}});
    mock.patch_state(&json!({"accounts": {"alibaba": {"1000000000000001": own_policies}}})).unwrap();
    assert_eq!(outcome(&mock, &own(), "DescribeCustomerGateways", &[]).await.1, "Forbidden.RAM");
    assert_eq!(outcome(&mock, &own(), "DescribeVpnGateways", &[]).await.1, "ok");
}

#[tokio::test]
async fn services_are_told_apart_by_their_version() {
    let mock = instant();
    let wrong = V3 { version: "2016-04-28", ..request_of(&own(), "AssumeRole", &role(&[])) };
    let (status, body) = wrong.send(&mock).await;
    assert_eq!((status, &body["Code"]), (404, &json!("InvalidAction.NotFound")));
    let wrong = V3 { version: "2015-04-01", ..request_of(&own(), "DescribeVpnGateways", &[]) };
    let (status, body) = wrong.send(&mock).await;
    assert_eq!(
        (status, &body["Code"], &body["HostId"]),
        (404, &json!("InvalidAction.NotFound"), &json!("sts.aliyuncs.com"))
    );
    assert!(text(&body, "Recommend").contains("product=Sts"));
    // Signature v1, with all of it in the query, as the Python library sends it.
    let query = [&[("Action", "AssumeRole"), ("Format", "JSON"), ("Version", "2015-04-01")][..], &role(&[])].concat();
    let (status, body) = answer(v1(&mock, reqwest::Method::GET, &query, &[])).await;
    assert_eq!(status, 200, "{body}");
}

const STS: &[&str] = &["AssumeRole", "GetCallerIdentity"];
const ROLE: &str = "acs:ram::1000000000000001:role/mock";
const PARTNER: &str = "acs:ram::1000000000000002:role/partner";
