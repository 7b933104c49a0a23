//! Tags at creation and by the tag service.

mod support;

use serde_json::{Value, json};
use support::*;

#[tokio::test]
async fn tags_given_at_creation_are_in_the_tag_set() {
    let mock = instant();
    let tags = json!([{"Key": "team", "Value": "net"}, {"Key": "empty"}]);
    let id = created(&mock, with(tunnel(), json!({"Tags": tags}))).await;
    let expected = json!([{"Key": "team", "Value": "net"}, {"Key": "empty", "Value": ""}]);
    assert_eq!(described(&mock, &id).await["TagSet"], expected);
}

#[tokio::test]
async fn the_tag_service_replaces_and_deletes() {
    let mock = instant();
    let tags = json!([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]);
    let id = created(&mock, with(tunnel(), json!({"Tags": tags}))).await;
    let resource = format!("qcs::vpc:ap-guangzhou:uin/:vpnx/{id}");
    let params = json!({
        "Resource": resource,
        "ReplaceTags": [{"TagKey": "a", "TagValue": "9"}, {"TagKey": "c", "TagValue": "3"}],
        "DeleteTags": [{"TagKey": "b"}],
    });
    ok(&mock, "ModifyResourceTags", params).await;
    assert_eq!(described(&mock, &id).await["TagSet"], json!([{"Key": "a", "Value": "9"}, {"Key": "c", "Value": "3"}]));

    let response = ok(
        &mock,
        "TagResources",
        json!({
            "ResourceList": [resource, "qcs::vpc:ap-guangzhou:uin/:vpnx/vpnx-nothing1"],
            "Tags": [{"TagKey": "d", "TagValue": "4"}],
        }),
    )
    .await;
    assert_eq!(response["FailedResources"].as_array().unwrap().len(), 1);
    ok(&mock, "UnTagResources", json!({"ResourceList": [resource], "TagKeys": ["a"]})).await;

    let params = json!({
        "ServiceType": "vpc", "ResourcePrefix": "vpnx", "ResourceIds": [id], "ResourceRegion": "ap-guangzhou",
    });
    let response = ok(&mock, "DescribeResourceTagsByResourceIds", params).await;
    let tags = response["Tags"].as_array().unwrap();
    let keys: Vec<&Value> = tags.iter().map(|tag| &tag["TagKey"]).collect();
    assert_eq!((keys, &response["TotalCount"]), (vec![&json!("c"), &json!("d")], &json!(2)));
    assert_eq!(tags[0]["ResourceId"], json!(id));
}

#[tokio::test]
async fn wrong_tags_and_names_have_their_codes() {
    let mock = instant();
    let resource = "qcs::vpc:ap-guangzhou:uin/:cgw/cgw-mock0001";
    let replace = json!([{"TagKey": "a", "TagValue": "1"}]);
    for (params, expected) in [
        (json!({"ReplaceTags": replace}), "MissingParameter"),
        (json!({"Resource": resource}), "MissingParameter"),
        (json!({"Resource": resource, "ReplaceTags": []}), "InvalidParameter.Tag"),
        (json!({"Resource": "cgw-mock0001", "ReplaceTags": replace}), "InvalidParameterValue.ResourceDescriptionError"),
        (
            json!({"Resource": resource, "ReplaceTags": replace, "DeleteTags": [{"TagKey": "a"}]}),
            "InvalidParameterValue.DeleteTagsParamError",
        ),
        (json!({"Resource": resource, "ReplaceTags": [{"TagKey": ""}]}), "InvalidParameterValue.TagKeyEmpty"),
        (json!({"Resource": resource, "ReplaceTags": [{"TagKey": "qcs:a"}]}), "InvalidParameter.ReservedTagKey"),
        (
            json!({"Resource": resource, "ReplaceTags": [{"TagKey": "k".repeat(128)}]}),
            "InvalidParameterValue.TagKeyLengthExceeded",
        ),
        (json!({"Resource": format!("{resource}x"), "ReplaceTags": replace}), "FailedOperation"),
    ] {
        assert_eq!(code(&mock, "ModifyResourceTags", params.clone()).await, expected, "{params}");
    }
    ok(&mock, "ModifyResourceTags", json!({"Resource": resource, "ReplaceTags": replace})).await;
    let identity = ok(&mock, "GetCallerIdentity", json!({})).await;
    assert!(identity["AccountId"].is_string());
}
