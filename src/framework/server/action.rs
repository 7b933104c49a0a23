//! PlanAction and InvokeAction.

use std::sync::Arc;

use futures_util::stream::{self, BoxStream, StreamExt};

use super::super::diagnostics::Diagnostics;
use super::super::erased::Outcome;
use super::{ActionEvent, ActionRequest, Session, configured, unknown_type};

impl Session {
    pub async fn plan_action(&self, request: ActionRequest) -> Diagnostics {
        let planned = async {
            let action = self.action(&request.type_name).ok_or_else(|| unknown_type("action", &request.type_name))?;
            let config = configured(&request.config, &action.schema())?;
            let Outcome { result, kept } = action.plan(self.operation(&[])?, config).await;
            result.map_err(|error| super::with_warnings(error, &kept))?;
            Ok::<_, Diagnostics>(kept.warnings)
        };
        planned.await.unwrap_or_else(|error| error)
    }

    pub fn invoke_action(&self, request: ActionRequest) -> BoxStream<'static, ActionEvent> {
        self.invoked(request).unwrap_or_else(|error| stream::iter([ActionEvent::Completed(error)]).boxed())
    }

    fn invoked(&self, request: ActionRequest) -> Result<BoxStream<'static, ActionEvent>, Diagnostics> {
        let action = self.action(&request.type_name).ok_or_else(|| unknown_type("action", &request.type_name))?;
        let config = configured(&request.config, &action.schema())?;
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        let progress = {
            let sender = sender.clone();
            // A client that has gone does not want to know.
            Arc::new(move |line| drop(sender.send(ActionEvent::Progress(line))))
        };
        let running = action.invoke(self.operation(&[])?, config, progress);
        tokio::spawn(async move {
            let Outcome { result, kept } = running.await;
            let diagnostics = match result {
                Ok(()) => kept.warnings,
                Err(error) => super::with_warnings(error, &kept),
            };
            drop(sender.send(ActionEvent::Completed(diagnostics)));
        });
        let events = stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver)));
        Ok(events.boxed())
    }
}
