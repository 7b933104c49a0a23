//! Tests of `route_entries.rs`.

use futures_util::future;
use serde_json::{Value, json};

use super::*;
use crate::cloud::alibaba::client::tests::{REGION, client, ctx};
use crate::cloud::testing::{Answer, Received, Server};

fn key(dest: &str) -> VpnRouteEntryKey {
    VpnRouteEntryKey { vpn_gateway_id: "vpn-1".into(), next_hop: "vco-1".into(), route_dest: dest.into() }
}

fn entry(dest: &str, state: &str) -> Value {
    json!({
        "VpnInstanceId": "vpn-1", "NextHop": "vco-1", "RouteDest": dest, "Weight": 100, "State": state,
        "RouteEntryType": "custom", "CreateTime": 1_552_550_980_000_i64,
    })
}

fn table(entries: &[Value]) -> Answer {
    Answer::alibaba(json!({"VpnRouteEntries": {"VpnRouteEntry": entries}, "TotalCount": entries.len()}))
}

/// The page of a table of `count` entries that a request asks for.
fn paged(request: &Received, count: usize) -> Answer {
    let page: usize = request.param("PageNumber").unwrap().parse().unwrap();
    let from = (page - 1) * PAGE;
    let rows: Vec<_> = (from..count.min(from + PAGE)).map(|i| entry(&destination(i), "published")).collect();
    Answer::alibaba(json!({"VpnRouteEntries": {"VpnRouteEntry": rows}, "TotalCount": count}))
}

fn destination(i: usize) -> String {
    format!("10.{}.{}.0/24", i / 250, i % 250)
}

fn gateway(status: &str) -> Answer {
    Answer::alibaba(json!({"VpnGatewayId": "vpn-1", "Status": status}))
}

#[test]
fn an_id_is_taken_apart_as_it_was_made() {
    assert_eq!(key("10.0.0.0/16").to_string(), "vpn-1/vco-1/10.0.0.0/16");
    assert_eq!(VpnRouteEntryKey::parse("vpn-1/vco-1/10.0.0.0/16"), Some(key("10.0.0.0/16")));
    assert_eq!(VpnRouteEntryKey::parse("vpn-1/vco-1"), None);
}

#[tokio::test]
async fn an_entry_is_missing_where_its_table_or_its_gateway_says_so_and_nowhere_else() {
    for (answer, gone) in [
        (table(&[entry("10.1.0.0/16", "published")]), true),
        (table(&[]), true),
        (Answer::alibaba_error(404, "InvalidVpnGatewayInstanceId.NotFound"), true),
        (Answer::alibaba_error(404, "InvalidVpnInstanceId.NotFound"), true),
        (Answer::alibaba_error(404, "InvalidRegionId.NotFound"), false),
        (Answer::alibaba_error(403, "Forbidden"), false),
        (Answer::alibaba(json!({})), false),
    ] {
        let server = Server::scripted([answer.clone()]).await;
        let read = client(&server.url()).route_entry(&ctx(), REGION, &key("10.0.0.0/16")).await;
        assert_eq!(matches!(read, Ok(None)), gone, "{answer:?}");
        assert_eq!(read.is_err(), !gone, "{answer:?}");
    }
}

#[tokio::test]
async fn entries_of_one_gateway_share_the_listing_of_its_table() {
    const MANY: usize = 300;
    let server = Server::start(|request| paged(request, MANY)).await;
    let (client, ctx) = (client(&server.url()), ctx());
    for wave in 0..MANY / 10 {
        let keys: Vec<_> = (wave * 10..wave * 10 + 10).map(|i| key(&destination(i))).collect();
        let reads = keys.iter().map(|key| client.route_entry(&ctx, REGION, key));
        for read in future::join_all(reads).await {
            assert!(read.unwrap().is_some());
        }
    }
    // A table is six pages.
    assert!(server.requests().len() <= 4 * 6, "{} calls", server.requests().len());
}

#[tokio::test]
async fn a_write_makes_the_listing_history() {
    let server = Server::start(|request| match request.action().as_str() {
        "DescribeVpnRouteEntries" => paged(request, 60),
        _ => Answer::alibaba(json!({})),
    })
    .await;
    let (client, ctx) = (client(&server.url()), ctx());
    let reads = async || {
        let keys: Vec<_> = (0..30).map(|i| key(&destination(i))).collect();
        future::join_all(keys.iter().map(|key| client.route_entry(&ctx, REGION, key))).await
    };
    reads().await;
    let before = server.requests().len();
    let request = CreateVpnRouteEntry { key: key("10.9.0.0/16"), weight: 100, ..Default::default() };
    client.create_route_entry(&ctx, REGION, &request).await.unwrap();
    client.route_entry(&ctx, REGION, &key(&destination(40))).await.unwrap();
    assert!(server.requests().len() > before + 1, "what was listed before a write is not served after it");
}

#[tokio::test]
async fn two_changes_wait_for_the_gateway_in_between() {
    let server = Server::scripted([
        Answer::alibaba(json!({})),
        gateway("updating"),
        gateway("active"),
        Answer::alibaba(json!({})),
    ])
    .await;
    let change = VpnRouteEntryChange { key: key("10.0.0.0/16"), weight: Some((100, 0)), publish_vpc: Some(false) };
    client(&server.url()).change_route_entry(&ctx(), REGION, &change).await.unwrap();

    let sent = server.requests();
    let actions = ["ModifyVpnRouteEntryWeight", "DescribeVpnGateway", "DescribeVpnGateway", "PublishVpnRouteEntry"];
    assert_eq!(server.actions(), actions);
    let param = |i: usize, name: &str| sent[i].param(name).unwrap();
    assert_eq!((param(0, "Weight"), param(0, "NewWeight")), ("100".into(), "0".into()));
    assert_eq!((param(3, "RouteType"), param(3, "PublishVpc")), ("dbr".into(), "false".into()));
    assert_eq!(param(3, "RouteDest"), "10.0.0.0/16");
}

#[tokio::test]
async fn an_entry_is_waited_for_until_it_is_published() {
    let server = Server::scripted([
        gateway("active"),
        table(&[]),
        table(&[entry("10.0.0.0/16", "normal")]),
        table(&[entry("10.0.0.0/16", "published")]),
    ])
    .await;
    let client = client(&server.url());
    let turn = client.turn(&ctx(), REGION, "vpn-1").await.unwrap();
    let found = client.wait_route_entry(&ctx(), REGION, turn, &key("10.0.0.0/16"), true).await.unwrap();

    assert_eq!(found.state.as_deref(), Some("published"));
    assert_eq!(found.id, "vpn-1/vco-1/10.0.0.0/16");
}

async fn delete(server: &Server) {
    delete_made(server, None).await;
}

async fn delete_made(server: &Server, made: Option<i64>) {
    let client = client(&server.url());
    let turn = client.turn(&ctx(), REGION, "vpn-1").await.unwrap();
    client.delete_route_entry(&ctx(), REGION, turn, &key("10.0.0.0/16"), 0, made).await.unwrap();
}

#[tokio::test]
async fn a_deletion_names_the_weight_and_is_waited_for() {
    let server = Server::scripted([Answer::alibaba(json!({})), gateway("active"), table(&[])]).await;
    delete(&server).await;
    assert_eq!(server.requests()[0].param("Weight").unwrap(), "0");
    assert_eq!(server.actions(), ["DeleteVpnRouteEntry", "DescribeVpnGateway", "DescribeVpnRouteEntries"]);

    for code in GONE {
        let server = Server::scripted([Answer::alibaba_error(404, code)]).await;
        delete(&server).await;
        assert_eq!(server.actions(), ["DeleteVpnRouteEntry", "DescribeVpnRouteEntries"]);
    }
}

#[tokio::test]
async fn one_that_somebody_makes_again_after_the_deletion_is_another() {
    // Listed for as long as the other one lives.
    const BEFORE: &[(&str, &str)] = &[("date", "Thu, 14 Mar 2019 08:09:39 GMT")];
    const AFTER: &[(&str, &str)] = &[("date", "Thu, 14 Mar 2019 08:09:40 GMT")];
    let deleted = |date| Answer::Raw(200, date, r#"{"RequestId": "1"}"#.to_owned());
    let again = || table(&[entry("10.0.0.0/16", "published")]);
    let server = Server::scripted([deleted(BEFORE), gateway("active"), again()]).await;
    delete(&server).await;
    assert_eq!(server.actions().len(), 3);

    // What was there before is waited for.
    let answers = [deleted(AFTER), gateway("active"), again(), table(&[])];
    let server = Server::scripted(answers).await;
    delete(&server).await;
    assert_eq!(server.actions().len(), 4);
}

#[tokio::test]
async fn an_entry_that_has_another_weight_is_deleted_with_that() {
    let server = Server::scripted([
        Answer::alibaba_error(404, NO_ENTRY),
        table(&[entry("10.0.0.0/16", "published")]),
        Answer::alibaba(json!({})),
        gateway("active"),
        table(&[]),
    ])
    .await;
    delete(&server).await;

    let (sent, actions) = (server.requests(), server.actions());
    assert_eq!(actions[..3], ["DeleteVpnRouteEntry", "DescribeVpnRouteEntries", "DeleteVpnRouteEntry"]);
    assert_eq!((sent[0].param("Weight").unwrap(), sent[2].param("Weight").unwrap()), ("0".into(), "100".into()));
    assert_ne!(sent[0].param("ClientToken"), sent[2].param("ClientToken"));
    assert_eq!(actions[3..], ["DescribeVpnGateway", "DescribeVpnRouteEntries"]);
}

#[tokio::test]
async fn an_entry_that_somebody_else_made_with_another_weight_stays() {
    for (made, deletions) in [(Some(1_552_550_979), 1), (Some(1_552_550_980), 2)] {
        let server = Server::scripted([
            Answer::alibaba_error(404, NO_ENTRY),
            table(&[entry("10.0.0.0/16", "published")]),
            Answer::alibaba(json!({})),
            gateway("active"),
            table(&[]),
        ])
        .await;
        delete_made(&server, made).await;
        assert_eq!(server.actions().iter().filter(|action| *action == "DeleteVpnRouteEntry").count(), deletions);
    }
}

#[tokio::test]
async fn an_entry_that_has_its_new_weight_already_is_changed() {
    for (new_weight, listed, fine) in [
        (100, table(&[entry("10.0.0.0/16", "published")]), true),
        (0, table(&[entry("10.0.0.0/16", "published")]), false),
        (100, table(&[]), false),
    ] {
        let server = Server::scripted([Answer::alibaba_error(404, NO_ENTRY), listed]).await;
        let weight = Some((100 - new_weight, new_weight));
        let change = VpnRouteEntryChange { key: key("10.0.0.0/16"), weight, publish_vpc: None };
        let changed = client(&server.url()).change_route_entry(&ctx(), REGION, &change).await;
        assert_eq!(server.actions(), ["ModifyVpnRouteEntryWeight", "DescribeVpnRouteEntries"]);
        match changed {
            Ok(()) => assert!(fine, "{new_weight}"),
            Err(error) => assert!(!fine && error.is_any_of(&[NO_ENTRY]), "{new_weight}: {error}"),
        }
    }
}
