//! What CAM has to permit for tunnels over API 2.0.

use crate::cloud::permissions::{Permission, Permissions};
use crate::cloud::tencent::legacy::client::Action;
use crate::cloud::tencent::legacy::vpc::{
    AddVpnConnEx, DeleteVpnConn, DescribeVpcTaskResult, DescribeVpnConn, ModifyVpnConnEx,
};

/// Tunnels.
pub const CONNECTION: Permissions = Permissions {
    read: &[to::<DescribeVpnConn>()],
    plan: &[],
    write: &[to::<AddVpnConnEx>(), to::<ModifyVpnConnEx>(), to::<DescribeVpcTaskResult>(), to::<DeleteVpnConn>()],
};

const fn to<A: Action>() -> Permission {
    Permission::new("vpc", A::NAME, A::EFFECT)
}
