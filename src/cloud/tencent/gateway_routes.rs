//! Routes of VPN gateways: what it takes to make, read, change and delete one safely, in few calls.
//!
//! The API takes any number of routes of one gateway in a call, and lists them by gateway only: what comes together for a gateway is
//! written in one call and read in one listing.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::future::{self, BoxFuture, FutureExt};
use tokio::time::Instant;

use crate::cloud::adopt::{self, Adoption, Candidate, Comparison, Creation, Likeness, Repeats, Wanted, beijing};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::Result;
use crate::cloud::join::{self, Joined};
use crate::cloud::listing::{self, Page};
use crate::cloud::table::{Age, Tables};
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::vpc::{
    CreateVpnGatewayRoutes, DeleteVpnGatewayRoutes, DescribeVpnGatewayRoutes, Filter, ModifyVpnGatewayRoutes,
    VpnGatewayRoute, VpnGatewayRouteModify, VpnGatewayRoutesAnswer, said,
};
use crate::cloud::wait::{self, Poll};

/// What is known of routes, and what waits to be written.
#[derive(Default)]
pub(super) struct Routes {
    tables: Tables<VpnGatewayRoute>,
    creating: Joined<VpnGatewayRoute, String>,
    changing: Joined<VpnGatewayRouteModify, ()>,
    deleting: Joined<String, ()>,
}

impl Routes {
    pub(super) fn written(&self, region: &str) {
        self.tables.written(region);
    }
}

impl Client {
    /// Makes a route and gives its id.
    pub async fn create_gateway_route(
        &self,
        ctx: &Ctx,
        region: &str,
        gateway: &str,
        route: VpnGatewayRoute,
    ) -> Result<String> {
        let place = Place::new(self, region, gateway);
        let send = move |ctx, routes| {
            let place = place.clone();
            async move { place.create(&ctx, routes).await }
        };
        let room = Place::new(self, region, gateway).room::<CreateVpnGatewayRoutes>();
        self.inner.routes.creating.send_when(ctx, format!("{region} {gateway}"), route, room, send).await
    }

    /// The route `id` of a gateway, or none when the service clearly says that there is none, or no
    /// such gateway.
    ///
    /// The whole table is read, and kept for a few seconds, though not beyond this client's next write
    /// in the region. Nothing is gone that is not missing in two listings.
    pub async fn gateway_route(
        &self,
        ctx: &Ctx,
        region: &str,
        gateway: &str,
        id: &str,
    ) -> Result<Option<VpnGatewayRoute>> {
        let place = Place::new(self, region, gateway);
        match place.route(ctx, id, Age::Recent).await? {
            None => place.route(ctx, id, Age::Now).await,
            found => Ok(found),
        }
    }

    /// The routes of a gateway that match `filters`, on all pages; an error if there is no such gateway.
    pub async fn gateway_routes(
        &self,
        ctx: &Ctx,
        region: &str,
        gateway: &str,
        filters: &[Filter],
    ) -> Result<Vec<VpnGatewayRoute>> {
        let id = |route: &VpnGatewayRoute| route.route_id.clone();
        let all = listing::all(PAGE, id, |offset| async move {
            let request = DescribeVpnGatewayRoutes {
                vpn_gateway_id: gateway.to_owned(),
                filters: (!filters.is_empty()).then(|| filters.to_vec()),
                offset: Some(offset as u64),
                limit: Some(PAGE as u64),
            };
            let answer = self.call(ctx, region, &request).await?;
            Ok(Page { items: answer.routes, total: answer.total_count })
        });
        let mut routes = all.await.map_err(|error| error.about(DescribeVpnGatewayRoutes::NAME, region))?;
        for route in &mut routes {
            route.vpn_gateway_id = Some(gateway.to_owned());
        }
        Ok(routes)
    }

    /// The route `id` as it is now, which may take half a minute to be listed if it is new.
    pub async fn wait_gateway_route(
        &self,
        ctx: &Ctx,
        region: &str,
        gateway: &str,
        id: &str,
    ) -> Result<VpnGatewayRoute> {
        let place = Place::new(self, region, gateway);
        let listed = wait::until_it_is(ctx, id, "listed", || async {
            Ok(place.route(ctx, id, Age::Now).await?.map(Poll::Ready))
        });
        listed.await.map_err(|error| {
            if error.is_not_found() { error.about(DescribeVpnGatewayRoutes::NAME, region) } else { error }
        })
    }

    /// Changes a route.
    pub async fn modify_gateway_route(
        &self,
        ctx: &Ctx,
        region: &str,
        gateway: &str,
        change: VpnGatewayRouteModify,
    ) -> Result<()> {
        let place = Place::new(self, region, gateway);
        let send = move |ctx, changes| {
            let place = place.clone();
            async move { join::all_or_each(changes, |changes| place.change(&ctx, changes)).await }
        };
        let room = Place::new(self, region, gateway).room::<ModifyVpnGatewayRoutes>();
        self.inner.routes.changing.send_when(ctx, format!("{region} {gateway}"), change, room, send).await
    }

    /// Deletes a route; one that is gone already is fine.
    pub async fn delete_gateway_route(&self, ctx: &Ctx, region: &str, gateway: &str, id: &str) -> Result<()> {
        let place = Place::new(self, region, gateway);
        let send = move |ctx, ids| {
            let place = place.clone();
            async move { join::all_or_each(ids, |ids| place.delete(&ctx, ids)).await }
        };
        let room = Place::new(self, region, gateway).room::<DeleteVpnGatewayRoutes>();
        match self.inner.routes.deleting.send_when(ctx, format!("{region} {gateway}"), id.to_owned(), room, send).await
        {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }
}

/// A gateway and its table.
#[derive(Clone)]
struct Place {
    client: Client,
    region: String,
    gateway: String,
}

impl Place {
    fn new(client: &Client, region: &str, gateway: &str) -> Self {
        Self { client: client.clone(), region: region.to_owned(), gateway: gateway.to_owned() }
    }

    /// Waits until a call of that action would be sent at once.
    fn room<A: Action>(self) -> impl Fn(Ctx) -> BoxFuture<'static, ()> + Send + Sync + 'static {
        move |ctx| {
            let Self { client, region, .. } = self.clone();
            async move { client.room::<A>(&ctx, &region).await }.boxed()
        }
    }

    async fn route(&self, ctx: &Ctx, id: &str, age: Age) -> Result<Option<VpnGatewayRoute>> {
        let table = self.table(ctx, age).await?;
        Ok(table.iter().find(|route| route.route_id.as_deref() == Some(id)).cloned())
    }

    /// Reads that come together share the listing; none where there is no such gateway.
    async fn table(&self, ctx: &Ctx, age: Age) -> Result<Arc<Vec<VpnGatewayRoute>>> {
        let Self { client, region, gateway } = self;
        let list = || async {
            match client.gateway_routes(ctx, region, gateway, &[]).await {
                // The gateway took its routes with it.
                Err(error) if error.is_not_found() => Ok(Vec::new()),
                listed => listed,
            }
        };
        let room = || client.room::<DescribeVpnGatewayRoutes>(ctx, region);
        let table = self.tables().read(ctx, region, gateway, age, room, list).await;
        table.map_err(|error| error.about(DescribeVpnGatewayRoutes::NAME, region))
    }

    fn tables(&self) -> &Tables<VpnGatewayRoute> {
        &self.client.inner.routes.tables
    }

    /// All at once. Those of which the answer does not say what became of them are looked for. If they are not there, and were perhaps not
    /// made, they are made one by one.
    async fn create(&self, ctx: &Ctx, routes: Vec<VpnGatewayRoute>) -> Vec<Result<String>> {
        let answers = self.create_together(ctx, routes).await;
        self.tables().made(&self.region, &self.gateway, answers.iter().flatten().map(String::as_str));
        answers
    }

    async fn create_together(&self, ctx: &Ctx, routes: Vec<VpnGatewayRoute>) -> Vec<Result<String>> {
        let before = match (self.tables().ids(&self.region, &self.gateway, id), &routes[..]) {
            (Some(before), _) => before,
            // A listing of what it could be taken for is less than the table.
            (None, [route]) => return vec![self.create_one(ctx, route).await],
            (None, _) => match self.table(ctx, Age::Recent).await {
                Ok(before) => before.iter().filter_map(id).map(str::to_owned).collect(),
                Err(error) => return vec![Err(error); routes.len()],
            },
        };
        let sent = Instant::now();
        let made = match self.send(ctx, &routes).await {
            Ok(answer) => answer.routes.unwrap_or_default(),
            Err(error) if error.is_ambiguous() => {
                tracing::warn!(gateway = self.gateway, "looking for routes after an unknown outcome: {error}");
                let made = routes.iter().map(|route| async {
                    let creation = Creating { place: self, route };
                    Adoption::sent(&creation, self.client.terms(), before.clone(), sent)
                        .make_after(ctx, error.clone())
                        .await
                });
                return future::join_all(made).await;
            }
            Err(error) if routes.len() > 1 && join::is_about_one(&error) => {
                return future::join_all(routes.iter().map(|route| self.create_one(ctx, route))).await;
            }
            Err(error) => return vec![Err(error); routes.len()],
        };
        let named = |route: &VpnGatewayRoute| made.iter().find(|made| is_made_by(route, made)).and_then(id);
        let ids = routes.iter().map(|route| async {
            match named(route).filter(|id| id.starts_with(PREFIX) && !before.contains(*id)) {
                Some(id) => Ok(id.to_owned()),
                None => {
                    let creation = Creating { place: self, route };
                    Adoption::sent(&creation, self.client.terms(), before.clone(), sent).find_sent(ctx).await
                }
            }
        });
        future::join_all(ids).await
    }

    async fn create_one(&self, ctx: &Ctx, route: &VpnGatewayRoute) -> Result<String> {
        self.client.made(ctx, &Creating { place: self, route }).await
    }

    async fn send(&self, ctx: &Ctx, routes: &[VpnGatewayRoute]) -> Result<VpnGatewayRoutesAnswer> {
        let request = CreateVpnGatewayRoutes { vpn_gateway_id: self.gateway.clone(), routes: routes.to_vec() };
        // Only while the call is under way: what is done before and after may itself wait for a listing.
        let _writing = self.tables().writing(&self.region, &self.gateway).await;
        self.client.call(ctx, &self.region, &request).await
    }

    async fn change(&self, ctx: &Ctx, routes: Vec<VpnGatewayRouteModify>) -> Result<()> {
        let _writing = self.tables().writing(&self.region, &self.gateway).await;
        let request = ModifyVpnGatewayRoutes { vpn_gateway_id: self.gateway.clone(), routes };
        self.client.call(ctx, &self.region, &request).await.map(drop)
    }

    async fn delete(&self, ctx: &Ctx, route_ids: Vec<String>) -> Result<()> {
        let request = DeleteVpnGatewayRoutes { vpn_gateway_id: self.gateway.clone(), route_ids };
        self.client.call(ctx, &self.region, &request).await.map(drop)
    }
}

/// A create, as the adoption sees it.
struct Creating<'a> {
    place: &'a Place,
    route: &'a VpnGatewayRoute,
}

impl Creation for Creating<'_> {
    fn wanted(&self) -> Wanted<'_> {
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        let VpnGatewayRoute { destination_cidr_block, instance_id, .. } = self.route;
        Wanted {
            action: CreateVpnGatewayRoutes::NAME,
            region: &self.place.region,
            name: None,
            kind: KIND,
            place: format!("on {} to {} by {}", self.place.gateway, said(destination_cidr_block), said(instance_id)),
            print: adopt::print(self.route),
            repeats: Repeats::Refused,
            prefix: Some(PREFIX),
        }
    }

    async fn send(&self, ctx: &Ctx) -> Result<Option<String>> {
        let answer = self.place.send(ctx, std::slice::from_ref(self.route)).await?;
        Ok(answer.routes.and_then(|routes| routes.into_iter().next()?.route_id))
    }

    /// Looks for several routes of a gateway share the listing.
    async fn listed(&self, ctx: &Ctx) -> Result<Vec<Candidate>> {
        let leads_there = |route: &&VpnGatewayRoute| {
            self.route.destination_cidr_block == route.destination_cidr_block
                && self.route.instance_id == route.instance_id
        };
        let table = self.place.table(ctx, Age::Now).await?;
        let candidates = table.iter().filter(leads_there).filter_map(|route| {
            let created = route.create_time.as_deref().and_then(beijing);
            let likeness = likeness(self.route, route);
            Some(Candidate { id: id(route)?.to_owned(), name: None, likeness, created })
        });
        Ok(candidates.collect())
    }

    async fn before(&self, ctx: &Ctx) -> Result<Option<HashSet<String>>> {
        let Place { client, region, gateway } = self.place;
        let filters = [
            Filter::new("DestinationCidr", self.route.destination_cidr_block.as_deref().unwrap_or_default()),
            Filter::new("InstanceId", self.route.instance_id.as_deref().unwrap_or_default()),
        ];
        let there = client.gateway_routes(ctx, region, gateway, &filters).await?;
        Ok(Some(there.iter().filter_map(id).map(str::to_owned).collect()))
    }

    fn import_id(&self, id: &str) -> String {
        format!("{}/{id}", self.place.gateway)
    }
}

/// Whether `made` is what was asked for.
fn likeness(wanted: &VpnGatewayRoute, made: &VpnGatewayRoute) -> Likeness {
    let mut comparison = Comparison::new(false);
    comparison
        .word("destination", said(&wanted.destination_cidr_block), made.destination_cidr_block.as_deref())
        .word("next hop", said(&wanted.instance_id), made.instance_id.as_deref())
        .word("type of the next hop", said(&wanted.instance_type), made.instance_type.as_deref())
        .value("priority", wanted.priority, made.priority)
        .word("status", said(&wanted.status), made.status.as_deref())
        .text("description", wanted.description.as_deref(), made.description.as_deref());
    comparison.likeness()
}

/// Whether `made` leads where the other was to lead.
fn is_made_by(wanted: &VpnGatewayRoute, made: &VpnGatewayRoute) -> bool {
    wanted.destination_cidr_block == made.destination_cidr_block
        && wanted.instance_id == made.instance_id
        && (made.instance_type.is_none() || wanted.instance_type == made.instance_type)
        && (made.priority.is_none() || wanted.priority == made.priority)
}

fn id(route: &VpnGatewayRoute) -> Option<&str> {
    route.route_id.as_deref().filter(|id| !id.is_empty())
}

const KIND: &str = "route";
/// What their ids begin with.
const PREFIX: &str = "vpnr-";
/// The largest page (VPC API 2017-03-12, DescribeVpnGatewayRoutes).
const PAGE: usize = 100;

#[cfg(test)]
mod tests;
