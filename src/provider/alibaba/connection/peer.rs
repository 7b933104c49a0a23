//! `cloudvpn_alibaba_peer_configuration`, a data source and an ephemeral resource: what the customer's side has to be configured with
//! (VPC API 2016-04-28, DownloadVpnConnectionConfig).

use secrecy::{ExposeSecret, SecretString};

use crate::cloud::alibaba::{IkeConfig, PeerBgp, PeerTunnel, VpnConnectionConfig};
use crate::framework::context::Context;
use crate::framework::data_source::DataSource;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::ephemeral::{EphemeralResource, Opened};
use crate::framework::model::{List, Model, Secret, Set, Value};
use crate::framework::view::{Shown, View};
use crate::provider::managed::Managed;
use crate::provider::region;
use crate::provider::values::text;
use crate::provider::{Data, errors};

use super::super::Api;
use super::super::parts::split;
use super::Connection;
use super::proposal::{Ike, Ipsec};

/// What the other end of an IPsec connection on Alibaba Cloud has to be configured with, as seen from there: what is local is the
/// customer's side.
///
/// The data source keeps the pre-shared keys in the state; the ephemeral resource of the same name, for Terraform 1.10 and later, keeps
/// nothing anywhere.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct PeerConfiguration {
    /// Id of the connection, such as `vco-bp1bbi27hojx80nck4uhz`. API member `VpnConnectionId`.
    #[attr(required, prefix("vco-"))]
    connection_id: Value<String>,
    /// Region of the connection; by default the provider's.
    #[attr(optional, computed, custom("a region such as cn-hangzhou", region::alibaba))]
    region: Value<String>,
    /// How the customer's side identifies itself. API member `Local`.
    #[attr(computed)]
    local: Value<String>,
    /// How the VPN gateway identifies itself. API member `Remote`.
    #[attr(computed)]
    remote: Value<String>,
    /// Ranges on the customer's side. API member `LocalSubnet`.
    #[attr(computed)]
    local_cidrs: Value<Set<String>>,
    /// Ranges on the VPC's side. API member `RemoteSubnet`.
    #[attr(computed)]
    remote_cidrs: Value<Set<String>>,
    /// Pre-shared key of a single tunnel. API member `Psk`.
    #[attr(computed, sensitive)]
    pre_shared_key: Value<Secret>,
    /// Phase 1 proposal of a single tunnel. API member `IkeConfig`.
    #[attr(computed)]
    ike: Value<PeerIke>,
    /// Phase 2 proposal of a single tunnel. API member `IpsecConfig`.
    #[attr(computed)]
    ipsec: Value<View<Ipsec>>,
    /// Both tunnels, of a connection that has two. API member `TunnelsConfig`.
    #[attr(computed)]
    tunnels: Value<List<Tunnel>>,
    /// BGP, for each tunnel that has it. API member `BgpConfigs`.
    #[attr(computed)]
    bgp: Value<List<Bgp>>,
}

/// One of two tunnels.
#[derive(Clone, Debug, Default, Model)]
struct Tunnel {
    /// Id of the tunnel. API member `TunnelId`.
    #[attr(computed)]
    id: Value<String>,
    /// How the customer's side identifies itself. API member `Local`.
    #[attr(computed)]
    local: Value<String>,
    /// How the VPN gateway identifies itself. API member `Remote`.
    #[attr(computed)]
    remote: Value<String>,
    /// Pre-shared key. API member `Psk`.
    #[attr(computed, sensitive)]
    pre_shared_key: Value<Secret>,
    /// Phase 1 proposal. API member `IkeConfig`.
    #[attr(computed)]
    ike: Value<PeerIke>,
    /// Phase 2 proposal. API member `IpsecConfig`.
    #[attr(computed)]
    ipsec: Value<View<Ipsec>>,
}

/// Phase 1 proposal, with the sides changed over.
#[derive(Clone, Debug, Default, Model)]
struct PeerIke {
    /// API member `IkeVersion`.
    #[attr(computed)]
    version: Value<String>,
    /// API member `IkeEncAlg`.
    #[attr(computed)]
    encryption_algorithm: Value<String>,
    /// API member `IkeAuthAlg`.
    #[attr(computed)]
    integrity_algorithm: Value<String>,
    /// Exchange mode of IKEv1. API member `IkeMode`.
    #[attr(computed)]
    exchange_mode: Value<String>,
    /// Diffie-Hellman group. API member `IkePfs`.
    #[attr(computed)]
    dh_group: Value<String>,
    /// Lifetime of the IKE SA in seconds. API member `IkeLifetime`.
    #[attr(computed)]
    lifetime_seconds: Value<i64>,
    /// How the customer's side identifies itself: an address or a domain name; the customer gateway's address if nobody said another. API
    /// member `LocalId`.
    #[attr(computed)]
    local_identity: Value<String>,
    /// How the VPN gateway identifies itself: an address or a domain name; its public address if nobody said another. API member `RemoteId`.
    #[attr(computed)]
    remote_identity: Value<String>,
}

/// BGP over a tunnel.
#[derive(Clone, Debug, Default, Model)]
struct Bgp {
    /// Id of the tunnel. API member `TunnelId`.
    #[attr(computed)]
    tunnel_id: Value<String>,
    /// Range of the tunnel's own addresses. API member `TunnelCidr`.
    #[attr(computed)]
    tunnel_cidr: Value<String>,
    /// AS number of the customer's side. API member `LocalAsn`.
    #[attr(computed)]
    local_asn: Value<i64>,
    /// The customer's address in the tunnel. API member `LocalBgpIp`.
    #[attr(computed)]
    local_ip: Value<String>,
    /// AS number of the VPN gateway. API member `PeerAsn`.
    #[attr(computed)]
    peer_asn: Value<i64>,
    /// The VPN gateway's address in the tunnel. API member `PeerBgpIp`.
    #[attr(computed)]
    peer_ip: Value<String>,
}

impl Shown for Ipsec {
    const HIDDEN: &'static [&'static str] = &[];
}

impl DataSource for PeerConfiguration {
    type Data = Data;

    const TYPE: &'static str = TYPE;

    async fn read(cx: &Context<Data>, config: Self) -> Result<Self, Diagnostics> {
        config.looked_up(cx).await
    }
}

impl EphemeralResource for PeerConfiguration {
    type Data = Data;

    const TYPE: &'static str = TYPE;

    async fn open(cx: &Context<Data>, config: Self) -> Result<Opened<Self>, Diagnostics> {
        Ok(Opened { result: config.looked_up(cx).await?, renew_at: None })
    }
}

impl PeerConfiguration {
    async fn looked_up(self, cx: &Context<Data>) -> Result<Self, Diagnostics> {
        let api = Api::looking(cx, &self.region)?;
        let id = self.connection_id.as_deref().unwrap_or_default();
        let found = api.client.vpn_connection_config(&api.ctx, &api.region, id).await;
        let found = found.map_err(|error| {
            errors::diagnostic("Reading the peer's configuration failed", &error, Connection::attribute)
        })?;
        let actual = found.ok_or_else(|| {
            let detail = format!(
                "There is no connection {id} in {}. A connection is visible in its own region only.",
                api.region
            );
            Diagnostic::error("Connection not found", detail).at("connection_id")
        })?;
        let observed = Self::observed(&actual);
        Ok(Self { connection_id: self.connection_id, region: api.region.into(), ..observed })
    }

    fn observed(actual: &VpnConnectionConfig) -> Self {
        let tunnels: List<Tunnel> =
            actual.tunnels_config.iter().flatten().map(|tunnel| Value::Known(Tunnel::observed(tunnel))).collect();
        let bgp = actual.bgp_configs.iter().flatten().map(|bgp| Value::Known(Bgp::observed(bgp)));
        // What it says of a single tunnel means nothing where there are two.
        let single = |config| if tunnels.is_empty() { config } else { None };
        let ike = actual.ike_config.as_ref().filter(|_| tunnels.is_empty());
        Self {
            local: text(&single(actual.local.clone())),
            remote: text(&single(actual.remote.clone())),
            local_cidrs: split(&actual.local_subnet),
            remote_cidrs: split(&actual.remote_subnet),
            pre_shared_key: key(ike),
            ike: Ike::observed(ike, &Value::Null).map(PeerIke::from),
            ipsec: Ipsec::observed(actual.ipsec_config.as_ref().filter(|_| tunnels.is_empty()), &Value::Null).map(View),
            bgp: Value::Known(bgp.collect()),
            tunnels: Value::Known(tunnels),
            ..Self::default()
        }
    }
}

impl Tunnel {
    fn observed(actual: &PeerTunnel) -> Self {
        Self {
            id: text(&actual.tunnel_id),
            local: text(&actual.local),
            remote: text(&actual.remote),
            pre_shared_key: key(actual.ike_config.as_ref()),
            ike: Ike::observed(actual.ike_config.as_ref(), &Value::Null).map(PeerIke::from),
            ipsec: Ipsec::observed(actual.ipsec_config.as_ref(), &Value::Null).map(View),
        }
    }
}

impl From<Ike> for PeerIke {
    fn from(ike: Ike) -> Self {
        Self {
            version: ike.version,
            encryption_algorithm: ike.encryption_algorithm,
            integrity_algorithm: ike.integrity_algorithm,
            exchange_mode: ike.exchange_mode,
            dh_group: ike.dh_group,
            lifetime_seconds: ike.lifetime_seconds,
            local_identity: ike.local_identity,
            remote_identity: ike.remote_identity,
        }
    }
}

impl Bgp {
    fn observed(actual: &PeerBgp) -> Self {
        Self {
            tunnel_id: text(&actual.tunnel_id),
            tunnel_cidr: text(&actual.tunnel_cidr),
            local_asn: actual.local_asn.into(),
            local_ip: text(&actual.local_bgp_ip),
            peer_asn: actual.peer_asn.into(),
            peer_ip: text(&actual.peer_bgp_ip),
        }
    }
}

fn key(ike: Option<&IkeConfig>) -> Value<Secret> {
    let key: Option<&SecretString> = ike.and_then(|ike| ike.psk.as_ref());
    key.map(ExposeSecret::expose_secret).filter(|key| !key.is_empty()).map(Secret::new).into()
}

const TYPE: &str = "cloudvpn_alibaba_peer_configuration";
