//! One call of an API, with its attempts: the rate limit's turn, the signature, the answer's judgement, and whether it is sent again.

use std::borrow::Cow;
use std::mem;
use std::num::NonZeroU32;
use std::time::Duration;

use secrecy::SecretString;
use tokio::time::Instant;
use tracing::{Instrument, Span, field};

use crate::cloud::answer::Mismatch;
use crate::cloud::clock::ServiceClock;
use crate::cloud::credentials::{Chain, Credentials};
use crate::cloud::ctx::{Ctx, Interrupt};
use crate::cloud::error::{Class, Error, Result, human};
use crate::cloud::limit::{Limiter, Turn};
use crate::cloud::outage::{Down, Outages};
use crate::cloud::retry::{Effect, Failure, Policy, Tries};
use crate::cloud::scrub::scrub;
use crate::cloud::text;
use crate::cloud::transport::{Reply, Request, Transport, UNREACHABLE};

/// Makes calls: waits for their turn, signs, sends, has the answer judged, and repeats by the class
/// of the error.
///
/// Shared by all clouds. What differs between them comes as two functions: one that signs (afresh
/// for each attempt, since signatures carry a time), one that judges an answer.
#[derive(Debug)]
pub(crate) struct Caller {
    transport: Transport,
    limiter: Limiter,
    outages: Outages,
    policy: Policy,
    clock: ServiceClock,
}

/// Signs a request, afresh for each attempt, with the key of the moment. Neither this nor [`Judge`] is a type parameter: there are many actions, and one code for all.
pub(crate) type Sign<'a> = &'a (dyn Fn(&Credentials) -> Result<Request> + Sync);

/// Finds out what an answer says.
pub(crate) type Judge<'a> = &'a (dyn Fn(&Reply) -> Verdict + Sync);

/// What a call is, apart from its content.
pub(crate) struct Call<'a> {
    pub(crate) action: &'static str,
    pub(crate) region: &'a str,
    pub(crate) effect: Effect,
    /// The documented number of calls per second, where there is one.
    pub(crate) rate: Option<NonZeroU32>,
    /// What must not appear in an error, even if the service quotes it. The key that an attempt is signed with is one of them by itself.
    pub(crate) secrets: Vec<&'a SecretString>,
    /// Gives the key.
    pub(crate) keys: &'a Chain,
}

/// What a cloud's own code finds in an answer.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) request_id: Option<String>,
    /// None: the call succeeded.
    pub(crate) fault: Option<Fault>,
}

/// A failure that an answer reports, or is. Not for `Debug`: the message may quote a secret until it is an [`Error`].
pub(crate) struct Fault {
    pub(crate) class: Class,
    pub(crate) whose: Whose,
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    /// Whether the service may have executed the call nevertheless.
    pub(crate) may_have_run: bool,
    pub(crate) hint: Option<Cow<'static, str>>,
    /// The delay the service asks for.
    pub(crate) retry_after: Option<Duration>,
}

/// What failed when a call did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// This call.
    Call,
    /// The service as a whole, or the way to it: it was not the API that answered, or it says that it is not there or busy.
    Service,
    /// The signature is too old: this machine's clock jumped, or the request was late. It was not executed.
    Clock,
    /// The key is over, or unknown to the service by now. It was not executed.
    Key,
}

/// A failed attempt.
struct Failed {
    error: Error,
    whose: Whose,
    retry_after: Option<Duration>,
    /// The host that was called, and whether anything was sent to it.
    host: String,
    reached: bool,
    /// Whether it is the last attempt whatever the policy says.
    last: bool,
}

impl Caller {
    pub(crate) fn new(policy: Policy, per_second: Option<NonZeroU32>, transport: Transport) -> Self {
        Self {
            transport,
            limiter: Limiter::new(per_second, policy),
            outages: Outages::default(),
            policy,
            clock: ServiceClock::default(),
        }
    }

    /// What time it is for the service.
    pub(crate) fn clock(&self) -> &ServiceClock {
        &self.clock
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    pub(crate) fn max_retries(&self) -> u32 {
        self.policy.max_retries
    }

    /// Waits until a call of `action` would be sent at once; `ctx` may end the wait.
    pub(crate) async fn room(&self, ctx: &Ctx, action: &'static str, region: &str, rate: Option<NonZeroU32>) {
        // Whoever sends is told by the call itself.
        let _ = self.limiter.room(ctx, action, region, rate).await;
    }

    /// Makes one call and gives its answer, which `judge` found to be a success.
    ///
    /// Once an attempt may have been executed, every error of the call [says so](Error::is_ambiguous), whatever became of the attempts after
    /// it.
    pub(crate) async fn call(&self, ctx: &Ctx, call: &Call<'_>, sign: Sign<'_>, judge: Judge<'_>) -> Result<Reply> {
        let mut ambiguous = false;
        let result = self.attempts(ctx, call, sign, judge, &mut ambiguous).await;
        result.map_err(|error| {
            let ambiguous = ambiguous || error.is_ambiguous();
            error.ambiguous(ambiguous)
        })
    }

    async fn attempts(
        &self,
        ctx: &Ctx,
        call: &Call<'_>,
        sign: Sign<'_>,
        judge: Judge<'_>,
        ambiguous: &mut bool,
    ) -> Result<Reply> {
        let mut tries = Tries::default();
        let mut attempts = 0;
        let (mut signed_anew, mut key_renewed) = (false, false);
        let mut failure: Option<Error> = None;
        loop {
            let key = call.keys.current(ctx).await?;
            let turn = match self.limiter.turn(ctx, call.action, call.region, call.rate).await {
                Ok(turn) => turn,
                Err(interrupt) => {
                    return Err(match failure {
                        Some(error) if interrupt == Interrupt::Deadline => error.noting(NO_TIME),
                        _ => call.interrupted(interrupt, attempts, "the rate limit's next turn"),
                    });
                }
            };
            attempts += 1;
            let span = tracing::debug_span!(
                "api_call",
                action = call.action,
                region = call.region,
                attempt = attempts,
                status = field::Empty,
                code = field::Empty,
                request_id = field::Empty,
                ms = field::Empty,
            );
            let begun = Instant::now();
            let failed = match self.attempt(ctx, call, &key, sign, judge).instrument(span).await {
                Ok((host, reply)) => {
                    turn.passed();
                    self.outages.answered(&host, call.action, call.region);
                    return Ok(reply);
                }
                Err(failed) => *failed,
            };
            let error = call.locate(failed.error, attempts).of_key(failed.whose == Whose::Key);
            *ambiguous |= error.is_ambiguous();
            // Without a code, it was not the API that answered.
            let unanswered =
                error.class() == Class::Transient && (failed.whose == Whose::Service || error.code().is_none());
            let down = if unanswered {
                Some(self.outages.failed(&failed.host, call.action, call.region, begun, failed.reached))
            } else {
                if failed.reached {
                    self.outages.answered(&failed.host, call.action, call.region);
                }
                None
            };
            tell(turn, &error, failed.retry_after);
            if failed.whose == Whose::Clock && !signed_anew {
                signed_anew = true;
                call.log_retry(&error, attempts, "signing anew");
                failure = Some(error);
                continue;
            }
            if failed.whose == Whose::Key && !mem::replace(&mut key_renewed, true) {
                match call.keys.replace(ctx, &key).await {
                    Ok(true) => {
                        call.log_retry(&error, attempts, "signing with another key");
                        failure = Some(error);
                        continue;
                    }
                    Ok(false) => {}
                    Err(cause) => return Err(error.noting(&format!("no other key: {cause}"))),
                }
            }

            let why = Failure {
                class: error.class(),
                passes: failed.whose == Whose::Service,
                ambiguous: error.is_ambiguous(),
                asked: failed.retry_after,
            };
            let delay = self.policy.delay(why, call.effect, &mut tries).filter(|_| !failed.last);
            let Some(delay) = delay else {
                return Err(error);
            };
            match down {
                Some(Down::Never(lasts)) if lasts + delay >= NEVER_REACHED => {
                    let tried = format!("it was never reached; tried for {}", human(lasts));
                    return Err(error.becoming(Class::Fatal).noting(&tried));
                }
                Some(Down::For(lasts)) if ctx.outage_limit().is_some_and(|limit| lasts + delay >= limit) => {
                    return Err(error.noting(&format!("it has been like this for {}", human(lasts))));
                }
                _ => {}
            }
            let kept = if *ambiguous && call.effect.creates() { TIME_TO_LOOK } else { Duration::ZERO };
            if delay >= ctx.remaining().saturating_sub(kept) {
                return Err(error.noting(NO_TIME));
            }
            let when = match error.class() {
                Class::Throttled => "trying again at its next turn".to_owned(),
                _ => format!("trying again in {}", human(delay)),
            };
            call.log_retry(&error, attempts, &when);
            if let Err(interrupt) = ctx.sleep(delay).await {
                let what = format!("the next attempt after {}", error.code().unwrap_or_else(|| error.class().as_str()));
                return Err(call.interrupted(interrupt, attempts, &what));
            }
            failure = Some(error);
        }
    }

    async fn attempt(
        &self,
        ctx: &Ctx,
        call: &Call<'_>,
        key: &Credentials,
        sign: Sign<'_>,
        judge: Judge<'_>,
    ) -> Result<(String, Reply), Box<Failed>> {
        let request = sign(key).map_err(Failed::unsent)?;
        let host = request.host();
        let started = Instant::now();
        // What writes and is still under way must not run beside its own repetition. Dead connections are found by their keepalive.
        let patience = match call.effect {
            Effect::Read => ATTEMPT_TIMEOUT,
            Effect::Write | Effect::Delete => Duration::MAX,
            Effect::Create | Effect::CreateOnce => {
                let remaining = ctx.remaining();
                remaining.saturating_sub(TIME_TO_LOOK).max(remaining / 2)
            }
        };
        let sending = tokio::time::timeout(patience, self.transport.send(request));
        // An answer to a create names what it made: let a create that is under way finish.
        let grace = if call.effect.creates() { CREATE_GRACE } else { Duration::ZERO };
        let sent = ctx.run_with_grace(grace, sending).await;

        let writes = call.effect != Effect::Read;
        let span = Span::current();
        span.record("ms", started.elapsed().as_secs_f64() * 1e3);
        let failed = |error, whose| Failed { whose, host: host.clone(), ..Failed::unsent(error) };
        let outcome = match sent {
            Err(interrupt) => {
                let error = call.interrupted(interrupt, 0, "the answer").ambiguous(writes);
                Err(failed(error, Whose::Call))
            }
            Ok(Err(_elapsed)) => {
                let message = format!("no answer within {}", human(patience));
                let error = Error::new(Class::Transient, message).ambiguous(writes);
                Err(Failed { reached: true, last: writes, ..failed(error, Whose::Service) })
            }
            Ok(Ok(Err(failure))) => {
                let class = if failure.permanent { Class::Fatal } else { Class::Transient };
                let error = Error::new(class, failure.message)
                    .status_is(failure.status)
                    .ambiguous(failure.sent && writes)
                    .hinting(failure.hint.map(Into::into));
                Err(Failed { reached: failure.sent, ..failed(error, Whose::Service) })
            }
            Ok(Ok(Ok(reply))) => {
                span.record("status", reply.status);
                let verdict = judge(&reply);
                if verdict.fault.as_ref().is_none_or(|fault| fault.code.is_some()) {
                    self.clock.note(&reply);
                }
                if let Some(id) = &verdict.request_id {
                    span.record("request_id", &*text::shown(id, text::WORD));
                }
                match verdict.fault {
                    None => Ok(reply),
                    Some(fault) => {
                        let (whose, retry_after) = (fault.whose, fault.retry_after);
                        let error = fault.into_error(&reply, verdict.request_id, call, key);
                        Err(Failed { reached: true, retry_after, ..failed(error, whose) })
                    }
                }
            }
        };
        match &outcome {
            Ok(_) => tracing::debug!("answered"),
            Err(Failed { error, .. }) => {
                if let Some(code) = error.code() {
                    span.record("code", code);
                }
                tracing::debug!(class = error.class().as_str(), "failed");
            }
        }
        match outcome {
            Ok(reply) => Ok((host, reply)),
            Err(failed) => Err(Box::new(failed)),
        }
    }
}

impl Failed {
    /// An attempt that came to nothing before anything was sent.
    fn unsent(error: Error) -> Self {
        Self { error, whose: Whose::Call, retry_after: None, host: String::new(), reached: false, last: false }
    }
}

/// Tells the limiter what became of a call.
fn tell(turn: Turn, error: &Error, retry_after: Option<Duration>) {
    match error.class() {
        Class::Throttled => turn.refused(retry_after),
        // Nobody knows whether it was counted.
        Class::Transient => {}
        _ => turn.passed(),
    }
}

impl Call<'_> {
    /// Puts `error` into the context of this call.
    pub(crate) fn locate(&self, error: Error, attempts: u32) -> Error {
        error.about(self.action, self.region).after_attempts(attempts)
    }

    /// The error of a request that cannot be sent as it is.
    pub(crate) fn unwritable(&self, error: &serde_json::Error) -> Error {
        self.locate(Error::new(Class::Fatal, format!("cannot write the request: {error}")), 0)
    }

    /// The error of an answer that succeeded but cannot be read.
    pub(crate) fn unexpected_shape(&self, mismatch: &Mismatch, request_id: Option<String>) -> Error {
        let error = Error::new(Class::Fatal, mismatch.to_string()).request_id_is(request_id);
        self.locate(error.ambiguous(self.effect != Effect::Read), 1)
    }

    fn log_retry(&self, error: &Error, attempts: u32, when: &str) {
        tracing::warn!(
            action = self.action,
            region = self.region,
            attempt = attempts,
            class = error.class().as_str(),
            code = error.code(),
            request_id = error.request_id(),
            "{when}",
        );
    }

    fn interrupted(&self, interrupt: Interrupt, attempts: u32, awaited: &str) -> Error {
        let error = match interrupt {
            Interrupt::Cancelled => Error::new(Class::Cancelled, format!("called off while waiting for {awaited}")),
            Interrupt::Deadline => {
                Error::new(Class::Timeout, format!("the operation's time is over while waiting for {awaited}"))
            }
        };
        self.locate(error, attempts)
    }
}

impl Fault {
    /// An answer with an HTTP status that the API itself does not give: it comes from something in
    /// between.
    pub(crate) fn http(reply: &Reply) -> Self {
        let (class, may_have_run) = match reply.status {
            429 => (Class::Throttled, false),
            408 | 500.. => (Class::Transient, true),
            _ => (Class::Fatal, false),
        };
        let message = format!("an answer that is not the API's, with {}", reply.describe_body());
        let hint = (class == Class::Fatal).then_some(UNREACHABLE.into());
        Self { class, whose: Whose::Service, code: None, message, may_have_run, hint, retry_after: reply.retry_after() }
    }

    /// An answer that claims success but is not what the API gives.
    pub(crate) fn garbage(reply: &Reply) -> Self {
        Self {
            class: Class::Transient,
            whose: Whose::Call,
            code: None,
            message: format!("an unreadable answer, with {}", reply.describe_body()),
            may_have_run: true,
            hint: Some(UNREACHABLE.into()),
            retry_after: None,
        }
    }

    fn into_error(self, reply: &Reply, request_id: Option<String>, call: &Call<'_>, key: &Credentials) -> Error {
        let secrets: Vec<_> = call.secrets.iter().copied().chain(key.secrets()).collect();
        Error::new(self.class, scrub(&self.message, &secrets))
            .code_is(self.code)
            .request_id_is(request_id)
            .status_is(Some(reply.status))
            .ambiguous(self.may_have_run && call.effect != Effect::Read)
            .hinting(self.hint)
    }
}

const NO_TIME: &str = "no time is left to try again";

/// Describe calls of full pages take seconds at worst; whoever waits longer for a read waits for a dead
/// connection.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a create that is under way may still answer when the operation is called off: slow ones take that long.
const CREATE_GRACE: Duration = Duration::from_secs(30);
/// What is left of an operation's time when the answer to a create is no longer waited for: what it made is looked for then.
pub(crate) const TIME_TO_LOOK: Duration = Duration::from_secs(30);
/// How long a host is tried that this process never reached: most likely its name is wrong, or the way there.
const NEVER_REACHED: Duration = Duration::from_secs(3);
