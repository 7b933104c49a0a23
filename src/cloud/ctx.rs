//! The time that an operation has, and whether it was called off: what every call and every wait goes by.

use std::time::Duration;

use tokio::time::{self, Instant};
use tokio_util::sync::CancellationToken;

/// How long an operation may take, and whether somebody called it off. Every call and every wait
/// carries one.
#[derive(Clone, Debug)]
pub struct Ctx {
    deadline: Instant,
    cancel: CancellationToken,
    outage_limit: Option<Duration>,
}

impl Ctx {
    /// An operation that ends `timeout` from now at the latest, and at once when `cancel` fires.
    pub fn new(timeout: Duration, cancel: CancellationToken) -> Self {
        Self { deadline: after(Instant::now(), timeout), cancel, outage_limit: None }
    }

    /// The same operation with a shorter time limit; a longer one changes nothing.
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        let deadline = self.deadline.min(after(Instant::now(), timeout));
        Self { deadline, ..self.clone() }
    }

    /// The same operation, which waits no longer than this for a service that does not answer. Without such a limit it waits as long as
    /// it may take.
    pub fn with_outage_limit(&self, limit: Option<Duration>) -> Self {
        Self { outage_limit: limit, ..self.clone() }
    }

    /// How long the operation waits for a service that does not answer, where it has a limit for that.
    pub fn outage_limit(&self) -> Option<Duration> {
        self.outage_limit
    }

    /// For what remains to be done when this operation was called off, or its time is over: to find out what became of its last call. It ends
    /// `limit` from now, and nothing calls it off.
    pub(crate) fn afterwards(&self, limit: Duration) -> Self {
        Self { deadline: after(Instant::now(), limit), cancel: CancellationToken::new(), ..self.clone() }
    }

    /// What is left of the operation's time.
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Whether the operation was called off.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Runs `future` to its end unless the operation is cancelled or its time is over first.
    pub(crate) async fn run<F: Future>(&self, future: F) -> Result<F::Output, Interrupt> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Interrupt::Cancelled),
            output = future => Ok(output),
            () = time::sleep_until(self.deadline) => Err(Interrupt::Deadline),
        }
    }

    /// Like [`Ctx::run`], but a cancellation leaves `future` another `grace` to finish: for
    /// requests whose answer is worth waiting for, since it names what they made.
    pub(crate) async fn run_with_grace<F: Future>(&self, grace: Duration, future: F) -> Result<F::Output, Interrupt> {
        if self.is_cancelled() {
            return Err(Interrupt::Cancelled);
        }
        let called_off = async {
            self.cancel.cancelled().await;
            time::sleep(grace).await;
        };
        tokio::select! {
            biased;
            output = future => Ok(output),
            () = called_off => Err(Interrupt::Cancelled),
            () = time::sleep_until(self.deadline) => Err(Interrupt::Deadline),
        }
    }

    pub(crate) async fn sleep(&self, duration: Duration) -> Result<(), Interrupt> {
        self.run(time::sleep(duration)).await
    }
}

/// Why an operation ended before its own end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interrupt {
    Cancelled,
    Deadline,
}

/// Users may ask for absurd timeouts; the clock cannot count that far.
fn after(now: Instant, timeout: Duration) -> Instant {
    now.checked_add(timeout).unwrap_or_else(|| now + FAR_FUTURE)
}

const FAR_FUTURE: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn cancelling_interrupts_a_sleep_at_once() {
        let cancel = CancellationToken::new();
        let ctx = Ctx::new(Duration::from_secs(600), cancel.clone());
        let started = Instant::now();
        tokio::spawn(async move {
            time::sleep(Duration::from_secs(3)).await;
            cancel.cancel();
        });

        assert_eq!(ctx.sleep(Duration::from_secs(300)).await, Err(Interrupt::Cancelled));
        assert_eq!(started.elapsed().as_secs(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_interrupts_a_sleep() {
        let ctx = Ctx::new(Duration::from_secs(600), CancellationToken::new());
        let ctx = ctx.with_timeout(Duration::from_secs(5)).with_timeout(Duration::from_secs(60));

        assert_eq!(ctx.sleep(Duration::from_secs(300)).await, Err(Interrupt::Deadline));
        assert_eq!(ctx.remaining(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_request_may_finish_within_its_grace() {
        let cancel = CancellationToken::new();
        let ctx = Ctx::new(Duration::from_secs(600), cancel.clone());
        let request = async {
            cancel.cancel();
            time::sleep(Duration::from_secs(2)).await;
            "answer"
        };
        assert_eq!(ctx.run_with_grace(Duration::from_secs(5), request).await, Ok("answer"));

        let never = std::future::pending::<()>();
        assert_eq!(ctx.run_with_grace(Duration::from_secs(5), never).await, Err(Interrupt::Cancelled));
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_afterwards_has_its_own_time_and_is_not_called_off() {
        let cancel = CancellationToken::new();
        cancel.cancel();
        let over = Ctx::new(Duration::ZERO, cancel);
        let afterwards = over.afterwards(Duration::from_secs(10));

        assert_eq!(afterwards.sleep(Duration::from_secs(9)).await, Ok(()));
        assert_eq!(afterwards.sleep(Duration::from_secs(9)).await, Err(Interrupt::Deadline));
    }

    #[test]
    fn an_absurd_timeout_does_not_overflow() {
        assert!(Ctx::new(Duration::MAX, CancellationToken::new()).remaining() > Duration::ZERO);
    }
}
