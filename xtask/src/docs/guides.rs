//! The guides, most of them written by hand: their titles and descriptions, for the index.

use std::fs;
use std::path::Path;

use anyhow::Context;

/// A section that lists the guides in a directory and those that are generated, by title; nothing if there are none.
pub(super) fn section(directory: &Path, generated: &[(&str, &str)]) -> anyhow::Result<String> {
    let mut lines = generated.iter().map(|(name, text)| line(name, text)).collect::<anyhow::Result<Vec<_>>>()?;
    if directory.exists() {
        for entry in fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.ends_with(".md") && generated.iter().all(|(generated, _)| *generated != name) {
                let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                lines.push(line(&name, &text)?);
            }
        }
    }
    lines.sort();
    Ok(if lines.is_empty() { String::new() } else { format!("## Guides\n\n{}\n\n", lines.join("\n")) })
}

fn line(name: &str, text: &str) -> anyhow::Result<String> {
    let of = |field_name| field(text, field_name).with_context(|| format!("the guide {name} has no {field_name}"));
    Ok(format!("- [{}](guides/{name}): {}", of("page_title")?, of("description")?))
}

/// A field of the front matter: a quoted text behind its name, or indented lines below it.
fn field(text: &str, name: &str) -> Option<String> {
    let matter = text.strip_prefix("---")?.split("\n---").next()?;
    let mut lines = matter.lines().skip_while(|line| !line.starts_with(&format!("{name}:")));
    let value = lines.next()?[name.len() + 1..].trim();
    if value != "|-" {
        return Some(value.trim_matches('"').to_owned());
    }
    let below: Vec<_> = lines.take_while(|line| line.starts_with(' ')).map(str::trim).collect();
    Some(below.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guides_are_listed_by_title_with_either_form_of_description() {
        let directory = tempfile::tempdir().unwrap();
        let write = |name, text| fs::write(directory.path().join(name), text).unwrap();
        write("z.md", "---\npage_title: \"Apples\"\ndescription: \"Red: and green.\"\n---\n\n# Apples\n");
        write("a.md", "---\npage_title: \"Pears\"\ndescription: |-\n  One line,\n  and another.\n---\n");
        write("figure.svg", "<svg/>");
        assert_eq!(
            section(directory.path(), &[]).unwrap(),
            "## Guides\n\n- [Apples](guides/z.md): Red: and green.\n- [Pears](guides/a.md): One line, and another.\n\n"
        );
        let plums = "---\npage_title: \"Plums\"\ndescription: \"Blue.\"\n---\n";
        let with = section(directory.path(), &[("a.md", plums)]).unwrap();
        assert!(with.contains("[Plums](guides/a.md): Blue.") && !with.contains("Pears"), "{with}");
        assert_eq!(section(&directory.path().join("none"), &[]).unwrap(), "");
    }

    #[test]
    fn a_guide_without_a_title_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("a.md"), "# Pears\n").unwrap();
        assert!(section(directory.path(), &[]).unwrap_err().to_string().contains("page_title"));
    }
}
