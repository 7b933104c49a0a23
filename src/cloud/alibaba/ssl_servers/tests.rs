//! Tests of `ssl_servers.rs`.

use serde_json::{Value, json};

use super::*;
use crate::cloud::alibaba::client::tests::{REGION, client, ctx};
use crate::cloud::testing::{Answer, Server};

fn servers(rows: Value) -> Answer {
    let count = rows.as_array().unwrap().len();
    Answer::alibaba(json!({"SslVpnServers": {"SslVpnServer": rows}, "TotalCount": count}))
}

fn listed() -> Answer {
    servers(json!([{"SslVpnServerId": "vss-1", "VpnGatewayId": "vpn-1"}]))
}

fn gateway(status: &str) -> Answer {
    Answer::alibaba(json!({"VpnGatewayId": "vpn-1", "Status": status}))
}

fn missing() -> Answer {
    Answer::alibaba_error(404, "InvalidSslVpnServerId.NotFound")
}

#[tokio::test]
async fn only_an_empty_list_or_its_own_code_makes_a_server_missing() {
    for (answer, gone) in [
        (missing(), true),
        (servers(json!([])), true),
        (Answer::alibaba(json!({"TotalCount": 0})), true),
        (Answer::alibaba(json!({})), false),
        (servers(json!([{"SslVpnServerId": "vss-2"}])), false),
        (Answer::alibaba_error(404, "InvalidAccessKeyId.NotFound"), false),
        (Answer::alibaba_error(404, "InvalidVpnGatewayInstanceId.NotFound"), false),
        (Answer::alibaba_error(403, "Forbidden"), false),
        (Answer::Raw(404, &[], "<html>".into()), false),
    ] {
        let server = Server::scripted([answer.clone()]).await;
        let read = client(&server.url()).ssl_server(&ctx(), REGION, "vss-1").await;
        assert_eq!(matches!(read, Ok(None)), gone, "{answer:?}");
        assert_eq!(read.is_err(), !gone, "{answer:?}");
    }
}

#[tokio::test]
async fn a_new_server_is_waited_for_with_its_gateway() {
    let server = Server::scripted([gateway("updating"), gateway("active"), servers(json!([])), listed()]).await;
    let client = client(&server.url());
    let turn = client.turn(&ctx(), REGION, "vpn-1").await.unwrap();
    client.wait_ssl_server(&ctx(), REGION, turn, "vss-1").await.unwrap();
    assert_eq!(
        server.actions(),
        ["DescribeVpnGateway", "DescribeVpnGateway", "DescribeSslVpnServers", "DescribeSslVpnServers"]
    );
}

#[tokio::test]
async fn a_deletion_is_waited_for_to_its_end() {
    let done = Answer::alibaba(json!({}));
    let server = Server::scripted([done, gateway("updating"), gateway("active"), listed(), servers(json!([]))]).await;
    let client = client(&server.url());
    let turn = client.turn(&ctx(), REGION, "vpn-1").await.unwrap();
    client.delete_ssl_server(&ctx(), REGION, turn, "vss-1").await.unwrap();
    assert_eq!(server.requests().len(), 5);

    let server = Server::scripted([missing()]).await;
    let client = self::client(&server.url());
    client.delete_ssl_server(&ctx(), REGION, Turn::default(), "vss-1").await.unwrap();
    assert_eq!(server.actions(), ["DeleteSslVpnServer"]);
}

#[test]
fn settings_are_parameters_by_their_documented_names() {
    let request = ModifySslVpnServer {
        ssl_vpn_server_id: "vss-1".into(),
        settings: SslVpnServerSettings {
            idaas_instance_id: Some("idaas-1".into()),
            client_ip_pool: Some("192.168.0.0/24".into()),
            compress: Some(false),
            ..SslVpnServerSettings::default()
        },
        ..ModifySslVpnServer::default()
    };
    let flat = crate::cloud::params::flatten(&serde_json::to_value(request).unwrap(), 1);
    let names: Vec<_> = flat.keys().map(String::as_str).collect();
    assert_eq!(names, ["ClientIpPool", "ClientToken", "Compress", "IDaaSInstanceId", "SslVpnServerId"]);
}
