use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::cloud::error::human;
use crate::cloud::transport::Reply;

/// The time on this machine, in Unix seconds.
pub(crate) fn unix_now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
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

    #[test]
    fn clocks_that_agree_are_not_to_blame() {
        let allowed = Duration::from_secs(300);
        for ours in [700, 1000, 1300] {
            let said = describe(1000, ours, allowed);
            assert!(said.contains("agree") && !said.contains("NTP"), "{said}");
        }
    }
}
