//! Logs: `tracing` events as hclog JSON lines on standard error, which Terraform reads into its own log.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write;

use jiff::Timestamp;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

use line::{Fields, Line};

mod line;

/// Starts logging if the user wants a log. Otherwise events cost next to nothing.
pub(super) fn init(var: impl Fn(&str) -> Option<OsString>, provider_name: &str) {
    let Some(level) = level(var, provider_name) else { return };
    // A second call, which only tests can make, changes nothing.
    let _ = tracing::subscriber::set_global_default(subscriber(level, std::io::stderr));
}

fn subscriber<W: Write + 'static>(level: LevelFilter, writer: fn() -> W) -> impl Subscriber + Send + Sync {
    let layer = Hclog { writer }.with_filter(level).with_filter(filter_fn(is_wanted));
    Registry::default().with(layer)
}

/// Our own events, and of other libraries only what is wrong: their traces would name headers and bodies.
fn is_wanted(metadata: &Metadata<'_>) -> bool {
    let ours = metadata.target().split("::").next() == Some(env!("CARGO_CRATE_NAME"));
    ours || *metadata.level() <= tracing::Level::WARN
}

/// The level that the user's environment asks for, most specific variable first (hashicorp/terraform, internal/logging;
/// hashicorp/terraform-plugin-log). `None`: no log.
fn level(var: impl Fn(&str) -> Option<OsString>, provider_name: &str) -> Option<LevelFilter> {
    let own = format!("TF_LOG_PROVIDER_{}", provider_name.to_uppercase().replace('-', "_"));
    let value = [&own, "TF_LOG_PROVIDER", "TF_LOG"].into_iter().find_map(|name| var(name).filter(|v| !v.is_empty()))?;
    match value.to_string_lossy().to_uppercase().as_str() {
        "OFF" => None,
        "ERROR" => Some(LevelFilter::ERROR),
        "WARN" => Some(LevelFilter::WARN),
        "INFO" => Some(LevelFilter::INFO),
        "DEBUG" => Some(LevelFilter::DEBUG),
        // TRACE, JSON, and as in Terraform whatever else.
        _ => Some(LevelFilter::TRACE),
    }
}

/// Writes each event as a line, with the fields of the spans around it.
struct Hclog<W> {
    writer: fn() -> W,
}

impl<S, W> Layer<S> for Hclog<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Write + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut Collect(&mut fields));
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(&mut Collect(fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.extend(outer);
            }
        }
        event.record(&mut Collect(&mut fields));
        let metadata = event.metadata();
        let line = Line { level: *metadata.level(), module: metadata.target(), time: Timestamp::now(), fields };
        // One write for a line, so that lines of two threads do not mix. A log that nobody reads any more is no error.
        let _ = (self.writer)().write_all(line.to_string().as_bytes());
    }
}

/// Takes the values of an event or a span.
struct Collect<'a>(&'a mut Fields);

impl Visit for Collect<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let mut text = String::new();
        // Writing to a string fails only when a Debug implementation does.
        let _ = write!(text, "{value:?}");
        self.0.set(field.name(), line::text(&text));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.set(field.name(), line::text(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.set(field.name(), value.to_string());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.set(field.name(), value.to_string());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.set(field.name(), value.to_string());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        // Infinity and NaN have no JSON number.
        let json = if value.is_finite() { value.to_string() } else { line::text(&value.to_string()) };
        self.0.set(field.name(), json);
    }
}

#[cfg(test)]
mod tests;
