//! Real Terraform with the provider of these tests, in a directory of its own.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::diagnostics::Diagnostics;
use crate::process::{Output, Running};

/// A directory with a configuration, and Terraform's commands in it.
pub(crate) struct Workspace {
    root: TempDir,
    env: RefCell<BTreeMap<String, String>>,
    commands: Cell<u32>,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().expect("tests need a temporary directory");
        for dir in ["work", "commands"] {
            fs::create_dir(root.path().join(dir)).expect("the directory is new and ours");
        }
        let rc = root.path().join("cli.tfrc");
        fs::write(&rc, cli_configuration()).expect("the directory is ours");
        let home = root.path().to_string_lossy().into_owned();
        let env = [
            ("TF_IN_AUTOMATION", "1".to_owned()),
            ("CHECKPOINT_DISABLE", "1".to_owned()),
            ("TF_INPUT", "0".to_owned()),
            ("TF_CLI_CONFIG_FILE", rc.to_string_lossy().into_owned()),
            ("HOME", home),
        ];
        let env = RefCell::new(env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
        Self { root, env, commands: Cell::new(0) }
    }

    /// Sets a variable of the configuration.
    pub(crate) fn var(&self, name: &str, value: &str) -> &Self {
        self.env.borrow_mut().insert(format!("TF_VAR_{name}"), value.to_owned());
        self
    }

    /// Replaces the configuration.
    pub(crate) fn write(&self, blocks: &str) -> &Self {
        fs::write(self.path("main.tf"), format!("{HEADER}\n{blocks}")).expect("the directory is ours");
        self
    }

    /// A file in the directory of the configuration.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("work").join(name)
    }

    /// Writes the configuration, applies it and finds nothing to do after it. Gives the attributes of every resource by its name.
    pub(crate) fn applied(&self, blocks: &str) -> BTreeMap<String, Value> {
        self.write(blocks).apply();
        self.attributes()
    }

    /// `terraform apply`, which succeeds, after which there is nothing to do.
    pub(crate) fn apply(&self) {
        let output = self.run(&["apply", "-auto-approve", "-no-color"]);
        assert_eq!(output.code, Some(0), "apply fails:\n{}{}", output.stdout, output.stderr);
        let output = self.run(&["plan", "-detailed-exitcode", "-no-color"]);
        assert_eq!(output.code, Some(0), "the plan after apply is not empty:\n{}{}", output.stdout, output.stderr);
    }

    /// `terraform apply`, which fails: what it says.
    pub(crate) fn apply_fails(&self) -> String {
        self.fails(&["apply", "-auto-approve", "-json"])
    }

    /// `terraform plan`, which fails: what it says.
    pub(crate) fn plan_fails(&self) -> String {
        self.fails(&["plan", "-json"])
    }

    /// Writes the configuration and plans it. Gives the planned change of every resource by its name.
    pub(crate) fn planned(&self, blocks: &str) -> BTreeMap<String, Value> {
        self.write(blocks);
        let output = self.run(&["plan", "-out=plan.bin", "-no-color"]);
        assert_eq!(output.code, Some(0), "plan fails:\n{}{}", output.stdout, output.stderr);
        let changes = self.json(&["show", "-json", "plan.bin"])["resource_changes"].take();
        let changes = changes.as_array().cloned().unwrap_or_default();
        changes
            .into_iter()
            .map(|mut c| (c["name"].as_str().unwrap_or_default().to_owned(), c["change"].take()))
            .collect()
    }

    /// The attributes of every resource and data source in the state, by its name, as `terraform show -json` has them.
    pub(crate) fn attributes(&self) -> BTreeMap<String, Value> {
        let resources = self.json(&["show", "-json"])["values"]["root_module"]["resources"].take();
        let resources = resources.as_array().cloned().unwrap_or_default();
        resources
            .into_iter()
            .map(|mut r| (r["name"].as_str().unwrap_or_default().to_owned(), r["values"].take()))
            .collect()
    }

    pub(crate) fn output(&self, name: &str) -> Value {
        self.json(&["output", "-json"])[name]["value"].take()
    }

    /// The state file.
    pub(crate) fn state(&self) -> Value {
        let text = fs::read(self.path("terraform.tfstate")).expect("there is a state after an apply");
        serde_json::from_slice(&text).expect("a state file is JSON")
    }

    /// Changes the only object of a state file.
    pub(crate) fn change_state(&self, change: impl FnOnce(&mut Value)) {
        let mut state = self.state();
        change(&mut state["resources"][0]["instances"][0]);
        fs::write(self.path("terraform.tfstate"), state.to_string()).expect("the directory is ours");
    }

    /// Runs any command, which succeeds.
    pub(crate) fn succeeds(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.code, Some(0), "{args:?} fails:\n{}{}", output.stdout, output.stderr);
        output.stdout
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.start(args).wait()
    }

    pub(crate) fn start(&self, args: &[&str]) -> Running {
        self.commands.set(self.commands.get() + 1);
        let scratch = self.root.path().join("commands").join(self.commands.get().to_string());
        fs::create_dir(&scratch).expect("the directory is ours");
        Running::start(&self.root.path().join("work"), &scratch, &self.env.borrow(), args)
    }

    fn json(&self, args: &[&str]) -> Value {
        let text = self.succeeds(args);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?} gives no JSON: {error}: {text}"))
    }

    fn fails(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.code, Some(1), "{args:?} does not fail:\n{}{}", output.stdout, output.stderr);
        let messages: Vec<Value> = output.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Diagnostics::of_messages(&messages).without_development_notice().to_string()
    }
}

/// The provider of these tests, which cargo builds as an example: beside the directory that this test runs from.
fn provider() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has a file");
    let profile = test.parent().and_then(Path::parent).expect("cargo builds tests into <profile>/deps");
    let name = format!("terraform-provider-conformance{}", std::env::consts::EXE_SUFFIX);
    let provider = profile.join("examples").join(name);
    assert!(
        provider.is_file(),
        "{} is missing: build it with `cargo build --example terraform-provider-conformance`, or run `cargo test` without \
         choosing targets",
        provider.display()
    );
    provider
}

/// OpenTofu has another default registry.
fn cli_configuration() -> String {
    let provider = provider();
    let dir = provider.parent().expect("a file is in a directory").to_string_lossy().into_owned();
    let overrides = ["registry.terraform.io", "registry.opentofu.org"]
        .map(|host| format!("    \"{host}/cloudvpn/conformance\" = {dir:?}\n"));
    format!("provider_installation {{\n  dev_overrides {{\n{}  }}\n  direct {{}}\n}}\n", overrides.concat())
}

const HEADER: &str = r#"terraform {
  required_providers {
    conformance = { source = "cloudvpn/conformance" }
  }
}
"#;
