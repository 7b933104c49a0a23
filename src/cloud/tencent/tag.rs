//! Requests of the `tag` service, Tag API 2018-08-13. Tags are read in `TagSet` of each object, where
//! objects have it; changing them, and reading those of SSL servers and clients, needs this service.

use std::collections::{BTreeMap, HashMap};

use futures_util::future;
use serde::Serialize;

use crate::cloud::answer::Answer;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::Result;
use crate::cloud::listing::{self, Page};
use crate::cloud::retry::Effect;
use crate::cloud::tencent::client::{Action, Client, Service, TAG};
use crate::cloud::tencent::vpc::{Empty, Tag};

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

/// Asks for the tags of objects of one kind. The answer says nothing about objects that have none, or
/// that do not exist.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeResourceTagsByResourceIds {
    /// `vpc`.
    pub service_type: String,
    /// The kind: see [`resource_name`].
    pub resource_prefix: String,
    /// At most 50.
    pub resource_ids: Vec<String>,
    pub resource_region: String,
    /// A multiple of `limit`.
    pub offset: u64,
    /// How many tags, not objects.
    pub limit: u64,
}

/// One page of tags.
#[derive(Clone, Debug, Default, Answer)]
pub struct DescribeResourceTagsByResourceIdsAnswer {
    /// How many tags there are, on all pages.
    pub total_count: Option<i64>,
    pub tags: Option<Vec<TagResource>>,
}

impl Action for DescribeResourceTagsByResourceIds {
    type Answer = DescribeResourceTagsByResourceIdsAnswer;
    const NAME: &'static str = "DescribeResourceTagsByResourceIds";
    const SERVICE: Service = TAG;
    const EFFECT: Effect = Effect::Read;
    const RATE: u32 = 100;
}

/// A tag and the object that has it.
#[derive(Clone, Debug, Default, Answer)]
pub struct TagResource {
    pub resource_id: Option<String>,
    pub tag_key: Option<String>,
    pub tag_value: Option<String>,
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

impl Client {
    /// The tags of the objects `ids`, which are all of one `kind`. One without tags, or that does not exist, is not among them.
    pub(super) async fn tags_of(
        &self,
        ctx: &Ctx,
        region: &str,
        kind: &str,
        ids: Vec<String>,
    ) -> Result<HashMap<String, Vec<Tag>>> {
        let batches = ids.chunks(OBJECTS_PER_CALL).map(|ids| self.tags_of_batch(ctx, region, kind, ids));
        let mut tags: HashMap<_, Vec<_>> = HashMap::new();
        for found in future::try_join_all(batches).await?.into_iter().flatten() {
            let (Some(id), Some(key)) = (found.resource_id, found.tag_key) else { continue };
            tags.entry(id).or_default().push(Tag { key, value: found.tag_value });
        }
        Ok(tags)
    }

    async fn tags_of_batch(&self, ctx: &Ctx, region: &str, kind: &str, ids: &[String]) -> Result<Vec<TagResource>> {
        // A tag of another object was not asked for: such an answer says nothing of those that were.
        let id = |tag: &TagResource| {
            let of = tag.resource_id.as_ref().filter(|id| ids.contains(id))?;
            Some(format!("tag {:?} of {of}", tag.tag_key.as_ref()?))
        };
        let all = listing::all(TAGS_PER_PAGE, id, |offset| async move {
            let request = DescribeResourceTagsByResourceIds {
                service_type: "vpc".to_owned(),
                resource_prefix: kind.to_owned(),
                resource_ids: ids.to_vec(),
                resource_region: region.to_owned(),
                offset: offset as u64,
                limit: TAGS_PER_PAGE as u64,
            };
            let answer = self.call(ctx, region, &request).await?;
            Ok(Page { items: answer.tags, total: answer.total_count })
        });
        all.await.map_err(|error| error.about(DescribeResourceTagsByResourceIds::NAME, region))
    }
}

/// How many tags one call may set, and how many it may remove.
const TAGS_PER_CALL: usize = 10;

/// Of how many objects one call may ask for the tags.
const OBJECTS_PER_CALL: usize = 50;

/// Of pages no largest size is documented. As many as the `vpc` service permits hold two tags of each of fifty objects.
const TAGS_PER_PAGE: usize = 100;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::params::written;

    #[test]
    fn empty_lists_are_left_out() {
        let request = ModifyResourceTags {
            resource: resource_name("ap-guangzhou", "vpnx-f49l6u0z"),
            replace_tags: vec![TagPair { tag_key: "team".into(), tag_value: "net".into() }],
            delete_tags: vec![],
        };
        assert_eq!(
            written(&request),
            json!({
                "Resource": "qcs::vpc:ap-guangzhou:uin/:vpnx/vpnx-f49l6u0z",
                "ReplaceTags": [{"TagKey": "team", "TagValue": "net"}],
            })
        );
    }
}
