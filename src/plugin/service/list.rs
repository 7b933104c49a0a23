//! RPCs about list resources.

use super::super::proto::tfplugin6 as pb;
use super::convert::{to_identity, to_value, value};
use super::rpc::Rpc;
use crate::framework::schema::SchemaKind;
use crate::framework::server::{ClientCapabilities, ListEvent, ListRequest, Session, ValidateRequest};
use futures_util::{Stream, StreamExt};

pub(super) async fn validate(
    session: Session,
    request: pb::validate_list_resource_config::Request,
) -> pb::validate_list_resource_config::Response {
    let rpc = rpc(&session, "ValidateListResourceConfig", &request.type_name);
    let request = ValidateRequest {
        type_name: request.type_name,
        config: value(request.config),
        capabilities: ClientCapabilities::default(),
    };
    let outcome = rpc.run(session.validate_list_resource_config(request)).await;
    let diagnostics = rpc.diagnostics(outcome.unwrap_or_else(Into::into));
    pb::validate_list_resource_config::Response { diagnostics }
}

pub(super) fn list(
    session: Session,
    request: pb::list_resource::Request,
) -> impl Stream<Item = pb::list_resource::Event> + Send + 'static {
    let rpc = rpc(&session, "ListResource", &request.type_name);
    let request = ListRequest {
        type_name: request.type_name,
        config: value(request.config),
        include_resource_object: request.include_resource_object,
        limit: request.limit,
    };
    // Asked for inside the stream, where a panic is caught.
    let events = futures_util::stream::once(async move { session.list_resource(request) }).flatten();
    rpc.run_stream(
        events,
        |crash| ListEvent {
            identity: None,
            display_name: String::new(),
            resource_object: None,
            diagnostics: crash.into(),
        },
        |rpc, event| pb::list_resource::Event {
            identity: to_identity(event.identity),
            display_name: event.display_name,
            resource_object: event.resource_object.and_then(to_value),
            diagnostic: rpc.diagnostics(event.diagnostics),
        },
    )
}

fn rpc(session: &Session, name: &'static str, type_name: &str) -> Rpc {
    Rpc::new(name).configured(session, SchemaKind::List, type_name)
}
