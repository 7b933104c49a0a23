//! What becomes of a create whose outcome is not known: one looks for the object, and adopts it on proof only.
//!
//! Ambiguity belongs to the operation: once any attempt may have been executed, whatever ends the operation is preceded by a look, and ends
//! in an adopted object or in an error that names what could be it.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use serde::Serialize;
use tokio::time::Instant;

use crate::cloud::clock::ServiceClock;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::keyed::{Held, KeyedLock};
use crate::cloud::text::{self, shown};
use crate::cloud::wait::{self, Poll};

pub(crate) use likeness::{Candidate, Comparison, Likeness, beijing};

mod likeness;

/// The create of an object, as one API asks for it and lists it.
pub(crate) trait Creation: Sync {
    /// What is to be made.
    fn wanted(&self) -> Wanted<'_>;

    /// Asks for the object, once as far as the service is concerned, and gives its id, if the answer names it.
    fn send(&self, ctx: &Ctx) -> impl Future<Output = Result<Option<String>>> + Send;

    /// The objects that are where this one is to be, and how like it they are.
    fn listed(&self, ctx: &Ctx) -> impl Future<Output = Result<Vec<Candidate>>> + Send;

    /// The ids of those that are there before. None where it need not be known: a client token makes the service itself tell what it made,
    /// and objects show when they were.
    fn before(&self, ctx: &Ctx) -> impl Future<Output = Result<Option<HashSet<String>>>> + Send {
        async { Ok(Some(self.listed(ctx).await?.into_iter().map(|object| object.id).collect())) }
    }

    /// How `terraform import` calls the object.
    fn import_id(&self, id: &str) -> String {
        id.to_owned()
    }
}

/// A [`Creation`] of any type: creates are adopted by one code for all.
pub(crate) trait AnyCreation: Sync {
    fn wanted(&self) -> Wanted<'_>;

    fn send<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<Option<String>>>;

    fn listed<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<Vec<Candidate>>>;

    fn before<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<Option<HashSet<String>>>>;

    fn import_id(&self, id: &str) -> String;
}

impl<C: Creation> AnyCreation for C {
    fn wanted(&self) -> Wanted<'_> {
        Creation::wanted(self)
    }

    fn send<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<Option<String>>> {
        Creation::send(self, ctx).boxed()
    }

    fn listed<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<Vec<Candidate>>> {
        Creation::listed(self, ctx).boxed()
    }

    fn before<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<Option<HashSet<String>>>> {
        Creation::before(self, ctx).boxed()
    }

    fn import_id(&self, id: &str) -> String {
        Creation::import_id(self, id)
    }
}

/// What a create asks for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted<'a> {
    /// The action, for errors.
    pub(crate) action: &'static str,
    pub(crate) region: &'a str,
    /// None: the service makes up a name.
    pub(crate) name: Option<&'a str>,
    /// What kind of object: `tunnel`.
    pub(crate) kind: &'static str,
    /// What objects that could be taken for it have in common with it: `between vpngw-a and cgw-b`.
    pub(crate) place: String,
    /// See [`print()`].
    pub(crate) print: u64,
    pub(crate) repeats: Repeats,
    /// What ids of this kind begin with, where they are the service's, so that no other object ever has this one's. None: objects are known
    /// by what was asked for.
    pub(crate) prefix: Option<&'static str>,
}

/// What a create does that is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeats {
    /// It is refused if there is one already.
    Refused,
    /// It makes another one.
    Double,
    /// It carries a client token, and gives the answer of the first.
    Once,
}

/// How a create went well.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// The service acknowledged it, and named it or not.
    Answered(Option<String>),
    /// Its outcome was unknown, and this is the object it made.
    Found(String),
}

/// What a client knows of all of its creates.
#[derive(Debug, Default)]
pub(crate) struct Creates {
    /// Of equal creates one is sent at a time, and none while one of them decides which object is its own.
    turns: KeyedLock,
    /// What this process made already.
    made: Mutex<HashSet<String>>,
    /// How many creates of unknown outcome there are, of those that are equal. Which of their objects is whose makes no difference.
    unknown: Mutex<HashMap<String, usize>>,
}

/// What a client lends to an [`Adoption`].
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) creates: &'a Creates,
    pub(crate) clock: &'a ServiceClock,
    /// How long an object of an unknown create is looked for before it counts as not made, if there can be one only.
    pub(crate) window: Duration,
    pub(crate) max_retries: u32,
}

/// One create, and what there was before it.
///
/// Proof that an object is this create's:
///
/// - all that was sent and is shown is equal, tags and key too ([`Likeness`]);
/// - it was not listed before the create, where that was asked;
/// - it was made after the first request by the service's own clock, as far as it tells: where nothing was listed before, it has to;
/// - this process did not make it by another create;
/// - there are no more of that kind than equal creates of this process that do not know theirs.
pub(crate) struct Adoption<'a> {
    creation: &'a dyn AnyCreation,
    terms: Terms<'a>,
    key: String,
    before: Option<HashSet<String>>,
    sent: OnceLock<Instant>,
    is_unknown: AtomicBool,
    /// What could be it, as it was last seen, for errors.
    seen: Mutex<Vec<Candidate>>,
}

/// What one look showed.
enum Sight {
    Proven(String),
    Several(usize),
    /// There is one that does not show yet what it is.
    Unsettled,
    Nothing,
}

enum Answer {
    Named(String),
    Nameless,
    /// This id, which some other object has.
    Unbelievable(String),
}

impl<'a> Adoption<'a> {
    /// Lists what is there.
    pub(crate) async fn begin(ctx: &Ctx, creation: &'a dyn AnyCreation, terms: Terms<'a>) -> Result<Self> {
        Ok(Self::new(creation, terms, creation.before(ctx).await?))
    }

    /// A create that was sent already, together with others, when this was there.
    pub(crate) fn sent(creation: &'a dyn AnyCreation, terms: Terms<'a>, before: HashSet<String>, at: Instant) -> Self {
        let adoption = Self::new(creation, terms, Some(before));
        let _ = adoption.sent.set(at);
        adoption
    }

    fn new(creation: &'a dyn AnyCreation, terms: Terms<'a>, before: Option<HashSet<String>>) -> Self {
        let Wanted { region, kind, place, print, .. } = creation.wanted();
        let key = format!("{region} {kind} {place} {print:x}");
        let (sent, is_unknown, seen) = Default::default();
        Self { creation, terms, key, before, sent, is_unknown, seen }
    }

    /// Makes the object, and gives its id.
    pub(crate) async fn make(&self, ctx: &Ctx) -> Result<String> {
        match self.send(ctx).await? {
            Made::Found(id) | Made::Answered(Some(id)) => Ok(id),
            Made::Answered(None) => self.find_acknowledged(ctx).await,
        }
    }

    /// Sends the create. After a failure of unknown outcome the object is looked for: within the window if the service takes one only,
    /// otherwise within six times as long. When none shows up, a create without client token is sent again, as long as the operation may
    /// take, but after `max_retries` answers of the service that it failed, no more. Every other end is preceded by a look, too, which has
    /// a time of its own if the operation has none.
    ///
    /// An error with [`Error::is_ambiguous`] means that there may be an object that could not be found.
    pub(crate) async fn send(&self, ctx: &Ctx) -> Result<Made> {
        self.work(ctx, None).await
    }

    /// As [`Self::make`], after a first attempt that failed with this error of unknown outcome.
    pub(crate) async fn make_after(&self, ctx: &Ctx, error: Error) -> Result<String> {
        self.unknown();
        match self.work(ctx, Some(error)).await? {
            Made::Found(id) | Made::Answered(Some(id)) => Ok(id),
            Made::Answered(None) => self.find_acknowledged(ctx).await,
        }
    }

    /// As [`Self::make`], after a first attempt that was acknowledged, and told no id.
    pub(crate) async fn find_sent(&self, ctx: &Ctx) -> Result<String> {
        self.unknown();
        self.find_acknowledged(ctx).await
    }

    async fn work(&self, ctx: &Ctx, mut unknown: Option<Error>) -> Result<Made> {
        let Wanted { region, kind, repeats, .. } = self.creation.wanted();
        let (mut failures, mut nameless) = (0, 0);
        let mut repeatable = unknown.as_ref().is_some_and(|error| self.may_repeat(error, &mut failures));
        let mut repeated = unknown.is_some();
        loop {
            if let Some(error) = unknown.take() {
                tracing::warn!(region, "looking for a {kind} after an unknown outcome: {error}");
                if is_over(&error) {
                    return self.last_look(ctx, error).await.map(Made::Found);
                }
                let patience =
                    if repeats == Repeats::Refused { self.terms.window } else { self.terms.window * IF_REPEATABLE };
                match self.find(ctx, Some(patience)).await {
                    Ok(Some(id)) => return Ok(Made::Found(id)),
                    Ok(None) if repeatable => {}
                    Ok(None) => return Err(self.lost(error)),
                    Err(lookup) if is_over(&lookup) => return self.last_look(ctx, lookup).await.map(Made::Found),
                    Err(lookup) if !lookup.candidates().is_empty() => return Err(lookup),
                    Err(lookup) => {
                        return Err(self.lost(error.noting(&format!("then looking for the {kind} failed: {lookup}"))));
                    }
                }
            }
            let error = match self.attempt(ctx).await {
                Ok(Answer::Named(id)) => {
                    if repeated {
                        self.tell_of_others(ctx, &id).await;
                    }
                    return Ok(Made::Answered(Some(id)));
                }
                // The service gives its answer again.
                Ok(Answer::Nameless) if repeats == Repeats::Once && nameless < ASK_AGAIN => {
                    nameless += 1;
                    repeated = true;
                    continue;
                }
                Ok(Answer::Nameless) => return Ok(Made::Answered(None)),
                Ok(Answer::Unbelievable(id)) => return Err(self.unbelievable(&id)),
                Err(error) => error,
            };
            if !error.is_ambiguous() && !repeated {
                return Err(self.refused(ctx, error).await);
            }
            repeatable = self.may_repeat(&error, &mut failures);
            repeated = true;
            // Whatever became of this attempt, the one before it may have been executed.
            unknown = Some(error.ambiguous(true));
        }
    }

    /// Whether the create may be sent again after this error of unknown outcome, if no object shows up. What fails between here and the
    /// service passes; that the service itself fails may not.
    fn may_repeat(&self, error: &Error, failures: &mut u32) -> bool {
        *failures += u32::from(error.code().is_some());
        // A repetition with a client token was repeated as long as it could help.
        let once = self.creation.wanted().repeats == Repeats::Once;
        !once && error.is_ambiguous() && error.class() == Class::Transient && *failures <= self.terms.max_retries
    }

    async fn attempt(&self, ctx: &Ctx) -> Result<Answer> {
        let Wanted { kind, prefix, .. } = self.creation.wanted();
        let _turn = self.turn(ctx).await?;
        self.sent.get_or_init(Instant::now);
        match self.creation.send(ctx).await.map(|id| id.filter(|id| !id.is_empty())) {
            // The id of something else, or none at all: what was made is known by its likeness only.
            Ok(Some(id)) if prefix.is_some_and(|prefix| !id.starts_with(prefix)) => {
                tracing::warn!(
                    "the create was acknowledged with {}, which is no id of a {kind}",
                    shown(&id, text::WORD)
                );
                self.unknown();
                Ok(Answer::Nameless)
            }
            Ok(Some(id)) if prefix.is_some() && (self.was_listed(&id) || !self.claim(&id)) => {
                Ok(Answer::Unbelievable(id))
            }
            Ok(Some(id)) => Ok(Answer::Named(id)),
            Ok(None) => {
                self.unknown();
                Ok(Answer::Nameless)
            }
            // The service did it, and its answer cannot be read.
            Err(error) if error.is_ambiguous() && error.class() == Class::Fatal && error.code().is_none() => {
                tracing::warn!("the create was acknowledged: {error}");
                self.unknown();
                Ok(Answer::Nameless)
            }
            Err(error) => {
                if error.is_ambiguous() {
                    self.unknown();
                }
                Err(error)
            }
        }
    }

    /// The object of a create that was accepted without an id, looked for as long as the operation
    /// may take.
    pub(crate) async fn find_acknowledged(&self, ctx: &Ctx) -> Result<String> {
        match self.find(ctx, None).await {
            Ok(Some(id)) => Ok(id),
            Ok(None) => Err(self.lost(Error::new(Class::Fatal, "it is not listed"))),
            Err(error) if is_over(&error) => self.last_look(ctx, error).await,
            Err(error) if !error.candidates().is_empty() => Err(error),
            Err(error) => Err(self.lost(error)),
        }
    }

    /// The object that the create made, if it is listed now.
    pub(crate) async fn newcomer(&self, ctx: &Ctx) -> Result<Option<String>> {
        match self.look(ctx).await? {
            Sight::Proven(id) => Ok(Some(id)),
            Sight::Several(count) => Err(self.several(count)),
            Sight::Unsettled | Sight::Nothing => Ok(None),
        }
    }

    /// The same for an operation that was called off, or whose time is over. No other call is made any more, but what was asked for is
    /// worth to be known.
    pub(crate) async fn last_look(&self, ctx: &Ctx, error: Error) -> Result<String> {
        let ctx = ctx.afterwards(LAST_LOOK);
        match self.find(&ctx, None).await {
            Ok(Some(id)) => Ok(id),
            Err(several) if !several.candidates().is_empty() && !is_over(&several) => Err(several),
            Ok(None) | Err(_) => Err(self.lost(error)),
        }
    }

    /// The object, as soon as one is proven; none when a listing at the end of `patience` still does not show any. An error that has
    /// candidates is about several.
    async fn find(&self, ctx: &Ctx, patience: Option<Duration>) -> Result<Option<String>> {
        let wanted = self.creation.wanted();
        let what = format!("the new {}{} to be listed", wanted.kind, wanted.called());
        // As long as the service does not answer, nothing is known of what it lists.
        let answered = OnceLock::new();
        let found = wait::until(ctx, &what, || async {
            let sight = match self.look(ctx).await {
                Err(error) if matches!(error.class(), Class::Transient | Class::Throttled | Class::Conflict) => {
                    return Ok(Poll::Pending(error.to_string()));
                }
                sight => sight?,
            };
            let since = *answered.get_or_init(Instant::now);
            let closed = patience.is_some_and(|patience| since.elapsed() >= patience);
            Ok(match sight {
                Sight::Proven(id) => Poll::Ready(Some(id)),
                Sight::Several(count) => return Err(self.several(count)),
                Sight::Unsettled => Poll::Pending("one that does not show yet what it is".to_owned()),
                Sight::Nothing if closed => Poll::Ready(None),
                Sight::Nothing => Poll::Pending("not listed yet".to_owned()),
            })
        });
        let found = found.await?;
        if let Some(id) = &found {
            tracing::info!(region = wanted.region, id, "the create had been executed");
        }
        Ok(found)
    }

    /// What is listed now, and whether it proves anything. A proven object is this create's from then on.
    async fn look(&self, ctx: &Ctx) -> Result<Sight> {
        let listed = self.creation.listed(ctx).await?;
        // An equal create that is under way may have made what is listed, and is about to be told.
        let _turn = self.turn(ctx).await?;
        let own_id = self.creation.wanted().prefix.is_some();
        let made = self.terms.creates.made();
        let new = |object: &Candidate| {
            let is_known = own_id && made.contains(&self.known_as(&object.id));
            !object.id.is_empty() && !is_known && !self.was_there(object)
        };
        let new: Vec<_> = listed.into_iter().filter(new).collect();
        drop(made);
        let is = |likeness| move |object: &&Candidate| object.likeness == likeness && self.is_dated(object);
        let proven: Vec<_> = new.iter().filter(is(Likeness::Same)).collect();
        let sight = match proven.first() {
            _ if new.iter().any(|object| is(Likeness::Unsettled)(&object)) => Sight::Unsettled,
            None => Sight::Nothing,
            Some(object) if proven.len() <= self.terms.creates.unknown(&self.key).max(1) => {
                self.claim(&object.id);
                Sight::Proven(object.id.clone())
            }
            Some(_) => Sight::Several(proven.len()),
        };
        *self.seen() = new;
        Ok(sight)
    }

    /// Whether it was there before this create was sent: it was listed, or it is older by the service's own clock.
    fn was_there(&self, object: &Candidate) -> bool {
        // Times of objects are in whole seconds, and the clocks of a service's machines differ a bit.
        let is_older = object.created.zip(self.sent_at()).is_some_and(|(created, sent)| created + CLOCKS < sent);
        is_older || self.was_listed(&object.id)
    }

    fn was_listed(&self, id: &str) -> bool {
        self.before.as_ref().is_some_and(|before| before.contains(id))
    }

    /// Whether it is known that it was not there before: where nothing was listed, its time has to tell.
    fn is_dated(&self, object: &Candidate) -> bool {
        self.before.is_some() || (object.created.is_some() && self.sent_at().is_some())
    }

    /// When the first request was sent, by the service's clock: in Unix seconds, and rather too early.
    fn sent_at(&self) -> Option<i64> {
        self.terms.clock.at(*self.sent.get()?)
    }

    /// A repeated create was acknowledged with this id: what else is new may have been made by an attempt before it, and nobody else knows of
    /// it.
    async fn tell_of_others(&self, ctx: &Ctx, id: &str) {
        let Wanted { region, kind, repeats, .. } = self.creation.wanted();
        if repeats == Repeats::Once {
            return;
        }
        let Ok(listed) = self.creation.listed(ctx).await else { return };
        let is_other =
            |object: &&Candidate| object.likeness == Likeness::Same && !self.was_there(object) && object.id != id;
        for other in listed.iter().filter(is_other) {
            tracing::warn!(
                region,
                id = other.id,
                "there is another new {kind}, made by a create whose answer was lost: delete or import it"
            );
        }
    }

    /// The error of a first attempt. What a duplicate collides with is looked for, so that it can be named.
    async fn refused(&self, ctx: &Ctx, error: Error) -> Error {
        if !error.is_duplicate() {
            return error;
        }
        match self.creation.listed(&ctx.with_timeout(LAST_LOOK)).await {
            Ok(there) if !there.is_empty() => {
                let names: Vec<_> = there.iter().map(Candidate::named).collect();
                let ids = there.iter().map(|object| self.creation.import_id(&object.id)).collect();
                error.noting(&format!("there is {}", names.join(", "))).naming(ids)
            }
            _ => error,
        }
    }

    fn several(&self, count: usize) -> Error {
        let wanted = self.creation.wanted();
        let named = wanted.name.map(|name| format!(" named {name:?}")).unwrap_or_default();
        let message = format!("{count} {}s{named} appeared {} at once", wanted.kind, wanted.place);
        self.lost(Error::new(Class::Fatal, message).about(wanted.action, wanted.region))
    }

    fn unbelievable(&self, id: &str) -> Error {
        let wanted = self.creation.wanted();
        let id = &*shown(id, text::WORD);
        let message = format!("the answer says that the new {} is {id}, which there was before", wanted.kind);
        let hint = format!(
            "{id} is not taken for the new {}: somebody else may have it. Look in the console {} whether another one was made, and import or \
             delete that before creating it again.",
            wanted.kind, wanted.place,
        );
        let error = Error::new(Class::Fatal, message).about(wanted.action, wanted.region).ambiguous(true);
        error.naming(vec![self.creation.import_id(id)]).hinting(Some(hint.into()))
    }

    /// Tells the user what to do about an object that there may be.
    pub(crate) fn lost(&self, error: Error) -> Error {
        let wanted = self.creation.wanted();
        let error = match error.action() {
            None => error.about(wanted.action, wanted.region),
            Some(_) => error,
        };
        let seen = self.seen().clone();
        let likely = |object: &&Candidate| wanted.name.is_none() || object.name.as_deref() == wanted.name;
        let seen: Vec<_> = seen.iter().filter(likely).collect();
        let kind = wanted.kind;
        if seen.is_empty() {
            return lost(kind, error.ambiguous(true));
        }
        let ids: Vec<_> = seen.iter().map(|object| self.creation.import_id(&object.id)).collect();
        let names: Vec<_> = seen.iter().map(ToString::to_string).collect();
        let hint = format!(
            "The {kind} may exist, and was not adopted, since nothing proves which it is. Listed {} since the request: {}. If one of these is \
             yours, import it (terraform import ADDRESS {}, or an import block with that id), or delete it, before creating it again. If it is \
             somebody else's, leave it.",
            wanted.place,
            names.join(", "),
            ids[0],
        );
        error.ambiguous(true).naming(ids).hinting(Some(hint.into()))
    }

    async fn turn(&self, ctx: &Ctx) -> Result<Held> {
        let Wanted { action, region, place, .. } = self.creation.wanted();
        let turn = self.terms.creates.turns.turn(ctx, self.key.clone(), &format!("another create {place}")).await;
        turn.map_err(|error| error.about(action, region))
    }

    /// Takes the object for this create's; false if another one of this process has it.
    pub(crate) fn claim(&self, id: &str) -> bool {
        if self.is_unknown.swap(false, Ordering::Relaxed) {
            self.terms.creates.one_less(&self.key);
        }
        self.terms.creates.made().insert(self.known_as(id))
    }

    /// From now on this create does not know its object.
    fn unknown(&self) {
        if !self.is_unknown.swap(true, Ordering::Relaxed) {
            self.terms.creates.one_more(&self.key);
        }
    }

    fn known_as(&self, id: &str) -> String {
        let Wanted { region, kind, .. } = self.creation.wanted();
        format!("{region} {kind} {id}")
    }

    fn seen(&self) -> MutexGuard<'_, Vec<Candidate>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Adoption<'_> {
    fn drop(&mut self) {
        if *self.is_unknown.get_mut() {
            self.terms.creates.one_less(&self.key);
        }
    }
}

impl Creates {
    fn made(&self) -> MutexGuard<'_, HashSet<String>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unknown(&self, key: &str) -> usize {
        self.counts().get(key).copied().unwrap_or_default()
    }

    fn one_more(&self, key: &str) {
        *self.counts().entry(key.to_owned()).or_default() += 1;
    }

    fn one_less(&self, key: &str) {
        let mut counts = self.counts();
        if let Some(count) = counts.get_mut(key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(key);
            }
        }
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.unknown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wanted<'_> {
    fn called(&self) -> String {
        self.name.map(|name| format!(" {name:?}")).unwrap_or_default()
    }
}

impl Candidate {
    /// The id, and the name that people know it by.
    fn named(&self) -> String {
        let name = self.name.as_deref().filter(|name| !name.is_empty());
        name.map_or_else(|| self.id.clone(), |name| format!("{} {name:?}", self.id))
    }
}

/// Tells creates apart that are not equal: those of the same print ask for the same, but for the client token.
pub(crate) fn print(request: &impl Serialize) -> u64 {
    let mut request = serde_json::to_value(request).unwrap_or_default();
    if let Some(members) = request.as_object_mut() {
        members.remove("ClientToken");
    }
    let mut hasher = DefaultHasher::new();
    request.to_string().hash(&mut hasher);
    hasher.finish()
}

/// Tells the user what to do about an object that there may be.
pub(crate) fn lost(kind: &str, error: Error) -> Error {
    let hint =
        format!("Look in the console whether the {kind} exists: import it, or delete it, before creating it again.");
    let hint = error.is_ambiguous().then(|| hint.into());
    error.hinting(hint)
}

fn is_over(error: &Error) -> bool {
    matches!(error.class(), Class::Cancelled | Class::Timeout)
}

/// The window for objects of which there can be one only: a repetition that comes too early is refused.
pub(crate) const WINDOW: Duration = Duration::from_secs(5);
/// How many times as long the others are looked for: half a minute, as long as waits let a new object be missing from listings.
pub(crate) const IF_REPEATABLE: u32 = 6;
/// How long is looked for what was just asked for, after the operation was called off or its time was over.
pub(crate) const LAST_LOOK: Duration = Duration::from_secs(10);
/// How often an answer without an id is asked for again, with its client token.
const ASK_AGAIN: u32 = 2;
/// By how many seconds the clock of a service's answers may be ahead of the one that objects are made by.
const CLOCKS: i64 = 1;

#[cfg(test)]
mod tests;
