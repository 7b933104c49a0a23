//! Whole pages: front matter, introduction, example, schema, import.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use cloudvpn::framework::schema::Schema;
use cloudvpn::provider::permissions::Part;

use super::{examples, permissions, schema};

/// A kind of thing that has a schema and a page.
pub(super) struct Kind {
    /// In titles.
    title: &'static str,
    /// Below docs/ and examples/.
    directory: &'static str,
    /// Below the directory of its type in examples/.
    example: &'static str,
    importable: bool,
    /// What it is where permissions are concerned.
    part: Option<Part>,
}

pub(super) const RESOURCE: Kind = Kind {
    title: "Resource",
    directory: "resources",
    example: "resource.tf",
    importable: true,
    part: Some(Part::Resource),
};
pub(super) const DATA_SOURCE: Kind = Kind {
    title: "Data Source",
    directory: "data-sources",
    example: "data-source.tf",
    importable: false,
    part: Some(Part::DataSource),
};
pub(super) const EPHEMERAL_RESOURCE: Kind = Kind {
    title: "Ephemeral Resource",
    directory: "ephemeral-resources",
    example: "ephemeral-resource.tf",
    importable: false,
    part: Some(Part::EphemeralResource),
};
pub(super) const LIST_RESOURCE: Kind = Kind {
    title: "List Resource",
    directory: "list-resources",
    example: "list-resource.tfquery.hcl",
    importable: false,
    part: None,
};
pub(super) const ACTION: Kind =
    Kind { title: "Action", directory: "actions", example: "action.tf", importable: false, part: None };

impl Kind {
    /// The page of a type, below docs/: its file is named without the provider's prefix.
    pub(super) fn path(&self, name: &str) -> anyhow::Result<PathBuf> {
        let short = name.strip_prefix(PREFIX).with_context(|| format!("{name} does not begin with {PREFIX}"))?;
        Ok(Path::new(self.directory).join(format!("{short}.md")))
    }
}

/// docs/index.md; `by_hand` is what no schema tells.
pub(super) fn index(provider: &Schema, examples: &Path, guides: &str, by_hand: &str) -> anyhow::Result<String> {
    let description = &provider.block.description;
    let example = examples::required(&examples.join("provider/provider.tf"), "terraform")?;
    let mut page = front_matter("cloudvpn Provider", None, description);
    let description = description.trim();
    write!(
        page,
        "# cloudvpn Provider\n\n{description}\n\n## Example Usage\n\n{example}\n{guides}{}\n\n",
        by_hand.trim()
    )?;
    page.push_str(&schema::block(&provider.block));
    Ok(finish(page))
}

/// The page of anything that has a schema.
pub(super) fn object(kind: &Kind, name: &str, schema: &Schema, examples: &Path) -> anyhow::Result<String> {
    let description = &schema.block.description;
    let directory = examples.join(kind.directory).join(name);
    let example = examples::required(&directory.join(kind.example), "terraform")?;

    let mut page = front_matter(&format!("{name} {} - cloudvpn", kind.title), Some(subcategory(name)), description);
    write!(page, "# {name} ({})\n\n{}\n\n", kind.title, description.trim())?;
    if let Some(deprecated) = &schema.block.deprecated {
        write!(page, "~> **Deprecated** {deprecated}\n\n")?;
    }
    let further = examples::further(&directory, &[kind.example, BY_ID, BY_IDENTITY])?;
    write!(page, "## Example Usage\n\n{example}\n{further}")?;
    page.push_str(&schema::block(&schema.block));
    if kind.importable {
        page.push_str(&import(&directory)?);
    }
    if let Some(part) = kind.part {
        page.push_str(&permissions::section(part, name));
    }
    Ok(finish(page))
}

pub(super) fn front_matter(title: &str, subcategory: Option<&str>, description: &str) -> String {
    let mut text = format!("---\npage_title: \"{title}\"\n");
    // The registry allows no subcategory on the index page.
    if let Some(subcategory) = subcategory {
        let _ = writeln!(text, "subcategory: \"{subcategory}\"");
    }
    text.push_str("description: |-\n");
    for line in description.trim().lines().take_while(|line| !line.trim().is_empty()) {
        let _ = writeln!(text, "  {}", line.trim().replace('`', ""));
    }
    text + "---\n\n"
}

/// Exactly one line end at the end.
pub(super) fn finish(page: String) -> String {
    page.trim_end().to_owned() + "\n"
}

/// How to import, from whichever of the three examples there are.
fn import(directory: &Path) -> anyhow::Result<String> {
    let by_id = examples::optional(&directory.join(BY_ID), "terraform")?;
    let by_identity = examples::optional(&directory.join(BY_IDENTITY), "terraform")?;
    let command = examples::optional(&directory.join("import.sh"), "shell")?;

    let mut text = String::new();
    for (introduction, example) in [
        ("With an `import` block (Terraform 1.5 and later, OpenTofu):", by_id),
        ("With an `import` block by identity (Terraform 1.12 and later):", by_identity),
        ("With the command `terraform import`:", command),
    ] {
        if let Some(example) = example {
            write!(text, "{introduction}\n\n{example}\n")?;
        }
    }
    Ok(if text.is_empty() { text } else { format!("## Import\n\n{text}") })
}

/// The group of a page in the registry's navigation.
fn subcategory(name: &str) -> &'static str {
    let cloud = |cloud: &str| name.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with(cloud));
    match () {
        () if cloud("tencent_") => "Tencent Cloud",
        () if cloud("alibaba_") => "Alibaba Cloud",
        () => "",
    }
}

const PREFIX: &str = "cloudvpn_";

const BY_ID: &str = "import-by-string-id.tf";
const BY_IDENTITY: &str = "import-by-identity.tf";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lie_where_the_registry_looks() {
        assert_eq!(RESOURCE.path("cloudvpn_tencent_connection").unwrap(), Path::new("resources/tencent_connection.md"));
        assert_eq!(DATA_SOURCE.path("cloudvpn_a").unwrap(), Path::new("data-sources/a.md"));
        assert!(RESOURCE.path("tencentcloud_vpn").is_err());
    }

    #[test]
    fn the_front_matter_has_the_first_paragraph_only() {
        let text = front_matter("t", Some("s"), "One `a`\nline.\n\nMore.");
        assert_eq!(text, "---\npage_title: \"t\"\nsubcategory: \"s\"\ndescription: |-\n  One a\n  line.\n---\n\n");
        assert!(!front_matter("t", None, "d").contains("subcategory"));
    }

    #[test]
    fn a_page_without_its_example_is_an_error() {
        let examples = tempfile::tempdir().unwrap();
        let error = object(&RESOURCE, "cloudvpn_tencent_x", &Schema::default(), examples.path()).unwrap_err();
        assert!(error.to_string().contains("resource.tf is missing"), "{error}");
    }

    #[test]
    fn import_shows_the_examples_there_are() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(import(directory.path()).unwrap(), "");
        std::fs::write(directory.path().join("import.sh"), "terraform import a.b c\n").unwrap();
        let text = import(directory.path()).unwrap();
        assert!(text.starts_with("## Import\n"), "{text}");
        assert!(text.contains("```shell\nterraform import a.b c\n```\n"), "{text}");
        assert!(!text.contains("block"), "{text}");
    }
}
