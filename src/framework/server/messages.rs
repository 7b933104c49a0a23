//! The RPCs of protocol 6 in the framework's own words. The plugin layer translates these to and from protobuf and does
//! nothing else.
//!
//! Responses have no `Default`: every member is set where the response is made, since a forgotten `new_state` would delete an
//! object from the state and a forgotten `private` would erase it.

use std::fmt;

use bytes::Bytes;

use super::super::diagnostics::Diagnostics;
use super::super::path::Path;

pub use super::super::function::{FunctionError, Parameter, Signature};

/// A value on the wire. Both empty: null. Terraform sends msgpack; JSON is read where msgpack is empty; answers are msgpack.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DynamicValue {
    pub msgpack: Bytes,
    pub json: Bytes,
}

/// A stored object as it stands in the state file.
#[derive(Clone, Default)]
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

#[derive(Clone)]
pub struct MoveRequest {
    pub source_provider_address: String,
    pub source_type_name: String,
    pub source_schema_version: i64,
    pub source_state: RawState,
    /// Of another provider, which may keep there what it likes.
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

/// Prints sizes only: the bytes may hold a secret.
impl fmt::Debug for DynamicValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynamicValue({} bytes of msgpack, {} of JSON)", self.msgpack.len(), self.json.len())
    }
}

/// Prints the size only: the bytes may hold a secret.
impl fmt::Debug for RawState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flatmap = if self.flatmap { ", flatmap" } else { "" };
        write!(f, "RawState({} bytes of JSON{flatmap})", self.json.len())
    }
}

/// Prints the size of the private data only: it may hold a secret.
impl fmt::Debug for MoveRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MoveRequest")
            .field("source_provider_address", &self.source_provider_address)
            .field("source_type_name", &self.source_type_name)
            .field("source_schema_version", &self.source_schema_version)
            .field("source_state", &self.source_state)
            .field("source_private", &format_args!("{} bytes", self.source_private.len()))
            .field("target_type_name", &self.target_type_name)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: Bytes = Bytes::from_static(b"hunter2");

    #[test]
    fn values_do_not_show_in_debug_output() {
        let value = DynamicValue { msgpack: SECRET, json: Bytes::new() };
        assert_eq!(format!("{value:?}"), "DynamicValue(7 bytes of msgpack, 0 of JSON)");
        let state = RawState { json: SECRET, flatmap: false };
        assert_eq!(format!("{state:?}"), "RawState(7 bytes of JSON)");
        let state = RawState { json: Bytes::new(), flatmap: true };
        assert_eq!(format!("{state:?}"), "RawState(0 bytes of JSON, flatmap)");
    }

    #[test]
    fn requests_and_answers_do_not_show_the_values_they_carry() {
        let value = || DynamicValue { msgpack: SECRET, json: SECRET };
        let apply = ApplyRequest {
            type_name: "toy_thing".into(),
            prior_state: value(),
            planned_state: value(),
            config: value(),
            planned_private: Bytes::new(),
            planned_identity: Some(value()),
        };
        let moved = MoveRequest {
            source_provider_address: "registry.terraform.io/other/other".into(),
            source_type_name: "other_thing".into(),
            source_schema_version: 0,
            source_state: RawState { json: SECRET, flatmap: false },
            source_private: SECRET,
            target_type_name: "toy_thing".into(),
        };
        let opened = OpenEphemeralResponse {
            result: Some(value()),
            private: Bytes::new(),
            renew_at: None,
            diagnostics: Diagnostics::new(),
        };
        for shown in [format!("{apply:?}"), format!("{moved:#?}"), format!("{opened:?}")] {
            assert!(shown.contains("7 bytes") && !shown.contains("hunter2"), "{shown}");
        }
    }
}
