//! The provider.
fn main() -> std::process::ExitCode {
    cloudvpn::plugin::main(
        || cloudvpn::framework::server::Server {},
        "registry.terraform.io/cloudvpn/cloudvpn",
        env!("CARGO_PKG_VERSION"),
    )
}
