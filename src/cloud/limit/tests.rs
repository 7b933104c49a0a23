//! Tests of `limit.rs`.

use futures_util::future;
use tokio_util::sync::CancellationToken;

use super::*;

const ACTION: &str = "DescribeVpnConnections";
const REGION: &str = "ap-guangzhou";

fn rate(per_second: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(per_second)
}

fn limiter(per_second: Option<NonZeroU32>) -> Limiter {
    Limiter::new(per_second, Policy::new(0))
}

fn ctx(seconds: u64) -> Ctx {
    Ctx::new(Duration::from_secs(seconds), CancellationToken::new())
}

#[tokio::test(start_paused = true)]
async fn calls_keep_to_the_documented_rate() {
    let (limiter, ctx, started) = (limiter(None), ctx(600), Instant::now());

    for _ in 0..301 {
        limiter.turn(&ctx, ACTION, REGION, rate(100)).await.unwrap();
    }

    let elapsed = started.elapsed();
    assert!(elapsed > Duration::from_millis(2850), "{elapsed:?}");
    assert!(elapsed < Duration::from_millis(3500), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn the_first_second_is_not_a_double_one() {
    let (limiter, ctx, started) = (limiter(None), ctx(600), Instant::now());
    let mut within_a_second = 0;
    while started.elapsed() < Duration::from_secs(1) {
        limiter.turn(&ctx, ACTION, REGION, rate(20)).await.unwrap();
        within_a_second += 1;
    }
    assert!((19..=23).contains(&within_a_second), "{within_a_second}");
}

#[tokio::test(start_paused = true)]
async fn calls_without_a_documented_rate_are_free() {
    let (limiter, ctx, started) = (limiter(None), ctx(600), Instant::now());
    for _ in 0..1000 {
        limiter.turn(&ctx, ACTION, REGION, None).await.unwrap().passed();
    }
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn actions_and_regions_do_not_share_a_bucket() {
    let (limiter, ctx, started) = (limiter(rate(1)), ctx(600), Instant::now());

    limiter.turn(&ctx, ACTION, REGION, rate(100)).await.unwrap().refused(Some(Duration::from_secs(60)));
    limiter.turn(&ctx, ACTION, "ap-shanghai", rate(100)).await.unwrap();
    limiter.turn(&ctx, "DeleteVpnConnection", REGION, rate(100)).await.unwrap();
    assert_eq!(started.elapsed(), Duration::ZERO);

    limiter.turn(&ctx, ACTION, "ap-shanghai", rate(100)).await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_turn_after_the_deadline_is_refused_at_once_and_not_taken() {
    let (limiter, patient, hasty) = (limiter(rate(1)), ctx(600), ctx(1));
    let started = Instant::now();
    limiter.turn(&patient, ACTION, REGION, rate(1)).await.unwrap();

    let refused = limiter.turn(&hasty, ACTION, REGION, rate(1)).await;
    assert_eq!(refused.err(), Some(Interrupt::Deadline));
    assert_eq!(started.elapsed(), Duration::ZERO);

    limiter.turn(&patient, ACTION, REGION, rate(1)).await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn cancelling_ends_the_wait_for_a_turn_behind_others() {
    let cancel = CancellationToken::new();
    let called_off = Ctx::new(Duration::from_secs(600), cancel.clone());
    let limiter = limiter(None);
    limiter.turn(&called_off, ACTION, REGION, None).await.unwrap().refused(Some(Duration::from_secs(30)));
    let started = Instant::now();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(2)).await;
        cancel.cancel();
    });

    let turns = future::join_all((0..20).map(|_| limiter.turn(&called_off, ACTION, REGION, None))).await;

    assert!(turns.into_iter().all(|turn| turn.err() == Some(Interrupt::Cancelled)));
    assert_eq!(started.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn one_refusal_stops_all_for_as_long_as_the_service_asks() {
    let (limiter, ctx, started) = (limiter(None), ctx(600), Instant::now());
    let first = limiter.turn(&ctx, ACTION, REGION, None).await.unwrap();
    let second = limiter.turn(&ctx, ACTION, REGION, None).await.unwrap();
    first.refused(Some(Duration::from_millis(1500)));
    second.refused(Some(Duration::from_millis(4000)));

    let turns = (0..3).map(async |_| {
        limiter.turn(&ctx, ACTION, REGION, None).await.unwrap();
        started.elapsed()
    });
    let turns = future::join_all(turns).await;

    assert!(turns.iter().all(|turn| *turn >= Duration::from_secs(4)), "{turns:?}");
    assert!(turns[2] > turns[1] && turns[1] > turns[0], "{turns:?}");
}

#[tokio::test(start_paused = true)]
async fn stops_grow_while_nothing_passes() {
    let (limiter, ctx) = (limiter(None), ctx(600));
    let mut stops = Vec::new();
    for _ in 0..8 {
        let before = Instant::now();
        limiter.turn(&ctx, ACTION, REGION, None).await.unwrap().refused(None);
        stops.push(before.elapsed().as_millis());
    }
    // The first call waits for nothing.
    assert!((400..=501).contains(&stops[1]) && (800..=1001).contains(&stops[2]), "{stops:?}");
    assert!((10_000..=12_501).contains(&stops[7]), "{stops:?}");
}

/// A service that takes so many calls within each of its seconds, and refuses the others after `latency`, as it answers those that it takes.
struct Service {
    per_second: u32,
    latency: Duration,
    started: Instant,
    taken: Mutex<HashMap<u64, u32>>,
    refused: Mutex<Vec<Duration>>,
}

impl Service {
    fn new(per_second: u32, latency: Duration) -> Self {
        let (started, taken, refused) = (Instant::now(), Mutex::default(), Mutex::default());
        Self { per_second, latency, started, taken, refused }
    }

    async fn take(&self) -> bool {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let second = self.started.elapsed().as_secs();
        {
            let mut taken = self.taken.lock().unwrap();
            let taken = taken.entry(second).or_default();
            *taken += 1;
            if *taken > self.per_second {
                self.refused.lock().unwrap().push(self.started.elapsed());
                return false;
            }
        }
        tokio::time::sleep(self.latency).await;
        true
    }

    /// Makes `calls`, `at_once` at most, each repeated until it passes, and says how long that took.
    async fn called(&self, limiter: &Limiter, calls: usize, at_once: usize) -> Duration {
        use futures_util::stream::{self, StreamExt};
        let ctx = ctx(600);
        let begun = Instant::now();
        let call = async |_| loop {
            let turn = limiter.turn(&ctx, ACTION, REGION, None).await.expect("it passes within the ten minutes");
            match self.take().await {
                true => break turn.passed(),
                false => turn.refused(None),
            }
        };
        stream::iter(0..calls).map(call).buffer_unordered(at_once).collect::<Vec<_>>().await;
        begun.elapsed()
    }

    fn refusals(&self) -> usize {
        self.refused.lock().unwrap().len()
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_that_nobody_knew_is_learned_with_few_refusals() {
    for (per_second, calls, at_once, latency) in
        [(3, 60, 60, 50), (3, 60, 10, 50), (3, 60, 10, 3000), (1, 60, 10, 50), (10, 300, 20, 200), (50, 1000, 100, 20)]
    {
        let limiter = limiter(None);
        let service = Service::new(per_second, Duration::from_millis(latency));
        let took = service.called(&limiter, calls, at_once).await.as_secs_f64();

        let best = calls as f64 / f64::from(per_second);
        let case =
            format!("{calls} calls at {per_second}/s, {at_once} at once: {took} s, {} refused", service.refusals());
        assert!(took < best * 2.5 + 10.0, "{case}");
        // What was under way when the first was refused, and a few on the way back up.
        assert!(service.refusals() <= at_once + calls / 5 + 2, "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_comes_back_when_the_service_takes_more_again() {
    let limiter = limiter(None);
    Service::new(3, Duration::ZERO).called(&limiter, 30, 10).await;

    let free = Service::new(1000, Duration::ZERO);
    let slow = free.called(&limiter, 30, 10).await;
    tokio::time::sleep(Duration::from_secs(120)).await;
    let quick = free.called(&limiter, 200, 10).await;

    assert!(slow > Duration::from_secs(4), "{slow:?}");
    assert!(quick < Duration::from_secs(1), "{quick:?}");
    assert_eq!(free.refusals(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_documented_rate_is_a_ceiling_for_what_is_learned() {
    let (limiter, ctx) = (limiter(None), ctx(600));
    limiter.turn(&ctx, ACTION, REGION, rate(5)).await.unwrap().refused(None);
    tokio::time::sleep(Duration::from_secs(300)).await;
    let started = Instant::now();
    for _ in 0..11 {
        limiter.turn(&ctx, ACTION, REGION, rate(5)).await.unwrap().passed();
    }
    assert!(started.elapsed() >= Duration::from_secs(2), "{:?}", started.elapsed());
}
