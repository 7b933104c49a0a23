//! RPCs about data sources.

use tonic::{Request, Response};

use super::super::proto::tfplugin6 as pb;
use super::Answer;
use super::convert::{to_value, value};
use super::rpc::{Rpc, open};
use crate::framework::server::{ClientCapabilities, ReadDataSourceRequest, ReadDataSourceResponse, ValidateRequest};

pub(super) async fn validate(
    request: Request<pb::validate_data_resource_config::Request>,
) -> Answer<pb::validate_data_resource_config::Response> {
    let (session, request) = open(request)?;
    let rpc = rpc("ValidateDataResourceConfig", &request.type_name);
    let request = ValidateRequest {
        type_name: request.type_name,
        config: value(request.config),
        capabilities: ClientCapabilities::default(),
    };
    let outcome = rpc.run(session.validate_data_resource_config(request)).await;
    let diagnostics = rpc.diagnostics(outcome.unwrap_or_else(Into::into));
    Ok(Response::new(pb::validate_data_resource_config::Response { diagnostics }))
}

pub(super) async fn read(request: Request<pb::read_data_source::Request>) -> Answer<pb::read_data_source::Response> {
    let (session, request) = open(request)?;
    let rpc = rpc("ReadDataSource", &request.type_name);
    let request = ReadDataSourceRequest { type_name: request.type_name, config: value(request.config) };
    let outcome = rpc.run(session.read_data_source(request)).await;
    let ReadDataSourceResponse { state, diagnostics } =
        outcome.unwrap_or_else(|crash| ReadDataSourceResponse { state: None, diagnostics: crash.into() });
    Ok(Response::new(pb::read_data_source::Response {
        state: state.and_then(to_value),
        diagnostics: rpc.diagnostics(diagnostics),
        deferred: None,
    }))
}

fn rpc(name: &'static str, type_name: &str) -> Rpc {
    Rpc::new(name).about("tf_data_source_type", type_name)
}
