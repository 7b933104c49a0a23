//! MoveResourceState, with each way in which Terraform and OpenTofu name the provider that a state is from.

use cloudvpn::plugin::proto::tfplugin6 as pb;

use crate::client::{Plugin, provider};

/// Terraform says the whole address. So does OpenTofu, with its own host, from 1.11.12 and 1.12.4 on; before, the first word of the type.
fn spellings(name: &str, word: &str) -> Vec<String> {
    let hosts = ["registry.terraform.io", "registry.opentofu.org", "mirror.example:8443"];
    hosts.iter().map(|host| format!("{host}/{name}")).chain([word.to_owned()]).collect()
}

async fn moved(
    source: &str,
    type_name: &str,
    version: i64,
    state: &str,
    target: &str,
) -> pb::move_resource_state::Response {
    let plugin = Plugin::start_without_tls().await;
    let request = pb::move_resource_state::Request {
        source_provider_address: source.to_owned(),
        source_type_name: type_name.to_owned(),
        source_schema_version: version,
        source_state: Some(pb::RawState { json: state.as_bytes().to_vec().into(), ..Default::default() }),
        target_type_name: target.to_owned(),
        ..Default::default()
    };
    provider(plugin.connect_plain().await).move_resource_state(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn a_state_is_taken_whatever_its_provider_is_called() {
    let tencent = ("tencentcloud_vpn_customer_gateway", r#"{"id": "cgw-1", "public_ip_address": "192.0.2.1"}"#);
    let alibaba = ("alicloud_vpn_customer_gateway", r#"{"id": "cgw-1", "ip_address": "192.0.2.1"}"#);
    let ours = (
        "cloudvpn_tencent_customer_gateway",
        r#"{"id": "cgw-1", "ip_address": "192.0.2.1", "region": "ap-guangzhou"}"#,
    );
    for (names, word, (type_name, state), target) in [
        (vec!["tencentcloudstack/tencentcloud"], "tencentcloud", tencent, "cloudvpn_tencent_customer_gateway"),
        (vec!["aliyun/alicloud", "hashicorp/alicloud"], "alicloud", alibaba, "cloudvpn_alibaba_customer_gateway"),
        (vec!["cloudvpn/cloudvpn", "acme/fork"], "cloudvpn", ours, "cloudvpn_tencent_customer_gateway"),
    ] {
        for source in names.iter().flat_map(|name| spellings(name, word)) {
            let response = moved(&source, type_name, 0, state, target).await;
            assert!(response.diagnostics.is_empty(), "{source}: {:?}", response.diagnostics);
            let state = response.target_state.unwrap().msgpack;
            let text = String::from_utf8_lossy(&state);
            assert!(text.contains("cgw-1") && text.contains("192.0.2.1"), "{source}: {text}");
            let later = moved(&source, type_name, 7, state_of(type_name), target).await;
            assert!(!later.diagnostics.is_empty() && later.target_state.is_none(), "{source}: a later version");
        }
    }
    let somebody =
        moved("registry.terraform.io/acme/tencentcloud", tencent.0, 0, tencent.1, "cloudvpn_tencent_customer_gateway")
            .await;
    assert!(somebody.target_state.is_none());
    assert!(somebody.diagnostics[0].detail.contains("cannot become"), "{:?}", somebody.diagnostics);
}

fn state_of(type_name: &str) -> &'static str {
    if type_name.starts_with("cloudvpn") { r#"{"id": "cgw-1"}"# } else { "{}" }
}
