//! Describe actions: ids or filters, offset and limit, a total and a set (VPC API 2017-03-12, DescribeVpnConnections).

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Context, GATEWAYS, SSL_SERVERS, not_found};
use crate::api::Refusal;
use crate::check::{Field, Shape, optional, required};
use crate::store::{Members, Object, text};

/// A Describe action of one kind.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) kind: &'static str,
    /// What one is called in messages.
    pub(super) what: &'static str,
    /// The parameter with ids.
    pub(super) ids: &'static str,
    /// A parameter with an id that the member of that name must have in every object listed.
    pub(super) owner: Option<&'static str>,
    pub(super) fields: &'static [Field],
    /// Filter names and the member each looks at.
    pub(super) filters: &'static [(&'static str, &'static str)],
    /// The member of the answer with the objects.
    pub(super) set: &'static str,
}

/// The parameters of a Describe action, given the one with ids, their prefix, and any others.
macro_rules! fields {
    ($ids:literal, $prefix:literal $(, $more:expr)*) => {{
        use $crate::check::{Field, Rule, Shape, optional};
        const FIELDS: &[Field] = &[
            optional($ids, Shape::List(&Shape::Text(&[Rule::Id($prefix)]), 100)),
            $crate::tencent::listing::FILTERS,
            $crate::tencent::listing::OFFSET,
            $crate::tencent::listing::LIMIT,
            $($more,)*
        ];
        FIELDS
    }};
}
pub(super) use fields;

/// At most ten filters of at most five values.
pub(super) const FILTERS: Field = optional(
    "Filters",
    Shape::List(
        &Shape::Object(&[required("Name", Shape::Text(&[])), required("Values", Shape::List(&Shape::Text(&[]), 5))]),
        10,
    ),
);
pub(super) const OFFSET: Field = optional("Offset", Shape::Int(0, i64::MAX));
pub(super) const LIMIT: Field = optional("Limit", Shape::Int(1, 100));

/// What the filter of that name looks at, which no object shows: `IPv4` or `IPv6`, as its address is.
pub(super) const IP_VERSION: &str = "ip-version";

/// The same for the name of an object's VPN gateway, and for the VPN gateway of its SSL server.
pub(super) const VPN_GATEWAY_NAME: &str = "vpn-gateway-name";
pub(super) const SERVERS_GATEWAY_ID: &str = "vpn-gateway-id";

/// Answers a Describe action; `view` shows an object.
pub(super) fn list(
    context: &Context<'_>,
    listing: &Listing,
    params: &Members,
    view: impl Fn(&Object) -> Value,
) -> Result<Members, Refusal> {
    let number = |name: &str, default: usize| {
        params.get(name).and_then(Value::as_u64).map_or(default, |number| usize::try_from(number).unwrap_or(usize::MAX))
    };
    let (offset, limit) = (number("Offset", 0), number("Limit", 20));
    let ids = texts(params.get(listing.ids));
    let filters = params.get("Filters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if !ids.is_empty() && !filters.is_empty() {
        let message = format!("`{}` and `Filters` exclude each other", listing.ids);
        return Err(Refusal::new("InvalidParameter.Coexist", message));
    }
    let mut filters = filters.iter().map(|filter| Filter::new(listing, filter)).collect::<Result<Vec<_>, _>>()?;
    filters.extend(listing.owner.map(|member| Filter { member, values: HashSet::from([text(params, member)]) }));

    let place = context.place(listing.kind);
    let store = &context.world.store;
    let (total, page): (usize, Vec<Value>) = if !ids.is_empty() {
        if context.world.switches.unknown_id_not_found
            && let Some(unknown) = ids.iter().find(|id| store.get(place, id).is_none())
        {
            return Err(not_found(listing.what, unknown));
        }
        let mut found: Vec<_> = ids.into_iter().filter_map(|id| store.get(place, id)).collect();
        found.sort_by_key(|object| object.seq);
        (found.len(), found.into_iter().skip(offset).take(limit).map(view).collect())
    } else if filters.is_empty() {
        (store.len(place), store.list(place).skip(offset).take(limit).map(view).collect())
    } else {
        let found: Vec<_> =
            store.list(place).filter(|object| filters.iter().all(|filter| filter.takes(context, object))).collect();
        (found.len(), found.into_iter().skip(offset).take(limit).map(view).collect())
    };
    Ok(Members::from_iter([("TotalCount".to_owned(), json!(total)), (listing.set.to_owned(), Value::Array(page))]))
}

/// One of its values must be the member's.
struct Filter<'a> {
    member: &'static str,
    values: HashSet<&'a str>,
}

impl<'a> Filter<'a> {
    fn new(listing: &Listing, filter: &'a Value) -> Result<Self, Refusal> {
        let name = filter["Name"].as_str().unwrap_or_default();
        let known = listing.filters.iter().find(|(known, _)| *known == name);
        let (_, member) = known.ok_or_else(|| {
            Refusal::new("InvalidParameter.FilterInvalidKey", format!("there is no filter {name} here"))
        })?;
        Ok(Self { member, values: texts(filter.get("Values")) })
    }

    fn takes(&self, context: &Context<'_>, object: &Object) -> bool {
        let of = |kind, id, member| context.get(kind, object.text(id)).map_or("", |parent| parent.text(member));
        match self.member {
            VPN_GATEWAY_NAME => self.values.contains(of(GATEWAYS, "VpnGatewayId", "VpnGatewayName")),
            SERVERS_GATEWAY_ID => self.values.contains(of(SSL_SERVERS, "SslVpnServerId", "VpnGatewayId")),
            IP_VERSION if object.text("IpAddress").contains(':') => self.values.contains("IPv6"),
            IP_VERSION => self.values.contains("IPv4"),
            member => self.values.contains(object.text(member)),
        }
    }
}

fn texts(value: Option<&Value>) -> HashSet<&str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}
