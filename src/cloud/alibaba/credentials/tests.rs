//! Tests of `credentials.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::cloud::alibaba::DescribeVpnGateways;
use crate::cloud::alibaba::client::{Client, Config};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error};
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

    fn profiles(self, content: &Value) -> Self {
        self.file(".aliyun/config.json", &content.to_string())
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
        match Ram.find(&sources) {
            Ok(Found::Origin(origin)) => Ok(shown(origin.label)),
            Ok(Found::Nothing(error)) => Err(shown(format!("{error}: {}", error.hint().unwrap_or_default()))),
            Err(error) => Err(shown(error.to_string())),
        }
    }
}

const KEY: &[(&str, &str)] = &[("ALIBABA_CLOUD_ACCESS_KEY_ID", "id1"), ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hidden")];
const RRSA: &[(&str, &str)] = &[
    ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/pod"),
    ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/ack"),
    ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "HOME/token"),
];

fn ctx() -> Ctx {
    Ctx::new(Duration::from_secs(60), CancellationToken::new()).with_outage_limit(Some(Duration::ZERO))
}

fn ak(name: &str) -> Value {
    json!({"name": name, "mode": "AK", "access_key_id": format!("id-{name}"), "access_key_secret": "hidden"})
}

#[test]
fn the_first_source_that_is_there_is_taken() {
    let ini = "[default]\naccess_key_id = i\naccess_key_secret = hidden\n[prod]\naccess_key_id = p\naccess_key_secret = hidden\n";
    let all = || {
        let config = json!({"current": "main", "profiles": [ak("main"), ak("other")]});
        let machine = Machine::new().profiles(&config).file(".alibabacloud/credentials", ini);
        let uri = ("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:1/");
        machine.set(KEY).set(RRSA).set(&[uri, ("ALIBABA_CLOUD_ECS_METADATA", "r")])
    };
    let without = |names: &[&str]| {
        let mut machine = all();
        machine.variables.retain(|name, _| !names.iter().any(|start| name.starts_with(start)));
        machine
    };
    let (env, oidc) = ("ALIBABA_CLOUD_ACCESS", "ALIBABA_CLOUD_OIDC_TOKEN_FILE");
    let off = [("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")];
    let uri = "ALIBABA_CLOUD_CREDENTIALS_URI";
    let nothing = |machine: Machine| {
        fs::remove_file(machine.home.path().join(".alibabacloud/credentials")).unwrap();
        machine.set(&off)
    };
    for (machine, expected) in [
        (all(), "the environment (ALIBABA_CLOUD_ACCESS_KEY_ID)"),
        (without(&[env]), "OIDC, from the environment"),
        (without(&[env, oidc]), "profile \"main\" (~/.aliyun/config.json)"),
        (without(&[env, oidc]).set(&[("ALICLOUD_PROFILE", "other")]), "profile \"other\" (~/.aliyun/config.json)"),
        (
            without(&[env, oidc]).set(&[("ALIBABACLOUD_PROFILE", "prod")]),
            "profile \"prod\" (~/.alibabacloud/credentials)",
        ),
        (without(&[env, oidc]).set(&off), "profile \"default\" (~/.alibabacloud/credentials)"),
        (nothing(without(&[env, oidc])), "ALIBABA_CLOUD_CREDENTIALS_URI"),
        (nothing(without(&[env, oidc, uri])), "the instance's role (ALIBABA_CLOUD_ECS_METADATA)"),
        (
            Machine::new().set(&[("ALICLOUD_ACCESS_KEY", "a"), ("ALICLOUD_SECRET_KEY", "b")]),
            "the environment (ALICLOUD_ACCESS_KEY)",
        ),
        (
            Machine::new().set(&[("ALIBABACLOUD_ACCESS_KEY_ID", "a"), ("ALIBABACLOUD_ACCESS_KEY_SECRET", "b")]),
            "the environment (ALIBABACLOUD_ACCESS_KEY_ID)",
        ),
    ] {
        assert_eq!(machine.found(None).as_deref(), Ok(expected));
    }
    // The block comes before all of them.
    assert_eq!(
        all().found(Some(Base::Profile("other".to_owned()))).unwrap(),
        "profile \"other\" (~/.aliyun/config.json)"
    );
    let role = Base::InstanceRole(InstanceRole::default());
    assert_eq!(all().found(Some(role)).unwrap(), "the instance's role (instance_role)");
}

#[test]
fn what_is_there_and_broken_is_an_error_and_nothing_else_is_tried() {
    let with_key = || Machine::new().set(RRSA).profiles(&json!({"current": "main", "profiles": [ak("main")]}));
    let uri = |text: &str| Machine::new().set(&[("ALIBABA_CLOUD_CREDENTIALS_URI", text)]);
    for (machine, says) in [
        (with_key().set(&KEY[..1]), "ALIBABA_CLOUD_ACCESS_KEY_SECRET is not"),
        (with_key().set(&KEY[1..]), "ALIBABA_CLOUD_ACCESS_KEY_ID is not"),
        (with_key().set(&[("ALICLOUD_SECRET_KEY", "hidden")]), "ALICLOUD_ACCESS_KEY is not"),
        (
            Machine::new().set(&[("ALIBABA_CLOUD_ACCESS_KEY_ID", "a"), ("ALICLOUD_SECRET_KEY", "hidden")]),
            "ALICLOUD_SECRET_KEY is set, but variables of different kinds belong to different keys",
        ),
        (
            Machine::new().set(&[("ALIBABA_CLOUD_PROFILE", "nosuch")]).profiles(&json!({"profiles": []})),
            "no profile \"nosuch\"",
        ),
        (
            Machine::new().profiles(&json!({"current": "gone", "profiles": [ak("main")]})),
            "\"gone\" is the current one, and has none",
        ),
        (Machine::new().file(".aliyun/config.json", "{hidden"), "neither JSON nor an ini file"),
        (Machine::new().set(&[("ALIBABA_CLOUD_CONFIG_FILE", "HOME/none")]), "~/none does not exist"),
        (uri("http://example.com/hidden"), "on this machine only"),
        (uri("hidden"), "it is no address"),
        (Machine::new().set(&[("ALIBABA_CLOUD_ECS_METADATA", "../x")]), "no name of a role"),
    ] {
        let error = machine.found(None).expect_err(says);
        assert!(error.contains(says) && !error.contains("hidden"), "{error}");
    }
}

#[test]
fn without_any_source_each_is_named_with_its_reason() {
    let role = &RRSA[..1];
    let error = Machine::new().set(role).found(None).unwrap_err();
    insta::assert_snapshot!(error, @r"
    there are no credentials for Alibaba Cloud: Tried, in this order:
      - environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALICLOUD_ACCESS_KEY and ALIBABACLOUD_ACCESS_KEY_ID are not set
      - OIDC: ALIBABA_CLOUD_OIDC_PROVIDER_ARN, ALIBABA_CLOUD_OIDC_TOKEN_FILE are not set (ALIBABA_CLOUD_ROLE_ARN is)
      - profile: ~/.aliyun/config.json does not exist; ~/.alibabacloud/credentials does not exist; ~/.alibabacloud/credentials.ini does not exist
      - URI: ALIBABA_CLOUD_CREDENTIALS_URI is not set
      - instance role: not tried; the metadata service of an ECS instance is asked only where instance_role {} in the provider block or ALIBABA_CLOUD_ECS_METADATA says so
    ");
}

#[test]
fn a_token_of_another_family_stays_out_of_a_key() {
    let token = |variables: &[(&str, &str)]| {
        let machine = Machine::new().set(variables);
        let Ok(Found::Origin(Origin { source: Source::Key(key), .. })) = Ram.find(&machine.sources()) else {
            panic!("a key");
        };
        key.token().is_some()
    };
    let old = [("ALICLOUD_ACCESS_KEY", "a"), ("ALICLOUD_SECRET_KEY", "b"), ("ALICLOUD_SECURITY_TOKEN", "c")];
    assert!(token(&old));
    assert!(!token(&[KEY, &old[2..]].concat()));
    assert!(!token(&[&[("ALIBABA_CLOUD_SECURITY_TOKEN", "x")], &old[..2]].concat()));
}

/// A server that stands at the places of STS and of the metadata service, and what it gives keys for.
async fn service() -> Server {
    Server::start(answer).await
}

fn answer(request: &Received) -> Answer {
    let key = |id: String| {
        json!({"AccessKeyId": id, "AccessKeySecret": "hidden-secret", "SecurityToken": "hidden-token",
               "Expiration": "2099-01-15T09:30:00Z", "Code": "Success"})
    };
    let path = request.head.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default();
    match path {
        "/latest/api/token" => return Answer::Raw(200, &[], "hidden-session==".to_owned()),
        "/latest/meta-data/ram/security-credentials/" => return Answer::Raw(200, &[], "TestRole\n".to_owned()),
        "/key" | "/latest/meta-data/ram/security-credentials/TestRole" => {
            return Answer::Json(key("STS.meta".to_owned()));
        }
        _ => {}
    }
    let signer = request.header("authorization").and_then(|text| text.split("Credential=").nth(1)?.split(',').next());
    match action(request).as_str() {
        "AssumeRole" => {
            let id = format!("STS.{}<{}", request.param("RoleArn").unwrap(), signer.unwrap());
            Answer::alibaba(json!({"Credentials": key(id)}))
        }
        "AssumeRoleWithOIDC" => {
            Answer::alibaba(json!({"Credentials": key(format!("STS.{}", request.form()["RoleArn"]))}))
        }
        "GetCallerIdentity" => Answer::alibaba(json!({
            "IdentityType": "AssumedRoleUser", "AccountId": "1234567890123456", "PrincipalId": "3:s", "RoleId": "3",
            "Arn": "acs:ram::1234567890123456:assumed-role/x/s",
        })),
        _ => Answer::alibaba(json!({"VpnGateways": {"VpnGateway": []}, "TotalCount": 0})),
    }
}

fn action(request: &Received) -> String {
    let named = request.action();
    if named.is_empty() { request.param("Action").unwrap_or_default() } else { named }
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
async fn every_mode_of_a_profile_gives_its_key() {
    let server = service().await;
    let role = "acs:ram::2:role/vpn";
    let uri = format!("{}/key", server.url());
    let machine = Machine::new().file("token", &format!("{JWT}\n"));
    let profiles = json!({"current": "chained", "meta_path": "x", "profiles": [
        ak("main"),
        {"name": "sts", "mode": "StsToken", "access_key_id": "STS.1", "access_key_secret": "s", "sts_token": "t", "more": [1]},
        {"name": "arn", "mode": "RamRoleArn", "access_key_id": "id", "access_key_secret": "s", "ram_role_arn": role},
        {"name": "guessed", "access_key_id": "id", "access_key_secret": "s", "ram_role_arn": role},
        {"name": "chained", "mode": "ChainableRamRoleArn", "source_profile": "arn", "ram_role_arn": "acs:ram::3:role/b"},
        {"name": "ecs", "mode": "EcsRamRole"},
        {"name": "ecs-arn", "mode": "RamRoleArnWithRoleName", "ram_role_name": "TestRole", "ram_role_arn": role},
        {"name": "oidc", "mode": "OIDC", "oidc_provider_arn": "acs:ram::1:oidc-provider/p",
         "oidc_token_file": machine.path("token"), "ram_role_arn": role, "ram_session_name": "me"},
        {"name": "uri", "mode": "CredentialsURI", "credentials_uri": uri},
        {"name": "sso", "mode": "CloudSSO", "access_key_id": "STS.s", "access_key_secret": "s", "sts_token": "t",
         "sts_expiration": 4_000_000_000_i64},
        {"name": "lower", "mode": "ak", "access_key_id": "low", "access_key_secret": "s"},
    ]});
    let machine = machine.profiles(&profiles);
    for (name, id) in [
        ("main", "id-main"),
        ("sts", "STS.1"),
        ("arn", "STS.acs:ram::2:role/vpn<id"),
        ("guessed", "STS.acs:ram::2:role/vpn<id"),
        ("chained", "STS.acs:ram::3:role/b<STS.acs:ram::2:role/vpn<id"),
        ("ecs", "STS.meta"),
        ("ecs-arn", "STS.acs:ram::2:role/vpn<STS.meta"),
        ("oidc", "STS.acs:ram::2:role/vpn"),
        ("uri", "STS.meta"),
        ("sso", "STS.s"),
        ("lower", "low"),
    ] {
        let base = Some(Base::Profile(name.to_owned()));
        assert_eq!(key(Sources { base, ..at(&server, &machine) }).await.unwrap(), id, "{name}");
    }
}

#[test]
fn a_profile_that_gives_no_key_says_why() {
    let profiles = json!({"profiles": [
        {"name": "half", "mode": "AK", "access_key_id": "a"},
        {"name": "external", "mode": "External", "process_command": "hidden --token x"},
        {"name": "rsa", "mode": "RsaKeyPair", "private_key": "hidden", "key_pair_name": "x"},
        {"name": "bearer", "mode": "BearerToken", "bearer_token": "hidden"},
        {"name": "anonymous", "mode": "Anonymous"},
        {"name": "new", "mode": "SomethingNew"},
        {"name": "oauth", "mode": "OAuth", "oauth_refresh_token": "hidden"},
        {"name": "self", "mode": "ChainableRamRoleArn", "source_profile": "self", "ram_role_arn": "r"},
        {"name": "a", "mode": "ChainableRamRoleArn", "source_profile": "b", "ram_role_arn": "r"},
        {"name": "b", "mode": "ChainableRamRoleArn", "source_profile": "a", "ram_role_arn": "r"},
        {"name": "away", "mode": "ChainableRamRoleArn", "source_profile": "nosuch", "ram_role_arn": "r"},
    ]});
    let machine = Machine::new().profiles(&profiles);
    for (name, says) in [
        ("half", "has no access_key_secret"),
        ("external", "the mode External"),
        ("rsa", "the mode RsaKeyPair"),
        ("bearer", "the mode BearerToken"),
        ("anonymous", "the mode Anonymous"),
        ("new", "the mode SomethingNew"),
        ("oauth", "aliyun configure --mode OAuth"),
        ("self", "stand on each other: self -> self"),
        ("a", "stand on each other: a -> b -> a"),
        ("away", "is named by another one and does not exist"),
    ] {
        let error = machine.found(Some(Base::Profile(name.to_owned()))).expect_err(name);
        assert!(
            error.contains(says) && error.contains("~/.aliyun/config.json") && !error.contains("hidden"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_stored_key_that_is_over_is_renewed_by_its_own_program() {
    let over = json!({"profiles": [{"name": "sso", "mode": "CloudSSO", "access_key_id": "STS.s", "access_key_secret": "s",
                                    "sts_token": "t", "sts_expiration": 1000}]});
    let machine = Machine::new().profiles(&over);
    let error = key(Sources { base: Some(Base::Profile("sso".to_owned())), ..machine.sources() }).await.unwrap_err();
    assert!(error.to_string().contains("is over. Renew it: aliyun configure --mode CloudSSO"), "{error}");
}

#[tokio::test]
async fn sections_of_an_ini_file_give_their_keys() {
    let server = service().await;
    let machine = Machine::new().file("token", JWT);
    let ini = format!(
        "[default]\ntype = access_key\naccess_key_id = a\naccess_key_secret = s\n\
         [temporary]\ntype = sts\naccess_key_id = STS.t\naccess_key_secret = s\nsecurity_token = t\n\
         [role]\ntype = ram_role_arn\naccess_key_id = a\naccess_key_secret = s\nrole_arn = r\nrole_session_name = me\n\
         [ecs]\ntype = ecs_ram_role\nrole_name = TestRole\n\
         [oidc]\ntype = oidc_role_arn\noidc_provider_arn = p\noidc_token_file_path = {}\nrole_arn = r\n",
        machine.path("token")
    );
    let machine = machine.file("ini", &ini);
    for (name, id) in
        [("default", "a"), ("temporary", "STS.t"), ("role", "STS.r<a"), ("ecs", "STS.meta"), ("oidc", "STS.r")]
    {
        let base = Some(Base::Profile(name.to_owned()));
        let files = vec![machine.path("ini")];
        assert_eq!(key(Sources { base, files, ..at(&server, &machine) }).await.unwrap(), id, "{name}");
    }
    // The official provider's variable names JSON, the SDKs' names such a file.
    let machine = machine.set(&[("ALIBABA_CLOUD_CREDENTIALS_FILE", "HOME/ini")]);
    assert_eq!(machine.found(None).unwrap(), "profile \"default\" (~/ini)");
}

#[tokio::test]
async fn roles_are_assumed_one_with_the_key_of_the_other() {
    let server = service().await;
    let role = |arn: &str| Role { arn: arn.to_owned(), ..Role::default() };
    let policy = "{\"Version\": \"1\",\n \"Statement\": []}".to_owned();
    let first = Role {
        session_name: Some("me".to_owned()),
        duration: Some(Duration::from_secs(900)),
        external_id: Some("ext:1/a".to_owned()),
        policy: Some(policy),
        source_identity: Some("who".to_owned()),
        ..role("r1")
    };
    let sources = Sources { roles: vec![first, role("r2")], ..at(&server, &Machine::new().set(KEY)) };
    assert_eq!(key(sources).await.unwrap(), "STS.r2<STS.r1<id1");
    let [first, second] = &server.requests()[..] else { panic!("two calls") };
    assert_eq!(
        first.query(),
        "DurationSeconds=900&ExternalId=ext%3A1%2Fa&Policy=%7B%22Version%22%3A%221%22%2C%22Statement%22%3A%5B%5D%7D&RoleArn=r1&\
         RoleSessionName=me&SourceIdentity=who"
    );
    assert!(first.body.is_empty());
    assert_eq!(first.header("x-acs-version"), Some("2015-04-01"));
    assert_eq!(second.query(), "DurationSeconds=3600&RoleArn=r2&RoleSessionName=terraform");
    assert_eq!(second.header("x-acs-security-token"), Some("hidden-token"));

    let variables = [("ALICLOUD_ASSUME_ROLE_ARN", "r3"), ("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION", "1800")];
    assert_eq!(key(at(&server, &Machine::new().set(KEY).set(&variables))).await.unwrap(), "STS.r3<id1");
    assert!(server.requests()[2].query().contains("DurationSeconds=1800"));
    // Webhooks set that one, for OIDC.
    assert_eq!(key(at(&server, &Machine::new().set(KEY).set(RRSA))).await.unwrap(), "id1");
}

#[tokio::test]
async fn a_token_is_sent_unsigned_in_the_body_and_read_each_time() {
    let server = service().await;
    let machine = Machine::new().file("token", &format!("{JWT}\n")).set(RRSA);
    let chain = chain(at(&server, &machine), 0, Transport::default());
    let first = chain.current(&ctx()).await.unwrap();
    fs::write(machine.home.path().join("token"), format!("{JWT}2")).unwrap();
    chain.replace(&ctx(), &first).await.unwrap();

    let [first, second] = &server.requests()[..] else { panic!("two calls") };
    assert!(first.head.starts_with("POST /?Action=AssumeRoleWithOIDC&Format=JSON&SignatureNonce="), "{}", first.head);
    for name in ["authorization", "x-acs-action", "x-acs-signature-nonce", "x-acs-security-token"] {
        assert_eq!(first.header(name), None, "{name}");
    }
    assert!(first.query().contains("Version=2015-04-01") && !first.query().contains("eyJ"), "{}", first.query());
    let form = first.form();
    assert_eq!(form["OIDCToken"], JWT);
    assert_eq!(form["RoleSessionName"], "terraform");
    assert_eq!(form["DurationSeconds"], "3600");
    assert_eq!(form["OIDCProviderArn"], "acs:ram::1:oidc-provider/ack");
    assert_eq!(second.form()["OIDCToken"], format!("{JWT}2"));
}

#[tokio::test]
async fn what_is_no_token_is_not_sent() {
    let server = service().await;
    for token in ["hidden", "", "a.b", "..", "a..b", "a.b c.d", &"x".repeat(20_001), "{\"web_identity_token\": 1}"] {
        let machine = Machine::new().file("token", token).set(RRSA);
        let error = key(at(&server, &machine)).await.unwrap_err();
        assert!(error.to_string().contains("no JSON Web Token") && !error.to_string().contains("hidden"), "{error}");
    }
    let error = key(at(&server, &Machine::new().set(RRSA))).await.unwrap_err();
    assert!(error.to_string().contains("cannot be read"), "{error}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_failed_step_names_itself_and_says_what_to_do() {
    for (code, status, hint) in [
        ("NoPermission", 403, "trust policy"),
        ("EntityNotExist.Role", 404, "account in its ARN"),
        ("InvalidParameter.DurationSeconds", 400, "longest session"),
        ("InvalidAccessKeyId.NotFound", 404, "access key id is unknown"),
        ("InvalidTimeStamp.Expired", 400, "15 minutes"),
    ] {
        let server = Server::scripted([Answer::alibaba_error(status, code)]).await;
        let roles = vec![Role { arn: "acs:ram::2:role/vpn".to_owned(), ..Role::default() }];
        let machine = Machine::new().profiles(&json!({"current": "prod", "profiles": [ak("prod")]}));
        let error = key(Sources { roles, ..at(&server, &machine) }).await.unwrap_err();
        let expected = format!(
            "AssumeRole of acs:ram::2:role/vpn with the key of profile \"prod\" ({}): {code}: about {code} [HTTP {status}, request id request-1",
            machine.path(".aliyun/config.json")
        );
        assert!(error.to_string().starts_with(&expected), "{error}");
        assert!(error.hint().unwrap().contains(hint), "{code}: {:?}", error.hint());
        assert_eq!((error.class(), error.code()), (Class::Auth, None));
    }
    for (code, hint) in [
        ("AuthenticationFail.OIDCToken.AudienceNotMatch", "aud"),
        ("AuthenticationFail.OIDCToken.Expired", "over"),
        ("AuthenticationFail.NoPermission", "oidc:sub"),
    ] {
        let server = Server::scripted([Answer::alibaba_error(401, code)]).await;
        let machine = Machine::new().file("token", JWT).set(RRSA);
        let error = key(at(&server, &machine)).await.unwrap_err();
        assert!(error.to_string().contains("AssumeRoleWithOIDC of acs:ram::1:role/pod"), "{error}");
        assert!(error.hint().unwrap().contains(hint), "{code}: {:?}", error.hint());
        assert!(!format!("{error} {error:?}").contains("eyJ"), "{error:?}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn metadata_is_asked_with_one_session_token_and_never_through_a_proxy() {
    let server = service().await;
    let base = Some(Base::InstanceRole(InstanceRole::default()));
    assert_eq!(key(Sources { base, ..at(&server, &Machine::new()) }).await.unwrap(), "STS.meta");
    let heads: Vec<_> =
        server.requests().iter().map(|request| request.head.lines().next().unwrap().to_owned()).collect();
    assert_eq!(
        heads,
        [
            "PUT /latest/api/token HTTP/1.1",
            "GET /latest/meta-data/ram/security-credentials/ HTTP/1.1",
            "GET /latest/meta-data/ram/security-credentials/TestRole HTTP/1.1",
        ]
    );
    let requests = server.requests();
    assert_eq!(requests[0].header("x-aliyun-ecs-metadata-token-ttl-seconds"), Some("21600"));
    assert!(
        requests[1..].iter().all(|request| request.header("x-aliyun-ecs-metadata-token") == Some("hidden-session=="))
    );
}

#[tokio::test]
async fn metadata_that_is_not_what_it_should_be_is_an_error() {
    let token = || Answer::Raw(200, &[], "hidden-session".to_owned());
    let role = |name: &str| Answer::Raw(200, &[], name.to_owned());
    let moved: &'static [(&str, &str)] = &[("location", "http://127.0.0.1:1/hidden")];
    let nothing = || Answer::Raw(404, &[], String::new());
    for (answers, says) in [
        (vec![nothing()], "no session token (HTTP 404)"),
        (vec![Answer::Raw(500, &[], String::new())], "HTTP 500"),
        (vec![Answer::Raw(302, moved, String::new())], "no session token (HTTP 302)"),
        (vec![token(), nothing()], "no RAM role is attached"),
        (vec![token(), role("<html>hidden</html>")], "none: something else answers"),
        (vec![token(), role("../../hidden")], "none: something else answers"),
        (vec![token(), role("r"), nothing()], "the role r is not attached"),
        (vec![token(), role("r"), Answer::Raw(302, moved, String::new())], "HTTP 302"),
        (vec![token(), role("r"), Answer::Json(json!({"Code": "Failed", "hidden": 1}))], "no key of the role r"),
        (vec![token(), role("r"), Answer::Raw(200, &[], "<html>hidden</html>".to_owned())], "no key of the role r"),
        (
            vec![token(), role("r"), Answer::Raw(200, &[], format!("\"{}\"", "h".repeat(70_000)))],
            "larger than 65536 bytes",
        ),
        (
            vec![
                token(),
                role("r"),
                Answer::Json(json!({"Code": "Success", "AccessKeyId": "a", "AccessKeySecret": "hidden",
                "SecurityToken": "hidden", "Expiration": "2020-01-01T00:00:00Z"})),
            ],
            "is over already",
        ),
    ] {
        let server = Server::scripted(answers).await;
        let base = Some(Base::InstanceRole(InstanceRole::default()));
        let error = key(Sources { base, ..at(&server, &Machine::new()) }).await.expect_err(says);
        assert!(error.to_string().starts_with("the instance's role (instance_role): "), "{error}");
        assert!(error.to_string().contains(says), "{says}: {error}");
        assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
    }
}

#[tokio::test]
async fn a_service_that_is_there_and_fails_is_waited_for() {
    let failing = || Answer::Raw(503, &[], String::new());
    let key = json!({"Code": "Success", "AccessKeyId": "a", "AccessKeySecret": "b", "SecurityToken": "c"});
    let answers = vec![
        failing(),
        failing(),
        failing(),
        failing(),
        Answer::Raw(200, &[], "session".to_owned()),
        Answer::Raw(429, &[], String::new()),
        Answer::Raw(200, &[], "r".to_owned()),
        Answer::Json(key),
    ];
    let server = Server::scripted(answers).await;
    let base = Some(Base::InstanceRole(InstanceRole::default()));
    let chain = chain(Sources { base, ..at(&server, &Machine::new()) }, 0, Transport::default());
    let patient = Ctx::new(Duration::from_secs(60), CancellationToken::new());
    assert_eq!(chain.current(&patient).await.unwrap().id(), "a");
}

#[tokio::test]
async fn the_older_way_is_taken_only_where_it_is_allowed() {
    let answers = || {
        let key = json!({"Code": "Success", "AccessKeyId": "a", "AccessKeySecret": "b", "SecurityToken": "c"});
        [Answer::Raw(404, &[], String::new()), Answer::Raw(200, &[], "r".to_owned()), Answer::Json(key)]
    };
    let v1 = |allow_imds_v1| Some(Base::InstanceRole(InstanceRole { name: None, allow_imds_v1 }));
    let server = Server::scripted(answers()).await;
    assert_eq!(key(Sources { base: v1(true), ..at(&server, &Machine::new()) }).await.unwrap(), "a");
    let server = Server::scripted(answers()).await;
    let error = key(Sources { base: v1(false), ..at(&server, &Machine::new()) }).await.unwrap_err();
    assert!(error.hint().unwrap().contains("allow_imds_v1"), "{error}");
    let server = Server::scripted(answers()).await;
    let forbidden = Machine::new().set(&[("ALIBABA_CLOUD_IMDSV1_DISABLED", "true")]);
    assert!(key(Sources { base: v1(true), ..at(&server, &forbidden) }).await.is_err());
    let off = Machine::new().set(&[("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")]);
    assert!(off.found(v1(true)).unwrap_err().contains("ALIBABA_CLOUD_ECS_METADATA_DISABLED forbids it"));
}

#[tokio::test]
async fn a_key_that_is_over_is_replaced_and_the_call_signed_again_once() {
    for (status, code) in [
        (400, "InvalidSecurityToken.Expired"),
        (403, "InvalidSecurityToken.MismatchWithAccessKey"),
        (404, "InvalidAccessKeyId.NotFound"),
    ] {
        for (refusals, succeeds) in [(1, true), (2, false)] {
            let mut refused = 0;
            let mut assumed = 0;
            let server = Server::start(move |request| match action(request).as_str() {
                "AssumeRole" => {
                    assumed += 1;
                    let key = json!({"AccessKeyId": format!("STS.{assumed}"), "AccessKeySecret": "s", "SecurityToken": "t",
                                     "Expiration": "2099-01-15T09:30:00Z"});
                    Answer::alibaba(json!({"Credentials": key}))
                }
                _ if refused < refusals => {
                    refused += 1;
                    Answer::alibaba_error(status, code)
                }
                _ => answer(request),
            })
            .await;
            let roles = vec![Role { arn: "r".to_owned(), ..Role::default() }];
            let keys = chain(Sources { roles, ..at(&server, &Machine::new().set(KEY)) }, 0, Transport::default());
            let endpoint = Some(server.url().parse().unwrap());
            let client = Client::new(Config { credentials: keys, endpoint, max_retries: 0, ..Config::default() });
            let outcome = client.call(&ctx(), "cn-hangzhou", &DescribeVpnGateways::default()).await;
            assert_eq!(outcome.is_ok(), succeeds, "{code}");
            let calls: Vec<_> = server.requests().iter().map(action).collect();
            assert_eq!(calls, ["AssumeRole", "DescribeVpnGateways", "AssumeRole", "DescribeVpnGateways"], "{code}");
            if let Err(error) = outcome {
                assert_eq!(error.code(), Some(code));
            }
        }
    }
    // There is nothing to fetch for a key that just stands somewhere.
    let server = Server::scripted([Answer::alibaba_error(400, "InvalidSecurityToken.Expired")]).await;
    let keys = chain(at(&server, &Machine::new().set(KEY)), 0, Transport::default());
    let endpoint = Some(server.url().parse().unwrap());
    let client = Client::new(Config { credentials: keys, endpoint, ..Config::default() });
    let error = client.call(&ctx(), "cn-hangzhou", &DescribeVpnGateways::default()).await.unwrap_err();
    assert_eq!((error.code(), server.requests().len()), (Some("InvalidSecurityToken.Expired"), 1));
}

#[tokio::test]
async fn who_a_key_belongs_to_is_asked_of_sts() {
    let server = service().await;
    let keys = chain(at(&server, &Machine::new().set(KEY)), 0, Transport::default());
    let identity = keys.identity(&ctx()).await.unwrap();
    let expected = Identity {
        account_id: "1234567890123456".to_owned(),
        kind: "AssumedRoleUser".to_owned(),
        principal_id: "3:s".to_owned(),
        user_id: "3".to_owned(),
        arn: "acs:ram::1234567890123456:assumed-role/x/s".to_owned(),
    };
    assert_eq!(identity, expected);
}

#[tokio::test]
async fn nothing_secret_is_logged_on_the_way_to_a_key() {
    let (logs, _guard) = Logs::capture();
    let server = service().await;
    let roles = vec![Role { arn: "r".to_owned(), ..Role::default() }];
    let machine = Machine::new().file("token", JWT).set(RRSA);
    key(Sources { roles, ..at(&server, &machine) }).await.unwrap();
    let base = Some(Base::InstanceRole(InstanceRole::default()));
    key(Sources { base, ..at(&server, &Machine::new()) }).await.unwrap();
    let text = logs.text();
    assert!(text.contains("AssumeRoleWithOIDC"), "{text}");
    assert!(!text.contains("hidden") && !text.contains("eyJ"), "{text}");
}

#[test]
fn sts_is_where_the_region_is_unless_somebody_says_otherwise() {
    let address = |region: Option<&str>, endpoint: Option<&str>, sts: Option<&str>, variables: &[(&str, &str)]| {
        let sources = Sources {
            region: region.map(str::to_owned),
            endpoint: endpoint.map(|text| text.parse().unwrap()),
            sts_endpoint: sts.map(|text| text.parse().unwrap()),
            ..Machine::new().set(variables).sources()
        };
        sts::address(&sources).unwrap().to_string()
    };
    let own = Some("https://sts-vpc.cn-hangzhou.aliyuncs.com");
    let region = ("ALIBABA_CLOUD_STS_REGION", "cn-beijing");
    let within = ("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true");
    let variable = ("ALIBABA_CLOUD_STS_ENDPOINT", "sts.example.com");
    for (found, expected) in [
        (address(None, None, None, &[]), "https://sts.aliyuncs.com/"),
        (address(Some("cn-hangzhou"), None, None, &[]), "https://sts.cn-hangzhou.aliyuncs.com/"),
        (address(Some("cn-wuhan"), None, None, &[]), "https://sts.aliyuncs.com/"),
        (address(Some("evil.example/#"), None, None, &[]), "https://sts.aliyuncs.com/"),
        (address(Some("cn-hangzhou"), None, None, &[region]), "https://sts.cn-beijing.aliyuncs.com/"),
        (address(Some("cn-hangzhou"), None, None, &[region, within]), "https://sts-vpc.cn-beijing.aliyuncs.com/"),
        (address(Some("cn-hangzhou"), None, None, &[region, variable]), "https://sts.example.com/"),
        (address(None, Some("http://127.0.0.1:1"), None, &[region]), "http://127.0.0.1:1/"),
        (address(None, Some("vpc.cn-hangzhou.aliyuncs.com"), None, &[]), "https://sts.cn-hangzhou.aliyuncs.com/"),
        (address(None, Some("vpc-vpc.cn-beijing.aliyuncs.com"), None, &[]), "https://sts-vpc.cn-beijing.aliyuncs.com/"),
        (
            address(Some("cn-hangzhou"), Some("http://127.0.0.1:1"), own, &[variable]),
            "https://sts-vpc.cn-hangzhou.aliyuncs.com/",
        ),
    ] {
        assert_eq!(found, expected);
    }
}
