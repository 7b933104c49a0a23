//! Requests seen, so that none is accepted twice.

use std::collections::BTreeSet;

/// The timestamps and nonces of accepted requests. A pair must not come twice (API 2.0, "Common request parameters").
#[derive(Debug, Default)]
pub(crate) struct Replays(BTreeSet<(i64, u64)>);

impl Replays {
    /// Remembers a request; false when it has been there. Those before `oldest` cannot be accepted again and are forgotten.
    pub(super) fn admit(&mut self, timestamp: i64, nonce: u64, oldest: i64) -> bool {
        while self.0.first().is_some_and(|(timestamp, _)| *timestamp < oldest) {
            self.0.pop_first();
        }
        self.0.insert((timestamp, nonce))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_admitted_once_and_forgotten_when_too_old() {
        let mut replays = Replays::default();
        assert!(replays.admit(100, 1, 0));
        assert!(!replays.admit(100, 1, 0));
        assert!(replays.admit(101, 1, 0));
        assert!(replays.admit(100, 2, 0));
        assert!(replays.admit(500, 1, 101));
        assert_eq!(replays.0.len(), 2);
    }
}
