//! SSL servers of Tencent's API 3.0.

mod support;

use cloudvpn_mock::{Fault, Mock, Options, Switches, TaskFault};
use serde_json::{Value, json};
use support::*;

async fn gateway(mock: &Mock, gateway_type: &str) -> String {
    let vpc = if gateway_type.contains("CCN") { "" } else { "vpc-mock0001" };
    let params = json!({"VpcId": vpc, "VpnGatewayName": "ssl", "InternetMaxBandwidthOut": 5, "Type": gateway_type});
    let response = ok(mock, "CreateVpnGateway", params).await;
    response["VpnGateway"]["VpnGatewayId"].as_str().unwrap().to_owned()
}

fn server(gateway: &str) -> Value {
    json!({
        "VpnGatewayId": gateway, "SslVpnServerName": "staff", "RemoteAddress": "192.168.100.0/24",
        "LocalAddress": ["10.0.1.0/24"],
    })
}

async fn made(mock: &Mock, params: Value) -> String {
    let response = ok(mock, "CreateVpnGatewaySslServer", params).await;
    response["SslVpnServerId"].as_str().unwrap().to_owned()
}

/// Nothing when it is not there.
async fn shown(mock: &Mock, id: &str) -> Value {
    let mut response = ok(mock, "DescribeVpnGatewaySslServers", json!({"SslVpnServerIds": [id]})).await;
    response["SslVpnSeverSet"].as_array_mut().unwrap().pop().unwrap_or_default()
}

async fn task(mock: &Mock, id: &Value) -> Value {
    let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    ok(mock, "DescribeVpcTaskResult", json!({"TaskId": id})).await
}

fn patch(mock: &Mock, kinds: Value) {
    mock.patch_state(&json!({"tencent": {"ap-guangzhou": kinds}})).unwrap();
}

#[tokio::test]
async fn a_server_is_being_created_and_then_connected() {
    let mock = never_settling();
    let gateway = gateway(&mock, "SSL").await;
    patch(&mock, json!({"vpn_gateways": {&gateway: {"_next": {"in_ms": 0}}}}));
    let tags = json!([{"Key": "team", "Value": "net"}]);
    let params = with(server(&gateway), json!({"Tags": tags, "DnsServers": {"PrimaryDns": "10.0.0.2"}}));
    let response = ok(&mock, "CreateVpnGatewaySslServer", params).await;
    let id = response["SslVpnServerId"].as_str().unwrap();
    assert!(id.starts_with("vpns-") && response["TaskId"].is_u64(), "{response}");
    assert_eq!(shown(&mock, id).await["State"], 0);
    for of in ["TaskId", "RequestId"] {
        let running = task(&mock, &response[of]).await;
        assert_eq!(running["Status"], "RUNNING", "{of}");
        assert_eq!(running["Result"], json!([{"ResourceId": id, "Status": "RUNNING"}]));
    }
    for (action, params) in [
        ("ModifyVpnGatewaySslServer", json!({"SslVpnServerId": id, "SslVpnPort": 1195})),
        ("DeleteVpnGatewaySslServer", json!({"SslVpnServerId": id})),
        ("CreateVpnGatewaySslClient", json!({"SslVpnServerId": id, "SslVpnClientName": "ann"})),
    ] {
        assert_eq!(code(&mock, action, params).await, "UnsupportedOperation", "{action}");
    }

    let number = response["TaskId"].to_string();
    let now = json!({"_next": {"in_ms": 0}});
    patch(&mock, json!({"ssl_vpn_servers": {id: now}, "tasks": {&number: now}}));
    assert_eq!(task(&mock, &response["TaskId"]).await["Status"], "SUCCESS");
    let mut server = shown(&mock, id).await;
    assert_eq!(server["CreateTime"].take().as_str().unwrap().len(), 19);
    assert!(server["WanIp"].take().as_str().unwrap().starts_with("198.18."));
    let expected = json!({
        "VpcId": "vpc-mock0001", "SslVpnServerId": id, "VpnGatewayId": gateway, "SslVpnServerName": "staff",
        "LocalAddress": ["10.0.1.0/24"], "RemoteAddress": "192.168.100.0/24", "MaxConnection": 5, "WanIp": null,
        "SslVpnProtocol": "UDP", "SslVpnPort": 9798, "EncryptAlgorithm": "AES-128-CBC", "IntegrityAlgorithm": "SHA1",
        "Compress": 0, "CreateTime": null, "State": 6, "SsoEnabled": 0, "EiamApplicationId": "",
        "AccessPolicyEnabled": 0, "AccessPolicy": [], "SpName": "", "DnsServers": {"PrimaryDns": "10.0.0.2"},
    });
    assert_eq!(server, expected);
    let params = json!({
        "ServiceType": "vpc", "ResourcePrefix": "vpns", "ResourceIds": [id], "ResourceRegion": "ap-guangzhou",
    });
    assert_eq!(ok(&mock, "DescribeResourceTagsByResourceIds", params).await["Tags"][0]["TagKey"], "team");
}

#[tokio::test]
async fn wrong_parameters_have_their_codes() {
    let mock = instant();
    mock.rates([("*", 0)]);
    let gateway = gateway(&mock, "SSL").await;
    let many: Vec<_> = (0..101).map(|i| format!("10.0.{i}.0/24")).collect();
    for (changes, expected) in [
        (json!({"VpnGatewayId": null}), "MissingParameter"),
        (json!({"SslVpnServerName": null}), "MissingParameter"),
        (json!({"RemoteAddress": null}), "MissingParameter"),
        (json!({"SslVpnServerName": ""}), "InvalidParameterValue.Empty"),
        (json!({"SslVpnServerName": "é".repeat(31)}), "InvalidParameterValue.TooLong"),
        (json!({"VpnGatewayId": "vpns-1"}), "InvalidParameterValue.Malformed"),
        (json!({"VpnGatewayId": "vpngw-nothing1"}), "ResourceNotFound"),
        (json!({"VpnGatewayId": "vpngw-mock0001"}), "UnsupportedOperation"),
        (json!({"RemoteAddress": "192.168.100.0"}), "InvalidParameterValue.Malformed"),
        (json!({"RemoteAddress": "10.0.1.128/25"}), "InvalidParameterValue.CidrConflict"),
        (json!({"RemoteAddress": "10.0.200.0/24"}), "InvalidParameterValue.VpcCidrConflict"),
        (json!({"LocalAddress": ["10.1.0.0/24"]}), "InvalidParameterValue.CidrNotInSslVpnVpc"),
        (json!({"LocalAddress": many}), "LimitExceeded"),
        (json!({"SslVpnProtocol": "TCP"}), "InvalidParameterValue"),
        (json!({"SslVpnPort": 0}), "InvalidParameterValue"),
        (json!({"SslVpnPort": 4500}), "InvalidParameterValue"),
        (json!({"SslVpnPort": "9798"}), "InvalidParameter"),
        (json!({"IntegrityAlgorithm": "MD5"}), "InvalidParameterValue"),
        (json!({"EncryptAlgorithm": "DES"}), "InvalidParameterValue"),
        (json!({"Compress": true}), "UnsupportedOperation"),
        (json!({"Compress": 0}), "InvalidParameter"),
        (json!({"SamlData": "<xml/>"}), "UnsupportedOperation"),
        (json!({"DnsServers": {"PrimaryDns": "dns"}}), "InvalidParameterValue.Malformed"),
        (json!({"DnsServers": {"Dns": "10.0.0.2"}}), "UnknownParameter"),
        (json!({"Tags": [{"Key": ""}]}), "InvalidParameterValue.TagInvalidKey"),
        (json!({"MaxConnection": 5}), "UnknownParameter"),
    ] {
        let params = with(server(&gateway), changes.clone());
        assert_eq!(code(&mock, "CreateVpnGatewaySslServer", params).await, expected, "{changes}");
    }
    let ccn = self::gateway(&mock, "SSL_CCN").await;
    let overlapping = with(server(&ccn), json!({"RemoteAddress": "10.0.0.0/16"}));
    let refused = code(&mock, "CreateVpnGatewaySslServer", overlapping).await;
    assert_eq!(refused, "InvalidParameterValue.SslCcnVpnServerCidrConflict");
    made(&mock, with(server(&ccn), json!({"LocalAddress": ["172.16.0.0/12"]}))).await;
}

#[tokio::test]
async fn a_gateway_has_one_server_and_stays_with_it() {
    let mock = instant();
    let gateway = gateway(&mock, "SSL").await;
    let id = made(&mock, server(&gateway)).await;
    assert_eq!(code(&mock, "CreateVpnGatewaySslServer", server(&gateway)).await, "LimitExceeded");
    assert_eq!(code(&mock, "DeleteVpnGateway", json!({"VpnGatewayId": gateway})).await, "UnsupportedOperation");
    ok(&mock, "DeleteVpnGatewaySslServer", json!({"SslVpnServerId": id})).await;
    ok(&mock, "DeleteVpnGateway", json!({"VpnGatewayId": gateway})).await;

    let any = Mock::start(Options { any_parent: true, ..Options::default() }).unwrap();
    made(&any, server("vpngw-nothing1")).await;
    made(&any, server("vpngw-nothing1")).await;
}

#[tokio::test]
async fn single_sign_on_needs_version_4() {
    let mock = instant();
    let gateway = gateway(&mock, "SSL").await;
    patch(&mock, json!({"vpn_gateways": {&gateway: {"Version": "ver3.1"}}}));
    for changes in [json!({"SsoEnabled": true}), json!({"AccessPolicyEnabled": true})] {
        let params = with(server(&gateway), changes);
        let refused = code(&mock, "CreateVpnGatewaySslServer", params).await;
        assert_eq!(refused, "UnsupportedOperation.VersionNotSupported");
    }
    patch(&mock, json!({"vpn_gateways": {&gateway: {"Version": "4.0"}}}));
    let changes = json!({"SsoEnabled": true, "SamlData": "hush-hush", "AccessPolicyEnabled": true});
    let id = made(&mock, with(server(&gateway), changes)).await;
    let server = shown(&mock, &id).await;
    assert_eq!((&server["SsoEnabled"], &server["AccessPolicyEnabled"]), (&json!(1), &json!(1)));
    assert!(!server["EiamApplicationId"].as_str().unwrap().is_empty());
    assert!(!server.to_string().contains("hush-hush"));
    let call = mock.calls().pop().unwrap();
    assert_eq!(call.action, "DescribeVpnGatewaySslServers");
    assert!(!json!(mock.calls()).to_string().contains("hush-hush"));
}

#[tokio::test]
async fn a_change_shows_when_its_task_has_succeeded() {
    let mock = never_settling();
    let gateway = gateway(&mock, "SSL").await;
    patch(&mock, json!({"vpn_gateways": {&gateway: {"_next": {"in_ms": 0}}}}));
    let id = made(&mock, server(&gateway)).await;
    let now = json!({"ssl_vpn_servers": {&id: {"_next": {"in_ms": 0}}}});
    patch(&mock, now.clone());
    let changes = json!({
        "SslVpnServerName": "guests", "LocalAddress": ["10.0.2.0/24", "10.0.3.0/24"],
        "RemoteAddress": "192.168.101.0/24", "SslVpnPort": 1194, "EncryptAlgorithm": "AES-256-GCM",
        "IntegrityAlgorithm": "SHA256", "DnsServers": {"PrimaryDns": "10.0.0.2", "SecondaryDns": "10.0.0.3"},
    });
    let params = with(changes.clone(), json!({"SslVpnServerId": id}));
    let response = ok(&mock, "ModifyVpnGatewaySslServer", params.clone()).await;
    assert!(response["TaskId"].is_u64(), "{response}");
    let before = shown(&mock, &id).await;
    assert_eq!((&before["State"], &before["SslVpnServerName"]), (&json!(2), &json!("staff")));
    assert_eq!(code(&mock, "ModifyVpnGatewaySslServer", params).await, "UnsupportedOperation");
    patch(&mock, now);
    let after = shown(&mock, &id).await;
    assert_eq!(after["State"], 6);
    for (member, expected) in changes.as_object().unwrap() {
        assert_eq!(after[member], *expected, "{member}");
    }
}

#[tokio::test]
async fn changes_keep_the_rules_of_creation() {
    let mock = instant();
    let gateway = gateway(&mock, "SSL").await;
    let id = made(&mock, server(&gateway)).await;
    for (changes, expected) in [
        (json!({"LocalAddress": ["192.168.100.0/25"]}), "InvalidParameterValue.CidrConflict"),
        (json!({"RemoteAddress": "10.0.200.0/24"}), "InvalidParameterValue.VpcCidrConflict"),
        (json!({"LocalAddress": ["10.1.0.0/24"]}), "InvalidParameterValue.CidrNotInSslVpnVpc"),
        (json!({"SslVpnProtocol": "TCP"}), "UnsupportedOperation.ParameterSslVpnProtocol"),
        (json!({"SslVpnPort": 53}), "InvalidParameterValue"),
        (json!({"Compress": true}), "UnsupportedOperation"),
        (json!({"SamlData": "<xml/>"}), "UnsupportedOperation"),
        (json!({"AccessPolicyEnabled": true}), "UnknownParameter"),
        (json!({"Tags": []}), "UnknownParameter"),
        (json!({"SslVpnServerId": "vpns-nothing1"}), "ResourceNotFound"),
        (json!({"SslVpnServerId": null}), "MissingParameter"),
    ] {
        let params = with(json!({"SslVpnServerId": id}), changes.clone());
        assert_eq!(code(&mock, "ModifyVpnGatewaySslServer", params).await, expected, "{changes}");
    }
    // The protocol that it has anyway, as clients send it that send all that they know.
    let same = json!({"SslVpnServerId": id, "SslVpnProtocol": "UDP"});
    ok(&mock, "ModifyVpnGatewaySslServer", same.clone()).await;
    mock.switches(Switches { ssl_protocol_refused: true, ..Switches::default() });
    let refused = code(&mock, "ModifyVpnGatewaySslServer", same).await;
    assert_eq!(refused, "UnsupportedOperation.ParameterSslVpnProtocol");
    let names: Vec<_> = (0..6).map(|i| format!("client{i}")).collect();
    ok(&mock, "CreateVpnGatewaySslClient", json!({"SslVpnServerId": id, "SslVpnClientNames": names})).await;
    let pool = |range: &str| json!({"SslVpnServerId": id, "RemoteAddress": range});
    let refused = code(&mock, "ModifyVpnGatewaySslServer", pool("192.168.100.0/29")).await;
    assert_eq!(refused, "LimitExceeded.SslVpnClientLimitExceeded");
    ok(&mock, "ModifyVpnGatewaySslServer", pool("192.168.100.0/28")).await;
}

#[tokio::test]
async fn a_server_with_clients_stays() {
    let mock = instant();
    let id = made(&mock, server(&gateway(&mock, "SSL").await)).await;
    let client = json!({"SslVpnServerId": id, "SslVpnClientName": "ann"});
    let client = ok(&mock, "CreateVpnGatewaySslClient", client).await["SslVpnClientId"].take();
    ok(&mock, "DownloadVpnGatewaySslClientCert", json!({"SslVpnClientId": client})).await;
    let delete = json!({"SslVpnServerId": id});
    assert_eq!(code(&mock, "DeleteVpnGatewaySslServer", delete.clone()).await, "UnsupportedOperation");
    ok(&mock, "DeleteVpnGatewaySslClient", json!({"SslVpnClientId": client})).await;
    let response = ok(&mock, "DeleteVpnGatewaySslServer", delete.clone()).await;
    assert_eq!(task(&mock, &response["TaskId"]).await["Status"], "SUCCESS");
    assert_eq!(shown(&mock, &id).await, Value::Null);
    assert_eq!(mock.state()["tencent"]["ap-guangzhou"]["ssl_vpn_cas"], json!({}));
    assert_eq!(code(&mock, "DeleteVpnGatewaySslServer", delete).await, "ResourceNotFound");
}

#[tokio::test]
async fn failed_tasks_leave_error_states() {
    let mock = instant();
    let gateway = gateway(&mock, "SSL").await;
    let fail = |action: &str| mock.fault(action, 1, Fault::Task(TaskFault::Failed("broken".to_owned())));
    fail("CreateVpnGatewaySslServer");
    let response = ok(&mock, "CreateVpnGatewaySslServer", server(&gateway)).await;
    for of in ["TaskId", "RequestId"] {
        let failed = task(&mock, &response[of]).await;
        assert_eq!((&failed["Status"], &failed["Output"]), (&json!("FAILED"), &json!("broken")), "{of}");
    }
    let id = response["SslVpnServerId"].as_str().unwrap();
    assert_eq!(shown(&mock, id).await["State"], 1);
    let rename = json!({"SslVpnServerId": id, "SslVpnServerName": "other"});
    assert_eq!(code(&mock, "ModifyVpnGatewaySslServer", rename).await, "UnsupportedOperation");
    ok(&mock, "DeleteVpnGatewaySslServer", json!({"SslVpnServerId": id})).await;

    let id = made(&mock, server(&gateway)).await;
    let rename = json!({"SslVpnServerId": id, "SslVpnServerName": "other"});
    fail("ModifyVpnGatewaySslServer");
    ok(&mock, "ModifyVpnGatewaySslServer", rename.clone()).await;
    let server = shown(&mock, &id).await;
    assert_eq!((&server["State"], &server["SslVpnServerName"]), (&json!(3), &json!("staff")));
    ok(&mock, "ModifyVpnGatewaySslServer", rename).await;
    assert_eq!(shown(&mock, &id).await["State"], 6);
    fail("DeleteVpnGatewaySslServer");
    ok(&mock, "DeleteVpnGatewaySslServer", json!({"SslVpnServerId": id})).await;
    assert_eq!(shown(&mock, &id).await["State"], 5);
    ok(&mock, "DeleteVpnGatewaySslServer", json!({"SslVpnServerId": id})).await;
    assert_eq!(shown(&mock, &id).await, Value::Null);
}

#[tokio::test]
async fn a_lost_task_is_unknown_and_a_patched_one_fails() {
    let mock = instant();
    let gateway = gateway(&mock, "SSL").await;
    let id = made(&mock, server(&gateway)).await;
    mock.fault("ModifyVpnGatewaySslServer", 1, Fault::Task(TaskFault::Lost));
    let rename = json!({"SslVpnServerId": id, "SslVpnServerName": "other"});
    let response = ok(&mock, "ModifyVpnGatewaySslServer", rename.clone()).await;
    let params = json!({"TaskId": response["TaskId"].to_string()});
    assert_eq!(code(&mock, "DescribeVpcTaskResult", params).await, "ResourceNotFound");
    assert_eq!(shown(&mock, &id).await["SslVpnServerName"], "other");
    let number = ok(&mock, "ModifyVpnGatewaySslServer", rename).await["TaskId"].take();
    patch(&mock, json!({"tasks": {number.to_string(): {"Status": "FAILED"}}}));
    assert_eq!(task(&mock, &number).await["Status"], "FAILED");
    assert_eq!(code(&mock, "DescribeVpcTaskResult", json!({"TaskId": number})).await, "InvalidParameter");
}

#[tokio::test]
async fn filters_and_pages_find_servers() {
    let mock = instant();
    let (one, other) = (gateway(&mock, "SSL").await, gateway(&mock, "SSL_CCN").await);
    ok(&mock, "ModifyVpnGatewayAttribute", json!({"VpnGatewayId": other, "VpnGatewayName": "second"})).await;
    let first = made(&mock, server(&one)).await;
    let second = made(&mock, with(server(&other), json!({"SslVpnServerName": "guests"}))).await;
    let ids = |response: &Value| -> Vec<String> {
        let set = response["SslVpnSeverSet"].as_array().unwrap();
        set.iter().map(|server| server["SslVpnServerId"].as_str().unwrap().to_owned()).collect()
    };
    for (name, value, expected) in [
        ("vpc-id", "vpc-mock0001", &first),
        ("vpn-gateway-id", &other, &second),
        ("vpn-gateway-name", "second", &second),
        ("ssl-vpn-server-name", "staff", &first),
        ("ssl-vpn-server-id", &second, &second),
    ] {
        let params = json!({"Filters": [{"Name": name, "Values": [value]}], "IsVpnPortal": false});
        let response = ok(&mock, "DescribeVpnGatewaySslServers", params).await;
        assert_eq!(ids(&response), [expected.as_str()], "{name}");
    }
    let page = ok(&mock, "DescribeVpnGatewaySslServers", json!({"Offset": 1, "Limit": 1})).await;
    assert_eq!((ids(&page), &page["TotalCount"]), (vec![second], &json!(2)));
    for (params, expected) in [
        (json!({"Filters": [{"Name": "state", "Values": ["6"]}]}), "InvalidParameter.FilterInvalidKey"),
        (
            json!({"SslVpnServerIds": [first], "Filters": [{"Name": "vpc-id", "Values": ["v"]}]}),
            "InvalidParameter.Coexist",
        ),
        (json!({"SslVpnServerIds": ["vpnc-1"]}), "InvalidParameterValue.Malformed"),
        (json!({"Limit": 101}), "InvalidParameterValue.Range"),
    ] {
        assert_eq!(code(&mock, "DescribeVpnGatewaySslServers", params.clone()).await, expected, "{params}");
    }
}
