//! What users see: the provider's configuration and its resources. One file a resource.

use crate::framework::diagnostics::Diagnostics;
use crate::framework::provider::{Provider, Registry};
use crate::framework::view::One;

pub use config::Config;

mod alibaba;
mod config;
mod errors;
mod found;
mod key;
mod lookup;
mod managed;
mod settings;
mod tags;
mod tencent;
mod values;

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

    async fn configure(&self, config: Config, _terraform_version: &str) -> Result<Data, Diagnostics> {
        config::configure(config, &|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn register(registry: &mut Registry<Data>) {
        registry.resource::<alibaba::Connection>();
        registry.data_source::<alibaba::Connections>();
        registry.data_source::<One<alibaba::Connection>>();
        registry.data_source::<alibaba::PeerConfiguration>();
        registry.ephemeral_resource::<alibaba::PeerConfiguration>();
        registry.resource::<alibaba::CustomerGateway>();
        registry.data_source::<alibaba::CustomerGateways>();
        registry.data_source::<One<alibaba::CustomerGateway>>();
        registry.resource::<alibaba::Gateway>();
        registry.data_source::<alibaba::Gateways>();
        registry.data_source::<One<alibaba::Gateway>>();
        registry.resource::<alibaba::RouteEntry>();
        registry.data_source::<alibaba::RouteEntries>();
        registry.data_source::<One<alibaba::RouteEntry>>();
        registry.resource::<alibaba::SslClientCert>();
        registry.ephemeral_resource::<alibaba::EphemeralSslClientCert>();
        registry.data_source::<alibaba::SslClientCerts>();
        registry.data_source::<One<alibaba::SslClientCert>>();
        registry.resource::<alibaba::SslServer>();
        registry.data_source::<alibaba::SslServers>();
        registry.data_source::<One<alibaba::SslServer>>();
        registry.resource::<tencent::Connection>();
        registry.resource::<tencent::CustomerGateway>();
        registry.resource::<tencent::Gateway>();
        registry.resource::<tencent::GatewayRoute>();
        registry.resource::<tencent::LegacyConnection>();
        registry.resource::<tencent::SslClient>();
        registry.ephemeral_resource::<tencent::EphemeralSslClient>();
        registry.resource::<tencent::SslServer>();
        registry.data_source::<tencent::Connections>();
        registry.data_source::<One<tencent::Connection>>();
        registry.data_source::<tencent::CustomerGateways>();
        registry.data_source::<One<tencent::CustomerGateway>>();
        registry.data_source::<tencent::CustomerGatewayVendors>();
        registry.data_source::<tencent::Gateways>();
        registry.data_source::<One<tencent::Gateway>>();
        registry.data_source::<tencent::GatewayRoutes>();
        registry.data_source::<One<tencent::GatewayRoute>>();
        registry.data_source::<tencent::LegacyConnections>();
        registry.data_source::<One<tencent::LegacyConnection>>();
        registry.data_source::<tencent::PeerConfiguration>();
        registry.ephemeral_resource::<tencent::PeerConfiguration>();
        registry.data_source::<tencent::SslClients>();
        registry.data_source::<One<tencent::SslClient>>();
        registry.data_source::<tencent::SslServers>();
        registry.data_source::<One<tencent::SslServer>>();
    }
}
