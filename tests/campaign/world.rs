//! What there is in the mock, to compare one moment with another.

use std::collections::{BTreeMap, BTreeSet};

use cloudvpn_mock::Mock;
use serde_json::Value as Json;

/// Objects by kind (`tencent/vpn_gateways`) and id.
#[derive(Clone, Debug, Default)]
pub(crate) struct World(pub(crate) BTreeMap<Key, Json>);

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Key {
    pub(crate) kind: String,
    pub(crate) id: String,
}

impl World {
    pub(crate) fn of(mock: &Mock) -> Self {
        Self::from_state(&mock.state())
    }

    /// The objects of a state document. The mock's own records of work, and authorities, which come with their servers, are none.
    pub(crate) fn from_state(state: &Json) -> Self {
        let mut objects = BTreeMap::new();
        for cloud in ["tencent", "alibaba"] {
            for (_, kinds) in members(&state[cloud]) {
                for (kind, all) in members(kinds).filter(|(kind, _)| !NO_OBJECTS.contains(&kind.as_str())) {
                    for (id, object) in members(all) {
                        let key = Key { kind: format!("{cloud}/{kind}"), id: id.clone() };
                        objects.insert(key, object.clone());
                    }
                }
            }
        }
        Self(objects)
    }

    /// What is here and was not there.
    pub(crate) fn since(&self, before: &Self) -> BTreeMap<Key, Json> {
        let new = self.0.iter().filter(|(key, _)| !before.0.contains_key(key));
        new.map(|(key, object)| (key.clone(), object.clone())).collect()
    }

    /// The members of objects that were there before and are another now; a lone key is an object that is gone.
    pub(crate) fn changed_since(&self, before: &Self) -> BTreeSet<(Key, String)> {
        let mut changed = BTreeSet::new();
        for (key, was) in &before.0 {
            match self.0.get(key) {
                None => drop(changed.insert((key.clone(), String::new()))),
                Some(is) => changed.extend(differences(was, is).into_iter().map(|member| (key.clone(), member))),
            }
        }
        changed
    }
}

/// The members in which two objects differ, except for times and what is under way.
pub(crate) fn differences(one: &Json, other: &Json) -> BTreeSet<String> {
    let names: BTreeSet<_> = members(one).chain(members(other)).map(|(name, _)| name.clone()).collect();
    let counts = |name: &String| !name.contains("Time") && name != "_next";
    names.into_iter().filter(counts).filter(|name| one.get(name) != other.get(name)).collect()
}

/// The object without what the service chooses anew for each one, at every depth.
pub(crate) fn without_chosen(value: &Json) -> Json {
    match value {
        Json::Object(object) => {
            let kept = object.iter().filter(|(name, _)| !CHOSEN.contains(&name.as_str()) && !name.contains("Time"));
            kept.map(|(name, value)| (name.clone(), without_chosen(value))).collect()
        }
        Json::Array(items) => items.iter().map(without_chosen).collect(),
        _ => value.clone(),
    }
}

fn members(value: &Json) -> impl Iterator<Item = (&String, &Json)> {
    value.as_object().into_iter().flatten()
}

const NO_OBJECTS: [&str; 3] = ["tasks", "legacy_tasks", "ssl_vpn_cas"];
const CHOSEN: [&str; 13] = [
    "PublicIpAddress",
    "InternetIp",
    "DisasterRecoveryInternetIp",
    "SslVpnInternetIp",
    "WanIp",
    "RouteId",
    "TunnelId",
    "InnerIp",
    "EiamApplicationId",
    "HealthCheckLocalIp",
    "HealthCheckRemoteIp",
    // Made when they are first shown.
    "ClientCert",
    "ClientKey",
];
