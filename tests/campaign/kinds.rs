//! How to configure each kind: the one thing that the schema does not tell.

use serde_json::{Value as Json, json};

/// A kind's place in the campaign.
pub(crate) struct Kind {
    pub(crate) type_name: &'static str,
    /// Which of its forms, where there are several; empty else.
    pub(crate) form: &'static str,
    /// What has to be there first, in this order. `"@name"` in a later configuration is the id of the parent of that name.
    pub(crate) parents: Vec<Parent>,
    /// What is created.
    pub(crate) config: Json,
    /// Attributes that are changed in place, and what else there is to change; a verb each.
    pub(crate) changes: Vec<(&'static str, Json)>,
}

pub(crate) struct Parent {
    pub(crate) name: &'static str,
    pub(crate) type_name: &'static str,
    pub(crate) config: Json,
}

/// The entries of a kind; a kind without one fails the campaign with what to add.
pub(crate) fn entries(type_name: &str) -> Vec<Kind> {
    let entries: Vec<_> = kinds().into_iter().filter(|kind| kind.type_name == type_name).collect();
    assert!(
        !entries.is_empty(),
        "{type_name} is not in the campaign yet: give `kinds` in tests/campaign/kinds.rs an entry for it, with what has to be there \
             first, a configuration as in examples/resources/{type_name}/resource.tf and a change in place. Everything else comes by itself."
    );
    entries
}

fn kinds() -> Vec<Kind> {
    vec![
        Kind {
            type_name: "cloudvpn_tencent_gateway",
            form: "",
            parents: vec![],
            config: json!({"name": "main", "vpc_id": "vpc-mock0001", "tags": {"owner": "us"}}),
            changes: vec![
                ("change", json!({"name": "renamed", "bandwidth_mbps": 20})),
                ("retag", json!({"tags": {"owner": "us", "site": "office"}})),
            ],
        },
        Kind {
            type_name: "cloudvpn_tencent_customer_gateway",
            form: "",
            parents: vec![],
            config: json!({"name": "office", "ip_address": "198.51.100.77", "tags": {"owner": "us"}}),
            changes: vec![("change", json!({"name": "renamed"})), ("retag", json!({"tags": {"site": "office"}}))],
        },
        Kind {
            type_name: "cloudvpn_tencent_connection",
            form: "",
            parents: vec![],
            config: tunnel(),
            changes: vec![
                ("change", json!({"name": "renamed", "security_policies": [policy("192.168.20.0/24")]})),
                ("retag", json!({"tags": {"owner": "us", "site": "office"}})),
                ("everything", json!({"name": "renamed", "dpd": {"enabled": true}, "tags": {"site": "office"}})),
            ],
        },
        Kind {
            type_name: "cloudvpn_tencent_gateway_route",
            form: "",
            parents: vec![Parent { name: "tunnel", type_name: "cloudvpn_tencent_connection", config: routed_tunnel() }],
            config: json!({
                "gateway_id": "vpngw-mock0001", "destination_cidr": "192.168.30.0/24", "next_hop_id": "@tunnel",
            }),
            changes: vec![("change", json!({"enabled": false}))],
        },
        Kind {
            type_name: "cloudvpn_tencent_legacy_connection",
            form: "",
            parents: vec![],
            config: json!({
                "name": "office", "vpc_id": "vpc-mock0001", "gateway_id": "vpngw-mock0001",
                "customer_gateway_id": "cgw-mock0001", "pre_shared_key": PRE_SHARED_KEY, "remote_cidrs": ["192.168.10.0/24"],
            }),
            changes: vec![("change", json!({"name": "renamed", "remote_cidrs": ["192.168.20.0/24"]}))],
        },
        Kind {
            type_name: "cloudvpn_tencent_ssl_server",
            form: "",
            parents: vec![ssl_gateway()],
            config: ssl_server(),
            changes: vec![
                ("change", json!({"name": "renamed", "local_cidrs": ["10.0.0.0/17"]})),
                ("retag", json!({"tags": {"site": "office"}})),
            ],
        },
        Kind {
            type_name: "cloudvpn_tencent_ssl_client",
            form: "",
            parents: vec![
                ssl_gateway(),
                Parent { name: "server", type_name: "cloudvpn_tencent_ssl_server", config: ssl_server() },
            ],
            config: json!({"name": "laptop", "ssl_server_id": "@server", "tags": {"owner": "us"}}),
            changes: vec![("change", json!({"enabled": false})), ("retag", json!({"tags": {"site": "office"}}))],
        },
        Kind {
            type_name: "cloudvpn_alibaba_gateway",
            form: "",
            parents: vec![],
            config: json!({
                "name": "main", "vpc_id": "vpc-mock0001", "vswitch_id": "vsw-mock0001",
                "disaster_recovery_vswitch_id": "vsw-mock0002", "bandwidth_mbps": 10, "tags": {"owner": "us"},
            }),
            changes: vec![
                ("change", json!({"name": "renamed", "description": "changed"})),
                ("retag", json!({"tags": {"owner": "us", "site": "office"}})),
            ],
        },
        Kind {
            type_name: "cloudvpn_alibaba_customer_gateway",
            form: "",
            parents: vec![],
            config: customer_gateway(),
            changes: vec![
                ("change", json!({"name": "renamed", "description": "changed"})),
                ("retag", json!({"tags": {"site": "office"}})),
            ],
        },
        Kind {
            type_name: "cloudvpn_alibaba_connection",
            form: "",
            parents: vec![peer()],
            config: connection(),
            changes: vec![
                ("change", json!({"name": "renamed", "remote_cidrs": ["192.168.20.0/24"]})),
                ("retag", json!({"tags": {"owner": "us", "site": "office"}})),
            ],
        },
        Kind {
            type_name: "cloudvpn_alibaba_connection",
            form: " with one tunnel",
            parents: vec![
                peer(),
                Parent {
                    name: "gateway",
                    type_name: "cloudvpn_alibaba_gateway",
                    config: json!({
                        "name": "single", "vpc_id": "vpc-mock0001", "vswitch_id": "vsw-mock0001", "bandwidth_mbps": 10,
                    }),
                },
            ],
            config: json!({
                "name": "office", "gateway_id": "@gateway", "customer_gateway_id": "@peer",
                "local_cidrs": ["10.0.0.0/16"], "remote_cidrs": ["192.168.10.0/24"], "pre_shared_key": PRE_SHARED_KEY,
                "tags": {"owner": "us"},
            }),
            changes: vec![("change", json!({"name": "renamed", "remote_cidrs": ["192.168.20.0/24"]}))],
        },
        Kind {
            type_name: "cloudvpn_alibaba_route_entry",
            form: "",
            parents: vec![
                peer(),
                Parent { name: "tunnel", type_name: "cloudvpn_alibaba_connection", config: connection() },
            ],
            config: json!({
                "gateway_id": "vpn-mock0001", "next_hop_id": "@tunnel", "destination_cidr": "192.168.10.0/24",
            }),
            changes: vec![("change", json!({"weight": 0})), ("unpublish", json!({"published": false}))],
        },
        Kind {
            type_name: "cloudvpn_alibaba_ssl_server",
            form: "",
            parents: vec![Parent {
                name: "gateway",
                type_name: "cloudvpn_alibaba_gateway",
                config: json!({
                    "name": "people", "vpc_id": "vpc-mock0001", "vswitch_id": "vsw-mock0001",
                    "disaster_recovery_vswitch_id": "vsw-mock0002", "bandwidth_mbps": 10,
                    "ssl_enabled": true, "ssl_max_connections": 5,
                }),
            }],
            config: json!({
                "name": "staff", "gateway_id": "@gateway", "client_cidr": "192.168.100.0/24",
                "local_cidrs": ["10.0.0.0/16"],
            }),
            changes: vec![("change", json!({"name": "renamed", "local_cidrs": ["10.0.0.0/17"]}))],
        },
        Kind {
            type_name: "cloudvpn_alibaba_ssl_client_cert",
            form: "",
            parents: vec![],
            config: json!({"name": "laptop", "ssl_server_id": "vss-mock0001"}),
            changes: vec![("change", json!({"name": "renamed"}))],
        },
    ]
}

fn tunnel() -> Json {
    json!({
        "name": "office", "vpc_id": "vpc-mock0001", "gateway_id": "vpngw-mock0001", "customer_gateway_id": "cgw-mock0001",
        "pre_shared_key": PRE_SHARED_KEY, "security_policies": [policy("192.168.10.0/24")], "tags": {"owner": "us"},
    })
}

fn routed_tunnel() -> Json {
    json!({
        "name": "routed", "vpc_id": "vpc-mock0001", "gateway_id": "vpngw-mock0001", "customer_gateway_id": "cgw-mock0001",
        "pre_shared_key": PRE_SHARED_KEY, "route_type": "StaticRoute",
    })
}

fn policy(remote: &str) -> Json {
    json!({"local_cidr": "10.0.0.0/16", "remote_cidrs": [remote]})
}

fn ssl_gateway() -> Parent {
    Parent {
        name: "gateway",
        type_name: "cloudvpn_tencent_gateway",
        config: json!({"name": "people", "type": "SSL", "vpc_id": "vpc-mock0001", "max_connections": 5}),
    }
}

fn ssl_server() -> Json {
    json!({
        "name": "staff", "gateway_id": "@gateway", "local_cidrs": ["10.0.0.0/16"], "client_cidr": "10.8.0.0/16",
        "tags": {"owner": "us"},
    })
}

fn customer_gateway() -> Json {
    json!({"name": "office", "ip_address": "198.51.100.77", "tags": {"owner": "us"}})
}

fn peer() -> Parent {
    Parent { name: "peer", type_name: "cloudvpn_alibaba_customer_gateway", config: customer_gateway() }
}

fn connection() -> Json {
    json!({
        "name": "office", "gateway_id": "vpn-mock0001", "local_cidrs": ["10.0.0.0/16"],
        "remote_cidrs": ["192.168.10.0/24"], "tags": {"owner": "us"},
        "tunnels": {
            "master": {"customer_gateway_id": "@peer", "pre_shared_key": PRE_SHARED_KEY},
            "slave": {"customer_gateway_id": "@peer", "pre_shared_key": PRE_SHARED_KEY},
        },
    })
}

/// With characters that every encoding changes.
pub(crate) const PRE_SHARED_KEY: &str = "Zq!k9&=+%/x7:~Zq";
