//! Keys of instances, of tokens, and keys that may not do all, under real Terraform.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;

use cloudvpn_mock::{Cloud, Options};
use serde_json::{Value, json};

use crate::harness::{Resource, Workspace, hcl, options};

/// What differs between the clouds.
struct Case {
    name: &'static str,
    region: &'static str,
    /// The sources that the mock's environment sets.
    keys: [&'static str; 2],
    /// The variable that asks for the instance's role.
    instance: &'static str,
    role: &'static str,
    audience: &'static str,
    /// The action without a signature, and its block with the token's file left out.
    by_token: (&'static str, &'static str),
    /// The code of a token that is over, and of what a policy does not allow.
    over: &'static str,
    denied: &'static str,
}

const CASES: [Case; 2] = [
    Case {
        name: "tencent",
        region: "ap-guangzhou",
        keys: ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"],
        instance: "TENCENTCLOUD_CAM_ROLE_NAME",
        role: "qcs::cam::uin/100000000001:roleName/mock",
        audience: "sts.cloud.tencent.com",
        by_token: ("AssumeRoleWithWebIdentity", "assume_role_with_web_identity {\n      provider_id = \"mock\""),
        over: "InvalidParameter.WebIdentityTokenError",
        denied: "UnauthorizedOperation",
    },
    Case {
        name: "alibaba",
        region: "cn-hangzhou",
        keys: ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        instance: "ALIBABA_CLOUD_ECS_METADATA",
        role: "acs:ram::1000000000000001:role/mock",
        audience: "sts.aliyuncs.com",
        by_token: (
            "AssumeRoleWithOIDC",
            "assume_role_with_oidc {\n      oidc_provider_arn = \"acs:ram::1000000000000001:oidc-provider/mock\"",
        ),
        over: "AuthenticationFail.OIDCToken.Expired",
        denied: "Forbidden.RAM",
    },
];

impl Case {
    /// The provider with these settings, and a question for whose key it has.
    fn asking(&self, settings: &str) -> String {
        let Self { name, region, .. } = self;
        let kind = format!("cloudvpn_{name}_caller_identity");
        let provider =
            format!("provider \"cloudvpn\" {{\n  {name} {{\n    region = {region:?}\n    {settings}\n  }}\n}}\n");
        hcl([provider, format!("data \"{kind}\" \"me\" {{}}\noutput \"me\" {{\n  value = data.{kind}.me.arn\n}}\n")])
    }

    /// A workspace on an instance, with no other key.
    fn on_an_instance(&self) -> Workspace {
        let metadata = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let ws = Workspace::with(Options { metadata, ..options() });
        for name in self.keys {
            ws.no_env(name);
        }
        ws
    }
}

/// Whose key the last apply had.
fn whose(ws: &Workspace) -> String {
    let output = ws.run(&["output", "-json", "me"]);
    serde_json::from_str::<Value>(&output.stdout).expect("an output is JSON").as_str().unwrap_or_default().to_owned()
}

/// What the metadata services were asked for, and how it went.
fn asked(ws: &Workspace) -> Vec<String> {
    let calls = ws.mock.calls().into_iter().filter(|call| call.cloud == Cloud::Metadata);
    calls.map(|call| format!("{} {}", call.action, call.outcome)).collect()
}

#[test]
fn an_instance_asks_for_the_key_of_its_role_once() {
    for case in CASES {
        let ws = case.on_an_instance();
        ws.write(case.asking("instance_role {}"));
        assert_eq!(ws.run(&["apply", "-auto-approve", "-no-color"]).code, Some(0), "{}", case.name);
        assert!(whose(&ws).contains("assumed-role"), "{}", whose(&ws));
        let once: &[_] = match case.name {
            "tencent" => &["tencent/role ok", "tencent/key ok"],
            _ => &["alibaba/token ok", "alibaba/role ok", "alibaba/key ok"],
        };
        assert_eq!(asked(&ws), once, "{}", case.name);
        // Once more in another process, which knows the name of the role.
        ws.write(case.asking("")).env(case.instance, "mock");
        ws.mock.clear_calls();
        assert!(ws.plan_is_empty());
        assert!(!asked(&ws).iter().any(|call| call.contains("/role")), "{:?}", asked(&ws));
    }
}

#[test]
fn an_instance_without_a_role_says_so_and_nobody_else_is_asked() {
    for case in CASES {
        let ws = case.on_an_instance();
        ws.mock.patch_metadata(&json!({case.name: {"role": null}})).unwrap();
        let diagnostics = ws.write(case.asking("instance_role {}")).plan_fails();
        assert!(diagnostics.error().detail.contains("attached"), "{diagnostics}");
        // Not asked for, not asked: the machine may be anybody's.
        ws.mock.clear_calls();
        ws.write(case.asking("")).plan_fails();
        assert!(ws.mock.calls().is_empty(), "{:?}", ws.mock.calls());
    }
}

#[test]
fn a_hardened_instance_gives_its_key_and_one_behind_too_many_hops_says_why_not() {
    let case = &CASES[1];
    let ws = case.on_an_instance();
    ws.mock.patch_metadata(&json!({"alibaba_options": {"http_tokens": "required"}})).unwrap();
    ws.write(case.asking("instance_role {}")).apply();
    ws.mock.patch_metadata(&json!({"alibaba_options": {"hops": 2}})).unwrap();
    let diagnostics = ws.plan_fails();
    for says in ["no answer from", "HttpPutResponseHopLimit"] {
        assert!(diagnostics.error().detail.contains(says), "{diagnostics}");
    }
    assert!(!diagnostics.error().detail.contains("try again"), "{diagnostics}");
    assert!(ws.mock.calls().iter().all(|call| call.params["Session"] != "none" || call.action != "alibaba/key"));
}

#[test]
fn a_credentials_uri_gives_the_key() {
    let case = &CASES[1];
    let ws = case.on_an_instance();
    let uri = format!("{}/credentials?for=me", ws.mock.metadata_url().expect("it was asked for"));
    ws.write(case.asking(&format!("credentials_uri = {uri:?}"))).apply();
    assert_eq!(whose(&ws), "acs:ram::1000000000000001:assumed-role/mock/i-mock0001");
}

#[test]
fn a_token_is_given_for_a_key_and_an_old_one_is_refused_in_the_services_words() {
    for case in CASES {
        let ws = case.on_an_instance();
        let file = ws.dir().join("token");
        let (action, block) = case.by_token;
        let settings = format!(
            "{block}\n      role_arn = {:?}\n      token_file = {:?}\n      session_name = \"ci\"\n    }}",
            case.role,
            file.to_string_lossy()
        );
        // As a pod's file may be: with a line break at its end.
        let write = |seconds| {
            let token = ws.mock.oidc_token(case.audience, "repo:me/vpn", seconds).expect("it can be signed");
            fs::write(&file, format!("{token}\n")).expect("the directory is ours");
            token
        };
        let token = write(600);
        ws.write(case.asking(&settings)).apply();
        assert!(whose(&ws).contains("assumed-role"), "{}", whose(&ws));
        assert!(ws.calls(action).iter().all(|call| call.outcome == "ok"));
        assert_eq!(ws.places_of(&token), ["token"], "the file is the test's own");
        write(-60);
        let diagnostics = ws.plan_fails();
        assert!(diagnostics.error().detail.contains(case.over), "{diagnostics}");
    }
}

#[test]
fn pods_need_no_configuration() {
    for case in CASES {
        let ws = case.on_an_instance();
        let file = ws.dir().join("token");
        fs::write(&file, ws.mock.oidc_token(case.audience, "system:serviceaccount:vpn:apply", 600).unwrap()).unwrap();
        let file = file.to_string_lossy().into_owned();
        let variables: &[(&str, &str)] = match case.name {
            "tencent" => &[
                ("TKE_REGION", case.region),
                ("TKE_PROVIDER_ID", "mock"),
                ("TKE_WEB_IDENTITY_TOKEN_FILE", &file),
                ("TKE_ROLE_ARN", case.role),
            ],
            _ => &[
                ("ALIBABA_CLOUD_ROLE_ARN", case.role),
                ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1000000000000001:oidc-provider/mock"),
                ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &file),
            ],
        };
        for (name, value) in variables {
            ws.env(name, value);
        }
        ws.write(case.asking("")).apply();
        assert!(whose(&ws).contains("assumed-role"), "{}", whose(&ws));
    }
}

#[test]
fn a_policy_of_the_session_is_kept_to() {
    for case in CASES {
        let ws = Workspace::new();
        let policy = match case.name {
            "tencent" => {
                r#"{version = "2.0", statement = [{effect = "allow", action = ["vpc:Describe*"], resource = ["*"]}]}"#
            }
            _ => r#"{Version = "1", Statement = [{Effect = "Allow", Action = ["vpc:Describe*"], Resource = ["*"]}]}"#,
        };
        let role =
            format!("assume_role {{\n      role_arn = {:?}\n      policy = jsonencode({policy})\n    }}", case.role);
        let kind = match case.name {
            "tencent" => "cloudvpn_tencent_customer_gateway",
            _ => "cloudvpn_alibaba_customer_gateway",
        };
        let gateway = Resource::new(kind, "g");
        let gateway = gateway.with("name", "\"office\"").with("ip_address", "\"192.0.2.1\"");
        ws.write(format!("{}\n{gateway}", case.asking(&role)));
        let diagnostics = ws.apply_fails();
        assert!(diagnostics.error().detail.contains(case.denied), "{diagnostics}");
        assert!(whose(&ws).is_empty() || whose(&ws).contains("assumed-role"), "{}", whose(&ws));
        assert_eq!(ws.calls("CreateCustomerGateway").len(), 1, "{}", case.name);
    }
}

#[test]
fn no_proxy_sees_what_an_instance_is_asked() {
    for case in CASES {
        let ws = case.on_an_instance();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let proxy = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        thread::spawn({
            let seen = Arc::clone(&seen);
            move || {
                for client in listener.incoming().flatten() {
                    let mut line = String::new();
                    if BufReader::new(&client).read_line(&mut line).is_ok() {
                        seen.lock().unwrap().push(line);
                    }
                    let _ = (&client)
                        .write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                }
            }
        });
        for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            ws.env(name, &proxy);
        }
        let (name, region) = (case.name, case.region);
        let variable = format!("CLOUDVPN_{}_ENDPOINT", name.to_uppercase());
        ws.env(&variable, "https://vpc.example.invalid").no_env("NO_PROXY").no_env("no_proxy");
        let of_block = format!("  http_proxy = {proxy:?}\n");
        for settings in [String::new(), of_block] {
            seen.lock().unwrap().clear();
            ws.mock.clear_calls();
            ws.write(hcl([format!(
                "provider \"cloudvpn\" {{\n{settings}  {name} {{\n    region = {region:?}\n    instance_role {{}}\n  }}\n}}\n\
                 data \"cloudvpn_{name}_customer_gateways\" \"all\" {{}}\n"
            )]));
            let diagnostics = ws.plan_fails();
            let got_key = asked(&ws).iter().any(|call| *call == format!("{name}/key ok"));
            assert!(got_key, "{name}: {:?}\n{diagnostics}", asked(&ws));
            let seen = seen.lock().unwrap();
            assert!(!seen.is_empty(), "{name}: the proxy is used at all\n{diagnostics}");
            assert!(seen.iter().all(|line| line.starts_with("CONNECT vpc.example.invalid:443 ")), "{name}: {seen:?}");
        }
    }
}
