//! RPCs about actions.

use super::super::proto::tfplugin6 as pb;
use super::convert::value;
use super::rpc::Rpc;
use crate::framework::schema::SchemaKind;
use crate::framework::server::{ActionEvent, ActionRequest, ClientCapabilities, Session, ValidateRequest};
use futures_util::{Stream, StreamExt};

pub(super) async fn validate(
    session: Session,
    request: pb::validate_action_config::Request,
) -> pb::validate_action_config::Response {
    let rpc = rpc(&session, "ValidateActionConfig", &request.action_type);
    let request = ValidateRequest {
        type_name: request.action_type,
        config: value(request.config),
        // The request has none. Actions came with Terraform 1.14, and what stores write-only values is older than 1.11.
        capabilities: ClientCapabilities { write_only_attributes_allowed: true, ..ClientCapabilities::default() },
    };
    let outcome = rpc.run(session.validate_action_config(request)).await;
    let diagnostics = rpc.diagnostics(outcome.unwrap_or_else(Into::into));
    pb::validate_action_config::Response { diagnostics }
}

pub(super) async fn plan(session: Session, request: pb::plan_action::Request) -> pb::plan_action::Response {
    let rpc = rpc(&session, "PlanAction", &request.action_type);
    let request = ActionRequest { type_name: request.action_type, config: value(request.config) };
    let outcome = rpc.run(session.plan_action(request)).await;
    let diagnostics = rpc.diagnostics(outcome.unwrap_or_else(Into::into));
    pb::plan_action::Response { diagnostics, deferred: None }
}

pub(super) fn invoke(
    session: Session,
    request: pb::invoke_action::Request,
) -> impl Stream<Item = pb::invoke_action::Event> + Send + 'static {
    use pb::invoke_action::event::{Completed, Progress, Type};

    let rpc = rpc(&session, "InvokeAction", &request.action_type);
    let request = ActionRequest { type_name: request.action_type, config: value(request.config) };
    // Asked for inside the stream, where a panic is caught.
    let events = futures_util::stream::once(async move { session.invoke_action(request) }).flatten();
    rpc.run_stream(
        events,
        |crash| ActionEvent::Completed(crash.into()),
        |rpc, event| pb::invoke_action::Event {
            r#type: Some(match event {
                ActionEvent::Progress(message) => Type::Progress(Progress { message }),
                ActionEvent::Completed(diagnostics) => {
                    Type::Completed(Completed { diagnostics: rpc.diagnostics(diagnostics) })
                }
            }),
        },
    )
}

fn rpc(session: &Session, name: &'static str, type_name: &str) -> Rpc {
    Rpc::new(name).configured(session, SchemaKind::Action, type_name)
}
