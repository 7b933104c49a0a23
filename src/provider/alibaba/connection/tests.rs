//! Requests and states, without a wire. What real Terraform makes of them is in `tests/acceptance`.

use serde_json::{Value as Json, json};

use super::tunnels::Tunnel;
use super::*;
use crate::cloud::{answer, written};

/// A connection with one tunnel as the service describes it.
fn actual() -> Json {
    json!({
        "VpnConnectionId": "vco-1", "VpnGatewayId": "vpn-1", "CustomerGatewayId": "cgw-1", "Name": "office",
        "LocalSubnet": "10.0.0.0/16,10.1.0.0/16", "RemoteSubnet": "192.168.0.0/16", "EffectImmediately": false,
        "EnableDpd": true, "EnableNatTraversal": true, "EnableTunnelsBgp": false, "Status": "ipsec_sa_established", "State": "active",
        "InternetIp": "203.0.113.1", "CreateTime": 1_552_550_980_000_i64, "AttachType": "VPNGW",
        "IkeConfig": {
            "Psk": "hunter2", "IkeVersion": "ikev2", "IkeMode": "main", "IkeEncAlg": "aes256", "IkeAuthAlg": "sha256",
            "IkePfs": "group14", "IkeLifetime": 86400, "LocalId": "203.0.113.1", "RemoteId": "198.51.100.1",
        },
        "IpsecConfig": { "IpsecEncAlg": "aes256", "IpsecAuthAlg": "sha256", "IpsecPfs": "group14", "IpsecLifetime": 86400 },
        "VcoHealthCheck": { "Enable": "false" },
        "VpnBgpConfig": { "EnableBgp": "false" },
        "Tags": { "Tag": [{ "Key": "team", "Value": "net" }] },
    })
}

/// With two tunnels.
fn actual_dual() -> Json {
    let tunnel = |role: &str, n: u32| {
        json!({
            "TunnelId": format!("tun-{n}"), "Role": role, "State": "active", "Status": "ipsec_sa_established",
            "InternetIp": format!("203.0.113.{n}"), "ZoneNo": "cn-hangzhou-h", "CustomerGatewayId": format!("cgw-{n}"),
            "EnableDpd": "true", "EnableNatTraversal": "true",
            "TunnelIkeConfig": { "Psk": "hunter2", "IkeVersion": "ikev2", "IkeLifetime": "86400", "RemoteId": format!("198.51.100.{n}") },
            "TunnelIpsecConfig": { "IpsecEncAlg": "aes256", "IpsecLifetime": "86400" },
            "TunnelBgpConfig": { "LocalAsn": "45104", "PeerAsn": "65001", "TunnelCidr": "169.254.10.0/30", "BgpStatus": "success" },
        })
    };
    let tunnels = [tunnel("slave", 2), tunnel("master", 1)];
    let mut connection = actual();
    connection["EnableTunnelsBgp"] = json!(true);
    connection["TunnelOptionsSpecification"] = json!({ "TunnelOptions": tunnels });
    connection
}

fn seen(actual: Json, before: &Connection) -> Connection {
    Connection::observed(&answer::from_value(actual), before)
}

fn state() -> Connection {
    seen(actual(), &Connection::default())
}

fn dual() -> Connection {
    seen(actual_dual(), &Connection::default())
}

/// What a change of the plan is sent as, beside id and token.
fn sent(prior: &Connection, change: impl FnOnce(&mut Connection)) -> Json {
    sent_with(prior, &Connection::default(), change)
}

fn sent_with(prior: &Connection, config: &Connection, change: impl FnOnce(&mut Connection)) -> Json {
    let mut planned = prior.clone();
    change(&mut planned);
    let Some(request) = prior.change(&planned, config) else { return Json::Null };
    let mut request = written(&request);
    let members = request.as_object_mut().unwrap();
    assert_eq!(members.remove("VpnConnectionId").unwrap(), "vco-1");
    assert!(members.remove("ClientToken").is_some());
    request
}

fn slave(connection: &mut Connection) -> &mut Tunnel {
    connection.tunnels.known_mut().unwrap().slave.known_mut().unwrap()
}

#[test]
fn nothing_changed_is_no_call() {
    for prior in [state(), dual()] {
        assert_eq!(sent(&prior, |_| {}), Json::Null);
        assert_eq!(sent(&prior, |c| c.tags_all = Value::Null), Json::Null);
        assert_eq!(sent(&prior, |c| c.timeouts = Value::Known(Timeouts::default())), Json::Null);
    }
    assert_eq!(sent(&state(), |c| c.ike.known_mut().unwrap().remote_identity = Value::Unknown), Json::Null);
    assert_eq!(sent(&dual(), |c| slave(c).bgp = Value::Unknown), Json::Null);
}

#[test]
fn only_what_changed_is_sent() {
    assert_eq!(sent(&state(), |c| c.name = "branch".into()), json!({ "Name": "branch" }));
    assert_eq!(sent(&state(), |c| c.effect_immediately = true.into()), json!({ "EffectImmediately": true }));
    assert_eq!(sent(&state(), |c| c.dpd.known_mut().unwrap().enabled = false.into()), json!({ "EnableDpd": false }));
    let ranges = Value::Known(["10.2.0.0/16".to_owned()].into_iter().collect());
    assert_eq!(sent(&state(), |c| c.local_cidrs = ranges), json!({ "LocalSubnet": "10.2.0.0/16" }));
    assert_eq!(sent(&dual(), |c| c.tunnels_bgp_enabled = false.into()), json!({ "EnableTunnelsBgp": false }));
    let only = json!({ "TunnelOptionsSpecification": [{ "TunnelId": "tun-2", "Role": "slave", "EnableDpd": false }] });
    assert_eq!(sent(&dual(), |c| slave(c).dpd.known_mut().unwrap().enabled = false.into()), only);
}

#[test]
fn a_route_switch_that_nobody_knows_is_no_change_and_can_be_set() {
    assert!(state().auto_configure_routes.is_null());
    assert_eq!(sent(&state(), |c| c.auto_configure_routes = true.into()), json!({ "AutoConfigRoute": true }));
    let known = Connection { auto_configure_routes: false.into(), ..Connection::default() };
    assert_eq!(seen(actual(), &known).auto_configure_routes, false.into());
}

#[test]
fn phase_1_is_sent_whole_with_the_key_that_the_state_has() {
    let keyed = Connection { pre_shared_key: Secret::new("hunter2").into(), ..state() };
    for (prior, key) in [(keyed, Some("hunter2")), (state(), None)] {
        let request = sent(&prior, |c| c.ike.known_mut().unwrap().lifetime_seconds = 3600.into());
        let ike: Json = serde_json::from_str(request["IkeConfig"].as_str().unwrap()).unwrap();
        assert_eq!((&ike["IkeLifetime"], &ike["RemoteId"]), (&json!(3600), &json!("198.51.100.1")));
        assert_eq!(ike["Psk"].as_str(), key);
        assert_eq!(request.as_object().unwrap().len(), 1);
    }
}

#[test]
fn the_key_is_sent_only_when_it_may_be_another_one() {
    let config = Connection { pre_shared_key_wo: Secret::new("new").into(), ..Default::default() };
    assert_eq!(sent_with(&state(), &config, |_| {}), Json::Null);
    let rotated = sent_with(&state(), &config, |c| c.pre_shared_key_wo_version = 2.into());
    assert!(rotated["IkeConfig"].as_str().unwrap().contains(r#""Psk":"new""#));

    let write_only = |key: &str| {
        let mut config = dual();
        slave(&mut config).pre_shared_key_wo = Secret::new(key).into();
        config
    };
    assert_eq!(sent_with(&dual(), &write_only("new"), |_| {}), Json::Null);
    let rotated = sent_with(&dual(), &write_only("new"), |c| slave(c).pre_shared_key_wo_version = 2.into());
    let tunnels = rotated["TunnelOptionsSpecification"].as_array().unwrap();
    assert_eq!((tunnels.len(), &tunnels[0]["TunnelIkeConfig"]["Psk"]), (1, &json!("new")));
}

#[test]
fn the_key_goes_into_the_state_only_where_it_is_already() {
    assert!(state().pre_shared_key.is_null());
    let before = Connection { pre_shared_key: Secret::new("old").into(), ..state() };
    assert_eq!(seen(actual(), &before).pre_shared_key.known().unwrap().expose(), "hunter2");
    let tunnels = dual().tunnels.into_known().unwrap();
    assert!(tunnels.master.known().unwrap().pre_shared_key.is_null());
}

#[test]
fn two_tunnels_have_their_roles_and_nothing_of_a_single_one() {
    let seen = dual();
    let tunnels = seen.tunnels.known().unwrap();
    let (master, slave) = (tunnels.master.known().unwrap(), tunnels.slave.known().unwrap());
    assert_eq!((&master.id, &slave.id), (&"tun-1".into(), &"tun-2".into()));
    assert_eq!(master.ike.known().unwrap().lifetime_seconds, 86400.into());
    assert!(seen.customer_gateway_id.is_null() && seen.ike.is_null() && seen.dpd.is_null() && seen.bgp.is_null());
    assert_eq!(seen.tunnels_bgp_enabled, true.into());
    assert!(state().tunnels.is_null() && state().tunnels_bgp_enabled.is_null());
}

#[test]
fn what_a_listing_leaves_out_stays() {
    let mut listed = actual_dual();
    for tunnel in listed["TunnelOptionsSpecification"]["TunnelOptions"].as_array_mut().unwrap() {
        tunnel.as_object_mut().unwrap().remove("ZoneNo");
    }
    assert_eq!(seen(listed, &dual()).to_raw(), dual().to_raw());
    let without = seen(actual(), &dual());
    assert!(without.tunnels.is_known() && without.ike.is_null(), "an absent list says nothing");
    let mut listed = actual();
    listed["VpnBgpConfig"] = json!({});
    assert_eq!(seen(listed, &state()).to_raw(), state().to_raw());
}

#[test]
fn with_another_customer_gateway_the_peer_is_open() {
    let (prior, mut config) = (dual(), dual());
    slave(&mut config).customer_gateway_id = "cgw-3".into();
    slave(&mut config).ike = Value::Null;
    let mut planned = prior.clone();
    slave(&mut planned).customer_gateway_id = "cgw-3".into();
    Tunnels::plan(false, &prior.tunnels, &config.tunnels, &mut planned.tunnels);
    let tunnel = slave(&mut planned);
    assert!(tunnel.ike.known().unwrap().remote_identity.is_unknown());
    assert!(tunnel.bgp.known().unwrap().clone().to_raw().get("peer_asn").is_unknown());
    let master = planned.tunnels.known().unwrap().master.known().unwrap();
    assert!(!master.ike.known().unwrap().remote_identity.is_unknown());
}

#[test]
fn what_describes_the_other_kind_is_planned_as_none() {
    let open = || Connection { ike: Value::Unknown, tunnels_bgp_enabled: Value::Unknown, ..Connection::default() };
    let mut single = open();
    single.leave_out_the_other_kind(&Connection::default());
    assert!(single.ike.is_unknown() && single.tunnels_bgp_enabled.is_null());
    let mut two = open();
    two.leave_out_the_other_kind(&Connection { tunnels: Value::Known(Tunnels::default()), ..Connection::default() });
    assert!(two.ike.is_null() && two.tunnels_bgp_enabled.is_unknown());
    let mut undecided = Connection::default();
    undecided.leave_out_the_other_kind(&Connection { tunnels: Value::Unknown, ..Connection::default() });
    assert!(undecided.ike.is_unknown() && undecided.tunnels_bgp_enabled.is_unknown());
}

#[test]
fn a_certificate_with_other_ends_of_lines_is_the_same() {
    let before = Connection { remote_ca_certificate: "BEGIN\nMII\nEND\n".into(), ..state() };
    let mut with = actual();
    with["RemoteCaCertificate"] = json!("BEGIN\r\nMII\r\nEND");
    assert_eq!(seen(with.clone(), &before).remote_ca_certificate, before.remote_ca_certificate);
    with["RemoteCaCertificate"] = json!("BEGIN\nMIJ\nEND");
    assert_ne!(seen(with, &before).remote_ca_certificate, before.remote_ca_certificate);
}
