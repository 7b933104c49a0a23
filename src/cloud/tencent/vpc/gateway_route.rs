//! Routes of VPN gateways: requests and answers of the VPC API 2017-03-12.

use serde::Serialize;

use super::{Empty, Filter};
use crate::cloud::answer::Answer;
use crate::cloud::tencent::client::action;

/// Adds routes to a gateway, which are there with the answer.
///
/// [`Client::create_gateway_route`](crate::cloud::tencent::Client::create_gateway_route) is the safe
/// way to send it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateVpnGatewayRoutes {
    pub vpn_gateway_id: String,
    pub routes: Vec<VpnGatewayRoute>,
}

action!(CreateVpnGatewayRoutes, Create, 20 => VpnGatewayRoutesAnswer);

/// Changes routes of a gateway in place.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifyVpnGatewayRoutes {
    pub vpn_gateway_id: String,
    pub routes: Vec<VpnGatewayRouteModify>,
}

/// What changes of one route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct VpnGatewayRouteModify {
    pub route_id: String,
    /// `ENABLE` or `DISABLE`.
    pub status: Option<String>,
    pub description: Option<String>,
}

action!(ModifyVpnGatewayRoutes, Write, 20 => VpnGatewayRoutesAnswer);

/// Lists the routes of a gateway. There is no list of ids, and no filter for them.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpnGatewayRoutes {
    pub vpn_gateway_id: String,
    /// `DestinationCidr`, `InstanceId` and `InstanceType`.
    pub filters: Option<Vec<Filter>>,
    pub offset: Option<u64>,
    /// At most 100.
    pub limit: Option<u64>,
}

action!(DescribeVpnGatewayRoutes, Read, 20 => VpnGatewayRoutesAnswer);

/// Routes: those that were made or changed, or one page of a listing.
#[derive(Clone, Debug, Default, Answer)]
pub struct VpnGatewayRoutesAnswer {
    /// None when the answer has no such member: that says nothing, unlike an empty list.
    pub routes: Option<Vec<VpnGatewayRoute>>,
    /// How many routes match, on all pages; of listings only.
    pub total_count: Option<i64>,
}

/// Deletes routes of a gateway.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteVpnGatewayRoutes {
    pub vpn_gateway_id: String,
    pub route_ids: Vec<String>,
}

action!(DeleteVpnGatewayRoutes, Delete, 20 => Empty);

/// A route of a gateway, in requests and in answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Answer)]
#[serde(rename_all = "PascalCase")]
pub struct VpnGatewayRoute {
    pub destination_cidr_block: Option<String>,
    /// `VPNCONN` or `CCN`.
    pub instance_type: Option<String>,
    /// A tunnel, or a Cloud Connect Network.
    pub instance_id: Option<String>,
    /// 0 or 100.
    pub priority: Option<i64>,
    /// `ENABLE` or `DISABLE`.
    pub status: Option<String>,
    pub description: Option<String>,
    /// The gateway, which no answer repeats.
    #[serde(skip)]
    pub vpn_gateway_id: Option<String>,
    /// In answers.
    #[serde(skip_serializing)]
    pub route_id: Option<String>,
    /// In answers: `VPC`, `CCN`, `Static` or `BGP`.
    #[serde(skip_serializing, rename = "Type")]
    pub kind: Option<String>,
    /// In answers: `YYYY-MM-DD hh:mm:ss` without a zone, or zeros right after the create.
    #[serde(skip_serializing)]
    pub create_time: Option<String>,
    /// In answers, as the time of the create.
    #[serde(skip_serializing)]
    pub update_time: Option<String>,
}
