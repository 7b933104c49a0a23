//! Alibaba's VPN gateways and customer gateways.

mod support;

use cloudvpn_mock::{Mock, Options, Switches};
use serde_json::{Value, json};
use support::alibaba::*;
use support::{instant, never_settling};

const CREATE: &str = "CreateVpnGateway";
const DESCRIBE: &str = "DescribeVpnGateway";
const MODIFY: &str = "ModifyVpnGatewayAttribute";
const DELETE: &str = "DeleteVpnGateway";
const MOVE: &str = "MoveVpnResourceGroup";
const GATEWAY: &[(&str, &str)] = &[
    ("VpcId", "vpc-mock0001"),
    ("Bandwidth", "10"),
    ("VSwitchId", "vsw-mock0001"),
    ("DisasterRecoveryVSwitchId", "vsw-mock0002"),
];
const KNOWN: (&str, &str) = ("VpnGatewayId", "vpn-mock0001");

const CREATE_CUSTOMER: &str = "CreateCustomerGateway";
const DESCRIBE_CUSTOMER: &str = "DescribeCustomerGateway";
const MODIFY_CUSTOMER: &str = "ModifyCustomerGatewayAttribute";
const DELETE_CUSTOMER: &str = "DeleteCustomerGateway";

async fn status(mock: &Mock, id: &str) -> Value {
    ok(mock, DESCRIBE, &[("VpnGatewayId", id)]).await["Status"].take()
}

#[tokio::test]
async fn a_gateway_is_provisioned_before_it_is_active_and_deleted_before_it_is_gone() {
    let mock = never_settling();
    let answer = ok(&mock, CREATE, &having(GATEWAY, &[("Name", "office"), ("EnableSsl", "true")])).await;
    let id = text(&answer, "VpnGatewayId");
    assert!(id.starts_with("vpn-") && answer["OrderId"].is_u64() && answer["Name"] == "office", "{answer}");
    assert_eq!(status(&mock, &id).await, "init");
    let by_id = ("VpnGatewayId", id.as_str());
    refuses(&mock, MODIFY, &[by_id, ("Name", "other")], BUSY).await;
    settle(&mock, "vpn_gateways", &id);
    assert_eq!(status(&mock, &id).await, "provisioning");
    refuses(&mock, DELETE, &[by_id], BUSY).await;
    settle(&mock, "vpn_gateways", &id);

    let gateway = ok(&mock, DESCRIBE, &[by_id]).await;
    for (member, expected) in [
        ("Name", json!("office")),
        ("Description", json!("")),
        ("VSwitchId", json!("vsw-mock0001")),
        ("DisasterRecoveryVSwitchId", json!("vsw-mock0002")),
        ("Status", json!("active")),
        ("BusinessStatus", json!("Normal")),
        ("Spec", json!("10M")),
        ("IpsecVpn", json!("enable")),
        ("SslVpn", json!("enable")),
        ("SslMaxConnections", json!(5)),
        ("AutoPropagate", json!(false)),
        ("NetworkType", json!("public")),
        ("VpnType", json!("Normal")),
        ("ChargeType", json!("PostpayByFlow")),
        ("Tags", json!({"Tag": []})),
    ] {
        assert_eq!(gateway[member], expected, "{member}");
    }
    let addresses = ["InternetIp", "DisasterRecoveryInternetIp", "SslVpnInternetIp"].map(|name| text(&gateway, name));
    assert!(addresses.iter().all(|address| address.parse::<std::net::Ipv4Addr>().is_ok()), "{addresses:?}");
    assert!(serde_json::from_str::<Value>(&text(&gateway, "Tag")).unwrap().is_object());

    ok(&mock, DELETE, &[by_id]).await;
    assert_eq!(status(&mock, &id).await, "deleting");
    refuses(&mock, DELETE, &[by_id], BUSY).await;
    settle(&mock, "vpn_gateways", &id);
    let gone = (404, "InvalidVpnGatewayInstanceId.NotFound");
    for action in [DESCRIBE, MODIFY, DELETE] {
        refuses(&mock, action, &[by_id], gone).await;
    }
}

#[tokio::test]
async fn a_single_tunnel_gateway_has_one_address() {
    let mock = instant();
    let id = single_tunnel_gateway(&mock).await;
    let gateway = ok(&mock, DESCRIBE, &[("VpnGatewayId", &id)]).await;
    assert_eq!((&gateway["Name"], &gateway["Status"]), (&json!(id), &json!("active")));
    for member in ["DisasterRecoveryVSwitchId", "DisasterRecoveryInternetIp", "SslVpnInternetIp"] {
        assert_eq!(gateway.get(member), None, "{member}");
    }
}

#[tokio::test]
async fn what_the_service_does_not_sell_is_refused() {
    let mock = instant();
    for (changes, expected) in [
        (&[("VpcId", "")][..], (400, "MissingVpcId")),
        (&[("Bandwidth", "")], (400, "MissingBandwidth")),
        (&[("Bandwidth", "15")], INVALID),
        (&[("Bandwidth", "ten")], (400, "InvalidParameter.Format")),
        (&[("NetworkType", "private")], INVALID),
        (&[("NetworkType", "Public")], INVALID),
        (&[("VpnType", "normal")], INVALID),
        (&[("SslConnections", "6")], INVALID),
        (&[("EnableSsl", "yes")], (400, "InvalidParameter.Format")),
        (&[("InstanceChargeType", "PREPAY")], (400, "MissingPeriod")),
        (&[("InstanceChargeType", "PREPAY"), ("Period", "10")], INVALID),
        (&[("InstanceChargeType", "PrePaid")], INVALID),
        (&[("VpcId", "vpc-nowhere")], (404, "InvalidVpcId.NotFound")),
        (&[("VSwitchId", "vsw-nowhere")], (404, "InvalidVSwitchId.NotFound")),
        (&[("DisasterRecoveryVSwitchId", "vsw-nowhere")], (404, "InvalidVSwitchId.NotFound")),
        (&[("VSwitchId", "")], (400, "MissingVSwitchId")),
        (&[("DisasterRecoveryVSwitchId", "vsw-mock0001")], INVALID),
        (&[("Name", "x")], (400, "InvalidName")),
        (&[("Name", "1a")], (400, "InvalidName")),
        (&[("Name", "a b")], (400, "InvalidName")),
        (&[("Name", "测试")], (400, "InvalidName")),
        (&[("Description", "x")], INVALID),
    ] {
        refuses(&mock, CREATE, &having(GATEWAY, changes), expected).await;
    }
    for changes in [
        &[("NetworkType", "private"), ("Bandwidth", "200")][..],
        &[("EnableSsl", "true"), ("SslConnections", "1000"), ("EnableIpsec", "FALSE")],
        &[("Name", "a.b_c-1"), ("VpnType", "NationalStandard")],
    ] {
        ok(&mock, CREATE, &having(GATEWAY, changes)).await;
    }
    let zone = json!({"ZoneId": "cn-hangzhou-i"});
    patch(&mock, "vswitches", "vsw-mock0002", zone);
    ok(&mock, CREATE, GATEWAY).await;

    let any = Mock::start(Options { any_parent: true, ..Options::default() }).unwrap();
    ok(&any, CREATE, &having(GATEWAY, &[("VpcId", "vpc-nowhere")])).await;
}

#[tokio::test]
async fn an_order_that_is_not_paid_makes_no_gateway() {
    let mock = instant();
    let prepaid = having(GATEWAY, &[("InstanceChargeType", "PREPAY"), ("Period", "1")]);
    let answer = ok(&mock, CREATE, &prepaid).await;
    assert!(answer["OrderId"].is_u64(), "{answer}");
    let unpaid = text(&answer, "VpnGatewayId");
    let not_found = (404, "InvalidVpnGatewayInstanceId.NotFound");
    refuses(&mock, DESCRIBE, &[("VpnGatewayId", &unpaid)], not_found).await;

    let paid = ok(&mock, CREATE, &[&prepaid[..], &[("AutoPay", "true")]].concat()).await;
    let id = text(&paid, "VpnGatewayId");
    let gateway = ok(&mock, DESCRIBE, &[("VpnGatewayId", &id)]).await;
    assert_eq!(gateway["ChargeType"], "Prepay");
    refuses(&mock, DELETE, &[("VpnGatewayId", &id)], (403, "ForbiddenRelease")).await;
    patch(&mock, "vpn_gateways", &id, json!({"EndTime": 1}));
    ok(&mock, DELETE, &[("VpnGatewayId", &id)]).await;
}

#[tokio::test]
async fn a_gateway_is_not_deleted_before_what_belongs_to_it() {
    let mock = instant();
    refuses(&mock, DELETE, &[KNOWN], (400, "DependencyViolation.SslVpnServer")).await;
    patch(&mock, "vpn_connections", "vco-1", json!({"VpnGatewayId": "vpn-mock0001"}));
    refuses(&mock, DELETE, &[KNOWN], (400, "DependencyViolation.VpnConnection")).await;
    patch(&mock, "vpn_connections", "vco-1", json!({"VpnGatewayId": "vpn-other"}));
    ok(&mock, "DeleteSslVpnServer", &[("SslVpnServerId", "vss-mock0001")]).await;
    ok(&mock, DELETE, &[KNOWN]).await;
}

#[tokio::test]
async fn changes_of_a_gateway_take_time() {
    let mock = never_settling();
    let answer = ok(&mock, MODIFY, &[KNOWN, ("Name", "other"), ("AutoPropagate", "true")]).await;
    assert_eq!((&answer["Name"], &answer["AutoPropagate"]), (&json!("other"), &json!(true)));
    assert_eq!(answer["Status"], "updating");
    assert!(answer.get("SslVpn").is_none() && answer.get("Tags").is_none(), "{answer}");
    let before = ok(&mock, DESCRIBE, &[KNOWN]).await;
    assert_eq!((&before["Name"], &before["Status"]), (&json!("other"), &json!("updating")));
    refuses(&mock, MODIFY, &[KNOWN, ("Description", "text")], BUSY).await;
    refuses(&mock, DELETE, &[KNOWN], BUSY).await;
    settle(&mock, "vpn_gateways", "vpn-mock0001");
    ok(&mock, MODIFY, &[KNOWN, ("Description", "text")]).await;
    let after = ok(&mock, DESCRIBE, &[KNOWN]).await;
    assert_eq!((&after["Name"], &after["Description"]), (&json!("other"), &json!("text")));

    mock.switches(Switches { no_gateway_conflicts: true, ..Switches::default() });
    ok(&mock, MODIFY, &[KNOWN, ("AutoPropagate", "false")]).await;
    refuses(&mock, MODIFY, &[KNOWN, ("Name", "x")], (400, "InvalidName")).await;
    let description = "x".repeat(101);
    for bad in ["http://x", "HTTPS://x", &description] {
        refuses(&mock, MODIFY, &[KNOWN, ("Description", bad)], (400, "InvalidDescription")).await;
    }
    refuses(&mock, MODIFY, &[KNOWN, ("Bandwidth", "20")], INVALID).await;
}

#[tokio::test]
async fn lists_of_gateways_have_filters_and_reservations_on_request() {
    let mock = instant();
    let id = single_tunnel_gateway(&mock).await;
    let total = async |params: &[(&str, &str)]| ok(&mock, "DescribeVpnGateways", params).await["TotalCount"].take();
    patch(&mock, "vpn_gateways", &id, json!({"BusinessStatus": "FinancialLocked", "ReservationData": {"Status": "1"}}));
    for (filter, expected) in [
        (("VpnGatewayId", id.as_str()), 1),
        (("VpcId", "vpc-mock0001"), 2),
        (("VpcId", "vpc-nowhere"), 0),
        (("Status", "active"), 2),
        (("Status", "deleting"), 0),
        (("BusinessStatus", "FinancialLocked"), 1),
        (("GatewayType", "Traditional"), 2),
        (("ResourceGroupId", "rg-other"), 0),
    ] {
        assert_eq!(total(&[filter]).await, expected, "{filter:?}");
    }
    refuses(&mock, "DescribeVpnGateways", &[("Status", "Active")], INVALID).await;
    let row = async |params: &[(&str, &str)]| {
        let mut answer = ok(&mock, "DescribeVpnGateways", &[&[("VpnGatewayId", id.as_str())], params].concat()).await;
        answer["VpnGateways"]["VpnGateway"][0]["ReservationData"].take()
    };
    assert_eq!(row(&[]).await, Value::Null);
    assert_eq!(row(&[("IncludeReservationData", "true")]).await["Status"], "1");
}

#[tokio::test]
async fn a_gateway_takes_its_children_to_another_resource_group() {
    let mock = instant();
    let certificate = created(&mock, "cert1").await;
    patch(&mock, "vpn_connections", "vco-1", json!({"VpnGatewayId": "vpn-mock0001"}));
    let params = [("InstanceId", "vpn-mock0001"), ("NewResourceGroupId", "rg-2"), ("ResourceType", "VpnGateWay")];
    ok(&mock, MOVE, &params).await;
    let state = mock.state();
    for (kind, id) in [
        ("vpn_gateways", "vpn-mock0001"),
        ("vpn_connections", "vco-1"),
        ("ssl_vpn_servers", "vss-mock0001"),
        ("ssl_vpn_client_certs", certificate.as_str()),
    ] {
        assert_eq!(state["alibaba"]["cn-hangzhou"][kind][id]["ResourceGroupId"], "rg-2", "{kind}");
    }
    let customer = customer_gateway(&mock, "198.51.100.7").await;
    let by_id = ("InstanceId", customer.as_str());
    ok(&mock, MOVE, &having(&params, &[by_id, ("ResourceType", "CustomerGateway")])).await;
    let moved = ok(&mock, DESCRIBE_CUSTOMER, &[("CustomerGatewayId", &customer)]).await;
    assert_eq!(moved["ResourceGroupId"], "rg-2");
    for (changes, expected) in [
        (("InstanceId", "vpn-nowhere"), (404, "InvalidVpnGatewayInstanceId.NotFound")),
        (("ResourceType", "CustomerGateway"), (404, "InvalidCustomerGatewayInstanceId.NotFound")),
        (("ResourceType", "SslVpnServer"), INVALID),
        (("NewResourceGroupId", ""), (400, "MissingNewResourceGroupId")),
        (("ClientToken", "t"), INVALID),
    ] {
        refuses(&mock, MOVE, &having(&params, &[changes]), expected).await;
    }
}

#[tokio::test]
async fn a_repeated_creation_of_a_gateway_is_done_once() {
    let mock = instant();
    let params = having(GATEWAY, &[("ClientToken", "token-1")]);
    let first = ok(&mock, CREATE, &params).await;
    assert_eq!(ok(&mock, CREATE, &params).await, first);
    assert_eq!(ok(&mock, "DescribeVpnGateways", &[]).await["TotalCount"], 2);
}

#[tokio::test]
async fn a_customer_gateway_lives_from_creation_to_deletion() {
    let mock = instant();
    let params = [
        ("IpAddress", "198.51.100.1"),
        ("Name", "office"),
        ("Description", "the office"),
        ("Asn", "123.456"),
        ("AuthKey", "hush!"),
    ];
    let answer = ok(&mock, CREATE_CUSTOMER, &params).await;
    let id = text(&answer, "CustomerGatewayId");
    let mut members: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["CreateTime", "CustomerGatewayId", "Description", "IpAddress", "Name", "RequestId"]);
    let by_id = ("CustomerGatewayId", id.as_str());
    let gateway = ok(&mock, DESCRIBE_CUSTOMER, &[by_id]).await;
    assert_eq!((&gateway["Asn"], &gateway["AuthKey"]), (&json!(8_061_384), &json!("hush!")));
    assert_eq!(gateway["ResourceGroupId"], "rg-mock0001");
    let rows = ok(&mock, "DescribeCustomerGateways", &[by_id]).await;
    let row = &rows["CustomerGateways"]["CustomerGateway"][0];
    assert_eq!((&row["Description"], &row["AuthKey"]), (&json!("the office"), &json!("hush!")));

    let changed = ok(&mock, MODIFY_CUSTOMER, &[by_id, ("Name", "new")]).await;
    assert_eq!((&changed["Name"], &changed["Description"]), (&json!("new"), &json!("the office")));
    refuses(&mock, MODIFY_CUSTOMER, &[by_id, ("IpAddress", "198.51.100.2")], INVALID).await;
    assert!(!json!(mock.calls()).to_string().contains("hush!"));

    patch(&mock, "vpn_connections", "vco-1", json!({"CustomerGatewayId": id}));
    let used = (400, "DependencyViolation.VpnConnection");
    refuses(&mock, DELETE_CUSTOMER, &[by_id], used).await;
    let tunnels = json!({"TunnelOptions": [{"CustomerGatewayId": "cgw-x"}, {"CustomerGatewayId": id}]});
    patch(&mock, "vpn_connections", "vco-1", json!({"CustomerGatewayId": "", "TunnelOptionsSpecification": tunnels}));
    refuses(&mock, DELETE_CUSTOMER, &[by_id], used).await;
    mock.patch_state(&json!({"alibaba": {"cn-hangzhou": {"vpn_connections": {"vco-1": null}}}})).unwrap();
    ok(&mock, DELETE_CUSTOMER, &[by_id]).await;
    for action in [DESCRIBE_CUSTOMER, MODIFY_CUSTOMER, DELETE_CUSTOMER] {
        refuses(&mock, action, &[by_id], (404, "InvalidCustomerGatewayInstanceId.NotFound")).await;
    }
}

#[tokio::test]
async fn customer_gateways_keep_the_rules_of_addresses_numbers_and_names() {
    let mock = instant();
    let good = [("IpAddress", "198.51.100.1"), ("Name", "n")];
    let long = "x".repeat(101);
    for (change, expected) in [
        (("IpAddress", ""), (400, "MissingIpAddress")),
        (("IpAddress", "198.51.100"), (400, "InvalidIpAddress.WrongFormat")),
        (("IpAddress", "100.64.0.1"), (400, "InvalidIpAddress.WrongFormat")),
        (("IpAddress", "127.0.0.1"), (400, "InvalidIpAddress.WrongFormat")),
        (("IpAddress", "169.254.1.1"), (400, "InvalidIpAddress.WrongFormat")),
        (("IpAddress", "224.0.0.1"), (400, "InvalidIpAddress.WrongFormat")),
        (("IpAddress", "255.0.0.1"), (400, "InvalidIpAddress.WrongFormat")),
        (("Asn", "0"), INVALID),
        (("Asn", "4294967296"), INVALID),
        (("Asn", "45104"), INVALID),
        (("Asn", "0.45104"), INVALID),
        (("Asn", "1.65536"), INVALID),
        (("AuthKey", "a b"), INVALID),
        (("AuthKey", "a?"), INVALID),
        (("AuthKey", &long[..65]), INVALID),
        (("Name", "http://x"), (400, "InvalidName")),
        (("Name", &long), (400, "InvalidName")),
        (("Description", "https://x"), (400, "InvalidDescription")),
        (("Tag.1.Key", "k"), INVALID),
    ] {
        refuses(&mock, CREATE_CUSTOMER, &having(&good, &[change]), expected).await;
    }
    ok(&mock, CREATE_CUSTOMER, &having(&good, &[("Asn", "4294967295"), ("AuthKey", &long[..64])])).await;
    refuses(&mock, CREATE_CUSTOMER, &good, (400, "InvalidIpAddress.AlreadyExist")).await;
    // One of an address in each region; a private one will do.
    ok(&mock, CREATE_CUSTOMER, &having(&good, &[("RegionId", "cn-beijing")])).await;
    let private = ok(&mock, CREATE_CUSTOMER, &[("IpAddress", "10.1.2.3")]).await;
    let gateway = ok(&mock, DESCRIBE_CUSTOMER, &[("CustomerGatewayId", &text(&private, "CustomerGatewayId"))]).await;
    assert_eq!((&gateway["Name"], gateway.get("Asn")), (&json!(""), None));
}
