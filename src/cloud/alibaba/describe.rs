//! Describe actions that list: filters and pages of 50. This API has no lists of ids: one object is read by an action of its own, or by a
//! filter. All kinds of objects are listed alike, so that reading, batching and listing are here once.

use std::marker::PhantomData;

use serde::Serialize;

use crate::cloud::alibaba::client::{Action, Client};
use crate::cloud::batch::Listing;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::listing::{self, Page};

/// A Describe action that lists. What it lists is [`Describe::Item`].
pub(crate) trait Describe: Action + Clone + Default + Send + 'static {
    type Item: Clone + Send + Sync + 'static;

    /// The same request for another page.
    fn at(self, paging: Paging) -> Self;

    fn page(answer: Self::Answer) -> Page<Self::Item>;

    fn id(item: &Self::Item) -> Option<&str>;

    /// The object with this id as it is in a listing; `None` only if the service clearly says that it does not exist.
    fn one(
        client: &Client,
        ctx: &Ctx,
        region: &str,
        id: &str,
    ) -> impl Future<Output = Result<Option<Self::Item>>> + Send;
}

/// Which page of a listing, to be flattened into its request.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Paging {
    /// From 1.
    page_number: usize,
    /// At most 50.
    page_size: usize,
}

/// One kind of object, as the [`Reader`](crate::cloud::batch::Reader) asks for it.
pub(crate) struct Described<D> {
    client: Client,
    kind: PhantomData<fn() -> D>,
}

impl Client {
    /// The objects with all their pages that match the filters of `request`.
    pub(super) async fn all<D: Describe>(&self, ctx: &Ctx, region: &str, request: &D) -> Result<Vec<D::Item>> {
        let id = |item: &D::Item| D::id(item).map(str::to_owned);
        let all = listing::all(PAGE, id, |offset| async move {
            let request = request.clone().at(Paging::from(offset));
            self.call(ctx, region, &request).await.map(D::page)
        });
        all.await.map_err(|error| error.about(D::NAME, region))
    }

    /// The object `id`, by a listing of that id alone. `None` only if the service says that there is none, by an empty list or by one of the
    /// codes `gone`: the pages do not tell which.
    pub(super) async fn listed_alone<D: Describe>(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &D,
        id: &str,
        gone: &[&str],
    ) -> Result<Option<D::Item>> {
        match self.call(ctx, region, request).await {
            Ok(answer) => D::page(answer)
                .the_one(id, |item| D::id(item) == Some(id))
                .map_err(|error| error.about(D::NAME, region)),
            Err(error) if error.is_any_of(gone) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The object `id`, by an action that describes a single one. `None` only if the service says by one of the codes `gone` that there is
    /// none; an answer that says neither is an error: nothing must be dropped from anyone's records on a guess.
    pub(super) async fn single<A: Action>(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &A,
        id: &str,
        id_of: impl Fn(&A::Answer) -> Option<&str>,
        gone: &[&str],
    ) -> Result<Option<A::Answer>> {
        match self.call(ctx, region, request).await {
            Ok(item) if id_of(&item) == Some(id) => Ok(Some(item)),
            Ok(_) => {
                let message = format!("the answer neither has {id} nor says that it does not exist");
                Err(Error::new(Class::Fatal, message).about(A::NAME, region))
            }
            Err(error) if error.is_any_of(gone) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl<D> Described<D> {
    pub(super) fn by(client: &Client) -> Self {
        Self { client: client.clone(), kind: PhantomData }
    }
}

impl<D> Clone for Described<D> {
    fn clone(&self) -> Self {
        Self::by(&self.client)
    }
}

impl<D: Describe> Listing for Described<D> {
    type Item = D::Item;

    const IDS: usize = 1;
    const PAGE: usize = PAGE;
    const ACTION: Option<&'static str> = Some(D::NAME);

    fn id(item: &D::Item) -> Option<&str> {
        D::id(item)
    }

    async fn one(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<D::Item>> {
        D::one(&self.client, ctx, region, id).await
    }

    async fn page(&self, ctx: &Ctx, region: &str, offset: usize) -> Result<Page<D::Item>> {
        self.client.call(ctx, region, &D::default().at(Paging::from(offset))).await.map(D::page)
    }
}

impl Paging {
    /// The page that begins with object number `offset`, from 0.
    pub(super) fn from(offset: usize) -> Self {
        Self { page_number: offset / PAGE + 1, page_size: PAGE }
    }
}

impl Default for Paging {
    fn default() -> Self {
        Self::from(0)
    }
}

/// The largest page (VPC API 2016-04-28, DescribeVpnGateways and its like).
pub(super) const PAGE: usize = 50;
