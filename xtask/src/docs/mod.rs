//! `cargo xtask docs`: the registry's documentation, from the schema that Terraform gets and the examples.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Args;
use cloudvpn::framework::server::{ProviderSchema, Server};

use crate::workspace;

mod examples;
mod function;
mod guides;
mod members;
mod page;
mod permissions;
mod schema;
mod value;

#[derive(Args)]
pub(crate) struct Options {
    /// Write nothing; fail if a page is missing, out of date or left over.
    #[arg(long)]
    check: bool,
}

/// Pages by their path below docs/.
type Pages = BTreeMap<PathBuf, String>;

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let root = workspace::root();
    let schema = Server::new(cloudvpn::provider::Cloudvpn).schema();
    ensure!(!schema.diagnostics.has_errors(), "the schema is invalid: {:?}", schema.diagnostics);

    let docs = root.join("docs");
    let by_hand = root.join("templates/index.md");
    let by_hand = fs::read_to_string(&by_hand).with_context(|| format!("cannot read {}", by_hand.display()))?;
    let pages = pages(&schema, &root.join("examples"), &docs.join("guides"), &by_hand.replace("\r\n", "\n"))?;
    let differences = differences(&pages, &docs)?;
    if options.check {
        ensure!(
            differences.is_empty(),
            "docs/ is not what the schema and examples/ say:\n{}\nRun `cargo xtask docs` and commit what it writes.",
            differences.values().map(String::as_str).collect::<Vec<_>>().join("\n")
        );
        println!("docs/ is up to date, {} pages", pages.len());
        return Ok(());
    }
    for (path, difference) in &differences {
        let file = docs.join(path);
        match pages.get(path) {
            Some(text) => write(&file, text)?,
            None => fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?,
        }
        println!("{difference}");
    }
    println!("{} pages, {} written", pages.len(), differences.len());
    Ok(())
}

fn pages(schema: &ProviderSchema, examples: &Path, guides: &Path, by_hand: &str) -> anyhow::Result<Pages> {
    let mut pages = Pages::new();
    let permissions = permissions::guide();
    // Its tables are generated, the rest is by hand.
    let members = guides.join(members::GUIDE);
    if members.exists() {
        let text = fs::read_to_string(&members).with_context(|| format!("cannot read {}", members.display()))?;
        pages.insert(Path::new("guides").join(members::GUIDE), members::guide(&text.replace("\r\n", "\n"))?);
    }
    let guides = guides::section(guides, &[(permissions::GUIDE, &permissions)])?;
    pages.insert("index.md".into(), page::index(&schema.provider, examples, &guides, by_hand)?);
    pages.insert(Path::new("guides").join(permissions::GUIDE), permissions);
    for (kind, schemas) in [
        (&page::RESOURCE, &schema.resources),
        (&page::DATA_SOURCE, &schema.data_sources),
        (&page::EPHEMERAL_RESOURCE, &schema.ephemeral_resources),
        (&page::LIST_RESOURCE, &schema.list_resources),
        (&page::ACTION, &schema.actions),
    ] {
        for (name, schema) in schemas {
            pages.insert(kind.path(name)?, page::object(kind, name, schema, examples)?);
        }
    }
    for (name, signature) in &schema.functions {
        pages.insert(format!("functions/{name}.md").into(), function::page(name, signature, examples)?);
    }
    Ok(pages)
}

/// What is not as it should be, by path: pages that differ or are missing, and files that are no page. Other guides are written by hand.
fn differences(pages: &Pages, docs: &Path) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let mut differences = BTreeMap::new();
    for (path, expected) in pages {
        let file = docs.join(path);
        if !file.exists() {
            differences.insert(path.clone(), format!("  missing: docs/{}", path.display()));
            continue;
        }
        let found = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        if let Some(place) = first_difference(&found, expected) {
            differences.insert(path.clone(), format!("  out of date: docs/{}{place}", path.display()));
        }
    }
    for path in files(docs)? {
        let path = path.strip_prefix(docs).expect("it was found below docs/").to_owned();
        if !pages.contains_key(&path) && !path.starts_with("guides") {
            let text = format!("  left over: docs/{}", path.display());
            differences.insert(path, text);
        }
    }
    Ok(differences)
}

/// Where two texts part, shown as a diff of one line; `None` if they do not.
fn first_difference(found: &str, expected: &str) -> Option<String> {
    // Git may check files out with the line ends of Windows.
    let found = found.replace("\r\n", "\n");
    if found == expected {
        return None;
    }
    let number = found.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
    let line = |text: &str| text.lines().nth(number).unwrap_or("(end of file)").to_owned();
    Some(format!(", line {}\n    - {}\n    + {}", number + 1, line(&found), line(expected)))
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let Some(directory) = file.parent() else { bail!("{} has no directory", file.display()) };
    fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

fn files(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !directory.exists() {
        return Ok(found);
    }
    for entry in fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_changed_and_surplus_pages_differ_and_guides_do_not() {
        let docs = tempfile::tempdir().unwrap();
        write(&docs.path().join("index.md"), "a\nold\n").unwrap();
        write(&docs.path().join("resources/gone.md"), "x").unwrap();
        write(&docs.path().join("resources/same.md"), "same\r\n").unwrap();
        write(&docs.path().join("guides/start.md"), "by hand").unwrap();
        let pages = Pages::from([
            ("index.md".into(), "a\nnew\n".to_owned()),
            ("resources/same.md".into(), "same\n".to_owned()),
            ("resources/new.md".into(), "x".to_owned()),
        ]);

        let differences: Vec<_> = differences(&pages, docs.path()).unwrap().into_values().collect();
        assert_eq!(
            differences,
            [
                "  out of date: docs/index.md, line 2\n    - old\n    + new",
                "  left over: docs/resources/gone.md",
                "  missing: docs/resources/new.md",
            ]
        );
    }

    #[test]
    fn every_resource_shows_its_identity_as_it_is() {
        let schema = Server::new(cloudvpn::provider::Cloudvpn).schema();
        assert_eq!(schema.identities.len(), schema.resources.len());
        for (name, identity) in &schema.identities {
            let file = workspace::root().join("examples/resources").join(name).join("import-by-identity.tf");
            let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            assert!(text.contains(&format!("to = {name}.")), "{}", file.display());
            let members = text.split_once("identity = {").unwrap().1.split('}').next().unwrap();
            let shown: Vec<_> = members.lines().filter_map(|line| Some(line.split_once(" = ")?.0.trim())).collect();
            let all: Vec<_> = identity.attributes.iter().map(|attribute| attribute.name.to_string()).collect();
            assert_eq!(shown, all, "{}", file.display());
        }
    }

    #[test]
    fn a_text_that_only_goes_on_differs() {
        assert_eq!(first_difference("a\n", "a\nb\n").unwrap(), ", line 2\n    - (end of file)\n    + b");
        assert!(first_difference("a", "a\n").is_some());
    }
}
