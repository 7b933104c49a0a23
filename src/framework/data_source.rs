//! Data sources.

use std::future::Future;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::context::Context;
use super::diagnostics::Diagnostics;
use super::model::Model;
use super::raw::Raw;
use super::schema::Block;

/// Something that is only read.
pub trait DataSource: Model + Send + Sync + 'static {
    type Data: Send + Sync + 'static;

    /// `acme_servers`.
    const TYPE: &'static str;

    const TIMEOUT: Duration = TIMEOUT;

    /// The whole object, wholly known, with what the configuration says unchanged. "Not found" is an error, or an empty list.
    fn read(cx: &Context<Self::Data>, config: Self) -> impl Future<Output = Result<Self, Diagnostics>> + Send;
}

/// A data source without its types, object-safe: for many that do alike. One of its own is a [`DataSource`].
pub trait RawDataSource<D>: Send + Sync {
    fn type_name(&self) -> &'static str;

    fn block(&self) -> Block;

    fn timeout(&self) -> Duration {
        TIMEOUT
    }

    fn read<'a>(&'a self, cx: &'a Context<D>, config: Raw) -> BoxFuture<'a, Result<Raw, Diagnostics>>;
}

const TIMEOUT: Duration = Duration::from_secs(5 * 60);
