//! Listings: what they certainly say about one object, and all of their pages.

use futures_util::future::{self, BoxFuture, FutureExt};

use crate::cloud::erased::{self, Value};
use crate::cloud::error::{Class, Error, Result};

/// One page of an answer.
#[derive(Debug)]
pub(crate) struct Page<T> {
    /// None when the answer has no such member: that says nothing, unlike an empty list.
    pub(crate) items: Option<Vec<T>>,
    /// How many objects match, on all pages.
    pub(crate) total: Option<i64>,
}

impl<T> Page<T> {
    /// The object asked for by its id, or none when the service clearly says that there is no such
    /// object. An answer that says neither is an error: nothing must be dropped from anyone's
    /// records on a guess.
    pub(crate) fn the_one(self, id: &str, is_it: impl Fn(&T) -> bool) -> Result<Option<T>> {
        match (self.items, self.total) {
            (Some(items), total) if items.is_empty() && total.unwrap_or(0) == 0 => Ok(None),
            (None, Some(0)) => Ok(None),
            (items, _) => items.unwrap_or_default().into_iter().find(is_it).map(Some).ok_or_else(|| {
                Error::new(Class::Fatal, format!("the answer neither has {id} nor says that it does not exist"))
            }),
        }
    }
}

/// The objects of all pages of `size`; `fetch` gets the offset.
pub(crate) async fn all<T, F>(size: u64, mut fetch: impl FnMut(u64) -> F) -> Result<Vec<T>>
where
    // Not `AsyncFnMut`: futures that hold one cannot be shown to be `Send` yet.
    F: Future<Output = Result<Page<T>>>,
{
    let mut all = Vec::new();
    loop {
        let Page { items, total } = fetch(all.len() as u64).await?;
        let items = match (items, total) {
            (Some(items), _) => items,
            (None, Some(0)) => Vec::new(),
            (None, _) => return Err(Error::new(Class::Fatal, "the answer has no list of objects")),
        };
        let last = (items.len() as u64) < size;
        all.extend(items);
        if last || total.is_some_and(|total| all.len() as i64 >= total) {
            return Ok(all);
        }
    }
}

/// The objects with these ids that exist. Reads that come together share their calls, where they can.
pub(crate) async fn read_each<'a, T, F>(ids: &'a [String], read: impl Fn(&'a str) -> F) -> Result<Vec<T>>
where
    T: Send + 'static,
    F: Future<Output = Result<Option<T>>> + Send,
{
    let reads = ids.iter().map(|id| read(id));
    let reads = reads.map(|read| async { Ok(read.await?.map(erased::erase)) }.boxed()).collect();
    Ok(together(reads).await?.into_iter().map(erased::restore).collect())
}

async fn together(reads: Vec<BoxFuture<'_, Result<Option<Value>>>>) -> Result<Vec<Value>> {
    Ok(future::try_join_all(reads).await?.into_iter().flatten().collect())
}
