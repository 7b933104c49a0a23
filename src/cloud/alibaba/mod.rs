//! Alibaba Cloud's VPC API, version 2016-04-28, signed with ACS3-HMAC-SHA256.

mod answer;
mod client;
mod endpoint;
mod errors;
mod gateways;
mod query;
mod sign;
mod ssl_certs;
mod token;
mod turns;

pub use client::{Action, Client, Config};
pub use gateways::{DescribeVpnGateway, DescribeVpnGateways, DescribeVpnGatewaysAnswer, VpnGateway};
pub use ssl_certs::{
    CreateSslVpnClientCert, DeleteSslVpnClientCert, DescribeSslVpnClientCert, ModifySslVpnClientCert, SslVpnClientCert,
};
pub use token::ClientToken;
pub use turns::Turn;
