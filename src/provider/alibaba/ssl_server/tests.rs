//! Requests and states, without a wire. What real Terraform makes of them is in `tests/acceptance`.

use serde_json::{Value as Json, json};

use super::*;
use crate::cloud::{answer, written};

fn actual() -> SslVpnServer {
    answer::from_value(json!({
        "SslVpnServerId": "vss-1", "VpnGatewayId": "vpn-1", "Name": "office", "ClientIpPool": "192.168.0.0/24",
        "LocalSubnet": "10.0.0.0/8,172.16.0.0/12", "Proto": "UDP", "Cipher": "AES-256-CBC", "Port": 1194,
        "Compress": false, "Connections": 3, "MaxConnections": 5, "InternetIp": "203.0.113.1",
        "CreateTime": 1_552_550_980_000_i64, "EnableMultiFactorAuth": false, "ResourceGroupId": "rg-1",
    }))
}

fn state() -> SslServer {
    SslServer::observed(&actual(), &SslServer::default())
}

/// What a change of the plan is sent as, beside id and token.
fn sent(change: impl FnOnce(&mut SslServer)) -> Json {
    let (prior, mut planned) = (state(), state());
    change(&mut planned);
    let Some(request) = prior.change(&planned, &SslServer::default()) else { return Json::Null };
    let mut request = written(&request);
    let members = request.as_object_mut().unwrap();
    assert!(members.remove("ClientToken").is_some());
    assert_eq!(members.remove("SslVpnServerId").unwrap(), "vss-1");
    request
}

fn mfa(enabled: bool) -> Value<Mfa> {
    let ids = if enabled { Value::from("idaas-1") } else { Value::Null };
    Value::Known(Mfa {
        enabled: enabled.into(),
        idaas_instance_id: ids,
        idaas_region_id: "cn-hangzhou".into(),
        idaas_application_id: Value::Null,
    })
}

#[test]
fn only_what_changed_is_sent_and_compression_with_it() {
    assert_eq!(sent(|_| {}), Json::Null);
    assert_eq!(sent(|s| s.timeouts = Value::Known(Timeouts::default())), Json::Null);
    assert_eq!(sent(|s| s.name = "branch".into()), json!({"Name": "branch"}));
    assert_eq!(sent(|s| s.port = 1195.into()), json!({"Port": 1195, "Compress": false}));
    let ranges = Value::Known(["10.0.0.0/8".to_owned()].into_iter().collect());
    assert_eq!(sent(|s| s.local_cidrs = ranges), json!({"LocalSubnet": "10.0.0.0/8", "Compress": false}));
    assert_eq!(sent(|s| s.compression_enabled = true.into()), json!({"Compress": true}));
}

#[test]
fn the_second_factor_goes_with_its_instance() {
    let on = json!({
        "EnableMultiFactorAuth": true, "IDaaSInstanceId": "idaas-1", "IDaaSRegionId": "cn-hangzhou", "Compress": false,
    });
    assert_eq!(sent(|s| s.mfa = mfa(true)), on);
    let prior = SslServer { mfa: mfa(true), ..state() };
    let request = prior.change(&SslServer { mfa: mfa(false), ..state() }, &SslServer::default()).unwrap();
    assert_eq!(request.settings.enable_multi_factor_auth, Some(false));
    assert_eq!((request.settings.idaas_instance_id, request.settings.idaas_region_id), (None, None));
}

#[test]
fn switching_the_second_factor_leaves_its_rest_open() {
    let mut planned = mfa(false);
    let config = Value::Known(Mfa { enabled: false.into(), ..Mfa::default() });
    Mfa::plan(&mfa(true), &config, &mut planned);
    assert!(planned.known().unwrap().idaas_region_id.is_unknown());
    let mut planned = mfa(true);
    Mfa::plan(&mfa(true), &mfa(true), &mut planned);
    assert_eq!(planned, mfa(true));
}

#[test]
fn what_the_service_does_not_say_stays() {
    let before = SslServer { port: 1195.into(), mfa: mfa(true), ..state() };
    let seen = SslServer::observed(&SslVpnServer::default(), &before);
    assert_eq!((seen.port, &seen.mfa, &seen.local_cidrs), (1195.into(), &before.mfa, &before.local_cidrs));
}
