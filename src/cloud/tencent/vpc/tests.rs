//! Tests of `vpc.rs`.

use secrecy::ExposeSecret;
use serde_json::json;

use super::*;
use crate::cloud::answer;
use crate::cloud::params::written;

#[test]
fn only_members_that_are_set_are_sent() {
    let request = ModifyVpnConnectionAttribute {
        vpn_connection_id: "vpnx-f49l6u0z".into(),
        negotiation_type: Some("passive".into()),
        ..Default::default()
    };
    assert_eq!(written(&request), json!({"VpnConnectionId": "vpnx-f49l6u0z", "NegotiationType": "passive"}));
}

#[test]
fn zero_false_and_the_empty_list_are_sent() {
    let request = ModifyVpnConnectionAttribute {
        vpn_connection_id: "vpnx-f49l6u0z".into(),
        security_policy_databases: Some(vec![]),
        enable_health_check: Some(false),
        dpd_enable: Some(0),
        dpd_timeout: Some(30),
        pre_share_key: Some("qwer12ty".into()),
        ..Default::default()
    };
    assert_eq!(
        written(&request),
        json!({
            "VpnConnectionId": "vpnx-f49l6u0z",
            "PreShareKey": "qwer12ty",
            "SecurityPolicyDatabases": [],
            "EnableHealthCheck": false,
            "DpdEnable": 0,
            "DpdTimeout": "30",
        })
    );
}

#[test]
fn options_have_the_names_of_the_api() {
    let request = CreateVpnConnection {
        ike_options_specification: Some(IkeOptionsSpecification {
            propo_encry_algorithm: Some("AES-CBC-256".into()),
            local_fqdn_name: Some("hq.example".into()),
            ike_sa_lifetime_seconds: Some(86400),
            ike_version: Some("IKEV2".into()),
            ..Default::default()
        }),
        ipsec_options_specification: Some(IpsecOptionsSpecification {
            integrity_algorithm: Some("SHA-256".into()),
            ipsec_sa_lifetime_seconds: Some(3600),
            ipsec_sa_lifetime_traffic: Some(4_294_967_295),
            ..Default::default()
        }),
        bgp_config: Some(BgpConfig {
            tunnel_cidr: Some("169.254.1.0/30".into()),
            local_bgp_asn: Some("64551".into()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let sent = written(&request);
    assert_eq!(
        sent["IKEOptionsSpecification"],
        json!({
            "PropoEncryAlgorithm": "AES-CBC-256",
            "LocalFqdnName": "hq.example",
            "IKESaLifetimeSeconds": 86400,
            "IKEVersion": "IKEV2",
        })
    );
    assert_eq!(
        sent["IPSECOptionsSpecification"],
        json!({
            "IntegrityAlgorith": "SHA-256",
            "IPSECSaLifetimeSeconds": 3600,
            "IPSECSaLifetimeTraffic": 4_294_967_295_u64,
        })
    );
    assert_eq!(sent["BgpConfig"], json!({"TunnelCidr": "169.254.1.0/30"}));
}

#[test]
fn both_spellings_of_integrity_are_read() {
    for (answer, expected) in [
        (json!({"IntegrityAlgorith": "SHA1"}), Some("SHA1")),
        (json!({"IntegrityAlgorithm": "SHA-256"}), Some("SHA-256")),
        (json!({"IntegrityAlgorith": "", "IntegrityAlgorithm": "SHA-256"}), Some("SHA-256")),
        (json!({"IntegrityAlgorith": null, "IntegrityAlgorithm": "MD5"}), Some("MD5")),
        (json!({"IntegrityAlgorith": "MD5", "IntegrityAlgorithm": "MD5"}), Some("MD5")),
        (json!({}), None),
    ] {
        let read: IpsecOptionsSpecification = answer::from_value(answer);
        assert_eq!(read.integrity_algorithm.as_deref(), expected);
    }
}

#[test]
fn an_answer_may_lack_members_or_hold_nulls_and_strings() {
    let empty: VpnConnection = answer::from_value(json!({}));
    assert!(empty.vpn_connection_id.is_none() && empty.tag_set.is_empty());

    let read: VpnConnection = answer::from_value(json!({
        "VpnConnectionId": "vpnx-f49l6u0z",
        "PreShareKey": "qwer12ty",
        "SecurityPolicyDatabaseSet": null,
        "TagSet": [{"Key": "team", "Value": null}],
        "DpdEnable": -1,
        "DpdTimeout": "30",
        "EnableHealthCheck": null,
        "IKEOptionsSpecification": {"IKESaLifetimeSeconds": "86400"},
        "BgpConfig": {"LocalBgpAsn": 64551, "RemoteBgpAsn": "65000"},
        "SomethingNew": {"a": [1]},
    }));
    assert_eq!((read.dpd_enable, read.dpd_timeout), (Some(-1), Some(30)));
    assert_eq!(read.pre_share_key.unwrap().expose_secret(), "qwer12ty");
    assert_eq!(read.ike_options_specification.unwrap().ike_sa_lifetime_seconds, Some(86400));
    assert_eq!(read.bgp_config.unwrap().local_bgp_asn.as_deref(), Some("64551"));
    assert_eq!(read.tag_set, [Tag { key: "team".into(), value: None }]);
}

#[test]
fn debug_masks_the_key() {
    let create = CreateVpnConnection { pre_share_key: Some("qwer12ty".into()), ..Default::default() };
    let modify = ModifyVpnConnectionAttribute { pre_share_key: Some("qwer12ty".into()), ..Default::default() };
    let read: VpnConnection = answer::from_value(json!({"PreShareKey": "qwer12ty"}));

    let shown = format!("{create:?} {modify:#?} {read:?}");

    assert!(!shown.contains("qwer12ty"), "{shown}");
}
