//! Locks by key: writes to one object take turns, in the order in which they came.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use crate::cloud::ctx::{Ctx, Interrupt};
use crate::cloud::error::{Class, Error, Result};

/// A lock per key, for operations that must not overlap on one object, first come, first served.
#[derive(Debug, Default)]
pub(crate) struct KeyedLock {
    locks: Mutex<HashMap<String, Arc<RwLock<()>>>>,
}

/// A key that is held, while this lives.
#[derive(Debug)]
#[must_use]
pub(crate) enum Held {
    Alone { _guard: OwnedRwLockWriteGuard<()> },
    Shared { _guard: OwnedRwLockReadGuard<()> },
}

impl KeyedLock {
    /// Waits until nobody else holds `key`, unless the operation ends first. `awaited` completes the
    /// sentence "waiting for ...".
    pub(crate) async fn turn(&self, ctx: &Ctx, key: String, awaited: &str) -> Result<Held> {
        ctx.run(self.alone(key)).await.map_err(|interrupt| interrupted(interrupt, awaited))
    }

    /// Waits until nobody holds `key` but those who share it.
    pub(crate) async fn shared_turn(&self, ctx: &Ctx, key: String, awaited: &str) -> Result<Held> {
        let lock = self.lock(key);
        let held = async move { Held::Shared { _guard: lock.read_owned().await } };
        ctx.run(held).await.map_err(|interrupt| interrupted(interrupt, awaited))
    }

    async fn alone(&self, key: String) -> Held {
        Held::Alone { _guard: self.lock(key).write_owned().await }
    }

    fn lock(&self, key: String) -> Arc<RwLock<()>> {
        let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody holds or awaits a lock that only the map refers to.
        locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        Arc::clone(locks.entry(key).or_default())
    }
}

fn interrupted(interrupt: Interrupt, awaited: &str) -> Error {
    match interrupt {
        Interrupt::Cancelled => Error::new(Class::Cancelled, format!("called off while waiting for {awaited}")),
        Interrupt::Deadline => {
            Error::new(Class::Timeout, format!("the operation's time is over while waiting for {awaited}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;
    use tokio_util::sync::CancellationToken;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_key_is_held_once_and_keys_are_independent() {
        let lock = KeyedLock::default();
        let first = lock.alone("a".to_owned()).await;

        assert!(timeout(Duration::from_secs(1), lock.alone("a".to_owned())).await.is_err());
        assert!(timeout(Duration::from_secs(1), lock.alone("b".to_owned())).await.is_ok());

        drop(first);
        assert!(timeout(Duration::from_secs(1), lock.alone("a".to_owned())).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_share_a_key_wait_for_whoever_holds_it_alone_and_the_other_way_round() {
        let (lock, ctx) = (KeyedLock::default(), Ctx::new(Duration::from_secs(1), CancellationToken::new()));
        let shared = async || lock.shared_turn(&ctx, "a".to_owned(), "it").await;
        let (one, other) = (shared().await.unwrap(), shared().await.unwrap());
        assert!(timeout(Duration::from_millis(1), lock.alone("a".to_owned())).await.is_err());
        drop(one);
        assert!(timeout(Duration::from_millis(1), lock.alone("a".to_owned())).await.is_err());
        drop(other);

        let alone = lock.alone("a".to_owned()).await;
        assert_eq!(shared().await.unwrap_err().class(), Class::Timeout);
        drop(alone);
    }

    #[tokio::test]
    async fn released_keys_are_forgotten() {
        let lock = KeyedLock::default();
        for key in 0..100 {
            drop(lock.alone(key.to_string()).await);
        }
        assert!(lock.locks.lock().unwrap().len() <= 1);
    }
}
