//! Tables that can only be read whole, such as the routes of a gateway, whose entries cannot be asked for by id.
//!
//! Reads that arrive together share a listing, and for [`FRESH`] those that come later are served from it, unless something was written in
//! the region since. What was there before a write is known from the last listing and from what this process made since.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedRwLockReadGuard, RwLock};
use tokio::time::{self, Instant};

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
    /// All entries of a table; `list` asks for them, once `room` says that the call would be sent at once.
    pub(crate) async fn read<W, F>(
        &self,
        ctx: &Ctx,
        region: &str,
        table: &str,
        age: Age,
        room: impl FnOnce() -> W + Send,
        list: impl FnOnce() -> F + Send,
    ) -> Result<Arc<Vec<T>>>
    where
        W: Future<Output = ()> + Send,
        F: Future<Output = Result<Vec<T>>> + Send,
    {
        let asked = Instant::now();
        let cell = self.cell(region, table);
        let _listing = ctx.run(cell.listing.lock()).await.map_err(|interrupt| interrupted(interrupt, table))?;
        let generation = self.generation(region);
        if let Some(known) = &*cell.listed() {
            let recent = known.generation == generation && known.started.elapsed() < FRESH;
            if known.started >= asked || (age == Age::Recent && recent) {
                return Ok(Arc::clone(&known.entries));
            }
        }
        // Others may be about to ask for the same.
        ctx.sleep(WINDOW).await.map_err(|interrupt| interrupted(interrupt, table))?;
        // What is being written is about to be asked for, too, unless that takes suspiciously long.
        if age == Age::Now {
            let _ = time::timeout(HELD_UP, cell.writing.write()).await;
        }
        room().await;
        let (generation, started) = (self.generation(region), Instant::now());
        let entries = Arc::new(list().await?);
        *cell.listed() = Some(Listed { started, generation, entries: Arc::clone(&entries) });
        Ok(entries)
    }

    /// The ids of what is in the table, so as to tell what a write adds: those of a listing that is a few seconds old at most, `id` finds
    /// them, and those that this process [made](Self::made) since. None without such a listing; one that is under way is not waited for,
    /// since it may wait for the write that asks.
    pub(crate) fn ids(&self, region: &str, table: &str, id: impl Fn(&T) -> Option<&str>) -> Option<HashSet<String>> {
        let cell = self.cell(region, table);
        let listed = cell.listed();
        let known = listed.as_ref().filter(|known| known.started.elapsed() < FRESH)?;
        let ids = known.entries.iter().filter_map(|entry| id(entry).map(str::to_owned));
        Some(ids.chain(cell.made().iter().cloned()).collect())
    }

    /// This process made these entries.
    pub(crate) fn made<'a>(&self, region: &str, table: &str, ids: impl IntoIterator<Item = &'a str>) {
        self.cell(region, table).made().extend(ids.into_iter().map(str::to_owned));
    }

    /// While what this gives lives, something is written to the table that is read afterwards.
    pub(crate) async fn writing(&self, region: &str, table: &str) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.cell(region, table).writing).read_owned().await
    }

    /// To be called before and after every write in `region`: what was listed is history.
    pub(crate) fn written(&self, region: &str) {
        self.with(region, |state| state.generation += 1);
    }

    fn generation(&self, region: &str) -> u64 {
        self.with(region, |state| state.generation)
    }

    fn cell(&self, region: &str, table: &str) -> Arc<Cell<T>> {
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
    tables: HashMap<String, Arc<Cell<T>>>,
}

/// A table.
struct Cell<T> {
    /// Locked while it is being listed.
    listing: tokio::sync::Mutex<()>,
    /// The last listing.
    listed: Mutex<Option<Listed<T>>>,
    /// The ids of entries that this process made.
    made: Mutex<HashSet<String>>,
    /// Shared by those who write, and had by whoever waits for them.
    writing: Arc<RwLock<()>>,
}

impl<T> Cell<T> {
    fn listed(&self) -> MutexGuard<'_, Option<Listed<T>>> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn made(&self) -> MutexGuard<'_, HashSet<String>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Cell<T> {
    fn default() -> Self {
        Self {
            listing: tokio::sync::Mutex::default(),
            listed: Mutex::default(),
            made: Mutex::default(),
            writing: Arc::default(),
        }
    }
}

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
/// How long a listing waits for writes that are under way.
const HELD_UP: Duration = Duration::from_millis(300);
/// How long a listing is served.
const FRESH: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future;
    use tokio_util::sync::CancellationToken;

    use super::*;

    const LISTING: Duration = Duration::from_millis(30);

    #[derive(Default)]
    struct Service {
        tables: Tables<usize>,
        listings: AtomicUsize,
        /// How long a call has to wait for its turn.
        room: Duration,
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
            let room = || time::sleep(self.room);
            Ok(self.tables.read(&ctx, "here", table, age, room, list).await?[0])
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
    async fn a_listing_waits_for_what_is_written_and_serves_those_who_wrote_it() {
        let service = Service::default();
        let write = async |time: Duration| {
            let writing = service.tables.writing("here", "a").await;
            time::sleep(time).await;
            drop(writing);
            service.read("a", Age::Now).await.unwrap()
        };
        let writes = future::join3(write(LISTING / 3), write(LISTING / 2), write(LISTING));
        assert_eq!(writes.await, (1, 1, 1));
        // Not for one that takes too long.
        assert_eq!(future::join(write(Duration::from_secs(9)), write(LISTING)).await, (3, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_asks_what_was_there_does_not_wait_for_a_listing_that_waits_for_it() {
        let service = Service::default();
        service.read("a", Age::Recent).await.unwrap();
        let started = Instant::now();
        let write = async {
            let writing = service.tables.writing("here", "a").await;
            time::sleep(LISTING).await;
            assert!(service.tables.ids("here", "a", |_| Some("listed")).is_some());
            drop(writing);
        };
        future::join(write, service.read("a", Age::Now)).await.1.unwrap();
        assert!(started.elapsed() < HELD_UP);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_there_before_is_known_from_a_listing_and_what_was_made_since() {
        let service = Service::default();
        let ids = || service.tables.ids("here", "a", |_| Some("listed"));
        service.tables.made("here", "a", ["early"]);
        assert_eq!(ids(), None);
        service.read("a", Age::Recent).await.unwrap();
        service.tables.written("here");
        service.tables.made("here", "a", ["late"]);
        service.tables.made("here", "b", ["elsewhere"]);
        assert_eq!(ids(), Some(HashSet::from(["early", "late", "listed"].map(str::to_owned))));
        time::sleep(FRESH).await;
        assert_eq!(ids(), None, "others write, too");
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
    async fn those_who_come_before_it_is_sent_share_a_listing() {
        let service = Service { room: LISTING, ..Service::default() };
        let late = async {
            time::sleep(LISTING * 2 / 3).await;
            service.read("a", Age::Now).await
        };
        assert_eq!(future::try_join(service.read("a", Age::Now), late).await.unwrap(), (1, 1));
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
