//! `cloudvpn_tencent_customer_gateway_vendors`: the devices that configurations can be written for (VPC API 2017-03-12).

use crate::cloud::tencent::CustomerGatewayVendor;
use crate::framework::context::Context;
use crate::framework::data_source::DataSource;
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{List, Model, Value};
use crate::provider::region;

use super::super::{Data, errors};
use super::Api;

/// The devices that Tencent Cloud writes configurations for: what `cloudvpn_tencent_peer_configuration` takes.
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct CustomerGatewayVendors {
    /// Region that is asked; by default the provider's.
    #[attr(optional, computed, custom("a region such as ap-guangzhou", region::tencent))]
    region: Value<String>,
    /// The devices, as the service orders them. API member `CustomerGatewayVendorSet`.
    #[attr(computed)]
    vendors: Value<List<Vendor>>,
}

/// A kind of device.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(super) struct Vendor {
    /// Operating system, such as `ios` or `comware`. API member `Platform`.
    #[attr(computed)]
    platform: Value<String>,
    /// Version of it, such as `V15.4`. API member `SoftwareVersion`.
    #[attr(computed)]
    software_version: Value<String>,
    /// Maker, such as `cisco` or `h3c`. API member `VendorName`.
    #[attr(computed)]
    vendor_name: Value<String>,
}

impl DataSource for CustomerGatewayVendors {
    type Data = Data;

    const TYPE: &'static str = "cloudvpn_tencent_customer_gateway_vendors";

    async fn read(cx: &Context<Data>, config: Self) -> Result<Self, Diagnostics> {
        let api = Api::looking(cx, &config.region)?;
        let vendors = api.client.customer_gateway_vendors(&api.ctx, &api.region).await;
        let vendors = vendors.map_err(|error| errors::diagnostic("Reading vendors failed", &error, |_| None))?;
        let vendors = vendors.into_iter().map(|vendor| Value::Known(Vendor::from(vendor))).collect();
        Ok(Self { region: api.region.into(), vendors: Value::Known(vendors) })
    }
}

impl From<CustomerGatewayVendor> for Vendor {
    fn from(vendor: CustomerGatewayVendor) -> Self {
        let CustomerGatewayVendor { platform, software_version, vendor_name } = vendor;
        Self { platform: platform.into(), software_version: software_version.into(), vendor_name: vendor_name.into() }
    }
}
