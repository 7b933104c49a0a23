//! SSL client certificates of Alibaba Cloud, from their creation to their end.

mod support;

use cloudvpn_mock::{Mock, Options, Switches};
use serde_json::{Value, json};
use support::alibaba::*;
use support::{instant, never_settling, tls};

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

#[tokio::test]
async fn certificates_need_their_server() {
    let mock = instant();
    let params = [("SslVpnServerId", "vss-nowhere"), ("Name", "cert1")];
    assert_eq!(refused(&mock, CREATE, &params).await, (404, "InvalidSslVpnServerId.NotFound".to_owned()));
    assert_eq!(refused(&mock, CREATE, &params[1..]).await, (400, "MissingSslVpnServerId".to_owned()));
    let locked = json!({"BusinessStatus": "FinancialLocked"});
    mock.patch_state(&json!({"alibaba": {"cn-hangzhou": {"vpn_gateways": {"vpn-mock0001": locked}}}})).unwrap();
    assert_eq!(refused(&mock, CREATE, &[SERVER]).await, (400, "VpnGateway.FinancialLocked".to_owned()));

    let any = Mock::start(Options { any_parent: true, ..Options::default() }).unwrap();
    let id = ok(&any, CREATE, &params).await["SslVpnClientCertId"].as_str().unwrap().to_owned();
    let certificate = ok(&any, DESCRIBE, &[("SslVpnClientCertId", &id)]).await;
    assert!(certificate["CaCert"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----\n"));
}

#[tokio::test]
async fn names_keep_the_rule_of_the_current_edition() {
    let mock = instant();
    let id = created(&mock, "a").await;
    let rename = async |name: &str| {
        let request = V3::new(MODIFY, &[("SslVpnClientCertId", &id), ("Name", name)]);
        let (status, body) = request.send(&mock).await;
        if status == 200 { None } else { Some((status, body["Code"].as_str().unwrap().to_owned())) }
    };
    let invalid = Some((400, "InvalidName".to_owned()));
    let (longest, too_long) = ("测".repeat(100), "x".repeat(101));
    for name in ["1", "-", "ftp://x", "a http://", longest.as_str()] {
        assert_eq!(rename(name).await, None, "{name}");
    }
    for name in ["", "http://x", "https://x", "HTTP://x", too_long.as_str()] {
        assert_eq!(rename(name).await, invalid, "{name}");
    }
    assert_eq!(refused(&mock, MODIFY, &[("SslVpnClientCertId", &id)]).await.1, "InvalidName");
    assert_eq!(refused(&mock, CREATE, &[SERVER, ("Name", "http://x")]).await.1, "InvalidName");
    assert_eq!(ok(&mock, CREATE, &[SERVER, ("Name", "")]).await["Name"], "");

    mock.switches(Switches { old_name_rule: true, ..Switches::default() });
    for name in ["a1", "测试.a_b-c", too_long.as_str()] {
        assert_eq!(rename(name).await, None, "{name}");
    }
    for name in ["a", "1a", "a b", &"x".repeat(129)] {
        assert_eq!(rename(name).await, invalid, "{name}");
    }
}

#[tokio::test]
async fn lists_have_pages_and_filters_and_no_key_material() {
    let mock = instant();
    let mut ids = Vec::new();
    for at in 0..12 {
        ids.push(created(&mock, &format!("cert{at}")).await);
    }
    ok(&mock, DESCRIBE, &[("SslVpnClientCertId", &ids[0])]).await;
    let page = async |params: &[(&str, &str)]| {
        let answer = ok(&mock, LIST, params).await;
        let rows = answer["SslVpnClientCertKeys"]["SslVpnClientCertKey"].as_array().unwrap();
        let names: Vec<_> = rows.iter().map(|row| row["Name"].as_str().unwrap().to_owned()).collect();
        let number = |name: &str| answer[name].as_u64().unwrap();
        (number("TotalCount"), number("PageNumber"), number("PageSize"), names)
    };
    let (total, number, size, names) = page(&[]).await;
    assert_eq!((total, number, size, names.len()), (12, 1, 10, 10));
    assert_eq!(page(&[("PageNumber", "2")]).await.3, ["cert10", "cert11"]);
    assert_eq!(page(&[("PageNumber", "3"), ("PageSize", "5")]).await.3, ["cert10", "cert11"]);
    assert_eq!(page(&[("PageNumber", "9")]).await.3.len(), 0);
    assert_eq!(page(&[("PageSize", "50")]).await.3.len(), 12);
    assert_eq!(page(&[("Name", "cert3")]).await, (1, 1, 10, vec!["cert3".to_owned()]));
    assert_eq!(page(&[("SslVpnClientCertId", &ids[4])]).await.3, ["cert4"]);
    assert_eq!(page(&[("SslVpnClientCertId", "vsc-nowhere")]).await.0, 0);
    assert_eq!(page(&[SERVER, ("PageSize", "1")]).await.0, 12);
    assert_eq!(page(&[("SslVpnServerId", "vss-nowhere")]).await.0, 0);
    assert_eq!(page(&[("ResourceGroupId", "rg-mock0001")]).await.0, 12);
    for bad in [("PageSize", "51"), ("PageSize", "0"), ("PageNumber", "0")] {
        assert_eq!(refused(&mock, LIST, &[bad]).await, (400, "InvalidParameter".to_owned()), "{bad:?}");
    }
    assert_eq!(refused(&mock, LIST, &[("PageSize", "many")]).await.1, "InvalidParameter.Format");

    let text = ok(&mock, LIST, &[]).await.to_string();
    assert!(!text.contains("BEGIN") && !text.contains("ClientKey"), "{text}");
    let elsewhere = ok(&mock, LIST, &[("RegionId", "cn-beijing")]).await;
    assert_eq!(elsewhere["TotalCount"], 0);
}

#[tokio::test]
async fn the_status_follows_the_end_of_validity() {
    let mock = instant();
    let id = created(&mock, "cert1").await;
    let now = jiff::Timestamp::now().as_millisecond();
    let day = 86_400_000;
    for (end, expected) in [
        (now - 1, "expired"),
        (now + 6 * day, "expiring-soon"),
        (now + 8 * day, "normal"),
        (i64::MAX, "normal"),
        (i64::MIN, "expired"),
    ] {
        let kinds = json!({"ssl_vpn_client_certs": {&id: {"EndTime": end, "ClientCert": null}}});
        mock.patch_state(&json!({"alibaba": {"cn-hangzhou": kinds}})).unwrap();
        let certificate = ok(&mock, DESCRIBE, &[("SslVpnClientCertId", &id)]).await;
        assert_eq!((&certificate["Status"], &certificate["EndTime"]), (&json!(expected), &json!(end)));
        let rows = ok(&mock, LIST, &[]).await;
        assert_eq!(rows["SslVpnClientCertKeys"]["SslVpnClientCertKey"][0]["Status"], expected);
    }
}

#[tokio::test]
async fn servers_and_gateways_are_shown() {
    let mock = instant();
    let servers = ok(&mock, "DescribeSslVpnServers", &[("VpnGatewayId", "vpn-mock0001")]).await;
    let server = &servers["SslVpnServers"]["SslVpnServer"][0];
    assert_eq!((&server["SslVpnServerId"], &server["Port"]), (&json!("vss-mock0001"), &json!(1194)));
    assert_eq!(ok(&mock, "DescribeSslVpnServers", &[("SslVpnServerId", "vss-nowhere")]).await["TotalCount"], 0);

    let total = async |params: &[(&str, &str)]| ok(&mock, "DescribeVpnGateways", params).await["TotalCount"].take();
    assert_eq!(total(&[("VpcId", "vpc-mock0001"), ("Status", "active")]).await, 1);
    assert_eq!(total(&[("Status", "updating")]).await, 0);
    assert_eq!(total(&[("Tag.1.Key", "env"), ("Tag.1.Value", "test")]).await, 0);
    let tagged = json!({"Tags": {"Tag": [{"Key": "env", "Value": "test"}]}});
    mock.patch_state(&json!({"alibaba": {"cn-hangzhou": {"vpn_gateways": {"vpn-mock0001": tagged}}}})).unwrap();
    assert_eq!(total(&[("Tag.1.Key", "env"), ("Tag.1.Value", "test")]).await, 1);
    assert_eq!(total(&[("Tag.1.Key", "env")]).await, 1);
    assert_eq!(total(&[("Tag.1.Key", "env"), ("Tag.1.Value", "live")]).await, 0);
    let code = refused(&mock, "DescribeVpnGateway", &[("VpnGatewayId", "vpn-nowhere")]).await;
    assert_eq!(code, (404, "InvalidVpnGatewayInstanceId.NotFound".to_owned()));
}

#[tokio::test]
async fn the_state_document_carries_certificates_to_another_mock() {
    let mock = instant();
    let id = created(&mock, "cert1").await;
    let by_id = [("SslVpnClientCertId", id.as_str())];
    let before = ok(&mock, DESCRIBE, &by_id).await;
    let seed = Some(mock.state());
    let other = Mock::start(Options { seed, ..Options::default() }).unwrap();
    let after = ok(&other, DESCRIBE, &by_id).await;
    let second = created(&other, "cert2").await;
    let second = ok(&other, DESCRIBE, &[("SslVpnClientCertId", &second)]).await;
    for member in ["CaCert", "ClientCert", "ClientKey"] {
        assert_eq!(after[member], before[member], "{member}");
    }
    assert_eq!(second["CaCert"], before["CaCert"]);
    assert_ne!(second["ClientCert"], before["ClientCert"]);
    accepted_by_tls(&second);
}

#[tokio::test]
async fn key_material_is_what_tls_and_openvpn_take() {
    let mock = instant();
    let id = created(&mock, "cert1").await;
    let certificate = ok(&mock, DESCRIBE, &[("SslVpnClientCertId", &id)]).await;
    accepted_by_tls(&certificate);
    let config = format!(
        "client\ndev tun\nproto udp\nremote 203.0.113.13 1194\nresolv-retry infinite\nnobind\npersist-key\npersist-tun\n\
         ca ca.crt\ncert {id}.crt\nkey {id}.key\ncipher AES-128-CBC\n;comp-lzo\nverb 4"
    );
    assert_eq!(certificate["ClientConfig"], config);
    let server = json!({"Proto": "TCP", "Port": 1195, "Cipher": "none", "Compress": true});
    mock.patch_state(&json!({"alibaba": {"cn-hangzhou": {"ssl_vpn_servers": {"vss-mock0001": server}}}})).unwrap();
    let config = ok(&mock, DESCRIBE, &[("SslVpnClientCertId", &id)]).await["ClientConfig"].take();
    for line in ["proto tcp", "remote 203.0.113.13 1195", "cipher none", "comp-lzo"] {
        assert!(config.as_str().unwrap().lines().any(|known| known == line), "{line}: {config}");
    }
}

fn accepted_by_tls(certificate: &Value) {
    tls::accepted(certificate, ["CaCert", "ClientCert", "ClientKey"], certificate["EndTime"].as_u64().unwrap());
}
