//! Tests of `gateways.rs`.

use serde_json::{Value, json};

use super::*;
use crate::cloud::alibaba::client::tests::{REGION, client, ctx};
use crate::cloud::answer;
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
    let read = |row: Value| answer::from_value::<VpnGateway>(row);

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

#[tokio::test]
async fn a_gateway_is_asked_for_with_what_is_said_and_nothing_else() {
    let server = Server::scripted([Answer::alibaba(json!({"VpnGatewayId": "vpn-1", "OrderId": 1}))]).await;
    let request = CreateVpnGateway {
        vpc_id: "vpc-1".into(),
        bandwidth: 5,
        vswitch_id: Some("vsw-1".into()),
        auto_pay: Some(true),
        ..Default::default()
    };
    let id = client(&server.url()).create_vpn_gateway(&ctx(), REGION, &request).await.unwrap();

    assert_eq!(id, "vpn-1");
    let token = request.client_token.to_string();
    assert_eq!(
        server.requests()[0].query(),
        format!("AutoPay=true&Bandwidth=5&ClientToken={token}&RegionId={REGION}&VSwitchId=vsw-1&VpcId=vpc-1")
    );
}

#[tokio::test]
async fn a_deletion_is_waited_for_unless_there_is_nothing_to_delete() {
    let request = || DeleteVpnGateway { vpn_gateway_id: "vpn-1".into(), client_token: ClientToken::new() };

    let server = Server::scripted([Answer::alibaba(json!({})), gateway("deleting"), missing()]).await;
    client(&server.url()).delete_vpn_gateway(&ctx(), REGION, &request()).await.unwrap();
    assert_eq!(server.actions(), ["DeleteVpnGateway", "DescribeVpnGateway", "DescribeVpnGateway"]);

    let server = Server::scripted([missing()]).await;
    client(&server.url()).delete_vpn_gateway(&ctx(), REGION, &request()).await.unwrap();
    assert_eq!(server.actions(), ["DeleteVpnGateway"]);
}

#[tokio::test]
async fn a_subscription_that_is_not_deleted_is_told_apart_from_a_lack_of_permission() {
    let server = Server::scripted([Answer::alibaba_error(403, "ForbiddenRelease")]).await;
    let request = DeleteVpnGateway { vpn_gateway_id: "vpn-1".into(), client_token: ClientToken::new() };
    let error = client(&server.url()).delete_vpn_gateway(&ctx(), REGION, &request).await.unwrap_err();

    let hint = error.hint().unwrap();
    assert!(hint.contains("subscription") && hint.contains("it stays"), "{hint}");
    assert_eq!(server.actions(), ["DeleteVpnGateway"]);
}

#[tokio::test]
async fn all_pages_are_listed_with_their_tags() {
    let page = |from: usize, to: usize| {
        let row = |i: usize| json!({"VpnGatewayId": format!("vpn-{i}"), "Tags": {"Tag": [{"Key": "i", "Value": i.to_string()}]}});
        let rows: Vec<_> = (from..to).map(row).collect();
        Answer::alibaba(json!({"VpnGateways": {"VpnGateway": rows}, "TotalCount": 60}))
    };
    let server = Server::scripted([page(0, 50), page(50, 60)]).await;
    let request = DescribeVpnGateways {
        vpc_id: Some("vpc-1".into()),
        tag: vec![Tag { key: "team".into(), value: "net".into() }],
        ..Default::default()
    };
    let all = client(&server.url()).vpn_gateways(&ctx(), REGION, &request).await.unwrap();

    assert_eq!(all.len(), 60);
    assert_eq!(all[59].tags.as_ref().unwrap()[0].value, "59");
    let sent = server.requests();
    assert_eq!(
        sent[1].query(),
        format!("PageNumber=2&PageSize=50&RegionId={REGION}&Tag.1.Key=team&Tag.1.Value=net&VpcId=vpc-1")
    );
}
