//! VPN gateways: requests and answers of the VPC API 2016-04-28, and what it takes to read one and to wait for it.
//!
//! In answers every member may be absent.

use serde::{Deserialize, Serialize};

use crate::cloud::alibaba::answer;
use crate::cloud::alibaba::client::{Action, Client};
use crate::cloud::batch::{Listing, Page};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::lenient;
use crate::cloud::retry::Effect;
use crate::cloud::wait::{self, Poll};

/// Asks for one VPN gateway.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpnGateway {
    pub vpn_gateway_id: String,
}

/// Asks for a page of all VPN gateways of a region.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpnGateways {
    /// From 1.
    pub page_number: u64,
    /// At most 50.
    pub page_size: u64,
}

/// One page of VPN gateways.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct DescribeVpnGatewaysAnswer {
    /// How many there are, on all pages.
    #[serde(deserialize_with = "lenient::int")]
    pub total_count: Option<i64>,
    /// None when the answer has no such member: that says nothing, unlike an empty list.
    #[serde(deserialize_with = "answer::rows")]
    pub vpn_gateways: Option<Vec<VpnGateway>>,
}

/// A VPN gateway, as the service describes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct VpnGateway {
    pub vpn_gateway_id: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub vpc_id: Option<String>,
    #[serde(rename = "VSwitchId")]
    pub vswitch_id: Option<String>,
    #[serde(rename = "DisasterRecoveryVSwitchId")]
    pub disaster_recovery_vswitch_id: Option<String>,
    pub resource_group_id: Option<String>,
    /// Of a gateway with two tunnels a connection, the address of the first.
    pub internet_ip: Option<String>,
    /// Of a gateway with two tunnels a connection, the address of the second.
    pub disaster_recovery_internet_ip: Option<String>,
    /// Of a public gateway with two tunnels a connection, the address for SSL clients.
    pub ssl_vpn_internet_ip: Option<String>,
    /// Mbit/s: `5M`, or `5`.
    #[serde(deserialize_with = "lenient::text")]
    pub spec: Option<String>,
    #[serde(deserialize_with = "lenient::int")]
    pub ssl_max_connections: Option<i64>,
    /// `enable` or `disable`.
    #[serde(deserialize_with = "lenient::text")]
    pub ipsec_vpn: Option<String>,
    /// `enable` or `disable`.
    #[serde(deserialize_with = "lenient::text")]
    pub ssl_vpn: Option<String>,
    #[serde(deserialize_with = "lenient::flag")]
    pub enable_bgp: Option<bool>,
    #[serde(deserialize_with = "lenient::flag")]
    pub auto_propagate: Option<bool>,
    /// `public` or `private`.
    pub network_type: Option<String>,
    /// `Normal` or `NationalStandard`.
    pub vpn_type: Option<String>,
    /// `Traditional` or `Enhanced.SiteToSite`.
    pub gateway_type: Option<String>,
    /// `Prepay`, or `PostpayByFlow`, or `POSTPAY`.
    pub charge_type: Option<String>,
    /// `init`, `provisioning`, `active`, `updating` or `deleting`.
    pub status: Option<String>,
    /// `Normal`, or `FinancialLocked` for an overdue payment.
    pub business_status: Option<String>,
    /// Unix time in milliseconds.
    #[serde(deserialize_with = "lenient::int")]
    pub create_time: Option<i64>,
    /// Unix time in milliseconds.
    #[serde(deserialize_with = "lenient::int")]
    pub end_time: Option<i64>,
}

impl Client {
    /// The VPN gateway `id`, or none when the service clearly says that there is none.
    ///
    /// Reads that come together share their calls; what is seen may be a few seconds old, though never older than this client's last
    /// write in the region.
    pub async fn vpn_gateway(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnGateway>> {
        self.inner.gateways.read(&Gateways(self.clone()), ctx, region, id).await
    }

    /// Waits until the VPN gateway `id` is `active`, and gives it: a new one is ready then, and one that was written to, itself or
    /// something of it, has done with that and takes the next write.
    pub async fn wait_vpn_gateway_active(&self, ctx: &Ctx, region: &str, id: &str) -> Result<VpnGateway> {
        let gateways = Gateways(self.clone());
        wait::until_it_is(ctx, id, "active", || async {
            let gateway = self.inner.gateways.now(&gateways, ctx, region, id).await?;
            Ok(gateway.map(|gateway| match gateway.status.as_deref() {
                Some("active") => Poll::Ready(gateway),
                status => Poll::Pending(status.unwrap_or("unknown").to_owned()),
            }))
        })
        .await
    }
}

/// How VPN gateways are described: one by one, since this API has no lists of ids, or all of them.
#[derive(Clone)]
pub(super) struct Gateways(Client);

impl Listing for Gateways {
    type Item = VpnGateway;

    const IDS: usize = 1;
    const PAGE: usize = 50;

    fn id(gateway: &VpnGateway) -> Option<&str> {
        gateway.vpn_gateway_id.as_deref()
    }

    async fn one(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnGateway>> {
        match self.0.call(ctx, region, &DescribeVpnGateway { vpn_gateway_id: id.to_owned() }).await {
            Ok(gateway) if gateway.vpn_gateway_id.as_deref() == Some(id) => Ok(Some(gateway)),
            Ok(_) => {
                let message = format!("the answer neither has {id} nor says that it does not exist");
                Err(Error::new(Class::Fatal, message).about(DescribeVpnGateway::NAME, region))
            }
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn page(&self, ctx: &Ctx, region: &str, offset: usize) -> Result<Page<VpnGateway>> {
        let request =
            DescribeVpnGateways { page_number: (offset / Self::PAGE + 1) as u64, page_size: Self::PAGE as u64 };
        let answer = self.0.call(ctx, region, &request).await?;
        let total = answer.total_count.and_then(|total| usize::try_from(total).ok());
        Ok(Page { items: answer.vpn_gateways.unwrap_or_default(), total })
    }
}

impl Action for DescribeVpnGateway {
    type Answer = VpnGateway;
    const NAME: &'static str = "DescribeVpnGateway";
    const EFFECT: Effect = Effect::Read;
}

impl Action for DescribeVpnGateways {
    type Answer = DescribeVpnGatewaysAnswer;
    const NAME: &'static str = "DescribeVpnGateways";
    const EFFECT: Effect = Effect::Read;
}

fn is_missing(error: &Error) -> bool {
    error.code() == Some("InvalidVpnGatewayInstanceId.NotFound")
}

#[cfg(test)]
mod tests;
