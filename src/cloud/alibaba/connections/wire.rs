//! IPsec connections: requests and answers of the VPC API 2016-04-28.
//!
//! A connection has one tunnel, which the members of the connection describe, or two
//! (`TunnelOptionsSpecification`), as its VPN gateway decides. In answers every member may be absent,
//! and numbers and flags of the second kind are texts.

use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};

use crate::cloud::alibaba::answer;
use crate::cloud::alibaba::client::{Action, Empty, action};
use crate::cloud::alibaba::describe::Paging;
use crate::cloud::alibaba::tags::Tag;
use crate::cloud::alibaba::token::ClientToken;
use crate::cloud::retry::Effect;
use crate::cloud::{lenient, secret};

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
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct IkeConfig {
    /// 1 to 100 printable characters, no space. The service makes one up if there is none, and gives
    /// it in clear text.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "secret::expose",
        deserialize_with = "secret::conceal"
    )]
    pub psk: Option<SecretString>,
    /// `ikev1` or `ikev2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ike_version: Option<String>,
    /// `main` or `aggressive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ike_mode: Option<String>,
    /// `aes`, `aes192`, `aes256`, `des`, `3des` or `sm4`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ike_enc_alg: Option<String>,
    /// `md5`, `sha1`, `sha256`, `sha384`, `sha512` or `sm3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ike_auth_alg: Option<String>,
    /// The Diffie-Hellman group: `group1`, `group2`, `group5` or `group14`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ike_pfs: Option<String>,
    /// 0 to 86400 s.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::int")]
    pub ike_lifetime: Option<i64>,
    /// At most 100 characters, no space; by default the gateway's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_id: Option<String>,
    /// At most 100 characters, no space; by default the customer gateway's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_id: Option<String>,
}

/// Phase 2.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct IpsecConfig {
    /// As in phase 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipsec_enc_alg: Option<String>,
    /// As in phase 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipsec_auth_alg: Option<String>,
    /// As in phase 1, and `disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipsec_pfs: Option<String>,
    /// 0 to 86400 s.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "lenient::int")]
    pub ipsec_lifetime: Option<i64>,
}

/// Probes through a tunnel. In lower case, unlike everything else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HealthCheckConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable: Option<bool>,
    /// Where the probes go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dip: Option<String>,
    /// Where they come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sip: Option<String>,
    /// Seconds between two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<i64>,
    /// How many must fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<i64>,
}

/// BGP over a tunnel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BgpConfig {
    /// Not for one of two tunnels: `EnableTunnelsBgp` says it for both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_bgp: Option<bool>,
    /// 1 to 4294967295, also in two parts as in `1.10`; 45104 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_asn: Option<String>,
    /// A /30 in 169.254.0.0/16.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tunnel_cidr: Option<String>,
    /// In the tunnel's range.
    #[serde(skip_serializing_if = "Option::is_none")]
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
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeVpnConnectionsAnswer {
    /// How many there are, on all pages.
    #[serde(deserialize_with = "lenient::int")]
    pub total_count: Option<i64>,
    /// None when the answer has no such member: that says nothing, unlike an empty list.
    #[serde(deserialize_with = "answer::rows")]
    pub vpn_connections: Option<Vec<VpnConnection>>,
}

/// Asks for the configuration of the customer's side.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DownloadVpnConnectionConfig {
    pub vpn_connection_id: String,
}

/// The configuration of the customer's side.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DownloadVpnConnectionConfigAnswer {
    pub vpn_connection_config: Option<VpnConnectionConfig>,
}

/// A connection as the customer's side sees it: what is local there is remote to the VPN gateway.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
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
    #[serde(deserialize_with = "answer::rows")]
    pub bgp_configs: Option<Vec<PeerBgp>>,
    #[serde(deserialize_with = "answer::rows")]
    pub tunnels_config: Option<Vec<PeerTunnel>>,
}

/// One of two tunnels, as the customer's side sees it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct PeerTunnel {
    pub tunnel_id: Option<String>,
    pub local: Option<String>,
    pub remote: Option<String>,
    pub ike_config: Option<IkeConfig>,
    pub ipsec_config: Option<IpsecConfig>,
}

/// BGP over a tunnel, as the customer's side sees it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct PeerBgp {
    pub tunnel_id: Option<String>,
    #[serde(deserialize_with = "lenient::int")]
    pub local_asn: Option<i64>,
    pub local_bgp_ip: Option<String>,
    #[serde(deserialize_with = "lenient::int")]
    pub peer_asn: Option<i64>,
    pub peer_bgp_ip: Option<String>,
    pub tunnel_cidr: Option<String>,
}

/// A connection as the service describes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
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
    #[serde(deserialize_with = "lenient::int")]
    pub create_time: Option<i64>,
    #[serde(deserialize_with = "lenient::flag")]
    pub effect_immediately: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub enable_dpd: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub enable_nat_traversal: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
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
    #[serde(deserialize_with = "answer::rows")]
    pub tunnel_options_specification: Option<Vec<Tunnel>>,
    #[serde(deserialize_with = "answer::rows")]
    tags: Option<Vec<Tag>>,
    /// So called in listings.
    #[serde(deserialize_with = "answer::rows")]
    tag: Option<Vec<Tag>>,
}

/// One of two tunnels, as the service describes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
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
    #[serde(deserialize_with = "lenient::flag")]
    pub enable_dpd: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub enable_nat_traversal: Option<bool>,
    pub remote_ca_certificate: Option<String>,
    pub tunnel_ike_config: Option<IkeConfig>,
    pub tunnel_ipsec_config: Option<IpsecConfig>,
    pub tunnel_bgp_config: Option<VpnBgp>,
}

/// Probes through a tunnel, as the service describes them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct VcoHealthCheck {
    #[serde(deserialize_with = "lenient::flag")]
    pub enable: Option<bool>,
    pub dip: Option<String>,
    pub sip: Option<String>,
    #[serde(deserialize_with = "lenient::int")]
    pub interval: Option<i64>,
    #[serde(deserialize_with = "lenient::int")]
    pub retry: Option<i64>,
    /// `success` or `failed`.
    pub status: Option<String>,
}

/// BGP over a tunnel, as the service describes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct VpnBgp {
    /// Not in listings, and not of one of two tunnels.
    #[serde(deserialize_with = "lenient::flag")]
    pub enable_bgp: Option<bool>,
    #[serde(deserialize_with = "lenient::int")]
    pub local_asn: Option<i64>,
    #[serde(deserialize_with = "lenient::int")]
    pub peer_asn: Option<i64>,
    pub tunnel_cidr: Option<String>,
    pub local_bgp_ip: Option<String>,
    pub peer_bgp_ip: Option<String>,
    /// `success` or `failed`; of one of two tunnels it is called `BgpStatus`.
    #[serde(alias = "BgpStatus")]
    pub status: Option<String>,
}

/// What a create answers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct VpnConnectionAnswer {
    pub vpn_connection_id: Option<String>,
}

impl VpnConnection {
    /// Its tunnel in this role, if it has two.
    pub fn tunnel(&self, role: &str) -> Option<&Tunnel> {
        let mut tunnels = self.tunnel_options_specification.iter().flatten();
        tunnels.find(|tunnel| tunnel.role.as_deref().is_some_and(|found| found.eq_ignore_ascii_case(role)))
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

/// An object as one parameter: the text of its JSON.
fn as_json<T: Serialize, S: Serializer>(object: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    let text = object.as_ref().map(serde_json::to_string).transpose().map_err(serde::ser::Error::custom)?;
    text.serialize(serializer)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::params::flatten;

    #[test]
    fn objects_of_one_tunnel_are_texts_and_those_of_two_are_parameters() {
        let ike = IkeConfig { psk: Some("p@ss wörd".into()), ike_lifetime: Some(86400), ..IkeConfig::default() };
        let mut request = CreateVpnConnection {
            vpn_gateway_id: "vpn-1".into(),
            settings: VpnConnectionSettings { ike_config: Some(ike.clone()), ..VpnConnectionSettings::default() },
            ..CreateVpnConnection::default()
        };
        let flat = |request: &CreateVpnConnection| flatten(&serde_json::to_value(request).unwrap(), 1);
        assert_eq!(flat(&request)["IkeConfig"], r#"{"Psk":"p@ss wörd","IkeLifetime":86400}"#);
        assert_eq!(flat(&request).len(), 3, "{:?}", flat(&request));

        let health_check = HealthCheckConfig { enable: Some(false), interval: Some(3), ..HealthCheckConfig::default() };
        request.settings.health_check_config = Some(health_check);
        assert_eq!(flat(&request)["HealthCheckConfig"], r#"{"enable":false,"interval":3}"#);

        let tunnel = |role: &str| TunnelOptions {
            role: role.into(),
            tunnel_ike_config: Some(ike.clone()),
            ..TunnelOptions::default()
        };
        request.settings = VpnConnectionSettings {
            tunnel_options_specification: ["master", "slave"].map(tunnel).into(),
            ..Default::default()
        };
        let flat = flat(&request);
        assert_eq!(flat["TunnelOptionsSpecification.2.Role"], "slave");
        assert_eq!(flat["TunnelOptionsSpecification.1.TunnelIkeConfig.Psk"], "p@ss wörd");
        assert_eq!(request.secrets().len(), 2);
        assert!(!format!("{request:?}").contains("p@ss"));
    }

    #[test]
    fn a_change_of_a_name_is_nothing_else() {
        let settings = VpnConnectionSettings { name: Some("a".into()), ..VpnConnectionSettings::default() };
        let request =
            ModifyVpnConnectionAttribute { vpn_connection_id: "vco-1".into(), settings, ..Default::default() };
        let flat = flatten(&serde_json::to_value(&request).unwrap(), 1);
        assert_eq!(flat.keys().collect::<Vec<_>>(), ["ClientToken", "Name", "VpnConnectionId"]);
    }

    #[test]
    fn texts_numbers_and_flags_are_read_as_what_they_mean() {
        let connection: VpnConnection = serde_json::from_value(json!({
            "EnableDpd": "true", "CreateTime": "1552550980000",
            "IkeConfig": {"IkeLifetime": 86400, "Psk": "hidden"},
            "VcoHealthCheck": {"Enable": "false", "Interval": "3", "Retry": 3},
            "VpnBgpConfig": {"EnableBgp": "true", "LocalAsn": "65001", "PeerAsn": 65002, "Status": "success"},
            "TunnelOptionsSpecification": {"TunnelOptions": [
                {"Role": "slave", "TunnelIkeConfig": {"IkeLifetime": "3600"}},
                {"Role": "Master", "EnableNatTraversal": "false", "TunnelBgpConfig": {"BgpStatus": "failed"}},
            ]},
            "Tag": {"Tag": [{"Key": "a", "Value": "1"}]},
        }))
        .unwrap();
        assert_eq!((connection.enable_dpd, connection.create_time), (Some(true), Some(1_552_550_980_000)));
        let check = connection.vco_health_check.as_ref().unwrap();
        assert_eq!((check.enable, check.interval, check.retry), (Some(false), Some(3), Some(3)));
        let bgp = connection.vpn_bgp_config.as_ref().unwrap();
        assert_eq!((bgp.enable_bgp, bgp.local_asn, bgp.peer_asn), (Some(true), Some(65001), Some(65002)));
        let (master, slave) = (connection.tunnel("master").unwrap(), connection.tunnel("slave").unwrap());
        assert_eq!(master.enable_nat_traversal, Some(false));
        assert_eq!(master.tunnel_bgp_config.as_ref().unwrap().status.as_deref(), Some("failed"));
        assert_eq!(slave.tunnel_ike_config.as_ref().unwrap().ike_lifetime, Some(3600));
        assert_eq!(connection.tags().map(|tag| &*tag.key).collect::<Vec<_>>(), ["a"]);
        assert!(!format!("{connection:?}").contains("hidden"));
    }
}
