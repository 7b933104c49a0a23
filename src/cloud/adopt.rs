//! Tunnels are made without a client token, so that a create must not be repeated when its outcome
//! is unknown: one looks for the tunnel first, and adopts it.

use std::collections::HashSet;
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::keyed::KeyedLock;
use crate::cloud::wait::{self, Poll};

/// The create of a tunnel, as one API asks for it and lists it.
pub(crate) trait Creation: Sync {
    /// What an accepted create answers.
    type Answer: Send;

    /// The action, for errors.
    const ACTION: &'static str;

    /// What is to be made.
    fn wanted(&self) -> Wanted<'_>;

    /// Asks for the tunnel, once as far as the service is concerned.
    fn send(&self, ctx: &Ctx) -> impl Future<Output = Result<Self::Answer>> + Send;

    /// The tunnels between the two gateways.
    fn listed(&self, ctx: &Ctx) -> impl Future<Output = Result<Vec<Candidate>>> + Send;
}

/// What a create asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) region: &'a str,
    /// None: the service makes up a name.
    pub(crate) name: Option<&'a str>,
    pub(crate) gateway: &'a str,
    pub(crate) customer_gateway: &'a str,
}

/// A tunnel between the two gateways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) id: String,
    /// Whether it is what was asked for: the name, and not another key.
    pub(crate) matches: bool,
}

/// How a create went well.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Made<A> {
    /// The service acknowledged it.
    Answered(A),
    /// Its outcome was unknown, and this is the tunnel it made.
    Found(String),
}

/// One create and what there was before it.
///
/// - The tunnels that exist between the two gateways are listed before the create. They are never
///   adopted, whatever their name: somebody else manages them.
/// - Within this process, creates between the same two gateways wait for each other.
pub(crate) struct Adoption<'a, C> {
    creation: &'a C,
    before: HashSet<String>,
    /// How long a tunnel of an unknown create is looked for before it counts as not made.
    window: Duration,
    max_retries: u32,
    _turn: OwnedMutexGuard<()>,
}

impl<'a, C: Creation> Adoption<'a, C> {
    /// Waits for this create's turn and lists what is there.
    pub(crate) async fn begin(
        ctx: &Ctx,
        creation: &'a C,
        creating: &KeyedLock,
        window: Duration,
        max_retries: u32,
    ) -> Result<Self> {
        let wanted = creation.wanted();
        let between = format!("{}/{}/{}", wanted.region, wanted.gateway, wanted.customer_gateway);
        let turn = creating.turn(ctx, between, "another create between the same gateways").await;
        let turn = turn.map_err(|error| error.about(C::ACTION, wanted.region))?;
        let before = creation.listed(ctx).await?.into_iter().map(|tunnel| tunnel.id).collect();
        Ok(Self { creation, before, window, max_retries, _turn: turn })
    }

    /// Sends the create.
    ///
    /// After a failure of unknown outcome, a tunnel between the two gateways that was not there
    /// before and has the requested name and key is the one. When none shows up within the window,
    /// the create is sent again, `max_retries` times at most. A service that permits one tunnel
    /// only between two gateways refuses a repetition that comes too early, and what it collided
    /// with is looked for once more.
    ///
    /// An error with [`Error::is_ambiguous`] means that there may be a tunnel that could not be
    /// found.
    pub(crate) async fn send(&self, ctx: &Ctx) -> Result<Made<C::Answer>> {
        let region = self.creation.wanted().region;
        let mut unknown_outcomes = 0;
        loop {
            let error = match self.creation.send(ctx).await {
                Ok(answer) => return Ok(Made::Answered(answer)),
                Err(error) => error,
            };
            if matches!(error.class(), Class::Cancelled | Class::Timeout) {
                return Err(lost(error));
            }
            if !error.is_ambiguous() {
                // A refusal right after an unknown outcome may be about the tunnel which that one
                // made.
                if unknown_outcomes == 0 {
                    return Err(error);
                }
                let found = self.newcomer(ctx).await;
                return found.ok().flatten().map(Made::Found).ok_or(error);
            }

            tracing::warn!(region, "looking for a tunnel after an unknown outcome: {error}");
            match self.find_unacknowledged(ctx).await {
                Ok(Some(id)) => {
                    tracing::info!(region, id, "the create had been executed");
                    return Ok(Made::Found(id));
                }
                Ok(None) if unknown_outcomes < self.max_retries => unknown_outcomes += 1,
                Ok(None) => return Err(lost(error)),
                Err(lookup) => {
                    let interrupted = matches!(lookup.class(), Class::Cancelled | Class::Timeout);
                    return Err(lost(if interrupted {
                        lookup.ambiguous(true)
                    } else {
                        error.noting(&format!("then looking for the tunnel failed: {lookup}"))
                    }));
                }
            }
        }
    }

    /// The tunnel of a create that was accepted without an id, looked for as long as the operation
    /// may take.
    pub(crate) async fn find_acknowledged(&self, ctx: &Ctx) -> Result<String> {
        let what = format!("the new tunnel{} to be listed", self.creation.wanted().called());
        let found = wait::until(ctx, &what, || async {
            Ok(match self.newcomer(ctx).await? {
                Some(id) => Poll::Ready(id),
                None => Poll::Pending("not listed yet".to_owned()),
            })
        });
        found.await.map_err(|error| lost(error.ambiguous(true)))
    }

    /// The tunnel that the create made, if it is listed now: new between its gateways, with its
    /// name and key.
    pub(crate) async fn newcomer(&self, ctx: &Ctx) -> Result<Option<String>> {
        let listed = self.creation.listed(ctx).await?;
        let new = |tunnel: &Candidate| tunnel.matches && !tunnel.id.is_empty() && !self.before.contains(&tunnel.id);
        let mut ids: Vec<_> = listed.into_iter().filter(new).map(|tunnel| tunnel.id).collect();
        let id = ids.pop();
        if ids.is_empty() {
            return Ok(id);
        }
        let wanted = self.creation.wanted();
        let named = wanted.name.map(|name| format!(" named {name:?}")).unwrap_or_default();
        let error = Error::new(
            Class::Fatal,
            format!(
                "{} tunnels{named} appeared between {} and {} at once",
                ids.len() + 1,
                wanted.gateway,
                wanted.customer_gateway,
            ),
        );
        Err(lost(error.about(C::ACTION, wanted.region).ambiguous(true)))
    }

    /// The tunnel of a create of unknown outcome; none when a listing at the end of the window
    /// still does not show it.
    async fn find_unacknowledged(&self, ctx: &Ctx) -> Result<Option<String>> {
        let started = Instant::now();
        let what = format!("the tunnel{} to be listed", self.creation.wanted().called());
        wait::until(ctx, &what, || async {
            let found = self.newcomer(ctx).await?;
            let closed = started.elapsed() >= self.window;
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

/// Tells the user what to do about a tunnel that there may be.
pub(crate) fn lost(error: Error) -> Error {
    let hint = error.is_ambiguous().then_some(LOST.into());
    error.hinting(hint)
}

const LOST: &str = "Look in the console whether the tunnel exists: import it, or delete it, before creating it again.";

/// The window for services that list a new tunnel within seconds.
pub(crate) const WINDOW: Duration = Duration::from_secs(5);
