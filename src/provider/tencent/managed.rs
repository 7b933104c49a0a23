//! What all resources of API 3.0 do alike: regions, tags, import, saving what is there when an operation stops halfway.
//!
//! A resource says in [`Managed`] what is its own, and [`managed!`] makes it a [`Resource`].

use futures_util::future;

use crate::cloud::tencent::{Client, Tag};
use crate::cloud::{self, Ctx};
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Value};
use crate::framework::path::Path;
use crate::framework::resource::{Change, Create, Plan, Resource};
use crate::framework::validate::undecodable;

use super::super::{Data, errors, tags};
use super::Tencent;

/// A resource of API 3.0.
pub(super) trait Managed: Resource<Data = Data> + Clone + Default {
    /// What the service describes.
    type Actual: Send + Sync;
    /// The request that changes it.
    type Change: Send + Sync;

    /// What it is called in diagnostics: `tunnel`.
    const KIND: &'static str;
    /// What its ids begin with: `vpnx-`.
    const PREFIX: &'static str;

    fn common(&mut self) -> Common<'_>;

    /// The object as the service describes it; region and tags are seen to. `before` is what was known: it decides between spellings
    /// that mean the same, and stands where the service says nothing.
    fn observed(actual: &Self::Actual, before: &Self) -> Self;

    fn tag_set(actual: &Self::Actual) -> &[Tag];

    /// The attribute that an error code is about.
    fn attribute(code: &str) -> Option<Path>;

    /// What leads from this state to the plan; `None` if the API has nothing to do. Only what changed is in it, and not the tags.
    fn change(&self, planned: &Self, config: &Self) -> Option<Self::Change>;

    /// Asks for a new object and gives its id.
    fn make(api: &Api<'_>, planned: &Self, config: &Self) -> impl Future<Output = cloud::Result<String>> + Send;

    /// Waits until a new or changed object can be used, and gives what it then is.
    fn ready(api: &Api<'_>, id: &str) -> impl Future<Output = cloud::Result<Self::Actual>> + Send;

    /// The object; `None` only if it certainly is no more.
    fn find(api: &Api<'_>, id: &str) -> impl Future<Output = cloud::Result<Option<Self::Actual>>> + Send;

    fn modify(api: &Api<'_>, change: &Self::Change) -> impl Future<Output = cloud::Result<()>> + Send;

    /// Removes the object, to the end; that it is gone already is success.
    fn remove(api: &Api<'_>, state: &Self) -> impl Future<Output = cloud::Result<()>> + Send;

    /// Corrects the plan of an object that is there, as [`Resource::plan`] does.
    fn replan(_prior: &Self, _config: &Self, _planned: &mut Self) {}
}

/// The attributes that every resource has.
pub(super) struct Common<'a> {
    pub(super) id: &'a mut Value<String>,
    pub(super) region: &'a mut Value<String>,
    pub(super) tags: &'a mut Value<Map<String>>,
    pub(super) tags_all: &'a mut Value<Map<String>>,
}

/// What one operation calls.
pub(super) struct Api<'a> {
    pub(super) client: &'a Client,
    pub(super) ctx: Ctx,
    pub(super) region: String,
}

impl<'a> Api<'a> {
    fn new(cx: &'a Context<Data>, region: &Value<String>) -> Result<Self, Diagnostic> {
        let client = cx.provider().tencent.client()?;
        Ok(Self { client, ctx: super::ctx(cx), region: super::region(region)?.to_owned() })
    }
}

/// The methods of [`Resource`] that a [`Managed`] has for nothing.
macro_rules! managed {
    () => {
        const IDENTITY: &'static [(&'static str, bool)] = &[("region", false), ("id", true)];

        async fn plan(cx: &Context<Data>, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
            $crate::provider::tencent::managed::plan(cx, plan)
        }

        async fn create(cx: &Context<Data>, new: Create<Self>) -> Result<Self, Diagnostics> {
            $crate::provider::tencent::managed::create(cx, new).await
        }

        async fn read(cx: &Context<Data>, state: Self) -> Result<Option<Self>, Diagnostics> {
            $crate::provider::tencent::managed::read(cx, state).await
        }

        async fn update(cx: &Context<Data>, change: Change<Self>) -> Result<Self, Diagnostics> {
            $crate::provider::tencent::managed::update(cx, change).await
        }

        async fn delete(cx: &Context<Data>, state: Self) -> Result<(), Diagnostics> {
            $crate::provider::tencent::managed::delete(cx, state).await
        }

        async fn import(cx: &Context<Data>, id: &str) -> Result<Self, Diagnostics> {
            $crate::provider::tencent::managed::import(cx, id)
        }
    };
}
pub(super) use managed;

pub(super) fn plan<M: Managed>(cx: &Context<Data>, plan: &mut Plan<M>) -> Result<(), Diagnostics> {
    let Plan { prior, config, planned, .. } = plan;
    if prior.is_none() {
        super::plan_region(cx, planned.common().region, config.common().region)?;
    }
    *planned.common().tags_all = tags::all(cx.provider().tencent.default_tags(), config.common().tags);
    if let Some(prior) = prior {
        M::replan(prior, config, planned);
    }
    Ok(())
}

pub(super) async fn create<M: Managed>(cx: &Context<Data>, new: Create<M>) -> Result<M, Diagnostics> {
    let Create { mut planned, config } = new;
    let api = Api::new(cx, planned.common().region)?;
    let failed = |error| failed::<M>("Creating", &error);

    let id = M::make(&api, &planned, &config).await.map_err(failed)?;
    tracing::info!(id, "the {} is being created", M::KIND);
    *planned.common().id = id.as_str().into();
    cx.save(&planned);
    let actual = M::ready(&api, &id).await.map_err(failed)?;
    completed(&planned, &observed(&cx.provider().tencent, &api.region, &actual, &planned))
}

pub(super) async fn read<M: Managed>(cx: &Context<Data>, mut state: M) -> Result<Option<M>, Diagnostics> {
    let api = Api::new(cx, state.common().region)?;
    let id = state.common().id.clone().into_known().unwrap_or_default();
    let found = M::find(&api, &id).await.map_err(|error| failed::<M>("Reading", &error))?;
    Ok(found.map(|actual| observed(&cx.provider().tencent, &api.region, &actual, &state)))
}

pub(super) async fn update<M: Managed>(cx: &Context<Data>, change: Change<M>) -> Result<M, Diagnostics> {
    let Change { mut prior, mut planned, config } = change;
    let api = Api::new(cx, prior.common().region)?;
    let id = prior.common().id.clone().into_known().unwrap_or_default();
    let (before, after) = (tags::known(prior.common().tags_all), tags::known(planned.common().tags_all));
    let (set, remove) = tags::difference(&before, &after);
    let change = prior.change(&planned, &config);

    // Tags live in another service: the two do not wait for each other.
    let modify = async {
        let Some(change) = &change else { return Ok(None) };
        M::modify(&api, change).await?;
        M::ready(&api, &id).await.map(Some)
    };
    let tag = api.client.change_tags(&api.ctx, &api.region, &id, &set, &remove);
    let (modified, tagged) = match future::join(modify, tag).await {
        (Ok(Some(actual)), Ok(())) => {
            return completed(&planned, &observed(&cx.provider().tencent, &api.region, &actual, &planned));
        }
        (Ok(None), Ok(())) => return completed(&planned, &prior),
        (modified, tagged) => (modified.err(), tagged.err()),
    };
    cx.save(&partly_changed(&prior, &planned, modified.is_none(), tagged.is_none()));
    let mut diagnostics = Diagnostics::new();
    if let Some(error) = modified {
        diagnostics.append(failed::<M>("Changing", &error));
    }
    if let Some(error) = tagged {
        let summary = format!("Changing the {}'s tags failed", M::KIND);
        diagnostics.append(errors::diagnostic(&summary, &error, M::attribute).at("tags"));
    }
    Err(diagnostics)
}

pub(super) async fn delete<M: Managed>(cx: &Context<Data>, mut state: M) -> Result<(), Diagnostics> {
    let api = Api::new(cx, state.common().region)?;
    Ok(M::remove(&api, &state).await.map_err(|error| failed::<M>("Deleting", &error))?)
}

pub(super) fn import<M: Managed>(cx: &Context<Data>, id: &str) -> Result<M, Diagnostics> {
    let (region, [id]) = super::import_id(cx, id, [M::PREFIX])?;
    let mut stub = M::default();
    *stub.common().id = id.into();
    *stub.common().region = region.into();
    Ok(stub)
}

/// The object as the service describes it.
pub(super) fn observed<M: Managed>(tencent: &Tencent, region: &str, actual: &M::Actual, before: &M) -> M {
    let tags = M::tag_set(actual).iter().map(|tag| (tag.key.clone(), tag.value.clone().unwrap_or_default())).collect();
    let mut seen = M::observed(actual, before);
    let common = seen.common();
    *common.region = region.into();
    *common.tags = tags::own(tencent.default_tags(), before.clone().common().tags, &tags);
    *common.tags_all = tags::value(&tags);
    seen
}

/// What is there after an update of which one half failed.
pub(super) fn partly_changed<M: Managed>(prior: &M, planned: &M, modified: bool, tagged: bool) -> M {
    let mut settled = planned.settled(prior).unwrap_or_else(|_| prior.clone());
    let mut prior = prior.clone();
    let (mut rest, tags) = match (modified, tagged) {
        (true, true) => return settled,
        (false, false) => return prior,
        (true, false) => (settled.clone(), prior.common()),
        (false, true) => (prior.clone(), settled.common()),
    };
    *rest.common().tags = tags.tags.clone();
    *rest.common().tags_all = tags.tags_all.clone();
    rest
}

/// The tags of a new object, for its request.
pub(super) fn new_tags(tags_all: &Value<Map<String>>) -> Option<Vec<Tag>> {
    let tags: Vec<_> = tags::known(tags_all).into_iter().map(|(key, value)| Tag { key, value: Some(value) }).collect();
    (!tags.is_empty()).then_some(tags)
}

/// The plan with what it left open filled in.
fn completed<M: Managed>(planned: &M, actual: &M) -> Result<M, Diagnostics> {
    planned.settled(actual).map_err(|error| undecodable("new state", &error).into())
}

fn failed<M: Managed>(doing: &str, error: &cloud::Error) -> Diagnostic {
    errors::diagnostic(&format!("{doing} the {} failed", M::KIND), error, M::attribute)
}
