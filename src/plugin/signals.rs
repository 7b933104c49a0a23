//! What the terminal and the system send to end a process.

use std::process::ExitCode;

/// A wish that the process end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// SIGHUP: the terminal was closed.
    #[cfg_attr(not(unix), allow(dead_code))]
    HangUp,
    /// SIGINT, Ctrl-C.
    Interrupt,
    /// SIGTERM; Ctrl-Break on Windows.
    Terminate,
}

impl Signal {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::HangUp => "SIGHUP",
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        }
    }

    /// The status that a shell shows for a process that a signal ended.
    pub(super) fn status(self) -> ExitCode {
        // The numbers of POSIX, the same on every Unix.
        let number = match self {
            Self::HangUp => 1,
            Self::Interrupt => 2,
            Self::Terminate => 15,
        };
        ExitCode::from(128 + number)
    }
}

/// Where signals come from.
pub(super) trait Signals {
    /// The next signal. Nothing is lost if the future is dropped.
    async fn next(&mut self) -> Signal;
}

pub(super) use system::System;

#[cfg(unix)]
mod system {
    use std::io;

    use tokio::signal::unix::{self, SignalKind, signal};

    use super::{Signal, Signals};

    /// The signals of this process.
    pub(in crate::plugin) struct System {
        hang_up: unix::Signal,
        interrupt: unix::Signal,
        terminate: unix::Signal,
    }

    impl System {
        /// Takes signals from here on. Needs a runtime.
        pub(in crate::plugin) fn listen() -> io::Result<Self> {
            Ok(Self {
                hang_up: signal(SignalKind::hangup())?,
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
            })
        }
    }

    impl Signals for System {
        async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.hang_up.recv() => Signal::HangUp,
                _ = self.interrupt.recv() => Signal::Interrupt,
                _ = self.terminate.recv() => Signal::Terminate,
            }
        }
    }
}

#[cfg(windows)]
mod system {
    use std::io;

    use tokio::signal::windows::{CtrlBreak, CtrlC, ctrl_break, ctrl_c};

    use super::{Signal, Signals};

    /// What the console sends to this process.
    pub(in crate::plugin) struct System {
        interrupt: CtrlC,
        terminate: CtrlBreak,
    }

    impl System {
        /// Takes what the console sends from here on. Needs a runtime.
        pub(in crate::plugin) fn listen() -> io::Result<Self> {
            Ok(Self { interrupt: ctrl_c()?, terminate: ctrl_break()? })
        }
    }

    impl Signals for System {
        async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.interrupt.recv() => Signal::Interrupt,
                _ = self.terminate.recv() => Signal::Terminate,
            }
        }
    }
}
