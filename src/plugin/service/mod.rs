//! Terraform's protocol 6: each RPC is translated, handed to the framework, and its answer translated back.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use futures_util::Stream;
use tonic::transport::server::Router;
use tonic::{Request, Response, Status, Streaming};

use super::host::{Broker, Controller, Stdio, health};
use super::lifecycle::Lifecycle;
use super::proto::go_plugin::grpc_broker_server::GrpcBrokerServer;
use super::proto::go_plugin::grpc_controller_server::GrpcControllerServer;
use super::proto::go_plugin::grpc_stdio_server::GrpcStdioServer;
use super::proto::tfplugin6 as pb;
use super::proto::tfplugin6::provider_server::{Provider, ProviderServer};
use crate::framework::server::Server;

mod action;
mod convert;
mod data_source;
mod ephemeral;
mod function;
mod list;
mod provider;
mod resource;
mod rpc;
mod schema;

/// All services of a plugin.
pub(super) async fn router(server: Server, lifecycle: Lifecycle) -> Router {
    let provider = ProviderServer::new(Service { server, schema: Arc::default() })
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT);
    tonic::transport::Server::builder()
        .add_service(provider)
        .add_service(GrpcControllerServer::new(Controller(lifecycle)))
        .add_service(GrpcBrokerServer::new(Broker))
        .add_service(GrpcStdioServer::new(Stdio))
        .add_service(health().await)
}

/// What every RPC gives. A status stands for "this cannot happen" and for what is not there; everything a user can cause is a
/// diagnostic in an answer, since only an answer keeps the state.
type Answer<T> = Result<Response<T>, Status>;

/// The stream of an RPC that answers piece by piece.
type Events<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

struct Service {
    server: Server,
    /// Made when first asked for: it is the same for every client.
    schema: Arc<OnceLock<pb::get_provider_schema::Response>>,
}

#[tonic::async_trait]
impl Provider for Service {
    async fn get_metadata(&self, request: Request<pb::get_metadata::Request>) -> Answer<pb::get_metadata::Response> {
        provider::metadata(&self.server, request).await
    }

    async fn get_provider_schema(
        &self,
        request: Request<pb::get_provider_schema::Request>,
    ) -> Answer<pb::get_provider_schema::Response> {
        provider::schema(&self.server, &self.schema, request).await
    }

    async fn get_resource_identity_schemas(
        &self,
        request: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Answer<pb::get_resource_identity_schemas::Response> {
        provider::identity_schemas(&self.server, request).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Answer<pb::validate_provider_config::Response> {
        provider::validate(request).await
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Answer<pb::configure_provider::Response> {
        provider::configure(request).await
    }

    async fn stop_provider(&self, request: Request<pb::stop_provider::Request>) -> Answer<pb::stop_provider::Response> {
        provider::stop(request).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Answer<pb::validate_resource_config::Response> {
        resource::validate(request).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Answer<pb::upgrade_resource_state::Response> {
        resource::upgrade(request).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<pb::upgrade_resource_identity::Request>,
    ) -> Answer<pb::upgrade_resource_identity::Response> {
        resource::upgrade_identity(request).await
    }

    async fn read_resource(&self, request: Request<pb::read_resource::Request>) -> Answer<pb::read_resource::Response> {
        resource::read(request).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Answer<pb::plan_resource_change::Response> {
        resource::plan(request).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Answer<pb::apply_resource_change::Response> {
        resource::apply(request).await
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Answer<pb::import_resource_state::Response> {
        resource::import(request).await
    }

    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> Answer<pb::move_resource_state::Response> {
        resource::move_state(request).await
    }

    async fn generate_resource_config(
        &self,
        _request: Request<pb::generate_resource_config::Request>,
    ) -> Answer<pb::generate_resource_config::Response> {
        Err(absent("generated configuration"))
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> Answer<pb::validate_data_resource_config::Response> {
        data_source::validate(request).await
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Answer<pb::read_data_source::Response> {
        data_source::read(request).await
    }

    async fn get_functions(&self, request: Request<pb::get_functions::Request>) -> Answer<pb::get_functions::Response> {
        function::list(&self.server, request).await
    }

    async fn call_function(&self, request: Request<pb::call_function::Request>) -> Answer<pb::call_function::Response> {
        function::call(request).await
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<pb::validate_ephemeral_resource_config::Request>,
    ) -> Answer<pb::validate_ephemeral_resource_config::Response> {
        ephemeral::validate(request).await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<pb::open_ephemeral_resource::Request>,
    ) -> Answer<pb::open_ephemeral_resource::Response> {
        ephemeral::open_resource(request).await
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<pb::renew_ephemeral_resource::Request>,
    ) -> Answer<pb::renew_ephemeral_resource::Response> {
        ephemeral::renew(request).await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<pb::close_ephemeral_resource::Request>,
    ) -> Answer<pb::close_ephemeral_resource::Response> {
        ephemeral::close(request).await
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<pb::validate_list_resource_config::Request>,
    ) -> Answer<pb::validate_list_resource_config::Response> {
        list::validate(request).await
    }

    type ListResourceStream = Events<pb::list_resource::Event>;

    async fn list_resource(&self, request: Request<pb::list_resource::Request>) -> Answer<Self::ListResourceStream> {
        list::list(request).await
    }

    async fn validate_action_config(
        &self,
        request: Request<pb::validate_action_config::Request>,
    ) -> Answer<pb::validate_action_config::Response> {
        action::validate(request).await
    }

    async fn plan_action(&self, request: Request<pb::plan_action::Request>) -> Answer<pb::plan_action::Response> {
        action::plan(request).await
    }

    type InvokeActionStream = Events<pb::invoke_action::Event>;

    async fn invoke_action(&self, request: Request<pb::invoke_action::Request>) -> Answer<Self::InvokeActionStream> {
        action::invoke(request).await
    }

    async fn validate_state_store_config(
        &self,
        _request: Request<pb::validate_state_store_config::Request>,
    ) -> Answer<pb::validate_state_store_config::Response> {
        Err(absent("state stores"))
    }

    async fn configure_state_store(
        &self,
        _request: Request<pb::configure_state_store::Request>,
    ) -> Answer<pb::configure_state_store::Response> {
        Err(absent("state stores"))
    }

    type ReadStateBytesStream = Events<pb::read_state_bytes::ResponseChunk>;

    async fn read_state_bytes(
        &self,
        _request: Request<pb::read_state_bytes::Request>,
    ) -> Answer<Self::ReadStateBytesStream> {
        Err(absent("state stores"))
    }

    async fn write_state_bytes(
        &self,
        _request: Request<Streaming<pb::write_state_bytes::RequestChunk>>,
    ) -> Answer<pb::write_state_bytes::Response> {
        Err(absent("state stores"))
    }

    async fn lock_state(&self, _request: Request<pb::lock_state::Request>) -> Answer<pb::lock_state::Response> {
        Err(absent("state stores"))
    }

    async fn unlock_state(&self, _request: Request<pb::unlock_state::Request>) -> Answer<pb::unlock_state::Response> {
        Err(absent("state stores"))
    }

    async fn get_states(&self, _request: Request<pb::get_states::Request>) -> Answer<pb::get_states::Response> {
        Err(absent("state stores"))
    }

    async fn delete_state(&self, _request: Request<pb::delete_state::Request>) -> Answer<pb::delete_state::Response> {
        Err(absent("state stores"))
    }
}

/// For what this provider never offers, and so says nothing of in its schema.
fn absent(what: &str) -> Status {
    Status::unimplemented(format!("this provider has no {what}"))
}

/// Both ways, as in the Go server (hashicorp/terraform-plugin-go, tfprotov6/tf6server); tonic's default is 4 MiB for what comes in.
const MESSAGE_LIMIT: usize = 256 << 20;
