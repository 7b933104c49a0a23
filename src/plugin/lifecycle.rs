//! When the process ends.

use std::process::ExitCode;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

pub(super) use signals::Signals;

/// What the parts of the server tell about the process's life. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Lifecycle {
    connections: watch::Sender<Connections>,
    shutdown: watch::Sender<bool>,
}

impl Lifecycle {
    pub(super) fn new() -> Self {
        Self { connections: watch::Sender::default(), shutdown: watch::Sender::new(false) }
    }

    /// Counts a client's connection for as long as the guard lives.
    pub(super) fn connected(&self) -> Connected {
        self.connections.send_modify(|c| {
            c.open += 1;
            c.any = true;
        });
        Connected(self.connections.clone())
    }

    /// The client wants the process to end.
    pub(super) fn shut_down(&self) {
        self.shutdown.send_replace(true);
    }

    /// Waits for a reason to end: Shutdown, a signal, or nobody left to serve. Gives the exit status.
    ///
    /// Open streams do not hold the end up: Terraform keeps two open until the process is gone.
    pub(super) async fn ended(&self, kind: Kind, signalled: impl Future<Output = ExitCode>) -> ExitCode {
        tokio::select! {
            () = self.asked_to_shut_down() => ExitCode::SUCCESS,
            code = signalled => code,
            () = self.abandoned(), if kind == Kind::Serve => {
                tracing::debug!("no client is left, ending");
                ExitCode::SUCCESS
            }
        }
    }

    /// Resolves after Shutdown was called and its answer had the time to leave: clients hang up when they have it.
    async fn asked_to_shut_down(&self) {
        wait_for(&self.shutdown, |asked| *asked).await;
        let _ = timeout(SHUTDOWN_GRACE, wait_for(&self.connections, |c| c.open == 0)).await;
    }

    /// Resolves when the last client has gone, or none ever came: Terraform was killed and will not call Shutdown.
    ///
    /// Linux could send a signal at the parent's death (`PR_SET_PDEATHSIG`), but that means the death of the parent's *thread*,
    /// and Go starts processes from threads that come and go.
    async fn abandoned(&self) {
        if timeout(FIRST_CONNECTION, wait_for(&self.connections, |c| c.any)).await.is_err() {
            return;
        }
        loop {
            wait_for(&self.connections, |c| c.open == 0).await;
            if timeout(RECONNECT_GRACE, wait_for(&self.connections, |c| c.open > 0)).await.is_err() {
                return;
            }
        }
    }
}

/// How the process came to serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Started by Terraform, for one client. An interrupt is not for us: the terminal sends it to the whole process group, and
    /// Terraform answers it with StopProvider.
    Serve,
    /// Started by hand, for any number of clients, until interrupted.
    Debug,
}

/// A client's connection, counted.
#[derive(Debug)]
pub(super) struct Connected(watch::Sender<Connections>);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.send_modify(|c| c.open -= 1);
    }
}

#[derive(Debug, Default)]
struct Connections {
    open: usize,
    /// Whether there ever was one.
    any: bool,
}

async fn wait_for<T>(sender: &watch::Sender<T>, holds: impl FnMut(&T) -> bool) {
    // The sender is borrowed, so the channel cannot close.
    let _ = sender.subscribe().wait_for(holds).await;
}

#[cfg(unix)]
mod signals {
    use std::io;
    use std::process::ExitCode;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::Kind;

    /// What the terminal and the system send.
    pub(in crate::plugin) struct Signals {
        terminate: Signal,
        hangup: Signal,
        interrupt: Signal,
        kind: Kind,
    }

    impl Signals {
        /// Takes signals from here on. Needs a runtime.
        pub(in crate::plugin) fn listen(kind: Kind) -> io::Result<Self> {
            Ok(Self {
                terminate: signal(SignalKind::terminate())?,
                hangup: signal(SignalKind::hangup())?,
                interrupt: signal(SignalKind::interrupt())?,
                kind,
            })
        }

        /// Resolves with the status that a shell shows for a signal: SIGTERM, or SIGHUP from a terminal that was closed. An
        /// interrupt is the proper end of debug mode, and otherwise nothing.
        pub(in crate::plugin) async fn end(&mut self) -> ExitCode {
            loop {
                tokio::select! {
                    _ = self.terminate.recv() => return ExitCode::from(128 + 15),
                    _ = self.hangup.recv() => return ExitCode::from(128 + 1),
                    _ = self.interrupt.recv() => if self.kind == Kind::Debug { return ExitCode::SUCCESS },
                }
            }
        }
    }
}

#[cfg(windows)]
mod signals {
    use std::io;
    use std::process::ExitCode;

    use tokio::signal::windows::{CtrlC, ctrl_c};

    use super::Kind;

    /// What the console sends.
    pub(in crate::plugin) struct Signals {
        interrupt: CtrlC,
        kind: Kind,
    }

    impl Signals {
        /// Takes Ctrl-C from here on. Needs a runtime.
        pub(in crate::plugin) fn listen(kind: Kind) -> io::Result<Self> {
            Ok(Self { interrupt: ctrl_c()?, kind })
        }

        /// Resolves at the proper end of debug mode. Otherwise Ctrl-C is nothing to us, and Windows sends no other signal.
        pub(in crate::plugin) async fn end(&mut self) -> ExitCode {
            loop {
                self.interrupt.recv().await;
                if self.kind == Kind::Debug {
                    return ExitCode::SUCCESS;
                }
            }
        }
    }
}

/// How long a client may take to hang up after Shutdown. Terraform kills after 2 s.
const SHUTDOWN_GRACE: Duration = Duration::from_millis(50);

/// How long Terraform may take to connect. It gives us one minute to start and connects right then.
const FIRST_CONNECTION: Duration = Duration::from_secs(60);

/// How long a client may take to come back after a broken connection.
const RECONNECT_GRACE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nobody_ever_connecting_ends_the_process_after_a_minute() {
        let started = tokio::time::Instant::now();
        Lifecycle::new().abandoned().await;
        assert_eq!(started.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn an_open_connection_keeps_the_process_alive() {
        let life = Lifecycle::new();
        let _open = life.connected();
        assert!(timeout(Duration::from_secs(100_000), life.abandoned()).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_client_leaving_ends_the_process() {
        let life = Lifecycle::new();
        let (first, second) = (life.connected(), life.connected());
        drop(first);
        assert!(timeout(Duration::from_secs(60), life.abandoned()).await.is_err());
        drop(second);
        assert!(timeout(Duration::from_secs(2), life.abandoned()).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_comes_back_is_served_on() {
        let life = Lifecycle::new();
        drop(life.connected());
        let end = tokio::spawn({
            let life = life.clone();
            async move { life.abandoned().await }
        });
        tokio::time::sleep(RECONNECT_GRACE / 2).await;
        let back = life.connected();
        tokio::time::sleep(RECONNECT_GRACE * 10).await;
        assert!(!end.is_finished());
        drop(back);
        end.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn shutdown_does_not_wait_for_connections_that_stay_open() {
        let life = Lifecycle::new();
        let _open = life.connected();
        life.shut_down();
        let started = tokio::time::Instant::now();
        assert_eq!(life.ended(Kind::Debug, pending()).await, ExitCode::SUCCESS);
        assert_eq!(started.elapsed(), SHUTDOWN_GRACE);
    }

    #[tokio::test(start_paused = true)]
    async fn shutdown_is_immediate_when_the_client_hangs_up() {
        let life = Lifecycle::new();
        let open = life.connected();
        life.shut_down();
        let started = tokio::time::Instant::now();
        let (code, ()) = tokio::join!(life.ended(Kind::Serve, pending()), async { drop(open) });
        assert_eq!((code, started.elapsed()), (ExitCode::SUCCESS, Duration::ZERO));
    }
    #[tokio::test(start_paused = true)]
    async fn debug_mode_outlives_its_clients() {
        let life = Lifecycle::new();
        drop(life.connected());
        let end = life.ended(Kind::Debug, pending());
        assert!(timeout(Duration::from_secs(100_000), end).await.is_err());
    }

    #[tokio::test]
    async fn a_signal_gives_the_status() {
        let end = Lifecycle::new().ended(Kind::Serve, async { ExitCode::from(143) }).await;
        assert_eq!(end, ExitCode::from(143));
    }
}
