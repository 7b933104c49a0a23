//! Alibaba Cloud's VPC API, version 2016-04-28, signed with ACS3-HMAC-SHA256.

mod client;
mod describe;
mod endpoint;
mod errors;
mod query;
mod sign;
mod ssl_certs;
mod tags;
mod token;

pub use client::{Action, Client, Config};
pub use ssl_certs::{
    CreateSslVpnClientCert, DeleteSslVpnClientCert, DescribeSslVpnClientCert, DescribeSslVpnClientCerts,
    ModifySslVpnClientCert, SslVpnClientCert, Turn,
};
pub use tags::Tag;
pub use token::ClientToken;
