//! VPN gateways: DescribeVpnGateways (VPC API 2017-03-12).

use serde_json::Value;

use super::listing::{self, Listing};
use super::{Action, Context, GATEWAYS, VPC};
use crate::api::Refusal;
use crate::store::Members;

pub(super) static ACTIONS: &[Action] = &[Action {
    name: "DescribeVpnGateways",
    service: &VPC,
    per_second: 300,
    fields: VPN_GATEWAYS.fields,
    run: describe_vpn_gateways,
}];

fn describe_vpn_gateways(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    listing::list(context, &VPN_GATEWAYS, params, |gateway| Value::Object(gateway.members.clone()))
}

static VPN_GATEWAYS: Listing = Listing {
    kind: GATEWAYS,
    what: "VPN gateway",
    ids: "VpnGatewayIds",
    fields: listing::fields!("VpnGatewayIds", "vpngw-"),
    filters: &[
        ("vpc-id", "VpcId"),
        ("vpn-gateway-id", "VpnGatewayId"),
        ("vpn-gateway-name", "VpnGatewayName"),
        ("type", "Type"),
        ("public-ip-address", "PublicIpAddress"),
        ("renew-flag", "RenewFlag"),
        ("zone", "Zone"),
    ],
    set: "VpnGatewaySet",
};
