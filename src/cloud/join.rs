//! Writes that arrive together become one call, where an action takes many of what it writes.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use tokio::sync::oneshot;
use tokio::time;

use crate::cloud::ctx::Ctx;
use crate::cloud::erased::{self, Value, erase, restore};
use crate::cloud::error::{Class, Error, Result};

/// Requests of one kind that wait for each other, by what they have in common, such as a gateway.
///
/// A request waits [`WINDOW`] for others, and as long as one with the same key is under way: there is one at a time for each key.
pub(crate) struct Joined<Q, A> {
    queues: Queues,
    kind: PhantomData<fn(Q) -> A>,
}

impl<Q: Send + 'static, A: Send + 'static> Joined<Q, A> {
    /// Sends `request` with what else comes for `key`. `send` gives one answer for each request, in their order; that of whoever comes
    /// first is used for all.
    pub(crate) async fn send<F>(
        &self,
        ctx: &Ctx,
        key: String,
        request: Q,
        send: impl Fn(Ctx, Vec<Q>) -> F + Send + Sync + 'static,
    ) -> Result<A>
    where
        F: Future<Output = Vec<Result<A>>> + Send + 'static,
    {
        let send = move |ctx, requests: Vec<Value>| {
            let sent = send(ctx, requests.into_iter().map(restore).collect());
            async move { sent.await.into_iter().map(|answer| answer.map(erase)).collect() }.boxed()
        };
        self.queues.send(ctx, key, erase(request), Box::new(send)).await.map(restore)
    }
}

/// Sends requests of whatever kind.
type Call = Box<dyn Fn(Ctx, Vec<Value>) -> BoxFuture<'static, Vec<Result<Value>>> + Send + Sync>;

/// What waits, by key. A key that is here is worked on.
#[derive(Clone, Default)]
struct Queues(Arc<Mutex<HashMap<String, Vec<Waiting>>>>);

struct Waiting {
    request: Value,
    ctx: Ctx,
    answer: oneshot::Sender<Result<Value>>,
}

impl Queues {
    async fn send(&self, ctx: &Ctx, key: String, request: Value, send: Call) -> Result<Value> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { request, ctx: ctx.clone(), answer };
        if self.enqueue(&key, waiting) {
            let queues = self.clone();
            erased::spawn(async move { queues.work(&key, send).await });
        }
        // The call keeps to the operation's time by itself; what it made is worth waiting for.
        answered.await.unwrap_or_else(|_| {
            Err(Error::new(Class::Fatal, "the call was dropped, and what became of it is not known").ambiguous(true))
        })
    }

    /// Sends what waits for `key`, until nothing does.
    async fn work(&self, key: &str, send: Call) {
        loop {
            time::sleep(WINDOW).await;
            let Some(batch) = self.next(key) else { return };
            let Some(ctx) = batch.iter().map(|waiting| &waiting.ctx).max_by_key(|ctx| ctx.deadline()).cloned() else {
                return;
            };
            let (requests, waiting): (Vec<_>, Vec<_>) =
                batch.into_iter().map(|waiting| (waiting.request, waiting.answer)).unzip();
            for (waiting, answer) in waiting.into_iter().zip(send(ctx, requests).await) {
                // Whoever asked may have given up.
                let _ = waiting.send(answer);
            }
        }
    }

    /// Whether somebody has to start working.
    fn enqueue(&self, key: &str, waiting: Waiting) -> bool {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match queues.get_mut(key) {
            Some(queue) => {
                queue.push(waiting);
                false
            }
            None => {
                queues.insert(key.to_owned(), vec![waiting]);
                true
            }
        }
    }

    /// The next batch; with none, the work is over.
    fn next(&self, key: &str) -> Option<Vec<Waiting>> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queues.get_mut(key).filter(|queue| !queue.is_empty());
        let Some(queue) = queue else {
            queues.remove(key);
            return None;
        };
        Some(queue.drain(..queue.len().min(AT_ONCE)).collect())
    }
}

impl<Q, A> Default for Joined<Q, A> {
    fn default() -> Self {
        Self { queues: Queues::default(), kind: PhantomData }
    }
}

/// Sends all requests at once. If the service refuses them, one may be to blame and the others must not suffer for it: each is then sent
/// by itself.
pub(crate) async fn all_or_each<Q: Clone, A: Clone, F>(requests: Vec<Q>, send: impl Fn(Vec<Q>) -> F) -> Vec<Result<A>>
where
    F: Future<Output = Result<A>>,
{
    let count = requests.len();
    let answer = send(requests.clone()).await;
    if count == 1 || !answer.as_ref().is_err_and(is_about_one) {
        return vec![answer; count];
    }
    let mut answers = Vec::with_capacity(count);
    for request in requests {
        answers.push(send(vec![request]).await);
    }
    answers
}

/// Whether a refusal of several may be the fault of one of them.
pub(crate) fn is_about_one(error: &Error) -> bool {
    matches!(error.class(), Class::NotFound | Class::Invalid | Class::Fatal) && !error.is_ambiguous()
}

/// How long a request waits for others.
const WINDOW: Duration = Duration::from_millis(2);
/// How many requests share a call.
const AT_ONCE: usize = 50;

#[cfg(test)]
mod tests {
    use futures_util::future;
    use tokio_util::sync::CancellationToken;

    use super::*;

    type Batches = Arc<Mutex<Vec<Vec<usize>>>>;

    fn ctx() -> Ctx {
        Ctx::new(Duration::from_secs(600), CancellationToken::new())
    }

    async fn send(joined: &Joined<usize, usize>, key: &str, request: usize, batches: &Batches) -> Result<usize> {
        let batches = Arc::clone(batches);
        let send = move |_, requests: Vec<usize>| {
            batches.lock().unwrap().push(requests.clone());
            async move {
                time::sleep(Duration::from_millis(30)).await;
                requests.into_iter().map(|request| Ok(request * 10)).collect()
            }
        };
        joined.send(&ctx(), key.to_owned(), request, send).await
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_come_together_are_one_call_and_each_has_its_answer() {
        let (joined, batches) = (Joined::default(), Batches::default());
        let all = (0..10).map(|request| send(&joined, "a", request, &batches));
        let answers = future::try_join_all(all).await.unwrap();
        assert_eq!(answers, (0..10).map(|request| request * 10).collect::<Vec<_>>());
        assert_eq!(batches.lock().unwrap().len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_waits_for_the_one_before_and_other_keys_do_not() {
        let (joined, batches) = (Joined::default(), Batches::default());
        let late = |key, request| {
            let (joined, batches) = (&joined, &batches);
            async move {
                time::sleep(Duration::from_millis(10)).await;
                send(joined, key, request, batches).await
            }
        };
        let all = future::try_join4(send(&joined, "a", 1, &batches), late("a", 2), late("a", 3), late("b", 4));
        assert_eq!(all.await.unwrap(), (10, 20, 30, 40));
        assert_eq!(*batches.lock().unwrap(), [vec![1], vec![4], vec![2, 3]]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_has_a_limit() {
        let (joined, batches) = (Joined::default(), Batches::default());
        future::try_join_all((0..=AT_ONCE).map(|request| send(&joined, "a", request, &batches))).await.unwrap();
        assert_eq!(batches.lock().unwrap().iter().map(Vec::len).collect::<Vec<_>>(), [AT_ONCE, 1]);
    }

    #[tokio::test]
    async fn a_refusal_of_several_is_not_the_fault_of_all() {
        let sent = Mutex::new(Vec::new());
        let send = |requests: Vec<usize>| {
            sent.lock().unwrap().push(requests.clone());
            let refused = requests.contains(&2);
            future::ready(if refused { Err(Error::new(Class::Invalid, "two")) } else { Ok(()) })
        };
        let answers = all_or_each(vec![1, 2, 3], send).await;
        assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(*sent.lock().unwrap(), [vec![1, 2, 3], vec![1], vec![2], vec![3]]);
    }

    #[tokio::test]
    async fn what_is_no_refusal_of_one_is_told_to_all() {
        for class in [Class::Auth, Class::Cancelled, Class::Timeout, Class::Transient] {
            let calls = Mutex::new(0);
            let send = |_: Vec<usize>| {
                *calls.lock().unwrap() += 1;
                future::ready(Err::<(), _>(Error::new(class, "no")))
            };
            let answers = all_or_each(vec![1, 2], send).await;
            assert!(answers.iter().all(Result::is_err) && *calls.lock().unwrap() == 1, "{class:?}");
        }
    }
}
