//! Data sources.

use std::future::Future;
use std::time::Duration;

use super::context::Context;
use super::diagnostics::Diagnostics;
use super::model::Model;

/// Something that is only read.
pub trait DataSource: Model + Send + Sync + 'static {
    type Data: Send + Sync + 'static;

    /// `acme_servers`.
    const TYPE: &'static str;

    const TIMEOUT: Duration = Duration::from_secs(5 * 60);

    /// The whole object, wholly known, with what the configuration says unchanged. "Not found" is an error, or an empty list.
    fn read(cx: &Context<Self::Data>, config: Self) -> impl Future<Output = Result<Self, Diagnostics>> + Send;
}
