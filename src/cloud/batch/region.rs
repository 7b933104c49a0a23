//! What goes on in a region with one kind of object: who waits for what, and what was listed. No calls are made here.

use std::collections::HashMap;
use std::time::Duration;
use std::{iter, mem};

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::Object;
use crate::cloud::error::Result;

/// What is going on in a region.
#[derive(Default)]
pub(super) struct Region {
    /// Counts writes.
    pub(super) generation: u64,
    /// Reads so far that a listing could have answered.
    asked: usize,
    /// How many objects the region holds, when last seen.
    pub(super) total: Option<usize>,
    /// Waits for the next batch.
    pending: Vec<Waiting>,
    collecting: bool,
    /// Waits for the listing that is under way.
    listing: Option<Vec<Waiting>>,
    /// Listing failed once: it is not tried again.
    pub(super) unlistable: bool,
    snapshot: Option<Snapshot>,
}

struct Snapshot {
    taken: Instant,
    /// When something was last asked for that it could have had.
    used: Instant,
    /// Without what was served already: Terraform reads an object once.
    items: HashMap<String, Object>,
}

/// How an object is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// As it was a few seconds ago at the earliest.
    Read,
    /// As it is now, with what listings leave out where there are no lists of ids.
    Whole,
    /// As it is now by a listing, and by itself if that does not show it.
    Listed,
    /// The same without being sure: not if a call that asks for several does not show it.
    Shown,
}

impl Look {
    pub(super) fn may_be_listed(self) -> bool {
        matches!(self, Self::Listed | Self::Shown)
    }
}

pub(super) struct Waiting {
    pub(super) id: String,
    pub(super) look: Look,
    pub(super) until: Instant,
    /// [`Ctx::outage_limit`](crate::cloud::Ctx::outage_limit)
    pub(super) outage_limit: Option<Duration>,
    pub(super) answer: oneshot::Sender<Result<Option<Object>>>,
}

/// What has to be started outside of the lock.
pub(super) enum Start {
    Nothing,
    Collecting,
    Listing,
}

/// What a listing brought.
pub(super) struct Listed {
    pub(super) items: HashMap<String, Object>,
    pub(super) total: usize,
    pub(super) complete: bool,
}

impl Region {
    pub(super) fn forget(&mut self) {
        self.generation += 1;
        self.snapshot = None;
    }

    pub(super) fn take(&mut self, id: &str) -> Option<Object> {
        let snapshot = self.snapshot.as_mut()?;
        if snapshot.used.elapsed() >= PAUSE || snapshot.taken.elapsed() >= OLDEST {
            self.snapshot = None;
            return None;
        }
        snapshot.used = Instant::now();
        let item = snapshot.items.remove(id)?;
        if snapshot.items.is_empty() {
            self.snapshot = None;
        }
        Some(item)
    }

    /// `many` reads are worth a listing.
    pub(super) fn enqueue(&mut self, waiting: Waiting, many: usize) -> Start {
        if waiting.look == Look::Read {
            self.asked += 1;
            if let Some(listing) = &mut self.listing {
                listing.push(waiting);
                return Start::Nothing;
            }
            // While there is a snapshot, whoever comes here asks for something that is not in it.
            if self.snapshot.is_none() && self.worth_listing(many) {
                self.listing = Some(vec![waiting]);
                return Start::Listing;
            }
        }
        self.pending.push(waiting);
        self.start_collecting()
    }

    /// How many objects may be listed, by what has been asked for until now.
    pub(super) fn worth(&self) -> usize {
        self.asked * WORTH
    }

    fn worth_listing(&self, many: usize) -> bool {
        !self.unlistable && self.asked > many && self.total.is_none_or(|total| total <= self.worth())
    }

    fn start_collecting(&mut self) -> Start {
        if self.collecting || self.pending.is_empty() {
            return Start::Nothing;
        }
        self.collecting = true;
        Start::Collecting
    }

    /// What waits, in batches for calls with so many ids; with none, the collecting is over. Where calls take one id, those that pages of
    /// this size may show are together.
    pub(super) fn batches(&mut self, ids: usize, page: usize) -> Vec<Vec<Waiting>> {
        self.collecting = !self.pending.is_empty();
        let pending = mem::take(&mut self.pending);
        if ids > 1 {
            return pieces(pending, ids);
        }
        let (listed, alone): (Vec<_>, Vec<_>) = pending.into_iter().partition(|waiting| waiting.look.may_be_listed());
        let mut batches = pieces(listed, page);
        batches.extend(pieces(alone, 1));
        batches
    }

    pub(super) fn listed(&mut self, listed: Result<Listed>, generation: u64, started: Instant) -> Start {
        let waiting = self.listing.take().unwrap_or_default();
        let Listed { mut items, total, complete } = match listed {
            // Somebody wrote meanwhile: what was listed may be older than that.
            Ok(listed) if generation == self.generation => listed,
            Ok(_) => {
                // Where writes go on, the next listing would be spoilt as well: it has to be earned anew.
                self.asked = 0;
                self.pending.extend(waiting);
                return self.start_collecting();
            }
            Err(_) => {
                self.unlistable = true;
                self.pending.extend(waiting);
                return self.start_collecting();
            }
        };
        self.total = Some(total);
        for waiting in waiting {
            match items.remove(&waiting.id) {
                Some(item) => waiting.tell(Ok(Some(item))),
                None => self.pending.push(waiting),
            }
        }
        if complete {
            self.snapshot = Some(Snapshot { taken: started, used: Instant::now(), items });
            // The next listing has to be earned anew.
            self.asked = 0;
        }
        self.start_collecting()
    }
}

impl Waiting {
    pub(super) fn tell(self, answer: Result<Option<Object>>) {
        // Whoever asked may have given up.
        let _ = self.answer.send(answer);
    }
}

fn pieces(all: Vec<Waiting>, size: usize) -> Vec<Vec<Waiting>> {
    let mut all = all.into_iter();
    iter::from_fn(|| Some(all.by_ref().take(size).collect::<Vec<_>>()).filter(|piece| !piece.is_empty())).collect()
}

/// How many reads are answered by id before listing is considered. Without lists of ids, every read is a call of its own: then the second
/// one may as well be a page, which also tells whether there are many more.
pub(super) fn many(ids_per_call: usize) -> usize {
    if ids_per_call > 1 { MANY } else { 1 }
}

/// After how long without a read a snapshot is dropped: Terraform has gone through what it refreshes, and what it asks for later is to be
/// as it then is. Its own work between two reads of a refresh takes less, with thousands of resources on a busy machine, too.
pub(super) const PAUSE: Duration = Duration::from_secs(10);
/// How long a snapshot is served at most. A refresh shows each object as it was at some moment of the refresh, and those of some thousand
/// objects take a minute or two; what goes on for longer is not one refresh.
pub(super) const OLDEST: Duration = Duration::from_secs(5 * 60);
/// After how many reads listing is considered: what Terraform reads at once by default.
pub(super) const MANY: usize = 10;
/// How many objects per read may be listed.
const WORTH: usize = 100;
