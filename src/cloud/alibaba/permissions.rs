//! What RAM has to permit for each kind of object.

use crate::cloud::alibaba::client::Action;
use crate::cloud::alibaba::connections::{
    CreateVpnConnection, DeleteVpnConnection, DescribeVpnConnection, DescribeVpnConnections,
    DownloadVpnConnectionConfig, ModifyVpnConnectionAttribute,
};
use crate::cloud::alibaba::customer_gateways::{
    CreateCustomerGateway, DeleteCustomerGateway, DescribeCustomerGateway, DescribeCustomerGateways,
    ModifyCustomerGatewayAttribute,
};
use crate::cloud::alibaba::gateways::{
    CreateVpnGateway, DeleteVpnGateway, DescribeVpnGateway, DescribeVpnGateways, ModifyVpnGatewayAttribute,
};
use crate::cloud::alibaba::resource_groups::MoveVpnResourceGroup;
use crate::cloud::alibaba::route_entries::{
    CreateVpnRouteEntry, DeleteVpnRouteEntry, DescribeVpnRouteEntries, ModifyVpnRouteEntryWeight, PublishVpnRouteEntry,
};
use crate::cloud::alibaba::ssl_certs::{
    CreateSslVpnClientCert, DeleteSslVpnClientCert, DescribeSslVpnClientCert, DescribeSslVpnClientCerts,
    ModifySslVpnClientCert,
};
use crate::cloud::alibaba::ssl_servers::{
    CreateSslVpnServer, DeleteSslVpnServer, DescribeSslVpnServers, ModifySslVpnServer,
};
use crate::cloud::alibaba::tags::{TagResources, UnTagResources};
use crate::cloud::permissions::{Permission, Permissions};

/// VPN gateways.
pub const GATEWAY: Permissions = Permissions {
    read: &[to::<DescribeVpnGateway>(), to::<DescribeVpnGateways>()],
    plan: &[],
    write: &[
        to::<CreateVpnGateway>(),
        to::<ModifyVpnGatewayAttribute>(),
        to::<MoveVpnResourceGroup<'_>>(),
        to::<TagResources<'_>>(),
        to::<UnTagResources<'_>>(),
        to::<DeleteVpnGateway>(),
    ],
};

/// Customer gateways.
pub const CUSTOMER_GATEWAY: Permissions = Permissions {
    read: &[to::<DescribeCustomerGateway>(), to::<DescribeCustomerGateways>()],
    plan: &[to::<DescribeVpnConnections>()],
    write: &[
        to::<CreateCustomerGateway>(),
        to::<ModifyCustomerGatewayAttribute>(),
        to::<MoveVpnResourceGroup<'_>>(),
        to::<TagResources<'_>>(),
        to::<UnTagResources<'_>>(),
        to::<DeleteCustomerGateway>(),
    ],
};

/// IPsec connections.
pub const CONNECTION: Permissions = Permissions {
    read: &[to::<DescribeVpnConnection>(), to::<DescribeVpnConnections>()],
    plan: &[to::<DescribeVpnGateway>(), to::<DescribeVpnGateways>()],
    write: &[
        to::<CreateVpnConnection>(),
        to::<ModifyVpnConnectionAttribute>(),
        to::<TagResources<'_>>(),
        to::<UnTagResources<'_>>(),
        to::<DeleteVpnConnection>(),
    ],
};

/// What the other end of a connection has to be configured with.
pub const PEER_CONFIGURATION: Permissions =
    Permissions { read: &[to::<DownloadVpnConnectionConfig>()], plan: &[], write: &[] };

/// Route entries by destination.
pub const ROUTE_ENTRY: Permissions = Permissions {
    read: &[to::<DescribeVpnRouteEntries>()],
    plan: &[],
    write: &[
        to::<DescribeVpnGateway>(),
        // Several gateways at once.
        to::<DescribeVpnGateways>(),
        to::<CreateVpnRouteEntry>(),
        to::<ModifyVpnRouteEntryWeight>(),
        to::<PublishVpnRouteEntry>(),
        to::<DeleteVpnRouteEntry>(),
    ],
};

/// SSL servers.
pub const SSL_SERVER: Permissions = Permissions {
    read: &[to::<DescribeSslVpnServers>()],
    plan: &[to::<DescribeVpnGateway>(), to::<DescribeVpnGateways>()],
    write: &[to::<CreateSslVpnServer>(), to::<ModifySslVpnServer>(), to::<DeleteSslVpnServer>()],
};

/// Client certificates of SSL servers, without their keys.
pub const SSL_CLIENT_CERT: Permissions = Permissions {
    read: &[to::<DescribeSslVpnClientCerts>()],
    plan: &[],
    write: &[
        // Whoever may not ask for the gateway of a server writes nevertheless, though without knowing what has to wait for what.
        to::<DescribeSslVpnServers>(),
        to::<DescribeVpnGateway>(),
        to::<DescribeVpnGateways>(),
        to::<CreateSslVpnClientCert>(),
        to::<ModifySslVpnClientCert>(),
        to::<DeleteSslVpnClientCert>(),
    ],
};

/// The keys of client certificates.
pub const SSL_CLIENT_KEY: Permissions =
    Permissions { read: &[to::<DescribeSslVpnClientCert>()], plan: &[], write: &[] };

const fn to<A: Action>() -> Permission {
    // RAM names the permissions of this API by the service and the action.
    Permission::new("vpc", A::NAME, A::EFFECT)
}
