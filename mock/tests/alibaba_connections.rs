//! Alibaba's IPsec connections, with one tunnel and with two.

mod support;

use cloudvpn_mock::{Mock, Options, Switches};
use serde_json::{Value, json};
use support::alibaba::*;
use support::{instant, never_settling};

const CREATE: &str = "CreateVpnConnection";
const DESCRIBE: &str = "DescribeVpnConnection";
const LIST: &str = "DescribeVpnConnections";
const MODIFY: &str = "ModifyVpnConnectionAttribute";
const DELETE: &str = "DeleteVpnConnection";
const DOWNLOAD: &str = "DownloadVpnConnectionConfig";

/// A single-tunnel gateway, and a customer gateway at 198.51.100.1.
async fn ends(mock: &Mock) -> [String; 2] {
    [single_tunnel_gateway(mock).await, customer_gateway(mock, "198.51.100.1").await]
}

fn one_tunnel(ends: &[String; 2]) -> Vec<(&'static str, &str)> {
    vec![
        ("VpnGatewayId", &ends[0]),
        ("CustomerGatewayId", &ends[1]),
        ("LocalSubnet", "10.0.0.0/16"),
        ("RemoteSubnet", "192.168.0.0/16"),
    ]
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

fn tunnels(connection: &Value) -> &[Value] {
    connection["TunnelOptionsSpecification"]["TunnelOptions"].as_array().unwrap()
}

#[tokio::test]
async fn one_tunnel_has_the_defaults_of_the_service() {
    let mock = instant();
    let ends = ends(&mock).await;
    let answer = ok(&mock, CREATE, &having(&one_tunnel(&ends), &[("Name", "office")])).await;
    assert_eq!(keys(&answer), ["CreateTime", "Name", "RequestId", "VpnConnectionId"]);
    let id = text(&answer, "VpnConnectionId");
    assert!(id.starts_with("vco-"));
    let shown = connection(&mock, &id).await;
    let address = ok(&mock, "DescribeVpnGateway", &[("VpnGatewayId", &ends[0])]).await["InternetIp"].take();
    for (member, expected) in [
        ("VpnGatewayId", json!(ends[0])),
        ("CustomerGatewayId", json!(ends[1])),
        ("LocalSubnet", json!("10.0.0.0/16")),
        ("RemoteSubnet", json!("192.168.0.0/16")),
        ("Name", json!("office")),
        ("EffectImmediately", json!(false)),
        ("EnableDpd", json!(true)),
        ("EnableNatTraversal", json!(true)),
        ("EnableTunnelsBgp", json!(false)),
        ("State", json!("active")),
        ("Status", json!("ipsec_sa_established")),
        ("InternetIp", address.clone()),
        ("AttachType", json!("VPNGW")),
        ("ZoneNo", json!("cn-hangzhou-i")),
        ("ResourceGroupId", json!("rg-mock0001")),
        ("TunnelOptionsSpecification", json!({"TunnelOptions": []})),
        ("Tags", json!({"Tag": []})),
    ] {
        assert_eq!(shown[member], expected, "{member}");
    }
    let psk = text(&shown["IkeConfig"], "Psk");
    assert!(psk.len() == 16 && psk.bytes().all(|letter| letter.is_ascii_alphanumeric()), "{psk}");
    let ike = json!({
        "Psk": psk, "IkeVersion": "ikev2", "IkeMode": "main", "IkeEncAlg": "aes", "IkeAuthAlg": "md5",
        "IkePfs": "group2", "IkeLifetime": 86400, "LocalId": address, "RemoteId": "198.51.100.1",
    });
    assert_eq!(shown["IkeConfig"], ike);
    let ipsec = json!({"IpsecEncAlg": "aes", "IpsecAuthAlg": "md5", "IpsecPfs": "group2", "IpsecLifetime": 86400});
    assert_eq!(shown["IpsecConfig"], ipsec);
    let health = json!({
        "Enable": "false", "Dip": "", "Sip": "", "Interval": 3, "Retry": 3, "Policy": "", "Status": "",
    });
    assert_eq!(shown["VcoHealthCheck"], health);
    let bgp = json!({"EnableBgp": "false", "LocalAsn": 45104, "PeerAsn": 65010, "Status": ""});
    assert_eq!(shown["VpnBgpConfig"], bgp);
    let other = connected(&mock, &having(&one_tunnel(&ends), &[("RemoteSubnet", "172.16.0.0/12")])).await;
    assert_ne!(connection(&mock, &other).await["IkeConfig"]["Psk"], psk.as_str());
}

#[tokio::test]
async fn options_are_json_texts_whose_members_merge() {
    let mock = instant();
    let ends = ends(&mock).await;
    let params = having(
        &one_tunnel(&ends),
        &[
            ("IkeConfig", r#"{"Psk":"hush-hush","IkeVersion":"ikev2","IkeLifetime":3600,"RemoteId":"office.example"}"#),
            ("IpsecConfig", r#"{"IpsecEncAlg":"aes256","IpsecPfs":"disabled"}"#),
            ("HealthCheckConfig", r#"{"enable":"true","dip":"192.168.0.1","sip":"10.0.0.1","interval":"5"}"#),
            (
                "BgpConfig",
                r#"{"EnableBgp":true,"LocalAsn":"1.1","TunnelCidr":"169.254.11.0/30","LocalBgpIp":"169.254.11.1"}"#,
            ),
        ],
    );
    let id = connected(&mock, &params).await;
    let by_id = ("VpnConnectionId", id.as_str());
    let shown = connection(&mock, &id).await;
    assert_eq!((&shown["IkeConfig"]["Psk"], &shown["IkeConfig"]["IkeLifetime"]), (&json!("hush-hush"), &json!(3600)));
    let health = &shown["VcoHealthCheck"];
    assert_eq!((&health["Enable"], &health["Interval"], &health["Retry"]), (&json!("true"), &json!(5), &json!(3)));
    let bgp = json!({
        "EnableBgp": "true", "LocalAsn": 65537, "PeerAsn": 65010, "TunnelCidr": "169.254.11.0/30",
        "LocalBgpIp": "169.254.11.1", "PeerBgpIp": "169.254.11.2", "Status": "success",
    });
    assert_eq!(shown["VpnBgpConfig"], bgp);

    let changes = [
        by_id,
        ("Name", "renamed"),
        ("LocalSubnet", "0.0.0.0/0"),
        ("EnableDpd", "false"),
        ("IkeConfig", r#"{"IkeEncAlg":"aes192"}"#),
        ("IpsecConfig", r#"{"IpsecLifetime":600}"#),
        ("HealthCheckConfig", r#"{"Enable":false,"Retry":7}"#),
        ("BgpConfig", r#"{"EnableBgp":"false","LocalBgpIp":"169.254.11.2"}"#),
    ];
    let answer = ok(&mock, MODIFY, &changes).await;
    assert_eq!((answer.get("State"), answer.get("Status")), (None, None));
    assert_eq!((&answer["Name"], &answer["IkeConfig"]["IkeEncAlg"]), (&json!("renamed"), &json!("aes192")));
    let after = connection(&mock, &id).await;
    let mut ike = shown["IkeConfig"].clone();
    ike["IkeEncAlg"] = json!("aes192");
    assert_eq!(after["IkeConfig"], ike);
    assert_eq!(after["IpsecConfig"]["IpsecLifetime"], 600);
    assert_eq!(after["IpsecConfig"]["IpsecEncAlg"], "aes256");
    let health = &after["VcoHealthCheck"];
    assert_eq!(
        (&health["Enable"], &health["Dip"], &health["Retry"]),
        (&json!("false"), &json!("192.168.0.1"), &json!(7))
    );
    assert_eq!(after["VpnBgpConfig"]["PeerBgpIp"], "169.254.11.1");
    assert_eq!((&after["EnableDpd"], &after["EnableNatTraversal"]), (&json!(false), &json!(true)));
    assert_eq!((&after["LocalSubnet"], &after["RemoteSubnet"]), (&json!("0.0.0.0/0"), &shown["RemoteSubnet"]));
    assert!(!json!(mock.calls()).to_string().contains("hush-hush"));
}

#[tokio::test]
async fn what_one_tunnel_does_not_take_is_refused() {
    let mock = instant();
    let ends = ends(&mock).await;
    let long = format!(r#"{{"Psk":"{}"}}"#, "x".repeat(101));
    let eleven = (0..11).map(|at| format!("10.{at}.0.0/16")).collect::<Vec<_>>().join(",");
    let format = (400, "InvalidParameter.Format");
    for (change, expected) in [
        (("VpnGatewayId", ""), (400, "MissingVpnGatewayId")),
        (("VpnGatewayId", "vpn-nowhere"), (404, "InvalidVpnGatewayInstanceId.NotFound")),
        (("CustomerGatewayId", ""), (400, "MissingCustomerGatewayId")),
        (("CustomerGatewayId", "cgw-nowhere"), (404, "InvalidCustomerGatewayInstanceId.NotFound")),
        (("LocalSubnet", ""), (400, "MissingLocalSubnet")),
        (("LocalSubnet", "10.0.0.0"), (400, "IllegalParam.LocalSubnet")),
        (("LocalSubnet", "10.0.0.1/16"), (400, "IllegalParam.LocalSubnet")),
        (("LocalSubnet", &eleven), (400, "IllegalParam.LocalSubnet")),
        (("RemoteSubnet", "10.0.0.0/16, 10.1.0.0/16"), (400, "IllegalParam.RemoteSubnet")),
        (("Name", "http://x"), (400, "InvalidName")),
        (("IkeConfig", "IkeVersion=ikev2"), format),
        (("IkeConfig", "[]"), format),
        (("IkeConfig", r#"{"IkeLifetime":"3600"}"#), format),
        (("IkeConfig", r#"{"IkeLifetime":86401}"#), INVALID),
        (("IkeConfig", r#"{"Version":"ikev2"}"#), INVALID),
        (("IkeConfig", r#"{"ikeVersion":"ikev2"}"#), INVALID),
        (("IkeConfig", r#"{"IkeVersion":"ikev3"}"#), INVALID),
        (("IkeConfig", r#"{"IkePfs":"disabled"}"#), INVALID),
        (("IkeConfig", r#"{"IkeEncAlg":"sm4"}"#), INVALID),
        (("IkeConfig", r#"{"IkeAuthAlg":"sm3"}"#), INVALID),
        (("IkeConfig", r#"{"Psk":""}"#), INVALID),
        (("IkeConfig", r#"{"Psk":"hush hush"}"#), INVALID),
        (("IkeConfig", &long), INVALID),
        (("IkeConfig", r#"{"LocalId":"a b"}"#), INVALID),
        (("IkeConfig", r#"{"RemoteId":"office.example"}"#), INVALID),
        (("IpsecConfig", r#"{"IpsecPfs":"group3"}"#), INVALID),
        (("IpsecConfig", r#"{"IpsecLifetime":-1}"#), INVALID),
        (("IpsecConfig", r#"{"IkePfs":"group2"}"#), INVALID),
        (("HealthCheckConfig", r#"{"policy":"x"}"#), INVALID),
        (("HealthCheckConfig", r#"{"dip":"office"}"#), format),
        (("BgpConfig", r#"{"EnableBgp":true}"#), (400, "MissingTunnelCidr")),
        (("BgpConfig", r#"{"EnableBgp":true,"TunnelCidr":"169.254.11.0/30"}"#), (400, "MissingLocalBgpIp")),
        (("BgpConfig", r#"{"TunnelCidr":"169.254.11.0/29"}"#), INVALID),
        (("BgpConfig", r#"{"TunnelCidr":"169.254.11.1/30"}"#), INVALID),
        (("BgpConfig", r#"{"TunnelCidr":"10.0.0.0/30"}"#), INVALID),
        (("BgpConfig", r#"{"TunnelCidr":"169.254.6.0/30"}"#), INVALID),
        (("BgpConfig", r#"{"TunnelCidr":"169.254.169.252/30"}"#), INVALID),
        (("BgpConfig", r#"{"TunnelCidr":"169.254.11.0/30","LocalBgpIp":"169.254.11.5"}"#), INVALID),
        (("BgpConfig", r#"{"LocalAsn":"0"}"#), INVALID),
        (("RemoteCaCertificate", "PEM"), INVALID),
        (("EnableTunnelsBgp", "false"), INVALID),
        (("TunnelOptionsSpecification.1.Role", "master"), INVALID),
        (("EnableDpd", "yes"), format),
        (("DryRun", "true"), (400, "DryRunOperation")),
        (("ResourceGroupId", "rg-1"), INVALID),
    ] {
        refuses(&mock, CREATE, &having(&one_tunnel(&ends), &[change]), expected).await;
    }
    let long = format!(r#"{{"Psk":"{}","IkeMode":"aggressive","RemoteId":"office.example"}}"#, &"x".repeat(100));
    ok(&mock, CREATE, &having(&one_tunnel(&ends), &[("IkeConfig", &long), ("AutoConfigRoute", "false")])).await;
    refuses(&mock, CREATE, &one_tunnel(&ends), (400, "InvalidVpnConnection.AlreadyExists")).await;
    assert_eq!(ok(&mock, LIST, &[]).await["TotalCount"], 1);
}

#[tokio::test]
async fn gateways_of_the_national_standard_have_algorithms_of_their_own() {
    let mock = instant();
    let ends = ends(&mock).await;
    patch(&mock, "vpn_gateways", &ends[0], json!({"VpnType": "NationalStandard"}));
    let aes = having(&one_tunnel(&ends), &[("IkeConfig", r#"{"IkeEncAlg":"aes"}"#)]);
    refuses(&mock, CREATE, &aes, INVALID).await;
    let params = having(&one_tunnel(&ends), &[("RemoteCaCertificate", "PEM"), ("IkeConfig", r#"{"IkeEncAlg":"sm4"}"#)]);
    let shown = connection(&mock, &connected(&mock, &params).await).await;
    assert_eq!(
        (&shown["IkeConfig"]["IkeAuthAlg"], &shown["IpsecConfig"]["IpsecEncAlg"]),
        (&json!("sm3"), &json!("sm4"))
    );
    assert_eq!(shown["RemoteCaCertificate"], "PEM");
}

#[tokio::test]
async fn two_tunnels_are_shown_with_numbers_and_changed_by_role_or_id() {
    let mock = instant();
    let customers = two_customers(&mock).await;
    // The tunnels in the form body, the rest in the query.
    let (form, query): (Vec<_>, Vec<_>) =
        two_tunnels(&customers).into_iter().partition(|(name, _)| name.starts_with("Tunnel"));
    let mut request = V3::new(CREATE, &query);
    request.form = form.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let (status, answer) = request.send(&mock).await;
    assert_eq!(status, 200, "{answer}");
    let id = text(&answer, "VpnConnectionId");
    let by_id = ("VpnConnectionId", id.as_str());

    let shown = connection(&mock, &id).await;
    assert_eq!((shown.get("IkeConfig"), shown.get("CustomerGatewayId")), (None, None));
    let [master, slave] = tunnels(&shown) else { panic!("{shown}") };
    assert!(text(master, "TunnelId").starts_with("tun-") && master["TunnelId"] != slave["TunnelId"]);
    for (member, first, second) in [
        ("Role", json!("master"), json!("slave")),
        ("TunnelIndex", json!(1), json!(2)),
        ("CustomerGatewayId", json!(customers[0]), json!(customers[1])),
        ("InternetIp", json!("203.0.113.11"), json!("203.0.113.12")),
        ("ZoneNo", json!("cn-hangzhou-i"), json!("cn-hangzhou-j")),
        ("EnableDpd", json!(true), json!(true)),
        ("EnableNatTraversal", json!(true), json!(true)),
        ("State", json!("active"), json!("active")),
        ("Status", json!("ipsec_sa_established"), json!("ipsec_sa_established")),
        ("TunnelBgpConfig", json!({}), json!({})),
    ] {
        assert_eq!((&master[member], &slave[member]), (&first, &second), "{member}");
    }
    let ike = json!({
        "Psk": "hush-hush-1", "IkeVersion": "ikev1", "IkeMode": "main", "IkeEncAlg": "aes", "IkeAuthAlg": "md5",
        "IkePfs": "group2", "IkeLifetime": 86400, "LocalId": "203.0.113.11", "RemoteId": "198.51.100.1",
    });
    assert_eq!(master["TunnelIkeConfig"], ike);
    assert_eq!(slave["TunnelIpsecConfig"]["IpsecLifetime"], 86400);
    assert_eq!(text(&slave["TunnelIkeConfig"], "Psk").len(), 16);

    let other = customer_gateway(&mock, "198.51.100.3").await;
    let slave_id = text(slave, "TunnelId");
    let changes = [
        by_id,
        ("TunnelOptionsSpecification.1.TunnelId", slave_id.as_str()),
        ("TunnelOptionsSpecification.1.CustomerGatewayId", &other),
        ("TunnelOptionsSpecification.1.EnableDpd", "false"),
        ("TunnelOptionsSpecification.1.TunnelIkeConfig.IkeLifetime", "3600"),
        ("TunnelOptionsSpecification.2.Role", "master"),
        ("TunnelOptionsSpecification.2.TunnelIpsecConfig.IpsecEncAlg", "aes256"),
    ];
    let answer = ok(&mock, MODIFY, &changes).await;
    let [new_master, new_slave] = tunnels(&answer) else { panic!("{answer}") };
    assert_eq!((answer.get("State"), &new_slave["EnableDpd"]), (None, &json!(false)));
    assert_eq!(new_slave["TunnelIkeConfig"]["IkeLifetime"], 3600);
    assert_eq!(new_slave["TunnelIkeConfig"]["RemoteId"], "198.51.100.3");
    assert_eq!(new_slave["TunnelIkeConfig"]["Psk"], slave["TunnelIkeConfig"]["Psk"]);
    assert_eq!(new_master["TunnelIpsecConfig"]["IpsecEncAlg"], "aes256");
    assert_eq!(new_master["CustomerGatewayId"], customers[0].as_str());
    let after = connection(&mock, &id).await;
    assert_eq!(tunnels(&after)[1]["EnableDpd"], false);
    assert_eq!(tunnels(&after)[1]["TunnelIkeConfig"]["IkeLifetime"], 3600);
    assert!(!json!(mock.calls()).to_string().contains("hush-hush"));

    for changes in [
        &[("TunnelOptionsSpecification.1.EnableDpd", "true")][..],
        &[("TunnelOptionsSpecification.1.TunnelId", "tun-nowhere")],
        &[("TunnelOptionsSpecification.1.Role", "master"), ("TunnelOptionsSpecification.2.Role", "master")],
        &[("TunnelOptionsSpecification.1.Role", "master"), ("TunnelOptionsSpecification.1.TunnelId", &slave_id)],
        &[("IkeConfig", "{}")],
        &[("CustomerGatewayId", &customers[0])],
    ] {
        refuses(&mock, MODIFY, &[&[by_id], changes].concat(), INVALID).await;
    }
}

#[tokio::test]
async fn what_two_tunnels_do_not_take_is_refused() {
    let mock = instant();
    let customers = two_customers(&mock).await;
    let params = two_tunnels(&customers);
    let tunnel = |name: &str| ["1", "2"].map(|at| format!("TunnelOptionsSpecification.{at}.{name}"));
    let [first_role, second_role] = tunnel("Role");
    let [first_customer, second_customer] = tunnel("CustomerGatewayId");
    for (change, expected) in [
        ((second_role.as_str(), "master"), INVALID),
        ((&second_role, ""), INVALID),
        ((&second_role, "Slave"), INVALID),
        ((&second_customer, ""), (400, "MissingTunnelOptionsSpecification.2.CustomerGatewayId")),
        ((&second_customer, "cgw-nowhere"), (404, "InvalidCustomerGatewayInstanceId.NotFound")),
        ((&tunnel("TunnelId")[0], "tun-1"), INVALID),
        ((&tunnel("Nonsense")[0], "x"), INVALID),
        ((&tunnel("TunnelIkeConfig.IkeVersion")[0], "ikev3"), INVALID),
        ((&tunnel("TunnelIkeConfig.IkeLifetime")[0], "x"), (400, "InvalidParameter.Format")),
        ((&tunnel("TunnelIkeConfig.IpsecPfs")[0], "group2"), INVALID),
        ((&tunnel("TunnelIpsecConfig.IpsecLifetime")[1], "86401"), INVALID),
        ((&tunnel("TunnelBgpConfig.LocalAsn")[1], "x"), INVALID),
        ((&tunnel("RemoteCaCertificate")[1], "PEM"), INVALID),
        (("TunnelOptionsSpecification.3.Role", "slave"), INVALID),
        (("EnableTunnelsBgp", "true"), (400, "MissingTunnelCidr")),
        (("CustomerGatewayId", &customers[0]), INVALID),
        (("IkeConfig", "{}"), INVALID),
        (("IpsecConfig", "{}"), INVALID),
        (("HealthCheckConfig", "{}"), INVALID),
        (("BgpConfig", "{}"), INVALID),
        (("EnableDpd", "true"), INVALID),
        (("EnableNatTraversal", "true"), INVALID),
        (("RemoteCaCertificate", "PEM"), INVALID),
    ] {
        refuses(&mock, CREATE, &having(&params, &[change]), expected).await;
    }
    refuses(&mock, CREATE, &params[..3], (400, "MissingTunnelOptionsSpecification")).await;
    refuses(&mock, CREATE, &params[..6], INVALID).await;
    // Without roles they are in order; the second may come first.
    ok(&mock, CREATE, &having(&params, &[(&first_role, ""), (&second_role, "")])).await;
    let swapped = having(&params, &[(&first_role, "slave"), (&second_role, "master"), ("LocalSubnet", "10.1.0.0/16")]);
    let shown = connection(&mock, &connected(&mock, &swapped).await).await;
    assert_eq!(tunnels(&shown)[0]["CustomerGatewayId"], customers[1].as_str());
    refuses(&mock, CREATE, &params, (400, "InvalidVpnConnection.AlreadyExists")).await;
    ok(&mock, CREATE, &having(&params, &[(&first_customer, &customers[1]), (&second_customer, &customers[0])])).await;
}

#[tokio::test]
async fn tunnels_with_bgp_have_ranges_of_their_own() {
    let mock = instant();
    let customers = two_customers(&mock).await;
    let bgp = |at: &str, name: &str| format!("TunnelOptionsSpecification.{at}.TunnelBgpConfig.{name}");
    let names: Vec<_> =
        ["1", "2"].map(|at| ["TunnelCidr", "LocalBgpIp", "LocalAsn"].map(|name| bgp(at, name))).concat();
    let values = ["169.254.20.0/30", "169.254.20.1", "64512", "169.254.21.0/30", "169.254.21.2", "64512"];
    let mut params = two_tunnels(&customers);
    params.push(("EnableTunnelsBgp", "true"));
    params.extend(names.iter().map(String::as_str).zip(values));
    refuses(&mock, CREATE, &having(&params, &[(&names[5], "64513")]), INVALID).await;
    refuses(&mock, CREATE, &having(&params, &[(&names[3], "169.254.20.0/30"), (&names[4], "169.254.20.2")]), INVALID)
        .await;
    let id = connected(&mock, &params).await;
    let shown = connection(&mock, &id).await;
    assert_eq!(shown["EnableTunnelsBgp"], true);
    let expected = json!({
        "LocalAsn": 64512, "PeerAsn": 65010, "TunnelCidr": "169.254.21.0/30", "LocalBgpIp": "169.254.21.2",
        "PeerBgpIp": "169.254.21.1", "BgpStatus": "success",
    });
    assert_eq!(tunnels(&shown)[1]["TunnelBgpConfig"], expected);
    let answer = ok(&mock, MODIFY, &[("VpnConnectionId", &id), ("EnableTunnelsBgp", "false")]).await;
    assert_eq!(tunnels(&answer)[0]["TunnelBgpConfig"]["LocalAsn"], 64512);
    // The ranges of a connection are taken on its gateway.
    let again = having(&params, &[("LocalSubnet", "10.1.0.0/16")]);
    refuses(&mock, CREATE, &again, INVALID).await;

    let ends = [single_tunnel_gateway(&mock).await, customers[0].clone()];
    let single = having(&one_tunnel(&ends), &[("BgpConfig", r#"{"TunnelCidr":"169.254.20.0/30"}"#)]);
    ok(&mock, CREATE, &single).await;
    refuses(&mock, CREATE, &having(&single, &[("LocalSubnet", "10.1.0.0/16")]), INVALID).await;
}

#[tokio::test]
async fn rows_differ_from_the_single_read() {
    let mock = instant();
    let customers = two_customers(&mock).await;
    let ends = [single_tunnel_gateway(&mock).await, customers[1].clone()];
    let tag = [("Tags.1.Key", "env"), ("Tags.1.Value", "test")];
    let single = connected(&mock, &having(&one_tunnel(&ends), &tag)).await;
    let dual = connected(&mock, &two_tunnels(&customers)).await;
    let rows = async |params: &[(&str, &str)]| {
        let mut answer = ok(&mock, LIST, params).await;
        answer["VpnConnections"]["VpnConnection"].take().as_array().unwrap().clone()
    };
    let mut expected = connection(&mock, &single).await;
    let row = rows(&[("VpnConnectionId", &single)]).await.remove(0);
    let members = expected.as_object_mut().unwrap();
    members.remove("RequestId");
    members.remove("ZoneNo");
    let tags = members.remove("Tags").unwrap();
    assert_eq!(tags, json!({"Tag": [{"Key": "env", "Value": "test"}]}));
    members.insert("Tag".to_owned(), tags);
    members["VpnBgpConfig"].as_object_mut().unwrap().remove("EnableBgp");
    assert_eq!(row, expected);

    for (filter, expected) in [
        (&[][..], &[&single, &dual][..]),
        (&[("VpnGatewayId", "vpn-mock0001")], &[&dual]),
        (&[("CustomerGatewayId", &customers[0])], &[&dual]),
        (&[("CustomerGatewayId", &customers[1])], &[&single, &dual]),
        (&[("CustomerGatewayId", "cgw-nowhere")], &[]),
        (&[("Tag.1.Key", "env"), ("Tag.1.Value", "test")], &[&single]),
        (&[("ResourceGroupId", "rg-other")], &[]),
        (&[("PageNumber", "2"), ("PageSize", "1")], &[&dual]),
    ] {
        let found: Vec<_> = rows(filter).await.iter().map(|row| text(row, "VpnConnectionId")).collect();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{filter:?}");
    }
    refuses(&mock, LIST, &[("PageSize", "51")], INVALID).await;
}

#[tokio::test]
async fn writes_take_time_and_keep_the_gateway_busy() {
    let mock = never_settling();
    let customers = two_customers(&mock).await;
    let params = two_tunnels(&customers);
    let id = connected(&mock, &params).await;
    let by_id = ("VpnConnectionId", id.as_str());
    let states = async || {
        let shown = connection(&mock, &id).await;
        (text(&shown, "State"), text(&tunnels(&shown)[0], "State"))
    };
    let both = |state: &str| (state.to_owned(), state.to_owned());
    let idle = || settle(&mock, "vpn_gateways", "vpn-mock0001");
    assert_eq!(states().await, both("updating"));
    refuses(&mock, CREATE, &having(&params, &[("LocalSubnet", "10.1.0.0/16")]), BUSY).await;
    refuses(&mock, MODIFY, &[by_id, ("Name", "x")], BUSY).await;
    refuses(&mock, DELETE, &[by_id], BUSY).await;
    refuses(&mock, "ModifyVpnGatewayAttribute", &[("VpnGatewayId", "vpn-mock0001"), ("Name", "xx")], BUSY).await;
    settle(&mock, "vpn_connections", &id);
    idle();
    assert_eq!(states().await, both("active"));
    ok(&mock, MODIFY, &[by_id, ("Name", "x")]).await;
    assert_eq!(states().await, both("updating"));
    settle(&mock, "vpn_connections", &id);
    idle();
    patch(&mock, "vpn_gateways", "vpn-mock0001", json!({"BusinessStatus": "FinancialLocked"}));
    refuses(&mock, MODIFY, &[by_id, ("Name", "y")], (400, "VpnGateway.FinancialLocked")).await;
    let other = having(&params, &[("LocalSubnet", "10.1.0.0/16")]);
    refuses(&mock, CREATE, &other, (400, "VpnGateway.FinancialLocked")).await;
    ok(&mock, DELETE, &[by_id]).await;
    assert_eq!(states().await, both("deleting"));
    settle(&mock, "vpn_connections", &id);
    idle();
    for action in [DESCRIBE, MODIFY, DELETE, DOWNLOAD] {
        refuses(&mock, action, &[by_id], (404, "InvalidVpnConnectionInstanceId.NotFound")).await;
    }
}

#[tokio::test]
async fn the_peers_configuration_is_the_other_way_round() {
    let mock = instant();
    let customers = two_customers(&mock).await;
    let ends = [single_tunnel_gateway(&mock).await, customers[0].clone()];
    let bgp = r#"{"EnableBgp":true,"TunnelCidr":"169.254.11.0/30","LocalBgpIp":"169.254.11.1"}"#;
    let id = connected(&mock, &having(&one_tunnel(&ends), &[("BgpConfig", bgp)])).await;
    let shown = connection(&mock, &id).await;
    let config = ok(&mock, DOWNLOAD, &[("VpnConnectionId", &id)]).await["VpnConnectionConfig"].take();
    assert_eq!((&config["Local"], &config["Remote"]), (&json!("198.51.100.1"), &shown["InternetIp"]));
    assert_eq!((&config["LocalSubnet"], &config["RemoteSubnet"]), (&json!("192.168.0.0/16"), &json!("10.0.0.0/16")));
    let ike = &config["IkeConfig"];
    assert_eq!((&ike["LocalId"], &ike["Psk"]), (&json!("198.51.100.1"), &shown["IkeConfig"]["Psk"]));
    let expected = json!([{
        "TunnelId": "", "LocalAsn": "65010", "LocalBgpIp": "169.254.11.2", "PeerAsn": "45104",
        "PeerBgpIp": "169.254.11.1", "TunnelCidr": "169.254.11.0/30",
    }]);
    assert_eq!(config["BgpConfigs"]["BgpConfig"], expected);

    let id = connected(&mock, &two_tunnels(&customers)).await;
    let config = ok(&mock, DOWNLOAD, &[("VpnConnectionId", &id)]).await["VpnConnectionConfig"].take();
    let tunnels = config["TunnelsConfig"]["TunnelConfig"].as_array().unwrap();
    assert_eq!((&tunnels[1]["Local"], &tunnels[1]["Remote"]), (&json!("198.51.100.2"), &json!("203.0.113.12")));
    assert_eq!((&tunnels[0]["IkeConfig"]["Psk"], config.get("Local")), (&json!("hush-hush-1"), None));
    assert_eq!(tunnels[0]["IpsecConfig"]["IpsecLifetime"], 86400);
}

#[tokio::test]
async fn the_mode_follows_the_request_where_parents_need_not_exist() {
    let mock = Mock::start(Options { any_parent: true, ..Options::default() }).unwrap();
    let ends = ["vpn-nowhere".to_owned(), "cgw-nowhere".to_owned()];
    let id = connected(&mock, &one_tunnel(&ends)).await;
    connected(&mock, &one_tunnel(&ends)).await;
    ok(&mock, MODIFY, &[("VpnConnectionId", &id), ("IkeConfig", r#"{"IkeVersion":"ikev2"}"#)]).await;
    let customers = ["cgw-nowhere", "cgw-nothing"].map(str::to_owned);
    let id = connected(&mock, &having(&two_tunnels(&customers), &[("VpnGatewayId", "vpn-nowhere")])).await;
    ok(&mock, MODIFY, &[("VpnConnectionId", &id), ("TunnelOptionsSpecification.1.Role", "slave")]).await;
}

#[tokio::test]
async fn tunnels_come_in_xml_too() {
    let mock = instant();
    let customers = two_customers(&mock).await;
    let id = connected(&mock, &two_tunnels(&customers)).await;
    let request = V3 { accept: Some("application/xml"), ..V3::new(DESCRIBE, &[("VpnConnectionId", &id)]) };
    let body = request.signed(&mock).send().await.unwrap().text().await.unwrap();
    assert!(body.contains("<DescribeVpnConnectionResponse>"), "{body}");
    assert_eq!(body.matches("<TunnelOptions>").count(), 2, "{body}");
    for part in ["<TunnelOptionsSpecification><TunnelOptions>", "<EnableDpd>true</EnableDpd>", "<Psk>hush-hush-1</Psk>"]
    {
        assert!(body.contains(part), "{part}: {body}");
    }
}

#[tokio::test]
async fn a_repeated_creation_is_done_once() {
    let mock = instant();
    let customers = two_customers(&mock).await;
    let params = having(&two_tunnels(&customers), &[("ClientToken", "token-1")]);
    let first = ok(&mock, CREATE, &params).await;
    assert_eq!(ok(&mock, CREATE, &params).await, first);
    assert_eq!(ok(&mock, LIST, &[]).await["TotalCount"], 1);
    let other = having(&params, &[("LocalSubnet", "10.1.0.0/16")]);
    refuses(&mock, CREATE, &other, (400, "IdempotentParameterMismatch")).await;
}

/// What the tests of the official provider expect, and beside it what the pages say, which a switch gives.
#[tokio::test]
async fn answers_are_as_seen_or_as_documented() {
    let mock = instant();
    let customers = two_customers(&mock).await;
    let bgp = |at: &str, name: &str| format!("TunnelOptionsSpecification.{at}.TunnelBgpConfig.{name}");
    let names = ["1", "2"].map(|at| ["TunnelCidr", "LocalBgpIp"].map(|name| bgp(at, name))).concat();
    let values = ["169.254.20.0/30", "169.254.20.1", "169.254.21.0/30", "169.254.21.2"];
    let params: Vec<_> =
        two_tunnels(&customers).into_iter().chain(names.iter().map(String::as_str).zip(values)).collect();
    let ends = [single_tunnel_gateway(&mock).await, customers[0].clone()];

    for documented in [false, true] {
        mock.switches(Switches {
            tunnel_texts: documented,
            default_ikev1: documented,
            row_speaks_for_tunnels: documented,
            tunnels_bgp_off: documented,
            ..Switches::default()
        });
        let dual = connected(&mock, &params).await;
        let shown = connection(&mock, &dual).await;
        assert_eq!(shown["EnableTunnelsBgp"], !documented);
        let written = |text: &str, value: Value| if documented { json!(text) } else { value };
        let tunnel = &tunnels(&shown)[0];
        assert_eq!(tunnel["EnableDpd"], written("true", json!(true)));
        assert_eq!(tunnel["TunnelIkeConfig"]["IkeLifetime"], written("86400", json!(86400)));
        assert_eq!(tunnel["TunnelBgpConfig"]["PeerAsn"], written("65010", json!(65010)));
        // The page of the tunnels' IkeVersion has the same default, and nobody has seen another one.
        assert_eq!(tunnel["TunnelIkeConfig"]["IkeVersion"], "ikev1");

        let mut answer = ok(&mock, LIST, &[("VpnConnectionId", &dual)]).await;
        let row = answer["VpnConnections"]["VpnConnection"][0].take();
        let status = if documented { "ipsec_sa_established" } else { "" };
        let of_connection = [&row["EnableDpd"], &row["EnableNatTraversal"], &row["Status"]];
        assert_eq!(of_connection, [&json!(documented), &json!(documented), &json!(status)]);
        assert_eq!(tunnels(&row)[1]["Status"], "ipsec_sa_established");

        let single = connected(&mock, &one_tunnel(&ends)).await;
        let version = if documented { "ikev1" } else { "ikev2" };
        assert_eq!(connection(&mock, &single).await["IkeConfig"]["IkeVersion"], version);
        let said = having(&one_tunnel(&ends), &[("IkeConfig", "{}"), ("RemoteSubnet", "172.16.0.0/12")]);
        let said = connected(&mock, &said).await;
        assert_eq!(connection(&mock, &said).await["IkeConfig"]["IkeVersion"], "ikev1");
        for id in [dual, single, said] {
            ok(&mock, "DeleteVpnConnection", &[("VpnConnectionId", &id)]).await;
        }
    }
}

#[tokio::test]
async fn a_gateway_that_is_not_there_is_active_for_who_has_written_to_it() {
    let mock = Mock::start(Options { any_parent: true, ..Options::default() }).unwrap();
    let ends = ["vpn-nowhere".to_owned(), "cgw-nowhere".to_owned()];
    let gateway = ("VpnGatewayId", "vpn-nowhere");
    let missing = (404, "InvalidVpnGatewayInstanceId.NotFound");
    refuses(&mock, "DescribeVpnGateway", &[gateway], missing).await;
    let id = connected(&mock, &one_tunnel(&ends)).await;
    assert_eq!(ok(&mock, "DescribeVpnGateway", &[gateway]).await["Status"], "active");
    let listed = ok(&mock, "DescribeVpnGateways", &[gateway]).await;
    assert_eq!(listed["VpnGateways"]["VpnGateway"][0]["Status"], "active");
    ok(&mock, "DeleteVpnConnection", &[("VpnConnectionId", &id)]).await;
    settle(&mock, "vpn_connections", &id);
    // It still is: who has deleted something waits for it, too.
    assert_eq!(ok(&mock, "DescribeVpnGateway", &[gateway]).await["Status"], "active");
    // One with connections that have two tunnels has two.
    assert!(ok(&mock, "DescribeVpnGateway", &[gateway]).await.get("DisasterRecoveryVSwitchId").is_none());
    let customers = ["cgw-nowhere", "cgw-nothing"].map(str::to_owned);
    connected(&mock, &having(&two_tunnels(&customers), &[gateway])).await;
    let dual = ok(&mock, "DescribeVpnGateway", &[gateway]).await;
    assert_eq!(dual["DisasterRecoveryInternetIp"], "203.0.113.253");
    refuses(&mock, "DescribeVpnGateway", &[("VpnGatewayId", "vpn-nothing")], missing).await;
    let strict = instant();
    refuses(&strict, "DescribeVpnGateway", &[gateway], missing).await;
}
