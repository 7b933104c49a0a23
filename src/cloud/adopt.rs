//! Some actions take no client token, so that a create must not be repeated when its outcome is
//! unknown: one looks for the object first, and adopts it.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::keyed::KeyedLock;
use crate::cloud::wait::{self, Poll};

/// The create of an object, as one API asks for it and lists it.
pub(crate) trait Creation: Sync {
    /// What is to be made.
    fn wanted(&self) -> Wanted<'_>;

    /// Asks for the object, once as far as the service is concerned, and gives its id, if the answer names it.
    fn send(&self, ctx: &Ctx) -> impl Future<Output = Result<Option<String>>> + Send;

    /// The objects that are where this one is to be.
    fn listed(&self, ctx: &Ctx) -> impl Future<Output = Result<Vec<Candidate>>> + Send;
}

/// A [`Creation`] of any type: creates are adopted by one code for all.
pub(crate) trait AnyCreation: Sync {
    fn wanted(&self) -> Wanted<'_>;

    fn send<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<Option<String>>>;

    fn listed<'a>(&'a self, ctx: &'a Ctx) -> BoxFuture<'a, Result<Vec<Candidate>>>;
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
    /// What objects that could be taken for it have in common with it: `between vpngw-a and cgw-b`. One such create runs at a time.
    pub(crate) place: String,
    /// Whether the service refuses another one in the same place. If it does not, a create that is repeated too early makes two.
    pub(crate) unique: bool,
}

/// An object that is where the new one is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) id: String,
    /// Whether it is what was asked for: the name, say, and not another key.
    pub(crate) matches: bool,
}

/// How a create went well.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// The service acknowledged it, and named it or not.
    Answered(Option<String>),
    /// Its outcome was unknown, and this is the object it made.
    Found(String),
}

/// One create and what there was before it.
///
/// - The objects that exist in the same place, for tunnels between the same two gateways, are listed
///   before the create. They are never adopted, whatever their name: somebody else manages them.
/// - Within this process, creates in the same place wait for each other.
pub(crate) struct Adoption<'a> {
    creation: &'a dyn AnyCreation,
    before: HashSet<String>,
    /// How long an object of an unknown create is looked for before it counts as not made, if there can be one only.
    window: Duration,
    max_retries: u32,
    _turn: OwnedMutexGuard<()>,
}

impl<'a> Adoption<'a> {
    /// Waits for this create's turn and lists what is there.
    pub(crate) async fn begin(
        ctx: &Ctx,
        creation: &'a dyn AnyCreation,
        creating: &KeyedLock,
        window: Duration,
        max_retries: u32,
    ) -> Result<Self> {
        let wanted = creation.wanted();
        let between = format!("{} {} {}", wanted.region, wanted.kind, wanted.place);
        let turn = creating.turn(ctx, between, &format!("another create {}", wanted.place)).await;
        let turn = turn.map_err(|error| error.about(wanted.action, wanted.region))?;
        let before = creation.listed(ctx).await?.into_iter().map(|object| object.id).collect();
        Ok(Self { creation, before, window, max_retries, _turn: turn })
    }

    /// Sends the create.
    ///
    /// After a failure of unknown outcome, an object in the same place that was not there before and
    /// matches is the one. When none shows up within the window, which is six times as long where the
    /// service takes [another](Wanted::unique), the create is sent again, `max_retries` times at most.
    /// A refusal of a repetition may be about what the one before it made, which is looked for once
    /// more.
    ///
    /// An error with [`Error::is_ambiguous`] means that there may be an object that could not be
    /// found.
    pub(crate) async fn send(&self, ctx: &Ctx) -> Result<Made> {
        let Wanted { region, kind, .. } = self.creation.wanted();
        let lost = |error| lost(kind, error);
        let mut unknown_outcomes = 0;
        loop {
            let error = match self.creation.send(ctx).await {
                Ok(id) => {
                    let id = id.filter(|id| !id.is_empty());
                    if unknown_outcomes > 0 {
                        self.tell_of_others(ctx, id.as_deref()).await;
                    }
                    return Ok(Made::Answered(id));
                }
                Err(error) => error,
            };
            let refused = !error.is_ambiguous();
            if refused && unknown_outcomes == 0 {
                return Err(error);
            }
            // Whatever became of this attempt, the one before it may have been executed.
            let error = error.ambiguous(true);
            if matches!(error.class(), Class::Cancelled | Class::Timeout) {
                return Err(lost(error));
            }

            tracing::warn!(region, "looking for a {kind} after an unknown outcome: {error}");
            match self.find_unacknowledged(ctx).await {
                Ok(Some(id)) => {
                    tracing::info!(region, id, "the create had been executed");
                    return Ok(Made::Found(id));
                }
                Ok(None) if !refused && unknown_outcomes < self.max_retries => unknown_outcomes += 1,
                Ok(None) => return Err(lost(error)),
                Err(lookup) => {
                    let interrupted = matches!(lookup.class(), Class::Cancelled | Class::Timeout);
                    return Err(lost(if interrupted {
                        lookup.ambiguous(true)
                    } else {
                        error.noting(&format!("then looking for the {kind} failed: {lookup}"))
                    }));
                }
            }
        }
    }

    /// The object of a create that was accepted without an id, looked for as long as the operation
    /// may take.
    pub(crate) async fn find_acknowledged(&self, ctx: &Ctx) -> Result<String> {
        let wanted = self.creation.wanted();
        let what = format!("the new {}{} to be listed", wanted.kind, wanted.called());
        let found = wait::until(ctx, &what, || async {
            Ok(match self.newcomer(ctx).await? {
                Some(id) => Poll::Ready(id),
                None => Poll::Pending("not listed yet".to_owned()),
            })
        });
        found.await.map_err(|error| lost(wanted.kind, error.ambiguous(true)))
    }

    /// The object that the create made, if it is listed now: new in its place, and what was asked
    /// for.
    pub(crate) async fn newcomer(&self, ctx: &Ctx) -> Result<Option<String>> {
        let listed = self.creation.listed(ctx).await?;
        let new = listed.into_iter().filter(|object| self.is_new(object));
        let mut ids: Vec<_> = new.map(|object| object.id).collect();
        let id = ids.pop();
        if ids.is_empty() {
            return Ok(id);
        }
        let wanted = self.creation.wanted();
        let named = wanted.name.map(|name| format!(" named {name:?}")).unwrap_or_default();
        let message = format!("{} {}s{named} appeared {} at once", ids.len() + 1, wanted.kind, wanted.place);
        let error = Error::new(Class::Fatal, message);
        Err(lost(wanted.kind, error.about(wanted.action, wanted.region).ambiguous(true)))
    }

    /// A repeated create was acknowledged with this id: what else is new was made by an attempt before it, and nobody else knows of it.
    async fn tell_of_others(&self, ctx: &Ctx, made: Option<&str>) {
        let Ok(listed) = self.creation.listed(ctx).await else { return };
        let Wanted { region, kind, .. } = self.creation.wanted();
        for other in listed.iter().filter(|object| self.is_new(object) && made.is_some_and(|made| made != object.id)) {
            tracing::warn!(
                region,
                id = other.id,
                "there is another new {kind}, made by a create whose answer was lost: delete or import it"
            );
        }
    }

    fn is_new(&self, object: &Candidate) -> bool {
        object.matches && !object.id.is_empty() && !self.before.contains(&object.id)
    }

    /// The object of a create of unknown outcome; none when a listing at the end of the window
    /// still does not show it.
    async fn find_unacknowledged(&self, ctx: &Ctx) -> Result<Option<String>> {
        let started = Instant::now();
        let wanted = self.creation.wanted();
        let window = if wanted.unique { self.window } else { self.window * IF_REPEATABLE };
        let what = format!("the {}{} to be listed", wanted.kind, wanted.called());
        wait::until(ctx, &what, || async {
            let found = self.newcomer(ctx).await?;
            let closed = started.elapsed() >= window;
            Ok(match found {
                None if !closed => Poll::Pending("not listed yet".to_owned()),
                found => Poll::Ready(found),
            })
        })
        .await
    }
}

impl Wanted<'_> {
    fn called(&self) -> String {
        self.name.map(|name| format!(" {name:?}")).unwrap_or_default()
    }
}

/// Tells the user what to do about an object that there may be.
pub(crate) fn lost(kind: &str, error: Error) -> Error {
    let hint =
        format!("Look in the console whether the {kind} exists: import it, or delete it, before creating it again.");
    let hint = error.is_ambiguous().then(|| hint.into());
    error.hinting(hint)
}

/// The window for objects of which there can be one only: a repetition that comes too early is refused.
pub(crate) const WINDOW: Duration = Duration::from_secs(5);
/// How many times as long the others are looked for: half a minute, as long as waits let a new object be missing from listings.
pub(crate) const IF_REPEATABLE: u32 = 6;

#[cfg(test)]
mod tests;
