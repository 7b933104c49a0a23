//! Tests of `credentials.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error};
use crate::cloud::tencent::client::{Client, Config};
use crate::cloud::tencent::{DescribeVpnGateways, legacy};
use crate::cloud::testing::{Answer, Logs, Received, Server};

/// What a test has of a machine: a home directory and variables.
struct Machine {
    home: TempDir,
    variables: BTreeMap<String, String>,
}

impl Machine {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap(), variables: BTreeMap::new() }
    }

    fn set(mut self, variables: &[(&str, &str)]) -> Self {
        let home = self.path("");
        let value = |value: &str| value.replace("HOME", &home);
        self.variables.extend(variables.iter().map(|(name, text)| (name.to_string(), value(text))));
        self
    }

    fn file(self, path: &str, content: &str) -> Self {
        let path = self.home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn profile(self, name: &str, content: &Value) -> Self {
        self.file(&format!(".tccli/{name}.credential"), &content.to_string())
    }

    fn path(&self, path: &str) -> String {
        self.home.path().join(path).to_str().unwrap().trim_end_matches('/').to_owned()
    }

    fn sources(&self) -> Sources {
        let (variables, home) = (self.variables.clone(), self.path(""));
        let environment =
            move |name: &str| if name == "HOME" { Some(home.clone()) } else { variables.get(name).cloned() };
        Sources { environment: Environment::new(environment), ..Sources::default() }
    }

    /// What is found, by its name: the home directory is `~`.
    fn found(&self, base: Option<Base>) -> Result<String, String> {
        let sources = Sources { base, ..self.sources() };
        let shown = |text: String| text.replace(&self.path(""), "~");
        match Cam.find(&sources) {
            Ok(Found::Origin(origin)) => Ok(shown(origin.label)),
            Ok(Found::Nothing(error)) => Err(shown(format!("{error}: {}", error.hint().unwrap_or_default()))),
            Err(error) => Err(shown(error.to_string())),
        }
    }
}

const VARIABLES: &[(&str, &str)] = &[("TENCENTCLOUD_SECRET_ID", "id1"), ("TENCENTCLOUD_SECRET_KEY", "hidden")];
const POD: &[(&str, &str)] = &[
    ("TKE_REGION", "ap-beijing"),
    ("TKE_PROVIDER_ID", "tke"),
    ("TKE_WEB_IDENTITY_TOKEN_FILE", "HOME/token"),
    ("TKE_ROLE_ARN", "qcs::cam::uin/1:roleName/pod"),
];

fn ctx() -> Ctx {
    Ctx::new(Duration::from_secs(60), CancellationToken::new()).with_outage_limit(Some(Duration::ZERO))
}

fn pair(id: &str) -> Value {
    json!({"secretId": id, "secretKey": "hidden"})
}

#[test]
fn the_first_source_that_is_there_is_taken() {
    let ini = "[default]\nsecret_id = i\nsecret_key = hidden\n[prod]\nsecret_id = p\nsecret_key = hidden\n";
    let all = || {
        let machine = Machine::new().profile("default", &pair("d")).profile("other", &pair("o"));
        let machine = machine.file(".tencentcloud/credentials", ini);
        machine.set(VARIABLES).set(POD).set(&[("TENCENTCLOUD_CAM_ROLE_NAME", "r")])
    };
    let without = |names: &[&str]| {
        let mut machine = all();
        machine.variables.retain(|name, _| !names.iter().any(|start| name.starts_with(start)));
        machine
    };
    let bare = |machine: Machine| {
        fs::remove_dir_all(machine.home.path().join(".tccli")).unwrap();
        machine
    };
    for (machine, expected) in [
        (all(), "the environment (TENCENTCLOUD_SECRET_ID)"),
        // Before the role of the node, which every pod on it could take.
        (without(&["TENCENTCLOUD_SECRET"]), "TKE pod identity, from the environment"),
        (without(&["TENCENTCLOUD_SECRET", "TKE_REGION"]), "profile \"default\" (~/.tccli/default.credential)"),
        (
            without(&["TENCENTCLOUD_SECRET", "TKE_"]).set(&[("TCCLI_PROFILE", "other")]),
            "profile \"other\" (~/.tccli/other.credential)",
        ),
        (
            without(&["TENCENTCLOUD_SECRET", "TKE_"])
                .set(&[("TCCLI_PROFILE", "other"), ("TENCENTCLOUD_PROFILE", "prod")]),
            "profile \"prod\" (~/.tencentcloud/credentials)",
        ),
        (bare(without(&["TENCENTCLOUD_SECRET", "TKE_"])), "profile \"default\" (~/.tencentcloud/credentials)"),
        (
            Machine::new()
                .file("ini", "")
                .set(&[("TENCENTCLOUD_CAM_ROLE_NAME", "r"), ("TENCENTCLOUD_CREDENTIALS_FILE", "HOME/ini")]),
            "the instance's role (TENCENTCLOUD_CAM_ROLE_NAME)",
        ),
    ] {
        assert_eq!(machine.found(None).as_deref(), Ok(expected));
    }
    assert_eq!(
        all().found(Some(Base::Profile("other".to_owned()))).unwrap(),
        "profile \"other\" (~/.tccli/other.credential)"
    );
}

#[test]
fn what_is_there_and_broken_is_an_error_and_nothing_else_is_tried() {
    let with = |variables: &[(&str, &str)]| Machine::new().set(POD).profile("default", &pair("d")).set(variables);
    let tokens = [("TENCENTCLOUD_SECURITY_TOKEN", "hidden1"), ("TENCENTCLOUD_TOKEN", "hidden2")];
    for (machine, says) in [
        (with(&VARIABLES[..1]), "TENCENTCLOUD_SECRET_KEY is not"),
        (with(&VARIABLES[1..]), "TENCENTCLOUD_SECRET_ID is not"),
        (with(&[VARIABLES, &tokens].concat()), "are both set, to different tokens"),
        (Machine::new().set(&[("TENCENTCLOUD_PROFILE", "nosuch")]), "no profile \"nosuch\""),
        (Machine::new().set(&[("TENCENTCLOUD_PROFILE", "../x")]), "no profile \"../x\""),
        (Machine::new().profile("default", &json!({"secretId": "hidden"})), "has no secretKey"),
        (Machine::new().profile("default", &json!({"secretId": "None", "secretKey": "None"})), "has no secretId"),
        (Machine::new().profile("default", &json!({"type": "new"})), "has the type new"),
        (Machine::new().file(".tccli/default.credential", "{hidden"), "neither JSON nor an ini file"),
        (Machine::new().set(&[("TENCENTCLOUD_SHARED_CREDENTIALS_DIR", "HOME/none")]), "~/none does not exist"),
        (
            Machine::new()
                .set(&[("TENCENTCLOUD_CAM_ROLE_NAME", "a/b"), ("TENCENTCLOUD_CREDENTIALS_FILE", "HOME/e")])
                .file("e", ""),
            "no name of a role",
        ),
    ] {
        let error = machine.found(None).expect_err(says);
        assert!(error.contains(says) && !error.contains("hidden"), "{error}");
    }
}

#[test]
fn without_any_source_each_is_named_with_its_reason() {
    let machine =
        Machine::new().set(&POD[..1]).set(&[("TENCENTCLOUD_CREDENTIALS_FILE", "HOME/ini")]).file("ini", "[x]\n");
    insta::assert_snapshot!(machine.found(None).unwrap_err(), @r"
    there are no credentials for Tencent Cloud: Tried, in this order:
      - environment: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY are not set
      - TKE pod identity: TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE, TKE_ROLE_ARN are not set (TKE_REGION is)
      - profile: ~/.tccli does not exist; ~/ini has no section [default]
      - instance role: not tried; the metadata service of a CVM instance is asked only where instance_role {} in the provider block or TENCENTCLOUD_CAM_ROLE_NAME says so
    ");
}

#[test]
fn either_name_of_the_token_is_taken() {
    for variables in [
        &[("TENCENTCLOUD_SECURITY_TOKEN", "t")][..],
        &[("TENCENTCLOUD_TOKEN", "t")],
        &[("TENCENTCLOUD_TOKEN", "t"), ("TENCENTCLOUD_SECURITY_TOKEN", "t")],
    ] {
        let machine = Machine::new().set(VARIABLES).set(variables);
        let Ok(Found::Origin(Origin { source: Source::Key(key), .. })) = Cam.find(&machine.sources()) else {
            panic!("a key");
        };
        assert!(key.token().is_some(), "{variables:?}");
    }
}

async fn service() -> Server {
    Server::start(answer).await
}

/// What stands at the places of STS and of the metadata service.
fn answer(request: &Received) -> Answer {
    let path = request.head.split(' ').nth(1).unwrap_or_default();
    match path {
        "/latest/meta-data/cam/security-credentials/" => return Answer::Raw(200, &[], "test-role\n".to_owned()),
        "/latest/meta-data/cam/security-credentials/test-role" => {
            return Answer::Json(
                json!({"TmpSecretId": "AKIDcvm", "TmpSecretKey": "hidden-key", "Token": "hidden-token",
                                       "ExpiredTime": 4_000_000_000_i64, "Expiration": "2096-10-02T07:06:40Z", "Code": "Success"}),
            );
        }
        _ => {}
    }
    let signer = request.header("authorization").and_then(|text| text.split("Credential=").nth(1)?.split('/').next());
    let key = |id: String| {
        let key = json!({"TmpSecretId": id, "TmpSecretKey": "hidden-key", "Token": "hidden-token"});
        Answer::tencent(
            json!({"Credentials": key, "ExpiredTime": 4_000_000_000_i64, "Expiration": "2096-10-02T07:06:40Z"}),
        )
    };
    let role = || request.json()["RoleArn"].as_str().unwrap().to_owned();
    match request.action().as_str() {
        "AssumeRole" => key(format!("{}<{}", role(), signer.unwrap())),
        "AssumeRoleWithWebIdentity" => key(role()),
        "GetCallerIdentity" => Answer::tencent(json!({
            "Type": "CAMUser", "AccountId": "100000000001", "UserId": "100000000002", "PrincipalId": "100000000002",
            "Arn": "qcs::cam::uin/100000000001:uin/100000000002",
        })),
        "DescribeVpnConn" => Answer::legacy(json!({"data": []})),
        _ => Answer::tencent(json!({"VpnGatewaySet": [], "TotalCount": 0})),
    }
}

/// The sources of `machine`, with everything that can be asked at `server`.
fn at(server: &Server, machine: &Machine) -> Sources {
    let (variables, url) = (machine.sources().environment, server.url());
    let environment =
        move |name: &str| if name == "CLOUDVPN_METADATA_ENDPOINT" { Some(url.clone()) } else { variables.get(name) };
    Sources {
        sts_endpoint: Some(server.url().parse().unwrap()),
        environment: Environment::new(environment),
        ..Sources::default()
    }
}

async fn key(sources: Sources) -> Result<String, Error> {
    let chain = chain(sources, 0, Transport::default());
    Ok(chain.current(&ctx()).await?.id().to_owned())
}

const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln";

#[tokio::test]
async fn every_type_of_a_profile_gives_its_key() {
    let server = service().await;
    let far = 4_000_000_000_i64;
    let login =
        |kind: &str| json!({"type": kind, "secretId": "t", "secretKey": "k", "token": "t", "expiresAt": far, kind: {}});
    let machine = Machine::new()
        .profile("plain", &json!({"secretId": "p", "secretKey": "k", "token": "None", "role-arn": "None"}))
        .profile(
            "role",
            &json!({"secretId": "p", "secretKey": "k", "token": "stale", "role-arn": "r", "role-session-name": "me"}),
        )
        .profile("cvm", &json!({"type": "cvm-role"}))
        .profile("oauth", &login("oauth"))
        .profile("sso", &login("sso"));
    for (name, id) in [("plain", "p"), ("role", "r<p"), ("cvm", "AKIDcvm"), ("oauth", "t"), ("sso", "t")] {
        let base = Some(Base::Profile(name.to_owned()));
        assert_eq!(key(Sources { base, ..at(&server, &machine) }).await.unwrap(), id, "{name}");
    }
    let request = &server.requests()[0];
    assert_eq!((request.action().as_str(), request.json()["RoleSessionName"].as_str()), ("AssumeRole", Some("me")));
    assert_eq!(request.header("x-tc-token"), None, "as tccli does");
    for (kind, login) in [("oauth", "tccli auth login"), ("sso", "tccli sso login")] {
        let over = json!({"type": kind, "secretId": "t", "secretKey": "k", "token": "t", "expiresAt": 1000});
        let machine = Machine::new().profile(kind, &over);
        let base = Some(Base::Profile(kind.to_owned()));
        let error = key(Sources { base, ..machine.sources() }).await.unwrap_err();
        assert!(error.to_string().contains(&format!("is over. Renew it: {login}")), "{error}");
    }
}

#[tokio::test]
async fn roles_are_assumed_one_with_the_key_of_the_other() {
    let server = service().await;
    let role = |arn: &str| Role { arn: arn.to_owned(), ..Role::default() };
    let first = Role {
        session_name: Some("me".to_owned()),
        duration: Some(Duration::from_secs(1800)),
        external_id: Some("ext-1".to_owned()),
        policy: Some("{\n  \"version\": \"2.0\"\n}".to_owned()),
        ..role("r1")
    };
    // As API 2.0 spells it.
    let region = Some("sh".to_owned());
    let sources = Sources { region, roles: vec![first, role("r2")], ..at(&server, &Machine::new().set(VARIABLES)) };
    assert_eq!(key(sources).await.unwrap(), "r2<r1<id1");
    let [first, second] = &server.requests()[..] else { panic!("two calls") };
    assert_eq!(
        first.json(),
        json!({"RoleArn": "r1", "RoleSessionName": "me", "DurationSeconds": 1800,
               "Policy": "%7B%22version%22%3A%222.0%22%7D", "ExternalId": "ext-1"})
    );
    assert_eq!(first.header("x-tc-version"), Some("2018-08-13"));
    assert_eq!(first.header("x-tc-region"), Some("ap-shanghai"));
    assert_eq!(second.json(), json!({"RoleArn": "r2", "RoleSessionName": "terraform", "DurationSeconds": 7200}));
    assert_eq!(second.header("x-tc-token"), Some("hidden-token"));

    let variables = [("TENCENTCLOUD_ASSUME_ROLE_ARN", "r3"), ("TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION", "900")];
    assert_eq!(key(at(&server, &Machine::new().set(VARIABLES).set(&variables))).await.unwrap(), "r3<id1");
    let third = &server.requests()[2];
    assert_eq!(third.json()["DurationSeconds"], 900);
    assert_eq!(third.header("x-tc-region"), Some("ap-guangzhou"), "it needs one, and takes any");
}

#[tokio::test]
async fn a_token_is_sent_unsigned_and_read_each_time() {
    let server = service().await;
    let machine = Machine::new().file("token", &format!("{JWT}\n")).set(POD);
    let chain = chain(at(&server, &machine), 0, Transport::default());
    let first = chain.current(&ctx()).await.unwrap();
    fs::write(machine.home.path().join("token"), json!({"web_identity_token": format!("{JWT}2")}).to_string()).unwrap();
    chain.replace(&ctx(), &first).await.unwrap();

    let [first, second] = &server.requests()[..] else { panic!("two calls") };
    assert_eq!(first.header("authorization"), Some("SKIP"));
    assert_eq!(first.header("x-tc-token"), None);
    assert_eq!(first.header("x-tc-region"), Some("ap-beijing"));
    assert_eq!(
        first.json(),
        json!({"ProviderId": "tke", "WebIdentityToken": JWT, "RoleArn": "qcs::cam::uin/1:roleName/pod",
               "RoleSessionName": "terraform", "DurationSeconds": 7200})
    );
    assert_eq!(second.json()["WebIdentityToken"], format!("{JWT}2"));
}

#[tokio::test]
async fn a_failed_step_names_itself_and_says_what_to_do() {
    for (code, hint) in [
        ("ResourceNotFound.RoleNotFound", "account (uin)"),
        ("InternalError.GetRoleError", "account (uin)"),
        ("InvalidParameter.OverTimeError", "duration"),
        ("UnauthorizedOperation", "trust"),
        ("AuthFailure.SignatureExpire", "5 minutes"),
    ] {
        let server = Server::scripted([Answer::tencent_error(code)]).await;
        let roles = vec![Role { arn: "qcs::cam::uin/2:roleName/vpn".to_owned(), ..Role::default() }];
        let error = key(Sources { roles, ..at(&server, &Machine::new().set(VARIABLES)) }).await.unwrap_err();
        let expected = format!(
            "AssumeRole of qcs::cam::uin/2:roleName/vpn with the key of the environment (TENCENTCLOUD_SECRET_ID): {code}: about {code} \
             [request id request-1"
        );
        assert!(error.to_string().starts_with(&expected), "{error}");
        assert!(error.hint().unwrap().contains(hint), "{code}: {:?}", error.hint());
        assert_eq!((error.class(), error.code()), (Class::Auth, None));
    }
    let server = Server::scripted([Answer::tencent_error("InvalidParameter.WebIdentityTokenError")]).await;
    let error = key(at(&server, &Machine::new().file("token", JWT).set(POD))).await.unwrap_err();
    assert!(error.to_string().contains("AssumeRoleWithWebIdentity of qcs::cam::uin/1:roleName/pod"), "{error}");
    assert!(error.hint().unwrap().contains("audience"), "{error}");
}

#[tokio::test]
async fn metadata_is_asked_for_the_name_and_the_key() {
    let server = service().await;
    let role = |name: Option<&str>| {
        Some(Base::InstanceRole(InstanceRole { name: name.map(str::to_owned), allow_imds_v1: false }))
    };
    assert_eq!(key(Sources { base: role(None), ..at(&server, &Machine::new()) }).await.unwrap(), "AKIDcvm");
    assert_eq!(
        key(Sources { base: role(Some("test-role")), ..at(&server, &Machine::new()) }).await.unwrap(),
        "AKIDcvm"
    );
    let heads: Vec<_> =
        server.requests().iter().map(|request| request.head.lines().next().unwrap().to_owned()).collect();
    let of_key = "GET /latest/meta-data/cam/security-credentials/test-role HTTP/1.1";
    assert_eq!(heads, ["GET /latest/meta-data/cam/security-credentials/ HTTP/1.1", of_key, of_key]);
    assert!(server.requests().iter().all(|request| request.header("host") == Some("metadata.tencentyun.com")));
}

#[tokio::test]
async fn metadata_that_is_not_what_it_should_be_is_an_error() {
    let role = |name: &str| Answer::Raw(200, &[], name.to_owned());
    let nothing = || Answer::Raw(404, &[], String::new());
    for (answers, says) in [
        (vec![nothing()], "no CAM role is attached"),
        (vec![Answer::Raw(502, &[], "proxy says no".to_owned())], "HTTP 502"),
        (vec![role("proxy says no")], "none: something else answers"),
        (vec![role("r"), nothing()], "the role r is not attached"),
        (vec![role("r"), Answer::Json(json!({"Code": "Fail"}))], "no key of the role r"),
    ] {
        let server = Server::scripted(answers).await;
        let base = Some(Base::InstanceRole(InstanceRole::default()));
        let error = key(Sources { base, ..at(&server, &Machine::new()) }).await.expect_err(says);
        assert!(error.to_string().contains(says), "{says}: {error}");
    }
}

#[tokio::test]
async fn a_name_that_leads_off_this_link_is_not_asked() {
    let url = |host: &str| format!("http://{host}/").parse().unwrap();
    let error = metadata::on_this_link(url("198.51.100.1")).await.unwrap_err();
    assert!(error.to_string().contains("not an address in 169.254.0.0/16: it was not asked"), "{error}");
    assert_eq!(metadata::on_this_link(url("169.254.0.23")).await.unwrap(), url("169.254.0.23"));
}

#[tokio::test]
async fn a_key_that_is_over_is_replaced_and_the_call_signed_again_once_in_both_apis() {
    for code in ["AuthFailure.TokenFailure", "AuthFailure.SecretIdNotFound", "AuthFailure.InvalidSecretId"] {
        for (refusals, succeeds) in [(1, true), (2, false)] {
            for old in [false, true] {
                let (mut refused, mut assumed) = (0, 0);
                let server = Server::start(move |request| match request.action().as_str() {
                    "AssumeRole" => {
                        assumed += 1;
                        let key = json!({"TmpSecretId": format!("t{assumed}"), "TmpSecretKey": "k", "Token": "t"});
                        Answer::tencent(json!({"Credentials": key, "ExpiredTime": 4_000_000_000_i64}))
                    }
                    _ if refused < refusals => {
                        refused += 1;
                        if old { Answer::legacy_error(4105, code) } else { Answer::tencent_error(code) }
                    }
                    _ => answer(request),
                })
                .await;
                let roles = vec![Role { arn: "r".to_owned(), ..Role::default() }];
                let sources = Sources { roles, ..at(&server, &Machine::new().set(VARIABLES)) };
                let keys = chain(sources, 0, Transport::default());
                let error = if old {
                    let endpoint = Some(format!("{}/v2/index.php", server.url()).parse().unwrap());
                    let client = legacy::Client::new(Config {
                        credentials: keys,
                        endpoint,
                        max_retries: 0,
                        ..Config::default()
                    });
                    client.call(&ctx(), "gz", &legacy::DescribeVpnConn::default()).await.err()
                } else {
                    let endpoint = Some(server.url().parse().unwrap());
                    let client =
                        Client::new(Config { credentials: keys, endpoint, max_retries: 0, ..Config::default() });
                    client.call(&ctx(), "ap-guangzhou", &DescribeVpnGateways::default()).await.err()
                };
                assert_eq!(error.is_none(), succeeds, "{code} {old}: {error:?}");
                let calls: Vec<_> = server.requests().iter().map(Received::action).collect();
                assert_eq!(calls.iter().filter(|call| *call == "AssumeRole").count(), 2, "{calls:?}");
                assert_eq!(calls.len(), 4, "{calls:?}");
                if let Some(error) = error {
                    assert_eq!(error.code(), Some(code));
                }
            }
        }
    }
}

#[tokio::test]
async fn both_apis_share_the_key() {
    let server = service().await;
    let roles = vec![Role { arn: "r".to_owned(), ..Role::default() }];
    let keys = chain(Sources { roles, ..at(&server, &Machine::new().set(VARIABLES)) }, 0, Transport::default());
    let endpoint = Some(server.url().parse().unwrap());
    let client = Client::new(Config { credentials: keys.clone(), endpoint, ..Config::default() });
    let endpoint = Some(format!("{}/v2/index.php", server.url()).parse().unwrap());
    let old = legacy::Client::new(Config { credentials: keys, endpoint, ..Config::default() });
    let (ctx, new, describe) = (ctx(), DescribeVpnGateways::default(), legacy::DescribeVpnConn::default());
    let (new, old) = tokio::join!(client.call(&ctx, "ap-guangzhou", &new), old.call(&ctx, "gz", &describe));
    new.unwrap();
    old.unwrap();
    assert_eq!(server.actions().iter().filter(|action| *action == "AssumeRole").count(), 1);
}

#[tokio::test]
async fn who_a_key_belongs_to_is_asked_of_sts() {
    let server = service().await;
    let keys = chain(at(&server, &Machine::new().set(VARIABLES)), 0, Transport::default());
    let identity = keys.identity(&ctx()).await.unwrap();
    let expected = Identity {
        account_id: "100000000001".to_owned(),
        kind: "CAMUser".to_owned(),
        principal_id: "100000000002".to_owned(),
        user_id: "100000000002".to_owned(),
        arn: "qcs::cam::uin/100000000001:uin/100000000002".to_owned(),
    };
    assert_eq!(identity, expected);
}

#[tokio::test]
async fn nothing_secret_is_logged_on_the_way_to_a_key() {
    let (logs, _guard) = Logs::capture();
    let server = service().await;
    let roles = vec![Role { arn: "r".to_owned(), ..Role::default() }];
    key(Sources { roles, ..at(&server, &Machine::new().file("token", JWT).set(POD)) }).await.unwrap();
    let base = Some(Base::InstanceRole(InstanceRole::default()));
    key(Sources { base, ..at(&server, &Machine::new()) }).await.unwrap();
    let text = logs.text();
    assert!(text.contains("AssumeRoleWithWebIdentity"), "{text}");
    assert!(!text.contains("hidden") && !text.contains("eyJ"), "{text}");
}

#[test]
fn sts_is_beside_the_other_services_unless_somebody_says_otherwise() {
    for (endpoint, own, variable, region, expected) in [
        (None, None, None, "ap-guangzhou", "https://sts.tencentcloudapi.com/"),
        (None, None, None, "ap-shanghai-fsi", "https://sts.ap-shanghai-fsi.tencentcloudapi.com/"),
        (Some("vpc.intl.tencentcloudapi.com"), None, None, "x", "https://sts.intl.tencentcloudapi.com/"),
        (Some("http://127.0.0.1:1"), None, None, "x", "http://127.0.0.1:1/"),
        (Some("http://127.0.0.1:1"), None, Some("sts.example.com"), "x", "https://sts.example.com/"),
        (
            None,
            Some("https://sts.internal.tencentcloudapi.com"),
            Some("sts.example.com"),
            "x",
            "https://sts.internal.tencentcloudapi.com/",
        ),
    ] {
        let variables: Vec<_> = variable.map(|text| ("CLOUDVPN_TENCENT_STS_ENDPOINT", text)).into_iter().collect();
        let sources = Sources {
            endpoint: endpoint.map(|text: &str| text.parse().unwrap()),
            sts_endpoint: own.map(|text: &str| text.parse().unwrap()),
            ..Machine::new().set(&variables).sources()
        };
        assert_eq!(sts::address(&sources, region).unwrap().to_string(), expected);
    }
}
