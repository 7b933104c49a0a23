//! Alibaba Cloud's resources.

use crate::cloud::alibaba::Client;
use crate::framework::diagnostics::Diagnostic;
use crate::framework::model::{Map, Value};

use super::settings::{Cloud, Configured, Settings};

pub(super) use ssl_client_cert::{EphemeralSslClientCert, SslClientCert};

mod ssl_client_cert;

/// Alibaba Cloud as configured.
pub(super) struct Alibaba {
    client: Configured<Client>,
    settings: Settings,
}

impl Alibaba {
    pub(super) fn new(client: Configured<Client>, region: Value<String>, default_tags: Value<Map<String>>) -> Self {
        Self { client, settings: Settings::new(&CLOUD, region, default_tags) }
    }

    /// The region of resources that name none.
    pub(super) fn region(&self) -> &Value<String> {
        self.settings.region()
    }

    /// The client; an error while the configuration is not known.
    fn client(&self) -> Result<&Client, Diagnostic> {
        self.client.of(&CLOUD)
    }
}

static CLOUD: Cloud = Cloud { name: "Alibaba Cloud", block: "alibaba", region_variable: "ALIBABA_CLOUD_REGION" };
