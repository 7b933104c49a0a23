//! What Terraform said, from its machine-readable output.

use std::fmt;

use serde_json::Value;

/// An error or a warning as Terraform shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub is_error: bool,
    pub summary: String,
    pub detail: String,
    /// The block it is about, such as `resource "cloudvpn_tencent_connection" "t"`; empty if none.
    pub block: String,
    /// The lines of the configuration it points at; empty if none.
    pub code: String,
}

/// All of a run, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostic {
    fn from_json(value: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            is_error: value["severity"] == "error",
            summary: text(&value["summary"]),
            detail: text(&value["detail"]),
            block: text(&value["snippet"]["context"]),
            code: text(&value["snippet"]["code"]).trim().to_owned(),
        }
    }

    /// Whether it is about this attribute of a block, or about the block itself for the empty path.
    ///
    /// Terraform shows the line of an attribute. For a nested one it shows that of the attribute that it is in, or, from 1.15 on in plans, its
    /// own, and that of the resource where none of them is written: the summary begins with its path. Of a block it shows the member, or the
    /// block itself: there the detail begins so.
    pub fn is_at(&self, path: &str) -> bool {
        let shown = self.code.split(['=', '{']).next().unwrap_or_default().trim();
        if path.is_empty() {
            return self.code.ends_with('{');
        }
        if path.contains(['.', '[']) {
            let named = format!("{path}: ");
            let within = path.split(['.', '[']).any(|part| part == shown);
            return (self.code.ends_with('{') || within)
                && (self.summary.starts_with(&named) || self.detail.starts_with(&named));
        }
        shown == path
    }
}

impl Diagnostics {
    /// Of `terraform validate -json`: one document.
    pub(crate) fn of_document(stdout: &str) -> Self {
        let document: Value = serde_json::from_str(stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"));
        let diagnostics = document["diagnostics"].as_array().into_iter().flatten();
        Self(diagnostics.map(Diagnostic::from_json).collect())
    }

    /// Of `terraform plan -json` and `apply -json`: one message a line.
    pub(crate) fn of_messages(messages: &[Value]) -> Self {
        let diagnostics = messages.iter().filter(|message| message["type"] == "diagnostic");
        Self(diagnostics.map(|message| Diagnostic::from_json(&message["diagnostic"])).collect::<Vec<_>>())
    }

    /// Without the one that says that the provider under test replaces the published one.
    pub(crate) fn without_development_notice(mut self) -> Self {
        self.0.retain(|diagnostic| diagnostic.summary != "Provider development overrides are in effect");
        self
    }

    pub fn errors(&self) -> Vec<&Diagnostic> {
        self.0.iter().filter(|diagnostic| diagnostic.is_error).collect()
    }

    pub fn warnings(&self) -> Vec<&Diagnostic> {
        self.0.iter().filter(|diagnostic| !diagnostic.is_error).collect()
    }

    /// The only error there is.
    pub fn error(&self) -> &Diagnostic {
        match self.errors()[..] {
            [error] => error,
            _ => panic!("one error was expected:\n{self}"),
        }
    }

    /// Those about the resource of this name.
    pub fn of(&self, name: &str) -> Self {
        let quoted = format!("{name:?}");
        Self(self.0.iter().filter(|diagnostic| diagnostic.block.ends_with(&quoted)).cloned().collect())
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = if self.is_error { "error" } else { "warning" };
        write!(f, "{severity}: {}: {}\n    in {}: {}", self.summary, self.detail, self.block, self.code)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|diagnostic| writeln!(f, "{diagnostic}"))
    }
}
