//! Requests and answers of the `vpc` service, VPC API 2017-03-12. Members keep the API's meaning
//! and units; see each action's page in the API reference, product 215.
//!
//! In requests, `None` leaves a member out and every other value is sent, also `0`, `false` and the
//! empty list. In answers every member may be absent.

use secrecy::SecretString;
use serde::{Serialize, Serializer};

use crate::cloud::answer::Answer;
use crate::cloud::retry::Effect;
use crate::cloud::secret;
use crate::cloud::tencent::client::{Action, Service, VPC, action};

pub use customer_gateway::{
    CreateCustomerGateway, CreateCustomerGatewayAnswer, CustomerGateway, DeleteCustomerGateway,
    DescribeCustomerGateways, DescribeCustomerGatewaysAnswer, ModifyCustomerGatewayAttribute,
};
pub use gateway::{
    CreateVpnGateway, CreateVpnGatewayAnswer, DeleteVpnGateway, DescribeVpnGateways, DescribeVpnGatewaysAnswer,
    InstanceChargePrepaid, ModifyVpnGatewayAttribute, RenewVpnGateway, ResetVpnGatewayInternetMaxBandwidth,
    SetVpnGatewaysRenewFlag, VpnGateway,
};
pub use gateway_route::{
    CreateVpnGatewayRoutes, DeleteVpnGatewayRoutes, DescribeVpnGatewayRoutes, ModifyVpnGatewayRoutes, VpnGatewayRoute,
    VpnGatewayRouteModify, VpnGatewayRoutesAnswer,
};
pub use peer::{
    CustomerGatewayVendor, DescribeCustomerGatewayVendors, DescribeCustomerGatewayVendorsAnswer,
    DownloadCustomerGatewayConfiguration, DownloadCustomerGatewayConfigurationAnswer,
};

pub use ssl_client::{
    CreateVpnGatewaySslClient, CreateVpnGatewaySslClientAnswer, DeleteVpnGatewaySslClient,
    DescribeVpnGatewaySslClients, DescribeVpnGatewaySslClientsAnswer, DisableVpnGatewaySslClientCert,
    DownloadVpnGatewaySslClientCert, DownloadVpnGatewaySslClientCertAnswer, EnableVpnGatewaySslClientCert,
    SslClientConfig, SslVpnClient, SslVpnClientIds,
};
pub use ssl_server::{
    CreateVpnGatewaySslServer, CreateVpnGatewaySslServerAnswer, DeleteVpnGatewaySslServer,
    DescribeVpnGatewaySslServers, DescribeVpnGatewaySslServersAnswer, DnsServers, ModifyVpnGatewaySslServer,
    SslVpnServer,
};
pub use task::{DescribeVpcTaskResult, DescribeVpcTaskResultAnswer, TaskAnswer, VpcTaskResultDetailInfo};

/// A Describe action that finds objects of one kind by ids or by filters, or all of the region: its request, the member with the ids, its
/// documented number of calls per second, and one page of its answer with the member that has the objects.
macro_rules! describe {
    (
        $(#[$about:meta])*
        $request:ident { $ids:ident }, $rate:literal =>
        $(#[$page:meta])*
        $answer:ident { $(#[$member:meta])* $set:ident: $object:ty }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, serde::Serialize)]
        #[serde(rename_all = "PascalCase")]
        pub struct $request {
            /// At most 100; not together with filters.
            pub $ids: Option<Vec<String>>,
            /// At most 10, so far as it is documented.
            pub filters: Option<Vec<$crate::cloud::tencent::vpc::Filter>>,
            pub offset: Option<u64>,
            /// At most 100, so far as it is documented; the default, 20, also cuts a list of more ids.
            pub limit: Option<u64>,
        }

        $(#[$page])*
        #[derive(Clone, Debug, Default, $crate::cloud::answer::Answer)]
        pub struct $answer {
            /// How many objects match, on all pages.
            pub total_count: Option<i64>,
            /// None when the answer has no such member: that says nothing, unlike an empty list.
            $(#[$member])*
            pub $set: Option<Vec<$object>>,
        }

        $crate::cloud::tencent::client::action!($request, Read, $rate => $answer);
    };
}

mod customer_gateway;
mod gateway;
mod gateway_route;
mod peer;
mod ssl_client;
mod ssl_server;
mod task;

/// Asks for a tunnel. Asynchronous: the tunnel is `PENDING` for a while.
///
/// [`Client::create_connection`](crate::cloud::tencent::Client::create_connection) is the safe way
/// to send it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateVpnConnection {
    /// The VPC of a VPC-attached gateway; the empty string, or none, for CCN ones.
    pub vpc_id: Option<String>,
    pub vpn_gateway_id: String,
    /// There may be one tunnel only per VPN gateway and customer gateway.
    pub customer_gateway_id: String,
    /// 1 to 60 characters.
    pub vpn_connection_name: String,
    #[serde(serialize_with = "secret::expose")]
    pub pre_share_key: Option<SecretString>,
    pub security_policy_databases: Option<Vec<SecurityPolicyDatabase>>,
    #[serde(rename = "IKEOptionsSpecification")]
    pub ike_options_specification: Option<IkeOptionsSpecification>,
    #[serde(rename = "IPSECOptionsSpecification")]
    pub ipsec_options_specification: Option<IpsecOptionsSpecification>,
    pub tags: Option<Vec<Tag>>,
    /// Not possible together with security policies.
    pub enable_health_check: Option<bool>,
    pub health_check_local_ip: Option<String>,
    pub health_check_remote_ip: Option<String>,
    /// `STATIC`, `StaticRoute`, `Policy` or `Bgp`.
    pub route_type: Option<String>,
    /// `active`, `passive` or `flowTrigger`.
    pub negotiation_type: Option<String>,
    /// 0 or 1.
    pub dpd_enable: Option<i64>,
    /// Seconds, 30 to 60. A string on the wire.
    #[serde(serialize_with = "as_string")]
    pub dpd_timeout: Option<i64>,
    /// `clear` or `restart`.
    pub dpd_action: Option<String>,
    pub bgp_config: Option<BgpConfig>,
    pub health_check_config: Option<HealthCheckConfig>,
}

/// The acknowledgement of a create. Nothing in it is settled: even the id may be empty.
#[derive(Clone, Debug, Default, Answer)]
pub struct CreateVpnConnectionAnswer {
    pub vpn_connection: Option<VpnConnection>,
}

impl Action for CreateVpnConnection {
    type Answer = CreateVpnConnectionAnswer;
    const NAME: &'static str = "CreateVpnConnection";
    const SERVICE: Service = VPC;
    const EFFECT: Effect = Effect::Create;
    const RATE: u32 = 100;

    fn secrets(&self) -> Vec<&SecretString> {
        self.pre_share_key.iter().collect()
    }
}

/// Changes a tunnel in place; only what is set changes. Wait until the tunnel is `AVAILABLE` again
/// afterwards.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifyVpnConnectionAttribute {
    pub vpn_connection_id: String,
    /// 1 to 60 characters.
    pub vpn_connection_name: Option<String>,
    #[serde(serialize_with = "secret::expose")]
    pub pre_share_key: Option<SecretString>,
    /// Replaces the whole list.
    pub security_policy_databases: Option<Vec<SecurityPolicyDatabase>>,
    /// Whether members left out keep their value is not documented: send all of them.
    #[serde(rename = "IKEOptionsSpecification")]
    pub ike_options_specification: Option<IkeOptionsSpecification>,
    /// Whether members left out keep their value is not documented: send all of them.
    #[serde(rename = "IPSECOptionsSpecification")]
    pub ipsec_options_specification: Option<IpsecOptionsSpecification>,
    pub enable_health_check: Option<bool>,
    pub health_check_local_ip: Option<String>,
    pub health_check_remote_ip: Option<String>,
    /// `active`, `passive` or `flowTrigger`.
    pub negotiation_type: Option<String>,
    /// 0 or 1.
    pub dpd_enable: Option<i64>,
    /// Seconds, 30 to 60. A string on the wire.
    #[serde(serialize_with = "as_string")]
    pub dpd_timeout: Option<i64>,
    /// `clear` or `restart`.
    pub dpd_action: Option<String>,
    /// For gateways of version 4.0 and later.
    pub customer_gateway_id: Option<String>,
    pub health_check_config: Option<HealthCheckConfig>,
    pub bgp_config: Option<BgpConfig>,
}

impl ModifyVpnConnectionAttribute {
    /// Whether anything is set but the tunnel that is meant.
    pub(crate) fn says_something(&self) -> bool {
        let nothing = Self { vpn_connection_id: self.vpn_connection_id.clone(), ..Self::default() };
        // Both serialise, since they are sent so.
        serde_json::to_value(self).ok() != serde_json::to_value(&nothing).ok()
    }
}

impl Action for ModifyVpnConnectionAttribute {
    type Answer = Empty;
    const NAME: &'static str = "ModifyVpnConnectionAttribute";
    const SERVICE: Service = VPC;
    const EFFECT: Effect = Effect::Write;
    const RATE: u32 = 100;

    fn secrets(&self) -> Vec<&SecretString> {
        self.pre_share_key.iter().collect()
    }
}

describe! {
    /// Lists tunnels: by id, or by filters, or all of the region.
    DescribeVpnConnections { vpn_connection_ids }, 100 =>
    /// One page of tunnels.
    DescribeVpnConnectionsAnswer { vpn_connection_set: VpnConnection }
}

/// Deletes a tunnel. Asynchronous: it is `DELETING` for a while.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteVpnConnection {
    pub vpn_gateway_id: String,
    pub vpn_connection_id: String,
}

action!(DeleteVpnConnection, Delete, 100 => Empty);

/// The answer of actions that only acknowledge.
#[derive(Clone, Copy, Debug, Default, Answer)]
pub struct Empty {}

/// Filters are ANDed, the values of one filter ORed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Filter {
    /// For tunnels `vpc-id`, `vpn-gateway-id`, `customer-gateway-id`, `vpn-connection-name` or
    /// `vpn-connection-id`; for customer gateways `customer-gateway-id`, `customer-gateway-name`,
    /// `ip-address` or `ip-version`; for SSL servers `vpc-id`, `vpn-gateway-id`, `ssl-vpn-server-id` or
    /// `ssl-vpn-server-name`; for SSL clients `vpc-id`, `vpn-gateway-id`, `ssl-vpn-server-id`,
    /// `ssl-vpn-client-id` or `ssl-vpn-client-name`.
    pub name: String,
    /// At most 5.
    pub values: Vec<String>,
}

impl Filter {
    /// A filter for one value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), values: vec![value.into()] }
    }
}

/// A tunnel, as the service describes it.
#[derive(Clone, Debug, Default, Answer)]
pub struct VpnConnection {
    pub vpn_connection_id: Option<String>,
    pub vpn_connection_name: Option<String>,
    pub vpc_id: Option<String>,
    pub vpn_gateway_id: Option<String>,
    pub customer_gateway_id: Option<String>,
    /// The service gives the key in clear text.
    pub pre_share_key: Option<SecretString>,
    /// `IPSEC`.
    pub vpn_proto: Option<String>,
    /// `IKE`.
    pub encrypt_proto: Option<String>,
    /// `STATIC`, `StaticRoute`, `Policy` or `Bgp`.
    pub route_type: Option<String>,
    /// `YYYY-MM-DD hh:mm:ss` without a zone; all zeros right after creation.
    pub created_time: Option<String>,
    /// `PENDING`, `AVAILABLE` or `DELETING`.
    pub state: Option<String>,
    /// `AVAILABLE` when the tunnel is connected. Says nothing about provisioning.
    pub net_status: Option<String>,
    /// In the service's own order, which is not the order they were given in.
    pub security_policy_database_set: Vec<SecurityPolicyDatabase>,
    #[member("IKEOptionsSpecification")]
    pub ike_options_specification: Option<IkeOptionsSpecification>,
    #[member("IPSECOptionsSpecification")]
    pub ipsec_options_specification: Option<IpsecOptionsSpecification>,
    pub enable_health_check: Option<bool>,
    pub health_check_local_ip: Option<String>,
    pub health_check_remote_ip: Option<String>,
    /// `AVAILABLE` or `UNAVAILABLE`; absent without health check.
    pub health_check_status: Option<String>,
    /// 0 or 1; -1 while not settled.
    pub dpd_enable: Option<i64>,
    /// Seconds.
    pub dpd_timeout: Option<i64>,
    /// `clear` or `restart`.
    pub dpd_action: Option<String>,
    pub tag_set: Vec<Tag>,
    /// `active`, `passive` or `flowTrigger`.
    pub negotiation_type: Option<String>,
    pub bgp_config: Option<BgpConfig>,
    pub health_check_config: Option<HealthCheckConfig>,
}

/// A security policy: traffic between the ranges goes through the tunnel.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Answer)]
#[serde(rename_all = "PascalCase")]
pub struct SecurityPolicyDatabase {
    /// The range on the VPC's side.
    pub local_cidr_block: String,
    /// The ranges on the customer's side, at most 50.
    pub remote_cidr_block: Vec<String>,
}

/// Phase 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Answer)]
#[serde(rename_all = "PascalCase")]
pub struct IkeOptionsSpecification {
    /// `3DES-CBC`, `AES-CBC-128`, `AES-CBC-192`, `AES-CBC-256`, `DES-CBC`, `SM4`, `AES128GCM128`
    /// ...
    pub propo_encry_algorithm: Option<String>,
    /// `MD5`, `SHA`, `SHA-256` or `SHA-512`.
    pub propo_authen_algorithm: Option<String>,
    /// `MAIN` or `AGGRESSIVE`.
    pub exchange_mode: Option<String>,
    /// `ADDRESS` or `FQDN`.
    pub local_identity: Option<String>,
    /// `ADDRESS` or `FQDN`.
    pub remote_identity: Option<String>,
    pub local_address: Option<String>,
    pub remote_address: Option<String>,
    pub local_fqdn_name: Option<String>,
    pub remote_fqdn_name: Option<String>,
    /// `GROUP1`, `GROUP2`, `GROUP5`, `GROUP14` ...
    pub dh_group_name: Option<String>,
    /// 60 to 604800 s.
    #[serde(rename = "IKESaLifetimeSeconds")]
    pub ike_sa_lifetime_seconds: Option<i64>,
    /// `IKEV1` or `IKEV2`.
    #[serde(rename = "IKEVersion")]
    pub ike_version: Option<String>,
}

/// Phase 2.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Answer)]
#[serde(rename_all = "PascalCase")]
pub struct IpsecOptionsSpecification {
    /// As in phase 1, and `NULL`.
    pub encrypt_algorithm: Option<String>,
    /// `MD5`, `SHA1`, `SHA-256`, `SHA-384`, `SHA-512` or `SM3`. Sent under its first, misspelt
    /// name, which every version of the API takes; read from whichever of the two names carries a
    /// value.
    #[serde(rename = "IntegrityAlgorith")]
    #[member("IntegrityAlgorith", "IntegrityAlgorithm")]
    pub integrity_algorithm: Option<String>,
    /// 180 to 604800 s.
    #[serde(rename = "IPSECSaLifetimeSeconds")]
    pub ipsec_sa_lifetime_seconds: Option<i64>,
    /// `NULL`, `DH-GROUP1`, `DH-GROUP2`, `DH-GROUP5`, `DH-GROUP14` ...
    pub pfs_dh_group: Option<String>,
    /// 2560 to 4294967295 KB.
    #[serde(rename = "IPSECSaLifetimeTraffic")]
    pub ipsec_sa_lifetime_traffic: Option<i64>,
}

/// How the health of a tunnel is probed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Answer)]
#[serde(rename_all = "PascalCase")]
pub struct HealthCheckConfig {
    /// `NQA`.
    pub probe_type: Option<String>,
    /// 1000 to 5000 ms.
    pub probe_interval: Option<i64>,
    /// 3 to 8 lost probes.
    pub probe_threshold: Option<i64>,
    /// 10 to 5000 ms.
    pub probe_timeout: Option<i64>,
}

/// BGP over the tunnel. The AS numbers are in answers only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Answer)]
#[serde(rename_all = "PascalCase")]
pub struct BgpConfig {
    /// A /30.
    pub tunnel_cidr: Option<String>,
    /// Inside of the tunnel's range.
    pub local_bgp_ip: Option<String>,
    /// Inside of the tunnel's range.
    pub remote_bgp_ip: Option<String>,
    #[serde(skip_serializing)]
    pub local_bgp_asn: Option<String>,
    #[serde(skip_serializing)]
    pub remote_bgp_asn: Option<String>,
}

/// A tag, as the `vpc` service writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Answer)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    pub key: String,
    pub value: Option<String>,
}

/// Tags, to compare.
pub(crate) fn pairs(tags: Option<&[Tag]>) -> impl Iterator<Item = (&str, &str)> {
    tags.unwrap_or_default().iter().map(|tag| (tag.key.as_str(), tag.value.as_deref().unwrap_or_default()))
}

/// What a request says, where empty is nothing.
pub(crate) fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn as_string<S: Serializer>(number: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    number.map(|number| number.to_string()).serialize(serializer)
}

#[cfg(test)]
mod tests;
