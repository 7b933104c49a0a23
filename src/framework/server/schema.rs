//! GetProviderSchema, GetMetadata, GetFunctions, GetResourceIdentitySchemas.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::diagnostics::Diagnostics;
use super::super::function::Signature;
use super::super::map::map;
use super::super::schema::{Schema, SchemaKind};
use super::super::types::Type;
use super::{Metadata, Server, ServerCapabilities, Shared};

/// What `GetProviderSchema`, `GetFunctions` and `GetResourceIdentitySchemas` tell.
pub struct ProviderSchema {
    pub provider: Schema,
    pub resources: BTreeMap<&'static str, Arc<Schema>>,
    pub data_sources: BTreeMap<&'static str, Arc<Schema>>,
    pub ephemeral_resources: BTreeMap<&'static str, Arc<Schema>>,
    pub list_resources: BTreeMap<&'static str, Arc<Schema>>,
    pub actions: BTreeMap<&'static str, Arc<Schema>>,
    pub functions: BTreeMap<&'static str, Signature>,
    /// By resource type.
    pub identities: BTreeMap<&'static str, IdentitySchema>,
    pub capabilities: ServerCapabilities,
    /// A schema that Terraform would refuse is an error here.
    pub diagnostics: Diagnostics,
}

/// The attributes that say which remote object a resource is.
#[derive(Clone, Debug)]
pub struct IdentitySchema {
    pub version: i64,
    pub attributes: Vec<IdentityAttribute>,
}

/// One attribute of an identity: required for import, or optional (taken from the provider's configuration).
#[derive(Clone, Debug)]
pub struct IdentityAttribute {
    pub name: &'static str,
    pub ty: Type,
    pub required_for_import: bool,
    pub description: String,
}

const CAPABILITIES: ServerCapabilities = ServerCapabilities {
    plan_destroy: true,
    // Every RPC works in a process that was never asked for its schema.
    schema_optional: true,
    move_resource_state: true,
    // Terraform derives configuration from state and schema itself.
    generate_resource_config: false,
};

impl Server {
    pub fn metadata(&self) -> Metadata {
        let entries = &self.0.entries;
        Metadata {
            capabilities: CAPABILITIES,
            resources: entries.resources.iter().map(|r| r.type_name()).collect(),
            data_sources: entries.data_sources.iter().map(|r| r.type_name()).collect(),
            ephemeral_resources: entries.ephemeral.iter().map(|r| r.type_name()).collect(),
            functions: entries.functions.iter().map(|f| f.name()).collect(),
            list_resources: entries.lists.iter().map(|r| r.type_name()).collect(),
            actions: entries.actions.iter().map(|r| r.type_name()).collect(),
        }
    }

    /// All schemas; made once.
    pub fn schema(&self) -> Arc<ProviderSchema> {
        Arc::clone(self.0.schema.get_or_init(|| Arc::new(provider_schema(&self.0))))
    }
}

impl Shared {
    pub(super) fn identity_schema(&self, type_name: &str) -> Option<IdentitySchema> {
        let resource = self.entries.resources.iter().find(|r| r.type_name() == type_name)?;
        if resource.identity().is_empty() {
            return None;
        }
        let schema = resource.schema();
        let attributes = resource.identity().iter().filter_map(|(name, required)| {
            let attribute = schema.block.attribute(name)?;
            Some(IdentityAttribute {
                name,
                ty: attribute.ty(),
                required_for_import: *required,
                description: attribute.description.to_string(),
            })
        });
        Some(IdentitySchema { version: 0, attributes: attributes.collect() })
    }
}

fn provider_schema(shared: &Shared) -> ProviderSchema {
    let entries = &shared.entries;
    let provider = shared.provider.schema();
    let resources = map(entries.resources.iter().map(|r| (r.type_name(), r.schema())));
    let data_sources = map(entries.data_sources.iter().map(|r| (r.type_name(), r.schema())));
    let ephemeral_resources = map(entries.ephemeral.iter().map(|r| (r.type_name(), r.schema())));
    let list_resources = map(entries.lists.iter().map(|r| (r.type_name(), r.schema())));
    let actions = map(entries.actions.iter().map(|r| (r.type_name(), r.schema())));
    let functions = map(entries.functions.iter().map(|f| (f.name(), f.signature())));
    let identities = map(resources.keys().filter_map(|name| Some((*name, shared.identity_schema(name)?))));

    let mut diagnostics = Diagnostics::new();
    let mut check = |name: &str, schema: &Schema, kind| {
        for error in schema.check(kind) {
            diagnostics.error(super::super::path::Path::root(), "Invalid schema", format!("{name}: {error}."));
        }
    };
    check("provider", &provider, SchemaKind::Provider);
    resources.iter().for_each(|(n, s)| check(n, s, SchemaKind::Resource));
    data_sources.iter().for_each(|(n, s)| check(n, s, SchemaKind::DataSource));
    ephemeral_resources.iter().for_each(|(n, s)| check(n, s, SchemaKind::Ephemeral));
    list_resources.iter().for_each(|(n, s)| check(n, s, SchemaKind::List));
    actions.iter().for_each(|(n, s)| check(n, s, SchemaKind::Action));

    ProviderSchema {
        provider,
        resources,
        data_sources,
        ephemeral_resources,
        list_resources,
        actions,
        functions,
        identities,
        capabilities: CAPABILITIES,
        diagnostics,
    }
}
