//! Turns: one write at a time for each VPN gateway.
//!
//! While a gateway works on one write, to itself or to anything of it, it refuses the next (`VpnGateway.Configuring`). A turn lasts until
//! the gateway has done with the write; what was written is read afterwards, while others write.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::cloud::alibaba::client::Client;
use crate::cloud::alibaba::ssl_servers::DescribeSslVpnServers;
use crate::cloud::ctx::{Ctx, Interrupt};
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::keyed::{Held, KeyedLock};
use crate::cloud::wait::{self, Poll};

/// What is going on with VPN gateways.
#[derive(Default)]
pub(super) struct Turns {
    locks: KeyedLock,
    settling: Settling,
}

/// The right to write to a VPN gateway, while it lives; by default to nothing.
#[derive(Default)]
#[must_use]
pub struct Turn {
    /// None where it is not known.
    gateway: Option<Gateway>,
    _held: Vec<Held>,
}

struct Gateway {
    client: Client,
    region: String,
    id: String,
}

impl Turn {
    /// Waits until the gateway has done with what was written in this turn, and is `active`. Then the turn is over. `what` was written:
    /// how long that takes is remembered, so as to ask when it is likely to be done.
    pub(super) async fn end(self, ctx: &Ctx, what: &'static str) -> Result<()> {
        self.settled(ctx, what, false).await
    }

    /// The same after a deletion: a gateway that does not exist has nothing to do any more.
    pub(super) async fn end_of_deletion(self, ctx: &Ctx, what: &'static str) -> Result<()> {
        self.deleted(ctx, what).await
    }

    /// The same without ending the turn: where what is written next may be the same thing again, with no id of its own to tell it from what
    /// was deleted, nobody is to write before that is gone.
    pub(super) async fn deleted(&self, ctx: &Ctx, what: &'static str) -> Result<()> {
        self.settled(ctx, what, true).await
    }

    async fn settled(&self, ctx: &Ctx, what: &'static str, deletion: bool) -> Result<()> {
        let Some(Gateway { client, region, id }) = &self.gateway else { return Ok(()) };
        let (key, settling) = ((region.clone(), what), &client.inner.turns.settling);
        let written = Instant::now();
        ctx.sleep(settling.first_look(&key)).await.map_err(|interrupt| interrupted(interrupt, id))?;
        let busy = Mutex::new(None);
        let at = wait::until_it_is(ctx, id, "active", || async {
            let at = written.elapsed();
            let seen = client.listed_vpn_gateway(ctx, region, id).await?;
            if seen.is_none() && deletion {
                return Ok(Some(Poll::Ready(at)));
            }
            Ok(seen.map(|seen| match seen.status.as_deref() {
                Some("active") => Poll::Ready(at),
                status => {
                    *busy.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
                    Poll::Pending(status.unwrap_or("unknown").to_owned())
                }
            }))
        });
        let at = at.await?;
        settling.learn(key, busy.into_inner().unwrap_or_else(PoisonError::into_inner), at);
        Ok(())
    }

    /// Whether it is the gateway's, and not only that of one of its SSL servers.
    pub(super) fn is_of_gateway(&self) -> bool {
        self.gateway.is_some()
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn")
            .field("gateway", &self.gateway.as_ref().map(|gateway| &gateway.id))
            .finish_non_exhaustive()
    }
}

/// When to look for the first time whether a gateway has done with a write: by how long the last one like it took.
#[derive(Default)]
struct Settling(Mutex<HashMap<Key, Duration>>);

/// A region, whose gateways take about as long as each other, and what is written.
type Key = (String, &'static str);

impl Settling {
    fn first_look(&self, key: &Key) -> Duration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied().unwrap_or_default()
    }

    /// It was last seen at work, if at all, and first seen done, so long after the write.
    fn learn(&self, key: Key, busy: Option<Duration>, done: Duration) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = known.entry(key).or_default();
        *first = match busy {
            // A single write that takes long does not make those after it wait as long.
            Some(busy) => ((busy + done) / 2).min(*first * 2 + LONGER),
            None => *first * 9 / 10,
        };
    }
}

impl Client {
    /// Waits until no other write of this process touches the VPN gateway. It is given to the method that waits for what was written.
    pub async fn turn(&self, ctx: &Ctx, region: &str, gateway_id: &str) -> Result<Turn> {
        let held = self.inner.turns.locks.turn(ctx, format!("{region}/{gateway_id}"), AWAITED).await?;
        Ok(self.own(region, Some(gateway_id), vec![held]))
    }

    /// Like [`Client::turn`], for the VPN gateway of an SSL server.
    ///
    /// A certificate names its SSL server only, and the gateway of that never changes: it is asked for once per server, where the
    /// credentials permit. Where they do not, writes to one server still wait for each other.
    pub async fn gateway_turn(&self, ctx: &Ctx, region: &str, ssl_server_id: &str) -> Result<Turn> {
        self.turn_of_server(ctx, region, ssl_server_id, false).await
    }

    /// The same for writes that the gateway is not documented to work on after it answered, as the creates and changes of certificates
    /// are: they wait for others, but not for each other.
    pub async fn shared_gateway_turn(&self, ctx: &Ctx, region: &str, ssl_server_id: &str) -> Result<Turn> {
        self.turn_of_server(ctx, region, ssl_server_id, true).await
    }

    async fn turn_of_server(&self, ctx: &Ctx, region: &str, ssl_server_id: &str, shared: bool) -> Result<Turn> {
        let locks = &self.inner.turns.locks;
        let hold = async |key: String| match shared {
            true => locks.shared_turn(ctx, key, AWAITED).await,
            false => locks.turn(ctx, key, AWAITED).await,
        };
        // Always in this order: whoever has the turn of a gateway waits for nobody.
        let server_key = format!("{region}/{ssl_server_id}");
        let mut held = vec![hold(server_key.clone()).await?];
        let gateway = {
            let _asking = locks.turn(ctx, format!("{server_key}/gateway"), AWAITED).await?;
            self.gateway_of(ctx, region, ssl_server_id, server_key).await?
        };
        if let Some(gateway) = &gateway {
            held.push(hold(format!("{region}/{gateway}")).await?);
        }
        Ok(self.own(region, gateway.as_deref(), held))
    }

    fn own(&self, region: &str, gateway: Option<&str>, held: Vec<Held>) -> Turn {
        let own = |id: &str| Gateway { client: self.clone(), region: region.to_owned(), id: id.to_owned() };
        Turn { gateway: gateway.map(own), _held: held }
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

fn interrupted(interrupt: Interrupt, gateway: &str) -> Error {
    match interrupt {
        Interrupt::Cancelled => {
            Error::new(Class::Cancelled, format!("called off while waiting for {gateway} to become active"))
        }
        Interrupt::Deadline => Error::new(Class::Timeout, format!("gave up waiting for {gateway} to become active")),
    }
}

const AWAITED: &str = "another change of the same VPN gateway";
/// By how much the first look may be later than twice what it was.
const LONGER: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests;
