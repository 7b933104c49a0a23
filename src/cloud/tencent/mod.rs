//! Tencent Cloud, API 3.0: services `vpc` (2017-03-12) and `tag` (2018-08-13), signed with
//! TC3-HMAC-SHA256; and in [`legacy`] its predecessor, API 2.0.

mod client;
mod connections;
mod customer_gateways;
mod describe;
mod endpoint;
mod errors;
pub mod legacy;
mod sign;
mod ssl_clients;
mod ssl_servers;
mod ssl_state;
mod tag;
mod tagged;
mod tasks;
mod vpc;

pub use client::{Action, Client, Config, Service};
pub use ssl_state::{CertStatus, SslState};
pub use tag::{
    DescribeResourceTagsByResourceIds, DescribeResourceTagsByResourceIdsAnswer, ModifyResourceTags, TagKey, TagPair,
    TagResource, resource_name,
};
pub use vpc::{
    BgpConfig, CreateCustomerGateway, CreateCustomerGatewayAnswer, CreateVpnConnection, CreateVpnConnectionAnswer,
    CreateVpnGatewaySslClient, CreateVpnGatewaySslClientAnswer, CreateVpnGatewaySslServer,
    CreateVpnGatewaySslServerAnswer, CustomerGateway, DeleteCustomerGateway, DeleteVpnConnection,
    DeleteVpnGatewaySslClient, DeleteVpnGatewaySslServer, DescribeCustomerGateways, DescribeCustomerGatewaysAnswer,
    DescribeVpcTaskResult, DescribeVpcTaskResultAnswer, DescribeVpnConnections, DescribeVpnConnectionsAnswer,
    DescribeVpnGatewaySslClients, DescribeVpnGatewaySslClientsAnswer, DescribeVpnGatewaySslServers,
    DescribeVpnGatewaySslServersAnswer, DisableVpnGatewaySslClientCert, DnsServers, DownloadVpnGatewaySslClientCert,
    DownloadVpnGatewaySslClientCertAnswer, Empty, EnableVpnGatewaySslClientCert, Filter, HealthCheckConfig,
    IkeOptionsSpecification, IpsecOptionsSpecification, ModifyCustomerGatewayAttribute, ModifyVpnConnectionAttribute,
    ModifyVpnGatewaySslServer, SecurityPolicyDatabase, SslClientConfig, SslVpnClient, SslVpnServer, Tag, TaskAnswer,
    VpnConnection,
};
