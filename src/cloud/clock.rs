//! This machine's clock and the service's, which the `Date` of its answers tells.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::cloud::error::human;
use crate::cloud::transport::Reply;

/// The time on this machine, in Unix seconds.
pub(crate) fn unix_now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}

/// What time it is for a service, going by its newest answer: `Date`, which is in whole seconds.
#[derive(Debug, Default)]
pub(crate) struct ServiceClock(Mutex<Option<(Instant, i64)>>);

impl ServiceClock {
    /// Learns the time from an answer of the service itself, not of what is in between.
    pub(crate) fn note(&self, reply: &Reply) {
        let Some(date) = reply.date() else { return };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), date));
    }

    /// The earliest that it can have been for the service at that moment, in Unix seconds; none while it has told no time.
    pub(crate) fn at(&self, moment: Instant) -> Option<i64> {
        let (noted, date) = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        Some(match moment.checked_duration_since(noted) {
            Some(since) => date.saturating_add(seconds(since)),
            None => date.saturating_sub(seconds(noted - moment)).saturating_sub(1),
        })
    }
}

/// Says how far this machine's clock is off, going by the clock in the answer; none when the answer
/// tells no time. `allowed` is what the service documents.
pub(crate) fn skew(reply: &Reply, allowed: Duration) -> Option<String> {
    Some(describe(reply.date()?, unix_now(), allowed))
}

fn describe(theirs: i64, ours: i64, allowed: Duration) -> String {
    let off = Duration::from_secs(ours.abs_diff(theirs));
    if off <= allowed {
        return "This machine's clock and the service's agree: it was the request that was late. Try again.".to_owned();
    }
    let direction = if ours < theirs { "behind" } else { "ahead of" };
    format!(
        "This machine's clock is {} {direction} the service's, which allows {} minutes: set the clock (NTP).",
        human(off),
        allowed.as_secs() / 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_are_told() {
        let allowed = Duration::from_secs(300);
        assert_eq!(
            describe(1000, 400, allowed),
            "This machine's clock is 10m00s behind the service's, which allows 5 minutes: set the clock (NTP)."
        );
        assert!(describe(1000, 1360, allowed).contains("6m00s ahead of the service's"));
    }

    #[tokio::test(start_paused = true)]
    async fn the_services_time_goes_on_between_its_answers() {
        let clock = ServiceClock::default();
        let before = Instant::now();
        assert_eq!(clock.at(before), None);
        tokio::time::advance(Duration::from_millis(1500)).await;
        let date = [(reqwest::header::DATE, "Tue, 14 Nov 2023 22:13:20 GMT".parse().unwrap())];
        clock.note(&Reply { status: 200, headers: date.into_iter().collect(), body: Default::default() });
        tokio::time::advance(Duration::from_millis(2500)).await;

        // Never later than it can have been.
        assert_eq!(clock.at(Instant::now()), Some(1_700_000_002));
        assert_eq!(clock.at(before), Some(1_699_999_998));
    }

    #[test]
    fn clocks_that_agree_are_not_to_blame() {
        let allowed = Duration::from_secs(300);
        for ours in [700, 1000, 1300] {
            let said = describe(1000, ours, allowed);
            assert!(said.contains("agree") && !said.contains("NTP"), "{said}");
        }
    }
}
