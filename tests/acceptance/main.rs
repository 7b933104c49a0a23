//! Real Terraform applies real configuration with our provider; the cloud is a mock.

#[path = "../harness/mod.rs"]
mod harness;

mod create;
