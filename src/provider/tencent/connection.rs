//! `cloudvpn_tencent_connection`: an IPsec tunnel on Tencent Cloud (VPC API 2017-03-12).

use futures_util::future;

use crate::cloud::tencent::{DeleteVpnConnection, ModifyVpnConnectionAttribute};
use crate::framework::context::Context;
use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::{Map, Model, Secret, Set, Value};
use crate::framework::path::Path;
use crate::framework::resource::{Change, Create, Plan, Resource, Source};
use crate::framework::timeouts::Timeouts;

use super::super::{ADDRESS, Data, errors, tags};
use super::LegacyConnection;
use super::parts::SecurityPolicy;

pub(crate) use data::Connections;

mod data;
mod moved;
mod proposal;
mod routing;
mod wire;

use proposal::{Ike, Ipsec};
use routing::{Bgp, Dpd, HealthCheck};

/// An IPsec tunnel between a VPN gateway on Tencent Cloud and a customer gateway.
///
/// A change is sent as one `ModifyVpnConnectionAttribute` call with the members that changed and no others; of `ike` and `ipsec`, which
/// the API takes as one member each, everything is sent when anything changed. Options for IKE and IPsec that are left out get strong
/// values when the tunnel is created; a tunnel that was imported keeps its own.
#[derive(Clone, Debug, Default, Model)]
#[model(exactly_one_of(pre_shared_key, pre_shared_key_wo), requires(pre_shared_key_wo_version, pre_shared_key_wo))]
#[model(rule = routing::no_health_check_with_policies, rule = routing::bgp_needs_its_route_type)]
pub(crate) struct Connection {
    /// Id of the tunnel, such as `vpnx-f49l6u0z`. API member `VpnConnectionId`.
    #[attr(computed, prefix("vpnx-"))]
    id: Value<String>,
    /// Region of the tunnel; by default the provider's.
    #[attr(optional, computed, replace, chars(1..=64))]
    region: Value<String>,
    /// Name of the tunnel. API member `VpnConnectionName`.
    #[attr(required, chars(1..=60))]
    name: Value<String>,
    /// VPC of the VPN gateway; none for gateways of a Cloud Connect Network. API member `VpcId`.
    #[attr(optional, computed, replace, prefix("vpc-"))]
    vpc_id: Value<String>,
    /// VPN gateway that ends the tunnel. API member `VpnGatewayId`.
    #[attr(required, replace, prefix("vpngw-"))]
    gateway_id: Value<String>,
    /// Customer gateway at the other end. Changes in place on gateways of version 4.0 and later. API member `CustomerGatewayId`.
    #[attr(required, prefix("cgw-"))]
    customer_gateway_id: Value<String>,
    /// Pre-shared key, kept in the state. Better use `pre_shared_key_wo`. API member `PreShareKey`.
    #[attr(optional, sensitive, chars(1..))]
    pre_shared_key: Value<Secret>,
    /// Pre-shared key that is in no plan and no state. Needs Terraform 1.11 or later. API member `PreShareKey`.
    #[attr(optional, sensitive, write_only, chars(1..))]
    pre_shared_key_wo: Value<Secret>,
    /// Version of `pre_shared_key_wo`: since Terraform cannot see that a write-only value changed, the key is sent again when this number
    /// changes.
    #[attr(optional)]
    pre_shared_key_wo_version: Value<i64>,
    /// Which traffic goes through the tunnel (security policy database). Without it, routes decide. Removing it is sent. API member
    /// `SecurityPolicyDatabases`.
    #[attr(optional, items(0..=10))]
    security_policies: Value<Set<SecurityPolicy>>,
    /// Phase 1 proposal. API member `IKEOptionsSpecification`.
    #[attr(optional, computed)]
    ike: Value<Ike>,
    /// Phase 2 proposal. API member `IPSECOptionsSpecification`.
    #[attr(optional, computed)]
    ipsec: Value<Ipsec>,
    /// Dead peer detection.
    #[attr(optional, computed)]
    dpd: Value<Dpd>,
    /// Probes through the tunnel. Not possible together with `security_policies`.
    #[attr(optional, computed)]
    health_check: Value<HealthCheck>,
    /// Who negotiates: `active` (this side), `passive` (the other), `flowTrigger` (this side, when there is traffic). API member
    /// `NegotiationType`.
    #[attr(optional, computed, one_of("active", "passive", "flowTrigger"))]
    negotiation: Value<String>,
    /// How traffic finds the tunnel. API member `RouteType`.
    #[attr(optional, computed, replace, one_of("STATIC", "StaticRoute", "Policy", "Bgp"))]
    route_type: Value<String>,
    /// BGP over the tunnel, with `route_type = "Bgp"`. API member `BgpConfig`.
    #[attr(optional, computed)]
    bgp: Value<Bgp>,
    /// Tags of this tunnel, beside the provider's `default_tags`. A tag that is null removes a default.
    #[attr(optional)]
    tags: Value<Map<String>>,
    /// All tags of the tunnel.
    #[attr(computed)]
    tags_all: Value<Map<String>>,
    /// `PENDING`, `AVAILABLE` or `DELETING`. API member `State`.
    #[attr(computed)]
    state: Value<String>,
    /// `AVAILABLE` when the tunnel is connected. API member `NetStatus`.
    #[attr(computed)]
    net_status: Value<String>,
    /// When the tunnel was created, as the service writes it. API member `CreatedTime`.
    #[attr(computed)]
    created_at: Value<String>,
    /// How long operations may take; 10 minutes each by default.
    #[attr(optional)]
    timeouts: Value<Timeouts>,
}

impl Resource for Connection {
    type Data = Data;

    const TYPE: &'static str = "cloudvpn_tencent_connection";
    const IDENTITY: &'static [(&'static str, bool)] = &[("region", false), ("id", true)];

    async fn plan(cx: &Context<Data>, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        if plan.is_new() {
            super::plan_region(cx, &mut plan.planned.region, &plan.config.region)?;
        }
        plan.planned.tags_all = tags::all(cx.provider().tencent.default_tags(), &plan.config.tags);
        if let Some(prior) = &plan.prior {
            Dpd::plan(&prior.dpd, &plan.config.dpd, &mut plan.planned.dpd);
            HealthCheck::plan(&prior.health_check, &plan.config.health_check, &mut plan.planned.health_check);
            if plan.planned.customer_gateway_id != prior.customer_gateway_id {
                Ike::plan_another_gateway(&plan.config.ike, &mut plan.planned.ike);
            }
        }
        Ok(())
    }

    async fn create(cx: &Context<Data>, new: Create<Self>) -> Result<Self, Diagnostics> {
        let Create { mut planned, config } = new;
        let tencent = &cx.provider().tencent;
        let (client, ctx) = (tencent.client()?, super::ctx(cx));
        let region = super::region(&planned.region)?.to_owned();
        let failed = |error| failed("Creating the tunnel failed", &error);

        let request = planned.create_request(&config);
        let id = client.create_connection(&ctx, &region, &request).await.map_err(failed)?;
        tracing::info!(id, "the tunnel is being created");
        planned.id = id.as_str().into();
        cx.save(&planned);
        let actual = client.wait_available(&ctx, &region, &id).await.map_err(failed)?;
        planned.completed(&Self::observed(tencent, &region, &actual, &planned))
    }

    async fn read(cx: &Context<Data>, state: Self) -> Result<Option<Self>, Diagnostics> {
        let tencent = &cx.provider().tencent;
        let region = super::region(&state.region)?;
        let id = state.id.as_deref().unwrap_or_default();
        let found = tencent.client()?.connection(&super::ctx(cx), region, id).await;
        let found = found.map_err(|error| failed("Reading the tunnel failed", &error))?;
        Ok(found.map(|actual| Self::observed(tencent, region, &actual, &state)))
    }

    async fn update(cx: &Context<Data>, change: Change<Self>) -> Result<Self, Diagnostics> {
        let Change { prior, planned, config } = change;
        let tencent = &cx.provider().tencent;
        let client = tencent.client()?;
        let region = super::region(&prior.region)?;
        let id = prior.id.as_deref().unwrap_or_default();
        let ctx = super::ctx(cx);

        let request = prior.modify_request(&planned, &config);
        let (set, remove) = tags::difference(&tags::known(&prior.tags_all), &tags::known(&planned.tags_all));
        // Tags live in another service: the two do not wait for each other.
        let modify = async {
            let Some(request) = &request else { return Ok(None) };
            modify(client, &ctx, region, request).await.map(Some)
        };
        let (modified, tagged) = future::join(modify, client.change_tags(&ctx, region, id, &set, &remove)).await;

        let modified = match (modified, tagged) {
            (Ok(modified), Ok(())) => modified,
            (modified, tagged) => {
                cx.save(&prior.partly_changed(&planned, modified.is_ok(), tagged.is_ok()));
                let mut diagnostics = Diagnostics::new();
                if let Err(error) = modified {
                    diagnostics.append(failed("Changing the tunnel failed", &error));
                }
                if let Err(error) = tagged {
                    diagnostics.append(failed("Changing the tunnel's tags failed", &error).at("tags"));
                }
                return Err(diagnostics);
            }
        };
        match modified {
            Some(actual) => planned.completed(&Self::observed(tencent, region, &actual, &planned)),
            None => planned.completed(&prior),
        }
    }

    async fn delete(cx: &Context<Data>, state: Self) -> Result<(), Diagnostics> {
        let client = cx.provider().tencent.client()?;
        let region = super::region(&state.region)?;
        let ctx = super::ctx(cx);
        let request = DeleteVpnConnection {
            vpn_gateway_id: state.gateway_id.into_known().unwrap_or_default(),
            vpn_connection_id: state.id.into_known().unwrap_or_default(),
        };
        let failed = |error| failed("Deleting the tunnel failed", &error);
        client.delete_connection(&ctx, region, &request).await.map_err(failed)?;
        client.wait_deleted(&ctx, region, &request.vpn_connection_id).await.map_err(failed)?;
        Ok(())
    }

    async fn import(cx: &Context<Data>, id: &str) -> Result<Self, Diagnostics> {
        let (region, [id]) = super::import_id(cx, id, ["vpnx-"])?;
        Ok(Self { id: id.into(), region: region.into(), ..Self::default() })
    }

    /// From the resource of API 2.0: both APIs know a tunnel by the same id.
    fn moved(source: Source) -> Result<Self, Diagnostics> {
        match source.of::<LegacyConnection>(ADDRESS)? {
            Some(legacy) => Ok(legacy.into()),
            None => Err(source.refused(Self::TYPE).into()),
        }
    }
}

async fn modify(
    client: &crate::cloud::tencent::Client,
    ctx: &crate::cloud::Ctx,
    region: &str,
    request: &ModifyVpnConnectionAttribute,
) -> crate::cloud::Result<crate::cloud::tencent::VpnConnection> {
    client.modify_connection(ctx, region, request).await?;
    client.wait_available(ctx, region, &request.vpn_connection_id).await
}

fn failed(summary: &str, error: &crate::cloud::Error) -> Diagnostic {
    errors::diagnostic(summary, error, attribute)
}

/// The attribute that an error code is about (VPC API 2017-03-12, business error codes).
fn attribute(code: &str) -> Option<Path> {
    Some(Path::from(match code {
        "InvalidParameterValue.TooLong" => "name",
        "InvalidParameterValue.VpnConnHealthCheckIpConflict"
        | "UnsupportedOperation.VpnConnCidrNotSupportedHealthCheck" => "health_check",
        "InvalidParameterValue.VpcCidrConflict"
        | "InvalidParameterValue.VpnConnCidrConflict"
        | "InvalidParameterValue.VpnConnSpdCidrConflict"
        | "UnsupportedOperation.VpnConnSPDOverlap" => "security_policies",
        "InvalidParameterValue.VpnConnBgpTunnelCidrConflict"
        | "InvalidParameterValue.VpnConnBgpTunnelCidrMask"
        | "InvalidParameterValue.VpnConnBgpTunnelCidrNotSupported"
        | "UnsupportedOperation.VpnUnsupportedBgp"
        | "UnsupportedOperation.VpnUnsupportedBgpAsnEqual" => "bgp",
        "UnsupportedOperation.VpnUnsupportedUsrGwNotExistBgpAsn" => "customer_gateway_id",
        "UnsupportedOperation.VpnUnsupportedNotExistBgpAsn" => "gateway_id",
        "UnsupportedOperation.VpnConnRouteTypeMixed" => "route_type",
        "InvalidVpcId.Malformed"
        | "InvalidVpcId.NotFound"
        | "UnsupportedOperation.VpnGwVpcIdMustHave"
        | "UnsupportedOperation.VpnGwVpcIdNotHave" => "vpc_id",
        "InvalidVpnGatewayId.Malformed" | "InvalidVpnGatewayId.NotFound" => "gateway_id",
        _ => return None,
    }))
}

#[cfg(test)]
mod tests;
