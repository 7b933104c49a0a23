//! What the provider holds while it reads many objects.

use std::fs;
use std::time::Duration;

use cloudvpn::plugin::proto::tfplugin6 as pb;
use cloudvpn::plugin::proto::tfplugin6::provider_client::ProviderClient;
use cloudvpn_mock::{MockHandle, Options};
use futures_util::stream::{self, StreamExt};
use serde_json::{Map, Value, json};
use tonic::transport::Channel;

use crate::client::{Plugin, configure, plugin_command, provider};

/// A refresh holds one listing of what it reads, which is what keeps its calls few, and nothing else that grows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_of_5000_tunnels_holds_one_listing() {
    let [few, _] = peaks_of_reading(500).await;
    let [many, again] = peaks_of_reading(5000).await;
    // A tunnel takes about 2.5 KiB.
    assert!(many - few < 4 * 4500, "{few} KiB for 500 tunnels, {many} KiB for 5000");
    assert!(again - many < 4 * 1024, "{many} KiB for 5000 tunnels, {again} KiB for the same once more");
}

/// The peak of resident memory, in KiB, of a provider that reads this many tunnels, and when it has read them again.
async fn peaks_of_reading(count: usize) -> [u64; 2] {
    // An API that answers at once would leave the reads before the listing no time to come together.
    let options = Options { seed: Some(world(count)), latency: Duration::from_millis(20), ..Options::default() };
    let mock = MockHandle::spawn(options).unwrap();
    let temp = tempfile::tempdir().unwrap();
    let mut command = plugin_command(&temp);
    command.envs(mock.env());
    let plugin = Plugin::spawn(command, temp).await;
    let mut client = provider(plugin.connect_plain().await);
    configure(&mut client).await;

    let mut peaks = [0; 2];
    for peak in &mut peaks {
        mock.clear_calls();
        let reads = (0..count).map(|n| read(client.clone(), n));
        let found = stream::iter(reads).buffer_unordered(AT_ONCE).filter(|found| std::future::ready(*found)).count();
        assert_eq!(found.await, count);
        // They come from one listing, which is what memory is needed for. The ten reads that earn it may each be a call on a busy machine.
        assert!(mock.calls().len() <= count / 100 + 15, "{} calls for {count} tunnels", mock.calls().len());
        let status = fs::read_to_string(format!("/proc/{}/status", plugin.child.id().unwrap())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        *peak = line.trim().trim_end_matches(" kB").parse().unwrap();
    }
    peaks
}

/// Imports a tunnel and reads it, as `terraform plan` with an import block does; whether it is there.
async fn read(mut client: ProviderClient<Channel>, n: usize) -> bool {
    let type_name = "cloudvpn_tencent_connection".to_owned();
    let request = pb::import_resource_state::Request { type_name: type_name.clone(), id: id(n), ..Default::default() };
    let imported = client.import_resource_state(request).await.unwrap().into_inner();
    let state = imported.imported_resources.into_iter().next().unwrap().state;
    let request = pb::read_resource::Request { type_name, current_state: state, ..Default::default() };
    let read = client.read_resource(request).await.unwrap().into_inner();
    assert_eq!(read.diagnostics, []);
    // A lone nil of MessagePack is an object that is gone.
    read.new_state.is_some_and(|state| state.msgpack.len() > 1)
}

fn id(n: usize) -> String {
    format!("vpnx-{n:08}")
}

/// A region with this many tunnels.
fn world(count: usize) -> Value {
    let tunnels: Map<_, _> = (0..count).map(|n| (id(n), tunnel(n))).collect();
    json!({"tencent": {"ap-guangzhou": {"vpn_connections": tunnels}}})
}

fn tunnel(n: usize) -> Value {
    json!({
        "VpnConnectionId": id(n), "VpnConnectionName": format!("tunnel-{n}"), "VpcId": "vpc-mock0001",
        "VpnGatewayId": "vpngw-mock0001", "CustomerGatewayId": format!("cgw-{n:08}"), "PreShareKey": "a pre-shared key",
        "RouteType": "STATIC", "State": "AVAILABLE", "NetStatus": "AVAILABLE", "CreatedTime": "2026-01-02 03:04:05",
        "SecurityPolicyDatabaseSet": [{"LocalCidrBlock": "10.0.0.0/24", "RemoteCidrBlock": ["192.168.0.0/24"]}],
        "IKEOptionsSpecification": {
            "IKEVersion": "IKEV2", "PropoEncryAlgorithm": "AES-CBC-256", "PropoAuthenAlgorithm": "SHA-256",
            "ExchangeMode": "MAIN", "DhGroupName": "GROUP14", "IKESaLifetimeSeconds": 86400,
            "LocalIdentity": "ADDRESS", "LocalAddress": "203.0.113.1", "LocalFqdnName": "",
            "RemoteIdentity": "ADDRESS", "RemoteAddress": "198.51.100.1", "RemoteFqdnName": "",
        },
        "IPSECOptionsSpecification": {
            "EncryptAlgorithm": "AES-CBC-256", "IntegrityAlgorith": "SHA-256", "PfsDhGroup": "DH-GROUP14",
            "IPSECSaLifetimeSeconds": 3600, "IPSECSaLifetimeTraffic": 1_843_200,
        },
        "EnableHealthCheck": false, "DpdEnable": 0, "DpdTimeout": "30", "DpdAction": "clear",
        "NegotiationType": "active", "TagSet": [{"Key": "team", "Value": "net"}],
    })
}

/// Terraform's parallelism.
const AT_ONCE: usize = 10;
