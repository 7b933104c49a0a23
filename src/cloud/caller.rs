use std::borrow::Cow;
use std::num::NonZeroU32;
use std::time::Duration;

use secrecy::SecretString;
use tokio::time::Instant;
use tracing::{Instrument, Span, field};

use crate::cloud::answer::Mismatch;
use crate::cloud::clock::ServiceClock;
use crate::cloud::ctx::{Ctx, Interrupt};
use crate::cloud::error::{Class, Error, Result, human};
use crate::cloud::limit::Limiter;
use crate::cloud::retry::{Effect, Policy, Tries};
use crate::cloud::secret::scrub;
use crate::cloud::transport::{Reply, Request, Transport};

/// Makes calls: waits for their turn, signs, sends, has the answer judged, and repeats by the class
/// of the error.
///
/// Shared by all clouds. What differs between them comes as two functions: one that signs (afresh
/// for each attempt, since signatures carry a time), one that judges an answer.
#[derive(Debug)]
pub(crate) struct Caller {
    transport: Transport,
    limiter: Limiter,
    policy: Policy,
    clock: ServiceClock,
}

/// Signs a request, afresh for each attempt. Neither this nor [`Judge`] is a type parameter: there are many actions, and one code for all.
pub(crate) type Sign<'a> = &'a (dyn Fn() -> Result<Request> + Sync);

/// Finds out what an answer says.
pub(crate) type Judge<'a> = &'a (dyn Fn(&Reply) -> Verdict + Sync);

/// What a call is, apart from its content.
pub(crate) struct Call<'a> {
    pub(crate) action: &'static str,
    pub(crate) region: &'a str,
    pub(crate) effect: Effect,
    /// The documented number of calls per second.
    pub(crate) rate: NonZeroU32,
    /// What must not appear in an error, even if the service quotes it.
    pub(crate) secrets: Vec<&'a SecretString>,
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
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    /// Whether the service may have executed the call nevertheless.
    pub(crate) may_have_run: bool,
    pub(crate) hint: Option<Cow<'static, str>>,
    /// The delay the service asks for.
    pub(crate) retry_after: Option<Duration>,
}

impl Caller {
    pub(crate) fn new(policy: Policy, per_second: Option<NonZeroU32>) -> Self {
        Self {
            transport: Transport::default(),
            limiter: Limiter::new(per_second),
            policy,
            clock: ServiceClock::default(),
        }
    }

    /// What time it is for the service.
    pub(crate) fn clock(&self) -> &ServiceClock {
        &self.clock
    }

    pub(crate) fn max_retries(&self) -> u32 {
        self.policy.max_retries
    }

    /// Makes one call and gives its answer, which `judge` found to be a success.
    pub(crate) async fn call(&self, ctx: &Ctx, call: &Call<'_>, sign: Sign<'_>, judge: Judge<'_>) -> Result<Reply> {
        let mut tries = Tries::default();
        let mut attempts = 0;
        // Whether any attempt of a create may have been executed: what ends the call later on does not undo that.
        let creates = matches!(call.effect, Effect::Create | Effect::CreateOnce);
        let mut executed = false;
        loop {
            let turn = self.limiter.turn(ctx, call.action, call.region, call.rate).await;
            if let Err(interrupt) = turn {
                return Err(call.interrupted(interrupt, attempts, "the rate limit's next turn").ambiguous(executed));
            }
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
            let attempt = self.attempt(ctx, call, sign, judge).instrument(span);
            let (error, retry_after) = match attempt.await {
                Ok(reply) => return Ok(reply),
                Err((error, retry_after)) => (call.locate(error, attempts), retry_after),
            };

            let (class, ambiguous) = (error.class(), error.is_ambiguous());
            executed |= ambiguous && creates;
            let error = error.ambiguous(ambiguous || executed);
            let delay = self.policy.delay(class, call.effect, ambiguous, retry_after, &mut tries);
            let Some(delay) = delay else {
                return Err(error);
            };
            if delay >= ctx.remaining() {
                return Err(error.noting("no time is left to try again"));
            }
            tracing::warn!(
                action = call.action,
                region = call.region,
                attempt = attempts,
                class = class.as_str(),
                code = error.code(),
                request_id = error.request_id(),
                "trying again in {}",
                human(delay),
            );
            if let Err(interrupt) = ctx.sleep(delay).await {
                let what = format!("the next attempt after {}", error.code().unwrap_or(class.as_str()));
                return Err(call.interrupted(interrupt, attempts, &what).ambiguous(executed));
            }
        }
    }

    async fn attempt(
        &self,
        ctx: &Ctx,
        call: &Call<'_>,
        sign: Sign<'_>,
        judge: Judge<'_>,
    ) -> Result<Reply, (Error, Option<Duration>)> {
        let request = sign().map_err(|error| (error, None))?;
        let started = Instant::now();
        let sending = tokio::time::timeout(ATTEMPT_TIMEOUT, self.transport.send(request));
        // An answer to a create names what it made: let a create that is under way finish.
        let grace = match call.effect {
            Effect::Create | Effect::CreateOnce => CREATE_GRACE,
            _ => Duration::ZERO,
        };
        let sent = ctx.run_with_grace(grace, sending).await;

        let writes = call.effect != Effect::Read;
        let span = Span::current();
        span.record("ms", started.elapsed().as_secs_f64() * 1e3);
        let outcome = match sent {
            Err(interrupt) => {
                let error = call.interrupted(interrupt, 0, "the answer").ambiguous(writes);
                Err((error, None))
            }
            Ok(Err(_elapsed)) => {
                let message = format!("no answer within {}", human(ATTEMPT_TIMEOUT));
                Err((Error::new(Class::Transient, message).ambiguous(writes), None))
            }
            Ok(Ok(Err(failure))) => {
                let class = if failure.permanent { Class::Fatal } else { Class::Transient };
                let error = Error::new(class, failure.message)
                    .status_is(failure.status)
                    .ambiguous(failure.sent && writes)
                    .hinting((!failure.sent).then_some(UNREACHABLE.into()));
                Err((error, None))
            }
            Ok(Ok(Ok(reply))) => {
                span.record("status", reply.status);
                let verdict = judge(&reply);
                if verdict.fault.as_ref().is_none_or(|fault| fault.code.is_some()) {
                    self.clock.note(&reply);
                }
                if let Some(id) = &verdict.request_id {
                    span.record("request_id", id);
                }
                match verdict.fault {
                    None => Ok(reply),
                    Some(fault) => Err(fault.into_error(&reply, verdict.request_id, call)),
                }
            }
        };
        match &outcome {
            Ok(_) => tracing::debug!("answered"),
            Err((error, _)) => {
                if let Some(code) = error.code() {
                    span.record("code", code);
                }
                tracing::debug!(class = error.class().as_str(), "failed");
            }
        }
        outcome
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
        Self { class, code: None, message, may_have_run, hint, retry_after: reply.retry_after() }
    }

    /// An answer that claims success but is not what the API gives.
    pub(crate) fn garbage(reply: &Reply) -> Self {
        Self {
            class: Class::Transient,
            code: None,
            message: format!("an unreadable answer, with {}", reply.describe_body()),
            may_have_run: true,
            hint: Some(UNREACHABLE.into()),
            retry_after: None,
        }
    }

    fn into_error(self, reply: &Reply, request_id: Option<String>, call: &Call<'_>) -> (Error, Option<Duration>) {
        let error = Error::new(self.class, scrub(&self.message, &call.secrets))
            .code_is(self.code)
            .request_id_is(request_id)
            .status_is(Some(reply.status))
            .ambiguous(self.may_have_run && call.effect != Effect::Read)
            .hinting(self.hint);
        (error, self.retry_after)
    }
}

const UNREACHABLE: &str =
    "Check the name of the region, the network, the proxy variables and the endpoint, if one is configured.";

/// Describe calls of full pages take seconds at worst; whoever waits longer waits for a dead
/// connection.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const CREATE_GRACE: Duration = Duration::from_secs(5);
