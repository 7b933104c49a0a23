//! Customer gateways of Tencent's API 3.0.

mod support;

use cloudvpn_mock::{Mock, Options};
use serde_json::{Value, json};
use support::*;

fn gateway() -> Value {
    json!({"CustomerGatewayName": "office", "IpAddress": "203.0.113.99"})
}

async fn made(mock: &Mock, params: Value) -> String {
    let response = ok(mock, "CreateCustomerGateway", params).await;
    response["CustomerGateway"]["CustomerGatewayId"].as_str().unwrap().to_owned()
}

async fn shown(mock: &Mock, id: &str) -> Value {
    let mut response = ok(mock, "DescribeCustomerGateways", json!({"CustomerGatewayIds": [id]})).await;
    response["CustomerGatewaySet"][0].take()
}

#[tokio::test]
async fn a_customer_gateway_is_there_with_the_answer() {
    let mock = instant();
    let tags = json!([{"Key": "team", "Value": "net"}]);
    let id = made(&mock, with(gateway(), json!({"BgpAsn": 65_010, "Tags": tags}))).await;
    assert!(id.starts_with("cgw-"), "{id}");
    let mut shown = shown(&mock, &id).await;
    assert!(shown["CreatedTime"].take().as_str().is_some_and(|time| time.len() == 19));
    let expected = json!({
        "CustomerGatewayId": id, "CustomerGatewayName": "office", "IpAddress": "203.0.113.99", "CreatedTime": null,
        "BgpAsn": 65_010, "VpnConnNum": 0, "TagSet": tags,
    });
    assert_eq!(shown, expected);
    let id = made(&mock, with(gateway(), json!({"IpAddress": "2001:db8::1"}))).await;
    assert_eq!(self::shown(&mock, &id).await["BgpAsn"], 0);
}

#[tokio::test]
async fn wrong_parameters_have_their_codes() {
    let mock = instant();
    for (changes, expected) in [
        (json!({"CustomerGatewayName": null}), "MissingParameter"),
        (json!({"IpAddress": null}), "MissingParameter"),
        (json!({"CustomerGatewayName": ""}), "InvalidParameterValue.Empty"),
        (json!({"CustomerGatewayName": "n".repeat(61)}), "InvalidParameterValue.TooLong"),
        (json!({"IpAddress": "203.0.113"}), "InvalidParameterValue.Malformed"),
        (json!({"IpAddress": "127.0.0.1"}), "InvalidParameterValue"),
        (json!({"IpAddress": "169.254.1.1"}), "InvalidParameterValue"),
        (json!({"IpAddress": "0.1.2.3"}), "InvalidParameterValue"),
        (json!({"IpAddress": "224.0.0.1"}), "InvalidParameterValue"),
        (json!({"IpAddress": "::1"}), "InvalidParameterValue"),
        (json!({"BgpAsn": 0}), "InvalidParameterValue"),
        (json!({"BgpAsn": 4_294_967_296_u64}), "InvalidParameterValue"),
        (json!({"BgpAsn": 45_090}), "InvalidParameterValue"),
        (json!({"BgpAsn": "65000"}), "InvalidParameter"),
        (json!({"VpcId": "vpc-mock0001"}), "UnknownParameter"),
        (json!({"Tags": [{"Key": "a"}, {"Key": "a"}]}), "InvalidParameterValue.TagDuplicateKey"),
        (json!({"IpAddress": "198.51.100.1"}), "UnsupportedOperation.RecordExists"),
    ] {
        assert_eq!(code(&mock, "CreateCustomerGateway", with(gateway(), changes.clone())).await, expected, "{changes}");
    }
}

#[tokio::test]
async fn a_region_has_twenty_unless_parents_do_not_matter() {
    let any = Mock::start(Options { any_parent: true, ..Options::default() }).unwrap();
    let numbered = |i: usize| with(gateway(), json!({"IpAddress": format!("203.0.113.{i}")}));
    let mock = instant();
    for i in 0..17 {
        made(&mock, numbered(10 + i)).await;
        made(&any, gateway()).await;
    }
    assert_eq!(code(&mock, "CreateCustomerGateway", numbered(100)).await, "LimitExceeded");
    made(&any, gateway()).await;
}

#[tokio::test]
async fn only_what_a_request_has_is_changed() {
    let mock = instant();
    let id = made(&mock, with(gateway(), json!({"BgpAsn": 65_010}))).await;
    let modify = json!({"CustomerGatewayId": id, "CustomerGatewayName": "branch"});
    ok(&mock, "ModifyCustomerGatewayAttribute", modify.clone()).await;
    let gateway = shown(&mock, &id).await;
    assert_eq!((&gateway["CustomerGatewayName"], &gateway["BgpAsn"]), (&json!("branch"), &json!(65_010)));
    ok(&mock, "ModifyCustomerGatewayAttribute", with(modify.clone(), json!({"BgpAsn": 65_011}))).await;
    assert_eq!(shown(&mock, &id).await["BgpAsn"], 65_011);
    for (changes, expected) in [
        (json!({"CustomerGatewayName": null}), "MissingParameter"),
        (json!({"IpAddress": "203.0.113.98"}), "UnknownParameter"),
        (json!({"CustomerGatewayId": "vpngw-mock0001"}), "InvalidParameterValue.Malformed"),
        (json!({"CustomerGatewayId": "cgw-nothing1"}), "ResourceNotFound"),
        (json!({"BgpAsn": 139_341}), "InvalidParameterValue"),
    ] {
        let params = with(modify.clone(), changes.clone());
        assert_eq!(code(&mock, "ModifyCustomerGatewayAttribute", params).await, expected, "{changes}");
    }
}

#[tokio::test]
async fn one_with_tunnels_stays() {
    let mock = instant();
    let customer_gateway = made(&mock, gateway()).await;
    let tunnel = created(&mock, with(tunnel(), json!({"CustomerGatewayId": customer_gateway}))).await;
    assert_eq!(shown(&mock, &customer_gateway).await["VpnConnNum"], 1);
    let delete = json!({"CustomerGatewayId": customer_gateway});
    assert_eq!(code(&mock, "DeleteCustomerGateway", delete.clone()).await, "ResourceInUse");
    ok(&mock, "DeleteVpnConnection", json!({"VpnGatewayId": "vpngw-mock0001", "VpnConnectionId": tunnel})).await;
    ok(&mock, "DeleteCustomerGateway", delete.clone()).await;
    let gone = ok(&mock, "DescribeCustomerGateways", json!({"CustomerGatewayIds": [customer_gateway]})).await;
    assert_eq!(gone["TotalCount"], 0);
    assert_eq!(code(&mock, "DeleteCustomerGateway", delete).await, "ResourceNotFound");
}

#[tokio::test]
async fn filters_and_pages_find_customer_gateways() {
    let mock = instant();
    let v6 = made(&mock, json!({"CustomerGatewayName": "six", "IpAddress": "2001:db8::1"})).await;
    let ids = |response: &Value| -> Vec<String> {
        let set = response["CustomerGatewaySet"].as_array().unwrap();
        set.iter().map(|gateway| gateway["CustomerGatewayId"].as_str().unwrap().to_owned()).collect()
    };
    for (name, values, expected) in [
        ("customer-gateway-id", json!(["cgw-mock0001", "cgw-mock0003"]), vec!["cgw-mock0001", "cgw-mock0003"]),
        ("customer-gateway-name", json!(["six"]), vec![v6.as_str()]),
        ("ip-address", json!(["198.51.100.2"]), vec!["cgw-mock0002"]),
        ("ip-version", json!(["IPv6"]), vec![v6.as_str()]),
        ("ip-version", json!(["IPv4"]), vec!["cgw-mock0001", "cgw-mock0002", "cgw-mock0003"]),
    ] {
        let params = json!({"Filters": [{"Name": name, "Values": values}]});
        assert_eq!(ids(&ok(&mock, "DescribeCustomerGateways", params).await), expected, "{name}");
    }
    let page = ok(&mock, "DescribeCustomerGateways", json!({"Offset": 1, "Limit": 2})).await;
    assert_eq!(
        (ids(&page), &page["TotalCount"]),
        (vec!["cgw-mock0002".to_owned(), "cgw-mock0003".to_owned()], &json!(4))
    );
    for (params, expected) in [
        (json!({"Filters": [{"Name": "vpc-id", "Values": ["v"]}]}), "InvalidParameter.FilterInvalidKey"),
        (
            json!({"CustomerGatewayIds": [v6], "Filters": [{"Name": "ip-address", "Values": ["v"]}]}),
            "InvalidParameter.Coexist",
        ),
        (json!({"CustomerGatewayIds": ["vpngw-mock0001"]}), "InvalidParameterValue.Malformed"),
        (json!({"Limit": 101}), "InvalidParameterValue"),
    ] {
        assert_eq!(code(&mock, "DescribeCustomerGateways", params.clone()).await, expected, "{params}");
    }
}
