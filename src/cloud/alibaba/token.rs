//! Client tokens, which make a create happen once however often it is sent.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

/// Makes an operation happen once, however often its request is sent: the service gives the first
/// answer again. One per operation, kept by its repetitions.
///
/// At most 64 ASCII characters (VPC documentation, "How to ensure idempotence").
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ClientToken(String);

impl ClientToken {
    /// A token like no other.
    pub fn new() -> Self {
        Self(unique("cloudvpn-"))
    }
}

impl Default for ClientToken {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for ClientToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that no other call of any process gives: the time, which tells apart what a random number
/// of 64 bits does not. Not a secret. 32 hexadecimal digits at most after the prefix.
pub(super) fn unique(prefix: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{prefix}{:016x}{:016x}", now.as_nanos() as u64, fastrand::u64(..))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn tokens_are_unique_short_and_ascii() {
        let tokens: HashSet<_> = (0..10_000).map(|_| ClientToken::new().to_string()).collect();

        assert_eq!(tokens.len(), 10_000);
        assert!(tokens.iter().all(|token| token.is_ascii() && token.len() <= 64));
    }
}
