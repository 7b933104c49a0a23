//! Tests of `ssl_clients.rs`.

use serde_json::json;

use super::*;
use crate::cloud::tencent::client::tests::{client, ctx};
use crate::cloud::tencent::ssl_servers::tests::service;
use crate::cloud::testing::Answer;

const REGION: &str = "ap-guangzhou";
const ID: &str = "vpnc-1";

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
