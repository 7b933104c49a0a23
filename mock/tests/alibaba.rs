//! SSL client certificates of Alibaba Cloud, from their creation to their end.

mod support;

use std::time::Duration;

use cloudvpn_mock::{Fault, Mock, Options, Switches, When};
use serde_json::{Value, json};
use support::alibaba::*;
use support::{instant, never_settling};

const CREATE: &str = "CreateSslVpnClientCert";
const DESCRIBE: &str = "DescribeSslVpnClientCert";
const LIST: &str = "DescribeSslVpnClientCerts";
const MODIFY: &str = "ModifySslVpnClientCert";
const DELETE: &str = "DeleteSslVpnClientCert";
const SERVER: (&str, &str) = ("SslVpnServerId", "vss-mock0001");

#[tokio::test]
async fn a_certificate_lives_from_creation_to_deletion() {
    let mock = instant();
    let answer = ok(&mock, CREATE, &[SERVER, ("Name", "cert1")]).await;
    let id = answer["SslVpnClientCertId"].as_str().unwrap();
    assert!(id.starts_with("vsc-"), "{answer}");
    assert_eq!(answer["Name"], "cert1");
    assert_eq!(answer.as_object().unwrap().len(), 3, "{answer}");

    let certificate = ok(&mock, DESCRIBE, &[("SslVpnClientCertId", id)]).await;
    for (member, expected) in [
        ("SslVpnClientCertId", id),
        ("SslVpnServerId", "vss-mock0001"),
        ("Name", "cert1"),
        ("RegionId", "cn-hangzhou"),
        ("ResourceGroupId", "rg-mock0001"),
        ("Status", "normal"),
    ] {
        assert_eq!(certificate[member], expected, "{member}");
    }
    let days = (certificate["EndTime"].as_i64().unwrap() - certificate["CreateTime"].as_i64().unwrap()) / 86_400_000;
    assert_eq!(days, 1095);

    let renamed = ok(&mock, MODIFY, &[("SslVpnClientCertId", id), ("Name", "cert2")]).await;
    assert_eq!((&renamed["SslVpnClientCertId"], &renamed["Name"]), (&json!(id), &json!("cert2")));
    let again = ok(&mock, DESCRIBE, &[("SslVpnClientCertId", id)]).await;
    assert_eq!(again["Name"], "cert2");
    for member in ["CaCert", "ClientCert", "ClientKey", "ClientConfig", "EndTime"] {
        assert_eq!(again[member], certificate[member], "{member}");
    }

    let deleted = ok(&mock, DELETE, &[("SslVpnClientCertId", id)]).await;
    assert_eq!(deleted.as_object().unwrap().len(), 1, "{deleted}");
    let gone = [("SslVpnClientCertId", id), ("Name", "cert3")];
    assert_eq!(refused(&mock, DESCRIBE, &gone[..1]).await, (400, "InvalidInstanceId.NotFound".to_owned()));
    let not_found = (404, "InvalidSslVpnClientCertId.NotFound".to_owned());
    assert_eq!(refused(&mock, MODIFY, &gone).await, not_found);
    assert_eq!(refused(&mock, DELETE, &gone[..1]).await, not_found);
    assert_eq!(ok(&mock, LIST, &[]).await["TotalCount"], 0);
}

#[tokio::test]
async fn deletion_takes_time_and_keeps_the_gateway_busy() {
    let mock = never_settling();
    let id = created(&mock, "cert1").await;
    let other = created(&mock, "cert2").await;
    ok(&mock, DELETE, &[("SslVpnClientCertId", &id)]).await;
    assert_eq!(ok(&mock, DESCRIBE, &[("SslVpnClientCertId", &id)]).await["Status"], "normal");
    assert_eq!(ok(&mock, LIST, &[]).await["TotalCount"], 2);
    let gateway = [("VpnGatewayId", "vpn-mock0001")];
    assert_eq!(ok(&mock, "DescribeVpnGateway", &gateway).await["Status"], "updating");

    let busy = (400, "VpnGateway.Configuring".to_owned());
    assert_eq!(refused(&mock, CREATE, &[SERVER, ("Name", "cert3")]).await, busy);
    assert_eq!(refused(&mock, MODIFY, &[("SslVpnClientCertId", &other), ("Name", "cert3")]).await, busy);
    assert_eq!(refused(&mock, DELETE, &[("SslVpnClientCertId", &other)]).await, busy);
    mock.switches(Switches { no_gateway_conflicts: true, ..Switches::default() });
    ok(&mock, MODIFY, &[("SslVpnClientCertId", &other), ("Name", "cert3")]).await;

    let now = json!({"_next": {"in_ms": 0}});
    let kinds = json!({"vpn_gateways": {"vpn-mock0001": now}, "ssl_vpn_client_certs": {&id: now}});
    mock.patch_state(&json!({"alibaba": {"cn-hangzhou": kinds}})).unwrap();
    assert_eq!(refused(&mock, DESCRIBE, &[("SslVpnClientCertId", &id)]).await.1, "InvalidInstanceId.NotFound");
    assert_eq!(ok(&mock, "DescribeVpnGateway", &gateway).await["Status"], "active");
    mock.switches(Switches::default());
    created(&mock, "cert4").await;
}
