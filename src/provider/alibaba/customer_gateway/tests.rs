//! Requests and states, without a wire. What real Terraform makes of them is in `tests/acceptance`.

use secrecy::ExposeSecret;
use serde_json::{Value as Json, json};

use super::*;
use crate::cloud::answer;

fn seen(changes: Json, before: &CustomerGateway) -> CustomerGateway {
    let mut actual = json!({
        "CustomerGatewayId": "cgw-1", "IpAddress": "203.0.113.9", "Name": "office", "Asn": 65_010, "AuthKey": "qwer12ty",
        "ResourceGroupId": "rg-1", "CreateTime": 1_552_550_980_000_i64,
    });
    actual.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    CustomerGateway::observed(&answer::from_value(actual), before)
}

#[test]
fn the_key_goes_only_where_it_is() {
    assert_eq!(seen(json!({}), &CustomerGateway::default()).bgp_auth_key, Value::Null);
    let kept = CustomerGateway { bgp_auth_key: Secret::new("old").into(), ..Default::default() };
    assert_eq!(seen(json!({}), &kept).bgp_auth_key, Value::Known(Secret::new("qwer12ty")));
}

#[test]
fn no_as_number_is_written_as_none_or_0() {
    for none in [json!(null), json!(0)] {
        assert_eq!(seen(json!({ "Asn": none }), &CustomerGateway::default()).bgp_asn, Value::Null);
    }
}

#[test]
fn only_what_changed_is_sent() {
    let before = seen(json!({}), &CustomerGateway::default());
    let change = |planned: CustomerGateway, config: CustomerGateway| before.change(&planned, &config);
    let nothing = CustomerGateway::default;

    assert!(change(before.clone(), nothing()).is_none());

    let renamed = change(CustomerGateway { name: "b".into(), ..before.clone() }, nothing()).unwrap();
    let attributes = renamed.attributes.unwrap();
    assert_eq!((attributes.name.as_deref(), attributes.description), (Some("b"), None));
    assert!(attributes.auth_key.is_none() && renamed.resource_group_id.is_none());

    let moved = change(CustomerGateway { resource_group_id: "rg-2".into(), ..before.clone() }, nothing()).unwrap();
    assert!(moved.attributes.is_none() && moved.resource_group_id.is_some());
}

#[test]
fn a_write_only_key_is_sent_with_a_new_version_and_not_otherwise() {
    let before = CustomerGateway { bgp_auth_key_wo_version: 1.into(), ..seen(json!({}), &CustomerGateway::default()) };
    let config = CustomerGateway { bgp_auth_key_wo: Secret::new("new").into(), ..Default::default() };

    assert!(before.change(&before, &config).is_none());
    let planned = CustomerGateway { bgp_auth_key_wo_version: 2.into(), ..before.clone() };
    let key = before.change(&planned, &config).unwrap().attributes.unwrap().auth_key.unwrap();
    assert_eq!(key.expose_secret(), "new");

    let first = CustomerGateway { bgp_auth_key_wo_version: Value::Null, ..before };
    assert!(first.change(&planned, &config).is_some());
}
