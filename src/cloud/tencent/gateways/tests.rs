//! Tests of `gateways.rs`.

use serde_json::{Value, json};

use super::*;
use crate::cloud::answer;
use crate::cloud::tencent::client::tests::{client, ctx};
use crate::cloud::tencent::vpc::InstanceChargePrepaid;
use crate::cloud::testing::{Answer, Received, Server};

const REGION: &str = "ap-guangzhou";

fn gateway(state: &str) -> Value {
    json!({
        "VpnGatewayId": "vpngw-1", "VpnGatewayName": "office", "Type": "IPSEC", "VpcId": "vpc-1", "State": state,
        "InternetMaxBandwidthOut": 5, "InstanceChargeType": "POSTPAID_BY_HOUR",
    })
}

fn gateways(gateways: impl IntoIterator<Item = Value>) -> Answer {
    let all: Vec<_> = gateways.into_iter().collect();
    Answer::tencent(json!({"TotalCount": all.len(), "VpnGatewaySet": all}))
}

fn tunnels(states: &[&str]) -> Answer {
    let tunnel = |(i, state): (usize, &&str)| json!({"VpnConnectionId": format!("vpnx-{i}"), "State": state});
    let all: Vec<_> = states.iter().enumerate().map(tunnel).collect();
    Answer::tencent(json!({"TotalCount": all.len(), "VpnConnectionSet": all}))
}

fn done() -> Answer {
    Answer::tencent(json!({}))
}

/// A service whose answers are a function of the action and of how often it came.
async fn service(answer: impl Fn(&str, usize) -> Answer + Send + 'static) -> Server {
    let mut seen = std::collections::HashMap::new();
    Server::start(move |request: &Received| {
        let action = request.action();
        let count = seen.entry(action.clone()).or_insert(0);
        *count += 1;
        answer(&action, *count)
    })
    .await
}

fn create() -> CreateVpnGateway {
    CreateVpnGateway {
        vpc_id: "vpc-1".into(),
        vpn_gateway_name: "office".into(),
        internet_max_bandwidth_out: 5,
        kind: Some("IPSEC".into()),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_create_of_unknown_outcome_is_found_and_not_repeated() {
    let server = service(|action, count| match (action, count) {
        ("DescribeVpnGateways", 1) => gateways([]),
        ("DescribeVpnGateways", _) => gateways([gateway("Pending")]),
        ("CreateVpnGateway", 1) => Answer::Drop,
        other => panic!("unexpected {other:?}"),
    })
    .await;
    let id = client(&server.url()).create_gateway(&ctx(), REGION, &create()).await.unwrap();
    assert_eq!(id, "vpngw-1");
    let filters = &server.requests()[0].json()["Filters"];
    assert_eq!(*filters, json!([{"Name": "vpc-id", "Values": ["vpc-1"]}]));
}

#[tokio::test]
async fn gateways_outside_of_vpcs_are_told_apart_by_type_name_and_bandwidth() {
    let request = CreateVpnGateway { vpc_id: String::new(), kind: Some("CCN".into()), ..create() };
    let other = |member: &str, value: Value| {
        let mut other = gateway("AVAILABLE");
        other["Type"] = json!("CCN");
        other["VpnGatewayId"] = json!("vpngw-other");
        other[member] = value;
        answer::from_value::<VpnGateway>(other)
    };
    assert_eq!(likeness(&request, &other("VpcId", json!(""))), Likeness::Same);
    for (member, value) in
        [("VpnGatewayName", json!("home")), ("Type", json!("SSL_CCN")), ("InternetMaxBandwidthOut", json!(200))]
    {
        assert!(matches!(likeness(&request, &other(member, value)), Likeness::Differs(_)), "{member}");
    }

    let server = service(|action, _| match action {
        "DescribeVpnGateways" => gateways([]),
        _ => Answer::tencent(json!({"VpnGateway": {"VpnGatewayId": "vpngw-1", "State": "Pending"}})),
    })
    .await;
    client(&server.url()).create_gateway(&ctx(), REGION, &request).await.unwrap();
    let filters = &server.requests()[0].json()["Filters"];
    assert_eq!(*filters, json!([{"Name": "type", "Values": ["CCN"]}]));
}

#[tokio::test]
async fn a_gateway_is_ready_when_it_is_available() {
    let server = service(|_, count| match count {
        1 => gateways([]),
        2 => gateways([gateway("Pending")]),
        _ => gateways([gateway("Available")]),
    })
    .await;
    let ready = client(&server.url()).wait_gateway(&ctx(), REGION, "vpngw-1").await.unwrap();
    assert_eq!(ready.vpn_gateway_name.as_deref(), Some("office"));
}

#[tokio::test]
async fn a_gateway_that_failed_is_not_waited_for() {
    let server = service(|_, _| gateways([gateway("PENDING_ERROR")])).await;
    let error = client(&server.url()).wait_gateway(&ctx(), REGION, "vpngw-1").await.unwrap_err();
    assert_eq!((error.class(), error.message()), (Class::Fatal, "vpngw-1 is PENDING_ERROR"));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_costs_nothing_is_changed_first_and_what_did_not_change_not_at_all() {
    let id = || "vpngw-1".to_owned();
    let attributes =
        ModifyVpnGatewayAttribute { vpn_gateway_id: id(), vpn_gateway_name: Some("home".into()), ..Default::default() };
    let bandwidth = ResetVpnGatewayInternetMaxBandwidth { vpn_gateway_id: id(), internet_max_bandwidth_out: 10 };
    let flag = SetVpnGatewaysRenewFlag { vpn_gateway_ids: vec![id()], auto_renew_flag: 1, kind: "IPSEC".into() };
    let all = GatewayChange {
        attributes: Some(attributes),
        bandwidth: Some(bandwidth.clone()),
        renew_flag: Some(flag),
        renewal: Some(renewal()),
    };
    let server = service(|action, _| if action == "DescribeVpnGateways" { gateways([]) } else { done() }).await;
    client(&server.url()).change_gateway(&ctx(), REGION, &all).await.unwrap();
    let expected = [
        "ModifyVpnGatewayAttribute",
        "ResetVpnGatewayInternetMaxBandwidth",
        "SetVpnGatewaysRenewFlag",
        "DescribeVpnGateways",
        "RenewVpnGateway",
    ];
    assert_eq!(server.actions(), expected);
    assert_eq!(server.requests()[0].json(), json!({"VpnGatewayId": "vpngw-1", "VpnGatewayName": "home"}));

    let server = service(|_, _| done()).await;
    let one = GatewayChange { bandwidth: Some(bandwidth), ..Default::default() };
    client(&server.url()).change_gateway(&ctx(), REGION, &one).await.unwrap();
    assert_eq!(server.requests()[0].json(), json!({"VpnGatewayId": "vpngw-1", "InternetMaxBandwidthOut": 10}));
    assert_eq!(server.requests().len(), 1);
}

fn renewal() -> RenewVpnGateway {
    let period = InstanceChargePrepaid { period: 3, renew_flag: None };
    RenewVpnGateway { vpn_gateway_id: "vpngw-1".into(), instance_charge_prepaid: period }
}

fn expiring(when: &str) -> Answer {
    let mut gateway = gateway("AVAILABLE");
    gateway["ExpiredTime"] = json!(when);
    gateways([gateway])
}

#[tokio::test]
async fn a_renewal_of_unknown_outcome_is_seen_by_the_time_of_expiry() {
    let server = service(|action, count| match (action, count) {
        ("DescribeVpnGateways", 1 | 2) => expiring("2027-01-01 00:00:00"),
        ("DescribeVpnGateways", _) => expiring("2027-04-01 00:00:00"),
        ("RenewVpnGateway", 1) => Answer::Drop,
        other => panic!("unexpected {other:?}"),
    })
    .await;
    client(&server.url()).renew_gateway(&ctx(), REGION, &renewal()).await.unwrap();
}

#[tokio::test]
async fn a_renewal_that_cannot_be_seen_is_not_repeated() {
    let server = service(|action, count| match (action, count) {
        ("DescribeVpnGateways", _) => expiring("2027-01-01 00:00:00"),
        ("RenewVpnGateway", 1) => Answer::Drop,
        other => panic!("unexpected {other:?}"),
    })
    .await;
    let error = client(&server.url()).renew_gateway(&ctx(), REGION, &renewal()).await.unwrap_err();
    assert!(error.is_ambiguous() && error.hint().unwrap().contains("before you apply again"), "{error}");
}

/// What deleting gives where the gateway and its tunnels are as described, and which actions it took.
async fn deleting(described: Value, of_it: &'static [&'static str], asked: Answer) -> (Result<()>, Vec<String>) {
    let server = service(move |action, count| match (action, count) {
        ("DescribeVpnGateways", 1) => gateways([described.clone()]),
        ("DescribeVpnGateways", 2) => gateways([gateway("DELETING")]),
        ("DescribeVpnGateways", _) => gateways([]),
        ("DescribeVpnConnections", _) => tunnels(of_it),
        ("DeleteVpnGateway", 1) => asked.clone(),
        ("DeleteVpnGateway", _) => Answer::tencent_error("ResourceNotFound"),
        other => panic!("unexpected {other:?}"),
    })
    .await;
    let result = client(&server.url()).delete_gateway(&ctx(), REGION, "vpngw-1").await;
    (result, server.actions())
}

#[tokio::test]
async fn a_gateway_is_deleted_when_it_is_gone() {
    let (result, actions) = deleting(gateway("AVAILABLE"), &["DELETING"], done()).await;
    result.unwrap();
    assert_eq!(actions.iter().filter(|action| *action == "DescribeVpnGateways").count(), 3);
}

#[tokio::test]
async fn a_gateway_that_is_being_deleted_is_only_waited_for() {
    let (result, actions) = deleting(gateway("Deleting"), &[], done()).await;
    result.unwrap();
    assert!(!actions.contains(&"DeleteVpnGateway".to_owned()));
}

#[tokio::test]
async fn a_gateway_with_tunnels_is_not_asked_to_be_deleted() {
    let (result, actions) = deleting(gateway("AVAILABLE"), &["AVAILABLE", "DELETING", "PENDING"], done()).await;
    assert_eq!(result.unwrap_err().message(), "vpngw-1 still has tunnels: vpnx-0, vpnx-2");
    assert!(!actions.contains(&"DeleteVpnGateway".to_owned()));
}

#[tokio::test]
async fn a_gateway_in_a_network_is_not_asked_to_be_deleted() {
    let mut attached = gateway("AVAILABLE");
    attached["NetworkInstanceId"] = json!("ccn-1");
    let (result, actions) = deleting(attached, &[], done()).await;
    assert!(result.unwrap_err().message().contains("attached to the Cloud Connect Network ccn-1"));
    assert!(!actions.contains(&"DeleteVpnGateway".to_owned()));
}

#[tokio::test]
async fn a_refusal_to_delete_what_is_prepaid_says_so() {
    let mut prepaid = gateway("AVAILABLE");
    prepaid["InstanceChargeType"] = json!("PREPAID");
    let error = refused(prepaid.clone()).await;
    assert_eq!(error.code(), Some("UnsupportedOperation"));
    assert!(error.hint().unwrap().contains("change charge_type to POSTPAID_BY_HOUR first"), "{error}");
    // What is done already is no advice.
    prepaid["NewPurchasePlan"] = json!("PREPAID_TO_POSTPAID");
    let hint = refused(prepaid).await.hint().unwrap_or_default().to_owned();
    assert!(hint.contains("prepaid until it expires") && !hint.contains("charge_type"), "{hint}");
    assert!(!refused(gateway("AVAILABLE")).await.hint().unwrap_or_default().contains("prepaid"));
}

/// The error of deleting a gateway that is as it is, and that the service does not delete.
async fn refused(described: Value) -> Error {
    let server = service(move |action, _| match action {
        "DescribeVpnGateways" => gateways([described.clone()]),
        "DescribeVpnConnections" => tunnels(&[]),
        _ => Answer::tencent_error("UnsupportedOperation"),
    })
    .await;
    client(&server.url()).delete_gateway(&ctx(), REGION, "vpngw-1").await.unwrap_err()
}

#[tokio::test]
async fn a_delete_whose_answer_was_lost_finds_the_gateway_going_and_waits_for_its_end() {
    let (result, actions) = deleting(gateway("AVAILABLE"), &[], Answer::tencent_error("UnsupportedOperation")).await;
    result.unwrap();
    assert_eq!(actions.iter().filter(|action| *action == "DeleteVpnGateway").count(), 2);
}

#[tokio::test]
async fn a_gateway_that_is_gone_is_deleted() {
    let (result, _) = deleting(gateway("AVAILABLE"), &[], Answer::tencent_error("ResourceNotFound")).await;
    result.unwrap();
}

#[tokio::test]
async fn a_gateway_whose_deletion_failed_is_not_waited_for() {
    let server = service(|action, count| match (action, count) {
        ("DescribeVpnGateways", 1) => gateways([gateway("AVAILABLE")]),
        ("DescribeVpnGateways", _) => gateways([gateway("DELETING_ERROR")]),
        ("DescribeVpnConnections", _) => tunnels(&[]),
        _ => done(),
    })
    .await;
    let error = client(&server.url()).delete_gateway(&ctx(), REGION, "vpngw-1").await.unwrap_err();
    assert_eq!(error.message(), "vpngw-1 is DELETING_ERROR");
}

#[test]
fn an_answer_may_lack_members_or_hold_nulls_and_strings() {
    let read: VpnGateway = answer::from_value(json!({
        "VpnGatewayId": "vpngw-1", "InternetMaxBandwidthOut": "5", "IsAddressBlocked": null, "TagSet": null,
        "BgpAsn": 64551, "MaxConnection": null, "VpnGatewayQuotaSet": [{"Bandwidth": 5}],
    }));
    assert_eq!((read.internet_max_bandwidth_out, read.bgp_asn), (Some(5), Some(64551)));
    assert!(read.kind.is_none() && read.tag_set.is_empty());
}
