//! Tencent Cloud, API 3.0: services `vpc` (2017-03-12) and `tag` (2018-08-13), signed with
//! TC3-HMAC-SHA256; and in [`legacy`] its predecessor, API 2.0.

mod between;
mod client;
mod connections;
mod customer_gateways;
mod describe;
mod endpoint;
mod errors;
mod gateway_routes;
mod gateways;
pub mod legacy;
mod peers;
mod sign;
mod tag;
mod vpc;

pub use client::{Action, Client, Config, Service};
pub use gateways::GatewayChange;
pub use tag::{ModifyResourceTags, TagKey, TagPair, resource_name};
pub use vpc::{
    BgpConfig, CreateCustomerGateway, CreateCustomerGatewayAnswer, CreateVpnConnection, CreateVpnConnectionAnswer,
    CreateVpnGateway, CreateVpnGatewayAnswer, CreateVpnGatewayRoutes, CustomerGateway, CustomerGatewayVendor,
    DeleteCustomerGateway, DeleteVpnConnection, DeleteVpnGateway, DeleteVpnGatewayRoutes,
    DescribeCustomerGatewayVendors, DescribeCustomerGatewayVendorsAnswer, DescribeCustomerGateways,
    DescribeCustomerGatewaysAnswer, DescribeVpnConnections, DescribeVpnConnectionsAnswer, DescribeVpnGatewayRoutes,
    DescribeVpnGateways, DescribeVpnGatewaysAnswer, DownloadCustomerGatewayConfiguration,
    DownloadCustomerGatewayConfigurationAnswer, Empty, Filter, HealthCheckConfig, IkeOptionsSpecification,
    InstanceChargePrepaid, IpsecOptionsSpecification, ModifyCustomerGatewayAttribute, ModifyVpnConnectionAttribute,
    ModifyVpnGatewayAttribute, ModifyVpnGatewayRoutes, RenewVpnGateway, ResetVpnGatewayInternetMaxBandwidth,
    SecurityPolicyDatabase, SetVpnGatewaysRenewFlag, Tag, VpnConnection, VpnGateway, VpnGatewayRoute,
    VpnGatewayRouteModify, VpnGatewayRoutesAnswer,
};
