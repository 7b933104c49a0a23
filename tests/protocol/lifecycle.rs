//! How a provider ends: asked to, left alone, or signalled.

use std::time::Instant;

use cloudvpn::plugin::proto::go_plugin::grpc_broker_client::GrpcBrokerClient;
use cloudvpn::plugin::proto::go_plugin::grpc_controller_client::GrpcControllerClient;
use cloudvpn::plugin::proto::go_plugin::grpc_stdio_client::GrpcStdioClient;
use cloudvpn::plugin::proto::go_plugin::{ConnInfo, Empty};
use cloudvpn::plugin::proto::tfplugin6::get_provider_schema;
use tokio_stream::StreamExt;

use crate::client::{Identity, Plugin, TERRAFORM_KILLS_AFTER, provider};

#[tokio::test]
async fn shutdown_ends_the_process_while_streams_are_open() {
    let identity = Identity::new();
    let mut plugin = Plugin::start(&identity).await;
    let channel = plugin.connect(&identity).await;
    let (_keep, requests) = tokio::sync::mpsc::channel::<ConnInfo>(1);
    let requests = tokio_stream::wrappers::ReceiverStream::new(requests);
    let broker = GrpcBrokerClient::new(channel.clone()).start_stream(requests).await.unwrap();
    let stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();

    let asked = Instant::now();
    GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
    let (code, _, stderr) = plugin.ended().await;
    assert!(asked.elapsed() < TERRAFORM_KILLS_AFTER, "{:?}", asked.elapsed());
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(!plugin.left_files());
    drop((broker, stdio));
}

#[tokio::test]
async fn an_open_stream_stays_silent() {
    let plugin = Plugin::start_without_tls().await;
    let channel = plugin.connect_plain().await;
    let mut stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap().into_inner();
    let silence = tokio::time::timeout(std::time::Duration::from_millis(200), stdio.next()).await;
    assert!(silence.is_err(), "{silence:?}");
}

#[tokio::test]
async fn a_broker_stream_ends_with_the_clients_half() {
    let plugin = Plugin::start_without_tls().await;
    let channel = plugin.connect_plain().await;
    let request = tokio_stream::once(ConnInfo::default());
    let mut broker = GrpcBrokerClient::new(channel).start_stream(request).await.unwrap().into_inner();
    assert!(broker.next().await.is_none());
}

#[tokio::test]
async fn the_process_ends_when_its_client_has_gone() {
    let identity = Identity::new();
    let mut plugin = Plugin::start(&identity).await;
    let channel = plugin.connect(&identity).await;
    provider(channel.clone()).get_provider_schema(get_provider_schema::Request {}).await.unwrap();
    // Nothing says goodbye: the connection is closed, as the kernel does for a process that was killed.
    drop(channel);
    let (code, ..) = plugin.ended().await;
    assert_eq!(code, Some(0));
    assert!(!plugin.left_files());
}

#[tokio::test]
async fn a_refused_client_counts_as_none() {
    let identity = Identity::new();
    let mut plugin = Plugin::start(&identity).await;
    let refused = plugin.connect_tls(plugin.tls_config(None, rustls::DEFAULT_VERSIONS)).await;
    drop(refused);
    // Longer than a client that had been let in might be away.
    let ended = tokio::time::timeout(std::time::Duration::from_millis(1500), plugin.child.wait()).await;
    assert!(ended.is_err(), "{ended:?}");
    plugin.connect(&identity).await;
}

#[tokio::test]
async fn after_a_signal_the_process_ends_with_its_client_and_removes_the_socket() {
    for signal in [libc::SIGTERM, libc::SIGINT, libc::SIGHUP] {
        let mut plugin = Plugin::start_without_tls().await;
        let channel = plugin.connect_plain().await;
        let ask = || async { provider(channel.clone()).get_provider_schema(get_provider_schema::Request {}).await };
        ask().await.unwrap();
        plugin.signal(signal);
        // Terraform, which has the same signal, goes on until it has what it waits for.
        ask().await.unwrap();
        drop(channel);
        let (code, ..) = plugin.ended().await;
        assert_eq!(code, Some(128 + signal));
        assert!(!plugin.left_files());
    }
}

#[tokio::test]
async fn a_signal_right_after_the_handshake_leaves_no_socket_behind() {
    for signal in [libc::SIGTERM, libc::SIGINT, libc::SIGHUP, libc::SIGTERM, libc::SIGINT] {
        let mut plugin = Plugin::start_without_tls().await;
        plugin.signal(signal);
        let (code, ..) = plugin.ended().await;
        assert_eq!(code, Some(128 + signal));
        assert!(!plugin.left_files());
    }
}
