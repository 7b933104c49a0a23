//! Turns: one write at a time for each VPN gateway.
//!
//! While a gateway works on one write, to itself or to anything of it, it refuses the next (`VpnGateway.Configuring`).

use std::sync::PoisonError;

use tokio::sync::OwnedMutexGuard;

use crate::cloud::alibaba::client::Client;
use crate::cloud::alibaba::ssl_servers::DescribeSslVpnServers;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Result};

/// The right to write to a VPN gateway, while it lives.
#[derive(Debug)]
pub struct Turn {
    _server: Option<OwnedMutexGuard<()>>,
    _gateway: Option<OwnedMutexGuard<()>>,
}

impl Client {
    /// Waits until no other write of this process touches the VPN gateway. Hold it until the write has ended: until the gateway is
    /// `active` again ([`Client::wait_vpn_gateway_active`]).
    pub async fn turn(&self, ctx: &Ctx, region: &str, gateway_id: &str) -> Result<Turn> {
        let gateway = self.inner.turns.turn(ctx, format!("{region}/{gateway_id}"), AWAITED).await?;
        Ok(Turn { _server: None, _gateway: Some(gateway) })
    }

    /// Like [`Client::turn`], for the VPN gateway of an SSL server.
    ///
    /// A certificate names its SSL server only, and the gateway of that never changes: it is asked for once per server, where the
    /// credentials permit. Where they do not, writes to one server still wait for each other.
    pub async fn gateway_turn(&self, ctx: &Ctx, region: &str, ssl_server_id: &str) -> Result<Turn> {
        // Always in this order: whoever has the turn of a gateway waits for nobody.
        let server_key = format!("{region}/{ssl_server_id}");
        let server = self.inner.turns.turn(ctx, server_key.clone(), AWAITED).await?;
        let turn = match self.gateway_of(ctx, region, ssl_server_id, server_key).await? {
            Some(gateway) => self.turn(ctx, region, &gateway).await?,
            None => Turn { _server: None, _gateway: None },
        };
        Ok(Turn { _server: Some(server), ..turn })
    }

    /// The VPN gateway of an SSL server, as far as the service tells it. Called by one at a time
    /// for each server.
    async fn gateway_of(&self, ctx: &Ctx, region: &str, ssl_server_id: &str, key: String) -> Result<Option<String>> {
        let known = || self.inner.server_gateways.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gateway) = known().get(&key) {
            return Ok(gateway.clone());
        }
        let request = DescribeSslVpnServers { ssl_vpn_server_id: Some(ssl_server_id.to_owned()), ..Default::default() };
        let gateway = match self.call(ctx, region, &request).await {
            Ok(answer) => {
                let mut servers = answer.ssl_vpn_servers.into_iter().flatten();
                servers
                    .find(|server| server.ssl_vpn_server_id.as_deref() == Some(ssl_server_id))
                    .and_then(|server| server.vpn_gateway_id)
            }
            Err(error) if matches!(error.class(), Class::Cancelled | Class::Timeout) => return Err(error),
            // The write itself says what is wrong, if anything is.
            Err(error) if matches!(error.class(), Class::Throttled | Class::Transient) => return Ok(None),
            Err(error) => {
                tracing::debug!(ssl_server_id, "the VPN gateway of the SSL server is not known: {error}");
                None
            }
        };
        known().insert(key, gateway.clone());
        Ok(gateway)
    }
}

const AWAITED: &str = "another change of the same VPN gateway";

#[cfg(test)]
mod tests;
