//! The provider binary. Terraform starts it; people start it with `--debug`.

use std::process::ExitCode;

use cloudvpn::framework::server::Server;
use cloudvpn::provider::{ADDRESS, Cloudvpn};

fn main() -> ExitCode {
    cloudvpn::plugin::main(|| Server::new(Cloudvpn), ADDRESS, env!("CARGO_PKG_VERSION"))
}
