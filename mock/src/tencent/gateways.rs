//! VPN gateways and customer gateways: DescribeVpnGateways, DescribeCustomerGateways (VPC API 2017-03-12).

use serde_json::{Value, json};

use super::listing::{self, Listing};
use super::{Action, CUSTOMER_GATEWAYS, Context, GATEWAYS, VPC, connections};
use crate::api::Refusal;
use crate::store::{Members, Object};

pub(super) static ACTIONS: &[Action] = &[
    Action {
        name: "DescribeVpnGateways",
        service: &VPC,
        per_second: 300,
        fields: VPN_GATEWAYS.fields,
        run: describe_vpn_gateways,
    },
    Action {
        name: "DescribeCustomerGateways",
        service: &VPC,
        per_second: 100,
        fields: CUSTOMER.fields,
        run: describe_customer_gateways,
    },
];

fn describe_vpn_gateways(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    listing::list(context, &VPN_GATEWAYS, params, |gateway| Value::Object(gateway.members.clone()))
}

fn describe_customer_gateways(context: &mut Context<'_>, params: &Members) -> Result<Members, Refusal> {
    let view = |gateway: &Object| {
        let mut members = gateway.members.clone();
        members.insert("VpnConnNum".to_owned(), json!(connections::count_of_customer_gateway(context, &gateway.id)));
        Value::Object(members)
    };
    listing::list(context, &CUSTOMER, params, view)
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

static CUSTOMER: Listing = Listing {
    kind: CUSTOMER_GATEWAYS,
    what: "customer gateway",
    ids: "CustomerGatewayIds",
    fields: listing::fields!("CustomerGatewayIds", "cgw-"),
    filters: &[
        ("customer-gateway-id", "CustomerGatewayId"),
        ("customer-gateway-name", "CustomerGatewayName"),
        ("ip-address", "IpAddress"),
    ],
    set: "CustomerGatewaySet",
};
