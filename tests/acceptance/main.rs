//! Real Terraform applies real configuration with our provider; the cloud is a mock.

#[path = "../harness/mod.rs"]
mod harness;

mod alibaba;
mod alibaba_certs;
mod alibaba_failures;
mod alibaba_keys;
mod calls;
mod create;
mod customer_gateway;
mod data_sources;
mod drift;
mod examples;
mod failures;
mod gateway;
mod gateway_route;
mod guides;
mod import;
mod interrupt;
mod legacy_changes;
mod legacy_data;
mod legacy_life;
mod legacy_move;
mod legacy_tasks;
mod legacy_validate;
mod pages;
mod peers;
mod provider;
mod quirks;
mod replace;
mod requirements;
mod secrets;
mod tags;
mod tencent_ssl;
mod tencent_ssl_client;
mod tencent_ssl_data;
mod tencent_ssl_keys;
mod tencent_ssl_server;
mod update;
mod validate;
