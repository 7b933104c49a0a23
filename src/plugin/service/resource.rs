//! RPCs about managed resources.
//!
//! Where a call panics, the answer holds the state that came in: what is known to exist stays known.

use super::super::proto::tfplugin6 as pb;
use super::convert::{client, identity, path, raw_state, to_identity, to_value, value};
use super::rpc::Rpc;
use crate::framework::schema::SchemaKind;
use crate::framework::server::{
    ApplyRequest, ApplyResponse, ImportRequest, ImportResponse, MoveRequest, MoveResponse, PlanRequest, PlanResponse,
    ReadRequest, ReadResponse, Session, UpgradeIdentityResponse, UpgradeRequest, UpgradeResponse, ValidateRequest,
};

pub(super) async fn validate(
    session: Session,
    request: pb::validate_resource_config::Request,
) -> pb::validate_resource_config::Response {
    let rpc = rpc(&session, "ValidateResourceConfig", &request.type_name);
    let request = ValidateRequest {
        type_name: request.type_name,
        config: value(request.config),
        capabilities: client(request.client_capabilities),
    };
    let outcome = rpc.run(session.validate_resource_config(request)).await;
    let diagnostics = rpc.diagnostics(outcome.unwrap_or_else(Into::into));
    pb::validate_resource_config::Response { diagnostics }
}

pub(super) async fn upgrade(
    session: Session,
    request: pb::upgrade_resource_state::Request,
) -> pb::upgrade_resource_state::Response {
    let rpc = rpc(&session, "UpgradeResourceState", &request.type_name);
    let request = UpgradeRequest {
        type_name: request.type_name,
        version: request.version,
        raw_state: raw_state(request.raw_state),
    };
    let outcome = rpc.run(session.upgrade_resource_state(request)).await;
    let UpgradeResponse { upgraded_state, diagnostics } =
        outcome.unwrap_or_else(|crash| UpgradeResponse { upgraded_state: None, diagnostics: crash.into() });
    pb::upgrade_resource_state::Response {
        upgraded_state: upgraded_state.and_then(to_value),
        diagnostics: rpc.diagnostics(diagnostics),
    }
}

pub(super) async fn upgrade_identity(
    session: Session,
    request: pb::upgrade_resource_identity::Request,
) -> pb::upgrade_resource_identity::Response {
    let rpc = rpc(&session, "UpgradeResourceIdentity", &request.type_name);
    let request = UpgradeRequest {
        type_name: request.type_name,
        version: request.version,
        raw_state: raw_state(request.raw_identity),
    };
    let outcome = rpc.run(session.upgrade_resource_identity(request)).await;
    let UpgradeIdentityResponse { upgraded_identity, diagnostics } =
        outcome.unwrap_or_else(|crash| UpgradeIdentityResponse { upgraded_identity: None, diagnostics: crash.into() });
    pb::upgrade_resource_identity::Response {
        upgraded_identity: to_identity(upgraded_identity),
        diagnostics: rpc.diagnostics(diagnostics),
    }
}

pub(super) async fn read(session: Session, request: pb::read_resource::Request) -> pb::read_resource::Response {
    let rpc = rpc(&session, "ReadResource", &request.type_name);
    let request = ReadRequest {
        type_name: request.type_name,
        current_state: value(request.current_state),
        private: request.private,
        current_identity: identity(request.current_identity),
        capabilities: client(request.client_capabilities),
    };
    let kept = request.clone();
    let outcome = rpc.run(session.read_resource(request)).await;
    let ReadResponse { new_state, private, new_identity, diagnostics } = outcome.unwrap_or_else(|crash| ReadResponse {
        new_state: kept.current_state,
        private: kept.private,
        new_identity: kept.current_identity,
        diagnostics: crash.into(),
    });
    pb::read_resource::Response {
        new_state: to_value(new_state),
        diagnostics: rpc.diagnostics(diagnostics),
        private,
        deferred: None,
        new_identity: to_identity(new_identity),
    }
}

pub(super) async fn plan(
    session: Session,
    request: pb::plan_resource_change::Request,
) -> pb::plan_resource_change::Response {
    let rpc = rpc(&session, "PlanResourceChange", &request.type_name);
    let prior_identity = identity(request.prior_identity);
    let request = PlanRequest {
        type_name: request.type_name,
        prior_state: value(request.prior_state),
        proposed_new_state: value(request.proposed_new_state),
        config: value(request.config),
        prior_private: request.prior_private,
        capabilities: client(request.client_capabilities),
    };
    let kept = request.clone();
    let outcome = rpc.run(session.plan_resource_change(request)).await;
    let PlanResponse { planned_state, requires_replace, planned_private, planned_identity, diagnostics } = outcome
        .unwrap_or_else(|crash| PlanResponse {
            planned_state: kept.prior_state,
            requires_replace: Vec::new(),
            planned_private: kept.prior_private,
            planned_identity: prior_identity,
            diagnostics: crash.into(),
        });
    pb::plan_resource_change::Response {
        planned_state: to_value(planned_state),
        requires_replace: requires_replace.iter().map(path).collect(),
        planned_private,
        diagnostics: rpc.diagnostics(diagnostics),
        legacy_type_system: false,
        deferred: None,
        planned_identity: to_identity(planned_identity),
    }
}

pub(super) async fn apply(
    session: Session,
    request: pb::apply_resource_change::Request,
) -> pb::apply_resource_change::Response {
    let rpc = rpc(&session, "ApplyResourceChange", &request.type_name);
    let request = ApplyRequest {
        type_name: request.type_name,
        prior_state: value(request.prior_state),
        planned_state: value(request.planned_state),
        config: value(request.config),
        planned_private: request.planned_private,
        planned_identity: identity(request.planned_identity),
    };
    let kept = request.clone();
    let outcome = rpc.run(session.apply_resource_change(request)).await;
    let ApplyResponse { new_state, private, new_identity, diagnostics } =
        outcome.unwrap_or_else(|crash| ApplyResponse {
            new_state: kept.prior_state,
            private: kept.planned_private,
            new_identity: kept.planned_identity,
            diagnostics: crash.into(),
        });
    pb::apply_resource_change::Response {
        new_state: to_value(new_state),
        private,
        diagnostics: rpc.diagnostics(diagnostics),
        legacy_type_system: false,
        new_identity: to_identity(new_identity),
    }
}

pub(super) async fn import(
    session: Session,
    request: pb::import_resource_state::Request,
) -> pb::import_resource_state::Response {
    let rpc = rpc(&session, "ImportResourceState", &request.type_name);
    let request = ImportRequest {
        type_name: request.type_name,
        id: request.id,
        identity: identity(request.identity),
        capabilities: client(request.client_capabilities),
    };
    let outcome = rpc.run(session.import_resource_state(request)).await;
    let ImportResponse { imported, diagnostics } =
        outcome.unwrap_or_else(|crash| ImportResponse { imported: None, diagnostics: crash.into() });
    let imported = imported.map(|i| pb::import_resource_state::ImportedResource {
        type_name: i.type_name,
        state: to_value(i.state),
        private: i.private,
        identity: to_identity(i.identity),
    });
    pb::import_resource_state::Response {
        imported_resources: imported.into_iter().collect(),
        diagnostics: rpc.diagnostics(diagnostics),
        deferred: None,
    }
}

pub(super) async fn move_state(
    session: Session,
    request: pb::move_resource_state::Request,
) -> pb::move_resource_state::Response {
    let rpc = rpc(&session, "MoveResourceState", &request.target_type_name);
    let request = MoveRequest {
        source_provider_address: request.source_provider_address,
        source_type_name: request.source_type_name,
        source_schema_version: request.source_schema_version,
        source_state: raw_state(request.source_state),
        source_private: request.source_private,
        target_type_name: request.target_type_name,
    };
    let kept = request.source_private.clone();
    let outcome = rpc.run(session.move_resource_state(request)).await;
    let MoveResponse { target_state, target_private, target_identity, diagnostics } = outcome.unwrap_or_else(|crash| {
        MoveResponse { target_state: None, target_private: kept, target_identity: None, diagnostics: crash.into() }
    });
    pb::move_resource_state::Response {
        target_state: target_state.and_then(to_value),
        diagnostics: rpc.diagnostics(diagnostics),
        target_private,
        target_identity: to_identity(target_identity),
    }
}

fn rpc(session: &Session, name: &'static str, type_name: &str) -> Rpc {
    Rpc::new(name).configured(session, SchemaKind::Resource, type_name)
}
