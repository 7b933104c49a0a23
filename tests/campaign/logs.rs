//! What the provider logs on this thread, at every level.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;

/// The text of all events and of the fields of their spans.
#[derive(Clone, Default)]
pub(crate) struct Logs(Arc<Mutex<String>>);

impl Logs {
    pub(crate) fn capture() -> (Self, DefaultGuard) {
        let logs = Self::default();
        let guard = tracing::subscriber::set_default(Registry::default().with(logs.clone()));
        (logs, guard)
    }

    pub(crate) fn text(&self) -> String {
        self.0.lock().expect("nothing panics with it").clone()
    }

    fn visitor(&self) -> impl Visit {
        Append(Arc::clone(&self.0))
    }
}

impl<S: Subscriber> Layer<S> for Logs {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        if attributes.metadata().target().starts_with("cloudvpn::") {
            attributes.record(&mut self.visitor());
        }
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        values.record(&mut self.visitor());
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        // As the provider's own log: of other libraries only what is wrong.
        if event.metadata().target().starts_with("cloudvpn::") || *event.metadata().level() <= Level::WARN {
            event.record(&mut self.visitor());
            self.0.lock().expect("nothing panics with it").push('\n');
        }
    }
}

struct Append(Arc<Mutex<String>>);

impl Visit for Append {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0.lock().expect("nothing panics with it"), "{}={value:?} ", field.name());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = write!(self.0.lock().expect("nothing panics with it"), "{}={value} ", field.name());
    }
}
