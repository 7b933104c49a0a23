//! SSL clients: requests and answers of the VPC API 2017-03-12.

use secrecy::SecretString;
use serde::Serialize;

use super::{Tag, TaskAnswer};
use crate::cloud::answer::Answer;
use crate::cloud::tencent::client::action;

/// Makes clients of an SSL server, with their certificates. Asynchronous: ends with its task.
///
/// [`Client::create_ssl_client`](crate::cloud::tencent::Client::create_ssl_client) is the safe way to
/// send it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateVpnGatewaySslClient {
    pub ssl_vpn_server_id: String,
    /// For one client.
    pub ssl_vpn_client_name: Option<String>,
    /// For several, instead.
    pub ssl_vpn_client_names: Option<Vec<String>>,
    pub tags: Option<Vec<Tag>>,
}

/// The acknowledgement of a create.
#[derive(Clone, Debug, Default, Answer)]
pub struct CreateVpnGatewaySslClientAnswer {
    pub task_id: Option<i64>,
    /// Of a single one.
    pub ssl_vpn_client_id: Option<String>,
    /// Of several. Which is whose is not documented.
    pub ssl_vpn_client_ids: Vec<String>,
}

action!(CreateVpnGatewaySslClient, Create, 20 => CreateVpnGatewaySslClientAnswer);

describe! {
    /// Lists SSL clients: by id, or by filters, or all of the region.
    DescribeVpnGatewaySslClients { ssl_vpn_client_ids }, 20 =>
    /// One page of SSL clients.
    DescribeVpnGatewaySslClientsAnswer { ssl_vpn_client_set: SslVpnClient }
}

/// Which SSL clients an action is about: one, or several.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SslVpnClientIds {
    pub ssl_vpn_client_id: Option<String>,
    /// Not together with the other.
    pub ssl_vpn_client_ids: Option<Vec<String>>,
}

impl From<Vec<String>> for SslVpnClientIds {
    fn from(ids: Vec<String>) -> Self {
        match <[_; 1]>::try_from(ids) {
            Ok([id]) => Self { ssl_vpn_client_id: Some(id), ssl_vpn_client_ids: None },
            Err(ids) => Self { ssl_vpn_client_id: None, ssl_vpn_client_ids: Some(ids) },
        }
    }
}

/// Deletes SSL clients; their certificates admit nobody any more. Asynchronous: ends with its task.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DeleteVpnGatewaySslClient(pub SslVpnClientIds);

action!(DeleteVpnGatewaySslClient, Delete, 20 => TaskAnswer);

/// Lets the certificates of SSL clients admit them again. Asynchronous: ends with its task.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EnableVpnGatewaySslClientCert(pub SslVpnClientIds);

action!(EnableVpnGatewaySslClientCert, Write, 20 => TaskAnswer);

/// Stops the certificates of SSL clients from admitting them. Asynchronous: ends with its task.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DisableVpnGatewaySslClientCert(pub SslVpnClientIds);

action!(DisableVpnGatewaySslClientCert, Write, 20 => TaskAnswer);

/// Asks for what an SSL client needs to connect, its private key among it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DownloadVpnGatewaySslClientCert {
    pub ssl_vpn_client_id: String,
}

/// What an SSL client needs to connect, in one of two ways.
#[derive(Clone, Debug, Default, Answer)]
pub struct DownloadVpnGatewaySslClientCertAnswer {
    pub ssl_client_config: Vec<SslClientConfig>,
    /// The same as text: JSON.
    pub ssl_client_configs_set: Option<SecretString>,
}

action!(DownloadVpnGatewaySslClientCert, Read, 20 => DownloadVpnGatewaySslClientCertAnswer);

/// What an SSL client needs to connect.
#[derive(Clone, Debug, Default, Answer)]
pub struct SslClientConfig {
    pub ssl_vpn_client_id: Option<String>,
    /// For OpenVPN.
    pub ssl_vpn_client_configuration: Option<SecretString>,
    /// PEM, of the authority that signed the certificate.
    pub ssl_vpn_root_cert: Option<String>,
    /// PEM.
    pub ssl_vpn_cert: Option<String>,
    /// PEM, in clear text.
    pub ssl_vpn_key: Option<SecretString>,
}

/// An SSL client, as the service describes it.
#[derive(Clone, Debug, Default, Answer)]
pub struct SslVpnClient {
    pub vpc_id: Option<String>,
    pub ssl_vpn_server_id: Option<String>,
    pub ssl_vpn_client_id: Option<String>,
    pub name: Option<String>,
    /// See [`CertStatus`](crate::cloud::tencent::CertStatus).
    pub cert_status: Option<i64>,
    /// `YYYY-MM-DD hh:mm:ss` without a zone.
    pub cert_begin_time: Option<String>,
    /// `YYYY-MM-DD hh:mm:ss` without a zone.
    pub cert_end_time: Option<String>,
    /// See [`SslState`](crate::cloud::tencent::SslState). A text here, unlike that of SSL servers.
    pub state: Option<i64>,
    /// Not of this service: none until the tag service was asked.
    #[member(skip)]
    pub tag_set: Option<Vec<Tag>>,
}
