//! SSL servers, certificates and connections on Alibaba Cloud that are only looked at.

use cloudvpn_mock::ALIBABA_REGION;
use serde_json::{Value, json};

use crate::alibaba::{cert, connection, error, params, patch, with_ends};
use crate::harness::{Workspace, hcl};

const SECRET: &str = "A-key-that-nobody-is-to-see";

fn many(kind: &str, name: &str, filters: &str) -> String {
    format!("data \"cloudvpn_alibaba_{kind}\" {name:?} {{\n{filters}\n}}\n")
}

/// The ids that a data source found, in its order.
fn ids(ws: &Workspace, kind: &str, name: &str) -> Vec<String> {
    let found = ws.state(name).unwrap()[kind].take();
    found.as_array().unwrap().iter().map(|object| object["id"].as_str().unwrap().to_owned()).collect()
}

/// Objects that somebody else made, beside those of the small world: one, in the state of the mock, with changes.
fn there(ws: &Workspace, kind: &str, id: &str, mut object: Value, changes: Value) {
    object.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    patch(ws, kind, id, object);
}

fn with_servers() -> Workspace {
    let ws = with_ends();
    let server = |id: &str, name: &str, gateway: &str| {
        let members = json!({
            "SslVpnServerId": id, "Name": name, "VpnGatewayId": gateway, "ClientIpPool": "192.168.9.0/24",
            "LocalSubnet": "10.0.0.0/8,172.16.0.0/12", "Proto": "UDP", "Cipher": "AES-128-CBC", "Port": 1194, "Compress": false,
            "Connections": 2, "MaxConnections": 5, "InternetIp": "203.0.113.1", "CreateTime": 1_552_550_980_000_i64,
            "EnableMultiFactorAuth": false, "RegionId": ALIBABA_REGION, "ResourceGroupId": "rg-1",
        });
        patch(&ws, "ssl_vpn_servers", id, members);
    };
    patch(&ws, "ssl_vpn_servers", "vss-mock0001", Value::Null);
    server("vss-c3", "north", "vpn-single001");
    server("vss-a1", "south", "vpn-dual001");
    server("vss-b2", "south", "vpn-single001");
    ws
}

fn with_certs() -> Workspace {
    let ws = with_servers();
    for (id, name, server) in
        [("vsc-c3", "north", "vss-a1"), ("vsc-a1", "south", "vss-b2"), ("vsc-b2", "south", "vss-a1")]
    {
        let cert = json!({
            "SslVpnClientCertId": id, "SslVpnServerId": server, "Name": name, "CreateTime": 1_552_550_980_000_i64,
            "EndTime": 4_102_444_800_000_i64, "RegionId": ALIBABA_REGION, "ResourceGroupId": "rg-1",
        });
        patch(&ws, "ssl_vpn_client_certs", id, cert);
    }
    ws
}

/// Three connections, two of them with one tunnel, made by Terraform, which then forgets them; gives their ids by name.
fn with_connections() -> (Workspace, [String; 3]) {
    let ws = with_ends();
    let key = format!("{SECRET:?}");
    let tunnel = |n: u32| format!("{{ customer_gateway_id = \"cgw-mock000{n}\", pre_shared_key = {key} }}");
    let one = |name: &str, remote: &str| {
        connection(name).with("pre_shared_key", &key).with("remote_cidrs", &format!("[{remote:?}]"))
    };
    let two = connection("two")
        .changed("customer_gateway_id =\npre_shared_key =\ngateway_id = \"vpn-dual001\"\ntags = { team = \"dev\", site = \"south\" }")
        .with("tunnels", &format!("{{ master = {}, slave = {} }}", tunnel(2), tunnel(3)));
    ws.write(hcl([
        one("one", "192.168.1.0/24").changed("tags = { team = \"net\" }"),
        one("other", "192.168.2.0/24")
            .changed("name = \"two\"\ncustomer_gateway_id = \"cgw-mock0002\"\ntags = { team = \"dev\" }"),
        two,
    ]))
    .apply();
    let ids = ["one", "other", "two"].map(|name| ws.id(name));
    std::fs::remove_file(ws.dir().join("terraform.tfstate")).unwrap();
    ws.mock.clear_calls();
    (ws, ids)
}

fn sorted(mut ids: Vec<&str>) -> Vec<&str> {
    ids.sort_unstable();
    ids
}

#[test]
fn each_filter_finds_its_servers_in_the_order_of_their_ids() {
    let ws = with_servers();
    const ALL: &[&str] = &["vss-a1", "vss-b2", "vss-c3"];
    let cases: &[(&str, &str, &[&str])] = &[
        ("all", "", ALL),
        ("ids", r#"ids = ["vss-c3", "vss-a1", "vss-nowhere"]"#, &[ALL[0], ALL[2]]),
        ("no_ids", "ids = []", &[]),
        ("name", r#"name = "south""#, &[ALL[0], ALL[1]]),
        ("gateway", r#"gateway_id = "vpn-single001""#, &[ALL[1], ALL[2]]),
        ("no_gateway", r#"gateway_id = "vpn-nowhere""#, &[]),
        ("together", "name = \"south\"\ngateway_id = \"vpn-single001\"", &[ALL[1]]),
        ("ids_and_name", "name = \"south\"\nids = [\"vss-c3\", \"vss-b2\"]", &[ALL[1]]),
    ];
    ws.write(hcl(cases.iter().map(|(name, filters, _)| many("ssl_servers", name, filters)))).apply();
    for (name, _, expected) in cases {
        assert_eq!(ids(&ws, "ssl_servers", name), *expected, "{name}");
    }
    let row = &ws.state("all").unwrap()["ssl_servers"][0];
    assert_eq!((&row["local_cidrs"], &row["connections"]), (&json!(["10.0.0.0/8", "172.16.0.0/12"]), &json!(2)));
    assert_eq!(
        (&row["created_at"], &row["encryption_algorithm"]),
        (&json!("2019-03-14T08:09:40Z"), &json!("AES-128-CBC"))
    );

    ws.mock.clear_calls();
    ws.write(hcl([many("ssl_servers", "found", "name = \"south\"\ngateway_id = \"vpn-dual001\"")])).plan();
    let sent = json!({ "Name": "south", "VpnGatewayId": "vpn-dual001", "PageNumber": "1", "PageSize": "50" });
    assert_eq!(params(&ws, "DescribeSslVpnServers"), [sent]);
}

#[test]
fn one_server_is_found_by_its_id_or_a_name_that_is_unique() {
    let ws = with_servers();
    ws.write(hcl([
        many("ssl_server", "by_id", "id = \"vss-b2\""),
        many("ssl_server", "by_name", "name = \"north\""),
        many("ssl_server", "narrowed", "name = \"south\"\ngateway_id = \"vpn-dual001\""),
    ]))
    .apply();
    for (name, id) in [("by_id", "vss-b2"), ("by_name", "vss-c3"), ("narrowed", "vss-a1")] {
        assert_eq!(ws.id(name), id, "{name}");
    }
    for (by, summary) in [
        ("id = \"vss-nowhere\"", "No such SSL server"),
        ("name = \"south\"", "Several SSL servers have this name"),
        ("", "Missing attribute"),
        ("id = \"vsc-1\"", "Wrong kind of id"),
    ] {
        assert_eq!(ws.write(hcl([many("ssl_server", "one", by)])).plan_fails().error().summary, summary, "{by}");
    }
}

#[test]
fn each_filter_finds_its_certificates_and_shows_no_key() {
    let ws = with_certs();
    let log = ws.trace();
    const ALL: &[&str] = &["vsc-a1", "vsc-b2", "vsc-c3"];
    let cases: &[(&str, &str, &[&str])] = &[
        ("all", "", ALL),
        ("ids", r#"ids = ["vsc-c3", "vsc-nowhere"]"#, &[ALL[2]]),
        ("name", r#"name = "south""#, &[ALL[0], ALL[1]]),
        ("server", r#"ssl_server_id = "vss-a1""#, &[ALL[1], ALL[2]]),
        ("together", "name = \"south\"\nssl_server_id = \"vss-a1\"", &[ALL[1]]),
    ];
    let single = many("ssl_client_cert", "one", "name = \"north\"");
    ws.write(hcl(cases.iter().map(|(name, filters, _)| many("ssl_client_certs", name, filters)).chain([single])))
        .apply();
    for (name, _, expected) in cases {
        assert_eq!(ids(&ws, "ssl_client_certs", name), *expected, "{name}");
    }
    let one = ws.state("one").unwrap();
    assert_eq!((&one["id"], &one["expires_at"]), (&json!("vsc-c3"), &json!("2100-01-01T00:00:00Z")));
    assert!(std::fs::read_to_string(log).unwrap().contains("DescribeSslVpnClientCerts"));
    ws.assert_nowhere("PRIVATE KEY");
    ws.mock.fault("DescribeSslVpnClientCerts", 1, error("Forbidden"));
    let diagnostics = ws.write(hcl([many("ssl_client_certs", "all", "")])).plan_fails();
    assert_eq!(diagnostics.error().summary, "Reading certificates failed");
}

#[test]
fn each_filter_finds_its_connections_in_the_order_of_their_ids() {
    let (ws, [one, other, two]) = with_connections();
    let all = sorted(vec![&one, &other, &two]);
    let by_id = format!("ids = [{two:?}, \"vco-nowhere\"]");
    let cases: &[(&str, &str, Vec<&str>)] = &[
        ("all", "", all),
        ("ids", &by_id, vec![&two]),
        ("no_ids", "ids = []", vec![]),
        ("name", r#"name = "two""#, sorted(vec![&other, &two])),
        ("gateway", r#"gateway_id = "vpn-single001""#, sorted(vec![&one, &other])),
        ("customer_gateway", r#"customer_gateway_id = "cgw-mock0001""#, vec![&one]),
        ("tag", r#"tags = { team = "dev" }"#, sorted(vec![&other, &two])),
        ("tags", r#"tags = { team = "dev", site = "south" }"#, vec![&two]),
        ("together", "name = \"two\"\ntags = { team = \"dev\" }\ngateway_id = \"vpn-single001\"", vec![&other]),
    ];
    ws.write(hcl(cases.iter().map(|(name, filters, _)| many("connections", name, filters)))).apply();
    for (name, _, expected) in cases {
        assert_eq!(ids(&ws, "connections", name), *expected, "{name}");
    }
    ws.mock.clear_calls();
    let filters = "gateway_id = \"vpn-dual001\"\ncustomer_gateway_id = \"cgw-mock0003\"\ntags = { team = \"dev\" }";
    ws.write(hcl([many("connections", "found", filters)])).plan();
    let sent = json!({
        "VpnGatewayId": "vpn-dual001", "CustomerGatewayId": "cgw-mock0003", "Tag": [{ "Key": "team", "Value": "dev" }],
        "PageNumber": "1", "PageSize": "50",
    });
    assert_eq!(params(&ws, "DescribeVpnConnections"), [sent]);
}

#[test]
fn a_connection_shows_what_its_resource_shows_and_never_the_key() {
    let (ws, [one, _, two]) = with_connections();
    let log = ws.trace();
    ws.write(hcl([
        many("connections", "all", ""),
        many("connection", "one", &format!("id = {one:?}")),
        many("connection", "two", "name = \"two\"\ngateway_id = \"vpn-dual001\""),
        "output \"all\" {\n  value = data.cloudvpn_alibaba_connections.all\n}\n".to_owned(),
    ]))
    .apply();
    let single = ws.state("one").unwrap();
    assert_eq!((&single["id"], &single["bgp"]["enabled"]), (&json!(one), &json!(false)));
    assert_eq!((&single["ike"]["version"], &single["tags_all"]), (&json!("ikev2"), &json!({ "team": "net" })));
    let dual = ws.state("two").unwrap();
    assert_eq!((&dual["id"], &dual["tunnels"]["slave"]["customer_gateway_id"]), (&json!(two), &json!("cgw-mock0003")));
    assert!(dual["ike"].is_null());
    assert!(std::fs::read_to_string(log).unwrap().contains("DescribeVpnConnections"));
    ws.assert_nowhere(SECRET);
    for hidden in ["pre_shared_key", "auto_configure_routes", "timeouts", "tags\""] {
        assert!(!single.to_string().contains(&format!("\"{hidden}")), "{hidden} is shown");
    }
    let diagnostics = ws.write(hcl([many("connection", "d", "name = \"two\"")])).plan_fails();
    assert_eq!(diagnostics.error().summary, "Several connections have this name");
}

#[test]
fn another_region_is_looked_at_where_one_is_named() {
    let ws = with_servers();
    let region = "region = \"cn-beijing\"";
    ws.mock.patch_state(&json!({ "alibaba": { "cn-beijing": { "ssl_vpn_servers": {} } } })).unwrap();
    ws.write(hcl(["ssl_servers", "ssl_client_certs", "connections"].map(|kind| many(kind, kind, region)))).apply();
    for kind in ["ssl_servers", "ssl_client_certs", "connections"] {
        assert_eq!(ids(&ws, kind, kind), [""; 0]);
        assert_eq!(ws.state(kind).unwrap()["region"], "cn-beijing");
    }
    ws.no_env("ALIBABA_CLOUD_REGION").write(hcl([many("connections", "all", "")]));
    assert_eq!(ws.plan_fails().error().summary, "Missing region");
}

#[test]
fn all_pages_are_read() {
    let ws = with_servers();
    let server = crate::alibaba::objects(&ws, "ssl_vpn_servers").remove("vss-a1").unwrap();
    for n in 0..110 {
        let id = format!("vss-n{n:03}");
        there(&ws, "ssl_vpn_servers", &id, server.clone(), json!({ "SslVpnServerId": id, "Name": "many" }));
    }
    ws.write(hcl([many("ssl_servers", "all", "name = \"many\"")])).plan();
    let pages: Vec<_> =
        params(&ws, "DescribeSslVpnServers").into_iter().map(|params| params["PageNumber"].clone()).collect();
    assert_eq!(pages, [json!("1"), json!("2"), json!("3")]);
    ws.apply();
    assert_eq!(ids(&ws, "ssl_servers", "all").len(), 110);
}

#[test]
fn a_senseless_search_fails_validation() {
    let ws = Workspace::new();
    for (block, at, summary) in [
        (many("connections", "d", "tags = { a = null }"), "tags", "Missing value"),
        (many("connections", "d", "ids = [\"vpnx-1\"]"), "ids", "Wrong kind of id"),
        (many("connection", "d", "id = \"vco-1\"\nname = \"a\""), "name", "Conflicting attributes"),
        (many("connection", "d", "name = \"a\"\nstatus = \"x\""), "status", "Read-only attribute"),
        (many("ssl_servers", "d", "gateway_id = \"vss-1\""), "gateway_id", "Wrong kind of id"),
        (many("ssl_client_certs", "d", "ssl_server_id = \"vpn-1\""), "ssl_server_id", "Wrong kind of id"),
        (cert("d").with("status", "\"x\"").to_string(), "status", "Read-only attribute"),
    ] {
        let diagnostics = ws.write(hcl([&block])).validate();
        let error = diagnostics.error();
        assert_eq!(error.summary, summary, "{block}");
        assert!(error.is_at(at), "{block}: {diagnostics}");
    }
    assert!(ws.mock.calls().is_empty());
}
