//! Tasks, in which asynchronous actions end: following them to their end.
//!
//! The acknowledgement of a create names the new object and its task. Whoever waits for the object later on knows only its name, so that
//! the task is remembered here until then.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future;

use crate::cloud::batch::{Listing, Page, Reader};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::vpc::{DescribeVpcTaskResult, DescribeVpcTaskResultAnswer};
use crate::cloud::wait::{self, Poll};

/// The tasks of this process.
#[derive(Default)]
pub(super) struct Tasks {
    reader: Reader<Results>,
    /// Those in which new objects are made, by the object's id.
    making: Mutex<HashMap<String, Task>>,
}

/// A task and the action that it belongs to.
#[derive(Clone, Copy, Debug)]
struct Task {
    number: i64,
    action: &'static str,
}

impl Client {
    /// Follows the task of `A` to its end. One that failed is an error. One that was never told, or that nobody knows any more, says
    /// nothing: the state of the object has to be looked at, as it has after a success.
    pub(super) async fn finish<A: Action>(&self, ctx: &Ctx, region: &str, task: Option<i64>) -> Result<()> {
        match Task::of::<A>(task) {
            Some(task) => self.follow(ctx, region, task, None).await,
            None => Ok(()),
        }
    }

    /// Remembers the task in which `id` is made.
    pub(super) fn making<A: Action>(&self, id: &str, task: Option<i64>) {
        if let Some(task) = Task::of::<A>(task) {
            self.inner.tasks.making().insert(id.to_owned(), task);
        }
    }

    /// Follows the task in which `id` is made to its end, unless that was done.
    pub(super) async fn finish_making(&self, ctx: &Ctx, region: &str, id: &str) -> Result<()> {
        let task = self.inner.tasks.making().remove(id);
        match task {
            Some(task) => self.follow(ctx, region, task, Some(id)).await,
            None => Ok(()),
        }
    }

    /// `object` is the one to look for where the task tells of several.
    async fn follow(&self, ctx: &Ctx, region: &str, task: Task, object: Option<&str>) -> Result<()> {
        let Task { number, action } = task;
        let id = number.to_string();
        let results = Results(self.clone());
        let what = format!("task {id} of {action}");
        let failure = wait::until(ctx, &what, || async {
            let Some(Finished { answer, .. }) = self.inner.tasks.reader.now(&results, ctx, region, &id).await? else {
                tracing::warn!(region, id, "the task vanished; going by the object's own state");
                return Ok(Poll::Ready(None));
            };
            let own = object.and_then(|object| answer.result.iter().find(|r| r.resource_id.as_deref() == Some(object)));
            let status = own.and_then(|own| own.status.as_deref()).or(answer.status.as_deref()).unwrap_or("unknown");
            Ok(if status.eq_ignore_ascii_case("SUCCESS") {
                Poll::Ready(None)
            } else if status.eq_ignore_ascii_case("FAILED") {
                Poll::Ready(Some(answer.output.unwrap_or_default()))
            } else {
                Poll::Pending(status.to_owned())
            })
        });
        let Some(said) = failure.await? else { return Ok(()) };
        let said = if said.trim().is_empty() { "no message".to_owned() } else { said };
        Err(Error::new(Class::Fatal, format!("task {id} failed: {said}")).about(action, region))
    }
}

impl Task {
    fn of<A: Action>(number: Option<i64>) -> Option<Self> {
        // 0 is what an answer has that means none.
        let number = number.filter(|number| *number != 0)?;
        Some(Self { number, action: A::NAME })
    }
}

impl Tasks {
    fn making(&self) -> MutexGuard<'_, HashMap<String, Task>> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How tasks are asked for: one by one, but those of several objects once for all of them.
#[derive(Clone)]
struct Results(Client);

#[derive(Clone)]
struct Finished {
    id: String,
    answer: DescribeVpcTaskResultAnswer,
}

impl Listing for Results {
    type Item = Finished;

    const IDS: usize = 100;
    const PAGE: usize = 1;

    fn id(task: &Finished) -> Option<&str> {
        Some(&task.id)
    }

    async fn by_ids(&self, ctx: &Ctx, region: &str, ids: &[String]) -> Result<Vec<Finished>> {
        let asked = ids.iter().map(|id| self.one(ctx, region, id));
        // What fails is left out, and asked for again on its own.
        Ok(future::join_all(asked).await.into_iter().filter_map(|answer| answer.ok().flatten()).collect())
    }

    async fn one(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<Finished>> {
        match self.0.call(ctx, region, &DescribeVpcTaskResult { task_id: id.to_owned() }).await {
            Ok(answer) => Ok(Some(Finished { id: id.to_owned(), answer })),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// There is no list of tasks, and none is asked for.
    async fn page(&self, _ctx: &Ctx, region: &str, _offset: usize) -> Result<Page<Finished>> {
        Err(Error::new(Class::Fatal, "tasks cannot be listed").about(DescribeVpcTaskResult::NAME, region))
    }
}
