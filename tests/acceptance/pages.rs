//! The pages: the examples that docs/ shows are valid, and links lead somewhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::guides::without_other_providers;
use crate::harness::{Diagnostic, Workspace, hcl};

#[test]
fn every_example_of_a_page_is_valid() {
    let mut checked = 0;
    for (kind, file) in KINDS {
        for directory in directories(&root().join("examples").join(kind)) {
            let mut configuration = fs::read_to_string(directory.join(file)).unwrap();
            // The others of the same page go on where the first one ends.
            for other in others(&directory, file) {
                configuration.push_str(&without_other_providers(&fs::read_to_string(other).unwrap()));
            }
            if FOREIGN.iter().any(|foreign| configuration.contains(foreign)) {
                continue;
            }
            let ws = Workspace::new();
            ws.write(hcl([&configuration]));
            let diagnostics = ws.validate();
            // A page need not show what its object belongs to.
            let wrong = |error: &&Diagnostic| error.summary != "Reference to undeclared resource";
            assert!(!diagnostics.errors().iter().any(wrong), "{}:\n{diagnostics}", directory.display());
            checked += 1;
        }
    }
    assert!(checked > 5, "{checked} examples were checked");
}

#[test]
fn links_between_the_pages_lead_to_files_and_headings() {
    let mut links = 0;
    for (page, text) in pages() {
        let directory = page.parent().unwrap();
        for target in targets(&text) {
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { page.clone() } else { directory.join(file) };
            assert!(file.exists(), "{}: {target} leads nowhere", page.display());
            if !heading.is_empty() {
                let text = fs::read_to_string(&file).unwrap();
                assert!(anchors(&text).any(|anchor| anchor == heading), "{}: no heading {target}", page.display());
            }
            links += 1;
        }
    }
    assert!(links > 20, "{links} links were found");
}

#[test]
fn targets_are_those_of_links_within_the_repository() {
    let text = "[a](x/y.md) and [b](https://example.com) and `f[0](z)`\n```\n[c](in/code)\n```\n![d](e.svg)\n[f](#g)";
    assert_eq!(targets(text).collect::<Vec<_>>(), ["x/y.md", "e.svg", "#g"]);
}

/// All pages by hand or generated, with their texts.
fn pages() -> BTreeMap<PathBuf, String> {
    let mut pages = BTreeMap::new();
    let mut read = |path: PathBuf| {
        if path.extension().is_some_and(|extension| extension == "md") {
            let text = fs::read_to_string(&path).unwrap();
            pages.insert(path, text);
        }
    };
    let mut below = vec![root().join("docs"), root().join("examples")];
    for entry in [root(), root().join("mock")].iter().flat_map(|directory| fs::read_dir(directory).unwrap()) {
        read(entry.unwrap().path());
    }
    while let Some(directory) = below.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { below.push(path) } else { read(path) }
        }
    }
    pages
}

/// Where links lead that stay in the repository. Code has none.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    let prose = text.split("```").step_by(2).flat_map(|part| part.split('`').step_by(2));
    let targets = prose.flat_map(|part| part.split("](").skip(1).filter_map(|rest| rest.split(')').next()));
    targets.filter(|target| !target.contains("://"))
}

/// What a link can have behind `#`: headings as the registry and GitHub name them, and anchors.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| {
        let kept = line.trim_start_matches('#').trim().to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-' || *c == '_');
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    });
    let named = text.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
    headings.chain(named)
}

/// The further examples of a page.
fn others(directory: &Path, file: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    files
        .filter(|path| name(path).ends_with(".tf") && name(path) != file && !name(path).starts_with("import"))
        .collect()
}

fn directories(of: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(of) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The directories of examples/ that belong to pages, and the file that is shown.
const KINDS: [(&str, &str); 3] = [
    ("resources", "resource.tf"),
    ("data-sources", "data-source.tf"),
    ("ephemeral-resources", "ephemeral-resource.tf"),
];

/// Other providers' resources in examples, whose schemas are not here.
const FOREIGN: [&str; 1] = ["resource \"vault_"];
