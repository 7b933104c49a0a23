//! Requests and states, without a wire. What real Terraform makes of them is in `tests/acceptance`.

use serde_json::{Value as Json, json};

use super::*;
use crate::cloud::{answer, written};

fn gateway(changes: Json) -> VpnGateway {
    let mut gateway = json!({
        "VpnGatewayId": "vpngw-1", "VpnGatewayName": "office", "Type": "IPSEC", "VpcId": "vpc-1", "State": "Available",
        "InternetMaxBandwidthOut": 5, "InstanceChargeType": "PREPAID", "RenewFlag": "NOTIFY_AND_AUTO_RENEW",
        "ExpiredTime": "2027-01-01 00:00:00", "BgpAsn": 0, "IsAddressBlocked": false, "Zone": "ap-guangzhou-3",
    });
    gateway.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    answer::from_value(gateway)
}

fn prepaid(months: i64, renew_flag: &str) -> Value<Prepaid> {
    Value::Known(Prepaid { period_months: months.into(), renew_flag: renew_flag.into() })
}

fn seen(changes: Json) -> Gateway {
    Gateway::observed(&gateway(changes), &Gateway::default())
}

/// A prepaid gateway as it is known after its create.
fn state() -> Gateway {
    Gateway { prepaid: prepaid(3, "NOTIFY_AND_AUTO_RENEW"), ..seen(json!({})) }
}

/// The calls that a change of the plan takes, with what is sent beside the id.
fn sent(change: impl FnOnce(&mut Gateway)) -> Json {
    let prior = state();
    let mut planned = prior.clone();
    change(&mut planned);
    let Some(change) = prior.change(&planned, &Gateway::default()) else { return Json::Null };
    let GatewayChange { attributes, bandwidth, renew_flag, renewal } = change;
    let sent = |request: Option<Json>| {
        let mut request = request?;
        request.as_object_mut()?.retain(|name, _| name != "VpnGatewayId" && name != "VpnGatewayIds");
        Some(request)
    };
    let calls = [
        ("attributes", sent(attributes.map(|request| written(&request)))),
        ("bandwidth", sent(bandwidth.map(|request| written(&request)))),
        ("flag", sent(renew_flag.map(|request| written(&request)))),
        ("renewal", sent(renewal.map(|request| written(&request)))),
    ];
    calls
        .into_iter()
        .filter_map(|(name, call)| Some((name.to_owned(), call?)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[test]
fn each_change_takes_its_own_call_and_no_other() {
    assert_eq!(sent(|_| {}), Json::Null);
    assert_eq!(sent(|g| g.tags_all = Value::Null), Json::Null);
    assert_eq!(sent(|g| g.name = "home".into()), json!({"attributes": {"VpnGatewayName": "home"}}));
    assert_eq!(sent(|g| g.bgp_asn = 65_000.into()), json!({"attributes": {"BgpAsn": 65_000}}));
    assert_eq!(sent(|g| g.max_connections = 10.into()), json!({"attributes": {"MaxConnection": 10}}));
    assert_eq!(sent(|g| g.bandwidth_mbps = 10.into()), json!({"bandwidth": {"InternetMaxBandwidthOut": 10}}));
    for (flag, number) in [("NOTIFY_AND_MANUAL_RENEW", 0), ("NOT_NOTIFY_AND_NOT_RENEW", 2)] {
        let expected = json!({"flag": {"AutoRenewFlag": number, "Type": "IPSEC"}});
        assert_eq!(sent(|g| g.prepaid = prepaid(3, flag)), expected);
    }
    let renewal = json!({"InstanceChargePrepaid": {"Period": 6, "RenewFlag": "NOTIFY_AND_AUTO_RENEW"}});
    assert_eq!(sent(|g| g.prepaid = prepaid(6, "NOTIFY_AND_AUTO_RENEW")), json!({"renewal": renewal}));
}

#[test]
fn a_gateway_that_becomes_pay_as_you_go_is_not_renewed() {
    let change = sent(|g| {
        g.charge_type = "POSTPAID_BY_HOUR".into();
        g.prepaid = Value::Null;
    });
    assert_eq!(change, json!({"attributes": {"InstanceChargeType": "POSTPAID_BY_HOUR"}}));
}

#[test]
fn months_that_were_not_known_are_no_renewal() {
    let prior = seen(json!({}));
    assert_eq!(prior.prepaid.known().unwrap().period_months, Value::Null);
    let planned = Gateway { prepaid: prepaid(6, "NOTIFY_AND_AUTO_RENEW"), ..prior.clone() };
    assert_eq!(prior.change(&planned, &Gateway::default()), None);
}

#[test]
fn the_flag_of_an_ssl_gateway_says_so() {
    let prior = Gateway { kind: "SSL".into(), ..state() };
    let planned = Gateway { prepaid: prepaid(3, "NOTIFY_AND_MANUAL_RENEW"), ..prior.clone() };
    let flag = prior.change(&planned, &Gateway::default()).unwrap().renew_flag.unwrap();
    assert_eq!((flag.kind.as_str(), flag.vpn_gateway_ids), ("SSL", vec!["vpngw-1".to_owned()]));
}

#[test]
fn a_gateway_on_its_way_to_pay_as_you_go_is_what_was_asked_for() {
    let on_its_way = json!({"NewPurchasePlan": "PREPAID_TO_POSTPAID"});
    for (before, expected) in [
        (Value::Null, "POSTPAID_BY_HOUR"),
        ("POSTPAID_BY_HOUR".into(), "POSTPAID_BY_HOUR"),
        // Somebody else asked for it.
        ("PREPAID".into(), "PREPAID"),
    ] {
        let before = Gateway { charge_type: before, ..Gateway::default() };
        let seen = Gateway::observed(&gateway(on_its_way.clone()), &before);
        assert_eq!(seen.charge_type.as_deref(), Some(expected));
        assert_eq!(seen.prepaid.is_null(), expected == "POSTPAID_BY_HOUR");
    }
}

#[test]
fn what_the_service_does_not_say_stays_and_zero_is_none() {
    let seen = Gateway::observed(&gateway(json!({})), &state());
    assert_eq!(seen.prepaid, prepaid(3, "NOTIFY_AND_AUTO_RENEW"));
    assert!(seen.bgp_asn.is_null());
    assert_eq!(seen.state.as_deref(), Some("AVAILABLE"));
    let network = Gateway::observed(&gateway(json!({"VpcId": "", "Type": "CCN"})), &Gateway::default());
    assert!(network.vpc_id.is_null());
    let silent = Gateway::observed(&VpnGateway::default(), &state());
    assert_eq!((silent.vpc_id.as_deref(), silent.bandwidth_mbps), (Some("vpc-1"), 5.into()));
}

/// The attributes for which a change needs another gateway, or what is wrong with it.
fn refined(prior: Option<Gateway>, planned: Gateway) -> Result<(Vec<String>, Gateway), String> {
    let mut plan = Plan::new(prior, planned.clone(), planned);
    rules::refine(&mut plan).map_err(|error| error.iter().map(|d| d.path.to_string()).collect::<String>())?;
    Ok((plan.replace.iter().map(ToString::to_string).collect(), plan.planned))
}

#[test]
fn bandwidths_change_in_place_within_their_band() {
    for (before, after, in_place) in [
        (5, 100, true),
        (100, 5, true),
        (200, 1000, true),
        (100, 200, false),
        (500, 50, false),
        (1000, 3000, false),
        (3000, 1000, false),
        (3000, 3000, true),
    ] {
        let with = |mbps: i64| Gateway { bandwidth_mbps: mbps.into(), ..state() };
        let (replaced, _) = refined(Some(with(before)), with(after)).unwrap();
        let expected: &[&str] = if in_place { &[] } else { &["bandwidth_mbps"] };
        assert_eq!(replaced, expected, "{before} to {after}");
    }
}

#[test]
fn charging_changes_in_place_one_way_only() {
    let postpaid = || Gateway { charge_type: "POSTPAID_BY_HOUR".into(), prepaid: Value::Null, ..state() };
    let (replaced, planned) = refined(Some(state()), Gateway { prepaid: state().prepaid, ..postpaid() }).unwrap();
    assert!(replaced.is_empty());
    assert!(planned.prepaid.is_null() && planned.expires_at.is_unknown() && planned.new_purchase_plan.is_unknown());
    assert_eq!(refined(Some(postpaid()), state()).unwrap().0, ["charge_type"]);
    let (_, unknown) = refined(None, Gateway { charge_type: Value::Unknown, ..Gateway::default() }).unwrap();
    assert!(unknown.prepaid.is_unknown());
}

#[test]
fn only_ipsec_gateways_are_renewed() {
    let six = || prepaid(6, "NOTIFY_AND_AUTO_RENEW");
    let (replaced, planned) = refined(Some(state()), Gateway { prepaid: six(), ..state() }).unwrap();
    assert!(replaced.is_empty() && planned.expires_at.is_unknown());
    let ssl = || Gateway { kind: "SSL".into(), ..state() };
    assert_eq!(refined(Some(ssl()), Gateway { prepaid: six(), ..ssl() }).unwrap_err(), "prepaid.period_months");
    assert!(refined(Some(ssl()), ssl()).is_ok());
}

#[test]
fn a_new_gateway_is_renewed_by_somebody() {
    let never = || Gateway { prepaid: prepaid(1, "NOT_NOTIFY_AND_NOT_RENEW"), ..state() };
    assert_eq!(refined(None, never()).unwrap_err(), "prepaid.renew_flag");
    assert!(refined(Some(state()), Gateway { prepaid: prepaid(3, "NOT_NOTIFY_AND_NOT_RENEW"), ..state() }).is_ok());
}
