//! What is measured with real Terraform: one configuration of N resources, created, planned, changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use super::memory::{Usage, Watch};
use crate::mock::Mock;
use crate::terraform::{Terraform, Workdir};
use crate::workspace::{self, MOCK, SOURCE};

/// A provider and a configuration for it that takes the variables `resources` and `label`: how many, and what each is called by.
pub(crate) struct Contestant {
    pub(crate) name: String,
    source: String,
    /// The directory of its binary, and the binary.
    binaries: PathBuf,
    binary: PathBuf,
    configuration: PathBuf,
    /// Of its mock: what a call takes, and what a change takes to settle.
    delays: [&'static str; 2],
}

/// What the steps with one number of resources took.
pub(crate) struct Steps {
    pub(crate) create: Step,
    /// Nothing changed; the best of a few runs.
    pub(crate) plan: Step,
    /// The same without asking the provider how things are: what Terraform itself takes for objects like these.
    pub(crate) unrefreshed: Step,
    /// Every resource gets another name.
    pub(crate) update: Step,
}

#[derive(Clone, Copy)]
pub(crate) struct Step {
    pub(crate) time: Duration,
    pub(crate) calls: usize,
    pub(crate) usage: Usage,
}

/// What an API call takes, and what a change takes to settle.
pub(crate) const LATENCY: &str = "20ms";
pub(crate) const SETTLE: &str = "50ms";

impl Contestant {
    /// Terraform's own resource: no provider process, no API.
    pub(crate) fn floor(directory: &Path) -> anyhow::Result<Self> {
        Self::with_configuration(directory, "terraform_data", "none/none", Path::new("/"), Path::new("/none"), FLOOR)
    }

    /// Our provider, in `binaries`.
    pub(crate) fn ours(directory: &Path, binaries: &Path) -> anyhow::Result<Self> {
        let binary = binaries.join(workspace::executable(workspace::PROVIDER));
        Self::with_configuration(directory, "cloudvpn", SOURCE, binaries, &binary, OURS)
    }

    /// Our provider with an API that takes no time: how much of the time is Terraform's own work.
    pub(crate) fn ours_alone(directory: &Path, binaries: &Path) -> anyhow::Result<Self> {
        let binary = binaries.join(workspace::executable(workspace::PROVIDER));
        let name = "cloudvpn, API at once";
        let contestant = Self::with_configuration(directory, name, SOURCE, binaries, &binary, OURS)?;
        Ok(Self { delays: ["0ms", "0ms"], ..contestant })
    }

    /// Any other: its source address is the first one its configuration names.
    pub(crate) fn peer(binaries: &Path, configuration: &Path) -> anyhow::Result<Self> {
        let files = fs::read_dir(configuration).with_context(|| format!("cannot read {}", configuration.display()))?;
        let mut text = String::new();
        for file in files.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "tf"))
        {
            text.push_str(&fs::read_to_string(file)?);
        }
        let source =
            text.split("source").skip(1).find_map(|rest| rest.trim_start().strip_prefix('=')?.split('"').nth(1));
        let source = source.context("the configuration names no source in required_providers")?.to_owned();
        let name = source.rsplit('/').next().unwrap_or(&source).to_owned();
        let started = format!("terraform-provider-{name}");
        let binary = fs::read_dir(binaries)
            .with_context(|| format!("cannot read {}", binaries.display()))?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(&started)))
            .with_context(|| format!("there is no {started} in {}", binaries.display()))?;
        let (binaries, configuration) = (binaries.to_owned(), configuration.to_owned());
        Ok(Self { name, source, binaries, binary, configuration, delays: [LATENCY, SETTLE] })
    }

    pub(crate) fn binary(&self) -> &Path {
        &self.binary
    }

    fn with_configuration(
        directory: &Path,
        name: &str,
        source: &str,
        binaries: &Path,
        binary: &Path,
        text: &str,
    ) -> anyhow::Result<Self> {
        let configuration = directory.join(name);
        fs::create_dir(&configuration)?;
        fs::write(configuration.join("main.tf"), text)?;
        Ok(Self {
            name: name.to_owned(),
            source: source.to_owned(),
            binaries: binaries.to_owned(),
            binary: binary.to_owned(),
            configuration,
            delays: [LATENCY, SETTLE],
        })
    }

    /// Creates, plans and changes `count` resources in a fresh mock.
    pub(crate) fn run(&self, terraform: &Terraform, mock: &Path, count: usize, plans: usize) -> anyhow::Result<Steps> {
        let [latency, settle] = self.delays;
        let options = ["--latency", latency, "--settle", settle, "--any-parent"];
        let mock = Mock::start_with(&mock.join(workspace::executable(MOCK)), &options)?;
        let directory = tempfile::tempdir()?;
        for file in fs::read_dir(&self.configuration)?.flatten().filter(|entry| entry.path().is_file()) {
            fs::copy(file.path(), directory.path().join(file.file_name()))?;
        }
        let mut variables = mock.environment();
        variables.push(("TF_VAR_resources", count.to_string()));
        variables.push(("TF_VAR_endpoint", mock.url().to_owned()));
        let workdir =
            Workdir::with_source(terraform, directory.path(), &self.source, &self.binaries, variables, false)?;
        let mut seen = 0;
        let mut step = |arguments: &[&str]| -> anyhow::Result<Step> {
            let watch = Watch::start(&self.binary);
            let started = Instant::now();
            let run = workdir.run(arguments)?;
            let time = started.elapsed();
            let usage = watch.stop();
            ensure!(run.status == Some(0), "{} fails with {arguments:?}:\n{}{}", self.name, run.stdout, run.stderr);
            let calls = mock.calls_after(seen)?;
            seen = calls.last().map_or(seen, |call| call.seq);
            Ok(Step { time, calls: calls.len(), usage })
        };
        let create = step(&["apply", "-auto-approve", "-var=label=a"])?;
        let mut plan = step(&["plan", "-detailed-exitcode", "-var=label=a"])?;
        for _ in 1..plans {
            let again = step(&["plan", "-detailed-exitcode", "-var=label=a"])?;
            // The time of the quickest, and the most of everything else.
            plan.time = plan.time.min(again.time);
            plan.calls = plan.calls.max(again.calls);
            plan.usage.peak = plan.usage.peak.max(again.usage.peak);
            plan.usage.cpu = plan.usage.cpu.min(again.usage.cpu);
        }
        let unrefreshed = step(&["plan", "-refresh=false", "-detailed-exitcode", "-var=label=a"])?;
        let update = step(&["apply", "-auto-approve", "-var=label=b"])?;
        Ok(Steps { create, plan, unrefreshed, update })
    }
}

const FLOOR: &str = r#"
variable "resources" { type = number }
variable "label" { type = string }
variable "endpoint" { type = string }

resource "terraform_data" "r" {
  count = var.resources
  input = "${var.label}-${count.index}"
}
"#;

const OURS: &str = r#"
terraform {
  required_providers {
    cloudvpn = { source = "cloudvpn/cloudvpn" }
  }
}

variable "resources" { type = number }
variable "label" { type = string }
variable "endpoint" { type = string }

resource "cloudvpn_tencent_connection" "r" {
  count               = var.resources
  name                = "${var.label}-${count.index}"
  vpc_id              = "vpc-mock0001"
  gateway_id          = "vpngw-mock0001"
  customer_gateway_id = "cgw-${count.index}"
  pre_shared_key      = "a pre-shared key"
}
"#;
