//! Tests of `customer_gateways.rs`.

use secrecy::ExposeSecret;
use serde_json::json;

use super::*;
use crate::cloud::alibaba::client::tests::{REGION, client, ctx};
use crate::cloud::answer;
use crate::cloud::testing::{Answer, Server};

#[tokio::test]
async fn only_its_own_code_makes_a_customer_gateway_missing() {
    for (answer, gone) in [
        (Answer::alibaba_error(404, "InvalidCustomerGatewayInstanceId.NotFound"), true),
        (Answer::alibaba_error(404, "InvalidVpnGatewayInstanceId.NotFound"), false),
        (Answer::alibaba_error(404, "InvalidRegionId.NotFound"), false),
        (Answer::alibaba_error(403, "Forbidden"), false),
        (Answer::alibaba(json!({})), false),
    ] {
        let server = Server::scripted([answer.clone()]).await;
        let read = client(&server.url()).customer_gateway(&ctx(), REGION, "cgw-1").await;
        assert_eq!(matches!(read, Ok(None)), gone, "{answer:?}");
        assert_eq!(read.is_err(), !gone, "{answer:?}");
    }
}

#[tokio::test]
async fn a_key_travels_in_the_body_and_is_in_no_error() {
    let key = || Some(SecretString::from("qwer12ty"));
    let create = CreateCustomerGateway {
        ip_address: "203.0.113.9".into(),
        asn: Some(65_010),
        auth_key: key(),
        tags: vec![Tag { key: "team".into(), value: "net".into() }],
        ..Default::default()
    };
    let modify =
        ModifyCustomerGatewayAttribute { customer_gateway_id: "cgw-1".into(), auth_key: key(), ..Default::default() };
    let refused = json!({"RequestId": "r", "Code": "InvalidAuthKey", "Message": "qwer12ty is refused"}).to_string();
    let server = Server::scripted([Answer::Raw(400, &[], refused)]).await;
    let client = client(&server.url());
    let errors = [
        client.create_customer_gateway(&ctx(), REGION, &create).await.unwrap_err(),
        client.call(&ctx(), REGION, &modify).await.unwrap_err(),
    ];

    for (error, request) in errors.iter().zip(server.requests()) {
        assert!(!format!("{error} {error:?}").contains("qwer12ty"), "{error}");
        assert!(!request.head.contains("qwer12ty"), "{}", request.head);
        assert_eq!(request.form()["AuthKey"], "qwer12ty");
    }
    let sent = server.requests()[0].form();
    assert_eq!((&sent["Asn"][..], &sent["Tags.1.Key"][..], &sent["Tags.1.Value"][..]), ("65010", "team", "net"));
    assert!(!sent.contains_key("Name") && !sent.contains_key("ResourceGroupId"), "{sent:?}");
}

#[test]
fn members_are_read_in_every_spelling() {
    for asn in [json!(65_010), json!("65010")] {
        let row = json!({"CustomerGatewayId": "cgw-1", "Asn": asn, "AuthKey": "key", "Tags": {"Tag": []}});
        let read: CustomerGateway = answer::from_value(row);
        assert_eq!(read.asn, Some(65_010));
        assert_eq!(read.auth_key.unwrap().expose_secret(), "key");
        assert_eq!(read.tags, Some(Vec::new()));
    }
}

#[tokio::test]
async fn a_new_customer_gateway_may_show_up_late() {
    let missing = Answer::alibaba_error(404, "InvalidCustomerGatewayInstanceId.NotFound");
    let server = Server::scripted([missing, Answer::alibaba(json!({"CustomerGatewayId": "cgw-1"}))]).await;
    client(&server.url()).wait_customer_gateway(&ctx(), REGION, "cgw-1").await.unwrap();
    assert_eq!(server.actions(), ["DescribeCustomerGateway"; 2]);
}
