//! RPCs about the provider as a whole.

use prost::Message;
use tonic::Status;

use super::super::proto::tfplugin6 as pb;
use super::convert::{client, server as server_capabilities, value};
use super::rpc::Rpc;
use super::{Answers, Call, one, schema};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::map::map;
use crate::framework::schema::SchemaKind;
use crate::framework::server::{ConfigureRequest, Server, Session};

pub(super) async fn metadata(session: Session, _request: pb::get_metadata::Request) -> pb::get_metadata::Response {
    use pb::get_metadata as m;

    let rpc = Rpc::new("GetMetadata");
    match rpc.run(async { session.server().metadata() }).await {
        Ok(all) => m::Response {
            server_capabilities: Some(server_capabilities(all.capabilities)),
            diagnostics: Vec::new(),
            data_sources: named(all.data_sources, |type_name| m::DataSourceMetadata { type_name }),
            resources: named(all.resources, |type_name| m::ResourceMetadata { type_name }),
            functions: named(all.functions, |name| m::FunctionMetadata { name }),
            ephemeral_resources: named(all.ephemeral_resources, |type_name| m::EphemeralResourceMetadata { type_name }),
            list_resources: named(all.list_resources, |type_name| m::ListResourceMetadata { type_name }),
            state_stores: Vec::new(),
            actions: named(all.actions, |type_name| m::ActionMetadata { type_name }),
        },
        Err(crash) => m::Response { diagnostics: rpc.diagnostics(crash.into()), ..Default::default() },
    }
}

/// The one answer that is encoded here: it is large, and the same every time.
pub(super) async fn schema(call: Call) -> Result<Answers, Status> {
    let host = call.host.clone();
    let (session, _) = call.open().await?;
    let rpc = Rpc::new("GetProviderSchema");
    let encode = || provider_schema(&rpc, &session.server()).encode_to_vec().into();
    Ok(one(match rpc.run(async { host.schema.get_or_init(encode).clone() }).await {
        Ok(encoded) => encoded,
        Err(crash) => {
            let diagnostics = rpc.diagnostics(crash.into());
            pb::get_provider_schema::Response { diagnostics, ..Default::default() }.encode_to_vec().into()
        }
    }))
}

pub(super) async fn identity_schemas(
    session: Session,
    _request: pb::get_resource_identity_schemas::Request,
) -> pb::get_resource_identity_schemas::Response {
    let rpc = Rpc::new("GetResourceIdentitySchemas");
    let schemas = rpc.run(async { keyed(&session.server().schema().identities, schema::identity) }).await;
    let (identity_schemas, diagnostics) = match schemas {
        Ok(schemas) => (schemas, Diagnostics::new()),
        Err(crash) => (Default::default(), crash.into()),
    };
    pb::get_resource_identity_schemas::Response { identity_schemas, diagnostics: rpc.diagnostics(diagnostics) }
}

pub(super) async fn validate(
    session: Session,
    request: pb::validate_provider_config::Request,
) -> pb::validate_provider_config::Response {
    let rpc = Rpc::new("ValidateProviderConfig").configured(&session, SchemaKind::Provider, "");
    let outcome = rpc.run(session.validate_provider_config(value(request.config))).await;
    let diagnostics = rpc.diagnostics(outcome.unwrap_or_else(Into::into));
    pb::validate_provider_config::Response { diagnostics }
}

pub(super) async fn configure(
    session: Session,
    request: pb::configure_provider::Request,
) -> pb::configure_provider::Response {
    let rpc = Rpc::new("ConfigureProvider").configured(&session, SchemaKind::Provider, "");
    let request = ConfigureRequest {
        terraform_version: request.terraform_version,
        config: value(request.config),
        capabilities: client(request.client_capabilities),
    };
    let outcome = rpc.run(session.configure_provider(request)).await;
    let diagnostics = rpc.diagnostics(outcome.unwrap_or_else(Into::into));
    pb::configure_provider::Response { diagnostics }
}

pub(super) async fn stop(session: Session, _request: pb::stop_provider::Request) -> pb::stop_provider::Response {
    let rpc = Rpc::new("StopProvider");
    let error = match rpc.run(async { session.stop_provider() }).await {
        Ok(()) => String::new(),
        Err(crash) => crash.to_string(),
    };
    pb::stop_provider::Response { error }
}

fn provider_schema(rpc: &Rpc, server: &Server) -> pb::get_provider_schema::Response {
    let all = server.schema();
    pb::get_provider_schema::Response {
        provider: Some(schema::schema(&all.provider)),
        resource_schemas: keyed(&all.resources, |s| schema::schema(s)),
        data_source_schemas: keyed(&all.data_sources, |s| schema::schema(s)),
        diagnostics: rpc.diagnostics(all.diagnostics.clone()),
        provider_meta: None,
        server_capabilities: Some(server_capabilities(all.capabilities)),
        functions: keyed(&all.functions, schema::function),
        ephemeral_resource_schemas: keyed(&all.ephemeral_resources, |s| schema::schema(s)),
        list_resource_schemas: keyed(&all.list_resources, |s| schema::schema(s)),
        state_store_schemas: Default::default(),
        action_schemas: keyed(&all.actions, |s| pb::ActionSchema { schema: Some(schema::schema(s)) }),
    }
}

fn named<T>(names: Vec<&'static str>, message: impl Fn(String) -> T) -> Vec<T> {
    names.into_iter().map(|name| message(name.to_owned())).collect()
}

pub(super) fn keyed<S, T>(
    all: &std::collections::BTreeMap<&'static str, S>,
    message: impl Fn(&S) -> T,
) -> std::collections::BTreeMap<String, T> {
    map(all.iter().map(|(name, s)| ((*name).to_owned(), message(s))))
}
