//! The RPCs of protocol 6 in the framework's own words. The plugin layer translates these to and from protobuf and does
//! nothing else.
//!
//! Responses have no `Default`: every member is set where the response is made, since a forgotten `new_state` would delete an
//! object from the state and a forgotten `private` would erase it.

use bytes::Bytes;

use super::super::diagnostics::Diagnostics;
use super::super::path::Path;

pub use super::super::function::{FunctionError, Parameter, Signature};

/// A value on the wire. Both empty: null. Terraform sends msgpack; JSON is read where msgpack is empty; answers are msgpack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DynamicValue {
    pub msgpack: Bytes,
    pub json: Bytes,
}

/// A stored object as it stands in the state file.
#[derive(Clone, Debug, Default)]
pub struct RawState {
    pub json: Bytes,
    /// Whether the old flatmap form (before Terraform 0.12) was sent instead; it is refused.
    pub flatmap: bool,
}

/// What the client can do, as far as the framework cares.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClientCapabilities {
    pub deferral_allowed: bool,
    pub write_only_attributes_allowed: bool,
}

/// What the server can do.
#[derive(Clone, Copy, Debug)]
pub struct ServerCapabilities {
    pub plan_destroy: bool,
    pub schema_optional: bool,
    pub move_resource_state: bool,
    pub generate_resource_config: bool,
}

/// Names of everything there is.
#[derive(Clone, Debug)]
pub struct Metadata {
    pub capabilities: ServerCapabilities,
    pub resources: Vec<&'static str>,
    pub data_sources: Vec<&'static str>,
    pub ephemeral_resources: Vec<&'static str>,
    pub functions: Vec<&'static str>,
    pub list_resources: Vec<&'static str>,
    pub actions: Vec<&'static str>,
}

/// A validation request of any kind: resource, data source, ephemeral resource, list resource, action.
#[derive(Clone, Debug)]
pub struct ValidateRequest {
    pub type_name: String,
    pub config: DynamicValue,
    pub capabilities: ClientCapabilities,
}

#[derive(Clone, Debug)]
pub struct ConfigureRequest {
    pub terraform_version: String,
    pub config: DynamicValue,
    pub capabilities: ClientCapabilities,
}

#[derive(Clone, Debug)]
pub struct UpgradeRequest {
    pub type_name: String,
    pub version: i64,
    pub raw_state: RawState,
}

#[derive(Clone, Debug)]
pub struct UpgradeResponse {
    /// `None` only beside an error.
    pub upgraded_state: Option<DynamicValue>,
    pub diagnostics: Diagnostics,
}

#[derive(Clone, Debug)]
pub struct UpgradeIdentityResponse {
    /// `None` only beside an error.
    pub upgraded_identity: Option<DynamicValue>,
    pub diagnostics: Diagnostics,
}

#[derive(Clone, Debug)]
pub struct ReadRequest {
    pub type_name: String,
    pub current_state: DynamicValue,
    pub private: Bytes,
    pub current_identity: Option<DynamicValue>,
    pub capabilities: ClientCapabilities,
}

#[derive(Clone, Debug)]
pub struct ReadResponse {
    /// A null value means the object is gone.
    pub new_state: DynamicValue,
    pub private: Bytes,
    /// `None` for a resource type without identity.
    pub new_identity: Option<DynamicValue>,
    pub diagnostics: Diagnostics,
}

#[derive(Clone, Debug)]
pub struct PlanRequest {
    pub type_name: String,
    pub prior_state: DynamicValue,
    pub proposed_new_state: DynamicValue,
    pub config: DynamicValue,
    pub prior_private: Bytes,
    pub capabilities: ClientCapabilities,
}

#[derive(Clone, Debug)]
pub struct PlanResponse {
    pub planned_state: DynamicValue,
    pub requires_replace: Vec<Path>,
    pub planned_private: Bytes,
    pub planned_identity: Option<DynamicValue>,
    pub diagnostics: Diagnostics,
}

#[derive(Clone, Debug)]
pub struct ApplyRequest {
    pub type_name: String,
    pub prior_state: DynamicValue,
    pub planned_state: DynamicValue,
    pub config: DynamicValue,
    pub planned_private: Bytes,
    pub planned_identity: Option<DynamicValue>,
}

#[derive(Clone, Debug)]
pub struct ApplyResponse {
    pub new_state: DynamicValue,
    pub private: Bytes,
    pub new_identity: Option<DynamicValue>,
    pub diagnostics: Diagnostics,
}

#[derive(Clone, Debug)]
pub struct ImportRequest {
    pub type_name: String,
    /// Empty when `identity` is used (Terraform 1.12 and later).
    pub id: String,
    pub identity: Option<DynamicValue>,
    pub capabilities: ClientCapabilities,
}

#[derive(Clone, Debug)]
pub struct ImportResponse {
    pub imported: Option<Imported>,
    pub diagnostics: Diagnostics,
}

#[derive(Clone, Debug)]
pub struct Imported {
    pub type_name: String,
    pub state: DynamicValue,
    pub private: Bytes,
    pub identity: Option<DynamicValue>,
}

#[derive(Clone, Debug)]
pub struct MoveRequest {
    pub source_provider_address: String,
    pub source_type_name: String,
    pub source_schema_version: i64,
    pub source_state: RawState,
    pub source_private: Bytes,
    pub target_type_name: String,
}

#[derive(Clone, Debug)]
pub struct MoveResponse {
    /// `None` only beside an error.
    pub target_state: Option<DynamicValue>,
    pub target_private: Bytes,
    pub target_identity: Option<DynamicValue>,
    pub diagnostics: Diagnostics,
}

#[derive(Clone, Debug)]
pub struct ReadDataSourceRequest {
    pub type_name: String,
    pub config: DynamicValue,
}

#[derive(Clone, Debug)]
pub struct ReadDataSourceResponse {
    /// `None` only beside an error.
    pub state: Option<DynamicValue>,
    pub diagnostics: Diagnostics,
}

#[derive(Clone, Debug)]
pub struct OpenEphemeralRequest {
    pub type_name: String,
    pub config: DynamicValue,
}

#[derive(Clone, Debug)]
pub struct OpenEphemeralResponse {
    /// `None` only beside an error.
    pub result: Option<DynamicValue>,
    pub private: Bytes,
    pub renew_at: Option<std::time::SystemTime>,
    pub diagnostics: Diagnostics,
}

/// Renew and Close both get the type and the private data.
#[derive(Clone, Debug)]
pub struct EphemeralRequest {
    pub type_name: String,
    pub private: Bytes,
}

#[derive(Clone, Debug)]
pub struct RenewEphemeralResponse {
    pub private: Bytes,
    pub renew_at: Option<std::time::SystemTime>,
    pub diagnostics: Diagnostics,
}

#[derive(Clone, Debug)]
pub struct CallFunctionRequest {
    pub name: String,
    pub arguments: Vec<DynamicValue>,
}

#[derive(Clone, Debug)]
pub struct ListRequest {
    pub type_name: String,
    pub config: DynamicValue,
    pub include_resource_object: bool,
    pub limit: i64,
}

/// One event of a listing.
#[derive(Clone, Debug)]
pub struct ListEvent {
    /// `None` for an event that only carries diagnostics.
    pub identity: Option<DynamicValue>,
    pub display_name: String,
    pub resource_object: Option<DynamicValue>,
    pub diagnostics: Diagnostics,
}

#[derive(Clone, Debug)]
pub struct ActionRequest {
    pub type_name: String,
    pub config: DynamicValue,
}

/// One event of a running action.
#[derive(Clone, Debug)]
pub enum ActionEvent {
    Progress(String),
    /// Exactly one, last.
    Completed(Diagnostics),
}
