//! What is adopted, what is made, and what is named.

use std::sync::Mutex;

use tokio::time;
use tokio_util::sync::CancellationToken;
use tracing::Level;

use super::*;
use crate::cloud::testing::Logs;

/// A service that takes its time to list what it made, and what becomes of the creates that it is sent.
#[derive(Default)]
struct Service {
    unique: bool,
    lag: Duration,
    /// Whether a second object does not bring the list up to date.
    strict: bool,
    creates: Creates,
    clock: ServiceClock,
    /// What others make meanwhile.
    others: Vec<Candidate>,
    outcomes: Mutex<Vec<Outcome>>,
    made: Mutex<Vec<Instant>>,
    sent: Mutex<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// Executed, and the answer was lost.
    Lost,
    /// Not executed, which nobody can know.
    Dropped,
    /// Refused for a reason that may have to do with the attempt before.
    Refused,
    /// Waits for a long time to be sent.
    Held,
}

use Outcome::{Done, Dropped, Held, Lost, Refused};

impl Service {
    fn new(unique: bool, lag: u64, outcomes: &[Outcome]) -> Self {
        let outcomes = Mutex::new(outcomes.iter().rev().copied().collect());
        Self { unique, lag: Duration::from_secs(lag), outcomes, ..Self::default() }
    }

    fn sent(&self) -> usize {
        *self.sent.lock().unwrap()
    }

    fn made(&self) -> usize {
        self.made.lock().unwrap().len()
    }

    async fn create(&self, ctx: &Ctx) -> Result<Made> {
        let terms = Terms { creates: &self.creates, clock: &self.clock, window: WINDOW, max_retries: 3 };
        Adoption::begin(ctx, self, terms).await?.send(ctx).await
    }
}

impl Creation for Service {
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            action: "CreateThing",
            region: "r",
            name: Some("a"),
            kind: "thing",
            place: "in p".into(),
            print: 1,
            repeats: if self.unique { Repeats::Refused } else { Repeats::Double },
            prefix: Some(""),
        }
    }

    async fn send(&self, ctx: &Ctx) -> Result<Option<String>> {
        let outcome = self.outcomes.lock().unwrap().pop().expect("an outcome for each attempt");
        if outcome == Held {
            ctx.sleep(Duration::from_secs(3600)).await.unwrap_err();
            return Err(Error::new(Class::Cancelled, "called off before it was sent"));
        }
        *self.sent.lock().unwrap() += 1;
        if outcome == Refused {
            return Err(Error::new(Class::Fatal, "no more things").code_is(Some("LimitExceeded".into())));
        }
        if self.unique && self.made() > 0 {
            return Err(Error::new(Class::Invalid, "there is one").code_is(Some("Duplicate".into())));
        }
        if outcome != Dropped {
            self.made.lock().unwrap().push(Instant::now());
        }
        match outcome {
            Done => Ok(Some(format!("thing-{}", self.made()))),
            _ => Err(Error::new(Class::Transient, "connection cut").ambiguous(true)),
        }
    }

    async fn listed(&self, _: &Ctx) -> Result<Vec<Candidate>> {
        let made = self.made.lock().unwrap();
        // A second one brings the list up to date.
        let is_listed = |at: &Instant| at.elapsed() >= self.lag || (made.len() > 1 && !self.strict);
        let there = made.iter().enumerate().filter(|(_, at)| is_listed(at));
        let own = there.map(|(index, _)| thing(&format!("thing-{}", index + 1), Likeness::Same));
        let others = self.others.iter().filter(|_| self.sent() > 0).cloned();
        Ok(own.chain(others).collect())
    }
}

fn thing(id: &str, likeness: Likeness) -> Candidate {
    Candidate { id: id.to_owned(), name: Some("a".to_owned()), likeness, created: None }
}

fn ctx() -> Ctx {
    Ctx::new(Duration::from_secs(600), CancellationToken::new())
}

#[tokio::test(start_paused = true)]
async fn what_could_be_made_twice_is_looked_for_as_long_as_new_objects_may_be_unlisted() {
    let service = Service::new(false, 8, &[Lost, Done]);
    assert_eq!(service.create(&ctx()).await.unwrap(), Made::Found("thing-1".into()));
    assert_eq!((service.sent(), service.made()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_the_service_makes_once_only_is_asked_for_again_sooner() {
    let started = Instant::now();
    let service = Service::new(true, 0, &[Dropped, Done]);
    assert_eq!(service.create(&ctx()).await.unwrap(), Made::Answered(Some("thing-1".into())));
    assert!(started.elapsed() < WINDOW * 3);
}

#[tokio::test(start_paused = true)]
async fn what_a_repetition_collides_with_is_found() {
    let service = Service::new(true, 8, &[Lost, Done]);
    assert_eq!(service.create(&ctx()).await.unwrap(), Made::Found("thing-1".into()));
    assert_eq!((service.sent(), service.made()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_after_an_unknown_outcome_says_that_there_may_be_an_object() {
    let service = Service::new(true, 3600, &[Lost, Refused]);
    let error = service.create(&ctx()).await.unwrap_err();
    assert_eq!((error.code(), error.is_ambiguous()), (Some("LimitExceeded"), true));
    assert!(error.hint().unwrap().contains("import it"), "{error:?}");
    assert_eq!(service.sent(), 2, "a refusal is not repeated");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_the_first_attempt_is_just_that() {
    let service = Service::new(false, 0, &[Refused]);
    let error = service.create(&ctx()).await.unwrap_err();
    assert_eq!((error.code(), error.is_ambiguous()), (Some("LimitExceeded"), false));
    assert!(error.hint().is_none_or(|hint| !hint.contains("import it")), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn calling_off_a_repetition_says_that_there_may_be_an_object() {
    let cancel = CancellationToken::new();
    let ctx = Ctx::new(Duration::from_secs(600), cancel.clone());
    let service = Service::new(true, 3600, &[Lost, Held]);
    let calling_off = async {
        time::sleep(WINDOW * 3).await;
        cancel.cancel();
    };
    let (made, ()) = futures_util::future::join(service.create(&ctx), calling_off).await;
    let error = made.unwrap_err();
    assert_eq!((error.class(), error.is_ambiguous()), (Class::Cancelled, true));
    assert!(error.hint().unwrap().contains("import it"), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn another_object_that_an_earlier_attempt_made_is_told() {
    let (logs, _capturing) = Logs::capture();
    let service = Service::new(false, 3600, &[Lost, Done]);
    assert_eq!(service.create(&ctx()).await.unwrap(), Made::Answered(Some("thing-2".into())));
    let warnings = logs.at(Level::WARN);
    assert!(warnings.iter().any(|line| line.contains("another new thing") && line.contains("thing-1")), "{warnings:?}");
}

#[tokio::test(start_paused = true)]
async fn equal_creates_are_looked_for_side_by_side_and_each_has_one_of_the_objects() {
    let started = Instant::now();
    let service = Service { strict: true, ..Service::new(false, 20, &[Lost; 4]) };
    let ctx = ctx();
    let made = futures_util::future::join_all((0..4).map(|_| service.create(&ctx))).await;

    let ids: HashSet<_> = made.into_iter().map(|made| format!("{:?}", made.unwrap())).collect();
    assert_eq!((ids.len(), service.sent()), (4, 4), "{ids:?}");
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn two_that_could_be_it_are_nobodys() {
    let others = vec![thing("theirs", Likeness::Same)];
    let service = Service { others, ..Service::new(false, 0, &[Lost]) };
    let error = service.create(&ctx()).await.unwrap_err();
    assert_eq!((error.is_ambiguous(), error.candidates().len()), (true, 2), "{error:?}");
    let hint = error.hint().unwrap();
    assert!(hint.contains("theirs") && hint.contains("thing-1") && hint.contains("terraform import"), "{hint}");
}

#[tokio::test(start_paused = true)]
async fn what_is_different_is_not_adopted_and_named() {
    let others = vec![thing("theirs", Likeness::Differs("tags"))];
    let service = Service { others, ..Service::new(true, 0, &[Dropped, Refused]) };
    let error = service.create(&ctx()).await.unwrap_err();
    assert_eq!((error.code(), error.candidates()), (Some("LimitExceeded"), &["theirs".to_owned()][..]));
    assert!(error.hint().unwrap().contains("theirs \"a\" (not the same: tags)"), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn what_does_not_show_yet_what_it_is_is_waited_for() {
    let others = vec![thing("theirs", Likeness::Unsettled)];
    let service = Service { others, ..Service::new(false, 0, &[Dropped]) };
    let started = Instant::now();
    let error = service.create(&ctx()).await.unwrap_err();
    assert_eq!((error.class(), service.sent()), (Class::Timeout, 1), "{error:?}");
    assert!(started.elapsed() >= Duration::from_secs(600), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn after_a_cancellation_what_was_just_asked_for_is_still_found() {
    let cancel = CancellationToken::new();
    let ctx = Ctx::new(Duration::from_secs(600), cancel.clone());
    let service = Service::new(false, 8, &[Lost]);
    let calling_off = async {
        time::sleep(Duration::from_secs(3)).await;
        cancel.cancel();
    };
    let (made, ()) = futures_util::future::join(service.create(&ctx), calling_off).await;
    assert_eq!(made.unwrap(), Made::Found("thing-1".into()));
}

#[tokio::test(start_paused = true)]
async fn at_the_end_of_the_operations_time_what_was_asked_for_is_still_found() {
    let service = Service::new(false, 8, &[Lost]);
    let made = service.create(&ctx().with_timeout(Duration::from_secs(5))).await;
    assert_eq!(made.unwrap(), Made::Found("thing-1".into()));
}

#[tokio::test(start_paused = true)]
async fn what_the_service_does_not_answer_is_repeated_as_long_as_the_operation_may_take() {
    let outcomes: Vec<_> = [Dropped; 9].into_iter().chain([Done]).collect();
    let service = Service::new(true, 0, &outcomes);
    assert_eq!(service.create(&ctx()).await.unwrap(), Made::Answered(Some("thing-1".into())));
}
