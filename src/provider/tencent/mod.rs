//! Tencent Cloud's resources.

use crate::cloud;
use crate::cloud::tencent::{Client, Tag, legacy};
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Value};

use super::managed::{self, Side};
use super::settings::{Cloud, Configured, Settings, ctx};
use super::tags::{self, Tags};
use super::{Data, values};

pub(super) use connection::{Connection, Connections};
pub(super) use customer_gateway::CustomerGateway;
pub(super) use legacy_connection::LegacyConnection;
pub(super) use ssl_client::{EphemeralSslClient, SslClient, SslClients};
pub(super) use ssl_server::{SslServer, SslServers};

mod connection;
mod customer_gateway;
mod key;
mod legacy_connection;
mod parts;
mod ssl;
mod ssl_client;
mod ssl_server;

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

    /// The client of API 3.0; an error while the configuration is not known.
    fn client(&self) -> Result<&Client, Diagnostic> {
        self.client.of(&CLOUD)
    }

    /// The client of API 2.0; an error while the configuration is not known.
    fn legacy(&self) -> Result<&legacy::Client, Diagnostic> {
        self.legacy.of(&CLOUD)
    }
}

/// API 3.0.
impl Side for Tencent {
    type Client = Client;
    type Turn = ();

    fn settings(data: &Data) -> &Settings {
        &data.tencent.settings
    }

    fn client(data: &Data) -> Result<&Client, Diagnostic> {
        data.tencent.client()
    }

    async fn change_tags(api: &Api<'_>, id: &str, set: &Tags, remove: &[String]) -> cloud::Result<()> {
        api.client.change_tags(&api.ctx, &api.region, id, set, remove).await
    }
}

type Api<'a> = managed::Api<'a, Tencent>;

/// Tags as API 3.0 shows them.
fn shown_tags(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key.clone(), tag.value.clone().unwrap_or_default())).collect()
}

/// The tags of a new object, for its request.
fn new_tags(tags_all: &Value<Map<String>>) -> Option<Vec<Tag>> {
    let tags: Vec<_> = tags::known(tags_all).into_iter().map(|(key, value)| Tag { key, value: Some(value) }).collect();
    (!tags.is_empty()).then_some(tags)
}

/// The region of a new resource that names none.
fn plan_region(cx: &Context<Data>, planned: &mut Value<String>, config: &Value<String>) -> Result<(), Diagnostics> {
    cx.provider().tencent.settings.plan_region(planned, config)
}

/// The region of an object that is there.
fn region(known: &Value<String>) -> Result<&str, Diagnostic> {
    CLOUD.region(known)
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
