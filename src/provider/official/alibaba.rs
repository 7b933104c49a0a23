//! `aliyun/alicloud`, which was `hashicorp/alicloud` before 2020.

use serde_json::{Value as Json, json};

use super::{Old, Type, or_null};

pub(super) const TYPES: &[Type] = &[
    ("alicloud_vpn_connection", "cloudvpn_alibaba_connection", connection),
    ("alicloud_vpn_gateway", "cloudvpn_alibaba_gateway", gateway),
    ("alicloud_vpn_customer_gateway", "cloudvpn_alibaba_customer_gateway", customer_gateway),
    ("alicloud_vpn_route_entry", "cloudvpn_alibaba_route_entry", route_entry),
    ("alicloud_ssl_vpn_server", "cloudvpn_alibaba_ssl_server", ssl_server),
    ("alicloud_ssl_vpn_client_cert", "cloudvpn_alibaba_ssl_client_cert", ssl_client_cert),
];

pub(super) const WITHOUT: &[(&str, &str)] = &[
    ("alicloud_vpn_pbr_route_entry", "policy-based routes"),
    ("alicloud_vpn_gateway_vpn_attachment", "connections of transit routers"),
    ("alicloud_vpn_gateway_vco_route", "routes of connections of transit routers"),
    ("alicloud_vpn_ipsec_server", "IPsec servers"),
    ("alicloud_vpn_gateway_enhanced_vpn_gateway", "VPN gateways of the type Enhanced.SiteToSite"),
    ("alicloud_cen_transit_router_vpn_attachment", "attachments to transit routers"),
];

/// Where an answer is not as the official provider wants it, its state has of the tunnels what was configured, in that order, and no roles.
/// So nothing is taken of them but what belongs to the role or the place, and what no read gives back.
fn connection(old: &Old<'_>) -> Json {
    let tunnels: Vec<_> = old.blocks("tunnel_options_specification").collect();
    let dual = !tunnels.is_empty();
    let of_role = |role: &str, place: usize| {
        let named = tunnels.iter().find(|tunnel| tunnel.str("role") == Some(role));
        // Without a role it is the one that the other is not.
        let is_unnamed = |tunnel: &&Old<'_>| tunnel.str("role").is_none();
        let unnamed = || match tunnels.iter().filter(is_unnamed).count() {
            1 => tunnels.iter().find(is_unnamed),
            _ => tunnels.get(place).filter(is_unnamed),
        };
        named.or_else(unnamed).map_or(Json::Null, tunnel)
    };
    let single = |value: Json| if dual { Json::Null } else { value };
    json!({
        "id": old.text("id"), "name": old.any_text(&["vpn_connection_name", "name"]), "gateway_id": old.text("vpn_gateway_id"),
        "customer_gateway_id": single(old.text("customer_gateway_id")), "local_cidrs": old.texts("local_subnet"),
        "remote_cidrs": old.texts("remote_subnet"), "effect_immediately": old.flag("effect_immediately"),
        "auto_configure_routes": old.flag("auto_config_route"),
        "dpd": single(or_null(json!({"enabled": old.flag("enable_dpd")}))),
        "nat_traversal": single(or_null(json!({"enabled": old.flag("enable_nat_traversal")}))),
        "tunnels_bgp_enabled": if dual { old.flag("enable_tunnels_bgp") } else { Json::Null },
        "pre_shared_key": single(old.blocks("ike_config").next().map_or(Json::Null, |ike| ike.text("psk"))),
        "ike": single(old.blocks("ike_config").next().map_or(Json::Null, |config| ike(&config, "ike_local_id", "ike_remote_id"))),
        "ipsec": single(old.blocks("ipsec_config").next().map_or(Json::Null, |config| ipsec(&config))),
        "bgp": single(old.blocks("bgp_config").next().map_or(Json::Null, |config| bgp(&config))),
        "health_check": single(old.blocks("health_check_config").next().map_or(Json::Null, |config| health_check(&config))),
        "tunnels": if dual { json!({"master": of_role("master", 0), "slave": of_role("slave", 1)}) } else { Json::Null },
        "tags": old.tags(), "timeouts": old.timeouts(),
    })
}

fn tunnel(old: &Old<'_>) -> Json {
    let config = old.blocks("tunnel_ike_config").next();
    json!({
        "customer_gateway_id": old.text("customer_gateway_id"),
        "pre_shared_key": config.as_ref().map_or(Json::Null, |config| config.text("psk")),
        "ike": config.map_or(Json::Null, |config| ike(&config, "local_id", "remote_id")),
        "ipsec": old.blocks("tunnel_ipsec_config").next().map_or(Json::Null, |config| ipsec(&config)),
        "dpd": or_null(json!({"enabled": old.flag("enable_dpd")})),
        "nat_traversal": or_null(json!({"enabled": old.flag("enable_nat_traversal")})),
    })
}

fn ike(config: &Old<'_>, local: &str, remote: &str) -> Json {
    or_null(json!({
        "version": config.text("ike_version"), "exchange_mode": config.text("ike_mode"),
        "encryption_algorithm": config.text("ike_enc_alg"), "integrity_algorithm": config.text("ike_auth_alg"),
        "dh_group": config.text("ike_pfs"), "lifetime_seconds": config.number("ike_lifetime"),
        "local_identity": config.text(local), "remote_identity": config.text(remote),
    }))
}

fn ipsec(config: &Old<'_>) -> Json {
    or_null(json!({
        "encryption_algorithm": config.text("ipsec_enc_alg"), "integrity_algorithm": config.text("ipsec_auth_alg"),
        "pfs_dh_group": config.text("ipsec_pfs"), "lifetime_seconds": config.number("ipsec_lifetime"),
    }))
}

fn bgp(config: &Old<'_>) -> Json {
    json!({
        "enabled": config.is("enable"), "local_asn": config.number("local_asn"), "tunnel_cidr": config.text("tunnel_cidr"),
        "local_ip": config.text("local_bgp_ip"),
    })
}

fn health_check(config: &Old<'_>) -> Json {
    json!({
        "enabled": config.is("enable"), "local_ip": config.text("sip"), "remote_ip": config.text("dip"),
        "interval_seconds": config.number("interval"), "retries": config.number("retry"),
    })
}

/// The period is 1 for what nobody bought, and null after an import; another one than the state has would not be bought either.
fn gateway(old: &Old<'_>) -> Json {
    let paid = [old.str("payment_type"), old.str("instance_charge_type")].into_iter().flatten().next();
    let charge_type = match paid {
        Some("Subscription" | "PrePaid" | "Prepay" | "PREPAY") => json!("PREPAY"),
        Some("PayAsYouGo" | "PostPaid" | "PostpayByFlow" | "POSTPAY") => json!("POSTPAY"),
        _ => Json::Null,
    };
    json!({
        "id": old.text("id"), "name": old.any_text(&["vpn_gateway_name", "name"]), "description": old.text_or_empty("description"),
        "vpc_id": old.text("vpc_id"), "vswitch_id": old.text("vswitch_id"),
        "disaster_recovery_vswitch_id": old.text("disaster_recovery_vswitch_id"), "bandwidth_mbps": old.number("bandwidth"),
        "ipsec_enabled": old.flag("enable_ipsec"), "ssl_enabled": old.flag("enable_ssl"),
        "ssl_max_connections": if old.is("enable_ssl") { old.number("ssl_connections") } else { Json::Null },
        "network_type": old.text("network_type"), "vpn_type": old.text("vpn_type"), "charge_type": charge_type,
        "auto_propagate": old.flag("auto_propagate"), "resource_group_id": old.text("resource_group_id"), "tags": old.tags(),
        "timeouts": old.timeouts(),
    })
}

fn customer_gateway(old: &Old<'_>) -> Json {
    json!({
        "id": old.text("id"), "name": old.any_text(&["customer_gateway_name", "name"]), "description": old.text_or_empty("description"),
        "ip_address": old.text("ip_address"), "bgp_asn": old.number("asn"), "tags": old.tags(), "timeouts": old.timeouts(),
    })
}

/// Its id is those of the gateway and the next hop, and the range, with `:` between them.
fn route_entry(old: &Old<'_>) -> Json {
    json!({
        "id": old.str("id").map_or(Json::Null, |id| id.replacen(':', "/", 2).into()), "gateway_id": old.text("vpn_gateway_id"),
        "next_hop_id": old.text("next_hop"), "destination_cidr": old.text("route_dest"),
        // 0 is a weight.
        "weight": old.get("weight"), "published": old.flag("publish_vpc"), "timeouts": old.timeouts(),
    })
}

fn ssl_server(old: &Old<'_>) -> Json {
    let cidrs = old.str("local_subnet").map_or(Json::Null, |text| {
        let cidrs = text.split(',').map(str::trim).filter(|cidr| !cidr.is_empty());
        Json::Array(cidrs.map(Json::from).collect())
    });
    json!({
        "id": old.text("id"), "gateway_id": old.text("vpn_gateway_id"), "name": old.text("name"), "client_cidr": old.text("client_ip_pool"),
        "local_cidrs": cidrs, "protocol": old.text("protocol"), "encryption_algorithm": old.text("cipher"), "port": old.number("port"),
        "compression_enabled": old.flag("compress"),
    })
}

fn ssl_client_cert(old: &Old<'_>) -> Json {
    json!({"id": old.text("id"), "name": old.text("name"), "ssl_server_id": old.text("ssl_vpn_server_id")})
}
