//! The chain of credentials: finds the first key, assumes roles with it, hands the key out whole and renews it before it ends.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::cloud::caller::Caller;
use crate::cloud::credentials::fetch::fetch;
use crate::cloud::credentials::{
    Authority, Credentials, Fetched, Fetching, Found, Identity, Origin, Sources, failed, unusable,
};
use crate::cloud::ctx::{Ctx, Interrupt};
use crate::cloud::error::{Class, Error, Result};

/// Gives the key that calls are signed with. All clients of one cloud share one, and all of their calls the key.
///
/// Nothing is looked for, read or asked before the first call needs a key.
#[derive(Clone)]
pub struct Chain(Kind);

#[derive(Clone)]
enum Kind {
    /// One key for good; empty where nothing is signed.
    Fixed(Arc<Credentials>),
    Found(Arc<Inner>),
}

struct Inner {
    authority: &'static dyn Authority,
    sources: Sources,
    /// Calls STS.
    caller: Caller,
    state: Mutex<State>,
    /// Held by whoever gets a key.
    flight: tokio::sync::Mutex<()>,
    /// What was found without asking anybody, for plans.
    look: OnceLock<Result<Option<Error>>>,
}

/// What is known of keys. A key is handed out whole: parts of two never meet.
#[derive(Default)]
struct State {
    live: Option<Live>,
    /// What the key comes from: a source that is looked for again must be the same one.
    label: Option<String>,
    /// How often somebody tried to get a key, and why the last one could not.
    flights: u64,
    failure: Option<Error>,
    /// How long a renewal that failed is not tried again.
    pause: Option<(Instant, Duration)>,
    /// Whether the account is one of those that are wanted. If not, that is the end.
    admitted: bool,
    denied: Option<Error>,
}

struct Live {
    key: Arc<Credentials>,
    /// From when on it is to be renewed.
    old: Option<Instant>,
    over: Option<Instant>,
}

/// What there is for a call.
enum Now {
    Fresh(Arc<Credentials>),
    /// Good, and to be renewed.
    Old(Arc<Credentials>),
    /// None, after so many flights.
    Nothing(u64),
}

impl Chain {
    pub(crate) fn new(authority: &'static dyn Authority, sources: Sources, caller: Caller) -> Self {
        Self(Kind::Found(Arc::new(Inner {
            authority,
            sources,
            caller,
            state: Mutex::default(),
            flight: tokio::sync::Mutex::default(),
            look: OnceLock::new(),
        })))
    }

    /// For calls that carry no signature.
    pub(crate) fn unsigned() -> Self {
        Credentials::new("", "").into()
    }

    /// The one key that there is for good.
    pub(crate) fn fixed(&self) -> Option<&Credentials> {
        match &self.0 {
            Kind::Fixed(key) => Some(key),
            Kind::Found(_) => None,
        }
    }

    /// What can be told of the credentials without asking anybody: nothing where there is a source, else the error that a call would give.
    ///
    /// # Errors
    ///
    /// If there is a source that cannot be used.
    pub fn look(&self) -> Result<Option<Error>> {
        let Kind::Found(inner) = &self.0 else { return Ok(None) };
        let look = || match inner.find() {
            Ok(Found::Origin(_)) => Ok(None),
            Ok(Found::Nothing(error)) => Ok(Some(error)),
            Err(error) => Err(error),
        };
        inner.look.get_or_init(look).clone()
    }

    /// Who the key belongs to, by the cloud's word.
    pub async fn identity(&self, ctx: &Ctx) -> Result<Identity> {
        let Kind::Found(inner) = &self.0 else {
            return Err(Error::new(Class::Fatal, "a key without a chain has no service to ask"));
        };
        let mut key = inner.current(ctx).await?;
        let mut outcome = inner.identify(ctx, &key).await;
        if outcome.as_ref().is_err_and(|(_, over)| *over) && inner.replace(ctx, &key).await? {
            key = inner.current(ctx).await?;
            outcome = inner.identify(ctx, &key).await;
        }
        outcome.map_err(|(error, _)| error)
    }

    /// The key to sign with now.
    pub(crate) async fn current(&self, ctx: &Ctx) -> Result<Arc<Credentials>> {
        match &self.0 {
            Kind::Fixed(key) => Ok(Arc::clone(key)),
            Kind::Found(inner) => inner.current(ctx).await,
        }
    }

    /// Throws a key away that the service refused, unless somebody replaced it meanwhile, and gets another one. Whether there is another one.
    pub(crate) async fn replace(&self, ctx: &Ctx, refused: &Arc<Credentials>) -> Result<bool> {
        match &self.0 {
            Kind::Fixed(_) => Ok(false),
            Kind::Found(inner) => inner.replace(ctx, refused).await,
        }
    }
}

impl Inner {
    async fn current(&self, ctx: &Ctx) -> Result<Arc<Credentials>> {
        let now = self.state().now();
        let seen = match now {
            Now::Fresh(key) => return Ok(key),
            Now::Old(key) => return self.renewed(ctx, key).await,
            Now::Nothing(flights) => flights,
        };
        let _flight = ctx.run(self.flight.lock()).await.map_err(called_off)?;
        {
            let state = self.state();
            if let Some(denied) = &state.denied {
                return Err(denied.clone());
            }
            match (state.now(), &state.failure) {
                (Now::Fresh(key) | Now::Old(key), _) => return Ok(key),
                // Whoever waited for an attempt has its outcome.
                (Now::Nothing(flights), Some(failure)) if flights != seen => return Err(failure.clone()),
                (Now::Nothing(_), _) => {}
            }
        }
        self.fly(ctx).await
    }

    /// The key that comes after `old`, or `old` itself while that is not to be had: it is still good.
    async fn renewed(&self, ctx: &Ctx, old: Arc<Credentials>) -> Result<Arc<Credentials>> {
        // One is enough, and the others need not wait.
        let Ok(_flight) = self.flight.try_lock() else { return Ok(old) };
        let now = self.state().now();
        if let Now::Fresh(key) = now {
            return Ok(key);
        }
        match self.fly(&ctx.with_timeout(RENEWAL)).await {
            Ok(key) => Ok(key),
            Err(error) => {
                let pause = self.state().pause();
                tracing::warn!(
                    cloud = self.authority.name(),
                    class = error.class().as_str(),
                    "the key could not be renewed, and is used on while it is good; trying again in {} s: {error}",
                    pause.as_secs(),
                );
                Ok(old)
            }
        }
    }

    /// Gets a key. Whoever calls this has the flight.
    async fn fly(&self, ctx: &Ctx) -> Result<Arc<Credentials>> {
        let outcome = self.fetch(ctx).await;
        let mut state = self.state();
        match outcome {
            Ok((label, fetched)) => {
                let live = Live::new(fetched);
                let key = Arc::clone(&live.key);
                tracing::debug!(cloud = self.authority.name(), source = label, "got a key");
                let label = Some(label);
                *state =
                    State { live: Some(live), label, flights: state.flights + 1, admitted: true, ..State::default() };
                Ok(key)
            }
            Err(error) => {
                // That one operation was called off is no reason for the others to fail.
                if !matches!(error.class(), Class::Cancelled | Class::Timeout) {
                    state.flights += 1;
                    state.failure = Some(error.clone());
                }
                Err(error)
            }
        }
    }

    async fn fetch(&self, ctx: &Ctx) -> Result<(String, Fetched)> {
        let origin = match self.find()? {
            Found::Origin(origin) => origin,
            Found::Nothing(error) => return Err(error),
        };
        let (before, admitted) = {
            let state = self.state();
            (state.label.clone(), state.admitted)
        };
        if let Some(before) = before.filter(|before| *before != origin.label) {
            let what = format!(
                "the keys came from {before} until now, and would now come from {}: nothing is done with both",
                origin.label
            );
            return Err(unusable(what));
        }
        let fetched = fetch(self.authority, self.fetching(ctx), &origin).await?;
        if !admitted && self.is_guarded() {
            self.admit(ctx, &fetched.key).await?;
        }
        Ok((origin.label, fetched))
    }

    /// Looks for the source, with the roles on top.
    fn find(&self) -> Result<Found> {
        Ok(match self.authority.find(&self.sources)? {
            Found::Origin(origin) => Found::Origin(self.assuming(origin)?),
            nothing => nothing,
        })
    }

    fn assuming(&self, origin: Origin) -> Result<Origin> {
        let roles = match &self.sources.roles[..] {
            [] => self.authority.roles(&self.sources)?,
            roles => roles.to_vec(),
        };
        Ok(origin.assuming(roles))
    }

    fn is_guarded(&self) -> bool {
        !self.sources.allowed_accounts.is_empty() || !self.sources.forbidden_accounts.is_empty()
    }

    /// Lets nothing be done with a key of an account that is not wanted.
    async fn admit(&self, ctx: &Ctx, key: &Credentials) -> Result<()> {
        let identity = self.identify(ctx, key).await.map_err(|(error, _)| error)?;
        let Sources { allowed_accounts: allowed, forbidden_accounts: forbidden, .. } = &self.sources;
        let account = &identity.account_id;
        let cloud = self.authority.name();
        let why = match () {
            () if forbidden.contains(account) => "is one of forbidden_account_ids",
            () if !allowed.is_empty() && !allowed.contains(account) => "is none of allowed_account_ids",
            () => return Ok(()),
        };
        let message = format!("the account {account} of {cloud}, which the key belongs to ({}), {why}", identity.arn);
        let hint = "Nothing was asked of it but its number. Check where the key comes from: the profile, the variables, the role.";
        let denied = Error::new(Class::Auth, message).headed("Wrong account".to_owned()).hinting(Some(hint.into()));
        self.state().denied = Some(denied.clone());
        Err(denied)
    }

    /// The identity, or why not, and whether that is since the key is over.
    async fn identify(&self, ctx: &Ctx, key: &Credentials) -> Result<Identity, (Error, bool)> {
        let asked = self.authority.identity(self.fetching(ctx), key).await;
        asked.map_err(|error| {
            let over = error.is_of_key();
            (failed(self.authority, "GetCallerIdentity", error), over)
        })
    }

    async fn replace(&self, ctx: &Ctx, refused: &Arc<Credentials>) -> Result<bool> {
        {
            let mut state = self.state();
            if state.live.as_ref().is_some_and(|live| Arc::ptr_eq(&live.key, refused)) {
                state.live = None;
                state.failure = None;
            }
        }
        Ok(!self.current(ctx).await?.is(refused))
    }

    fn fetching<'a>(&'a self, ctx: &'a Ctx) -> Fetching<'a> {
        let renews = self.state().label.is_some();
        Fetching { ctx, caller: &self.caller, sources: &self.sources, renews }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn now(&self) -> Now {
        let now = Instant::now();
        let Some(live) = &self.live else { return Now::Nothing(self.flights) };
        let passed = |moment: Option<Instant>| moment.is_some_and(|moment| moment <= now);
        if passed(live.over) {
            return Now::Nothing(self.flights);
        }
        let paused = self.pause.is_some_and(|(until, _)| now < until);
        let key = Arc::clone(&live.key);
        if passed(live.old) && !paused { Now::Old(key) } else { Now::Fresh(key) }
    }

    /// Makes the pause after a renewal that failed, each twice as long as the one before.
    fn pause(&mut self) -> Duration {
        let pause = self.pause.map_or(FIRST_PAUSE, |(_, pause)| (pause * 2).min(LONGEST_PAUSE));
        self.pause = Some((Instant::now() + pause, pause));
        pause
    }
}

impl Live {
    fn new(fetched: Fetched) -> Self {
        let now = Instant::now();
        // What lasts for longer than the clock can count does not end.
        let over = fetched.lifetime.and_then(|lifetime| now.checked_add(lifetime));
        let early = |lifetime: Duration| EARLY.min(lifetime / 4);
        let old = fetched.lifetime.and_then(|lifetime| now.checked_add(lifetime - early(lifetime)));
        Self { key: Arc::new(fetched.key), old, over }
    }
}

impl From<Credentials> for Chain {
    /// One key, as it is.
    fn from(key: Credentials) -> Self {
        Self(Kind::Fixed(Arc::new(key)))
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Fixed(key) => key.fmt(f),
            Kind::Found(inner) => {
                f.debug_tuple("Chain").field(&inner.sources.base).field(&inner.sources.roles).finish()
            }
        }
    }
}

/// The error of an operation that ended while it waited for a key.
pub(super) fn called_off(interrupt: Interrupt) -> Error {
    match interrupt {
        Interrupt::Cancelled => Error::new(Class::Cancelled, "called off while waiting for a key"),
        Interrupt::Deadline => Error::new(Class::Timeout, "the operation's time is over while waiting for a key"),
    }
}

/// A key is renewed so long before its end, or a quarter of its life where that is less.
const EARLY: Duration = Duration::from_secs(5 * 60);
/// How long a call waits for a renewal while it has a key that is good.
const RENEWAL: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
