//! The other ends of tunnels, looked at: customer gateways, and configurations for their devices.

use cloudvpn_mock::Fault;
use serde_json::json;

use crate::harness::{Resource, Workspace, hcl, tunnel};

const KEY: &str = "A-key-that-nobody-is-to-see";

fn gateway(name: &str, address: &str) -> Resource {
    let resource = Resource::new("cloudvpn_tencent_customer_gateway", name);
    resource.with("name", &format!("{name:?}")).with("ip_address", &format!("{address:?}"))
}

fn data(kind: &str, name: &str, by: &str) -> String {
    format!("data \"cloudvpn_tencent_{kind}\" {name:?} {{\n{by}\n}}\n")
}

/// A data source or an ephemeral resource with the configuration of the tunnel `t`.
fn peer(block: &str, changes: &str) -> String {
    let attributes = r#"
  gateway_id       = "vpngw-mock0001"
  connection_id    = cloudvpn_tencent_connection.t.id
  platform         = "ios"
  software_version = "V15.4"
  vendor_name      = "cisco"
  interface_name   = "GigabitEthernet1""#;
    format!("{block} \"cloudvpn_tencent_peer_configuration\" \"p\" {{{attributes}\n{changes}\n}}\n")
}

fn secret_tunnel() -> String {
    let key = "pre_shared_key =\npre_shared_key_wo = var.key\npre_shared_key_wo_version = 1";
    let variable = "variable \"key\" {\n  type = string\n  ephemeral = true\n}\n";
    format!("{variable}{}", tunnel("t").changed(key))
}

#[test]
fn customer_gateways_are_found_by_each_filter() {
    let ws = Workspace::new();
    let made = || {
        [
            gateway("a", "203.0.113.21").with("tags", "{ team = \"net\", site = \"south\" }"),
            gateway("b", "203.0.113.22").with("tags", "{ team = \"net\" }"),
            gateway("c", "203.0.113.23").changed("name = \"b\""),
        ]
        .map(|resource| resource.to_string())
    };
    ws.write(hcl(made())).apply();
    let (a, b, c) = (ws.id("a"), ws.id("b"), ws.id("c"));
    let ids = format!("ids = [{b:?}, \"cgw-nowhere1\", {a:?}]");
    let cases = [
        ("ids", ids.as_str(), vec![&a, &b]),
        ("no_ids", "ids = []", vec![]),
        ("name", "name = \"b\"", vec![&b, &c]),
        ("address", "ip_address = \"203.0.113.21\"", vec![&a]),
        ("tag", "tags = { team = \"net\" }", vec![&a, &b]),
        ("tags", "tags = { team = \"net\", site = \"south\" }", vec![&a]),
        ("together", "name = \"b\"\nip_address = \"203.0.113.23\"", vec![&c]),
        ("nothing", "name = \"nobody\"", vec![]),
    ];
    let sources = cases.iter().map(|(name, by, _)| data("customer_gateways", name, by));
    ws.mock.clear_calls();
    ws.write(hcl(made().into_iter().chain(sources))).apply();
    for (name, _, expected) in cases {
        let found = ws.state(name).unwrap()["customer_gateways"].take();
        let found: Vec<_> = found.as_array().unwrap().iter().map(|g| g["id"].as_str().unwrap().to_owned()).collect();
        let mut expected: Vec<_> = expected.into_iter().cloned().collect();
        expected.sort();
        assert_eq!(found, expected, "{name}");
    }
    let filters = ws.calls("DescribeCustomerGateways").into_iter().map(|call| call.params["Filters"].clone());
    let both = json!([
        { "Name": "customer-gateway-name", "Values": ["b"] }, { "Name": "ip-address", "Values": ["203.0.113.23"] },
    ]);
    assert!(filters.into_iter().any(|sent| sent == both));

    let one = [
        data("customer_gateway", "by_id", &format!("id = {a:?}")),
        data("customer_gateway", "by_name", "name = \"a\""),
        data("customer_gateway", "by_both", "name = \"b\"\nip_address = \"203.0.113.22\""),
    ];
    ws.write(hcl(made().into_iter().chain(one))).apply();
    let mut expected = ws.state("a").unwrap();
    for hidden in ["tags", "timeouts"] {
        expected.as_object_mut().unwrap().remove(hidden);
    }
    assert_eq!((ws.state("by_id").unwrap(), ws.state("by_name").unwrap()), (expected.clone(), expected));
    assert_eq!(ws.state("by_both").unwrap()["id"], json!(b));
    let several = hcl(made().into_iter().chain([data("customer_gateway", "none", "name = \"b\"")]));
    let diagnostics = ws.write(several).plan_fails();
    let error = diagnostics.error();
    assert_eq!(error.summary, "Several customer gateways have this name");
    assert!(error.detail.contains("or set ip_address as well"), "{diagnostics}");
}

#[test]
fn vendors_are_listed() {
    let ws = Workspace::new();
    ws.write(hcl([data("customer_gateway_vendors", "v", "")])).apply();
    let state = ws.state("v").unwrap();
    assert_eq!(state["region"], "ap-guangzhou");
    let cisco = json!({ "platform": "ios", "software_version": "V15.4", "vendor_name": "cisco" });
    assert!(state["vendors"].as_array().unwrap().contains(&cisco), "{state}");
    ws.mock.fault("DescribeCustomerGatewayVendors", 9, Fault::Error("UnauthorizedOperation".to_owned()));
    assert_eq!(ws.plan_fails().error().summary, "Reading vendors failed");
}

#[test]
fn a_configuration_is_a_sensitive_value_of_the_data_source() {
    let ws = Workspace::new();
    ws.write(hcl([tunnel("t").to_string(), peer("data", "")])).apply();
    let configuration = ws.state("p").unwrap()["configuration"].take();
    assert!(configuration.as_str().unwrap().contains("a pre-shared key"), "{configuration}");
    let sent = &ws.calls("DownloadCustomerGatewayConfiguration")[0].params;
    let vendor = json!({ "Platform": "ios", "SoftwareVersion": "V15.4", "VendorName": "cisco" });
    let expected = json!({
        "VpnGatewayId": "vpngw-mock0001", "VpnConnectionId": ws.id("t"), "CustomerGatewayVendor": vendor,
        "InterfaceName": "GigabitEthernet1",
    });
    assert_eq!(*sent, expected);
    let shown = "output \"shown\" {\n  value = data.cloudvpn_tencent_peer_configuration.p.configuration\n}\n";
    let diagnostics = ws.write(hcl([tunnel("t").to_string(), peer("data", ""), shown.to_owned()])).plan_fails();
    assert!(diagnostics.error().summary.contains("sensitive"), "{diagnostics}");
}

#[test]
fn a_configuration_of_the_ephemeral_resource_is_nowhere() {
    let ws = Workspace::new();
    let log = ws.trace();
    // Used, since OpenTofu opens nothing in an apply that nobody uses: whether the key is in it becomes another tunnel's key.
    let has_key = format!(
        "strcontains(ephemeral.cloudvpn_tencent_peer_configuration.p.configuration, {:?}) ? \"the-key-is-in-it\" : \"it-is-not\"",
        KEY.split_once('-').unwrap().1
    );
    let user = tunnel("user")
        .changed("pre_shared_key =\ncustomer_gateway_id = \"cgw-mock0002\"\npre_shared_key_wo_version = 1")
        .with("pre_shared_key_wo", &has_key);
    ws.var("key", KEY).write(hcl([secret_tunnel(), peer("ephemeral", ""), user.to_string()]));
    let output = ws.run(&["plan", "-no-color", "-out=plan.bin"]);
    assert_eq!(output.code, Some(0), "{}{}", output.stdout, output.stderr);
    let output = ws.run(&["apply", "-no-color", "plan.bin"]);
    assert_eq!(output.code, Some(0), "{}{}", output.stdout, output.stderr);
    assert!(!ws.calls("DownloadCustomerGatewayConfiguration").is_empty());
    assert_eq!(ws.tunnel("user")["PreShareKey"], "the-key-is-in-it");
    assert!(log.exists());
    ws.assert_nowhere(KEY);
}

#[test]
fn a_configuration_that_cannot_be_had_is_an_error_at_its_attribute() {
    let ws = Workspace::new();
    let there = tunnel("t").to_string();
    ws.write(hcl([&there])).apply();
    for (code, attribute) in [("ResourceNotFound", "connection_id"), ("UnauthorizedOperation", "")] {
        ws.mock.fault("DownloadCustomerGatewayConfiguration", 1, Fault::Error(code.to_owned()));
        let diagnostics = ws.write(hcl([there.clone(), peer("data", "")])).plan_fails();
        let error = diagnostics.error();
        assert_eq!(error.summary, "Reading the peer's configuration failed");
        assert!(error.detail.contains(code) && error.code.contains(attribute), "{diagnostics}");
    }
    ws.mock.clear_calls();
    for (changes, attribute) in [("platform = \"\"", "platform"), ("gateway_id = \"cgw-1\"", "gateway_id")] {
        let name = changes.split(' ').next().unwrap();
        let block: String =
            peer("data", "").lines().filter(|l| !l.trim().starts_with(name)).map(|l| format!("{l}\n")).collect();
        let block = block.replacen("{\n", &format!("{{\n  {changes}\n"), 1);
        let diagnostics = ws.write(hcl([there.clone(), block])).validate();
        assert!(diagnostics.error().code.contains(attribute), "{diagnostics}");
    }
    assert_eq!(ws.mock.calls().len(), 0);
}
