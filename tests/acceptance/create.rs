//! New tunnels.

use serde_json::json;

use crate::harness::{Workspace, hcl, tunnel};

#[test]
fn strong_defaults_are_visible_before_the_tunnel_is_created() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t")]));
    let plan = ws.plan();
    assert_eq!(plan.actions("t"), ["create"]);
    let after = plan.after("t");
    let ike = json!({
        "version": "IKEV2", "encryption_algorithm": "AES-CBC-256", "integrity_algorithm": "SHA-256", "exchange_mode": "MAIN",
        "dh_group": "GROUP14", "lifetime_seconds": 86400,
    });
    assert_eq!(after["ike"], ike);
    let ipsec = json!({
        "encryption_algorithm": "AES-CBC-256", "integrity_algorithm": "SHA-256", "pfs_dh_group": "DH-GROUP14", "lifetime_seconds": 3600,
    });
    assert_eq!(after["ipsec"], ipsec);
    assert_eq!(after["region"], "ap-guangzhou");
    assert_eq!(plan.after_unknown("t")["id"], true);
    assert!(plan.diagnostics.0.is_empty(), "{}", plan.diagnostics);

    assert!(ws.apply().0.is_empty());
    let made = ws.tunnel("t");
    assert_eq!(made["IKEOptionsSpecification"]["PropoEncryAlgorithm"], "AES-CBC-256");
    assert_eq!(made["IPSECOptionsSpecification"]["PfsDhGroup"], "DH-GROUP14");
    assert_eq!(ws.state("t").unwrap()["state"], "AVAILABLE");
    ws.destroy();
    assert!(ws.tunnels().is_empty());
}

#[test]
fn every_attribute_is_created_and_read_back() {
    let ws = Workspace::any_parent();
    let routed = tunnel("routed").changed(
        r#"
        customer_gateway_id = "cgw-routed"
        region = "ap-shanghai"
        route_type = "StaticRoute"
        ike = { version = "IKEV1", encryption_algorithm = "AES-CBC-192", integrity_algorithm = "SHA-512", exchange_mode = "AGGRESSIVE", dh_group = "GROUP19", lifetime_seconds = 60, local_identity = { fqdn = "here.example.com" }, remote_identity = { address = "192.0.2.7" } }
        ipsec = { encryption_algorithm = "AES-CBC-192", integrity_algorithm = "SHA-512", pfs_dh_group = "DH-GROUP20", lifetime_seconds = 604800, lifetime_kilobytes = 2560 }
        dpd = { enabled = true, timeout_seconds = 60, action = "restart" }
        health_check = { enabled = true, local_ip = "169.254.130.1", remote_ip = "169.254.130.2", probe = { interval_ms = 1000, threshold = 8, timeout_ms = 10 } }
        negotiation = "flowTrigger"
        tags = { team = "net", "with space" = "" }
        timeouts = { create = "2m", update = "1h30m", delete = "90s" }
        "#,
    );
    let policies = tunnel("policies").changed(
        r#"
        customer_gateway_id = "cgw-policies"
        name = "六十个字的名字六十个字的名字六十个字的名字六十个字的名字六十个字的名字六十个字的名字六十个字的名字六十个字的名字六十个字"
        route_type = "Policy"
        security_policies = [{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.1.0/24", "192.168.2.0/24"] }, { local_cidr = "10.0.2.0/24", remote_cidrs = ["192.168.3.0/24"] }]
        "#,
    );
    let dynamic = tunnel("dynamic").changed(
        r#"
        customer_gateway_id = "cgw-dynamic"
        route_type = "Bgp"
        bgp = { tunnel_cidr = "169.254.128.0/30", local_ip = "169.254.128.1", remote_ip = "169.254.128.2" }
        "#,
    );
    ws.write(hcl([routed, policies, dynamic])).apply();
    ws.assert_state_is_fresh();

    let created = ws.calls("CreateVpnConnection");
    let of = |gateway: &str| {
        let mut calls = created.iter().filter(|call| call.params["CustomerGatewayId"] == gateway);
        calls.next().unwrap_or_else(|| panic!("no create for {gateway}"))
    };
    let routed = of("cgw-routed");
    assert_eq!(routed.region, "ap-shanghai");
    let sent = json!({
        "VpnConnectionName": "routed", "VpcId": "vpc-mock0001", "VpnGatewayId": "vpngw-mock0001", "CustomerGatewayId": "cgw-routed",
        "PreShareKey": "***", "RouteType": "StaticRoute", "NegotiationType": "flowTrigger",
        "IKEOptionsSpecification": {
            "IKEVersion": "IKEV1", "PropoEncryAlgorithm": "AES-CBC-192", "PropoAuthenAlgorithm": "SHA-512",
            "ExchangeMode": "AGGRESSIVE", "DhGroupName": "GROUP19", "IKESaLifetimeSeconds": 60,
            "LocalIdentity": "FQDN", "LocalFqdnName": "here.example.com", "RemoteIdentity": "ADDRESS", "RemoteAddress": "192.0.2.7",
        },
        "IPSECOptionsSpecification": {
            "EncryptAlgorithm": "AES-CBC-192", "IntegrityAlgorith": "SHA-512", "PfsDhGroup": "DH-GROUP20",
            "IPSECSaLifetimeSeconds": 604800, "IPSECSaLifetimeTraffic": 2560,
        },
        "DpdEnable": 1, "DpdTimeout": "60", "DpdAction": "restart",
        "EnableHealthCheck": true, "HealthCheckLocalIp": "169.254.130.1", "HealthCheckRemoteIp": "169.254.130.2",
        "HealthCheckConfig": { "ProbeType": "NQA", "ProbeInterval": 1000, "ProbeThreshold": 8, "ProbeTimeout": 10 },
        "Tags": [{ "Key": "team", "Value": "net" }, { "Key": "with space", "Value": "" }],
    });
    assert_eq!(routed.params, sent);
    assert_eq!(of("cgw-policies").params["SecurityPolicyDatabases"].as_array().map(Vec::len), Some(2));
    let bgp =
        json!({ "TunnelCidr": "169.254.128.0/30", "LocalBgpIp": "169.254.128.1", "RemoteBgpIp": "169.254.128.2" });
    assert_eq!(of("cgw-dynamic").params["BgpConfig"], bgp);

    let state = ws.state("routed").unwrap();
    assert_eq!(state["ike"]["local_identity"], json!({ "fqdn": "here.example.com", "address": null }));
    assert_eq!(state["ipsec"]["lifetime_kilobytes"], 2560);
    assert_eq!(state["health_check"]["probe"]["threshold"], 8);
    assert_eq!(state["tags_all"], json!({ "team": "net", "with space": "" }));
    assert_eq!((&state["region"], &state["net_status"]), (&json!("ap-shanghai"), &json!("AVAILABLE")));
    assert!(state["created_at"].as_str().is_some_and(|created| created.starts_with("20")), "{}", state["created_at"]);
    ws.destroy();
}

#[test]
fn a_gateway_of_a_cloud_connect_network_needs_no_vpc() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t").without("vpc_id").with("gateway_id", "\"vpngw-mockccn1\"")])).apply();
    assert!(ws.calls("CreateVpnConnection")[0].params.get("VpcId").is_none());
    assert!(ws.state("t").unwrap()["vpc_id"].is_null());
}

#[test]
fn twenty_tunnels_come_and_go_together() {
    let ws = Workspace::any_parent();
    let tunnels = tunnel("t").changed(
        r#"
        count = 20
        name = "t-${count.index}"
        customer_gateway_id = "cgw-t${count.index}"
        "#,
    );
    ws.write(hcl([tunnels])).apply();
    assert_eq!(ws.tunnels().len(), 20);
    ws.assert_state_is_fresh();
    assert_eq!(ws.calls("CreateVpnConnection").len(), 20);
    ws.destroy();
    assert!(ws.tunnels().is_empty());
}

#[test]
fn tunnels_without_policies_and_with_open_ones_are_read_as_they_were_written() {
    let ws = Workspace::any_parent();
    let open = r#"security_policies = [{ local_cidr = "0.0.0.0/0", remote_cidrs = ["0.0.0.0/0"] }]"#;
    let cases = [
        ("routed", "route_type = \"StaticRoute\"".to_owned()),
        ("none", "route_type = \"StaticRoute\"\nsecurity_policies = []".to_owned()),
        ("openrouted", format!("route_type = \"StaticRoute\"\n{open}")),
        ("open", open.to_owned()),
        ("static", "route_type = \"STATIC\"\nsecurity_policies = []".to_owned()),
    ];
    let tunnels = cases.iter().map(|(name, attributes)| {
        tunnel(name).with("customer_gateway_id", &format!("\"cgw-{name}\"")).changed(attributes)
    });
    ws.write(hcl(tunnels)).apply();
    ws.assert_state_is_fresh();
    let policies = |name: &str| ws.state(name).unwrap()["security_policies"].as_array().map(Vec::len);
    let expected =
        [("routed", None), ("none", Some(0)), ("openrouted", Some(1)), ("open", Some(1)), ("static", Some(0))];
    for (name, expected) in expected {
        assert_eq!(policies(name), expected, "{name}");
    }
}

#[test]
fn a_refused_create_points_at_the_attribute_it_is_about() {
    let ws = Workspace::new();
    let other = tunnel("other").with("customer_gateway_id", "\"cgw-mock0002\"");
    let cases = [
        ("novpc", other.clone().without("vpc_id"), "vpc_id"),
        ("ccn", other.clone().with("gateway_id", "\"vpngw-mockccn1\""), "vpc_id"),
        ("gateway", other.clone().with("gateway_id", "\"vpngw-nowhere1\""), ""),
        (
            "range",
            other.with("security_policies", r#"[{ local_cidr = "10.0.1.0/24", remote_cidrs = ["10.0.2.0/24"] }]"#),
            "security_policies",
        ),
    ];
    for (name, tunnel, attribute) in cases {
        let diagnostics = ws.write(hcl([tunnel])).apply_fails();
        let error = diagnostics.error();
        assert_eq!(error.summary, "Creating the tunnel failed", "{name}");
        // What is left out has no line of its own: Terraform points at the block.
        let shown = if name == "novpc" { "" } else { attribute };
        assert!(error.is_at(shown), "{name}: {diagnostics}");
        assert!(ws.state("other").is_none());
    }
}
