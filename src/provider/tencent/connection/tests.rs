//! Requests and states, without a wire. What real Terraform makes of them is in `tests/acceptance`.

use serde_json::{Value as Json, json};

use crate::cloud::tencent::{self, VpnConnection};
use crate::framework::model::Value;

use super::super::super::managed::Seen;
use super::super::super::tags;
use super::super::{Configured, Tencent};
use super::*;
use crate::cloud::{Chain, answer, written};

/// A tunnel as the service describes it.
fn actual() -> Json {
    json!({
        "VpnConnectionId": "vpnx-1", "VpnConnectionName": "office", "VpcId": "vpc-1", "VpnGatewayId": "vpngw-1",
        "CustomerGatewayId": "cgw-1", "PreShareKey": "hunter2", "RouteType": "STATIC", "State": "AVAILABLE",
        "NetStatus": "AVAILABLE", "CreatedTime": "2026-01-02 03:04:05",
        "SecurityPolicyDatabaseSet": [{"LocalCidrBlock": "10.0.0.0/24", "RemoteCidrBlock": ["192.168.0.0/24"]}],
        "IKEOptionsSpecification": {
            "IKEVersion": "IKEV2", "PropoEncryAlgorithm": "AES-CBC-256", "PropoAuthenAlgorithm": "SHA-256",
            "ExchangeMode": "MAIN", "DhGroupName": "GROUP14", "IKESaLifetimeSeconds": 86400,
            "LocalIdentity": "ADDRESS", "LocalAddress": "203.0.113.1", "LocalFqdnName": "",
            "RemoteIdentity": "FQDN", "RemoteAddress": "198.51.100.1", "RemoteFqdnName": "peer.example.com"
        },
        "IPSECOptionsSpecification": {
            "EncryptAlgorithm": "AES-CBC-256", "IntegrityAlgorith": "SHA-256", "PfsDhGroup": "DH-GROUP14",
            "IPSECSaLifetimeSeconds": 3600, "IPSECSaLifetimeTraffic": 1843200
        },
        "EnableHealthCheck": false, "DpdEnable": 0, "DpdTimeout": "30", "DpdAction": "clear",
        "NegotiationType": "active", "TagSet": [{"Key": "team", "Value": "net"}, {"Key": "env", "Value": "dev"}]
    })
}

fn with(changes: Json) -> VpnConnection {
    let mut tunnel = actual();
    tunnel.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    answer::from_value(tunnel)
}

fn tencent() -> Tencent {
    let client = Configured::new(tencent::Client::new(Default::default()), Chain::unsigned(), None, None);
    let legacy = Configured::new(tencent::legacy::Client::new(Default::default()), Chain::unsigned(), None, None);
    let defaults = Value::Known([("env".to_owned(), Value::from("dev"))].into());
    Tencent::new(client, legacy, "ap-guangzhou".into(), tags::Policy::new(defaults, Value::Null))
}

fn seen(actual: &VpnConnection, before: &Connection) -> Connection {
    let seen = Seen::new(actual, &Connection::observed(actual, before));
    let seen = managed::observed(&tencent().settings, "ap-guangzhou".to_owned(), seen, &before.to_raw());
    Connection::from_raw(&seen).unwrap()
}

fn state() -> Connection {
    seen(&with(json!({})), &Connection::default())
}

/// What a change of the plan is sent as, beside the id.
fn sent(change: impl FnOnce(&mut Connection)) -> Json {
    sent_with(&Connection::default(), change)
}

fn sent_with(config: &Connection, change: impl FnOnce(&mut Connection)) -> Json {
    let prior = state();
    let mut planned = prior.clone();
    change(&mut planned);
    let Some(request) = prior.modify_request(&planned, config) else { return Json::Null };
    let mut request = written(&request);
    assert_eq!(request.as_object_mut().unwrap().remove("VpnConnectionId").unwrap(), "vpnx-1");
    request
}

#[test]
fn nothing_changed_is_no_call() {
    assert_eq!(sent(|_| {}), Json::Null);
    assert_eq!(sent(|t| t.tags_all = Value::Null), Json::Null);
    assert_eq!(sent(|t| t.timeouts = Timeouts { create: "1h".into(), ..Default::default() }.into()), Json::Null);
}

#[test]
fn only_what_changed_is_sent() {
    assert_eq!(sent(|t| t.name = "branch".into()), json!({"VpnConnectionName": "branch"}));
    assert_eq!(sent(|t| t.negotiation = "passive".into()), json!({"NegotiationType": "passive"}));
    assert_eq!(sent(|t| t.customer_gateway_id = "cgw-2".into()), json!({"CustomerGatewayId": "cgw-2"}));
    assert_eq!(sent(|t| t.dpd.known_mut().unwrap().timeout_seconds = 60.into()), json!({"DpdTimeout": "60"}));
    assert_eq!(sent(|t| t.dpd.known_mut().unwrap().enabled = true.into()), json!({"DpdEnable": 1}));
    assert_eq!(sent(|t| t.health_check.known_mut().unwrap().enabled = true.into()), json!({"EnableHealthCheck": true}));
}

#[test]
fn removing_security_policies_is_sent() {
    assert_eq!(sent(|t| t.security_policies = Value::Null), json!({"SecurityPolicyDatabases": []}));
}

#[test]
fn a_changed_proposal_is_sent_whole() {
    let request = sent(|t| t.ike.known_mut().unwrap().lifetime_seconds = 3600.into());
    assert_eq!(
        request,
        json!({
          "IKEOptionsSpecification": {
            "DhGroupName": "GROUP14",
            "ExchangeMode": "MAIN",
            "IKESaLifetimeSeconds": 3600,
            "IKEVersion": "IKEV2",
            "LocalAddress": "203.0.113.1",
            "LocalIdentity": "ADDRESS",
            "PropoAuthenAlgorithm": "SHA-256",
            "PropoEncryAlgorithm": "AES-CBC-256",
            "RemoteFqdnName": "peer.example.com",
            "RemoteIdentity": "FQDN"
          }
        })
    );
}

#[test]
fn what_is_left_to_the_service_is_no_change_and_not_sent() {
    let open = |t: &mut Connection| t.ike.known_mut().unwrap().remote_identity = Value::Unknown;
    assert_eq!(sent(open), Json::Null);
    let request = sent(|t| {
        open(t);
        t.ike.known_mut().unwrap().lifetime_seconds = 3600.into();
    });
    let ike = &request["IKEOptionsSpecification"];
    assert_eq!((&ike["IKESaLifetimeSeconds"], &ike["LocalIdentity"]), (&json!(3600), &json!("ADDRESS")));
    assert!(ike.get("RemoteIdentity").is_none() && ike.get("RemoteFqdnName").is_none(), "{ike}");
}

#[test]
fn the_key_is_sent_only_when_it_may_be_another_one() {
    let config = Connection { pre_shared_key_wo: Secret::new("new").into(), ..Default::default() };
    assert_eq!(sent_with(&config, |_| {}), Json::Null);
    let rotated = sent_with(&config, |t| t.pre_shared_key_wo_version = 2.into());
    assert_eq!(rotated, json!({"PreShareKey": "new"}));
    assert_eq!(sent(|t| t.pre_shared_key = Secret::new("plain").into()), json!({"PreShareKey": "plain"}));
}

#[test]
fn moving_to_the_write_only_key_sends_it_only_if_it_differs() {
    let prior = Connection { pre_shared_key: Secret::new("same").into(), ..state() };
    let planned = Connection { pre_shared_key: Value::Null, ..prior.clone() };
    let config = |key: &str| Connection { pre_shared_key_wo: Secret::new(key).into(), ..Default::default() };
    assert!(prior.modify_request(&planned, &config("same")).is_none());
    assert!(prior.modify_request(&planned, &config("other")).is_some());
}

#[test]
fn what_means_the_same_is_no_difference() {
    let before = state();
    for changes in [
        json!({"DpdTimeout": 30}),
        json!({"DpdEnable": -1}),
        json!({"IPSECOptionsSpecification": {
            "EncryptAlgorithm": "AES-CBC-256", "IntegrityAlgorithm": "SHA-256", "PfsDhGroup": "DH-GROUP14",
            "IPSECSaLifetimeSeconds": "3600", "IPSECSaLifetimeTraffic": 1843200
        }}),
        json!({"DpdTimeout": ""}),
        json!({"RouteType": "Policy"}),
        json!({"HealthCheckLocalIp": "", "HealthCheckRemoteIp": null}),
    ] {
        let after = seen(&with(changes.clone()), &before);
        assert_eq!(after.to_raw(), before.to_raw(), "{changes}");
    }
}

#[test]
fn a_tunnel_from_everywhere_to_everywhere_has_no_policies() {
    let everything = json!({"RouteType": "StaticRoute",
        "SecurityPolicyDatabaseSet": [{"LocalCidrBlock": "0.0.0.0/0", "RemoteCidrBlock": ["0.0.0.0/0"]}]});
    assert!(seen(&with(everything), &Connection::default()).security_policies.is_null());
}

#[test]
fn the_key_is_in_the_state_only_where_it_was() {
    assert!(state().pre_shared_key.is_null());
    let before = Connection { pre_shared_key: Secret::new("old").into(), ..state() };
    assert_eq!(seen(&with(json!({})), &before).pre_shared_key, Secret::new("hunter2").into());
    assert_eq!(seen(&with(json!({"PreShareKey": ""})), &before).pre_shared_key, Secret::new("old").into());
    assert!(!format!("{before:?}").contains("old"));
}

#[test]
fn default_tags_are_not_the_tunnels_own() {
    let state = state();
    assert_eq!(tags::known(&state.tags), [("team".to_owned(), "net".to_owned())].into());
    assert_eq!(tags::known(&state.tags_all).len(), 2);
}

#[test]
fn a_new_tunnel_is_asked_for_with_what_is_known() {
    let planned = Connection {
        id: Value::Unknown,
        vpc_id: Value::Unknown,
        name: "office".into(),
        gateway_id: "vpngw-1".into(),
        customer_gateway_id: "cgw-1".into(),
        dpd: Dpd { enabled: false.into(), timeout_seconds: Value::Unknown, action: Value::Unknown }.into(),
        ..Connection::default()
    };
    let config = Connection { pre_shared_key_wo: Secret::new("hunter2").into(), ..Default::default() };
    let request = planned.create_request(&config);
    assert!(!format!("{request:?}").contains("hunter2"));
    assert_eq!(
        written(&request),
        json!({
          "CustomerGatewayId": "cgw-1",
          "DpdEnable": 0,
          "PreShareKey": "hunter2",
          "VpnConnectionName": "office",
          "VpnGatewayId": "vpngw-1"
        })
    );
}
