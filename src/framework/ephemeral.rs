//! Ephemeral resources (Terraform 1.10 and later): values that are never stored.

use std::future::Future;
use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;

use super::context::Context;
use super::diagnostics::Diagnostics;
use super::model::Model;
use super::raw::Raw;
use super::schema::Block;

/// Something that is opened when needed, renewed while in use and closed afterwards.
pub trait EphemeralResource: Model + Send + Sync + 'static {
    type Data: Send + Sync + 'static;

    const TYPE: &'static str;

    const TIMEOUT: Duration = Duration::from_secs(5 * 60);

    /// The whole object, wholly known. Private data set on the context reaches renew and close.
    fn open(cx: &Context<Self::Data>, config: Self) -> impl Future<Output = Result<Opened<Self>, Diagnostics>> + Send;

    /// Renews it; returns when to do so again.
    fn renew(_cx: &Context<Self::Data>) -> impl Future<Output = Result<Option<SystemTime>, Diagnostics>> + Send {
        async { Ok(None) }
    }

    fn close(_cx: &Context<Self::Data>) -> impl Future<Output = Result<(), Diagnostics>> + Send {
        async { Ok(()) }
    }
}

/// An ephemeral resource without its types, object-safe.
pub(crate) trait RawEphemeral<D>: Send + Sync {
    fn type_name(&self) -> &'static str;

    fn block(&self) -> Block;

    fn timeout(&self) -> Duration;

    fn open<'a>(&'a self, cx: &'a Context<D>, config: Raw) -> BoxFuture<'a, Result<Opened<Raw>, Diagnostics>>;

    fn renew<'a>(&'a self, cx: &'a Context<D>) -> BoxFuture<'a, Result<Option<SystemTime>, Diagnostics>>;

    fn close<'a>(&'a self, cx: &'a Context<D>) -> BoxFuture<'a, Result<(), Diagnostics>>;
}

/// An open ephemeral resource.
#[derive(Debug)]
pub struct Opened<T> {
    pub result: T,
    /// When Terraform should renew it.
    pub renew_at: Option<SystemTime>,
}
