use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use super::*;
use crate::cloud::alibaba::client::tests::{REGION, client, ctx};
use crate::cloud::testing::{Answer, Received, Server};

fn server_of(gateway: &str) -> Answer {
    let server = json!({"SslVpnServerId": "vss-1", "VpnGatewayId": gateway});
    Answer::alibaba(json!({"SslVpnServers": {"SslVpnServer": [server]}, "TotalCount": 1}))
}

/// Two servers' writes, at the same time; gives how many of them overlapped at most.
async fn overlap(handler: impl Fn(&Received) -> Answer + Send + 'static, servers: [&'static str; 2]) -> usize {
    let server = Server::start(handler).await;
    let client = client(&server.url());
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let writes = servers.map(|name| {
        let (client, running, most) = (client.clone(), Arc::clone(&running), Arc::clone(&most));
        tokio::spawn(async move {
            let _turn = client.gateway_turn(&ctx(), REGION, name).await.unwrap();
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(300)).await;
            running.fetch_sub(1, Ordering::SeqCst);
        })
    });
    for write in writes {
        write.await.unwrap();
    }
    most.load(Ordering::SeqCst)
}

fn servers(request: &Received, gateway: impl Fn(&str) -> String) -> Answer {
    let id = request.param("SslVpnServerId").unwrap();
    let server = json!({"SslVpnServerId": id, "VpnGatewayId": gateway(&id)});
    Answer::alibaba(json!({"SslVpnServers": {"SslVpnServer": [server]}}))
}

#[tokio::test]
async fn writes_to_one_gateway_wait_for_each_other() {
    let same = |request: &Received| servers(request, |_| "vpn-1".to_owned());
    assert_eq!(overlap(same, ["vss-1", "vss-2"]).await, 1);
    assert_eq!(overlap(same, ["vss-1", "vss-1"]).await, 1);
    let other = |request: &Received| servers(request, |id| id.replace("vss", "vpn"));
    assert_eq!(overlap(other, ["vss-1", "vss-2"]).await, 2);
}

#[tokio::test]
async fn without_permission_to_see_servers_writes_to_one_server_still_wait_for_each_other() {
    let refused = |_: &Received| Answer::alibaba_error(403, "Forbidden.RAM");
    assert_eq!(overlap(refused, ["vss-1", "vss-1"]).await, 1);
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
