//! SSL servers: requests and answers of the VPC API 2017-03-12.

use secrecy::SecretString;
use serde::Serialize;

use super::{Tag, TaskAnswer};
use crate::cloud::answer::Answer;
use crate::cloud::retry::Effect;
use crate::cloud::secret;
use crate::cloud::tencent::client::{Action, Service, VPC, action};

/// Makes an SSL server on a VPN gateway. Asynchronous: ends with its task.
///
/// [`Client::create_ssl_server`](crate::cloud::tencent::Client::create_ssl_server) is the safe way to
/// send it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateVpnGatewaySslServer {
    /// A gateway has one SSL server at most.
    pub vpn_gateway_id: String,
    /// 1 to 60 bytes.
    pub ssl_vpn_server_name: String,
    /// Ranges in the cloud, at most 100.
    pub local_address: Vec<String>,
    /// The range from which clients get their addresses.
    pub remote_address: String,
    /// `UDP`.
    pub ssl_vpn_protocol: Option<String>,
    pub ssl_vpn_port: Option<i64>,
    /// `SHA1`, `SHA224`, `SHA256`, `SHA384` or `SHA512`.
    pub integrity_algorithm: Option<String>,
    /// `AES-128-CBC`, `AES-192-CBC`, `AES-256-CBC`, or the same with `GCM`.
    pub encrypt_algorithm: Option<String>,
    /// Documented as not supported.
    pub compress: Option<bool>,
    /// For accounts that Tencent Cloud permits to.
    pub sso_enabled: Option<bool>,
    pub access_policy_enabled: Option<bool>,
    /// With single sign-on. In no answer.
    #[serde(serialize_with = "secret::expose")]
    pub saml_data: Option<SecretString>,
    pub tags: Option<Vec<Tag>>,
    pub dns_servers: Option<DnsServers>,
}

/// The acknowledgement of a create.
#[derive(Clone, Debug, Default, Answer)]
pub struct CreateVpnGatewaySslServerAnswer {
    pub task_id: Option<i64>,
    pub ssl_vpn_server_id: Option<String>,
}

impl Action for CreateVpnGatewaySslServer {
    type Answer = CreateVpnGatewaySslServerAnswer;
    const NAME: &'static str = "CreateVpnGatewaySslServer";
    const SERVICE: Service = VPC;
    const EFFECT: Effect = Effect::Create;
    const RATE: u32 = 20;

    fn secrets(&self) -> Vec<&SecretString> {
        self.saml_data.iter().collect()
    }
}

/// Changes an SSL server in place: what is set. Asynchronous: ends with its task.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifyVpnGatewaySslServer {
    pub ssl_vpn_server_id: String,
    pub ssl_vpn_server_name: Option<String>,
    pub local_address: Option<Vec<String>>,
    pub remote_address: Option<String>,
    pub ssl_vpn_port: Option<i64>,
    pub encrypt_algorithm: Option<String>,
    pub integrity_algorithm: Option<String>,
    pub compress: Option<bool>,
    pub sso_enabled: Option<bool>,
    #[serde(serialize_with = "secret::expose")]
    pub saml_data: Option<SecretString>,
    pub dns_servers: Option<DnsServers>,
}

impl ModifyVpnGatewaySslServer {
    /// Whether there is anything in it but the id.
    pub fn changes_anything(&self) -> bool {
        self.ssl_vpn_server_name.is_some()
            || self.local_address.is_some()
            || self.remote_address.is_some()
            || self.ssl_vpn_port.is_some()
            || self.encrypt_algorithm.is_some()
            || self.integrity_algorithm.is_some()
            || self.compress.is_some()
            || self.sso_enabled.is_some()
            || self.saml_data.is_some()
            || self.dns_servers.is_some()
    }
}

impl Action for ModifyVpnGatewaySslServer {
    type Answer = TaskAnswer;
    const NAME: &'static str = "ModifyVpnGatewaySslServer";
    const SERVICE: Service = VPC;
    const EFFECT: Effect = Effect::Write;
    const RATE: u32 = 20;

    fn secrets(&self) -> Vec<&SecretString> {
        self.saml_data.iter().collect()
    }
}

describe! {
    /// Lists SSL servers: by id, or by filters, or all of the region.
    DescribeVpnGatewaySslServers { ssl_vpn_server_ids }, 20 =>
    /// One page of SSL servers.
    DescribeVpnGatewaySslServersAnswer {
        /// The API's spelling.
        #[member("SslVpnSeverSet")]
        ssl_vpn_server_set: SslVpnServer
    }
}

/// Deletes an SSL server. Asynchronous: ends with its task.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteVpnGatewaySslServer {
    pub ssl_vpn_server_id: String,
}

action!(DeleteVpnGatewaySslServer, Delete, 20 => TaskAnswer);

/// An SSL server, as the service describes it (`SslVpnSever`). What is a boolean in requests is 0 or
/// 1 here.
#[derive(Clone, Debug, Default, Answer)]
pub struct SslVpnServer {
    pub vpc_id: Option<String>,
    pub ssl_vpn_server_id: Option<String>,
    pub vpn_gateway_id: Option<String>,
    pub ssl_vpn_server_name: Option<String>,
    pub local_address: Option<Vec<String>>,
    pub remote_address: Option<String>,
    pub max_connection: Option<i64>,
    pub wan_ip: Option<String>,
    pub ssl_vpn_protocol: Option<String>,
    pub ssl_vpn_port: Option<i64>,
    pub encrypt_algorithm: Option<String>,
    pub integrity_algorithm: Option<String>,
    pub compress: Option<bool>,
    /// `YYYY-MM-DD hh:mm:ss` without a zone.
    pub create_time: Option<String>,
    /// See [`SslState`](crate::cloud::tencent::SslState).
    pub state: Option<i64>,
    pub sso_enabled: Option<bool>,
    pub access_policy_enabled: Option<bool>,
    pub dns_servers: Option<DnsServers>,
    /// Not of this service: none until the tag service was asked.
    #[member(skip)]
    pub tag_set: Option<Vec<Tag>>,
}

/// The name servers that clients are told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Answer)]
#[serde(rename_all = "PascalCase")]
pub struct DnsServers {
    pub primary_dns: Option<String>,
    pub secondary_dns: Option<String>,
}
