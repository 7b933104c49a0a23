//! States and values, without a wire. What real Terraform makes of them is in `tests/acceptance`.

use serde_json::json;

use super::*;
use crate::cloud::answer;

fn actual() -> alibaba::SslVpnClientCert {
    answer::from_value(json!({
        "SslVpnClientCertId": "vsc-1", "SslVpnServerId": "vss-1", "Name": "laptop", "Status": "normal",
        "CreateTime": 1_552_550_980_000_i64, "EndTime": "1647158980500", "ResourceGroupId": "rg-1",
        "ClientKey": "hidden-key", "ClientConfig": "hidden-config", "ClientCert": "cert", "CaCert": "ca",
    }))
}

#[test]
fn times_are_written_as_rfc_3339() {
    let state = SslClientCert::observed(&actual(), &SslClientCert::default());
    assert_eq!(state.created_at, Value::from("2019-03-14T08:09:40Z"));
    assert_eq!(state.expires_at, Value::from("2022-03-13T08:09:40.5Z"));
    assert_eq!(time(None), Value::Null);
}

#[test]
fn no_state_has_the_key() {
    let state = SslClientCert::observed(&actual(), &SslClientCert::default());
    assert!(!format!("{:?}", state.to_raw()).contains("hidden"));
}

#[test]
fn what_the_service_does_not_say_stays() {
    let before = SslClientCert { name: "laptop".into(), ssl_server_id: "vss-1".into(), ..Default::default() };
    let state = SslClientCert::observed(&alibaba::SslVpnClientCert::default(), &before);
    assert_eq!((&state.name, &state.ssl_server_id), (&before.name, &before.ssl_server_id));
    assert_eq!(state.resource_group_id, Value::Null);
}

#[test]
fn a_certificate_that_does_not_last_is_warned_about() {
    let with = |status: &str| SslClientCert { status: status.into(), ..Default::default() }.notice();
    assert!(with("normal").is_none());
    assert!(with("expiring-soon").is_some() && with("expired").is_some());
}
