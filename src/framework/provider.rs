//! The provider itself, and the registry of everything it has.

use std::future::Future;
use std::marker::PhantomData;

use super::action::Action;
use super::data_source::DataSource;
use super::diagnostics::Diagnostics;
use super::ephemeral::EphemeralResource;
use super::erased::{self, ErasedAction, ErasedDataSource, ErasedEphemeral, ErasedList, ErasedResource};
use super::function::Function;
use super::list::ListResource;
use super::model::Model;
use super::resource::Resource;

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
        self.entries.resources.push(Box::new(erased::Of::<R>::new()));
        self
    }

    pub fn data_source<S: DataSource<Data = D>>(&mut self) -> &mut Self {
        self.entries.data_sources.push(Box::new(erased::Of::<S>::new()));
        self
    }

    pub fn ephemeral_resource<E: EphemeralResource<Data = D>>(&mut self) -> &mut Self {
        self.entries.ephemeral.push(Box::new(erased::Of::<E>::new()));
        self
    }

    pub fn list_resource<L: ListResource<Data = D>>(&mut self) -> &mut Self {
        self.entries.lists.push(Box::new(erased::Of::<L>::new()));
        self
    }

    pub fn action<A: Action<Data = D>>(&mut self) -> &mut Self {
        self.entries.actions.push(Box::new(erased::Of::<A>::new()));
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
