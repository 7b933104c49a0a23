//! What a gateway may be, and what of it can change in place (VPC API 2017-03-12, CreateVpnGateway and what changes gateways).

use crate::framework::diagnostics::{Diagnostic, Diagnostics};
use crate::framework::model::Value;
use crate::framework::path::Path;
use crate::framework::raw::Raw;
use crate::framework::resource::Plan;
use crate::framework::validators::Finding;

use super::Gateway;
use super::billing::{POSTPAID, PREPAID, renewed};

/// Gateways of a Cloud Connect Network are in no VPC, all others are in one.
pub(super) fn vpc_by_type(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let (Some(kind), vpc) = (kind(object), object.get("vpc_id")) else { return };
    let of_network = matches!(kind, "CCN" | "SSL_CCN");
    if of_network && !vpc.is_null() {
        let detail = format!("A gateway of type {kind} is in no VPC. Leave vpc_id out, or set type to IPSEC or SSL.");
        diagnostics.error(path.attribute("vpc_id"), "Conflicting attributes", detail);
    } else if !of_network && vpc.is_null() {
        let detail = format!("A gateway of type {kind} is in a VPC. Set vpc_id, or type to CCN or SSL_CCN.");
        diagnostics.error(path.attribute("vpc_id"), "Missing attribute", detail);
    }
}

/// Only SSL gateways have clients.
pub(super) fn connections_by_type(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    let Some(kind) = kind(object).filter(|kind| !kind.starts_with("SSL")) else { return };
    if !object.get("max_connections").is_null() {
        let detail = format!("Clients connect to gateways of type SSL or SSL_CCN, and this one's is {kind}.");
        diagnostics.error(path.attribute("max_connections"), "Conflicting attributes", detail);
    }
}

pub(super) fn prepaid_by_charge_type(object: &Raw, path: &Path, diagnostics: &mut Diagnostics) {
    if object.get("charge_type").as_str() == Some(PREPAID) && object.get("prepaid").is_null() {
        let detail = format!(
            "With {PREPAID} it is paid in advance: set prepaid, with period_months and renew_flag. Of a gateway that is there the months do \
             not matter, unless they change later."
        );
        diagnostics.error(path.attribute("charge_type"), "Missing attribute", detail);
    }
    if object.get("charge_type").as_str() == Some(POSTPAID) && !object.get("prepaid").is_null() {
        let detail =
            format!("With {POSTPAID} nothing is paid in advance. Set charge_type to {PREPAID}, or leave prepaid out.");
        diagnostics.error(path.attribute("prepaid"), "Conflicting attributes", detail);
    }
}

/// The type that is configured; `None` if it is not known.
fn kind(object: &Raw) -> Option<&str> {
    let kind = object.get("type");
    if kind.is_null() { Some("IPSEC") } else { kind.as_str() }
}

pub(super) fn bandwidth(value: &Raw) -> Result<(), Finding> {
    among(value, &[5, 10, 20, 50, 100, 200, 500, 1000, 3000])
}

pub(super) fn connections(value: &Raw) -> Result<(), Finding> {
    among(value, &[5, 10, 20, 50, 100, 200, 500, 1000])
}

pub(super) fn period(value: &Raw) -> Result<(), Finding> {
    among(value, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 24, 36])
}

fn among(value: &Raw, offered: &[i64]) -> Result<(), Finding> {
    // What is no whole number is refused as such.
    let Some(number) = value.as_i64().filter(|number| !offered.contains(number)) else { return Ok(()) };
    let offered = offered.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    Err(Finding::error("Not offered", format!("{number} is none of {offered}.")))
}

/// What follows from other attributes, what cannot be changed in place, and what a change touches.
pub(super) fn refine(plan: &mut Plan<Gateway>) -> Result<(), Diagnostics> {
    let Plan { prior, config, planned, .. } = plan;
    if planned.charge_type.is_unknown() {
        if config.prepaid.is_null() {
            planned.prepaid = Value::Unknown;
        }
    } else if planned.charge_type.as_deref() != Some(PREPAID) {
        planned.prepaid = Value::Null;
    }
    let renew_flag = || Path::from("prepaid").attribute("renew_flag");
    let Some(prior) = prior else {
        let never =
            planned.prepaid.known().is_some_and(|p| p.renew_flag.as_deref() == Some("NOT_NOTIFY_AND_NOT_RENEW"));
        if never {
            let detail = "New gateways are renewed, or somebody is told to. Begin with NOTIFY_AND_MANUAL_RENEW, and change it then.";
            return Err(Diagnostic::error("Not possible for a new gateway", detail).at(renew_flag()).into());
        }
        return Ok(());
    };
    let renewed = renewed(prior, planned);
    if renewed && prior.kind.as_deref() != Some("IPSEC") {
        let detail = "Tencent Cloud's API renews gateways of type IPSEC only. Keep the number, and renew the gateway in the console.";
        let path = Path::from("prepaid").attribute("period_months");
        return Err(Diagnostic::error("Gateway cannot be renewed", detail).at(path).into());
    }
    if renewed {
        planned.expires_at = Value::Unknown;
    }
    let (before, after) = (prior.charge_type.as_deref(), planned.charge_type.as_deref());
    if before == Some(PREPAID) && after == Some(POSTPAID) {
        planned.expires_at = Value::Unknown;
        planned.new_purchase_plan = Value::Unknown;
    }
    let to_prepaid = before == Some(POSTPAID) && after == Some(PREPAID);
    let another_band = match (prior.bandwidth_mbps.known(), planned.bandwidth_mbps.known()) {
        (Some(before), Some(after)) => before != after && band(*before) != band(*after),
        _ => false,
    };
    if to_prepaid {
        plan.replace("charge_type");
    }
    if another_band {
        plan.replace("bandwidth_mbps");
    }
    Ok(())
}

/// Within which the bandwidth can change (ResetVpnGatewayInternetMaxBandwidth).
fn band(mbps: i64) -> i64 {
    match mbps {
        ..=100 => 0,
        101..=1000 => 1,
        other => other,
    }
}
