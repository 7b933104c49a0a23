//! Examples, in the layout of examples/ that provider repositories share.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

/// The example file as a fenced block; an error where there is none: every page has an example.
pub(super) fn required(path: &Path, language: &str) -> anyhow::Result<String> {
    let text = optional(path, language)?;
    text.with_context(|| format!("{} is missing: every page shows an example", path.display()))
}

/// The example file as a fenced block, if there is one.
pub(super) fn optional(path: &Path, language: &str) -> anyhow::Result<Option<String>> {
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = text.replace("\r\n", "\n");
    ensure!(!text.contains("```"), "{} holds a code fence", path.display());
    Ok(Some(format!("```{language}\n{}\n```\n", text.trim_end())))
}
