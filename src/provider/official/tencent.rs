//! `tencentcloudstack/tencentcloud`.

use serde_json::{Value as Json, json};

use super::{Old, Type, or_null};

pub(super) const TYPES: &[Type] = &[
    ("tencentcloud_vpn_connection", "cloudvpn_tencent_connection", connection),
    ("tencentcloud_vpn_gateway", "cloudvpn_tencent_gateway", gateway),
    ("tencentcloud_vpn_customer_gateway", "cloudvpn_tencent_customer_gateway", customer_gateway),
    ("tencentcloud_vpn_gateway_route", "cloudvpn_tencent_gateway_route", gateway_route),
    ("tencentcloud_vpn_ssl_server", "cloudvpn_tencent_ssl_server", ssl_server),
    ("tencentcloud_vpn_ssl_client", "cloudvpn_tencent_ssl_client", ssl_client),
];

pub(super) const DEEDS: &[(&str, &str)] = &[
    (
        "tencentcloud_vpn_gateway_ssl_client_cert",
        "it switches a certificate, as enabled of cloudvpn_tencent_ssl_client does",
    ),
    (
        "tencentcloud_vpn_customer_gateway_configuration_download",
        "it was a download, for which there is the ephemeral resource cloudvpn_tencent_peer_configuration",
    ),
    ("tencentcloud_vpn_connection_reset", "it was a reset"),
    (
        "tencentcloud_vpn_gateway_ccn_routes",
        "it switches a route that the Cloud Connect Network made, which this provider does not",
    ),
];

fn connection(old: &Old<'_>) -> Json {
    let policies: Vec<_> = old
        .blocks("security_group_policy")
        .map(|policy| {
            json!({"local_cidr": policy.text("local_cidr_block"), "remote_cidrs": policy.texts("remote_cidr_block")})
        })
        .collect();
    let identity = |side: &str| match old.str(&format!("ike_{side}_identity")) {
        Some("FQDN") => or_null(json!({"fqdn": old.text(&format!("ike_{side}_fqdn_name"))})),
        _ => or_null(json!({"address": old.text(&format!("ike_{side}_address"))})),
    };
    let bgp = old.blocks("bgp_config").next().map_or(Json::Null, |bgp| {
        or_null(json!({
            "tunnel_cidr": bgp.text("tunnel_cidr"), "local_ip": bgp.text("local_bgp_ip"), "remote_ip": bgp.text("remote_bgp_ip"),
        }))
    });
    // Without a health check, these are the addresses that the service writes for none.
    let probed = |name: &str| old.str(name).filter(|address| *address != "0.0.0.0").map_or(Json::Null, Json::from);
    json!({
        "id": old.text("id"), "name": old.text("name"), "vpc_id": old.text("vpc_id"), "gateway_id": old.text("vpn_gateway_id"),
        "customer_gateway_id": old.text("customer_gateway_id"), "pre_shared_key": old.text("pre_share_key"),
        "security_policies": if policies.is_empty() { Json::Null } else { Json::Array(policies) },
        "ike": or_null(json!({
            "version": old.text("ike_version"), "encryption_algorithm": old.text("ike_proto_encry_algorithm"),
            "integrity_algorithm": old.text("ike_proto_authen_algorithm"), "exchange_mode": old.text("ike_exchange_mode"),
            "dh_group": old.text("ike_dh_group_name"), "lifetime_seconds": old.number("ike_sa_lifetime_seconds"),
            "local_identity": identity("local"), "remote_identity": identity("remote"),
        })),
        "ipsec": or_null(json!({
            "encryption_algorithm": old.text("ipsec_encrypt_algorithm"), "integrity_algorithm": old.text("ipsec_integrity_algorithm"),
            "pfs_dh_group": old.text("ipsec_pfs_dh_group"), "lifetime_seconds": old.number("ipsec_sa_lifetime_seconds"),
            "lifetime_kilobytes": old.number("ipsec_sa_lifetime_traffic"),
        })),
        "dpd": {
            "enabled": old.number("dpd_enable") == json!(1), "timeout_seconds": old.number("dpd_timeout"), "action": old.text("dpd_action"),
        },
        "health_check": {
            "enabled": old.is("enable_health_check"), "local_ip": probed("health_check_local_ip"),
            "remote_ip": probed("health_check_remote_ip"),
        },
        "route_type": old.text("route_type"), "negotiation": old.text("negotiation_type"), "bgp": bgp, "tags": old.tags(),
    })
}

/// The period is 1 after an import whatever was bought, and for what nobody bought. The zone would tell the region; but an object whose region is
/// known counts as one that was read, and an import leaves the VPC out.
fn gateway(old: &Old<'_>) -> Json {
    json!({
        "id": old.text("id"), "name": old.text("name"), "vpc_id": old.text("vpc_id"),
        "bandwidth_mbps": old.number("bandwidth"), "type": old.text("type"), "charge_type": old.text("charge_type"),
        "zone": old.text("zone"), "cdc_id": old.text("cdc_id"), "max_connections": old.number("max_connection"),
        "bgp_asn": old.number("bgp_asn"), "tags": old.tags(),
    })
}

fn customer_gateway(old: &Old<'_>) -> Json {
    json!({
        "id": old.text("id"), "name": old.text("name"), "ip_address": old.text("public_ip_address"), "bgp_asn": old.number("bgp_asn"),
        "tags": old.tags(),
    })
}

/// Its id is that of the gateway, `#`, and its own.
fn gateway_route(old: &Old<'_>) -> Json {
    let id = old.str("id").map_or(Json::Null, |id| id.split_once('#').map_or(id, |(_, route)| route).into());
    json!({
        "id": id, "gateway_id": old.text("vpn_gateway_id"), "destination_cidr": old.text("destination_cidr_block"),
        "next_hop_type": old.text("instance_type"), "next_hop_id": old.text("instance_id"),
        // 0 is a priority.
        "priority": old.get("priority"), "enabled": old.str("status").map_or(Json::Null, |status| (status == "ENABLE").into()),
    })
}

fn ssl_server(old: &Old<'_>) -> Json {
    let servers = old.blocks("dns_servers").next().map_or(Json::Null, |servers| {
        or_null(json!({"primary": servers.text("primary_dns"), "secondary": servers.text("secondary_dns")}))
    });
    json!({
        "id": old.text("id"), "gateway_id": old.text("vpn_gateway_id"), "name": old.text("ssl_vpn_server_name"),
        "local_cidrs": old.texts("local_address"), "client_cidr": old.text("remote_address"), "protocol": old.text("ssl_vpn_protocol"),
        "port": old.number("ssl_vpn_port"), "integrity_algorithm": old.text("integrity_algorithm"),
        "encryption_algorithm": old.text("encrypt_algorithm"), "compression_enabled": old.flag("compress"),
        "sso_enabled": old.flag("sso_enabled"), "access_policy_enabled": old.flag("access_policy_enabled"),
        "saml_metadata": old.text("saml_data"), "dns_servers": servers, "tags": old.tags(),
    })
}

fn ssl_client(old: &Old<'_>) -> Json {
    json!({
        "id": old.text("id"), "name": old.text("ssl_vpn_client_name"), "ssl_server_id": old.text("ssl_vpn_server_id"), "tags": old.tags(),
        // A certificate is enabled when it is made, and another resource switched it.
        "enabled": true,
    })
}
