//! Creates and deletes: every one carries a client token, so that repetitions give the first one's answer.

use crate::cloud::adopt::lost;
use crate::cloud::alibaba::client::{Action, Client};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};

impl Client {
    /// Makes an object of this `kind` and gives its id, which `id` finds in an answer.
    ///
    /// A call of unknown outcome is repeated like any other, with its token. An error with [`Error::is_ambiguous`] means that there may
    /// be an object nevertheless.
    pub(super) async fn made<A: Action>(
        &self,
        ctx: &Ctx,
        region: &str,
        kind: &str,
        request: &A,
        id: impl Fn(A::Answer) -> Option<String> + Send,
    ) -> Result<String> {
        named(self.call(ctx, region, request).await.map(id), A::NAME, region, kind)
    }

    /// Asks for an object to be deleted, and tells whether it was still there: one of the codes `gone` says that it was not.
    pub(super) async fn removed<A: Action>(&self, ctx: &Ctx, region: &str, request: &A, gone: &[&str]) -> Result<bool> {
        match self.call(ctx, region, request).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_any_of(gone) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// The id that an answer has to have.
fn named(id: Result<Option<String>>, action: &'static str, region: &str, kind: &str) -> Result<String> {
    id.map_err(|error| lost(kind, error))?.filter(|id| !id.is_empty()).ok_or_else(|| {
        let error = Error::new(Class::Fatal, format!("the answer does not name the new {kind}")).ambiguous(true);
        lost(kind, error.about(action, region))
    })
}
