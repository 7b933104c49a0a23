//! IPsec connections: requests and answers of the VPC API 2016-04-28.
//!
//! A connection has one tunnel, which the members of the connection describe, or two
//! (`TunnelOptionsSpecification`), as its VPN gateway decides. In answers every member may be absent,
//! and numbers and flags of the second kind are texts.

use secrecy::SecretString;
use serde::{Serialize, Serializer};

use crate::cloud::alibaba::client::{Action, Empty, action};
use crate::cloud::alibaba::describe::Paging;
use crate::cloud::alibaba::tags::Tag;
use crate::cloud::alibaba::token::ClientToken;
use crate::cloud::answer::Answer;
use crate::cloud::params::without_nulls;
use crate::cloud::retry::Effect;
use crate::cloud::secret;

/// Asks for a connection. Asynchronous: its VPN gateway is busy for a while.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateVpnConnection {
    pub vpn_gateway_id: String,
    /// Of a connection with one tunnel.
    pub customer_gateway_id: Option<String>,
    #[serde(flatten)]
    pub settings: VpnConnectionSettings,
    /// At most 20.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    pub client_token: ClientToken,
}

/// Changes a connection. Asynchronous: its VPN gateway is busy for a while.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifyVpnConnectionAttribute {
    pub vpn_connection_id: String,
    #[serde(flatten)]
    pub settings: VpnConnectionSettings,
    pub client_token: ClientToken,
}

/// What can be said about a connection when it is made, and later. What is left out stays as it is,
/// or gets the service's default.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct VpnConnectionSettings {
    /// 1 to 100 characters, not beginning with `http://` or `https://`.
    pub name: Option<String>,
    /// CIDR ranges on the VPC's side, joined by commas.
    pub local_subnet: Option<String>,
    /// CIDR ranges on the customer's side, joined by commas.
    pub remote_subnet: Option<String>,
    /// Whether to negotiate at once, and not only when there is traffic. False by default.
    pub effect_immediately: Option<bool>,
    /// Whether the gateway gets routes for the ranges. True by default; in no answer.
    pub auto_config_route: Option<bool>,
    /// True by default.
    pub enable_dpd: Option<bool>,
    /// True by default.
    pub enable_nat_traversal: Option<bool>,
    #[serde(serialize_with = "as_json")]
    pub ike_config: Option<IkeConfig>,
    #[serde(serialize_with = "as_json")]
    pub ipsec_config: Option<IpsecConfig>,
    #[serde(serialize_with = "as_json")]
    pub health_check_config: Option<HealthCheckConfig>,
    #[serde(serialize_with = "as_json")]
    pub bgp_config: Option<BgpConfig>,
    /// PEM, of gateways with SM2 certificates (`NationalStandard`).
    pub remote_ca_certificate: Option<String>,
    /// BGP over both tunnels. False by default.
    pub enable_tunnels_bgp: Option<bool>,
    /// None, or both tunnels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tunnel_options_specification: Vec<TunnelOptions>,
}

/// One of two tunnels.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TunnelOptions {
    /// Of changes only.
    pub tunnel_id: Option<String>,
    /// `master` or `slave`, each once.
    pub role: String,
    pub customer_gateway_id: Option<String>,
    /// True by default.
    pub enable_dpd: Option<bool>,
    /// True by default.
    pub enable_nat_traversal: Option<bool>,
    /// PEM, of gateways with SM2 certificates (`NationalStandard`).
    pub remote_ca_certificate: Option<String>,
    pub tunnel_ike_config: Option<IkeConfig>,
    pub tunnel_ipsec_config: Option<IpsecConfig>,
    pub tunnel_bgp_config: Option<BgpConfig>,
}

/// Phase 1.
#[derive(Clone, Debug, Default, Serialize, Answer)]
#[serde(rename_all = "PascalCase")]
pub struct IkeConfig {
    /// 1 to 100 printable characters, no space. The service makes one up if there is none, and gives
    /// it in clear text.
    #[serde(serialize_with = "secret::expose")]
    pub psk: Option<SecretString>,
    /// `ikev1` or `ikev2`.
    pub ike_version: Option<String>,
    /// `main` or `aggressive`.
    pub ike_mode: Option<String>,
    /// `aes`, `aes192`, `aes256`, `des`, `3des` or `sm4`.
    pub ike_enc_alg: Option<String>,
    /// `md5`, `sha1`, `sha256`, `sha384`, `sha512` or `sm3`.
    pub ike_auth_alg: Option<String>,
    /// The Diffie-Hellman group: `group1`, `group2`, `group5` or `group14`.
    pub ike_pfs: Option<String>,
    /// 0 to 86400 s.
    pub ike_lifetime: Option<i64>,
    /// At most 100 characters, no space; by default the gateway's address.
    pub local_id: Option<String>,
    /// At most 100 characters, no space; by default the customer gateway's address.
    pub remote_id: Option<String>,
}

/// Phase 2.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Answer)]
#[serde(rename_all = "PascalCase")]
pub struct IpsecConfig {
    /// As in phase 1.
    pub ipsec_enc_alg: Option<String>,
    /// As in phase 1.
    pub ipsec_auth_alg: Option<String>,
    /// As in phase 1, and `disabled`.
    pub ipsec_pfs: Option<String>,
    /// 0 to 86400 s.
    pub ipsec_lifetime: Option<i64>,
}

/// Probes through a tunnel. In lower case, unlike everything else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HealthCheckConfig {
    pub enable: Option<bool>,
    /// Where the probes go.
    pub dip: Option<String>,
    /// Where they come from.
    pub sip: Option<String>,
    /// Seconds between two.
    pub interval: Option<i64>,
    /// How many must fail.
    pub retry: Option<i64>,
}

/// BGP over a tunnel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BgpConfig {
    /// Not for one of two tunnels: `EnableTunnelsBgp` says it for both.
    pub enable_bgp: Option<bool>,
    /// 1 to 4294967295, also in two parts as in `1.10`; 45104 by default.
    pub local_asn: Option<String>,
    /// A /30 in 169.254.0.0/16.
    pub tunnel_cidr: Option<String>,
    /// In the tunnel's range.
    pub local_bgp_ip: Option<String>,
}

/// Deletes a connection. Asynchronous: its VPN gateway is busy for a while.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteVpnConnection {
    pub vpn_connection_id: String,
    pub client_token: ClientToken,
}

/// Asks for one connection.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpnConnection {
    pub vpn_connection_id: String,
}

/// Asks for a page of the connections of a region that pass all filters.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpnConnections {
    pub vpn_connection_id: Option<String>,
    pub vpn_gateway_id: Option<String>,
    pub customer_gateway_id: Option<String>,
    pub resource_group_id: Option<String>,
    /// All of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag: Vec<Tag>,
    #[serde(flatten)]
    pub(crate) paging: Paging,
}

/// One page of connections, without `EnableBgp` and the zones of tunnels.
#[derive(Clone, Debug, Default, Answer)]
pub struct DescribeVpnConnectionsAnswer {
    /// How many there are, on all pages.
    pub total_count: Option<i64>,
    /// None when the answer has no such member: that says nothing, unlike an empty list.
    #[member(rows)]
    pub vpn_connections: Option<Vec<VpnConnection>>,
}

/// Asks for the configuration of the customer's side.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DownloadVpnConnectionConfig {
    pub vpn_connection_id: String,
}

/// The configuration of the customer's side.
#[derive(Clone, Debug, Default, Answer)]
pub struct DownloadVpnConnectionConfigAnswer {
    pub vpn_connection_config: Option<VpnConnectionConfig>,
}

/// A connection as the customer's side sees it: what is local there is remote to the VPN gateway.
#[derive(Clone, Debug, Default, Answer)]
pub struct VpnConnectionConfig {
    /// How the customer's side identifies itself.
    pub local: Option<String>,
    /// How the VPN gateway does.
    pub remote: Option<String>,
    /// CIDR ranges on the customer's side, joined by commas.
    pub local_subnet: Option<String>,
    /// CIDR ranges on the VPC's side, joined by commas.
    pub remote_subnet: Option<String>,
    pub ike_config: Option<IkeConfig>,
    pub ipsec_config: Option<IpsecConfig>,
    #[member(rows)]
    pub bgp_configs: Option<Vec<PeerBgp>>,
    #[member(rows)]
    pub tunnels_config: Option<Vec<PeerTunnel>>,
}

/// One of two tunnels, as the customer's side sees it.
#[derive(Clone, Debug, Default, Answer)]
pub struct PeerTunnel {
    pub tunnel_id: Option<String>,
    pub local: Option<String>,
    pub remote: Option<String>,
    pub ike_config: Option<IkeConfig>,
    pub ipsec_config: Option<IpsecConfig>,
}

/// BGP over a tunnel, as the customer's side sees it.
#[derive(Clone, Debug, Default, Answer)]
pub struct PeerBgp {
    pub tunnel_id: Option<String>,
    pub local_asn: Option<i64>,
    pub local_bgp_ip: Option<String>,
    pub peer_asn: Option<i64>,
    pub peer_bgp_ip: Option<String>,
    pub tunnel_cidr: Option<String>,
}

/// A connection as the service describes it.
#[derive(Clone, Debug, Default, Answer)]
pub struct VpnConnection {
    pub vpn_connection_id: Option<String>,
    pub vpn_gateway_id: Option<String>,
    pub customer_gateway_id: Option<String>,
    pub name: Option<String>,
    /// Joined by commas.
    pub local_subnet: Option<String>,
    /// Joined by commas.
    pub remote_subnet: Option<String>,
    pub resource_group_id: Option<String>,
    /// Unix time in milliseconds.
    pub create_time: Option<i64>,
    pub effect_immediately: Option<bool>,
    pub enable_dpd: Option<bool>,
    pub enable_nat_traversal: Option<bool>,
    pub enable_tunnels_bgp: Option<bool>,
    /// Of the negotiation: `ike_sa_not_established`, `ike_sa_established`,
    /// `ipsec_sa_not_established` or `ipsec_sa_established`.
    pub status: Option<String>,
    /// `active` when nothing is being done to it.
    pub state: Option<String>,
    /// This side's public address.
    pub internet_ip: Option<String>,
    /// `VPNGW`, `CEN` or `NO_ASSOCIATED`.
    pub attach_type: Option<String>,
    pub remote_ca_certificate: Option<String>,
    pub ike_config: Option<IkeConfig>,
    pub ipsec_config: Option<IpsecConfig>,
    pub vco_health_check: Option<VcoHealthCheck>,
    pub vpn_bgp_config: Option<VpnBgp>,
    #[member(rows)]
    pub tunnel_options_specification: Option<Vec<Tunnel>>,
    #[member(rows)]
    tags: Option<Vec<Tag>>,
    /// So called in listings.
    #[member(rows)]
    tag: Option<Vec<Tag>>,
}

/// One of two tunnels, as the service describes it.
#[derive(Clone, Debug, Default, Answer)]
pub struct Tunnel {
    pub tunnel_id: Option<String>,
    /// `master` or `slave`.
    pub role: Option<String>,
    /// `active` when nothing is being done to it.
    pub state: Option<String>,
    /// Of the negotiation.
    pub status: Option<String>,
    /// This side's public address.
    pub internet_ip: Option<String>,
    pub zone_no: Option<String>,
    pub customer_gateway_id: Option<String>,
    pub enable_dpd: Option<bool>,
    pub enable_nat_traversal: Option<bool>,
    pub remote_ca_certificate: Option<String>,
    pub tunnel_ike_config: Option<IkeConfig>,
    pub tunnel_ipsec_config: Option<IpsecConfig>,
    pub tunnel_bgp_config: Option<VpnBgp>,
}

/// Probes through a tunnel, as the service describes them.
#[derive(Clone, Debug, Default, Answer)]
pub struct VcoHealthCheck {
    pub enable: Option<bool>,
    pub dip: Option<String>,
    pub sip: Option<String>,
    pub interval: Option<i64>,
    pub retry: Option<i64>,
    /// `success` or `failed`.
    pub status: Option<String>,
}

/// BGP over a tunnel, as the service describes it.
#[derive(Clone, Debug, Default, Answer)]
pub struct VpnBgp {
    /// Not in listings, and not of one of two tunnels.
    pub enable_bgp: Option<bool>,
    pub local_asn: Option<i64>,
    pub peer_asn: Option<i64>,
    pub tunnel_cidr: Option<String>,
    pub local_bgp_ip: Option<String>,
    pub peer_bgp_ip: Option<String>,
    /// `success` or `failed`; of one of two tunnels it is called `BgpStatus`.
    #[member("Status", "BgpStatus")]
    pub status: Option<String>,
}

/// What a create answers.
#[derive(Clone, Debug, Default, Answer)]
pub struct VpnConnectionAnswer {
    pub vpn_connection_id: Option<String>,
}

impl VpnConnection {
    /// Its tunnel in this role, if it has two.
    pub fn tunnel(&self, role: &str) -> Option<&Tunnel> {
        let mut tunnels = self.tunnel_options_specification.iter().flatten();
        tunnels.find(|tunnel| tunnel.role.as_deref().is_some_and(|found| found.eq_ignore_ascii_case(role)))
    }

    /// How far the negotiation has come. A connection with two tunnels has no status of its own where each of them has one: it is as far as
    /// the tunnel that has come furthest, through which traffic goes.
    pub fn negotiated(&self) -> Option<&str> {
        let own = self.status.as_deref().filter(|status| !status.is_empty());
        own.or_else(|| {
            let tunnels = self.tunnel_options_specification.iter().flatten();
            let statuses = tunnels.filter_map(|tunnel| tunnel.status.as_deref()).filter(|status| !status.is_empty());
            statuses.max_by_key(|status| NEGOTIATION.iter().position(|step| step.eq_ignore_ascii_case(status)))
        })
    }

    pub fn tags(&self) -> impl Iterator<Item = &Tag> {
        self.tags.iter().chain(&self.tag).flatten()
    }
}

impl VpnConnectionSettings {
    /// Whether anything is set.
    pub fn says_something(&self) -> bool {
        says_something(self)
    }

    /// Both keys, or the one.
    fn secrets(&self) -> Vec<&SecretString> {
        let tunnels = self.tunnel_options_specification.iter().filter_map(|tunnel| tunnel.tunnel_ike_config.as_ref());
        tunnels.chain(&self.ike_config).filter_map(|ike| ike.psk.as_ref()).collect()
    }
}

impl TunnelOptions {
    /// Whether anything is set but the tunnel that is meant.
    pub fn says_something(&self) -> bool {
        says_something(&Self { role: String::new(), tunnel_id: None, ..self.clone() })
    }
}

impl Action for CreateVpnConnection {
    type Answer = VpnConnectionAnswer;
    const NAME: &'static str = "CreateVpnConnection";
    const EFFECT: Effect = Effect::CreateOnce;
    const FORM: bool = true;

    fn secrets(&self) -> Vec<&SecretString> {
        self.settings.secrets()
    }
}

impl Action for ModifyVpnConnectionAttribute {
    type Answer = VpnConnectionAnswer;
    const NAME: &'static str = "ModifyVpnConnectionAttribute";
    const EFFECT: Effect = Effect::Write;
    const FORM: bool = true;

    fn secrets(&self) -> Vec<&SecretString> {
        self.settings.secrets()
    }
}

action!(DeleteVpnConnection, Delete => Empty);

action!(DescribeVpnConnection, Read => VpnConnection);

action!(DescribeVpnConnections, Read => DescribeVpnConnectionsAnswer);

action!(DownloadVpnConnectionConfig, Read => DownloadVpnConnectionConfigAnswer);

fn says_something(members: &impl Serialize) -> bool {
    // They serialise, since they are sent so.
    let members = serde_json::to_value(members).unwrap_or_default();
    members.as_object().is_some_and(|members| members.values().any(|member| !member.is_null() && member != ""))
}

/// What a tunnel goes through (DescribeVpnConnection, Status).
const NEGOTIATION: [&str; 4] =
    ["ike_sa_not_established", "ike_sa_established", "ipsec_sa_not_established", "ipsec_sa_established"];

/// An object as one parameter: the text of its JSON.
fn as_json<T: Serialize, S: Serializer>(object: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    let members = object.as_ref().map(serde_json::to_value).transpose().map_err(serde::ser::Error::custom)?;
    members.map(|members| without_nulls(members).to_string()).serialize(serializer)
}

#[cfg(test)]
mod tests;
