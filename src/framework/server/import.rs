//! ImportResourceState.

use bytes::Bytes;

use super::super::diagnostics::{Diagnostic, Diagnostics};
use super::super::erased::{ErasedResource, Outcome};
use super::super::path::Path;
use super::super::plan;
use super::super::raw::Raw;
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
            Some(given) if request.id.is_empty() => {
                let given = identity::decode(resource, given)?;
                check(resource, &given)?;
                id_of(resource, &given)?
            }
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

/// Holds the parts of an identity against what the attributes of these names may be. Each has to be known: what is left out is the
/// provider's to say, and what is unknown would be.
fn check(resource: &dyn ErasedResource, identity: &Raw) -> Result<(), Diagnostics> {
    let schema = resource.schema();
    let mut wrong = Diagnostics::new();
    for (name, required) in resource.identity() {
        let (part, path) = (identity.get(name), Path::from(*name));
        if part.is_unknown() {
            let detail = format!(
                "{name} of the identity is known after apply only. Import in a later run, or write it as a text that is known now."
            );
            wrong.push(Diagnostic::error("Unknown identity", detail).at(path));
            continue;
        }
        if *required && part.is_null() {
            let detail = format!("An identity of {} needs {name}.", resource.type_name());
            wrong.push(Diagnostic::error("Incomplete identity", detail).at(path));
            continue;
        }
        let validators = schema.block.attribute(name).map(|attribute| &attribute.validators);
        for finding in validators.into_iter().flatten().filter_map(|validator| validator.check(part, false).err()) {
            wrong.push(finding.at(path.clone()));
        }
    }
    if wrong.has_errors() { Err(wrong) } else { Ok(()) }
}

/// The import id that says the same as an identity: its parts in order, joined by `/`, those left out omitted.
fn id_of(resource: &dyn ErasedResource, identity: &Raw) -> Result<String, Diagnostic> {
    let parts: Vec<_> = resource.identity().iter().filter_map(|(name, _)| identity.get(name).as_str()).collect();
    if parts.is_empty() {
        return Err(Diagnostic::error("Empty identity", "The identity to import by names nothing."));
    }
    Ok(parts.join("/"))
}
