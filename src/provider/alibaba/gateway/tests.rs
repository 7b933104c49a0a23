//! Requests and states, without a wire. What real Terraform makes of them is in `tests/acceptance`.

use serde_json::{Value as Json, json};

use super::*;
use crate::cloud::answer;

fn seen(changes: Json) -> Gateway {
    let mut actual = json!({
        "VpnGatewayId": "vpn-1", "Name": "office", "VpcId": "vpc-1", "Spec": "10M", "IpsecVpn": "enable", "SslVpn": "disable",
        "ChargeType": "PostpayByFlow", "Status": "active", "CreateTime": 1_552_550_980_000_i64,
    });
    actual.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    Gateway::observed(&answer::from_value(actual), &Gateway::default())
}

#[test]
fn what_the_service_says_is_read_in_every_spelling() {
    let gateway = seen(json!({}));
    assert_eq!((&gateway.bandwidth_mbps, &gateway.charge_type), (&Value::Known(10), &"POSTPAY".into()));
    assert_eq!((&gateway.ipsec_enabled, &gateway.ssl_enabled), (&Value::Known(true), &Value::Known(false)));
    assert_eq!(gateway.created_at, "2019-03-14T08:09:40Z".into());
    assert_eq!((&gateway.description, &gateway.expires_at), (&Value::Null, &Value::Null));

    assert_eq!(seen(json!({"Spec": 5})).bandwidth_mbps, Value::Known(5));
    for (said, read) in [("Prepay", "PREPAY"), ("POSTPAY", "POSTPAY"), ("PrePaid", "")] {
        let read = if read.is_empty() { Value::Null } else { Value::from(read) };
        assert_eq!(seen(json!({"ChargeType": said})).charge_type, read, "{said}");
    }
    assert_eq!(seen(json!({"NetworkType": "Public"})).network_type, "public".into());
    assert_eq!(seen(json!({"EndTime": 0})).expires_at, Value::Null);
}

#[test]
fn only_what_changed_is_sent() {
    let before = Gateway { resource_group_id: "rg-1".into(), ..seen(json!({})) };
    let change = |planned: Gateway| before.change(&planned, &Gateway::default());

    assert!(change(before.clone()).is_none());
    assert!(change(Gateway { period_months: 1.into(), auto_pay: false.into(), ..before.clone() }).is_none());

    let described = change(Gateway { description: "new".into(), ..before.clone() }).unwrap();
    let attributes = described.attributes.unwrap();
    assert_eq!((attributes.name, attributes.description.as_deref()), (None, Some("new")));
    assert_eq!(described.resource_group_id, None);

    let moved = change(Gateway { resource_group_id: "rg-2".into(), ..before.clone() }).unwrap();
    assert!(moved.attributes.is_none());
    assert_eq!(moved.resource_group_id.as_deref(), Some("rg-2"));
}
