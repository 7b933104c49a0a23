//! Where keys come from, under real Terraform.

use std::time::{Duration, Instant};
use std::{fs, thread};

use cloudvpn_mock::{Fault, Options};
use serde_json::{Value, json};

use crate::harness::{Resource, Workspace, hcl, options};

/// A cloud as the tests of both need it.
struct Cloud {
    name: &'static str,
    region: &'static str,
    /// The variables of the mock's key.
    variables: [&'static str; 2],
    accounts: [&'static str; 2],
    /// A role of the first account, and one of the second that it may assume.
    roles: [&'static str; 2],
    /// What the service calls a key that is over.
    over: &'static str,
    create: &'static str,
}

const CLOUDS: [Cloud; 2] = [
    Cloud {
        name: "tencent",
        region: "ap-guangzhou",
        variables: ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"],
        accounts: ["100000000001", "100000000002"],
        roles: ["qcs::cam::uin/100000000001:roleName/mock", "qcs::cam::uin/100000000002:roleName/partner"],
        over: "AuthFailure.TokenFailure",
        create: "CreateCustomerGateway",
    },
    Cloud {
        name: "alibaba",
        region: "cn-hangzhou",
        variables: ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        accounts: ["1000000000000001", "1000000000000002"],
        roles: ["acs:ram::1000000000000001:role/mock", "acs:ram::1000000000000002:role/partner"],
        over: "InvalidSecurityToken.Expired",
        create: "CreateCustomerGateway",
    },
];

impl Cloud {
    fn provider(&self, arguments: &str) -> String {
        let Self { name, region, .. } = self;
        format!("provider \"cloudvpn\" {{\n  {name} {{\n    region = {region:?}\n{arguments}\n  }}\n}}\n")
    }

    fn assume(&self, role: usize) -> String {
        let external = if role == 1 { "      external_id = \"mock-external-id\"\n" } else { "" };
        format!("    assume_role {{\n      role_arn = {:?}\n{external}    }}\n", self.roles[role])
    }

    fn customer_gateway(&self) -> &'static str {
        match self.name {
            "tencent" => "cloudvpn_tencent_customer_gateway",
            _ => "cloudvpn_alibaba_customer_gateway",
        }
    }

    fn gateway(&self, name: &str, address: &str) -> String {
        Resource::new(self.customer_gateway(), name)
            .with("name", "\"office\"")
            .with("ip_address", &format!("{address:?}"))
            .to_string()
    }

    fn identity(&self) -> String {
        let kind = format!("cloudvpn_{}_caller_identity", self.name);
        format!("data \"{kind}\" \"me\" {{}}\noutput \"me\" {{\n  value = data.{kind}.me\n}}\n")
    }

    /// What the mock has of the second account.
    fn of_partner(&self, ws: &Workspace) -> Value {
        ws.mock.state()[format!("{}/{}", self.name, self.accounts[1])].clone()
    }
}

fn output(ws: &Workspace) -> Value {
    let output = ws.run(&["output", "-json", "me"]);
    serde_json::from_str(&output.stdout).expect("an output is JSON")
}

#[test]
fn a_key_says_whose_it_is() {
    for cloud in CLOUDS {
        let ws = Workspace::new();
        ws.write(hcl([cloud.provider(""), cloud.identity()])).apply();
        assert_eq!(output(&ws)["account_id"], cloud.accounts[0]);
        let calls: Vec<_> = ws.mock.calls().into_iter().map(|call| call.action).collect();
        assert!(calls.iter().all(|action| action == "GetCallerIdentity"), "{calls:?}");
    }
}

#[test]
fn roles_lead_from_one_account_into_another_and_all_calls_share_the_key() {
    for cloud in CLOUDS {
        let ws = Workspace::new();
        let roles = cloud.assume(0) + &cloud.assume(1);
        let gateways = (1..=8).map(|i| cloud.gateway(&format!("g{i}"), &format!("192.0.2.{i}")));
        ws.write(hcl([cloud.provider(&roles), cloud.identity()].into_iter().chain(gateways)));
        assert_eq!(ws.run(&["apply", "-auto-approve", "-no-color"]).code, Some(0));
        // A plan and an apply are two processes, each with two roles.
        assert_eq!(ws.calls("AssumeRole").len(), 4, "{}", cloud.name);
        assert_eq!(output(&ws)["account_id"], cloud.accounts[1], "{}", cloud.name);
        assert!(output(&ws)["arn"].as_str().unwrap().contains("assumed-role"), "{}", output(&ws));
        assert!(cloud.of_partner(&ws).to_string().contains("192.0.2.8"), "{}", cloud.of_partner(&ws));
        assert!(ws.plan_is_empty());
        ws.assert_nowhere("mock-secret-key");
    }
}

#[test]
fn five_hundred_resources_need_one_key() {
    for cloud in CLOUDS {
        let ws = Workspace::any_parent();
        let roles = cloud.assume(0) + &cloud.assume(1);
        let provider = cloud.provider(&roles).replacen("{\n", "{\n  requests_per_second = 1000\n", 1);
        let gateways = Resource::new(cloud.customer_gateway(), "g")
            .with("count", "500")
            .with("name", "\"g-${count.index}\"")
            .with("ip_address", "\"20.0.${floor(count.index / 250)}.${count.index % 250 + 1}\"");
        ws.write(hcl([provider, gateways.to_string()]));
        let run = ws.run(&["apply", "-auto-approve", "-no-color", "-parallelism=50"]);
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
        assert_eq!(ws.calls(cloud.create).len(), 500, "{}", cloud.name);
        // A plan of what is new calls nobody, and needs no key.
        // Two roles, one upon the other.
        assert_eq!(ws.calls("AssumeRole").len(), 2, "{}", cloud.name);
        assert!(ws.plan_is_empty());
        assert_eq!(ws.calls("AssumeRole").len(), 4, "{}", cloud.name);
    }
}

#[test]
fn a_key_that_ends_during_an_apply_loses_nothing() {
    for cloud in CLOUDS {
        let ws = Workspace::new();
        let gateways = (1..=4).map(|i| cloud.gateway(&format!("g{i}"), &format!("192.0.2.{i}")));
        ws.write(hcl([cloud.provider(&cloud.assume(0))].into_iter().chain(gateways)));
        ws.mock.fault(cloud.create, 1, Fault::Error(cloud.over.to_owned()));
        ws.apply();
        // One for the plan, two for the apply.
        let assumed = ws.calls("AssumeRole").len();
        assert!((2..=3).contains(&assumed), "{}: {assumed}", cloud.name);
        assert!(ws.plan_is_empty());
    }
}

#[test]
fn keys_that_are_over_for_good_end_with_the_services_own_words() {
    for cloud in CLOUDS {
        let ws = Workspace::new();
        ws.write(hcl([cloud.provider(&cloud.assume(0)), cloud.gateway("g", "192.0.2.1")]));
        ws.mock.fault(cloud.create, 9, Fault::Error(cloud.over.to_owned()));
        let diagnostics = ws.apply_fails();
        assert!(diagnostics.error().detail.contains(cloud.over), "{diagnostics}");
        assert_eq!(ws.calls(cloud.create).len(), 2, "{}", cloud.name);
    }
}

#[test]
fn a_role_that_cannot_be_assumed_says_which_step_failed() {
    for cloud in CLOUDS {
        let ws = Workspace::new();
        let role = format!("    assume_role {{\n      role_arn = {:?}\n    }}\n", cloud.roles[1]);
        ws.write(hcl([cloud.provider(&role), cloud.identity()]));
        let diagnostics = ws.plan_fails();
        let error = diagnostics.error();
        assert!(error.summary.starts_with("No key for "), "{diagnostics}");
        for says in [cloud.roles[1], cloud.variables[0], "external_id"] {
            assert!(error.detail.contains(says), "{diagnostics}");
        }
    }
}

#[test]
fn nothing_is_done_in_an_account_that_is_not_wanted() {
    for cloud in CLOUDS {
        let ws = Workspace::new();
        let [mine, other] = cloud.accounts;
        for (guard, stops) in [
            (format!("    allowed_account_ids = [{other:?}]"), true),
            (format!("    forbidden_account_ids = [{mine:?}]"), true),
            (format!("    allowed_account_ids = [{mine:?}]"), false),
        ] {
            ws.mock.clear_calls();
            ws.write(hcl([cloud.provider(&guard), cloud.gateway("g", "192.0.2.1"), cloud.gateway("h", "192.0.2.2")]));
            if stops {
                let diagnostics = ws.apply_fails();
                assert_eq!(diagnostics.errors()[0].summary, "Wrong account");
                let calls: Vec<_> = ws.mock.calls().into_iter().map(|call| call.action).collect();
                assert_eq!(calls, ["GetCallerIdentity"], "{}", cloud.name);
            } else {
                assert_eq!(ws.run(&["apply", "-auto-approve", "-no-color"]).code, Some(0));
                assert_eq!(ws.calls("GetCallerIdentity").len(), 1, "{}", cloud.name);
            }
        }
    }
}

/// It is the account of the last role that counts.
#[test]
fn the_account_of_a_role_is_guarded() {
    for cloud in CLOUDS {
        let [mine, other] = cloud.accounts;
        let roles = cloud.assume(0) + &cloud.assume(1);
        for (guard, stops) in [
            (format!("    allowed_account_ids = [{mine:?}]"), true),
            (format!("    forbidden_account_ids = [{other:?}]"), true),
            (format!("    allowed_account_ids = [{other:?}]"), false),
        ] {
            let ws = Workspace::new();
            ws.write(hcl([cloud.provider(&format!("{roles}{guard}")), cloud.gateway("g", "192.0.2.1")]));
            if stops {
                assert_eq!(ws.apply_fails().errors()[0].summary, "Wrong account", "{}: {guard}", cloud.name);
                assert!(ws.calls(cloud.create).is_empty());
            } else {
                ws.apply();
            }
        }
    }
}

#[test]
fn a_profile_gives_the_key_and_beats_the_environment_with_a_warning() {
    let profiles = [
        (
            ".tccli/prod.credential",
            json!({"secretId": "AKIDother0000000000000000000000000", "secretKey": "other-secret-key"}),
        ),
        (
            ".aliyun/config.json",
            json!({"current": "main", "profiles": [
                {"name": "prod", "mode": "AK", "access_key_id": "LTAIother000000000000000", "access_key_secret": "other-access-key-secret"},
                {"name": "main", "mode": "AK", "access_key_id": "LTAInobody", "access_key_secret": "x"},
            ]}),
        ),
    ];
    for (cloud, (path, content)) in CLOUDS.into_iter().zip(profiles) {
        let ws = Workspace::new();
        let file = ws.dir().parent().unwrap().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, content.to_string()).unwrap();
        ws.write(hcl([cloud.provider("    profile = \"prod\""), cloud.identity()]));
        let diagnostics = ws.apply();
        assert_eq!(output(&ws)["account_id"], cloud.accounts[1]);
        assert_eq!(diagnostics.warnings()[0].summary, "Configuration conflict detected", "{diagnostics}");
        // Nothing was written to it.
        assert_eq!(fs::read_to_string(&file).unwrap(), content.to_string());

        ws.write(hcl([cloud.provider("    profile = \"nosuch\""), cloud.identity()]));
        let diagnostics = ws.plan_fails();
        assert_eq!(diagnostics.error().summary, "Unusable credentials");
        assert!(diagnostics.error().detail.contains("\"nosuch\""), "{diagnostics}");
    }
}

#[test]
fn two_sources_and_misspelt_arguments_are_found_by_validate() {
    for cloud in CLOUDS {
        let ws = Workspace::new();
        let two = "    profile = \"p\"\n    instance_role {}";
        let diagnostics = ws.write(hcl([cloud.provider(two), cloud.identity()])).validate();
        assert!(diagnostics.error().is_at(&format!("{}.instance_role", cloud.name)), "{diagnostics}");
        assert_eq!(diagnostics.error().summary, "Two sources of credentials");
        let diagnostics =
            ws.write(hcl([cloud.provider("    allowed_acount_ids = [\"1\"]"), cloud.identity()])).validate();
        assert!(diagnostics.error().detail.contains("allowed_account_ids"), "{diagnostics}");
        assert!(ws.mock.calls().is_empty());
    }
}

#[test]
fn a_plan_that_will_write_without_credentials_warns_and_the_apply_says_what_was_tried() {
    for cloud in CLOUDS {
        let ws = Workspace::new();
        for name in cloud.variables {
            ws.no_env(name);
        }
        ws.write(hcl([cloud.provider(""), cloud.gateway("g", "192.0.2.1"), cloud.gateway("h", "192.0.2.2")]));
        let diagnostics = ws.messages_of_plan();
        let [warning] = diagnostics.warnings()[..] else { panic!("one warning: {diagnostics}") };
        assert!(warning.summary.starts_with("No credentials for "), "{diagnostics}");
        let diagnostics = ws.apply_fails();
        let detail = &diagnostics.errors()[0].detail;
        for says in ["Tried, in this order:", "environment: ", "profile: ", "instance role: not tried"] {
            assert!(detail.contains(says), "{diagnostics}");
        }
        assert!(ws.mock.calls().is_empty());
    }
}

/// Also where the other one's files are broken, and its role nobody's.
#[test]
fn a_cloud_that_is_not_used_costs_no_call_and_no_file() {
    for (used, unused) in [(&CLOUDS[1], &CLOUDS[0]), (&CLOUDS[0], &CLOUDS[1])] {
        let ws = Workspace::new();
        for broken in [".tccli/default.credential", ".aliyun/config.json"] {
            let broken = ws.dir().parent().unwrap().join(broken);
            fs::create_dir_all(broken.parent().unwrap()).unwrap();
            fs::write(broken, "{").unwrap();
        }
        for name in unused.variables {
            ws.no_env(name);
        }
        let role = unused.roles[0].replace("mock", "nobody");
        let provider = format!(
            "provider \"cloudvpn\" {{\n  {} {{\n    assume_role {{\n      role_arn = {role:?}\n    }}\n  }}\n  {} {{\n    region = {:?}\n  \
             }}\n}}\n",
            unused.name, used.name, used.region
        );
        ws.write(hcl([provider, used.gateway("g", "192.0.2.1")]));
        assert!(ws.validate().errors().is_empty());
        assert!(ws.mock.calls().is_empty(), "{:?}", ws.mock.calls());
        ws.apply();
        let calls = ws.mock.calls();
        assert!(calls.iter().all(|call| call.region == used.region), "{calls:?}");
        assert!(ws.calls("AssumeRole").is_empty());
    }
}

#[test]
fn a_key_that_ends_while_a_create_is_waited_for_is_replaced() {
    let gateways = [
        Resource::new("cloudvpn_tencent_gateway", "g").with("name", "\"g\"").with("vpc_id", "\"vpc-mock0001\""),
        Resource::new("cloudvpn_alibaba_gateway", "g")
            .with("vpc_id", "\"vpc-mock0001\"")
            .with("vswitch_id", "\"vsw-mock0001\"")
            .with("disaster_recovery_vswitch_id", "\"vsw-mock0002\"")
            .with("bandwidth_mbps", "10"),
    ];
    for (cloud, gateway) in CLOUDS.into_iter().zip(gateways) {
        let ws = Workspace::with(Options { settle: Duration::from_secs(6), ..options() });
        ws.write(hcl([cloud.provider(&cloud.assume(0)), gateway.to_string()]));
        let apply = ws.start(&["apply", "-auto-approve", "-no-color"]);
        let created = || ws.calls("CreateVpnGateway").iter().any(|call| call.outcome == "ok");
        let deadline = Instant::now() + Duration::from_secs(60);
        while !created() {
            assert!(Instant::now() < deadline, "nothing was created: {} {:?}", apply.printed(), ws.mock.calls());
            thread::sleep(Duration::from_millis(5));
        }
        ws.mock.end_keys();
        let output = apply.wait();
        assert_eq!(output.code, Some(0), "{}: {}{}", cloud.name, output.stdout, output.stderr);
        let refused = ws.mock.calls().iter().filter(|call| call.outcome == cloud.over).count();
        assert!(refused > 0, "{}: {:?}", cloud.name, ws.mock.calls());
        assert_eq!(ws.calls("CreateVpnGateway").len(), 1);
        assert!(ws.plan_is_empty());
    }
}

/// Every argument of the provider may come from what is made in the same apply, alone or with all that must go with it.
#[test]
fn every_argument_of_the_provider_may_be_unknown() {
    let ws = Workspace::new();
    ws.write(hcl([""]));
    let schema: Value = serde_json::from_str(&ws.run(&["providers", "schema", "-json"]).stdout).unwrap();
    let (_, schema) = schema["provider_schemas"]
        .as_object()
        .unwrap()
        .iter()
        .find(|(name, _)| name.ends_with("/cloudvpn/cloudvpn"))
        .unwrap();
    let provider = &schema["provider"]["block"];
    let mut bodies = unknown_arguments(provider);
    for cloud in CLOUDS.map(|cloud| cloud.name) {
        let block = &provider["block_types"][cloud]["block"];
        let inner = unknown_arguments(block);
        assert!(inner.len() > 15, "{inner:?}");
        bodies.extend(inner.iter().map(|body| format!("{cloud} {{\n{body}\n}}")));
    }
    for body in bodies {
        let both = CLOUDS.map(|cloud| cloud.gateway(cloud.name, "192.0.2.1"));
        // Of no known type either.
        let made =
            "resource \"terraform_data\" \"first\" {\n  input = \"1\"\n}\nresource \"terraform_data\" \"made\" {\n  \
                    input = jsondecode(terraform_data.first.output)\n}\n"
                .to_owned();
        let provider = format!("provider \"cloudvpn\" {{\n{body}\n}}\n");
        ws.write(hcl([made, provider].into_iter().chain(both)));
        let diagnostics = ws.messages_of_plan();
        assert!(diagnostics.errors().is_empty(), "{body}\n{diagnostics}");
    }
    assert!(ws.mock.calls().is_empty(), "{:?}", ws.mock.calls());
}

/// One argument each, those of a block with what the block requires.
fn unknown_arguments(block: &Value) -> Vec<String> {
    const UNKNOWN: &str = "= terraform_data.made.output";
    let members = |name: &str| block[name].as_object().cloned().unwrap_or_default();
    let required: Vec<_> = members("attributes")
        .into_iter()
        .filter(|(_, attribute)| attribute["required"] == true)
        .map(|(name, _)| format!("{name} {UNKNOWN}"))
        .collect();
    let with_required = |line: String| {
        let others = required.iter().filter(|other| **other != line);
        // One of two is required.
        let token = (!block["attributes"]["token_file"].is_null() && !line.starts_with("token"))
            .then(|| format!("token_file {UNKNOWN}"));
        others.cloned().chain(token).chain([line.clone()]).collect::<Vec<_>>().join("\n")
    };
    let mut bodies: Vec<_> =
        members("attributes").keys().map(|name| with_required(format!("{name} {UNKNOWN}"))).collect();
    for (name, nested) in members("block_types") {
        // The clouds are told apart by who asks.
        if !matches!(name.as_str(), "tencent" | "alibaba") {
            let inner = unknown_arguments(&nested["block"]);
            bodies.extend(inner.iter().map(|body| with_required(format!("{name} {{\n{body}\n}}"))));
        }
    }
    bodies
}
