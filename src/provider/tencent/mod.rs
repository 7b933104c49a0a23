//! Tencent Cloud's resources.

use crate::cloud::tencent::{Client, legacy};
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Value};

use super::settings::{Cloud, Configured, Settings, ctx};
use super::{Data, values};

pub(super) use connection::{Connection, Connections};
pub(super) use customer_gateway::CustomerGateway;
pub(super) use legacy_connection::LegacyConnection;

mod connection;
mod customer_gateway;
mod key;
mod legacy_connection;
mod managed;
mod parts;

/// Tencent Cloud as configured.
pub(super) struct Tencent {
    client: Configured<Client>,
    legacy: Configured<legacy::Client>,
    settings: Settings,
}

impl Tencent {
    pub(super) fn new(
        client: Configured<Client>,
        legacy: Configured<legacy::Client>,
        region: Value<String>,
        default_tags: Value<Map<String>>,
    ) -> Self {
        Self { client, legacy, settings: Settings::new(&CLOUD, region, default_tags) }
    }

    /// The region of resources that name none.
    pub(super) fn region(&self) -> &Value<String> {
        self.settings.region()
    }

    pub(super) fn default_tags(&self) -> &Value<Map<String>> {
        self.settings.default_tags()
    }

    /// The client of API 3.0; an error while the configuration is not known.
    fn client(&self) -> Result<&Client, Diagnostic> {
        self.client.of(&CLOUD)
    }

    /// The client of API 2.0; an error while the configuration is not known.
    fn legacy(&self) -> Result<&legacy::Client, Diagnostic> {
        self.legacy.of(&CLOUD)
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

/// The region that a data source looks at: the one it names, or the provider's.
fn region_of(cx: &Context<Data>, configured: &Value<String>) -> Result<String, Diagnostic> {
    let region_or_none = if configured.is_null() { cx.provider().tencent.region() } else { configured };
    region(region_or_none).map(str::to_owned).map_err(|error| error.at("region"))
}

/// Takes an import id apart; see [`Settings::import_id`].
fn import_id<const N: usize>(
    cx: &Context<Data>,
    id: &str,
    prefixes: [&str; N],
) -> Result<(String, [String; N]), Diagnostics> {
    cx.provider().tencent.settings.import_id(id, prefixes)
}

static CLOUD: Cloud = Cloud { name: "Tencent Cloud", block: "tencent", region_variable: "TENCENTCLOUD_REGION" };
