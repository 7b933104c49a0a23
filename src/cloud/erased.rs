//! Values and futures of any type.
//!
//! Each kind of object has its types, and what is done with all of them is the same: reading in batches, joining writes, waiting. What is
//! generic there is a thin shell around a flow that knows no types, so that the flow is compiled once and not once for each kind.
//! A cloud takes a thousand times longer to answer than a box takes to be made.

use std::any::Any;

use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;
use tracing::Instrument;

/// A value that comes back out with [`restore`].
pub(crate) type Value = Box<dyn Any + Send>;

pub(crate) fn erase<T: Send + 'static>(value: T) -> Value {
    Box::new(value)
}

pub(crate) fn restore<T: 'static>(value: Value) -> T {
    *value.downcast().expect("a flow gives back what its shell put in")
}

/// Runs `work` beside whoever starts it, in the same span.
pub(crate) fn spawn(work: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    let work: BoxFuture<'static, ()> = Box::pin(work);
    tokio::spawn(work.in_current_span())
}
