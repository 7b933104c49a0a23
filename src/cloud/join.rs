//! Writes that arrive together become one call, where an action takes many of what it writes.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::{self, BoxFuture, FutureExt};
use tokio::sync::oneshot;
use tokio::time;

use crate::cloud::ctx::{Ctx, Interrupt};
use crate::cloud::erased::{self, Value, erase, restore};
use crate::cloud::error::{Class, Error, Result};

/// Requests of one kind that wait for each other, by what they have in common, such as a gateway.
///
/// A request waits [`WINDOW`] for others, and as long as one with the same key is under way: there is one at a time for each key. What is
/// called off or out of time by then is not sent. Once sent it is waited for, since it may be executed: by then it has the time of the
/// one that has the most.
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
        self.send_when(ctx, key, request, |_| future::ready(()), send).await
    }

    /// The same, but the others have until `room` says that a call would be sent at once.
    pub(crate) async fn send_when<W, F>(
        &self,
        ctx: &Ctx,
        key: String,
        request: Q,
        room: impl Fn(Ctx) -> W + Send + Sync + 'static,
        send: impl Fn(Ctx, Vec<Q>) -> F + Send + Sync + 'static,
    ) -> Result<A>
    where
        W: Future<Output = ()> + Send + 'static,
        F: Future<Output = Vec<Result<A>>> + Send + 'static,
    {
        let room = move |ctx| room(ctx).boxed();
        let send = move |ctx, requests: Vec<Value>| {
            let sent = send(ctx, requests.into_iter().map(restore).collect());
            async move { sent.await.into_iter().map(|answer| answer.map(erase)).collect() }.boxed()
        };
        let call = Call { room: Box::new(room), send: Box::new(send) };
        self.queues.send(ctx, key, erase(request), call).await.map(restore)
    }
}

/// Sends requests of whatever kind.
struct Call {
    /// Waits until there is room for one.
    room: Box<dyn Fn(Ctx) -> BoxFuture<'static, ()> + Send + Sync>,
    send: Box<dyn Fn(Ctx, Vec<Value>) -> Answers + Send + Sync>,
}

/// One for each request.
type Answers = BoxFuture<'static, Vec<Result<Value>>>;

/// What waits, by key. A key that is here is worked on.
#[derive(Clone, Default)]
struct Queues(Arc<Mutex<HashMap<String, Queue>>>);

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    tickets: u64,
}

struct Waiting {
    ticket: u64,
    request: Value,
    ctx: Ctx,
    answer: oneshot::Sender<Result<Value>>,
}

impl Queues {
    async fn send(&self, ctx: &Ctx, key: String, request: Value, call: Call) -> Result<Value> {
        let (answer, mut answered) = oneshot::channel();
        let (ticket, first) = self.enqueue(&key, request, ctx, answer);
        if first {
            let (queues, key) = (self.clone(), key.clone());
            erased::spawn(async move { queues.work(&key, call).await });
        }
        let answer = match ctx.run(&mut answered).await {
            Ok(answer) => answer,
            Err(interrupt) if self.withdraw(&key, ticket) => return Err(unsent(interrupt, &key)),
            // What it made is worth waiting for.
            Err(_) => answered.await,
        };
        answer.unwrap_or_else(|_| {
            Err(Error::new(Class::Fatal, "the call was dropped, and what became of it is not known").ambiguous(true))
        })
    }

    /// Sends what waits for `key`, until nothing does.
    async fn work(&self, key: &str, call: Call) {
        loop {
            time::sleep(WINDOW).await;
            if let Some(ctx) = self.patient(key) {
                (call.room)(ctx).await;
            }
            let Some(batch) = self.next(key) else { return };
            let Some(ctx) = most_patient(&batch) else { return };
            let (requests, waiting): (Vec<_>, Vec<_>) =
                batch.into_iter().map(|waiting| (waiting.request, waiting.answer)).unzip();
            // A defect in one call is no reason to leave those that come after it waiting.
            let Ok(answers) = AssertUnwindSafe(async { (call.send)(ctx, requests).await }).catch_unwind().await else {
                continue;
            };
            for (waiting, answer) in waiting.into_iter().zip(answers) {
                // Whoever asked may have given up.
                let _ = waiting.send(answer);
            }
        }
    }

    /// The request's number in its queue, and whether somebody has to start working.
    fn enqueue(&self, key: &str, request: Value, ctx: &Ctx, answer: oneshot::Sender<Result<Value>>) -> (u64, bool) {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = !queues.contains_key(key);
        let queue = queues.entry(key.to_owned()).or_default();
        let ticket = queue.tickets;
        queue.tickets += 1;
        queue.waiting.push(Waiting { ticket, request, ctx: ctx.clone(), answer });
        (ticket, first)
    }

    /// Whether the request was still waiting; then it is never sent.
    fn withdraw(&self, key: &str, ticket: u64) -> bool {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = queues.get_mut(key) else { return false };
        let before = queue.waiting.len();
        queue.waiting.retain(|waiting| waiting.ticket != ticket);
        queue.waiting.len() < before
    }

    /// The operation of those waiting that has the most time.
    fn patient(&self, key: &str) -> Option<Ctx> {
        let queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queues.get(key).and_then(|queue| most_patient(&queue.waiting))
    }

    /// The next batch; with none, the work is over.
    fn next(&self, key: &str) -> Option<Vec<Waiting>> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queues.get_mut(key).map(|queue| &mut queue.waiting).filter(|waiting| !waiting.is_empty());
        let Some(waiting) = queue else {
            queues.remove(key);
            return None;
        };
        Some(waiting.drain(..waiting.len().min(AT_ONCE)).collect())
    }
}

fn most_patient(waiting: &[Waiting]) -> Option<Ctx> {
    waiting.iter().map(|waiting| &waiting.ctx).max_by_key(|ctx| ctx.deadline()).cloned()
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

fn unsent(interrupt: Interrupt, key: &str) -> Error {
    let (class, what) = match interrupt {
        Interrupt::Cancelled => (Class::Cancelled, "called off"),
        Interrupt::Deadline => (Class::Timeout, "no time was left"),
    };
    Error::new(class, format!("{what} while the call before it, for {key}, was under way; nothing was sent"))
}

/// How long a request waits for others.
const WINDOW: Duration = Duration::from_millis(2);
/// How many requests share a call.
const AT_ONCE: usize = 50;

#[cfg(test)]
mod tests {
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
    async fn what_comes_while_there_is_no_room_goes_along() {
        let (joined, batches) = (Joined::default(), Batches::default());
        let room_at = time::Instant::now() + Duration::from_millis(50);
        let send = async |wait: u64, request: usize| {
            time::sleep(Duration::from_millis(wait)).await;
            let batches = Arc::clone(&batches);
            let send = move |_, requests: Vec<usize>| {
                batches.lock().unwrap().push(requests.clone());
                async move { requests.into_iter().map(Ok).collect() }
            };
            joined.send_when(&ctx(), "a".to_owned(), request, move |_| time::sleep_until(room_at), send).await
        };
        let answers: (Result<usize>, _, _) = future::join3(send(0, 1), send(40, 2), send(60, 3)).await;
        assert_eq!((answers.0.unwrap(), answers.1.unwrap(), answers.2.unwrap()), (1, 2, 3));
        assert_eq!(*batches.lock().unwrap(), [vec![1, 2], vec![3]]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_has_a_limit() {
        let (joined, batches) = (Joined::default(), Batches::default());
        future::try_join_all((0..=AT_ONCE).map(|request| send(&joined, "a", request, &batches))).await.unwrap();
        assert_eq!(batches.lock().unwrap().iter().map(Vec::len).collect::<Vec<_>>(), [AT_ONCE, 1]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_called_off_or_out_of_time_while_it_waits_is_not_sent() {
        let (joined, batches) = (Joined::default(), Batches::default());
        let send = || {
            let batches = Arc::clone(&batches);
            move |_, requests: Vec<usize>| {
                batches.lock().unwrap().push(requests.clone());
                async move {
                    time::sleep(Duration::from_millis(60)).await;
                    requests.into_iter().map(Ok).collect()
                }
            }
        };
        let cancel = CancellationToken::new();
        let called_off = Ctx::new(Duration::from_secs(600), cancel.clone());
        let short = Ctx::new(Duration::from_millis(30), CancellationToken::new());
        let later = async |ctx: &Ctx, request: usize| {
            time::sleep(Duration::from_millis(10)).await;
            joined.send(ctx, "a".to_owned(), request, send()).await
        };
        let first = joined.send(&short, "a".to_owned(), 1, send());
        let calling_off = async {
            time::sleep(Duration::from_millis(20)).await;
            cancel.cancel();
        };
        let patient = ctx();
        let (first, short, off, patient, ()) =
            future::join5(first, later(&short, 2), later(&called_off, 3), later(&patient, 4), calling_off).await;
        assert_eq!(first.unwrap(), 1, "it was under way when its time ended");
        let short = short.unwrap_err();
        assert_eq!((short.class(), short.is_ambiguous()), (Class::Timeout, false));
        let off = off.unwrap_err();
        assert_eq!((off.class(), off.is_ambiguous()), (Class::Cancelled, false));
        assert_eq!(patient.unwrap(), 4);
        assert_eq!(*batches.lock().unwrap(), [[1], [4]]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_panics_leaves_the_next_one_to_be_sent() {
        let joined = Joined::<usize, usize>::default();
        let sending = async |wait: u64, request: usize| {
            time::sleep(Duration::from_millis(wait)).await;
            let send = |_, requests: Vec<usize>| async move {
                time::sleep(Duration::from_millis(30)).await;
                assert!(!requests.contains(&1), "a defect");
                requests.into_iter().map(Ok).collect()
            };
            joined.send(&ctx(), "a".to_owned(), request, send).await
        };
        let (first, second) = future::join(sending(0, 1), sending(10, 2)).await;
        assert!(first.unwrap_err().is_ambiguous());
        assert_eq!(second.unwrap(), 2);
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
