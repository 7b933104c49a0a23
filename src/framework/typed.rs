//! Resources and their like that are said with types, as the server takes them: without. The one place where their models are decoded and
//! encoded.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt};
use serde_json::Value as Json;

use super::action::Action;
use super::context::Context;
use super::data_source::{DataSource, RawDataSource};
use super::diagnostics::Diagnostics;
use super::ephemeral::{EphemeralResource, Opened, RawEphemeral};
use super::erased::{ErasedAction, ErasedList, Of, Operation, Outcome, run};
use super::list::{Found, ListResource};
use super::model::Model;
use super::raw::Raw;
use super::resource::{Change, Create, Plan, RawResource, Resource, Source};
use super::schema::{Block, Schema};
use super::validate::decoded;

/// What is said by this type.
pub(crate) struct Typed<T>(PhantomData<fn(T)>);

impl<T: Model> Typed<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<R: Resource> RawResource<R::Data> for Typed<R> {
    fn type_name(&self) -> &'static str {
        R::TYPE
    }

    fn block(&self) -> Block {
        R::block()
    }

    fn version(&self) -> i64 {
        R::VERSION
    }

    fn timeout(&self) -> Duration {
        R::TIMEOUT
    }

    fn identity(&self) -> &'static [(&'static str, bool)] {
        R::IDENTITY
    }

    fn plan<'a>(&'a self, cx: &'a Context<R::Data>, plan: &'a mut Plan<Raw>) -> BoxFuture<'a, Result<(), Diagnostics>> {
        Box::pin(async move {
            let mut corrected = plan.decoded()?;
            R::plan(cx, &mut corrected).await?;
            plan.correct(&mut corrected);
            Ok(())
        })
    }

    fn create<'a>(&'a self, cx: &'a Context<R::Data>, new: Create<Raw>) -> BoxFuture<'a, Result<Raw, Diagnostics>> {
        Box::pin(async move {
            let new =
                Create { planned: decoded("plan", &new.planned)?, config: decoded("configuration", &new.config)? };
            Ok(R::create(cx, new).await?.to_raw())
        })
    }

    fn read<'a>(&'a self, cx: &'a Context<R::Data>, state: Raw) -> BoxFuture<'a, Result<Option<Raw>, Diagnostics>> {
        Box::pin(async move { Ok(R::read(cx, decoded("state", &state)?).await?.map(|object| object.to_raw())) })
    }

    fn update<'a>(&'a self, cx: &'a Context<R::Data>, change: Change<Raw>) -> BoxFuture<'a, Result<Raw, Diagnostics>> {
        Box::pin(async move {
            let change = Change {
                prior: decoded("state", &change.prior)?,
                planned: decoded("plan", &change.planned)?,
                config: decoded("configuration", &change.config)?,
            };
            Ok(R::update(cx, change).await?.to_raw())
        })
    }

    fn delete<'a>(&'a self, cx: &'a Context<R::Data>, state: Raw) -> BoxFuture<'a, Result<(), Diagnostics>> {
        Box::pin(async move { R::delete(cx, decoded("state", &state)?).await })
    }

    fn import<'a>(&'a self, cx: &'a Context<R::Data>, id: &'a str) -> BoxFuture<'a, Result<Raw, Diagnostics>> {
        Box::pin(async move { Ok(R::import(cx, id).await?.to_raw()) })
    }

    fn upgrade(&self, version: i64, state: Json) -> Result<Json, Diagnostics> {
        R::upgrade(version, state)
    }

    fn moved(&self, source: Source) -> Result<Raw, Diagnostics> {
        R::moved(source).map(|stub| stub.to_raw())
    }
}

impl<S: DataSource> RawDataSource<S::Data> for Typed<S> {
    fn type_name(&self) -> &'static str {
        S::TYPE
    }

    fn block(&self) -> Block {
        S::block()
    }

    fn timeout(&self) -> Duration {
        S::TIMEOUT
    }

    fn read<'a>(&'a self, cx: &'a Context<S::Data>, config: Raw) -> BoxFuture<'a, Result<Raw, Diagnostics>> {
        Box::pin(async move { Ok(S::read(cx, decoded("configuration", &config)?).await?.to_raw()) })
    }
}

impl<E: EphemeralResource> RawEphemeral<E::Data> for Typed<E> {
    fn type_name(&self) -> &'static str {
        E::TYPE
    }

    fn block(&self) -> Block {
        E::block()
    }

    fn timeout(&self) -> Duration {
        E::TIMEOUT
    }

    fn open<'a>(&'a self, cx: &'a Context<E::Data>, config: Raw) -> BoxFuture<'a, Result<Opened<Raw>, Diagnostics>> {
        Box::pin(async move {
            let Opened { result, renew_at } = E::open(cx, decoded("configuration", &config)?).await?;
            Ok(Opened { result: result.to_raw(), renew_at })
        })
    }

    fn renew<'a>(&'a self, cx: &'a Context<E::Data>) -> BoxFuture<'a, Result<Option<SystemTime>, Diagnostics>> {
        Box::pin(E::renew(cx))
    }

    fn close<'a>(&'a self, cx: &'a Context<E::Data>) -> BoxFuture<'a, Result<(), Diagnostics>> {
        Box::pin(E::close(cx))
    }
}

// Lists and actions have no form of their own without types yet: there are too few of them.

impl<L: ListResource> ErasedList for Of<Typed<L>> {
    fn type_name(&self) -> &'static str {
        L::TYPE
    }

    fn schema(&self) -> Arc<Schema> {
        self.schema_of(0, L::block)
    }

    fn list(&self, op: Operation, config: Raw, include: bool) -> BoxStream<'static, Result<Found, Diagnostics>> {
        let cx = Arc::new(op.context(Duration::MAX).that_only_reads());
        match decoded("configuration", &config) {
            Ok(config) => L::list(cx, config, include),
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }
}

impl<A: Action> ErasedAction for Of<Typed<A>> {
    fn type_name(&self) -> &'static str {
        A::TYPE
    }

    fn schema(&self) -> Arc<Schema> {
        self.schema_of(0, A::block)
    }

    fn plan(&self, op: Operation, config: Raw) -> BoxFuture<'_, Outcome<()>> {
        run!(only_reads op, ACTION_TIMEOUT, |cx| A::plan(&cx, decoded("configuration", &config)?).await)
    }

    fn invoke(
        &self,
        op: Operation,
        config: Raw,
        progress: Arc<dyn Fn(String) + Send + Sync>,
    ) -> BoxFuture<'static, Outcome<()>> {
        run!(op, ACTION_TIMEOUT, |cx| A::invoke(&cx, decoded("configuration", &config)?, progress).await)
    }
}

/// Actions have no `timeouts` of their own yet; an hour is longer than any VPN operation takes.
const ACTION_TIMEOUT: Duration = Duration::from_secs(60 * 60);
