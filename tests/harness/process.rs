//! Terraform as a process of its own: found once, started with an environment of its own, never left behind.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

/// Far above what any command here takes, on a busy machine too: only a command that hangs meets it.
const PATIENCE: Duration = Duration::from_secs(180);

/// What a command left.
#[derive(Debug)]
pub(crate) struct Output {
    /// The exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A command that runs. Dropping it kills it.
pub(crate) struct Running {
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Running {
    /// Starts Terraform in `dir` with `env` and nothing else but what a process needs to run at all.
    pub(crate) fn start(dir: &Path, scratch: &Path, env: &BTreeMap<String, String>, args: &[&str]) -> Self {
        let (stdout, stderr) = (scratch.join("stdout"), scratch.join("stderr"));
        let create = |path| File::create(path).expect("the test's own directory is writable");
        let mut command = Command::new(terraform());
        command.args(args).current_dir(dir).env_clear().stdin(Stdio::null());
        command.stdout(create(&stdout)).stderr(create(&stderr));
        for name in ["PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP"] {
            if let Some(value) = env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(env);
        #[cfg(unix)]
        {
            // A group of its own, so that a signal can reach Terraform and its plugins as Ctrl-C does.
            use std::os::unix::process::CommandExt;
            command.process_group(0);
        }
        let child = command.spawn().unwrap_or_else(|error| panic!("cannot start {}: {error}", terraform().display()));
        Self { child, stdout, stderr }
    }

    /// What Ctrl-C does: SIGINT for Terraform and its plugins.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        self.signal(libc::SIGINT);
    }

    /// Sends a signal to Terraform and its plugins, as a terminal or a CI system does.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: i32) {
        // SAFETY: kill(2) reads its arguments only; the group is ours, and the leader has not been waited for.
        let killed = unsafe { libc::kill(-self.group(), signal) };
        assert_eq!(killed, 0, "cannot signal Terraform");
    }

    /// The process group of Terraform and its plugins.
    #[cfg(unix)]
    pub(crate) fn group(&self) -> i32 {
        i32::try_from(self.child.id()).expect("process ids are positive i32")
    }

    /// What was printed so far.
    #[cfg(unix)]
    #[allow(dead_code, reason = "not all that include this file look so early")]
    pub(crate) fn printed(&self) -> String {
        read(&self.stdout)
    }

    /// Waits for the end.
    pub(crate) fn wait(mut self) -> Output {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("the child is ours") {
                break status;
            }
            assert!(Instant::now() < deadline, "Terraform did not end within {PATIENCE:?}: {}", read(&self.stdout));
            thread::sleep(Duration::from_millis(5));
        };
        Output { code: status.code(), stdout: read(&self.stdout), stderr: read(&self.stderr) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            // A test failed while the command ran; nothing is left to report to.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Terraform or OpenTofu: the one that TERRAFORM names, or the first on PATH.
fn terraform() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| {
        if let Some(named) = env::var_os("TERRAFORM").filter(|named| !named.is_empty()) {
            let named = PathBuf::from(named);
            assert!(on_path(&named).is_some(), "TERRAFORM names {}, which is no program. {WHERE}", named.display());
            return named;
        }
        let found = ["terraform", "tofu"].iter().find_map(|name| on_path(Path::new(name)));
        found.unwrap_or_else(|| panic!("neither terraform nor tofu is on PATH. {WHERE}"))
    })
}

fn on_path(program: &Path) -> Option<PathBuf> {
    // The dots of a version, as in `tofu-1.12`, begin no extension.
    let mut named = program.as_os_str().to_owned();
    if program.extension() != Some(env::consts::EXE_EXTENSION.as_ref()) {
        named.push(env::consts::EXE_SUFFIX);
    }
    let named = PathBuf::from(named);
    if named.components().count() > 1 {
        return named.is_file().then_some(named);
    }
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(&named)).find(|file| file.is_file())
}

const WHERE: &str = "These tests run the real thing and do not pass without it. Install Terraform 1.11 or later \
    (https://developer.hashicorp.com/terraform/install) or OpenTofu 1.11 or later (https://opentofu.org/docs/intro/install), put it on \
    PATH, or name it in the environment variable TERRAFORM.";

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}
