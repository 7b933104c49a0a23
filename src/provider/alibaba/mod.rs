//! Alibaba Cloud's resources.

use crate::cloud;
use crate::cloud::alibaba::{Client, Turn};
use crate::framework::model::Value;

use super::managed::{self, Side};
use super::settings::{Cloud, Configured, Settings};
use super::tags::{Policy, Tags};
use super::{Data, region};

pub(super) use connection::{Connection, PeerConfiguration};
pub(super) use customer_gateway::CustomerGateway;
pub(super) use gateway::Gateway;
pub(super) use parts::tags;
pub(super) use route_entry::RouteEntry;
pub(super) use ssl_client_cert::{EphemeralSslClientCert, SslClientCert};
pub(super) use ssl_server::SslServer;

mod connection;
mod customer_gateway;
mod gateway;
mod parts;
mod route_entry;
mod ssl_client_cert;
mod ssl_server;

/// Alibaba Cloud as configured.
pub(super) struct Alibaba {
    client: Configured<Client>,
    settings: Settings,
}

impl Alibaba {
    pub(super) fn new(client: Configured<Client>, region: Value<String>, tags: Policy) -> Self {
        Self { client, settings: Settings::new(&CLOUD, region, tags) }
    }
}

impl Side for Alibaba {
    type Client = Client;
    type Turn = Turn;

    fn settings(data: &Data) -> &Settings {
        &data.alibaba.settings
    }

    fn configured(data: &Data) -> &Configured<Client> {
        &data.alibaba.client
    }

    fn sightings(client: &Client) -> &cloud::Sightings {
        client.sightings()
    }

    fn occupied(error: &cloud::Error) -> Option<cloud::Occupied> {
        cloud::alibaba::occupied(error)
    }

    async fn change_tags(api: &Api<'_>, id: &str, set: &Tags, remove: &[String]) -> cloud::Result<()> {
        api.client.change_tags(&api.ctx, &api.region, id, set, remove).await
    }
}

type Api<'a> = managed::Api<'a, Alibaba>;

static CLOUD: Cloud = Cloud {
    name: "Alibaba Cloud",
    block: "alibaba",
    region_variable: "ALIBABA_CLOUD_REGION",
    regions: &region::ALIBABA,
};
