//! Tests of `official.rs`.

use serde_json::{Value as Json, json};

use super::*;

fn source(address: &str, type_name: &str, state: Json) -> Source {
    Source { provider_address: address.to_owned(), type_name: type_name.to_owned(), schema_version: 0, state }
}

#[test]
fn every_spelling_of_an_official_provider_is_known() {
    let state = || json!({"id": "cgw-1", "public_ip_address": "192.0.2.1"});
    for address in [
        "registry.terraform.io/tencentcloudstack/tencentcloud",
        "registry.opentofu.org/tencentcloudstack/tencentcloud",
        "mirror.example:8443/tencentcloudstack/tencentcloud",
        "tencentcloud",
    ] {
        let source = source(address, "tencentcloud_vpn_customer_gateway", state());
        let found = translated(&source, "cloudvpn_tencent_customer_gateway").unwrap().unwrap();
        assert_eq!((&found["id"], &found["ip_address"]), (&json!("cgw-1"), &json!("192.0.2.1")), "{address}");
    }
    for address in ["registry.terraform.io/hashicorp/alicloud", "registry.opentofu.org/aliyun/alicloud", "alicloud"] {
        let source = source(address, "alicloud_vpn_customer_gateway", json!({"id": "cgw-1", "asn": "65010"}));
        let found = translated(&source, "cloudvpn_alibaba_customer_gateway").unwrap().unwrap();
        assert_eq!(found["bgp_asn"], 65010, "{address}");
    }
    let other = source("registry.terraform.io/someone/tencentcloud", "tencentcloud_vpn_customer_gateway", state());
    assert!(translated(&other, "cloudvpn_tencent_customer_gateway").unwrap().is_none());
}

#[test]
fn one_becomes_what_it_is_and_no_other() {
    let gateway = source("tencentcloud", "tencentcloud_vpn_gateway", json!({}));
    assert!(translated(&gateway, "cloudvpn_tencent_connection").unwrap().is_none());
}

#[test]
fn what_was_done_is_no_object_and_what_has_no_counterpart_stays_where_it_is() {
    let refused = |type_name: &str| {
        let word = type_name.split('_').next().unwrap();
        let source = source(word, type_name, json!({"id": "x"}));
        translated(&source, "cloudvpn_tencent_connection").unwrap_err().to_string()
    };
    for (deed, _) in PROVIDERS.iter().flat_map(|provider| provider.deeds) {
        assert!(refused(deed).contains(&format!("removed {{ from = {deed}.NAME")), "{}", refused(deed));
    }
    for (without, what) in PROVIDERS.iter().flat_map(|provider| provider.without) {
        assert!(refused(without).contains(&format!("no resource for {what} here yet")), "{}", refused(without));
    }
}

#[test]
fn absent_is_null_in_every_way_that_the_old_sdk_writes_it() {
    let absent = [json!(null), json!(""), json!(0), json!([]), json!({})];
    for absent in absent {
        let state =
            json!({"id": "vpnx-1", "tags": absent, "bgp_config": absent, "vpc_id": absent, "dpd_timeout": absent});
        let source = source("tencentcloud", "tencentcloud_vpn_connection", state);
        let found = translated(&source, "cloudvpn_tencent_connection").unwrap().unwrap();
        for name in ["tags", "bgp", "vpc_id", "security_policies", "pre_shared_key"] {
            assert!(found[name].is_null(), "{absent}: {name} is {}", found[name]);
        }
        assert_eq!(found["tags_all"], json!({}));
        assert!(found["dpd"]["timeout_seconds"].is_null());
    }
}

#[test]
fn tunnels_are_told_apart_by_role_and_else_by_place() {
    let tunnel = |role: &str, gateway: &str| json!({"role": role, "customer_gateway_id": gateway});
    for (tunnels, expected) in [
        ([tunnel("slave", "cgw-s"), tunnel("master", "cgw-m")], ["cgw-m", "cgw-s"]),
        ([tunnel("", "cgw-1"), tunnel("", "cgw-2")], ["cgw-1", "cgw-2"]),
        ([tunnel("slave", "cgw-s"), tunnel("", "cgw-m")], ["cgw-m", "cgw-s"]),
    ] {
        let state = json!({"id": "vco-1", "customer_gateway_id": "cgw-x", "tunnel_options_specification": tunnels});
        let source = source("alicloud", "alicloud_vpn_connection", state);
        let found = translated(&source, "cloudvpn_alibaba_connection").unwrap().unwrap();
        let ends = ["master", "slave"].map(|role| found["tunnels"][role]["customer_gateway_id"].clone());
        assert_eq!(ends, expected.map(Json::from));
        assert!(found["customer_gateway_id"].is_null());
    }
}
