//! All kinds of Alibaba Cloud in one configuration, where most is not known before it is made.

use serde_json::json;

use crate::alibaba::{cert, connection, connections, objects, params};
use crate::alibaba_gateway::gateway;
use crate::harness::{Resource, Workspace, hcl};

fn peer(n: u32) -> Resource {
    Resource::new("cloudvpn_alibaba_customer_gateway", &format!("peer{n}"))
        .with("ip_address", &format!("\"203.0.113.{n}\""))
        .with("bgp_asn", "65010")
}

pub(crate) fn everything() -> Vec<Resource> {
    let tunnel = |n: u32| {
        let bgp =
            format!("{{ local_asn = 65001, tunnel_cidr = \"169.254.1{n}.0/30\", local_ip = \"169.254.1{n}.1\" }}");
        format!(
            "{{ customer_gateway_id = cloudvpn_alibaba_customer_gateway.peer{n}.id, pre_shared_key = \"key-of-{n}\", bgp = {bgp} }}"
        )
    };
    let gateway_id = "cloudvpn_alibaba_gateway.gate.id";
    vec![
        gateway("gate").with("ssl_enabled", "true"),
        peer(1),
        peer(2),
        connection("c")
            .changed("customer_gateway_id =\npre_shared_key =\ntunnels_bgp_enabled = true")
            .with("gateway_id", gateway_id)
            .with("tunnels", &format!("{{ master = {}, slave = {} }}", tunnel(1), tunnel(2))),
        Resource::new("cloudvpn_alibaba_route_entry", "r")
            .with("gateway_id", gateway_id)
            .with("next_hop_id", "cloudvpn_alibaba_connection.c.id")
            .with("destination_cidr", "\"192.168.7.0/24\""),
        Resource::new("cloudvpn_alibaba_ssl_server", "s")
            .with("gateway_id", gateway_id)
            .with("client_cidr", "\"192.168.250.0/24\"")
            .with("local_cidrs", "[\"10.0.0.0/16\"]"),
        cert("k").with("ssl_server_id", "cloudvpn_alibaba_ssl_server.s.id"),
    ]
}

#[test]
fn everything_is_made_changed_and_deleted_together() {
    let ws = Workspace::new();
    ws.write(hcl(everything()));
    let plan = ws.plan();
    for name in ["gate", "peer1", "c", "r", "s", "k"] {
        assert_eq!(plan.actions(name), ["create"], "{name}");
    }
    ws.apply();
    ws.assert_state_is_fresh();
    assert_eq!(ws.state("c").unwrap()["gateway_id"], json!(ws.id("gate")));
    assert!(ws.mock.calls().iter().all(|call| call.outcome == "ok"), "nothing is refused where writes take turns");

    // Another address is another customer gateway, to which the tunnel moves in place.
    let moved = everything().into_iter().map(|resource| {
        if resource.to_string().contains("203.0.113.2") {
            resource.with("ip_address", "\"203.0.113.3\"")
        } else {
            resource
        }
    });
    let connection = ws.id("c");
    ws.mock.clear_calls();
    ws.write(hcl(moved.map(|resource| {
        if resource.to_string().contains("203.0.113.3") {
            resource.with("lifecycle", "{\n    create_before_destroy = true\n  }")
        } else {
            resource
        }
    })));
    ws.apply();
    assert_eq!(ws.id("c"), connection);
    let changes = params(&ws, "ModifyVpnConnectionAttribute");
    assert_eq!(changes[0]["TunnelOptionsSpecification"][0]["CustomerGatewayId"], json!(ws.id("peer2")));
    assert_eq!(ws.state("c").unwrap()["tunnels"]["slave"]["ike"]["remote_identity"], "203.0.113.3");
    ws.assert_state_is_fresh();

    ws.destroy();
    assert!(connections(&ws).is_empty());
    assert!(objects(&ws, "ssl_vpn_client_certs").is_empty());
}

/// For tests of one kind alone: the gateway, the customer gateways and the next hop need not exist.
#[test]
fn each_kind_lives_under_a_gateway_that_need_not_exist() {
    let ws = Workspace::any_parent();
    let gateway = "\"vpn-lab0001\"";
    let dual = "{ master = { customer_gateway_id = \"cgw-lab0001\", pre_shared_key = \"key-1\" }, \
                slave = { customer_gateway_id = \"cgw-lab0002\", pre_shared_key = \"key-2\" } }";
    let everything = |name: &str, pool: &str| {
        vec![
            connection("single").with("gateway_id", gateway).with("name", name),
            connection("dual")
                .changed("customer_gateway_id =\npre_shared_key =")
                .with("gateway_id", "\"vpn-lab0004\"")
                .with("name", name)
                .with("tunnels", dual),
            Resource::new("cloudvpn_alibaba_route_entry", "r")
                .with("gateway_id", "\"vpn-lab0002\"")
                .with("next_hop_id", "\"vco-lab0001\"")
                .with("destination_cidr", "\"192.168.7.0/24\""),
            Resource::new("cloudvpn_alibaba_ssl_server", "s")
                .with("gateway_id", "\"vpn-lab0003\"")
                .with("client_cidr", pool)
                .with("local_cidrs", "[\"10.0.0.0/16\"]"),
            cert("k").with("ssl_server_id", "cloudvpn_alibaba_ssl_server.s.id"),
        ]
    };
    ws.write(hcl(everything("\"first\"", "\"192.168.250.0/24\""))).apply();
    ws.write(hcl(everything("\"second\"", "\"192.168.251.0/24\""))).apply();
    assert_eq!(ws.state("dual").unwrap()["status"], "ipsec_sa_established");
    ws.destroy();
    // None of them was waited for in vain.
    let looks = ws.calls("DescribeVpnGateway");
    assert!(looks.iter().all(|call| call.outcome == "ok"), "{looks:?}");
}

/// Writes to one gateway wait for each other, those to several do not, and nothing is refused.
#[test]
fn many_connections_of_several_gateways_are_made_and_deleted_without_a_refusal() {
    let ws = Workspace::any_parent();
    let gateways = gateway("g").with("name", "\"g-${count.index}\"").with("count", "4").with("ssl_enabled", "true");
    let gateway_id = "cloudvpn_alibaba_gateway.g[count.index % 4].id";
    let tunnel = |key: &str| format!("{{ customer_gateway_id = \"cgw-mock0001\", pre_shared_key = {key:?} }}");
    let tunnels = connection("c")
        .changed("customer_gateway_id =\npre_shared_key =")
        .with("count", "16")
        .with("name", "\"c-${count.index}\"")
        .with("gateway_id", gateway_id)
        .with("remote_cidrs", "[\"192.168.${count.index}.0/24\"]")
        .with("tunnels", &format!("{{ master = {}, slave = {} }}", tunnel("one"), tunnel("two")));
    let server = Resource::new("cloudvpn_alibaba_ssl_server", "s")
        .with("gateway_id", "cloudvpn_alibaba_gateway.g[0].id")
        .with("client_cidr", "\"192.168.250.0/24\"")
        .with("local_cidrs", "[\"10.0.0.0/16\"]");
    let certs = cert("k")
        .with("count", "8")
        .with("name", "\"k-${count.index}\"")
        .with("ssl_server_id", "cloudvpn_alibaba_ssl_server.s.id");
    ws.write(hcl([gateways, tunnels, server, certs])).apply();
    ws.assert_state_is_fresh();
    ws.destroy();
    let refused = ws.mock.calls().into_iter().filter(|call| call.outcome.ends_with("Configuring"));
    assert_eq!(refused.count(), 0);
    assert!(connections(&ws).is_empty());
}
