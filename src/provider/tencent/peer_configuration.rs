//! `cloudvpn_tencent_peer_configuration`, a data source and an ephemeral resource: what the device at the other end of a tunnel has to be
//! told (VPC API 2017-03-12).

use secrecy::ExposeSecret;

use crate::cloud::tencent::{CustomerGatewayVendor, DownloadCustomerGatewayConfiguration};
use crate::framework::context::Context;
use crate::framework::data_source::DataSource;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::ephemeral::{EphemeralResource, Opened};
use crate::framework::model::{Model, Secret, Value};
use crate::framework::path::Path;
use crate::provider::region;

use super::super::{Data, errors};
use super::Api;
use super::values::said;

/// The configuration for the device at the other end of a tunnel, written by Tencent Cloud for one of the devices that
/// `cloudvpn_tencent_customer_gateway_vendors` lists.
///
/// It holds the tunnel's pre-shared key. The data source keeps it in the state; the ephemeral resource of the same name (Terraform 1.10
/// and later) stores it nowhere.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct PeerConfiguration {
    /// Region of the tunnel; by default the provider's.
    #[attr(optional, computed, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// VPN gateway of the tunnel. API member `VpnGatewayId`.
    #[attr(required, prefix("vpngw-"))]
    gateway_id: Value<String>,
    /// The tunnel. API member `VpnConnectionId`.
    #[attr(required, prefix("vpnx-"))]
    connection_id: Value<String>,
    /// Operating system of the device, such as `ios`. API member `Platform`.
    #[attr(required, chars(1..))]
    platform: Value<String>,
    /// Version of it, such as `V15.4`. API member `SoftwareVersion`.
    #[attr(required, chars(1..))]
    software_version: Value<String>,
    /// Maker of the device, such as `cisco`. API member `VendorName`.
    #[attr(required, chars(1..))]
    vendor_name: Value<String>,
    /// Interface of the device that leads to the internet, such as `GigabitEthernet1`. API member `InterfaceName`.
    #[attr(required, chars(1..))]
    interface_name: Value<String>,
    /// The configuration, with the pre-shared key. API member `CustomerGatewayConfiguration`.
    #[attr(computed, sensitive)]
    configuration: Value<Secret>,
}

impl DataSource for PeerConfiguration {
    type Data = Data;

    const TYPE: &'static str = TYPE;

    async fn read(cx: &Context<Data>, config: Self) -> Result<Self, Diagnostics> {
        Ok(config.downloaded(cx).await?)
    }
}

impl EphemeralResource for PeerConfiguration {
    type Data = Data;

    const TYPE: &'static str = TYPE;

    async fn open(cx: &Context<Data>, config: Self) -> Result<Opened<Self>, Diagnostics> {
        Ok(Opened { result: config.downloaded(cx).await?, renew_at: None })
    }
}

impl PeerConfiguration {
    async fn downloaded(self, cx: &Context<Data>) -> Result<Self, Diagnostic> {
        let api = Api::looking(cx, &self.region)?;
        let request = self.request();
        let configuration = api.client.peer_configuration(&api.ctx, &api.region, &request).await;
        let configuration = configuration
            .map_err(|error| errors::diagnostic("Reading the peer's configuration failed", &error, attribute))?;
        let configuration = Value::Known(Secret::new(configuration.expose_secret()));
        Ok(Self { region: api.region.into(), configuration, ..self })
    }

    fn request(&self) -> DownloadCustomerGatewayConfiguration {
        let text = |value: &Value<String>| said(value).unwrap_or_default();
        DownloadCustomerGatewayConfiguration {
            vpn_gateway_id: text(&self.gateway_id),
            vpn_connection_id: text(&self.connection_id),
            customer_gateway_vendor: CustomerGatewayVendor {
                platform: text(&self.platform),
                software_version: text(&self.software_version),
                vendor_name: text(&self.vendor_name),
            },
            interface_name: text(&self.interface_name),
        }
    }
}

/// VPC API 2017-03-12, DownloadCustomerGatewayConfiguration.
fn attribute(code: &str) -> Option<Path> {
    (code == "ResourceNotFound").then(|| Path::from("connection_id"))
}

const TYPE: &str = "cloudvpn_tencent_peer_configuration";
