//! Route entries of VPN gateways, by destination: requests and answers of the VPC API 2016-04-28, and what it takes to make, read, change
//! and delete one safely.
//!
//! An entry has no id of its own; it is known by its gateway, its next hop and its destination. No action describes a single one: the table
//! of its gateway is listed. In answers every member may be absent.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::cloud::adopt::{Candidate, Comparison};
use crate::cloud::alibaba::client::{Action, Client, Empty, action};
use crate::cloud::alibaba::creates::{Makes, seconds};
use crate::cloud::alibaba::describe::{PAGE, Paging};
use crate::cloud::alibaba::gateways;
use crate::cloud::alibaba::token::ClientToken;
use crate::cloud::alibaba::turns::Turn;
use crate::cloud::answer::Answer;
use crate::cloud::batch::Listing;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::Result;
use crate::cloud::listing::{self, Page};
use crate::cloud::wait::{self, Poll};

/// Which route entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct VpnRouteEntryKey {
    pub vpn_gateway_id: String,
    /// The IPsec connection through which it leads.
    pub next_hop: String,
    /// CIDR.
    pub route_dest: String,
}

/// Makes a route entry. Asynchronous: the gateway is busy for a while.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateVpnRouteEntry {
    #[serde(flatten)]
    pub key: VpnRouteEntryKey,
    /// 100, or 0 for a standby.
    pub weight: i64,
    /// Whether the system route table of the VPC gets it.
    pub publish_vpc: bool,
    /// In no answer.
    pub description: Option<String>,
    pub client_token: ClientToken,
}

/// What becomes different about a route entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VpnRouteEntryChange {
    pub key: VpnRouteEntryKey,
    /// The weight that it has, and the one that it gets.
    pub weight: Option<(i64, i64)>,
    pub publish_vpc: Option<bool>,
}

/// Asks for a page of the route entries of a VPN gateway.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpnRouteEntries {
    pub vpn_gateway_id: String,
    /// `custom`, the default, or `bgp`.
    pub route_entry_type: Option<String>,
    #[serde(flatten)]
    pub(crate) paging: Paging,
}

/// One page of route entries.
#[derive(Clone, Debug, Default, Answer)]
pub struct DescribeVpnRouteEntriesAnswer {
    /// How many there are, on all pages.
    total_count: Option<i64>,
    /// None when the answer has no such member: that says nothing, unlike an empty list.
    #[member(rows)]
    vpn_route_entries: Option<Vec<VpnRouteEntry>>,
}

/// A route entry, as the service lists it.
#[derive(Clone, Debug, Default, Answer)]
pub struct VpnRouteEntry {
    /// What [`VpnRouteEntryKey`] writes, or empty if the service does not say enough for that; not of the service.
    #[member(skip)]
    pub id: String,
    /// Its gateway.
    pub vpn_instance_id: Option<String>,
    pub route_dest: Option<String>,
    pub next_hop: Option<String>,
    pub weight: Option<i64>,
    /// `published`, or `normal` for one that is not.
    pub state: Option<String>,
    /// `custom` or `bgp`.
    pub route_entry_type: Option<String>,
    /// Unix time in milliseconds.
    pub create_time: Option<i64>,
}

impl Client {
    /// Asks for a route entry and gives its id, while holding the turn of its VPN gateway. Wait with [`Client::wait_route_entry`]
    /// afterwards.
    pub async fn create_route_entry(&self, ctx: &Ctx, region: &str, request: &CreateVpnRouteEntry) -> Result<String> {
        self.made(ctx, region, request).await
    }

    /// The route entry, or none when the service clearly says that there is none.
    ///
    /// Reads of one gateway's entries that come together share the listing of its table; what is seen may be a few seconds old, though
    /// never older than this client's last write in the region.
    pub async fn route_entry(&self, ctx: &Ctx, region: &str, key: &VpnRouteEntryKey) -> Result<Option<VpnRouteEntry>> {
        self.inner.route_entries.read(&RouteTable(self.clone()), ctx, &key.place(region), &key.to_string()).await
    }

    /// All route entries of a VPN gateway: those of its own, or those that it learned (`bgp`). None where there is no such gateway.
    pub async fn route_entries(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &DescribeVpnRouteEntries,
    ) -> Result<Vec<VpnRouteEntry>> {
        let id = |entry: &VpnRouteEntry| Some(entry.id.clone());
        let all = listing::all(PAGE, id, |offset| async move {
            let request = DescribeVpnRouteEntries { paging: Paging::from(offset), ..request.clone() };
            self.route_page(ctx, region, &request).await
        });
        all.await.map_err(|error| error.about(DescribeVpnRouteEntries::NAME, region))
    }

    /// Changes a route entry, while holding the turn of its VPN gateway. Wait with [`Client::wait_route_entry`] afterwards.
    pub async fn change_route_entry(&self, ctx: &Ctx, region: &str, change: &VpnRouteEntryChange) -> Result<()> {
        let VpnRouteEntryChange { key, weight, publish_vpc } = change;
        if let Some((weight, new_weight)) = *weight {
            self.change_weight(ctx, region, key, weight, new_weight).await?;
        }
        let Some(publish_vpc) = *publish_vpc else { return Ok(()) };
        if weight.is_some() {
            self.wait_vpn_gateway_active(ctx, region, &key.vpn_gateway_id).await?;
        }
        let request = PublishVpnRouteEntry {
            key: key.clone(),
            route_type: BY_DESTINATION,
            publish_vpc,
            client_token: ClientToken::new(),
        };
        self.call(ctx, region, &request).await.map(drop)
    }

    /// `weight` is the one that the entry had when it was last seen.
    async fn change_weight(
        &self,
        ctx: &Ctx,
        region: &str,
        key: &VpnRouteEntryKey,
        weight: i64,
        new_weight: i64,
    ) -> Result<()> {
        let client_token = ClientToken::new();
        let request = ModifyVpnRouteEntryWeight { key: key.clone(), weight, new_weight, client_token };
        let error = match self.call(ctx, region, &request).await {
            Err(error) if error.is_any_of(&[NO_ENTRY]) => error,
            answer => return answer.map(drop),
        };
        // The service finds an entry by its weight, too, of which there are but two: this one may have the new one by now.
        match self.route_entry_now(ctx, region, key).await? {
            Some(entry) if entry.weight == Some(new_weight) => Ok(()),
            _ => Err(error),
        }
    }

    /// Waits until the VPN gateway has done with the route entry, which was written in this turn, and gives the entry.
    ///
    /// One that is not published as it should be is waited for, half a minute at most: then that is for the caller to see.
    pub async fn wait_route_entry(
        &self,
        ctx: &Ctx,
        region: &str,
        turn: Turn,
        key: &VpnRouteEntryKey,
        published: bool,
    ) -> Result<VpnRouteEntry> {
        turn.end(ctx, "route entry").await?;
        let started = Instant::now();
        let wanted = if published { "published" } else { "normal" };
        wait::until_it_is(ctx, &key.to_string(), wanted, || async {
            let late = started.elapsed() >= PUBLISHING;
            Ok(self.route_entry_now(ctx, region, key).await?.map(|entry| match entry.state.as_deref() {
                Some(state) if state != wanted && !late => Poll::Pending(state.to_owned()),
                _ => Poll::Ready(entry),
            }))
        })
        .await
    }

    /// Deletes a route entry to the end, in the turn of its VPN gateway; one that is gone already is fine. `weight` is the one that it had
    /// when it was last seen, `made` the second in which it was made, if that is known: one that was made at another time is somebody else's.
    pub async fn delete_route_entry(
        &self,
        ctx: &Ctx,
        region: &str,
        turn: Turn,
        key: &VpnRouteEntryKey,
        weight: i64,
        made: Option<i64>,
    ) -> Result<()> {
        let with = |weight| DeleteVpnRouteEntry { key: key.clone(), weight, client_token: ClientToken::new() };
        if !self.removed(ctx, region, &with(weight), GONE).await? {
            // The service finds an entry by its weight, too: only its table tells that there is none.
            let Some(entry) = self.route_entry_now(ctx, region, key).await? else { return Ok(()) };
            if made.zip(seconds(entry.create_time)).is_some_and(|(made, its)| made != its) {
                return Ok(());
            }
            self.removed(ctx, region, &with(entry.weight.unwrap_or(weight)), GONE).await?;
        }
        let deleted = self.inner.caller.clock().at(Instant::now());
        // The next to write may make an entry with this key: seen, it would be taken for this one.
        turn.deleted(ctx, "deletion of a route entry").await?;
        wait::until_gone(ctx, &key.to_string(), || async {
            let entry = self.route_entry_now(ctx, region, key).await?;
            // Another program may have made the same again: what was made in a later second than the deletion is not what was deleted.
            let made = entry.as_ref().and_then(|entry| seconds(entry.create_time));
            let entry = entry.filter(|_| made.zip(deleted).is_none_or(|(made, deleted)| made <= deleted));
            Ok(entry.map(|entry| entry.state.unwrap_or_else(|| "unknown".to_owned())))
        })
        .await
    }

    async fn route_entry_now(&self, ctx: &Ctx, region: &str, key: &VpnRouteEntryKey) -> Result<Option<VpnRouteEntry>> {
        self.inner.route_entries.now(&RouteTable(self.clone()), ctx, &key.place(region), &key.to_string()).await
    }

    async fn route_page(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &DescribeVpnRouteEntries,
    ) -> Result<Page<VpnRouteEntry>> {
        let answer = match self.call(ctx, region, request).await {
            Err(error) if error.is_any_of(GONE) => return Ok(Page { items: Some(Vec::new()), total: Some(0) }),
            answer => answer?,
        };
        let with_id = |entry: VpnRouteEntry| VpnRouteEntry {
            id: entry.id_on(&request.vpn_gateway_id).unwrap_or_default(),
            ..entry
        };
        let items = answer.vpn_route_entries.map(|entries| entries.into_iter().map(with_id).collect());
        Ok(Page { items, total: answer.total_count })
    }
}

impl Makes for CreateVpnRouteEntry {
    const KIND: &'static str = "route entry";
    const PREFIX: Option<&'static str> = None;

    fn name(&self) -> Option<&str> {
        None
    }

    fn place(&self) -> String {
        format!("of {} to {} by {}", self.key.vpn_gateway_id, self.key.route_dest, self.key.next_hop)
    }

    fn id(&self, _: Empty) -> Option<String> {
        Some(self.key.to_string())
    }

    /// There is one at most: what leads there is known by that.
    async fn there(&self, client: &Client, ctx: &Ctx, region: &str) -> Result<Vec<Candidate>> {
        let entry = client.route_entry_now(ctx, region, &self.key).await?;
        let candidate = entry.map(|entry| {
            let mut comparison = Comparison::new(false);
            let published = entry.state.as_deref().map(|state| state == "published");
            // The route table of the VPC may get it later.
            comparison.value("weight", Some(self.weight), entry.weight).is(
                "published or not",
                published.is_none_or(|published| self.publish_vpc || !published),
                false,
            );
            let (likeness, created) = (comparison.likeness(), seconds(entry.create_time));
            Candidate { id: entry.id, name: None, likeness, created }
        });
        Ok(candidate.into_iter().collect())
    }
}

impl VpnRouteEntry {
    /// None if the row does not say which entry it is, or is of another gateway.
    fn id_on(&self, gateway: &str) -> Option<String> {
        let said = |member: &Option<String>| member.clone().filter(|text| !text.is_empty());
        let elsewhere = said(&self.vpn_instance_id).is_some_and(|of| of != gateway);
        let key = VpnRouteEntryKey {
            vpn_gateway_id: gateway.to_owned(),
            next_hop: said(&self.next_hop)?,
            route_dest: said(&self.route_dest)?,
        };
        (!elsewhere).then(|| key.to_string())
    }
}

impl VpnRouteEntryKey {
    /// Reads what `Display` writes.
    pub fn parse(id: &str) -> Option<Self> {
        let (vpn_gateway_id, rest) = id.split_once('/')?;
        let (next_hop, route_dest) = rest.split_once('/')?;
        Some(Self {
            vpn_gateway_id: vpn_gateway_id.to_owned(),
            next_hop: next_hop.to_owned(),
            route_dest: route_dest.to_owned(),
        })
    }

    /// Whose entries are read together.
    fn place(&self, region: &str) -> String {
        format!("{region}/{}", self.vpn_gateway_id)
    }
}

/// `vpn-.../vco-.../10.0.0.0/16`.
impl fmt::Display for VpnRouteEntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.vpn_gateway_id, self.next_hop, self.route_dest)
    }
}

/// The tables of all gateways. What a [`Reader`](crate::cloud::batch::Reader) takes for a region is `REGION/GATEWAY` here.
#[derive(Clone)]
pub(super) struct RouteTable(Client);

impl RouteTable {
    async fn whole(&self, ctx: &Ctx, place: &str) -> Result<Vec<VpnRouteEntry>> {
        let (region, gateway) = place.split_once('/').unwrap_or_default();
        let request = DescribeVpnRouteEntries { vpn_gateway_id: gateway.to_owned(), ..Default::default() };
        self.0.route_entries(ctx, region, &request).await
    }
}

impl Listing for RouteTable {
    type Item = VpnRouteEntry;

    /// The table comes whole, whatever is asked for.
    const IDS: usize = usize::MAX;
    const PAGE: usize = PAGE;
    const ACTION: Option<&'static str> = Some(DescribeVpnRouteEntries::NAME);

    fn id(entry: &VpnRouteEntry) -> Option<&str> {
        Some(entry.id.as_str()).filter(|id| !id.is_empty())
    }

    async fn by_ids(&self, ctx: &Ctx, place: &str, _ids: &[String]) -> Result<Vec<VpnRouteEntry>> {
        self.whole(ctx, place).await
    }

    async fn one(&self, ctx: &Ctx, place: &str, id: &str) -> Result<Option<VpnRouteEntry>> {
        let entries = self.whole(ctx, place).await?;
        // An entry that goes while pages are read moves those behind it: one may be on none of them.
        let sure = entries.len() <= PAGE;
        let found = entries.into_iter().find(|entry| entry.id == id);
        if found.is_some() || sure {
            return Ok(found);
        }
        Ok(self.whole(ctx, place).await?.into_iter().find(|entry| entry.id == id))
    }

    async fn page(&self, ctx: &Ctx, place: &str, offset: usize) -> Result<Page<VpnRouteEntry>> {
        let (region, gateway) = place.split_once('/').unwrap_or_default();
        let request = DescribeVpnRouteEntries {
            vpn_gateway_id: gateway.to_owned(),
            paging: Paging::from(offset),
            ..Default::default()
        };
        self.0.route_page(ctx, region, &request).await
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ModifyVpnRouteEntryWeight {
    #[serde(flatten)]
    key: VpnRouteEntryKey,
    /// The one that it has.
    weight: i64,
    new_weight: i64,
    client_token: ClientToken,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PublishVpnRouteEntry {
    #[serde(flatten)]
    key: VpnRouteEntryKey,
    route_type: &'static str,
    publish_vpc: bool,
    client_token: ClientToken,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeleteVpnRouteEntry {
    #[serde(flatten)]
    key: VpnRouteEntryKey,
    /// The one that it has.
    weight: i64,
    client_token: ClientToken,
}

action!(CreateVpnRouteEntry, CreateOnce => Empty);

action!(DescribeVpnRouteEntries, Read => DescribeVpnRouteEntriesAnswer);

action!(ModifyVpnRouteEntryWeight, Write => Empty);

action!(PublishVpnRouteEntry, Write => Empty);

action!(DeleteVpnRouteEntry, Delete => Empty);

/// PublishVpnRouteEntry, RouteType: an entry by destination.
const BY_DESTINATION: &str = "dbr";

/// That there is no such entry, or no such gateway and so none of its entries.
const GONE: &[&str] = &[NO_ENTRY, "InvalidVpnInstanceId.NotFound", gateways::GONE[0]];

const NO_ENTRY: &str = "InvalidRouteEntry.NotFound";

/// How long an entry may be in another state than it should be.
const PUBLISHING: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests;
