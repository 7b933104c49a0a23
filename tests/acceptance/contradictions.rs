//! What cannot be is found before anything is asked of a cloud: in the configuration, or in the plan where a default or what is there makes
//! it a contradiction. All kinds, both clouds, and API 2.0.

use crate::alibaba::{connection, with_ends};
use crate::harness::{Diagnostics, Resource, Workspace, hcl, legacy_tunnel, tunnel};

/// A resource with one mistake, the attribute that has to be named, and what has to be said of it.
struct Mistake {
    resource: Resource,
    at: &'static str,
    says: &'static str,
}

fn mistake(resource: Resource, at: &'static str, says: &'static str) -> Mistake {
    Mistake { resource, at, says }
}

fn tencent(lines: &str) -> Resource {
    tunnel("m").changed(lines)
}

fn legacy(lines: &str) -> Resource {
    legacy_tunnel("m").changed(lines)
}

fn alibaba(lines: &str) -> Resource {
    connection("m").changed(lines)
}

fn two_tunnels(master: &str, slave: &str) -> Resource {
    let tunnel = |lines: &str| format!("{{ customer_gateway_id = \"cgw-1\", pre_shared_key = \"key\", {lines} }}");
    alibaba("customer_gateway_id =\npre_shared_key =")
        .with("tunnels", &format!("{{ master = {}, slave = {} }}", tunnel(master), tunnel(slave)))
}

fn customer_gateway(cloud: &str, address: &str) -> Resource {
    let kind =
        if cloud == "tencent" { "cloudvpn_tencent_customer_gateway" } else { "cloudvpn_alibaba_customer_gateway" };
    Resource::new(kind, "m").with("name", "\"m\"").with("ip_address", &format!("{address:?}"))
}

fn policies(pairs: &[(&str, &str)]) -> String {
    let policy = |(local, remote): &(&str, &str)| format!("{{ local_cidr = {local:?}, remote_cidrs = [{remote:?}] }}");
    format!("security_policies = [{}]", pairs.iter().map(policy).collect::<Vec<_>>().join(", "))
}

fn mistakes() -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    // Both APIs of Tencent Cloud.
    let of_policies = [
        (&[("10.0.0.0/16", "192.168.0.0/24"), ("10.0.1.0/24", "192.168.0.0/16")][..], "overlaps 10.0"),
        (&[("10.0.0.0/8", "10.1.0.0/16")], "both ends"),
        (&[("10.1.0.0/16", "10.0.0.0/8")], "both ends"),
        (&[("10.1.0.0/16", "127.0.0.0/8")], "range of hosts"),
    ];
    for (pairs, says) in of_policies {
        let policies = policies(pairs);
        mistakes.push(mistake(tencent(&policies), "security_policies", says));
        mistakes.push(mistake(legacy(&format!("remote_cidrs =\n{policies}")), "security_policies", says));
    }
    let spelt = policies(&[("10.0.1.0/24", "192.168.0.0/24"), ("10.0.1.9/24", "192.168.1.0/24")]);
    mistakes.push(mistake(legacy(&format!("remote_cidrs =\n{spelt}")), "security_policies", "more than one policy"));
    // Keys.
    for line in ["pre_shared_key = \"key\\n\"", "pre_shared_key =\npre_shared_key_wo = \"key\\r\\n\""] {
        let at = if line.contains("_wo") { "pre_shared_key_wo" } else { "pre_shared_key" };
        for resource in [tencent(line), legacy(line), alibaba(line)] {
            mistakes.push(mistake(resource, at, "trimspace"));
        }
    }
    for (line, at) in [
        ("bgp_auth_key = \"key\\n\"", "bgp_auth_key"),
        ("bgp_auth_key_wo = \"key\\n\"\nbgp_auth_key_wo_version = 1", "bgp_auth_key_wo"),
    ] {
        mistakes.push(mistake(customer_gateway("alibaba", "203.0.113.9").changed(line), at, "trimspace"));
    }
    for address in ["0.0.0.0", "0.1.2.3", "127.0.0.1", "169.254.1.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"] {
        for cloud in ["tencent", "alibaba"] {
            mistakes.push(mistake(customer_gateway(cloud, address), "ip_address", address));
        }
    }
    for region in
        ["AP-Guangzhou", "ap-guangzhou-3", "ap-guangzhou ", "https://vpc.tencentcloudapi.com", "vpngw-mock0001"]
    {
        let line = format!("region = {region:?}");
        for resource in [tencent(&line), legacy(&line), customer_gateway("tencent", "203.0.113.9").changed(&line)] {
            mistakes.push(mistake(resource, "region", "region"));
        }
    }
    for region in ["CN-Hangzhou", "cn-hangzhou-h", "eu-central-1a", "cn hangzhou", "vpc.cn-hangzhou.aliyuncs.com"] {
        let line = format!("region = {region:?}");
        for resource in [alibaba(&line), customer_gateway("alibaba", "203.0.113.9").changed(&line)] {
            mistakes.push(mistake(resource, "region", "region"));
        }
    }
    mistakes.extend(mistakes_of_tencent());
    mistakes.extend(mistakes_of_alibaba());
    mistakes
}

fn mistakes_of_tencent() -> Vec<Mistake> {
    let bgp = |local: &str, remote: &str| {
        tencent("route_type = \"Bgp\"").with(
            "bgp",
            &format!("{{ tunnel_cidr = \"169.254.128.0/30\", local_ip = {local:?}, remote_ip = {remote:?} }}"),
        )
    };
    let check = |local: &str, remote: &str| {
        tencent("").with("health_check", &format!("{{ enabled = true, local_ip = {local:?}, remote_ip = {remote:?} }}"))
    };
    vec![
        mistake(bgp("169.254.128.1", "169.254.128.1"), "bgp.remote_ip", "of its own"),
        mistake(bgp("169.254.128.1", "169.254.128.3"), "bgp.remote_ip", "169.254.128.2"),
        mistake(check("169.254.130.1", "169.254.130.1"), "health_check.remote_ip", "of its own"),
        mistake(check("10.0.0.1", "169.254.130.1"), "health_check.local_ip", "169.254.128.0/17"),
        mistake(check("169.254.130.1", "169.254.1.1"), "health_check.remote_ip", "169.254.128.0/17"),
        mistake(
            tencent("ike = { version = \"IKEV2\", exchange_mode = \"AGGRESSIVE\" }"),
            "ike.exchange_mode",
            "\"MAIN\"",
        ),
    ]
}

fn mistakes_of_alibaba() -> Vec<Mistake> {
    let ike = |members: &str| alibaba(&format!("ike = {{ {members} }}"));
    let cidrs = |local: &str, remote: &str| alibaba(&format!("local_cidrs = [{local}]\nremote_cidrs = [{remote}]"));
    let several = "\"10.0.0.0/24\", \"10.0.1.0/24\"";
    let one = "\"192.168.0.0/16\"";
    let bgp = |asn: u32, n: u32| {
        format!("bgp = {{ local_asn = {asn}, tunnel_cidr = \"169.254.{n}.0/30\", local_ip = \"169.254.{n}.1\" }}")
    };
    vec![
        mistake(cidrs("\"10.0.0.0/16\"", "\"10.0.1.0/24\""), "remote_cidrs", "both ends"),
        mistake(cidrs("\"10.0.1.0/24\"", "\"10.0.0.0/8\""), "remote_cidrs", "both ends"),
        mistake(cidrs(several, one).with("ike", "{ version = \"ikev1\" }"), "ike.version", "ikev2"),
        mistake(cidrs(one, several).with("ike", "{ version = \"ikev1\" }"), "ike.version", "ikev2"),
        mistake(
            two_tunnels("", "ike = { version = \"ikev1\" }").with("local_cidrs", &format!("[{several}]")),
            "tunnels.slave.ike.version",
            "ikev2",
        ),
        mistake(ike("version = \"ikev2\", exchange_mode = \"aggressive\""), "ike.exchange_mode", "\"main\""),
        mistake(
            ike("version = \"ikev1\", exchange_mode = \"main\", remote_identity = \"office.example\""),
            "ike.remote_identity",
            "aggressive",
        ),
        mistake(
            two_tunnels(
                "ike = { version = \"ikev1\", exchange_mode = \"main\", local_identity = \"cloud.example\" }",
                "",
            ),
            "tunnels.master.ike.local_identity",
            "aggressive",
        ),
        mistake(
            ike("encryption_algorithm = \"sm4\", integrity_algorithm = \"sha256\""),
            "ike.integrity_algorithm",
            "sm3",
        ),
        mistake(
            alibaba("ipsec = { encryption_algorithm = \"aes256\", integrity_algorithm = \"sm3\" }"),
            "ipsec.integrity_algorithm",
            "sm4",
        ),
        mistake(two_tunnels(&bgp(65_001, 10), &bgp(65_002, 11)), "tunnels.slave.bgp.local_asn", "same in both"),
        mistake(two_tunnels(&bgp(65_001, 10), &bgp(65_001, 10)), "tunnels.slave.bgp.tunnel_cidr", "of its own"),
        mistake(
            alibaba("health_check = { enabled = true, local_ip = \"10.0.0.9\", remote_ip = \"10.0.0.9\" }"),
            "health_check.remote_ip",
            "of its own",
        ),
    ]
}

#[test]
fn contradictions_are_one_error_each_on_their_attribute() {
    let ws = Workspace::new();
    let mistakes = mistakes();
    let named = mistakes
        .iter()
        .enumerate()
        .map(|(n, mistake)| mistake.resource.to_string().replacen("\"m\"", &format!("\"m{n}\""), 1));
    let diagnostics = ws.write(hcl(named)).validate();
    for (n, mistake) in mistakes.iter().enumerate() {
        is_said(&diagnostics.of(&format!("m{n}")), mistake);
    }
    assert!(ws.mock.calls().is_empty());
}

fn is_said(diagnostics: &Diagnostics, Mistake { resource, at, says }: &Mistake) {
    let [error] = diagnostics.errors()[..] else { panic!("one error was expected:\n{resource}\n{diagnostics}") };
    assert!(error.is_at(at), "{resource}\nis not at {at:?}:\n{error}");
    assert!(error.detail.contains(says), "{resource}\nno {says:?} in\n{error}");
}

/// With what a new object gets where nothing is said.
#[test]
fn what_a_default_contradicts_is_found_in_the_plan() {
    let cases = [
        mistake(tencent("ike = { exchange_mode = \"AGGRESSIVE\" }"), "ike.exchange_mode", "\"IKEV1\""),
        mistake(tencent("route_type = \"Bgp\""), "route_type", "needs bgp"),
        mistake(alibaba("ike = { exchange_mode = \"aggressive\" }"), "ike.exchange_mode", "\"ikev1\""),
        mistake(
            alibaba("ike = { version = \"ikev1\", remote_identity = \"office.example\" }"),
            "ike.remote_identity",
            "aggressive",
        ),
        mistake(alibaba("ike = { encryption_algorithm = \"sm4\" }"), "ike.integrity_algorithm", "sm3"),
        mistake(
            two_tunnels(
                "bgp = { local_asn = 65001, tunnel_cidr = \"169.254.10.0/30\", local_ip = \"169.254.10.1\" }",
                "",
            )
            .with("gateway_id", "\"vpn-dual001\""),
            "tunnels.slave.bgp.local_asn",
            "45104",
        ),
    ];
    for case in cases {
        let ws = with_ends();
        ws.write(hcl([&case.resource]));
        assert!(ws.validate().errors().is_empty(), "{}", case.resource);
        is_said(&ws.plan_fails(), &case);
        let writes = ws.mock.calls().into_iter().filter(|call| call.action.starts_with("Create")).count();
        assert_eq!(writes, 0, "{}", case.resource);
    }
}

/// With what is there and the configuration says nothing of; what was so before is no mistake.
#[test]
fn what_is_there_contradicts_changes_only() {
    let ws = with_ends();
    let of = |lines: &str| connection("m").changed(lines);
    let version_1 = "ike = { version = \"ikev1\" }";
    ws.write(hcl([of(version_1)])).apply();
    let several = "remote_cidrs = [\"192.168.0.0/24\", \"192.168.1.0/24\"]";
    let case = mistake(of(several), "ike.version", "ikev2");
    is_said(&ws.write(hcl([&case.resource])).plan_fails(), &case);

    // Somebody else brought it to where the service lets it be.
    let (id, mut row) = crate::alibaba::connections(&ws).pop_first().unwrap();
    row["RemoteSubnet"] = serde_json::json!("192.168.0.0/24,192.168.1.0/24");
    crate::alibaba::patch(&ws, "vpn_connections", &id, row);
    ws.write(hcl([of(&format!("name = \"renamed\"\n{several}"))])).apply();
    assert_eq!(ws.state("m").unwrap()["name"], "renamed");
}

#[test]
fn a_region_is_checked_wherever_it_is_named() {
    let ws = Workspace::new();
    let data = "data \"cloudvpn_tencent_connections\" \"m\" {\n  region = \"ap-guangzhou-3\"\n}";
    let diagnostics = ws.write(hcl([data])).validate();
    assert!(diagnostics.error().is_at("region"), "{diagnostics}");

    for (block, meant) in [("tencent", "ap-guangzhou"), ("alibaba", "cn-hangzhou")] {
        let provider =
            format!("provider \"cloudvpn\" {{\n  {block} {{\n    region = {:?}\n  }}\n}}", meant.to_uppercase());
        let diagnostics = ws.write(hcl([provider, tunnel("t").to_string()])).validate();
        assert!(diagnostics.error().detail.contains(&format!("Did you mean {meant:?}")), "{diagnostics}");
    }

    ws.env("TENCENTCLOUD_REGION", "AP-Guangzhou");
    for configuration in [tunnel("t").to_string(), "data \"cloudvpn_tencent_connections\" \"all\" {}".to_owned()] {
        let diagnostics = ws.write(hcl([configuration])).plan_fails();
        let detail = &diagnostics.error().detail;
        assert!(detail.contains("TENCENTCLOUD_REGION") && detail.contains("\"ap-guangzhou\""), "{diagnostics}");
    }
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn keys_of_the_provider_have_no_newline_either() {
    let ws = Workspace::new();
    for (block, member) in [
        ("tencent", "secret_id"),
        ("tencent", "secret_key"),
        ("tencent", "token"),
        ("alibaba", "access_key_id"),
        ("alibaba", "access_key_secret"),
        ("alibaba", "security_token"),
    ] {
        // A key stands here whole.
        let halves = match block {
            "tencent" => ["secret_id", "secret_key"],
            _ => ["access_key_id", "access_key_secret"],
        };
        let whole = halves.into_iter().filter(|half| *half != member).map(|half| format!("    {half} = \"key\"\n"));
        let whole = whole.collect::<String>();
        let provider = format!("provider \"cloudvpn\" {{\n  {block} {{\n    {member} = \"key\\n\"\n{whole}  }}\n}}");
        let diagnostics = ws.write(hcl([provider, tunnel("t").to_string()])).validate();
        let error = diagnostics.error();
        assert!(error.is_at(member) || error.code.contains(member), "{diagnostics}");
        assert!(error.detail.contains("trimspace") && !error.detail.contains("key\\n"), "{diagnostics}");
    }
}

#[test]
fn an_import_id_says_what_is_wrong_with_it() {
    let ws = Workspace::new();
    let route = Resource::new("cloudvpn_alibaba_route_entry", "r")
        .with("gateway_id", "\"vpn-mock0001\"")
        .with("next_hop_id", "\"vco-mock0001\"")
        .with("destination_cidr", "\"10.9.0.0/16\"");
    ws.write(hcl([tunnel("t"), legacy_tunnel("l"), route]));
    for (address, id, says) in [
        ("cloudvpn_tencent_connection.t", "vpngw-mock0001/vpnx-mock0001", "is the id of an object"),
        ("cloudvpn_tencent_connection.t", "AP-Guangzhou/vpnx-mock0001", "ap-guangzhou"),
        ("cloudvpn_tencent_connection.t", "ap-guangzhou-3/vpnx-mock0001", "zone"),
        ("cloudvpn_tencent_legacy_connection.l", "cgw-1/vpc-1/vpngw-1/vpnx-1", "is the id of an object"),
        ("cloudvpn_alibaba_route_entry.r", "vpn-mock0001/vco-mock0001", "no destination"),
        ("cloudvpn_alibaba_route_entry.r", "cn-hangzhou-h/vpn-1/vco-1/10.9.0.0/16", "vco-xxxxxxxx/10.0.0.0/16"),
    ] {
        let said = ws.import_fails(address, id);
        let said = said.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert!(said.contains("Invalid import id") && said.contains(says), "{id}: {said}");
    }
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn a_data_source_takes_no_id_of_another_kind() {
    let ws = Workspace::new();
    let blocks = ["customer_gateway", "legacy_connection", "gateway", "connection"]
        .map(|kind| format!("data \"cloudvpn_tencent_{kind}\" \"{kind}\" {{\n  id = \"vco-mock0001\"\n}}"));
    let diagnostics = ws.write(hcl(blocks)).validate();
    assert_eq!(diagnostics.errors().len(), 4, "{diagnostics}");
    assert!(diagnostics.errors().iter().all(|error| error.is_at("id")), "{diagnostics}");
}
