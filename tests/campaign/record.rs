//! What a kind does when nothing goes wrong: the calls of each verb, and what there is after it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::cell::{self, Cell, Start, Verb};
use crate::faults::{Effect, Step};
use crate::kinds::{Kind, Parent};
use crate::terraform::Saved;
use crate::world::{Key, World, differences, without_chosen};

/// A kind, as it is without faults.
pub(crate) struct Record {
    pub(crate) type_name: &'static str,
    pub(crate) form: &'static str,
    pub(crate) verbs: Vec<VerbRecord>,
    /// The object, as a create makes it.
    pub(crate) key: Key,
    pub(crate) id: String,
    config: Json,
    parents: Json,
    created: Json,
    saved: Saved,
    gone: Json,
    pub(crate) twin: Option<(Json, Key)>,
}

pub(crate) struct VerbRecord {
    pub(crate) verb: Verb,
    pub(crate) name: &'static str,
    pub(crate) steps: Vec<Step>,
    config: Json,
    /// The object after the verb, if there is one.
    pub(crate) object: Option<Json>,
    /// Members of other objects that the verb changes, rightly.
    pub(crate) moved: BTreeSet<(Key, String)>,
}

impl Record {
    pub(crate) fn of(kind: &Kind) -> Self {
        let Kind { type_name, form, parents, config, changes } = kind;
        let (type_name, form) = (*type_name, *form);
        let (parents, ids) = make_parents(parents);
        let config = resolved(config, &ids);

        let mut start = Start { type_name, seed: &parents, saved: Saved::default(), config: &config, twin: None };
        let (created, saved, create) = perform(&start, Verb::Create, "create");
        let new = World::from_state(&created).since(&World::from_state(&parents));
        let key = primary(&new, saved.id()).unwrap_or_else(|| panic!("which of {:?} is {type_name}?", new.keys()));
        let object = new[&key].clone();
        let twin = twin(&key, &object);

        let id = saved.id().to_owned();
        start.seed = &created;
        start.saved = saved.clone();
        let mut verbs = vec![VerbRecord { object: Some(object.clone()), ..create }];
        for (at, (name, change)) in changes.iter().enumerate() {
            let changed = merged(&config, &resolved(change, &ids));
            let start = Start { config: &changed, ..start.clone() };
            let (after, _, record) = perform(&start, Verb::Change(at), name);
            let object = World::from_state(&after).0.remove(&key);
            assert!(object.is_some(), "{type_name}: {name} is to be a change in place");
            verbs.push(VerbRecord { object, ..record });
        }
        for (verb, name) in [(Verb::Read, "read"), (Verb::Import, "import")] {
            let (after, ..) = perform(&start, verb, name);
            assert_eq!(World::from_state(&after).changed_since(&World::from_state(&created)), BTreeSet::new());
            let (_, _, record) = perform(&start, verb, name);
            verbs.push(VerbRecord { object: Some(object.clone()), ..record });
        }
        let (gone, _, delete) = perform(&start, Verb::Delete, "delete");
        assert!(!World::from_state(&gone).0.contains_key(&key), "{type_name} is deleted");
        start.seed = &gone;
        let (_, left, read_gone) = perform(&start, Verb::ReadGone, "read what is gone");
        assert!(left.state.is_null(), "{type_name} is gone");
        verbs.extend([delete, read_gone]);
        Self { type_name, form, verbs, key, id, config, parents, created, saved, gone, twin }
    }

    pub(crate) fn start<'a>(&'a self, verb: &'a VerbRecord) -> Start<'a> {
        let saved = if verb.verb == Verb::Create { Saved::default() } else { self.saved.clone() };
        let seed = match verb.verb {
            Verb::Create => &self.parents,
            Verb::ReadGone => &self.gone,
            _ => &self.created,
        };
        let config = if matches!(verb.verb, Verb::Change(_)) { &verb.config } else { &self.config };
        Start { type_name: self.type_name, seed, saved, config, twin: self.twin.as_ref().map(|(patch, _)| patch) }
    }

    /// What is created.
    pub(crate) fn config(&self) -> &Json {
        &self.config
    }

    /// The mock's state with the parents in it, and nothing else.
    pub(crate) fn parents(&self) -> &Json {
        &self.parents
    }

    /// The mock's state when it is there, and what Terraform knows of it.
    pub(crate) fn created(&self) -> (&Json, Saved) {
        (&self.created, self.saved.clone())
    }

    /// What an object of this kind may be called in a state or an error.
    pub(crate) fn names(&self, key: &Key, object: &Json) -> Vec<String> {
        let mut names = vec![key.id.clone()];
        names.extend(object["RouteId"].as_str().map(str::to_owned));
        // Where the id follows from what the object is, it is the same each time.
        names.extend((*key == self.key).then(|| self.id.clone()));
        names
    }

    /// Whether two objects of this kind are the same but for their ids, times and what the service chooses.
    pub(crate) fn is_like(&self, wanted: &Json, key: &Key, found: &Json) -> Result<(), String> {
        let found = found.to_string().replace(&key.id, &self.key.id);
        let found: Json = serde_json::from_str(&found).expect("another id is as good a text");
        let differences: Vec<_> = differences(&without_chosen(wanted), &without_chosen(&found)).into_iter().collect();
        if differences.is_empty() { Ok(()) } else { Err(differences.join(", ")) }
    }
}

fn perform(start: &Start<'_>, verb: Verb, name: &'static str) -> (Json, Saved, VerbRecord) {
    cell::run(0, async {
        let cell = Cell::start(start).await;
        let outcome = cell.perform(verb, start).await;
        assert!(!outcome.failed(), "{} {name} without faults: {}", start.type_name, outcome.diagnostics);
        let mut seen = BTreeMap::<String, u64>::new();
        let steps = cell.mock.calls().into_iter().map(|call| {
            let count = seen.entry(call.action.clone()).or_default();
            let occurrence = std::mem::replace(count, *count + 1);
            Step { cloud: call.cloud, effect: Effect::of(&call.action), action: call.action, occurrence }
        });
        let steps = steps.collect();
        let before = World::from_state(start.seed);
        let after = cell.calm().await;
        let moved = after.changed_since(&before);
        let record = VerbRecord { verb, name, steps, config: start.config.clone(), object: None, moved };
        (cell.mock.state(), outcome.saved, record)
    })
}

/// Makes the parents; the state of the mock with them, and their ids.
fn make_parents(parents: &[Parent]) -> (Json, BTreeMap<&'static str, String>) {
    let mut seed = untouched();
    let mut ids = BTreeMap::new();
    for parent in parents {
        let config = resolved(&parent.config, &ids);
        let start =
            Start { type_name: parent.type_name, seed: &seed, saved: Saved::default(), config: &config, twin: None };
        let (after, saved, _) = perform(&start, Verb::Create, "create");
        ids.insert(parent.name, saved.id().to_owned());
        seed = after;
    }
    (seed, ids)
}

/// The state of a mock as it starts.
pub(crate) fn untouched() -> Json {
    cell::run(0, async {
        let mock = cloudvpn_mock::Mock::start(cloudvpn_mock::Options::default()).expect("a mock");
        mock.state()
    })
}

/// The configuration with the ids of its parents.
fn resolved(config: &Json, ids: &BTreeMap<&'static str, String>) -> Json {
    match config {
        Json::String(text) => match text.strip_prefix('@') {
            Some(name) => json!(ids[name]),
            None => config.clone(),
        },
        Json::Array(items) => items.iter().map(|item| resolved(item, ids)).collect(),
        Json::Object(members) => members.iter().map(|(name, value)| (name.clone(), resolved(value, ids))).collect(),
        _ => config.clone(),
    }
}

pub(crate) fn merged(config: &Json, change: &Json) -> Json {
    let members = |value: &Json| value.as_object().expect("a configuration is an object").clone();
    Json::Object(members(config).into_iter().chain(members(change)).collect())
}

/// The one of the new objects that the resource is.
fn primary(new: &BTreeMap<Key, Json>, id: &str) -> Option<Key> {
    let mut named = new.keys().filter(|key| id.contains(&key.id));
    match (named.next(), named.next()) {
        (Some(key), None) => Some(key.clone()),
        _ if new.len() == 1 => new.keys().next().cloned(),
        _ => None,
    }
}

/// The same object, made by somebody else, who gave it other tags, or another key where there are no tags: as a patch of the mock's state.
/// None where nothing tells the two apart.
fn twin(key: &Key, object: &Json) -> Option<(Json, Key)> {
    let (cloud, kind) = key.kind.split_once('/').expect("a cloud and a kind");
    // The same length, and as good an id.
    let id = format!("{}zz9", &key.id[..key.id.len() - 3]);
    let mut object: Json =
        serde_json::from_str(&object.to_string().replace(&key.id, &id)).expect("another id is as good a text");
    let tags = json!([{"Key": "owner", "Value": "other-team"}]);
    let members = object.as_object_mut()?;
    if let Some(own) = members.get_mut("TagSet").filter(|own| !is_empty(own)) {
        *own = tags;
    } else if let Some(own) = members.get_mut("Tags").filter(|own| !is_empty(&own["Tag"])) {
        *own = json!({ "Tag": tags });
    } else if let Some(key) = members.get_mut("PreShareKey") {
        *key = json!("another-teams-key");
    } else {
        return None;
    }
    let region = if cloud == "tencent" { cloudvpn_mock::TENCENT_REGION } else { cloudvpn_mock::ALIBABA_REGION };
    let one = |name: &str, value: Json| Json::Object(Map::from_iter([(name.to_owned(), value)]));
    let patch = one(cloud, one(region, one(kind, one(&id, object))));
    Some((patch, Key { kind: key.kind.clone(), id }))
}

fn is_empty(list: &Json) -> bool {
    list.as_array().is_none_or(Vec::is_empty)
}
