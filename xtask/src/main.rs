//! The project's chores, run as `cargo xtask CHORE`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[cfg(all(unix, feature = "library"))]
mod bench;
mod campaign;
mod demo;
mod deps;
mod dist;
#[cfg(feature = "library")]
mod docs;
mod mirror;
mod mock;
mod paint;
mod terraform;
mod workspace;

fn main() -> ExitCode {
    let result = match Cli::parse().chore {
        Chore::Demo(options) => demo::run(&options),
        #[cfg(feature = "library")]
        Chore::Docs(options) => docs::run(&options),
        Chore::Deps(options) => deps::run(&options),
        Chore::Dist(options) => dist::run(&options),
        Chore::Mirror(options) => mirror::run(&options),
        Chore::Campaign(options) => campaign::run(&options),
        #[cfg(all(unix, feature = "library"))]
        Chore::Bench(options) => bench::run(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The project's chores.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Run an example through real Terraform against the mock: create, change, an empty plan, destroy.
    Demo(demo::Options),
    /// Generate docs/ from the provider's schema and examples/.
    #[cfg(feature = "library")]
    Docs(docs::Options),
    /// Check every dependency against deny.toml, and what is linked into the provider.
    Deps(deps::Options),
    /// Build the release archive of the provider, with its manifest and checksums.
    Dist(dist::Options),
    /// Put the provider into a directory from which `terraform init` installs it on this machine.
    Mirror(mirror::Options),
    /// Break every API call of every kind in every way, beyond what `cargo test` has time for.
    Campaign(campaign::Options),
    /// Measure the provider beside Terraform's own resources: start, plan, create, change, API calls, memory.
    #[cfg(all(unix, feature = "library"))]
    Bench(bench::Options),
}
