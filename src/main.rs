//! The provider binary: nothing but wiring.

use std::process::ExitCode;

use cloudvpn::framework::diagnostics::Diagnostics;
use cloudvpn::framework::model::Model;
use cloudvpn::framework::provider::{Provider, Registry};
use cloudvpn::framework::server::Server;
use cloudvpn::plugin;

fn main() -> ExitCode {
    plugin::main(|| Server::new(Empty), "registry.terraform.io/cloudvpn/cloudvpn", env!("CARGO_PKG_VERSION"))
}

struct Empty;

/// Nothing to configure.
#[derive(Model)]
struct Config {}

impl Provider for Empty {
    type Config = Config;
    type Data = ();

    async fn configure(&self, _config: Config, _terraform_version: &str) -> Result<(), Diagnostics> {
        Ok(())
    }

    fn register(_registry: &mut Registry<()>) {}
}
