//! Actions (Terraform 1.14 and later): things done on a trigger, which change no state.

use std::future::Future;
use std::sync::Arc;

use super::context::Context;
use super::diagnostics::Diagnostics;
use super::model::Model;

/// An action.
pub trait Action: Model + Send + Sync + 'static {
    type Data: Send + Sync + 'static;

    const TYPE: &'static str;

    /// Whether it may run; nothing is done yet.
    fn plan(_cx: &Context<Self::Data>, _config: Self) -> impl Future<Output = Result<(), Diagnostics>> + Send {
        async { Ok(()) }
    }

    /// Does it. `progress` shows a line to the user.
    fn invoke(
        cx: &Context<Self::Data>,
        config: Self,
        progress: Arc<dyn Fn(String) + Send + Sync>,
    ) -> impl Future<Output = Result<(), Diagnostics>> + Send;
}
