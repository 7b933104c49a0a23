//! ImportResourceState.

use bytes::Bytes;

use super::super::diagnostics::{Diagnostic, Diagnostics};
use super::super::erased::{ErasedResource, Outcome};
use super::super::plan;
use super::{ImportRequest, ImportResponse, Imported, Session, encode, identity, rules, unknown_type};

impl Session {
    pub async fn import_resource_state(&self, request: ImportRequest) -> ImportResponse {
        let failed = |diagnostics| ImportResponse { imported: None, diagnostics };
        let Some(resource) = self.resource(&request.type_name) else {
            return failed(unknown_type("resource", &request.type_name).into());
        };
        self.import(resource, request).await.unwrap_or_else(failed)
    }

    async fn import(
        &self,
        resource: &dyn ErasedResource,
        request: ImportRequest,
    ) -> Result<ImportResponse, Diagnostics> {
        let schema = resource.schema();
        let id = match &request.identity {
            Some(given) if request.id.is_empty() => id_of(resource, &identity::decode(resource, given)?)?,
            _ => request.id,
        };
        let Outcome { result, kept } = resource.import(self.operation(&[])?, id).await;
        let mut state = match result {
            Ok(state) => state,
            Err(error) => return Err(super::with_warnings(error, &kept)),
        };
        plan::without_write_only(&schema.block, &mut state);
        let mut diagnostics = kept.warnings;
        rules::state("ImportResourceState", &schema, &state, &mut diagnostics);
        let private: Bytes = kept.private.encode();
        let identity = identity::of(resource, &state).or(request.identity);
        let imported = Imported { type_name: request.type_name, state: encode(&state, &schema)?, private, identity };
        Ok(ImportResponse { imported: Some(imported), diagnostics })
    }
}

/// The import id that says the same as an identity: its parts in order, joined by `/`, those left out omitted.
fn id_of(resource: &dyn ErasedResource, identity: &super::super::raw::Raw) -> Result<String, Diagnostic> {
    let parts: Vec<_> = resource.identity().iter().filter_map(|(name, _)| identity.get(name).as_str()).collect();
    if parts.is_empty() {
        return Err(Diagnostic::error("Empty identity", "The identity to import by names nothing."));
    }
    Ok(parts.join("/"))
}
