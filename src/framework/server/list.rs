//! ListResource.

use futures_util::stream::{self, BoxStream, StreamExt};

use super::super::diagnostics::Diagnostics;
use super::{ListEvent, ListRequest, Session, decode, encode, identity, sought, unknown_type};

impl Session {
    pub fn list_resource(&self, request: ListRequest) -> BoxStream<'static, ListEvent> {
        self.found(request).unwrap_or_else(|error| stream::iter([failed(error)]).boxed())
    }

    fn found(&self, request: ListRequest) -> Result<BoxStream<'static, ListEvent>, Diagnostics> {
        let list = self.list(&request.type_name).ok_or_else(|| unknown_type("list resource", &request.type_name))?;
        let schema = list.schema();
        let config = sought(&schema.block, &decode("configuration", &request.config, &schema)?);
        let found = list.list(self.operation(&[])?, config, request.include_resource_object);
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let session = self.clone();
        let events = found.take(limit).map(move |found| {
            let event = found.and_then(|found| {
                let resource =
                    session.resource(&request.type_name).ok_or_else(|| unknown_type("resource", &request.type_name))?;
                let object = request.include_resource_object.then(|| encode(&found.object, &resource.schema()));
                Ok(ListEvent {
                    identity: identity::of(resource, &found.object),
                    display_name: found.display_name,
                    resource_object: object.transpose()?,
                    diagnostics: Diagnostics::new(),
                })
            });
            event.unwrap_or_else(failed)
        });
        Ok(events.boxed())
    }
}

fn failed(diagnostics: Diagnostics) -> ListEvent {
    ListEvent { identity: None, display_name: String::new(), resource_object: None, diagnostics }
}
