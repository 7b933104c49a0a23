//! Requests of the `tag` service, Tag API 2018-08-13. Tags are read in `TagSet` of each object;
//! only changing them needs this service.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cloud::ctx::Ctx;
use crate::cloud::error::Result;
use crate::cloud::retry::Effect;
use crate::cloud::tencent::client::{Action, Client, Service, TAG};
use crate::cloud::tencent::vpc::Empty;

/// Sets and removes tags of one object. Lists are left out rather than empty; no key is in both.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifyResourceTags {
    /// The six-segment name: see [`resource_name`].
    pub resource: String,
    /// At most 10.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replace_tags: Vec<TagPair>,
    /// At most 10.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delete_tags: Vec<TagKey>,
}

impl Action for ModifyResourceTags {
    type Answer = Empty;
    const NAME: &'static str = "ModifyResourceTags";
    const SERVICE: Service = TAG;
    const EFFECT: Effect = Effect::Write;
    const RATE: u32 = 20;
}

/// A tag, as the `tag` service writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagPair {
    pub tag_key: String,
    pub tag_value: String,
}

/// A tag to remove.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagKey {
    pub tag_key: String,
}

/// The six-segment name of an object of the `vpc` service. The kind is also the prefix of its id:
/// `vpnx` for `vpnx-f49l6u0z`. The account may stay empty: the service takes the caller's.
pub fn resource_name(region: &str, id: &str) -> String {
    let kind = id.split('-').next().unwrap_or(id);
    format!("qcs::vpc:{region}:uin/:{kind}/{id}")
}

impl Client {
    /// Sets and removes tags of the object `id` of the `vpc` service, in as few calls as its limit
    /// of 10 per call permits. Makes no call when there is nothing to do.
    pub async fn change_tags(
        &self,
        ctx: &Ctx,
        region: &str,
        id: &str,
        set: &BTreeMap<String, String>,
        remove: &[String],
    ) -> Result<()> {
        let set: Vec<_> =
            set.iter().map(|(key, value)| TagPair { tag_key: key.clone(), tag_value: value.clone() }).collect();
        let remove: Vec<_> = remove.iter().map(|key| TagKey { tag_key: key.clone() }).collect();
        let (mut set, mut remove) = (set.chunks(TAGS_PER_CALL), remove.chunks(TAGS_PER_CALL));
        loop {
            // Removing goes first or together: there is a limit of tags per object.
            let request = ModifyResourceTags {
                resource: resource_name(region, id),
                delete_tags: remove.next().unwrap_or_default().to_vec(),
                replace_tags: set.next().unwrap_or_default().to_vec(),
            };
            if request.delete_tags.is_empty() && request.replace_tags.is_empty() {
                return Ok(());
            }
            self.call(ctx, region, &request).await?;
        }
    }
}

/// How many tags one call may set, and how many it may remove.
const TAGS_PER_CALL: usize = 10;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn empty_lists_are_left_out() {
        let request = ModifyResourceTags {
            resource: resource_name("ap-guangzhou", "vpnx-f49l6u0z"),
            replace_tags: vec![TagPair { tag_key: "team".into(), tag_value: "net".into() }],
            delete_tags: vec![],
        };
        assert_eq!(
            serde_json::to_value(&request).unwrap(),
            json!({
                "Resource": "qcs::vpc:ap-guangzhou:uin/:vpnx/vpnx-f49l6u0z",
                "ReplaceTags": [{"TagKey": "team", "TagValue": "net"}],
            })
        );
    }
}
