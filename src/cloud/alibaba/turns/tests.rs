use std::time::Duration;

use futures_util::future::FutureExt;
use serde_json::json;

use super::*;
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
    client.turn(&ctx(), REGION, "vpn-2").await.unwrap();

    drop(turn);
    client.turn(&ctx(), REGION, "vpn-1").await.unwrap();
}
