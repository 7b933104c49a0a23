//! VPN gateways of Tencent's API 3.0.

mod support;

use cloudvpn_mock::{Fault, Mock, Options, Switches, TaskFault};
use serde_json::{Value, json};
use support::*;

fn gateway() -> Value {
    json!({"VpcId": "vpc-mock0001", "VpnGatewayName": "edge", "InternetMaxBandwidthOut": 5})
}

fn of_ccn() -> Value {
    with(gateway(), json!({"VpcId": "", "Type": "CCN"}))
}

fn prepaid() -> Value {
    with(gateway(), json!({"InstanceChargeType": "PREPAID", "InstanceChargePrepaid": {"Period": 1}}))
}

async fn made(mock: &Mock, params: Value) -> String {
    let response = ok(mock, "CreateVpnGateway", params).await;
    response["VpnGateway"]["VpnGatewayId"].as_str().unwrap().to_owned()
}

/// Nothing when it is not there.
async fn shown(mock: &Mock, id: &str) -> Value {
    let mut response = ok(mock, "DescribeVpnGateways", json!({"VpnGatewayIds": [id]})).await;
    response["VpnGatewaySet"].as_array_mut().unwrap().pop().unwrap_or_default()
}

fn patch(mock: &Mock, id: &str, changes: Value) {
    mock.patch_state(&json!({"tencent": {"ap-guangzhou": {"vpn_gateways": {id: changes}}}})).unwrap();
}

#[tokio::test]
async fn a_gateway_is_pending_and_then_available() {
    let mock = never_settling();
    let response = ok(&mock, "CreateVpnGateway", gateway()).await;
    assert_eq!(response["VpnGateway"]["State"], "Pending");
    let id = response["VpnGateway"]["VpnGatewayId"].as_str().unwrap();
    let task = json!({"TaskId": response["RequestId"]});
    assert_eq!(ok(&mock, "DescribeVpcTaskResult", task).await["Status"], "RUNNING");
    let pending = shown(&mock, id).await;
    assert_eq!((&pending["State"], &pending["PublicIpAddress"]), (&json!("PENDING"), &json!("")));
    let on_it = with(tunnel(), json!({"VpnGatewayId": id}));
    assert_eq!(code(&mock, "CreateVpnConnection", on_it).await, "UnsupportedOperation.InvalidState");
    let modify = json!({"VpnGatewayId": id, "VpnGatewayName": "other"});
    assert_eq!(code(&mock, "ModifyVpnGatewayAttribute", modify).await, "UnsupportedOperation.InvalidState");
    assert_eq!(code(&mock, "DeleteVpnGateway", json!({"VpnGatewayId": id})).await, "UnsupportedOperation");

    patch(&mock, id, json!({"_next": {"in_ms": 0}}));
    let mut gateway = shown(&mock, id).await;
    assert_eq!(gateway["CreatedTime"].take().as_str().unwrap().len(), 19);
    assert!(gateway["PublicIpAddress"].take().as_str().unwrap().starts_with("198.18."));
    let expected = json!({
        "VpnGatewayId": id, "VpnGatewayName": "edge", "VpcId": "vpc-mock0001", "Type": "IPSEC", "State": "AVAILABLE",
        "RestrictState": "NORMAL", "PublicIpAddress": null, "RenewFlag": "NOTIFY_AND_AUTO_RENEW",
        "InstanceChargeType": "POSTPAID_BY_HOUR", "InternetMaxBandwidthOut": 5, "CreatedTime": null, "ExpiredTime": "0000-00-00 00:00:00",
        "IsAddressBlocked": false, "NewPurchasePlan": "", "Zone": "ap-guangzhou-3", "VpnGatewayQuotaSet": [],
        "Version": "4.0", "NetworkInstanceId": "", "CdcId": "", "MaxConnection": 0, "BgpAsn": 0, "TagSet": [],
        "IsPrivate": false,
    });
    assert_eq!(gateway, expected);
}

#[tokio::test]
async fn what_a_creator_says_is_shown() {
    let mock = instant();
    let tags = json!([{"Key": "team", "Value": "net"}]);
    let params =
        with(prepaid(), json!({"Tags": tags, "BgpAsn": 65_010, "Zone": "ap-guangzhou-6", "CdcId": "cluster-1"}));
    let gateway = shown(&mock, &made(&mock, params).await).await;
    for (member, expected) in [
        ("TagSet", tags),
        ("BgpAsn", json!(65_010)),
        ("Zone", json!("ap-guangzhou-6")),
        ("CdcId", json!("cluster-1")),
        ("InstanceChargeType", json!("PREPAID")),
        ("RenewFlag", json!("NOTIFY_AND_AUTO_RENEW")),
    ] {
        assert_eq!(gateway[member], expected, "{member}");
    }
    assert!(gateway["ExpiredTime"].as_str() > gateway["CreatedTime"].as_str());
    let ssl = shown(&mock, &made(&mock, with(gateway_of("SSL"), json!({"MaxConnection": 20}))).await).await;
    assert_eq!((&ssl["Type"], &ssl["MaxConnection"]), (&json!("SSL"), &json!(20)));
    let ccn = shown(&mock, &made(&mock, gateway_of("SSL_CCN")).await).await;
    assert_eq!((&ccn["VpcId"], &ccn["MaxConnection"]), (&json!(""), &json!(5)));
}

fn gateway_of(gateway_type: &str) -> Value {
    let vpc = if gateway_type.contains("CCN") { "" } else { "vpc-mock0001" };
    with(gateway(), json!({"Type": gateway_type, "VpcId": vpc}))
}

#[tokio::test]
async fn wrong_parameters_have_their_codes() {
    let mock = instant();
    for (changes, expected) in [
        (json!({"VpcId": null}), "MissingParameter"),
        (json!({"VpnGatewayName": null}), "MissingParameter"),
        (json!({"InternetMaxBandwidthOut": null}), "MissingParameter"),
        (json!({"VpnGatewayName": ""}), "InvalidParameterValue.Empty"),
        (json!({"VpnGatewayName": "é".repeat(31)}), "InvalidParameterValue.TooLong"),
        (json!({"InternetMaxBandwidthOut": 30}), "InvalidParameterValue"),
        (json!({"InternetMaxBandwidthOut": "5"}), "InvalidParameter"),
        (json!({"Bandwidth": 5}), "UnknownParameter"),
        (json!({"VpcId": ""}), "UnsupportedOperation.VpnGwVpcIdMustHave"),
        (json!({"VpcId": "mock0001"}), "InvalidVpcId.Malformed"),
        (json!({"VpcId": "vpc-nothing1"}), "InvalidVpcId.NotFound"),
        (json!({"Type": "CCN"}), "UnsupportedOperation.VpnGwVpcIdNotHave"),
        (json!({"Type": "VPC"}), "InvalidParameterValue"),
        (json!({"InstanceChargeType": "PREPAID"}), "MissingParameter"),
        (json!({"InstanceChargePrepaid": {"Period": 1}}), "InvalidParameterValue"),
        (json!({"InstanceChargeType": "PREPAID", "InstanceChargePrepaid": {"Period": 10}}), "InvalidParameterValue"),
        (json!({"InstanceChargeType": "PREPAID", "InstanceChargePrepaid": {}}), "MissingParameter"),
        (json!({"MaxConnection": 5}), "InvalidParameterValue"),
        (json!({"Type": "SSL", "MaxConnection": 6}), "InvalidParameterValue"),
        (json!({"Type": "SSL", "BgpAsn": 65_010}), "UnsupportedOperation.VpnUnsupportedBgp"),
        (json!({"BgpAsn": 58_835}), "InvalidParameterValue"),
        (json!({"BgpAsn": 0}), "InvalidParameterValue"),
        (json!({"BgpEnable": true}), "MissingParameter"),
        (json!({"IsPrivate": true}), "MissingParameter"),
        (json!({"SubnetId": "subnet-1"}), "InvalidParameterValue"),
        (json!({"IsPrivate": true, "Type": "SSL"}), "UnsupportedOperation.PrivateSslVpnGateway"),
        (
            json!({"IsPrivate": true, "SubnetId": "subnet-1", "BgpEnable": true, "BgpAsn": 1}),
            "UnsupportedOperation.PrivateBgpVpnGateway",
        ),
        (json!({"IpStack": "6in6"}), "UnsupportedOperation.VpnGatewayVpcNoIpv6Subnet"),
        (json!({"IpStack": "6in6", "Type": "SSL"}), "UnsupportedOperation.NotSupportCreateIpv6VpnGateway"),
        (json!({"Tags": [{"Key": "qcs:a"}]}), "InvalidParameterValue.TagInvalidKey"),
    ] {
        assert_eq!(code(&mock, "CreateVpnGateway", with(gateway(), changes.clone())).await, expected, "{changes}");
    }
    for (subnet, expected) in [
        ("10.0.0.0/11", "InvalidParameterValue.AccessSubnetMask"),
        ("11.0.0.0/24", "InvalidParameterValue.AccessSubnetPrefix"),
        ("10.0.0.0", "InvalidParameterValue.Malformed"),
    ] {
        let params = with(of_ccn(), json!({"IsPrivate": true, "AccessSubnet": subnet}));
        assert_eq!(code(&mock, "CreateVpnGateway", params).await, expected, "{subnet}");
    }
    made(&mock, with(of_ccn(), json!({"IsPrivate": true, "AccessSubnet": "192.168.0.0/24"}))).await;
}

#[tokio::test]
async fn a_region_has_ten_of_a_kind_unless_parents_do_not_matter() {
    let any = Mock::start(Options { any_parent: true, ..Options::default() }).unwrap();
    let mock = instant();
    for _ in 0..9 {
        made(&mock, gateway()).await;
        made(&any, with(gateway(), json!({"VpcId": "vpc-nothing1"}))).await;
    }
    assert_eq!(code(&mock, "CreateVpnGateway", gateway()).await, "LimitExceeded");
    made(&mock, of_ccn()).await;
    made(&any, gateway()).await;
}

#[tokio::test]
async fn new_gateways_have_tunnels_over_both_apis() {
    let mock = instant();
    let id = made(&mock, gateway()).await;
    let tunnel = created(&mock, with(tunnel(), json!({"VpnGatewayId": id}))).await;
    let shown = described(&mock, &tunnel).await;
    let gateway = self::shown(&mock, &id).await;
    assert_eq!(shown["IKEOptionsSpecification"]["LocalAddress"], gateway["PublicIpAddress"]);
    let over_two = [
        ("vpcId", "vpc-mock0001"),
        ("vpnGwId", id.as_str()),
        ("userGwId", "cgw-mock0002"),
        ("vpnConnName", "branch"),
        ("preSharedKey", "hush-hush"),
        ("userGwCidrBlock.0", "192.168.9.0/24"),
    ];
    legacy::done(&mock, "AddVpnConnEx", &over_two).await;
    let ssl = made(&mock, gateway_of("SSL")).await;
    let on_ssl = with(support::tunnel(), json!({"VpnGatewayId": ssl}));
    assert_eq!(code(&mock, "CreateVpnConnection", on_ssl).await, "UnsupportedOperation");
}

#[tokio::test]
async fn attributes_change_at_once() {
    let mock = instant();
    let id = made(&mock, prepaid()).await;
    let params = json!({
        "VpnGatewayId": id, "VpnGatewayName": "core", "InstanceChargeType": "POSTPAID_BY_HOUR", "BgpAsn": 65_011,
    });
    ok(&mock, "ModifyVpnGatewayAttribute", params).await;
    let gateway = shown(&mock, &id).await;
    for (member, expected) in [
        ("VpnGatewayName", json!("core")),
        ("InstanceChargeType", json!("POSTPAID_BY_HOUR")),
        ("RenewFlag", json!("NOTIFY_AND_AUTO_RENEW")),
        ("ExpiredTime", json!("0000-00-00 00:00:00")),
        ("BgpAsn", json!(65_011)),
    ] {
        assert_eq!(gateway[member], expected, "{member}");
    }
    let ssl = made(&mock, gateway_of("SSL")).await;
    ok(&mock, "ModifyVpnGatewayAttribute", json!({"VpnGatewayId": ssl, "MaxConnection": 100})).await;
    assert_eq!(shown(&mock, &ssl).await["MaxConnection"], 100);
    for (params, expected) in [
        (json!({"VpnGatewayId": id, "InstanceChargeType": "PREPAID"}), "InvalidParameterValue"),
        (json!({"VpnGatewayId": id, "VpnGatewayName": "n".repeat(61)}), "InvalidParameterValue.TooLong"),
        (json!({"VpnGatewayId": id, "BgpAsn": 45_090}), "InvalidParameterValue"),
        (json!({"VpnGatewayId": id, "MaxConnection": 100}), "InvalidParameterValue"),
        (json!({"VpnGatewayId": id, "VpcId": "vpc-mock0001"}), "UnknownParameter"),
        (json!({"VpnGatewayId": ssl, "BgpAsn": 65_012}), "UnsupportedOperation.VpnUnsupportedModifyBgpAsn"),
        (json!({"VpnGatewayId": "cgw-mock0001"}), "InvalidParameterValue.Malformed"),
        (json!({"VpnGatewayId": "vpngw-nothing1"}), "ResourceNotFound"),
    ] {
        assert_eq!(code(&mock, "ModifyVpnGatewayAttribute", params.clone()).await, expected, "{params}");
    }
}

#[tokio::test]
async fn the_as_number_stays_under_tunnels_routed_by_bgp() {
    let mock = instant();
    let bgp = json!({"TunnelCidr": "169.254.1.0/30", "LocalBgpIp": "169.254.1.1", "RemoteBgpIp": "169.254.1.2"});
    let changes = json!({
        "CustomerGatewayId": "cgw-mock0002", "SecurityPolicyDatabases": null, "RouteType": "Bgp", "BgpConfig": bgp,
    });
    created(&mock, with(tunnel(), changes)).await;
    let modify = |asn: u64| json!({"VpnGatewayId": "vpngw-mock0001", "BgpAsn": asn});
    let refused = code(&mock, "ModifyVpnGatewayAttribute", modify(65_020)).await;
    assert_eq!(refused, "UnsupportedOperation.VpnUnsupportedModifyBgpAsn");
    ok(&mock, "ModifyVpnGatewayAttribute", modify(64_551)).await;
}

#[tokio::test]
async fn bandwidth_changes_within_its_band() {
    let mock = instant();
    for (from, to, allowed) in [
        (5, 100, true),
        (100, 100, true),
        (200, 1000, true),
        (100, 5, true),
        (1000, 200, true),
        (100, 200, false),
        (200, 100, false),
        (3000, 1000, false),
    ] {
        let id = made(&mock, with(gateway(), json!({"InternetMaxBandwidthOut": from}))).await;
        let params = json!({"VpnGatewayId": id, "InternetMaxBandwidthOut": to});
        if allowed {
            ok(&mock, "ResetVpnGatewayInternetMaxBandwidth", params).await;
        } else {
            let refused = code(&mock, "ResetVpnGatewayInternetMaxBandwidth", params).await;
            assert_eq!(refused, "UnsupportedOperation.VpnUnsupportedModifyBandwidth", "{from} {to}");
        }
        assert_eq!(shown(&mock, &id).await["InternetMaxBandwidthOut"], if allowed { to } else { from });
        ok(&mock, "DeleteVpnGateway", json!({"VpnGatewayId": id})).await;
    }
    let id = made(&mock, prepaid()).await;
    let params = json!({"VpnGatewayId": id, "InternetMaxBandwidthOut": 10});
    ok(&mock, "ResetVpnGatewayInternetMaxBandwidth", params.clone()).await;
    patch(&mock, &id, json!({"ExpiredTime": "2020-01-01 00:00:00"}));
    assert_eq!(code(&mock, "ResetVpnGatewayInternetMaxBandwidth", params.clone()).await, "UnsupportedOperation");
    let too_much = with(params, json!({"InternetMaxBandwidthOut": 3000}));
    assert_eq!(code(&mock, "ResetVpnGatewayInternetMaxBandwidth", too_much).await, "InvalidParameterValue");
}

#[tokio::test]
async fn prepaid_gateways_are_renewed() {
    let mock = instant();
    let id = made(&mock, prepaid()).await;
    patch(&mock, &id, json!({"ExpiredTime": "2100-01-15 12:00:00"}));
    let plan = json!({"Period": 12, "RenewFlag": "NOTIFY_AND_MANUAL_RENEW"});
    ok(&mock, "RenewVpnGateway", json!({"VpnGatewayId": id, "InstanceChargePrepaid": plan})).await;
    let gateway = shown(&mock, &id).await;
    assert_eq!(
        (&gateway["ExpiredTime"], &gateway["RenewFlag"]),
        (&json!("2101-01-15 12:00:00"), &json!("NOTIFY_AND_MANUAL_RENEW"))
    );
    let postpaid = made(&mock, self::gateway()).await;
    let ccn = made(&mock, with(prepaid(), json!({"VpcId": "", "Type": "CCN"}))).await;
    for (id, expected) in
        [(postpaid.as_str(), "UnsupportedOperation"), (&ccn, "UnsupportedOperation"), ("vpngw-x", "ResourceNotFound")]
    {
        let params = json!({"VpnGatewayId": id, "InstanceChargePrepaid": {"Period": 1}});
        assert_eq!(code(&mock, "RenewVpnGateway", params).await, expected, "{id}");
    }
}

#[tokio::test]
async fn renew_flags_are_set_for_all_or_none() {
    let mock = instant();
    let (one, other) = (made(&mock, prepaid()).await, made(&mock, prepaid()).await);
    for (number, flag) in
        [(0, "NOTIFY_AND_MANUAL_RENEW"), (2, "NOT_NOTIFY_AND_NOT_RENEW"), (1, "NOTIFY_AND_AUTO_RENEW")]
    {
        ok(&mock, "SetVpnGatewaysRenewFlag", json!({"VpnGatewayIds": [one, other], "AutoRenewFlag": number})).await;
        assert_eq!(shown(&mock, &one).await["RenewFlag"], flag);
        assert_eq!(shown(&mock, &other).await["RenewFlag"], flag);
    }
    for (params, expected) in [
        (json!({"VpnGatewayIds": [one, "vpngw-mock0001"], "AutoRenewFlag": 0}), "UnsupportedOperation"),
        (json!({"VpnGatewayIds": [one, "vpngw-nothing1"], "AutoRenewFlag": 0}), "ResourceNotFound"),
        (json!({"VpnGatewayIds": [one], "AutoRenewFlag": 0, "Type": "SSL"}), "InvalidParameterValue"),
        (json!({"VpnGatewayIds": [one], "AutoRenewFlag": 3}), "InvalidParameterValue"),
        (json!({"VpnGatewayIds": [], "AutoRenewFlag": 0}), "InvalidParameterValue"),
        (json!({"VpnGatewayIds": [one]}), "MissingParameter"),
    ] {
        assert_eq!(code(&mock, "SetVpnGatewaysRenewFlag", params.clone()).await, expected, "{params}");
    }
    assert_eq!(shown(&mock, &one).await["RenewFlag"], "NOTIFY_AND_AUTO_RENEW");
}

#[tokio::test]
async fn a_gateway_in_use_or_paid_for_stays() {
    let mock = instant();
    let id = made(&mock, prepaid()).await;
    let delete = json!({"VpnGatewayId": id});
    assert_eq!(code(&mock, "DeleteVpnGateway", delete.clone()).await, "UnsupportedOperation");
    patch(&mock, &id, json!({"ExpiredTime": "2020-01-01 00:00:00", "NetworkInstanceId": "ccn-1"}));
    assert_eq!(code(&mock, "DeleteVpnGateway", delete.clone()).await, "UnsupportedOperation");
    patch(&mock, &id, json!({"NetworkInstanceId": ""}));
    let tunnel = created(&mock, with(tunnel(), json!({"VpnGatewayId": id}))).await;
    assert_eq!(code(&mock, "DeleteVpnGateway", delete.clone()).await, "UnsupportedOperation");
    ok(&mock, "DeleteVpnConnection", json!({"VpnGatewayId": id, "VpnConnectionId": tunnel})).await;
    ok(&mock, "DeleteVpnGateway", delete.clone()).await;
    assert_eq!(shown(&mock, &id).await, Value::Null);
    assert_eq!(code(&mock, "DeleteVpnGateway", delete).await, "ResourceNotFound");
}

#[tokio::test]
async fn a_gateway_being_deleted_takes_nothing_more() {
    let mock = never_settling();
    let delete = json!({"VpnGatewayId": "vpngw-mock0001"});
    ok(&mock, "DeleteVpnGateway", delete.clone()).await;
    assert_eq!(shown(&mock, "vpngw-mock0001").await["State"], "DELETING");
    assert_eq!(code(&mock, "DeleteVpnGateway", delete).await, "UnsupportedOperation");
    assert_eq!(code(&mock, "CreateVpnConnection", tunnel()).await, "UnsupportedOperation.InvalidState");
}

#[tokio::test]
async fn failed_tasks_leave_error_states() {
    let mock = instant();
    let failed = || Fault::Task(TaskFault::Failed("no address left".to_owned()));
    mock.fault("CreateVpnGateway", 1, failed());
    let response = ok(&mock, "CreateVpnGateway", gateway()).await;
    let id = response["VpnGateway"]["VpnGatewayId"].as_str().unwrap();
    assert_eq!(shown(&mock, id).await["State"], "PENDING_ERROR");
    let task = ok(&mock, "DescribeVpcTaskResult", json!({"TaskId": response["RequestId"]})).await;
    assert_eq!((&task["Status"], &task["Output"]), (&json!("FAILED"), &json!("no address left")));
    mock.fault("DeleteVpnGateway", 1, failed());
    ok(&mock, "DeleteVpnGateway", json!({"VpnGatewayId": id})).await;
    assert_eq!(shown(&mock, id).await["State"], "DELETING_ERROR");
    ok(&mock, "DeleteVpnGateway", json!({"VpnGatewayId": id})).await;
    assert_eq!(shown(&mock, id).await, Value::Null);
}

#[tokio::test]
async fn filters_and_pages_find_gateways() {
    let mock = instant();
    let id = made(&mock, with(prepaid(), json!({"Zone": "ap-guangzhou-6"}))).await;
    let address = shown(&mock, &id).await["PublicIpAddress"].clone();
    let ids = |response: &Value| -> Vec<String> {
        let set = response["VpnGatewaySet"].as_array().unwrap();
        set.iter().map(|gateway| gateway["VpnGatewayId"].as_str().unwrap().to_owned()).collect()
    };
    for (name, value, expected) in [
        ("vpc-id", json!("vpc-mock0001"), vec!["vpngw-mock0001", id.as_str()]),
        ("vpn-gateway-id", json!("vpngw-mockccn1"), vec!["vpngw-mockccn1"]),
        ("vpn-gateway-name", json!("edge"), vec![id.as_str()]),
        ("type", json!("CCN"), vec!["vpngw-mockccn1"]),
        ("public-ip-address", address, vec![id.as_str()]),
        ("renew-flag", json!("NOTIFY_AND_MANUAL_RENEW"), vec![]),
        ("zone", json!("ap-guangzhou-6"), vec![id.as_str()]),
    ] {
        let params = json!({"Filters": [{"Name": name, "Values": [value]}]});
        assert_eq!(ids(&ok(&mock, "DescribeVpnGateways", params).await), expected, "{name}");
    }
    let page = ok(&mock, "DescribeVpnGateways", json!({"Offset": 1, "Limit": 1})).await;
    assert_eq!((ids(&page), &page["TotalCount"]), (vec!["vpngw-mockccn1".to_owned()], &json!(3)));
    for (params, expected) in [
        (json!({"Filters": [{"Name": "state", "Values": ["v"]}]}), "InvalidParameter.FilterInvalidKey"),
        (json!({"Filters": ["state"]}), "InvalidParameter.FilterNotDict"),
        (json!({"Filters": [{"Name": "type", "Values": "CCN"}]}), "InvalidParameter.FilterValuesNotList"),
        (json!({"VpnGatewayIds": [id], "Filters": [{"Name": "type", "Values": ["CCN"]}]}), "InvalidParameter.Coexist"),
        (json!({"VpnGatewayIds": ["cgw-mock0001"]}), "InvalidParameterValue.Malformed"),
        (json!({"VpnGatewayIds": vec!["vpngw-1"; 101]}), "InvalidParameterValue.LimitExceeded"),
        (json!({"Limit": 101}), "InvalidParameterValue.Range"),
    ] {
        assert_eq!(code(&mock, "DescribeVpnGateways", params.clone()).await, expected, "{params}");
    }
}

#[tokio::test]
async fn the_tag_service_knows_gateways() {
    let mock = instant();
    let params = json!({
        "Resource": "qcs::vpc:ap-guangzhou:uin/:vpngw/vpngw-mock0001",
        "ReplaceTags": [{"TagKey": "a", "TagValue": "1"}],
    });
    ok(&mock, "ModifyResourceTags", params).await;
    assert_eq!(shown(&mock, "vpngw-mock0001").await["TagSet"], json!([{"Key": "a", "Value": "1"}]));
}

/// What the tests of the official provider expect, and beside it what the pages say, which a switch gives.
#[tokio::test]
async fn answers_are_as_seen_or_as_documented() {
    let mock = instant();
    for documented in [false, true] {
        mock.switches(Switches {
            postpaid_renew_flag_empty: documented,
            default_gateway_asn: documented,
            bandwidth_only_rises: documented,
            ..Switches::default()
        });
        let (asn, flag) = if documented { (64_551, "") } else { (0, "NOTIFY_AND_AUTO_RENEW") };
        for kind in ["IPSEC", "CCN"] {
            let id = made(&mock, gateway_of(kind)).await;
            let gateway = shown(&mock, &id).await;
            assert_eq!((&gateway["BgpAsn"], &gateway["RenewFlag"]), (&json!(asn), &json!(flag)), "{kind} {documented}");
            ok(&mock, "DeleteVpnGateway", json!({"VpnGatewayId": id})).await;
        }
        let paid = made(&mock, with(prepaid(), json!({"InternetMaxBandwidthOut": 10}))).await;
        assert_eq!(shown(&mock, &paid).await["RenewFlag"], "NOTIFY_AND_AUTO_RENEW");
        let lower = json!({"VpnGatewayId": paid, "InternetMaxBandwidthOut": 5});
        let answer = call(&mock, "ResetVpnGatewayInternetMaxBandwidth", lower).await;
        let refusal = "UnsupportedOperation.VpnUnsupportedModifyBandwidth";
        assert_eq!(answer["Error"]["Code"], if documented { json!(refusal) } else { Value::Null });
    }
}
