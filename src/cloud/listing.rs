//! Listings: what they certainly say about one object, and all of their pages.
//!
//! A listing never removes by accident. That an object is not listed counts only if the listing is whole: every page says how many objects
//! there are, each row has an id of its own, and there are as many rows as the last page says. Anything else is an error that says what
//! does not fit, since whoever asks would take what is missing for gone. Only where the count changes from page to page, since objects are
//! made and deleted meanwhile, what several walks saw together will do.

use std::collections::HashSet;

use futures_util::future::{self, BoxFuture, FutureExt};

use crate::cloud::erased::{self, Value};
use crate::cloud::error::{Class, Error, Result};

/// One page of an answer.
#[derive(Debug)]
pub(crate) struct Page<T> {
    /// None when the answer has no such member.
    pub(crate) items: Option<Vec<T>>,
    /// How many objects match, on all pages.
    pub(crate) total: Option<i64>,
}

impl<T> Page<T> {
    /// The object asked for by its id, or none when the service clearly says that there is no such object: by a count of zero and no rows.
    pub(crate) fn the_one(self, id: &str, is_it: impl Fn(&T) -> bool) -> Result<Option<T>> {
        let items = self.items.unwrap_or_default();
        let rows = items.len();
        match items.into_iter().find(is_it) {
            None if rows == 0 && self.total == Some(0) => Ok(None),
            None => Err(not_the_one(id, rows, self.total)),
            found => Ok(found),
        }
    }
}

fn not_the_one(id: &str, rows: usize, total: Option<i64>) -> Error {
    let total = total.map_or_else(|| "no count".to_owned(), |total| format!("a count of {total}"));
    let message =
        format!("the answer neither has {id} nor says that it does not exist: {rows} other rows, and {total}");
    Error::new(Class::Fatal, message)
}

/// The objects of all pages of `size`; `fetch` gets the offset, and `id` tells one row from another.
///
/// # Errors
///
/// As those of `fetch`, and where the listing is not whole, or larger than any is believed to be. Objects that come or go while pages are
/// read spoil a listing, too: then it is read again, a few times.
pub(crate) async fn all<T, F>(
    size: usize,
    id: impl Fn(&T) -> Option<String>,
    mut fetch: impl FnMut(usize) -> F,
) -> Result<Vec<T>>
where
    // Not `AsyncFnMut`: futures that hold one cannot be shown to be `Send` yet.
    F: Future<Output = Result<Page<T>>>,
{
    let mut walks_left = WALKS;
    // Of all walks: what one missed since rows moved, another may have seen.
    let (mut seen, mut union) = (HashSet::new(), Vec::new());
    loop {
        let (mut walk, mut all, mut own) = (Walk::new(size), Vec::new(), HashSet::new());
        let flaw = loop {
            let Page { items, total } = fetch(walk.fetched).await?;
            let ids: Option<Vec<_>> = items.as_ref().map(|items| items.iter().map(&id).collect());
            let next = walk.page(ids, total);
            let new = items.into_iter().flatten().filter(|item| id(item).is_some_and(|id| own.insert(id)));
            all.extend(new);
            match next {
                Ok(Next::Page) => {}
                Ok(Next::End) => return Ok(all),
                Err(flaw) => break flaw,
            }
        };
        union.extend(all.into_iter().filter(|item| id(item).is_some_and(|id| seen.insert(id))));
        walks_left -= 1;
        if walks_left == 0 && walk.moved && walk.total.is_some_and(|total| union.len() >= total) {
            return Ok(union);
        }
        if !flaw.may_pass || walks_left == 0 {
            return Err(flaw.error());
        }
    }
}

/// What the pages said so far.
struct Walk {
    size: usize,
    total: Option<usize>,
    seen: HashSet<String>,
    /// Rows so far, those that came again among them.
    fetched: usize,
    /// Whether objects came or went meanwhile: the count is another than before.
    moved: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Next {
    Page,
    End,
}

/// What is wrong with a listing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    what: String,
    /// Whether it may come of objects that were made or deleted meanwhile.
    may_pass: bool,
}

impl Walk {
    fn new(size: usize) -> Self {
        Self { size, total: None, seen: HashSet::new(), fetched: 0, moved: false }
    }

    fn rows(&self) -> usize {
        self.seen.len()
    }

    /// Takes the ids of the next page, if it has a list, and its count.
    fn page(&mut self, ids: Option<Vec<Option<String>>>, total: Option<i64>) -> Result<Next, Flaw> {
        let total = credible(total)?;
        let before = self.total.replace(total);
        self.moved |= before.is_some_and(|before| before != total);
        // What was deleted moved the rest to pages that were read already; what is new only makes some come again.
        if let Some(before) = before.filter(|before| *before > total) {
            return Err(passing(format!("one page counts {before} objects, another {total}")));
        }
        let ids = match ids {
            Some(ids) => ids,
            None if total == 0 => Vec::new(),
            None => return Err(lasting(format!("it counts {total} objects and has no list of them"))),
        };
        let (rows, known) = (ids.len(), self.seen.len());
        self.fetched += rows;
        let mut twice = None;
        for id in ids {
            let Some(id) = id.filter(|id| !id.trim().is_empty()) else {
                return Err(lasting("it has a row without a usable id".to_owned()));
            };
            if self.seen.contains(&id) {
                twice.get_or_insert(id);
            } else {
                self.seen.insert(id);
            }
        }
        if let Some(id) = twice.filter(|_| !self.moved || self.seen.len() == known) {
            return Err(passing(format!("it has {id} twice")));
        }
        match self.rows() {
            all if all == total => Ok(Next::End),
            all if all > total || rows < self.size => {
                Err(passing(format!("it counts {total} objects and lists {all}")))
            }
            _ => Ok(Next::Page),
        }
    }
}

/// How many objects there are, if that can be.
pub(crate) fn credible(total: Option<i64>) -> Result<usize, Flaw> {
    let total = total.ok_or_else(|| lasting("it does not say how many objects there are".to_owned()))?;
    match usize::try_from(total) {
        Ok(total) if total <= MOST => Ok(total),
        _ => Err(lasting(format!("it counts {total} objects, where {MOST} are the most that is believed"))),
    }
}

/// A flaw that reading again does not mend.
pub(crate) fn lasting(what: String) -> Flaw {
    Flaw { what, may_pass: false }
}

fn passing(what: String) -> Flaw {
    Flaw { what, may_pass: true }
}

impl Flaw {
    pub(crate) fn error(self) -> Error {
        Error::new(Class::Fatal, format!("the listing is inconsistent: {}", self.what))
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

/// How often a listing is read that does not fit together.
const WALKS: usize = 3;

/// The most objects of one kind in a region. Quotas of both clouds are some ten or hundred; a listing of 5,000 is known to work. What
/// claims to be larger would be read for hours, and held in memory.
const MOST: usize = 50_000;

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    /// What `all` makes of these pages of two, which are repeated from the first one when all were read. Null is a member that is not
    /// there.
    async fn read(pages: &[(Json, Json)]) -> (Result<Vec<Option<String>>>, usize) {
        let mut fetched = 0;
        let listed = all(
            2,
            |row: &Option<String>| row.clone(),
            |_| {
                let (rows, total) = &pages[fetched % pages.len()];
                fetched += 1;
                let rows = rows.as_array().map(|rows| rows.iter().map(|row| row.as_str().map(str::to_owned)).collect());
                let page = Page { items: rows, total: total.as_i64() };
                async { Ok(page) }
            },
        );
        let listed = listed.await;
        (listed, fetched)
    }

    #[tokio::test]
    async fn a_listing_that_is_whole_is_believed() {
        for (pages, rows) in [
            (vec![(json!([]), json!(0))], 0),
            (vec![(Json::Null, json!(0))], 0),
            (vec![(json!(["a"]), json!(1))], 1),
            (vec![(json!(["a", "b"]), json!(2))], 2),
            (vec![(json!(["a", "b"]), json!(3)), (json!(["c"]), json!(3))], 3),
        ] {
            let (listed, fetched) = read(&pages).await;
            assert_eq!((listed.unwrap().len(), fetched), (rows, pages.len()), "{pages:?}");
        }
    }

    #[tokio::test]
    async fn a_listing_that_grows_while_it_is_read_is_whole_in_the_end() {
        // At the end, and in front.
        let appended = [(json!(["a", "b"]), json!(3)), (json!(["c", "d"]), json!(4))];
        assert_eq!(read(&appended).await.0.unwrap().len(), 4);
        let inserted = [
            (json!(["a", "b"]), json!(3)),
            (json!(["b", "c"]), json!(4)),
            (json!(["y", "x"]), json!(5)),
            (json!(["a", "b"]), json!(5)),
            (json!(["c"]), json!(5)),
        ];
        assert_eq!(read(&inserted).await.0.unwrap().len(), 5);
        // Never at rest: what was seen is all there is to be known.
        let restless = [(json!(["a", "b"]), json!(3)), (json!(["b", "c"]), json!(4)), (json!(["d"]), json!(4))];
        assert_eq!(read(&restless).await.0.unwrap().len(), 4);
        let shrinking = [(json!(["a", "b"]), json!(4)), (json!(["c"]), json!(3))];
        assert_eq!(read(&shrinking).await.0.unwrap().len(), 3);
    }

    #[tokio::test]
    async fn a_listing_that_is_not_whole_is_an_error() {
        let full = json!(["a", "b"]);
        for (pages, said, fetched) in [
            (vec![(json!([]), json!(5))], "it counts 5 objects and lists 0", WALKS),
            (vec![(Json::Null, json!(5))], "it counts 5 objects and has no list of them", 1),
            (vec![(json!([]), Json::Null)], "it does not say how many objects there are", 1),
            (vec![(Json::Null, Json::Null)], "it does not say how many objects there are", 1),
            (vec![(json!(["a"]), Json::Null)], "it does not say how many objects there are", 1),
            (vec![(json!(["a"]), json!(-1))], "it counts -1 objects, where 50000 are the most that is believed", 1),
            (vec![(json!(["a"]), json!(0))], "it counts 0 objects and lists 1", WALKS),
            (vec![(json!([null]), json!(1))], "it has a row without a usable id", 1),
            (vec![(json!(["a", " "]), json!(2))], "it has a row without a usable id", 1),
            (vec![(full.clone(), json!(4))], "it has a twice", 2 * WALKS),
            (vec![(full.clone(), json!(1_000_000_000))], "it counts 1000000000 objects", 1),
            (vec![(full.clone(), json!(4)), (json!(["c"]), json!(4))], "it counts 4 objects and lists 3", 2 * WALKS),
            (vec![(full, json!(3)), (json!(["c", "d"]), json!(3))], "it counts 3 objects and lists 4", 2 * WALKS),
        ] {
            let (listed, calls) = read(&pages).await;
            let error = listed.unwrap_err().to_string();
            assert!(error.starts_with(&format!("the listing is inconsistent: {said}")), "{pages:?}: {error}");
            assert_eq!(calls, fetched, "{pages:?}");
        }
    }

    #[tokio::test]
    async fn what_is_deleted_while_pages_are_read_makes_it_read_again() {
        let pages = [
            (json!(["a", "b"]), json!(4)),
            // Somebody deleted a: c is where b was.
            (json!(["d"]), json!(3)),
            (json!(["b", "c"]), json!(3)),
            (json!(["d"]), json!(3)),
        ];
        let (listed, fetched) = read(&pages).await;
        let listed: Vec<_> = listed.unwrap().into_iter().flatten().collect();
        assert_eq!((listed, fetched), (vec!["b".to_owned(), "c".to_owned(), "d".to_owned()], 4));
    }

    #[test]
    fn one_object_is_gone_only_if_it_is_said() {
        let the_one = |items: Option<&[&'static str]>, total| {
            Page { items: items.map(<[_]>::to_vec), total }.the_one("a", |item| *item == "a")
        };
        assert_eq!(the_one(Some(&["a"]), Some(1)).unwrap(), Some("a"));
        assert_eq!(the_one(Some(&["a"]), None).unwrap(), Some("a"));
        assert_eq!(the_one(Some(&[]), Some(0)).unwrap(), None);
        assert_eq!(the_one(None, Some(0)).unwrap(), None);
        for (items, total) in [
            (Some(&[][..]), None),
            (Some(&[]), Some(1)),
            (None, None),
            (None, Some(1)),
            (Some(&["b"]), Some(1)),
            (Some(&["b"]), Some(0)),
            (Some(&["b"]), None),
            (Some(&[""]), Some(1)),
        ] {
            the_one(items, total).unwrap_err();
        }
    }
}
