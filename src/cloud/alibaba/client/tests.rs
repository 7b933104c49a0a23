//! Tests of `client.rs`.

use serde_json::json;
use tokio_util::sync::CancellationToken;
use tracing::Level;

use super::*;
use crate::cloud::alibaba::chain;
use crate::cloud::alibaba::token::ClientToken;
use crate::cloud::alibaba::{CreateSslVpnClientCert, DescribeSslVpnClientCert, ModifySslVpnClientCert};
use crate::cloud::credentials::Sources;
use crate::cloud::error::{Class, Error};
use crate::cloud::testing::{Answer, Logs, Received, Server};
use crate::cloud::transport::Transport;

pub(in crate::cloud::alibaba) const REGION: &str = "cn-hangzhou";
const RETRIES: u32 = 2;

/// A client for `url` that hardly waits between attempts.
pub(in crate::cloud) fn client(url: &str) -> Client {
    let policy = Policy { base: Duration::from_millis(1), longest: Duration::from_millis(5), ..Policy::new(RETRIES) };
    Client::tuned(config(url), policy, Duration::from_millis(250))
}

pub(in crate::cloud::alibaba) fn ctx() -> Ctx {
    Ctx::new(Duration::from_secs(60), CancellationToken::new())
}

fn config(url: &str) -> Config {
    Config {
        credentials: Credentials::new("LTAIEXAMPLE", "hidden-secret").with_token("hidden+token==").into(),
        endpoint: Some(url.parse().unwrap()),
        max_retries: RETRIES,
        requests_per_second: None,
        transport: Transport::default(),
    }
}

fn describe() -> DescribeSslVpnClientCert {
    DescribeSslVpnClientCert { ssl_vpn_client_cert_id: "vsc-1".into() }
}

fn rename() -> ModifySslVpnClientCert {
    ModifySslVpnClientCert {
        ssl_vpn_client_cert_id: "vsc-1".into(),
        name: "测试 cert*~+=&/1".into(),
        client_token: ClientToken::new(),
    }
}

fn create() -> CreateSslVpnClientCert {
    CreateSslVpnClientCert {
        ssl_vpn_server_id: "vss-1".into(),
        name: Some("cert1".into()),
        client_token: ClientToken::new(),
    }
}

/// The error of calling `request` at a server that gives `answers`, and how many requests that
/// took.
async fn failing<A: Action>(request: &A, answers: impl IntoIterator<Item = Answer>) -> (Error, usize) {
    let server = Server::scripted(answers).await;
    // It does not wait for a service that is not there.
    let ctx = ctx().with_outage_limit(Some(Duration::ZERO));
    let error = client(&server.url()).call(&ctx, REGION, request).await.err().expect("the call fails");
    let shown = format!("{error} {error:?} {}", error.hint().unwrap_or_default());
    assert!(!shown.contains("hidden"), "{shown}");
    (error, server.requests().len())
}

/// The requests it takes to call `request` at a server that gives `failures` and then works.
async fn recovering<A: Action>(request: &A, failures: Vec<Answer>) -> Vec<Received> {
    let server = Server::scripted(failures.into_iter().chain([Answer::alibaba(json!({}))])).await;
    client(&server.url()).call(&ctx(), REGION, request).await.expect("the call works in the end");
    server.requests()
}

fn header<'a>(request: &'a Received, name: &str) -> &'a str {
    request.header(name).unwrap_or_else(|| panic!("no {name} in {}", request.head))
}

#[tokio::test]
async fn a_call_is_signed_as_it_is_sent() {
    let request = recovering(&rename(), vec![]).await.remove(0);

    assert!(request.head.starts_with("POST /?ClientToken=cloudvpn-"), "{}", request.head);
    let name = "&Name=%E6%B5%8B%E8%AF%95%20cert%2A~%2B%3D%26%2F1&RegionId=cn-hangzhou&SslVpnClientCertId=vsc-1";
    assert!(request.query().ends_with(name), "{}", request.head);
    assert!(request.body.is_empty());
    assert_eq!(request.header("content-length"), Some("0"));
    assert_eq!(request.header("content-type"), None);
    assert_eq!(header(&request, "x-acs-action"), "ModifySslVpnClientCert");
    assert_eq!(header(&request, "x-acs-version"), "2016-04-28");
    assert_eq!(header(&request, "x-acs-security-token"), "hidden+token==");

    let date: Timestamp = header(&request, "x-acs-date").parse().unwrap();
    assert_eq!(header(&request, "x-acs-date").len(), "2026-01-15T08:30:00Z".len());
    assert!(clock::unix_now() - date.as_second() < 60);
    let names = [
        "host",
        "x-acs-action",
        "x-acs-content-sha256",
        "x-acs-date",
        "x-acs-security-token",
        "x-acs-signature-nonce",
        "x-acs-version",
    ];
    let headers = names.map(|name| (name, header(&request, name)));
    let to_sign = ToSign { query: request.query(), headers: &headers, body: &request.body };
    let expected = authorization(config("localhost").credentials.fixed().unwrap(), &to_sign);
    assert_eq!(header(&request, "authorization"), expected);
}

#[tokio::test]
async fn every_attempt_has_its_own_nonce_and_an_operation_one_token() {
    for failure in [
        Answer::alibaba_error(400, "Throttling.User"),
        Answer::alibaba_error(429, "Throttling"),
        Answer::alibaba_error(503, "ServiceUnavailable"),
        Answer::alibaba_error(400, "VpnGateway.Configuring"),
        Answer::alibaba_error(400, "SignatureNonceUsed"),
        Answer::Raw(502, &[], "<html>".into()),
        Answer::Drop,
        Answer::Cut("{"),
    ] {
        let requests = recovering(&create(), vec![failure.clone(), failure.clone()]).await;
        assert_eq!(requests.len(), 3, "{failure:?}");
        let nonces: std::collections::HashSet<_> =
            requests.iter().map(|request| header(request, "x-acs-signature-nonce")).collect();
        assert_eq!(nonces.len(), 3);
        assert!(requests.iter().all(|request| request.query() == requests[0].query()));
    }
    assert_ne!(create().client_token, create().client_token);
}

#[tokio::test]
async fn the_services_own_delay_is_obeyed() {
    let body = json!({"RequestId": "r", "Code": "Throttling", "Message": "slow down"}).to_string();
    let started = std::time::Instant::now();
    recovering(&describe(), vec![Answer::Raw(429, &[("x-acs-retry-after", "150")], body)]).await;

    assert!(started.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn conflicts_are_waited_out_beyond_the_retry_limit() {
    let busy = vec![Answer::alibaba_error(400, "VpnGateway.Configuring"); 10];
    assert_eq!(recovering(&create(), busy).await.len(), 11);
}

#[tokio::test]
async fn what_may_pass_is_waited_out_beyond_the_retry_limit() {
    for failure in [
        Answer::Raw(429, &[("x-acs-retry-after", "2")], r#"{"RequestId": "r", "Code": "Throttling"}"#.into()),
        Answer::alibaba_error(400, "Throttling.User"),
        Answer::alibaba_error(503, "ServiceUnavailable"),
        Answer::alibaba_error(503, "SomethingNew"),
        Answer::alibaba_error(400, "SystemBusy"),
        Answer::Raw(502, &[], "<html>".into()),
        Answer::Drop,
        Answer::Cut("{"),
    ] {
        assert_eq!(recovering(&create(), vec![failure.clone(); 12]).await.len(), 13, "{failure:?}");
    }
    let (error, requests) = failing(&create(), [Answer::alibaba_error(500, "InternalError")]).await;
    assert_eq!((error.class(), requests), (Class::Transient, RETRIES as usize + 1), "it failed for itself");
}

#[tokio::test]
async fn an_error_does_not_forget_an_attempt_that_may_have_been_executed() {
    for failure in [Answer::Drop, Answer::Cut("{"), Answer::Raw(502, &[], String::new())] {
        let server = Server::scripted([failure, Answer::alibaba_error(403, "Forbidden.RAM")]).await;
        let error = client(&server.url()).call(&ctx(), REGION, &create()).await.unwrap_err();
        assert_eq!((error.class(), error.is_ambiguous()), (Class::Auth, true), "{error}");
    }
    let server =
        Server::scripted([Answer::alibaba_error(400, "Throttling"), Answer::alibaba_error(403, "Forbidden.RAM")]).await;
    let error = client(&server.url()).call(&ctx(), REGION, &create()).await.unwrap_err();
    assert!(!error.is_ambiguous(), "{error}");
}

#[tokio::test]
async fn a_dry_run_that_passes_is_a_success() {
    for status in [400, 412] {
        let server = Server::scripted([Answer::alibaba_error(status, "DryRunOperation")]).await;
        client(&server.url()).call(&ctx(), REGION, &create()).await.unwrap();
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn refusals_are_not_repeated() {
    for (status, code, class) in [
        (400, "InvalidName", Class::Invalid),
        (404, "InvalidAccessKeyId.NotFound", Class::Auth),
        (404, "InvalidRegionId.NotFound", Class::Invalid),
        (403, "Forbbiden.SubUser", Class::Auth),
        (400, "Resource.QuotaFull", Class::Fatal),
        (400, "IdempotentParameterMismatch", Class::Fatal),
        (404, "InvalidSslVpnServerId.NotFound", Class::NotFound),
    ] {
        let (error, requests) = failing(&create(), [Answer::alibaba_error(status, code)]).await;
        assert_eq!((error.class(), requests), (class, 1), "{code}");
        assert_eq!(error.code(), Some(code));
        assert!(!error.is_ambiguous());
    }
}

#[tokio::test]
async fn an_error_shows_what_support_needs() {
    let (error, _) = failing(&rename(), [Answer::alibaba_error(400, "InvalidName")]).await;

    assert_eq!(
        error.to_string(),
        "ModifySslVpnClientCert in cn-hangzhou: InvalidName: about InvalidName [HTTP 400, request id request-1]"
    );
    assert!(error.hint().unwrap().contains("1 to 100 characters"));
}

#[tokio::test]
async fn a_wrong_signature_is_told_without_the_request() {
    let message = "Specified signature is not matched with our calculation. server string to sign is:ACS3-HMAC-SHA256\n\
                   x-acs-security-token:hidden+token==";
    let body = json!({"RequestId": "r", "Code": "SignatureDoesNotMatch", "Message": message}).to_string();
    let (error, _) = failing(&describe(), [Answer::Raw(400, &[], body)]).await;

    assert_eq!(error.class(), Class::Auth);
    assert_eq!(error.message(), "Specified signature is not matched with our calculation.");
    assert!(error.hint().unwrap().contains("access key secret"));
}

#[tokio::test]
async fn a_wrong_clock_is_reported_with_its_error() {
    let body = json!({"RequestId": "r", "Code": "InvalidTimeStamp.Expired", "Message": "expired"}).to_string();
    let dated = Answer::Raw(400, &[("date", "Tue, 14 Nov 2023 22:13:20 GMT")], body);
    let (error, requests) = failing(&describe(), [dated]).await;

    assert_eq!((error.class(), requests), (Class::Auth, 2));
    for expired in [1, 2] {
        let failures = vec![Answer::alibaba_error(400, "InvalidTimeStamp.Expired"); expired];
        let server = Server::scripted(failures.into_iter().chain([Answer::alibaba(json!({}))])).await;
        let result = client(&server.url()).call(&ctx(), REGION, &create()).await;
        assert_eq!((result.is_ok(), server.requests().len()), (expired == 1, 2), "signed anew once");
    }
    let hint = error.hint().unwrap();
    assert!(hint.contains("ahead of the service's, which allows 15 minutes"), "{hint}");
    let (error, _) = failing(&describe(), [Answer::alibaba_error(400, "InvalidTimeStamp.Expired")]).await;
    assert!(error.hint().unwrap().contains("set the clock"));
}

#[tokio::test]
async fn unusable_answers_are_clear_errors_and_never_shown() {
    let html = "<html>hidden</html>";
    for (answer, class, says) in [
        (Answer::Raw(502, &[], html.into()), Class::Transient, "HTML or XML instead of JSON"),
        (Answer::Raw(200, &[], html.into()), Class::Transient, "HTML or XML instead of JSON"),
        (Answer::Raw(200, &[], String::new()), Class::Transient, "an empty body"),
        (Answer::Raw(200, &[], r#"{"hidden": 1}"#.into()), Class::Transient, "other JSON"),
        (Answer::Raw(200, &[], "[]".into()), Class::Transient, "not JSON"),
        (Answer::Cut(r#"{"RequestId": "hidden"#), Class::Transient, "the answer broke off after"),
        (Answer::Raw(404, &[], html.into()), Class::Fatal, "[HTTP 404"),
        (Answer::alibaba(json!({"Name": ["hidden"]})), Class::Fatal, "an unexpected shape at Name"),
    ] {
        let (error, requests) = failing(&describe(), [answer.clone()]).await;
        assert_eq!((error.class(), requests), (class, 1), "{answer:?}: {error}");
        assert!(error.to_string().contains(says), "{answer:?}: {error}");
    }
}

#[tokio::test]
async fn a_create_that_is_under_way_may_still_tell_its_id() {
    let cancel = CancellationToken::new();
    let calls_off = cancel.clone();
    let server = Server::start(move |_| {
        calls_off.cancel();
        Answer::alibaba(json!({"SslVpnClientCertId": "vsc-1"}))
    })
    .await;
    let ctx = Ctx::new(Duration::from_secs(600), cancel);

    let answer = client(&server.url()).call(&ctx, REGION, &create()).await.unwrap();

    assert_eq!(answer.ssl_vpn_client_cert_id.as_deref(), Some("vsc-1"));
}

#[tokio::test]
async fn without_credentials_nothing_is_sent() {
    let server = Server::scripted([Answer::Drop]).await;
    let client = Client::new(Config {
        credentials: chain(Sources::default(), 0, Transport::default()),
        ..config(&server.url())
    });

    let error = client.call(&ctx(), REGION, &describe()).await.unwrap_err();

    assert_eq!(error.class(), Class::Auth);
    assert!(error.hint().unwrap().contains("ALIBABA_CLOUD_ACCESS_KEY_ID"));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn neither_keys_nor_tokens_are_logged() {
    let (logs, _guard) = Logs::capture();
    let answer = json!({"SslVpnClientCertId": "vsc-1", "ClientKey": "hidden-key", "ClientConfig": "hidden-config"});
    let server = Server::scripted([Answer::alibaba_error(400, "Throttling"), Answer::alibaba(answer)]).await;

    let cert = client(&server.url()).call(&ctx(), REGION, &describe()).await.unwrap();

    assert!(!format!("{cert:?}").contains("hidden"), "{cert:?}");
    assert!(logs.at(Level::WARN).join("\n").contains("Throttling"));
    assert!(!logs.text().contains("hidden"), "{}", logs.text());
}
