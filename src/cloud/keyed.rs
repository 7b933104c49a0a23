use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use crate::cloud::ctx::{Ctx, Interrupt};
use crate::cloud::error::{Class, Error, Result};

/// A lock per key, for operations that must not overlap on one object.
#[derive(Debug, Default)]
pub(crate) struct KeyedLock {
    locks: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl KeyedLock {
    /// Waits until nobody else holds `key`, unless the operation ends first. `awaited` completes the
    /// sentence "waiting for ...".
    pub(crate) async fn turn(&self, ctx: &Ctx, key: String, awaited: &str) -> Result<OwnedMutexGuard<()>> {
        ctx.run(self.lock(key)).await.map_err(|interrupt| match interrupt {
            Interrupt::Cancelled => Error::new(Class::Cancelled, format!("called off while waiting for {awaited}")),
            Interrupt::Deadline => {
                Error::new(Class::Timeout, format!("the operation's time is over while waiting for {awaited}"))
            }
        })
    }

    async fn lock(&self, key: String) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
            // Nobody holds or awaits a lock that only the map refers to.
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            Arc::clone(locks.entry(key).or_default())
        };
        lock.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_key_is_held_once_and_keys_are_independent() {
        let lock = KeyedLock::default();
        let first = lock.lock("a".to_owned()).await;

        assert!(timeout(Duration::from_secs(1), lock.lock("a".to_owned())).await.is_err());
        assert!(timeout(Duration::from_secs(1), lock.lock("b".to_owned())).await.is_ok());

        drop(first);
        assert!(timeout(Duration::from_secs(1), lock.lock("a".to_owned())).await.is_ok());
    }

    #[tokio::test]
    async fn released_keys_are_forgotten() {
        let lock = KeyedLock::default();
        for key in 0..100 {
            drop(lock.lock(key.to_string()).await);
        }
        assert!(lock.locks.lock().unwrap().len() <= 1);
    }
}
