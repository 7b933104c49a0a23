//! SSL servers and SSL clients on Tencent Cloud that are only looked at.

use cloudvpn_mock::TENCENT_REGION;
use serde_json::{Map, Value, json};

use crate::harness::{Workspace, hcl};
use crate::tencent_ssl::*;

const SERVERS: &str = "cloudvpn_tencent_ssl_servers";
const CLIENTS: &str = "cloudvpn_tencent_ssl_clients";

fn data(kind: &str, name: &str, by: &str) -> String {
    format!("data {kind:?} {name:?} {{\n{by}\n}}\n")
}

fn seed(ws: &Workspace, region: &str, kind: &str, objects: impl IntoIterator<Item = (String, Value)>) {
    let objects: Map<_, _> = objects.into_iter().collect();
    ws.mock.patch_state(&json!({ "tencent": { region: { kind: objects } } })).unwrap();
}

fn tags(team: &str) -> Value {
    json!([{ "Key": "team", "Value": team }])
}

fn ssl_server(id: &str, name: &str, gateway: &str, vpc: &str, team: &str) -> (String, Value) {
    let server = json!({
        "SslVpnServerId": id, "SslVpnServerName": name, "VpnGatewayId": gateway, "VpcId": vpc,
        "LocalAddress": ["10.0.1.0/24"], "RemoteAddress": "10.8.0.0/16", "SslVpnProtocol": "UDP", "SslVpnPort": 1194,
        "EncryptAlgorithm": "AES-256-CBC", "IntegrityAlgorithm": "SHA256", "Compress": 0, "SsoEnabled": 0,
        "AccessPolicyEnabled": 0, "WanIp": "198.18.9.9", "MaxConnection": 5, "State": 6,
        "CreateTime": "2020-02-02 02:02:02", "TagSet": tags(team),
    });
    (id.to_owned(), server)
}

fn ssl_client(id: &str, name: &str, server: &str, vpc: &str, team: &str) -> (String, Value) {
    let client = json!({
        "SslVpnClientId": id, "Name": name, "SslVpnServerId": server, "VpcId": vpc, "CertStatus": 1, "State": "6",
        "CertBeginTime": "2020-02-02 02:02:02", "CertEndTime": "2120-02-02 02:02:02", "TagSet": tags(team),
    });
    (id.to_owned(), client)
}

fn with_both() -> Workspace {
    let ws = world();
    let (one, two) = (("vpngw-mockssl1", "vpc-mock0001"), ("vpngw-mockssl2", "vpc-other001"));
    // One call each: the order of the calls is the order of the service.
    seed(&ws, TENCENT_REGION, "ssl_vpn_servers", [ssl_server("vpns-b0000002", "north", one.0, one.1, "net")]);
    seed(&ws, TENCENT_REGION, "ssl_vpn_servers", [ssl_server("vpns-a0000001", "south", two.0, two.1, "dev")]);
    for (id, name, server, vpc, team) in [
        ("vpnc-c0000003", "ann", "vpns-b0000002", "vpc-mock0001", "net"),
        ("vpnc-a0000001", "ann", "vpns-a0000001", "vpc-other001", "dev"),
        ("vpnc-b0000002", "bob", "vpns-b0000002", "vpc-mock0001", "dev"),
    ] {
        seed(&ws, TENCENT_REGION, "ssl_vpn_clients", [ssl_client(id, name, server, vpc, team)]);
    }
    ws
}

/// The ids that a data source found, in its order.
fn ids(ws: &Workspace, name: &str, list: &str) -> Vec<String> {
    let found = ws.state(name).unwrap()[list].take();
    found.as_array().unwrap().iter().map(|object| object["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_filter_finds_its_own_in_the_order_of_their_ids() {
    let ws = with_both();
    const A: &str = "vpns-a0000001";
    const B: &str = "vpns-b0000002";
    let servers: &[(&str, &str, &[&str])] = &[
        ("all", "", &[A, B]),
        ("ids", r#"ids = ["vpns-b0000002", "vpns-nowhere1"]"#, &[B]),
        ("no_ids", "ids = []", &[]),
        ("name", r#"name = "south""#, &[A]),
        ("part_of_a_name", r#"name = "sout""#, &[]),
        ("gateway", r#"gateway_id = "vpngw-mockssl1""#, &[B]),
        ("vpc", r#"vpc_id = "vpc-other001""#, &[A]),
        ("tag", r#"tags = { team = "net" }"#, &[B]),
        ("ids_and_tags", "ids = [\"vpns-b0000002\"]\ntags = { team = \"dev\" }", &[]),
    ];
    let clients: &[(&str, &str, &[&str])] = &[
        ("c_all", "", &["vpnc-a0000001", "vpnc-b0000002", "vpnc-c0000003"]),
        ("c_ids", r#"ids = ["vpnc-c0000003", "vpnc-a0000001"]"#, &["vpnc-a0000001", "vpnc-c0000003"]),
        ("c_name", r#"name = "ann""#, &["vpnc-a0000001", "vpnc-c0000003"]),
        ("c_server", r#"ssl_server_id = "vpns-b0000002""#, &["vpnc-b0000002", "vpnc-c0000003"]),
        ("c_no_server", r#"ssl_server_id = "vpns-nowhere1""#, &[]),
        ("c_vpc", r#"vpc_id = "vpc-other001""#, &["vpnc-a0000001"]),
        ("c_tag", "tags = { team = \"dev\" }", &["vpnc-a0000001", "vpnc-b0000002"]),
        ("c_both", "name = \"ann\"\nssl_server_id = \"vpns-b0000002\"", &["vpnc-c0000003"]),
    ];
    let blocks = servers.iter().map(|(name, by, _)| data(SERVERS, name, by));
    ws.write(hcl(blocks.chain(clients.iter().map(|(name, by, _)| data(CLIENTS, name, by))))).apply();
    for (name, _, expected) in servers {
        assert_eq!(ids(&ws, name, "ssl_servers"), *expected, "{name}");
    }
    for (name, _, expected) in clients {
        assert_eq!(ids(&ws, name, "ssl_clients"), *expected, "{name}");
    }
    for action in ["DescribeVpnGatewaySslServers", "DescribeVpnGatewaySslClients"] {
        for params in params(&ws, action) {
            let ids = [&params["SslVpnServerIds"], &params["SslVpnClientIds"]];
            assert!(ids.iter().all(|ids| ids.is_null()) || params["Filters"].is_null(), "{params}");
        }
    }
}

#[test]
fn what_the_service_can_filter_it_filters() {
    let ws = with_both();
    let by = "name = \"ann\"\nssl_server_id = \"vpns-b0000002\"\nvpc_id = \"vpc-mock0001\"";
    ws.write(hcl([data(CLIENTS, "found", by)])).plan();
    let expected = json!([
        { "Name": "ssl-vpn-client-name", "Values": ["ann"] },
        { "Name": "ssl-vpn-server-id", "Values": ["vpns-b0000002"] },
        { "Name": "vpc-id", "Values": ["vpc-mock0001"] },
    ]);
    let asked = params(&ws, "DescribeVpnGatewaySslClients");
    assert_eq!(asked.iter().map(|params| &params["Filters"]).collect::<Vec<_>>(), [&expected]);
}

#[test]
fn a_data_source_shows_what_the_resource_shows() {
    let ws = world();
    let (made, its) = (server("s").with("tags", "{ team = \"net\" }"), client("c").with("tags", "{ team = \"dev\" }"));
    let (made, its) = (made.to_string(), its.to_string());
    ws.write(hcl([made.clone(), its.clone()])).apply();
    let looked = [
        data(SERVERS, "servers", ""),
        data(SERVER, "by_id", &format!("id = {SERVER}.s.id")),
        data(SERVER, "by_name", "name = \"s\""),
        data(CLIENTS, "clients", ""),
        data(CLIENT, "client_by_id", &format!("id = {CLIENT}.c.id")),
        data(CLIENT, "client_by_name", &format!("name = \"c\"\nssl_server_id = {SERVER}.s.id")),
    ];
    ws.write(hcl([made, its].into_iter().chain(looked))).apply();
    for (name, list, all, singles) in [
        ("s", "ssl_servers", "servers", ["by_id", "by_name"]),
        ("c", "ssl_clients", "clients", ["client_by_id", "client_by_name"]),
    ] {
        let mut resource = ws.state(name).unwrap();
        let members = resource.as_object_mut().unwrap();
        members.retain(|attribute, _| {
            !["allow_weak_algorithms", "tags", "timeouts", "saml_metadata"].contains(&attribute.as_str())
        });
        assert_eq!(ws.state(all).unwrap()[list], json!([resource]));
        for single in singles {
            assert_eq!(ws.state(single).unwrap(), resource, "{single}");
        }
    }
}

#[test]
fn a_single_one_is_the_only_one() {
    let ws = with_both();
    let diagnostics = ws.write(hcl([data(CLIENT, "d", "name = \"ann\"")])).plan_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Several SSL clients have this name");
    for said in ["vpnc-a0000001 (ssl_server_id vpns-a0000001)", "set ssl_server_id as well", CLIENTS] {
        assert!(error.detail.contains(said), "{diagnostics}");
    }
    let diagnostics = ws.write(hcl([data(SERVER, "d", "id = \"vpns-nowhere1\"")])).plan_fails();
    assert_eq!(diagnostics.error().summary, "No such SSL server");
    for by in ["", "id = \"vpns-a0000001\"\nname = \"south\""] {
        assert!(!ws.write(hcl([data(SERVER, "d", by)])).validate().errors().is_empty(), "{by}");
    }
}

#[test]
fn tags_of_many_cost_a_call_for_each_fifty() {
    let ws = world();
    let id = |n: usize| format!("vpnc-{n:08}");
    let all = (0..250).map(|n| ssl_client(&id(n), "many", "vpns-b0000002", "vpc-mock0001", "net"));
    seed(&ws, TENCENT_REGION, "ssl_vpn_clients", all);
    ws.write(hcl([data(CLIENTS, "all", "tags = { team = \"net\" }")])).plan();
    assert_eq!((ws.calls("DescribeVpnGatewaySslClients").len(), ws.calls(TAG_READ).len()), (3, 5));
    ws.apply();
    assert_eq!(ids(&ws, "all", "ssl_clients"), (0..250).map(id).collect::<Vec<_>>());
}

#[test]
fn another_region_is_looked_at_where_one_is_named() {
    let ws = world();
    let there = ssl_server("vpns-s0000001", "shanghai", "vpngw-s", "vpc-s", "net");
    seed(&ws, "ap-shanghai", "ssl_vpn_servers", [there]);
    let by = |by: &str| format!("region = \"ap-shanghai\"\n{by}");
    ws.write(hcl([data(SERVERS, "all", &by("")), data(SERVER, "one", &by("name = \"shanghai\""))])).apply();
    assert_eq!(ids(&ws, "all", "ssl_servers"), ["vpns-s0000001"]);
    let one = ws.state("one").unwrap();
    assert_eq!((&one["region"], &one["tags_all"]), (&json!("ap-shanghai"), &json!({ "team": "net" })));
}
