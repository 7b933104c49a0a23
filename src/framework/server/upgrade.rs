//! UpgradeResourceState and MoveResourceState: stored JSON to today's schema, without network and without provider configuration.

use bytes::Bytes;
use serde_json::Value as Json;

use super::super::codec;
use super::super::diagnostics::{Diagnostic, Diagnostics};
use super::super::erased::ErasedResource;
use super::super::plan;
use super::super::resource::Source;
use super::super::schema::Schema;
use super::super::validate::undecodable;
use super::{
    DynamicValue, MoveRequest, MoveResponse, RawState, Session, UpgradeRequest, UpgradeResponse, encode, rules,
    unknown_type,
};

impl Session {
    pub async fn upgrade_resource_state(&self, request: UpgradeRequest) -> UpgradeResponse {
        let Some(resource) = self.resource(&request.type_name) else {
            let diagnostics = unknown_type("resource", &request.type_name).into();
            return UpgradeResponse { upgraded_state: None, diagnostics };
        };
        match upgrade(resource, &request) {
            Ok((state, diagnostics)) => UpgradeResponse { upgraded_state: Some(state), diagnostics },
            Err(diagnostics) => UpgradeResponse { upgraded_state: None, diagnostics },
        }
    }

    pub async fn move_resource_state(&self, request: MoveRequest) -> MoveResponse {
        let failed = |diagnostics| MoveResponse {
            target_state: None,
            target_private: Bytes::new(),
            target_identity: None,
            diagnostics,
        };
        let Some(resource) = self.resource(&request.target_type_name) else {
            return failed(unknown_type("resource", &request.target_type_name).into());
        };
        // Of this very resource, under another address of this provider: its private data is our own. That of another one is its provider's.
        let is_same = request.source_type_name == request.target_type_name;
        let target_private = if is_same { request.source_private.clone() } else { Bytes::new() };
        let stub = if is_same {
            let (type_name, version) = (request.source_type_name, request.source_schema_version);
            upgrade(resource, &UpgradeRequest { type_name, version, raw_state: request.source_state })
        } else {
            moved(resource, request)
        };
        match stub {
            // The read that follows completes state and identity.
            Ok((state, diagnostics)) => {
                MoveResponse { target_state: Some(state), target_private, target_identity: None, diagnostics }
            }
            Err(diagnostics) => failed(diagnostics),
        }
    }
}

fn upgrade(
    resource: &dyn ErasedResource,
    request: &UpgradeRequest,
) -> Result<(DynamicValue, Diagnostics), Diagnostics> {
    let schema = resource.schema();
    let json = if request.version == schema.version {
        request.raw_state.json.clone()
    } else {
        let upgraded = resource.upgrade(request.version, parse(&request.raw_state)?)?;
        Bytes::from(upgraded.to_string())
    };
    if request.raw_state.flatmap {
        return Err(flatmap().into());
    }
    let mut state =
        codec::json::decode_state(&json, &schema).map_err(|e| undecodable("stored state", &e).at(e.path.clone()))?;
    plan::without_write_only(&schema.block, &mut state);
    finish("UpgradeResourceState", &schema, &state)
}

fn moved(resource: &dyn ErasedResource, request: MoveRequest) -> Result<(DynamicValue, Diagnostics), Diagnostics> {
    let schema = resource.schema();
    let source = Source {
        provider_address: request.source_provider_address,
        type_name: request.source_type_name,
        schema_version: request.source_schema_version,
        state: parse(&request.source_state)?,
    };
    let mut state = resource.moved(source)?;
    plan::without_write_only(&schema.block, &mut state);
    finish("MoveResourceState", &schema, &state)
}

fn finish(
    rpc: &str,
    schema: &Schema,
    state: &super::super::raw::Raw,
) -> Result<(DynamicValue, Diagnostics), Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    rules::state(rpc, schema, state, &mut diagnostics);
    Ok((encode(state, schema)?, diagnostics))
}

fn parse(stored: &RawState) -> Result<Json, Diagnostic> {
    if stored.flatmap {
        return Err(flatmap());
    }
    serde_json::from_slice(&stored.json).map_err(|e| undecodable("stored state", &e))
}

fn flatmap() -> Diagnostic {
    Diagnostic::error(
        "State of an unsupported form",
        "This state was written by Terraform 0.11 or older. Run `terraform apply` once with Terraform 0.12 to 1.x and the provider that wrote \
         it, then come back.",
    )
}
