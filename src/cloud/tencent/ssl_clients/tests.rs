use serde_json::{Value, json};

use super::*;
use crate::cloud::tencent::client::tests::{client, ctx};
use crate::cloud::tencent::ssl_servers::tests::{acknowledged, service, task};
use crate::cloud::testing::Answer;

const REGION: &str = "ap-guangzhou";
const ID: &str = "vpnc-1";

fn clients(set: &[Value]) -> Answer {
    Answer::tencent(json!({"TotalCount": set.len(), "SslVpnClientSet": set}))
}

fn it(cert_status: i64, state: &str) -> Value {
    json!({"SslVpnClientId": ID, "Name": "c", "CertStatus": cert_status, "State": state})
}

fn request() -> CreateVpnGatewaySslClient {
    CreateVpnGatewaySslClient {
        ssl_vpn_server_id: "vpns-1".into(),
        ssl_vpn_client_name: Some("c".into()),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_new_client_is_ready_with_its_certificate() {
    let server = service(&[
        ("DescribeVpnGatewaySslClients", vec![clients(&[]), clients(&[it(0, "6")]), clients(&[it(1, "6")])]),
        ("CreateVpnGatewaySslClient", vec![Answer::tencent(json!({"TaskId": 1, "SslVpnClientId": ID}))]),
        ("DescribeVpcTaskResult", vec![task("SUCCESS")]),
    ])
    .await;
    let client = client(&server.url());
    assert_eq!(client.create_ssl_client(&ctx(), REGION, &request()).await.unwrap(), ID);
    let found = client.wait_ssl_client(&ctx(), REGION, ID).await.unwrap();
    assert_eq!((found.cert_status, found.state), (Some(1), Some(6)));
    let filters = &server.requests()[0].json()["Filters"];
    let expected = json!([
        {"Name": "ssl-vpn-server-id", "Values": ["vpns-1"]},
        {"Name": "ssl-vpn-client-name", "Values": ["c"]},
    ]);
    assert_eq!(*filters, expected);
}

#[tokio::test]
async fn a_client_made_by_a_create_of_unknown_outcome_is_adopted_by_its_name() {
    let other = json!({"SslVpnClientId": "vpnc-2", "Name": "c2", "State": "0"});
    let server = service(&[
        ("DescribeVpnGatewaySslClients", vec![clients(&[]), clients(&[other, it(0, "0")])]),
        ("CreateVpnGatewaySslClient", vec![Answer::Drop]),
    ])
    .await;
    assert_eq!(client(&server.url()).create_ssl_client(&ctx(), REGION, &request()).await.unwrap(), ID);
}

#[tokio::test]
async fn enabling_what_is_enabled_is_fine_and_an_abnormal_certificate_is_not() {
    const ALREADY: &str = "UnsupportedOperation.SSLClientCertAlreadyEnableOrCertAbnormal";
    const NEITHER: &str = "UnsupportedOperation.SSLClientCertAlreadyDisableOrCertAbnormal";
    for (enabled, action, code, status, fine) in [
        (true, "EnableVpnGatewaySslClientCert", ALREADY, 1, true),
        (true, "EnableVpnGatewaySslClientCert", ALREADY, 3, false),
        (false, "DisableVpnGatewaySslClientCert", NEITHER, 2, true),
        (false, "DisableVpnGatewaySslClientCert", NEITHER, 1, false),
    ] {
        let server = service(&[
            (action, vec![Answer::tencent_error(code)]),
            ("DescribeVpnGatewaySslClients", vec![clients(&[it(status, "6")])]),
        ])
        .await;
        let outcome = client(&server.url()).enable_ssl_client(&ctx(), REGION, ID, enabled).await;
        assert_eq!(outcome.is_ok(), fine, "{action} {status}");
        if let Err(error) = outcome {
            assert!(error.message().contains(&format!("the certificate is {}", CertStatus::from(status))), "{error}");
        }
    }
}

#[tokio::test]
async fn a_failed_task_of_disabling_or_deleting_is_an_error() {
    let server = service(&[
        ("DisableVpnGatewaySslClientCert", vec![acknowledged()]),
        ("DeleteVpnGatewaySslClient", vec![acknowledged()]),
        ("DescribeVpcTaskResult", vec![task("FAILED")]),
        ("DescribeVpnGatewaySslClients", vec![clients(&[it(1, "6")])]),
    ])
    .await;
    let client = client(&server.url());
    for error in [
        client.enable_ssl_client(&ctx(), REGION, ID, false).await.unwrap_err(),
        client.delete_ssl_client(&ctx(), REGION, ID).await.unwrap_err(),
    ] {
        assert!(error.message().contains("task 8888 failed: what went on"), "{error}");
    }
}

#[tokio::test]
async fn a_deletion_ends_when_nothing_is_left_of_the_client() {
    let server = service(&[
        ("DeleteVpnGatewaySslClient", vec![acknowledged()]),
        ("DescribeVpnGatewaySslClients", vec![clients(&[it(1, "4")]), clients(&[])]),
    ])
    .await;
    client(&server.url()).delete_ssl_client(&ctx(), REGION, ID).await.unwrap();
    assert_eq!(server.actions().len(), 3);

    let server = service(&[(
        "DeleteVpnGatewaySslClient",
        vec![Answer::tencent_error("UnsupportedOperation.SslVpnClientIdNotFound")],
    )])
    .await;
    client(&server.url()).delete_ssl_client(&ctx(), REGION, ID).await.unwrap();
}

#[tokio::test]
async fn a_configuration_is_read_as_a_list_or_as_text_and_never_shown() {
    let config = json!({
        "SslVpnClientId": ID, "SslVpnClientConfiguration": "hidden-config", "SslVpnRootCert": "ca",
        "SslVpnCert": "cert", "SslVpnKey": "hidden-key",
    });
    for answer in [
        json!({"SslClientConfig": [config], "SslClientConfigsSet": ""}),
        json!({"SslClientConfig": null, "SslClientConfigsSet": json!([config]).to_string()}),
    ] {
        let server = service(&[("DownloadVpnGatewaySslClientCert", vec![Answer::tencent(answer)])]).await;
        let found = client(&server.url()).download_ssl_client(&ctx(), REGION, ID).await.unwrap().unwrap();
        assert!(!format!("{found:?}").contains("hidden"), "{found:?}");
        assert_eq!(found.ssl_vpn_key.unwrap().expose_secret(), "hidden-key");
        assert_eq!(found.ssl_vpn_root_cert.as_deref(), Some("ca"));
    }
    for answer in [
        json!({}),
        json!({"SslClientConfigsSet": "hidden-key"}),
        json!({"SslClientConfig": [{"SslVpnClientId": "vpnc-2", "SslVpnKey": "hidden-key"}]}),
    ] {
        let server = service(&[("DownloadVpnGatewaySslClientCert", vec![Answer::tencent(answer)])]).await;
        let error = client(&server.url()).download_ssl_client(&ctx(), REGION, ID).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hidden"), "{error}");
    }
    let gone = Answer::tencent_error("UnsupportedOperation.SslVpnClientIdNotFound");
    let server = service(&[("DownloadVpnGatewaySslClientCert", vec![gone])]).await;
    assert!(client(&server.url()).download_ssl_client(&ctx(), REGION, ID).await.unwrap().is_none());
}
