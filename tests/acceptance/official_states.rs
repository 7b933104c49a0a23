//! What the official providers' states say of objects that ours has: the shapes that they have after a create, a refresh and an import.
#![cfg(unix)]

use serde_json::{Value, json};

/// What was last done there: values that are absent look otherwise after each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum After {
    Create,
    Refresh,
    Import,
}

impl After {
    pub(crate) const ALL: [Self; 3] = [Self::Create, Self::Refresh, Self::Import];

    /// A list of blocks of which there is none.
    fn no_block(self) -> Value {
        if self == Self::Create { Value::Null } else { json!([]) }
    }

    /// A text that nobody wrote.
    fn no_text(self) -> Value {
        if self == Self::Create { Value::Null } else { json!("") }
    }

    /// A truth that nobody wrote.
    fn no_bool(self) -> Value {
        if self == Self::Import { Value::Null } else { json!(false) }
    }

    fn tags(self, ours: &Value) -> Value {
        match (ours.is_null(), self) {
            (false, _) => ours.clone(),
            (true, Self::Create) => Value::Null,
            (true, _) => json!({}),
        }
    }

    /// Blocks for time limits: an import makes none.
    fn timeouts(self, ours: &Value) -> Value {
        if self == Self::Import { Value::Null } else { ours.clone() }
    }
}

/// The attributes of an official type's object that has these in ours.
pub(crate) fn attributes(theirs: &str, ours: &Value, after: After) -> Value {
    match theirs {
        "tencentcloud_vpn_connection" => tencent_connection(ours, after),
        "tencentcloud_vpn_gateway" => tencent_gateway(ours, after),
        "tencentcloud_vpn_customer_gateway" => json!({
            "bgp_asn": ours["bgp_asn"], "create_time": "2024-03-05 09:59:00", "id": ours["id"], "name": ours["name"],
            "public_ip_address": ours["ip_address"], "tags": after.tags(&ours["tags"]),
        }),
        "tencentcloud_vpn_gateway_route" => json!({
            "create_time": "2024-03-05 10:20:00", "destination_cidr_block": ours["destination_cidr"],
            "id": format!("{}#{}", text(&ours["gateway_id"]), text(&ours["id"])), "instance_id": ours["next_hop_id"],
            "instance_type": ours["next_hop_type"], "priority": ours["priority"], "route_id": ours["id"],
            "status": if ours["enabled"] == true { "ENABLE" } else { "DISABLE" }, "type": "Static",
            "update_time": "2024-03-05 10:20:00", "vpn_gateway_id": ours["gateway_id"],
        }),
        "tencentcloud_vpn_ssl_server" => tencent_ssl_server(ours, after),
        "tencentcloud_vpn_ssl_client" => json!({
            "id": ours["id"], "ssl_vpn_client_name": ours["name"], "ssl_vpn_server_id": ours["ssl_server_id"],
            "tags": after.tags(&ours["tags"]),
        }),
        "alicloud_vpn_connection" => alibaba_connection(ours, after),
        "alicloud_vpn_gateway" => alibaba_gateway(ours, after),
        "alicloud_vpn_customer_gateway" => json!({
            "asn": ours["bgp_asn"].as_u64().map_or_else(|| after.no_text(), |asn| json!(asn.to_string())),
            "create_time": MILLISECONDS, "customer_gateway_name": ours["name"], "description": or_empty(&ours["description"]),
            "id": ours["id"], "ip_address": ours["ip_address"], "name": ours["name"], "tags": after.tags(&ours["tags"]),
            "timeouts": after.timeouts(&ours["timeouts"]),
        }),
        "alicloud_vpn_route_entry" => json!({
            "id": format!("{}:{}:{}", text(&ours["gateway_id"]), text(&ours["next_hop_id"]), text(&ours["destination_cidr"])),
            "next_hop": ours["next_hop_id"], "publish_vpc": ours["published"], "route_dest": ours["destination_cidr"],
            "route_entry_type": "custom", "status": if ours["published"] == true { "published" } else { "normal" },
            "timeouts": after.timeouts(&ours["timeouts"]), "vpn_gateway_id": ours["gateway_id"], "weight": ours["weight"],
        }),
        "alicloud_ssl_vpn_server" => json!({
            "cipher": ours["encryption_algorithm"], "client_ip_pool": ours["client_cidr"],
            "compress": ours["compression_enabled"], "connections": 0, "id": ours["id"], "internet_ip": "1.2.3.4",
            "local_subnet": ours["local_cidrs"].as_array().unwrap().iter().map(text).collect::<Vec<_>>().join(","),
            "max_connections": 5, "name": ours["name"], "port": ours["port"], "protocol": ours["protocol"],
            "vpn_gateway_id": ours["gateway_id"],
        }),
        "alicloud_ssl_vpn_client_cert" => json!({
            "ca_cert": "-----BEGIN CERTIFICATE-----\nx", "client_cert": "-----BEGIN CERTIFICATE-----\ny", "client_config": "client\n",
            "client_key": PRIVATE_KEY, "id": ours["id"], "name": ours["name"], "ssl_vpn_server_id": ours["ssl_server_id"],
            "status": "normal",
        }),
        _ => panic!("the state of {theirs} is not known"),
    }
}

/// What the old state has of a private key, and the new one must not.
pub(crate) const PRIVATE_KEY: &str = "-----BEGIN RSA PRIVATE KEY-----\nzzz-a-key-that-goes";

fn text(value: &Value) -> &str {
    value.as_str().expect("ids, names and ranges are texts")
}

fn or_empty(value: &Value) -> Value {
    if value.is_null() { json!("") } else { value.clone() }
}

fn or_zero(value: &Value) -> Value {
    if value.is_null() { json!(0) } else { value.clone() }
}

fn tencent_connection(ours: &Value, after: After) -> Value {
    let (ike, ipsec, health) = (&ours["ike"], &ours["ipsec"], &ours["health_check"]);
    let policies = ours["security_policies"].as_array().into_iter().flatten();
    let policies: Vec<_> = policies
        .map(|policy| json!({"local_cidr_block": policy["local_cidr"], "remote_cidr_block": policy["remote_cidrs"]}))
        .collect();
    let bgp = match &ours["bgp"] {
        Value::Null => after.no_block(),
        bgp => {
            json!([{"local_bgp_ip": bgp["local_ip"], "remote_bgp_ip": bgp["remote_ip"], "tunnel_cidr": bgp["tunnel_cidr"]}])
        }
    };
    let probe = match &health["probe"] {
        Value::Null => after.no_block(),
        probe => json!([{
            "probe_interval": probe["interval_ms"], "probe_threshold": probe["threshold"],
            "probe_timeout": probe["timeout_ms"], "probe_type": "NQA",
        }]),
    };
    let kind = |identity: &Value| if identity["fqdn"].is_string() { "FQDN" } else { "ADDRESS" };
    json!({
        "bgp_config": bgp, "create_time": "2024-03-05 10:11:12", "customer_gateway_id": ours["customer_gateway_id"],
        "dpd_action": or_empty(&ours["dpd"]["action"]), "dpd_enable": i64::from(ours["dpd"]["enabled"] == true),
        "dpd_timeout": ours["dpd"]["timeout_seconds"], "enable_health_check": health["enabled"] == true, "encrypt_proto": "IKE",
        "health_check_config": probe,
        "health_check_local_ip": if health["local_ip"].is_null() { json!("0.0.0.0") } else { health["local_ip"].clone() },
        "health_check_remote_ip": or_empty(&health["remote_ip"]), "id": ours["id"], "ike_dh_group_name": ike["dh_group"],
        "ike_exchange_mode": ike["exchange_mode"], "ike_local_address": or_empty(&ike["local_identity"]["address"]),
        "ike_local_fqdn_name": or_empty(&ike["local_identity"]["fqdn"]), "ike_local_identity": kind(&ike["local_identity"]),
        "ike_proto_authen_algorithm": ike["integrity_algorithm"], "ike_proto_encry_algorithm": ike["encryption_algorithm"],
        "ike_remote_address": or_empty(&ike["remote_identity"]["address"]),
        "ike_remote_fqdn_name": or_empty(&ike["remote_identity"]["fqdn"]), "ike_remote_identity": kind(&ike["remote_identity"]),
        "ike_sa_lifetime_seconds": ike["lifetime_seconds"], "ike_version": ike["version"],
        "ipsec_encrypt_algorithm": ipsec["encryption_algorithm"], "ipsec_integrity_algorithm": ipsec["integrity_algorithm"],
        "ipsec_pfs_dh_group": ipsec["pfs_dh_group"], "ipsec_sa_lifetime_seconds": ipsec["lifetime_seconds"],
        "ipsec_sa_lifetime_traffic": ipsec["lifetime_kilobytes"], "is_ccn_type": ours["vpc_id"].is_null(), "name": ours["name"],
        "negotiation_type": ours["negotiation"], "net_status": "UNAVAILABLE", "pre_share_key": ours["pre_shared_key"],
        "route_type": ours["route_type"], "security_group_policy": policies, "state": "AVAILABLE",
        "tags": after.tags(&ours["tags"]), "vpc_id": ours["vpc_id"], "vpn_gateway_id": ours["gateway_id"], "vpn_proto": "IPSEC",
    })
}

/// The period is 1 unless it was configured, and after each import; the VPC is not read there.
fn tencent_gateway(ours: &Value, after: After) -> Value {
    let prepaid = ours["charge_type"] == "PREPAID";
    let import = after == After::Import;
    json!({
        "bandwidth": ours["bandwidth_mbps"], "bgp_asn": ours["bgp_asn"], "cdc_id": "", "charge_type": ours["charge_type"],
        "create_time": "2024-03-05 10:00:00",
        "expired_time": if prepaid { or_empty(&ours["expires_at"]) } else { json!("0000-00-00 00:00:00") }, "id": ours["id"],
        "is_address_blocked": false, "max_connection": or_zero(&ours["max_connections"]), "name": ours["name"],
        "new_purchase_plan": "",
        "prepaid_period": if prepaid && !import { or_zero(&ours["prepaid"]["period_months"]) } else { json!(1) },
        "prepaid_renew_flag": if prepaid { ours["prepaid"]["renew_flag"].clone() } else { json!("NOTIFY_AND_AUTO_RENEW") },
        "public_ip_address": ours["public_ip_address"], "restrict_state": "NORMAL", "state": "AVAILABLE",
        "tags": after.tags(&ours["tags"]), "type": ours["type"], "vpc_id": if import { Value::Null } else { ours["vpc_id"].clone() },
        "zone": or_empty(&ours["zone"]),
    })
}

fn tencent_ssl_server(ours: &Value, after: After) -> Value {
    let dns = match &ours["dns_servers"] {
        Value::Null => after.no_block(),
        dns => json!([{"primary_dns": or_empty(&dns["primary"]), "secondary_dns": or_empty(&dns["secondary"])}]),
    };
    json!({
        "access_policy_enabled": after.no_bool(), "compress": ours["compression_enabled"], "dns_servers": dns,
        "encrypt_algorithm": ours["encryption_algorithm"], "id": ours["id"], "integrity_algorithm": ours["integrity_algorithm"],
        "local_address": ours["local_cidrs"], "remote_address": ours["client_cidr"], "saml_data": after.no_text(),
        "sso_enabled": after.no_bool(), "ssl_vpn_port": ours["port"], "ssl_vpn_protocol": ours["protocol"],
        "ssl_vpn_server_name": ours["name"], "tags": after.tags(&ours["tags"]), "vpn_gateway_id": ours["gateway_id"],
    })
}

const MILLISECONDS: i64 = 1_709_600_000_000;

/// Asked for less than everything, an answer of two tunnels leaves much out: `""`, 0 and false stand for that.
fn alibaba_connection(ours: &Value, after: After) -> Value {
    let (ike, ipsec, health) = (&ours["ike"], &ours["ipsec"], &ours["health_check"]);
    let tunnels: Vec<_> = ["slave", "master"]
        .into_iter()
        .filter(|role| ours["tunnels"][role].is_object())
        .map(|role| alibaba_tunnel(role, &ours["tunnels"][role], after))
        .collect();
    let dual = !tunnels.is_empty();
    let single = |of: Value| if dual { after.no_block() } else { json!([of]) };
    json!({
        "auto_config_route": ours["auto_configure_routes"],
        "bgp_config": single(json!({
            "enable": ours["bgp"]["enabled"] == true, "local_asn": asn(&ours["bgp"]["local_asn"]),
            "local_bgp_ip": or_empty(&ours["bgp"]["local_ip"]), "status": "", "tunnel_cidr": or_empty(&ours["bgp"]["tunnel_cidr"]),
        })),
        "create_time": MILLISECONDS, "customer_gateway_id": or_empty(&ours["customer_gateway_id"]),
        "effect_immediately": ours["effect_immediately"] == true, "enable_dpd": ours["dpd"]["enabled"] == true,
        "enable_nat_traversal": ours["nat_traversal"]["enabled"] == true,
        "enable_tunnels_bgp": ours["tunnels_bgp_enabled"] == true,
        "health_check_config": [{
            "dip": or_empty(&health["remote_ip"]), "enable": health["enabled"] == true,
            "interval": or_zero(&health["interval_seconds"]), "retry": or_zero(&health["retries"]),
            "sip": or_empty(&health["local_ip"]),
        }],
        "id": ours["id"],
        "ike_config": single(json!({
            "ike_auth_alg": ike["integrity_algorithm"], "ike_enc_alg": ike["encryption_algorithm"],
            "ike_lifetime": ike["lifetime_seconds"], "ike_local_id": ike["local_identity"], "ike_mode": ike["exchange_mode"],
            "ike_pfs": ike["dh_group"], "ike_remote_id": ike["remote_identity"], "ike_version": ike["version"],
            "psk": ours["pre_shared_key"],
        })),
        "ipsec_config": single(alibaba_ipsec(ipsec)),
        "local_subnet": ours["local_cidrs"], "name": or_empty(&ours["name"]), "network_type": null,
        "remote_subnet": ours["remote_cidrs"], "resource_group_id": ours["resource_group_id"], "status": "",
        "tags": after.tags(&ours["tags"]), "timeouts": after.timeouts(&ours["timeouts"]),
        "tunnel_options_specification": tunnels, "vpn_connection_name": or_empty(&ours["name"]),
        "vpn_gateway_id": ours["gateway_id"],
    })
}

fn alibaba_tunnel(role: &str, ours: &Value, after: After) -> Value {
    let ike = &ours["ike"];
    let bgp = match &ours["bgp"] {
        Value::Null => json!([]),
        bgp => json!([{
            "bgp_status": "", "local_asn": asn(&bgp["local_asn"]), "local_bgp_ip": or_empty(&bgp["local_ip"]), "peer_asn": "",
            "peer_bgp_ip": "", "tunnel_cidr": or_empty(&bgp["tunnel_cidr"]),
        }]),
    };
    let said = |role: &str| if after == After::Create { String::new() } else { role.to_owned() };
    json!({
        "customer_gateway_id": ours["customer_gateway_id"], "enable_dpd": ours["dpd"]["enabled"] == true,
        "enable_nat_traversal": ours["nat_traversal"]["enabled"] == true, "internet_ip": said("1.2.3.4"), "role": role,
        "state": said("active"), "status": "", "tunnel_bgp_config": bgp, "tunnel_id": said("tun-x"),
        "tunnel_ike_config": [{
            "ike_auth_alg": ike["integrity_algorithm"], "ike_enc_alg": ike["encryption_algorithm"],
            "ike_lifetime": ike["lifetime_seconds"], "ike_mode": ike["exchange_mode"], "ike_pfs": ike["dh_group"],
            "ike_version": ike["version"], "local_id": ike["local_identity"], "psk": ours["pre_shared_key"],
            "remote_id": ike["remote_identity"],
        }],
        "tunnel_ipsec_config": [alibaba_ipsec(&ours["ipsec"])], "zone_no": "",
    })
}

fn alibaba_ipsec(ours: &Value) -> Value {
    json!({
        "ipsec_auth_alg": ours["integrity_algorithm"], "ipsec_enc_alg": ours["encryption_algorithm"],
        "ipsec_lifetime": ours["lifetime_seconds"], "ipsec_pfs": ours["pfs_dh_group"],
    })
}

/// Numbers of autonomous systems are texts there.
fn asn(ours: &Value) -> String {
    ours.as_u64().map(|asn| asn.to_string()).unwrap_or_default()
}

fn alibaba_gateway(ours: &Value, after: After) -> Value {
    let prepaid = ours["charge_type"] == "PREPAY";
    let (charge, payment) = if prepaid { ("PrePaid", "Subscription") } else { ("PostPaid", "PayAsYouGo") };
    json!({
        "auto_pay": if after == After::Import { Value::Null } else { ours["auto_pay"].clone() },
        "auto_propagate": ours["auto_propagate"], "bandwidth": ours["bandwidth_mbps"], "business_status": "Normal",
        "create_time": MILLISECONDS, "description": or_empty(&ours["description"]), "disaster_recovery_internet_ip": "",
        "disaster_recovery_vswitch_id": or_empty(&ours["disaster_recovery_vswitch_id"]), "enable_ipsec": ours["ipsec_enabled"],
        "enable_ssl": ours["ssl_enabled"], "id": ours["id"], "instance_charge_type": charge, "internet_ip": "1.2.3.4",
        "name": or_empty(&ours["name"]), "network_type": ours["network_type"], "payment_type": payment,
        "period": if after == After::Import { json!(1) } else { or_zero(&ours["period_months"]) },
        "resource_group_id": ours["resource_group_id"],
        "ssl_connections": if ours["ssl_enabled"] == true { ours["ssl_max_connections"].clone() } else { json!(5) },
        "ssl_vpn_internet_ip": "", "status": "active", "tags": after.tags(&ours["tags"]),
        "timeouts": after.timeouts(&ours["timeouts"]), "vpc_id": ours["vpc_id"], "vpn_gateway_name": or_empty(&ours["name"]),
        "vpn_type": ours["vpn_type"], "vswitch_id": ours["vswitch_id"],
    })
}
