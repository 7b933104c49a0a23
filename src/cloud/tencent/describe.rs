//! Describe actions: a list of ids or filters, and pages. All kinds of objects are described alike, so that
//! reading, batching and listing are here once.

use std::marker::PhantomData;

use futures_util::future::{BoxFuture, FutureExt};

use crate::cloud::batch::Listing;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::Result;
use crate::cloud::listing::{self, Page};
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::vpc::Filter;

/// A Describe action. What it describes is [`Describe::Item`].
pub(crate) trait Describe: Action + Send + 'static {
    type Item: Clone + Send + Sync + 'static;

    /// The request for what `wanted` says.
    fn asking(wanted: Asked) -> Self;

    fn page(answer: Self::Answer) -> Page<Self::Item>;

    fn id(item: &Self::Item) -> Option<&str>;
}

/// What a Describe action is asked for.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Not together with filters.
    pub(crate) ids: Option<Vec<String>>,
    pub(crate) filters: Option<Vec<Filter>>,
    pub(crate) offset: Option<u64>,
    /// The default, 20, also cuts a list of more ids.
    pub(crate) limit: Option<u64>,
}

/// One kind of object, as the [`Reader`](crate::cloud::batch::Reader) asks for it.
pub(crate) struct Described<D> {
    client: Client,
    kind: PhantomData<fn() -> D>,
}

impl Client {
    /// The objects with all their pages that match `filters`.
    pub(super) async fn all<D: Describe>(&self, ctx: &Ctx, region: &str, filters: &[Filter]) -> Result<Vec<D::Item>> {
        let id = |item: &D::Item| D::id(item).map(str::to_owned);
        let all = listing::all(PAGE, id, |offset| async move {
            let filters = (!filters.is_empty()).then(|| filters.to_vec());
            let asked = Asked { filters, offset: Some(offset as u64), limit: Some(PAGE as u64), ..Asked::default() };
            self.ask::<D>(ctx, region, asked).await
        });
        all.await.map_err(|error| error.about(D::NAME, region))
    }

    fn ask<'a, D: Describe>(
        &'a self,
        ctx: &'a Ctx,
        region: &'a str,
        wanted: Asked,
    ) -> BoxFuture<'a, Result<Page<D::Item>>> {
        async move { self.call(ctx, region, &D::asking(wanted)).await.map(D::page) }.boxed()
    }
}

impl<D> Described<D> {
    pub(super) fn by(client: &Client) -> Self {
        Self { client: client.clone(), kind: PhantomData }
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }
}

impl<D> Clone for Described<D> {
    fn clone(&self) -> Self {
        Self::by(&self.client)
    }
}

impl<D: Describe> Listing for Described<D> {
    type Item = D::Item;

    const IDS: usize = PAGE;
    const PAGE: usize = PAGE;
    const ACTION: Option<&'static str> = Some(D::NAME);

    fn id(item: &D::Item) -> Option<&str> {
        D::id(item)
    }

    async fn by_ids(&self, ctx: &Ctx, region: &str, ids: &[String]) -> Result<Vec<D::Item>> {
        let asked = Asked { ids: Some(ids.to_vec()), limit: Some(PAGE as u64), ..Asked::default() };
        Ok(self.client.ask::<D>(ctx, region, asked).await?.items.unwrap_or_default())
    }

    async fn one(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<D::Item>> {
        let asked = Asked { ids: Some(vec![id.to_owned()]), limit: Some(1), ..Asked::default() };
        let page = match self.client.ask::<D>(ctx, region, asked).await {
            Err(error) if error.is_not_found() => return Ok(None),
            page => page?,
        };
        page.the_one(id, |item| D::id(item) == Some(id)).map_err(|error| error.about(D::NAME, region))
    }

    async fn page(&self, ctx: &Ctx, region: &str, offset: usize) -> Result<Page<D::Item>> {
        let asked = Asked { offset: Some(offset as u64), limit: Some(PAGE as u64), ..Asked::default() };
        self.client.ask::<D>(ctx, region, asked).await
    }
}

/// The largest page, and the longest list of ids (VPC API 2017-03-12, DescribeVpnConnections, DescribeCustomerGateways).
const PAGE: usize = 100;
