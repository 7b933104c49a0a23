//! A [`Managed`] without its types: thin shells around what a kind says, each compiled for each kind, and nothing else is.

use std::any::Any;
use std::marker::PhantomData;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use crate::cloud::{self, Occupied};
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::resource::{Plan, Source, stub};
use crate::framework::schema::Block;
use crate::framework::validate::decoded;
use crate::provider::Data;
use crate::provider::official;
use crate::provider::settings::Settings;
use crate::provider::tags::Tags;

use super::{Api, Made, Managed, Obstacle, Side, TurnOf, Write};

/// A kind.
pub(super) trait Kind: Send + Sync {
    fn about(&self) -> About;

    fn block(&self) -> Block;

    fn settings<'a>(&self, data: &'a Data) -> &'a Settings;

    /// Whether calls will be possible, as far as that is known already.
    fn check(&self, data: &Data) -> Result<(), Diagnostic>;

    /// What to say of a plan that changes something.
    fn warning(&self, data: &Data) -> Option<Diagnostic>;

    /// What an operation on one of its objects calls.
    fn calls<'a>(
        &self,
        cx: &'a Context<Data>,
        region: String,
        made: Made<'a>,
    ) -> Result<Box<dyn Calls + 'a>, Diagnostic>;

    /// [`Side::occupied`].
    fn occupied(&self, error: &cloud::Error) -> Option<Occupied>;

    /// [`Side::place`].
    fn place<'a>(&self, region: &'a str) -> &'a str;

    /// [`Managed::import_id`].
    fn import_id(&self, planned: &Object, id: &str) -> String;

    /// An object with its type, for the methods that take one.
    fn object(&self, what: &str, raw: &Raw) -> Result<Box<Object>, Diagnostics>;

    /// [`Managed::refine`], then [`Managed::foresee`]; gives the attributes because of which there will be another object.
    fn refine(&self, plan: &mut Plan<Raw>) -> Result<Vec<Path>, Diagnostics>;

    /// [`Managed::obstacle`].
    fn obstacle(&self, object: &Object, now: Timestamp) -> Option<Obstacle>;

    /// [`Managed::change`], for [`Calls::modify`].
    fn change(&self, prior: &Object, planned: &Object, config: &Object) -> Option<Box<Object>>;

    fn stub(&self, settings: &Settings, id: &str) -> Result<Raw, Diagnostics>;

    fn moved(&self, source: &Source) -> Result<Raw, Diagnostics>;
}

/// The calls of [`Managed`]: for objects of one kind, in one region.
pub(super) trait Calls: Send + Sync {
    fn turn<'a>(&'a self, object: &'a Object, write: Write) -> BoxFuture<'a, cloud::Result<Turn>>;

    fn make<'a>(&'a self, planned: &'a Object, config: &'a Object) -> BoxFuture<'a, cloud::Result<String>>;

    fn ready<'a>(&'a self, id: &'a str, object: &'a Object, turn: Turn) -> BoxFuture<'a, cloud::Result<Seen>>;

    fn existing<'a>(&'a self, planned: &'a Object) -> BoxFuture<'a, cloud::Result<Vec<String>>>;

    fn find<'a>(&'a self, id: &'a str, state: &'a Object) -> BoxFuture<'a, cloud::Result<Option<Seen>>>;

    fn examine<'a>(
        &'a self,
        prior: &'a Object,
        planned: &'a Object,
        replaced: &'a [Path],
    ) -> BoxFuture<'a, cloud::Result<Diagnostics>>;

    /// [`Managed::find_with_keys`].
    fn find_with_keys<'a>(&'a self, id: &'a str, state: &'a Object) -> BoxFuture<'a, cloud::Result<Option<Seen>>>;

    fn modify<'a>(&'a self, change: &'a Object) -> BoxFuture<'a, cloud::Result<()>>;

    fn remove<'a>(&'a self, id: &'a str, state: &'a Object, turn: Turn) -> BoxFuture<'a, cloud::Result<()>>;

    fn change_tags<'a>(&'a self, id: &'a str, set: &'a Tags, remove: &'a [String]) -> BoxFuture<'a, cloud::Result<()>>;
}

/// The constants of [`Managed`], and where it finds attributes.
pub(super) struct About {
    pub(super) type_name: &'static str,
    pub(super) kind: &'static str,
    pub(super) identity: &'static [(&'static str, bool)],
    pub(super) occupies: &'static [&'static str],
    pub(super) timeout: Duration,
    pub(super) made_with_tags: bool,
    pub(super) can_be_kept: bool,
    pub(super) accepted_is_made: bool,
    pub(super) changes_in_steps: bool,
    pub(super) resting: &'static [(&'static str, &'static [&'static str])],
    pub(super) attribute: fn(&str) -> Option<Path>,
    pub(super) attribute_of_existing: fn(&str) -> Option<Path>,
}

/// An object of a kind, or a change of one. Of which kind, only [`Of`] knows.
pub(super) type Object = dyn Any + Send + Sync;

/// What a write to an object of a kind holds.
pub(super) type Turn = Box<dyn Any + Send>;

/// An object as the service describes it; region and tags are not in it yet.
pub(in crate::provider) struct Seen {
    pub(in crate::provider) object: Raw,
    pub(in crate::provider) tags: Tags,
    pub(in crate::provider) notice: Option<Diagnostic>,
}

impl Seen {
    pub(in crate::provider) fn new<M: Managed>(actual: &M::Actual, object: &M) -> Self {
        Self { object: object.to_raw(), tags: M::tags(actual), notice: object.notice() }
    }
}

/// What `M` says, without the type.
pub(in crate::provider) struct Of<M>(PhantomData<fn(M)>);

impl<M> Of<M> {
    pub(in crate::provider) const NEW: Self = Self(PhantomData);
}

impl<M: Managed> Kind for Of<M> {
    fn about(&self) -> About {
        About {
            type_name: M::TYPE,
            kind: M::KIND,
            identity: M::IDENTITY,
            occupies: M::OCCUPIES,
            timeout: M::TIMEOUT,
            made_with_tags: M::MADE_WITH_TAGS,
            can_be_kept: M::CAN_BE_KEPT,
            accepted_is_made: M::ACCEPTED_IS_MADE,
            changes_in_steps: M::CHANGES_IN_STEPS,
            resting: M::RESTING,
            attribute: M::attribute,
            attribute_of_existing: M::attribute_of_existing,
        }
    }

    fn block(&self) -> Block {
        M::block()
    }

    fn settings<'a>(&self, data: &'a Data) -> &'a Settings {
        M::Side::settings(data)
    }

    fn check(&self, data: &Data) -> Result<(), Diagnostic> {
        M::Side::configured(data).check()
    }

    fn warning(&self, data: &Data) -> Option<Diagnostic> {
        M::Side::configured(data).warning()
    }

    fn calls<'a>(
        &self,
        cx: &'a Context<Data>,
        region: String,
        made: Made<'a>,
    ) -> Result<Box<dyn Calls + 'a>, Diagnostic> {
        Ok(Box::new(On::<M>(Api::new(cx, region, made)?)))
    }

    fn occupied(&self, error: &cloud::Error) -> Option<Occupied> {
        M::Side::occupied(error)
    }

    fn place<'a>(&self, region: &'a str) -> &'a str {
        M::Side::place(region)
    }

    fn import_id(&self, planned: &Object, id: &str) -> String {
        of::<M>(planned).import_id(id)
    }

    fn object(&self, what: &str, raw: &Raw) -> Result<Box<Object>, Diagnostics> {
        Ok(Box::new(decoded::<M>(what, raw)?))
    }

    fn refine(&self, plan: &mut Plan<Raw>) -> Result<Vec<Path>, Diagnostics> {
        let mut refined = plan.decoded()?;
        M::refine(&mut refined)?;
        plan.correct(&mut refined);
        let replaced = if plan.changes() { plan.replaced(&M::block()) } else { Vec::new() };
        for found in M::foresee(&refined, &replaced).into_result()? {
            plan.warn(found);
        }
        Ok(replaced)
    }

    fn obstacle(&self, object: &Object, now: Timestamp) -> Option<Obstacle> {
        of::<M>(object).obstacle(now)
    }

    fn change(&self, prior: &Object, planned: &Object, config: &Object) -> Option<Box<Object>> {
        Some(Box::new(of::<M>(prior).change(of(planned), of(config))?))
    }

    fn stub(&self, settings: &Settings, id: &str) -> Result<Raw, Diagnostics> {
        Ok(M::stub(settings, id)?.to_raw())
    }

    fn moved(&self, source: &Source) -> Result<Raw, Diagnostics> {
        if let Some(state) = official::translated(source, M::TYPE)? {
            return stub(&state, &*super::resource::<M>());
        }
        Ok(M::moved(source)?.to_raw())
    }
}

/// The API for objects of a kind.
struct On<'a, M: Managed>(Api<'a, M::Side>);

impl<M: Managed> Calls for On<'_, M> {
    fn turn<'a>(&'a self, object: &'a Object, write: Write) -> BoxFuture<'a, cloud::Result<Turn>> {
        Box::pin(async move { Ok(Box::new(M::turn(&self.0, of(object), write).await?) as _) })
    }

    fn make<'a>(&'a self, planned: &'a Object, config: &'a Object) -> BoxFuture<'a, cloud::Result<String>> {
        Box::pin(M::make(&self.0, of(planned), of(config)))
    }

    fn ready<'a>(&'a self, id: &'a str, object: &'a Object, turn: Turn) -> BoxFuture<'a, cloud::Result<Seen>> {
        let (object, turn) = (of::<M>(object), own::<M>(turn));
        Box::pin(async { Ok(seen(&M::ready(&self.0, id, object, turn).await?, object)) })
    }

    fn existing<'a>(&'a self, planned: &'a Object) -> BoxFuture<'a, cloud::Result<Vec<String>>> {
        Box::pin(M::existing(&self.0, of(planned)))
    }

    fn find<'a>(&'a self, id: &'a str, state: &'a Object) -> BoxFuture<'a, cloud::Result<Option<Seen>>> {
        let state: &M = of(state);
        Box::pin(async move {
            let Api { client, ctx, region, .. } = &self.0;
            let look = || M::find(&self.0, id, state);
            let found = M::Side::sightings(client).look(ctx, region, id, look).await?;
            Ok(found.map(|actual| seen(&actual, state)))
        })
    }

    fn examine<'a>(
        &'a self,
        prior: &'a Object,
        planned: &'a Object,
        replaced: &'a [Path],
    ) -> BoxFuture<'a, cloud::Result<Diagnostics>> {
        Box::pin(M::examine(&self.0, of(prior), of(planned), replaced))
    }

    fn find_with_keys<'a>(&'a self, id: &'a str, state: &'a Object) -> BoxFuture<'a, cloud::Result<Option<Seen>>> {
        let state: &M = of(state);
        Box::pin(async move {
            let found = M::find_with_keys(&self.0, id, state).await?;
            Ok(found.map(|actual| seen(&actual, state)))
        })
    }

    fn modify<'a>(&'a self, change: &'a Object) -> BoxFuture<'a, cloud::Result<()>> {
        Box::pin(M::modify(&self.0, of(change)))
    }

    fn remove<'a>(&'a self, id: &'a str, state: &'a Object, turn: Turn) -> BoxFuture<'a, cloud::Result<()>> {
        Box::pin(M::remove(&self.0, id, of(state), own::<M>(turn)))
    }

    fn change_tags<'a>(&'a self, id: &'a str, set: &'a Tags, remove: &'a [String]) -> BoxFuture<'a, cloud::Result<()>> {
        Box::pin(M::Side::change_tags(&self.0, id, set, remove))
    }
}

fn seen<M: Managed>(actual: &M::Actual, before: &M) -> Seen {
    Seen::new(actual, &M::observed(actual, before))
}

fn own<M: Managed>(turn: Turn) -> TurnOf<M> {
    *turn.downcast().expect("a kind gets back what it gave")
}

fn of<T: 'static>(object: &Object) -> &T {
    object.downcast_ref().expect("a kind gets back what it gave")
}
