//! Tencent Cloud, API 3.0: services `vpc` (2017-03-12) and `tag` (2018-08-13), signed with
//! TC3-HMAC-SHA256; and in [`legacy`] its predecessor, API 2.0.

mod between;
mod client;
mod connections;
mod credentials;
mod customer_gateways;
mod describe;
mod endpoint;
mod errors;
mod gateway_routes;
mod gateways;
pub mod legacy;
mod peers;
pub mod permissions;
mod sign;
mod ssl_client_writes;
mod ssl_clients;
mod ssl_servers;
mod ssl_state;
mod tag;
mod tagged;
mod tasks;
mod vpc;

#[cfg(test)]
pub(in crate::cloud) use client::tests::client as test_client;
pub use client::{Action, Client, Config, Service};
pub use credentials::chain;
pub use gateways::GatewayChange;
pub use ssl_client_writes::NewSslClient;
pub use ssl_state::{CertStatus, SslState};
pub use tag::{
    DescribeResourceTagsByResourceIds, DescribeResourceTagsByResourceIdsAnswer, ModifyResourceTags, TagKey, TagPair,
    TagResource, resource_name,
};
pub use vpc::{
    BgpConfig, CreateCustomerGateway, CreateCustomerGatewayAnswer, CreateVpnConnection, CreateVpnConnectionAnswer,
    CreateVpnGateway, CreateVpnGatewayAnswer, CreateVpnGatewayRoutes, CreateVpnGatewaySslClient,
    CreateVpnGatewaySslClientAnswer, CreateVpnGatewaySslServer, CreateVpnGatewaySslServerAnswer, CustomerGateway,
    CustomerGatewayVendor, DeleteCustomerGateway, DeleteVpnConnection, DeleteVpnGateway, DeleteVpnGatewayRoutes,
    DeleteVpnGatewaySslClient, DeleteVpnGatewaySslServer, DescribeCustomerGatewayVendors,
    DescribeCustomerGatewayVendorsAnswer, DescribeCustomerGateways, DescribeCustomerGatewaysAnswer,
    DescribeVpcTaskResult, DescribeVpcTaskResultAnswer, DescribeVpnConnections, DescribeVpnConnectionsAnswer,
    DescribeVpnGatewayRoutes, DescribeVpnGatewaySslClients, DescribeVpnGatewaySslClientsAnswer,
    DescribeVpnGatewaySslServers, DescribeVpnGatewaySslServersAnswer, DescribeVpnGateways, DescribeVpnGatewaysAnswer,
    DisableVpnGatewaySslClientCert, DnsServers, DownloadCustomerGatewayConfiguration,
    DownloadCustomerGatewayConfigurationAnswer, DownloadVpnGatewaySslClientCert, DownloadVpnGatewaySslClientCertAnswer,
    Empty, EnableVpnGatewaySslClientCert, Filter, HealthCheckConfig, IkeOptionsSpecification, InstanceChargePrepaid,
    IpsecOptionsSpecification, ModifyCustomerGatewayAttribute, ModifyVpnConnectionAttribute, ModifyVpnGatewayAttribute,
    ModifyVpnGatewayRoutes, ModifyVpnGatewaySslServer, RenewVpnGateway, ResetVpnGatewayInternetMaxBandwidth,
    SecurityPolicyDatabase, SetVpnGatewaysRenewFlag, SslClientConfig, SslVpnClient, SslVpnClientIds, SslVpnServer, Tag,
    TaskAnswer, VpcTaskResultDetailInfo, VpnConnection, VpnGateway, VpnGatewayRoute, VpnGatewayRouteModify,
    VpnGatewayRoutesAnswer,
};

pub(crate) use errors::occupied;
