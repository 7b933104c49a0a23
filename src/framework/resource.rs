//! Managed resources.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use futures_util::future::{self, BoxFuture};
use serde_json::Value as Json;

use super::codec;
use super::context::Context;
use super::diagnostics::{Diagnostic, Diagnostics};
use super::model::Model;
use super::path::{Path, Step};
use super::plan;
use super::raw::Raw;
use super::schema::{Block, Schema};
use super::validate::{decoded, undecodable};

/// A managed resource: a model and what can be done with it.
pub trait Resource: Model + Send + Sync + 'static {
    /// What the provider's configuration became; see [`Provider::Data`](super::provider::Provider::Data).
    type Data: Send + Sync + 'static;

    /// `acme_server`.
    const TYPE: &'static str;

    /// The schema's version. A higher one than a stored state's brings [`Resource::upgrade`] into play.
    const VERSION: i64 = 0;

    /// How long an operation may take if `timeouts` says nothing.
    const TIMEOUT: Duration = TIMEOUT;

    /// The attributes that say which remote object this is: names, and whether an import by identity must give them.
    const IDENTITY: &'static [(&'static str, bool)] = &[];

    /// Corrects the plan the framework made: values that follow from others, computed attributes that this change touches, rules over
    /// several attributes. Must be a function of its input alone, since Terraform plans twice and compares.
    fn plan(_cx: &Context<Self::Data>, _plan: &mut Plan<Self>) -> impl Future<Output = Result<(), Diagnostics>> + Send {
        async { Ok(()) }
    }

    /// Makes the object. Calls [`Context::save`] as soon as it exists.
    fn create(cx: &Context<Self::Data>, new: Create<Self>) -> impl Future<Output = Result<Self, Diagnostics>> + Send;

    /// The object as it is; `None` only if it certainly is no more.
    fn read(cx: &Context<Self::Data>, state: Self) -> impl Future<Output = Result<Option<Self>, Diagnostics>> + Send;

    /// Changes the object in place.
    fn update(cx: &Context<Self::Data>, change: Change<Self>)
    -> impl Future<Output = Result<Self, Diagnostics>> + Send;

    /// Removes the object; that it is gone already is success.
    fn delete(cx: &Context<Self::Data>, state: Self) -> impl Future<Output = Result<(), Diagnostics>> + Send;

    /// The stub of a state from an import id: what [`Resource::read`] needs, nothing else.
    fn import(_cx: &Context<Self::Data>, _id: &str) -> impl Future<Output = Result<Self, Diagnostics>> + Send {
        async { Err(not_importable(Self::TYPE).into()) }
    }

    /// The state of an older schema version in today's form. Both are the JSON objects of the state file.
    fn upgrade(version: i64, _state: Json) -> Result<Json, Diagnostics> {
        Err(unknown_version(Self::TYPE, version, Self::VERSION).into())
    }

    /// The stub of a state from an object of another type, for a `moved` block: what [`Resource::read`] needs.
    fn moved(source: Source) -> Result<Self, Diagnostics> {
        Err(source.refused(Self::TYPE).into())
    }
}

/// A resource without its types, object-safe: for many that do alike, whose operations are then compiled once. One of its own is a
/// [`Resource`]. The methods are that trait's; the server makes sure of the schema.
pub trait RawResource<D>: Send + Sync {
    fn type_name(&self) -> &'static str;

    fn block(&self) -> Block;

    fn version(&self) -> i64 {
        0
    }

    fn timeout(&self) -> Duration {
        TIMEOUT
    }

    fn identity(&self) -> &'static [(&'static str, bool)] {
        &[]
    }

    fn plan<'a>(&'a self, cx: &'a Context<D>, plan: &'a mut Plan<Raw>) -> BoxFuture<'a, Result<(), Diagnostics>>;

    /// What speaks against removing the object, as far as it can be told before anything is removed.
    fn plan_delete<'a>(&'a self, _cx: &'a Context<D>, _state: Raw) -> BoxFuture<'a, Result<(), Diagnostics>> {
        Box::pin(future::ready(Ok(())))
    }

    fn create<'a>(&'a self, cx: &'a Context<D>, new: Create<Raw>) -> BoxFuture<'a, Result<Raw, Diagnostics>>;

    fn read<'a>(&'a self, cx: &'a Context<D>, state: Raw) -> BoxFuture<'a, Result<Option<Raw>, Diagnostics>>;

    fn update<'a>(&'a self, cx: &'a Context<D>, change: Change<Raw>) -> BoxFuture<'a, Result<Raw, Diagnostics>>;

    fn delete<'a>(&'a self, cx: &'a Context<D>, state: Raw) -> BoxFuture<'a, Result<(), Diagnostics>>;

    fn import<'a>(&'a self, cx: &'a Context<D>, id: &'a str) -> BoxFuture<'a, Result<Raw, Diagnostics>>;

    fn upgrade(&self, version: i64, _state: Json) -> Result<Json, Diagnostics> {
        Err(unknown_version(self.type_name(), version, self.version()).into())
    }

    fn moved(&self, source: Source) -> Result<Raw, Diagnostics> {
        Err(source.refused(self.type_name()).into())
    }
}

/// A plan being made.
#[derive(Debug)]
pub struct Plan<T> {
    /// `None` for a new object.
    pub prior: Option<T>,
    /// With the write-only values, which `planned` must not have.
    pub config: T,
    /// What Terraform is going to be told.
    pub planned: T,
    pub(crate) replace: Vec<Path>,
    pub(crate) warnings: Diagnostics,
    /// The attributes that the configuration had and has no more, and that stay what they are if nobody changes them.
    pub(crate) staying: Vec<Path>,
    /// Whether the object that is there came by an import, or otherwise by nobody's configuration: what no read shows is not known of it.
    pub(crate) found: bool,
    /// Whether the object has never been read, as right after a `moved` block brought it from another provider: what is null of it is not
    /// known, and replaces nothing.
    pub never_read: bool,
}

impl<T> Plan<T> {
    pub(crate) fn new(prior: Option<T>, config: T, planned: T) -> Self {
        let (replace, warnings, staying) = (Vec::new(), Diagnostics::new(), Vec::new());
        Self { prior, config, planned, replace, warnings, staying, found: false, never_read: false }
    }

    pub fn is_new(&self) -> bool {
        self.prior.is_none()
    }

    /// Asks for a new object because of this attribute. Terraform takes it only where the value differs, or is write-only.
    pub fn replace(&mut self, path: impl Into<Path>) {
        let path = path.into();
        if !self.replace.contains(&path) {
            self.replace.push(path);
        }
    }

    pub fn warn(&mut self, warning: Diagnostic) {
        self.warnings.push(warning);
    }
}

impl Plan<Raw> {
    /// The same plan with types.
    pub(crate) fn decoded<M: Model>(&self) -> Result<Plan<M>, Diagnostics> {
        let prior = self.prior.as_ref().map(|prior| decoded("state", prior)).transpose()?;
        Ok(Plan::new(prior, decoded("configuration", &self.config)?, decoded("plan", &self.planned)?))
    }

    /// Takes over what became of [`Plan::decoded`].
    pub(crate) fn correct<M: Model>(&mut self, corrected: &mut Plan<M>) {
        self.planned = corrected.planned.to_raw();
        self.replace.append(&mut corrected.replace);
        self.warnings.append(std::mem::take(&mut corrected.warnings));
    }

    /// Whether anything of an object that is there becomes something else.
    pub(crate) fn changes(&self) -> bool {
        self.prior.as_ref().is_some_and(|prior| *prior != self.planned || !self.replace.is_empty())
    }

    /// The attributes because of which there will be another object, in schema order; none for a new one.
    pub(crate) fn replaced(&self, block: &Block) -> Vec<Path> {
        let Some(prior) = self.prior.as_ref() else { return Vec::new() };
        let mut paths = plan::requires_replace(block, prior, &self.planned);
        if self.never_read {
            paths.retain(|path| {
                path.steps().first().is_some_and(|step| match step {
                    Step::Attribute(name) => !prior.get(name).is_null(),
                    _ => true,
                })
            });
        }
        // What no read shows says nothing of what was found, and stays where it is taken out.
        paths.retain(|path| {
            let [Step::Attribute(name)] = path.steps() else { return true };
            let unread = block.attribute(name).is_some_and(|attribute| attribute.unread);
            !unread || !(self.planned.get(name).is_null() || (self.found && prior.get(name).is_null()))
        });
        paths.extend(self.replace.iter().filter(|path| !paths.contains(path)).cloned().collect::<Vec<_>>());
        paths
    }
}

/// An object to be made.
#[derive(Debug)]
pub struct Create<T> {
    /// Unknown where the provider decides.
    pub planned: T,
    /// Fully known, with the write-only values.
    pub config: T,
}

/// An object to be changed.
#[derive(Debug)]
pub struct Change<T> {
    pub prior: T,
    pub planned: T,
    /// Fully known, with the write-only values.
    pub config: T,
}

/// An object of another type that a `moved` block names.
pub struct Source {
    /// With the registry's host: `registry.terraform.io/hashicorp/random`.
    pub provider_address: String,
    pub type_name: String,
    pub schema_version: i64,
    /// The JSON object of the state file.
    pub state: Json,
}

impl Source {
    /// The object as one of `resource`, whatever the address of its provider: a mirror, a fork and OpenTofu have others, and before 1.11.12
    /// and 1.12.4 OpenTofu says the first word of the type instead. `None` if it is of another type.
    ///
    /// # Errors
    /// A state that does not fit the resource's schema.
    pub fn of<D>(&self, resource: &dyn RawResource<D>) -> Result<Option<Raw>, Diagnostics> {
        if self.type_name != resource.type_name() {
            return Ok(None);
        }
        match self.schema_version {
            version if version == resource.version() => stub(&self.state, resource).map(Some),
            version => stub(&resource.upgrade(version, self.state.clone())?, resource).map(Some),
        }
    }

    /// That there is no way from this object to one of type `target`.
    pub fn refused(&self, target: &str) -> Diagnostic {
        let detail = format!(
            "A {} of {} cannot become a {target}. Remove the moved block, or import the object by its id.",
            self.type_name, self.provider_address,
        );
        Diagnostic::error("Move not supported", detail)
    }
}

/// The JSON object of a state file as an object of `resource`; members that are not there are null.
///
/// # Errors
/// What does not fit the resource's schema.
pub fn stub<D>(state: &Json, resource: &dyn RawResource<D>) -> Result<Raw, Diagnostics> {
    let schema = Schema::new(resource.version(), resource.block());
    let stub = codec::json::decode_state_value(state, &schema);
    Ok(stub.map_err(|error| undecodable("stored state", &error).at(error.path.clone()))?)
}

/// Leaves the state out: it may hold a secret.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("provider_address", &self.provider_address)
            .field("type_name", &self.type_name)
            .field("schema_version", &self.schema_version)
            .finish_non_exhaustive()
    }
}

fn not_importable(type_name: &str) -> Diagnostic {
    Diagnostic::error("Import not supported", format!("{type_name} cannot be imported."))
}

fn unknown_version(type_name: &str, version: i64, current: i64) -> Diagnostic {
    let detail = format!("There is no way from version {version} of {type_name} to version {current}.");
    Diagnostic::error("State of an unknown version", detail)
}

const TIMEOUT: Duration = Duration::from_secs(10 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_an_object_to_be_moved_does_not_show_in_debug_output() {
        let source = Source {
            provider_address: "registry.terraform.io/other/other".to_owned(),
            type_name: "other_thing".to_owned(),
            schema_version: 3,
            state: serde_json::json!({"password": "hunter2"}),
        };
        let shown = format!("{source:?} {source:#?}");
        assert!(shown.contains("other_thing") && shown.contains("schema_version: 3"), "{shown}");
        assert!(!shown.contains("hunter2") && !shown.contains("password"), "{shown}");
    }
}
