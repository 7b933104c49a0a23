//! Writes that are refused for what another write of the same apply is about to give up: they wait for that and are repeated.

use std::collections::{BTreeSet, HashSet};

use crate::cloud::{self, Ctx, Error, Intent, Pending, Room, Writing};
use crate::framework::raw::Raw;
use crate::provider::attributes;

use super::kind::{About, Kind};

/// What an operation does to its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Create,
    Change,
    Delete,
}

/// One write of an operation.
pub(super) struct Place<'a> {
    kind: &'a dyn Kind,
    ctx: Ctx,
    verb: Verb,
    writing: Writing<'a>,
}

/// Why a write is over without success.
pub(super) struct Refused {
    pub(super) error: Error,
    /// Those that wait for this one as this one waits for them.
    crossed: Vec<String>,
}

impl<'a> Place<'a> {
    /// Says what is going to be written to these objects, which are one: as it is, as it is to be.
    pub(super) fn of(
        kind: &'a dyn Kind,
        pending: &'a Pending,
        ctx: Ctx,
        verb: Verb,
        region: &str,
        objects: &[&Raw],
    ) -> Self {
        let About { kind: name, occupies, .. } = kind.about();
        let places: BTreeSet<_> = objects.iter().flat_map(|object| places(occupies, object)).collect();
        let ids = objects.iter().map(|object| attributes::id(object)).find(|id| !id.is_empty());
        let intent = Intent {
            region: kind.place(region).to_owned(),
            kind: name,
            object: format!("{name} {}", ids.unwrap_or_default()),
            places: HashSet::from_iter(places),
            makes_room: verb != Verb::Create,
        };
        Self { kind, ctx, verb, writing: pending.begin(intent) }
    }

    /// Makes the write, again whenever there is room that it may have been refused for. What an attempt holds it has given back when it is
    /// over: others may need it to make room.
    pub(super) async fn write<T, F>(&self, attempt: impl Fn() -> F + Sync) -> Result<T, Refused>
    where
        F: Future<Output = cloud::Result<T>> + Send,
    {
        loop {
            self.writing.ask();
            let error = match attempt().await {
                Ok(made) => return Ok(made),
                Err(error) => error,
            };
            // What a create made whose answer was lost may be what is in the way of its repetition. The others say what is to be, however often.
            let may_be_made = self.verb == Verb::Create && error.is_ambiguous();
            let why = self.kind.occupied(&error).filter(|_| !may_be_made);
            let Some(why) = why else { return Err(error.into()) };
            tracing::info!("waiting for room: {error}");
            match self.writing.room(&self.ctx, why).await {
                Room::Made => {}
                Room::None => return Err(error.into()),
                Room::Crossed(crossed) => return Err(Refused { error, crossed }),
            }
        }
    }

    /// The write has succeeded: what it gave up is free.
    pub(super) fn done(self) {
        self.writing.done();
    }
}

impl Refused {
    /// What to say beside the error.
    pub(super) fn advice(&self) -> Option<String> {
        let (first, rest) = self.crossed.split_first()?;
        let others = rest.iter().fold(first.clone(), |all, other| format!("{all}, {other}"));
        Some(format!(
            "This waits for what {others} has, which waits for what this one has. The API cannot exchange them, so it takes two applies: in the \
             first one give one of them a value that no other has, or take it away from there; in the second one what you want."
        ))
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, crossed: Vec::new() }
    }
}

/// What an object occupies: its id, and what its members of these names say, wherever they are.
fn places(occupies: &[&str], object: &Raw) -> BTreeSet<String> {
    fn collect(occupies: &[&str], object: &Raw, places: &mut BTreeSet<String>) {
        let Raw::Map(members) = object else { return };
        for (name, value) in members {
            match value {
                Raw::String(text) if !text.is_empty() && occupies.contains(&name.as_str()) => {
                    places.insert(text.clone());
                }
                value => collect(occupies, value, places),
            }
        }
    }
    let mut places = BTreeSet::from_iter(Some(attributes::id(object)).filter(|id| !id.is_empty()).map(str::to_owned));
    collect(occupies, object, &mut places);
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_occupies_itself_and_what_it_names() {
        let tunnel = |id: &str| Raw::object([("customer_gateway_id", Raw::from(id)), ("name", "x".into())]);
        let object = Raw::object([
            ("id", Raw::from("vco-1")),
            ("gateway_id", "vpn-1".into()),
            ("customer_gateway_id", Raw::Null),
            ("destination_cidr", "10.0.0.0/24".into()),
            ("tunnels", Raw::object([("master", tunnel("cgw-1")), ("slave", tunnel("cgw-2"))])),
        ]);
        let found = places(&["gateway_id", "customer_gateway_id", "destination_cidr"], &object);
        assert_eq!(Vec::from_iter(found), ["10.0.0.0/24", "cgw-1", "cgw-2", "vco-1", "vpn-1"]);
    }
}
