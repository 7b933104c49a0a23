//! Objects by owner, region and kind. An owner is a cloud, or another account of it than the first (`tencent/100000000002`).
//!
//! A change that takes time is a deadline kept in the object; it is carried out when the store is next looked at. No timer runs.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;

/// The members of a JSON object.
pub(crate) type Members = Map<String, Value>;

/// Where objects of one kind live.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) owner: &'a str,
    pub(crate) region: &'a str,
    pub(crate) kind: &'a str,
}

/// Every object.
#[derive(Default)]
pub(crate) struct Store {
    owners: BTreeMap<String, BTreeMap<String, BTreeMap<String, Kind>>>,
    last: u64,
}

impl Store {
    /// Carries out every change that is due. Called once per request, so that a request sees one moment.
    pub(crate) fn settle(&mut self, now: Instant) {
        let kinds = self.owners.values_mut().flat_map(BTreeMap::values_mut).flat_map(BTreeMap::values_mut);
        kinds.for_each(|kind| kind.settle(now));
    }

    /// The objects of one kind, oldest first.
    pub(crate) fn list(&self, place: Place<'_>) -> impl Iterator<Item = &Object> {
        self.kind(place).into_iter().flat_map(|kind| kind.objects.values())
    }

    /// Whether anything was ever kept in a region.
    pub(crate) fn has_region(&self, owner: &str, region: &str) -> bool {
        self.owners.get(owner).is_some_and(|regions| regions.contains_key(region))
    }

    pub(crate) fn len(&self, place: Place<'_>) -> usize {
        self.kind(place).map_or(0, |kind| kind.objects.len())
    }

    pub(crate) fn get(&self, place: Place<'_>, id: &str) -> Option<&Object> {
        let kind = self.kind(place)?;
        kind.objects.get(kind.ids.get(id)?)
    }

    pub(crate) fn get_mut(&mut self, place: Place<'_>, id: &str) -> Option<&mut Object> {
        let kind = self.kind_mut(place);
        let seq = kind.ids.get(id)?;
        kind.objects.get_mut(seq)
    }

    /// Adds an object, or replaces the one with the same id.
    pub(crate) fn insert(&mut self, place: Place<'_>, id: &str, members: Members) {
        self.last += 1;
        let seq = self.last;
        let kind = self.kind_mut(place);
        let seq = *kind.ids.entry(id.to_owned()).or_insert(seq);
        kind.objects.insert(seq, Object { id: id.to_owned(), seq, members, next: None });
    }

    /// Removes an object, whatever was ordered for it.
    pub(crate) fn remove(&mut self, place: Place<'_>, id: &str) {
        let kind = self.kind_mut(place);
        if let Some(seq) = kind.ids.remove(id) {
            kind.objects.remove(&seq);
        }
    }

    /// Orders a change of an object at `at`; it replaces one ordered before.
    pub(crate) fn schedule(&mut self, place: Place<'_>, id: &str, at: Instant, then: Then) {
        let kind = self.kind_mut(place);
        let Some(seq) = kind.ids.get(id).copied() else {
            return;
        };
        let Some(object) = kind.objects.get_mut(&seq) else {
            return;
        };
        object.next = Some(Next { at, then });
        kind.due.insert((at, seq));
    }

    /// The state document: by owner, region, kind and id.
    pub(crate) fn to_json(&self, now: Instant) -> Members {
        let kind = |kind: &Kind| kind.objects.values().map(|object| (object.id.clone(), object.to_json(now))).collect();
        let region = |kinds: &BTreeMap<String, Kind>| {
            kinds.iter().map(|(name, objects)| (name.clone(), Value::Object(kind(objects)))).collect::<Members>()
        };
        let owner = |regions: &BTreeMap<String, BTreeMap<String, Kind>>| {
            regions.iter().map(|(name, kinds)| (name.clone(), Value::Object(region(kinds)))).collect::<Members>()
        };
        self.owners.iter().map(|(name, regions)| (name.clone(), Value::Object(owner(regions)))).collect()
    }

    /// A store that holds the objects of a state document. Objects known to `before` keep their age.
    ///
    /// # Errors
    /// A sentence when the document does not have the shape of [`Self::to_json`].
    pub(crate) fn from_json(document: &Members, before: &Self, now: Instant) -> Result<Self, String> {
        let mut store = Self { last: before.last, ..Self::default() };
        for (owner, regions) in document {
            for (region, kinds) in object(regions, owner)? {
                for (kind, objects) in object(kinds, &format!("{owner}.{region}"))? {
                    let place = Place { owner, region, kind };
                    let path = format!("{owner}.{region}.{kind}");
                    let mut objects: Vec<_> = object(objects, &path)?.iter().collect();
                    objects.sort_by_key(|(id, _)| before.get(place, id).map_or(u64::MAX, |known| known.seq));
                    store.kind_mut(place);
                    for (id, members) in objects {
                        let path = format!("{path}.{id}");
                        let mut members = object(members, &path)?.clone();
                        let next = members.remove(NEXT).map(|next| Next::from_json(&next, &path, now)).transpose()?;
                        store.insert(place, id, members);
                        if let Some(next) = next {
                            store.schedule(place, id, next.at, next.then);
                        }
                    }
                }
            }
        }
        Ok(store)
    }

    fn kind(&self, place: Place<'_>) -> Option<&Kind> {
        self.owners.get(place.owner)?.get(place.region)?.get(place.kind)
    }

    fn kind_mut(&mut self, place: Place<'_>) -> &mut Kind {
        let regions = self.owners.entry(place.owner.to_owned()).or_default();
        regions.entry(place.region.to_owned()).or_default().entry(place.kind.to_owned()).or_default()
    }
}

/// One object: its members as the cloud's API shows them, and the change that is under way.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) id: String,
    pub(crate) seq: u64,
    pub(crate) members: Members,
    next: Option<Next>,
}

impl Object {
    /// One that is in no store.
    pub(crate) fn loose(id: &str, members: Members) -> Self {
        Self { id: id.to_owned(), seq: u64::MAX, members, next: None }
    }

    /// A text member, empty when it is absent or no text.
    pub(crate) fn text(&self, member: &str) -> &str {
        text(&self.members, member)
    }

    fn to_json(&self, now: Instant) -> Value {
        let mut members = self.members.clone();
        if let Some(next) = &self.next {
            members.insert(NEXT.to_owned(), next.to_json(now));
        }
        Value::Object(members)
    }
}

/// What happens to an object when its time has come.
#[derive(Clone, Debug)]
pub(crate) enum Then {
    /// These members take new values; a member `_next` among them is the change that follows.
    Set(Members),
    /// It is gone.
    Gone,
}

/// A text member, empty when it is absent or no text.
pub(crate) fn text<'a>(members: &'a Members, member: &str) -> &'a str {
    members.get(member).and_then(Value::as_str).unwrap_or_default()
}

#[derive(Debug)]
struct Next {
    at: Instant,
    then: Then,
}

impl Next {
    fn to_json(&self, now: Instant) -> Value {
        // Rounded up: a document read and written back never settles an object early.
        let in_ms = self.at.saturating_duration_since(now).as_micros().div_ceil(1000) as u64;
        match &self.then {
            Then::Set(members) => json!({"in_ms": in_ms, "set": members}),
            Then::Gone => json!({"in_ms": in_ms, "gone": true}),
        }
    }

    fn from_json(value: &Value, path: &str, now: Instant) -> Result<Self, String> {
        let expected =
            || format!("{path}.{NEXT} must be {{\"in_ms\": n, \"set\": {{...}}}} or {{\"in_ms\": n, \"gone\": true}}");
        let in_ms = value["in_ms"].as_u64().ok_or_else(expected)?;
        let then = match (&value["set"], &value["gone"]) {
            (Value::Object(members), Value::Null) => {
                members.get(NEXT).map(|next| Self::from_json(next, path, now)).transpose()?;
                Then::Set(members.clone())
            }
            (Value::Null, Value::Bool(true)) => Then::Gone,
            _ => return Err(expected()),
        };
        Ok(Self { at: now + Duration::from_millis(in_ms), then })
    }
}

/// The objects of one kind in one region.
#[derive(Default)]
struct Kind {
    objects: BTreeMap<u64, Object>,
    ids: HashMap<String, u64>,
    /// Deadlines. One whose object has another deadline by now, or is gone, means nothing.
    due: BTreeSet<(Instant, u64)>,
}

impl Kind {
    fn settle(&mut self, now: Instant) {
        while let Some(&(at, seq)) = self.due.first()
            && at <= now
        {
            self.due.pop_first();
            let Some(object) = self.objects.get_mut(&seq) else {
                continue;
            };
            let Some(next) = object.next.take_if(|next| next.at == at) else {
                continue;
            };
            match next.then {
                Then::Set(mut members) => {
                    let follows = members.remove(NEXT).and_then(|next| Next::from_json(&next, "", at).ok());
                    object.members.extend(members);
                    self.due.extend(follows.as_ref().map(|next| (next.at, seq)));
                    object.next = follows;
                }
                Then::Gone => {
                    self.ids.remove(&object.id);
                    self.objects.remove(&seq);
                }
            }
        }
    }
}

fn object<'a>(value: &'a Value, path: &str) -> Result<&'a Members, String> {
    value.as_object().ok_or_else(|| format!("{path} must be an object"))
}

/// The member of a state document's object that holds the change under way.
pub(crate) const NEXT: &str = "_next";

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'static> = Place { owner: "tencent", region: "r", kind: "things" };

    fn members(value: Value) -> Members {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_change_happens_at_its_deadline_and_not_before() {
        let now = Instant::now();
        let later = now + Duration::from_secs(1);
        let mut store = Store::default();
        store.insert(PLACE, "a", members(json!({"State": "PENDING"})));
        store.schedule(PLACE, "a", later, Then::Set(members(json!({"State": "AVAILABLE"}))));
        store.settle(now);
        assert_eq!(store.get(PLACE, "a").unwrap().text("State"), "PENDING");
        store.settle(later);
        assert_eq!(store.get(PLACE, "a").unwrap().text("State"), "AVAILABLE");
    }

    #[test]
    fn a_later_order_replaces_the_earlier_one() {
        let now = Instant::now();
        let mut store = Store::default();
        store.insert(PLACE, "a", Members::new());
        store.schedule(PLACE, "a", now + Duration::from_secs(1), Then::Set(Members::new()));
        store.schedule(PLACE, "a", now + Duration::from_secs(2), Then::Gone);
        store.settle(now + Duration::from_secs(1));
        assert_eq!(store.len(PLACE), 1);
        store.settle(now + Duration::from_secs(2));
        assert_eq!(store.len(PLACE), 0);
        assert!(store.get(PLACE, "a").is_none());
    }

    #[test]
    fn the_state_document_survives_a_round_trip() {
        let now = Instant::now();
        let mut store = Store::default();
        for id in ["b", "a"] {
            store.insert(PLACE, id, members(json!({"Name": id})));
        }
        store.schedule(PLACE, "b", now + Duration::from_millis(1500), Then::Gone);
        let document = store.to_json(now);
        assert_eq!(document["tencent"]["r"]["things"]["b"][NEXT], json!({"in_ms": 1500, "gone": true}));
        let mut again = Store::from_json(&document, &store, now).unwrap();
        assert_eq!(again.to_json(now), document);
        assert_eq!(again.list(PLACE).map(|object| object.id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        again.settle(now + Duration::from_millis(1500));
        assert_eq!(again.len(PLACE), 1);
    }

    #[test]
    fn a_change_may_be_followed_by_another() {
        let now = Instant::now();
        let second = Duration::from_secs(1);
        let mut store = Store::default();
        store.insert(PLACE, "a", Members::new());
        let last = json!({"in_ms": 1000, "set": {"State": "last"}});
        store.schedule(PLACE, "a", now + second, Then::Set(members(json!({"State": "first", NEXT: last}))));
        let mut again = Store::from_json(&store.to_json(now), &store, now).unwrap();
        for store in [&mut store, &mut again] {
            store.settle(now + second);
            assert_eq!(store.get(PLACE, "a").unwrap().members, members(json!({"State": "first"})));
            store.settle(now + 2 * second);
            assert_eq!(store.get(PLACE, "a").unwrap().text("State"), "last");
        }
    }

    #[test]
    fn documents_of_another_shape_are_refused() {
        for bad in [
            json!({"tencent": 1}),
            json!({"tencent": {"r": []}}),
            json!({"tencent": {"r": {"things": {"a": "b"}}}}),
            json!({"tencent": {"r": {"things": {"a": {"_next": {"in_ms": 1}}}}}}),
            json!({"tencent": {"r": {"things": {"a": {"_next": {"in_ms": 1, "set": {"_next": 2}}}}}}}),
        ] {
            assert!(Store::from_json(&members(bad), &Store::default(), Instant::now()).is_err());
        }
    }
}
