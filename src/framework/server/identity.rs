//! Resource identity (Terraform 1.12 and later): a projection of the state, so that no resource has to keep it.

use super::super::codec;
use super::super::diagnostics::Diagnostic;
use super::super::erased::ErasedResource;
use super::super::raw::Raw;
use super::super::types::Type;
use super::{DynamicValue, Session, UpgradeIdentityResponse, UpgradeRequest, unknown_type};

/// The identity of an object; `None` for a type without one and for an object whose identity is not known yet.
pub(super) fn of(resource: &dyn ErasedResource, state: &Raw) -> Option<DynamicValue> {
    let names = resource.identity();
    if names.is_empty() || state.is_null() {
        return None;
    }
    let value = Raw::object(names.iter().map(|(name, _)| (*name, state.get(name).clone())));
    if !value.is_wholly_known() || names.iter().any(|(name, required)| *required && value.get(name).is_null()) {
        return None;
    }
    codec::encode_dynamic(&value, &ty(resource)).ok()
}

/// Reads an identity that an import gives.
pub(super) fn decode(resource: &dyn ErasedResource, identity: &DynamicValue) -> Result<Raw, Diagnostic> {
    codec::decode_dynamic(identity, &ty(resource)).map_err(|e| super::super::validate::undecodable("identity", &e))
}

fn ty(resource: &dyn ErasedResource) -> Type {
    let schema = resource.schema();
    Type::object(resource.identity().iter().filter_map(|(name, _)| Some((*name, schema.block.attribute(name)?.ty()))))
}

impl Session {
    /// `raw_state` holds the raw identity. There is one version of every identity so far, so only its encoding changes.
    pub async fn upgrade_resource_identity(&self, request: UpgradeRequest) -> UpgradeIdentityResponse {
        let failed = |error: Diagnostic| UpgradeIdentityResponse { upgraded_identity: None, diagnostics: error.into() };
        let Some(resource) = self.resource(&request.type_name) else {
            return failed(unknown_type("resource", &request.type_name));
        };
        let ty = ty(resource);
        let upgraded = codec::json::decode(&request.raw_state.json, &ty)
            .map_err(|e| super::super::validate::undecodable("stored identity", &e))
            .and_then(|value| {
                codec::encode_dynamic(&value, &ty)
                    .map_err(|e| super::super::validate::undecodable("stored identity", &e))
            });
        match upgraded {
            Ok(value) => UpgradeIdentityResponse { upgraded_identity: Some(value), diagnostics: Default::default() },
            Err(error) => failed(error),
        }
    }
}
