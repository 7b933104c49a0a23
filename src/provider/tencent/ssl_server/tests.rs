//! Requests and states, without a wire. What real Terraform makes of them is in `tests/acceptance`.

use serde_json::json;

use super::*;
use crate::cloud::{answer, written};

fn server() -> SslServer {
    SslServer {
        id: "vpns-1".into(),
        name: "s".into(),
        gateway_id: "vpngw-1".into(),
        local_cidrs: Value::Known(["10.0.0.0/24".to_owned(), "10.0.1.0/24".to_owned()].into_iter().collect()),
        client_cidr: "10.8.0.0/16".into(),
        sso_enabled: true.into(),
        saml_metadata: Value::Known(Secret::new("<a/>")),
        ..SslServer::default()
    }
}

fn sent(planned: &SslServer) -> Option<serde_json::Value> {
    let request = server().change(planned, &SslServer::default())?;
    Some(written(&request))
}

#[test]
fn only_what_changed_is_sent() {
    assert_eq!(sent(&server()), None);
    let reordered = Value::Known(["10.0.1.0/24".to_owned(), "10.0.0.0/24".to_owned()].into_iter().collect());
    assert_eq!(sent(&SslServer { local_cidrs: reordered, ..server() }), None);
    let planned = SslServer { name: "other".into(), port: 1194.into(), ..server() };
    assert_eq!(
        sent(&planned).unwrap(),
        json!({"SslVpnServerId": "vpns-1", "SslVpnServerName": "other", "SslVpnPort": 1194})
    );
    let dns = NameServers { primary: "10.0.0.2".into(), ..NameServers::default() };
    let planned = SslServer { dns_servers: Value::Known(dns), ..server() };
    assert_eq!(sent(&planned).unwrap(), json!({"SslVpnServerId": "vpns-1", "DnsServers": {"PrimaryDns": "10.0.0.2"}}));
}

#[test]
fn metadata_goes_with_every_turning_on_and_by_itself() {
    let off = SslServer { sso_enabled: false.into(), ..server() };
    let request = off.change(&server(), &SslServer::default()).unwrap();
    assert_eq!(written(&request), json!({"SslVpnServerId": "vpns-1", "SsoEnabled": true, "SamlData": "<a/>"}));
    assert_eq!(
        sent(&SslServer { sso_enabled: false.into(), saml_metadata: Value::Null, ..server() }).unwrap(),
        json!({"SslVpnServerId": "vpns-1", "SsoEnabled": false})
    );
    let other = SslServer { saml_metadata: Value::Known(Secret::new("<b/>")), ..server() };
    assert_eq!(sent(&other).unwrap(), json!({"SslVpnServerId": "vpns-1", "SamlData": "<b/>"}));
    assert_eq!(sent(&SslServer { saml_metadata: Value::Null, ..server() }), None);
}

#[test]
fn what_the_service_says_is_seen_and_what_it_does_not_stays() {
    let actual: SslVpnServer = answer::from_value(json!({
        "SslVpnServerName": "by hand", "Compress": 0, "SsoEnabled": 1, "SslVpnPort": 9798, "State": 3, "WanIp": "",
        "DnsServers": {"PrimaryDns": "", "SecondaryDns": "10.0.0.3"}, "LocalAddress": ["10.0.1.0/24", "10.0.0.0/24"],
    }));
    let seen = SslServer::observed(&actual, &server());
    assert_eq!((&seen.name, &seen.client_cidr), (&"by hand".into(), &server().client_cidr));
    assert_eq!((&seen.compression_enabled, &seen.sso_enabled), (&false.into(), &true.into()));
    assert_eq!(seen.local_cidrs, server().local_cidrs);
    assert_eq!(seen.saml_metadata, server().saml_metadata);
    assert_eq!((&seen.state, &seen.public_ip_address), (&"update_failed".into(), &Value::Null));
    let dns = NameServers { primary: Value::Null, secondary: "10.0.0.3".into() };
    assert_eq!(seen.dns_servers, Value::Known(dns.clone()));

    let before = SslServer { dns_servers: Value::Known(dns.clone()), ..server() };
    let silent = SslServer::observed(&SslVpnServer::default(), &before);
    assert_eq!(silent.dns_servers, Value::Known(dns));
    let none = SslVpnServer { dns_servers: Some(DnsServers::default()), ..SslVpnServer::default() };
    assert_eq!(SslServer::observed(&none, &before).dns_servers, Value::Null);
}

#[test]
fn ranges_of_clients_and_cloud_are_apart() {
    for (clients, locals, fine) in [
        ("10.8.0.0/16", &["10.0.0.0/16", "10.9.0.0/16"][..], true),
        ("10.8.0.0/16", &["10.8.1.0/24"], false),
        ("10.8.0.0/16", &["10.0.0.0/8"], false),
        ("not a range", &["10.0.0.0/8"], true),
    ] {
        let locals = Raw::set(locals.iter().map(|local| Raw::from(*local)).chain([Raw::unknown()]));
        let server = Raw::object([("client_cidr", clients.into()), ("local_cidrs", locals)]);
        let mut diagnostics = Diagnostics::new();
        ranges_are_apart(&server, &Path::root(), &mut diagnostics);
        assert_eq!(diagnostics.iter().next().is_none(), fine, "{clients}");
    }
}

#[test]
fn metadata_is_for_single_sign_on() {
    for (sso, fine) in [(Raw::Bool(true), true), (Raw::unknown(), true), (Raw::Bool(false), false), (Raw::Null, false)]
    {
        let server = Raw::object([("saml_metadata", "<a/>".into()), ("sso_enabled", sso.clone())]);
        let mut diagnostics = Diagnostics::new();
        metadata_needs_sign_on(&server, &Path::root(), &mut diagnostics);
        assert_eq!(diagnostics.iter().next().is_none(), fine, "{sso:?}");
    }
}
