//! `cargo build` with one line of progress instead of one for each package.

use std::collections::HashSet;
use std::env;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// The cargo that runs us, at the root of the repository.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("a directory of the repository"));
    command
}

/// What is to be built.
#[derive(Clone, Copy, Debug)]
pub struct Build<'a> {
    /// What it is called.
    pub what: &'a str,
    /// Options that select packages and features.
    pub selection: &'a [&'a str],
    /// Further options.
    pub options: &'a [&'a str],
}

impl Build<'_> {
    /// Runs it with `cargo`. Where there is nothing to do, nothing is printed.
    ///
    /// # Errors
    ///
    /// What failed; cargo has said why on standard error.
    pub fn run(&self, cargo: &mut Command) -> Result<(), String> {
        let start = Instant::now();
        let mut child = cargo
            .args(["build", "--quiet", "--message-format", "json-render-diagnostics"])
            .args(self.selection)
            .args(self.options)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start cargo: {error}"))?;
        let stdout = child.stdout.take().expect("it is piped");
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(package) = package(&line)
                    && sender.send(package.to_owned()).is_err()
                {
                    return;
                }
            }
        });

        let mut line = Line::new(self.what);
        let (mut built, mut total) = (HashSet::new(), None);
        loop {
            match receiver.recv_timeout(Duration::from_millis(250)) {
                Ok(package) => drop(built.insert(package)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if start.elapsed() >= PATIENCE {
                let total = *total.get_or_insert_with(|| self.packages());
                line.show(built.len(), total, start.elapsed());
            }
        }
        let status = child.wait().map_err(|error| format!("cannot wait for cargo: {error}"))?;
        line.end(status.success(), start.elapsed());
        if status.success() { Ok(()) } else { Err(format!("cargo build of {} failed", self.what)) }
    }

    /// How many packages that takes, as `cargo tree` tells; none where it does not.
    fn packages(&self) -> Option<usize> {
        let tree = ["tree", "--quiet", "--edges", "normal,build", "--prefix", "none"];
        let output = cargo().args(tree).args(self.selection).stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
        Some(distinct(&text))
    }
}

/// The packages that `cargo tree` lists.
fn distinct(tree: &str) -> usize {
    let names = tree.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.is_empty());
    names.collect::<HashSet<_>>().len()
}

/// The package that cargo says is built.
fn package(message: &str) -> Option<&str> {
    message.contains(r#""reason":"compiler-artifact""#).then_some(())?;
    message.split_once(r#""package_id":""#)?.1.split('"').next()
}

/// A line on standard error that changes; where that is no terminal, a line at the beginning and one at the end.
struct Line<'a> {
    what: &'a str,
    changes: bool,
    begun: bool,
}

impl<'a> Line<'a> {
    fn new(what: &'a str) -> Self {
        Self { what, changes: io::stderr().is_terminal(), begun: false }
    }

    fn show(&mut self, built: usize, total: Option<usize>, elapsed: Duration) {
        let of = total.map(|total| format!(" of {}", total.max(built))).unwrap_or_default();
        if self.changes {
            self.print(&format!("\rBuilding {}: {built}{of} packages, {}\x1b[K", self.what, seconds(elapsed)));
        } else if !self.begun {
            let packages = total.map(|total| format!(": {total} packages")).unwrap_or_default();
            self.print(&format!("Building {}{packages}\n", self.what));
        }
        self.begun = true;
    }

    fn end(&self, success: bool, elapsed: Duration) {
        if !self.begun {
            return;
        }
        let start = if self.changes { "\r" } else { "" };
        let end = if self.changes { "\x1b[K" } else { "" };
        let text = if success { "Built" } else { "Could not build" };
        self.print(&format!("{start}{text} {} in {}{end}\n", self.what, seconds(elapsed)));
    }

    fn print(&self, text: &str) {
        // Nobody has to see it.
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

fn seconds(elapsed: Duration) -> String {
    match elapsed.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// What takes no longer is not worth a word.
const PATIENCE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_builds_is_counted_by_package() {
        let message = r#"{"reason":"compiler-artifact","package_id":"registry+https://x#libc@0.2.1","fresh":true}"#;
        assert_eq!(package(message), Some("registry+https://x#libc@0.2.1"));
        assert_eq!(package(r#"{"reason":"build-script-executed","package_id":"registry+https://x#libc@0.2.1"}"#), None);
        assert_eq!(package("garbage"), None);
    }

    #[test]
    fn a_tree_counts_each_package_once() {
        assert_eq!(distinct("a v1.0.0 (/x)\nb v2.0.0\nb v2.0.0 (*)\n\nc v1.0.0 (/y)\nb v3.0.0\n"), 4);
    }

    #[test]
    fn times_are_short() {
        assert_eq!(seconds(Duration::from_millis(1999)), "1 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 5 s");
    }
}
