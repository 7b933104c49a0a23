//! Credentials in the provider block: what both clouds have alike.

use std::time::Duration;

use crate::cloud::{self, Base, Credentials, Environment, Token};
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{List, Secret, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::validators::{Finding, parse_duration};

/// What the parts of a cloud's credentials are called.
pub(super) struct Names {
    /// The block of the cloud.
    pub(super) block: &'static str,
    /// The parts of a key: its id, its secret, the token of a temporary one.
    pub(super) key: [&'static str; 3],
    /// The variables of the first two.
    pub(super) variables: [&'static str; 2],
    /// All variables that a key's id may be in.
    pub(super) ids: &'static [&'static str],
    /// The other sources of a first key.
    pub(super) sources: &'static [&'static str],
    /// What else decides about the key that calls are signed with.
    pub(super) others: &'static [&'static str],
}

/// Checks what needs more than one member of the block: a key is whole, and there is one source of it.
pub(super) fn check(names: &Names, block: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let set = |name: &str| !block.get(name).is_null() && !block.get(name).is_unknown();
    let [id, secret, _] = names.key;
    let of_key = names.key.iter().copied().find(|name| set(name));
    if let Some(given) = of_key
        && let Some(missing) = [id, secret].into_iter().find(|name| block.get(name).is_null())
    {
        let [id_variable, secret_variable] = names.variables;
        let detail = format!(
            "{given} is set, {missing} is not. A key stands here whole, or not at all: {id_variable} and {secret_variable}, or any other \
             source, are used only without a part of one here. Set {id} and {secret} both, or neither."
        );
        diagnostics.error(path.attribute(missing), "Incomplete credentials", detail);
    }
    let mut sources = of_key.map(|_| id).into_iter().chain(names.sources.iter().copied().filter(|name| set(name)));
    let Some(first) = sources.next() else { return };
    for second in sources {
        let detail = format!(
            "{first} says where the first key comes from, and so does {second}. One of them has to go: the keys of two identities never \
             take turns. A role that is assumed with the first key is another matter: that is assume_role."
        );
        diagnostics.error(path.attribute(second), "Two sources of credentials", detail);
    }
}

/// Warns where the block takes the place of a key that stands in the environment.
pub(super) fn conflict(names: &Names, block: &Raw, env: &Environment) -> Option<Diagnostic> {
    let source = names.sources.iter().find(|name| !block.get(name).is_null())?;
    let variable = names.ids.iter().find(|name| env.get(name).is_some())?;
    let detail = format!(
        "The provider block says where keys come from ({source}), and {variable} is set as well. The block counts, and the key in the \
         environment is not used."
    );
    Some(Diagnostic::warning("Configuration conflict detected", detail).at(Path::of([names.block, source])))
}

/// The first member that decides about keys and is not known.
pub(super) fn first_unknown(names: &Names, block: &Raw) -> Option<&'static str> {
    let mut members = names.key.iter().chain(names.sources).chain(names.others);
    members.find(|name| !block.get(name).is_wholly_known()).copied()
}

/// The key of the block, if it has one.
pub(super) fn key(id: Value<String>, secret: Value<Secret>, token: Value<Secret>) -> Option<Base> {
    let key = Credentials::new(id.into_known()?, secret.into_known()?.expose());
    Some(Base::Key(match token.into_known() {
        Some(token) => key.with_token(token.expose()),
        None => key,
    }))
}

pub(super) fn token(text: Value<Secret>, file: Value<String>, env: &Environment) -> Option<Token> {
    match (text.into_known(), file.into_known()) {
        (Some(text), _) => Some(Token::Text(text.expose().into())),
        (None, Some(file)) => Some(Token::File(env.path(&file))),
        (None, None) => None,
    }
}

pub(super) fn duration(text: Value<String>) -> Option<Duration> {
    parse_duration(text.as_deref()?)
}

/// The known elements of a list.
pub(super) fn elements<T>(list: Value<List<T>>) -> Vec<T> {
    list.into_known().unwrap_or_default().into_iter().filter_map(Value::into_known).collect()
}

/// JSON, as policies are written in.
pub(super) fn policy(value: &Raw) -> Result<(), Finding> {
    let text = value.as_str().unwrap_or_default();
    if cloud::is_json_object(text) {
        return Ok(());
    }
    Err(Finding::error("Invalid policy", "A policy is a JSON object: jsonencode() writes one."))
}

/// A text of letters, digits and `more`, of this length.
pub(super) fn words(
    value: &Raw,
    what: &str,
    more: &str,
    length: std::ops::RangeInclusive<usize>,
) -> Result<(), Finding> {
    let text = value.as_str().unwrap_or_default();
    let fits = |c: char| c.is_ascii_alphanumeric() || more.contains(c);
    if length.contains(&text.chars().count()) && text.chars().all(fits) {
        return Ok(());
    }
    let (least, most) = length.into_inner();
    let more: Vec<_> = more.chars().map(String::from).collect();
    let detail = format!("{what} has {least} to {most} characters: letters, digits and {}.", more.join(" "));
    Err(Finding::error("Invalid value", detail))
}

/// A duration that a session may have.
pub(super) fn session(value: &Raw, least: Duration) -> Result<(), Finding> {
    let text = value.as_str().unwrap_or_default();
    match parse_duration(text) {
        Some(duration) if duration < least || duration > LONGEST => Err(Finding::error(
            "Invalid duration",
            format!("A session lasts from {} minutes to 12 hours.", least.as_secs() / 60),
        )),
        Some(duration) if duration.subsec_nanos() > 0 => {
            Err(Finding::error("Invalid duration", "A session lasts for whole seconds."))
        }
        // Another check says so.
        _ => Ok(()),
    }
}

pub(super) fn account(value: &Raw) -> Result<(), Finding> {
    let text = value.as_str().unwrap_or_default();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(Finding::error("Invalid account", format!("{text:?} is not the number of an account.")))
}

const LONGEST: Duration = Duration::from_secs(12 * 3600);
