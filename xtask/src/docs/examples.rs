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

/// The other examples of a page, each under the first line of its file, a comment: `.tf` files but those that `shown` names.
pub(super) fn further(directory: &Path, shown: &[&str]) -> anyhow::Result<String> {
    let mut names = Vec::new();
    if directory.exists() {
        for entry in fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".tf") && !shown.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    names.sort();
    let sections = names.iter().map(|name| {
        let path = directory.join(name);
        let block = required(&path, "terraform")?;
        let title = block.lines().nth(1).and_then(|line| line.strip_prefix("# "));
        let title = title
            .with_context(|| format!("{} does not begin with a comment that says what it shows", path.display()))?;
        Ok(format!("### {title}\n\n{}\n", block.replacen(&format!("# {title}\n"), "", 1)))
    });
    sections.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_examples_have_their_first_line_as_their_title() {
        let directory = tempfile::tempdir().unwrap();
        let write = |name, text| fs::write(directory.path().join(name), text).unwrap();
        write("resource.tf", "resource \"a\" \"b\" {}\n");
        write("bgp.tf", "# With BGP\nresource \"a\" \"c\" {}\n");
        write("import.sh", "terraform import a.b c\n");
        let text = further(directory.path(), &["resource.tf"]).unwrap();
        assert_eq!(text, "### With BGP\n\n```terraform\nresource \"a\" \"c\" {}\n```\n\n");
        write("silent.tf", "resource \"a\" \"d\" {}\n");
        assert!(further(directory.path(), &["resource.tf"]).unwrap_err().to_string().contains("silent.tf"));
        assert_eq!(further(&directory.path().join("none"), &[]).unwrap(), "");
    }
}
