//! The provider server: dispatch of every RPC, decoding, Terraform's rules, encoding. Knows no protobuf and no transport.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::schema::{Attribute, Schema};
use super::types::Type;
use futures_util::stream::BoxStream;

pub use messages::*;

mod messages;

use super::diagnostics::Diagnostics;

/// A provider, ready to be served. Cheap to clone.
#[derive(Clone)]
pub struct Server {}

/// What `GetProviderSchema`, `GetFunctions` and `GetResourceIdentitySchemas` tell.
pub struct ProviderSchema {
    pub provider: Schema,
    pub resources: BTreeMap<&'static str, Arc<Schema>>,
    pub data_sources: BTreeMap<&'static str, Arc<Schema>>,
    pub ephemeral_resources: BTreeMap<&'static str, Arc<Schema>>,
    pub list_resources: BTreeMap<&'static str, Arc<Schema>>,
    pub actions: BTreeMap<&'static str, Arc<Schema>>,
    pub functions: BTreeMap<&'static str, Signature>,
    /// By resource type.
    pub identities: BTreeMap<&'static str, IdentitySchema>,
    pub capabilities: ServerCapabilities,
    /// A schema that Terraform would refuse is an error here.
    pub diagnostics: Diagnostics,
}

/// The signature of a function.
#[derive(Clone, Debug)]
pub struct Signature {
    pub parameters: Vec<Parameter>,
    pub variadic: Option<Parameter>,
    pub returns: Type,
    pub summary: &'static str,
    /// Markdown.
    pub description: &'static str,
    pub deprecated: Option<&'static str>,
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: &'static str,
    pub ty: Type,
    pub allow_null: bool,
    pub allow_unknown: bool,
    /// Markdown.
    pub description: &'static str,
}

/// The attributes that say which remote object a resource is.
#[derive(Clone, Debug)]
pub struct IdentitySchema {
    pub version: i64,
    pub attributes: Vec<IdentityAttribute>,
}

/// One attribute of an identity: required for import, or optional (taken from the provider's configuration).
#[derive(Clone, Debug)]
pub struct IdentityAttribute {
    pub name: &'static str,
    pub ty: Type,
    pub required_for_import: bool,
    pub description: &'static str,
}

/// One client connection: its own provider configuration, its own cancellation.
#[derive(Clone)]
pub struct Session {}

impl Server {
    pub fn session(&self) -> Session {
        unimplemented!()
    }

    pub fn metadata(&self) -> Metadata {
        unimplemented!()
    }

    pub fn schema(&self) -> ProviderSchema {
        unimplemented!()
    }
}

impl Session {
    pub async fn validate_provider_config(&self, _config: DynamicValue) -> Diagnostics {
        unimplemented!()
    }
    pub async fn configure_provider(&self, _request: ConfigureRequest) -> Diagnostics {
        unimplemented!()
    }
    /// Cancels what is running; returns at once.
    pub fn stop_provider(&self) {
        unimplemented!()
    }
    pub async fn validate_resource_config(&self, _request: ValidateRequest) -> Diagnostics {
        unimplemented!()
    }
    pub async fn upgrade_resource_state(&self, _request: UpgradeRequest) -> UpgradeResponse {
        unimplemented!()
    }
    /// `raw_state` holds the raw identity.
    pub async fn upgrade_resource_identity(&self, _request: UpgradeRequest) -> UpgradeIdentityResponse {
        unimplemented!()
    }
    pub async fn read_resource(&self, _request: ReadRequest) -> ReadResponse {
        unimplemented!()
    }
    pub async fn plan_resource_change(&self, _request: PlanRequest) -> PlanResponse {
        unimplemented!()
    }
    pub async fn apply_resource_change(&self, _request: ApplyRequest) -> ApplyResponse {
        unimplemented!()
    }
    pub async fn import_resource_state(&self, _request: ImportRequest) -> ImportResponse {
        unimplemented!()
    }
    pub async fn move_resource_state(&self, _request: MoveRequest) -> MoveResponse {
        unimplemented!()
    }
    pub async fn validate_data_resource_config(&self, _request: ValidateRequest) -> Diagnostics {
        unimplemented!()
    }
    pub async fn read_data_source(&self, _request: ReadDataSourceRequest) -> ReadDataSourceResponse {
        unimplemented!()
    }
    pub async fn validate_ephemeral_resource_config(&self, _request: ValidateRequest) -> Diagnostics {
        unimplemented!()
    }
    pub async fn open_ephemeral_resource(&self, _request: OpenEphemeralRequest) -> OpenEphemeralResponse {
        unimplemented!()
    }
    pub async fn renew_ephemeral_resource(&self, _request: EphemeralRequest) -> RenewEphemeralResponse {
        unimplemented!()
    }
    pub async fn close_ephemeral_resource(&self, _request: EphemeralRequest) -> Diagnostics {
        unimplemented!()
    }
    pub async fn call_function(&self, _request: CallFunctionRequest) -> Result<DynamicValue, FunctionError> {
        unimplemented!()
    }
    pub async fn validate_list_resource_config(&self, _request: ValidateRequest) -> Diagnostics {
        unimplemented!()
    }
    pub fn list_resource(&self, _request: ListRequest) -> BoxStream<'static, ListEvent> {
        unimplemented!()
    }
    pub async fn validate_action_config(&self, _request: ValidateRequest) -> Diagnostics {
        unimplemented!()
    }
    pub async fn plan_action(&self, _request: ActionRequest) -> Diagnostics {
        unimplemented!()
    }
    pub fn invoke_action(&self, _request: ActionRequest) -> BoxStream<'static, ActionEvent> {
        unimplemented!()
    }
}

const _: Option<Attribute> = None;
