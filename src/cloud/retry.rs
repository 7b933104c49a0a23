//! Whether a failed call is sent again, and when.

use std::time::Duration;

use crate::cloud::error::Class;

/// When a failed call is sent again: decided by the class of the error, never by the action.
///
/// What may pass is waited for as long as the operation may take. Only failures of the call itself are counted.
///
/// Delays are exponential with full jitter. backon has neither: its jitter adds to the delay, and one retry policy cannot count failures of
/// the call differently from what is waited out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// How often a call is repeated that failed for itself.
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

impl Effect {
    /// Whether the call makes something.
    pub(crate) fn creates(self) -> bool {
        matches!(self, Self::Create | Self::CreateOnce)
    }
}

/// A failed attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failure {
    pub(crate) class: Class,
    /// Whether it was not the call that failed, but the service, or the way to it.
    pub(crate) passes: bool,
    /// Whether it may have been executed.
    pub(crate) ambiguous: bool,
    /// The delay the service asked for.
    pub(crate) asked: Option<Duration>,
}

/// The failures of one call so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tries {
    counted: u32,
    waited_out: u32,
}

impl Policy {
    pub(crate) fn new(max_retries: u32) -> Self {
        Self { max_retries, base: Duration::from_millis(200), longest: Duration::from_secs(10) }
    }

    /// The delay before the next attempt, or none when there should be none.
    pub(crate) fn delay(&self, failure: Failure, effect: Effect, tries: &mut Tries) -> Option<Duration> {
        let exponent = match failure.class {
            // The limiter makes the pause, for all calls of the action.
            Class::Throttled => return Some(Duration::ZERO),
            Class::Transient if failure.ambiguous && effect == Effect::Create => return None,
            Class::Conflict => &mut tries.waited_out,
            Class::Transient if failure.passes => &mut tries.waited_out,
            Class::Transient if tries.counted < self.max_retries => &mut tries.counted,
            _ => return None,
        };
        *exponent += 1;
        let upper = self.base.saturating_mul(1 << (*exponent - 1).min(20)).min(self.longest);
        let jittered = upper.mul_f64(fastrand::f64());
        Some(failure.asked.unwrap_or_default().saturating_add(jittered))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILED: Failure = Failure { class: Class::Transient, passes: false, ambiguous: false, asked: None };

    fn retries(failure: Failure, effect: Effect) -> usize {
        let (policy, mut tries) = (Policy::new(3), Tries::default());
        let delays = std::iter::from_fn(|| policy.delay(failure, effect, &mut tries));
        delays.take(100).count()
    }

    #[test]
    fn class_and_effect_decide() {
        use Class::*;
        use Effect::*;

        for (class, passes, effect, ambiguous, expected) in [
            (Class::Throttled, false, Read, false, 100),
            (Throttled, false, Create, false, 100),
            (Transient, false, Read, false, 3),
            (Transient, false, Write, true, 3),
            (Transient, false, Delete, true, 3),
            (Transient, false, Create, false, 3),
            (Transient, false, Create, true, 0),
            (Transient, false, CreateOnce, true, 3),
            (Transient, true, Read, false, 100),
            (Transient, true, Write, true, 100),
            (Transient, true, Delete, true, 100),
            (Transient, true, Create, false, 100),
            (Transient, true, Create, true, 0),
            (Transient, true, CreateOnce, true, 100),
            (Conflict, false, Write, false, 100),
            (Conflict, false, Create, false, 100),
            (NotFound, false, Read, false, 0),
            (Auth, false, Read, false, 0),
            (Invalid, false, Write, false, 0),
            (Fatal, true, Read, false, 0),
            (Cancelled, false, Read, false, 0),
            (Timeout, false, Read, false, 0),
        ] {
            let failure = Failure { class, passes, ambiguous, asked: None };
            assert_eq!(retries(failure, effect), expected, "{failure:?} {effect:?}");
        }
    }

    #[test]
    fn what_passes_leaves_all_the_retries_to_what_is_counted() {
        let (policy, mut tries) = (Policy::new(3), Tries::default());
        for _ in 0..50 {
            assert!(policy.delay(Failure { passes: true, ..FAILED }, Effect::Read, &mut tries).is_some());
        }
        let counted = std::iter::from_fn(|| policy.delay(FAILED, Effect::Read, &mut tries));
        assert_eq!(counted.take(100).count(), 3);
    }

    #[test]
    fn delays_are_spread_over_the_whole_range_and_capped() {
        let policy = Policy::new(1000);
        let mut tries = Tries::default();
        let delays: Vec<_> = (0..1000).filter_map(|_| policy.delay(FAILED, Effect::Read, &mut tries)).collect();

        assert!(delays[0] <= policy.base);
        assert!(delays.iter().all(|delay| *delay <= policy.longest));
        // Full jitter reaches down to nothing and up to the cap.
        assert!(delays[20..].iter().any(|delay| *delay < policy.longest / 10));
        assert!(delays[20..].iter().any(|delay| *delay > policy.longest * 9 / 10));
    }

    #[test]
    fn the_service_may_ask_for_a_longer_delay() {
        let failure = Failure { class: Class::Conflict, asked: Some(Duration::from_secs(30)), ..FAILED };
        let delay = Policy::new(1).delay(failure, Effect::Read, &mut Tries::default()).unwrap();

        assert!(delay >= Duration::from_secs(30), "{delay:?}");
    }
}
