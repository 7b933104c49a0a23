//! One cell of the campaign: a verb of a kind, with one thing that goes wrong.
//!
//! Each runs on a runtime of its own whose clock is paused: it advances when nobody has anything to do, so that an outage of minutes takes
//! no time, and the mock, which is on the same runtime, settles by the same clock.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cloudvpn::framework::raw::Raw;
use cloudvpn_mock::{Call, FaultRule, Mock, Options};
use serde_json::Value as Json;
use tokio::runtime::Builder;
use tokio::time::sleep;

use crate::faults::{Meanwhile, Step, Trouble};
use crate::terraform::{Outcome, Saved, Terraform};
use crate::world::World;

/// What is done to an object.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Verb {
    Create,
    /// One of the kind's changes.
    Change(usize),
    Read,
    /// A read of what is not there any more.
    ReadGone,
    Import,
    Delete,
}

impl Verb {
    /// Whether it belongs to a plan.
    pub(crate) fn plans(self) -> bool {
        matches!(self, Self::Read | Self::ReadGone | Self::Import)
    }
}

/// Where a verb begins.
#[derive(Clone)]
pub(crate) struct Start<'a> {
    pub(crate) type_name: &'static str,
    pub(crate) seed: &'a Json,
    pub(crate) saved: Saved,
    /// What the configuration says.
    pub(crate) config: &'a Json,
    /// What somebody else makes when the time has come, as a patch of the mock's state.
    pub(crate) twin: Option<&'a Json>,
}

/// A running cell.
pub(crate) struct Cell {
    pub(crate) mock: Arc<Mock>,
    pub(crate) terraform: Terraform,
    pub(crate) config: Raw,
    type_name: &'static str,
}

/// Runs `cell` to its end on a paused clock.
pub(crate) fn run<T>(seed: u64, cell: impl Future<Output = T>) -> T {
    fastrand::seed(seed);
    // A loopback packet is there when it was sent, unless the kernel defers it: before the clock jumps, it gets a moment.
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .on_thread_park(|| std::thread::sleep(Duration::from_micros(20)))
        .build()
        .expect("a runtime");
    runtime.block_on(cell)
}

/// A mock with these objects in it.
pub(crate) fn mock(seed: Json) -> Mock {
    let options = Options { seed: Some(seed), settle: SETTLE, ..Options::default() };
    let mock = Mock::start(options).expect("a mock");
    // They count by the real clock.
    mock.rates([("*", 0)]);
    mock
}

impl Cell {
    pub(crate) async fn start(start: &Start<'_>) -> Self {
        let mock = Arc::new(mock(start.seed.clone()));
        let terraform = Terraform::start(start.type_name, &mock.url()).await;
        let config = terraform.config(start.config);
        Self { mock, terraform, config, type_name: start.type_name }
    }

    /// Orders what goes wrong at a step.
    pub(crate) fn arm(&self, step: &Step, trouble: &Trouble, twin: Option<&Json>) {
        for fault in &trouble.faults {
            let (action, skip) = (step.action.clone(), step.occurrence);
            self.mock.fault_rule(FaultRule { action, times: Some(1), skip, fault: fault.clone() });
        }
        let (mock, session) = (Arc::downgrade(&self.mock), self.terraform.session.clone());
        let (step, meanwhile, twin) = (step.clone(), trouble.meanwhile.clone(), twin.cloned());
        let seen = AtomicU64::new(0);
        self.mock.watch(move |call: &Call| {
            if call.action != step.action || seen.fetch_add(1, Ordering::Relaxed) != step.occurrence {
                return;
            }
            let Some(mock) = mock.upgrade() else { return };
            match &meanwhile {
                Meanwhile::Nothing => {}
                Meanwhile::Twin => mock.patch_state(twin.as_ref().expect("only creates have twins")).expect("a patch"),
                Meanwhile::Stop => session.stop_provider(),
                Meanwhile::Outage(fault, time) => {
                    let (fault, time) = (fault.clone(), *time);
                    mock.fault_rule(FaultRule { action: "*".to_owned(), times: None, skip: 0, fault });
                    tokio::spawn(async move {
                        sleep(time).await;
                        mock.clear_faults();
                    });
                }
            }
        });
    }

    pub(crate) async fn perform(&self, verb: Verb, start: &Start<'_>) -> Outcome {
        match verb {
            Verb::Create | Verb::Change(_) => self.terraform.put(start.saved.clone(), &self.config).await,
            Verb::Read | Verb::ReadGone => self.terraform.read(start.saved.clone()).await,
            Verb::Import => self.terraform.import(&start.saved).await,
            Verb::Delete => self.terraform.delete(start.saved.clone()).await,
        }
    }

    /// Nothing goes wrong any more, and what is under way comes to its end.
    pub(crate) async fn calm(&self) -> World {
        self.mock.clear_faults();
        sleep(CALM).await;
        World::of(&self.mock)
    }

    /// Another run of Terraform.
    pub(crate) async fn again(&mut self) {
        self.terraform = Terraform::start(self.type_name, &self.mock.url()).await;
    }
}

const SETTLE: Duration = Duration::from_millis(300);
/// Longer than anything settles, and than any outage.
const CALM: Duration = Duration::from_secs(3600);
