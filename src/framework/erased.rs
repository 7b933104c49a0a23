//! Resources and their like as the server keeps them: with their schema, and whatever the provider's data is. The one place where that
//! gets its type back.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::BoxStream;
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use super::context::{Context, Kept};
use super::data_source::RawDataSource;
use super::diagnostics::{Diagnostic, Diagnostics};
use super::ephemeral::{Opened, RawEphemeral};
use super::list::Found;
use super::private::Private;
use super::raw::Raw;
use super::resource::{Change, Create, Plan, RawResource, Source};
use super::schema::{Block, Schema};

/// The provider's data; what it is, only [`Of`] knows.
pub(crate) type Data = Arc<dyn Any + Send + Sync>;

/// What an operation runs with.
pub(crate) struct Operation {
    pub(crate) data: Data,
    /// From the configuration; else the resource's default.
    pub(crate) timeout: Option<Duration>,
    pub(crate) cancel: CancellationToken,
    pub(crate) private: Private,
}

/// How an operation ended, and what it left behind in either case.
pub(crate) struct Outcome<T> {
    pub(crate) result: Result<T, Diagnostics>,
    pub(crate) kept: Kept,
}

pub(crate) trait ErasedResource: Send + Sync {
    fn type_name(&self) -> &'static str;
    fn schema(&self) -> Arc<Schema>;
    fn identity(&self) -> &'static [(&'static str, bool)];
    fn plan(&self, op: Operation, plan: Plan<Raw>) -> BoxFuture<'_, Outcome<Plan<Raw>>>;
    fn plan_delete(&self, op: Operation, state: Raw) -> BoxFuture<'_, Outcome<()>>;
    fn create(&self, op: Operation, new: Create<Raw>) -> BoxFuture<'_, Outcome<Raw>>;
    fn read(&self, op: Operation, state: Raw) -> BoxFuture<'_, Outcome<Option<Raw>>>;
    fn update(&self, op: Operation, change: Change<Raw>) -> BoxFuture<'_, Outcome<Raw>>;
    fn delete(&self, op: Operation, state: Raw) -> BoxFuture<'_, Outcome<()>>;
    fn import(&self, op: Operation, id: String) -> BoxFuture<'_, Outcome<Raw>>;
    fn upgrade(&self, version: i64, state: Json) -> Result<Json, Diagnostics>;
    fn moved(&self, source: Source) -> Result<Raw, Diagnostics>;
}

pub(crate) trait ErasedDataSource: Send + Sync {
    fn type_name(&self) -> &'static str;
    fn schema(&self) -> Arc<Schema>;
    fn read(&self, op: Operation, config: Raw) -> BoxFuture<'_, Outcome<Raw>>;
}

pub(crate) trait ErasedEphemeral: Send + Sync {
    fn type_name(&self) -> &'static str;
    fn schema(&self) -> Arc<Schema>;
    fn open(&self, op: Operation, config: Raw) -> BoxFuture<'_, Outcome<Opened<Raw>>>;
    fn renew(&self, op: Operation) -> BoxFuture<'_, Outcome<Option<SystemTime>>>;
    fn close(&self, op: Operation) -> BoxFuture<'_, Outcome<()>>;
}

pub(crate) trait ErasedList: Send + Sync {
    fn type_name(&self) -> &'static str;
    fn schema(&self) -> Arc<Schema>;
    fn list(&self, op: Operation, config: Raw, include: bool) -> BoxStream<'static, Result<Found, Diagnostics>>;
}

pub(crate) trait ErasedAction: Send + Sync {
    fn type_name(&self) -> &'static str;
    fn schema(&self) -> Arc<Schema>;
    fn plan(&self, op: Operation, config: Raw) -> BoxFuture<'_, Outcome<()>>;
    fn invoke(
        &self,
        op: Operation,
        config: Raw,
        progress: Arc<dyn Fn(String) + Send + Sync>,
    ) -> BoxFuture<'static, Outcome<()>>;
}

/// A resource or the like and its schema, which is made when first asked for.
pub(crate) struct Of<T: ?Sized> {
    schema: OnceLock<Arc<Schema>>,
    of: Box<T>,
}

impl<T: ?Sized> Of<T> {
    pub(crate) fn new(of: Box<T>) -> Self {
        Self { schema: OnceLock::new(), of }
    }

    pub(super) fn schema_of(&self, version: i64, block: impl FnOnce() -> Block) -> Arc<Schema> {
        Arc::clone(self.schema.get_or_init(|| Arc::new(Schema::new(version, block()))))
    }
}

impl Operation {
    pub(super) fn context<D: Send + Sync + 'static>(self, timeout: Duration) -> Context<D> {
        let data = self.data.downcast().expect("the registry takes only what works on this provider's data");
        Context::new(data, self.timeout.unwrap_or(timeout), self.cancel, self.private)
    }
}

/// Runs an operation on its context, and takes from that what was kept, even if the operation panics: what it saved before exists.
macro_rules! run {
    ($op:expr, $timeout:expr, |$cx:ident| $body:expr) => {
        $crate::framework::erased::run!(in $op.context($timeout), |$cx| $body)
    };
    (only_reads $op:expr, $timeout:expr, |$cx:ident| $body:expr) => {
        $crate::framework::erased::run!(in $op.context($timeout).that_only_reads(), |$cx| $body)
    };
    (in $context:expr, |$cx:ident| $body:expr) => {
        Box::pin(async move {
            let $cx = $context;
            let result = $crate::framework::erased::caught(async { $body }).await;
            Outcome { result, kept: $cx.into_kept() }
        })
    };
}
pub(super) use run;

pub(super) async fn caught<T>(work: impl Future<Output = Result<T, Diagnostics>>) -> Result<T, Diagnostics> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| Err(crashed()))
}

/// The panic hook has told more by now.
fn crashed() -> Diagnostics {
    let detail = "An operation ended with a panic, which is a bug in the provider. What it was doing may be done in part. The stack trace is in \
                  Terraform's output and log: please report it.";
    Diagnostic::error("The provider crashed", detail).into()
}

impl<D: Send + Sync + 'static> ErasedResource for Of<dyn RawResource<D>> {
    fn type_name(&self) -> &'static str {
        self.of.type_name()
    }

    fn schema(&self) -> Arc<Schema> {
        self.schema_of(self.of.version(), || self.of.block())
    }

    fn identity(&self) -> &'static [(&'static str, bool)] {
        self.of.identity()
    }

    fn plan(&self, op: Operation, mut plan: Plan<Raw>) -> BoxFuture<'_, Outcome<Plan<Raw>>> {
        run!(only_reads op, self.of.timeout(), |cx| self.of.plan(&cx, &mut plan).await.map(|()| plan))
    }

    fn plan_delete(&self, op: Operation, state: Raw) -> BoxFuture<'_, Outcome<()>> {
        run!(only_reads op, self.of.timeout(), |cx| self.of.plan_delete(&cx, state).await)
    }

    fn create(&self, op: Operation, new: Create<Raw>) -> BoxFuture<'_, Outcome<Raw>> {
        run!(op, self.of.timeout(), |cx| self.of.create(&cx, new).await)
    }

    fn read(&self, op: Operation, state: Raw) -> BoxFuture<'_, Outcome<Option<Raw>>> {
        run!(only_reads op, self.of.timeout(), |cx| self.of.read(&cx, state).await)
    }

    fn update(&self, op: Operation, change: Change<Raw>) -> BoxFuture<'_, Outcome<Raw>> {
        run!(op, self.of.timeout(), |cx| self.of.update(&cx, change).await)
    }

    fn delete(&self, op: Operation, state: Raw) -> BoxFuture<'_, Outcome<()>> {
        run!(op, self.of.timeout(), |cx| self.of.delete(&cx, state).await)
    }

    fn import(&self, op: Operation, id: String) -> BoxFuture<'_, Outcome<Raw>> {
        run!(only_reads op, self.of.timeout(), |cx| self.of.import(&cx, &id).await)
    }

    fn upgrade(&self, version: i64, state: Json) -> Result<Json, Diagnostics> {
        self.of.upgrade(version, state)
    }

    fn moved(&self, source: Source) -> Result<Raw, Diagnostics> {
        self.of.moved(source)
    }
}

impl<D: Send + Sync + 'static> ErasedDataSource for Of<dyn RawDataSource<D>> {
    fn type_name(&self) -> &'static str {
        self.of.type_name()
    }

    fn schema(&self) -> Arc<Schema> {
        self.schema_of(0, || self.of.block())
    }

    fn read(&self, op: Operation, config: Raw) -> BoxFuture<'_, Outcome<Raw>> {
        run!(only_reads op, self.of.timeout(), |cx| self.of.read(&cx, config).await)
    }
}

impl<D: Send + Sync + 'static> ErasedEphemeral for Of<dyn RawEphemeral<D>> {
    fn type_name(&self) -> &'static str {
        self.of.type_name()
    }

    fn schema(&self) -> Arc<Schema> {
        self.schema_of(0, || self.of.block())
    }

    fn open(&self, op: Operation, config: Raw) -> BoxFuture<'_, Outcome<Opened<Raw>>> {
        run!(only_reads op, self.of.timeout(), |cx| self.of.open(&cx, config).await)
    }

    fn renew(&self, op: Operation) -> BoxFuture<'_, Outcome<Option<SystemTime>>> {
        run!(op, self.of.timeout(), |cx| self.of.renew(&cx).await)
    }

    fn close(&self, op: Operation) -> BoxFuture<'_, Outcome<()>> {
        run!(op, self.of.timeout(), |cx| self.of.close(&cx).await)
    }
}
