//! Signals while an API is slow to answer.

use cloudvpn::plugin::proto::tfplugin6 as pb;
use cloudvpn::plugin::proto::tfplugin6::provider_client::ProviderClient;
use cloudvpn_mock::{Fault, MockHandle, Options};
use serde_json::{Map, Value, json};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tonic::transport::Channel;

use crate::client::{PATIENCE, Plugin, configure, plugin_command, provider};

/// What is made here, one of each cloud, and where the mock keeps it.
const KINDS: [(&str, &str, &str); 2] = [
    ("cloudvpn_tencent_customer_gateway", "CreateCustomerGateway", "/tencent/ap-guangzhou/customer_gateways"),
    ("cloudvpn_alibaba_customer_gateway", "CreateCustomerGateway", "/alibaba/cn-hangzhou/customer_gateways"),
];

const SIGNALS: [i32; 3] = [libc::SIGTERM, libc::SIGINT, libc::SIGHUP];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_create_that_a_signal_meets_is_answered_with_its_id() {
    for (kind, action, place) in KINDS {
        for signal in SIGNALS {
            let mut running = Running::new().await;
            running.mock.fault(action, 1, Fault::DelayMs(2000));
            let create = running.create(kind).await;
            running.called(action).await;
            running.plugin.signal(signal);

            let response = timeout(PATIENCE, create).await.unwrap().unwrap().unwrap();
            let made = running.mock.state().pointer(place).unwrap().as_object().unwrap().clone();
            let id = made.keys().find(|id| contains(&response.new_state, id));
            assert!(id.is_some(), "{kind}, signal {signal}: none of {made:?} in {response:?}");

            running.client = None;
            let (code, ..) = running.plugin.ended().await;
            assert_eq!(code, Some(128 + signal), "{kind}");
            assert!(!running.plugin.left_files());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_signal_does_not_wait_for_an_answer() {
    for (kind, action, _) in KINDS {
        for signal in SIGNALS {
            let mut running = Running::new().await;
            running.mock.fault(action, 1, Fault::DelayMs(3_600_000));
            let create = running.create(kind).await;
            running.called(action).await;
            running.plugin.signal(libc::SIGINT);
            running.is_called_off(kind).await;
            running.plugin.signal(signal);
            let (code, ..) = running.plugin.ended().await;
            assert_eq!(code, Some(128 + signal), "{kind}");
            assert!(create.await.unwrap().is_err());
            assert!(!running.plugin.left_files());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_begun_after_a_signal() {
    for (kind, action, place) in KINDS {
        let running = Running::new().await;
        running.plugin.signal(libc::SIGTERM);
        running.is_called_off(kind).await;
        let response = running.create(kind).await.await.unwrap().unwrap();
        assert_eq!(response.diagnostics[0].severity, pb::diagnostic::Severity::Error as i32);
        assert_eq!(running.mock.calls().iter().filter(|call| call.action == action).count(), 0);
        let made = running.mock.state().pointer(place).and_then(Value::as_object).map_or(0, Map::len);
        assert_eq!(made, running.before.pointer(place).and_then(Value::as_object).map_or(0, Map::len));
    }
}

/// A provider with a client, and what it works on.
struct Running {
    mock: MockHandle,
    /// The mock's state at the beginning.
    before: Value,
    plugin: Plugin,
    client: Option<ProviderClient<Channel>>,
}

impl Running {
    async fn new() -> Self {
        let mock = MockHandle::spawn(Options::default()).unwrap();
        let temp = tempfile::tempdir().unwrap();
        let mut command = plugin_command(&temp);
        command.envs(mock.env());
        let plugin = Plugin::spawn(command, temp).await;
        let mut client = provider(plugin.connect_plain().await);
        configure(&mut client).await;
        Self { before: mock.state(), mock, plugin, client: Some(client) }
    }

    fn client(&self) -> ProviderClient<Channel> {
        self.client.clone().expect("the client is there until a test hangs up")
    }

    /// Starts to make an object of a kind.
    async fn create(&self, kind: &str) -> JoinHandle<Result<pb::apply_resource_change::Response, tonic::Status>> {
        let mut client = self.client();
        let schema = client.get_provider_schema(pb::get_provider_schema::Request {}).await.unwrap().into_inner();
        let block = schema.resource_schemas[kind].block.clone().unwrap();
        let names =
            block.attributes.into_iter().map(|a| a.name).chain(block.block_types.into_iter().map(|b| b.type_name));
        let mut config: Map<_, _> = names.map(|name| (name, Value::Null)).collect();
        config.insert("name".to_owned(), json!("made-by-a-test"));
        config.insert("ip_address".to_owned(), json!("198.51.100.99"));

        let [config, nothing] = [Value::Object(config), Value::Null]
            .map(|value| Some(pb::DynamicValue { json: value.to_string().into(), ..Default::default() }));
        let request = pb::plan_resource_change::Request {
            type_name: kind.to_owned(),
            prior_state: nothing.clone(),
            proposed_new_state: config.clone(),
            config: config.clone(),
            ..Default::default()
        };
        let planned = client.plan_resource_change(request).await.unwrap().into_inner();
        let request = pb::apply_resource_change::Request {
            type_name: kind.to_owned(),
            prior_state: nothing,
            planned_state: planned.planned_state,
            planned_private: planned.planned_private,
            config,
            ..Default::default()
        };
        tokio::spawn(async move { client.apply_resource_change(request).await.map(tonic::Response::into_inner) })
    }

    /// Waits until the API was asked for this.
    async fn called(&self, action: &str) {
        eventually(async || self.mock.calls().iter().any(|call| call.action == action)).await;
    }

    /// Waits until the provider has seen a signal: what needs the API fails then.
    async fn is_called_off(&self, kind: &str) {
        let mut client = self.client();
        let request = pb::import_resource_state::Request {
            type_name: kind.to_owned(),
            id: "cgw-00000000".to_owned(),
            ..Default::default()
        };
        let imported = client.import_resource_state(request).await.unwrap().into_inner();
        let state = imported.imported_resources.into_iter().next().unwrap().state;
        eventually(async || {
            let request = pb::read_resource::Request {
                type_name: kind.to_owned(),
                current_state: state.clone(),
                ..Default::default()
            };
            let read = client.clone().read_resource(request).await.unwrap().into_inner();
            !read.diagnostics.is_empty()
        })
        .await;
    }
}

async fn eventually(it_holds: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !it_holds().await {
        assert!(Instant::now() < deadline, "it never came so far");
        sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// Whether an id is in an encoded state.
fn contains(state: &Option<pb::DynamicValue>, id: &str) -> bool {
    state.as_ref().is_some_and(|state| state.msgpack.windows(id.len()).any(|window| window == id.as_bytes()))
}
