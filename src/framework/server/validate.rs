//! Validate…Config of resources, data sources, ephemeral resources, lists and actions.

use std::sync::Arc;

use super::super::diagnostics::Diagnostics;
use super::super::schema::Schema;
use super::super::{absent, validate};
use super::{Session, ValidateRequest, decode, unknown_type};

impl Session {
    pub async fn validate_resource_config(&self, request: ValidateRequest) -> Diagnostics {
        let of = |name: &str| self.resource(name).map(|r| r.schema());
        check(request, "resource", of)
    }

    pub async fn validate_data_resource_config(&self, request: ValidateRequest) -> Diagnostics {
        let of = |name: &str| self.data_source(name).map(|r| r.schema());
        check(request, "data source", of)
    }

    pub async fn validate_ephemeral_resource_config(&self, request: ValidateRequest) -> Diagnostics {
        let of = |name: &str| self.ephemeral(name).map(|r| r.schema());
        check(request, "ephemeral resource", of)
    }

    pub async fn validate_list_resource_config(&self, request: ValidateRequest) -> Diagnostics {
        let of = |name: &str| self.list(name).map(|r| r.schema());
        check(request, "list resource", of)
    }

    pub async fn validate_action_config(&self, request: ValidateRequest) -> Diagnostics {
        let of = |name: &str| self.action(name).map(|r| r.schema());
        check(request, "action", of)
    }
}

fn check(request: ValidateRequest, kind: &str, of: impl FnOnce(&str) -> Option<Arc<Schema>>) -> Diagnostics {
    let Some(schema) = of(&request.type_name) else { return unknown_type(kind, &request.type_name).into() };
    match decode("configuration", &request.config, &schema) {
        Ok(config) => {
            let said = absent::without_empty(&schema.block, &config);
            validate::config(&schema.block, &said, request.capabilities.write_only_attributes_allowed)
        }
        Err(error) => error.into(),
    }
}
