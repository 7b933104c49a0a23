//! What all resources do alike: regions, tags, import, saving what is there when an operation stops halfway.
//!
//! A resource says in [`Managed`] what is its own, and [`managed!`] makes it a [`Resource`]. What the clouds' APIs have to offer for
//! that is in [`Side`].

use futures_util::future;

use crate::cloud::{self, Ctx};
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Value};
use crate::framework::path::Path;
use crate::framework::resource::{Change, Create, Plan, Resource};

use super::settings::{Settings, ctx};
use super::tags::Tags;
use super::values::{completed, said};
use super::{Data, errors, tags};

/// An API in which objects are managed.
pub(super) trait Side: Sized + 'static {
    type Client: Sync;

    /// What a write holds until its object is ready; nothing where writes need not wait for each other.
    type Turn: Default + Send;

    fn settings(data: &Data) -> &Settings;

    /// The client; an error while the configuration is not known.
    fn client(data: &Data) -> Result<&Self::Client, Diagnostic>;

    /// Sets and removes tags of an object. Makes no call when there is nothing to do.
    fn change_tags(
        api: &Api<'_, Self>,
        id: &str,
        set: &Tags,
        remove: &[String],
    ) -> impl Future<Output = cloud::Result<()>> + Send;
}

/// A resource of a cloud.
pub(super) trait Managed: Resource<Data = Data> + Clone + Default {
    type Side: Side;
    /// What the service describes.
    type Actual: Send + Sync;
    /// What it takes to change it.
    type Change: Send + Sync;

    /// What it is called in diagnostics: `tunnel`.
    const KIND: &'static str;
    /// What its ids begin with: `vpnx-`.
    const PREFIX: &'static str;
    /// Whether [`Managed::make`] sets the tags, too. Where the API cannot, they are set when the object is ready.
    const MADE_WITH_TAGS: bool = true;

    /// Whether a change that the service accepted counts as made even if waiting for it fails: for what the service does not show, and
    /// what must not be asked for twice.
    const ACCEPTED_IS_MADE: bool = false;

    fn common(&mut self) -> Common<'_>;

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

    /// Waits until this object may be written to. What it gives is held until the object is ready, or gone.
    fn turn(
        _api: &Api<'_, Self::Side>,
        _object: &Self,
    ) -> impl Future<Output = cloud::Result<<Self::Side as Side>::Turn>> + Send {
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
    ) -> impl Future<Output = cloud::Result<Self::Actual>> + Send;

    /// The object; `None` only if it certainly is no more.
    fn find(
        api: &Api<'_, Self::Side>,
        id: &str,
        state: &Self,
    ) -> impl Future<Output = cloud::Result<Option<Self::Actual>>> + Send;

    fn modify(api: &Api<'_, Self::Side>, change: &Self::Change) -> impl Future<Output = cloud::Result<()>> + Send;

    /// Removes the object, to the end; that it is gone already is success.
    fn remove(api: &Api<'_, Self::Side>, id: &str, state: &Self) -> impl Future<Output = cloud::Result<()>> + Send;

    /// Corrects the plan, as [`Resource::plan`] does.
    fn refine(_plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }

    /// What to say about an object that was just read.
    fn notice(&self) -> Option<Diagnostic> {
        None
    }

    /// Takes an import id apart: a stub with what [`Managed::find`] needs.
    fn stub(settings: &Settings, id: &str) -> Result<Self, Diagnostics> {
        let (region, [id]) = settings.import_id(id, [Self::PREFIX])?;
        let mut stub = Self::default();
        *stub.common().id = id.into();
        *stub.common().region = region.into();
        Ok(stub)
    }
}

/// The attributes that every resource has.
pub(super) struct Common<'a> {
    pub(super) id: &'a mut Value<String>,
    pub(super) region: &'a mut Value<String>,
    /// `None` for kinds that cannot be tagged.
    pub(super) tags: Option<Tagging<'a>>,
}

/// The attributes of kinds that can be tagged.
pub(super) struct Tagging<'a> {
    /// `tags`.
    pub(super) own: &'a mut Value<Map<String>>,
    /// `tags_all`.
    pub(super) all: &'a mut Value<Map<String>>,
}

/// What one operation calls.
pub(super) struct Api<'a, S: Side> {
    pub(super) client: &'a S::Client,
    pub(super) ctx: Ctx,
    pub(super) region: String,
    made: Option<&'a (dyn Fn(&str) + Send + Sync)>,
}

impl<'a, S: Side> Api<'a, S> {
    /// For the object in this region.
    fn new(cx: &'a Context<Data>, region: &Value<String>) -> Result<Self, Diagnostic> {
        let region = S::settings(cx.provider()).cloud().region(region)?.to_owned();
        Ok(Self { client: S::client(cx.provider())?, ctx: ctx(cx), region, made: None })
    }

    /// For a data source, whose region is the one that it names, or the provider's.
    pub(super) fn looking(cx: &'a Context<Data>, configured: &Value<String>) -> Result<Self, Diagnostic> {
        let settings = S::settings(cx.provider());
        let region = if configured.is_null() { settings.region() } else { configured };
        let region = settings.cloud().region(region).map_err(|error| error.at("region"))?.to_owned();
        Ok(Self { client: S::client(cx.provider())?, ctx: ctx(cx), region, made: None })
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

/// The methods of [`Resource`] that a [`Managed`] has for nothing. Attributes that are named say, together with region and id, which
/// object it is.
macro_rules! managed {
    ($($attribute:literal),*) => {
        const IDENTITY: &'static [(&'static str, bool)] = &[("region", false), $(($attribute, true),)* ("id", true)];

        async fn plan(cx: &Context<Data>, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
            $crate::provider::managed::plan(cx, plan)
        }

        async fn create(cx: &Context<Data>, new: Create<Self>) -> Result<Self, Diagnostics> {
            $crate::provider::managed::create(cx, new).await
        }

        async fn read(cx: &Context<Data>, state: Self) -> Result<Option<Self>, Diagnostics> {
            $crate::provider::managed::read(cx, state).await
        }

        async fn update(cx: &Context<Data>, change: Change<Self>) -> Result<Self, Diagnostics> {
            $crate::provider::managed::update(cx, change).await
        }

        async fn delete(cx: &Context<Data>, state: Self) -> Result<(), Diagnostics> {
            $crate::provider::managed::delete(cx, state).await
        }

        async fn import(cx: &Context<Data>, id: &str) -> Result<Self, Diagnostics> {
            $crate::provider::managed::import(cx, id)
        }
    };
}
pub(super) use managed;

pub(super) fn plan<M: Managed>(cx: &Context<Data>, plan: &mut Plan<M>) -> Result<(), Diagnostics> {
    let settings = M::Side::settings(cx.provider());
    if plan.is_new() {
        settings.plan_region(plan.planned.common().region, plan.config.common().region)?;
    }
    if let (Some(planned), Some(config)) = (plan.planned.common().tags, plan.config.common().tags) {
        *planned.all = tags::all(settings.default_tags(), config.own);
    }
    M::refine(plan)
}

pub(super) async fn create<M: Managed>(cx: &Context<Data>, new: Create<M>) -> Result<M, Diagnostics> {
    let Create { mut planned, config } = new;
    let draft = untagged(&planned);
    let made = |id: &str| {
        tracing::info!(id, "the {} is being created", M::KIND);
        let mut draft = draft.clone();
        *draft.common().id = id.into();
        cx.save(&draft);
    };
    let api = Api { made: Some(&made), ..Api::new(cx, planned.common().region)? };
    let failed = |error| failed::<M>(CREATING, &error);

    let _turn = M::turn(&api, &planned).await.map_err(failed)?;
    let id = M::make(&api, &planned, &config).await.map_err(failed)?;
    api.made(&id);
    *planned.common().id = id.as_str().into();
    let actual = M::ready(&api, &id, &planned).await.map_err(failed)?;
    let observed = observed(M::Side::settings(cx.provider()), &api.region, &actual, &planned);
    let tags = all_tags(&mut planned);
    if !M::MADE_WITH_TAGS && !tags.is_empty() {
        cx.save(&completed(&untagged(&planned), &observed)?);
        M::Side::change_tags(&api, &id, &tags, &[]).await.map_err(|error| untaggable::<M>(&error))?;
    }
    completed(&planned, &observed)
}

pub(super) async fn read<M: Managed>(cx: &Context<Data>, mut state: M) -> Result<Option<M>, Diagnostics> {
    let api = Api::new(cx, state.common().region)?;
    let found = M::find(&api, &id(&mut state), &state).await.map_err(|error| failed::<M>("Reading", &error))?;
    let Some(actual) = found else { return Ok(None) };
    let observed = observed(M::Side::settings(cx.provider()), &api.region, &actual, &state);
    if let Some(notice) = observed.notice() {
        cx.warn(notice);
    }
    Ok(Some(observed))
}

pub(super) async fn update<M: Managed>(cx: &Context<Data>, change: Change<M>) -> Result<M, Diagnostics> {
    let Change { mut prior, mut planned, config } = change;
    let api = Api::new(cx, prior.common().region)?;
    let id = id(&mut prior);
    let (set, remove) = tags::difference(&all_tags(&mut prior), &all_tags(&mut planned));
    let change = prior.change(&planned, &config);

    // Tags live in another service: the two do not wait for each other.
    let modify = async {
        let Some(change) = &change else { return Ok(None) };
        let refused = |error| (false, error);
        let _turn = M::turn(&api, &planned).await.map_err(refused)?;
        M::modify(&api, change).await.map_err(refused)?;
        M::ready(&api, &id, &planned).await.map(Some).map_err(|error| (M::ACCEPTED_IS_MADE, error))
    };
    let tag = M::Side::change_tags(&api, &id, &set, &remove);
    let (modified, tagged) = match future::join(modify, tag).await {
        (Ok(Some(actual)), Ok(())) => {
            let observed = observed(M::Side::settings(cx.provider()), &api.region, &actual, &planned);
            return completed(&planned, &observed);
        }
        (Ok(None), Ok(())) => return completed(&planned, &prior),
        (modified, tagged) => (modified.err(), tagged.err()),
    };
    let made = modified.as_ref().is_none_or(|(made, _)| *made);
    cx.save(&partly_changed(&prior, &planned, made, tagged.is_none()));
    let mut diagnostics = Diagnostics::new();
    if let Some((_, error)) = modified {
        diagnostics.append(failed::<M>("Changing", &error));
    }
    if let Some(error) = tagged {
        diagnostics.append(untaggable::<M>(&error));
    }
    Err(diagnostics)
}

pub(super) async fn delete<M: Managed>(cx: &Context<Data>, mut state: M) -> Result<(), Diagnostics> {
    let api = Api::new(cx, state.common().region)?;
    let failed = |error| failed::<M>("Deleting", &error);
    let _turn = M::turn(&api, &state).await.map_err(failed)?;
    Ok(M::remove(&api, &id(&mut state), &state).await.map_err(failed)?)
}

pub(super) fn import<M: Managed>(cx: &Context<Data>, id: &str) -> Result<M, Diagnostics> {
    M::stub(M::Side::settings(cx.provider()), id)
}

/// The object as the service describes it.
pub(super) fn observed<M: Managed>(settings: &Settings, region: &str, actual: &M::Actual, before: &M) -> M {
    let tags = M::tags(actual);
    let mut seen = M::observed(actual, before);
    let common = seen.common();
    *common.region = region.into();
    if let (Some(seen), Some(before)) = (common.tags, before.clone().common().tags) {
        *seen.own = tags::own(settings.default_tags(), before.own, &tags);
        *seen.all = tags::value(&tags);
    }
    seen
}

/// What is there after an update of which one half failed.
pub(super) fn partly_changed<M: Managed>(prior: &M, planned: &M, modified: bool, tagged: bool) -> M {
    let mut settled = planned.settled(prior).unwrap_or_else(|_| prior.clone());
    let mut prior = prior.clone();
    let (mut rest, tags) = match (modified, tagged) {
        (true, true) => return settled,
        (false, false) => return prior,
        (true, false) => (settled.clone(), prior.common().tags),
        (false, true) => (prior.clone(), settled.common().tags),
    };
    if let (Some(rest), Some(tags)) = (rest.common().tags, tags) {
        *rest.own = tags.own.clone();
        *rest.all = tags.all.clone();
    }
    rest
}

/// A new object as it is before its tags are set, where that is another call.
fn untagged<M: Managed>(planned: &M) -> M {
    let mut planned = planned.clone();
    if let (false, Some(tags)) = (M::MADE_WITH_TAGS, planned.common().tags) {
        *tags.own = Value::Null;
        *tags.all = tags::value(&Tags::new());
    }
    planned
}

fn id<M: Managed>(object: &mut M) -> String {
    said(object.common().id).unwrap_or_default()
}

fn all_tags<M: Managed>(object: &mut M) -> Tags {
    object.common().tags.map(|tags| tags::known(tags.all)).unwrap_or_default()
}

fn failed<M: Managed>(doing: &str, error: &cloud::Error) -> Diagnostic {
    let attribute = if doing == CREATING { M::attribute } else { M::attribute_of_existing };
    errors::diagnostic(&format!("{doing} the {} failed", M::KIND), error, attribute)
}

fn untaggable<M: Managed>(error: &cloud::Error) -> Diagnostic {
    errors::diagnostic(&format!("Changing the {}'s tags failed", M::KIND), error, M::attribute).at("tags")
}

const CREATING: &str = "Creating";
