//! List actions: filters that take one value each, pages, a total.

use serde_json::{Value, json};

use super::Context;
use crate::check::{Field, Shape, optional};
use crate::store::{Members, Object, text};

/// A list action of one kind.
pub(super) struct Listing {
    pub(super) kind: &'static str,
    /// Parameters that are filters; each looks at the member of its name.
    pub(super) filters: &'static [&'static str],
    /// The members of the answer around the rows, outer and inner.
    pub(super) set: (&'static str, &'static str),
}

pub(super) const PAGE_NUMBER: Field = optional("PageNumber", Shape::Int(1, i64::MAX));
/// 10 when left out.
pub(super) const PAGE_SIZE: Field = optional("PageSize", Shape::Int(1, 50));
pub(super) const TEXT: Shape = Shape::Text(&[]);

/// Answers a list action, oldest objects first; `view` shows an object, and `takes` filters beyond the simple filters.
pub(super) fn list(
    context: &Context<'_>,
    listing: &Listing,
    params: &Members,
    takes: impl Fn(&Object) -> bool,
    view: impl Fn(&Object) -> Members,
) -> Members {
    among(context.world.store.list(context.place(listing.kind)), listing, params, takes, view)
}

/// The same for these objects.
pub(super) fn among<'o>(
    objects: impl Iterator<Item = &'o Object>,
    listing: &Listing,
    params: &Members,
    takes: impl Fn(&Object) -> bool,
    view: impl Fn(&Object) -> Members,
) -> Members {
    let number = |name: &str, default: u64| params.get(name).and_then(Value::as_u64).unwrap_or(default);
    let (page, size) = (number("PageNumber", 1), number("PageSize", 10));
    let skip = usize::try_from((page - 1).saturating_mul(size)).unwrap_or(usize::MAX);
    let filters: Vec<_> = listing.filters.iter().filter(|name| params.contains_key(**name)).collect();
    let matches =
        |object: &&Object| filters.iter().all(|name| object.text(name) == text(params, name)) && takes(object);
    let found: Vec<_> = objects.filter(matches).collect();
    let total = found.len();
    let rows: Vec<_> =
        found.into_iter().skip(skip).take(size as usize).map(|object| Value::Object(view(object))).collect();
    let (outer, inner) = listing.set;
    Members::from_iter([
        (outer.to_owned(), json!({ inner: rows })),
        ("TotalCount".to_owned(), json!(total)),
        ("PageNumber".to_owned(), json!(page)),
        ("PageSize".to_owned(), json!(size)),
    ])
}
