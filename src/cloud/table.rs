//! Tables that can only be read whole, such as the routes of a gateway, whose entries cannot be asked for by id.
//!
//! Reads that arrive together share a listing, and for [`FRESH`] those that come later are served from it, unless something was written in
//! the region since.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::cloud::ctx::{Ctx, Interrupt};
use crate::cloud::error::{Class, Error, Result};

/// Tables of one kind, in all regions.
pub(crate) struct Tables<T> {
    regions: Mutex<HashMap<String, Region<T>>>,
}

/// How old what is read may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// A few seconds, but not older than this process's last write in the region.
    Recent,
    /// Listed after it was asked for.
    Now,
}

impl<T> Tables<T> {
    /// All entries of a table; `list` asks for them.
    pub(crate) async fn read<F>(
        &self,
        ctx: &Ctx,
        region: &str,
        table: &str,
        age: Age,
        list: impl FnOnce() -> F + Send,
    ) -> Result<Arc<Vec<T>>>
    where
        F: Future<Output = Result<Vec<T>>> + Send,
    {
        let asked = Instant::now();
        let cell = self.cell(region, table);
        let mut listed = ctx.run(cell.lock()).await.map_err(|interrupt| interrupted(interrupt, table))?;
        let generation = self.generation(region);
        if let Some(known) = &*listed {
            let recent = known.generation == generation && known.started.elapsed() < FRESH;
            if known.started >= asked || (age == Age::Recent && recent) {
                return Ok(Arc::clone(&known.entries));
            }
        }
        // Others may be about to ask for the same.
        ctx.sleep(WINDOW).await.map_err(|interrupt| interrupted(interrupt, table))?;
        let (generation, started) = (self.generation(region), Instant::now());
        let entries = Arc::new(list().await?);
        *listed = Some(Listed { started, generation, entries: Arc::clone(&entries) });
        Ok(entries)
    }

    /// To be called before and after every write in `region`: what was listed is history.
    pub(crate) fn written(&self, region: &str) {
        self.with(region, |state| state.generation += 1);
    }

    fn generation(&self, region: &str) -> u64 {
        self.with(region, |state| state.generation)
    }

    fn cell(&self, region: &str, table: &str) -> Cell<T> {
        self.with(region, |state| Arc::clone(state.tables.entry(table.to_owned()).or_default()))
    }

    fn with<R>(&self, region: &str, with: impl FnOnce(&mut Region<T>) -> R) -> R {
        // Nothing that runs under the lock leaves it half-changed.
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        match regions.get_mut(region) {
            Some(state) => with(state),
            None => with(regions.entry(region.to_owned()).or_default()),
        }
    }
}

impl<T> Default for Tables<T> {
    fn default() -> Self {
        Self { regions: Mutex::default() }
    }
}

struct Region<T> {
    /// Counts writes.
    generation: u64,
    tables: HashMap<String, Cell<T>>,
}

/// Locked while it is being listed.
type Cell<T> = Arc<tokio::sync::Mutex<Option<Listed<T>>>>;

struct Listed<T> {
    started: Instant,
    generation: u64,
    entries: Arc<Vec<T>>,
}

impl<T> Default for Region<T> {
    fn default() -> Self {
        Self { generation: 0, tables: HashMap::new() }
    }
}

fn interrupted(interrupt: Interrupt, table: &str) -> Error {
    match interrupt {
        Interrupt::Cancelled => Error::new(Class::Cancelled, format!("called off while reading the table of {table}")),
        Interrupt::Deadline => Error::new(Class::Timeout, format!("gave up reading the table of {table}")),
    }
}

/// How long a listing waits for others that want it.
const WINDOW: Duration = Duration::from_millis(2);
/// How long a listing is served.
const FRESH: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future;
    use tokio::time;
    use tokio_util::sync::CancellationToken;

    use super::*;

    const LISTING: Duration = Duration::from_millis(30);

    #[derive(Default)]
    struct Service {
        tables: Tables<usize>,
        listings: AtomicUsize,
    }

    impl Service {
        /// The number of the listing that is served.
        async fn read(&self, table: &str, age: Age) -> Result<usize> {
            let ctx = Ctx::new(Duration::from_secs(600), CancellationToken::new());
            let list = || async {
                let number = self.listings.fetch_add(1, Ordering::Relaxed) + 1;
                time::sleep(LISTING).await;
                Ok(vec![number])
            };
            Ok(self.tables.read(&ctx, "here", table, age, list).await?[0])
        }
    }

    #[tokio::test(start_paused = true)]
    async fn reads_that_come_together_share_a_listing() {
        for age in [Age::Recent, Age::Now] {
            let service = Service::default();
            let reads = future::join_all((0..10).map(|_| service.read("a", age))).await;
            assert!(reads.into_iter().all(|read| read.unwrap() == 1), "{age:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn tables_are_apart() {
        let service = Service::default();
        let both = future::try_join(service.read("a", Age::Recent), service.read("b", Age::Recent)).await.unwrap();
        assert_ne!(both.0, both.1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_listing_is_served_until_it_is_old_or_something_was_written() {
        let service = Service::default();
        assert_eq!(service.read("a", Age::Recent).await.unwrap(), 1);
        assert_eq!(service.read("a", Age::Recent).await.unwrap(), 1);
        service.tables.written("elsewhere");
        assert_eq!(service.read("a", Age::Recent).await.unwrap(), 1);
        service.tables.written("here");
        assert_eq!(service.read("a", Age::Recent).await.unwrap(), 2);
        time::sleep(FRESH).await;
        assert_eq!(service.read("a", Age::Recent).await.unwrap(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn now_means_listed_after_it_was_asked_for() {
        let service = Service::default();
        assert_eq!(service.read("a", Age::Now).await.unwrap(), 1);
        assert_eq!(service.read("a", Age::Now).await.unwrap(), 2);
        let late = async {
            time::sleep(LISTING / 2).await;
            service.read("a", Age::Now).await
        };
        assert_eq!(future::try_join(service.read("a", Age::Now), late).await.unwrap(), (3, 4));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_written_during_a_listing_makes_it_history() {
        let service = Service::default();
        let write = async {
            time::sleep(LISTING / 2).await;
            service.tables.written("here");
        };
        future::join(service.read("a", Age::Recent), write).await.0.unwrap();
        assert_eq!(service.read("a", Age::Recent).await.unwrap(), 2);
    }
}
