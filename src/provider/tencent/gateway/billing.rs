//! What a gateway costs, and what it takes to change it: each in a call of its own.

use crate::cloud::tencent::{
    GatewayChange, InstanceChargePrepaid, ModifyVpnGatewayAttribute, RenewVpnGateway,
    ResetVpnGatewayInternetMaxBandwidth, SetVpnGatewaysRenewFlag, VpnGateway,
};
use crate::framework::model::{Model, Value};

use super::super::values::{changed, said, text, told};
use super::{Gateway, rules};

/// Payment in advance.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(super) struct Prepaid {
    /// For how many months. A new number renews the gateway for so many months, which costs money; possible for the type `IPSEC` only.
    /// The service does not show it: null after an import, and then no change, whichever number is written. API member `Period`.
    #[attr(required, unread, custom("1 to 9, 12, 24 or 36", rules::period))]
    pub(super) period_months: Value<i64>,
    /// What happens when the time is over: `NOTIFY_AND_AUTO_RENEW`, `NOTIFY_AND_MANUAL_RENEW`, or, not for new gateways,
    /// `NOT_NOTIFY_AND_NOT_RENEW`. API member `RenewFlag`.
    #[attr(required, one_of("NOTIFY_AND_AUTO_RENEW", "NOTIFY_AND_MANUAL_RENEW", "NOT_NOTIFY_AND_NOT_RENEW"))]
    pub(super) renew_flag: Value<String>,
}

impl Prepaid {
    pub(super) fn request(&self) -> Option<InstanceChargePrepaid> {
        Some(InstanceChargePrepaid { period: said(&self.period_months)?, renew_flag: said(&self.renew_flag) })
    }

    pub(super) fn observed(actual: &VpnGateway, charge_type: &Value<String>, before: &Value<Self>) -> Value<Self> {
        if charge_type.as_deref() != Some(PREPAID) {
            return Value::Null;
        }
        let before = before.known().cloned().unwrap_or_default();
        Value::Known(Self {
            period_months: said(&before.period_months).into(),
            renew_flag: told(text(&actual.renew_flag), &before.renew_flag),
        })
    }
}

/// A prepaid gateway that is to become pay-as-you-go stays prepaid until it expires. That is what was asked for, unless nobody here did.
pub(super) fn charge_type(actual: &VpnGateway, before: &Value<String>) -> Value<String> {
    let on_its_way = actual.new_purchase_plan.as_deref() == Some("PREPAID_TO_POSTPAID");
    if on_its_way && before.as_deref() != Some(PREPAID) {
        return POSTPAID.into();
    }
    told(text(&actual.instance_charge_type), before)
}

/// What leads from one to the other; `None` if nothing does.
pub(super) fn change(prior: &Gateway, planned: &Gateway) -> Option<GatewayChange> {
    let id = || said(&prior.id).unwrap_or_default();
    let attributes = ModifyVpnGatewayAttribute {
        vpn_gateway_id: id(),
        vpn_gateway_name: changed(&prior.name, &planned.name),
        instance_charge_type: changed(&prior.charge_type, &planned.charge_type),
        bgp_asn: changed(&prior.bgp_asn, &planned.bgp_asn),
        max_connection: changed(&prior.max_connections, &planned.max_connections),
    };
    let nothing = ModifyVpnGatewayAttribute { vpn_gateway_id: id(), ..Default::default() };
    let bandwidth = changed(&prior.bandwidth_mbps, &planned.bandwidth_mbps);
    let renew_flag = planned.prepaid.known().and_then(|after| {
        let before = prior.prepaid.known().cloned().unwrap_or_default();
        changed(&before.renew_flag, &after.renew_flag)
    });
    let renewal = renewed(prior, planned).then(|| planned.prepaid.known().and_then(Prepaid::request)).flatten();
    let change = GatewayChange {
        attributes: (attributes != nothing).then_some(attributes),
        bandwidth: bandwidth
            .map(|mbps| ResetVpnGatewayInternetMaxBandwidth { vpn_gateway_id: id(), internet_max_bandwidth_out: mbps }),
        renew_flag: renew_flag.map(|flag| SetVpnGatewaysRenewFlag {
            vpn_gateway_ids: vec![id()],
            auto_renew_flag: auto_renew_flag(&flag),
            kind: if is_ssl(&prior.kind) { "SSL" } else { "IPSEC" }.to_owned(),
        }),
        renewal: renewal.map(|prepaid| RenewVpnGateway { vpn_gateway_id: id(), instance_charge_prepaid: prepaid }),
    };
    (change != GatewayChange::default()).then_some(change)
}

/// Whether the plan pays for further months. A number of months that was not known before is no change: somebody paid for them already.
pub(super) fn renewed(prior: &Gateway, planned: &Gateway) -> bool {
    let months = |gateway: &Gateway| gateway.prepaid.known().and_then(|prepaid| said(&prepaid.period_months));
    let is_prepaid = |gateway: &Gateway| gateway.charge_type.as_deref() == Some(PREPAID);
    let both_prepaid = is_prepaid(prior) && is_prepaid(planned);
    both_prepaid && matches!((months(prior), months(planned)), (Some(before), Some(after)) if before != after)
}

pub(super) fn is_ssl(kind: &Value<String>) -> bool {
    matches!(kind.as_deref(), Some("SSL" | "SSL_CCN"))
}

/// VPC API 2017-03-12, SetVpnGatewaysRenewFlag, AutoRenewFlag.
fn auto_renew_flag(flag: &str) -> i64 {
    match flag {
        "NOTIFY_AND_AUTO_RENEW" => 1,
        "NOT_NOTIFY_AND_NOT_RENEW" => 2,
        _ => 0,
    }
}

pub(super) const PREPAID: &str = "PREPAID";
pub(super) const POSTPAID: &str = "POSTPAID_BY_HOUR";
