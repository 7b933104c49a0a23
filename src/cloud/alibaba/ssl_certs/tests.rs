//! Tests of `ssl_certs.rs`.

use serde_json::{Value, json};

use super::*;
use crate::cloud::alibaba::client::tests::{REGION, client, ctx};
use crate::cloud::error::Class;
use crate::cloud::testing::{Answer, Server, time_flies};

fn cert(status: &str, name: &str) -> Answer {
    certs(json!([{"SslVpnClientCertId": "vsc-1", "Status": status, "Name": name}]))
}

fn certs(rows: Value) -> Answer {
    let count = rows.as_array().unwrap().len();
    Answer::alibaba(json!({"SslVpnClientCertKeys": {"SslVpnClientCertKey": rows}, "TotalCount": count}))
}

fn missing() -> Answer {
    certs(json!([]))
}

#[tokio::test]
async fn only_its_own_codes_make_a_certificate_missing() {
    for (answer, gone) in [
        (Answer::alibaba_error(400, "InvalidInstanceId.NotFound"), true),
        (Answer::alibaba_error(404, "InvalidSslVpnClientCertId.NotFound"), true),
        (Answer::alibaba_error(404, "InvalidAccessKeyId.NotFound"), false),
        (Answer::alibaba_error(404, "InvalidRegionId.NotFound"), false),
        (Answer::alibaba_error(404, "InvalidAction.NotFound"), false),
        (Answer::alibaba_error(403, "Forbidden"), false),
        (Answer::alibaba_error(403, "Forbbiden.SubUser"), false),
        (Answer::Raw(404, &[], "<html>".into()), false),
        (Answer::alibaba(json!({})), false),
        (Answer::alibaba(json!({"SslVpnClientCertId": "vsc-2"})), false),
    ] {
        let server = Server::scripted([answer.clone()]).await;
        let client = client(&server.url());
        let read = client.ssl_client_cert(&ctx(), REGION, "vsc-1").await;
        assert_eq!(matches!(read, Ok(None)), gone, "{answer:?}");
        assert_eq!(read.is_err(), !gone, "{answer:?}");
    }
}

#[tokio::test]
async fn a_certificate_is_read_and_waited_for_without_its_key() {
    for (answer, there) in [
        (cert("normal", "a"), Some(true)),
        (missing(), Some(false)),
        (Answer::alibaba(json!({"TotalCount": 0})), Some(false)),
        (Answer::alibaba_error(404, "InvalidSslVpnClientCertId.NotFound"), Some(false)),
        (Answer::alibaba(json!({})), None),
        (certs(json!([{"SslVpnClientCertId": "vsc-2"}])), None),
        (Answer::alibaba_error(403, "Forbidden.RAM"), None),
    ] {
        let server = Server::scripted([answer.clone()]).await;
        let read = client(&server.url()).listed_ssl_client_cert(&ctx(), REGION, "vsc-1").await;
        assert_eq!(read.ok().map(|cert| cert.is_some()), there, "{answer:?}");
        assert_eq!(server.actions(), ["DescribeSslVpnClientCerts"], "{answer:?}");
        assert_eq!(server.requests()[0].param("SslVpnClientCertId").as_deref(), Some("vsc-1"));
    }
}

#[tokio::test]
async fn deleting_what_is_gone_is_fine() {
    let server = Server::scripted([Answer::alibaba_error(404, "InvalidSslVpnClientCertId.NotFound")]).await;
    client(&server.url()).delete_ssl_client_cert(&ctx(), REGION, Turn::default(), "vsc-1").await.unwrap();

    let server = Server::scripted([Answer::alibaba_error(404, "InvalidAccessKeyId.NotFound")]).await;
    client(&server.url()).delete_ssl_client_cert(&ctx(), REGION, Turn::default(), "vsc-1").await.unwrap_err();
}

#[tokio::test]
async fn a_new_certificate_is_waited_for_even_while_it_is_not_listed() {
    let server = Server::scripted([missing(), cert("creating", "a"), cert("normal", "a")]).await;
    let found = client(&server.url()).wait_ssl_client_cert(&ctx(), REGION, "vsc-1", Some("a")).await.unwrap();

    assert_eq!(found.status.as_deref(), Some("normal"));
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_certificate_that_is_about_to_expire_is_not_waited_for() {
    for status in ["expiring-soon", "expired"] {
        let server = Server::scripted([cert(status, "a")]).await;
        client(&server.url()).wait_ssl_client_cert(&ctx(), REGION, "vsc-1", Some("a")).await.unwrap();
    }
}

#[tokio::test]
async fn a_certificate_that_vanishes_while_it_is_waited_for_is_an_error() {
    let server = Server::scripted([cert("creating", "a"), missing()]).await;
    let error = client(&server.url()).wait_ssl_client_cert(&ctx(), REGION, "vsc-1", Some("a")).await.unwrap_err();

    assert_eq!(error.class(), Class::NotFound);
    assert_eq!(error.message(), "vsc-1 vanished while it was waited for");
}

#[tokio::test]
async fn a_renaming_is_waited_for() {
    let server = Server::scripted([
        Answer::alibaba(json!({"SslVpnClientCertId": "vsc-1", "Name": "b"})),
        cert("normal", "a"),
        cert("normal", "b"),
    ])
    .await;
    let request = ModifySslVpnClientCert {
        ssl_vpn_client_cert_id: "vsc-1".into(),
        name: "b".into(),
        client_token: ClientToken::new(),
    };
    let client = client(&server.url());
    client.rename_ssl_client_cert(&ctx(), REGION, &request).await.unwrap();
    let found = client.wait_ssl_client_cert(&ctx(), REGION, "vsc-1", Some("b")).await.unwrap();

    assert_eq!(found.name.as_deref(), Some("b"));
    assert_eq!(server.actions(), ["ModifySslVpnClientCert", "DescribeSslVpnClientCerts", "DescribeSslVpnClientCerts"]);
}

#[tokio::test]
async fn a_deletion_is_waited_for_to_its_end() {
    let server = Server::scripted([Answer::alibaba(json!({})), cert("normal", "a"), missing()]).await;
    client(&server.url()).delete_ssl_client_cert(&ctx(), REGION, Turn::default(), "vsc-1").await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

/// As long as the gateway works, it takes no other write.
#[tokio::test]
async fn the_turn_of_a_deletion_lasts_until_the_gateway_is_active() {
    let gateway = |status| Answer::alibaba(json!({"VpnGatewayId": "vpn-1", "Status": status}));
    let server =
        Server::scripted([Answer::alibaba(json!({})), gateway("updating"), gateway("active"), missing()]).await;
    let client = client(&server.url());
    let turn = client.turn(&ctx(), REGION, "vpn-1").await.unwrap();
    client.delete_ssl_client_cert(&ctx(), REGION, turn, "vsc-1").await.unwrap();
    let looks = ["DescribeVpnGateway", "DescribeVpnGateway", "DescribeSslVpnClientCerts"];
    assert_eq!(server.actions()[1..], looks);
}

#[tokio::test]
async fn who_may_not_ask_for_the_gateway_deletes_certificates_nevertheless() {
    let forbidden = Answer::alibaba_error(403, "Forbidden.RAM");
    let server = Server::scripted([Answer::alibaba(json!({})), forbidden, cert("normal", "a"), missing()]).await;
    let client = client(&server.url());
    let turn = client.turn(&ctx(), REGION, "vpn-1").await.unwrap();
    client.delete_ssl_client_cert(&ctx(), REGION, turn, "vsc-1").await.unwrap();
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_create_whose_outcome_stays_unknown_says_so() {
    let request = CreateSslVpnClientCert {
        ssl_vpn_server_id: "vss-1".into(),
        name: Some("a".into()),
        client_token: ClientToken::new(),
    };
    for answer in [Answer::alibaba(json!({})), Answer::Drop] {
        // It is looked for as long as the operation may take.
        let server = Server::start(time_flies("DescribeSslVpnClientCerts", 2, move |_| answer.clone())).await;
        let error = client(&server.url()).create_ssl_client_cert(&ctx(), REGION, &request).await.unwrap_err();
        assert!(error.is_ambiguous(), "{error}");
        assert!(error.hint().unwrap().contains("import it, or delete it"), "{error}");
    }
}

#[tokio::test]
async fn while_its_token_is_worked_on_a_create_is_asked_for_again() {
    let request = CreateSslVpnClientCert {
        ssl_vpn_server_id: "vss-1".into(),
        name: Some("a".into()),
        client_token: ClientToken::new(),
    };
    for code in
        ["LastTokenProcessing", "OperationFailed.LastTokenProcessing", "OperationFailed.TaskConflict", "SystemBusy"]
    {
        let processing = vec![Answer::alibaba_error(400, code); 5];
        let made = Answer::alibaba(json!({"SslVpnClientCertId": "vsc-1"}));
        let server = Server::scripted([Answer::Drop].into_iter().chain(processing).chain([made])).await;
        let id = client(&server.url()).create_ssl_client_cert(&ctx(), REGION, &request).await;
        assert_eq!(id.unwrap(), "vsc-1", "{code}");
        let tokens: Vec<_> = server.requests().iter().map(|request| request.param("ClientToken").unwrap()).collect();
        assert_eq!(tokens, vec![request.client_token.to_string(); 7], "{code}");
    }
}
