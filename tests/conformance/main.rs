//! The framework under real Terraform: a provider that has everything (provider.rs) goes through the checks of
//! hashicorp/terraform-provider-corner, and some that it does not have.

#[path = "../harness/diagnostics.rs"]
#[allow(dead_code)]
mod diagnostics;
#[path = "../harness/process.rs"]
mod process;

mod failures;
mod kinds;
mod numbers;
mod planning;
mod reading;
mod wire;
mod workspace;
mod write_only;
