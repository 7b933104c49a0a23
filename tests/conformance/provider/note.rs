//! An action.

use std::sync::Arc;

use cloudvpn::framework::action::Action;
use cloudvpn::framework::context::Context;
use cloudvpn::framework::diagnostics::{Diagnostic, Diagnostics};
use cloudvpn::framework::model::{Model, Value};

use super::Settings;

/// Says a text, and how long a secret is.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Note {
    /// What to say.
    #[attr(required, chars(1..=20))]
    text: Value<String>,
    /// A secret.
    #[attr(optional, write_only)]
    secret_wo: Value<String>,
}

impl Action for Note {
    type Data = Settings;
    const TYPE: &'static str = "conformance_note";

    async fn plan(cx: &Context<Settings>, config: Self) -> Result<(), Diagnostics> {
        match config.text {
            Value::Known(text) if text == "unplannable" => {
                return Err(Diagnostic::error("Cannot be said", "The plan says so.").at("text").into());
            }
            Value::Known(text) => cx.warn(Diagnostic::warning("Will be said", text).at("text")),
            Value::Unknown | Value::Null => cx.warn(Diagnostic::warning("Will be said", "What, is not known yet.")),
        }
        Ok(())
    }

    async fn invoke(
        _: &Context<Settings>,
        config: Self,
        progress: Arc<dyn Fn(String) + Send + Sync>,
    ) -> Result<(), Diagnostics> {
        let text = config.text.as_deref().unwrap_or_default();
        progress(format!("saying: {text}"));
        progress(format!("a secret of {} bytes", config.secret_wo.as_deref().unwrap_or_default().len()));
        match text {
            "too loud" => Err(Diagnostic::error("Too loud", "The invocation says so.").at("text").into()),
            "too many" => panic!("more than can be said"),
            _ => Ok(()),
        }
    }
}
