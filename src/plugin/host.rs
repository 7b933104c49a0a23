//! The services of go-plugin beside the provider's own: what the host needs to run a plugin of any kind.

use std::pin::Pin;

use futures_util::stream::{self, Stream};
use tonic::{Request, Response, Status, Streaming};
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::{HealthReporter, HealthService};

use super::lifecycle::Lifecycle;
use super::proto::go_plugin::grpc_broker_server::GrpcBroker;
use super::proto::go_plugin::grpc_controller_server::GrpcController;
use super::proto::go_plugin::grpc_stdio_server::GrpcStdio;
use super::proto::go_plugin::{ConnInfo, Empty, StdioData};

/// Ends the process.
pub(super) struct Controller(pub(super) Lifecycle);

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _request: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.0.shut_down();
        Ok(Response::new(Empty {}))
    }
}

/// A broker with nothing to offer: providers open no further connections.
pub(super) struct Broker;

#[tonic::async_trait]
impl GrpcBroker for Broker {
    type StartStreamStream = Pin<Box<dyn Stream<Item = Result<ConnInfo, Status>> + Send>>;

    /// Stays open, silent, until the client hangs up.
    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        let requests = request.into_inner();
        let silent = stream::unfold(requests, |mut requests| async move {
            while let Ok(Some(_)) = requests.message().await {}
            None
        });
        Ok(Response::new(Box::pin(silent)))
    }
}

/// Standard output and error, of which nothing is left to send: logs go to the real standard error.
pub(super) struct Stdio;

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = stream::Pending<Result<StdioData, Status>>;

    async fn stream_stdio(&self, _request: Request<()>) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(Response::new(stream::pending()))
    }
}

/// Health under the name that go-plugin's hosts ask for.
pub(super) async fn health() -> HealthServer<HealthService> {
    let reporter = HealthReporter::new();
    reporter.set_service_status("plugin", ServingStatus::Serving).await;
    HealthServer::new(HealthService::from_health_reporter(reporter))
}
