//! Mutual TLS between Terraform and the provider.

use cloudvpn::plugin::proto::tfplugin6::get_provider_schema;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ProtocolVersion};
use tonic::Status;
use tonic::transport::Channel;

use crate::client::{Identity, Plugin, provider};

/// Connects, makes a call and gives the connection. With TLS 1.3, a refused client learns of it with the first answer.
async fn call(plugin: &Plugin, config: ClientConfig) -> Result<Channel, Status> {
    let channel = plugin.connect_tls(config).await.map_err(|e| Status::unavailable(e.to_string()))?;
    provider(channel.clone()).get_provider_schema(get_provider_schema::Request {}).await?;
    Ok(channel)
}

#[tokio::test]
async fn the_owner_of_the_certificate_is_served_over_both_versions() {
    let identity = Identity::new();
    let plugin = Plugin::start(&identity).await;
    // The first stays, since a provider that nobody is connected to ends.
    let mut served = Vec::new();
    for version in [&TLS12, &TLS13] {
        served.push(call(&plugin, plugin.tls_config(Some(&identity), &[version])).await.unwrap());
    }
}

#[tokio::test]
async fn others_are_refused_and_the_owner_is_still_served() {
    let (owner, other) = (Identity::new(), Identity::new());
    let plugin = Plugin::start(&owner).await;
    let thief = owner.stolen_by(&other);
    for version in [&TLS12, &TLS13] {
        for (who, identity) in [("no certificate", None), ("another", Some(&other)), ("no key", Some(&thief))] {
            let outcome = call(&plugin, plugin.tls_config(identity, &[version])).await;
            assert!(outcome.is_err(), "{who} was let in over {version:?}");
        }
    }
    call(&plugin, plugin.tls_config(Some(&owner), rustls::DEFAULT_VERSIONS)).await.unwrap();
}

#[tokio::test]
async fn a_client_that_says_nothing_holds_nobody_up() {
    let identity = Identity::new();
    let plugin = Plugin::start(&identity).await;
    let _silent = tokio::net::UnixStream::connect(&plugin.socket).await.unwrap();
    call(&plugin, plugin.tls_config(Some(&identity), rustls::DEFAULT_VERSIONS)).await.unwrap();
}

#[tokio::test]
async fn http2_is_agreed_upon_in_the_tls_handshake() {
    let identity = Identity::new();
    let plugin = Plugin::start(&identity).await;
    let mut connected = Vec::new();
    for (version, expected) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        let stream = plugin.tls(plugin.tls_config(Some(&identity), &[version])).await.unwrap();
        let (_, session) = stream.get_ref();
        assert_eq!(session.protocol_version(), Some(expected));
        assert_eq!(session.alpn_protocol(), Some(&b"h2"[..]));
        // A provider that nobody is connected to ends.
        connected.push(stream);
    }
}

#[tokio::test]
async fn every_process_has_a_certificate_of_its_own() {
    let identity = Identity::new();
    let (one, two) = (Plugin::start(&identity).await, Plugin::start(&identity).await);
    assert_ne!(one.certificate, two.certificate);
}
