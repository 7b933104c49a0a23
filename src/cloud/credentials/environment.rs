//! The variables of the environment, as far as credentials are looked for in them; tests bring their own.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// The variables of the environment. One that is empty counts as not set.
#[derive(Clone)]
pub struct Environment(Arc<Variable>);

/// Gives a variable of this name.
type Variable = dyn Fn(&str) -> Option<String> + Send + Sync;

impl Environment {
    /// That of this process.
    pub fn of_process() -> Self {
        Self::new(|name| std::env::var(name).ok())
    }

    /// What `variable` says.
    pub fn new(variable: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(variable))
    }

    /// A variable that is set.
    pub fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether it says yes.
    pub(crate) fn says(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value == "1" || value.eq_ignore_ascii_case("true"))
    }

    /// The first of `names` that is set, and its value.
    pub(crate) fn first(&self, names: &[&'static str]) -> Option<(&'static str, String)> {
        names.iter().find_map(|name| self.get(name).map(|value| (*name, value)))
    }

    /// A path, with the home directory for `~`.
    pub fn path(&self, text: &str) -> PathBuf {
        let home = || self.get("HOME").or_else(|| self.get("USERPROFILE")).map(PathBuf::from);
        match text.strip_prefix('~') {
            Some("") => home().unwrap_or_else(|| text.into()),
            Some(rest) if rest.starts_with(['/', '\\']) => {
                home().map_or_else(|| text.into(), |home| home.join(&rest[1..]))
            }
            _ => text.into(),
        }
    }
}

impl Default for Environment {
    /// One in which nothing is set.
    fn default() -> Self {
        Self::new(|_| None)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment")
    }
}
