//! RPCs about data sources.

use super::super::proto::tfplugin6 as pb;
use super::convert::{to_value, value};
use super::rpc::Rpc;
use crate::framework::schema::SchemaKind;
use crate::framework::server::{
    ClientCapabilities, ReadDataSourceRequest, ReadDataSourceResponse, Session, ValidateRequest,
};

pub(super) async fn validate(
    session: Session,
    request: pb::validate_data_resource_config::Request,
) -> pb::validate_data_resource_config::Response {
    let rpc = rpc(&session, "ValidateDataResourceConfig", &request.type_name);
    let request = ValidateRequest {
        type_name: request.type_name,
        config: value(request.config),
        capabilities: ClientCapabilities::default(),
    };
    let outcome = rpc.run(session.validate_data_resource_config(request)).await;
    let diagnostics = rpc.diagnostics(outcome.unwrap_or_else(Into::into));
    pb::validate_data_resource_config::Response { diagnostics }
}

pub(super) async fn read(session: Session, request: pb::read_data_source::Request) -> pb::read_data_source::Response {
    let rpc = rpc(&session, "ReadDataSource", &request.type_name);
    let request = ReadDataSourceRequest { type_name: request.type_name, config: value(request.config) };
    let outcome = rpc.run(session.read_data_source(request)).await;
    let ReadDataSourceResponse { state, diagnostics } =
        outcome.unwrap_or_else(|crash| ReadDataSourceResponse { state: None, diagnostics: crash.into() });
    pb::read_data_source::Response {
        state: state.and_then(to_value),
        diagnostics: rpc.diagnostics(diagnostics),
        deferred: None,
    }
}

fn rpc(session: &Session, name: &'static str, type_name: &str) -> Rpc {
    Rpc::new(name).configured(session, SchemaKind::DataSource, type_name)
}
