//! The other end of a tunnel of Tencent's API 3.0: vendors and configurations of their devices.

mod support;

use serde_json::{Value, json};
use support::*;

fn cisco() -> Value {
    json!({"Platform": "ios", "SoftwareVersion": "V15.4", "VendorName": "cisco"})
}

#[tokio::test]
async fn vendors_are_the_documented_ones() {
    let mock = instant();
    let response = ok(&mock, "DescribeCustomerGatewayVendors", json!({})).await;
    let h3c = json!({"Platform": "comware", "SoftwareVersion": "V1.0", "VendorName": "h3c"});
    assert_eq!(response["CustomerGatewayVendorSet"], json!([cisco(), h3c]));
    assert_eq!(code(&mock, "DescribeCustomerGatewayVendors", json!({"Limit": 1})).await, "UnknownParameter");
}

#[tokio::test]
async fn a_configuration_has_key_addresses_and_ranges() {
    let mock = instant();
    let tunnel = created(&mock, tunnel()).await;
    let vendors = ok(&mock, "DescribeCustomerGatewayVendors", json!({})).await["CustomerGatewayVendorSet"].take();
    for vendor in vendors.as_array().unwrap() {
        let params = json!({
            "VpnGatewayId": "vpngw-mock0001", "VpnConnectionId": tunnel, "CustomerGatewayVendor": vendor,
            "InterfaceName": "GigabitEthernet0/1",
        });
        let response = ok(&mock, "DownloadCustomerGatewayConfiguration", params).await;
        let text = response["CustomerGatewayConfiguration"].as_str().unwrap();
        for part in [
            "hush-hush",
            "203.0.113.1",
            "198.51.100.1",
            "192.168.2.0 0.0.0.255",
            "10.0.1.0 0.0.0.255",
            "GigabitEthernet0/1",
            "3DES-CBC",
            "GROUP1",
            "86400",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}

#[tokio::test]
async fn wrong_parameters_have_their_codes() {
    let mock = instant();
    let tunnel = created(&mock, tunnel()).await;
    let params = json!({
        "VpnGatewayId": "vpngw-mock0001", "VpnConnectionId": tunnel, "CustomerGatewayVendor": cisco(),
        "InterfaceName": "eth0",
    });
    for (changes, expected) in [
        (json!({"VpnGatewayId": null}), "MissingParameter"),
        (json!({"VpnConnectionId": null}), "MissingParameter"),
        (json!({"CustomerGatewayVendor": null}), "MissingParameter"),
        (json!({"InterfaceName": null}), "MissingParameter"),
        (json!({"InterfaceName": ""}), "InvalidParameterValue.Empty"),
        (json!({"VpnConnectionId": "vpngw-1"}), "InvalidParameterValue.Malformed"),
        (json!({"VpnGatewayId": "vpngw-nothing1"}), "ResourceNotFound"),
        (json!({"VpnGatewayId": "vpngw-mockccn1"}), "ResourceNotFound"),
        (json!({"VpnConnectionId": "vpnx-nothing1"}), "ResourceNotFound"),
        (json!({"CustomerGatewayVendor": {"Platform": "ios", "VendorName": "cisco"}}), "MissingParameter"),
        (json!({"CustomerGatewayVendor": with(cisco(), json!({"SoftwareVersion": "V1.0"}))}), "ResourceNotFound"),
    ] {
        let params = with(params.clone(), changes.clone());
        assert_eq!(code(&mock, "DownloadCustomerGatewayConfiguration", params).await, expected, "{changes}");
    }
}
