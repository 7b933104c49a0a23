//! ReadResource.

use super::super::diagnostics::Diagnostics;
use super::super::erased::{ErasedResource, Outcome};
use super::super::plan;
use super::super::raw::Raw;
use super::{ReadRequest, ReadResponse, Session, as_known, decode, encode, identity, null, plain, rules, unknown_type};

impl Session {
    pub async fn read_resource(&self, request: ReadRequest) -> ReadResponse {
        let Some(resource) = self.resource(&request.type_name) else {
            let error = unknown_type("resource", &request.type_name);
            return unchanged(request, error.into());
        };
        match self.read(resource, &request).await {
            Ok(response) => response,
            Err(diagnostics) => unchanged(request, diagnostics),
        }
    }

    async fn read(&self, resource: &dyn ErasedResource, request: &ReadRequest) -> Result<ReadResponse, Diagnostics> {
        let schema = resource.schema();
        let state = decode("state", &request.current_state, &schema)?;
        if state.is_null() {
            return Ok(response(null(), request.private.clone(), None, Diagnostics::new()));
        }
        let operation = self.operation(&request.private)?;
        let mut was = plain(&schema.block, &state);
        super::recall(&operation.private, resource.identity(), &mut was);
        let Outcome { result, mut kept } = resource.read(operation, was).await;
        let mut diagnostics = kept.warnings.clone();
        let identity;
        let new = match result {
            Ok(Some(mut new)) => {
                keep_timeouts(&state, &mut new);
                let mut known = as_known(&schema.block, new.clone(), &state);
                super::remember(&mut kept.private, resource.identity(), &new, &known);
                identity = identity::of(resource, &new);
                plan::without_write_only(&schema.block, &mut known);
                known
            }
            Ok(None) => return Ok(response(null(), bytes::Bytes::new(), None, diagnostics)),
            Err(error) => return Err(super::with_warnings(error, &kept)),
        };
        rules::state("ReadResource", &schema, &new, &mut diagnostics);
        Ok(response(encode(&new, &schema)?, kept.private.encode(), identity, diagnostics))
    }
}

/// `timeouts` lives in the configuration alone: no API knows it, so a read keeps what the state says.
fn keep_timeouts(old: &Raw, new: &mut Raw) {
    if let (Raw::Map(new), timeouts) = (new, old.get("timeouts"))
        && new.get("timeouts").is_some_and(Raw::is_null)
    {
        new.insert("timeouts".to_owned(), timeouts.clone());
    }
}

fn response(
    new_state: super::DynamicValue,
    private: bytes::Bytes,
    new_identity: Option<super::DynamicValue>,
    diagnostics: Diagnostics,
) -> ReadResponse {
    ReadResponse { new_state, private, new_identity, diagnostics }
}

/// An error leaves the state as it was: only a certain "not there" may empty it.
fn unchanged(request: ReadRequest, diagnostics: Diagnostics) -> ReadResponse {
    response(request.current_state, request.private, request.current_identity, diagnostics)
}
