//! What others could read of this process's memory, which holds keys.

use super::lifecycle::Kind;

/// Sees to it that a crash leaves no image of the memory on the disk. Call it before anything secret is read.
pub(super) fn switch_off(kind: Kind) {
    #[cfg(unix)]
    no_core_file();
    // In debug mode somebody may want to attach a debugger, which this forbids to all but root.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if kind == Kind::Serve {
        not_dumpable();
    }
    let _ = kind;
}

/// Also for processes that this one would start.
#[cfg(unix)]
fn no_core_file() {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: setrlimit only reads what it is given. It cannot fail: a limit may always be lowered.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, &raw const none) };
}

/// A program that the kernel pipes core dumps to gets them whatever the limit (core(5)), unless the process is not "dumpable". Then nobody
/// but root can look into its memory either (ptrace(2)), and the files in `/proc/PID` are root's; what the process reads there of itself is
/// open to all (`maps`, `exe`).
#[cfg(any(target_os = "linux", target_os = "android"))]
fn not_dumpable() {
    const NOT_DUMPABLE: libc::c_ulong = 0;
    // SAFETY: a number for a number. It cannot fail: 0 is a value that PR_SET_DUMPABLE takes.
    unsafe { libc::prctl(libc::PR_SET_DUMPABLE, NOT_DUMPABLE) };
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_debug_mode_can_be_looked_into() {
        for (kind, dumpable) in [(Kind::Debug, 1), (Kind::Serve, 0)] {
            switch_off(kind);
            let mut limit = libc::rlimit { rlim_cur: 1, rlim_max: 1 };
            // SAFETY: the limit is live and written to; a number for a number.
            let (got, state) =
                unsafe { (libc::getrlimit(libc::RLIMIT_CORE, &raw mut limit), libc::prctl(libc::PR_GET_DUMPABLE, 0)) };
            assert_eq!((got, limit.rlim_cur, limit.rlim_max, state), (0, 0, 0, dumpable), "{kind:?}");
        }
        // SAFETY: a number for a number. The other tests of this process are none of our business.
        unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 1 as libc::c_ulong) };
    }
}
