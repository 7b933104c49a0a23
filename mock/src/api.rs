//! One API call, from its arrival to its answer.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use crate::calls::{Call, Cloud, secrets_in};
use crate::faults::{Fault, TaskFault, When};
use crate::server::{Cut, Received, Reply};
use crate::store::Members;
use crate::world::Shared;
use crate::{alibaba, tencent, tencent_legacy};

/// Answers an API call.
///
/// What the call does happens at once; latency and delays come between that and the answer, so that a client that gives up
/// waiting has still changed the cloud, as with the real one.
pub(crate) async fn answer(shared: &Shared, received: &Received) -> Result<Reply, Cut> {
    let started = shared.world().started.elapsed();
    let head = head(received);
    let request_id = request_id(head.cloud);
    let fault = shared.world().faults.take(&head.action);
    let result = match &fault {
        Some(Fault::Error(code)) => Some(Err(injected(head.cloud, code.clone()))),
        Some(Fault::Quote(code)) => {
            Some(Err(Refusal { message: quoted(received), ..injected(head.cloud, code.clone()) }))
        }
        Some(Fault::Http(_) | Fault::Drop(When::Before) | Fault::Garbage(_) | Fault::Html(_)) => None,
        Some(Fault::Task(task)) => Some(perform(shared, received, &head, &request_id, Some(task))),
        Some(Fault::Answer(lie)) => {
            Some(perform(shared, received, &head, &request_id, None).map(|answer| lie.told(answer)))
        }
        Some(Fault::Drop(When::After) | Fault::DelayMs(_) | Fault::Truncate(_)) | None => {
            Some(perform(shared, received, &head, &request_id, None))
        }
    };
    let outcome = match (&fault, &result) {
        (
            Some(Fault::DelayMs(_) | Fault::Error(_) | Fault::Quote(_) | Fault::Answer(_) | Fault::Task(_)) | None,
            Some(Err(refusal)),
        ) => refusal.code.to_string(),
        (Some(Fault::DelayMs(_)) | None, _) => "ok".to_owned(),
        (Some(fault), _) => fault.to_string(),
    };
    let repeated = result.as_ref().and_then(|result| result.as_ref().ok()).and_then(alibaba::request_id_of);
    let request_id = repeated.map_or(request_id, str::to_owned);
    let reply = result.map(|result| render(shared, received, &head, result, &request_id));
    record(
        shared,
        Call {
            seq: 0,
            cloud: head.cloud,
            action: head.action,
            region: head.region,
            params: head.params,
            outcome,
            request_id,
            at_ms: u64::try_from(started.as_millis()).unwrap_or(u64::MAX),
            secrets: reply.as_ref().map(|reply| secrets_in(&reply.body)).unwrap_or_default(),
        },
    );

    deliver(fault, reply, shared.options.latency).await
}

/// Gives the reply after its time, or what the fault makes of it.
pub(crate) async fn deliver(fault: Option<Fault>, reply: Option<Reply>, mut wait: Duration) -> Result<Reply, Cut> {
    if let Some(Fault::DelayMs(ms)) = fault {
        wait += Duration::from_millis(ms);
    }
    if !wait.is_zero() {
        sleep(wait).await;
    }
    match (fault, reply) {
        (Some(Fault::Drop(_)), _) => Err(Cut),
        (Some(Fault::Http(status)), _) => Ok(Reply::new(status, "text/plain", format!("status {status}\n"))),
        (Some(Fault::Garbage(_)), _) => Ok(Reply::new(200, "application/json", "{\"Response\": <garbage")),
        (Some(Fault::Html(_)), _) => Ok(Reply::new(200, "text/html", "<html><body>Bad gateway</body></html>\n")),
        (Some(Fault::Truncate(_)), Some(reply)) => Ok(Reply { cut_short: true, ..reply }),
        (_, Some(reply)) => Ok(reply),
        // Every fault without a result has its answer above.
        (_, None) => Err(Cut),
    }
}

/// What a request says it wants, before anything is verified.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) cloud: Cloud,
    pub(crate) action: String,
    pub(crate) region: String,
    /// The business parameters; an empty object when they cannot be read.
    pub(crate) params: Value,
}

/// An API error.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}

/// Whether the body is a form, by its content type.
pub(crate) fn has_form(received: &Received) -> bool {
    let media = received.header("content-type").split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn head(received: &Received) -> Head {
    if received.path == tencent_legacy::PATH {
        tencent_legacy::head(received)
    } else if alibaba::is_for(received) {
        alibaba::head(received)
    } else {
        tencent::head(received)
    }
}

fn perform(
    shared: &Shared,
    received: &Received,
    head: &Head,
    request_id: &str,
    task: Option<&TaskFault>,
) -> Result<Members, Refusal> {
    match head.cloud {
        Cloud::Tencent => tencent::perform(shared, received, head, request_id, task),
        Cloud::TencentLegacy => tencent_legacy::perform(shared, received, head, request_id, task),
        Cloud::Alibaba => alibaba::perform(shared, received, head, request_id),
        Cloud::Metadata => unreachable!("{NO_API}"),
    }
}

fn render(
    shared: &Shared,
    received: &Received,
    head: &Head,
    mut result: Result<Members, Refusal>,
    request_id: &str,
) -> Reply {
    if let Ok(answer) = &mut result {
        let forms = shared.world().switches.forms;
        forms.write(answer);
    }
    match head.cloud {
        Cloud::Tencent => tencent::render(result, request_id),
        Cloud::TencentLegacy => tencent_legacy::render(result),
        Cloud::Alibaba => alibaba::render(shared, received, &head.action, result, request_id),
        Cloud::Metadata => unreachable!("{NO_API}"),
    }
}

fn injected(cloud: Cloud, code: String) -> Refusal {
    match cloud {
        Cloud::Alibaba => alibaba::injected(code),
        Cloud::Tencent | Cloud::TencentLegacy | Cloud::Metadata => Refusal::new(code, "injected by a test"),
    }
}

/// Requests to the metadata services have a port of their own.
const NO_API: &str = "no request to an API is one to a metadata service";

/// The request, as a service would quote it: its query and its body.
fn quoted(received: &Received) -> String {
    let body = String::from_utf8_lossy(received.body.as_deref().unwrap_or_default());
    format!("cannot read {}?{} {body}", received.path, received.query)
}

fn request_id(cloud: Cloud) -> String {
    let id = uuid::Uuid::new_v4().to_string();
    if cloud == Cloud::Alibaba { id.to_uppercase() } else { id }
}

/// Keeps a call, and tells the watcher and the log of it.
pub(crate) fn record(shared: &Shared, call: Call) {
    let call = shared.world().calls.push(call).clone();
    if let Some(watcher) = shared.watcher.get() {
        watcher(&call);
    }
    if shared.options.log {
        let Call { at_ms, cloud, region, action, outcome, request_id, .. } = call;
        // Names come as they were sent, also with line breaks; a code that a test injects may be any text.
        let [region, action, outcome] = [&region, &action, &outcome].map(|text| text.escape_debug());
        eprintln!("{at_ms} ms {cloud} {region} {action} {outcome} {request_id}");
    }
}
