//! Generates the gRPC code from `proto/`, without `protoc`.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=proto");

    let files = protox::compile(["proto/tfplugin6.proto", "proto/plugin.proto"], ["proto"])?;
    tonic_prost_build::configure()
        // Clients are for tests, which bring a channel of their own; the server is `plugin::service`.
        .build_transport(false)
        .build_server(false)
        // A schema has to come out the same every time, and values need no copy.
        .btree_map(".")
        .bytes(".")
        // Values can be secrets: these print their size only, see `plugin::proto`.
        .skip_debug([".tfplugin6.DynamicValue", ".tfplugin6.RawState", ".tfplugin6.MoveResourceState.Request"])
        .compile_fds(files)?;
    Ok(())
}
