//! Terraform's protocol 6 and what go-plugin needs beside it: each RPC is translated, handed to the framework, and its answer translated
//! back.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use self::dispatch::{Handler, Services, streaming, unary};
use super::host;
use super::lifecycle::Lifecycle;

mod action;
mod convert;
mod data_source;
mod dispatch;
mod ephemeral;
mod function;
mod list;
mod provider;
mod resource;
mod rpc;
mod schema;

pub(super) use self::dispatch::{Answers, Call, one};

/// What calls of all clients share.
pub(super) struct Shared {
    pub(super) lifecycle: Lifecycle,
    /// The answer to GetProviderSchema. Made when first asked for: it is the same for every client.
    schema: OnceLock<Bytes>,
}

/// All services of a plugin.
pub(super) async fn services(lifecycle: Lifecycle) -> Services {
    let host = Arc::new(Shared { lifecycle, schema: OnceLock::new() });
    Services { host, handlers, health: host::health().await }
}

/// Protocol 6.11 without state stores and generated configuration, and go-plugin's own services.
fn handlers(path: &str) -> Option<Handler> {
    macro_rules! handler {
        ($shape:ident($handler:path)) => {
            |call| Box::pin($shape(call, $handler))
        };
        ($handler:path) => {
            |call| Box::pin($handler(call))
        };
    }
    let (service, rpc) = path.strip_prefix('/')?.split_once('/')?;
    Some(match (service, rpc) {
        ("tfplugin6.Provider", "GetMetadata") => handler!(unary(provider::metadata)),
        ("tfplugin6.Provider", "GetProviderSchema") => handler!(provider::schema),
        ("tfplugin6.Provider", "GetResourceIdentitySchemas") => handler!(unary(provider::identity_schemas)),
        ("tfplugin6.Provider", "ValidateProviderConfig") => handler!(unary(provider::validate)),
        ("tfplugin6.Provider", "ConfigureProvider") => handler!(unary(provider::configure)),
        ("tfplugin6.Provider", "StopProvider") => handler!(unary(provider::stop)),

        ("tfplugin6.Provider", "ValidateResourceConfig") => handler!(unary(resource::validate)),
        ("tfplugin6.Provider", "UpgradeResourceState") => handler!(unary(resource::upgrade)),
        ("tfplugin6.Provider", "UpgradeResourceIdentity") => handler!(unary(resource::upgrade_identity)),
        ("tfplugin6.Provider", "ReadResource") => handler!(unary(resource::read)),
        ("tfplugin6.Provider", "PlanResourceChange") => handler!(unary(resource::plan)),
        ("tfplugin6.Provider", "ApplyResourceChange") => handler!(unary(resource::apply)),
        ("tfplugin6.Provider", "ImportResourceState") => handler!(unary(resource::import)),
        ("tfplugin6.Provider", "MoveResourceState") => handler!(unary(resource::move_state)),

        ("tfplugin6.Provider", "ValidateDataResourceConfig") => handler!(unary(data_source::validate)),
        ("tfplugin6.Provider", "ReadDataSource") => handler!(unary(data_source::read)),

        ("tfplugin6.Provider", "GetFunctions") => handler!(unary(function::list)),
        ("tfplugin6.Provider", "CallFunction") => handler!(unary(function::call)),

        ("tfplugin6.Provider", "ValidateEphemeralResourceConfig") => handler!(unary(ephemeral::validate)),
        ("tfplugin6.Provider", "OpenEphemeralResource") => handler!(unary(ephemeral::open)),
        ("tfplugin6.Provider", "RenewEphemeralResource") => handler!(unary(ephemeral::renew)),
        ("tfplugin6.Provider", "CloseEphemeralResource") => handler!(unary(ephemeral::close)),

        ("tfplugin6.Provider", "ValidateListResourceConfig") => handler!(unary(list::validate)),
        ("tfplugin6.Provider", "ListResource") => handler!(streaming(list::list)),

        ("tfplugin6.Provider", "ValidateActionConfig") => handler!(unary(action::validate)),
        ("tfplugin6.Provider", "PlanAction") => handler!(unary(action::plan)),
        ("tfplugin6.Provider", "InvokeAction") => handler!(streaming(action::invoke)),

        ("plugin.GRPCController", "Shutdown") => handler!(host::shut_down),
        ("plugin.GRPCBroker", "StartStream") => handler!(host::broker),
        ("plugin.GRPCStdio", "StreamStdio") => handler!(host::stdio),
        _ => return None,
    })
}
