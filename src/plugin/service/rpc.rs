//! What is the same for every RPC: its session, its log, and what happens when it panics.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use futures_util::{FutureExt, Stream, StreamExt, stream};
use tracing::Instrument;
use tracing::field::Empty;

use super::super::proto::tfplugin6 as pb;
use super::convert;
use crate::framework::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::framework::schema::SchemaKind;
use crate::framework::server::{Pointed, Session};

/// One call of one RPC.
pub(super) struct Rpc {
    name: &'static str,
    span: tracing::Span,
    started: Instant,
    /// Whose configuration diagnostics are about.
    about: Option<(Session, SchemaKind, String)>,
}

impl Rpc {
    pub(super) fn new(name: &'static str) -> Self {
        // At the level of errors, so that whatever is logged inside has the fields.
        let span = tracing::error_span!(
            "rpc",
            tf_rpc = name,
            tf_req_id = Empty,
            tf_resource_type = Empty,
            tf_data_source_type = Empty,
            tf_ephemeral_resource_type = Empty,
            tf_list_resource_type = Empty,
            tf_action_type = Empty,
            tf_function = Empty,
        );
        if !span.is_disabled() {
            span.record("tf_req_id", format!("{:016x}", fastrand::u64(..)));
        }
        Self { name, span, started: Instant::now(), about: None }
    }

    /// Names what the call is about, in one of the span's fields.
    pub(super) fn about(self, field: &'static str, name: &str) -> Self {
        self.span.record(field, name);
        self
    }

    /// The same for something that has a configuration, which diagnostics point into.
    pub(super) fn configured(self, session: &Session, kind: SchemaKind, type_name: &str) -> Self {
        let field = match kind {
            SchemaKind::Provider => None,
            SchemaKind::Resource => Some("tf_resource_type"),
            SchemaKind::DataSource => Some("tf_data_source_type"),
            SchemaKind::Ephemeral => Some("tf_ephemeral_resource_type"),
            SchemaKind::List => Some("tf_list_resource_type"),
            SchemaKind::Action => Some("tf_action_type"),
        };
        let about = Some((session.clone(), kind, type_name.to_owned()));
        let named = field.into_iter().fold(self, |rpc, field| rpc.about(field, type_name));
        Self { about, ..named }
    }

    /// Runs the framework's part. A panic inside becomes the error diagnostic that is given back, and the process serves on.
    pub(super) async fn run<T>(&self, work: impl Future<Output = T>) -> Result<T, Diagnostic> {
        let outcome = AssertUnwindSafe(work).catch_unwind().instrument(self.span.clone()).await;
        self.finished();
        outcome.map_err(|_| self.crash())
    }

    /// The same for a stream of events, each translated by `message`; one that panics ends with what `crashed` makes of it.
    pub(super) fn run_stream<T: Send + 'static, M: Send + 'static>(
        self,
        events: impl Stream<Item = T> + Send + 'static,
        crashed: impl Fn(Diagnostic) -> T + Send + 'static,
        message: impl Fn(&Self, T) -> M + Send + 'static,
    ) -> impl Stream<Item = M> + Send + 'static {
        // It ends after the first panic.
        let mut events = Box::pin(AssertUnwindSafe(events).catch_unwind());
        stream::poll_fn(move |cx| {
            self.span.in_scope(|| events.poll_next_unpin(cx)).map(|next| match next {
                Some(event) => Some(message(&self, event.unwrap_or_else(|_| crashed(self.crash())))),
                None => {
                    self.finished();
                    None
                }
            })
        })
    }

    /// The diagnostics as they go out, noted in the log as well.
    pub(super) fn diagnostics(&self, diagnostics: Diagnostics) -> Vec<pb::Diagnostic> {
        for d in &diagnostics {
            let (summary, detail, attribute) = (&d.summary, &d.detail, &d.path);
            match d.severity {
                Severity::Error => tracing::error!(
                    parent: &self.span,
                    diagnostic_severity = "ERROR",
                    diagnostic_summary = %summary,
                    diagnostic_detail = %detail,
                    diagnostic_attribute = %attribute,
                    "response contains an error diagnostic"
                ),
                Severity::Warning => tracing::warn!(
                    parent: &self.span,
                    diagnostic_severity = "WARNING",
                    diagnostic_summary = %summary,
                    diagnostic_detail = %detail,
                    diagnostic_attribute = %attribute,
                    "response contains a warning diagnostic"
                ),
            }
        }
        convert::diagnostics(diagnostics, |path| match &self.about {
            Some((session, kind, type_name)) => session.pointed(*kind, type_name, path),
            None => Pointed { found: path.clone(), is_member: false },
        })
    }

    fn finished(&self) {
        let ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(parent: &self.span, tf_req_duration_ms = ms, "RPC finished");
    }

    fn crash(&self) -> Diagnostic {
        Diagnostic::error(
            "The provider crashed",
            format!(
                "{} ended with a panic, which is a bug in the provider. What it was doing may be done in part. The stack \
                 trace is in Terraform's output and log: please report it.",
                self.name
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_error_that_names_the_rpc() {
        let rpc = Rpc::new("ReadResource");
        assert_eq!(rpc.run(async { 1 }).await, Ok(1));
        let crash = rpc.run(async { panic!("on purpose") as u8 }).await.unwrap_err();
        assert_eq!(crash.severity, Severity::Error);
        assert!(crash.detail.starts_with("ReadResource ended with a panic"), "{crash}");
        assert!(!crash.to_string().contains("on purpose"));
    }

    #[tokio::test]
    async fn a_panic_in_a_stream_is_its_last_event() {
        let events = stream::iter(["one", "two", "three"]).map(|event| match event {
            "two" => panic!("on purpose"),
            other => other.to_owned(),
        });
        let events = Rpc::new("ListResource").run_stream(events, |crash| crash.summary, |_, event| event);
        let events: Vec<_> = events.collect().await;
        assert_eq!(events, ["one", "The provider crashed"]);
    }
}
