//! Objects whose tags are in no answer of the `vpc` service (VPC API 2017-03-12, SslVpnSever, SslVpnClient): the `tag` service is asked
//! for them, for fifty objects at once, and only where somebody wants to know.

use std::collections::HashMap;

use crate::cloud::batch::{Listing, Reader, Shown};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Result};
use crate::cloud::listing::Page;
use crate::cloud::tencent::client::Client;
use crate::cloud::tencent::describe::{Describe, Described};
use crate::cloud::tencent::vpc::{Filter, Tag};

/// A Describe action whose objects come without their tags.
pub(crate) trait Tagged: Describe {
    /// The kind of object as the `tag` service calls it: `vpns`.
    const KIND: &'static str;

    fn tag(item: &mut Self::Item, tags: Vec<Tag>);
}

/// Reads one kind of object, with or without tags. Three hundred without cost 3 or 4 calls, with tags 6 more.
pub(super) struct Reading<D: Tagged> {
    plain: Reader<Described<D>>,
    tagged: Reader<WithTags<D>>,
}

/// As [`Described`], with tags.
pub(super) struct WithTags<D>(Described<D>);

impl<D: Tagged> Reading<D> {
    /// As [`Reader::read`].
    pub(super) async fn read(
        &self,
        client: &Client,
        ctx: &Ctx,
        region: &str,
        id: &str,
        tags: bool,
    ) -> Result<Option<D::Item>> {
        let described = Described::by(client);
        match tags {
            true => self.tagged.read(&WithTags(described), ctx, region, id).await,
            false => self.plain.read(&described, ctx, region, id).await,
        }
    }

    /// As [`Reader::now`], without tags.
    pub(super) async fn now(&self, client: &Client, ctx: &Ctx, region: &str, id: &str) -> Result<Option<D::Item>> {
        self.plain.now(&Described::by(client), ctx, region, id).await
    }

    /// As [`Reader::shown`], without tags.
    pub(super) async fn shown(&self, client: &Client, ctx: &Ctx, region: &str, id: &str) -> Result<Shown<D::Item>> {
        self.plain.shown(&Described::by(client), ctx, region, id).await
    }

    /// Those with these ids as they are now, as far as they exist, with tags.
    pub(super) async fn these(
        &self,
        client: &Client,
        ctx: &Ctx,
        region: &str,
        ids: impl IntoIterator<Item = &str>,
    ) -> Result<Vec<D::Item>> {
        self.tagged.these(&WithTags(Described::by(client)), ctx, region, ids).await
    }

    pub(super) fn written(&self, region: &str) {
        self.plain.written(region);
        self.tagged.written(region);
    }
}

impl<D: Tagged> Default for Reading<D> {
    fn default() -> Self {
        Self { plain: Reader::default(), tagged: Reader::default() }
    }
}

impl Client {
    /// The objects that match `filters`, with their tags.
    pub(super) async fn all_with_tags<D: Tagged>(
        &self,
        ctx: &Ctx,
        region: &str,
        filters: &[Filter],
    ) -> Result<Vec<D::Item>> {
        let all = self.all::<D>(ctx, region, filters).await?;
        self.with_tags::<D>(ctx, region, all).await
    }

    /// The same objects with their tags, or without, where it is not permitted to ask for them.
    pub(super) async fn with_their_tags<D: Tagged>(
        &self,
        ctx: &Ctx,
        region: &str,
        items: Vec<D::Item>,
    ) -> Result<Vec<D::Item>> {
        match self.with_tags::<D>(ctx, region, items.clone()).await {
            Err(error) if error.class() == Class::Auth => Ok(items),
            tagged => tagged,
        }
    }

    async fn with_tags<D: Tagged>(&self, ctx: &Ctx, region: &str, mut items: Vec<D::Item>) -> Result<Vec<D::Item>> {
        let ids = items.iter().filter_map(|item| D::id(item).map(str::to_owned)).collect();
        let mut tags: HashMap<_, _> = self.tags_of(ctx, region, D::KIND, ids).await?;
        for item in &mut items {
            let own = D::id(item).and_then(|id| tags.remove(id)).unwrap_or_default();
            D::tag(item, own);
        }
        Ok(items)
    }
}

impl<D: Tagged> Listing for WithTags<D> {
    type Item = D::Item;

    const IDS: usize = Described::<D>::IDS;
    const PAGE: usize = Described::<D>::PAGE;
    const ACTION: Option<&'static str> = Some(D::NAME);

    fn id(item: &D::Item) -> Option<&str> {
        D::id(item)
    }

    async fn by_ids(&self, ctx: &Ctx, region: &str, ids: &[String]) -> Result<Vec<D::Item>> {
        let items = self.0.by_ids(ctx, region, ids).await?;
        self.0.client().with_tags::<D>(ctx, region, items).await
    }

    async fn one(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<D::Item>> {
        let item = self.0.one(ctx, region, id).await?;
        Ok(self.0.client().with_tags::<D>(ctx, region, item.into_iter().collect()).await?.pop())
    }

    async fn page(&self, ctx: &Ctx, region: &str, offset: usize) -> Result<Page<D::Item>> {
        let Page { items, total } = self.0.page(ctx, region, offset).await?;
        let items = self.0.client().with_tags::<D>(ctx, region, items.unwrap_or_default()).await?;
        Ok(Page { items: Some(items), total })
    }
}

impl<D> Clone for WithTags<D> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
