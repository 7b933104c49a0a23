//! Runs real Terraform or OpenTofu with our provider against a mock of the clouds.
//!
//! Shared by the integration tests: `#[path = "../harness/mod.rs"] mod harness;`. No test uses all of it.
#![allow(dead_code, unreachable_pub, unused_imports)]

pub use diagnostics::{Diagnostic, Diagnostics};
pub use hcl::{Resource, hcl, legacy_tunnel, tunnel};
pub use plan::Plan;
pub(crate) use process::Running;
pub use proxy::Proxy;
pub use workspace::{Workspace, options};

mod diagnostics;
mod hcl;
mod plan;
mod process;
mod proxy;
mod secrets;
mod workspace;
