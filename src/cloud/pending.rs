//! What this process is writing, so that one apply does not collide with itself.
//!
//! Terraform works on ten objects at once, in any order that their references permit. What a create or a change is refused for as taken may
//! be what a delete or another change of the same apply is about to give up: a key of `for_each` that was renamed is a delete and a create
//! of the same thing. Only this process knows that. So whoever writes says here what it occupies, and who is refused waits for those that
//! may [make room](Writing::room).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{self, Instant};

use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error};

/// The writes of this process to one cloud.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    state: Mutex<State>,
    changed: Notify,
}

/// What somebody is about to write.
#[derive(Clone, Debug, Default)]
pub(crate) struct Intent {
    pub(crate) region: String,
    /// The kind of object: those of one kind share a quota.
    pub(crate) kind: &'static str,
    /// For people: `tunnel vpnx-1`.
    pub(crate) object: String,
    /// What it occupies, now or when it is done: its own id, and what it names.
    pub(crate) places: HashSet<String>,
    /// Whether something may be free afterwards: it is a delete or a change.
    pub(crate) makes_room: bool,
}

/// Why a write was refused that may succeed when another one is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occupied {
    /// Something else has what it asks for, or still uses what it gives up.
    Taken,
    /// There are as many as there may be.
    Full,
    /// The service says no more than no.
    Perhaps,
}

/// What became of waiting for room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// Something that shares a place is over: ask again.
    Made,
    /// Nobody here makes any, or the operation's time is over: the refusal stands.
    None,
    /// Nobody does, since those who could wait for room themselves.
    Crossed(Vec<String>),
}

/// One write, until it is dropped.
#[derive(Debug)]
pub(crate) struct Writing<'a> {
    pending: &'a Pending,
    number: u64,
}

#[derive(Debug, Default)]
struct State {
    last: u64,
    writes: HashMap<u64, Write>,
    /// When something that makes room last began or ended, by region.
    stirred: HashMap<String, Instant>,
}

#[derive(Debug)]
struct Write {
    intent: Intent,
    /// Whether it waits for room itself.
    waits: bool,
    /// The room that was made since it last asked.
    room: Shared,
    /// Those that it may have waited for in vain.
    crossed: BTreeSet<String>,
}

/// What two writes have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Shared {
    places: usize,
    kind: bool,
}

/// What to do about a refusal.
enum Step {
    Ask,
    /// Until something changes, or this moment.
    Wait(Option<Instant>),
    Stand(Room),
}

impl Pending {
    /// Says what is going to be written. It is over when what this gives is dropped.
    pub(crate) fn begin(&self, intent: Intent) -> Writing<'_> {
        let number = self.with(|state| {
            state.last += 1;
            let write = Write { intent, waits: false, room: Shared::default(), crossed: BTreeSet::new() };
            state.stir(&write.intent);
            state.writes.insert(state.last, write);
            state.last
        });
        Writing { pending: self, number }
    }

    /// Changes the state and lets everybody look at it.
    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.lock());
        self.changed.notify_waiters();
        changed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock leaves it half-changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writing<'_> {
    /// To be called before each attempt: what is over from here on may be what it was refused for.
    pub(crate) fn ask(&self) {
        if let Some(write) = self.pending.lock().writes.get_mut(&self.number) {
            write.room = Shared::default();
        }
    }

    /// After a refusal: waits for what this process does that may make room, which is what shares most with this write.
    ///
    /// Where nothing is going on that could, something may be about to begin: Terraform starts a delete and a create of the same thing in any
    /// order. That is waited for until nothing that makes room has begun or ended in the region for [`SOON`].
    pub(crate) async fn room(&self, ctx: &Ctx, why: Occupied) -> Room {
        let refused = Instant::now();
        self.waits(true);
        let room = loop {
            // Registered before the look: what changes after that wakes it.
            let mut changed = std::pin::pin!(self.pending.changed.notified());
            changed.as_mut().enable();
            let step = self.pending.lock().step(self.number, why, refused);
            let waited = match step {
                Step::Ask => break Room::Made,
                Step::Stand(room) => break room,
                Step::Wait(None) => ctx.run(changed).await,
                Step::Wait(Some(until)) => ctx.run(time::timeout_at(until, changed)).await.map(drop),
            };
            if waited.is_err() {
                break Room::None;
            }
        };
        self.waits(false);
        room
    }

    /// It is over and has changed something: whoever was refused meanwhile may ask again.
    pub(crate) fn done(self) {
        self.pending.with(|state| state.make_room(self.number));
    }

    fn waits(&self, waits: bool) {
        self.pending.with(|state| {
            let State { writes, stirred, .. } = state;
            let Some(write) = writes.get_mut(&self.number) else { return };
            write.waits = waits;
            if write.intent.makes_room {
                stirred.insert(write.intent.region.clone(), Instant::now());
            }
        });
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.pending.with(|state| {
            if let Some(write) = state.writes.remove(&self.number) {
                state.stir(&write.intent);
            }
        });
    }
}

impl State {
    fn stir(&mut self, intent: &Intent) {
        if intent.makes_room {
            self.stirred.insert(intent.region.clone(), Instant::now());
        }
    }

    fn make_room(&mut self, number: u64) {
        let Some(over) = self.writes.get(&number).filter(|write| write.intent.makes_room) else { return };
        let over = over.intent.clone();
        for (_, write) in self.writes.iter_mut().filter(|(other, _)| **other != number) {
            write.room = write.room.max(over.shared(&write.intent));
        }
    }

    fn step(&mut self, number: u64, why: Occupied, refused: Instant) -> Step {
        let Some(own) = self.writes.get(&number) else { return Step::Stand(Room::None) };
        let region = &own.intent.region;
        let makers = || {
            let others = self.writes.iter().filter(|(other, _)| **other != number).map(|(_, write)| write);
            others.filter(|write| write.intent.makes_room && write.intent.region == *region)
        };
        let most =
            makers().filter(|write| !write.waits).map(|write| write.intent.shared(&own.intent).counted(why)).max();
        let most = most.unwrap_or_default();
        let made = own.room.counted(why);
        if made > 0 && made >= most {
            return Step::Ask;
        }
        if most > 0 {
            return Step::Wait(None);
        }
        let crossed = makers().filter(|write| write.waits && write.intent.shared(&own.intent).counted(why) > 0);
        let crossed: Vec<_> = crossed.map(|write| write.intent.object.clone()).collect();
        // What else is deleted may be what such a delete has to wait for.
        let others = makers().any(|write| !write.waits);
        let quiet = self.stirred.get(region).map_or(refused, |stirred| refused.max(*stirred)) + SOON;
        let Some(own) = self.writes.get_mut(&number) else { return Step::Stand(Room::None) };
        own.crossed.extend(crossed);
        match why {
            Occupied::Perhaps => {}
            _ if others => return Step::Wait(None),
            _ if Instant::now() < quiet => return Step::Wait(Some(quiet)),
            _ => {}
        }
        Step::Stand(match own.crossed.is_empty() {
            true => Room::None,
            false => Room::Crossed(own.crossed.iter().cloned().collect()),
        })
    }
}

impl Occupied {
    /// Why a write was refused, by what its cloud's table says of its code; none where other writes cannot be why.
    pub(super) fn of(error: &Error, by_code: impl Fn(&str) -> Option<Self>) -> Option<Self> {
        match (error.class(), error.code()) {
            (Class::Invalid | Class::Fatal | Class::Conflict, Some(code)) => by_code(code),
            // What was not even asked for, since something is in the way.
            (Class::Conflict, None) => Some(Self::Taken),
            _ => None,
        }
    }
}

impl Intent {
    fn shared(&self, other: &Self) -> Shared {
        if self.region != other.region {
            return Shared::default();
        }
        Shared { places: self.places.intersection(&other.places).count(), kind: self.kind == other.kind }
    }
}

impl Shared {
    /// How much of it counts: a quota is of a kind, whatever else one of that kind occupies.
    fn counted(self, why: Occupied) -> usize {
        match why {
            Occupied::Full => self.places + usize::from(self.kind),
            Occupied::Taken | Occupied::Perhaps => self.places,
        }
    }
}

/// Within which Terraform begins what can begin.
const SOON: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use futures_util::future;
    use tokio_util::sync::CancellationToken;

    use super::*;

    fn ctx() -> Ctx {
        Ctx::new(Duration::from_secs(600), CancellationToken::new())
    }

    fn intent(object: &str, makes_room: bool, places: &[&str]) -> Intent {
        let places = places.iter().map(|place| (*place).to_owned()).collect();
        Intent { region: "here".to_owned(), kind: "tunnel", object: object.to_owned(), places, makes_room }
    }

    /// A delete or a change that takes these seconds.
    async fn maker(pending: &Pending, begins: u64, takes: u64, object: &str, places: &[&str]) {
        time::sleep(Duration::from_secs(begins)).await;
        let writing = pending.begin(intent(object, true, places));
        time::sleep(Duration::from_secs(takes)).await;
        writing.done();
    }

    /// A create that was just refused: what comes of it, and after how many seconds.
    async fn refused(pending: &Pending, why: Occupied, places: &[&str]) -> (Room, u64) {
        let writing = pending.begin(intent("new", false, places));
        writing.ask();
        let started = Instant::now();
        let room = writing.room(&ctx(), why).await;
        (room, started.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_waits_for_what_is_going_on_under_a_shared_parent() {
        use Occupied::{Full, Perhaps, Taken};
        for (begins, takes, places, why, expected) in [
            (0, 40, &["gw", "cgw"], Taken, (Room::Made, 40)),
            // Whatever of the two comes first.
            (3, 40, &["gw", "cgw"], Taken, (Room::Made, 43)),
            (0, 40, &["gw", "other"], Taken, (Room::Made, 40)),
            (0, 40, &["gw", "other"], Perhaps, (Room::Made, 40)),
            // Only what is going on already may be what a refusal is about that says nothing.
            (3, 40, &["gw", "cgw"], Perhaps, (Room::None, 0)),
            // Too late.
            (7, 40, &["gw", "cgw"], Taken, (Room::None, 5)),
            // Something else, which others may have to wait for; a quota is shared with it.
            (0, 40, &["elsewhere", "other"], Taken, (Room::None, 45)),
            (0, 40, &["elsewhere", "other"], Full, (Room::Made, 40)),
        ] {
            let pending = Pending::default();
            let maker = async {
                maker(&pending, begins, takes, "tunnel vpnx-1", places).await;
            };
            // What begins first is known first.
            let (_, found) = future::join(maker, refused(&pending, why, &["gw", "cgw"])).await;
            assert_eq!(found, expected, "{begins} {takes} {places:?} {why:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_shares_most_comes_first() {
        let pending = Pending::default();
        let others = future::join(
            maker(&pending, 0, 10, "tunnel vpnx-1", &["gw", "other"]),
            maker(&pending, 0, 30, "tunnel vpnx-2", &["gw", "cgw"]),
        );
        let (_, found) = future::join(others, refused(&pending, Occupied::Taken, &["gw", "cgw"])).await;
        assert_eq!(found, (Room::Made, 30));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_over_between_the_call_and_its_refusal_counts() {
        let pending = Pending::default();
        let writing = pending.begin(intent("new", false, &["gw"]));
        maker(&pending, 0, 1, "tunnel vpnx-1", &["gw"]).await;
        writing.ask();
        // This was before the call was sent.
        assert_eq!(writing.room(&ctx(), Occupied::Perhaps).await, Room::None);
        writing.ask();
        maker(&pending, 0, 1, "tunnel vpnx-1", &["gw"]).await;
        assert_eq!(writing.room(&ctx(), Occupied::Perhaps).await, Room::Made);
    }

    #[tokio::test(start_paused = true)]
    async fn a_delete_that_has_to_wait_for_another_one_is_waited_for() {
        let pending = Pending::default();
        // The old server goes when its client is gone.
        let old = async {
            maker(&pending, 0, 60, "SSL client vpnc-1", &["old"]).await;
            maker(&pending, 1, 20, "SSL server vpns-1", &["old", "gw"]).await;
        };
        let (_, found) = future::join(old, refused(&pending, Occupied::Taken, &["gw"])).await;
        assert_eq!(found, (Room::Made, 81));
    }

    #[tokio::test(start_paused = true)]
    async fn what_failed_makes_no_room() {
        let pending = Pending::default();
        let failing = async {
            let _writing = pending.begin(intent("tunnel vpnx-1", true, &["gw"]));
            time::sleep(Duration::from_secs(10)).await;
        };
        let (_, found) = future::join(failing, refused(&pending, Occupied::Taken, &["gw"])).await;
        assert_eq!(found, (Room::None, 15));
    }

    #[tokio::test(start_paused = true)]
    async fn changes_that_wait_for_each_other_say_so() {
        let pending = Pending::default();
        let change = async |object: &str| {
            let writing = pending.begin(intent(object, true, &["gw"]));
            writing.ask();
            writing.room(&ctx(), Occupied::Taken).await
        };
        let both = future::join(change("tunnel vpnx-1"), change("tunnel vpnx-2")).await;
        let crossed = |object: &str| Room::Crossed(vec![object.to_owned()]);
        assert_eq!(both, (crossed("tunnel vpnx-2"), crossed("tunnel vpnx-1")));
    }

    #[tokio::test(start_paused = true)]
    async fn a_chain_of_changes_is_no_circle() {
        let pending = Pending::default();
        let change = async {
            let writing = pending.begin(intent("tunnel vpnx-1", true, &["gw"]));
            writing.ask();
            let room = writing.room(&ctx(), Occupied::Taken).await;
            writing.done();
            room
        };
        let first = maker(&pending, 2, 30, "tunnel vpnx-2", &["gw"]);
        let (rooms, _) = future::join(future::join(change, refused(&pending, Occupied::Taken, &["gw"])), first).await;
        assert_eq!(rooms, (Room::Made, (Room::Made, 32)));
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_of_the_operation_ends_the_wait() {
        let pending = Pending::default();
        let _delete = pending.begin(intent("tunnel vpnx-1", true, &["gw"]));
        let writing = pending.begin(intent("new", false, &["gw"]));
        let ctx = ctx().with_timeout(Duration::from_secs(9));
        assert_eq!(writing.room(&ctx, Occupied::Taken).await, Room::None);
    }
}
