//! Mistakes are found before anything is asked of a cloud.

use crate::harness::{Resource, Workspace, hcl, tunnel};

/// A configuration with one mistake: where it has to show, and what has to be said.
struct Mistake {
    attributes: String,
    /// The attribute the error points at; the resource itself if empty.
    at: &'static str,
    says: &'static [&'static str],
}

fn mistake(attributes: impl Into<String>, at: &'static str, says: &'static [&'static str]) -> Mistake {
    Mistake { attributes: attributes.into(), at, says }
}

fn mistakes() -> Vec<Mistake> {
    let policies = |local: &str, remote: &str| {
        format!("security_policies = [{{ local_cidr = {local:?}, remote_cidrs = [{remote:?}] }}]")
    };
    let bgp = |range: &str, local: &str| {
        format!(
            "route_type = \"Bgp\"\nbgp = {{ tunnel_cidr = {range:?}, local_ip = {local:?}, remote_ip = \"169.254.128.2\" }}"
        )
    };
    let eleven = (0..11).map(|i| format!("{{ local_cidr = \"10.{i}.0.0/16\", remote_cidrs = [\"192.168.0.0/16\"] }}"));
    let eleven = eleven.collect::<Vec<_>>().join(", ");
    vec![
        mistake(format!("name = {:?}", "n".repeat(61)), "name", &["1 to 60 characters", "61"]),
        mistake(format!("name = {:?}", "名".repeat(61)), "name", &["1 to 60 characters", "61"]),
        mistake("name = \"\"", "name", &["1 to 60 characters"]),
        mistake("ike = { lifetime_seconds = 59 }", "ike.lifetime_seconds", &["59", "between 60 and 604800"]),
        mistake("ike = { lifetime_seconds = 604801 }", "ike.lifetime_seconds", &["604801", "between 60 and 604800"]),
        mistake("ipsec = { lifetime_seconds = 179 }", "ipsec.lifetime_seconds", &["179", "between 180 and 604800"]),
        mistake("ipsec = { lifetime_kilobytes = 2559 }", "ipsec.lifetime_kilobytes", &["2559", "2560"]),
        mistake("ike = { lifetime_seconds = 1e30 }", "ike.lifetime_seconds", &["between 60 and 604800"]),
        mistake("ike = { lifetime_seconds = 0.5 }", "ike.lifetime_seconds", &["0.5", "between 60 and 604800"]),
        mistake("ike = { lifetime_seconds = 60.5 }", "ike.lifetime_seconds", &["whole number"]),
        mistake("pre_shared_key_wo = \"two\"", "pre_shared_key_wo", &["pre_shared_key", "exactly one"]),
        mistake("pre_shared_key =", "", &["exactly one", "pre_shared_key_wo"]),
        mistake("pre_shared_key_wo_version = 1", "pre_shared_key_wo_version", &["pre_shared_key_wo"]),
        mistake(
            "ike = { local_identity = { address = \"192.0.2.1\", fqdn = \"a.example.com\" } }",
            "ike.local_identity.fqdn",
            &["exactly one", "address", "fqdn"],
        ),
        mistake(
            "ike = { remote_identity = { address = \"a.example.com\" } }",
            "ike.remote_identity.address",
            &["a.example.com", "IP address"],
        ),
        mistake(policies("10.0.0.0/33", "192.168.0.0/24"), "security_policies", &["10.0.0.0/33", "CIDR"]),
        mistake(policies("10.0.0.0", "192.168.0.0/24"), "security_policies", &["10.0.0.0", "CIDR"]),
        mistake(
            "security_policies = [{ local_cidr = \"10.0.0.0/24\", remote_cidrs = [] }]",
            "security_policies",
            &["1 to 50"],
        ),
        mistake(format!("security_policies = [{eleven}]"), "security_policies", &["10", "11"]),
        mistake("security_policies = [null]", "security_policies", &["element is null"]),
        mistake(
            "security_policies = [{ local_cidr = \"10.0.0.0/24\", remote_cidrs = [\"192.168.0.0/24\", null] }]",
            "security_policies",
            &["remote_cidrs", "element is null", "compact"],
        ),
        mistake(
            "ike = { encryption_algorithm = \"AES-256-CBC\" }",
            "ike.encryption_algorithm",
            &["Did you mean \"AES-CBC-256\"?"],
        ),
        mistake(
            "ike = { integrity_algorithm = \"sha256\" }",
            "ike.integrity_algorithm",
            &["Did you mean \"SHA-256\"?"],
        ),
        mistake("ike = { version = \"ikev2\" }", "ike.version", &["Did you mean \"IKEV2\"?"]),
        mistake("ipsec = { pfs_dh_group = \"GROUP14\" }", "ipsec.pfs_dh_group", &["Did you mean \"DH-GROUP14\"?"]),
        mistake("negotiation = \"flowtrigger\"", "negotiation", &["Did you mean \"flowTrigger\"?"]),
        mistake("negotiation = \"whatever\"", "negotiation", &["\"active\"", "\"passive\"", "\"flowTrigger\""]),
        mistake("route_type = \"BGP\"", "route_type", &["Did you mean \"Bgp\"?"]),
        mistake("dpd = { action = \"reset\" }", "dpd.action", &["\"clear\"", "\"restart\""]),
        mistake("vpc_id = \"vpngw-mock0001\"", "vpc_id", &["\"vpc-\""]),
        mistake("gateway_id = \"vpc-mock0001\"", "gateway_id", &["\"vpngw-\""]),
        mistake("customer_gateway_id = \"vpngw-mock0001\"", "customer_gateway_id", &["\"cgw-\""]),
        mistake("dpd = { timeout_seconds = 29 }", "dpd.timeout_seconds", &["29", "between 30 and 60"]),
        mistake("dpd = { timeout_seconds = 61 }", "dpd.timeout_seconds", &["61", "between 30 and 60"]),
        mistake(
            format!("health_check = {{ enabled = true }}\n{}", policies("10.0.0.0/24", "192.168.0.0/24")),
            "health_check",
            &["security_policies"],
        ),
        mistake("health_check = { local_ip = \"fe80::1\" }", "health_check.local_ip", &["IPv4"]),
        mistake("health_check = { probe = { threshold = 2 } }", "health_check.probe.threshold", &["between 3 and 8"]),
        mistake(bgp("169.254.128.0/29", "169.254.128.1"), "bgp.tunnel_cidr", &["/30"]),
        mistake(bgp("169.254.128.0/30", "169.254.129.1"), "bgp.local_ip", &["169.254.129.1", "169.254.128.0/30"]),
        mistake(
            "route_type = \"StaticRoute\"\nbgp = { tunnel_cidr = \"169.254.128.0/30\", local_ip = \"169.254.128.1\", remote_ip = \"169.254.128.2\" }",
            "bgp",
            &["route_type"],
        ),
        mistake(
            format!("route_type = \"StaticRoute\"\n{}", policies("10.0.0.0/24", "192.168.0.0/24")),
            "security_policies",
            &["StaticRoute", "route_type = \"Policy\""],
        ),
        mistake(
            format!("route_type = \"Bgp\"\n{}", policies("0.0.0.0/0", "192.168.0.0/24")),
            "security_policies",
            &["Bgp"],
        ),
        mistake(policies("127.0.0.0/8", "192.168.0.0/24"), "security_policies", &["127.0.0.0/8"]),
        mistake(policies("10.0.0.0/24", "0.1.0.0/16"), "security_policies", &["0.1.0.0/16"]),
        mistake(policies("10.0.0.0/24", "239.0.0.0/8"), "security_policies", &["239.0.0.0/8"]),
        mistake(policies("10.0.0.0/24", "10.0.0.0/24"), "security_policies", &["10.0.0.0/24", "both ends"]),
        mistake("timeouts = { create = \"soon\" }", "timeouts.create", &["soon", "10m"]),
        mistake("timeouts = { delete = \"0s\" }", "timeouts.delete", &["10m"]),
    ]
}

fn named(number: usize, mistake: &Mistake) -> Resource {
    tunnel(&format!("m{number}")).changed(&mistake.attributes)
}

#[test]
fn each_mistake_is_one_error_on_its_attribute() {
    let ws = Workspace::new();
    let mistakes = mistakes();
    let blocks = mistakes.iter().enumerate().map(|(number, mistake)| named(number, mistake));
    let diagnostics = ws.write(hcl(blocks)).validate();
    for (number, Mistake { attributes, at, says }) in mistakes.iter().enumerate() {
        let of = diagnostics.of(&format!("m{number}"));
        let errors = of.errors();
        assert_eq!(errors.len(), 1, "{attributes}:\n{of}");
        let error = errors[0];
        assert!(error.is_at(at), "{attributes} is not at {at:?}:\n{of}");
        for text in *says {
            assert!(error.detail.contains(text), "{attributes}: no {text:?} in\n{of}");
        }
    }
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn what_is_not_known_yet_is_no_mistake() {
    let ws = Workspace::new();
    // Each mistake again, with values that only an apply would tell.
    let data =
        "resource \"terraform_data\" \"later\" {\n  input = { text = \"x\", number = 1, list = [], object = {} }\n}\n";
    let later = |expression: &str| format!("terraform_data.later.output.{expression}");
    let cases = [
        ("name", later("text")),
        ("vpc_id", later("text")),
        ("gateway_id", later("text")),
        ("customer_gateway_id", later("text")),
        ("pre_shared_key", later("text")),
        ("pre_shared_key_wo", later("text")),
        ("pre_shared_key_wo_version", later("number")),
        ("negotiation", later("text")),
        ("route_type", later("text")),
        ("security_policies", later("list")),
        ("security_policies", format!("[{{ local_cidr = {}, remote_cidrs = [{}] }}]", later("text"), later("text"))),
        ("ike", format!("{{ lifetime_seconds = {}, encryption_algorithm = {} }}", later("number"), later("text"))),
        ("ike", format!("{{ local_identity = {{ address = {}, fqdn = {} }} }}", later("text"), later("text"))),
        ("ike", format!("{{ local_identity = {} }}", later("object"))),
        ("ipsec", format!("{{ lifetime_kilobytes = {} }}", later("number"))),
        ("dpd", format!("{{ timeout_seconds = {} }}", later("number"))),
        (
            "route_type = \"Bgp\"\nbgp",
            format!("{{ tunnel_cidr = {0}, local_ip = {0}, remote_ip = {0} }}", later("text")),
        ),
        (
            "route_type = terraform_data.later.output.text\nbgp",
            r#"{ tunnel_cidr = "169.254.128.0/30", local_ip = "169.254.128.1", remote_ip = "169.254.128.2" }"#
                .to_owned(),
        ),
        (
            "route_type = \"StaticRoute\"\nsecurity_policies",
            format!("[{{ local_cidr = \"0.0.0.0/0\", remote_cidrs = [{}] }}]", later("text")),
        ),
        ("health_check", format!("{{ enabled = {}, local_ip = {} }}", later("number == 1"), later("text"))),
        ("tags", later("object")),
        ("tags", format!("{{ a = {} }}", later("text"))),
        ("timeouts", format!("{{ create = {} }}", later("text"))),
        ("region", later("text")),
    ];
    let tunnels = cases
        .iter()
        .enumerate()
        .map(|(number, (attribute, value))| tunnel(&format!("u{number}")).changed(&format!("{attribute} = {value}")));
    ws.write(hcl([data.to_owned()].into_iter().chain(tunnels.map(|tunnel| tunnel.to_string()))));
    let diagnostics = ws.validate();
    assert!(diagnostics.0.is_empty(), "{diagnostics}");
    let plan = ws.plan();
    assert!(plan.diagnostics.0.is_empty(), "{}", plan.diagnostics);
    for number in 0..cases.len() {
        assert_eq!(plan.actions(&format!("u{number}")), ["create"]);
    }
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn a_new_tunnel_with_bgp_has_to_say_that_bgp_routes_it() {
    let ws = Workspace::new();
    let bgp = |number: u8| {
        let address = |last: u8| format!("169.254.{number}.{last}");
        let (range, local, remote) = (format!("{}/30", address(0)), address(1), address(2));
        format!("{{ tunnel_cidr = {range:?}, local_ip = {local:?}, remote_ip = {remote:?} }}")
    };
    let with_bgp = |number: u8| tunnel("t").with("customer_gateway_id", "\"cgw-mock0002\"").with("bgp", &bgp(number));
    let refused = |ws: &Workspace| {
        let diagnostics = ws.plan_fails();
        let error = diagnostics.error();
        assert!(error.is_at("bgp") && error.detail.contains("route_type = \"Bgp\""), "{diagnostics}");
    };
    refused(ws.write(hcl([with_bgp(128)])));
    assert!(ws.mock.calls().is_empty());

    // One that is there says for itself what routes it.
    ws.write(hcl([with_bgp(128).with("route_type", "\"Bgp\"")])).apply();
    ws.write(hcl([with_bgp(128)]));
    assert!(ws.plan_is_empty());
    ws.write(hcl([with_bgp(129)]));
    assert_eq!(ws.plan().actions("t"), ["update"]);
    // Unless it is made anew.
    refused(ws.write(hcl([with_bgp(128).with("region", "\"ap-shanghai\"")])));

    // Nor does BGP come to one that something else routes.
    ws.write(hcl([""])).apply();
    ws.write(hcl([with_bgp(128).without("bgp")])).apply();
    refused(ws.write(hcl([with_bgp(128)])));
}

#[test]
fn policies_that_let_everything_through_exclude_nothing() {
    let ws = Workspace::new();
    const OPEN: &str = r#"[{ local_cidr = "0.0.0.0/0", remote_cidrs = ["0.0.0.0/0"] }]"#;
    let open = |name: &str, gateway: &str| {
        let gateway = format!("\"cgw-mock000{gateway}\"");
        tunnel(name).with("customer_gateway_id", &gateway).with("security_policies", OPEN)
    };
    let probed = open("probed", "1").with("health_check", "{ enabled = true }");
    let routed = open("routed", "2").with("route_type", "\"StaticRoute\"");
    ws.write(hcl([probed, routed])).apply();
    ws.assert_state_is_fresh();
}

#[test]
fn a_variable_without_a_value_is_no_mistake() {
    let ws = Workspace::new();
    let variables = "variable \"name\" {\n  type = string\n}\nvariable \"seconds\" {\n  type = number\n}\n".to_owned();
    let tunnel = tunnel("t").with("name", "var.name").with("ike", "{ lifetime_seconds = var.seconds }");
    ws.write(hcl([variables, tunnel.to_string()]));
    assert!(ws.validate().0.is_empty());
    // The value is checked when it is there.
    ws.var("name", "t").var("seconds", "59");
    let diagnostics = ws.plan_fails();
    assert!(diagnostics.error().is_at("ike.lifetime_seconds"), "{diagnostics}");
}

#[test]
fn an_element_that_turns_out_null_is_an_error_as_soon_as_that_is_known() {
    let ws = Workspace::new();
    let gateway = |ranges: &str| {
        let server = Resource::new("cloudvpn_tencent_ssl_server", "s")
            .with("name", "\"s\"")
            .with("gateway_id", "\"vpngw-mock0001\"")
            .with("client_cidr", "\"10.8.0.0/16\"")
            .with("local_cidrs", ranges);
        let variable = "variable \"other\" {\n  type = string\n  default = null\n}\n".to_owned();
        let later = "resource \"terraform_data\" \"later\" {\n  input = { other = var.other }\n}\n".to_owned();
        let data = "data \"cloudvpn_tencent_ssl_servers\" \"d\" {\n  ids = [var.other]\n}\n".to_owned();
        [variable, later, server.to_string(), data]
    };
    let [variable, later, server, data] = gateway("[\"10.0.0.0/16\", var.other]");
    for (text, at) in [([&variable, &server], "local_cidrs"), ([&variable, &data], "ids")] {
        let diagnostics = ws.write(hcl(text)).plan_fails();
        let error = diagnostics.error();
        assert_eq!(error.summary, "Null element");
        assert!(error.is_at(at), "{diagnostics}");
    }
    let [variable, _, server, _] = gateway("[\"10.0.0.0/16\", terraform_data.later.output.other]");
    let diagnostics = ws.write(hcl([variable, later, server])).apply_fails();
    assert!(diagnostics.error().is_at("local_cidrs"), "{diagnostics}");
    assert!(ws.mock.calls().is_empty());
}

#[test]
fn weak_algorithms_warn_on_their_attribute() {
    let ws = Workspace::new();
    let cases = [
        ("ike.encryption_algorithm", "3DES-CBC"),
        ("ike.encryption_algorithm", "DES-CBC"),
        ("ike.integrity_algorithm", "MD5"),
        ("ike.dh_group", "GROUP1"),
        ("ike.dh_group", "GROUP2"),
        ("ipsec.encryption_algorithm", "NULL"),
        ("ipsec.encryption_algorithm", "3DES-CBC"),
        ("ipsec.integrity_algorithm", "MD5"),
        ("ipsec.pfs_dh_group", "NULL"),
        ("ipsec.pfs_dh_group", "DH-GROUP2"),
    ];
    let tunnels = cases.iter().enumerate().map(|(number, (path, value))| {
        let (object, member) = path.split_once('.').expect("all are nested");
        tunnel(&format!("w{number}")).with(object, &format!("{{ {member} = {value:?} }}"))
    });
    let strong = tunnel("strong").with("ike", "{ encryption_algorithm = \"AES256GCM128\", dh_group = \"GROUP19\" }");
    let diagnostics = ws.write(hcl(tunnels.chain([strong]))).validate();
    assert!(diagnostics.errors().is_empty(), "{diagnostics}");
    for (number, (path, value)) in cases.iter().enumerate() {
        let of = diagnostics.of(&format!("w{number}"));
        let [warning] = &of.warnings()[..] else { panic!("one warning was expected for {value}:\n{of}") };
        assert_eq!(warning.summary, format!("{path}: Weak algorithm"));
        assert!(warning.is_at(path) && warning.detail.contains(value), "{of}");
    }
    assert!(diagnostics.of("strong").0.is_empty());
}

#[test]
fn all_mistakes_of_a_tunnel_are_shown_at_once() {
    let ws = Workspace::new();
    let tunnel = tunnel("t").changed(
        r#"
        name = ""
        gateway_id = "x"
        negotiation = "x"
        dpd = { timeout_seconds = 1 }
        ike = { lifetime_seconds = 1, dh_group = "x" }
        "#,
    );
    let diagnostics = ws.write(hcl([tunnel])).validate();
    assert_eq!(diagnostics.errors().len(), 6, "{diagnostics}");
}

#[test]
fn weak_algorithms_are_one_warning_a_resource_that_can_be_accepted_for_good() {
    let weak = |name: &str| {
        tunnel(name)
            .with(
                "ike",
                "{ encryption_algorithm = \"3DES-CBC\", integrity_algorithm = \"MD5\", dh_group = \"GROUP2\" }",
            )
            .with(
                "ipsec",
                "{ encryption_algorithm = \"NULL\", integrity_algorithm = \"MD5\", pfs_dh_group = \"NULL\" }",
            )
    };
    let ws = Workspace::any_parent();
    let other = weak("other").with("customer_gateway_id", "\"cgw-mock0002\"");
    let diagnostics = ws.write(hcl([weak("t"), other])).validate();
    for name in ["t", "other"] {
        let of = diagnostics.of(name);
        let [warning] = of.warnings()[..] else { panic!("one warning was expected:\n{of}") };
        assert!(warning.is_at("") && warning.summary == "Weak algorithms", "{of}");
        for member in ["ike.encryption_algorithm", "ike.dh_group", "ipsec.pfs_dh_group", "allow_weak_algorithms = true"]
        {
            assert!(warning.detail.contains(member), "{of}");
        }
    }

    ws.write(hcl([weak("t")])).apply();
    let id = ws.id("t");
    ws.mock.clear_calls();
    let accepted = || hcl([weak("t").with("allow_weak_algorithms", "true")]);
    assert!(ws.write(accepted()).apply().warnings().is_empty());
    assert!(ws.modifications(&id).is_empty(), "nothing is sent of it");
    assert_eq!(ws.state("t").unwrap()["allow_weak_algorithms"], true);
    assert!(ws.plan_is_empty());
    assert!(ws.plan().diagnostics.warnings().is_empty());
    // The mistakes of others are said all the same.
    let diagnostics = ws.write(hcl([weak("t").with("allow_weak_algorithms", "false")])).validate();
    assert_eq!(diagnostics.warnings().len(), 1, "{diagnostics}");
}

#[test]
fn what_is_wrong_in_a_nested_attribute_is_shown_at_the_outermost_one() {
    let ws = Workspace::new();
    for (attribute, expression, member) in [
        ("ike", "{ lifetime_seconds = 1 }", "ike.lifetime_seconds"),
        ("ike", "{ local_identity = { address = \"x\" } }", "ike.local_identity.address"),
        ("ipsec", "{ lifetime_seconds = 1 }", "ipsec.lifetime_seconds"),
        ("health_check", "{ probe = { threshold = 1 } }", "health_check.probe.threshold"),
        ("timeouts", "{ create = \"soon\" }", "timeouts.create"),
    ] {
        let diagnostics = ws.write(hcl([tunnel("t").with(attribute, expression)])).validate();
        let error = diagnostics.error();
        assert!(error.code.starts_with(attribute), "{diagnostics}");
        assert!(error.summary.starts_with(&format!("{member}: ")), "{diagnostics}");
    }
}
