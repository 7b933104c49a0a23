//! The provider.

pub mod plugin;
