//! What goes wrong, and what has to be left of it.

use std::fs;

use cloudvpn::framework::context::Context;
use cloudvpn::framework::diagnostics::{Diagnostic, Diagnostics};
use cloudvpn::framework::model::{Model, Value};
use cloudvpn::framework::resource::{Change, Create, Resource};

use super::Settings;

/// A thing that fails on demand.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Misfortune {
    /// Made by the provider.
    #[attr(computed)]
    id: Value<String>,
    /// Decided at the end of a create.
    #[attr(computed)]
    address: Value<String>,
    /// Something that can be changed.
    #[attr(optional)]
    size: Value<i64>,
    /// `create`, `update`, `panic` in create, or `wait`: a create that goes on until Terraform wants it to stop.
    #[attr(optional, one_of("create", "update", "panic", "wait"))]
    fail: Value<String>,
    /// A file: while it is there, the object cannot be deleted and `wait` has begun.
    #[attr(optional)]
    file: Value<String>,
    /// A file: while it is there, the object is not.
    #[attr(optional)]
    gone: Value<String>,
}

impl Resource for Misfortune {
    type Data = Settings;
    const TYPE: &'static str = "conformance_misfortune";

    async fn create(cx: &Context<Settings>, new: Create<Self>) -> Result<Self, Diagnostics> {
        let mut made = Self { id: cx.provider().id("made"), ..new.planned };
        cx.save(&made);
        match made.fail.as_deref() {
            Some("create") => return Err(Diagnostic::error("Create failed", "Half of it is there.").into()),
            Some("panic") => panic!("the panic that was asked for"),
            Some("wait") => {
                fs::write(made.file.as_deref().unwrap_or_default(), "waiting").map_err(|e| unwritable(&e))?;
                cx.cancellation().cancelled().await;
                return Err(Diagnostic::error("Create was interrupted", "Half of it is there.").into());
            }
            _ => {}
        }
        made.address = "192.0.2.1".into();
        Ok(made)
    }

    async fn read(_: &Context<Settings>, state: Self) -> Result<Option<Self>, Diagnostics> {
        let gone = state.gone.as_deref().is_some_and(|file| fs::exists(file).unwrap_or(false));
        Ok((!gone).then_some(state))
    }

    async fn update(cx: &Context<Settings>, change: Change<Self>) -> Result<Self, Diagnostics> {
        if change.planned.fail.as_deref() == Some("update") {
            cx.save(&Self { size: change.planned.size, ..change.prior });
            return Err(Diagnostic::error("Update failed", "The size was changed, nothing else.").into());
        }
        Ok(change.planned)
    }

    async fn delete(_: &Context<Settings>, state: Self) -> Result<(), Diagnostics> {
        if state.file.as_deref().is_some_and(|file| fs::exists(file).unwrap_or(false)) {
            return Err(Diagnostic::error("Delete failed", "The file is still there.").into());
        }
        Ok(())
    }
}

fn unwritable(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error("Cannot write the file", error.to_string())
}
