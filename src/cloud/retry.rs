use std::time::Duration;

use crate::cloud::error::Class;

/// When a failed call is sent again: decided by the class of the error, never by the action.
///
/// Delays are exponential with full jitter. backon has neither: its jitter adds to the delay, and
/// one retry policy cannot count conflicts, which are waited out, differently from failures, which
/// are not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// How often a throttled or failed call is repeated. Conflicts do not count: the operation's
    /// deadline bounds them.
    pub(crate) max_retries: u32,
    /// The longest delay before the first repetition.
    pub(crate) base: Duration,
    /// The longest delay at all.
    pub(crate) longest: Duration,
}

/// What a call does, as far as repeating it is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Reads.
    Read,
    /// Sets absolute values, or carries a token that makes repetitions harmless.
    Write,
    /// Deletes an object that is named.
    Delete,
    /// Makes something new each time it is executed.
    Create,
    /// Makes something new, but only once for the token it carries.
    CreateOnce,
}

/// The failures of one call so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tries {
    failures: u32,
    conflicts: u32,
}

impl Policy {
    pub(crate) fn new(max_retries: u32) -> Self {
        Self { max_retries, base: Duration::from_millis(200), longest: Duration::from_secs(10) }
    }

    /// The delay before the next attempt, or none when there should be none.
    ///
    /// `ambiguous`: the failed attempt may have been executed. `asked`: the delay the service asked
    /// for.
    pub(crate) fn delay(
        &self,
        class: Class,
        effect: Effect,
        ambiguous: bool,
        asked: Option<Duration>,
        tries: &mut Tries,
    ) -> Option<Duration> {
        let exponent = match class {
            Class::Conflict => {
                tries.conflicts += 1;
                tries.conflicts
            }
            Class::Transient if ambiguous && effect == Effect::Create => return None,
            Class::Throttled | Class::Transient => {
                if tries.failures >= self.max_retries {
                    return None;
                }
                tries.failures += 1;
                tries.failures
            }
            _ => return None,
        };
        let upper = self.base.saturating_mul(1 << (exponent - 1).min(20)).min(self.longest);
        let jittered = upper.mul_f64(fastrand::f64());
        Some(asked.unwrap_or_default().saturating_add(jittered))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retries(class: Class, effect: Effect, ambiguous: bool) -> usize {
        let (policy, mut tries) = (Policy::new(3), Tries::default());
        let delays = std::iter::from_fn(|| policy.delay(class, effect, ambiguous, None, &mut tries));
        delays.take(100).count()
    }

    #[test]
    fn class_and_effect_decide() {
        use Class::*;
        use Effect::*;

        for (class, effect, ambiguous, expected) in [
            (Class::Throttled, Read, false, 3),
            (Throttled, Create, false, 3),
            (Transient, Read, false, 3),
            (Transient, Write, true, 3),
            (Transient, Delete, true, 3),
            (Transient, Create, false, 3),
            (Transient, Create, true, 0),
            (Transient, CreateOnce, true, 3),
            (Conflict, Write, false, 100),
            (Conflict, Create, false, 100),
            (NotFound, Read, false, 0),
            (Auth, Read, false, 0),
            (Invalid, Write, false, 0),
            (Fatal, Read, false, 0),
            (Cancelled, Read, false, 0),
            (Timeout, Read, false, 0),
        ] {
            assert_eq!(retries(class, effect, ambiguous), expected, "{class} {effect:?} {ambiguous}");
        }
    }

    #[test]
    fn delays_are_spread_over_the_whole_range_and_capped() {
        let policy = Policy::new(1000);
        let mut tries = Tries::default();
        let delays: Vec<_> =
            (0..1000).filter_map(|_| policy.delay(Class::Throttled, Effect::Read, false, None, &mut tries)).collect();

        assert!(delays[0] <= policy.base);
        assert!(delays.iter().all(|delay| *delay <= policy.longest));
        // Full jitter reaches down to nothing and up to the cap.
        assert!(delays[20..].iter().any(|delay| *delay < policy.longest / 10));
        assert!(delays[20..].iter().any(|delay| *delay > policy.longest * 9 / 10));
    }

    #[test]
    fn the_service_may_ask_for_a_longer_delay() {
        let asked = Some(Duration::from_secs(30));
        let delay = Policy::new(1).delay(Class::Throttled, Effect::Read, false, asked, &mut Tries::default()).unwrap();

        assert!(delay >= Duration::from_secs(30), "{delay:?}");
    }
}
