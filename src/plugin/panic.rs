//! What a crash says.

use std::backtrace::Backtrace;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::panic::{self, PanicHookInfo};
use std::thread;

/// Makes panics print what Terraform shows to the user: a line on standard error that starts with `panic: ` makes it keep this and
/// the next lines, and print them as the plugin's stack trace (hashicorp/terraform, internal/logging/panic.go).
pub(super) fn install() {
    panic::set_hook(Box::new(|info| {
        // Nothing is left to do about a standard error that is gone.
        let _ = io::stderr().lock().write_all(report(info).as_bytes());
    }));
}

fn report(info: &PanicHookInfo<'_>) -> String {
    let message = info.payload_as_str().unwrap_or("(a panic without a message)");
    let thread = thread::current();
    let name = thread.name().unwrap_or("unnamed");
    let mut report = format!("panic: {message}\n\nthread '{name}'");
    if let Some(location) = info.location() {
        // Writing to a string cannot fail.
        let _ = write!(report, " at {location}");
    }
    let _ = write!(report, "\n\n{}\n", Backtrace::force_capture());
    report
}
