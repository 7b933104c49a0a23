//! IPsec connections: what it takes to make, read, change and delete one safely.

use secrecy::{ExposeSecret, SecretString};

use crate::cloud::adopt::{Candidate, Comparison, Likeness};
use crate::cloud::alibaba::client::{Action, Client};
use crate::cloud::alibaba::creates::{Makes, pairs, said, seconds};
use crate::cloud::alibaba::describe::{Describe, Described, Paging};
use crate::cloud::alibaba::token::ClientToken;
use crate::cloud::alibaba::turns::Turn;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::listing::Page;
use crate::cloud::wait::{self, Poll};

pub use wire::*;

mod wire;

impl Client {
    /// Asks for a connection and gives its id, while holding the turn of its VPN gateway. Wait with [`Client::wait_vpn_connection`]
    /// afterwards.
    pub async fn create_vpn_connection(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &CreateVpnConnection,
    ) -> Result<String> {
        self.made(ctx, region, request).await
    }

    /// The connection `id`, or none when the service clearly says that there is none.
    ///
    /// A process that reads many lists them instead of asking for each; what is seen may be a few seconds old, though never older than
    /// this client's last write in the region.
    pub async fn vpn_connection(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnConnection>> {
        self.inner.connections.read(&Described::by(self), ctx, region, id).await
    }

    /// The same, with what listings leave out, as it is now.
    pub async fn whole_vpn_connection(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnConnection>> {
        self.inner.connections.now(&Described::by(self), ctx, region, id).await
    }

    /// All connections of a region that pass the filters.
    pub async fn vpn_connections(
        &self,
        ctx: &Ctx,
        region: &str,
        filters: &DescribeVpnConnections,
    ) -> Result<Vec<VpnConnection>> {
        self.all(ctx, region, filters).await
    }

    /// Changes a connection, while holding the turn of its VPN gateway. Wait with [`Client::wait_vpn_connection`] afterwards.
    ///
    /// A phase 1 without a key would get a new one ("If you do not specify a pre-shared key, the system generates a random 16-character
    /// string"): where the request has none, the connection's own is sent, which one read tells.
    pub async fn modify_vpn_connection(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &ModifyVpnConnectionAttribute,
    ) -> Result<()> {
        if request.settings.phase_1().all(|ike| ike.psk.is_some()) {
            return self.call(ctx, region, request).await.map(drop);
        }
        let id = &request.vpn_connection_id;
        let Some(connection) = self.whole_vpn_connection(ctx, region, id).await? else {
            return Err(Error::new(Class::NotFound, format!("{id} does not exist any more"))
                .about(ModifyVpnConnectionAttribute::NAME, region));
        };
        let mut request = request.clone();
        request.settings.keep_keys_of(&connection);
        self.call(ctx, region, &request).await.map(drop)
    }

    /// Waits until the VPN gateway has done with the connection `id`, which was written in this turn, and gives the connection: `whole`, or
    /// without what listings leave out, for which those that come together share their calls.
    pub async fn wait_vpn_connection(
        &self,
        ctx: &Ctx,
        region: &str,
        turn: Turn,
        id: &str,
        whole: bool,
    ) -> Result<VpnConnection> {
        turn.end(ctx, "connection").await?;
        let connections = &self.inner.connections;
        wait::until_it_is(ctx, id, "active", || async {
            let connection = match whole {
                true => connections.now(&Described::by(self), ctx, region, id).await?,
                false => connections.listed(&Described::by(self), ctx, region, id).await?,
            };
            Ok(connection.map(|connection| match connection.state.as_deref() {
                // The list of states is not published: what is not under way is done.
                Some(state @ ("updating" | "creating" | "init" | "provisioning" | "deleting")) => {
                    Poll::Pending(state.to_owned())
                }
                _ => Poll::Ready(connection),
            }))
        })
        .await
    }

    /// Deletes a connection to the end, in the turn of its VPN gateway; one that is gone already is fine.
    pub async fn delete_vpn_connection(&self, ctx: &Ctx, region: &str, turn: Turn, id: &str) -> Result<()> {
        let request = DeleteVpnConnection { vpn_connection_id: id.to_owned(), client_token: ClientToken::new() };
        if !self.removed(ctx, region, &request, GONE).await? {
            return Ok(());
        }
        turn.end_of_deletion(ctx, "deletion of a connection").await?;
        wait::until_gone(ctx, id, || async {
            let connection = self.whole_vpn_connection(ctx, region, id).await?;
            Ok(connection.map(|connection| connection.state.unwrap_or_else(|| "unknown".to_owned())))
        })
        .await
    }

    /// What the customer's side has to be configured with, the key included; none when the service clearly says that there is no such
    /// connection.
    pub async fn vpn_connection_config(
        &self,
        ctx: &Ctx,
        region: &str,
        id: &str,
    ) -> Result<Option<VpnConnectionConfig>> {
        let request = DownloadVpnConnectionConfig { vpn_connection_id: id.to_owned() };
        match self.call(ctx, region, &request).await {
            Ok(answer) => answer.vpn_connection_config.map(Some).ok_or_else(|| {
                Error::new(Class::Fatal, "the answer has no configuration")
                    .about(DownloadVpnConnectionConfig::NAME, region)
            }),
            Err(error) if error.is_any_of(GONE) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl VpnConnectionSettings {
    fn phase_1(&self) -> impl Iterator<Item = &IkeConfig> {
        let tunnels = self.tunnel_options_specification.iter().filter_map(|tunnel| tunnel.tunnel_ike_config.as_ref());
        tunnels.chain(&self.ike_config)
    }

    /// Says the keys that are there where the settings say none.
    fn keep_keys_of(&mut self, connection: &VpnConnection) {
        keep_key(&mut self.ike_config, connection.ike_config.as_ref());
        for tunnel in &mut self.tunnel_options_specification {
            let there = connection.tunnel(&tunnel.role).and_then(|there| there.tunnel_ike_config.as_ref());
            keep_key(&mut tunnel.tunnel_ike_config, there);
        }
    }
}

fn keep_key(ike: &mut Option<IkeConfig>, there: Option<&IkeConfig>) {
    let Some(ike) = ike.as_mut().filter(|ike| ike.psk.is_none()) else { return };
    let key = there.and_then(|there| there.psk.as_ref()).map(ExposeSecret::expose_secret);
    ike.psk = key.filter(|key| !key.is_empty()).map(SecretString::from);
}

impl Makes for CreateVpnConnection {
    const KIND: &'static str = "connection";
    const PREFIX: Option<&'static str> = Some("vco-");

    fn name(&self) -> Option<&str> {
        said(&self.settings.name)
    }

    fn place(&self) -> String {
        format!("of {} to {}", self.vpn_gateway_id, self.peers().collect::<Vec<_>>().join(" and "))
    }

    fn id(&self, answer: VpnConnectionAnswer) -> Option<String> {
        answer.vpn_connection_id
    }

    async fn there(&self, client: &Client, ctx: &Ctx, region: &str) -> Result<Vec<Candidate>> {
        let filters =
            DescribeVpnConnections { vpn_gateway_id: Some(self.vpn_gateway_id.clone()), ..Default::default() };
        let listed = client.vpn_connections(ctx, region, &filters).await?;
        let is_there = |connection: &VpnConnection| {
            let mut place = Comparison::new(false);
            place
                .ranges("", self.settings.local_subnet.as_deref(), connection.local_subnet.as_deref())
                .ranges("", self.settings.remote_subnet.as_deref(), connection.remote_subnet.as_deref())
                .all("", Some(self.peers()), Some(connection.peers()));
            place.likeness() == Likeness::Same
        };
        let candidates = listed.into_iter().filter(is_there).filter_map(|connection| {
            let (likeness, created) = (likeness(self, &connection), seconds(connection.create_time));
            Some(Candidate { id: connection.vpn_connection_id?, name: connection.name, likeness, created })
        });
        Ok(candidates.collect())
    }
}

impl CreateVpnConnection {
    /// The customer gateways at the other end.
    fn peers(&self) -> impl Iterator<Item = &str> {
        let of_tunnels =
            self.settings.tunnel_options_specification.iter().filter_map(|tunnel| said(&tunnel.customer_gateway_id));
        said(&self.customer_gateway_id).into_iter().chain(of_tunnels)
    }
}

impl VpnConnection {
    /// The customer gateways at the other end.
    fn peers(&self) -> impl Iterator<Item = &str> {
        let tunnels = self.tunnel_options_specification.iter().flatten();
        said(&self.customer_gateway_id)
            .into_iter()
            .chain(tunnels.filter_map(|tunnel| said(&tunnel.customer_gateway_id)))
    }
}

/// Whether `connection` is what was asked for, as far as listings show it.
fn likeness(request: &CreateVpnConnection, connection: &VpnConnection) -> Likeness {
    let sent = &request.settings;
    let state = connection.state.as_deref().unwrap_or_default();
    let mut comparison = Comparison::new(matches!(state, "updating" | "creating" | "init" | "provisioning"));
    comparison
        .is("it is being deleted", state != "deleting", false)
        .text("name", sent.name.as_deref(), connection.name.as_deref())
        .tags(pairs(&request.tags), Some(pairs(connection.tags())))
        .ranges("local ranges", sent.local_subnet.as_deref(), connection.local_subnet.as_deref())
        .ranges("remote ranges", sent.remote_subnet.as_deref(), connection.remote_subnet.as_deref())
        .value("negotiation at once", sent.effect_immediately, connection.effect_immediately)
        .value("dead peer detection", sent.enable_dpd, connection.enable_dpd)
        .value("NAT traversal", sent.enable_nat_traversal, connection.enable_nat_traversal)
        .value("BGP", sent.enable_tunnels_bgp, connection.enable_tunnels_bgp)
        .word("certificate", said(&sent.remote_ca_certificate), connection.remote_ca_certificate.as_deref())
        .options("IKE", sent.ike_config.as_ref(), connection.ike_config.as_ref())
        .options("IPsec", sent.ipsec_config.as_ref(), connection.ipsec_config.as_ref());
    compare_bgp(&mut comparison, sent.bgp_config.as_ref(), connection.vpn_bgp_config.as_ref());
    if let (Some(sent), Some(shown)) = (&sent.health_check_config, &connection.vco_health_check) {
        comparison
            .value("health check", sent.enable, shown.enable)
            .word("health check", said(&sent.dip), shown.dip.as_deref())
            .word("health check", said(&sent.sip), shown.sip.as_deref());
        if sent.enable == Some(true) {
            comparison.number("health check", sent.interval, shown.interval, 0).number(
                "health check",
                sent.retry,
                shown.retry,
                0,
            );
        }
    }
    for sent in &sent.tunnel_options_specification {
        let Some(shown) = connection.tunnel(&sent.role) else {
            comparison.is("tunnels", connection.tunnel_options_specification.is_none(), false);
            continue;
        };
        comparison
            .word("customer gateway", said(&sent.customer_gateway_id), shown.customer_gateway_id.as_deref())
            .value("dead peer detection", sent.enable_dpd, shown.enable_dpd)
            .value("NAT traversal", sent.enable_nat_traversal, shown.enable_nat_traversal)
            .word("certificate", said(&sent.remote_ca_certificate), shown.remote_ca_certificate.as_deref())
            .options("IKE", sent.tunnel_ike_config.as_ref(), shown.tunnel_ike_config.as_ref())
            .options("IPsec", sent.tunnel_ipsec_config.as_ref(), shown.tunnel_ipsec_config.as_ref());
        compare_bgp(&mut comparison, sent.tunnel_bgp_config.as_ref(), shown.tunnel_bgp_config.as_ref());
    }
    comparison.likeness()
}

fn compare_bgp(comparison: &mut Comparison, sent: Option<&BgpConfig>, shown: Option<&VpnBgp>) {
    let (Some(sent), Some(shown)) = (sent, shown) else { return };
    comparison
        .value("BGP", sent.enable_bgp, shown.enable_bgp)
        .word("BGP", said(&sent.tunnel_cidr), shown.tunnel_cidr.as_deref())
        .word("BGP", said(&sent.local_bgp_ip), shown.local_bgp_ip.as_deref());
    // In two parts it is another way to write the same number.
    let asn = sent.local_asn.as_deref().and_then(|asn| asn.parse().ok());
    comparison.number("BGP", asn, shown.local_asn, 0);
}

impl Describe for DescribeVpnConnections {
    type Item = VpnConnection;

    fn at(self, paging: Paging) -> Self {
        Self { paging, ..self }
    }

    fn page(answer: DescribeVpnConnectionsAnswer) -> Page<VpnConnection> {
        Page { items: answer.vpn_connections, total: answer.total_count }
    }

    fn id(connection: &VpnConnection) -> Option<&str> {
        connection.vpn_connection_id.as_deref()
    }

    async fn one(client: &Client, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnConnection>> {
        let request = DescribeVpnConnection { vpn_connection_id: id.to_owned() };
        client.single(ctx, region, &request, id, Self::id, GONE).await
    }
}

const GONE: &[&str] = &["InvalidVpnConnectionInstanceId.NotFound"];

#[cfg(test)]
mod tests;
