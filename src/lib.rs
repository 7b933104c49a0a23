//! `terraform-provider-cloudvpn`: VPN on Tencent Cloud and Alibaba Cloud, managed by Terraform or OpenTofu.
//!
//! Four layers, arrows pointing one way (`tests/layers.rs` checks them):
//!
//! ```text
//! main ──> plugin ───> framework <─── provider ───> cloud
//! ```
//!
//! - [`plugin`]: go-plugin and protocol 6 on the wire; translates protobuf to the framework's words and back.
//! - [`framework`]: Terraform for Rust; knows no cloud and no protobuf.
//! - [`cloud`]: signed HTTP to the clouds; knows no Terraform.
//! - [`provider`]: what users see; one file a resource.

// The derived code of `Model` and `Answer` names this crate by its public name, here as in tests.
extern crate self as cloudvpn;

pub mod cloud;
pub mod framework;
pub mod plugin;
pub mod provider;
