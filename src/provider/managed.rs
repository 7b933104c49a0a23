//! What all resources do alike: regions, tags, import, saving what is there when an operation stops halfway.
//!
//! A resource says in [`Managed`] what is its own. What the clouds' APIs have to offer for that is in [`Side`]. What is done with them is
//! in `flow.rs`, once for all kinds, and `kind.rs` stands between the two.
//!
//! Every kind has the attributes `id` and `region`, and those that can be tagged `tags` and `tags_all`: these are seen to here.

use std::time::Duration;

use futures_util::future;
use jiff::Timestamp;

use crate::cloud::{self, Ctx, Occupied, Sightings};
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Model, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::resource::{Plan, RawResource, Source};
use crate::framework::validate::decoded;

use super::Data;
use super::settings::{Configured, Settings, ctx};
use super::tags::Tags;

use flow::Flow;

pub(super) use flow::observed;
pub(super) use kind::{Of, Seen};
pub(super) use outlook::Obstacle;

mod flow;
mod keys;
mod kind;
mod outlook;
mod room;

/// An API in which objects are managed.
pub(super) trait Side: Sized + 'static {
    type Client: Sync;

    /// What a write holds until the next one may come; nothing where writes need not wait for each other.
    type Turn: Default + Send + 'static;

    fn settings(data: &Data) -> &Settings;

    fn configured(data: &Data) -> &Configured<Self::Client>;

    /// The client; an error while the configuration is not known, or not usable.
    fn client(data: &Data) -> Result<&Self::Client, Diagnostic> {
        Self::configured(data).of(Self::settings(data).cloud())
    }

    /// Why a write was refused that may succeed when another write is done.
    fn occupied(error: &cloud::Error) -> Option<Occupied>;

    /// What this process saw of the service's objects a moment ago.
    fn sightings(client: &Self::Client) -> &Sightings;

    /// The region as objects are kept apart by it, which some APIs spell in two ways.
    fn place(region: &str) -> &str {
        region
    }

    /// Sets and removes tags of an object. Makes no call when there is nothing to do.
    fn change_tags(
        api: &Api<'_, Self>,
        id: &str,
        set: &Tags,
        remove: &[String],
    ) -> impl Future<Output = cloud::Result<()>> + Send;
}

/// A resource of a cloud.
pub(super) trait Managed: Model + Clone + Default + Send + Sync + 'static {
    type Side: Side;
    /// What the service describes.
    type Actual: Send + Sync;
    /// What it takes to change it.
    type Change: Send + Sync + 'static;

    /// `cloudvpn_tencent_connection`.
    const TYPE: &'static str;
    /// What it is called in diagnostics: `tunnel`.
    const KIND: &'static str;
    /// What its ids begin with: `vpnx-`.
    const PREFIX: &'static str;
    /// The attributes that say which object it is, as [`RawResource::identity`] gives them.
    const IDENTITY: &'static [(&'static str, bool)] = &[("region", false), ("id", true)];
    /// The attributes, on whatever level, that say what it occupies: its parents, and what only one object may have. Others of this apply
    /// that share one may have to wait for each other.
    const OCCUPIES: &'static [&'static str];
    /// How long an operation may take if `timeouts` says nothing.
    const TIMEOUT: Duration = Duration::from_secs(10 * 60);

    /// Whether [`Managed::make`] sets the tags, too. Where the API cannot, they are set when the object is ready.
    const MADE_WITH_TAGS: bool = true;

    /// Whether there are any [obstacles](Managed::obstacle).
    const CAN_BE_KEPT: bool = false;

    /// Whether a change that the service accepted counts as made even if waiting for it fails: for what the service does not show, and
    /// what must not be asked for twice.
    const ACCEPTED_IS_MADE: bool = false;

    /// Whether a change may take several calls, of which those before one that fails are done: then what is there is read.
    const CHANGES_IN_STEPS: bool = false;

    /// Computed attributes that tell how far the object is, each with the values at which it rests: after a change that succeeded it has one
    /// of these. One that has another value when something is changed is unknown in the plan.
    const RESTING: &'static [(&'static str, &'static [&'static str])] = &[];

    /// The object as the service describes it; region and tags are seen to. `before` is what was known: it decides between spellings
    /// that mean the same, and stands where the service says nothing.
    fn observed(actual: &Self::Actual, before: &Self) -> Self;

    /// The tags that the service shows; for kinds without tags, none.
    fn tags(_actual: &Self::Actual) -> Tags {
        Tags::new()
    }

    /// The attribute that an error code is about.
    fn attribute(code: &str) -> Option<Path>;

    /// The same for an object that is there.
    fn attribute_of_existing(code: &str) -> Option<Path> {
        Self::attribute(code)
    }

    /// What leads from this state to the plan; `None` if the API has nothing to do. Only what changed is in it, and not the tags.
    fn change(&self, planned: &Self, config: &Self) -> Option<Self::Change>;

    /// Waits until this object may be written to, in this way. What it gives is handed to [`Managed::ready`] or [`Managed::remove`], which
    /// hold it no longer than they need it.
    fn turn(
        _api: &Api<'_, Self::Side>,
        _object: &Self,
        _write: Write,
    ) -> impl Future<Output = cloud::Result<TurnOf<Self>>> + Send {
        future::ok(Default::default())
    }

    /// Asks for a new object and gives its id; calls [`Api::made`] if it knows that long before it ends.
    fn make(
        api: &Api<'_, Self::Side>,
        planned: &Self,
        config: &Self,
    ) -> impl Future<Output = cloud::Result<String>> + Send;

    /// Waits until a new or changed object can be used, and gives what it then is. `object` is the plan.
    fn ready(
        api: &Api<'_, Self::Side>,
        id: &str,
        object: &Self,
        turn: TurnOf<Self>,
    ) -> impl Future<Output = cloud::Result<Self::Actual>> + Send;

    /// The ids of what has what `planned` asks for, where the service takes one only.
    fn existing(
        _api: &Api<'_, Self::Side>,
        _planned: &Self,
    ) -> impl Future<Output = cloud::Result<Vec<String>>> + Send {
        future::ok(Vec::new())
    }

    /// The object; `None` only if it certainly is no more.
    fn find(
        api: &Api<'_, Self::Side>,
        id: &str,
        state: &Self,
    ) -> impl Future<Output = cloud::Result<Option<Self::Actual>>> + Send;

    /// The same, with its keys where a read can show them.
    fn find_with_keys(
        api: &Api<'_, Self::Side>,
        id: &str,
        state: &Self,
    ) -> impl Future<Output = cloud::Result<Option<Self::Actual>>> + Send {
        Self::find(api, id, state)
    }

    fn modify(api: &Api<'_, Self::Side>, change: &Self::Change) -> impl Future<Output = cloud::Result<()>> + Send;

    /// Removes the object, to the end; that it is gone already is success.
    fn remove(
        api: &Api<'_, Self::Side>,
        id: &str,
        state: &Self,
        turn: TurnOf<Self>,
    ) -> impl Future<Output = cloud::Result<()>> + Send;

    /// Corrects the plan, as [`RawResource::plan`] does. What a change touches beside what the configuration says has to be unknown, or planned as
    /// it will be: after an apply the state is what a refresh would find.
    fn refine(_plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }

    /// What to say about a plan: errors where it is bound to fail when half of it is done, warnings where it costs money. `replaced` are the
    /// attributes because of which there will be another object; none for a new one, and for one that is changed in place.
    fn foresee(_plan: &Plan<Self>, _replaced: &[Path]) -> Diagnostics {
        Diagnostics::new()
    }

    /// Why the service is certain to refuse to delete this object now, as far as the state tells.
    fn obstacle(&self, _now: Timestamp) -> Option<Obstacle> {
        None
    }

    /// What [`Managed::foresee`] would say of an object that is replaced if it could ask the service.
    fn examine(
        _api: &Api<'_, Self::Side>,
        _prior: &Self,
        _planned: &Self,
        _replaced: &[Path],
    ) -> impl Future<Output = cloud::Result<Diagnostics>> + Send {
        future::ok(Diagnostics::new())
    }

    /// What to say about an object that was just read.
    fn notice(&self) -> Option<Diagnostic> {
        None
    }

    /// The import id of the object `id`, of which this is the plan, in the provider's own region.
    fn import_id(&self, id: &str) -> String {
        id.to_owned()
    }

    /// Takes an import id apart: a stub with what [`Managed::find`] needs.
    fn stub(settings: &Settings, id: &str) -> Result<Self, Diagnostics> {
        let (region, [id]) = settings.import_id(id, [Self::PREFIX])?;
        decoded("import id", &Raw::object([("id", id), ("region", region)].map(|(name, text)| (name, Raw::from(text)))))
    }

    /// The stub of a state from an object of another type, for a `moved` block.
    fn moved(source: &Source) -> Result<Self, Diagnostics> {
        Err(source.refused(Self::TYPE).into())
    }
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Write {
    Create,
    Change,
    Delete,
}

/// What writes to a kind hold.
pub(super) type TurnOf<M> = <<M as Managed>::Side as Side>::Turn;

/// The resource that a kind is.
pub(super) fn resource<M: Managed>() -> Box<dyn RawResource<Data>> {
    Box::new(Flow(&Of::<M>::NEW))
}

/// The object that a `moved` block names, if it is one of this kind.
pub(super) fn of_source<M: Managed>(source: &Source) -> Result<Option<M>, Diagnostics> {
    let object = source.of(&*resource::<M>())?;
    object.map(|object| decoded("stored state", &object)).transpose()
}

/// What one operation calls.
pub(super) struct Api<'a, S: Side> {
    pub(super) client: &'a S::Client,
    pub(super) ctx: Ctx,
    pub(super) region: String,
    made: Made<'a>,
}

/// What learns the id of a new object, where there is one.
type Made<'a> = Option<&'a (dyn Fn(&str) + Send + Sync)>;

impl<'a, S: Side> Api<'a, S> {
    fn new(cx: &'a Context<Data>, region: String, made: Made<'a>) -> Result<Self, Diagnostic> {
        Ok(Self { client: S::client(cx.provider())?, ctx: ctx(cx), region, made })
    }

    /// For a data source, whose region is the one that it names, or the provider's.
    pub(super) fn looking(cx: &'a Context<Data>, configured: &Value<String>) -> Result<Self, Diagnostic> {
        Self::new(cx, S::settings(cx.provider()).region_or(configured)?, None)
    }
}

impl<S: Side> Api<'_, S> {
    /// Keeps the id of a new object: from here on, nothing loses it.
    pub(super) fn made(&self, id: &str) {
        if let Some(made) = self.made {
            made(id);
        }
    }
}
