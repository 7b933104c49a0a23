//! Every block of the guide "Authentication" gets its key from the mock, under real Terraform.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};

use cloudvpn_mock::Options;
use serde_json::{Value, json};

use crate::guides::{guides, modules_of};
use crate::harness::{Workspace, hcl, options};

/// What the mock has in place of the guide's accounts and roles.
const OWN: [(&str, &str); 12] = [
    ("1234567890123456:role/github", "1000000000000001:role/mock"),
    ("1234567890123456:role/gitlab", "1000000000000001:role/mock"),
    ("1234567890123456:role/hub", "1000000000000001:role/mock"),
    ("6543210987654321:role/vpn", "1000000000000002:role/partner"),
    ("oidc-provider/github", "oidc-provider/mock"),
    ("oidc-provider/gitlab", "oidc-provider/mock"),
    ("roleName/github", "roleName/mock"),
    ("provider_id = \"github\"", "provider_id = \"mock\""),
    ("\"VpnAdmin\"", "\"mock\""),
    ("given-by-the-other-account", "mock-external-id"),
    ("1234567890123456", "1000000000000001"),
    ("6543210987654321", "1000000000000002"),
];

const AUDIENCES: [(&str, &str); 2] = [("alibaba", "sts.aliyuncs.com"), ("tencent", "sts.cloud.tencent.com")];

/// By module: whose key it gets, a part of its ARN for each cloud in the order of [`AUDIENCES`].
const WHOSE: [(&str, [Option<&str>; 2]); 8] = [
    ("github", [Some("1000000000000001:assumed-role/mock/"), None]),
    ("github-tencent", [None, Some("100000000001:assumed-role/")]),
    ("gitlab", [Some("1000000000000001:assumed-role/mock/gitlab-ci"), None]),
    ("pods", [Some("1000000000000001:assumed-role/mock/"), Some("100000000001:assumed-role/")]),
    ("instances", [Some("1000000000000001:assumed-role/mock/i-mock0001"), Some("100000000001:assumed-role/")]),
    ("profiles", [Some("1000000000000002"), Some("100000000002")]),
    ("roles", [Some("1000000000000002:assumed-role/partner/"), None]),
    ("who", [Some("1000000000000001"), Some("100000000001")]),
];

#[test]
fn every_block_of_the_guide_gets_its_key() {
    let modules = modules_of(&guides()["authentication.md"]);
    assert!(modules.keys().map(String::as_str).eq(sorted(WHOSE.map(|(module, _)| module))), "{:?}", modules.keys());
    for (module, whose) in WHOSE {
        let metadata = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let ws = Workspace::with(Options { metadata, ..options() });
        // Those whose blocks build on a key that is there already.
        if !matches!(module, "roles" | "who") {
            ws.no_env("TENCENTCLOUD_SECRET_ID").no_env("TENCENTCLOUD_SECRET_KEY");
            ws.no_env("ALIBABA_CLOUD_ACCESS_KEY_ID").no_env("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
        }
        prepare(&ws, module);
        let configuration = OWN.iter().fold(modules[module].clone(), |text, (old, new)| text.replace(old, new));
        let asked = AUDIENCES.iter().zip(whose).filter(|(_, whose)| whose.is_some());
        let questions = asked.map(|((cloud, _), _)| {
            let kind = format!("cloudvpn_{cloud}_caller_identity");
            format!("data \"{kind}\" \"asked\" {{}}\noutput \"{cloud}\" {{\n  value = data.{kind}.asked.arn\n}}\n")
        });
        ws.write(hcl([configuration].into_iter().chain(questions)));
        let run = ws.run(&["apply", "-auto-approve", "-no-color"]);
        assert_eq!(run.code, Some(0), "{module}: {}{}", run.stdout, run.stderr);
        for ((cloud, _), whose) in AUDIENCES.iter().zip(whose) {
            let Some(whose) = whose else { continue };
            let output = ws.run(&["output", "-json", cloud]).stdout;
            let arn: Value = serde_json::from_str(&output).expect("an output is JSON");
            assert!(arn.as_str().is_some_and(|arn| arn.contains(whose)), "{module}, {cloud}: {arn}");
        }
    }
}

/// The surroundings that the guide describes: files of tokens and profiles, variables.
fn prepare(ws: &Workspace, module: &str) {
    let token_for = |cloud: &str| {
        let (_, audience) = AUDIENCES.iter().find(|(name, _)| *name == cloud).unwrap();
        ws.mock.oidc_token(audience, "repo:me/vpn", 600).unwrap()
    };
    let file_for = |cloud: &str| {
        let file = ws.dir().join(format!("{cloud}.token"));
        fs::write(&file, token_for(cloud)).unwrap();
        file.to_string_lossy().into_owned()
    };
    match module {
        "github" => drop(ws.var("token_file", &file_for("alibaba"))),
        "github-tencent" => drop(ws.var("token_file", &file_for("tencent"))),
        "gitlab" => drop(ws.var("gitlab_token", &token_for("alibaba"))),
        "pods" => {
            let provider = "acs:ram::1000000000000001:oidc-provider/mock";
            ws.env("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1000000000000001:role/mock");
            ws.env("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", provider)
                .env("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &file_for("alibaba"));
            ws.env("TKE_REGION", "ap-guangzhou").env("TKE_PROVIDER_ID", "mock");
            ws.env("TKE_ROLE_ARN", "qcs::cam::uin/100000000001:roleName/mock");
            ws.env("TKE_WEB_IDENTITY_TOKEN_FILE", &file_for("tencent"));
        }
        "profiles" => {
            let home = ws.dir().parent().unwrap().to_owned();
            let aliyun = json!({"current": "prod", "profiles": [{
                "name": "prod", "mode": "AK", "access_key_id": "LTAIother000000000000000",
                "access_key_secret": "other-access-key-secret",
            }]});
            let tccli = json!({"secretId": "AKIDother0000000000000000000000000", "secretKey": "other-secret-key"});
            for (file, content) in [(".aliyun/config.json", aliyun), (".tccli/prod.credential", tccli)] {
                let file = home.join(file);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, content.to_string()).unwrap();
            }
        }
        _ => {}
    }
}

fn sorted<const N: usize>(mut names: [&str; N]) -> [&str; N] {
    names.sort_unstable();
    names
}
