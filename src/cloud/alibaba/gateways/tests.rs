use serde_json::{Value, json};

use super::*;
use crate::cloud::alibaba::client::tests::{REGION, client, ctx};
use crate::cloud::testing::{Answer, Server};

fn gateway(status: &str) -> Answer {
    Answer::alibaba(json!({"VpnGatewayId": "vpn-1", "Status": status}))
}

fn missing() -> Answer {
    Answer::alibaba_error(404, "InvalidVpnGatewayInstanceId.NotFound")
}

#[tokio::test]
async fn only_its_own_code_makes_a_gateway_missing() {
    for (answer, gone) in [
        (missing(), true),
        (Answer::alibaba_error(404, "InvalidAccessKeyId.NotFound"), false),
        (Answer::alibaba_error(404, "InvalidRegionId.NotFound"), false),
        (Answer::alibaba_error(404, "InvalidSslVpnServerId.NotFound"), false),
        (Answer::alibaba_error(403, "Forbidden"), false),
        (Answer::Raw(404, &[], "<html>".into()), false),
        (Answer::alibaba(json!({})), false),
        (Answer::alibaba(json!({"VpnGatewayId": "vpn-2"})), false),
    ] {
        let server = Server::scripted([answer.clone()]).await;
        let read = client(&server.url()).vpn_gateway(&ctx(), REGION, "vpn-1").await;
        assert_eq!(matches!(read, Ok(None)), gone, "{answer:?}");
        assert_eq!(read.is_err(), !gone, "{answer:?}");
    }
}

#[tokio::test]
async fn a_gateway_is_waited_for_until_it_is_active() {
    let server = Server::scripted([missing(), gateway("provisioning"), gateway("updating"), gateway("active")]).await;
    let found = client(&server.url()).wait_vpn_gateway_active(&ctx(), REGION, "vpn-1").await.unwrap();

    assert_eq!(found.status.as_deref(), Some("active"));
    assert_eq!(server.actions(), ["DescribeVpnGateway"; 4]);
}

#[tokio::test]
async fn a_gateway_that_vanishes_while_it_is_waited_for_is_an_error() {
    let server = Server::scripted([gateway("deleting"), missing()]).await;
    let error = client(&server.url()).wait_vpn_gateway_active(&ctx(), REGION, "vpn-1").await.unwrap_err();

    assert_eq!(error.message(), "vpn-1 vanished while it was waited for");
}

#[test]
fn members_are_read_in_every_spelling() {
    let read = |row: Value| serde_json::from_value::<VpnGateway>(row).unwrap();

    let spoken = read(json!({
        "VSwitchId": "vsw-1", "DisasterRecoveryVSwitchId": "vsw-2", "Spec": "5M", "AutoPropagate": true,
        "SslMaxConnections": 5, "CreateTime": 1_552_550_980_000_i64,
    }));
    assert_eq!(spoken.vswitch_id.as_deref(), Some("vsw-1"));
    assert_eq!(spoken.disaster_recovery_vswitch_id.as_deref(), Some("vsw-2"));
    assert_eq!((spoken.spec.as_deref(), spoken.auto_propagate), (Some("5M"), Some(true)));
    assert_eq!((spoken.ssl_max_connections, spoken.create_time), (Some(5), Some(1_552_550_980_000)));

    let other = read(json!({"Spec": 5, "AutoPropagate": "true", "SslMaxConnections": "5", "Unknown": {}}));
    assert_eq!(
        (other.spec.as_deref(), other.auto_propagate, other.ssl_max_connections),
        (Some("5"), Some(true), Some(5))
    );
}
