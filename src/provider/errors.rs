//! Errors of the clouds as diagnostics: what failed, what the cloud said, what to do.

use crate::cloud::Error;
use crate::framework::diagnostics::Diagnostic;
use crate::framework::path::Path;

/// The diagnostic of a failed call or wait. `summary` says what was being done; `attribute` finds the attribute that an error code is
/// about. An error that is not about what was being done, but about the credentials for it, has a summary of its own.
pub(super) fn diagnostic(summary: &str, error: &Error, attribute: impl Fn(&str) -> Option<Path>) -> Diagnostic {
    Diagnostic::error(error.headline().unwrap_or(summary), detail(error))
        .at(error.code().and_then(attribute).unwrap_or_default())
}

fn detail(error: &Error) -> String {
    let mut detail = format!("{error}.");
    if let Some(hint) = error.hint() {
        detail.push_str("\n\n");
        detail.push_str(hint);
    }
    detail
}
