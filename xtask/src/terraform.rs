//! Real Terraform or OpenTofu, run in a directory of its own with our provider in place of a published one.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::workspace::SOURCE;

/// The program to run: the one `TERRAFORM` names, or else `terraform`, or else `tofu`.
#[derive(Debug)]
pub(crate) struct Terraform {
    program: PathBuf,
    /// As it tells it: `Terraform v1.11.4`.
    pub(crate) version: String,
}

/// A module that is applied: Terraform's working directory and environment.
pub(crate) struct Workdir<'a> {
    terraform: &'a Terraform,
    directory: PathBuf,
    environment: Vec<(String, OsString)>,
    colour: bool,
}

/// What a run of Terraform came to.
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Terraform {
    pub(crate) fn find() -> anyhow::Result<Self> {
        if let Some(program) = env::var_os("TERRAFORM").filter(|p| !p.is_empty()) {
            let program = PathBuf::from(program);
            return Self::ask(&program)
                .with_context(|| format!("the environment variable TERRAFORM names {}", program.display()));
        }
        for name in ["terraform", "tofu"] {
            if let Some(program) = on_path(name) {
                return Self::ask(&program);
            }
        }
        bail!(
            "neither terraform nor tofu is on PATH.\n\
             Install one of them (version 1.11 or later) and run this again:\n  \
             Terraform  https://developer.hashicorp.com/terraform/install\n  \
             OpenTofu   https://opentofu.org/docs/intro/install\n\
             If it is somewhere else, name it: TERRAFORM=/path/to/terraform"
        )
    }

    fn ask(program: &Path) -> anyhow::Result<Self> {
        let output = Command::new(program)
            .arg("version")
            // A configuration of the user's that is broken or missing is none of our business here.
            .env_remove("TF_CLI_CONFIG_FILE")
            .env("CHECKPOINT_DISABLE", "1")
            .output()
            .with_context(|| format!("cannot run {}", program.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text.lines().next().unwrap_or_default().trim().to_owned();
        if !output.status.success() || version.is_empty() {
            bail!("{} version: {}", program.display(), output.status);
        }
        Ok(Self { program: program.to_owned(), version })
    }
}

impl<'a> Workdir<'a> {
    /// Terraform in `directory`, with the provider binary that lies in `binaries` and these variables on top of ours.
    pub(crate) fn new(
        terraform: &'a Terraform,
        directory: &Path,
        binaries: &Path,
        variables: Vec<(&'static str, String)>,
        colour: bool,
    ) -> anyhow::Result<Self> {
        Self::with_source(terraform, directory, SOURCE, binaries, variables, colour)
    }

    /// The same for the provider with another source address.
    pub(crate) fn with_source(
        terraform: &'a Terraform,
        directory: &Path,
        source: &str,
        binaries: &Path,
        variables: Vec<(&'static str, String)>,
        colour: bool,
    ) -> anyhow::Result<Self> {
        Self::with_sources(terraform, directory, &[(source, binaries)], variables, colour)
    }

    /// The same for several source addresses, each with the directory of its provider.
    pub(crate) fn with_sources(
        terraform: &'a Terraform,
        directory: &Path,
        sources: &[(&str, &Path)],
        variables: Vec<(&'static str, String)>,
        colour: bool,
    ) -> anyhow::Result<Self> {
        let config = directory.join("cli.tfrc");
        fs::write(&config, cli_configuration(sources)).with_context(|| format!("cannot write {}", config.display()))?;
        let mut environment: Vec<(String, OsString)> = vec![
            ("TF_CLI_CONFIG_FILE".to_owned(), config.into()),
            ("TF_IN_AUTOMATION".to_owned(), "1".into()),
            ("CHECKPOINT_DISABLE".to_owned(), "1".into()),
        ];
        environment.extend(variables.into_iter().map(|(name, value)| (name.to_owned(), value.into())));
        Ok(Self { terraform, directory: directory.to_owned(), environment, colour })
    }

    /// Runs a command of Terraform's, without input, and keeps what it says.
    pub(crate) fn run(&self, arguments: &[&str]) -> anyhow::Result<Run> {
        let mut command = Command::new(&self.terraform.program);
        command.current_dir(&self.directory).args(arguments).arg("-input=false").stdin(Stdio::null());
        if !self.colour {
            command.arg("-no-color");
        }
        // Settings of the user's that would lead Terraform elsewhere: other directories, providers, accounts.
        for (name, _) in env::vars_os() {
            let lossy = name.to_string_lossy();
            if FOREIGN.iter().any(|prefix| lossy.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let output = command.output().with_context(|| format!("cannot run {}", self.terraform.program.display()))?;
        Ok(Run {
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}

/// Names of variables that begin so are taken out of the environment.
const FOREIGN: &[&str] = &["TF_", "TENCENTCLOUD_", "ALIBABA_CLOUD_", "ALICLOUD_", "CLOUDVPN_"];

/// Makes Terraform start the provider in a directory for its source address; no `terraform init` is needed then.
fn cli_configuration(sources: &[(&str, &Path)]) -> String {
    let overrides = sources.iter().map(|(source, binaries)| {
        // Quoted as JSON, which is quoted as HCL wants it but for the two template markers.
        let path = serde_json::Value::from(binaries.to_string_lossy()).to_string();
        format!("    \"{source}\" = {}\n", path.replace("${", "$${").replace("%{", "%%{"))
    });
    format!("provider_installation {{\n  dev_overrides {{\n{}  }}\n  direct {{}}\n}}\n", overrides.collect::<String>())
}

fn on_path(name: &str) -> Option<PathBuf> {
    let name = crate::workspace::executable(name);
    env::split_paths(&env::var_os("PATH")?).map(|directory| directory.join(&name)).find(|program| program.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_override_survives_odd_paths() {
        let text = cli_configuration(&[(SOURCE, Path::new(r#"C:\a "b"\${c}"#))]);
        assert!(text.contains(r#""cloudvpn/cloudvpn" = "C:\\a \"b\"\\$${c}""#), "{text}");
    }
}
