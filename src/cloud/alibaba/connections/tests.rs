//! Tests of `connections.rs`.

use serde_json::{Value, json};

use super::*;
use crate::cloud::alibaba::client::tests::{REGION, client, ctx};
use crate::cloud::testing::{Answer, Server};

fn connection(members: Value) -> Answer {
    let mut connection = json!({"VpnConnectionId": "vco-1", "State": "active"});
    connection.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    Answer::alibaba(connection)
}

fn gateway(status: &str) -> Answer {
    Answer::alibaba(json!({"VpnGatewayId": "vpn-1", "Status": status}))
}

fn missing() -> Answer {
    Answer::alibaba_error(404, "InvalidVpnConnectionInstanceId.NotFound")
}

fn change(settings: VpnConnectionSettings) -> ModifyVpnConnectionAttribute {
    ModifyVpnConnectionAttribute { vpn_connection_id: "vco-1".into(), settings, ..Default::default() }
}

fn ike(key: Option<&str>) -> IkeConfig {
    IkeConfig { psk: key.map(SecretString::from), ike_version: Some("ikev2".into()), ..IkeConfig::default() }
}

#[tokio::test]
async fn only_its_own_code_makes_a_connection_missing() {
    for (answer, gone) in [
        (missing(), true),
        (Answer::alibaba_error(404, "InvalidVpnGatewayInstanceId.NotFound"), false),
        (Answer::alibaba_error(404, "InvalidCustomerGatewayInstanceId.NotFound"), false),
        (Answer::alibaba_error(404, "InvalidAccessKeyId.NotFound"), false),
        (Answer::alibaba_error(403, "Forbidden"), false),
        (Answer::Raw(404, &[], "<html>".into()), false),
        (Answer::alibaba(json!({})), false),
        (connection(json!({"VpnConnectionId": "vco-2"})), false),
    ] {
        let server = Server::scripted([answer.clone()]).await;
        let client = client(&server.url());
        let read = client.vpn_connection(&ctx(), REGION, "vco-1").await;
        assert_eq!(matches!(read, Ok(None)), gone, "{answer:?}");
        assert_eq!(read.is_err(), !gone, "{answer:?}");
    }
}

#[tokio::test]
async fn a_connection_is_waited_for_with_its_gateway() {
    let settling = connection(json!({"State": "updating"}));
    let server =
        Server::scripted([gateway("updating"), gateway("active"), missing(), settling, connection(json!({}))]).await;
    let client = client(&server.url());
    let turn = client.turn(&ctx(), REGION, "vpn-1").await.unwrap();
    client.wait_vpn_connection(&ctx(), REGION, turn, "vco-1", true).await.unwrap();
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn a_deletion_is_waited_for_to_its_end() {
    let done = Answer::alibaba(json!({}));
    let server = Server::scripted([done, gateway("active"), connection(json!({})), missing()]).await;
    let client = client(&server.url());
    let turn = client.turn(&ctx(), REGION, "vpn-1").await.unwrap();
    client.delete_vpn_connection(&ctx(), REGION, turn, "vco-1").await.unwrap();
    assert_eq!(server.requests().len(), 4);

    let server = Server::scripted([missing()]).await;
    let client = self::client(&server.url());
    client.delete_vpn_connection(&ctx(), REGION, Turn::default(), "vco-1").await.unwrap();
    assert_eq!(server.actions(), ["DeleteVpnConnection"]);
}

#[tokio::test]
async fn a_gateway_that_is_gone_has_done_with_a_deletion() {
    let gone = Answer::alibaba_error(404, "InvalidVpnGatewayInstanceId.NotFound");
    let server = Server::scripted([Answer::alibaba(json!({})), gone, missing()]).await;
    let client = client(&server.url());
    let turn = client.turn(&ctx(), REGION, "vpn-1").await.unwrap();
    client.delete_vpn_connection(&ctx(), REGION, turn, "vco-1").await.unwrap();
    assert_eq!(server.actions(), ["DeleteVpnConnection", "DescribeVpnGateway", "DescribeVpnConnection"]);
}

#[tokio::test]
async fn a_changed_phase_1_keeps_the_key_that_is_there() {
    let there = connection(json!({
        "IkeConfig": {"Psk": "hidden-there"},
        "TunnelOptionsSpecification": {"TunnelOptions": [{"Role": "slave", "TunnelIkeConfig": {"Psk": "hidden-slave"}}]},
    }));
    let one = VpnConnectionSettings { ike_config: Some(ike(None)), ..Default::default() };
    let tunnel = |role: &str, key| TunnelOptions {
        role: role.into(),
        tunnel_ike_config: Some(ike(key)),
        ..TunnelOptions::default()
    };
    let tunnels = vec![tunnel("master", Some("hidden-given")), tunnel("slave", None)];
    let two = VpnConnectionSettings { tunnel_options_specification: tunnels, ..Default::default() };
    for (settings, expected) in [(one, vec!["hidden-there"]), (two, vec!["hidden-given", "hidden-slave"])] {
        let server = Server::scripted([there.clone()]).await;
        client(&server.url()).modify_vpn_connection(&ctx(), REGION, &change(settings)).await.unwrap();
        assert_eq!(server.actions(), ["DescribeVpnConnection", "ModifyVpnConnectionAttribute"]);
        let requests = server.requests();
        let body = String::from_utf8(requests[1].body.clone()).unwrap();
        assert!(expected.iter().all(|key| body.contains(key)), "{body}");
        assert!(!requests[1].query().contains("hidden"), "a key is no part of an address");
    }
}

#[tokio::test]
async fn without_phase_1_or_with_its_key_a_change_is_one_call() {
    let renamed = VpnConnectionSettings { name: Some("a".into()), ..Default::default() };
    for request in
        [change(VpnConnectionSettings { ike_config: Some(ike(Some("k"))), ..Default::default() }), change(renamed)]
    {
        let server = Server::scripted([connection(json!({"IkeConfig": {"Psk": "k", "IkeVersion": "ikev2"}}))]).await;
        client(&server.url()).modify_vpn_connection(&ctx(), REGION, &request).await.unwrap();
        assert_eq!(server.actions(), ["ModifyVpnConnectionAttribute"]);
    }
}

#[tokio::test]
async fn a_key_that_the_service_quotes_is_scrubbed() {
    let body = json!({"RequestId": "r", "Code": "InvalidPsk", "Message": "hidden-key is too weak"}).to_string();
    let server = Server::scripted([Answer::Raw(400, &[], body)]).await;
    let settings = VpnConnectionSettings { ike_config: Some(ike(Some("hidden-key"))), ..Default::default() };
    let error = client(&server.url()).modify_vpn_connection(&ctx(), REGION, &change(settings)).await.unwrap_err();
    assert_eq!(error.message(), "[redacted] is too weak");
}

#[tokio::test]
async fn the_peers_configuration_is_read_or_missing() {
    let config = json!({"VpnConnectionConfig": {
        "Local": "203.0.113.9", "Remote": "198.51.100.1", "IkeConfig": {"Psk": "hidden", "IkeLifetime": 86400},
        "BgpConfigs": {"BgpConfig": [{"TunnelId": "tun-1", "LocalAsn": "65001"}]},
        "TunnelsConfig": {"TunnelConfig": [{"TunnelId": "tun-1", "IkeConfig": {"Psk": "hidden"}}]},
    }});
    for (answer, expected) in
        [(Answer::alibaba(config), Ok(true)), (missing(), Ok(false)), (Answer::alibaba(json!({})), Err(()))]
    {
        let server = Server::scripted([answer]).await;
        let read = client(&server.url()).vpn_connection_config(&ctx(), REGION, "vco-1").await;
        assert_eq!(read.as_ref().map(Option::is_some).map_err(drop), expected);
        assert!(!format!("{read:?}").contains("hidden"));
        if let Ok(Some(config)) = read {
            assert_eq!(config.bgp_configs.unwrap()[0].local_asn, Some(65001));
            assert_eq!(config.tunnels_config.unwrap().len(), 1);
        }
    }
}
