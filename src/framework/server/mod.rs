//! The provider server: dispatch of every RPC, decoding, Terraform's rules, encoding. Knows no protobuf and no transport.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::context::Kept;
use super::diagnostics::{Diagnostic, Diagnostics};
use super::erased::{Data, ErasedAction, ErasedDataSource, ErasedEphemeral, ErasedList, ErasedResource, Operation};
use super::model::Model;
use super::private::Private;
use super::provider::{Entries, Provider, Registry};
use super::raw::Raw;
use super::schema::{Block, Schema};
use super::validate::undecodable;
use super::{absent, codec, spelling, withdrawn};

pub use messages::*;
pub use pointing::Pointed;
pub use schema::{IdentityAttribute, IdentitySchema, ProviderSchema};

mod action;
mod apply;
mod data_source;
mod ephemeral;
mod function;
mod identity;
mod import;
mod list;
mod messages;
mod plan;
mod pointing;
mod provider;
mod read;
mod rules;
mod schema;
mod upgrade;
mod validate;

#[cfg(test)]
mod tests;

/// A provider, ready to be served. Cheap to clone; nothing is made before it is asked for.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

/// One client connection: its own provider configuration, its own cancellation. In debug mode one process serves several.
#[derive(Clone)]
pub struct Session {
    shared: Arc<Shared>,
    state: Arc<State>,
}

struct Shared {
    provider: Box<dyn ErasedProvider>,
    entries: Entries,
    schema: OnceLock<Arc<ProviderSchema>>,
    /// The parent of every session's.
    cancel: CancellationToken,
}

struct State {
    data: RwLock<Option<Data>>,
    cancel: CancellationToken,
    /// Whether the client finds members of nested attributes in its configuration.
    finds_members: AtomicBool,
}

/// A provider without its types.
trait ErasedProvider: Send + Sync {
    fn schema(&self) -> Schema;
    fn validate(&self, config: &Raw) -> Diagnostics;
    fn configure(&self, config: Raw, terraform_version: String) -> BoxFuture<'_, Result<Data, Diagnostics>>;
}

impl Server {
    pub fn new<P: Provider>(provider: P) -> Self {
        let mut registry = Registry::<P::Data>::new();
        P::register(&mut registry);
        let (provider, entries) = (Box::new(provider), registry.entries);
        Self(Arc::new(Shared { provider, entries, schema: OnceLock::new(), cancel: CancellationToken::new() }))
    }

    /// A connection of its own.
    pub fn session(&self) -> Session {
        let state = State {
            data: RwLock::default(),
            cancel: self.0.cancel.child_token(),
            finds_members: AtomicBool::new(false),
        };
        Session { shared: Arc::clone(&self.0), state: Arc::new(state) }
    }

    /// What [`Session::stop_provider`] does, for all clients that there are and that will come.
    pub fn stop(&self) {
        self.0.cancel.cancel();
    }
}

impl Session {
    /// The server that this is a client of.
    pub fn server(&self) -> Server {
        Server(Arc::clone(&self.shared))
    }

    /// Cancels what is running; returns at once.
    pub fn stop_provider(&self) {
        self.state.cancel.cancel();
    }

    fn resource(&self, name: &str) -> Option<&dyn ErasedResource> {
        self.shared.entries.resources.iter().find(|r| r.type_name() == name).map(|r| &**r)
    }

    fn data_source(&self, name: &str) -> Option<&dyn ErasedDataSource> {
        self.shared.entries.data_sources.iter().find(|r| r.type_name() == name).map(|r| &**r)
    }

    fn ephemeral(&self, name: &str) -> Option<&dyn ErasedEphemeral> {
        self.shared.entries.ephemeral.iter().find(|r| r.type_name() == name).map(|r| &**r)
    }

    fn list(&self, name: &str) -> Option<&dyn ErasedList> {
        self.shared.entries.lists.iter().find(|r| r.type_name() == name).map(|r| &**r)
    }

    fn action(&self, name: &str) -> Option<&dyn ErasedAction> {
        self.shared.entries.actions.iter().find(|r| r.type_name() == name).map(|r| &**r)
    }

    /// The context of an operation; an error if the provider was not configured before.
    fn operation(&self, private: &[u8]) -> Result<Operation, Diagnostic> {
        let data = self.state.data.read().unwrap_or_else(PoisonError::into_inner).clone();
        let data = data.ok_or_else(|| {
            Diagnostic::error(
                "Provider not configured",
                "Terraform asked for an operation before it configured the provider. This is a defect in the client or in this provider; \
                 please report it.",
            )
        })?;
        let cancel = self.state.cancel.child_token();
        Ok(Operation { data, timeout: None, cancel, private: Private::decode(private) })
    }
}

impl<P: Provider> ErasedProvider for P {
    fn schema(&self) -> Schema {
        Schema::new(0, P::Config::block())
    }

    fn validate(&self, config: &Raw) -> Diagnostics {
        match P::Config::from_raw(config) {
            Ok(config) => Provider::validate(self, &config),
            Err(error) => undecodable("provider configuration", &error).into(),
        }
    }

    fn configure(&self, config: Raw, terraform_version: String) -> BoxFuture<'_, Result<Data, Diagnostics>> {
        Box::pin(async move {
            let config = P::Config::from_raw(&config).map_err(|e| undecodable("provider configuration", &e))?;
            let data = Provider::configure(self, config, &terraform_version).await?;
            Ok(Arc::new(data) as Data)
        })
    }
}

/// Reads a value of the schema.
fn decode(what: &str, value: &DynamicValue, schema: &Schema) -> Result<Raw, Diagnostic> {
    codec::decode_dynamic(value, schema.ty()).map_err(|e| undecodable(what, &e).at(e.path.clone()))
}

/// Reads a configuration as [`plain`] gives it.
fn configured(value: &DynamicValue, schema: &Schema) -> Result<Raw, Diagnostic> {
    Ok(plain(&schema.block, &decode("configuration", value, schema)?))
}

/// A value as resources and their like get it: what is empty is absent, and what can be spelt in several ways has the usual spelling.
fn plain(block: &Block, value: &Raw) -> Raw {
    spelling::usual(block, &absent::without_empty(block, value))
}

/// Where an object is has to be known even if its configuration says so with an empty value: what an identity has and the state does not
/// show is kept beside the state.
fn remember(private: &mut Private, identity: &[(&'static str, bool)], object: &Raw, shown: &Raw) {
    let hidden = identity.iter().filter_map(|(name, _)| {
        let part = object.get(name).as_str()?;
        (shown.get(name).as_str() != Some(part)).then(|| ((*name).to_owned(), part.into()))
    });
    let hidden: serde_json::Map<String, serde_json::Value> = hidden.collect();
    match hidden.is_empty() {
        true => private.remove(HIDDEN),
        false => private.set(HIDDEN, hidden),
    }
}

/// Puts what was [remembered](remember) back in.
fn recall(private: &Private, identity: &[(&'static str, bool)], object: &mut Raw) {
    let (Raw::Map(members), Some(hidden)) = (object, private.get(HIDDEN)) else { return };
    for (name, _) in identity {
        let Some(part) = hidden.get(name).and_then(|part| part.as_str()) else { continue };
        members.entry((*name).to_owned()).and_modify(|value| {
            if value.is_null() {
                *value = part.into();
            }
        });
    }
}

/// Keeps with the plan what its empty values hide from the apply.
fn keep_planned(private: &mut Private, block: &Block, planned: &Raw, config: &Raw) {
    let encoded = absent::planned_without(block, planned, config).filter_map(|(attribute, value)| {
        let value = codec::encode_dynamic(value, &attribute.ty()).ok()?;
        Some((attribute.name.to_string(), STANDARD.encode(value.msgpack).into()))
    });
    let encoded: serde_json::Map<String, serde_json::Value> = encoded.collect();
    match encoded.is_empty() {
        true => private.remove(PLANNED),
        false => private.set(PLANNED, encoded),
    }
}

/// What is asked for by a plan, with what was [kept](keep_planned) with it; that is of no use any more.
fn wanted(private: &mut Private, block: &Block, planned: &Raw) -> Raw {
    let mut wanted = plain(block, planned);
    if let (Raw::Map(members), Some(kept)) = (&mut wanted, private.get(PLANNED)) {
        for attribute in &block.attributes {
            let text = kept.get(attribute.name.as_ref()).and_then(|text| text.as_str());
            let msgpack = text.and_then(|text| STANDARD.decode(text).ok()).map(Bytes::from);
            let value = msgpack.map(|msgpack| DynamicValue { msgpack, json: Bytes::new() });
            if let Some(Ok(value)) = value.map(|value| codec::decode_dynamic(&value, &attribute.ty())) {
                members.insert(attribute.name.to_string(), value);
            }
        }
    }
    private.remove(PLANNED);
    wanted
}

/// Keeps the names of what the configuration of an apply had, where it matters.
fn keep_configured(private: &mut Private, block: &Block, config: &Raw) {
    if withdrawn::matters(&block.attributes) {
        private.set(CONFIGURED, withdrawn::record(block, config));
    }
}

/// The keys of private data for [`remember`], [`keep_planned`] and [`keep_configured`].
const HIDDEN: &str = "identity";
const PLANNED: &str = "planned";
const CONFIGURED: &str = "configured";

/// The same of what a data source or a list looks for.
fn sought(block: &Block, config: &Raw) -> Raw {
    spelling::usual(block, &absent::without_empty_texts(block, config))
}

/// What a resource made of a [`plain`] value, in the forms and spellings of the value that Terraform knows.
fn as_known(block: &Block, value: Raw, known: &Raw) -> Raw {
    absent::kept(block, spelling::kept(block, value, known), known)
}

/// Writes a value of the schema. That it does not fit is a defect of this provider.
fn encode(value: &Raw, schema: &Schema) -> Result<DynamicValue, Diagnostic> {
    codec::encode_dynamic(value, schema.ty()).map_err(|error| {
        let detail =
            format!("The provider made a value that does not fit its own schema: {error}. Please report this.");
        Diagnostic::error("Invalid value from the provider", detail)
    })
}

/// The null value.
fn null() -> DynamicValue {
    DynamicValue { msgpack: bytes::Bytes::from_static(&[0xc0]), json: bytes::Bytes::new() }
}

fn unknown_type(kind: &str, name: &str) -> Diagnostic {
    let detail =
        format!("This version of the provider has no {kind} {name:?}. Check the name, or upgrade the provider.");
    Diagnostic::error("Unknown type", detail)
}

/// The error of an operation with the warnings it left.
fn with_warnings(error: Diagnostics, kept: &Kept) -> Diagnostics {
    let mut diagnostics = kept.warnings.clone();
    diagnostics.append(error);
    diagnostics
}
