//! IPsec connections with two tunnels.

use serde_json::{Value, json};

use crate::alibaba::{connection, connections, error, params, patch, with_ends};
use crate::harness::{Resource, Workspace, hcl};

const ADDRESS: &str = "cloudvpn_alibaba_connection.c";

/// A connection with two tunnels; the lines are attributes of each.
fn dual(master: &str, slave: &str) -> Resource {
    let tunnel = |gateway: u32, lines: &str| {
        let own = if lines.contains("customer_gateway_id") {
            String::new()
        } else {
            format!("customer_gateway_id = \"cgw-mock000{gateway}\"\n")
        };
        let key = if lines.contains("pre_shared_key") {
            String::new()
        } else {
            format!("pre_shared_key = \"key-of-{gateway}\"\n")
        };
        format!("{{\n{own}{key}{lines}\n}}")
    };
    connection("c")
        .changed("customer_gateway_id =\npre_shared_key =\ngateway_id = \"vpn-dual001\"")
        .with("tunnels", &format!("{{\nmaster = {}\nslave = {}\n}}", tunnel(1, master), tunnel(2, slave)))
}

/// What was sent of the tunnels, and nothing else; without their ids.
fn sent(ws: &Workspace) -> Vec<Value> {
    let calls = params(ws, "ModifyVpnConnectionAttribute");
    let tunnels = calls.into_iter().map(|mut params| {
        let mut tunnels = params["TunnelOptionsSpecification"].take();
        for tunnel in tunnels.as_array_mut().unwrap() {
            assert!(tunnel.as_object_mut().unwrap().remove("TunnelId").is_some(), "a change names its tunnel");
        }
        assert_eq!(params.as_object().unwrap().len(), 2, "beside the tunnels there is an id: {params}");
        tunnels
    });
    tunnels.collect()
}

fn tunnel(ws: &Workspace, role: &str) -> Value {
    let row = connections(ws).remove(&ws.id("c")).unwrap();
    let tunnels = row["TunnelOptionsSpecification"]["TunnelOptions"].as_array().unwrap().clone();
    tunnels.into_iter().find(|tunnel| tunnel["Role"] == role).unwrap()
}

#[test]
fn both_tunnels_are_made_with_strong_defaults() {
    let ws = with_ends();
    ws.write(hcl([dual("", "dpd = { enabled = false }")]));
    let plan = ws.plan();
    let after = plan.after("c");
    assert_eq!(after["tunnels"]["master"]["ike"]["version"], "ikev2");
    for single in ["ike", "ipsec", "dpd", "nat_traversal", "bgp", "health_check", "customer_gateway_id"] {
        assert!(after[single].is_null(), "{single}: {}", after[single]);
        assert_ne!(plan.after_unknown("c")[single], true, "{single}");
    }
    ws.apply();
    let call = params(&ws, "CreateVpnConnection").remove(0);
    let [master, slave] = [0, 1].map(|n| &call["TunnelOptionsSpecification"][n]);
    assert_eq!((&master["Role"], &slave["Role"]), (&json!("master"), &json!("slave")));
    assert_eq!(
        (&master["CustomerGatewayId"], &slave["CustomerGatewayId"]),
        (&json!("cgw-mock0001"), &json!("cgw-mock0002"))
    );
    assert_eq!((&master["EnableDpd"], &slave["EnableDpd"]), (&json!("true"), &json!("false")));
    assert_eq!(master["TunnelIkeConfig"]["IkeEncAlg"], "aes256");
    assert_eq!(slave["TunnelIpsecConfig"]["IpsecPfs"], "group14");
    for name in ["IkeConfig", "IpsecConfig", "CustomerGatewayId", "EnableDpd", "BgpConfig"] {
        assert!(call.get(name).is_none(), "{name} in {call}");
    }
    assert_eq!(tunnel(&ws, "slave")["TunnelIkeConfig"]["Psk"], "key-of-2");
    let state = ws.state("c").unwrap();
    assert_eq!(state["tunnels"]["slave"]["id"], tunnel(&ws, "slave")["TunnelId"]);
    assert_eq!(state["tunnels_bgp_enabled"], false);
    ws.assert_state_is_fresh();
    ws.destroy();
    assert!(connections(&ws).is_empty());
}

#[test]
fn a_change_names_the_tunnel_that_changes_and_leaves_the_other_alone() {
    let ws = with_ends();
    ws.write(hcl([dual("", "")])).apply();
    let id = ws.id("c");
    for (lines, expected) in [
        ("dpd = { enabled = false }", json!({ "EnableDpd": "false" })),
        ("nat_traversal = { enabled = false }", json!({ "EnableNatTraversal": "false" })),
        ("customer_gateway_id = \"cgw-mock0003\"", json!({ "CustomerGatewayId": "cgw-mock0003" })),
        (
            "ipsec = { pfs_dh_group = \"group5\" }",
            json!({
                "CustomerGatewayId": "cgw-mock0002", "TunnelIpsecConfig": {
                    "IpsecAuthAlg": "sha256", "IpsecEncAlg": "aes256", "IpsecLifetime": "86400", "IpsecPfs": "group5",
                },
            }),
        ),
    ] {
        ws.mock.clear_calls();
        ws.write(hcl([dual("", lines)])).apply();
        let mut expected = expected;
        expected["Role"] = json!("slave");
        assert_eq!(sent(&ws), [json!([expected])], "{lines}");
        ws.assert_state_is_fresh();
    }
    assert_eq!(ws.id("c"), id);
    assert_eq!(ws.state("c").unwrap()["tunnels"]["slave"]["ike"]["remote_identity"], "198.51.100.2");
}

#[test]
fn phase_1_of_a_tunnel_changes_with_its_key() {
    let ws = with_ends();
    ws.write(hcl([dual("", "")])).apply();
    ws.write(hcl([dual("ike = { lifetime_seconds = 3600 }", "pre_shared_key = \"another\"")])).apply();
    let (master, slave) = (tunnel(&ws, "master"), tunnel(&ws, "slave"));
    assert_eq!(master["TunnelIkeConfig"]["Psk"], "key-of-1");
    assert_eq!(master["TunnelIkeConfig"]["IkeLifetime"].to_string().trim_matches('"'), "3600");
    assert_eq!(slave["TunnelIkeConfig"]["Psk"], "another");

    // A key that only the service knows stays.
    let variable = "variable \"key\" {\n  type = string\n  ephemeral = true\n}\n".to_owned();
    let with = |version: u32, life: u32| {
        let lines = format!(
            "pre_shared_key_wo = var.key\npre_shared_key_wo_version = {version}\nike = {{ lifetime_seconds = {life} }}"
        );
        hcl([variable.clone(), dual(&lines, "").to_string()])
    };
    ws.var("key", "Sw0rdfish-not-to-be-seen").write(with(1, 3600)).apply();
    assert_eq!(tunnel(&ws, "master")["TunnelIkeConfig"]["Psk"], "Sw0rdfish-not-to-be-seen");
    ws.var("key", "not-yet").write(with(1, 7200)).apply();
    assert_eq!(tunnel(&ws, "master")["TunnelIkeConfig"]["Psk"], "Sw0rdfish-not-to-be-seen");
    ws.assert_nowhere("Sw0rdfish-not-to-be-seen");
}

#[test]
fn bgp_is_switched_for_both() {
    let ws = with_ends();
    ws.write(hcl([dual("", "")])).apply();
    let bgp = |n: u32| {
        format!("bgp = {{ local_asn = 65010, tunnel_cidr = \"169.254.1{n}.0/30\", local_ip = \"169.254.1{n}.1\" }}")
    };
    let diagnostics = ws.write(hcl([dual(&bgp(1), "").with("tunnels_bgp_enabled", "true")])).plan_fails();
    assert!(diagnostics.0.iter().all(|error| error.detail.contains("BGP needs")), "{diagnostics}");
    assert_eq!(diagnostics.0.len(), 2, "{diagnostics}");
    ws.write(hcl([dual(&bgp(1), &bgp(2)).with("tunnels_bgp_enabled", "true")])).apply();
    let state = ws.state("c").unwrap();
    assert_eq!(state["tunnels"]["slave"]["bgp"]["peer_asn"], 65002);
    assert_eq!(state["tunnels"]["master"]["bgp"]["peer_ip"], "169.254.11.2");
    ws.assert_state_is_fresh();
    let addressless = "bgp = { local_asn = 65010, tunnel_cidr = \"169.254.13.0/30\" }";
    let diagnostics = ws.write(hcl([dual(&bgp(1), addressless).with("tunnels_bgp_enabled", "true")])).plan_fails();
    assert!(diagnostics.error().detail.ends_with("set local_ip."), "{diagnostics}");
    let moved = bgp(2).replace("169.254.12.", "169.254.13.");
    ws.write(hcl([dual(&bgp(1), &moved).with("tunnels_bgp_enabled", "true")])).apply();
    assert_eq!(ws.state("c").unwrap()["tunnels"]["slave"]["bgp"]["peer_ip"], "169.254.13.2");
    ws.write(hcl([dual("", "").with("tunnels_bgp_enabled", "false")])).apply();
    ws.assert_state_is_fresh();
}

#[test]
fn imported_with_both_tunnels() {
    let ws = with_ends();
    let keyless = |instead: &str| {
        let mut text = dual("", "ike = { version = \"ikev1\" }").to_string();
        for n in 1..=2 {
            text = text.replace(&format!("pre_shared_key = \"key-of-{n}\""), instead);
        }
        hcl([text])
    };
    ws.write(keyless("generate_pre_shared_key = true")).apply();
    let (id, mut before) = (ws.id("c"), ws.state("c").unwrap());
    before["auto_configure_routes"] = Value::Null;
    for role in ["master", "slave"] {
        before["tunnels"][role]["generate_pre_shared_key"] = Value::Null;
    }
    ws.run(&["state", "rm", ADDRESS]);
    // Those that are there keep their keys, whatever is written.
    ws.write(keyless(""));
    ws.import(ADDRESS, &id);
    assert_eq!(ws.state("c").unwrap(), before);
    assert!(ws.plan_is_empty());
}

#[test]
fn changes_of_a_tunnel_from_outside_are_planned_back() {
    let ws = with_ends();
    ws.write(hcl([dual("ike = { dh_group = \"group14\" }", "")])).apply();
    let id = ws.id("c");
    let mut row = connections(&ws).remove(&id).unwrap();
    let tunnels = row["TunnelOptionsSpecification"]["TunnelOptions"].as_array_mut().unwrap();
    let master = tunnels.iter_mut().find(|tunnel| tunnel["Role"] == "master").unwrap();
    master["TunnelIkeConfig"]["IkePfs"] = json!("group2");
    master["TunnelIkeConfig"]["Psk"] = json!("by-hand");
    patch(&ws, "vpn_connections", &id, row);
    assert_eq!(ws.plan().actions("c"), ["update"]);
    ws.apply();
    let master = tunnel(&ws, "master");
    assert_eq!(
        (&master["TunnelIkeConfig"]["IkePfs"], &master["TunnelIkeConfig"]["Psk"]),
        (&json!("group14"), &json!("key-of-1"))
    );
}

#[test]
fn one_tunnel_instead_of_two_is_another_connection() {
    let ws = with_ends();
    ws.write(hcl([dual("", "")])).apply();
    let single = connection("c").with("gateway_id", "\"vpn-dual001\"");
    let diagnostics = ws.write(hcl([single])).plan_fails();
    assert!(diagnostics.error().detail.contains("tunnels"), "the VPN gateway that stays has two: {diagnostics}");
    ws.mock.fault("ModifyVpnConnectionAttribute", 1, error("VpnGateway.FinancialLocked"));
    let diagnostics = ws.write(hcl([dual("dpd = { enabled = false }", "")])).apply_fails();
    assert!(diagnostics.error().detail.contains("overdue"), "{diagnostics}");
    assert_eq!(ws.state("c").unwrap()["tunnels"]["master"]["dpd"]["enabled"], true);
}

#[test]
fn mistakes_in_tunnels_are_found_before_any_call() {
    let ws = Workspace::new();
    for (resource, said) in [
        (dual("customer_gateway_id = \"vpn-1\"", ""), "cgw-"),
        (dual("pre_shared_key = \"a b\"", ""), "printable"),
        (dual("pre_shared_key = \"a\"\npre_shared_key_wo = \"b\"", ""), "pre_shared_key"),
        (dual("ike = { dh_group = \"group15\" }", ""), "group14"),
        (dual("bgp = { tunnel_cidr = \"169.254.1.0/30\" }", ""), "keeps"),
        (dual("", "").with("ike", "{ version = \"ikev2\" }"), "tunnels"),
        (dual("", "").with("dpd", "{ enabled = true }"), "tunnels"),
        (dual("", "").with("pre_shared_key", "\"x\""), "tunnels"),
        (dual("", "").with("health_check", "{ enabled = true }"), "tunnels"),
        (dual("", "").with("tunnels", "{ master = { customer_gateway_id = \"cgw-1\" } }"), "slave"),
    ] {
        let diagnostics = ws.write(hcl([&resource])).validate();
        let error = diagnostics.error();
        assert!(format!("{} {}", error.summary, error.detail).contains(said), "{resource}: {diagnostics}");
    }
    let same = "bgp = { local_asn = 65001, tunnel_cidr = \"169.254.10.0/30\", local_ip = \"169.254.10.1\" }";
    let diagnostics = ws.write(hcl([dual(same, same)])).validate();
    assert!(diagnostics.error().summary.ends_with("Range of the other tunnel"), "{diagnostics}");
    let different = dual("bgp = { local_asn = 65001 }", "bgp = { local_asn = 65002 }");
    let diagnostics = ws.write(hcl([different])).validate();
    assert!(diagnostics.error().summary.ends_with("Different AS numbers"), "{diagnostics}");
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn the_service_makes_up_keys_only_where_it_is_asked_to() {
    let ws = with_ends();
    let with_keys = dual("", "").to_string();
    for (written, role) in [("pre_shared_key = \"key-of-1\"", "master"), ("pre_shared_key = \"key-of-2\"", "slave")] {
        for instead in ["", "psk = \"misspelt\"", "generate_pre_shared_key = false", "generate_pre_shared_keys = true"]
        {
            let diagnostics = ws.write(hcl([with_keys.replace(written, instead)])).plan_fails();
            let error = diagnostics.error();
            assert!(error.is_at(&format!("tunnels.{role}")), "{diagnostics}");
            assert!(error.detail.contains("generate_pre_shared_key = true"), "{diagnostics}");
        }
    }
    assert!(ws.calls("CreateVpnConnection").is_empty());

    let generated = with_keys.replace("pre_shared_key = \"key-of-2\"", "generate_pre_shared_key = true");
    ws.write(hcl([&generated])).apply();
    assert_eq!(tunnel(&ws, "master")["TunnelIkeConfig"]["Psk"], "key-of-1");
    let made_up = tunnel(&ws, "slave")["TunnelIkeConfig"]["Psk"].as_str().unwrap().to_owned();
    ws.assert_nowhere(&made_up);

    // It keeps that key, whether it is still asked for or not.
    ws.mock.clear_calls();
    ws.write(hcl([generated.replace("generate_pre_shared_key = true", "")])).apply();
    assert!(sent(&ws).is_empty());
    assert_eq!(tunnel(&ws, "slave")["TunnelIkeConfig"]["Psk"], made_up);
}

#[test]
fn a_connection_for_another_kind_of_gateway_is_told_what_it_is_for() {
    let ws = with_ends();
    for (resource, says) in [
        (
            connection("c").with("gateway_id", "\"vpn-dual001\""),
            "have two tunnels each, and customer_gateway_id is for others. Set tunnels",
        ),
        (
            dual("", "").with("gateway_id", "\"vpn-single001\""),
            "have one tunnel each, and tunnels is for others. Set customer_gateway_id",
        ),
    ] {
        let diagnostics = ws.write(hcl([resource])).apply_fails();
        assert!(diagnostics.error().detail.contains(says), "{diagnostics}");
    }
}
