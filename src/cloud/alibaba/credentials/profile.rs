//! Profiles: the CLI's `config.json` and the ini files of the SDKs. The content tells which of the two a file is.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::cloud::alibaba::credentials::{instance_role_of, uri_of};
use crate::cloud::credentials::files::{self, Content, Members};
use crate::cloud::credentials::{
    Credentials, Environment, InstanceRole, Look, Origin, Role, Source, Sources, Token, WebIdentity, unusable,
};
use crate::cloud::error::{Error, Result};

/// The profile that the variables name, or else the one that a file says is the current one.
pub(super) fn usual(sources: &Sources) -> Result<Look> {
    let env = &sources.environment;
    match env.first(&["ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE", "ALIBABACLOUD_PROFILE"]) {
        Some((variable, name)) => {
            if files_of(sources).is_empty() {
                return Ok(Look::Absent(format!("{variable} is set, and profiles are switched off")));
            }
            Ok(Look::Present(found(sources, &name, &format!("{variable} names"))?))
        }
        None => current(sources),
    }
}

/// The profile that the configuration names.
pub(super) fn named(sources: &Sources, name: &str) -> Result<Origin> {
    found(&Sources { environment: allowing(&sources.environment), ..sources.clone() }, name, "the provider block names")
}

/// What the configuration says is not switched off by a variable.
fn allowing(env: &Environment) -> Environment {
    let env = env.clone();
    Environment::new(move |name| if OFF.contains(&name) { None } else { env.get(name) })
}

fn found(sources: &Sources, name: &str, named_by: &str) -> Result<Origin> {
    let files = files_of(sources);
    for Place { path, must_be } in &files {
        match read(path, *must_be)? {
            Some(Content::Json(json)) if profile(&json, name).is_some() => {
                return of_json(&sources.environment, path, &json, name);
            }
            Some(Content::Ini(sections)) if sections.contains_key(name) => {
                return of_ini(&sources.environment, path, name, &sections[name]);
            }
            _ => {}
        }
    }
    let places: Vec<_> = files.iter().map(|place| place.path.display().to_string()).collect();
    Err(unusable(format!("There is no profile {name:?}, which {named_by}, in {}.", places.join(", "))))
}

fn current(sources: &Sources) -> Result<Look> {
    let mut absent = Vec::new();
    if sources.files.is_empty() && OFF.iter().any(|name| sources.environment.says(name)) {
        absent.push("config.json is switched off by a variable".to_owned());
    }
    for Place { path, must_be } in files_of(sources) {
        let shown = path.display();
        let why = match read(&path, must_be)? {
            None => format!("{shown} does not exist"),
            Some(Content::Json(json)) => match json["current"].as_str().filter(|name| !name.is_empty()) {
                Some(name) if profile(&json, name).is_none() => {
                    return Err(unusable(format!(
                        "{shown} says that its profile {name:?} is the current one, and has none."
                    )));
                }
                Some(name) => return Ok(Look::Present(of_json(&sources.environment, &path, &json, name)?)),
                None => format!("{shown} says of no profile that it is the current one"),
            },
            Some(Content::Ini(sections)) => match sections.get("default") {
                Some(members) => return Ok(Look::Present(of_ini(&sources.environment, &path, "default", members)?)),
                None => format!("{shown} has no section [default]"),
            },
        };
        absent.push(why);
    }
    Ok(Look::Absent(absent.join("; ")))
}

/// A file that profiles may be in, and whether it has to be there.
struct Place {
    path: PathBuf,
    must_be: bool,
}

fn files_of(sources: &Sources) -> Vec<Place> {
    let env = &sources.environment;
    if !sources.files.is_empty() {
        return sources.files.iter().map(|file| Place { path: env.path(file), must_be: true }).collect();
    }
    let off = OFF.iter().any(|name| env.says(name));
    let variables = ["ALIBABA_CLOUD_CONFIG_FILE", "ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"];
    match env.first(&variables) {
        Some(_) if off => Vec::new(),
        Some((_, file)) => vec![Place { path: env.path(&file), must_be: true }],
        None => USUAL
            .iter()
            .filter(|file| !(off && file.ends_with(".json")))
            .map(|file| Place { path: env.path(file), must_be: false })
            .collect(),
    }
}

fn read(path: &Path, must_be: bool) -> Result<Option<Content>> {
    match files::read(path)? {
        None if must_be => Err(unusable(format!("{} does not exist.", path.display()))),
        content => Ok(content),
    }
}

fn profile<'a>(json: &'a Value, name: &str) -> Option<&'a Value> {
    json["profiles"].as_array()?.iter().find(|profile| profile["name"] == name)
}

/// A profile of the CLI; those that it stands on first.
fn of_json(env: &Environment, path: &Path, json: &Value, name: &str) -> Result<Origin> {
    let mut names = vec![name.to_owned()];
    let mut roles = Vec::new();
    loop {
        let name = names.last().expect("it begins with one");
        let broken = |what: String| unusable(format!("The profile {name:?} of {} {what}.", path.display()));
        let object =
            profile(json, name).ok_or_else(|| broken("is named by another one and does not exist".to_owned()))?;
        let members = Members::of(object);
        if !mode(&members).eq_ignore_ascii_case("ChainableRamRoleArn") {
            roles.reverse();
            let label = format!("profile {name:?} ({})", path.display());
            let origin = of_members(env, label, &members, &broken)?.assuming(roles);
            // What it stands on is part of how it is called.
            return Ok(Origin { label: format!("profile {:?} ({})", names[0], path.display()), ..origin });
        }
        roles.push(role(&members, &broken)?);
        let source = members.text("source_profile").ok_or_else(|| broken("has no source_profile".to_owned()))?;
        if names.contains(&source) || names.len() > DEEPEST {
            names.push(source);
            return Err(unusable(format!(
                "The profiles of {} stand on each other: {}.",
                path.display(),
                names.join(" -> ")
            )));
        }
        names.push(source);
    }
}

/// The mode of a profile; the CLI guesses one that is not written.
fn mode(members: &Members) -> &str {
    let has = |name| members.get(name).is_some();
    match members.get("mode") {
        Some(mode) => mode,
        None if has("access_key_id") && has("sts_token") => "StsToken",
        None if has("access_key_id") && has("ram_role_arn") => "RamRoleArn",
        None if has("access_key_id") => "AK",
        None if has("ram_role_name") => "EcsRamRole",
        None if has("process_command") => "External",
        None if has("oidc_provider_arn") => "OIDC",
        None => "",
    }
}

type Broken<'a> = &'a dyn Fn(String) -> Error;

fn of_members(env: &Environment, label: String, members: &Members, broken: Broken<'_>) -> Result<Origin> {
    let instance = || InstanceRole { name: members.text("ram_role_name"), allow_imds_v1: false };
    let mode = mode(members);
    Ok(match mode.to_ascii_lowercase().as_str() {
        "ak" => Origin::new(label, Source::Key(pair(members, broken)?)),
        "ststoken" => {
            let token = members.text("sts_token").ok_or_else(|| broken("has no sts_token".to_owned()))?;
            Origin::new(
                label,
                stored(members, pair(members, broken)?.with_token(token), "aliyun configure --mode StsToken"),
            )
        }
        "ramrolearn" => {
            let key = pair(members, broken)?;
            let key = match members.text("sts_token") {
                Some(token) => key.with_token(token),
                None => key,
            };
            Origin::new(label, Source::Key(key)).assuming(vec![role(members, broken)?])
        }
        "ecsramrole" => Origin { label, ..instance_role_of(env, "a profile", instance())? },
        "ramrolearnwithrolename" | "ramrolearnwithecs" => {
            Origin { label, ..instance_role_of(env, "a profile", instance())? }.assuming(vec![role(members, broken)?])
        }
        "oidc" => Origin::new(label, Source::WebIdentity(web_identity(env, members, OF_CLI, broken)?)),
        "credentialsuri" => {
            let uri = members.text("credentials_uri").ok_or_else(|| broken("has no credentials_uri".to_owned()))?;
            Origin { label, ..uri_of("credentials_uri of a profile", &uri)? }
        }
        "oauth" | "cloudsso" => {
            let login = format!("aliyun configure --mode {mode}");
            match (members.text("access_key_id"), members.text("access_key_secret"), members.text("sts_token")) {
                (Some(id), Some(secret), Some(token)) => {
                    Origin::new(label, stored(members, Credentials::new(id, secret).with_token(token), &login))
                }
                _ => return Err(broken(format!("has no key of its login: run {login}"))),
            }
        }
        "external" => {
            return Err(broken(
                "has the mode External: no other program is run for keys. Let it write a profile of the mode StsToken, or set the variables"
                    .to_owned(),
            ));
        }
        "" => return Err(broken("has no mode".to_owned())),
        _ => return Err(broken(format!("has the mode {mode}, which gives no key that could be used here"))),
    })
}

fn pair(members: &Members, broken: Broken<'_>) -> Result<Credentials> {
    let part = |name: &str| members.text(name).ok_or_else(|| broken(format!("has no {name}")));
    Ok(Credentials::new(part("access_key_id")?, part("access_key_secret")?))
}

/// A key that the CLI keeps in its file.
fn stored(members: &Members, key: Credentials, renew: &str) -> Source {
    let renew = format!("Renew it: {renew}.");
    Source::Stored { key, ends: members.number("sts_expiration").filter(|ends| *ends > 0), renew }
}

fn role(members: &Members, broken: Broken<'_>) -> Result<Role> {
    Ok(Role {
        arn: members.text("ram_role_arn").ok_or_else(|| broken("has no ram_role_arn".to_owned()))?,
        session_name: members.text("ram_session_name"),
        duration: seconds(members, "expired_seconds"),
        external_id: members.text("external_id"),
        policy: members.text("policy"),
        source_identity: None,
    })
}

fn seconds(members: &Members, name: &str) -> Option<Duration> {
    members.number(name).and_then(|seconds| u64::try_from(seconds).ok()).filter(|s| *s > 0).map(Duration::from_secs)
}

/// What the members of an OIDC profile are called.
struct Names {
    role: &'static str,
    file: &'static str,
    session: [&'static str; 2],
}

fn web_identity(env: &Environment, members: &Members, names: Names, broken: Broken<'_>) -> Result<WebIdentity> {
    let part = |name: &str| members.text(name).ok_or_else(|| broken(format!("has no {name}")));
    Ok(WebIdentity {
        role_arn: part(names.role)?,
        provider: part("oidc_provider_arn")?,
        token: Token::File(env.path(&part(names.file)?)),
        session_name: names.session.iter().find_map(|name| members.text(name)),
        duration: seconds(members, "expired_seconds"),
        policy: members.text("policy"),
    })
}

/// A section of the SDKs' ini file.
fn of_ini(env: &Environment, path: &Path, name: &str, members: &Members) -> Result<Origin> {
    let label = format!("profile {name:?} ({})", path.display());
    let broken = |what: String| unusable(format!("The section [{name}] of {} {what}.", path.display()));
    let usual = if members.get("security_token").is_some() { "sts" } else { "access_key" };
    let kind = members.get("type").unwrap_or(usual);
    Ok(match kind {
        "access_key" => Origin::new(label, Source::Key(pair(members, &broken)?)),
        "sts" => {
            let token = members.text("security_token").ok_or_else(|| broken("has no security_token".to_owned()))?;
            Origin::new(label, Source::Key(pair(members, &broken)?.with_token(token)))
        }
        "ecs_ram_role" => {
            let role = InstanceRole { name: members.text("role_name"), allow_imds_v1: false };
            Origin { label, ..instance_role_of(env, "a profile", role)? }
        }
        "ram_role_arn" => {
            let role = Role {
                arn: members.text("role_arn").ok_or_else(|| broken("has no role_arn".to_owned()))?,
                session_name: members.text("role_session_name"),
                duration: seconds(members, "role_session_expiration"),
                policy: members.text("policy"),
                ..Role::default()
            };
            Origin::new(label, Source::Key(pair(members, &broken)?)).assuming(vec![role])
        }
        "oidc_role_arn" => Origin::new(label, Source::WebIdentity(web_identity(env, members, OF_SDK, &broken)?)),
        kind => return Err(broken(format!("has the type {kind}, which gives no key that could be used here"))),
    })
}

const OF_CLI: Names =
    Names { role: "ram_role_arn", file: "oidc_token_file", session: ["ram_session_name", "role_session_name"] };
const OF_SDK: Names =
    Names { role: "role_arn", file: "oidc_token_file_path", session: ["role_session_name", "role_session_name"] };

/// Where the CLI and the SDKs keep them.
const USUAL: [&str; 3] = ["~/.aliyun/config.json", "~/.alibabacloud/credentials", "~/.alibabacloud/credentials.ini"];
/// What switches the CLI's profiles off.
const OFF: [&str; 2] = ["ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "ALIBABA_CLOUD_IGNORE_PROFILE"];
/// How many profiles may stand on each other.
const DEEPEST: usize = 8;
