//! RPCs about ephemeral resources.

use super::super::proto::tfplugin6 as pb;
use super::convert::{timestamp, to_value, value};
use super::rpc::Rpc;
use crate::framework::schema::SchemaKind;
use crate::framework::server::{
    ClientCapabilities, EphemeralRequest, OpenEphemeralRequest, OpenEphemeralResponse, RenewEphemeralResponse, Session,
    ValidateRequest,
};
use bytes::Bytes;

pub(super) async fn validate(
    session: Session,
    request: pb::validate_ephemeral_resource_config::Request,
) -> pb::validate_ephemeral_resource_config::Response {
    let rpc = rpc(&session, "ValidateEphemeralResourceConfig", &request.type_name);
    let request = ValidateRequest {
        type_name: request.type_name,
        config: value(request.config),
        capabilities: ClientCapabilities::default(),
    };
    let outcome = rpc.run(session.validate_ephemeral_resource_config(request)).await;
    let diagnostics = rpc.diagnostics(outcome.unwrap_or_else(Into::into));
    pb::validate_ephemeral_resource_config::Response { diagnostics }
}

pub(super) async fn open(
    session: Session,
    request: pb::open_ephemeral_resource::Request,
) -> pb::open_ephemeral_resource::Response {
    let rpc = rpc(&session, "OpenEphemeralResource", &request.type_name);
    let request = OpenEphemeralRequest { type_name: request.type_name, config: value(request.config) };
    let outcome = rpc.run(session.open_ephemeral_resource(request)).await;
    let OpenEphemeralResponse { result, private, renew_at, diagnostics } = outcome.unwrap_or_else(|crash| {
        OpenEphemeralResponse { result: None, private: Bytes::new(), renew_at: None, diagnostics: crash.into() }
    });
    pb::open_ephemeral_resource::Response {
        diagnostics: rpc.diagnostics(diagnostics),
        renew_at: timestamp(renew_at),
        result: result.and_then(to_value),
        private: Some(private),
        deferred: None,
    }
}

pub(super) async fn renew(
    session: Session,
    request: pb::renew_ephemeral_resource::Request,
) -> pb::renew_ephemeral_resource::Response {
    let rpc = rpc(&session, "RenewEphemeralResource", &request.type_name);
    let request = EphemeralRequest { type_name: request.type_name, private: request.private.unwrap_or_default() };
    let kept = request.private.clone();
    let outcome = rpc.run(session.renew_ephemeral_resource(request)).await;
    let RenewEphemeralResponse { private, renew_at, diagnostics } = outcome
        .unwrap_or_else(|crash| RenewEphemeralResponse { private: kept, renew_at: None, diagnostics: crash.into() });
    pb::renew_ephemeral_resource::Response {
        diagnostics: rpc.diagnostics(diagnostics),
        renew_at: timestamp(renew_at),
        private: Some(private),
    }
}

pub(super) async fn close(
    session: Session,
    request: pb::close_ephemeral_resource::Request,
) -> pb::close_ephemeral_resource::Response {
    let rpc = rpc(&session, "CloseEphemeralResource", &request.type_name);
    let request = EphemeralRequest { type_name: request.type_name, private: request.private.unwrap_or_default() };
    let outcome = rpc.run(session.close_ephemeral_resource(request)).await;
    let diagnostics = rpc.diagnostics(outcome.unwrap_or_else(Into::into));
    pb::close_ephemeral_resource::Response { diagnostics }
}

fn rpc(session: &Session, name: &'static str, type_name: &str) -> Rpc {
    Rpc::new(name).configured(session, SchemaKind::Ephemeral, type_name)
}
