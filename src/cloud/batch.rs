//! Reads that arrive together become one call.
//!
//! Terraform reads its resources one by one, ten at a time, while the clouds' Describe actions take a hundred ids and list pages of a
//! hundred. A [`Reader`] stands between the two, one for each kind of object:
//!
//! - An id waits [`WINDOW`] for others; then one call asks for all of them. A lone read pays nothing else. While such a call is under way,
//!   ids wait for the next one: reads that come in waves stay together, however slow the service or this machine is.
//! - A process that has read [`MANY`] objects of a region, or [more than one](many) where there are no lists of ids, is refreshing a
//!   configuration of some size: the reader pages the whole listing, pages side by side, and serves reads from that snapshot. Not if the
//!   region holds more than [`WORTH`] times what was asked for: a small configuration in a large account does not list the account.
//! - A snapshot is dropped by every write in its region, and after [`FRESH`].
//! - Nothing is ever reported as gone on the word of a list: an id that a batch or a listing does not return, and any id of a batch that
//!   fails because of one of its ids, is asked for on its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{iter, mem};

use futures_util::future;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use tokio::sync::oneshot;
use tokio::time::{self, Instant};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::cloud::ctx::{Ctx, Interrupt};
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::retry::Effect;

/// How one kind of object is described. A cloud names its actions here and has all of this module.
pub(crate) trait Listing: Clone + Send + Sync + 'static {
    type Item: Clone + Send + 'static;

    /// How many ids one call takes; 1 for APIs without lists of ids.
    const IDS: usize;
    /// How many objects a page holds.
    const PAGE: usize;

    fn id(item: &Self::Item) -> Option<&str>;

    /// The objects with these ids, as far as the service returns them; 2 to [`Self::IDS`] ids. Not asked where that is 1.
    fn by_ids(
        &self,
        _ctx: &Ctx,
        _region: &str,
        _ids: &[String],
    ) -> impl Future<Output = Result<Vec<Self::Item>>> + Send {
        async { Ok(Vec::new()) }
    }

    /// The object with this id; `None` only if the service clearly says that it does not exist.
    fn one(&self, ctx: &Ctx, region: &str, id: &str) -> impl Future<Output = Result<Option<Self::Item>>> + Send;

    /// The page of all objects that begins with number `offset`.
    fn page(&self, ctx: &Ctx, region: &str, offset: usize) -> impl Future<Output = Result<Page<Self::Item>>> + Send;
}

/// A page of a listing.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// How many objects there are on all pages.
    pub(crate) total: Option<usize>,
}

/// Reads one kind of object, in all regions.
pub(crate) struct Reader<L: Listing> {
    regions: Arc<Mutex<HashMap<String, Region<L::Item>>>>,
}

impl<L: Listing> Reader<L> {
    /// The object as it was a few seconds ago at the earliest, and not before this process last wrote in the region.
    pub(crate) async fn read(&self, listing: &L, ctx: &Ctx, region: &str, id: &str) -> Result<Option<L::Item>> {
        let listed = self.lock(region, |state| state.take(id));
        if let Some(item) = listed {
            return Ok(Some(item));
        }
        self.ask(listing, ctx, region, id, true).await
    }

    /// The object as it is now, for waits: asked for together with what else is asked for.
    pub(crate) async fn now(&self, listing: &L, ctx: &Ctx, region: &str, id: &str) -> Result<Option<L::Item>> {
        self.ask(listing, ctx, region, id, false).await
    }

    /// To be called before and after every write in `region`: what was listed is history, there and in the places `REGION/...` of it.
    pub(crate) fn written(&self, region: &str) {
        self.lock(region, Region::forget);
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        let within = |place: &str| place.strip_prefix(region).is_some_and(|rest| rest.starts_with('/'));
        regions.iter_mut().filter(|(place, _)| within(place)).for_each(|(_, state)| state.forget());
    }

    /// Makes a call; one that writes makes history of what was listed, before and after.
    pub(crate) async fn around<T>(&self, effect: Effect, region: &str, call: impl Future<Output = T>) -> T {
        let writes = effect != Effect::Read;
        if writes {
            self.written(region);
        }
        let answer = call.await;
        if writes {
            self.written(region);
        }
        answer
    }

    async fn ask(&self, listing: &L, ctx: &Ctx, region: &str, id: &str, listable: bool) -> Result<Option<L::Item>> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { id: id.to_owned(), until: ctx.deadline(), answer };
        match self.lock(region, |state| state.enqueue(waiting, listable, many::<L>())) {
            Start::Nothing => {}
            Start::Collecting => self.spawn_collect(listing, region),
            Start::Listing => {
                let (reader, listing, region) = (self.clone(), listing.clone(), region.to_owned());
                tokio::spawn(async move { reader.list(&listing, &region).await }.in_current_span());
            }
        }
        match ctx.run(answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(Error::new(Class::Fatal, format!("the read of {id} was dropped"))),
            Err(Interrupt::Cancelled) => Err(Error::new(Class::Cancelled, format!("called off while reading {id}"))),
            Err(Interrupt::Deadline) => Err(Error::new(Class::Timeout, format!("gave up reading {id}"))),
        }
    }

    fn spawn_collect(&self, listing: &L, region: &str) {
        let (reader, listing, region) = (self.clone(), listing.clone(), region.to_owned());
        tokio::spawn(async move { reader.collect(&listing, &region).await }.in_current_span());
    }

    /// Lets ids come together, then asks for them, until there are none.
    async fn collect(&self, listing: &L, region: &str) {
        loop {
            time::sleep(WINDOW).await;
            let batches = self.lock(region, |state| state.batches(L::IDS));
            if batches.is_empty() {
                return;
            }
            let batches = batches.into_iter().map(|batch| {
                let (listing, region) = (listing.clone(), region.to_owned());
                tokio::spawn(async move { fetch(&listing, &region, batch).await }.in_current_span())
            });
            let batches = future::join_all(batches);
            // What comes meanwhile shares the next call, unless this one takes suspiciously long. APIs without lists of ids have
            // nothing to share.
            if L::IDS > 1 {
                let _ = time::timeout(HELD_UP, batches).await;
            }
        }
    }

    /// Lists the region, and answers what waits for that.
    async fn list(&self, listing: &L, region: &str) {
        let (generation, asked) = self.lock(region, |state| (state.generation, state.asked));
        let started = Instant::now();
        let ctx = Ctx::new(LISTING_TIME, CancellationToken::new());
        let listed = pages(listing, &ctx, region, asked * WORTH).await;
        if let Err(error) = &listed {
            // Reading by id may still be allowed, and says for itself what is wrong.
            tracing::debug!(region, error = %error, "the listing failed; reading by id");
        }
        let start = self.lock(region, |state| state.listed(listed, generation, started));
        if let Start::Collecting = start {
            self.spawn_collect(listing, region);
        }
    }

    fn lock<T>(&self, region: &str, with: impl FnOnce(&mut Region<L::Item>) -> T) -> T {
        // Nothing that runs under the lock leaves it half-changed.
        let mut regions: MutexGuard<'_, HashMap<_, _>> = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = regions.get_mut(region) {
            return with(state);
        }
        with(regions.entry(region.to_owned()).or_default())
    }
}

/// How long an id waits for others.
const WINDOW: Duration = Duration::from_millis(2);
/// How long ids wait for a call that is under way.
const HELD_UP: Duration = Duration::from_millis(300);
/// After how many reads listing is considered: what Terraform reads at once by default.
const MANY: usize = 10;
/// How many objects per read may be listed.
const WORTH: usize = 100;
/// How long a snapshot is served: long enough for Terraform to go through some thousand objects.
const FRESH: Duration = Duration::from_secs(10);
const LISTING_TIME: Duration = Duration::from_secs(60);
/// More would hardly be quicker, and each holds its answer in memory until it is read.
const PAGES_AT_ONCE: usize = 3;

/// What is going on in a region.
struct Region<T> {
    /// Counts writes.
    generation: u64,
    /// Reads so far that a listing could have answered.
    asked: usize,
    /// How many objects the region holds, when last seen.
    total: Option<usize>,
    /// Waits for the next batch.
    pending: Vec<Waiting<T>>,
    collecting: bool,
    /// Waits for the listing that is under way.
    listing: Option<Vec<Waiting<T>>>,
    /// Listing failed once: it is not tried again.
    unlistable: bool,
    snapshot: Option<Snapshot<T>>,
}

struct Snapshot<T> {
    taken: Instant,
    /// Without what was served already: Terraform reads an object once. Boxed, since a table has room for more than it holds.
    items: HashMap<String, Box<T>>,
}

struct Waiting<T> {
    id: String,
    until: Instant,
    answer: oneshot::Sender<Result<Option<T>>>,
}

/// What has to be started outside of the lock.
enum Start {
    Nothing,
    Collecting,
    Listing,
}

/// What a listing brought.
struct Listed<T> {
    items: HashMap<String, Box<T>>,
    total: usize,
    complete: bool,
}

impl<T> Region<T> {
    fn forget(&mut self) {
        self.generation += 1;
        self.snapshot = None;
    }

    fn take(&mut self, id: &str) -> Option<T> {
        let snapshot = self.snapshot.as_mut()?;
        if snapshot.taken.elapsed() >= FRESH {
            self.snapshot = None;
            return None;
        }
        let item = snapshot.items.remove(id)?;
        if snapshot.items.is_empty() {
            self.snapshot = None;
        }
        Some(*item)
    }

    /// `many` reads are worth a listing.
    fn enqueue(&mut self, waiting: Waiting<T>, listable: bool, many: usize) -> Start {
        if listable {
            self.asked += 1;
            if let Some(listing) = &mut self.listing {
                listing.push(waiting);
                return Start::Nothing;
            }
            // While there is a snapshot, whoever comes here asks for something that is not in it.
            if self.snapshot.is_none() && self.worth_listing(many) {
                self.listing = Some(vec![waiting]);
                return Start::Listing;
            }
        }
        self.pending.push(waiting);
        self.start_collecting()
    }

    fn worth_listing(&self, many: usize) -> bool {
        !self.unlistable && self.asked > many && self.total.is_none_or(|total| total <= self.asked * WORTH)
    }

    fn start_collecting(&mut self) -> Start {
        if self.collecting || self.pending.is_empty() {
            return Start::Nothing;
        }
        self.collecting = true;
        Start::Collecting
    }

    /// What waits, in batches; with none, the collecting is over.
    fn batches(&mut self, size: usize) -> Vec<Vec<Waiting<T>>> {
        self.collecting = !self.pending.is_empty();
        let mut pending = mem::take(&mut self.pending).into_iter();
        iter::from_fn(|| Some(pending.by_ref().take(size).collect::<Vec<_>>()).filter(|batch| !batch.is_empty()))
            .collect()
    }

    fn listed(&mut self, listed: Result<Listed<T>>, generation: u64, started: Instant) -> Start {
        let waiting = self.listing.take().unwrap_or_default();
        let Listed { mut items, total, complete } = match listed {
            // Somebody wrote meanwhile: what was listed may be older than that.
            Ok(listed) if generation == self.generation => listed,
            Ok(_) => {
                // Where writes go on, the next listing would be spoilt as well: it has to be earned anew.
                self.asked = 0;
                self.pending.extend(waiting);
                return self.start_collecting();
            }
            Err(_) => {
                self.unlistable = true;
                self.pending.extend(waiting);
                return self.start_collecting();
            }
        };
        self.total = Some(total);
        for waiting in waiting {
            match items.remove(&waiting.id) {
                Some(item) => waiting.tell(Ok(Some(*item))),
                None => self.pending.push(waiting),
            }
        }
        if complete {
            self.snapshot = Some(Snapshot { taken: started, items });
            // The next listing has to be earned anew.
            self.asked = 0;
        }
        self.start_collecting()
    }
}

impl<T> Waiting<T> {
    fn tell(self, answer: Result<Option<T>>) {
        // Whoever asked may have given up.
        let _ = self.answer.send(answer);
    }
}

/// How many reads are answered by id before listing is considered. Without lists of ids, every read is a call of its own: then the second
/// one may as well be a page, which also tells whether there are many more.
fn many<L: Listing>() -> usize {
    if L::IDS > 1 { MANY } else { 1 }
}

/// All objects of a region, or the first page if there are more than `worth`.
async fn pages<L: Listing>(listing: &L, ctx: &Ctx, region: &str, worth: usize) -> Result<Listed<L::Item>> {
    let keyed =
        |items: Vec<L::Item>| items.into_iter().filter_map(|item| Some((L::id(&item)?.to_owned(), Box::new(item))));
    let first = listing.page(ctx, region, 0).await?;
    let total =
        first.total.ok_or_else(|| Error::new(Class::Fatal, "the listing does not say how many objects there are"))?;
    let items: HashMap<_, _> = keyed(first.items).collect();
    if total > worth {
        return Ok(Listed { items, total, complete: false });
    }
    let rest = stream::iter((L::PAGE..total).step_by(L::PAGE))
        .map(|offset| listing.page(ctx, region, offset))
        .buffer_unordered(PAGES_AT_ONCE)
        .try_fold(items, async |mut all, page| {
            all.extend(keyed(page.items));
            Ok(all)
        });
    Ok(Listed { items: rest.await?, total, complete: true })
}

/// Asks for a batch and answers whoever waits for it.
async fn fetch<L: Listing>(listing: &L, region: &str, batch: Vec<Waiting<L::Item>>) {
    // The call lasts as long as somebody may still wait for it.
    let until = batch.iter().map(|waiting| waiting.until).max();
    let time = until.map(|until| until.saturating_duration_since(Instant::now())).unwrap_or_default();
    let ctx = Ctx::new(time, CancellationToken::new());
    let mut ids: Vec<_> = batch.iter().map(|waiting| waiting.id.clone()).collect();
    ids.sort();
    ids.dedup();
    let answers: HashMap<_, _> = answers(listing, &ctx, region, ids).await.into_iter().collect();
    for waiting in batch {
        if let Some(answer) = answers.get(&waiting.id) {
            waiting.tell(answer.clone());
        }
    }
}

type Answer<T> = (String, Result<Option<T>>);

async fn answers<L: Listing>(listing: &L, ctx: &Ctx, region: &str, ids: Vec<String>) -> Vec<Answer<L::Item>> {
    let singly = async |ids: Vec<String>| {
        let reads = ids.into_iter().map(async |id| {
            let answer = listing.one(ctx, region, &id).await;
            (id, answer)
        });
        future::join_all(reads).await
    };
    if ids.len() == 1 || L::IDS == 1 {
        return singly(ids).await;
    }
    match listing.by_ids(ctx, region, &ids).await {
        Ok(items) => {
            let mut items: HashMap<_, _> =
                items.into_iter().filter_map(|item| Some((L::id(&item)?.to_owned(), item))).collect();
            let found = |id: String| match items.remove(&id) {
                Some(item) => Ok((id, Ok(Some(item)))),
                None => Err(id),
            };
            let (found, missing): (Vec<_>, Vec<_>) = ids.into_iter().map(found).partition(|found| found.is_ok());
            let missing = singly(missing.into_iter().filter_map(Result::err).collect()).await;
            found.into_iter().filter_map(Result::ok).chain(missing).collect()
        }
        // One of the ids may be to blame, and the others must not suffer for it: halves find it in few calls.
        Err(error) if matches!(error.class(), Class::NotFound | Class::Invalid) => {
            let (left, right) = ids.split_at(ids.len() / 2);
            let half = |ids: &[String]| Box::pin(answers(listing, ctx, region, ids.to_vec()));
            let (mut left, right) = future::join(half(left), half(right)).await;
            left.extend(right);
            left
        }
        Err(error) => ids.into_iter().map(|id| (id, Err(error.clone()))).collect(),
    }
}

impl<L: Listing> Clone for Reader<L> {
    fn clone(&self) -> Self {
        Self { regions: Arc::clone(&self.regions) }
    }
}

impl<L: Listing> Default for Reader<L> {
    fn default() -> Self {
        Self { regions: Arc::default() }
    }
}

impl<T> Default for Region<T> {
    fn default() -> Self {
        Self {
            generation: 0,
            asked: 0,
            total: None,
            pending: Vec::new(),
            collecting: false,
            listing: None,
            unlistable: false,
            snapshot: None,
        }
    }
}

#[cfg(test)]
mod tests;
