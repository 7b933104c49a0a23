//! Calls over the protocol, as Terraform makes them.

use bytes::Bytes;
use cloudvpn::plugin::proto::tfplugin6::{self as pb, get_provider_schema};
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::client::{Identity, Plugin, configure, is_configured, plugin_command, provider};

#[tokio::test]
async fn the_schema_is_complete_enough_for_terraform() {
    let identity = Identity::new();
    let plugin = Plugin::start(&identity).await;
    let mut client = provider(plugin.connect(&identity).await);
    let first = client.get_provider_schema(get_provider_schema::Request {}).await.unwrap().into_inner();
    assert_eq!(first.diagnostics, []);
    // An absent block crashes Terraform.
    assert!(first.provider.as_ref().unwrap().block.is_some());
    assert!(first.resource_schemas.values().all(|s| s.block.is_some()));
    let capabilities = first.server_capabilities.unwrap();
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);

    let second = client.get_provider_schema(get_provider_schema::Request {}).await.unwrap().into_inner();
    assert_eq!(first, second);

    let metadata = client.get_metadata(pb::get_metadata::Request {}).await.unwrap().into_inner();
    let mut names: Vec<_> = metadata.resources.into_iter().map(|r| r.type_name).collect();
    names.sort();
    assert_eq!(names, first.resource_schemas.into_keys().collect::<Vec<_>>());
}

#[tokio::test]
async fn without_tls_everything_works_the_same() {
    let plugin = Plugin::start_without_tls().await;
    let mut client = provider(plugin.connect_plain().await);
    client.get_provider_schema(get_provider_schema::Request {}).await.unwrap();
}

#[tokio::test]
async fn the_configuration_outlives_a_broken_connection() {
    let plugin = Plugin::start_without_tls().await;
    let mut first = provider(plugin.connect_plain().await);
    assert!(!is_configured(&mut first).await);
    configure(&mut first).await;
    assert!(is_configured(&mut first).await);
    drop(first);
    assert!(is_configured(&mut provider(plugin.connect_plain().await)).await);
}

#[tokio::test]
async fn messages_above_four_mebibytes_are_read() {
    let identity = Identity::new();
    let plugin = Plugin::start(&identity).await;
    let mut client = provider(plugin.connect(&identity).await);
    // No value that makes sense: what counts is that an answer comes, not a status.
    let config = pb::DynamicValue { msgpack: Bytes::from(vec![0xc1; 9 << 20]), json: Bytes::new() };
    let request = pb::validate_provider_config::Request { config: Some(config) };
    let response = client.validate_provider_config(request).await.unwrap().into_inner();
    assert_eq!(response.diagnostics[0].severity, pb::diagnostic::Severity::Error as i32);
}

#[tokio::test]
async fn every_rpc_is_answered_even_for_types_that_do_not_exist() {
    let plugin = Plugin::start_without_tls().await;
    let mut client = provider(plugin.connect_plain().await);
    let type_name = "cloudvpn_no_such_thing".to_owned();

    macro_rules! refused {
        ($($rpc:ident { $($field:ident),* })*) => {$({
            let request = pb::$rpc::Request { $($field: type_name.clone(),)* ..Default::default() };
            let response = client.$rpc(request).await.unwrap().into_inner();
            assert!(response.diagnostics.iter().any(|d| d.severity == 1), "{} reports no error", stringify!($rpc));
        })*};
    }
    refused! {
        validate_resource_config { type_name }
        upgrade_resource_state { type_name }
        upgrade_resource_identity { type_name }
        read_resource { type_name }
        plan_resource_change { type_name }
        apply_resource_change { type_name }
        import_resource_state { type_name }
        move_resource_state { target_type_name }
        validate_data_resource_config { type_name }
        read_data_source { type_name }
        validate_ephemeral_resource_config { type_name }
        open_ephemeral_resource { type_name }
        renew_ephemeral_resource { type_name }
        close_ephemeral_resource { type_name }
        validate_list_resource_config { type_name }
        validate_action_config { action_type }
        plan_action { action_type }
    }

    let request = pb::call_function::Request { name: type_name.clone(), arguments: Vec::new() };
    assert!(client.call_function(request).await.unwrap().into_inner().error.is_some());

    let request = pb::list_resource::Request { type_name: type_name.clone(), ..Default::default() };
    let mut events = client.list_resource(request).await.unwrap().into_inner();
    assert_eq!(events.message().await.unwrap().unwrap().diagnostic[0].severity, 1);
    assert_eq!(events.message().await.unwrap(), None);

    let request = pb::invoke_action::Request { action_type: type_name, ..Default::default() };
    let mut events = client.invoke_action(request).await.unwrap().into_inner();
    match events.message().await.unwrap().unwrap().r#type {
        Some(pb::invoke_action::event::Type::Completed(completed)) => assert_eq!(completed.diagnostics[0].severity, 1),
        other => panic!("{other:?}"),
    }
    assert_eq!(events.message().await.unwrap(), None);

    let identities = client.get_resource_identity_schemas(pb::get_resource_identity_schemas::Request {}).await;
    assert_eq!(identities.unwrap().into_inner().diagnostics, []);
    let functions = client.get_functions(pb::get_functions::Request {}).await;
    assert_eq!(functions.unwrap().into_inner().diagnostics, []);
    let stopped = client.stop_provider(pb::stop_provider::Request {}).await.unwrap();
    assert_eq!(stopped.into_inner().error, "");
}

#[tokio::test]
async fn a_state_that_cannot_be_read_is_given_back_as_it_was() {
    let plugin = Plugin::start_without_tls().await;
    let mut client = provider(plugin.connect_plain().await);
    let state = Some(pb::DynamicValue { msgpack: Bytes::from_static(b"\x81\xa2id\xa1x"), json: Bytes::new() });
    let private = Bytes::from_static(b"private");
    let response = client
        .read_resource(pb::read_resource::Request {
            type_name: "cloudvpn_no_such_thing".to_owned(),
            current_state: state.clone(),
            private: private.clone(),
            ..Default::default()
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!((response.new_state, response.private), (state, private));
}

#[tokio::test]
async fn state_stores_and_generated_configuration_are_unimplemented() {
    let plugin = Plugin::start_without_tls().await;
    let mut client = provider(plugin.connect_plain().await);

    macro_rules! absent {
        ($($rpc:ident)*) => {$({
            let status = client.$rpc(pb::$rpc::Request::default()).await.unwrap_err();
            assert_eq!(status.code(), Code::Unimplemented, "{}", stringify!($rpc));
        })*};
    }
    absent! {
        generate_resource_config validate_state_store_config configure_state_store read_state_bytes lock_state unlock_state
        get_states delete_state
    }
    let chunks = tokio_stream::once(pb::write_state_bytes::RequestChunk::default());
    assert_eq!(client.write_state_bytes(chunks).await.unwrap_err().code(), Code::Unimplemented);
}

#[tokio::test]
async fn health_is_told_under_the_name_plugin() {
    let plugin = Plugin::start_without_tls().await;
    let mut health = HealthClient::new(plugin.connect_plain().await);
    let answer = health.check(HealthCheckRequest { service: "plugin".to_owned() }).await.unwrap();
    assert_eq!(answer.into_inner().status(), ServingStatus::Serving);
    let unknown = health.check(HealthCheckRequest { service: "x".to_owned() }).await;
    assert_eq!(unknown.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_log_is_written_only_when_asked_for_and_is_hclog() {
    for (level, expected) in [(None, false), (Some("OFF"), false), (Some("DEBUG"), true)] {
        let temp = tempfile::tempdir().unwrap();
        let mut command = plugin_command(&temp);
        level.map(|level| command.env("TF_LOG", level));
        let mut plugin = Plugin::spawn(command, temp).await;
        let mut client = provider(plugin.connect_plain().await);
        let request = pb::validate_resource_config::Request { type_name: "x".to_owned(), ..Default::default() };
        client.validate_resource_config(request).await.unwrap();
        plugin.signal(libc::SIGTERM);
        let (_, _, stderr) = plugin.ended().await;
        let lines: Vec<serde_json::Value> = stderr.lines().map(|l| serde_json::from_str(l).expect(l)).collect();
        assert_eq!(!lines.is_empty(), expected, "{stderr}");
        let finished = lines.iter().find(|l| l["@message"] == "RPC finished");
        assert_eq!(finished.is_some(), expected, "{stderr}");
        if let Some(line) = finished {
            assert_eq!(line["@level"], "debug");
            assert_eq!(line["tf_rpc"], "ValidateResourceConfig");
            assert_eq!(line["tf_resource_type"], "x");
            assert!(line["tf_req_id"].is_string() && line["tf_req_duration_ms"].is_u64(), "{line}");
        }
    }
}
