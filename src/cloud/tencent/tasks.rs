//! Tasks, in which asynchronous actions end, and the objects that they work on.
//!
//! The acknowledgement of a create names the new object and its task. Whoever waits for the object later on knows only its name, so that
//! the task is remembered here until then.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::{self, BoxFuture, FutureExt};
use secrecy::SecretString;

use crate::cloud::batch::{Listing, Reader, Shown};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::listing::Page;
use crate::cloud::scrub::scrub;
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::describe::Described;
use crate::cloud::tencent::tagged::{Reading, Tagged};
use crate::cloud::tencent::vpc::{
    DescribeVpcTaskResult, DescribeVpcTaskResultAnswer, DescribeVpnGatewaySslClients, DescribeVpnGatewaySslServers,
};
use crate::cloud::wait::{self, Poll};

/// The tasks of this process.
#[derive(Default)]
pub(super) struct Tasks {
    reader: Reader<Results>,
    /// Those in which new objects are made, by the object's id.
    making: Mutex<HashMap<String, Task>>,
}

/// A task and the action that it belongs to.
#[derive(Clone, Debug)]
pub(super) struct Task {
    number: i64,
    action: &'static str,
    /// What must not appear in an error, even if the task quotes it.
    secrets: Vec<SecretString>,
}

/// A kind of object that tasks work on.
pub(super) trait Worked: Tagged {
    fn stage(item: &Self::Item) -> Stage;
}

/// How far an object is, by its own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Something is going on: this state.
    Busy(String),
    Idle,
    /// The service gave up what it did: the state that says so.
    GivenUp(String),
}

impl Stage {
    fn business(self) -> Option<String> {
        match self {
            Self::Busy(state) => Some(state),
            Self::Idle | Self::GivenUp(_) => None,
        }
    }
}

/// When to ask for a task.
struct Watch {
    /// None when it is over.
    task: Mutex<Option<Task>>,
    looks: AtomicUsize,
}

/// How far a task is.
enum Progress {
    Running(String),
    /// It names the object as done.
    Done,
    /// Or nobody knows it any more: it says nothing, and the object's own state is all there is.
    Over,
    Failed(Error),
}

impl Client {
    /// Follows the task of `A` on the object `id` to its end. One that failed is an error, without the `secrets` of the request. One that was
    /// never told, or that nobody knows any more, says nothing: the state of the object has to be looked at, as it has after a success.
    pub(super) async fn finish<A: Action>(
        &self,
        ctx: &Ctx,
        region: &str,
        id: &str,
        task: Option<i64>,
        secrets: &[&SecretString],
    ) -> Result<()> {
        let Some(task) = Task::of::<A>(task, secrets) else { return Ok(()) };
        wait::until(ctx, &format!("task {} of {}", task.number, task.action), || async {
            match self.progress(ctx, region, &task, id).await? {
                Progress::Running(status) => Ok(Poll::Pending(status)),
                Progress::Done | Progress::Over => Ok(Poll::Ready(())),
                Progress::Failed(error) => Err(error),
            }
        })
        .await
    }

    /// Remembers the task of `request`, in which `id` is made.
    pub(super) fn making<A: Action>(&self, id: &str, task: Option<i64>, request: &A) {
        if let Some(task) = Task::of::<A>(task, &request.secrets()) {
            self.inner.tasks.making().insert(id.to_owned(), task);
        }
    }

    /// Waits until nothing goes on with the object `id`, which may be a new one, and gives what it then is, without tags.
    ///
    /// Objects are looked at together, tasks one by one: as long as the object itself says that something is going on, its task is asked
    /// for now and then only.
    pub(super) async fn idle<D: Worked>(
        &self,
        ctx: &Ctx,
        region: &str,
        reading: &Reading<D>,
        id: &str,
    ) -> Result<D::Item> {
        let watch = Watch::new(self.inner.tasks.making().remove(id));
        let look = || async {
            let item = reading.now(self, ctx, region, id).await?;
            let item = match watch.due(item.as_ref().map(D::stage)) {
                None => item,
                Some(task) => match self.progress(ctx, region, &task, id).await? {
                    Progress::Running(status) => return Ok(item.map(|_| Poll::Pending(status))),
                    Progress::Failed(error) => return Err(error),
                    Progress::Done | Progress::Over => {
                        watch.over();
                        // What was seen before the end need not be the end.
                        reading.now(self, ctx, region, id).await?
                    }
                },
            };
            let Some(item) = item else { return Ok(None) };
            match D::stage(&item) {
                Stage::Idle => Ok(Some(Poll::Ready(item))),
                Stage::Busy(state) => Ok(Some(Poll::Pending(state))),
                Stage::GivenUp(state) => Err(given_up(id, &state)),
            }
        };
        wait::until_it_is(ctx, id, "usable", look).await.map_err(|error| located::<D>(error, region))
    }

    /// Waits until nothing goes on with any of the objects `ids`, and tells whether anything did.
    ///
    /// The service has one code for an object that is busy and for whatever it does not support (VPC API 2017-03-12, errors of
    /// CreateVpnGatewayRoutes, ModifyVpnGatewaySslServer and the like): who is refused with it looks. A create that was given up goes on, and
    /// so does a delete whose answer was lost.
    pub(super) fn were_busy<'a>(
        &'a self,
        ctx: &'a Ctx,
        region: &'a str,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<bool>> {
        let busy = AtomicBool::new(false);
        async move {
            wait::until(ctx, &format!("what goes on with {} to end", ids.join(", ")), || async {
                let states = ids.iter().map(|id| self.business(ctx, region, id));
                let Some(state) = future::try_join_all(states).await?.into_iter().flatten().next() else {
                    return Ok(Poll::Ready(()));
                };
                busy.store(true, Ordering::Relaxed);
                Ok(Poll::Pending(state))
            })
            .await?;
            Ok(busy.load(Ordering::Relaxed))
        }
        .boxed()
    }

    /// What goes on with an object, if anything does.
    async fn business(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<String>> {
        let inner = &self.inner;
        let state = match id.split('-').next() {
            Some("vpngw") => inner.gateways.now(&Described::by(self), ctx, region, id).await?.and_then(|it| it.state),
            Some("vpnx") => inner.tunnels.now(&Described::by(self), ctx, region, id).await?.and_then(|it| it.state),
            Some("vpns") => {
                let server = inner.ssl_servers.now(self, ctx, region, id).await?;
                return Ok(server.as_ref().map(DescribeVpnGatewaySslServers::stage).and_then(Stage::business));
            }
            Some("vpnc") => {
                let client = inner.ssl_clients.now(self, ctx, region, id).await?;
                return Ok(client.as_ref().map(DescribeVpnGatewaySslClients::stage).and_then(Stage::business));
            }
            _ => None,
        };
        let busy = |state: &String| ["PENDING", "DELETING"].iter().any(|busy| busy.eq_ignore_ascii_case(state));
        Ok(state.filter(busy))
    }

    /// Waits until the object `id` is gone, which `A` deletes without a secret in its request: the service says that it does not exist, or is
    /// not shown among others and its task names it as done. The task is asked for as in [`Client::idle`].
    pub(super) async fn gone<D: Worked, A: Action>(
        &self,
        ctx: &Ctx,
        region: &str,
        reading: &Reading<D>,
        id: &str,
        task: Option<i64>,
    ) -> Result<()> {
        let watch = Watch::new(Task::of::<A>(task, &[]));
        self.inner.sightings.going(region, id);
        wait::until_gone(ctx, id, || async {
            let item = match reading.shown(self, ctx, region, id).await? {
                Shown::There(item) => item,
                Shown::Gone => return Ok(None),
                Shown::Unseen => {
                    // One call tells of all that a task deletes.
                    if let Some(task) = watch.due(None) {
                        match self.progress(ctx, region, &task, id).await {
                            Ok(Progress::Done) => return Ok(None),
                            // A task may run for ever, and its object be gone.
                            Ok(Progress::Running(status)) if !watch.is_long() => return Ok(Some(status)),
                            // What became of the object, it says itself.
                            _ => {}
                        }
                    }
                    let Some(item) = reading.now(self, ctx, region, id).await? else { return Ok(None) };
                    item
                }
            };
            let stage = D::stage(&item);
            if let Some(task) = watch.due(Some(stage.clone())) {
                match self.progress(ctx, region, &task, id).await? {
                    Progress::Running(status) => return Ok(Some(status)),
                    Progress::Failed(error) => return Err(error),
                    Progress::Done | Progress::Over => watch.over(),
                }
            }
            match stage {
                Stage::Busy(state) => Ok(Some(state)),
                Stage::Idle => Ok(Some("still there".to_owned())),
                Stage::GivenUp(state) => Err(given_up(id, &state)),
            }
        })
        .await
        .map_err(|error| located::<D>(error, region))
    }

    /// How far a task is with the object `id`.
    async fn progress(&self, ctx: &Ctx, region: &str, task: &Task, id: &str) -> Result<Progress> {
        let Task { number, action, secrets } = task;
        let results = Results(self.clone());
        let asked = self.inner.tasks.reader.now(&results, ctx, region, &number.to_string()).await?;
        let Some(Asked { answer, .. }) = asked else {
            tracing::warn!(region, number, "the task vanished; going by the object's own state");
            return Ok(Progress::Over);
        };
        let own = answer.result.iter().find(|result| result.resource_id.as_deref() == Some(id));
        let status = own.and_then(|own| own.status.as_deref()).or(answer.status.as_deref()).unwrap_or("unknown");
        if status.eq_ignore_ascii_case("SUCCESS") {
            return Ok(if own.is_some_and(|own| own.status.is_some()) { Progress::Done } else { Progress::Over });
        }
        if !status.eq_ignore_ascii_case("FAILED") {
            return Ok(Progress::Running(format!("task {status}")));
        }
        let said = answer.output.filter(|said| !said.trim().is_empty());
        let said = scrub(said.as_deref().unwrap_or("no message"), &secrets.iter().collect::<Vec<_>>());
        let message = format!("task {number} failed: {said}");
        Ok(Progress::Failed(Error::new(Class::Fatal, message).about(action, region).given_up()))
    }
}

/// How tasks are asked for: one by one, but one that works on several objects once for all of them.
#[derive(Clone)]
struct Results(Client);

#[derive(Clone)]
struct Asked {
    number: String,
    answer: DescribeVpcTaskResultAnswer,
}

impl Listing for Results {
    type Item = Asked;

    const ACTION: Option<&'static str> = Some(DescribeVpcTaskResult::NAME);
    const IDS: usize = 100;
    const PAGE: usize = 1;

    fn id(task: &Asked) -> Option<&str> {
        Some(&task.number)
    }

    async fn by_ids(&self, ctx: &Ctx, region: &str, numbers: &[String]) -> Result<Vec<Asked>> {
        let asked = numbers.iter().map(|number| self.one(ctx, region, number));
        // What fails is left out, and asked for again on its own.
        Ok(future::join_all(asked).await.into_iter().filter_map(|answer| answer.ok().flatten()).collect())
    }

    async fn one(&self, ctx: &Ctx, region: &str, number: &str) -> Result<Option<Asked>> {
        match self.0.call(ctx, region, &DescribeVpcTaskResult { task_id: number.to_owned() }).await {
            Ok(answer) => Ok(Some(Asked { number: number.to_owned(), answer })),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// There is no list of tasks, and none is asked for.
    async fn page(&self, _ctx: &Ctx, region: &str, _offset: usize) -> Result<Page<Asked>> {
        Err(Error::new(Class::Fatal, "tasks cannot be listed").about(DescribeVpcTaskResult::NAME, region))
    }
}

impl Task {
    fn of<A: Action>(number: Option<i64>, secrets: &[&SecretString]) -> Option<Self> {
        // 0 is what an answer has that means none.
        let number = number.filter(|number| *number != 0)?;
        Some(Self { number, action: A::NAME, secrets: secrets.iter().copied().cloned().collect() })
    }
}

impl Watch {
    fn new(task: Option<Task>) -> Self {
        Self { task: Mutex::new(task), looks: AtomicUsize::new(0) }
    }

    /// The task to ask for now, with its object at this stage; none where it is not there.
    fn due(&self, stage: Option<Stage>) -> Option<Task> {
        let looks = self.looks.fetch_add(1, Ordering::Relaxed) + 1;
        let tells = matches!(stage, Some(Stage::Busy(_)));
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        task.clone().filter(|_| !tells || looks.is_multiple_of(LOOKS_PER_TASK))
    }

    /// Whether it has been asked for often, now and then.
    fn is_long(&self) -> bool {
        self.looks.load(Ordering::Relaxed).is_multiple_of(LOOKS_PER_TASK)
    }

    fn over(&self) {
        *self.task.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Tasks {
    fn making(&self) -> MutexGuard<'_, HashMap<String, Task>> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn given_up(id: &str, state: &str) -> Error {
    Error::new(Class::Fatal, format!("the service gave up what it did with {id}: its state is {state}")).given_up()
}

/// What a wait says for itself is about what it looked at.
fn located<D: Worked>(error: Error, region: &str) -> Error {
    if error.action().is_none() { error.about(D::NAME, region) } else { error }
}

/// What the service says to whatever it does not support, also while an object is busy.
pub(super) const UNSUPPORTED: &str = "UnsupportedOperation";
/// A task may fail and leave its object busy for ever.
const LOOKS_PER_TASK: usize = 5;
