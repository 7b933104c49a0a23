//! `cargo xtask`, as far as it can be built in a second: without dependencies. It builds the chores, which takes longer, says so meanwhile, and
//! runs them.

use std::env;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

use xtask_launcher::{Build, cargo};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[OsString]) -> Result<ExitCode, String> {
    let mut selection = vec!["--package", "xtask"];
    if !needs_library(arguments) {
        selection.push("--no-default-features");
    }
    Build { what: "the chores", selection: &selection, options: &[] }.run(&mut cargo())?;

    let launcher = env::current_exe().map_err(|error| format!("cannot tell where this program is: {error}"))?;
    let chores = launcher.with_file_name(format!("xtask{}", env::consts::EXE_SUFFIX));
    let status = Command::new(&chores).args(arguments).status();
    let status = status.map_err(|error| format!("cannot start {}: {error}", chores.display()))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Whether a chore needs the provider's library, which takes much longer to build than the rest.
fn needs_library(arguments: &[OsString]) -> bool {
    !arguments.first().is_some_and(|chore| WITHOUT.iter().any(|without| chore == without))
}

const WITHOUT: [&str; 5] = ["campaign", "demo", "deps", "dist", "mirror"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_and_what_generates_pages_need_the_library() {
        let needs = |arguments: &[&str]| needs_library(&arguments.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(needs(&[]) && needs(&["--help"]) && needs(&["docs", "--check"]) && needs(&["bench"]));
        assert!(!needs(&["demo"]) && !needs(&["demo", "tunnel"]) && !needs(&["dist", "--check"]));
    }
}
