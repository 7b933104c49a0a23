//! Tencent Cloud, API 2.0 of the `vpc` service (`vpc.api.qcloud.com`), which the vendor has retired:
//! its notice puts the end of service at 2023-01-01. Parameters travel as a form, names in camel
//! case, values in lower case; every change ends in a task.

mod client;
mod connections;
mod endpoint;
mod errors;
pub mod permissions;
mod region;
mod sign;
mod vpc;

#[cfg(test)]
pub(in crate::cloud) use client::tests::client as test_client;
pub use client::{Action, Client};
pub use endpoint::Endpoint;
pub use region::{long, short};
pub use vpc::{
    AddVpnConnEx, DeleteVpnConn, DescribeVpnConn, IkeSet, IpsecArr, IpsecSet, ModifyVpnConnEx, SpdAcl, VpnConn,
    VpnConnStatus,
};

pub(crate) use errors::occupied;
