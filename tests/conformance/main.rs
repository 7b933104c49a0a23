//! The framework under real Terraform: a provider that has everything (provider.rs) goes through the checks of
//! hashicorp/terraform-provider-corner, and some that it does not have.

#[path = "../harness/diagnostics.rs"]
// Another test target uses the rest.
#[allow(dead_code, unreachable_pub)]
mod diagnostics;
#[path = "../harness/process.rs"]
mod process;

mod actions;
mod failures;
mod kinds;
mod numbers;
mod planning;
mod reading;
mod wire;
mod workspace;
mod write_only;
