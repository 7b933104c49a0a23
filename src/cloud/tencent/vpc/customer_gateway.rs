//! Customer gateways: requests and answers of the VPC API 2017-03-12.

use serde::Serialize;

use super::{Empty, Tag};
use crate::cloud::answer::Answer;
use crate::cloud::tencent::client::action;

/// Makes a customer gateway, which is there with the answer.
///
/// [`Client::create_customer_gateway`](crate::cloud::tencent::Client::create_customer_gateway) is the
/// safe way to send it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateCustomerGateway {
    /// 1 to 60 characters.
    pub customer_gateway_name: String,
    /// Cannot be changed.
    pub ip_address: String,
    pub tags: Option<Vec<Tag>>,
    /// 1 to 4294967295, but not 139341, 45090 and 58835.
    pub bgp_asn: Option<i64>,
}

/// The acknowledgement of a create; not all of what the customer gateway has.
#[derive(Clone, Debug, Default, Answer)]
pub struct CreateCustomerGatewayAnswer {
    pub customer_gateway: Option<CustomerGateway>,
}

action!(CreateCustomerGateway, Create, 100 => CreateCustomerGatewayAnswer);

/// Changes a customer gateway in place.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifyCustomerGatewayAttribute {
    pub customer_gateway_id: String,
    /// 1 to 60 characters. Required also where only the AS number changes.
    pub customer_gateway_name: String,
    /// Not for every account: `UnsupportedOperation.VpnUnsupportedModifyBgpAsn`.
    pub bgp_asn: Option<i64>,
}

action!(ModifyCustomerGatewayAttribute, Write, 100 => Empty);

describe! {
    /// Lists customer gateways: by id, or by filters, or all of the region.
    DescribeCustomerGateways { customer_gateway_ids }, 100 =>
    /// One page of customer gateways.
    DescribeCustomerGatewaysAnswer { customer_gateway_set: CustomerGateway }
}

/// Deletes a customer gateway, which must have no tunnels.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteCustomerGateway {
    pub customer_gateway_id: String,
}

action!(DeleteCustomerGateway, Delete, 100 => Empty);

/// A customer gateway, as the service describes it.
#[derive(Clone, Debug, Default, Answer)]
pub struct CustomerGateway {
    pub customer_gateway_id: Option<String>,
    pub customer_gateway_name: Option<String>,
    pub ip_address: Option<String>,
    /// `YYYY-MM-DD hh:mm:ss` without a zone.
    pub created_time: Option<String>,
    /// 0 for none.
    pub bgp_asn: Option<i64>,
    pub tag_set: Vec<Tag>,
}
