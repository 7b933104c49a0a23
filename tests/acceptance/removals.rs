//! What is taken out of a configuration: it goes off where the API can switch it off, and otherwise the plan says that it stays.

use serde_json::{Value, json};

use crate::alibaba::{connection, params as alibaba_params, patch, with_ends};
use crate::harness::{Resource, Workspace, hcl, tunnel};

/// The parameters of the writes, with JSON taken out of its texts.
fn writes(ws: &Workspace) -> Vec<(String, Value)> {
    let calls = ws.mock.calls().into_iter().filter(|call| !call.action.starts_with("Describe"));
    let opened = calls.map(|call| {
        let mut params = call.params;
        for value in params.as_object_mut().unwrap().values_mut() {
            if let Some(inner) = value.as_str().filter(|text| text.starts_with('{')) {
                *value = serde_json::from_str(inner).unwrap();
            }
        }
        (call.action, params)
    });
    opened.collect()
}

fn named(kind: &'static str, lines: &str) -> Resource {
    Resource::new(kind, "x").with("name", "\"xx\"").changed(lines)
}

fn ssl_server(lines: &str) -> Resource {
    named("cloudvpn_alibaba_ssl_server", "gateway_id = \"vpn-mock0001\"\nclient_cidr = \"192.168.100.0/24\"")
        .changed("local_cidrs = [\"10.0.0.0/16\"]")
        .changed(lines)
}

fn gateway(lines: &str) -> Resource {
    named("cloudvpn_alibaba_gateway", "vpc_id = \"vpc-mock0001\"\nbandwidth_mbps = 10").changed(lines)
}

fn dual(each: &str, lines: &str) -> Resource {
    let tunnel = |n: u32| {
        let each = each.replace('#', &(n + 9).to_string());
        format!("{{ customer_gateway_id = \"cgw-mock000{n}\", pre_shared_key = \"key-of-{n}\"\n{each} }}")
    };
    connection("x")
        .changed("customer_gateway_id =\npre_shared_key =\ngateway_id = \"vpn-dual001\"")
        .with("tunnels", &format!("{{\nmaster = {}\nslave = {}\n}}", tunnel(1), tunnel(2)))
        .changed(lines)
}

fn of_alibaba(lines: &str) -> Resource {
    connection("x").changed(lines)
}

fn of_tencent(lines: &str) -> Resource {
    tunnel("x").changed(lines)
}

const BGP: &str =
    r#"bgp = { enabled = true, local_asn = 65010, tunnel_cidr = "169.254.10.0/30", local_ip = "169.254.10.1" }"#;
const CHECK: &str = r#"health_check = { enabled = true, local_ip = "10.0.0.9", remote_ip = "192.168.0.9", interval_seconds = 5, retries = 4 }"#;

#[test]
fn what_was_switched_on_goes_off_when_it_is_taken_out() {
    let ws = with_ends();
    for (resource, lines, off, member, sent) in [
        (
            of_alibaba as fn(&str) -> Resource,
            BGP,
            "/bgp/enabled",
            "/BgpConfig",
            json!({"EnableBgp": false, "LocalAsn": "65010", "TunnelCidr": "169.254.10.0/30", "LocalBgpIp": "169.254.10.1"}),
        ),
        (
            of_alibaba,
            CHECK,
            "/health_check/enabled",
            "/HealthCheckConfig",
            json!({"enable": false, "sip": "10.0.0.9", "dip": "192.168.0.9", "interval": 5, "retry": 4}),
        ),
        (of_alibaba, "dpd = { enabled = true }", "/dpd/enabled", "/EnableDpd", json!("false")),
        (
            of_alibaba,
            "nat_traversal = { enabled = true }",
            "/nat_traversal/enabled",
            "/EnableNatTraversal",
            json!("false"),
        ),
        (of_alibaba, "effect_immediately = true", "/effect_immediately", "/EffectImmediately", json!("false")),
        (of_tencent, "dpd = { enabled = true, action = \"clear\" }", "/dpd/enabled", "/DpdEnable", json!(0)),
        (of_tencent, "health_check = { enabled = true }", "/health_check/enabled", "/EnableHealthCheck", json!(false)),
        (
            ssl_server,
            "mfa = { enabled = true, idaas_instance_id = \"idaas-1\", idaas_region_id = \"cn-hangzhou\" }",
            "/mfa/enabled",
            "/EnableMultiFactorAuth",
            json!("false"),
        ),
        (ssl_server, "compression_enabled = true", "/compression_enabled", "/Compress", json!("false")),
        (gateway, "auto_propagate = true", "/auto_propagate", "/AutoPropagate", json!("false")),
    ] {
        ws.write(hcl([resource(lines)])).apply();
        let id = ws.id("x");
        ws.mock.clear_calls();
        let plan = ws.write(hcl([resource("")])).plan();
        assert_eq!(plan.actions("x"), ["update"], "{lines}");
        assert_eq!(plan.after("x").pointer(off), Some(&json!(false)), "{lines}: {}", plan.after("x"));
        ws.apply();
        let writes = writes(&ws);
        let [(action, params)] = &writes[..] else { panic!("{lines}: {writes:?}") };
        let found = params.pointer(member).map(|value| match value {
            Value::Bool(flag) if sent.is_string() => json!(flag.to_string()),
            other => other.clone(),
        });
        assert_eq!(found, Some(sent), "{lines}: {action} {params}");
        assert_eq!(ws.id("x"), id);
        assert_eq!(ws.state("x").unwrap().pointer(off), Some(&json!(false)), "{lines}");

        // Nobody's wish any more: it may be switched on elsewhere, and stay so.
        ws.mock.clear_calls();
        assert!(ws.plan_is_empty(), "{lines}");
        ws.write(hcl([resource(lines)])).apply();
        ws.write(hcl([""])).apply();
    }
}

#[test]
fn bgp_of_two_tunnels_goes_off_and_comes_back_whole() {
    let ws = with_ends();
    let each = "bgp = { local_asn = 65010, tunnel_cidr = \"169.254.#.0/30\", local_ip = \"169.254.#.1\" }";
    ws.write(hcl([dual(each, "tunnels_bgp_enabled = true")])).apply();
    ws.mock.clear_calls();
    ws.write(hcl([dual(each, "")])).apply();
    assert_eq!(alibaba_params(&ws, "ModifyVpnConnectionAttribute")[0]["EnableTunnelsBgp"], "false");
    assert_eq!(ws.state("x").unwrap()["tunnels_bgp_enabled"], false);
    ws.mock.clear_calls();
    ws.write(hcl([dual("", "tunnels_bgp_enabled = true")]));
    let planned = ws.plan();
    assert_eq!(planned.after("x")["tunnels"]["slave"]["bgp"]["tunnel_cidr"], "169.254.11.0/30");
    ws.apply();
    let sent = alibaba_params(&ws, "ModifyVpnConnectionAttribute").remove(0);
    assert_eq!(sent["EnableTunnelsBgp"], "true");
    for (n, range) in [(0, "169.254.10.0/30"), (1, "169.254.11.0/30")] {
        let bgp = &sent["TunnelOptionsSpecification"][n]["TunnelBgpConfig"];
        assert_eq!((&bgp["TunnelCidr"], &bgp["LocalAsn"]), (&json!(range), &json!("65010")), "{sent}");
    }
}

#[test]
fn what_is_off_is_switched_on_with_all_that_is_known_of_it() {
    let ws = with_ends();
    for (on, off, only, member) in [
        (BGP, "bgp = { enabled = false }", "bgp = { enabled = true }", "BgpConfig"),
        (CHECK, "health_check = { enabled = false }", "health_check = { enabled = true }", "HealthCheckConfig"),
    ] {
        ws.write(hcl([of_alibaba(on)])).apply();
        let before = writes(&ws).pop().unwrap().1[member].clone();
        ws.write(hcl([of_alibaba(off)])).apply();
        let plan = ws.write(hcl([of_alibaba(only)])).plan();
        let name = on.split(' ').next().unwrap();
        let known = |value: &Value| value.as_object().unwrap().values().filter(|member| !member.is_null()).count();
        assert!(known(&plan.after("x")[name]) >= known(&before), "{}", plan.after("x")[name]);
        ws.mock.clear_calls();
        ws.apply();
        assert_eq!(writes(&ws)[0].1[member], before, "the object goes whole");
        ws.write(hcl([""])).apply();
    }
}

#[test]
fn what_cannot_be_taken_back_stays_and_is_said_to() {
    let ws = with_ends();
    let weak = "ike = { encryption_algorithm = \"aes\" }";
    for (resource, lines, less, names) in [
        (gateway as fn(&str) -> Resource, "description = \"a\"", "", "description stays"),
        (
            gateway,
            "disaster_recovery_vswitch_id = \"vsw-mock0002\"\nvswitch_id = \"vsw-mock0001\"",
            "",
            "vswitch_id, disaster_recovery_vswitch_id stay",
        ),
        (gateway, "ssl_enabled = true", "", "ssl_enabled stays"),
        (gateway, "region = \"cn-hangzhou\"", "", ""),
        (gateway, "network_type = \"public\"", "", ""),
        (of_alibaba, weak, "", "ike stays"),
        (of_alibaba, "ike = { version = \"ikev2\" }", "", ""),
        (of_tencent, "negotiation = \"passive\"", "", "negotiation stays"),
        (
            of_tencent,
            "ike = { dh_group = \"GROUP15\", lifetime_seconds = 7200 }",
            "ike = { lifetime_seconds = 7200 }",
            "ike.dh_group stays",
        ),
        (
            |lines| named("cloudvpn_tencent_gateway", "vpc_id = \"vpc-mock0001\"").changed(lines),
            "bandwidth_mbps = 100\nbgp_asn = 65010",
            "",
            "bandwidth_mbps, bgp_asn stay",
        ),
        (
            |lines| named("cloudvpn_alibaba_customer_gateway", "ip_address = \"192.0.2.7\"").changed(lines),
            "description = \"a\"",
            "description = \"\"",
            "description stays",
        ),
    ] {
        ws.write(hcl([resource(lines)])).apply();
        let id = ws.id("x");
        ws.mock.clear_calls();
        let plan = ws.write(hcl([resource(less)])).plan();
        assert_eq!(plan.actions("x"), ["no-op"], "{lines}");
        let warnings: Vec<_> =
            plan.diagnostics.warnings().into_iter().filter(|w| w.summary == "Left out, but not removed").collect();
        match warnings[..] {
            [] => assert!(names.is_empty(), "{lines}: {}", plan.diagnostics),
            [warning] => assert!(!names.is_empty() && warning.detail.contains(names), "{lines}: {}", plan.diagnostics),
            _ => panic!("{}", plan.diagnostics),
        }
        // After the next change nobody speaks of it any more.
        ws.write(hcl([resource(less).with("name", "\"other\"")])).apply();
        assert!(ws.plan().diagnostics.warnings().is_empty(), "{lines}: {}", ws.plan().diagnostics);
        assert_eq!(ws.id("x"), id);
        ws.write(hcl([""])).apply();
    }
}

#[test]
fn what_was_imported_is_nobodys_wish() {
    let ws = with_ends();
    let lines = [BGP, CHECK, "effect_immediately = true"].join("\n");
    ws.write(hcl([of_alibaba(&lines)])).apply();
    let id = ws.id("x");
    ws.run(&["state", "rm", "cloudvpn_alibaba_connection.x"]);
    ws.write(hcl([of_alibaba("")]));
    ws.import("cloudvpn_alibaba_connection.x", &id);
    ws.mock.clear_calls();
    ws.apply();
    let sent: Vec<_> = writes(&ws).into_iter().map(|(_, params)| params).collect();
    for member in ["BgpConfig", "HealthCheckConfig", "EffectImmediately"] {
        assert!(sent.iter().all(|params| params.get(member).is_none()), "{sent:?}");
    }
    let state = ws.state("x").unwrap();
    assert_eq!((&state["bgp"]["enabled"], &state["effect_immediately"]), (&json!(true), &json!(true)));
    // Not even after it was applied without them.
    ws.write(hcl([of_alibaba("name = \"other\"")])).apply();
    assert_eq!(ws.state("x").unwrap()["health_check"]["enabled"], true);
}

#[test]
fn what_an_import_cannot_know_replaces_nothing() {
    let ws = with_ends();
    let entry = |lines: &str| {
        Resource::new("cloudvpn_alibaba_route_entry", "r")
            .with("gateway_id", "\"vpn-single001\"")
            .with("next_hop_id", "cloudvpn_alibaba_connection.x.id")
            .with("destination_cidr", "\"192.168.7.0/24\"")
            .changed(lines)
    };
    let described = || entry("description = \"to the office\"");
    let with_tunnel = |entry: Resource| hcl([of_alibaba(""), entry]);
    ws.write(with_tunnel(described())).apply();
    let import_id = ws.id("r").replace(':', "/");
    let import = || {
        ws.run(&["state", "rm", "cloudvpn_alibaba_route_entry.r"]);
        ws.import("cloudvpn_alibaba_route_entry.r", &import_id);
        ws.mock.clear_calls();
    };
    import();
    let plan = ws.plan();
    assert_eq!(plan.actions("r"), ["update"]);
    let [warning] = plan.diagnostics.warnings()[..] else { panic!("{}", plan.diagnostics) };
    assert!(warning.is_at("description") && warning.detail.contains("nothing is sent"), "{}", plan.diagnostics);
    ws.apply();
    assert!(writes(&ws).is_empty());
    assert_eq!(ws.state("r").unwrap()["description"], "to the office");

    // Taken out again, it stays; from here on it is known, and another one takes another route entry.
    let plan = ws.write(with_tunnel(entry(""))).plan();
    assert_eq!(plan.actions("r"), ["update"]);
    assert!(plan.diagnostics.warnings()[0].detail.contains("description stays"), "{}", plan.diagnostics);
    assert!(ws.write(with_tunnel(entry("description = \"another\""))).plan().replaces("r"));
    // Made without one: that is known, too.
    ws.write(with_tunnel(entry("destination_cidr = \"192.168.8.0/24\""))).apply();
    assert!(ws.write(with_tunnel(described().with("destination_cidr", "\"192.168.8.0/24\""))).plan().replaces("r"));
}

#[test]
fn a_subscription_that_is_imported_stays_what_it_is() {
    let ws = with_ends();
    let prepaid = gateway("charge_type = \"PREPAY\"\nperiod_months = 3\nauto_pay = true");
    ws.write(hcl([prepaid.clone()])).apply();
    let id = ws.id("x");
    ws.run(&["state", "rm", "cloudvpn_alibaba_gateway.x"]);
    ws.import("cloudvpn_alibaba_gateway.x", &id);
    ws.mock.clear_calls();
    assert_eq!(ws.plan().actions("x"), ["update"]);
    ws.apply();
    assert!(writes(&ws).is_empty());
    patch(&ws, "vpn_gateways", &id, Value::Null);
    ws.write(hcl([""])).apply();
}

#[test]
fn a_key_that_is_left_out_stays_and_is_said_to() {
    let ws = with_ends();
    let generated = |key: &str| {
        let tunnel = |n: u8| format!("{{ customer_gateway_id = \"cgw-mock000{n}\", generate_pre_shared_key = true }}");
        let with_key = format!("{{ customer_gateway_id = \"cgw-mock0001\", {key} }}");
        connection("x")
            .changed("customer_gateway_id =\npre_shared_key =\ngateway_id = \"vpn-dual001\"")
            .with("tunnels", &format!("{{\nmaster = {with_key}\nslave = {}\n}}", tunnel(2)))
    };
    let single = |key: &str| connection("x").changed("pre_shared_key =").changed(key);
    for (resource, key, less, at) in [
        (&single as &dyn Fn(&str) -> Resource, "pre_shared_key = \"a-key\"", "", "pre_shared_key"),
        (&generated, "pre_shared_key = \"a-key\"", "generate_pre_shared_key = true", "tunnels"),
    ] {
        ws.write(hcl([resource(key)])).apply();
        let plan = ws.write(hcl([resource(less)])).plan();
        let warnings = plan.diagnostics.warnings();
        let said: Vec<_> = warnings.iter().filter(|warning| warning.summary.ends_with("The key stays")).collect();
        assert_eq!(said.len(), 1, "{at}: {}", plan.diagnostics);
        // Whoever goes on with a write-only one is not told so.
        if at == "pre_shared_key" {
            let kept = ws.write(hcl([resource("pre_shared_key_wo = \"a-key\"")])).plan();
            assert!(!kept.diagnostics.to_string().contains("The key stays"), "{}", kept.diagnostics);
        }
        ws.write(hcl([""])).apply();
    }
}
