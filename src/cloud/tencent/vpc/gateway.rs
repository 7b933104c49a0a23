//! VPN gateways: requests and answers of the VPC API 2017-03-12.

use serde::Serialize;

use super::{Empty, Tag};
use crate::cloud::answer::Answer;
use crate::cloud::retry::Effect;
use crate::cloud::tencent::client::{Action, Service, VPC, action};

/// Asks for a VPN gateway. Asynchronous: the gateway is `PENDING` for a while.
///
/// [`Client::create_gateway`](crate::cloud::tencent::Client::create_gateway) is the safe way to send
/// it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateVpnGateway {
    /// Empty for the types `CCN` and `SSL_CCN`.
    pub vpc_id: String,
    /// 1 to 60 bytes.
    pub vpn_gateway_name: String,
    /// Mbps: 5, 10, 20, 50, 100, 200, 500, 1000 or 3000.
    pub internet_max_bandwidth_out: i64,
    /// `POSTPAID_BY_HOUR` or `PREPAID`.
    pub instance_charge_type: Option<String>,
    /// With `PREPAID`.
    pub instance_charge_prepaid: Option<InstanceChargePrepaid>,
    pub zone: Option<String>,
    /// `IPSEC`, `SSL`, `CCN` or `SSL_CCN`.
    #[serde(rename = "Type")]
    pub kind: Option<String>,
    pub tags: Option<Vec<Tag>>,
    /// Dedicated cluster.
    pub cdc_id: Option<String>,
    /// SSL types: 5, 10, 20, 50, 100, 200, 500 or 1000.
    pub max_connection: Option<i64>,
    /// 1 to 4294967295, but not 139341, 45090 and 58835.
    pub bgp_asn: Option<i64>,
}

/// The acknowledgement of a create; nothing in it is settled.
#[derive(Clone, Debug, Default, Answer)]
pub struct CreateVpnGatewayAnswer {
    pub vpn_gateway: Option<VpnGateway>,
}

action!(CreateVpnGateway, Create, 100 => CreateVpnGatewayAnswer);

/// For how long a gateway is paid in advance, and what happens then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InstanceChargePrepaid {
    /// Months: 1 to 9, 12, 24 or 36.
    pub period: i64,
    /// `NOTIFY_AND_AUTO_RENEW` or `NOTIFY_AND_MANUAL_RENEW`.
    pub renew_flag: Option<String>,
}

/// Changes a gateway in place; only what is set changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifyVpnGatewayAttribute {
    pub vpn_gateway_id: String,
    /// 1 to 60 bytes.
    pub vpn_gateway_name: Option<String>,
    /// Only `POSTPAID_BY_HOUR`, for prepaid gateways.
    pub instance_charge_type: Option<String>,
    /// Not for every account: `UnsupportedOperation.VpnUnsupportedModifyBgpAsn`.
    pub bgp_asn: Option<i64>,
    /// SSL types.
    pub max_connection: Option<i64>,
}

action!(ModifyVpnGatewayAttribute, Write, 100 => Empty);

/// Changes the bandwidth of a gateway, within 5 to 100 Mbps or within 200 to 1000 Mbps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResetVpnGatewayInternetMaxBandwidth {
    pub vpn_gateway_id: String,
    pub internet_max_bandwidth_out: i64,
}

action!(ResetVpnGatewayInternetMaxBandwidth, Write, 100 => Empty);

/// Pays for a prepaid gateway of type `IPSEC` for further months: each time that it is executed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RenewVpnGateway {
    pub vpn_gateway_id: String,
    pub instance_charge_prepaid: InstanceChargePrepaid,
}

action!(RenewVpnGateway, Create, 100 => Empty);

/// Says what happens when prepaid gateways expire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SetVpnGatewaysRenewFlag {
    pub vpn_gateway_ids: Vec<String>,
    /// 0 as at first (somebody has to renew), 1 automatically, 2 not at all.
    pub auto_renew_flag: i64,
    /// `IPSEC` or `SSL`.
    #[serde(rename = "Type")]
    pub kind: String,
}

action!(SetVpnGatewaysRenewFlag, Write, 100 => Empty);

describe! {
    /// Lists gateways: by id, or by filters, or all of the region.
    DescribeVpnGateways { vpn_gateway_ids }, 300 =>
    /// One page of gateways.
    DescribeVpnGatewaysAnswer { vpn_gateway_set: VpnGateway }
}

/// Deletes a gateway, which must have no tunnels. Asynchronous: it is `DELETING` for a while.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteVpnGateway {
    pub vpn_gateway_id: String,
}

impl Action for DeleteVpnGateway {
    type Answer = Empty;
    const NAME: &'static str = "DeleteVpnGateway";
    const SERVICE: Service = VPC;
    const EFFECT: Effect = Effect::Delete;
    /// The lower of two documented numbers: 100 and 20.
    const RATE: u32 = 20;
}

/// A gateway, as the service describes it.
#[derive(Clone, Debug, Default, Answer)]
pub struct VpnGateway {
    pub vpn_gateway_id: Option<String>,
    pub vpn_gateway_name: Option<String>,
    /// Empty for the types `CCN` and `SSL_CCN`.
    pub vpc_id: Option<String>,
    /// `IPSEC`, `SSL`, `CCN` or `SSL_CCN`.
    #[member("Type")]
    pub kind: Option<String>,
    /// `PENDING`, `PENDING_ERROR`, `AVAILABLE`, `DELETING` or `DELETING_ERROR`, in any case.
    pub state: Option<String>,
    /// `NORMAL` or `PROTECTIVELY_ISOLATED`.
    pub restrict_state: Option<String>,
    pub public_ip_address: Option<String>,
    /// `NOTIFY_AND_AUTO_RENEW`, `NOTIFY_AND_MANUAL_RENEW` or `NOT_NOTIFY_AND_NOT_RENEW`; empty unless
    /// prepaid.
    pub renew_flag: Option<String>,
    /// `PREPAID` or `POSTPAID_BY_HOUR`.
    pub instance_charge_type: Option<String>,
    /// Mbps.
    pub internet_max_bandwidth_out: Option<i64>,
    /// `YYYY-MM-DD hh:mm:ss` without a zone.
    pub created_time: Option<String>,
    /// `YYYY-MM-DD hh:mm:ss` without a zone; empty unless prepaid.
    pub expired_time: Option<String>,
    pub is_address_blocked: Option<bool>,
    /// `PREPAID_TO_POSTPAID` from when that was asked for until the prepaid time is over.
    pub new_purchase_plan: Option<String>,
    pub zone: Option<String>,
    /// Such as `4.0`.
    pub version: Option<String>,
    /// The Cloud Connect Network that the gateway is attached to.
    pub network_instance_id: Option<String>,
    pub cdc_id: Option<String>,
    /// SSL types.
    pub max_connection: Option<i64>,
    /// 0 for none.
    pub bgp_asn: Option<i64>,
    pub tag_set: Vec<Tag>,
}
