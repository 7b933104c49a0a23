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
                ("settings", json!({"bgp_asn": 65010})),
            ],
        },
        Kind {
            type_name: "cloudvpn_tencent_gateway",
            form: " for SSL",
            parents: vec![],
            config: json!({"name": "people", "type": "SSL", "vpc_id": "vpc-mock0001", "max_connections": 5}),
            changes: vec![("change", json!({"max_connections": 10}))],
        },
        Kind {
            type_name: "cloudvpn_tencent_customer_gateway",
            form: "",
            parents: vec![],
            config: json!({"name": "office", "ip_address": "198.51.100.77", "bgp_asn": 65010, "tags": {"owner": "us"}}),
            changes: vec![
                ("change", json!({"name": "renamed"})),
                ("retag", json!({"tags": {"site": "office"}})),
                ("settings", json!({"bgp_asn": 65010})),
            ],
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
                (
                    "settings",
                    json!({
                        "ike": {"lifetime_seconds": 43200, "integrity_algorithm": "SHA-512"},
                        "ipsec": {"lifetime_seconds": 7200}, "negotiation": "active", }),
                ),
                ("another key", another_key()),
                ("key out of the state", write_only_key()),
            ],
        },
        Kind {
            type_name: "cloudvpn_tencent_connection",
            form: " with BGP",
            parents: vec![tencent_peer("peer", "198.51.100.77"), tencent_peer("other", "198.51.100.78")],
            config: json!({
                "name": "office", "vpc_id": "vpc-mock0001", "gateway_id": "vpngw-mock0001", "customer_gateway_id": "@peer",
                "pre_shared_key": PRE_SHARED_KEY, "route_type": "Bgp",
                "bgp": {"tunnel_cidr": "169.254.129.0/30", "local_ip": "169.254.129.1", "remote_ip": "169.254.129.2"},
            }),
            changes: vec![
                (
                    "change",
                    json!({
                        "bgp": {"tunnel_cidr": "169.254.130.0/30", "local_ip": "169.254.130.1", "remote_ip": "169.254.130.2"},
                        "health_check": {"enabled": true, "local_ip": "169.254.128.9", "remote_ip": "169.254.128.10"},
                    }),
                ),
                ("move", json!({"customer_gateway_id": "@other"})),
            ],
        },
        Kind {
            type_name: "cloudvpn_tencent_gateway_route",
            form: "",
            parents: vec![Parent { name: "tunnel", type_name: "cloudvpn_tencent_connection", config: routed_tunnel() }],
            config: json!({
                "gateway_id": "vpngw-mock0001", "destination_cidr": "192.168.30.0/24", "next_hop_id": "@tunnel",
            }),
            changes: vec![("change", json!({"enabled": false})), ("settings", json!({"description": "to the office"}))],
        },
        Kind {
            type_name: "cloudvpn_tencent_legacy_connection",
            form: "",
            parents: vec![],
            config: json!({
                "name": "office", "vpc_id": "vpc-mock0001", "gateway_id": "vpngw-mock0001",
                "customer_gateway_id": "cgw-mock0001", "pre_shared_key": PRE_SHARED_KEY, "remote_cidrs": ["192.168.10.0/24"],
            }),
            changes: vec![
                ("change", json!({"name": "renamed", "remote_cidrs": ["192.168.20.0/24"]})),
                ("settings", json!({"ike": {"lifetime_seconds": 43200}, "ipsec": {"lifetime_seconds": 7200}})),
                ("another key", another_key()),
                ("key out of the state", write_only_key()),
            ],
        },
        Kind {
            type_name: "cloudvpn_tencent_legacy_connection",
            form: " with policies",
            parents: vec![],
            config: json!({
                "name": "office", "vpc_id": "vpc-mock0001", "gateway_id": "vpngw-mock0001",
                "customer_gateway_id": "cgw-mock0001", "pre_shared_key": PRE_SHARED_KEY,
                "security_policies": [policy("192.168.10.0/24")],
            }),
            changes: vec![("change", json!({"security_policies": [policy("192.168.20.0/24")]}))],
        },
        Kind {
            type_name: "cloudvpn_tencent_ssl_server",
            form: "",
            parents: vec![ssl_gateway()],
            config: ssl_server(),
            changes: vec![
                ("change", json!({"name": "renamed", "local_cidrs": ["10.0.0.0/17"]})),
                ("retag", json!({"tags": {"site": "office"}})),
                (
                    "settings",
                    json!({
                        "client_cidr": "10.9.0.0/16", "port": 1195, "encryption_algorithm": "AES-128-CBC",
                        "integrity_algorithm": "SHA512", "dns_servers": {"primary": "10.0.0.53"},
                    "sso_enabled": true, "saml_metadata": "<md:EntityDescriptor/>",
                    }),
                ),
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
                ("settings", json!({"auto_propagate": true, "resource_group_id": "rg-mock0002"})),
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
                ("settings", json!({"resource_group_id": "rg-mock0002", "bgp_auth_key": ANOTHER_KEY})),
                ("key out of the state", json!({"bgp_auth_key_wo": ANOTHER_KEY, "bgp_auth_key_wo_version": 1})),
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
                (
                    "settings",
                    json!({"local_cidrs": ["10.0.0.0/17"], "auto_configure_routes": false, "tunnels_bgp_enabled": true, "tunnels": {
                        "master": {
                            "customer_gateway_id": "@peer", "pre_shared_key": ANOTHER_KEY, "dpd": {"enabled": false},
                            "ike": {"lifetime_seconds": 43200},
                        "bgp": {"local_asn": 65020, "tunnel_cidr": "169.254.11.0/30", "local_ip": "169.254.11.1"},
                    },
                    "slave": {
                            "customer_gateway_id": "@peer", "pre_shared_key": PRE_SHARED_KEY, "nat_traversal": {"enabled": false},
                            "ipsec": {"lifetime_seconds": 7200},
                        "bgp": {"local_asn": 65020, "tunnel_cidr": "169.254.12.0/30", "local_ip": "169.254.12.1"},
                    },
                    }}),
                ),
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
            changes: vec![
                ("change", json!({"name": "renamed", "remote_cidrs": ["192.168.20.0/24"]})),
                (
                    "settings",
                    json!({
                        "ike": {"lifetime_seconds": 43200, "integrity_algorithm": "sha512"}, "ipsec": {"lifetime_seconds": 7200},
                        "dpd": {"enabled": false}, "nat_traversal": {"enabled": false}, "effect_immediately": true,
                        "health_check": {"enabled": true, "local_ip": "10.0.0.9", "remote_ip": "192.168.10.9"},
                    "bgp": {
                        "enabled": true, "local_asn": 65020, "tunnel_cidr": "169.254.13.0/30", "local_ip": "169.254.13.1",
                    },
                    }),
                ),
                ("another key", another_key()),
                ("key out of the state", write_only_key()),
            ],
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
            changes: vec![
                ("change", json!({"name": "renamed", "local_cidrs": ["10.0.0.0/17"]})),
                (
                    "settings",
                    json!({
                        "client_cidr": "192.168.101.0/24", "protocol": "TCP", "port": 1195, "encryption_algorithm": "AES-256-CBC",
                    "compression_enabled": true,
                    "mfa": {"enabled": true, "idaas_instance_id": "idaas-1", "idaas_region_id": "cn-hangzhou"},
                    }),
                ),
            ],
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

fn tencent_peer(name: &'static str, address: &str) -> Parent {
    let config = json!({"name": name, "ip_address": address, "bgp_asn": 65010});
    Parent { name, type_name: "cloudvpn_tencent_customer_gateway", config }
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

/// A tunnel's key, changed.
fn another_key() -> Json {
    json!({"pre_shared_key": ANOTHER_KEY})
}

/// A tunnel's key, from now on in no state.
fn write_only_key() -> Json {
    json!({"pre_shared_key": null, "pre_shared_key_wo": ANOTHER_KEY, "pre_shared_key_wo_version": 1})
}

/// With characters that every encoding changes.
pub(crate) const PRE_SHARED_KEY: &str = "Zq!k9&=+%/x7:~Zq";
pub(crate) const ANOTHER_KEY: &str = "Yw!k9&=+%/x7:~Yw";

/// An attribute that no change touches is written by nobody here, and none of its calls is tried.
#[test]
fn every_attribute_that_can_be_changed_is_changed() {
    let mut missing = Vec::new();
    for type_name in crate::terraform::kinds() {
        let entries = entries(type_name);
        let is_changed =
            |name: &str| entries.iter().any(|kind| kind.changes.iter().any(|(_, to)| to.get(name).is_some()));
        for attribute in crate::terraform::attributes(type_name) {
            let name = &*attribute.name;
            let is_set = (attribute.optional || attribute.required) && !attribute.replace;
            if is_set
                && !is_changed(name)
                && !NOT_WRITTEN.contains(&(type_name, name))
                && !NOT_WRITTEN.contains(&("", name))
            {
                missing.push(format!("{type_name}.{name}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// What no change here can have, by kind or of every kind, and why.
const NOT_WRITTEN: &[(&str, &str)] = &[
    // Nothing is sent of these.
    ("", "timeouts"),
    ("", "region"),
    ("", "allow_weak_algorithms"),
    // A prepaid gateway cannot be deleted, so that it has no whole life.
    ("cloudvpn_tencent_gateway", "charge_type"),
    ("cloudvpn_tencent_gateway", "prepaid"),
    ("cloudvpn_alibaba_gateway", "period_months"),
    ("cloudvpn_alibaba_gateway", "auto_pay"),
    // The service says that it does not support it.
    ("cloudvpn_tencent_ssl_server", "compression_enabled"),
    // Only with SM algorithms, and sent as the other members of a connection are.
    ("cloudvpn_alibaba_connection", "remote_ca_certificate"),
];
