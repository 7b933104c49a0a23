//! Requests and states, without a wire. What real Terraform makes of them is in `tests/acceptance`.

use serde_json::{Value as Json, json};

use crate::cloud::tencent::legacy::VpnConn;

use super::*;
use crate::cloud::{answer, written};

/// A tunnel as the service describes it.
fn actual() -> Json {
    json!({
        "vpcId": "gz_vpc_76", "unVpcId": "vpc-1", "vpcCidrBlock": "10.0.0.0/16", "unVpnGwId": "vpngw-1", "unUserGwId": "cgw-1",
        "vpnConnId": 399, "unVpnConnId": "vpnx-1", "vpnConnName": "office", "vpcConnStatus": 6, "netStatus": "available",
        "preSharedKey": "hunter2", "sourceCidr": ["10.0.1.0/24"], "destinationCidr": ["172.16.0.0/16", "192.168.0.0/16"],
        "createTime": "2015-11-06 11:20:39",
        "IKEArr": {
            "propoEncryAlgorithm": "aes-cbc-256", "propoAuthenAlgorithm": "sha", "exchangeMode": "main", "dhGroupName": "group14",
            "ikeSaLifetimeSeconds": "86400", "localIdentity": "address", "localAddress": "203.0.113.1", "localFqdnName": null,
            "remoteIdentity": "fqdn", "remoteAddress": "198.51.100.1", "remoteFqdnName": "peer.example.com"
        },
        "IPSECArr": {
            "encryptAlgorithm": "aes-cbc-256", "integrityAlgorith": "sha1", "pfsDhGroup": "null",
            "ipsecSaLifetimeSeconds": "3600", "ipsecSaLifetimeTraffic": "1843200"
        }
    })
}

fn with(changes: Json) -> VpnConn {
    let mut tunnel = actual();
    tunnel.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    answer::from_value(tunnel)
}

fn state() -> LegacyConnection {
    let before = LegacyConnection { region: "gz".into(), ..Default::default() };
    LegacyConnection::observed(&with(json!({})), &before)
}

fn ranges(ranges: &[&str]) -> Value<Set<String>> {
    Value::Known(ranges.iter().map(|range| (*range).to_owned()).collect())
}

fn policy(local: &str, remote: &[&str]) -> SecurityPolicy {
    SecurityPolicy { local_cidr: local.into(), remote_cidrs: self::ranges(remote) }
}

/// What a change of the plan is sent as, beside what every call has.
fn sent(change: impl FnOnce(&mut LegacyConnection)) -> Json {
    sent_with(&LegacyConnection::default(), change)
}

fn sent_with(config: &LegacyConnection, change: impl FnOnce(&mut LegacyConnection)) -> Json {
    let prior = state();
    let mut planned = prior.clone();
    change(&mut planned);
    let Some(request) = prior.modify_request(&planned, config) else { return Json::Null };
    let mut request = written(&request);
    let members = request.as_object_mut().unwrap();
    for (name, id) in [("vpcId", "vpc-1"), ("vpnGwId", "vpngw-1"), ("vpnConnId", "vpnx-1")] {
        assert_eq!(members.remove(name).unwrap(), id);
    }
    assert_ne!(members.contains_key("userGwCidrBlock"), members.contains_key("spdAcl"), "{members:?}");
    request
}

const SAME_RANGES: &str = r#"{"10.0.1.0/24":["172.16.0.0/16","192.168.0.0/16"]}"#;

#[test]
fn nothing_changed_is_no_call() {
    assert_eq!(sent(|_| {}), Json::Null);
    assert_eq!(sent(|t| t.timeouts = Timeouts { create: "1h".into(), ..Default::default() }.into()), Json::Null);
    assert_eq!(sent(|t| t.region = "ap-guangzhou".into()), Json::Null);
    let config = LegacyConnection { pre_shared_key_wo: Secret::new("new").into(), ..Default::default() };
    assert_eq!(sent_with(&config, |_| {}), Json::Null);
}

#[test]
fn what_changed_is_sent_with_the_ranges() {
    assert_eq!(sent(|t| t.name = "branch".into()), json!({"vpnConnName": "branch", "spdAcl": SAME_RANGES}));
    let config = LegacyConnection { pre_shared_key_wo: Secret::new("new").into(), ..Default::default() };
    let rotated = sent_with(&config, |t| t.pre_shared_key_wo_version = 2.into());
    assert_eq!(rotated, json!({"preSharedKey": "new", "spdAcl": SAME_RANGES}));
    let plain = sent(|t| t.pre_shared_key = Secret::new("plain").into());
    assert_eq!(plain, json!({"preSharedKey": "plain", "spdAcl": SAME_RANGES}));
}

#[test]
fn one_form_of_the_ranges_takes_the_others_place() {
    let request = sent(|t| {
        t.security_policies = Value::Null;
        t.remote_cidrs = ranges(&["172.16.0.0/12"]);
    });
    assert_eq!(request, json!({"userGwCidrBlock": ["172.16.0.0/12"]}));
}

#[test]
fn a_changed_phase_is_sent_whole() {
    let ike = json!({
        "propoEncryAlgorithm": "aes-cbc-256", "propoAuthenAlgorithm": "sha", "exchangeMode": "main", "dhGroupName": "group14",
        "ikeSaLifetimeSeconds": 3600, "localIdentity": "address", "localAddress": "203.0.113.1", "remoteIdentity": "fqdn",
        "remoteFqdnName": "peer.example.com", "encryptAlgorithm": "aes-cbc-256",
    });
    let request = sent(|t| t.ike.known_mut().unwrap().lifetime_seconds = 3600.into());
    assert_eq!(request, json!({"IKESet": ike, "spdAcl": SAME_RANGES}));

    let ipsec = json!({
        "integrityAlgorith": "sha", "ipsecSaLifetimeSeconds": 3600, "ipsecSaLifetimeTraffic": 1_843_200, "pfsDhGroup": "dh-group14",
    });
    let request = sent(|t| t.ipsec.known_mut().unwrap().pfs_dh_group = "dh-group14".into());
    assert_eq!(request, json!({"IPsecSet": ipsec, "spdAcl": SAME_RANGES}));
}

#[test]
fn the_encryption_of_phase_2_travels_with_phase_1() {
    let request = sent(|t| t.ipsec.known_mut().unwrap().encryption_algorithm = "aes-cbc-128".into());
    assert_eq!(request["IKESet"]["encryptAlgorithm"], "aes-cbc-128");
    assert_eq!(request["IKESet"]["propoEncryAlgorithm"], "aes-cbc-256");
    assert_eq!(request["IPsecSet"]["pfsDhGroup"], "null");
}

#[test]
fn what_means_the_same_is_no_difference() {
    let before = state();
    for changes in [
        json!({"destinationCidr": ["192.168.0.0/16", "172.16.0.0/16"]}),
        json!({"sourceCidr": []}),
        json!({"sourceCidr": null, "destinationCidr": null}),
        json!({"IKEArr": null}),
        json!({"IPSECArr": [actual()["IPSECArr"]]}),
        json!({"vpcConnStatus": "6"}),
    ] {
        let after = LegacyConnection::observed(&with(changes.clone()), &before);
        assert_eq!(after.to_raw(), before.to_raw(), "{changes}");
    }
}

#[test]
fn policies_stay_paired_as_they_were_until_a_range_differs() {
    let pairs =
        || Value::Known([policy("10.0.1.0/24", &["a"]), policy("10.0.2.0/24", &["b", "c"])].into_iter().collect());
    let before = LegacyConnection { security_policies: pairs(), ..Default::default() };
    let seen = |remote: Json| {
        let tunnel = with(json!({"sourceCidr": ["10.0.2.0/24", "10.0.1.0/24"], "destinationCidr": remote}));
        LegacyConnection::observed(&tunnel, &before).security_policies
    };
    assert_eq!(seen(json!(["c", "b", "a"])), pairs());
    let widest = [policy("10.0.1.0/24", &["b", "c"]), policy("10.0.2.0/24", &["b", "c"])];
    assert_eq!(seen(json!(["c", "b"])), Value::Known(widest.into_iter().collect()));
}

#[test]
fn remote_ranges_stay_remote_ranges() {
    let before = LegacyConnection { remote_cidrs: ranges(&["172.16.0.0/16"]), ..Default::default() };
    let after = LegacyConnection::observed(&with(json!({})), &before);
    assert_eq!(after.remote_cidrs, ranges(&["172.16.0.0/16", "192.168.0.0/16"]));
    assert!(after.security_policies.is_null());
}

#[test]
fn an_import_tells_the_forms_apart_by_the_local_side() {
    let seen = |local: Json| LegacyConnection::observed(&with(json!({"sourceCidr": local})), &Default::default());
    for whole_vpc in [json!(["10.0.0.0/16"]), json!([]), json!(["0.0.0.0/0"])] {
        let seen = seen(whole_vpc);
        assert_eq!(seen.remote_cidrs, ranges(&["172.16.0.0/16", "192.168.0.0/16"]));
        assert!(seen.security_policies.is_null());
    }
    assert!(seen(json!(["10.0.1.0/24"])).remote_cidrs.is_null());
}

#[test]
fn the_status_is_a_word() {
    assert_eq!(state().status, "running".into());
    assert_eq!(
        LegacyConnection::observed(&with(json!({"vpcConnStatus": 3})), &state()).status,
        "modification_error".into()
    );
}

#[test]
fn the_key_is_in_the_state_only_where_it_was() {
    assert!(state().pre_shared_key.is_null());
    let before = LegacyConnection { pre_shared_key: Secret::new("old").into(), ..state() };
    let seen = LegacyConnection::observed(&with(json!({})), &before);
    assert_eq!(seen.pre_shared_key, Secret::new("hunter2").into());
    assert!(!format!("{seen:?}").contains("hunter2"));
}

#[test]
fn a_local_range_has_one_policy() {
    let twice = LegacyConnection {
        security_policies: Value::Known(
            [policy("10.0.1.0/24", &["a"]), policy("10.0.1.0/24", &["b"])].into_iter().collect(),
        ),
        ..Default::default()
    };
    let mut diagnostics = Diagnostics::new();
    super::ranges::one_policy_per_local_range(&twice.to_raw(), &Path::root(), &mut diagnostics);
    assert!(diagnostics.to_string().contains("security_policies"), "{diagnostics}");
}
