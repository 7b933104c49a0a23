//! What all data sources of managed kinds do alike: regions, ids, tags, order, and which object a singular one means.
//!
//! A kind says in [`Found`] what it is found by. [`found!`] makes the plural a [`DataSource`]; the singular is [`One`] and needs nothing.

use std::collections::BTreeMap;

use crate::cloud;
use crate::framework::context::Context;
use crate::framework::data_source::DataSource;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{List, Map, Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::resource::Resource;
use crate::framework::view::{One, Shown, Sought, View};

use super::lookup::Lookup;
use super::managed::{self, Api, Managed, Side};
use super::values::said;
use super::{Data, errors, tags};

/// A data source of any number of objects of a kind.
pub(super) trait Found: Model + Clone + Default + Send + Sync + 'static {
    type Kind: Managed + Shown;

    /// `cloudvpn_tencent_connections`.
    const TYPE: &'static str;

    /// What they are called in diagnostics: `tunnels`.
    const KINDS: &'static str;

    fn seeking(&mut self) -> Seeking<'_, Self::Kind>;

    /// The objects that the service gives for these filters; more than pass them does no harm, nor does one twice. `ids`, where there
    /// are any, are all that is wanted.
    fn listed(
        &self,
        api: &ApiOf<'_, Self::Kind>,
        ids: Option<&[String]>,
    ) -> impl Future<Output = cloud::Result<Vec<ActualOf<Self::Kind>>>> + Send;

    /// Whether an object passes all filters but ids and tags. Those that the service applied are applied again: it does not say whether
    /// it looks for whole names.
    fn takes(&self, object: &Self::Kind) -> bool;

    /// What nobody configured, seen for the first time.
    fn unconfigured() -> Self::Kind {
        Self::Kind::default()
    }

    /// The filter that an error code is about; `by` is the attribute that has the ids.
    fn attribute(_code: &str, _by: &'static str) -> Option<Path> {
        None
    }
}

/// The attributes that every data source of any number of objects has.
pub(super) struct Seeking<'a, M> {
    pub(super) region: &'a mut Value<String>,
    pub(super) ids: &'a mut Value<Set<String>>,
    /// `None` for kinds that cannot be tagged.
    pub(super) tags: Option<&'a Value<Map<String>>>,
    /// What was found.
    pub(super) objects: &'a mut Value<List<View<M>>>,
}

/// A kind of which there is a data source of a single object.
pub(super) trait Single: Managed + Sought {
    /// The data source of any number.
    type Many: Found<Kind = Self>;

    /// The attribute that an object can be sought by instead of its id.
    const NAME: &'static str = "name";
    /// The attribute that says among which objects that is unique.
    const AMONG: &'static str;

    /// What [`Self::NAME`] is.
    fn name(&self) -> &Value<String>;

    /// What [`Self::AMONG`] is.
    fn among(&self) -> &Value<String>;

    /// The filters that this stands for; ids and region are seen to.
    fn filters(&self) -> Self::Many;
}

pub(super) type ApiOf<'a, M> = Api<'a, <M as Managed>::Side>;
pub(super) type ActualOf<M> = <M as Managed>::Actual;

/// The method of [`DataSource`] that a [`Found`] has for nothing.
macro_rules! found {
    ($plural:ty) => {
        impl $crate::framework::data_source::DataSource for $plural {
            type Data = $crate::provider::Data;

            const TYPE: &'static str = <Self as $crate::provider::found::Found>::TYPE;

            async fn read(
                cx: &$crate::framework::context::Context<Self::Data>,
                config: Self,
            ) -> Result<Self, $crate::framework::diagnostics::Diagnostics> {
                $crate::provider::found::read(cx, config).await
            }
        }
    };
}
pub(super) use found;

pub(super) async fn read<F: Found>(cx: &Context<Data>, mut config: F) -> Result<F, Diagnostics> {
    let api = Api::looking(cx, config.seeking().region)?;
    let found = find(cx, &api, &mut config, "ids").await?;
    let objects = found.into_values().map(|object| Value::Known(View(object))).collect();
    let seeking = config.seeking();
    *seeking.region = api.region.into();
    *seeking.objects = Value::Known(objects);
    Ok(config)
}

impl<M: Single> DataSource for One<M> {
    type Data = Data;

    const TYPE: &'static str = <M as Resource>::TYPE;

    async fn read(cx: &Context<Data>, Self(mut sought): Self) -> Result<Self, Diagnostics> {
        let common = sought.common();
        let api = Api::looking(cx, common.region)?;
        let id = said(common.id);
        let lookup = Lookup {
            kind: M::KIND,
            region: &api.region,
            id: id.as_deref(),
            name: (M::NAME, sought.name().as_deref()),
            among: (M::AMONG, sought.among().as_deref()),
            plural: <M::Many as Found>::TYPE,
        };
        let mut filters = sought.filters();
        *filters.seeking().ids = id.clone().map(|id| [id].into_iter().collect()).into();
        let found = find(cx, &api, &mut filters, lookup.by()).await?;
        let found: Vec<_> = found.into_iter().collect();
        let (_, object) = lookup.the_one(found, |(id, object)| [Some(id), object.among().as_deref()])?;
        Ok(Self(object))
    }
}

/// The objects that pass all filters, each once, ordered by id. `by` is the attribute that has the ids.
async fn find<F: Found>(
    cx: &Context<Data>,
    api: &ApiOf<'_, F::Kind>,
    sought: &mut F,
    by: &'static str,
) -> Result<BTreeMap<String, F::Kind>, Diagnostics> {
    let settings = <F::Kind as Managed>::Side::settings(cx.provider());
    let (ids, wanted) = {
        let seeking = sought.seeking();
        let ids: Option<Vec<_>> = seeking.ids.known().map(|ids| ids.known().cloned().collect());
        (ids, seeking.tags.cloned())
    };
    let listed = match &ids {
        Some(ids) if ids.is_empty() => Ok(Vec::new()),
        ids => sought.listed(api, ids.as_deref()).await,
    };
    let listed = match listed {
        // One of the ways to say that the object of a filter does not exist.
        Err(error) if error.is_not_found() => Vec::new(),
        listed => listed.map_err(|error| failed::<F>(&error, by))?,
    };
    // An object that is made or deleted between two pages moves others: they may be on both.
    let mut found = BTreeMap::new();
    for actual in &listed {
        let mut object = managed::observed(settings, &api.region, actual, &F::unconfigured());
        let Some(id) = said(object.common().id) else { continue };
        let tagged = match (&wanted, object.common().tags) {
            (Some(wanted), Some(tags)) => tags::pass(wanted, tags.all),
            _ => true,
        };
        if tagged && ids.as_ref().is_none_or(|ids| ids.contains(&id)) && sought.takes(&object) {
            found.insert(id, object);
        }
    }
    Ok(found)
}

fn failed<F: Found>(error: &cloud::Error, by: &'static str) -> Diagnostic {
    errors::diagnostic(&format!("Reading {} failed", F::KINDS), error, |code| F::attribute(code, by))
}

/// Whether each value is what was wanted, where something was.
pub(super) fn all_same(filters: &[(&Value<String>, &Value<String>)]) -> bool {
    filters.iter().all(|(wanted, actual)| wanted.is_null() || wanted == actual)
}
