//! What one tunnel costs: its value on the wire, its plan, the signature of a call; and a hundred of them read together.

use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;
use cloudvpn::cloud::tencent::{Client, Config, DescribeVpnConnections};
use cloudvpn::cloud::{CancellationToken, Credentials, Ctx};
use cloudvpn::framework::codec::{self, json, msgpack};
use cloudvpn::framework::schema::Schema;
use cloudvpn::framework::server::{ClientCapabilities, ConfigureRequest, DynamicValue, PlanRequest, Server, Session};
use cloudvpn::provider::Cloudvpn;
use cloudvpn_mock::{MockHandle, Options, TENCENT_REGION, TENCENT_SECRET_ID, TENCENT_SECRET_KEY};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

criterion_group!(benches, codec_of_a_tunnel, plan_of_a_tunnel, signature_of_a_call, a_hundred_reads);
criterion_main!(benches);

fn codec_of_a_tunnel(criterion: &mut Criterion) {
    let schema = schema();
    let bytes = tunnel(&schema, "a").msgpack;
    let value = msgpack::decode(&bytes, schema.ty()).expect("just encoded");
    criterion.bench_function("decode a tunnel", |b| b.iter(|| msgpack::decode(black_box(&bytes), schema.ty())));
    criterion.bench_function("encode a tunnel", |b| b.iter(|| msgpack::encode(black_box(&value), schema.ty())));
}

fn plan_of_a_tunnel(criterion: &mut Criterion) {
    let (runtime, schema) = (runtime(), schema());
    let session = configured(&runtime);
    let config = encoded(&schema, configuration("b"));
    let request = || PlanRequest {
        type_name: TUNNEL.to_owned(),
        prior_state: tunnel(&schema, "a"),
        proposed_new_state: tunnel(&schema, "b"),
        config: config.clone(),
        prior_private: Bytes::new(),
        capabilities: ClientCapabilities::default(),
    };
    let planned = runtime.block_on(session.plan_resource_change(request()));
    assert!(!planned.diagnostics.has_errors(), "{:?}", planned.diagnostics);
    criterion.bench_function("plan a tunnel", |b| {
        b.iter_batched(
            request,
            |request| runtime.block_on(session.plan_resource_change(request)),
            BatchSize::SmallInput,
        );
    });
}

fn signature_of_a_call(criterion: &mut Criterion) {
    let client = client(None);
    let ids = (0..100).map(|i| format!("vpnx-{i:08}")).collect();
    let request = DescribeVpnConnections { vpn_connection_ids: Some(ids), limit: Some(100), ..Default::default() };
    criterion.bench_function("write and sign a call with 100 ids", |b| {
        b.iter(|| client.signed_length(TENCENT_REGION, black_box(&request)).expect("a call that can be signed"));
    });
}

fn a_hundred_reads(criterion: &mut Criterion) {
    let runtime = runtime();
    let tunnels = (0..100)
        .map(|i| (format!("vpnx-{i:08}"), json!({ "VpnConnectionId": format!("vpnx-{i:08}"), "State": "AVAILABLE" })));
    let tunnels: serde_json::Map<String, Value> = tunnels.collect();
    let ids: Vec<_> = tunnels.keys().cloned().collect();
    let mock = MockHandle::spawn(Options { any_parent: true, ..Options::default() }).expect("a free port");
    mock.patch_state(&json!({ "tencent": { TENCENT_REGION: { "vpn_connections": tunnels } } })).expect("a patch");
    mock.rates([("*", 0)]);
    let ctx = Ctx::new(std::time::Duration::from_secs(3600), CancellationToken::new());
    criterion.bench_function("read 100 tunnels together", |b| {
        b.iter(|| {
            // A new client each time: what was listed is not known yet.
            let client = client(Some(mock.url()));
            runtime.block_on(async {
                let reads: Vec<_> = ids
                    .iter()
                    .cloned()
                    .map(|id| {
                        let (client, ctx) = (client.clone(), ctx.clone());
                        tokio::spawn(async move { client.connection(&ctx, TENCENT_REGION, &id).await })
                    })
                    .collect();
                for read in reads {
                    read.await.expect("no panic").expect("an answer").expect("a tunnel");
                }
            });
        });
    });
}

const TUNNEL: &str = "cloudvpn_tencent_connection";

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

fn client(endpoint: Option<String>) -> Client {
    Client::new(Config {
        credentials: Credentials::new(TENCENT_SECRET_ID, TENCENT_SECRET_KEY).into(),
        endpoint: endpoint.map(|url| url.parse().expect("the mock's URL")),
        requests_per_second: std::num::NonZeroU32::new(1000),
        ..Config::default()
    })
}

fn configured(runtime: &Runtime) -> Session {
    let server = Server::new(Cloudvpn);
    let config = encoded(&server.schema().provider, json!({}));
    let session = server.session();
    let capabilities = ClientCapabilities::default();
    let request = ConfigureRequest { terraform_version: "1.11.4".to_owned(), config, capabilities };
    let diagnostics = runtime.block_on(session.configure_provider(request));
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    session
}

fn schema() -> Arc<Schema> {
    Arc::clone(&Server::new(Cloudvpn).schema().resources[TUNNEL])
}

fn encoded(schema: &Schema, value: Value) -> DynamicValue {
    let value = json::decode_state_value(&value, schema).expect("a value of the schema");
    codec::encode_dynamic(&value, schema.ty()).expect("a value of the schema")
}

/// As somebody writes it.
fn configuration(name: &str) -> Value {
    json!({
        "name": name,
        "vpc_id": "vpc-mock0001",
        "gateway_id": "vpngw-mock0001",
        "customer_gateway_id": "cgw-mock0001",
        "pre_shared_key": "a pre-shared key",
        "security_policies": [{ "local_cidr": "10.0.0.0/16", "remote_cidrs": ["192.168.0.0/24", "192.168.1.0/24"] }],
        "tags": { "team": "net" },
    })
}

/// As the state has it.
fn tunnel(schema: &Schema, name: &str) -> DynamicValue {
    let mut value = configuration(name);
    let computed = json!({
        "id": "vpnx-00000001",
        "region": TENCENT_REGION,
        "tags_all": { "team": "net" },
        "state": "AVAILABLE",
        "net_status": "AVAILABLE",
        "created_at": "2026-01-01 00:00:00",
    });
    let members = value.as_object_mut().expect("an object");
    members.extend(computed.as_object().expect("an object").clone());
    encoded(schema, value)
}
