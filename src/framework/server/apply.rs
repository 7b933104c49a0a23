//! ApplyResourceChange. What exists must never be forgotten: every way out carries the newest state that is known.

use bytes::Bytes;

use super::super::context::Kept;
use super::super::diagnostics::Diagnostics;
use super::super::erased::{ErasedResource, Operation, Outcome};
use super::super::raw::Raw;
use super::super::resource::{Change, Create};
use super::super::schema::Schema;
use super::super::{plan, timeouts};
use super::{
    ApplyRequest, ApplyResponse, Session, as_known, decode, encode, identity, null, plain, rules, unknown_type,
};

impl Session {
    pub async fn apply_resource_change(&self, request: ApplyRequest) -> ApplyResponse {
        let Some(resource) = self.resource(&request.type_name) else {
            let error = unknown_type("resource", &request.type_name);
            return unchanged(request, error.into());
        };
        let schema = resource.schema();
        let decoded = decode("prior state", &request.prior_state, &schema).and_then(|prior| {
            let planned = decode("plan", &request.planned_state, &schema)?;
            let config = decode("configuration", &request.config, &schema)?;
            let operation = self.operation(&request.planned_private)?;
            Ok((prior, planned, config, operation))
        });
        match decoded {
            Ok((prior, planned, config, operation)) if planned.is_null() => {
                delete(resource, &schema, operation, prior, config).await
            }
            Ok((prior, planned, config, operation)) => put(resource, &schema, operation, prior, planned, config).await,
            Err(error) => unchanged(request, error.into()),
        }
    }
}

async fn put(
    resource: &dyn ErasedResource,
    schema: &Schema,
    mut operation: Operation,
    prior: Raw,
    planned: Raw,
    config: Raw,
) -> ApplyResponse {
    let name = if prior.is_null() { "create" } else { "update" };
    operation.timeout = timeouts::of(&config, name);
    let block = &schema.block;
    let [mut was, said] = [&prior, &config].map(|value| plain(block, value));
    super::recall(&operation.private, resource.identity(), &mut was);
    let mut wanted = super::wanted(&mut operation.private, block, &planned);
    plan::with_defaults_in_sets(block, &mut wanted);
    let Outcome { result, kept } = if prior.is_null() {
        resource.create(operation, Create { planned: wanted, config: said.clone() }).await
    } else {
        resource.update(operation, Change { prior: was.clone(), planned: wanted, config: said.clone() }).await
    };
    let Kept { state, mut private, warnings } = kept;
    let mut diagnostics = warnings;
    let touched = state.is_some();
    // Nothing saved: a create made nothing, an update changed nothing.
    let saved = state.unwrap_or_else(|| was.clone()).unknown_to_null();
    let identity = identity::of(resource, &saved);
    let made = saved.clone();
    let mut saved = as_known(block, saved, if touched { &planned } else { &prior });
    super::remember(&mut private, resource.identity(), &made, &saved);
    plan::without_write_only(block, &mut saved);
    let (new, identity) = match result {
        Ok(new) => {
            let identity = identity::of(resource, &new);
            let made = new;
            let mut new = as_known(block, made.clone(), &planned);
            super::remember(&mut private, resource.identity(), &made, &new);
            super::keep_configured(&mut private, block, &said);
            plan::without_write_only(block, &mut new);
            (new, identity)
        }
        Err(error) => {
            diagnostics.append(error);
            (saved.clone(), identity)
        }
    };
    rules::apply(schema, &planned, &new, &mut diagnostics);
    let response = respond(resource, schema, new, saved, private.encode(), diagnostics);
    ApplyResponse { new_identity: identity, ..response }
}

async fn delete(
    resource: &dyn ErasedResource,
    schema: &Schema,
    mut operation: Operation,
    prior: Raw,
    _config: Raw,
) -> ApplyResponse {
    // There is no configuration any more; the state knows the timeout it was applied with.
    operation.timeout = timeouts::of(&prior, "delete");
    let mut was = plain(&schema.block, &prior);
    super::recall(&operation.private, resource.identity(), &mut was);
    let Outcome { result, kept } = resource.delete(operation, was).await;
    let Kept { state, private, warnings } = kept;
    let mut diagnostics = warnings;
    match result {
        Ok(()) => respond(resource, schema, Raw::Null, Raw::Null, Bytes::new(), diagnostics),
        Err(error) => {
            diagnostics.append(error);
            let state = state.unwrap_or(prior).unknown_to_null();
            respond(resource, schema, state.clone(), state, private.encode(), diagnostics)
        }
    }
}

/// The new state; if it does not fit the schema, what was saved before.
fn respond(
    resource: &dyn ErasedResource,
    schema: &Schema,
    state: Raw,
    saved: Raw,
    private: Bytes,
    mut diagnostics: Diagnostics,
) -> ApplyResponse {
    let new_state = encode(&state, schema).unwrap_or_else(|error| {
        diagnostics.push(error);
        encode(&saved, schema).unwrap_or_else(|_| null())
    });
    ApplyResponse { new_state, private, new_identity: identity::of(resource, &state), diagnostics }
}

/// Nothing was done: the prior state stays, and so does its identity, which the plan of a change carries on.
fn unchanged(request: ApplyRequest, diagnostics: Diagnostics) -> ApplyResponse {
    ApplyResponse {
        new_state: request.prior_state,
        private: request.planned_private,
        new_identity: request.planned_identity,
        diagnostics,
    }
}
