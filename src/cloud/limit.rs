//! The rate at which calls of an action are sent in a region: documented, configured, or learned from refusals.

use std::collections::{HashMap, VecDeque};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::cloud::ctx::{Ctx, Interrupt};
use crate::cloud::retry::Policy;

/// The rate of calls of each action and region, as the clouds count.
///
/// A documented rate is kept from the beginning. Where none is documented none is guessed: the calls are free until the service refuses
/// one for their number. Then all calls of that action and region stop, for as long as the service asks or for a moment that grows while it
/// goes on to refuse; after that they come one after the other at somewhat less than what passed before, a little quicker with every second
/// without a refusal, until they are free again.
///
/// This is ours because it must live on tokio's clock: governor keeps time by itself, so that neither a paused test clock nor a cancellation
/// reaches it, and its rates cannot change.
#[derive(Debug)]
pub(crate) struct Limiter {
    per_second: Option<NonZeroU32>,
    policy: Policy,
    lanes: Mutex<HashMap<(&'static str, String), Arc<Lane>>>,
}

/// A call whose turn it was: says in the end what became of it. One that says nothing counts as one that passed.
#[derive(Debug)]
pub(crate) struct Turn {
    lane: Arc<Lane>,
    at: Instant,
    policy: Policy,
}

/// The calls of one action in one region.
#[derive(Debug, Default)]
struct Lane {
    /// Held by the call whose turn is next; the others wait for it in the order in which they came.
    next: tokio::sync::Mutex<()>,
    pace: Mutex<Pace>,
}

#[derive(Debug, Default)]
struct Pace {
    /// When the bucket of the rate would be full again.
    full_at: Option<Instant>,
    /// No call before this.
    closed_until: Option<Instant>,
    /// When calls were sent lately, without those that were refused.
    sent: VecDeque<Instant>,
    learned: Option<Learned>,
}

/// What a refusal taught.
#[derive(Clone, Copy, Debug)]
struct Learned {
    /// When the calls were stopped. A refusal of what was sent before says nothing new.
    at: Instant,
    /// How often they were, one after the other.
    stops: u32,
    /// The rate that was too high, if it was known.
    before: Option<f64>,
    /// The rate since, once there was a call.
    paced: Option<Paced>,
}

#[derive(Clone, Copy, Debug)]
struct Paced {
    since: Instant,
    per_second: f64,
    /// The rate at which they are free again.
    free_at: f64,
}

impl Limiter {
    /// `per_second` replaces the documented rate of every action. Where the service asks for no delay, the stops begin at twice the delay of
    /// `policy`, and become as long as that lets them.
    pub(crate) fn new(per_second: Option<NonZeroU32>, policy: Policy) -> Self {
        Self { per_second, policy, lanes: Mutex::default() }
    }

    /// Waits for this call's turn. Gives up when that would come after the deadline, leaving it to others.
    pub(crate) async fn turn(
        &self,
        ctx: &Ctx,
        action: &'static str,
        region: &str,
        documented: Option<NonZeroU32>,
    ) -> Result<Turn, Interrupt> {
        if ctx.is_cancelled() {
            return Err(Interrupt::Cancelled);
        }
        let ceiling = self.per_second.or(documented).map(|rate| f64::from(rate.get()));
        let lane = self.lane(action, region);
        let first = ctx.run(lane.next.lock()).await?;
        loop {
            let now = Instant::now();
            let at = lane.pace().next(ceiling, now);
            if at <= now {
                lane.pace().take(ceiling, now);
                drop(first);
                return Ok(Turn { lane, at: now, policy: self.policy });
            }
            if at >= ctx.deadline() {
                return Err(Interrupt::Deadline);
            }
            // All may have been stopped meanwhile.
            ctx.sleep(at - now).await?;
        }
    }

    /// Waits until a call would have its turn, without taking it, so that what comes meanwhile can go with the call. Ends with `ctx`.
    pub(crate) async fn room(
        &self,
        ctx: &Ctx,
        action: &'static str,
        region: &str,
        documented: Option<NonZeroU32>,
    ) -> Result<(), Interrupt> {
        let ceiling = self.per_second.or(documented).map(|rate| f64::from(rate.get()));
        let now = Instant::now();
        let at = self.lane(action, region).pace().next(ceiling, now);
        ctx.sleep(at.saturating_duration_since(now)).await
    }

    fn lane(&self, action: &'static str, region: &str) -> Arc<Lane> {
        // A poisoned map is still a map of lanes.
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry((action, region.to_owned())).or_default())
    }
}

impl Turn {
    /// The service took the call.
    pub(crate) fn passed(self) {
        self.lane.pace().passed(self.at);
    }

    /// The service refused the call because there were too many, and asks for a delay or not.
    pub(crate) fn refused(self, asked: Option<Duration>) {
        self.lane.pace().refused(self.at, asked, self.policy);
    }
}

impl Lane {
    fn pace(&self) -> MutexGuard<'_, Pace> {
        // Whatever stopped half-way, it is still a pace.
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pace {
    /// When the next call may be sent.
    fn next(&mut self, ceiling: Option<f64>, now: Instant) -> Instant {
        let open = self.closed_until.filter(|at| *at > now).unwrap_or(now);
        if open > now {
            return open;
        }
        let Some(rate) = self.rate(ceiling, now) else { return now };
        // The bucket holds a tenth of a second's calls: the clouds count within single seconds, and a bucket of a whole second would
        // allow twice the rate in the first one.
        let burst = Duration::from_secs_f64(((rate / 10.0).floor() - 1.0).max(0.0) / rate);
        let full = self.full_at.unwrap_or(now).max(now);
        full.checked_sub(burst).map_or(now, |at| at.max(now))
    }

    fn take(&mut self, ceiling: Option<f64>, now: Instant) {
        if let Some(rate) = self.rate(ceiling, now) {
            self.full_at = Some(self.full_at.unwrap_or(now).max(now) + Duration::from_secs_f64(1.0 / rate));
        }
        while self.sent.front().is_some_and(|sent| *sent + REMEMBERED < now) {
            self.sent.pop_front();
        }
        self.sent.push_back(now);
    }

    fn passed(&mut self, sent: Instant) {
        if let Some(learned) = self.learned.as_mut().filter(|learned| sent > learned.at) {
            learned.stops = 0;
        }
    }

    fn refused(&mut self, sent: Instant, asked: Option<Duration>, policy: Policy) {
        let now = Instant::now();
        if let Some(index) = self.sent.iter().rposition(|at| *at == sent) {
            self.sent.remove(index);
        }
        let asked = asked.filter(|asked| !asked.is_zero());
        let known = self.learned.is_some_and(|learned| sent <= learned.at);
        let stops = self.learned.map_or(0, |learned| learned.stops);
        let delay = match asked {
            Some(asked) => asked,
            None if known => return,
            // Several processes that were refused together do not come back together.
            None => (policy.base * (2 << stops.min(10))).min(policy.longest).mul_f64(1.0 + fastrand::f64() / 4.0),
        };
        self.closed_until = self.closed_until.max(now.checked_add(delay));
        if known {
            return;
        }
        let before = self.learned_rate(now);
        self.full_at = None;
        self.learned = Some(Learned { at: now, stops: stops + 1, before, paced: None });
    }

    /// The rate at this moment; none while the calls are free.
    fn rate(&mut self, ceiling: Option<f64>, now: Instant) -> Option<f64> {
        if let Some(learned) = &mut self.learned
            && learned.paced.is_none()
        {
            // By now it is known which of the calls passed that were sent within the second before the refusal.
            let within = |sent: &&Instant| **sent <= learned.at && **sent + ONE_SECOND >= learned.at;
            let passed = self.sent.iter().filter(within).count();
            let too_high = learned.before.unwrap_or_else(|| (passed as f64).max(FEW));
            let per_second = (too_high * if learned.before.is_some() { DECREASE } else { CAUTION }).max(SLOWEST);
            learned.paced = Some(Paced { since: now, per_second, free_at: too_high.max(1.0) * FREE_AGAIN });
        }
        let learned = self.learned_rate(now);
        let free = |paced: Paced| {
            learned.is_some_and(|rate| rate >= paced.free_at || ceiling.is_some_and(|ceiling| rate >= ceiling))
        };
        if self.learned.is_some_and(|learned| learned.paced.is_some_and(free)) {
            self.learned = None;
            return ceiling;
        }
        match (learned, ceiling) {
            (Some(learned), Some(ceiling)) => Some(learned.min(ceiling)),
            (learned, ceiling) => learned.or(ceiling),
        }
    }

    fn learned_rate(&self, now: Instant) -> Option<f64> {
        let Paced { since, per_second, .. } = self.learned?.paced?;
        let seconds = now.saturating_duration_since(since).as_secs_f64();
        Some(per_second + seconds * (per_second * INCREASE).max(SLOWEST * INCREASE))
    }
}

const ONE_SECOND: Duration = Duration::from_secs(1);
const REMEMBERED: Duration = Duration::from_secs(5);

/// How much of what passed is sent afterwards: it may have passed within two of the service's seconds.
const CAUTION: f64 = 0.8;
/// How much of a rate is left that was too high.
const DECREASE: f64 = 0.7;
/// How much quicker the calls become with every second: a refusal each ten seconds or so is the price for finding out.
const INCREASE: f64 = 0.04;
/// The calls are free again at so many times the rate that was too high.
const FREE_AGAIN: f64 = 2.0;
/// Where less than this passed in a second, perhaps no more was asked for.
const FEW: f64 = 3.0;
/// Calls per second, at the least.
const SLOWEST: f64 = 0.5;

#[cfg(test)]
mod tests;
