//! SSL servers: requests and answers of the VPC API 2016-04-28, and what it takes to make, read,
//! change and delete one safely.
//!
//! In answers every member may be absent.

use serde::{Deserialize, Serialize};

use crate::cloud::alibaba::client::Action;
use crate::cloud::alibaba::token::ClientToken;
use crate::cloud::lenient;
use crate::cloud::retry::Effect;

/// Asks for an SSL server of a VPN gateway. Asynchronous: the gateway is busy for a while.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateSslVpnServer {
    /// A gateway with SSL enabled.
    pub vpn_gateway_id: String,
    #[serde(flatten)]
    pub settings: SslVpnServerSettings,
    pub client_token: ClientToken,
}

/// Changes an SSL server. Asynchronous, unless only the name changes.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifySslVpnServer {
    pub ssl_vpn_server_id: String,
    #[serde(flatten)]
    pub settings: SslVpnServerSettings,
    pub client_token: ClientToken,
}

/// What can be said about an SSL server when it is made, and later. What is left out stays as it is,
/// or gets the service's default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SslVpnServerSettings {
    /// 1 to 100 characters, not beginning with `http://` or `https://`.
    pub name: Option<String>,
    /// CIDR range of the clients' addresses, /16 to /29. Every server has one.
    pub client_ip_pool: Option<String>,
    /// Up to 5 CIDR ranges that clients reach, /8 to /32, joined by commas. Every server has one.
    pub local_subnet: Option<String>,
    /// `TCP` or `UDP`; `TCP` by default.
    pub proto: Option<String>,
    /// `AES-128-CBC`, `AES-192-CBC`, `AES-256-CBC` or `none`; `AES-128-CBC` by default.
    pub cipher: Option<String>,
    /// 1 to 65535 but for some; 1194 by default.
    pub port: Option<i64>,
    /// False by default.
    pub compress: Option<bool>,
    /// False by default; needs an IDaaS instance.
    pub enable_multi_factor_auth: Option<bool>,
    #[serde(rename = "IDaaSInstanceId")]
    pub idaas_instance_id: Option<String>,
    #[serde(rename = "IDaaSRegionId")]
    pub idaas_region_id: Option<String>,
    /// Of instances of EIAM 2.0.
    #[serde(rename = "IDaaSApplicationId")]
    pub idaas_application_id: Option<String>,
}

/// Deletes an SSL server and its certificates. Asynchronous: its VPN gateway is busy for a while.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteSslVpnServer {
    pub ssl_vpn_server_id: String,
    pub client_token: ClientToken,
}

/// An SSL server as the service describes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct SslVpnServer {
    pub ssl_vpn_server_id: Option<String>,
    pub vpn_gateway_id: Option<String>,
    pub name: Option<String>,
    pub client_ip_pool: Option<String>,
    /// Joined by commas.
    pub local_subnet: Option<String>,
    pub proto: Option<String>,
    pub cipher: Option<String>,
    #[serde(deserialize_with = "lenient::int")]
    pub port: Option<i64>,
    #[serde(deserialize_with = "lenient::flag")]
    pub compress: Option<bool>,
    /// Clients that are connected.
    #[serde(deserialize_with = "lenient::int")]
    pub connections: Option<i64>,
    #[serde(deserialize_with = "lenient::int")]
    pub max_connections: Option<i64>,
    pub internet_ip: Option<String>,
    /// Unix time in milliseconds.
    #[serde(deserialize_with = "lenient::int")]
    pub create_time: Option<i64>,
    #[serde(deserialize_with = "lenient::flag")]
    pub enable_multi_factor_auth: Option<bool>,
    #[serde(rename = "IDaaSInstanceId")]
    pub idaas_instance_id: Option<String>,
    #[serde(rename = "IDaaSRegionId")]
    pub idaas_region_id: Option<String>,
    #[serde(rename = "IDaaSApplicationId")]
    pub idaas_application_id: Option<String>,
    /// That of its VPN gateway.
    pub resource_group_id: Option<String>,
}

/// What a create or a change answers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct SslVpnServerAnswer {
    pub ssl_vpn_server_id: Option<String>,
}

impl Action for CreateSslVpnServer {
    type Answer = SslVpnServerAnswer;
    const NAME: &'static str = "CreateSslVpnServer";
    const EFFECT: Effect = Effect::CreateOnce;
}

impl Action for ModifySslVpnServer {
    type Answer = SslVpnServerAnswer;
    const NAME: &'static str = "ModifySslVpnServer";
    const EFFECT: Effect = Effect::Write;
}

impl Action for DeleteSslVpnServer {
    type Answer = Empty;
    const NAME: &'static str = "DeleteSslVpnServer";
    const EFFECT: Effect = Effect::Delete;
}
