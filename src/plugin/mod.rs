//! Layer 1: a go-plugin server for Terraform's plugin protocol 6, on tonic.
//!
//! Terraform starts the binary, reads one line from its standard output (`handshake`), connects to the socket named there
//! (`listener`) with mutual TLS (`tls`) and calls the services of `host` and `service` until it has had enough
//! (`lifecycle`, `signals`). `--debug` serves without being started by Terraform (`reattach`). This layer holds no rule of Terraform's:
//! `service` only translates between protobuf and [`crate::framework`].
//!
//! Sources: hashicorp/go-plugin (server.go, mtls.go, grpc_server.go), hashicorp/terraform (internal/plugin, internal/logging) and
//! hashicorp/terraform-plugin-go (tfprotov6/tf6server).

pub mod proto;

pub use self::entry::main;

mod args;
mod connections;
mod dumps;
mod entry;
mod handshake;
mod host;
mod lifecycle;
mod listener;
mod log;
mod panic;
mod reattach;
mod service;
mod signals;
mod tls;
