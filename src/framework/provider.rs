//! The provider itself, and the registry of everything it has.

use std::future::Future;
use std::marker::PhantomData;

use super::action::Action;
use super::data_source::{DataSource, RawDataSource};
use super::diagnostics::Diagnostics;
use super::ephemeral::{EphemeralResource, RawEphemeral};
use super::erased::{ErasedAction, ErasedDataSource, ErasedEphemeral, ErasedList, ErasedResource, Of};
use super::function::Function;
use super::list::ListResource;
use super::model::Model;
use super::resource::{RawResource, Resource};
use super::typed::Typed;

/// A provider: its configuration, what becomes of it, and what it offers.
pub trait Provider: Send + Sync + 'static {
    type Config: Model + Send;

    /// What the configuration becomes; shared by everything that runs.
    type Data: Send + Sync + 'static;

    /// Checks what the schema cannot say. Gets unknown values.
    fn validate(&self, _config: &Self::Config) -> Diagnostics {
        Diagnostics::new()
    }

    /// Turns the configuration into data; does nothing that a later call may not need. During plan the configuration may hold unknown
    /// values.
    fn configure(
        &self,
        config: Self::Config,
        terraform_version: &str,
    ) -> impl Future<Output = Result<Self::Data, Diagnostics>> + Send;

    /// Says what there is.
    fn register(registry: &mut Registry<Self::Data>);
}

/// Everything a provider has. `D` keeps what is registered to one kind of provider data.
pub struct Registry<D> {
    pub(crate) entries: Entries,
    data: PhantomData<fn(D)>,
}

/// What is registered, without its types.
#[derive(Default)]
pub(crate) struct Entries {
    pub(crate) resources: Vec<Box<dyn ErasedResource>>,
    pub(crate) data_sources: Vec<Box<dyn ErasedDataSource>>,
    pub(crate) ephemeral: Vec<Box<dyn ErasedEphemeral>>,
    pub(crate) lists: Vec<Box<dyn ErasedList>>,
    pub(crate) actions: Vec<Box<dyn ErasedAction>>,
    pub(crate) functions: Vec<Box<dyn Function>>,
}

impl<D: Send + Sync + 'static> Registry<D> {
    pub fn resource<R: Resource<Data = D>>(&mut self) -> &mut Self {
        self.raw_resource(Box::new(Typed::<R>::new()))
    }

    pub fn raw_resource(&mut self, resource: Box<dyn RawResource<D>>) -> &mut Self {
        self.entries.resources.push(Box::new(Of::new(resource)));
        self
    }

    pub fn data_source<S: DataSource<Data = D>>(&mut self) -> &mut Self {
        self.raw_data_source(Box::new(Typed::<S>::new()))
    }

    pub fn raw_data_source(&mut self, source: Box<dyn RawDataSource<D>>) -> &mut Self {
        self.entries.data_sources.push(Box::new(Of::new(source)));
        self
    }

    pub fn ephemeral_resource<E: EphemeralResource<Data = D>>(&mut self) -> &mut Self {
        let ephemeral: Box<dyn RawEphemeral<D>> = Box::new(Typed::<E>::new());
        self.entries.ephemeral.push(Box::new(Of::new(ephemeral)));
        self
    }

    pub fn list_resource<L: ListResource<Data = D>>(&mut self) -> &mut Self {
        self.entries.lists.push(Box::new(Of::new(Box::new(Typed::<L>::new()))));
        self
    }

    pub fn action<A: Action<Data = D>>(&mut self) -> &mut Self {
        self.entries.actions.push(Box::new(Of::new(Box::new(Typed::<A>::new()))));
        self
    }

    pub fn function(&mut self, function: impl Function) -> &mut Self {
        self.entries.functions.push(Box::new(function));
        self
    }

    pub(crate) fn new() -> Self {
        Self { entries: Entries::default(), data: PhantomData }
    }
}
