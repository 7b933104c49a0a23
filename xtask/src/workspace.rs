//! Where things are, and cargo.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Error, bail, ensure};
use serde_json::Value;
use xtask_launcher::Build;
pub(crate) use xtask_launcher::cargo;

use crate::dist::paths;

/// The provider's package and binary.
pub(crate) const PROVIDER: &str = "terraform-provider-cloudvpn";
/// The mock's package and binary.
pub(crate) const MOCK: &str = "cloudvpn-mock";
/// The command that rewrites configurations.
pub(crate) const MIGRATE: &str = "cloudvpn-migrate";
/// The provider's source address without its host.
pub(crate) const SOURCE: &str = "cloudvpn/cloudvpn";

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a directory of the repository")
}

/// Builds the provider and the mock as releases, as a mere `cargo build --release` does, which then finds nothing left to do.
pub(crate) fn build_both() -> anyhow::Result<()> {
    build("the provider and the mock", &[], &[], &mut cargo())
}

/// The same, each alone: together, the provider gets the mock's features of shared crates, which a release has not.
#[cfg(all(unix, feature = "library"))]
pub(crate) fn build_each() -> anyhow::Result<()> {
    [PROVIDER, MOCK].iter().try_for_each(|name| build(name, &["--package", name], &["--bin", name], &mut cargo()))
}

/// Builds the provider to be given to others, alone: what is made names no path of this machine. That takes flags of the compiler with which
/// everything is built anew.
pub(crate) fn build_for_others(options: &[&str]) -> anyhow::Result<()> {
    let options = [&["--bin", PROVIDER], options].concat();
    let mut cargo = cargo();
    cargo.env("CARGO_ENCODED_RUSTFLAGS", paths::rustflags(&target_directory()?));
    build("the provider", &["--package", PROVIDER], &options, &mut cargo)
}

fn build(what: &str, selection: &[&str], options: &[&str], cargo: &mut Command) -> anyhow::Result<()> {
    let options = [&["--release"], options].concat();
    Build { what, selection, options: &options }.run(cargo).map_err(Error::msg)
}

/// `cargo metadata`, with these further arguments.
pub(crate) fn metadata(arguments: &[&str]) -> anyhow::Result<Value> {
    let output = cargo()
        .args(["metadata", "--format-version", "1"])
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("cargo metadata failed");
    }
    serde_json::from_slice(&output.stdout).context("cargo metadata printed no JSON")
}

/// `cargo tree` of the provider, with these further arguments.
pub(crate) fn tree(arguments: &[&str]) -> anyhow::Result<String> {
    let output = cargo()
        .args(["tree", "--package", PROVIDER])
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    ensure!(output.status.success(), "cargo tree failed");
    String::from_utf8(output.stdout).context("cargo tree printed no UTF-8")
}

/// Where cargo puts what it builds.
pub(crate) fn target_directory() -> anyhow::Result<PathBuf> {
    let metadata = metadata(&["--no-deps"])?;
    Ok(metadata["target_directory"].as_str().context("cargo metadata names no target directory")?.into())
}

/// The name of an executable on this platform.
pub(crate) fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}
