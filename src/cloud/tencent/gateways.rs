//! VPN gateways: what it takes to make, read, change and delete one safely.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future;
use tokio::time::Instant;

use crate::cloud::adopt::{self, Candidate, Comparison, Creation, Likeness, Repeats, Wanted, beijing};
use crate::cloud::ctx::Ctx;
use crate::cloud::error::{Class, Error, Result};
use crate::cloud::listing::Page;
use crate::cloud::tencent::client::{Action, Client};
use crate::cloud::tencent::describe::{Asked, Describe, Described};
use crate::cloud::tencent::vpc::{
    CreateVpnGateway, DeleteVpnGateway, DescribeVpnGateways, DescribeVpnGatewaysAnswer, Filter,
    ModifyVpnGatewayAttribute, RenewVpnGateway, ResetVpnGatewayInternetMaxBandwidth, SetVpnGatewaysRenewFlag,
    VpnGateway, pairs, said,
};
use crate::cloud::wait::{self, Poll};

/// What changes of a gateway: each in a call of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayChange {
    pub attributes: Option<ModifyVpnGatewayAttribute>,
    pub bandwidth: Option<ResetVpnGatewayInternetMaxBandwidth>,
    pub renew_flag: Option<SetVpnGatewaysRenewFlag>,
    /// This costs money each time: it is the last.
    pub renewal: Option<RenewVpnGateway>,
}

impl Client {
    /// Asks for a gateway and gives its id; the gateway itself is not ready yet.
    pub async fn create_gateway(&self, ctx: &Ctx, region: &str, request: &CreateVpnGateway) -> Result<String> {
        self.made(ctx, &Creating { client: self, region, request }).await
    }

    /// The gateway `id`, or none when the service clearly says that there is none.
    ///
    /// Reads that come together share their calls; what is seen may be a few seconds old, though
    /// never older than this client's last write in the region.
    pub async fn gateway(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnGateway>> {
        self.inner.gateways.read(&Described::by(self), ctx, region, id).await
    }

    /// All gateways of a region that match `filters`, on all pages.
    pub async fn gateways(&self, ctx: &Ctx, region: &str, filters: &[Filter]) -> Result<Vec<VpnGateway>> {
        self.all::<DescribeVpnGateways>(ctx, region, filters).await
    }

    /// The gateways with these ids as they are now, as far as they exist.
    pub async fn gateways_of(
        &self,
        ctx: &Ctx,
        region: &str,
        ids: impl IntoIterator<Item = &str>,
    ) -> Result<Vec<VpnGateway>> {
        self.inner.gateways.these(&Described::by(self), ctx, region, ids).await
    }

    /// Waits until the gateway `id` is `AVAILABLE` and gives what it then is.
    pub async fn wait_gateway(&self, ctx: &Ctx, region: &str, id: &str) -> Result<VpnGateway> {
        let available = wait::until_it_is(ctx, id, "AVAILABLE", || async {
            let Some(gateway) = self.gateway_now(ctx, region, id).await? else { return Ok(None) };
            match state(&gateway) {
                "AVAILABLE" => Ok(Some(Poll::Ready(gateway))),
                // What failed does not become better by waiting.
                failed @ ("PENDING_ERROR" | "DELETING_ERROR") => Err(broken("gateway", id, failed)),
                pending => Ok(Some(Poll::Pending(pending.to_owned()))),
            }
        });
        available.await.map_err(|error| seen_by(error, DescribeVpnGateways::NAME, region))
    }

    /// Changes a gateway: what costs nothing first, and each call when the one before is over. Wait
    /// with [`Client::wait_gateway`] afterwards.
    pub async fn change_gateway(&self, ctx: &Ctx, region: &str, change: &GatewayChange) -> Result<()> {
        if let Some(request) = &change.attributes {
            self.call(ctx, region, request).await?;
        }
        if let Some(request) = &change.bandwidth {
            self.call(ctx, region, request).await?;
        }
        if let Some(request) = &change.renew_flag {
            self.call(ctx, region, request).await?;
        }
        match &change.renewal {
            Some(request) => self.renew_gateway(ctx, region, request).await,
            None => Ok(()),
        }
    }

    /// Pays for further months. A renewal of unknown outcome is not repeated: whether it took place is
    /// seen by when the gateway expires.
    async fn renew_gateway(&self, ctx: &Ctx, region: &str, request: &RenewVpnGateway) -> Result<()> {
        let id = &request.vpn_gateway_id;
        let expires = || async {
            let gateway = self.gateway_now(ctx, region, id).await?;
            Ok(gateway.and_then(|gateway| gateway.expired_time))
        };
        let before = expires().await?;
        let error = match self.call(ctx, region, request).await {
            Err(error) if error.is_ambiguous() => error,
            renewed => return renewed.map(drop),
        };
        tracing::warn!(region, id, "looking whether the gateway was renewed after an unknown outcome: {error}");
        let started = Instant::now();
        let later = wait::until(ctx, &format!("{id} to expire later"), || async {
            let later = expires().await? != before;
            let closed = started.elapsed() >= self.inner.adoption_window;
            Ok(if later || closed { Poll::Ready(later) } else { Poll::Pending("as before".to_owned()) })
        })
        .await;
        match later {
            Ok(true) => Ok(()),
            _ => Err(error.hinting(Some(MAY_BE_RENEWED.into()))),
        }
    }

    /// Deletes a gateway and waits until it is gone; one that is gone already is fine.
    ///
    /// One that still has tunnels, or is attached to a Cloud Connect Network, is not asked to be
    /// deleted: that would cut off what others may need.
    pub async fn delete_gateway(&self, ctx: &Ctx, region: &str, id: &str) -> Result<()> {
        let now = self.gateway_now(ctx, region, id);
        let tunnels = self.staying_connections(ctx, region, Filter::new("vpn-gateway-id", id));
        let (Some(gateway), tunnels) = future::try_join(now, tunnels).await? else { return Ok(()) };
        let refused = |why: String, hint: &'static str| {
            Err(Error::new(Class::Conflict, why).hinting(Some(hint.into())).about(DeleteVpnGateway::NAME, region))
        };
        if !tunnels.is_empty() {
            return refused(format!("{id} still has tunnels: {}", tunnels.join(", ")), STILL_USED);
        }
        if let Some(network) = gateway.network_instance_id.as_deref().filter(|network| !network.is_empty()) {
            return refused(format!("{id} is attached to the Cloud Connect Network {network}"), STILL_ATTACHED);
        }
        if state(&gateway) == "PENDING" {
            // A create that was given up goes on, and what is being made cannot be deleted.
            self.was_pending(ctx, region, id).await?;
        }
        if state(&gateway) != "DELETING" {
            match self.call(ctx, region, &DeleteVpnGateway { vpn_gateway_id: id.to_owned() }).await {
                Err(error) if error.is_not_found() => return Ok(()),
                Err(error) if error.class() == Class::Invalid && is_prepaid(&gateway) => {
                    let hint = if is_to_be_postpaid(&gateway) { TO_BE_POSTPAID } else { PREPAID };
                    return Err(error.hinting(Some(hint.into())));
                }
                asked => asked?,
            };
        }
        self.inner.sightings.going(region, id);
        let gone = wait::until_gone(ctx, id, || async {
            match self.gateway_now(ctx, region, id).await? {
                Some(gateway) if state(&gateway) == "DELETING_ERROR" => Err(broken("gateway", id, "DELETING_ERROR")),
                gateway => Ok(gateway.map(|gateway| state(&gateway).to_owned())),
            }
        });
        gone.await.map_err(|error| seen_by(error, DescribeVpnGateways::NAME, region))
    }

    /// Waits until the gateway is made, if it is being made, and tells whether it was.
    pub(super) async fn was_pending(&self, ctx: &Ctx, region: &str, id: &str) -> Result<bool> {
        let was = AtomicBool::new(false);
        wait::until(ctx, &format!("{id} to be made"), || async {
            let gateway = self.gateway_now(ctx, region, id).await?;
            if gateway.is_none_or(|gateway| state(&gateway) != "PENDING") {
                return Ok(Poll::Ready(()));
            }
            was.store(true, Ordering::Relaxed);
            Ok(Poll::Pending("PENDING".to_owned()))
        })
        .await?;
        Ok(was.into_inner())
    }

    async fn gateway_now(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<VpnGateway>> {
        self.inner.gateways.now(&Described::by(self), ctx, region, id).await
    }
}

/// A create, as the adoption sees it.
struct Creating<'a> {
    client: &'a Client,
    region: &'a str,
    request: &'a CreateVpnGateway,
}

impl Creation for Creating<'_> {
    fn wanted(&self) -> Wanted<'_> {
        let CreateVpnGateway { vpc_id, vpn_gateway_name, .. } = self.request;
        let place = if vpc_id.is_empty() { "outside of VPCs".to_owned() } else { format!("in {vpc_id}") };
        Wanted {
            action: CreateVpnGateway::NAME,
            region: self.region,
            name: Some(vpn_gateway_name),
            kind: "VPN gateway",
            place,
            print: adopt::print(self.request),
            repeats: Repeats::Double,
            prefix: Some("vpngw-"),
        }
    }

    async fn send(&self, ctx: &Ctx) -> Result<Option<String>> {
        let answer = self.client.call(ctx, self.region, self.request).await?;
        Ok(answer.vpn_gateway.and_then(|gateway| gateway.vpn_gateway_id))
    }

    async fn listed(&self, ctx: &Ctx) -> Result<Vec<Candidate>> {
        let filter = match (self.request.vpc_id.as_str(), self.request.kind.as_deref()) {
            ("", kind) => Filter::new("type", kind.unwrap_or_default()),
            (vpc, _) => Filter::new("vpc-id", vpc),
        };
        let listed = match self.client.gateways(ctx, self.region, &[filter]).await {
            // The create is going to say what is wrong with the VPC.
            Err(error) if error.is_not_found() => Vec::new(),
            listed => listed?,
        };
        let candidates = listed.into_iter().filter_map(|gateway| {
            let likeness = likeness(self.request, &gateway);
            let created = gateway.created_time.as_deref().and_then(beijing);
            Some(Candidate { id: gateway.vpn_gateway_id?, name: gateway.vpn_gateway_name, likeness, created })
        });
        Ok(candidates.collect())
    }
}

/// Whether `gateway` is what was asked for.
fn likeness(request: &CreateVpnGateway, gateway: &VpnGateway) -> Likeness {
    let prepaid = request.instance_charge_prepaid.as_ref();
    let mut comparison = Comparison::new(state(gateway) == "PENDING");
    comparison
        .is("it is being deleted", state(gateway) != "DELETING", false)
        .is("name", gateway.vpn_gateway_name.as_ref() == Some(&request.vpn_gateway_name), false)
        .tags(pairs(request.tags.as_deref()), Some(pairs(Some(&gateway.tag_set))))
        .word("VPC", Some(&request.vpc_id), gateway.vpc_id.as_deref())
        .word("type", request.kind.as_deref(), gateway.kind.as_deref())
        .number("bandwidth", Some(request.internet_max_bandwidth_out), gateway.internet_max_bandwidth_out, 0)
        .word("charge type", request.instance_charge_type.as_deref(), gateway.instance_charge_type.as_deref())
        .word("renewal", prepaid.and_then(|plan| plan.renew_flag.as_deref()), gateway.renew_flag.as_deref())
        .word("zone", said(&request.zone), gateway.zone.as_deref())
        .word("cluster", said(&request.cdc_id), gateway.cdc_id.as_deref())
        .number("connections", request.max_connection, gateway.max_connection, 0)
        .number("AS number", request.bgp_asn, gateway.bgp_asn, 0);
    comparison.likeness()
}

/// The state in the spelling of the reference; its examples also write `Pending`.
fn state(gateway: &VpnGateway) -> &str {
    let state = gateway.state.as_deref().unwrap_or("unknown");
    STATES.iter().copied().find(|known| known.eq_ignore_ascii_case(state)).unwrap_or(state)
}

fn is_prepaid(gateway: &VpnGateway) -> bool {
    gateway.instance_charge_type.as_deref() == Some("PREPAID")
}

/// Whether charging by hour is arranged already, from when the months that are paid for are over (VPC API 2017-03-12, VpnGateway,
/// NewPurchasePlan).
fn is_to_be_postpaid(gateway: &VpnGateway) -> bool {
    gateway.new_purchase_plan.as_deref() == Some("PREPAID_TO_POSTPAID")
}

/// The error of a wait for a gateway or a tunnel whose `state` says that it has failed.
pub(super) fn broken(kind: &str, id: &str, state: &str) -> Error {
    let hint = format!("Look into the console for what happened, and delete the {kind} there if need be.");
    Error::new(Class::Fatal, format!("{id} is {state}")).given_up().hinting(Some(hint.into()))
}

/// What a wait ends with, and the action that showed it: a missing or broken object. Other errors say for themselves where they are from.
pub(super) fn seen_by(error: Error, action: &str, region: &str) -> Error {
    let about = matches!(error.class(), Class::NotFound | Class::Fatal);
    if about { error.about(action, region) } else { error }
}

impl Describe for DescribeVpnGateways {
    type Item = VpnGateway;

    fn asking(Asked { ids, filters, offset, limit }: Asked) -> Self {
        Self { vpn_gateway_ids: ids, filters, offset, limit }
    }

    fn page(answer: DescribeVpnGatewaysAnswer) -> Page<VpnGateway> {
        Page { items: answer.vpn_gateway_set, total: answer.total_count }
    }

    fn id(gateway: &VpnGateway) -> Option<&str> {
        gateway.vpn_gateway_id.as_deref()
    }
}

/// VPC API 2017-03-12, VpnGateway, State.
const STATES: &[&str] = &["PENDING", "PENDING_ERROR", "AVAILABLE", "DELETING", "DELETING_ERROR"];

const MAY_BE_RENEWED: &str = "The renewal may have been paid all the same: look in the console when the gateway expires, before you \
                              apply again.";
const STILL_USED: &str = "A VPN gateway cannot be deleted while it has tunnels: delete them first.";
const STILL_ATTACHED: &str = "Detach the gateway from the network first: it would lose its connection otherwise.";
const PREPAID: &str = "The gateway is prepaid, and Tencent Cloud may not delete such a gateway before it expires. Return it in the \
                       console, or change charge_type to POSTPAID_BY_HOUR first; it stays in the state until it is gone. If it is only to be \
                       replaced because it is tainted, terraform untaint keeps it.";
const TO_BE_POSTPAID: &str = "The gateway is prepaid until it expires, and charged by hour only from then on: Tencent Cloud may not delete it \
                              before. Return it in the console, or delete it when it has expired; it stays in the state until it is \
                              gone. If it is only to be replaced because it is tainted, terraform untaint keeps it.";

#[cfg(test)]
mod tests;
