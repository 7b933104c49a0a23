//! Providers that are killed in flight, as processes of their own and in real time: for the longer form.

use std::time::Duration;

use cloudvpn::framework::server::DynamicValue;
use cloudvpn::plugin::proto::tfplugin6 as pb;
use cloudvpn::plugin::proto::tfplugin6::provider_client::ProviderClient;
use cloudvpn_mock::{MockHandle, Options};
use tokio::time::sleep;
use tonic::transport::Channel;

use crate::cell::{Start, Verb};
use crate::client::{Plugin, configure, plugin_command, provider};
use crate::record::{Record, VerbRecord};
use crate::terraform::{Saved, Terraform};
use crate::world::World;

#[test]
#[ignore = "takes minutes: cargo xtask campaign"]
fn a_provider_that_is_killed_loses_what_nobody_can_know_and_no_more() {
    let options = crate::Options::from_environment();
    fastrand::seed(options.seed);
    let mut failures = Vec::new();
    for record in crate::records() {
        for verb in
            record.verbs.iter().filter(|verb| matches!(verb.verb, Verb::Create | Verb::Change(0) | Verb::Delete))
        {
            for (name, signal) in [("KILL", libc::SIGKILL), ("TERM", libc::SIGTERM)] {
                let cell = format!("{}{} {} [{name}]", record.type_name, record.form, verb.name);
                if !cell.contains(&options.only) {
                    continue;
                }
                for _ in 0..KILLS {
                    let after = Duration::from_millis(fastrand::u64(0..700));
                    let runtime =
                        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                    let wrong = runtime.block_on(kill(&record, verb, signal, after));
                    failures.extend(wrong.into_iter().map(|wrong| format!("{cell} after {after:?}: {wrong}")));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}:\n{}", failures.len(), failures.join("\n"));
}

/// What an apply said before its provider ended.
struct Heard {
    saved: Saved,
    said: String,
}

async fn kill(record: &Record, verb: &VerbRecord, signal: i32, after: Duration) -> Vec<String> {
    let start = record.start(verb);
    let options = Options { seed: Some(start.seed.clone()), latency: LATENCY, settle: SETTLE, ..Options::default() };
    let mock = MockHandle::spawn(options).expect("a mock");
    mock.rates([("*", 0)]);
    let temp = tempfile::tempdir().expect("a temporary directory");
    let mut command = plugin_command(&temp);
    command.envs(mock.env());
    let plugin = Plugin::spawn(command, temp).await;
    let mut client = provider(plugin.connect_plain().await);
    configure(&mut client).await;
    let terraform = Terraform::start(start.type_name, &mock.url()).await;

    let killed = async {
        sleep(after).await;
        plugin.signal(signal);
    };
    let (heard, ()) = tokio::join!(apply(client, &terraform, verb.verb, &start), killed);
    sleep(4 * SETTLE).await;
    let mut wrong = Vec::new();
    // A killed provider says nothing, and Terraform keeps what it had.
    let before = World::from_state(start.seed);
    let made = made(record, &mock, &before);
    let Heard { saved, said } = heard.unwrap_or_else(|| Heard { saved: start.saved.clone(), said: String::new() });
    let told = |names: &[String], text: &str| names.iter().any(|name| text.contains(name.as_str()));
    for names in &made {
        if verb.verb == Verb::Create && signal == libc::SIGTERM && !told(names, saved.id()) && !told(names, &said) {
            wrong.push(format!("lost: {} is neither in the state nor in: {said}", names[0]));
        }
    }

    // The next run finds out.
    let read = terraform.read_if_there(saved).await;
    if read.failed() {
        wrong.push(format!("reading again: {}", read.diagnostics));
        return wrong;
    }
    let again = match verb.verb {
        Verb::Delete => terraform.delete(read.saved).await,
        _ => terraform.put(read.saved, &terraform.config(start.config)).await,
    };
    sleep(4 * SETTLE).await;
    let text = again.diagnostics.to_string();
    let world = World::of(&mock);
    match verb.verb {
        Verb::Delete if again.failed() => wrong.push(format!("deleting again: {text}")),
        Verb::Delete if world.0.contains_key(&record.key) => wrong.push("deleted again, and still there".to_owned()),
        Verb::Delete => {}
        // Where the service refuses a second one, the error says which is the first.
        Verb::Create if again.failed() && made.iter().any(|names| told(names, &text)) => {}
        _ if again.failed() => wrong.push(format!("applying again: {text}")),
        Verb::Create => {
            // What was made before a SIGKILL, unheard, and what is made now.
            let most = if signal == libc::SIGKILL { 2 } else { 1 };
            let there = self::made(record, &mock, &before).len();
            if there == 0 || there > most {
                wrong.push(format!("after another apply there are {there}"));
            }
        }
        _ => {
            if let (Some(found), Some(wanted)) = (world.0.get(&record.key), &verb.object)
                && let Err(members) = record.is_like(wanted, &record.key, found)
            {
                wrong.push(format!("applied again, and the object is not as configured: {members}"));
            }
        }
    }
    wrong
}

/// What the objects are called that were made since.
fn made(record: &Record, mock: &MockHandle, before: &World) -> Vec<Vec<String>> {
    let new = World::of(mock).since(before).into_iter().filter(|(key, _)| key.kind == record.key.kind);
    new.map(|(key, object)| record.names(&key, &object)).collect()
}

/// Plans and applies in the process that is to be killed; nothing if it did not answer.
async fn apply(
    mut client: ProviderClient<Channel>,
    terraform: &Terraform,
    verb: Verb,
    start: &Start<'_>,
) -> Option<Heard> {
    let config = if verb == Verb::Delete { Default::default() } else { terraform.config(start.config) };
    let (planned_state, planned_private) = if verb == Verb::Delete {
        (terraform.encoded(&config), Default::default())
    } else {
        let request = terraform.plan_request(&start.saved, &config);
        let request = pb::plan_resource_change::Request {
            type_name: request.type_name,
            prior_state: wire(request.prior_state),
            proposed_new_state: wire(request.proposed_new_state),
            config: wire(request.config),
            prior_private: request.prior_private,
            ..Default::default()
        };
        let planned = client.plan_resource_change(request).await.ok()?.into_inner();
        (framework(planned.planned_state), planned.planned_private)
    };
    let request = terraform.apply_request(&start.saved, planned_state, planned_private, &config);
    let request = pb::apply_resource_change::Request {
        type_name: request.type_name,
        prior_state: wire(request.prior_state),
        planned_state: wire(request.planned_state),
        config: wire(request.config),
        planned_private: request.planned_private,
        ..Default::default()
    };
    let applied = client.apply_resource_change(request).await.ok()?.into_inner();
    let said: Vec<_> = applied.diagnostics.iter().map(|said| format!("{}: {}", said.summary, said.detail)).collect();
    let saved = terraform.saved(&start.saved, &framework(applied.new_state), applied.private, !said.is_empty());
    Some(Heard { saved, said: said.join("\n") })
}

fn wire(value: DynamicValue) -> Option<pb::DynamicValue> {
    Some(pb::DynamicValue { msgpack: value.msgpack, json: value.json })
}

fn framework(value: Option<pb::DynamicValue>) -> DynamicValue {
    value.map(|value| DynamicValue { msgpack: value.msgpack, json: value.json }).unwrap_or_default()
}

/// Of each verb of each kind, with each signal.
const KILLS: usize = 4;
const LATENCY: Duration = Duration::from_millis(30);
const SETTLE: Duration = Duration::from_millis(100);
