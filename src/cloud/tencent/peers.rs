//! Configurations for the devices at the other end of tunnels.

use secrecy::{ExposeSecret, SecretString};

use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::vpc::{
    CustomerGatewayVendor, DescribeCustomerGatewayVendors, DownloadCustomerGatewayConfiguration,
};

impl Client {
    /// The devices that configurations can be written for.
    pub async fn customer_gateway_vendors(&self, ctx: &Ctx, region: &str) -> Result<Vec<CustomerGatewayVendor>> {
        let answer = self.call(ctx, region, &DescribeCustomerGatewayVendors {}).await?;
        Ok(answer.customer_gateway_vendor_set)
    }

    /// The configuration of the device at the other end of a tunnel, with its pre-shared key.
    pub async fn peer_configuration(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &DownloadCustomerGatewayConfiguration,
    ) -> Result<SecretString> {
        let answer = self.call(ctx, region, request).await?;
        let configuration = answer.customer_gateway_configuration.filter(|text| !text.expose_secret().is_empty());
        configuration.ok_or_else(|| {
            let message = format!("the answer has no configuration for {}", request.vpn_connection_id);
            Error::new(Class::Fatal, message).about(DownloadCustomerGatewayConfiguration::NAME, region)
        })
    }
}
