//! VPN gateways: requests and answers of the VPC API 2016-04-28, and what it takes to make, read, change and delete one safely.
//!
//! In answers every member may be absent.

use serde::Serialize;

use crate::cloud::adopt::{Candidate, Comparison, Likeness};
use crate::cloud::alibaba::client::{Action, Client, Empty, action};
use crate::cloud::alibaba::creates::{Makes, pairs, said, seconds};
use crate::cloud::alibaba::describe::{Describe, Described, Paging};
use crate::cloud::alibaba::tags::Tag;
use crate::cloud::alibaba::token::ClientToken;
use crate::cloud::answer::Answer;
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::listing::Page;
use crate::cloud::wait::{self, Poll};

/// Asks for a VPN gateway. Asynchronous: it takes minutes until the gateway is `active`.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateVpnGateway {
    pub vpc_id: String,
    /// Mbit/s: 5, 10, 20, 50, 100, 200, 500 or 1000; 200 or 1000 for a private gateway.
    pub bandwidth: i64,
    #[serde(rename = "VSwitchId")]
    pub vswitch_id: Option<String>,
    /// In another zone than the first, where the region has several.
    #[serde(rename = "DisasterRecoveryVSwitchId")]
    pub disaster_recovery_vswitch_id: Option<String>,
    /// 2 to 100 characters: a Latin letter, then letters, digits, `_`, `-` and `.`. The id by default.
    pub name: Option<String>,
    /// `public`, the default, or `private`.
    pub network_type: Option<String>,
    /// `Normal`, the default, or `NationalStandard`.
    pub vpn_type: Option<String>,
    /// True by default.
    pub enable_ipsec: Option<bool>,
    /// False by default.
    pub enable_ssl: Option<bool>,
    /// 5, the default, 10, 20, 50, 100, 200, 500 or 1000.
    pub ssl_connections: Option<i64>,
    /// `PREPAY` or `POSTPAY`.
    pub instance_charge_type: Option<String>,
    /// Months: 1 to 9, 12, 24 or 36. Required with `PREPAY`.
    pub period: Option<i64>,
    /// False by default: then there is no gateway until somebody pays the order.
    pub auto_pay: Option<bool>,
    pub resource_group_id: Option<String>,
    pub client_token: ClientToken,
}

/// Changes a VPN gateway. Asynchronous: the gateway is busy for a while.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifyVpnGatewayAttribute {
    pub vpn_gateway_id: String,
    /// As in [`CreateVpnGateway`].
    pub name: Option<String>,
    /// 1 to 100 characters, not beginning with `http://` or `https://`.
    pub description: Option<String>,
    /// Whether BGP routes are passed on to the VPC.
    pub auto_propagate: Option<bool>,
    pub client_token: ClientToken,
}

/// Deletes a VPN gateway, which must have neither IPsec connections nor SSL servers. Asynchronous.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteVpnGateway {
    pub vpn_gateway_id: String,
    pub client_token: ClientToken,
}

/// Asks for one VPN gateway.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeVpnGateway {
    vpn_gateway_id: String,
}

/// Asks for a page of the VPN gateways of a region that pass all filters.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpnGateways {
    pub vpc_id: Option<String>,
    /// As in [`VpnGateway`].
    pub status: Option<String>,
    /// As in [`VpnGateway`].
    pub business_status: Option<String>,
    /// As in [`VpnGateway`].
    pub gateway_type: Option<String>,
    pub resource_group_id: Option<String>,
    /// Gateways with all of these.
    pub tag: Vec<Tag>,
    #[serde(flatten)]
    pub(crate) paging: Paging,
}

/// What a create or a change answers.
#[derive(Clone, Debug, Default, Answer)]
pub struct VpnGatewayAnswer {
    pub vpn_gateway_id: Option<String>,
}

/// One page of VPN gateways.
#[derive(Clone, Debug, Default, Answer)]
pub struct DescribeVpnGatewaysAnswer {
    /// How many there are, on all pages.
    pub total_count: Option<i64>,
    /// None when the answer has no such member: that says nothing, unlike an empty list.
    #[member(rows)]
    pub vpn_gateways: Option<Vec<VpnGateway>>,
}

/// A VPN gateway, as the service describes it.
#[derive(Clone, Debug, Default, Answer)]
pub struct VpnGateway {
    pub vpn_gateway_id: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub vpc_id: Option<String>,
    #[member("VSwitchId")]
    pub vswitch_id: Option<String>,
    #[member("DisasterRecoveryVSwitchId")]
    pub disaster_recovery_vswitch_id: Option<String>,
    pub resource_group_id: Option<String>,
    /// Of a gateway with two tunnels a connection, the address of the first.
    pub internet_ip: Option<String>,
    /// Of a gateway with two tunnels a connection, the address of the second.
    pub disaster_recovery_internet_ip: Option<String>,
    /// Of a public gateway with two tunnels a connection, the address for SSL clients.
    pub ssl_vpn_internet_ip: Option<String>,
    /// Mbit/s: `5M`, or `5`.
    pub spec: Option<String>,
    pub ssl_max_connections: Option<i64>,
    /// `enable` or `disable`.
    pub ipsec_vpn: Option<String>,
    /// `enable` or `disable`.
    pub ssl_vpn: Option<String>,
    pub enable_bgp: Option<bool>,
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
    pub create_time: Option<i64>,
    /// Unix time in milliseconds.
    pub end_time: Option<i64>,
    #[member(rows)]
    pub tags: Option<Vec<Tag>>,
}

impl VpnGateway {
    /// Whether its connections have two tunnels each, which is decided when it is made.
    pub fn has_two_tunnels(&self) -> bool {
        self.disaster_recovery_vswitch_id.as_deref().is_some_and(|id| !id.is_empty())
    }
}

impl Client {
    /// Asks for a VPN gateway and gives its id. Wait with [`Client::wait_vpn_gateway_active`] afterwards.
    pub async fn create_vpn_gateway(&self, ctx: &Ctx, region: &str, request: &CreateVpnGateway) -> Result<String> {
        self.made(ctx, region, request).await
    }

    /// The VPN gateway `id`, or none when the service clearly says that there is none.
    ///
    /// Reads that come together share their calls; what is seen may be a few seconds old, though never older than this client's last
    /// write in the region.
    pub async fn vpn_gateway(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnGateway>> {
        self.inner.gateways.read(&Described::by(self), ctx, region, id).await
    }

    /// All VPN gateways that match the filters of `request`.
    pub async fn vpn_gateways(
        &self,
        ctx: &Ctx,
        region: &str,
        request: &DescribeVpnGateways,
    ) -> Result<Vec<VpnGateway>> {
        self.all(ctx, region, request).await
    }

    /// That there is the VPN gateway `id`, whose order was not paid at once: nothing is to be waited for as long as it is not.
    pub async fn ordered_vpn_gateway(&self, ctx: &Ctx, region: &str, id: &str) -> Result<()> {
        // That it has an id already says nothing.
        self.inner.sightings.going(region, id);
        if self.vpn_gateway_now(ctx, region, id).await?.is_some() {
            return Ok(());
        }
        let error =
            Error::new(Class::NotFound, format!("{id} is ordered and not paid for: there is no such gateway yet"));
        Err(error.about(DescribeVpnGateway::NAME, region).hinting(Some(UNPAID.into())))
    }

    /// Waits until the VPN gateway `id` is `active`, and gives it: a new one is ready then, and one that was written to, itself or
    /// something of it, has done with that and takes the next write.
    pub async fn wait_vpn_gateway_active(&self, ctx: &Ctx, region: &str, id: &str) -> Result<VpnGateway> {
        wait::until_it_is(ctx, id, "active", || async {
            Ok(self.listed_vpn_gateway(ctx, region, id).await?.map(|gateway| match gateway.status.as_deref() {
                Some("active") => Poll::Ready(gateway),
                status => Poll::Pending(status.unwrap_or("unknown").to_owned()),
            }))
        })
        .await
    }

    /// Changes a VPN gateway. Wait with [`Client::wait_vpn_gateway_active`] afterwards.
    pub async fn modify_vpn_gateway(&self, ctx: &Ctx, region: &str, request: &ModifyVpnGatewayAttribute) -> Result<()> {
        self.call(ctx, region, request).await.map(drop)
    }

    /// Deletes a VPN gateway, and waits until the service says that it does not exist; one that is gone already is fine.
    pub async fn delete_vpn_gateway(&self, ctx: &Ctx, region: &str, request: &DeleteVpnGateway) -> Result<()> {
        if !self.removed(ctx, region, request, GONE).await? {
            return Ok(());
        }
        let id = &request.vpn_gateway_id;
        wait::until_gone(ctx, id, || async {
            let gateway = self.vpn_gateway_now(ctx, region, id).await?;
            Ok(gateway.map(|gateway| gateway.status.unwrap_or_else(|| "unknown".to_owned())))
        })
        .await
    }

    /// The VPN gateway `id` as it is now: where several are asked for at once, they share a listing.
    pub(super) async fn listed_vpn_gateway(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnGateway>> {
        self.inner.gateways.listed(&Described::by(self), ctx, region, id).await
    }

    async fn vpn_gateway_now(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnGateway>> {
        self.inner.gateways.now(&Described::by(self), ctx, region, id).await
    }
}

impl Makes for CreateVpnGateway {
    const KIND: &'static str = "VPN gateway";
    const PREFIX: Option<&'static str> = Some("vpn-");

    fn name(&self) -> Option<&str> {
        said(&self.name)
    }

    fn place(&self) -> String {
        format!("in {}", self.vpc_id)
    }

    fn id(&self, answer: VpnGatewayAnswer) -> Option<String> {
        answer.vpn_gateway_id
    }

    async fn there(&self, client: &Client, ctx: &Ctx, region: &str) -> Result<Vec<Candidate>> {
        let filters = DescribeVpnGateways { vpc_id: Some(self.vpc_id.clone()), ..Default::default() };
        let candidates = client.vpn_gateways(ctx, region, &filters).await?.into_iter().filter_map(|gateway| {
            let (likeness, created) = (likeness(self, &gateway), seconds(gateway.create_time));
            Some(Candidate { id: gateway.vpn_gateway_id?, name: gateway.name, likeness, created })
        });
        Ok(candidates.collect())
    }
}

/// Whether `gateway` is what was asked for. The create takes no tags: a new gateway has none.
fn likeness(request: &CreateVpnGateway, gateway: &VpnGateway) -> Likeness {
    let status = gateway.status.as_deref().unwrap_or_default();
    let is = |able: &Option<String>| able.as_ref().map(|able| able.eq_ignore_ascii_case("enable"));
    let spec = gateway.spec.as_deref().and_then(|spec| spec.trim_end_matches(['M', 'm']).parse().ok());
    // Without a name it gets its id as one.
    let name = gateway.name.as_deref().filter(|name| gateway.vpn_gateway_id.as_deref() != Some(name));
    let none: [&Tag; 0] = [];
    let mut comparison = Comparison::new(matches!(status, "init" | "provisioning"));
    comparison
        .is("it is being deleted", status != "deleting", false)
        .is("name", said(&request.name) == name.filter(|name| !name.is_empty()), false)
        .text("description", None, gateway.description.as_deref())
        .tags(pairs(none), gateway.tags.as_ref().map(pairs))
        .word("VPC", Some(&request.vpc_id), gateway.vpc_id.as_deref())
        .word("vSwitch", said(&request.vswitch_id), gateway.vswitch_id.as_deref())
        .word(
            "second vSwitch",
            said(&request.disaster_recovery_vswitch_id),
            gateway.disaster_recovery_vswitch_id.as_deref(),
        )
        .number("bandwidth", Some(request.bandwidth), spec, 0)
        .word("network type", said(&request.network_type), gateway.network_type.as_deref())
        .word("VPN type", said(&request.vpn_type), gateway.vpn_type.as_deref())
        .value("IPsec", request.enable_ipsec, is(&gateway.ipsec_vpn))
        .value("SSL", request.enable_ssl, is(&gateway.ssl_vpn))
        .word("resource group", said(&request.resource_group_id), gateway.resource_group_id.as_deref());
    if request.enable_ssl == Some(true) {
        comparison.number("SSL connections", request.ssl_connections, gateway.ssl_max_connections, 0);
    }
    // `POSTPAY` is shown as `PostpayByFlow`.
    let prepaid =
        |charge: &Option<String>| charge.as_ref().map(|charge| charge.to_ascii_uppercase().starts_with("PREPA"));
    comparison.value("charge type", prepaid(&request.instance_charge_type), prepaid(&gateway.charge_type));
    comparison.likeness()
}

impl Describe for DescribeVpnGateways {
    type Item = VpnGateway;

    fn at(self, paging: Paging) -> Self {
        Self { paging, ..self }
    }

    fn page(answer: DescribeVpnGatewaysAnswer) -> Page<VpnGateway> {
        Page { items: answer.vpn_gateways, total: answer.total_count }
    }

    fn id(gateway: &VpnGateway) -> Option<&str> {
        gateway.vpn_gateway_id.as_deref()
    }

    async fn one(client: &Client, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnGateway>> {
        let request = DescribeVpnGateway { vpn_gateway_id: id.to_owned() };
        client.single(ctx, region, &request, id, Self::id, GONE).await
    }
}

action!(CreateVpnGateway, CreateOnce => VpnGatewayAnswer);

action!(ModifyVpnGatewayAttribute, Write => VpnGatewayAnswer);

action!(DeleteVpnGateway, Delete => Empty);

action!(DescribeVpnGateway, Read => VpnGateway);

action!(DescribeVpnGateways, Read => DescribeVpnGatewaysAnswer);

/// That a VPN gateway does not exist.
pub(super) const GONE: &[&str] = &["InvalidVpnGatewayInstanceId.NotFound"];

const UNPAID: &str = "Pay the order in the console, and untaint the resource when the gateway is there (terraform untaint): otherwise \
                      the next apply orders another one. Or cancel the order.";

#[cfg(test)]
mod tests;
