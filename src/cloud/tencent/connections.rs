//! Tunnels: what it takes to make, read, change and delete one safely.

use std::collections::{BTreeMap, HashSet};

use secrecy::ExposeSecret;
use tokio::time::Instant;

use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::tag::{ModifyResourceTags, TAGS_PER_CALL, TagKey, TagPair, resource_name};
use crate::cloud::tencent::vpc::{
    CreateVpnConnection, DeleteVpnConnection, DescribeVpnConnections, Filter, ModifyVpnConnectionAttribute,
    VpnConnection,
};
use crate::cloud::wait::{self, Poll};

impl Client {
    /// Asks for a tunnel and gives its id; the tunnel itself is not ready yet.
    ///
    /// No VPN action takes a client token, so that a create must not be repeated when its outcome
    /// is unknown. This looks first:
    ///
    /// - The tunnels that exist between the two gateways are listed before the create. They are
    ///   never adopted, whatever their name: somebody else manages them.
    /// - After a failure of unknown outcome, a tunnel between the two gateways that was not there
    ///   before and has the requested name and key is the one: its id is given. When none shows up
    ///   within five seconds, the create is sent again, `max_retries` times at most. The service
    ///   itself permits one tunnel only between two gateways, so that a repetition that comes too
    ///   early is refused, and what it collided with is looked for once more.
    /// - An answer with an empty id is looked up in the same way, but for as long as the operation
    ///   may take.
    /// - Within this process, creates between the same two gateways wait for each other.
    ///
    /// An error with [`Error::is_ambiguous`] means that there may be a tunnel that could not be
    /// found.
    pub async fn create_connection(&self, ctx: &Ctx, region: &str, request: &CreateVpnConnection) -> Result<String> {
        let between = format!("{region}/{}/{}", request.vpn_gateway_id, request.customer_gateway_id);
        let turn = self.inner.creating.turn(ctx, between, "another create between the same gateways").await;
        let _turn = turn.map_err(|error| error.about(CreateVpnConnection::NAME, region))?;

        let before = self.listed_between(ctx, region, request).await?;
        let before: HashSet<String> = before.into_iter().filter_map(|tunnel| tunnel.vpn_connection_id).collect();

        let mut unknown_outcomes = 0;
        loop {
            let error = match self.call(ctx, region, request).await {
                Ok(answer) => {
                    let id = answer.vpn_connection.and_then(|tunnel| tunnel.vpn_connection_id);
                    return match id.filter(|id| !id.is_empty()) {
                        Some(id) => Ok(id),
                        None => self.find_acknowledged(ctx, region, request, &before).await,
                    };
                }
                Err(error) => error,
            };
            if matches!(error.class(), Class::Cancelled | Class::Timeout) {
                return Err(lost(error));
            }
            if !error.is_ambiguous() {
                // A refusal right after an unknown outcome may be about the tunnel which that one
                // made.
                if unknown_outcomes == 0 {
                    return Err(error);
                }
                let found = self.newcomer(ctx, region, request, &before).await;
                return found.ok().flatten().ok_or(error);
            }

            tracing::warn!(region, "looking for a tunnel after an unknown outcome: {error}");
            match self.find_unacknowledged(ctx, region, request, &before).await {
                Ok(Some(id)) => {
                    tracing::info!(region, id, "the create had been executed");
                    return Ok(id);
                }
                Ok(None) if unknown_outcomes < self.inner.caller.max_retries() => {
                    unknown_outcomes += 1;
                }
                Ok(None) => return Err(lost(error)),
                Err(lookup) => {
                    let interrupted = matches!(lookup.class(), Class::Cancelled | Class::Timeout);
                    return Err(lost(if interrupted {
                        lookup.ambiguous(true)
                    } else {
                        error.noting(&format!("then looking for the tunnel failed: {lookup}"))
                    }));
                }
            }
        }
    }

    /// The tunnel `id`, or none when the service clearly says that there is no such tunnel. An
    /// answer that says neither is an error: nothing must be dropped from anyone's records on a
    /// guess.
    pub async fn connection(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnConnection>> {
        let request = DescribeVpnConnections {
            vpn_connection_ids: Some(vec![id.to_owned()]),
            limit: Some(1),
            ..Default::default()
        };
        let answer = match self.call(ctx, region, &request).await {
            Ok(answer) => answer,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        };
        let listed = answer.vpn_connection_set;
        let total = answer.total_count;
        match listed {
            Some(set) if set.is_empty() && total.unwrap_or(0) == 0 => Ok(None),
            None if total == Some(0) => Ok(None),
            set => {
                let mut set = set.unwrap_or_default().into_iter();
                set.find(|tunnel| tunnel.vpn_connection_id.as_deref() == Some(id)).map(Some).ok_or_else(|| {
                    Error::new(Class::Fatal, format!("the answer neither has {id} nor says that it does not exist"))
                        .about(DescribeVpnConnections::NAME, region)
                })
            }
        }
    }

    /// All tunnels of a region that match `filters`, on all pages.
    pub async fn connections(&self, ctx: &Ctx, region: &str, filters: &[Filter]) -> Result<Vec<VpnConnection>> {
        let mut tunnels = Vec::new();
        loop {
            let request = DescribeVpnConnections {
                filters: (!filters.is_empty()).then(|| filters.to_vec()),
                offset: Some(tunnels.len() as u64),
                limit: Some(PAGE),
                ..Default::default()
            };
            let answer = self.call(ctx, region, &request).await?;
            let page = match (answer.vpn_connection_set, answer.total_count) {
                (Some(page), _) => page,
                (None, Some(0)) => Vec::new(),
                (None, _) => {
                    return Err(Error::new(Class::Fatal, "the answer has no list of tunnels")
                        .about(DescribeVpnConnections::NAME, region));
                }
            };
            let last = (page.len() as u64) < PAGE;
            tunnels.extend(page);
            if last || answer.total_count.is_some_and(|total| tunnels.len() as i64 >= total) {
                return Ok(tunnels);
            }
        }
    }

    /// Changes a tunnel. Wait with [`Client::wait_available`] afterwards.
    pub async fn modify_connection(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &ModifyVpnConnectionAttribute,
    ) -> Result<()> {
        self.call(ctx, region, request).await.map(drop)
    }

    /// Asks for a tunnel to be deleted; one that is gone already is fine. Wait with
    /// [`Client::wait_deleted`] afterwards.
    pub async fn delete_connection(&self, ctx: &Ctx, region: &str, request: &DeleteVpnConnection) -> Result<()> {
        match self.call(ctx, region, request).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    /// Waits until the tunnel `id` is `AVAILABLE` and gives what it then is.
    ///
    /// A tunnel that is not listed yet may take half a minute to show up; one that vanishes is
    /// an error of class [`Class::NotFound`].
    pub async fn wait_available(&self, ctx: &Ctx, region: &str, id: &str) -> Result<VpnConnection> {
        wait::until_ready(ctx, id, "become AVAILABLE", || async {
            let tunnel = self.connection(ctx, region, id).await?;
            Ok(tunnel.map(|tunnel| match tunnel.state.as_deref() {
                Some(state) if state.eq_ignore_ascii_case("AVAILABLE") => Poll::Ready(tunnel),
                state => Poll::Pending(state.unwrap_or("unknown").to_owned()),
            }))
        })
        .await
    }

    /// Waits until the service clearly says that the tunnel `id` does not exist.
    pub async fn wait_deleted(&self, ctx: &Ctx, region: &str, id: &str) -> Result<()> {
        wait::until_gone(ctx, id, || async {
            let tunnel = self.connection(ctx, region, id).await?;
            Ok(tunnel.map(|tunnel| tunnel.state.unwrap_or_else(|| "unknown".to_owned())))
        })
        .await
    }

    /// Sets and removes tags of the object `id` of the `vpc` service, in as few calls as its limit
    /// of 10 per call permits. Makes no call when there is nothing to do.
    pub async fn change_tags(
        &self,
        ctx: &Ctx,
        region: &str,
        id: &str,
        set: &BTreeMap<String, String>,
        remove: &[String],
    ) -> Result<()> {
        let set: Vec<_> =
            set.iter().map(|(key, value)| TagPair { tag_key: key.clone(), tag_value: value.clone() }).collect();
        let remove: Vec<_> = remove.iter().map(|key| TagKey { tag_key: key.clone() }).collect();
        let (mut set, mut remove) = (set.chunks(TAGS_PER_CALL), remove.chunks(TAGS_PER_CALL));
        loop {
            // Removing goes first or together: there is a limit of tags per object.
            let request = ModifyResourceTags {
                resource: resource_name(region, id),
                delete_tags: remove.next().unwrap_or_default().to_vec(),
                replace_tags: set.next().unwrap_or_default().to_vec(),
            };
            if request.delete_tags.is_empty() && request.replace_tags.is_empty() {
                return Ok(());
            }
            self.call(ctx, region, &request).await?;
        }
    }

    async fn listed_between(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &CreateVpnConnection,
    ) -> Result<Vec<VpnConnection>> {
        let filters = [
            Filter::new("vpn-gateway-id", &request.vpn_gateway_id),
            Filter::new("customer-gateway-id", &request.customer_gateway_id),
        ];
        match self.connections(ctx, region, &filters).await {
            // An unknown id gives an empty list or this; the API reference lists both.
            Err(error) if error.is_not_found() => Ok(Vec::new()),
            listed => listed,
        }
    }

    /// The tunnel that `request` made: new between its gateways, with its name and key.
    async fn newcomer(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &CreateVpnConnection,
        before: &HashSet<String>,
    ) -> Result<Option<String>> {
        let listed = self.listed_between(ctx, region, request).await?;
        let mut ids: Vec<_> = listed
            .into_iter()
            .filter(|tunnel| is_made_by(request, tunnel))
            .filter_map(|tunnel| tunnel.vpn_connection_id)
            .filter(|id| !id.is_empty() && !before.contains(id))
            .collect();
        let id = ids.pop();
        if ids.is_empty() {
            return Ok(id);
        }
        let error = Error::new(
            Class::Fatal,
            format!(
                "{} tunnels named {:?} appeared between {} and {} at once",
                ids.len() + 1,
                request.vpn_connection_name,
                request.vpn_gateway_id,
                request.customer_gateway_id,
            ),
        );
        Err(lost(error.about(CreateVpnConnection::NAME, region).ambiguous(true)))
    }

    /// The tunnel of a create that was accepted without an id.
    async fn find_acknowledged(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &CreateVpnConnection,
        before: &HashSet<String>,
    ) -> Result<String> {
        let what = format!("the new tunnel {:?} to be listed", request.vpn_connection_name);
        let found = wait::until(ctx, &what, || async {
            Ok(match self.newcomer(ctx, region, request, before).await? {
                Some(id) => Poll::Ready(id),
                None => Poll::Pending("not listed yet".to_owned()),
            })
        });
        found.await.map_err(|error| error.ambiguous(true).hinting(Some(LOST.into())))
    }

    /// The tunnel of a create of unknown outcome; none when a listing at the end of the window
    /// still does not show it.
    async fn find_unacknowledged(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &CreateVpnConnection,
        before: &HashSet<String>,
    ) -> Result<Option<String>> {
        let started = Instant::now();
        let what = format!("the tunnel {:?} to be listed", request.vpn_connection_name);
        wait::until(ctx, &what, || async {
            let found = self.newcomer(ctx, region, request, before).await?;
            let closed = started.elapsed() >= self.inner.adoption_window;
            Ok(match found {
                None if !closed => Poll::Pending("not listed yet".to_owned()),
                found => Poll::Ready(found),
            })
        })
        .await
    }
}

/// Whether `tunnel` has the name that was asked for, and not another key. The service gives keys in
/// clear text; should it stop to do so, the name has to do.
fn is_made_by(request: &CreateVpnConnection, tunnel: &VpnConnection) -> bool {
    let key = |key: &Option<secrecy::SecretString>| {
        key.as_ref().map(|key| key.expose_secret().to_owned()).filter(|key| !key.is_empty())
    };
    let same_key = match (key(&request.pre_share_key), key(&tunnel.pre_share_key)) {
        (Some(asked), Some(found)) => asked == found,
        _ => true,
    };
    tunnel.vpn_connection_name.as_ref() == Some(&request.vpn_connection_name) && same_key
}

/// Tells the user what to do about a tunnel that there may be.
fn lost(error: Error) -> Error {
    let hint = error.is_ambiguous().then_some(LOST.into());
    error.hinting(hint)
}

const LOST: &str = "Look in the console whether the tunnel exists: import it, or delete it, before creating it again.";

/// The largest page that DescribeVpnConnections gives.
const PAGE: u64 = 100;

#[cfg(test)]
mod tests;
