//! What an operation gets to know besides its values: the configured provider, how long it may take, whether Terraform wants it to stop; and
//! where it leaves what must not be lost.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::diagnostics::{Diagnostic, Diagnostics};
use super::model::Model;
use super::private::Private;
use super::raw::Raw;

/// The context of one operation on one resource.
pub struct Context<D> {
    data: Arc<D>,
    timeout: Duration,
    cancel: CancellationToken,
    only_reads: bool,
    kept: Mutex<Kept>,
}

/// What an operation leaves behind, whether it ends well or not.
#[derive(Default)]
pub(crate) struct Kept {
    /// The newest state that was saved.
    pub(crate) state: Option<Raw>,
    pub(crate) private: Private,
    pub(crate) warnings: Diagnostics,
}

impl<D> Context<D> {
    pub(crate) fn new(data: Arc<D>, timeout: Duration, cancel: CancellationToken, private: Private) -> Self {
        let kept = Mutex::new(Kept { private, ..Kept::default() });
        Self { data, timeout, cancel, only_reads: false, kept }
    }

    /// The context of an operation that only reads: a refresh, a plan, an import, a data source.
    pub(crate) fn that_only_reads(self) -> Self {
        Self { only_reads: true, ..self }
    }

    /// The configured provider.
    pub fn provider(&self) -> &D {
        &self.data
    }

    /// How long the operation may take: from `timeouts`, or the resource's default.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Whether the operation changes nothing. Somebody waits for it and can repeat it: it need not wait for long for what may be dead.
    pub fn only_reads(&self) -> bool {
        self.only_reads
    }

    /// Cancelled when Terraform sends StopProvider, after the user's first Ctrl-C.
    pub fn cancellation(&self) -> &CancellationToken {
        &self.cancel
    }

    /// Remembers the object as it is now. If the operation fails later, this is what goes into the state (unknown values as null), so that
    /// nothing that exists is forgotten. Save as soon as a new object has an id.
    pub fn save(&self, state: &impl Model) {
        self.save_raw(state.to_raw());
    }

    /// The same without types.
    pub fn save_raw(&self, state: Raw) {
        self.kept().state = Some(state);
    }

    /// Adds a warning to the answer.
    pub fn warn(&self, warning: Diagnostic) {
        self.kept().warnings.push(warning);
    }

    /// Reads or changes the private data that is stored beside the state.
    pub fn private<T>(&self, with: impl FnOnce(&mut Private) -> T) -> T {
        with(&mut self.kept().private)
    }

    pub(crate) fn into_kept(self) -> Kept {
        self.kept.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        // No code runs under the lock that could leave the data half-written.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
