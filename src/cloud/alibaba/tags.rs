//! Tags of gateways, customer gateways and connections. Describe actions show them; only changing them needs these actions.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cloud::alibaba::client::{Action, Client, Empty};
use crate::cloud::answer::Answer;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::Result;
use crate::cloud::retry::Effect;

/// A tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Answer)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    pub key: String,
    pub value: String,
}

/// Whether a key or a value is the service's own, which nobody else may set (VPC API 2016-04-28, TagResources).
pub fn is_reserved(text: &str) -> bool {
    ["aliyun", "acs:"].iter().any(|start| text.starts_with(start))
}

/// Sets tags, and replaces the value of those that are there.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagResources<'a> {
    resource_type: &'static str,
    resource_id: [&'a str; 1],
    tag: Vec<Tag>,
}

/// Removes tags.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UnTagResources<'a> {
    resource_type: &'static str,
    resource_id: [&'a str; 1],
    tag_key: &'a [String],
}

impl Client {
    /// Sets and removes tags of the object `id`, in as few calls as the limit of 20 per call permits. Makes no call when there is nothing
    /// to do.
    pub async fn change_tags(
        &self,
        ctx: &Ctx,
        region: &str,
        id: &str,
        set: &BTreeMap<String, String>,
        remove: &[String],
    ) -> Result<()> {
        let resource_type = resource_type(id);
        // Removing goes first: an object that has all the tags it may have takes no other before. Where setting is refused afterwards, old
        // and new ones are missing until it is tried again; the other way round, a full object could never change.
        for keys in remove.chunks(TAGS_PER_CALL) {
            let request = UnTagResources { resource_type, resource_id: [id], tag_key: keys };
            self.call(ctx, region, &request).await?;
        }
        let set: Vec<_> = set.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect();
        for tags in set.chunks(TAGS_PER_CALL) {
            let request = TagResources { resource_type, resource_id: [id], tag: tags.to_vec() };
            self.call(ctx, region, &request).await?;
        }
        Ok(())
    }
}

impl Action for TagResources<'_> {
    type Answer = Empty;
    const NAME: &'static str = "TagResources";
    const EFFECT: Effect = Effect::Write;
}

impl Action for UnTagResources<'_> {
    type Answer = Empty;
    const NAME: &'static str = "UnTagResources";
    const EFFECT: Effect = Effect::Write;
}

/// What the tag actions call the kind of an object: its id tells.
fn resource_type(id: &str) -> &'static str {
    match id.split('-').next() {
        Some("cgw") => "CUSTOMERGATEWAY",
        Some("vco") => "VPNCONNECTION",
        _ => "VPNGATEWAY",
    }
}

/// How many tags one call may set, or remove.
const TAGS_PER_CALL: usize = 20;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::params;

    #[test]
    fn tags_are_numbered_from_1() {
        let tag = Tag { key: "team".into(), value: "net".into() };
        let request = TagResources { resource_type: resource_type("cgw-1"), resource_id: ["cgw-1"], tag: vec![tag] };
        let params = params::flatten(&serde_json::to_value(&request).unwrap(), 1);
        assert_eq!(
            json!(params),
            json!({"ResourceType": "CUSTOMERGATEWAY", "ResourceId.1": "cgw-1", "Tag.1.Key": "team", "Tag.1.Value": "net"})
        );
        let keys = ["team".to_owned()];
        let request = UnTagResources { resource_type: resource_type("vpn-1"), resource_id: ["vpn-1"], tag_key: &keys };
        let params = params::flatten(&serde_json::to_value(&request).unwrap(), 1);
        assert_eq!(json!(params), json!({"ResourceType": "VPNGATEWAY", "ResourceId.1": "vpn-1", "TagKey.1": "team"}));
    }
}
