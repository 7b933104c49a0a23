//! Tests of `vpc.rs`.

use secrecy::ExposeSecret;
use serde_json::json;

use super::*;
use crate::cloud::answer;
use crate::cloud::params::flatten;

#[test]
fn requests_have_the_names_of_the_pages() {
    let request = AddVpnConnEx {
        vpc_id: "vpc-1".into(),
        vpn_gw_id: "vpngw-1".into(),
        user_gw_id: "cgw-1".into(),
        pre_shared_key: Some("key".into()),
        user_gw_cidr_block: Some(vec!["10.1.0.0/16".into(), "10.2.0.0/16".into()]),
        ike_set: Some(IkeSet {
            propo_authen_algorithm: Some("sha".into()),
            ike_sa_lifetime_seconds: Some(3600),
            encrypt_algorithm: Some("aes-cbc-256".into()),
            ..Default::default()
        }),
        ipsec_set: Some(IpsecSet { integrity_algorith: Some("sha".into()), ..Default::default() }),
        ..Default::default()
    };
    let params = flatten(&serde_json::to_value(request).unwrap(), 0);
    let pairs: Vec<_> = params.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        pairs,
        [
            "IKESet.encryptAlgorithm=aes-cbc-256",
            "IKESet.ikeSaLifetimeSeconds=3600",
            "IKESet.propoAuthenAlgorithm=sha",
            "IPsecSet.integrityAlgorith=sha",
            "preSharedKey=key",
            "userGwCidrBlock.0=10.1.0.0/16",
            "userGwCidrBlock.1=10.2.0.0/16",
            "userGwId=cgw-1",
            "vpcId=vpc-1",
            "vpnGwId=vpngw-1",
        ]
    );
}

#[test]
fn an_answer_may_hold_strings_lists_and_nulls() {
    let read: VpnConn = answer::from_value(json!({
        "vpcId": "gz_vpc_76", "unVpcId": "vpc-03vihbk9", "vpnConnId": 399, "unVpnConnId": "vpnx-ol6bcqp0",
        "vpcConnStatus": "6", "preSharedKey": "tencenttest", "sourceCidr": null, "destinationCidr": ["10.100.2.0/24"],
        "IKEArr": {"ikeSaLifetimeSeconds": "86400", "localFqdnName": null},
        "IPSECArr": [{"ipsecSaLifetimeTraffic": "1843200", "pfsDhGroup": "null", "integrityAlgorith": "sha1"}],
    }));
    assert_eq!(read.status(), Some(VpnConnStatus::Running));
    assert_eq!(read.ike.unwrap().ike_sa_lifetime_seconds, Some(86400));
    assert_eq!(read.ipsec.unwrap().ipsec_sa_lifetime_traffic, Some(1_843_200));
    assert_eq!(read.pre_shared_key.unwrap().expose_secret(), "tencenttest");
    assert!(read.source_cidr.is_empty());
}

#[test]
fn every_status_has_a_name() {
    let names: Vec<_> = (0..8).map(|number| VpnConnStatus::from(number).to_string()).collect();
    assert_eq!(
        names,
        ["creating", "creation_error", "modifying", "modification_error", "deleting", "deletion_error", "running", "7"]
    );
}
