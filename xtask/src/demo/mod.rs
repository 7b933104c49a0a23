//! `cargo xtask demo`: an example module through real Terraform against the mock, step by step.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use clap::Args;

use crate::mock::{Call, Mock};
use crate::paint::Paint;
use crate::terraform::{Run, Terraform, Workdir};
use crate::workspace::{self, MOCK};

mod move_in;
mod show;

#[derive(Args)]
pub(crate) struct Options {
    /// The module below examples/ to run: main.tf, what replaces files of it in after/ if there is such a directory, change.tfvars.
    /// `move-in` shows how an official provider's configuration and state become this one's.
    #[arg(default_value = "site-to-site")]
    name: String,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let module = if options.name == move_in::NAME { None } else { Some(module(&options.name)?) };
    // First of all: without it, building would be in vain.
    let terraform = Terraform::find()?;
    let paint = Paint::detect();
    println!("{}", paint.dim(BUILDING));
    workspace::build_both()?;
    let binaries = workspace::target_directory()?.join("release");
    let Some(module) = module else { return move_in::run(&terraform, &binaries, paint) };
    let directory = tempfile::tempdir().context("cannot make a temporary directory")?;
    copy_module(&module, directory.path())?;
    println!("{}", paint.bold(&format!("The example {:?}: {} against cloudvpn-mock", options.name, terraform.version)));

    let start = Instant::now();
    let mock = Mock::start(&binaries.join(workspace::executable(MOCK)))?;
    let mut variables = mock.environment();
    variables.push(("TF_VAR_pre_shared_key", KEY.to_owned()));
    let workdir = Workdir::new(&terraform, directory.path(), &binaries, variables, paint.colour)?;
    println!("{}", paint.dim(&format!("The mock listens on {}.", mock.url())));

    let mut demo = Demo { paint, mock, workdir, seen: 0, step: 0 };
    demo.step("Create", &["apply", "-auto-approve"], Expect::Change)?;
    let after = module.join("after");
    if after.is_dir() {
        copy_module(&after, directory.path())?;
        demo.step("With the files of after/", &["apply", "-auto-approve"], Expect::Change)?;
    }
    demo.step("Change in place", &["apply", "-auto-approve", CHANGE], Expect::Change)?;
    demo.step("A plan that finds nothing", &["plan", "-detailed-exitcode", CHANGE], Expect::Nothing)?;
    let leaks = files_with_keys(directory.path())?;
    let arrived = demo.mock.holds(KEY)?;
    demo.step("Destroy", &["destroy", "-auto-approve", CHANGE], Expect::Removal)?;

    ensure!(leaks.is_empty(), "a key stands in {}", leaks.join(", "));
    println!();
    if takes_key(&module)? {
        ensure!(arrived, "the pre-shared key did not reach the mock");
        println!("{}", paint.green("The write-only pre-shared key reached the API and no file of Terraform's."));
    } else {
        println!("{}", paint.green("No private key stands in any file of Terraform's."));
    }
    println!("{}", paint.bold(&format!("{} steps in {}.", demo.step, show::seconds(start.elapsed()))));
    Ok(())
}

struct Demo<'a> {
    paint: Paint,
    mock: Mock,
    workdir: Workdir<'a>,
    /// The last call that was shown.
    seen: u64,
    step: usize,
}

/// How a step has to end.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    /// A plan with changes, applied.
    Change,
    /// A plan that only destroys, applied.
    Removal,
    /// A plan that only gives objects other names, applied.
    Moved,
    /// A plan without any.
    Nothing,
}

impl Demo<'_> {
    /// The heading of a step, and what is run.
    fn title(&mut self, title: &str, command: &str) {
        self.step += 1;
        println!();
        println!("{}", self.paint.cyan(&format!("{}. {title}", self.step)));
        println!("{}", self.paint.dim(&format!("   {command}")));
    }

    fn step(&mut self, title: &str, arguments: &[&str], expect: Expect) -> anyhow::Result<()> {
        self.title(title, &format!("terraform {}", arguments.join(" ")));
        let start = Instant::now();
        let run = self.workdir.run(arguments)?;
        let elapsed = start.elapsed();
        let calls = self.mock.calls_after(self.seen)?;
        self.seen = calls.last().map_or(self.seen, |call| call.seq);

        self.check(title, &run, expect)?;
        let plan = show::plan(&run.stdout).or_else(|| show::no_changes(&run.stdout)).unwrap_or_default();
        let plan = if expect == Expect::Removal { show::outline(&plan) } else { plan };
        self.show(&plan, &calls, elapsed);
        Ok(())
    }

    fn check(&self, title: &str, run: &Run, expect: Expect) -> anyhow::Result<()> {
        // `plan -detailed-exitcode`: 0 nothing to do, 1 an error, 2 something to do.
        match (run.status, expect) {
            (Some(0), _) => {}
            (Some(2), Expect::Nothing) => bail!("{title:?} found something:\n{}", run.stdout),
            _ => bail!("{title:?} failed:\n{}{}", run.stdout, run.stderr),
        }
        let expected = match expect {
            Expect::Change | Expect::Removal => show::plan(&run.stdout).is_some(),
            Expect::Moved => show::plan(&run.stdout).is_some_and(|plan| show::only_moves(&plan)),
            Expect::Nothing => show::no_changes(&run.stdout).is_some(),
        };
        ensure!(expected, "{title:?} did not plan what it should:\n{}", run.stdout);
        ensure!(!contains_key(&run.stdout) && !contains_key(&run.stderr), "{title:?} printed a key");
        Ok(())
    }

    fn show(&self, plan: &[&str], calls: &[Call], elapsed: Duration) {
        for line in plan {
            println!("{}", format!("   {line}").trim_end());
        }
        println!();
        for line in show::calls(calls, self.paint) {
            println!("   {line}");
        }
        println!("   {}", self.paint.dim(&format!("{}, {}", show::count(calls.len()), show::seconds(elapsed))));
    }
}

const BUILDING: &str = "Building the provider and the mock as releases. With two cores that takes some five minutes the first time; \
    afterwards, neither this nor `cargo build --release` has anything left to build.";

/// The in-place change of an example is a file of variables beside it.
const CHANGE: &str = "-var-file=change.tfvars";

/// The key of the demonstration: long and odd enough to be found wherever it leaks.
const KEY: &str = "demo-pre-shared-key-6f1c09";

/// What begins every private key that an API hands out.
const PRIVATE_KEY: &str = "PRIVATE KEY-----";

fn contains_key(text: &str) -> bool {
    text.contains(KEY) || text.contains(PRIVATE_KEY)
}

/// The files below the directory that contain a key.
fn files_with_keys(directory: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_with_keys(&path)?);
        } else if contains_key(&String::from_utf8_lossy(&fs::read(&path)?)) {
            found.push(path.display().to_string());
        }
    }
    Ok(found)
}

/// Whether a module has tunnels that need the pre-shared key.
fn takes_key(module: &Path) -> anyhow::Result<bool> {
    let variables = module.join("variables.tf");
    let text = fs::read_to_string(&variables).with_context(|| format!("cannot read {}", variables.display()))?;
    Ok(text.contains("variable \"pre_shared_key\""))
}

/// The directory of an example that can be demonstrated.
fn module(name: &str) -> anyhow::Result<PathBuf> {
    let examples = workspace::root().join("examples");
    let is_module = |path: &Path| path.join("main.tf").is_file() && path.join("change.tfvars").is_file();
    let path = examples.join(name);
    if is_module(&path) {
        return Ok(path);
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(&examples).context("cannot read examples/")? {
        let entry = entry?;
        if is_module(&entry.path()) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    bail!(
        "there is no example {name:?} with main.tf and change.tfvars; there is: {}, and {}",
        names.join(", "),
        move_in::NAME
    )
}

fn copy_module(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let is_source = path.extension().is_some_and(|e| e == "tf" || e == "tfvars");
        if is_source && let Some(name) = path.file_name() {
            fs::copy(&path, to.join(name)).with_context(|| format!("cannot copy {}", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_a_file_at_any_depth_is_found() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("a")).unwrap();
        fs::write(directory.path().join("clean"), "nothing").unwrap();
        assert_eq!(files_with_keys(directory.path()).unwrap(), [""; 0]);

        fs::write(directory.path().join("a/state"), format!("x\"{KEY}\"y")).unwrap();
        assert_eq!(files_with_keys(directory.path()).unwrap().len(), 1);
        fs::write(directory.path().join("a/pem"), "-----BEGIN RSA PRIVATE KEY-----\n").unwrap();
        assert_eq!(files_with_keys(directory.path()).unwrap().len(), 2);
    }

    #[test]
    fn only_modules_with_the_variable_take_the_key() {
        assert!(takes_key(&module("tunnel").unwrap()).unwrap());
        let other = tempfile::tempdir().unwrap();
        fs::write(other.path().join("variables.tf"), "variable \"people\" {}\n").unwrap();
        assert!(!takes_key(other.path()).unwrap());
    }

    #[test]
    fn an_unknown_example_is_an_error_that_names_those_there_are() {
        let error = module("nonesuch").unwrap_err().to_string();
        assert!(error.contains("tunnel"), "{error}");
        assert!(module("tunnel").is_ok());
    }
}
