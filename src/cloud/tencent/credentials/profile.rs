//! Profiles: the directory of `tccli`, and the ini files of the SDKs.

use std::path::{Path, PathBuf};

use crate::cloud::credentials::files::{self, Content, Members};
use crate::cloud::credentials::{Credentials, InstanceRole, Look, Origin, Role, Source, Sources, unusable};
use crate::cloud::error::Result;
use crate::cloud::tencent::credentials::instance_role_of;

/// The profile that the variables name, or else the one called `default`.
pub(super) fn usual(sources: &Sources) -> Result<Look> {
    match sources.environment.first(&["TENCENTCLOUD_PROFILE", "TCCLI_PROFILE"]) {
        Some((variable, name)) => Ok(Look::Present(found(sources, &name, &format!("{variable} names"))?)),
        None => match look(sources, DEFAULT)? {
            Ok(origin) => Ok(Look::Present(origin)),
            Err(absent) => Ok(Look::Absent(absent.join("; "))),
        },
    }
}

/// The profile that the configuration names.
pub(super) fn named(sources: &Sources, name: &str) -> Result<Origin> {
    found(sources, name, "the provider block names")
}

fn found(sources: &Sources, name: &str, named_by: &str) -> Result<Origin> {
    look(sources, name)?
        .map_err(|absent| unusable(format!("There is no profile {name:?}, which {named_by}: {}.", absent.join("; "))))
}

/// Where profiles may be, and whether it has to be there.
struct Place {
    path: PathBuf,
    must_be: bool,
}

fn places(sources: &Sources) -> Vec<Place> {
    let env = &sources.environment;
    if !sources.files.is_empty() {
        return sources.files.iter().map(|file| Place { path: env.path(file), must_be: true }).collect();
    }
    let place = |variable: &str, usual: &[&str]| match env.get(variable) {
        Some(path) => vec![Place { path: env.path(&path), must_be: true }],
        None => usual.iter().map(|path| Place { path: env.path(path), must_be: false }).collect(),
    };
    let mut places = place("TENCENTCLOUD_SHARED_CREDENTIALS_DIR", &["~/.tccli"]);
    places.extend(place("TENCENTCLOUD_CREDENTIALS_FILE", &INI));
    places
}

/// The profile, or why each place does not have it.
fn look(sources: &Sources, name: &str) -> Result<Result<Origin, Vec<String>>> {
    let mut absent = Vec::new();
    for Place { path, must_be } in places(sources) {
        if path.is_dir() {
            // A name is not a path.
            let file = path.join(format!("{name}.credential"));
            let members = if name.contains(['/', '\\']) { None } else { files::read(&file)? };
            match members {
                Some(Content::Json(json)) => return of_tccli(&file, name, &Members::of(&json)).map(Ok),
                Some(Content::Ini(_)) => return Err(unusable(format!("{} is no JSON.", file.display()))),
                None => absent.push(format!("{} does not exist", file.display())),
            }
            continue;
        }
        match files::read(&path)? {
            None if must_be => return Err(unusable(format!("{} does not exist.", path.display()))),
            None => absent.push(format!("{} does not exist", path.display())),
            Some(Content::Json(json)) => {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                if stem == name {
                    return of_tccli(&path, name, &Members::of(&json)).map(Ok);
                }
                absent.push(format!("{} is the profile {stem:?}", path.display()));
            }
            Some(Content::Ini(sections)) => match sections.get(name) {
                Some(members) => return of_ini(&path, name, members).map(Ok),
                None => absent.push(format!("{} has no section [{name}]", path.display())),
            },
        }
    }
    Ok(Err(absent))
}

/// A file of `tccli configure`, or of its login.
fn of_tccli(path: &Path, name: &str, members: &Members) -> Result<Origin> {
    let label = format!("profile {name:?} ({})", path.display());
    let broken = |what: &str| unusable(format!("The profile {name:?} in {} {what}.", path.display()));
    let pair = || {
        let part = |name: &str| members.text(name).ok_or_else(|| broken(&format!("has no {name}")));
        Ok::<_, crate::cloud::Error>(Credentials::new(part("secretId")?, part("secretKey")?))
    };
    let kind = members.get("type").unwrap_or(DEFAULT);
    let key = match kind {
        "cvm-role" => {
            return Ok(Origin { label, ..instance_role_of("a profile", InstanceRole::default())? });
        }
        "oauth" | "sso" => {
            let login = if kind == "sso" { "tccli sso login" } else { "tccli auth login" };
            let token =
                members.text("token").ok_or_else(|| broken(&format!("has no key of its login: run {login}")))?;
            let (key, ends) = (pair()?.with_token(token), members.number("expiresAt"));
            return Ok(Origin::new(label, Source::Stored { key, ends, renew: format!("Renew it: {login}.") }));
        }
        DEFAULT => pair()?,
        other => return Err(broken(&format!("has the type {other}, which gives no key that could be used here"))),
    };
    let Some(arn) = members.text("role-arn") else {
        let key = match members.text("token") {
            Some(token) => key.with_token(token),
            None => key,
        };
        return Ok(Origin::new(label, Source::Key(key)));
    };
    // As the CLI does, which sends no token along with the pair.
    let role = Role { arn, session_name: members.text("role-session-name"), ..Role::default() };
    Ok(Origin::new(label, Source::Key(key)).assuming(vec![role]))
}

/// A section of the SDKs' ini file.
fn of_ini(path: &Path, name: &str, members: &Members) -> Result<Origin> {
    let part = |part: &str| {
        let broken = || unusable(format!("The section [{name}] of {} has no {part}.", path.display()));
        members.text(part).ok_or_else(broken)
    };
    let key = Credentials::new(part("secret_id")?, part("secret_key")?);
    let key = match members.text("token") {
        Some(token) => key.with_token(token),
        None => key,
    };
    Ok(Origin::new(format!("profile {name:?} ({})", path.display()), Source::Key(key)))
}

const DEFAULT: &str = "default";
/// Where the SDKs look.
const INI: [&str; 2] = ["~/.tencentcloud/credentials", "/etc/tencentcloud/credentials"];
