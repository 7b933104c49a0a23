//! Alibaba's SSL servers.

mod support;

use cloudvpn_mock::{Mock, Options};
use serde_json::json;
use support::alibaba::*;
use support::{instant, never_settling};

const CREATE: &str = "CreateSslVpnServer";
const LIST: &str = "DescribeSslVpnServers";
const MODIFY: &str = "ModifySslVpnServer";
const DELETE: &str = "DeleteSslVpnServer";
const SERVER: &[(&str, &str)] = &[
    ("VpnGatewayId", "vpn-mock0001"),
    ("ClientIpPool", "192.168.50.0/24"),
    ("LocalSubnet", "10.0.0.0/16,172.16.0.0/12"),
];
const KNOWN: (&str, &str) = ("SslVpnServerId", "vss-mock0001");

#[tokio::test]
async fn a_server_lives_from_creation_to_deletion() {
    let mock = instant();
    let answer = ok(&mock, CREATE, &having(SERVER, &[("Name", "office")])).await;
    let id = text(&answer, "SslVpnServerId");
    assert!(id.starts_with("vss-") && answer["Name"] == "office" && answer.as_object().unwrap().len() == 3, "{answer}");
    let by_id = ("SslVpnServerId", id.as_str());
    let servers = ok(&mock, LIST, &[by_id]).await;
    let server = &servers["SslVpnServers"]["SslVpnServer"][0];
    for (member, expected) in [
        ("VpnGatewayId", json!("vpn-mock0001")),
        ("ClientIpPool", json!("192.168.50.0/24")),
        ("LocalSubnet", json!("10.0.0.0/16,172.16.0.0/12")),
        ("Proto", json!("TCP")),
        ("Cipher", json!("AES-128-CBC")),
        ("Port", json!(1194)),
        ("Compress", json!(false)),
        ("Connections", json!(0)),
        ("MaxConnections", json!(5)),
        ("InternetIp", json!("203.0.113.13")),
        ("EnableMultiFactorAuth", json!(false)),
        ("RegionId", json!("cn-hangzhou")),
        ("ResourceGroupId", json!("rg-mock0001")),
    ] {
        assert_eq!(server[member], expected, "{member}");
    }
    let change = [by_id, ("Proto", "UDP"), ("Port", "1195"), ("Compress", "true"), ("DnsServers", "10.0.0.2")];
    let changed = ok(&mock, MODIFY, &change).await;
    assert_eq!(
        (&changed["Proto"], &changed["Port"], &changed["Name"]),
        (&json!("UDP"), &json!(1195), &json!("office"))
    );
    assert_eq!((&changed["Compress"], changed.get("DnsServers")), (&json!(true), None));
    let kept = ok(&mock, MODIFY, &[by_id, ("Cipher", "none")]).await;
    assert_eq!((&kept["Compress"], &kept["Port"]), (&json!(true), &json!(1195)));

    ok(&mock, DELETE, &[by_id]).await;
    assert_eq!(ok(&mock, LIST, &[by_id]).await["TotalCount"], 0);
    let not_found = (404, "InvalidSslVpnServerId.NotFound");
    refuses(&mock, MODIFY, &[by_id, ("Name", "x")], not_found).await;
    refuses(&mock, DELETE, &[by_id], not_found).await;
}

#[tokio::test]
async fn pools_subnets_and_ports_keep_their_rules() {
    let mock = instant();
    for (change, expected) in [
        (("VpnGatewayId", ""), (400, "MissingVpnGatewayId")),
        (("VpnGatewayId", "vpn-nowhere"), (404, "InvalidVpnGatewayInstanceId.NotFound")),
        (("ClientIpPool", ""), (400, "MissingClientIpPool")),
        (("ClientIpPool", "192.168.50.1/24"), INVALID),
        (("ClientIpPool", "192.0.0.0/15"), INVALID),
        (("ClientIpPool", "192.168.50.0/30"), INVALID),
        // Five connections of the gateway take 20 addresses.
        (("ClientIpPool", "192.168.50.0/28"), INVALID),
        (("ClientIpPool", "100.100.0.0/24"), INVALID),
        (("ClientIpPool", "127.0.1.0/24"), INVALID),
        (("ClientIpPool", "169.254.1.0/24"), INVALID),
        (("ClientIpPool", "230.0.0.0/24"), INVALID),
        (("ClientIpPool", "255.0.1.0/24"), INVALID),
        // The VPC's own range, and LocalSubnet.
        (("ClientIpPool", "10.0.9.0/24"), INVALID),
        (("ClientIpPool", "172.20.0.0/16"), INVALID),
        (("LocalSubnet", ""), (400, "MissingLocalSubnet")),
        (("LocalSubnet", "0.0.0.0/0"), INVALID),
        (("LocalSubnet", "10.0.0.0/16, 10.1.0.0/16"), INVALID),
        (("LocalSubnet", "10.1.0.0/16,10.2.0.0/16,10.3.0.0/16,10.4.0.0/16,10.5.0.0/16,10.6.0.0/16"), INVALID),
        (("LocalSubnet", "127.0.0.0/8"), INVALID),
        (("LocalSubnet", "192.168.0.0/16"), INVALID),
        (("Port", "443"), INVALID),
        (("Port", "22222"), INVALID),
        (("Port", "0"), INVALID),
        (("Port", "65536"), INVALID),
        (("Proto", "tcp"), INVALID),
        (("Cipher", "AES-128-GCM"), INVALID),
        (("Compress", "yes"), (400, "InvalidParameter.Format")),
        (("EnableMultiFactorAuth", "true"), (400, "MissingIDaaSInstanceId")),
        (("Name", "http://x"), (400, "InvalidName")),
        (("DryRun", "true"), (400, "DryRunOperation")),
    ] {
        refuses(&mock, CREATE, &having(SERVER, &[change]), expected).await;
    }
    assert_eq!(ok(&mock, LIST, &[]).await["TotalCount"], 1);
    for change in
        [("ClientIpPool", "192.168.50.0/27"), ("LocalSubnet", "100.64.0.0/10"), ("LocalSubnet", "10.9.9.9/32")]
    {
        ok(&mock, CREATE, &having(SERVER, &[change])).await;
    }
    let factors = [("EnableMultiFactorAuth", "true"), ("IDaaSInstanceId", "eiam-1"), ("IDaaSRegionId", "cn-hangzhou")];
    ok(&mock, CREATE, &having(SERVER, &factors)).await;

    // A change is checked against what stays.
    refuses(&mock, MODIFY, &[KNOWN, ("LocalSubnet", "192.168.0.0/16")], INVALID).await;
    refuses(&mock, MODIFY, &[KNOWN, ("ClientIpPool", "10.0.9.0/24")], INVALID).await;
    refuses(&mock, MODIFY, &[KNOWN, ("Port", "53")], INVALID).await;
    refuses(&mock, MODIFY, &[KNOWN, ("Name", "https://x")], (400, "InvalidName")).await;
    refuses(&mock, MODIFY, &[KNOWN, ("VpnGatewayId", "vpn-mock0001")], INVALID).await;
    refuses(&mock, MODIFY, &[KNOWN, ("Port", "1200"), ("DryRun", "True")], (400, "DryRunOperation")).await;
    let route = json!({"VpnInstanceId": "vpn-mock0001", "RouteDest": "192.168.60.0/24", "State": "published"});
    patch(&mock, "vpn_route_entries", "r", route);
    refuses(&mock, MODIFY, &[KNOWN, ("ClientIpPool", "192.168.60.0/24")], INVALID).await;
    patch(&mock, "vpn_route_entries", "r", json!({"State": "normal"}));
    ok(&mock, MODIFY, &[KNOWN, ("ClientIpPool", "192.168.60.0/24")]).await;
}

#[tokio::test]
async fn a_server_needs_a_gateway_that_can() {
    let mock = instant();
    let gateway = ("VpnGatewayId", "vpn-mock0001");
    patch(&mock, "vpn_gateways", gateway.1, json!({"SslVpn": "disable"}));
    refuses(&mock, CREATE, SERVER, (400, "VpnGateway.SslVpnDisabled")).await;
    patch(&mock, "vpn_gateways", gateway.1, json!({"SslVpn": "enable", "BusinessStatus": "FinancialLocked"}));
    let locked = (400, "VpnGateway.FinancialLocked");
    refuses(&mock, CREATE, SERVER, locked).await;
    refuses(&mock, MODIFY, &[KNOWN, ("Name", "x")], locked).await;
    refuses(&mock, DELETE, &[KNOWN], locked).await;

    let id = single_tunnel_gateway(&mock).await;
    let server = ok(&mock, CREATE, &having(SERVER, &[("VpnGatewayId", &id)])).await;
    let shown = ok(&mock, LIST, &[("SslVpnServerId", &text(&server, "SslVpnServerId"))]).await;
    let address = ok(&mock, "DescribeVpnGateway", &[("VpnGatewayId", &id)]).await["InternetIp"].take();
    assert_eq!(shown["SslVpnServers"]["SslVpnServer"][0]["InternetIp"], address);

    let any = Mock::start(Options { any_parent: true, ..Options::default() }).unwrap();
    ok(&any, CREATE, &having(SERVER, &[("VpnGatewayId", "vpn-nowhere")])).await;
}

#[tokio::test]
async fn writes_keep_the_gateway_busy_but_for_a_name_alone() {
    let mock = never_settling();
    let status = async || {
        let gateway = ok(&mock, "DescribeVpnGateway", &[("VpnGatewayId", "vpn-mock0001")]).await;
        text(&gateway, "Status")
    };
    ok(&mock, MODIFY, &[KNOWN, ("Name", "renamed")]).await;
    assert_eq!(status().await, "active");
    ok(&mock, MODIFY, &[KNOWN, ("Name", "renamed"), ("Port", "1300")]).await;
    assert_eq!(status().await, "updating");
    refuses(&mock, MODIFY, &[KNOWN, ("Name", "again")], BUSY).await;
    refuses(&mock, CREATE, SERVER, BUSY).await;
    refuses(&mock, DELETE, &[KNOWN], BUSY).await;
    refuses(&mock, "CreateSslVpnClientCert", &[KNOWN], BUSY).await;
    settle(&mock, "vpn_gateways", "vpn-mock0001");
    ok(&mock, CREATE, SERVER).await;
    assert_eq!(status().await, "updating");
    assert_eq!(ok(&mock, LIST, &[]).await["TotalCount"], 2);
}

#[tokio::test]
async fn certificates_go_with_their_server() {
    let mock = never_settling();
    let certificate = created(&mock, "cert1").await;
    let by_id = [("SslVpnClientCertId", certificate.as_str())];
    ok(&mock, "DescribeSslVpnClientCert", &by_id).await;
    ok(&mock, DELETE, &[KNOWN]).await;
    assert_eq!(ok(&mock, LIST, &[KNOWN]).await["TotalCount"], 1);
    ok(&mock, "DescribeSslVpnClientCert", &by_id).await;
    for (kind, id) in
        [("ssl_vpn_servers", KNOWN.1), ("ssl_vpn_cas", KNOWN.1), ("ssl_vpn_client_certs", certificate.as_str())]
    {
        settle(&mock, kind, id);
    }
    assert_eq!(ok(&mock, LIST, &[KNOWN]).await["TotalCount"], 0);
    refuses(&mock, "DescribeSslVpnClientCert", &by_id, (400, "InvalidInstanceId.NotFound")).await;
    assert_eq!(mock.state()["alibaba"]["cn-hangzhou"]["ssl_vpn_cas"], json!({}));
}
