//! The services of go-plugin beside the provider's own: what the host needs to run a plugin of any kind.

use futures_util::stream::{self, StreamExt};
use prost::Message;
use tonic::Status;
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::{HealthReporter, HealthService};

use super::proto::go_plugin::Empty;
use super::service::{Answers, Call, one};

/// `GRPCController`: ends the process.
pub(super) async fn shut_down(call: Call) -> Result<Answers, Status> {
    call.host.lifecycle.shut_down();
    Ok(one(Empty {}.encode_to_vec().into()))
}

/// `GRPCBroker`, with nothing to offer: providers open no further connections. Stays open, silent, until the client hangs up.
pub(super) async fn broker(call: Call) -> Result<Answers, Status> {
    let silent = stream::unfold(call.into_requests(), |mut requests| async move {
        while let Ok(Some(_)) = requests.message().await {}
        None
    });
    Ok(silent.boxed())
}

/// `GRPCStdio`: standard output and error, of which nothing is left to send: logs go to the real standard error.
pub(super) async fn stdio(_call: Call) -> Result<Answers, Status> {
    Ok(stream::pending().boxed())
}

/// Health under the name that go-plugin's hosts ask for.
pub(super) async fn health() -> HealthServer<HealthService> {
    let reporter = HealthReporter::new();
    reporter.set_service_status("plugin", ServingStatus::Serving).await;
    HealthServer::new(HealthService::from_health_reporter(reporter))
}
