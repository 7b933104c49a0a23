//! Tests of `ssl_client_writes.rs`.

use futures_util::future;
use serde_json::{Value, json};

use super::*;
use crate::cloud::tencent::client::tests::{client, ctx};
use crate::cloud::tencent::ssl_servers::tests::{acknowledged, service, task};
use crate::cloud::testing::{Answer, Received, Server};

const REGION: &str = "ap-guangzhou";
const SERVER: &str = "vpns-1";
const ID: &str = "vpnc-1";

fn clients(set: &[Value]) -> Answer {
    Answer::tencent(json!({"TotalCount": set.len(), "SslVpnClientSet": set}))
}

fn it(cert_status: i64, state: &str) -> Value {
    json!({"SslVpnClientId": ID, "Name": "c", "CertStatus": cert_status, "State": state})
}

fn no_tags() -> Answer {
    Answer::tencent(json!({"TotalCount": 0, "Tags": []}))
}

fn new(name: &str) -> NewSslClient {
    NewSslClient { name: name.to_owned(), tags: None }
}

#[tokio::test]
async fn a_new_client_is_ready_with_its_certificate() {
    let server = service(&[
        ("DescribeVpnGatewaySslClients", vec![clients(&[]), clients(&[it(0, "6")]), clients(&[it(1, "6")])]),
        ("CreateVpnGatewaySslClient", vec![Answer::tencent(json!({"TaskId": 1, "SslVpnClientId": ID}))]),
        ("DescribeVpcTaskResult", vec![task("SUCCESS")]),
    ])
    .await;
    let client = client(&server.url());
    assert_eq!(client.create_ssl_client(&ctx(), REGION, SERVER, new("c")).await.unwrap(), ID);
    let found = client.wait_ssl_client(&ctx(), REGION, ID).await.unwrap();
    assert_eq!((found.cert_status, found.state), (Some(1), Some(6)));
    let filters = &server.requests()[0].json()["Filters"];
    let expected = json!([
        {"Name": "ssl-vpn-server-id", "Values": ["vpns-1"]},
        {"Name": "ssl-vpn-client-name", "Values": ["c"]},
    ]);
    assert_eq!(*filters, expected);
}

#[tokio::test]
async fn a_client_made_by_a_create_of_unknown_outcome_is_adopted_by_its_name() {
    let other = json!({"SslVpnClientId": "vpnc-2", "Name": "c2", "State": "0"});
    let server = service(&[
        ("DescribeVpnGatewaySslClients", vec![clients(&[]), clients(&[other, it(0, "0")])]),
        ("DescribeResourceTagsByResourceIds", vec![no_tags()]),
        ("CreateVpnGatewaySslClient", vec![Answer::Drop]),
    ])
    .await;
    assert_eq!(client(&server.url()).create_ssl_client(&ctx(), REGION, SERVER, new("c")).await.unwrap(), ID);
}

#[tokio::test]
async fn enabling_what_is_enabled_is_fine_and_an_abnormal_certificate_is_not() {
    const ALREADY: &str = "UnsupportedOperation.SSLClientCertAlreadyEnableOrCertAbnormal";
    const NEITHER: &str = "UnsupportedOperation.SSLClientCertAlreadyDisableOrCertAbnormal";
    for (enabled, action, code, status, fine) in [
        (true, "EnableVpnGatewaySslClientCert", ALREADY, 1, true),
        (true, "EnableVpnGatewaySslClientCert", ALREADY, 3, false),
        (false, "DisableVpnGatewaySslClientCert", NEITHER, 2, true),
        (false, "DisableVpnGatewaySslClientCert", NEITHER, 1, false),
    ] {
        let server = service(&[
            (action, vec![Answer::tencent_error(code)]),
            ("DescribeVpnGatewaySslClients", vec![clients(&[it(status, "6")])]),
        ])
        .await;
        let outcome = client(&server.url()).enable_ssl_client(&ctx(), REGION, SERVER, ID, enabled).await;
        assert_eq!(outcome.is_ok(), fine, "{action} {status}");
        if let Err(error) = outcome {
            assert!(error.message().contains(&format!("the certificate is {}", CertStatus::from(status))), "{error}");
        }
    }
}

#[tokio::test]
async fn a_failed_task_of_disabling_or_deleting_is_an_error() {
    let server = service(&[
        ("DisableVpnGatewaySslClientCert", vec![acknowledged()]),
        ("DeleteVpnGatewaySslClient", vec![acknowledged()]),
        ("DescribeVpcTaskResult", vec![task("FAILED")]),
        ("DescribeVpnGatewaySslClients", vec![clients(&[it(1, "6")])]),
    ])
    .await;
    let client = client(&server.url());
    for error in [
        client.enable_ssl_client(&ctx(), REGION, SERVER, ID, false).await.unwrap_err(),
        client.delete_ssl_client(&ctx(), REGION, SERVER, ID).await.unwrap_err(),
    ] {
        assert!(error.message().contains("task 8888 failed: what went on"), "{error}");
    }
}

#[tokio::test]
async fn a_deletion_ends_when_nothing_is_left_of_the_client() {
    let server = service(&[
        ("DeleteVpnGatewaySslClient", vec![acknowledged()]),
        ("DescribeVpnGatewaySslClients", vec![clients(&[it(1, "4")]), clients(&[])]),
    ])
    .await;
    client(&server.url()).delete_ssl_client(&ctx(), REGION, SERVER, ID).await.unwrap();
    assert_eq!(server.actions().len(), 3);

    let server = service(&[(
        "DeleteVpnGatewaySslClient",
        vec![Answer::tencent_error("UnsupportedOperation.SslVpnClientIdNotFound")],
    )])
    .await;
    client(&server.url()).delete_ssl_client(&ctx(), REGION, SERVER, ID).await.unwrap();
}

/// What making `names` together gives, and what was called. `create` answers the calls for several and, by `then`, those for one.
async fn together(names: &[&str], create: Answer, listed_then: Vec<Value>) -> (Vec<Result<String>>, Server) {
    let mut made = Vec::new();
    let mut several = false;
    let server = Server::start(move |request: &Received| match request.action().as_str() {
        "DescribeVpnGatewaySslClients" => {
            let filters = request.json()["Filters"].clone();
            let wanted = |client: &&Value| filters[1].is_null() || filters[1]["Values"][0] == client["Name"];
            let there = if several { listed_then.clone() } else { Vec::new() };
            let all: Vec<_> = there.iter().chain(&made).filter(wanted).cloned().collect();
            clients(&all)
        }
        "CreateVpnGatewaySslClient" => match request.json()["SslVpnClientName"].as_str() {
            Some("bad") => Answer::tencent_error("InvalidParameterValue.TooLong"),
            Some(name) => {
                let id = format!("vpnc-single-{name}");
                made.push(json!({"SslVpnClientId": id, "Name": name, "State": "6"}));
                Answer::tencent(json!({"TaskId": 2, "SslVpnClientId": id}))
            }
            None => {
                several = true;
                create.clone()
            }
        },
        "DescribeResourceTagsByResourceIds" => no_tags(),
        action => panic!("unexpected {action}"),
    })
    .await;
    let client = client(&server.url());
    let ctx = ctx();
    let creates = names.iter().map(|name| client.create_ssl_client(&ctx, REGION, SERVER, new(name)));
    (future::join_all(creates).await, server)
}

fn named(id: &str, name: &str) -> Value {
    json!({"SslVpnClientId": id, "Name": name, "State": "0"})
}

fn creates(server: &Server) -> Vec<Value> {
    let requests = server.requests();
    let creates = requests.iter().filter(|request| request.action() == "CreateVpnGatewaySslClient");
    creates.map(Received::json).collect()
}

fn ids(answers: &[Result<String>]) -> Vec<&str> {
    answers.iter().map(|answer| answer.as_ref().unwrap().as_str()).collect()
}

#[tokio::test]
async fn what_comes_together_is_one_call_and_each_is_known_by_its_name() {
    let made = Answer::tencent(json!({"TaskId": 1, "SslVpnClientIds": ["vpnc-b", "vpnc-a"]}));
    // Somebody else makes one of the same name at the same time.
    let listed = vec![named("vpnc-b", "b"), named("vpnc-theirs", "b"), named("vpnc-a", "a")];
    let (answers, server) = together(&["a", "b"], made, listed).await;
    assert_eq!(ids(&answers), ["vpnc-a", "vpnc-b"]);
    assert_eq!(creates(&server), [json!({"SslVpnServerId": SERVER, "SslVpnClientNames": ["a", "b"]})]);
    assert_eq!(server.actions().len(), 3);
}

#[tokio::test]
async fn two_of_one_name_are_not_made_together() {
    let made = Answer::tencent(json!({"TaskId": 1, "SslVpnClientIds": ["vpnc-b", "vpnc-a"]}));
    let listed = vec![named("vpnc-b", "b"), named("vpnc-a", "a")];
    let (answers, server) = together(&["a", "b", "a"], made, listed).await;
    assert_eq!(ids(&answers), ["vpnc-a", "vpnc-b", "vpnc-single-a"]);
    assert_eq!(creates(&server).len(), 2);
}

#[tokio::test]
async fn a_refusal_of_several_is_not_the_fault_of_all() {
    let refused = Answer::tencent_error("InvalidParameterValue.TooLong");
    let (answers, _) = together(&["a", "bad", "c"], refused, Vec::new()).await;
    let [a, bad, c] = &answers[..] else { panic!("{answers:?}") };
    assert_eq!((a.as_deref().unwrap(), c.as_deref().unwrap()), ("vpnc-single-a", "vpnc-single-c"));
    assert_eq!(bad.as_ref().unwrap_err().code(), Some("InvalidParameterValue.TooLong"));
}

#[tokio::test]
async fn of_several_with_an_unknown_outcome_those_that_are_there_are_adopted_and_the_others_made() {
    let (answers, server) = together(&["a", "b"], Answer::Drop, vec![named("vpnc-a", "a")]).await;
    assert_eq!(ids(&answers), ["vpnc-a", "vpnc-single-b"]);
    assert_eq!(creates(&server).len(), 2);
}

#[tokio::test]
async fn two_new_ones_of_one_name_are_nobodys() {
    let listed = vec![named("vpnc-a", "a"), named("vpnc-twin", "a"), named("vpnc-b", "b")];
    let (answers, server) = together(&["a", "b"], Answer::Drop, listed).await;
    let error = answers[0].as_ref().unwrap_err();
    assert!(error.is_ambiguous() && error.hint().unwrap().contains("import it"), "{error}");
    assert_eq!(error.candidates(), ["vpnc-a", "vpnc-twin"]);
    // Of the other there is one only.
    assert_eq!(answers[1].as_deref().unwrap(), "vpnc-b");
    assert_eq!(creates(&server).len(), 1);
}

#[tokio::test]
async fn deletes_that_come_together_are_one_call_in_one_task() {
    let server = service(&[
        ("DeleteVpnGatewaySslClient", vec![acknowledged()]),
        ("DescribeVpnGatewaySslClients", vec![clients(&[])]),
        // Who may not ask for tasks learns it from the clients.
        ("DescribeVpcTaskResult", vec![Answer::tencent_error("UnauthorizedOperation.CamNoAuth")]),
    ])
    .await;
    let client = client(&server.url());
    let ctx = ctx();
    let deletes = ["vpnc-1", "vpnc-2", "vpnc-3"].map(|id| client.delete_ssl_client(&ctx, REGION, SERVER, id));
    future::try_join_all(deletes).await.unwrap();
    let first = server.requests()[0].json();
    assert_eq!(first, json!({"SslVpnClientIds": ["vpnc-1", "vpnc-2", "vpnc-3"]}));
    assert_eq!(server.actions().iter().filter(|action| *action == "DeleteVpnGatewaySslClient").count(), 1);
}

#[tokio::test]
async fn a_task_may_fail_for_one_of_several() {
    let result = json!([
        {"ResourceId": "vpnc-1", "Status": "SUCCESS"},
        {"ResourceId": "vpnc-2", "Status": "FAILED"},
    ]);
    let server = service(&[
        ("DisableVpnGatewaySslClientCert", vec![acknowledged()]),
        (
            "DescribeVpcTaskResult",
            vec![Answer::tencent(json!({"Status": "FAILED", "Output": "broken", "Result": result}))],
        ),
    ])
    .await;
    let client = client(&server.url());
    let ctx = ctx();
    let disables = ["vpnc-1", "vpnc-2"].map(|id| client.enable_ssl_client(&ctx, REGION, SERVER, id, false));
    let outcomes = future::join_all(disables).await;
    assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false]);
    assert_eq!(server.actions(), ["DisableVpnGatewaySslClientCert", "DescribeVpcTaskResult"]);
}

fn count(server: &Server, action: &str) -> usize {
    server.actions().iter().filter(|found| *found == action).count()
}

#[tokio::test]
async fn deletes_end_with_the_word_of_their_task() {
    let named = |names: &[&str]| {
        let result: Vec<_> = names.iter().map(|id| json!({"ResourceId": id, "Status": "SUCCESS"})).collect();
        Answer::tencent(json!({"Status": "SUCCESS", "Result": result}))
    };
    for (names, alone) in [(&["vpnc-1", "vpnc-2", "vpnc-3"][..], 0), (&["vpnc-1"], 2), (&[], 3)] {
        let server = service(&[
            ("DeleteVpnGatewaySslClient", vec![acknowledged()]),
            ("DescribeVpnGatewaySslClients", vec![clients(&[])]),
            ("DescribeVpcTaskResult", vec![named(names)]),
        ])
        .await;
        let (client, ctx) = (client(&server.url()), ctx());
        let deletes = ["vpnc-1", "vpnc-2", "vpnc-3"].map(|id| client.delete_ssl_client(&ctx, REGION, SERVER, id));
        future::try_join_all(deletes).await.unwrap();
        let reads = server.requests().into_iter().filter(|request| request.action() == "DescribeVpnGatewaySslClients");
        let ids = reads.map(|request| request.json()["SslVpnClientIds"].as_array().map_or(0, Vec::len));
        // Those that the task does not name are asked for together first; then, since an empty list of several says nothing, alone.
        assert_eq!(ids.filter(|ids| *ids == 1).count(), alone, "{names:?}");
        assert_eq!(count(&server, "DescribeVpcTaskResult"), 1, "{names:?}");
    }
}
