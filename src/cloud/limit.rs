use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::cloud::ctx::{Ctx, Interrupt};

/// One token bucket per action and region, as the clouds count.
///
/// The bucket is ours because it must live on tokio's clock: governor keeps time by itself, so that
/// neither a paused test clock nor a cancellation reaches it. It holds a tenth of a second's
/// tokens: the clouds count within single seconds, and a bucket of a whole second would allow twice
/// the rate in the first one.
#[derive(Debug)]
pub(crate) struct Limiter {
    per_second: Option<NonZeroU32>,
    /// When the bucket of a key would be full again.
    full_at: Mutex<HashMap<(&'static str, String), Instant>>,
}

impl Limiter {
    /// `per_second` replaces the documented rate of every action.
    pub(crate) fn new(per_second: Option<NonZeroU32>) -> Self {
        Self { per_second, full_at: Mutex::default() }
    }

    /// Waits for this call's turn. Gives up at once, leaving the turn to others, when it would come
    /// after the deadline.
    pub(crate) async fn turn(
        &self,
        ctx: &Ctx,
        action: &'static str,
        region: &str,
        documented: NonZeroU32,
    ) -> Result<(), Interrupt> {
        if ctx.is_cancelled() {
            return Err(Interrupt::Cancelled);
        }
        let now = Instant::now();
        let at = self.reserve(ctx, action, region, documented, now).ok_or(Interrupt::Deadline)?;
        if at <= now {
            return Ok(());
        }
        ctx.sleep(at - now).await
    }

    fn reserve(
        &self,
        ctx: &Ctx,
        action: &'static str,
        region: &str,
        documented: NonZeroU32,
        now: Instant,
    ) -> Option<Instant> {
        let rate = self.per_second.unwrap_or(documented).get();
        let interval = Duration::from_secs(1) / rate;
        let burst = interval * (rate / 10).saturating_sub(1);

        // A poisoned map is still a map of instants.
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full = full_at.entry((action, region.to_owned())).or_insert(now);
        let start = (*full).max(now);
        let at = start.checked_sub(burst).map_or(now, |at| at.max(now));
        if at >= ctx.deadline() {
            return None;
        }
        *full = start + interval;
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;

    const ACTION: &str = "DescribeVpnConnections";

    fn rate(per_second: u32) -> NonZeroU32 {
        NonZeroU32::new(per_second).unwrap()
    }

    fn ctx(seconds: u64) -> Ctx {
        Ctx::new(Duration::from_secs(seconds), CancellationToken::new())
    }

    #[tokio::test(start_paused = true)]
    async fn calls_keep_to_the_documented_rate() {
        let (limiter, ctx, started) = (Limiter::new(None), ctx(600), Instant::now());

        for _ in 0..301 {
            limiter.turn(&ctx, ACTION, "ap-guangzhou", rate(100)).await.unwrap();
        }

        let elapsed = started.elapsed();
        assert!(elapsed > Duration::from_millis(2850), "{elapsed:?}");
        assert!(elapsed < Duration::from_millis(3500), "{elapsed:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_second_is_not_a_double_one() {
        let (limiter, ctx, started) = (Limiter::new(None), ctx(600), Instant::now());
        let mut within_a_second = 0;
        while started.elapsed() < Duration::from_secs(1) {
            limiter.turn(&ctx, ACTION, "ap-guangzhou", rate(20)).await.unwrap();
            within_a_second += 1;
        }
        assert!((19..=23).contains(&within_a_second), "{within_a_second}");
    }

    #[tokio::test(start_paused = true)]
    async fn actions_and_regions_do_not_share_a_bucket() {
        let (limiter, ctx, started) = (Limiter::new(Some(rate(1))), ctx(600), Instant::now());

        limiter.turn(&ctx, ACTION, "ap-guangzhou", rate(100)).await.unwrap();
        limiter.turn(&ctx, ACTION, "ap-shanghai", rate(100)).await.unwrap();
        limiter.turn(&ctx, "DeleteVpnConnection", "ap-guangzhou", rate(100)).await.unwrap();
        assert_eq!(started.elapsed(), Duration::ZERO);

        limiter.turn(&ctx, ACTION, "ap-guangzhou", rate(100)).await.unwrap();
        assert_eq!(started.elapsed().as_secs(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_after_the_deadline_is_refused_at_once_and_not_taken() {
        let (limiter, patient, hasty) = (Limiter::new(Some(rate(1))), ctx(600), ctx(1));
        let started = Instant::now();
        limiter.turn(&patient, ACTION, "ap-guangzhou", rate(1)).await.unwrap();

        let refused = limiter.turn(&hasty, ACTION, "ap-guangzhou", rate(1)).await;
        assert_eq!(refused, Err(Interrupt::Deadline));
        assert_eq!(started.elapsed(), Duration::ZERO);

        limiter.turn(&patient, ACTION, "ap-guangzhou", rate(1)).await.unwrap();
        assert_eq!(started.elapsed().as_secs(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn cancelling_ends_the_wait_for_a_turn() {
        let cancel = CancellationToken::new();
        let ctx = Ctx::new(Duration::from_secs(600), cancel.clone());
        let limiter = Limiter::new(Some(rate(1)));
        for _ in 0..20 {
            limiter.reserve(&ctx, ACTION, "ap-guangzhou", rate(1), Instant::now());
        }
        let started = Instant::now();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            cancel.cancel();
        });

        let ended = limiter.turn(&ctx, ACTION, "ap-guangzhou", rate(1)).await;

        assert_eq!(ended, Err(Interrupt::Cancelled));
        assert_eq!(started.elapsed().as_secs(), 2);
    }
}
