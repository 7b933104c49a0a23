//! RPCs about actions.

use futures_util::StreamExt;
use tonic::{Request, Response};

use super::super::proto::tfplugin6 as pb;
use super::convert::value;
use super::rpc::{Rpc, open};
use super::{Answer, Events};
use crate::framework::server::{ActionEvent, ActionRequest, ClientCapabilities, ValidateRequest};

pub(super) async fn validate(
    request: Request<pb::validate_action_config::Request>,
) -> Answer<pb::validate_action_config::Response> {
    let (session, request) = open(request)?;
    let rpc = rpc("ValidateActionConfig", &request.action_type);
    let request = ValidateRequest {
        type_name: request.action_type,
        config: value(request.config),
        capabilities: ClientCapabilities::default(),
    };
    let outcome = rpc.run(session.validate_action_config(request)).await;
    let diagnostics = rpc.diagnostics(outcome.unwrap_or_else(Into::into));
    Ok(Response::new(pb::validate_action_config::Response { diagnostics }))
}

pub(super) async fn plan(request: Request<pb::plan_action::Request>) -> Answer<pb::plan_action::Response> {
    let (session, request) = open(request)?;
    let rpc = rpc("PlanAction", &request.action_type);
    let request = ActionRequest { type_name: request.action_type, config: value(request.config) };
    let outcome = rpc.run(session.plan_action(request)).await;
    let diagnostics = rpc.diagnostics(outcome.unwrap_or_else(Into::into));
    Ok(Response::new(pb::plan_action::Response { diagnostics, deferred: None }))
}

pub(super) async fn invoke(request: Request<pb::invoke_action::Request>) -> Answer<Events<pb::invoke_action::Event>> {
    use pb::invoke_action::event::{Completed, Progress, Type};

    let (session, request) = open(request)?;
    let rpc = rpc("InvokeAction", &request.action_type);
    let request = ActionRequest { type_name: request.action_type, config: value(request.config) };
    // Asked for inside the stream, where a panic is caught.
    let events = futures_util::stream::once(async move { session.invoke_action(request) }).flatten();
    let events = rpc.run_stream(
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
    );
    Ok(Response::new(Box::pin(events)))
}

fn rpc(name: &'static str, type_name: &str) -> Rpc {
    Rpc::new(name).about("tf_action_type", type_name)
}
