//! The provider binary as Terraform sees it: started as a process, called with tonic.

// On Windows the provider listens on TCP, and there are no signals.
#![cfg(unix)]

mod client;
mod debug;
mod handshake;
mod lifecycle;
mod rpc;
mod tls;
