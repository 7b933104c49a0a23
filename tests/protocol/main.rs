//! The provider binary as Terraform sees it: started as a process, called with tonic.

mod client;
mod debug;
mod handshake;
mod lifecycle;
mod rpc;
mod tls;
