//! Tencent Cloud, API 3.0: services `vpc` (2017-03-12) and `tag` (2018-08-13), signed with
//! TC3-HMAC-SHA256; and in [`legacy`] its predecessor, API 2.0.

mod between;
mod client;
mod connections;
mod customer_gateways;
mod describe;
mod endpoint;
mod errors;
pub mod legacy;
mod sign;
mod tag;
mod vpc;

pub use client::{Action, Client, Config, Service};
pub use tag::{ModifyResourceTags, TagKey, TagPair, resource_name};
pub use vpc::{
    BgpConfig, CreateCustomerGateway, CreateCustomerGatewayAnswer, CreateVpnConnection, CreateVpnConnectionAnswer,
    CustomerGateway, DeleteCustomerGateway, DeleteVpnConnection, DescribeCustomerGateways,
    DescribeCustomerGatewaysAnswer, DescribeVpnConnections, DescribeVpnConnectionsAnswer, Empty, Filter,
    HealthCheckConfig, IkeOptionsSpecification, IpsecOptionsSpecification, ModifyCustomerGatewayAttribute,
    ModifyVpnConnectionAttribute, SecurityPolicyDatabase, Tag, VpnConnection,
};
