//! The provider binary as Terraform sees it: started as a process, called with tonic.

// On Windows the provider listens on TCP, and there are no signals.
#![cfg(unix)]

mod client;
mod debug;
mod handshake;
mod lifecycle;
// Where the kernel tells how much memory a process has had.
#[cfg(target_os = "linux")]
mod memory;
mod moves;
mod rpc;
mod signals;
mod tls;
