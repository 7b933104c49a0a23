//! What goes wrong at a call.

use std::time::Duration;

use cloudvpn_mock::{Cloud, Fault, Lie, When};

/// Something that goes wrong once.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) name: String,
    /// What becomes of the call and of the next ones of its action.
    pub(crate) faults: Vec<Fault>,
    pub(crate) meanwhile: Meanwhile,
    /// Whether the operation has to succeed all the same.
    pub(crate) bearable: bool,
}

/// What happens beside the call, when it is done and not answered yet.
#[derive(Clone, Debug)]
pub(crate) enum Meanwhile {
    Nothing,
    /// Somebody else makes an equal object, with other tags.
    Twin,
    /// Terraform is interrupted.
    Stop,
    /// Every call fails for so long.
    Outage(Fault, Duration),
}

impl Trouble {
    /// Whether an answer has other values than the object: they are believed until the next read.
    pub(crate) fn lies(&self) -> bool {
        self.faults.iter().any(|fault| matches!(fault, Fault::Answer(Lie::Mutated(_))))
    }

    /// Whether it lasts for longer than any operation may take, so that nobody can tell in time what became of it.
    pub(crate) fn outlasts(&self) -> bool {
        matches!(self.meanwhile, Meanwhile::Outage(_, time) if time > LONGEST_OPERATION)
    }
}

/// A call that a verb makes when nothing goes wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Step {
    pub(crate) cloud: Cloud,
    pub(crate) action: String,
    /// How many calls of the action there were before.
    pub(crate) occurrence: u64,
    pub(crate) effect: Effect,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    Reads,
    Makes,
    Writes,
}

impl Effect {
    pub(crate) fn of(action: &str) -> Self {
        match action {
            _ if ["Describe", "List", "Get", "Generate", "Download"].iter().any(|verb| action.starts_with(verb)) => {
                Self::Reads
            }
            _ if ["Create", "Add"].iter().any(|verb| action.starts_with(verb)) => Self::Makes,
            _ => Self::Writes,
        }
    }
}

/// All that can go wrong at a step. `long` adds what takes more cells than a test has time for.
pub(crate) fn troubles(step: &Step, long: bool) -> Vec<Trouble> {
    let codes = Codes::of(step.cloud);
    let mut all = Vec::new();
    for (name, fault) in [
        ("drop before", Fault::Drop(When::Before)),
        ("drop after", LOST),
        ("delay", Fault::DelayMs(5_000)),
        ("truncate", Fault::Truncate(true)),
        ("garbage", Fault::Garbage(true)),
        ("html", Fault::Html(true)),
        ("http 502", Fault::Http(502)),
        ("throttled", error(codes.throttled)),
        ("internal", error(codes.internal)),
        ("expired", error(codes.expired)),
    ] {
        all.push(bearable(name, [fault]));
    }
    all.push(unbearable("refused", [error(codes.refused)]));
    all.push(unbearable("quoted", [Fault::Quote(codes.invalid.to_owned())]));
    all.push(Trouble { meanwhile: Meanwhile::Stop, ..unbearable("stop", [Fault::DelayMs(3_000)]) });
    all.push(outage("outage of 20 s", Fault::Http(503), Fault::Http(503), 20));
    if long {
        for status in [500, 503, 504, 429, 408] {
            all.push(bearable(&format!("http {status}"), [Fault::Http(status)]));
        }
        all.push(bearable("throttled for long", vec![error(codes.throttled); 12]));
        all.push(bearable("internal twice", [error(codes.internal), error(codes.internal)]));
        all.push(bearable("unavailable", [error(codes.unavailable)]));
        all.push(bearable("slow", [Fault::DelayMs(45_000)]));
        all.push(outage("cut off for 20 s", Fault::Drop(When::Before), Fault::Drop(When::Before), 20));
        all.push(Trouble { bearable: false, ..outage("outage of 4 min", Fault::Http(503), Fault::Http(503), 240) });
        all.push(Trouble { bearable: false, ..outage("outage of 20 min", LOST, Fault::Http(503), 1200) });
    }
    match step.effect {
        Effect::Reads => {
            for lie in [Lie::WithoutRows, Lie::WithoutCount, Lie::NullRows, Lie::WithoutIds] {
                all.push(unbearable(&format!("{lie:?}"), [Fault::Answer(lie)]));
            }
        }
        Effect::Makes | Effect::Writes => {
            all.push(bearable("busy", [error(codes.busy)]));
            all.push(unbearable("not found", [error(codes.not_found)]));
            all.push(bearable("drop after twice", [LOST, LOST]));
            all.push(unbearable("drop after, refused", [LOST, error(codes.refused)]));
            all.push(outage("drop after, outage of 23 s", LOST, Fault::Drop(When::Before), 23));
            all.push(Trouble { meanwhile: Meanwhile::Stop, ..unbearable("drop after, stop", [LOST]) });
            if let Some(processing) = codes.processing {
                all.push(bearable("drop after, processing", [LOST, error(processing), error(processing)]));
            }
            if long {
                all.push(bearable("drop after, throttled", [LOST, error(codes.throttled)]));
                all.push(bearable("drop after, internal", [LOST, error(codes.internal)]));
                all.push(bearable("drop after, html", [LOST, Fault::Html(true)]));
                all.push(bearable("truncate, http 502", [Fault::Truncate(true), Fault::Http(502)]));
                all.push(bearable("http 502 twice", [Fault::Http(502), Fault::Http(502)]));
                all.push(unbearable("drop after, not found", [LOST, error(codes.not_found)]));
                all.push(unbearable("drop after, invalid", [LOST, error(codes.invalid)]));
                all.push(outage("drop after, outage of 70 s", LOST, Fault::Http(503), 70));
                all.push(Trouble { meanwhile: Meanwhile::Stop, ..unbearable("slow, stop", [Fault::DelayMs(20_000)]) });
            }
        }
    }
    if step.effect == Effect::Makes {
        all.push(unbearable("WithoutIds", [Fault::Answer(Lie::WithoutIds)]));
        for (name, fault) in [("twin, http 502", Fault::Http(502)), ("twin, drop after", LOST)] {
            all.push(Trouble { meanwhile: Meanwhile::Twin, ..unbearable(name, [fault]) });
        }
    }
    all
}

/// Mutations of one answer, for the longer form.
pub(crate) fn mutations(seeds: impl IntoIterator<Item = u64>) -> impl Iterator<Item = Trouble> {
    seeds.into_iter().map(|seed| unbearable(&format!("mutated {seed}"), [Fault::Answer(Lie::Mutated(seed))]))
}

/// How long the kinds' operations may take, where nobody configured it.
const LONGEST_OPERATION: Duration = Duration::from_secs(600);

/// One code of each class, as the cloud has it.
struct Codes {
    throttled: &'static str,
    internal: &'static str,
    unavailable: &'static str,
    busy: &'static str,
    not_found: &'static str,
    refused: &'static str,
    invalid: &'static str,
    expired: &'static str,
    /// The same token again while its request is worked on.
    processing: Option<&'static str>,
}

impl Codes {
    fn of(cloud: Cloud) -> Self {
        match cloud {
            Cloud::Tencent => Self {
                throttled: "RequestLimitExceeded",
                internal: "InternalError",
                unavailable: "ServiceUnavailable",
                busy: "UnsupportedOperation.MutexOperationTaskRunning",
                not_found: "ResourceNotFound",
                refused: "UnauthorizedOperation",
                invalid: "InvalidParameter",
                expired: "AuthFailure.SignatureExpire",
                processing: None,
            },
            Cloud::TencentLegacy => Self {
                throttled: "4400",
                internal: "6000",
                unavailable: "6200",
                busy: "InvalidVpnConnState",
                not_found: "InvalidVpnGw.NotFound",
                refused: "4102",
                invalid: "4000",
                expired: "4200",
                processing: None,
            },
            Cloud::Alibaba => Self {
                throttled: "Throttling.User",
                internal: "InternalError",
                unavailable: "ServiceUnavailable",
                busy: "TaskConflict",
                not_found: "InvalidVpnGatewayInstanceId.NotFound",
                refused: "Forbidden.RAM",
                invalid: "InvalidParameter",
                expired: "InvalidTimeStamp.Expired",
                processing: Some("LastTokenProcessing"),
            },
            Cloud::Metadata => unreachable!("the keys of the campaign are given"),
        }
    }
}

fn bearable(name: &str, faults: impl Into<Vec<Fault>>) -> Trouble {
    Trouble { name: name.to_owned(), faults: faults.into(), meanwhile: Meanwhile::Nothing, bearable: true }
}

fn unbearable(name: &str, faults: impl Into<Vec<Fault>>) -> Trouble {
    Trouble { bearable: false, ..bearable(name, faults) }
}

fn outage(name: &str, first: Fault, then: Fault, seconds: u64) -> Trouble {
    Trouble { meanwhile: Meanwhile::Outage(then, Duration::from_secs(seconds)), ..bearable(name, [first]) }
}

fn error(code: &str) -> Fault {
    Fault::Error(code.to_owned())
}

/// Done, and nobody knows.
const LOST: Fault = Fault::Drop(When::After);
