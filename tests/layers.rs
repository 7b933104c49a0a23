//! The arrows between the layers point one way: `provider -> cloud`, `provider -> framework`, `plugin -> framework`, `main -> all`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

#[path = "layers/scan.rs"]
mod scan;

use scan::reached;

#[test]
fn no_arrow_points_the_wrong_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (layer, allowed) in LAYERS {
        let files = rust_files(&src.join(layer));
        assert!(!files.is_empty(), "src/{layer} has no files: is this test looking in the right place?");
        for file in files {
            let text = fs::read_to_string(&file).expect("a source file is readable");
            let module = module_path(file.strip_prefix(&src).expect("it was found below src/"));
            for target in reached(&text, &module) {
                if target != *layer && !allowed.contains(&target.as_str()) {
                    wrong.push(format!("{} reaches {target}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_of_the_library_is_a_layer() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(src.join("lib.rs")).expect("src/lib.rs is readable");
    let modules: BTreeSet<_> = lib
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(modules, LAYERS.iter().map(|(layer, _)| *layer).collect());
}

#[test]
fn crates_stay_with_the_layer_that_needs_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (layer, foreign) in FOREIGN_CRATES {
        for file in rust_files(&src.join(layer)) {
            let text = fs::read_to_string(&file).expect("a source file is readable");
            let used = scan::first_segments(&text);
            wrong.extend(
                foreign
                    .iter()
                    .filter(|name| used.contains(**name))
                    .map(|name| format!("{} uses {name}", file.display())),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_mock_the_derive_and_the_migration_depend_on_nothing_of_ours() {
    for package in ["cloudvpn-mock", "cloudvpn-derive", "cloudvpn-migrate"] {
        let ours: Vec<_> = dependencies(package, |_| true).into_iter().filter(|name| is_ours(name)).collect();
        assert_eq!(ours, [""; 0], "{package}");
    }
}

#[test]
fn the_provider_depends_on_no_tool_of_the_mock() {
    let names = dependencies("terraform-provider-cloudvpn", |kind| kind != Some("dev"));
    assert!(names.contains("tonic"), "{names:?}");
    let wrong: Vec<_> = NOT_IN_PROVIDER.iter().filter(|name| names.contains(**name)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn every_dependency_has_its_sentence_in_the_design() {
    let design =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("DESIGN.md")).expect("DESIGN.md is readable");
    let words: BTreeSet<_> = design.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).collect();
    let packages = [
        "terraform-provider-cloudvpn",
        "cloudvpn-mock",
        "cloudvpn-derive",
        "cloudvpn-migrate",
        "xtask",
        "xtask-launcher",
    ];
    for package in packages {
        let missing: Vec<_> = dependencies(package, |_| true)
            .into_iter()
            .filter(|name| !is_ours(name) && !words.contains(name.as_str()))
            .collect();
        assert_eq!(missing, [""; 0], "{package}");
    }
}

/// Each layer, and what it may reach beside itself.
const LAYERS: &[(&str, &[&str])] =
    &[("plugin", &["framework"]), ("framework", &[]), ("cloud", &[]), ("provider", &["framework", "cloud"])];

/// Crates that would put a layer's knowledge into another: protobuf and gRPC belong to plugin, HTTP to cloud.
const FOREIGN_CRATES: &[(&str, &[&str])] = &[
    (
        "framework",
        &["tonic", "tonic_prost", "tonic_health", "prost", "prost_types", "reqwest", "rustls", "tokio_rustls"],
    ),
    ("cloud", &["tonic", "tonic_prost", "tonic_health", "prost", "prost_types", "rmp"]),
    ("provider", &["tonic", "tonic_prost", "tonic_health", "prost", "prost_types", "rmp", "tokio_rustls"]),
    ("plugin", &["reqwest", "rmp", "hmac", "sha2"]),
];

const NOT_IN_PROVIDER: &[&str] =
    &["clap", "regex", "axum", "openssl", "ring", "cloudvpn-mock", "cloudvpn-migrate", "hcl-edit", "xtask"];

fn is_ours(name: &str) -> bool {
    name.starts_with("cloudvpn") || name.starts_with("terraform-provider-") || name.starts_with("xtask")
}

/// Names of the direct dependencies of a package, of the kinds (`None` is normal, `dev`, `build`) that are asked for.
fn dependencies(package: &str, wanted: impl Fn(Option<&str>) -> bool) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let package = packages.iter().find(|p| p["name"] == package).expect("the package is a member of the workspace");
    let dependencies = package["dependencies"].as_array().expect("there are dependencies");
    dependencies
        .iter()
        .filter(|d| wanted(d["kind"].as_str()))
        .filter_map(|d| d["name"].as_str().map(str::to_owned))
        .collect()
}

/// `framework/server/mod.rs` is the module `framework::server`.
fn module_path(file: &Path) -> Vec<String> {
    let mut path: Vec<_> = file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    path.pop_if(|last| last == "mod");
    path
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("the directory is readable") {
        let path = entry.expect("the directory is readable").path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
