//! IPsec connections: what it takes to make, read, change and delete one safely.

use secrecy::{ExposeSecret, SecretString};

use crate::cloud::alibaba::client::{Action, Client};
use crate::cloud::alibaba::describe::{Describe, Described, Paging};
use crate::cloud::alibaba::token::ClientToken;
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
        self.made(ctx, region, "connection", request, |answer| answer.vpn_connection_id).await
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
    /// string"): where the request has none, the connection's own is sent, which one read tells. That read tells, too, where
    /// [`ModifyVpnConnectionAttribute::phase_1_if_new`] leaves out phase 1.
    pub async fn modify_vpn_connection(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &ModifyVpnConnectionAttribute,
    ) -> Result<()> {
        let to_compare = request.phase_1_if_new && request.settings.phase_1().next().is_some();
        if !to_compare && request.settings.phase_1().all(|ike| ike.psk.is_some()) {
            return self.call(ctx, region, request).await.map(drop);
        }
        let id = &request.vpn_connection_id;
        let Some(connection) = self.whole_vpn_connection(ctx, region, id).await? else {
            return Err(Error::new(Class::NotFound, format!("{id} does not exist any more"))
                .about(ModifyVpnConnectionAttribute::NAME, region));
        };
        let mut request = request.clone();
        request.settings.keep_keys_of(&connection);
        if to_compare {
            request.settings.leave_out_phase_1_of(&connection);
        }
        match request.settings.says_something() {
            true => self.call(ctx, region, &request).await.map(drop),
            false => Ok(()),
        }
    }

    /// Waits until the VPN gateway has done with the connection `id`, and gives the connection.
    pub async fn wait_vpn_connection(
        &self,
        ctx: &Ctx,
        region: &str,
        gateway_id: &str,
        id: &str,
    ) -> Result<VpnConnection> {
        self.wait_vpn_gateway_active(ctx, region, gateway_id).await?;
        wait::until_it_is(ctx, id, "active", || async {
            Ok(self.whole_vpn_connection(ctx, region, id).await?.map(|connection| match connection.state.as_deref() {
                // The list of states is not published: what is not under way is done.
                Some(state @ ("updating" | "creating" | "init" | "provisioning" | "deleting")) => {
                    Poll::Pending(state.to_owned())
                }
                _ => Poll::Ready(connection),
            }))
        })
        .await
    }

    /// Deletes a connection to the end, while holding the turn of its VPN gateway; one that is gone already is fine.
    pub async fn delete_vpn_connection(&self, ctx: &Ctx, region: &str, gateway_id: &str, id: &str) -> Result<()> {
        let request = DeleteVpnConnection { vpn_connection_id: id.to_owned(), client_token: ClientToken::new() };
        if !self.removed(ctx, region, &request, GONE).await? {
            return Ok(());
        }
        self.wait_vpn_gateway_done(ctx, region, gateway_id).await?;
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

    /// Leaves out where it says what is there.
    fn leave_out_phase_1_of(&mut self, connection: &VpnConnection) {
        leave_out(&mut self.ike_config, connection.ike_config.as_ref());
        for tunnel in &mut self.tunnel_options_specification {
            let there = connection.tunnel(&tunnel.role).and_then(|there| there.tunnel_ike_config.as_ref());
            leave_out(&mut tunnel.tunnel_ike_config, there);
        }
        self.tunnel_options_specification.retain(TunnelOptions::says_something);
    }
}

fn leave_out(ike: &mut Option<IkeConfig>, there: Option<&IkeConfig>) {
    ike.take_if(|ike| there.is_some_and(|there| ike.says_nothing_but(there)));
}

fn keep_key(ike: &mut Option<IkeConfig>, there: Option<&IkeConfig>) {
    let Some(ike) = ike.as_mut().filter(|ike| ike.psk.is_none()) else { return };
    let key = there.and_then(|there| there.psk.as_ref()).map(ExposeSecret::expose_secret);
    ike.psk = key.filter(|key| !key.is_empty()).map(SecretString::from);
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
