//! Waiting for a state: polls at growing intervals, until it is reached, the time is over or the
//! operation is called off.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use tokio::time::Instant;

use crate::cloud::ctx::{Ctx, Interrupt};
use crate::cloud::erased::{self, Value};
use crate::cloud::error::{Class, Error, Result, human};
use crate::cloud::text;

/// What one look at the awaited object showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Poll<T> {
    /// The wait is over.
    Ready(T),
    /// Not yet; the text is the state seen, shown in logs and in the error when the time is over.
    Pending(String),
}

/// Polls until `poll` is ready, at once and then after about 25 ms, 38 ms, 56 ms ... 5 s. All waits of a process keep the same ticks, so
/// that what is waited for together can be asked for together.
///
/// `what` completes the sentence "waiting for ...". Gives an error of class [`Class::Timeout`] that
/// names what was awaited and the state last seen, of class [`Class::Cancelled`] when the operation
/// is called off, and whatever `poll` fails with. A failure that may pass is no end of a wait, unless
/// the operation has a [limit](Ctx::outage_limit) for that: the next look may succeed.
pub async fn until<T, F>(ctx: &Ctx, what: &str, mut poll: impl FnMut() -> F + Send) -> Result<T>
where
    T: Send + 'static,
    // Not `AsyncFnMut`: futures that hold one cannot be shown to be `Send` yet.
    F: Future<Output = Result<Poll<T>>> + Send,
{
    let mut poll = || {
        let poll = poll();
        async move { Ok(poll.await?.erased()) }.boxed()
    };
    polled(ctx, what, &mut poll).await.map(erased::restore)
}

/// Waits until the object `id` is `state`: polls until `look` is ready, as [`until`] does.
///
/// An object that is not listed yet may take half a minute to show up; one that vanishes is an error
/// of class [`Class::NotFound`].
pub(crate) async fn until_it_is<T, F>(ctx: &Ctx, id: &str, state: &str, look: impl Fn() -> F + Sync) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<Option<Poll<T>>>> + Send,
{
    let look = || {
        let look = look();
        async move { Ok(look.await?.map(Poll::erased)) }.boxed()
    };
    looked_for(ctx, id, state, &look).await.map(erased::restore)
}

/// Polls the object `id` until `look` gives none: until the service clearly says that there is no
/// such object. What it gives before is the state, as for [`Poll::Pending`].
pub(crate) async fn until_gone<F>(ctx: &Ctx, id: &str, mut look: impl FnMut() -> F + Send) -> Result<()>
where
    F: Future<Output = Result<Option<String>>> + Send,
{
    let mut poll = || {
        let look = look();
        async move { Ok(look.await?.map_or_else(|| Poll::Ready(erased::erase(())), Poll::Pending)) }.boxed()
    };
    polled(ctx, &format!("{id} to be deleted"), &mut poll).await.map(drop)
}

impl<T: Send + 'static> Poll<T> {
    fn erased(self) -> Poll<Value> {
        match self {
            Self::Ready(value) => Poll::Ready(erased::erase(value)),
            Self::Pending(state) => Poll::Pending(state),
        }
    }
}

/// What [`until`] does, whatever is waited for.
async fn polled<'a>(
    ctx: &Ctx,
    what: &str,
    poll: &mut (dyn FnMut() -> BoxFuture<'a, Result<Poll<Value>>> + Send + '_),
) -> Result<Value> {
    let started = Instant::now();
    let mut report_at = started + REPORT_EVERY;
    let mut interval = FIRST_INTERVAL;
    let mut seen = Seen::default();
    loop {
        match ctx.run(poll()).await {
            Err(interrupt) => return Err(interrupted(interrupt, what, started, &seen)),
            Ok(Ok(Poll::Ready(value))) => return Ok(value),
            Ok(Ok(Poll::Pending(state))) => {
                let state = Some(text::shown(&state, text::WORD).into_owned());
                seen = Seen { state, failure: None };
            }
            Ok(Err(error)) => match error.class() {
                Class::Timeout => return Err(interrupted(Interrupt::Deadline, what, started, &seen)),
                Class::Cancelled => return Err(interrupted(Interrupt::Cancelled, what, started, &seen)),
                Class::Transient | Class::Throttled if ctx.outage_limit().is_none() && !error.is_ambiguous() => {
                    tracing::warn!("still waiting for {what}, though looking at it failed: {error}");
                    seen.failure = Some(error.to_string());
                }
                _ => return Err(error),
            },
        }
        if Instant::now() >= report_at {
            report_at += REPORT_EVERY;
            let state = seen.state.as_deref().unwrap_or("unknown");
            tracing::info!(state, elapsed = human(started.elapsed()), "still waiting for {what}");
        }
        if let Err(interrupt) = ctx.sleep(pause(interval)).await {
            return Err(interrupted(interrupt, what, started, &seen));
        }
        interval = (interval * 3 / 2).min(LONGEST_INTERVAL);
    }
}

/// What the polls of a wait have shown so far.
#[derive(Default)]
struct Seen {
    /// The last state.
    state: Option<String>,
    /// Why nothing has been seen since.
    failure: Option<String>,
}

/// What [`until_it_is`] does, whatever is waited for.
async fn looked_for<'a>(
    ctx: &Ctx,
    id: &str,
    state: &str,
    look: &(dyn Fn() -> BoxFuture<'a, Result<Option<Poll<Value>>>> + Sync + '_),
) -> Result<Value> {
    let started = Instant::now();
    let seen = AtomicBool::new(false);
    let mut poll = || {
        async {
            if let Some(poll) = look().await? {
                seen.store(true, Ordering::Relaxed);
                return Ok(poll);
            }
            let seen = seen.load(Ordering::Relaxed);
            if seen || started.elapsed() >= LISTING_LAG {
                let how = if seen { "vanished" } else { "did not show up" };
                return Err(Error::new(Class::NotFound, format!("{id} {how} while it was waited for")));
            }
            Ok(Poll::Pending("not listed yet".to_owned()))
        }
        .boxed()
    };
    polled(ctx, &format!("{id} to become {state}"), &mut poll).await
}

/// How long to sleep so as to wake up on a tick, about `interval` from now.
fn pause(interval: Duration) -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let since = START.get_or_init(start).elapsed();
    // Ticks are as far apart as the interval, or up to twice as close: of different intervals, the ticks of one are ticks of the other.
    let doublings = (interval.as_micros() / FIRST_INTERVAL.as_micros()).max(1).ilog2();
    let tick = FIRST_INTERVAL.as_micros() << doublings;
    let nearest = ((since + interval).as_micros() + tick / 2) / tick * tick;
    Duration::from_micros(u64::try_from(nearest).unwrap_or(u64::MAX)).saturating_sub(since)
}

/// A moment before everything here, also by the clocks of tests, which are not the real one.
fn start() -> Instant {
    let now = std::time::Instant::now();
    Instant::from_std(now.checked_sub(Duration::from_secs(60)).unwrap_or(now))
}

fn interrupted(interrupt: Interrupt, what: &str, started: Instant, seen: &Seen) -> Error {
    let mut state =
        seen.state.as_ref().map_or_else(|| "no state seen".to_owned(), |state| format!("last state {state}"));
    if let Some(failure) = &seen.failure {
        state.push_str(&format!("; the last look failed: {failure}"));
    }
    let elapsed = human(started.elapsed());
    match interrupt {
        Interrupt::Cancelled => {
            Error::new(Class::Cancelled, format!("called off while waiting for {what}, after {elapsed}, {state}"))
        }
        Interrupt::Deadline => {
            Error::new(Class::Timeout, format!("gave up waiting for {what} after {elapsed}, {state}"))
        }
    }
}

/// Changes of an attribute are often done in less than a tenth of a second.
const FIRST_INTERVAL: Duration = Duration::from_millis(25);
const LONGEST_INTERVAL: Duration = Duration::from_secs(5);
/// How long an object that was made may be missing from listings.
pub(crate) const LISTING_LAG: Duration = Duration::from_secs(30);
const REPORT_EVERY: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;

    use futures_util::future;
    use tokio_util::sync::CancellationToken;
    use tracing::Level;

    use super::*;
    use crate::cloud::testing::Logs;

    fn ctx(seconds: u64) -> (Ctx, CancellationToken) {
        let cancel = CancellationToken::new();
        (Ctx::new(Duration::from_secs(seconds), cancel.clone()), cancel)
    }

    /// When something that becomes ready with the `count`th poll was polled.
    async fn polls(count: usize) -> Vec<Instant> {
        let (ctx, _) = ctx(3600);
        let polls = Mutex::new(Vec::new());
        until(&ctx, "vpnx-1 to become AVAILABLE", || async {
            let mut polls = polls.lock().unwrap();
            polls.push(Instant::now());
            Ok(if polls.len() == count { Poll::Ready(()) } else { Poll::Pending("PENDING".into()) })
        })
        .await
        .unwrap();
        polls.into_inner().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn intervals_grow_from_25_ms_to_5_s() {
        let polls = polls(20).await;

        let gaps: Vec<_> = polls.windows(2).map(|pair| (pair[1] - pair[0]).as_millis()).collect();
        let mut interval = 25.0_f64;
        for gap in &gaps {
            assert!((0.5 * interval - 2.0..=1.5 * interval + 2.0).contains(&(*gap as f64)), "{interval}: {gaps:?}");
            interval = (interval * 1.5).min(5000.0);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_that_began_apart_poll_together() {
        let started = Instant::now();
        let waits = (0..30).map(|n| async move {
            tokio::time::sleep(Duration::from_millis(7 * n)).await;
            polls(12).await
        });
        let all: Vec<_> = future::join_all(waits).await.concat();

        // Each polls at once when it begins. After that, alone they would have 330 moments.
        let moments: BTreeSet<_> = all.iter().map(|poll| (*poll - started).as_millis() / 2).collect();
        assert!(moments.len() < 30 + 110, "{} moments of {} polls", moments.len(), all.len());
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_names_what_was_awaited_and_the_last_state() {
        let (ctx, _) = ctx(30);

        let error = until(&ctx, "vpnx-1 to become AVAILABLE", || async { Ok(Poll::<()>::Pending("PENDING".into())) })
            .await
            .unwrap_err();

        assert_eq!(error.class(), Class::Timeout);
        assert_eq!(error.to_string(), "gave up waiting for vpnx-1 to become AVAILABLE after 30s, last state PENDING");
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_wait_reports_its_progress() {
        let (logs, _guard) = Logs::capture();
        let (ctx, _) = ctx(62);

        let _ = until(&ctx, "vpnx-1 to become AVAILABLE", || async { Ok(Poll::<()>::Pending("PENDING".into())) }).await;

        let lines = logs.at(Level::INFO);
        assert!((4..=6).contains(&lines.len()), "{lines:?}");
        assert!(lines[0].contains("still waiting for vpnx-1 to become AVAILABLE"), "{lines:?}");
        assert!(lines[0].contains(r#"state="PENDING""#), "{lines:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_poll_that_hangs_is_bounded_too() {
        let (ctx, _) = ctx(30);

        let error = until(&ctx, "vpnx-1", || async {
            std::future::pending::<()>().await;
            Ok(Poll::Ready(()))
        })
        .await
        .unwrap_err();

        assert_eq!(error.to_string(), "gave up waiting for vpnx-1 after 30s, no state seen");
    }

    #[tokio::test(start_paused = true)]
    async fn cancelling_ends_the_wait_at_once() {
        let (ctx, cancel) = ctx(3600);
        let started = Instant::now();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(61_234)).await;
            cancel.cancel();
        });

        let error = until(&ctx, "vpnx-1", || async { Ok(Poll::<()>::Pending("PENDING".into())) }).await.unwrap_err();

        assert_eq!(error.class(), Class::Cancelled);
        assert_eq!(started.elapsed().as_secs(), 61);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failing_poll_ends_the_wait_with_its_own_error() {
        let (ctx, _) = ctx(30);

        let error =
            until::<(), _>(&ctx, "vpnx-1", || async { Err(Error::new(Class::Auth, "refused")) }).await.unwrap_err();

        assert_eq!((error.class(), error.message()), (Class::Auth, "refused"));
    }

    #[tokio::test(start_paused = true)]
    async fn failures_that_pass_are_looks_that_showed_nothing() {
        for class in [Class::Transient, Class::Throttled] {
            let (ctx, _) = ctx(600);
            let polls = Mutex::new(0);
            let look = || async {
                let mut polls = polls.lock().unwrap();
                *polls += 1;
                match *polls {
                    1 => Ok(Poll::Pending("PENDING".into())),
                    2..20 => Err(Error::new(class, "HTTP 503")),
                    _ => Ok(Poll::Ready(())),
                }
            };
            until(&ctx, "vpnx-1", look).await.unwrap();

            let limited = ctx.with_outage_limit(Some(Duration::from_secs(30)));
            *polls.lock().unwrap() = 0;
            assert_eq!(until(&limited, "vpnx-1", look).await.unwrap_err().class(), class);
            assert_eq!(*polls.lock().unwrap(), 2);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_says_that_looking_had_failed() {
        let (ctx, _) = ctx(30);
        let error =
            until::<(), _>(&ctx, "vpnx-1", || async { Err(Error::new(Class::Transient, "broken")) }).await.unwrap_err();

        assert_eq!(error.class(), Class::Timeout);
        let says = "gave up waiting for vpnx-1 after 30s, no state seen; the last look failed: broken";
        assert_eq!(error.to_string(), says);
    }

    #[tokio::test(start_paused = true)]
    async fn states_of_a_service_are_shown_cut_and_clean() {
        let (ctx, _) = ctx(1);
        let evil = "\u{1b}[2J".repeat(100_000);
        let error = until::<(), _>(&ctx, "it", || async { Ok(Poll::Pending(evil.clone())) }).await.unwrap_err();

        assert!(error.message().len() < 2000 && !error.message().contains('\u{1b}'), "{error}");
    }
}
