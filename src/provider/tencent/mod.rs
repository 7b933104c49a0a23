//! Tencent Cloud's resources.

use crate::cloud::tencent::Client;
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Value};

use super::Data;
use super::settings::{Cloud, Settings, ctx};

pub(super) use connection::Connection;

mod connection;

/// Tencent Cloud as configured.
pub(super) struct Tencent {
    client: Client,
    settings: Settings,
}

impl Tencent {
    pub(super) fn new(
        client: Client,
        region: Value<String>,
        default_tags: Value<Map<String>>,
        not_known: Option<&'static str>,
    ) -> Self {
        Self { client, settings: Settings::new(&CLOUD, region, default_tags, not_known) }
    }

    /// The region of resources that name none.
    #[cfg(test)]
    pub(super) fn region(&self) -> &Value<String> {
        self.settings.region()
    }

    pub(super) fn default_tags(&self) -> &Value<Map<String>> {
        self.settings.default_tags()
    }

    /// The client; an error while the configuration is not known.
    fn client(&self) -> Result<&Client, Diagnostic> {
        self.settings.known()?;
        Ok(&self.client)
    }
}

/// The region of a new resource that names none.
fn plan_region(cx: &Context<Data>, planned: &mut Value<String>, config: &Value<String>) -> Result<(), Diagnostics> {
    cx.provider().tencent.settings.plan_region(planned, config)
}

/// The region of an object that is there.
fn region(known: &Value<String>) -> Result<&str, Diagnostic> {
    CLOUD.region(known)
}

/// Takes an import id apart: `ID`, or `REGION/ID` for another region than the provider's.
fn import_id(cx: &Context<Data>, id: &str, prefix: &str) -> Result<(String, String), Diagnostics> {
    cx.provider().tencent.settings.import_id(id, prefix)
}

static CLOUD: Cloud = Cloud { name: "Tencent Cloud", block: "tencent", region_variable: "TENCENTCLOUD_REGION" };
