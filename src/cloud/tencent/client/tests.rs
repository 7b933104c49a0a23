//! Tests of `client.rs`.

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::Level;

use super::*;
use crate::cloud::credentials::Sources;
use crate::cloud::error::{Class, Error};
use crate::cloud::tencent::chain;
use crate::cloud::tencent::vpc::{
    CreateVpnConnection, DeleteVpnConnection, DescribeVpnConnections, ModifyVpnConnectionAttribute,
};
use crate::cloud::testing::{Answer, Logs, Received, Server, time_flies};
use crate::cloud::transport::Transport;

const REGION: &str = "ap-guangzhou";
const RETRIES: u32 = 2;

/// A client for `url` that hardly waits between attempts.
pub(in crate::cloud) fn client(url: &str) -> Client {
    let policy = Policy { base: Duration::from_millis(1), longest: Duration::from_millis(5), ..Policy::new(RETRIES) };
    Client::tuned(config(url), policy, Duration::from_millis(250))
}

pub(in crate::cloud::tencent) fn ctx() -> Ctx {
    Ctx::new(Duration::from_secs(60), CancellationToken::new())
}

fn config(url: &str) -> Config {
    Config {
        credentials: Credentials::new("AKIDEXAMPLE", "hidden-secret-key").with_token("hidden-token").into(),
        endpoint: Some(url.parse().unwrap()),
        max_retries: RETRIES,
        requests_per_second: None,
        transport: Transport::default(),
    }
}

fn describe() -> DescribeVpnConnections {
    DescribeVpnConnections::default()
}

fn modify() -> ModifyVpnConnectionAttribute {
    ModifyVpnConnectionAttribute {
        vpn_connection_id: "vpnx-f49l6u0z".into(),
        pre_share_key: Some("hidden-psk".into()),
        ..Default::default()
    }
}

fn create() -> CreateVpnConnection {
    CreateVpnConnection { pre_share_key: Some("hidden-psk".into()), ..Default::default() }
}

fn delete() -> DeleteVpnConnection {
    DeleteVpnConnection::default()
}

/// An operation that ends before a single attempt is given up.
pub(in crate::cloud::tencent) fn brief() -> Ctx {
    ctx().with_timeout(Duration::from_secs(20))
}

/// The error of calling `request` at a server that gives `answers`, and how many requests that
/// took.
async fn failing<A: Action>(request: &A, answers: impl IntoIterator<Item = Answer>) -> (Error, usize) {
    failing_in(&ctx(), request, answers).await
}

/// An operation that does not wait for a service that is not there.
fn hasty() -> Ctx {
    ctx().with_outage_limit(Some(Duration::ZERO))
}

async fn failing_in<A: Action>(ctx: &Ctx, request: &A, answers: impl IntoIterator<Item = Answer>) -> (Error, usize) {
    let server = Server::scripted(answers).await;
    let result = client(&server.url()).call(ctx, REGION, request).await;
    let error = result.err().expect("the call fails");
    let shown = format!("{error} {error:?} {}", error.hint().unwrap_or_default());
    assert!(!shown.contains("hidden"), "{shown}");
    (error, server.requests().len())
}

/// How many requests calling `request` takes at a server that fails with `failure` and then works.
async fn recovering<A: Action>(request: &A, failure: Answer) -> usize {
    recovering_from(request, [failure]).await
}

async fn recovering_from<A: Action>(request: &A, failures: impl IntoIterator<Item = Answer>) -> usize {
    let server = Server::scripted(failures.into_iter().chain([success()])).await;
    client(&server.url()).call(&ctx(), REGION, request).await.expect("the call works in the end");
    server.requests().len()
}

fn success() -> Answer {
    Answer::tencent(json!({"TotalCount": 0, "VpnConnectionSet": []}))
}

fn raw(body: &str) -> Answer {
    Answer::Raw(200, &[], body.to_owned())
}

fn header<'a>(request: &'a Received, name: &str) -> &'a str {
    request.header(name).unwrap_or_else(|| panic!("no {name} in {}", request.head))
}

#[tokio::test]
async fn a_call_is_signed_as_it_is_sent() {
    let server = Server::scripted([success()]).await;
    client(&server.url()).call(&ctx(), REGION, &modify()).await.unwrap();

    let request = server.requests().remove(0);
    assert!(request.head.starts_with("POST / HTTP/1.1\r\n"), "{}", request.head);
    assert_eq!(request.json(), json!({"VpnConnectionId": "vpnx-f49l6u0z", "PreShareKey": "hidden-psk"}));
    assert_eq!(header(&request, "host"), server.host());
    assert_eq!(header(&request, "content-type"), "application/json");
    assert_eq!(header(&request, "x-tc-action"), "ModifyVpnConnectionAttribute");
    assert_eq!(header(&request, "x-tc-version"), "2017-03-12");
    assert_eq!(header(&request, "x-tc-region"), REGION);
    assert_eq!(header(&request, "x-tc-token"), "hidden-token");
    assert_eq!(header(&request, "x-tc-language"), "en-US");

    let timestamp = header(&request, "x-tc-timestamp").parse().unwrap();
    assert!(clock::unix_now() - timestamp < 60);
    let expected = authorization(
        config("localhost").credentials.fixed().unwrap(),
        &ToSign {
            service: "vpc",
            host: &server.host(),
            content_type: "application/json",
            extra: &[],
            body: &request.body,
            timestamp,
        },
    );
    assert_eq!(header(&request, "authorization"), expected);
}

#[tokio::test]
async fn calls_share_one_connection() {
    let server = Server::scripted([success()]).await;
    let client = client(&server.url());
    for _ in 0..5 {
        client.call(&ctx(), REGION, &describe()).await.unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (5, 1));
}

#[tokio::test]
async fn throttling_is_repeated_for_every_call() {
    let throttled = || Answer::tencent_error("RequestLimitExceeded.UinLimitExceeded");
    assert_eq!(recovering(&describe(), throttled()).await, 2);
    assert_eq!(recovering(&create(), throttled()).await, 2);
    assert_eq!(recovering_from(&create(), vec![throttled(); 12]).await, 13, "queueing is not failing");
}

#[tokio::test]
async fn throttling_ends_with_the_operation_and_says_so() {
    let throttled = Answer::tencent_error("RequestLimitExceeded");
    let enough = RETRIES as usize + 2;
    let server = Server::start(time_flies(CreateVpnConnection::NAME, enough, move |_| throttled.clone())).await;

    let error = client(&server.url()).call(&brief(), REGION, &create()).await.unwrap_err();

    // Whether the time is over during a call or between two is a matter of luck.
    assert!(matches!(error.class(), Class::Throttled | Class::Timeout), "{error}");
    assert!(error.attempts() > RETRIES + 1, "{error}");
}

#[tokio::test]
async fn what_may_pass_is_waited_out_and_what_fails_for_itself_is_counted() {
    for failure in [
        Answer::Raw(500, &[], "<html>".into()),
        Answer::Raw(502, &[], "<html>".into()),
        Answer::Raw(503, &[], String::new()),
        Answer::Drop,
        Answer::Cut("{"),
        Answer::tencent_error("ServiceUnavailable"),
        Answer::tencent_error("SystemBusy"),
    ] {
        let failures = || vec![failure.clone(); 12];
        assert_eq!(recovering_from(&describe(), failures()).await, 13, "{failure:?}");
        assert_eq!(recovering_from(&modify(), failures()).await, 13, "{failure:?}");
    }
    for failure in
        [Answer::tencent_error("InternalError"), raw("<html>"), Answer::tencent_error("ResourceInsufficient")]
    {
        let (error, requests) = failing(&modify(), [failure]).await;
        assert_eq!((error.class(), error.attempts()), (Class::Transient, RETRIES + 1), "{error}");
        assert_eq!(requests, RETRIES as usize + 1);
    }
}

#[tokio::test]
async fn a_write_that_is_under_way_is_not_repeated_beside_itself() {
    for creates in [false, true] {
        let action = if creates { CreateVpnConnection::NAME } else { ModifyVpnConnectionAttribute::NAME };
        let server = Server::start(time_flies(action, 1, |_| Answer::Hang)).await;
        let (client, ctx) = (client(&server.url()), ctx());
        let error = match creates {
            true => client.call(&ctx, REGION, &create()).await.unwrap_err(),
            false => client.call(&ctx, REGION, &modify()).await.unwrap_err(),
        };
        assert_eq!((error.is_ambiguous(), server.requests().len()), (true, 1), "{error}");
        // A create leaves time to look for what it may have made.
        let expected = if creates { Class::Transient } else { Class::Timeout };
        assert_eq!((error.class(), ctx.remaining().is_zero()), (expected, !creates), "{error}");
    }
}

#[tokio::test]
async fn what_a_service_says_is_cut_and_harmless() {
    let (logs, _guard) = Logs::capture();
    let evil = "\u{1b}[2J\u{0}".repeat(1 << 18);
    let fault = json!({"Error": {"Code": evil, "Message": evil}, "RequestId": evil});
    let (error, _) = failing(&modify(), [Answer::Json(json!({"Response": fault}))]).await;
    for shown in [error.to_string(), format!("{error:?}"), logs.text()] {
        assert!(shown.len() < 50_000 && shown.contains("(cut: "), "{:.300}", shown);
        assert!(!shown.contains(['\u{1b}', '\u{0}']), "{shown}");
    }
}

#[tokio::test]
async fn transient_failures_are_repeated_except_creates_that_may_have_run() {
    let internal = || Answer::tencent_error("InternalError.ModuleError");
    assert_eq!(recovering(&describe(), internal()).await, 2);
    assert_eq!(recovering(&modify(), internal()).await, 2);
    assert_eq!(recovering(&delete(), internal()).await, 2);
    // A refusal for lack of capacity did not run.
    assert_eq!(recovering(&create(), Answer::tencent_error("ResourceInsufficient")).await, 2);

    let (error, requests) = failing(&create(), [internal()]).await;
    assert_eq!((error.class(), error.is_ambiguous(), requests), (Class::Transient, true, 1));
}

#[tokio::test]
async fn dropped_connections_are_repeated_except_for_creates() {
    assert_eq!(recovering(&describe(), Answer::Drop).await, 2);
    assert_eq!(recovering(&modify(), Answer::Drop).await, 2);
    assert_eq!(recovering(&delete(), Answer::Drop).await, 2);

    let (error, requests) = failing(&create(), [Answer::Drop]).await;
    assert_eq!((error.class(), error.is_ambiguous(), requests), (Class::Transient, true, 1));
}

#[tokio::test]
async fn a_create_that_was_never_sent_is_repeated() {
    let (nowhere, _socket) = Server::nowhere();
    let error = client(&nowhere).call(&ctx(), REGION, &create()).await.unwrap_err();

    assert!(error.attempts() > RETRIES + 1, "{error}");
    // Most likely it is the address that is wrong.
    assert_eq!((error.class(), error.is_ambiguous()), (Class::Fatal, false));
    assert!(error.message().starts_with("cannot connect to 127.0.0.1: "), "{error}");
    assert!(error.message().contains("(it was never reached; tried for "), "{error}");
    assert!(error.hint().unwrap().contains("endpoint"), "{error}");
}

#[tokio::test]
async fn a_host_that_answered_before_is_waited_for() {
    let server = Server::scripted([success(), Answer::Drop]).await;
    let client = client(&server.url());
    client.call(&ctx(), REGION, &modify()).await.unwrap();
    // From its second request on, nobody listens there.
    drop(server);
    // Longer than a host is tried that was never reached.
    let limited = ctx().with_timeout(Duration::from_secs(5));

    let error = client.call(&limited, REGION, &describe()).await.unwrap_err();

    // Whether the time is over during a call or between two is a matter of luck.
    assert!(matches!(error.class(), Class::Transient | Class::Timeout), "{error}");
    assert!(limited.remaining() < Duration::from_secs(1), "{error}");
}

#[tokio::test]
async fn who_does_not_speak_tls_is_not_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
            // Closing with something unread would take the answer back.
            let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        }
    });

    let error = client(&url).call(&ctx(), REGION, &create()).await.unwrap_err();

    assert_eq!((error.class(), error.is_ambiguous(), error.attempts()), (Class::Fatal, false, 1), "{error}");
}

#[tokio::test]
async fn conflicts_are_waited_out_beyond_the_retry_limit() {
    let busy = || Answer::tencent_error("UnsupportedOperation.VpnConnInvalidState");
    let mut answers = vec![busy(); 10];
    answers.push(success());
    let server = Server::scripted(answers).await;

    client(&server.url()).call(&ctx(), REGION, &modify()).await.unwrap();

    assert_eq!(server.requests().len(), 11);
}

#[tokio::test]
async fn conflicts_end_with_the_operation_and_keep_their_code() {
    let busy = Answer::tencent_error("UnsupportedOperation.MutexOperationTaskRunning");
    let enough = RETRIES as usize + 2;
    let server = Server::start(time_flies(DeleteVpnConnection::NAME, enough, move |_| busy.clone())).await;

    let error = client(&server.url()).call(&brief(), REGION, &delete()).await.unwrap_err();

    // Whether the time is over during a call or between two is a matter of luck.
    assert!(matches!(error.class(), Class::Conflict | Class::Timeout), "{error}");
    assert!(error.attempts() > RETRIES + 1, "{error}");
}

#[tokio::test]
async fn refusals_are_not_repeated() {
    for (code, class) in [
        ("InvalidParameterValue.TooLong", Class::Invalid),
        ("AuthFailure.SignatureFailure", Class::Auth),
        ("ResourceNotFound", Class::NotFound),
        ("LimitExceeded", Class::Fatal),
        ("ResourceInUse", Class::Invalid),
    ] {
        let (error, requests) = failing(&create(), [Answer::tencent_error(code)]).await;
        assert_eq!((error.class(), requests), (class, 1), "{code}");
        assert_eq!(error.code(), Some(code));
        assert_eq!(error.request_id(), Some("request-1"));
        assert!(!error.is_ambiguous());
    }
}

#[tokio::test]
async fn an_error_shows_what_support_needs() {
    let (error, _) = failing(&modify(), [Answer::tencent_error("LimitExceeded")]).await;

    assert_eq!(
        error.to_string(),
        "ModifyVpnConnectionAttribute in ap-guangzhou: LimitExceeded: about LimitExceeded [request id request-1]"
    );
    assert!(error.hint().unwrap().contains("quota"));
}

#[tokio::test]
async fn unusable_answers_are_clear_errors_and_never_shown() {
    let html = "<html>hidden 502 Bad Gateway</html>";
    // A plan does not wait for long.
    for (answer, class, says) in [
        (Answer::Raw(502, &[], html.into()), Class::Transient, "HTML or XML instead of JSON"),
        (Answer::Raw(503, &[], String::new()), Class::Transient, "an empty body"),
        (raw(html), Class::Transient, "HTML or XML instead of JSON"),
        (raw(""), Class::Transient, "an empty body"),
        (raw(r#"{"Response": {"hidden": "#), Class::Transient, "broken or cut JSON"),
        (raw(r#"{"hidden": 1}"#), Class::Transient, "other JSON"),
        (raw("[]"), Class::Transient, "not JSON"),
        (raw("\u{0}\u{1}hidden"), Class::Transient, "not JSON"),
        (Answer::Cut(r#"{"Response": {"hidden": "#), Class::Transient, "the answer broke off after"),
        (Answer::Drop, Class::Transient, "the connection failed before the answer came"),
        (Answer::Raw(404, &[], html.into()), Class::Fatal, "[HTTP 404"),
        (Answer::Raw(302, &[("location", "/hidden")], String::new()), Class::Fatal, "[HTTP 302"),
    ] {
        let (error, requests) = failing_in(&hasty(), &modify(), [answer.clone()]).await;
        assert_eq!((error.class(), requests), (class, 1), "{answer:?}: {error}");
        assert!(error.to_string().contains(says), "{answer:?}: {error}");
    }
}

#[tokio::test]
async fn unusable_answers_leave_the_outcome_of_a_create_open() {
    for (answer, ambiguous) in [
        (Answer::Raw(502, &[], "<html>".into()), true),
        (raw(""), true),
        (raw(r#"{"Response": {"VpnConnection": "#), true),
        (Answer::tencent(json!({"VpnConnection": "hidden"})), true),
        (Answer::Cut("{"), true),
        (Answer::Raw(404, &[], "<html>".into()), false),
    ] {
        let (error, requests) = failing(&create(), [answer.clone()]).await;
        assert_eq!((error.is_ambiguous(), requests), (ambiguous, 1), "{answer:?}: {error}");
    }
}

#[tokio::test]
async fn the_shape_of_an_answer_is_criticised_without_quoting_it() {
    let answer = Answer::tencent(json!({"VpnConnectionSet": [{"VpnConnectionName": ["hidden"]}]}));
    let (error, requests) = failing(&describe(), [answer]).await;

    assert_eq!((error.class(), requests), (Class::Fatal, 1));
    let says = "the answer has an unexpected shape at Response.VpnConnectionSet[0].VpnConnectionName (line 1, column ";
    assert!(error.message().starts_with(says), "{error}");
}

#[tokio::test]
async fn secrets_that_the_service_quotes_are_scrubbed() {
    let message = "PreShareKey hidden-psk, key hidden-secret-key, token hidden-token";
    let answer = Answer::tencent(json!({"Error": {"Code": "InvalidParameterValue", "Message": message}}));
    let (error, _) = failing(&modify(), [answer]).await;

    assert_eq!(error.message(), "PreShareKey [redacted], key [redacted], token [redacted]");
}

#[tokio::test]
async fn the_gateways_old_error_format_is_understood() {
    let answer = Answer::Json(json!({"code": 4400, "message": "slow down", "codeDesc": "RequestLimitExceeded"}));
    assert_eq!(recovering(&create(), answer).await, 2);

    let answer = Answer::Json(json!({"code": "4100", "message": "who are you"}));
    let (error, _) = failing(&describe(), [answer]).await;
    assert_eq!((error.class(), error.message()), (Class::Fatal, "who are you"));
}

#[tokio::test]
async fn a_wrong_clock_is_reported_with_its_error() {
    let expired = json!({"Response": {"Error": {"Code": "AuthFailure.SignatureExpire", "Message": "expired"}}});
    let dated = Answer::Raw(200, &[("date", "Tue, 14 Nov 2023 22:13:20 GMT")], expired.to_string());
    let (error, requests) = failing(&describe(), [dated]).await;
    // Once more, with a new signature: the request may have been late.
    assert_eq!((error.class(), requests), (Class::Auth, 2));
    let hint = error.hint().unwrap();
    assert!(hint.contains("ahead of the service's") && hint.contains("NTP"), "{hint}");
    assert_eq!(recovering(&describe(), Answer::Json(expired.clone())).await, 2);
    assert_eq!(recovering(&create(), Answer::Json(expired.clone())).await, 2);

    let (error, _) = failing(&describe(), [Answer::Json(expired)]).await;
    assert!(error.hint().unwrap().contains("set the clock"), "{error}");
}

#[tokio::test]
async fn cancelling_ends_a_call_at_once() {
    let cancel = CancellationToken::new();
    let calls_off = cancel.clone();
    let server = Server::start(move |_| {
        calls_off.cancel();
        Answer::Hang
    })
    .await;
    let ctx = Ctx::new(Duration::from_secs(600), cancel);

    let error = client(&server.url()).call(&ctx, REGION, &modify()).await.unwrap_err();

    assert_eq!((error.class(), error.is_ambiguous()), (Class::Cancelled, true));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_create_that_is_under_way_may_still_tell_its_id() {
    let cancel = CancellationToken::new();
    let calls_off = cancel.clone();
    let server = Server::start(move |_| {
        calls_off.cancel();
        Answer::tencent(json!({"VpnConnection": {"VpnConnectionId": "vpnx-1"}}))
    })
    .await;
    let ctx = Ctx::new(Duration::from_secs(600), cancel);

    let answer = client(&server.url()).call(&ctx, REGION, &create()).await.unwrap();

    assert_eq!(answer.vpn_connection.unwrap().vpn_connection_id.as_deref(), Some("vpnx-1"));
}

#[tokio::test]
async fn a_cancelled_operation_sends_nothing_more() {
    let server = Server::scripted([success()]).await;
    let cancel = CancellationToken::new();
    cancel.cancel();
    let ctx = Ctx::new(Duration::from_secs(600), cancel);

    let error = client(&server.url()).call(&ctx, REGION, &create()).await.unwrap_err();

    assert_eq!((error.class(), error.is_ambiguous()), (Class::Cancelled, false));
    assert_eq!((server.requests().len(), error.attempts()), (0, 0));
}

#[tokio::test]
async fn the_deadline_ends_a_call() {
    let server = Server::start(time_flies(DescribeVpnConnections::NAME, 1, |_| Answer::Hang)).await;

    let error = client(&server.url()).call(&brief(), REGION, &describe()).await.unwrap_err();

    assert_eq!((error.class(), error.is_ambiguous()), (Class::Timeout, false));
    assert!(error.message().contains("waiting for the answer"), "{error}");
}

#[tokio::test]
async fn a_configured_rate_bounds_the_calls() {
    let server = Server::scripted([success()]).await;
    let one = NonZeroU32::new(1);
    let client = Client::new(Config { requests_per_second: one, ..config(&server.url()) });
    // Over before the second turn, whenever the first one comes from now on.
    let too_brief = ctx().with_timeout(Duration::from_millis(999));

    client.call(&ctx(), REGION, &describe()).await.unwrap();
    client.call(&ctx(), "ap-shanghai", &describe()).await.unwrap();
    let error = client.call(&too_brief, REGION, &describe()).await.unwrap_err();

    assert_eq!(error.class(), Class::Timeout);
    assert!(error.message().contains("rate limit"), "{error}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn without_credentials_nothing_is_sent() {
    let server = Server::scripted([success()]).await;
    let client = Client::new(Config {
        credentials: chain(Sources::default(), 0, Transport::default()),
        ..config(&server.url())
    });

    let error = client.call(&ctx(), REGION, &describe()).await.unwrap_err();

    assert_eq!(error.class(), Class::Auth);
    assert!(error.hint().unwrap().contains("TENCENTCLOUD_SECRET_ID"));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn credentials_with_line_breaks_are_an_error() {
    let credentials = Credentials::new("AKID\n", "hidden-key");
    let server = Server::scripted([success()]).await;
    let client = Client::new(Config { credentials: credentials.into(), ..config(&server.url()) });

    let error = client.call(&ctx(), REGION, &describe()).await.unwrap_err();

    assert!(error.message().contains("secret id"), "{error}");
}

#[tokio::test]
async fn every_attempt_is_logged_and_no_body_is() {
    let (logs, _guard) = Logs::capture();
    let message = "no room for hidden-psk";
    let refused = Answer::tencent(json!({"Error": {"Code": "ResourceInsufficient", "Message": message}}));
    let hidden = json!({"VpnConnection": {"VpnConnectionId": "hidden-id"}});
    let server = Server::scripted([refused, Answer::tencent(hidden)]).await;
    client(&server.url()).call(&ctx(), REGION, &create()).await.unwrap();

    let (debug, warn) = (logs.at(Level::DEBUG).join("\n"), logs.at(Level::WARN).join("\n"));
    for says in [
        r#"api_call action="CreateVpnConnection" region="ap-guangzhou" attempt=1"#,
        r#"api_call action="CreateVpnConnection" region="ap-guangzhou" attempt=2"#,
        "status=200",
        r#"code="ResourceInsufficient""#,
        r#"request_id="request-1""#,
        "ms=",
    ] {
        assert!(debug.contains(says), "{says} in {debug}");
    }
    assert!(warn.contains("trying again in") && warn.contains("transient"), "{warn}");
    assert!(!logs.text().contains("hidden"), "{}", logs.text());
}

#[test]
fn debug_masks_secrets() {
    let config = config("http://localhost");
    let shown = format!("{config:?} {:?}", Client::new(config.clone()));

    assert!(!shown.contains("hidden"), "{shown}");
}

#[test]
fn calls_can_run_on_any_thread() {
    fn is_send<T: Send>(_: T) {}

    let (client, ctx) = (client("http://localhost"), ctx());
    is_send(client.call(&ctx, REGION, &create()));
    is_send(client.wait_available(&ctx, REGION, "vpnx-1"));
    is_send(client.create_connection(&ctx, REGION, &create()));
}
