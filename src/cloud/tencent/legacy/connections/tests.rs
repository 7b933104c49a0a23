//! Tests of `connections.rs`.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::cloud::tencent::legacy::client::tests::{client, ctx};
use crate::cloud::testing::{Answer, Received, Server, time_flies};

const KEY: &str = "hidden-psk";

fn request() -> AddVpnConnEx {
    AddVpnConnEx {
        vpc_id: "vpc-1".into(),
        vpn_gw_id: "vpngw-1".into(),
        user_gw_id: "cgw-1".into(),
        vpn_conn_name: Some("office".into()),
        pre_shared_key: Some(KEY.into()),
        user_gw_cidr_block: Some(vec!["10.1.0.0/16".into()]),
        ..Default::default()
    }
}

fn tunnel(id: &str, name: &str, key: &str, status: i64) -> Value {
    json!({
        "unVpnConnId": id, "vpnConnName": name, "unVpnGwId": "vpngw-1", "unUserGwId": "cgw-1", "preSharedKey": key,
        "vpcConnStatus": status,
    })
}

fn page(tunnels: Vec<Value>) -> Answer {
    Answer::legacy(json!({"totalCount": tunnels.len(), "data": tunnels}))
}

fn task(status: i64) -> Answer {
    let output = json!({"errorCode": 5100, "errorMsg": format!("no room for {KEY}")});
    Answer::legacy(json!({"data": {"status": status, "output": output}}))
}

/// A service that lists `before` until it is asked to create, `after` from then on.
async fn service(before: Vec<Value>, after: Vec<Value>, task: Answer, create: Answer) -> Server {
    Server::start(answers(before, after, task, create)).await
}

fn answers(
    before: Vec<Value>,
    after: Vec<Value>,
    task: Answer,
    create: Answer,
) -> impl FnMut(&Received) -> Answer + Send + 'static {
    let mut created = false;
    move |request| match request.action().as_str() {
        "DescribeVpnConn" => page(if created { after.clone() } else { before.clone() }),
        "AddVpnConnEx" => {
            created = true;
            create.clone()
        }
        "DescribeVpcTaskResult" => task.clone(),
        other => panic!("{other}"),
    }
}

fn accepted() -> Answer {
    Answer::legacy(json!({"data": {"vpnConnId": 0, "taskId": 12614}}))
}

async fn create(server: &Server) -> (Result<String>, Vec<String>) {
    let made = Mutex::new(Vec::new());
    let created = client(&server.url())
        .create_connection(&ctx(), "gz", &request(), |id| made.lock().unwrap().push(id.to_owned()))
        .await;
    if let Err(error) = &created {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hidden"), "{shown}");
    }
    (created, made.into_inner().unwrap())
}

#[tokio::test]
async fn the_new_tunnel_is_the_one_that_was_not_there_and_has_name_and_key() {
    let before = vec![tunnel("vpnx-old", "office", KEY, 6)];
    let after = vec![
        before[0].clone(),
        tunnel("vpnx-other", "office", "somebody else's", 0),
        tunnel("vpnx-named", "lab", KEY, 0),
        tunnel("vpnx-new", "office", KEY, 0),
    ];
    let server = service(before, after, task(0), accepted()).await;

    let (created, made) = create(&server).await;

    assert_eq!((created.unwrap().as_str(), made), ("vpnx-new", vec!["vpnx-new".to_owned()]));
}

#[tokio::test]
async fn tunnels_that_cannot_be_told_apart_are_not_guessed() {
    let twins = vec![tunnel("vpnx-a", "office", KEY, 0), tunnel("vpnx-b", "office", KEY, 0)];
    let server = service(vec![], twins, task(0), accepted()).await;

    let (created, made) = create(&server).await;

    let error = created.unwrap_err();
    assert!(error.is_ambiguous() && error.message().starts_with("2 tunnels named"), "{error}");
    assert!(made.is_empty());
}

#[tokio::test]
async fn a_create_of_unknown_outcome_is_adopted_without_its_task() {
    let after = vec![tunnel("vpnx-new", "office", KEY, 0)];
    let server = service(vec![], after, task(1), Answer::Drop).await;

    let (created, _) = create(&server).await;

    assert_eq!(created.unwrap(), "vpnx-new");
    assert_eq!(server.actions().iter().filter(|action| *action == "AddVpnConnEx").count(), 1);
}

#[tokio::test]
async fn a_failed_task_tells_its_message_and_what_it_left() {
    let after = vec![tunnel("vpnx-new", "office", KEY, 1)];
    let server = service(vec![], after, task(1), accepted()).await;

    let (created, made) = create(&server).await;

    assert_eq!(made, ["vpnx-new"]);
    assert_eq!(created.unwrap_err().to_string(), "AddVpnConnEx in gz: 5100: task 12614 failed: no room for [redacted]");
}

#[tokio::test]
async fn calling_off_a_create_does_not_lose_its_id() {
    let server = service(vec![], vec![tunnel("vpnx-new", "office", KEY, 0)], task(2), accepted()).await;
    let cancel = CancellationToken::new();
    let ctx = Ctx::new(Duration::from_secs(60), cancel.clone());
    let made = Mutex::new(Vec::new());

    let request = request();
    let created = client(&server.url())
        .create_connection(&ctx, "gz", &request, |id| {
            made.lock().unwrap().push(id.to_owned());
            cancel.cancel();
        })
        .await;

    assert_eq!(created.unwrap_err().class(), Class::Cancelled);
    assert_eq!(made.into_inner().unwrap(), ["vpnx-new"]);
}

#[tokio::test]
async fn a_vanished_task_is_no_failure() {
    for vanished in [
        Answer::legacy_error(5000, ""),
        Answer::legacy(json!({})),
        Answer::legacy(json!({"data": []})),
        Answer::legacy(json!({"data": {"status": null}})),
    ] {
        let server = service(vec![], vec![tunnel("vpnx-new", "office", KEY, 6)], vanished.clone(), accepted()).await;
        assert_eq!(create(&server).await.0.unwrap(), "vpnx-new", "{vanished:?}");
    }
}

#[tokio::test]
async fn a_task_is_waited_for_no_longer_than_the_operation_may_take() {
    let answers = answers(vec![], vec![tunnel("vpnx-new", "office", KEY, 0)], task(2), accepted());
    let server = Server::start(time_flies("DescribeVpcTaskResult", 2, answers)).await;
    let brief = ctx().with_timeout(Duration::from_secs(20));

    let error = client(&server.url()).create_connection(&brief, "gz", &request(), |_| {}).await.unwrap_err();

    assert_eq!(error.class(), Class::Timeout);
    assert!(error.message().contains("task 12614 of AddVpnConnEx"), "{error}");
}

#[tokio::test]
async fn all_pages_of_50_are_listed() {
    let server = Server::start(|request: &Received| {
        let form = request.form();
        assert_eq!(form["limit"], "50");
        let offset: usize = form["offset"].parse().unwrap();
        let rows = (offset..120.min(offset + 50)).map(|n| tunnel(&format!("vpnx-{n}"), "t", KEY, 6));
        Answer::legacy(json!({"totalCount": "120", "data": rows.collect::<Vec<_>>()}))
    })
    .await;

    let listed = client(&server.url()).connections(&ctx(), "gz", &DescribeVpnConn::default()).await.unwrap();

    assert_eq!((listed.len(), server.requests().len()), (120, 3));
    assert_eq!(listed[119].un_vpn_conn_id.as_deref(), Some("vpnx-119"));
}

/// What a read by id gives when the question by id is answered with `by_id`, the listing with `listing`.
async fn read(by_id: Answer, listing: Answer) -> Result<Option<VpnConn>> {
    let server = Server::start(
        move |request: &Received| {
            if request.form().contains_key("vpnConnId") { by_id.clone() } else { listing.clone() }
        },
    )
    .await;
    client(&server.url()).connection(&ctx(), "gz", "vpnx-1").await
}

#[tokio::test]
async fn only_a_certain_answer_is_a_missing_tunnel() {
    let here = || page(vec![tunnel("vpnx-1", "office", KEY, 6)]);
    let other = || page(vec![tunnel("vpnx-2", "office", KEY, 6)]);
    let not_found = || Answer::legacy_error(5000, "InvalidVpnGw.NotFound");

    assert!(read(here(), Answer::Drop).await.unwrap().is_some());
    assert!(read(page(vec![]), Answer::Drop).await.unwrap().is_none());
    assert!(read(Answer::legacy_error(5000, "InvalidVpnConn.NotFound"), Answer::Drop).await.unwrap().is_none());
    // The gateway, or the tunnel? The listing knows.
    assert!(read(not_found(), here()).await.unwrap().is_some());
    assert!(read(not_found(), other()).await.unwrap().is_none());
    assert!(read(not_found(), not_found()).await.is_err());
    assert!(read(Answer::legacy_error(5000, ""), Answer::legacy_error(4100, "")).await.is_err());
    for unclear in [
        other(),
        Answer::legacy(json!({})),
        Answer::legacy(json!({"totalCount": 1, "data": []})),
        Answer::legacy_error(4104, ""),
        Answer::legacy_error(6100, ""),
    ] {
        assert!(read(unclear.clone(), page(vec![])).await.is_err(), "{unclear:?}");
    }
}

fn delete() -> DeleteVpnConn {
    DeleteVpnConn { vpc_id: "vpc-1".into(), vpn_gw_id: "vpngw-1".into(), vpn_conn_id: "vpnx-1".into() }
}

/// What deleting gives where DeleteVpnConn is answered with `deleted`, and the tunnel has `status` or is gone.
async fn deleting(deleted: Answer, status: Option<i64>) -> Result<()> {
    let server = Server::start(move |request: &Received| match request.action().as_str() {
        "DeleteVpnConn" => deleted.clone(),
        "DescribeVpcTaskResult" => task(0),
        _ => page(status.map(|status| tunnel("vpnx-1", "office", KEY, status)).into_iter().collect()),
    })
    .await;
    client(&server.url()).delete_connection(&ctx(), "gz", &delete()).await
}

#[tokio::test]
async fn what_is_gone_already_is_deleted_and_nothing_else() {
    deleting(accepted(), None).await.unwrap();
    deleting(Answer::legacy_error(5000, "InvalidVpnGw.NotFound"), None).await.unwrap();

    let error = deleting(Answer::legacy_error(5000, "InvalidVpnGw.NotFound"), Some(6)).await.unwrap_err();
    assert!(error.message().contains("the tunnel exists"), "{error}");
    let error = deleting(accepted(), Some(5)).await.unwrap_err();
    assert!(error.message().contains("gave up deleting vpnx-1: its status is deletion_error"), "{error}");
}

#[tokio::test]
async fn a_change_that_the_service_gave_up_is_an_error() {
    for (status, says) in [(3, "gave up changing vpnx-1"), (1, "gave up creating vpnx-1")] {
        let server = Server::scripted([page(vec![tunnel("vpnx-1", "office", KEY, status)])]).await;
        let error = client(&server.url()).wait_running(&ctx(), "gz", "vpnx-1").await.unwrap_err();
        assert!(error.message().contains(says), "{error}");
    }
}
