//! The provider.
extern crate self as cloudvpn;

pub mod framework;
pub mod plugin;
