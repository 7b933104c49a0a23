//! Where things are, and cargo.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

use crate::dist::paths;

/// The provider's package and binary.
pub(crate) const PROVIDER: &str = "terraform-provider-cloudvpn";
/// The mock's package and binary.
pub(crate) const MOCK: &str = "cloudvpn-mock";
/// The provider's source address without its host.
pub(crate) const SOURCE: &str = "cloudvpn/cloudvpn";

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a directory of the repository")
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs `cargo build --release` with these arguments; its progress goes to standard error. What it makes names no path of this machine.
pub(crate) fn build(arguments: &[&str]) -> anyhow::Result<()> {
    let mut build = cargo();
    build.args(["build", "--release"]).args(arguments);
    build.env("CARGO_ENCODED_RUSTFLAGS", paths::rustflags(&target_directory()?));
    let status = build.status().context("cannot start cargo")?;
    ensure!(status.success(), "cargo build --release {} failed", arguments.join(" "));
    Ok(())
}

/// Builds the provider and the mock as releases. Each alone: together, the provider would get the mock's features of shared crates.
pub(crate) fn build_binaries() -> anyhow::Result<()> {
    [PROVIDER, MOCK].iter().try_for_each(|name| build(&["--package", name, "--bin", name]))
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
