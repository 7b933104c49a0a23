//! The small world of a fresh mock.
//!
//! Tencent's two APIs show the same objects, so they share them. Addresses come from the documentation ranges of RFC 5737.

use serde_json::{Value, json};

use crate::options::{ALIBABA_REGION, TENCENT_REGION};

/// The state document of a mock that was started without one.
pub(crate) fn small_world() -> Value {
    json!({
        "tencent": { TENCENT_REGION: {
            "vpcs": { "vpc-mock0001": {
                "VpcId": "vpc-mock0001", "VpcName": "mock", "CidrBlock": "10.0.0.0/16", "CreatedTime": CREATED,
            }},
            "vpn_gateways": {
                "vpngw-mock0001": tencent_gateway("vpngw-mock0001", "IPSEC", "vpc-mock0001", "203.0.113.1"),
                "vpngw-mockccn1": tencent_gateway("vpngw-mockccn1", "CCN", "", "203.0.113.2"),
            },
            "customer_gateways": {
                "cgw-mock0001": tencent_customer_gateway("cgw-mock0001", "198.51.100.1", 0),
                "cgw-mock0002": tencent_customer_gateway("cgw-mock0002", "198.51.100.2", 65002),
                "cgw-mock0003": tencent_customer_gateway("cgw-mock0003", "198.51.100.3", 65003),
            },
            "vpn_connections": {},
        }},
        "alibaba": { ALIBABA_REGION: {
            "vpcs": { "vpc-mock0001": { "VpcId": "vpc-mock0001", "CidrBlock": "10.0.0.0/16", "Status": "Available" } },
            "vswitches": {
                "vsw-mock0001": alibaba_vswitch("vsw-mock0001", "cn-hangzhou-i", "10.0.1.0/24"),
                "vsw-mock0002": alibaba_vswitch("vsw-mock0002", "cn-hangzhou-j", "10.0.2.0/24"),
            },
            "vpn_gateways": { "vpn-mock0001": {
                "VpnGatewayId": "vpn-mock0001", "Name": "vpn-mock0001", "VpcId": "vpc-mock0001",
                "VSwitchId": "vsw-mock0001", "DisasterRecoveryVSwitchId": "vsw-mock0002", "InternetIp": "203.0.113.11",
                "Status": "active", "BusinessStatus": "Normal", "Spec": "10M", "IpsecVpn": "enable", "SslVpn": "enable",
                "Description": "", "DisasterRecoveryInternetIp": "203.0.113.12", "SslVpnInternetIp": "203.0.113.13",
                "SslMaxConnections": 5, "EnableBgp": false, "AutoPropagate": false, "NetworkType": "public",
                "VpnType": "Normal", "GatewayType": "Traditional", "ChargeType": "PostpayByFlow",
                "ResourceGroupId": ALIBABA_GROUP, "CreateTime": CREATED_MS, "EndTime": 4_102_415_999_000_i64,
                "Tag": "{\"VpnEnableBgp\":\"true\",\"VisuallySsl\":\"true\"}", "Tags": { "Tag": [] },
                "EniInstanceIds": { "EniInstanceId": [] },
            }},
            "ssl_vpn_servers": { "vss-mock0001": {
                "SslVpnServerId": "vss-mock0001", "VpnGatewayId": "vpn-mock0001", "Name": "vss-mock0001",
                "RegionId": ALIBABA_REGION, "ClientIpPool": "192.168.100.0/24", "LocalSubnet": "10.0.0.0/16",
                "Proto": "UDP", "Cipher": "AES-128-CBC", "Port": 1194, "Compress": false, "Connections": 0,
                "MaxConnections": 5, "InternetIp": "203.0.113.13", "EnableMultiFactorAuth": false,
                "ResourceGroupId": ALIBABA_GROUP, "CreateTime": CREATED_MS,
            }},
        }},
    })
}

fn tencent_gateway(id: &str, kind: &str, vpc: &str, address: &str) -> Value {
    json!({
        "VpnGatewayId": id,
        "VpnGatewayName": id,
        "VpcId": vpc,
        "Type": kind,
        "State": "AVAILABLE",
        "RestrictState": "NORMAL",
        "PublicIpAddress": address,
        "RenewFlag": "NOTIFY_AND_AUTO_RENEW",
        "InstanceChargeType": "POSTPAID_BY_HOUR",
        "InternetMaxBandwidthOut": 5,
        "CreatedTime": CREATED,
        "ExpiredTime": "0000-00-00 00:00:00",
        "IsAddressBlocked": false,
        "NewPurchasePlan": "",
        "Zone": "ap-guangzhou-3",
        "VpnGatewayQuotaSet": [],
        "Version": "4.0",
        "NetworkInstanceId": "",
        "CdcId": "",
        "MaxConnection": 0,
        "BgpAsn": 64551,
        "TagSet": [],
        "IsPrivate": false,
    })
}

fn tencent_customer_gateway(id: &str, address: &str, asn: u32) -> Value {
    json!({
        "CustomerGatewayId": id,
        "CustomerGatewayName": id,
        "IpAddress": address,
        "CreatedTime": CREATED,
        "BgpAsn": asn,
        "TagSet": [],
    })
}

fn alibaba_vswitch(id: &str, zone: &str, cidr: &str) -> Value {
    json!({ "VSwitchId": id, "VpcId": "vpc-mock0001", "ZoneId": zone, "CidrBlock": cidr, "Status": "Available" })
}

const CREATED: &str = "2024-01-01 08:00:00";
/// The same moment in milliseconds.
const CREATED_MS: i64 = 1_704_067_200_000;
/// The resource group of what is created without one.
pub(crate) const ALIBABA_GROUP: &str = "rg-mock0001";
