//! What CAM has to permit for each kind of object.

use crate::cloud::permissions::{Permission, Permissions};
use crate::cloud::tencent::client::Action;
use crate::cloud::tencent::tag::{DescribeResourceTagsByResourceIds, ModifyResourceTags};
use crate::cloud::tencent::vpc::{
    CreateCustomerGateway, CreateVpnConnection, CreateVpnGateway, CreateVpnGatewayRoutes, CreateVpnGatewaySslClient,
    CreateVpnGatewaySslServer, DeleteCustomerGateway, DeleteVpnConnection, DeleteVpnGateway, DeleteVpnGatewayRoutes,
    DeleteVpnGatewaySslClient, DeleteVpnGatewaySslServer, DescribeCustomerGatewayVendors, DescribeCustomerGateways,
    DescribeVpcTaskResult, DescribeVpnConnections, DescribeVpnGatewayRoutes, DescribeVpnGatewaySslClients,
    DescribeVpnGatewaySslServers, DescribeVpnGateways, DisableVpnGatewaySslClientCert,
    DownloadCustomerGatewayConfiguration, DownloadVpnGatewaySslClientCert, EnableVpnGatewaySslClientCert,
    ModifyCustomerGatewayAttribute, ModifyVpnConnectionAttribute, ModifyVpnGatewayAttribute, ModifyVpnGatewayRoutes,
    ModifyVpnGatewaySslServer, RenewVpnGateway, ResetVpnGatewayInternetMaxBandwidth, SetVpnGatewaysRenewFlag,
};

/// VPN gateways.
pub const GATEWAY: Permissions = Permissions {
    read: &[to::<DescribeVpnGateways>()],
    plan: &[],
    write: &[
        to::<CreateVpnGateway>(),
        to::<ModifyVpnGatewayAttribute>(),
        to::<ResetVpnGatewayInternetMaxBandwidth>(),
        to::<RenewVpnGateway>(),
        to::<SetVpnGatewaysRenewFlag>(),
        to::<ModifyResourceTags>(),
        // Which tunnels it still has, before it is deleted.
        to::<DescribeVpnConnections>(),
        to::<DeleteVpnGateway>(),
    ],
};

/// Customer gateways.
pub const CUSTOMER_GATEWAY: Permissions = Permissions {
    read: &[to::<DescribeCustomerGateways>()],
    plan: &[to::<DescribeVpnConnections>()],
    write: &[
        to::<CreateCustomerGateway>(),
        to::<ModifyCustomerGatewayAttribute>(),
        to::<ModifyResourceTags>(),
        to::<DeleteCustomerGateway>(),
    ],
};

/// Tunnels.
pub const CONNECTION: Permissions = Permissions {
    read: &[to::<DescribeVpnConnections>()],
    plan: &[to::<DescribeVpnGateways>()],
    write: &[
        to::<CreateVpnConnection>(),
        to::<ModifyVpnConnectionAttribute>(),
        to::<ModifyResourceTags>(),
        to::<DeleteVpnConnection>(),
    ],
};

/// What the device at the other end of a tunnel has to be configured with.
pub const PEER_CONFIGURATION: Permissions =
    Permissions { read: &[to::<DownloadCustomerGatewayConfiguration>()], plan: &[], write: &[] };

/// The devices for which that can be had.
pub const CUSTOMER_GATEWAY_VENDORS: Permissions =
    Permissions { read: &[to::<DescribeCustomerGatewayVendors>()], plan: &[], write: &[] };

/// Routes of VPN gateways.
pub const GATEWAY_ROUTE: Permissions = Permissions {
    read: &[to::<DescribeVpnGatewayRoutes>()],
    plan: &[],
    write: &[to::<CreateVpnGatewayRoutes>(), to::<ModifyVpnGatewayRoutes>(), to::<DeleteVpnGatewayRoutes>()],
};

/// SSL servers.
pub const SSL_SERVER: Permissions = Permissions {
    // Nothing else shows their tags.
    read: &[to::<DescribeVpnGatewaySslServers>(), to::<DescribeResourceTagsByResourceIds>()],
    plan: &[to::<DescribeVpnGateways>()],
    write: &[
        to::<CreateVpnGatewaySslServer>(),
        to::<ModifyVpnGatewaySslServer>(),
        to::<ModifyResourceTags>(),
        to::<DescribeVpcTaskResult>(),
        // Which clients it still has, before it is deleted.
        to::<DescribeVpnGatewaySslClients>(),
        to::<DeleteVpnGatewaySslServer>(),
    ],
};

/// SSL clients, without their keys.
pub const SSL_CLIENT: Permissions = Permissions {
    read: &[to::<DescribeVpnGatewaySslClients>(), to::<DescribeResourceTagsByResourceIds>()],
    plan: &[],
    write: &[
        to::<CreateVpnGatewaySslClient>(),
        to::<EnableVpnGatewaySslClientCert>(),
        to::<DisableVpnGatewaySslClientCert>(),
        to::<ModifyResourceTags>(),
        to::<DescribeVpcTaskResult>(),
        to::<DeleteVpnGatewaySslClient>(),
    ],
};

/// The keys of SSL clients.
pub const SSL_CLIENT_KEY: Permissions =
    Permissions { read: &[to::<DownloadVpnGatewaySslClientCert>()], plan: &[], write: &[] };

const fn to<A: Action>() -> Permission {
    Permission::new(A::SERVICE.name(), A::NAME, A::EFFECT)
}
