//! Tests of `wire.rs`.

use serde_json::json;

use super::*;
use crate::cloud::answer;
use crate::cloud::params::flatten;

#[test]
fn objects_of_one_tunnel_are_texts_and_those_of_two_are_parameters() {
    let ike = IkeConfig { psk: Some("p@ss wörd".into()), ike_lifetime: Some(86400), ..IkeConfig::default() };
    let mut request = CreateVpnConnection {
        vpn_gateway_id: "vpn-1".into(),
        settings: VpnConnectionSettings { ike_config: Some(ike.clone()), ..VpnConnectionSettings::default() },
        ..CreateVpnConnection::default()
    };
    let flat = |request: &CreateVpnConnection| flatten(&serde_json::to_value(request).unwrap(), 1);
    assert_eq!(flat(&request)["IkeConfig"], r#"{"IkeLifetime":86400,"Psk":"p@ss wörd"}"#);
    assert_eq!(flat(&request).len(), 3, "{:?}", flat(&request));

    let health_check = HealthCheckConfig { enable: Some(false), interval: Some(3), ..HealthCheckConfig::default() };
    request.settings.health_check_config = Some(health_check);
    assert_eq!(flat(&request)["HealthCheckConfig"], r#"{"enable":false,"interval":3}"#);

    let tunnel = |role: &str| TunnelOptions {
        role: role.into(),
        tunnel_ike_config: Some(ike.clone()),
        ..TunnelOptions::default()
    };
    request.settings = VpnConnectionSettings {
        tunnel_options_specification: ["master", "slave"].map(tunnel).into(),
        ..Default::default()
    };
    let flat = flat(&request);
    assert_eq!(flat["TunnelOptionsSpecification.2.Role"], "slave");
    assert_eq!(flat["TunnelOptionsSpecification.1.TunnelIkeConfig.Psk"], "p@ss wörd");
    assert_eq!(request.secrets().len(), 2);
    assert!(!format!("{request:?}").contains("p@ss"));
}

#[test]
fn a_change_of_a_name_is_nothing_else() {
    let settings = VpnConnectionSettings { name: Some("a".into()), ..VpnConnectionSettings::default() };
    let request = ModifyVpnConnectionAttribute { vpn_connection_id: "vco-1".into(), settings, ..Default::default() };
    let flat = flatten(&serde_json::to_value(&request).unwrap(), 1);
    assert_eq!(flat.keys().collect::<Vec<_>>(), ["ClientToken", "Name", "VpnConnectionId"]);
}

#[test]
fn texts_numbers_and_flags_are_read_as_what_they_mean() {
    let connection: VpnConnection = answer::from_value(json!({
        "EnableDpd": "true", "CreateTime": "1552550980000",
        "IkeConfig": {"IkeLifetime": 86400, "Psk": "hidden"},
        "VcoHealthCheck": {"Enable": "false", "Interval": "3", "Retry": 3},
        "VpnBgpConfig": {"EnableBgp": "true", "LocalAsn": "65001", "PeerAsn": 65002, "Status": "success"},
        "TunnelOptionsSpecification": {"TunnelOptions": [
            {"Role": "slave", "TunnelIkeConfig": {"IkeLifetime": "3600"}},
            {"Role": "Master", "EnableNatTraversal": "false", "TunnelBgpConfig": {"BgpStatus": "failed"}},
        ]},
        "Tag": {"Tag": [{"Key": "a", "Value": "1"}]},
    }));
    assert_eq!((connection.enable_dpd, connection.create_time), (Some(true), Some(1_552_550_980_000)));
    let check = connection.vco_health_check.as_ref().unwrap();
    assert_eq!((check.enable, check.interval, check.retry), (Some(false), Some(3), Some(3)));
    let bgp = connection.vpn_bgp_config.as_ref().unwrap();
    assert_eq!((bgp.enable_bgp, bgp.local_asn, bgp.peer_asn), (Some(true), Some(65001), Some(65002)));
    let (master, slave) = (connection.tunnel("master").unwrap(), connection.tunnel("slave").unwrap());
    assert_eq!(master.enable_nat_traversal, Some(false));
    assert_eq!(master.tunnel_bgp_config.as_ref().unwrap().status.as_deref(), Some("failed"));
    assert_eq!(slave.tunnel_ike_config.as_ref().unwrap().ike_lifetime, Some(3600));
    assert_eq!(connection.tags().map(|tag| &*tag.key).collect::<Vec<_>>(), ["a"]);
    assert!(!format!("{connection:?}").contains("hidden"));
}

#[test]
fn a_connection_without_a_status_is_as_far_as_its_further_tunnel() {
    let [begun, phase_1, no_phase_2, up] =
        ["ike_sa_not_established", "ike_sa_established", "ipsec_sa_not_established", "ipsec_sa_established"];
    for (own, tunnels, expected) in [
        (json!(phase_1), vec![json!(up), json!(up)], Some(phase_1)),
        (json!(""), vec![json!(begun), json!(up)], Some(up)),
        (json!(null), vec![json!(no_phase_2), json!(phase_1)], Some(no_phase_2)),
        (json!(""), vec![json!(begun), json!(begun)], Some(begun)),
        (json!(""), vec![json!(""), json!(phase_1)], Some(phase_1)),
        (json!(""), vec![json!("something new"), json!(begun)], Some(begun)),
        (json!(""), vec![json!(null), json!("")], None),
        (json!(""), vec![], None),
    ] {
        let tunnels: Vec<_> = tunnels.iter().map(|status| json!({"Role": "master", "Status": status})).collect();
        let connection: VpnConnection =
            answer::from_value(json!({"Status": own, "TunnelOptionsSpecification": {"TunnelOptions": tunnels}}));
        assert_eq!(connection.negotiated(), expected, "{own} {tunnels:?}");
    }
}
