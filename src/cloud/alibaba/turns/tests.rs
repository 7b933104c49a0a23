//! Tests of `turns.rs`.

use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use serde_json::json;

use super::*;
use crate::cloud::alibaba::VpnRouteEntryKey;
use crate::cloud::alibaba::client::tests::{REGION, client, ctx};
use crate::cloud::testing::{Answer, Received, Server};

fn server_of(gateway: &str) -> Answer {
    let server = json!({"SslVpnServerId": "vss-1", "VpnGatewayId": gateway});
    Answer::alibaba(json!({"SslVpnServers": {"SslVpnServer": [server]}, "TotalCount": 1}))
}

/// Whether a write to the second server waits for one to the first.
async fn waits(handler: impl Fn(&Received) -> Answer + Send + 'static, [first, second]: [&str; 2]) -> bool {
    let server = Server::start(handler).await;
    let client = client(&server.url());
    let turn = async |server: &str| client.gateway_turn(&ctx(), REGION, server).await.unwrap();
    // The gateway is known from now on: a turn that nobody else has is there at once.
    drop(turn(second).await);

    let held = turn(first).await;
    let waits = turn(second).now_or_never().is_none();
    drop(held);
    assert!(turn(second).now_or_never().is_some(), "the turn is given back");
    waits
}

fn servers(request: &Received, gateway: impl Fn(&str) -> String) -> Answer {
    let id = request.param("SslVpnServerId").unwrap();
    let server = json!({"SslVpnServerId": id, "VpnGatewayId": gateway(&id)});
    Answer::alibaba(json!({"SslVpnServers": {"SslVpnServer": [server]}}))
}

#[tokio::test]
async fn writes_to_one_gateway_wait_for_each_other() {
    let same = |request: &Received| servers(request, |_| "vpn-1".to_owned());
    assert!(waits(same, ["vss-1", "vss-2"]).await);
    assert!(waits(same, ["vss-1", "vss-1"]).await);
    let other = |request: &Received| servers(request, |id| id.replace("vss", "vpn"));
    assert!(!waits(other, ["vss-1", "vss-2"]).await);
}

#[tokio::test]
async fn without_permission_to_see_servers_writes_to_one_server_still_wait_for_each_other() {
    let refused = |_: &Received| Answer::alibaba_error(403, "Forbidden.RAM");
    assert!(waits(refused, ["vss-1", "vss-1"]).await);
}

#[tokio::test]
async fn the_gateway_is_asked_for_once() {
    let server = Server::scripted([server_of("vpn-1")]).await;
    let client = client(&server.url());
    for _ in 0..3 {
        drop(client.gateway_turn(&ctx(), REGION, "vss-1").await.unwrap());
    }
    assert_eq!(server.actions(), ["DescribeSslVpnServers"]);
}

#[tokio::test]
async fn a_write_to_a_gateway_waits_for_one_to_its_server() {
    let server = Server::scripted([server_of("vpn-1")]).await;
    let client = client(&server.url());
    let turn = client.gateway_turn(&ctx(), REGION, "vss-1").await.unwrap();

    let brief = Ctx::new(Duration::from_millis(20), Default::default());
    let error = client.turn(&brief, REGION, "vpn-1").await.unwrap_err();
    assert_eq!(error.class(), Class::Timeout);
    assert!(error.message().ends_with(AWAITED), "{error}");
    drop(client.turn(&ctx(), REGION, "vpn-2").await.unwrap());

    drop(turn);
    drop(client.turn(&ctx(), REGION, "vpn-1").await.unwrap());
}

#[tokio::test]
async fn certificates_are_made_side_by_side_but_not_beside_other_writes() {
    let server = Server::scripted([server_of("vpn-1")]).await;
    let client = client(&server.url());
    let make = async || client.shared_gateway_turn(&ctx(), REGION, "vss-1").await.unwrap();
    let one = make().await;
    let other = make().now_or_never().expect("they do not wait for each other");
    assert!(client.turn(&ctx(), REGION, "vpn-1").now_or_never().is_none());
    drop((one, other));

    let alone = client.turn(&ctx(), REGION, "vpn-1").await.unwrap();
    assert!(make().now_or_never().is_none());
    drop(alone);
    drop(make().await);
}

#[tokio::test]
async fn a_turn_ends_when_the_gateway_is_active_and_not_later() {
    let gateway = |status| Answer::alibaba(json!({"VpnGatewayId": "vpn-1", "Status": status}));
    let server = Server::scripted([gateway("updating"), gateway("active")]).await;
    let client = client(&server.url());
    let turn = client.turn(&ctx(), REGION, "vpn-1").await.unwrap();
    turn.end(&ctx(), "connection").await.unwrap();
    assert_eq!(server.actions(), ["DescribeVpnGateway"; 2]);
    drop(client.turn(&ctx(), REGION, "vpn-1").now_or_never().expect("it is over").unwrap());
}

#[tokio::test]
async fn turns_of_several_gateways_end_with_one_listing() {
    let gateways: Vec<_> = (0..20).map(|n| json!({"VpnGatewayId": format!("vpn-{n}"), "Status": "active"})).collect();
    let listing = json!({"VpnGateways": {"VpnGateway": gateways}, "TotalCount": 20});
    let server = Server::start(move |request: &Received| match request.action().as_str() {
        "DescribeVpnGateways" => Answer::alibaba(listing.clone()),
        _ => Answer::alibaba(json!({"VpnGatewayId": request.param("VpnGatewayId"), "Status": "active"})),
    })
    .await;
    let client = client(&server.url());
    let ctx = ctx();
    let turns = (0..20).map(async |n| {
        let turn = client.turn(&ctx, REGION, &format!("vpn-{n}")).await.unwrap();
        turn.end(&ctx, "connection").await.unwrap();
    });
    futures_util::future::join_all(turns).await;
    assert_eq!(server.actions(), ["DescribeVpnGateways"]);
}

/// A gateway that takes so long for each write, looked at every so often from the first look on: how many looks the writes take.
fn looks(settling: &Settling, took: Duration, every: Duration) -> usize {
    let key = ("r/vpn-1".to_owned(), "connection");
    let (mut at, mut busy, mut looks) = (settling.first_look(&key), None, 1);
    while at < took {
        busy = Some(at);
        at += every;
        looks += 1;
    }
    settling.learn(key, busy, at);
    looks
}

#[test]
fn how_long_a_gateway_works_is_learned() {
    let (settling, took, every) = (Settling::default(), Duration::from_secs(35), Duration::from_secs(5));
    assert_eq!(looks(&settling, took, every), 8);
    let total: usize = (0..50).map(|_| looks(&settling, took, every)).sum();
    assert!(total < 50 * 8 / 2, "{total}");
}

#[test]
fn one_write_that_takes_long_makes_no_other_wait() {
    let (settling, key) = (Settling::default(), ("r/vpn-1".to_owned(), "connection"));
    looks(&settling, Duration::from_secs(600), Duration::from_secs(5));
    assert!(settling.first_look(&key) <= LONGER);
    let elsewhere = ("r/vpn-2".to_owned(), "connection");
    assert_eq!(settling.first_look(&elsewhere), Duration::ZERO);
}

/// What is written to a gateway and read afterwards.
type Written = for<'a> fn(&'a Client, &'a Ctx, Turn) -> BoxFuture<'a, Result<()>>;

#[tokio::test]
async fn nothing_that_is_read_afterwards_is_in_a_turn() {
    let kinds: [(&str, Written); 6] = [
        ("connection", |client, ctx, turn| {
            async move { client.wait_vpn_connection(ctx, REGION, turn, "vco-1", false).await.map(drop) }.boxed()
        }),
        ("SSL server", |client, ctx, turn| {
            async move { client.wait_ssl_server(ctx, REGION, turn, "vss-1").await.map(drop) }.boxed()
        }),
        ("route entry", |client, ctx, turn| {
            async move { client.wait_route_entry(ctx, REGION, turn, &entry(), true).await.map(drop) }.boxed()
        }),
        ("deleted connection", |client, ctx, turn| {
            async move { client.delete_vpn_connection(ctx, REGION, turn, "vco-1").await }.boxed()
        }),
        ("deleted SSL server", |client, ctx, turn| {
            async move { client.delete_ssl_server(ctx, REGION, turn, "vss-1").await }.boxed()
        }),
        ("deleted certificate", |client, ctx, turn| {
            async move { client.delete_ssl_client_cert(ctx, REGION, turn, "vsc-1").await }.boxed()
        }),
    ];
    for (kind, write) in kinds {
        let server = Server::start(|request: &Received| match request.action().as_str() {
            "DescribeVpnGateway" => Answer::alibaba(json!({"VpnGatewayId": "vpn-1", "Status": "active"})),
            action if action.starts_with("Delete") => Answer::alibaba(json!({})),
            _ => Answer::Hang,
        })
        .await;
        let client = client(&server.url());
        let ctx = ctx();
        let turn = client.turn(&ctx, REGION, "vpn-1").await.unwrap();
        tokio::select! {
            biased;
            _ = write(&client, &ctx, turn) => panic!("{kind}: nobody answers"),
            next = client.turn(&ctx, REGION, "vpn-1") => drop(next.unwrap()),
        }
    }
}

#[tokio::test]
async fn what_has_no_id_of_its_own_is_gone_before_somebody_else_may_make_it_again() {
    let (sender, mut asked) = tokio::sync::mpsc::unbounded_channel();
    let server = Server::start(move |request: &Received| match request.action().as_str() {
        "DescribeVpnGateway" => Answer::alibaba(json!({"VpnGatewayId": "vpn-1", "Status": "active"})),
        action if action.starts_with("Delete") => Answer::alibaba(json!({})),
        _ => {
            let _ = sender.send(());
            Answer::Hang
        }
    })
    .await;
    let client = client(&server.url());
    let ctx = ctx();
    let turn = client.turn(&ctx, REGION, "vpn-1").await.unwrap();
    let key = entry();
    let mut delete = std::pin::pin!(client.delete_route_entry(&ctx, REGION, turn, &key, 100, None));
    tokio::select! {
        _ = &mut delete => panic!("nobody says that it is gone"),
        _ = asked.recv() => {}
    }
    assert!(client.turn(&ctx, REGION, "vpn-1").now_or_never().is_none());
}

fn entry() -> VpnRouteEntryKey {
    VpnRouteEntryKey { vpn_gateway_id: "vpn-1".into(), ..Default::default() }
}
