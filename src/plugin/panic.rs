//! What a crash says.

use std::any::Any;
use std::backtrace::Backtrace;
use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::panic;
use std::thread;

/// Makes panics print what Terraform shows to the user: a line on standard error that starts with `panic: ` makes it keep this and
/// the next lines, and print them as the plugin's stack trace (hashicorp/terraform, internal/logging/panic.go).
pub(super) fn install() {
    panic::set_hook(Box::new(|info| {
        let report = report(message(info.payload()), info.location(), &Backtrace::force_capture());
        // One write, so that nothing gets in between. Nothing is left to do about a standard error that is gone.
        let _ = io::stderr().lock().write_all(report.as_bytes());
    }));
}

fn message(payload: &dyn Any) -> &str {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref().map(String::as_str));
    text.unwrap_or("(a panic without a message)")
}

fn report(message: &str, location: Option<&impl fmt::Display>, backtrace: &impl fmt::Display) -> String {
    let thread = thread::current();
    let mut report = format!("panic: {message}\n\nthread '{}'", thread.name().unwrap_or("unnamed"));
    if let Some(location) = location {
        // Writing to a string cannot fail.
        let _ = write!(report, " at {location}");
    }
    let _ = write!(report, "\n\n{backtrace}\n");
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_what_terraform_looks_for() {
        let report = report("index out of bounds", Some(&"src/a.rs:1:2"), &"0: main");
        assert_eq!(
            report,
            "panic: index out of bounds\n\nthread 'plugin::panic::tests::the_first_line_is_what_terraform_looks_for' at \
             src/a.rs:1:2\n\n0: main\n"
        );
    }

    #[test]
    fn messages_of_every_kind_are_read() {
        assert_eq!(message(&"literal"), "literal");
        assert_eq!(message(&format!("made {}", 1)), "made 1");
        assert_eq!(message(&7), "(a panic without a message)");
    }
}
