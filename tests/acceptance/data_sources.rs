//! Tunnels that are only looked at.

use std::fs;

use cloudvpn_mock::{Fault, FaultRule, Switches, TENCENT_REGION};
use serde_json::{Map, Value, json};

use crate::harness::{Workspace, hcl, tunnel};

const SECRET: &str = "A-key-that-nobody-is-to-see";

/// A tunnel that somebody else made, with changes.
fn there(id: &str, name: &str, changes: Value) -> (String, Value) {
    let mut tunnel = json!({
        "VpnConnectionId": id, "VpnConnectionName": name, "VpcId": "vpc-mock0001", "VpnGatewayId": "vpngw-mock0001",
        "CustomerGatewayId": "cgw-mock0001", "PreShareKey": SECRET, "VpnProto": "IPSEC", "EncryptProto": "IKE",
        "RouteType": "STATIC", "CreatedTime": "2020-02-02 02:02:02", "State": "AVAILABLE", "NetStatus": "AVAILABLE",
        "SecurityPolicyDatabaseSet": [{ "LocalCidrBlock": "10.0.1.0/24", "RemoteCidrBlock": ["192.168.1.0/24"] }],
        "IKEOptionsSpecification": {
            "PropoEncryAlgorithm": "AES-CBC-256", "PropoAuthenAlgorithm": "SHA-256", "ExchangeMode": "MAIN",
            "LocalIdentity": "ADDRESS", "RemoteIdentity": "FQDN", "LocalAddress": "203.0.113.1", "RemoteAddress": "",
            "LocalFqdnName": "", "RemoteFqdnName": "peer.example.com", "DhGroupName": "GROUP14",
            "IKESaLifetimeSeconds": 86400, "IKEVersion": "IKEV2",
        },
        "IPSECOptionsSpecification": {
            "EncryptAlgorithm": "AES-CBC-256", "IntegrityAlgorith": "SHA-256", "IPSECSaLifetimeSeconds": 3600,
            "PfsDhGroup": "DH-GROUP14", "IPSECSaLifetimeTraffic": 1_843_200,
        },
        "EnableHealthCheck": false, "HealthCheckLocalIp": "0.0.0.0", "HealthCheckRemoteIp": "0.0.0.0",
        "DpdEnable": 1, "DpdTimeout": "30", "DpdAction": "clear", "NegotiationType": "active", "TagSet": [],
    });
    tunnel.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    (id.to_owned(), tunnel)
}

fn seed(ws: &Workspace, region: &str, tunnels: impl IntoIterator<Item = (String, Value)>) {
    let tunnels: Map<_, _> = tunnels.into_iter().collect();
    ws.mock.patch_state(&json!({ "tencent": { region: { "vpn_connections": tunnels } } })).unwrap();
}

/// Three tunnels that differ in everything that can be sought, made in another order than that of their ids.
fn with_three() -> Workspace {
    let ws = Workspace::any_parent();
    let tags = json!([{ "Key": "team", "Value": "net" }, { "Key": "site", "Value": "south" }]);
    let (other, third) = (json!([{ "Key": "team", "Value": "dev" }]), json!({ "Key": "team", "Value": "net" }));
    // One call each: the order of the calls is the order of the service.
    seed(&ws, TENCENT_REGION, [there("vpnx-c0000003", "north", json!({ "TagSet": [third] }))]);
    let south = json!({ "VpnGatewayId": "vpngw-other001", "VpcId": "vpc-other001", "TagSet": tags });
    seed(&ws, TENCENT_REGION, [there("vpnx-a0000001", "south", south)]);
    let office = json!({ "CustomerGatewayId": "cgw-other001", "TagSet": other });
    seed(&ws, TENCENT_REGION, [there("vpnx-b0000002", "south", office)]);
    ws
}

fn tunnels(name: &str, filters: &str) -> String {
    format!("data \"cloudvpn_tencent_connections\" {name:?} {{\n{filters}\n}}\n")
}

fn one(name: &str, by: &str) -> String {
    format!("data \"cloudvpn_tencent_connection\" {name:?} {{\n{by}\n}}\n")
}

/// The ids that a data source found, in its order.
fn ids(ws: &Workspace, name: &str) -> Vec<String> {
    let found = ws.state(name).unwrap()["connections"].take();
    let ids = found.as_array().unwrap().iter().map(|tunnel| tunnel["id"].as_str().unwrap().to_owned());
    ids.collect()
}

#[test]
fn each_filter_finds_its_tunnels_in_the_order_of_their_ids() {
    let ws = with_three();
    const ALL: &[&str] = &["vpnx-a0000001", "vpnx-b0000002", "vpnx-c0000003"];
    let cases: &[(&str, &str, &[&str])] = &[
        ("all", "", ALL),
        ("ids", r#"ids = ["vpnx-c0000003", "vpnx-a0000001", "vpnx-nowhere1"]"#, &[ALL[0], ALL[2]]),
        ("no_ids", "ids = []", &[]),
        ("name", r#"name = "south""#, &[ALL[0], ALL[1]]),
        ("part_of_a_name", r#"name = "sout""#, &[]),
        ("gateway", r#"gateway_id = "vpngw-mock0001""#, &[ALL[1], ALL[2]]),
        ("no_gateway", r#"gateway_id = "vpngw-nowhere1""#, &[]),
        ("customer_gateway", r#"customer_gateway_id = "cgw-other001""#, &[ALL[1]]),
        ("vpc", r#"vpc_id = "vpc-other001""#, &[ALL[0]]),
        ("tag", r#"tags = { team = "net" }"#, &[ALL[0], ALL[2]]),
        ("tags", r#"tags = { team = "net", site = "south" }"#, &[ALL[0]]),
        ("no_tags", "tags = {}", ALL),
        ("together", "name = \"south\"\nvpc_id = \"vpc-mock0001\"\ntags = { team = \"dev\" }", &[ALL[1]]),
        ("ids_and_others", "ids = [\"vpnx-b0000002\", \"vpnx-a0000001\"]\nvpc_id = \"vpc-mock0001\"", &[ALL[1]]),
        ("ids_and_tags", "ids = [\"vpnx-b0000002\"]\ntags = { team = \"net\" }", &[]),
    ];
    ws.write(hcl(cases.iter().map(|(name, filters, _)| tunnels(name, filters)))).apply();
    for (name, _, expected) in cases {
        assert_eq!(ids(&ws, name), *expected, "{name}");
        assert_eq!(ws.state(name).unwrap()["region"], TENCENT_REGION, "{name}");
    }
    for call in ws.calls("DescribeVpnConnections") {
        let params = call.params;
        assert!(params["VpnConnectionIds"].is_null() || params["Filters"].is_null(), "{params}");
    }
}

#[test]
fn what_the_service_can_filter_it_filters() {
    let ws = with_three();
    let filters = r#"
        name = "south"
        gateway_id = "vpngw-mock0001"
        customer_gateway_id = "cgw-other001"
        vpc_id = "vpc-mock0001""#;
    ws.write(hcl([tunnels("found", filters)])).plan();
    let calls = ws.calls("DescribeVpnConnections");
    let expected = json!([
        { "Name": "vpn-connection-name", "Values": ["south"] },
        { "Name": "vpn-gateway-id", "Values": ["vpngw-mock0001"] },
        { "Name": "customer-gateway-id", "Values": ["cgw-other001"] },
        { "Name": "vpc-id", "Values": ["vpc-mock0001"] },
    ]);
    assert_eq!(calls.iter().map(|call| &call.params["Filters"]).collect::<Vec<_>>(), [&expected]);
}

#[test]
fn a_gateway_or_an_id_that_the_service_does_not_know_is_no_error() {
    let ws = with_three();
    ws.mock.switches(Switches { unknown_id_not_found: true, ..Switches::default() });
    ws.write(hcl([tunnels("some", r#"ids = ["vpnx-nowhere1", "vpnx-b0000002", "vpnx-nowhere2"]"#)])).apply();
    assert_eq!(ids(&ws, "some"), ["vpnx-b0000002"]);

    ws.mock.fault_rule(FaultRule {
        action: "DescribeVpnConnections".to_owned(),
        times: None,
        skip: 0,
        fault: Fault::Error("ResourceNotFound".to_owned()),
    });
    ws.write(hcl([tunnels("none", r#"gateway_id = "vpngw-nowhere1""#)])).apply();
    assert_eq!(ids(&ws, "none"), [""; 0]);
}

#[test]
fn all_pages_are_read_and_ids_are_asked_for_by_the_hundred() {
    let ws = Workspace::any_parent();
    let id = |n: usize| format!("vpnx-{n:08}");
    // Backwards, so that the service's order is not the order of the ids.
    seed(&ws, TENCENT_REGION, (0..250).map(|n| there(&id(n * 37 % 250), "many", json!({}))));
    let sorted: Vec<_> = (0..250).map(id).collect();

    ws.write(hcl([tunnels("all", "")])).plan();
    let calls = ws.calls("DescribeVpnConnections");
    let pages: Vec<_> =
        calls.iter().map(|call| (call.params["Offset"].clone(), call.params["Limit"].clone())).collect();
    assert_eq!(pages, [0, 100, 200].map(|offset| (json!(offset), json!(100))));
    ws.apply();
    assert_eq!(ids(&ws, "all"), sorted);

    ws.mock.clear_calls();
    ws.write(hcl([tunnels("named", "name = \"many\"")])).plan();
    assert_eq!(ws.calls("DescribeVpnConnections").len(), 3);

    let wanted = r#"ids = [for n in range(150) : format("vpnx-%08d", n)]"#;
    ws.mock.clear_calls();
    ws.write(hcl([tunnels("some", wanted)])).plan();
    let calls = ws.calls("DescribeVpnConnections");
    let asked = calls.iter().map(|call| call.params["VpnConnectionIds"].as_array().unwrap().len());
    assert_eq!((asked.clone().sum::<usize>(), asked.max()), (150, Some(100)));
    ws.apply();
    assert_eq!(ids(&ws, "some"), sorted[..150]);
}

#[test]
fn the_key_is_in_no_plan_state_output_or_log() {
    let ws = with_three();
    let log = ws.trace();
    let outputs = "output \"all\" {\n  value = data.cloudvpn_tencent_connections.all\n}\noutput \"one\" {\n  value = \
                   data.cloudvpn_tencent_connection.one\n}\n";
    ws.write(hcl([tunnels("all", ""), one("one", r#"id = "vpnx-a0000001""#), outputs.to_owned()]));
    ws.plan();
    ws.apply();
    assert_eq!(ws.tunnels()["vpnx-a0000001"]["PreShareKey"], SECRET, "the service has it");
    assert!(fs::read_to_string(log).unwrap().contains("DescribeVpnConnections"), "the log tells of the calls");
    ws.assert_nowhere(SECRET);
    for name in ["all", "one"] {
        assert!(!ws.state(name).unwrap().to_string().contains("pre_shared_key"));
    }
}

#[test]
fn another_region_is_looked_at_where_one_is_named() {
    let ws = with_three();
    seed(&ws, "ap-shanghai", [there("vpnx-s0000001", "shanghai", json!({}))]);
    let region = r#"region = "ap-shanghai""#;
    let by = |by: &str| format!("{region}\n{by}");
    ws.write(hcl([
        tunnels("all", region),
        one("by_id", &by(r#"id = "vpnx-s0000001""#)),
        one("by_name", &by(r#"name = "shanghai""#)),
    ]));
    ws.apply();
    assert_eq!(ids(&ws, "all"), ["vpnx-s0000001"]);
    assert_eq!(ws.state("all").unwrap()["connections"][0]["region"], "ap-shanghai");
    for name in ["by_id", "by_name"] {
        let found = ws.state(name).unwrap();
        assert_eq!((&found["id"], &found["region"]), (&json!("vpnx-s0000001"), &json!("ap-shanghai")));
    }

    ws.no_env("TENCENTCLOUD_REGION").write(hcl([tunnels("all", "")]));
    let diagnostics = ws.plan_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Missing region");
    assert!(error.detail.contains("TENCENTCLOUD_REGION"), "{diagnostics}");
}

#[test]
fn a_data_source_shows_what_the_resource_shows() {
    let ws = Workspace::new();
    let made = tunnel("made").changed(
        r#"
        security_policies = [{ local_cidr = "10.0.1.0/24", remote_cidrs = ["192.168.1.0/24", "192.168.2.0/24"] }]
        ike = { version = "IKEV1", remote_identity = { fqdn = "peer.example.com" } }
        dpd = { enabled = true, timeout_seconds = 45, action = "restart" }
        tags = { team = "net" }
        "#,
    );
    let plain = tunnel("plain").with("customer_gateway_id", "\"cgw-mock0002\"");
    ws.write(hcl([&made, &plain])).apply();
    let looked = [
        tunnels("all", ""),
        one("by_id", "id = cloudvpn_tencent_connection.made.id"),
        one("by_name", "name = \"plain\""),
    ];
    ws.write(hcl([made.to_string(), plain.to_string()].into_iter().chain(looked))).apply();

    let all = ws.state("all").unwrap();
    let listed = |name: &str| {
        let mut tunnels = all["connections"].as_array().unwrap().iter();
        tunnels.find(|tunnel| tunnel["name"] == name).unwrap().clone()
    };
    for (name, single) in [("made", "by_id"), ("plain", "by_name")] {
        let mut resource = ws.state(name).unwrap();
        let members = resource.as_object_mut().unwrap();
        for hidden in [
            "allow_weak_algorithms",
            "pre_shared_key",
            "pre_shared_key_wo",
            "pre_shared_key_wo_version",
            "tags",
            "timeouts",
        ] {
            assert!(members.remove(hidden).is_some(), "{hidden} is an attribute of the resource");
        }
        // No policies are an empty set here, that one can go over.
        if members["security_policies"].is_null() {
            members["security_policies"] = json!([]);
        }
        assert_eq!(listed(name), resource);
        assert_eq!(ws.state(single).unwrap(), resource);
    }
    assert_eq!(listed("made")["ike"]["remote_identity"]["fqdn"], "peer.example.com");
    assert_eq!(listed("made")["tags_all"], json!({ "team": "net" }));
    ws.destroy();
}

#[test]
fn one_tunnel_is_found_by_its_id_or_a_name_that_is_unique() {
    let ws = with_three();
    ws.write(hcl([
        one("by_id", r#"id = "vpnx-b0000002""#),
        one("by_id_and_gateway", "id = \"vpnx-a0000001\"\ngateway_id = \"vpngw-other001\""),
        one("by_name", r#"name = "north""#),
        one("narrowed", "name = \"south\"\ngateway_id = \"vpngw-other001\""),
    ]));
    ws.apply();
    for (name, id) in [
        ("by_id", "vpnx-b0000002"),
        ("by_id_and_gateway", "vpnx-a0000001"),
        ("by_name", "vpnx-c0000003"),
        ("narrowed", "vpnx-a0000001"),
    ] {
        assert_eq!(ws.id(name), id, "{name}");
    }
}

#[test]
fn a_tunnel_that_cannot_be_found_is_an_error_that_says_what_to_do() {
    let ws = with_three();
    const PLURAL: &str = "cloudvpn_tencent_connections";
    let cases: &[(&str, &str, &str, &[&str])] = &[
        ("id = \"vpnx-nowhere1\"", "id", "No such tunnel", &["vpnx-nowhere1", TENCENT_REGION, PLURAL]),
        ("name = \"nowhere\"", "name", "No such tunnel", &["no tunnel named \"nowhere\"", TENCENT_REGION, PLURAL]),
        (
            "id = \"vpnx-a0000001\"\ngateway_id = \"vpngw-mock0001\"",
            "id",
            "No such tunnel",
            &["vpnx-a0000001 with gateway_id vpngw-mock0001"],
        ),
        (
            "name = \"south\"",
            "name",
            "Several tunnels have this name",
            &[
                "ap-guangzhou has 2 tunnels named \"south\"",
                "vpnx-a0000001 (gateway_id vpngw-other001), vpnx-b0000002 (gateway_id vpngw-mock0001)",
                "Use id instead, or set gateway_id as well",
                PLURAL,
            ],
        ),
    ];
    for (by, at, summary, said) in cases {
        let diagnostics = ws.write(hcl([one("one", by)])).plan_fails();
        let error = diagnostics.error();
        assert_eq!(error.summary, *summary, "{by}");
        assert!(error.is_at(at), "{by}: {error}");
        for said in *said {
            assert!(error.detail.contains(said), "{by}: no {said:?} in {}", error.detail);
        }
    }

    seed(&ws, TENCENT_REGION, (0..7).map(|n| there(&format!("vpnx-twin000{n}"), "twin", json!({}))));
    let diagnostics = ws.write(hcl([one("one", "name = \"twin\"\ngateway_id = \"vpngw-mock0001\"")])).plan_fails();
    let detail = &diagnostics.error().detail;
    assert!(detail.contains("vpnx-twin0004") && detail.contains(" and 2 more"), "{detail}");
    assert!(!detail.contains("set gateway_id"), "it is set: {detail}");
}

#[test]
fn a_senseless_search_fails_validation() {
    let ws = Workspace::new();
    for (block, at, summary) in [
        (one("d", "name = \"a\"\nstate = \"AVAILABLE\""), "state", "Read-only attribute"),
        (tunnel("d").with("state", "\"AVAILABLE\"").to_string(), "state", "Read-only attribute"),
        (one("d", ""), "", "Missing attribute"),
        (one("d", "id = \"vpnx-a0000001\"\nname = \"a\""), "name", "Conflicting attributes"),
        (one("d", "id = \"vpngw-a0000001\""), "id", "Wrong kind of id"),
        (one("d", "name = \"\""), "", "Missing attribute"),
        (tunnels("d", "ids = [\"vpngw-a0000001\"]"), "ids", "Wrong kind of id"),
        (tunnels("d", "gateway_id = \"cgw-a0000001\""), "gateway_id", "Wrong kind of id"),
        (tunnels("d", "customer_gateway_id = \"vpngw-a0000001\""), "customer_gateway_id", "Wrong kind of id"),
        (tunnels("d", "vpc_id = \"a0000001\""), "vpc_id", "Wrong kind of id"),
        (tunnels("d", "tags = { team = null }"), "tags", "Missing value"),
        (tunnels("d", "connections = []"), "connections", "Read-only attribute"),
    ] {
        let diagnostics = ws.write(hcl([&block])).validate();
        let errors = diagnostics.errors();
        assert!(errors.iter().any(|e| e.summary == summary && e.is_at(at)), "{block}{diagnostics}");
    }
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn what_depends_on_a_new_tunnel_is_read_during_apply() {
    let ws = Workspace::new();
    let depends = "depends_on = [cloudvpn_tencent_connection.t]";
    ws.write(hcl([
        tunnel("t").to_string(),
        one("by_id", "id = cloudvpn_tencent_connection.t.id"),
        one("by_name", &format!("name = \"t\"\n{depends}")),
        tunnels("all", depends),
        "output \"state\" {\n  value = data.cloudvpn_tencent_connection.by_id.state\n}\n".to_owned(),
    ]));
    // Nothing is there to be looked at yet.
    ws.plan();
    assert!(ws.calls("DescribeVpnConnections").is_empty());
    ws.apply();
    let id = ws.id("t");
    assert_eq!((ws.id("by_id"), ws.id("by_name"), ids(&ws, "all")), (id.clone(), id.clone(), vec![id]));
    assert_eq!(ws.state("by_id").unwrap()["state"], "AVAILABLE");
    ws.destroy();
}

#[test]
fn a_refused_read_says_what_the_service_said() {
    let ws = with_three();
    let provider = "provider \"cloudvpn\" {\n  max_retries = 1\n}\n".to_owned();
    for block in [tunnels("d", ""), one("d", "id = \"vpnx-a0000001\""), one("d", "name = \"north\"")] {
        ws.write(hcl([provider.clone(), block.clone()]));
        for code in ["AuthFailure.SignatureFailure", "UnauthorizedOperation", "InternalError"] {
            ws.mock.clear_faults();
            let fault = Fault::Error(code.to_owned());
            ws.mock.fault_rule(FaultRule { action: "*".to_owned(), times: None, skip: 0, fault });
            let diagnostics = ws.plan_fails();
            let error = diagnostics.error();
            assert_eq!(error.summary, "Reading tunnels failed", "{block}");
            assert!(error.detail.contains(code), "{block}{error}");
        }
    }
    ws.mock.clear_faults();
    ws.env("TENCENTCLOUD_SECRET_KEY", "Wrong-key-not-to-be-seen").write(hcl([tunnels("d", "")]));
    let diagnostics = ws.plan_fails();
    assert!(diagnostics.error().detail.contains("secret key does not belong to the secret id"), "{diagnostics}");
    ws.assert_nowhere("Wrong-key-not-to-be-seen");
}
