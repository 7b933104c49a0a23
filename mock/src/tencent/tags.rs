//! Tags: at creation, and by the tag service (Tag API 2018-08-13).
//!
//! Tags live in the `TagSet` of their object, as the VPC API shows them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Action, CONNECTIONS, CUSTOMER_GATEWAYS, Context, GATEWAYS, SSL_CLIENTS, SSL_SERVERS, TAG};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, optional, required};
use crate::store::{Members, Place, text};

pub(super) static ACTIONS: &[Action] = &[
    Action { name: "ModifyResourceTags", service: &TAG, per_second: 20, fields: MODIFY, run: modify },
    Action { name: "TagResources", service: &TAG, per_second: 20, fields: TAG_RESOURCES, run: tag_resources },
    Action { name: "UnTagResources", service: &TAG, per_second: 20, fields: UNTAG_RESOURCES, run: untag_resources },
    Action {
        name: "DescribeResourceTagsByResourceIds",
        service: &TAG,
        per_second: 100,
        fields: DESCRIBE,
        run: describe_by_ids,
    },
];

/// The `TagSet` of a new object, from the `Tags` of the request that creates it.
pub(super) fn at_creation(params: &Members) -> Result<Value, Refusal> {
    let refuse = |code: &str, message: String| Err(Refusal::new(format!("InvalidParameterValue.{code}"), message));
    let tags = params.get("Tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut keys = BTreeSet::new();
    let mut set = Vec::new();
    for tag in tags {
        let (key, value) = (tag["Key"].as_str().unwrap_or_default(), tag["Value"].as_str().unwrap_or_default());
        if let Err(wrong) = check_tag(key, value) {
            return refuse(wrong.at_creation(), wrong.message(key));
        }
        if !keys.insert(key) {
            return refuse("TagDuplicateKey", format!("the tag {key} is there twice"));
        }
        set.push(json!({"Key": key, "Value": value}));
    }
    if set.len() > MAX_TAGS {
        return Err(Refusal::new("LimitExceeded.TagKeyPerResourceExceeded", format!("at most {MAX_TAGS} tags")));
    }
    Ok(Value::Array(set))
}

fn modify(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let (replace, delete) = (params.get("ReplaceTags"), params.get("DeleteTags"));
    if replace.is_none() && delete.is_none() {
        return Err(Refusal::new("MissingParameter", "`ReplaceTags` or `DeleteTags` is required"));
    }
    for (name, list) in [("ReplaceTags", replace), ("DeleteTags", delete)] {
        if list.and_then(Value::as_array).is_some_and(Vec::is_empty) {
            return Err(Refusal::new("InvalidParameter.Tag", format!("`{name}` is left out, not sent empty")));
        }
    }
    let replace = tags(replace)?;
    let delete: Vec<String> = tags(delete)?.into_iter().map(|(key, _)| key).collect();
    if let Some((key, _)) = replace.iter().find(|(key, _)| delete.contains(key)) {
        let message = format!("the tag {key} is to be replaced and deleted");
        return Err(Refusal::new("InvalidParameterValue.DeleteTagsParamError", message));
    }
    let resource = Resource::parse(text(params, "Resource"))?;
    resource.change(context, &replace, &delete)?;
    Ok(Members::new())
}

fn tag_resources(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let tags = tags(params.get("Tags"))?;
    on_each(context, params, &tags, &[])
}

fn untag_resources(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let keys: Vec<String> = texts(params, "TagKeys").map(str::to_owned).collect();
    on_each(context, params, &[], &keys)
}

/// Changes the tags of every resource of a list; those that fail are in the answer.
fn on_each(
    context: &mut Context<'_>,
    params: &Members,
    replace: &[(String, String)],
    delete: &[String],
) -> Result<Members, Refusal> {
    let resources = texts(params, "ResourceList").map(Resource::parse).collect::<Result<Vec<_>, _>>()?;
    let mut failed = Vec::new();
    for resource in resources {
        if let Err(Refusal { code, message, .. }) = resource.change(context, replace, delete) {
            failed.push(json!({"Resource": resource.name, "Code": code, "Message": message}));
        }
    }
    Ok(Members::from_iter([("FailedResources".to_owned(), Value::Array(failed))]))
}

fn describe_by_ids(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let number = |name: &str, default: u64| params.get(name).and_then(Value::as_u64).unwrap_or(default);
    let (offset, limit) = (number("Offset", 0), number("Limit", 15));
    if offset % limit != 0 {
        return Err(Refusal::new("InvalidParameterValue", "`Offset` must be a multiple of `Limit`"));
    }
    let prefix = text(params, "ResourcePrefix");
    let kind = kind(prefix).filter(|_| text(params, "ServiceType") == "vpc").ok_or_else(|| {
        let message = format!("there are no resources {prefix} of {}", text(params, "ServiceType"));
        Refusal::new("InvalidParameterValue.ResourceDescriptionError", message)
    })?;
    let place = Place { owner: context.owner, region: text(params, "ResourceRegion"), kind };
    // Every tag here is a user's own.
    let wanted = text(params, "Category") != "System";
    let mut all = Vec::new();
    for object in texts(params, "ResourceIds").filter(|_| wanted).filter_map(|id| context.world.store.get(place, id)) {
        for tag in object.members.get("TagSet").and_then(Value::as_array).into_iter().flatten() {
            all.push(json!({
                "TagKey": tag["Key"],
                "TagValue": tag["Value"],
                "ResourceId": object.id,
                "ServiceType": "vpc",
                "Category": "Custom",
            }));
        }
    }
    let total = all.len();
    let page = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let tags: Vec<_> = all.into_iter().skip(page(offset)).take(page(limit)).collect();
    Ok(Members::from_iter([
        ("TotalCount".to_owned(), json!(total)),
        ("Offset".to_owned(), json!(offset)),
        ("Limit".to_owned(), json!(limit)),
        ("Tags".to_owned(), Value::Array(tags)),
    ]))
}

/// A six-segment resource name, `qcs::vpc:<region>:uin/<account>:<prefix>/<id>`, taken apart.
struct Resource<'a> {
    name: &'a str,
    region: &'a str,
    kind: &'static str,
    id: &'a str,
}

impl<'a> Resource<'a> {
    fn parse(name: &'a str) -> Result<Self, Refusal> {
        Self::parts(name).ok_or_else(|| {
            let message = format!("{name} is not of the form qcs::vpc:<region>:uin/<account>:<prefix>/<id>");
            Refusal::new("InvalidParameterValue.ResourceDescriptionError", message)
        })
    }

    fn parts(name: &'a str) -> Option<Self> {
        let segments: Vec<_> = name.split(':').collect();
        let ["qcs", "", "vpc", region, account, resource] = segments[..] else {
            return None;
        };
        let account = account.strip_prefix("uin/")?;
        let (prefix, id) = resource.split_once('/')?;
        let whole = !region.is_empty() && !id.is_empty() && account.bytes().all(|letter| letter.is_ascii_digit());
        whole.then_some(Self { name, region, kind: kind(prefix)?, id })
    }

    fn change(
        &self,
        context: &mut Context<'_>,
        replace: &[(String, String)],
        delete: &[String],
    ) -> Result<(), Refusal> {
        let place = Place { owner: context.owner, region: self.region, kind: self.kind };
        let object = context.world.store.get_mut(place, self.id).ok_or_else(|| {
            // The tag service lists no code for a resource that does not exist.
            Refusal::new("FailedOperation", format!("the resource {} does not exist", self.name))
        })?;
        let before = object.members.get("TagSet").and_then(Value::as_array).cloned().unwrap_or_default();
        let gone = |key: &Value| {
            let key = key.as_str().unwrap_or_default();
            delete.iter().any(|other| other == key) || replace.iter().any(|(other, _)| other == key)
        };
        let mut set: Vec<_> = before.into_iter().filter(|tag| !gone(&tag["Key"])).collect();
        set.extend(replace.iter().map(|(key, value)| json!({"Key": key, "Value": value})));
        if set.len() > MAX_TAGS {
            let message = format!("a resource has at most {MAX_TAGS} tags");
            return Err(Refusal::new("LimitExceeded.ResourceAttachedTags", message));
        }
        object.members.insert("TagSet".to_owned(), Value::Array(set));
        Ok(())
    }
}

/// The kind of objects behind a prefix of resource names.
fn kind(prefix: &str) -> Option<&'static str> {
    Some(match prefix {
        "vpnx" => CONNECTIONS,
        "vpngw" => GATEWAYS,
        "cgw" => CUSTOMER_GATEWAYS,
        "vpns" => SSL_SERVERS,
        "vpnc" => SSL_CLIENTS,
        _ => return None,
    })
}

/// The keys and values of a list of TagKey and TagValue.
fn tags(list: Option<&Value>) -> Result<Vec<(String, String)>, Refusal> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for tag in list.and_then(Value::as_array).into_iter().flatten() {
        let (key, value) = (tag["TagKey"].as_str().unwrap_or_default(), tag["TagValue"].as_str().unwrap_or_default());
        if let Err(wrong) = check_tag(key, value) {
            return Err(Refusal::new(wrong.in_tag_service(), wrong.message(key)));
        }
        if tags.iter().any(|(other, _)| other == key) {
            return Err(Refusal::new("InvalidParameter.Tag", format!("the tag {key} is there twice")));
        }
        tags.push((key.to_owned(), value.to_owned()));
    }
    Ok(tags)
}

fn check_tag(key: &str, value: &str) -> Result<(), WrongTag> {
    if key.is_empty() {
        Err(WrongTag::EmptyKey)
    } else if key.chars().count() > MAX_KEY_CHARS {
        Err(WrongTag::LongKey)
    } else if key.starts_with(RESERVED) {
        Err(WrongTag::ReservedKey)
    } else if value.chars().count() > MAX_VALUE_CHARS {
        Err(WrongTag::LongValue)
    } else {
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum WrongTag {
    EmptyKey,
    LongKey,
    ReservedKey,
    LongValue,
}

impl WrongTag {
    /// The code behind `InvalidParameterValue.` of the actions of service `vpc`.
    fn at_creation(self) -> &'static str {
        match self {
            Self::EmptyKey | Self::ReservedKey => "TagInvalidKey",
            Self::LongKey => "TagInvalidKeyLen",
            Self::LongValue => "TagInvalidVal",
        }
    }

    fn in_tag_service(self) -> &'static str {
        match self {
            Self::EmptyKey => "InvalidParameterValue.TagKeyEmpty",
            Self::LongKey => "InvalidParameterValue.TagKeyLengthExceeded",
            Self::ReservedKey => "InvalidParameter.ReservedTagKey",
            Self::LongValue => "InvalidParameterValue.TagValueLengthExceeded",
        }
    }

    fn message(self, key: &str) -> String {
        match self {
            Self::EmptyKey => "a tag has an empty key".to_owned(),
            Self::LongKey => format!("the key {key} is longer than {MAX_KEY_CHARS} characters"),
            Self::ReservedKey => format!("the key {key} is reserved"),
            Self::LongValue => {
                format!("the value of {key} is longer than {MAX_VALUE_CHARS} characters")
            }
        }
    }
}

fn texts<'a>(params: &'a Members, name: &str) -> impl Iterator<Item = &'a str> {
    params.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

static MODIFY: &[Field] = &[
    required("Resource", Shape::Text(&[])),
    optional("ReplaceTags", TAGS),
    optional("DeleteTags", Shape::List(&Shape::Object(&[required("TagKey", Shape::Text(&[]))]), 10)),
];

static TAG_RESOURCES: &[Field] = &[required("ResourceList", TEN_TEXTS), required("Tags", TAGS)];

static UNTAG_RESOURCES: &[Field] = &[required("ResourceList", TEN_TEXTS), required("TagKeys", TEN_TEXTS)];

static DESCRIBE: &[Field] = &[
    required("ServiceType", Shape::Text(&[])),
    required("ResourcePrefix", Shape::Text(&[])),
    required("ResourceIds", Shape::List(&Shape::Text(&[]), 50)),
    required("ResourceRegion", Shape::Text(&[])),
    optional("Offset", Shape::Int(0, i64::MAX)),
    optional("Limit", Shape::Int(1, i64::MAX)),
    optional("Category", Shape::Text(&[Rule::OneOf(&["All", "Custom", "System"])])),
];

const TAGS: Shape =
    Shape::List(&Shape::Object(&[required("TagKey", Shape::Text(&[])), optional("TagValue", Shape::Text(&[]))]), 10);
const TEN_TEXTS: Shape = Shape::List(&Shape::Text(&[]), 10);

/// Limits and the reserved prefix of the product's page on tags.
const MAX_TAGS: usize = 50;
const MAX_KEY_CHARS: usize = 127;
const MAX_VALUE_CHARS: usize = 255;
const RESERVED: &str = "qcs:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resource_names_have_six_segments() {
        for good in ["qcs::vpc:ap-guangzhou:uin/:vpnx/vpnx-1", "qcs::vpc:ap-guangzhou:uin/100012345:vpngw/vpngw-1"] {
            assert!(Resource::parts(good).is_some(), "{good}");
        }
        for bad in [
            "vpnx-1",
            "qcs::vpc:ap-guangzhou:vpnx/vpnx-1",
            "qcs::vpc:ap-guangzhou::vpnx/vpnx-1",
            "qcs::cvm:ap-guangzhou:uin/:vpnx/vpnx-1",
            "qcs::vpc::uin/:vpnx/vpnx-1",
            "qcs::vpc:ap-guangzhou:uin/:nonsense/vpnx-1",
            "qcs::vpc:ap-guangzhou:uin/:vpnx/",
            "qcs::vpc:ap-guangzhou:uin/:vpnx/vpnx-1:more",
        ] {
            assert!(Resource::parts(bad).is_none(), "{bad}");
        }
    }
}
