//! PlanResourceChange.

use bytes::Bytes;
use serde_json::Value as Json;

use super::super::diagnostics::{Diagnostic, Diagnostics};
use super::super::erased::{ErasedResource, Outcome};
use super::super::resource::Plan;
use super::super::{absent, plan, raw::Raw, schema::Schema, spelling, validate, withdrawn};
use super::{PlanRequest, PlanResponse, Session, decode, encode, identity, null, plain, rules, unknown_type};

impl Session {
    pub async fn plan_resource_change(&self, request: PlanRequest) -> PlanResponse {
        let failed = |private: Bytes, diagnostics: Diagnostics| PlanResponse {
            planned_state: null(),
            requires_replace: Vec::new(),
            planned_private: private,
            planned_identity: None,
            diagnostics,
        };
        let private = request.prior_private.clone();
        let Some(resource) = self.resource(&request.type_name) else {
            return failed(private, unknown_type("resource", &request.type_name).into());
        };
        match self.planned(resource, request).await {
            Ok(response) => response,
            Err(diagnostics) => failed(private, diagnostics),
        }
    }

    async fn planned(&self, resource: &dyn ErasedResource, request: PlanRequest) -> Result<PlanResponse, Diagnostics> {
        let schema = resource.schema();
        let Values { prior, config } = values(&request, &schema)?;
        if config.is_null() {
            return self.planned_delete(resource, request.prior_private, &schema, &prior).await;
        }
        let operation = self.operation(&request.prior_private)?;
        let [mut was, said] = [&prior, &config].map(|value| plain(&schema.block, value));
        super::recall(&operation.private, resource.identity(), &mut was);
        let record = operation.private.get(super::CONFIGURED).cloned();
        let (said, staying) = withdrawn::said(&schema.block, record.as_ref().unwrap_or(&Json::Null), &was, said);
        let draft = plan::planned(&schema.block, &was, &said);
        let known = Some(&was).filter(|prior| !prior.is_null()).cloned();
        let plan = Plan { staying, found: record.is_none(), ..Plan::new(known, said, draft) };
        let Outcome { result, mut kept } = resource.plan(operation, plan).await;
        let corrected = match result {
            Ok(corrected) => corrected,
            Err(error) => return Err(super::with_warnings(error, &kept)),
        };

        let found = validate::plan(&schema.block, &corrected.planned, &was);
        if found.has_errors() {
            return Err(super::with_warnings(found, &kept));
        }

        let replace = corrected.replaced(&schema.block);
        let mut warnings = corrected.warnings;
        if let Some(prior) = &corrected.prior {
            if replace.is_empty() {
                let staying = withdrawn::staying(&schema.block, &corrected.staying, prior, &corrected.planned);
                warnings.append(staying);
            }
            if corrected.found {
                warnings.append(withdrawn::learned(&schema.block, prior, &corrected.planned));
            }
        }
        let mut planned = corrected.planned;
        plan::without_write_only(&schema.block, &mut planned);
        let planned_identity = identity::of(resource, &planned);
        super::keep_planned(&mut kept.private, &schema.block, &planned, &config);
        // The configuration's spelling, unless what is there means the same.
        let planned =
            [&config, &prior].into_iter().fold(planned, |planned, known| spelling::kept(&schema.block, planned, known));
        let mut planned = absent::planned(&schema.block, planned, &config, &prior);
        plan::without_write_only(&schema.block, &mut planned);
        let mut diagnostics = kept.warnings;
        diagnostics.append(warnings);
        diagnostics.append(found);
        rules::plan(&schema, &prior, &config, &planned, &replace, &mut diagnostics);
        Ok(PlanResponse {
            planned_state: encode(&planned, &schema)?,
            planned_identity,
            requires_replace: replace,
            planned_private: kept.private.encode(),
            diagnostics,
        })
    }
}

impl Session {
    async fn planned_delete(
        &self,
        resource: &dyn ErasedResource,
        private: Bytes,
        schema: &Schema,
        prior: &Raw,
    ) -> Result<PlanResponse, Diagnostics> {
        let mut diagnostics = Diagnostics::new();
        // A delete that is planned without a configured provider is as good as any: it is applied with one.
        if let (false, Ok(operation)) = (prior.is_null(), self.operation(&private)) {
            let mut was = plain(&schema.block, prior);
            super::recall(&operation.private, resource.identity(), &mut was);
            let Outcome { result, kept } = resource.plan_delete(operation, was).await;
            if let Err(error) = result {
                return Err(super::with_warnings(error, &kept));
            }
            diagnostics = kept.warnings;
        }
        Ok(PlanResponse {
            planned_state: null(),
            requires_replace: Vec::new(),
            // The delete that follows needs what the state had.
            planned_private: private,
            planned_identity: None,
            diagnostics,
        })
    }
}

struct Values {
    prior: Raw,
    config: Raw,
}

fn values(request: &PlanRequest, schema: &Schema) -> Result<Values, Diagnostic> {
    Ok(Values {
        prior: decode("prior state", &request.prior_state, schema)?,
        config: decode("configuration", &request.config, schema)?,
    })
}
