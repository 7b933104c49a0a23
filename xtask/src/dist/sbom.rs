//! The bill of materials of a release: what is linked into the provider, in CycloneDX 1.6 (ECMA-424).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, ensure};
use serde_json::{Map, Value, json};

use crate::workspace::{self, PROVIDER};

/// The document for a target. The same sources give the same bytes: there is no date in it, and no number of its own.
pub(super) fn document(triple: &str) -> anyhow::Result<Value> {
    let lock = fs::read_to_string(workspace::root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let metadata = workspace::metadata(&["--locked", "--filter-platform", triple])?;
    describe(&metadata, &linked(triple)?, &checksums(&lock))
}

/// Names and versions of what is linked for a target. Not of `cargo metadata`, where features are those of the whole workspace.
fn linked(triple: &str) -> anyhow::Result<BTreeSet<(String, String)>> {
    let arguments = ["--edges", "normal,no-proc-macro", "--target", triple, "--prefix", "none", "--format", "{p}"];
    let text = workspace::tree(&[&arguments[..], &["--locked"]].concat())?;
    let packages = text.lines().filter_map(|line| {
        let (name, version) = line.split_once(" v")?;
        Some((name.to_owned(), version.split_whitespace().next()?.to_owned()))
    });
    let packages: BTreeSet<_> = packages.collect();
    ensure!(packages.len() > 1, "cargo tree listed nothing");
    Ok(packages)
}

fn describe(
    metadata: &Value,
    linked: &BTreeSet<(String, String)>,
    checksums: &BTreeMap<(String, String), String>,
) -> anyhow::Result<Value> {
    let mut components = BTreeMap::new();
    let mut provider = None;
    // By cargo's ids, which the graph below speaks of.
    let mut references = BTreeMap::new();
    for package in metadata["packages"].as_array().context("cargo metadata names no packages")? {
        let key = (text(package, "name")?.to_owned(), text(package, "version")?.to_owned());
        if !linked.contains(&key) {
            continue;
        }
        let component = component(package, checksums.get(&key))?;
        references.insert(text(package, "id")?, text(&component, "bom-ref")?.to_owned());
        if key.0 == PROVIDER {
            provider = Some(component);
        } else {
            components.insert(key, component);
        }
    }
    let missing = linked.iter().filter(|key| key.0 != PROVIDER && !components.contains_key(*key)).collect::<Vec<_>>();
    ensure!(missing.is_empty(), "cargo metadata does not describe {missing:?}");

    let mut dependencies = BTreeMap::new();
    for node in metadata["resolve"]["nodes"].as_array().context("cargo metadata has no graph")? {
        let Some(reference) = references.get(text(node, "id")?) else { continue };
        let all = node["deps"].as_array().into_iter().flatten().filter(|dep| is_normal(dep));
        let on: BTreeSet<_> = all.filter_map(|dep| references.get(dep["pkg"].as_str()?)).collect();
        dependencies.insert(reference, json!({ "ref": reference, "dependsOn": on }));
    }
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": provider.context("cargo metadata does not describe the provider")? },
        "components": components.into_values().collect::<Vec<_>>(),
        "dependencies": dependencies.into_values().collect::<Vec<_>>(),
    }))
}

fn component(package: &Value, checksum: Option<&String>) -> anyhow::Result<Value> {
    let (name, version) = (text(package, "name")?, text(package, "version")?);
    // Semantic versions may have a `+`, which a package URL does not take as it is.
    let purl = format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"));
    let mut component = Map::new();
    let mut put = |key: &str, value: Value| component.insert(key.to_owned(), value);
    put("type", json!(if name == PROVIDER { "application" } else { "library" }));
    put("bom-ref", json!(purl));
    put("name", json!(name));
    put("version", json!(version));
    if let Some(description) = package["description"].as_str() {
        put("description", json!(description.trim()));
    }
    if let Some(checksum) = checksum {
        put("hashes", json!([{ "alg": "SHA-256", "content": checksum }]));
    }
    if let Some(license) = package["license"].as_str() {
        // Old crates write "MIT/Apache-2.0".
        put("licenses", json!([{ "expression": license.replace('/', " OR ") }]));
    }
    // Only what comes of the registry can be found there.
    if package["source"].is_string() {
        put("purl", json!(purl));
    }
    if let Some(repository) = package["repository"].as_str() {
        put("externalReferences", json!([{ "type": "vcs", "url": repository }]));
    }
    Ok(Value::Object(component))
}

/// Neither of a build script nor of tests alone.
fn is_normal(dependency: &Value) -> bool {
    dependency["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"].is_null())
}

/// The checksums of Cargo.lock, by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let value = |block: &str, key: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""))?;
        Some(line.strip_suffix('"')?.to_owned())
    };
    let blocks = lock.split("[[package]]").skip(1);
    let packages =
        blocks.filter_map(|block| Some(((value(block, "name")?, value(block, "version")?), value(block, "checksum")?)));
    packages.collect()
}

fn text<'a>(value: &'a Value, key: &str) -> anyhow::Result<&'a str> {
    value[key].as_str().with_context(|| format!("there is no {key} in {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bill_lists_what_is_linked_and_what_that_depends_on() {
        let bill = document(super::super::HOST).unwrap();
        let components = bill["components"].as_array().unwrap();
        let named = |name: &str| components.iter().find(|component| component["name"] == name);
        let rustls = named("rustls").expect("the provider links rustls");
        assert_eq!(rustls["hashes"][0]["content"].as_str().unwrap().len(), 64);
        assert!(rustls["purl"].as_str().unwrap().starts_with("pkg:cargo/rustls@"));
        // Neither what only builds, tests or derives, nor the mock.
        for absent in ["protox", "insta", "serde_derive", "cloudvpn-mock", "clap"] {
            assert_eq!(named(absent), None);
        }
        let own = &bill["metadata"]["component"]["bom-ref"];
        let graph = bill["dependencies"].as_array().unwrap();
        let on = &graph.iter().find(|node| node["ref"] == *own).unwrap()["dependsOn"];
        assert!(on.as_array().unwrap().contains(&rustls["bom-ref"]), "{on}");
        assert_eq!(graph.len(), components.len() + 1);
    }

    #[test]
    fn checksums_are_those_of_the_lock() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"12ab\"\n\n[[package]]\nname = \"b\"\n\
                    version = \"0.1.0\"\n";
        let expected = (("a".to_owned(), "1.0.0".to_owned()), "12ab".to_owned());
        assert_eq!(checksums(lock).into_iter().collect::<Vec<_>>(), [expected]);
    }
}
