//! The official types, an object of each in our words, and what the official provider's state says of it.

use serde_json::{Value, json};

/// A type of an official provider, and the same object in ours.
pub(super) struct Case {
    /// Without the host.
    pub(super) provider: &'static str,
    pub(super) theirs: &'static str,
    pub(super) ours: &'static str,
    /// What has to be there first.
    pub(super) parents: &'static str,
    /// The attributes of the resource.
    pub(super) body: &'static str,
    /// The official provider's attributes of the object that ours has these of.
    pub(super) state: fn(&Value) -> Value,
}

pub(super) const TENCENT: &str = "tencentcloudstack/tencentcloud";
pub(super) const ALIBABA: &str = "aliyun/alicloud";

const PEER: &str = r#"
resource "cloudvpn_alibaba_customer_gateway" "peer" {
  name       = "peer"
  ip_address = "203.0.113.99"
}
"#;
const TENCENT_PEER: &str = r#"
resource "cloudvpn_tencent_customer_gateway" "peer" {
  name       = "peer"
  ip_address = "203.0.113.99"
  bgp_asn    = 65010
}
"#;
const SSL_GATEWAY: &str = r#"
resource "cloudvpn_tencent_gateway" "people" {
  name            = "people"
  type            = "SSL"
  vpc_id          = "vpc-mock0001"
  max_connections = 5
}
resource "cloudvpn_tencent_ssl_server" "staff" {
  name        = "staff"
  gateway_id  = cloudvpn_tencent_gateway.people.id
  local_cidrs = ["10.0.0.0/16"]
  client_cidr = "10.8.0.0/16"
}
"#;
const ALIBABA_SSL: &str = r#"
resource "cloudvpn_alibaba_gateway" "people" {
  name                         = "people"
  vpc_id                       = "vpc-mock0001"
  vswitch_id                   = "vsw-mock0001"
  disaster_recovery_vswitch_id = "vsw-mock0002"
  bandwidth_mbps               = 10
  ssl_enabled                  = true
  ssl_max_connections          = 5
}
"#;
const SINGLE: &str = r#"
resource "cloudvpn_alibaba_customer_gateway" "peer" {
  name       = "peer"
  ip_address = "203.0.113.99"
}
resource "cloudvpn_alibaba_gateway" "single" {
  name           = "single"
  vpc_id         = "vpc-mock0001"
  vswitch_id     = "vsw-mock0001"
  bandwidth_mbps = 10
}
"#;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            provider: TENCENT,
            theirs: "tencentcloud_vpn_connection",
            ours: "cloudvpn_tencent_connection",
            parents: "",
            body: r#"
  name                = "office"
  vpc_id              = "vpc-mock0001"
  gateway_id          = "vpngw-mock0001"
  customer_gateway_id = "cgw-mock0001"
  pre_shared_key      = "a-key-in-both-states"
  security_policies   = [{ local_cidr = "10.0.0.0/16", remote_cidrs = ["192.168.10.0/24"] }]
  tags                = { team = "net" }
"#,
            state: tencent_connection,
        },
        Case {
            provider: TENCENT,
            theirs: "tencentcloud_vpn_connection",
            ours: "cloudvpn_tencent_connection",
            parents: "",
            body: r#"
  name                      = "routed"
  vpc_id                    = "vpc-mock0001"
  gateway_id                = "vpngw-mock0001"
  customer_gateway_id       = "cgw-mock0001"
  pre_shared_key_wo         = "a-key-in-both-states"
  pre_shared_key_wo_version = 1
  route_type                = "StaticRoute"
"#,
            state: tencent_connection,
        },
        Case {
            provider: TENCENT,
            theirs: "tencentcloud_vpn_connection",
            ours: "cloudvpn_tencent_connection",
            parents: TENCENT_PEER,
            body: r#"
  name                = "dynamic"
  vpc_id              = "vpc-mock0001"
  gateway_id          = "vpngw-mock0001"
  customer_gateway_id = cloudvpn_tencent_customer_gateway.peer.id
  pre_shared_key      = "a-key-in-both-states"
  route_type          = "Bgp"
  bgp                 = { tunnel_cidr = "169.254.129.0/30", local_ip = "169.254.129.1", remote_ip = "169.254.129.2" }
"#,
            state: |ours| {
                let mut state = tencent_connection(ours);
                let bgp = &ours["bgp"];
                state["bgp_config"] = json!([{
                    "local_bgp_ip": bgp["local_ip"], "remote_bgp_ip": bgp["remote_ip"], "tunnel_cidr": bgp["tunnel_cidr"],
                }]);
                state
            },
        },
        Case {
            provider: TENCENT,
            theirs: "tencentcloud_vpn_connection",
            ours: "cloudvpn_tencent_connection",
            parents: "",
            body: r#"
  name                = "by domain name"
  region              = "ap-guangzhou"
  vpc_id              = "vpc-mock0001"
  gateway_id          = "vpngw-mock0001"
  customer_gateway_id = "cgw-mock0001"
  pre_shared_key      = "a-key-in-both-states"
  security_policies   = [{ local_cidr = "10.0.0.0/16", remote_cidrs = ["192.168.10.0/24"] }]
  ike                 = { local_identity = { fqdn = "cloud.example" }, remote_identity = { fqdn = "office.example" } }
"#,
            state: |ours| {
                let mut state = tencent_connection(ours);
                for (side, name) in [("local", "cloud.example"), ("remote", "office.example")] {
                    state[format!("ike_{side}_identity")] = json!("FQDN");
                    state[format!("ike_{side}_fqdn_name")] = json!(name);
                    state[format!("ike_{side}_address")] = json!("");
                }
                state
            },
        },
        Case {
            provider: TENCENT,
            theirs: "tencentcloud_vpn_gateway",
            ours: "cloudvpn_tencent_gateway",
            parents: "",
            body: "  name = \"ccn\"\n  type = \"CCN\"\n",
            state: |ours| {
                json!({
                    "bandwidth": ours["bandwidth_mbps"], "bgp_asn": 0, "cdc_id": "", "charge_type": "POSTPAID_BY_HOUR", "id": ours["id"],
                    "max_connection": 0, "name": ours["name"], "prepaid_period": 1, "tags": {}, "type": "CCN", "vpc_id": "",
                    "zone": ours["zone"],
                })
            },
        },
        Case {
            provider: TENCENT,
            theirs: "tencentcloud_vpn_gateway",
            ours: "cloudvpn_tencent_gateway",
            parents: "",
            body: "  name           = \"gw\"\n  vpc_id         = \"vpc-mock0001\"\n  bandwidth_mbps = 10\n",
            state: |ours| {
                json!({
                    "bandwidth": ours["bandwidth_mbps"], "bgp_asn": null, "cdc_id": "", "charge_type": "POSTPAID_BY_HOUR",
                    "create_time": "2024-03-05 10:00:00", "expired_time": "0000-00-00 00:00:00", "id": ours["id"],
                    "is_address_blocked": false, "max_connection": 0, "name": ours["name"], "new_purchase_plan": "", "prepaid_period": 1,
                    "prepaid_renew_flag": "NOTIFY_AND_AUTO_RENEW", "public_ip_address": ours["public_ip_address"],
                    "restrict_state": "NORMAL", "state": "AVAILABLE", "tags": {}, "type": ours["type"], "vpc_id": ours["vpc_id"],
                    "zone": ours["zone"],
                })
            },
        },
        Case {
            provider: TENCENT,
            theirs: "tencentcloud_vpn_gateway",
            ours: "cloudvpn_tencent_gateway",
            parents: "",
            // After an import: the period is 1 whatever was bought, and there is no VPC.
            body: "  name           = \"paid\"\n  vpc_id         = \"vpc-mock0001\"\n  charge_type    = \"PREPAID\"\n  prepaid        = { \
                   period_months = 2, renew_flag = \"NOTIFY_AND_MANUAL_RENEW\" }\n",
            state: |ours| {
                json!({
                    "bandwidth": ours["bandwidth_mbps"], "bgp_asn": 0, "charge_type": "PREPAID", "id": ours["id"], "max_connection": null,
                    "name": ours["name"], "prepaid_period": 1, "prepaid_renew_flag": "NOTIFY_AND_MANUAL_RENEW", "tags": null,
                    "type": ours["type"], "vpc_id": null, "zone": ours["zone"],
                })
            },
        },
        Case {
            provider: TENCENT,
            theirs: "tencentcloud_vpn_customer_gateway",
            ours: "cloudvpn_tencent_customer_gateway",
            parents: "",
            body: "  name       = \"office\"\n  ip_address = \"203.0.113.77\"\n  bgp_asn    = 65010\n",
            state: |ours| {
                json!({
                    "bgp_asn": 65010, "create_time": "2024-03-05 09:59:00", "id": ours["id"], "name": "office",
                    "public_ip_address": "203.0.113.77", "tags": null,
                })
            },
        },
        Case {
            provider: TENCENT,
            theirs: "tencentcloud_vpn_gateway_route",
            ours: "cloudvpn_tencent_gateway_route",
            parents: r#"
resource "cloudvpn_tencent_connection" "routed" {
  name                = "routed"
  vpc_id              = "vpc-mock0001"
  gateway_id          = "vpngw-mock0001"
  customer_gateway_id = "cgw-mock0001"
  pre_shared_key      = "a-pre-shared-key"
  route_type          = "StaticRoute"
}
"#,
            body: "  gateway_id       = \"vpngw-mock0001\"\n  destination_cidr = \"192.168.30.0/24\"\n  next_hop_id      = \
                   cloudvpn_tencent_connection.routed.id\n",
            state: |ours| {
                let id = format!("vpngw-mock0001#{}", ours["id"].as_str().unwrap());
                json!({
                    "create_time": "2024-03-05 10:20:00", "destination_cidr_block": "192.168.30.0/24", "id": id,
                    "instance_id": ours["next_hop_id"], "instance_type": "VPNCONN", "priority": 0, "route_id": ours["id"], "status": "ENABLE",
                    "type": "Static", "update_time": "2024-03-05 10:20:00", "vpn_gateway_id": "vpngw-mock0001",
                })
            },
        },
        Case {
            provider: TENCENT,
            theirs: "tencentcloud_vpn_ssl_server",
            ours: "cloudvpn_tencent_ssl_server",
            parents: "resource \"cloudvpn_tencent_gateway\" \"people\" {\n  name = \"people\"\n  type = \"SSL\"\n  vpc_id = \
                      \"vpc-mock0001\"\n  max_connections = 5\n}\n",
            body: "  name        = \"staff\"\n  gateway_id  = cloudvpn_tencent_gateway.people.id\n  local_cidrs = [\"10.0.0.0/16\"]\n  \
                   client_cidr = \"10.8.0.0/16\"\n  tags        = { team = \"net\" }\n",
            state: |ours| {
                json!({
                    "access_policy_enabled": false, "compress": false, "dns_servers": [], "encrypt_algorithm": ours["encryption_algorithm"],
                    "id": ours["id"], "integrity_algorithm": ours["integrity_algorithm"], "local_address": ["10.0.0.0/16"],
                    "remote_address": "10.8.0.0/16", "saml_data": "", "sso_enabled": false, "ssl_vpn_port": ours["port"],
                    "ssl_vpn_protocol": "UDP", "ssl_vpn_server_name": "staff", "tags": {"team": "net"}, "vpn_gateway_id": ours["gateway_id"],
                })
            },
        },
        Case {
            provider: TENCENT,
            theirs: "tencentcloud_vpn_ssl_client",
            ours: "cloudvpn_tencent_ssl_client",
            parents: SSL_GATEWAY,
            body: "  name          = \"alice\"\n  ssl_server_id = cloudvpn_tencent_ssl_server.staff.id\n",
            state: |ours| json!({"id": ours["id"], "ssl_vpn_client_name": "alice", "ssl_vpn_server_id": ours["ssl_server_id"], "tags": {}}),
        },
        Case {
            provider: ALIBABA,
            theirs: "alicloud_vpn_connection",
            ours: "cloudvpn_alibaba_connection",
            parents: PEER,
            body: r#"
  name         = "office"
  gateway_id   = "vpn-mock0001"
  local_cidrs  = ["10.0.0.0/16"]
  remote_cidrs = ["192.168.10.0/24"]
  tunnels = {
    master = { customer_gateway_id = cloudvpn_alibaba_customer_gateway.peer.id, pre_shared_key = "a-key-in-both-states" }
    slave  = { customer_gateway_id = cloudvpn_alibaba_customer_gateway.peer.id, pre_shared_key = "another-key-in-both" }
  }
"#,
            state: |ours| {
                let tunnel = |role: &str, given: &str| {
                    let tunnel = &ours["tunnels"][role];
                    json!({
                        "customer_gateway_id": tunnel["customer_gateway_id"], "enable_dpd": true, "enable_nat_traversal": true,
                        "internet_ip": "", "role": given, "state": "", "status": "", "tunnel_bgp_config": [], "tunnel_id": "",
                        "tunnel_ike_config": [{
                            "ike_auth_alg": tunnel["ike"]["integrity_algorithm"], "ike_enc_alg": tunnel["ike"]["encryption_algorithm"],
                            "ike_lifetime": 0, "ike_mode": "", "ike_pfs": "", "ike_version": "", "local_id": "",
                            "psk": tunnel["pre_shared_key"], "remote_id": "",
                        }],
                        "tunnel_ipsec_config": [], "zone_no": "",
                    })
                };
                json!({
                    "auto_config_route": true, "bgp_config": [], "create_time": 1_709_600_000_000_i64, "customer_gateway_id": "",
                    "effect_immediately": false, "enable_dpd": false, "enable_nat_traversal": false, "enable_tunnels_bgp": false,
                    "health_check_config": [{"dip": "", "enable": false, "interval": 0, "retry": 0, "sip": ""}], "id": ours["id"],
                    "ike_config": [], "ipsec_config": [], "local_subnet": ["10.0.0.0/16"], "name": "office", "network_type": null,
                    "remote_subnet": ["192.168.10.0/24"], "resource_group_id": ours["resource_group_id"], "status": "",
                    "tags": {}, "timeouts": null, "tunnel_options_specification": [tunnel("slave", "slave"), tunnel("master", "master")],
                    "vpn_connection_name": "office", "vpn_gateway_id": "vpn-mock0001",
                })
            },
        },
        Case {
            provider: "hashicorp/alicloud",
            theirs: "alicloud_vpn_connection",
            ours: "cloudvpn_alibaba_connection",
            parents: SINGLE,
            body: r#"
  name                = "single"
  gateway_id          = cloudvpn_alibaba_gateway.single.id
  customer_gateway_id = cloudvpn_alibaba_customer_gateway.peer.id
  local_cidrs         = ["10.0.0.0/16"]
  remote_cidrs        = ["192.168.10.0/24"]
  pre_shared_key      = "a-key-in-both-states"
  timeouts            = { create = "15m" }
"#,
            state: |ours| {
                let (ike, ipsec) = (&ours["ike"], &ours["ipsec"]);
                json!({
                    "auto_config_route": ours["auto_configure_routes"],
                    "bgp_config": [{"enable": false, "local_asn": "45104", "local_bgp_ip": "", "status": "", "tunnel_cidr": ""}],
                    "create_time": 1_709_600_000_000_i64, "customer_gateway_id": ours["customer_gateway_id"],
                    "effect_immediately": ours["effect_immediately"], "enable_dpd": ours["dpd"]["enabled"],
                    "enable_nat_traversal": ours["nat_traversal"]["enabled"], "enable_tunnels_bgp": false,
                    "health_check_config": [{"dip": "", "enable": false, "interval": 3, "retry": 3, "sip": ""}], "id": ours["id"],
                    "ike_config": [{
                        "ike_auth_alg": ike["integrity_algorithm"], "ike_enc_alg": ike["encryption_algorithm"],
                        "ike_lifetime": ike["lifetime_seconds"], "ike_local_id": ike["local_identity"], "ike_mode": ike["exchange_mode"],
                        "ike_pfs": ike["dh_group"], "ike_remote_id": ike["remote_identity"], "ike_version": ike["version"],
                        "psk": "a-key-in-both-states",
                    }],
                    "ipsec_config": [{
                        "ipsec_auth_alg": ipsec["integrity_algorithm"], "ipsec_enc_alg": ipsec["encryption_algorithm"],
                        "ipsec_lifetime": ipsec["lifetime_seconds"], "ipsec_pfs": ipsec["pfs_dh_group"],
                    }],
                    "local_subnet": ["10.0.0.0/16"], "name": "single", "remote_subnet": ["192.168.10.0/24"], "status": "",
                    "tags": null, "timeouts": {"create": "15m", "delete": null, "update": null}, "tunnel_options_specification": [],
                    "vpn_connection_name": "single", "vpn_gateway_id": ours["gateway_id"],
                })
            },
        },
        Case {
            provider: ALIBABA,
            theirs: "alicloud_vpn_gateway",
            ours: "cloudvpn_alibaba_gateway",
            parents: "",
            body: "  name                         = \"gw\"\n  vpc_id                       = \"vpc-mock0001\"\n  vswitch_id                   = \
                   \"vsw-mock0001\"\n  disaster_recovery_vswitch_id = \"vsw-mock0002\"\n  bandwidth_mbps               = 10\n  tags = { team \
                   = \"net\" }\n",
            state: |ours| {
                json!({
                    "auto_pay": null, "auto_propagate": ours["auto_propagate"], "bandwidth": 10, "business_status": "Normal",
                    "create_time": 1_709_600_000_000_i64, "description": "", "disaster_recovery_internet_ip": "",
                    "disaster_recovery_vswitch_id": "vsw-mock0002", "enable_ipsec": true, "enable_ssl": false, "id": ours["id"],
                    "instance_charge_type": "PostPaid", "internet_ip": "1.2.3.4", "name": "gw", "network_type": ours["network_type"],
                    "payment_type": "PayAsYouGo", "period": 1, "resource_group_id": ours["resource_group_id"], "ssl_connections": 5,
                    "ssl_vpn_internet_ip": "", "status": "active", "tags": {"team": "net"}, "timeouts": null, "vpc_id": "vpc-mock0001",
                    "vpn_gateway_name": "gw", "vpn_type": ours["vpn_type"], "vswitch_id": "vsw-mock0001",
                })
            },
        },
        Case {
            provider: ALIBABA,
            theirs: "alicloud_vpn_gateway",
            ours: "cloudvpn_alibaba_gateway",
            parents: "",
            body: r#"
  name                         = "paid"
  region                       = "cn-hangzhou"
  vpc_id                       = "vpc-mock0001"
  vswitch_id                   = "vsw-mock0001"
  disaster_recovery_vswitch_id = "vsw-mock0002"
  bandwidth_mbps               = 10
  charge_type                  = "PREPAY"
  period_months                = 2
"#,
            state: |ours| {
                json!({
                    "auto_propagate": ours["auto_propagate"], "bandwidth": 10, "description": "",
                    "disaster_recovery_vswitch_id": "vsw-mock0002", "enable_ipsec": true, "enable_ssl": false, "id": ours["id"],
                    "network_type": ours["network_type"], "payment_type": "Subscription", "period": 1,
                    "resource_group_id": ours["resource_group_id"], "tags": {}, "timeouts": null, "vpc_id": "vpc-mock0001",
                    "vpn_gateway_name": "paid", "vpn_type": ours["vpn_type"], "vswitch_id": "vsw-mock0001",
                })
            },
        },
        Case {
            provider: ALIBABA,
            theirs: "alicloud_vpn_connection",
            ours: "cloudvpn_alibaba_connection",
            parents: SINGLE,
            body: r#"
  name                      = "without its key"
  gateway_id                = cloudvpn_alibaba_gateway.single.id
  customer_gateway_id       = cloudvpn_alibaba_customer_gateway.peer.id
  local_cidrs               = ["10.0.0.0/16"]
  remote_cidrs              = ["192.168.10.0/24"]
  pre_shared_key_wo         = "a-key-in-both-states"
  pre_shared_key_wo_version = 1
"#,
            state: |ours| {
                json!({
                    "customer_gateway_id": ours["customer_gateway_id"], "id": ours["id"],
                    "ike_config": [{"psk": "a-key-in-both-states", "ike_version": ours["ike"]["version"]}],
                    "local_subnet": ["10.0.0.0/16"], "remote_subnet": ["192.168.10.0/24"], "tags": {},
                    "vpn_connection_name": "without its key", "vpn_gateway_id": ours["gateway_id"],
                })
            },
        },
        Case {
            provider: ALIBABA,
            theirs: "alicloud_vpn_customer_gateway",
            ours: "cloudvpn_alibaba_customer_gateway",
            parents: "",
            body: "  name       = \"office\"\n  ip_address = \"203.0.113.77\"\n  bgp_asn    = 65010\n",
            state: |ours| {
                json!({
                    "asn": "65010", "create_time": 1_709_600_000_000_i64, "customer_gateway_name": "office", "description": "",
                    "id": ours["id"], "ip_address": "203.0.113.77", "name": "office", "tags": {}, "timeouts": null,
                })
            },
        },
        Case {
            provider: ALIBABA,
            theirs: "alicloud_vpn_route_entry",
            ours: "cloudvpn_alibaba_route_entry",
            parents: r#"
resource "cloudvpn_alibaba_customer_gateway" "peer" {
  name       = "peer"
  ip_address = "203.0.113.99"
}
resource "cloudvpn_alibaba_connection" "tunnel" {
  name         = "office"
  gateway_id   = "vpn-mock0001"
  local_cidrs  = ["10.0.0.0/16"]
  remote_cidrs = ["192.168.10.0/24"]
  tunnels = {
    master = { customer_gateway_id = cloudvpn_alibaba_customer_gateway.peer.id, pre_shared_key = "a-pre-shared-key" }
    slave  = { customer_gateway_id = cloudvpn_alibaba_customer_gateway.peer.id, pre_shared_key = "a-pre-shared-key" }
  }
}
"#,
            body: "  gateway_id       = \"vpn-mock0001\"\n  next_hop_id      = cloudvpn_alibaba_connection.tunnel.id\n  destination_cidr = \
                   \"192.168.20.0/24\"\n  weight           = 0\n",
            state: |ours| {
                let hop = ours["next_hop_id"].as_str().unwrap();
                json!({
                    "id": format!("vpn-mock0001:{hop}:192.168.20.0/24"), "next_hop": hop, "publish_vpc": true, "route_dest": "192.168.20.0/24",
                    "route_entry_type": "custom", "status": "published", "timeouts": null, "vpn_gateway_id": "vpn-mock0001", "weight": 0,
                })
            },
        },
        Case {
            provider: ALIBABA,
            theirs: "alicloud_ssl_vpn_server",
            ours: "cloudvpn_alibaba_ssl_server",
            parents: ALIBABA_SSL,
            body: "  name        = \"staff\"\n  gateway_id  = cloudvpn_alibaba_gateway.people.id\n  client_cidr = \"192.168.100.0/24\"\n  \
                   local_cidrs = [\"10.0.0.0/16\", \"10.1.0.0/16\"]\n",
            state: |ours| {
                json!({
                    "cipher": ours["encryption_algorithm"], "client_ip_pool": "192.168.100.0/24", "compress": false, "connections": 0,
                    "id": ours["id"], "internet_ip": "1.2.3.4", "local_subnet": "10.0.0.0/16,10.1.0.0/16", "max_connections": 5,
                    "name": "staff", "port": ours["port"], "protocol": ours["protocol"], "vpn_gateway_id": ours["gateway_id"],
                })
            },
        },
        Case {
            provider: ALIBABA,
            theirs: "alicloud_ssl_vpn_client_cert",
            ours: "cloudvpn_alibaba_ssl_client_cert",
            parents: "",
            body: "  name          = \"alice\"\n  ssl_server_id = \"vss-mock0001\"\n",
            state: |ours| {
                json!({
                    "ca_cert": "-----BEGIN CERTIFICATE-----\nx", "client_cert": "-----BEGIN CERTIFICATE-----\ny", "client_config": "client\n",
                    "client_key": "-----BEGIN RSA PRIVATE KEY-----\nzzz-a-key-that-goes", "id": ours["id"], "name": "alice",
                    "ssl_vpn_server_id": "vss-mock0001", "status": "normal",
                })
            },
        },
    ]
}

fn tencent_connection(ours: &Value) -> Value {
    let (ike, ipsec) = (&ours["ike"], &ours["ipsec"]);
    let policies = ours["security_policies"].as_array().into_iter().flatten();
    let policies: Vec<_> = policies
        .map(|policy| json!({"local_cidr_block": policy["local_cidr"], "remote_cidr_block": policy["remote_cidrs"]}))
        .collect();
    json!({
        "bgp_config": null, "create_time": "2024-03-05 10:11:12", "customer_gateway_id": ours["customer_gateway_id"], "dpd_action": "clear",
        "dpd_enable": i64::from(ours["dpd"]["enabled"] == true), "dpd_timeout": ours["dpd"]["timeout_seconds"], "enable_health_check": false,
        "encrypt_proto": "IKE", "health_check_config": null, "health_check_local_ip": "0.0.0.0", "health_check_remote_ip": "",
        "id": ours["id"], "ike_dh_group_name": ike["dh_group"], "ike_exchange_mode": ike["exchange_mode"],
        "ike_local_address": ike["local_identity"]["address"], "ike_local_fqdn_name": "", "ike_local_identity": "ADDRESS",
        "ike_proto_authen_algorithm": ike["integrity_algorithm"], "ike_proto_encry_algorithm": ike["encryption_algorithm"],
        "ike_remote_address": ike["remote_identity"]["address"], "ike_remote_fqdn_name": "", "ike_remote_identity": "ADDRESS",
        "ike_sa_lifetime_seconds": ike["lifetime_seconds"], "ike_version": ike["version"],
        "ipsec_encrypt_algorithm": ipsec["encryption_algorithm"], "ipsec_integrity_algorithm": ipsec["integrity_algorithm"],
        "ipsec_pfs_dh_group": ipsec["pfs_dh_group"], "ipsec_sa_lifetime_seconds": ipsec["lifetime_seconds"],
        "ipsec_sa_lifetime_traffic": ipsec["lifetime_kilobytes"], "is_ccn_type": false, "name": ours["name"],
        "negotiation_type": ours["negotiation"], "net_status": "UNAVAILABLE", "pre_share_key": "a-key-in-both-states",
        "route_type": ours["route_type"], "security_group_policy": policies, "state": "AVAILABLE", "tags": ours["tags"],
        "vpc_id": ours["vpc_id"], "vpn_gateway_id": ours["gateway_id"], "vpn_proto": "IPSEC",
    })
}
