//! The small world of a fresh mock.
//!
//! Tencent's two APIs show the same objects, so they share them. Addresses come from the documentation ranges of RFC 5737.

use serde_json::{Value, json};

use crate::accounts::{ALIBABA_ACCOUNT, TENCENT_ACCOUNT};
use crate::oidc::ISSUER;
use crate::options::{
    ALIBABA_ACCESS_KEY_ID, ALIBABA_ACCESS_KEY_SECRET, ALIBABA_REGION, ALIBABA_STS_ACCESS_KEY_ID, TENCENT_REGION,
    TENCENT_SECRET_ID, TENCENT_SECRET_KEY, TENCENT_TOKEN,
};

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

/// The accounts of a fresh mock: in each cloud the one of its keys, and another whose role it may assume.
pub(crate) fn accounts() -> Value {
    json!({
        "tencent": {
            TENCENT_ACCOUNT: {
                "keys": {
                    TENCENT_SECRET_ID: { "secret": TENCENT_SECRET_KEY },
                    "AKIDmockuser0000000000000000000000": { "secret": "mock-user-secret-key", "user": "mock" },
                },
                "users": { "mock": { "id": "100000000011" } },
                "roles": { "mock": {
                    "id": "4611686018427000001",
                    "trust": { "version": "2.0", "statement": [{
                        "effect": "allow", "action": "name/sts:AssumeRole",
                        "principal": { "qcs": [tencent_root(TENCENT_ACCOUNT)], "service": ["cvm.qcloud.com"] },
                    }, {
                        "effect": "allow", "action": "name/sts:AssumeRoleWithWebIdentity",
                        "principal": { "federated": [format!("qcs::cam::uin/{TENCENT_ACCOUNT}:oidc-provider/mock")] },
                        "condition": { "string_equal": { "oidc:aud": ["sts.cloud.tencent.com"] } },
                    }]},
                }},
                "oidc_providers": { "mock": { "issuer": ISSUER, "audiences": ["sts.cloud.tencent.com"] } },
            },
            TENCENT_OTHER: {
                "keys": { "AKIDother0000000000000000000000000": { "secret": "other-secret-key" } },
                "roles": { "partner": {
                    "id": "4611686018427000002",
                    "trust": { "version": "2.0", "statement": [{
                        "effect": "allow", "action": "name/sts:AssumeRole",
                        "principal": { "qcs": [tencent_root(TENCENT_ACCOUNT)] },
                        "condition": { "string_equal": { "sts:external_id": [EXTERNAL_ID] } },
                    }]},
                }},
            },
        },
        "alibaba": {
            ALIBABA_ACCOUNT: {
                "keys": {
                    ALIBABA_ACCESS_KEY_ID: { "secret": ALIBABA_ACCESS_KEY_SECRET, "user": "mock" },
                    "LTAImockroot000000000000": { "secret": "mock-root-access-key-secret" },
                },
                "users": { "mock": { "id": "200000000000000001" } },
                "roles": { "mock": {
                    "id": "300000000000000001",
                    "trust": { "Version": "1", "Statement": [{
                        "Effect": "Allow", "Action": "sts:AssumeRole",
                        "Principal": { "RAM": [alibaba_root(ALIBABA_ACCOUNT)], "Service": ["ecs.aliyuncs.com"] },
                    }, {
                        "Effect": "Allow", "Action": "sts:AssumeRole",
                        "Principal": { "Federated": [format!("acs:ram::{ALIBABA_ACCOUNT}:oidc-provider/mock")] },
                        "Condition": { "StringEquals": { "oidc:aud": ["sts.aliyuncs.com"] } },
                    }]},
                }},
                "oidc_providers": { "mock": { "issuer": ISSUER, "audiences": ["sts.aliyuncs.com"] } },
                "sessions": { ALIBABA_STS_ACCESS_KEY_ID: {
                    "secret": ALIBABA_ACCESS_KEY_SECRET, "token": TENCENT_TOKEN, "role": "mock", "name": "mock",
                }},
            },
            ALIBABA_OTHER: {
                "keys": { "LTAIother000000000000000": { "secret": "other-access-key-secret", "user": "other" } },
                "users": { "other": { "id": "200000000000000002" } },
                "roles": { "partner": {
                    "id": "300000000000000002",
                    "trust": { "Version": "1", "Statement": [{
                        "Effect": "Allow", "Action": "sts:AssumeRole",
                        "Principal": { "RAM": [alibaba_root(ALIBABA_ACCOUNT)] },
                        "Condition": { "StringEquals": { "sts:ExternalId": [EXTERNAL_ID] } },
                    }]},
                }},
            },
        },
    })
}

fn tencent_root(account: &str) -> String {
    format!("qcs::cam::uin/{account}:root")
}

fn alibaba_root(account: &str) -> String {
    format!("acs:ram::{account}:root")
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

/// The other accounts, and what their roles want to hear.
const TENCENT_OTHER: &str = "100000000002";
const ALIBABA_OTHER: &str = "1000000000000002";
const EXTERNAL_ID: &str = "mock-external-id";

const CREATED: &str = "2024-01-01 08:00:00";
/// The same moment in milliseconds.
const CREATED_MS: i64 = 1_704_067_200_000;
/// The resource group of what is created without one.
pub(crate) const ALIBABA_GROUP: &str = "rg-mock0001";
