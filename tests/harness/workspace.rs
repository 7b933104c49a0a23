//! A directory with a configuration, a mock for it, and the commands of Terraform.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cloudvpn_mock::{Call, Fault, MockHandle, Options, TENCENT_REGION};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::diagnostics::Diagnostics;
use super::plan::Plan;
use super::process::{Output, Running};
use super::proxy::Proxy;
use super::secrets;

/// A configuration and the small cloud it is applied to.
///
/// After each successful apply the next plan has to be empty, and the state what a refresh finds: that is checked here, not in the tests.
pub struct Workspace {
    pub mock: MockHandle,
    root: TempDir,
    env: RefCell<BTreeMap<String, String>>,
    /// Everything that any command printed.
    printed: RefCell<String>,
    commands: Cell<u32>,
}

impl Workspace {
    /// With the mock's small world, in which changes settle after a short while.
    pub fn new() -> Self {
        Self::with(options())
    }

    /// With a mock that accepts any gateway, and any number of tunnels between two.
    pub fn any_parent() -> Self {
        Self::with(Options { any_parent: true, ..options() })
    }

    pub fn with(options: Options) -> Self {
        let mock = MockHandle::spawn(options).expect("a mock needs a free port only");
        let root = tempfile::tempdir().expect("tests need a temporary directory");
        for dir in ["work", "commands"] {
            fs::create_dir(root.path().join(dir)).expect("the directory is new and ours");
        }
        let rc = root.path().join("cli.tfrc");
        fs::write(&rc, cli_configuration()).expect("the directory is ours");

        let mut env: BTreeMap<_, _> = mock.env().into_iter().collect();
        let own = [("TF_IN_AUTOMATION", "1"), ("CHECKPOINT_DISABLE", "1"), ("TF_INPUT", "0")];
        env.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        env.insert("TF_CLI_CONFIG_FILE".to_owned(), rc.to_string_lossy().into_owned());
        env.insert("HOME".to_owned(), root.path().to_string_lossy().into_owned());
        Self { mock, root, env: RefCell::new(env), printed: RefCell::default(), commands: Cell::new(0) }
    }

    /// Sets an environment variable of all commands from now on.
    pub fn env(&self, name: &str, value: &str) -> &Self {
        self.env.borrow_mut().insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn no_env(&self, name: &str) -> &Self {
        self.env.borrow_mut().remove(name);
        self
    }

    /// From now on all calls go through this proxy.
    pub fn through(&self, proxy: &Proxy) -> &Self {
        let mock = self.mock.url();
        self.env.borrow_mut().values_mut().for_each(|value| *value = value.replace(&mock, proxy.url()));
        self
    }

    /// Sets a variable of the configuration.
    pub fn var(&self, name: &str, value: &str) -> &Self {
        self.env(&format!("TF_VAR_{name}"), value)
    }

    /// From now on Terraform and the provider log all they can into a file; gives its path.
    pub fn trace(&self) -> PathBuf {
        let log = self.root.path().join("trace.log");
        self.env("TF_LOG", "trace").env("TF_LOG_PATH", &log.to_string_lossy());
        log
    }

    /// Replaces the configuration.
    pub fn write(&self, configuration: impl AsRef<str>) -> &Self {
        fs::write(self.dir().join("main.tf"), configuration.as_ref()).expect("the directory is ours");
        self
    }

    /// `terraform validate`: what it says, whether it fails or not.
    pub fn validate(&self) -> Diagnostics {
        let output = self.run(&["validate", "-json"]);
        Diagnostics::of_document(&output.stdout).without_development_notice()
    }

    /// `terraform plan`, which succeeds.
    pub fn plan(&self) -> Plan {
        self.plan_with(&[])
    }

    /// The same with more arguments.
    pub fn plan_with(&self, args: &[&str]) -> Plan {
        let run = self.messages(&[&["plan", "-json", "-out=plan.bin"], args].concat());
        run.assert_success("plan");
        let shown = self.run(&["show", "-json", "plan.bin"]);
        assert_eq!(shown.code, Some(0), "show fails: {}{}", shown.stdout, shown.stderr);
        let shown = serde_json::from_str(&shown.stdout).expect("show -json gives JSON");
        Plan { shown, diagnostics: run.diagnostics }
    }

    /// `terraform plan`, which fails: what it says.
    pub fn plan_fails(&self) -> Diagnostics {
        let run = self.messages(&["plan", "-json"]);
        run.assert_failure("plan");
        run.diagnostics
    }

    /// What `terraform plan` says, whether it fails or not.
    pub fn messages_of_plan(&self) -> Diagnostics {
        self.messages(&["plan", "-json"]).diagnostics
    }

    /// Whether `terraform plan` finds nothing to do.
    pub fn plan_is_empty(&self) -> bool {
        let run = self.messages(&["plan", "-json", "-detailed-exitcode"]);
        assert!(matches!(run.output.code, Some(0 | 2)), "plan fails:\n{}", run.diagnostics);
        run.output.code == Some(0)
    }

    /// A refresh that finds nothing to do, and what it calls while a listing is fresh.
    pub fn refresh(&self) -> Vec<Call> {
        let (nothing, calls) = self.while_fresh(|| self.plan_is_empty());
        assert!(nothing, "there is something to do");
        calls
    }

    /// Reads, and gives what that calls while a listing is fresh: that is ten seconds, in which a machine that is busy with other tests may
    /// not go through everything. Faults do not outlive it.
    pub fn while_fresh<T>(&self, read: impl FnOnce() -> T) -> (T, Vec<Call>) {
        self.mock.clear_calls();
        // An API that answers at once would leave the reads no time to come together.
        self.mock.fault("*", u64::MAX, Fault::DelayMs(200));
        let found = read();
        self.mock.clear_faults();
        let calls = self.mock.calls();
        let began = calls.iter().map(|call| call.at_ms).min().unwrap_or_default();
        (found, calls.into_iter().filter(|call| call.at_ms < began + 9_000).collect())
    }

    /// `terraform apply`, which succeeds, after which there is nothing to do.
    pub fn apply(&self) -> Diagnostics {
        self.apply_with(&[])
    }

    /// The same with more arguments.
    pub fn apply_with(&self, args: &[&str]) -> Diagnostics {
        let diagnostics = self.apply_that_leaves_a_difference("", args);
        let run = self.messages(&["plan", "-json", "-detailed-exitcode"]);
        let changes: Vec<_> =
            run.messages.iter().filter(|m| m["type"] == "planned_change" || m["type"] == "resource_drift").collect();
        // What is computed is what a refresh finds, too, though no plan comes of it: it may be in an output.
        if run.output.code != Some(0) || !changes.is_empty() {
            let text = self.run(&["plan", "-no-color"]).stdout;
            panic!("the plan after an apply is not empty: {changes:?}\n{}\n{text}", run.diagnostics);
        }
        diagnostics
    }

    /// `terraform apply`, which succeeds; the reason says why the plan after it may not be empty.
    pub fn apply_that_leaves_a_difference(&self, _reason: &str, args: &[&str]) -> Diagnostics {
        let run = self.messages(&[&["apply", "-auto-approve", "-json"], args].concat());
        run.assert_success("apply");
        run.diagnostics
    }

    /// `terraform apply`, which fails: what it says.
    pub fn apply_fails(&self) -> Diagnostics {
        let run = self.messages(&["apply", "-auto-approve", "-json"]);
        run.assert_failure("apply");
        run.diagnostics
    }

    /// Fails if the state is not what a refresh finds, even where no plan would come of it.
    pub fn assert_state_is_fresh(&self) {
        // Not by its exit code: Terraform 1.11 gives 2 for any resource with several sensitive attributes.
        let run = self.messages(&["plan", "-json", "-refresh-only"]);
        run.assert_success("plan -refresh-only");
        let drift = run.messages.iter().filter(|message| message["type"] == "resource_drift");
        let drift: Vec<_> = drift.map(|message| &message["@message"]).collect();
        assert!(drift.is_empty(), "the state is not what is there: {drift:?}");
    }

    /// `terraform destroy`, which succeeds.
    pub fn destroy(&self) {
        let run = self.messages(&["destroy", "-auto-approve", "-json"]);
        run.assert_success("destroy");
        assert!(self.instances().is_empty(), "something is left: {:?}", self.instances());
    }

    /// `terraform import`, which succeeds.
    pub fn import(&self, address: &str, id: &str) {
        let output = self.run(&["import", "-no-color", address, id]);
        assert_eq!(output.code, Some(0), "import fails: {}{}", output.stdout, output.stderr);
    }

    /// `terraform import`, which fails: what it prints, on one line.
    pub fn import_fails(&self, address: &str, id: &str) -> String {
        let output = self.run(&["import", "-no-color", address, id]);
        assert_ne!(output.code, Some(0), "import succeeds: {}", output.stdout);
        let text = output.stderr.replace(['│', '╷', '╵'], " ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Runs any command; its output is part of what is scanned for secrets.
    pub fn run(&self, args: &[&str]) -> Output {
        let output = self.start(args).wait();
        self.keep(&output);
        output
    }

    /// Starts any command.
    pub fn start(&self, args: &[&str]) -> Running {
        self.commands.set(self.commands.get() + 1);
        let scratch = self.root.path().join("commands").join(self.commands.get().to_string());
        fs::create_dir(&scratch).expect("the directory is ours");
        Running::start(&self.dir(), &scratch, &self.env.borrow(), args)
    }

    /// Keeps what a started command printed, for the scan.
    pub fn keep(&self, output: &Output) {
        let mut printed = self.printed.borrow_mut();
        printed.push_str(&output.stdout);
        printed.push_str(&output.stderr);
    }

    /// The attributes of the tunnel of this name in the state file, if it is there.
    pub fn state(&self, name: &str) -> Option<Value> {
        Some(self.instance(name)?["attributes"].take())
    }

    /// Whether the tunnel of this name is marked to be replaced.
    pub fn is_tainted(&self, name: &str) -> bool {
        self.instance(name).is_some_and(|instance| instance["status"] == "tainted")
    }

    /// The id of the tunnel of this name, which is in the state.
    pub fn id(&self, name: &str) -> String {
        let state = self.state(name).unwrap_or_else(|| panic!("{name} is not in the state"));
        state["id"].as_str().expect("a tunnel in the state has an id").to_owned()
    }

    /// All tunnels of the mock in the region of its small world, by id.
    pub fn tunnels(&self) -> BTreeMap<String, Value> {
        let mut state = self.mock.state();
        let tunnels = state["tencent"][TENCENT_REGION]["vpn_connections"].take();
        serde_json::from_value(tunnels).expect("the state of the mock has its tunnels by id")
    }

    /// The tunnel of this name as the mock has it.
    pub fn tunnel(&self, name: &str) -> Value {
        let id = self.id(name);
        self.tunnels().remove(&id).unwrap_or_else(|| panic!("{id} is not in the mock"))
    }

    /// Changes the tunnel `id` outside of Terraform by a merge patch; null deletes it.
    pub fn change_outside(&self, id: &str, patch: Value) {
        let patch = json!({"tencent": {TENCENT_REGION: {"vpn_connections": {id: patch}}}});
        self.mock.patch_state(&patch).expect("a patch of one tunnel leaves a state");
    }

    /// The recorded calls of an action.
    pub fn calls(&self, action: &str) -> Vec<Call> {
        self.mock.calls().into_iter().filter(|call| call.action == action).collect()
    }

    /// The parameters of all calls that change the tunnel `id`.
    pub fn modifications(&self, id: &str) -> Vec<Value> {
        let calls = self.calls("ModifyVpnConnectionAttribute").into_iter().map(|call| call.params);
        calls.filter(|params| params["VpnConnectionId"] == id).collect()
    }

    /// Fails if a secret is in anything that a command printed or left: state, backup, plan, log.
    pub fn assert_nowhere(&self, secret: &str) {
        let places = self.places_of(secret);
        assert!(places.is_empty(), "the secret is in {places:?}");
    }

    /// Where a secret is: names of files, and `output`.
    pub fn places_of(&self, secret: &str) -> Vec<String> {
        let printed = self.printed.borrow().contains(secret).then(|| "output".to_owned());
        secrets::places(self.root.path(), secret).into_iter().chain(printed).collect()
    }

    pub fn dir(&self) -> PathBuf {
        self.root.path().join("work")
    }

    fn messages(&self, args: &[&str]) -> Run {
        let output = self.run(args);
        let messages: Vec<Value> = output.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let diagnostics = Diagnostics::of_messages(&messages).without_development_notice();
        Run { output, messages, diagnostics }
    }

    fn instance(&self, name: &str) -> Option<Value> {
        self.instances().into_iter().find(|(key, _)| key == name).map(|(_, instance)| instance)
    }

    /// All instances in the state file, by the name of their resource.
    fn instances(&self) -> Vec<(String, Value)> {
        let Ok(text) = fs::read_to_string(self.dir().join("terraform.tfstate")) else { return Vec::new() };
        let state: Value = serde_json::from_str(&text).expect("a state file is JSON");
        let resources = state["resources"].as_array().cloned().unwrap_or_default();
        let instances = resources.into_iter().flat_map(|resource| {
            let name = resource["name"].as_str().unwrap_or_default().to_owned();
            let instances = resource["instances"].as_array().cloned().unwrap_or_default();
            instances.into_iter().map(move |instance| (name.clone(), instance))
        });
        instances.collect()
    }
}

struct Run {
    output: Output,
    messages: Vec<Value>,
    diagnostics: Diagnostics,
}

impl Run {
    fn assert_success(&self, what: &str) {
        assert_eq!(self.output.code, Some(0), "{what} fails:\n{}{}", self.diagnostics, self.output.stderr);
    }

    fn assert_failure(&self, what: &str) {
        assert_eq!(self.output.code, Some(1), "{what} does not fail:\n{}", self.output.stdout);
    }
}

/// A mock that is quick and otherwise as it comes.
pub fn options() -> Options {
    Options { settle: Duration::from_millis(30), ..Options::default() }
}

/// The provider under test takes the place of the published one; OpenTofu has another default registry.
fn cli_configuration() -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_terraform-provider-cloudvpn"));
    let dir = binary.parent().expect("a file is in a directory").to_string_lossy().into_owned();
    let overrides = ["registry.terraform.io", "registry.opentofu.org"]
        .map(|host| format!("    \"{host}/cloudvpn/cloudvpn\" = {dir:?}\n"));
    format!("provider_installation {{\n  dev_overrides {{\n{}  }}\n  direct {{}}\n}}\n", overrides.concat())
}
