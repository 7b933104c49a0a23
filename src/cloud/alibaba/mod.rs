//! Alibaba Cloud's VPC API, version 2016-04-28, signed with ACS3-HMAC-SHA256.

mod client;
mod connections;
mod creates;
mod credentials;
mod customer_gateways;
mod describe;
mod endpoint;
mod errors;
mod gateways;
pub mod permissions;
mod query;
mod resource_groups;
mod route_entries;
mod sign;
mod ssl_certs;
mod ssl_servers;
mod tags;
mod token;
mod turns;

#[cfg(test)]
pub(in crate::cloud) use client::tests::client as test_client;
pub use client::{Action, Client, Config};
pub use connections::*;
pub use credentials::chain;
pub use customer_gateways::{
    CreateCustomerGateway, CustomerGateway, DeleteCustomerGateway, DescribeCustomerGateways,
    ModifyCustomerGatewayAttribute,
};
pub use gateways::{CreateVpnGateway, DeleteVpnGateway, DescribeVpnGateways, ModifyVpnGatewayAttribute, VpnGateway};
pub use route_entries::{
    CreateVpnRouteEntry, DescribeVpnRouteEntries, VpnRouteEntry, VpnRouteEntryChange, VpnRouteEntryKey,
};
pub use ssl_certs::{
    CreateSslVpnClientCert, DescribeSslVpnClientCert, DescribeSslVpnClientCerts, ModifySslVpnClientCert,
    SslVpnClientCert,
};
pub use ssl_servers::{
    CreateSslVpnServer, DeleteSslVpnServer, DescribeSslVpnServers, ModifySslVpnServer, SslVpnServer,
    SslVpnServerSettings,
};
pub use tags::{Tag, is_reserved};
pub use token::ClientToken;
pub use turns::Turn;

pub(crate) use errors::occupied;
