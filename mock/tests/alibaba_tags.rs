//! Tags on Alibaba's gateways, customer gateways and connections.

mod support;

use cloudvpn_mock::Mock;
use serde_json::{Value, json};
use support::alibaba::*;
use support::instant;

const TAG: &str = "TagResources";
const UNTAG: &str = "UnTagResources";
const LIST: &str = "ListTagResources";
const GATEWAY: &[(&str, &str)] = &[("ResourceType", "VPNGATEWAY"), ("ResourceId.1", "vpn-mock0001")];

/// The tags of the gateway of the small world, as `key=value`.
async fn tags(mock: &Mock) -> Vec<String> {
    let gateway = ok(mock, "DescribeVpnGateway", &[("VpnGatewayId", "vpn-mock0001")]).await;
    let pair = |tag: &Value| format!("{}={}", text(tag, "Key"), text(tag, "Value"));
    gateway["Tags"]["Tag"].as_array().unwrap().iter().map(pair).collect()
}

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [GATEWAY, more].concat()
}

#[tokio::test]
async fn tags_are_added_overwritten_and_taken_off() {
    let mock = instant();
    ok(
        &mock,
        TAG,
        &with(&[("Tag.1.Key", "env"), ("Tag.1.Value", "test"), ("Tag.2.Key", "empty"), ("Tag.2.Value", "")]),
    )
    .await;
    assert_eq!(tags(&mock).await, ["env=test", "empty="]);
    ok(&mock, TAG, &with(&[("Tag.1.Key", "env"), ("Tag.1.Value", "live")])).await;
    assert_eq!(tags(&mock).await, ["empty=", "env=live"]);
    ok(&mock, UNTAG, &with(&[("TagKey.1", "empty"), ("TagKey.2", "unknown")])).await;
    assert_eq!(tags(&mock).await, ["env=live"]);
    ok(&mock, UNTAG, GATEWAY).await;
    ok(&mock, UNTAG, &with(&[("TagKey.1", "other"), ("All", "true")])).await;
    assert_eq!(tags(&mock).await, ["env=live"]);
    ok(&mock, UNTAG, &with(&[("All", "true")])).await;
    assert_eq!(tags(&mock).await.len(), 0);
}

#[tokio::test]
async fn types_are_known_in_any_case_of_letters() {
    let mock = instant();
    let customer = customer_gateway(&mock, "198.51.100.1").await;
    patch(&mock, "vpn_connections", "vco-1", json!({"VpnGatewayId": "vpn-mock0001"}));
    for (kind, id) in [
        ("VpnGateWay", "vpn-mock0001"),
        ("vpngateway", "vpn-mock0001"),
        ("CustomerGateway", &customer),
        ("VPNCONNECTION", "vco-1"),
    ] {
        let params = [("ResourceType", kind), ("ResourceId.1", id), ("Tag.1.Key", "k"), ("Tag.1.Value", "v")];
        ok(&mock, TAG, &params).await;
        let listed = ok(&mock, LIST, &params[..2]).await;
        let row = &listed["TagResources"]["TagResource"][0];
        assert_eq!(row["ResourceType"], kind.to_uppercase());
        assert_eq!((&row["ResourceId"], &row["TagKey"], &row["TagValue"]), (&json!(id), &json!("k"), &json!("v")));
    }
    for kind in ["SSLVPNSERVER", "SSLVPNCLIENTCERT", "VPN"] {
        refuses(&mock, LIST, &having(GATEWAY, &[("ResourceType", kind)]), INVALID).await;
    }
}

#[tokio::test]
async fn tags_keep_their_rules() {
    let mock = instant();
    let long = "k".repeat(129);
    for (tag, expected) in [
        (&[("Tag.1.Value", "v")][..], (400, "MissingTag.1.Key")),
        (&[("Tag.1.Key", "aliyun-x")], (400, "InvalidTagKey")),
        (&[("Tag.1.Key", "acs:x")], (400, "InvalidTagKey")),
        (&[("Tag.1.Key", "a-http://x")], (400, "InvalidTagKey")),
        (&[("Tag.1.Key", "k"), ("Tag.1.Value", "acs:x")], (400, "InvalidTagValue")),
        (&[("Tag.1.Key", "k"), ("Tag.1.Value", "see https://x")], (400, "InvalidTagValue")),
        (&[("Tag.1.Key", &long)], INVALID),
        (&[("Tag.1.Key", "k"), ("Tag.1.Value", &long)], INVALID),
        (&[("Tag.1.Key", "k"), ("Tag.2.Key", "k")], (400, "Duplicate.TagKey")),
        (&[], (400, "MissingTag")),
    ] {
        refuses(&mock, TAG, &with(tag), expected).await;
    }
    let tag = ("Tag.1.Key", &long[..128]);
    ok(&mock, TAG, &with(&[tag])).await;
    refuses(&mock, TAG, &[GATEWAY[0], tag], (400, "MissingResourceId")).await;
    refuses(&mock, TAG, &[GATEWAY[1], tag], (400, "MissingResourceType")).await;
    refuses(&mock, TAG, &with(&[tag, ("ClientToken", "t")]), INVALID).await;
    // All or nothing.
    let both = with(&[("ResourceId.2", "vpn-nowhere"), ("Tag.1.Key", "new")]);
    refuses(&mock, TAG, &both, (404, "InvalidResourceId.NotFound")).await;
    assert_eq!(tags(&mock).await.len(), 1);
}

#[tokio::test]
async fn limits_of_requests_and_resources() {
    let mock = instant();
    let names: Vec<_> =
        (1..=51).map(|at| (format!("ResourceId.{at}"), format!("Tag.{at}.Key"), at.to_string())).collect();
    let keys = |from: usize, to: usize| names[from..to].iter().map(|(_, key, at)| (key.as_str(), at.as_str()));
    refuses(&mock, TAG, &[GATEWAY, &keys(0, 21).collect::<Vec<_>>()].concat(), INVALID).await;
    ok(&mock, TAG, &[GATEWAY, &keys(0, 20).collect::<Vec<_>>()].concat()).await;
    ok(&mock, TAG, &[GATEWAY, &keys(0, 20).collect::<Vec<_>>()].concat()).await;
    refuses(&mock, TAG, &with(&[("Tag.1.Key", "one more")]), (400, "QuotaExceeded.TagsPerResource")).await;
    assert_eq!(tags(&mock).await.len(), 20);
    let ids: Vec<_> = names.iter().map(|(id, ..)| (id.as_str(), "vpn-mock0001")).collect();
    refuses(&mock, UNTAG, &[&GATEWAY[..1], &ids].concat(), INVALID).await;
    ok(&mock, UNTAG, &[&GATEWAY[..1], &ids[..50]].concat()).await;
}

#[tokio::test]
async fn lists_of_tags_come_in_pages() {
    let mock = instant();
    refuses(&mock, LIST, &GATEWAY[..1], (400, "MissingResourceId")).await;
    ok(&mock, TAG, &with(&[("Tag.1.Key", "a"), ("Tag.1.Value", "1"), ("Tag.2.Key", "b"), ("Tag.3.Key", "c")])).await;
    let first = ok(&mock, LIST, &with(&[("MaxResults", "2")])).await;
    let keys = |answer: &Value| {
        let rows = answer["TagResources"]["TagResource"].as_array().unwrap();
        rows.iter().map(|row| text(row, "TagKey")).collect::<Vec<_>>()
    };
    assert_eq!(keys(&first), ["a", "b"]);
    let rest = ok(&mock, LIST, &with(&[("MaxResults", "2"), ("NextToken", &text(&first, "NextToken"))])).await;
    assert_eq!((keys(&rest), text(&rest, "NextToken")), (vec!["c".to_owned()], String::new()));
    for bad in [("MaxResults", "51"), ("MaxResults", "0")] {
        refuses(&mock, LIST, &with(&[bad]), INVALID).await;
    }
    refuses(&mock, LIST, &with(&[("NextToken", "x")]), (400, "InvalidParameter.Format")).await;

    let count = async |params: &[(&str, &str)]| keys(&ok(&mock, LIST, params).await).len();
    assert_eq!(count(&[GATEWAY[0], ("Tag.1.Key", "a"), ("Tag.1.Value", "1")]).await, 3);
    assert_eq!(count(&[GATEWAY[0], ("Tag.1.Key", "a"), ("Tag.1.Value", "2")]).await, 0);
    assert_eq!(count(&[GATEWAY[0], ("Tag.1.Key", "a"), ("Tag.2.Key", "z")]).await, 0);
    assert_eq!(count(&[GATEWAY[0], ("ResourceId.1", "vpn-nowhere")]).await, 0);
}

#[tokio::test]
async fn tags_at_creation_are_plural_and_filter_lists() {
    let mock = instant();
    let create = "CreateCustomerGateway";
    let address = ("IpAddress", "198.51.100.1");
    let long = "k".repeat(65);
    for (tag, expected) in [
        (&[("Tags.1.Key", long.as_str())][..], INVALID),
        (&[("Tags.1.Key", "acs:k")], (400, "InvalidTagKey")),
        (&[("Tags.1.Key", "k"), ("Tags.1.Value", "http://")], (400, "InvalidTagValue")),
        (&[("Tags.1.Key", "k"), ("Tags.2.Key", "k")], (400, "Duplicate.TagKey")),
    ] {
        refuses(&mock, create, &[&[address], tag].concat(), expected).await;
    }
    let tagged = [address, ("Tags.1.Key", &long[..64]), ("Tags.1.Value", "v"), ("Tags.2.Key", "b")];
    let id = text(&ok(&mock, create, &tagged).await, "CustomerGatewayId");
    customer_gateway(&mock, "198.51.100.2").await;
    let gateway = ok(&mock, "DescribeCustomerGateway", &[("CustomerGatewayId", &id)]).await;
    let expected = json!({"Tag": [{"Key": &long[..64], "Value": "v"}, {"Key": "b", "Value": ""}]});
    assert_eq!(gateway["Tags"], expected);
    let total =
        async |params: &[(&str, &str)]| ok(&mock, "DescribeCustomerGateways", params).await["TotalCount"].take();
    assert_eq!(total(&[]).await, 2);
    assert_eq!(total(&[("Tag.1.Key", "b")]).await, 1);
    assert_eq!(total(&[("Tag.1.Key", &long[..64]), ("Tag.1.Value", "other")]).await, 0);
}
