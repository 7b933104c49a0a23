//! `cloudvpn_tencent_legacy_connection`: an IPsec tunnel on Tencent Cloud, over the retired API 2.0.

use crate::cloud;
use crate::cloud::tencent::legacy::{self, DeleteVpnConn, DescribeVpnConn, ModifyVpnConnEx, VpnConn};
use crate::framework::diagnostics::Diagnostics;
use crate::framework::model::{Model, Secret, Set, Value};
use crate::framework::path::Path;
use crate::framework::resource::Plan;
use crate::framework::timeouts::Timeouts;
use crate::provider::region;

use super::super::managed::Managed;
use super::super::settings::Settings;
use super::parts::SecurityPolicy;
use super::values::said;
use super::{Legacy, LegacyApi, key, policies};

mod data;
mod proposal;
mod ranges;
mod wire;

pub(super) use proposal::{Ike, Ipsec};

/// An IPsec tunnel between a VPN gateway on Tencent Cloud and a customer gateway, over API 2.0.
///
/// **Tencent Cloud has retired API 2.0 from its public cloud: its notice puts the end of service at 2023-01-01. Use
/// `cloudvpn_tencent_connection` there.** This resource is for installations that still serve API 2.0, at the provider's
/// `tencent.legacy_endpoint`, and for the way off it: a `moved` block turns it into a `cloudvpn_tencent_connection` without touching the
/// tunnel.
///
/// A change is sent as one `ModifyVpnConnEx` call, and waited for to the end of its task. Options for IKE and IPsec that are left out get the
/// strongest values this API has when the tunnel is created; a tunnel that was imported keeps its own.
#[derive(Clone, Debug, Default, Model)]
#[model(exactly_one_of(pre_shared_key, pre_shared_key_wo), requires(pre_shared_key_wo_version, pre_shared_key_wo))]
#[model(exactly_one_of(remote_cidrs, security_policies), rule = ranges::one_policy_per_local_range)]
#[model(rule = policies::are_possible)]
pub(crate) struct LegacyConnection {
    /// Id of the tunnel, such as `vpnx-ol6bcqp0`. API member `unVpnConnId`.
    #[attr(computed, prefix("vpnx-"))]
    pub(super) id: Value<String>,
    /// Region of the tunnel, as a short code (`gz`) or a long name (`ap-guangzhou`).
    ///
    /// By default the provider's. Another region needs a new tunnel, another spelling of the same one changes nothing.
    #[attr(optional, computed, custom("a region such as ap-guangzhou", region::tencent))]
    pub(super) region: Value<String>,
    /// Name of the tunnel, which some installations require. API member `vpnConnName`.
    #[attr(optional, computed, chars(1..=60))]
    pub(super) name: Value<String>,
    /// VPC of the VPN gateway. API member `vpcId`.
    #[attr(required, replace, prefix("vpc-"))]
    pub(super) vpc_id: Value<String>,
    /// VPN gateway that ends the tunnel. API member `vpnGwId`.
    #[attr(required, replace, prefix("vpngw-"))]
    pub(super) gateway_id: Value<String>,
    /// Customer gateway at the other end. API member `userGwId`.
    #[attr(required, replace, prefix("cgw-"))]
    pub(super) customer_gateway_id: Value<String>,
    /// Pre-shared key, kept in the state. Better use `pre_shared_key_wo`. API member `preSharedKey`.
    #[attr(optional, sensitive, chars(1..), custom("without a newline at its end", key::no_newline))]
    pub(super) pre_shared_key: Value<Secret>,
    /// Pre-shared key that is in no plan and no state. Needs Terraform 1.11 or later. API member `preSharedKey`.
    #[attr(optional, sensitive, write_only, chars(1..), custom("without a newline at its end", key::no_newline))]
    pub(super) pre_shared_key_wo: Value<Secret>,
    /// Version of `pre_shared_key_wo`: the key is sent when this number changes. Without a
    /// version, each plan compares the key with the service's, and another one is a change. A key that differs at each run, as
    /// from an ephemeral resource that makes one up, needs a version.
    #[attr(optional)]
    pub(super) pre_shared_key_wo_version: Value<i64>,
    /// Ranges on the customer's side that may talk to the whole VPC. API member `userGwCidrBlock.n`.
    #[attr(optional, items(1..), each(ipv4_cidr))]
    pub(super) remote_cidrs: Value<Set<String>>,
    /// Which traffic goes through the tunnel; one policy for each local range. The API tells the ranges of both sides, not which belong
    /// together: a change of that alone, made outside of Terraform, cannot be seen. API member `spdAcl`.
    #[attr(optional, items(1..))]
    pub(super) security_policies: Value<Set<SecurityPolicy>>,
    /// Phase 1 proposal. API member `IKESet`.
    #[attr(optional, computed)]
    pub(super) ike: Value<Ike>,
    /// Phase 2 proposal. API member `IPsecSet`.
    #[attr(optional, computed)]
    pub(super) ipsec: Value<Ipsec>,
    /// Whether weak algorithms are meant: they bring no warning then. Nothing of this is sent.
    #[attr(optional)]
    pub(super) allow_weak_algorithms: Value<bool>,
    /// `creating`, `creation_error`, `modifying`, `modification_error`, `deleting`, `deletion_error` or `running`. API member `vpcConnStatus`,
    /// spelt so, which gives a number.
    #[attr(computed)]
    pub(super) status: Value<String>,
    /// `available` when the tunnel is connected. API member `netStatus`.
    #[attr(computed)]
    pub(super) net_status: Value<String>,
    /// When the tunnel was created, as the service writes it. API member `createTime`.
    #[attr(computed)]
    pub(super) created_at: Value<String>,
    /// How long operations may take; 10 minutes each by default.
    #[attr(optional)]
    pub(super) timeouts: Value<Timeouts>,
}

impl Managed for LegacyConnection {
    type Side = Legacy;
    type Actual = VpnConn;
    type Change = ModifyVpnConnEx;

    const TYPE: &'static str = "cloudvpn_tencent_legacy_connection";
    const KIND: &'static str = "tunnel";
    const PREFIX: &'static str = "vpnx-";
    const OCCUPIES: &'static [&'static str] = &["gateway_id", "customer_gateway_id"];
    /// A change brings a tunnel whose last one failed back to work.
    const RESTING: &'static [(&'static str, &'static [&'static str])] = &[("status", &["running"])];
    const IDENTITY: &'static [(&'static str, bool)] =
        &[("region", false), ("vpc_id", true), ("gateway_id", true), ("id", true)];

    fn refine(plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        let Some(prior) = &plan.prior else { return Ok(()) };
        let place = |region: &Value<String>| region.as_deref().map(|region| legacy::short(region).to_owned());
        if place(&prior.region) != place(&plan.planned.region) {
            plan.replace("region");
        }
        Ok(())
    }

    fn observed(actual: &VpnConn, before: &Self) -> Self {
        wire::observed(actual, before)
    }

    /// API 2.0, error codes of AddVpnConnEx and ModifyVpnConnEx.
    fn attribute(code: &str) -> Option<Path> {
        Some(Path::from(match code {
            "InvalidVpnConnName" | "InvalidVpnConnName.InUse" => "name",
            "InvalidVpc.NotFound" => "vpc_id",
            "InvalidVpnGw.NotFound" | "InvalidVpnGwState" => "gateway_id",
            "InvalidUserGw.NotFound" => "customer_gateway_id",
            _ => return None,
        }))
    }

    /// What it names cannot change in place, so that a missing one is nobody's attribute's fault; and `InvalidVpnGw.NotFound` may mean
    /// the tunnel.
    fn attribute_of_existing(code: &str) -> Option<Path> {
        if code.ends_with(".NotFound") { None } else { Self::attribute(code) }
    }

    fn change(&self, planned: &Self, config: &Self) -> Option<ModifyVpnConnEx> {
        self.modify_request(planned, config)
    }

    async fn make(api: &LegacyApi<'_>, planned: &Self, config: &Self) -> cloud::Result<String> {
        let request = planned.create_request(config);
        api.client.create_connection(&api.ctx, &api.region, &request, |id| api.made(id)).await
    }

    async fn ready(api: &LegacyApi<'_>, id: &str, _object: &Self, _turn: ()) -> cloud::Result<VpnConn> {
        api.client.wait_running(&api.ctx, &api.region, id).await
    }

    async fn existing(api: &LegacyApi<'_>, planned: &Self) -> cloud::Result<Vec<String>> {
        let of_gateway = DescribeVpnConn { vpn_gw_id: said(&planned.gateway_id), ..Default::default() };
        let there = api.client.connections(&api.ctx, &api.region, &of_gateway).await?;
        let to_same = |tunnel: &VpnConn| tunnel.un_user_gw_id.as_deref() == planned.customer_gateway_id.as_deref();
        Ok(there.into_iter().filter(to_same).filter_map(|tunnel| tunnel.un_vpn_conn_id).collect())
    }

    fn import_id(&self, id: &str) -> String {
        let parent = |id: &Value<String>| said(id).unwrap_or_default();
        format!("{}/{}/{id}", parent(&self.vpc_id), parent(&self.gateway_id))
    }

    async fn find(api: &LegacyApi<'_>, id: &str, _state: &Self) -> cloud::Result<Option<VpnConn>> {
        api.client.connection(&api.ctx, &api.region, id).await
    }

    async fn modify(api: &LegacyApi<'_>, change: &ModifyVpnConnEx) -> cloud::Result<()> {
        api.client.modify_connection(&api.ctx, &api.region, change).await
    }

    async fn remove(api: &LegacyApi<'_>, id: &str, state: &Self, _turn: ()) -> cloud::Result<()> {
        let request = DeleteVpnConn {
            vpc_id: said(&state.vpc_id).unwrap_or_default(),
            vpn_gw_id: said(&state.gateway_id).unwrap_or_default(),
            vpn_conn_id: id.to_owned(),
        };
        api.client.delete_connection(&api.ctx, &api.region, &request).await
    }

    fn stub(settings: &Settings, id: &str) -> Result<Self, Diagnostics> {
        let (region, [vpc_id, gateway_id, id]) = settings.import_id(id, ["vpc-", "vpngw-", "vpnx-"])?;
        Ok(Self {
            id: id.into(),
            region: region.into(),
            vpc_id: vpc_id.into(),
            gateway_id: gateway_id.into(),
            ..Self::default()
        })
    }
}

#[cfg(test)]
mod tests;
