//! The configuration of the device at the other end: requests and answers of the VPC API 2017-03-12.

use secrecy::SecretString;
use serde::Serialize;

use crate::cloud::answer::Answer;
use crate::cloud::tencent::client::action;

/// Lists the devices that configurations can be written for.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DescribeCustomerGatewayVendors {}

/// The devices that configurations can be written for.
#[derive(Clone, Debug, Default, Answer)]
pub struct DescribeCustomerGatewayVendorsAnswer {
    pub customer_gateway_vendor_set: Vec<CustomerGatewayVendor>,
}

action!(DescribeCustomerGatewayVendors, Read, 100 => DescribeCustomerGatewayVendorsAnswer);

/// A kind of device, such as `ios`, `V15.4` and `cisco`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Answer)]
#[serde(rename_all = "PascalCase")]
pub struct CustomerGatewayVendor {
    pub platform: String,
    pub software_version: String,
    pub vendor_name: String,
}

/// Asks for the configuration of the device at the other end of a tunnel.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DownloadCustomerGatewayConfiguration {
    pub vpn_gateway_id: String,
    pub vpn_connection_id: String,
    pub customer_gateway_vendor: CustomerGatewayVendor,
    /// The device's interface that leads to the internet.
    pub interface_name: String,
}

/// A device's configuration, with the tunnel's pre-shared key.
#[derive(Clone, Debug, Default, Answer)]
pub struct DownloadCustomerGatewayConfigurationAnswer {
    pub customer_gateway_configuration: Option<SecretString>,
}

action!(DownloadCustomerGatewayConfiguration, Read, 100 => DownloadCustomerGatewayConfigurationAnswer);
