//! SSL clients of Tencent's API 3.0 and their certificates.

mod support;

use cloudvpn_mock::{Fault, Mock, Options, TaskFault};
use serde_json::{Value, json};
use support::*;

/// An SSL server for these tests; its id.
async fn server(mock: &Mock, pool: &str) -> String {
    let params = json!({
        "VpcId": "vpc-mock0001", "VpnGatewayName": "ssl", "InternetMaxBandwidthOut": 5, "Type": "SSL",
    });
    let gateway = ok(mock, "CreateVpnGateway", params).await["VpnGateway"]["VpnGatewayId"].take();
    // There by now, whatever the mock's time to settle.
    let there = json!({"State": "AVAILABLE", "PublicIpAddress": "198.18.9.9", "_next": null});
    patch(mock, "vpn_gateways", gateway.as_str().unwrap(), there);
    let params = json!({
        "VpnGatewayId": gateway, "SslVpnServerName": "staff", "RemoteAddress": pool, "LocalAddress": ["10.0.1.0/24"],
        "EncryptAlgorithm": "AES-256-CBC", "IntegrityAlgorithm": "SHA256", "SslVpnPort": 1194,
    });
    let id = ok(mock, "CreateVpnGatewaySslServer", params).await["SslVpnServerId"].take();
    let id = id.as_str().unwrap();
    patch(mock, "ssl_vpn_servers", id, json!({"State": 6, "_next": null}));
    id.to_owned()
}

async fn made(mock: &Mock, server: &str, name: &str) -> String {
    let params = json!({"SslVpnServerId": server, "SslVpnClientName": name});
    let response = ok(mock, "CreateVpnGatewaySslClient", params).await;
    response["SslVpnClientId"].as_str().unwrap().to_owned()
}

/// Nothing when it is not there.
async fn shown(mock: &Mock, id: &str) -> Value {
    let mut response = ok(mock, "DescribeVpnGatewaySslClients", json!({"SslVpnClientIds": [id]})).await;
    response["SslVpnClientSet"].as_array_mut().unwrap().pop().unwrap_or_default()
}

async fn downloaded(mock: &Mock, id: &str) -> Value {
    let mut response = ok(mock, "DownloadVpnGatewaySslClientCert", json!({"SslVpnClientId": id})).await;
    let whole: Value = serde_json::from_str(response["SslClientConfigsSet"].as_str().unwrap()).unwrap();
    assert_eq!(whole, response["SslClientConfig"]);
    response["SslClientConfig"][0].take()
}

fn patch(mock: &Mock, kind: &str, id: &str, changes: Value) {
    mock.patch_state(&json!({"tencent": {"ap-guangzhou": {kind: {id: changes}}}})).unwrap();
}

fn patch_client(mock: &Mock, id: &str, changes: Value) {
    patch(mock, "ssl_vpn_clients", id, changes);
}

#[tokio::test]
async fn a_client_is_being_created_and_then_has_a_certificate() {
    let mock = never_settling();
    let server = server(&mock, "192.168.100.0/24").await;
    let params =
        json!({"SslVpnServerId": server, "SslVpnClientName": "ann", "Tags": [{"Key": "team", "Value": "net"}]});
    let response = ok(&mock, "CreateVpnGatewaySslClient", params).await;
    assert!(response["TaskId"].is_u64() && response.get("SslVpnClientIds").is_none(), "{response}");
    let id = response["SslVpnClientId"].as_str().unwrap();
    let expected = json!({
        "VpcId": "vpc-mock0001", "SslVpnServerId": server, "SslVpnClientId": id, "Name": "ann", "CertStatus": 0,
        "CertBeginTime": "0000-00-00 00:00:00", "CertEndTime": "0000-00-00 00:00:00", "State": "0",
    });
    assert_eq!(shown(&mock, id).await, expected);
    for action in ["DeleteVpnGatewaySslClient", "DisableVpnGatewaySslClientCert", "DownloadVpnGatewaySslClientCert"] {
        assert_eq!(code(&mock, action, json!({"SslVpnClientId": id})).await, "UnsupportedOperation", "{action}");
    }
    patch_client(&mock, id, json!({"_next": {"in_ms": 0}}));
    let client = shown(&mock, id).await;
    assert_eq!((&client["State"], &client["CertStatus"]), (&json!("6"), &json!(1)));
    assert!(client["CertEndTime"].as_str() > client["CertBeginTime"].as_str());
    let tags = json!({
        "ServiceType": "vpc", "ResourcePrefix": "vpnc", "ResourceIds": [id], "ResourceRegion": "ap-guangzhou",
    });
    assert_eq!(ok(&mock, "DescribeResourceTagsByResourceIds", tags).await["Tags"][0]["TagValue"], "net");
}

#[tokio::test]
async fn several_clients_are_made_and_deleted_at_once() {
    let mock = instant();
    let server = server(&mock, "192.168.100.0/24").await;
    let params = json!({"SslVpnServerId": server, "SslVpnClientNames": ["ann", "bob"]});
    let response = ok(&mock, "CreateVpnGatewaySslClient", params).await;
    let ids = response["SslVpnClientIds"].clone();
    assert_eq!(ids.as_array().unwrap().len(), 2);
    assert!(response.get("SslVpnClientId").is_none());
    let task = ok(&mock, "DescribeVpcTaskResult", json!({"TaskId": response["TaskId"].to_string()})).await;
    assert_eq!(task["Result"][1], json!({"ResourceId": ids[1], "Status": "SUCCESS"}));
    assert_eq!(shown(&mock, ids[1].as_str().unwrap()).await["Name"], "bob");
    let with_unknown = json!({"SslVpnClientIds": [ids[0], "vpnc-nothing1"]});
    let refused = code(&mock, "DeleteVpnGatewaySslClient", with_unknown).await;
    assert_eq!(refused, "UnsupportedOperation.SslVpnClientIdNotFound");
    ok(&mock, "DeleteVpnGatewaySslClient", json!({"SslVpnClientIds": ids})).await;
    assert_eq!(shown(&mock, ids[0].as_str().unwrap()).await, Value::Null);
}

#[tokio::test]
async fn wrong_parameters_have_their_codes() {
    let mock = instant();
    mock.rates([("*", 0)]);
    let server = server(&mock, "192.168.100.0/24").await;
    let id = made(&mock, &server, "ann").await;
    let create = "CreateVpnGatewaySslClient";
    let on_server = |changes: Value| with(json!({"SslVpnServerId": server}), changes);
    for (action, params, expected) in [
        (create, json!({"SslVpnClientName": "bob"}), "MissingParameter"),
        (create, on_server(json!({})), "MissingParameter"),
        (create, on_server(json!({"SslVpnClientNames": []})), "MissingParameter"),
        (
            create,
            on_server(json!({"SslVpnClientName": "bob", "SslVpnClientNames": ["eve"]})),
            "InvalidParameter.Coexist",
        ),
        (create, on_server(json!({"SslVpnClientName": ""})), "InvalidParameterValue.Empty"),
        (create, on_server(json!({"SslVpnClientName": "n".repeat(61)})), "InvalidParameterValue.TooLong"),
        (create, on_server(json!({"SslVpnClientNames": vec!["n"; 101]})), "InvalidParameterValue.LimitExceeded"),
        (create, on_server(json!({"SslVpnClientName": "ann"})), "UnsupportedOperation.RecordExists"),
        (create, on_server(json!({"SslVpnClientNames": ["bob", "bob"]})), "UnsupportedOperation.RecordExists"),
        (create, json!({"SslVpnServerId": "vpns-nothing1", "SslVpnClientName": "bob"}), "ResourceNotFound"),
        (create, on_server(json!({"SslVpnClientName": "bob", "Name": "bob"})), "UnknownParameter"),
    ] {
        assert_eq!(code(&mock, action, params.clone()).await, expected, "{params}");
    }
    for action in [
        "DeleteVpnGatewaySslClient",
        "EnableVpnGatewaySslClientCert",
        "DisableVpnGatewaySslClientCert",
        "DownloadVpnGatewaySslClientCert",
    ] {
        for (params, expected) in [
            (json!({}), "MissingParameter"),
            (json!({"SslVpnClientId": id, "SslVpnClientIds": [id]}), "InvalidParameter.Coexist"),
            (json!({"SslVpnClientId": "vpns-1"}), "InvalidParameterValue.Malformed"),
            (json!({"SslVpnClientIds": vec!["vpnc-1"; 101]}), "InvalidParameterValue.LimitExceeded"),
            (json!({"SslVpnClientId": "vpnc-nothing1"}), "UnsupportedOperation.SslVpnClientIdNotFound"),
        ] {
            assert_eq!(code(&mock, action, params.clone()).await, expected, "{action} {params}");
        }
    }
    for (params, expected) in [
        (json!({"SslVpnClientId": id}), "UnknownParameter"),
        (json!({}), "MissingParameter"),
        (json!({"SslVpnClientIds": ["vpnc-nothing1"]}), "UnsupportedOperation.SslVpnClientIdNotFound"),
    ] {
        assert_eq!(code(&mock, "ModifyVpnGatewaySslClientCert", params.clone()).await, expected, "{params}");
    }
}

#[tokio::test]
async fn the_pool_of_the_server_bounds_its_clients() {
    let mock = instant();
    let server = server(&mock, "192.168.100.0/29").await;
    let names: Vec<_> = (0..5).map(|i| format!("client{i}")).collect();
    ok(&mock, "CreateVpnGatewaySslClient", json!({"SslVpnServerId": server, "SslVpnClientNames": names})).await;
    let one_more = json!({"SslVpnServerId": server, "SslVpnClientName": "more"});
    let refused = code(&mock, "CreateVpnGatewaySslClient", one_more).await;
    assert_eq!(refused, "LimitExceeded.SslVpnClientLimitExceeded");
}

#[tokio::test]
async fn certificates_are_disabled_and_enabled() {
    let mock = instant();
    let id = made(&mock, &server(&mock, "192.168.100.0/24").await, "ann").await;
    let one = json!({"SslVpnClientId": id});
    let enabled_already = "UnsupportedOperation.SSLClientCertAlreadyEnableOrCertAbnormal";
    assert_eq!(code(&mock, "EnableVpnGatewaySslClientCert", one.clone()).await, enabled_already);
    assert!(ok(&mock, "DisableVpnGatewaySslClientCert", one.clone()).await["TaskId"].is_u64());
    assert_eq!(shown(&mock, &id).await["CertStatus"], 2);
    let disabled_already = "UnsupportedOperation.SSLClientCertAlreadyDisableOrCertAbnormal";
    assert_eq!(code(&mock, "DisableVpnGatewaySslClientCert", one.clone()).await, disabled_already);
    let refused = code(&mock, "DownloadVpnGatewaySslClientCert", one.clone()).await;
    assert_eq!(refused, "UnsupportedOperation.SSLClientCertDisableUnsupportedDownloadSSLClientCert");
    ok(&mock, "EnableVpnGatewaySslClientCert", json!({"SslVpnClientIds": [id]})).await;
    let client = shown(&mock, &id).await;
    assert_eq!((&client["CertStatus"], &client["State"]), (&json!(1), &json!("6")));
}

#[tokio::test]
async fn a_switch_takes_time() {
    let mock = never_settling();
    let id = made(&mock, &server(&mock, "192.168.100.0/24").await, "ann").await;
    patch_client(&mock, &id, json!({"_next": {"in_ms": 0}}));
    ok(&mock, "DisableVpnGatewaySslClientCert", json!({"SslVpnClientId": id})).await;
    let client = shown(&mock, &id).await;
    assert_eq!((&client["CertStatus"], &client["State"]), (&json!(1), &json!("2")));
    let enable = json!({"SslVpnClientId": id});
    assert_eq!(code(&mock, "EnableVpnGatewaySslClientCert", enable).await, "UnsupportedOperation");
    patch_client(&mock, &id, json!({"_next": {"in_ms": 0}}));
    assert_eq!(shown(&mock, &id).await["CertStatus"], 2);
}

#[tokio::test]
async fn a_certificate_expires_and_is_renewed() {
    let mock = instant();
    let id = made(&mock, &server(&mock, "192.168.100.0/24").await, "ann").await;
    let before = downloaded(&mock, &id).await;
    patch_client(&mock, &id, json!({"CertEndTime": "2020-01-01 00:00:00"}));
    assert_eq!(shown(&mock, &id).await["CertStatus"], 3);
    let disable = code(&mock, "DisableVpnGatewaySslClientCert", json!({"SslVpnClientId": id})).await;
    assert_eq!(disable, "UnsupportedOperation.SSLClientCertAlreadyDisableOrCertAbnormal");
    let renewal = ok(&mock, "ModifyVpnGatewaySslClientCert", json!({"SslVpnClientIds": [id]})).await;
    assert!(renewal["TaskId"].is_u64(), "{renewal}");
    let client = shown(&mock, &id).await;
    assert_eq!((&client["CertStatus"], &client["State"]), (&json!(1), &json!("6")));
    assert!(client["CertEndTime"].as_str().unwrap() > "2025");
    let after = downloaded(&mock, &id).await;
    assert_ne!(before["SslVpnCert"], after["SslVpnCert"]);
    assert_eq!(before["SslVpnRootCert"], after["SslVpnRootCert"]);

    ok(&mock, "DisableVpnGatewaySslClientCert", json!({"SslVpnClientId": id})).await;
    ok(&mock, "ModifyVpnGatewaySslClientCert", json!({"SslVpnClientIds": [id]})).await;
    assert_eq!(shown(&mock, &id).await["CertStatus"], 2);
}

#[tokio::test]
async fn a_download_has_the_profile_the_certificates_and_the_key() {
    let mock = instant();
    let server = server(&mock, "192.168.100.0/24").await;
    let id = made(&mock, &server, "ann").await;
    let config = downloaded(&mock, &id).await;
    assert_eq!(config["SslVpnClientId"], json!(id));
    let end: jiff::civil::DateTime = shown(&mock, &id).await["CertEndTime"].as_str().unwrap().parse().unwrap();
    let end = jiff::tz::Offset::constant(8).to_timestamp(end).unwrap().as_millisecond();
    tls::accepted(&config, ["SslVpnRootCert", "SslVpnCert", "SslVpnKey"], end.try_into().unwrap());
    let profile = config["SslVpnClientConfiguration"].as_str().unwrap();
    for line in ["proto udp", "cipher AES-256-CBC", "auth SHA256"] {
        assert!(profile.lines().any(|other| other == line), "{profile}");
    }
    assert!(profile.contains("\nremote 198.18.9.9 1194\n"), "{profile}");
    assert_eq!(downloaded(&mock, &id).await, config);
    let other = downloaded(&mock, &made(&mock, &server, "bob").await).await;
    assert_eq!(other["SslVpnRootCert"], config["SslVpnRootCert"]);
    assert_ne!(other["SslVpnCert"], config["SslVpnCert"]);

    assert!(!shown(&mock, &id).await.to_string().contains("BEGIN"));
    let params = json!({"SslVpnClientIds": [id], "SamlToken": "hush-hush", "IsVpnPortal": true});
    assert_eq!(ok(&mock, "DownloadVpnGatewaySslClientCert", params).await["Authenticated"], 1);
    assert_eq!(mock.calls().pop().unwrap().params["SamlToken"], "***");
}

#[tokio::test]
async fn failed_tasks_leave_error_states() {
    let mock = instant();
    let server = server(&mock, "192.168.100.0/24").await;
    let fail = |action: &str| mock.fault(action, 1, Fault::Task(TaskFault::Failed("broken".to_owned())));
    fail("CreateVpnGatewaySslClient");
    let broken = made(&mock, &server, "ann").await;
    let client = shown(&mock, &broken).await;
    assert_eq!((&client["State"], &client["CertStatus"]), (&json!("1"), &json!(4)));
    let one = json!({"SslVpnClientId": broken});
    assert_eq!(code(&mock, "DownloadVpnGatewaySslClientCert", one.clone()).await, "UnsupportedOperation");
    ok(&mock, "DeleteVpnGatewaySslClient", one).await;

    let id = made(&mock, &server, "bob").await;
    let one = json!({"SslVpnClientId": id});
    fail("DisableVpnGatewaySslClientCert");
    let response = ok(&mock, "DisableVpnGatewaySslClientCert", one.clone()).await;
    let task = ok(&mock, "DescribeVpcTaskResult", json!({"TaskId": response["TaskId"].to_string()})).await;
    assert_eq!(task["Status"], "FAILED");
    let client = shown(&mock, &id).await;
    assert_eq!((&client["State"], &client["CertStatus"]), (&json!("3"), &json!(1)));
    ok(&mock, "DisableVpnGatewaySslClientCert", one.clone()).await;
    fail("DeleteVpnGatewaySslClient");
    ok(&mock, "DeleteVpnGatewaySslClient", one.clone()).await;
    assert_eq!(shown(&mock, &id).await["State"], "5");
    ok(&mock, "DeleteVpnGatewaySslClient", one).await;
}

#[tokio::test]
async fn without_parents_clients_need_no_server() {
    let mock =
        Mock::start(Options { any_parent: true, settle: std::time::Duration::ZERO, ..Options::default() }).unwrap();
    let id = made(&mock, "vpns-nothing1", "ann").await;
    assert_eq!(shown(&mock, &id).await["CertStatus"], 1);
    assert!(downloaded(&mock, &id).await["SslVpnKey"].as_str().unwrap().contains("BEGIN RSA PRIVATE KEY"));
}

#[tokio::test]
async fn filters_and_pages_find_clients() {
    let mock = instant();
    let (one, other) = (server(&mock, "192.168.100.0/24").await, server(&mock, "192.168.101.0/24").await);
    let (ann, bob) = (made(&mock, &one, "ann").await, made(&mock, &other, "bob").await);
    patch(&mock, "ssl_vpn_servers", &other, json!({"VpnGatewayId": "vpngw-other001"}));
    patch_client(&mock, &bob, json!({"InnerIp": "192.168.101.2", "VpcId": "vpc-other001"}));
    let ids = |response: &Value| -> Vec<String> {
        let set = response["SslVpnClientSet"].as_array().unwrap();
        set.iter().map(|client| client["SslVpnClientId"].as_str().unwrap().to_owned()).collect()
    };
    for (name, value, expected) in [
        ("vpc-id", "vpc-mock0001", &ann),
        ("vpn-gateway-id", "vpngw-other001", &bob),
        ("ssl-vpn-server-id", &other, &bob),
        ("ssl-vpn-client-id", &ann, &ann),
        ("ssl-vpn-client-name", "ann", &ann),
        ("ssl-vpn-client-inner-ip", "192.168.101.2", &bob),
    ] {
        let params = json!({"Filters": [{"Name": name, "Values": [value]}]});
        let response = ok(&mock, "DescribeVpnGatewaySslClients", params).await;
        assert_eq!(ids(&response), [expected.as_str()], "{name}");
    }
    let page = ok(&mock, "DescribeVpnGatewaySslClients", json!({"Offset": 1, "Limit": 5})).await;
    assert_eq!((ids(&page), &page["TotalCount"]), (vec![bob], &json!(2)));
    for (params, expected) in [
        (json!({"Filters": [{"Name": "name", "Values": ["ann"]}]}), "InvalidParameter.FilterInvalidKey"),
        (
            json!({"SslVpnClientIds": [ann], "Filters": [{"Name": "vpc-id", "Values": ["v"]}]}),
            "InvalidParameter.Coexist",
        ),
        (json!({"SslVpnClientIds": ["vpns-1"]}), "InvalidParameterValue.Malformed"),
        (json!({"SslVpnClientIds": vec!["vpnc-1"; 101]}), "InvalidParameterValue.LimitExceeded"),
    ] {
        assert_eq!(code(&mock, "DescribeVpnGatewaySslClients", params.clone()).await, expected, "{params}");
    }
}
