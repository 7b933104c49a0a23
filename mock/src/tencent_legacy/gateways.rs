//! VPN gateways and customer gateways: DescribeVpnGw, DescribeUserGw (API 2.0).

use serde_json::{Value, json};

use super::listing::{self, DIRECTION, LIMIT, OFFSET};
use super::{Action, Request, ids};
use crate::api::Refusal;
use crate::check::{Field, Rule, Shape, optional};
use crate::store::{Members, Object, text};
use crate::tencent::{CUSTOMER_GATEWAYS, GATEWAYS, VPCS, count_of_customer_gateway};

pub(super) static ACTIONS: &[Action] = &[
    Action { name: "DescribeVpnGw", fields: VPN_GATEWAY_FIELDS, run: describe_vpn_gateways },
    Action { name: "DescribeUserGw", fields: USER_GATEWAY_FIELDS, run: describe_user_gateways },
];

fn describe_vpn_gateways(request: &mut Request<'_>, params: &Members) -> Result<Members, Refusal> {
    let context = &request.context;
    let vpc = given(request, VPCS, params, "vpcId", "InvalidVpc.NotFound")?;
    let id = given(request, GATEWAYS, params, "vpnGwId", "InvalidVpnGw.NotFound")?;
    let takes = |gateway: &Object| {
        vpc.as_deref().is_none_or(|vpc| gateway.text("VpcId") == vpc)
            && id.as_deref().is_none_or(|id| gateway.id == id)
            && listing::contains(gateway, "VpnGatewayName", params, "vpnGwName")
            // Gateways of this mock have not been bought by deals.
            && text(params, "dealId").is_empty()
    };
    let view = |gateway: &Object| {
        let vpc = context.get(VPCS, gateway.text("VpcId"));
        json!({
            "vpcId": ids::compound(context.region, gateway.text("VpcId")),
            "unVpcId": gateway.text("VpcId"),
            "vpcName": vpc.map_or("", |vpc| vpc.text("VpcName")),
            "vpcCidrBlock": vpc.map_or("", |vpc| vpc.text("CidrBlock")),
            "vpnGwId": ids::number(&gateway.id),
            "unVpnGwId": gateway.id,
            "vpnGwName": gateway.text("VpnGatewayName"),
            "bandwidth": gateway.members.get("InternetMaxBandwidthOut"),
            "vpnGwAddress": gateway.text("PublicIpAddress"),
            "dealId": "",
            "localSlaIp": "169.254.112.1",
            "isAutoRenewals": u8::from(gateway.text("RenewFlag") == "NOTIFY_AND_AUTO_RENEW"),
            "expireTime": gateway.text("ExpiredTime"),
            "createTime": gateway.text("CreatedTime"),
            "vpnGwStatus": match gateway.text("State") {
                "PENDING" => 2,
                "PENDING_ERROR" => 3,
                "DELETING" => 4,
                "DELETING_ERROR" => 5,
                _ => 6,
            },
        })
    };
    let (total, page) = listing::page(request, GATEWAYS, "VpnGatewayName", params, takes, view)?;
    Ok(listing::answer(total, page))
}

/// Everything is text here, the code included, as in the page's sample.
fn describe_user_gateways(request: &mut Request<'_>, params: &Members) -> Result<Members, Refusal> {
    let context = &request.context;
    let id = given(request, CUSTOMER_GATEWAYS, params, "userGwId", "InvalidUserGw.NotFound")?;
    let takes = |gateway: &Object| {
        id.as_deref().is_none_or(|id| gateway.id == id)
            && listing::contains(gateway, "CustomerGatewayName", params, "userGwName")
    };
    let view = |gateway: &Object| {
        json!({
            "userGwId": ids::number(&gateway.id).to_string(),
            "unUserGwId": gateway.id,
            "userGwName": gateway.text("CustomerGatewayName"),
            "userGwAddr": gateway.text("IpAddress"),
            "vpnConnNum": count_of_customer_gateway(context, &gateway.id).to_string(),
            "createTime": gateway.text("CreatedTime"),
        })
    };
    let (total, page) = listing::page(request, CUSTOMER_GATEWAYS, "CustomerGatewayName", params, takes, view)?;
    let mut answer = listing::answer(total.to_string(), page);
    answer.insert("code".to_owned(), json!("0"));
    Ok(answer)
}

/// The id, as API 3.0 has it, of the object that a filter names; nothing when there is no such filter.
pub(super) fn given(
    request: &Request<'_>,
    kind: &'static str,
    params: &Members,
    parameter: &str,
    not_found: &'static str,
) -> Result<Option<String>, Refusal> {
    match params.get(parameter).and_then(Value::as_str) {
        None => Ok(None),
        Some(id) => existing(request, kind, id, not_found).map(Some),
    }
}

/// The id, as API 3.0 has it, of an object that must exist, unless any parent will do.
pub(super) fn existing(
    request: &Request<'_>,
    kind: &'static str,
    id: &str,
    not_found: &'static str,
) -> Result<String, Refusal> {
    match ids::find(&request.context, kind, id) {
        Some(object) => Ok(object.id.clone()),
        None if request.context.options.any_parent => Ok(id.to_owned()),
        None => Err(Refusal::new(not_found, format!("{id} does not exist"))),
    }
}

static VPN_GATEWAY_FIELDS: &[Field] = &[
    optional("vpcId", Shape::Text(&[Rule::NotEmpty])),
    optional("vpnGwId", Shape::Text(&[Rule::NotEmpty])),
    optional("vpnGwName", Shape::Text(&[])),
    optional("dealId", Shape::Text(&[])),
    OFFSET,
    LIMIT,
    optional("orderField", Shape::Text(&[Rule::OneOf(&["createTime", "vpnGwName"])])),
    DIRECTION,
];

static USER_GATEWAY_FIELDS: &[Field] = &[
    optional("userGwId", Shape::Text(&[Rule::NotEmpty])),
    optional("userGwName", Shape::Text(&[])),
    OFFSET,
    LIMIT,
    optional("orderField", Shape::Text(&[Rule::OneOf(&["createTime", "userGwName"])])),
    DIRECTION,
];
