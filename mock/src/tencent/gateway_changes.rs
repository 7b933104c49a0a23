//! Changes of VPN gateways: ModifyVpnGatewayAttribute, ResetVpnGatewayInternetMaxBandwidth, RenewVpnGateway,
//! SetVpnGatewaysRenewFlag (VPC API 2017-03-12). They are there with the answer.

use serde_json::{Value, json};

use super::connection_shape::NAME_BYTES;
use super::customer_gateways::{ASN, asn};
use super::gateways::{self, AVAILABLE, ID, POSTPAID, PREPAID};
use super::{Action, CONNECTIONS, Context, GATEWAYS, VPC, members, times};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, optional, required};
use crate::store::{Members, Object, text};

pub(super) static ACTIONS: &[Action] = &[
    Action { name: "ModifyVpnGatewayAttribute", service: &VPC, per_second: 100, fields: MODIFY, run: modify },
    Action {
        name: "ResetVpnGatewayInternetMaxBandwidth",
        service: &VPC,
        per_second: 100,
        fields: RESET_BANDWIDTH,
        run: reset_bandwidth,
    },
    Action { name: "RenewVpnGateway", service: &VPC, per_second: 100, fields: RENEW, run: renew },
    Action { name: "SetVpnGatewaysRenewFlag", service: &VPC, per_second: 100, fields: RENEW_FLAG, run: set_renew_flag },
];

fn modify(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "VpnGatewayId");
    let asn = asn(params)?;
    let gateway = available(context, id)?;
    let gateway_type = gateway.text("Type").to_owned();
    let mut changes = Members::new();
    if let Some(name) = params.get("VpnGatewayName") {
        changes.insert("VpnGatewayName".to_owned(), name.clone());
    }
    // The other way is not to be had. That it happens at once, and not when the time paid for is over, is not documented.
    if params.contains_key("InstanceChargeType") && gateway.text("InstanceChargeType") == PREPAID {
        changes.extend(gateways::postpaid());
    }
    if let Some(asn) = asn.filter(|asn| gateway.members.get("BgpAsn") != Some(&json!(asn))) {
        let mut tunnels = context.world.store.list(context.place(CONNECTIONS));
        let by_bgp = |tunnel: &Object| tunnel.text("VpnGatewayId") == id && tunnel.text("RouteType") == "Bgp";
        if gateways::is_ssl(&gateway_type) || tunnels.any(by_bgp) {
            let message = "the AS number of a gateway with SSL or with tunnels routed by BGP stays";
            return Err(Refusal::new("UnsupportedOperation.VpnUnsupportedModifyBgpAsn", message));
        }
        changes.insert("BgpAsn".to_owned(), json!(asn));
    }
    if params.contains_key("MaxConnection") {
        let number = gateways::max_connection(&gateway_type, params)?;
        changes.insert("MaxConnection".to_owned(), json!(number));
    }
    context.set(GATEWAYS, id, changes);
    Ok(Members::new())
}

/// Within 5 to 100 or within 200 to 1000, upwards and downwards.
fn reset_bandwidth(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "VpnGatewayId");
    let gateway = available(context, id)?;
    if gateway.text("InstanceChargeType") == PREPAID && !gateways::is_paid_for(gateway) {
        return Err(Refusal::new("UnsupportedOperation", format!("the VPN gateway {id} has expired")));
    }
    let number = |members: &Members| members.get("InternetMaxBandwidthOut").and_then(Value::as_u64).unwrap_or_default();
    let (before, after) = (number(&gateway.members), number(params));
    let same_band = [5..=100, 200..=1000].iter().any(|band| band.contains(&before) && band.contains(&after));
    if !same_band || (after < before && context.world.switches.bandwidth_only_rises) {
        let message = format!("the bandwidth cannot change from {before} to {after}");
        return Err(Refusal::new("UnsupportedOperation.VpnUnsupportedModifyBandwidth", message));
    }
    context.set(GATEWAYS, id, members(json!({"InternetMaxBandwidthOut": after})));
    Ok(Members::new())
}

/// For gateways paid for in advance, "IPSEC gateways only".
fn renew(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let id = text(params, "VpnGatewayId");
    let gateway = gateways::existing(context, id)?;
    if gateway.text("Type") != "IPSEC" || gateway.text("InstanceChargeType") != PREPAID {
        let message = format!("the VPN gateway {id} is no prepaid one of type IPSEC");
        return Err(Refusal::new("UnsupportedOperation", message));
    }
    let plan = &params["InstanceChargePrepaid"];
    let until = times::months_after(gateway.text("ExpiredTime"), plan["Period"].as_i64().unwrap_or(1));
    let mut changes = members(json!({"ExpiredTime": until}));
    if let Some(flag) = plan.get("RenewFlag") {
        changes.insert("RenewFlag".to_owned(), flag.clone());
    }
    context.set(GATEWAYS, id, changes);
    Ok(Members::new())
}

/// All or none. The flag of a gateway of a CCN is set as that of one in a VPC.
fn set_renew_flag(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let ids = params.get("VpnGatewayIds").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let ids: Vec<_> = ids.iter().filter_map(Value::as_str).collect();
    if ids.is_empty() {
        return Err(Refusal::new("InvalidParameterValue", "`VpnGatewayIds` must not be empty"));
    }
    let ssl = text(params, "Type") == "SSL";
    for id in &ids {
        let gateway = gateways::existing(context, id)?;
        if gateways::is_ssl(gateway.text("Type")) != ssl {
            let message = format!("the VPN gateway {id} is of type {}", gateway.text("Type"));
            return Err(Refusal::new("InvalidParameterValue", message));
        }
        if gateway.text("InstanceChargeType") != PREPAID {
            return Err(Refusal::new("UnsupportedOperation", format!("the VPN gateway {id} is not prepaid")));
        }
    }
    let flag = match params["AutoRenewFlag"].as_u64() {
        Some(1) => gateways::AUTO_RENEW,
        Some(2) => "NOT_NOTIFY_AND_NOT_RENEW",
        _ => "NOTIFY_AND_MANUAL_RENEW",
    };
    for id in ids {
        context.set(GATEWAYS, id, members(json!({"RenewFlag": flag})));
    }
    Ok(Members::new())
}

fn available<'a>(context: &'a Context<'_>, id: &str) -> Result<&'a Object, Refusal> {
    let gateway = gateways::existing(context, id)?;
    match gateway.text("State") {
        "" | AVAILABLE => Ok(gateway),
        state => Err(Refusal::new("UnsupportedOperation.InvalidState", format!("the VPN gateway {id} is {state}"))),
    }
}

static MODIFY: &[Field] = &[
    required("VpnGatewayId", ID),
    optional("VpnGatewayName", NAME_BYTES),
    optional("InstanceChargeType", Shape::Text(&[Rule::OneOf(&[POSTPAID])])),
    optional("BgpAsn", ASN),
    optional("MaxConnection", gateways::MAX_CONNECTION),
];

static RESET_BANDWIDTH: &[Field] = &[
    required("VpnGatewayId", ID),
    required("InternetMaxBandwidthOut", Shape::IntOneOf(&[5, 10, 20, 50, 100, 200, 500, 1000])),
];

static RENEW: &[Field] =
    &[required("VpnGatewayId", ID), required("InstanceChargePrepaid", Shape::Object(gateways::CHARGE_PREPAID))];

static RENEW_FLAG: &[Field] = &[
    required("VpnGatewayIds", Shape::List(&ID, 100)),
    required("AutoRenewFlag", Shape::Int(0, 2)),
    optional("Type", Shape::Text(&[Rule::OneOf(&["IPSEC", "SSL"])])),
];
