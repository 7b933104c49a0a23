//! What all data sources of managed kinds do alike: regions, ids, tags, order, and which object a singular one means.
//!
//! A kind says in [`Found`] what it is found by, and in [`Single`] how one of them is. What is done with that is at the end of the file,
//! once for all kinds, on objects without their types.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;

use crate::cloud;
use crate::framework::context::Context;
use crate::framework::data_source::RawDataSource;
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{Model, Set, Value};
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::schema::Block;
use crate::framework::validate::decoded;
use crate::framework::validators::Validator;
use crate::framework::view::{self, Shown, Sought};

use super::attributes::{member, put};
use super::lookup::Lookup;
use super::managed::{self, Api, Managed, Of, Seen, Side};
use super::settings::Settings;
use super::{Data, errors, tags};

/// A data source of any number of objects of a kind.
pub(super) trait Found: Model + Send + Sync + 'static {
    type Kind: Managed + Shown;

    /// `cloudvpn_tencent_connections`.
    const TYPE: &'static str;

    /// What they are called in diagnostics: `tunnels`.
    const KINDS: &'static str;

    /// The attribute that has what was found. `region`, `ids`, and `tags` of kinds that can be tagged, are called so.
    const OBJECTS: &'static str;

    /// The objects that the service gives for these filters; more than pass them does no harm, nor does one twice. `ids`, where there
    /// are any, are all that is wanted.
    fn listed(
        &self,
        api: &ApiOf<'_, Self::Kind>,
        ids: Option<&[String]>,
    ) -> impl Future<Output = cloud::Result<Vec<ActualOf<Self::Kind>>>> + Send;

    /// Whether an object passes all filters but ids, tags and region. Those that the service applied are applied again: it does not say
    /// whether it looks for whole names.
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

/// A kind of which there is a data source of a single object.
pub(super) trait Single: Managed + Sought {
    /// The data source of any number.
    type Many: Found<Kind = Self>;

    /// The attribute that an object can be sought by instead of its id.
    const NAME: &'static str = "name";
    /// The attribute that says among which objects that is unique.
    const AMONG: &'static str;

    /// The filters that this stands for; ids and region are seen to.
    fn filters(&self) -> Self::Many;
}

pub(super) type ApiOf<'a, M> = Api<'a, <M as Managed>::Side>;
pub(super) type ActualOf<M> = <M as Managed>::Actual;

/// The data source of any number.
pub(super) fn many<F: Found>() -> Box<dyn RawDataSource<Data>> {
    Box::new(Many(&Of::<F>::NEW))
}

/// The data source of a single object.
pub(super) fn one<M: Single>() -> Box<dyn RawDataSource<Data>> {
    Box::new(One(&Of::<M>::NEW))
}

/// Whether each value is what was wanted, where something was.
pub(super) fn all_same(filters: &[(&Value<String>, &Value<String>)]) -> bool {
    filters.iter().all(|(wanted, actual)| wanted.is_null() || wanted == actual)
}

/// A [`Found`] without its types.
trait Plural: Send + Sync {
    fn about(&self) -> About;

    fn block(&self) -> Block;

    fn settings<'a>(&self, data: &'a Data) -> &'a Settings;

    /// [`Found::listed`], and of that what [`Found::takes`].
    fn listing<'a>(
        &self,
        cx: &'a Context<Data>,
        sought: &Raw,
        ids: Option<&'a [String]>,
    ) -> Result<BoxFuture<'a, cloud::Result<Vec<Seen>>>, Diagnostics>;
}

/// A [`Single`] without its types.
trait Singular: Send + Sync {
    fn type_name(&self) -> &'static str;

    fn block(&self) -> Block;

    /// What it is called, its [`Single::NAME`] and its [`Single::AMONG`].
    fn words(&self) -> [&'static str; 3];

    fn many(&self) -> &'static dyn Plural;

    fn filters(&self, sought: &Raw) -> Result<Raw, Diagnostics>;
}

/// The constants of [`Found`], and where it finds attributes.
struct About {
    type_name: &'static str,
    kinds: &'static str,
    objects: &'static str,
    attribute: fn(&str, &'static str) -> Option<Path>,
}

impl<F: Found> Plural for Of<F> {
    fn about(&self) -> About {
        About { type_name: F::TYPE, kinds: F::KINDS, objects: F::OBJECTS, attribute: F::attribute }
    }

    fn block(&self) -> Block {
        let mut block = F::block();
        of_kind(&mut block, "ids", Validator::Each(Box::new(Validator::Prefix(F::Kind::PREFIX))));
        block
    }

    fn settings<'a>(&self, data: &'a Data) -> &'a Settings {
        <F::Kind as Managed>::Side::settings(data)
    }

    fn listing<'a>(
        &self,
        cx: &'a Context<Data>,
        sought: &Raw,
        ids: Option<&'a [String]>,
    ) -> Result<BoxFuture<'a, cloud::Result<Vec<Seen>>>, Diagnostics> {
        let api: ApiOf<'a, F::Kind> = Api::looking(cx, &member(sought, "region"))?;
        let sought: F = decoded("configuration", sought)?;
        Ok(Box::pin(async move {
            let listed = sought.listed(&api, ids).await?;
            let before = F::unconfigured();
            let mut taken = Vec::new();
            for actual in &listed {
                let object = F::Kind::observed(actual, &before);
                if sought.takes(&object) {
                    taken.push(Seen::new(actual, &object));
                }
            }
            Ok(taken)
        }))
    }
}

impl<M: Single> Singular for Of<M> {
    fn type_name(&self) -> &'static str {
        M::TYPE
    }

    fn block(&self) -> Block {
        let mut block = view::one::<M>();
        of_kind(&mut block, "id", Validator::Prefix(M::PREFIX));
        block
    }

    fn words(&self) -> [&'static str; 3] {
        [M::KIND, M::NAME, M::AMONG]
    }

    fn many(&self) -> &'static dyn Plural {
        &Of::<M::Many>::NEW
    }

    fn filters(&self, sought: &Raw) -> Result<Raw, Diagnostics> {
        Ok(decoded::<M>("configuration", sought)?.filters().to_raw())
    }
}

/// Ids of another kind are a mistake that is found at once.
fn of_kind(block: &mut Block, name: &str, check: Validator) {
    if let Some(ids) = block.attributes.iter_mut().find(|attribute| attribute.name == name) {
        ids.validators = vec![check];
    }
}

struct Many(&'static dyn Plural);

impl RawDataSource<Data> for Many {
    fn type_name(&self) -> &'static str {
        self.0.about().type_name
    }

    fn block(&self) -> Block {
        self.0.block()
    }

    fn read<'a>(&'a self, cx: &'a Context<Data>, mut config: Raw) -> BoxFuture<'a, Result<Raw, Diagnostics>> {
        Box::pin(async move {
            let region = region(self.0, cx, &config)?;
            let found = find(self.0, cx, &region, &config, "ids").await?;
            put(&mut config, "region", region.into());
            put(&mut config, self.0.about().objects, Raw::List(found.into_values().collect()));
            view::fit(&self.0.block().attributes, &mut config);
            Ok(config)
        })
    }
}

struct One(&'static dyn Singular);

impl RawDataSource<Data> for One {
    fn type_name(&self) -> &'static str {
        self.0.type_name()
    }

    fn block(&self) -> Block {
        self.0.block()
    }

    fn read<'a>(&'a self, cx: &'a Context<Data>, sought: Raw) -> BoxFuture<'a, Result<Raw, Diagnostics>> {
        Box::pin(async move {
            let many = self.0.many();
            let [kind, name, among] = self.0.words();
            let region = region(many, cx, &sought)?;
            let lookup = Lookup {
                kind,
                region: &region,
                id: sought.get("id").as_str(),
                name: (name, sought.get(name).as_str()),
                among: (among, sought.get(among).as_str()),
                plural: many.about().type_name,
            };
            let mut filters = self.0.filters(&sought)?;
            put(&mut filters, "region", region.as_str().into());
            let ids = lookup.id.map_or(Raw::Null, |id| Raw::set([id.into()]));
            put(&mut filters, "ids", ids);
            let found = find(many, cx, &region, &filters, lookup.by()).await?;
            let found: Vec<_> = found.into_iter().collect();
            let (_, mut object) = lookup.the_one(found, |(id, object)| [Some(id), object.get(among).as_str()])?;
            view::fit(&self.0.block().attributes, &mut object);
            Ok(object)
        })
    }
}

/// The objects that pass all filters, each once, ordered by id. `by` is the attribute that has the ids.
async fn find(
    of: &dyn Plural,
    cx: &Context<Data>,
    region: &str,
    sought: &Raw,
    by: &'static str,
) -> Result<BTreeMap<String, Raw>, Diagnostics> {
    let ids: Value<Set<String>> = member(sought, "ids");
    let ids: Option<Vec<_>> = ids.known().map(|ids| ids.known().cloned().collect());
    let listing = of.listing(cx, sought, ids.as_deref())?;
    let listed = match &ids {
        Some(ids) if ids.is_empty() => Ok(Vec::new()),
        _ => listing.await,
    };
    let listed = match listed {
        // One of the ways to say that the object of a filter does not exist.
        Err(error) if error.is_not_found() => Vec::new(),
        listed => listed.map_err(|error| {
            let About { kinds, attribute, .. } = of.about();
            errors::diagnostic(&format!("Reading {kinds} failed"), &error, |code| attribute(code, by))
        })?,
    };
    let wanted = member(sought, "tags");
    // An object that is made or deleted between two pages moves others: they may be on both.
    let mut found = BTreeMap::new();
    for seen in listed {
        let tagged = tags::pass(&wanted, &seen.tags);
        let object = managed::observed(of.settings(cx.provider()), region.to_owned(), seen, &Raw::Null);
        let Some(id) = object.get("id").as_str().map(str::to_owned) else { continue };
        if tagged && ids.as_ref().is_none_or(|ids| ids.contains(&id)) {
            found.insert(id, object);
        }
    }
    Ok(found)
}

fn region(of: &dyn Plural, cx: &Context<Data>, sought: &Raw) -> Result<String, Diagnostics> {
    Ok(of.settings(cx.provider()).region_or(&member(sought, "region"))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::server::Server;
    use crate::provider::Cloudvpn;

    #[test]
    fn every_data_source_of_a_kind_knows_what_ids_begin_with() {
        let schema = Server::new(Cloudvpn).schema();
        let mut checked = 0;
        for (name, source) in &schema.data_sources {
            for attribute in source.block.attributes.iter().filter(|attribute| attribute.optional) {
                if !["id", "ids"].contains(&&*attribute.name) {
                    continue;
                }
                let wrong = if attribute.name == "id" { Raw::from("x-1") } else { Raw::set(["x-1".into()]) };
                let found = attribute.validators.iter().find_map(|validator| validator.check(&wrong, false).err());
                assert_eq!(found.expect(name).summary, "Wrong kind of id", "{name}");
                checked += 1;
            }
        }
        assert!(checked >= 26, "{checked} data sources of a kind");
    }
}
