//! What the provider's processes use while Terraform runs: they are its children, so that only the system can tell.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Looks at all processes of one program until it is told to stop. Sees nothing where there is no `/proc`.
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<HashMap<u32, Seen>>,
}

/// What was seen of the processes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// The largest resident memory of any of them, in KiB (`VmHWM`).
    pub(crate) peak: u64,
    /// Of all together, to 10 ms.
    pub(crate) cpu: Duration,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    peak: u64,
    ticks: u64,
}

impl Watch {
    pub(crate) fn start(program: &Path) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, program) = (Arc::clone(&stop), fs::canonicalize(program).unwrap_or_default());
        let thread = thread::spawn(move || {
            let (mut known, mut seen) = (HashMap::new(), HashMap::new());
            while !stopped.load(Ordering::Relaxed) {
                look(&program, &mut known, &mut seen);
                thread::sleep(EVERY);
            }
            seen
        });
        Self { stop, thread }
    }

    pub(crate) fn stop(self) -> Usage {
        self.stop.store(true, Ordering::Relaxed);
        let seen = self.thread.join().unwrap_or_default();
        let ticks: u64 = seen.values().map(|process| process.ticks).sum();
        Usage {
            peak: seen.values().map(|process| process.peak).max().unwrap_or_default(),
            cpu: Duration::from_millis(ticks * 10),
        }
    }
}

/// Processes that are something else are looked at once; a process is something else before it is the provider, so Terraform's own
/// new children are looked at again.
fn look(program: &Path, known: &mut HashMap<u32, PathBuf>, seen: &mut HashMap<u32, Seen>) {
    let Ok(processes) = fs::read_dir("/proc") else { return };
    let pids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    for pid in pids {
        let old = known.get(&pid);
        if old.is_some_and(|exe| exe != program && !is_terraform(exe)) {
            continue;
        }
        if old.is_none_or(|exe| exe != program) {
            let exe = fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
            let ours = exe == program;
            known.insert(pid, exe);
            if !ours {
                continue;
            }
        }
        let Some(now) = usage(pid) else { continue };
        let seen = seen.entry(pid).or_default();
        *seen = Seen { peak: seen.peak.max(now.peak), ticks: seen.ticks.max(now.ticks) };
    }
}

fn is_terraform(exe: &Path) -> bool {
    exe.file_name().is_none_or(|name| name == "terraform" || name == "tofu" || name == "xtask")
}

/// As in proc(5): `VmHWM` of `status`, fields 14 and 15 (user and system time) of `stat`.
fn usage(pid: u32) -> Option<Seen> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let peak = peak.split_whitespace().next()?.parse().ok()?;
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before it may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some(Seen { peak, ticks: ticks()? + ticks()? })
}

const EVERY: Duration = Duration::from_millis(3);

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_memory() {
        let used = usage(std::process::id()).unwrap();
        assert!(used.peak > 500, "{} KiB", used.peak);
    }
}
