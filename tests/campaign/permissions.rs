//! What each type calls, in its whole life, is what its policies permit; and what it reads holds no secret that nobody needs.
//!
//! The kinds, and what is done with them, are those of the campaign, without its faults; `further` adds what those lives do not call.

use std::collections::{BTreeMap, BTreeSet};

use cloudvpn::cloud::Permission;
use cloudvpn::provider::permissions::{Needed, Part, needed};
use cloudvpn_mock::{Call, Cloud};
use serde_json::{Value as Json, json};

use crate::cell::{self, Cell, Start, Verb};
use crate::in_parallel;
use crate::kinds;
use crate::record::{self, Record};
use crate::terraform::{self, Saved};

#[test]
fn a_policy_permits_what_its_kind_calls_and_nothing_else() {
    let kinds: Vec<_> = terraform::kinds().into_iter().flat_map(kinds::entries).collect();
    let lives = in_parallel(&kinds, Life::of);
    let mut of_type: BTreeMap<_, Life> = BTreeMap::new();
    for (kind, life) in kinds.iter().zip(lives) {
        of_type.entry(kind.type_name).or_default().add(life);
    }
    let mut wrong = Vec::new();
    for needed in needed().iter().filter(|needed| needed.part == Part::Resource) {
        let life = &of_type[needed.type_name];
        let read = names(needed.read);
        let all = everything(needed);
        wrong.extend(differences(needed, "its reads", &read, &life.reads));
        wrong.extend(differences(needed, "its whole life", &all, &life.calls));
        let secrets: BTreeSet<_> = life.secrets.iter().map(String::as_str).collect();
        let expected = BTreeSet::from_iter(shown_in_reads(needed.type_name).iter().copied());
        if secrets != expected {
            wrong.push(format!("{}: its reads show the secrets {secrets:?}, not {expected:?}", needed.type_name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn data_sources_and_ephemeral_resources_call_what_their_policies_permit_and_nothing_else() {
    let mut wrong = Vec::new();
    for needed in needed().iter().filter(|needed| needed.part != Part::Resource) {
        let kind = looked_for(needed.type_name);
        let calls = match kind {
            None => reads(needed, record::untouched(), &[json!({})]),
            Some(kind) => {
                let record = Record::of(&kinds::entries(kind)[0]);
                reads(needed, record.created().0.clone(), &lookups(needed, &record))
            }
        };
        wrong.extend(differences(needed, "it", &names(needed.read), &actions(&calls)));
        let shown: BTreeSet<_> = calls.iter().flat_map(|call| call.secrets.clone()).collect();
        // Keys are what these are for; the other data sources show nothing else than what their resource reads.
        let is_for_keys = needed.part == Part::EphemeralResource || needed.type_name.ends_with("_peer_configuration");
        let of_kind = kind.map_or(&[][..], shown_in_reads);
        if !is_for_keys && shown.iter().any(|secret| !of_kind.contains(&secret.as_str())) {
            wrong.push(format!("{}: its reads show {shown:?}", needed.type_name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The secrets that stand in an answer to a refresh: of objects that no action shows without them.
fn shown_in_reads(type_name: &str) -> &'static [&'static str] {
    match type_name {
        "cloudvpn_tencent_connection" => &["PreShareKey"],
        "cloudvpn_tencent_legacy_connection" => &["preSharedKey"],
        "cloudvpn_alibaba_connection" => &["Psk"],
        "cloudvpn_alibaba_customer_gateway" => &["AuthKey"],
        _ => &[],
    }
}

/// The kind of what a data source or an ephemeral resource looks for; none for what is not made.
fn looked_for(type_name: &'static str) -> Option<&'static str> {
    match type_name {
        "cloudvpn_tencent_customer_gateway_vendors" => None,
        "cloudvpn_tencent_peer_configuration" => Some("cloudvpn_tencent_connection"),
        "cloudvpn_alibaba_peer_configuration" => Some("cloudvpn_alibaba_connection"),
        "cloudvpn_alibaba_route_entries" => Some("cloudvpn_alibaba_route_entry"),
        _ => {
            let kinds = terraform::kinds().into_iter();
            Some(kinds.max_by_key(|kind| if type_name.starts_with(kind) { kind.len() } else { 0 }).expect("kinds"))
        }
    }
}

/// The configurations with which it looks for what the campaign has made: every way there is.
fn lookups(needed: &Needed, record: &Record) -> Vec<Json> {
    let (type_name, id, config) = (needed.type_name, &record.id, record.config());
    if type_name == "cloudvpn_tencent_peer_configuration" {
        return vec![json!({
            "gateway_id": config["gateway_id"], "connection_id": id, "platform": "ios", "software_version": "V15.4",
            "vendor_name": "cisco", "interface_name": "GigabitEthernet1",
        })];
    }
    if type_name == "cloudvpn_alibaba_peer_configuration" {
        return vec![json!({ "connection_id": id })];
    }
    if needed.part == Part::EphemeralResource {
        return vec![json!({ "id": id })];
    }
    let is_route = type_name.contains("route");
    let place = if is_route { json!({ "gateway_id": config["gateway_id"] }) } else { json!({}) };
    let within = |by: Json| record::merged(&place, &by);
    if type_name != record.type_name {
        return vec![within(json!({ "ids": [id] })), within(json!({}))];
    }
    let name = if is_route { "destination_cidr" } else { "name" };
    let by_name = json!({ name: config[name], "gateway_id": config["gateway_id"] });
    vec![within(json!({ "id": id })), if is_route { by_name } else { json!({ name: config[name] }) }]
}

/// The calls of a data source or an ephemeral resource with each of these configurations.
fn reads(needed: &Needed, seed: Json, configs: &[Json]) -> Vec<Call> {
    let mut calls = Vec::new();
    for config in configs {
        let seed = seed.clone();
        calls.extend(cell::run(0, async {
            let mock = cell::mock(seed);
            terraform::look(needed.part == Part::EphemeralResource, needed.type_name, &mock.url(), config).await;
            mock.calls()
        }));
    }
    calls
}

/// What a kind calls.
#[derive(Default)]
struct Life {
    calls: BTreeSet<String>,
    reads: BTreeSet<String>,
    /// In answers to what reads.
    secrets: BTreeSet<String>,
}

impl Life {
    fn of(kind: &kinds::Kind) -> Self {
        let mut life = Self::default();
        let record = Record::of(kind);
        for verb in &record.verbs {
            let start = record.start(verb);
            life.live(verb.verb, &start, false);
        }
        // They begin with the kind's first form.
        let further = if kind.form.is_empty() { further(kind.type_name) } else { Vec::new() };
        for (config, changes, replacement) in further {
            life.live_through(&record, &config, &changes, &replacement);
        }
        life
    }

    fn add(&mut self, other: Self) {
        self.calls.extend(other.calls);
        self.reads.extend(other.reads);
        self.secrets.extend(other.secrets);
    }

    fn live(&mut self, verb: Verb, start: &Start<'_>, may_fail: bool) -> (Json, Saved) {
        let (calls, outcome, state) = cell::run(0, async {
            let cell = Cell::start(start).await;
            if matches!(verb, Verb::Change(_)) {
                // What a plan looks up by itself, and what it lists when it looks up more.
                for _ in 0..MANY {
                    let _ = cell.terraform.changes(&start.saved, &cell.config).await;
                }
            }
            let mut outcome = cell.perform(verb, start).await;
            // A process that reads many lists them.
            for _ in 0..if verb == Verb::Read { MANY } else { 0 } {
                outcome = cell.perform(verb, start).await;
            }
            cell.calm().await;
            (cell.mock.calls(), outcome, cell.mock.state())
        });
        assert!(may_fail || !outcome.failed(), "{} {verb:?}: {}", start.type_name, outcome.diagnostics);
        if matches!(verb, Verb::Read | Verb::ReadGone | Verb::Import) {
            self.reads.extend(actions(&calls));
            self.secrets.extend(calls.iter().flat_map(|call| call.secrets.clone()));
        }
        self.calls.extend(actions(&calls));
        (state, outcome.saved)
    }

    /// Another life: made with this beside the campaign's configuration, then each change in turn, then replaced, or only planned to be where
    /// that is refused, and deleted.
    fn live_through(&mut self, record: &Record, config: &Json, changes: &[Json], replacement: &Json) {
        let mut config = record::merged(record.config(), config);
        let mut seed = record.parents().clone();
        let mut saved = Saved::default();
        let verbs = std::iter::once(Verb::Create).chain((0..changes.len()).map(Verb::Change));
        for (at, verb) in verbs.enumerate() {
            if at > 0 {
                config = record::merged(&config, &changes[at - 1]);
            }
            let start = Start { type_name: record.type_name, seed: &seed, saved, config: &config, twin: None };
            let (after, made) = self.live(verb, &start, false);
            (seed, saved) = (after, made);
        }
        let start =
            Start { type_name: record.type_name, seed: &seed, saved: saved.clone(), config: &config, twin: None };
        self.live(Verb::Read, &start, false);
        let replaced = record::merged(&config, replacement);
        self.live(Verb::Change(changes.len()), &Start { config: &replaced, ..start.clone() }, true);
        self.live(Verb::Delete, &start, true);
    }
}

/// Lives that call what those of the campaign do not: what is set beside its configuration, the changes after that, and a replacement.
fn further(type_name: &str) -> Vec<(Json, Vec<Json>, Json)> {
    let nothing = || json!({});
    match type_name {
        "cloudvpn_tencent_gateway" => vec![(
            json!({"charge_type": "PREPAID", "prepaid": {"period_months": 1, "renew_flag": "NOTIFY_AND_MANUAL_RENEW"}}),
            vec![
                json!({"prepaid": {"period_months": 1, "renew_flag": "NOTIFY_AND_AUTO_RENEW"}}),
                json!({"prepaid": {"period_months": 2, "renew_flag": "NOTIFY_AND_AUTO_RENEW"}}),
            ],
            nothing(),
        )],
        "cloudvpn_tencent_customer_gateway" => vec![(nothing(), vec![], json!({"ip_address": "198.51.100.78"}))],
        "cloudvpn_tencent_connection" | "cloudvpn_tencent_ssl_server" => {
            vec![(nothing(), vec![], json!({"gateway_id": "vpngw-mock0009"}))]
        }
        "cloudvpn_tencent_ssl_client" => {
            vec![(nothing(), vec![json!({"enabled": false}), json!({"enabled": true})], nothing())]
        }
        "cloudvpn_alibaba_gateway" => vec![(
            nothing(),
            vec![json!({"resource_group_id": "rg-mock0002"}), json!({"tags": {"site": "office"}})],
            nothing(),
        )],
        "cloudvpn_alibaba_customer_gateway" => vec![(
            json!({"bgp_asn": 65_000, "bgp_auth_key": kinds::PRE_SHARED_KEY}),
            vec![json!({"resource_group_id": "rg-mock0002"}), json!({"tags": {"site": "office"}})],
            json!({"ip_address": "198.51.100.78"}),
        )],
        "cloudvpn_alibaba_connection" => {
            vec![(nothing(), vec![json!({"tags": {"site": "office"}})], json!({"gateway_id": "vpn-mock0009"}))]
        }
        "cloudvpn_alibaba_ssl_server" => vec![(nothing(), vec![], json!({"gateway_id": "vpn-mock0009"}))],
        _ => Vec::new(),
    }
}

fn differences(needed: &Needed, what: &str, permitted: &BTreeSet<String>, called: &BTreeSet<String>) -> Vec<String> {
    let names = |names: BTreeSet<&String>| names.into_iter().cloned().collect::<Vec<_>>().join(", ");
    let missing = names(called.difference(permitted).collect());
    let together = |name: &str| needed.type_name.starts_with("cloudvpn_alibaba_") && TOGETHER.contains(&name);
    let idle = names(permitted.difference(called).filter(|name| !together(name.as_str())).collect());
    let mut wrong = Vec::new();
    if !missing.is_empty() {
        wrong.push(format!("{:?} {}: {what} calls {missing}, which no policy permits", needed.part, needed.type_name));
    }
    if !idle.is_empty() {
        wrong.push(format!(
            "{:?} {}: {what} never calls {idle}, which its policy permits",
            needed.part, needed.type_name
        ));
    }
    wrong
}

fn names(permissions: &[Permission]) -> BTreeSet<String> {
    permissions.iter().map(Permission::to_string).collect()
}

fn everything(needed: &Needed) -> BTreeSet<String> {
    [needed.read, needed.plan, needed.write].into_iter().flat_map(names).collect()
}

/// What was called for a kind that its policy does not permit.
pub(crate) fn not_permitted(type_name: &str, calls: &[Call]) -> Vec<String> {
    let all = needed();
    let of = all.iter().find(|needed| needed.part == Part::Resource && needed.type_name == type_name).expect("a kind");
    actions(calls).difference(&everything(of)).cloned().collect()
}

/// The permissions that the calls need.
fn actions(calls: &[Call]) -> BTreeSet<String> {
    let name = |call: &Call| match call.cloud {
        Cloud::Tencent if call.action.contains("ResourceTags") => format!("tag:{}", call.action),
        _ => format!("vpc:{}", call.action),
    };
    calls.iter().map(name).collect()
}

/// What no single object of Alibaba Cloud calls: writes to several gateways look together whether these have done.
const TOGETHER: &[&str] = &["vpc:DescribeVpnGateways"];

/// More reads than those after which anything is listed.
const MANY: usize = 12;
