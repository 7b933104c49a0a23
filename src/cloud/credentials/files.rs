//! Files with profiles. Nothing is ever written to them: other programs keep them, with members that we do not know.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use configparser::ini::{Ini, IniDefault};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::cloud::credentials::unusable;
use crate::cloud::error::Result;

/// What is in a file with profiles.
pub(crate) enum Content {
    Json(Value),
    Ini(Sections),
}

/// The sections of an ini file, each with its members.
pub(crate) type Sections = BTreeMap<String, Members>;

/// The members of a profile that are texts or numbers, whatever it is written in. Has no `Debug`.
#[derive(Default)]
pub(crate) struct Members(BTreeMap<String, SecretString>);

/// Reads a file; none if there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<Content>> {
    let text = match text(path) {
        Ok(text) => {
            if others_may_read(path) {
                let path = path.display();
                tracing::warn!("{path} has keys in it, and others on this machine may read it: chmod 600 {path}");
            }
            text
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(format!("{} cannot be read: {error}.", path.display()))),
    };
    // One variable names the one kind of file for one program and the other for another: only the content tells.
    let content = if text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).starts_with('{') {
        serde_json::from_str(text.trim_start_matches('\u{feff}')).ok().map(Content::Json)
    } else {
        sections(text).map(Content::Ini)
    };
    // What is wrong is not quoted: it may be a key.
    content.map(Some).ok_or_else(|| {
        unusable(format!("{} is neither JSON nor an ini file with [sections] of profiles.", path.display()))
    })
}

/// A text file of reasonable length.
pub(crate) fn text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
}

/// The mode of files with keys is 0600 where programs write them with care.
#[cfg(unix)]
fn others_may_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_may_read(_path: &Path) -> bool {
    false
}

fn sections(text: String) -> Option<Sections> {
    let mut defaults = IniDefault::default();
    defaults.case_sensitive = true;
    // A section that is called default is one like the others, and a secret may have any character.
    defaults.default_section = OUTSIDE.to_owned();
    defaults.delimiters = vec!['='];
    defaults.enable_inline_comments = false;
    let empty = text.trim().is_empty();
    let sections = Ini::new_from_defaults(defaults).read(text).ok()?;
    let sections = sections.into_iter().filter(|(name, _)| name != OUTSIDE);
    let sections: Sections = sections.map(|(name, members)| (name, members.into_iter().collect())).collect();
    (empty || !sections.is_empty()).then_some(sections)
}

impl FromIterator<(String, Option<String>)> for Members {
    fn from_iter<I: IntoIterator<Item = (String, Option<String>)>>(members: I) -> Self {
        let set = members.into_iter().filter_map(|(name, value)| Some((name, value?.trim().to_owned())));
        Self(set.map(|(name, value)| (name, value.into())).collect())
    }
}

impl Members {
    /// Those of an object.
    pub(crate) fn of(object: &Value) -> Self {
        let members = object.as_object().into_iter().flatten();
        members
            .map(|(name, value)| {
                let text = match value {
                    Value::String(text) => Some(text.clone()),
                    Value::Number(number) => Some(number.to_string()),
                    Value::Bool(flag) => Some(flag.to_string()),
                    _ => None,
                };
                (name.clone(), text)
            })
            .collect()
    }

    /// A member that says something. `tccli configure` writes `None` where nothing was answered.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(ExposeSecret::expose_secret).filter(|value| !value.is_empty() && *value != "None")
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.parse().ok()
    }
}

/// What stands before the first section.
const OUTSIDE: &str = "\0";
const LARGEST: u64 = 1 << 20;
