//! Rate limits per account, action and region, each a bucket of one second's worth of calls.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use crate::calls::Cloud;

/// The limits in force.
///
/// The clouds document calls per second. A bucket that holds one second's worth is the most generous reading: a client that
/// keeps to the documented number in any second is never refused.
#[derive(Default)]
pub(crate) struct Rates {
    changed: BTreeMap<String, u32>,
    /// By account and region, then by action.
    buckets: HashMap<(Cloud, String, String), HashMap<String, Option<DefaultDirectRateLimiter>>>,
}

impl Rates {
    /// Sets limits by action (`*`: all without one of their own); 0 means none.
    pub(crate) fn change(&mut self, changes: BTreeMap<String, u32>) {
        self.changed.extend(changes);
        self.buckets.clear();
    }

    /// Back to the documented limits.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn changed(&self) -> &BTreeMap<String, u32> {
        &self.changed
    }

    /// Takes one call from the bucket; `documented` is the limit when no test has set another.
    pub(crate) fn admit(
        &mut self,
        (cloud, account): (Cloud, &str),
        action: &str,
        region: &str,
        documented: u32,
    ) -> bool {
        let changed = &self.changed;
        let regions = self.buckets.entry((cloud, account.to_owned(), region.to_owned())).or_default();
        if let Some(bucket) = regions.get(action) {
            return admits(bucket.as_ref());
        }
        let limit = changed.get(action).or_else(|| changed.get("*")).copied().unwrap_or(documented);
        let bucket = NonZeroU32::new(limit).map(|limit| RateLimiter::direct(Quota::per_second(limit)));
        let admitted = admits(bucket.as_ref());
        regions.insert(action.to_owned(), bucket);
        admitted
    }
}

fn admits(bucket: Option<&DefaultDirectRateLimiter>) -> bool {
    bucket.is_none_or(|bucket| bucket.check().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_one_second_and_regions_are_apart() {
        let mut rates = Rates::default();
        let mut admitted = |region: &str| (0..5).filter(|_| rates.admit((Cloud::Tencent, "1"), "A", region, 2)).count();
        // One token comes back every 500 ms: a slow machine may see a third call pass, never all five.
        assert!((2..5).contains(&admitted("x")));
        assert!((2..5).contains(&admitted("y")));
        assert!(rates.admit((Cloud::Tencent, "2"), "A", "x", 2));
    }

    #[test]
    fn zero_and_the_star_lift_limits() {
        let mut rates = Rates::default();
        rates.change([("*".to_owned(), 0), ("A".to_owned(), 1)].into());
        assert!((0..50).all(|_| rates.admit((Cloud::Tencent, ""), "B", "x", 1)));
        assert!(!(0..50).all(|_| rates.admit((Cloud::Tencent, ""), "A", "x", 100)));
        rates.reset();
        assert!(rates.changed().is_empty());
    }
}
