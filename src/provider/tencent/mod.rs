//! Tencent Cloud's resources.

use crate::cloud;
use crate::cloud::tencent::{Client, Filter, Tag, legacy};
use crate::framework::map::map;
use crate::framework::model::{Map, Value};

use super::managed::{self, Side};
use super::settings::{Cloud, Configured, Settings};
use super::tags::{self, Policy, Tags};
use super::{Data, key, region, values};

pub(super) use connection::Connection;
pub(super) use customer_gateway::CustomerGateway;
pub(super) use gateway::Gateway;
pub(super) use gateway_route::GatewayRoute;
pub(super) use legacy_connection::LegacyConnection;
pub(super) use peer_configuration::PeerConfiguration;
pub(super) use ssl_client::{EphemeralSslClient, SslClient};
pub(super) use ssl_server::SslServer;
pub(super) use vendors::CustomerGatewayVendors;

mod checks;
mod connection;
mod customer_gateway;
mod gateway;
mod gateway_route;
mod legacy_connection;
mod parts;
mod peer_configuration;
mod policies;
mod ssl;
mod ssl_client;
mod ssl_server;
mod vendors;

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
        tags: Policy,
    ) -> Self {
        Self { client, legacy, settings: Settings::new(&CLOUD, region, tags) }
    }
}

/// API 3.0.
impl Side for Tencent {
    type Client = Client;
    type Turn = ();

    fn settings(data: &Data) -> &Settings {
        &data.tencent.settings
    }

    fn configured(data: &Data) -> &Configured<Client> {
        &data.tencent.client
    }

    fn sightings(client: &Client) -> &cloud::Sightings {
        client.sightings()
    }

    fn occupied(error: &cloud::Error) -> Option<cloud::Occupied> {
        cloud::tencent::occupied(error)
    }

    fn place(region: &str) -> &str {
        legacy::short(region)
    }

    async fn change_tags(api: &Api<'_>, id: &str, set: &Tags, remove: &[String]) -> cloud::Result<()> {
        api.client.change_tags(&api.ctx, &api.region, id, set, remove).await
    }
}

type Api<'a> = managed::Api<'a, Tencent>;

/// API 2.0.
pub(super) struct Legacy;

impl Side for Legacy {
    type Client = legacy::Client;
    type Turn = ();

    fn settings(data: &Data) -> &Settings {
        &data.tencent.settings
    }

    fn configured(data: &Data) -> &Configured<legacy::Client> {
        &data.tencent.legacy
    }

    fn sightings(client: &legacy::Client) -> &cloud::Sightings {
        client.sightings()
    }

    fn occupied(error: &cloud::Error) -> Option<cloud::Occupied> {
        legacy::occupied(error)
    }

    fn place(region: &str) -> &str {
        legacy::short(region)
    }

    /// There are none.
    async fn change_tags(_api: &LegacyApi<'_>, _id: &str, _set: &Tags, _remove: &[String]) -> cloud::Result<()> {
        Ok(())
    }
}

type LegacyApi<'a> = managed::Api<'a, Legacy>;

/// Tags as API 3.0 shows them.
fn shown_tags(tags: &[Tag]) -> Tags {
    map(tags.iter().map(|tag| (tag.key.clone(), tag.value.clone().unwrap_or_default())))
}

/// The tags of a new object, for its request.
fn new_tags(tags_all: &Value<Map<String>>) -> Option<Vec<Tag>> {
    let tags: Vec<_> = tags::known(tags_all).into_iter().map(|(key, value)| Tag { key, value: Some(value) }).collect();
    (!tags.is_empty()).then_some(tags)
}

/// The filters of a listing that somebody said something about.
fn filters<const N: usize>(filters: [(&str, &Value<String>); N]) -> Vec<Filter> {
    filters.into_iter().filter_map(|(name, value)| Some(Filter::new(name, value.as_deref()?))).collect()
}

static CLOUD: Cloud = Cloud {
    name: "Tencent Cloud",
    block: "tencent",
    region_variable: "TENCENTCLOUD_REGION",
    regions: &region::TENCENT,
};
