//! Tests of `client.rs`.

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::cloud::credentials::Sources;
use crate::cloud::error::{Class, Error};
use crate::cloud::tencent::chain;
use crate::cloud::tencent::legacy::vpc::{AddVpnConnEx, DeleteVpnConn, DescribeVpnConn, IkeSet, ModifyVpnConnEx};
use crate::cloud::testing::{Answer, Server};
use crate::cloud::transport::Transport;

const RETRIES: u32 = 2;

/// A client for `url` that hardly waits between attempts.
pub(in crate::cloud) fn client(url: &str) -> Client {
    let policy = Policy { base: Duration::from_millis(1), longest: Duration::from_millis(5), ..Policy::new(RETRIES) };
    Client::tuned(config(url), policy, Duration::from_millis(250))
}

pub(in crate::cloud::tencent::legacy) fn ctx() -> Ctx {
    Ctx::new(Duration::from_secs(60), CancellationToken::new())
}

fn config(url: &str) -> Config<Endpoint> {
    Config {
        credentials: Credentials::new("AKIDEXAMPLE", "hidden-secret-key").with_token("hidden-token").into(),
        endpoint: Some(url.parse().unwrap()),
        max_retries: RETRIES,
        requests_per_second: None,
        transport: Transport::default(),
    }
}

fn modify() -> ModifyVpnConnEx {
    ModifyVpnConnEx {
        vpc_id: "vpc-1".into(),
        vpn_gw_id: "vpngw-1".into(),
        vpn_conn_id: "vpnx-1".into(),
        pre_shared_key: Some("@hidden &=+%\u{e9}".into()),
        spd_acl: Some([("10.0.0.0/24".to_owned(), vec!["172.16.0.0/16".to_owned()])].into()),
        ike_set: Some(IkeSet { dh_group_name: Some("group14".into()), ..Default::default() }),
        ..Default::default()
    }
}

fn success() -> Answer {
    Answer::legacy(json!({"totalCount": 0, "data": []}))
}

async fn failing<A: Action>(request: &A, answer: Answer) -> (Error, usize) {
    let server = Server::scripted([answer]).await;
    let error = client(&server.url()).call(&ctx(), "gz", request).await.err().expect("the call fails");
    let shown = format!("{error} {error:?} {}", error.hint().unwrap_or_default());
    assert!(!shown.contains("hidden"), "{shown}");
    (error, server.requests().len())
}

async fn recovering<A: Action>(request: &A, failure: Answer) -> usize {
    let server = Server::scripted([failure, Answer::legacy(json!({}))]).await;
    client(&server.url()).call(&ctx(), "gz", request).await.expect("the call works in the end");
    server.requests().len()
}

#[tokio::test]
async fn a_call_is_a_form_that_is_signed_with_its_raw_values() {
    let server = Server::scripted([Answer::legacy(json!({"data": {"taskId": "12614"}}))]).await;
    let answer = client(&server.url()).call(&ctx(), "ap-guangzhou", &modify()).await.unwrap();
    assert_eq!(answer.data.unwrap().task_id, Some(12614));

    let request = server.requests().remove(0);
    assert!(request.head.starts_with("POST /v2/index.php HTTP/1.1\r\n"), "{}", request.head);
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.header("host"), Some(server.host().as_str()));
    let mut form = request.form();
    for (name, value) in [
        ("Action", "ModifyVpnConnEx"),
        ("Region", "gz"),
        ("SecretId", "AKIDEXAMPLE"),
        ("SignatureMethod", "HmacSHA256"),
        ("Token", "hidden-token"),
        ("preSharedKey", "@hidden &=+%\u{e9}"),
        ("spdAcl", r#"{"10.0.0.0/24":["172.16.0.0/16"]}"#),
        ("IKESet.dhGroupName", "group14"),
    ] {
        assert_eq!(form.get(name).map(String::as_str), Some(value), "{name}");
    }
    let signature = form.remove("Signature").unwrap();
    let source = sign::source("POST", &server.host(), "/v2/index.php", &form);
    assert_eq!(signature, sign::signature(&"hidden-secret-key".into(), &source));
}

#[tokio::test]
async fn every_attempt_has_a_nonce_of_its_own() {
    let replay = Answer::legacy_error(4500, "");
    let server = Server::scripted([replay, Answer::legacy_error(6200, ""), Answer::legacy(json!({}))]).await;
    // Even a create is repeated: the service did not execute it.
    client(&server.url()).call(&ctx(), "gz", &AddVpnConnEx::default()).await.unwrap();

    let mut nonces: Vec<_> = server.requests().iter().map(|request| request.form()["Nonce"].clone()).collect();
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!(nonces.len(), 3);
    assert!(nonces.iter().all(|nonce| nonce.parse::<u32>().is_ok_and(|nonce| nonce > 0)), "{nonces:?}");
}

#[tokio::test]
async fn success_is_0_as_a_number_or_as_text() {
    for code in [json!(0), json!("0")] {
        let answer = json!({"code": code, "message": "", "totalCount": "1", "data": [{"unVpnConnId": "vpnx-1"}]});
        let server = Server::scripted([Answer::Json(answer)]).await;
        let listed = client(&server.url()).call(&ctx(), "gz", &DescribeVpnConn::default()).await.unwrap();
        assert_eq!((listed.total_count, listed.data.unwrap().len()), (Some(1), 1));
    }
}

#[tokio::test]
async fn the_name_of_an_error_is_its_code_and_the_module_stays_in_the_message() {
    let (error, _) = failing(&modify(), Answer::legacy_error(4000, "InvalidVpnConnName")).await;
    assert_eq!(
        error.to_string(),
        "ModifyVpnConnEx in gz: InvalidVpnConnName: (100004)about InvalidVpnConnName (code 4000)"
    );

    let (error, _) =
        failing(&modify(), Answer::Json(json!({"code": "5100", "message": "(100004)projectIdIncorrect"}))).await;
    assert_eq!(error.to_string(), "ModifyVpnConnEx in gz: 5100: (100004)projectIdIncorrect");
}

#[tokio::test]
async fn errors_are_repeated_by_their_class() {
    let throttled = || Answer::legacy_error(4400, "RequestLimitExceeded");
    assert_eq!(recovering(&modify(), throttled()).await, 2);
    assert_eq!(recovering(&AddVpnConnEx::default(), throttled()).await, 2);
    assert_eq!(recovering(&modify(), Answer::legacy_error(5100, "ActionLocked")).await, 2);
    assert_eq!(recovering(&DeleteVpnConn::default(), Answer::legacy_error(4000, "InvalidVpnConnState")).await, 2);
    assert_eq!(recovering(&modify(), Answer::Drop).await, 2);

    for (answer, class, ambiguous) in [
        (Answer::legacy_error(6000, ""), Class::Transient, true),
        (Answer::Drop, Class::Transient, true),
        (Answer::Raw(502, &[], "<html>hidden".into()), Class::Transient, true),
        (Answer::Json(json!({"hidden": 1})), Class::Transient, true),
        (Answer::legacy_error(4100, ""), Class::Auth, false),
        (Answer::legacy_error(4400, "VpnConnLimitExceeded"), Class::Fatal, false),
    ] {
        let (error, requests) = failing(&AddVpnConnEx::default(), answer.clone()).await;
        assert_eq!((error.class(), error.is_ambiguous(), requests), (class, ambiguous, 1), "{answer:?}");
    }
}

#[tokio::test]
async fn what_may_pass_is_waited_out() {
    for failure in [
        Answer::legacy_error(4400, "RequestLimitExceeded"),
        Answer::legacy_error(6200, ""),
        Answer::legacy_error(6000, "ServiceUnavailable"),
        Answer::Raw(502, &[], "<html>".into()),
        Answer::Drop,
    ] {
        let answers = vec![failure.clone(); 12].into_iter().chain([Answer::legacy(json!({}))]);
        let server = Server::scripted(answers).await;
        client(&server.url()).call(&ctx(), "gz", &modify()).await.unwrap();
        assert_eq!(server.requests().len(), 13, "{failure:?}");
    }
}

#[tokio::test]
async fn secrets_that_the_service_quotes_are_scrubbed() {
    let key = "hidden-psk-quoted";
    let request = ModifyVpnConnEx { pre_shared_key: Some(key.into()), ..modify() };
    let message = format!("{key} hidden-secret-key hidden-token");
    let (error, _) = failing(&request, Answer::Json(json!({"code": 4000, "message": message}))).await;
    assert_eq!(error.message(), "[redacted] [redacted] [redacted]");

    // As it was sent.
    let message = "the form was preSharedKey=%40hidden+%26%3D%2B%25%C3%A9&Token=hidden%2Dtoken";
    let (error, _) = failing(&modify(), Answer::Json(json!({"code": 4000, "message": message}))).await;
    assert_eq!(error.message(), "the form was preSharedKey=[redacted]&Token=[redacted]");
}

#[tokio::test]
async fn a_wrong_clock_is_reported_with_its_error() {
    let body = json!({"code": 4200, "message": "expired"}).to_string();
    let dated = Answer::Raw(200, &[("date", "Tue, 14 Nov 2023 22:13:20 GMT")], body);
    let (error, requests) = failing(&modify(), dated).await;
    assert_eq!((error.class(), requests), (Class::Auth, 2));
    for effect in [
        recovering(&modify(), Answer::legacy_error(4200, "")).await,
        recovering(&AddVpnConnEx::default(), Answer::legacy_error(4200, "")).await,
    ] {
        assert_eq!(effect, 2);
    }
    assert!(error.hint().unwrap().contains("ahead of the service's"), "{error}");
}

#[tokio::test]
async fn without_credentials_nothing_is_sent() {
    let server = Server::scripted([success()]).await;
    let client = Client::new(Config {
        credentials: chain(Sources::default(), 0, Transport::default()),
        ..config(&server.url())
    });
    let error = client.call(&ctx(), "gz", &DescribeVpnConn::default()).await.unwrap_err();
    assert_eq!(error.class(), Class::Auth);
    assert!(server.requests().is_empty());
}

#[test]
fn debug_masks_secrets() {
    let config = config("http://localhost");
    let shown = format!("{config:?} {:?} {:?}", Client::new(config.clone()), modify());
    assert!(!shown.contains("hidden"), "{shown}");
}

#[test]
fn calls_can_run_on_any_thread() {
    fn is_send<T: Send>(_: T) {}

    let (client, ctx, create) = (client("http://localhost"), ctx(), AddVpnConnEx::default());
    is_send(client.wait_running(&ctx, "gz", "vpnx-1"));
    is_send(client.create_connection(&ctx, "gz", &create, |_| {}));
}
