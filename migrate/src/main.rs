//! `cloudvpn-migrate DIR`: the configuration of a directory for `cloudvpn/cloudvpn`, as a diff or written.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use cloudvpn_migrate::{migrate_files, source, state};
use similar::TextDiff;

/// Rewrites a Terraform configuration that uses the VPN resources of tencentcloudstack/tencentcloud and aliyun/alicloud for cloudvpn/cloudvpn.
///
/// Prints a diff, or writes the files. What it cannot do it leaves as it is and says so. Ends with 0 if everything was done, with 2 if
/// something needs a look, and with 1 if nothing could be done.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Directory of the configuration; those below it that are modules are rewritten, too.
    directory: PathBuf,
    /// Writes the files instead of printing a diff.
    #[arg(long)]
    write: bool,
    /// State file (terraform state pull), to name the objects whose key the configuration does not say.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> anyhow::Result<bool> {
    let files = source::read(&options.directory)?;
    let keys = options.state.as_deref().map(|state| state::keys_needed(state, &files)).transpose()?.unwrap_or_default();
    let outcome = migrate_files(&files)?;
    if options.write {
        outcome.write(&options.directory)?;
        outcome.changes.iter().for_each(|change| println!("{}", change.path.display()));
    } else {
        for change in &outcome.changes {
            let path = change.path.display().to_string();
            let diff = TextDiff::from_lines(&change.before, &change.after);
            print!("{}", diff.unified_diff().context_radius(3).header(&format!("a/{path}"), &format!("b/{path}")));
        }
    }
    for remark in &outcome.remarks {
        eprintln!("{remark}");
    }
    for address in &keys {
        eprintln!("{address}: the configuration does not say its key");
    }
    Ok(outcome.remarks.is_empty() && keys.is_empty())
}
