//! `cargo xtask campaign`: the longer form of tests/campaign, which `cargo test` runs in its short one.

use anyhow::{Context, ensure};
use clap::Args;

use crate::workspace;

#[derive(Args)]
pub(crate) struct Options {
    /// Another series of jitter, mutated answers and kills; the same one gives the same.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only the cells whose names have this in them, as a failure names them: `tencent_gateway create`.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// What `cargo test` runs, and nothing longer.
    #[arg(long)]
    short: bool,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let mut cargo = workspace::cargo();
    cargo.args(["test", "--package", workspace::PROVIDER, "--test", "campaign", "--", "--nocapture"]);
    if !options.short {
        cargo.arg("--include-ignored").env("CAMPAIGN_LONG", "1");
    }
    cargo
        .env("CAMPAIGN_SEED", options.seed.to_string())
        .env("CAMPAIGN_ONLY", options.only.as_deref().unwrap_or_default());
    let status = cargo.status().context("cannot start cargo")?;
    ensure!(status.success(), "the campaign found something");
    Ok(())
}
