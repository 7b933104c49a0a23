//! What users see: the provider's configuration and its resources. One file a resource.

use crate::cloud::Environment;
use crate::framework::diagnostics::Diagnostics;
use crate::framework::provider::{Provider, Registry};

use found::Single;

pub use config::Config;

mod addresses;
mod alibaba;
mod attributes;
mod caller_identity;
mod config;
mod errors;
mod foresight;
mod found;
mod ike;
mod key;
mod lookup;
mod managed;
mod official;
pub mod permissions;
mod pre_shared_key;
mod region;
mod settings;
mod tags;
mod tencent;
mod values;

#[cfg(test)]
mod tests;

/// The provider's address in registries and in the configuration of debug mode.
pub const ADDRESS: &str = "registry.terraform.io/cloudvpn/cloudvpn";

/// The provider.
#[derive(Debug, Default)]
pub struct Cloudvpn;

/// What the configuration became. A cloud that nobody uses costs nothing: no credentials are needed, no client is built.
pub struct Data {
    alibaba: alibaba::Alibaba,
    tencent: tencent::Tencent,
}

impl Provider for Cloudvpn {
    type Config = Config;
    type Data = Data;

    fn validate(&self, config: &Config) -> Diagnostics {
        config::validate(config, &Environment::of_process())
    }

    async fn configure(&self, config: Config, _terraform_version: &str) -> Result<Data, Diagnostics> {
        config::configure(config, &Environment::of_process())
    }

    fn register(registry: &mut Registry<Data>) {
        registry.raw_data_source(caller_identity::of::<alibaba::Alibaba>("cloudvpn_alibaba_caller_identity"));
        kind::<alibaba::Connection>(registry);
        registry.data_source::<alibaba::PeerConfiguration>();
        registry.ephemeral_resource::<alibaba::PeerConfiguration>();
        kind::<alibaba::CustomerGateway>(registry);
        kind::<alibaba::Gateway>(registry);
        kind::<alibaba::RouteEntry>(registry);
        kind::<alibaba::SslClientCert>(registry);
        registry.ephemeral_resource::<alibaba::EphemeralSslClientCert>();
        kind::<alibaba::SslServer>(registry);
        registry.raw_data_source(caller_identity::of::<tencent::Tencent>("cloudvpn_tencent_caller_identity"));
        kind::<tencent::Connection>(registry);
        kind::<tencent::CustomerGateway>(registry);
        kind::<tencent::Gateway>(registry);
        kind::<tencent::GatewayRoute>(registry);
        kind::<tencent::LegacyConnection>(registry);
        kind::<tencent::SslClient>(registry);
        registry.ephemeral_resource::<tencent::EphemeralSslClient>();
        kind::<tencent::SslServer>(registry);
        registry.data_source::<tencent::CustomerGatewayVendors>();
        registry.data_source::<tencent::PeerConfiguration>();
        registry.ephemeral_resource::<tencent::PeerConfiguration>();
        registry.ephemeral_resource::<pre_shared_key::PreSharedKey>();
    }
}

/// A kind: the resource, the data source of any number and that of one.
fn kind<M: Single>(registry: &mut Registry<Data>) {
    registry.raw_resource(managed::resource::<M>());
    registry.raw_data_source(found::many::<M::Many>());
    registry.raw_data_source(found::one::<M>());
}
