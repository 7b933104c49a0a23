//! Tags: at creation, as filters, and TagResources, UnTagResources, ListTagResources (VPC API 2016-04-28).
//!
//! Tags live in the `Tags` of their object, as its Describe action shows them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::listing::TEXT;
use super::{Action, CONNECTIONS, CUSTOMER_GATEWAYS, Context, GATEWAYS, errors, members, missing, rules};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, optional, required};
use crate::store::{Members, Object, text};

pub(super) static ACTIONS: &[Action] = &[
    Action {
        name: "TagResources",
        fields: &[required("ResourceType", TEXT), required("ResourceId", IDS), required("Tag", TAGS)],
        writes: false,
        run: tag,
    },
    Action {
        name: "UnTagResources",
        fields: &[
            required("ResourceType", TEXT),
            required("ResourceId", IDS),
            optional("TagKey", Shape::List(&TEXT, MAX_TAGS)),
            optional("All", Shape::Bool),
        ],
        writes: false,
        run: untag,
    },
    Action {
        name: "ListTagResources",
        fields: &[
            required("ResourceType", TEXT),
            optional("ResourceId", IDS),
            FILTER,
            optional("MaxResults", Shape::Int(1, 50)),
            optional("NextToken", Shape::Text(&[Rule::Number(1, i64::MAX)])),
        ],
        writes: false,
        run: list,
    },
];

/// The filter of list actions.
pub(super) const FILTER: Field = optional("Tag", TAGS);

/// The tags of actions that create, in the plural; keys are shorter here than in TagResources.
pub(super) const AT_CREATION: Field = optional(
    "Tags",
    Shape::List(
        &Shape::Object(&[
            required("Key", Shape::Text(&[Rule::MaxChars(64)])),
            optional("Value", Shape::Text(&[Rule::MaxChars(MAX_CHARS)])),
        ]),
        MAX_TAGS,
    ),
);

/// The `Tags` of a new object.
pub(super) fn at_creation(params: &Members) -> Result<Value, Refusal> {
    Ok(json!({"Tag": checked(params, "Tags")?}))
}

/// Whether an object has all the tags of a filter; one without a value asks for the key alone.
pub(super) fn takes(object: &Object, params: &Members) -> bool {
    given(params, "Tag").all(|wanted| {
        let value = &wanted["Value"];
        of(object).any(|tag| tag["Key"] == wanted["Key"] && (value.is_null() || tag["Value"] == *value))
    })
}

/// A key that is there already takes the new value.
fn tag(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let tags = checked(params, "Tag")?;
    change(context, params, |before| {
        let mut set: Vec<_> =
            before.iter().filter(|tag| tags.iter().all(|new| new["Key"] != tag["Key"])).cloned().collect();
        set.extend(tags.iter().cloned());
        set
    })
}

/// Without keys, `All` takes every tag off.
fn untag(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let keys: Vec<_> = given(params, "TagKey").collect();
    let all = keys.is_empty() && params.get("All").and_then(Value::as_bool).unwrap_or_default();
    change(context, params, |before| {
        before.iter().filter(|tag| !all && !keys.contains(&&tag["Key"])).cloned().collect()
    })
}

fn list(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let (kind, resource_type) = kind(params)?;
    let ids: Vec<_> = given(params, "ResourceId").filter_map(Value::as_str).collect();
    if ids.is_empty() && given(params, "Tag").next().is_none() {
        return Err(missing("ResourceId"));
    }
    let number = |value: Option<u64>, default: u64| usize::try_from(value.unwrap_or(default)).unwrap_or(usize::MAX);
    let skip = number(text(params, "NextToken").parse().ok(), 0);
    let size = number(params.get("MaxResults").and_then(Value::as_u64), 50);
    let wanted = |object: &&Object| (ids.is_empty() || ids.contains(&object.id.as_str())) && takes(object, params);
    let rows: Vec<_> = context
        .list(kind)
        .filter(wanted)
        .flat_map(|object| {
            of(object).map(|tag| {
                json!({
                    "ResourceId": object.id, "ResourceType": resource_type,
                    "TagKey": tag["Key"], "TagValue": tag["Value"],
                })
            })
        })
        .collect();
    let next = skip.saturating_add(size);
    let token = if next < rows.len() { next.to_string() } else { String::new() };
    let rows: Vec<_> = rows.into_iter().skip(skip).take(size).collect();
    Ok(members(json!({"NextToken": token, "TagResources": {"TagResource": rows}})))
}

/// Changes the tags of all resources named, or of none.
fn change(
    context: &mut Context<'_>,
    params: &Members,
    change: impl Fn(&[Value]) -> Vec<Value>,
) -> Result<Members, Refusal> {
    let (kind, _) = kind(params)?;
    let mut changed = Vec::new();
    for id in given(params, "ResourceId").filter_map(Value::as_str) {
        let object = context.get(kind, id).ok_or_else(|| errors::documented("InvalidResourceId.NotFound"))?;
        let before: Vec<_> = of(object).cloned().collect();
        let set = change(&before);
        if set.len() > MAX_TAGS {
            return Err(errors::documented("QuotaExceeded.TagsPerResource"));
        }
        changed.push((id, set));
    }
    for (id, set) in changed {
        if let Some(object) = context.get_mut(kind, id) {
            object.members.insert("Tags".to_owned(), json!({"Tag": set}));
        }
    }
    Ok(Members::new())
}

/// The kind of objects behind a resource type, and how it is written in answers. Clients write it in several ways.
fn kind(params: &Members) -> Result<(&'static str, &'static str), Refusal> {
    let named = text(params, "ResourceType");
    let known = TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(named));
    let known = known.ok_or_else(|| rules::invalid(format!("there are no tags on the ResourceType {named}")))?;
    Ok((known.1, known.0))
}

/// The tags of a request, each with a value.
fn checked(params: &Members, name: &str) -> Result<Vec<Value>, Refusal> {
    let mut keys = BTreeSet::new();
    let mut tags = Vec::new();
    for tag in given(params, name) {
        let (key, value) = (tag["Key"].as_str().unwrap_or_default(), tag["Value"].as_str().unwrap_or_default());
        if is_reserved(key) {
            return Err(errors::documented("InvalidTagKey"));
        }
        if is_reserved(value) {
            return Err(errors::documented("InvalidTagValue"));
        }
        if !keys.insert(key) {
            return Err(errors::documented("Duplicate.TagKey"));
        }
        tags.push(json!({"Key": key, "Value": value}));
    }
    Ok(tags)
}

/// "Cannot start with aliyun or acs:, and cannot contain http:// or https://."
fn is_reserved(text: &str) -> bool {
    ["aliyun", "acs:"].iter().any(|prefix| text.starts_with(prefix))
        || ["http://", "https://"].iter().any(|part| text.contains(part))
}

fn given<'a>(params: &'a Members, name: &str) -> impl Iterator<Item = &'a Value> {
    params.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn of(object: &Object) -> impl Iterator<Item = &Value> {
    object.members.get("Tags").and_then(|tags| tags["Tag"].as_array()).into_iter().flatten()
}

const TYPES: &[(&str, &str)] =
    &[("VPNGATEWAY", GATEWAYS), ("CUSTOMERGATEWAY", CUSTOMER_GATEWAYS), ("VPNCONNECTION", CONNECTIONS)];

const IDS: Shape = Shape::List(&TEXT, 50);
const TAGS: Shape = Shape::List(
    &Shape::Object(&[
        required("Key", Shape::Text(&[Rule::MaxChars(MAX_CHARS)])),
        // An empty value is an absent one on the way here.
        optional("Value", Shape::Text(&[Rule::MaxChars(MAX_CHARS)])),
    ]),
    MAX_TAGS,
);
/// In a request, and on an object.
const MAX_TAGS: usize = 20;
const MAX_CHARS: usize = 128;
