//! List resources (Terraform 1.14 and later): what `terraform query` finds.

use futures_util::stream::BoxStream;

use std::sync::Arc;

use super::context::Context;
use super::diagnostics::Diagnostics;
use super::model::Model;
use super::raw::Raw;

/// A listing of managed resources of the same type name, which must have an identity.
pub trait ListResource: Model + Send + Sync + 'static {
    type Data: Send + Sync + 'static;

    const TYPE: &'static str;

    /// Found objects, one by one; the stream is dropped when the client has enough. An error ends the listing.
    fn list(
        cx: Arc<Context<Self::Data>>,
        config: Self,
        include_object: bool,
    ) -> BoxStream<'static, Result<Found, Diagnostics>>;
}

/// A found object.
#[derive(Debug)]
pub struct Found {
    /// What people call it.
    pub display_name: String,
    /// The object as its resource's model gives it; the identity is taken from it.
    pub object: Raw,
}
