//! How long what does not answer has been doing so.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// What did not answer lately, for all calls of a client: where a hundred objects are refreshed, not each of them has to find out anew.
#[derive(Debug, Default)]
pub(crate) struct Outages(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Hosts, and whether they were ever reached by this process.
    hosts: HashMap<String, Host>,
    /// Outages of calls, by action and region: others may go well meanwhile.
    calls: HashMap<(&'static str, String), Outage>,
}

#[derive(Debug)]
enum Host {
    Reached,
    /// It never was, since the first attempt.
    Unreached(Outage),
}

#[derive(Clone, Copy, Debug)]
struct Outage {
    since: Instant,
    /// When the last failure was seen.
    seen: Instant,
}

/// How long it has been like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Down {
    /// The host was never reached.
    Never(Duration),
    /// Calls like this one have failed.
    For(Duration),
}

impl Outages {
    /// The API answered a call.
    pub(crate) fn answered(&self, host: &str, action: &'static str, region: &str) {
        self.with(|known| {
            known.reached(host);
            known.calls.remove(&(action, region.to_owned()));
        });
    }

    /// A call that began at `begun` was not answered by the API; `reached`: something was sent to the host.
    pub(crate) fn failed(&self, host: &str, action: &'static str, region: &str, begun: Instant, reached: bool) -> Down {
        self.with(|known| {
            if reached {
                known.reached(host);
            } else {
                let unreached = || Host::Unreached(Outage::new(begun));
                if let Host::Unreached(outage) = known.hosts.entry(host.to_owned()).or_insert_with(unreached) {
                    return Down::Never(outage.lasts(begun));
                }
            }
            let outage = known.calls.entry((action, region.to_owned())).or_insert_with(|| Outage::new(begun));
            Down::For(outage.lasts(begun))
        })
    }

    fn with<T>(&self, look: impl FnOnce(&mut Known) -> T) -> T {
        // Each change is one entry.
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Known {
    fn reached(&mut self, host: &str) {
        if !matches!(self.hosts.get(host), Some(Host::Reached)) {
            self.hosts.insert(host.to_owned(), Host::Reached);
        }
    }
}

impl Outage {
    fn new(begun: Instant) -> Self {
        Self { since: begun, seen: begun }
    }

    /// Goes on with the failure of what began at `begun`. Nothing is known of a time in which nobody asked.
    fn lasts(&mut self, begun: Instant) -> Duration {
        let now = Instant::now();
        if begun.saturating_duration_since(self.seen) > UNWATCHED {
            self.since = begun;
        }
        self.seen = self.seen.max(now);
        now.saturating_duration_since(self.since)
    }
}

/// Longer than the longest pause between two attempts.
const UNWATCHED: Duration = Duration::from_secs(15);

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: (&str, &str, &str) = ("vpc.example", "DescribeVpnConnections", "ap-guangzhou");

    fn failed(outages: &Outages, reached: bool) -> Down {
        outages.failed(CALL.0, CALL.1, CALL.2, Instant::now(), reached)
    }

    async fn after(seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_was_never_reached_stays_so_until_it_is() {
        let outages = Outages::default();
        assert_eq!(failed(&outages, false), Down::Never(Duration::ZERO));
        after(2).await;
        assert_eq!(failed(&outages, false), Down::Never(Duration::from_secs(2)));
        assert_eq!(failed(&outages, true), Down::For(Duration::ZERO));
        after(3).await;
        assert_eq!(failed(&outages, false), Down::For(Duration::from_secs(3)), "it was reached: now it is an outage");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_ends_an_outage_of_calls_like_it() {
        let outages = Outages::default();
        failed(&outages, true);
        after(10).await;
        outages.answered(CALL.0, "DeleteVpnConnection", CALL.2);
        assert_eq!(failed(&outages, true), Down::For(Duration::from_secs(10)));
        outages.answered(CALL.0, CALL.1, CALL.2);
        assert_eq!(failed(&outages, true), Down::For(Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_in_which_nobody_asked_is_no_outage() {
        let outages = Outages::default();
        failed(&outages, true);
        after(100).await;
        assert_eq!(failed(&outages, true), Down::For(Duration::ZERO));
        // A call that hangs is watched all the time.
        let begun = Instant::now();
        after(30).await;
        assert_eq!(outages.failed(CALL.0, CALL.1, CALL.2, begun, true), Down::For(Duration::from_secs(30)));
    }
}
