//! The campaign: every kind, every verb, every API call that the verb makes, and everything that can go wrong at it.
//!
//! Kinds come from the provider's own schema, calls from the mock's log of a run without faults, so that new ones are in it by themselves;
//! `kinds.rs` has how to configure a kind, and nothing else is to be done for one. Each cell is a provider and a mock in this process,
//! on a clock that jumps (`cell.rs`); `oracle.rs` says what has to hold after it.
//!
//! `CAMPAIGN_LONG=1` takes all troubles at all calls instead of the likely ones, `CAMPAIGN_ONLY` the cells whose names have that in them,
//! `CAMPAIGN_SEED` another series of jitter and mutations: `cargo xtask campaign` sets them.

use std::env;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

mod cell;
mod empties;
mod faults;
mod kills;
mod kinds;
mod known;
mod logs;
mod oracle;
mod permissions;
mod record;
mod terraform;
mod world;

use cell::Verb;
use faults::{Meanwhile, Step, Trouble};
use record::{Record, VerbRecord};

// What it has for the tests of the protocol, and nothing here.
#[allow(dead_code)]
#[path = "../protocol/client.rs"]
mod client;

#[test]
fn every_kind_bears_every_fault() {
    let options = Options::from_environment();
    let started = Instant::now();
    let records = records();
    let cells: Vec<_> = records.iter().flat_map(|record| cells(record, &options)).collect();
    let recorded = started.elapsed();
    let wrong = in_parallel(&cells, |cell| cell.judge(options.seed));

    let mut failures = Vec::new();
    let mut used = vec![false; known::KNOWN.len()];
    for (cell, wrong) in cells.iter().zip(wrong) {
        for wrong in wrong {
            let by = known::KNOWN.iter().position(|known| cell.is_known(known, &wrong));
            match by {
                Some(by) => used[by] = true,
                None => failures.push(format!("{}: {wrong}", cell.name())),
            }
        }
    }
    for (known, _) in known::KNOWN.iter().zip(used).filter(|(_, used)| !used) {
        eprintln!("no cell fails any more for this reason: {}", known.why);
    }
    eprintln!(
        "{} kinds, {} cells, recorded in {recorded:?}, all in {:?}",
        records.len(),
        cells.len(),
        started.elapsed()
    );
    assert!(failures.is_empty(), "{} of {} cells:\n{}", failures.len(), cells.len(), failures.join("\n"));
}

/// Every kind there is, as it is without faults.
pub(crate) fn records() -> Vec<Record> {
    let kinds: Vec<_> = terraform::kinds().into_iter().flat_map(kinds::entries).collect();
    in_parallel(&kinds, Record::of)
}

/// What the environment asks for.
pub(crate) struct Options {
    long: bool,
    pub(crate) only: String,
    pub(crate) seed: u64,
}

impl Options {
    pub(crate) fn from_environment() -> Self {
        let text = |name| env::var(name).unwrap_or_default();
        Self {
            long: !text("CAMPAIGN_LONG").is_empty(),
            only: text("CAMPAIGN_ONLY"),
            seed: text("CAMPAIGN_SEED").parse().unwrap_or(1),
        }
    }
}

/// One thing that goes wrong at one call of one verb of one kind.
struct Planned<'a> {
    record: &'a Record,
    verb: &'a VerbRecord,
    step: &'a Step,
    trouble: Trouble,
}

fn cells<'a>(record: &'a Record, options: &Options) -> Vec<Planned<'a>> {
    let mut all = Vec::new();
    for verb in &record.verbs {
        for step in &verb.steps {
            // Polls are alike: the first and the last one stand for all.
            let last = verb.steps.iter().filter(|other| other.action == step.action).count() as u64 - 1;
            if !options.long && step.occurrence != 0 && step.occurrence != last {
                continue;
            }
            let mut troubles = faults::troubles(step, options.long);
            if options.long {
                let base = options.seed.wrapping_mul(1000);
                troubles.extend(faults::mutations(base..base + MUTATIONS));
            }
            // What the service says is gone, is; and without a difference nobody can tell twins apart.
            troubles.retain(|trouble| match trouble.meanwhile {
                Meanwhile::Twin => record.twin.is_some(),
                _ => verb.verb != Verb::Delete || trouble.name != "not found",
            });
            // Reads of a plan give up what does not answer for half a minute.
            for trouble in &mut troubles {
                trouble.bearable &= trouble.name != "slow" || !verb.verb.plans();
            }
            all.extend(troubles.into_iter().map(|trouble| Planned { record, verb, step, trouble }));
        }
    }
    all.retain(|cell| cell.name().contains(&options.only));
    all
}

impl Planned<'_> {
    fn name(&self) -> String {
        let Self { record, verb, step, trouble } = self;
        format!(
            "{}{} {} {}#{} [{}]",
            record.type_name, record.form, verb.name, step.action, step.occurrence, trouble.name
        )
    }

    fn judge(&self, seed: u64) -> Vec<String> {
        let judged = AssertUnwindSafe(|| oracle::judge(self.record, self.verb, self.step, &self.trouble, seed));
        panic::catch_unwind(judged).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            vec![format!("panicked: {}", text.unwrap_or_default())]
        })
    }

    fn is_known(&self, known: &known::Known, wrong: &str) -> bool {
        self.record.type_name.contains(known.kind)
            && self.verb.name.contains(known.verb)
            && self.trouble.name.contains(known.trouble)
            && wrong.contains(known.wrong)
    }
}

/// The results of `work` for all of `items`, in their order, on all cores.
fn in_parallel<I: Sync, T: Send>(items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    // A cell waits at every turn of its clock: several keep a core busy.
    let threads = 3 * std::thread::available_parallelism().map_or(2, usize::from);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((at, item)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
                {
                    let result = work(item);
                    done.lock().expect("nothing panics with it").push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("nothing panics with it");
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Of each answer, in the longer form.
const MUTATIONS: u64 = 20;
