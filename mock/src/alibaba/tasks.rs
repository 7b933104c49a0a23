//! The task queue of a VPN gateway: it works on one change at a time and is `updating` until that settles.

use serde_json::json;

use super::{Context, GATEWAYS, errors, members};
use crate::api::Refusal;
use crate::store::Then;

/// A gateway that a new object is for must be there, paid for and idle.
pub(super) fn ready(context: &Context<'_>, gateway_id: &str) -> Result<(), Refusal> {
    if context.get(GATEWAYS, gateway_id).is_none() && !context.options.any_parent {
        return Err(errors::documented("InvalidVpnGatewayInstanceId.NotFound"));
    }
    not_locked(context, gateway_id)?;
    not_busy(context, gateway_id)
}

pub(super) fn not_locked(context: &Context<'_>, gateway_id: &str) -> Result<(), Refusal> {
    let gateway = context.get(GATEWAYS, gateway_id);
    if gateway.is_some_and(|gateway| gateway.text("BusinessStatus") == "FinancialLocked") {
        return Err(errors::documented("VpnGateway.FinancialLocked"));
    }
    Ok(())
}

/// A gateway that works on something takes no other write (VPC API 2016-04-28, "DeleteSslVpnClientCert").
pub(super) fn not_busy(context: &Context<'_>, gateway_id: &str) -> Result<(), Refusal> {
    let status = context.get(GATEWAYS, gateway_id).map(|gateway| gateway.text("Status")).unwrap_or_default();
    if status.is_empty() || status == ACTIVE || context.world.switches.no_gateway_conflicts {
        return Ok(());
    }
    Err(errors::documented("VpnGateway.Configuring"))
}

/// The gateway works on a change until it settles.
pub(super) fn start(context: &mut Context<'_>, gateway_id: &str) {
    let Some(gateway) = context.get_mut(GATEWAYS, gateway_id) else {
        // `--any-parent`: who has written to it will ask how it is.
        context.world.alibaba.assume((context.owner, context.region), gateway_id);
        return;
    };
    // Without conflicts (the switch) a gateway may be on its way in or out; that goes on.
    if !["", ACTIVE, UPDATING].contains(&gateway.text("Status")) {
        return;
    }
    gateway.members.insert("Status".to_owned(), json!(UPDATING));
    context.when_settled(GATEWAYS, gateway_id, Then::Set(members(json!({"Status": ACTIVE}))));
}

pub(super) const INIT: &str = "init";
pub(super) const PROVISIONING: &str = "provisioning";
pub(super) const ACTIVE: &str = "active";
pub(super) const UPDATING: &str = "updating";
pub(super) const DELETING: &str = "deleting";
