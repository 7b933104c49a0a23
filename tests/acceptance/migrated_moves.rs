//! A configuration of the official providers, from before to after: rewritten by `cloudvpn-migrate`, planned and applied on the objects that
//! there are, without a call that changes one.
#![cfg(unix)]

use std::fs;

use cloudvpn_migrate::table;
use serde_json::{Value, json};

use crate::migrate::{WHOLE, cases, migrated};
use crate::official_moves::{with_official_providers, writes};

#[test]
fn every_case_moves_in_without_touching_anything() {
    for case in WHOLE {
        // What the official provider would have made of it.
        let ws = migrated(case);
        ws.apply();
        with_official_providers(&ws);
        let file = ws.dir().join("terraform.tfstate");
        let mut state: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let host = if state.to_string().contains("registry.opentofu.org") { "opentofu.org" } else { "terraform.io" };
        let mut instances = 0;
        for resource in state["resources"].as_array_mut().unwrap() {
            if resource["mode"] == "managed" && resource["type"].as_str().unwrap().starts_with("cloudvpn_") {
                instances += be_theirs(resource, host);
            }
        }
        assert!(instances > 0, "{case} has no object");
        fs::write(&file, state.to_string()).unwrap();

        for change in cloudvpn_migrate::migrate(&cases().join(case)).unwrap().changes {
            fs::write(ws.dir().join(&change.path), &change.after).unwrap();
        }
        ws.mock.clear_calls();
        let plan = ws.plan();
        let changes = plan.shown["resource_changes"].as_array().unwrap();
        let ours = changes.iter().filter(|change| change["type"].as_str().unwrap().starts_with("cloudvpn_"));
        let mut moved = 0;
        for change in ours.filter(|change| change["mode"] == "managed") {
            // A text that a configuration has empty is in no state before; nothing is sent of it.
            let [before, after] = ["before", "after"].map(|at| change["change"][at].as_object().unwrap());
            let differs =
                |name: &&String| before[*name] != after[*name] && !(before[*name].is_null() && after[*name] == "");
            let changed: Vec<_> = after.keys().filter(differs).collect();
            assert!(changed.is_empty(), "{case} {}: {changed:?}", change["address"]);
            assert!([json!(["no-op"]), json!(["update"])].contains(&change["change"]["actions"]), "{case}: {change}");
            moved += 1;
        }
        assert_eq!(moved, instances, "{case}");
        ws.apply();
        assert!(writes(&ws).is_empty(), "{case}: {:?}", writes(&ws));
        assert!(ws.plan_is_empty(), "{case}");
    }
}

/// Makes a resource of ours in a state what it was as the official provider's, as an import leaves it: what no read needs is absent. Gives the
/// number of its instances.
fn be_theirs(resource: &mut Value, host: &str) -> usize {
    let ours = resource["type"].as_str().unwrap().to_owned();
    let kind =
        table::kinds().find(|kind| !kind.data && kind.here == ours).unwrap_or_else(|| panic!("{ours} is nobody's"));
    let provider = match kind.there.split('_').next() {
        Some("alicloud") => "aliyun/alicloud",
        _ => "tencentcloudstack/tencentcloud",
    };
    resource["type"] = json!(kind.there);
    resource["provider"] = json!(format!("provider[\"registry.{host}/{provider}\"]"));
    let instances = resource["instances"].as_array_mut().unwrap();
    for instance in instances.iter_mut() {
        let mut theirs = attributes(&ours, &instance["attributes"]);
        theirs["timeouts"] = instance["attributes"]["timeouts"].clone();
        instance["attributes"] = theirs;
        instance["schema_version"] = json!(0);
        for name in ["private", "identity", "identity_schema_version"] {
            instance.as_object_mut().unwrap().remove(name);
        }
    }
    instances.len()
}

fn attributes(type_name: &str, ours: &Value) -> Value {
    let id = ours["id"].as_str().unwrap();
    match type_name {
        "cloudvpn_tencent_connection" => {
            json!({"id": id, "pre_share_key": ours["pre_shared_key"], "vpn_gateway_id": ours["gateway_id"]})
        }
        "cloudvpn_tencent_gateway_route" => json!({
            "id": format!("{}#{id}", ours["gateway_id"].as_str().unwrap()), "vpn_gateway_id": ours["gateway_id"], "route_id": id,
        }),
        "cloudvpn_alibaba_route_entry" => {
            let [gateway, hop, range] =
                ["gateway_id", "next_hop_id", "destination_cidr"].map(|name| ours[name].as_str().unwrap());
            json!({
                "id": format!("{gateway}:{hop}:{range}"), "vpn_gateway_id": gateway, "next_hop": hop, "route_dest": range,
                "weight": ours["weight"], "publish_vpc": ours["published"],
            })
        }
        "cloudvpn_alibaba_connection" => {
            let tunnel = |role: &str| {
                let tunnel = &ours["tunnels"][role];
                json!({
                    "role": role, "customer_gateway_id": tunnel["customer_gateway_id"],
                    "tunnel_ike_config": [{"psk": tunnel["pre_shared_key"]}],
                })
            };
            let tunnels =
                if ours["tunnels"].is_null() { json!([]) } else { json!([tunnel("master"), tunnel("slave")]) };
            json!({
                "id": id, "vpn_gateway_id": ours["gateway_id"], "auto_config_route": ours["auto_configure_routes"],
                "ike_config": [{"psk": ours["pre_shared_key"]}], "tunnel_options_specification": tunnels,
            })
        }
        _ => json!({"id": id}),
    }
}
