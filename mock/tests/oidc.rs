//! Roles for tokens of OpenID Connect, in both clouds: requests that are not signed.

mod support;

use cloudvpn_mock::Mock;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use support::{client, instant};

async fn control(mock: &Mock, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
    let request = client().request(method.parse().unwrap(), format!("{}/_mock/{path}", mock.url()));
    let response = request.json(&body).send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

/// The request of the official Go library: the action in the query, what belongs to the role in a form.
fn alibaba(mock: &Mock, changes: &[(&str, &str)]) -> RequestBuilder {
    let form = [
        ("DurationSeconds", "3600"),
        ("OIDCProviderArn", "acs:ram::1000000000000001:oidc-provider/mock"),
        ("RoleArn", "acs:ram::1000000000000001:role/mock"),
        ("RoleSessionName", "ci"),
    ];
    let form = support::alibaba::having(&form, changes);
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H%%3A%M%%3A%SZ").to_string();
    let query = format!("Action=AssumeRoleWithOIDC&Format=JSON&Timestamp={now}&Version=2015-04-01");
    let request = client().post(format!("{}/?{query}", mock.url()));
    request.header("content-type", "application/x-www-form-urlencoded").body(body)
}

async fn alibaba_code(request: RequestBuilder) -> (u16, String) {
    let (status, body) = support::alibaba::answer(request).await;
    (status, body["Code"].as_str().unwrap_or("ok").to_owned())
}

/// The request of the official SDKs.
fn tencent(mock: &Mock, token: &str, changes: Value) -> RequestBuilder {
    let body = json!({
        "DurationSeconds": 7200,
        "ProviderId": "mock",
        "RoleArn": "qcs::cam::uin/100000000001:roleName/mock",
        "RoleSessionName": "ci",
        "WebIdentityToken": token,
    });
    client()
        .post(mock.url())
        .header("authorization", "SKIP")
        .header("x-tc-action", "AssumeRoleWithWebIdentity")
        .header("x-tc-version", "2018-08-13")
        .header("x-tc-region", "ap-guangzhou")
        .header("x-tc-timestamp", jiff::Timestamp::now().as_second().to_string())
        .json(&support::with(body, changes))
}

async fn sent(request: RequestBuilder) -> Value {
    request.send().await.unwrap().json::<Value>().await.unwrap()["Response"].take()
}

async fn tencent_code(request: RequestBuilder) -> String {
    sent(request).await["Error"]["Code"].as_str().unwrap_or("ok").to_owned()
}

const ALIBABA: &str = "sts.aliyuncs.com";
const TENCENT: &str = "sts.cloud.tencent.com";

#[tokio::test]
async fn alibaba_gives_a_key_for_a_good_token() {
    let mock = instant();
    let token = mock.oidc_token(ALIBABA, "repo:me/vpn", 600).unwrap();
    let (status, answer) = support::alibaba::answer(alibaba(&mock, &[("OIDCToken", &token)])).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["OIDCTokenInfo"]["Subject"], "repo:me/vpn");
    assert_eq!(answer["AssumedRoleUser"]["Arn"], "acs:ram::1000000000000001:role/mock/ci");
    let key = |name: &str| support::alibaba::text(&answer["Credentials"], name);
    let request = support::alibaba::V3 {
        key_id: key("AccessKeyId"),
        secret: key("AccessKeySecret"),
        token: Some(key("SecurityToken")),
        ..support::alibaba::V3::new("DescribeVpnGateways", &[])
    };
    assert_eq!(request.send(&mock).await.0, 200);
    assert!(!json!(mock.calls()).to_string().contains(&token), "a token is a secret");
}

#[tokio::test]
async fn alibaba_refuses_bad_tokens_and_roles_that_do_not_trust_them() {
    let mock = instant();
    let good = mock.oidc_token(ALIBABA, "s", 600).unwrap();
    let over = mock.oidc_token(ALIBABA, "s", -10).unwrap();
    let elsewhere = mock.oidc_token(TENCENT, "s", 600).unwrap();
    let forged = format!("{}x", &good[..good.len() - 1]);
    let with_newline = format!("{good}\n");
    let no_provider = "acs:ram::1000000000000001:oidc-provider/none";
    let partner = "acs:ram::1000000000000002:role/partner";
    for (changes, expected) in [
        (&[("OIDCToken", good.as_str())][..], (200, "ok")),
        (&[("OIDCToken", &over)], (401, "AuthenticationFail.OIDCToken.Expired")),
        (&[("OIDCToken", &elsewhere)], (401, "AuthenticationFail.OIDCToken.AudienceNotMatch")),
        (&[("OIDCToken", &with_newline)], (401, "AuthenticationFail.OIDCToken.Invalid")),
        (&[("OIDCToken", "rubbish")], (401, "AuthenticationFail.OIDCToken.Invalid")),
        (&[], (400, "MissingOIDCToken")),
        (&[("OIDCToken", &good), ("OIDCProviderArn", no_provider)], (401, "AuthenticationFail.NoPermission")),
        (&[("OIDCToken", &good), ("RoleArn", partner)], (401, "AuthenticationFail.NoPermission")),
        (&[("OIDCToken", &good), ("RoleArn", "acs:ram::1:role/x")], (404, "EntityNotExist.Role")),
        (&[("OIDCToken", &good), ("DurationSeconds", "60")], (400, "InvalidParameter.DurationSeconds")),
    ] {
        let (status, code) = alibaba_code(alibaba(&mock, changes)).await;
        assert_eq!((status, code.as_str()), expected, "{changes:?}");
    }
    let forged = alibaba_code(alibaba(&mock, &[("OIDCToken", &forged)])).await;
    assert!(
        ["AuthenticationFail.OIDCToken.InvalidSignature", "AuthenticationFail.OIDCToken.Invalid"]
            .contains(&forged.1.as_str())
    );
    // Whoever signs such a request shows a key that it does not need.
    let signed = alibaba(&mock, &[("OIDCToken", &good)]).header("authorization", "ACS3-HMAC-SHA256 Credential=x");
    assert_eq!(alibaba_code(signed).await, (400, "IncompleteSignature".to_owned()));
    let only_alibaba = support::alibaba::v1(&mock, Method::GET, &[("Action", "AssumeRoleWithOIDC")], &[]);
    assert_eq!(alibaba_code(only_alibaba).await.1, "IncompleteSignature");
}

#[tokio::test]
async fn a_trust_may_be_for_some_subjects_alone() {
    let mock = instant();
    let trust = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Federated": ["acs:ram::1000000000000001:oidc-provider/mock"]},
        "Condition": {"StringLike": {"oidc:sub": ["repo:me/*"]}}}]});
    let role = json!({"roles": {"mock": {"trust": trust}}});
    mock.patch_state(&json!({"accounts": {"alibaba": {"1000000000000001": role}}})).unwrap();
    for (subject, expected) in [("repo:me/vpn", "ok"), ("repo:you/vpn", "AuthenticationFail.NoPermission")] {
        let token = mock.oidc_token(ALIBABA, subject, 600).unwrap();
        assert_eq!(alibaba_code(alibaba(&mock, &[("OIDCToken", &token)])).await.1, expected, "{subject}");
    }
}

#[tokio::test]
async fn tencent_gives_a_key_for_a_good_token_and_refuses_others() {
    let mock = instant();
    let good = mock.oidc_token(TENCENT, "system:serviceaccount:vpn:apply", 600).unwrap();
    let answer = sent(tencent(&mock, &good, json!({}))).await;
    let key = |name: &str| answer["Credentials"][name].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
    let (id, secret) = (key("TmpSecretId"), key("TmpSecretKey"));
    let request = support::signed_by(&mock, (&id, &secret), "GetCallerIdentity", "ap-guangzhou", json!({}));
    assert_eq!(sent(request.header("x-tc-token", key("Token"))).await["UserId"], "4611686018427000001:ci");
    assert!(!json!(mock.calls()).to_string().contains(&good), "a token is a secret");

    let token_error = "InvalidParameter.WebIdentityTokenError";
    for (token, changes, expected) in [
        (mock.oidc_token(TENCENT, "s", -10).unwrap(), json!({}), token_error),
        (mock.oidc_token(ALIBABA, "s", 600).unwrap(), json!({}), token_error),
        ("rubbish".to_owned(), json!({}), token_error),
        (good.clone(), json!({"ProviderId": "none"}), token_error),
        (good.clone(), json!({"RoleArn": "qcs::cam::uin/100000000001:roleName/none"}), "ResourceNotFound.RoleNotFound"),
        (good.clone(), json!({"RoleSessionName": null}), "MissingParameter"),
        (good.clone(), json!({"DurationSeconds": 43201}), "InvalidParameter.OverTimeError"),
        (good.clone(), json!({"Policy": "%7B%7D"}), "UnknownParameter"),
    ] {
        assert_eq!(tencent_code(tencent(&mock, &token, changes.clone())).await, expected, "{changes}");
    }
    let invalid = "AuthFailure.InvalidAuthorization";
    assert_eq!(tencent_code(tencent(&mock, &good, json!({})).header("x-tc-token", "t")).await, invalid);
    let unsigned = client().post(mock.url()).header("authorization", "SKIP").header("x-tc-action", "AssumeRole");
    assert_eq!(tencent_code(unsigned.json(&json!({}))).await, invalid);
}

#[tokio::test]
async fn tokens_are_made_to_order() {
    let mock = instant();
    let (status, made) = control(&mock, "POST", "tokens", json!({"audience": ALIBABA, "subject": "s"})).await;
    assert_eq!(status, StatusCode::OK);
    let token = made["token"].as_str().unwrap().to_owned();
    assert_eq!(alibaba_code(alibaba(&mock, &[("OIDCToken", &token)])).await.1, "ok");
    let stranger = json!({"audience": ALIBABA, "subject": "s", "issuer": "https://else.example", "seconds": 60});
    let (_, made) = control(&mock, "POST", "tokens", stranger).await;
    let token = made["token"].as_str().unwrap().to_owned();
    assert_eq!(alibaba_code(alibaba(&mock, &[("OIDCToken", &token)])).await.1, "AuthenticationFail.OIDCToken.Invalid");
    assert_eq!(control(&mock, "POST", "tokens", json!({"audience": "a"})).await.0, StatusCode::BAD_REQUEST);
    let (_, keys) = control(&mock, "GET", "jwks", Value::Null).await;
    assert_eq!(keys["keys"][0]["kty"], "RSA");
    // The keys of an issuer of one's own take the place of the mock's.
    let own = json!({"oidc_providers": {"mock": {"keys": {"keys": []}}}});
    mock.patch_state(&json!({"accounts": {"alibaba": {"1000000000000001": own}}})).unwrap();
    let token = mock.oidc_token(ALIBABA, "s", 600).unwrap();
    let refused = alibaba_code(alibaba(&mock, &[("OIDCToken", &token)])).await.1;
    assert_eq!(refused, "AuthenticationFail.OIDCToken.InvalidSignature");
    mock.patch_state(
        &json!({"accounts": {"alibaba": {"1000000000000001": {"oidc_providers": {"mock": {"keys": keys}}}}}}),
    )
    .unwrap();
    assert_eq!(alibaba_code(alibaba(&mock, &[("OIDCToken", &token)])).await.1, "ok");
}
