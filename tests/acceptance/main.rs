//! Real Terraform applies real configuration with our provider; the cloud is a mock.

#[path = "../harness/mod.rs"]
mod harness;

mod calls;
mod create;
mod drift;
mod failures;
mod import;
mod interrupt;
mod provider;
mod quirks;
mod replace;
mod requirements;
mod secrets;
mod tags;
mod update;
mod validate;
