//! When the process ends.

use std::process::ExitCode;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::signals::{Signal, Signals};

/// What the parts of the server tell about the process's life. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Lifecycle {
    connections: watch::Sender<Connections>,
    /// How many operations are under way.
    operations: watch::Sender<usize>,
    shutdown: watch::Sender<bool>,
}

impl Lifecycle {
    pub(super) fn new() -> Self {
        let shutdown = watch::Sender::new(false);
        Self { connections: watch::Sender::default(), operations: watch::Sender::default(), shutdown }
    }

    /// Counts a client's connection for as long as the guard lives.
    pub(super) fn connected(&self) -> Connected {
        self.connections.send_modify(|c| {
            c.open += 1;
            c.any = true;
        });
        Connected(self.connections.clone())
    }

    /// Counts an operation that a client waits for, for as long as the guard lives.
    pub(super) fn operation(&self) -> Operation {
        self.operations.send_modify(|operations| *operations += 1);
        Operation(self.operations.clone())
    }

    /// The client wants the process to end.
    pub(super) fn shut_down(&self) {
        self.shutdown.send_replace(true);
    }

    /// Waits for a reason to end: Shutdown, a signal, or nobody left to serve. Gives the exit status. A signal first makes this call
    /// `call_off`, as StopProvider does.
    ///
    /// Open streams do not hold the end up: Terraform keeps two open until the process is gone.
    pub(super) async fn ended(&self, kind: Kind, signals: &mut impl Signals, call_off: impl FnOnce()) -> ExitCode {
        tokio::select! {
            () = self.asked_to_shut_down() => ExitCode::SUCCESS,
            code = self.signalled(kind, signals, call_off) => code,
            () = self.abandoned(), if kind == Kind::Serve => {
                tracing::debug!("no client is left, ending");
                ExitCode::SUCCESS
            }
        }
    }

    /// Resolves at the end that a signal asks for.
    ///
    /// The terminal, a CI system or the system going down sends its signal to the whole process group. Terraform then waits for what is
    /// under way and writes it into the state: a process that ended before it had answered would lose the id of what it just made.
    async fn signalled(&self, kind: Kind, signals: &mut impl Signals, call_off: impl FnOnce()) -> ExitCode {
        let first = signals.next().await;
        tracing::info!(signal = first.name(), "ending as soon as what is under way has ended");
        call_off();
        tokio::select! {
            biased;
            // Whoever asks twice does not want to wait.
            second = signals.next() => second.status(),
            () = self.wound_up() => match (kind, first) {
                (Kind::Debug, Signal::Interrupt) => ExitCode::SUCCESS,
                _ => first.status(),
            },
        }
    }

    /// Resolves when nobody is left to answer, or nothing more will come, or it takes too long.
    async fn wound_up(&self) {
        tokio::select! {
            () = wait_for(&self.connections, |c| c.open == 0) => {}
            () = self.idle() => {}
            () = sleep(SIGNAL_GRACE) => {}
        }
    }

    /// Resolves when no operation has been under way for a while.
    async fn idle(&self) {
        loop {
            wait_for(&self.operations, |operations| *operations == 0).await;
            if timeout(IDLE, wait_for(&self.operations, |operations| *operations > 0)).await.is_err() {
                return;
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
    /// Started by Terraform, for one client.
    Serve,
    /// Started by hand, for any number of clients, until interrupted, which is its proper end.
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

/// An operation that is under way, counted.
#[derive(Debug)]
pub(super) struct Operation(watch::Sender<usize>);

impl Drop for Operation {
    fn drop(&mut self) {
        self.0.send_modify(|operations| *operations -= 1);
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

/// How long a client may take to hang up after Shutdown. Terraform kills after 2 s.
const SHUTDOWN_GRACE: Duration = Duration::from_millis(50);

/// How long Terraform may take to connect. It gives us one minute to start and connects right then.
const FIRST_CONNECTION: Duration = Duration::from_secs(60);

/// How long a client may take to come back after a broken connection.
const RECONNECT_GRACE: Duration = Duration::from_secs(1);

/// How long operations may take to end after a signal. They are called off, but a create that was sent is waited for, for 30 s, and what
/// it may have made is looked for after that.
const SIGNAL_GRACE: Duration = Duration::from_secs(60);

/// How long after a signal the process stays for a client that has nothing under way: answers are on their way, and Terraform hangs up
/// when it has them all.
const IDLE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::VecDeque;
    use std::future::pending;

    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nobody_ever_connecting_ends_the_process_after_a_minute() {
        let started = Instant::now();
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
        let started = Instant::now();
        assert_eq!(life.ended(Kind::Debug, &mut none(), || ()).await, ExitCode::SUCCESS);
        assert_eq!(started.elapsed(), SHUTDOWN_GRACE);
    }

    #[tokio::test(start_paused = true)]
    async fn shutdown_is_immediate_when_the_client_hangs_up() {
        let life = Lifecycle::new();
        let open = life.connected();
        life.shut_down();
        let started = Instant::now();
        let mut signals = none();
        let (code, ()) = tokio::join!(life.ended(Kind::Serve, &mut signals, || ()), async { drop(open) });
        assert_eq!((code, started.elapsed()), (ExitCode::SUCCESS, Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn debug_mode_outlives_its_clients() {
        let life = Lifecycle::new();
        drop(life.connected());
        let mut signals = none();
        let end = life.ended(Kind::Debug, &mut signals, || ());
        assert!(timeout(Duration::from_secs(100_000), end).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_signal_ends_a_process_without_a_client_at_once() {
        for (kind, signal, status) in [
            (Kind::Serve, Signal::Terminate, 128 + 15),
            (Kind::Serve, Signal::Interrupt, 128 + 2),
            (Kind::Serve, Signal::HangUp, 128 + 1),
            (Kind::Debug, Signal::Terminate, 128 + 15),
            (Kind::Debug, Signal::Interrupt, 0),
        ] {
            let (code, took, called_off) = end(&Lifecycle::new(), kind, &[(0, signal)]).await;
            assert_eq!((code, took, called_off), (ExitCode::from(status), 0, true), "{kind:?} {signal:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_signal_the_process_stays_until_its_client_has_the_answers() {
        for signal in [Signal::Terminate, Signal::Interrupt, Signal::HangUp] {
            let life = Lifecycle::new();
            let (open, operation) = (life.connected(), life.operation());
            let client = async {
                sleep(Duration::from_secs(20)).await;
                drop(operation);
                sleep(Duration::from_secs(2)).await;
                drop(open);
            };
            let signals = [(1, signal)];
            let ((code, took, called_off), ()) = tokio::join!(end(&life, Kind::Serve, &signals), client);
            assert_eq!((code, took, called_off), (signal.status(), 22, true), "{signal:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn shutdown_after_a_signal_is_an_end_as_any() {
        let life = Lifecycle::new();
        let _operation = life.operation();
        let open = life.connected();
        let client = async {
            sleep(Duration::from_secs(3)).await;
            life.shut_down();
            drop(open);
        };
        let ((code, took, _), ()) = tokio::join!(end(&life, Kind::Serve, &[(1, Signal::Terminate)]), client);
        // Which of the two is noticed first makes no difference to Terraform.
        assert!(code == ExitCode::SUCCESS || code == Signal::Terminate.status());
        assert_eq!(took, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_stays_without_an_operation_is_left_after_a_while() {
        let life = Lifecycle::new();
        let _open = life.connected();
        // Operations may follow one another.
        let client = async {
            for _ in 0..3 {
                let operation = life.operation();
                sleep(Duration::from_secs(4)).await;
                drop(operation);
                sleep(Duration::from_secs(4)).await;
            }
        };
        let ((code, took, _), ()) = tokio::join!(end(&life, Kind::Serve, &[(0, Signal::Terminate)]), client);
        assert_eq!((code, took), (Signal::Terminate.status(), 3 * 8 - 4 + IDLE.as_secs()));
    }

    #[tokio::test(start_paused = true)]
    async fn an_operation_that_does_not_end_is_left_after_the_grace() {
        let life = Lifecycle::new();
        let (_open, _operation) = (life.connected(), life.operation());
        let (code, took, called_off) = end(&life, Kind::Serve, &[(7, Signal::HangUp)]).await;
        assert_eq!((code, took, called_off), (Signal::HangUp.status(), 7 + SIGNAL_GRACE.as_secs(), true));
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_signal_ends_the_process_at_once() {
        let life = Lifecycle::new();
        let (_open, _operation) = (life.connected(), life.operation());
        for (first, second) in [
            (Signal::Interrupt, Signal::Interrupt),
            (Signal::Interrupt, Signal::Terminate),
            (Signal::Terminate, Signal::HangUp),
        ] {
            for kind in [Kind::Serve, Kind::Debug] {
                let (code, took, _) = end(&life, kind, &[(1, first), (4, second)]).await;
                assert_eq!((code, took), (second.status(), 5), "{kind:?} {first:?} {second:?}");
            }
        }
    }

    /// The end of a process that gets signals, each some seconds after the one before: its status, the seconds it took, and whether
    /// operations were called off.
    async fn end(life: &Lifecycle, kind: Kind, signals: &[(u64, Signal)]) -> (ExitCode, u64, bool) {
        let (started, called_off) = (Instant::now(), Cell::new(false));
        let mut signals = Script(signals.iter().copied().collect());
        let code = life.ended(kind, &mut signals, || called_off.set(true)).await;
        (code, started.elapsed().as_secs(), called_off.get())
    }

    /// No signal, ever.
    fn none() -> Script {
        Script(VecDeque::new())
    }

    /// Signals to come, each after some seconds.
    struct Script(VecDeque<(u64, Signal)>);

    impl Signals for Script {
        async fn next(&mut self) -> Signal {
            let Some((after, signal)) = self.0.pop_front() else { return pending().await };
            sleep(Duration::from_secs(after)).await;
            signal
        }
    }
}
