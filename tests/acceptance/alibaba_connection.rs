//! IPsec connections with one tunnel, from creation to deletion.

use cloudvpn_mock::{Fault, When};
use serde_json::{Value, json};

use crate::alibaba::{connection, connections, error, params, patch, tokens, with_ends};
use crate::harness::{Workspace, hcl};

const KIND: &str = "vpn_connections";
const ADDRESS: &str = "cloudvpn_alibaba_connection.c";
const SECRET: &str = "Sw0rdfish-not-to-be-seen";

/// Parameters of the changes, with JSON taken out of its texts.
fn changes(ws: &Workspace) -> Vec<Value> {
    params(ws, "ModifyVpnConnectionAttribute").into_iter().map(opened).collect()
}

fn opened(mut params: Value) -> Value {
    for name in ["IkeConfig", "IpsecConfig", "BgpConfig", "HealthCheckConfig"] {
        if let Some(inner) = params[name].as_str().and_then(|text| serde_json::from_str(text).ok()) {
            params[name] = inner;
        }
    }
    let members = params.as_object_mut().unwrap();
    members.retain(|_, value| !value.is_null());
    params
}

fn row(ws: &Workspace, name: &str) -> Value {
    connections(ws).remove(&ws.id(name)).unwrap()
}

#[test]
fn a_connection_is_made_with_strong_defaults_that_the_plan_shows() {
    let ws = with_ends();
    ws.write(hcl([connection("c").changed("tags = { team = \"net\" }")]));
    let plan = ws.plan();
    let ike = json!({
        "version": "ikev2", "encryption_algorithm": "aes256", "integrity_algorithm": "sha256", "exchange_mode": "main",
        "dh_group": "group14", "lifetime_seconds": 86400,
    });
    let ipsec = json!({
        "encryption_algorithm": "aes256", "integrity_algorithm": "sha256", "pfs_dh_group": "group14", "lifetime_seconds": 86400,
    });
    let mut planned = plan.after("c")["ike"].clone();
    planned.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    assert_eq!((planned, &plan.after("c")["ipsec"]), (ike, &ipsec));
    assert_eq!(plan.after("c")["dpd"]["enabled"], true);
    assert!(plan.after("c")["tunnels_bgp_enabled"].is_null());
    ws.apply();
    let sent = json!({
        "VpnGatewayId": "vpn-single001", "CustomerGatewayId": "cgw-mock0001", "Name": "c", "LocalSubnet": "10.0.0.0/16",
        "RemoteSubnet": "192.168.0.0/16", "EffectImmediately": "false", "AutoConfigRoute": "true", "EnableDpd": "true",
        "EnableNatTraversal": "true", "Tags": [{ "Key": "team", "Value": "net" }],
        "IpsecConfig": { "IpsecEncAlg": "aes256", "IpsecAuthAlg": "sha256", "IpsecPfs": "group14", "IpsecLifetime": 86400 },
    });
    let calls: Vec<_> = params(&ws, "CreateVpnConnection").into_iter().map(opened).collect();
    let [call] = &calls[..] else { panic!("{calls:?}") };
    for (name, value) in sent.as_object().unwrap() {
        assert_eq!(&call[name], value, "{name} in {call}");
    }
    assert_eq!(call.as_object().unwrap().len(), sent.as_object().unwrap().len() + 1, "and IkeConfig: {call}");
    assert!(ws.calls("TagResources").is_empty());
    assert_eq!(row(&ws, "c")["IkeConfig"]["Psk"], "a-pre-shared-key");
    assert_eq!(ws.state("c").unwrap()["tags_all"], json!({ "team": "net" }));
    ws.assert_state_is_fresh();
    let id = ws.id("c");
    ws.destroy();
    assert!(connections(&ws).is_empty());
    assert_eq!(params(&ws, "DeleteVpnConnection"), [json!({ "VpnConnectionId": id })]);
}

#[test]
fn each_change_is_one_call_with_what_changed() {
    let ws = with_ends();
    ws.write(hcl([connection("c")])).apply();
    let id = ws.id("c");
    let bgp =
        r#"bgp = { enabled = true, local_asn = 65010, tunnel_cidr = "169.254.10.0/30", local_ip = "169.254.10.1" }"#;
    let check = r#"health_check = { enabled = true, local_ip = "10.0.0.9", remote_ip = "192.168.0.9" }"#;
    let ipsec =
        json!({ "IpsecEncAlg": "aes", "IpsecAuthAlg": "sha256", "IpsecPfs": "group14", "IpsecLifetime": 86400 });
    for (lines, sent) in [
        ("name = \"renamed\"", Some(json!({ "Name": "renamed" }))),
        (
            "local_cidrs = [\"10.1.0.0/16\", \"10.0.0.0/16\"]",
            Some(json!({ "Name": "c", "LocalSubnet": "10.0.0.0/16,10.1.0.0/16" })),
        ),
        (
            "remote_cidrs = [\"192.168.1.0/24\"]",
            Some(json!({ "LocalSubnet": "10.0.0.0/16", "RemoteSubnet": "192.168.1.0/24" })),
        ),
        ("effect_immediately = true", Some(json!({ "RemoteSubnet": "192.168.0.0/16", "EffectImmediately": "true" }))),
        // What was switched on and is no longer spoken of goes off; routes are configured as for a new connection.
        ("auto_configure_routes = false", Some(json!({ "EffectImmediately": "false", "AutoConfigRoute": "false" }))),
        ("", Some(json!({ "AutoConfigRoute": "true" }))),
        ("dpd = { enabled = false }", Some(json!({ "EnableDpd": "false" }))),
        ("nat_traversal = { enabled = false }", Some(json!({ "EnableNatTraversal": "false" }))),
        ("ipsec = { encryption_algorithm = \"aes\" }", Some(json!({ "IpsecConfig": ipsec }))),
        // Everything else stays.
        (
            bgp,
            Some(json!({ "BgpConfig": {
            "EnableBgp": true, "LocalAsn": "65010", "TunnelCidr": "169.254.10.0/30", "LocalBgpIp": "169.254.10.1",
        } })),
        ),
        (
            check,
            Some(json!({
                "HealthCheckConfig": {
                    "enable": true, "sip": "10.0.0.9", "dip": "192.168.0.9", "interval": 3, "retry": 3,
                },
                "BgpConfig": {
                    "EnableBgp": false, "LocalAsn": "65010", "TunnelCidr": "169.254.10.0/30", "LocalBgpIp": "169.254.10.1",
                },
            })),
        ),
        (
            "bgp = { enabled = false }",
            Some(json!({
                "HealthCheckConfig": {
                    "enable": false, "sip": "10.0.0.9", "dip": "192.168.0.9", "interval": 3, "retry": 3,
                },
            })),
        ),
        ("health_check = { enabled = false }", None),
        ("timeouts = { update = \"5m\" }", None),
    ] {
        ws.mock.clear_calls();
        ws.write(hcl([connection("c").changed(lines)])).apply();
        let sent = sent.map(|mut sent| {
            sent["VpnConnectionId"] = json!(id);
            sent
        });
        assert_eq!(changes(&ws), Vec::from_iter(sent), "{lines}");
        assert!(ws.calls("TagResources").is_empty());
        ws.assert_state_is_fresh();
    }
    assert_eq!(ws.id("c"), id);
}

#[test]
fn phase_1_changes_whole_and_with_the_key() {
    let ws = with_ends();
    ws.write(hcl([connection("c")])).apply();
    ws.mock.clear_calls();
    ws.write(hcl([connection("c").changed("ike = { lifetime_seconds = 3600 }")])).apply();
    let row = row(&ws, "c");
    assert_eq!(
        (&row["IkeConfig"]["Psk"], &row["IkeConfig"]["IkeLifetime"]),
        (&json!("a-pre-shared-key"), &json!(3600))
    );
    assert_eq!(row["IkeConfig"]["RemoteId"], "198.51.100.1");

    // A key that only the service knows is asked for and sent again.
    ws.write(hcl([connection("c").changed("pre_shared_key =\nike = { lifetime_seconds = 7200 }")])).apply();
    assert_eq!(self::row(&ws, "c")["IkeConfig"]["Psk"], "a-pre-shared-key");
    assert_eq!(self::row(&ws, "c")["IkeConfig"]["IkeLifetime"], 7200);
}

#[test]
fn a_key_given_write_only_is_in_no_plan_state_output_or_log() {
    let ws = with_ends();
    let log = ws.trace();
    let variable = "variable \"key\" {\n  type = string\n  ephemeral = true\n  sensitive = true\n}\n";
    let with = |version: u32, more: &str| {
        let lines =
            format!("pre_shared_key =\npre_shared_key_wo = var.key\npre_shared_key_wo_version = {version}\n{more}");
        hcl([variable.to_owned(), connection("c").changed(&lines).to_string()])
    };
    ws.var("key", SECRET).write(with(1, ""));
    ws.plan();
    ws.apply();
    assert_eq!(row(&ws, "c")["IkeConfig"]["Psk"], SECRET);
    // Another key with the same version is none yet.
    ws.var("key", "Another-key-not-to-be-seen").write(with(1, "ike = { lifetime_seconds = 3600 }")).apply();
    assert_eq!(row(&ws, "c")["IkeConfig"]["Psk"], SECRET);
    ws.write(with(2, "ike = { lifetime_seconds = 3600 }")).apply();
    assert_eq!(row(&ws, "c")["IkeConfig"]["Psk"], "Another-key-not-to-be-seen");
    ws.mock.fault("ModifyVpnConnectionAttribute", 1, error("InvalidName"));
    ws.write(with(3, "ike = { lifetime_seconds = 3600 }")).apply_fails();
    assert!(std::fs::read_to_string(log).unwrap().contains("CreateVpnConnection"));
    for secret in [SECRET, "Another-key-not-to-be-seen"] {
        ws.assert_nowhere(secret);
    }
}

#[test]
fn tags_change_by_themselves() {
    let ws = with_ends();
    let provider = "provider \"cloudvpn\" {\n  alibaba { default_tags = { team = \"net\" } }\n}\n".to_owned();
    let tagged = |tags: &str| hcl([provider.clone(), connection("c").changed(tags).to_string()]);
    ws.write(tagged("tags = { a = \"1\", b = \"2\" }")).apply();
    assert_eq!(ws.state("c").unwrap()["tags_all"], json!({ "team": "net", "a": "1", "b": "2" }));
    ws.write(tagged("tags = { a = \"3\" }")).apply();
    let id = ws.id("c");
    let set = json!({ "ResourceType": "VPNCONNECTION", "ResourceId": [id], "Tag": [{ "Key": "a", "Value": "3" }] });
    assert_eq!(params(&ws, "TagResources"), [set]);
    assert_eq!(
        params(&ws, "UnTagResources"),
        [json!({ "ResourceType": "VPNCONNECTION", "ResourceId": [id], "TagKey": ["b"] })]
    );
    assert!(changes(&ws).is_empty());

    ws.mock.fault("TagResources", 1, error("Forbidden.RAM"));
    let diagnostics = ws.write(tagged("name = \"renamed\"\ntags = { a = \"4\" }")).apply_fails();
    assert_eq!(diagnostics.error().summary, "Changing the connection's tags failed");
    let state = ws.state("c").unwrap();
    assert_eq!((&state["name"], &state["tags"]), (&json!("renamed"), &json!({ "a": "3" })));
    ws.mock.clear_calls();
    ws.apply();
    assert!(changes(&ws).is_empty());
    assert_eq!(ws.calls("TagResources").len(), 1);
}

#[test]
fn another_gateway_customer_gateway_or_region_replaces() {
    let ws = with_ends();
    ws.write(hcl([connection("c")])).apply();
    for lines in ["gateway_id = \"vpn-other001\"", "customer_gateway_id = \"cgw-mock0002\"", "region = \"cn-beijing\""]
    {
        assert!(ws.write(hcl([connection("c").changed(lines)])).plan().replaces("c"), "{lines}");
    }
    let old = ws.id("c");
    ws.write(hcl([connection("c").changed("customer_gateway_id = \"cgw-mock0002\"")])).apply();
    assert_ne!(ws.id("c"), old);
    assert_eq!(ws.state("c").unwrap()["ike"]["remote_identity"], "198.51.100.2");
}

#[test]
fn imported_by_its_id_or_with_a_region() {
    let ws = with_ends();
    let bgp =
        r#"bgp = { enabled = true, local_asn = 65010, tunnel_cidr = "169.254.10.0/30", local_ip = "169.254.10.1" }"#;
    let described = || connection("c").changed("pre_shared_key =\nauto_configure_routes =").changed(bgp);
    ws.write(hcl([described()])).apply();
    let (id, mut before) = (ws.id("c"), ws.state("c").unwrap());
    before["auto_configure_routes"] = Value::Null;
    for import in [id.clone(), format!("cn-hangzhou/{id}")] {
        ws.run(&["state", "rm", ADDRESS]);
        ws.import(ADDRESS, &import);
        assert_eq!(ws.state("c").unwrap(), before);
        assert!(ws.plan_is_empty());
    }
    // With the key that it has in the configuration, the state gets the key and the tunnel is not touched.
    ws.mock.clear_calls();
    ws.write(hcl([described().changed("pre_shared_key = \"by-the-service\"")]));
    patch(&ws, KIND, &id, json!({ "IkeConfig": { "Psk": "by-the-service" } }));
    ws.apply();
    assert_eq!(ws.state("c").unwrap()["pre_shared_key"], "by-the-service");
    assert!(ws.calls("ModifyVpnConnectionAttribute").is_empty());

    ws.run(&["state", "rm", ADDRESS]);
    let said = ws.import_fails(ADDRESS, "vpnx-1");
    assert!(said.contains("vco-xxxxxxxx"), "{said}");
}

#[test]
fn changes_from_outside_are_planned_back_and_one_deleted_is_made_again() {
    let ws = with_ends();
    ws.write(hcl([connection("c").changed("ike = { version = \"ikev2\" }\neffect_immediately = false")])).apply();
    let id = ws.id("c");
    patch(
        &ws,
        KIND,
        &id,
        json!({
            "Name": "by hand", "EffectImmediately": true, "IkeConfig": { "IkeVersion": "ikev1", "Psk": "by-hand" },
        }),
    );
    let plan = ws.plan();
    assert_eq!(plan.actions("c"), ["update"]);
    assert_eq!(plan.change("c")["before"]["ike"]["version"], "ikev1");
    ws.apply();
    let row = row(&ws, "c");
    assert_eq!((&row["Name"], &row["EffectImmediately"]), (&json!("c"), &json!(false)));
    assert_eq!(
        (&row["IkeConfig"]["IkeVersion"], &row["IkeConfig"]["Psk"]),
        (&json!("ikev2"), &json!("a-pre-shared-key"))
    );

    patch(&ws, KIND, &id, json!({ "Name": "" }));
    assert_eq!(ws.plan().actions("c"), ["update"]);
    ws.apply();
    assert_eq!(self::row(&ws, "c")["Name"], "c");

    patch(&ws, KIND, &id, Value::Null);
    assert_eq!(ws.plan().actions("c"), ["create"]);
    for code in ["InvalidAccessKeyId.NotFound", "InvalidVpnGatewayInstanceId.NotFound", "Forbidden"] {
        ws.mock.fault("DescribeVpnConnection", 1, error(code));
        assert!(ws.plan_fails().error().detail.contains(code));
    }
    ws.apply();
    assert_ne!(ws.id("c"), id);
    // Gone between the refresh and the deletion.
    ws.mock.fault("DeleteVpnConnection", 1, error("InvalidVpnConnectionInstanceId.NotFound"));
    ws.destroy();
}

#[test]
fn lost_answers_and_conflicts_make_nothing_twice() {
    for fault in [Fault::Drop(When::After), Fault::Truncate(true), error("VpnTask.CONFLICT"), error("Throttling.User")]
    {
        let ws = with_ends();
        let actions = ["CreateVpnConnection", "ModifyVpnConnectionAttribute", "DeleteVpnConnection"];
        for action in actions {
            ws.mock.fault(action, 1, fault.clone());
        }
        ws.write(hcl([connection("c")])).apply();
        assert_eq!(Vec::from_iter(connections(&ws).into_keys()), [ws.id("c")], "{fault:?}");
        ws.write(hcl([connection("c").with("name", "\"renamed\"")])).apply();
        ws.destroy();
        assert!(connections(&ws).is_empty());
        for action in actions {
            let mut tokens = tokens(&ws.calls(action));
            assert_eq!(tokens.len(), 2, "{action}");
            tokens.dedup();
            assert_eq!(tokens.len(), 1, "repetitions of {action} keep their token");
        }
    }
}

#[test]
fn bgp_that_is_switched_outside_is_planned_back_where_many_are_listed() {
    let ws = with_ends();
    let many = |name: &str, n: u32, bgp: &str| {
        let cidrs = format!("[\"192.168.{n}${{count.index}}.0/24\"]");
        connection(name).with("count", "3").with("remote_cidrs", &cidrs).with("bgp", bgp)
    };
    let range = "169.254.1${count.index}.0/30";
    let on = format!("{{ enabled = true, tunnel_cidr = \"{range}\", local_ip = \"{}\" }}", range.replace("0/30", "1"));
    ws.write(hcl([many("on", 1, &on), many("off", 2, "{ enabled = false }")])).apply();
    for (n, (id, row)) in connections(&ws).into_iter().enumerate() {
        let mut bgp = row["VpnBgpConfig"].clone();
        bgp["EnableBgp"] = json!(bgp["EnableBgp"] != true);
        if bgp["EnableBgp"] == true {
            bgp["TunnelCidr"] = json!(format!("169.254.2{n}.0/30"));
        }
        patch(&ws, KIND, &id, json!({ "VpnBgpConfig": bgp }));
    }
    let plan = ws.plan();
    let changes = plan.shown["resource_changes"].as_array().unwrap();
    assert_eq!(changes.len(), 6);
    for change in changes {
        assert_eq!(change["change"]["actions"], json!(["update"]), "{}", change["address"]);
    }
}

#[test]
fn bgp_without_addresses_fails_in_the_plan() {
    let ws = with_ends();
    let ranges = "remote_cidrs = [\"192.168.9.0/24\"]\n";
    ws.write(hcl([connection("c")])).apply();
    ws.mock.clear_calls();
    for name in ["c", "new"] {
        for (bgp, lacks) in [
            ("{ enabled = true, tunnel_cidr = \"169.254.10.0/30\" }", &["local_ip"][..]),
            ("{ enabled = true }", &["tunnel_cidr", "local_ip"]),
        ] {
            let with = connection(name).changed(ranges).with("bgp", bgp);
            let diagnostics = ws.write(hcl([with])).plan_fails();
            let errors: Vec<_> = diagnostics.0.iter().map(|error| &error.detail).collect();
            assert!(
                errors.iter().zip(lacks).all(|(error, lacks)| error.ends_with(&format!("set {lacks}."))),
                "{errors:?}"
            );
            assert_eq!(errors.len(), lacks.len(), "{errors:?}");
        }
    }
    assert!(ws.mock.calls().iter().all(|call| call.action.starts_with("Describe")));

    // What is not known yet is no mistake, and what was there before is there.
    let range = "resource \"terraform_data\" \"range\" {\n  input = \"169.254.10.0/30\"\n}\n".to_owned();
    let own = "{ enabled = true, tunnel_cidr = terraform_data.range.output, local_ip = cidrhost(terraform_data.range.output, 1) }";
    ws.write(hcl([range.clone(), connection("c").with("bgp", own).to_string()])).apply();
    for bgp in ["{ enabled = false }", "{ enabled = true }"] {
        ws.write(hcl([range.clone(), connection("c").with("bgp", bgp).to_string()])).apply();
    }
    assert_eq!(ws.state("c").unwrap()["bgp"]["local_ip"], "169.254.10.1");

    // An address of another range is none in this.
    ws.mock.clear_calls();
    let moved = connection("c").with("bgp", "{ enabled = true, tunnel_cidr = \"169.254.11.0/30\" }");
    let diagnostics = ws.write(hcl([moved])).plan_fails();
    assert!(diagnostics.error().detail.ends_with("set local_ip."), "{diagnostics}");
    assert!(ws.calls("ModifyVpnConnectionAttribute").is_empty());
}

#[test]
fn what_was_made_before_a_failure_is_in_the_state() {
    let ws = with_ends();
    ws.mock.fault("DescribeVpnConnection", 1, error("Forbidden.RAM"));
    let diagnostics = ws.write(hcl([connection("c")])).apply_fails();
    assert_eq!(diagnostics.error().summary, "Creating the connection failed");
    assert_eq!(Vec::from_iter(connections(&ws).into_keys()), [ws.id("c")]);
    assert!(ws.is_tainted("c"));
    ws.apply();
    assert_eq!(Vec::from_iter(connections(&ws).into_keys()), [ws.id("c")]);

    for (code, attribute) in [
        ("IllegalParam.LocalSubnet", "local_cidrs"),
        ("InvalidName", "name"),
        ("InvalidCustomerGatewayInstanceId.NotFound", "customer_gateway_id"),
    ] {
        ws.mock.fault("CreateVpnConnection", 1, error(code));
        let second = connection("d").with("remote_cidrs", "[\"192.168.9.0/24\"]");
        let diagnostics = ws.write(hcl([connection("c"), second])).apply_fails();
        assert!(diagnostics.error().is_at(attribute), "{diagnostics}");
        assert!(ws.state("d").is_none());
    }
}

#[test]
fn writes_to_one_gateway_wait_for_each_other_and_those_to_two_do_not() {
    let ws = with_ends();
    let many = |n: usize| {
        let remote = format!("[\"192.168.{n}.0/24\"]");
        connection(&format!("c{n}")).with("remote_cidrs", &remote).to_string()
    };
    ws.write(hcl((1..6).map(many))).apply();
    ws.destroy();
    for action in ["CreateVpnConnection", "DeleteVpnConnection"] {
        let calls = ws.calls(action);
        assert!(calls.len() == 5 && calls.iter().all(|call| call.outcome == "ok"), "{action} was refused");
    }
}

#[test]
fn a_refresh_of_many_costs_few_calls() {
    const MANY: usize = 120;
    let ws = with_ends();
    // One stands for all: the mock is quicker with many that were never made.
    ws.write(hcl([connection("c").with("count", "1")])).apply();
    let (id, made) = connections(&ws).pop_first().unwrap();
    let text = std::fs::read_to_string(ws.dir().join("terraform.tfstate")).unwrap();
    let mut state: Value = serde_json::from_str(&text).unwrap();
    let first = state["resources"][0]["instances"][0].clone();
    for n in 1..MANY {
        let (new, mut row, mut instance) = (format!("{id}{n}"), made.clone(), first.clone());
        row["VpnConnectionId"] = json!(new);
        patch(&ws, KIND, &new, row);
        (instance["index_key"], instance["attributes"]["id"]) = (json!(n), json!(new));
        instance["identity"]["id"] = json!(new);
        state["resources"][0]["instances"].as_array_mut().unwrap().push(instance);
    }
    std::fs::write(ws.dir().join("terraform.tfstate"), state.to_string()).unwrap();
    ws.write(hcl([connection("c").with("count", &MANY.to_string())]));
    let calls = ws.refresh();
    assert!(calls.len() <= 5, "{} calls for {MANY} connections", calls.len());
}

#[test]
fn mistakes_are_found_before_any_call() {
    let ws = Workspace::new();
    let long = format!("name = \"{}\"", "n".repeat(101));
    let tunnels = "pre_shared_key =\ntunnels = { master = { customer_gateway_id = \"cgw-1\" }, slave = { customer_gateway_id = \"cgw-2\" } }";
    for (lines, attribute, said) in [
        (long.as_str(), "name", "101"),
        ("name = \"http://x\"", "name", "http://"),
        ("gateway_id = \"vpngw-1\"", "gateway_id", "vpn-"),
        ("customer_gateway_id =", "", "customer_gateway_id"),
        (tunnels, "tunnels", "customer_gateway_id"),
        ("local_cidrs = []", "local_cidrs", "1 to 10"),
        ("pre_shared_key_wo = \"x\"", "pre_shared_key", "pre_shared_key"),
        ("pre_shared_key = \"a b\"", "pre_shared_key", "printable"),
        ("pre_shared_key_wo_version = 1", "pre_shared_key_wo_version", "pre_shared_key_wo"),
        ("ike = { version = \"IKEV2\" }", "ike", "ikev2"),
        ("ike = { encryption_algorithm = \"aes128\" }", "ike", "aes192"),
        ("ike = { lifetime_seconds = 86401 }", "ike", "86400"),
        ("ike = { local_identity = \"a b\" }", "ike", "spaces"),
        ("ipsec = { pfs_dh_group = \"group3\" }", "ipsec", "group14"),
        ("bgp = { tunnel_cidr = \"169.254.10.0/30\" }", "bgp", "enabled"),
        ("bgp = { enabled = true, tunnel_cidr = \"169.254.0.0/30\" }", "bgp", "keeps"),
        ("bgp = { enabled = true, tunnel_cidr = \"10.0.0.0/30\" }", "bgp", "169.254.0.0/16"),
        (
            "bgp = { enabled = true, tunnel_cidr = \"169.254.10.0/30\", local_ip = \"169.254.11.1\" }",
            "bgp",
            "169.254.10.0/30",
        ),
        (
            "bgp = { enabled = true, tunnel_cidr = \"169.254.10.0/30\", local_ip = \"169.254.10.0\" }",
            "bgp",
            "169.254.10.2",
        ),
        ("health_check = { enabled = true, remote_ip = \"x\" }", "health_check", "IPv4"),
        ("tunnels_bgp_enabled = true", "tunnels_bgp_enabled", "tunnels"),
        ("tags = { \"acs:x\" = \"1\" }", "tags", "acs:"),
    ] {
        let diagnostics = ws.write(hcl([connection("c").changed(lines)])).validate();
        let error = diagnostics.error();
        let text = format!("{} {}", error.summary, error.detail);
        assert!(text.contains(said), "{lines}: {diagnostics}");
        assert!(error.code.contains(attribute), "{lines}: {diagnostics}");
    }
    let weak =
        "ike = { encryption_algorithm = \"3des\", dh_group = \"group2\" }\nipsec = { pfs_dh_group = \"disabled\" }";
    let diagnostics = ws.write(hcl([connection("c").changed(weak)])).validate();
    let [warning] = diagnostics.warnings()[..] else { panic!("one warning was expected: {diagnostics}") };
    for weak in ["ike.encryption_algorithm", "ike.dh_group", "ipsec.pfs_dh_group", "allow_weak_algorithms = true"] {
        assert!(warning.detail.contains(weak), "{diagnostics}");
    }
    assert!(ws.mock.calls().is_empty());
}
