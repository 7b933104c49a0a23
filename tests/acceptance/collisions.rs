//! One apply does not collide with itself: what is refused for what another write of it is about to give up waits for that.

use std::fs;
use std::thread;
use std::time::Duration;

use cloudvpn_mock::{Fault, FaultRule, Options, When};
use serde_json::json;

use crate::alibaba::{cert, connection, error, with_ends};
use crate::alibaba_gateway::gateway as gateway_of_alibaba;
use crate::alibaba_together::everything;
use crate::harness::{Resource, Workspace, hcl, legacy_tunnel, options, tunnel};
use crate::tencent_ssl::{client, patch, server, with as with_ssl};

/// A kind of which the service takes no second one.
struct Kind {
    /// The one, as resource `x`.
    one: Resource,
    /// What it needs.
    beside: Vec<Resource>,
    create: &'static str,
    delete: &'static str,
    /// What an error says that names the one that exists.
    import: &'static str,
}

fn workspace() -> Workspace {
    // The mock's small world with what the kinds below need; slow enough for things to meet.
    let ws = with_ssl(Options { settle: Duration::from_millis(700), ..options() });
    let ends = with_ends().mock.state();
    ws.mock.patch_state(&json!({"alibaba": ends["alibaba"]})).unwrap();
    ws
}

fn kinds() -> Vec<Kind> {
    let kind =
        |one: Resource, beside: Vec<Resource>, create, delete, import| Kind { one, beside, create, delete, import };
    let peer = |kind| Resource::new(kind, "x").with("ip_address", "\"203.0.113.77\"").with("name", "\"x\"");
    let routed = tunnel("t").with("route_type", "\"StaticRoute\"");
    let entry = Resource::new("cloudvpn_alibaba_route_entry", "x")
        .with("gateway_id", "\"vpn-single001\"")
        .with("next_hop_id", "cloudvpn_alibaba_connection.c.id")
        .with("destination_cidr", "\"192.168.7.0/24\"");
    let route = Resource::new("cloudvpn_tencent_gateway_route", "x")
        .with("gateway_id", "\"vpngw-mock0001\"")
        .with("next_hop_id", "cloudvpn_tencent_connection.t.id")
        .with("destination_cidr", "\"192.168.7.0/24\"");
    vec![
        kind(tunnel("x"), vec![], "CreateVpnConnection", "DeleteVpnConnection", "vpnx-"),
        kind(legacy_tunnel("x"), vec![], "AddVpnConnEx", "DeleteVpnConn", "vpc-mock0001/vpngw-mock0001/vpnx-"),
        kind(
            peer("cloudvpn_tencent_customer_gateway"),
            vec![],
            "CreateCustomerGateway",
            "DeleteCustomerGateway",
            "cgw-",
        ),
        kind(route, vec![routed], "CreateVpnGatewayRoutes", "DeleteVpnGatewayRoutes", "vpngw-mock0001/vpnr-"),
        kind(server("x"), vec![], "CreateVpnGatewaySslServer", "DeleteVpnGatewaySslServer", "vpns-"),
        kind(client("x"), vec![server("s")], "CreateVpnGatewaySslClient", "DeleteVpnGatewaySslClient", "vpnc-"),
        kind(
            peer("cloudvpn_alibaba_customer_gateway"),
            vec![],
            "CreateCustomerGateway",
            "DeleteCustomerGateway",
            "cgw-",
        ),
        kind(connection("x"), vec![], "CreateVpnConnection", "DeleteVpnConnection", "vco-"),
        kind(entry, vec![connection("c")], "CreateVpnRouteEntry", "DeleteVpnRouteEntry", "vpn-single001/vco-"),
    ]
}

impl Kind {
    /// The configuration with this key of `for_each`.
    fn keyed(&self, key: &str, more: &str) -> String {
        let one = self.one.clone().with("for_each", &format!("toset([{key:?}])"));
        let one = if more.is_empty() { one } else { one.with("provisioner", more) };
        hcl(self.beside.iter().cloned().chain([one]))
    }

    fn type_name(&self) -> String {
        self.one.to_string().split('"').nth(1).unwrap_or_default().to_owned()
    }
}

/// Waits for a moment of an apply that is under way.
fn when(ws: &Workspace, what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..6000 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("{what}: {:?}", ws.mock.calls());
}

/// Waits until `file` is there, in a provisioner.
fn until(file: &str) -> String {
    format!(
        "\"local-exec\" {{\n    when    = destroy\n    command = \"while [ ! -e {file} ]; do sleep 0.05; done\"\n  }}"
    )
}

#[test]
fn a_renamed_key_is_a_delete_and_a_create_that_do_not_collide() {
    for kind in kinds() {
        let ws = workspace();
        ws.write(kind.keyed("old", "")).apply();
        let old = ws.id("x");
        ws.mock.clear_calls();
        ws.write(kind.keyed("new", "")).apply();
        assert_eq!(ws.calls(kind.delete).iter().filter(|call| call.outcome == "ok").count(), 1, "{}", kind.create);
        let is_composite = kind.create == "CreateVpnRouteEntry";
        assert!(ws.id("x") != old || is_composite, "{}", kind.create);
        ws.destroy();
    }
}

#[test]
fn a_create_that_comes_before_the_delete_has_begun_waits_for_it() {
    for kind in kinds() {
        let ws = workspace();
        let provisioner = until("go");
        ws.write(kind.keyed("old", &provisioner)).apply();
        ws.mock.clear_calls();
        ws.write(kind.keyed("new", &provisioner));
        let apply = ws.start(&["apply", "-auto-approve", "-no-color"]);
        when(&ws, kind.create, || ws.calls(kind.create).iter().any(|call| call.outcome != "ok"));
        assert!(ws.calls(kind.delete).is_empty(), "{}", kind.create);
        fs::write(ws.dir().join("go"), "").unwrap();
        let output = apply.wait();
        assert_eq!(output.code, Some(0), "{}: {}{}", kind.create, output.stdout, output.stderr);
        assert!(ws.plan_is_empty());
    }
}

#[test]
fn a_create_that_comes_while_the_delete_is_under_way_waits_for_its_end() {
    for kind in kinds() {
        let ws = workspace();
        ws.write(kind.keyed("old", "")).apply();
        ws.mock.clear_calls();
        // The answer to the delete comes late, and with it its end.
        ws.mock.fault(kind.delete, 1, Fault::DelayMs(1500));
        ws.write(kind.keyed("new", "")).apply();
        ws.destroy();
    }
}

#[test]
fn a_real_duplicate_is_named_with_the_ways_out() {
    for kind in kinds() {
        let ws = workspace();
        ws.write(kind.keyed("one", "")).apply();
        let id = ws.id("x");
        let twin = workspace();
        twin.mock.set_state(&ws.mock.state()).unwrap();
        // Its parents are there already.
        for parent in &kind.beside {
            let address = parent.to_string().split('"').nth(3).unwrap_or_default().to_owned();
            assert!(ws.state(&address).is_some());
        }
        let known = fs::read_to_string(ws.dir().join("terraform.tfstate")).unwrap();
        let mut state: serde_json::Value = serde_json::from_str(&known).unwrap();
        state["resources"].as_array_mut().unwrap().retain(|resource| resource["name"] != "x");
        fs::write(twin.dir().join("terraform.tfstate"), state.to_string()).unwrap();

        let diagnostics = twin.write(kind.keyed("one", "")).apply_fails();
        let detail = &diagnostics.error().detail;
        let id = if kind.import.contains('/') { id.rsplit('/').next().unwrap_or_default() } else { &id };
        for says in [id, kind.import, "exists already", "moved {", "import {", &format!("to = {}.", kind.type_name())] {
            assert!(detail.contains(says), "{}: {says}: {detail}", kind.create);
        }
    }
}

const OFFICE: &str = r#"[{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.1.0/24"] }]"#;
const LAB: &str = r#"[{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.2.0/24"] }]"#;
const HOME: &str = r#"[{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.3.0/24"] }]"#;

/// Tunnels to three customer gateways with these policies, none for those without.
fn tunnels(policies: [Option<&str>; 3]) -> String {
    let tunnels = policies.iter().enumerate().filter_map(|(at, policies)| {
        let name = format!("t{at}");
        let peer = format!("\"cgw-mock000{}\"", at + 1);
        Some(tunnel(&name).with("customer_gateway_id", &peer).with("security_policies", (*policies)?))
    });
    hcl(tunnels)
}

#[test]
fn a_range_moves_from_one_tunnel_to_another() {
    // How it was, how it is to be.
    for (before, after) in [
        ([Some(OFFICE), Some(LAB), None], [Some(HOME), Some(OFFICE), None]),
        ([Some(OFFICE), Some(LAB), None], [None, Some(OFFICE), None]),
        ([Some(OFFICE), None, None], [Some(LAB), Some(OFFICE), None]),
        ([Some(OFFICE), Some(LAB), None], [Some(LAB), Some(HOME), Some(OFFICE)]),
    ] {
        let ws = workspace();
        ws.write(tunnels(before)).apply();
        // The one that gives up comes last.
        ws.mock.fault("ModifyVpnConnectionAttribute", 1, Fault::Http(503));
        ws.write(tunnels(after)).apply();
        ws.assert_state_is_fresh();
    }
}

#[test]
fn two_tunnels_that_swap_say_that_it_takes_two_steps() {
    let peers = |first: &str, second: &str| {
        let to = |name: &str, peer: &str| tunnel(name).with("customer_gateway_id", &format!("\"cgw-mock000{peer}\""));
        hcl([to("t0", first), to("t1", second)])
    };
    for (before, after, between) in [
        (
            tunnels([Some(OFFICE), Some(LAB), None]),
            tunnels([Some(LAB), Some(OFFICE), None]),
            tunnels([Some(HOME), Some(OFFICE), None]),
        ),
        (peers("1", "2"), peers("2", "1"), peers("3", "1")),
    ] {
        let ws = workspace();
        ws.write(&before).apply();
        let ids = [ws.id("t0"), ws.id("t1")];
        let diagnostics = ws.write(&after).apply_fails();
        let errors: Vec<_> = diagnostics.0.iter().filter(|diagnostic| diagnostic.is_error).collect();
        assert_eq!(errors.len(), 2, "{diagnostics}");
        for error in &errors {
            assert!(error.detail.contains("two applies"), "{diagnostics}");
            assert!(ids.iter().any(|id| error.detail.contains(&format!("tunnel {id} has"))), "{diagnostics}");
        }
        // The way that it says.
        ws.write(&between).apply();
        ws.write(&after).apply();
        assert_eq!([ws.id("t0"), ws.id("t1")], ids);
    }
}

#[test]
fn what_only_one_may_have_moves_between_objects_that_are_replaced() {
    let peers = |kind: &'static str, first: &str, second: &str| {
        let at = |name: &str, n: &str| {
            Resource::new(kind, name)
                .with("ip_address", &format!("\"203.0.113.{n}\""))
                .with("name", &format!("{name:?}"))
        };
        hcl([at("p0", first), at("p1", second)])
    };
    let routes = |first: &str, second: &str| {
        let to = |name: &str, n: &str| {
            Resource::new("cloudvpn_tencent_gateway_route", name)
                .with("gateway_id", "\"vpngw-mock0001\"")
                .with("next_hop_id", "cloudvpn_tencent_connection.t.id")
                .with("destination_cidr", &format!("\"192.168.{n}.0/24\""))
        };
        hcl([tunnel("t").with("route_type", "\"StaticRoute\""), to("r0", first), to("r1", second)])
    };
    let entries = |first: &str, second: &str| {
        let to = |name: &str, n: &str| {
            Resource::new("cloudvpn_alibaba_route_entry", name)
                .with("gateway_id", "\"vpn-single001\"")
                .with("next_hop_id", "cloudvpn_alibaba_connection.c.id")
                .with("destination_cidr", &format!("\"192.168.{n}.0/24\""))
        };
        hcl([connection("c"), to("r0", first), to("r1", second)])
    };
    for (before, after) in [
        (peers("cloudvpn_tencent_customer_gateway", "1", "2"), peers("cloudvpn_tencent_customer_gateway", "2", "1")),
        (peers("cloudvpn_alibaba_customer_gateway", "1", "2"), peers("cloudvpn_alibaba_customer_gateway", "2", "1")),
        (routes("1", "2"), routes("2", "1")),
        (entries("1", "2"), entries("2", "1")),
    ] {
        let ws = workspace();
        ws.write(&before).apply();
        ws.write(&after).apply();
        ws.destroy();
    }
}

#[test]
fn a_delete_that_finds_its_object_going_waits_for_its_end() {
    let gateway =
        Resource::new("cloudvpn_tencent_gateway", "x").with("name", "\"x\"").with("vpc_id", "\"vpc-mock0001\"");
    let server = Resource::new("cloudvpn_alibaba_ssl_server", "x")
        .with("gateway_id", "\"vpn-mock0001\"")
        .with("client_cidr", "\"192.168.250.0/24\"")
        .with("local_cidrs", "[\"10.0.0.0/16\"]");
    let others = [
        ("DeleteVpnGateway", vec![gateway]),
        ("DeleteVpnGateway", vec![gateway_of_alibaba("x").with("name", "\"gate\"")]),
        ("DeleteSslVpnServer", vec![server]),
        ("DeleteSslVpnClientCert", vec![cert("x")]),
    ];
    let kinds = kinds().into_iter().map(|kind| (kind.delete, [kind.beside, vec![kind.one]].concat()));
    for (delete, resources) in kinds.chain(others) {
        let ws = workspace();
        ws.write(hcl(&resources)).apply();
        // It is done, and nobody hears of it.
        ws.mock.fault(delete, 1, Fault::Drop(When::After));
        ws.destroy();
        assert!(ws.calls(delete).len() > 1, "{delete}");
    }
}

#[test]
fn what_was_just_made_is_not_believed_to_be_missing() {
    let tencent = || {
        let gateway = |name: &str, kind: &str| {
            Resource::new("cloudvpn_tencent_gateway", name)
                .with("name", &format!("{name:?}"))
                .with("vpc_id", "\"vpc-mock0001\"")
                .with("type", &format!("{kind:?}"))
        };
        let of = |name: &str| format!("cloudvpn_tencent_gateway.{name}.id");
        let peer = Resource::new("cloudvpn_tencent_customer_gateway", "p")
            .with("ip_address", "\"203.0.113.77\"")
            .with("name", "\"p\"");
        let route = Resource::new("cloudvpn_tencent_gateway_route", "r")
            .with("gateway_id", &of("g"))
            .with("next_hop_id", "cloudvpn_tencent_connection.t.id")
            .with("destination_cidr", "\"192.168.7.0/24\"");
        let tunnel = tunnel("t")
            .with("route_type", "\"StaticRoute\"")
            .with("gateway_id", &of("g"))
            .with("customer_gateway_id", "cloudvpn_tencent_customer_gateway.p.id");
        vec![
            gateway("g", "IPSEC"),
            gateway("h", "SSL"),
            peer,
            tunnel,
            route,
            server("s").with("gateway_id", &of("h")),
            client("c"),
        ]
    };
    let faults = [
        (
            tencent(),
            vec![
                ("CreateVpnConnection", "ResourceNotFound"),
                ("CreateVpnGatewayRoutes", "ResourceNotFound"),
                ("CreateVpnGatewaySslServer", "InvalidVpnGatewayId.NotFound"),
                ("CreateVpnGatewaySslClient", "ResourceNotFound"),
            ],
        ),
        (
            everything().into_iter().map(tagged).collect(),
            vec![
                ("TagResources", "InvalidResourceId.NotFound"),
                ("CreateVpnConnection", "InvalidCustomerGatewayInstanceId.NotFound"),
                ("CreateVpnRouteEntry", "InvalidVpnConnectionInstanceId.NotFound"),
                ("CreateSslVpnServer", "InvalidVpnGatewayInstanceId.NotFound"),
                ("CreateSslVpnClientCert", "InvalidSslVpnServerId.NotFound"),
            ],
        ),
    ];
    for (resources, faults) in faults {
        let ws = Workspace::new();
        for (action, code) in &faults {
            ws.mock.fault_rule(FaultRule { action: (*action).to_owned(), times: Some(2), skip: 0, fault: error(code) });
        }
        ws.write(hcl(&resources)).apply();
        for (action, code) in &faults {
            assert_eq!(ws.calls(action).iter().filter(|call| call.outcome == *code).count(), 2, "{action}");
        }
    }
}

/// The gateway among these has tags, which are set when it is there.
fn tagged(resource: Resource) -> Resource {
    let is_gateway = resource.to_string().contains("\"cloudvpn_alibaba_gateway\"");
    if is_gateway { resource.with("tags", "{ team = \"net\" }") } else { resource }
}

#[test]
fn what_names_a_busy_gateway_or_server_waits_for_it() {
    let ws = workspace();
    let routed = tunnel("t").with("route_type", "\"StaticRoute\"");
    ws.write(hcl([&routed, &server("s")])).apply();
    let id = ws.id("s");
    let gateways = |state: &str| {
        let state = json!({ "State": state });
        patch(&ws, "vpn_gateways", json!({ "vpngw-mock0001": state, "vpngw-mockssl2": state }));
    };
    let server_is = |state: u64| patch(&ws, "ssl_vpn_servers", json!({ &id: { "State": state } }));
    gateways("PENDING");
    server_is(2);
    ws.mock.clear_calls();

    let is_route = |kind: &Kind| kind.create == "CreateVpnGatewayRoutes";
    let route = kinds().into_iter().find(is_route).expect("routes are among them").one;
    let another = server("s2").with("gateway_id", "\"vpngw-mockssl2\"");
    ws.write(hcl([routed, server("s"), route, another, client("c")]));
    let apply = ws.start(&["apply", "-auto-approve", "-no-color"]);
    for action in ["CreateVpnGatewayRoutes", "CreateVpnGatewaySslServer", "CreateVpnGatewaySslClient"] {
        when(&ws, action, || ws.calls(action).iter().any(|call| call.outcome == "UnsupportedOperation"));
    }
    gateways("AVAILABLE");
    server_is(6);
    let output = apply.wait();
    assert_eq!(output.code, Some(0), "{}{}", output.stdout, output.stderr);
    assert!(ws.plan_is_empty());
}
