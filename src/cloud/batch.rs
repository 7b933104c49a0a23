//! Reads that arrive together become one call.
//!
//! Terraform reads its resources one by one, ten at a time, while the clouds' Describe actions take a hundred ids and list pages of a
//! hundred. A [`Reader`] stands between the two, one for each kind of object:
//!
//! - An id waits [`WINDOW`] for others; then one call asks for all of them. A lone read pays nothing else. While such a call is under way,
//!   ids wait for the next one: reads that come in waves stay together, however slow the service or this machine is.
//! - A process that has read [`MANY`](region::MANY) objects of a region, or [more than one](many) where there are no lists of ids, is
//!   refreshing a configuration of some size: the reader pages the whole listing, pages side by side, and serves reads from that snapshot.
//!   Not if the region holds more than is [worth](Region::worth) it: a small configuration in a large account does not list the account.
//! - A snapshot lives as long as reads go on: until they [pause](region::PAUSE), or it is [too old](region::OLDEST) for one refresh. Every
//!   write in its region drops it.
//! - Nothing is ever reported as gone on the word of a list: an id that a batch or a listing does not return, and any id of a batch that
//!   fails because of one of its ids, is asked for on its own.

use std::any::Any;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{self, BoxFuture, FutureExt};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use tokio::sync::oneshot;
use tokio::time::{self, Instant};
use tokio_util::sync::CancellationToken;

use crate::cloud::batch::region::{Listed, Look, Region, Start, Waiting, many};
use crate::cloud::ctx::{Ctx, Interrupt};
use crate::cloud::erased;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::listing::{self, Flaw, Page};
use crate::cloud::retry::Effect;

/// How one kind of object is described. A cloud names its actions here and has all of this module.
pub(crate) trait Listing: Clone + Send + Sync + 'static {
    type Item: Clone + Send + Sync + 'static;

    /// How many ids one call takes; 1 for APIs without lists of ids.
    const IDS: usize;
    /// How many objects a page holds.
    const PAGE: usize;
    /// The action that an error names when a read is given up.
    const ACTION: Option<&'static str> = None;

    fn id(item: &Self::Item) -> Option<&str>;

    /// What such an error calls the object with this id.
    fn called(id: &str) -> String {
        id.to_owned()
    }

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

/// Reads one kind of object, in all regions.
///
/// A thin shell, which knows the type of the objects, around [`Regions`], which does the work and is compiled once for all kinds.
pub(crate) struct Reader<L> {
    regions: Regions,
    kind: PhantomData<fn() -> L>,
}

impl<L: Listing> Reader<L> {
    /// The object as it was when the reads that go on began, at the earliest, and not before this process last wrote in the region.
    pub(crate) async fn read(&self, listing: &L, ctx: &Ctx, region: &str, id: &str) -> Result<Option<L::Item>> {
        let source = Arc::new(listing.clone());
        Ok(self.regions.read(source, ctx, region, id).await?.map(typed))
    }

    /// The object as it is now, for waits: asked for together with what else is asked for.
    pub(crate) async fn now(&self, listing: &L, ctx: &Ctx, region: &str, id: &str) -> Result<Option<L::Item>> {
        let source = Arc::new(listing.clone());
        Ok(self.regions.ask(source, ctx, region, id, Look::Whole).await?.map(typed))
    }

    /// The object as listings show it now, for waits: where there are no lists of ids, several are looked for on pages if these are fewer.
    pub(crate) async fn listed(&self, listing: &L, ctx: &Ctx, region: &str, id: &str) -> Result<Option<L::Item>> {
        let source = Arc::new(listing.clone());
        Ok(self.regions.ask(source, ctx, region, id, Look::Listed).await?.map(typed))
    }

    /// The same without asking again for what a call for several does not show.
    pub(crate) async fn shown(&self, listing: &L, ctx: &Ctx, region: &str, id: &str) -> Result<Shown<L::Item>> {
        let source = Arc::new(listing.clone());
        Ok(match self.regions.ask(source, ctx, region, id, Look::Shown).await? {
            Some(object) if object.is::<Unseen>() => Shown::Unseen,
            Some(object) => Shown::There(typed(object)),
            None => Shown::Gone,
        })
    }

    /// Those with these ids as they are now, as far as they exist: as few calls as ids per call permit, and one for each id that is not
    /// returned, so as to know that it is not there.
    pub(crate) async fn these(
        &self,
        listing: &L,
        ctx: &Ctx,
        region: &str,
        ids: impl IntoIterator<Item = &str>,
    ) -> Result<Vec<L::Item>> {
        let (source, ids) = (Arc::new(listing.clone()), ids.into_iter().collect());
        Ok(self.regions.these(source, ctx, region, ids).await?.into_iter().map(typed).collect())
    }

    /// To be called before and after every write in `region`: what was listed is history, there and in the places `REGION/...` of it.
    pub(crate) fn written(&self, region: &str) {
        self.regions.written(region);
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
}

/// What a call for one or several objects shows of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown<T> {
    There(T),
    /// The service clearly says that it does not exist.
    Gone,
    /// It is not among those that were shown, which says nothing.
    Unseen,
}

/// Stands for an object of which nothing is known.
struct Unseen;

/// An object of any kind.
type Object = Arc<dyn Any + Send + Sync>;

fn typed<T: Clone + Send + Sync + 'static>(object: Object) -> T {
    Arc::unwrap_or_clone(object.downcast().expect("a reader has objects of its own kind only"))
}

/// A [`Listing`] without its types. The methods are those of it, under other names so as to tell them apart.
trait Source: Send + Sync {
    fn ids_per_call(&self) -> usize;

    fn page_size(&self) -> usize;

    fn given_up(&self, interrupt: Interrupt, region: &str, id: &str) -> Error;

    fn some<'a>(&'a self, ctx: &'a Ctx, region: &'a str, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Keyed>>>;

    fn single<'a>(&'a self, ctx: &'a Ctx, region: &'a str, id: &'a str) -> BoxFuture<'a, Result<Option<Object>>>;

    fn listed<'a>(&'a self, ctx: &'a Ctx, region: &'a str, offset: usize) -> BoxFuture<'a, Result<Page<Keyed>>>;
}

/// An object with its id.
type Keyed = (String, Object);

impl<L: Listing> Source for L {
    fn ids_per_call(&self) -> usize {
        L::IDS
    }

    fn page_size(&self) -> usize {
        L::PAGE
    }

    fn given_up(&self, interrupt: Interrupt, place: &str, id: &str) -> Error {
        let what = L::called(id);
        let error = match interrupt {
            Interrupt::Cancelled => Error::new(Class::Cancelled, format!("called off while reading {what}")),
            Interrupt::Deadline => Error::new(Class::Timeout, format!("gave up reading {what}")),
        };
        // Some places are within a region.
        let region = place.split('/').next().unwrap_or(place);
        match L::ACTION {
            Some(action) => error.about(action, region),
            None => error,
        }
    }

    fn some<'a>(&'a self, ctx: &'a Ctx, region: &'a str, ids: &'a [String]) -> BoxFuture<'a, Result<Vec<Keyed>>> {
        async move { Ok(keyed::<L>(self.by_ids(ctx, region, ids).await?)) }.boxed()
    }

    fn single<'a>(&'a self, ctx: &'a Ctx, region: &'a str, id: &'a str) -> BoxFuture<'a, Result<Option<Object>>> {
        async move { Ok(self.one(ctx, region, id).await?.map(|item| Arc::new(item) as Object)) }.boxed()
    }

    fn listed<'a>(&'a self, ctx: &'a Ctx, region: &'a str, offset: usize) -> BoxFuture<'a, Result<Page<Keyed>>> {
        async move {
            let Page { items, total } = self.page(ctx, region, offset).await?;
            Ok(Page { items: items.map(keyed::<L>), total })
        }
        .boxed()
    }
}

fn keyed<L: Listing>(items: Vec<L::Item>) -> Vec<Keyed> {
    items.into_iter().filter_map(|item| Some((L::id(&item)?.to_owned(), Arc::new(item) as Object))).collect()
}

/// What goes on in all regions with one kind of object.
#[derive(Clone, Default)]
struct Regions(Arc<Mutex<HashMap<String, Region>>>);

impl Regions {
    async fn read(&self, source: Arc<dyn Source>, ctx: &Ctx, region: &str, id: &str) -> Result<Option<Object>> {
        let listed = self.lock(region, |state| state.take(id));
        if listed.is_some() {
            return Ok(listed);
        }
        self.ask(source, ctx, region, id, Look::Read).await
    }

    async fn these(&self, source: Arc<dyn Source>, ctx: &Ctx, region: &str, ids: Vec<&str>) -> Result<Vec<Object>> {
        let asked = ids.into_iter().map(|id| self.ask(Arc::clone(&source), ctx, region, id, Look::Whole));
        Ok(future::try_join_all(asked).await?.into_iter().flatten().collect())
    }

    fn written(&self, region: &str) {
        self.lock(region, Region::forget);
        let mut regions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let within = |place: &str| place.strip_prefix(region).is_some_and(|rest| rest.starts_with('/'));
        regions.iter_mut().filter(|(place, _)| within(place)).for_each(|(_, state)| state.forget());
    }

    async fn ask(
        &self,
        source: Arc<dyn Source>,
        ctx: &Ctx,
        region: &str,
        id: &str,
        look: Look,
    ) -> Result<Option<Object>> {
        let (answer, answered) = oneshot::channel();
        let waiting =
            Waiting { id: id.to_owned(), look, until: ctx.deadline(), outage_limit: ctx.outage_limit(), answer };
        let many = many(source.ids_per_call());
        match self.lock(region, |state| state.enqueue(waiting, many)) {
            Start::Nothing => {}
            Start::Collecting => self.spawn_collect(Arc::clone(&source), region),
            Start::Listing => {
                let (source, regions, region) = (Arc::clone(&source), self.clone(), region.to_owned());
                erased::spawn(async move { regions.list(source, &region).await });
            }
        }
        match ctx.run(answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(Error::new(Class::Fatal, format!("the read of {id} was dropped"))),
            Err(interrupt) => Err(source.given_up(interrupt, region, id)),
        }
    }

    fn spawn_collect(&self, source: Arc<dyn Source>, region: &str) {
        let (regions, region) = (self.clone(), region.to_owned());
        erased::spawn(async move { regions.collect(&source, &region).await });
    }

    /// Lets ids come together, then asks for them, until there are none.
    async fn collect(&self, source: &Arc<dyn Source>, region: &str) {
        loop {
            time::sleep(WINDOW).await;
            let batches = self.lock(region, |state| state.batches(source.ids_per_call(), source.page_size()));
            if batches.is_empty() {
                return;
            }
            // What comes meanwhile shares the next call, unless this one takes suspiciously long. What only an action of its own tells has
            // nothing to share.
            let mut shared = Vec::new();
            for batch in batches {
                let shares = source.ids_per_call() > 1 || batch.iter().any(|waiting| waiting.look.may_be_listed());
                let (regions, source, region) = (self.clone(), Arc::clone(source), region.to_owned());
                let fetched = erased::spawn(async move { regions.fetch(&*source, &region, batch).await });
                if shares {
                    shared.push(fetched);
                }
            }
            let _ = time::timeout(HELD_UP, future::join_all(shared)).await;
        }
    }

    /// Lists the region, and answers what waits for that.
    async fn list(&self, source: Arc<dyn Source>, region: &str) {
        let generation = self.lock(region, |state| state.generation);
        let started = Instant::now();
        let ctx = Ctx::new(LISTING_TIME, CancellationToken::new()).with_outage_limit(Some(LISTING_OUTAGE));
        // Looked at when the first page is there: what Terraform reads at once does not arrive at once.
        let worth = || self.lock(region, |state| state.worth());
        // A defect in it is no reason to leave those that wait for it waiting.
        let listed = AssertUnwindSafe(pages(&*source, &ctx, region, &worth)).catch_unwind().await;
        let listed = listed.unwrap_or_else(|_| Err(Error::new(Class::Fatal, "the listing crashed")));
        if let Err(error) = &listed {
            // Reading by id may still be allowed, and says for itself what is wrong.
            tracing::debug!(region, error = %error, "the listing failed; reading by id");
        }
        let start = self.lock(region, |state| state.listed(listed, generation, started));
        if let Start::Collecting = start {
            self.spawn_collect(source, region);
        }
    }

    /// Asks for a batch and answers whoever waits for it.
    async fn fetch(&self, source: &dyn Source, region: &str, batch: Vec<Waiting>) {
        // The call lasts as long as somebody may still wait for it.
        let until = batch.iter().map(|waiting| waiting.until).max();
        let time = until.map(|until| until.saturating_duration_since(Instant::now())).unwrap_or_default();
        let patient = batch.iter().any(|waiting| waiting.outage_limit.is_none());
        let limit = batch.iter().filter_map(|waiting| waiting.outage_limit).max().filter(|_| !patient);
        let ctx = Ctx::new(time, CancellationToken::new()).with_outage_limit(limit);
        let mut ids: Vec<_> = batch.iter().map(|waiting| waiting.id.clone()).collect();
        ids.sort();
        ids.dedup();
        let mut answers = HashMap::new();
        if source.ids_per_call() == 1 && ids.len() > 1 {
            let shown = self.on_pages(source, &ctx, region, &ids).await;
            ids.retain(|id| !shown.contains_key(id));
            answers.extend(shown.into_iter().map(|(id, object)| (id, Ok(Some(object)))));
        }
        let unsure = |id: &str| batch.iter().all(|waiting| waiting.id != id || waiting.look == Look::Shown);
        answers.extend(self::answers(source, &ctx, region, ids, &unsure).await);
        for waiting in batch {
            if let Some(answer) = answers.get(&waiting.id) {
                waiting.tell(answer.clone());
            }
        }
    }

    /// Those of several objects that a listing shows, where there are no lists of ids. None are looked for where pages are not fewer calls
    /// than ids. How many pages there are the first one tells.
    async fn on_pages(&self, source: &dyn Source, ctx: &Ctx, region: &str, ids: &[String]) -> HashMap<String, Object> {
        let size = source.page_size();
        let (listable, total) = self.lock(region, |state| (!state.unlistable, state.total));
        if !listable || total.is_some_and(|total| total.div_ceil(size) >= ids.len()) {
            return HashMap::new();
        }
        let mut shown = HashMap::new();
        let mut next = vec![0];
        while !next.is_empty() {
            let pages = future::join_all(next.iter().map(|offset| source.listed(ctx, region, *offset))).await;
            let first = shown.is_empty() && next == [0];
            next.clear();
            for page in pages {
                let read = page.and_then(|page| {
                    let total = listing::credible(page.total).map_err(Flaw::error)?;
                    add(&mut shown, page, size)?;
                    Ok(total)
                });
                match read {
                    Ok(total) => {
                        self.lock(region, |state| state.total = Some(total));
                        if first {
                            let missing = ids.iter().filter(|id| !shown.contains_key(*id)).count();
                            let rest: Vec<_> = (size..total).step_by(size).collect();
                            next = if rest.len() < missing { rest } else { Vec::new() };
                        }
                    }
                    // Each is then asked for by itself, and says for itself what is wrong.
                    Err(error) => {
                        tracing::debug!(region, error = %error, "the listing failed; reading by id");
                        let passes = matches!(error.class(), Class::Throttled | Class::Transient | Class::Timeout);
                        self.lock(region, |state| state.unlistable |= !passes);
                    }
                }
            }
        }
        shown
    }

    fn lock<T>(&self, region: &str, with: impl FnOnce(&mut Region) -> T) -> T {
        // Nothing that runs under the lock leaves it half-changed.
        let mut regions: MutexGuard<'_, HashMap<_, _>> = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
const LISTING_TIME: Duration = Duration::from_secs(60);
/// How long a listing is tried that is not answered: reading by id says what is wrong.
const LISTING_OUTAGE: Duration = Duration::from_secs(30);
/// More would hardly be quicker, and each holds its answer in memory until it is read.
const PAGES_AT_ONCE: usize = 3;

/// How many objects may be listed by now.
type Worth<'a> = &'a (dyn Fn() -> usize + Sync);

/// All objects of a region, or the first page if there are more than `worth`.
async fn pages(source: &dyn Source, ctx: &Ctx, region: &str, worth: Worth<'_>) -> Result<Listed> {
    let first = source.listed(ctx, region, 0).await?;
    let total = listing::credible(first.total).map_err(Flaw::error)?;
    let mut items = HashMap::new();
    add(&mut items, first, source.page_size())?;
    if total > worth() {
        return Ok(Listed { items, total, complete: false });
    }
    let size = source.page_size();
    let rest = stream::iter((size..total).step_by(size))
        .map(|offset| source.listed(ctx, region, offset))
        .buffer_unordered(PAGES_AT_ONCE)
        .try_fold(items, async |mut all, page| {
            add(&mut all, page, source.page_size())?;
            Ok(all)
        });
    Ok(Listed { items: rest.await?, total, complete: true })
}

/// What is missing or moved is asked for by its id. So only that matters here which would never end, or fill the memory.
fn add(all: &mut HashMap<String, Object>, page: Page<Keyed>, size: usize) -> Result<()> {
    let rows = page.items.unwrap_or_default();
    if rows.len() > size {
        return Err(listing::lasting(format!("a page of {size} has {} rows", rows.len())).error());
    }
    if !rows.is_empty() && rows.iter().all(|(id, _)| all.contains_key(id)) {
        return Err(listing::lasting("a page repeats what others have".to_owned()).error());
    }
    all.extend(rows);
    Ok(())
}

type Answer = (String, Result<Option<Object>>);

/// `unsure`: of whom it is enough to know what a call shows that asks for several.
async fn answers(
    source: &dyn Source,
    ctx: &Ctx,
    region: &str,
    ids: Vec<String>,
    unsure: &(dyn Fn(&str) -> bool + Sync),
) -> Vec<Answer> {
    let singly = async |ids: Vec<String>| {
        let reads = ids.into_iter().map(async |id| {
            let answer = source.single(ctx, region, &id).await;
            (id, answer)
        });
        future::join_all(reads).await
    };
    if ids.len() == 1 || source.ids_per_call() == 1 {
        return singly(ids).await;
    }
    match source.some(ctx, region, &ids).await {
        Ok(items) => {
            let mut items: HashMap<_, _> = items.into_iter().collect();
            let found = |id: String| match items.remove(&id) {
                Some(item) => Ok((id, Ok(Some(item)))),
                None => Err(id),
            };
            let (found, missing): (Vec<_>, Vec<_>) = ids.into_iter().map(found).partition(|found| found.is_ok());
            let missing = missing.into_iter().filter_map(Result::err);
            let (unknown, missing): (Vec<_>, Vec<_>) = missing.partition(|id| unsure(id));
            let unknown = unknown.into_iter().map(|id| (id, Ok(Some(Arc::new(Unseen) as Object))));
            let missing = singly(missing).await;
            found.into_iter().filter_map(Result::ok).chain(unknown).chain(missing).collect()
        }
        // One of the ids may be to blame, and the others must not suffer for it: halves find it in few calls.
        Err(error) if matches!(error.class(), Class::NotFound | Class::Invalid) => {
            let (left, right) = ids.split_at(ids.len() / 2);
            let half = |ids: &[String]| Box::pin(answers(source, ctx, region, ids.to_vec(), unsure));
            let (mut left, right) = future::join(half(left), half(right)).await;
            left.extend(right);
            left
        }
        Err(error) => ids.into_iter().map(|id| (id, Err(error.clone()))).collect(),
    }
}

impl<L> Clone for Reader<L> {
    fn clone(&self) -> Self {
        Self { regions: self.regions.clone(), kind: PhantomData }
    }
}

impl<L> Default for Reader<L> {
    fn default() -> Self {
        Self { regions: Regions::default(), kind: PhantomData }
    }
}

mod region;
#[cfg(test)]
mod tests;
