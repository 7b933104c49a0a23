//! Resources and their like without their types, as the server keeps them. The one place where models are decoded and encoded, and where the
//! provider's data gets its type back.

use std::any::Any;
use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{BoxStream, StreamExt};
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use super::action::Action;
use super::context::{Context, Kept};
use super::data_source::DataSource;
use super::diagnostics::{Diagnostic, Diagnostics};
use super::ephemeral::EphemeralResource;
use super::list::{Found, ListResource};
use super::model::{Model, ModelError};
use super::path::Path;
use super::private::Private;
use super::raw::Raw;
use super::resource::{Change, Create, Plan, Resource, Source};
use super::schema::Schema;
use super::validate::undecodable;

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

/// A plan as corrected by the resource.
pub(crate) struct Planned {
    pub(crate) planned: Raw,
    pub(crate) replace: Vec<Path>,
    pub(crate) warnings: Diagnostics,
}

pub(crate) trait ErasedResource: Send + Sync {
    fn type_name(&self) -> &'static str;
    fn schema(&self) -> Arc<Schema>;
    fn identity(&self) -> &'static [(&'static str, bool)];
    fn plan(&self, op: Operation, prior: Raw, config: Raw, planned: Raw) -> BoxFuture<'_, Outcome<Planned>>;
    fn create(&self, op: Operation, planned: Raw, config: Raw) -> BoxFuture<'_, Outcome<Raw>>;
    fn read(&self, op: Operation, state: Raw) -> BoxFuture<'_, Outcome<Option<Raw>>>;
    fn update(&self, op: Operation, prior: Raw, planned: Raw, config: Raw) -> BoxFuture<'_, Outcome<Raw>>;
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
    fn open(&self, op: Operation, config: Raw) -> BoxFuture<'_, Outcome<(Raw, Option<SystemTime>)>>;
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

/// A resource or the like by its type; its schema is made when first asked for.
pub(crate) struct Of<T> {
    schema: OnceLock<Arc<Schema>>,
    of: PhantomData<fn(T)>,
}

impl<T: Model> Of<T> {
    pub(crate) fn new() -> Self {
        Self { schema: OnceLock::new(), of: PhantomData }
    }

    fn schema(&self, version: i64) -> Arc<Schema> {
        Arc::clone(self.schema.get_or_init(|| Arc::new(Schema::new(version, T::block()))))
    }
}

impl Operation {
    fn context<D: Send + Sync + 'static>(self, timeout: Duration) -> Context<D> {
        let data = self.data.downcast().expect("the registry takes only what works on this provider's data");
        Context::new(data, self.timeout.unwrap_or(timeout), self.cancel, self.private)
    }
}

fn model<M: Model>(what: &'static str, raw: &Raw) -> Result<M, Diagnostics> {
    M::from_raw(raw).map_err(|error: ModelError| undecodable(what, &error).at(error.path.clone()).into())
}

/// Runs an operation on its context, and takes from that what was kept, even if the operation panics: what it saved before exists.
macro_rules! run {
    ($op:expr, $timeout:expr, |$cx:ident| $body:expr) => {
        Box::pin(async move {
            let $cx = $op.context($timeout);
            let result = AssertUnwindSafe(async { $body }).catch_unwind().await;
            Outcome { result: result.unwrap_or_else(|_| Err(crashed())), kept: $cx.into_kept() }
        })
    };
}

/// The panic hook has told more by now.
fn crashed() -> Diagnostics {
    let detail = "An operation ended with a panic, which is a bug in the provider. What it was doing may be done in part. The stack trace is in \
                  Terraform's output and log: please report it.";
    Diagnostic::error("The provider crashed", detail).into()
}

impl<R: Resource> ErasedResource for Of<R> {
    fn type_name(&self) -> &'static str {
        R::TYPE
    }

    fn schema(&self) -> Arc<Schema> {
        self.schema(R::VERSION)
    }

    fn identity(&self) -> &'static [(&'static str, bool)] {
        R::IDENTITY
    }

    fn plan(&self, op: Operation, prior: Raw, config: Raw, planned: Raw) -> BoxFuture<'_, Outcome<Planned>> {
        run!(op, R::TIMEOUT, |cx| plan_hook::<R>(&cx, &prior, &config, &planned).await)
    }

    fn create(&self, op: Operation, planned: Raw, config: Raw) -> BoxFuture<'_, Outcome<Raw>> {
        run!(op, R::TIMEOUT, |cx| {
            let new = Create { planned: model("plan", &planned)?, config: model("configuration", &config)? };
            Ok(R::create(&cx, new).await?.to_raw())
        })
    }

    fn read(&self, op: Operation, state: Raw) -> BoxFuture<'_, Outcome<Option<Raw>>> {
        run!(op, R::TIMEOUT, |cx| Ok(R::read(&cx, model("state", &state)?).await?.map(|object: R| object.to_raw())))
    }

    fn update(&self, op: Operation, prior: Raw, planned: Raw, config: Raw) -> BoxFuture<'_, Outcome<Raw>> {
        run!(op, R::TIMEOUT, |cx| {
            let change = Change {
                prior: model("state", &prior)?,
                planned: model("plan", &planned)?,
                config: model("configuration", &config)?,
            };
            Ok(R::update(&cx, change).await?.to_raw())
        })
    }

    fn delete(&self, op: Operation, state: Raw) -> BoxFuture<'_, Outcome<()>> {
        run!(op, R::TIMEOUT, |cx| R::delete(&cx, model("state", &state)?).await)
    }

    fn import(&self, op: Operation, id: String) -> BoxFuture<'_, Outcome<Raw>> {
        run!(op, R::TIMEOUT, |cx| R::import(&cx, &id).await.map(|stub| stub.to_raw()))
    }

    fn upgrade(&self, version: i64, state: Json) -> Result<Json, Diagnostics> {
        R::upgrade(version, state)
    }

    fn moved(&self, source: Source) -> Result<Raw, Diagnostics> {
        R::moved(source).map(|stub| stub.to_raw())
    }
}

async fn plan_hook<R: Resource>(
    cx: &Context<R::Data>,
    prior: &Raw,
    config: &Raw,
    planned: &Raw,
) -> Result<Planned, Diagnostics> {
    let mut plan = Plan {
        prior: (!prior.is_null()).then(|| model("state", prior)).transpose()?,
        config: model("configuration", config)?,
        planned: model("plan", planned)?,
        replace: Vec::new(),
        warnings: Diagnostics::new(),
    };
    R::plan(cx, &mut plan).await?;
    Ok(Planned { planned: plan.planned.to_raw(), replace: plan.replace, warnings: plan.warnings })
}

impl<S: DataSource> ErasedDataSource for Of<S> {
    fn type_name(&self) -> &'static str {
        S::TYPE
    }

    fn schema(&self) -> Arc<Schema> {
        self.schema(0)
    }

    fn read(&self, op: Operation, config: Raw) -> BoxFuture<'_, Outcome<Raw>> {
        run!(op, S::TIMEOUT, |cx| Ok(S::read(&cx, model("configuration", &config)?).await?.to_raw()))
    }
}

impl<E: EphemeralResource> ErasedEphemeral for Of<E> {
    fn type_name(&self) -> &'static str {
        E::TYPE
    }

    fn schema(&self) -> Arc<Schema> {
        self.schema(0)
    }

    fn open(&self, op: Operation, config: Raw) -> BoxFuture<'_, Outcome<(Raw, Option<SystemTime>)>> {
        run!(op, E::TIMEOUT, |cx| {
            let opened = E::open(&cx, model("configuration", &config)?).await?;
            Ok((opened.result.to_raw(), opened.renew_at))
        })
    }

    fn renew(&self, op: Operation) -> BoxFuture<'_, Outcome<Option<SystemTime>>> {
        run!(op, E::TIMEOUT, |cx| E::renew(&cx).await)
    }

    fn close(&self, op: Operation) -> BoxFuture<'_, Outcome<()>> {
        run!(op, E::TIMEOUT, |cx| E::close(&cx).await)
    }
}

impl<L: ListResource> ErasedList for Of<L> {
    fn type_name(&self) -> &'static str {
        L::TYPE
    }

    fn schema(&self) -> Arc<Schema> {
        self.schema(0)
    }

    fn list(&self, op: Operation, config: Raw, include: bool) -> BoxStream<'static, Result<Found, Diagnostics>> {
        let cx = Arc::new(op.context(Duration::MAX));
        match model("configuration", &config) {
            Ok(config) => L::list(cx, config, include),
            Err(error) => futures_util::stream::iter([Err(error)]).boxed(),
        }
    }
}

impl<A: Action> ErasedAction for Of<A> {
    fn type_name(&self) -> &'static str {
        A::TYPE
    }

    fn schema(&self) -> Arc<Schema> {
        self.schema(0)
    }

    fn plan(&self, op: Operation, config: Raw) -> BoxFuture<'_, Outcome<()>> {
        run!(op, ACTION_TIMEOUT, |cx| A::plan(&cx, model("configuration", &config)?).await)
    }

    fn invoke(
        &self,
        op: Operation,
        config: Raw,
        progress: Arc<dyn Fn(String) + Send + Sync>,
    ) -> BoxFuture<'static, Outcome<()>> {
        run!(op, ACTION_TIMEOUT, |cx| A::invoke(&cx, model("configuration", &config)?, progress).await)
    }
}

/// Actions have no `timeouts` of their own yet; an hour is longer than any VPN operation takes.
const ACTION_TIMEOUT: Duration = Duration::from_secs(60 * 60);
