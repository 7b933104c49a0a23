//! The code that `build.rs` generates from `proto/`.

use std::fmt;

#[allow(clippy::all, unreachable_pub, clippy::use_self, clippy::or_fun_call)]
pub mod tfplugin6 {
    //! Terraform's plugin protocol 6.11.
    tonic::include_proto!("tfplugin6");
}

#[allow(clippy::all, unreachable_pub, clippy::use_self, clippy::or_fun_call)]
pub mod go_plugin {
    //! go-plugin's controller, broker and stdio services.
    tonic::include_proto!("plugin");
}

/// Prints sizes only: the bytes may hold a secret.
impl fmt::Debug for tfplugin6::DynamicValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynamicValue({} bytes of msgpack, {} of JSON)", self.msgpack.len(), self.json.len())
    }
}

/// Prints sizes only: the bytes may hold a secret.
impl fmt::Debug for tfplugin6::RawState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawState({} bytes of JSON, {} flatmap keys)", self.json.len(), self.flatmap.len())
    }
}

/// Prints the size of the private data only: it is another provider's and may hold a secret.
impl fmt::Debug for tfplugin6::move_resource_state::Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("source_provider_address", &self.source_provider_address)
            .field("source_type_name", &self.source_type_name)
            .field("source_schema_version", &self.source_schema_version)
            .field("source_state", &self.source_state)
            .field("target_type_name", &self.target_type_name)
            .field("source_private", &format_args!("{} bytes", self.source_private.len()))
            .field("source_identity", &self.source_identity)
            .field("source_identity_schema_version", &self.source_identity_schema_version)
            .finish()
    }
}
