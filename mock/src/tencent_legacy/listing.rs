//! Describe actions: filters, an order, pages of at most 50 (API 2.0, DescribeVpnConn).

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::Request;
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, optional};
use crate::store::{Members, Object, text};

pub(super) const OFFSET: Field = optional("offset", Shape::Int(0, i64::MAX));
pub(super) const LIMIT: Field = optional("limit", Shape::Int(1, 50));
pub(super) const DIRECTION: Field = optional("orderDirection", Shape::Text(&[Rule::OneOf(&["asc", "desc"])]));

/// The total and one page of the objects of a kind that `takes` accepts, youngest first unless asked otherwise.
///
/// `name` is the member that objects are ordered by when `orderField` is not `createTime`.
pub(super) fn page(
    request: &Request<'_>,
    kind: &'static str,
    name: &'static str,
    params: &Members,
    takes: impl Fn(&Object) -> bool,
    view: impl Fn(&Object) -> Value,
) -> Result<(usize, Vec<Value>), Refusal> {
    let number = |name: &str, default: usize| {
        params.get(name).and_then(Value::as_u64).map_or(default, |number| usize::try_from(number).unwrap_or(usize::MAX))
    };
    let store = &request.context.world.store;
    let mut found: Vec<_> = store.list(request.context.place(kind)).filter(|object| takes(object)).collect();
    let by_age = |one: &&Object, other: &&Object| (one.text(CREATED), one.seq).cmp(&(other.text(CREATED), other.seq));
    let by_name = |one: &&Object, other: &&Object| one.text(name).cmp(other.text(name)).then(by_age(one, other));
    let by_time = matches!(text(params, "orderField"), "" | "createTime");
    let ascending = text(params, "orderDirection") == "asc";
    found.sort_by(|one, other| {
        let order: Ordering = if by_time { by_age(one, other) } else { by_name(one, other) };
        if ascending { order } else { order.reverse() }
    });
    let page = found.iter().skip(number("offset", 0)).take(number("limit", 20)).map(|object| view(object)).collect();
    Ok((found.len(), page))
}

/// Whether a fuzzy name is in a name; none is in all.
pub(super) fn contains(object: &Object, member: &str, params: &Members, parameter: &str) -> bool {
    object.text(member).contains(text(params, parameter))
}

pub(super) fn answer(total: impl Into<Value>, page: Vec<Value>) -> Members {
    Members::from_iter([("totalCount".to_owned(), total.into()), ("data".to_owned(), json!(page))])
}

const CREATED: &str = "CreatedTime";
